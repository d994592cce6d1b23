import missing from "./not-there";
import { nothing } from "./shapes";
console.log(missing, nothing);

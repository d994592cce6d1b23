import { nothing } from "./shapes";
import missing from "./not-there";
let x: number = ;

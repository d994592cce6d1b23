// Modules, files, folders, environment and arguments.
import * as std from "qjs:std";
import * as os from "qjs:os";
import { primes } from "./lib/primes.mjs";
import text, { count } from "./lib/text.mjs";

console.log(scriptArgs.slice(1).join("|"), std.getenv("GREETING"));
console.log(primes(50).join(" "));
console.log(text("hello", count()), count());
const out = std.open("numbers.txt", "w");
for (let i = 0; i < 5000; i++) out.puts(`${i} ${i * i}\n`);
out.close();
const back = std.loadFile("numbers.txt");
console.log(back.length, back.split("\n").reduce((sum, line) => sum + (Number(line.split(" ")[1]) || 0), 0));
const [names] = os.readdir("lib");
console.log(names.filter((n) => !n.startsWith(".")).sort().join());
const [stat] = os.stat("numbers.txt");
console.log(stat.size);
os.rename("numbers.txt", "renamed.txt");
console.log(std.open("numbers.txt", "r") === null);
const { default: dynamic } = await import("./lib/late.mjs");
dynamic();
std.exit(5);

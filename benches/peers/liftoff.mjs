// Compiles a module some times and prints the microseconds of processor time of each, as JSON.
// The bytes are another copy each time, and the flags turn V8's caches off.
import { readFileSync } from "node:fs";

const [file, rounds] = process.argv.slice(2);
const bytes = readFileSync(file);
const times = [];
for (let i = 0; i < Number(rounds); i++) {
  const copy = new Uint8Array(bytes);
  const before = process.cpuUsage();
  const module = new WebAssembly.Module(copy);
  const { user, system } = process.cpuUsage(before);
  times.push(user + system);
  if (!(module instanceof WebAssembly.Module)) throw new Error("no module");
}
console.log(JSON.stringify(times));

// Runs a WASI program on Node's own engine and WASI, as `updraft run` would: the independent
// engine that the expected answers come from.
import { readFileSync, writeSync } from "node:fs";
import { WASI } from "node:wasi";

const given = JSON.parse(process.argv[2]);
const wasi = new WASI({
  version: "preview1",
  args: ["program", ...given.args],
  env: given.env,
  preopens: given.dirs,
  returnOnExit: true,
});

// V8's words for a trap, and those that hosts outside of browsers use.
const TRAPS = [
  ["unreachable", "wasm `unreachable` instruction executed"],
  ["memory access out of bounds", "out of bounds memory access"],
  ["divide by zero", "integer divide by zero"],
  ["remainder by zero", "integer divide by zero"],
  ["divide result unrepresentable", "integer overflow"],
  ["float unrepresentable in integer range", "invalid conversion to integer"],
  ["table index is out of bounds", "undefined element: out of bounds table access"],
  ["null function or function signature mismatch", "indirect call type mismatch"],
  ["Maximum call stack size exceeded", "call stack exhausted"],
];

try {
  const module = await WebAssembly.compile(readFileSync(given.module));
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  process.exit(wasi.start(instance) ?? 0);
} catch (error) {
  const known = TRAPS.find(([text]) => String(error.message).includes(text));
  const text = known ? `wasm trap: ${known[1]}` : (error.stack ?? String(error));
  writeSync(2, `Error: ${text}\n`);
  process.exit(known ? 134 : 1);
}

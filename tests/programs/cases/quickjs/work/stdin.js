// A calculator over standard input.
import * as std from "qjs:std";
let line, total = 0, lines = 0;
while ((line = std.in.getline()) !== null) {
  lines++;
  try {
    const value = new Function(`return (${line})`)();
    total += Number(value) || 0;
    std.out.printf("%3d: %s\n", lines, String(value));
  } catch (e) {
    std.out.puts(`${lines}: ${e.name}\n`);
  }
}
std.out.printf("%.3f\n", total);
std.out.flush();

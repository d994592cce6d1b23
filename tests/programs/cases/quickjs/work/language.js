// What the language does, printed.
class Point {
  #x; #y;
  static made = 0;
  constructor(x, y) { this.#x = x; this.#y = y; Point.made++; }
  get length() { return Math.hypot(this.#x, this.#y); }
  *[Symbol.iterator]() { yield this.#x; yield this.#y; }
  toString() { return `(${[...this].join(", ")})`; }
}
console.log(String(new Point(3, 4)), new Point(5, 12).length, Point.made);
console.log([5, 1, 4].toSorted().join(), Object.groupBy([1, 2, 3, 4], (n) => (n % 2 ? "odd" : "even")).odd);
console.log("naïve 😀".length, [..."naïve 😀"].length, "ÀÉ".normalize("NFD").length);
console.log(2n ** 200n, BigInt.asIntN(64, 2n ** 63n), -7n / 2n, -7n % 2n);
console.log(0.1 + 0.2, (1234.5678).toFixed(2), (255).toString(16), (1e21).toString(), 5e-324, 1 / 3);
console.log(Number("0x1f"), parseInt("12px"), Math.fround(5.5), Math.clz32(1), Math.imul(0xffffffff, 5));
const { a, ...rest } = { a: 1, b: 2, c: { d: [3, { e: 4 }] } };
console.log(a, JSON.stringify(rest, null, 1));
try { null.x; } catch (e) { console.log(e instanceof TypeError, e.name); }
console.log("2026-11-20".match(/(?<y>\d{4})-(?<m>\d\d)/).groups.m, "aBc".replace(/b/i, (m) => `[${m}]`));
console.log([..."a1b22c333".matchAll(/[a-z](\d+)/g)].map((m) => m[1]), /^\p{Lu}/u.test("Éa"), /(?<=\$)\d+/.exec("$42")[0]);
const weak = new WeakMap([[Point, 1]]);
console.log(weak.get(Point), new Set([1, 2, 3]).union(new Set([3, 4])).size, Symbol("s").description);
console.log(new Date(Date.UTC(2024, 1, 29, 12)).toISOString(), new Date(0).getTime());
const bytes = new Uint8Array(new Float64Array([Math.PI]).buffer);
console.log(Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""), new DataView(bytes.buffer).getInt16(2));
label: for (let i = 0; ; i++) for (let j = 0; ; j++) if (i * j > 20) { console.log(i, j); break label; } else if (j > 6) continue label;
async function later(n) { await null; if (n < 0) throw new RangeError("negative"); return n * 2; }
later(21).then((v) => console.log("then", v));
Promise.allSettled([later(1), later(-1), 7]).then((all) => console.log(JSON.stringify(all.map((r) => r.status))));
(async () => { for await (const v of (async function* () { yield 1; yield later(4); })()) console.log("for await", v); })();
console.log("end of the script");

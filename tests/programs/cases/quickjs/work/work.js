// Enough work to leave any first tier: sorting, maps, text, typed arrays, closures, a big output.
let seed = 42;
const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
const numbers = Array.from({ length: 20000 }, () => Math.floor(random() * 1e6));
const sorted = numbers.slice().sort((x, y) => x - y);
console.log(sorted[0], sorted[10000], sorted[19999]);
const counts = new Map();
for (const n of numbers) counts.set(n % 97, (counts.get(n % 97) ?? 0) + 1);
console.log([...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, 5).join(" "));
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
console.log(fib(21));
const size = 40, a = new Float64Array(size * size).map((_, i) => i % 7), b = a.map((x) => x + 0.5);
let trace = 0;
for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) trace += a[i * size + k] * b[k * size + i];
console.log(trace);
let text = "";
for (let i = 0; i < 3000; i++) text += String.fromCharCode(97 + Math.floor(random() * 26));
console.log(text.replace(/[aeiou]+/g, "").length, [...new Set(text)].sort().join(""));
for (let i = 0; i < 4000; i++) console.log(`${i}:${sorted[i * 5]}:${text.slice(i % 2900, (i % 2900) + 40)}`);

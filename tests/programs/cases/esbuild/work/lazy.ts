export default function lazy(value: number) { label: for (const x of [1, 2, 3]) { if (x > value) break label; } return `lazy ${value?.toFixed(2)}`; }

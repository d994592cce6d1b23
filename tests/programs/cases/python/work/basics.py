"""Language and library, printed."""
import collections, dataclasses, datetime, decimal, enum, fractions, functools, heapq, itertools, math, string, textwrap

@dataclasses.dataclass(order=True)
class Item:
    weight: float
    name: str = dataclasses.field(compare=False)
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)

class Color(enum.Flag):
    RED = enum.auto()
    GREEN = enum.auto()
    BOTH = RED | GREEN

@functools.lru_cache(maxsize=None)
def ways(amount, coins=(1, 2, 5, 10, 20, 50, 100, 200)):
    if amount == 0: return 1
    if amount < 0 or not coins: return 0
    return ways(amount, coins[:-1]) + ways(amount - coins[-1], coins)

heap = []
for i in range(10):
    heapq.heappush(heap, Item((i * 7919) % 31 / 4, f"item-{i}"))
print([heapq.heappop(heap).name for _ in range(3)], Color.BOTH, ~Color.RED)
print(ways(45), ways.cache_info().misses)
print(collections.Counter("the quick brown fox jumps over the lazy dog").most_common(4))
print(list(itertools.islice(itertools.accumulate(itertools.count(1), lambda a, b: a * b % 1_000_003), 12)))
print(decimal.Decimal(2).sqrt(), fractions.Fraction(355, 113).limit_denominator(100), math.comb(60, 30), 7 ** 123)
print(datetime.date(2024, 2, 29) + datetime.timedelta(days=366), f"{math.pi:>12.6f}|{-1234567:,}|{255:#06x}|{'x':^7}|")
print(textwrap.fill("A text that is longer than the width of its column and so is wrapped at spaces.", 24))
print(string.Template("$a and ${b}").substitute(a=1, b="two"), "ǅ".casefold(), "straße".upper(), "naïve".encode("utf-8"))
match {"kind": "circle", "r": [1, 2, *range(3, 6)]}:
    case {"kind": str(k), "r": [first, *_, last]} if first < last: print(k, first, last)
def generator():
    try:
        while True: print("got", (yield "more"))
    finally: print("closed")
g = generator(); next(g); print(g.send(1)); g.close()
print(sorted({3: "c", 1: "a"}.items()), {*"hello"} == set("ohell"), [x for x in range(3) if x], (lambda *a, **k: (a, k))(1, b=2))
print(sum(x * x for x in range(100_000)), float("1e308") * 10, 0.1 + 0.2, round(2.675, 2), divmod(-7, 3), -7 // 2)

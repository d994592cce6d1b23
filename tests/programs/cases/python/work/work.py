# Enough work to leave any first tier, and a big output.
import random, sys
rng = random.Random(2026)
def queens(n, row=0, cols=0, left=0, right=0):
    if row == n: return 1
    free, found = ((1 << n) - 1) & ~(cols | left | right), 0
    while free:
        bit = free & -free
        free ^= bit
        found += queens(n, row + 1, cols | bit, (left | bit) << 1, (right | bit) >> 1)
    return found
print(queens(7), [rng.randint(0, 999) for _ in range(5)], rng.random(), rng.gauss(0, 1))
words = ["".join(rng.choices("abcdefghij", k=rng.randint(2, 9))) for _ in range(20000)]
index = {}
for w in words: index.setdefault(w[0] + w[-1], []).append(w)
print(len(index), max(len(v) for v in index.values()), sorted(words)[9999])
n = 60
a = [[(i * j) % 11 for j in range(n)] for i in range(n)]
b = list(map(list, zip(*a)))
print(sum(sum(x * y for x, y in zip(r, c)) for r in a for c in b))
for i, w in enumerate(sorted(set(words))): sys.stdout.write(f"{i:6d} {w:<10} {hash(w) and len(w)} {'#' * (i % 60)}\n")

// One order, given as a function pointer, as programs sort that have one record type: the site's
// only target is the compare function.
#include "kernel.h"

typedef int (*compare_fn)(const void *, const void *);

struct entry {
    uint32_t key, value;
};

static NOINLINE int by_key(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

// A heap: every step compares, and nothing else is done for long.
static NOINLINE void sift(struct entry *v, int root, int n, compare_fn compare) {
    struct entry moved = v[root];
    for (int child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && compare(&v[child], &v[child + 1]) < 0) child++;
        if (compare(&moved, &v[child]) >= 0) break;
        v[root] = v[child];
    }
    v[root] = moved;
}

static NOINLINE void sort(struct entry *v, int n, compare_fn compare) {
    for (int i = n / 2; i-- > 0;) sift(v, i, n, compare);
    for (int end = n - 1; end > 0; end--) {
        struct entry t = v[0];
        v[0] = v[end], v[end] = t;
        sift(v, 0, end, compare);
    }
}

enum { SIZE = 4096 };
static struct entry v[SIZE];
static compare_fn volatile order = by_key;

RUN {
    int64_t sum = 0;
    seed = 31;
    for (int32_t r = 0; r < n; r++) {
        // Nearly sorted input, so that branches are foreseen and calls are what is measured.
        for (int i = 0; i < SIZE; i++) v[i] = (struct entry){(uint32_t)(i * 16) + (next_random() & 31), (uint32_t)i};
        sort(v, SIZE, order);
        for (int i = 0; i < SIZE; i += 64) sum = sum * 5 + v[i].value;
    }
    return sum;
}

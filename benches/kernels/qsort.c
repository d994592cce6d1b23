// Sorting with a function pointer for each comparison, as C programs do.
#include "kernel.h"

typedef int (*compare_fn)(const void *, const void *);

static NOINLINE int up(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static NOINLINE int by_low_bits(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a & 0xffff, y = *(const uint32_t *)b & 0xffff;
    return (x > y) - (x < y);
}

static NOINLINE void sort(uint32_t *v, int n, compare_fn compare) {
    while (n > 12) {
        uint32_t pivot = v[n / 2];
        int i = 0, j = n - 1;
        for (;;) {
            while (compare(&v[i], &pivot) < 0) i++;
            while (compare(&v[j], &pivot) > 0) j--;
            if (i >= j) break;
            uint32_t t = v[i];
            v[i++] = v[j], v[j--] = t;
        }
        sort(v, j + 1, compare);
        v += j + 1, n -= j + 1;
    }
    for (int i = 1; i < n; i++) {
        uint32_t x = v[i];
        int j = i;
        for (; j > 0 && compare(&v[j - 1], &x) > 0; j--) v[j] = v[j - 1];
        v[j] = x;
    }
}

enum { SIZE = 20000 };
static uint32_t v[SIZE];
static compare_fn volatile orders[2] = {up, by_low_bits};

RUN {
    int64_t sum = 0;
    seed = 23;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++) v[i] = next_random();
        sort(v, SIZE, orders[r & 1]);
        for (int i = 0; i < SIZE; i += 100) sum = sum * 5 + (v[i] & 0xffff);
    }
    return sum;
}

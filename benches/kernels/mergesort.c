// Sorting inline: copies, compares, unpredictable branches.
#include "kernel.h"

enum { SIZE = 1 << 16 };
static int32_t from[SIZE], to[SIZE];

RUN {
    int64_t sum = 0;
    seed = 29;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++) from[i] = (int32_t)next_random();
        int32_t *a = from, *b = to;
        for (int width = 1; width < SIZE; width *= 2) {
            for (int lo = 0; lo < SIZE; lo += 2 * width) {
                int mid = lo + width, hi = mid + width, i = lo, j = mid, k = lo;
                while (i < mid && j < hi) b[k++] = a[i] <= a[j] ? a[i++] : a[j++];
                while (i < mid) b[k++] = a[i++];
                while (j < hi) b[k++] = a[j++];
            }
            int32_t *t = a;
            a = b, b = t;
        }
        for (int i = 0; i < SIZE; i += 64) sum = sum * 7 + a[i];
    }
    return sum;
}

// Calls with more arguments, and calls in arguments.
#include "kernel.h"

static NOINLINE int32_t tak(int32_t x, int32_t y, int32_t z) {
    return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static NOINLINE int32_t ackermann(int32_t m, int32_t n) {
    if (!m) return n + 1;
    return ackermann(m - 1, n ? ackermann(m, n - 1) : 1);
}

RUN {
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++) sum += tak(14, 8, r % 4) * 100 + ackermann(2, 60 + r % 4);
    return sum;
}

// Ways to set queens on a board: recursion and bits.
#include "kernel.h"

static NOINLINE int32_t place(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
    if (columns == all) return 1;
    int32_t ways = 0;
    for (uint32_t open = all & ~(columns | left | right); open;) {
        uint32_t bit = open & -open;
        open ^= bit;
        ways += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return ways;
}

RUN {
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++) sum += place((1u << 9) - 1, (uint32_t)r & 1, 0, 0);
    return sum;
}

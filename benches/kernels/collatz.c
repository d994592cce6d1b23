// A data-dependent loop of 64-bit arithmetic: branches that cannot be predicted.
#include "kernel.h"

RUN {
    int64_t steps = 0, longest = 0;
    for (int64_t i = 1; i <= n; i++) {
        int64_t count = 0;
        for (uint64_t x = (uint64_t)i; x != 1; count++) x = x & 1 ? 3 * x + 1 : x >> 1;
        steps += count;
        if (count > longest) longest = count;
    }
    return steps << 16 | longest;
}

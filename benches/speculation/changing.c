// A site that calls two functions while n is positive, and two others when it is negative: what
// was seen before is of no use afterwards.
#include "kernel.h"

typedef int32_t (*step_fn)(int32_t, int32_t);

static int32_t add(int32_t a, int32_t b) { return a + b; }
static int32_t mix(int32_t a, int32_t b) { return (a ^ b) * 5; }
static int32_t subtract(int32_t a, int32_t b) { return a - (b << 1); }
static int32_t turn(int32_t a, int32_t b) { return ((a << 3) | (int32_t)((uint32_t)a >> 29)) ^ b; }

static step_fn volatile steps[4] = {add, mix, subtract, turn};

static NOINLINE int32_t walk(int32_t x, int32_t n, const step_fn *pair) {
    for (int32_t i = 0; i < n; i++) x = pair[i & 1](x, i);
    return x;
}

RUN {
    int first = n < 0 ? 2 : 0;
    step_fn pair[2] = {steps[first], steps[first + 1]};
    int32_t rounds = n < 0 ? -n : n, x = 1;
    for (int32_t r = 0; r < rounds; r++) x = walk(x, 1000, pair);
    return x;
}

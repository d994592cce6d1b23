// What every kernel shares: types, the exported entry, and a generator of numbers.
// Kernels use no library, so that they measure an engine and nothing else.
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>

// `run(n)` does work in proportion to n, and returns a checksum of all of it.
#define RUN __attribute__((export_name("run"))) int64_t run(int32_t n)
#define NOINLINE __attribute__((noinline))

static uint32_t seed = 1;

static inline uint32_t next_random(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

static inline int64_t bits_of(double x) {
    union { double f; int64_t i; } u = {x};
    return u.i;
}

#endif

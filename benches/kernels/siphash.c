// Hashing: 64-bit adds, rotates and xors.
#include "kernel.h"

static uint64_t rol(uint64_t x, int n) { return x << n | x >> (64 - n); }

static uint64_t data[4096];

#define ROUND                                                                  \
    a += b, b = rol(b, 13) ^ a, a = rol(a, 32), c += d, d = rol(d, 16) ^ c;    \
    a += d, d = rol(d, 21) ^ a, c += b, b = rol(b, 17) ^ c, c = rol(c, 32)

RUN {
    seed = 3;
    for (int i = 0; i < 4096; i++) data[i] = (uint64_t)next_random() << 32 | next_random();
    uint64_t sum = 0;
    for (int32_t r = 0; r < n; r++) {
        uint64_t a = 0x736f6d6570736575u ^ (uint64_t)r, b = 0x646f72616e646f6du, c = 0x6c7967656e657261u, d = 0x7465646279746573u;
        for (int i = 0; i < 4096; i++) {
            d ^= data[i];
            ROUND;
            ROUND;
            a ^= data[i];
        }
        c ^= 255;
        ROUND;
        ROUND;
        ROUND;
        ROUND;
        sum += a ^ b ^ c ^ d;
    }
    return (int64_t)sum;
}

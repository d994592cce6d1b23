// Hashing: rotates, adds and logic on 32-bit words, and a table of constants.
#include "kernel.h"

static uint32_t k[64], h[8];

static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void block(const uint8_t *p) {
    uint32_t w[64], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], hh = h[7];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 | p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (ror(x, 7) ^ ror(x, 18) ^ x >> 3) + (ror(y, 17) ^ ror(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = hh + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
        uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        hh = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += hh;
}

static uint8_t data[1 << 16];

RUN {
    seed = 7;
    for (int i = 0; i < 64; i++) k[i] = next_random();
    for (int i = 0; i < 8; i++) h[i] = next_random();
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)next_random();
    for (int32_t r = 0; r < n; r++)
        for (size_t i = 0; i < sizeof data; i += 64) block(data + i);
    return (int64_t)h[0] << 32 | h[7];
}

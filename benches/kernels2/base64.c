// Bytes to text and back, by tables.
#include "kernel.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
enum { SIZE = 30000 };
static uint8_t bytes[SIZE], text[SIZE / 3 * 4], back[SIZE], values[256];

static NOINLINE void encode(void) {
    for (int i = 0, o = 0; i < SIZE; i += 3, o += 4) {
        uint32_t x = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        for (int d = 0; d < 4; d++) text[o + d] = (uint8_t)digits[x >> (18 - 6 * d) & 63];
    }
}

static NOINLINE int decode(void) {
    for (int i = 0, o = 0; o < SIZE; i += 4, o += 3) {
        uint32_t x = 0;
        for (int d = 0; d < 4; d++) {
            uint8_t value = values[text[i + d]];
            if (value > 63) return 0;
            x = x << 6 | value;
        }
        back[o] = (uint8_t)(x >> 16), back[o + 1] = (uint8_t)(x >> 8), back[o + 2] = (uint8_t)x;
    }
    return 1;
}

RUN {
    int64_t sum = 0;
    seed = 47;
    for (int i = 0; i < 256; i++) values[i] = 255;
    for (int i = 0; i < 64; i++) values[(uint8_t)digits[i]] = (uint8_t)i;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++) bytes[i] = (uint8_t)next_random();
        encode();
        if (!decode()) return -1;
        for (int i = 0; i < SIZE; i += 37) sum = sum * 3 + back[i] + (back[i] != bytes[i]) * 1000000;
    }
    return sum;
}

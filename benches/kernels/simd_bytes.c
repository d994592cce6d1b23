// SIMD: bytes. Case folding, a blend of two images, and a sum of differences.
#include <wasm_simd128.h>
#include "kernel.h"

enum { SIZE = 1 << 16 };
static uint8_t a[SIZE], b[SIZE];

static NOINLINE void fold(uint8_t *p) {
    v128_t low = wasm_u8x16_splat('A'), span = wasm_u8x16_splat(26), bit = wasm_u8x16_splat(0x20);
    for (int i = 0; i < SIZE; i += 16) {
        v128_t x = wasm_v128_load(p + i);
        v128_t upper = wasm_u8x16_lt(wasm_i8x16_sub(x, low), span);
        wasm_v128_store(p + i, wasm_v128_xor(x, wasm_v128_and(upper, bit)));
    }
}

static NOINLINE void blend(uint8_t *p, const uint8_t *q, int alpha) {
    v128_t f = wasm_i16x8_splat((int16_t)alpha), g = wasm_i16x8_splat((int16_t)(256 - alpha));
    for (int i = 0; i < SIZE; i += 16) {
        v128_t x = wasm_v128_load(p + i), y = wasm_v128_load(q + i);
        v128_t lo = wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(x), f), wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(y), g));
        v128_t hi = wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(x), f), wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(y), g));
        wasm_v128_store(p + i, wasm_u8x16_narrow_i16x8(wasm_u16x8_shr(lo, 8), wasm_u16x8_shr(hi, 8)));
    }
}

static NOINLINE int64_t difference(const uint8_t *p, const uint8_t *q) {
    v128_t sum = wasm_i64x2_splat(0);
    for (int i = 0; i < SIZE; i += 16) {
        v128_t x = wasm_v128_load(p + i), y = wasm_v128_load(q + i);
        v128_t d = wasm_i8x16_sub(wasm_u8x16_max(x, y), wasm_u8x16_min(x, y));
        v128_t wide = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(d));
        sum = wasm_i64x2_add(sum, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(wide), wasm_u64x2_extend_high_u32x4(wide)));
    }
    return wasm_i64x2_extract_lane(sum, 0) + wasm_i64x2_extract_lane(sum, 1);
}

RUN {
    seed = 43;
    for (int i = 0; i < SIZE; i++) a[i] = (uint8_t)next_random(), b[i] = (uint8_t)next_random();
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++) {
        fold(a);
        blend(a, b, 100 + r % 100);
        sum += difference(a, b);
        b[(uint32_t)r * 31u % SIZE] ^= 0x55;
    }
    return sum;
}

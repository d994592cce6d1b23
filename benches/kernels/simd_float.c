// SIMD: a product of float matrices, four columns at a time.
#include <wasm_simd128.h>
#include "kernel.h"

enum { SIZE = 192 };
static float a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

RUN {
    seed = 41;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (float)(next_random() % 64) / 8;
            b[i][j] = (float)(next_random() % 64) / 8;
            c[i][j] = 0;
        }
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j += 16) {
                v128_t s0 = wasm_f32x4_splat(0), s1 = s0, s2 = s0, s3 = s0;
                for (int k = 0; k < SIZE; k++) {
                    v128_t x = wasm_v128_load32_splat(&a[i][k]);
                    s0 = wasm_f32x4_add(s0, wasm_f32x4_mul(x, wasm_v128_load(&b[k][j])));
                    s1 = wasm_f32x4_add(s1, wasm_f32x4_mul(x, wasm_v128_load(&b[k][j + 4])));
                    s2 = wasm_f32x4_add(s2, wasm_f32x4_mul(x, wasm_v128_load(&b[k][j + 8])));
                    s3 = wasm_f32x4_add(s3, wasm_f32x4_mul(x, wasm_v128_load(&b[k][j + 12])));
                }
                wasm_v128_store(&c[i][j], s0), wasm_v128_store(&c[i][j + 4], s1);
                wasm_v128_store(&c[i][j + 8], s2), wasm_v128_store(&c[i][j + 12], s3);
            }
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += (double)c[i][i] * (i + 1);
    return bits_of(sum);
}

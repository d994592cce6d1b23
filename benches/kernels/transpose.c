// A matrix turned over in place: strided loads and stores.
#include "kernel.h"

enum { SIZE = 512 };
static uint32_t m[SIZE][SIZE];

RUN {
    seed = 17;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) m[i][j] = next_random();
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < i; j++) {
                uint32_t t = m[i][j];
                m[i][j] = m[j][i] + (uint32_t)r;
                m[j][i] = t;
            }
    int64_t sum = 0;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) sum = sum * 3 + m[i][j];
    return sum;
}

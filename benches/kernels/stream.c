// Long arrays walked once per round: loads and stores, little else.
#include "kernel.h"

enum { SIZE = 1 << 17 };
static double a[SIZE], b[SIZE], c[SIZE];

RUN {
    for (int i = 0; i < SIZE; i++) a[i] = i % 97, b[i] = i % 89, c[i] = 0;
    for (int32_t r = 0; r < n; r++) {
        double s = 0.5 + r % 3;
        for (int i = 0; i < SIZE; i++) c[i] = a[i] + s * b[i];
        for (int i = 0; i < SIZE; i++) a[i] = c[i] * 0.25;
    }
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += a[i];
    return bits_of(sum);
}

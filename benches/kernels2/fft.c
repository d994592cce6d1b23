// A Fourier transform of doubles, forth, with its roots from a recurrence.
#include "kernel.h"

enum { LOG = 11, SIZE = 1 << LOG };
static double re[SIZE], im[SIZE];

static NOINLINE void transform(void) {
    for (uint32_t i = 0, j = 0; i < SIZE; i++) {
        if (i < j) {
            double t = re[i];
            re[i] = re[j], re[j] = t;
            t = im[i], im[i] = im[j], im[j] = t;
        }
        uint32_t bit = SIZE >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j |= bit;
    }
    // cos and sin of pi, pi / 2, pi / 4, ... by halving the angle.
    double c = -1, s = 0;
    for (int half = 1; half < SIZE; half <<= 1) {
        double wr = 1, wi = 0;
        for (int k = 0; k < half; k++) {
            for (int i = k; i < SIZE; i += 2 * half) {
                int j = i + half;
                double xr = re[j] * wr - im[j] * wi, xi = re[j] * wi + im[j] * wr;
                re[j] = re[i] - xr, im[j] = im[i] - xi;
                re[i] += xr, im[i] += xi;
            }
            double t = wr * c - wi * s;
            wi = wr * s + wi * c, wr = t;
        }
        s = -__builtin_sqrt((1 - c) / 2), c = __builtin_sqrt((1 + c) / 2);
    }
}

RUN {
    int64_t sum = 0;
    seed = 41;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++) re[i] = (double)(next_random() & 1023) - 512, im[i] = 0;
        transform();
        sum ^= bits_of(re[r & (SIZE - 1)]) + bits_of(im[7]);
    }
    return sum;
}

// Products with a matrix that is computed as it goes: integer to float, and divisions.
#include "kernel.h"

enum { MAX = 400 };
static double u[MAX], v[MAX], t[MAX];

static double element(int i, int j) { return 1.0 / ((double)((i + j) * (i + j + 1) / 2 + i + 1)); }

static NOINLINE void times(int n, const double *in, double *out, int transposed) {
    for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) sum += (transposed ? element(j, i) : element(i, j)) * in[j];
        out[i] = sum;
    }
}

RUN {
    int size = 100;
    for (int i = 0; i < size; i++) u[i] = 1;
    for (int32_t r = 0; r < n; r++) {
        times(size, u, t, 0), times(size, t, v, 1);
        times(size, v, t, 0), times(size, t, u, 1);
    }
    double uv = 0, vv = 0;
    for (int i = 0; i < size; i++) uv += u[i] * v[i], vv += v[i] * v[i];
    return bits_of(__builtin_sqrt(uv / vv));
}

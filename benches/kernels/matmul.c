// Dense matrices, in the order that walks rows.
#include "kernel.h"

enum { SIZE = 160 };
static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

RUN {
    seed = 13;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (double)(next_random() % 100) / 10;
            b[i][j] = (double)(next_random() % 100) / 10;
            c[i][j] = 0;
        }
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < SIZE; i++)
            for (int k = 0; k < SIZE; k++) {
                double x = a[i][k];
                for (int j = 0; j < SIZE; j++) c[i][j] += x * b[k][j];
            }
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += c[i][SIZE - 1 - i] * (i + 1);
    return bits_of(sum);
}

// Escape times over a grid: a short dependent chain of double arithmetic and a compare.
#include "kernel.h"

RUN {
    int64_t sum = 0;
    for (int32_t py = 0; py < n; py++) {
        for (int32_t px = 0; px < n; px++) {
            double cx = 3.0 * px / n - 2.2, cy = 2.4 * py / n - 1.2, x = 0, y = 0;
            int i = 0;
            while (i < 80 && x * x + y * y < 4.0) {
                double t = x * x - y * y + cx;
                y = 2 * x * y + cy;
                x = t;
                i++;
            }
            sum = sum * 31 + i;
        }
    }
    return sum;
}

// All shortest ways in a graph.
#include "kernel.h"

enum { SIZE = 128 };
static int32_t distance[SIZE][SIZE];

RUN {
    int64_t sum = 0;
    seed = 43;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j++) distance[i][j] = i == j ? 0 : (int32_t)(next_random() & 0xffff) + 1;
        for (int k = 0; k < SIZE; k++)
            for (int i = 0; i < SIZE; i++) {
                int32_t first = distance[i][k];
                for (int j = 0; j < SIZE; j++) {
                    int32_t way = first + distance[k][j];
                    if (way < distance[i][j]) distance[i][j] = way;
                }
            }
        for (int i = 0; i < SIZE; i++) sum = sum * 7 + distance[i][(i * 5 + r) % SIZE];
    }
    return sum;
}

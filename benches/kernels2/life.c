// Conway's game on a torus, a byte for each cell.
#include "kernel.h"

enum { SIZE = 128 };
static uint8_t boards[2][SIZE][SIZE];

static NOINLINE void step(uint8_t (*from)[SIZE], uint8_t (*to)[SIZE]) {
    for (int y = 0; y < SIZE; y++) {
        const uint8_t *above = from[(y + SIZE - 1) % SIZE], *row = from[y], *below = from[(y + 1) % SIZE];
        for (int x = 0; x < SIZE; x++) {
            int l = (x + SIZE - 1) % SIZE, r = (x + 1) % SIZE;
            int around = above[l] + above[x] + above[r] + row[l] + row[r] + below[l] + below[x] + below[r];
            to[y][x] = around == 3 || (around == 2 && row[x]);
        }
    }
}

RUN {
    seed = 59;
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) boards[0][y][x] = next_random() & 1;
    for (int32_t r = 0; r < n; r++) step(boards[r & 1], boards[~r & 1]);
    int64_t sum = 0;
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) sum = sum * 3 + boards[n & 1][y][x];
    return sum;
}

// A prefix code of random letters: a tree from a heap, then bits out and in.
#include "kernel.h"

enum { LETTERS = 64, NODES = 2 * LETTERS, SIZE = 8192 };
static uint32_t weight[NODES];
static int32_t child[NODES][2], heap[LETTERS], n_heap;
static uint32_t code[LETTERS], length[LETTERS];
static uint8_t letters[SIZE], bits[SIZE * 2 * LETTERS / 8];

static NOINLINE void sift_down(int32_t at) {
    int32_t moved = heap[at];
    for (int32_t c; (c = 2 * at + 1) < n_heap; at = c) {
        if (c + 1 < n_heap && weight[heap[c + 1]] < weight[heap[c]]) c++;
        if (weight[moved] <= weight[heap[c]]) break;
        heap[at] = heap[c];
    }
    heap[at] = moved;
}

static NOINLINE void name(int32_t node, uint32_t path, uint32_t depth) {
    if (node < LETTERS) {
        code[node] = path, length[node] = depth;
        return;
    }
    for (uint32_t side = 0; side < 2; side++) name(child[node][side], path << 1 | side, depth + 1);
}

static NOINLINE int32_t tree(void) {
    n_heap = LETTERS;
    for (int32_t i = 0; i < LETTERS; i++) heap[i] = i;
    for (int32_t i = LETTERS / 2; i-- > 0;) sift_down(i);
    int32_t next = LETTERS;
    while (n_heap > 1) {
        int32_t a = heap[0];
        heap[0] = heap[--n_heap];
        sift_down(0);
        int32_t b = heap[0];
        weight[next] = weight[a] + weight[b];
        child[next][0] = a, child[next][1] = b;
        heap[0] = next++;
        sift_down(0);
    }
    return heap[0];
}

RUN {
    int64_t sum = 0;
    seed = 53;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < LETTERS; i++) weight[i] = 1;
        for (int i = 0; i < SIZE; i++) {
            uint32_t x = next_random() & next_random() >> 3;
            letters[i] = (uint8_t)(x % LETTERS);
            weight[letters[i]]++;
        }
        int32_t root = tree();
        name(root, 0, 0);
        uint32_t at = 0;
        for (int i = 0; i < SIZE; i++)
            for (uint32_t b = length[letters[i]]; b-- > 0; at++) {
                uint8_t mask = (uint8_t)(1u << (at & 7));
                bits[at >> 3] = (uint8_t)((bits[at >> 3] & ~mask) | (code[letters[i]] >> b & 1 ? mask : 0));
            }
        int32_t node = root, found = 0;
        for (uint32_t i = 0; i < at; i++) {
            node = child[node][bits[i >> 3] >> (i & 7) & 1];
            if (node < LETTERS) {
                if (letters[found++] != node) return -1;
                node = root;
            }
        }
        sum = sum * 3 + at + found;
    }
    return sum;
}

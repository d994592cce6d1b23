// Looking for words in a text: Horspool's search, then counting with a byte loop.
#include "kernel.h"

enum { SIZE = 1 << 16 };
static uint8_t text[SIZE];

static NOINLINE int32_t count(const uint8_t *word, int len) {
    uint8_t skip[256];
    for (int i = 0; i < 256; i++) skip[i] = (uint8_t)len;
    for (int i = 0; i < len - 1; i++) skip[word[i]] = (uint8_t)(len - 1 - i);
    int32_t found = 0;
    for (int at = 0; at + len <= SIZE; at += skip[text[at + len - 1]]) {
        int i = len - 1;
        while (i >= 0 && text[at + i] == word[i]) i--;
        found += i < 0;
    }
    return found;
}

RUN {
    seed = 31;
    for (int i = 0; i < SIZE; i++) text[i] = "etaoin shrdlu"[next_random() % 13];
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++) {
        uint8_t word[8];
        int len = 2 + r % 6;
        for (int i = 0; i < len; i++) word[i] = text[(r * 977 + i) % SIZE];
        sum = sum * 3 + count(word, len);
        int lines = 0;
        for (int i = 0; i < SIZE; i++) lines += text[i] == ' ';
        sum += lines;
        text[(uint32_t)r * 7919u % SIZE] = 'x';
    }
    return sum;
}

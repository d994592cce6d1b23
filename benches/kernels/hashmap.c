// A table with open addressing: insert, find, delete, at random.
#include "kernel.h"

enum { SIZE = 1 << 15, EMPTY = 0, GONE = 1 };

struct slot {
    uint32_t key, value;
};

static struct slot slots[SIZE];

static uint32_t mix(uint32_t x) {
    x ^= x >> 16, x *= 0x7feb352du, x ^= x >> 15, x *= 0x846ca68bu;
    return x ^ x >> 16;
}

static NOINLINE struct slot *find(uint32_t key, int insert) {
    struct slot *gone = 0;
    for (uint32_t i = mix(key) & (SIZE - 1);; i = (i + 1) & (SIZE - 1)) {
        struct slot *s = &slots[i];
        if (s->key == key) return s;
        if (s->key == GONE && !gone) gone = s;
        if (s->key == EMPTY) {
            if (!insert) return 0;
            if (gone) s = gone;
            s->key = key, s->value = 0;
            return s;
        }
    }
}

RUN {
    seed = 37;
    for (int i = 0; i < SIZE; i++) slots[i].key = EMPTY;
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++) {
        uint32_t key = (next_random() & 0x3fff) + 2;
        uint32_t what = next_random() >> 29;
        if (what < 4) {
            find(key, 1)->value += (uint32_t)r;
        } else {
            struct slot *s = find(key, 0);
            if (s && what == 7) s->key = GONE, s->value = 0;
            else if (s) sum += s->value;
        }
    }
    return sum;
}

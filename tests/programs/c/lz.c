// lz: packs and unpacks with LZ77 matches, move-to-front and adaptive arithmetic coding.
//
//   lz pack IN OUT     lz unpack IN OUT     lz test IN     lz make COUNT (bytes to standard output)
//
// `-` is standard input or output. Exit codes: 0, 1 for damaged or unreadable data, 2 for usage.

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    uint8_t *at;
    size_t len, room;
};

_Noreturn static void die(const char *what, const char *which) {
    fprintf(stderr, "lz: %s: %s\n", which, what);
    exit(1);
}

static void put(struct bytes *b, uint8_t c) {
    if (b->len == b->room) {
        b->room = b->room ? b->room * 2 : 4096;
        if (!(b->at = realloc(b->at, b->room))) die("out of memory", "data");
    }
    b->at[b->len++] = c;
}

static struct bytes slurp(const char *name) {
    struct bytes b = {0};
    FILE *in = strcmp(name, "-") ? fopen(name, "rb") : stdin;
    if (!in) die(strerror(errno), name);
    uint8_t chunk[8192];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, in)) > 0;)
        for (size_t i = 0; i < n; i++) put(&b, chunk[i]);
    if (ferror(in)) die(strerror(errno), name);
    if (in != stdin) fclose(in);
    return b;
}

static void spill(const char *name, const struct bytes *b) {
    FILE *out = strcmp(name, "-") ? fopen(name, "wb") : stdout;
    if (!out) die(strerror(errno), name);
    if (fwrite(b->at, 1, b->len, out) != b->len || fflush(out)) die(strerror(errno), name);
    if (out != stdout) fclose(out);
}

// A binary arithmetic coder over trees of adaptive bits.

struct coder {
    uint32_t low, high, code;
    struct bytes out;
    const uint8_t *in, *end;
    int over;
};

typedef uint16_t bit_model;

static void encode_bit(struct coder *c, bit_model *m, int bit) {
    uint32_t mid = c->low + (uint32_t)(((uint64_t)(c->high - c->low) * *m) >> 16);
    if (bit) c->high = mid, *m = (uint16_t)(*m + ((65535 - *m) >> 5));
    else c->low = mid + 1, *m = (uint16_t)(*m - (*m >> 5));
    while ((c->low ^ c->high) < 1u << 24) {
        put(&c->out, (uint8_t)(c->high >> 24));
        c->low <<= 8, c->high = c->high << 8 | 255;
    }
}

static uint32_t next_byte(struct coder *c) {
    if (c->in < c->end) return *c->in++;
    c->over++;
    return 0;
}

static int decode_bit(struct coder *c, bit_model *m) {
    uint32_t mid = c->low + (uint32_t)(((uint64_t)(c->high - c->low) * *m) >> 16);
    int bit = c->code <= mid;
    if (bit) c->high = mid, *m = (uint16_t)(*m + ((65535 - *m) >> 5));
    else c->low = mid + 1, *m = (uint16_t)(*m - (*m >> 5));
    while ((c->low ^ c->high) < 1u << 24) {
        c->low <<= 8, c->high = c->high << 8 | 255;
        c->code = c->code << 8 | next_byte(c);
    }
    return bit;
}

static void encode(struct coder *c, bit_model *tree, int bits, uint32_t v) {
    uint32_t node = 1;
    for (int i = bits - 1; i >= 0; i--) {
        int bit = v >> i & 1;
        encode_bit(c, &tree[node], bit);
        node = node * 2 + (uint32_t)bit;
    }
}

static uint32_t decode(struct coder *c, bit_model *tree, int bits) {
    uint32_t node = 1;
    for (int i = 0; i < bits; i++) node = node * 2 + (uint32_t)decode_bit(c, &tree[node]);
    return node - (1u << bits);
}

struct models {
    bit_model kind[256], literal[256][256], length[256], near_high[256], near_low[256][256];
    bit_model size[4][256];
};

static struct models *fresh_models(void) {
    struct models *m = malloc(sizeof *m);
    if (!m) die("out of memory", "models");
    bit_model *all = (bit_model *)m;
    for (size_t i = 0; i < sizeof *m / sizeof *all; i++) all[i] = 32768;
    return m;
}

enum { WINDOW = 65536, MIN = 4, MAX = MIN + 255 };

static struct bytes pack(const struct bytes *in) {
    struct coder c = {.high = UINT32_MAX};
    struct models *m = fresh_models();
    for (int i = 0; i < 4; i++) encode(&c, m->size[i], 8, (uint32_t)(in->len >> (8 * i)) & 255);
    size_t *heads = calloc(1 << 15, sizeof *heads), *chain = calloc(WINDOW, sizeof *chain);
    if (!heads || !chain) die("out of memory", "tables");
    uint8_t before = 0;
    for (size_t at = 0; at < in->len;) {
        size_t best = 0, from = 0;
        unsigned hash = 0;
        if (at + MIN <= in->len) {
            uint32_t four;
            memcpy(&four, in->at + at, 4);
            hash = four * 2654435761u >> 17;
            size_t seen = heads[hash];
            for (int tries = 32; tries && seen && at - (seen - 1) < WINDOW; tries--) {
                size_t p = seen - 1, n = 0;
                while (n < MAX && at + n < in->len && in->at[p + n] == in->at[at + n]) n++;
                if (n > best) best = n, from = p;
                size_t older = chain[p % WINDOW];
                if (older >= seen) break;
                seen = older;
            }
        }
        size_t step = 1;
        if (best >= MIN) {
            encode_bit(&c, &m->kind[before], 1);
            encode(&c, m->length, 8, (uint32_t)(best - MIN));
            uint32_t back = (uint32_t)(at - from);
            encode(&c, m->near_high, 8, back >> 8);
            encode(&c, m->near_low[back >> 8], 8, back & 255);
            step = best;
        } else {
            encode_bit(&c, &m->kind[before], 0);
            encode(&c, m->literal[before], 8, in->at[at]);
        }
        for (; step; step--, at++) {
            if (at + MIN <= in->len) {
                uint32_t four;
                memcpy(&four, in->at + at, 4);
                hash = four * 2654435761u >> 17;
                chain[at % WINDOW] = heads[hash];
                heads[hash] = at + 1;
            }
        }
        before = in->at[at - 1];
    }
    for (int i = 0; i < 4; i++) put(&c.out, (uint8_t)(c.low >> 24)), c.low <<= 8;
    free(heads), free(chain), free(m);
    return c.out;
}

static struct bytes unpack(const struct bytes *in, const char *name) {
    struct coder c = {.high = UINT32_MAX, .in = in->at, .end = in->at + in->len};
    struct models *m = fresh_models();
    struct bytes out = {0};
    for (int i = 0; i < 4; i++) c.code = c.code << 8 | next_byte(&c);
    size_t len = 0;
    for (int i = 0; i < 4; i++) len |= (size_t)decode(&c, m->size[i], 8) << (8 * i);
    uint8_t before = 0;
    while (out.len < len) {
        if (c.over > 8) die("ends too early", name);
        if (decode_bit(&c, &m->kind[before])) {
            size_t n = decode(&c, m->length, 8) + MIN;
            size_t high = decode(&c, m->near_high, 8);
            size_t back = high << 8 | decode(&c, m->near_low[high], 8);
            if (!back || back > out.len) die("damaged", name);
            for (; n; n--) put(&out, out.at[out.len - back]);
        } else {
            put(&out, (uint8_t)decode(&c, m->literal[before], 8));
        }
        before = out.at[out.len - 1];
    }
    free(m);
    return out;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (argc == 4 && (!strcmp(what, "pack") || !strcmp(what, "unpack"))) {
        struct bytes in = slurp(argv[2]);
        struct bytes out = *what == 'p' ? pack(&in) : unpack(&in, argv[2]);
        spill(argv[3], &out);
        fprintf(stderr, "%zu to %zu bytes\n", in.len, out.len);
        return 0;
    }
    if (argc == 3 && !strcmp(what, "test")) {
        struct bytes in = slurp(argv[2]), packed = pack(&in), back = unpack(&packed, argv[2]);
        int same = in.len == back.len && (!in.len || !memcmp(in.at, back.at, in.len));
        printf("%zu to %zu and back: %s\n", in.len, packed.len, same ? "same" : "DIFFERENT");
        return !same;
    }
    if (argc == 3 && !strcmp(what, "make")) {
        uint32_t x = 12345;
        for (long n = atol(argv[2]); n > 0; n--) {
            x ^= x << 13, x ^= x >> 17, x ^= x << 5;
            putchar((int)(x % 7 ? "the quick brown fox "[x % 20] : x >> 24));
        }
        return ferror(stdout) != 0;
    }
    fputs("usage: lz pack|unpack IN OUT | test IN | make COUNT\n", stderr);
    return 2;
}

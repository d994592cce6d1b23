// sha256: hashes of files, of folders with all that is in them, and of standard input.
//
//   sha256 [PATH...]          one line per file, folders sorted and walked
//   sha256 -c FILE            checks a list that sha256 wrote
//   sha256 -x [FILE]          a hex dump instead of a hash (a big output)
//   sha256 -g COUNT           COUNT lines of a chain of hashes (a big output from no input)
//
// Exit codes: 0, 1 if something cannot be read or does not match, 2 for wrong usage.

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct sha256 {
    uint32_t h[8];
    uint64_t len;
    uint8_t block[64];
};

static uint32_t k[64];

static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

// The fractional bits of the n-th prime's root, found by integer bisection.
static uint64_t root_bits(uint32_t prime, int cube) {
    uint64_t lo = 0, hi = 1ull << 37;
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;
        unsigned __int128 m = mid, power = cube ? m * m * m : m * m;
        unsigned __int128 want = (unsigned __int128)prime << (cube ? 96 : 64);
        if (power <= want) lo = mid;
        else hi = mid;
    }
    return lo;
}

static uint32_t start[8];

static void make_tables(void) {
    int n = 0;
    for (uint32_t p = 2; n < 64; p++) {
        int prime = 1;
        for (uint32_t d = 2; d * d <= p; d++) prime &= p % d != 0;
        if (!prime) continue;
        if (n < 8) start[n] = (uint32_t)root_bits(p, 0);
        k[n++] = (uint32_t)root_bits(p, 1);
    }
}

static void block(struct sha256 *s, const uint8_t *p) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 | p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (ror(a, 7) ^ ror(a, 18) ^ a >> 3) +
               (ror(b, 17) ^ ror(b, 19) ^ b >> 10);
    }
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = v[7] + (ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25)) +
                      ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
        uint32_t t2 = (ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22)) +
                      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) s->h[i] += v[i];
}

static void init(struct sha256 *s) {
    memcpy(s->h, start, sizeof start);
    s->len = 0;
}

static void update(struct sha256 *s, const uint8_t *p, size_t n) {
    size_t used = s->len & 63;
    s->len += n;
    while (n) {
        size_t take = 64 - used < n ? 64 - used : n;
        memcpy(s->block + used, p, take);
        used += take, p += take, n -= take;
        if (used == 64) block(s, s->block), used = 0;
    }
}

static void finish(struct sha256 *s, char hex[65]) {
    uint64_t bits = s->len * 8;
    uint8_t tail[72] = {0x80};
    size_t pad = (s->len & 63) < 56 ? 56 - (s->len & 63) : 120 - (s->len & 63);
    for (int i = 0; i < 8; i++) tail[pad + i] = (uint8_t)(bits >> (56 - 8 * i));
    update(s, tail, pad + 8);
    for (int i = 0; i < 8; i++) sprintf(hex + 8 * i, "%08x", s->h[i]);
}

static int hash_stream(FILE *in, char hex[65]) {
    static uint8_t buffer[32768];
    struct sha256 s;
    size_t n;
    init(&s);
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0) update(&s, buffer, n);
    finish(&s, hex);
    return ferror(in) ? -1 : 0;
}

static int complain(const char *path) {
    fprintf(stderr, "sha256: %s: %s\n", path, strerror(errno));
    return 1;
}

static int hash_file(const char *path, char hex[65]) {
    FILE *in = fopen(path, "rb");
    if (!in) return complain(path);
    int bad = hash_stream(in, hex) ? complain(path) : 0;
    fclose(in);
    return bad;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int walk(const char *path) {
    struct stat st;
    if (stat(path, &st)) return complain(path);
    if (!S_ISDIR(st.st_mode)) {
        char hex[65];
        int bad = hash_file(path, hex);
        if (!bad) printf("%s  %s\n", hex, path);
        return bad;
    }
    DIR *dir = opendir(path);
    if (!dir) return complain(path);
    char **names = NULL;
    size_t n = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        names = realloc(names, (n + 1) * sizeof *names);
        if (!names || !(names[n++] = strdup(e->d_name))) abort();
    }
    closedir(dir);
    if (n) qsort(names, n, sizeof *names, by_name);
    int bad = 0;
    for (size_t i = 0; i < n; i++) {
        char *child = malloc(strlen(path) + strlen(names[i]) + 2);
        if (!child) abort();
        sprintf(child, "%s/%s", path, names[i]);
        bad |= walk(child);
        free(child);
        free(names[i]);
    }
    free(names);
    return bad;
}

static int check(const char *list) {
    FILE *in = fopen(list, "r");
    if (!in) return complain(list);
    char line[1100], hex[65];
    int bad = 0;
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = 0;
        if (strlen(line) < 67) continue;
        int wrong = hash_file(line + 66, hex) || memcmp(hex, line, 64);
        printf("%s: %s\n", line + 66, wrong ? "FAILED" : "OK");
        bad |= wrong;
    }
    fclose(in);
    return bad;
}

static int dump(FILE *in) {
    unsigned char row[16];
    unsigned long at = 0;
    size_t n;
    while ((n = fread(row, 1, sizeof row, in)) > 0) {
        printf("%08lx ", at);
        for (size_t i = 0; i < 16; i++) i < n ? printf(" %02x", row[i]) : printf("   ");
        printf("  |");
        for (size_t i = 0; i < n; i++) putchar(row[i] >= 32 && row[i] < 127 ? row[i] : '.');
        printf("|\n");
        at += n;
    }
    return ferror(in) != 0;
}

int main(int argc, char **argv) {
    make_tables();
    if (argc == 3 && !strcmp(argv[1], "-c")) return check(argv[2]);
    if (argc >= 2 && !strcmp(argv[1], "-x")) {
        FILE *in = argc > 2 ? fopen(argv[2], "rb") : stdin;
        return in ? dump(in) : complain(argv[2]);
    }
    if (argc == 3 && !strcmp(argv[1], "-g")) {
        char hex[65] = "";
        for (long i = 0, n = atol(argv[2]); i < n; i++) {
            struct sha256 s;
            init(&s);
            update(&s, (const uint8_t *)hex, strlen(hex));
            finish(&s, hex);
            puts(hex);
        }
        return 0;
    }
    if (argc > 1 && argv[1][0] == '-') {
        fputs("usage: sha256 [-c FILE | -x [FILE] | -g COUNT | PATH...]\n", stderr);
        return 2;
    }
    int bad = 0;
    for (int i = 1; i < argc; i++) bad |= walk(argv[i]);
    if (argc == 1) {
        char hex[65];
        bad = hash_stream(stdin, hex) != 0;
        printf("%s  -\n", hex);
    }
    return bad;
}

// words: counts lines, words and bytes of files or standard input, and lists the commonest words.
//
//   words [-n COUNT] [-s] [-o FILE] [FILE...]
//
// -n COUNT  list so many words (default 10)     -s  sort the whole list by spelling
// -o FILE   write the list to FILE
//
// Exit codes: 0, 1 if a file cannot be read or written, 2 for wrong usage.

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
    struct word *next;
    unsigned long count;
    unsigned hash;
    char text[];
};

static struct word **buckets;
static size_t n_buckets = 256, n_words;
static unsigned long lines, words, bytes;

static void *must(void *p) {
    if (!p) {
        fputs("words: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

static void grow(void) {
    size_t n = n_buckets * 2;
    struct word **fresh = must(calloc(n, sizeof *fresh));
    for (size_t i = 0; i < n_buckets; i++) {
        for (struct word *w = buckets[i], *next; w; w = next) {
            next = w->next;
            w->next = fresh[w->hash & (n - 1)];
            fresh[w->hash & (n - 1)] = w;
        }
    }
    free(buckets);
    buckets = fresh;
    n_buckets = n;
}

static void count(const char *text, size_t len) {
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    words++;
    for (struct word *w = buckets[hash & (n_buckets - 1)]; w; w = w->next) {
        if (w->hash == hash && strlen(w->text) == len && !memcmp(w->text, text, len)) {
            w->count++;
            return;
        }
    }
    if (n_words >= n_buckets) grow();
    struct word *w = must(malloc(sizeof *w + len + 1));
    w->hash = hash;
    w->count = 1;
    memcpy(w->text, text, len);
    w->text[len] = 0;
    w->next = buckets[hash & (n_buckets - 1)];
    buckets[hash & (n_buckets - 1)] = w;
    n_words++;
}

static int read_stream(FILE *in, const char *name) {
    char word[256];
    size_t len = 0;
    static char chunk[16384];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, in)) > 0) {
        bytes += got;
        for (size_t i = 0; i < got; i++) {
            unsigned char c = (unsigned char)chunk[i];
            if (c == '\n') lines++;
            // Bytes of other scripts belong to words.
            if (isalnum(c) || c >= 0x80 || (c == '\'' && len)) {
                if (len < sizeof word) word[len++] = (char)tolower(c);
            } else if (len) {
                count(word, len);
                len = 0;
            }
        }
    }
    if (len) count(word, len);
    if (ferror(in)) {
        fprintf(stderr, "words: %s: %s\n", name, strerror(errno));
        return 1;
    }
    return 0;
}

static int by_text(const void *a, const void *b) {
    const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;
    return strcmp(x->text, y->text);
}

static int by_count(const void *a, const void *b) {
    const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return strcmp(x->text, y->text);
}

static int usage(void) {
    fputs("usage: words [-n COUNT] [-s] [-o FILE] [FILE...]\n", stderr);
    return 2;
}

int main(int argc, char **argv) {
    unsigned long top = 10;
    int sorted = 0, status = 0, arg = 1;
    const char *out_name = NULL;
    for (; arg < argc && argv[arg][0] == '-' && argv[arg][1]; arg++) {
        if (!strcmp(argv[arg], "-s")) {
            sorted = 1;
        } else if (!strcmp(argv[arg], "-n") && arg + 1 < argc) {
            char *end;
            top = strtoul(argv[++arg], &end, 10);
            if (*end) return usage();
        } else if (!strcmp(argv[arg], "-o") && arg + 1 < argc) {
            out_name = argv[++arg];
        } else {
            return usage();
        }
    }
    buckets = must(calloc(n_buckets, sizeof *buckets));
    if (arg == argc) status |= read_stream(stdin, "standard input");
    for (; arg < argc; arg++) {
        FILE *in = fopen(argv[arg], "rb");
        if (!in) {
            fprintf(stderr, "words: %s: %s\n", argv[arg], strerror(errno));
            status = 1;
            continue;
        }
        status |= read_stream(in, argv[arg]);
        fclose(in);
    }

    struct word **all = must(malloc((n_words + 1) * sizeof *all));
    size_t n = 0;
    for (size_t i = 0; i < n_buckets; i++)
        for (struct word *w = buckets[i]; w; w = w->next) all[n++] = w;
    qsort(all, n, sizeof *all, by_count);
    if (n > top) n = top;
    if (sorted) qsort(all, n, sizeof *all, by_text);

    FILE *out = stdout;
    if (out_name && !(out = fopen(out_name, "w"))) {
        fprintf(stderr, "words: %s: %s\n", out_name, strerror(errno));
        return 1;
    }
    printf("%lu lines, %lu words, %lu bytes, %lu distinct words\n", lines, words, bytes,
           (unsigned long)n_words);
    for (size_t i = 0; i < n; i++) fprintf(out, "%7lu %s\n", all[i]->count, all[i]->text);
    if (fclose(out) || fflush(NULL)) {
        fputs("words: write error\n", stderr);
        return 1;
    }
    return status;
}

// env: arguments, environment, exit codes, traps, clocks and random bytes.
//
//   env args ARG...      lists the arguments         env list        lists the environment, sorted
//   env get NAME         one variable, or exit 1     env exit CODE   exits with CODE
//   env abort            abort()                     env trap KIND   unreachable, div, overflow,
//   env clock            clocks do not run back                      memory, table, signature,
//   env random           random bytes differ                         stack
//   env atexit           exit handlers run           env sleep MS    sleeps at least so long
//   env cat              standard input to standard output, its length to standard error

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static volatile int zero;

// Needs the engine's stack only, none of the program's own.
__attribute__((noinline)) static int recurse(int depth) {
    if (depth == zero - 1) return 1;
    return recurse(depth + 1) * 3 + zero;
}

static int trap(const char *kind) {
    if (!strcmp(kind, "unreachable")) __builtin_trap();
    if (!strcmp(kind, "div")) return (7 + zero) / zero;
    if (!strcmp(kind, "overflow")) return (INT_MIN + zero) / (zero - 1);
    if (!strcmp(kind, "memory")) return *(volatile int *)(uintptr_t)(0xfffffff0u + (unsigned)zero);
    if (!strcmp(kind, "table")) {
        int (*volatile f)(void) = (int (*)(void))(uintptr_t)(0x7fffffffu + (unsigned)zero);
        return f();
    }
    if (!strcmp(kind, "stack")) return recurse(0);
    if (!strcmp(kind, "signature")) {
        int (*volatile f)(double) = (int (*)(double))(uintptr_t)by_text;
        return f(1.5);
    }
    fprintf(stderr, "env: no trap called %s\n", kind);
    return 2;
}

static void first(void) { puts("first handler, runs last"); }
static void second(void) { puts("second handler, runs first"); }

static double seconds(clockid_t id) {
    struct timespec t;
    if (clock_gettime(id, &t)) {
        perror("clock_gettime");
        exit(1);
    }
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int clocks(void) {
    double last = seconds(CLOCK_MONOTONIC);
    for (int i = 0; i < 1000; i++) {
        double now = seconds(CLOCK_MONOTONIC);
        if (now < last) return puts("monotonic clock ran back"), 1;
        last = now;
    }
    time_t now = time(NULL);
    struct tm *tm = gmtime(&now);
    // Any date after this program was written.
    printf("monotonic: fine, year: %s\n", tm && tm->tm_year >= 126 ? "fine" : "wrong");
    return 0;
}

static int randomness(void) {
    uint64_t a[32] = {0}, b[32] = {0};
    if (getentropy(a, sizeof a) || getentropy(b, sizeof b)) return perror("getentropy"), 1;
    int same = 0, zeros = 0;
    for (int i = 0; i < 32; i++) same += a[i] == b[i], zeros += !a[i];
    printf("%d equal, %d zero\n", same, zeros);
    return 0;
}

static int cat(void) {
    char buffer[4096];
    ssize_t n;
    unsigned long total = 0;
    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0, put; at < n; at += put) {
            if ((put = write(1, buffer + at, (size_t)(n - at))) < 0) return perror("write"), 1;
        }
        total += (unsigned long)n;
    }
    fprintf(stderr, "%lu bytes\n", total);
    return n < 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "args")) {
        for (int i = 2; i < argc; i++) printf("%d: [%s] %zu\n", i - 1, argv[i], strlen(argv[i]));
        return 0;
    }
    if (!strcmp(what, "list")) {
        size_t n = 0;
        while (environ[n]) n++;
        qsort(environ, n, sizeof *environ, by_text);
        for (size_t i = 0; i < n; i++) puts(environ[i]);
        printf("%zu variables\n", n);
        return 0;
    }
    if (!strcmp(what, "get") && argc == 3) {
        const char *value = getenv(argv[2]);
        if (value) puts(value);
        return !value;
    }
    if (!strcmp(what, "exit") && argc == 3) {
        printf("leaving with %s", argv[2]);
        exit(atoi(argv[2]));
    }
    if (!strcmp(what, "_exit")) {
        printf("this stays in the buffer");
        _exit(3);
    }
    if (!strcmp(what, "abort")) abort();
    if (!strcmp(what, "trap") && argc == 3) {
        puts("about to trap");
        fflush(stdout);
        return trap(argv[2]);
    }
    if (!strcmp(what, "clock")) return clocks();
    if (!strcmp(what, "random")) return randomness();
    if (!strcmp(what, "cat")) return cat();
    if (!strcmp(what, "atexit")) {
        atexit(first);
        atexit(second);
        return 7;
    }
    if (!strcmp(what, "sleep") && argc == 3) {
        double start = seconds(CLOCK_MONOTONIC), want = atof(argv[2]) / 1000;
        usleep((useconds_t)(want * 1e6));
        puts(seconds(CLOCK_MONOTONIC) - start >= want ? "slept" : "woke early");
        return 0;
    }
    fputs("usage: env COMMAND...\n", stderr);
    return 2;
}

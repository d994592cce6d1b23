// Waiting for clocks and descriptors. Oracle: wasmtime.
#include "common.h"

static __wasi_timestamp_t now(int clock) {
    __wasi_timestamp_t t = 0;
    __wasi_clock_time_get(clock, 1, &t);
    return t;
}

static __wasi_subscription_t on_clock(uint64_t userdata, int id, uint64_t timeout, int absolute) {
    __wasi_subscription_t s = {0};
    s.userdata = userdata;
    s.u.tag = __WASI_EVENTTYPE_CLOCK;
    s.u.u.clock.id = id;
    s.u.u.clock.timeout = timeout;
    s.u.u.clock.flags = absolute ? __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME : 0;
    return s;
}

static __wasi_subscription_t on_fd(uint64_t userdata, int type, __wasi_fd_t fd) {
    __wasi_subscription_t s = {0};
    s.userdata = userdata;
    s.u.tag = type;
    s.u.u.fd_read.file_descriptor = fd;
    return s;
}

static void run(const char *title, __wasi_subscription_t *subs, size_t n, uint64_t least_ms,
                uint64_t most_ms) {
    __wasi_event_t events[8];
    memset(events, 0xee, sizeof events);
    __wasi_size_t count = 0;
    uint64_t before = now(__WASI_CLOCKID_MONOTONIC);
    int e = __wasi_poll_oneoff(subs, events, n, &count);
    uint64_t ms = (now(__WASI_CLOCKID_MONOTONIC) - before) / 1000000;
    printf("%s: %s, %u events", title, errno_name(e), (unsigned)count);
    if (ms < least_ms || ms > most_ms) printf(", took %llu ms", (unsigned long long)ms);
    putchar('\n');
    for (size_t i = 0; i < count && !e; i++)
        printf("  %llu %s type %u\n", (unsigned long long)events[i].userdata,
               errno_name(events[i].error), events[i].type);
}

int main(void) {
    enum { MONO = __WASI_CLOCKID_MONOTONIC, REAL = __WASI_CLOCKID_REALTIME };
    enum { READ = __WASI_EVENTTYPE_FD_READ, WRITE = __WASI_EVENTTYPE_FD_WRITE };
    const uint64_t MS = 1000000;
    __wasi_subscription_t s[8];
    s[0] = on_clock(1, MONO, 20 * MS, 0);
    run("one clock", s, 1, 20, 2000);
    s[0] = on_clock(2, REAL, 20 * MS, 0);
    run("the wall clock", s, 1, 20, 2000);
    s[0] = on_clock(3, MONO, now(MONO) + 20 * MS, 1);
    run("a moment", s, 1, 19, 2000);
    s[0] = on_clock(5, MONO, 1, 1);
    run("a moment long ago", s, 1, 0, 1000);
    s[0] = on_clock(6, MONO, 0, 0);
    run("no time", s, 1, 0, 1000);
    s[0] = on_clock(7, MONO, 60000 * MS, 0);
    s[1] = on_clock(8, MONO, 20 * MS, 0);
    s[2] = on_clock(9, REAL, 50000 * MS, 0);
    run("three clocks", s, 3, 20, 2000);
    s[0] = on_clock(10, MONO, 60000 * MS, 0);
    s[1] = on_clock(11, REAL, 1, 1);
    s[2] = on_clock(12, MONO, 1, 1);
    run("two of three at once", s, 3, 0, 1000);

    make_file("file", "content");
    __wasi_fd_t fd = must_open("file", 0, ALL_FILE);
    s[0] = on_clock(20, MONO, 60000 * MS, 0);
    s[1] = on_fd(21, READ, fd);
    s[2] = on_fd(22, WRITE, fd);
    run("a file", s, 3, 0, 1000);
    s[1] = on_fd(23, READ, 0);
    run("input that is there", s, 2, 0, 1000);
    s[1] = on_fd(24, WRITE, 1);
    s[2] = on_fd(25, WRITE, 2);
    run("output", s, 3, 0, 1000);
    run("nothing", s, 0, 0, 1000);
}

// The functions that wasi_unstable has in another form. Oracle: old.
#include "common.h"

#define IMPORT(name) __attribute__((import_module("wasi_unstable"), import_name(#name)))
IMPORT(fd_write) int u_fd_write(uint32_t, const void *, uint32_t, void *);
IMPORT(path_open) int u_path_open(uint32_t, uint32_t, const char *, uint32_t, uint32_t, uint64_t,
                                  uint64_t, uint32_t, void *);
IMPORT(fd_filestat_get) int u_fd_filestat_get(uint32_t, void *);
IMPORT(path_filestat_get) int u_path_filestat_get(uint32_t, uint32_t, const char *, uint32_t, void *);
IMPORT(fd_seek) int u_fd_seek(uint32_t, int64_t, uint32_t, void *);
IMPORT(poll_oneoff) int u_poll_oneoff(const void *, void *, uint32_t, void *);
IMPORT(proc_exit) _Noreturn void u_proc_exit(uint32_t);

static int length;
static char text[2048];
#define SAY(...) (length += snprintf(text + length, sizeof text - length, __VA_ARGS__))

int main(void) {
    struct { const char *p; uint32_t n; } iov = {"hello\n", 6};
    uint32_t n = 0, fd = 0;
    u_fd_write(1, &iov, 1, &n);
    SAY("%u\n", (unsigned)n);
    int e = u_path_open(ROOT, 0, "file", 4, 1, ALL_FILE, 0, 0, &fd);
    SAY("open %s\n", errno_name(e));
    e = u_fd_write(fd, &iov, 1, &n);
    SAY("write %s\n", errno_name(e));
    __attribute__((aligned(8))) uint8_t stat[72];
    memset(stat, 0xaa, sizeof stat);
    e = u_fd_filestat_get(fd, stat);
    SAY("filestat %s: type %u, links %u, size %u, behind %x\n", errno_name(e), stat[16],
        (unsigned)*(uint32_t *)(stat + 20), (unsigned)*(uint64_t *)(stat + 24), stat[56]);
    memset(stat, 0xaa, sizeof stat);
    e = u_path_filestat_get(ROOT, 0, "file", 4, stat);
    SAY("path_filestat %s: type %u, links %u, size %u, behind %x\n", errno_name(e), stat[16],
        (unsigned)*(uint32_t *)(stat + 20), (unsigned)*(uint64_t *)(stat + 24), stat[56]);
    static const char *const NAMES[] = {"cur", "end", "set"};
    for (uint32_t whence = 0; whence < 3; whence++) {
        __attribute__((aligned(8))) uint64_t at = 99;
        e = u_fd_seek(fd, whence == 1 ? -2 : 1, whence, &at);
        SAY("seek %s: %s %u\n", NAMES[whence], errno_name(e), (unsigned)at);
    }
    __attribute__((aligned(8))) uint8_t subs[2 * 56], events[2 * 32];
    memset(subs, 0, sizeof subs);
    *(uint64_t *)subs = 7;
    *(uint64_t *)(subs + 16) = 1234;     // an identifier, which the later form has not
    *(uint32_t *)(subs + 24) = 1;        // monotonic
    *(uint64_t *)(subs + 32) = 60000000000ull;
    *(uint64_t *)(subs + 56) = 8;
    *(uint32_t *)(subs + 56 + 24) = 1;
    *(uint64_t *)(subs + 56 + 32) = 5000000;
    e = u_poll_oneoff(subs, events, 2, &n);
    SAY("poll %s: %u, %u %u %u\n", errno_name(e), (unsigned)n, (unsigned)*(uint64_t *)events,
        *(uint16_t *)(events + 8), events[10]);
    iov.p = text;
    iov.n = length;
    u_fd_write(1, &iov, 1, &n);
    u_proc_exit(3);
}

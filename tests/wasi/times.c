// Timestamps, by descriptor and by path, through links and not. Oracle: wasmtime.
#include "common.h"

#define ATIM __WASI_FSTFLAGS_ATIM
#define ATIM_NOW __WASI_FSTFLAGS_ATIM_NOW
#define MTIM __WASI_FSTFLAGS_MTIM
#define MTIM_NOW __WASI_FSTFLAGS_MTIM_NOW

static void show_times(const char *path, int follow) {
    __wasi_filestat_t stat = {0};
    int e = __wasi_path_filestat_get(ROOT, follow, path, &stat);
    __wasi_timestamp_t now = 0;
    __wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &now);
    // What is set to "now" is shown as such: less than a minute old.
    printf("%s: %s", path, errno_name(e));
    uint64_t times[] = {stat.atim, stat.mtim};
    for (int i = 0; i < 2; i++) {
        if (times[i] + 60000000000ull > now) printf(" now");
        else printf(" %llu", (unsigned long long)times[i]);
    }
    putchar('\n');
}

int main(void) {
    make_file("file", "x");
    __wasi_path_symlink("file", ROOT, "link");
    __wasi_path_create_directory(ROOT, "dir");
    __wasi_fd_t fd = must_open("file", 0, ALL_FILE);
    show("both", __wasi_fd_filestat_set_times(fd, 1000000001, 2000000002, ATIM | MTIM));
    show_times("file", 0);
    show("atim", __wasi_fd_filestat_set_times(fd, 3000000003, 9, ATIM));
    show_times("file", 0);
    show("mtim", __wasi_fd_filestat_set_times(fd, 9, 4000000004, MTIM));
    show_times("file", 0);
    show("none", __wasi_fd_filestat_set_times(fd, 9, 9, 0));
    show_times("file", 0);
    show("atim now", __wasi_fd_filestat_set_times(fd, 9, 9, ATIM_NOW));
    show_times("file", 0);
    show("mtim now, atim", __wasi_fd_filestat_set_times(fd, 5, 9, MTIM_NOW | ATIM));
    show_times("file", 0);
    show("atim twice", __wasi_fd_filestat_set_times(fd, 9, 9, ATIM | ATIM_NOW));
    show("mtim twice", __wasi_fd_filestat_set_times(fd, 9, 9, MTIM | MTIM_NOW));
    show("zero", __wasi_fd_filestat_set_times(fd, 0, 0, ATIM | MTIM));
    show_times("file", 0);
    show("of 99", __wasi_fd_filestat_set_times(99, 0, 0, ATIM));

    show("path", __wasi_path_filestat_set_times(ROOT, 0, "file", 11, 12, ATIM | MTIM));
    show_times("file", 0);
    show("link itself", __wasi_path_filestat_set_times(ROOT, 0, "link", 21, 22, ATIM | MTIM));
    show_times("file", 0);
    __wasi_filestat_t stat;
    __wasi_path_filestat_get(ROOT, 0, "link", &stat);
    printf("mtim of the link: %llu\n", stat.mtim);
    show("through the link", __wasi_path_filestat_set_times(ROOT, 1, "link", 31, 32, ATIM | MTIM));
    show_times("file", 0);
    show_times("link", 1);
    show("directory", __wasi_path_filestat_set_times(ROOT, 0, "dir", 41, 42, ATIM | MTIM));
    show_times("dir", 0);
    show("missing", __wasi_path_filestat_set_times(ROOT, 0, "missing", 1, 1, ATIM));
    show("twice", __wasi_path_filestat_set_times(ROOT, 0, "file", 1, 1, ATIM | ATIM_NOW));
    show("outside", __wasi_path_filestat_set_times(ROOT, 0, "../x", 1, 1, ATIM) ? 1 : 0);
    show("now", __wasi_path_filestat_set_times(ROOT, 0, "file", 1, 1, ATIM_NOW | MTIM_NOW));
    show_times("file", 0);
}

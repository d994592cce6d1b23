// Reading, writing, positions and sizes of regular files. Oracle: wasmtime.
#include "common.h"

static uint64_t tell(__wasi_fd_t fd) {
    __wasi_filesize_t at = -1;
    __wasi_fd_tell(fd, &at);
    return at;
}

static uint64_t size(__wasi_fd_t fd) {
    __wasi_filestat_t stat = {0};
    __wasi_fd_filestat_get(fd, &stat);
    return stat.size;
}

static void show_seek(__wasi_fd_t fd, int64_t offset, int whence, const char *name) {
    __wasi_filesize_t at = 0;
    int e = __wasi_fd_seek(fd, offset, whence, &at);
    printf("seek %lld %s: %s, %llu\n", (long long)offset, name, errno_name(e),
           (unsigned long long)(e ? tell(fd) : at));
}

int main(void) {
    __wasi_fd_t fd = must_open("file", __WASI_OFLAGS_CREAT, ALL_FILE);
    size_t n;
    show("write", put(fd, "0123456789", &n));
    printf("%u, at %llu\n", (unsigned)n, tell(fd));
    show_seek(fd, 4, __WASI_WHENCE_SET, "set");
    show_seek(fd, -2, __WASI_WHENCE_CUR, "cur");
    show_seek(fd, -1, __WASI_WHENCE_END, "end");
    show_seek(fd, 100, __WASI_WHENCE_END, "end");
    show_seek(fd, -1, __WASI_WHENCE_SET, "set");
    show_seek(fd, -200, __WASI_WHENCE_CUR, "cur");
    show_seek(fd, 0, __WASI_WHENCE_CUR, "cur");
    show_seek(fd, 0, __WASI_WHENCE_SET, "set");

    char buf[32];
    __wasi_size_t got = 0;
    __wasi_iovec_t iov = {(uint8_t *)buf, 4};
    show("pread", __wasi_fd_pread(fd, &iov, 1, 3, &got));
    printf("%u %.*s, at %llu\n", (unsigned)got, (int)got, buf, tell(fd));
    show("pread at the end", __wasi_fd_pread(fd, &iov, 1, 10, &got));
    printf("%u\n", (unsigned)got);
    show("pread far behind the end", __wasi_fd_pread(fd, &iov, 1, 1ull << 40, &got));
    printf("%u\n", (unsigned)got);
    __wasi_ciovec_t out = {(const uint8_t *)"abc", 3};
    show("pwrite", __wasi_fd_pwrite(fd, &out, 1, 8, &got));
    printf("%u, at %llu, size %llu\n", (unsigned)got, tell(fd), size(fd));
    show_file("file");

    show("set_size down", __wasi_fd_filestat_set_size(fd, 5));
    show("set_size up", __wasi_fd_filestat_set_size(fd, 8));
    printf("size %llu, at %llu\n", size(fd), tell(fd));
    show_file("file");
    show_seek(fd, 12, __WASI_WHENCE_SET, "set");
    show("write behind the end", put(fd, "Z", &n));
    printf("size %llu\n", size(fd));
    show_file("file");
    show("datasync", __wasi_fd_datasync(fd));
    show("sync", __wasi_fd_sync(fd));
    show("advise", __wasi_fd_advise(fd, 0, 10, __WASI_ADVICE_SEQUENTIAL));
    show("advise of all", __wasi_fd_advise(fd, 0, 0, __WASI_ADVICE_WILLNEED));
    show("close", __wasi_fd_close(fd));
    show("write to what is closed", put(fd, "x", &n));

    __wasi_fd_t append;
    show("open to append",
         open_with(ROOT, "file", 0, 0, ALL_FILE, 0, __WASI_FDFLAGS_APPEND, &append));
    show("append", put(append, "+1", &n));
    printf("at %llu\n", tell(append));
    show_seek(append, 0, __WASI_WHENCE_SET, "set");
    show("append after a seek", put(append, "+2", &n));
    show_file("file");
    __wasi_fdstat_t stat;
    __wasi_fd_fdstat_get(append, &stat);
    printf("flags %u, type %u\n", stat.fs_flags, stat.fs_filetype);
    show("set_flags", __wasi_fd_fdstat_set_flags(append, 0));
    show_seek(append, 0, __WASI_WHENCE_SET, "set");
    show("write", put(append, "W", &n));
    show_file("file");
    __wasi_fd_fdstat_get(append, &stat);
    printf("flags %u\n", stat.fs_flags);
    show("set_flags append", __wasi_fd_fdstat_set_flags(append, __WASI_FDFLAGS_APPEND));
    show("write", put(append, "E", &n));
    show_file("file");
    __wasi_fd_close(append);

    __wasi_fd_t again;
    show("open with trunc", open_with(ROOT, "file", 0, __WASI_OFLAGS_TRUNC, ALL_FILE, 0, 0, &again));
    printf("size %llu\n", size(again));
    // Two descriptors have two positions.
    __wasi_fd_t other = must_open("file", 0, ALL_FILE);
    put(again, "abcdef", NULL);
    printf("at %llu and %llu\n", tell(again), tell(other));
    show("read", __wasi_fd_read(other, &iov, 1, &got));
    printf("%.*s, at %llu and %llu\n", (int)got, buf, tell(again), tell(other));
    __wasi_filestat_t filestat;
    show("filestat_get", __wasi_fd_filestat_get(other, &filestat));
    printf("type %u, links %llu, size %llu\n", filestat.filetype, filestat.nlink, filestat.size);
    for (int f = 0; f < 3; f++) {
        __wasi_ciovec_t none = {NULL, 0};
        show("write of nothing", __wasi_fd_write(again, &none, f == 0 ? 0 : 1, &got));
        printf("%u\n", (unsigned)got);
    }
}

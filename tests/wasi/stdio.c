// The three standard streams. Oracle: wasmtime.
#include "common.h"

int main(void) {
    char a[6], b[4], rest[64];
    __wasi_iovec_t iovs[3] = {{(uint8_t *)a, 5}, {(uint8_t *)b, 0}, {(uint8_t *)b, 3}};
    __wasi_size_t n = 0;
    // One read may give less than all buffers, so read byte counts one by one.
    __wasi_iovec_t first = {(uint8_t *)a, 5};
    show("fd_read", __wasi_fd_read(0, &first, 1, &n));
    printf("%u %.*s\n", (unsigned)n, (int)n, a);
    iovs[0].buf_len = 0;
    iovs[2].buf_len = 3;
    show("fd_read behind empty buffers", __wasi_fd_read(0, iovs, 3, &n));
    printf("%u %.*s\n", (unsigned)n, (int)n, b);
    __wasi_iovec_t big = {(uint8_t *)rest, sizeof rest};
    show("fd_read of the rest", __wasi_fd_read(0, &big, 1, &n));
    printf("%u %.*s\n", (unsigned)n, (int)n, rest);
    n = 9;
    show("fd_read at the end", __wasi_fd_read(0, &big, 1, &n));
    printf("%u\n", (unsigned)n);

    fflush(stdout);
    __wasi_ciovec_t out[3] = {{(const uint8_t *)"one ", 4}, {NULL, 0}, {(const uint8_t *)"two\n", 4}};
    __wasi_size_t written = 0, total = 0;
    for (int i = 0; i < 3; i++) {
        int e = __wasi_fd_write(1, out + i, 1, &written);
        if (e) show("fd_write", e);
        total += written;
    }
    printf("%u written\n", (unsigned)total);
    fputs("to standard error\n", stderr);

    __wasi_filesize_t offset;
    show("fd_seek of stdin", __wasi_fd_seek(0, 0, __WASI_WHENCE_CUR, &offset));
    show("fd_seek of stdout", __wasi_fd_seek(1, 0, __WASI_WHENCE_SET, &offset));
    show("fd_tell of stderr", __wasi_fd_tell(2, &offset));
    show("fd_pread of stdin", __wasi_fd_pread(0, &big, 1, 0, &n));
    show("fd_pwrite of stdout", __wasi_fd_pwrite(1, out, 1, 0, &n));
    __wasi_prestat_t prestat;
    show("fd_prestat_get of stdin", __wasi_fd_prestat_get(0, &prestat));
    show("fd_read of 99", __wasi_fd_read(99, &big, 1, &n));
    show("fd_close of stdin", __wasi_fd_close(0));
    show("fd_close again", __wasi_fd_close(0));
    show("fd_read of what is closed", __wasi_fd_read(0, &big, 1, &n));
}

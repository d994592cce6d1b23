// Room for a file that is not written yet. Oracle: node.
#include "common.h"

int main(void) {
    __wasi_fd_t fd = must_open("file", __WASI_OFLAGS_CREAT, ALL_FILE);
    __wasi_filestat_t stat;
    put(fd, "abc", NULL);
    show("allocate", __wasi_fd_allocate(fd, 0, 100));
    __wasi_fd_filestat_get(fd, &stat);
    printf("size %llu\n", stat.size);
    show("allocate less", __wasi_fd_allocate(fd, 10, 10));
    __wasi_fd_filestat_get(fd, &stat);
    printf("size %llu\n", stat.size);
    show("allocate behind", __wasi_fd_allocate(fd, 150, 50));
    __wasi_fd_filestat_get(fd, &stat);
    printf("size %llu\n", stat.size);
    show("allocate of 99", __wasi_fd_allocate(99, 0, 1));
    char buf[4] = "";
    __wasi_iovec_t iov = {(uint8_t *)buf, 4};
    __wasi_size_t n;
    show("pread", __wasi_fd_pread(fd, &iov, 1, 0, &n));
    printf("%u %.3s %d\n", (unsigned)n, buf, buf[3]);
}

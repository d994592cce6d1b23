// Moving descriptors. Oracle: node.
#include "common.h"

static int type(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    int e = __wasi_fd_fdstat_get(fd, &stat);
    return e ? -e : stat.fs_filetype;
}

int main(void) {
    make_file("a", "aaa");
    make_file("b", "bbb");
    __wasi_fd_t a = must_open("a", 0, ALL_FILE), b = must_open("b", 0, ALL_FILE);
    char buf[4] = "";
    __wasi_iovec_t iov = {(uint8_t *)buf, 3};
    __wasi_size_t n;
    show("renumber a to b", __wasi_fd_renumber(a, b));
    printf("a %d, b %d\n", type(a), type(b));
    show("read", __wasi_fd_read(b, &iov, 1, &n));
    printf("%.*s\n", (int)n, buf);
    show("renumber what is gone", __wasi_fd_renumber(a, b));
    show("renumber to what is not open", __wasi_fd_renumber(b, a));
    show("renumber to 1000000", __wasi_fd_renumber(b, 1000000));
    show("renumber to itself", __wasi_fd_renumber(b, b));
    printf("b %d\n", type(b));
    __wasi_fd_t again = must_open("a", 0, ALL_FILE);
    printf("the number is used again: %d\n", again == a);
    __wasi_fd_t dir = must_open(".", __WASI_OFLAGS_DIRECTORY, ALL_DIR);
    show("renumber a directory to a file", __wasi_fd_renumber(dir, b));
    printf("b %d\n", type(b));
    show("close", __wasi_fd_close(b));
    show("close again", __wasi_fd_close(b));
}

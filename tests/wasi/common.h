// What the programs of this folder share: printing of error numbers, and short names for calls.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define ROOT 3   // the first directory that the host gives
#define SECOND 4 // and the second

#define ALL_DIR                                                                                    \
    (__WASI_RIGHTS_PATH_CREATE_DIRECTORY | __WASI_RIGHTS_PATH_CREATE_FILE |                        \
     __WASI_RIGHTS_PATH_LINK_SOURCE | __WASI_RIGHTS_PATH_LINK_TARGET | __WASI_RIGHTS_PATH_OPEN |   \
     __WASI_RIGHTS_FD_READDIR | __WASI_RIGHTS_PATH_READLINK | __WASI_RIGHTS_PATH_RENAME_SOURCE |   \
     __WASI_RIGHTS_PATH_RENAME_TARGET | __WASI_RIGHTS_PATH_FILESTAT_GET |                          \
     __WASI_RIGHTS_PATH_FILESTAT_SET_SIZE | __WASI_RIGHTS_PATH_FILESTAT_SET_TIMES |                \
     __WASI_RIGHTS_FD_FILESTAT_GET | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES |                         \
     __WASI_RIGHTS_PATH_SYMLINK | __WASI_RIGHTS_PATH_REMOVE_DIRECTORY |                            \
     __WASI_RIGHTS_PATH_UNLINK_FILE)
#define ALL_FILE                                                                                   \
    (__WASI_RIGHTS_FD_DATASYNC | __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK |                   \
     __WASI_RIGHTS_FD_FDSTAT_SET_FLAGS | __WASI_RIGHTS_FD_SYNC | __WASI_RIGHTS_FD_TELL |           \
     __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_ADVISE | __WASI_RIGHTS_FD_ALLOCATE |                \
     __WASI_RIGHTS_FD_FILESTAT_GET | __WASI_RIGHTS_FD_FILESTAT_SET_SIZE |                          \
     __WASI_RIGHTS_FD_FILESTAT_SET_TIMES | __WASI_RIGHTS_POLL_FD_READWRITE)
#define READ_FILE (ALL_FILE & ~(__WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_ALLOCATE | \
                                __WASI_RIGHTS_FD_FILESTAT_SET_SIZE | __WASI_RIGHTS_FD_DATASYNC))

static const char *errno_name(int e) {
    switch (e) {
    case 0: return "ok";
    case 1: return "refused"; // where engines differ in the number
    case 2: return "EACCES";
    case 6: return "EAGAIN";
    case 8: return "EBADF";
    case 20: return "EEXIST";
    case 21: return "EFAULT";
    case 22: return "EFBIG";
    case 25: return "EILSEQ";
    case 28: return "EINVAL";
    case 29: return "EIO";
    case 31: return "EISDIR";
    case 32: return "ELOOP";
    case 37: return "ENAMETOOLONG";
    case 44: return "ENOENT";
    case 52: return "ENOSYS";
    case 54: return "ENOTDIR";
    case 55: return "ENOTEMPTY";
    case 57: return "ENOTSOCK";
    case 58: return "ENOTSUP";
    case 61: return "EOVERFLOW";
    case 63: return "EPERM";
    case 69: return "EROFS";
    case 70: return "ESPIPE";
    case 75: return "EXDEV";
    case 76: return "ENOTCAPABLE";
    default: {
        static char number[16];
        snprintf(number, sizeof number, "errno %d", e);
        return number;
    }
    }
}

static void show(const char *what, int e) { printf("%s: %s\n", what, errno_name(e)); }

__attribute__((unused)) static int open_with(int dir, const char *path, int follow, int oflags,
                                             uint64_t base, uint64_t inheriting, int fdflags,
                                             __wasi_fd_t *fd) {
    *fd = -1;
    return __wasi_path_open(dir, follow ? __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW : 0, path, oflags, base,
                            inheriting, fdflags, fd);
}

__attribute__((unused)) static __wasi_fd_t must_open(const char *path, int oflags, uint64_t base) {
    __wasi_fd_t fd;
    int e = open_with(ROOT, path, 0, oflags, base, ALL_DIR | ALL_FILE, 0, &fd);
    if (e) {
        printf("cannot open %s: %s\n", path, errno_name(e));
        exit(1);
    }
    return fd;
}

__attribute__((unused)) static int put(__wasi_fd_t fd, const char *text, size_t *n) {
    __wasi_ciovec_t iov = {(const uint8_t *)text, strlen(text)};
    __wasi_size_t written = 0;
    int e = __wasi_fd_write(fd, &iov, 1, &written);
    if (n) *n = written;
    return e;
}

__attribute__((unused)) static void make_file(const char *path, const char *text) {
    __wasi_fd_t fd = must_open(path, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC, ALL_FILE);
    put(fd, text, NULL);
    __wasi_fd_close(fd);
}

__attribute__((unused)) static void show_file(const char *path) {
    __wasi_fd_t fd;
    int e = open_with(ROOT, path, 1, 0, READ_FILE, 0, 0, &fd);
    if (e) {
        printf("%s: %s\n", path, errno_name(e));
        return;
    }
    char buf[256];
    __wasi_iovec_t iov = {(uint8_t *)buf, sizeof buf};
    __wasi_size_t n = 0;
    __wasi_fd_read(fd, &iov, 1, &n);
    printf("%s: \"", path);
    for (size_t i = 0; i < n; i++)
        if (buf[i] >= 32 && buf[i] < 127) putchar(buf[i]);
        else printf("\\%02x", (unsigned char)buf[i]);
    printf("\"\n");
    __wasi_fd_close(fd);
}

// Reading directories: every entry once, from any cookie, through any buffer. Oracle: wasmtime.
#include "common.h"

#define MAX 64
static struct { char name[64]; unsigned type; uint64_t next, ino; } seen[MAX];
static int n_seen;

static int compare(const void *a, const void *b) { return strcmp(a, b); }

// Reads entries from `cookie` on through a buffer of `size` bytes.
static int read_all(__wasi_fd_t fd, size_t size, uint64_t cookie) {
    static uint8_t buf[4096];
    n_seen = 0;
    for (;;) {
        __wasi_size_t used = 0;
        int e = __wasi_fd_readdir(fd, buf, size, cookie, &used);
        if (e) return e;
        size_t at = 0;
        int whole = 0;
        while (at + 24 <= used) {
            __wasi_dirent_t entry;
            memcpy(&entry, buf + at, sizeof entry);
            if (at + 24 + entry.d_namlen > used) break;
            memcpy(seen[n_seen].name, buf + at + 24, entry.d_namlen);
            seen[n_seen].name[entry.d_namlen] = 0;
            seen[n_seen].type = entry.d_type;
            seen[n_seen].next = entry.d_next;
            seen[n_seen++].ino = entry.d_ino;
            cookie = entry.d_next;
            at += 24 + entry.d_namlen;
            whole++;
        }
        if (used < size) return 0;
        if (!whole) return -1;
    }
}

static void show_all(const char *title) {
    qsort(seen, n_seen, sizeof seen[0], compare);
    printf("%s: %d\n", title, n_seen);
    for (int i = 0; i < n_seen; i++) printf("  %s type %u\n", seen[i].name, seen[i].type);
}

int main(void) {
    __wasi_path_create_directory(ROOT, "dir");
    __wasi_fd_t fd = must_open("dir", __WASI_OFLAGS_DIRECTORY, ALL_DIR);
    show("empty", read_all(fd, 4096, 0));
    show_all("empty");
    make_file("dir/one", "1");
    make_file("dir/two", "2");
    make_file("dir/a-rather-long-name-for-a-file", "3");
    __wasi_path_create_directory(ROOT, "dir/sub");
    __wasi_path_symlink("one", ROOT, "dir/link");
    show("filled", read_all(fd, 4096, 0));
    show_all("filled");
    show("small buffer", read_all(fd, 64, 0));
    show_all("small buffer");
    show("odd buffer", read_all(fd, 91, 0));
    show_all("odd buffer");

    // A buffer that holds no whole entry is filled all the same.
    uint8_t tiny[30];
    __wasi_size_t used = 0;
    show("tiny", __wasi_fd_readdir(fd, tiny, 10, 0, &used));
    printf("%u\n", (unsigned)used);
    show("no buffer", __wasi_fd_readdir(fd, tiny, 0, 0, &used));
    printf("%u\n", (unsigned)used);

    // From the cookie of each entry on, exactly those behind it are read.
    read_all(fd, 4096, 0);
    uint64_t cookies[MAX];
    int total = n_seen, bad = 0;
    for (int i = 0; i < total; i++) cookies[i] = seen[i].next;
    for (int i = 0; i < total; i++) {
        if (read_all(fd, 4096, cookies[i]) || n_seen != total - 1 - i) bad++;
    }
    printf("cookies that lead elsewhere: %d\n", bad);

    // The numbers of files are those that their attributes have.
    read_all(fd, 4096, 0);
    for (int i = 0; i < n_seen; i++) {
        __wasi_filestat_t stat;
        if (!strcmp(seen[i].name, "..")) continue;
        __wasi_path_filestat_get(fd, 0, seen[i].name, &stat);
        if (stat.ino != seen[i].ino) printf("%s has two numbers\n", seen[i].name);
    }
    __wasi_path_unlink_file(ROOT, "dir/two");
    show("after a removal", read_all(fd, 4096, 0));
    show_all("after a removal");
    __wasi_fd_t file = must_open("dir/one", 0, ALL_FILE);
    show("of a file", __wasi_fd_readdir(file, tiny, 30, 0, &used) ? 1 : 0);
    show("of 99", __wasi_fd_readdir(99, tiny, 30, 0, &used));
}

// All combinations of flags, on each kind of thing. Oracle: wasmtime.
#include "common.h"

static const char *const PATHS[] = {"file", "dir", "link", "dirlink", "missing", "file/", "dir/",
                                    "missing/", "file/x", "nodir/x", "dir/.", ".", "", "dir/file"};

int main(void) {
    for (int write = 0; write < 2; write++) {
        for (int oflags = 0; oflags < 16; oflags++) {
            for (int follow = 0; follow < 2; follow++) {
                printf("%s%s%s%s%s%s:", write ? "write" : "read", oflags & 1 ? " creat" : "",
                       oflags & 2 ? " directory" : "", oflags & 4 ? " excl" : "",
                       oflags & 8 ? " trunc" : "", follow ? " follow" : "");
                // Whether a file that is only read is created or cut differs between engines.
                if (!write && (oflags & 13)) {
                    puts(" -");
                    continue;
                }
                for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
                    make_file("file", "content");
                    __wasi_path_create_directory(ROOT, "dir");
                    make_file("dir/file", "content");
                    __wasi_path_symlink("file", ROOT, "link");
                    __wasi_path_symlink("dir", ROOT, "dirlink");
                    __wasi_path_unlink_file(ROOT, "missing");
                    __wasi_fd_t fd;
                    int e = open_with(ROOT, PATHS[i], follow, oflags,
                                      write ? ALL_FILE : READ_FILE, 0, 0, &fd);
                    printf(" %s", errno_name(e));
                    if (e) continue;
                    __wasi_filestat_t stat;
                    if (!__wasi_fd_filestat_get(fd, &stat))
                        printf("(%u)", stat.filetype == 4 ? (unsigned)stat.size : 0);
                    __wasi_fd_close(fd);
                }
                putchar('\n');
            }
        }
    }
    __wasi_fd_t file = must_open("file", 0, ALL_FILE), fd;
    show("open below a file", open_with(file, "x", 0, 0, READ_FILE, 0, 0, &fd));
    show("open below 99", open_with(99, "x", 0, 0, READ_FILE, 0, 0, &fd));
    show("open below stdin", open_with(0, "x", 0, 0, READ_FILE, 0, 0, &fd) ? 1 : 0);
    show("not UTF-8", open_with(ROOT, "\xff\xfe", 0, 0, READ_FILE, 0, 0, &fd));
}

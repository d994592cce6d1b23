// A directory that may only be read, and a second one that may be changed: nothing gets from the
// one to the other to be changed there. Oracle: wasmtime.
#include "common.h"

int main(void) {
    __wasi_fd_t fd, dir;
    __wasi_filestat_t stat;
    uint8_t buf[64];
    __wasi_size_t n;
    show("read", open_with(ROOT, "victim", 0, 0, READ_FILE, 0, 0, &fd));
    show("fd_filestat_get", __wasi_fd_filestat_get(fd, &stat));
    show("fd_write", put(fd, "x", NULL) ? 1 : 0);
    show("fd_filestat_set_size", __wasi_fd_filestat_set_size(fd, 0) ? 1 : 0);
    show("fd_filestat_set_times", __wasi_fd_filestat_set_times(fd, 1, 1, 5) ? 1 : 0);
    show("fd_allocate", __wasi_fd_allocate(fd, 0, 100) ? 1 : 0);
    show("write", open_with(ROOT, "victim", 0, 0, ALL_FILE, 0, 0, &fd));
    show("write only", open_with(ROOT, "victim", 0, 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd));
    show("truncate", open_with(ROOT, "victim", 0, __WASI_OFLAGS_TRUNC, ALL_FILE, 0, 0, &fd));
    show("truncate to read", open_with(ROOT, "victim", 0, __WASI_OFLAGS_TRUNC, READ_FILE, 0, 0, &fd));
    show("create", open_with(ROOT, "new", 0, __WASI_OFLAGS_CREAT, ALL_FILE, 0, 0, &fd));
    show("create to read", open_with(ROOT, "new", 0, __WASI_OFLAGS_CREAT, READ_FILE, 0, 0, &fd));
    show("create what exists", open_with(ROOT, "victim", 0, __WASI_OFLAGS_CREAT, READ_FILE, 0, 0, &fd));
    show("append", open_with(ROOT, "victim", 0, 0, ALL_FILE, 0, __WASI_FDFLAGS_APPEND, &fd));
    show("mkdir", __wasi_path_create_directory(ROOT, "d"));
    show("rmdir", __wasi_path_remove_directory(ROOT, "sub"));
    show("unlink", __wasi_path_unlink_file(ROOT, "victim"));
    show("symlink", __wasi_path_symlink("victim", ROOT, "s"));
    show("link", __wasi_path_link(ROOT, 0, "victim", ROOT, "l"));
    show("rename", __wasi_path_rename(ROOT, "victim", ROOT, "r"));
    show("set_times", __wasi_path_filestat_set_times(ROOT, 0, "victim", 1, 1, 5));
    show("stat", __wasi_path_filestat_get(ROOT, 0, "victim", &stat));
    show("readlink of what is none", __wasi_path_readlink(ROOT, "victim", buf, 64, &n));
    show("readdir", __wasi_fd_readdir(ROOT, buf, 64, 0, &n));

    show("link to the second", __wasi_path_link(ROOT, 0, "victim", SECOND, "l"));
    show("rename to the second", __wasi_path_rename(ROOT, "victim", SECOND, "r"));
    show("rename of a directory", __wasi_path_rename(ROOT, "sub", SECOND, "sub"));
    __wasi_fd_t second;
    show("create in the second", open_with(SECOND, "mine", 0, __WASI_OFLAGS_CREAT, ALL_FILE, 0, 0, &second));
    show("link from the second", __wasi_path_link(SECOND, 0, "mine", ROOT, "l"));
    show("rename from the second", __wasi_path_rename(SECOND, "mine", ROOT, "r"));

    show("open a directory", open_with(ROOT, "sub", 0, __WASI_OFLAGS_DIRECTORY, ALL_DIR,
                                       ALL_DIR | ALL_FILE, 0, &dir));
    show("set_times of it", __wasi_fd_filestat_set_times(dir, 1, 1, 5) ? 1 : 0);
    show("read below it", open_with(dir, "file", 0, 0, READ_FILE, 0, 0, &fd));
    show("write below it", open_with(dir, "file", 0, 0, ALL_FILE, 0, 0, &fd));
    show("create below it", open_with(dir, "new", 0, __WASI_OFLAGS_CREAT, READ_FILE, 0, 0, &fd));
    show("link from below it", __wasi_path_link(dir, 0, "file", SECOND, "l"));
    show_file("victim");
    show_file("sub/file");
}

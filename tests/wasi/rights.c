// Rights: what was not asked for, or was given up, cannot be used. Oracle: node.
#include "common.h"

static void show_rights(const char *what, __wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    int e = __wasi_fd_fdstat_get(fd, &stat);
    if (e) show(what, e);
    else
        printf("%s: base %llx, inheriting %llx\n", what, stat.fs_rights_base,
               stat.fs_rights_inheriting);
}

static void use_file(__wasi_fd_t fd) {
    char buf[4];
    __wasi_iovec_t in = {(uint8_t *)buf, 1};
    __wasi_ciovec_t out = {(const uint8_t *)"x", 1};
    __wasi_size_t n;
    __wasi_filesize_t at;
    __wasi_filestat_t stat;
    show("  read", __wasi_fd_read(fd, &in, 1, &n));
    show("  write", __wasi_fd_write(fd, &out, 1, &n));
    show("  pread", __wasi_fd_pread(fd, &in, 1, 0, &n));
    show("  pwrite", __wasi_fd_pwrite(fd, &out, 1, 0, &n));
    show("  seek", __wasi_fd_seek(fd, 1, __WASI_WHENCE_SET, &at));
    show("  tell", __wasi_fd_tell(fd, &at));
    show("  filestat_get", __wasi_fd_filestat_get(fd, &stat));
    show("  set_size", __wasi_fd_filestat_set_size(fd, 5));
    show("  set_times", __wasi_fd_filestat_set_times(fd, 1, 1, 0));
    show("  sync", __wasi_fd_sync(fd));
    show("  datasync", __wasi_fd_datasync(fd));
    show("  advise", __wasi_fd_advise(fd, 0, 1, 0));
    show("  allocate", __wasi_fd_allocate(fd, 0, 1));
    show("  set_flags", __wasi_fd_fdstat_set_flags(fd, 0));
}

static void use_dir(__wasi_fd_t fd) {
    uint8_t buf[64];
    __wasi_size_t n;
    __wasi_filestat_t stat;
    __wasi_fd_t opened;
    show("  readdir", __wasi_fd_readdir(fd, buf, 64, 0, &n));
    show("  mkdir", __wasi_path_create_directory(fd, "new"));
    show("  rmdir", __wasi_path_remove_directory(fd, "new"));
    show("  open", open_with(fd, "file", 0, 0, __WASI_RIGHTS_FD_READ, 0, 0, &opened));
    show("  creat", open_with(fd, "made", 0, __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_READ, 0, 0, &opened));
    show("  trunc", open_with(fd, "file", 0, __WASI_OFLAGS_TRUNC, __WASI_RIGHTS_FD_WRITE, 0, 0, &opened));
    show("  filestat_get", __wasi_path_filestat_get(fd, 0, "file", &stat));
    show("  set_times", __wasi_path_filestat_set_times(fd, 0, "file", 1, 1, 0));
    show("  symlink", __wasi_path_symlink("file", fd, "sym"));
    show("  readlink", __wasi_path_readlink(fd, "sym", buf, 64, &n));
    show("  link", __wasi_path_link(fd, 0, "file", fd, "hard"));
    show("  rename", __wasi_path_rename(fd, "hard", fd, "hard2"));
    show("  unlink", __wasi_path_unlink_file(fd, "hard2"));
    show("  unlink", __wasi_path_unlink_file(fd, "sym"));
    show("  unlink", __wasi_path_unlink_file(fd, "made"));
}

int main(void) {
    make_file("file", "content");
    static const struct { const char *name; uint64_t right; } FILE_RIGHTS[] = {
        {"nothing", 0},
        {"read", __WASI_RIGHTS_FD_READ},
        {"write", __WASI_RIGHTS_FD_WRITE},
        {"read, write, seek", __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK},
        {"tell", __WASI_RIGHTS_FD_TELL},
        {"filestat_get", __WASI_RIGHTS_FD_FILESTAT_GET},
        {"set_times", __WASI_RIGHTS_FD_FILESTAT_SET_TIMES},
        {"sync", __WASI_RIGHTS_FD_SYNC},
        {"advise", __WASI_RIGHTS_FD_ADVISE},
        {"set_flags", __WASI_RIGHTS_FD_FDSTAT_SET_FLAGS},
        {"set_size", __WASI_RIGHTS_FD_FILESTAT_SET_SIZE},
        {"all", ALL_FILE},
    };
    for (size_t i = 0; i < sizeof FILE_RIGHTS / sizeof *FILE_RIGHTS; i++) {
        __wasi_fd_t fd;
        show(FILE_RIGHTS[i].name, open_with(ROOT, "file", 0, 0, FILE_RIGHTS[i].right, 0, 0, &fd));
        show_rights("  rights", fd);
        use_file(fd);
        __wasi_fd_close(fd);
    }
    static const struct { const char *name; uint64_t right; } DIR_RIGHTS[] = {
        {"no directory rights", 0},
        {"readdir", __WASI_RIGHTS_FD_READDIR},
        {"open", __WASI_RIGHTS_PATH_OPEN},
        {"open and creat", __WASI_RIGHTS_PATH_OPEN | __WASI_RIGHTS_PATH_CREATE_FILE},
        {"open and trunc", __WASI_RIGHTS_PATH_OPEN | __WASI_RIGHTS_PATH_FILESTAT_SET_SIZE},
        {"mkdir", __WASI_RIGHTS_PATH_CREATE_DIRECTORY},
        {"stat", __WASI_RIGHTS_PATH_FILESTAT_GET},
        {"symlink", __WASI_RIGHTS_PATH_SYMLINK},
        {"links", __WASI_RIGHTS_PATH_LINK_SOURCE | __WASI_RIGHTS_PATH_LINK_TARGET},
        {"link source", __WASI_RIGHTS_PATH_LINK_SOURCE},
        {"rename source", __WASI_RIGHTS_PATH_RENAME_SOURCE},
        {"all directory rights", ALL_DIR},
    };
    for (size_t i = 0; i < sizeof DIR_RIGHTS / sizeof *DIR_RIGHTS; i++) {
        __wasi_fd_t fd;
        show(DIR_RIGHTS[i].name, open_with(ROOT, ".", 0, __WASI_OFLAGS_DIRECTORY,
                                           DIR_RIGHTS[i].right, ALL_FILE | ALL_DIR, 0, &fd));
        show_rights("  rights", fd);
        use_dir(fd);
        __wasi_fd_close(fd);
    }

    // What a directory does not hand on, nothing below it can have.
    __wasi_fd_t dir, fd;
    show("open a directory", open_with(ROOT, ".", 0, __WASI_OFLAGS_DIRECTORY, ALL_DIR,
                                       __WASI_RIGHTS_FD_READ, 0, &dir));
    show_rights("rights", dir);
    show("open for less", open_with(dir, "file", 0, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    show("open for more", open_with(dir, "file", 0, 0,
                                    __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK, 0, 0, &fd));
    show("inherit more", open_with(dir, ".", 0, __WASI_OFLAGS_DIRECTORY, 0,
                                   __WASI_RIGHTS_FD_WRITE, 0, &fd));

    // Rights can be given up one by one, and do not come back.
    fd = must_open("file", 0, ALL_FILE);
    show("set the same", __wasi_fd_fdstat_set_rights(fd, ALL_FILE, 0));
    show("give up writing", __wasi_fd_fdstat_set_rights(fd, ALL_FILE & ~__WASI_RIGHTS_FD_WRITE, 0));
    show_rights("rights", fd);
    show("write", put(fd, "x", NULL));
    show("take it back", __wasi_fd_fdstat_set_rights(fd, ALL_FILE, 0));
    show("take what is none of a file's", __wasi_fd_fdstat_set_rights(fd, __WASI_RIGHTS_PATH_OPEN, 0));
    show("inherit from a file", __wasi_fd_fdstat_set_rights(fd, 0, __WASI_RIGHTS_FD_READ));
    show("give up all", __wasi_fd_fdstat_set_rights(fd, 0, 0));
    show_rights("rights", fd);
    show("close", __wasi_fd_close(fd));
    show("set_rights of 99", __wasi_fd_fdstat_set_rights(99, 0, 0));
    show("fdstat_get of 99", __wasi_fd_fdstat_get(99, &(__wasi_fdstat_t){0}));
}

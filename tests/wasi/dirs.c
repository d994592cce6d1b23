// Making and removing directories, with all sorts of slashes. Oracle: wasmtime.
#include "common.h"

#define MKDIR(p) show("mkdir " p, __wasi_path_create_directory(ROOT, p))
#define RMDIR(p) show("rmdir " p, __wasi_path_remove_directory(ROOT, p))
#define UNLINK(p) show("unlink " p, __wasi_path_unlink_file(ROOT, p))

int main(void) {
    MKDIR("a");
    MKDIR("a");
    MKDIR("a/b");
    MKDIR("x/y");
    MKDIR("c/");
    MKDIR("d//");
    MKDIR("");
    MKDIR("a/./e");
    MKDIR("a/../f");
    make_file("file", "x");
    MKDIR("file");
    MKDIR("file/g");
    __wasi_path_symlink("a", ROOT, "link");
    __wasi_path_symlink("none", ROOT, "dangle");
    MKDIR("link");
    MKDIR("dangle");
    MKDIR("link/through");
    RMDIR("a");
    RMDIR("a/through");
    RMDIR("a/b");
    RMDIR("a/e");
    RMDIR("a");
    RMDIR("a");
    RMDIR("file");
    RMDIR("file/");
    RMDIR("link");
    RMDIR("");
    UNLINK("c");
    UNLINK("file/");
    UNLINK("file");
    UNLINK("file");
    UNLINK("");
    UNLINK("dangle");
    RMDIR("c");
    RMDIR("d");
    RMDIR("f");
    char name[300];
    memset(name, 'n', 256);
    name[256] = 0;
    show("mkdir of a name of 256", __wasi_path_create_directory(ROOT, name));
    name[255] = 0;
    show("mkdir of a name of 255", __wasi_path_create_directory(ROOT, name));
    show("rmdir of a name of 255", __wasi_path_remove_directory(ROOT, name));
    show("mkdir below 99", __wasi_path_create_directory(99, "z"));
    show("mkdir below stdin", __wasi_path_create_directory(0, "z") ? 1 : 0);
    __wasi_prestat_t prestat;
    uint8_t buf[32];
    show("prestat", __wasi_fd_prestat_get(ROOT, &prestat));
    printf("tag %u, %u bytes\n", prestat.tag, (unsigned)prestat.u.dir.pr_name_len);
    show("dir_name", __wasi_fd_prestat_dir_name(ROOT, buf, sizeof buf));
    printf("%.*s\n", (int)prestat.u.dir.pr_name_len, buf);
    show("dir_name with too little room", __wasi_fd_prestat_dir_name(SECOND, buf, 2));
    __wasi_fd_t fd = must_open(".", __WASI_OFLAGS_DIRECTORY, ALL_DIR);
    show("prestat of what was opened", __wasi_fd_prestat_get(fd, &prestat));
    show("close of a preopen", __wasi_fd_close(SECOND));
    show("prestat after it", __wasi_fd_prestat_get(SECOND, &prestat));
}

// Symbolic links, hard links and renaming. Oracle: wasmtime.
#include "common.h"

static void show_link(const char *path, size_t size) {
    char buf[64] = "";
    __wasi_size_t n = 0;
    int e = __wasi_path_readlink(ROOT, path, (uint8_t *)buf, size, &n);
    printf("readlink %s (%u): %s, %.*s\n", path, (unsigned)size, errno_name(e), (int)n, buf);
}

static void show_type(const char *path, int follow) {
    __wasi_filestat_t stat = {0};
    int e = __wasi_path_filestat_get(ROOT, follow, path, &stat);
    printf("stat%s %s: %s", follow ? " -L" : "", path, errno_name(e));
    if (!e) printf(", type %u", stat.filetype);
    if (!e && stat.filetype == 4) printf(", links %llu, size %llu", stat.nlink, stat.size);
    putchar('\n');
}

#define RENAME(a, b) show("rename " a " " b, __wasi_path_rename(ROOT, a, ROOT, b))
#define LINK(a, b) show("link " a " " b, __wasi_path_link(ROOT, 0, a, ROOT, b))
#define SYMLINK(a, b) show("symlink " a " " b, __wasi_path_symlink(a, ROOT, b))
#define UNLINK(a) show("unlink " a, __wasi_path_unlink_file(ROOT, a))

int main(void) {
    make_file("target", "hello");
    __wasi_path_create_directory(ROOT, "dir");
    __wasi_path_create_directory(ROOT, "dir/inner");
    SYMLINK("target", "link");
    SYMLINK("target", "link");
    SYMLINK("../target", "dir/up");
    SYMLINK("dir", "dirlink");
    SYMLINK("nowhere", "dangle");
    SYMLINK("turn", "turn");
    SYMLINK("there", "nodir/link");
    SYMLINK("link", "chain");
    show_link("link", 64);
    show_link("link", 3);
    show_link("link", 0);
    show_link("dir/up", 64);
    show_link("target", 64);
    show_link("missing", 64);
    show_link("dir", 64);
    for (int follow = 0; follow < 2; follow++) {
        show_type("link", follow);
        show_type("chain", follow);
        show_type("dir/up", follow);
        show_type("dirlink", follow);
        show_type("dirlink/up", follow);
        show_type("dangle", follow);
        show_type("turn", follow);
        show_type("dirlink/", follow);
        show_type("link/", follow);
        show_type("turn/x", follow);
    }
    show_file("link");
    show_file("chain");
    show_file("dirlink/up");
    show_file("dangle");
    show_file("turn");
    __wasi_fd_t fd;
    show("open link without following", open_with(ROOT, "link", 0, 0, READ_FILE, 0, 0, &fd));
    show("create through a dangling link",
         open_with(ROOT, "dangle", 1, __WASI_OFLAGS_CREAT, ALL_FILE, 0, 0, &fd));
    show_type("nowhere", 0);
    __wasi_path_unlink_file(ROOT, "nowhere");
    show("create on a link, not following",
         open_with(ROOT, "dangle", 0, __WASI_OFLAGS_CREAT, ALL_FILE, 0, 0, &fd));
    show("create new on a link",
         open_with(ROOT, "dangle", 1, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, ALL_FILE, 0, 0, &fd));

    LINK("target", "hard");
    LINK("target", "hard");
    LINK("target", "dir/hard");
    LINK("missing", "x");
    LINK("dir", "dirhard");
    LINK("target", "nodir/x");
    LINK("link", "hardlink-of-link");
    show_type("hard", 0);
    show_type("hardlink-of-link", 0);
    show("link following", __wasi_path_link(ROOT, 1, "link", ROOT, "y"));
    UNLINK("target");
    show_file("hard");
    show_file("link");
    UNLINK("target");
    UNLINK("dir");
    UNLINK("link");
    UNLINK("hard/");

    RENAME("hard", "target");
    RENAME("hard", "target");
    show_file("target");
    RENAME("target", "dir");
    RENAME("dir", "target");
    RENAME("dir", "dir/inner/below");
    RENAME("target", "dir/target");
    show_file("dir/target");
    RENAME("dir/target", "dir/hard");
    show_type("dir/hard", 0);
    __wasi_path_create_directory(ROOT, "other");
    RENAME("dir", "other");
    show_type("other/inner", 0);
    __wasi_path_create_directory(ROOT, "full");
    make_file("full/file", "x");
    RENAME("other", "full");
    RENAME("full/file", "renamed/");
    RENAME("full", "renamed/");
    RENAME("renamed/", "again");
    RENAME("again/file/", "file");
    RENAME("chain", "chain2");
    show_type("chain2", 0);
    RENAME("nodir/x", "y");
    RENAME("again/file", "nodir/y");
    show("rename to the second directory", __wasi_path_rename(ROOT, "again/file", SECOND, "moved"));
    __wasi_filestat_t stat;
    show("stat there", __wasi_path_filestat_get(SECOND, 0, "moved", &stat));
    show("link back", __wasi_path_link(SECOND, 0, "moved", ROOT, "back"));
    show_file("back");
}

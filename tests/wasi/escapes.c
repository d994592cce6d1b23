// Every way out of a directory, by every call that takes a path. The host has laid out, beside
// the directory, ../outside/secret, and in it links that lead there. Oracle: wasmtime.
#include "common.h"

static const char *const PATHS[] = {
    "..", "../", "../outside", "../outside/secret", "../outside/secret/", "./../outside/secret",
    "sub/../../outside/secret", "sub/../../root/sub/file", "../root", "../root/sub/file",
    "/", "/etc/passwd", "//etc/passwd", "/sub/file", "abs", "abs/", "absdir/passwd", "out",
    "out/", "out/secret", "out/secret/", "out/../root/sub/file", "outfile", "outfile/", "loop",
    "loop/x", "dangleout", "dangleout/", "sub/up/outside/secret", "sub/up2/sub/file",
    "sub/file/../../../outside/secret", "nodir/../../outside/secret", "sub/../sub/../../outside",
    "chainout", "chainout/secret", "./out/./secret",
};
#define N (sizeof PATHS / sizeof *PATHS)

#define EACH(title, call)                                                                          \
    puts(title);                                                                                   \
    for (size_t i = 0; i < N; i++) {                                                               \
        const char *p = PATHS[i];                                                                  \
        int e = call;                                                                              \
        printf("  %s: %s\n", p, errno_name(e));                                                    \
    }

int main(void) {
    __wasi_fd_t fd;
    __wasi_filestat_t stat;
    uint8_t buf[64];
    __wasi_size_t n;
    __wasi_fd_t sub = must_open("sub", __WASI_OFLAGS_DIRECTORY, ALL_DIR);
    EACH("open", open_with(ROOT, p, 0, 0, READ_FILE, 0, 0, &fd))
    EACH("open, following", open_with(ROOT, p, 1, 0, READ_FILE, 0, 0, &fd))
    EACH("open a directory", open_with(ROOT, p, 1, __WASI_OFLAGS_DIRECTORY, ALL_DIR, 0, 0, &fd))
    EACH("create", open_with(ROOT, p, 1, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, ALL_FILE, 0, 0, &fd))
    EACH("truncate", open_with(ROOT, p, 1, __WASI_OFLAGS_TRUNC, ALL_FILE, 0, 0, &fd))
    EACH("stat", __wasi_path_filestat_get(ROOT, 0, p, &stat))
    EACH("stat, following", __wasi_path_filestat_get(ROOT, 1, p, &stat))
    EACH("set_times", __wasi_path_filestat_set_times(ROOT, 0, p, 1, 1, 0))
    EACH("set_times, following", __wasi_path_filestat_set_times(ROOT, 1, p, 1, 1, 0))
    EACH("readlink", __wasi_path_readlink(ROOT, p, buf, 64, &n))
    EACH("mkdir", __wasi_path_create_directory(ROOT, p))
    EACH("link from", __wasi_path_link(ROOT, 0, p, ROOT, "../stolen"))
    EACH("link to", __wasi_path_link(ROOT, 0, "sub/file", ROOT, p) ? 1 : 0)
    EACH("rename to", __wasi_path_rename(ROOT, "sub/missing", ROOT, p) ? 1 : 0)
    EACH("rename a file to", __wasi_path_rename(ROOT, "victim", ROOT, p) ? 1 : 0;
         if (!e) __wasi_path_rename(ROOT, p, ROOT, "victim"))
    EACH("symlink at", __wasi_path_symlink("x", ROOT, p) ? 1 : 0)
    EACH("from a directory below", open_with(sub, p, 1, 0, READ_FILE, 0, 0, &fd))
    EACH("stat from a directory below", __wasi_path_filestat_get(sub, 1, p, &stat))
    show("link to the second directory, out of it", __wasi_path_link(ROOT, 0, "sub/file", SECOND, "../stolen"));
    show("rename to the second directory, out of it", __wasi_path_rename(ROOT, "sub/file", SECOND, "../stolen"));
    show("rename from the second directory, out of it", __wasi_path_rename(SECOND, "../root/sub/file", ROOT, "x"));
    show("symlink to an absolute path", __wasi_path_symlink("/etc/passwd", ROOT, "newabs"));
    show("symlink to the outside", __wasi_path_symlink("../outside/secret", ROOT, "newout"));
    show("following it", open_with(ROOT, "newout", 1, 0, READ_FILE, 0, 0, &fd));
    // A directory that is moved up takes no one with it.
    show("move", __wasi_path_rename(ROOT, "sub", SECOND, "sub"));
    show("open where it was", open_with(sub, "..", 0, __WASI_OFLAGS_DIRECTORY, ALL_DIR, 0, 0, &fd));
    show("open in it", open_with(sub, "file", 0, 0, READ_FILE, 0, 0, &fd));
    show("NUL", __wasi_path_filestat_get(ROOT, 0, "sub\0x", &stat));
}

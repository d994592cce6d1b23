// Pointers and lengths that lead out of the memory: refused, with all else left as it was.
// Oracle: none, as one engine ends the program here, and the other crashes.
#include "common.h"

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define BAD 0xfffffff0u
#define HUGE_LEN 0xffffff00u

IMPORT(args_get) int raw_args_get(uint32_t, uint32_t);
IMPORT(args_sizes_get) int raw_args_sizes_get(uint32_t, uint32_t);
IMPORT(environ_get) int raw_environ_get(uint32_t, uint32_t);
IMPORT(clock_time_get) int raw_clock_time_get(uint32_t, uint64_t, uint32_t);
IMPORT(clock_res_get) int raw_clock_res_get(uint32_t, uint32_t);
IMPORT(fd_fdstat_get) int raw_fd_fdstat_get(uint32_t, uint32_t);
IMPORT(fd_filestat_get) int raw_fd_filestat_get(uint32_t, uint32_t);
IMPORT(fd_prestat_get) int raw_fd_prestat_get(uint32_t, uint32_t);
IMPORT(fd_prestat_dir_name) int raw_fd_prestat_dir_name(uint32_t, uint32_t, uint32_t);
IMPORT(fd_read) int raw_fd_read(uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(fd_write) int raw_fd_write(uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(fd_pread) int raw_fd_pread(uint32_t, uint32_t, uint32_t, uint64_t, uint32_t);
IMPORT(fd_pwrite) int raw_fd_pwrite(uint32_t, uint32_t, uint32_t, uint64_t, uint32_t);
IMPORT(fd_readdir) int raw_fd_readdir(uint32_t, uint32_t, uint32_t, uint64_t, uint32_t);
IMPORT(fd_seek) int raw_fd_seek(uint32_t, int64_t, uint32_t, uint32_t);
IMPORT(fd_tell) int raw_fd_tell(uint32_t, uint32_t);
IMPORT(path_open) int raw_path_open(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint64_t,
                                    uint64_t, uint32_t, uint32_t);
IMPORT(path_create_directory) int raw_path_create_directory(uint32_t, uint32_t, uint32_t);
IMPORT(path_filestat_get) int raw_path_filestat_get(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(path_readlink) int raw_path_readlink(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(path_rename) int raw_path_rename(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(path_symlink) int raw_path_symlink(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(path_unlink_file) int raw_path_unlink_file(uint32_t, uint32_t, uint32_t);
IMPORT(poll_oneoff) int raw_poll_oneoff(uint32_t, uint32_t, uint32_t, uint32_t);
IMPORT(random_get) int raw_random_get(uint32_t, uint32_t);

static uint32_t at(const void *p) { return (uint32_t)(uintptr_t)p; }

#define TRY(call) show(#call, call)

static uint32_t iov[4];
static char buf[64];
static uint64_t out;

static void set_iov(uint32_t ptr, uint32_t len) {
    iov[0] = ptr;
    iov[1] = len;
}

int main(void) {
    make_file("file", "content");
    __wasi_fd_t fd = must_open("file", 0, ALL_FILE);
    TRY(raw_args_get(BAD, at(buf)));
    TRY(raw_args_get(at(buf), BAD));
    TRY(raw_args_sizes_get(BAD, at(&out)));
    TRY(raw_args_sizes_get(at(&out), BAD));
    TRY(raw_environ_get(BAD, BAD));
    TRY(raw_clock_time_get(0, 0, BAD));
    TRY(raw_clock_res_get(0, BAD));
    TRY(raw_fd_fdstat_get(1, BAD));
    TRY(raw_fd_filestat_get(fd, BAD));
    TRY(raw_fd_prestat_get(ROOT, BAD));
    TRY(raw_fd_prestat_dir_name(ROOT, BAD, 64));
    TRY(raw_fd_read(fd, BAD, 1, at(&out)));
    TRY(raw_fd_read(fd, at(iov), HUGE_LEN, at(&out)));
    TRY(raw_fd_read(fd, at(iov), 0x20000000, at(&out)));
    set_iov(BAD, 64);
    TRY(raw_fd_read(fd, at(iov), 1, at(&out)));
    set_iov(at(buf), HUGE_LEN);
    TRY(raw_fd_read(fd, at(iov), 1, at(&out)));
    TRY(raw_fd_write(fd, at(iov), 1, at(&out)));
    TRY(raw_fd_pread(fd, at(iov), 1, 0, at(&out)));
    TRY(raw_fd_pwrite(fd, at(iov), 1, 0, at(&out)));
    set_iov(at(buf), 4);
    TRY(raw_fd_write(fd, at(iov), 1, BAD));
    TRY(raw_fd_read(fd, at(iov), 1, BAD));
    TRY(raw_fd_read(fd, at(iov), 1, at(&out)));
    printf("%u %.*s\n", (unsigned)out, (int)out, buf);
    TRY(raw_fd_readdir(ROOT, BAD, 64, 0, at(&out)));
    TRY(raw_fd_readdir(ROOT, at(buf), HUGE_LEN, 0, at(&out)));
    TRY(raw_fd_readdir(ROOT, at(buf), 64, 0, BAD));
    TRY(raw_fd_seek(fd, 0, 0, BAD));
    TRY(raw_fd_tell(fd, BAD));
    TRY(raw_path_open(ROOT, 0, BAD, 64, 0, 0, 0, 0, at(&out)));
    TRY(raw_path_open(ROOT, 0, at("file"), HUGE_LEN, 0, 0, 0, 0, at(&out)));
    TRY(raw_path_open(ROOT, 0, at("file"), 4, 0, 0, 0, 0, BAD));
    TRY(raw_path_create_directory(ROOT, BAD, 64));
    TRY(raw_path_filestat_get(ROOT, 0, BAD, 64, at(buf)));
    TRY(raw_path_filestat_get(ROOT, 0, at("file"), 4, BAD));
    TRY(raw_path_readlink(ROOT, at("file"), 4, BAD, 64, at(&out)));
    TRY(raw_path_rename(ROOT, BAD, 64, ROOT, BAD, 64));
    TRY(raw_path_symlink(BAD, 64, ROOT, BAD, 64));
    TRY(raw_path_unlink_file(ROOT, BAD, 64));
    TRY(raw_poll_oneoff(BAD, at(buf), 1, at(&out)));
    TRY(raw_poll_oneoff(at(buf), at(buf), 0x10000000, at(&out)));
    TRY(raw_random_get(BAD, 64));
    TRY(raw_random_get(at(buf), HUGE_LEN));
    TRY(raw_random_get(at(buf), 64));
    show_file("file");
}

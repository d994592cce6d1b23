// Numbers that mean nothing. Oracle: none, as one engine ends
// the program here, and the other hangs.
#include "common.h"

int main(void) {
    make_file("file", "content");
    __wasi_fd_t fd = must_open("file", 0, ALL_FILE), opened;
    __wasi_timestamp_t time;
    __wasi_filesize_t at;
    show("clock_time_get", __wasi_clock_time_get(77, 1, &time));
    show("clock_res_get", __wasi_clock_res_get(77, &time));
    show("fd_seek", __wasi_fd_seek(fd, 0, 77, &at));
    show("fd_advise", __wasi_fd_advise(fd, 0, 0, 77));
    show("fd_filestat_set_times", __wasi_fd_filestat_set_times(fd, 0, 0, 0x100));
    show("path_filestat_set_times", __wasi_path_filestat_set_times(ROOT, 0, "file", 0, 0, 0x100));
    show("fd 99", __wasi_fd_close(99));
    show("fd -1", __wasi_fd_close(-1));
    show("open", open_with(ROOT, "file", 0, 0, READ_FILE, 0, 0, &opened));
}

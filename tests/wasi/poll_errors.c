// Descriptors that cannot be waited for: an error of the event, not of the call. Oracle: none;
// engines fail the whole call, or forget the event.
#include "common.h"

int main(void) {
    __wasi_subscription_t s[2];
    memset(s, 0, sizeof s);
    s[0].userdata = 41;
    s[0].u.tag = __WASI_EVENTTYPE_CLOCK;
    s[0].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    s[0].u.u.clock.timeout = 60000000000ull;
    s[1].userdata = 42;
    s[1].u.tag = __WASI_EVENTTYPE_FD_READ;
    s[1].u.u.fd_read.file_descriptor = 99;
    __wasi_event_t events[2];
    __wasi_size_t n = 0;
    show("poll of 99", __wasi_poll_oneoff(s, events, 2, &n));
    printf("%u events, %llu %s\n", (unsigned)n, (unsigned long long)events[0].userdata,
           errno_name(events[0].error));
    make_file("file", "x");
    __wasi_fd_t fd = must_open("file", 0, __WASI_RIGHTS_FD_READ);
    s[1].u.u.fd_read.file_descriptor = fd;
    show("poll without the right", __wasi_poll_oneoff(s, events, 2, &n));
    printf("%u events, %llu %s\n", (unsigned)n, (unsigned long long)events[0].userdata,
           errno_name(events[0].error));
}

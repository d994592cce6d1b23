// The end of the process: what was written before is there, what comes after is not.
// Oracle: wasmtime.
#include "common.h"

static void at_exit(void) { puts("at exit"); }

int main(int argc, char **argv) {
    atexit(at_exit);
    puts("before");
    if (argc > 1) exit(42);
    puts("after");
}

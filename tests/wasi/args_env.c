// Arguments and environment. Oracle: wasmtime.
#include "common.h"

int main(void) {
    __wasi_size_t count, size;
    show("args_sizes_get", __wasi_args_sizes_get(&count, &size));
    printf("%u arguments, %u bytes\n", (unsigned)count, (unsigned)size);
    uint8_t *pointers[8], buffer[256];
    memset(buffer, '#', sizeof buffer);
    show("args_get", __wasi_args_get(pointers, buffer));
    for (size_t i = 0; i < count; i++)
        printf("%d %s\n", (int)(pointers[i] - buffer), pointers[i]);
    printf("behind: %c\n", buffer[size]);
    show("environ_sizes_get", __wasi_environ_sizes_get(&count, &size));
    printf("%u variables, %u bytes\n", (unsigned)count, (unsigned)size);
    memset(buffer, '#', sizeof buffer);
    show("environ_get", __wasi_environ_get(pointers, buffer));
    for (size_t i = 0; i < count; i++)
        printf("%d %s\n", (int)(pointers[i] - buffer), pointers[i]);
    printf("behind: %c\n", buffer[size]);
    printf("%s\n", getenv("TWO"));
}

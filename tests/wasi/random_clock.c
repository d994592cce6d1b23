// Clocks and randomness. Oracle: wasmtime.
#include "common.h"

int main(void) {
    __wasi_timestamp_t a = 0, b = 0, resolution = 0;
    for (int clock = 0; clock < 2; clock++) {
        show("clock_time_get", __wasi_clock_time_get(clock, 1, &a));
        show("clock_time_get", __wasi_clock_time_get(clock, 1000000, &b));
        printf("goes on: %d\n", b >= a);
        show("clock_res_get", __wasi_clock_res_get(clock, &resolution));
        printf("resolution: %d\n", resolution > 0 && resolution <= 1000000000);
    }
    __wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &a);
    printf("after 2020: %d\n", a > 1577836800000000000ull);

    static uint8_t bytes[70000];
    show("random_get", __wasi_random_get(bytes, sizeof bytes));
    int counts[256] = {0}, missing = 0;
    for (size_t i = 0; i < sizeof bytes; i++) counts[bytes[i]]++;
    for (int i = 0; i < 256; i++) missing += counts[i] == 0;
    printf("values that never came: %d\n", missing);
    memset(bytes, 0, 16);
    show("random_get of nothing", __wasi_random_get(bytes, 0));
    printf("%d\n", bytes[0]);
    show("sched_yield", __wasi_sched_yield());
}

// The border: functions that the host calls, and loops that call the host.
#include <stdint.h>

__attribute__((import_module("host"), import_name("typed"))) int32_t host_typed(int32_t, int32_t);
__attribute__((import_module("host"), import_name("untyped"))) int32_t host_untyped(int32_t, int32_t);

__attribute__((export_name("add"))) int32_t add(int32_t a, int32_t b) { return a + b; }

__attribute__((export_name("call_typed"))) int32_t call_typed(int32_t n) {
    int32_t sum = 0;
    for (int32_t i = 0; i < n; i++) sum = host_typed(sum, i);
    return sum;
}

__attribute__((export_name("call_untyped"))) int32_t call_untyped(int32_t n) {
    int32_t sum = 0;
    for (int32_t i = 0; i < n; i++) sum = host_untyped(sum, i);
    return sum;
}

// Primes: byte stores at growing strides.
#include "kernel.h"

enum { SIZE = 1 << 20 };
static uint8_t composite[SIZE];

RUN {
    int64_t found = 0;
    for (int32_t r = 0; r < n; r++) {
        for (int i = 0; i < SIZE; i++) composite[i] = 0;
        for (uint32_t i = 2; i * i < SIZE; i++) {
            if (composite[i]) continue;
            for (uint32_t j = i * i; j < SIZE; j += i) composite[j] = 1;
        }
        for (int i = 2; i < SIZE; i++) found += !composite[i];
    }
    return found;
}

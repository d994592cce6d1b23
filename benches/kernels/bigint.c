// Numbers of many words: 32 by 32 to 64 bit products and carries; digits of a factorial.
#include "kernel.h"

enum { MAX = 8192 };
static uint32_t number[MAX];

RUN {
    int len = 1;
    number[0] = 1;
    for (int32_t k = 2; k <= n; k++) {
        uint64_t carry = 0;
        for (int i = 0; i < len; i++) {
            carry += (uint64_t)number[i] * (uint32_t)k;
            number[i] = (uint32_t)carry;
            carry >>= 32;
        }
        if (carry && len < MAX) number[len++] = (uint32_t)carry;
    }
    uint64_t sum = 0;
    for (int i = 0; i < len; i++) sum = sum * 1099511628211u ^ number[i];
    return (int64_t)sum;
}

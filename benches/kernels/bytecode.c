// An interpreter of byte code: a switch in a loop, registers in memory.
#include "kernel.h"

enum op { LOADI, ADD, SUB, MUL, AND, XOR, SHR, LT, JZ, JMP, LOAD, STORE, CALL, RET, HALT };

struct code {
    uint8_t op, a, b, c;
};

#define I(op, a, b, c) {op, a, (uint8_t)(b), (uint8_t)(c)}

// r0 the count, r1 the sum, r2 one, r3 the index, r4 and up scratch.
static struct code program[] = {
    I(LOADI, 1, 0, 0), I(LOADI, 2, 1, 0), I(LOADI, 3, 0, 0),
    // 3: while r3 < r0
    I(LT, 4, 3, 0), I(JZ, 4, 13, 0),
    I(LOADI, 5, 63, 0), I(AND, 5, 3, 5), I(LOAD, 6, 5, 0),
    I(CALL, 0, 15, 0),
    I(STORE, 6, 5, 0), I(ADD, 1, 1, 6), I(ADD, 3, 3, 2), I(JMP, 0, 3, 0),
    I(HALT, 0, 0, 0), I(HALT, 0, 0, 0),
    // 15: r6 = step(r6)
    I(LOADI, 7, 31, 0), I(MUL, 6, 6, 7), I(ADD, 6, 6, 3), I(LOADI, 7, 3, 0), I(SHR, 8, 6, 7),
    I(XOR, 6, 6, 8), I(SUB, 6, 6, 2), I(RET, 0, 0, 0),
};

RUN {
    static uint32_t memory[64];
    uint32_t r[16] = {0}, stack[16];
    int top = 0;
    for (int i = 0; i < 64; i++) memory[i] = (uint32_t)i * 2654435761u;
    r[0] = (uint32_t)n;
    // The program is data: the compiler must not know it.
    const struct code *volatile hidden = program;
    const struct code *base = hidden, *pc = base;
    for (;;) {
        struct code i = *pc++;
        switch ((enum op)i.op) {
            case LOADI: r[i.a] = i.b; break;
            case ADD: r[i.a] = r[i.b] + r[i.c]; break;
            case SUB: r[i.a] = r[i.b] - r[i.c]; break;
            case MUL: r[i.a] = r[i.b] * r[i.c]; break;
            case AND: r[i.a] = r[i.b] & r[i.c]; break;
            case XOR: r[i.a] = r[i.b] ^ r[i.c]; break;
            case SHR: r[i.a] = r[i.b] >> (r[i.c] & 31); break;
            case LT: r[i.a] = r[i.b] < r[i.c]; break;
            case JZ: if (!r[i.a]) pc = base + i.b; break;
            case JMP: pc = base + i.b; break;
            case LOAD: r[i.a] = memory[r[i.b] & 63]; break;
            case STORE: memory[r[i.b] & 63] = r[i.a]; break;
            case CALL: stack[top++ & 15] = (uint32_t)(pc - base); pc = base + i.b; break;
            case RET: pc = base + stack[--top & 15]; break;
            case HALT: return r[1];
        }
    }
}

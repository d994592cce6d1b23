// SIZE objects that are called through a pointer of their own, of KINDS kinds. With IN_TURN the
// kinds take turns, without it they come in an order of chance, the same each time.
//
// The order decides what an indirect call costs. Up to some 1,000 objects the processor remembers
// where each call goes, and a call takes 2 ns; beyond, most are foreseen wrong and take 9 (EPYC,
// November 2026). Guards are branches, whose order it remembers for some 4,000 objects.
#include "kernel.h"

struct object;
typedef int32_t (*method_fn)(struct object *, int32_t);

struct object {
    method_fn method;
    int32_t a, b;
};

static int32_t add(struct object *o, int32_t x) { return o->a + x; }
static int32_t scale(struct object *o, int32_t x) { return o->b * x; }
static int32_t blend(struct object *o, int32_t x) { return (o->a ^ x) + o->b; }
static int32_t shift(struct object *o, int32_t x) { return (x << (o->b & 7)) - o->a; }

// Volatile, so that the C compiler cannot know what a pointer points at.
static method_fn volatile methods[4] = {add, scale, blend, shift};

static struct object objects[SIZE];

#ifdef IN_TURN
#define KIND(i) ((i) % KINDS)
#else
#define KIND(i) ((next_random() >> 20) % KINDS)
#endif

RUN {
    seed = 37;
    for (int i = 0; i < SIZE; i++)
        objects[i] = (struct object){methods[KIND(i)], (int32_t)(next_random() & 255), (int32_t)(next_random() & 255)};
    int32_t sum = 0;
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < SIZE; i++) sum += objects[i].method(&objects[i], r + i);
    return sum;
}

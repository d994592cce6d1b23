// Objects of several kinds in one array, called through their tables of functions.
#include "kernel.h"

struct shape;

struct methods {
    int32_t (*area)(const struct shape *);
    void (*scale)(struct shape *, int32_t);
};

struct shape {
    const struct methods *methods;
    int32_t a, b;
};

static int32_t rect_area(const struct shape *s) { return s->a * s->b; }
static int32_t square_area(const struct shape *s) { return s->a * s->a; }
static int32_t circle_area(const struct shape *s) { return s->a * s->a * 355 / 113; }
static int32_t triangle_area(const struct shape *s) { return s->a * s->b / 2; }
static void scale_both(struct shape *s, int32_t by) { s->a = (s->a + by) & 255, s->b = (s->b + by) & 255; }
static void scale_one(struct shape *s, int32_t by) { s->a = (s->a ^ by) & 255; }

static const struct methods kinds[4] = {
    {rect_area, scale_both}, {square_area, scale_one}, {circle_area, scale_one}, {triangle_area, scale_both}};

enum { SIZE = 1024 };
static struct shape shapes[SIZE];

RUN {
    seed = 19;
    for (int i = 0; i < SIZE; i++) {
        shapes[i] = (struct shape){&kinds[next_random() >> 30], (int32_t)(next_random() & 255), (int32_t)(next_random() & 255)};
    }
    int64_t sum = 0;
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < SIZE; i++) {
            sum += shapes[i].methods->area(&shapes[i]);
            shapes[i].methods->scale(&shapes[i], r);
        }
    return sum;
}

// Five bodies: double arithmetic with square roots, in structures.
#include "kernel.h"

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[5];

static void advance(double dt) {
    for (int i = 0; i < 5; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < 5; j++) {
            struct body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2 = dx * dx + dy * dy + dz * dz;
            double mag = dt / (d2 * __builtin_sqrt(d2));
            a->vx -= dx * b->mass * mag, a->vy -= dy * b->mass * mag, a->vz -= dz * b->mass * mag;
            b->vx += dx * a->mass * mag, b->vy += dy * a->mass * mag, b->vz += dz * a->mass * mag;
        }
    }
    for (int i = 0; i < 5; i++) {
        struct body *b = &bodies[i];
        b->x += dt * b->vx, b->y += dt * b->vy, b->z += dt * b->vz;
    }
}

RUN {
    seed = 11;
    for (int i = 0; i < 5; i++) {
        double *f = &bodies[i].x;
        for (int j = 0; j < 7; j++) f[j] = (double)(next_random() % 2000) / 100.0 - 10.0 + i;
        bodies[i].mass = 1.0 + i;
    }
    for (int32_t i = 0; i < n; i++) advance(0.001);
    double e = 0;
    for (int i = 0; i < 5; i++) e += bodies[i].x * 3 + bodies[i].vy;
    return bits_of(e);
}

// A call through a pointer that has four targets, in turn, so that the processor foresees each:
// the least that knowing the targets can win.
#define KINDS 4
#define SIZE 256
#define IN_TURN
#include "virtual.h"

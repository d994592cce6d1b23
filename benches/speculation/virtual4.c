// A call through a pointer that has four targets, in an order that is too long for the processor
// to foresee an indirect call: many objects of several kinds, as programs have them.
#define KINDS 4
#define SIZE 4096
#include "virtual.h"

// A call through a pointer whose target is always the same.
#define KINDS 1
#define SIZE 256
#include "virtual.h"

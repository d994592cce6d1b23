// The smallest program that people write.
#include <stdio.h>

int main(void) {
    puts("hello, world");
    return 0;
}

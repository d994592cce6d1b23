//! x86-64: all that knows the processor.

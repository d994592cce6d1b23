//! Traps: how a fault of machine code becomes a value.

pub mod signal;

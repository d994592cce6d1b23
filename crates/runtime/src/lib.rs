//! All mechanism of the engine that touches raw memory or the operating
//! system.
//!
//! Owns: memories, tables, globals, instances, builtins, stubs between host
//! and machine code, traps, stacks, code memory. Called by `engine`, which
//! holds all policy. Must not know: compilers, environment variables, policy.

pub mod arch;
pub mod code_space;
pub mod memory;
pub mod stack;
pub mod sys;
pub mod trap;

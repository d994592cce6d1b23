//! The baseline compiler: WebAssembly to machine code in one pass.
//!
//! Owns: everything between a body and its machine code; there is no
//! intermediate representation. Called by the engine through
//! [`updraft_compile::FuncCompiler`]. Must not know: the optimizing compiler,
//! the runtime, threads.

#![forbid(unsafe_code)]

mod compiler;
mod op;
mod x64;

pub use compiler::{BaselineCompiler, BaselineOptions};

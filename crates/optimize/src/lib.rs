//! The optimizing compiler: WebAssembly to CLIF to Cranelift.
//!
//! Owns: the translation of validated bodies and the use of Cranelift. The
//! engine holds an [`OptimizingCompiler`] as a `dyn FuncCompiler`. Must not
//! know: code memory, instances, threads, other compilers.

#![forbid(unsafe_code)]

mod body;
mod builtins;
mod compiler;
mod flags;
mod frame;
mod inline;
mod op;
mod ops;
mod osr;
mod output;
mod placement;
mod signature;
mod translator;
mod visit;

pub use compiler::{OptimizeOptions, OptimizingCompiler};

//! x86-64: all that knows the processor: the encoder of instructions, and the
//! code generator on top of it.
//!
//! Owns: the names of registers, conditions and memory operands, the encoding
//! of each instruction the baseline compiler may want, labels and the pool of
//! constants behind the code. Called by the code generator of this crate. Must
//! not know: wasm, frames, calling conventions, relocations of other code.
//!
//! Every method encodes exactly the instruction it names, in the shortest form
//! that means the same, flags included. Register operands come in Intel's
//! order: destination first.

// The set is whole per family; the code generator uses what it needs.
#![allow(dead_code, unused_imports)]

mod asm;
mod atomic;
mod avx;
mod int;
mod label;
mod mem;
mod pool;
mod reg;
mod sse;
mod vec;

mod body;
mod codegen;
mod control;
mod cpu;
mod moves;
mod ops;
mod regs;
#[cfg(test)]
mod tests;
mod value;
mod visit;

pub(crate) use asm::Asm;
pub(crate) use body::{Buffers, compile, validate_and_compile};
pub(crate) use cpu::CpuFeatures;
pub(crate) use int::{Alu, Shift, Unary};
pub(crate) use label::Label;
pub(crate) use mem::{Base, Mem};
pub(crate) use reg::{Cond, Gpr, Size, Xmm};
pub(crate) use sse::{Sse, VecShift};

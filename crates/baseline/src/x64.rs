//! x86-64: all that knows the processor.
//!
//! The encoder, which knows nothing of wasm (`asm`, `label` and `pool`;
//! `int`, `vec`, `avx`, `atomic` and the list `sse`; `reg` and `mem`): every
//! method encodes exactly the instruction it names, in the shortest form that
//! means the same, flags included, with operands in Intel's order.
//!
//! The code generator on top of it: `body` drives, `visit` hands operators to
//! `ops`, `codegen` holds the state, `operands` handles the operand stack,
//! `moves` what moves, `control` open blocks, `regs` and `value` the words of
//! all these.

// The encoder is whole per family; the code generator uses what it needs.
mod asm;
#[allow(dead_code)]
mod atomic;
#[allow(dead_code)]
mod avx;
#[allow(dead_code)]
mod int;
#[allow(dead_code)]
mod label;
mod mem;
mod pool;
#[allow(dead_code)]
mod reg;
#[allow(dead_code)]
mod sse;
#[allow(dead_code)]
mod vec;

mod body;
mod codegen;
mod control;
mod cpu;
mod moves;
mod operands;
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
pub(crate) use mem::Mem;
pub(crate) use reg::{Cond, Gpr, Size, Xmm};
pub(crate) use sse::{Sse, VecShift};

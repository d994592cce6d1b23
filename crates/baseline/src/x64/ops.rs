//! The operators, by family.

mod bulk;
mod call;
pub(crate) mod control;
mod convert;
mod float;
mod int;
mod local;
mod memory;
mod reference;
mod simd;
mod table;

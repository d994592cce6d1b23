//! Operators by family: each file turns its operators into CLIF.
//!
//! Methods are named after the operator visitor's and are called by
//! [`crate::visit`] only, and only where code is reachable.

mod bulk;
mod call;
mod control;
mod convert;
mod float;
mod int;
mod local;
mod memory;
mod reference;
mod simd;
mod table;

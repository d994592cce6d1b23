//! Operators by family: each file turns its operators into CLIF.
//!
//! Methods are named after the operator visitor's and are called by
//! [`crate::visit`] only, and only where code is reachable.

mod simd;

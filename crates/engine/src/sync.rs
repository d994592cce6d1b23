//! The primitives that the protocols between threads are made of.
//!
//! A file that is such a protocol names them through here, or through
//! `lock_order`, so that `tests/loom` can compile the same file with the model
//! checker's primitives instead. Those files are listed in
//! `tests/loom/build.rs`.

pub(crate) use std::sync::Condvar;
pub(crate) use std::sync::atomic::{AtomicU8, Ordering};

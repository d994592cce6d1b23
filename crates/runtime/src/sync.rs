//! The primitives that the protocols between threads are made of.
//!
//! A file that is such a protocol names its atomics through here and nothing
//! else of the crate's, so that `tests/loom` can compile the same file with
//! the model checker's primitives instead. Those files are listed in
//! `tests/loom/build.rs`.

pub(crate) use std::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, compiler_fence, fence,
};
pub(crate) use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

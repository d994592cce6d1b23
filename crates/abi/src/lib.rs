//! What machine code and runtime agree on.
//!
//! Owns: the layout of the instance context and of the isolate context, the
//! list of builtins, the calling convention, the tables that come with a
//! compiled function. Used by compilers, which emit code against it, and by
//! `runtime`, which lays memory out by it. Must not know: any compiler, any
//! live object. Everything here is inert data.

#![forbid(unsafe_code)]

mod builtin;
mod code;
pub mod convention;
pub mod feedback;
pub mod isolate;
mod osr;
mod tunables;
pub mod vmctx;

pub use builtin::{AbiType, Builtin, TIER_UP_AT_EXIT};
pub use code::*;
pub use convention::CallLayout;
pub use osr::{MAX_OSR_SLOTS, OSR_SLOT_BYTES, OsrLoop, OsrMap, OsrPlace};
pub use tunables::{Bounds, GUARD_BYTES, RESERVATION_BYTES, Tunables};
pub use vmctx::VmContextLayout;

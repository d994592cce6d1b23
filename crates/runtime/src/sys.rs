//! The operating system, as this crate needs it.
//!
//! Owns: mappings, anonymous files, barriers, the page size, and errors that
//! name the limit of the kernel that was reached. Called by the code space,
//! the memories and the stacks. Must not know: what any mapping is for.
//! Nothing but this folder may depend on Linux.

mod error;
mod event;
mod fork;
mod map;
mod process;
mod thread;

pub use error::{KernelLimit, OsError};
pub(crate) use event::Wake;
pub use event::WakeFd;
pub use fork::in_forked_child;
pub(crate) use fork::mark_process;
pub use map::*;
pub use process::*;
pub(crate) use thread::last_error;
pub use thread::{SignalStack, signal_stack_bytes, thread_stack};

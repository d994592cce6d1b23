//! What depends on the processor. One file per processor and subject.

#[cfg(target_arch = "x86_64")]
pub(crate) mod x64;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x64_baseline;
#[cfg(target_arch = "x86_64")]
mod x64_context;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x64_saved;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x64_thunks;

#[cfg(target_arch = "x86_64")]
pub use x64_context::*;

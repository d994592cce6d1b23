//! Code memory, linear memories and signals, with real machine code.

#[cfg(target_arch = "x86_64")]
mod code;
#[cfg(target_arch = "x86_64")]
mod harness;
mod limits;
#[cfg(target_arch = "x86_64")]
mod signals;
mod subprocess;

//! Stubs of baseline code, called by machine code written for the purpose, in
//! real isolates.

#[cfg(target_arch = "x86_64")]
mod code;
#[cfg(target_arch = "x86_64")]
mod stubs;
#[cfg(target_arch = "x86_64")]
mod world;

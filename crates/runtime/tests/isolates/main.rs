//! Machine code written for the purpose, in real isolates: stubs of baseline
//! code, and who may look at a stack.

#[cfg(target_arch = "x86_64")]
mod code;
#[cfg(target_arch = "x86_64")]
mod gates;
#[cfg(target_arch = "x86_64")]
mod stubs;
#[cfg(target_arch = "x86_64")]
mod world;

//! What the fuzz targets do with an input, and where modules come from.
//!
//! Owns: one module per target with its body, `run`; it panics if something is
//! wrong. Called by the targets, which libFuzzer drives, and by the smoke
//! test. The bodies may look into any crate.

#![forbid(unsafe_code)]

pub mod decode_chunks;
pub mod differential;
pub mod input;
pub mod ours;
pub mod outcome;
pub mod theirs;
pub mod tiers;

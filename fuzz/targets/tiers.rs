//! Loops and calls in every mode of the engine, and in another engine.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| updraft_fuzz::tiers::run(data));

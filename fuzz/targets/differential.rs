//! A module in this engine, with and without reservations, and in another.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| updraft_fuzz::differential::run(data));

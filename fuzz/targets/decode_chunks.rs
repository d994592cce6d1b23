//! Any bytes, in any chunks: one verdict.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| updraft_fuzz::decode_chunks::run(data));

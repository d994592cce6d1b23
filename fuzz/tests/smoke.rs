//! Every target's body runs on its seeds and, for a second, on random inputs:
//! a target that fails at once is noticed without a fuzzer.

use std::path::Path;
use std::time::{Duration, Instant};

use updraft_test_verdict::Random;

/// Runs a body for a second. `starts` are what inputs start with.
fn smoke(name: &str, starts: &[&[u8]], body: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let mut n_seeds = 0;
    for seed in std::fs::read_dir(&seeds).into_iter().flatten() {
        let seed = seed.expect("the seeds can be listed").path();
        body(&std::fs::read(&seed).expect("a seed can be read"));
        n_seeds += 1;
    }
    assert!(n_seeds > 0, "{} has no seeds", seeds.display());

    let mut random = Random::seeded(0x5eed);
    let (start, mut n_inputs) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(1) || n_inputs < 20 {
        let len = random.below(4096);
        let input = [starts[random.below(starts.len())], &random.bytes(len)].concat();
        body(&input);
        n_inputs += 1;
    }
}

#[test]
fn decode_chunks() {
    let starts: &[&[u8]] = &[b"s", b"s", b"", b"\0asm\x01\0\0\0"];
    smoke("decode_chunks", starts, updraft_fuzz::decode_chunks::run);
}

#[test]
fn differential() {
    smoke("differential", &[b""], updraft_fuzz::differential::run);
}

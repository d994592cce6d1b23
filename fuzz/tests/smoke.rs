//! Every target's body runs on its seeds and, for a second, on random inputs:
//! a target that fails at once is noticed without a fuzzer. For more than a
//! second if `FUZZ_SECONDS` says so, from the seed `FUZZ_SEED`.

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

    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse().ok());
    let seconds = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(1));
    let mut random = Random::new(0x5eed, number("FUZZ_SEED").unwrap_or(0));
    let (start, mut n_inputs) = (Instant::now(), 0);
    while start.elapsed() < seconds || n_inputs < 20 {
        let len = random.below(4096);
        let input = [starts[random.below(starts.len())], &random.bytes(len)].concat();
        if std::env::var_os("FUZZ_KEEP").is_some() {
            std::fs::write(format!("target/{name}.input"), &input).expect("target can be written");
        }
        body(&input);
        n_inputs += 1;
    }
    println!("{name}: {n_inputs} inputs in {:.1} s", start.elapsed().as_secs_f64());
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

#[test]
fn tiers() {
    smoke("tiers", &[b""], updraft_fuzz::tiers::run);
}

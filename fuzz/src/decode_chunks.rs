//! The verdict on a module, the fault and its offset included, and all facts
//! about it, do not depend on how its bytes arrive.
//!
//! An input is a module as it is, or makes one that is then damaged.

use arbitrary::Unstructured;
use updraft_test_verdict::{self as verdict, Random, flip};
use updraft_types::Features;

use crate::input::{smith, smith_config};

/// Runs an input.
pub fn run(data: &[u8]) {
    let mut random = Random::of(data);
    let features = if random.below(4) == 0 { Features::wasm2() } else { Features::default() };
    match data.split_first() {
        Some((b's', rest)) => {
            let mut u = Unstructured::new(rest);
            let Some(mut bytes) = smith(smith_config(), &mut u) else { return };
            check(&bytes, &features, &mut random);
            if random.below(4) == 0 {
                bytes.truncate(random.below(bytes.len()));
            }
            flip(&mut bytes, &mut random);
            check(&bytes, &features, &mut random);
        }
        _ => check(data, &features, &mut random),
    }
}

/// Decodes the bytes in all ways.
fn check(bytes: &[u8], features: &Features, random: &mut Random) {
    if let Err(differ) = verdict::of(bytes, features, random) {
        panic!("{differ}");
    }
}

//! Functions with loops do the same however they move between tiers: in every
//! mode of this engine and in wasmi.
//!
//! Modules are our own ([`generate`]), since random code hardly ever loops:
//! loops in loops, with values of every type on the operand stack around them,
//! and calls of every shape between functions whose tiers differ. Half of them
//! are called by another module.

pub mod generate;

use std::sync::atomic::{AtomicU64, Ordering};

use updraft_test_verdict::Random;

use crate::outcome::compare;
use crate::{ours, theirs};

/// Position of the mode that replaces every loop.
const OSR: usize = 3;

/// Inputs after which loops must have been replaced, and imports inlined.
const PROVEN_AFTER: u64 = 200;

/// Runs an input.
///
/// # Panics
///
/// If anything differs, or if after many inputs few loops were replaced or few
/// imports inlined.
pub fn run(data: &[u8]) {
    static N_INPUTS: AtomicU64 = AtomicU64::new(0);
    let mut random = Random::of(data);
    let text = generate::module(data);
    if std::env::var_os("UPDRAFT_FUZZ_TEXT").is_some() {
        eprintln!("{text}");
    }
    let bytes = wat::parse_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let modes = ours::modes(random.below(2) == 0);
    let reference = &modes[ours::REFERENCE];
    let mut plan = ours::plan(&reference.engine, &bytes, &mut random);
    plan.double();
    let caller = if random.below(2) == 0 { ours::Caller::Front } else { ours::Caller::Host };
    let expected = theirs::run(&bytes, &plan);
    // Compilers take most of the time: not all modes for each input.
    let skipped = random.below(modes.len());
    for (_, mode) in modes.iter().enumerate().filter(|(i, _)| i % 2 == skipped % 2 || *i == OSR) {
        let (found, _) = ours::run(&mode.engine, &bytes, &plan, caller);
        compare([mode.name, "wasmi"], &found, &expected);
    }
    let n_inputs = N_INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    let n_entries = ours::OSR_ENTRIES.load(Ordering::Relaxed);
    assert!(
        n_inputs < PROVEN_AFTER || n_entries > n_inputs,
        "{n_entries} loops were replaced in {n_inputs} inputs"
    );
    let n_inlined = ours::INLINED_IMPORTS.load(Ordering::Relaxed);
    assert!(
        n_inputs < PROVEN_AFTER || n_inlined > n_inputs / 10,
        "{n_inlined} calls of imports were inlined in {n_inputs} inputs"
    );
}

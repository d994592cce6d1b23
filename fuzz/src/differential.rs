//! A module does the same in every mode of this engine, and in wasmi, an
//! interpreter: the same results to the bit, the same traps, the same memories
//! and globals after each call.
//!
//! Modules are wasm-smith's, with fuel built into them so that they end. Half
//! of them make NaNs canonical by code of their own, so that payloads are not a
//! matter of taste; the other half, where only the modes are compared, leaves
//! that to the engine. What one engine may refuse and the other not (a stack
//! that is exhausted, memory that is not there) ends the comparison.

use arbitrary::Unstructured;
use updraft_test_verdict::Random;
use wasm_smith::{Config, Module as SmithModule};

use crate::input::smith_config;
use crate::outcome::compare;
use crate::{ours, theirs};

/// Steps that a module may take before it traps.
const FUEL: u32 = 1_000;

/// Runs an input.
pub fn run(data: &[u8]) {
    let mut random = Random::of(data);
    let canonical = random.below(2) == 0;
    let Some(bytes) = module(data, canonical) else { return };
    let modes = ours::modes(random.below(2) == 0);
    let reference = &modes[ours::REFERENCE];
    let mut plan = ours::plan(&reference.engine, &bytes, &mut random);
    // What was called before may have other code by now.
    plan.funcs.extend_from_within(..);
    let (expected, _) = ours::run(&reference.engine, &bytes, &plan);
    if canonical {
        compare([reference.name, "wasmi"], &expected, &theirs::run(&bytes, &plan));
    }
    let others = &modes[ours::REFERENCE + 1..];
    let skipped = random.below(others.len());
    for mode in others.iter().skip(skipped) {
        let (found, _) = ours::run(&mode.engine, &bytes, &plan);
        compare([mode.name, reference.name], &found, &expected);
    }
}

fn module(data: &[u8], canonicalize_nans: bool) -> Option<Vec<u8>> {
    let config = Config {
        max_imports: 0,
        min_funcs: 1,
        max_memory32_bytes: 32 << 16,
        memory_max_size_required: true,
        max_table_elements: 1_000,
        table_max_size_required: true,
        export_everything: true,
        canonicalize_nans,
        max_instructions: 300,
        ..smith_config()
    };
    let mut module = SmithModule::new(config, &mut Unstructured::new(data)).ok()?;
    module.ensure_termination(FUEL).ok()?;
    Some(module.to_bytes())
}

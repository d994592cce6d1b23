//! A module does the same in every mode of this engine, and in wasmi, an
//! interpreter: the same results to the bit, the same traps, the same memories
//! and globals after each call. Half of them are called by another module.
//!
//! Modules are wasm-smith's, with fuel built into them so that they end. Half
//! of them make NaNs canonical by code of their own, so that payloads are not a
//! matter of taste; the other half, where only the modes are compared, leaves
//! that to the engine, and so do those with promotions or demotions, whose NaNs
//! wasm-smith forgets. What one engine may refuse and the other not (a stack
//! that is exhausted, memory that is not there) ends the comparison.

use arbitrary::Unstructured;
use updraft_test_verdict::Random;
use wasm_smith::{Config, Module as SmithModule};
use wasmparser::Payload;

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
    plan.double();
    let caller = if random.below(2) == 0 { ours::Caller::Front } else { ours::Caller::Host };
    let (expected, _) = ours::run(&reference.engine, &bytes, &plan, ours::Caller::Host);
    if canonical && !converts_floats(&bytes) {
        compare([reference.name, "wasmi"], &expected, &theirs::run(&bytes, &plan));
    }
    let others = &modes[ours::REFERENCE + 1..];
    let skipped = random.below(others.len());
    for mode in others.iter().skip(skipped) {
        let (found, _) = ours::run(&mode.engine, &bytes, &plan, caller);
        compare([mode.name, reference.name], &found, &expected);
    }
}

/// Whether there is a promotion or a demotion in a module.
fn converts_floats(bytes: &[u8]) -> bool {
    use wasmparser::Operator as Op;
    let converts = |op: wasmparser::Result<Op<'_>>| {
        matches!(
            op,
            Ok(Op::F32DemoteF64
                | Op::F64PromoteF32
                | Op::F32x4DemoteF64x2Zero
                | Op::F64x2PromoteLowF32x4)
        )
    };
    let mut payloads = wasmparser::Parser::new(0).parse_all(bytes);
    payloads.any(|payload| {
        let Ok(Payload::CodeSectionEntry(body)) = payload else { return false };
        body.get_operators_reader().is_ok_and(|ops| ops.into_iter().any(converts))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_between_floats_are_found() {
        let finds = |op: &str| {
            let text = format!("(module (func) (func (drop ({op} (v128.const i32x4 0 0 0 0)))))");
            converts_floats(&wat::parse_str(text).unwrap())
        };
        assert!(finds("f64x2.promote_low_f32x4") && finds("f32x4.demote_f64x2_zero"));
        assert!(!finds("f32x4.sqrt") && !finds("v128.not"));
    }
}

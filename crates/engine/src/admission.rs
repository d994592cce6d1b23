//! Which functions get how much of the compiler.
//!
//! The optimizing compiler cannot be cancelled, and its time and memory grow
//! faster than its input on some shapes of functions, so the decision is made
//! before it starts, from what validation counted.

use updraft_compile::{CompileError, Effort};
use updraft_types::BodyFacts;

/// Bytes of a body beyond which only fast compilation is tried.
const FULL_BODY_BYTES: u32 = 512 << 10;
/// Blocks times locals beyond which only fast compilation is tried: what the
/// construction of SSA form and liveness cost.
const FULL_BLOCKS_X_LOCALS: u64 = 64 << 20;
/// Targets of `br_table`s beyond which only fast compilation is tried.
const FULL_BR_TABLE_TARGETS: u32 = 200_000;

/// Bytes of a body beyond which a function is not compiled at all.
pub const MAX_FUNC_BYTES: u32 = updraft_types::limits::MAX_BODY_BYTES as u32;
/// Blocks times locals beyond which a function is not compiled at all.
const MAX_BLOCKS_X_LOCALS: u64 = 4 << 30;

/// How much effort a function may cost.
pub(crate) fn admit(facts: &BodyFacts) -> Result<Effort, CompileError> {
    let blocks = u64::from(facts.n_blocks) + u64::from(facts.n_br_table_targets);
    let product = blocks * u64::from(facts.n_locals);
    if facts.body_bytes > MAX_FUNC_BYTES || product > MAX_BLOCKS_X_LOCALS {
        return Err(CompileError::TooLarge(format!(
            "{} bytes, {} blocks, {} locals",
            facts.body_bytes, facts.n_blocks, facts.n_locals
        )));
    }
    let full = facts.body_bytes <= FULL_BODY_BYTES
        && product <= FULL_BLOCKS_X_LOCALS
        && facts.n_br_table_targets <= FULL_BR_TABLE_TARGETS;
    Ok(if full { Effort::Full } else { Effort::Fast })
}

//! Models of what the engine's threads share: every schedule and every order
//! of memory that the language allows.
//!
//! Owns: what the protocol files of the product name, made of the model
//! checker's primitives. `build.rs` lists those files and their rules: each
//! file is built here as it is, and its models must hold; and once for each of
//! its rules, with the rule removed, and a model must fail. Started by
//! `cargo xtask loom`. The checker takes an operation that is `SeqCst` for
//! `AcqRel`, so protocols that need more say so with fences.
//!
//! What machine code reads with plain loads, models read with Acquire: so x86
//! does it. A processor that does not needs another look at these models.

#![allow(dead_code, reason = "models use a part of each file")]
#![allow(unsafe_op_in_unsafe_fn, reason = "linted where the files belong")]

// Files of the engine name the runtime.
extern crate self as updraft_runtime;

#[cfg(test)]
use std::time::{Duration, Instant};

pub mod code_space;
pub mod entries;
pub mod lock_order;
pub mod pool;
pub mod sync;
pub mod sys;
pub mod vm;

pub use code_table::kept::product::CodeTable;
pub use requests::kept::product::request;
pub use vm::VmIsolate;

include!(concat!(env!("OUT_DIR"), "/cases.rs"));

#[cfg(test)]
fn check(model: fn()) {
    let mut builder = loom::model::Builder::new();
    // More switches at once find nothing new in protocols of this size, and
    // take for ever. With a bound the checker also tries switches that it
    // skips without one: then it misses that a region must be whole before it
    // counts.
    builder.preemption_bound = Some(4);
    let (start, most) = (Instant::now(), Duration::from_secs(60));
    builder.max_duration = Some(most);
    builder.check(model);
    // The checker stops without a word.
    assert!(start.elapsed() < most, "the model has too many schedules");
}

/// The model holds in every schedule.
#[cfg(test)]
fn holds(model: fn()) {
    check(model);
}

/// The model fails in some schedule, and says so.
#[cfg(test)]
fn fails(model: fn(), says: &str) {
    let Err(panic) = std::panic::catch_unwind(|| check(model)) else {
        panic!("the model holds without the rule");
    };
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default();
    assert!(text.contains(says), "the model failed, but said: {text}");
}

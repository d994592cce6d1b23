//! Broken modules: where they come from, what is expected of them.
//!
//! Owns: sound modules to start from, and the check of one module: the same
//! verdict in all ways of decoding, and if it is valid, it compiles and its
//! exports end in time. Used by the command
//! `hostile`, which does it by the hundred thousand, and by this package's
//! test, which does it for a few seconds.

#![forbid(unsafe_code)]

pub mod execute;
pub mod modules;

use updraft_test_verdict::{self as verdict, Random};
use updraft_types::Features;

/// Checks one module. What is wrong is returned as text; panics are bugs too,
/// and are left to the caller.
pub fn check(engines: &execute::Engines, bytes: &[u8], random: &mut Random) -> Outcome {
    let verdict = match verdict::of(bytes, &Features::default(), random) {
        Ok(verdict) => verdict,
        Err(differ) => return Outcome::Wrong(differ),
    };
    match execute::run(engines, bytes, &verdict, random) {
        Ok(true) => Outcome::Valid,
        Ok(false) => Outcome::Invalid,
        Err(wrong) => Outcome::Wrong(wrong),
    }
}

/// What came of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is not valid, and all agree where.
    Invalid,
    /// It is valid, and was run.
    Valid,
    /// A bug.
    Wrong(String),
}

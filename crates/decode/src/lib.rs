//! Bytes of a module to what is known about it.
//!
//! Owns: the push decoder, which takes a module in chunks of any size and
//! yields its sections and bodies as they become whole; validation of bodies,
//! each on any thread; the names; the walk over a validated body that
//! compilers are built on ([`op`]). The only crate that names the parsing
//! library. Called by the engine and by compilers. Must not know: threads, the
//! operating system, code generation, policy.
//!
//! # Essay: which fault is reported
//!
//! A module may be wrong in many places, and sections, bodies and limits are
//! checked in different places, some in parallel. What is reported is the
//! fault with the lowest offset, and it does not depend on how the bytes
//! arrived or who validated what. The decoder stops at the first fault in the
//! structure of the module. All bodies before it have been handed out by then,
//! and none after it, so the lowest fault is the lowest of the decoder's and
//! those of the bodies that were handed out: [`LowestFault`] collects them.

#![forbid(unsafe_code)]

mod body;
mod convert;
mod data;
mod error;
mod facts;
mod features;
mod hints;
mod names;
mod numbers;
pub mod op;
mod plain;
mod push;
mod reader;
mod validating;

pub use body::{BodyToValidate, ValidateScratch};
pub use error::{DecodeError, LowestFault};
pub use hints::BodyHints;
pub use push::{BodyValidator, DecodedModule, Event, PushDecoder, decode_whole, validate};
pub use updraft_types::WireBytes;

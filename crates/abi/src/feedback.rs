//! Layout of a feedback vector: what baseline code notes of one function in
//! one isolate.
//!
//! A vector is an array of sites, one per `call_indirect` and
//! `return_call_indirect` of the body, in order, those in unreachable code
//! included. Baseline code compares the callee's function record with
//! [`SITE_TARGET`]: equal, and it counts in [`SITE_COUNT`]; otherwise it calls
//! the `call_feedback` builtin, unless [`SITE_SATURATED`] is set. Vectors lie
//! in memory of the isolate that guest code cannot write.

/// Bytes of a site.
pub const SITE_BYTES: u32 = 16;
/// Pointer to the function record of the first target; 0 before the first call.
pub const SITE_TARGET: u32 = 0;
/// u32: calls of that target.
pub const SITE_COUNT: u32 = 8;
/// u32: bits; see [`SITE_SATURATED`].
pub const SITE_FLAGS: u32 = 12;
/// Bit of [`SITE_FLAGS`]: nothing new is to be noted here.
pub const SITE_SATURATED: u32 = 1;
/// Targets that a site tells apart; one more makes it megamorphic.
pub const MAX_TARGETS: usize = 4;

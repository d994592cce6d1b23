//! The words of WebAssembly that every other crate shares.
//!
//! Owns: typed indices and maps, value and function types, the description of
//! a module, the feature list, the implementation limits and the reasons for
//! traps. Called by everything. Must not know: how bytes are parsed, how code
//! is generated, threads, the operating system.

#![forbid(unsafe_code)]

mod const_expr;
mod features;
mod index;
pub mod limits;
mod module;
mod names;
mod trap;
mod value;
mod wire_bytes;

pub use const_expr::{ConstExpr, ConstOp, ConstOps};
pub use features::{FeatureInfo, Features};
pub use index::*;
pub use module::*;
pub use names::{NameTable, Names};
pub use trap::TrapCode;
pub use value::*;
pub use wire_bytes::WireBytes;

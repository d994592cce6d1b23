//! All mechanism of the engine that touches raw memory or the operating
//! system.
//!
//! Owns: memories, tables, globals, instances, builtins, stubs between host
//! and machine code, traps, stacks, code memory. Called by `engine`, which
//! holds all policy. Must not know: compilers, environment variables, policy.

pub mod arch;
mod builtins;
pub mod call;
pub mod code_space;
pub mod code_table;
mod entries;
mod extern_refs;
mod feedback;
mod frames;
pub mod func;
mod gate;
mod heap;
pub mod host;
pub mod instance;
pub mod isolate;
pub mod memory;
pub mod module;
pub mod objects;
mod prefault;
mod profile;
pub mod signature;
pub mod slot;
pub mod stack;
mod sync;
pub mod sys;
mod thunks;
pub mod trap;
pub mod value;
mod views;

pub use code_table::CodeTable;
pub use extern_refs::ExternRef;
pub use feedback::{FeedbackSnapshot, SiteSnapshot};
pub use func::FuncHandle;
pub use gate::ClosedGates;
pub use instance::{GlobalHandle, ImportValue, InstanceObj};
pub use isolate::{
    GUARD_MISS_PERIOD, Growth, GuardMiss, Isolate, IsolateConfig, IsolateId, StoreInner, Upcalls,
    VmIsolate, request,
};
pub use module::RuntimeModule;
pub use objects::{MemoryObj, Rooted, TableObj};
pub use profile::{ImportTargets, Profile};
pub use signature::{Signature, SignatureInner};
pub use trap::{Backtrace, CallError, Frame, HostError, Trap};
pub use value::RawVal;

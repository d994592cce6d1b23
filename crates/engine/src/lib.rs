//! All policy of the engine: what is compiled, when, by whom, and who shares
//! it.
//!
//! Owns: [`Engine`], [`NativeModule`], tiering, which code goes, the thread pool, deadlines,
//! linking checks. Called by the public API. Must not know: which compilers there are
//! (it sees `dyn FuncCompiler`), WASI, printing, the environment.

#![forbid(unsafe_code)]

mod admission;
mod bodies;
mod code_gc;
mod deadline;
mod engine;
mod isolate;
mod link;
mod lock_order;
mod native_module;
mod pool;
mod sync;
mod tasks;
mod tiering;
mod validate;

pub use admission::MAX_FUNC_BYTES;
pub use deadline::IsolateHandle;
pub use engine::{Engine, EngineConfig, EngineStats};
pub use isolate::new_store;
pub use link::{ExternType, check_import, import_type};
pub use native_module::{CompiledReport, FuncReport, ModuleError, ModuleStats, NativeModule};
pub use pool::{Job, Platform, ThreadPool};
pub use tiering::{
    CodeOf, Evict, Pinned, Reason, Strategy, Stress, TierEvent, TierEventKind, TierStats, Tiering,
};

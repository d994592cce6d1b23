//! Updraft: a WebAssembly engine.
//!
//! An [`Engine`] holds what is shared: compiled [`Module`]s, threads, code
//! memory. A [`Store`] holds what belongs together at run time: instances,
//! memories, the embedder's data. A [`Linker`] names what modules may import.
//!
//! ```
//! use updraft::{Engine, Linker, Module, Store};
//!
//! let engine = Engine::default();
//! let module = Module::new(&engine, r#"
//!     (module
//!         (import "host" "double" (func $double (param i32) (result i32)))
//!         (func (export "run") (param i32) (result i32)
//!             (i32.add (call $double (local.get 0)) (i32.const 1))))
//! "#)?;
//! let mut linker = Linker::new(&engine);
//! linker.func_wrap("host", "double", |x: i32| 2 * x)?;
//! let mut store = Store::new(&engine, ());
//! let instance = linker.instantiate(&mut store, &module)?;
//! let run = instance.get_typed_func::<i32, i32>(&mut store, "run")?;
//! assert_eq!(run.call(&mut store, 20)?, 41);
//! # Ok::<(), updraft::Error>(())
//! ```
//!
//! Functions are compiled when they are first called, once for all stores of
//! the engine. Names follow Wasmtime's API where the concept is the same;
//! handles ([`Instance`], [`Func`], [`Memory`], …) keep what they name alive
//! while they are held, so they are `Clone`, not `Copy`. A handle used with
//! another store than its own is an error.

#![forbid(unsafe_code)]

mod config;
mod engine;
mod error;
mod externals;
mod func;
#[cfg(feature = "inspect")]
pub mod inspect;
mod instance;
mod limits;
mod linker;
mod memory;
mod module;
mod store;
mod trap;
mod types;
mod val;

pub use config::{Config, Strategy};
pub use engine::{Engine, EngineStats};
pub use error::{Context, Error, ErrorKind, Result};
pub use externals::{Extern, Global, Table};
pub use func::{Caller, Func, IntoFunc, TypedFunc, WasmRet};
pub use instance::{Export, Instance, InstancePre};
pub use limits::{ResourceLimiter, StoreLimits, StoreLimitsBuilder};
pub use linker::Linker;
pub use memory::{Memory, MemoryAccessError};
pub use module::{Module, ModuleStats, TierStats};
pub use store::{AsContext, AsContextMut, IsolateHandle, Store, StoreContext, StoreContextMut};
pub use trap::{FrameInfo, Trap, WasmBacktrace};
pub use types::{
    ExportType, ExternType, FuncType, GlobalType, ImportType, MemoryType, Mutability, TableType,
};
pub use updraft_engine::{Job, Platform};
pub use updraft_runtime::sys::WakeFd;
pub use updraft_runtime::value::{WasmParams, WasmResults, WasmTy};
pub use updraft_types::{FeatureInfo, Features, HeapType, RefType, ValType};
pub use val::{ExternRef, Ref, V128, Val};

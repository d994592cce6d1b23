//! WASI preview 1 for Updraft: files, streams, sockets, clocks and the rest of what a program
//! expects from its system, and nothing that the host did not give.
//!
//! Owns all 46 functions of `wasi_snapshot_preview1` and their forerunners of `wasi_unstable`.
//! Used by hosts, next to the `updraft` crate, on whose public API alone it stands.
//!
//! ```
//! use updraft::{Engine, Linker, Module, Store};
//! use updraft_wasi::{MemoryOutputPipe, WasiCtx, WasiCtxBuilder, add_to_linker};
//!
//! let engine = Engine::default();
//! let mut linker: Linker<WasiCtx> = Linker::new(&engine);
//! add_to_linker(&mut linker, |ctx| ctx)?;
//!
//! let stdout = MemoryOutputPipe::new(1 << 20);
//! let ctx = WasiCtxBuilder::new().arg("hello").stdout(stdout.clone()).build();
//! let mut store = Store::new(&engine, ctx);
//! let module = Module::new(&engine, r#"(module
//!     (import "wasi_snapshot_preview1" "fd_write"
//!         (func $write (param i32 i32 i32 i32) (result i32)))
//!     (memory (export "memory") 1)
//!     (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
//!     (func (export "_start")
//!         (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))"#)?;
//! let instance = linker.instantiate(&mut store, &module)?;
//! instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ())?;
//! assert_eq!(stdout.contents(), b"hello\n");
//! # Ok::<(), updraft::Error>(())
//! ```
//!
//! Two kinds of refusal: what a *right* of the descriptor forbids is `ENOTCAPABLE`, and rights
//! are the guest's to give up; what the *host* forbids, by [`DirPerms`], [`FilePerms`] or by
//! lying outside a directory that it gave, is `EPERM`.

#![forbid(unsafe_code)]

mod clock;
mod ctx;
mod dir;
mod fd;
mod io;
mod linker;
mod memory;
mod path;
mod poll;
mod sock;
mod stdio;
mod table;
mod types;
mod wake;

pub use clock::I32Exit;
pub use ctx::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder};
pub use linker::add_to_linker;
pub use stdio::{MemoryInputPipe, MemoryOutputPipe, StdinSource, StdoutSink};

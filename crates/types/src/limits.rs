//! Implementation limits, checked while decoding.
//!
//! The values follow the WebAssembly JavaScript interface's section on
//! implementation-defined limits, so a module that a browser takes is taken.

/// Bytes of a module.
pub const MAX_MODULE_BYTES: u64 = 1 << 30;
/// Entries of the type section.
pub const MAX_TYPES: usize = 1_000_000;
/// Declared functions.
pub const MAX_FUNCS: usize = 1_000_000;
/// Imports.
pub const MAX_IMPORTS: usize = 1_000_000;
/// Exports.
pub const MAX_EXPORTS: usize = 1_000_000;
/// Declared globals.
pub const MAX_GLOBALS: usize = 1_000_000;
/// Data segments.
pub const MAX_DATA_SEGMENTS: usize = 100_000;
/// Element segments.
pub const MAX_ELEM_SEGMENTS: usize = 100_000;
/// Tables, imports included.
pub const MAX_TABLES: usize = 100;
/// Memories, imports included.
pub const MAX_MEMORIES: usize = 100;
/// Bytes of one function body.
pub const MAX_BODY_BYTES: usize = 7_654_321;
/// Locals of one function, parameters included.
pub const MAX_LOCALS: u32 = 50_000;
/// Parameters of a function type.
pub const MAX_PARAMS: usize = 1_000;
/// Results of a function type.
pub const MAX_RESULTS: usize = 1_000;
/// Targets of a `br_table`.
pub const MAX_BR_TABLE_TARGETS: u32 = 65_520;
/// Elements of a table.
pub const MAX_TABLE_ELEMS: u64 = 10_000_000;
/// Pages of a 32-bit memory.
pub const MAX_MEMORY32_PAGES: u64 = 65_536;
/// Bytes of a WebAssembly page.
pub const PAGE_BYTES: u64 = 65_536;

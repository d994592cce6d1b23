//! Layout of the instance context, which machine code knows as `vmctx`.
//!
//! # Essay: what lies where
//!
//! ```text
//! vmctx ─► ISOLATE     ─► isolate context (limit word, …)
//!          CODE_TABLE  ─► slot 0, slot 1, …   one per declared function
//!          BUILTINS    ─► stub 0, stub 1, …   one per row of the builtin list
//!          TYPE_IDS    ─► u32, u32, …         canonical id per module type
//!          BUDGETS     ─► i32, i32, …         per declared function, of the module
//!          COUNTDOWN, PERIOD                  when to take from a budget
//!          FEEDBACK    ─► vector or 0, …      per declared function, of the isolate
//!          …
//!          imported functions   records {entry, vmctx, type id, slot}
//!          memories             {base, definition} imports first
//!          tables               {base, definition} imports first
//!          imported globals     pointers
//!          declared globals     16 bytes each
//!          function records     of declared functions that escape
//! ```
//!
//! A memory's or table's definition is `{base, length}` and belongs to the
//! memory or table itself; the copy of `base` beside the pointer is only to be
//! used where it cannot change: for memories in guarded code, and for tables
//! whose type has `min == max`.
//!
//! A function record names the callee's `slot` in the code table, which machine
//! code loads the address to call from, and its `entry`, PLT-like code that
//! jumps through that slot, for calls from the host: so records follow tier-up,
//! and no record holds the address of a function's code. (Calling the entry
//! from machine code as well costs an indirect jump more per call: 1.7 times
//! the time of a loop of virtual calls.) The slot also says which function of
//! which module it is, and that its code has these bounds checks, whichever
//! instance the record is of. Records of declared functions are filled when
//! first needed; a record that is not filled is never handed out.

use updraft_types::{
    DeclaredGlobalIndex, FuncIndex, FuncRefIndex, GlobalIndex, MemoryIndex, ModuleDesc, TableIndex,
};

/// Pointer to the isolate context. Constant.
pub const ISOLATE: u32 = 0;
/// Pointer to the code table: an array of code addresses. Constant.
pub const CODE_TABLE: u32 = 8;
/// Pointer to the array of builtin stubs. Constant.
pub const BUILTINS: u32 = 16;
/// Pointer to the canonical type ids (u32), by module type index. Constant.
pub const TYPE_IDS: u32 = 24;
/// Pointer of the runtime back to the instance. Not for machine code.
pub const INSTANCE: u32 = 32;
/// Pointer to the module's tier-up budgets (i32), by declared function. They
/// lie where guest code cannot write. Constant.
///
/// Baseline code takes what it does from [`COUNTDOWN`]. Where that ends, the
/// `tier_up` stub takes a whole [`PERIOD`] from the budget of the function that
/// was at it: a sample. So what runs all the time touches one word that is in
/// the cache, and not that of each function that is called.
pub const BUDGETS: u32 = 40;
/// Bytes of wasm that a unit of a budget stands for: so the cost of a loop or a
/// function fits into the byte that an instruction has for it.
pub const BUDGET_UNIT_BYTES: u32 = 16;
/// Pointer to the isolate's feedback vectors of this module, an array of
/// pointers by declared function; see [`crate::feedback`].
pub const FEEDBACK: u32 = 48;
/// What the context is: 0 for an instance's, not 0 for a host function's,
/// which share the layout of [`ISOLATE`] and [`INSTANCE`]. Not for machine code.
pub const KIND: u32 = 56;
/// What is left (i32, in units of budgets) until the next sample. Written by
/// baseline code: at back-edges and exits it subtracts, and calls [`TIER_UP`]
/// when the result is negative.
pub const COUNTDOWN: u32 = 64;
/// What a sample stands for (u32, in units of budgets, not 0). Constant.
pub const PERIOD: u32 = 68;
/// Address of the `tier_up` stub, as in the array of builtins. Constant.
pub const TIER_UP: u32 = 72;
/// First byte after the fixed part.
pub const HEADER_BYTES: u32 = 80;

/// Bytes of a function record.
pub const FUNC_REF_BYTES: u32 = 32;
/// In a function record: address to call from the host.
pub const FUNC_REF_ENTRY: u32 = 0;
/// In a function record: the callee's `vmctx`.
pub const FUNC_REF_VMCTX: u32 = 8;
/// In a function record: canonical type id, u32.
pub const FUNC_REF_TYPE_ID: u32 = 16;
/// In a function record: pointer to the word that holds the address of the
/// callee's code: its slot of the code table, or the like. Constant.
pub const FUNC_REF_SLOT: u32 = 24;

/// Bytes of a memory or table in the context.
pub const EXTENT_BYTES: u32 = 16;
/// In a memory or table: a copy of the definition's base.
pub const EXTENT_BASE: u32 = 0;
/// In a memory or table: pointer to its definition. Constant.
pub const EXTENT_DEF: u32 = 8;

/// In a definition: address of the first byte or element. Changes on growth,
/// but not for a memory with guards.
pub const DEF_BASE: u32 = 0;
/// In a definition: bytes of a memory (u64), elements of a table (u64).
pub const DEF_LEN: u32 = 8;

/// Bytes of a declared global.
pub const GLOBAL_BYTES: u32 = 16;

/// A `funcref` table entry that was never looked at: what it holds is found
/// by the `table_get_lazy` builtin.
pub const TABLE_ENTRY_LAZY: u64 = 0;
/// A `funcref` table entry that is null. On the stack, null is 0.
pub const TABLE_ENTRY_NULL: u64 = 1;

/// Where the variable parts of a module's instance contexts lie.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VmContextLayout {
    imported_funcs: u32,
    memories: u32,
    tables: u32,
    imported_globals: u32,
    globals: u32,
    func_refs: u32,
    bytes: u32,
}

impl VmContextLayout {
    /// The layout for a module; nothing if the context would exceed 1 GiB.
    pub fn new(module: &ModuleDesc) -> Option<Self> {
        let mut at = u64::from(HEADER_BYTES);
        let mut part = |count: usize, bytes: u32| -> Option<u32> {
            let start = at;
            at = at.checked_add((count as u64).checked_mul(u64::from(bytes))?)?;
            (at <= 1 << 30).then_some(start as u32)
        };
        let n_declared_globals = module.globals.len() - module.n_imported_globals as usize;
        // 16-byte parts first, so that vectors in globals are aligned.
        let globals = part(n_declared_globals, GLOBAL_BYTES)?;
        let memories = part(module.memories.len(), EXTENT_BYTES)?;
        let tables = part(module.tables.len(), EXTENT_BYTES)?;
        let imported_globals = part(module.n_imported_globals as usize, 8)?;
        let imported_funcs = part(module.n_imported_funcs as usize, FUNC_REF_BYTES)?;
        let func_refs = part(module.escaped.len(), FUNC_REF_BYTES)?;
        let bytes = u32::try_from(at.next_multiple_of(16)).ok()?;
        Some(Self { imported_funcs, memories, tables, imported_globals, globals, func_refs, bytes })
    }

    /// Bytes of the whole context. Its address is a multiple of 16.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }
    /// The record of an imported function.
    pub fn imported_func(&self, func: FuncIndex) -> u32 {
        self.imported_funcs + func.raw() * FUNC_REF_BYTES
    }
    /// The memory's `{base, definition}`.
    pub fn memory(&self, memory: MemoryIndex) -> u32 {
        self.memories + memory.raw() * EXTENT_BYTES
    }
    /// The table's `{base, definition}`.
    pub fn table(&self, table: TableIndex) -> u32 {
        self.tables + table.raw() * EXTENT_BYTES
    }
    /// The pointer to an imported global's value.
    pub fn imported_global(&self, global: GlobalIndex) -> u32 {
        self.imported_globals + global.raw() * 8
    }
    /// The value of a declared global.
    pub fn global(&self, global: DeclaredGlobalIndex) -> u32 {
        self.globals + global.raw() * GLOBAL_BYTES
    }
    /// The record of a declared function that escapes.
    pub fn func_ref(&self, func: FuncRefIndex) -> u32 {
        self.func_refs + func.raw() * FUNC_REF_BYTES
    }
}

/// The code table slot of a declared function, in bytes from the table.
pub const fn code_table_slot(func: updraft_types::DeclaredFuncIndex) -> u32 {
    func.raw() * 8
}

/// The builtin's address, in bytes from the array of builtin stubs.
pub const fn builtin_slot(builtin: crate::Builtin) -> u32 {
    builtin as u32 * 8
}

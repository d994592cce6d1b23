//! How the code of a function may move its memory accesses: the memory flags
//! of everything it touches, with one alias region per kind of memory.
//!
//! # Essay: which accesses may alias
//!
//! Two accesses of different regions never touch the same bytes. A region of
//! its own have: each memory that the module declares (imported ones may be
//! one memory under two names, so they share), each of the first declared
//! globals (the rest and imported ones share), table elements, the definitions
//! of memories and tables, function records, the limit word, the code table.
//! Calls clobber them all. Where bodies of other modules are inlined, whatever
//! a module declares may be what another one imports, so all memories share a
//! region, and all globals another.
//!
//! *Constant* loads read what never changes while an instance lives; they may
//! be shared and hoisted. Nothing else may be marked so.

use std::borrow::Cow;

use cranelift_codegen::ir::{
    AliasRegion, AliasRegionData, Endianness, Function, MemFlagsData, TrapCode as ClifTrap,
};
use updraft_abi::Bounds;
use updraft_types::{DeclaredGlobalIndex, DeclaredMemoryIndex, TrapCode};

/// Declared globals with a region of their own. Regions cost a little in every
/// block, and few globals are hot.
const N_GLOBAL_REGIONS: u32 = 8;

const REGION_LIMIT: u32 = 0;
const REGION_CODE_TABLE: u32 = 1;
const REGION_FUNC_RECORD: u32 = 2;
const REGION_EXTENT: u32 = 3;
const REGION_TABLE: u32 = 4;
const REGION_RESULT_AREA: u32 = 5;
const REGION_IMPORTED_GLOBALS: u32 = 6;
const REGION_OTHER_GLOBALS: u32 = 7;
const REGION_IMPORTED_MEMORIES: u32 = 8;
const REGION_KEPT: u32 = 9;
const REGION_GLOBAL: u32 = 16;
const REGION_MEMORY: u32 = REGION_GLOBAL + N_GLOBAL_REGIONS;

/// The trap code that Cranelift carries for ours.
pub(crate) const fn clif_trap(code: TrapCode) -> ClifTrap {
    ClifTrap::unwrap_user(code as u8)
}

fn region(func: &mut Function, user_id: u32, description: &'static str) -> AliasRegion {
    let description = Cow::Borrowed(description);
    func.dfg.alias_regions.insert(AliasRegionData { user_id, description })
}

fn plain(func: &mut Function, user_id: u32, description: &'static str) -> MemFlagsData {
    let region = region(func, user_id, description);
    MemFlagsData::new().with_notrap().with_alias_region(Some(region))
}

/// Loads of what never changes while the instance lives.
pub(crate) const CONSTANT: MemFlagsData = MemFlagsData::trusted().with_readonly().with_can_move();

/// As [`CONSTANT`], but loaded where it is used: for cold paths.
pub(crate) const CONSTANT_IN_PLACE: MemFlagsData = MemFlagsData::trusted().with_readonly();

/// As [`CONSTANT`], for values that may be vectors in areas of the host.
pub(crate) const CONSTANT_UNALIGNED: MemFlagsData =
    MemFlagsData::new().with_notrap().with_readonly().with_can_move();

/// Flags of reinterpreting the bits of a vector.
pub(crate) const LANES: MemFlagsData = MemFlagsData::new().with_endianness(Endianness::Little);

/// The limit word: read afresh at each check.
pub(crate) fn limit(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_LIMIT, "limit")
}
/// A slot of the code table: read afresh at each call.
pub(crate) fn code_slot(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_CODE_TABLE, "code table")
}
/// A function record.
pub(crate) fn func_record(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_FUNC_RECORD, "function record")
}
/// Base and length of a memory or table: change when it grows.
pub(crate) fn extent(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_EXTENT, "extent")
}
/// Elements of tables.
pub(crate) fn table_elem(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_TABLE, "table")
}
/// What builtins that keep all registers get and result in.
pub(crate) fn kept(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_KEPT, "kept")
}
/// Result areas, the caller's and those of its callees.
pub(crate) fn result_area(func: &mut Function) -> MemFlagsData {
    plain(func, REGION_RESULT_AREA, "result area")
}

/// The value of a global; `declared` if it is one that no other name leads to.
pub(crate) fn global(func: &mut Function, declared: Option<DeclaredGlobalIndex>) -> MemFlagsData {
    match declared {
        None => plain(func, REGION_IMPORTED_GLOBALS, "imported globals"),
        Some(i) if i.raw() < N_GLOBAL_REGIONS => plain(func, REGION_GLOBAL + i.raw(), "global"),
        Some(_) => plain(func, REGION_OTHER_GLOBALS, "other globals"),
    }
}

/// The bytes of a memory, `declared` if it is one that no other name leads to:
/// in guarded code accesses may fault, in checked code they have been checked.
pub(crate) fn heap(
    func: &mut Function,
    declared: Option<DeclaredMemoryIndex>,
    bounds: Bounds,
) -> MemFlagsData {
    let region = match declared {
        None => region(func, REGION_IMPORTED_MEMORIES, "imported memories"),
        Some(i) => region(func, REGION_MEMORY + i.raw(), "memory"),
    };
    let flags =
        MemFlagsData::new().with_endianness(Endianness::Little).with_alias_region(Some(region));
    match bounds {
        Bounds::Guarded => flags.with_trap_code(Some(clif_trap(TrapCode::MemoryOutOfBounds))),
        Bounds::Checked => flags.with_notrap(),
    }
}

//! The facts of a module: what decoding finds out and everything later reads.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::*;

/// The type of an imported entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImportKind {
    /// A function of that type.
    Func(TypeIndex),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
}

/// An import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// First name.
    pub module: Box<str>,
    /// Second name.
    pub name: Box<str>,
    /// What is wanted.
    pub kind: ImportKind,
}

/// An entity of a module by its index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntityRef {
    /// A function.
    Func(FuncIndex),
    /// A table.
    Table(TableIndex),
    /// A memory.
    Memory(MemoryIndex),
    /// A global.
    Global(GlobalIndex),
}

/// An export.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// Its name.
    pub name: Box<str>,
    /// What it names.
    pub entity: EntityRef,
}

/// What fills a table when the instance is made.
#[derive(Clone, PartialEq, Debug)]
pub struct TableDesc {
    /// The type.
    pub ty: TableType,
    /// Initial value of every element; null if absent.
    pub init: Option<ConstExpr>,
}

/// The items of an element segment.
#[derive(Clone, PartialEq, Debug)]
pub enum ElemItems {
    /// Function indices: the common short form.
    Funcs(Box<[FuncIndex]>),
    /// One expression per element.
    Exprs(Box<[ConstExpr]>),
}

impl ElemItems {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            ElemItems::Funcs(f) => f.len(),
            ElemItems::Exprs(e) => e.len(),
        }
    }
    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How a segment is used.
#[derive(Clone, PartialEq, Debug)]
pub enum SegmentMode<I> {
    /// Copied when the instance is made.
    Active {
        /// Into which table or memory.
        target: I,
        /// Where.
        offset: ConstExpr,
    },
    /// Copied by instructions.
    Passive,
    /// Only declares that references may be taken.
    Declared,
}

/// An element segment.
#[derive(Clone, PartialEq, Debug)]
pub struct ElemSegment {
    /// Type of the elements.
    pub ty: RefType,
    /// How it is used.
    pub mode: SegmentMode<TableIndex>,
    /// The elements.
    pub items: ElemItems,
}

/// A data segment.
#[derive(Clone, PartialEq, Debug)]
pub struct DataSegment {
    /// How it is used.
    pub mode: SegmentMode<MemoryIndex>,
    /// Where the bytes lie in the module.
    pub bytes: Range<usize>,
}

/// A custom section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomSection {
    /// Its name.
    pub name: Box<str>,
    /// Where its contents lie in the module, name excluded.
    pub bytes: Range<usize>,
}

/// A section as it lies in the module, for inspection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionInfo {
    /// The spec's section id; 0 is a custom section.
    pub id: u8,
    /// Where its contents lie in the module, header excluded.
    pub bytes: Range<usize>,
    /// Number of entries, where the section has a count.
    pub count: Option<u32>,
}

/// A function with a body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BodyRange {
    /// Where the body lies in the module: local declarations and code, size
    /// prefix excluded.
    pub bytes: Range<usize>,
}

/// Everything known about a module, except the machine code.
///
/// Immutable after decoding and shared by all users of the module.
#[derive(Clone, Debug, Default)]
pub struct ModuleDesc {
    /// Which features it was validated with.
    pub features: Features,
    /// The type section.
    pub types: IndexVec<TypeIndex, Arc<FuncType>>,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// Exports in order.
    pub exports: Vec<Export>,
    /// Positions in `exports`, by name.
    pub export_names: HashMap<Box<str>, u32>,
    /// Type of each function, imports first.
    pub funcs: IndexVec<FuncIndex, TypeIndex>,
    /// Type of each table, imports first.
    pub tables: IndexVec<TableIndex, TableDesc>,
    /// Type of each memory, imports first.
    pub memories: IndexVec<MemoryIndex, MemoryType>,
    /// Type of each global, imports first.
    pub globals: IndexVec<GlobalIndex, GlobalType>,
    /// Initial values of declared globals.
    pub global_inits: IndexVec<DeclaredGlobalIndex, ConstExpr>,
    /// Imported functions.
    pub n_imported_funcs: u32,
    /// Imported tables.
    pub n_imported_tables: u32,
    /// Imported memories.
    pub n_imported_memories: u32,
    /// Imported globals.
    pub n_imported_globals: u32,
    /// The start function.
    pub start: Option<FuncIndex>,
    /// Element segments.
    pub elems: IndexVec<ElemIndex, ElemSegment>,
    /// Data segments.
    pub datas: IndexVec<DataIndex, DataSegment>,
    /// Bodies of the declared functions.
    pub bodies: IndexVec<DeclaredFuncIndex, BodyRange>,
    /// Declared functions whose address may be taken, in order of their
    /// function records.
    pub escaped: IndexVec<FuncRefIndex, DeclaredFuncIndex>,
    /// The record of a declared function, if its address may be taken.
    pub func_refs: IndexVec<DeclaredFuncIndex, Option<FuncRefIndex>>,
    /// Custom sections in order.
    pub customs: Vec<CustomSection>,
    /// All sections in order.
    pub sections: Vec<SectionInfo>,
    /// Names for backtraces.
    pub names: Names,
    /// Bytes of the whole module.
    pub module_bytes: usize,
}

impl ModuleDesc {
    /// The declared index of a function, or nothing if it is imported.
    pub fn declared_func(&self, func: FuncIndex) -> Option<DeclaredFuncIndex> {
        func.raw().checked_sub(self.n_imported_funcs).map(DeclaredFuncIndex::new)
    }
    /// The index of a declared function among all functions.
    pub fn func_index(&self, func: DeclaredFuncIndex) -> FuncIndex {
        FuncIndex::new(self.n_imported_funcs + func.raw())
    }
    /// The declared index of a table, or nothing if it is imported.
    pub fn declared_table(&self, table: TableIndex) -> Option<DeclaredTableIndex> {
        table.raw().checked_sub(self.n_imported_tables).map(DeclaredTableIndex::new)
    }
    /// The declared index of a memory, or nothing if it is imported.
    pub fn declared_memory(&self, memory: MemoryIndex) -> Option<DeclaredMemoryIndex> {
        memory.raw().checked_sub(self.n_imported_memories).map(DeclaredMemoryIndex::new)
    }
    /// The declared index of a global, or nothing if it is imported.
    pub fn declared_global(&self, global: GlobalIndex) -> Option<DeclaredGlobalIndex> {
        global.raw().checked_sub(self.n_imported_globals).map(DeclaredGlobalIndex::new)
    }
    /// The type of a function.
    pub fn func_type(&self, func: FuncIndex) -> &Arc<FuncType> {
        &self.types[self.funcs[func]]
    }
    /// Number of functions with a body.
    pub fn n_declared_funcs(&self) -> usize {
        self.funcs.len() - self.n_imported_funcs as usize
    }
    /// The name of a function, if the name section has one.
    pub fn func_name(&self, func: FuncIndex) -> Option<&str> {
        self.names.func(func)
    }
    /// The export of that name.
    pub fn export(&self, name: &str) -> Option<EntityRef> {
        self.export_names.get(name).map(|i| self.exports[*i as usize].entity)
    }
}

/// What validation counted in a body: from these counts the engine decides,
/// before a compiler starts, how much effort it may spend.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BodyFacts {
    /// Bytes of the body.
    pub body_bytes: u32,
    /// Operators.
    pub n_ops: u32,
    /// Locals, parameters included.
    pub n_locals: u32,
    /// Blocks, loops and ifs.
    pub n_blocks: u32,
    /// Loops.
    pub n_loops: u32,
    /// Targets of all `br_table`s.
    pub n_br_table_targets: u32,
    /// Calls of any kind.
    pub n_calls: u32,
}

impl BodyFacts {
    /// Whether the body is known to end soon and to call no function: it needs
    /// no check of the limit word of its own. Its caller looked, and below the
    /// limit there is room for one frame more.
    pub fn is_short_leaf(&self) -> bool {
        self.n_ops > 0 && self.n_calls == 0 && self.n_loops == 0
    }
}

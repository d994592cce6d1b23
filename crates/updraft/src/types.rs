//! Types of what modules import and export.

use updraft_types::{EntityRef, ModuleDesc, ValType};

use crate::{Engine, RefType};

/// Whether a global can be written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mutability {
    /// It cannot.
    Const,
    /// It can.
    Var,
}

/// The type of a function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FuncType(pub(crate) updraft_types::FuncType);

impl FuncType {
    /// Makes a function type.
    pub fn new(
        _engine: &Engine,
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let collect = |types: &mut dyn Iterator<Item = ValType>| types.collect::<Box<[_]>>();
        Self(updraft_types::FuncType::new(
            collect(&mut params.into_iter()),
            collect(&mut results.into_iter()),
        ))
    }
    /// Types of the parameters.
    pub fn params(&self) -> impl ExactSizeIterator<Item = ValType> + '_ {
        self.0.params().iter().copied()
    }
    /// Types of the results.
    pub fn results(&self) -> impl ExactSizeIterator<Item = ValType> + '_ {
        self.0.results().iter().copied()
    }
    /// The type of a parameter.
    pub fn param(&self, i: usize) -> Option<ValType> {
        self.0.params().get(i).copied()
    }
    /// The type of a result.
    pub fn result(&self, i: usize) -> Option<ValType> {
        self.0.results().get(i).copied()
    }
}

impl std::fmt::Display for FuncType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The type of a memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MemoryType(pub(crate) updraft_types::MemoryType);

impl MemoryType {
    /// A memory of at least `min` and at most `max` pages of 64 KiB.
    pub fn new(min: u32, max: Option<u32>) -> Self {
        Self(updraft_types::MemoryType {
            min_pages: min.into(),
            max_pages: max.map(Into::into),
            shared: false,
            memory64: false,
        })
    }
    /// Pages at least.
    pub fn minimum(&self) -> u64 {
        self.0.min_pages
    }
    /// Pages at most.
    pub fn maximum(&self) -> Option<u64> {
        self.0.max_pages
    }
}

/// The type of a table.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TableType(pub(crate) updraft_types::TableType);

impl TableType {
    /// A table of at least `min` and at most `max` elements.
    pub fn new(elem: RefType, min: u32, max: Option<u32>) -> Self {
        Self(updraft_types::TableType { elem, min: min.into(), max: max.map(Into::into) })
    }
    /// Type of the elements.
    pub fn element(&self) -> &RefType {
        &self.0.elem
    }
    /// Elements at least.
    pub fn minimum(&self) -> u64 {
        self.0.min
    }
    /// Elements at most.
    pub fn maximum(&self) -> Option<u64> {
        self.0.max
    }
}

/// The type of a global.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GlobalType(pub(crate) updraft_types::GlobalType);

impl GlobalType {
    /// A global.
    pub fn new(content: ValType, mutability: Mutability) -> Self {
        let mutable = mutability == Mutability::Var;
        Self(updraft_types::GlobalType { val: content, mutable })
    }
    /// Type of the value.
    pub fn content(&self) -> &ValType {
        &self.0.val
    }
    /// Whether it can be written.
    pub fn mutability(&self) -> Mutability {
        if self.0.mutable { Mutability::Var } else { Mutability::Const }
    }
}

/// The type of something that can be imported or exported.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A global.
    Global(GlobalType),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
}

macro_rules! accessors {
    ($($name:ident $unwrap:ident $variant:ident $ty:ident;)*) => {$(
        #[doc = concat!("The type, if it is that of a ", stringify!($name), ".")]
        pub fn $name(&self) -> Option<&$ty> {
            match self {
                ExternType::$variant(ty) => Some(ty),
                _ => None,
            }
        }
        #[doc = concat!("The type of a ", stringify!($name), ".")]
        ///
        /// # Panics
        ///
        /// If it is the type of something else.
        pub fn $unwrap(&self) -> &$ty {
            self.$name().expect(concat!("expected a ", stringify!($name)))
        }
    )*};
}

impl ExternType {
    accessors! {
        func unwrap_func Func FuncType;
        global unwrap_global Global GlobalType;
        table unwrap_table Table TableType;
        memory unwrap_memory Memory MemoryType;
    }

    pub(crate) fn from_engine(ty: updraft_engine::ExternType) -> Self {
        match ty {
            updraft_engine::ExternType::Func(t) => ExternType::Func(FuncType(t)),
            updraft_engine::ExternType::Global(t) => ExternType::Global(GlobalType(t)),
            updraft_engine::ExternType::Table(t) => ExternType::Table(TableType(t)),
            updraft_engine::ExternType::Memory(t) => ExternType::Memory(MemoryType(t)),
        }
    }
}

pub(crate) fn entity_type(desc: &ModuleDesc, entity: EntityRef) -> ExternType {
    match entity {
        EntityRef::Func(i) => ExternType::Func(FuncType((**desc.func_type(i)).clone())),
        EntityRef::Table(i) => ExternType::Table(TableType(desc.tables[i].ty)),
        EntityRef::Memory(i) => ExternType::Memory(MemoryType(desc.memories[i])),
        EntityRef::Global(i) => ExternType::Global(GlobalType(desc.globals[i])),
    }
}

/// An import of a module.
#[derive(Clone, Debug)]
pub struct ImportType<'a> {
    module: &'a str,
    name: &'a str,
    ty: ExternType,
}

impl<'a> ImportType<'a> {
    pub(crate) fn new(module: &'a str, name: &'a str, ty: ExternType) -> Self {
        Self { module, name, ty }
    }
    /// The first name.
    pub fn module(&self) -> &'a str {
        self.module
    }
    /// The second name.
    pub fn name(&self) -> &'a str {
        self.name
    }
    /// The type wanted.
    pub fn ty(&self) -> ExternType {
        self.ty.clone()
    }
}

/// An export of a module.
#[derive(Clone, Debug)]
pub struct ExportType<'a> {
    name: &'a str,
    ty: ExternType,
}

impl<'a> ExportType<'a> {
    pub(crate) fn new(name: &'a str, ty: ExternType) -> Self {
        Self { name, ty }
    }
    /// The name.
    pub fn name(&self) -> &'a str {
        self.name
    }
    /// The type.
    pub fn ty(&self) -> ExternType {
        self.ty.clone()
    }
}

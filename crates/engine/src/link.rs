//! Whether what is given fits what a module imports.

use updraft_runtime::ImportValue;
use updraft_types::{FuncType, GlobalType, ImportKind, MemoryType, ModuleDesc, TableType};

/// The type of something that is imported or exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
}

impl ExternType {
    fn noun(&self) -> &'static str {
        match self {
            ExternType::Func(_) => "function",
            ExternType::Table(_) => "table",
            ExternType::Memory(_) => "memory",
            ExternType::Global(_) => "global",
        }
    }
}

/// The type of an import.
pub fn import_type(desc: &ModuleDesc, kind: &ImportKind) -> ExternType {
    match kind {
        ImportKind::Func(ty) => ExternType::Func((*desc.types[*ty]).clone()),
        ImportKind::Table(ty) => ExternType::Table(*ty),
        ImportKind::Memory(ty) => ExternType::Memory(*ty),
        ImportKind::Global(ty) => ExternType::Global(*ty),
    }
}

/// The type of what an import is given; sizes are those of now.
fn value_type(value: &ImportValue) -> ExternType {
    match value {
        ImportValue::Func(f) => ExternType::Func(f.signature().ty().clone()),
        ImportValue::HostFunc(f) => ExternType::Func(f.signature().ty().clone()),
        ImportValue::Table(t) => ExternType::Table(TableType { min: t.size(), ..*t.ty() }),
        ImportValue::Memory(m) => {
            ExternType::Memory(MemoryType { min_pages: m.pages(), ..*m.ty() })
        }
        ImportValue::Global(g) => ExternType::Global(g.ty()),
    }
}

fn limits(have: (u64, Option<u64>), want: (u64, Option<u64>)) -> bool {
    have.0 >= want.0
        && match (have.1, want.1) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(have), Some(want)) => have <= want,
        }
}

/// Checks a value against an import; what is wrong, in words.
pub fn check_import(want: &ExternType, value: &ImportValue) -> Result<(), String> {
    let have = value_type(value);
    let fits = match (&have, want) {
        (ExternType::Func(have), ExternType::Func(want)) => have == want,
        (ExternType::Global(have), ExternType::Global(want)) => have == want,
        (ExternType::Table(have), ExternType::Table(want)) => {
            have.elem == want.elem && limits((have.min, have.max), (want.min, want.max))
        }
        (ExternType::Memory(have), ExternType::Memory(want)) => {
            have.shared == want.shared
                && have.memory64 == want.memory64
                && limits((have.min_pages, have.max_pages), (want.min_pages, want.max_pages))
        }
        _ => return Err(format!("expected a {}, found a {}", want.noun(), have.noun())),
    };
    if fits {
        return Ok(());
    }
    Err(match (&have, want) {
        (ExternType::Func(have), ExternType::Func(want)) => {
            format!("function types incompatible: expected {want}, found {have}")
        }
        _ => format!("{} types incompatible: expected {want:?}, found {have:?}", want.noun()),
    })
}

//! Tables, globals, and whatever else crosses a module's borders.

use updraft_runtime::{GlobalHandle, ImportValue, Rooted, TableObj};

use crate::{
    AsContext, AsContextMut, Error, ExternType, Func, FuncType, GlobalType, Memory, Mutability,
    Ref, Result, TableType, Val,
};

/// A table of a store.
#[derive(Clone, Debug)]
pub struct Table(pub(crate) Rooted<TableObj>);

impl Table {
    /// Makes a table of elements that all are `init`.
    ///
    /// # Errors
    ///
    /// If the type makes no sense, `init` does not fit, a limit is reached, or
    /// there is no memory.
    pub fn new(mut store: impl AsContextMut, ty: TableType, init: Ref) -> Result<Self> {
        if ty.maximum().is_some_and(|m| m < ty.minimum()) {
            return Err(Error::msg("table type: the maximum is below the minimum"));
        }
        let mut store = store.as_context_mut();
        let isolate = store.isolate();
        // Grown from nothing, so that the elements are set in one go.
        let empty = updraft_types::TableType { min: 0, ..ty.0 };
        let table = isolate.make_table(empty).map_err(Error::from_call)?;
        isolate
            .table_grow(&table, ty.minimum(), init.to_raw())
            .map_err(Error::from_call)?
            .ok_or_else(|| Error::msg(format!("failed to make a table of {}", ty.minimum())))?;
        Ok(Self(table))
    }

    /// The type, with the size of now as its minimum.
    pub fn ty(&self, store: impl AsContext) -> TableType {
        let min = self.size(store);
        TableType(updraft_types::TableType { min, ..*self.0.ty() })
    }

    /// An element; nothing out of bounds or in another store.
    pub fn get(&self, mut store: impl AsContextMut, index: u64) -> Option<Ref> {
        let mut store = store.as_context_mut();
        store.isolate().table_get(&self.0, index).ok().flatten().map(Ref::from_raw)
    }

    /// Writes an element.
    ///
    /// # Errors
    ///
    /// Out of bounds, or if the value does not fit.
    pub fn set(&self, mut store: impl AsContextMut, index: u64, value: Ref) -> Result<()> {
        let mut store = store.as_context_mut();
        match store.isolate().table_set(&self.0, index, value.to_raw()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::msg("table element index out of bounds")),
            Err(e) => Err(Error::from_call(e)),
        }
    }

    /// Elements.
    ///
    /// # Panics
    ///
    /// If the store is not the table's.
    pub fn size(&self, store: impl AsContext) -> u64 {
        let store = store.as_context();
        let size = store.isolate().table_size(&self.0);
        size.expect("table used with another store than its own")
    }

    /// Grows by elements that all are `init`. The size before.
    ///
    /// # Errors
    ///
    /// If the type, a limit or the system does not allow it, or `init` does
    /// not fit.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64, init: Ref) -> Result<u64> {
        let mut store = store.as_context_mut();
        store
            .isolate()
            .table_grow(&self.0, delta, init.to_raw())
            .map_err(Error::from_call)?
            .ok_or_else(|| Error::msg(format!("failed to grow table by `{delta}`")))
    }

    /// Sets elements.
    ///
    /// # Errors
    ///
    /// If they are not all in the table, and then nothing is written; or if
    /// the value does not fit.
    pub fn fill(&self, mut store: impl AsContextMut, dst: u64, value: Ref, len: u64) -> Result<()> {
        if dst.checked_add(len).is_none_or(|end| end > self.size(&store)) {
            return Err(Error::msg("table element index out of bounds"));
        }
        (dst..dst + len).try_for_each(|i| self.set(&mut store, i, value.clone()))
    }

    /// Copies elements of one table to another or the same.
    ///
    /// # Errors
    ///
    /// If they are not all in the tables, and then nothing is written; or if
    /// the tables hold different types.
    pub fn copy(
        mut store: impl AsContextMut,
        dst_table: &Table,
        dst: u64,
        src_table: &Table,
        src: u64,
        len: u64,
    ) -> Result<()> {
        let inside = |table: &Table, at: u64, store: &_| {
            at.checked_add(len).is_some_and(|end| end <= table.size(store))
        };
        if !inside(dst_table, dst, &store) || !inside(src_table, src, &store) {
            return Err(Error::msg("table element index out of bounds"));
        }
        let values: Vec<_> =
            (src..src + len).filter_map(|i| src_table.get(&mut store, i)).collect();
        (dst..).zip(values).try_for_each(|(i, v)| dst_table.set(&mut store, i, v))
    }
}

/// A global of a store.
#[derive(Clone, Debug)]
pub struct Global(pub(crate) GlobalHandle);

impl Global {
    /// Makes a global.
    ///
    /// # Errors
    ///
    /// If the value does not fit.
    pub fn new(mut store: impl AsContextMut, ty: GlobalType, val: Val) -> Result<Self> {
        let mut store = store.as_context_mut();
        let global = store.isolate().make_global_with(ty.0, val.to_raw());
        global.map(Self).map_err(Error::from_call)
    }

    /// The type.
    pub fn ty(&self, _store: impl AsContext) -> GlobalType {
        GlobalType(self.0.ty())
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// If the store is not the global's.
    pub fn get(&self, mut store: impl AsContextMut) -> Val {
        let mut store = store.as_context_mut();
        let value = store.isolate().global_get(&self.0);
        Val::from_raw(value.expect("global used with another store than its own"))
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// If it does not fit, or the global cannot be written.
    pub fn set(&self, mut store: impl AsContextMut, val: Val) -> Result<()> {
        if GlobalType(self.0.ty()).mutability() == Mutability::Const {
            return Err(Error::msg("immutable global cannot be set"));
        }
        let mut store = store.as_context_mut();
        store.isolate().global_set(&self.0, val.to_raw()).map_err(Error::from_call)
    }
}

/// Something that a module can import or export.
#[derive(Clone, Debug)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A global.
    Global(Global),
    /// A table.
    Table(Table),
    /// A memory.
    Memory(Memory),
}

macro_rules! into {
    ($($name:ident $variant:ident $ty:ident;)*) => {
        impl Extern {
            $(
                #[doc = concat!("The ", stringify!($variant), ", if it is one.")]
                pub fn $name(self) -> Option<$ty> {
                    match self {
                        Extern::$variant(it) => Some(it),
                        _ => None,
                    }
                }
            )*
        }
        $(
            impl From<$ty> for Extern {
                fn from(it: $ty) -> Self {
                    Extern::$variant(it)
                }
            }
        )*
    };
}
into! {
    into_func Func Func;
    into_global Global Global;
    into_table Table Table;
    into_memory Memory Memory;
}

impl Extern {
    /// The type.
    pub fn ty(&self, store: impl AsContext) -> ExternType {
        match self {
            Extern::Func(f) => ExternType::Func(FuncType(f.0.signature().ty().clone())),
            Extern::Global(g) => ExternType::Global(g.ty(store)),
            Extern::Table(t) => ExternType::Table(t.ty(store)),
            Extern::Memory(m) => ExternType::Memory(m.ty(store)),
        }
    }

    pub(crate) fn to_import(&self) -> ImportValue {
        match self {
            Extern::Func(f) => ImportValue::Func(f.0.clone()),
            Extern::Global(g) => ImportValue::Global(g.0.clone()),
            Extern::Table(t) => ImportValue::Table(t.0.clone()),
            Extern::Memory(m) => ImportValue::Memory(m.0.clone()),
        }
    }
}

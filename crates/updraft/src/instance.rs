//! Instances.

use std::marker::PhantomData;
use std::sync::Arc;

use updraft_engine::{check_import, import_type};
use updraft_runtime::{FuncHandle, GlobalHandle, ImportValue, InstanceObj, Rooted};
use updraft_types::EntityRef;

use crate::store::StoreData;
use crate::{
    AsContext, AsContextMut, Error, ErrorKind, Extern, Func, Global, Memory, Module, Result,
    StoreContextMut, Table, TypedFunc,
};
use updraft_runtime::value::{WasmParams, WasmResults};

/// An instance of a module in a store.
#[derive(Clone, Debug)]
pub struct Instance(pub(crate) Rooted<InstanceObj>);

/// An export of an instance.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    name: &'a str,
    it: Extern,
}

impl<'a> Export<'a> {
    /// The name.
    pub fn name(&self) -> &'a str {
        self.name
    }
    /// What it is.
    pub fn into_extern(self) -> Extern {
        self.it
    }
}

impl Instance {
    /// Makes an instance with imports in the module's order, and runs its
    /// start function.
    ///
    /// # Errors
    ///
    /// If imports do not fit, a limit is reached, there is no memory, or what
    /// runs traps.
    pub fn new(
        mut store: impl AsContextMut,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Instance> {
        let imports: Vec<_> = imports.iter().map(Extern::to_import).collect();
        instantiate(store.as_context_mut(), module, &imports)
    }

    /// The export of that name; nothing in another store.
    pub fn get_export(&self, mut store: impl AsContextMut, name: &str) -> Option<Extern> {
        let mut store = store.as_context_mut();
        if store.isolate().id() != self.0.isolate_id() {
            return None;
        }
        self.entity(self.0.module().desc().export(name)?)
    }

    fn entity(&self, entity: EntityRef) -> Option<Extern> {
        Some(match entity {
            EntityRef::Func(i) => Extern::Func(Func(FuncHandle::of_instance(&self.0, i).ok()?)),
            EntityRef::Table(i) => Extern::Table(Table(self.0.table(i))),
            EntityRef::Memory(i) => Extern::Memory(Memory(self.0.memory(i))),
            EntityRef::Global(i) => {
                Extern::Global(Global(GlobalHandle::Instance(self.0.clone(), i)))
            }
        })
    }

    /// All exports, in order.
    pub fn exports<'a>(
        &'a self,
        _store: impl AsContextMut,
    ) -> impl Iterator<Item = Export<'a>> + 'a {
        let exports = self.0.module().desc().exports.iter();
        exports.filter_map(|e| Some(Export { name: &e.name, it: self.entity(e.entity)? }))
    }

    /// The exported function of that name.
    pub fn get_func(&self, store: impl AsContextMut, name: &str) -> Option<Func> {
        self.get_export(store, name)?.into_func()
    }

    /// The exported function of that name, with its type known to the host's
    /// compiler.
    ///
    /// # Errors
    ///
    /// If there is none, or it is of another type.
    pub fn get_typed_func<P: WasmParams, R: WasmResults>(
        &self,
        mut store: impl AsContextMut,
        name: &str,
    ) -> Result<TypedFunc<P, R>> {
        let func = self
            .get_func(&mut store, name)
            .ok_or_else(|| Error::msg(format!("failed to find function export `{name}`")))?;
        func.typed(&store)
            .map_err(|e| e.context(format!("failed to convert function `{name}` to given type")))
    }

    /// The exported memory of that name.
    pub fn get_memory(&self, store: impl AsContextMut, name: &str) -> Option<Memory> {
        self.get_export(store, name)?.into_memory()
    }
    /// The exported table of that name.
    pub fn get_table(&self, store: impl AsContextMut, name: &str) -> Option<Table> {
        self.get_export(store, name)?.into_table()
    }
    /// The exported global of that name.
    pub fn get_global(&self, store: impl AsContextMut, name: &str) -> Option<Global> {
        self.get_export(store, name)?.into_global()
    }
}

/// A module with its imports found and checked.
pub struct InstancePre<T> {
    module: Module,
    imports: Arc<[ImportValue]>,
    marker: PhantomData<fn(T)>,
}

impl<T> Clone for InstancePre<T> {
    fn clone(&self) -> Self {
        Self { module: self.module.clone(), imports: self.imports.clone(), marker: PhantomData }
    }
}

impl<T: 'static> InstancePre<T> {
    pub(crate) fn new(module: &Module, imports: Vec<ImportValue>) -> Result<Self> {
        check_imports(module, &imports)?;
        Ok(Self { module: module.clone(), imports: imports.into(), marker: PhantomData })
    }

    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// Makes an instance and runs its start function.
    ///
    /// # Errors
    ///
    /// As [`Instance::new`].
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>) -> Result<Instance> {
        instantiate_checked(store.as_context_mut(), &self.module, &self.imports)
    }
}

impl<T> std::fmt::Debug for InstancePre<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstancePre").field("module", &self.module).finish_non_exhaustive()
    }
}

fn check_imports(module: &Module, imports: &[ImportValue]) -> Result<()> {
    let desc = module.desc();
    if imports.len() != desc.imports.len() {
        let message = format!("expected {} imports, found {}", desc.imports.len(), imports.len());
        return Err(Error::tagged(ErrorKind::Link, message));
    }
    for (import, value) in desc.imports.iter().zip(imports) {
        check_import(&import_type(desc, &import.kind), value).map_err(|e| {
            let message =
                format!("incompatible import type for `{}::{}`", import.module, import.name);
            Error::tagged(ErrorKind::Link, format!("{message}: {e}"))
        })?;
    }
    Ok(())
}

pub(crate) fn instantiate<T: 'static>(
    store: StoreContextMut<'_, T>,
    module: &Module,
    imports: &[ImportValue],
) -> Result<Instance> {
    check_imports(module, imports)?;
    instantiate_checked(store, module, imports)
}

fn instantiate_checked<T: 'static>(
    mut store: StoreContextMut<'_, T>,
    module: &Module,
    imports: &[ImportValue],
) -> Result<Instance> {
    if !store.engine().inner.same(&module.engine.inner) {
        return Err(Error::msg("module and store are of different engines"));
    }
    let id = store.isolate().id();
    for import in imports {
        let own = match import {
            ImportValue::Func(f) => f.isolate_id() == id,
            ImportValue::HostFunc(f) => f.fits_store::<StoreData<T>>(),
            ImportValue::Table(t) => t.isolate_id() == id,
            ImportValue::Memory(m) => m.isolate_id() == id,
            ImportValue::Global(g) => g.isolate_id() == id,
        };
        if !own {
            return Err(Error::msg("import used with another store than its own"));
        }
    }
    module.native.touch();
    let native: Arc<dyn std::any::Any + Send + Sync> = module.native.clone();
    let engine = store.engine().inner.clone();
    let isolate = store.isolate();
    let instance =
        isolate.instantiate(module.native.runtime(), &native, imports).map_err(Error::from_call)?;
    isolate.initialize(&instance, &|job| engine.spawn(job)).map_err(Error::from_call)?;
    if let Some(start) = module.desc().start {
        let start = FuncHandle::of_instance(&instance, start).map_err(Error::from_call)?;
        Func(start).call(&mut store, &[], &mut [])?;
    }
    Ok(Instance(instance))
}

impl Instance {
    /// Whether both are the same instance.
    pub fn same(a: &Instance, b: &Instance) -> bool {
        a.0.same(&b.0)
    }

    pub(crate) fn is_of(&self, store: impl AsContext) -> bool {
        store.as_context().isolate().id() == self.0.isolate_id()
    }
}

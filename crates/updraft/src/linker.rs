//! Names for what modules import.

use std::collections::HashMap;
use std::sync::Arc;

use updraft_runtime::ImportValue;
use updraft_runtime::host::HostClosure;

use crate::func::untyped_closure;
use crate::{
    AsContext, AsContextMut, Caller, Engine, Error, ErrorKind, Extern, ExternType, Func, FuncType,
    ImportType, Instance, InstancePre, IntoFunc, Module, Result, Val,
};

#[derive(Clone)]
enum Definition {
    Extern(Extern),
    HostFunc(Arc<HostClosure>),
}

/// Things by name that modules may import. Host functions are defined once and
/// serve all stores with data of type `T`.
pub struct Linker<T> {
    engine: Engine,
    modules: HashMap<Arc<str>, HashMap<Arc<str>, Definition>>,
    allow_shadowing: bool,
    marker: std::marker::PhantomData<fn(T)>,
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            modules: self.modules.clone(),
            allow_shadowing: self.allow_shadowing,
            marker: std::marker::PhantomData,
        }
    }
}

impl<T> std::fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Linker").field("modules", &self.modules.keys()).finish_non_exhaustive()
    }
}

impl<T: 'static> Linker<T> {
    /// A linker without definitions.
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            modules: HashMap::new(),
            allow_shadowing: false,
            marker: std::marker::PhantomData,
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether a name may be defined again. Off by default.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.allow_shadowing = allow;
        self
    }

    fn insert(&mut self, module: &str, name: &str, definition: Definition) -> Result<&mut Self> {
        let names = match self.modules.get_mut(module) {
            Some(names) => names,
            None => self.modules.entry(module.into()).or_default(),
        };
        if !self.allow_shadowing && names.contains_key(name) {
            let message = format!("import of `{module}::{name}` defined twice");
            return Err(Error::tagged(ErrorKind::Link, message));
        }
        names.insert(name.into(), definition);
        Ok(self)
    }

    /// Defines something of a store.
    ///
    /// # Errors
    ///
    /// If the name is defined already.
    pub fn define(
        &mut self,
        _store: impl AsContext<Data = T>,
        module: &str,
        name: &str,
        item: impl Into<Extern>,
    ) -> Result<&mut Self> {
        self.insert(module, name, Definition::Extern(item.into()))
    }

    /// Defines a host function whose type its closure says; see
    /// [`Func::wrap`].
    ///
    /// # Errors
    ///
    /// If the name is defined already.
    pub fn func_wrap<P, R>(
        &mut self,
        module: &str,
        name: &str,
        func: impl IntoFunc<T, P, R>,
    ) -> Result<&mut Self> {
        self.insert(module, name, Definition::HostFunc(func.into_closure()))
    }

    /// Defines a host function of a type known at run time; see
    /// [`Func::new`].
    ///
    /// # Errors
    ///
    /// If the name is defined already.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        self.insert(module, name, Definition::HostFunc(untyped_closure(&ty, func)))
    }

    /// Defines all exports of an instance under one name.
    ///
    /// # Errors
    ///
    /// If a name is defined already, or the instance is of another store.
    pub fn instance(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        instance: Instance,
    ) -> Result<&mut Self> {
        if !instance.is_of(&store) {
            return Err(Error::msg("instance used with another store than its own"));
        }
        for export in instance.exports(&mut store) {
            let name = export.name();
            self.insert(module, name, Definition::Extern(export.into_extern()))?;
        }
        Ok(self)
    }

    /// Makes an instance of a module, runs its `_initialize` if it has one,
    /// and defines its exports under one name.
    ///
    /// # Errors
    ///
    /// As [`Linker::instantiate`] and [`Linker::instance`].
    pub fn module(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        name: &str,
        module: &Module,
    ) -> Result<&mut Self> {
        let instance = self.instantiate(&mut store, module)?;
        if let Some(init) = instance.get_func(&mut store, "_initialize") {
            init.call(&mut store, &[], &mut [])?;
        }
        self.instance(&mut store, name, instance)
    }

    /// Defines everything under one name under another as well.
    ///
    /// # Errors
    ///
    /// If a name is defined already.
    pub fn alias_module(&mut self, module: &str, as_module: &str) -> Result<()> {
        let names = self.modules.get(module).cloned().unwrap_or_default();
        for (name, definition) in names {
            self.insert(as_module, &name, definition)?;
        }
        Ok(())
    }

    /// Defines functions that trap for all imports of a module that are
    /// functions and have no definition.
    ///
    /// # Errors
    ///
    /// Never for functions; other imports stay undefined.
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<()> {
        for import in module.imports() {
            if let ExternType::Func(ty) = import.ty()
                && self.definition(import.module(), import.name()).is_none()
            {
                let message = format!(
                    "unknown import: `{}::{}` has not been defined",
                    import.module(),
                    import.name()
                );
                self.func_new(import.module(), import.name(), ty, move |_, _, _| {
                    Err(Error::msg(message.clone()))
                })?;
            }
        }
        Ok(())
    }

    fn definition(&self, module: &str, name: &str) -> Option<&Definition> {
        self.modules.get(module)?.get(name)
    }

    /// What is defined under a name.
    pub fn get(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        name: &str,
    ) -> Option<Extern> {
        Some(match self.definition(module, name)? {
            Definition::Extern(it) => it.clone(),
            Definition::HostFunc(closure) => {
                let mut store = store.as_context_mut();
                let func = updraft_runtime::FuncHandle::of_host(store.isolate(), closure.clone());
                Extern::Func(Func(func.ok()?))
            }
        })
    }

    /// What is defined for an import.
    pub fn get_by_import(
        &self,
        store: impl AsContextMut<Data = T>,
        import: &ImportType<'_>,
    ) -> Option<Extern> {
        self.get(store, import.module(), import.name())
    }

    fn resolve(&self, module: &Module) -> Result<Vec<ImportValue>> {
        if !self.engine.inner.same(&module.engine.inner) {
            return Err(Error::msg("module and linker are of different engines"));
        }
        let imports = &module.desc().imports;
        let find = |i: &updraft_types::Import| match self.definition(&i.module, &i.name) {
            Some(Definition::Extern(it)) => Ok(it.to_import()),
            Some(Definition::HostFunc(closure)) => Ok(ImportValue::HostFunc(closure.clone())),
            None => {
                let message =
                    format!("unknown import: `{}::{}` has not been defined", i.module, i.name);
                Err(Error::tagged(ErrorKind::Link, message))
            }
        };
        imports.iter().map(find).collect()
    }

    /// Makes an instance and runs its start function.
    ///
    /// # Errors
    ///
    /// If an import is not defined, and as [`Instance::new`].
    pub fn instantiate(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance> {
        crate::instance::instantiate(store.as_context_mut(), module, &self.resolve(module)?)
    }

    /// Finds and checks a module's imports, to make many instances.
    ///
    /// # Errors
    ///
    /// If an import is not defined or does not fit.
    pub fn instantiate_pre(&self, module: &Module) -> Result<InstancePre<T>> {
        InstancePre::new(module, self.resolve(module)?)
    }
}

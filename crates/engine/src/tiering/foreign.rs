//! Functions of other modules that a module imports: what compilers are told of
//! them, and what code with their bodies keeps.
//!
//! Owns: [`Foreign`]. Made when a unit's turn comes, from what the isolate said
//! that asked for it. Must not know: what is inlined.
//!
//! # Essay: what keeps what
//!
//! Who waits for its turn keeps no module (`unit`), so neither do the targets
//! of imports. A compilation keeps what compilers read: bytes and facts of the
//! other modules, and the tables that slots are in. Code keeps the same of
//! those whose bodies are in it: it compares addresses of slots, which must
//! not become those of others, and backtraces want names. None of that owns
//! code or an engine, so modules that inline each other's functions do not
//! keep each other.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use updraft_abi::{Bounds, CompiledFunc};
use updraft_compile::{ForeignModule, ImportTarget, ModuleInput};
use updraft_runtime::{ImportTargets, RuntimeModule};
use updraft_types::DeclaredFuncIndex;

use crate::NativeModule;

/// What code keeps of other modules, by the numbers that it knows them by.
pub(crate) type Kept = Box<[Option<Arc<dyn Any + Send + Sync>>]>;

/// A module that functions are imported from.
struct Other {
    runtime: Arc<RuntimeModule>,
    /// See [`ModuleInput::valid`].
    valid: Option<Box<[bool]>>,
    heat: HashMap<DeclaredFuncIndex, u64>,
}

/// What a module imports of others.
#[derive(Default)]
pub(crate) struct Foreign {
    others: Vec<Other>,
    imports: Vec<Option<ImportTarget>>,
}

impl Foreign {
    /// What is left of `targets`, for code with these bounds checks.
    pub(crate) fn new(targets: &ImportTargets, bounds: Bounds) -> Self {
        let mut others = Vec::new();
        let places: Vec<Option<u32>> = targets
            .modules
            .iter()
            .map(|module| {
                let module = module.upgrade()?.downcast::<NativeModule>().ok()?;
                let (runtime, heat) = (module.runtime().clone(), module.heat());
                others.push(Other { runtime, valid: module.bodies().valid_now(), heat });
                Some(others.len() as u32 - 1)
            })
            .collect();
        let target = |target: &Option<(u32, DeclaredFuncIndex)>| {
            let (module, func) = (*target)?;
            let module = places[module as usize]?;
            let table = others[module as usize].runtime.code_table(bounds).ok()?;
            Some(ImportTarget { module, func, slot: table.slot(func) as usize })
        };
        let imports = targets.funcs.iter().map(target).collect();
        Self { others, imports }
    }

    /// The other modules, as compilers see them.
    pub(crate) fn modules(&self) -> Vec<ForeignModule<'_>> {
        let others = self.others.iter().map(|other| {
            let runtime = &other.runtime;
            let module = ModuleInput {
                desc: runtime.desc(),
                layout: runtime.layout(),
                wire: runtime.bytes(),
                valid: other.valid.as_deref(),
            };
            ForeignModule { module, heat: &other.heat }
        });
        others.collect()
    }

    /// What imported functions are.
    pub(crate) fn imports(&self) -> &[Option<ImportTarget>] {
        &self.imports
    }

    /// What `compiled` keeps.
    pub(crate) fn kept_by(&self, compiled: &CompiledFunc) -> Kept {
        let used = compiled.foreign.iter().filter_map(|number| number.foreign_index());
        let mut kept: Vec<Option<Arc<dyn Any + Send + Sync>>> = Vec::new();
        for at in used {
            kept.resize(at, None);
            kept.push(Some(self.others[at].runtime.clone()));
        }
        kept.into()
    }
}

//! Modules.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use updraft_engine::{NativeModule, import_type};
use updraft_types::ModuleDesc;

use crate::types::entity_type;
use crate::{Context, Engine, Error, ExportType, ExternType, ImportType, Result};

/// What one tier has compiled of a module so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TierStats {
    /// Functions whose calls go to this tier's code now; of loops, how many
    /// can be entered.
    pub n_published: u64,
    /// Compilations that succeeded.
    pub n_compiled: u64,
    /// Compilations that failed.
    pub n_failed: u64,
    /// Bytes of machine code made.
    pub code_bytes: u64,
    /// Time that all threads together spent compiling.
    pub compile_time: Duration,
}

impl From<updraft_engine::TierStats> for TierStats {
    fn from(stats: updraft_engine::TierStats) -> Self {
        Self {
            n_published: stats.n_published,
            n_compiled: stats.n_compiled,
            n_failed: stats.n_failed,
            code_bytes: stats.code_bytes,
            compile_time: stats.compile_time,
        }
    }
}

/// What has been compiled of a module so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleStats {
    /// Functions with a body.
    pub n_funcs: usize,
    /// Compilations of functions so far.
    pub n_compiled: u64,
    /// Bytes of machine code made so far.
    pub code_bytes: u64,
    /// Time that all threads together spent compiling.
    pub compile_time: Duration,
    /// Functions by the baseline compiler.
    pub baseline: TierStats,
    /// Functions by the optimizing compiler.
    pub optimized: TierStats,
    /// Running loops by the optimizing compiler.
    pub loops: TierStats,
    /// Functions that the baseline compiler left to the optimizing one.
    pub n_baseline_fallbacks: u64,
    /// Times that a function turned out to be hot.
    pub n_budget_underflows: u64,
    /// Times that a running loop was moved to optimized code.
    pub n_osr_entries: u64,
    /// Calls that a body stands in place of, in all code that was made.
    pub n_inlined: u64,
    /// Those of them that are calls of functions of other modules.
    pub n_inlined_imports: u64,
}

/// A valid module. Clones are the same module; all stores of the engine share
/// its machine code.
#[derive(Clone)]
pub struct Module {
    pub(crate) engine: Engine,
    pub(crate) native: Arc<NativeModule>,
}

impl Module {
    /// Makes a module from its binary form, or from its text form if the
    /// feature `wat` is on.
    ///
    /// # Errors
    ///
    /// If it is not valid: [`Error::offset`] says where.
    pub fn new(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Self> {
        Self::from_vec(engine, bytes.as_ref().to_vec())
    }

    /// Makes a module from bytes that need not be copied then.
    ///
    /// # Errors
    ///
    /// As [`Module::new`].
    pub fn from_vec(engine: &Engine, bytes: Vec<u8>) -> Result<Self> {
        Self::from_binary_vec(engine, text_to_binary(bytes)?)
    }

    /// Makes a module from a file.
    ///
    /// # Errors
    ///
    /// As [`Module::new`], and if the file cannot be read.
    pub fn from_file(engine: &Engine, file: impl AsRef<Path>) -> Result<Self> {
        let file = file.as_ref();
        let bytes =
            std::fs::read(file).with_context(|| format!("failed to read `{}`", file.display()))?;
        Self::from_vec(engine, bytes)
    }

    /// Makes a module from its binary form only.
    ///
    /// # Errors
    ///
    /// As [`Module::new`].
    pub fn from_binary(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        Self::from_binary_vec(engine, bytes.to_vec())
    }

    fn from_binary_vec(engine: &Engine, bytes: Vec<u8>) -> Result<Self> {
        let native = NativeModule::new(&engine.inner, bytes.into()).map_err(Error::from_module)?;
        Ok(Self { engine: engine.clone(), native })
    }

    /// Checks the binary form of a module, without making it.
    ///
    /// # Errors
    ///
    /// If it is not valid.
    pub fn validate(engine: &Engine, bytes: &[u8]) -> Result<()> {
        updraft_decode::validate(bytes, &engine.inner.config().features)
            .map(|_| ())
            .map_err(|e| Error::from_decode(&e))
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The module's own name.
    pub fn name(&self) -> Option<&str> {
        self.desc().names.module()
    }

    /// What the module imports, in order.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = ImportType<'_>> {
        let desc = self.desc();
        desc.imports.iter().map(move |i| {
            let ty = ExternType::from_engine(import_type(desc, &i.kind));
            ImportType::new(&i.module, &i.name, ty)
        })
    }

    /// What the module exports, in order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = ExportType<'_>> {
        let desc = self.desc();
        desc.exports.iter().map(move |e| ExportType::new(&e.name, entity_type(desc, e.entity)))
    }

    /// The type of the export of that name.
    pub fn get_export(&self, name: &str) -> Option<ExternType> {
        Some(entity_type(self.desc(), self.desc().export(name)?))
    }

    /// The contents of the custom sections of that name, in order.
    pub fn custom_sections<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let bytes = self.native.bytes();
        let customs = self.desc().customs.iter().filter(move |c| &*c.name == name);
        customs.filter_map(|c| bytes.get(c.bytes.clone()))
    }

    /// What has been compiled so far.
    pub fn stats(&self) -> ModuleStats {
        let stats = self.native.stats();
        ModuleStats {
            n_funcs: self.desc().n_declared_funcs(),
            n_compiled: stats.n_compiled,
            code_bytes: stats.code_bytes,
            compile_time: stats.compile_time,
            baseline: stats.baseline.into(),
            optimized: stats.optimized.into(),
            loops: stats.loops.into(),
            n_baseline_fallbacks: stats.n_baseline_fallbacks,
            n_budget_underflows: stats.n_budget_underflows,
            n_osr_entries: stats.n_osr_entries,
            n_inlined: stats.n_inlined,
            n_inlined_imports: stats.n_inlined_imports,
        }
    }

    pub(crate) fn desc(&self) -> &ModuleDesc {
        self.native.desc()
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").field("name", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(feature = "wat")]
fn text_to_binary(bytes: Vec<u8>) -> Result<Vec<u8>> {
    // What is no text at all is a broken binary, and its fault has an offset.
    if bytes.is_empty() || bytes[0] == 0 || std::str::from_utf8(&bytes).is_err() {
        return Ok(bytes);
    }
    match wat::parse_bytes(&bytes) {
        Ok(std::borrow::Cow::Owned(binary)) => Ok(binary),
        Ok(std::borrow::Cow::Borrowed(_)) => Ok(bytes),
        Err(e) => Err(Error::invalid(e.to_string(), None)),
    }
}

#[cfg(not(feature = "wat"))]
fn text_to_binary(bytes: Vec<u8>) -> Result<Vec<u8>> {
    Ok(bytes)
}

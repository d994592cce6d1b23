//! The engine.

use crate::{Config, Error, Result};

/// What an engine holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineStats {
    /// Modules made so far.
    pub modules_made: u64,
    /// Pieces of machine code that are held now.
    pub code_blocks: u64,
    /// Bytes of those.
    pub code_bytes: u64,
    /// Bytes of machine code that it may hold.
    pub code_budget: u64,
    /// Bytes of machine code that were freed so far.
    pub freed_bytes: u64,
    /// Times that code which nobody reaches was looked for and freed.
    pub n_collections: u64,
    /// Functions and loops whose code was given up to make room.
    pub n_evictions: u64,
    /// Functions and loops that wait to be optimized.
    pub tier_queue_depth: usize,
}

/// What is shared: settings, compilers, threads, machine code. Clones are the
/// same engine.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) inner: updraft_engine::Engine,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    ///
    /// If a setting makes no sense, or the system refuses memory for code.
    pub fn new(config: &Config) -> Result<Self> {
        let inner = updraft_engine::Engine::new(config.build()?).map_err(Error::msg)?;
        Ok(Self { inner })
    }

    /// Whether both are the same engine.
    pub fn same(a: &Engine, b: &Engine) -> bool {
        a.inner.same(&b.inner)
    }

    /// What it holds.
    pub fn stats(&self) -> EngineStats {
        let stats = self.inner.stats();
        EngineStats {
            modules_made: stats.modules_made,
            code_blocks: stats.code.blocks,
            code_bytes: stats.code.used_bytes,
            code_budget: stats.code_budget,
            freed_bytes: stats.code.freed_bytes,
            n_collections: stats.n_collections,
            n_evictions: stats.n_evictions,
            tier_queue_depth: stats.tier_queue_depth,
        }
    }
}

impl Default for Engine {
    /// An engine with the default settings.
    ///
    /// # Panics
    ///
    /// If the system refuses memory for code.
    fn default() -> Self {
        Self::new(&Config::default()).expect("an engine with default settings")
    }
}

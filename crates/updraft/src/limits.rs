//! Who decides about growth.

use crate::{Error, Result};

/// Decides whether memories and tables may grow, and how many objects a store
/// may hold. Set by [`Store::limiter`](crate::Store::limiter).
///
/// A new memory or table asks as well, as growth from 0.
pub trait ResourceLimiter: Send {
    /// Whether a memory may grow, in bytes. `maximum` is what its type allows.
    /// With `false` the operator answers -1 (or instantiation fails); an error
    /// ends the call.
    ///
    /// # Errors
    ///
    /// To end the call.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool>;

    /// Whether a table may grow, in elements.
    ///
    /// # Errors
    ///
    /// To end the call.
    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool>;

    /// A memory could not grow, though it might have: the system has none.
    ///
    /// # Errors
    ///
    /// To end the call.
    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        let _ = error;
        Ok(())
    }

    /// A table could not grow, though it might have.
    ///
    /// # Errors
    ///
    /// To end the call.
    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        let _ = error;
        Ok(())
    }

    /// Instances that the store may hold at a time.
    fn instances(&self) -> usize {
        usize::MAX
    }
    /// Tables that the store may hold at a time.
    fn tables(&self) -> usize {
        usize::MAX
    }
    /// Memories that the store may hold at a time.
    fn memories(&self) -> usize {
        usize::MAX
    }
}

/// Fixed limits.
///
/// ```
/// use updraft::{Engine, Store, StoreLimits, StoreLimitsBuilder};
///
/// let limits = StoreLimitsBuilder::new().memory_size(16 << 20).instances(4).build();
/// let mut store = Store::new(&Engine::default(), limits);
/// store.limiter(|limits| limits);
/// ```
#[derive(Clone, Debug)]
pub struct StoreLimits {
    memory_size: Option<usize>,
    table_elements: Option<usize>,
    instances: usize,
    tables: usize,
    memories: usize,
    trap_on_grow_failure: bool,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self {
            memory_size: None,
            table_elements: None,
            instances: usize::MAX,
            tables: usize::MAX,
            memories: usize::MAX,
            trap_on_grow_failure: false,
        }
    }
}

/// Makes [`StoreLimits`].
#[derive(Clone, Debug, Default)]
pub struct StoreLimitsBuilder(StoreLimits);

impl StoreLimitsBuilder {
    /// No limits.
    pub fn new() -> Self {
        Self::default()
    }
    /// Bytes that each memory may have.
    #[must_use]
    pub fn memory_size(mut self, bytes: usize) -> Self {
        self.0.memory_size = Some(bytes);
        self
    }
    /// Elements that each table may have.
    #[must_use]
    pub fn table_elements(mut self, n: usize) -> Self {
        self.0.table_elements = Some(n);
        self
    }
    /// Instances at a time.
    #[must_use]
    pub fn instances(mut self, n: usize) -> Self {
        self.0.instances = n;
        self
    }
    /// Tables at a time.
    #[must_use]
    pub fn tables(mut self, n: usize) -> Self {
        self.0.tables = n;
        self
    }
    /// Memories at a time.
    #[must_use]
    pub fn memories(mut self, n: usize) -> Self {
        self.0.memories = n;
        self
    }
    /// Whether growth beyond a limit ends the call instead of answering -1.
    #[must_use]
    pub fn trap_on_grow_failure(mut self, on: bool) -> Self {
        self.0.trap_on_grow_failure = on;
        self
    }
    /// The limits.
    pub fn build(self) -> StoreLimits {
        self.0
    }
}

impl StoreLimits {
    fn decide(
        &self,
        what: &str,
        desired: usize,
        limit: Option<usize>,
        maximum: Option<usize>,
    ) -> Result<bool> {
        let allowed = limit.is_none_or(|l| desired <= l) && maximum.is_none_or(|m| desired <= m);
        if !allowed && self.trap_on_grow_failure {
            return Err(Error::msg(format!("forcing trap when growing {what} to {desired}")));
        }
        Ok(allowed)
    }
}

impl ResourceLimiter for StoreLimits {
    fn memory_growing(&mut self, _: usize, desired: usize, max: Option<usize>) -> Result<bool> {
        self.decide("memory", desired, self.memory_size, max)
    }
    fn table_growing(&mut self, _: usize, desired: usize, max: Option<usize>) -> Result<bool> {
        self.decide("table", desired, self.table_elements, max)
    }
    fn instances(&self) -> usize {
        self.instances
    }
    fn tables(&self) -> usize {
        self.tables
    }
    fn memories(&self) -> usize {
        self.memories
    }
}

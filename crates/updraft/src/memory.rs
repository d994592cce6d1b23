//! Memories.

use updraft_runtime::{MemoryObj, Rooted};

use crate::{AsContext, AsContextMut, Error, MemoryType, Result, StoreContext, StoreContextMut};

/// A linear memory of a store.
///
/// ```
/// use updraft::{Engine, Memory, MemoryType, Store};
///
/// let mut store = Store::new(&Engine::default(), ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
/// memory.write(&mut store, 100, b"hello")?;
/// assert_eq!(&memory.data(&store)[100..105], b"hello");
/// # Ok::<(), updraft::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Memory(pub(crate) Rooted<MemoryObj>);

/// An access outside of a memory.
#[derive(Clone, Copy, Debug)]
pub struct MemoryAccessError(());

impl std::fmt::Display for MemoryAccessError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of bounds memory access")
    }
}

impl std::error::Error for MemoryAccessError {}

const WRONG_STORE: &str = "memory used with another store than its own";

impl Memory {
    /// Makes a memory.
    ///
    /// # Errors
    ///
    /// If the type makes no sense, a limit is reached, or there is no memory.
    pub fn new(mut store: impl AsContextMut, ty: MemoryType) -> Result<Self> {
        let max = updraft_types::limits::MAX_MEMORY32_PAGES;
        if ty.minimum() > max || ty.maximum().is_some_and(|m| m > max || m < ty.minimum()) {
            return Err(Error::msg("memory type: sizes out of range"));
        }
        let mut store = store.as_context_mut();
        store.isolate().make_memory(ty.0).map(Self).map_err(Error::from_call)
    }

    /// The type, with the size of now as its minimum.
    pub fn ty(&self, store: impl AsContext) -> MemoryType {
        let min_pages = self.size(store);
        MemoryType(updraft_types::MemoryType { min_pages, ..*self.0.ty() })
    }

    /// The bytes.
    ///
    /// # Panics
    ///
    /// If the store is not the memory's.
    pub fn data<'a, T: 'static>(&'a self, store: impl Into<StoreContext<'a, T>>) -> &'a [u8] {
        store.into().0.isolate().memory_data(&self.0).expect(WRONG_STORE)
    }

    /// The bytes.
    ///
    /// # Panics
    ///
    /// If the store is not the memory's.
    pub fn data_mut<'a, T: 'static>(
        &'a self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> &'a mut [u8] {
        store.into().0.isolate_mut().memory_data_mut(&self.0).expect(WRONG_STORE)
    }

    /// The bytes, and the embedder's data.
    ///
    /// # Panics
    ///
    /// If the store is not the memory's.
    pub fn data_and_store_mut<'a, T: 'static>(
        &'a self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> (&'a mut [u8], &'a mut T) {
        let (isolate, data) = store.into().0.split_mut();
        (isolate.memory_data_mut(&self.0).expect(WRONG_STORE), &mut data.data)
    }

    /// Copies bytes out.
    ///
    /// # Errors
    ///
    /// If they are not all in the memory.
    pub fn read(
        &self,
        store: impl AsContext,
        offset: usize,
        buffer: &mut [u8],
    ) -> Result<(), MemoryAccessError> {
        let store = store.as_context();
        let data = store.isolate().memory_data(&self.0).map_err(|_| MemoryAccessError(()))?;
        let end = offset.checked_add(buffer.len()).ok_or(MemoryAccessError(()))?;
        buffer.copy_from_slice(data.get(offset..end).ok_or(MemoryAccessError(()))?);
        Ok(())
    }

    /// Copies bytes in.
    ///
    /// # Errors
    ///
    /// If they do not all fit, and then nothing is written.
    pub fn write(
        &self,
        mut store: impl AsContextMut,
        offset: usize,
        buffer: &[u8],
    ) -> Result<(), MemoryAccessError> {
        let mut store = store.as_context_mut();
        let data = store.isolate().memory_data_mut(&self.0).map_err(|_| MemoryAccessError(()))?;
        let end = offset.checked_add(buffer.len()).ok_or(MemoryAccessError(()))?;
        data.get_mut(offset..end).ok_or(MemoryAccessError(()))?.copy_from_slice(buffer);
        Ok(())
    }

    /// Bytes.
    ///
    /// # Panics
    ///
    /// If the store is not the memory's.
    pub fn data_size(&self, store: impl AsContext) -> usize {
        self.size(store) as usize * updraft_types::limits::PAGE_BYTES as usize
    }

    /// Pages of 64 KiB.
    ///
    /// # Panics
    ///
    /// If the store is not the memory's.
    pub fn size(&self, store: impl AsContext) -> u64 {
        store.as_context().isolate().memory_pages(&self.0).expect(WRONG_STORE)
    }

    /// Grows by pages of 64 KiB. The size before.
    ///
    /// # Errors
    ///
    /// If the type, a limit or the system does not allow it.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64> {
        let mut store = store.as_context_mut();
        store
            .isolate()
            .memory_grow(&self.0, delta)
            .map_err(Error::from_call)?
            .ok_or_else(|| Error::msg(format!("failed to grow memory by `{delta}` pages")))
    }
}

impl<'a, T: 'static, C: AsContext<Data = T>> From<&'a C> for StoreContext<'a, T> {
    fn from(store: &'a C) -> Self {
        store.as_context()
    }
}
impl<'a, T: 'static, C: AsContext<Data = T>> From<&'a mut C> for StoreContext<'a, T> {
    fn from(store: &'a mut C) -> Self {
        C::as_context(store)
    }
}
impl<'a, T: 'static, C: AsContextMut<Data = T>> From<&'a mut C> for StoreContextMut<'a, T> {
    fn from(store: &'a mut C) -> Self {
        store.as_context_mut()
    }
}

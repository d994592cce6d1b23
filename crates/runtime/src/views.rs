//! What hosts do with the objects of an isolate: safe, with the isolate
//! borrowed and the handle checked.

use updraft_types::{FuncIndex, ValType};

use crate::extern_refs::ExternRef;
use crate::func::FuncHandle;
use crate::instance::{GlobalHandle, InstanceObj};
use crate::isolate::{Isolate, IsolateId};
use crate::objects::{MemoryObj, Rooted, RootedObject, TableObj};
use crate::slot::Slot;
use crate::trap::CallError;
use crate::value::RawVal;

impl Isolate {
    fn own(&self, id: IsolateId) -> Result<(), CallError> {
        if id == self.id() {
            return Ok(());
        }
        Err(CallError::Setup("object used with another store than its own".into()))
    }

    /// The bytes of a memory.
    pub fn memory_data<'a>(&'a self, memory: &'a Rooted<MemoryObj>) -> Result<&'a [u8], CallError> {
        self.own(memory.isolate())?;
        // SAFETY: machine code that could write needs the isolate mutably.
        Ok(unsafe { memory.linear().data() })
    }

    /// The bytes of a memory.
    pub fn memory_data_mut<'a>(
        &'a mut self,
        memory: &'a Rooted<MemoryObj>,
    ) -> Result<&'a mut [u8], CallError> {
        self.own(memory.isolate())?;
        // SAFETY: the isolate is mutably borrowed as long as the slice, and
        // all other slices of its memories need it borrowed.
        Ok(unsafe { memory.linear_mut().data_mut() })
    }

    /// Pages of a memory.
    pub fn memory_pages(&self, memory: &Rooted<MemoryObj>) -> Result<u64, CallError> {
        self.own(memory.isolate())?;
        Ok(memory.linear().pages())
    }

    /// Grows a memory by pages; the old size, or nothing if it does not grow.
    pub fn memory_grow(
        &mut self,
        memory: &Rooted<MemoryObj>,
        delta: u64,
    ) -> Result<Option<u64>, CallError> {
        self.own(memory.isolate())?;
        self.grow_memory(memory, delta)
    }

    /// Elements of a table.
    pub fn table_size(&self, table: &Rooted<TableObj>) -> Result<u64, CallError> {
        self.own(table.isolate())?;
        Ok(table.size())
    }

    /// An element of a table; nothing out of bounds.
    pub fn table_get(
        &mut self,
        table: &Rooted<TableObj>,
        index: u64,
    ) -> Result<Option<RawVal>, CallError> {
        self.own(table.isolate())?;
        if index >= table.size() {
            return Ok(None);
        }
        Ok(Some(if table.holds_funcs() {
            let reference = InstanceObj::fill_lazy(table, index).map_err(CallError::Setup)?;
            RawVal::Func(FuncHandle::from_reference(reference))
        } else {
            RawVal::Extern(self.heap.extern_refs.by_index(table.raw(index) as u32))
        }))
    }

    fn raw_elem(&self, table: &TableObj, value: RawVal) -> Result<u64, CallError> {
        let slot = value
            .into_slot(ValType::Ref(table.ty().elem), self)
            .map_err(|e| CallError::Setup(e.to_string()))?;
        Ok(table.raw_of_ref(slot.u64()))
    }

    /// Writes an element of a table; false out of bounds.
    pub fn table_set(
        &mut self,
        table: &Rooted<TableObj>,
        index: u64,
        value: RawVal,
    ) -> Result<bool, CallError> {
        self.own(table.isolate())?;
        let raw = self.raw_elem(table, value)?;
        if index >= table.size() {
            return Ok(false);
        }
        table.set_raw(index, raw);
        Ok(true)
    }

    /// Grows a table; the old size, or nothing if it does not grow.
    pub fn table_grow(
        &mut self,
        table: &Rooted<TableObj>,
        delta: u64,
        value: RawVal,
    ) -> Result<Option<u64>, CallError> {
        self.own(table.isolate())?;
        let raw = self.raw_elem(table, value)?;
        self.grow_table(table, delta, raw)
    }

    /// The value of a global.
    pub fn global_get(&self, global: &GlobalHandle) -> Result<RawVal, CallError> {
        self.own(global.isolate_id())?;
        Ok(RawVal::from_slot(global.load(), global.ty().val, self))
    }

    /// Sets a global, mutable or not: whether it may be set is the caller's
    /// business.
    pub fn global_set(&mut self, global: &GlobalHandle, value: RawVal) -> Result<(), CallError> {
        self.own(global.isolate_id())?;
        let slot =
            value.into_slot(global.ty().val, self).map_err(|e| CallError::Setup(e.to_string()))?;
        global.store(slot);
        Ok(())
    }

    /// Makes a global with a value.
    pub fn make_global_with(
        &mut self,
        ty: updraft_types::GlobalType,
        value: RawVal,
    ) -> Result<GlobalHandle, CallError> {
        let slot: Slot =
            value.into_slot(ty.val, self).map_err(|e| CallError::Setup(e.to_string()))?;
        Ok(self.make_global(ty, slot))
    }

    /// Makes a host reference.
    pub fn make_extern_ref(
        &mut self,
        value: Box<dyn std::any::Any + Send + Sync>,
    ) -> Result<ExternRef, CallError> {
        if self.heap.extern_refs.wants_collection() {
            self.collect_extern_refs();
        }
        let id = self.id();
        self.heap
            .extern_refs
            .make(id, value)
            .ok_or_else(|| CallError::Setup("too many host references".into()))
    }

    /// A function of an instance.
    pub fn instance_func(
        &mut self,
        instance: &Rooted<InstanceObj>,
        func: FuncIndex,
    ) -> Result<FuncHandle, CallError> {
        self.own(instance.isolate())?;
        FuncHandle::of_instance(instance, func)
    }
}

//! Host references: the table that `externref` values index.
//!
//! Owns: the isolate's slots, and [`ExternRef`], the host's handle. Index 0 is
//! null. A slot is freed by a collection when no handle, frame, table or
//! global has it; `heap` finds out which do.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::isolate::IsolateId;

struct Cell {
    isolate: IsolateId,
    index: u32,
    value: Box<dyn Any + Send + Sync>,
}

/// A reference to a value of the host, rooted while it is held.
#[derive(Clone)]
pub struct ExternRef(Arc<Cell>);

impl ExternRef {
    /// The value.
    pub fn data(&self) -> &(dyn Any + Send + Sync) {
        &*self.0.value
    }
    /// Which isolate it belongs to.
    pub fn isolate_id(&self) -> IsolateId {
        self.0.isolate
    }
    /// Whether both are the same reference.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
    /// The `externref` as wasm sees it.
    pub(crate) fn index(&self) -> u32 {
        self.0.index
    }
}

impl fmt::Debug for ExternRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExternRef({})", self.0.index)
    }
}

/// The references of one isolate.
#[derive(Default)]
pub(crate) struct ExternRefs {
    /// Slot `i` holds index `i + 1`.
    slots: Vec<Option<ExternRef>>,
    free: Vec<u32>,
    live: usize,
    /// References made since the last collection.
    made: usize,
}

impl ExternRefs {
    /// Whether it is time to collect: as many were made as survived last time.
    pub(crate) fn wants_collection(&self) -> bool {
        self.made > 1024.max(self.live / 2)
    }

    /// Makes a reference; nothing if 2³² − 2 live already.
    pub(crate) fn make(
        &mut self,
        isolate: IsolateId,
        value: Box<dyn Any + Send + Sync>,
    ) -> Option<ExternRef> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                let index = u32::try_from(self.slots.len() + 1).ok().filter(|i| *i < u32::MAX)?;
                self.slots.push(None);
                index
            }
        };
        let reference = ExternRef(Arc::new(Cell { isolate, index, value }));
        self.slots[index as usize - 1] = Some(reference.clone());
        self.live += 1;
        self.made += 1;
        Some(reference)
    }

    /// The reference with that index; nothing for null and for what is no
    /// reference.
    pub(crate) fn by_index(&self, index: u32) -> Option<ExternRef> {
        self.slots.get((index as usize).checked_sub(1)?)?.clone()
    }

    /// Frees every reference that has no handle and whose mark is not set.
    pub(crate) fn sweep(&mut self, marked: &dyn Fn(u32) -> bool) -> Vec<ExternRef> {
        let mut dead = Vec::new();
        for (i, slot) in self.slots.iter_mut().enumerate() {
            let index = i as u32 + 1;
            if let Some(reference) = slot
                && Arc::strong_count(&reference.0) == 1
                && !marked(index)
            {
                dead.extend(slot.take());
                self.free.push(index);
            }
        }
        self.live -= dead.len();
        self.made = 0;
        dead
    }

    pub(crate) fn n_slots(&self) -> usize {
        self.slots.len()
    }
}

//! The objects that instances are made of and hosts hold handles to: tables,
//! globals, memories, host functions.
//!
//! Owns: their memory and their handles. What lies in them is reached by
//! machine code through the instance context. An object belongs to one
//! isolate; all access takes that isolate, mutably borrowed, so at any time
//! one thread looks at it.
//!
//! # Essay: handles and life
//!
//! A [`Rooted`] handle counts itself in its object. An object with a handle is
//! a root of the isolate's sweep (`heap`), and so are those that frames on the
//! stack use. `Arc`s inside the isolate keep objects from being freed while
//! something that was marked refers to them, but they are no roots.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use updraft_abi::vmctx;
use updraft_types::{GlobalType, HeapType, MemoryType, TableType};

use crate::host::HostCtx;
use crate::instance::InstanceObj;
use crate::isolate::IsolateId;
use crate::memory::LinearMemory;
use crate::slot::Slot;

/// A function record as machine code sees it. Offsets are `abi::vmctx`'s.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct VmFuncRef {
    pub(crate) entry: usize,
    pub(crate) vmctx: *mut u8,
    pub(crate) type_id: u32,
    /// The word that holds the address of the callee's code.
    pub(crate) slot: *const usize,
}

const _: () = {
    assert!(size_of::<VmFuncRef>() == vmctx::FUNC_REF_BYTES as usize);
    assert!(std::mem::offset_of!(VmFuncRef, entry) == vmctx::FUNC_REF_ENTRY as usize);
    assert!(std::mem::offset_of!(VmFuncRef, vmctx) == vmctx::FUNC_REF_VMCTX as usize);
    assert!(std::mem::offset_of!(VmFuncRef, type_id) == vmctx::FUNC_REF_TYPE_ID as usize);
    assert!(std::mem::offset_of!(VmFuncRef, slot) == vmctx::FUNC_REF_SLOT as usize);
};

/// Something that handles can root.
pub trait RootedObject {
    #[doc(hidden)]
    fn roots(&self) -> &AtomicUsize;
    #[doc(hidden)]
    fn isolate(&self) -> IsolateId;
}

/// A handle that keeps its object, and what it refers to, alive.
pub struct Rooted<O: RootedObject>(Arc<O>);

impl<O: RootedObject> Rooted<O> {
    pub(crate) fn new(object: Arc<O>) -> Self {
        object.roots().fetch_add(1, Ordering::Relaxed);
        Self(object)
    }
    pub(crate) fn arc(&self) -> &Arc<O> {
        &self.0
    }
    /// Whether both are the same object.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
    /// Which isolate it belongs to.
    pub fn isolate_id(&self) -> IsolateId {
        self.0.isolate()
    }
}

impl<O: RootedObject> Clone for Rooted<O> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<O: RootedObject> Drop for Rooted<O> {
    fn drop(&mut self) {
        self.0.roots().fetch_sub(1, Ordering::Relaxed);
    }
}

impl<O: RootedObject> Deref for Rooted<O> {
    type Target = O;
    fn deref(&self) -> &O {
        &self.0
    }
}

impl<O: RootedObject> fmt::Debug for Rooted<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", Arc::as_ptr(&self.0))
    }
}

macro_rules! object {
    ($name:ident) => {
        impl RootedObject for $name {
            fn roots(&self) -> &AtomicUsize {
                &self.roots
            }
            fn isolate(&self) -> IsolateId {
                self.isolate
            }
        }
        // SAFETY: the object is shared as `Arc`, but what is in its cells is
        // only reached with its isolate mutably borrowed (checked by id where
        // handles come in), so by one thread at a time; `roots` is atomic.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}
    };
}

/// Zeroed memory that may be refused.
pub(crate) struct ZeroedBytes {
    ptr: NonNull<u8>,
    layout: Layout,
}

impl ZeroedBytes {
    pub(crate) fn new(bytes: usize, align: usize) -> Option<Self> {
        let layout = Layout::from_size_align(bytes.max(align), align).ok()?;
        // SAFETY: the layout's size is not 0.
        let ptr = unsafe { alloc_zeroed(layout) };
        Some(Self { ptr: NonNull::new(ptr)?, layout })
    }
    pub(crate) fn as_ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }
    pub(crate) fn len(&self) -> usize {
        self.layout.size()
    }
}

impl Drop for ZeroedBytes {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout, freed once.
        unsafe { dealloc(self.ptr.as_ptr(), self.layout) }
    }
}

/// `{base, length}` of a table as machine code sees it.
#[repr(C)]
pub(crate) struct TableDef {
    pub(crate) base: Cell<*mut u8>,
    pub(crate) len: Cell<u64>,
}

const _: () = {
    assert!(std::mem::offset_of!(TableDef, base) == vmctx::DEF_BASE as usize);
    assert!(std::mem::offset_of!(TableDef, len) == vmctx::DEF_LEN as usize);
};

/// Where entries of a table come from that were never looked at.
#[derive(Clone)]
pub(crate) struct LazyElems {
    pub(crate) instance: *const InstanceObj,
    pub(crate) image: Arc<[u32]>,
}

/// A table.
#[repr(C)]
pub struct TableObj {
    pub(crate) def: TableDef,
    elems: UnsafeCell<ZeroedBytes>,
    pub(crate) lazy: UnsafeCell<Option<LazyElems>>,
    ty: TableType,
    roots: AtomicUsize,
    isolate: IsolateId,
}
object!(TableObj);

impl TableObj {
    /// A table whose elements are all lazy (functions) or null (references of
    /// the host).
    pub(crate) fn new(isolate: IsolateId, ty: TableType) -> Option<Arc<Self>> {
        let bytes = usize::try_from(ty.min).ok()?.checked_mul(elem_bytes(&ty))?;
        let elems = ZeroedBytes::new(bytes, 8)?;
        let def = TableDef { base: Cell::new(elems.as_ptr()), len: Cell::new(ty.min) };
        Some(Arc::new(Self {
            def,
            elems: UnsafeCell::new(elems),
            lazy: UnsafeCell::new(None),
            ty,
            roots: AtomicUsize::new(0),
            isolate,
        }))
    }

    /// The type it was made with.
    pub fn ty(&self) -> &TableType {
        &self.ty
    }

    /// Elements.
    pub fn size(&self) -> u64 {
        self.def.len.get()
    }

    pub(crate) fn holds_funcs(&self) -> bool {
        self.ty.elem.heap == HeapType::Func
    }

    /// The largest size that growth may reach.
    pub(crate) fn max_size(&self) -> u64 {
        self.ty.max.unwrap_or(u64::MAX).min(updraft_types::limits::MAX_TABLE_ELEMS)
    }

    /// The raw element; `index` must be in bounds. Host references in the low
    /// half.
    pub(crate) fn raw(&self, index: u64) -> u64 {
        assert!(index < self.size());
        let base = self.def.base.get();
        // SAFETY: `base` points at `len` elements (invariant of `def`, kept by
        // `new`, `reserve` and `set_size`), and the index was checked.
        unsafe {
            if self.holds_funcs() {
                *base.cast::<u64>().add(index as usize)
            } else {
                u64::from(*base.cast::<u32>().add(index as usize))
            }
        }
    }

    /// Writes a raw element; `index` must be in bounds.
    pub(crate) fn set_raw(&self, index: u64, raw: u64) {
        assert!(index < self.size());
        self.set_reserved(index, raw);
    }

    /// Writes a raw element, which may be one that `reserve` made room for.
    pub(crate) fn set_reserved(&self, index: u64, raw: u64) {
        assert!(index < self.n_reserved());
        let base = self.def.base.get();
        // SAFETY: `base` points at room for that many elements (`new` and
        // `reserve`).
        unsafe {
            if self.holds_funcs() {
                *base.cast::<u64>().add(index as usize) = raw;
            } else {
                *base.cast::<u32>().add(index as usize) = raw as u32;
            }
        }
    }

    /// A reference as it lies on the stack, made a raw element.
    pub(crate) fn raw_of_ref(&self, reference: u64) -> u64 {
        if self.holds_funcs() && reference == 0 { vmctx::TABLE_ENTRY_NULL } else { reference }
    }

    /// Elements that there is room for.
    fn n_reserved(&self) -> u64 {
        // SAFETY: as in `reserve`.
        let elems = unsafe { &*self.elems.get() };
        (elems.len() / elem_bytes(&self.ty)) as u64
    }

    /// Makes room for `n` elements; false if there is none to be had. The size
    /// stays.
    pub(crate) fn reserve(&self, n: u64) -> bool {
        let Some(bytes) = usize::try_from(n).ok().and_then(|n| n.checked_mul(elem_bytes(&self.ty)))
        else {
            return false;
        };
        // SAFETY: the isolate is mutably borrowed by whoever grows the table,
        // and no one keeps references into the elements.
        let elems = unsafe { &mut *self.elems.get() };
        if bytes > elems.len() {
            // Amortized: a loop that grows by one stays linear.
            let want = bytes.max(elems.len().saturating_mul(2).min(bytes + (16 << 20)));
            let Some(bigger) = ZeroedBytes::new(want, 8) else { return false };
            let used = self.size() as usize * elem_bytes(&self.ty);
            // SAFETY: both allocations have at least `used` bytes and are
            // distinct.
            unsafe { std::ptr::copy_nonoverlapping(elems.as_ptr(), bigger.as_ptr(), used) };
            *elems = bigger;
            self.def.base.set(elems.as_ptr());
        }
        true
    }

    /// Grows to `n` elements. Requires: those beyond the old size were written
    /// after they were reserved.
    pub(crate) fn set_size(&self, n: u64) {
        assert!(self.size() <= n && n <= self.n_reserved());
        self.def.len.set(n);
    }
}

fn elem_bytes(ty: &TableType) -> usize {
    ty.elem.table_elem_bytes() as usize
}

/// A global that the host made; those of modules lie in instances.
#[repr(C)]
pub struct GlobalObj {
    pub(crate) value: UnsafeCell<Slot>,
    ty: GlobalType,
    roots: AtomicUsize,
    isolate: IsolateId,
}
object!(GlobalObj);

impl GlobalObj {
    pub(crate) fn new(isolate: IsolateId, ty: GlobalType, value: Slot) -> Arc<Self> {
        Arc::new(Self { value: UnsafeCell::new(value), ty, roots: AtomicUsize::new(0), isolate })
    }
    pub(crate) fn ty(&self) -> &GlobalType {
        &self.ty
    }
}

/// A memory.
pub struct MemoryObj {
    pub(crate) memory: UnsafeCell<LinearMemory>,
    ty: MemoryType,
    roots: AtomicUsize,
    isolate: IsolateId,
}
object!(MemoryObj);

impl MemoryObj {
    pub(crate) fn new(isolate: IsolateId, ty: MemoryType, memory: LinearMemory) -> Arc<Self> {
        Arc::new(Self { memory: UnsafeCell::new(memory), ty, roots: AtomicUsize::new(0), isolate })
    }
    /// The type it was made with.
    pub fn ty(&self) -> &MemoryType {
        &self.ty
    }
    /// Requires: the isolate is borrowed.
    pub(crate) fn linear(&self) -> &LinearMemory {
        // SAFETY: writes to the cell happen in `linear_mut` only, with the
        // isolate mutably borrowed; the caller has it borrowed.
        unsafe { &*self.memory.get() }
    }
    /// Requires: the isolate is mutably borrowed, and no other reference from
    /// here lives.
    #[allow(clippy::mut_from_ref, reason = "the isolate's borrow stands for the object's")]
    pub(crate) fn linear_mut(&self) -> &mut LinearMemory {
        // SAFETY: see the requirement.
        unsafe { &mut *self.memory.get() }
    }
}

/// A host function made as a value of its own (those that a linker defines
/// belong to the instances that import them).
pub struct HostFuncObj {
    pub(crate) record: VmFuncRef,
    pub(crate) ctx: Box<HostCtx>,
    roots: AtomicUsize,
    isolate: IsolateId,
}
object!(HostFuncObj);

impl HostFuncObj {
    pub(crate) fn new(isolate: IsolateId, record: VmFuncRef, ctx: Box<HostCtx>) -> Self {
        Self { record, ctx, roots: AtomicUsize::new(0), isolate }
    }
}

impl MemoryObj {
    /// Pages of the memory. Requires: its isolate is borrowed.
    pub fn pages(&self) -> u64 {
        self.linear().pages()
    }
}

//! Instances: memory laid out for machine code, and how it is filled.
//!
//! Owns: [`InstanceObj`] and the steps of instantiation after imports have
//! been found and checked. Called by the engine. Must not know: names.
//!
//! `Invariant:` a function reference that is handed out points at the record
//! of the instance (or host function) that its `vmctx` names, never at the
//! copy that an importing instance keeps; so whoever keeps the callee alive
//! keeps the record.

use std::any::Any;
use std::cell::UnsafeCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use updraft_abi::{Bounds, Builtin, vmctx};
use updraft_types::{
    ConstExpr, ConstOp, DataIndex, DataSegment, DeclaredFuncIndex, ElemIndex, ElemItems, FuncIndex,
    FuncRefIndex, GlobalIndex, GlobalType, HeapType, MemoryIndex, ModuleDesc, SegmentMode,
    TableIndex, TrapCode, ValType,
};

use crate::builtins::in_steps;
use crate::entries;
use crate::func::FuncHandle;
use crate::heap::Edge;
use crate::host::{HostClosure, HostCtx};
use crate::isolate::{Growth, Isolate, IsolateId};
use crate::memory::{LARGE_PAGE_BYTES, LinearMemory, MemoryKind, MemoryPlan};
use crate::module::{IMAGE_NULL, RuntimeModule};
use crate::objects::{
    GlobalObj, LazyElems, MemoryObj, Rooted, RootedObject, TableObj, VmFuncRef, ZeroedBytes,
};
use crate::prefault::{Job, Prefault};
use crate::profile::ImportTargets;
use crate::slot::Slot;
use crate::trap::CallError;

/// A global of an instance or of the host.
#[derive(Clone, Debug)]
pub enum GlobalHandle {
    /// One that a module declares.
    Instance(Rooted<InstanceObj>, GlobalIndex),
    /// One that the host made.
    Host(Rooted<GlobalObj>),
}

impl GlobalHandle {
    /// The type.
    pub fn ty(&self) -> GlobalType {
        match self {
            GlobalHandle::Instance(i, index) => i.module().desc().globals[*index],
            GlobalHandle::Host(g) => *g.ty(),
        }
    }
    /// Which isolate it belongs to.
    pub fn isolate_id(&self) -> IsolateId {
        match self {
            GlobalHandle::Instance(i, _) => i.isolate_id(),
            GlobalHandle::Host(g) => g.isolate_id(),
        }
    }
    fn pointer(&self) -> *mut Slot {
        match self {
            GlobalHandle::Instance(i, index) => i.global_pointer(*index),
            GlobalHandle::Host(g) => g.value.get(),
        }
    }
    /// The value. Requires: the isolate is borrowed.
    pub(crate) fn load(&self) -> Slot {
        // SAFETY: the pointer leads into the object that the handle keeps.
        unsafe { self.pointer().read() }
    }
    /// Writes the value. Requires: the isolate is mutably borrowed.
    pub(crate) fn store(&self, value: Slot) {
        // SAFETY: as in `load`.
        unsafe { self.pointer().write(value) }
    }
}

/// What an import is given, in the order of the module's imports. Types were
/// checked.
#[derive(Clone)]
pub enum ImportValue {
    /// A function of the isolate.
    Func(FuncHandle),
    /// A host function that belongs to no isolate yet.
    HostFunc(Arc<HostClosure>),
    /// A table.
    Table(Rooted<TableObj>),
    /// A memory.
    Memory(Rooted<MemoryObj>),
    /// A global.
    Global(GlobalHandle),
}

enum ImportedGlobal {
    Instance(*const InstanceObj),
    Host(Arc<GlobalObj>),
}

/// An instance.
pub struct InstanceObj {
    module: Arc<RuntimeModule>,
    /// What the engine knows of the module; keeps its code alive.
    native: Arc<dyn Any + Send + Sync>,
    bounds: Bounds,
    vmctx: ZeroedBytes,
    tables: Box<[Arc<TableObj>]>,
    memories: Box<[Arc<MemoryObj>]>,
    imported_globals: Box<[ImportedGlobal]>,
    /// Records that references to imported functions point at.
    imported_funcs: Box<[*const VmFuncRef]>,
    /// Which functions those are, once somebody asked.
    import_targets: OnceLock<Arc<ImportTargets>>,
    /// Boxed: machine code keeps their addresses.
    #[expect(clippy::vec_box, reason = "contexts must not move while the list grows")]
    host_ctxs: Vec<Box<HostCtx>>,
    dropped_elems: UnsafeCell<Box<[bool]>>,
    dropped_datas: UnsafeCell<Box<[bool]>>,
    roots: AtomicUsize,
    isolate: IsolateId,
}

// SAFETY: as for the objects in `objects`: cells and raw memory are reached
// with the isolate mutably borrowed only; pointers lead to objects of the same
// isolate that the sweep keeps.
unsafe impl Send for InstanceObj {}
// SAFETY: as above.
unsafe impl Sync for InstanceObj {}

impl RootedObject for InstanceObj {
    fn roots(&self) -> &AtomicUsize {
        &self.roots
    }
    fn isolate(&self) -> IsolateId {
        self.isolate
    }
}

impl InstanceObj {
    /// The module.
    pub fn module(&self) -> &Arc<RuntimeModule> {
        &self.module
    }
    /// What the engine gave with the module.
    pub fn native(&self) -> &Arc<dyn Any + Send + Sync> {
        &self.native
    }
    /// Which code it runs.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }
    pub(crate) fn vmctx(&self) -> *mut u8 {
        self.vmctx.as_ptr()
    }
    pub(crate) fn vmctx_bytes(&self) -> usize {
        self.vmctx.len()
    }
    pub(crate) fn n_memories(&self) -> usize {
        self.memories.len()
    }
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memories.iter().map(|m| m.linear().bytes() as usize).sum()
    }

    /// The instance of a `vmctx`. Requires: it is one, and the isolate is
    /// borrowed for `'a`.
    pub(crate) unsafe fn from_vmctx<'a>(vmctx: *mut u8) -> &'a InstanceObj {
        // SAFETY: instance contexts hold their instance's address, which is
        // that of an `Arc`'s contents and lives as long.
        unsafe { &**vmctx.add(vmctx::INSTANCE as usize).cast::<*const InstanceObj>() }
    }

    /// Writes a word of the instance context.
    fn write<V>(&self, offset: u32, value: V) {
        assert!(offset as usize + size_of::<V>() <= self.vmctx.len());
        // SAFETY: in bounds; the context is written while the isolate is
        // mutably borrowed. Offsets of the layout are aligned for what lies
        // there.
        unsafe { self.vmctx().add(offset as usize).cast::<V>().write(value) }
    }

    /// A table.
    pub fn table(&self, index: TableIndex) -> Rooted<TableObj> {
        Rooted::new(self.tables[index.index()].clone())
    }
    /// A memory.
    pub fn memory(&self, index: MemoryIndex) -> Rooted<MemoryObj> {
        Rooted::new(self.memories[index.index()].clone())
    }
    pub(crate) fn table_obj(&self, index: u32) -> &Arc<TableObj> {
        &self.tables[index as usize]
    }
    pub(crate) fn memory_obj(&self, index: u32) -> &Arc<MemoryObj> {
        &self.memories[index as usize]
    }

    fn global_pointer(&self, index: GlobalIndex) -> *mut Slot {
        let layout = self.module.layout();
        match self.module.desc().declared_global(index) {
            Some(declared) => {
                // SAFETY: the layout's offset is in bounds.
                unsafe { self.vmctx().add(layout.global(declared) as usize).cast() }
            }
            None => {
                // SAFETY: as above; the pointer there was written when the
                // instance was made.
                unsafe {
                    *self.vmctx().add(layout.imported_global(index) as usize).cast::<*mut Slot>()
                }
            }
        }
    }

    /// The record that references to a function point at. Declared functions'
    /// are filled now if they are not yet.
    pub(crate) fn func_record(&self, func: FuncIndex) -> Result<*const VmFuncRef, String> {
        let desc = self.module.desc();
        let Some(declared) = desc.declared_func(func) else {
            return Ok(self.imported_funcs[func.index()]);
        };
        let Some(escaped) = desc.func_refs[declared] else {
            return Err(format!("function {} has no record", func.raw()));
        };
        self.escaped_record(escaped)
    }

    fn escaped_record(&self, escaped: FuncRefIndex) -> Result<*const VmFuncRef, String> {
        let desc = self.module.desc();
        let offset = self.module.layout().func_ref(escaped);
        // SAFETY: the layout's offset is in bounds and aligned.
        let record = unsafe { self.vmctx().add(offset as usize).cast::<VmFuncRef>() };
        // SAFETY: the context is zeroed memory or holds a whole record.
        if unsafe { (*record).entry } == 0 {
            let declared = desc.escaped[escaped];
            let func = desc.func_index(declared);
            self.write(
                offset,
                VmFuncRef {
                    entry: entries::entry(declared.raw())?,
                    vmctx: self.vmctx(),
                    type_id: self.module.func_signature(func).id().raw(),
                    slot: self.module.code_table(self.bounds)?.slot(declared),
                },
            );
        }
        Ok(record)
    }

    /// The declared function that a record belongs to, if it is one of this
    /// very instance. The record is not looked at: it need not be alive.
    pub(crate) fn own_func_of_record(&self, record: usize) -> Option<DeclaredFuncIndex> {
        let first = self.module.layout().func_ref(FuncRefIndex::new(0)) as usize;
        let offset = record.checked_sub(self.vmctx() as usize + first)?;
        let bytes = size_of::<VmFuncRef>();
        let i = u32::try_from(offset / bytes).ok().filter(|_| offset.is_multiple_of(bytes))?;
        self.module.desc().escaped.get(FuncRefIndex::new(i)).copied()
    }

    /// Which functions the imports are.
    pub(crate) fn import_targets(&self) -> &Arc<ImportTargets> {
        let find = || Arc::new(ImportTargets::of(self, &self.imported_funcs));
        self.import_targets.get_or_init(find)
    }

    /// Sets where machine code finds feedback vectors.
    pub(crate) fn set_feedback(&self, array: *const AtomicUsize) {
        self.write(vmctx::FEEDBACK, array);
    }

    /// Fills a table entry that was never looked at and returns what it then
    /// holds as it lies on the stack. The index was checked.
    pub(crate) fn fill_lazy(table: &TableObj, index: u64) -> Result<u64, String> {
        let raw = table.raw(index);
        if raw != vmctx::TABLE_ENTRY_LAZY {
            return Ok(if raw == vmctx::TABLE_ENTRY_NULL { 0 } else { raw });
        }
        // SAFETY: the isolate is mutably borrowed by whoever looks at a table.
        let lazy = unsafe { &*table.lazy.get() };
        let func = lazy.as_ref().and_then(|l| l.image.get(index as usize).copied());
        let record = match (func, lazy) {
            (Some(func), Some(lazy)) if func != IMAGE_NULL => {
                // SAFETY: the sweep keeps the instance as long as the table.
                let instance = unsafe { &*lazy.instance };
                instance.func_record(FuncIndex::new(func))? as u64
            }
            _ => 0,
        };
        table.set_raw(index, table.raw_of_ref(record));
        Ok(record)
    }

    pub(crate) fn is_elem_dropped(&self, elem: u32) -> bool {
        // SAFETY: the isolate is mutably borrowed by builtins.
        unsafe { (&*self.dropped_elems.get())[elem as usize] }
    }
    pub(crate) fn drop_elem(&self, elem: u32) {
        // SAFETY: as above.
        unsafe { (&mut *self.dropped_elems.get())[elem as usize] = true }
    }
    pub(crate) fn is_data_dropped(&self, data: u32) -> bool {
        // SAFETY: as above.
        unsafe { (&*self.dropped_datas.get())[data as usize] }
    }
    pub(crate) fn drop_data(&self, data: u32) {
        // SAFETY: as above.
        unsafe { (&mut *self.dropped_datas.get())[data as usize] = true }
    }

    /// Visits what the instance refers to.
    pub(crate) fn for_each_edge(&self, visit: &mut dyn FnMut(Edge<'_>)) {
        let desc = self.module.desc();
        for record in &self.imported_funcs {
            visit(Edge::Func(*record as usize));
        }
        for global in &self.imported_globals {
            match global {
                ImportedGlobal::Instance(instance) => {
                    // SAFETY: the exporting instance lives as long as this one.
                    visit(Edge::Address(unsafe { (**instance).vmctx() } as usize));
                }
                ImportedGlobal::Host(global) => visit(Edge::Global(global)),
            }
        }
        for table in &self.tables {
            visit(Edge::Table(table));
        }
        for (index, ty) in desc.globals.iter() {
            if ty.val == ValType::FUNCREF && desc.declared_global(index).is_some() {
                // SAFETY: a declared global's slot lies in the context.
                visit(Edge::Func(unsafe { (*self.global_pointer(index)).u64() } as usize));
            }
        }
    }

    /// Visits host references in the instance's own globals.
    pub(crate) fn for_each_extern_ref(&self, visit: &mut dyn FnMut(u32)) {
        let desc = self.module.desc();
        for (index, ty) in desc.globals.iter() {
            if ty.val.is_traced_ref() && desc.declared_global(index).is_some() {
                // SAFETY: a declared global's slot lies in the context.
                visit(unsafe { (*self.global_pointer(index)).u32() });
            }
        }
    }

    /// Evaluates a constant expression.
    pub(crate) fn eval(&self, expr: &ConstExpr) -> Result<Slot, String> {
        // Almost all are this, and a module may have many.
        if let [ConstOp::I32(value)] = expr.ops[..] {
            return Ok(Slot::from_u32(value as u32));
        }
        let mut stack: Vec<Slot> = Vec::with_capacity(2);
        let bug = || "constant expression is not well formed".to_owned();
        for op in &expr.ops {
            let value = match *op {
                ConstOp::I32(v) => Slot::from_u32(v as u32),
                ConstOp::I64(v) => Slot::from_u64(v as u64),
                ConstOp::F32(v) => Slot::from_u32(v),
                ConstOp::F64(v) => Slot::from_u64(v),
                ConstOp::V128(v) => Slot::from_u128(v),
                ConstOp::RefNull(_) => Slot::from_u64(0),
                ConstOp::RefFunc(func) => Slot::from_u64(self.func_record(func)? as u64),
                ConstOp::GlobalGet(global) => {
                    // SAFETY: globals that an expression may name are set.
                    unsafe { *self.global_pointer(global) }
                }
                ConstOp::I32Add | ConstOp::I32Sub | ConstOp::I32Mul => {
                    let rhs = stack.pop().ok_or_else(bug)?.u32();
                    let lhs = stack.pop().ok_or_else(bug)?.u32();
                    Slot::from_u32(match op {
                        ConstOp::I32Add => lhs.wrapping_add(rhs),
                        ConstOp::I32Sub => lhs.wrapping_sub(rhs),
                        _ => lhs.wrapping_mul(rhs),
                    })
                }
                ConstOp::I64Add | ConstOp::I64Sub | ConstOp::I64Mul => {
                    let rhs = stack.pop().ok_or_else(bug)?.u64();
                    let lhs = stack.pop().ok_or_else(bug)?.u64();
                    Slot::from_u64(match op {
                        ConstOp::I64Add => lhs.wrapping_add(rhs),
                        ConstOp::I64Sub => lhs.wrapping_sub(rhs),
                        _ => lhs.wrapping_mul(rhs),
                    })
                }
            };
            stack.push(value);
        }
        stack.pop().ok_or_else(bug)
    }

    /// Copies from an element segment into a table.
    pub(crate) fn init_table(
        &self,
        isolate: &Isolate,
        table: &TableObj,
        elem: ElemIndex,
        dst: u64,
        src: u64,
        len: u64,
    ) -> Result<(), CallError> {
        let segment = &self.module.desc().elems[elem];
        let n = if self.is_elem_dropped(elem.raw()) { 0 } else { segment.items.len() as u64 };
        if src.checked_add(len).is_none_or(|end| end > n)
            || dst.checked_add(len).is_none_or(|end| end > table.size())
        {
            return Err(TrapCode::TableOutOfBounds.into());
        }
        in_steps(isolate, 0..len, |i| {
            let at = (src + i) as usize;
            let reference = match &segment.items {
                ElemItems::Funcs(funcs) => {
                    self.func_record(funcs[at]).map_err(CallError::Setup)? as u64
                }
                ElemItems::Exprs(exprs) => self
                    .eval(&exprs[at])
                    .map_err(CallError::Setup)?
                    .trimmed(ValType::Ref(segment.ty))
                    .u64(),
            };
            table.set_raw(dst + i, table.raw_of_ref(reference));
            Ok(())
        })
    }

    /// Copies from a data segment into a memory.
    pub(crate) fn init_memory(
        &self,
        memory: &MemoryObj,
        data: DataIndex,
        dst: u64,
        src: u64,
        len: u64,
    ) -> Result<(), CallError> {
        let range = self.module.desc().datas[data].bytes.clone();
        let bytes =
            if self.is_data_dropped(data.raw()) { &[][..] } else { &self.module.bytes()[range] };
        let linear = memory.linear_mut();
        if src.checked_add(len).is_none_or(|end| end > bytes.len() as u64)
            || dst.checked_add(len).is_none_or(|end| end > linear.bytes())
        {
            return Err(TrapCode::MemoryOutOfBounds.into());
        }
        let from = &bytes[src as usize..][..len as usize];
        // SAFETY: `dst + len` is within the memory; module bytes are not in
        // it.
        unsafe {
            std::ptr::copy_nonoverlapping(
                from.as_ptr(),
                linear.base().add(dst as usize),
                from.len(),
            );
        }
        Ok(())
    }
}

impl Isolate {
    fn check_growth(&mut self, growth: Growth, what: &str) -> Result<(), CallError> {
        match self.may_grow(growth) {
            Ok(true) => Ok(()),
            Ok(false) => Err(CallError::Limit(format!("resource limit exceeded: {what}"))),
            Err(e) => Err(CallError::Host(e, Default::default())),
        }
    }

    /// Makes a table whose elements are null or, if it is filled by an
    /// instance, lazy.
    pub fn make_table(
        &mut self,
        ty: updraft_types::TableType,
    ) -> Result<Rooted<TableObj>, CallError> {
        self.make_table_obj(ty).map(Rooted::new)
    }

    fn make_table_obj(&mut self, ty: updraft_types::TableType) -> Result<Arc<TableObj>, CallError> {
        let min = usize::try_from(ty.min).unwrap_or(usize::MAX);
        let maximum = ty.max.map(|m| usize::try_from(m).unwrap_or(usize::MAX));
        let n = self.heap.tables.len() + 1;
        self.check_growth(Growth::Tables(n), "too many tables")?;
        self.check_growth(
            Growth::Table { current: 0, desired: min, maximum },
            &format!("table of {min} elements"),
        )?;
        let table = TableObj::new(self.id(), ty)
            .ok_or_else(|| CallError::Setup(format!("no memory for a table of {min} elements")))?;
        self.heap.tables.push(table.clone());
        Ok(table)
    }

    /// Makes a memory.
    pub fn make_memory(
        &mut self,
        ty: updraft_types::MemoryType,
    ) -> Result<Rooted<MemoryObj>, CallError> {
        self.make_memory_obj(ty).map(Rooted::new)
    }

    fn make_memory_obj(
        &mut self,
        ty: updraft_types::MemoryType,
    ) -> Result<Arc<MemoryObj>, CallError> {
        let page = updraft_types::limits::PAGE_BYTES as usize;
        let bytes = |pages: u64| usize::try_from(pages).unwrap_or(usize::MAX).saturating_mul(page);
        let n = self.heap.n_memories + 1;
        self.check_growth(Growth::Memories(n), "too many memories")?;
        let growth = Growth::Memory {
            current: 0,
            desired: bytes(ty.min_pages),
            maximum: ty.max_pages.map(bytes),
        };
        self.check_growth(growth, &format!("memory of {} pages", ty.min_pages))?;
        let kind =
            if self.config.memory_reservation { MemoryKind::Guarded } else { MemoryKind::Movable };
        let linear = LinearMemory::new(MemoryPlan { kind, min_pages: ty.min_pages })
            .map_err(|e| CallError::Setup(format!("no memory of {} pages: {e}", ty.min_pages)))?;
        let memory = MemoryObj::new(self.id(), ty, linear);
        self.heap.add_memory(&memory);
        Ok(memory)
    }

    /// Makes a global of the host's.
    pub fn make_global(&mut self, ty: GlobalType, value: Slot) -> GlobalHandle {
        let global = GlobalObj::new(self.id(), ty, value.trimmed(ty.val));
        self.heap.globals.push(global.clone());
        GlobalHandle::Host(Rooted::new(global))
    }

    /// Makes an instance: allocates, links, evaluates globals. Segments and
    /// the start function come after ([`Isolate::initialize`]).
    ///
    /// Requires: `imports` are of this isolate and of the types wanted.
    pub fn instantiate(
        &mut self,
        module: &Arc<RuntimeModule>,
        native: &Arc<dyn Any + Send + Sync>,
        imports: &[ImportValue],
    ) -> Result<Rooted<InstanceObj>, CallError> {
        self.maybe_sweep();
        let n = self.heap.instances.len() + 1;
        self.check_growth(Growth::Instances(n), "too many instances")?;
        let desc = module.desc();
        let layout = module.layout();
        let mut tables = Vec::with_capacity(desc.tables.len());
        let mut memories = Vec::with_capacity(desc.memories.len());
        let mut globals = Vec::new();
        let mut global_pointers = Vec::new();
        let mut funcs: Vec<*const VmFuncRef> = Vec::new();
        let mut host_funcs = Vec::new();
        for import in imports {
            match import {
                ImportValue::Func(func) => match func.host_closure() {
                    Some(closure) => {
                        host_funcs.push((funcs.len(), closure.clone()));
                        funcs.push(std::ptr::null());
                    }
                    None => funcs.push(func.record().ok_or_else(|| {
                        CallError::Setup("imported function without a record".into())
                    })?),
                },
                ImportValue::HostFunc(closure) => {
                    host_funcs.push((funcs.len(), closure.clone()));
                    funcs.push(std::ptr::null());
                }
                ImportValue::Table(table) => tables.push(table.arc().clone()),
                ImportValue::Memory(memory) => memories.push(memory.arc().clone()),
                ImportValue::Global(global) => {
                    global_pointers.push(global.pointer());
                    globals.push(match global {
                        GlobalHandle::Instance(i, _) => {
                            ImportedGlobal::Instance(Arc::as_ptr(i.arc()))
                        }
                        GlobalHandle::Host(g) => ImportedGlobal::Host(g.arc().clone()),
                    });
                }
            }
        }
        if funcs.len() != desc.n_imported_funcs as usize
            || tables.len() != desc.n_imported_tables as usize
            || memories.len() != desc.n_imported_memories as usize
            || globals.len() != desc.n_imported_globals as usize
        {
            return Err(CallError::Setup("imports do not fit the module".into()));
        }
        for table in &desc.tables.as_slice()[tables.len()..] {
            tables.push(self.make_table_obj(table.ty)?);
        }
        for memory in &desc.memories.as_slice()[memories.len()..] {
            memories.push(self.make_memory_obj(*memory)?);
        }
        // Without a memory either would do: the one that is compiled anyway.
        let guarded = match &memories[..] {
            [] => self.config.memory_reservation,
            some => some.iter().all(|m| m.linear().is_guarded()),
        };
        let bounds = if guarded { Bounds::Guarded } else { Bounds::Checked };
        let code_table = module.code_table(bounds).map_err(CallError::Setup)?.base();
        let vmctx = ZeroedBytes::new(layout.bytes() as usize, 16)
            .ok_or_else(|| CallError::Setup("no memory for the instance".into()))?;

        let mut instance = Arc::new(InstanceObj {
            module: module.clone(),
            native: native.clone(),
            bounds,
            vmctx,
            tables: tables.into(),
            memories: memories.into(),
            imported_globals: globals.into(),
            imported_funcs: Box::default(),
            import_targets: OnceLock::new(),
            host_ctxs: Vec::with_capacity(host_funcs.len()),
            dropped_elems: UnsafeCell::new(vec![false; desc.elems.len()].into()),
            dropped_datas: UnsafeCell::new(vec![false; desc.datas.len()].into()),
            roots: AtomicUsize::new(0),
            isolate: self.id(),
        });
        let address = Arc::as_ptr(&instance);
        let vm = Arc::as_ptr(&self.vm);
        let this = Arc::get_mut(&mut instance).expect("nobody else has it yet");
        for (i, closure) in host_funcs {
            let entry = closure.signature().host_thunk().map_err(CallError::Setup)?;
            let type_id = closure.signature().id().raw();
            let ctx = Box::new(HostCtx::new(vm, closure, entry, address, std::ptr::null()));
            let offset = layout.imported_func(FuncIndex::new(i as u32));
            let vmctx = std::ptr::from_ref(&*ctx).cast_mut().cast::<u8>();
            let slot = ctx.code_slot();
            this.host_ctxs.push(ctx);
            this.write(offset, VmFuncRef { entry, vmctx, type_id, slot });
            // SAFETY: in bounds, see `write`.
            funcs[i] = unsafe { this.vmctx().add(offset as usize).cast() };
        }
        this.imported_funcs = funcs.into();
        this.write(vmctx::ISOLATE, vm);
        this.write(vmctx::CODE_TABLE, code_table);
        this.write(vmctx::BUILTINS, self.vm.builtins.as_ptr());
        this.write(vmctx::TYPE_IDS, module.type_ids());
        this.write(vmctx::INSTANCE, address);
        this.write(vmctx::BUDGETS, module.budgets());
        let (countdown, period) = module.new_countdown();
        this.write(vmctx::COUNTDOWN, countdown);
        this.write(vmctx::PERIOD, period);
        this.write(vmctx::TIER_UP, self.vm.builtins[Builtin::TierUp as usize]);
        this.write(vmctx::FEEDBACK, self.feedback.array(module));
        for (i, record) in this.imported_funcs.iter().enumerate() {
            let offset = layout.imported_func(FuncIndex::new(i as u32));
            // SAFETY: records of imports are alive: their owners are rooted by
            // `imports`. One of a host function is this very record.
            this.write(offset, unsafe { **record });
        }
        for (i, memory) in this.memories.iter().enumerate() {
            let offset = layout.memory(MemoryIndex::new(i as u32));
            let linear = memory.linear();
            this.write(offset + vmctx::EXTENT_BASE, linear.base());
            this.write(offset + vmctx::EXTENT_DEF, linear.definition().as_ptr());
        }
        for (i, table) in this.tables.iter().enumerate() {
            let offset = layout.table(TableIndex::new(i as u32));
            this.write(offset + vmctx::EXTENT_BASE, table.def.base.get());
            this.write(offset + vmctx::EXTENT_DEF, std::ptr::from_ref(&table.def));
        }
        for (i, pointer) in global_pointers.into_iter().enumerate() {
            this.write(layout.imported_global(GlobalIndex::new(i as u32)), pointer);
        }
        // Registered before anything can refer to it.
        self.heap.instances.push(instance.clone());
        for (declared, init) in desc.global_inits.iter() {
            let value = instance.eval(init).map_err(CallError::Setup)?;
            let ty = desc.globals[GlobalIndex::new(desc.n_imported_globals + declared.raw())];
            instance.write(layout.global(declared), value.trimmed(ty.val));
        }
        for (index, table) in desc.tables.iter() {
            if desc.declared_table(index).is_none() {
                continue;
            }
            let obj = instance.table_obj(index.raw());
            if let Some(init) = &table.init {
                let value = instance.eval(init).map_err(CallError::Setup)?;
                let raw = obj.raw_of_ref(value.trimmed(ValType::Ref(table.ty.elem)).u64());
                for i in 0..obj.size() {
                    obj.set_raw(i, raw);
                }
            } else if table.ty.elem.heap == HeapType::Func
                && let Some(image) = module.table_image(index)
            {
                // SAFETY: the table is new and the isolate mutably borrowed.
                unsafe {
                    *obj.lazy.get() = Some(LazyElems { instance: address, image: image.clone() });
                }
            }
        }
        Ok(Rooted::new(instance))
    }

    /// Applies active segments, in order. What was written before a trap
    /// stays. `spawn` may run a job on another thread, or drop it.
    pub fn initialize(
        &mut self,
        instance: &Rooted<InstanceObj>,
        spawn: &dyn Fn(Job),
    ) -> Result<(), CallError> {
        let desc = instance.module().desc().clone();
        let imaged = instance.module().n_imaged_elems();
        for (index, segment) in desc.elems.iter() {
            match &segment.mode {
                SegmentMode::Active { target, offset } => {
                    if index.index() >= imaged {
                        let dst = instance.eval(offset).map_err(CallError::Setup)?.u32();
                        let table = instance.table_obj(target.raw());
                        let len = segment.items.len() as u64;
                        instance.init_table(self, table, index, u64::from(dst), 0, len)?;
                    }
                    instance.drop_elem(index.raw());
                }
                SegmentMode::Declared => instance.drop_elem(index.raw()),
                SegmentMode::Passive => {}
            }
        }
        let dense = dense_data(&desc);
        let dense =
            dense.into_iter().filter_map(|p| instance.memory_obj(0).linear_mut().expect_data(p));
        // SAFETY: the instance keeps the memory, and it only grows.
        let _prefault = unsafe { Prefault::start(dense.collect(), spawn) };
        for (index, segment) in desc.datas.iter() {
            if let SegmentMode::Active { target, offset } = &segment.mode {
                let dst = instance.eval(offset).map_err(CallError::Setup)?.u32();
                let memory = instance.memory_obj(target.raw());
                let len = segment.bytes.len() as u64;
                instance.init_memory(memory, index, u64::from(dst), 0, len)?;
                instance.drop_data(index.raw());
            }
        }
        Ok(())
    }
}

/// Parts of the first memory that active segments fill for the most part, as
/// far as constants tell. Python's start writes 7 MB in 24,000 segments: 1,750
/// faults without large pages.
fn dense_data(desc: &ModuleDesc) -> Vec<Range<u64>> {
    const PART_BYTES: u64 = LARGE_PAGE_BYTES as u64;
    let n_bytes = |s: &DataSegment| s.bytes.len() as u64;
    if desc.datas.values().map(n_bytes).sum::<u64>() < PART_BYTES {
        return Vec::new();
    }
    // Segments may overlap; a part that looks full and is not costs its pages.
    let mut filled = BTreeMap::<u64, u64>::new();
    // Mostly a segment lies in the same part as the one before.
    let mut run = (0, 0);
    for segment in desc.datas.values() {
        if let SegmentMode::Active { target, offset } = &segment.mode
            && target.raw() == 0
            && let [ConstOp::I32(offset)] = offset.ops[..]
        {
            let mut at = u64::from(offset as u32);
            let end = at + n_bytes(segment);
            while at < end {
                let next = (at / PART_BYTES + 1) * PART_BYTES;
                if run.0 != at / PART_BYTES {
                    *filled.entry(run.0).or_default() += run.1;
                    run = (at / PART_BYTES, 0);
                }
                run.1 += end.min(next) - at;
                at = next;
            }
        }
    }
    *filled.entry(run.0).or_default() += run.1;
    let dense = filled.into_iter().filter(|(_, n)| *n >= PART_BYTES / 2);
    dense.map(|(part, _)| part * PART_BYTES..(part + 1) * PART_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_with_much_data_are_dense() {
        const PART: u64 = LARGE_PAGE_BYTES as u64;
        let dense = |segments: &[(u64, u64)]| {
            let segment = |&(at, n): &(u64, u64)| {
                let offset = ConstExpr { ops: ConstOp::I32(at as i32).into() };
                let mode = SegmentMode::Active { target: MemoryIndex::new(0), offset };
                DataSegment { mode, bytes: 100..100 + n as usize }
            };
            let datas = segments.iter().map(segment).collect::<Vec<_>>().into();
            dense_data(&ModuleDesc { datas, ..ModuleDesc::default() })
        };
        assert_eq!(dense(&[]), []);
        assert_eq!(dense(&[(0, PART - 1)]), []);
        let most = [(0, 10), (PART / 2, 2 * PART), (7 * PART, PART / 3), (5, 10)];
        assert_eq!(dense(&most), [0..PART, PART..2 * PART, 2 * PART..3 * PART]);
        // Back and forth, and beyond what a memory can have.
        let n = PART / 4;
        let turns = [(0, n), (4 * PART, n), (n, n), (4 * PART + n, n), (9 * PART, 1)];
        assert_eq!(dense(&turns), [0..PART, 4 * PART..5 * PART]);
        let last = (1u64 << 32) - PART;
        let turns = [turns[0], turns[1], turns[2], turns[3], (last, 2 * PART)];
        let parts = [0, 4 * PART, last, last + PART].map(|at| at..at + PART);
        assert_eq!(dense(&turns), parts);
    }
}

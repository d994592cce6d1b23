//! What an isolate keeps alive, and how it finds out what it need not.
//!
//! Owns: the lists of an isolate's objects and the sweep. Called when objects
//! are made. Must not know: what the objects mean.
//!
//! # Essay: the sweep
//!
//! Instances refer to each other in cycles (through tables and globals), so
//! they are freed by marking, not counting. Roots are objects with handles;
//! and every word of the stack, from the current stack pointer to the bottom
//! of the outermost entry frame, that is an address in an instance context:
//! machine code keeps `vmctx` and function references in registers and frames
//! without telling where. Registers that a callee saves are on the stack too,
//! because the sweep spills its own first. Words that only look like addresses
//! keep an instance for longer, never free one early.
//!
//! Host references in frames are found exactly, by safepoints.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use updraft_abi::vmctx;

use crate::arch::x64::{ENTRY_PREV_ENTRY_SP, callee_saved};
use crate::extern_refs::ExternRefs;
use crate::frames;
use crate::instance::InstanceObj;
use crate::isolate::{Isolate, VmIsolate};
use crate::objects::{GlobalObj, HostFuncObj, MemoryObj, RootedObject, TableObj, VmFuncRef};

/// Instances made before the first sweep.
const MIN_INSTANCES: usize = 256;
/// Bytes of memories made before a sweep, beyond what survived the last.
const MIN_BYTES: usize = 64 << 20;

/// The objects of an isolate.
pub(crate) struct Heap {
    pub(crate) instances: Vec<Arc<InstanceObj>>,
    pub(crate) tables: Vec<Arc<TableObj>>,
    pub(crate) globals: Vec<Arc<GlobalObj>>,
    pub(crate) host_funcs: Vec<Arc<HostFuncObj>>,
    pub(crate) extern_refs: ExternRefs,
    /// Memories with guards, by the address of their reservation.
    reservations: BTreeMap<usize, Weak<MemoryObj>>,
    pub(crate) n_memories: usize,
    sweep_at: usize,
    made_bytes: usize,
    sweep_at_bytes: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self {
            instances: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            host_funcs: Vec::new(),
            extern_refs: ExternRefs::default(),
            reservations: BTreeMap::new(),
            n_memories: 0,
            sweep_at: MIN_INSTANCES,
            made_bytes: 0,
            sweep_at_bytes: MIN_BYTES,
        }
    }
}

impl Heap {
    /// Registers a memory, so that faults in it are known to be its own.
    pub(crate) fn add_memory(&mut self, memory: &Arc<MemoryObj>) {
        let linear = memory.linear();
        self.made_bytes += linear.bytes() as usize;
        self.n_memories += 1;
        if linear.is_guarded() {
            self.reservations.insert(linear.base() as usize, Arc::downgrade(memory));
        }
    }

    /// Whether an address lies in a memory with guards. Neither locks nor
    /// allocates.
    pub(crate) fn is_in_reservation(&self, address: usize) -> bool {
        let Some((_, memory)) = self.reservations.range(..=address).next_back() else {
            return false;
        };
        if memory.strong_count() == 0 {
            return false;
        }
        // SAFETY: a strong count above 0 means the object lives; the isolate
        // whose code just faulted is stopped, so no one drops it now.
        let memory = unsafe { &*memory.as_ptr() };
        memory.linear().contains(address)
    }

    fn n_objects(&self) -> usize {
        self.instances.len() + self.host_funcs.len() + self.tables.len() + self.globals.len()
    }
}

/// A set of addresses in instance and host contexts: who owns one.
struct Owners {
    /// Sorted by start: (start, end, position in `instances`).
    ranges: Vec<(usize, usize, usize)>,
    /// Records and contexts of host functions, with their positions.
    host: BTreeMap<usize, (usize, usize)>,
}

impl Owners {
    fn new(heap: &Heap) -> Self {
        let mut ranges: Vec<_> = heap
            .instances
            .iter()
            .enumerate()
            .map(|(i, instance)| {
                let start = instance.vmctx() as usize;
                (start, start + instance.vmctx_bytes(), i)
            })
            .collect();
        ranges.sort_unstable();
        let mut host = BTreeMap::new();
        for (i, func) in heap.host_funcs.iter().enumerate() {
            let record = std::ptr::from_ref(&func.record) as usize;
            host.insert(record, (record + size_of::<VmFuncRef>(), i));
            let ctx = std::ptr::from_ref(&*func.ctx) as usize;
            host.insert(ctx, (ctx + size_of_val(&*func.ctx), i));
        }
        Self { ranges, host }
    }

    fn instance(&self, address: usize) -> Option<usize> {
        let after = self.ranges.partition_point(|r| r.0 <= address);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (address < range.1).then_some(range.2)
    }

    fn host_func(&self, address: usize) -> Option<usize> {
        let (_, (end, i)) = self.host.range(..=address).next_back()?;
        (address < *end).then_some(*i)
    }
}

struct Marker<'a> {
    heap: &'a Heap,
    owners: Owners,
    instances: Vec<bool>,
    host_funcs: Vec<bool>,
    work: Vec<usize>,
    seen_tables: HashSet<*const TableObj>,
    seen_globals: HashSet<*const GlobalObj>,
}

impl Marker<'_> {
    fn address(&mut self, address: usize) {
        if let Some(i) = self.owners.instance(address) {
            self.instance(i);
        } else if let Some(i) = self.owners.host_func(address) {
            self.host_funcs[i] = true;
        }
    }

    fn instance(&mut self, i: usize) {
        if !std::mem::replace(&mut self.instances[i], true) {
            self.work.push(i);
        }
    }

    fn func(&mut self, record: usize) {
        if record <= vmctx::TABLE_ENTRY_NULL as usize {
            return;
        }
        // The record lies with its owner, or is a copy for an import: both
        // the place and the context it names stay.
        self.address(record);
        // SAFETY: function references in live objects point at records in
        // objects that are alive until the end of this sweep.
        let record = unsafe { &*(record as *const VmFuncRef) };
        self.address(record.vmctx as usize);
    }

    fn table(&mut self, table: &Arc<TableObj>) {
        if !table.holds_funcs() || !self.seen_tables.insert(Arc::as_ptr(table)) {
            return;
        }
        // SAFETY: the isolate is mutably borrowed during the sweep.
        if let Some(lazy) = unsafe { &*table.lazy.get() } {
            // SAFETY: the instance that fills a table lives as long as the
            // table is marked with it, as here.
            let vmctx = unsafe { (*lazy.instance).vmctx() };
            self.address(vmctx as usize);
        }
        for i in 0..table.size() {
            self.func(table.raw(i) as usize);
        }
    }

    fn global(&mut self, global: &Arc<GlobalObj>) {
        if global.ty().val != updraft_types::ValType::FUNCREF
            || !self.seen_globals.insert(Arc::as_ptr(global))
        {
            return;
        }
        // SAFETY: the isolate is mutably borrowed during the sweep.
        self.func(unsafe { (*global.value.get()).u64() } as usize);
    }

    fn finish(&mut self) {
        while let Some(i) = self.work.pop() {
            let instance = self.heap.instances[i].clone();
            instance.for_each_edge(&mut |edge| match edge {
                Edge::Address(a) => self.address(a),
                Edge::Func(record) => self.func(record),
                Edge::Table(table) => self.table(table),
                Edge::Global(global) => self.global(global),
            });
        }
    }
}

/// What an instance refers to.
pub(crate) enum Edge<'a> {
    /// An address in another instance's or host function's context.
    Address(usize),
    /// A function record.
    Func(usize),
    Table(&'a Arc<TableObj>),
    Global(&'a Arc<GlobalObj>),
}

impl Isolate {
    /// Frees instances that nothing reaches, if enough were made.
    pub(crate) fn maybe_sweep(&mut self) {
        if self.heap.n_objects() >= self.heap.sweep_at
            || self.heap.made_bytes >= self.heap.sweep_at_bytes
        {
            self.sweep_instances();
        }
    }

    /// Frees instances that nothing reaches: neither a handle, nor a table or
    /// global in use, nor a frame on the stack.
    pub fn sweep_instances(&mut self) {
        let heap = &self.heap;
        let mut marker = Marker {
            owners: Owners::new(heap),
            instances: vec![false; heap.instances.len()],
            host_funcs: vec![false; heap.host_funcs.len()],
            work: Vec::new(),
            seen_tables: HashSet::new(),
            seen_globals: HashSet::new(),
            heap,
        };
        for (i, instance) in heap.instances.iter().enumerate() {
            if instance.roots().load(Ordering::Relaxed) > 0 {
                marker.instance(i);
            }
        }
        for (i, func) in heap.host_funcs.iter().enumerate() {
            if func.roots().load(Ordering::Relaxed) > 0 {
                marker.host_funcs[i] = true;
            }
        }
        for table in heap.tables.iter().filter(|t| t.roots().load(Ordering::Relaxed) > 0) {
            marker.table(table);
        }
        for global in heap.globals.iter().filter(|g| g.roots().load(Ordering::Relaxed) > 0) {
            marker.global(global);
        }
        scan_stack(&self.vm, &mut |word| marker.address(word));
        marker.finish();
        let Marker { instances, host_funcs, .. } = marker;

        // Everything dead is taken out first and dropped last: destructors of
        // the host's values run with the heap whole.
        let mut keep = instances.into_iter();
        let (live, dead): (Vec<_>, Vec<_>) = std::mem::take(&mut self.heap.instances)
            .into_iter()
            .partition(|_| keep.next() == Some(true));
        self.heap.instances = live;
        self.feedback.retain_modules_of(self.heap.instances.iter().map(|i| &**i));
        drop(dead);
        let mut keep = host_funcs.into_iter();
        let (live, dead_funcs): (Vec<_>, Vec<_>) = std::mem::take(&mut self.heap.host_funcs)
            .into_iter()
            .partition(|_| keep.next() == Some(true));
        self.heap.host_funcs = live;
        self.heap.tables.retain(|t| Arc::strong_count(t) > 1);
        self.heap.globals.retain(|g| Arc::strong_count(g) > 1);
        self.heap.reservations.retain(|_, m| m.strong_count() > 0);
        self.heap.n_memories = self.heap.instances.iter().map(|i| i.n_memories()).sum();
        let bytes: usize = self.heap.instances.iter().map(|i| i.memory_bytes()).sum();
        self.heap.made_bytes = bytes;
        self.heap.sweep_at_bytes = bytes.saturating_mul(2).max(bytes + MIN_BYTES);
        self.heap.sweep_at = (self.heap.n_objects() * 2).max(MIN_INSTANCES);
        drop(dead_funcs);
    }

    /// Frees host references that nothing holds.
    pub(crate) fn collect_extern_refs(&mut self) {
        let n = self.heap.extern_refs.n_slots() + 1;
        let mut marked = vec![false; n];
        let mut mark = |index: u32| {
            if let Some(m) = marked.get_mut(index as usize) {
                *m = true;
            }
        };
        for table in self.heap.tables.iter().filter(|t| !t.holds_funcs()) {
            for i in 0..table.size() {
                mark(table.raw(i) as u32);
            }
        }
        for global in &self.heap.globals {
            if global.ty().val.is_traced_ref() {
                // SAFETY: the isolate is mutably borrowed.
                mark(unsafe { (*global.value.get()).u32() });
            }
        }
        for instance in &self.heap.instances {
            instance.for_each_extern_ref(&mut mark);
        }
        if !self.vm.is_outside() {
            frames::walk(&self.vm, None, &mut |frame| {
                if let Some(safepoint) = frame.info.safepoint(frame.code_offset) {
                    let sp = frame.fp - frame.info.sp_to_fp_bytes as usize;
                    for (slot, _) in safepoint.slots.iter() {
                        // SAFETY: the frame is live and the compiler says that
                        // a reference lies in this slot of it at this call.
                        mark(unsafe { *((sp + *slot as usize) as *const u32) });
                    }
                }
                true
            });
        }
        let dead = self.heap.extern_refs.sweep(&|i| marked[i as usize]);
        drop(dead);
    }
}

/// Visits every word of the stack that a wasm activation may use.
fn scan_stack(vm: &VmIsolate, visit: &mut dyn FnMut(usize)) {
    if vm.is_outside() {
        return;
    }
    // Callee-saved registers may hold what a caller of ours keeps.
    let saved = callee_saved();
    for word in saved {
        visit(word as usize);
    }
    let here = std::ptr::from_ref(&saved) as usize & !7;
    // The bottom of the outermost entry frame.
    let mut entry_sp = vm.entry_sp();
    let mut end = entry_sp;
    while entry_sp != 0 {
        end = entry_sp;
        // SAFETY: `entry_sp` is the bottom of a live entry frame.
        entry_sp = unsafe { *((entry_sp + ENTRY_PREV_ENTRY_SP) as *const u64) };
    }
    let mut at = here;
    while at < end as usize {
        // SAFETY: `at` lies in this thread's stack between here and a frame
        // that is live, aligned to 8.
        visit(unsafe { std::ptr::read_volatile(at as *const usize) });
        at += 8;
    }
}

//! Bodies of the builtins: what the stubs of `arch` call.
//!
//! Each gets `vmctx` and the arguments of its row in `abi`'s list, runs with
//! the isolate at its disposal, and never unwinds: it returns a result, or
//! says why wasm must be left. Those of baseline code are in `baseline`.

pub(crate) mod baseline;

use std::panic::{AssertUnwindSafe, catch_unwind};

use updraft_abi::{ModuleNumber, vmctx};
use updraft_types::{
    DataIndex, DeclaredFuncIndex, ElemIndex, FuncIndex, TrapCode, limits::PAGE_BYTES,
};

use crate::arch::x64::BuiltinResult;
use crate::code_space::{self, CodeKind};
use crate::frames;
use crate::instance::InstanceObj;
use crate::isolate::{GUARD_MISS_PERIOD, Growth, GuardMiss, Isolate, VmIsolate, request};
use crate::objects::{MemoryObj, TableObj};
use crate::profile::Profile;
use crate::trap::{CallError, Pending};

/// Bulk operations on memories look whether they should stop after so many
/// bytes.
const BULK_STEP: usize = 1 << 20;
/// Those on tables after so many elements.
const TABLE_STEP: usize = 64 << 10;

/// Runs a builtin's body with the instance and the isolate.
///
/// # Safety
///
/// `vmctx` is the instance context of machine code that called a builtin and
/// waits for it.
unsafe fn run(
    vmctx: *mut u8,
    body: impl FnOnce(&InstanceObj, &mut Isolate) -> Result<u64, CallError>,
) -> BuiltinResult {
    // SAFETY: the caller's promise: the context and its isolate are alive.
    let (instance, vm) = unsafe {
        let vm = *vmctx.add(vmctx::ISOLATE as usize).cast::<*const VmIsolate>();
        (InstanceObj::from_vmctx(vmctx), &*vm)
    };
    // SAFETY: machine code waits, and it was entered with the store mutably
    // borrowed, whose first field is the isolate.
    let isolate = unsafe { &mut *vm.host_context.get().cast::<Isolate>() };
    let reborrowed = &mut *isolate;
    match catch_unwind(AssertUnwindSafe(|| body(instance, reborrowed))) {
        Ok(Ok(value)) => BuiltinResult { value, unwind: 0 },
        Ok(Err(error)) => {
            record(isolate, error);
            BuiltinResult { value: 0, unwind: 1 }
        }
        Err(panic) => {
            isolate.pending = Some(Pending::Panic(panic));
            BuiltinResult { value: 0, unwind: 1 }
        }
    }
}

#[cold]
fn record(isolate: &mut Isolate, error: CallError) {
    match error {
        CallError::Trap(trap) => isolate.raise(trap.code, trap.detail),
        CallError::Host(error, _) => {
            let backtrace = frames::backtrace(&isolate.vm, None);
            isolate.pending = Some(Pending::Host(error, backtrace));
        }
        CallError::Limit(message) => isolate.raise(TrapCode::LimitExceeded, Some(message)),
        CallError::Setup(message) => isolate.raise(TrapCode::OutOfMemory, Some(message)),
    }
}

/// Looks between the steps of a bulk operation whether to stop.
fn stop_if_asked(isolate: &Isolate) -> Result<(), CallError> {
    if isolate.vm.requests() & (request::TERMINATE | request::DEADLINE) != 0
        && let Some(code) = isolate.pending_stop()
    {
        return Err(code.into());
    }
    Ok(())
}

/// Does something with indices one after the other, in steps: what was done
/// before a stop stays.
pub(crate) fn in_steps(
    isolate: &Isolate,
    indices: impl Iterator<Item = u64>,
    mut each: impl FnMut(u64) -> Result<(), CallError>,
) -> Result<(), CallError> {
    for (n, i) in indices.enumerate() {
        if n % TABLE_STEP == TABLE_STEP - 1 {
            stop_if_asked(isolate)?;
        }
        each(i)?;
    }
    Ok(())
}

fn in_bounds(memory: &MemoryObj, start: u64, len: u64) -> Result<(), CallError> {
    match start.checked_add(len) {
        Some(end) if end <= memory.linear().bytes() => Ok(()),
        _ => Err(TrapCode::MemoryOutOfBounds.into()),
    }
}

fn in_table(size: u64, start: u64, len: u64) -> Result<(), CallError> {
    match start.checked_add(len) {
        Some(end) if end <= size => Ok(()),
        _ => Err(TrapCode::TableOutOfBounds.into()),
    }
}

impl Isolate {
    /// Grows a memory by pages, asking the embedder's limiter; the old size,
    /// or nothing if it does not grow.
    pub(crate) fn grow_memory(
        &mut self,
        memory: &MemoryObj,
        delta: u64,
    ) -> Result<Option<u64>, CallError> {
        let old = memory.linear().pages();
        let max = memory
            .ty()
            .max_pages
            .unwrap_or(u64::MAX)
            .min(updraft_types::limits::MAX_MEMORY32_PAGES);
        let Some(new) = old.checked_add(delta).filter(|n| *n <= max) else { return Ok(None) };
        let bytes = |pages: u64| (pages * PAGE_BYTES) as usize;
        let growth = Growth::Memory {
            current: bytes(old),
            desired: bytes(new),
            maximum: memory.ty().max_pages.map(|m| bytes(m.min(max))),
        };
        match self.may_grow(growth) {
            Ok(true) => {
                let grown = memory.linear_mut().grow(delta, max);
                if grown.is_none() {
                    let what = format!("no memory for {new} pages");
                    self.may_grow(Growth::MemoryFailed(what))
                        .map_err(|e| CallError::Host(e, Default::default()))?;
                }
                Ok(grown)
            }
            Ok(false) => Ok(None),
            Err(error) => Err(CallError::Host(error, Default::default())),
        }
    }

    /// Grows a table; the old size, or nothing if it does not grow. It does not
    /// if it is stopped.
    pub(crate) fn grow_table(
        &mut self,
        table: &TableObj,
        delta: u64,
        raw: u64,
    ) -> Result<Option<u64>, CallError> {
        let old = table.size();
        let Some(new) = old.checked_add(delta).filter(|n| *n <= table.max_size()) else {
            return Ok(None);
        };
        let growth = Growth::Table {
            current: old as usize,
            desired: new as usize,
            maximum: table.ty().max.map(|m| usize::try_from(m).unwrap_or(usize::MAX)),
        };
        match self.may_grow(growth) {
            Ok(true) => {
                let grown = table.reserve(new);
                if grown {
                    in_steps(self, old..new, |i| {
                        table.set_reserved(i, raw);
                        Ok(())
                    })?;
                    table.set_size(new);
                } else {
                    let what = format!("no memory for {new} elements");
                    self.may_grow(Growth::TableFailed(what))
                        .map_err(|e| CallError::Host(e, Default::default()))?;
                }
                Ok(grown.then_some(old))
            }
            Ok(false) => Ok(None),
            Err(error) => Err(CallError::Host(error, Default::default())),
        }
    }
}

macro_rules! bodies {
    ($(fn $name:ident($instance:ident, $isolate:ident $(, $arg:ident: $ty:ty)*) $body:block)*) => {$(
        pub(crate) unsafe extern "C" fn $name(vmctx: *mut u8 $(, $arg: $ty)*) -> BuiltinResult {
            // SAFETY: only the builtin's stub calls this, for machine code.
            unsafe {
                run(vmctx, |$instance, $isolate| {
                    let _ = (&$instance, &$isolate);
                    $body
                })
            }
        }
    )*};
}

bodies! {
    fn memory_grow(instance, isolate, memory: u32, delta: u64) {
        let memory = instance.memory_obj(memory).clone();
        Ok(isolate.grow_memory(&memory, delta)?.map_or(u64::MAX, |old| old))
    }

    fn memory_copy(
        instance, isolate, dst_memory: u32, src_memory: u32, dst: u64, src: u64, len: u64
    ) {
        let to = instance.memory_obj(dst_memory);
        let from = instance.memory_obj(src_memory);
        in_bounds(from, src, len)?;
        in_bounds(to, dst, len)?;
        let (mut dst, mut src, mut left) = (
            to.linear().base().wrapping_add(dst as usize),
            from.linear().base().cast_const().wrapping_add(src as usize),
            len as usize,
        );
        // Overlapping bytes are copied from the end that is overwritten last.
        let backwards = (dst as usize) > (src as usize);
        if backwards {
            dst = dst.wrapping_add(left);
            src = src.wrapping_add(left);
        }
        while left > 0 {
            let step = left.min(BULK_STEP);
            if backwards {
                dst = dst.wrapping_sub(step);
                src = src.wrapping_sub(step);
            }
            // SAFETY: both ranges were checked, and nothing grows meanwhile.
            std::ptr::copy(src, dst, step);
            if !backwards {
                dst = dst.wrapping_add(step);
                src = src.wrapping_add(step);
            }
            left -= step;
            if left > 0 {
                stop_if_asked(isolate)?;
            }
        }
        Ok(0)
    }

    fn memory_fill(instance, isolate, memory: u32, dst: u64, val: u32, len: u64) {
        let memory = instance.memory_obj(memory);
        in_bounds(memory, dst, len)?;
        let (mut at, mut left) = (memory.linear().base().wrapping_add(dst as usize), len as usize);
        while left > 0 {
            let step = left.min(BULK_STEP);
            // SAFETY: the range was checked, and nothing grows meanwhile.
            std::ptr::write_bytes(at, val as u8, step);
            at = at.wrapping_add(step);
            left -= step;
            if left > 0 {
                stop_if_asked(isolate)?;
            }
        }
        Ok(0)
    }

    fn memory_init(instance, isolate, memory: u32, data: u32, dst: u64, src: u32, len: u32) {
        let memory = instance.memory_obj(memory);
        instance.init_memory(memory, DataIndex::new(data), dst, src.into(), len.into())?;
        Ok(0)
    }

    fn data_drop(instance, isolate, data: u32) {
        instance.drop_data(data);
        Ok(0)
    }

    fn table_grow(instance, isolate, table: u32, delta: u64, init: u64) {
        let table = instance.table_obj(table).clone();
        let raw = table.raw_of_ref(init);
        Ok(isolate.grow_table(&table, delta, raw)?.unwrap_or(u64::MAX))
    }

    fn table_fill(instance, isolate, table: u32, dst: u64, val: u64, len: u64) {
        let table = instance.table_obj(table);
        in_table(table.size(), dst, len)?;
        let raw = table.raw_of_ref(val);
        in_steps(isolate, dst..dst + len, |i| {
            table.set_raw(i, raw);
            Ok(())
        })?;
        Ok(0)
    }

    fn table_copy(
        instance, isolate, dst_table: u32, src_table: u32, dst: u64, src: u64, len: u64
    ) {
        let to = instance.table_obj(dst_table);
        let from = instance.table_obj(src_table);
        in_table(from.size(), src, len)?;
        in_table(to.size(), dst, len)?;
        let copy = |i: u64| -> Result<(), CallError> {
            let reference = if from.holds_funcs() {
                InstanceObj::fill_lazy(from, src + i).map_err(CallError::Setup)?
            } else {
                from.raw(src + i)
            };
            to.set_raw(dst + i, to.raw_of_ref(reference));
            Ok(())
        };
        if dst > src {
            in_steps(isolate, (0..len).rev(), copy)?;
        } else {
            in_steps(isolate, 0..len, copy)?;
        }
        Ok(0)
    }

    fn table_init(instance, isolate, table: u32, elem: u32, dst: u64, src: u32, len: u32) {
        let table = instance.table_obj(table);
        let (src, len) = (src.into(), len.into());
        instance.init_table(isolate, table, ElemIndex::new(elem), dst, src, len)?;
        Ok(0)
    }

    fn elem_drop(instance, isolate, elem: u32) {
        instance.drop_elem(elem);
        Ok(0)
    }

    fn table_get_lazy(instance, isolate, table: u32, index: u64) {
        let table = instance.table_obj(table);
        if index >= table.size() {
            return Err(TrapCode::TableOutOfBounds.into());
        }
        InstanceObj::fill_lazy(table, index).map_err(CallError::Setup)
    }

    fn ref_func(instance, isolate, func: u32) {
        Ok(instance.func_record(FuncIndex::new(func)).map_err(CallError::Setup)? as u64)
    }
}

/// What the stubs of guarded calls call now and then: tells the engine which
/// call of which code it was.
pub(crate) unsafe extern "C" fn guard_missed_body(
    vmctx: *mut u8,
    return_pc: usize,
) -> BuiltinResult {
    // SAFETY: only the stubs call this, for optimized code that waits.
    unsafe {
        run(vmctx, |instance, isolate| {
            isolate.vm.guard_misses.set(GUARD_MISS_PERIOD);
            let Some(code) = code_space::lookup(return_pc - 1) else { return Ok(0) };
            // A frame of it is on the stack.
            let info = code.info();
            let desc = instance.module().desc();
            let (CodeKind::Func(func) | CodeKind::Loop(func)) = info.kind else { return Ok(0) };
            // Guards stand in bodies of the code's own module alone.
            let site = info.positions.at(code.offset_of(return_pc) - 1);
            let site = site.filter(|site| site.module == ModuleNumber::OWN);
            let func = desc.declared_func(func);
            let site_func = site.and_then(|site| desc.declared_func(site.func));
            if let (Some(func), Some(site), Some(site_func)) = (func, site, site_func) {
                let (bounds, code_start) = (instance.bounds(), code.start());
                let site_offset = site.module_offset;
                let record = isolate.vm.kept_record.get();
                let target = instance.own_func_of_record(record as usize);
                let miss = GuardMiss { func, bounds, code_start, site_func, site_offset, target };
                let upcalls = isolate.upcalls.clone();
                let profile = Profile::new(&isolate.feedback, instance);
                upcalls.guard_missed(instance.native(), miss, &profile);
            }
            Ok(0)
        })
    }
}

/// What the `interrupt` stub calls: 0 to go on, 1 to leave wasm.
pub(crate) unsafe extern "C" fn interrupt_body(vm: *const VmIsolate, sp: u64) -> u32 {
    // SAFETY: the stub passes the isolate of machine code that waits, see
    // `run`.
    let (vm, isolate) = unsafe { (&*vm, &mut *(*vm).host_context.get().cast::<Isolate>()) };
    if sp < vm.real_limit.get() {
        isolate.raise(TrapCode::StackOverflow, None);
        return 1;
    }
    let upcalls = isolate.upcalls.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| upcalls.interrupt(vm, vm.requests())));
    vm.settle();
    match outcome {
        Ok(Ok(())) => 0,
        Ok(Err(code)) => {
            isolate.raise(code, None);
            1
        }
        Err(panic) => {
            isolate.pending = Some(Pending::Panic(panic));
            1
        }
    }
}

/// What the lazy stub calls, on the service stack: 0 if the function has code
/// now, 1 to leave wasm.
pub(crate) unsafe extern "C" fn lazy_compile_body(vmctx: *mut u8, func: u32) -> u32 {
    // SAFETY: the stub passes the context that the function was called with.
    let result = unsafe {
        run(vmctx, |instance, isolate| {
            let upcalls = isolate.upcalls.clone();
            let func = DeclaredFuncIndex::new(func);
            match upcalls.lazy_compile(instance.native(), func, instance.bounds()) {
                Ok(()) => Ok(0),
                Err(message) => {
                    isolate.raise(TrapCode::CompileFailed, Some(message));
                    Ok(1)
                }
            }
        })
    };
    u32::from(result.unwind != 0 || result.value != 0)
}

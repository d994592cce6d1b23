//! Calls from the host into wasm.
//!
//! Owns: entering and leaving. Everything that ends a call early (a trap, an
//! error or panic of a host function) has been recorded in the isolate when
//! the entry thunk returns, and becomes a value, or the panic goes on, here.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use updraft_types::FuncType;

use crate::func::FuncHandle;
use crate::isolate::{Isolate, StoreInner, VmIsolate, request};
use crate::slot::Slot;
use crate::stack;
use crate::trap::{self, CallError, Pending, signal};
use crate::value::{MAX_TYPED, RawVal, WasmParams, WasmResults};

type EntryThunk = unsafe extern "C" fn(
    vmctx: *mut u8,
    entry: usize,
    slots: *mut Slot,
    vm: *const VmIsolate,
) -> u64;

/// How far the stack pointer may be from where the wasm stack limit was last
/// computed for it to be kept: calls from about the same place skip the fence.
const LIMIT_SLACK: u64 = 64 << 10;

/// A function with its entry thunk, for repeated calls with values of types
/// that the host's compiler knows.
#[derive(Clone, Debug)]
pub struct TypedFuncHandle {
    func: FuncHandle,
    thunk: usize,
}

impl TypedFuncHandle {
    /// Makes one. Requires: the caller checked the types; `call_typed`
    /// checks them again in debug builds.
    pub fn new<P: WasmParams, R: WasmResults>(func: &FuncHandle) -> Result<Self, CallError> {
        let want = FuncType::new(P::val_types(), R::val_types());
        let have = func.signature().ty();
        if *have != want {
            return Err(CallError::Setup(format!(
                "type mismatch: the function is of type {have}, expected {want}"
            )));
        }
        let thunk = func.signature().entry_thunk().map_err(CallError::Setup)?;
        Ok(Self { func: func.clone(), thunk })
    }

    /// The function.
    pub fn func(&self) -> &FuncHandle {
        &self.func
    }
}

/// Proof that a [`TypedFuncHandle`] was made for these types.
#[derive(Debug)]
pub struct Typed<P, R> {
    handle: TypedFuncHandle,
    marker: std::marker::PhantomData<fn(P) -> R>,
}

impl<P, R> Clone for Typed<P, R> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), marker: std::marker::PhantomData }
    }
}

impl<P: WasmParams, R: WasmResults> Typed<P, R> {
    /// Checks the types.
    pub fn new(func: &FuncHandle) -> Result<Self, CallError> {
        Ok(Self { handle: TypedFuncHandle::new::<P, R>(func)?, marker: std::marker::PhantomData })
    }

    /// The function.
    pub fn func(&self) -> &FuncHandle {
        &self.handle.func
    }

    /// Calls the function.
    #[inline]
    pub fn call<T>(&self, store: &mut StoreInner<T>, params: P) -> Result<R, CallError> {
        let func = &self.handle.func;
        if func.isolate_id() != store.isolate().id() {
            return Err(wrong_store());
        }
        const { assert!(P::N <= MAX_TYPED && R::N <= MAX_TYPED) };
        let mut slots = [const { MaybeUninit::<Slot>::uninit() }; MAX_TYPED];
        let slots = slots.as_mut_ptr().cast::<Slot>();
        // SAFETY: there is room for any list of types.
        unsafe { params.into_slots(slots, store.isolate_mut()) }
            .map_err(|e| CallError::Setup(e.to_string()))?;
        // SAFETY: the thunk is that of the function's type, the slots hold its
        // parameters and have room for its results.
        unsafe { enter(store, func, self.handle.thunk, slots)? };
        // SAFETY: the call returned, so the thunk wrote the results.
        Ok(unsafe { R::from_slots(slots, store.isolate_mut()) })
    }
}

/// Calls a function with values one by one.
pub fn call_untyped<T>(
    store: &mut StoreInner<T>,
    func: &FuncHandle,
    args: &[RawVal],
) -> Result<Vec<RawVal>, CallError> {
    if func.isolate_id() != store.isolate().id() {
        return Err(wrong_store());
    }
    let signature = func.signature().clone();
    let ty = signature.ty();
    if args.len() != ty.params().len() {
        return Err(CallError::Setup(format!(
            "expected {} arguments, got {}",
            ty.params().len(),
            args.len()
        )));
    }
    let mut slots = vec![Slot::default(); ty.params().len().max(ty.results().len())];
    for ((slot, arg), param) in slots.iter_mut().zip(args).zip(ty.params()) {
        *slot = arg
            .clone()
            .into_slot(*param, store.isolate())
            .map_err(|e| CallError::Setup(e.to_string()))?;
    }
    let thunk = signature.entry_thunk().map_err(CallError::Setup)?;
    // SAFETY: as in `Typed::call`.
    unsafe { enter(store, func, thunk, slots.as_mut_ptr())? };
    let isolate = store.isolate();
    Ok(slots.iter().zip(ty.results()).map(|(s, t)| RawVal::from_slot(*s, *t, isolate)).collect())
}

fn wrong_store() -> CallError {
    CallError::Setup("function used with another store than its own".into())
}

/// Enters wasm.
///
/// # Safety
///
/// `thunk` is the entry thunk of the function's type, `slots` holds its
/// parameters and has room for its results; the function is of this store.
#[inline]
unsafe fn enter<T>(
    store: &mut StoreInner<T>,
    func: &FuncHandle,
    thunk: usize,
    slots: *mut Slot,
) -> Result<(), CallError> {
    let vm: *const VmIsolate = Arc::as_ptr(store.isolate().vm());
    let context = store.as_context();
    // SAFETY: the store, and so its isolate, lives during the call.
    let vm_ref = unsafe { &*vm };
    if vm_ref.is_outside() {
        prepare(store.isolate())?;
    }
    // Short functions that call nothing do not look themselves.
    if vm_ref.requests() & request::STOPS != 0
        && let Some(code) = store.isolate().pending_stop()
    {
        return Err(code.into());
    }
    let old_context = vm_ref.host_context.replace(context);
    let old_current = signal::set_current(vm.cast_mut().cast());
    let record = func.raw_record();
    // SAFETY: thunks are functions of this type; the caller's promise. From
    // here on until it returns, the store is reached through `HOST_CONTEXT`.
    let status = unsafe {
        let thunk: EntryThunk = std::mem::transmute(thunk);
        thunk(record.vmctx, record.entry, slots, vm)
    };
    signal::set_current(old_current);
    vm_ref.host_context.set(old_context);
    if status == 0 {
        return Ok(());
    }
    Err(left_early(store.isolate_mut()))
}

#[cold]
fn left_early(isolate: &mut Isolate) -> CallError {
    match isolate.pending.take() {
        Some(Pending::Trap(trap)) => CallError::Trap(trap),
        Some(Pending::Host(error, backtrace)) => CallError::Host(error, backtrace),
        Some(Pending::Panic(panic)) => resume_unwind(panic),
        None => CallError::Setup("wasm was left for no reason".into()),
    }
}

/// Makes the thread and the limit word ready for wasm, coming from outside.
#[inline]
fn prepare(isolate: &Isolate) -> Result<(), CallError> {
    let marker = 0u8;
    let sp = std::ptr::from_ref(&marker) as u64;
    let vm = &isolate.vm;
    let limit = vm.real_limit.get();
    let max = isolate.config.max_wasm_stack as u64;
    // The limit of a call from about here, on a thread that was made ready:
    // the service stack is the thread's own.
    let distance = sp.wrapping_sub(limit);
    if vm.prepared_for.get() == thread_token() && distance <= max && max - distance <= LIMIT_SLACK {
        return Ok(());
    }
    prepare_slow(isolate, sp as usize)
}

/// A number that no other thread of the process has or had: the service stack
/// of a thread that ended must not be taken for that of a later one.
#[inline]
fn thread_token() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local!(static TOKEN: Cell<u64> = const { Cell::new(0) });
    let token = TOKEN.get();
    if token != 0 {
        return token;
    }
    let token = NEXT.fetch_add(1, Ordering::Relaxed);
    TOKEN.set(token);
    token
}

#[cold]
fn prepare_slow(isolate: &Isolate, sp: usize) -> Result<(), CallError> {
    let setup = |e: crate::sys::OsError| CallError::Setup(format!("cannot run wasm here: {e}"));
    if crate::sys::in_forked_child() {
        return Err(CallError::Setup("the engine was made before this process forked".into()));
    }
    trap::install().map_err(setup)?;
    stack::ensure_signal_stack().map_err(setup)?;
    let service = stack::service_stack().map_err(setup)?;
    let limit = stack::wasm_limit(sp, isolate.config.max_wasm_stack).map_err(setup)?;
    let vm = &isolate.vm;
    vm.service_sp.set(service.high as u64);
    vm.real_limit.set(limit as u64);
    vm.prepared_for.set(thread_token());
    vm.settle();
    Ok(())
}

//! Host functions: closures that wasm calls.
//!
//! Owns: [`HostClosure`], a closure with its type, of no isolate; and
//! [`HostCtx`], what a host thunk finds behind `vmctx`. Errors and panics of a
//! closure end the wasm that called it, as values.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use updraft_abi::vmctx;

use crate::arch::x64_thunks::HOST_SHIM;
use crate::frames;
use crate::instance::InstanceObj;
use crate::isolate::{StoreInner, VmIsolate};
use crate::objects::{HostFuncObj, Rooted};
use crate::signature::{Signature, SignatureInner};
use crate::slot::Slot;
use crate::trap::{HostError, Pending};
use crate::value::{RawVal, WasmParams, WasmResults};

type Shim = unsafe extern "C" fn(*const HostCtx, *mut Slot) -> u32;

/// A closure that wasm can call, in any store with data of the right type.
pub struct HostClosure {
    signature: Signature,
    shim: Shim,
    closure: Box<dyn Any + Send + Sync>,
    /// Address of the closure inside its box.
    data: *const (),
    /// The data type of stores it may be used in.
    store_type: TypeId,
}

// SAFETY: `data` points into `closure`, which is `Send + Sync`.
unsafe impl Send for HostClosure {}
// SAFETY: as above.
unsafe impl Sync for HostClosure {}

/// What `vmctx` is for a host function: laid out like the start of an instance
/// context as far as both are looked at without knowing which it is.
#[repr(C)]
pub struct HostCtx {
    isolate: *const VmIsolate,
    shim: Shim,
    data: *const (),
    owner: *const HostFuncObj,
    /// The instance that imports the function; null for one that is a value
    /// of its own.
    instance: *const InstanceObj,
    /// Address of the thunk: what the slot in the function's record leads to.
    code: usize,
    closure: Arc<HostClosure>,
    /// 1; 0 in an instance context.
    kind: u64,
}

const _: () = {
    assert!(std::mem::offset_of!(HostCtx, isolate) == vmctx::ISOLATE as usize);
    assert!(std::mem::offset_of!(HostCtx, shim) == HOST_SHIM as usize);
    assert!(std::mem::offset_of!(HostCtx, instance) == vmctx::INSTANCE as usize);
    assert!(std::mem::offset_of!(HostCtx, kind) == HostCtx::KIND);
    assert!(HostCtx::KIND + 8 <= vmctx::HEADER_BYTES as usize);
};

impl HostCtx {
    /// Where a context says what it is: not 0 for a host function.
    pub(crate) const KIND: usize = vmctx::KIND as usize;

    pub(crate) fn new(
        isolate: *const VmIsolate,
        closure: Arc<HostClosure>,
        code: usize,
        instance: *const InstanceObj,
        owner: *const HostFuncObj,
    ) -> Self {
        let (shim, data) = (closure.shim, closure.data);
        Self { isolate, shim, data, owner, instance, kind: 1, code, closure }
    }

    /// The instance or the host function that this belongs to.
    pub(crate) fn owner(&self) -> Result<*const InstanceObj, *const HostFuncObj> {
        if self.instance.is_null() { Err(self.owner) } else { Ok(self.instance) }
    }

    /// The word that holds the thunk's address.
    pub(crate) fn code_slot(&self) -> *const usize {
        &self.code
    }

    pub(crate) fn closure(&self) -> &Arc<HostClosure> {
        &self.closure
    }
}

/// The store and the instance that called a host function.
pub struct HostCaller<'a, T> {
    store: &'a mut StoreInner<T>,
    ctx: *const HostCtx,
}

impl<T> HostCaller<'_, T> {
    /// The same, borrowed for less.
    pub fn reborrow(&mut self) -> HostCaller<'_, T> {
        HostCaller { store: self.store, ctx: self.ctx }
    }
    /// The store.
    pub fn store(&mut self) -> &mut StoreInner<T> {
        self.store
    }
    /// The store.
    pub fn store_ref(&self) -> &StoreInner<T> {
        self.store
    }
    /// The instance that imports the host function; nothing if it was called
    /// through a reference that the host made.
    pub fn instance(&self) -> Option<Rooted<InstanceObj>> {
        // SAFETY: the context is alive during the call it was called with.
        let instance = unsafe { (*self.ctx).instance };
        if instance.is_null() {
            return None;
        }
        // SAFETY: the context belongs to this instance, an `Arc`'s contents.
        unsafe {
            Arc::increment_strong_count(instance);
            Some(Rooted::new(Arc::from_raw(instance)))
        }
    }
}

/// Arguments and results of a host function whose type is not known to the
/// compiler of the host.
pub struct HostFrame<'a> {
    signature: &'a SignatureInner,
    slots: *mut Slot,
}

impl HostFrame<'_> {
    /// The type of the function.
    pub fn signature(&self) -> &SignatureInner {
        self.signature
    }
    /// The arguments, in order. To be taken before results are set.
    pub fn args<'b, T>(
        &'b self,
        caller: &'b HostCaller<'_, T>,
    ) -> impl ExactSizeIterator<Item = RawVal> + 'b {
        let params = self.signature.ty().params();
        params.iter().enumerate().map(|(i, ty)| {
            // SAFETY: the thunk filled a slot per parameter.
            let slot = unsafe { *self.slots.add(i) };
            RawVal::from_slot(slot, *ty, caller.store.isolate())
        })
    }
    /// Sets a result, which must be of its type.
    pub fn set_result<T>(
        &mut self,
        i: usize,
        value: RawVal,
        caller: &mut HostCaller<'_, T>,
    ) -> Result<(), HostError> {
        let ty = *self.signature.ty().results().get(i).ok_or("no such result")?;
        let slot = value.into_slot(ty, caller.store.isolate_mut())?;
        // SAFETY: the thunk made room for a slot per result.
        unsafe { *self.slots.add(i) = slot };
        Ok(())
    }
}

impl HostClosure {
    /// Wraps a closure whose types the host's compiler knows.
    pub fn typed<T, P, R, F>(closure: F) -> Arc<Self>
    where
        T: 'static,
        P: WasmParams,
        R: WasmResults,
        F: Fn(HostCaller<'_, T>, P) -> Result<R, HostError> + Send + Sync + 'static,
    {
        let signature =
            SignatureInner::register(&updraft_types::FuncType::new(P::val_types(), R::val_types()));
        Self::new::<T, F>(signature, shim_typed::<T, P, R, F>, closure)
    }

    /// Wraps a closure that looks at values one by one.
    pub fn untyped<T, F>(ty: &updraft_types::FuncType, closure: F) -> Arc<Self>
    where
        T: 'static,
        F: Fn(HostCaller<'_, T>, HostFrame<'_>) -> Result<(), HostError> + Send + Sync + 'static,
    {
        let signature = SignatureInner::register(ty);
        Self::new::<T, F>(signature, shim_untyped::<T, F>, closure)
    }

    fn new<T: 'static, F: Send + Sync + 'static>(
        signature: Signature,
        shim: Shim,
        closure: F,
    ) -> Arc<Self> {
        let closure = Box::new(closure);
        let data = std::ptr::from_ref::<F>(&closure).cast();
        Arc::new(Self { signature, shim, closure, data, store_type: TypeId::of::<T>() })
    }

    /// The canonical type.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Whether it may be used in a store with data of type `T`.
    pub fn fits_store<T: 'static>(&self) -> bool {
        self.store_type == TypeId::of::<T>()
    }
}

impl std::fmt::Debug for HostClosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _ = &self.closure;
        write!(f, "HostClosure{}", self.signature.ty())
    }
}

/// Runs a closure and records how it failed, if it did.
///
/// # Safety
///
/// `ctx` is a live context of an isolate that runs, headed by a
/// `StoreInner<T>`.
unsafe fn run<T>(
    ctx: *const HostCtx,
    call: impl FnOnce(HostCaller<'_, T>) -> Result<(), HostError>,
) -> u32 {
    // SAFETY: while wasm runs, `HOST_CONTEXT` is the store, mutably borrowed
    // by whoever entered wasm, and nothing else uses it until we return.
    let store = unsafe { &mut *(*(*ctx).isolate).host_context.get().cast::<StoreInner<T>>() };
    let reborrowed = &mut *store;
    let outcome = catch_unwind(AssertUnwindSafe(|| call(HostCaller { store: reborrowed, ctx })));
    let pending = match outcome {
        Ok(Ok(())) => return 0,
        Ok(Err(error)) => {
            let backtrace = frames::backtrace(store.isolate().vm(), None);
            Pending::Host(error, backtrace)
        }
        Err(panic) => Pending::Panic(panic),
    };
    store.isolate_mut().pending = Some(pending);
    1
}

unsafe extern "C" fn shim_typed<T, P, R, F>(ctx: *const HostCtx, slots: *mut Slot) -> u32
where
    T: 'static,
    P: WasmParams,
    R: WasmResults,
    F: Fn(HostCaller<'_, T>, P) -> Result<R, HostError>,
{
    // SAFETY: called by a host thunk with its context, whose closure is an
    // `F` made together with this shim, for stores of `T` (checked when it was
    // linked).
    unsafe {
        let closure = &*(*ctx).data.cast::<F>();
        run::<T>(ctx, |caller| {
            let HostCaller { store, ctx } = caller;
            let params = P::from_slots(slots, store.isolate_mut());
            let results = closure(HostCaller { store: &mut *store, ctx }, params)?;
            results.into_slots(slots, store.isolate_mut())
        })
    }
}

unsafe extern "C" fn shim_untyped<T, F>(ctx: *const HostCtx, slots: *mut Slot) -> u32
where
    T: 'static,
    F: Fn(HostCaller<'_, T>, HostFrame<'_>) -> Result<(), HostError>,
{
    // SAFETY: as in `shim_typed`.
    unsafe {
        let closure = &*(*ctx).data.cast::<F>();
        let context = &*ctx;
        let signature = &context.closure.signature;
        run::<T>(ctx, |caller| closure(caller, HostFrame { signature, slots }))
    }
}

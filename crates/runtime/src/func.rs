//! Handles of functions, whoever made them.

use std::sync::Arc;

use updraft_abi::vmctx;
use updraft_types::FuncIndex;

use crate::entries;
use crate::host::{HostClosure, HostCtx};
use crate::instance::InstanceObj;
use crate::isolate::{Isolate, IsolateId};
use crate::objects::{HostFuncObj, Rooted, VmFuncRef};
use crate::signature::{Signature, SignatureInner};
use crate::trap::CallError;

#[derive(Clone, Debug)]
enum Owner {
    Instance(Rooted<InstanceObj>),
    Host(Rooted<HostFuncObj>),
}

/// A function of an isolate, rooted while it is held.
#[derive(Clone, Debug)]
pub struct FuncHandle {
    owner: Owner,
    /// A copy of the record: `entry` never changes.
    record: VmFuncRef,
    /// The record that references point at; null for a declared function
    /// whose address was never taken.
    reference: *const VmFuncRef,
    signature: Signature,
}

// SAFETY: the pointers lead into objects that `owner` keeps; they are followed
// with the isolate borrowed only.
unsafe impl Send for FuncHandle {}
// SAFETY: as above.
unsafe impl Sync for FuncHandle {}

impl FuncHandle {
    /// The function that a reference points at; nothing for null.
    ///
    /// Requires: `reference` came from wasm or a record of this isolate, which
    /// is borrowed.
    pub(crate) fn from_reference(reference: u64) -> Option<Self> {
        if reference == 0 {
            return None;
        }
        let pointer = reference as *const VmFuncRef;
        // SAFETY: see the requirement; references point at filled records of
        // live objects.
        let record = unsafe { *pointer };
        // SAFETY: `KIND` and `INSTANCE` lie at the same place in contexts of
        // instances and of host functions.
        let owner = unsafe {
            if *record.vmctx.add(HostCtx::KIND).cast::<u64>() == 0 {
                Owner::Instance(rooted(*record.vmctx.add(vmctx::INSTANCE as usize).cast()))
            } else {
                let ctx = &*record.vmctx.cast::<HostCtx>();
                match ctx.owner() {
                    Ok(instance) => Owner::Instance(rooted(instance)),
                    Err(func) => Owner::Host(rooted_host(func)),
                }
            }
        };
        let id = updraft_types::CanonicalTypeId::new(record.type_id);
        // The record's owner holds its signature, so the id is in use.
        let signature = SignatureInner::by_id(id)?;
        Some(Self { owner, record, reference: pointer, signature })
    }

    /// A function of an instance.
    pub fn of_instance(instance: &Rooted<InstanceObj>, func: FuncIndex) -> Result<Self, CallError> {
        let module = instance.module();
        let desc = module.desc();
        let declared = desc.declared_func(func);
        if declared.is_none_or(|d| desc.func_refs[d].is_some()) {
            let reference = instance.func_record(func).map_err(CallError::Setup)?;
            return Self::from_reference(reference as u64)
                .ok_or_else(|| CallError::Setup("function without a record".into()));
        }
        let declared = declared.expect("imports have records");
        let signature = module.func_signature(func).clone();
        let record = VmFuncRef {
            entry: entries::entry(declared.raw()).map_err(CallError::Setup)?,
            vmctx: instance.vmctx(),
            type_id: signature.id().raw(),
            slot: module.code_table(instance.bounds()).map_err(CallError::Setup)?.slot(declared),
        };
        let owner = Owner::Instance(instance.clone());
        Ok(Self { owner, record, reference: std::ptr::null(), signature })
    }

    /// Makes a host function of an isolate.
    pub fn of_host(isolate: &mut Isolate, closure: Arc<HostClosure>) -> Result<Self, CallError> {
        let signature = closure.signature().clone();
        let entry = signature.host_thunk().map_err(CallError::Setup)?;
        let vm = Arc::as_ptr(&isolate.vm);
        let func = Arc::new_cyclic(|weak: &std::sync::Weak<HostFuncObj>| {
            let ctx = Box::new(HostCtx::new(vm, closure, entry, std::ptr::null(), weak.as_ptr()));
            let vmctx = std::ptr::from_ref(&*ctx).cast_mut().cast();
            let record =
                VmFuncRef { entry, vmctx, type_id: signature.id().raw(), slot: ctx.code_slot() };
            HostFuncObj::new(isolate.id(), record, ctx)
        });
        isolate.maybe_sweep();
        isolate.heap.host_funcs.push(func.clone());
        let (record, reference) = (func.record, std::ptr::from_ref(&func.record));
        Ok(Self { owner: Owner::Host(Rooted::new(func)), record, reference, signature })
    }

    /// The canonical type.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Which isolate it belongs to.
    pub fn isolate_id(&self) -> IsolateId {
        match &self.owner {
            Owner::Instance(i) => i.isolate_id(),
            Owner::Host(f) => f.isolate_id(),
        }
    }

    /// Whether both are the same function, as far as references show.
    pub fn same(&self, other: &Self) -> bool {
        self.record.entry == other.record.entry && self.record.vmctx == other.record.vmctx
    }

    /// Where the function's record lies, if it has one.
    pub(crate) fn record(&self) -> Option<*const VmFuncRef> {
        (!self.reference.is_null()).then_some(self.reference)
    }

    pub(crate) fn raw_record(&self) -> &VmFuncRef {
        &self.record
    }

    /// The reference as wasm sees it; nothing for a function whose address
    /// wasm cannot take (it has no record).
    pub(crate) fn reference(&self) -> Option<u64> {
        self.record().map(|r| r as u64)
    }

    /// What a host function runs.
    pub(crate) fn host_closure(&self) -> Option<&Arc<HostClosure>> {
        // SAFETY: the record's context lives as long as `owner`.
        unsafe {
            if *self.record.vmctx.add(HostCtx::KIND).cast::<u64>() == 0 {
                return None;
            }
            Some((*self.record.vmctx.cast::<HostCtx>()).closure())
        }
    }
}

/// Requires: the pointer is that of a live `Arc`'s contents.
unsafe fn rooted(instance: *const InstanceObj) -> Rooted<InstanceObj> {
    // SAFETY: see the requirement.
    unsafe {
        Arc::increment_strong_count(instance);
        Rooted::new(Arc::from_raw(instance))
    }
}

/// Requires: the pointer is that of a live `Arc`'s contents.
unsafe fn rooted_host(func: *const HostFuncObj) -> Rooted<HostFuncObj> {
    // SAFETY: see the requirement.
    unsafe {
        Arc::increment_strong_count(func);
        Rooted::new(Arc::from_raw(func))
    }
}

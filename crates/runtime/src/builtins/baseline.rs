//! Bodies of the builtins that only baseline code calls.
//!
//! Called by the stubs of `arch`; the same rules hold as for the other bodies.
//! `return_pc` tells which function calls: baseline code has nothing inlined.
//! Must not know: when code is worth optimizing (the engine decides).

use updraft_types::DeclaredFuncIndex;

use super::run;
use crate::arch::x64::BuiltinResult;
use crate::arch::x64_saved::SavedRegisters;
use crate::code_space::{self, CodeInfo, CodeKind};
use crate::instance::InstanceObj;
use crate::profile::Profile;
use crate::trap::CallError;

/// The function whose code `return_pc` lies in, and what is known of the code.
///
/// # Safety
///
/// Code that returns to `return_pc` waits during `'a`.
unsafe fn caller<'a>(
    instance: &InstanceObj,
    return_pc: usize,
) -> Option<(DeclaredFuncIndex, &'a CodeInfo)> {
    let code = code_space::lookup(return_pc - 1)?;
    // SAFETY: a frame of it is on the stack, says the caller.
    let info = unsafe { code.info() };
    let CodeKind::Func(func) = info.kind else { return None };
    Some((instance.module().desc().declared_func(func)?, info))
}

/// What the `feedback_alloc` stub calls: the vector.
pub(crate) unsafe extern "C" fn feedback_alloc_body(
    vmctx: *mut u8,
    n_sites: u32,
    return_pc: usize,
) -> BuiltinResult {
    // SAFETY: only the stub calls this, for baseline code that waits.
    unsafe {
        run(vmctx, |instance, isolate| {
            let (func, _) = caller(instance, return_pc)
                .ok_or_else(|| CallError::Setup("feedback of unknown code".into()))?;
            let module = instance.module();
            let vector = isolate.feedback.vector(module, func, n_sites).ok_or_else(|| {
                CallError::Setup(format!("no memory for the feedback of {n_sites} calls"))
            })?;
            instance.set_feedback(isolate.feedback.array(module));
            Ok(vector as u64)
        })
    }
}

/// What the `call_feedback` stub calls.
pub(crate) unsafe extern "C" fn call_feedback_body(
    vmctx: *mut u8,
    site: u32,
    return_pc: usize,
    record: usize,
) -> BuiltinResult {
    // SAFETY: as in `feedback_alloc_body`.
    unsafe {
        run(vmctx, |instance, isolate| {
            if let Some((func, _)) = caller(instance, return_pc) {
                isolate.feedback.note(instance, func, site, record);
            }
            Ok(0)
        })
    }
}

/// What the `tier_up` stub calls, on the service stack: 0 to go on, or the
/// address of the code to go on in; then the registers are what that wants.
pub(crate) unsafe extern "C" fn tier_up_body(
    vmctx: *mut u8,
    saved: *mut SavedRegisters,
    ordinal: i32,
    return_pc: usize,
) -> BuiltinResult {
    // SAFETY: as in `feedback_alloc_body`.
    unsafe {
        run(vmctx, |instance, isolate| {
            let Some((func, info)) = caller(instance, return_pc) else { return Ok(0) };
            // `TIER_UP_AT_EXIT` is negative.
            let ordinal = u32::try_from(ordinal).ok();
            let upcalls = isolate.upcalls.clone();
            let profile = Profile::new(&isolate.feedback, instance);
            let (native, bounds) = (instance.native(), instance.bounds());
            let target = upcalls.tier_up(native, func, bounds, ordinal, &profile);
            let (Some(target), Some(ordinal), Some(map)) = (target, ordinal, &info.osr) else {
                return Ok(0);
            };
            let Some(at) = map.find(ordinal).filter(|at| SavedRegisters::can_leave(map, at)) else {
                return Ok(0);
            };
            let Some(buffer) = isolate.osr_buffer() else { return Ok(0) };
            // These are the registers of the code that `info` describes, and
            // it is at the loop that it named. The checks were made, and
            // nothing of Rust refers to the frame that is left.
            (*saved).leave_for_loop(map, at, vmctx, buffer);
            Ok(target as u64)
        })
    }
}

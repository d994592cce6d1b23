//! Walks the wasm frames of a stack, through host frames.
//!
//! # Essay: how frames are found
//!
//! Wasm functions and stubs keep frame pointers. A walk starts at the frame of
//! the stub by which wasm was left last (`EXIT_FP`), or at the frame of a
//! faulting function, and follows frame pointers: the return address of a
//! frame lies in the function that made it. The chain of one activation ends
//! at the frame of its entry thunk, found by `ENTRY_SP`; what the activation
//! before it was doing is in that thunk's frame (see `arch::x64`). Host frames
//! between activations are never looked at.

use std::sync::Arc;

use crate::arch::x64::{ENTRY_PREV_ENTRY_SP, ENTRY_PREV_EXIT_FP, ENTRY_SP_TO_FP};
use crate::code_space::{self, CodeInfo};
use crate::isolate::VmIsolate;
use crate::module::RuntimeModule;
use crate::trap::{Backtrace, Frame, MAX_FRAMES};

/// A frame of machine code: facts of its code, an offset in it (of a return
/// address, or of the fault), the frame pointer.
pub(crate) struct RawFrame<'a> {
    pub info: &'a CodeInfo,
    pub code_offset: u32,
    /// Whether the offset is a return address.
    pub returns: bool,
    pub fp: usize,
}

/// Visits the frames of an isolate that is not outside, innermost first, until
/// the visitor says no.
pub(crate) fn walk(
    vm: &VmIsolate,
    fault: Option<(usize, usize)>,
    visit: &mut dyn FnMut(RawFrame<'_>) -> bool,
) {
    walk_pcs(vm, fault, &mut |pc, fp, returns| {
        // A return address may be the first byte behind its function.
        let Some(found) = code_space::lookup(pc - usize::from(returns)) else { return true };
        // SAFETY: a frame of this code is on the stack that is walked, so it is
        // not freed; the borrow ends with the visit.
        let info = unsafe { found.info() };
        visit(RawFrame { info, code_offset: found.offset_of(pc), returns, fp })
    });
}

/// Visits program counter, frame pointer and whether the first is a return
/// address, of each frame of machine code. Looks at nothing but the stack.
///
/// Requires: the isolate stands still (see `gate`).
pub(crate) fn walk_pcs(
    vm: &VmIsolate,
    fault: Option<(usize, usize)>,
    visit: &mut dyn FnMut(usize, usize, bool) -> bool,
) {
    let mut entry_sp = vm.entry_sp();
    let mut exit_fp = vm.exit_fp();
    if let Some((pc, fp)) = fault
        && !visit(pc, fp, false)
    {
        return;
    }
    let mut fp = fault.map(|(_, fp)| fp);
    while entry_sp != 0 {
        let entry_fp = entry_sp + ENTRY_SP_TO_FP;
        let mut at = match fp.take() {
            Some(fp) => fp as u64,
            None => exit_fp,
        };
        while at != entry_fp && at != 0 {
            // SAFETY: `at` is the frame pointer of a live frame of this
            // activation: at it lie the caller's frame pointer and the return
            // address (see the essay). The chain strictly rises to `entry_fp`.
            let (next, pc) = unsafe { (*(at as *const u64), *((at + 8) as *const u64)) };
            if next != entry_fp && next <= at {
                return;
            }
            // The frame that `pc` returns into is the caller's.
            if !visit(pc as usize, next as usize, true) {
                return;
            }
            at = next;
        }
        // SAFETY: `entry_sp` is the bottom of a live entry frame, whose layout
        // is that of `arch::x64`.
        unsafe {
            exit_fp = *((entry_sp + ENTRY_PREV_EXIT_FP) as *const u64);
            entry_sp = *((entry_sp + ENTRY_PREV_ENTRY_SP) as *const u64);
        }
    }
}

/// The backtrace from where wasm was left last, or from a fault.
pub(crate) fn backtrace(vm: &VmIsolate, fault: Option<(usize, usize)>) -> Backtrace {
    let mut trace = Backtrace::default();
    walk(vm, fault, &mut |frame| {
        let Some(own) = owner(frame.info) else { return true };
        // A return address belongs to the operator before it.
        let at = frame.code_offset - u32::from(frame.returns);
        for source in frame.info.positions.frames_at(at) {
            if trace.frames.len() == MAX_FRAMES {
                trace.truncated = true;
                return false;
            }
            let module = match source.module.foreign_index() {
                None => Some(own.clone()),
                Some(at) => foreign(frame.info, at),
            };
            let Some(module) = module else { continue };
            trace.frames.push(Frame {
                module,
                func: source.func,
                module_offset: Some(source.module_offset),
            });
        }
        true
    });
    trace
}

fn foreign(info: &CodeInfo, at: usize) -> Option<Arc<RuntimeModule>> {
    info.foreign.get(at)?.clone()?.downcast().ok()
}

fn owner(info: &CodeInfo) -> Option<Arc<RuntimeModule>> {
    info.owner.as_ref()?.upgrade()?.downcast().ok()
}

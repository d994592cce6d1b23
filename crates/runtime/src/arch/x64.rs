//! Hand-written stubs between machine code and Rust, for x86-64.
//!
//! Owns: the stubs of builtins, the interrupt stub, the lazy-compile stub, the
//! landing of traps and the way out of wasm (stubs of baseline code are in
//! `x64_baseline`). Reached by machine code through the instance and isolate
//! contexts, never called by Rust. Must not know: what the bodies do.
//!
//! # Essay: entry frames and unwinding
//!
//! An entry thunk (see `x64_thunks`) links a frame and pushes, from high to
//! low addresses: rbx r12 r13 r14 r15, the isolate's previous state, its
//! previous `ENTRY_SP` and `EXIT_FP`, the value slots, the isolate. It stores
//! the stack pointer it then has in `ENTRY_SP`. To leave wasm from anywhere,
//! whatever frames lie between, is to load that stack pointer and pop in the
//! opposite order: no frame of Rust lies between, because Rust code that was
//! called from wasm returns to its stub first, and Rust code that called wasm
//! lies behind an entry frame of its own.

use std::arch::{asm, naked_asm};

use updraft_abi::{isolate as iso, vmctx};

use super::x64_saved::{SAVED_BYTES, moves, volatile};

/// Distance from `ENTRY_SP` up to the frame pointer of an entry frame.
pub(crate) const ENTRY_SP_TO_FP: u64 = 80;
/// In an entry frame, from `ENTRY_SP`: the previous `EXIT_FP`.
pub(crate) const ENTRY_PREV_EXIT_FP: u64 = 16;
/// In an entry frame, from `ENTRY_SP`: the previous `ENTRY_SP`.
pub(crate) const ENTRY_PREV_ENTRY_SP: u64 = 24;

/// The registers that callees save for their callers, as they are now.
pub(crate) fn callee_saved() -> [u64; 5] {
    let mut saved = [0; 5];
    // SAFETY: reads registers and writes the array only.
    unsafe {
        asm!(
            "mov [{to}], rbx",
            "mov [{to} + 8], r12",
            "mov [{to} + 16], r13",
            "mov [{to} + 24], r14",
            "mov [{to} + 32], r15",
            to = in(reg) saved.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    saved
}

/// What a builtin's body returns to its stub, in rax and rdx.
#[repr(C)]
pub(crate) struct BuiltinResult {
    /// The result, if the builtin returns.
    pub value: u64,
    /// Not 0: unwind to the innermost entry; why lies in the isolate.
    pub unwind: u64,
}

/// Leaves wasm with status 1. In: rdi, the isolate.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn unwind_to_entry() {
    naked_asm!(
        "mov rsp, [rdi + {entry_sp}]",
        "mov eax, 1",
        "pop rcx",
        "pop rdx",
        "pop qword ptr [rcx + {exit_fp}]",
        "pop qword ptr [rcx + {entry_sp}]",
        "pop rdx",
        "mov [rcx + {state}], edx",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        entry_sp = const iso::ENTRY_SP,
        exit_fp = const iso::EXIT_FP,
        state = const iso::STATE,
    )
}

/// Where the signal handler continues after a trap. In: rdi isolate, rsi pc,
/// rdx trap code, rcx fault address, r8 frame pointer. The stack pointer is
/// not used: the trap may be that the stack is exhausted.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn trap_landing() {
    naked_asm!(
        "mov rsp, [rdi + {service_sp}]",
        "push rdi",
        "sub rsp, 8",
        "xor ebp, ebp",
        "call {raised}",
        "add rsp, 8",
        "pop rdi",
        "jmp {unwind}",
        service_sp = const iso::SERVICE_SP,
        raised = sym crate::trap::raised_by_signal,
        unwind = sym unwind_to_entry,
    )
}

/// The `interrupt` builtin: changes no register. In: rdi, `vmctx`.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn interrupt() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, {saved}",
        volatile!(save),
        "mov rdi, [rdi + {isolate}]",
        "mov [rdi + {exit_fp}], rbp",
        // The stack pointer of the function that checked.
        "lea rsi, [rbp + 16]",
        "call {body}",
        "test eax, eax",
        "jnz 2f",
        volatile!(load),
        "leave",
        "ret",
        "2:",
        moves!(load: rdi 7),
        "mov rdi, [rdi + {isolate}]",
        "jmp {unwind}",
        saved = const SAVED_BYTES,
        isolate = const vmctx::ISOLATE,
        exit_fp = const iso::EXIT_FP,
        body = sym crate::builtins::interrupt_body,
        unwind = sym unwind_to_entry,
    )
}

/// Where a call of a function without code ends up: compiles it and jumps to
/// it. In: r11, the declared index; arguments as the caller put them.
///
/// Compilation runs on the thread's service stack, so the guest's stack needs
/// room for this frame only. The slot is reloaded as the last act.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn lazy_common() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, {saved}",
        volatile!(save),
        "mov r10, [rdi + {isolate}]",
        "mov [r10 + {exit_fp}], rbp",
        "mov esi, r11d",
        "mov rsp, [r10 + {service_sp}]",
        "call {body}",
        "lea rsp, [rbp - {saved}]",
        "test eax, eax",
        "jnz 2f",
        volatile!(load),
        "leave",
        "mov r10, [rdi + {code_table}]",
        "jmp [r10 + 8*r11]",
        "2:",
        moves!(load: rdi 7),
        "mov rdi, [rdi + {isolate}]",
        "jmp {unwind}",
        saved = const SAVED_BYTES,
        isolate = const vmctx::ISOLATE,
        code_table = const vmctx::CODE_TABLE,
        exit_fp = const iso::EXIT_FP,
        service_sp = const iso::SERVICE_SP,
        body = sym crate::builtins::lazy_compile_body,
        unwind = sym unwind_to_entry,
    )
}

/// Where thunks wait while the way into wasm is closed. In: r10, the isolate;
/// r9d, the state to be in meanwhile. Changes no other register of integers
/// but r11; vector registers hold nothing at these places.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn gate_closed() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rax",
        "push rcx",
        "push rdx",
        "push rsi",
        "push rdi",
        "push r10",
        "mov rdi, r10",
        "mov esi, r9d",
        "call {wait}",
        "pop r10",
        "pop rdi",
        "pop rsi",
        "pop rdx",
        "pop rcx",
        "pop rax",
        "pop rbp",
        "ret",
        wait = sym crate::gate::wait,
    )
}

/// The `guard_table_get` builtin: changes no register. In: rdi, `vmctx`, and
/// what lies in the isolate.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn guard_table_get() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, {saved}",
        volatile!(save),
        "mov r11, [rdi + {isolate}]",
        "mov [r11 + {exit_fp}], rbp",
        "mov esi, [r11 + {ints}]",
        "mov rdx, [r11 + {ints} + 8]",
        "call {body}",
        moves!(load: rdi 7),
        "mov rdi, [rdi + {isolate}]",
        "test rdx, rdx",
        "jnz 2f",
        "mov [rdi + {record}], rax",
        volatile!(load),
        "leave",
        "ret",
        "2:",
        "jmp {unwind}",
        saved = const SAVED_BYTES,
        isolate = const vmctx::ISOLATE,
        exit_fp = const iso::EXIT_FP,
        record = const iso::KEPT_RECORD,
        ints = const iso::KEPT_INTS,
        body = sym crate::builtins::table_get_lazy,
        unwind = sym unwind_to_entry,
    )
}

/// The `guard_call` builtin: changes no register. In: rdi, `vmctx` of the
/// caller, and what lies in the isolate.
///
/// Now and then it asks what is to be done about such calls, on the thread's
/// service stack: the engine may compile there. The slot is loaded as the last
/// act. A walk goes through the stub's frame by its frame pointer.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn guard_call() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, {saved}",
        volatile!(save),
        "mov r10, [rdi + {isolate}]",
        "sub dword ptr [r10 + {misses}], 1",
        "jbe 3f",
        "2:",
        "movups xmm0, [r10 + {vecs}]",
        "movups xmm1, [r10 + {vecs} + 16]",
        "movups xmm2, [r10 + {vecs} + 32]",
        "movups xmm3, [r10 + {vecs} + 48]",
        "movups xmm4, [r10 + {vecs} + 64]",
        "movups xmm5, [r10 + {vecs} + 80]",
        "movups xmm6, [r10 + {vecs} + 96]",
        "movups xmm7, [r10 + {vecs} + 112]",
        "mov rsi, [r10 + {ints}]",
        "mov rdx, [r10 + {ints} + 8]",
        "mov rcx, [r10 + {ints} + 16]",
        "mov r8, [r10 + {ints} + 24]",
        "mov r9, [r10 + {ints} + 32]",
        "mov r10, [r10 + {record}]",
        "mov rdi, [r10 + {callee}]",
        "mov r10, [r10 + {slot}]",
        "call [r10]",
        "lea rsp, [rbp - {saved}]",
        moves!(load: rdi 7),
        "mov r10, [rdi + {isolate}]",
        "mov [r10 + {ints}], rax",
        "movups [r10 + {vecs}], xmm0",
        volatile!(load),
        "leave",
        "ret",
        "3:",
        "mov [r10 + {exit_fp}], rbp",
        "mov rsi, [rbp + 8]",
        "mov rsp, [r10 + {service_sp}]",
        "call {body}",
        "lea rsp, [rbp - {saved}]",
        moves!(load: rdi 7),
        "mov r10, [rdi + {isolate}]",
        "test rdx, rdx",
        "jz 2b",
        "mov rdi, r10",
        "jmp {unwind}",
        saved = const SAVED_BYTES,
        isolate = const vmctx::ISOLATE,
        callee = const vmctx::FUNC_REF_VMCTX,
        slot = const vmctx::FUNC_REF_SLOT,
        misses = const iso::GUARD_MISSES,
        record = const iso::KEPT_RECORD,
        ints = const iso::KEPT_INTS,
        vecs = const iso::KEPT_VECS,
        exit_fp = const iso::EXIT_FP,
        service_sp = const iso::SERVICE_SP,
        body = sym crate::builtins::guard_missed_body,
        unwind = sym unwind_to_entry,
    )
}

const _: () = assert!(iso::N_KEPT_INTS == 5 && iso::N_KEPT_VECS == 8);

macro_rules! builtin_stubs {
    ($($name:ident, $fn:ident, ($($arg:ident: $ty:ident),*) $(-> $ret:ident)?;)*) => {
        mod stubs {
            use super::*;
            $(builtin_stubs!(@stub $fn);)*
        }

        /// Address of each builtin's stub, in the order of the list.
        pub(crate) fn builtin_stub_addresses() -> [usize; updraft_abi::Builtin::ALL.len()] {
            [$(stubs::$fn as *const () as usize),*]
        }
    };
    (@stub interrupt) => { pub(super) use super::interrupt; };
    (@stub guard_table_get) => { pub(super) use super::guard_table_get; };
    (@stub guard_call) => { pub(super) use super::guard_call; };
    (@stub baseline_interrupt) => { pub(super) use crate::arch::x64_baseline::baseline_interrupt; };
    (@stub tier_up) => { pub(super) use crate::arch::x64_baseline::tier_up; };
    (@stub feedback_alloc) => { pub(super) use crate::arch::x64_baseline::feedback_alloc; };
    (@stub call_feedback) => { pub(super) use crate::arch::x64_baseline::call_feedback; };
    (@stub baseline_table_get) => { pub(super) use crate::arch::x64_baseline::baseline_table_get; };
    (@stub $fn:ident) => {
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $fn() {
            naked_asm!(
                "push rbp",
                "mov rbp, rsp",
                "push rdi",
                "sub rsp, 8",
                "mov r11, [rdi + {isolate}]",
                "mov [r11 + {exit_fp}], rbp",
                "call {body}",
                "test rdx, rdx",
                "jnz 2f",
                "leave",
                "ret",
                "2:",
                "mov rdi, [rbp - 8]",
                "mov rdi, [rdi + {isolate}]",
                "jmp {unwind}",
                isolate = const vmctx::ISOLATE,
                exit_fp = const iso::EXIT_FP,
                body = sym crate::builtins::$fn,
                unwind = sym unwind_to_entry,
            )
        }
    };
}
updraft_abi::for_each_builtin!(builtin_stubs);

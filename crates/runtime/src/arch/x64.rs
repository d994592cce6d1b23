//! Hand-written stubs between machine code and Rust, for x86-64.
//!
//! Owns: the stubs of builtins, the interrupt stub, the lazy-compile stub, the
//! landing of traps and the way out of wasm. Reached by machine code through
//! the instance and isolate contexts, never called by Rust. Must not know:
//! what the bodies do.
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
        "sub rsp, 352",
        "mov [rbp - 8], rax",
        "mov [rbp - 16], rcx",
        "mov [rbp - 24], rdx",
        "mov [rbp - 32], rsi",
        "mov [rbp - 40], rdi",
        "mov [rbp - 48], r8",
        "mov [rbp - 56], r9",
        "mov [rbp - 64], r10",
        "mov [rbp - 72], r11",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "movups [rsp + 128], xmm8",
        "movups [rsp + 144], xmm9",
        "movups [rsp + 160], xmm10",
        "movups [rsp + 176], xmm11",
        "movups [rsp + 192], xmm12",
        "movups [rsp + 208], xmm13",
        "movups [rsp + 224], xmm14",
        "movups [rsp + 240], xmm15",
        "mov rdi, [rdi + {isolate}]",
        "mov [rdi + {exit_fp}], rbp",
        // The stack pointer of the function that checked.
        "lea rsi, [rbp + 16]",
        "call {body}",
        "test eax, eax",
        "jnz 2f",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "movups xmm8, [rsp + 128]",
        "movups xmm9, [rsp + 144]",
        "movups xmm10, [rsp + 160]",
        "movups xmm11, [rsp + 176]",
        "movups xmm12, [rsp + 192]",
        "movups xmm13, [rsp + 208]",
        "movups xmm14, [rsp + 224]",
        "movups xmm15, [rsp + 240]",
        "mov rax, [rbp - 8]",
        "mov rcx, [rbp - 16]",
        "mov rdx, [rbp - 24]",
        "mov rsi, [rbp - 32]",
        "mov rdi, [rbp - 40]",
        "mov r8, [rbp - 48]",
        "mov r9, [rbp - 56]",
        "mov r10, [rbp - 64]",
        "mov r11, [rbp - 72]",
        "leave",
        "ret",
        "2:",
        "mov rdi, [rbp - 40]",
        "mov rdi, [rdi + {isolate}]",
        "jmp {unwind}",
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
        "sub rsp, 192",
        "mov [rbp - 8], rdi",
        "mov [rbp - 16], rsi",
        "mov [rbp - 24], rdx",
        "mov [rbp - 32], rcx",
        "mov [rbp - 40], r8",
        "mov [rbp - 48], r9",
        "mov [rbp - 56], r11",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "mov r10, [rdi + {isolate}]",
        "mov [r10 + {exit_fp}], rbp",
        "mov esi, r11d",
        "mov rsp, [r10 + {service_sp}]",
        "call {body}",
        "lea rsp, [rbp - 192]",
        "test eax, eax",
        "jnz 2f",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "mov rdi, [rbp - 8]",
        "mov rsi, [rbp - 16]",
        "mov rdx, [rbp - 24]",
        "mov rcx, [rbp - 32]",
        "mov r8, [rbp - 40]",
        "mov r9, [rbp - 48]",
        "mov r11, [rbp - 56]",
        "leave",
        "mov r10, [rdi + {code_table}]",
        "jmp [r10 + 8*r11]",
        "2:",
        "mov rdi, [rbp - 8]",
        "mov rdi, [rdi + {isolate}]",
        "jmp {unwind}",
        isolate = const vmctx::ISOLATE,
        code_table = const vmctx::CODE_TABLE,
        exit_fp = const iso::EXIT_FP,
        service_sp = const iso::SERVICE_SP,
        body = sym crate::builtins::lazy_compile_body,
        unwind = sym unwind_to_entry,
    )
}

/// Stubs of baseline code, which nothing calls yet.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn not_there() {
    naked_asm!("ud2")
}

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
    (@stub baseline_interrupt) => { pub(super) use super::not_there as baseline_interrupt; };
    (@stub tier_up) => { pub(super) use super::not_there as tier_up; };
    (@stub feedback_alloc) => { pub(super) use super::not_there as feedback_alloc; };
    (@stub call_feedback) => { pub(super) use super::not_there as call_feedback; };
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

//! Stubs that only baseline code calls, and how it is left for optimized code,
//! for x86-64.
//!
//! Owns: those stubs (their contract is `abi::builtin`'s), and the copying of
//! a frame into the buffer (`abi::osr` says how). Reached through the array of
//! builtins. Must not know: what bodies do, who compiles.
//!
//! # Essay: the frame of such a stub
//!
//! ```text
//! argument         rbp + 16   pushed by baseline code, popped by `ret 8`
//! return address   rbp + 8    in baseline code: a walk finds it here
//! caller's rbp     rbp        frame pointer of baseline code
//! (padding)                   the stack may be unaligned
//! SavedRegisters   rsp        aligned to 16
//! ```
//!
//! `tier_up` runs its body on the service stack: the engine may compile there.
//! A body never leads back into wasm, so the service stack is empty whenever a
//! stub starts to use it.
//!
//! To leave for optimized code the body has read the whole frame, and written
//! into the saved registers what they shall be. The stub loads the ones that
//! matter and the stack pointer last: from then on the frame of the baseline
//! function, and of the stub below it, is dead, and the return address that is
//! on top is that of the baseline function's caller.

use std::arch::naked_asm;

use updraft_abi::{MAX_OSR_SLOTS, OsrLoop, OsrMap, OsrPlace, isolate as iso, vmctx};

use super::x64::unwind_to_entry;
use super::x64_saved::{
    RBP, RBX, RDI, RSI, RSP, SAVED_BYTES, SavedRegisters, kept, moves, volatile,
};
use crate::slot::Slot;

/// A stub that saves what a body may change, calls the body with `args`, and
/// goes back or, if `status` is not 0, leaves wasm. `result` runs before the
/// registers are loaded again.
macro_rules! keeping_stub {
    (
        $(#[$doc:meta])*
        $name:ident: args($($arg:literal),*) body($body:path) status($status:literal)
        result($($result:literal)?)
    ) => {
        $(#[$doc])*
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name() {
            naked_asm!(
                "push rbp",
                "mov rbp, rsp",
                "and rsp, -16",
                "sub rsp, {saved}",
                volatile!(save),
                $($arg,)*
                "mov r10, [r14 + {isolate}]",
                "mov [r10 + {exit_fp}], rbp",
                "call {body}",
                $status,
                "jnz 2f",
                $($result,)?
                volatile!(load),
                "leave",
                "ret 8",
                "2:",
                "mov rdi, [r14 + {isolate}]",
                "jmp {unwind}",
                saved = const SAVED_BYTES,
                isolate = const vmctx::ISOLATE,
                exit_fp = const iso::EXIT_FP,
                body = sym $body,
                unwind = sym unwind_to_entry,
            )
        }
    };
}

keeping_stub! {
    /// `baseline_interrupt`: the limit word stopped baseline code. The body
    /// gets the isolate, which lies at the start of `vmctx`, and the stack
    /// pointer of the function that checked.
    baseline_interrupt: args("mov rdi, [r14]", "lea rsi, [rbp + 24]")
    body(crate::builtins::interrupt_body) status("test eax, eax") result()
}

keeping_stub! {
    /// `feedback_alloc`: r11 becomes the vector.
    feedback_alloc: args("mov rdi, r14", "mov esi, [rbp + 16]", "mov rdx, [rbp + 8]")
    body(crate::builtins::baseline::feedback_alloc_body) status("test rdx, rdx")
    result("mov [rsp + 8*11], rax")
}

keeping_stub! {
    /// `call_feedback`: notes the record in r11.
    call_feedback: args(
        "mov rdi, r14", "mov esi, [rbp + 16]", "mov rdx, [rbp + 8]", "mov rcx, r11"
    )
    body(crate::builtins::baseline::call_feedback_body) status("test rdx, rdx") result()
}

keeping_stub! {
    /// `baseline_table_get`: r11 becomes the record instead of the index.
    baseline_table_get: args("mov rdi, r14", "mov esi, [rbp + 16]", "mov rdx, r11")
    body(crate::builtins::table_get_lazy) status("test rdx, rdx")
    result("mov [rsp + 8*11], rax")
}

const _: () = assert!(vmctx::ISOLATE == 0);

/// `tier_up`, with the function in r11: takes a sample, that is whole periods
/// until the countdown is not negative, from the function's budget. If that is
/// used up: returns, or goes on in optimized code in place of its caller.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn tier_up() {
    naked_asm!(
        // Nothing here but the flags and r11 changes.
        "push rax",
        "push rcx",
        "mov rax, [r14 + {budgets}]",
        "lea r11, [rax + 4*r11]",
        "xor ecx, ecx",
        "mov eax, [r14 + {countdown}]",
        "4:",
        "add ecx, [r14 + {period}]",
        "add eax, [r14 + {period}]",
        "js 4b",
        "mov [r14 + {countdown}], eax",
        "sub [r11], ecx",
        "pop rcx",
        "pop rax",
        "js 5f",
        "ret 8",
        "5:",
        "push rbp",
        "mov rbp, rsp",
        "and rsp, -16",
        "sub rsp, {saved}",
        volatile!(save),
        kept!(save),
        "mov rax, [rbp]",
        "mov [rsp + 8*5], rax",
        "lea rax, [rbp + 24]",
        "mov [rsp + 8*4], rax",
        "mov rdi, r14",
        "mov rsi, rsp",
        "mov edx, [rbp + 16]",
        "mov rcx, [rbp + 8]",
        "mov r8, [rdi + {isolate}]",
        "mov [r8 + {exit_fp}], rbp",
        "mov rbx, rsp",
        "mov rsp, [r8 + {service_sp}]",
        "call {body}",
        "mov rsp, rbx",
        "test rdx, rdx",
        "jnz 3f",
        "test rax, rax",
        "jnz 2f",
        volatile!(load),
        kept!(load),
        "leave",
        "ret 8",
        // Optimized code instead of the caller's frame.
        "2:",
        "mov r11, rax",
        kept!(load),
        moves!(load: rbp 5, rsi 6, rdi 7),
        "mov rsp, [rsp + 8*4]",
        "jmp r11",
        "3:",
        "mov rdi, [r14 + {isolate}]",
        "jmp {unwind}",
        saved = const SAVED_BYTES,
        budgets = const vmctx::BUDGETS,
        countdown = const vmctx::COUNTDOWN,
        period = const vmctx::PERIOD,
        isolate = const vmctx::ISOLATE,
        exit_fp = const iso::EXIT_FP,
        service_sp = const iso::SERVICE_SP,
        body = sym crate::builtins::baseline::tier_up_body,
        unwind = sym unwind_to_entry,
    )
}

/// Whether a callee saves that register for its caller.
fn is_kept(number: u8) -> bool {
    matches!(number, 3 | 12..=15)
}

impl SavedRegisters {
    /// Whether what a map says of a loop can be moved at all.
    pub(crate) fn can_leave(map: &OsrMap, at: &OsrLoop) -> bool {
        let is_register = |place: &OsrPlace| match *place {
            OsrPlace::Int(number) => usize::from(number) < 16 && usize::from(number) != RSP,
            OsrPlace::Float(number) => number < 16,
            OsrPlace::Frame(_) | OsrPlace::WideFrame(_) => true,
        };
        map.locals.len() + at.stack.len() <= MAX_OSR_SLOTS
            && map.locals.iter().chain(&at.stack).all(is_register)
            && map.saved.iter().all(|(number, _)| is_kept(*number))
    }

    /// Copies the values of a frame of baseline code at a loop's header into
    /// `buffer`, and sets the registers to what the loop's optimized code is
    /// entered with: those of the caller, `vmctx` and the result area.
    ///
    /// # Safety
    ///
    /// These are the registers of baseline code that called `tier_up` at the
    /// back-edge of loop `at` of `map`, the map of that very code, and waits.
    /// `can_leave` said yes. `buffer` has room for [`MAX_OSR_SLOTS`].
    pub(crate) unsafe fn leave_for_loop(
        &mut self,
        map: &OsrMap,
        at: &OsrLoop,
        vmctx: *mut u8,
        buffer: *mut Slot,
    ) {
        let fp = self.ints[RBP] as usize;
        let from_fp = |bytes: i32| fp.wrapping_add_signed(bytes as isize);
        // SAFETY: the frame is live, and the compiler says that 8 bytes lie
        // there.
        let word = |bytes: i32| unsafe { (from_fp(bytes) as *const u64).read_unaligned() };
        for (i, place) in map.locals.iter().chain(&at.stack).enumerate() {
            let value = match *place {
                OsrPlace::Int(number) => self.ints[usize::from(number)].into(),
                OsrPlace::Float(number) => self.vecs[usize::from(number)],
                OsrPlace::Frame(bytes) => word(bytes).into(),
                // SAFETY: as above, 16 bytes.
                OsrPlace::WideFrame(bytes) => unsafe {
                    (from_fp(bytes) as *const u128).read_unaligned()
                },
            };
            // SAFETY: there is room for as many as there may be.
            unsafe { buffer.add(i).write(Slot::from_u128(value)) };
        }
        for (number, bytes) in &map.saved {
            self.ints[usize::from(*number)] = word(*bytes);
        }
        self.ints[RDI] = vmctx as u64;
        if let Some(bytes) = map.result_area {
            self.ints[RSI] = word(bytes);
        }
        self.ints[RBP] = word(0);
        // Only the return address is left of the frame.
        self.ints[RSP] = (fp + 8) as u64;
    }
}

const _: () = assert!(RBX == 3 && RSP == 4 && RBP == 5 && RSI == 6 && RDI == 7);

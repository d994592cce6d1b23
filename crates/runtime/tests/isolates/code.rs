//! Machine code that behaves as baseline code does, for x86-64.

use std::arch::global_asm;

use updraft_abi::{Builtin, isolate, vmctx};

// Offsets that the text below has as numbers.
const _: () = {
    assert!(vmctx::ISOLATE == 0 && vmctx::BUILTINS == 16 && isolate::OSR_BUFFER == 64);
    assert!(vmctx::builtin_slot(Builtin::BaselineInterrupt) == 13 * 8);
    assert!(vmctx::TIER_UP == 72 && crate::world::LOOPING == 1);
};

/// What lies in memory for `KEEP`: registers before, registers after.
#[repr(C, align(16))]
#[derive(Clone, Debug, Default)]
pub struct Registers {
    pub before: Set,
    pub after: Set,
}

/// Registers by their numbers.
#[repr(C, align(16))]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Set {
    pub ints: [u64; 16],
    pub vecs: [[u64; 2]; 16],
}

/// Pieces of code, by name.
macro_rules! pieces {
    ($($name:ident $start:ident $end:ident: $($line:literal)*)*) => {
        $(
            global_asm!(
                concat!(".balign 16\n.globl ", stringify!($start), "\n", stringify!($start), ":"),
                $($line,)*
                concat!(".globl ", stringify!($end), "\n", stringify!($end), ":"),
            );
            pub fn $name() -> Vec<u8> {
                unsafe extern "C" {
                    static $start: u8;
                    static $end: u8;
                }
                let start = &raw const $start;
                let bytes = (&raw const $end as usize) - start as usize;
                // SAFETY: the text above lies between the two symbols.
                unsafe { std::slice::from_raw_parts(start, bytes).to_vec() }
            }
        )*
    };
}

pieces! {
    // (area: *mut Registers, builtin offset, argument, bytes to misalign by):
    // loads all registers, calls the builtin, stores all registers.
    keep updraft_test_keep updraft_test_keep_end:
        "push rbp" "mov rbp, rsp"
        "push rbx" "push r12" "push r13" "push r14" "push r15"
        "push rsi" "push rcx"
        "mov rax, [rdi + 16]"
        "mov rax, [rax + rdx]"
        "push rax"
        "sub rsp, r8"
        "mov [rsi + 8*4], rsp" "mov [rsi + 8*5], rbp" "mov [rsi + 8*14], rdi"
        "mov r14, rdi"
        "mov rax, [rsi]" "mov rcx, [rsi + 8*1]" "mov rdx, [rsi + 8*2]" "mov rbx, [rsi + 8*3]"
        "mov rdi, [rsi + 8*7]" "mov r8, [rsi + 8*8]" "mov r9, [rsi + 8*9]"
        "mov r10, [rsi + 8*10]" "mov r11, [rsi + 8*11]" "mov r12, [rsi + 8*12]"
        "mov r13, [rsi + 8*13]" "mov r15, [rsi + 8*15]"
        "movups xmm0, [rsi + 128]" "movups xmm1, [rsi + 144]" "movups xmm2, [rsi + 160]"
        "movups xmm3, [rsi + 176]" "movups xmm4, [rsi + 192]" "movups xmm5, [rsi + 208]"
        "movups xmm6, [rsi + 224]" "movups xmm7, [rsi + 240]" "movups xmm8, [rsi + 256]"
        "movups xmm9, [rsi + 272]" "movups xmm10, [rsi + 288]" "movups xmm11, [rsi + 304]"
        "movups xmm12, [rsi + 320]" "movups xmm13, [rsi + 336]" "movups xmm14, [rsi + 352]"
        "movups xmm15, [rsi + 368]"
        "mov rsi, [rsi + 8*6]"
        "push qword ptr [rbp - 56]"
        "call [rbp - 64]"
        "push rax"
        "mov rax, [rbp - 48]"
        "add rax, 384"
        "mov [rax + 8*1], rcx" "mov [rax + 8*2], rdx" "mov [rax + 8*3], rbx"
        "mov [rax + 8*5], rbp" "mov [rax + 8*6], rsi" "mov [rax + 8*7], rdi"
        "mov [rax + 8*8], r8" "mov [rax + 8*9], r9" "mov [rax + 8*10], r10"
        "mov [rax + 8*11], r11" "mov [rax + 8*12], r12" "mov [rax + 8*13], r13"
        "mov [rax + 8*14], r14" "mov [rax + 8*15], r15"
        "movups [rax + 128], xmm0" "movups [rax + 144], xmm1" "movups [rax + 160], xmm2"
        "movups [rax + 176], xmm3" "movups [rax + 192], xmm4" "movups [rax + 208], xmm5"
        "movups [rax + 224], xmm6" "movups [rax + 240], xmm7" "movups [rax + 256], xmm8"
        "movups [rax + 272], xmm9" "movups [rax + 288], xmm10" "movups [rax + 304], xmm11"
        "movups [rax + 320], xmm12" "movups [rax + 336], xmm13" "movups [rax + 352], xmm14"
        "movups [rax + 368], xmm15"
        "pop rcx"
        "mov [rax], rcx" "mov [rax + 8*4], rsp"
        "lea rsp, [rbp - 40]"
        "pop r15" "pop r14" "pop r13" "pop r12" "pop rbx" "pop rbp"
        "ret"

    // (area, _, a, _): a loop with values in registers and in the frame; at
    // the back-edge of loop 3 the budget is used up. 1 if it goes on.
    looping updraft_test_loop updraft_test_loop_end:
        "push rbp" "mov rbp, rsp"
        "push rbx" "push r12" "push r14" "push r15" "push r13"
        "push rsi"
        "sub rsp, 64"
        "mov r14, rdi"
        "mov [rbp - 56], rcx"
        "mov rax, 0x0123456789abcdef" "movq xmm9, rax"
        "mov rax, 0x1020304050607080" "pinsrq xmm9, rax, 1"
        "movups [rbp - 80], xmm9"
        "pshufd xmm3, xmm9, 0x4e"
        "mov ebx, 0x1111" "mov r12d, 0x2222" "mov r13d, 0x3333" "mov r15d, 0x5555"
        "mov eax, 0x6666"
        "push 3"
        "mov r11d, 1"
        "call [r14 + 72]"
        "cmp eax, 0x6666"
        "jne 2f"
        "cmp r15d, 0x5555"
        "jne 2f"
        "mov eax, 1"
        "3:"
        "lea rsp, [rbp - 40]"
        "pop r13" "pop r15" "pop r14" "pop r12" "pop rbx" "pop rbp"
        "ret"
        "2:"
        "mov eax, 99"
        "jmp 3b"

    // Where the loop goes on: copies six values to the result area, then
    // `vmctx`. 2. Uses callee-saved registers as a compiler would.
    target updraft_test_target updraft_test_target_end:
        "push rbp" "mov rbp, rsp" "push rbx"
        "mov rbx, [rdi]"
        "mov rbx, [rbx + 64]"
        "movaps xmm0, [rbx]" "movups [rsi], xmm0"
        "movaps xmm0, [rbx + 16]" "movups [rsi + 16], xmm0"
        "movaps xmm0, [rbx + 32]" "movups [rsi + 32], xmm0"
        "movaps xmm0, [rbx + 48]" "movups [rsi + 48], xmm0"
        "movaps xmm0, [rbx + 64]" "movups [rsi + 64], xmm0"
        "movaps xmm0, [rbx + 80]" "movups [rsi + 80], xmm0"
        "mov [rsi + 96], rdi"
        "mov eax, 2"
        "pop rbx" "pop rbp"
        "ret"

    // (area, code, a, _): calls the code with these arguments and says what
    // it left in the registers that it has to keep.
    outer updraft_test_outer updraft_test_outer_end:
        "push rbp" "mov rbp, rsp"
        "push rbx" "push r12" "push r13" "push r14" "push r15"
        "push rsi"
        "mov ebx, 0xb0b" "mov r12d, 0xc0c" "mov r13d, 0xd0d" "mov r14d, 0xe0e"
        "mov r15d, 0xf0f"
        "call rdx"
        "mov rcx, [rbp - 48]"
        "mov [rcx + 104], rbx" "mov [rcx + 112], r12" "mov [rcx + 120], r13"
        "mov [rcx + 128], r14" "mov [rcx + 136], r15"
        "lea rdx, [rbp - 48]"
        "sub rdx, rsp"
        "mov [rcx + 144], rdx"
        "lea rsp, [rbp - 40]"
        "pop r15" "pop r14" "pop r13" "pop r12" "pop rbx" "pop rbp"
        "ret"

    // (_, _, _, _): finds the limit word changed.
    checking updraft_test_check updraft_test_check_end:
        "push rbp" "mov rbp, rsp"
        "push r14"
        "mov r14, rdi"
        "push 0"
        "mov r10, [r14 + 16]"
        "call [r10 + 13*8]"
        "mov eax, 7"
        "pop r14" "pop rbp"
        "ret"

    // (area, record, a, b): calls the function of the record with the same.
    calling updraft_test_calling updraft_test_calling_end:
        "push rbp" "mov rbp, rsp"
        "push r14" "push rbx"
        "mov rdi, [rdx + 8]"
        "call [rdx]"
        "pop rbx" "pop r14" "pop rbp"
        "ret"

    // (funcref): the address of its record.
    identity updraft_test_identity updraft_test_identity_end:
        "mov rax, rsi"
        "ret"
}

//! An entry stub, a landing stub and a few functions as bytes.

use std::arch::naked_asm;

use updraft_abi::{TrapSite, Traps, isolate};
use updraft_runtime::code_space::{CodeBlock, CodeInfo, CodeKind, CodeSpace, CodeSpaceConfig};
use updraft_runtime::{stack, trap::signal};
use updraft_types::{FuncIndex, TrapCode};

/// An isolate context with room for what the landing stub is told.
#[repr(C, align(16))]
#[derive(Debug)]
pub struct Context {
    pub fixed: [u64; isolate::BYTES as usize / 8],
    pub pc: u64,
    pub code: u64,
    pub address: u64,
    pub fp: u64,
    pub landed_sp: u64,
    pub landed_flags: u64,
    /// Fault addresses that belong to a memory: from, to.
    pub memory: [u64; 2],
}

const _: () = assert!(isolate::ENTRY_SP == 16 && isolate::BYTES.is_multiple_of(16));

/// Calls `code(arg)`; what it returns, or `u64::MAX` after a trap.
#[unsafe(naked)]
unsafe extern "C" fn enter(code: *const u8, context: *mut Context, arg: u64) -> u64 {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rsi + 16], rsp",
        "mov rax, rdi",
        "mov rdi, rdx",
        "call rax",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}

#[unsafe(naked)]
unsafe extern "C" fn landing() {
    naked_asm!(
        "mov [rdi + {behind} + 0], rsi",
        "mov [rdi + {behind} + 8], rdx",
        "mov [rdi + {behind} + 16], rcx",
        "mov [rdi + {behind} + 24], r8",
        "mov [rdi + {behind} + 32], rsp",
        "pushfq",
        "pop rax",
        "mov [rdi + {behind} + 40], rax",
        "mov rsp, [rdi + 16]",
        "mov rax, -1",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        behind = const isolate::BYTES,
    )
}

unsafe fn in_memory(context: *mut u8, address: usize) -> bool {
    // SAFETY: `run` sets nothing but contexts.
    let memory = unsafe { (*context.cast::<Context>()).memory };
    (memory[0]..memory[1]).contains(&(address as u64))
}

/// What a call came to.
#[derive(Debug)]
pub struct Outcome {
    pub value: u64,
    pub context: Context,
}

impl Outcome {
    pub fn trap(&self) -> Option<TrapCode> {
        TrapCode::from_u8(self.context.code as u8)
    }
}

/// Installs the handlers, with these stubs.
pub fn install() {
    // SAFETY: the stubs above are what is asked for.
    unsafe {
        signal::set_trap_landing(landing);
        signal::set_address_hook(in_memory);
    }
    signal::install().unwrap();
}

/// Runs code as an isolate would, with faults in `memory` being accesses out
/// of bounds.
pub fn run(code: &CodeBlock, arg: u64, memory: [u64; 2]) -> Outcome {
    stack::ensure_signal_stack().unwrap();
    let mut context = Box::new(Context {
        fixed: [0; _],
        pc: 0,
        code: 0,
        address: 0,
        fp: 0,
        landed_sp: 0,
        landed_flags: 0,
        memory,
    });
    let here = std::ptr::from_ref(&arg) as usize;
    context.fixed[isolate::REAL_LIMIT as usize / 8] =
        stack::wasm_limit(here, 256 << 10).unwrap() as u64;
    let pointer: *mut Context = &mut *context;
    let old = signal::set_current(pointer.cast());
    // SAFETY: the code follows the calling convention or traps.
    let value = unsafe { enter(code.start(), pointer, arg) };
    assert_eq!(signal::set_current(old), pointer.cast());
    Outcome { value, context: *context }
}

pub fn space() -> CodeSpace {
    CodeSpace::new(CodeSpaceConfig::default()).unwrap()
}

/// What is known about function `index` with these traps.
pub fn info(index: u32, traps: &[(u32, TrapCode)]) -> CodeInfo {
    let site = |&(code_offset, code): &(u32, TrapCode)| TrapSite { code_offset, code };
    let sites: Vec<_> = traps.iter().map(site).collect();
    CodeInfo {
        tag: index as usize,
        traps: Traps::from_sites(&sites),
        ..CodeInfo::bare(CodeKind::Func(FuncIndex::new(index)))
    }
}

/// `mov eax, value; ret`
pub fn constant(value: u32) -> Vec<u8> {
    let mut code = vec![0xb8];
    code.extend(value.to_le_bytes());
    code.push(0xc3);
    code
}

/// Calls a function without parameters.
pub fn call(start: *const u8) -> u32 {
    // SAFETY: callers pass published code made by `constant`.
    let function: extern "C" fn() -> u32 = unsafe { std::mem::transmute(start) };
    function()
}

/// Makes a frame that reaches below the end of this thread's stack.
pub fn overflow() {
    let bounds = stack::current_bounds().unwrap();
    let here = std::ptr::from_ref(&bounds) as usize;
    // push rbp; mov rbp, rsp; then touch each page down to below the end of
    // the stack: mov ecx, pages; l: sub rsp, 4096; mov [rsp], ecx; dec ecx;
    // jnz l; leave; ret
    let pages = ((here - bounds.low) / 4096 + 3) as u32;
    let mut code = vec![0x55, 0x48, 0x89, 0xe5, 0xb9];
    code.extend(pages.to_le_bytes());
    code.extend([0x48, 0x81, 0xec, 0, 0x10, 0, 0, 0x89, 0x0c, 0x24, 0xff, 0xc9]);
    code.extend([0x75, 0xf2, 0xc9, 0xc3]);
    for traps in [&[][..], &[(16, TrapCode::StackOverflow)]] {
        let block = space().allocate(&code, 16, info(0, traps)).unwrap();
        let outcome = run(&block, 0, [0, 0]);
        assert_eq!(outcome.trap(), Some(TrapCode::StackOverflow));
        let sp = outcome.context.landed_sp as usize;
        assert!(bounds.contains(sp) && sp > here - 4096, "lands above the frame");
    }
}

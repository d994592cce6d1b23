//! Generates the thunks between host and wasm, one pair per function type, and
//! the PLT-like entries of functions, for x86-64.
//!
//! Called by `signature` and `entries`, which keep what is generated. The
//! layout of the entry frame is described in `x64`; where values lie is
//! `abi::convention`'s business.

use updraft_abi::convention::{CallLayout, Place};
use updraft_abi::{isolate as iso, vmctx};
use updraft_types::FuncType;

const RAX: u8 = 0;
const RSP: u8 = 4;
const RBP: u8 = 5;
const R9: u8 = 9;
const R10: u8 = 10;
const R11: u8 = 11;
const RSI: u8 = 6;
const RDI: u8 = 7;
/// Vector scratch register: not an argument, owned by no one at a call.
const XMM15: u8 = 15;

/// Offset of the address to call in a host function's context.
pub(crate) const HOST_SHIM: u32 = 8;

/// Writes instructions. Memory operands always have a 32-bit displacement:
/// thunks are few, simple beats short.
#[derive(Default)]
struct Emitter {
    code: Vec<u8>,
}

impl Emitter {
    fn bytes(&mut self, bytes: &[u8]) {
        self.code.extend_from_slice(bytes);
    }

    /// ModRM, SIB and displacement of `[base + disp]`.
    fn operand(&mut self, reg: u8, base: u8, disp: i32) {
        self.code.push(0x80 | (reg & 7) << 3 | base & 7);
        if base & 7 == RSP {
            self.code.push(0x24);
        }
        self.code.extend_from_slice(&disp.to_le_bytes());
    }

    /// `mov reg, [base + disp]`, 64 bits.
    fn load(&mut self, reg: u8, base: u8, disp: i32) {
        self.bytes(&[0x48 | (reg >> 3) << 2 | base >> 3, 0x8b]);
        self.operand(reg, base, disp);
    }

    /// `mov [base + disp], reg`, 64 bits.
    fn store(&mut self, reg: u8, base: u8, disp: i32) {
        self.bytes(&[0x48 | (reg >> 3) << 2 | base >> 3, 0x89]);
        self.operand(reg, base, disp);
    }

    /// `mov dword [base + disp], imm`.
    fn store_imm32(&mut self, base: u8, disp: i32, imm: u32) {
        self.bytes(&[0x40 | base >> 3, 0xc7]);
        self.operand(0, base, disp);
        self.bytes(&imm.to_le_bytes());
    }

    /// `movups xmm, [base + disp]`.
    fn load_vec(&mut self, xmm: u8, base: u8, disp: i32) {
        self.bytes(&[0x40 | (xmm >> 3) << 2 | base >> 3, 0x0f, 0x10]);
        self.operand(xmm, base, disp);
    }

    /// `movups [base + disp], xmm`.
    fn store_vec(&mut self, xmm: u8, base: u8, disp: i32) {
        self.bytes(&[0x40 | (xmm >> 3) << 2 | base >> 3, 0x0f, 0x11]);
        self.operand(xmm, base, disp);
    }

    /// `mov dst, src`, 64 bits.
    fn mov(&mut self, dst: u8, src: u8) {
        self.bytes(&[0x48 | (src >> 3) << 2 | dst >> 3, 0x89, 0xc0 | (src & 7) << 3 | dst & 7]);
    }

    /// `lea reg, [base + disp]`.
    fn lea(&mut self, reg: u8, base: u8, disp: i32) {
        self.bytes(&[0x48 | (reg >> 3) << 2 | base >> 3, 0x8d]);
        self.operand(reg, base, disp);
    }

    /// `cmp dword [base + disp], 0`, for a small displacement.
    fn compare_0(&mut self, base: u8, disp: u8) {
        self.bytes(&[0x40 | base >> 3, 0x83, 0x78 | base & 7, disp, 0]);
    }

    /// `jnz` forwards; to be given to `bind`.
    fn jump_nonzero(&mut self) -> usize {
        self.bytes(&[0x0f, 0x85, 0, 0, 0, 0]);
        self.code.len()
    }

    /// Lets a jump lead here.
    fn bind(&mut self, jump: usize) {
        let distance = (self.code.len() - jump) as i32;
        self.code[jump - 4..jump].copy_from_slice(&distance.to_le_bytes());
    }

    /// `mov reg, imm`, 64 bits.
    fn load_imm64(&mut self, reg: u8, imm: u64) {
        self.bytes(&[0x48 | reg >> 3, 0xb8 | reg & 7]);
        self.bytes(&imm.to_le_bytes());
    }

    /// Code out of line: waits at the gate of the isolate in `vm`, in the state
    /// that `state` moves to r9d, and goes back to where the jump came from.
    fn wait_at_gate(&mut self, jump: usize, vm: u8, state: impl FnOnce(&mut Self)) {
        self.bind(jump);
        state(self);
        self.mov(R10, vm);
        self.load_imm64(R11, super::x64::gate_closed as *const () as u64);
        self.bytes(&[0x41, 0xff, 0xd3, 0xe9]); // call r11; jmp back
        let distance = jump as i32 - (self.code.len() as i32 + 4);
        self.bytes(&distance.to_le_bytes());
    }

    /// `sub rsp, imm`.
    fn sub_rsp(&mut self, imm: u32) {
        if imm > 0 {
            self.bytes(&[0x48, 0x81, 0xec]);
            self.bytes(&imm.to_le_bytes());
        }
    }

    /// `add rsp, imm`.
    fn add_rsp(&mut self, imm: u32) {
        if imm > 0 {
            self.bytes(&[0x48, 0x81, 0xc4]);
            self.bytes(&imm.to_le_bytes());
        }
    }
}

fn slot(i: usize) -> i32 {
    i as i32 * updraft_abi::convention::VALUE_SLOT_BYTES as i32
}

/// `extern "C" fn(vmctx, entry, slots, isolate) -> u64`: calls a wasm function
/// of this type with arguments from `slots` and puts the results there. 0, or 1
/// if wasm was left by unwinding.
pub(crate) fn entry_thunk(ty: &FuncType) -> Vec<u8> {
    let layout = CallLayout::new(ty);
    let mut e = Emitter::default();
    const RCX: u8 = 1;
    e.bytes(&[0x55, 0x48, 0x89, 0xe5]); // push rbp; mov rbp, rsp
    e.bytes(&[0x53, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57]); // push rbx r12..r15
    e.bytes(&[0x8b, 0x41, iso::STATE as u8, 0x50]); // mov eax, [rcx + state]; push rax
    e.store_imm32(RCX, iso::STATE as i32, iso::State::InWasm as u32);
    e.compare_0(RCX, iso::GATE as u8);
    let closed = e.jump_nonzero();
    // Until here nothing says that there is a new activation: see `gate`.
    e.bytes(&[0xff, 0x71, iso::ENTRY_SP as u8]); // push [rcx + entry_sp]
    e.bytes(&[0xff, 0x71, iso::EXIT_FP as u8]); // push [rcx + exit_fp]
    e.bytes(&[0x52, 0x51]); // push rdx (slots); push rcx (isolate)
    e.store(RSP, RCX, iso::ENTRY_SP as i32);
    e.mov(R10, 2);
    e.mov(RAX, RSI);
    e.sub_rsp(layout.result_area_bytes + layout.stack_arg_bytes);
    if layout.has_result_area() {
        e.lea(RSI, RSP, layout.stack_arg_bytes as i32);
    }
    for (i, place) in layout.params.iter().enumerate() {
        if let Place::Memory(offset) = *place {
            if ty.params()[i].bytes() == 16 {
                e.load_vec(XMM15, R10, slot(i));
                e.store_vec(XMM15, RSP, offset as i32);
            } else {
                e.load(R11, R10, slot(i));
                e.store(R11, RSP, offset as i32);
            }
        }
    }
    for (i, place) in layout.params.iter().enumerate() {
        match *place {
            Place::Int(reg) => e.load(reg, R10, slot(i)),
            Place::Float(xmm) => e.load_vec(xmm, R10, slot(i)),
            Place::Memory(_) => {}
        }
    }
    e.bytes(&[0xff, 0xd0]); // call rax
    e.load(R11, RSP, layout.result_area_bytes as i32 + 8);
    for (i, place) in layout.results.iter().enumerate() {
        match *place {
            Place::Int(reg) => e.store(reg, R11, slot(i)),
            Place::Float(xmm) => e.store_vec(xmm, R11, slot(i)),
            Place::Memory(offset) => {
                e.load_vec(XMM15, RSP, offset as i32);
                e.store_vec(XMM15, R11, slot(i));
            }
        }
    }
    e.add_rsp(layout.result_area_bytes);
    e.bytes(&[0x31, 0xc0]); // xor eax, eax
    e.bytes(&[0x59, 0x5a]); // pop rcx (isolate); pop rdx (slots)
    e.bytes(&[0x8f, 0x41, iso::EXIT_FP as u8]);
    e.bytes(&[0x8f, 0x41, iso::ENTRY_SP as u8]);
    e.bytes(&[0x5a, 0x89, 0x51, iso::STATE as u8]); // pop rdx; mov [rcx + state], edx
    e.bytes(&[0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5b, 0x5d, 0xc3]);
    e.wait_at_gate(closed, RCX, |e| e.mov(R9, RAX));
    e.code
}

/// A wasm function of this type that hands its arguments to the host: calls
/// the shim in its context as `extern "C" fn(context, slots) -> u32`; on 0 the
/// results are in the slots, else wasm is left.
pub(crate) fn host_thunk(ty: &FuncType) -> Vec<u8> {
    let layout = CallLayout::new(ty);
    let mut e = Emitter::default();
    let n_slots = ty.params().len().max(ty.results().len());
    e.bytes(&[0x55, 0x48, 0x89, 0xe5]); // push rbp; mov rbp, rsp
    e.sub_rsp(slot(n_slots) as u32 + 16);
    e.store(RDI, RBP, -8);
    if layout.has_result_area() {
        e.store(RSI, RBP, -16);
    }
    e.load(R11, RDI, vmctx::ISOLATE as i32);
    e.store(RBP, R11, iso::EXIT_FP as i32);
    e.store_imm32(R11, iso::STATE as i32, iso::State::InHost as u32);
    for (i, place) in layout.params.iter().enumerate() {
        match *place {
            Place::Int(reg) => e.store(reg, RSP, slot(i)),
            Place::Float(xmm) => e.store_vec(xmm, RSP, slot(i)),
            Place::Memory(offset) if ty.params()[i].bytes() == 16 => {
                e.load_vec(XMM15, RBP, 16 + offset as i32);
                e.store_vec(XMM15, RSP, slot(i));
            }
            Place::Memory(offset) => {
                e.load(RAX, RBP, 16 + offset as i32);
                e.store(RAX, RSP, slot(i));
            }
        }
    }
    e.mov(RSI, RSP);
    e.bytes(&[0xff, 0x57, HOST_SHIM as u8]); // call [rdi + shim]
    e.load(R11, RBP, -8);
    e.load(R11, R11, vmctx::ISOLATE as i32);
    e.store_imm32(R11, iso::STATE as i32, iso::State::InWasm as u32);
    e.compare_0(R11, iso::GATE as u8);
    let closed = e.jump_nonzero();
    e.bytes(&[0x85, 0xc0]); // test eax, eax
    let failed = e.jump_nonzero();
    if layout.has_result_area() {
        e.load(R11, RBP, -16);
        for (i, place) in layout.results.iter().enumerate() {
            if let Place::Memory(offset) = *place {
                e.load_vec(XMM15, RSP, slot(i));
                e.store_vec(XMM15, R11, offset as i32);
            }
        }
    }
    for (i, place) in layout.results.iter().enumerate() {
        match *place {
            Place::Int(reg) => e.load(reg, RSP, slot(i)),
            Place::Float(xmm) => e.load_vec(xmm, RSP, slot(i)),
            Place::Memory(_) => {}
        }
    }
    e.bytes(&[0xc9]); // leave
    if layout.stack_arg_bytes > 0 {
        e.bytes(&[0xc2]);
        e.bytes(&(layout.stack_arg_bytes as u16).to_le_bytes());
    } else {
        e.bytes(&[0xc3]);
    }
    e.bind(failed);
    e.load(RDI, RBP, -8);
    e.load(RDI, RDI, vmctx::ISOLATE as i32);
    e.load_imm64(RAX, super::x64::unwind_to_entry as *const () as u64);
    e.bytes(&[0xff, 0xe0]); // jmp rax
    e.wait_at_gate(closed, R11, |e| {
        e.bytes(&[0x41, 0xb9]); // mov r9d, imm
        e.bytes(&(iso::State::InHost as u32).to_le_bytes());
    });
    e.code
}

/// Bytes of a function's entry.
pub(crate) const ENTRY_BYTES: usize = 32;
/// Where in an entry the code starts that compiles the function.
pub(crate) const ENTRY_LAZY: usize = 11;

/// The entry of the declared function `index`: jumps to what the code table of
/// the `vmctx` it is called with holds for it; behind it, the code that the
/// slot holds while the function has none.
pub(crate) fn function_entry(index: u32) -> [u8; ENTRY_BYTES] {
    let mut e = Emitter::default();
    // mov r11, [rdi + code_table]; jmp [r11 + 8 * index]
    e.bytes(&[0x4c, 0x8b, 0x5f, vmctx::CODE_TABLE as u8, 0x41, 0xff, 0xa3]);
    e.bytes(&(index * 8).to_le_bytes());
    debug_assert_eq!(e.code.len(), ENTRY_LAZY);
    // mov r11d, index; mov r10, [rdi + isolate]; jmp [r10 + lazy_common]
    e.bytes(&[0x41, 0xbb]);
    e.bytes(&index.to_le_bytes());
    e.bytes(&[0x4c, 0x8b, 0x57, vmctx::ISOLATE as u8]);
    e.bytes(&[0x41, 0xff, 0x62, iso::LAZY_COMMON as u8]);
    let mut entry = [0xcc; ENTRY_BYTES];
    entry[..e.code.len()].copy_from_slice(&e.code);
    entry
}

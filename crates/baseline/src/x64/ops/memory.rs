//! Loads, stores, and the size of memories.

use updraft_abi::{Bounds, Builtin, GUARD_BYTES, vmctx};
use updraft_types::{MemoryIndex, TrapCode};

use crate::op::{MemArg, MemArgTarget};
use crate::x64::codegen::{Codegen, imm32};
use crate::x64::moves::{Dst, Src};
use crate::x64::regs::{MEMORY, SCRATCH};
use crate::x64::value::{Entry, Ty, Val};
use crate::x64::{Alu, Cond, Gpr, Mem, Shift, Size};

/// Where an access goes. May use the scratch register: until the access, no
/// operand is to be copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeapAddr {
    /// The operand of the instruction.
    pub(crate) mem: Mem,
    /// The temporary that the index is in, if it is one.
    temp: Option<Gpr>,
}

/// How an integer is loaded.
#[derive(Clone, Copy)]
enum Load {
    Plain,
    Zero(Size),
    Sign(Size),
}

macro_rules! loads {
    ($($visit:ident: $ty:ident $how:expr, $bytes:literal;)*) => {$(
        pub(crate) fn $visit(&mut self, memarg: MemArg) {
            self.load_int(&memarg, Ty::$ty, $how, $bytes);
        }
    )*};
}

macro_rules! stores {
    ($($visit:ident: $size:ident, $bytes:literal;)*) => {$(
        pub(crate) fn $visit(&mut self, memarg: MemArg) {
            self.store_int(&memarg, Size::$size, $bytes);
        }
    )*};
}

impl Codegen<'_> {
    loads! {
        visit_i32_load: I32 Load::Plain, 4;
        visit_i64_load: I64 Load::Plain, 8;
        visit_i32_load8_s: I32 Load::Sign(Size::S8), 1;
        visit_i32_load8_u: I32 Load::Zero(Size::S8), 1;
        visit_i32_load16_s: I32 Load::Sign(Size::S16), 2;
        visit_i32_load16_u: I32 Load::Zero(Size::S16), 2;
        visit_i64_load8_s: I64 Load::Sign(Size::S8), 1;
        visit_i64_load8_u: I64 Load::Zero(Size::S8), 1;
        visit_i64_load16_s: I64 Load::Sign(Size::S16), 2;
        visit_i64_load16_u: I64 Load::Zero(Size::S16), 2;
        visit_i64_load32_s: I64 Load::Sign(Size::S32), 4;
        visit_i64_load32_u: I64 Load::Zero(Size::S32), 4;
    }

    stores! {
        visit_i32_store: S32, 4;
        visit_i64_store: S64, 8;
        visit_i32_store8: S8, 1;
        visit_i32_store16: S16, 2;
        visit_i64_store8: S8, 1;
        visit_i64_store16: S16, 2;
        visit_i64_store32: S32, 4;
    }

    /// Where the memory argument right behind a one-byte operator ends.
    #[inline]
    fn memarg_end(&self) -> usize {
        let flags_at = self.offset as usize + 1;
        // Usually both numbers lie in one word: no branch looks at their bytes.
        let rest = self.input.body.get(flags_at - self.input.body_offset..).unwrap_or(&[]);
        if let Some(word) = rest.first_chunk() {
            let word = u64::from_le_bytes(*word);
            let ends = !word & 0x8080_8080_8080_8080;
            let second = ends & ends.wrapping_sub(1);
            if word & 0x40 == 0 && second != 0 {
                return flags_at + second.trailing_zeros() as usize / 8 + 1;
            }
        }
        let mut at = self.skip_leb(flags_at);
        // Bit 6 of the flags: a memory index follows.
        if self.input.body.get(flags_at - self.input.body_offset).is_some_and(|f| f & 0x40 != 0) {
            at = self.skip_leb(at);
        }
        self.skip_leb(at)
    }

    fn load_int(&mut self, memarg: &MemArg, ty: Ty, how: Load, bytes: u32) {
        let index = self.pop();
        let home = self.result_home_at(self.memarg_end());
        let addr = self.heap_addr_of(index, memarg, bytes);
        let dst = match (home, addr.temp) {
            (Some((home, _)), _) => home,
            (None, Some(temp)) => temp,
            (None, None) => self.alloc_gpr(),
        };
        self.may_trap(TrapCode::MemoryOutOfBounds);
        match how {
            Load::Plain => self.asm.mov_rm(ty.size(), dst, addr.mem),
            Load::Zero(Size::S32) => self.asm.mov_rm(Size::S32, dst, addr.mem),
            Load::Zero(from) => self.asm.movzx_rm(from, dst, addr.mem),
            Load::Sign(from) => self.asm.movsx_rm(from, ty.size(), dst, addr.mem),
        }
        match home {
            Some((_, local)) => {
                self.free_addr(addr);
                self.push_home(local);
            }
            None => self.push_gpr(dst, ty),
        }
    }

    fn store_int(&mut self, memarg: &MemArg, size: Size, bytes: u32) {
        let entry = self.pop();
        if let Val::Const(bits) = entry.val
            && let Some(imm) =
                if size == Size::S64 { imm32(bits, Ty::I64) } else { Some(bits as i32) }
        {
            let imm = match size {
                Size::S8 => i32::from(imm as i8),
                Size::S16 => i32::from(imm as i16),
                _ => imm,
            };
            let addr = self.heap_addr(memarg, bytes);
            self.may_trap(TrapCode::MemoryOutOfBounds);
            self.asm.mov_mi(size, addr.mem, imm);
            return self.free_addr(addr);
        }
        let src = self.gpr(entry);
        let addr = self.heap_addr(memarg, bytes);
        self.may_trap(TrapCode::MemoryOutOfBounds);
        self.asm.mov_mr(size, addr.mem, src);
        self.free_addr(addr);
        self.free_gpr(src);
    }

    fn load_float(&mut self, memarg: &MemArg, ty: Ty, bytes: u32) {
        let dst = self.alloc_xmm();
        let addr = self.heap_addr(memarg, bytes);
        self.may_trap(TrapCode::MemoryOutOfBounds);
        self.load_xmm_mem(dst, addr.mem, ty);
        self.free_addr(addr);
        self.push_xmm(dst, ty);
    }

    fn store_float(&mut self, memarg: &MemArg, ty: Ty, bytes: u32) {
        let src = self.pop_xmm();
        let addr = self.heap_addr(memarg, bytes);
        self.may_trap(TrapCode::MemoryOutOfBounds);
        self.store_xmm_mem(addr.mem, src, ty);
        self.free_addr(addr);
        self.free_xmm(src);
    }

    pub(crate) fn visit_f32_load(&mut self, memarg: MemArg) {
        self.load_float(&memarg, Ty::F32, 4);
    }
    pub(crate) fn visit_f64_load(&mut self, memarg: MemArg) {
        self.load_float(&memarg, Ty::F64, 8);
    }
    pub(crate) fn visit_f32_store(&mut self, memarg: MemArg) {
        self.store_float(&memarg, Ty::F32, 4);
    }
    pub(crate) fn visit_f64_store(&mut self, memarg: MemArg) {
        self.store_float(&memarg, Ty::F64, 8);
    }

    /// Gives back the index's temporary.
    pub(crate) fn free_addr(&mut self, addr: HeapAddr) {
        if let Some(temp) = addr.temp {
            self.free_gpr(temp);
        }
    }

    /// The definition of a memory, in a register that may be `tmp`.
    fn memory_def(&mut self, memory: MemoryIndex, tmp: Gpr) -> Gpr {
        if memory.raw() == 0 && self.input.tunables.bounds == Bounds::Checked {
            self.uses_memory = true;
            return MEMORY;
        }
        self.load_vmctx(tmp, self.input.layout.memory(memory) + vmctx::EXTENT_DEF);
        tmp
    }

    /// Pops an index: the operand for an access of `access_bytes` bytes. Traps,
    /// or lets the access trap, if it is not all inside of the memory.
    #[inline]
    pub(crate) fn heap_addr(&mut self, memarg: &MemArg, access_bytes: u32) -> HeapAddr {
        let index = self.pop();
        self.heap_addr_of(index, memarg, access_bytes)
    }

    fn heap_addr_of(&mut self, entry: Entry, memarg: &MemArg, access_bytes: u32) -> HeapAddr {
        let memory = match memarg.target {
            MemArgTarget::Memory(m) => MemoryIndex::new(m),
            MemArgTarget::Array(_) => {
                self.unsupported("access to an array");
                MemoryIndex::new(0)
            }
        };
        // Offsets of 32-bit memories have 32 bits, so no sum here overflows.
        let offset = memarg.offset;
        let past_end = offset + u64::from(access_bytes);
        let guarded = self.input.tunables.bounds == Bounds::Guarded;
        if guarded && past_end <= GUARD_BYTES {
            if let Val::Const(index) = entry.val
                && let Ok(disp) = i32::try_from(index + offset)
            {
                let base = self.memory_base(memory);
                return HeapAddr { mem: Mem::base(base, disp), temp: None };
            }
            let index = self.gpr(entry);
            let base = self.memory_base(memory);
            // The index is zero-extended: an invariant of operands.
            let mem = Mem::indexed(base, index, 0, offset as i32);
            return HeapAddr { mem, temp: Self::is_temp(index).then_some(index) };
        }
        let index = self.gpr(entry);
        let tmp = self.alloc_gpr();
        let def = self.memory_def(memory, tmp);
        match i32::try_from(past_end) {
            Ok(past_end) => self.asm.lea(Size::S64, SCRATCH, Mem::base(index, past_end)),
            Err(_) => {
                self.asm.mov_ri(SCRATCH, past_end);
                self.asm.alu_rr(Alu::Add, Size::S64, SCRATCH, index);
            }
        }
        self.asm.alu_rm(Alu::Cmp, Size::S64, SCRATCH, Mem::base(def, vmctx::DEF_LEN as i32));
        let trap = self.trap_label(TrapCode::MemoryOutOfBounds);
        self.asm.jcc(Cond::A, trap);
        let disp = match i32::try_from(offset) {
            Ok(disp) => {
                self.asm.mov_rm(Size::S64, SCRATCH, Mem::base(def, vmctx::DEF_BASE as i32));
                disp
            }
            Err(_) => {
                self.asm.mov_ri(SCRATCH, offset);
                let base = Mem::base(def, vmctx::DEF_BASE as i32);
                self.asm.alu_rm(Alu::Add, Size::S64, SCRATCH, base);
                0
            }
        };
        self.free_gpr(tmp);
        let mem = Mem::indexed(SCRATCH, index, 0, disp);
        HeapAddr { mem, temp: Self::is_temp(index).then_some(index) }
    }

    /// The first byte of a memory with guards: it never moves.
    fn memory_base(&mut self, memory: MemoryIndex) -> Gpr {
        if memory.raw() == 0 {
            self.uses_memory = true;
            return MEMORY;
        }
        self.load_vmctx(SCRATCH, self.input.layout.memory(memory) + vmctx::EXTENT_BASE);
        SCRATCH
    }

    pub(crate) fn visit_memory_size(&mut self, mem: u32) {
        let dst = self.alloc_gpr();
        let def = self.memory_def(MemoryIndex::new(mem), dst);
        self.asm.mov_rm(Size::S64, dst, Mem::base(def, vmctx::DEF_LEN as i32));
        self.asm.shift_ri(Shift::Shr, Size::S64, dst, 16);
        self.push_gpr(dst, Ty::I32);
    }

    pub(crate) fn visit_memory_grow(&mut self, mem: u32) {
        let at = self.stack.len() - 1;
        let delta = self.stack[at];
        let args = [
            (Dst::Gpr(Gpr::RSI), Src::Const(u64::from(mem))),
            (Dst::Gpr(Gpr::RDX), Src::Operand(delta, at)),
        ];
        self.call_builtin(Builtin::MemoryGrow, 1, &args, Some(Ty::I32));
    }
}

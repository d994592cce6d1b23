//! Moves between registers, the frame and memory, one by one and at once:
//! arguments into their registers, results into theirs.

use smallvec::SmallVec;

use super::codegen::Codegen;
use super::regs::{SCRATCH, SCRATCH_X};
use super::value::{Entry, Home, Ty, Val};
use super::{Gpr, Mem, Size, Sse, Xmm};

/// Where a value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dst {
    Gpr(Gpr),
    Xmm(Xmm),
}

/// What goes there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Src {
    /// An operand and its position.
    Operand(Entry, usize),
    /// All 64 bits of a register.
    Reg(Gpr),
    /// A vector register.
    Vec(Xmm),
    /// 64 bits of memory, whose base is no destination.
    Load(Mem),
    /// An address in the frame.
    Address(Mem),
    /// A constant.
    Const(u64),
}

/// Moves that read everything before they write anything.
pub(crate) type Moves = SmallVec<[(Dst, Src); 16]>;

/// Moves that are still to be emitted, by the number of their destination: a
/// register is the destination of one move at most.
struct Left {
    /// Which there are: a bit each.
    dsts: u32,
    /// The place of each among all moves, and the number of the register that
    /// it reads, or [`NONE`].
    moves: [(u8, u8); 32],
    /// How many of them read each register; behind these, those that read none.
    n_reads: [u8; 33],
    /// Which registers are read: a bit each.
    read: u32,
}

/// Stands for the register of a move that reads none.
const NONE: u8 = 32;

impl Left {
    fn new() -> Self {
        Self { dsts: 0, moves: [(0, 0); 32], n_reads: [0; 33], read: 0 }
    }

    fn add(&mut self, dst: usize, at: usize, source: u8) {
        debug_assert!(self.dsts & 1 << dst == 0);
        self.dsts |= 1 << dst;
        self.moves[dst] = (at as u8, source);
        self.n_reads[usize::from(source)] += 1;
        self.read |= (1u64 << source) as u32;
    }

    /// Takes a move out: its place among all, and what it reads.
    fn take(&mut self, dst: usize) -> (usize, u8) {
        self.dsts &= !(1 << dst);
        let (at, source) = self.moves[dst];
        let n_reads = &mut self.n_reads[usize::from(source)];
        *n_reads -= 1;
        if *n_reads == 0 {
            self.read &= !((1u64 << source) as u32);
        }
        (at.into(), source)
    }
}

/// A number for each register: vector registers come behind the others.
#[inline]
fn index(reg: Dst) -> usize {
    match reg {
        Dst::Gpr(reg) => usize::from(reg.0 & 15),
        Dst::Xmm(reg) => usize::from(reg.0 & 15) + 16,
    }
}

/// Moves of one value.
impl Codegen<'_> {
    /// Loads an operand of the stack, which stays, into a register.
    pub(crate) fn load_gpr(&mut self, dst: Gpr, entry: Entry) {
        debug_assert!(entry.val != Val::Slot);
        self.load_gpr_at(dst, entry, 0);
    }

    pub(crate) fn load_xmm(&mut self, dst: Xmm, entry: Entry) {
        debug_assert!(entry.val != Val::Slot);
        self.load_xmm_at(dst, entry, 0);
    }

    /// Emits the move of a value into a register; `at` is its position, for
    /// values in slots. Flags survive.
    pub(crate) fn load_gpr_at(&mut self, dst: Gpr, entry: Entry, at: usize) {
        let size = entry.ty.size();
        match entry.val {
            Val::Const(bits) => self.asm.mov_ri(dst, bits),
            Val::Gpr(src) => {
                if src != dst {
                    self.asm.mov_rr(size, dst, src);
                }
            }
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Gpr(src) => {
                    if src != dst {
                        self.asm.mov_rr(size, dst, src);
                    }
                }
                _ => {
                    let slot = self.local_slot(local);
                    self.asm.mov_rm(size, dst, slot);
                }
            },
            Val::Slot => {
                let slot = self.slot_of(at, entry.ty);
                self.asm.mov_rm(size, dst, slot);
            }
            Val::Flags(cond) => {
                self.asm.setcc(cond, dst);
                self.asm.movzx_rr(Size::S8, dst, dst);
            }
            Val::Xmm(_) => unreachable!("an integer in a vector register"),
        }
    }

    /// Emits the move of a value into a vector register.
    pub(crate) fn load_xmm_at(&mut self, dst: Xmm, entry: Entry, at: usize) {
        match entry.val {
            Val::Const(0) => self.asm.sse_rr(Sse::XORPS, dst, dst),
            Val::Const(bits) => {
                let label = match entry.ty {
                    Ty::F32 => self.asm.constant4((bits as u32).to_le_bytes()),
                    _ => self.asm.constant8(bits.to_le_bytes()),
                };
                self.load_xmm_mem(dst, Mem::rip(label), entry.ty);
            }
            Val::Xmm(src) => {
                if src != dst {
                    self.asm.sse_rr(Sse::MOVAPS, dst, src);
                }
            }
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Xmm(src) => {
                    if src != dst {
                        self.asm.sse_rr(Sse::MOVAPS, dst, src);
                    }
                }
                _ => {
                    let slot = self.local_slot(local);
                    self.load_xmm_mem(dst, slot, entry.ty);
                }
            },
            Val::Slot => {
                let slot = self.slot_of(at, entry.ty);
                self.load_xmm_mem(dst, slot, entry.ty);
            }
            Val::Gpr(_) | Val::Flags(_) => unreachable!("a float in an integer register"),
        }
    }

    /// Loads a float or vector, exactly its bytes.
    pub(crate) fn load_xmm_mem(&mut self, dst: Xmm, mem: Mem, ty: Ty) {
        match ty {
            Ty::F32 => self.asm.sse_rm(Sse::MOVSS, dst, mem),
            Ty::F64 => self.asm.sse_rm(Sse::MOVSD, dst, mem),
            _ => self.asm.sse_rm(Sse::MOVUPS, dst, mem),
        }
    }

    /// Stores a float or vector, exactly its bytes.
    pub(crate) fn store_xmm_mem(&mut self, mem: Mem, src: Xmm, ty: Ty) {
        match ty {
            Ty::F32 => self.asm.sse_mr(Sse::MOVSS, mem, src),
            Ty::F64 => self.asm.sse_mr(Sse::MOVSD, mem, src),
            _ => self.asm.sse_mr(Sse::MOVUPS, mem, src),
        }
    }

    /// Emits the store of a value that is not in an operand slot. Uses scratch
    /// registers; flags survive.
    pub(crate) fn store(&mut self, mem: Mem, entry: Entry) {
        let Entry { val, ty } = entry;
        match val {
            Val::Const(bits) => self.store_const(mem, bits, ty),
            Val::Gpr(reg) => self.asm.mov_mr(ty.size(), mem, reg),
            Val::Xmm(reg) => self.store_xmm_mem(mem, reg, ty),
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Gpr(reg) => self.asm.mov_mr(ty.size(), mem, reg),
                Home::Xmm(reg) => self.store_xmm_mem(mem, reg, ty),
                Home::Frame => {
                    let from = self.local_slot(local);
                    self.copy(mem, from, ty);
                }
            },
            Val::Flags(cond) => {
                self.asm.setcc(cond, SCRATCH);
                self.asm.movzx_rr(Size::S8, SCRATCH, SCRATCH);
                self.asm.mov_mr(Size::S32, mem, SCRATCH);
            }
            Val::Slot => unreachable!("the position is not known"),
        }
    }

    /// Stores a constant that is no vector.
    pub(crate) fn store_const(&mut self, mem: Mem, bits: u64, ty: Ty) {
        let size = match ty {
            Ty::I32 | Ty::F32 | Ty::Extern => Size::S32,
            _ => Size::S64,
        };
        if size == Size::S32 {
            self.asm.mov_mi(size, mem, bits as u32 as i32);
        } else if let Ok(imm) = i32::try_from(bits as i64) {
            self.asm.mov_mi(size, mem, imm);
        } else {
            self.asm.mov_ri(SCRATCH, bits);
            self.asm.mov_mr(size, mem, SCRATCH);
        }
    }

    /// Copies a value from memory to memory through scratch.
    pub(crate) fn copy(&mut self, to: Mem, from: Mem, ty: Ty) {
        if ty.is_wide() {
            self.asm.sse_rm(Sse::MOVUPS, SCRATCH_X, from);
            self.asm.sse_mr(Sse::MOVUPS, to, SCRATCH_X);
        } else {
            let size =
                if matches!(ty, Ty::I32 | Ty::F32 | Ty::Extern) { Size::S32 } else { Size::S64 };
            self.asm.mov_rm(size, SCRATCH, from);
            self.asm.mov_mr(size, to, SCRATCH);
        }
    }
}

/// Moves of many.
impl Codegen<'_> {
    /// The register that a source is read from.
    fn source_reg(&self, src: &Src) -> Option<Dst> {
        match *src {
            Src::Reg(reg) => Some(Dst::Gpr(reg)),
            Src::Vec(reg) => Some(Dst::Xmm(reg)),
            Src::Operand(Entry { val: Val::Gpr(reg), .. }, _) => Some(Dst::Gpr(reg)),
            Src::Operand(Entry { val: Val::Xmm(reg), .. }, _) => Some(Dst::Xmm(reg)),
            Src::Operand(Entry { val: Val::Local(local) | Val::Home(local), .. }, _) => {
                match self.locals[local as usize].home {
                    Home::Gpr(reg) => Some(Dst::Gpr(reg)),
                    Home::Xmm(reg) => Some(Dst::Xmm(reg)),
                    Home::Frame => None,
                }
            }
            _ => None,
        }
    }

    /// Emits the moves. Uses no scratch register but that for vectors; the
    /// state stays as it is. Changes the flags.
    pub(crate) fn parallel_moves(&mut self, moves: &mut Moves) {
        let mut left = Left::new();
        for (at, (dst, src)) in moves.iter().enumerate() {
            let source = self.source_reg(src);
            if source != Some(*dst) {
                left.add(index(*dst), at, source.map_or(NONE, |reg| index(reg) as u8));
            }
        }
        while left.dsts != 0 {
            let ready = left.dsts & !left.read;
            if ready == 0 {
                self.break_cycle(moves, &mut left);
                continue;
            }
            let (at, _) = left.take(ready.trailing_zeros() as usize);
            let (dst, src) = &moves[at];
            self.emit_move(*dst, src);
        }
    }

    /// Every destination is still to be read: exchanges the first one's
    /// registers.
    #[cold]
    fn break_cycle(&mut self, moves: &mut Moves, left: &mut Left) {
        let (at, _) = left.take(left.dsts.trailing_zeros() as usize);
        let (dst, src) = (moves[at].0, self.source_reg(&moves[at].1));
        let src = src.expect("moves in a cycle read registers");
        let (from_dst, from_src) = match (dst, src) {
            (Dst::Gpr(a), Dst::Gpr(b)) => {
                self.asm.xchg_rr(Size::S64, a, b);
                (Src::Reg(b), Src::Reg(a))
            }
            (Dst::Xmm(a), Dst::Xmm(b)) => {
                self.asm.sse_rr(Sse::MOVAPS, SCRATCH_X, a);
                self.asm.sse_rr(Sse::MOVAPS, a, b);
                (Src::Vec(SCRATCH_X), Src::Vec(a))
            }
            _ => unreachable!("integers and floats do not share registers"),
        };
        let rest = std::mem::replace(left, Left::new());
        for i in (0..32).filter(|i| rest.dsts & 1 << i != 0) {
            let at = usize::from(rest.moves[i].0);
            let new = match self.source_reg(&moves[at].1) {
                Some(reg) if reg == dst => Some(from_dst),
                Some(reg) if reg == src => Some(from_src),
                _ => None,
            };
            if let Some(new) = new {
                moves[at].1 = new;
            }
            let source = self.source_reg(&moves[at].1);
            if source != Some(moves[at].0) {
                left.add(i, at, source.map_or(NONE, |reg| index(reg) as u8));
            }
        }
    }

    fn emit_move(&mut self, dst: Dst, src: &Src) {
        match (dst, *src) {
            (Dst::Gpr(dst), Src::Const(0) | Src::Operand(Entry { val: Val::Const(0), .. }, _)) => {
                self.asm.zero(dst);
            }
            (Dst::Gpr(dst), Src::Operand(entry, at)) => self.load_gpr_at(dst, entry, at),
            (Dst::Xmm(dst), Src::Operand(entry, at)) => self.load_xmm_at(dst, entry, at),
            (Dst::Gpr(dst), Src::Reg(src)) => self.asm.mov_rr(Size::S64, dst, src),
            (Dst::Gpr(dst), Src::Load(mem)) => self.asm.mov_rm(Size::S64, dst, mem),
            (Dst::Gpr(dst), Src::Address(mem)) => self.asm.lea(Size::S64, dst, mem),
            (Dst::Gpr(dst), Src::Const(bits)) => self.asm.mov_ri(dst, bits),
            (Dst::Xmm(dst), Src::Vec(src)) => self.asm.sse_rr(Sse::MOVAPS, dst, src),
            _ => unreachable!("integers and floats do not share registers"),
        }
    }

    /// Stores an operand without touching integer registers. Flags survive.
    pub(crate) fn store_operand(&mut self, mem: Mem, entry: Entry, at: usize) {
        let from = match entry.val {
            Val::Slot => self.slot_of(at, entry.ty),
            Val::Local(local) if self.locals[local as usize].home == Home::Frame => {
                self.local_slot(local)
            }
            Val::Const(bits) => {
                if matches!(entry.ty, Ty::I32 | Ty::F32 | Ty::Extern) {
                    self.asm.mov_mi(Size::S32, mem, bits as u32 as i32);
                } else if let Ok(imm) = i32::try_from(bits as i64) {
                    self.asm.mov_mi(Size::S64, mem, imm);
                } else {
                    self.asm.mov_mi(Size::S32, mem, bits as u32 as i32);
                    self.asm.mov_mi(Size::S32, mem.offset(4), (bits >> 32) as u32 as i32);
                }
                return;
            }
            _ => return self.store(mem, entry),
        };
        let class = match entry.ty {
            Ty::V128 => Ty::V128,
            Ty::I64 | Ty::F64 | Ty::Func => Ty::F64,
            _ => Ty::F32,
        };
        self.load_xmm_mem(SCRATCH_X, from, class);
        self.store_xmm_mem(mem, SCRATCH_X, class);
    }
}

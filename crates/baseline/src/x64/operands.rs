//! The operand stack: temporary registers, pushing, popping, and the results
//! that go straight to the home of a local.

use super::codegen::{Codegen, imm32};
use super::regs::{TEMP_GPRS, TEMP_XMMS};
use super::value::{Entry, Home, Rmi, Ty, Val, Xm};
use super::{Cond, Gpr, Size, Xmm};

impl Codegen<'_> {
    // ---- temporaries ----

    /// A temporary for the operator; to be pushed or freed.
    #[inline]
    pub(crate) fn alloc_gpr(&mut self) -> Gpr {
        loop {
            if let Some(reg) = self.gprs.take_any() {
                return Gpr(reg);
            }
            let deepest = self.gprs.deepest().expect("an operator holds few temporaries");
            self.spill(deepest as usize);
        }
    }

    /// A vector temporary for the operator; to be pushed or freed.
    #[inline]
    pub(crate) fn alloc_xmm(&mut self) -> Xmm {
        loop {
            if let Some(reg) = self.xmms.take_any() {
                return Xmm(reg);
            }
            let deepest = self.xmms.deepest().expect("an operator holds few temporaries");
            self.spill(deepest as usize);
        }
    }

    /// Whether nobody has a certain temporary.
    pub(crate) fn is_free_gpr(&self, reg: Gpr) -> bool {
        self.gprs.is_free(reg.0)
    }

    /// Takes a certain temporary; an operand in it moves away. It must not be
    /// in the operator's hands already.
    pub(crate) fn take_gpr(&mut self, reg: Gpr) {
        if !self.gprs.is_free(reg.0) {
            let owner = self.gprs.owner(reg.0) as usize;
            let ty = self.stack[owner].ty;
            if let Some(other) = self.gprs.take_any() {
                self.asm.mov_rr(ty.size(), Gpr(other), reg);
                self.gprs.set_owner(other, owner as u32);
                self.stack[owner].val = Val::Gpr(Gpr(other));
                self.gprs.release(reg.0);
            } else {
                self.spill(owner);
            }
        }
        self.gprs.take(reg.0);
    }

    /// Takes a certain vector temporary; an operand in it moves away.
    pub(crate) fn take_xmm(&mut self, reg: Xmm) {
        if !self.xmms.is_free(reg.0) {
            let owner = self.xmms.owner(reg.0);
            self.spill(owner as usize);
        }
        self.xmms.take(reg.0);
    }

    /// Gives a temporary back; other registers are left alone.
    #[inline]
    pub(crate) fn free_gpr(&mut self, reg: Gpr) {
        self.gprs.release(reg.0);
    }

    /// Gives a vector temporary back; other registers are left alone.
    #[inline]
    pub(crate) fn free_xmm(&mut self, reg: Xmm) {
        self.xmms.release(reg.0);
    }

    /// Gives back the register of a popped operand, if it has one.
    #[inline]
    pub(crate) fn free_rmi(&mut self, operand: Rmi) {
        if let Rmi::Reg(reg) = operand {
            self.free_gpr(reg);
        }
    }

    /// Gives back the register of a popped operand, if it has one.
    #[inline]
    pub(crate) fn free_xm(&mut self, operand: Xm) {
        if let Xm::Reg(reg) = operand {
            self.free_xmm(reg);
        }
    }

    /// Whether a register is a temporary, which its holder may write.
    #[inline]
    pub(crate) fn is_temp(reg: Gpr) -> bool {
        TEMP_GPRS & (1 << reg.0) != 0
    }

    /// Whether a vector register is a temporary.
    #[inline]
    pub(crate) fn is_temp_xmm(reg: Xmm) -> bool {
        TEMP_XMMS & (1 << reg.0) != 0
    }

    /// Puts the operand at a position into its slot.
    pub(crate) fn spill(&mut self, at: usize) {
        let Entry { val, ty } = self.stack[at];
        if val == Val::Slot {
            return;
        }
        let slot = self.slot_of(at, ty);
        self.store(slot, Entry { val, ty });
        match val {
            Val::Gpr(reg) => self.free_gpr(reg),
            Val::Xmm(reg) => self.free_xmm(reg),
            Val::Local(_) => {
                self.lazy.forget(at as u32);
            }
            _ => {}
        }
        self.stack[at].val = Val::Slot;
    }

    /// Makes all operands below a position constants or slots, so that they
    /// are the same on every path.
    #[inline]
    pub(crate) fn spill_below(&mut self, height: usize) {
        self.spill_temps_below(height);
        while let Some(at) = self.lazy.first()
            && (at as usize) < height
        {
            self.spill(at as usize);
        }
    }

    /// Takes the temporaries from all operands below a position.
    pub(crate) fn spill_temps_below(&mut self, height: usize) {
        for reg in self.gprs.taken() {
            let owner = self.gprs.owner(reg) as usize;
            if owner < height {
                self.spill(owner);
            }
        }
        for reg in self.xmms.taken() {
            let owner = self.xmms.owner(reg) as usize;
            if owner < height {
                self.spill(owner);
            }
        }
    }

    // ---- pushing ----

    /// Pushes a temporary of the operator.
    #[inline]
    pub(crate) fn push_gpr(&mut self, reg: Gpr, ty: Ty) {
        self.gprs.set_owner(reg.0, self.stack.len() as u32);
        self.stack.push(Entry { val: Val::Gpr(reg), ty });
    }

    /// Pushes a vector temporary of the operator.
    #[inline]
    pub(crate) fn push_xmm(&mut self, reg: Xmm, ty: Ty) {
        self.xmms.set_owner(reg.0, self.stack.len() as u32);
        self.stack.push(Entry { val: Val::Xmm(reg), ty });
    }

    /// Pushes a constant: its bits, zero-extended.
    #[inline]
    pub(crate) fn push_const(&mut self, bits: u64, ty: Ty) {
        self.stack.push(Entry { val: Val::Const(bits), ty });
    }

    /// Pushes a value that was stored in its slot.
    pub(crate) fn push_slot(&mut self, ty: Ty) {
        self.stack.push(Entry { val: Val::Slot, ty });
    }

    /// Pushes the outcome of a compare: what the flags say.
    pub(crate) fn push_flags(&mut self, cond: Cond) {
        self.has_flags = true;
        self.stack.push(Entry { val: Val::Flags(cond), ty: Ty::I32 });
    }

    /// Pushes what a local holds.
    #[inline]
    pub(crate) fn push_local(&mut self, local: u32) {
        if self.lazy.is_full()
            && let Some(oldest) = self.lazy.first()
        {
            self.spill(oldest as usize);
        }
        self.lazy.push(self.stack.len() as u32);
        let ty = self.locals[local as usize].ty;
        self.stack.push(Entry { val: Val::Local(local), ty });
    }

    /// The instruction that was just emitted left its result in a register,
    /// and whether it is 0 in the flags.
    #[inline]
    pub(crate) fn note_zero_flag(&mut self, reg: Gpr, size: Size) {
        self.zero_flag = (self.asm.offset(), reg, size);
    }

    /// Sets the flags by the value in a register, unless they are so already,
    /// as far as equality with 0 goes.
    #[inline]
    pub(crate) fn test_zero(&mut self, reg: Gpr, size: Size) {
        if self.zero_flag != (self.asm.offset(), reg, size) || self.asm.is_target_here() {
            self.asm.test_rr(size, reg, reg);
        }
    }

    /// Turns the flags on top into a value.
    #[inline]
    pub(crate) fn settle_flags(&mut self) {
        if self.has_flags {
            self.settle_flags_now();
        }
    }

    fn settle_flags_now(&mut self) {
        self.has_flags = false;
        let Some(Entry { val: Val::Flags(cond), .. }) = self.stack.last().copied() else { return };
        self.stack.pop();
        let dst = self.alloc_gpr();
        self.asm.setcc(cond, dst);
        self.asm.movzx_rr(Size::S8, dst, dst);
        self.push_gpr(dst, Ty::I32);
    }

    /// Before a local is written: operands that stand for its old value get a
    /// place of their own.
    pub(crate) fn detach_local(&mut self, local: u32) {
        let mut i = 0;
        while let Some(at) = self.lazy.nth(i) {
            let at = at as usize;
            if self.stack[at].val != Val::Local(local) {
                i += 1;
                continue;
            }
            self.lazy.remove(i);
            let entry = self.stack[at];
            let reg = if entry.ty.is_float_class() {
                self.xmms.take_any().map(|r| Val::Xmm(Xmm(r)))
            } else {
                self.gprs.take_any().map(|r| Val::Gpr(Gpr(r)))
            };
            self.stack[at].val = match reg {
                Some(Val::Gpr(reg)) => {
                    self.load_gpr(reg, entry);
                    self.gprs.set_owner(reg.0, at as u32);
                    Val::Gpr(reg)
                }
                Some(Val::Xmm(reg)) => {
                    self.load_xmm(reg, entry);
                    self.xmms.set_owner(reg.0, at as u32);
                    Val::Xmm(reg)
                }
                _ => {
                    let slot = self.slot_of(at, entry.ty);
                    self.store(slot, entry);
                    Val::Slot
                }
            };
        }
    }

    // ---- popping ----

    /// Pops an operand as it is. Its register, if it has one, belongs to the
    /// operator then; its slot stays valid until something is pushed.
    #[inline]
    pub(crate) fn pop(&mut self) -> Entry {
        let entry = self.stack.pop().expect("validated bodies do not underflow the operand stack");
        match entry.val {
            Val::Local(_) => {
                self.lazy.pop();
            }
            Val::Gpr(reg) => self.gprs.set_owner(reg.0, super::regs::BY_OPERATOR),
            Val::Xmm(reg) => self.xmms.set_owner(reg.0, super::regs::BY_OPERATOR),
            Val::Flags(_) => self.has_flags = false,
            _ => {}
        }
        entry
    }

    /// Pops an operand and forgets it.
    #[inline]
    pub(crate) fn pop_drop(&mut self) {
        match self.pop().val {
            Val::Gpr(reg) => self.free_gpr(reg),
            Val::Xmm(reg) => self.free_xmm(reg),
            _ => {}
        }
    }

    /// Forgets the topmost operands, down to a height.
    pub(crate) fn truncate(&mut self, height: usize) {
        while self.stack.len() > height {
            self.pop_drop();
        }
    }

    /// Pops an integer as whatever an instruction can name.
    #[inline]
    pub(crate) fn pop_rmi(&mut self) -> Rmi {
        let entry = self.pop();
        self.rmi(entry)
    }

    /// A popped integer as whatever an instruction can name.
    pub(crate) fn rmi(&mut self, entry: Entry) -> Rmi {
        match entry.val {
            Val::Const(bits) => {
                if let Some(imm) = imm32(bits, entry.ty) {
                    return Rmi::Imm(imm);
                }
                let reg = self.alloc_gpr();
                self.asm.mov_ri(reg, bits);
                Rmi::Reg(reg)
            }
            Val::Gpr(reg) => Rmi::Reg(reg),
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Gpr(reg) => Rmi::Reg(reg),
                _ => Rmi::Mem(self.local_slot(local)),
            },
            Val::Slot => Rmi::Mem(self.slot_of(self.stack.len(), entry.ty)),
            Val::Xmm(_) | Val::Flags(_) => unreachable!("no integer: {entry:?}"),
        }
    }

    /// Pops an integer into a register that must not be written.
    #[inline]
    pub(crate) fn pop_gpr(&mut self) -> Gpr {
        let entry = self.pop();
        self.gpr(entry)
    }

    /// A popped integer in a register that must not be written.
    pub(crate) fn gpr(&mut self, entry: Entry) -> Gpr {
        match entry.val {
            Val::Gpr(reg) => reg,
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Gpr(reg) => reg,
                _ => self.gpr_owned(entry),
            },
            _ => self.gpr_owned(entry),
        }
    }

    /// Pops an integer into a temporary of the operator.
    #[inline]
    pub(crate) fn pop_gpr_owned(&mut self) -> Gpr {
        let entry = self.pop();
        self.gpr_owned(entry)
    }

    /// A popped integer in a temporary of the operator.
    pub(crate) fn gpr_owned(&mut self, entry: Entry) -> Gpr {
        if let Val::Gpr(reg) = entry.val {
            return reg;
        }
        // Before the allocation, which may spill and so touch other slots.
        let reg = self.alloc_gpr();
        self.load_gpr_at(reg, entry, self.stack.len());
        reg
    }

    /// Pops an integer into a certain temporary, which the operator holds then.
    pub(crate) fn pop_gpr_to(&mut self, reg: Gpr) {
        let entry = self.pop();
        self.gpr_to(entry, reg);
    }

    /// A popped integer in a certain temporary, which the operator holds then.
    pub(crate) fn gpr_to(&mut self, entry: Entry, reg: Gpr) {
        if entry.val == Val::Gpr(reg) {
            return;
        }
        self.take_gpr(reg);
        self.load_gpr_at(reg, entry, self.stack.len());
        if let Val::Gpr(old) = entry.val {
            self.free_gpr(old);
        }
    }

    /// Pops a float or vector as whatever an instruction can name.
    #[inline]
    pub(crate) fn pop_xm(&mut self) -> Xm {
        let entry = self.pop();
        self.xm(entry)
    }

    /// A popped float or vector as whatever an instruction can name.
    pub(crate) fn xm(&mut self, entry: Entry) -> Xm {
        match entry.val {
            Val::Xmm(reg) => Xm::Reg(reg),
            Val::Local(local) | Val::Home(local) => match self.locals[local as usize].home {
                Home::Xmm(reg) => Xm::Reg(reg),
                _ => Xm::Mem(self.local_slot(local)),
            },
            Val::Slot => Xm::Mem(self.slot_of(self.stack.len(), entry.ty)),
            _ => Xm::Reg(self.xmm_owned(entry)),
        }
    }

    /// Pops a float or vector into a register that must not be written.
    #[inline]
    pub(crate) fn pop_xmm(&mut self) -> Xmm {
        let entry = self.pop();
        match self.xm(entry) {
            Xm::Reg(reg) => reg,
            Xm::Mem(_) => self.xmm_owned(entry),
        }
    }

    /// Pops a float or vector into a temporary of the operator.
    #[inline]
    pub(crate) fn pop_xmm_owned(&mut self) -> Xmm {
        let entry = self.pop();
        self.xmm_owned(entry)
    }

    /// A popped float or vector in a temporary of the operator.
    pub(crate) fn xmm_owned(&mut self, entry: Entry) -> Xmm {
        if let Val::Xmm(reg) = entry.val {
            return reg;
        }
        let reg = self.alloc_xmm();
        self.load_xmm_at(reg, entry, self.stack.len());
        reg
    }

    // ---- results that go straight to their local ----

    /// The byte of the body at a module offset.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.input.body.get(at - self.input.body_offset).copied().unwrap_or(0)
    }

    /// The local that the operator after this one sets, if this one has a
    /// single byte.
    pub(crate) fn next_set(&self) -> Option<u32> {
        self.set_at(self.offset as usize + 1)
    }

    /// The local that the operator at an offset sets (`local.set`, `local.tee`).
    pub(crate) fn set_at(&self, at: usize) -> Option<u32> {
        if !matches!(self.byte(at), 0x21 | 0x22) {
            return None;
        }
        let low = u32::from(self.byte(at + 1));
        if low < 0x80 {
            return Some(low);
        }
        let high = u32::from(self.byte(at + 2));
        (high < 0x80).then_some(low & 0x7f | high << 7)
    }

    /// The home of the local that takes this operator's result, if that is a
    /// register, with operands that stood for it detached. What is written
    /// there is to be pushed by [`Self::push_home`].
    pub(crate) fn result_home(&mut self) -> Option<(Gpr, u32)> {
        let local = self.next_set()?;
        self.home_of(local)
    }

    /// As [`Self::result_home`], for an operator that ends at `end`.
    pub(crate) fn result_home_at(&mut self, end: usize) -> Option<(Gpr, u32)> {
        let local = self.set_at(end)?;
        self.home_of(local)
    }

    fn home_of(&mut self, local: u32) -> Option<(Gpr, u32)> {
        match self.locals.get(local as usize)?.home {
            Home::Gpr(reg) => {
                self.detach_local(local);
                Some((reg, local))
            }
            _ => None,
        }
    }

    /// As [`Self::result_home`], for floats and vectors.
    pub(crate) fn result_home_xmm(&mut self) -> Option<(Xmm, u32)> {
        let local = self.next_set()?;
        match self.locals.get(local as usize)?.home {
            Home::Xmm(reg) => {
                self.detach_local(local);
                Some((reg, local))
            }
            _ => None,
        }
    }

    /// Pushes a result that already is in the home of the local that the next
    /// operator sets.
    pub(crate) fn push_home(&mut self, local: u32) {
        let ty = self.locals[local as usize].ty;
        self.stack.push(Entry { val: Val::Home(local), ty });
    }
}

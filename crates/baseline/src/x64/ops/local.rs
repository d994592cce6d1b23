//! Locals and globals.

use updraft_types::GlobalIndex;

use crate::x64::codegen::Codegen;
use crate::x64::regs::{SCRATCH, VMCTX};
use crate::x64::value::{Entry, Home, Ty, Val};
use crate::x64::{Mem, Size};

impl Codegen<'_> {
    pub(crate) fn visit_local_get(&mut self, local_index: u32) {
        self.push_local(local_index);
    }

    pub(crate) fn visit_local_set(&mut self, local_index: u32) {
        let entry = self.pop();
        if entry.val == Val::Home(local_index) {
            return;
        }
        self.detach_local(local_index);
        self.assign(local_index, entry);
        self.forget(entry);
    }

    pub(crate) fn visit_local_tee(&mut self, local_index: u32) {
        let entry = self.pop();
        if entry.val == Val::Home(local_index) {
            return self.push_local(local_index);
        }
        self.detach_local(local_index);
        self.assign(local_index, entry);
        let in_frame = self.locals[local_index as usize].home == Home::Frame;
        match entry.val {
            Val::Gpr(reg) if in_frame => self.push_gpr(reg, entry.ty),
            Val::Xmm(reg) if in_frame => self.push_xmm(reg, entry.ty),
            Val::Const(bits) => self.push_const(bits, entry.ty),
            _ => {
                self.forget(entry);
                self.push_local(local_index);
            }
        }
    }

    /// Gives back the register of a popped operand.
    fn forget(&mut self, entry: Entry) {
        match entry.val {
            Val::Gpr(reg) => self.free_gpr(reg),
            Val::Xmm(reg) => self.free_xmm(reg),
            _ => {}
        }
    }

    /// Writes a popped operand, the topmost one, to a local.
    fn assign(&mut self, local: u32, entry: Entry) {
        let at = self.stack.len();
        match self.locals[local as usize].home {
            // No compare waits for its flags to be used.
            Home::Gpr(home) if entry.val == Val::Const(0) => self.asm.zero(home),
            Home::Gpr(home) => self.load_gpr_at(home, entry, at),
            Home::Xmm(home) => self.load_xmm_at(home, entry, at),
            Home::Frame => {
                let to = self.local_slot(local);
                if entry.val == Val::Slot {
                    let from = self.slot_of(at, entry.ty);
                    self.copy(to, from, entry.ty);
                } else if entry.val != Val::Local(local) {
                    self.store(to, entry);
                }
            }
        }
    }

    /// Where a global's value lies. Uses the scratch register.
    fn global_place(&mut self, global: GlobalIndex) -> Mem {
        match self.input.module.declared_global(global) {
            Some(declared) => Mem::base(VMCTX, self.input.layout.global(declared) as i32),
            None => {
                let at = self.input.layout.imported_global(global);
                self.load_vmctx(SCRATCH, at);
                Mem::base(SCRATCH, 0)
            }
        }
    }

    pub(crate) fn visit_global_get(&mut self, global_index: u32) {
        let global = GlobalIndex::new(global_index);
        let ty = Ty::from(self.input.module.globals[global].val);
        if ty.is_float_class() {
            let dst = self.alloc_xmm();
            let place = self.global_place(global);
            self.load_xmm_mem(dst, place, ty);
            return self.push_xmm(dst, ty);
        }
        let end = self.skip_leb(self.offset as usize + 1);
        if let Some((home, local)) = self.result_home_at(end) {
            let place = self.global_place(global);
            self.asm.mov_rm(ty.size(), home, place);
            return self.push_home(local);
        }
        let dst = self.alloc_gpr();
        let place = self.global_place(global);
        self.asm.mov_rm(ty.size(), dst, place);
        self.has_externs |= ty == Ty::Extern;
        self.push_gpr(dst, ty);
    }

    pub(crate) fn visit_global_set(&mut self, global_index: u32) {
        let global = GlobalIndex::new(global_index);
        let entry = self.pop();
        let ty = entry.ty;
        if ty.is_float_class() {
            let src = match self.xm(entry) {
                crate::x64::value::Xm::Reg(reg) => reg,
                crate::x64::value::Xm::Mem(_) => self.xmm_owned(entry),
            };
            let place = self.global_place(global);
            self.store_xmm_mem(place, src, ty);
            return self.free_xmm(src);
        }
        if let Val::Const(bits) = entry.val
            && let Some(imm) = crate::x64::codegen::imm32(bits, ty)
        {
            let place = self.global_place(global);
            return self.asm.mov_mi(ty.size(), place, imm);
        }
        let src = self.gpr(entry);
        let place = self.global_place(global);
        self.asm.mov_mr(ty.size(), place, src);
        self.free_gpr(src);
    }

    /// Where the LEB128 number at a module offset ends.
    pub(crate) fn skip_leb(&self, mut at: usize) -> usize {
        while self.byte(at) >= 0x80 {
            at += 1;
        }
        at + 1
    }

    /// Zero-extends what comes from outside.
    pub(crate) fn extend_arrived(&mut self, reg: crate::x64::Gpr, ty: Ty) {
        if ty.size() == Size::S32 {
            self.asm.mov_rr(Size::S32, reg, reg);
        }
    }
}

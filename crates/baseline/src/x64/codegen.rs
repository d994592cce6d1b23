//! The state of one compilation, and what all operator families share:
//! the abstract operand stack, registers, frame slots, positions.
//!
//! The operator files add the operators as methods; the driver in
//! [`super::body`] calls them.
//!
//! # Essay: where values are
//!
//! A local has one home for the whole function, a register or a slot of the
//! frame, so locals never take part in merges. An operand is a constant, a
//! local that has not changed since, a temporary register, or its own slot in
//! the frame; it is put into a register or a slot as late as possible.
//!
//! Where control flow meets, operands below the block are constants or in
//! their slots, from before the block opens; the block's own results are in
//! rax or xmm0 if there is one, else in their slots. So a merge never needs to
//! compare two states: it moves the results, and nothing else.

use smallvec::SmallVec;
use updraft_abi::{CallLayout, Position, SourcePosition, TrapSite, vmctx};
use updraft_compile::{CompileError, CompileInput};
use updraft_decode::ValidateScratch;
use updraft_types::{FuncIndex, TableIndex, TrapCode, ValType};

use super::cpu::CpuFeatures;
use super::regs::{SCRATCH, SCRATCH_X, TEMP_GPRS, TEMP_XMMS, Temps, VMCTX};
use super::value::{Entry, Home, Local, Rmi, Ty, Val, Xm};
use super::{Asm, Cond, Gpr, Label, Mem, Size, Sse, Xmm};

/// Operands that still stand for locals, at most: each write of a local looks
/// at all of them.
const MAX_LAZY: usize = 24;

/// Code that is emitted behind the body.
pub(crate) enum Cold {
    /// Traps.
    Trap { label: Label, code: TrapCode, source: u32 },
    /// Asks for a table element that was never looked at; see `ops::table`.
    LazyElem { label: Label, back: Label, table: TableIndex, null_trap: Option<Label>, source: u32 },
    /// Notes a new target of a call site; see `ops::call`.
    NoteTarget { label: Label, back: Label, site: u32, source: u32 },
    /// Jumps to a function in place of this one; see `ops::call`.
    TailJump { label: Label, bytes: u32, source: u32 },
    /// Calls a stub of baseline code with an argument, and goes back.
    Stub { label: Label, builtin: updraft_abi::Builtin, arg: i32, back: Label, source: u32 },
}

/// A call during which references may live in the frame.
pub(crate) struct RawSafepoint {
    pub(crate) code_offset: u32,
    /// Bytes from the frame pointer.
    pub(crate) slots: SmallVec<[i32; 4]>,
}

/// Compiles one body.
pub(crate) struct Codegen<'a> {
    pub(crate) asm: Asm,
    pub(crate) cpu: CpuFeatures,
    pub(crate) input: &'a CompileInput<'a>,
    /// The compiled function, among all functions.
    pub(crate) func: FuncIndex,
    /// Where its own parameters and results lie.
    pub(crate) own_layout: CallLayout,
    /// Offset of the current operator in the module.
    pub(crate) offset: u32,
    /// The first thing that could not be compiled.
    pub(crate) error: Option<CompileError>,
    /// Whether the current operator can be reached.
    pub(crate) reachable: bool,
    /// The operand stack.
    pub(crate) stack: Vec<Entry>,
    /// Whether the topmost operand is [`Val::Flags`].
    pub(crate) has_flags: bool,
    /// Where the flags say whether the result of the instruction before, in
    /// that register, is 0.
    zero_flag: (u32, Gpr, Size),
    /// Positions of the operands that are [`Val::Local`], ascending.
    lazy: SmallVec<[u32; MAX_LAZY]>,
    gprs: Temps,
    xmms: Temps,
    pub(crate) locals: Vec<Local>,
    /// Locals in registers that calls destroy.
    pub(crate) lost_homes: SmallVec<[u32; 10]>,
    /// Slots of operands by position: bytes from the frame pointer, 0 if there
    /// is none yet. For values of at most 8 bytes, and for wider ones.
    slots: Vec<i32>,
    wide_slots: Vec<i32>,
    /// Bytes of the frame so far, from the frame pointer down.
    pub(crate) frame_bytes: u32,
    /// Bytes at the frame's end for arguments of callees.
    pub(crate) out_arg_bytes: u32,
    /// Bytes that tail calls want between the arguments at the frame's end and
    /// where they move to.
    pub(crate) tail_bytes: u32,
    /// The slot of the pointer to the caller's result area.
    pub(crate) result_area: Option<i32>,
    /// Offset (negative) and bytes of the area for results of callees.
    pub(crate) callee_area: Option<(i32, u32)>,
    /// Whether `MEMORY` is used.
    pub(crate) uses_memory: bool,
    /// Registers that are homes of locals.
    pub(crate) kept_in_use: u16,
    /// Scratch of the prologue: slots to clear.
    pub(crate) clear_slots: Vec<i32>,
    /// The slot of the feedback vector, if the function has call sites that
    /// note their targets.
    pub(crate) feedback_slot: Option<i32>,
    /// Sites of the feedback vector.
    pub(crate) n_feedback_sites: u32,
    /// Open blocks, outermost first.
    pub(crate) frames: Vec<super::control::Frame>,
    /// Parameters of open `if`s, for their second arms.
    pub(crate) if_params: Vec<Entry>,
    /// `loop` operators so far.
    pub(crate) n_loops: u32,
    /// Loops that can be replaced on the stack.
    pub(crate) osr_loops: Vec<updraft_abi::OsrLoop>,
    /// Values in all of them: bounded.
    pub(crate) n_osr_values: usize,
    /// Where the function ends: restores registers and returns.
    pub(crate) epilogue: Label,
    /// Whether a jump table leads there.
    pub(crate) epilogue_in_table: bool,
    pub(crate) cold: Vec<Cold>,
    pub(crate) traps: Vec<TrapSite>,
    pub(crate) positions: Vec<Position>,
    pub(crate) sources: Vec<SourcePosition>,
    pub(crate) safepoints: Vec<RawSafepoint>,
    /// Whether any reference that collectors must see may be in the frame.
    pub(crate) has_externs: bool,
    /// Operands that calls looked at for references: bounded.
    pub(crate) n_extern_scans: u64,
}

/// Vectors that compilations use again.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(crate) asm: Option<Asm>,
    pub(crate) prologue: Option<Asm>,
    pub(crate) scan: crate::scan::Scan,
    pub(crate) validate: ValidateScratch,
    pub(crate) runs: Vec<(u32, ValType)>,
    pub(crate) stack: Vec<Entry>,
    pub(crate) locals: Vec<Local>,
    pub(crate) slots: Vec<i32>,
    pub(crate) wide_slots: Vec<i32>,
    pub(crate) frames: Vec<super::control::Frame>,
}

impl<'a> Codegen<'a> {
    pub(crate) fn new(
        input: &'a CompileInput<'a>,
        cpu: CpuFeatures,
        own_layout: CallLayout,
        buffers: &mut Buffers,
    ) -> Self {
        let mut asm = buffers.asm.take().unwrap_or_else(Asm::new);
        asm.clear();
        let epilogue = asm.new_label();
        Self {
            asm,
            cpu,
            input,
            func: input.module.func_index(input.func),
            own_layout,
            offset: input.body_offset as u32,
            error: None,
            reachable: true,
            stack: std::mem::take(&mut buffers.stack),
            has_flags: false,
            zero_flag: (u32::MAX, Gpr::RAX, Size::S32),
            lazy: SmallVec::new(),
            gprs: Temps::new(TEMP_GPRS),
            xmms: Temps::new(TEMP_XMMS),
            locals: std::mem::take(&mut buffers.locals),
            lost_homes: SmallVec::new(),
            slots: std::mem::take(&mut buffers.slots),
            wide_slots: std::mem::take(&mut buffers.wide_slots),
            frame_bytes: 0,
            out_arg_bytes: 0,
            tail_bytes: 0,
            result_area: None,
            callee_area: None,
            uses_memory: false,
            kept_in_use: 0,
            clear_slots: Vec::new(),
            feedback_slot: None,
            n_feedback_sites: 0,
            frames: std::mem::take(&mut buffers.frames),
            if_params: Vec::new(),
            n_loops: 0,
            osr_loops: Vec::new(),
            n_osr_values: 0,
            epilogue,
            epilogue_in_table: false,
            cold: Vec::new(),
            traps: Vec::new(),
            positions: Vec::new(),
            sources: Vec::new(),
            safepoints: Vec::new(),
            has_externs: false,
            n_extern_scans: 0,
        }
    }

    /// Gives the vectors back.
    pub(crate) fn recycle(self, buffers: &mut Buffers) {
        let Self { asm, mut stack, mut locals, mut slots, mut wide_slots, mut frames, .. } = self;
        stack.clear();
        locals.clear();
        slots.clear();
        wide_slots.clear();
        frames.clear();
        let asm = Some(asm);
        let old = std::mem::take(buffers);
        *buffers = Buffers { asm, stack, locals, slots, wide_slots, frames, ..old };
    }

    /// Gives up: the operator belongs to no supported proposal, or the
    /// processor lacks what it needs.
    #[cold]
    pub(crate) fn unsupported(&mut self, what: &str) {
        self.fail(CompileError::Unsupported(what.to_owned()));
    }

    /// Gives up. The first reason stands.
    #[cold]
    pub(crate) fn fail(&mut self, error: CompileError) {
        self.error.get_or_insert(error);
    }

    // ---- positions and traps ----

    /// The source entry of the current operator.
    pub(crate) fn source(&mut self) -> u32 {
        if self.sources.last().is_none_or(|s| s.module_offset != self.offset) {
            self.sources.push(SourcePosition {
                parent: SourcePosition::NO_PARENT,
                func: self.func,
                module_offset: self.offset,
            });
        }
        self.sources.len() as u32 - 1
    }

    /// Code from here on belongs to the current operator: to be called before
    /// each instruction that calls or may fault.
    pub(crate) fn mark_position(&mut self) {
        let source = self.source();
        if self.positions.last().is_none_or(|p| p.source != source) {
            self.positions.push(Position { code_offset: self.asm.offset(), source });
        }
    }

    /// The next instruction may fault, and then it is this trap.
    pub(crate) fn may_trap(&mut self, code: TrapCode) {
        self.mark_position();
        self.traps.push(TrapSite { code_offset: self.asm.offset(), code });
    }

    /// Where code behind the body traps for the current operator.
    pub(crate) fn trap_label(&mut self, code: TrapCode) -> Label {
        let source = self.source();
        for cold in self.cold.iter().rev().take(2) {
            if let Cold::Trap { label, code: c, source: s } = cold
                && (*c, *s) == (code, source)
            {
                return *label;
            }
        }
        let label = self.asm.new_label();
        self.cold.push(Cold::Trap { label, code, source });
        label
    }

    // ---- the frame ----

    /// Makes room in the frame; bytes from the frame pointer to its start.
    pub(crate) fn frame_slot(&mut self, bytes: u32) -> i32 {
        let align = if bytes >= 16 { 16 } else { 8 };
        self.frame_bytes = (self.frame_bytes + bytes).next_multiple_of(align);
        if self.frame_bytes > MAX_FRAME_BYTES {
            self.fail(CompileError::TooLarge("frame".into()));
            self.frame_bytes = 4096;
        }
        -(self.frame_bytes as i32)
    }

    /// The slot of the operand at a position.
    pub(crate) fn slot_of(&mut self, at: usize, ty: Ty) -> Mem {
        let wide = ty.is_wide();
        let slots = if wide { &mut self.wide_slots } else { &mut self.slots };
        if slots.len() <= at {
            slots.resize(at + 1, 0);
        }
        let mut disp = slots[at];
        if disp == 0 {
            disp = self.frame_slot(if wide { 16 } else { 8 });
            let slots = if wide { &mut self.wide_slots } else { &mut self.slots };
            slots[at] = disp;
        }
        Mem::base(Gpr::RBP, disp)
    }

    /// The slot of a local, in the frame.
    pub(crate) fn local_slot(&mut self, local: u32) -> Mem {
        let Local { ty, slot, .. } = self.locals[local as usize];
        let disp = slot.unwrap_or_else(|| {
            let disp = self.frame_slot(if ty.is_wide() { 16 } else { 8 });
            self.locals[local as usize].slot = Some(disp);
            disp
        });
        Mem::base(Gpr::RBP, disp)
    }

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
                if let Some(i) = self.lazy.iter().rposition(|l| *l as usize == at) {
                    self.lazy.remove(i);
                }
            }
            _ => {}
        }
        self.stack[at].val = Val::Slot;
    }

    /// Makes all operands below a position constants or slots, so that they
    /// are the same on every path.
    pub(crate) fn spill_below(&mut self, height: usize) {
        self.spill_temps_below(height);
        while let Some(at) = self.lazy.first().copied()
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
    pub(crate) fn push_local(&mut self, local: u32) {
        if self.lazy.len() == MAX_LAZY {
            let oldest = self.lazy[0] as usize;
            self.spill(oldest);
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
        while i < self.lazy.len() {
            let at = self.lazy[i] as usize;
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

    // ---- moving ----

    /// Loads an operand of the stack, which stays, into a register.
    fn load_gpr(&mut self, dst: Gpr, entry: Entry) {
        debug_assert!(entry.val != Val::Slot);
        self.load_gpr_at(dst, entry, 0);
    }

    fn load_xmm(&mut self, dst: Xmm, entry: Entry) {
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

    /// Loads from `vmctx`.
    pub(crate) fn load_vmctx(&mut self, dst: Gpr, offset: u32) {
        self.asm.mov_rm(Size::S64, dst, Mem::base(VMCTX, offset as i32));
    }
}

/// Bytes from the frame pointer to a slot.
pub(crate) fn frame_offset(slot: Mem) -> i32 {
    slot.disp
}

/// Bytes of a frame at most.
const MAX_FRAME_BYTES: u32 = 1 << 22;

/// The constant as an immediate that instructions sign-extend.
pub(crate) fn imm32(bits: u64, ty: Ty) -> Option<i32> {
    match ty.size() {
        Size::S32 => Some(bits as u32 as i32),
        _ => i32::try_from(bits as i64).ok(),
    }
}

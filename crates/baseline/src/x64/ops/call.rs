//! Calls, tail calls and returns.
//!
//! # Essay: around a call
//!
//! 1. Operands below the arguments in temporaries go to their slots: calls keep
//!    none. Those that stand for locals go on doing so.
//! 2. Locals whose homes calls destroy are stored.
//! 3. Arguments on the stack are stored to the frame's end, then those in
//!    registers are moved at once, `vmctx` and result area with them.
//! 4. The callee's slot of the code table is loaded and called as one
//!    instruction, so no code pointer outlives the instant.
//! 5. The callee popped its stack arguments: the stack pointer goes back.
//! 6. Results that lie where homes do go to slots; then the homes are loaded
//!    again, and the results become operands.

use smallvec::SmallVec;
use updraft_abi::convention::{INT_ARGS, Place};
use updraft_abi::{Builtin, CallLayout, feedback, vmctx};
use updraft_compile::CompileError;
use updraft_types::{FuncIndex, FuncType, TableIndex, TrapCode, TypeIndex};

use crate::x64::codegen::{Codegen, Cold, RawSafepoint};
use crate::x64::moves::{Dst, Moves, Src};
use crate::x64::regs::{SCRATCH, SCRATCH_X, VMCTX};
use crate::x64::value::{Ty, Val};
use crate::x64::{Alu, Cond, Gpr, Mem, Size, Xmm};

/// Slots of all safepoints of a function, and operands looked at for them, at
/// most.
const MAX_EXTERN_SCANS: u64 = 1 << 24;

/// What is called, once the arguments are known.
#[derive(Clone, Copy)]
enum Callee {
    /// The function of this module in that slot of the code table, in bytes.
    Slot(u32),
    /// The function whose record lies there in `vmctx`.
    Import(u32),
    /// The function whose record is in rax, a temporary of the operator.
    Record,
}

impl Codegen<'_> {
    fn direct_callee(&self, func: FuncIndex) -> Callee {
        match self.input.module.declared_func(func) {
            Some(declared) => Callee::Slot(vmctx::code_table_slot(declared)),
            None => Callee::Import(self.input.layout.imported_func(func)),
        }
    }

    pub(crate) fn visit_call(&mut self, function_index: u32) {
        let func = FuncIndex::new(function_index);
        self.call(self.direct_callee(func), self.input.module.funcs[func]);
    }

    pub(crate) fn visit_return_call(&mut self, function_index: u32) {
        let func = FuncIndex::new(function_index);
        self.return_call(self.direct_callee(func), self.input.module.funcs[func]);
    }

    pub(crate) fn visit_call_indirect(&mut self, type_index: u32, table_index: u32) {
        let ty = TypeIndex::new(type_index);
        self.indirect_callee(ty, TableIndex::new(table_index));
        self.call(Callee::Record, ty);
    }

    pub(crate) fn visit_return_call_indirect(&mut self, type_index: u32, table_index: u32) {
        let ty = TypeIndex::new(type_index);
        self.indirect_callee(ty, TableIndex::new(table_index));
        self.return_call(Callee::Record, ty);
    }

    /// Pops an index and looks the callee up, into rax: it is in the table, it
    /// is not null, it has the type. Notes it as a target of the site.
    fn indirect_callee(&mut self, ty: TypeIndex, table: TableIndex) {
        self.pop_gpr_to(Gpr::RAX);
        let null = Some(TrapCode::UninitializedElement);
        self.load_func_elem(table, TrapCode::UndefinedElement, null);
        self.load_vmctx(SCRATCH, vmctx::TYPE_IDS);
        self.asm.mov_rm(Size::S32, SCRATCH, Mem::base(SCRATCH, (ty.raw() * 4) as i32));
        let found = Mem::base(Gpr::RAX, vmctx::FUNC_REF_TYPE_ID as i32);
        self.asm.alu_rm(Alu::Cmp, Size::S32, SCRATCH, found);
        let trap = self.trap_label(TrapCode::IndirectCallTypeMismatch);
        self.asm.jcc(Cond::NE, trap);
        let site = self.n_feedback_sites;
        self.n_feedback_sites += 1;
        if self.input.tiering {
            self.note_target(site);
        }
    }

    /// Counts the callee in rax as a target of a call site.
    fn note_target(&mut self, site: u32) {
        let slot = match self.feedback_slot {
            Some(slot) => slot,
            None => {
                let slot = self.frame_slot(8);
                self.feedback_slot = Some(slot);
                slot
            }
        };
        let at = match i32::try_from(u64::from(site) * u64::from(feedback::SITE_BYTES)) {
            Ok(at) => at,
            Err(_) => return self.fail(CompileError::TooLarge("call sites".into())),
        };
        self.asm.mov_rm(Size::S64, SCRATCH, Mem::base(Gpr::RBP, slot));
        let target = Mem::base(SCRATCH, at + feedback::SITE_TARGET as i32);
        self.asm.alu_rm(Alu::Cmp, Size::S64, Gpr::RAX, target);
        let (label, back) = (self.asm.new_label(), self.asm.new_label());
        self.asm.jcc(Cond::NE, label);
        self.asm.inc_m(Size::S32, Mem::base(SCRATCH, at + feedback::SITE_COUNT as i32));
        self.asm.bind(back);
        let source = self.offset;
        self.cold.push(Cold::NoteTarget { label, back, site, source });
    }

    /// Code behind the body that notes the record in rax as a new target; the
    /// feedback vector is in the scratch register.
    pub(crate) fn emit_note_target(&mut self, site: u32, back: crate::x64::Label) {
        let flags = (site * feedback::SITE_BYTES + feedback::SITE_FLAGS) as i32;
        self.asm.test_mi(Size::S8, Mem::base(SCRATCH, flags), feedback::SITE_SATURATED as i32);
        self.asm.jcc(Cond::NE, back);
        self.asm.push_imm(site as i32);
        self.asm.mov_rr(Size::S64, SCRATCH, Gpr::RAX);
        self.load_vmctx(Gpr::RAX, vmctx::BUILTINS);
        let stub = vmctx::builtin_slot(Builtin::CallFeedback) as i32;
        self.asm.call_m(Mem::base(Gpr::RAX, stub));
        self.asm.mov_rr(Size::S64, Gpr::RAX, SCRATCH);
    }

    /// Steps 1 and 2: nothing that matters is in a register that calls destroy,
    /// but for the arguments.
    fn leave_registers(&mut self, first_arg: usize) {
        self.spill_temps_below(first_arg);
        for i in 0..self.lost_homes.len() {
            let local = self.lost_homes[i];
            self.save_home(local, true);
        }
    }

    /// Stores or loads a local whose home is a register.
    pub(crate) fn save_home(&mut self, local: u32, save: bool) {
        use crate::x64::value::Home;
        let slot = self.local_slot(local);
        let l = self.locals[local as usize];
        match (l.home, save) {
            (Home::Gpr(reg), true) => self.asm.mov_mr(l.ty.size(), slot, reg),
            (Home::Gpr(reg), false) => self.asm.mov_rm(l.ty.size(), reg, slot),
            (Home::Xmm(reg), true) => self.store_xmm_mem(slot, reg, l.ty),
            (Home::Xmm(reg), false) => self.load_xmm_mem(reg, slot, l.ty),
            (Home::Frame, _) => {}
        }
    }

    /// Step 3 but for the moves: arguments on the stack are stored, the others
    /// added to `moves`.
    fn place_args(&mut self, layout: &CallLayout, first: usize, moves: &mut Moves) {
        for (i, place) in layout.params.iter().enumerate() {
            let (entry, at) = (self.stack[first + i], first + i);
            match place {
                Place::Int(reg) => moves.push((Dst::Gpr(Gpr(*reg)), Src::Operand(entry, at))),
                Place::Float(reg) => moves.push((Dst::Xmm(Xmm(*reg)), Src::Operand(entry, at))),
                Place::Memory(offset) => {
                    self.store_operand(Mem::base(Gpr::RSP, *offset as i32), entry, at);
                }
            }
        }
    }

    /// Calls with the topmost operands as arguments, and pushes the results.
    fn call(&mut self, callee: Callee, ty: TypeIndex) {
        let module = self.input.module;
        let ty: &FuncType = &module.types[ty];
        let mut layout = std::mem::take(&mut self.callee_layout);
        layout.set(ty);
        let first = self.stack.len() - ty.params().len();
        self.leave_registers(first);
        self.out_arg_bytes = self.out_arg_bytes.max(layout.stack_arg_bytes);
        let mut moves = Moves::new();
        self.place_args(&layout, first, &mut moves);
        let area = if layout.has_result_area() {
            let area = self.callee_area(layout.result_area_bytes);
            moves.push((Dst::Gpr(Gpr(INT_ARGS[1])), Src::Address(Mem::base(Gpr::RBP, area))));
            area
        } else {
            0
        };
        moves.push((Dst::Gpr(Gpr(INT_ARGS[0])), vmctx_source(callee)));
        self.parallel_moves(&mut moves);
        self.truncate(first);
        self.mark_position();
        self.load_code(callee);
        let code = match callee {
            Callee::Slot(slot) => Mem::base(SCRATCH, slot as i32),
            Callee::Import(_) => Mem::base(SCRATCH, 0),
            Callee::Record => {
                self.free_gpr(Gpr::RAX);
                Mem::base(Gpr::RAX, 0)
            }
        };
        self.asm.call_m(code);
        self.safepoint();
        if layout.stack_arg_bytes > 0 {
            let bytes = layout.stack_arg_bytes as i32;
            self.asm.alu_ri(Alu::Sub, Size::S64, Gpr::RSP, bytes);
        }
        self.push_results(ty, &layout, area);
        self.callee_layout = layout;
    }

    /// Loads what the call instruction reads the code's address through.
    fn load_code(&mut self, callee: Callee) {
        match callee {
            Callee::Slot(_) => self.load_vmctx(SCRATCH, vmctx::CODE_TABLE),
            Callee::Import(record) => self.load_vmctx(SCRATCH, record + vmctx::FUNC_REF_SLOT),
            Callee::Record => {
                let slot = Mem::base(Gpr::RAX, vmctx::FUNC_REF_SLOT as i32);
                self.asm.mov_rm(Size::S64, Gpr::RAX, slot);
            }
        }
    }

    /// Step 6.
    fn push_results(&mut self, ty: &FuncType, layout: &CallLayout, area: i32) {
        let first = self.stack.len();
        for (i, (ty, place)) in ty.results().iter().zip(&layout.results).enumerate() {
            let ty = Ty::from(*ty);
            self.has_externs |= ty == Ty::Extern;
            match place {
                Place::Int(reg) if !Self::is_temp(Gpr(*reg)) => {
                    let slot = self.slot_of(first + i, ty);
                    self.asm.mov_mr(ty.size(), slot, Gpr(*reg));
                }
                Place::Memory(offset) => {
                    let slot = self.slot_of(first + i, ty);
                    self.copy(slot, Mem::base(Gpr::RBP, area + *offset as i32), ty);
                }
                _ => {}
            }
        }
        for i in 0..self.lost_homes.len() {
            let local = self.lost_homes[i];
            self.save_home(local, false);
        }
        for (ty, place) in ty.results().iter().zip(&layout.results) {
            let ty = Ty::from(*ty);
            match place {
                Place::Int(reg) if Self::is_temp(Gpr(*reg)) => {
                    let reg = Gpr(*reg);
                    self.take_gpr(reg);
                    self.extend_arrived(reg, ty);
                    self.push_gpr(reg, ty);
                }
                Place::Float(reg) => {
                    self.take_xmm(Xmm(*reg));
                    self.push_xmm(Xmm(*reg), ty);
                }
                _ => self.push_slot(ty),
            }
        }
    }

    /// The area for results of callees, shared by all calls.
    fn callee_area(&mut self, bytes: u32) -> i32 {
        match self.callee_area {
            Some((area, had)) if had >= bytes => area,
            _ => {
                let area = self.frame_slot(bytes);
                self.callee_area = Some((area, bytes));
                area
            }
        }
    }

    /// The call that was just emitted may find references in the frame.
    fn safepoint(&mut self) {
        if !self.has_externs {
            return;
        }
        self.n_extern_scans += (self.stack.len() + self.locals.len()) as u64;
        if self.n_extern_scans > MAX_EXTERN_SCANS {
            return self.fail(CompileError::TooLarge("references at calls".into()));
        }
        let mut slots = SmallVec::new();
        for at in 0..self.stack.len() {
            let entry = self.stack[at];
            if entry.ty == Ty::Extern && entry.val == Val::Slot {
                slots.push(crate::x64::codegen::frame_offset(self.slot_of(at, Ty::Extern)));
            }
        }
        // Locals get their slots as they are touched; one that gets it later
        // is null until then, and its slot cleared when the function starts.
        for local in 0..self.locals.len() as u32 {
            if self.locals[local as usize].ty == Ty::Extern {
                slots.push(crate::x64::codegen::frame_offset(self.local_slot(local)));
            }
        }
        self.safepoints.push(RawSafepoint { code_offset: self.asm.offset(), slots });
    }

    /// Calls a builtin. `args` read the topmost `n` operands, which it pops.
    pub(crate) fn call_builtin(
        &mut self,
        builtin: Builtin,
        n: usize,
        args: &[(Dst, Src)],
        result: Option<Ty>,
    ) {
        let first = self.stack.len() - n;
        self.leave_registers(first);
        let mut moves: Moves = args.iter().copied().collect();
        moves.push((Dst::Gpr(Gpr::RDI), Src::Reg(VMCTX)));
        self.parallel_moves(&mut moves);
        self.truncate(first);
        self.mark_position();
        self.load_vmctx(SCRATCH, vmctx::BUILTINS);
        self.asm.call_m(Mem::base(SCRATCH, vmctx::builtin_slot(builtin) as i32));
        self.safepoint();
        for i in 0..self.lost_homes.len() {
            let local = self.lost_homes[i];
            self.save_home(local, false);
        }
        if let Some(ty) = result {
            self.take_gpr(Gpr::RAX);
            self.extend_arrived(Gpr::RAX, ty);
            self.push_gpr(Gpr::RAX, ty);
        }
    }

    /// Puts the topmost operands where results go. The operands stay.
    pub(crate) fn move_results(&mut self) {
        let layout = std::mem::take(&mut self.own_layout.results);
        let first = self.stack.len() - layout.len();
        if let Some(area) = self.result_area {
            for (i, place) in layout.iter().enumerate() {
                if let Place::Memory(offset) = place {
                    self.asm.mov_rm(Size::S64, SCRATCH, Mem::base(Gpr::RBP, area));
                    let to = Mem::base(SCRATCH, *offset as i32);
                    self.store_result(to, first + i);
                }
            }
        }
        let mut moves = Moves::new();
        for (i, place) in layout.iter().enumerate() {
            let src = Src::Operand(self.stack[first + i], first + i);
            match place {
                Place::Int(reg) => moves.push((Dst::Gpr(Gpr(*reg)), src)),
                Place::Float(reg) => moves.push((Dst::Xmm(Xmm(*reg)), src)),
                Place::Memory(_) => {}
            }
        }
        self.parallel_moves(&mut moves);
        self.own_layout.results = layout;
    }

    fn store_result(&mut self, to: Mem, at: usize) {
        self.store_operand(to, self.stack[at], at);
    }

    /// Calls in place of this function: its results are ours, so is its area.
    ///
    /// The callee's stack arguments end where ours do. They are put together
    /// at the frame's end, below everything, and moved up when nothing of the
    /// frame is needed any more; the frame is at least as large as both, so
    /// the two places never overlap.
    fn return_call(&mut self, callee: Callee, ty: TypeIndex) {
        let module = self.input.module;
        let ty: &FuncType = &module.types[ty];
        let mut layout = std::mem::take(&mut self.callee_layout);
        layout.set(ty);
        let first = self.stack.len() - ty.params().len();
        let bytes = layout.stack_arg_bytes;
        self.out_arg_bytes = self.out_arg_bytes.max(bytes);
        // Room for arguments that reach below our own ones.
        let below = bytes.saturating_sub(self.own_layout.stack_arg_bytes) + 16;
        self.tail_bytes = self.tail_bytes.max(if bytes > 0 { below } else { 0 });
        let mut moves = Moves::new();
        self.place_args(&layout, first, &mut moves);
        if layout.has_result_area() {
            let area = Mem::base(Gpr::RBP, self.result_area.unwrap_or(0));
            moves.push((Dst::Gpr(Gpr(INT_ARGS[1])), Src::Load(area)));
        }
        moves.push((Dst::Gpr(Gpr(INT_ARGS[0])), vmctx_source(callee)));
        self.callee_layout = layout;
        self.parallel_moves(&mut moves);
        self.truncate(first);
        self.mark_position();
        if self.input.tiering {
            // Before the code is loaded: nothing may look at it in between.
            let at = self.count_budget(updraft_abi::TIER_UP_AT_EXIT);
            self.asm.patch8(at, super::control::cost(self.input.body.len() as u32, self.n_arms));
        }
        self.load_code(callee);
        // The address of the code, in rax: homes and vmctx are gone soon.
        let code = match callee {
            Callee::Slot(slot) => Mem::base(SCRATCH, slot as i32),
            Callee::Import(_) => Mem::base(SCRATCH, 0),
            Callee::Record => {
                self.free_gpr(Gpr::RAX);
                Mem::base(Gpr::RAX, 0)
            }
        };
        self.asm.mov_rm(Size::S64, Gpr::RAX, code);
        let label = self.asm.new_label();
        self.asm.jmp(label);
        let source = self.offset;
        self.cold.push(Cold::TailJump { label, bytes, source });
        self.end_reachable();
    }

    /// Moves the stack arguments up, takes the frame down and jumps to the code
    /// in rax. Saved registers have been restored; r10 and r11 are free.
    pub(crate) fn emit_tail_jump(&mut self, bytes: u32) {
        let own_bytes = self.own_layout.stack_arg_bytes;
        if bytes == 0 && own_bytes == 0 {
            self.asm.leave();
            return self.asm.jmp_r(Gpr::RAX);
        }
        let (saved, back) = (Gpr::R10, SCRATCH);
        self.asm.mov_rm(Size::S64, back, Mem::base(Gpr::RBP, 8));
        self.asm.mov_rm(Size::S64, saved, Mem::base(Gpr::RBP, 0));
        // Arguments end where ours did; the return address lies below them.
        let to = 16 + own_bytes as i32 - bytes as i32;
        for at in (0..bytes as i32).step_by(8) {
            self.load_xmm_mem(SCRATCH_X, Mem::base(Gpr::RSP, at), Ty::F64);
            self.store_xmm_mem(Mem::base(Gpr::RBP, to + at), SCRATCH_X, Ty::F64);
        }
        self.asm.mov_mr(Size::S64, Mem::base(Gpr::RBP, to - 8), back);
        self.asm.lea(Size::S64, Gpr::RSP, Mem::base(Gpr::RBP, to - 8));
        self.asm.mov_rr(Size::S64, Gpr::RBP, saved);
        self.asm.jmp_r(Gpr::RAX);
    }
}

/// What the callee gets as `vmctx`.
fn vmctx_source(callee: Callee) -> Src {
    match callee {
        Callee::Slot(_) => Src::Reg(VMCTX),
        Callee::Import(record) => {
            Src::Load(Mem::base(VMCTX, (record + vmctx::FUNC_REF_VMCTX) as i32))
        }
        Callee::Record => Src::Load(Mem::base(Gpr::RAX, vmctx::FUNC_REF_VMCTX as i32)),
    }
}

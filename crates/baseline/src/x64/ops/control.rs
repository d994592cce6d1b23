//! Blocks, branches and `unreachable`.
//!
//! # Essay: merges
//!
//! Where a block opens, operands below it become constants or go to their
//! slots, and stay so while it is open. Branches to its end leave its results
//! in rax or xmm0, if there is one, else in the slots of the places that they
//! will have. Loops take their parameters in slots. Blocks nobody branches to
//! merge nothing: their results stay where they are.

use updraft_abi::{Builtin, MAX_OSR_SLOTS, OsrLoop, OsrPlace, TIER_UP_AT_EXIT, isolate, vmctx};
use updraft_compile::CompileError;
use updraft_types::{TrapCode, TypeIndex, ValType};

use crate::op::{BlockSig, BlockType, BrTable};
use crate::x64::body::MAX_CODE_BYTES;
use crate::x64::codegen::{Codegen, Cold, frame_offset};
use crate::x64::control::{Frame, FrameKind};
use crate::x64::regs::{SCRATCH, VMCTX};
use crate::x64::value::{Rmi, Ty, Val, Xm};
use crate::x64::{Alu, Cond, Gpr, Label, Mem, Size, Sse, Xmm};

/// Values of all loops of a function that can be replaced on the stack, at
/// most: further loops cannot.
const MAX_OSR_VALUES: usize = 1 << 16;

/// Parameters of all open `if`s at most: they are kept for the second arms, and
/// each `if` can have as many as a type has.
const MAX_IF_PARAMS: usize = 1 << 20;

impl Codegen<'_> {
    fn block_sig(&mut self, ty: BlockType) -> BlockSig {
        BlockSig::new(ty).unwrap_or_else(|| {
            self.unsupported("block of that type");
            BlockSig::Empty
        })
    }

    /// Opens a block whose parameters are the topmost operands.
    fn push_frame(&mut self, kind: FrameKind, sig: BlockSig) {
        let height = self.stack.len() - sig.params(self.input.module).len();
        let end = self.asm.new_label();
        self.frames.push(Frame::new(kind, sig, height, end));
    }

    /// Opens the function's own block.
    pub(crate) fn push_func_frame(&mut self, ty: TypeIndex) {
        let end = self.asm.new_label();
        let kind = FrameKind::Func;
        self.frames.push(Frame::new(kind, BlockSig::Func(ty), 0, end));
    }

    fn push_dead_frame(&mut self) {
        let height = self.stack.len();
        let end = self.epilogue;
        let (kind, sig) = (FrameKind::Dead, BlockSig::Empty);
        self.frames.push(Frame::new(kind, sig, height, end));
    }

    /// What follows cannot be reached.
    pub(crate) fn end_reachable(&mut self) {
        self.reachable = false;
        let height = self.frames.last().map_or(0, |f| f.height);
        self.truncate(height);
    }

    fn frame_index(&self, relative_depth: u32) -> usize {
        self.frames.len() - 1 - relative_depth as usize
    }

    pub(crate) fn visit_unreachable(&mut self) {
        self.may_trap(TrapCode::Unreachable);
        self.asm.ud2();
        self.end_reachable();
    }

    pub(crate) fn visit_nop(&mut self) {}

    pub(crate) fn visit_drop(&mut self) {
        self.pop_drop();
    }

    pub(crate) fn visit_block(&mut self, blockty: BlockType) {
        if !self.reachable {
            return self.push_dead_frame();
        }
        self.settle_flags();
        let sig = self.block_sig(blockty);
        let height = self.stack.len() - sig.params(self.input.module).len();
        self.spill_below(height);
        self.push_frame(FrameKind::Block, sig);
    }

    pub(crate) fn visit_loop(&mut self, blockty: BlockType) {
        let ordinal = self.n_loops;
        self.n_loops += 1;
        if !self.reachable {
            return self.push_dead_frame();
        }
        self.settle_flags();
        let sig = self.block_sig(blockty);
        let first = self.stack.len() - sig.params(self.input.module).len();
        self.spill_below(self.stack.len());
        for at in first..self.stack.len() {
            self.spill(at);
        }
        let replaceable = self.note_osr_loop(ordinal);
        let header = self.asm.label_here();
        let cost_at = self.loop_header(if replaceable { ordinal as i32 } else { TIER_UP_AT_EXIT });
        let (start, n_arms) = (self.offset, self.n_arms);
        self.push_frame(FrameKind::Loop { header, start, n_arms, cost_at }, sig);
    }

    /// Records where a loop's operands are, if it can be replaced. They are
    /// constants, or in their slots.
    fn note_osr_loop(&mut self, ordinal: u32) -> bool {
        let n = self.stack.len();
        let all = n + self.locals.len();
        if !self.input.tiering || all > MAX_OSR_SLOTS || self.n_osr_values + n > MAX_OSR_VALUES {
            return false;
        }
        self.n_osr_values += n + 1;
        let mut stack = Vec::with_capacity(n);
        for at in 0..n {
            let entry = self.stack[at];
            let ty = entry.ty;
            let slot = self.slot_of(at, ty);
            // Constants are stored too, but stay constants: ways around the
            // loop, which meet its own later, do not pass here.
            if entry.val != Val::Slot {
                self.store_operand(slot, entry, at);
            }
            let slot = frame_offset(slot);
            stack.push(if ty.is_wide() {
                OsrPlace::WideFrame(slot)
            } else {
                OsrPlace::Frame(slot)
            });
        }
        self.osr_loops.push(OsrLoop { ordinal, stack: stack.into() });
        true
    }

    /// Counts the budget down and looks at the limit. Where in the code the
    /// cost is to be written.
    fn loop_header(&mut self, tier_up_arg: i32) -> Option<u32> {
        let mut cost_at = None;
        if self.input.tiering {
            cost_at = Some(self.count_budget(tier_up_arg));
        }
        if self.input.tunables.interrupt_checks {
            self.load_vmctx(SCRATCH, vmctx::ISOLATE);
            let limit = Mem::base(SCRATCH, isolate::LIMIT as i32);
            self.asm.alu_rm(Alu::Cmp, Size::S64, Gpr::RSP, limit);
            self.call_stub_if(Cond::B, Builtin::BaselineInterrupt, 0);
        }
        cost_at
    }

    /// Counts for the function's budget; asks for tier-up when it is used up.
    /// Where the cost is in the code: a byte, from 1 to 127, in units of
    /// [`vmctx::BUDGET_UNIT_BYTES`].
    pub(crate) fn count_budget(&mut self, tier_up_arg: i32) -> u32 {
        let countdown = Mem::base(VMCTX, vmctx::COUNTDOWN as i32);
        self.asm.alu_mi(Alu::Sub, Size::S32, countdown, 1);
        let cost_at = self.asm.offset() - 1;
        let label = self.asm.new_label();
        self.asm.jcc(Cond::S, label);
        let back = self.asm.label_here();
        self.cold.push(Cold::Sample { label, arg: tier_up_arg, back, source: self.offset });
        cost_at
    }

    /// Calls a stub of baseline code, out of line.
    fn call_stub_if(&mut self, cond: Cond, builtin: Builtin, arg: i32) {
        let label = self.asm.new_label();
        self.asm.jcc(cond, label);
        let back = self.asm.label_here();
        let source = self.offset;
        self.cold.push(Cold::Stub { label, builtin, arg, back, source });
    }

    /// Pops a condition and sets flags from it; the condition that holds if it
    /// is true.
    fn pop_condition(&mut self) -> Cond {
        let entry = self.pop();
        if let Val::Flags(cond) = entry.val {
            return cond;
        }
        match self.rmi(entry) {
            Rmi::Reg(reg) => {
                self.test_zero(reg, Size::S32);
                self.free_gpr(reg);
            }
            Rmi::Mem(mem) => self.asm.alu_mi(Alu::Cmp, Size::S32, mem, 0),
            Rmi::Imm(imm) => {
                self.asm.mov_ri(SCRATCH, u64::from(imm as u32));
                self.asm.test_rr(Size::S32, SCRATCH, SCRATCH);
            }
        }
        Cond::NE
    }

    pub(crate) fn visit_if(&mut self, blockty: BlockType) {
        if !self.reachable {
            return self.push_dead_frame();
        }
        let cond = self.pop_condition();
        let sig = self.block_sig(blockty);
        // Parameters too: both arms start from the same state. Only moves are
        // emitted, which keep the flags.
        self.spill_below(self.stack.len());
        let first = self.stack.len() - sig.params(self.input.module).len();
        self.if_params.extend_from_slice(&self.stack[first..]);
        if self.if_params.len() > MAX_IF_PARAMS {
            self.fail(CompileError::TooLarge("parameters of nested ifs".into()));
        }
        let otherwise = self.asm.new_label();
        self.asm.jcc(cond.invert(), otherwise);
        self.push_frame(FrameKind::If { otherwise }, sig);
    }

    /// Takes back the parameters of the innermost `if`, constants or slots, as
    /// the topmost operands.
    fn restore_if_params(&mut self, frame: &Frame) {
        let n_params = frame.sig.params(self.input.module).len();
        self.truncate(frame.height);
        let first = self.if_params.len() - n_params;
        self.stack.extend(self.if_params.drain(first..));
    }

    pub(crate) fn visit_else(&mut self) {
        let Some(frame) = self.frames.last().copied() else { return };
        let FrameKind::If { otherwise } = frame.kind else { return };
        self.settle_flags();
        if self.reachable {
            self.merge_into(&frame);
            self.asm.jmp(frame.end);
        }
        if let Some(last) = self.frames.last_mut() {
            last.kind = FrameKind::Block;
        }
        self.restore_if_params(&frame);
        self.asm.bind(otherwise);
        self.reachable = true;
    }

    pub(crate) fn visit_end(&mut self) {
        let Some(frame) = self.frames.last().copied() else { return };
        self.settle_flags();
        match frame.kind {
            FrameKind::Dead => {
                self.frames.pop();
                return;
            }
            FrameKind::Func => return self.end_function(),
            FrameKind::Loop { start, n_arms, cost_at, .. } => {
                if let Some(at) = cost_at {
                    self.asm.patch8(at, cost(self.offset - start, self.n_arms - n_arms));
                }
            }
            FrameKind::If { otherwise } => self.end_if(&frame, otherwise),
            FrameKind::Block => {}
        }
        self.frames.pop();
        if frame.in_table || self.asm.is_used(frame.end) {
            if self.reachable {
                self.merge_into(&frame);
            }
            self.asm.bind(frame.end);
            self.truncate(frame.height);
            self.push_merged(&frame);
            self.reachable = true;
        }
    }

    /// An `if` that had no second arm: a false condition goes to the end, with
    /// the parameters as results.
    fn end_if(&mut self, frame: &Frame, otherwise: Label) {
        let n_params = frame.sig.params(self.input.module).len();
        if n_params == 0 {
            // Nothing to merge: both just go on here.
            self.restore_if_params(frame);
            self.asm.bind(otherwise);
            self.reachable = true;
            return;
        }
        if self.reachable {
            self.merge_into(frame);
            self.asm.jmp(frame.end);
        }
        self.restore_if_params(frame);
        self.asm.bind(otherwise);
        self.reachable = true;
    }

    /// The last `end` of the body.
    fn end_function(&mut self) {
        if self.reachable {
            self.move_results();
            self.truncate(0);
        }
        self.epilogue_in_table = self.frames.pop().is_some_and(|f| f.in_table);
    }

    /// Types that a branch to the frame carries.
    fn branch_types<'m>(frame: &'m Frame, module: &'m updraft_types::ModuleDesc) -> &'m [ValType] {
        match frame.kind {
            FrameKind::Loop { .. } => frame.sig.params(module),
            _ => frame.sig.results(module),
        }
    }

    /// Where a single result of a block goes.
    fn single(ty: Ty) -> Val {
        if ty.is_float_class() { Val::Xmm(Xmm::XMM0) } else { Val::Gpr(Gpr::RAX) }
    }

    /// Whether a branch to the frame has to move anything.
    #[inline]
    fn moves_for(&self, frame: &Frame) -> bool {
        let n = Self::branch_types(frame, self.input.module).len();
        let first = self.stack.len() - n;
        match frame.kind {
            FrameKind::Func => n > 0,
            FrameKind::Loop { .. } => n > 0,
            _ if n == 1 => self.stack[first].val != Self::single(self.stack[first].ty),
            _ => n > 0,
        }
    }

    /// Moves the topmost operands to where a branch to the frame carries them.
    /// The abstract state stays as it is. Changes the flags.
    fn merge_into(&mut self, frame: &Frame) {
        let n = Self::branch_types(frame, self.input.module).len();
        let first = self.stack.len() - n;
        if n == 1 && !matches!(frame.kind, FrameKind::Loop { .. }) {
            let entry = self.stack[first];
            match Self::single(entry.ty) {
                Val::Xmm(reg) => self.load_xmm_at(reg, entry, first),
                _ if entry.val == Val::Const(0) => self.asm.zero(Gpr::RAX),
                _ => self.load_gpr_at(Gpr::RAX, entry, first),
            }
            return;
        }
        // Upwards: what is written was read before, or is never read.
        for i in 0..n {
            let entry = self.stack[first + i];
            let to = self.slot_of(frame.height + i, entry.ty);
            if entry.val == Val::Slot && first == frame.height {
                continue;
            }
            self.store_operand(to, entry, first + i);
        }
    }

    /// Pushes the results that branches to the frame's end left.
    fn push_merged(&mut self, frame: &Frame) {
        let module = self.input.module;
        let results = frame.sig.results(module);
        if let [ty] = results {
            let ty = Ty::from(*ty);
            match Self::single(ty) {
                Val::Xmm(reg) => {
                    self.take_xmm(reg);
                    self.push_xmm(reg, ty);
                }
                _ => {
                    self.take_gpr(Gpr::RAX);
                    self.push_gpr(Gpr::RAX, ty);
                }
            }
            return;
        }
        for i in 0..results.len() {
            self.push_slot(Ty::from(frame.sig.results(module)[i]));
        }
    }

    /// Where a branch to the frame jumps to.
    fn target(&self, frame: &Frame) -> Label {
        match frame.kind {
            FrameKind::Loop { header, .. } => header,
            FrameKind::Func => self.epilogue,
            _ => frame.end,
        }
    }

    /// Emits a branch, moves included. The abstract state stays as it is.
    fn emit_branch(&mut self, frame: &Frame) {
        match frame.kind {
            FrameKind::Func => self.move_results(),
            _ => self.merge_into(frame),
        }
        let target = self.target(frame);
        self.asm.jmp(target);
    }

    pub(crate) fn visit_br(&mut self, relative_depth: u32) {
        let frame = self.frames[self.frame_index(relative_depth)];
        self.emit_branch(&frame);
        self.end_reachable();
    }

    pub(crate) fn visit_return(&mut self) {
        let frame = self.frames[0];
        self.emit_branch(&frame);
        self.end_reachable();
    }

    pub(crate) fn visit_br_if(&mut self, relative_depth: u32) {
        let cond = self.pop_condition();
        let frame = self.frames[self.frame_index(relative_depth)];
        let target = self.target(&frame);
        if !self.moves_for(&frame) {
            return self.asm.jcc(cond, target);
        }
        let go_on = self.asm.new_label();
        self.asm.jcc(cond.invert(), go_on);
        self.emit_branch(&frame);
        self.asm.bind(go_on);
    }

    pub(crate) fn visit_br_table(&mut self, targets: BrTable<'_>) {
        let index = self.pop_gpr();
        let n = targets.len();
        let tmp = self.alloc_gpr();
        self.n_br_tables += 1;
        self.n_arms = self.n_arms.saturating_add(n);
        let mut between = Vec::new();
        let default = self.edge(&mut between, targets.default());
        if n == 0 {
            self.asm.jmp(default);
        } else {
            let table = self.asm.new_label();
            self.asm.alu_ri(Alu::Cmp, Size::S32, index, n as i32);
            self.asm.jcc(Cond::AE, default);
            self.asm.lea(Size::S64, SCRATCH, Mem::rip(table));
            let offset = Mem::indexed(SCRATCH, index, 2, 0);
            self.asm.movsx_rm(Size::S32, Size::S64, tmp, offset);
            self.asm.alu_rr(Alu::Add, Size::S64, SCRATCH, tmp);
            self.asm.jmp_r(SCRATCH);
            let mut labels = Vec::with_capacity(n as usize);
            for depth in targets.targets() {
                match depth {
                    Ok(depth) => labels.push(self.edge(&mut between, depth)),
                    Err(e) => return self.fail(CompileError::Bug(e.to_string())),
                }
            }
            self.asm.bind(table);
            self.asm.jump_table(table, labels);
        }
        self.free_gpr(index);
        self.free_gpr(tmp);
        for (between, depth) in between {
            // One operator can make this much code: as many edges as a table
            // has targets, each with as many moves as a block has results.
            if self.asm.offset() > MAX_CODE_BYTES {
                return self.fail(CompileError::TooLarge("machine code".into()));
            }
            self.asm.bind(between);
            let frame = self.frames[self.frame_index(depth)];
            self.emit_branch(&frame);
        }
        self.end_reachable();
    }

    /// Where a `br_table` goes for a depth: the target itself, or, if there is
    /// something to move, code between, one per depth.
    fn edge(&mut self, all_between: &mut Vec<(Label, u32)>, depth: u32) -> Label {
        let index = self.frame_index(depth);
        let (table, label) = self.frames[index].edge;
        if table == self.n_br_tables {
            return label;
        }
        let frame = self.frames[index];
        let label = if self.moves_for(&frame) {
            let between = self.asm.new_label();
            all_between.push((between, depth));
            between
        } else {
            // Entries of a jump table do not count as uses of a label.
            self.frames[index].in_table = !matches!(frame.kind, FrameKind::Loop { .. });
            self.target(&frame)
        };
        self.frames[index].edge = (self.n_br_tables, label);
        label
    }

    pub(crate) fn visit_select(&mut self) {
        let cond = self.pop_condition();
        let rhs = self.pop();
        if rhs.ty.is_float_class() {
            let ty = rhs.ty;
            let rhs = self.xm(rhs);
            let dst = self.pop_xmm_owned();
            return self.select_float(cond, ty, dst, rhs);
        }
        let ty = rhs.ty;
        // All ways to get at an operand are moves, which keep the flags.
        let rhs = self.rmi(rhs);
        let dst = self.pop_gpr_owned();
        match rhs {
            Rmi::Reg(reg) => {
                self.asm.cmov(cond.invert(), ty.size(), dst, reg);
                self.free_gpr(reg);
            }
            Rmi::Mem(mem) => self.asm.cmov_rm(cond.invert(), ty.size(), dst, mem),
            Rmi::Imm(imm) => {
                self.asm.mov_ri(SCRATCH, i64::from(imm) as u64);
                self.asm.cmov(cond.invert(), ty.size(), dst, SCRATCH);
            }
        }
        self.push_gpr(dst, ty);
    }

    fn select_float(&mut self, cond: Cond, ty: Ty, dst: Xmm, rhs: Xm) {
        let done = self.asm.new_label();
        self.asm.jcc(cond, done);
        match rhs {
            Xm::Reg(reg) => {
                self.asm.sse_rr(Sse::MOVAPS, dst, reg);
                self.free_xmm(reg);
            }
            Xm::Mem(mem) => self.load_xmm_mem(dst, mem, ty),
        }
        self.asm.bind(done);
        self.push_xmm(dst, ty);
    }
}

/// The cost of executing so many bytes, in units, if they have so many arms of
/// `br_table`s, of which one is executed. (With all of them the loop of an
/// interpreter seems ten times as hot as it is.)
pub(crate) fn cost(bytes: u32, n_arms: u32) -> u8 {
    let bytes = bytes / (1 + n_arms);
    (bytes / vmctx::BUDGET_UNIT_BYTES + 1).min(127) as u8
}

//! Blocks, branches and `unreachable`.
//!
//! The end of a block becomes a CLIF block only if something branches to it;
//! otherwise code just runs on. Where nothing is reachable, frames are kept and
//! nothing else.

use std::collections::HashMap;

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    Block, BlockArg, InstBuilder, InstructionData, JumpTableData, Opcode, Value,
};
use updraft_compile::CompileError;
use updraft_types::{TrapCode, ValType};

use crate::flags::clif_trap;
use crate::frame::{Frame, FrameKind};
use crate::op::{BlockSig, BlockType, BrTable};
use crate::signature::clif_type;
use crate::translator::FuncTranslator;

/// Branch arguments of one function at most: far above what compilers emit,
/// and small enough that no module exhausts the host's memory with them.
const MAX_BRANCH_ARGS: usize = 1 << 22;

impl FuncTranslator<'_> {
    fn block_sig(&mut self, ty: BlockType) -> BlockSig {
        BlockSig::new(ty).unwrap_or_else(|| {
            self.unsupported("block of that type");
            BlockSig::Empty
        })
    }

    fn push_frame(&mut self, kind: FrameKind, sig: BlockSig) {
        let n_params = sig.params(self.scope.module.desc).len();
        let height = self.stack.len() - n_params;
        self.frames.push(Frame::new(kind, sig, height));
    }

    /// A new block with parameters of these types.
    pub(crate) fn block_with_params(&mut self, types: &[ValType]) -> Block {
        let block = self.b.create_block();
        for ty in types {
            let value = self.b.append_block_param(block, clif_type(*ty));
            if ty.is_traced_ref() {
                self.b.declare_value_needs_stack_map(value);
                self.osr_note_traced(value);
            }
        }
        block
    }

    /// The block where frame `index` ends.
    fn end_block(&mut self, index: usize) -> Block {
        self.frames[index].rare = false;
        let Frame { sig, end, .. } = self.frames[index];
        match end {
            Some(block) => block,
            None => {
                let block = self.block_with_params(sig.results(self.scope.module.desc));
                self.frames[index].end = Some(block);
                block
            }
        }
    }

    /// Where a branch to frame `index` goes, and with how many values.
    fn branch_target(&mut self, index: usize) -> (Block, usize) {
        let Frame { kind, sig, .. } = self.frames[index];
        match kind {
            FrameKind::Loop(header) => (header, sig.params(self.scope.module.desc).len()),
            _ => (self.end_block(index), sig.results(self.scope.module.desc).len()),
        }
    }

    /// Collects the topmost `n` values as arguments of a branch.
    fn collect_branch_args(&mut self, n: usize) {
        self.n_branch_args += n;
        if self.n_branch_args > MAX_BRANCH_ARGS {
            self.fail(CompileError::TooLarge("too many values on branches".into()));
        }
        let top = self.stack.len() - n;
        self.branch_args.clear();
        self.branch_args.extend(self.stack[top..].iter().map(|v| BlockArg::Value(*v)));
    }

    pub(crate) fn jump_with_top(&mut self, target: Block, n: usize) {
        self.collect_branch_args(n);
        self.b.ins().jump(target, &self.branch_args);
    }

    /// Goes on at `block`, whose parameters are the topmost values from now on.
    pub(crate) fn go_on_at(&mut self, block: Block, height: usize) {
        self.b.switch_to_block(block);
        self.stack.truncate(height);
        self.stack.extend_from_slice(self.b.block_params(block));
        self.reachable = true;
    }

    /// What follows cannot be reached.
    pub(crate) fn end_reachable(&mut self) {
        self.reachable = false;
        let height = self.frames.last().map_or(0, |f| f.height);
        self.stack.truncate(height);
    }

    fn frame_index(&self, relative_depth: u32) -> usize {
        self.frames.len() - 1 - relative_depth as usize
    }

    pub(crate) fn visit_unreachable(&mut self) {
        self.mark_position();
        self.b.ins().trap(clif_trap(TrapCode::Unreachable));
        self.end_reachable();
    }

    pub(crate) fn visit_nop(&mut self) {}

    pub(crate) fn visit_block(&mut self, blockty: BlockType) {
        let around_entry = self.osr_block_starts();
        if !self.reachable {
            return self.push_dead_frame();
        }
        let sig = self.block_sig(blockty);
        if around_entry {
            self.osr_keep_stack(self.stack.len() - sig.params(self.scope.module.desc).len());
        }
        self.push_frame(FrameKind::Block, sig);
    }

    fn push_dead_frame(&mut self) {
        let height = self.stack.len();
        self.frames.push(Frame::new(FrameKind::Dead, BlockSig::Empty, height));
    }

    pub(crate) fn visit_loop(&mut self, blockty: BlockType) {
        let around_entry = self.osr_block_starts();
        if !self.reachable {
            return self.push_dead_frame();
        }
        let sig = self.block_sig(blockty);
        let params = sig.params(self.scope.module.desc);
        let height = self.stack.len() - params.len();
        let header = self.block_with_params(params);
        if around_entry {
            self.osr_keep_stack(height);
        }
        self.jump_with_top(header, params.len());
        if around_entry {
            self.osr_enter_loop(header);
        }
        self.push_frame(FrameKind::Loop(header), sig);
        let (depth, most) = self.loop_depth;
        self.loop_depth = (depth + 1, most.max(depth + 1));
        // Not sealed before its end: branches back to it are still to come.
        self.go_on_at(header, height);
        self.check_interrupt();
    }

    pub(crate) fn visit_if(&mut self, blockty: BlockType) {
        let around_entry = self.osr_block_starts();
        if !self.reachable {
            return self.push_dead_frame();
        }
        let sig = self.block_sig(blockty);
        let n_params = sig.params(self.scope.module.desc).len();
        if around_entry {
            // What is kept is kept before the branch.
            self.join_outcome();
            self.osr_keep_stack(self.stack.len() - 1 - n_params);
        }
        let (then_block, else_block) = self.branch_on_condition();
        let top = self.stack.len() - n_params;
        self.b.seal_block(then_block);
        self.b.switch_to_block(then_block);
        self.if_params.extend_from_slice(&self.stack[top..]);
        self.push_frame(FrameKind::If(else_block), sig);
    }

    /// Takes back the parameters of the innermost `if` and leaves them as the
    /// topmost values.
    fn restore_if_params(&mut self, frame: &Frame) {
        let n_params = frame.sig.params(self.scope.module.desc).len();
        self.stack.truncate(frame.height);
        let first = self.if_params.len() - n_params;
        self.stack.extend(self.if_params.drain(first..));
    }

    pub(crate) fn visit_else(&mut self) {
        let index = self.frames.len() - 1;
        let FrameKind::If(else_block) = self.frames[index].kind else { return };
        if self.reachable {
            let end = self.end_block(index);
            let n_results = self.frames[index].sig.results(self.scope.module.desc).len();
            self.jump_with_top(end, n_results);
        }
        self.frames[index].kind = FrameKind::Block;
        let frame = self.frames[index];
        self.restore_if_params(&frame);
        self.b.seal_block(else_block);
        self.b.switch_to_block(else_block);
        self.reachable = true;
    }

    pub(crate) fn visit_end(&mut self) {
        let Some(frame) = self.frames.last().copied() else { return };
        match frame.kind {
            FrameKind::Dead => {
                self.frames.pop();
                return;
            }
            FrameKind::Func => return self.end_function(),
            FrameKind::Loop(header) => {
                self.b.seal_block(header);
                self.loop_depth.0 -= 1;
            }
            FrameKind::If(else_block) => self.end_if(&frame, else_block),
            FrameKind::Block => {}
        }
        let frame = self.frames.pop().unwrap_or(frame);
        if let Some(end) = frame.end {
            if self.reachable {
                let n_results = frame.sig.results(self.scope.module.desc).len();
                self.jump_with_top(end, n_results);
            } else if frame.rare {
                self.b.set_cold_block(end);
            }
            self.b.seal_block(end);
            self.go_on_at(end, frame.height);
        }
        self.osr_restore_stack();
    }

    /// An `if` that had no second arm: a false condition goes to the end, with
    /// the parameters as results.
    fn end_if(&mut self, frame: &Frame, else_block: Block) {
        let index = self.frames.len() - 1;
        let n_params = frame.sig.params(self.scope.module.desc).len();
        if n_params == 0 && frame.end.is_none() {
            self.frames[index].end = Some(else_block);
            self.frames[index].rare = false;
            return;
        }
        let end = self.end_block(index);
        if self.reachable {
            self.jump_with_top(end, n_params);
        }
        self.restore_if_params(frame);
        self.b.seal_block(else_block);
        self.b.switch_to_block(else_block);
        self.reachable = true;
    }

    /// The last `end` of a body.
    fn end_function(&mut self) {
        let Frame { sig, height, end, .. } = self.frames[self.scope.first_frame];
        if let Some(end) = end {
            if self.reachable {
                self.jump_with_top(end, sig.results(self.scope.module.desc).len());
            }
            self.b.seal_block(end);
            self.go_on_at(end, height);
        }
        // The results of an inlined body are the topmost values from now on.
        if self.reachable {
            match self.scope.outcome {
                Some(outcome) => {
                    self.decide(&outcome);
                    self.reachable = false;
                    self.stack.truncate(height);
                }
                None if self.scope.is_inlined() => {}
                None => self.emit_return(),
            }
        }
        self.frames.pop();
    }

    pub(crate) fn visit_br(&mut self, relative_depth: u32) {
        let index = self.frame_index(relative_depth);
        if index == self.scope.first_frame {
            return self.visit_return();
        }
        self.branch(index);
    }

    /// Leaves the code that is reachable for frame `index`.
    fn branch(&mut self, index: usize) {
        self.leave_for(index);
        self.end_reachable();
    }

    /// Ends the current block for frame `index`.
    fn leave_for(&mut self, index: usize) {
        match self.scope.outcome {
            Some(outcome) if index == self.scope.first_frame => self.decide(&outcome),
            _ => {
                let (target, n) = self.branch_target(index);
                self.jump_with_top(target, n);
            }
        }
    }

    pub(crate) fn visit_br_if(&mut self, relative_depth: u32) {
        let index = self.frame_index(relative_depth);
        let is_return = self.scope.outcome.is_some() && index == self.scope.first_frame;
        if self.outcome.is_some() || is_return {
            let (taken, go_on) = self.branch_on_condition();
            self.b.seal_block(taken);
            self.b.seal_block(go_on);
            self.b.switch_to_block(taken);
            self.leave_for(index);
            self.b.switch_to_block(go_on);
            return;
        }
        let condition = self.pop();
        let rare = self.frames[index].rare && self.is_rare(index, condition);
        let (target, n) = self.branch_target(index);
        self.frames[index].rare = rare;
        self.collect_branch_args(n);
        let go_on = self.b.create_block();
        self.b.ins().brif(condition, target, &self.branch_args, go_on, &[]);
        self.b.seal_block(go_on);
        self.b.switch_to_block(go_on);
    }

    /// Whether a branch to the end of frame `index` is taken where two values
    /// are equal, which they rarely are, in a body within another one: a compare
    /// function looks first whether there is a difference. With what it does if
    /// there is none out of the way, a loop that compares has one jump less that
    /// is always taken. Processors foresee by the last jumps that were taken, so
    /// they see farther: a heap sort took 26.3 to 26.7 ms wherever its code lay,
    /// and 27.0 to 34.8 ms without. (The guess is Ball and Larus's, 1993, but
    /// that is for all code; nor do branches out of a loop count here.)
    fn is_rare(&self, index: usize, condition: Value) -> bool {
        let is_no_loop = |f: &Frame| !matches!(f.kind, FrameKind::Loop(_));
        if !self.scope.is_inlined() || !self.frames[index..].iter().all(is_no_loop) {
            return false;
        }
        let Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) = self.made_by(condition)
        else {
            return false;
        };
        match self.made_by(arg) {
            Some(InstructionData::IntCompare { cond: IntCC::Equal, args, .. }) => {
                args.iter().all(|v| self.constant_i32(*v).is_none())
            }
            Some(InstructionData::FloatCompare { cond, .. }) => cond == FloatCC::Equal,
            _ => false,
        }
    }

    pub(crate) fn visit_br_table(&mut self, targets: BrTable<'_>) {
        let selector = self.pop();
        let mut edges = Edges::default();
        let mut table = Vec::with_capacity(targets.len() as usize);
        for depth in targets.targets() {
            match depth {
                Ok(depth) => table.push(self.table_edge(&mut edges, depth)),
                Err(e) => return self.fail(CompileError::Bug(e.to_string())),
            }
        }
        let default = self.table_edge(&mut edges, targets.default());
        let pool = &mut self.b.func.dfg.value_lists;
        let mut call = |block: &Block| block_call(*block, pool);
        let default = call(&default);
        let table: Vec<_> = table.iter().map(call).collect();
        let table = self.b.create_jump_table(JumpTableData::new(default, &table));
        self.b.ins().br_table(selector, table);
        for (between, target, n) in edges.between {
            self.b.seal_block(between);
            self.b.switch_to_block(between);
            self.jump_with_top(target, n);
        }
        self.end_reachable();
    }

    /// Where the table goes for a depth: the target itself, or, if it takes
    /// values, a block between, one per depth.
    fn table_edge(&mut self, edges: &mut Edges, depth: u32) -> Block {
        if let Some(block) = edges.by_depth.get(&depth) {
            return *block;
        }
        let (target, n) = self.branch_target(self.frame_index(depth));
        let block = if n == 0 {
            target
        } else {
            let between = self.b.create_block();
            edges.between.push((between, target, n));
            between
        };
        edges.by_depth.insert(depth, block);
        block
    }

    pub(crate) fn visit_return(&mut self) {
        if self.scope.is_inlined() {
            return self.branch(self.scope.first_frame);
        }
        self.emit_return();
        self.end_reachable();
    }

    pub(crate) fn visit_drop(&mut self) {
        self.pop();
    }

    pub(crate) fn visit_select(&mut self) {
        let value = match self.selected() {
            Some(value) => {
                self.pop2();
                value
            }
            None => {
                let (lhs, rhs, condition) = self.pop3();
                self.b.ins().select(condition, lhs, rhs)
            }
        };
        self.push(value);
    }

    /// `select` of a reference that collectors must see.
    pub(crate) fn select_traced_ref(&mut self) {
        self.visit_select();
        let value: Value = self.pop();
        self.push_traced_ref(value);
    }
}

/// Edges of a `br_table`.
#[derive(Default)]
struct Edges {
    by_depth: HashMap<u32, Block>,
    between: Vec<(Block, Block, usize)>,
}

fn block_call(
    block: Block,
    pool: &mut cranelift_codegen::ir::ValueListPool,
) -> cranelift_codegen::ir::BlockCall {
    cranelift_codegen::ir::BlockCall::new(block, [], pool)
}

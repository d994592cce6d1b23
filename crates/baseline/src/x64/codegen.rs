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
use updraft_abi::{CallLayout, Position, PositionsBuilder, TrapSite, TrapsBuilder};
use updraft_compile::{CompileError, CompileInput};
use updraft_decode::BodyHints;
use updraft_types::{FuncIndex, FuncType, TableIndex, TrapCode, ValType};

use super::cpu::CpuFeatures;
use super::regs::{TEMP_GPRS, TEMP_XMMS, Temps, VMCTX};
use super::value::{Entry, Lazy, Local, Ty};
use super::{Asm, Gpr, Label, Mem, Size};

/// Code that is emitted behind the body, for the operator at an offset in the
/// module.
pub(crate) enum Cold {
    /// Traps.
    Trap { label: Label, code: TrapCode, source: u32 },
    /// Asks for a table element that was never looked at; see `ops::table`.
    LazyElem { label: Label, back: Label, table: TableIndex, null_trap: Option<Label>, source: u32 },
    /// Notes a new target of a call site; see `ops::call`.
    NoteTarget { label: Label, back: Label, site: u32, source: u32 },
    /// Jumps to a function in place of this one; see `ops::call`.
    TailJump { label: Label, bytes: u32, source: u32 },
    /// Takes a sample for the function's budget, and goes back.
    Sample { label: Label, arg: i32, back: Label, source: u32 },
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
    /// Space for where those of a callee lie.
    pub(crate) callee_layout: CallLayout,
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
    pub(super) zero_flag: (u32, Gpr, Size),
    /// Positions of the operands that are [`Val::Local`], ascending.
    pub(super) lazy: Lazy,
    pub(super) gprs: Temps,
    pub(super) xmms: Temps,
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
    /// `br_table` operators so far.
    pub(crate) n_br_tables: u32,
    /// Targets of all of them.
    pub(crate) n_arms: u32,
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
    /// Sources are offsets in the module.
    pub(crate) positions: Vec<Position>,
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
    pub(crate) hints: BodyHints,
    pub(crate) runs: Vec<(u32, ValType)>,
    pub(crate) stack: Vec<Entry>,
    pub(crate) locals: Vec<Local>,
    pub(crate) slots: Vec<i32>,
    pub(crate) wide_slots: Vec<i32>,
    pub(crate) frames: Vec<super::control::Frame>,
    own_layout: CallLayout,
    callee_layout: CallLayout,
    clear_slots: Vec<i32>,
    cold: Vec<Cold>,
    traps: Vec<TrapSite>,
    positions: Vec<Position>,
    pub(crate) packed: (TrapsBuilder, Option<PositionsBuilder>),
}

impl<'a> Codegen<'a> {
    pub(crate) fn new(
        input: &'a CompileInput<'a>,
        cpu: CpuFeatures,
        ty: &FuncType,
        buffers: &mut Buffers,
    ) -> Self {
        let mut asm = buffers.asm.take().unwrap_or_else(Asm::new);
        asm.clear();
        let epilogue = asm.new_label();
        let mut own_layout = std::mem::take(&mut buffers.own_layout);
        own_layout.set(ty);
        Self {
            asm,
            cpu,
            input,
            func: input.module.func_index(input.func),
            own_layout,
            callee_layout: std::mem::take(&mut buffers.callee_layout),
            offset: input.body_offset as u32,
            error: None,
            reachable: true,
            stack: std::mem::take(&mut buffers.stack),
            has_flags: false,
            zero_flag: (u32::MAX, Gpr::RAX, Size::S32),
            lazy: Lazy::new(),
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
            clear_slots: std::mem::take(&mut buffers.clear_slots),
            feedback_slot: None,
            n_feedback_sites: 0,
            frames: std::mem::take(&mut buffers.frames),
            if_params: Vec::new(),
            n_br_tables: 0,
            n_arms: 0,
            n_loops: 0,
            osr_loops: Vec::new(),
            n_osr_values: 0,
            epilogue,
            epilogue_in_table: false,
            cold: std::mem::take(&mut buffers.cold),
            traps: std::mem::take(&mut buffers.traps),
            positions: std::mem::take(&mut buffers.positions),
            safepoints: Vec::new(),
            has_externs: false,
            n_extern_scans: 0,
        }
    }

    /// Gives the vectors back.
    pub(crate) fn recycle(self, buffers: &mut Buffers) {
        fn give_back<T>(mut vec: Vec<T>, to: &mut Vec<T>) {
            vec.clear();
            *to = vec;
        }
        buffers.asm = Some(self.asm);
        buffers.own_layout = self.own_layout;
        buffers.callee_layout = self.callee_layout;
        give_back(self.stack, &mut buffers.stack);
        give_back(self.locals, &mut buffers.locals);
        give_back(self.slots, &mut buffers.slots);
        give_back(self.wide_slots, &mut buffers.wide_slots);
        give_back(self.frames, &mut buffers.frames);
        give_back(self.clear_slots, &mut buffers.clear_slots);
        give_back(self.cold, &mut buffers.cold);
        give_back(self.traps, &mut buffers.traps);
        give_back(self.positions, &mut buffers.positions);
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

    /// Code from here on belongs to the current operator: to be called before
    /// each instruction that calls or may fault.
    pub(crate) fn mark_position(&mut self) {
        let source = self.offset;
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
        let source = self.offset;
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

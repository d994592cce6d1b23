//! From a body to code: the driver, and what stands around the operators.
//!
//! # Essay: the order of things
//!
//! ```text
//! prologue │ operators │ epilogue │ out-of-line code │ constants
//! ```
//!
//! The prologue is made last, when it is known how large the frame is, which
//! locals were touched and which registers are to be saved; it is a piece of
//! its own, complete in itself, and put before the rest. All other places are
//! relative to each other.
//!
//! The walk never recurses, because blocks nest as deeply as a guest likes.
//!
//! It is one for both kinds of readers: that of a body that was validated, and
//! that which validates each operator before the code generator sees it. So
//! the code generator relies on validity either way, and whatever stands
//! behind the operators is made only of bodies that are valid to their end.
//! The former is the faster one: a body that is still to be validated is looked
//! at quickly first, which finds the hints too, and mostly finds it valid.

use updraft_abi::{Bounds, InlinedBodies, RefKind};
use updraft_abi::{
    Builtin, CompiledFunc, OsrMap, OsrPlace, Position, PositionsBuilder, Safepoint,
    TIER_UP_AT_EXIT, TrapSite, TrapsBuilder, convention::Place, isolate, vmctx,
};
use updraft_compile::{CompileError, CompileInput, Validated};
use updraft_decode::{BodyHints, BodyToValidate, DecodeError, ValidateScratch};
use updraft_types::{BodyFacts, FuncType, MemoryIndex, TrapCode};

use super::codegen::{Codegen, Cold};
use super::cpu::CpuFeatures;
use super::moves::{Dst, Moves, Src};
use super::ops::control::cost;
use super::regs::{KEPT_HOMES, LOST_HOMES, MEMORY, SCRATCH, SCRATCH_X, VMCTX, XMM_HOMES};
use super::value::{Entry, Home, Local, Ty, Val};
use super::visit::Dispatch;
use super::{Alu, Asm, Cond, Gpr, Mem, Size, Sse};
use crate::op::{BodyReader, ReadOps};

pub(crate) use super::codegen::Buffers;

/// Frames above this look at the real limit before they take the stack: 64 KiB
/// below the limit belong to stubs.
const MAX_UNCHECKED_FRAME_BYTES: u32 = 8 << 10;

/// Code of a function at most.
pub(crate) const MAX_CODE_BYTES: u32 = 256 << 20;

/// Compiles a body that has been validated.
pub(crate) fn compile(
    input: &CompileInput<'_>,
    cpu: CpuFeatures,
    buffers: &mut Buffers,
) -> Result<CompiledFunc, CompileError> {
    let mut body = BodyReader::new(input.body, input.body_offset, &input.module.features);
    walk(input, cpu, buffers, &mut body, None).unwrap_or_else(|fault| Err(not_validated(fault)))
}

/// Validates a body and compiles it: in the same walk, if a quick look does not
/// find it valid.
pub(crate) fn validate_and_compile(
    input: &CompileInput<'_>,
    body: &BodyToValidate,
    cpu: CpuFeatures,
    buffers: &mut Buffers,
    scratch: &mut ValidateScratch,
) -> Validated {
    if let Some(facts) = body.validate_plain(scratch) {
        let input = CompileInput { facts, ..*input };
        let mut reader = BodyReader::new(input.body, input.body_offset, &input.module.features);
        let compiled = walk(&input, cpu, buffers, &mut reader, Some(scratch.hints()));
        let compiled = compiled.unwrap_or_else(|fault| Err(not_validated(fault)));
        return Ok((facts, compiled));
    }
    let mut reader = body.reader(scratch);
    let compiled = walk(input, cpu, buffers, &mut reader, None)?;
    if compiled.is_err() {
        // The walk ended where the code generator gave up.
        reader.validate_rest()?;
    }
    let facts = reader.finish(scratch);
    Ok((facts, compiled))
}

/// Bodies that reach `compile` have been validated.
fn not_validated(error: DecodeError) -> CompileError {
    CompileError::Bug(error.to_string())
}

/// Walks a body and makes its code. The outer error is a fault of the body, and
/// nothing is made of what comes from there on.
fn walk<'a>(
    input: &CompileInput<'a>,
    cpu: CpuFeatures,
    buffers: &mut Buffers,
    body: &mut impl ReadOps<'a>,
    hints: Option<&BodyHints>,
) -> Result<Result<CompiledFunc, CompileError>, DecodeError> {
    let module = input.module;
    let type_index = module.funcs[module.func_index(input.func)];
    let ty = &module.types[type_index];
    let mut runs = std::mem::take(&mut buffers.runs);
    runs.clear();
    body.locals(&mut runs)?;
    let mut g = Codegen::new(input, cpu, ty, buffers);
    g.declare_locals(ty, runs.iter().map(|(n, ty)| (*n, Ty::from(*ty))));
    buffers.runs = runs;
    match hints {
        Some(hints) => g.choose_homes(hints),
        None => {
            let operators = &input.body[body.offset() - input.body_offset..];
            buffers.hints.scan(operators, g.locals.len());
            g.choose_homes(&buffers.hints);
        }
    }
    if g.own_layout.has_result_area() {
        g.result_area = Some(g.frame_slot(8));
    }
    g.push_func_frame(type_index);
    let mut outcome = match g.run(body) {
        Ok(outcome) => outcome,
        Err(fault) => {
            g.recycle(buffers);
            return Err(fault);
        }
    };
    if outcome.is_ok() {
        let saved = g.saved_registers();
        g.epilogue(&saved);
        g.out_of_line(&saved);
        let body_bytes = g.asm.finish();
        let mut prologue = buffers.prologue.take().unwrap_or_else(Asm::new);
        prologue.clear();
        std::mem::swap(&mut g.asm, &mut prologue);
        let facts = body.counted().unwrap_or(input.facts);
        let frame = g.prologue(ty, &saved, &facts);
        std::mem::swap(&mut g.asm, &mut prologue);
        outcome = match g.error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        };
        if outcome.is_ok() {
            let compiled = g.output(&prologue, body_bytes, &frame, &saved, &mut buffers.packed);
            buffers.prologue = Some(prologue);
            g.recycle(buffers);
            return Ok(Ok(compiled));
        }
    }
    g.recycle(buffers);
    Ok(outcome.map(|()| CompiledFunc::default()))
}

/// What the prologue found out.
struct FrameFacts {
    /// Bytes below the frame pointer.
    bytes: u32,
    /// Where the code of the function itself starts, and the one trap it has.
    position: Position,
    trap: Option<TrapSite>,
}

/// Registers saved for the caller, and where.
type Saved = smallvec::SmallVec<[(Gpr, i32); 5]>;

impl Codegen<'_> {
    fn declare_locals(&mut self, ty: &FuncType, runs: impl Iterator<Item = (u32, Ty)>) {
        let layout = std::mem::take(&mut self.own_layout.params);
        for (ty, place) in ty.params().iter().zip(&layout) {
            let ty = Ty::from(*ty);
            // Arguments on the stack stay where they are.
            let slot = match place {
                Place::Memory(offset) => Some(16 + *offset as i32),
                _ => None,
            };
            self.locals.push(Local { ty, home: Home::Frame, slot });
        }
        self.own_layout.params = layout;
        for (n, ty) in runs {
            let local = Local { ty, home: Home::Frame, slot: None };
            self.locals.resize(self.locals.len() + n as usize, local);
        }
        for local in 0..self.locals.len() {
            if self.locals[local].ty == Ty::Extern {
                // Collectors see all of them, touched or not.
                self.has_externs = true;
                self.local_slot(local as u32);
            }
        }
    }

    /// Gives registers to the locals that are used most.
    fn choose_homes(&mut self, hints: &BodyHints) {
        let calls = hints.calls();
        let mut ints = Best::<6>::default();
        let mut floats = Best::<7>::default();
        for (i, (local, uses)) in self.locals.iter().zip(hints.uses()).enumerate() {
            match local.ty {
                Ty::Extern => {}
                ty if ty.is_float_class() => floats.offer(i as u32, *uses),
                _ => ints.offer(i as u32, *uses),
            }
        }
        // A kept home costs a store and a load per call of this function, a
        // lost one a store and a load around each call that it makes.
        let lost_cost = if calls == 0 { 1 } else { calls.saturating_mul(2).saturating_add(2) };
        let (mut kept, mut lost) = (KEPT_HOMES.iter(), LOST_HOMES.iter());
        for (local, uses) in ints.best() {
            let lost_first = calls == 0;
            let mut home = None;
            if lost_first && uses > lost_cost {
                home = lost.next();
            }
            if home.is_none() && uses > 3 {
                home = kept.next();
            }
            if home.is_none() && uses > lost_cost {
                home = lost.next();
            }
            let Some(home) = home else { continue };
            self.locals[local as usize].home = Home::Gpr(*home);
            self.kept_in_use |= 1 << home.0;
            if calls > 0 && LOST_HOMES.contains(home) {
                self.lost_homes.push(local);
            }
        }
        let mut homes = XMM_HOMES.iter();
        for (local, uses) in floats.best() {
            if uses <= lost_cost {
                continue;
            }
            let Some(home) = homes.next() else { break };
            self.locals[local as usize].home = Home::Xmm(*home);
            if calls > 0 {
                self.lost_homes.push(local);
            }
        }
    }

    /// What prologue and epilogue belong to: the function itself.
    fn func_offset(&self) -> u32 {
        self.input.body_offset as u32
    }

    /// All operators. What is wrong with the body, or why there is no code.
    fn run<'b>(
        &mut self,
        body: &mut impl ReadOps<'b>,
    ) -> Result<Result<(), CompileError>, DecodeError> {
        while !body.is_done() {
            self.offset = body.offset() as u32;
            if self.input.listing && self.reachable {
                self.mark_position();
            }
            body.visit(&mut Dispatch(self))?;
            if self.error.is_some() || self.asm.offset() > MAX_CODE_BYTES {
                if let Some(error) = self.error.take() {
                    return Ok(Err(error));
                }
                return Ok(Err(CompileError::TooLarge("machine code".into())));
            }
        }
        // Before anything relies on all blocks being closed.
        body.end()?;
        Ok(Ok(()))
    }

    /// The registers that this function changes and its caller keeps.
    fn saved_registers(&mut self) -> Saved {
        let mut saved = Saved::new();
        saved.push((VMCTX, self.frame_slot(8)));
        if self.uses_memory {
            saved.push((MEMORY, self.frame_slot(8)));
        }
        for home in KEPT_HOMES {
            if self.kept_in_use & (1 << home.0) != 0 {
                let slot = self.frame_slot(8);
                saved.push((home, slot));
            }
        }
        saved
    }

    fn restore(&mut self, saved: &Saved) {
        for (reg, slot) in saved {
            self.asm.mov_rm(Size::S64, *reg, Mem::base(Gpr::RBP, *slot));
        }
    }

    fn epilogue(&mut self, saved: &Saved) {
        if !self.reachable && !self.epilogue_in_table && !self.asm.is_used(self.epilogue) {
            return;
        }
        let epilogue = self.epilogue;
        self.asm.bind(epilogue);
        if self.input.tiering {
            self.positions
                .push(Position { code_offset: self.asm.offset(), source: self.func_offset() });
            let at = self.count_budget(TIER_UP_AT_EXIT);
            self.asm.patch8(at, cost(self.input.body.len() as u32, self.n_arms));
        }
        self.restore(saved);
        self.asm.leave();
        match self.own_layout.stack_arg_bytes {
            0 => self.asm.ret(),
            bytes => match u16::try_from(bytes) {
                Ok(bytes) => self.asm.ret_n(bytes),
                Err(_) => self.fail(CompileError::TooLarge("stack arguments".into())),
            },
        }
    }

    /// Calls a stub of baseline code, in place.
    fn call_stub(&mut self, builtin: Builtin, arg: i32) {
        self.asm.push_imm(arg);
        self.load_vmctx(SCRATCH, vmctx::BUILTINS);
        self.asm.call_m(Mem::base(SCRATCH, vmctx::builtin_slot(builtin) as i32));
    }

    fn out_of_line(&mut self, saved: &Saved) {
        let mut all = std::mem::take(&mut self.cold);
        for cold in all.drain(..) {
            let (label, source) = match cold {
                Cold::Trap { label, source, .. }
                | Cold::LazyElem { label, source, .. }
                | Cold::NoteTarget { label, source, .. }
                | Cold::TailJump { label, source, .. }
                | Cold::Sample { label, source, .. }
                | Cold::Stub { label, source, .. } => (label, source),
            };
            self.asm.bind(label);
            self.positions.push(Position { code_offset: self.asm.offset(), source });
            match cold {
                Cold::Trap { code, .. } => {
                    self.traps.push(TrapSite { code_offset: self.asm.offset(), code });
                    self.asm.ud2();
                }
                Cold::LazyElem { back, table, null_trap, .. } => {
                    self.emit_lazy_elem(table);
                    if let Some(trap) = null_trap {
                        self.asm.test_rr(Size::S64, Gpr::RAX, Gpr::RAX);
                        self.asm.jcc(Cond::E, trap);
                    }
                    self.asm.jmp(back);
                }
                Cold::NoteTarget { back, site, .. } => {
                    self.emit_note_target(site, back);
                    self.asm.jmp(back);
                }
                Cold::TailJump { bytes, .. } => {
                    self.restore(saved);
                    self.emit_tail_jump(bytes);
                }
                Cold::Sample { arg, back, .. } => {
                    self.asm.push_imm(arg);
                    self.asm.mov_ri(SCRATCH, u64::from(self.input.func.raw()));
                    self.asm.call_m(Mem::base(VMCTX, vmctx::TIER_UP as i32));
                    self.asm.jmp(back);
                }
                Cold::Stub { builtin, arg, back, .. } => {
                    self.call_stub(builtin, arg);
                    self.asm.jmp(back);
                }
            }
        }
        debug_assert!(self.cold.is_empty(), "code behind the body needs no more of it");
        self.cold = all;
    }

    /// The prologue, as a piece of its own.
    fn prologue(&mut self, ty: &FuncType, saved: &Saved, facts: &BodyFacts) -> FrameFacts {
        let mut trap = None;
        let bytes = self.frame_bytes + self.tail_bytes + self.out_arg_bytes;
        let bytes = bytes.next_multiple_of(16);
        self.asm.push_r(Gpr::RBP);
        self.asm.mov_rr(Size::S64, Gpr::RBP, Gpr::RSP);
        if bytes > MAX_UNCHECKED_FRAME_BYTES {
            self.asm.mov_rm(Size::S64, SCRATCH, Mem::base(Gpr::RDI, vmctx::ISOLATE as i32));
            self.asm.lea(Size::S64, Gpr::R10, Mem::base(Gpr::RSP, -(bytes as i32)));
            let limit = Mem::base(SCRATCH, isolate::REAL_LIMIT as i32);
            self.asm.alu_rm(Alu::Cmp, Size::S64, Gpr::R10, limit);
            let enough = self.asm.new_label();
            self.asm.jcc_short(Cond::AE, enough);
            let code_offset = self.asm.offset();
            trap = Some(TrapSite { code_offset, code: TrapCode::StackOverflow });
            self.asm.ud2();
            self.asm.bind(enough);
        }
        self.asm.alu_ri(Alu::Sub, Size::S64, Gpr::RSP, bytes as i32);
        for (reg, slot) in saved {
            self.asm.mov_mr(Size::S64, Mem::base(Gpr::RBP, *slot), *reg);
        }
        self.asm.mov_rr(Size::S64, VMCTX, Gpr::RDI);
        self.receive_params(ty);
        self.clear_locals(ty.params().len());
        if self.uses_memory {
            let field = match self.input.tunables.bounds {
                Bounds::Guarded => vmctx::EXTENT_BASE,
                Bounds::Checked => vmctx::EXTENT_DEF,
            };
            self.load_vmctx(MEMORY, self.input.layout.memory(MemoryIndex::new(0)) + field);
        }
        if self.input.tunables.interrupt_checks && !facts.is_short_leaf() {
            self.load_vmctx(SCRATCH, vmctx::ISOLATE);
            let limit = Mem::base(SCRATCH, isolate::LIMIT as i32);
            self.asm.alu_rm(Alu::Cmp, Size::S64, Gpr::RSP, limit);
            let go_on = self.asm.new_label();
            self.asm.jcc_short(Cond::AE, go_on);
            self.call_stub(Builtin::BaselineInterrupt, 0);
            self.asm.bind(go_on);
        }
        if let Some(slot) = self.feedback_slot {
            self.load_vmctx(SCRATCH, vmctx::FEEDBACK);
            let vector = Mem::base(SCRATCH, (self.input.func.raw() * 8) as i32);
            self.asm.mov_rm(Size::S64, SCRATCH, vector);
            self.asm.test_rr(Size::S64, SCRATCH, SCRATCH);
            let there = self.asm.new_label();
            self.asm.jcc_short(Cond::NE, there);
            self.call_stub(Builtin::FeedbackAlloc, self.n_feedback_sites as i32);
            self.asm.bind(there);
            self.asm.mov_mr(Size::S64, Mem::base(Gpr::RBP, slot), SCRATCH);
        }
        self.asm.finish();
        FrameFacts {
            bytes,
            position: Position { code_offset: 0, source: self.func_offset() },
            trap,
        }
    }

    /// Moves parameters to their homes.
    fn receive_params(&mut self, ty: &FuncType) {
        let places = std::mem::take(&mut self.own_layout.params);
        if let Some(area) = self.result_area {
            self.asm.mov_mr(Size::S64, Mem::base(Gpr::RBP, area), Gpr::RSI);
        }
        let mut moves = Moves::new();
        for (i, place) in places.iter().enumerate() {
            let local = self.locals[i];
            let val = match place {
                Place::Int(reg) => Val::Gpr(Gpr(*reg)),
                Place::Float(reg) => Val::Xmm(super::Xmm(*reg)),
                Place::Memory(_) => continue,
            };
            let entry = Entry { val, ty: local.ty };
            match local.home {
                Home::Gpr(home) => moves.push((Dst::Gpr(home), Src::Operand(entry, 0))),
                Home::Xmm(home) => moves.push((Dst::Xmm(home), Src::Operand(entry, 0))),
                Home::Frame => {
                    // Nobody looks at one that was never touched.
                    if let Some(slot) = local.slot {
                        self.store(Mem::base(Gpr::RBP, slot), entry);
                    }
                }
            }
        }
        self.parallel_moves(&mut moves);
        for (i, place) in places.iter().enumerate() {
            let local = self.locals[i];
            match (place, local.home) {
                // A move may have been none, or an exchange of whole registers.
                (Place::Int(8 | 9), Home::Gpr(home)) => self.extend_arrived(home, local.ty),
                (Place::Memory(offset), Home::Gpr(home)) => {
                    let from = Mem::base(Gpr::RBP, 16 + *offset as i32);
                    self.asm.mov_rm(local.ty.size(), home, from);
                }
                (Place::Memory(offset), Home::Xmm(home)) => {
                    let from = Mem::base(Gpr::RBP, 16 + *offset as i32);
                    self.load_xmm_mem(home, from, local.ty);
                }
                _ => {}
            }
        }
        debug_assert_eq!(places.len(), ty.params().len());
        self.own_layout.params = places;
    }

    /// Locals of the body start as zero.
    fn clear_locals(&mut self, n_params: usize) {
        let mut slots = std::mem::take(&mut self.clear_slots);
        slots.clear();
        for i in n_params..self.locals.len() {
            let local = self.locals[i];
            match local.home {
                Home::Gpr(home) => self.asm.zero(home),
                Home::Xmm(home) => self.asm.sse_rr(Sse::XORPS, home, home),
                Home::Frame => {
                    if let Some(slot) = local.slot {
                        slots.push(slot);
                        if local.ty.is_wide() {
                            slots.push(slot + 8);
                        }
                    }
                }
            }
        }
        if !slots.is_empty() {
            slots.sort_unstable();
            self.asm.sse_rr(Sse::XORPS, SCRATCH_X, SCRATCH_X);
            let mut i = 0;
            while let Some(slot) = slots.get(i) {
                let mem = Mem::base(Gpr::RBP, *slot);
                if slots.get(i + 1) == Some(&(slot + 8)) {
                    self.asm.sse_mr(Sse::MOVUPS, mem, SCRATCH_X);
                    i += 2;
                } else {
                    self.asm.sse_mr(Sse::MOVSD, mem, SCRATCH_X);
                    i += 1;
                }
            }
        }
        self.clear_slots = slots;
    }

    fn osr_map(&self, saved: &Saved) -> Option<Box<OsrMap>> {
        if self.osr_loops.is_empty() {
            return None;
        }
        let place = |local: &Local| match (local.home, local.slot) {
            (Home::Gpr(reg), _) => OsrPlace::Int(reg.0),
            (Home::Xmm(reg), _) => OsrPlace::Float(reg.0),
            (Home::Frame, Some(slot)) if local.ty.is_wide() => OsrPlace::WideFrame(slot),
            (Home::Frame, Some(slot)) => OsrPlace::Frame(slot),
            // Never touched: any value will do.
            (Home::Frame, None) => OsrPlace::Frame(0),
        };
        Some(Box::new(OsrMap {
            saved: saved.iter().map(|(reg, slot)| (reg.0, *slot)).collect(),
            result_area: self.result_area,
            locals: self.locals.iter().map(place).collect(),
            loops: self.osr_loops.as_slice().into(),
        }))
    }

    /// Puts the pieces together.
    fn output(
        &mut self,
        prologue: &Asm,
        body_bytes: u32,
        frame: &FrameFacts,
        saved: &Saved,
        packed: &mut (TrapsBuilder, Option<PositionsBuilder>),
    ) -> CompiledFunc {
        // Constants are aligned relative to the body's start.
        let prologue_bytes = prologue.offset();
        let shift = prologue_bytes.next_multiple_of(16);
        let pad = shift - prologue_bytes;
        let mut code = Vec::with_capacity((shift + body_bytes) as usize);
        code.resize(pad as usize, 0xcc);
        code.extend_from_slice(prologue.code());
        code.extend_from_slice(self.asm.code());
        let (traps, positions) = packed;
        for (from, sites) in [(pad, frame.trap.as_slice()), (shift, &self.traps)] {
            for site in sites {
                traps.push(from + site.code_offset, site.code);
            }
        }
        let positions = positions.get_or_insert_with(|| PositionsBuilder::new(self.func));
        positions.restart(self.func);
        let first = std::slice::from_ref(&frame.position);
        for (from, rows) in [(0, first), (shift, &self.positions)] {
            for row in rows {
                positions.push(from + row.code_offset, row.source);
            }
        }
        let slot = |slot: &i32| ((frame.bytes as i32 + slot) as u32, RefKind::Extern);
        let safepoints = self
            .safepoints
            .iter()
            .map(|s| Safepoint {
                code_offset: s.code_offset + shift,
                slots: s.slots.iter().map(slot).collect(),
            })
            .collect();
        CompiledFunc {
            code,
            entry: pad,
            align: 16,
            traps: traps.finish(),
            positions: positions.finish(),
            safepoints,
            frame_bytes: frame.bytes,
            sp_to_fp_bytes: frame.bytes,
            osr: self.osr_map(saved),
            tier: updraft_abi::Tier::Baseline,
            n_feedback_sites: self.n_feedback_sites,
            foreign: Vec::new(),
            inlined: InlinedBodies::default(),
            listing: None,
        }
    }
}

/// The most used locals of a class.
struct Best<const N: usize> {
    locals: [(u32, u32); N],
    n: usize,
}

impl<const N: usize> Default for Best<N> {
    fn default() -> Self {
        Self { locals: [(0, 0); N], n: 0 }
    }
}

impl<const N: usize> Best<N> {
    fn offer(&mut self, local: u32, uses: u32) {
        if uses < 2 || (self.n == N && self.locals[N - 1].1 >= uses) {
            return;
        }
        let mut at = self.n.min(N - 1);
        while at > 0 && self.locals[at - 1].1 < uses {
            self.locals[at] = self.locals[at - 1];
            at -= 1;
        }
        self.locals[at] = (local, uses);
        self.n = (self.n + 1).min(N);
    }

    fn best(&self) -> impl Iterator<Item = (u32, u32)> {
        self.locals[..self.n].iter().copied()
    }
}

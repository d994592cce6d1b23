//! Entries at loops: code that goes on where a frame of baseline code was left.
//!
//! Called by [`crate::body`] and the operators that open and close blocks. The
//! protocol is in [`updraft_abi::OsrMap`]. Must not know: when and why the
//! engine wants such code.
//!
//! # Essay: a body that is entered in its middle
//!
//! The body is translated from its start, as always, but in a block that
//! nothing leads to. The real entry block loads locals and operand stack and
//! jumps to the loop's header, which so has one predecessor more. What only the
//! unreachable start leads to goes away later; what a loop around leads to
//! stays.
//!
//! Locals are variables anyhow, and the frontend finds out which of their
//! values meet where. Not so values on the operand stack: one that was pushed
//! before the loop does not exist for code that was entered at it. Nothing can
//! use such a value before the block ends that it lies below. So, for each
//! block around the loop, and for the loop itself, the values below it are put
//! into variables where it starts and are read back where it ends; the entry
//! defines the variables too. Everything else on the stack was pushed by code
//! that has run, however it was entered.
//!
//! Which blocks these are must be known where they start, so a quick walk
//! looks for the loop first.

use std::collections::HashSet;

use cranelift_codegen::ir::{
    Block, BlockArg, InstBuilder, MemFlagsData, SourceLoc, Type, Value, types,
};
use cranelift_frontend::Variable;
use updraft_abi::{MAX_OSR_SLOTS, OSR_SLOT_BYTES, isolate, vmctx};
use updraft_compile::{CompileError, CompileInput};
use updraft_decode::DecodeError;
use updraft_types::ValType;

use crate::op::{self, BlockType, BodyReader, VisitOperator, VisitSimdOperator};
use crate::signature::clif_type;
use crate::translator::FuncTranslator;

/// Blocks times values below them, at most: each such value is a variable that
/// the frontend follows through the blocks.
const MAX_BLOCK_SLOTS: usize = 1 << 20;

/// An entry at a loop, while the body is translated.
pub(crate) struct OsrEntry {
    /// The function's entry block; empty until the loop is reached.
    entry: Block,
    /// The blocks around the loop and the loop itself, outermost first, each
    /// by its position among all operators that open blocks.
    around: Vec<u32>,
    /// How many of them have started.
    n_started: usize,
    /// Operators that opened blocks so far.
    n_opened: u32,
    /// Types of the locals, parameters first.
    locals: Vec<ValType>,
    /// Variables for values of the operand stack, bottom to top.
    slots: Vec<Variable>,
    /// Open blocks around the loop: how many frames there are without it, and
    /// how many slots.
    open: Vec<(usize, usize)>,
    /// Values that collectors must see.
    traced: HashSet<Value>,
}

fn unsupported(what: &str) -> CompileError {
    CompileError::Unsupported(format!("on-stack replacement: {what}"))
}

impl OsrEntry {
    /// Looks for loop `ordinal` of the input's body. `params` and `locals` are
    /// the function's locals; `entry` is its entry block.
    pub(crate) fn new(
        input: &CompileInput<'_>,
        ordinal: u32,
        params: &[ValType],
        locals: &[(u32, ValType)],
        entry: Block,
    ) -> Result<Self, CompileError> {
        let n_locals = locals.iter().map(|run| run.0 as usize).sum::<usize>() + params.len();
        if n_locals > MAX_OSR_SLOTS {
            return Err(unsupported("too many locals"));
        }
        let mut types = params.to_vec();
        types.extend(locals.iter().flat_map(|(n, ty)| std::iter::repeat_n(*ty, *n as usize)));
        let around = find_loop(input, ordinal)
            .map_err(|e| CompileError::Bug(e.to_string()))?
            .ok_or_else(|| unsupported("no such loop"))?;
        Ok(Self {
            entry,
            around,
            n_started: 0,
            n_opened: 0,
            locals: types,
            slots: Vec::new(),
            open: Vec::new(),
            traced: HashSet::new(),
        })
    }

    /// Types of the locals, parameters first.
    pub(crate) fn locals(&self) -> &[ValType] {
        &self.locals
    }
}

impl FuncTranslator<'_> {
    /// Notes that a block, loop or `if` starts, reachable or not. Whether it
    /// lies around the loop that is entered, or is that loop.
    pub(crate) fn osr_block_starts(&mut self) -> bool {
        let Some(osr) = &mut self.osr else { return false };
        if self.scope.is_inlined() {
            return false;
        }
        let around = osr.around.get(osr.n_started) == Some(&osr.n_opened);
        osr.n_opened += 1;
        if around {
            osr.n_started += 1;
            if !self.reachable {
                self.fail(unsupported("the loop is unreachable"));
            }
        }
        around
    }

    /// Puts what lies below a block around the loop into variables. Called
    /// before the block's frame is pushed and before the jump or branch into
    /// it; `height` is that of the stack below its parameters.
    pub(crate) fn osr_keep_stack(&mut self, height: usize) {
        let Some(mut osr) = self.osr.take() else { return };
        let first = osr.slots.len();
        osr.open.push((self.frames.len(), first));
        if height.saturating_mul(self.input.facts.n_blocks as usize) > MAX_BLOCK_SLOTS {
            self.fail(unsupported("too many values below blocks"));
        }
        if height > MAX_OSR_SLOTS {
            self.fail(unsupported("too many values on the stack"));
        } else {
            for value in &self.stack[first..height] {
                let var = self.b.declare_var(self.b.func.dfg.value_type(*value));
                if osr.traced.contains(value) {
                    self.b.declare_var_needs_stack_map(var);
                }
                self.b.def_var(var, *value);
                osr.slots.push(var);
            }
        }
        self.osr = Some(osr);
    }

    /// Ends the entry block with a jump to `header`, if it is the loop's that
    /// is entered: called where the normal way into it has ended too.
    pub(crate) fn osr_enter_loop(&mut self, header: Block) {
        let Some(osr) = self.osr.take() else { return };
        if osr.n_started == osr.around.len() && self.error.is_none() {
            self.emit_osr_entry(&osr, header);
        }
        self.osr = Some(osr);
    }

    fn emit_osr_entry(&mut self, osr: &OsrEntry, header: Block) {
        let params: Vec<Type> = {
            let dfg = &self.b.func.dfg;
            dfg.block_params(header).iter().map(|p| dfg.value_type(*p)).collect()
        };
        if osr.locals.len() + osr.slots.len() + params.len() > MAX_OSR_SLOTS {
            return self.fail(unsupported("too many values"));
        }
        let srcloc = self.b.srcloc();
        // The function as a whole: nothing here traps.
        self.b.set_srcloc(SourceLoc::new(0));
        self.b.switch_to_block(osr.entry);
        let isolate = self.load_constant(types::I64, self.vmctx, vmctx::ISOLATE);
        let flags = MemFlagsData::new().with_notrap();
        let buffer = self.b.ins().load(types::I64, flags, isolate, isolate::OSR_BUFFER as i32);
        let mut at = 0;
        let mut load = |t: &mut Self, ty: Type| {
            let value = t.b.ins().load(ty, flags, buffer, at);
            at += OSR_SLOT_BYTES as i32;
            value
        };
        for (i, ty) in osr.locals.iter().enumerate() {
            let value = load(self, clif_type(*ty));
            self.b.def_var(Variable::from_u32(i as u32), value);
        }
        for (i, var) in osr.slots.iter().enumerate() {
            let ty = self.b.func.dfg.value_type(self.stack[i]);
            let value = load(self, ty);
            self.b.def_var(*var, value);
        }
        let args: Vec<BlockArg> =
            params.iter().map(|ty| BlockArg::Value(load(self, *ty))).collect();
        self.b.ins().jump(header, &args);
        self.b.set_srcloc(srcloc);
    }

    /// Reads back what lay below a block around the loop. Called where code
    /// goes on behind a block, after its frame was popped.
    pub(crate) fn osr_restore_stack(&mut self) {
        let Some(mut osr) = self.osr.take() else { return };
        if let Some((n_frames, first)) = osr.open.last().copied()
            && n_frames == self.frames.len()
        {
            osr.open.pop();
            for (i, var) in osr.slots.drain(first..).enumerate() {
                if self.reachable {
                    let value = self.b.use_var(var);
                    if osr.traced.contains(&self.stack[first + i]) {
                        osr.traced.insert(value);
                    }
                    self.stack[first + i] = value;
                }
            }
        }
        self.osr = Some(osr);
    }

    /// Notes that a value is one that collectors must see.
    pub(crate) fn osr_note_traced(&mut self, value: Value) {
        if let Some(osr) = &mut self.osr {
            osr.traced.insert(value);
        }
    }

    /// Notes of which types the topmost values are.
    pub(crate) fn osr_note_results(&mut self, types: &[ValType]) {
        if let Some(osr) = &mut self.osr {
            let values = self.stack.iter().rev().zip(types.iter().rev());
            osr.traced.extend(values.filter(|(_, ty)| ty.is_traced_ref()).map(|(v, _)| *v));
        }
    }

    /// Notes that a value is that of a local. Locals of inlined bodies do not
    /// matter; their results do.
    pub(crate) fn osr_note_local(&mut self, local: u32, value: Value) {
        if let Some(osr) = &mut self.osr
            && !self.scope.is_inlined()
            && osr.locals.get(local as usize).is_some_and(|ty| ty.is_traced_ref())
        {
            osr.traced.insert(value);
        }
    }
}

/// Walks a body up to a loop.
struct FindLoop {
    /// Loops still to come before it.
    n_before: u32,
    n_opened: u32,
    /// Open blocks, outermost first.
    open: Vec<u32>,
    found: bool,
}

impl FindLoop {
    fn open(&mut self) {
        self.open.push(self.n_opened);
        self.n_opened += 1;
    }
}

/// The blocks around loop `ordinal`, and the loop itself.
fn find_loop(input: &CompileInput<'_>, ordinal: u32) -> Result<Option<Vec<u32>>, DecodeError> {
    let mut body = BodyReader::new(input.body, input.body_offset, &input.module.features);
    body.locals()?;
    let mut find = FindLoop { n_before: ordinal, n_opened: 0, open: Vec::new(), found: false };
    while !body.is_done() && !find.found {
        body.visit(&mut find)?;
    }
    Ok(find.found.then_some(find.open))
}

macro_rules! find_blocks {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(find_blocks!(@one $op $visit ($($($arg: $argty),*)?));)*
    };
    (@one Block $visit:ident $args:tt) => {
        fn $visit(&mut self, _: BlockType) {
            self.open();
        }
    };
    (@one If $visit:ident $args:tt) => {
        fn $visit(&mut self, _: BlockType) {
            self.open();
        }
    };
    (@one Loop $visit:ident $args:tt) => {
        fn $visit(&mut self, _: BlockType) {
            self.open();
            match self.n_before.checked_sub(1) {
                Some(n) => self.n_before = n,
                None => self.found = true,
            }
        }
    };
    (@one End $visit:ident $args:tt) => {
        fn $visit(&mut self) {
            self.open.pop();
        }
    };
    (@one $op:ident $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, _: $argty)*) {}
    };
}

impl<'a> VisitOperator<'a> for FindLoop {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    op::for_each_visit_operator!(find_blocks);
}

impl VisitSimdOperator<'_> for FindLoop {
    op::for_each_visit_simd_operator!(find_blocks);
}

//! The state of one translation: operand stack, positions, and what all
//! operator families share.
//!
//! The operator files add the operators as methods; the driver in
//! [`crate::body`] calls them. Must not know: what becomes of the CLIF.

use std::collections::HashMap;
use std::rc::Rc;

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    BlockArg, FuncRef, InstBuilder, InstructionData, MemFlagsData, Opcode, SigRef, SourceLoc,
    StackSlot, Type, Value, ValueDef, types,
};
use cranelift_frontend::FunctionBuilder;
use updraft_abi::{Bounds, Builtin, CallLayout, GUARD_BYTES, ModuleNumber, SourcePosition, vmctx};
use updraft_compile::{CompileError, CompileInput};
use updraft_types::{DeclaredMemoryIndex, MemoryIndex, TrapCode, TypeIndex};

use crate::flags::{self, CONSTANT, LANES, clif_trap};
use crate::frame::Frame;
use crate::inline::{InlineTree, Outcome, Scope};
use crate::op::{MemArg, MemArgTarget};
use crate::osr::OsrEntry;

/// Translates one body.
pub(crate) struct FuncTranslator<'a> {
    /// Cranelift's function builder.
    pub(crate) b: FunctionBuilder<'a>,
    /// What is compiled.
    pub(crate) input: &'a CompileInput<'a>,
    /// The operand stack. A `v128` is always an `I8X16`.
    pub(crate) stack: Vec<Value>,
    /// The context of the instance whose code the current operator is.
    pub(crate) vmctx: Value,
    /// What is inlined where.
    pub(crate) inline_tree: &'a InlineTree,
    /// Whose body the current operator belongs to.
    pub(crate) scope: Scope<'a>,
    /// Where the returns of the last call lead, until its result, a condition,
    /// is taken: between, nothing is reachable.
    pub(crate) outcome: Option<Outcome<'a>>,
    /// The value that a local was set to last.
    pub(crate) last_set: Option<Value>,
    /// Offset of the current operator in the module.
    pub(crate) offset: u32,
    /// Positions of operators that may trap or call.
    pub(crate) sources: Vec<SourcePosition>,
    /// The first thing that could not be translated.
    pub(crate) error: Option<CompileError>,
    /// Whether the current operator can be reached.
    pub(crate) reachable: bool,
    /// Open blocks, outermost first.
    pub(crate) frames: Vec<Frame>,
    /// Open loops, and the most there were at once.
    pub(crate) loop_depth: (u32, u32),
    /// Parameters of the open `if`s, for their second arms.
    pub(crate) if_params: Vec<Value>,
    /// The caller's result area, if the function's results need one.
    pub(crate) result_area: Option<Value>,
    /// Where the function's own parameters and results lie.
    pub(crate) own_layout: Rc<CallLayout>,
    /// Signatures of called functions, by type.
    pub(crate) sigs: HashMap<(ModuleNumber, TypeIndex), (SigRef, Rc<CallLayout>)>,
    /// Signatures of called builtins.
    pub(crate) builtin_sigs: [Option<SigRef>; Builtin::ALL.len()],
    /// The function itself, once it has called itself.
    pub(crate) self_ref: Option<FuncRef>,
    /// The area for results of callees, shared by all calls: each call reads
    /// its results at once.
    pub(crate) callee_area: Option<StackSlot>,
    /// Arguments of the branch that is being made.
    pub(crate) branch_args: Vec<BlockArg>,
    /// Arguments of all branches so far: bounded, because a few bytes of wasm
    /// can ask for a thousand.
    pub(crate) n_branch_args: usize,
    /// Where the code is entered, if that is at a loop.
    pub(crate) osr: Option<Box<OsrEntry>>,
}

impl<'a> FuncTranslator<'a> {
    /// Gives up: the operator belongs to no supported proposal.
    #[cold]
    pub(crate) fn unsupported(&mut self, op: &str) {
        self.fail(CompileError::Unsupported(format!("operator {op}")));
    }

    /// Gives up. The first reason stands.
    #[cold]
    pub(crate) fn fail(&mut self, error: CompileError) {
        self.error.get_or_insert(error);
    }

    /// Marks the current operator as one that may trap or call: instructions
    /// from here on carry its position.
    pub(crate) fn mark_position(&mut self) {
        let Scope { parent, number: module, func, .. } = self.scope;
        let position = SourcePosition { parent, module, func, module_offset: self.offset };
        if self.sources.last() != Some(&position) {
            self.b.set_srcloc(SourceLoc::new(self.sources.len() as u32));
            self.sources.push(position);
        }
    }

    /// Pushes a value: an integer, a float, a function reference or an
    /// `I8X16`.
    pub(crate) fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Pushes a reference that collectors must see.
    pub(crate) fn push_traced_ref(&mut self, value: Value) {
        self.b.declare_value_needs_stack_map(value);
        self.osr_note_traced(value);
        self.stack.push(value);
    }

    /// Pops a value.
    pub(crate) fn pop(&mut self) -> Value {
        self.stack.pop().expect("validated bodies do not underflow the operand stack")
    }

    /// Pops two values; the deeper one is the first.
    pub(crate) fn pop2(&mut self) -> (Value, Value) {
        let rhs = self.pop();
        (self.pop(), rhs)
    }

    /// Pops three values; the deepest one is the first.
    pub(crate) fn pop3(&mut self) -> (Value, Value, Value) {
        let third = self.pop();
        let (first, second) = self.pop2();
        (first, second, third)
    }

    /// The value on top.
    pub(crate) fn peek(&self) -> Value {
        *self.stack.last().expect("validated bodies do not underflow the operand stack")
    }

    /// The instruction that a value is the result of.
    pub(crate) fn made_by(&self, value: Value) -> Option<InstructionData> {
        let dfg = &self.b.func.dfg;
        match dfg.value_def(dfg.resolve_aliases(value)) {
            ValueDef::Result(inst, 0) => Some(dfg.insts[inst]),
            _ => None,
        }
    }

    /// The `i32` that a value is, if it is a constant.
    pub(crate) fn constant_i32(&self, value: Value) -> Option<i32> {
        match self.made_by(value)? {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits() as i32),
            _ => None,
        }
    }

    /// Pops a `v128` as lanes of the vector type `ty`.
    pub(crate) fn pop_v(&mut self, ty: Type) -> Value {
        let value = self.pop();
        self.as_lanes(value, ty)
    }

    /// Pushes a vector of any lane type.
    pub(crate) fn push_v(&mut self, value: Value) {
        let lanes = self.b.func.dfg.value_type(value);
        let value = if lanes == types::I8X16 {
            value
        } else {
            self.b.ins().bitcast(types::I8X16, LANES, value)
        };
        self.push(value);
    }

    /// Replaces NaNs by the canonical one, if the tunables ask for it. `ty` is
    /// the type of `value`: a float or a vector of floats.
    pub(crate) fn canonicalize_nan(&mut self, value: Value, ty: Type) -> Value {
        if !self.input.tunables.canonical_nans {
            return value;
        }
        let lane = ty.lane_type();
        let canonical = if lane == types::F32 {
            self.b.ins().f32const(f32::from_bits(0x7fc0_0000))
        } else {
            self.b.ins().f64const(f64::from_bits(0x7ff8_0000_0000_0000))
        };
        let is_nan = self.b.ins().fcmp(FloatCC::Unordered, value, value);
        if !ty.is_vector() {
            return self.b.ins().select(is_nan, canonical, value);
        }
        let canonical = self.b.ins().splat(ty, canonical);
        let is_nan = self.b.ins().bitcast(ty, LANES, is_nan);
        self.b.ins().bitselect(is_nan, canonical, value)
    }

    /// Loads from the instance context what never changes.
    pub(crate) fn load_constant(&mut self, ty: Type, base: Value, offset: u32) -> Value {
        self.b.ins().load(ty, CONSTANT, base, offset as i32)
    }

    /// Traps with `code` where `condition` is not zero.
    pub(crate) fn trap_if(&mut self, condition: Value, code: TrapCode) {
        self.mark_position();
        self.b.ins().trapnz(condition, clif_trap(code));
    }

    /// The address of an access of `access_bytes` bytes at `index` (an i32):
    /// flags, base and constant offset for the load or store. Traps, or lets
    /// the access trap, if it is not all inside of the memory.
    pub(crate) fn heap_addr(
        &mut self,
        memarg: &MemArg,
        index: Value,
        access_bytes: u32,
    ) -> (MemFlagsData, Value, i32) {
        self.mark_position();
        let memory = match memarg.target {
            MemArgTarget::Memory(m) => MemoryIndex::new(m),
            MemArgTarget::Array(_) => {
                self.unsupported("access to an array");
                MemoryIndex::new(0)
            }
        };
        let bounds = self.input.tunables.bounds;
        let declared = self.declared_memory(memory);
        let flags = flags::heap(self.b.func, declared, bounds);
        let index = self.b.ins().uextend(types::I64, index);
        // Offsets of 32-bit memories have 32 bits, so no sum here overflows.
        let past_end = memarg.offset + u64::from(access_bytes);
        let base = match bounds {
            Bounds::Guarded if past_end <= GUARD_BYTES => self.memory_base(memory),
            Bounds::Guarded => {
                self.check_bounds(memory, index, past_end);
                self.memory_base(memory)
            }
            Bounds::Checked => {
                self.check_bounds(memory, index, past_end);
                let def = self.memory_def(memory);
                let extent = flags::extent(self.b.func);
                self.b.ins().load(types::I64, extent, def, vmctx::DEF_BASE as i32)
            }
        };
        let addr = self.b.ins().iadd(base, index);
        match i32::try_from(memarg.offset) {
            Ok(offset) => (flags, addr, offset),
            Err(_) => {
                let offset = self.b.ins().iconst(types::I64, memarg.offset as i64);
                (flags, self.b.ins().iadd(addr, offset), 0)
            }
        }
    }

    /// The memory's place among those that alias no other one.
    pub(crate) fn declared_memory(&self, memory: MemoryIndex) -> Option<DeclaredMemoryIndex> {
        // Another module may import it.
        let own_alone = !self.inline_tree.has_foreign();
        self.scope.module.desc.declared_memory(memory).filter(|_| own_alone)
    }

    /// Traps if `index + past_end` is more than the length of the memory.
    fn check_bounds(&mut self, memory: MemoryIndex, index: Value, past_end: u64) {
        let past_end = self.b.ins().iconst(types::I64, past_end as i64);
        let past_end = self.b.ins().iadd(index, past_end);
        let len = self.memory_len(memory);
        let outside = self.b.ins().icmp(IntCC::UnsignedGreaterThan, past_end, len);
        self.trap_if(outside, TrapCode::MemoryOutOfBounds);
    }

    /// The first byte of a memory with guards: it never moves.
    fn memory_base(&mut self, memory: MemoryIndex) -> Value {
        let at = self.scope.module.layout.memory(memory) + vmctx::EXTENT_BASE;
        self.load_constant(types::I64, self.vmctx, at)
    }

    /// The definition of a memory.
    fn memory_def(&mut self, memory: MemoryIndex) -> Value {
        let at = self.scope.module.layout.memory(memory) + vmctx::EXTENT_DEF;
        self.load_constant(types::I64, self.vmctx, at)
    }

    /// Bytes of a memory.
    pub(crate) fn memory_len(&mut self, memory: MemoryIndex) -> Value {
        let def = self.memory_def(memory);
        let extent = flags::extent(self.b.func);
        self.b.ins().load(types::I64, extent, def, vmctx::DEF_LEN as i32)
    }
}

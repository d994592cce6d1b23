//! Bodies of callees in place of calls.
//!
//! Owns: how the translator goes through a body within a body; `tree` decides
//! which, `scan` finds the calls. Called by the call operators.
//!
//! # Essay: a body within a body
//!
//! The translator walks the callee's body as it walks its own. The arguments,
//! which are the topmost values, become locals; a return becomes a branch to
//! the end of the body's outermost block; what is left on the operand stack
//! are the results. There is no check of the stack's limit at its entry: the
//! function around it has looked, recursion stays a call, and loops look for
//! themselves. All that differs between bodies is the [`Scope`].
//!
//! Bodies nest a few levels deep, so the translator may recurse here, though
//! nowhere else.
//!
//! # Essay: guards
//!
//! ```text
//!     elem = load [table + 8 * index]    ; the element exists
//!     brif elem == vmctx + record of f, is_f, is_not_f
//! is_f:
//!     body of f, or a call of f
//! is_not_f:
//!     … the next one; at last null, type, and the call
//! ```
//!
//! The record of a declared function lies at a fixed place in its instance's
//! context, and nowhere else; so one comparison proves the function and the
//! instance, hence the type. An element that was never looked at, and a null,
//! are no addresses of records. A record that is not filled has never been
//! handed out, so nothing is equal to it.
//!
//! # Essay: functions of other modules
//!
//! ```text
//!     slot = load [vmctx + record of the import + SLOT]
//!     brif slot == slot of f, is_f, is_not_f
//! is_f:
//!     callee = load [vmctx + record of the import + VMCTX]
//!     body of f, with callee as its instance
//! ```
//!
//! Code serves all instances of a module, and each may import something else.
//! The slot says which function of which module it is, and that its code has
//! the same bounds checks, but not of which instance: that is what the record
//! says. A slot is an address, so whoever keeps the code keeps the table that
//! the slot is in. The callee's instance is loaded where the slot was
//! compared, by a load that never moves, and so nothing is read from it before:
//! the same place of a host function's context may hold anything.

mod condition;
mod scan;
mod tree;

use std::mem;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use smallvec::SmallVec;
use updraft_abi::{ModuleNumber, SourcePosition};
use updraft_compile::{CompileError, CompileInput, ModuleInput};
use updraft_types::{FuncIndex, TableIndex, TrapCode, TypeIndex};

use crate::body;
use crate::op::BodyReader;
use crate::translator::FuncTranslator;

pub(crate) use condition::Outcome;
use tree::{Arm, Guards, ImportGuard};
pub(crate) use tree::{InlineTree, NodeId, Site};

/// The body that is being walked.
pub(crate) struct Scope<'a> {
    /// Its place in the tree.
    pub(crate) node: NodeId,
    /// The number of its module.
    pub(crate) number: ModuleNumber,
    /// Its module.
    pub(crate) module: ModuleInput<'a>,
    /// Whose body it is.
    pub(crate) func: FuncIndex,
    /// Position of the call that it replaces, or
    /// [`SourcePosition::NO_PARENT`].
    pub(crate) parent: u32,
    /// Its outermost block, among all frames.
    pub(crate) first_frame: usize,
    /// Its first local, among all variables.
    pub(crate) first_local: u32,
    /// What its result is for, if only for a condition.
    pub(crate) outcome: Option<Outcome<'a>>,
}

impl<'a> Scope<'a> {
    /// The function itself, whose locals are the first variables.
    pub(crate) fn own(input: &CompileInput<'a>, func: FuncIndex) -> Self {
        Self {
            node: NodeId::ROOT,
            number: ModuleNumber::OWN,
            module: input.own(),
            func,
            parent: SourcePosition::NO_PARENT,
            first_frame: 0,
            first_local: 0,
            outcome: None,
        }
    }

    /// Whether it is a body within another one.
    pub(crate) fn is_inlined(&self) -> bool {
        self.node != NodeId::ROOT
    }
}

impl<'a> FuncTranslator<'a> {
    /// What becomes of the current operator, a call; nothing if it is an
    /// ordinary one.
    pub(crate) fn inline_site(&self) -> Option<&'a Site> {
        self.inline_tree.site(self.scope.node, self.offset)
    }

    /// A direct call whose callee's body is inlined.
    pub(crate) fn call_inlined(&mut self, node: NodeId) {
        self.mark_position();
        let parent = self.last_position();
        let module = self.scope.module.desc;
        let ty = module.funcs[module.func_index(self.inline_tree.func(node))];
        let height = self.stack.len() - module.types[ty].params().len();
        let outcome = self.begin_outcome(ty, height);
        self.inline_body(node, parent, outcome, self.vmctx);
        match outcome {
            Some(outcome) => self.end_outcome(outcome, height),
            None if self.reachable => {}
            None => self.end_reachable(),
        }
    }

    /// The index of the position that was marked last.
    fn last_position(&self) -> u32 {
        (self.sources.len() - 1) as u32
    }

    /// Walks the body of `node`, with the topmost values as arguments and
    /// `vmctx` as its instance. Leaves its results, or nothing reachable.
    fn inline_body(
        &mut self,
        node: NodeId,
        parent: u32,
        outcome: Option<Outcome<'a>>,
        vmctx: Value,
    ) {
        let number = self.inline_tree.module(node);
        let of = self.input.numbered(number);
        let module = of.desc;
        let declared = self.inline_tree.func(node);
        let func = module.func_index(declared);
        let type_index = module.funcs[func];
        // The tree was made from the same bytes.
        let Some((bytes, offset)) = of.body(declared) else {
            return self.fail(CompileError::Bug("an inlined body is not there".into()));
        };
        let mut reader = BodyReader::new(bytes, offset, &module.features);
        let locals = match reader.locals() {
            Ok(locals) => locals,
            Err(e) => return self.fail(body::not_validated(e)),
        };
        let params = module.types[type_index].params();
        let first = self.stack.len() - params.len();
        let mut first_local = None;
        for (param, value) in params.iter().zip(self.stack.drain(first..)) {
            let local = body::declare_local(&mut self.b, *param, value);
            first_local.get_or_insert(local);
        }
        let others = body::declare_body_locals(&mut self.b, &locals);
        let scope = Scope {
            node,
            number,
            module: of,
            func,
            parent,
            first_frame: self.frames.len(),
            first_local: first_local.or(others).map_or(0, |local| local.as_u32()),
            outcome,
        };
        let outer = mem::replace(&mut self.scope, scope);
        let outer_vmctx = mem::replace(&mut self.vmctx, vmctx);
        let offset = self.offset;
        self.push_func_frame(type_index);
        if let Err(e) = self.run(&mut reader) {
            self.fail(e);
        }
        self.scope = outer;
        self.vmctx = outer_vmctx;
        self.offset = offset;
        if self.reachable {
            self.osr_note_results(module.types[type_index].results());
        }
    }

    /// An indirect call whose callee is compared with others first.
    pub(crate) fn call_guarded(&mut self, ty: TypeIndex, table: TableIndex, guards: &Guards) {
        let index = self.pop();
        let index = self.b.ins().uextend(types::I64, index);
        let elem = self.load_elem_to_compare(table, index);
        self.mark_position();
        let parent = self.last_position();
        let ways = self.begin_ways(ty);
        let rarely_misses = guards.rarely_miss();
        for (i, arm) in guards.arms.iter().enumerate() {
            let is_last = i + 1 == guards.arms.len();
            let hits = self.is_record(elem, arm);
            let miss = self.guard(hits, is_last && rarely_misses);
            match arm.body {
                Some(node) => self.inline_body(node, parent, ways.outcome, self.vmctx),
                None => self.call_declared(arm.target, ty),
            }
            if self.error.is_some() {
                return;
            }
            self.next_way(&ways, miss);
        }
        let elem = self.guarded_elem(table, index, elem);
        let null = Some(TrapCode::UninitializedElement);
        let record = self.func_elem_record(table, index, elem, null, rarely_misses);
        if rarely_misses {
            self.call_missed(record, ty);
        } else {
            self.call_record(record, ty);
        }
        self.end_ways(ways);
    }

    /// A call of an imported function that is compared with the expected one
    /// first.
    pub(crate) fn call_import_guarded(&mut self, func: FuncIndex, guard: &ImportGuard) {
        self.mark_position();
        let parent = self.last_position();
        let ways = self.begin_ways(self.scope.module.desc.funcs[func]);
        let slot = self.import_slot(func);
        let expected = self.b.ins().iconst(types::I64, guard.slot as i64);
        let hits = self.b.ins().icmp(IntCC::Equal, slot, expected);
        let miss = self.guard(hits, true);
        let vmctx = self.import_vmctx(func);
        self.inline_body(guard.body, parent, ways.outcome, vmctx);
        if self.error.is_some() {
            return;
        }
        self.next_way(&ways, miss);
        self.call_missed_import(func);
        self.end_ways(ways);
    }

    /// Begins a call of a function of type `ty` that goes several ways, with
    /// the topmost values as arguments.
    fn begin_ways(&mut self, ty: TypeIndex) -> Ways<'a> {
        let func_type = &self.scope.module.desc.types[ty];
        let n_results = func_type.results().len();
        // Where there is an outcome, nothing ends here.
        let join = self.block_with_params(func_type.results());
        let height = self.stack.len() - func_type.params().len();
        let outcome = self.begin_outcome(ty, height);
        Ways { join, height, n_results, outcome, args: self.stack[height..].into() }
    }

    /// Ends one of the ways, if its end can be reached, and begins the one that
    /// starts with `block`.
    fn next_way(&mut self, ways: &Ways<'a>, block: Block) {
        if self.reachable {
            self.end_way(ways);
        }
        self.b.switch_to_block(block);
        self.stack.truncate(ways.height);
        self.stack.extend_from_slice(&ways.args);
        self.reachable = true;
    }

    fn end_way(&mut self, ways: &Ways<'a>) {
        match &ways.outcome {
            Some(outcome) => self.decide(outcome),
            None => self.jump_with_top(ways.join, ways.n_results),
        }
    }

    /// Ends the last of the ways, and goes on with the results.
    fn end_ways(&mut self, ways: Ways<'a>) {
        self.end_way(&ways);
        self.b.seal_block(ways.join);
        match ways.outcome {
            Some(outcome) => self.end_outcome(outcome, ways.height),
            None => self.go_on_at(ways.join, ways.height),
        }
    }

    /// Whether `elem` is the record of `arm`.
    fn is_record(&mut self, elem: Value, arm: &Arm) -> Value {
        let record = i64::from(self.scope.module.layout.func_ref(arm.record));
        let record = self.b.ins().iadd_imm_s(self.vmctx, record);
        self.b.ins().icmp(IntCC::Equal, elem, record)
    }

    /// Goes on where `hits` is not zero; where it is zero is the result.
    fn guard(&mut self, hits: Value, rarely_misses: bool) -> Block {
        let hit = self.b.create_block();
        let miss = self.b.create_block();
        if rarely_misses {
            self.b.set_cold_block(miss);
        }
        self.b.ins().brif(hits, hit, &[], miss, &[]);
        self.b.seal_block(hit);
        self.b.seal_block(miss);
        self.b.switch_to_block(hit);
        miss
    }
}

/// A call that goes several ways, of which each starts with the same arguments.
struct Ways<'a> {
    /// Where they meet, with the results.
    join: Block,
    /// Height of the stack without the arguments.
    height: usize,
    n_results: usize,
    /// Where they lead in place of that.
    outcome: Option<Outcome<'a>>,
    args: SmallVec<[Value; 8]>,
}

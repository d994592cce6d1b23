//! Calls whose result is a condition: each return of an inlined body decides
//! it on its own.
//!
//! Owns: how a caller's next operators become part of an inlined body's
//! returns. `scan` finds the conditions; the walk in `super` asks for them and
//! has returns decide them; the operators that take conditions end them.
//!
//! # Essay: why
//!
//! A compare function returns less, equal or greater; its caller looks at once
//! which of them it is. Joined first and compared then, the result is made with
//! `setcc` and `cmov` only to be taken apart by others, and where the next step
//! of a loop hangs on it, all of them are waited for. So what follows the call,
//!
//! ```text
//!     call …  [local.tee]  [eqz | extend8_s | const, compare | and | xor]*
//!     br_if | if | select
//! ```
//!
//! is translated once for each return, where mostly it is known or one
//! comparison; and each return ends in the branch or the selection. That adds
//! no branch that the callee did not have: a selection stays one, because
//! whether the processor could guess is not known. (A heap sort of random keys
//! took 0.77 times as long so, and 1.35 times with branches.)

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, InstructionData, Opcode, Value, types};
use cranelift_frontend::Variable;
use smallvec::SmallVec;
use updraft_types::{TypeIndex, ValType};

use crate::translator::FuncTranslator;

/// Operators between a call and what takes the condition at most.
const MAX_STEPS: usize = 4;
/// Selections within a selection that are looked into at most.
const MAX_SELECTIONS: u32 = 3;

/// An operator on the result of a call; another operand is constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A comparison; `i32.eqz` is one too.
    Compare(IntCC, i32),
    /// `i32.and`.
    And(i32),
    /// `i32.xor`.
    Xor(i32),
    /// `i32.extend8_s`.
    Extend8,
}

impl Step {
    fn apply(self, value: i32) -> i32 {
        match self {
            Step::Compare(cc, with) => i32::from(compare(cc, value, with)),
            Step::And(with) => value & with,
            Step::Xor(with) => value ^ with,
            Step::Extend8 => i32::from(value as i8),
        }
    }
}

fn compare(cc: IntCC, lhs: i32, rhs: i32) -> bool {
    let signed = lhs.cmp(&rhs);
    let unsigned = (lhs as u32).cmp(&(rhs as u32));
    match cc {
        IntCC::Equal => signed.is_eq(),
        IntCC::NotEqual => signed.is_ne(),
        IntCC::SignedLessThan => signed.is_lt(),
        IntCC::SignedGreaterThanOrEqual => signed.is_ge(),
        IntCC::SignedGreaterThan => signed.is_gt(),
        IntCC::SignedLessThanOrEqual => signed.is_le(),
        IntCC::UnsignedLessThan => unsigned.is_lt(),
        IntCC::UnsignedGreaterThanOrEqual => unsigned.is_ge(),
        IntCC::UnsignedGreaterThan => unsigned.is_gt(),
        IntCC::UnsignedLessThanOrEqual => unsigned.is_le(),
    }
}

/// An operator that takes a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Taker {
    /// `br_if` or `if`.
    #[default]
    Branch,
    /// `select`.
    Select,
}

/// What is made of a call's result, which nothing else needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The local that keeps the result itself.
    pub(super) kept_in: Option<u32>,
    steps: SmallVec<[Step; MAX_STEPS]>,
    /// Offset of the operator that takes the condition.
    pub(crate) taken_at: u32,
    /// Which that is.
    pub(super) taken_by: Taker,
}

impl Condition {
    /// Whether nothing was done to the result yet.
    pub(super) fn is_new(&self) -> bool {
        self.kept_in.is_none() && self.steps.is_empty()
    }

    /// Adds an operator; whether there was room.
    pub(super) fn push(&mut self, step: Step) -> bool {
        let fits = self.steps.len() < MAX_STEPS;
        if fits {
            self.steps.push(step);
        }
        fits
    }

    /// Whether it holds for a result.
    fn holds(&self, result: i32) -> bool {
        self.steps.iter().fold(result, |value, step| step.apply(value)) != 0
    }
}

/// A condition that returns decide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome<'a> {
    /// The condition.
    pub(crate) condition: &'a Condition,
    kept_in: Option<Variable>,
    target: Target,
}

/// Where returns lead.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// To the first where the condition holds, to the second where it does not.
    Branch([Block; 2]),
    /// To a block, with the first value or the second.
    Select(Block, [Value; 2]),
}

/// How two values compare: -1 for less, 1 for greater, else 0.
#[derive(Clone, Copy)]
struct Order {
    kind: OrderKind,
    lhs: Value,
    rhs: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OrderKind {
    Signed,
    Unsigned,
    Float,
}

/// What a result is, so far as that tells whether a condition holds.
enum Shape {
    /// A constant.
    Constant(i32),
    /// 1 where the value is not zero, else 0.
    Bool(Value),
    /// The first of the values or, where `choice` is zero, the second.
    Select { choice: Value, values: [Value; 2] },
    /// How two values compare.
    Order(Order),
    /// Anything.
    Other,
}

/// Whether a condition holds.
#[derive(Clone, Copy)]
enum Truth {
    /// It is known.
    Known(bool),
    /// As the first says where the value is not zero, else as the second.
    By(Value, [bool; 2]),
}

impl<'a> FuncTranslator<'a> {
    /// The condition that the result of the current operator, a call of a
    /// function of type `ty`, is for. `height` is that of the stack without the
    /// arguments.
    pub(super) fn begin_outcome(&mut self, ty: TypeIndex, height: usize) -> Option<Outcome<'a>> {
        if self.scope.module.desc.types[ty].results() != [ValType::I32] {
            return None;
        }
        let condition = self.inline_tree.condition(self.scope.node, self.offset)?;
        let kept_in = condition.kept_in.map(|local| self.local(local));
        let target = match condition.taken_by {
            Taker::Branch => Target::Branch([(); 2].map(|()| self.b.create_block())),
            Taker::Select => {
                let values = [self.stack[height - 2], self.stack[height - 1]];
                let go_on = self.b.create_block();
                let ty = self.b.func.dfg.value_type(values[0]);
                self.b.append_block_param(go_on, ty);
                Target::Select(go_on, values)
            }
        };
        Some(Outcome { condition, kept_in, target })
    }

    /// Ends a return whose result, the topmost value, is for a condition: it
    /// ends the current block and leaves the value.
    pub(crate) fn decide(&mut self, outcome: &Outcome<'_>) {
        let result = self.peek();
        if let Some(local) = outcome.kept_in {
            self.b.def_var(local, result);
        }
        let truth = self.truth(result, outcome.condition, MAX_SELECTIONS);
        self.lead(outcome.target, truth);
    }

    /// All returns have been translated: what follows is skipped up to where
    /// the condition is taken.
    pub(super) fn end_outcome(&mut self, outcome: Outcome<'a>, height: usize) {
        self.stack.truncate(height);
        self.outcome = Some(outcome);
        self.reachable = false;
    }

    /// Where to go on if the condition that the current operator takes holds,
    /// and if it does not. Ends the current block; seals neither of these.
    pub(crate) fn branch_on_condition(&mut self) -> (Block, Block) {
        if let Some(Outcome { target: Target::Branch([holds, fails]), .. }) = self.outcome.take() {
            return (holds, fails);
        }
        let condition = self.pop();
        let (holds, fails) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(condition, holds, &[], fails, &[]);
        (holds, fails)
    }

    /// Makes the condition that the current operator takes a value, if it is
    /// none.
    pub(crate) fn join_outcome(&mut self) {
        if self.outcome.is_none() {
            return;
        }
        let (holds, fails) = self.branch_on_condition();
        let go_on = self.b.create_block();
        let value = self.b.append_block_param(go_on, types::I32);
        for (block, n) in [(holds, 1), (fails, 0)] {
            self.b.seal_block(block);
            self.b.switch_to_block(block);
            let n = self.b.ins().iconst(types::I32, n);
            self.b.ins().jump(go_on, &[n.into()]);
        }
        self.b.seal_block(go_on);
        self.b.switch_to_block(go_on);
        self.push(value);
    }

    /// What a `select` results in whose condition is not a value.
    pub(crate) fn selected(&mut self) -> Option<Value> {
        let Target::Select(go_on, _) = self.outcome?.target else { return None };
        self.outcome = None;
        self.b.seal_block(go_on);
        self.b.switch_to_block(go_on);
        Some(self.b.block_params(go_on)[0])
    }

    /// Whether a condition holds for a result. Ends no block.
    fn truth(&mut self, result: Value, condition: &Condition, n_selections: u32) -> Truth {
        match self.shape(result) {
            Shape::Constant(value) => Truth::Known(condition.holds(value)),
            Shape::Bool(value) => Truth::By(value, [1, 0].map(|v| condition.holds(v))),
            Shape::Order(order) => self.order_is(&order, [-1, 0, 1].map(|v| condition.holds(v))),
            Shape::Select { choice, values }
                if n_selections > 0 && values.iter().any(|v| self.is_telling(*v)) =>
            {
                let truths = values.map(|v| self.truth(v, condition, n_selections - 1));
                if let [Truth::Known(first), Truth::Known(second)] = truths {
                    return Truth::By(choice, [first, second]);
                }
                let [first, second] = truths.map(|truth| self.emit_truth(truth));
                Truth::By(self.b.ins().select(choice, first, second), [true, false])
            }
            Shape::Select { .. } | Shape::Other => {
                let steps = condition.steps.iter();
                let value = steps.fold(result, |value, step| self.emit_step(*step, value));
                Truth::By(value, [true, false])
            }
        }
    }

    fn is_telling(&self, value: Value) -> bool {
        !matches!(self.shape(value), Shape::Select { .. } | Shape::Other)
    }

    /// A truth as 1 or 0.
    fn emit_truth(&mut self, truth: Truth) -> Value {
        let mut constant = |holds| self.b.ins().iconst(types::I32, i64::from(holds));
        match truth {
            Truth::Known(holds) => constant(holds),
            Truth::By(value, holds) => {
                let [first, second] = holds.map(constant);
                self.b.ins().select(value, first, second)
            }
        }
    }

    /// Ends the current block.
    fn lead(&mut self, target: Target, truth: Truth) {
        let (choice, holds) = match truth {
            Truth::By(choice, [first, second]) if first != second => (Some(choice), first),
            Truth::By(_, [holds, _]) | Truth::Known(holds) => (None, holds),
        };
        match target {
            Target::Branch([on_true, on_false]) => {
                let (first, second) = if holds { (on_true, on_false) } else { (on_false, on_true) };
                match choice {
                    None => self.b.ins().jump(first, &[]),
                    Some(choice) => self.b.ins().brif(choice, first, &[], second, &[]),
                };
            }
            Target::Select(go_on, [on_true, on_false]) => {
                let (first, second) = if holds { (on_true, on_false) } else { (on_false, on_true) };
                let value = match choice {
                    None => first,
                    Some(choice) => self.b.ins().select(choice, first, second),
                };
                self.b.ins().jump(go_on, &[value.into()]);
            }
        }
    }

    /// Whether an order is one of those that `holds` says: less, equal, greater.
    fn order_is(&mut self, order: &Order, holds: [bool; 3]) -> Truth {
        let (int, float) = match holds {
            [all @ false, false, false] | [all @ true, true, true] => return Truth::Known(all),
            [false, false, true] => (IntCC::SignedGreaterThan, FloatCC::GreaterThan),
            // Floats that do not compare are neither less nor greater.
            [false, true, false] => (IntCC::Equal, FloatCC::UnorderedOrEqual),
            [false, true, true] => {
                (IntCC::SignedGreaterThanOrEqual, FloatCC::UnorderedOrGreaterThanOrEqual)
            }
            [true, false, false] => (IntCC::SignedLessThan, FloatCC::LessThan),
            [true, false, true] => (IntCC::NotEqual, FloatCC::OrderedNotEqual),
            [true, true, false] => {
                (IntCC::SignedLessThanOrEqual, FloatCC::UnorderedOrLessThanOrEqual)
            }
        };
        let Order { kind, lhs, rhs } = *order;
        let value = match kind {
            OrderKind::Signed => self.b.ins().icmp(int, lhs, rhs),
            OrderKind::Unsigned => self.b.ins().icmp(int.unsigned(), lhs, rhs),
            OrderKind::Float => self.b.ins().fcmp(float, lhs, rhs),
        };
        Truth::By(value, [true, false])
    }

    fn emit_step(&mut self, step: Step, value: Value) -> Value {
        let mut constant = |with| self.b.ins().iconst(types::I32, i64::from(with as u32));
        match step {
            Step::Compare(cc, with) => {
                let with = constant(with);
                let value = self.b.ins().icmp(cc, value, with);
                self.b.ins().uextend(types::I32, value)
            }
            Step::And(with) => {
                let with = constant(with);
                self.b.ins().band(value, with)
            }
            Step::Xor(with) => {
                let with = constant(with);
                self.b.ins().bxor(value, with)
            }
            Step::Extend8 => {
                let value = self.b.ins().ireduce(types::I8, value);
                self.b.ins().sextend(types::I32, value)
            }
        }
    }

    fn shape(&self, value: Value) -> Shape {
        use InstructionData as Data;
        if let Some(value) = self.constant_i32(value) {
            return Shape::Constant(value);
        }
        match self.made_by(value) {
            Some(Data::Unary { opcode: Opcode::Uextend, arg }) => match self.made_by(arg) {
                Some(Data::IntCompare { .. } | Data::FloatCompare { .. }) => Shape::Bool(arg),
                _ => Shape::Other,
            },
            Some(Data::Ternary { opcode: Opcode::Select, args: [choice, first, second] }) => {
                Shape::Select { choice, values: [first, second] }
            }
            Some(Data::Binary { opcode: Opcode::Isub, args: [greater, less] }) => {
                self.order(greater, less).map_or(Shape::Other, Shape::Order)
            }
            _ => Shape::Other,
        }
    }

    /// What the difference of two values is, if one is 1 where of two others
    /// the one is greater, else 0, and the other where it is less.
    fn order(&self, greater: Value, less: Value) -> Option<Order> {
        let (greater, less) = (self.is_greater(greater)?, self.is_greater(less)?);
        let matches = (less.kind, less.rhs, less.lhs) == (greater.kind, greater.lhs, greater.rhs);
        matches.then_some(greater)
    }

    /// What is compared, if a value is 1 where one value is greater than
    /// another, else 0.
    fn is_greater(&self, value: Value) -> Option<Order> {
        let Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) = self.made_by(value)
        else {
            return None;
        };
        let (kind, is_swapped, args) = match self.made_by(arg)? {
            InstructionData::IntCompare { cond, args, .. } => match cond {
                IntCC::SignedGreaterThan => (OrderKind::Signed, false, args),
                IntCC::SignedLessThan => (OrderKind::Signed, true, args),
                IntCC::UnsignedGreaterThan => (OrderKind::Unsigned, false, args),
                IntCC::UnsignedLessThan => (OrderKind::Unsigned, true, args),
                _ => return None,
            },
            InstructionData::FloatCompare { cond, args, .. } => match cond {
                FloatCC::GreaterThan => (OrderKind::Float, false, args),
                FloatCC::LessThan => (OrderKind::Float, true, args),
                _ => return None,
            },
            _ => return None,
        };
        let [lhs, rhs] = args.map(|v| self.b.func.dfg.resolve_aliases(v));
        let (lhs, rhs) = if is_swapped { (rhs, lhs) } else { (lhs, rhs) };
        Some(Order { kind, lhs, rhs })
    }
}

//! Looks through a body for its calls, before anything is translated.
//!
//! Called by [`super::tree`] only. Must not know: budgets, how code is made.

use cranelift_codegen::ir::condcodes::IntCC;
use updraft_decode::DecodeError;
use updraft_types::{Features, FuncIndex, TypeIndex};

use super::condition::{Condition, Step, Taker};
use crate::op::{
    self, BlockType, BodyReader, VisitOperator, VisitSimdOperator, for_each_visit_simd_operator,
};

/// A call that may be replaced by the callee's body.
pub(super) struct CallSite {
    /// Offset of the operator in the module.
    pub offset: u32,
    /// Loops of the body around it.
    pub loop_depth: u32,
    /// What is called.
    pub callee: Callee,
    /// What its result is for, if only for a condition.
    pub condition: Option<Condition>,
}

/// What a call names.
pub(super) enum Callee {
    /// A function.
    Direct(FuncIndex),
    /// An element of a table: the type it must have, and which of the body's
    /// indirect call sites this is.
    Indirect(TypeIndex, u32),
}

/// What a body calls and how it is shaped.
#[derive(Default)]
pub(super) struct BodyScan {
    /// Its calls, in order. Those in unreachable code are among them.
    pub sites: Vec<CallSite>,
    /// Declared locals, without parameters.
    pub n_locals: u64,
    /// How deeply its loops nest.
    pub max_loop_depth: u32,
    /// Whether it calls in its own place.
    pub has_tail_calls: bool,
}

impl BodyScan {
    /// Looks through the body that lies at `offset` in the module.
    pub(super) fn new(
        body: &[u8],
        offset: usize,
        features: &Features,
    ) -> Result<Self, DecodeError> {
        let mut reader = BodyReader::new(body, offset, features);
        let n_locals = reader.locals()?.iter().map(|(n, _)| u64::from(*n)).sum();
        let scan = Self { n_locals, ..Self::default() };
        let mut scanner = Scanner {
            scan,
            offset: 0,
            blocks: Vec::new(),
            loop_depth: 0,
            n_indirect: 0,
            condition: None,
            constant: None,
        };
        while !reader.is_done() {
            scanner.offset = reader.offset() as u32;
            reader.visit(&mut scanner)?;
        }
        Ok(scanner.scan)
    }
}

/// The visitor.
struct Scanner {
    scan: BodyScan,
    offset: u32,
    /// Open blocks: whether they are loops.
    blocks: Vec<bool>,
    loop_depth: u32,
    n_indirect: u32,
    /// What is being made of the result of the last call.
    condition: Option<Condition>,
    /// The constant on top of that.
    constant: Option<i32>,
}

impl Scanner {
    /// An operator that no condition is made with.
    fn other(&mut self) {
        self.condition = None;
        self.constant = None;
    }

    /// An operator on the result alone.
    fn step(&mut self, step: Step) {
        let condition = self.condition.as_mut().filter(|_| self.constant.is_none());
        if !condition.is_some_and(|condition| condition.push(step)) {
            self.other();
        }
    }

    /// An operator on the result and a constant.
    fn step_with(&mut self, step: impl FnOnce(i32) -> Step) {
        match self.constant.take() {
            Some(constant) => self.step(step(constant)),
            None => self.other(),
        }
    }

    fn compare(&mut self, cc: IntCC) {
        self.step_with(|with| Step::Compare(cc, with));
    }

    fn and(&mut self) {
        self.step_with(Step::And);
    }

    fn xor(&mut self) {
        self.step_with(Step::Xor);
    }

    fn eqz(&mut self) {
        self.step(Step::Compare(IntCC::Equal, 0));
    }

    fn extend8(&mut self) {
        self.step(Step::Extend8);
    }

    fn constant(&mut self, value: i32) {
        if self.constant.replace(value).is_some() {
            self.other();
        }
    }

    fn local_tee(&mut self, local: u32) {
        match &mut self.condition {
            Some(condition) if condition.is_new() && self.constant.is_none() => {
                condition.kept_in = Some(local);
            }
            _ => self.other(),
        }
    }

    fn br_if(&mut self, _relative_depth: u32) {
        self.take(Taker::Branch);
    }

    fn select(&mut self) {
        self.take(Taker::Select);
    }

    fn typed_select(&mut self, _: op::RawValType) {
        self.take(Taker::Select);
    }

    fn r#if(&mut self, ty: BlockType) {
        self.take(Taker::Branch);
        self.block(ty);
    }

    /// The condition is taken here.
    fn take(&mut self, taken_by: Taker) {
        if let (Some(mut condition), None) = (self.condition.take(), self.constant)
            && let Some(site) = self.scan.sites.last_mut()
        {
            condition.taken_at = self.offset;
            condition.taken_by = taken_by;
            site.condition = Some(condition);
        }
        self.other();
    }

    fn open(&mut self, is_loop: bool) {
        self.blocks.push(is_loop);
        self.loop_depth += u32::from(is_loop);
        self.scan.max_loop_depth = self.scan.max_loop_depth.max(self.loop_depth);
    }

    fn site(&mut self, callee: Callee) {
        let (offset, loop_depth) = (self.offset, self.loop_depth);
        self.scan.sites.push(CallSite { offset, loop_depth, callee, condition: None });
        self.condition = Some(Condition::default());
        self.constant = None;
    }

    fn block(&mut self, _: BlockType) {
        self.other();
        self.open(false);
    }

    fn r#loop(&mut self, _: BlockType) {
        self.other();
        self.open(true);
    }

    fn end(&mut self) {
        self.other();
        // The last one closes the body, which was never opened.
        self.loop_depth -= u32::from(self.blocks.pop().unwrap_or(false));
    }

    fn call(&mut self, func: u32) {
        self.site(Callee::Direct(FuncIndex::new(func)));
    }

    fn call_indirect(&mut self, ty: u32, _table: u32) {
        self.site(Callee::Indirect(TypeIndex::new(ty), self.n_indirect));
        self.n_indirect += 1;
    }

    fn return_call(&mut self, _func: u32) {
        self.other();
        self.scan.has_tail_calls = true;
    }

    fn return_call_indirect(&mut self, _ty: u32, _table: u32) {
        self.other();
        self.scan.has_tail_calls = true;
        self.n_indirect += 1;
    }
}

macro_rules! scan {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(scan!(@one $op $visit ($($($arg: $argty),*)?));)*
    };
    (@one Block $visit:ident $args:tt) => { scan!(@to block $visit $args); };
    (@one If $visit:ident $args:tt) => { scan!(@to r#if $visit $args); };
    (@one Loop $visit:ident $args:tt) => { scan!(@to r#loop $visit $args); };
    (@one End $visit:ident $args:tt) => { scan!(@to end $visit $args); };
    (@one Call $visit:ident $args:tt) => { scan!(@to call $visit $args); };
    (@one CallIndirect $visit:ident $args:tt) => { scan!(@to call_indirect $visit $args); };
    (@one ReturnCall $visit:ident $args:tt) => { scan!(@to return_call $visit $args); };
    (@one ReturnCallIndirect $visit:ident $args:tt) => {
        scan!(@to return_call_indirect $visit $args);
    };
    (@one I32Eq $visit:ident $args:tt) => { scan!(@compare Equal $visit); };
    (@one I32Ne $visit:ident $args:tt) => { scan!(@compare NotEqual $visit); };
    (@one I32LtS $visit:ident $args:tt) => { scan!(@compare SignedLessThan $visit); };
    (@one I32LtU $visit:ident $args:tt) => { scan!(@compare UnsignedLessThan $visit); };
    (@one I32GtS $visit:ident $args:tt) => { scan!(@compare SignedGreaterThan $visit); };
    (@one I32GtU $visit:ident $args:tt) => { scan!(@compare UnsignedGreaterThan $visit); };
    (@one I32LeS $visit:ident $args:tt) => { scan!(@compare SignedLessThanOrEqual $visit); };
    (@one I32LeU $visit:ident $args:tt) => { scan!(@compare UnsignedLessThanOrEqual $visit); };
    (@one I32GeS $visit:ident $args:tt) => { scan!(@compare SignedGreaterThanOrEqual $visit); };
    (@one I32GeU $visit:ident $args:tt) => { scan!(@compare UnsignedGreaterThanOrEqual $visit); };
    (@one I32Const $visit:ident $args:tt) => { scan!(@to constant $visit $args); };
    (@one I32Eqz $visit:ident $args:tt) => { scan!(@to eqz $visit $args); };
    (@one I32And $visit:ident $args:tt) => { scan!(@to and $visit $args); };
    (@one I32Xor $visit:ident $args:tt) => { scan!(@to xor $visit $args); };
    (@one I32Extend8S $visit:ident $args:tt) => { scan!(@to extend8 $visit $args); };
    (@one LocalTee $visit:ident $args:tt) => { scan!(@to local_tee $visit $args); };
    (@one BrIf $visit:ident $args:tt) => { scan!(@to br_if $visit $args); };
    (@one Select $visit:ident $args:tt) => { scan!(@to select $visit $args); };
    (@one TypedSelect $visit:ident $args:tt) => { scan!(@to typed_select $visit $args); };
    (@one $op:ident $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            $(let _ = $arg;)*
            self.other();
        }
    };
    (@compare $cc:ident $visit:ident) => {
        fn $visit(&mut self) {
            self.compare(IntCC::$cc);
        }
    };
    (@to $method:ident $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            self.$method($($arg),*);
        }
    };
}

impl<'a> VisitOperator<'a> for Scanner {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    op::for_each_visit_operator!(scan);
}

impl<'a> VisitSimdOperator<'a> for Scanner {
    for_each_visit_simd_operator!(scan);
}

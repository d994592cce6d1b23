//! Looks through a body for its calls, before anything is translated.
//!
//! Called by [`super::tree`] only. Must not know: budgets, CLIF.

use updraft_decode::DecodeError;
use updraft_types::{Features, FuncIndex, TypeIndex};

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
        let mut scanner =
            Scanner { scan, offset: 0, blocks: Vec::new(), loop_depth: 0, n_indirect: 0 };
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
}

impl Scanner {
    fn open(&mut self, is_loop: bool) {
        self.blocks.push(is_loop);
        self.loop_depth += u32::from(is_loop);
        self.scan.max_loop_depth = self.scan.max_loop_depth.max(self.loop_depth);
    }

    fn site(&mut self, callee: Callee) {
        let (offset, loop_depth) = (self.offset, self.loop_depth);
        self.scan.sites.push(CallSite { offset, loop_depth, callee });
    }

    fn block(&mut self, _: BlockType) {
        self.open(false);
    }

    fn r#loop(&mut self, _: BlockType) {
        self.open(true);
    }

    fn end(&mut self) {
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
        self.scan.has_tail_calls = true;
    }

    fn return_call_indirect(&mut self, _ty: u32, _table: u32) {
        self.scan.has_tail_calls = true;
        self.n_indirect += 1;
    }
}

macro_rules! scan {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(scan!(@one $op $visit ($($($arg: $argty),*)?));)*
    };
    (@one Block $visit:ident $args:tt) => { scan!(@to block $visit $args); };
    (@one If $visit:ident $args:tt) => { scan!(@to block $visit $args); };
    (@one Loop $visit:ident $args:tt) => { scan!(@to r#loop $visit $args); };
    (@one End $visit:ident $args:tt) => { scan!(@to end $visit $args); };
    (@one Call $visit:ident $args:tt) => { scan!(@to call $visit $args); };
    (@one CallIndirect $visit:ident $args:tt) => { scan!(@to call_indirect $visit $args); };
    (@one ReturnCall $visit:ident $args:tt) => { scan!(@to return_call $visit $args); };
    (@one ReturnCallIndirect $visit:ident $args:tt) => {
        scan!(@to return_call_indirect $visit $args);
    };
    (@one $op:ident $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            $(let _ = $arg;)*
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

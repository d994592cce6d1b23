//! From the operator visitor to the translator.
//!
//! Every operator of a supported proposal goes to the method of the same name
//! of [`FuncTranslator`]; in unreachable code only the operators that open and
//! close blocks do. Operators of other proposals are refused.

use crate::op::{self, VisitOperator, VisitSimdOperator};
use crate::translator::FuncTranslator;

/// The visitor: a translator under another name, so that the visitor's methods
/// and the translator's do not hide each other.
pub(crate) struct Dispatch<'t, 'a>(pub(crate) &'t mut FuncTranslator<'a>);

macro_rules! dispatch {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(fn $visit(&mut self $($(, $arg: $argty)*)?) {
            $($(let _ = $arg;)*)?
            self.0.unsupported(stringify!($op));
        })*
    };
}

impl<'a> VisitOperator<'a> for Dispatch<'_, '_> {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    op::for_each_visit_operator!(dispatch);
}

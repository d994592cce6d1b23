//! A visitor that hands every operator to one function.

use std::fmt::Debug;

use updraft_decode::op::{self, VisitOperator, VisitSimdOperator};

/// Calls a function with the name and the immediates of each operator.
pub struct Each<F>(pub F);

macro_rules! each {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            (self.0)(stringify!($op), &[$($(&$arg as &dyn Debug),*)?]);
        }
    )*};
}

impl<'a, F: FnMut(&'static str, &[&dyn Debug])> VisitOperator<'a> for Each<F> {
    type Output = ();
    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }
    op::for_each_visit_operator!(each);
}

impl<F: FnMut(&'static str, &[&dyn Debug])> VisitSimdOperator<'_> for Each<F> {
    op::for_each_visit_simd_operator!(each);
}

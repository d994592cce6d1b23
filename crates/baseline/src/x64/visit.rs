//! From the operator visitor to the code generator.
//!
//! Every operator of a supported proposal goes to the method of the same name
//! of [`Codegen`]; in unreachable code only the operators that open and
//! close blocks do. Operators of other proposals are refused.

use super::codegen::Codegen;
use crate::op::{self, VisitOperator, VisitSimdOperator};

/// The visitor: a code generator under another name, so that the visitor's methods
/// and the code generator's do not hide each other.
pub(crate) struct Dispatch<'t, 'a>(pub(crate) &'t mut Codegen<'a>);

macro_rules! dispatch {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(dispatch!(@one $proposal $op $visit ($($($arg: $argty),*)?));)*
    };
    // These see unreachable code too, because they end it.
    (@one mvp Block $visit:ident $args:tt) => { dispatch!(@always $visit $args); };
    (@one mvp Loop $visit:ident $args:tt) => { dispatch!(@always $visit $args); };
    (@one mvp If $visit:ident $args:tt) => { dispatch!(@always $visit $args); };
    (@one mvp Else $visit:ident $args:tt) => { dispatch!(@always $visit $args); };
    (@one mvp End $visit:ident $args:tt) => { dispatch!(@always $visit $args); };
    (@one reference_types TypedSelectMulti $visit:ident $args:tt) => {
        dispatch!(@refuse TypedSelectMulti $visit $args);
    };
    // These look at the flags of a compare right before them.
    (@one mvp BrIf $visit:ident $args:tt) => { dispatch!(@flags $visit $args); };
    (@one mvp Select $visit:ident $args:tt) => { dispatch!(@flags $visit $args); };
    (@one mvp I32Eqz $visit:ident $args:tt) => { dispatch!(@flags $visit $args); };
    // Sites of the feedback vector are counted in unreachable code too.
    (@one mvp CallIndirect $visit:ident $args:tt) => { dispatch!(@site $visit $args); };
    (@one tail_call ReturnCallIndirect $visit:ident $args:tt) => {
        dispatch!(@site $visit $args);
    };
    (@one mvp $op:ident $visit:ident $args:tt) => { dispatch!(@reachable $visit $args); };
    (@one sign_extension $op:ident $visit:ident $args:tt) => { dispatch!(@reachable $visit $args); };
    (@one saturating_float_to_int $op:ident $visit:ident $args:tt) => {
        dispatch!(@reachable $visit $args);
    };
    (@one bulk_memory $op:ident $visit:ident $args:tt) => { dispatch!(@reachable $visit $args); };
    (@one reference_types $op:ident $visit:ident $args:tt) => { dispatch!(@reachable $visit $args); };
    (@one tail_call $op:ident $visit:ident $args:tt) => { dispatch!(@reachable $visit $args); };
    (@one $proposal:ident $op:ident $visit:ident $args:tt) => {
        dispatch!(@refuse $op $visit $args);
    };
    (@always $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            self.0.$visit($($arg),*);
        }
    };
    (@reachable $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            if self.0.reachable {
                self.0.settle_flags();
                self.0.$visit($($arg),*);
            }
        }
    };
    (@site $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            if self.0.reachable {
                self.0.settle_flags();
                self.0.$visit($($arg),*);
            } else {
                self.0.n_feedback_sites += 1;
            }
        }
    };
    (@flags $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            if self.0.reachable {
                self.0.$visit($($arg),*);
            }
        }
    };
    (@refuse $op:ident $visit:ident ($($arg:ident: $argty:ty),*)) => {
        fn $visit(&mut self $(, $arg: $argty)*) {
            $(let _ = $arg;)*
            self.0.unsupported(stringify!($op));
        }
    };
}

impl<'a> VisitOperator<'a> for Dispatch<'_, '_> {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    op::for_each_visit_operator!(dispatch);
}

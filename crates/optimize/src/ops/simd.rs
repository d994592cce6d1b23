//! Operators of fixed-width vectors.
//!
//! A `v128` on the operand stack always has the CLIF type `I8X16`; operators
//! take lanes with [`FuncTranslator::pop_v`] and leave them with
//! [`FuncTranslator::push_v`]. Called by the operator dispatch only. Must not
//! know how memories lie: addresses come from [`FuncTranslator::heap_addr`].

#[allow(unused_imports)]
use crate::op::{MemArg, V128, VisitSimdOperator, for_each_visit_simd_operator};
#[allow(unused_imports)]
use crate::translator::FuncTranslator;
use crate::visit::Dispatch;

macro_rules! unsupported {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(fn $visit(&mut self $($(, $arg: $argty)*)?) {
            $($(let _ = $arg;)*)?
            self.0.unsupported(stringify!($op));
        })*
    };
}

impl<'a> VisitSimdOperator<'a> for Dispatch<'_, '_> {
    for_each_visit_simd_operator!(unsupported);
}

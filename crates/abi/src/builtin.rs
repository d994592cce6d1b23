//! The builtins that machine code calls: one list.
//!
//! # Essay: calling a builtin
//!
//! The instance context holds, at [`crate::vmctx::BUILTINS`], a pointer to an
//! array of code addresses, one per row of the list, in order. Machine code
//! loads the address and calls it in the System V convention, with `vmctx` as
//! the first argument. What stands behind the address is a small stub of
//! `runtime` that links a frame (`push rbp; mov rbp, rsp`), stores that frame
//! pointer in [`crate::isolate::EXIT_FP`], so that stacks can be walked from
//! there, calls the body, and either returns its result or, if the body asks
//! for it, unwinds to the innermost entry. So to the caller a builtin returns
//! normally or not at all: results need no check, sentinels aside that the
//! operator itself defines (-1 of the grow operators).
//!
//! `interrupt` is called in `CallConv::PreserveAll`: one argument, no result,
//! no register changed.
//!
//! Where optimized code expected other functions it calls by builtins that
//! change no register either, and want none but `vmctx`, so that such a call,
//! which is rare, does not decide where values of the hot path are kept. What
//! else they get and result in lies in the isolate, until the next such call.
//! - `guard_table_get`: as `table_get_lazy`. Table and index are the integers;
//!   the result is the record.
//! - `guard_call`: calls the record, which has the type that the caller wants,
//!   with the integers and floats in their order. The function must have no
//!   more of them than [`crate::isolate`] has room for, and one result at most.
//!   Counts [`crate::isolate::GUARD_MISSES`].
//!
//! Baseline code has stubs of its own, which no other code may call. They find
//! `vmctx` in r14, where baseline code keeps it, take one argument that was
//! pushed (4 bytes, sign-extended to 8) and pop it, and change no register but
//! r11 and no flag that baseline code relies on. The stack need not be aligned.
//! - `baseline_interrupt`: as `interrupt`. The argument is ignored.
//! - `tier_up`: the countdown has ended (see [`crate::vmctx::BUDGETS`]); starts
//!   it again. The function, among the declared ones, is in r11. The argument is
//!   the ordinal of the loop whose back-edge found it, [`TIER_UP_AT_EXIT`]
//!   elsewhere. Does not return if the loop goes on in optimized code (see
//!   [`crate::OsrMap`]). Called through [`crate::vmctx::TIER_UP`], because r11 is
//!   taken.
//! - `feedback_alloc`: r11 becomes the function's feedback vector, never 0. The
//!   argument is the number of sites.
//! - `call_feedback`: notes the function record in r11 as target of the site
//!   whose number is the argument. r11 is preserved.
//! - `baseline_table_get`: as `table_get_lazy`, for the table whose number is
//!   the argument. The index, zero-extended, is in r11; the record replaces it.
//!
//! To add one: add a row, write the body in `runtime/src/builtins`; the array
//! and the compilers' signatures derive from the row.

/// The type of a builtin's argument or result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AbiType {
    /// 32 bits, upper half undefined.
    I32,
    /// 64 bits; also pointers.
    I64,
}

/// Argument of `tier_up` where no loop can be replaced.
pub const TIER_UP_AT_EXIT: i32 = -1;

macro_rules! builtins {
    ($($(#[$doc:meta])* $name:ident, $fn:ident, ($($arg:ident: $ty:ident),*) $(-> $ret:ident)?;)*) => {
        /// A builtin, by its position in the array.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum Builtin {
            $($(#[$doc])* $name,)*
        }

        impl Builtin {
            /// Every builtin in order.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$name,)*];

            /// The name, as listings show it.
            pub const fn name(self) -> &'static str {
                match self { $(Builtin::$name => stringify!($fn),)* }
            }

            /// Types of the arguments after `vmctx`.
            pub const fn params(self) -> &'static [AbiType] {
                match self { $(Builtin::$name => &[$(AbiType::$ty),*],)* }
            }

            /// Type of the result.
            pub const fn result(self) -> Option<AbiType> {
                match self {
                    $(Builtin::$name => {
                        #[allow(unused_mut, unused_assignments)]
                        let mut r = None;
                        $(r = Some(AbiType::$ret);)?
                        r
                    })*
                }
            }
        }

        /// Hands every row to a macro: `m! { Name, function, (arg: Ty, …) -> Ty; … }`.
        #[macro_export]
        macro_rules! for_each_builtin {
            ($m:ident) => {
                $m! { $($name, $fn, ($($arg: $ty),*) $(-> $ret)?;)* }
            };
        }
    };
}

builtins! {
    /// Services interrupts or traps; called by the cold block of a limit
    /// check, in `PreserveAll`.
    Interrupt, interrupt, ();
    /// Grows a memory by `delta` pages; the old size in pages, or -1.
    MemoryGrow, memory_grow, (memory: I32, delta: I64) -> I64;
    /// `memory.copy`; lengths and addresses zero-extended.
    MemoryCopy, memory_copy, (dst_memory: I32, src_memory: I32, dst: I64, src: I64, len: I64);
    /// `memory.fill`
    MemoryFill, memory_fill, (memory: I32, dst: I64, val: I32, len: I64);
    /// `memory.init`
    MemoryInit, memory_init, (memory: I32, data: I32, dst: I64, src: I32, len: I32);
    /// `data.drop`
    DataDrop, data_drop, (data: I32);
    /// Grows a table; the old size, or -1. `init` is a reference as it lies
    /// in a stack slot, zero-extended.
    TableGrow, table_grow, (table: I32, delta: I64, init: I64) -> I64;
    /// `table.fill`
    TableFill, table_fill, (table: I32, dst: I64, val: I64, len: I64);
    /// `table.copy`
    TableCopy, table_copy, (dst_table: I32, src_table: I32, dst: I64, src: I64, len: I64);
    /// `table.init`
    TableInit, table_init, (table: I32, elem: I32, dst: I64, src: I32, len: I32);
    /// `elem.drop`
    ElemDrop, elem_drop, (elem: I32);
    /// The function record in a table entry that machine code found to be
    /// [`crate::vmctx::TABLE_ENTRY_LAZY`] or null: fills the entry if it was
    /// lazy. The record, or 0 for null. The index was checked.
    TableGetLazy, table_get_lazy, (table: I32, index: I64) -> I64;
    /// `ref.func`: the record of a function, by its `FuncIndex`.
    RefFunc, ref_func, (func: I32) -> I64;
    /// For baseline code: services interrupts or traps.
    BaselineInterrupt, baseline_interrupt, ();
    /// For baseline code: takes a sample; is the function's budget used up?
    TierUp, tier_up, ();
    /// For baseline code: the function has no feedback vector yet.
    FeedbackAlloc, feedback_alloc, ();
    /// For baseline code: a call site has a new target.
    CallFeedback, call_feedback, ();
    /// For baseline code: an element of a `funcref` table that was never
    /// looked at, or null.
    BaselineTableGet, baseline_table_get, ();
    /// As `table_get_lazy`, where a guard did not hold. In `PreserveAll`.
    GuardTableGet, guard_table_get, ();
    /// Calls what a guard did not expect. In `PreserveAll`.
    GuardCall, guard_call, ();
}

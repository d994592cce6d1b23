//! Why a program traps: one list, from which codes and messages derive.

use std::fmt;

macro_rules! traps {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// The reason for a trap.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum TrapCode {
            $($(#[$doc])* $name = $code,)*
        }

        impl TrapCode {
            /// Every reason.
            pub const ALL: &'static [TrapCode] = &[$(TrapCode::$name,)*];

            /// The reason with this number.
            pub const fn from_u8(code: u8) -> Option<TrapCode> {
                match code {
                    $($code => Some(TrapCode::$name),)*
                    _ => None,
                }
            }

            /// The text that users and test suites match: Wasmtime's, where it
            /// has one.
            pub const fn message(self) -> &'static str {
                match self {
                    $(TrapCode::$name => $text,)*
                }
            }
        }
    };
}

traps! {
    /// `unreachable` was executed.
    Unreachable = 1, "wasm `unreachable` instruction executed";
    /// A load, store or bulk operation outside of a memory.
    MemoryOutOfBounds = 2, "out of bounds memory access";
    /// A table operation outside of a table.
    TableOutOfBounds = 3, "out of bounds table access";
    /// `call_indirect` outside of a table.
    UndefinedElement = 4, "undefined element: out of bounds table access";
    /// `call_indirect` of a null entry.
    UninitializedElement = 5, "uninitialized element";
    /// `call_indirect` of a function of another type.
    IndirectCallTypeMismatch = 6, "indirect call type mismatch";
    /// Division by zero.
    IntegerDivideByZero = 7, "integer divide by zero";
    /// The result of a division or conversion does not fit.
    IntegerOverflow = 8, "integer overflow";
    /// Conversion of a NaN to an integer.
    InvalidConversion = 9, "invalid conversion to integer";
    /// The stack of wasm frames is exhausted.
    StackOverflow = 10, "call stack exhausted";
    /// The isolate was terminated or interrupted by its host.
    Interrupted = 11, "interrupt";
    /// A deadline has passed.
    DeadlineExceeded = 12, "deadline exceeded";
    /// A function that is compiled lazily could not be compiled.
    CompileFailed = 13, "function could not be compiled";
    /// A limit of the host was reached.
    LimitExceeded = 14, "resource limit exceeded";
    /// A table element or host reference could not be allocated.
    OutOfMemory = 15, "out of memory";
}

impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

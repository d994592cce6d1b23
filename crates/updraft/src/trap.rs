//! Traps and backtraces of wasm.

use std::fmt;
use std::sync::Arc;

use updraft_runtime::{Backtrace, Frame};
use updraft_types::TrapCode;

use crate::Error;

macro_rules! traps {
    ($($(#[$doc:meta])* $name:ident = $code:ident;)*) => {
        /// Why a program was stopped. Found in an [`Error`] by
        /// [`Error::downcast_ref`].
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum Trap {
            $($(#[$doc])* $name,)*
            /// A reason that has no name yet.
            Unknown,
        }

        impl Trap {
            pub(crate) fn from_code(code: TrapCode) -> Self {
                match code {
                    $(TrapCode::$code => Trap::$name,)*
                    _ => Trap::Unknown,
                }
            }

            /// The reason, without what it is a reason for.
            fn message(self) -> &'static str {
                match self {
                    $(Trap::$name => TrapCode::$code.message(),)*
                    Trap::Unknown => "unknown reason",
                }
            }
        }
    };
}

traps! {
    /// The stack of wasm frames is exhausted.
    StackOverflow = StackOverflow;
    /// An access outside of a memory.
    MemoryOutOfBounds = MemoryOutOfBounds;
    /// An access outside of a table.
    TableOutOfBounds = TableOutOfBounds;
    /// An indirect call outside of a table.
    UndefinedElement = UndefinedElement;
    /// An indirect call of a null entry.
    IndirectCallToNull = UninitializedElement;
    /// An indirect call of a function of another type.
    BadSignature = IndirectCallTypeMismatch;
    /// The result of a division or conversion does not fit.
    IntegerOverflow = IntegerOverflow;
    /// Division by zero.
    IntegerDivisionByZero = IntegerDivideByZero;
    /// Conversion of a NaN to an integer.
    BadConversionToInteger = InvalidConversion;
    /// `unreachable` was executed.
    UnreachableCodeReached = Unreachable;
    /// The isolate was interrupted or terminated.
    Interrupt = Interrupted;
    /// The isolate's deadline has passed.
    DeadlineExceeded = DeadlineExceeded;
    /// A function could not be compiled when it was first called.
    CompileFailed = CompileFailed;
    /// A limit of the host was reached.
    LimitExceeded = LimitExceeded;
    /// There was no memory.
    OutOfMemory = OutOfMemory;
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wasm trap: {}", self.message())
    }
}

impl std::error::Error for Trap {}

/// A frame of a [`WasmBacktrace`].
#[derive(Clone, Debug)]
pub struct FrameInfo {
    func_index: u32,
    func_name: Option<String>,
    module_name: Option<String>,
    module_offset: Option<usize>,
    func_offset: Option<usize>,
}

impl FrameInfo {
    fn new(frame: &Frame) -> Self {
        let desc = frame.module.desc();
        let module_offset = frame.module_offset.map(|o| o as usize);
        let body = desc.declared_func(frame.func).and_then(|f| desc.bodies.get(f));
        Self {
            func_index: frame.func.raw(),
            func_name: desc.func_name(frame.func).map(str::to_owned),
            module_name: desc.names.module().map(str::to_owned),
            module_offset,
            func_offset: module_offset
                .zip(body)
                .and_then(|(offset, body)| offset.checked_sub(body.bytes.start)),
        }
    }
    /// Index of the function in its module, imports included.
    pub fn func_index(&self) -> u32 {
        self.func_index
    }
    /// Name of the function, from the name section.
    pub fn func_name(&self) -> Option<&str> {
        self.func_name.as_deref()
    }
    /// Name of the module, from the name section.
    pub fn module_name(&self) -> Option<&str> {
        self.module_name.as_deref()
    }
    /// Offset of the operator in the module's bytes.
    pub fn module_offset(&self) -> Option<usize> {
        self.module_offset
    }
    /// Offset of the operator in the function's body.
    pub fn func_offset(&self) -> Option<usize> {
        self.func_offset
    }
}

/// The wasm frames that were running when a program was stopped, the
/// innermost first. Found in an [`Error`] by [`Error::downcast_ref`].
#[derive(Clone)]
pub struct WasmBacktrace {
    frames: Arc<[FrameInfo]>,
    truncated: bool,
}

impl WasmBacktrace {
    fn new(backtrace: &Backtrace) -> Self {
        Self {
            frames: backtrace.frames.iter().map(FrameInfo::new).collect(),
            truncated: backtrace.truncated,
        }
    }

    /// The frames on the stack of a store now; empty outside of wasm.
    pub fn capture(store: impl crate::AsContext) -> Self {
        Self::new(&store.as_context().isolate().backtrace())
    }

    /// The frames.
    pub fn frames(&self) -> &[FrameInfo] {
        &self.frames
    }

    pub(crate) fn attach(error: Error, backtrace: Backtrace) -> Error {
        // An error that passes through several calls keeps the trace of where
        // it arose.
        if backtrace.frames.is_empty() || error.is::<WasmBacktrace>() {
            return error;
        }
        error.context(Self::new(&backtrace))
    }
}

impl fmt::Debug for WasmBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasmBacktrace").field("frames", &self.frames).finish_non_exhaustive()
    }
}

/// Frames shown at each end of a long backtrace.
const SHOWN: usize = 20;

impl fmt::Display for WasmBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error while executing at wasm backtrace:")?;
        let n = self.frames.len();
        for (i, frame) in self.frames.iter().enumerate() {
            if n > 2 * SHOWN && i == SHOWN {
                write!(f, "\n    … {} frames …", n - 2 * SHOWN)?;
            }
            if n > 2 * SHOWN && (SHOWN..n - SHOWN).contains(&i) {
                continue;
            }
            write!(f, "\n    {i}: ")?;
            if let Some(offset) = frame.module_offset {
                write!(f, "{offset:#x} - ")?;
            }
            write!(f, "{}!", frame.module_name().unwrap_or("<unknown>"))?;
            match frame.func_name() {
                Some(name) => f.write_str(name)?,
                None => write!(f, "<wasm function {}>", frame.func_index)?,
            }
        }
        if self.truncated {
            write!(f, "\n    … more frames …")?;
        }
        Ok(())
    }
}

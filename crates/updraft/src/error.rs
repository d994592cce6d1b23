//! The error of the public API.

use std::error::Error as StdError;
use std::fmt;

use updraft_decode::DecodeError;
use updraft_engine::ModuleError;
use updraft_runtime::{CallError, HostError};

use crate::trap::{Trap, WasmBacktrace};

/// A result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is, as far as Updraft itself can tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes or the text are no valid module.
    Invalid,
    /// A valid function could not be compiled.
    Compile,
    /// Imports are missing or do not fit.
    Link,
    /// A trap.
    Trap,
    /// A [`ResourceLimiter`](crate::ResourceLimiter) refused what an instance
    /// needs.
    Limit,
    /// Anything else: wrong use, errors of the host.
    Other,
}

/// Why something failed: a message, a chain of causes, and typed values in it
/// that can be asked for.
///
/// `{}` shows the outermost message, `{:#}` all of them in a line, `{:?}` all
/// of them in lines.
///
/// ```
/// use updraft::{Engine, ErrorKind, Module};
///
/// let error = Module::new(&Engine::default(), b"\0asm\x01\0\0\0\x01").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Invalid);
/// assert_eq!(error.offset(), Some(9));
/// ```
pub struct Error(anyhow::Error);

/// A failure of Updraft's own, found by `kind` and `offset`.
#[derive(Debug)]
struct Tagged {
    kind: ErrorKind,
    offset: Option<usize>,
    message: String,
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Tagged {}

/// An [`Error`] on its way through wasm, as the runtime carries it.
struct Boxed(Error);

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl StdError for Boxed {}

impl Error {
    /// An error from any error value.
    pub fn new(error: impl StdError + Send + Sync + 'static) -> Self {
        Self(anyhow::Error::new(error))
    }
    /// An error from a message.
    pub fn msg(message: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Self(anyhow::Error::msg(message))
    }
    pub(crate) fn tagged(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(Tagged { kind, offset: None, message: message.into() })
    }
    pub(crate) fn invalid(message: impl Into<String>, offset: Option<usize>) -> Self {
        Self::new(Tagged { kind: ErrorKind::Invalid, offset, message: message.into() })
    }
    /// The error with a message in front.
    #[must_use]
    pub fn context(self, context: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self(self.0.context(context))
    }
    /// A value of that type in the chain of causes.
    pub fn downcast_ref<E: fmt::Display + fmt::Debug + Send + Sync + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
    /// The value of that type, or the error unchanged.
    pub fn downcast<E: fmt::Display + fmt::Debug + Send + Sync + 'static>(
        self,
    ) -> std::result::Result<E, Self> {
        self.0.downcast().map_err(Self)
    }
    /// Whether a value of that type is in the chain.
    pub fn is<E: fmt::Display + fmt::Debug + Send + Sync + 'static>(&self) -> bool {
        self.0.is::<E>()
    }
    /// The messages, outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        self.0.chain()
    }
    /// The innermost cause.
    pub fn root_cause(&self) -> &(dyn StdError + 'static) {
        self.0.root_cause()
    }
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        if self.is::<Trap>() {
            return ErrorKind::Trap;
        }
        self.downcast_ref::<Tagged>().map_or(ErrorKind::Other, |t| t.kind)
    }
    /// Where in the module's bytes the fault is, for errors of kind
    /// [`ErrorKind::Invalid`].
    pub fn offset(&self) -> Option<usize> {
        self.downcast_ref::<Tagged>()?.offset
    }

    /// As the runtime carries it.
    pub(crate) fn into_host(self) -> HostError {
        Box::new(Boxed(self))
    }
    pub(crate) fn from_host(error: HostError) -> Self {
        match error.downcast::<Boxed>() {
            Ok(boxed) => boxed.0,
            Err(other) => Self(anyhow::Error::from_boxed(other)),
        }
    }

    pub(crate) fn from_call(error: CallError) -> Self {
        match error {
            CallError::Trap(trap) => {
                let mut error = Self::new(Trap::from_code(trap.code));
                if let Some(detail) = trap.detail {
                    error = error.context(detail);
                }
                WasmBacktrace::attach(error, trap.backtrace)
            }
            CallError::Host(error, backtrace) => {
                WasmBacktrace::attach(Self::from_host(error), backtrace)
            }
            CallError::Limit(message) => Self::tagged(ErrorKind::Limit, message),
            CallError::Setup(message) => Self::msg(message),
        }
    }

    pub(crate) fn from_decode(error: &DecodeError) -> Self {
        Self::invalid(error.message(), Some(error.offset()))
    }

    pub(crate) fn from_module(error: ModuleError) -> Self {
        match error {
            ModuleError::Invalid(error) => Self::from_decode(&error),
            error @ ModuleError::Compile(..) => Self::tagged(ErrorKind::Compile, error.to_string()),
            ModuleError::Setup(message) => Self::msg(message),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync + 'static> {
    fn from(error: Error) -> Self {
        error.0.into()
    }
}

/// Puts messages in front of errors.
pub trait Context<T> {
    /// The error with a message in front.
    fn context(self, context: impl fmt::Display + Send + Sync + 'static) -> Result<T>;
    /// The error with a message in front that is made only if needed.
    fn with_context<C: fmt::Display + Send + Sync + 'static>(
        self,
        context: impl FnOnce() -> C,
    ) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for std::result::Result<T, E> {
    fn context(self, context: impl fmt::Display + Send + Sync + 'static) -> Result<T> {
        self.map_err(|e| e.into().context(context))
    }
    fn with_context<C: fmt::Display + Send + Sync + 'static>(
        self,
        context: impl FnOnce() -> C,
    ) -> Result<T> {
        self.map_err(|e| e.into().context(context()))
    }
}

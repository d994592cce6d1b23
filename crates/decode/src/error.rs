//! What is wrong with a module, and where.

use std::fmt;

/// A fault of a module: not well-formed, not valid, or beyond a limit.
///
/// Ordered by offset.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DecodeError {
    offset: usize,
    message: String,
}

impl DecodeError {
    /// A fault at an offset in the module.
    pub fn new(message: impl Into<String>, offset: usize) -> Self {
        Self { offset, message: message.into() }
    }
    /// Where the fault is, in bytes from the start of the module.
    pub fn offset(&self) -> usize {
        self.offset
    }
    /// What is wrong, without the offset.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} @+{:#x}", self.message, self.offset)
    }
}

impl std::error::Error for DecodeError {}

impl From<wasmparser::Error> for DecodeError {
    fn from(error: wasmparser::Error) -> Self {
        Self::new(error.message(), usize::try_from(error.offset()).unwrap_or(usize::MAX))
    }
}

/// Collects the faults of a module, in any order, and keeps the lowest.
#[derive(Clone, Debug, Default)]
pub struct LowestFault(Option<DecodeError>);

impl LowestFault {
    /// No fault so far.
    pub fn new() -> Self {
        Self::default()
    }
    /// Takes a fault into account.
    pub fn note(&mut self, fault: DecodeError) {
        if self.0.as_ref().is_none_or(|lowest| fault < *lowest) {
            self.0 = Some(fault);
        }
    }
    /// Takes a result into account, and hands on its value.
    pub fn check<T>(&mut self, result: Result<T, DecodeError>) -> Option<T> {
        result.map_err(|fault| self.note(fault)).ok()
    }
    /// Takes all faults of another collection into account.
    pub fn merge(&mut self, other: LowestFault) {
        if let Some(fault) = other.0 {
            self.note(fault);
        }
    }
    /// The lowest fault so far.
    pub fn fault(&self) -> Option<&DecodeError> {
        self.0.as_ref()
    }
    /// The lowest fault, if there was one.
    pub fn into_result(self) -> Result<(), DecodeError> {
        self.0.map_or(Ok(()), Err)
    }
}

//! Code that the runtime makes for itself: thunks of signatures and entries of
//! functions. Process-wide, in a code space of its own.

use std::sync::OnceLock;

use crate::code_space::{CodeBlock, CodeInfo, CodeSpace, CodeSpaceConfig};

/// A piece of code of the runtime's own.
#[derive(Debug)]
pub(crate) struct Thunk(CodeBlock);

impl Thunk {
    /// Puts code in place.
    pub(crate) fn new(code: &[u8]) -> Result<Self, String> {
        static SPACE: OnceLock<Result<CodeSpace, String>> = OnceLock::new();
        let space = SPACE
            .get_or_init(|| CodeSpace::new(CodeSpaceConfig::default()).map_err(|e| e.to_string()));
        let space = space.as_ref().map_err(Clone::clone)?;
        let block = space.allocate(code, 32, CodeInfo::stub()).map_err(|e| e.to_string())?;
        Ok(Self(block))
    }

    /// Address of the first byte.
    pub(crate) fn address(&self) -> usize {
        self.0.start() as usize
    }
}

//! What the runtime calls `code_space`, as far as the engine's protocols name
//! it.

use std::sync::Arc;

use loom::cell::UnsafeCell;

/// A piece of code, as far as it matters when it is complete, and when it is
/// gone.
#[derive(Clone)]
pub struct CodeBlock {
    bytes: Arc<Bytes>,
    start: usize,
}

struct Bytes(UnsafeCell<u32>);

// SAFETY: whether threads keep off each other is what the models check.
unsafe impl Send for Bytes {}
// SAFETY: as above.
unsafe impl Sync for Bytes {}

impl CodeBlock {
    /// Nothing was written yet. Clones are the same code.
    pub fn new(start: usize) -> Self {
        Self { bytes: Arc::new(Bytes(UnsafeCell::new(0))), start }
    }
    /// Address of the first instruction.
    pub fn start(&self) -> *const u8 {
        self.start as *const u8
    }
    /// Bytes of the code.
    pub fn len(&self) -> usize {
        1
    }
    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        false
    }
    /// Writes the code.
    pub fn write(&self, value: u32) {
        // SAFETY: the checker fails if another thread looks.
        self.bytes.0.with_mut(|place| unsafe { *place = value });
    }
    /// Runs the code: what was written.
    pub fn run(&self) -> u32 {
        // SAFETY: the checker fails if another thread writes.
        self.bytes.0.with(|place| unsafe { *place })
    }
}

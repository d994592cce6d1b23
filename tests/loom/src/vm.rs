//! The part of an isolate that other threads see.

use crate::requests::kept::product::Requests;
use crate::sync::OnceLock;
use crate::sys::Wake;

/// What the runtime calls so, as far as the engine's protocols name it.
pub struct VmIsolate {
    requests: Requests,
    wake: OnceLock<Wake>,
}

impl VmIsolate {
    /// An isolate of which nothing is asked.
    pub fn new() -> Self {
        Self { requests: Requests::new(), wake: OnceLock::new() }
    }
    /// Asks something.
    pub fn raise(&self, bits: u64) {
        self.requests.raise(bits, &self.wake);
    }
    /// Takes requests back.
    pub fn clear(&self, bits: u64) {
        self.requests.clear(bits, &self.wake);
    }
    /// What is asked.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }
}

impl Default for VmIsolate {
    fn default() -> Self {
        Self::new()
    }
}

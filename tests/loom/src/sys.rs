//! What the product calls `crate::sys`, as far as protocols name it.

use loom::sync::Mutex;

/// A descriptor that wakes; the system orders all that is done to it.
pub struct Wake(Mutex<bool>);

/// What a thread that blocks polls.
pub type WakeFd<'a> = &'a Wake;

impl Wake {
    /// One that is not readable.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self(Mutex::new(false)))
    }
    /// The descriptor.
    pub fn fd(&self) -> WakeFd<'_> {
        self
    }
    /// Makes it readable.
    pub fn signal(&self) {
        *self.0.lock().expect("models do not poison") = true;
    }
    /// Makes it not readable.
    pub fn drain(&self) {
        *self.0.lock().expect("models do not poison") = false;
    }
    /// Whether it is.
    pub fn is_readable(&self) -> bool {
        *self.0.lock().expect("models do not poison")
    }
}

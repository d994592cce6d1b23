//! The bytes of a module, shared by all who read them.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Bytes of a module or of a part of one: cheap to clone, never changed.
///
/// Made from an owned vector without copying it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WireBytes(Arc<Vec<u8>>);

impl WireBytes {
    /// Whether both are the same bytes in the same place.
    pub fn same_place(&self, other: &WireBytes) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for WireBytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for WireBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for WireBytes {
    fn from(bytes: Vec<u8>) -> Self {
        WireBytes(Arc::new(bytes))
    }
}

impl From<Arc<Vec<u8>>> for WireBytes {
    fn from(bytes: Arc<Vec<u8>>) -> Self {
        WireBytes(bytes)
    }
}

impl From<&[u8]> for WireBytes {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl fmt::Debug for WireBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireBytes({} bytes)", self.len())
    }
}

//! The slot in which a value crosses between host and wasm.

use updraft_types::{RefType, ValType};

/// A value of any type as stubs pass it: 16 bytes, little-endian, low bytes
/// first; what lies above the value's width is undefined.
#[derive(Clone, Copy, Default)]
#[repr(C, align(16))]
pub struct Slot(u128);

impl Slot {
    /// A slot with these low bytes.
    pub const fn from_u128(bits: u128) -> Self {
        Self(bits)
    }
    /// A slot with these low bytes.
    pub const fn from_u64(bits: u64) -> Self {
        Self(bits as u128)
    }
    /// A slot with these low bytes.
    pub const fn from_u32(bits: u32) -> Self {
        Self(bits as u128)
    }
    /// All 16 bytes.
    pub const fn u128(self) -> u128 {
        self.0
    }
    /// The low 8 bytes.
    pub const fn u64(self) -> u64 {
        self.0 as u64
    }
    /// The low 4 bytes.
    pub const fn u32(self) -> u32 {
        self.0 as u32
    }
    /// The slot with everything above the type's width cleared.
    pub const fn trimmed(self, ty: ValType) -> Self {
        match ty {
            ValType::I32 | ValType::F32 => Self(self.0 as u32 as u128),
            ValType::I64 | ValType::F64 => Self(self.0 as u64 as u128),
            ValType::V128 => self,
            ValType::Ref(RefType { heap: updraft_types::HeapType::Func, .. }) => {
                Self(self.0 as u64 as u128)
            }
            ValType::Ref(_) => Self(self.0 as u32 as u128),
        }
    }
}

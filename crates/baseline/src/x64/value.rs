//! The words of the abstract state: types, values, places.

use updraft_types::{HeapType, RefType, ValType};

use super::{Cond, Gpr, Mem, Size, Xmm};

/// A value type, as far as code differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ty {
    I32,
    I64,
    F32,
    F64,
    V128,
    /// A pointer to a function record.
    Func,
    /// A u32 that collectors must see.
    Extern,
}

impl Ty {
    /// Whether the value lives in vector registers.
    pub(crate) fn is_float_class(self) -> bool {
        matches!(self, Ty::F32 | Ty::F64 | Ty::V128)
    }

    /// Whether its slot in the frame has 16 bytes.
    pub(crate) fn is_wide(self) -> bool {
        self == Ty::V128
    }

    /// Size of an integer or reference.
    pub(crate) fn size(self) -> Size {
        match self {
            Ty::I64 | Ty::Func => Size::S64,
            _ => Size::S32,
        }
    }
}

impl From<ValType> for Ty {
    fn from(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Ty::I32,
            ValType::I64 => Ty::I64,
            ValType::F32 => Ty::F32,
            ValType::F64 => Ty::F64,
            ValType::V128 => Ty::V128,
            ValType::Ref(RefType { heap: HeapType::Func, .. }) => Ty::Func,
            ValType::Ref(RefType { heap: HeapType::Extern, .. }) => Ty::Extern,
        }
    }
}

/// Where an operand is.
///
/// `Invariant:` a 32-bit integer in a register, temporary or home, is
/// zero-extended to 64 bits. What comes from elsewhere (parameters, results)
/// is extended when it arrives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Val {
    /// Known: the bits, zero-extended. Never a `v128`.
    Const(u64),
    /// What the local holds, and will hold as long as this is here.
    Local(u32),
    /// The local was already set to it: the next operator is `local.set` or
    /// `local.tee` of that local.
    Home(u32),
    /// In a temporary register, which it owns.
    Gpr(Gpr),
    /// In a temporary vector register, which it owns.
    Xmm(Xmm),
    /// In the frame, in the slot of its place on the operand stack.
    Slot,
    /// The condition holds: 1, otherwise 0. Only on top, and only until the
    /// next operator.
    Flags(Cond),
}

/// An operand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) val: Val,
    pub(crate) ty: Ty,
}

/// Operands that still stand for locals, at most: each write of a local looks
/// at all of them.
const MAX_LAZY: usize = 24;

/// Positions of the operands that are [`Val::Local`], ascending.
pub(crate) struct Lazy {
    positions: [u32; MAX_LAZY],
    len: usize,
}

impl Lazy {
    pub(crate) fn new() -> Self {
        Self { positions: [0; MAX_LAZY], len: 0 }
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len >= MAX_LAZY
    }

    /// Adds the highest position. `Requires:` there is room.
    #[inline]
    pub(crate) fn push(&mut self, at: u32) {
        if let Some(place) = self.positions.get_mut(self.len) {
            *place = at;
            self.len += 1;
        }
    }

    /// Forgets the highest position.
    #[inline]
    pub(crate) fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    #[inline]
    pub(crate) fn nth(&self, i: usize) -> Option<u32> {
        self.positions.get(..self.len)?.get(i).copied()
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<u32> {
        self.nth(0)
    }

    /// Forgets one of them, by its place among them.
    pub(crate) fn remove(&mut self, i: usize) {
        self.positions.copy_within(i + 1..self.len, i);
        self.len -= 1;
    }

    /// Forgets a position, if it is there.
    pub(crate) fn forget(&mut self, at: u32) {
        if let Some(i) = self.positions[..self.len].iter().rposition(|l| *l == at) {
            self.remove(i);
        }
    }
}

/// Where a local lives, for the whole function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    /// In a register.
    Gpr(Gpr),
    /// In a vector register.
    Xmm(Xmm),
    /// In the frame; the slot is given to it when it is first touched.
    Frame,
}

/// A local.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local {
    pub(crate) ty: Ty,
    pub(crate) home: Home,
    /// Bytes from the frame pointer, once it has a slot. A local in a register
    /// gets one to be kept in during calls.
    pub(crate) slot: Option<i32>,
}

/// An operand that was popped: what an instruction can name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Rmi {
    /// A register: a temporary, or a home, which must not be written.
    Reg(Gpr),
    /// In the frame.
    Mem(Mem),
    /// A constant that instructions can hold, sign-extended.
    Imm(i32),
}

/// A popped float or vector.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Xm {
    /// A register: a temporary, or a home, which must not be written.
    Reg(Xmm),
    /// In the frame, with exactly the bytes of its type; vectors are aligned.
    Mem(Mem),
}

//! Value types and the types of module entities.

use std::fmt;

/// What a reference may point at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeapType {
    /// Any function.
    Func,
    /// A reference of the host.
    Extern,
}

/// A reference type: in WebAssembly 2.0 always nullable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RefType {
    /// Whether null belongs to the type.
    pub nullable: bool,
    /// What the reference points at.
    pub heap: HeapType,
}

impl RefType {
    /// `funcref`
    pub const FUNCREF: RefType = RefType { nullable: true, heap: HeapType::Func };
    /// `externref`
    pub const EXTERNREF: RefType = RefType { nullable: true, heap: HeapType::Extern };

    /// Bytes of a table element of this type: function references are pointers
    /// to function records, host references are indices.
    pub const fn table_elem_bytes(self) -> u32 {
        match self.heap {
            HeapType::Func => 8,
            HeapType::Extern => 4,
        }
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.heap {
            HeapType::Func => "funcref",
            HeapType::Extern => "externref",
        })
    }
}

/// The type of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// 128-bit vector.
    V128,
    /// A reference.
    Ref(RefType),
}

impl ValType {
    /// `funcref`
    pub const FUNCREF: ValType = ValType::Ref(RefType::FUNCREF);
    /// `externref`
    pub const EXTERNREF: ValType = ValType::Ref(RefType::EXTERNREF);

    /// Whether machine code passes the value in a vector register.
    pub const fn is_float_class(self) -> bool {
        matches!(self, ValType::F32 | ValType::F64 | ValType::V128)
    }

    /// Bytes that machine code reads or writes for a value of this type.
    pub const fn bytes(self) -> u32 {
        match self {
            ValType::I32 | ValType::F32 => 4,
            ValType::I64 | ValType::F64 => 8,
            ValType::V128 => 16,
            ValType::Ref(r) => r.table_elem_bytes(),
        }
    }

    /// Whether the value is a `u32` reference that collectors must see.
    pub const fn is_traced_ref(self) -> bool {
        matches!(self, ValType::Ref(RefType { heap: HeapType::Extern, .. }))
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValType::I32 => f.write_str("i32"),
            ValType::I64 => f.write_str("i64"),
            ValType::F32 => f.write_str("f32"),
            ValType::F64 => f.write_str("f64"),
            ValType::V128 => f.write_str("v128"),
            ValType::Ref(r) => r.fmt(f),
        }
    }
}

/// The type of a function.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct FuncType {
    params: Box<[ValType]>,
    results: Box<[ValType]>,
}

impl FuncType {
    /// Makes a function type.
    pub fn new(params: impl Into<Box<[ValType]>>, results: impl Into<Box<[ValType]>>) -> Self {
        Self { params: params.into(), results: results.into() }
    }
    /// Types of the parameters.
    pub fn params(&self) -> &[ValType] {
        &self.params
    }
    /// Types of the results.
    pub fn results(&self) -> &[ValType] {
        &self.results
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, types: &[ValType]| {
            f.write_str("(")?;
            for (i, t) in types.iter().enumerate() {
                if i > 0 {
                    f.write_str(", ")?;
                }
                t.fmt(f)?;
            }
            f.write_str(")")
        };
        list(f, &self.params)?;
        f.write_str(" -> ")?;
        list(f, &self.results)
    }
}

/// The type of a table: sizes are in elements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TableType {
    /// Type of the elements.
    pub elem: RefType,
    /// Elements at creation.
    pub min: u64,
    /// Elements at most.
    pub max: Option<u64>,
}

/// The type of a memory: sizes are in pages of 64 KiB.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MemoryType {
    /// Pages at creation.
    pub min_pages: u64,
    /// Pages at most.
    pub max_pages: Option<u64>,
    /// Whether threads share it.
    pub shared: bool,
    /// Whether addresses are 64 bits wide.
    pub memory64: bool,
}

/// The type of a global.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GlobalType {
    /// Type of the value.
    pub val: ValType,
    /// Whether it can be written.
    pub mutable: bool,
}

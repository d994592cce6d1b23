//! Values.

use std::any::Any;

use updraft_runtime::value::{FromWasm, WasmRef, WasmTy};
use updraft_runtime::{HostError, Isolate, RawVal, slot::Slot};

use crate::{AsContext, AsContextMut, Error, Func, HeapType, Result, ValType};

/// A 128-bit vector.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct V128(u128);

impl V128 {
    /// The bits, the first lane lowest.
    pub fn as_u128(self) -> u128 {
        self.0
    }
}

impl From<u128> for V128 {
    fn from(bits: u128) -> Self {
        Self(bits)
    }
}

impl From<V128> for u128 {
    fn from(v: V128) -> Self {
        v.0
    }
}

impl WasmTy for V128 {
    fn val_type() -> ValType {
        ValType::V128
    }
    fn from_wasm(value: FromWasm<'_>) -> Self {
        Self(value.u128())
    }
    fn into_wasm(self, _: &mut Isolate) -> Result<Slot, HostError> {
        Ok(Slot::from_u128(self.0))
    }
}

/// A reference to a value of the host, kept alive while it is held or wasm
/// has it.
///
/// ```
/// use updraft::{Engine, ExternRef, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"
///     (module (func (export "same") (param externref) (result externref) local.get 0))
/// "#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let same = instance
///     .get_typed_func::<Option<ExternRef>, Option<ExternRef>>(&mut store, "same")?;
/// let reference = ExternRef::new(&mut store, "hello")?;
/// let back = same.call(&mut store, Some(reference))?.unwrap();
/// assert_eq!(back.data(&store)?.downcast_ref(), Some(&"hello"));
/// # Ok::<(), updraft::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExternRef(pub(crate) updraft_runtime::ExternRef);

impl ExternRef {
    /// Makes a reference.
    ///
    /// # Errors
    ///
    /// If the store has 2³² − 2 of them.
    pub fn new(mut store: impl AsContextMut, value: impl Any + Send + Sync) -> Result<Self> {
        let mut store = store.as_context_mut();
        store.isolate().make_extern_ref(Box::new(value)).map(Self).map_err(Error::from_call)
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If the reference is of another store.
    pub fn data(&self, store: impl AsContext) -> Result<&(dyn Any + Send + Sync)> {
        if self.0.isolate_id() != store.as_context().isolate().id() {
            return Err(Error::msg("object used with another store than its own"));
        }
        Ok(self.0.data())
    }

    /// Whether both are the same reference.
    pub fn ref_eq(a: &ExternRef, b: &ExternRef) -> bool {
        a.0.same(&b.0)
    }
}

impl WasmRef for ExternRef {
    fn val_type() -> ValType {
        ValType::EXTERNREF
    }
    fn from_wasm(value: FromWasm<'_>) -> Option<Self> {
        value.extern_ref().map(Self)
    }
    fn into_wasm(value: Option<Self>, isolate: &mut Isolate) -> Result<Slot, HostError> {
        WasmRef::into_wasm(value.map(|v| v.0), isolate)
    }
}

impl WasmRef for Func {
    fn val_type() -> ValType {
        ValType::FUNCREF
    }
    fn from_wasm(value: FromWasm<'_>) -> Option<Self> {
        value.func().map(Func)
    }
    fn into_wasm(value: Option<Self>, isolate: &mut Isolate) -> Result<Slot, HostError> {
        WasmRef::into_wasm(value.map(|v| v.0), isolate)
    }
}

/// A value of any type. Floats are bits, so that NaNs keep theirs.
#[derive(Clone, Debug)]
pub enum Val {
    /// 32-bit integer.
    I32(i32),
    /// 64-bit integer.
    I64(i64),
    /// 32-bit float.
    F32(u32),
    /// 64-bit float.
    F64(u64),
    /// Vector.
    V128(V128),
    /// Function reference.
    FuncRef(Option<Func>),
    /// Host reference.
    ExternRef(Option<ExternRef>),
}

macro_rules! accessors {
    ($($name:ident $unwrap:ident $variant:ident |$v:ident| $e:expr => $ty:ty;)*) => {$(
        #[doc = concat!("The value, if it is of type `", stringify!($name), "`.")]
        pub fn $name(&self) -> Option<$ty> {
            match self {
                Val::$variant($v) => Some($e),
                _ => None,
            }
        }
        #[doc = concat!("The value of type `", stringify!($name), "`.")]
        ///
        /// # Panics
        ///
        /// If it is of another type.
        pub fn $unwrap(&self) -> $ty {
            self.$name().expect(concat!("expected ", stringify!($name)))
        }
    )*};
}

impl Val {
    /// The default value of a type: zero or null.
    pub fn default_for_ty(ty: ValType) -> Val {
        match ty {
            ValType::I32 => Val::I32(0),
            ValType::I64 => Val::I64(0),
            ValType::F32 => Val::F32(0),
            ValType::F64 => Val::F64(0),
            ValType::V128 => Val::V128(V128(0)),
            ValType::Ref(r) => match r.heap {
                HeapType::Func => Val::FuncRef(None),
                HeapType::Extern => Val::ExternRef(None),
            },
        }
    }

    /// The type.
    pub fn ty(&self) -> ValType {
        match self {
            Val::I32(_) => ValType::I32,
            Val::I64(_) => ValType::I64,
            Val::F32(_) => ValType::F32,
            Val::F64(_) => ValType::F64,
            Val::V128(_) => ValType::V128,
            Val::FuncRef(_) => ValType::FUNCREF,
            Val::ExternRef(_) => ValType::EXTERNREF,
        }
    }

    accessors! {
        i32 unwrap_i32 I32 |v| *v => i32;
        i64 unwrap_i64 I64 |v| *v => i64;
        f32 unwrap_f32 F32 |v| f32::from_bits(*v) => f32;
        f64 unwrap_f64 F64 |v| f64::from_bits(*v) => f64;
        v128 unwrap_v128 V128 |v| *v => V128;
        func_ref unwrap_func_ref FuncRef |v| v.as_ref() => Option<&Func>;
        extern_ref unwrap_extern_ref ExternRef |v| v.as_ref() => Option<&ExternRef>;
    }

    pub(crate) fn to_raw(&self) -> RawVal {
        match self {
            Val::I32(v) => RawVal::I32(*v),
            Val::I64(v) => RawVal::I64(*v),
            Val::F32(v) => RawVal::F32(*v),
            Val::F64(v) => RawVal::F64(*v),
            Val::V128(v) => RawVal::V128(v.0),
            Val::FuncRef(f) => RawVal::Func(f.as_ref().map(|f| f.0.clone())),
            Val::ExternRef(r) => RawVal::Extern(r.as_ref().map(|r| r.0.clone())),
        }
    }

    pub(crate) fn from_raw(raw: RawVal) -> Self {
        match raw {
            RawVal::I32(v) => Val::I32(v),
            RawVal::I64(v) => Val::I64(v),
            RawVal::F32(v) => Val::F32(v),
            RawVal::F64(v) => Val::F64(v),
            RawVal::V128(v) => Val::V128(V128(v)),
            RawVal::Func(f) => Val::FuncRef(f.map(Func)),
            RawVal::Extern(r) => Val::ExternRef(r.map(ExternRef)),
        }
    }
}

macro_rules! from {
    ($($ty:ty, |$v:ident| $e:expr;)*) => {$(
        impl From<$ty> for Val {
            fn from($v: $ty) -> Val { $e }
        }
    )*};
}
from! {
    i32, |v| Val::I32(v);
    i64, |v| Val::I64(v);
    f32, |v| Val::F32(v.to_bits());
    f64, |v| Val::F64(v.to_bits());
    V128, |v| Val::V128(v);
    Func, |v| Val::FuncRef(Some(v));
    Option<Func>, |v| Val::FuncRef(v);
    ExternRef, |v| Val::ExternRef(Some(v));
    Option<ExternRef>, |v| Val::ExternRef(v);
}

/// A reference: what a table holds.
#[derive(Clone, Debug)]
pub enum Ref {
    /// Function reference.
    Func(Option<Func>),
    /// Host reference.
    Extern(Option<ExternRef>),
}

impl Ref {
    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Ref::Func(None) | Ref::Extern(None))
    }
    /// The function reference, if it is one.
    pub fn as_func(&self) -> Option<Option<&Func>> {
        match self {
            Ref::Func(f) => Some(f.as_ref()),
            Ref::Extern(_) => None,
        }
    }
    /// The host reference, if it is one.
    pub fn as_extern(&self) -> Option<Option<&ExternRef>> {
        match self {
            Ref::Extern(r) => Some(r.as_ref()),
            Ref::Func(_) => None,
        }
    }
    pub(crate) fn from_raw(raw: RawVal) -> Self {
        match raw {
            RawVal::Extern(r) => Ref::Extern(r.map(ExternRef)),
            RawVal::Func(f) => Ref::Func(f.map(Func)),
            _ => Ref::Func(None),
        }
    }
    pub(crate) fn to_raw(&self) -> RawVal {
        Val::from(self.clone()).to_raw()
    }
}

impl From<Ref> for Val {
    fn from(r: Ref) -> Val {
        match r {
            Ref::Func(f) => Val::FuncRef(f),
            Ref::Extern(r) => Val::ExternRef(r),
        }
    }
}
impl From<Func> for Ref {
    fn from(f: Func) -> Ref {
        Ref::Func(Some(f))
    }
}
impl From<Option<Func>> for Ref {
    fn from(f: Option<Func>) -> Ref {
        Ref::Func(f)
    }
}
impl From<ExternRef> for Ref {
    fn from(r: ExternRef) -> Ref {
        Ref::Extern(Some(r))
    }
}

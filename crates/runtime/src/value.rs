//! Values as they cross between host and wasm: by the types of the host's
//! language, and one by one.

use updraft_types::{HeapType, RefType, ValType};

use crate::extern_refs::ExternRef;
use crate::func::FuncHandle;
use crate::isolate::Isolate;
use crate::slot::Slot;
use crate::trap::HostError;

/// A value that wasm handed over, with the isolate that can make sense of it.
pub struct FromWasm<'a> {
    slot: Slot,
    isolate: &'a Isolate,
}

impl FromWasm<'_> {
    /// The low 4 bytes.
    pub fn u32(&self) -> u32 {
        self.slot.u32()
    }
    /// The low 8 bytes.
    pub fn u64(&self) -> u64 {
        self.slot.u64()
    }
    /// All bytes.
    pub fn u128(&self) -> u128 {
        self.slot.u128()
    }
    /// The value as a host reference.
    pub fn extern_ref(&self) -> Option<ExternRef> {
        self.isolate.heap.extern_refs.by_index(self.slot.u32())
    }
    /// The value as a function reference.
    pub fn func(&self) -> Option<FuncHandle> {
        // Only values that wasm made come here, and only as what they are:
        // types are checked when functions are linked and typed.
        FuncHandle::from_reference(self.slot.u64())
    }
}

/// A type of the host that stands for one wasm type.
///
/// Implemented for numbers, and for `Option`s of references ([`WasmRef`]).
pub trait WasmTy: Sized {
    /// The wasm type.
    fn val_type() -> ValType;
    #[doc(hidden)]
    fn from_wasm(value: FromWasm<'_>) -> Self;
    #[doc(hidden)]
    fn into_wasm(self, isolate: &mut Isolate) -> Result<Slot, HostError>;
}

macro_rules! scalars {
    ($($ty:ty, $val:ident, |$v:ident| $from:expr, |$x:ident| $into:expr;)*) => {$(
        impl WasmTy for $ty {
            fn val_type() -> ValType { ValType::$val }
            #[inline(always)]
            fn from_wasm($v: FromWasm<'_>) -> Self { $from }
            #[inline(always)]
            fn into_wasm(self, _: &mut Isolate) -> Result<Slot, HostError> {
                let $x = self;
                Ok($into)
            }
        }
    )*};
}

scalars! {
    i32, I32, |v| v.u32() as i32, |x| Slot::from_u32(x as u32);
    u32, I32, |v| v.u32(), |x| Slot::from_u32(x);
    i64, I64, |v| v.u64() as i64, |x| Slot::from_u64(x as u64);
    u64, I64, |v| v.u64(), |x| Slot::from_u64(x);
    f32, F32, |v| f32::from_bits(v.u32()), |x| Slot::from_u32(x.to_bits());
    f64, F64, |v| f64::from_bits(v.u64()), |x| Slot::from_u64(x.to_bits());
    u128, V128, |v| v.u128(), |x| Slot::from_u128(x);
}

/// A reference type of the host.
pub trait WasmRef: Sized {
    /// The wasm type.
    fn val_type() -> ValType;
    #[doc(hidden)]
    fn from_wasm(value: FromWasm<'_>) -> Option<Self>;
    #[doc(hidden)]
    fn into_wasm(value: Option<Self>, isolate: &mut Isolate) -> Result<Slot, HostError>;
}

impl<R: WasmRef> WasmTy for Option<R> {
    fn val_type() -> ValType {
        R::val_type()
    }
    fn from_wasm(value: FromWasm<'_>) -> Self {
        R::from_wasm(value)
    }
    fn into_wasm(self, isolate: &mut Isolate) -> Result<Slot, HostError> {
        R::into_wasm(self, isolate)
    }
}

impl WasmRef for ExternRef {
    fn val_type() -> ValType {
        ValType::EXTERNREF
    }
    fn from_wasm(value: FromWasm<'_>) -> Option<Self> {
        value.extern_ref()
    }
    fn into_wasm(value: Option<Self>, isolate: &mut Isolate) -> Result<Slot, HostError> {
        extern_slot(value.as_ref(), isolate)
    }
}

impl WasmRef for FuncHandle {
    fn val_type() -> ValType {
        ValType::FUNCREF
    }
    fn from_wasm(value: FromWasm<'_>) -> Option<Self> {
        value.func()
    }
    fn into_wasm(value: Option<Self>, isolate: &mut Isolate) -> Result<Slot, HostError> {
        func_slot(value.as_ref(), isolate)
    }
}

fn extern_slot(value: Option<&ExternRef>, isolate: &Isolate) -> Result<Slot, HostError> {
    match value {
        None => Ok(Slot::from_u64(0)),
        Some(r) if r.isolate_id() == isolate.id() => Ok(Slot::from_u32(r.index())),
        Some(_) => Err("externref used with another store than its own".into()),
    }
}

fn func_slot(value: Option<&FuncHandle>, isolate: &Isolate) -> Result<Slot, HostError> {
    match value {
        None => Ok(Slot::from_u64(0)),
        Some(f) if f.isolate_id() != isolate.id() => {
            Err("function used with another store than its own".into())
        }
        Some(f) => f
            .reference()
            .map(Slot::from_u64)
            .ok_or_else(|| "a function that its module never takes the address of".into()),
    }
}

/// A list of parameters: a tuple of up to 16, or a single value.
pub trait WasmParams {
    /// Types, in order.
    fn val_types() -> Vec<ValType>;
    /// Number of slots.
    const N: usize;
    /// Reads the slots.
    ///
    /// # Safety
    ///
    /// `slots` holds `N` values that wasm of this isolate made, of these types.
    #[doc(hidden)]
    unsafe fn from_slots(slots: *const Slot, isolate: &mut Isolate) -> Self;
    /// Writes the slots.
    ///
    /// # Safety
    ///
    /// `slots` has room for `N` values.
    #[doc(hidden)]
    unsafe fn into_slots(self, slots: *mut Slot, isolate: &mut Isolate) -> Result<(), HostError>;
}

/// A list of results: like parameters.
pub trait WasmResults: WasmParams {}
impl<P: WasmParams> WasmResults for P {}

impl<W: WasmTy> WasmParams for W {
    fn val_types() -> Vec<ValType> {
        vec![W::val_type()]
    }
    const N: usize = 1;
    #[inline(always)]
    unsafe fn from_slots(slots: *const Slot, isolate: &mut Isolate) -> Self {
        // SAFETY: the caller's promise.
        W::from_wasm(FromWasm { slot: unsafe { *slots }, isolate })
    }
    #[inline(always)]
    unsafe fn into_slots(self, slots: *mut Slot, isolate: &mut Isolate) -> Result<(), HostError> {
        let slot = self.into_wasm(isolate)?;
        // SAFETY: the caller's promise.
        unsafe { slots.write(slot) };
        Ok(())
    }
}

macro_rules! tuples {
    ($(($n:literal: $($w:ident $i:tt),*))*) => {$(
        impl<$($w: WasmTy),*> WasmParams for ($($w,)*) {
            fn val_types() -> Vec<ValType> { vec![$($w::val_type()),*] }
            const N: usize = $n;
            #[inline(always)]
            #[allow(unused_variables, clippy::unused_unit)]
            unsafe fn from_slots(slots: *const Slot, isolate: &mut Isolate) -> Self {
                $(
                    // SAFETY: the caller's promise.
                    #[allow(non_snake_case)]
                    let $w = $w::from_wasm(FromWasm { slot: unsafe { *slots.add($i) }, isolate });
                )*
                ($($w,)*)
            }
            #[inline(always)]
            #[allow(unused_variables)]
            unsafe fn into_slots(
                self,
                slots: *mut Slot,
                isolate: &mut Isolate,
            ) -> Result<(), HostError> {
                $(
                    let slot = self.$i.into_wasm(isolate)?;
                    // SAFETY: the caller's promise.
                    unsafe { slots.add($i).write(slot) };
                )*
                Ok(())
            }
        }
    )*};
}

tuples! {
    (0: )
    (1: A 0)
    (2: A 0, B 1)
    (3: A 0, B 1, C 2)
    (4: A 0, B 1, C 2, D 3)
    (5: A 0, B 1, C 2, D 3, E 4)
    (6: A 0, B 1, C 2, D 3, E 4, F 5)
    (7: A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
    (13: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12)
    (14: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13)
    (15: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14)
    (16: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15)
}

/// Slots that any [`WasmParams`] fits.
pub(crate) const MAX_TYPED: usize = 16;

/// A value of any type.
#[derive(Clone, Debug)]
pub enum RawVal {
    /// 32-bit integer.
    I32(i32),
    /// 64-bit integer.
    I64(i64),
    /// 32-bit float, as bits.
    F32(u32),
    /// 64-bit float, as bits.
    F64(u64),
    /// Vector.
    V128(u128),
    /// Function reference.
    Func(Option<FuncHandle>),
    /// Host reference.
    Extern(Option<ExternRef>),
}

impl RawVal {
    /// Its type.
    pub fn ty(&self) -> ValType {
        match self {
            RawVal::I32(_) => ValType::I32,
            RawVal::I64(_) => ValType::I64,
            RawVal::F32(_) => ValType::F32,
            RawVal::F64(_) => ValType::F64,
            RawVal::V128(_) => ValType::V128,
            RawVal::Func(_) => ValType::FUNCREF,
            RawVal::Extern(_) => ValType::EXTERNREF,
        }
    }

    pub(crate) fn from_slot(slot: Slot, ty: ValType, isolate: &Isolate) -> Self {
        match ty {
            ValType::I32 => RawVal::I32(slot.u32() as i32),
            ValType::I64 => RawVal::I64(slot.u64() as i64),
            ValType::F32 => RawVal::F32(slot.u32()),
            ValType::F64 => RawVal::F64(slot.u64()),
            ValType::V128 => RawVal::V128(slot.u128()),
            ValType::Ref(RefType { heap: HeapType::Func, .. }) => {
                RawVal::Func(FuncHandle::from_reference(slot.u64()))
            }
            ValType::Ref(RefType { heap: HeapType::Extern, .. }) => {
                RawVal::Extern(isolate.heap.extern_refs.by_index(slot.u32()))
            }
        }
    }

    /// The slot for a place of type `ty`; an error if the value is of another
    /// type or of another store.
    pub(crate) fn into_slot(self, ty: ValType, isolate: &Isolate) -> Result<Slot, HostError> {
        if self.ty() != ty {
            return Err(format!("type mismatch: expected {ty}, found {}", self.ty()).into());
        }
        Ok(match self {
            RawVal::I32(v) => Slot::from_u32(v as u32),
            RawVal::I64(v) => Slot::from_u64(v as u64),
            RawVal::F32(v) => Slot::from_u32(v),
            RawVal::F64(v) => Slot::from_u64(v),
            RawVal::V128(v) => Slot::from_u128(v),
            RawVal::Func(f) => func_slot(f.as_ref(), isolate)?,
            RawVal::Extern(r) => extern_slot(r.as_ref(), isolate)?,
        })
    }
}

//! CLIF signatures and types of what WebAssembly passes around.
//!
//! The placement itself is `abi::CallLayout`'s; here it becomes a signature
//! whose registers Cranelift then hands out in the same order (a test compares
//! the two).

use cranelift_codegen::ir::{AbiParam, ArgumentPurpose, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use updraft_abi::convention::Place;
use updraft_abi::{AbiType, Builtin, CallLayout, isolate};
use updraft_types::{FuncType, HeapType, ValType};

/// The CLIF type of a value.
pub(crate) const fn clif_type(ty: ValType) -> Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => types::I8X16,
        ValType::Ref(r) => match r.heap {
            HeapType::Func => types::I64,
            HeapType::Extern => types::I32,
        },
    }
}

/// The signature of functions of type `ty`.
pub(crate) fn wasm_signature(ty: &FuncType, layout: &CallLayout) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.reserve(ty.params().len() + 2);
    signature.params.push(AbiParam::special(types::I64, ArgumentPurpose::VMContext));
    if layout.has_result_area() {
        signature.params.push(AbiParam::new(types::I64));
    }
    signature.params.extend(ty.params().iter().map(|t| AbiParam::new(clif_type(*t))));
    for (result, place) in ty.results().iter().zip(&layout.results) {
        if !matches!(place, Place::Memory(_)) {
            signature.returns.push(AbiParam::new(clif_type(*result)));
        }
    }
    signature
}

/// Whether the builtin `guard_call` can call functions of a type: their values
/// have room in the isolate, where no collector looks.
pub(crate) fn can_miss(ty: &FuncType) -> bool {
    let is_int = |ty: &ValType| clif_type(*ty).is_int();
    let n_ints = ty.params().iter().filter(|t| is_int(t)).count();
    let n_vecs = ty.params().len() - n_ints;
    let is_traced = ty.params().iter().chain(ty.results()).any(|ty| ty.is_traced_ref());
    let fits = n_ints <= isolate::N_KEPT_INTS && n_vecs <= isolate::N_KEPT_VECS;
    fits && ty.results().len() <= 1 && !is_traced
}

/// The signature of a builtin.
pub(crate) fn builtin_signature(builtin: Builtin) -> Signature {
    let convention = match builtin {
        Builtin::Interrupt | Builtin::GuardTableGet | Builtin::GuardCall => CallConv::PreserveAll,
        _ => CallConv::SystemV,
    };
    let clif = |ty: &AbiType| match ty {
        AbiType::I32 => AbiParam::new(types::I32),
        AbiType::I64 => AbiParam::new(types::I64),
    };
    let mut signature = Signature::new(convention);
    signature.params.push(AbiParam::new(types::I64));
    signature.params.extend(builtin.params().iter().map(clif));
    signature.returns.extend(builtin.result().as_ref().map(clif));
    signature
}

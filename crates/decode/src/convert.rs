//! The parser's types as ours. Validation has refused what we have no word
//! for, so a failure here means that a feature is on that we do not know.

use updraft_types::{
    ConstExpr, ConstOp, FuncIndex, FuncType, GlobalIndex, GlobalType, HeapType, MemoryType,
    RefType, TableType, ValType,
};
use wasmparser::{AbstractHeapType, Operator, OperatorsReader};

use crate::DecodeError;

fn unknown(what: &str, offset: u64) -> DecodeError {
    DecodeError::new(format!("unsupported {what}"), offset as usize)
}

pub(crate) fn heap_type(ty: wasmparser::HeapType) -> Option<HeapType> {
    match ty {
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::Func } => {
            Some(HeapType::Func)
        }
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern } => {
            Some(HeapType::Extern)
        }
        _ => None,
    }
}

pub(crate) fn ref_type(ty: wasmparser::RefType) -> Option<RefType> {
    Some(RefType { nullable: ty.is_nullable(), heap: heap_type(ty.heap_type())? })
}

pub(crate) fn val_type(ty: wasmparser::ValType) -> Option<ValType> {
    Some(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(r) => ValType::Ref(ref_type(r)?),
    })
}

pub(crate) fn func_type(ty: &wasmparser::FuncType, offset: u64) -> Result<FuncType, DecodeError> {
    let list = |types: &[wasmparser::ValType]| {
        types.iter().map(|t| val_type(*t)).collect::<Option<Box<[ValType]>>>()
    };
    match (list(ty.params()), list(ty.results())) {
        (Some(params), Some(results)) => Ok(FuncType::new(params, results)),
        _ => Err(unknown("value type", offset)),
    }
}

pub(crate) fn table_type(
    ty: &wasmparser::TableType,
    offset: u64,
) -> Result<TableType, DecodeError> {
    match ref_type(ty.element_type) {
        Some(elem) if !ty.table64 && !ty.shared => {
            Ok(TableType { elem, min: ty.initial, max: ty.maximum })
        }
        _ => Err(unknown("table type", offset)),
    }
}

pub(crate) fn memory_type(
    ty: &wasmparser::MemoryType,
    offset: u64,
) -> Result<MemoryType, DecodeError> {
    if ty.page_size_log2.is_some() {
        return Err(unknown("memory type", offset));
    }
    Ok(MemoryType {
        min_pages: ty.initial,
        max_pages: ty.maximum,
        shared: ty.shared,
        memory64: ty.memory64,
    })
}

pub(crate) fn global_type(
    ty: &wasmparser::GlobalType,
    offset: u64,
) -> Result<GlobalType, DecodeError> {
    match val_type(ty.content_type) {
        Some(val) if !ty.shared => Ok(GlobalType { val, mutable: ty.mutable }),
        _ => Err(unknown("global type", offset)),
    }
}

/// Reads a validated constant expression. `ref_func` is told every function
/// whose reference it takes.
pub(crate) fn const_expr(
    expr: &wasmparser::ConstExpr<'_>,
    mut ref_func: impl FnMut(FuncIndex),
) -> Result<ConstExpr, DecodeError> {
    let mut reader = expr.get_operators_reader();
    let Some(first) = const_op(&mut reader, &mut ref_func)? else {
        return Ok(ConstExpr::default());
    };
    let Some(second) = const_op(&mut reader, &mut ref_func)? else {
        return Ok(ConstExpr { ops: first.into() });
    };
    let mut ops = vec![first, second];
    while let Some(op) = const_op(&mut reader, &mut ref_func)? {
        ops.push(op);
    }
    Ok(ConstExpr { ops: ops.into() })
}

/// Reads an instruction; nothing at the end.
fn const_op(
    reader: &mut OperatorsReader<'_>,
    ref_func: &mut impl FnMut(FuncIndex),
) -> Result<Option<ConstOp>, DecodeError> {
    let offset = reader.original_position();
    Ok(Some(match reader.read()? {
        Operator::End => return Ok(None),
        Operator::I32Const { value } => ConstOp::I32(value),
        Operator::I64Const { value } => ConstOp::I64(value),
        Operator::F32Const { value } => ConstOp::F32(value.bits()),
        Operator::F64Const { value } => ConstOp::F64(value.bits()),
        Operator::V128Const { value } => ConstOp::V128(u128::from_le_bytes(*value.bytes())),
        Operator::RefNull { hty } => match heap_type(hty) {
            Some(heap) => ConstOp::RefNull(RefType { nullable: true, heap }),
            None => return Err(unknown("heap type", offset)),
        },
        Operator::RefFunc { function_index } => {
            let func = FuncIndex::new(function_index);
            ref_func(func);
            ConstOp::RefFunc(func)
        }
        Operator::GlobalGet { global_index } => ConstOp::GlobalGet(GlobalIndex::new(global_index)),
        Operator::I32Add => ConstOp::I32Add,
        Operator::I32Sub => ConstOp::I32Sub,
        Operator::I32Mul => ConstOp::I32Mul,
        Operator::I64Add => ConstOp::I64Add,
        Operator::I64Sub => ConstOp::I64Sub,
        Operator::I64Mul => ConstOp::I64Mul,
        _ => return Err(unknown("operator in a constant expression", offset)),
    }))
}

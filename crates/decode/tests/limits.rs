//! The implementation limits: what is just within is accepted, what is just
//! beyond is refused at the offset where it goes beyond.

use updraft_decode::{DecodeError, validate};
use updraft_types::{Features, limits};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, DataSegment, DataSegmentMode, ElementSection, Elements,
    EntityType, Function, FunctionSection, ImportSection, MemorySection, MemoryType, Module,
    RawSection, RefType, TableSection, TableType, TypeSection, ValType,
};

const HEADER: usize = 8;

fn check(bytes: Vec<u8>) -> Result<(), DecodeError> {
    validate(bytes, &Features::default()).map(drop)
}

/// A module of a type section and one function of type 0.
fn one_function(params: usize, func: &Function) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function(vec![ValType::I32; params], []);
    let mut funcs = FunctionSection::new();
    funcs.function(0);
    let mut code = CodeSection::new();
    code.function(func);
    let mut module = Module::new();
    module.section(&types).section(&funcs).section(&code);
    module.finish()
}

/// A module of one section that announces `count` entries but has none.
fn announced(id: u8, count: usize) -> DecodeError {
    let mut data = Vec::new();
    let mut rest = count;
    while rest >= 0x80 {
        data.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    data.push(rest as u8);
    let mut module = Module::new();
    module.section(&RawSection { id, data: &data });
    check(module.finish()).expect_err("the entries are missing")
}

#[test]
fn counts_beyond_the_limit_are_refused_before_the_entries_are_read() {
    for (id, max, what) in [
        (1, limits::MAX_TYPES, "types"),
        (2, limits::MAX_IMPORTS, "imports"),
        (3, limits::MAX_FUNCS, "functions"),
        (4, limits::MAX_TABLES, "tables"),
        (5, limits::MAX_MEMORIES, "memories"),
        (6, limits::MAX_GLOBALS, "globals"),
        (7, limits::MAX_EXPORTS, "exports"),
        (9, limits::MAX_ELEM_SEGMENTS, "element segments"),
        (11, limits::MAX_DATA_SEGMENTS, "data segments"),
    ] {
        let beyond = announced(id, max + 1);
        assert_eq!(beyond.message(), format!("{what} count exceeds limit of {max}"));
        assert_eq!(beyond.offset(), HEADER + 2, "{what}");
        let within = announced(id, max);
        assert_eq!(within.message(), "unexpected end-of-file", "{what}");
    }
}

#[test]
fn a_million_functions_are_accepted() {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut funcs = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..limits::MAX_FUNCS {
        funcs.function(0);
        code.raw(&[0, 0x0b]);
    }
    let mut module = Module::new();
    module.section(&types).section(&funcs).section(&code);
    assert_eq!(check(module.finish()), Ok(()));
}

#[test]
fn a_body_may_have_as_many_bytes_as_the_limit() {
    let body = |n| {
        let mut func = Function::new([]);
        // Beside the operators: the count of locals and the final `end`.
        func.raw(vec![0x01; n - 2]).raw([0x0b]);
        let bytes = one_function(0, &func);
        (bytes.len() - n, check(bytes))
    };
    assert_eq!(body(limits::MAX_BODY_BYTES).1, Ok(()));
    let (start, verdict) = body(limits::MAX_BODY_BYTES + 1);
    let fault = verdict.expect_err("it is too large");
    assert_eq!(fault.message(), "function body size count exceeds limit of 7654321");
    assert_eq!(fault.offset(), start);
}

#[test]
fn parameters_count_as_locals() {
    let locals = |params, n| {
        let mut func = Function::new([(n - 1, ValType::I64), (1, ValType::V128)]);
        func.raw([0x0b]);
        check(one_function(params as usize, &func))
    };
    assert_eq!(locals(0, limits::MAX_LOCALS), Ok(()));
    assert_eq!(locals(1000, limits::MAX_LOCALS - 1000), Ok(()));
    for params in [0, 1, 1000] {
        let fault = locals(params, limits::MAX_LOCALS - params + 1).expect_err("too many locals");
        assert_eq!(fault.message(), "too many locals: locals exceed maximum");
    }
    assert!(locals(0, u32::MAX).is_err());
}

#[test]
fn function_types_have_limits() {
    let ty = |params, results| {
        let mut types = TypeSection::new();
        types.ty().function(vec![ValType::I32; params], vec![ValType::F32; results]);
        let mut module = Module::new();
        module.section(&types);
        check(module.finish())
    };
    assert_eq!(ty(limits::MAX_PARAMS, limits::MAX_RESULTS), Ok(()));
    assert!(ty(limits::MAX_PARAMS + 1, 0).is_err());
    assert!(ty(0, limits::MAX_RESULTS + 1).is_err());
}

#[test]
fn br_table_has_a_limit() {
    let br_table = |n| {
        let mut func = Function::new([]);
        func.instructions().i32_const(0).br_table(vec![0; n], 0).end();
        let bytes = one_function(0, &func);
        // Behind the operator: the count in 3 bytes, targets, default, `end`.
        (bytes.len() - n - 6, check(bytes))
    };
    let max = limits::MAX_BR_TABLE_TARGETS as usize;
    assert_eq!(br_table(max).1, Ok(()));
    let (offset, verdict) = br_table(max + 1);
    let fault = verdict.expect_err("too many targets");
    assert_eq!(fault.message(), "br_table size exceeds limit of 65520");
    assert_eq!(fault.offset(), offset);
}

#[test]
fn imported_tables_count() {
    let ty = TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 0,
        maximum: None,
        shared: false,
    };
    let tables = |imported, declared| {
        let mut imports = ImportSection::new();
        for _ in 0..imported {
            imports.import("m", "t", EntityType::Table(ty));
        }
        let mut tables = TableSection::new();
        for _ in 0..declared {
            tables.table(ty);
        }
        let mut module = Module::new();
        module.section(&imports).section(&tables);
        check(module.finish())
    };
    let max = limits::MAX_TABLES;
    assert_eq!(tables(max, 0), Ok(()));
    assert_eq!(tables(0, max), Ok(()));
    assert_eq!(tables(1, max - 1), Ok(()));
    let fault = tables(max - 1, 2).expect_err("too many tables");
    assert_eq!(fault.message(), "tables count exceeds limit of 100");
    let fault = tables(max + 2, 0).expect_err("too many tables");
    // The section's header and count, then 8 bytes for each import.
    assert_eq!(fault.offset(), HEADER + 3 + 1 + 8 * max);
}

#[test]
fn imported_memories_count() {
    let ty = MemoryType {
        minimum: 0,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    let memories = |imported, declared| {
        let mut imports = ImportSection::new();
        for _ in 0..imported {
            imports.import("m", "m", EntityType::Memory(ty));
        }
        let mut memories = MemorySection::new();
        for _ in 0..declared {
            memories.memory(ty);
        }
        let mut module = Module::new();
        module.section(&imports).section(&memories);
        check(module.finish())
    };
    assert_eq!(memories(1, limits::MAX_MEMORIES - 1), Ok(()));
    assert!(memories(1, limits::MAX_MEMORIES).is_err());
    assert!(memories(limits::MAX_MEMORIES + 1, 0).is_err());
}

#[test]
fn an_element_segment_has_a_limit() {
    let elems = |n: usize| {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("m", "f", EntityType::Function(0));
        let mut elems = ElementSection::new();
        elems.passive(Elements::Functions(vec![0; n].into()));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&elems);
        check(module.finish())
    };
    let max = limits::MAX_TABLE_ELEMS as usize;
    assert_eq!(elems(max), Ok(()));
    assert!(elems(max + 1).is_err());
}

#[test]
fn as_many_data_segments_as_the_limit_are_accepted() {
    let mut data = DataSection::new();
    for _ in 0..limits::MAX_DATA_SEGMENTS {
        data.segment(DataSegment { mode: DataSegmentMode::Passive, data: [] });
    }
    let mut module = Module::new();
    module.section(&data);
    assert_eq!(check(module.finish()), Ok(()));
}

#[test]
fn deep_nesting_is_neither_a_stack_overflow_nor_slow() {
    const DEPTH: usize = 1_000_000;
    for open in [&[0x02, 0x40][..], &[0x03, 0x40], &[0x41, 0x00, 0x04, 0x40]] {
        let mut func = Function::new([]);
        func.raw(open.repeat(DEPTH)).raw(vec![0x0b; DEPTH + 1]);
        assert_eq!(check(one_function(0, &func)), Ok(()));
        let mut func = Function::new([]);
        func.raw(open.repeat(DEPTH)).raw(vec![0x0b; DEPTH]);
        let fault = check(one_function(0, &func)).expect_err("an `end` is missing");
        assert_eq!(fault.message(), "control frames remain at end of function body or expression");
    }
}

#[test]
fn a_long_constant_expression_is_accepted() {
    let mut expr = ConstExpr::extended([wasm_encoder::Instruction::I32Const(1)].to_vec());
    for _ in 0..100_000 {
        expr = expr.with_i32_const(1);
    }
    for _ in 0..100_000 {
        expr = expr.with_i32_add();
    }
    let mut globals = wasm_encoder::GlobalSection::new();
    let ty = wasm_encoder::GlobalType { val_type: ValType::I32, mutable: false, shared: false };
    globals.global(ty, &expr);
    let mut module = Module::new();
    module.section(&globals);
    let module = validate(module.finish(), &Features::default()).expect("it is valid");
    assert_eq!(module.desc.global_inits.as_slice()[0].ops.len(), 200_001);
}

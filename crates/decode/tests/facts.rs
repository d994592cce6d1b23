//! What decoding finds out about a module.

#[path = "support/each.rs"]
mod each;

use std::fmt::Debug;

use each::Each;
use updraft_decode::op::{self, BodyReader};
use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, PushDecoder, ValidateScratch, decode_whole,
    validate,
};
use updraft_types::*;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is a module")
}

fn desc(text: &str) -> ModuleDesc {
    validate(wasm(text), &Features::default()).expect("the test's module is valid").desc
}

#[test]
fn index_spaces_put_imports_first() {
    let desc = desc(
        r#"(module
            (type (func (param i32 i64) (result f32)))
            (type (func))
            (import "m" "f" (func (type 0)))
            (import "m" "t" (table 1 2 externref))
            (import "m" "m" (memory 3 4))
            (import "m" "g" (global (mut i64)))
            (func (type 1))
            (table 5 funcref)
            (memory 6)
            (global v128 (v128.const i64x2 1 2))
            (export "f" (func 0)) (export "g" (func 1)) (export "m" (memory 1))
            (start 1))"#,
    );
    assert_eq!(desc.types.len(), 2);
    assert_eq!(desc.types[TypeIndex::new(0)].to_string(), "(i32, i64) -> (f32)");
    assert_eq!(desc.imports.len(), 4);
    assert_eq!(desc.imports[0].kind, ImportKind::Func(TypeIndex::new(0)));
    assert_eq!(desc.funcs.as_slice(), [TypeIndex::new(0), TypeIndex::new(1)]);
    assert_eq!(desc.tables[TableIndex::new(0)].ty.elem, RefType::EXTERNREF);
    assert_eq!(desc.tables[TableIndex::new(0)].ty.max, Some(2));
    assert_eq!(desc.tables[TableIndex::new(1)].ty.min, 5);
    assert_eq!(desc.memories[MemoryIndex::new(0)].max_pages, Some(4));
    assert_eq!(desc.memories[MemoryIndex::new(1)].min_pages, 6);
    assert!(desc.globals[GlobalIndex::new(0)].mutable);
    assert_eq!(desc.global_inits.as_slice()[0].ops[..], [ConstOp::V128(2 << 64 | 1)]);
    assert_eq!(desc.start, Some(FuncIndex::new(1)));
    assert_eq!(desc.export("m"), Some(EntityRef::Memory(MemoryIndex::new(1))));
    assert_eq!(desc.export("none"), None);
    assert_eq!(desc.n_declared_funcs(), 1);
    assert_eq!(desc.bodies.len(), 1);
}

#[test]
fn escaping_functions_are_those_that_references_may_name() {
    let desc = desc(
        r#"(module
            (import "m" "i" (func))
            (func) (func) (func) (func) (func) (func)
            (table 9 funcref)
            (export "e" (func 2)) (export "i" (func 0))
            (global funcref (ref.func 4))
            (elem (i32.const 0) func 3 3 0)
            (elem funcref (ref.null func) (ref.func 5))
            (elem declare func 4)
            (start 6))"#,
    );
    let escaped: Vec<u32> = desc.escaped.values().map(|f| f.raw()).collect();
    assert_eq!(escaped, [1, 2, 3, 4]);
    let refs: Vec<_> = desc.func_refs.values().map(|r| r.map(|r| r.raw())).collect();
    assert_eq!(refs, [None, Some(0), Some(1), Some(2), Some(3), None]);
}

#[test]
fn when_code_starts_all_is_known_that_compilers_need() {
    let bytes = wasm(
        r#"(module (import "m" "f" (func)) (memory 1) (table 1 funcref) (global i32 (i32.const 1))
            (func) (func) (export "f" (func 2)) (elem (i32.const 0) func 0) (data "a"))"#,
    );
    let mut decoder = PushDecoder::new(&Features::default());
    let mut code_starts = false;
    let whole = validate(&bytes[..], &Features::default()).expect("it is valid").desc;
    for byte in bytes {
        let mut sink = |event| match event {
            Event::Section(section) => code_starts |= section.id == 10,
            _ => assert!(code_starts),
        };
        decoder.push(&[byte], &mut sink).expect("it is valid");
        if code_starts {
            let desc = decoder.desc();
            assert_eq!(desc.funcs, whole.funcs);
            assert_eq!(desc.globals, whole.globals);
            assert_eq!(desc.func_refs, whole.func_refs);
            assert_eq!(desc.escaped, whole.escaped);
        }
    }
    assert!(code_starts);
    assert_eq!(whole.escaped.as_slice(), [DeclaredFuncIndex::new(1)]);
}

#[test]
fn a_body_can_be_validated_on_another_thread_and_later() {
    fn assert_send<T: Send>() {}
    fn assert_shared<T: Send + Sync>() {}
    assert_send::<BodyToValidate>();
    assert_send::<PushDecoder>();
    assert_send::<Event>();
    assert_shared::<DecodedModule>();
    let module =
        decode_whole(wasm("(func) (func (result i32))"), &Features::default(), &mut |_| ())
            .expect("its structure is right");
    let verdict = |func| {
        let body = module.bodies.body(&module.desc, &module.bytes, DeclaredFuncIndex::new(func));
        body.map(|b| b.validate(&mut Default::default()).is_ok())
    };
    assert_eq!([verdict(0), verdict(1), verdict(2)], [Some(true), Some(false), None]);
}

#[test]
fn bodies_come_out_as_soon_as_they_are_there() {
    let bytes = wasm("(func) (func (nop))");
    let mut decoder = PushDecoder::new(&Features::default());
    let mut events = Vec::new();
    for byte in &bytes {
        decoder.push(&[*byte], &mut |e| events.push((e, ()))).expect("the module is valid");
        let n_bodies = decoder.desc().bodies.len();
        let handed_out = events.iter().filter(|(e, _)| matches!(e, Event::Body(_))).count();
        assert_eq!(n_bodies, handed_out);
    }
    let bodies: Vec<_> = events
        .iter()
        .filter_map(|(e, _)| match e {
            Event::Body(b) => Some(b.bytes().to_vec()),
            _ => None,
        })
        .collect();
    assert_eq!(bodies, [vec![0, 0x0b], vec![0, 1, 0x0b]]);
    let whole = validate(bytes, &Features::default()).expect("the module is valid");
    let streamed = decoder.finish(&mut |_| ()).expect("the module is valid");
    assert_eq!(streamed.desc.bodies, whole.desc.bodies);
    assert_eq!(streamed.desc.sections, whole.desc.sections);
    assert_eq!(streamed.bytes, whole.bytes);
}

/// What validation counts in the first body.
fn body_facts(text: &str) -> BodyFacts {
    let mut facts = None;
    decode_whole(wasm(text), &Features::default(), &mut |event| {
        if let Event::Body(body) = event {
            facts.get_or_insert(body.validate(&mut ValidateScratch::new()).expect("it is valid"));
        }
    })
    .expect("it is valid");
    facts.expect("it has a body")
}

#[test]
fn bodies_are_counted_exactly() {
    let facts = body_facts(
        r#"(module (table 1 funcref)
            (func (param i32 i64) (local i32 i32 f64)
                (block (loop (br_if 0 (local.get 0))))
                (if (local.get 0) (then (call 0 (i32.const 1) (i64.const 2))) (else nop))
                (block (block (br_table 0 1 0 1 (local.get 0))))
                (call_indirect (i32.const 0))
                (drop (i8x16.splat (i32.const 0)))
                (return_call 0 (i32.const 1) (i64.const 2))))"#,
    );
    let expected = BodyFacts {
        body_bytes: facts.body_bytes,
        n_ops: 29,
        n_locals: 5,
        n_blocks: 5,
        n_loops: 1,
        n_br_table_targets: 4,
        n_calls: 3,
    };
    assert_eq!(facts, expected);
    assert_eq!(body_facts("(func nop)").body_bytes, 3);
}

fn fault(bytes: &[u8]) -> (String, usize) {
    let fault = validate(bytes, &Features::default()).expect_err("it is not a module");
    (fault.message().to_owned(), fault.offset())
}

#[test]
fn what_is_not_a_module_gets_a_clear_error() {
    assert_eq!(fault(b""), ("unexpected end-of-file".into(), 0));
    assert_eq!(fault(b"\0as"), ("unexpected end-of-file".into(), 0));
    assert_eq!(fault(b"\x7fELF\x02\x01\x01\0").1, 0);
    assert!(fault(b"\0asm\x02\0\0\0").0.starts_with("unknown binary version"));
    let component = fault(b"\0asm\x0d\0\x01\0");
    assert!(component.0.contains("this is a component"), "{component:?}");
    assert_eq!(component.1, 4);
    let order = b"\0asm\x01\0\0\0\x03\x01\0\x01\x01\0";
    assert_eq!(fault(order), ("section out of order".into(), 13));
    assert_eq!(DecodeError::new("text", 24).to_string(), "text @+0x18");
}

#[test]
fn what_is_off_is_refused() {
    let cases = [
        ("mutable-globals", r#"(global (export "g") (mut i32) (i32.const 0))"#),
        ("sign-extension", "(func (param i32) (drop (i32.extend8_s (local.get 0))))"),
        ("saturating-float-to-int", "(func (drop (i32.trunc_sat_f32_s (f32.const 0))))"),
        ("multi-value", "(func (result i32 i32) i32.const 0 i32.const 0)"),
        (
            "bulk-memory",
            "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))",
        ),
        ("bulk-memory", r#"(data "passive")"#),
        ("reference-types", "(table 1 externref)"),
        ("simd", "(global v128 (v128.const i64x2 0 0))"),
        ("simd", "(func (drop (i8x16.splat (i32.const 0))))"),
        ("extended-const", "(global i32 (i32.add (i32.const 0) (i32.const 0)))"),
        ("multi-memory", "(memory 1) (memory 1)"),
        ("tail-call", "(func (return_call 0))"),
    ];
    for feature in Features::LIST {
        assert!(cases.iter().any(|(name, _)| *name == feature.name), "{} untried", feature.name);
    }
    for (name, text) in cases {
        let bytes = wasm(text);
        let mut features = Features::default();
        assert!(validate(&bytes[..], &features).is_ok(), "{text}");
        assert!(features.set(name, false));
        assert!(validate(&bytes[..], &features).is_err(), "{text} without {name}");
    }
    for text in [
        "(memory 1 1 shared)",
        "(memory i64 1)",
        "(memory 1 (pagesize 1))",
        "(table i64 1 funcref)",
        "(tag)",
        "(type (struct))",
        "(type (array i8))",
        "(rec (type (func)) (type (func)))",
        "(func (param (ref func)))",
        "(func (param anyref))",
        "(func (param exnref))",
        "(func (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i64x2 0 0))))",
        "(func atomic.fence)",
        "(func (drop (i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))) drop)",
        "(table 1 funcref (ref.null func))",
        "(global i32 (i32.const 0)) (global i32 (global.get 0))",
    ] {
        let mut all = Features::none();
        for feature in Features::LIST {
            all.set(feature.name, true);
        }
        assert!(validate(wasm(text), &all).is_err(), "{text}");
    }
}

#[test]
fn a_body_can_be_walked_without_the_parser() {
    let text = "(func (local i32 i32 v128 externref) (if (local.get 0) (then) (else nop))
                (drop (i8x16.splat (local.get 1))))";
    let module = validate(wasm(text), &Features::default()).expect("it is valid");
    let range = module.desc.bodies[DeclaredFuncIndex::new(0)].bytes.clone();
    let start = range.start;
    let mut reader = BodyReader::new(&module.bytes[range], start, &module.desc.features);
    let locals = reader.locals().expect("it is valid");
    assert_eq!(locals, [(2, ValType::I32), (1, ValType::V128), (1, ValType::EXTERNREF)]);
    let mut ops = Vec::new();
    while !reader.is_done() {
        let offset = reader.offset() - start;
        let note = |op, _: &[&dyn Debug]| ops.push((offset, op));
        reader.visit(&mut Each(note)).expect("it is valid");
    }
    let expected = [
        (7, "LocalGet"),
        (9, "If"),
        (11, "Else"),
        (12, "Nop"),
        (13, "End"),
        (14, "LocalGet"),
        (16, "I8x16Splat"),
        (18, "Drop"),
        (19, "End"),
    ];
    assert_eq!(ops, expected);
}

#[test]
fn a_walk_may_begin_with_the_first_operator() {
    let mut reader = BodyReader::new(&[0, 0x0b], 100, &Features::default());
    let mut ops = Vec::new();
    let note = |op, _: &[&dyn Debug]| ops.push(op);
    reader.visit(&mut Each(note)).expect("it is valid");
    assert_eq!(ops, ["End"]);
    assert!(reader.is_done());
    op::ReadOps::end(&mut reader).expect("the body is closed");
}

#[test]
fn walking_bytes_that_are_no_body_ends_with_an_error() {
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    for len in 0..20_000 {
        let bytes: Vec<u8> = (0..len % 40)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                (random >> 32) as u8
            })
            .collect();
        let mut reader = BodyReader::new(&bytes, 100, &Features::default());
        let mut n_ops = 0;
        while !reader.is_done() {
            if let Err(fault) = reader.visit(&mut Each(|_: &str, _: &[&dyn Debug]| n_ops += 1)) {
                assert!((100..=100 + bytes.len()).contains(&fault.offset()), "{fault}");
                break;
            }
        }
        assert!(n_ops <= bytes.len());
    }
}

#[test]
fn block_types_have_signatures() {
    let module = desc("(type (func (param i32 f64) (result i64)))");
    let sig = |ty| op::BlockSig::new(ty).expect("the type is known");
    let empty = sig(op::BlockType::Empty);
    assert_eq!((empty.params(&module), empty.results(&module)), (&[][..], &[][..]));
    let one = sig(op::BlockType::Type(op::RawValType::I32));
    assert_eq!((one.params(&module), one.results(&module)), (&[][..], &[ValType::I32][..]));
    let func = sig(op::BlockType::FuncType(0));
    assert_eq!(func.params(&module), [ValType::I32, ValType::F64]);
    assert_eq!(func.results(&module), [ValType::I64]);
}

#[test]
fn element_segments_of_function_references_take_the_short_form() {
    let desc = desc(
        "(module (func) (func) (table 1 funcref)
            (elem funcref (ref.func 1) (ref.func 0))
            (elem funcref (ref.func 1) (ref.null func))
            (elem externref (ref.null extern)))",
    );
    let items: Vec<_> = desc.elems.values().map(|e| &e.items).collect();
    let funcs = [FuncIndex::new(1), FuncIndex::new(0)];
    assert_eq!(items[0], &ElemItems::Funcs(funcs.into()));
    assert!(matches!(items[1], ElemItems::Exprs(e) if e.len() == 2));
    assert_eq!(desc.elems.values().last().map(|e| e.ty), Some(RefType::EXTERNREF));
}

#[test]
fn both_ways_through_a_data_section_find_the_same() {
    let plain = desc(r#"(memory 1) (data (i32.const -5) "abc") (data "de")"#);
    // The address of the second segment keeps the whole section from the
    // short way.
    let other = desc(
        r#"(memory 1) (data (i32.const -5) "abc") (data "de")
           (data (i32.add (i32.const 1) (i32.const 2)) "f")"#,
    );
    let lens =
        |desc: &ModuleDesc| -> Vec<_> { desc.datas.values().map(|d| d.bytes.len()).collect() };
    assert_eq!((lens(&plain), lens(&other)), (vec![3, 2], vec![3, 2, 1]));
    let modes =
        |desc: &ModuleDesc| -> Vec<_> { desc.datas.values().map(|d| d.mode.clone()).collect() };
    assert_eq!(modes(&plain)[..], modes(&other)[..2]);
}

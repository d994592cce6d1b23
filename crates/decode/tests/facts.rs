//! What decoding finds out about a module.

use updraft_decode::{BodyToValidate, Event, PushDecoder, decode_whole, validate};
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
fn a_body_can_be_validated_on_another_thread_and_later() {
    fn assert_send<T: Send>() {}
    assert_send::<BodyToValidate>();
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

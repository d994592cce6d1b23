//! Bodies of other modules in place of calls of imports: which, and what the
//! code says of them.

#[path = "support/common.rs"]
mod common;

use std::collections::HashMap;

use updraft_abi::{CompiledFunc, InlinedBodies, ModuleNumber, VmContextLayout};
use updraft_compile::{
    CompileInput, Feedback, ForeignModule, FuncCompiler, ImportTarget, ModuleInput,
};
use updraft_decode::DecodedModule;
use updraft_types::{DeclaredFuncIndex, TrapCode};

/// What the slot of a target is said to be: not an address of anything.
const SLOT: usize = 0x1234_5678_9abc_def0;

fn declared(func: u32) -> DeclaredFuncIndex {
    DeclaredFuncIndex::new(func)
}

fn target(module: u32, func: u32) -> Option<ImportTarget> {
    Some(ImportTarget { module, func: declared(func), slot: SLOT })
}

/// Compiles a function of `app`, which imports functions of `libs`, whose
/// bodies are hot and, if told, known to be valid.
fn compile(
    app: &DecodedModule,
    func: u32,
    libs: &[&DecodedModule],
    imports: &[Option<ImportTarget>],
    valid: Option<&[bool]>,
    feedback: &Feedback,
) -> CompiledFunc {
    let layout = VmContextLayout::new(&app.desc).unwrap();
    let layouts: Vec<_> = libs.iter().map(|lib| VmContextLayout::new(&lib.desc).unwrap()).collect();
    let heat: HashMap<_, _> = (0..9).map(|i| (declared(i), 1 << 30)).collect();
    let foreign: Vec<_> = libs
        .iter()
        .zip(&layouts)
        .map(|(lib, layout)| {
            let module = ModuleInput { desc: &lib.desc, layout, wire: &lib.bytes, valid };
            ForeignModule { module, heat: &heat }
        })
        .collect();
    let input = CompileInput {
        feedback: Some(feedback),
        foreign: &foreign,
        imports,
        ..CompileInput::new(&app.desc, &layout, &app.bytes, declared(func))
    };
    common::compiler().compile(&input).expect("the function compiles")
}

/// Whether the constant is in the code.
fn compares_slot(code: &CompiledFunc) -> bool {
    code.code.windows(8).any(|bytes| bytes == SLOT.to_le_bytes())
}

const APP: &str = "(module
    (import \"l\" \"f\" (func $f (param i32) (result i32)))
    (import \"l\" \"g\" (func $g (param i32) (result i32)))
    (memory 1)
    (func (param i32) (result i32) (call $f (i32.load (local.get 0)))))";

const LIB: &str = "(module
    (import \"x\" \"x\" (func $x (param i32) (result i32)))
    (memory 1)
    (type $t (func (param i32) (result i32)))
    (table 1 funcref)
    (func $get (type $t) (i32.div_u (i32.const 1) (local.get 0)))
    (func $calls (type $t) nop (call $get (local.get 0)))
    (func $imports (type $t) (call $x (local.get 0)))
    (func $tail (type $t) (return_call $get (local.get 0)))
    (func $dynamic (type $t) (call_indirect (type $t) (local.get 0) (i32.const 0))))";

#[test]
fn an_import_that_was_seen_is_compared_and_inlined() {
    let (app, lib) = (common::module(APP), common::module(LIB));
    let seen = Feedback::default();
    let none = compile(&app, 0, &[&lib], &[], None, &seen);
    assert_eq!((none.inlined, none.foreign.len()), (InlinedBodies::default(), 0));
    assert!(!compares_slot(&none));

    // The second of two modules, and a body within the body.
    let code = compile(&app, 0, &[&app, &lib], &[target(1, 1)], None, &seen);
    let number = ModuleNumber::foreign(1);
    assert_eq!(code.foreign, [number]);
    assert_eq!(code.inlined, InlinedBodies { own: 0, foreign: 2 });
    assert!(compares_slot(&code));
    let trap = TrapCode::IntegerDivideByZero;
    let site = code.traps.iter().find(|t| t.code == trap).expect("the trap is there");
    let frames = code.positions.frames_at(site.code_offset);
    let frames: Vec<_> = frames.map(|f| (f.module, f.func.raw())).collect();
    assert_eq!(frames, [(number, 1), (number, 2), (ModuleNumber::OWN, 2)]);

    // Another import than the one that is called.
    let code = compile(&app, 0, &[&lib], &[None, target(0, 0)], None, &seen);
    assert_eq!(code.foreign, []);
}

#[test]
fn what_cannot_be_inlined_stays_a_call() {
    let (app, lib) = (common::module(APP), common::module(LIB));
    let n = |func: u32, valid: Option<&[bool]>, feedback: &Feedback| {
        compile(&app, 0, &[&lib], &[target(0, func)], valid, feedback).inlined.foreign
    };
    let seen = Feedback::default();
    // Its own imports are not known; indirect calls are ordinary ones.
    assert_eq!([2, 4].map(|func| n(func, None, &seen)), [1, 1]);
    // A tail call needs the frame gone.
    assert_eq!(n(3, None, &seen), 0);
    // A body that nobody has validated.
    assert_eq!(n(0, Some(&[true, false, false, false, false]), &seen), 1);
    assert_eq!(n(0, Some(&[false, true, true, true, true]), &seen), 0);
    // Another instance imports something else.
    let call = compile(&app, 0, &[], &[], None, &seen);
    let call = call.positions.iter().map(|(_, f)| f.module_offset).max().unwrap();
    let missed = [((declared(0), call), vec![(None, 8)])].into();
    assert_eq!(n(0, None, &Feedback { missed, ..Feedback::default() }), 0);
}

#[test]
fn functions_and_types_are_those_of_the_body_that_names_them() {
    // What is inlined calls a function that has the index of the one that is
    // compiled, and the type index of one that was called before.
    let app = common::module(
        "(module
            (type (func (param i32) (result i32)))
            (type (func (param f64) (result f64)))
            (import \"l\" \"f\" (func $f (type 0)))
            (import \"l\" \"g\" (func $g (type 1)))
            (func (type 0) (drop (call $g (f64.const 1))) (call $f (local.get 0)))
            (func (type 0) (drop (call $g (f64.const 1))) (call $f (local.get 0))))",
    );
    let lib = common::module(
        "(module
            (type (func (param i32) (result i32)))
            (type (func (param i64) (result i64)))
            (memory 1)
            (func (type 0) (i32.wrap_i64 (call 1 (i64.const 7))))
            (func (type 1) (return_call 1 (i64.load (i32.wrap_i64 (local.get 0))))))",
    );
    let code = [0, 1].map(|func| {
        let code = compile(&app, func, &[&lib], &[target(0, 0)], None, &Feedback::default());
        assert_eq!(code.inlined, InlinedBodies { own: 0, foreign: 1 });
        code.code
    });
    assert!(code[0] == code[1]);
}

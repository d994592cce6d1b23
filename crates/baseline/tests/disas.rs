//! Snapshots of machine code: `tests/disas/baseline/x64/*.wat` hold a module
//! and, in the `;;` lines below it, what its functions become. `BLESS=1`
//! rewrites them. And what holds of all code: loops look at the limit word and
//! count, exits count, what may fault is in the table of traps.
//!
//! A first line `;;! word …` chooses the mode: `checked`, `canonical-nans`,
//! `no-checks`, `no-tiering`.

#[path = "../../../tests/disas/harness/snapshots.rs"]
mod snapshots;
#[path = "../../../tests/disas/harness/take_apart.rs"]
mod take_apart;

use std::collections::BTreeMap;

use iced_x86::{Instruction, Mnemonic, OpKind, Register};
use updraft_abi::{Bounds, CompiledFunc, Tunables, VmContextLayout};
use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::{CompileInput, Effort, FuncCompiler};
use updraft_decode::ValidateScratch;
use updraft_types::{Features, TrapCode};

use snapshots::{LOOPS, disassemble};
use take_apart::{Line, has_loop, take_apart, unchecked_loop, uncounted_exit, uncounted_loop};

fn mode(text: &str) -> (Tunables, bool) {
    let mut tunables = Tunables::default();
    let mut tiering = true;
    for word in snapshots::mode_words(text) {
        match word {
            "checked" => tunables.bounds = Bounds::Checked,
            "canonical-nans" => tunables.canonical_nans = true,
            "no-checks" => tunables.interrupt_checks = false,
            "no-tiering" => tiering = false,
            other => panic!("unknown mode {other}"),
        }
    }
    (tunables, tiering)
}

/// Functions of a module in the mode that its first line asks for.
fn compile(text: &str) -> Vec<CompiledFunc> {
    let mut options = BaselineOptions::default();
    options.baseline_cpu = true;
    let compiler = BaselineCompiler::new(options).expect("this processor is supported");
    let (tunables, tiering) = mode(text);
    let wasm = wat::parse_str(text).expect("the test's text is a module");
    let module = updraft_decode::validate(wasm, &Features::default()).expect("it is valid");
    let layout = VmContextLayout::new(&module.desc).expect("the context is small");
    let mut scratch = ValidateScratch::new();
    let compile = |func| {
        let body = module.bodies.body(&module.desc, &module.bytes, func).expect("is declared");
        let facts = body.validate(&mut scratch).expect("it is valid");
        let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
        let input = CompileInput { facts, tunables, effort: Effort::Fast, tiering, ..input };
        compiler.compile(&input).expect("the module compiles")
    };
    module.desc.bodies.keys().map(compile).collect()
}

#[test]
fn code_is_as_in_the_snapshots() {
    snapshots::check(&snapshots::folder(env!("CARGO_MANIFEST_DIR"), "baseline"), compile);
}

#[test]
fn every_loop_looks_at_the_limit_word_and_counts() {
    for text in LOOPS {
        for line in ["", ";;! checked\n"] {
            let text = format!("{line}{text}");
            for func in compile(&text) {
                let shown = || disassemble(&func);
                assert!(has_loop(&func.code), "no loop in\n{text}\n{}", shown());
                let unchecked = unchecked_loop(&func.code);
                assert_eq!(unchecked, None, "unchecked loop in\n{text}\n{}", shown());
                let uncounted = uncounted_loop(&func.code);
                assert_eq!(uncounted, None, "uncounted loop in\n{text}\n{}", shown());
            }
        }
        let unchecked = compile(&format!(";;! no-checks\n{text}"));
        assert!(unchecked_loop(&unchecked[0].code).is_some(), "the test sees the loop in {text}");
        let uncounted = compile(&format!(";;! no-tiering\n{text}"));
        assert!(uncounted_loop(&uncounted[0].code).is_some(), "the test sees the loop in {text}");
    }
}

#[test]
fn every_exit_counts() {
    let exits = [
        "(module (func))",
        "(module (func (param i32) (result i32)
            (if (local.get 0) (then (return (i32.const 1))))
            (block (br_if 1 (i32.const 2) (local.get 0)) drop)
            (br_table 0 0 (i32.const 3) (local.get 0))))",
        "(module (type $t (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
            (import \"m\" \"f\" (func $imported))
            (table 1 funcref)
            (func $own return_call $own)
            (func return_call $imported)
            (func (param i32) (result i32) (if (result i32) (local.get 0)
                (then (return_call_indirect (type $t) (i32.const 1) (i32.const 1) (i32.const 1)
                    (i32.const 1) (i32.const 1) (i32.const 1) (i32.const 1) (i32.const 0)))
                (else (i32.const 5)))))",
    ];
    for text in exits {
        for func in compile(text) {
            let exit = uncounted_exit(&func.code);
            assert_eq!(exit, None, "uncounted exit in\n{text}\n{}", disassemble(&func));
        }
        let uncounted = compile(&format!(";;! no-tiering\n{text}"));
        assert!(uncounted_exit(&uncounted[0].code).is_some(), "the test sees the exit in {text}");
    }
}

/// The trap that an instruction must have an entry for, if it may fault; of a
/// memory access, only in code that relies on guards.
fn fault(i: &Instruction, guarded: bool, bases: &[Register]) -> Option<Option<TrapCode>> {
    let in_heap = i.op_kinds().any(|k| k == OpKind::Memory) && i.mnemonic() != Mnemonic::Lea;
    match i.mnemonic() {
        Mnemonic::Ud2 => Some(None),
        Mnemonic::Idiv => Some(Some(TrapCode::IntegerOverflow)),
        _ if guarded && in_heap && bases.contains(&i.memory_base()) => {
            Some(Some(TrapCode::MemoryOutOfBounds))
        }
        _ => None,
    }
}

/// Where code may fault is what the table of traps says, no more, no less.
fn check_traps(text: &str) -> usize {
    let guarded = mode(text).0.bounds == Bounds::Guarded;
    let mut n = 0;
    for func in compile(text) {
        let mut traps: BTreeMap<u64, TrapCode> = BTreeMap::new();
        for trap in func.traps.iter() {
            let before = traps.insert(u64::from(trap.code_offset), trap.code);
            assert_eq!(before, None, "two traps at {:x}", trap.code_offset);
        }
        let mut before: Vec<Instruction> = Vec::new();
        for line in take_apart(&func.code) {
            let Line::Code(i) = line else { continue };
            let fault = fault(&i, guarded, &[Register::RBX]);
            let shown = || format!("{:x} of\n{text}\n{}", i.ip(), disassemble(&func));
            let known = traps.remove(&i.ip());
            match (fault, known) {
                (None, None) => {}
                (Some(None), Some(_)) => n += 1,
                (Some(Some(code)), Some(known)) => {
                    assert_eq!(code, known, "at {}", shown());
                    n += 1;
                }
                // A remainder: by -1 it is not divided, or it is by a constant.
                (Some(Some(TrapCode::IntegerOverflow)), None) => {
                    let known = |i: &Instruction| match i.mnemonic() {
                        Mnemonic::Cmp => i.immediate(1) as i8 == -1,
                        Mnemonic::Mov => i.op0_register().full_register() == Register::R11,
                        _ => false,
                    };
                    let recent = &before[before.len().saturating_sub(4)..];
                    assert!(recent.iter().any(known), "no trap at {}", shown());
                }
                (Some(_), None) => panic!("no trap at {}", shown()),
                // A memory other than the first, or an access of checked code.
                (None, Some(TrapCode::MemoryOutOfBounds)) => {
                    assert!(i.op_kinds().any(|k| k == OpKind::Memory), "at {}", shown());
                }
                (None, Some(code)) => panic!("trap {code} at {}", shown()),
            }
            before.push(i);
        }
        assert!(traps.is_empty(), "traps within instructions: {traps:?}\n{}", disassemble(&func));
    }
    n
}

#[test]
fn what_may_fault_is_in_the_table_of_traps() {
    let folder = snapshots::folder(env!("CARGO_MANIFEST_DIR"), "baseline");
    let mut n = 0;
    for (_, text) in snapshots::files(&folder) {
        n += check_traps(&snapshots::module_text(&text));
    }
    assert!(n >= 40, "only {n} traps");
}

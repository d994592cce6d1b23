//! Functions at the limits of what may be validated: they compile or are
//! refused, in a time that grows with their size and no faster.

#[path = "support/common.rs"]
mod common;

use std::fmt::Write;
use std::time::Instant;

use updraft_abi::{CompiledFunc, Tunables};
use updraft_compile::{CompileError, Effort};
use updraft_types::{DeclaredFuncIndex, TrapCode};

fn compile_with(text: &str, effort: Effort) -> Result<CompiledFunc, CompileError> {
    let module = common::module(text);
    let func = DeclaredFuncIndex::new(0);
    let start = Instant::now();
    let result = common::compile(&common::compiler(), &module, func, Tunables::default(), effort);
    println!("{effort:?}: {:?}", start.elapsed());
    result
}

fn compile(text: &str) -> Result<CompiledFunc, CompileError> {
    compile_with(text, Effort::Full)
}

#[test]
fn a_hundred_thousand_nested_blocks() {
    let n = 100_000;
    let text = format!("(module (func (param i32) {} {}))", "block ".repeat(n), "end ".repeat(n));
    compile(&text).expect("blocks that nothing branches to are nothing");
    // Fewer, because Cranelift's verifier takes quadratic time for these.
    let n = 20_000;
    let branches = format!(
        "(module (func (param i32) {} {}))",
        "block ".repeat(n),
        "local.get 0 br_if 0 end ".repeat(n)
    );
    compile_with(&branches, Effort::Fast).expect("deep nesting compiles");
    let dead = format!(
        "(module (func unreachable {} {}))",
        "block loop i32.const 0 if ".repeat(n / 4),
        "else end end end ".repeat(n / 4)
    );
    compile(&dead).expect("dead code is skipped");
}

#[test]
fn nested_loops_and_ifs() {
    let n = 2_000;
    let text = format!(
        "(module (func (param i32) {} {}))",
        "loop local.get 0 if ".repeat(n),
        "local.get 0 i32.const 1 i32.add local.set 0 end local.get 0 br_if 0 end ".repeat(n)
    );
    compile(&text).expect("nested loops compile");
}

#[test]
fn the_largest_branch_table() {
    let n = 65_520;
    let mut text =
        "(module (func (param i32) (result i32) block block block local.get 0 br_table".to_string();
    for i in 0..n {
        let _ = write!(text, " {}", i % 3);
    }
    text.push_str(" 2 end i32.const 1 return end i32.const 2 return end i32.const 3))");
    let func = compile(&text).expect("a large branch table compiles");
    assert!(func.code.len() > n * 4, "the table is there");
}

#[test]
fn a_branch_table_with_values() {
    let n = 10_000;
    let mut text = "(module (func (param i32) (result i32)
        (block (result i32) (block (result i32) i32.const 7 local.get 0 br_table"
        .to_string();
    for i in 0..n {
        let _ = write!(text, " {}", i % 3);
    }
    text.push_str(" 0) i32.const 1 i32.add)))");
    compile(&text).expect("a branch table with values compiles");
}

#[test]
fn fifty_thousand_locals() {
    let mut text = "(module (func (param i64)".to_string();
    text.push_str(&format!(" (local{})", " i64".repeat(49_999)));
    for i in 1..50_000 {
        let _ = write!(text, " local.get {} local.get 0 i64.add local.set {i}", i - 1);
    }
    text.push_str(" (loop local.get 0 i32.wrap_i64 br_if 0)))");
    compile_with(&text, Effort::Fast).expect("many locals compile");
}

#[test]
fn values_on_branches_are_bounded() {
    let n = 9_000;
    let i64s = " i64".repeat(1000);
    let text = format!(
        "(module (type $t (func (param{i64s}) (result{i64s})))
            (func (type $t) {} {} {}))",
        (0..1000).fold(String::new(), |mut s, i| {
            let _ = write!(s, "local.get {i} ");
            s
        }),
        "block (type $t) i32.const 0 br_if 0 ".repeat(n),
        "end ".repeat(n)
    );
    let error = compile(&text).expect_err("nine million values are refused");
    assert!(matches!(error, CompileError::TooLarge(_)), "{error}");
}

/// A frame that is larger than what lies below the limit must be refused
/// before it is touched.
#[test]
fn large_frames_are_checked_in_the_prologue() {
    let n = 4_000;
    let mut text =
        "(module (import \"m\" \"f\" (func $f (result i64))) (func (result i64)".to_string();
    text.push_str(&"call $f ".repeat(n));
    text.push_str(&"i64.add ".repeat(n - 1));
    text.push_str("))");
    let large = compile(&text).expect("a large frame compiles");
    assert!(large.frame_bytes > 16_000, "{}", large.frame_bytes);
    let first = large.traps.iter().next().expect("there is a trap");
    assert_eq!(first.code, TrapCode::StackOverflow);
    let small = compile("(module (func (result i64) i64.const 0))").unwrap();
    assert!(small.traps.is_empty());
}

#[test]
fn traps_and_calls_have_positions() {
    let module = common::module(
        "(module (memory 1) (func $f)
            (func (param i32 i32) (result i32)
                call $f
                local.get 0
                local.get 1
                i32.div_s
                i32.load
                unreachable))",
    );
    let func = DeclaredFuncIndex::new(1);
    let compiled =
        common::compile(&common::compiler(), &module, func, Tunables::default(), Effort::Full)
            .unwrap();
    let body = module.desc.bodies[func].bytes.start as u32;
    // One byte of local declarations; call 2 bytes, local.get 2 bytes each.
    let at = |code: TrapCode| {
        let site = compiled.traps.iter().find(|t| t.code == code).expect("the trap is there");
        let frame = compiled.positions.at(site.code_offset).expect("the trap has a position");
        frame.module_offset - body
    };
    assert_eq!(at(TrapCode::IntegerDivideByZero), 7);
    assert_eq!(at(TrapCode::IntegerOverflow), 7);
    assert_eq!(at(TrapCode::MemoryOutOfBounds), 8);
    assert_eq!(at(TrapCode::Unreachable), 11);
    let mut sources: Vec<_> =
        compiled.positions.iter().map(|(_, frame)| frame.module_offset - body).collect();
    sources.sort_unstable();
    sources.dedup();
    assert_eq!(sources, [0, 1, 7, 8, 11]);
    assert_eq!(compiled.positions.at(0).unwrap().module_offset, body);
    assert!(compiled.positions.iter().is_sorted_by_key(|(at, _)| at));
}

#[test]
fn equal_inputs_give_equal_code() {
    let text = "(module (table 3 funcref) (memory 1) (func (param i32) (result i32)
        (loop (br_if 0 (i32.load (local.get 0))))
        (call_indirect (param i32) (result i32) (local.get 0) (i32.const 1))))";
    assert_eq!(compile(text), compile(text));
}

//! Snapshots of machine code: `tests/disas/optimize/x64/*.wat` hold a module
//! and, in the `;;` lines below it, what its functions become. `BLESS=1`
//! rewrites them.
//!
//! A first line `;;! word …` chooses the mode: `checked`, `canonical-nans`,
//! `no-checks`, `fast`, `inline` (whatever can be), `osr=N` (entered at
//! loop N).

#[path = "support/common.rs"]
mod common;
#[path = "support/take_apart.rs"]
mod take_apart;

use std::fmt::Write;
use std::path::PathBuf;

use iced_x86::{Formatter, IntelFormatter};
use updraft_abi::{Bounds, CompiledFunc, Tunables};
use updraft_compile::Effort;
use updraft_optimize::OptimizingCompiler;

use take_apart::{Line, has_loop, take_apart, unchecked_loop};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/disas/optimize/x64")
}

fn mode(text: &str) -> (OptimizingCompiler, Tunables, Effort, Option<u32>) {
    let mut compiler = common::compiler();
    let mut tunables = Tunables::default();
    let mut effort = Effort::Full;
    let mut osr = None;
    let words = text.lines().next().and_then(|l| l.strip_prefix(";;!")).unwrap_or("");
    for word in words.split_whitespace() {
        match word {
            "checked" => tunables.bounds = Bounds::Checked,
            "canonical-nans" => tunables.canonical_nans = true,
            "no-checks" => tunables.interrupt_checks = false,
            "inline" => compiler = common::inlining_compiler(),
            "fast" => effort = Effort::Fast,
            other => match other.strip_prefix("osr=").map(str::parse) {
                Some(Ok(ordinal)) => osr = Some(ordinal),
                _ => panic!("unknown mode {other}"),
            },
        }
    }
    (compiler, tunables, effort, osr)
}

/// Functions of a module in the mode that its first line asks for.
fn compile(text: &str) -> Vec<CompiledFunc> {
    let (compiler, tunables, effort, osr) = mode(text);
    let module = common::module(text);
    module
        .desc
        .bodies
        .keys()
        .map(|func| {
            common::compile_entered(&compiler, &module, func, osr, tunables, effort)
                .expect("the module compiles")
        })
        .collect()
}

fn disassemble(func: &CompiledFunc) -> String {
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_space_after_operand_separator(true);
    options.set_rip_relative_addresses(true);
    options.set_branch_leading_zeros(false);
    options.set_show_branch_size(false);
    options.set_uppercase_hex(false);
    let mut text = String::new();
    for line in take_apart(&func.code) {
        match line {
            // What puts the function in its place.
            Line::Code(instruction) if instruction.ip() < u64::from(func.entry) => {}
            Line::Code(instruction) => {
                let mut shown = String::new();
                formatter.format(&instruction, &mut shown);
                let at = instruction.ip();
                let _ = write!(text, "{at:4x}: {shown}");
                if let Some(trap) = func.traps.iter().find(|t| u64::from(t.code_offset) == at) {
                    let _ = write!(text, "  ; trap: {}", trap.code);
                }
                let next = instruction.next_ip() as u32;
                if let Some(safepoint) = func.safepoints.iter().find(|s| s.code_offset == next) {
                    let slots: Vec<_> = safepoint.slots.iter().map(|s| s.0).collect();
                    let _ = write!(text, "  ; references at sp+{slots:?}");
                }
                text.push('\n');
            }
            Line::Table { at, target } => {
                let _ = writeln!(text, "{at:4x}: -> {target:x}");
            }
            Line::Data { at } => {
                let bytes = func.code.len() as u64 - at;
                let _ = writeln!(text, "{at:4x}: {bytes} bytes of constants");
            }
        }
    }
    text
}

#[test]
fn code_is_as_in_the_snapshots() {
    let mut paths: Vec<_> = std::fs::read_dir(folder())
        .expect("the folder of snapshots exists")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wat"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "only {} snapshots", paths.len());
    let bless = std::env::var_os("BLESS").is_some();
    let mut differing = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a snapshot is text");
        let input: String = {
            let end = text.find("\n;; func").map_or(text.len(), |i| i + 1);
            text[..end].trim_end().to_string() + "\n"
        };
        let mut expected = input.clone();
        for (i, func) in compile(&input).iter().enumerate() {
            let _ = write!(expected, "\n;; func {i}, frame of {} bytes\n", func.frame_bytes);
            for line in disassemble(func).lines() {
                let _ = writeln!(expected, ";; {line}");
            }
        }
        if expected == text {
            continue;
        }
        if bless {
            std::fs::write(&path, expected).expect("a snapshot can be written");
        } else {
            differing.push(format!("{}\n{expected}", path.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "code differs from (BLESS=1 rewrites):\n{}",
        differing.join("\n")
    );
}

#[test]
fn every_loop_looks_at_the_limit_word() {
    let loops = [
        // Neither stores nor calls nor anything that changes.
        "(module (func (loop (br 0))))",
        "(module (func (param i32) (loop (br_if 0 (local.get 0)))))",
        // Two headers in a row, nested, with a branch to the outer one.
        "(module (func (param i32) (loop (loop (br_if 0 (local.get 0)) (br_if 1 (local.get 0))))))",
        // Loads only, after the same loads outside.
        "(module (memory 1) (func (param i32) (result i32)
            (drop (i32.load (local.get 0)))
            (loop (br_if 0 (i32.load (local.get 0))))
            (i32.load (local.get 0))))",
        // A loop behind a loop, and one that returns from within.
        "(module (func (param i32 i32)
            (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (loop (if (local.get 1) (then (return))) (br 0))))",
        // A way back through a jump table.
        "(module (func (param i32) (loop (block (br_table 0 1 0 (local.get 0))))))",
    ];
    for text in loops {
        for line in ["", ";;! checked\n", ";;! fast\n"] {
            let text = format!("{line}{text}");
            for func in compile(&text) {
                assert!(has_loop(&func.code), "no loop in\n{text}\n{}", disassemble(&func));
                let unchecked = unchecked_loop(&func.code);
                assert_eq!(unchecked, None, "unchecked loop in\n{text}\n{}", disassemble(&func));
            }
        }
        let unchecked = compile(&format!(";;! no-checks\n{text}"));
        assert!(unchecked_loop(&unchecked[0].code).is_some(), "the test sees the loop in {text}");
    }
}

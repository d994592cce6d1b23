//! Snapshots of machine code: `tests/disas/optimize/x64/*.wat` hold a module
//! and, in the `;;` lines below it, what its functions become. `BLESS=1`
//! rewrites them.
//!
//! A first line `;;! word …` chooses the mode: `checked`, `canonical-nans`,
//! `no-checks`, `fast`, `inline` (whatever can be), `osr=N` (entered at
//! loop N).

#[path = "support/common.rs"]
mod common;
#[path = "../../../tests/disas/harness/snapshots.rs"]
mod snapshots;
#[path = "../../../tests/disas/harness/take_apart.rs"]
mod take_apart;

use updraft_abi::{Bounds, CompiledFunc, Tunables};
use updraft_compile::Effort;
use updraft_optimize::OptimizingCompiler;

use snapshots::{LOOPS, disassemble};
use take_apart::{has_loop, unchecked_loop};

fn mode(text: &str) -> (OptimizingCompiler, Tunables, Effort, Option<u32>) {
    let mut compiler = common::compiler();
    let mut tunables = Tunables::default();
    let mut effort = Effort::Full;
    let mut osr = None;
    for word in snapshots::mode_words(text) {
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

#[test]
fn code_is_as_in_the_snapshots() {
    snapshots::check(&snapshots::folder(env!("CARGO_MANIFEST_DIR"), "optimize"), compile);
}

#[test]
fn every_loop_looks_at_the_limit_word() {
    for text in LOOPS {
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

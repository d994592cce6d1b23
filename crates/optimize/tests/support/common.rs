//! Decoding and compiling modules for tests.
#![allow(dead_code)]

use updraft_abi::{Bounds, CompiledFunc, Tunables, VmContextLayout};
use updraft_compile::{CompileError, CompileInput, Effort, Feedback, FuncCompiler};
use updraft_decode::DecodedModule;
use updraft_optimize::{OptimizeOptions, OptimizingCompiler};
use updraft_types::{DeclaredFuncIndex, Features};

/// A compiler that verifies what it is given and makes the same code on all
/// machines.
pub fn compiler() -> OptimizingCompiler {
    let mut options = OptimizeOptions::default();
    options.verifier = true;
    options.baseline_cpu = true;
    OptimizingCompiler::new(options).expect("the machine has what the compiler needs")
}

/// Decodes and validates.
pub fn decode(wasm: Vec<u8>) -> DecodedModule {
    updraft_decode::validate(wasm, &Features::default()).expect("the module is valid")
}

/// A module in the text format.
pub fn module(text: &str) -> DecodedModule {
    decode(wat::parse_str(text).expect("the test's text is a module"))
}

/// As [`compiler`], and inlines whatever it can.
pub fn inlining_compiler() -> OptimizingCompiler {
    let mut options = OptimizeOptions::default();
    options.verifier = true;
    options.baseline_cpu = true;
    options.stress_inlining = true;
    OptimizingCompiler::new(options).expect("the machine has what the compiler needs")
}

/// Compiles one function.
pub fn compile(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    func: DeclaredFuncIndex,
    tunables: Tunables,
    effort: Effort,
) -> Result<CompiledFunc, CompileError> {
    compile_with(compiler, module, func, tunables, effort, None)
}

/// Compiles one function with what was seen of the module.
pub fn compile_with(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    func: DeclaredFuncIndex,
    tunables: Tunables,
    effort: Effort,
    feedback: Option<&Feedback>,
) -> Result<CompiledFunc, CompileError> {
    run(compiler, module, func, None, tunables, effort, feedback)
}

/// Compiles one function, to be entered at a loop if one is named.
pub fn compile_entered(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    func: DeclaredFuncIndex,
    osr: Option<u32>,
    tunables: Tunables,
    effort: Effort,
) -> Result<CompiledFunc, CompileError> {
    run(compiler, module, func, osr, tunables, effort, None)
}

fn run(
    compiler: &OptimizingCompiler,
    module: &DecodedModule,
    func: DeclaredFuncIndex,
    osr: Option<u32>,
    tunables: Tunables,
    effort: Effort,
    feedback: Option<&Feedback>,
) -> Result<CompiledFunc, CompileError> {
    let layout = VmContextLayout::new(&module.desc).expect("the context is small");
    let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
    compiler.compile(&CompileInput { tunables, effort, feedback, osr, ..input })
}

/// Every combination of bounds and of canonical NaNs, with full effort, and
/// once with little.
pub fn modes() -> Vec<(Tunables, Effort)> {
    let mut modes = Vec::new();
    for bounds in Bounds::ALL {
        for canonical_nans in [false, true] {
            let tunables = Tunables { bounds, canonical_nans, ..Tunables::default() };
            modes.push((tunables, Effort::Full));
        }
    }
    modes.push((Tunables { canonical_nans: true, ..Tunables::default() }, Effort::Fast));
    modes
}

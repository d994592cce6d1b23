//! The compiler as the engine sees it: Cranelift's settings, scratch space,
//! and the way of one function through both.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CodegenError, Context};
use cranelift_frontend::FunctionBuilderContext;
use updraft_abi::CompiledFunc;
use updraft_compile::{CompileError, CompileInput, Effort, FuncCompiler};

use crate::body::{self, Buffers};
use crate::inline::InlineTree;
use crate::output;

/// Frames above this are checked in the prologue: 64 KiB below the limit belong
/// to stubs, and a frame is in use before the entry check looks.
const MAX_UNCHECKED_FRAME_BYTES: u32 = 8 << 10;

/// Loops that nest deeper are not optimized: moving code out of them takes
/// Cranelift more than quadratic time (1,000 loops 0.8 s, 2,000 loops 9 s on
/// the reference machine).
const MAX_OPTIMIZED_LOOP_DEPTH: u32 = 100;

/// Scratch space of larger bodies is not kept.
const MAX_KEPT_BODY_BYTES: usize = 64 << 10;

/// Choices that do not change what code means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OptimizeOptions {
    /// Whether Cranelift verifies its input: on in debug builds.
    pub verifier: bool,
    /// Whether to use only what every supported processor has (SSE4.2 and
    /// POPCNT), so that the code is the same on all machines.
    pub baseline_cpu: bool,
    /// Whether to inline as if all functions were hot and indirect calls had
    /// many targets, whatever was seen: for tests.
    pub stress_inlining: bool,
}

impl Default for OptimizeOptions {
    fn default() -> Self {
        Self { verifier: cfg!(debug_assertions), baseline_cpu: false, stress_inlining: false }
    }
}

/// What one translation needs and the next can use again.
struct Scratch {
    context: Context,
    builder: FunctionBuilderContext,
    buffers: Buffers,
}

impl Scratch {
    fn new() -> Box<Self> {
        Box::new(Self {
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            buffers: Buffers::default(),
        })
    }
}

/// The optimizing compiler.
pub struct OptimizingCompiler {
    full: OwnedTargetIsa,
    fast: OwnedTargetIsa,
    stress_inlining: bool,
    scratch: Mutex<Vec<Box<Scratch>>>,
}

/// x86-64 features that every supported processor has.
const BASELINE: [&str; 5] = ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];

fn isa(options: &OptimizeOptions, effort: Effort) -> Result<OwnedTargetIsa, CompileError> {
    let unsupported = |e: &dyn std::fmt::Display| CompileError::Unsupported(e.to_string());
    let (opt_level, regalloc) = match effort {
        Effort::Full => ("speed", "backtracking"),
        Effort::Fast => ("none", "single_pass"),
    };
    let mut flags = settings::builder();
    let values = [
        ("opt_level", opt_level),
        ("regalloc_algorithm", regalloc),
        ("enable_verifier", if options.verifier { "true" } else { "false" }),
        ("preserve_frame_pointers", "true"),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("probestack_size_log2", "12"),
        ("unwind_info", "false"),
        ("is_pic", "true"),
        ("machine_code_cfg_info", "true"),
    ];
    for (name, value) in values {
        flags.set(name, value).map_err(|e| unsupported(&e))?;
    }
    let mut builder = cranelift_native::builder_with_options(!options.baseline_cpu)
        .map_err(|e| unsupported(&e))?;
    if options.baseline_cpu {
        for feature in BASELINE {
            builder.enable(feature).map_err(|e| unsupported(&e))?;
        }
    }
    let isa = builder.finish(settings::Flags::new(flags)).map_err(|e| unsupported(&e))?;
    for feature in BASELINE {
        let lacking =
            isa.isa_flags().iter().any(|f| f.name == feature && f.as_bool() == Some(false));
        if lacking {
            return Err(CompileError::Unsupported(format!("processor without {feature}")));
        }
    }
    Ok(isa)
}

impl OptimizingCompiler {
    /// Makes the compiler for this machine; an error if its processor lacks
    /// what code is compiled for.
    pub fn new(options: OptimizeOptions) -> Result<Self, CompileError> {
        Ok(Self {
            full: isa(&options, Effort::Full)?,
            fast: isa(&options, Effort::Fast)?,
            stress_inlining: options.stress_inlining,
            scratch: Mutex::default(),
        })
    }

    fn isa(&self, effort: Effort) -> &dyn TargetIsa {
        match effort {
            Effort::Full => &*self.full,
            Effort::Fast => &*self.fast,
        }
    }

    fn compile_in(
        &self,
        scratch: &mut Scratch,
        input: &CompileInput<'_>,
        inline_tree: &InlineTree,
        checks_frame: bool,
    ) -> Result<CompiledFunc, CompileError> {
        let Scratch { context, builder, buffers } = scratch;
        context.clear();
        let target = self.full.frontend_config();
        let func = &mut context.func;
        let translated =
            body::translate(func, builder, buffers, target, input, inline_tree, checks_frame)?;
        let deep = translated.max_loop_depth > MAX_OPTIMIZED_LOOP_DEPTH;
        let isa = self.isa(if deep { Effort::Fast } else { input.effort });
        let listing = input.listing.then(|| context.func.display().to_string());
        if let Err(e) = context.compile(isa, &mut ControlPlane::default()) {
            return Err(compile_error(e.inner, &e.func.display().to_string()));
        }
        let code = context.compiled_code().ok_or_else(|| CompileError::Bug("no code".into()))?;
        let large = output::frame_bytes(code) > MAX_UNCHECKED_FRAME_BYTES;
        if large && !checks_frame && input.tunables.interrupt_checks {
            return self.compile_in(scratch, input, inline_tree, true);
        }
        output::compiled_func(code, &translated.sources, inline_tree, listing)
    }
}

fn compile_error(error: CodegenError, func: &str) -> CompileError {
    match error {
        CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge => {
            CompileError::TooLarge(error.to_string())
        }
        CodegenError::Unsupported(what) => CompileError::Unsupported(what),
        CodegenError::Verifier(errors) => CompileError::Bug(format!("{errors}\n{func}")),
        other => CompileError::Bug(other.to_string()),
    }
}

impl FuncCompiler for OptimizingCompiler {
    fn name(&self) -> &'static str {
        "optimize"
    }

    fn compile(&self, input: &CompileInput<'_>) -> Result<CompiledFunc, CompileError> {
        let lock = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = lock().pop().unwrap_or_else(Scratch::new);
        // A mistake in the compiler must not take the host down; whatever state
        // it left in the scratch space is thrown away with it.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let tree = InlineTree::new(input, self.stress_inlining);
            let result = self.compile_in(&mut scratch, input, &tree, false);
            match result {
                // A function that is within the limits stays within them.
                Err(CompileError::TooLarge(_) | CompileError::Unsupported(_))
                    if !tree.is_empty() =>
                {
                    scratch = Scratch::new();
                    self.compile_in(&mut scratch, input, &InlineTree::default(), false)
                }
                other => other,
            }
        }));
        match outcome {
            Ok(result) => {
                // After an error the builder may hold half a function.
                if result.is_ok() && input.body.len() <= MAX_KEPT_BODY_BYTES {
                    lock().push(scratch);
                }
                result
            }
            Err(_) => Err(CompileError::Bug("the optimizing compiler panicked".into())),
        }
    }
}

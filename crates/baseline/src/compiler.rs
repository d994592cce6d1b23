//! The compiler as the engine sees it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use updraft_abi::CompiledFunc;
use updraft_compile::{CompileError, CompileInput, FuncCompiler, Validated};
use updraft_decode::{BodyToValidate, ValidateScratch};

use crate::x64::{self, Buffers, CpuFeatures};

/// Scratch space of larger bodies is not kept.
const MAX_KEPT_BODY_BYTES: usize = 256 << 10;

/// Choices that do not change what code means.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BaselineOptions {
    /// Whether to use only what every supported processor has (SSE4.2 and
    /// POPCNT), so that the code is the same on all machines.
    pub baseline_cpu: bool,
}

/// What compilations use again; it stays where it is.
#[derive(Default)]
struct Scratch {
    buffers: Buffers,
    validate: ValidateScratch,
}

/// The baseline compiler.
pub struct BaselineCompiler {
    cpu: CpuFeatures,
    #[expect(clippy::vec_box, reason = "kilobytes each, taken out and put back per function")]
    scratch: Mutex<Vec<Box<Scratch>>>,
}

impl BaselineCompiler {
    /// Makes the compiler for this machine; an error if its processor lacks
    /// what code is compiled for.
    pub fn new(options: BaselineOptions) -> Result<Self, CompileError> {
        let cpu = CpuFeatures::detect(options.baseline_cpu)?;
        Ok(Self { cpu, scratch: Mutex::default() })
    }
}

impl FuncCompiler for BaselineCompiler {
    fn name(&self) -> &'static str {
        "baseline"
    }

    fn compile(&self, input: &CompileInput<'_>) -> Result<CompiledFunc, CompileError> {
        self.with_scratch(input, |scratch| x64::compile(input, self.cpu, &mut scratch.buffers))
    }

    fn validate_and_compile(&self, input: &CompileInput<'_>, body: &BodyToValidate) -> Validated {
        self.with_scratch(input, |Scratch { buffers, validate }| {
            x64::validate_and_compile(input, body, self.cpu, buffers, validate)
        })
    }
}

impl BaselineCompiler {
    fn with_scratch<T>(&self, input: &CompileInput<'_>, run: impl FnOnce(&mut Scratch) -> T) -> T {
        let lock = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = lock().pop().unwrap_or_default();
        let result = run(&mut scratch);
        if input.body.len() <= MAX_KEPT_BODY_BYTES {
            lock().push(scratch);
        }
        result
    }
}

impl fmt::Debug for BaselineCompiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BaselineCompiler").field("cpu", &self.cpu).finish_non_exhaustive()
    }
}

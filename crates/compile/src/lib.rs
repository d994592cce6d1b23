//! What the engine asks of a compiler.
//!
//! Owns: [`CompileInput`], [`CompileError`] and the trait [`FuncCompiler`].
//! The engine holds compilers as `dyn FuncCompiler` and knows no other thing
//! of them; compilers are pure functions of their input. Must not know: any
//! compiler, threads, code memory.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fmt;

use updraft_abi::{CompiledFunc, ModuleNumber, Tunables, VmContextLayout};
use updraft_decode::{BodyToValidate, DecodeError, ValidateScratch};
use updraft_types::{BodyFacts, DeclaredFuncIndex, ModuleDesc};

/// How much effort a compiler may spend: decided by the engine before the
/// compiler starts, because it cannot be cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Effort {
    /// All optimizations.
    #[default]
    Full,
    /// No optimization and the fastest register allocation: for functions
    /// that would take too long or too much memory otherwise.
    Fast,
}

/// Targets that an indirect call site was seen to have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SiteFeedback {
    /// Functions of the same instance, with the number of calls, most frequent
    /// first; at most [`updraft_abi::feedback::MAX_TARGETS`].
    pub targets: Vec<(DeclaredFuncIndex, u32)>,
    /// Calls that went elsewhere, or were not told apart.
    pub other: u32,
}

/// What was called in place of what was expected, with the number of samples;
/// what is no function of the same instance as nothing.
pub type MissedTargets = Vec<(Option<DeclaredFuncIndex>, u32)>;

/// What was seen while functions ran: frozen when a unit is made, so that
/// compilers stay pure functions of their input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Feedback {
    /// Indirect call sites of functions, in order of the body, those in
    /// unreachable code included. A function that is not here is not known.
    pub sites: HashMap<DeclaredFuncIndex, Vec<SiteFeedback>>,
    /// Functions that ran often enough to be worth inlining, with their heat:
    /// bytes executed, roughly, as budgets count them.
    pub heat: HashMap<DeclaredFuncIndex, u64>,
    /// Call sites of which `sites` does not say enough any more, by function
    /// and offset of the operator in the module.
    pub missed: HashMap<(DeclaredFuncIndex, u32), MissedTargets>,
}

/// A module as compilers see it.
#[derive(Clone, Copy, Debug)]
pub struct ModuleInput<'a> {
    /// Facts of the module.
    pub desc: &'a ModuleDesc,
    /// Layout of its instance contexts.
    pub layout: &'a VmContextLayout,
    /// All of its bytes.
    pub wire: &'a [u8],
    /// Which bodies have been validated, by declared function; all of them if
    /// nothing. No compiler may look at others.
    pub valid: Option<&'a [bool]>,
}

impl<'a> ModuleInput<'a> {
    /// The body of a function and its offset in the module, if it has been
    /// validated.
    pub fn body(&self, func: DeclaredFuncIndex) -> Option<(&'a [u8], usize)> {
        let range = self.desc.bodies[func].bytes.clone();
        let is_valid = self.valid.is_none_or(|valid| valid[func.index()]);
        let body = self.wire.get(range.clone()).filter(|_| is_valid)?;
        Some((body, range.start))
    }
}

/// A module of which functions are imported.
#[derive(Clone, Copy, Debug)]
pub struct ForeignModule<'a> {
    /// The module.
    pub module: ModuleInput<'a>,
    /// As [`Feedback::heat`].
    pub heat: &'a HashMap<DeclaredFuncIndex, u64>,
}

/// What an imported function was seen to be: a function of some instance of
/// another module, whose code has the same bounds checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImportTarget {
    /// The module, by its place in [`CompileInput::foreign`].
    pub module: u32,
    /// The function.
    pub func: DeclaredFuncIndex,
    /// What the slot of its record is, see [`updraft_abi::vmctx`]: no other
    /// function has that one as long as the module is there.
    pub slot: usize,
}

/// A function to compile. Its body has been validated, unless it goes to
/// [`FuncCompiler::validate_and_compile`].
#[derive(Clone, Copy, Debug)]
pub struct CompileInput<'a> {
    /// Facts of the module.
    pub module: &'a ModuleDesc,
    /// Layout of its instance contexts.
    pub layout: &'a VmContextLayout,
    /// Which function.
    pub func: DeclaredFuncIndex,
    /// The body: local declarations and code.
    pub body: &'a [u8],
    /// Offset of the body's first byte in the module.
    pub body_offset: usize,
    /// What validation counted in the body.
    pub facts: BodyFacts,
    /// Choices that change the code.
    pub tunables: Tunables,
    /// How much effort to spend.
    pub effort: Effort,
    /// Whether the code is compiled to be looked at:
    /// [`CompiledFunc::listing`] is wanted, and positions of all operators. The
    /// code is the same.
    pub listing: bool,
    /// Bytes of the whole module: bodies of callees for inlining.
    pub wire: &'a [u8],
    /// Which bodies have been validated, by declared function; all of them if
    /// nothing. No compiler may look at others.
    pub valid: Option<&'a [bool]>,
    /// What was seen of it, for the optimizing compiler.
    pub feedback: Option<&'a Feedback>,
    /// The ordinal of the loop that the code is entered at, see
    /// [`updraft_abi::OsrMap`]: code that goes on where a baseline frame was
    /// left. `None` for ordinary code.
    pub osr: Option<u32>,
    /// Whether baseline code counts budgets and gathers feedback.
    pub tiering: bool,
    /// Other modules, of which functions are imported.
    pub foreign: &'a [ForeignModule<'a>],
    /// What imported functions were seen to be, by function; nothing if that is
    /// not known, or no function of a module. Other instances of the module may
    /// import others. May be shorter than the list of functions.
    pub imports: &'a [Option<ImportTarget>],
}

impl<'a> CompileInput<'a> {
    /// The module that the function belongs to.
    pub fn own(&self) -> ModuleInput<'a> {
        let Self { module: desc, layout, wire, valid, .. } = *self;
        ModuleInput { desc, layout, wire, valid }
    }

    /// The module with this number.
    pub fn numbered(&self, module: ModuleNumber) -> ModuleInput<'a> {
        match module.foreign_index() {
            None => self.own(),
            Some(at) => self.foreign[at].module,
        }
    }

    /// What a compiler needs to know at least of a function of the module with
    /// these bytes. Whoever knows more, or wants other code, changes the rest.
    pub fn new(
        module: &'a ModuleDesc,
        layout: &'a VmContextLayout,
        wire: &'a [u8],
        func: DeclaredFuncIndex,
    ) -> Self {
        let range = module.bodies[func].bytes.clone();
        Self {
            module,
            layout,
            func,
            body: &wire[range.clone()],
            body_offset: range.start,
            facts: BodyFacts::default(),
            tunables: Tunables::default(),
            effort: Effort::default(),
            listing: false,
            wire,
            valid: None,
            feedback: None,
            osr: None,
            tiering: false,
            foreign: &[],
            imports: &[],
        }
    }
}

/// Why a function could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// The function exceeds a limit of the compiler.
    TooLarge(String),
    /// The compiler, or the processor, lacks something it needs.
    Unsupported(String),
    /// A mistake in the compiler itself.
    Bug(String),
    /// The body is not valid.
    Invalid(DecodeError),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::TooLarge(s) => write!(f, "function too large to compile: {s}"),
            CompileError::Unsupported(s) => write!(f, "unsupported by the compiler: {s}"),
            CompileError::Bug(s) => write!(f, "internal compiler error: {s}"),
            CompileError::Invalid(fault) => write!(f, "invalid function body: {fault}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// What became of a body that was validated on the way: what was counted in
/// it, whether it could be compiled or not, or its fault.
pub type Validated = Result<(BodyFacts, Result<CompiledFunc, CompileError>), DecodeError>;

/// A compiler of single functions. Shared by all threads; keeps what it wants
/// to reuse between calls in thread-local or pooled scratch space of its own.
pub trait FuncCompiler: Send + Sync {
    /// The name, as listings show it.
    fn name(&self) -> &'static str;

    /// Compiles one function. Equal inputs give equal results.
    fn compile(&self, input: &CompileInput<'_>) -> Result<CompiledFunc, CompileError>;

    /// Compiles one function whose body, the same as `input.body`, has not been
    /// validated; `input.facts` say nothing. The verdict is that of
    /// [`BodyToValidate::validate`], and the code is that of
    /// [`FuncCompiler::compile`]. A compiler may validate what it reads, or
    /// learn from a validation before it reads.
    fn validate_and_compile(&self, input: &CompileInput<'_>, body: &BodyToValidate) -> Validated {
        let facts = body.validate(&mut ValidateScratch::new())?;
        Ok((facts, self.compile(&CompileInput { facts, ..*input })))
    }
}

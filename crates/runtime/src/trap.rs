//! Traps: what ended a call, and the frames it ended in.
//!
//! Owns: [`Trap`], [`Backtrace`] and what is pending while wasm is left. Called
//! by builtins, by the landing of signals, and by `call`, which turns what is
//! pending into a returned value. The signal handler itself is in `signal`.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Once};

use updraft_types::{FuncIndex, TrapCode};

use crate::frames;
use crate::isolate::{Isolate, VmIsolate};
use crate::module::RuntimeModule;
use crate::sys::OsError;

pub mod signal;

/// Frames that a backtrace keeps at most, the innermost first.
pub const MAX_FRAMES: usize = 512;

/// A frame of a backtrace.
#[derive(Clone)]
pub struct Frame {
    /// The module that the function belongs to.
    pub module: Arc<RuntimeModule>,
    /// The function.
    pub func: FuncIndex,
    /// Offset in the module of the operator that was executed.
    pub module_offset: Option<u32>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.func, self.module_offset)
    }
}

/// The wasm frames of a call, the innermost first, through host frames.
#[derive(Clone, Debug, Default)]
pub struct Backtrace {
    /// The frames.
    pub frames: Vec<Frame>,
    /// Whether there were more than [`MAX_FRAMES`].
    pub truncated: bool,
}

/// A trap.
#[derive(Clone, Debug)]
pub struct Trap {
    /// Why.
    pub code: TrapCode,
    /// More than the code says, if there is more.
    pub detail: Option<String>,
    /// Where.
    pub backtrace: Backtrace,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{}: {detail}", self.code),
            None => self.code.fmt(f),
        }
    }
}

impl std::error::Error for Trap {}

/// An error that a host function returned.
pub type HostError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why wasm is being left.
pub(crate) enum Pending {
    /// A trap.
    Trap(Trap),
    /// A host function returned an error; the frames that led to it.
    Host(HostError, Backtrace),
    /// A host function panicked.
    Panic(Box<dyn Any + Send>),
}

/// How a call ended that did not return.
#[derive(Debug)]
pub enum CallError {
    /// By a trap.
    Trap(Trap),
    /// By an error of a host function, with the wasm frames that called it.
    Host(HostError, Backtrace),
    /// The embedder's limiter said no.
    Limit(String),
    /// The call could not be made.
    Setup(String),
}

impl From<TrapCode> for CallError {
    fn from(code: TrapCode) -> Self {
        CallError::Trap(Trap { code, detail: None, backtrace: Backtrace::default() })
    }
}

/// Installs the signal handlers, once in the process.
pub(crate) fn install() -> Result<(), OsError> {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: the stub takes the arguments of `LandingArgs` and unwinds.
        unsafe { signal::set_trap_landing(crate::arch::x64::trap_landing) };
        // SAFETY: the hook reads memory only; `call::enter` alone sets what
        // it is passed.
        unsafe { signal::set_address_hook(is_in_reservation) };
    });
    signal::install()
}

/// Whether an address that faulted lies in a memory of the isolate. Called by
/// the signal handler: neither locks nor allocates.
unsafe fn is_in_reservation(vm: *mut u8, address: usize) -> bool {
    // SAFETY: the handler passes what `call::enter` set as this thread's
    // running isolate, which lives until that call returns.
    let vm = unsafe { &*vm.cast::<VmIsolate>() };
    let isolate = vm.host_context.get().cast::<Isolate>();
    // SAFETY: while wasm runs, `HOST_CONTEXT` points at the store, headed by
    // the isolate, and the faulting machine code holds no reference to it;
    // this thread runs nothing else.
    let isolate = unsafe { &*isolate };
    isolate.heap.is_in_reservation(address)
}

/// Records a trap that a signal reported; the landing then leaves wasm.
pub(crate) extern "C" fn raised_by_signal(
    vm: *const VmIsolate,
    pc: usize,
    code: u64,
    _address: usize,
    fp: usize,
) {
    let code = TrapCode::from_u8(code as u8).unwrap_or(TrapCode::Unreachable);
    // SAFETY: the landing passes the running isolate, see `is_in_reservation`.
    let vm = unsafe { &*vm };
    let backtrace = frames::backtrace(vm, Some((pc, fp)));
    // SAFETY: as in `is_in_reservation`; the machine code was stopped for good.
    let isolate = unsafe { &mut *vm.host_context.get().cast::<Isolate>() };
    isolate.pending = Some(Pending::Trap(Trap { code, detail: None, backtrace }));
}

impl Isolate {
    /// Records a trap at the point where wasm was left last.
    pub(crate) fn raise(&mut self, code: TrapCode, detail: Option<String>) {
        let backtrace = frames::backtrace(&self.vm, None);
        self.pending = Some(Pending::Trap(Trap { code, detail, backtrace }));
    }

    /// The wasm frames that are on the stack now.
    pub fn backtrace(&self) -> Backtrace {
        if self.vm.is_outside() { Backtrace::default() } else { frames::backtrace(&self.vm, None) }
    }
}

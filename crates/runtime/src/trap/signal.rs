//! From a signal to a trap.
//!
//! Owns: the handlers of SIGSEGV, SIGBUS, SIGILL and SIGFPE, and what the
//! thread runs. Called by the system; set up by the engine's start and by
//! whoever enters machine code. Must not know: what a trap becomes (the
//! landing stub does), what an isolate is (but for its limit word).
//!
//! Sealed: nothing reached from `handle` locks, allocates, waits or panics,
//! short of the handlers that were there before.
//!
//! # Essay: what is a trap, and what is not ours
//!
//! 1. The handlers are installed once per process. First the action that is
//!    there is stored, then ours is installed, so a signal in between finds
//!    what to call.
//! 2. A signal arrives on the thread's signal stack. Without a current isolate
//!    on this thread (foreign threads, host code outside of any call), in a
//!    forked child, or if somebody sent the signal: not ours.
//! 3. The interrupted instruction must lie in published code. It is live,
//!    since this thread runs it, so its info can be read.
//! 4. The instruction must be one that may trap.
//!    - SIGILL, SIGFPE: it is a trap.
//!    - SIGSEGV, SIGBUS where memory is accessed: a trap if the address lies in
//!      the range of one of the isolate's memories, which the hook tells.
//!    - the same where a null reference is followed: a trap if the address is
//!      in the first page.
//! 5. Or the instruction touched the end of the stack, to make a large frame:
//!    the address lies between the wasm stack limit and 1 MiB below the
//!    stack's end, near the stack pointer. The frame is not there yet, so the trap lands on the stack
//!    of the frame's caller side, at the frame pointer.
//! 6. A trap: the thread goes on in the landing stub, below what the frame
//!    used. The system restores the signal mask as the handler returns.
//! 7. All else goes to the handler that was there before, as the system would
//!    have called it; if that was the default, it is restored, and the
//!    instruction faults again and ends the process.
//!
//! A handler that somebody installs later may call ours: it only has to pass
//! all three arguments on.
//!
//! In a library that is loaded at run time, the first access to a thread-local
//! may allocate. A thread without access so far runs no machine code, so only
//! its way to the previous handler is affected.

use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};
use updraft_abi::isolate;
use updraft_types::TrapCode;

use crate::arch::{FaultContext, LandingArgs};
use crate::code_space;
use crate::stack;
use crate::sys::{self, OsError};

/// Tells whether an access to `address` that faulted is one to a memory of
/// the isolate. Runs in the signal handler: neither locks nor allocates.
pub type AddressHook = unsafe fn(isolate: *mut u8, address: usize) -> bool;

const SIGNALS: [c_int; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE];
/// How far below the end of the stack a frame can reach when it is made.
const OVERSHOOT_BYTES: usize = 1 << 20;
/// Accesses through a null reference lie below this address.
const NULL_PAGE_BYTES: usize = 4096;

thread_local! {
    /// The isolate whose machine code runs on this thread, or null. No
    /// destructor and no lazy start: the handler reads it.
    static CURRENT: Cell<*mut u8> = const { Cell::new(ptr::null_mut()) };
}

static LANDING: AtomicUsize = AtomicUsize::new(0);
static ADDRESS_HOOK: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());
static PREVIOUS: [Previous; SIGNALS.len()] = [const { Previous::new() }; SIGNALS.len()];

/// The action that was there before ours.
struct Previous {
    /// Written once, before `ready`.
    action: UnsafeCell<MaybeUninit<libc::sigaction>>,
    ready: AtomicBool,
    /// It was to be called once only, and was.
    spent: AtomicBool,
}

// SAFETY: `action` is written once, before `ready` is set (Release) and our
// handler installed, and only read after `ready` was seen (Acquire).
unsafe impl Sync for Previous {}

/// Sets the isolate context (laid out as `updraft_abi::isolate` says) whose
/// machine code this thread runs from now on; null for none. The one before.
///
/// Requires: the context is valid as long as it is set.
pub fn set_current(isolate: *mut u8) -> *mut u8 {
    CURRENT.replace(isolate)
}

/// The isolate context whose machine code this thread runs, or null.
pub fn current() -> *mut u8 {
    CURRENT.get()
}

/// Sets where a thread goes on after a trap, for the whole process. The stub
/// finds its arguments as [`LandingArgs`] says.
///
/// # Safety
///
/// The stub takes these arguments, does not return, and unwinds to the
/// innermost entry of the isolate.
pub unsafe fn set_trap_landing(landing: unsafe extern "C" fn()) {
    LANDING.store(landing as usize, Ordering::Release);
}

/// Sets the function that knows the isolates' memories, for the whole process.
///
/// # Safety
///
/// The hook neither locks nor allocates nor panics, and answers for every
/// pointer passed to [`set_current`].
pub unsafe fn set_address_hook(hook: AddressHook) {
    ADDRESS_HOOK.store(hook as *mut (), Ordering::Release);
}

/// Installs the handlers, once per process; later calls return what the first
/// one did. Threads must call [`stack::ensure_signal_stack`] before they run
/// machine code.
pub fn install() -> Result<(), OsError> {
    static INSTALLED: OnceLock<Result<(), OsError>> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        sys::mark_process();
        SIGNALS.iter().zip(&PREVIOUS).try_for_each(|(signal, previous)| previous.install(*signal))
    })
}

impl Previous {
    const fn new() -> Self {
        Self {
            action: UnsafeCell::new(MaybeUninit::uninit()),
            ready: AtomicBool::new(false),
            spent: AtomicBool::new(false),
        }
    }

    /// Stores the action for a signal and puts ours in its place. Called once.
    fn install(&self, signal: c_int) -> Result<(), OsError> {
        // SAFETY: only asks; nobody reads the place before `ready` is set.
        if unsafe { libc::sigaction(signal, ptr::null(), (*self.action.get()).as_mut_ptr()) } != 0 {
            return Err(sys::last_error("sigaction"));
        }
        // Pairs with the Acquire in `call`.
        self.ready.store(true, Ordering::Release);
        // SAFETY: all zero is a valid sigaction.
        let mut ours: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        ours.sa_sigaction = handle as *const () as usize;
        // The signal stays blocked in the handler: a fault in there is ours,
        // and must end the process, not run in circles. The system restores
        // the mask on the way to the landing stub.
        ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
        // SAFETY: the handler is safe to call for any signal at any time.
        match unsafe { libc::sigaction(signal, &ours, ptr::null_mut()) } {
            0 => Ok(()),
            _ => Err(sys::last_error("sigaction")),
        }
    }

    /// Does what the system would have done without our handler.
    ///
    /// # Safety
    ///
    /// The arguments are those of the signal that is being handled.
    unsafe fn call(&self, signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        if !self.ready.load(Ordering::Acquire) {
            return default_action(signal, info);
        }
        // SAFETY: written before `ready` was set, never again.
        let action = unsafe { (*self.action.get()).assume_init_ref() };
        match action.sa_sigaction {
            libc::SIG_DFL => return default_action(signal, info),
            // A fault cannot be ignored: the system would end the process.
            libc::SIG_IGN if was_sent(info) => return,
            libc::SIG_IGN => return default_action(signal, info),
            _ => {}
        }
        if action.sa_flags & libc::SA_RESETHAND != 0 && self.spent.swap(true, Ordering::Relaxed) {
            return default_action(signal, info);
        }
        let mut mask = MaybeUninit::uninit();
        // SAFETY: valid signal sets; `mask` receives the one that holds now.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &action.sa_mask, mask.as_mut_ptr());
        }
        if action.sa_flags & libc::SA_NODEFER != 0 {
            let mut one = MaybeUninit::uninit();
            // SAFETY: an empty set with one signal added is a valid set.
            unsafe {
                libc::sigemptyset(one.as_mut_ptr());
                libc::sigaddset(one.as_mut_ptr(), signal);
                libc::pthread_sigmask(libc::SIG_UNBLOCK, one.as_ptr(), ptr::null_mut());
            }
        }
        if action.sa_flags & libc::SA_SIGINFO != 0 {
            // SAFETY: with this flag the action is a function of this type.
            let handler: unsafe extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                unsafe { std::mem::transmute(action.sa_sigaction) };
            // SAFETY: called as the system would.
            unsafe { handler(signal, info, context) };
        } else {
            // SAFETY: without the flag the action is a function of this type.
            let handler: unsafe extern "C" fn(c_int) =
                unsafe { std::mem::transmute(action.sa_sigaction) };
            // SAFETY: called as the system would.
            unsafe { handler(signal) };
        }
        // SAFETY: `mask` was filled in above.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask.as_ptr(), ptr::null_mut()) };
    }
}

/// Whether a process sent the signal; else the thread's instruction caused it.
fn was_sent(info: *mut siginfo_t) -> bool {
    // SAFETY: the system passes a valid siginfo_t.
    unsafe { (*info).si_code <= 0 }
}

/// Restores the default action, so that the process ends as soon as the
/// handler returns.
fn default_action(signal: c_int, info: *mut siginfo_t) {
    // SAFETY: all zero is a valid sigaction: the default.
    let default: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: a valid action.
    unsafe { libc::sigaction(signal, &default, ptr::null_mut()) };
    if was_sent(info) {
        // The instruction will not fault again. Blocked here, so delivered
        // when the handler returns.
        // SAFETY: safe in a signal handler.
        unsafe { libc::raise(signal) };
    }
}

/// The handler of all four signals.
unsafe extern "C" fn handle(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the arguments are the system's.
    if unsafe { try_trap(signal, info, context) } {
        return;
    }
    let slot = SIGNALS.iter().position(|s| *s == signal);
    if let Some(previous) = slot.and_then(|i| PREVIOUS.get(i)) {
        // SAFETY: as above.
        unsafe { previous.call(signal, info, context) };
    }
}

/// Turns the thread to the landing stub if the signal is a trap.
///
/// # Safety
///
/// The arguments are those of the signal that is being handled.
unsafe fn try_trap(signal: c_int, info: *mut siginfo_t, context: *mut c_void) -> bool {
    let isolate = CURRENT.get();
    let landing = LANDING.load(Ordering::Acquire);
    if isolate.is_null() || landing == 0 || was_sent(info) || sys::in_forked_child() {
        return false;
    }
    // SAFETY: the system passes a valid context.
    let mut context = unsafe { FaultContext::from_handler(context) };
    let pc = context.pc();
    let Some(code) = code_space::lookup(pc) else { return false };
    // SAFETY: this thread runs the code, so it is not freed.
    let site = unsafe { code.info() }.trap_code_at(code.offset_of(pc));
    let is_access = matches!(signal, libc::SIGSEGV | libc::SIGBUS);
    // SAFETY: the system fills the address in for these four signals.
    let address = if is_access { unsafe { (*info).si_addr() as usize } } else { 0 };
    let mut sp = context.sp();
    let trap = match site {
        Some(code) if !is_access => code,
        Some(TrapCode::MemoryOutOfBounds) if in_memory(isolate, address) => {
            TrapCode::MemoryOutOfBounds
        }
        Some(TrapCode::UninitializedElement) if address < NULL_PAGE_BYTES => {
            TrapCode::UninitializedElement
        }
        None | Some(TrapCode::StackOverflow) if is_access => {
            match landing_at_stack_end(isolate, address, &context) {
                Some(fp) => sp = fp,
                None => return false,
            }
            TrapCode::StackOverflow
        }
        _ => return false,
    };
    let args =
        LandingArgs { isolate, pc, code: trap as u64, fault_address: address, fp: context.fp() };
    // SAFETY: the stub is what `set_trap_landing` got; below the stack pointer
    // of wasm, at or above its limit, are the reserves of stubs and host.
    unsafe { context.land(landing, sp, &args) };
    true
}

fn in_memory(isolate: *mut u8, address: usize) -> bool {
    let hook = ADDRESS_HOOK.load(Ordering::Acquire);
    if hook.is_null() {
        return false;
    }
    // SAFETY: only `set_address_hook` stores here, functions of this type.
    let hook = unsafe { std::mem::transmute::<*mut (), AddressHook>(hook) };
    // SAFETY: the isolate is the current one.
    unsafe { hook(isolate, address) }
}

/// Where to land if an access touched the end of the stack to make a frame.
fn landing_at_stack_end(isolate: *mut u8, address: usize, context: &FaultContext) -> Option<usize> {
    let bounds = stack::cached_bounds()?;
    // SAFETY: the current isolate's context is valid and has this field,
    // aligned to 8. Machine code and stubs write it on this thread only.
    let limit = unsafe { &*isolate.add(isolate::REAL_LIMIT as usize).cast::<AtomicU64>() };
    let limit = limit.load(Ordering::Relaxed) as usize;
    let zone = bounds.low.saturating_sub(OVERSHOOT_BYTES)..limit.min(bounds.high);
    // The frame pointer is set before a frame is made, and the limit was
    // checked before that, so the reserves lie below it.
    let fp = context.fp();
    let room = bounds.low + stack::HOST_RESERVE_BYTES..bounds.high;
    let near = address.abs_diff(context.sp()) <= OVERSHOOT_BYTES;
    (near && zone.contains(&address) && room.contains(&fp)).then_some(fp)
}

//! The isolate: what one store of the embedder is to machine code.
//!
//! Owns: [`VmIsolate`], the part that machine code, stubs and other threads
//! see; [`Isolate`], the rest; [`StoreInner`], an isolate with the embedder's
//! data. Policy reaches in through [`Upcalls`] only.
//!
//! How requests are raised and serviced is told in `isolate/requests.rs`.

mod requests;

use std::any::Any;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use updraft_abi::{Bounds, MAX_OSR_SLOTS, OSR_SLOT_BYTES, isolate as iso};
use updraft_types::{DeclaredFuncIndex, TrapCode};

use crate::feedback::IsolateFeedback;
use crate::gate::{Gate, GateWaiters};
use crate::heap::Heap;
use crate::objects::ZeroedBytes;
use crate::profile::Profile;
use crate::slot::Slot;
use crate::sys::{Wake, WakeFd};
use crate::trap::Pending;

use requests::Requests;
pub use requests::request;

/// Of the calls that guards did not expect one in so many is told to the
/// engine. A prime: sites that take turns are all met.
pub const GUARD_MISS_PERIOD: u32 = 997;

/// The isolate context of machine code. Offsets are `abi::isolate`'s.
///
/// `Invariant:` other threads touch `requests`, `wake` and what belongs to the
/// gate only, and read `entry_sp` and `exit_fp`.
#[repr(C)]
pub struct VmIsolate {
    requests: Requests,
    entry_sp: AtomicU64,
    exit_fp: AtomicU64,
    pub(crate) service_sp: Cell<u64>,
    pub(crate) gate: Gate,
    pub(crate) real_limit: Cell<u64>,
    pub(crate) host_context: Cell<*mut ()>,
    osr_buffer: Cell<*mut u8>,
    lazy_common: usize,
    pub(crate) guard_misses: Cell<u32>,
    /// Written by stubs, read by machine code.
    pub(crate) kept_record: Cell<u64>,
    kept_ints: Cell<[u64; iso::N_KEPT_INTS + 1]>,
    kept_vecs: Cell<[[u64; 2]; iso::N_KEPT_VECS]>,
    /// Array of builtin stubs that instance contexts point at.
    pub(crate) builtins: [usize; updraft_abi::Builtin::ALL.len()],
    wake: OnceLock<Wake>,
    /// The thread that the limit and the service stack belong to.
    pub(crate) prepared_for: Cell<u64>,
    pub(crate) at_gate: GateWaiters,
}

const _: () = {
    assert!(std::mem::offset_of!(VmIsolate, requests.limit) == iso::LIMIT as usize);
    assert!(std::mem::offset_of!(VmIsolate, requests.bits) == iso::REQUESTS as usize);
    assert!(std::mem::offset_of!(VmIsolate, entry_sp) == iso::ENTRY_SP as usize);
    assert!(std::mem::offset_of!(VmIsolate, exit_fp) == iso::EXIT_FP as usize);
    assert!(std::mem::offset_of!(VmIsolate, service_sp) == iso::SERVICE_SP as usize);
    assert!(std::mem::offset_of!(VmIsolate, gate.state) == iso::STATE as usize);
    assert!(std::mem::offset_of!(VmIsolate, gate.n_closed) == iso::GATE as usize);
    assert!(std::mem::offset_of!(VmIsolate, real_limit) == iso::REAL_LIMIT as usize);
    assert!(std::mem::offset_of!(VmIsolate, host_context) == iso::HOST_CONTEXT as usize);
    assert!(std::mem::offset_of!(VmIsolate, osr_buffer) == iso::OSR_BUFFER as usize);
    assert!(std::mem::offset_of!(VmIsolate, lazy_common) == iso::LAZY_COMMON as usize);
    assert!(std::mem::offset_of!(VmIsolate, guard_misses) == iso::GUARD_MISSES as usize);
    assert!(std::mem::offset_of!(VmIsolate, kept_record) == iso::KEPT_RECORD as usize);
    assert!(std::mem::offset_of!(VmIsolate, kept_ints) == iso::KEPT_INTS as usize);
    assert!(std::mem::offset_of!(VmIsolate, kept_vecs) == iso::KEPT_VECS as usize);
};

// SAFETY: the `Cell`s are touched by the thread that holds `&mut` to the store
// of this isolate, one at a time, and by machine code that it runs; every
// field that other threads may reach through a clone of the `Arc` is atomic or
// a `OnceLock` (see the invariant of the struct; `Cell`s are private to this
// crate).
unsafe impl Send for VmIsolate {}
// SAFETY: as above.
unsafe impl Sync for VmIsolate {}

impl VmIsolate {
    fn new() -> Self {
        Self {
            requests: Requests::new(),
            entry_sp: AtomicU64::new(0),
            exit_fp: AtomicU64::new(0),
            service_sp: Cell::new(0),
            gate: Gate::new(),
            real_limit: Cell::new(u64::MAX),
            host_context: Cell::new(std::ptr::null_mut()),
            osr_buffer: Cell::new(std::ptr::null_mut()),
            lazy_common: crate::arch::x64::lazy_common as *const () as usize,
            guard_misses: Cell::new(GUARD_MISS_PERIOD),
            kept_record: Cell::new(0),
            kept_ints: Cell::new([0; _]),
            kept_vecs: Cell::new([[0; 2]; _]),
            builtins: crate::arch::x64::builtin_stub_addresses(),
            wake: OnceLock::new(),
            prepared_for: Cell::new(0),
            at_gate: GateWaiters::new(),
        }
    }

    /// Asks something of the isolate. From any thread.
    pub fn raise(&self, bits: u64) {
        self.requests.raise(bits, &self.wake);
    }

    /// Takes requests back.
    pub fn clear(&self, bits: u64) {
        self.requests.clear(bits, &self.wake);
    }

    /// What is asked of the isolate now.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// A descriptor that is readable while a request to stop is pending: to be
    /// polled by whoever blocks on the isolate's thread.
    pub fn wake_fd(&self) -> std::io::Result<WakeFd<'_>> {
        self.requests.wake_fd(&self.wake)
    }

    /// Stores the real limit and looks for requests again.
    pub(crate) fn settle(&self) {
        self.requests.settle(self.real_limit.get());
    }

    /// The bottom of the innermost entry frame; 0 if there is none.
    pub(crate) fn entry_sp(&self) -> u64 {
        self.entry_sp.load(Ordering::Relaxed)
    }

    /// The frame pointer of the stub that left wasm last.
    pub(crate) fn exit_fp(&self) -> u64 {
        self.exit_fp.load(Ordering::Relaxed)
    }

    /// Whether no frame of wasm is on the stack.
    pub(crate) fn is_outside(&self) -> bool {
        self.gate.is_outside()
    }
}

/// A call that was none of those that were seen before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GuardMiss {
    /// The function whose code it is.
    pub func: DeclaredFuncIndex,
    /// The bounds checks of the code.
    pub bounds: Bounds,
    /// Where the code begins.
    pub code_start: usize,
    /// The function whose body the call stands in.
    pub site_func: DeclaredFuncIndex,
    /// Offset of the call in the module.
    pub site_offset: u32,
    /// What was called, if it is of the caller's instance.
    pub target: Option<DeclaredFuncIndex>,
}

/// What policy does for mechanism: the synchronous calls up. Implemented once,
/// by the engine; called with nothing of the runtime borrowed; must not panic
/// across.
pub trait Upcalls: Send + Sync {
    /// Makes code for a function and publishes it in the module's code table.
    /// On the service stack. The error is shown in the trap.
    fn lazy_compile(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
    ) -> Result<(), String>;

    /// Baseline code of a function has used its budget up, at the back-edge of
    /// a loop or elsewhere. On the service stack.
    ///
    /// The answer is the address of code for that loop (made with its ordinal,
    /// for these bounds), if there is any: the loop then goes on there. No
    /// report of the isolate's stack may be made between finding the address
    /// and returning it, since it is on no stack.
    fn tier_up(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        loop_ordinal: Option<u32>,
        profile: &Profile<'_>,
    ) -> Option<usize>;

    /// A call that optimized code did not expect, one of
    /// [`GUARD_MISS_PERIOD`] in this isolate. On the service stack.
    fn guard_missed(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        miss: GuardMiss,
        profile: &Profile<'_>,
    );

    /// Services requests; an error ends the call with that trap.
    fn interrupt(&self, vm: &VmIsolate, requests: u64) -> Result<(), TrapCode>;
}

/// A question to the embedder's limiter, or news for it.
#[derive(Clone, Debug)]
pub enum Growth {
    /// May a memory grow? In bytes.
    Memory {
        /// Bytes now.
        current: usize,
        /// Bytes then.
        desired: usize,
        /// Bytes that its type allows.
        maximum: Option<usize>,
    },
    /// May a table grow? In elements.
    Table {
        /// Elements now.
        current: usize,
        /// Elements then.
        desired: usize,
        /// Elements that its type allows.
        maximum: Option<usize>,
    },
    /// May there be so many instances?
    Instances(usize),
    /// May there be so many tables?
    Tables(usize),
    /// May there be so many memories?
    Memories(usize),
    /// A memory could not grow, though it might have.
    MemoryFailed(String),
    /// A table could not grow, though it might have.
    TableFailed(String),
}

type AskLimiter = fn(*mut Isolate, Growth) -> Result<bool, crate::HostError>;

type LimiterFn<T> = Box<dyn Fn(&mut T, Growth) -> Result<bool, crate::HostError> + Send + Sync>;

/// Number of a store, unique in the process: handles carry it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct IsolateId(u64);

/// How an isolate is set up.
#[derive(Clone, Copy, Debug)]
pub struct IsolateConfig {
    /// Bytes of stack that wasm frames may take per call from outside.
    pub max_wasm_stack: usize,
    /// Whether memories get reservations with guards.
    pub memory_reservation: bool,
}

/// What a store is to the runtime, the embedder's data aside.
pub struct Isolate {
    pub(crate) vm: Arc<VmIsolate>,
    id: IsolateId,
    pub(crate) upcalls: Arc<dyn Upcalls>,
    pub(crate) heap: Heap,
    pub(crate) feedback: IsolateFeedback,
    /// What `OSR_BUFFER` points to, once it was needed.
    osr_buffer: Option<ZeroedBytes>,
    pub(crate) pending: Option<Pending>,
    pub(crate) config: IsolateConfig,
    /// Asks the embedder's limiter; gets the store that this isolate heads.
    limiter: Option<AskLimiter>,
}

// SAFETY: an isolate is thread-affine only while wasm runs, and then it is
// mutably borrowed. Between calls nothing of it is tied to a thread: raw
// pointers inside lead to memory that the isolate owns itself.
unsafe impl Send for Isolate {}
// SAFETY: with `&Isolate` only reads of plain data are possible.
unsafe impl Sync for Isolate {}

impl Isolate {
    /// Makes an isolate.
    fn new(upcalls: Arc<dyn Upcalls>, config: IsolateConfig) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            vm: Arc::new(VmIsolate::new()),
            id: IsolateId(NEXT.fetch_add(1, Ordering::Relaxed)),
            upcalls,
            heap: Heap::default(),
            feedback: IsolateFeedback::default(),
            osr_buffer: None,
            pending: None,
            config,
            limiter: None,
        }
    }

    /// The isolate's number.
    pub fn id(&self) -> IsolateId {
        self.id
    }

    /// The part that other threads may hold.
    pub fn vm(&self) -> &Arc<VmIsolate> {
        &self.vm
    }

    /// Asks the embedder whether something may grow; yes if it has no limiter.
    pub(crate) fn may_grow(&mut self, growth: Growth) -> Result<bool, crate::HostError> {
        match self.limiter {
            Some(ask) => {
                // The embedder may take its time.
                let vm = Arc::clone(&self.vm);
                vm.stand_still(|| ask(self, growth))
            }
            None => Ok(true),
        }
    }

    /// Where values of a loop go that is replaced on the stack: room for
    /// [`MAX_OSR_SLOTS`]. Nothing if there is no memory.
    pub(crate) fn osr_buffer(&mut self) -> Option<*mut Slot> {
        const { assert!(size_of::<Slot>() == OSR_SLOT_BYTES as usize) };
        if self.osr_buffer.is_none() {
            let bytes = MAX_OSR_SLOTS * size_of::<Slot>();
            let buffer = ZeroedBytes::new(bytes, align_of::<Slot>())?;
            self.vm.osr_buffer.set(buffer.as_ptr());
            self.osr_buffer = Some(buffer);
        }
        Some(self.vm.osr_buffer.get().cast())
    }

    /// The trap that is due now because of a request to stop, if any.
    pub fn pending_stop(&self) -> Option<TrapCode> {
        let requests = self.vm.requests();
        if requests & request::STOPS == 0 {
            // Whoever asks may have been woken for a request that is served.
            self.vm.requests.calm(&self.vm.wake);
            return None;
        }
        self.upcalls.interrupt(&self.vm, requests).err()
    }

    /// Number of instances alive.
    pub fn n_instances(&self) -> usize {
        self.heap.instances.len()
    }
}

/// An isolate with the embedder's data: what a store points at.
///
/// `Invariant:` the isolate is the first field, so that a pointer to the store
/// is a pointer to its isolate (`HOST_CONTEXT`).
#[repr(C)]
pub struct StoreInner<T> {
    isolate: Isolate,
    limiter: Option<LimiterFn<T>>,
    data: T,
}

impl<T> StoreInner<T> {
    /// Makes a store.
    pub fn new(
        upcalls: Arc<dyn Upcalls>,
        config: IsolateConfig,
        data: impl FnOnce(&Arc<VmIsolate>) -> T,
    ) -> Box<Self> {
        let isolate = Isolate::new(upcalls, config);
        let data = data(&isolate.vm);
        Box::new(Self { isolate, limiter: None, data })
    }
    /// The isolate.
    pub fn isolate(&self) -> &Isolate {
        &self.isolate
    }
    /// The isolate.
    pub fn isolate_mut(&mut self) -> &mut Isolate {
        &mut self.isolate
    }
    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.data
    }
    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }
    /// Isolate and data at once.
    pub fn split_mut(&mut self) -> (&mut Isolate, &mut T) {
        (&mut self.isolate, &mut self.data)
    }
    /// Ends the store, keeping the data.
    pub fn into_data(self) -> T {
        let Self { isolate, data, .. } = self;
        drop(isolate);
        data
    }

    /// Sets who decides about growth. Called on the isolate's thread, with
    /// nothing of the runtime locked.
    pub fn set_limiter(
        &mut self,
        limiter: impl Fn(&mut T, Growth) -> Result<bool, crate::HostError> + Send + Sync + 'static,
    ) where
        T: 'static,
    {
        self.limiter = Some(Box::new(limiter));
        self.isolate.limiter = Some(ask_limiter::<T>);
    }

    /// A pointer that stays valid while `self` is borrowed, for the isolate's
    /// `HOST_CONTEXT`.
    pub(crate) fn as_context(&mut self) -> *mut () {
        std::ptr::from_mut(self).cast()
    }
}

fn ask_limiter<T: 'static>(
    isolate: *mut Isolate,
    growth: Growth,
) -> Result<bool, crate::HostError> {
    // SAFETY: only `set_limiter` of a `StoreInner<T>` puts this function into
    // an isolate, so the isolate is the first field of one with this very `T`,
    // and `may_grow` has it borrowed mutably. Isolates never move out of their
    // store while it lives (it is boxed and the field private); `into_data`
    // drops the isolate at once.
    let store = unsafe { &mut *isolate.cast::<StoreInner<T>>() };
    let StoreInner { limiter, data, .. } = store;
    match limiter {
        Some(limiter) => limiter(data, growth),
        None => Ok(true),
    }
}

//! The stacks of a thread.
//!
//! Owns: the bounds of the thread's own stack, its service stack, and its
//! signal stack. Called when a thread enters machine code, and by the signal
//! handler (the bounds only). Must not know: isolates, frames.

use std::cell::{Cell, OnceCell};

use crate::sys::{self, Mapping, OsError, Protection, SignalStack};

/// Bytes at the end of a thread's stack that wasm never uses: host functions
/// and builtins that wasm calls find at least these.
pub const HOST_RESERVE_BYTES: usize = 192 << 10;
/// Bytes between the wasm stack limit and the host reserve, for stubs.
pub const STUB_RESERVE_BYTES: usize = 64 << 10;
/// Bytes of a service stack.
pub const SERVICE_STACK_BYTES: usize = 4 << 20;
/// The least bytes of a signal stack.
pub const SIGNAL_STACK_BYTES: usize = 64 << 10;

/// The addresses of a stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackBounds {
    /// The lowest address that can be used.
    pub low: usize,
    /// The address behind the highest byte.
    pub high: usize,
}

impl StackBounds {
    /// Whether an address lies on the stack.
    pub fn contains(&self, address: usize) -> bool {
        (self.low..self.high).contains(&address)
    }
}

thread_local! {
    /// (0, 0) as long as nobody asked. Read by the signal handler: no
    /// destructor, no lazy start.
    static BOUNDS: Cell<StackBounds> = const { Cell::new(StackBounds { low: 0, high: 0 }) };
    static SERVICE: OnceCell<ServiceStack> = const { OnceCell::new() };
    static SIGNAL: OnceCell<SignalStack> = const { OnceCell::new() };
}

/// The bounds of this thread's own stack. The first call of a thread asks the
/// system.
pub fn current_bounds() -> Result<StackBounds, OsError> {
    let cached = BOUNDS.get();
    if cached.high != 0 {
        return Ok(cached);
    }
    let (low, high) = sys::thread_stack()?;
    let bounds = StackBounds { low, high };
    BOUNDS.set(bounds);
    Ok(bounds)
}

/// The bounds if this thread ever asked for them. Neither locks nor
/// allocates.
pub(crate) fn cached_bounds() -> Option<StackBounds> {
    let bounds = BOUNDS.get();
    (bounds.high != 0).then_some(bounds)
}

/// The address below which the stack pointer of wasm must not go, if wasm is
/// entered at `sp` and may use `max_bytes`. May be above `sp` on a stack that
/// has no room: then the first check of the limit traps.
pub fn wasm_limit(sp: usize, max_bytes: usize) -> Result<usize, OsError> {
    let bounds = current_bounds()?;
    let least = bounds.low + HOST_RESERVE_BYTES + STUB_RESERVE_BYTES;
    if !bounds.contains(sp) {
        // On a stack of the embedder's own, whose end is not known: trust the
        // number.
        return Ok(sp.saturating_sub(max_bytes));
    }
    Ok(sp.saturating_sub(max_bytes).max(least))
}

/// A stack on which this thread compiles and runs large builtins.
#[derive(Debug)]
struct ServiceStack {
    mapping: Mapping,
}

impl ServiceStack {
    fn new() -> Result<Self, OsError> {
        let guard = sys::page_bytes();
        let mapping = Mapping::anonymous(SERVICE_STACK_BYTES + guard, Protection::ReadWrite)?;
        // SAFETY: the lowest page of a fresh mapping: nothing uses it.
        unsafe { mapping.protect(0, guard, Protection::None)? };
        Ok(Self { mapping })
    }

    fn bounds(&self) -> StackBounds {
        let high = self.mapping.base() as usize + self.mapping.bytes();
        StackBounds { low: high - SERVICE_STACK_BYTES, high }
    }
}

/// The bounds of this thread's service stack, which the first call makes and
/// the end of the thread frees. `high` is where it starts, aligned to a page.
pub fn service_stack() -> Result<StackBounds, OsError> {
    SERVICE.with(|cell| {
        if let Some(stack) = cell.get() {
            return Ok(stack.bounds());
        }
        let stack = ServiceStack::new().map_err(OsError::diagnosed)?;
        Ok(cell.get_or_init(|| stack).bounds())
    })
}

/// Makes sure that this thread handles signals on a stack of at least
/// [`SIGNAL_STACK_BYTES`], until it ends. Only the first call of a thread asks
/// the system.
pub fn ensure_signal_stack() -> Result<(), OsError> {
    SIGNAL.with(|cell| {
        if cell.get().is_some() {
            return Ok(());
        }
        let stack = SignalStack::ensure(SIGNAL_STACK_BYTES).map_err(OsError::diagnosed)?;
        cell.get_or_init(|| stack);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> usize {
        let local = 0u8;
        std::ptr::from_ref(std::hint::black_box(&local)) as usize
    }

    #[test]
    fn a_threads_stack_is_where_its_locals_are() {
        let bytes = 1 << 20;
        let thread = std::thread::Builder::new().stack_size(bytes).spawn(move || {
            let bounds = current_bounds().unwrap();
            assert!(bounds.contains(here()));
            // The system may hand a larger stack of an ended thread out.
            assert!((bytes / 2..32 * bytes).contains(&(bounds.high - bounds.low)));
            let limit = wasm_limit(here(), 64 << 20).unwrap();
            assert_eq!(limit, bounds.low + HOST_RESERVE_BYTES + STUB_RESERVE_BYTES);
            let limit = wasm_limit(here(), 128 << 10).unwrap();
            assert!(limit > bounds.low + HOST_RESERVE_BYTES + STUB_RESERVE_BYTES);
        });
        thread.unwrap().join().unwrap();
    }

    #[test]
    fn a_service_stack_belongs_to_a_thread_and_goes_with_it() {
        let mine = service_stack().unwrap();
        assert_eq!(service_stack().unwrap(), mine);
        assert_eq!(mine.high - mine.low, SERVICE_STACK_BYTES);
        // SAFETY: both ends of this thread's own unused stack.
        unsafe {
            (mine.low as *mut u8).write(1);
            (mine.high as *mut u8).sub(1).write(1);
        }
        let mapped = |b: StackBounds| {
            let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
            let range = format!("{:x}-", b.low - sys::page_bytes());
            maps.lines().any(|l| l.starts_with(&range))
        };
        assert!(mapped(mine));
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let bounds = service_stack().unwrap();
            sender.send(mapped(bounds)).unwrap();
            bounds
        });
        assert!(receiver.recv().unwrap());
        let theirs = thread.join().unwrap();
        assert_ne!(theirs, mine);
        assert!(!mapped(theirs));
    }

    #[test]
    fn a_signal_stack_is_large_enough_and_restored() {
        std::thread::spawn(|| {
            ensure_signal_stack().unwrap();
            assert!(sys::signal_stack_bytes() >= SIGNAL_STACK_BYTES);
            ensure_signal_stack().unwrap();
        })
        .join()
        .unwrap();
    }
}

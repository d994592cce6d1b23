//! Finding code by address, while other threads place and free code.

use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::sync::atomic::AtomicBool;
use loom::thread;
use updraft_runtime::CodeTable;
use updraft_types::DeclaredFuncIndex;

use super::product::{Found, GRANULE_BYTES, Header, Slot, add_region, lookup};
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};

const BASE: usize = 0x1000;
const N_GRANULES: usize = 4;
const FUNC: DeclaredFuncIndex = DeclaredFuncIndex::new(0);

/// A block of `granules`, its header included.
#[derive(Clone, Copy)]
struct Block {
    granule: u32,
    granules: u32,
    info: usize,
}

impl Block {
    const fn new(granule: u32, granules: u32, info: usize) -> Block {
        Block { granule, granules, info }
    }

    fn header_address(&self) -> usize {
        BASE + self.granule as usize * GRANULE_BYTES
    }

    fn len(&self) -> u32 {
        (self.granules - 1) * GRANULE_BYTES as u32
    }

    /// Its last instruction.
    fn pc(&self) -> usize {
        self.header_address() + GRANULE_BYTES + self.len() as usize - 1
    }

    fn found(&self) -> Found {
        let start = self.header_address() + GRANULE_BYTES;
        Found { start, len: self.len(), info: self.info }
    }
}

/// What a header points at.
struct Info(UnsafeCell<u32>);

// SAFETY: that is what the models check.
unsafe impl Send for Info {}
// SAFETY: as above.
unsafe impl Sync for Info {}

/// A code space of one region.
struct Space {
    slots: Vec<Slot>,
    n_slots: AtomicU32,
    headers: Vec<Header>,
    starts: *mut [AtomicU64],
    /// What a region seems to have that is not whole yet.
    garbage: *mut [AtomicU64],
}

// SAFETY: the bitmaps are shared as `&'static [AtomicU64]` until they are
// dropped.
unsafe impl Send for Space {}
// SAFETY: as above.
unsafe impl Sync for Space {}

impl Drop for Space {
    fn drop(&mut self) {
        // SAFETY: made by `new`; all threads that used it have ended.
        drop(unsafe { (Box::from_raw(self.starts), Box::from_raw(self.garbage)) });
    }
}

impl Space {
    fn new() -> Arc<Space> {
        let bitmap = |bits| Box::into_raw(vec![AtomicU64::new(bits)].into_boxed_slice());
        let garbage = bitmap(u64::MAX);
        let slot = || Slot {
            base: AtomicUsize::new(BASE),
            bytes: AtomicUsize::new(N_GRANULES * GRANULE_BYTES),
            starts: AtomicPtr::new(garbage.cast()),
        };
        let header = || Header { info: AtomicU64::new(0), rest: AtomicU64::new(0) };
        Arc::new(Space {
            slots: vec![slot()],
            n_slots: AtomicU32::new(0),
            headers: (0..N_GRANULES).map(|_| header()).collect(),
            starts: bitmap(0),
            garbage,
        })
    }

    fn add_region(&self) {
        // SAFETY: lives until `self` is dropped, which is after all threads.
        let starts = unsafe { &*self.starts };
        let bytes = N_GRANULES * GRANULE_BYTES;
        add_region(&self.slots, &self.n_slots, BASE, bytes, starts).expect("there is room");
    }

    /// With a region and these blocks.
    fn with(blocks: &[Block]) -> Arc<Space> {
        let space = Space::new();
        space.add_region();
        blocks.iter().for_each(|b| space.place(b));
        space
    }

    fn slot(&self) -> &Slot {
        &self.slots[0]
    }

    fn write_header(&self, block: &Block) {
        self.headers[block.granule as usize].write(block.header_address(), block.len(), block.info);
    }

    /// As `CodeSpace::place` does it.
    fn place(&self, block: &Block) {
        self.write_header(block);
        self.slot().publish(block.granule);
    }

    /// As the engine adds and publishes code.
    fn place_and_publish(&self, block: &Block, callers: &CodeTable) {
        self.place(block);
        callers.publish(FUNC, block.pc());
    }

    fn wipe(&self, block: &Block) {
        let fill = u64::from_ne_bytes([0xcc; 8]);
        let range = block.granule as usize..(block.granule + block.granules) as usize;
        for header in &self.headers[range] {
            header.info.store(fill, Ordering::Relaxed);
            header.rest.store(fill, Ordering::Relaxed);
        }
    }

    /// As `CodeBlock`'s drop does it; the lock of the space stands behind
    /// `free`.
    fn free(&self, block: &Block, free: &AtomicBool) {
        self.slot().withdraw(block.granule);
        self.wipe(block);
        free.store(true, Ordering::Release);
    }

    fn lookup(&self, pc: usize) -> Option<Found> {
        lookup(&self.slots, &self.n_slots, pc, |address| {
            self.headers[(address - BASE) / GRANULE_BYTES].read(address)
        })
    }

    /// Calls the function, if it has code, which traps.
    fn call(&self, callers: &CodeTable, block: &Block) {
        // SAFETY: the table has one slot.
        let pc = unsafe { &*callers.base() }.load(Ordering::Acquire);
        if pc == block.pc() {
            assert_eq!(self.lookup(pc), Some(block.found()), "running code was not found");
        }
    }
}

fn callers() -> Arc<CodeTable> {
    Arc::new(CodeTable::new(1).expect("there are stubs"))
}

/// One thread frees a block and places another there, while code before and
/// behind it runs and traps.
pub fn code_that_runs_is_found() {
    let (old, new) = (Block::new(0, 2, 1), Block::new(0, 2, 2));
    let behind = Block::new(2, 2, 3);
    let (space, callers) = (Space::with(&[old, behind]), callers());
    let other = {
        let (space, callers) = (space.clone(), callers.clone());
        thread::spawn(move || {
            space.free(&old, &AtomicBool::new(false));
            space.place_and_publish(&new, &callers);
        })
    };
    assert_eq!(space.lookup(behind.pc()), Some(behind.found()), "running code was not found");
    space.call(&callers, &new);
    other.join().expect("it does not panic");
}

/// A large block is placed where two were; the start of the second lies in
/// the middle of it.
pub fn code_over_freed_code_is_found() {
    let (first, second) = (Block::new(0, 2, 1), Block::new(2, 2, 2));
    let large = Block::new(0, 4, 3);
    let (space, callers) = (Space::with(&[first, second]), callers());
    let free = Arc::new(AtomicBool::new(false));
    space.free(&first, &AtomicBool::new(false));
    let freeing = {
        let (space, free) = (space.clone(), free.clone());
        thread::spawn(move || space.free(&second, &free))
    };
    if free.load(Ordering::Acquire) {
        space.place_and_publish(&large, &callers);
        space.call(&callers, &large);
    }
    freeing.join().expect("it does not panic");
}

/// A fault at an address that is in no live block, while the block that was
/// there is freed and another is placed: nothing is found, or a whole block.
pub fn a_dead_address_gives_no_torn_block() {
    let (old, new) = (Block::new(0, 2, 1), Block::new(0, 4, 2));
    let space = Space::with(&[old]);
    let other = {
        let space = space.clone();
        thread::spawn(move || {
            space.free(&old, &AtomicBool::new(false));
            space.place(&new);
        })
    };
    if let Some(found) = space.lookup(old.pc()) {
        let is_whole = found == old.found() || found == new.found();
        assert!(is_whole, "a torn header was believed: {found:?}");
    }
    other.join().expect("it does not panic");
}

/// A thread looks at a block that it was not called through, and follows what
/// it finds.
pub fn what_is_found_is_complete() {
    let block = Block::new(0, 2, 1);
    let (space, info) = (Space::with(&[]), Arc::new(Info(UnsafeCell::new(0))));
    let other = {
        let (space, info) = (space.clone(), info.clone());
        thread::spawn(move || {
            // SAFETY: the checker fails if another thread looks.
            info.0.with_mut(|place| unsafe { *place = 7 });
            space.place(&block);
        })
    };
    if space.lookup(block.pc()).is_some() {
        // SAFETY: the checker fails if another thread writes.
        assert_eq!(info.0.with(|place| unsafe { *place }), 7);
    }
    other.join().expect("it does not panic");
}

/// A region is added, code is placed there and runs.
pub fn a_new_region_is_found() {
    let block = Block::new(0, 4, 1);
    let (space, callers) = (Space::new(), callers());
    let other = {
        let (space, callers) = (space.clone(), callers.clone());
        thread::spawn(move || {
            space.add_region();
            space.place_and_publish(&block, &callers);
        })
    };
    // A fault elsewhere, at any moment.
    lookup(&space.slots, &space.n_slots, block.pc(), |address| {
        assert_eq!(address, block.header_address(), "half a region was seen");
        space.headers[0].read(address)
    });
    space.call(&callers, &block);
    other.join().expect("it does not panic");
}

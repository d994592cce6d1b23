//! The memory that machine code lies in.
//!
//! Owns: [`CodeSpace`], of which each engine has one; the blocks in it; the
//! lookup from an address to a block. Called by the engine's code management,
//! the stubs of this crate, the signal handler and stack walks. Must not know:
//! what the code does, when it may be freed (the engine's code collector
//! decides), how much of it is wanted.
//!
//! # Essay: how a block comes, is found, and goes
//!
//! A region is a file in memory, mapped twice: one view is executed and never
//! writable, the other is written and never executable (invariant 4). Where
//! the system refuses that, a region is private pages: each batch of blocks
//! takes fresh pages, writes them and seals them before the first of its
//! blocks is published.
//!
//! ```text
//! region   ┊ header 16 B │ code … │ int3 … ┊ header │ code … ┊ free, int3 … ┊
//! bitmap     1             0 0 0             1        0 0      0 0 0
//! ```
//!
//! Blocks are whole granules of 16 bytes. The header in front of the code
//! holds {pointer to the [`CodeInfo`], length, a check of both}.
//!
//! *Publishing.*
//! 1. Under the lock of the space: take a free range; give memory to its pages
//!    that have none and fill them with `int3`.
//! 2. Without the lock: write code and header through the writable view. The
//!    range is this thread's alone.
//! 3. If any byte of it held code before: `membarrier` (sync-core), so that no
//!    processor still has the old instructions in its pipeline. Private
//!    pages: seal them.
//! 4. Set the bit in the bitmap (Release). Now lookups find the block.
//! 5. Return it; the engine stores its address where code jumps to it.
//!
//! *Looking up* (any thread, also in a signal handler).
//! 1. Find the region in the registry of the process. Slots only ever get
//!    added, and regions are never unmapped: a region that a space gives up
//!    goes to a pool. So there is nothing to lock or to count.
//! 2. Scan the bitmap backwards for the nearest set bit (Acquire), and read
//!    the header there. The block that runs at the address is not being freed
//!    (invariant 3), so its bit is set, and nothing lies between.
//! 3. For an address that is in no live block, the nearest block may be freed
//!    at this moment. Reading stays in bounds, and the header's check tells a
//!    torn one. What comes out is a pointer that only `unsafe` follows.
//!
//! *Freeing* (no frame may return into the block: the engine knows).
//! 1. Clear the bit.
//! 2. Overwrite header and code with `int3` (two views only).
//! 3. Under the lock: the range is free, and merges with its neighbours. When
//!    enough whole pages are free, their memory goes back to the system.
//!
//! A forked child shares the files with its parent. The writable views do not
//! exist in the child; allocating there is an error and freeing does nothing.

mod info;
mod ranges;
mod region;
mod registry;
mod starts;
mod state;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use info::{CodeInfo, CodeKind};
pub use registry::{CodeRef, lookup};

use crate::sys::{self, OsError};
use region::FILL;
use starts::{GRANULE_BYTES, Header, Slot};
use state::{Place, State, block_granules};

/// How a region keeps code from being writable and executable at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeMode {
    /// A file in memory, mapped twice.
    DualMapped,
    /// Private pages that are sealed once they are written.
    SealedPages,
}

/// Sizes of a code space.
#[derive(Clone, Copy, Debug)]
pub struct CodeSpaceConfig {
    /// Bytes of address space of a region.
    pub region_bytes: usize,
    /// Bytes that all blocks together may have.
    pub max_code_bytes: u64,
    /// The only mode to use; by default the best one that works.
    pub mode: Option<CodeMode>,
}

impl Default for CodeSpaceConfig {
    fn default() -> Self {
        Self { region_bytes: 64 << 20, max_code_bytes: 1 << 30, mode: None }
    }
}

/// Why there is no memory for code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeSpaceError {
    /// The configured bound is reached.
    Exhausted {
        /// The bound in bytes.
        max_code_bytes: u64,
    },
    /// One function is larger than a region can be.
    TooLarge,
    /// The process has no room for another region.
    TooManyRegions,
    /// This is a child of a fork.
    Forked,
    /// The system refused.
    Os(OsError),
}

impl From<OsError> for CodeSpaceError {
    fn from(error: OsError) -> Self {
        CodeSpaceError::Os(error.diagnosed())
    }
}

impl fmt::Display for CodeSpaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodeSpaceError::Exhausted { max_code_bytes } => {
                write!(f, "code budget of {max_code_bytes} bytes exhausted")
            }
            CodeSpaceError::TooLarge => f.write_str("code is too large for a region"),
            CodeSpaceError::TooManyRegions => f.write_str("too many code regions in this process"),
            CodeSpaceError::Forked => f.write_str("code space was made before this process forked"),
            CodeSpaceError::Os(error) => write!(f, "no memory for code: {error}"),
        }
    }
}

impl std::error::Error for CodeSpaceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CodeSpaceError::Os(error) => Some(error),
            _ => None,
        }
    }
}

/// How much a code space holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeSpaceStats {
    /// Blocks there are.
    pub blocks: u64,
    /// Bytes of those blocks, headers and padding included.
    pub used_bytes: u64,
    /// Bytes of the pages that have memory.
    pub committed_bytes: u64,
    /// Bytes of address space of the regions (once, not per view).
    pub reserved_bytes: u64,
    /// Bytes of all blocks that were freed so far.
    pub freed_bytes: u64,
    /// Bytes of pages whose memory was given back so far.
    pub returned_bytes: u64,
    /// Barriers that reuse has cost so far.
    pub barriers: u64,
}

/// A function to be placed.
#[derive(Debug)]
pub struct NewCode<'a> {
    /// Its bytes.
    pub code: &'a [u8],
    /// Alignment of its first byte: a power of two, at most 64.
    pub align: u32,
    /// What is known about it.
    pub info: CodeInfo,
}

/// The code memory of one engine. Clones are the same space.
#[derive(Clone, Debug)]
pub struct CodeSpace {
    inner: Arc<Inner>,
}

struct Inner {
    config: CodeSpaceConfig,
    /// A leaf: nothing else is locked, and nothing of others is called or
    /// dropped, while it is held.
    state: Mutex<State>,
    /// See [`CodeSpaceStats::barriers`].
    barriers: AtomicU64,
}

/// Published code. Freed when dropped, which is allowed only when no frame
/// can return into it any more.
pub struct CodeBlock {
    space: Arc<Inner>,
    region: u32,
    granule: u32,
    len: u32,
    start: usize,
    /// The header in the writable view.
    target: usize,
    slot: &'static Slot,
    info: Arc<CodeInfo>,
}

impl CodeSpace {
    /// Makes a space and its first region, which decides the mode.
    pub fn new(mut config: CodeSpaceConfig) -> Result<Self, CodeSpaceError> {
        sys::mark_process();
        config.region_bytes = config.region_bytes.clamp(16 * sys::page_bytes(), 1 << 30);
        let state = State::new(&config)?;
        config.mode = Some(state.regions[0].region.mode());
        let inner = Inner { config, state: Mutex::new(state), barriers: AtomicU64::new(0) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The mode that was chosen.
    pub fn mode(&self) -> CodeMode {
        self.inner.config.mode.unwrap_or(CodeMode::DualMapped)
    }

    /// Copies code in and publishes it.
    pub fn allocate(
        &self,
        code: &[u8],
        align: u32,
        info: CodeInfo,
    ) -> Result<CodeBlock, CodeSpaceError> {
        let mut blocks = self.allocate_batch(vec![NewCode { code, align, info }])?;
        Ok(blocks.pop().expect("a batch has a block for each function"))
    }

    /// As [`CodeSpace::allocate`], for who may make room and try again: `info`
    /// is taken out only if there is room.
    pub fn try_allocate(
        &self,
        code: &[u8],
        align: u32,
        info: &mut Option<CodeInfo>,
    ) -> Result<CodeBlock, CodeSpaceError> {
        let known = info.take().expect("what is known about the code");
        let mut batch = vec![NewCode { code, align, info: known }];
        let copy = |_: usize, code: &[u8], target: &mut [u8]| target.copy_from_slice(code);
        match self.place_if_room(&mut batch, copy) {
            Ok(mut blocks) => Ok(blocks.pop().expect("a batch has a block for each function")),
            Err(error) => {
                *info = batch.pop().map(|new| new.info);
                Err(error)
            }
        }
    }

    /// Bytes that code of a length takes, with all that comes with it.
    pub fn bytes_for(code_len: usize) -> u64 {
        block_granules(code_len).map_or(u64::MAX, |n| u64::from(n) * GRANULE_BYTES as u64)
    }

    /// Copies several functions in and publishes them together: at most one
    /// barrier, and with sealed pages one run of pages for all.
    pub fn allocate_batch(
        &self,
        batch: Vec<NewCode<'_>>,
    ) -> Result<Vec<CodeBlock>, CodeSpaceError> {
        self.place(batch, |_, code, target| target.copy_from_slice(code))
    }

    /// Publishes code that depends on its own address: `write` gets the
    /// address that the code will run at, and its zeroed bytes.
    pub fn allocate_with(
        &self,
        len: usize,
        align: u32,
        info: CodeInfo,
        write: impl FnOnce(usize, &mut [u8]),
    ) -> Result<CodeBlock, CodeSpaceError> {
        let mut write = Some(write);
        let mut scratch = vec![0; len];
        let template = vec![FILL; len];
        let batch = vec![NewCode { code: &template, align, info }];
        let mut blocks = self.place(batch, |address, _, target| {
            if let Some(write) = write.take() {
                write(address, &mut scratch);
            }
            target.copy_from_slice(&scratch);
        })?;
        Ok(blocks.pop().expect("a batch has a block for each function"))
    }

    /// Gives the memory of free pages back to the system now.
    pub fn trim(&self) {
        if !sys::in_forked_child() {
            self.inner.lock().trim();
        }
    }

    /// How much the space holds.
    pub fn stats(&self) -> CodeSpaceStats {
        let mut stats = self.inner.lock().stats;
        stats.barriers = self.inner.barriers.load(Ordering::Relaxed);
        stats
    }

    /// Bytes of memory that the system says the regions have, where it tells.
    pub fn resident_bytes(&self) -> Option<u64> {
        self.inner.lock().regions.iter().map(|r| r.region.resident_bytes()).sum()
    }

    fn place(
        &self,
        mut batch: Vec<NewCode<'_>>,
        write: impl FnMut(usize, &[u8], &mut [u8]),
    ) -> Result<Vec<CodeBlock>, CodeSpaceError> {
        self.place_if_room(&mut batch, write)
    }

    /// Leaves the batch as it is if there is no room.
    fn place_if_room(
        &self,
        batch: &mut Vec<NewCode<'_>>,
        mut write: impl FnMut(usize, &[u8], &mut [u8]),
    ) -> Result<Vec<CodeBlock>, CodeSpaceError> {
        if sys::in_forked_child() {
            return Err(CodeSpaceError::Forked);
        }
        let inner = &self.inner;
        let taken = inner.lock().take(batch, &inner.config)?;
        let mut blocks = Vec::with_capacity(batch.len());
        for (new, (place, target, start, slot)) in batch.drain(..).zip(&taken.places) {
            let len = new.code.len();
            let info = Arc::new(new.info);
            let block = CodeBlock {
                space: Arc::clone(inner),
                region: place.region,
                granule: place.granule,
                // `block_granules` was possible for it.
                len: len as u32,
                start: *start,
                target: *target,
                slot,
                info,
            };
            let target = *target as *mut u8;
            // SAFETY: the range was taken for this block: it is writable, in
            // bounds, and nobody else's until it is published. Headers are
            // aligned to 16. Readers look at headers atomically.
            let header = unsafe { &*target.cast::<Header>() };
            header.write(start - GRANULE_BYTES, block.len, Arc::as_ptr(&block.info) as usize);
            // SAFETY: as above; the code follows its header.
            let bytes = unsafe { std::slice::from_raw_parts_mut(target.add(GRANULE_BYTES), len) };
            write(*start, new.code, bytes);
            blocks.push(block);
        }
        // From here on an error drops the blocks, which frees their ranges.
        if let Some((region, first_page, pages)) = taken.run {
            inner.lock().seal(region, first_page, pages)?;
        }
        if taken.reused {
            inner.barriers.fetch_add(1, Ordering::Relaxed);
            if !sys::sync_core_barrier() {
                inner.lock().reuse = false;
                return Err(CodeSpaceError::Exhausted {
                    max_code_bytes: inner.config.max_code_bytes,
                });
            }
        }
        for block in &blocks {
            block.slot.publish(block.granule);
        }
        Ok(blocks)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the state is half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        for region in state.regions.drain(..) {
            if sys::in_forked_child() {
                std::mem::forget(region);
            } else {
                // SAFETY: blocks keep the space alive, so there are none.
                unsafe { region.region.release() };
            }
        }
    }
}

impl CodeBlock {
    /// Address of the first instruction.
    pub fn start(&self) -> *const u8 {
        self.start as *const u8
    }

    /// Bytes of the code.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether an address lies in the code.
    pub fn contains(&self, pc: usize) -> bool {
        pc.wrapping_sub(self.start) < self.len()
    }

    /// What is known about the code.
    pub fn info(&self) -> &Arc<CodeInfo> {
        &self.info
    }

    /// The code, for listings.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the executable view is readable, and published code does not
        // change before the block is dropped.
        unsafe { std::slice::from_raw_parts(self.start(), self.len()) }
    }
}

impl Drop for CodeBlock {
    fn drop(&mut self) {
        if sys::in_forked_child() {
            // The parent runs this code.
            return;
        }
        let granules = block_granules(self.len()).expect("as when it was made");
        let place = Place { region: self.region, granule: self.granule, granules };
        self.slot.withdraw(self.granule);
        if self.space.config.mode == Some(CodeMode::DualMapped) {
            // SAFETY: the range is this block's, in the writable view, and no
            // longer published. A late reader of the header sees either value.
            unsafe {
                (self.target as *mut u8).write_bytes(FILL, granules as usize * GRANULE_BYTES);
            }
        }
        self.space.lock().give(place);
    }
}

impl fmt::Debug for CodeBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeBlock({:?} at {:#x}, {} bytes)", self.info.kind, self.start, self.len)
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeSpace").field("config", &self.config).finish_non_exhaustive()
    }
}

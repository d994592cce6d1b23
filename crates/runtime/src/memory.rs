//! Linear memories.
//!
//! Owns: [`LinearMemory`] and the pool of address ranges that dropped memories
//! leave behind. Called by instances and by the builtins that grow. Must not
//! know: isolates, code, who may grow how far (the caller passes the bound).
//!
//! # Essay: two kinds
//!
//! ```text
//! guarded   │ accessible: the length │ no access … 4 GiB │ guard 64 MiB │
//! movable   │ length │ spare, zero │
//! ```
//!
//! A guarded memory lies at the start of a range that covers every address a
//! 32-bit index plus a constant offset of at most [`GUARD_BYTES`] can reach
//! (all arithmetic about that is in this file). It grows by making pages
//! accessible, so it never moves. A movable memory is as large as it needs to
//! be, with some room to grow; code compares against the length. Its spare
//! bytes are accessible but were never written, so they are zero when they
//! become part of the memory.
//!
//! Machine code reads base and length from the definition, which stays at one
//! address as long as the memory lives.
//!
//! Ranges are reused. Data must not survive that (CVE-2022-39393), so a range
//! is in the pool only after its bytes are zero again: where few pages were
//! touched (the system tells which), those are overwritten, so that the next
//! memory does not fault for them (2.9 µs → 0.8 µs for a memory of one page
//! that is made, touched and dropped; 2 cores, virtual machine); else the
//! system takes all pages back. What is accessible is cut to the new length
//! before a range is handed out.

use std::ops;
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use updraft_abi::{GUARD_BYTES, RESERVATION_BYTES, vmctx};
use updraft_types::limits::{MAX_MEMORY32_PAGES, PAGE_BYTES};

use crate::sys::{self, Mapping, OsError, Protection};

/// Bytes of a guarded memory's range.
const RANGE_BYTES: usize = (RESERVATION_BYTES + GUARD_BYTES) as usize;
/// Ranges that wait for reuse.
const POOL_RANGES: usize = 64;
/// A range of which more than this was accessible loses its page tables too
/// before it is reused.
const KEEP_ACCESSIBLE_BYTES: usize = 4 << 20;
/// A longer range is not asked about page by page: that costs 10 ns a page.
const SCAN_BYTES: usize = 512 << 10;
/// No system has smaller pages.
const MIN_SYSTEM_PAGE_BYTES: usize = 4096;
/// A range with at most so many pages that were touched keeps them.
const KEEP_PAGES: usize = 8;
/// Large pages have so many bytes, at addresses that are multiples of it.
pub(crate) const LARGE_PAGE_BYTES: usize = 2 << 20;
/// Room to grow that a movable memory gets when it moves: so many bytes and
/// an eighth.
const SPARE_BYTES: u64 = 8 * PAGE_BYTES;

const _: () = assert!(RESERVATION_BYTES == MAX_MEMORY32_PAGES * PAGE_BYTES);
const _: () = assert!(RESERVATION_BYTES == u32::MAX as u64 + 1);

/// What machine code reads of a memory.
#[derive(Debug)]
#[repr(C)]
pub struct VmExtent {
    /// The first byte.
    pub base: *mut u8,
    /// Bytes of a memory.
    pub len: u64,
}

const _: () = assert!(std::mem::offset_of!(VmExtent, base) == vmctx::DEF_BASE as usize);
const _: () = assert!(std::mem::offset_of!(VmExtent, len) == vmctx::DEF_LEN as usize);

/// How a memory is to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemoryKind {
    /// With guards if the system has the address space, else movable. For
    /// memories with 32-bit indices only.
    Guarded,
    /// Movable.
    Movable,
}

/// What a memory is to be.
#[derive(Clone, Copy, Debug)]
pub struct MemoryPlan {
    /// Its kind.
    pub kind: MemoryKind,
    /// Pages at the start.
    pub min_pages: u64,
}

/// Ranges without data; see the essay.
static POOL: Mutex<Vec<Range>> = Mutex::new(Vec::new());

/// A range for a guarded memory.
#[derive(Debug)]
struct Range {
    mapping: Mapping,
    /// Bytes at the start that can be read and written.
    accessible: usize,
}

#[derive(Debug)]
enum Storage {
    /// None only while the memory is dropped.
    Guarded(Option<Range>),
    /// None if there is no page.
    Movable(Option<Mapping>),
}

/// A linear memory.
#[derive(Debug)]
pub struct LinearMemory {
    storage: Storage,
    /// Owned. Read by machine code at any time that it runs.
    definition: NonNull<VmExtent>,
}

// SAFETY: a memory owns its range and its definition; nothing of it belongs to
// a thread.
unsafe impl Send for LinearMemory {}
// SAFETY: through `&self` only addresses and numbers are read.
unsafe impl Sync for LinearMemory {}

impl LinearMemory {
    /// Makes a memory whose bytes are zero.
    pub fn new(plan: MemoryPlan) -> Result<Self, OsError> {
        let too_large = || OsError::no_memory("mmap");
        let len = plan.min_pages.checked_mul(PAGE_BYTES).ok_or_else(too_large)?;
        let bytes = usize::try_from(len).ok().filter(|b| *b <= isize::MAX as usize);
        let bytes = bytes.ok_or_else(too_large)?;
        let range = match plan.kind {
            MemoryKind::Guarded if len <= RESERVATION_BYTES => Range::acquire(bytes).ok(),
            _ => None,
        };
        let (storage, base) = match range {
            Some(range) => {
                let base = range.mapping.base();
                (Storage::Guarded(Some(range)), base)
            }
            None if bytes == 0 => (Storage::Movable(None), dangling()),
            None => {
                let mapping =
                    Mapping::anonymous(bytes, Protection::ReadWrite).map_err(OsError::diagnosed)?;
                let base = mapping.base();
                (Storage::Movable(Some(mapping)), base)
            }
        };
        let definition = NonNull::from(Box::leak(Box::new(VmExtent { base, len })));
        Ok(Self { storage, definition })
    }

    /// Whether guarded code may use the memory. Never changes.
    pub fn is_guarded(&self) -> bool {
        matches!(self.storage, Storage::Guarded(_))
    }

    /// What machine code reads. The address never changes.
    pub fn definition(&self) -> NonNull<VmExtent> {
        self.definition
    }

    /// The first byte. Changes when a movable memory grows.
    pub fn base(&self) -> *mut u8 {
        // SAFETY: the definition is owned and lives as long as this.
        unsafe { (*self.definition.as_ptr()).base }
    }

    /// Bytes that can be accessed.
    pub fn bytes(&self) -> u64 {
        // SAFETY: the definition is owned and lives as long as this.
        unsafe { (*self.definition.as_ptr()).len }
    }

    /// Pages that can be accessed.
    pub fn pages(&self) -> u64 {
        self.bytes() / PAGE_BYTES
    }

    /// Grows by `delta` pages, to at most `max`. The old size in pages, or
    /// nothing if the bound or the system is in the way.
    pub fn grow(&mut self, delta: u64, max: u64) -> Option<u64> {
        let old = self.pages();
        let new = old.checked_add(delta).filter(|n| *n <= max)?;
        if delta == 0 {
            return Some(old);
        }
        let len = new.checked_mul(PAGE_BYTES)?;
        let bytes = usize::try_from(len).ok().filter(|b| *b <= isize::MAX as usize)?;
        let base = match &mut self.storage {
            Storage::Guarded(range) => {
                if len > RESERVATION_BYTES {
                    return None;
                }
                let range = range.as_mut()?;
                range.set_accessible(bytes).ok()?;
                range.mapping.base()
            }
            Storage::Movable(mapping) => {
                let max_bytes = max.saturating_mul(PAGE_BYTES);
                grow_movable(mapping, bytes, max_bytes)?
            }
        };
        // SAFETY: the definition is owned; machine code that reads it does not
        // run meanwhile, since growing needs the memory exclusively.
        unsafe { self.definition.as_ptr().write(VmExtent { base, len }) };
        Some(old)
    }

    /// Most bytes of a part will be written now, whatever it is: it gets large
    /// pages, as far as they fit in.
    ///
    /// Small memories, of which there may be many, stay as small as they are:
    /// only ranges that the system takes all of back before they are reused
    /// keep no trace of this.
    ///
    /// The addresses of the pages, if there are any.
    pub fn expect_data(&mut self, part: ops::Range<u64>) -> Option<ops::Range<usize>> {
        let Storage::Guarded(Some(range)) = &self.storage else { return None };
        if range.accessible <= KEEP_ACCESSIBLE_BYTES {
            return None;
        }
        let base = range.mapping.base() as usize;
        let at = |offset: u64| base + (offset.min(range.accessible as u64)) as usize;
        let start = at(part.start).next_multiple_of(LARGE_PAGE_BYTES) - base;
        let end = at(part.end) / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES;
        let bytes = end.checked_sub(base + start).filter(|n| *n > 0)?;
        range.mapping.prefer_large_pages(start, bytes);
        Some(base + start..end)
    }

    /// Whether a fault at this address can be an access out of the bounds of
    /// this memory. Neither locks nor allocates.
    pub fn contains(&self, address: usize) -> bool {
        self.is_guarded() && address.wrapping_sub(self.base() as usize) < RANGE_BYTES
    }

    /// The bytes.
    ///
    /// # Safety
    ///
    /// No machine code that can write the memory runs during the borrow.
    pub unsafe fn data(&self) -> &[u8] {
        // SAFETY: base and length describe readable memory that stays where it
        // is while it is borrowed; the caller excludes writers.
        unsafe { std::slice::from_raw_parts(self.base(), self.bytes() as usize) }
    }

    /// The bytes, to write.
    ///
    /// # Safety
    ///
    /// No machine code that can access the memory runs during the borrow.
    pub unsafe fn data_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `data`, and the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.base(), self.bytes() as usize) }
    }
}

impl Drop for LinearMemory {
    fn drop(&mut self) {
        if let Storage::Guarded(range) = &mut self.storage
            && let Some(range) = range.take()
        {
            range.release();
        }
        // SAFETY: the definition came from a box and is given up here; no
        // machine code knows the memory any more.
        drop(unsafe { Box::from_raw(self.definition.as_ptr()) });
    }
}

/// An address for a memory without bytes: aligned, not null, never accessed.
fn dangling() -> *mut u8 {
    std::ptr::without_provenance_mut(PAGE_BYTES as usize)
}

/// Makes room for `bytes`; the new base.
fn grow_movable(mapping: &mut Option<Mapping>, bytes: usize, max_bytes: u64) -> Option<*mut u8> {
    let capacity = mapping.as_ref().map_or(0, Mapping::bytes);
    if bytes <= capacity {
        return mapping.as_ref().map(Mapping::base);
    }
    let roomy = (capacity as u64 + capacity as u64 / 8 + SPARE_BYTES) / PAGE_BYTES * PAGE_BYTES;
    let roomy = usize::try_from(roomy.min(max_bytes)).unwrap_or(bytes).max(bytes);
    match mapping {
        Some(mapping) => {
            // SAFETY: only the definition holds the address, and it is written
            // after this, before machine code runs again.
            unsafe { mapping.extend(roomy).or_else(|_| mapping.extend(bytes)).ok()? };
            Some(mapping.base())
        }
        None => {
            let new = Mapping::anonymous(roomy, Protection::ReadWrite)
                .or_else(|_| Mapping::anonymous(bytes, Protection::ReadWrite))
                .ok()?;
            Some(mapping.insert(new).base())
        }
    }
}

impl Range {
    /// A range whose first `bytes` bytes are accessible and zero.
    fn acquire(bytes: usize) -> Result<Self, OsError> {
        let pooled = {
            let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
            // One that needs no system call, if there is one.
            match pool.iter().rposition(|r| r.accessible == bytes) {
                Some(i) => Some(pool.swap_remove(i)),
                None => pool.pop(),
            }
        };
        let mut range = match pooled {
            Some(range) => range,
            None => {
                Self { mapping: Mapping::anonymous(RANGE_BYTES, Protection::None)?, accessible: 0 }
            }
        };
        range.set_accessible(bytes)?;
        Ok(range)
    }

    fn set_accessible(&mut self, bytes: usize) -> Result<(), OsError> {
        assert!(bytes as u64 <= RESERVATION_BYTES, "the guard is never accessible");
        let old = self.accessible;
        // SAFETY: pages are made accessible; or, of a range from the pool that
        // nobody uses, inaccessible.
        unsafe {
            if bytes > old {
                self.mapping.protect(old, bytes - old, Protection::ReadWrite)?;
            } else {
                self.mapping.protect(bytes, old - bytes, Protection::None)?;
            }
        }
        self.accessible = bytes;
        Ok(())
    }

    /// Overwrites the pages that were touched with zeroes, if they are few.
    fn clear_few_pages(&mut self) -> bool {
        if self.accessible > SCAN_BYTES {
            return false;
        }
        let page = sys::page_bytes();
        let mut touched = [false; SCAN_BYTES / MIN_SYSTEM_PAGE_BYTES];
        let touched = &mut touched[..self.accessible / page];
        if !self.mapping.touched_pages(0, touched)
            || touched.iter().filter(|t| **t).count() > KEEP_PAGES
        {
            return false;
        }
        for (i, _) in touched.iter().enumerate().filter(|(_, touched)| **touched) {
            // SAFETY: an accessible page of a range that nobody uses.
            unsafe { self.mapping.base().add(i * page).write_bytes(0, page) };
        }
        true
    }

    /// Gives the memory back, and the range to the pool or the system.
    fn release(mut self) {
        let full = || POOL.lock().unwrap_or_else(PoisonError::into_inner).len() >= POOL_RANGES;
        if full() {
            return;
        }
        // SAFETY: the memory is being dropped: nobody looks at its bytes.
        let emptied = unsafe {
            if self.accessible > KEEP_ACCESSIBLE_BYTES {
                let bytes = std::mem::take(&mut self.accessible);
                self.mapping.replace(0, bytes, Protection::None)
            } else {
                match self.clear_few_pages() {
                    true => Ok(()),
                    false => self.mapping.discard(0, self.accessible),
                }
            }
        };
        // A range that may hold data is given up, not reused. What a failed
        // call left of it is not known, so it is not unmapped either.
        if emptied.is_err() {
            self.mapping.leak();
        } else {
            let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
            if pool.len() < POOL_RANGES {
                pool.push(self);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(kind: MemoryKind, min_pages: u64) -> LinearMemory {
        LinearMemory::new(MemoryPlan { kind, min_pages }).unwrap()
    }

    /// Writes a byte to each page of the memory.
    fn dirty(memory: &mut LinearMemory) {
        // SAFETY: no machine code runs.
        let data = unsafe { memory.data_mut() };
        data.iter_mut().step_by(4096).for_each(|b| *b = 0xa5);
    }

    fn is_zero(memory: &LinearMemory) -> bool {
        // SAFETY: no machine code runs.
        unsafe { memory.data() }.iter().all(|b| *b == 0)
    }

    #[test]
    fn growing_keeps_data_and_adds_zeroes() {
        for kind in [MemoryKind::Guarded, MemoryKind::Movable] {
            let mut memory = memory(kind, 1);
            let definition = memory.definition();
            let base = memory.base();
            dirty(&mut memory);
            for pages in 1..40 {
                assert_eq!(memory.grow(1, 65536), Some(pages));
            }
            assert_eq!(memory.pages(), 40);
            assert_eq!(memory.definition(), definition);
            if memory.is_guarded() {
                assert_eq!(memory.base(), base);
            }
            // SAFETY: no machine code runs.
            let data = unsafe { memory.data() };
            assert_eq!(data[4096], 0xa5);
            assert!(data[65536..].iter().all(|b| *b == 0));
            assert_eq!(memory.grow(1, 40), None);
            assert_eq!(memory.grow(u64::MAX, u64::MAX), None);
            assert_eq!(memory.grow(0, 0), None);
            assert_eq!(memory.grow(0, 40), Some(40));
        }
    }

    #[test]
    fn all_of_four_gibibytes_can_be_used() {
        for kind in [MemoryKind::Guarded, MemoryKind::Movable] {
            let mut memory = memory(kind, 0);
            assert_eq!(memory.grow(65536, 65536), Some(0));
            assert_eq!(memory.bytes(), 1 << 32);
            // SAFETY: no machine code runs.
            let data = unsafe { memory.data_mut() };
            data[u32::MAX as usize] = 7;
            assert_eq!(data[u32::MAX as usize], 7);
            assert_eq!(data[1 << 31], 0);
            assert_eq!(memory.grow(1, 65536), None);
            if memory.is_guarded() {
                assert_eq!(memory.grow(1, u64::MAX), None, "the guard stays closed");
            }
        }
    }

    #[test]
    fn nothing_survives_in_the_pool() {
        for (pages, next) in [(1, 1), (3, 1), (1, 5), (16, 2), (40, 40), (70, 1), (130, 70)] {
            for round in 0..8 {
                let mut first = memory(MemoryKind::Guarded, pages);
                first.expect_data(5..first.bytes() * 2);
                if round % 2 == 0 {
                    assert!(is_zero(&first), "{pages} pages");
                    dirty(&mut first);
                    first.grow(1, 65536).unwrap();
                    dirty(&mut first);
                } else {
                    // Few pages are touched, even by reading.
                    // SAFETY: no machine code runs.
                    let data = unsafe { first.data_mut() };
                    let last = data.len() - 1;
                    (data[5], data[4096], data[last]) = (1, 2, 3);
                }
                drop(first);
                let mut second = memory(MemoryKind::Guarded, next);
                assert!(is_zero(&second), "{next} pages after {pages}");
                second.grow(50, 65536).unwrap();
                assert!(is_zero(&second), "grown after {pages}");
            }
        }
    }

    #[test]
    fn only_guarded_memories_contain_fault_addresses() {
        let guarded = memory(MemoryKind::Guarded, 1);
        let base = guarded.base() as usize;
        assert!(guarded.is_guarded());
        assert!(guarded.contains(base) && guarded.contains(base + RANGE_BYTES - 1));
        assert!(!guarded.contains(base + RANGE_BYTES) && !guarded.contains(base - 1));
        let movable = memory(MemoryKind::Movable, 1);
        assert!(!movable.contains(movable.base() as usize));
    }

    #[test]
    fn a_movable_memory_moves_rarely() {
        let mut memory = memory(MemoryKind::Movable, 0);
        let mut moves = 0;
        let mut base = memory.base();
        for _ in 0..1000 {
            memory.grow(1, 65536).unwrap();
            moves += u32::from(std::mem::replace(&mut base, memory.base()) != base);
        }
        assert!(moves <= 60, "{moves} moves");
        assert!(is_zero(&memory));
    }
}

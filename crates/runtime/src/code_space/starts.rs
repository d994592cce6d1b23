//! Where the blocks of a region begin: its bitmap, and the header in front of
//! each block; and the list of regions.
//!
//! Owns: the atomics of the protocol that `code_space.rs` tells. Used by the
//! registry, which knows where headers lie in memory. Must not know: memory,
//! what a header's pointer leads to. `tests/loom` checks this very file.

use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Bytes that one bit of the bitmap stands for, and of a block's header.
pub(super) const GRANULE_BYTES: usize = 16;

/// A region as readers see it. Invariant: never changes again once the number
/// of slots counts it, and its addresses stay mapped for ever.
pub(super) struct Slot {
    pub(super) base: AtomicUsize,
    pub(super) bytes: AtomicUsize,
    /// One bit per granule: set if a complete block's header lies there.
    pub(super) starts: AtomicPtr<AtomicU64>,
}

/// The header in front of a block's first instruction.
#[repr(C)]
pub(super) struct Header {
    /// Pointer to what is known about the block.
    pub(super) info: AtomicU64,
    /// Length in the lower half, a check of everything in the upper.
    pub(super) rest: AtomicU64,
}

/// A block as its header tells of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// Address of its first instruction.
    pub(super) start: usize,
    /// Bytes of its code.
    pub(super) len: u32,
    /// Pointer to what is known about it.
    pub(super) info: usize,
}

/// Adds a region to the list. `starts` has a zero bit for each granule.
/// Nothing if the list is full. Requires: one thread does so at a time.
pub(super) fn add_region<'a>(
    slots: &'a [Slot],
    n_slots: &AtomicU32,
    base: usize,
    bytes: usize,
    starts: &'static [AtomicU64],
) -> Option<&'a Slot> {
    let n = n_slots.load(Ordering::Relaxed);
    let slot = slots.get(n as usize)?;
    assert!(starts.len() * 64 * GRANULE_BYTES >= bytes, "a bit for each granule");
    slot.base.store(base, Ordering::Relaxed);
    slot.bytes.store(bytes, Ordering::Relaxed);
    slot.starts.store(starts.as_ptr().cast_mut(), Ordering::Relaxed);
    // Pairs with the Acquire in `lookup`.
    n_slots.store(n + 1, Ordering::Release);
    Some(slot)
}

/// Finds the published block that `pc` lies in.
pub(super) fn lookup(
    slots: &[Slot],
    n_slots: &AtomicU32,
    pc: usize,
    header_at: impl FnOnce(usize) -> Option<Found>,
) -> Option<Found> {
    // Pairs with the Release in `add_region`: the slots counted are complete.
    let n = n_slots.load(Ordering::Acquire) as usize;
    slots[..n]
        .iter()
        .find_map(|slot| {
            let base = slot.base.load(Ordering::Relaxed);
            let offset = pc.wrapping_sub(base);
            (offset < slot.bytes.load(Ordering::Relaxed)).then_some((slot, base, offset))
        })
        .and_then(|(slot, base, offset)| slot.find(base, offset, header_at))
}

impl Slot {
    /// The word of the bitmap that holds a granule's bit, and the bit.
    fn word(&self, granule: usize) -> (&'static AtomicU64, u64) {
        debug_assert!(granule * GRANULE_BYTES < self.bytes.load(Ordering::Relaxed));
        let starts = self.starts.load(Ordering::Relaxed);
        // SAFETY: `starts` has a bit for each granule of the region (checked
        // in `add_region`) and lives for ever; granules lie in the region.
        (unsafe { &*starts.add(granule / 64) }, 1 << (granule % 64))
    }

    /// Makes the block whose header lies at `granule` visible.
    pub(super) fn publish(&self, granule: u32) {
        let (word, bit) = self.word(granule as usize);
        // Release: header, code and info are written before the bit is seen.
        word.fetch_or(bit, Ordering::Release);
    }

    /// Hides the block whose header lies at `granule`.
    pub(super) fn withdraw(&self, granule: u32) {
        let (word, bit) = self.word(granule as usize);
        // AcqRel: nothing that overwrites the block moves before this.
        word.fetch_and(!bit, Ordering::AcqRel);
    }

    fn find(
        &self,
        base: usize,
        offset: usize,
        header_at: impl FnOnce(usize) -> Option<Found>,
    ) -> Option<Found> {
        let granule = offset / GRANULE_BYTES;
        let mut at = granule / 64;
        // Bits above the granule's are of blocks behind it.
        let mut mask = u64::MAX >> (63 - granule % 64);
        let start_granule = loop {
            let (word, _) = self.word(at * 64);
            // Acquire: pairs with `publish`.
            let bits = word.load(Ordering::Acquire) & mask;
            if bits != 0 {
                break at * 64 + (63 - bits.leading_zeros() as usize);
            }
            at = at.checked_sub(1)?;
            mask = u64::MAX;
        };
        let found = header_at(base + start_granule * GRANULE_BYTES)?;
        let offset = (base + offset).checked_sub(found.start)?;
        (offset < found.len as usize).then_some(found)
    }
}

impl Header {
    /// Writes the header that lies at `address`. Requires: its granule is this
    /// thread's alone, and not published.
    pub(super) fn write(&self, address: usize, len: u32, info: usize) {
        let info = info as u64;
        let rest = u64::from(len) | u64::from(check(address, len, info)) << 32;
        self.info.store(info, Ordering::Relaxed);
        self.rest.store(rest, Ordering::Relaxed);
    }

    /// Reads the header that lies at `address`, if there is a whole one.
    pub(super) fn read(&self, address: usize) -> Option<Found> {
        let info = self.info.load(Ordering::Relaxed);
        let rest = self.rest.load(Ordering::Relaxed);
        let len = rest as u32;
        // A block that is freed at this moment may have lost its header, or
        // have half of its successor's. It is not the code that runs at the
        // address looked up, since that is not freed.
        let is_whole = check(address, len, info) == (rest >> 32) as u32 && info != 0;
        is_whole.then_some(Found { start: address + GRANULE_BYTES, len, info: info as usize })
    }
}

fn check(header_address: usize, len: u32, info: u64) -> u32 {
    let mixed = (info ^ (header_address as u64).rotate_left(20) ^ u64::from(len) << 40)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

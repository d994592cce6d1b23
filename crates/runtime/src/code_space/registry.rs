//! From an address to the code that lies there: one registry per process.
//!
//! Owns: the list of all regions there ever were, their bitmaps of block
//! starts, and the header in front of a block. Read by the signal handler and
//! by stack walks on any thread; written by the code space. The protocol is
//! told in `code_space.rs`.

use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::info::CodeInfo;

/// Bytes that one bit of the bitmap stands for, and of a block's header.
pub(super) const GRANULE_BYTES: usize = 16;
/// Regions that a process can have.
const MAX_REGIONS: usize = 1024;

static SLOTS: [Slot; MAX_REGIONS] = [const { Slot::empty() }; MAX_REGIONS];
static N_SLOTS: AtomicU32 = AtomicU32::new(0);

/// A region as readers see it. Invariant: never changes again once N_SLOTS
/// counts it, and its addresses stay mapped for ever.
pub(super) struct Slot {
    base: AtomicUsize,
    bytes: AtomicUsize,
    /// One bit per granule: set if a complete block's header lies there.
    starts: AtomicPtr<AtomicU64>,
}

/// A piece of published code, as found by address.
#[derive(Clone, Copy, Debug)]
pub struct CodeRef {
    start: usize,
    len: u32,
    info: *const CodeInfo,
}

impl CodeRef {
    /// Address of the first instruction.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Bytes of the code.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is no code; never for what a lookup found.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The offset of an address in this code.
    pub fn offset_of(&self, pc: usize) -> u32 {
        pc.wrapping_sub(self.start) as u32
    }

    /// What is known about the code.
    ///
    /// # Safety
    ///
    /// The code must not be freed during `'a`: a frame of it is on a stack, or
    /// the caller keeps the code's owner alive. The address looked up must
    /// have been of such code.
    pub unsafe fn info<'a>(&self) -> &'a CodeInfo {
        // SAFETY: headers hold pointers to infos that live as long as the
        // block is published; the caller says it is.
        unsafe { &*self.info }
    }
}

/// Finds the published code that `pc` lies in. For a return address look up
/// `pc - 1`. Neither locks nor allocates nor waits; may run in a signal
/// handler while other threads publish and free.
pub fn lookup(pc: usize) -> Option<CodeRef> {
    // Pairs with the Release in `add_region`: the slots counted are complete.
    let n = N_SLOTS.load(Ordering::Acquire) as usize;
    SLOTS[..n]
        .iter()
        .find_map(|slot| {
            let base = slot.base.load(Ordering::Relaxed);
            let offset = pc.wrapping_sub(base);
            (offset < slot.bytes.load(Ordering::Relaxed)).then_some((slot, base, offset))
        })
        .and_then(|(slot, base, offset)| slot.find(base, offset))
}

/// Adds a region to the registry, for ever. `starts` has a zero bit for each
/// granule. Nothing if the registry is full. The caller holds the lock of the
/// region pool, so there is one writer.
pub(super) fn add_region(
    base: usize,
    bytes: usize,
    starts: &'static [AtomicU64],
) -> Option<&'static Slot> {
    let n = N_SLOTS.load(Ordering::Relaxed);
    let slot = SLOTS.get(n as usize)?;
    assert!(starts.len() * 64 * GRANULE_BYTES >= bytes, "a bit for each granule");
    slot.base.store(base, Ordering::Relaxed);
    slot.bytes.store(bytes, Ordering::Relaxed);
    slot.starts.store(starts.as_ptr().cast_mut(), Ordering::Relaxed);
    // Pairs with the Acquire in `lookup`.
    N_SLOTS.store(n + 1, Ordering::Release);
    Some(slot)
}

impl Slot {
    const fn empty() -> Self {
        Self {
            base: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            starts: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

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

    fn find(&self, base: usize, offset: usize) -> Option<CodeRef> {
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
        let found = read_header(base + start_granule * GRANULE_BYTES)?;
        let offset = (base + offset).checked_sub(found.start)?;
        (offset < found.len as usize).then_some(found)
    }
}

/// The header in front of a block's first instruction: pointer to the info;
/// length in the lower half and a check of everything in the upper.
pub(super) fn header(header_address: usize, len: u32, info: *const CodeInfo) -> [u64; 2] {
    let info = info as u64;
    [info, u64::from(len) | u64::from(check(header_address, len, info)) << 32]
}

fn check(header_address: usize, len: u32, info: u64) -> u32 {
    let mixed = (info ^ (header_address as u64).rotate_left(20) ^ u64::from(len) << 40)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

fn read_header(address: usize) -> Option<CodeRef> {
    let words = address as *const AtomicU64;
    // SAFETY: headers lie in regions, aligned to 16. Regions are never
    // unmapped, and a page that ever held a block stays readable.
    let (info, rest) = unsafe { (&*words, &*words.add(1)) };
    let (info, rest) = (info.load(Ordering::Relaxed), rest.load(Ordering::Relaxed));
    let len = rest as u32;
    // A block that is freed at this moment may have lost its header, or have
    // half of its successor's. It is not the code that runs at the address
    // looked up, since that is not freed.
    (check(address, len, info) == (rest >> 32) as u32 && info != 0).then_some(CodeRef {
        start: address + GRANULE_BYTES,
        len,
        info: info as *const CodeInfo,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_header_is_not_believed() {
        let block = [const { AtomicU64::new(0) }; 2];
        let address = block.as_ptr() as usize;
        let set = |words: [u64; 2]| {
            block.iter().zip(words).for_each(|(b, w)| b.store(w, Ordering::Relaxed));
        };
        let (old, new) = (CodeInfo::stub(), CodeInfo::stub());
        let (old, new) = (header(address, 100, &old), header(address, 200, &new));
        set(old);
        assert_eq!(read_header(address).unwrap().len(), 100);
        set(new);
        assert_eq!(read_header(address).unwrap().len(), 200);
        for torn in [[old[0], new[1]], [new[0], old[1]], [0, 0], [u64::MAX; 2], [0, old[1]]] {
            set(torn);
            assert!(read_header(address).is_none(), "{torn:x?}");
        }
    }
}

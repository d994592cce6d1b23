//! From an address to the code that lies there: one registry per process.
//!
//! Owns: the list of all regions there ever were, and where headers lie in
//! memory. Read by the signal handler and by stack walks on any thread;
//! written by the code space. The protocol is told in `code_space.rs`; its
//! atomics are in `starts.rs`.

use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};

use super::info::CodeInfo;
use super::starts::{self, Found, Header, Slot};

/// Regions that a process can have.
const MAX_REGIONS: usize = 1024;

static SLOTS: [Slot; MAX_REGIONS] = [const {
    Slot {
        base: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
        starts: AtomicPtr::new(std::ptr::null_mut()),
    }
}; MAX_REGIONS];
static N_SLOTS: AtomicU32 = AtomicU32::new(0);

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
    let header_at = |address: usize| {
        // SAFETY: headers lie in regions, aligned to 16. Regions are never
        // unmapped, and a page that ever held a block stays readable.
        let header = unsafe { &*(address as *const Header) };
        header.read(address)
    };
    let Found { start, len, info } = starts::lookup(&SLOTS, &N_SLOTS, pc, header_at)?;
    Some(CodeRef { start, len, info: info as *const CodeInfo })
}

/// Adds a region to the registry, for ever. `starts` has a zero bit for each
/// granule. Nothing if the registry is full. The caller holds the lock of the
/// region pool, so there is one writer.
pub(super) fn add_region(
    base: usize,
    bytes: usize,
    starts: &'static [AtomicU64],
) -> Option<&'static Slot> {
    starts::add_region(&SLOTS, &N_SLOTS, base, bytes, starts)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn a_torn_header_is_not_believed() {
        let block = [const { AtomicU64::new(0) }; 2];
        let address = block.as_ptr() as usize;
        // SAFETY: a header is two words.
        let header = unsafe { &*block.as_ptr().cast::<Header>() };
        let words = || block.each_ref().map(|b| b.load(Ordering::Relaxed));
        let set = |words: [u64; 2]| {
            block.iter().zip(words).for_each(|(b, w)| b.store(w, Ordering::Relaxed));
        };
        let (old, new) = (CodeInfo::stub(), CodeInfo::stub());
        header.write(address, 100, std::ptr::from_ref(&old) as usize);
        assert_eq!(header.read(address).unwrap().len, 100);
        let old = words();
        header.write(address, 200, std::ptr::from_ref(&new) as usize);
        assert_eq!(header.read(address).unwrap().len, 200);
        let new = words();
        for torn in [[old[0], new[1]], [new[0], old[1]], [0, 0], [u64::MAX; 2], [0, old[1]]] {
            set(torn);
            assert!(header.read(address).is_none(), "{torn:x?}");
        }
    }
}

//! Regions: the memory that code lies in, and who may write it.
//!
//! Owns: the two ways to have memory that is executable but never writable
//! and executable at once, and the pool of regions that no code space uses.
//! Called by the code space only. Nothing else can name the writable view.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use super::registry::add_region;
use super::starts::{GRANULE_BYTES, Slot};
use super::{CodeMode, CodeSpaceError};
use crate::sys::{self, CodeFile, Mapping, OsError, Protection};

/// What freed and unused code memory is filled with: `int3`.
pub(super) const FILL: u8 = crate::arch::CODE_FILL;

/// Regions that belong to no code space. Their addresses stay mapped and
/// registered, so that lookups never read unmapped memory; their memory was
/// given back.
static POOL: Mutex<Vec<Region>> = Mutex::new(Vec::new());

/// A range of addresses that holds code.
pub(super) struct Region {
    /// The view that is executed. Never unmapped.
    code: Mapping,
    backing: Backing,
    pub(super) slot: &'static Slot,
}

enum Backing {
    /// The view that is written, and the file behind both views.
    File { writable: Mapping, file: CodeFile },
    /// Private pages, sealed when written.
    Sealed,
}

impl Region {
    /// A region of at least `bytes`, all of it free. With `mode` only of that
    /// kind, else of the best kind that the system allows.
    pub(super) fn acquire(bytes: usize, mode: Option<CodeMode>) -> Result<Self, CodeSpaceError> {
        let bytes = sys::round_up_to_pages(bytes)
            .filter(|b| *b <= 1 << 30)
            .ok_or(CodeSpaceError::TooLarge)?;
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |r: &Region| {
            r.bytes() >= bytes && r.bytes() / 2 <= bytes && mode.is_none_or(|m| m == r.mode())
        };
        if let Some(i) = pool.iter().position(fits) {
            return Ok(pool.swap_remove(i));
        }
        let (code, backing) = match mode {
            Some(CodeMode::DualMapped) => Self::map_file(bytes)?,
            Some(CodeMode::SealedPages) => Self::map_private(bytes)?,
            None => Self::map_file(bytes).or_else(|_| Self::map_private(bytes))?,
        };
        let n_words = bytes.div_ceil(GRANULE_BYTES * 64);
        let starts_bytes = sys::round_up_to_pages(n_words * 8).ok_or(CodeSpaceError::TooLarge)?;
        let starts = Mapping::anonymous(starts_bytes, Protection::ReadWrite)?.leak();
        // SAFETY: the mapping is zero, aligned, large enough and never
        // unmapped.
        let starts = unsafe { std::slice::from_raw_parts(starts.cast::<AtomicU64>(), n_words) };
        let slot = add_region(code.base() as usize, bytes, starts)
            .ok_or(CodeSpaceError::TooManyRegions)?;
        Ok(Self { code, backing, slot })
    }

    fn map_file(bytes: usize) -> Result<(Mapping, Backing), OsError> {
        let file = CodeFile::new(bytes)?;
        let code = Mapping::of_file(&file, Protection::ReadExecute)?;
        let writable = Mapping::of_file(&file, Protection::ReadWrite)?;
        // A forked child shares the file: it must not be able to write code
        // that its parent runs.
        writable.hide_from_children()?;
        Ok((code, Backing::File { writable, file }))
    }

    fn map_private(bytes: usize) -> Result<(Mapping, Backing), OsError> {
        let code = Mapping::anonymous(bytes, Protection::None)?;
        let page = sys::page_bytes();
        // Does the system let written pages become executable at all?
        // SAFETY: the first page of a fresh mapping; nothing uses it.
        unsafe {
            code.protect(0, page, Protection::ReadWrite)?;
            code.protect(0, page, Protection::ReadExecute)?;
        }
        Ok((code, Backing::Sealed))
    }

    pub(super) fn mode(&self) -> CodeMode {
        match self.backing {
            Backing::File { .. } => CodeMode::DualMapped,
            Backing::Sealed => CodeMode::SealedPages,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.code.bytes()
    }

    pub(super) fn base(&self) -> usize {
        self.code.base() as usize
    }

    /// Where to write what is executed at an offset of the region.
    pub(super) fn writable(&self, offset: usize) -> *mut u8 {
        assert!(offset < self.bytes());
        match &self.backing {
            // SAFETY: both views have the same size; the offset is inside.
            Backing::File { writable, .. } => unsafe { writable.base().add(offset) },
            // SAFETY: the offset is inside.
            Backing::Sealed => unsafe { self.code.base().add(offset) },
        }
    }

    /// Gets memory for pages that have none, and fills it.
    ///
    /// # Safety
    ///
    /// The pages hold no block, and nobody else writes to them.
    pub(super) unsafe fn commit(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        match &self.backing {
            Backing::File { writable, file } => {
                file.commit(offset, bytes)?;
                // Half the price of a fault for each page.
                writable.populate(offset, bytes);
                assert!(offset + bytes <= writable.bytes());
                // SAFETY: in the writable view (checked); the caller says that
                // nobody else writes.
                unsafe { writable.base().add(offset).write_bytes(FILL, bytes) };
                Ok(())
            }
            Backing::Sealed => {
                // SAFETY: no published code on these pages.
                unsafe { self.code.protect(offset, bytes, Protection::ReadWrite)? };
                // SAFETY: in the mapping (checked by `protect`), writable now.
                unsafe { self.code.base().add(offset).write_bytes(FILL, bytes) };
                Ok(())
            }
        }
    }

    /// Makes private pages executable and no longer writable; nothing to do
    /// where there are two views.
    ///
    /// # Safety
    ///
    /// No block on the pages is published yet.
    pub(super) unsafe fn seal(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        match &self.backing {
            Backing::File { .. } => Ok(()),
            // SAFETY: the caller says that no published code lies there.
            Backing::Sealed => unsafe { self.code.protect(offset, bytes, Protection::ReadExecute) },
        }
    }

    /// Gives the memory of pages back; they stay readable.
    ///
    /// # Safety
    ///
    /// No block lies on the pages.
    pub(super) unsafe fn decommit(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        match &self.backing {
            Backing::File { file, .. } => file.punch(offset, bytes),
            // SAFETY: the mapping is anonymous and nothing lies on the pages.
            Backing::Sealed => unsafe { self.code.discard(offset, bytes) },
        }
    }

    /// Bytes of memory behind the region, where the system tells.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        match &self.backing {
            Backing::File { file, .. } => Some(file.committed_bytes()),
            Backing::Sealed => None,
        }
    }

    /// Gives the region to the pool.
    ///
    /// # Safety
    ///
    /// No block lies in the region.
    pub(super) unsafe fn release(self) {
        // SAFETY: no block lies there. If the system refuses, the memory is
        // kept, and filled again before it is used.
        let _ = unsafe { self.decommit(0, self.bytes()) };
        POOL.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }
}

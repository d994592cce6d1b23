//! Mappings and anonymous files.
//!
//! Owns: [`Mapping`], the one owner of a range of addresses, and
//! [`CodeFile`], a file that lives in memory. Called by everything in this
//! crate that holds memory of its own. Must not know: what lies in them.

use std::os::fd::OwnedFd;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{FallocateFlags, MemfdFlags, Mode, OFlags};
use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, MprotectFlags, MremapFlags, ProtFlags};

use super::OsError;

/// What may be done with a page. There is no "writable and executable".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    /// Nothing.
    None,
    /// Read and write.
    ReadWrite,
    /// Read and execute.
    ReadExecute,
}

impl Protection {
    fn prot(self) -> ProtFlags {
        match self {
            Protection::None => ProtFlags::empty(),
            Protection::ReadWrite => ProtFlags::READ | ProtFlags::WRITE,
            Protection::ReadExecute => ProtFlags::READ | ProtFlags::EXEC,
        }
    }

    fn mprotect(self) -> MprotectFlags {
        match self {
            Protection::None => MprotectFlags::empty(),
            Protection::ReadWrite => MprotectFlags::READ | MprotectFlags::WRITE,
            Protection::ReadExecute => MprotectFlags::READ | MprotectFlags::EXEC,
        }
    }
}

/// Bytes of a page of the system.
pub fn page_bytes() -> usize {
    static CACHED: AtomicUsize = AtomicUsize::new(0);
    match CACHED.load(Ordering::Relaxed) {
        0 => {
            let bytes = rustix::param::page_size();
            CACHED.store(bytes, Ordering::Relaxed);
            bytes
        }
        bytes => bytes,
    }
}

/// Rounds up to whole pages.
pub fn round_up_to_pages(bytes: usize) -> Option<usize> {
    bytes.checked_next_multiple_of(page_bytes())
}

/// See [`Mapping::populate`].
///
/// # Safety
///
/// The range lies in a mapping that is there during the call.
pub unsafe fn populate(address: usize, bytes: usize) {
    // SAFETY: what lies in the range, and who may access it, does not change.
    let _ = unsafe { rustix::mm::madvise(address as *mut _, bytes, Advice::LinuxPopulateWrite) };
}

/// A range of addresses, unmapped when dropped.
#[derive(Debug)]
pub struct Mapping {
    base: NonNull<u8>,
    bytes: usize,
}

// SAFETY: a mapping is a number range; what is done with the memory behind it
// is unsafe at the place that does it.
unsafe impl Send for Mapping {}
// SAFETY: as above; no method writes memory through `&self` but `discard` and
// `protect`, which are unsafe or documented to need exclusive use.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Fresh private memory, zero. Not counted against strict limits on
    /// memory before it is used, where the system allows that.
    pub fn anonymous(bytes: usize, protection: Protection) -> Result<Self, OsError> {
        debug_assert!(bytes > 0 && bytes.is_multiple_of(page_bytes()));
        // SAFETY: no address is asked for, so nothing existing is replaced.
        let base = unsafe {
            rustix::mm::mmap_anonymous(
                std::ptr::null_mut(),
                bytes,
                protection.prot(),
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        };
        Self::from_call(base, bytes)
    }

    /// Maps a file that lives in memory, shared with its other mappings.
    pub fn of_file(file: &CodeFile, protection: Protection) -> Result<Self, OsError> {
        // SAFETY: no address is asked for, so nothing existing is replaced.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                file.bytes,
                protection.prot(),
                MapFlags::SHARED | MapFlags::NORESERVE,
                &file.fd,
                0,
            )
        };
        Self::from_call(base, file.bytes)
    }

    fn from_call(
        base: Result<*mut std::ffi::c_void, Errno>,
        bytes: usize,
    ) -> Result<Self, OsError> {
        let base = base.map_err(|e| OsError::new("mmap", e))?;
        let base = NonNull::new(base.cast()).ok_or(OsError::new("mmap", Errno::NOMEM))?;
        Ok(Self { base, bytes })
    }

    /// The first address.
    pub fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    /// Bytes of the range.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives the range up to the process: it is never unmapped.
    pub fn leak(self) -> *mut u8 {
        let base = self.base();
        std::mem::forget(self);
        base
    }

    /// Changes what may be done with some pages.
    ///
    /// # Safety
    ///
    /// No reference and no running code may need what is taken away. The
    /// pages hold no published code.
    pub unsafe fn protect(
        &self,
        offset: usize,
        bytes: usize,
        protection: Protection,
    ) -> Result<(), OsError> {
        self.check(offset, bytes);
        if bytes == 0 {
            return Ok(());
        }
        // SAFETY: the range lies in this mapping (checked); the caller answers
        // for its users.
        unsafe {
            rustix::mm::mprotect(self.base().add(offset).cast(), bytes, protection.mprotect())
        }
        .map_err(|e| OsError::new("mprotect", e))
    }

    /// Gives the memory behind some pages of private memory back; they read
    /// as zero afterwards.
    ///
    /// # Safety
    ///
    /// The mapping is anonymous, and nobody holds a reference into the pages.
    pub unsafe fn discard(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        self.check(offset, bytes);
        if bytes == 0 {
            return Ok(());
        }
        // SAFETY: the range lies in this mapping (checked); the caller says
        // that nobody looks at it.
        unsafe { rustix::mm::madvise(self.base().add(offset).cast(), bytes, Advice::LinuxDontNeed) }
            .map_err(|e| OsError::new("madvise", e))
    }

    /// Lets the system use large pages for a part of private memory. A hint:
    /// whether it does is not told.
    pub fn prefer_large_pages(&self, offset: usize, bytes: usize) {
        self.check(offset, bytes);
        // SAFETY: the range lies in this mapping (checked); what lies in it
        // and who may access it does not change.
        let _ = unsafe {
            rustix::mm::madvise(self.base().add(offset).cast(), bytes, Advice::LinuxHugepage)
        };
    }

    /// Makes pages that can be written, as if each was touched now but with one
    /// call. A hint: where it fails, they are made when they are touched.
    pub fn populate(&self, offset: usize, bytes: usize) {
        self.check(offset, bytes);
        // SAFETY: the range lies in this mapping (checked).
        unsafe { populate(self.base() as usize + offset, bytes) }
    }

    /// Sets the first items of `touched` to which pages of private memory may
    /// hold something else than zero: one for each page. False if the system
    /// does not tell.
    pub fn touched_pages(&self, offset: usize, touched: &mut [bool]) -> bool {
        // Of a page's word: it has memory, or is swapped out.
        const HAS_DATA: u64 = 1 << 63 | 1 << 62;
        const BATCH: usize = 64;
        static PAGEMAP: OnceLock<Option<OwnedFd>> = OnceLock::new();
        self.check(offset, touched.len() * page_bytes());
        let open = || {
            super::mark_process();
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            rustix::fs::open("/proc/self/pagemap", flags, Mode::empty()).ok()
        };
        // The file tells of the process that opened it, never of a child.
        let Some(file) = PAGEMAP.get_or_init(open).as_ref().filter(|_| !super::in_forked_child())
        else {
            return false;
        };
        let mut at = (self.base() as usize + offset) / page_bytes() * 8;
        for part in touched.chunks_mut(BATCH) {
            let mut words = [[0u8; 8]; BATCH];
            let bytes = words[..part.len()].as_flattened_mut();
            let n = bytes.len();
            if retry(|| rustix::io::pread(file, &mut *bytes, at as u64)) != Ok(n) {
                return false;
            }
            for (touched, word) in part.iter_mut().zip(&words) {
                *touched = u64::from_ne_bytes(*word) & HAS_DATA != 0;
            }
            at += n;
        }
        true
    }

    /// Puts fresh private memory over some pages, with a new protection: what
    /// lay there is given back and reads as zero afterwards.
    ///
    /// # Safety
    ///
    /// As for [`Mapping::discard`] and [`Mapping::protect`].
    pub unsafe fn replace(
        &self,
        offset: usize,
        bytes: usize,
        protection: Protection,
    ) -> Result<(), OsError> {
        self.check(offset, bytes);
        if bytes == 0 {
            return Ok(());
        }
        // SAFETY: the range that is replaced lies in this mapping (checked),
        // and the caller says that nobody uses it.
        unsafe {
            rustix::mm::mmap_anonymous(
                self.base().add(offset).cast(),
                bytes,
                protection.prot(),
                MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED,
            )
        }
        .map(drop)
        .map_err(|e| OsError::new("mmap", e))
    }

    /// Makes the range longer, moving it if it must; the new part is zero.
    /// All of the mapping has one protection and is private memory.
    ///
    /// # Safety
    ///
    /// Nobody keeps an address in the mapping.
    pub unsafe fn extend(&mut self, bytes: usize) -> Result<(), OsError> {
        debug_assert!(bytes >= self.bytes && bytes.is_multiple_of(page_bytes()));
        // SAFETY: old address and size are this mapping's own; the caller says
        // that nobody notices the move.
        let base = unsafe {
            rustix::mm::mremap(self.base().cast(), self.bytes, bytes, MremapFlags::MAYMOVE)
        }
        .map_err(|e| OsError::new("mremap", e))?;
        self.base = NonNull::new(base.cast()).ok_or(OsError::new("mremap", Errno::NOMEM))?;
        self.bytes = bytes;
        Ok(())
    }

    /// Keeps the mapping out of processes forked from this one.
    pub fn hide_from_children(&self) -> Result<(), OsError> {
        // SAFETY: changes nothing in this process.
        unsafe { rustix::mm::madvise(self.base().cast(), self.bytes, Advice::LinuxDontFork) }
            .map_err(|e| OsError::new("madvise", e))
    }

    fn check(&self, offset: usize, bytes: usize) {
        let inside = offset.checked_add(bytes).is_some_and(|end| end <= self.bytes);
        assert!(inside, "range lies in the mapping");
        debug_assert!(offset.is_multiple_of(page_bytes()) && bytes.is_multiple_of(page_bytes()));
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is owned by this value; whoever used it is gone.
        let unmapped = unsafe { rustix::mm::munmap(self.base().cast(), self.bytes) };
        // It can fail only if it splits a mapping at the kernel's limit; then
        // the range leaks, which harms nobody.
        let _ = unmapped;
    }
}

/// A file that lives in memory, to map code from.
#[derive(Debug)]
pub struct CodeFile {
    fd: OwnedFd,
    bytes: usize,
}

impl CodeFile {
    /// Makes a sparse file.
    pub fn new(bytes: usize) -> Result<Self, OsError> {
        debug_assert!(bytes.is_multiple_of(page_bytes()));
        // Above this limit `ftruncate` does not fail but kills.
        let largest = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
        if largest.is_some_and(|largest| largest < bytes as u64) {
            return Err(OsError::new("ftruncate", Errno::FBIG));
        }
        // Systems that refuse executable files by default take them if asked
        // for; older ones do not know the flag.
        let fd = match rustix::fs::memfd_create(
            "updraft-code",
            MemfdFlags::CLOEXEC | MemfdFlags::EXEC,
        ) {
            Err(Errno::INVAL) => rustix::fs::memfd_create("updraft-code", MemfdFlags::CLOEXEC),
            other => other,
        }
        .map_err(|e| OsError::new("memfd_create", e))?;
        rustix::fs::ftruncate(&fd, bytes as u64).map_err(|e| OsError::new("ftruncate", e))?;
        Ok(Self { fd, bytes })
    }

    /// Gets memory for a part of the file: what is written there afterwards
    /// cannot fail for lack of it.
    pub fn commit(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        retry(|| {
            rustix::fs::fallocate(&self.fd, FallocateFlags::empty(), offset as u64, bytes as u64)
        })
        .map_err(|e| OsError::new("fallocate", e))
    }

    /// Gives the memory of a part of the file back; it reads as zero
    /// afterwards.
    pub fn punch(&self, offset: usize, bytes: usize) -> Result<(), OsError> {
        let mode = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        retry(|| rustix::fs::fallocate(&self.fd, mode, offset as u64, bytes as u64))
            .map_err(|e| OsError::new("fallocate", e))
    }

    /// Bytes of memory that the file holds.
    pub fn committed_bytes(&self) -> u64 {
        // st_blocks counts units of 512 bytes on every file system.
        rustix::fs::fstat(&self.fd).map_or(0, |stat| stat.st_blocks as u64 * 512)
    }
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}

//! Whether this process is the child of a fork that did not exec.
//!
//! Owns: one page that the kernel wipes in the child. Asked before anything
//! that parent and child share is written, and by the signal handler.

use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// Points to a word that is 1 in the process that made it and 0 in forked
/// children; null as long as there is none.
static MARK: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
/// The process that made the mark; used where pages cannot be wiped.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// Whether this process was forked from one that had already used the
/// runtime. Neither locks nor allocates.
pub fn in_forked_child() -> bool {
    let mark = MARK.load(Ordering::Acquire);
    if !mark.is_null() {
        // SAFETY: MARK points to a page that is never unmapped.
        return unsafe { (*mark).load(Ordering::Relaxed) } == 0;
    }
    let owner = OWNER.load(Ordering::Relaxed);
    owner != 0 && owner != std::process::id()
}

/// Makes the mark. Called before the first thing that a child must not touch
/// comes to life; later calls do nothing.
pub(crate) fn mark_process() {
    if !MARK.load(Ordering::Acquire).is_null() {
        return;
    }
    OWNER.store(std::process::id(), Ordering::Relaxed);
    let Ok(page) = super::Mapping::anonymous(super::page_bytes(), super::Protection::ReadWrite)
    else {
        return;
    };
    let word = page.base().cast::<AtomicU32>();
    // SAFETY: the page is writable, ours, aligned and zero.
    unsafe { (*word).store(1, Ordering::Relaxed) };
    // SAFETY: the range is the fresh page; wiping it in a child is intended.
    let wiped = unsafe {
        rustix::mm::madvise(page.base().cast(), page.bytes(), rustix::mm::Advice::LinuxWipeOnFork)
    };
    if wiped.is_ok()
        && MARK
            .compare_exchange(std::ptr::null_mut(), word, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    {
        page.leak();
    }
}

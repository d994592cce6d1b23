//! The stacks of the calling thread, as the system knows them.
//!
//! Owns: asking for the bounds of the thread's stack; the signal stack.
//! Called by `stack.rs` only.

use std::mem::MaybeUninit;

use rustix::io::Errno;

use super::{Mapping, OsError, Protection, page_bytes};

/// The lowest address of the calling thread's stack and the one behind its
/// highest byte. The main thread's stack counts as large as it may become.
pub fn thread_stack() -> Result<(usize, usize), OsError> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: the system fills the attributes of the calling thread in.
    let error = unsafe { libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) };
    if error != 0 {
        return Err(OsError::new("pthread_getattr_np", Errno::from_raw_os_error(error)));
    }
    // SAFETY: filled in, since the call succeeded.
    let mut attributes = unsafe { attributes.assume_init() };
    let (mut low, mut bytes) = (std::ptr::null_mut(), 0);
    // SAFETY: valid attributes, and places for the results.
    let error = unsafe { libc::pthread_attr_getstack(&attributes, &mut low, &mut bytes) };
    // SAFETY: valid attributes, not used afterwards.
    unsafe { libc::pthread_attr_destroy(&mut attributes) };
    if error != 0 {
        return Err(OsError::new("pthread_attr_getstack", Errno::from_raw_os_error(error)));
    }
    Ok((low as usize, low as usize + bytes))
}

/// What the calling thread's signal stack is.
fn signal_stack() -> Result<libc::stack_t, OsError> {
    let mut old = MaybeUninit::<libc::stack_t>::uninit();
    // SAFETY: only asks.
    if unsafe { libc::sigaltstack(std::ptr::null(), old.as_mut_ptr()) } != 0 {
        return Err(last_error("sigaltstack"));
    }
    // SAFETY: filled in, since the call succeeded.
    Ok(unsafe { old.assume_init() })
}

fn set_signal_stack(stack: &libc::stack_t) -> Result<(), OsError> {
    // SAFETY: the callers pass memory that stays mapped while it is set.
    match unsafe { libc::sigaltstack(stack, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(last_error("sigaltstack")),
    }
}

pub(crate) fn last_error(call: &'static str) -> OsError {
    let error = std::io::Error::last_os_error();
    OsError::new(call, Errno::from_io_error(&error).unwrap_or(Errno::INVAL))
}

/// Bytes of the calling thread's signal stack; 0 if it has none.
pub fn signal_stack_bytes() -> usize {
    match signal_stack() {
        Ok(stack) if stack.ss_flags & libc::SS_DISABLE == 0 => stack.ss_size,
        _ => 0,
    }
}

/// A signal stack of this thread, from now until the value is dropped on the
/// same thread.
#[derive(Debug)]
pub struct SignalStack {
    /// Nothing if the thread's own was large enough.
    ours: Option<(Mapping, libc::stack_t)>,
}

impl SignalStack {
    /// Keeps the thread's signal stack if it has at least `bytes`, else puts a
    /// new one in its place.
    pub fn ensure(bytes: usize) -> Result<Self, OsError> {
        let old = signal_stack()?;
        if old.ss_flags & libc::SS_DISABLE == 0 && old.ss_size >= bytes {
            return Ok(Self { ours: None });
        }
        let guard = page_bytes();
        let bytes = bytes.next_multiple_of(guard);
        let mapping = Mapping::anonymous(bytes + guard, Protection::ReadWrite)?;
        // SAFETY: the lowest page of a fresh mapping: nothing uses it.
        unsafe { mapping.protect(0, guard, Protection::None)? };
        set_signal_stack(&libc::stack_t {
            // SAFETY: the mapping is larger than its guard.
            ss_sp: unsafe { mapping.base().add(guard) }.cast(),
            ss_flags: 0,
            ss_size: bytes,
        })?;
        Ok(Self { ours: Some((mapping, old)) })
    }
}

impl Drop for SignalStack {
    fn drop(&mut self) {
        let Some((mapping, mut old)) = self.ours.take() else { return };
        let Ok(now) = signal_stack() else {
            mapping.leak();
            return;
        };
        let ours = mapping.base() as usize..mapping.base() as usize + mapping.bytes();
        if now.ss_flags & libc::SS_DISABLE != 0 || !ours.contains(&(now.ss_sp as usize)) {
            // Somebody put another one in its place, or none, and may have
            // freed the old one: nothing to restore.
            return;
        }
        old.ss_flags &= libc::SS_DISABLE;
        if set_signal_stack(&old).is_err() {
            // In use at this moment: it must stay.
            mapping.leak();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_of_before_comes_back() {
        std::thread::spawn(|| {
            let small = vec![0u8; 32 << 10];
            let before = libc::stack_t {
                ss_sp: small.as_ptr().cast_mut().cast(),
                ss_flags: 0,
                ss_size: small.len(),
            };
            let original = signal_stack().unwrap();
            set_signal_stack(&before).unwrap();
            let kept = SignalStack::ensure(small.len()).unwrap();
            assert!(kept.ours.is_none());
            drop(kept);
            assert_eq!(signal_stack().unwrap().ss_sp, before.ss_sp);
            let ours = SignalStack::ensure(64 << 10).unwrap();
            assert_eq!(signal_stack_bytes(), 64 << 10);
            drop(ours);
            assert_eq!(signal_stack().unwrap().ss_sp, before.ss_sp);
            assert_eq!(signal_stack_bytes(), small.len());
            // What others put in its place stays.
            let ours = SignalStack::ensure(64 << 10).unwrap();
            set_signal_stack(&original).unwrap();
            drop(ours);
            assert_eq!(signal_stack().unwrap().ss_sp, original.ss_sp);
        })
        .join()
        .unwrap();
    }
}

//! What is different on the main thread: its stack grows while it is used, up
//! to a limit. Test programs run tests on other threads, so this one has a
//! `main` of its own.

#[cfg(target_arch = "x86_64")]
#[allow(dead_code)]
#[path = "low_level/harness.rs"]
mod harness;

#[cfg(target_arch = "x86_64")]
fn main() {
    // SAFETY: asks for the id of this thread.
    assert_eq!(unsafe { libc::gettid() }, std::process::id() as i32, "the main thread");
    harness::install();
    harness::overflow();
    harness::overflow();
    println!("a frame that does not fit on the main thread is a stack overflow: ok");
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {}

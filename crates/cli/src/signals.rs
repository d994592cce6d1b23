//! Ctrl-C and SIGTERM while a program runs.
//!
//! Owns: the thread that waits for signals. The first signal terminates the
//! running program, so that what was measured of it is shown; a second one, or
//! a program that does not end, ends the process at once. Must not know: what
//! runs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::report::Failure;

/// How long a program may take to end after it was terminated: it may be in a
/// host call that does not return.
const GRACE: Duration = Duration::from_secs(3);

/// The exit code of the first signal; 0 before it.
static CODE: AtomicI32 = AtomicI32::new(0);

/// Stops what runs; none while nothing runs.
static TARGET: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

/// Starts to wait for signals.
pub fn install() -> Result<(), Failure> {
    let mut signals = Signals::new([SIGINT, SIGTERM])
        .map_err(|e| Failure::new(format!("cannot wait for signals: {e}")))?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                arrived(128 + signal);
            }
        })
        .map_err(|e| Failure::new(format!("cannot start a thread: {e}")))?;
    Ok(())
}

fn arrived(code: i32) {
    // The code is stored before the program is stopped: whoever sees it
    // stopped reads the code after.
    if CODE.compare_exchange(0, code, Ordering::SeqCst, Ordering::SeqCst).is_err() {
        low_level::exit(code);
    }
    let target = TARGET.lock().unwrap_or_else(|e| e.into_inner());
    match &*target {
        Some(stop) => stop(),
        None => low_level::exit(code),
    }
    drop(target);
    // Without this thread no second signal would be seen, so another one waits.
    let watchdog = thread::Builder::new().name("grace".into()).spawn(move || {
        thread::sleep(GRACE);
        low_level::exit(code);
    });
    if watchdog.is_err() {
        low_level::exit(code);
    }
}

/// From now on a signal calls `stop`. Returns the code of a signal that has
/// come before.
pub fn set_target(stop: impl Fn() + Send + 'static) {
    let mut target = TARGET.lock().unwrap_or_else(|e| e.into_inner());
    if received().is_some() {
        stop();
    }
    *target = Some(Box::new(stop));
}

/// The exit code that a signal asks for.
pub fn received() -> Option<i32> {
    match CODE.load(Ordering::SeqCst) {
        0 => None,
        code => Some(code),
    }
}

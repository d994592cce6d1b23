//! Tests that end or bend their process run in one of their own: the test
//! program runs itself again, for the same test.

use std::process::{Command, Output};

const ROLE: &str = "UPDRAFT_TEST_CHILD";

/// Runs `body` in a child process and returns what came of it. In the child
/// this does not return.
pub fn in_child(test: &str, body: impl FnOnce()) -> Output {
    if std::env::var_os(ROLE).is_some() {
        body();
        std::process::exit(0);
    }
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROLE, "1")
        .output()
        .unwrap()
}

/// Runs `body` in a child process; it must get to its end.
pub fn passes_in_child(test: &str, body: impl FnOnce()) {
    let output = in_child(test, body);
    assert!(output.status.success(), "{output:?}");
}

/// Runs `body` in a child process; the signal must end it.
pub fn dies_in_child(test: &str, signal: i32, body: impl FnOnce()) {
    use std::os::unix::process::ExitStatusExt;
    let output = in_child(test, body);
    assert_eq!(output.status.signal(), Some(signal), "{output:?}");
}

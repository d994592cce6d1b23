//! What needs more than a command line: signals, closed pipes, large files.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/data")
}

fn updraft(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_updraft"));
    command
        .args(args)
        .current_dir(data())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Waits for the end, and gives up after a while.
fn code_of(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    panic!("the program did not end");
}

fn text_of(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    stream.unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Starts a program that says `ready` and runs forever; sends it a signal.
fn ends_after(signal: Signal, args: &[&str]) -> (Option<i32>, String) {
    let mut child = updraft(args).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    send(&child, signal);
    let code = code_of(&mut child);
    (code, text_of(child.stderr.take()))
}

#[test]
fn ctrl_c_ends_a_running_program_with_130() {
    assert_eq!(ends_after(Signal::INT, &["loop.wat"]), (Some(130), String::new()));
}

#[test]
fn sigterm_ends_a_running_program_with_143() {
    assert_eq!(ends_after(Signal::TERM, &["loop.wat"]), (Some(143), String::new()));
}

/// Starts a program that waits in a call of ours, and ends it by a signal.
fn ends_while_it_waits(program: &str, signal: Signal) -> Option<i32> {
    let mut child = updraft(&[program]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    // Give it time to get into the call; if it does not, the test is weaker.
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    send(&child, signal);
    let code = code_of(&mut child);
    // Sooner than by force.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    code
}

#[test]
fn signals_end_a_program_that_waits_for_input() {
    assert_eq!(ends_while_it_waits("echo.wat", Signal::INT), Some(130));
    assert_eq!(ends_while_it_waits("echo.wat", Signal::TERM), Some(143));
}

#[test]
fn signals_end_a_program_that_sleeps() {
    assert_eq!(ends_while_it_waits("sleep.wat", Signal::INT), Some(130));
    assert_eq!(ends_while_it_waits("sleep.wat", Signal::TERM), Some(143));
}

#[test]
fn a_timeout_ends_a_program_that_sleeps() {
    let start = Instant::now();
    let mut child = updraft(&["--timeout", "200ms", "sleep.wat"]).spawn().unwrap();
    assert_eq!(code_of(&mut child), Some(134));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_second_ctrl_c_does_no_harm() {
    let mut child = updraft(&["loop.wat"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    for _ in 0..3 {
        // It may have ended after the first.
        if child.try_wait().unwrap().is_none() {
            send(&child, Signal::INT);
        }
    }
    assert_eq!(code_of(&mut child), Some(130));
}

#[test]
fn ctrl_c_before_the_program_runs_ends_at_once() {
    // It waits for a module on its standard input, which never comes.
    let mut child = updraft(&["-"]).stdin(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    send(&child, Signal::INT);
    let code = {
        // Either our handler is in place, or the system's default still is.
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    assert_eq!(code.code(), Some(130));
}

#[test]
fn a_timeout_comes_in_time() {
    let start = Instant::now();
    let output = updraft(&["run", "--timeout", "300ms", "loop.wat"]).output().unwrap();
    let took = start.elapsed();
    assert_eq!(output.status.code(), Some(134));
    assert_eq!(output.stdout, b"ready\n");
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_listening_socket_is_the_programs() {
    use std::net::{TcpListener, TcpStream};
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = updraft(&["--tcplisten", &address.to_string(), "serve.wat"]).spawn().unwrap();
    let start = Instant::now();
    let stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(e) => assert!(start.elapsed() < Duration::from_secs(30), "{e}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(text_of(Some(stream)), "hello\n");
    assert_eq!(code_of(&mut child), Some(0));
}

#[test]
fn a_program_that_ends_in_time_does_not_wait_for_its_timeout() {
    let start = Instant::now();
    let output = updraft(&["run", "--timeout", "1h", "hello.wat"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(30));
}

/// Runs with a standard output whose reader goes away after a line.
fn with_closed_stdout(args: &[&str]) -> (Option<i32>, String) {
    let mut child = updraft(args).spawn().unwrap();
    drop(child.stdout.take());
    let code = code_of(&mut child);
    (code, text_of(child.stderr.take()))
}

#[test]
fn a_closed_pipe_ends_our_own_output_quietly() {
    for args in [
        &["validate", "hello.wat"][..],
        &["wast", "scripts/good.wast"],
        &["inspect", "hello.wat"],
        &["inspect", "--json", "hello.wat"],
        &["compile", "--functions", "hello.wat"],
        &["run", "--invoke", "add", "add.wat", "1", "2"],
        &["run", "-W", "help", "x"],
    ] {
        assert_eq!(with_closed_stdout(args), (Some(0), String::new()), "{args:?}");
    }
}

#[test]
fn a_program_sees_a_closed_pipe_as_an_error() {
    // `spam.wat` ends with the number that its write gave: 64 is EPIPE.
    assert_eq!(with_closed_stdout(&["spam.wat"]), (Some(64), String::new()));
}

#[test]
fn a_full_device_is_an_error_of_ours() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = updraft(&["inspect", "hello.wat"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: cannot write output"), "{text}");
}

#[test]
fn a_closed_standard_error_is_nobodys_problem() {
    let mut child = updraft(&["trap.wat"]).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(code_of(&mut child), Some(134));
}

#[test]
fn colors_are_for_terminals() {
    let output = updraft(&["trap.wat"]).output().unwrap();
    assert!(!output.stderr.contains(&0x1b));
}

#[test]
fn a_hundred_megabytes_of_text_are_one_clear_line() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large.txt");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for _ in 0..100 * 1024 {
        file.write_all(&[b'x'; 1024]).unwrap();
    }
    file.into_inner().unwrap();
    let start = Instant::now();
    let output = updraft(&[path.to_str().unwrap()]).output().unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.ends_with("not a WebAssembly module: it begins with \"xxxxxxxx\"\n"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn names_that_are_not_utf8_are_names() {
    use std::os::unix::ffi::OsStrExt;
    let name = std::ffi::OsStr::from_bytes(b"bad-\xff-name.wat");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, "(module)").unwrap();
    let output = updraft(&["validate"]).arg(&path).output().unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.ends_with(b"name.wat: valid\n"));
}

#[test]
fn deeply_nested_text_is_refused_and_does_not_overflow_the_stack() {
    let text = "(".repeat(1_000_000);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deep.wat");
    fs::write(&path, text).unwrap();
    let output = updraft(&["validate", path.to_str().unwrap()]).output().unwrap();
    let folded = format!("(module (func {}{}))", "(block ".repeat(100_000), ")".repeat(100_000));
    fs::write(&path, folded).unwrap();
    let nested = updraft(&["validate", path.to_str().unwrap()]).output().unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(output.status.code(), Some(1));
    // Valid or refused, but with a code of ours.
    assert!(matches!(nested.status.code(), Some(0 | 1)), "{:?}", nested.status);
}

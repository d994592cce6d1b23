//! One run of a program in a process of its own, with what it wrote and how it
//! ended.
//!
//! Owns: [`Runner`], [`Run`]. Called by `bisect`. Must not know: what differs
//! between runs.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::report::{Failure, printable};

/// Bytes of each stream that are kept to be shown. All of them are compared.
const KEPT: usize = 1 << 20;
/// Characters of a line that are shown.
const SHOWN: usize = 200;
/// How often is looked whether a run has ended, at the start and later.
const FIRST_NAP: Duration = Duration::from_micros(500);
const LONGEST_NAP: Duration = Duration::from_millis(20);

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// By itself.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It took too long.
    Deadline,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Code(code) => write!(f, "exit code {code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
            End::Deadline => write!(f, "ended by the deadline"),
        }
    }
}

/// What a run wrote to one stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// All of it.
    pub bytes: u64,
    hash: u64,
    /// The first bytes.
    head: Vec<u8>,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// Standard output.
    pub stdout: Written,
    /// Standard error.
    pub stderr: Written,
}

/// What of runs is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Compared {
    /// How they ended, and standard output.
    Output,
    /// That, and standard error.
    All,
}

impl Run {
    /// Whether two runs are the same. Those that were cut off are: how far they
    /// came depends on time.
    pub fn is_like(&self, other: &Run, compared: Compared) -> bool {
        let same_errors = compared == Compared::Output || self.stderr == other.stderr;
        self.end == other.end
            && (self.end == End::Deadline || (self.stdout == other.stdout && same_errors))
    }

    /// The first line of standard error, as it is shown.
    pub fn complaint(&self) -> Option<String> {
        self.stderr.lines().next().map(show_line)
    }

    /// The first lines that differ, as they are shown.
    pub fn difference(&self, other: &Run) -> String {
        let mut text = String::new();
        if [self.end, other.end].contains(&End::Deadline) {
            return text;
        }
        for (name, a, b) in [
            ("standard output", &self.stdout, &other.stdout),
            ("standard error", &self.stderr, &other.stderr),
        ] {
            if a == b {
                continue;
            }
            let _ = writeln!(text, "{name} differs: {} and {} bytes", a.bytes, b.bytes);
            let (mut lines_a, mut lines_b) = (a.lines(), b.lines());
            for number in 1.. {
                let (a, b) = (lines_a.next(), lines_b.next());
                if a.is_none() && b.is_none() {
                    break;
                }
                if a != b {
                    let show = |l: Option<&[u8]>| l.map_or("(no such line)".into(), show_line);
                    let _ = writeln!(text, "  line {number}, optimized: {}", show(a));
                    let _ = writeln!(text, "  line {number}, baseline:  {}", show(b));
                    break;
                }
            }
        }
        text
    }
}

impl Written {
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.head.split_inclusive(|b| *b == b'\n')
    }
}

fn show_line(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches('\n');
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    printable(&shown)
}

/// Runs a program.
#[derive(Debug)]
pub struct Runner {
    /// What follows the options of a run: the user's.
    pub arguments: Vec<OsString>,
    program: PathBuf,
    stdin: Option<PathBuf>,
    deadline: Duration,
}

impl Runner {
    /// A runner of `updraft run` with these arguments.
    pub fn new(
        arguments: Vec<OsString>,
        stdin: Option<PathBuf>,
        deadline: Duration,
    ) -> Result<Runner, Failure> {
        let program = std::env::current_exe()
            .map_err(|e| Failure::new(format!("cannot find this program: {e}")))?;
        Ok(Runner { arguments, program, stdin, deadline })
    }

    /// Runs it with one more option.
    pub fn run(&self, option: &str) -> Result<Run, Failure> {
        let stdin = match &self.stdin {
            None => Stdio::null(),
            Some(path) => {
                let shown = printable(&path.to_string_lossy());
                let file = File::open(path)
                    .map_err(|e| Failure::new(format!("--stdin {shown}: cannot be read: {e}")))?;
                Stdio::from(file)
            }
        };
        let child = Command::new(&self.program)
            .arg("run")
            .arg(option)
            .args(&self.arguments)
            .env_remove("UPDRAFT_TRACE")
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let cannot = |e: io::Error| Failure::new(format!("cannot run the program: {e}"));
        let mut child = child.map_err(cannot)?;
        let stdout = drain(child.stdout.take());
        let stderr = drain(child.stderr.take());
        let end = self.wait(&mut child).map_err(cannot)?;
        let join = |stream: JoinHandle<io::Result<Written>>| {
            stream.join().expect("a reader does not panic").map_err(cannot)
        };
        Ok(Run { end, stdout: join(stdout)?, stderr: join(stderr)? })
    }

    fn wait(&self, child: &mut Child) -> io::Result<End> {
        let start = Instant::now();
        let mut nap = FIRST_NAP;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(end_of(status));
            }
            if start.elapsed() >= self.deadline {
                // It may have ended at this moment; then that is its end no more.
                child.kill()?;
                child.wait()?;
                return Ok(End::Deadline);
            }
            thread::sleep(nap);
            nap = (nap * 2).min(LONGEST_NAP);
        }
    }
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    }
}

/// Reads a stream to its end, on a thread of its own: a run that is not read
/// from stands still.
fn drain(stream: Option<impl Read + Send + 'static>) -> JoinHandle<io::Result<Written>> {
    thread::spawn(move || match stream {
        Some(stream) => read(stream),
        None => Ok(Written::default()),
    })
}

fn read(mut stream: impl Read) -> io::Result<Written> {
    let mut written = Written::default();
    let mut hasher = DefaultHasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        written.bytes += n as u64;
        // Byte by byte: how a stream is cut into reads must not matter.
        for byte in &buffer[..n] {
            byte.hash(&mut hasher);
        }
        let room = KEPT - written.head.len();
        written.head.extend_from_slice(&buffer[..n.min(room)]);
    }
    written.hash = hasher.finish();
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &[u8]) -> Written {
        read(text).unwrap()
    }

    fn run(end: End, stdout: &[u8]) -> Run {
        Run { end, stdout: written(stdout), stderr: Written::default() }
    }

    #[test]
    fn runs_differ_in_end_and_output() {
        let like = |a: &Run, b: &Run| a.is_like(b, Compared::Output);
        let a = run(End::Code(0), b"one\ntwo\n");
        assert!(like(&a, &run(End::Code(0), b"one\ntwo\n")));
        assert!(!like(&a, &run(End::Code(1), b"one\ntwo\n")));
        let loud = Run { stderr: written(b"oh"), ..a.clone() };
        assert!(like(&a, &loud) && !a.is_like(&loud, Compared::All));
        let b = run(End::Code(0), b"one\nt\x1bo\n");
        assert!(!like(&a, &b));
        let text = a.difference(&b);
        assert!(text.contains("line 2, optimized: two\n"), "{text}");
        assert!(text.contains("line 2, baseline:  t\\u{1b}o\n"), "{text}");
        assert!(a.difference(&run(End::Code(0), b"one\n")).contains("baseline:  (no such line)"));
        assert!(like(&run(End::Deadline, b"o"), &run(End::Deadline, b"one")));
        assert!(!like(&run(End::Deadline, b"o"), &run(End::Code(0), b"o")));
    }

    #[test]
    fn what_is_beyond_the_kept_bytes_counts() {
        let mut a = vec![b'x'; KEPT + 10];
        let first = written(&a);
        assert_eq!((first.bytes, first.head.len()), (KEPT as u64 + 10, KEPT));
        a[KEPT + 5] = b'y';
        assert_ne!(first, written(&a));
    }
}

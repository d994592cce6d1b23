//! Commands under a deadline, with what they print, how long they take and how
//! much memory they use.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What came of a command.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended; nothing if its time was up.
    pub status: Option<ExitStatus>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had at a time, its children not counted.
    pub peak_bytes: u64,
}

impl Outcome {
    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|s| s.success())
    }

    /// How it ended, in a word or two.
    pub fn ending(&self) -> String {
        match self.status {
            None => "did not end".to_owned(),
            Some(status) => match status.code() {
                Some(code) => format!("exit code {code}"),
                None => status.to_string(),
            },
        }
    }

    /// The last line that says something.
    pub fn last_line(&self) -> &str {
        let said = |text: &'_ str| text.lines().any(|l| !l.trim().is_empty());
        let text = if said(&self.stderr) { &self.stderr } else { &self.stdout };
        text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("").trim()
    }
}

/// Runs a command to its end or to the deadline. What it prints goes to files
/// called `log` and is returned, as far as it is text.
pub fn run(command: &mut Command, log: &Path, deadline: Duration) -> io::Result<Outcome> {
    let (out, err) = (log.with_extension("out"), log.with_extension("err"));
    command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut peak_bytes = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > deadline {
            child.kill()?;
            child.wait()?;
            break None;
        }
        peak_bytes = peak_bytes.max(peak_of(child.id()));
        thread::sleep(Duration::from_millis(2));
    };
    let read = |path: &Path| fs::read(path).map(|b| String::from_utf8_lossy(&b).into_owned());
    Ok(Outcome {
        status,
        stdout: read(&out)?,
        stderr: read(&err)?,
        took: start.elapsed(),
        peak_bytes,
    })
}

/// The most resident memory that a process has had; 0 if it is gone.
fn peak_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, deadline: Duration) -> Outcome {
        let name = format!("updraft-xtask-{}-{}", std::process::id(), script.len());
        let log = std::env::temp_dir().join(name);
        let outcome = run(Command::new("sh").args(["-c", script]), &log, deadline).unwrap();
        for end in ["out", "err"] {
            fs::remove_file(log.with_extension(end)).unwrap();
        }
        outcome
    }

    #[test]
    fn what_a_command_does_is_reported() {
        let outcome = shell("echo out; echo err >&2; exit 3", Duration::from_secs(30));
        assert_eq!((&*outcome.stdout, &*outcome.stderr), ("out\n", "err\n"));
        assert_eq!((outcome.ending(), outcome.is_success()), ("exit code 3".to_owned(), false));
        assert_eq!(outcome.last_line(), "err");
    }

    #[test]
    fn a_command_that_does_not_end_is_ended() {
        let outcome = shell("exec sleep 600", Duration::from_millis(300));
        assert_eq!((outcome.ending(), outcome.is_success()), ("did not end".to_owned(), false));
        assert!(outcome.took < Duration::from_secs(20) && outcome.peak_bytes > 0);
    }
}

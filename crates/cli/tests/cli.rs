//! Runs the command line against text files: `tests/cli/*.test`.
//!
//! A file is a list of cases, separated by blank lines:
//!
//! ```text
//! # What the case shows.
//! $ NAME=value updraft run app.wat 'an argument'
//! < a line of standard input
//! ? 0
//! | a line of standard output
//! ! a line of standard error
//! ```
//!
//! Cases run in `tests/cli/data`. In expected lines `[..]` stands for anything
//! within the line, and a line of `...` for any number of lines. With
//! `BLESS=1` the files are rewritten; expected output that still fits stays.
//!
//! What a text file cannot say (signals, closed pipes) is in `process.rs`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "test"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", directory.display());
    let trials = files
        .into_iter()
        .map(|file| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let data = directory.join("data");
            Trial::test(name, move || run_file(&file, &data))
        })
        .collect();
    libtest_mimic::run(&args, trials).exit_code()
}

#[derive(Default)]
struct Case {
    line: usize,
    comments: Vec<String>,
    command: String,
    stdin: Vec<String>,
    code: String,
    stdout: Vec<String>,
    stderr: Vec<String>,
}

fn run_file(file: &Path, data: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(file)?;
    let mut cases = parse(&text)?;
    let mut wrong = String::new();
    for case in &mut cases {
        let (code, stdout, stderr) = execute(case, data)?;
        for (what, expected, actual) in [
            ("exit code", &mut vec![std::mem::take(&mut case.code)], vec![code]),
            ("stdout", &mut case.stdout, stdout),
            ("stderr", &mut case.stderr, stderr),
        ] {
            if !lines_match(expected, &actual) {
                let _ = writeln!(
                    wrong,
                    "{}:{}: $ {}\n{what}: expected\n  {}\ngot\n  {}\n",
                    file.display(),
                    case.line,
                    case.command,
                    expected.join("\n  "),
                    actual.join("\n  ")
                );
                *expected = actual;
            }
            if what == "exit code" {
                case.code = expected[0].clone();
            }
        }
    }
    if !wrong.is_empty() && std::env::var_os("BLESS").is_some_and(|v| !v.is_empty()) {
        fs::write(file, print(&cases))?;
        return Ok(());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn parse(text: &str) -> Result<Vec<Case>, Failed> {
    let mut cases = Vec::new();
    let mut case = Case::default();
    for (i, line) in text.lines().enumerate() {
        if line.is_empty() {
            cases.push(std::mem::take(&mut case));
            continue;
        }
        let (mark, rest) = line.split_at(1);
        let rest = rest.strip_prefix(' ').unwrap_or(rest).to_owned();
        match mark {
            "#" => case.comments.push(rest),
            "$" => {
                case.line = i + 1;
                case.command = rest;
            }
            "<" => case.stdin.push(rest),
            "?" => case.code = rest,
            "|" => case.stdout.push(rest),
            "!" => case.stderr.push(rest),
            _ => return Err(format!("line {}: unknown mark {mark:?}", i + 1).into()),
        }
    }
    cases.push(case);
    cases.retain(|c| !c.command.is_empty() || !c.comments.is_empty());
    Ok(cases)
}

fn print(cases: &[Case]) -> String {
    let mut text = String::new();
    for (i, case) in cases.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        let mut put = |mark: char, line: &str| {
            text.push_str(format!("{mark} {line}").trim_end());
            text.push('\n');
        };
        case.comments.iter().for_each(|l| put('#', l));
        if case.command.is_empty() {
            continue;
        }
        put('$', &case.command);
        case.stdin.iter().for_each(|l| put('<', l));
        put('?', &case.code);
        case.stdout.iter().for_each(|l| put('|', l));
        case.stderr.iter().for_each(|l| put('!', l));
    }
    text
}

type Output = (String, Vec<String>, Vec<String>);

fn execute(case: &Case, data: &Path) -> Result<Output, Failed> {
    if case.command.is_empty() {
        return Ok((case.code.clone(), vec![], vec![]));
    }
    let words = split_words(&case.command)?;
    let n_vars = words.iter().take_while(|w| w.contains('=')).count();
    let (vars, words) = words.split_at(n_vars);
    let Some(("updraft", args)) = words.split_first().map(|(w, a)| (&**w, a)) else {
        return Err(format!("line {}: expected updraft", case.line).into());
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_updraft"))
        .args(args)
        .current_dir(data)
        .env_remove("UPDRAFT_TRACE")
        .envs(vars.iter().filter_map(|v| v.split_once('=')))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let mut input = case.stdin.join("\n");
    if !input.is_empty() {
        input.push('\n');
    }
    // The program may end without reading all of it.
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output()?;
    let _ = writer.join();
    let code = match output.status.code() {
        Some(code) => code.to_string(),
        None => format!("{}", output.status),
    };
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
    Ok((code, lines(&output.stdout), lines(&output.stderr)))
}

/// Words as a shell splits them, with single quotes as the only quotes.
fn split_words(line: &str) -> Result<Vec<String>, Failed> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err(format!("a quote is not closed: {line}").into());
    }
    words.extend(word);
    Ok(words)
}

fn lines_match(expected: &[String], actual: &[String]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=actual.len()).any(|n| lines_match(rest, &actual[n..]))
        }
        Some((first, rest)) => actual.split_first().is_some_and(|(line, more)| {
            line_matches(first, line.trim_end()) && lines_match(rest, more)
        }),
    }
}

fn line_matches(expected: &str, actual: &str) -> bool {
    let Some((head, mut tail)) = expected.split_once("[..]") else {
        return expected.trim_end() == actual;
    };
    let Some(mut rest) = actual.strip_prefix(head) else { return false };
    while let Some((part, more)) = tail.split_once("[..]") {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        tail = more;
    }
    rest.ends_with(tail)
}

//! The cases: what a program is given, and what it must answer.
//!
//! `cases/<program>/cases.json` is written by hand: arguments, input, folders, environment.
//! `cases/<program>/expected.json` holds the answers, recorded from an independent engine
//! (see [`crate::host::Host::Node`]); a tree of fixtures lies in `cases/<program>/work/`.

use crate::cache::sha256_hex;
use crate::program::{Program, package_dir};
use crate::{Fetched, Missing, failed};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Outputs up to this length are kept as text, longer ones as length and hash.
const MAX_TEXT: usize = 2400;

/// What a program is given.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's name in its file.
    pub name: String,
    /// The arguments after the program's name.
    pub args: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// The environment, nothing else.
    pub env: Vec<(String, String)>,
    /// Folders of the scratch copy of `work/`, and the guest's names for them.
    pub dirs: Vec<(String, String)>,
    /// Files of the scratch copy whose contents are part of the answer.
    pub outputs: Vec<String>,
    /// Whether standard error is part of the answer (engines add to it when a program traps).
    pub stderr: bool,
    /// Whether the fast set leaves it out.
    pub slow: bool,
}

/// What a program answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The exit code.
    pub exit: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The output files of the case; `None` is one that is not there.
    pub files: BTreeMap<String, Option<Vec<u8>>>,
}

/// The cases of `program`, in the order of their file.
pub fn cases(program: &Program) -> Fetched<Vec<Case>> {
    let path = dir(program).join("cases.json");
    let file = read_json(&path)?;
    let strings = |value: &Value| -> Option<Vec<String>> {
        value.as_array()?.iter().map(|v| v.as_str().map(String::from)).collect()
    };
    let pairs = |value: &Value| -> Option<Vec<(String, String)>> {
        value.as_object()?.iter().map(|(k, v)| Some((k.clone(), v.as_str()?.into()))).collect()
    };
    let read = |case: &Value| -> Option<Case> {
        let or_default = |key: &str| if case[key].is_null() { &file[key] } else { &case[key] };
        Some(Case {
            name: case["name"].as_str()?.into(),
            args: strings(&case["args"])?,
            stdin: match (&case["stdin"], &case["stdin_file"]) {
                (Value::String(text), Value::Null) => text.clone().into_bytes(),
                (Value::Null, Value::String(name)) => {
                    fs::read(dir(program).join("work").join(name)).ok()?
                }
                (Value::Null, Value::Null) => Vec::new(),
                _ => return None,
            },
            env: match or_default("env") {
                Value::Null => Vec::new(),
                value => pairs(value)?,
            },
            dirs: match or_default("dirs") {
                Value::Null => vec![(String::new(), ".".into())],
                value => pairs(value)?,
            },
            outputs: match &case["outputs"] {
                Value::Null => Vec::new(),
                value => strings(value)?,
            },
            stderr: case["stderr"].as_bool().unwrap_or(false),
            slow: case["slow"].as_bool().unwrap_or(false),
        })
    };
    let list = file["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
    let cases: Option<Vec<Case>> = list.iter().map(read).collect();
    match cases {
        Some(cases) if !cases.is_empty() => Ok(cases),
        _ => failed(format!("{}: not a list of cases", path.display())),
    }
}

/// A file of expected answers.
#[derive(Clone, Debug)]
pub struct Expected {
    path: PathBuf,
    answers: Map<String, Value>,
}

impl Expected {
    /// The expected answers of `program`; empty if none were recorded.
    pub fn read(program: &Program) -> Fetched<Expected> {
        let path = dir(program).join("expected.json");
        let answers = match path.exists() {
            true => read_json(&path)?.as_object().cloned().unwrap_or_default(),
            false => Map::new(),
        };
        Ok(Expected { path, answers })
    }

    /// Whether `answer` is the expected one; else what differs.
    pub fn check(&self, case: &Case, answer: &Answer) -> Result<(), String> {
        let Some(want) = self.answers.get(&case.name) else {
            return Err(format!("{}: no answer recorded for {}", self.path.display(), case.name));
        };
        let got = describe(case, answer);
        if *want == got {
            return Ok(());
        }
        let mut message = String::new();
        for key in ["exit", "stdout", "stderr", "files"] {
            if want[key] != got[key] {
                message += &format!("{key}: expected {:#}\n{key}: got {:#}\n", want[key], got[key]);
            }
        }
        let tail = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            let skipped = text.chars().count().saturating_sub(MAX_TEXT);
            text.chars().skip(skipped).collect::<String>()
        };
        message += &format!("end of stdout: {}\n", tail(&answer.stdout));
        message += &format!("end of stderr: {}", tail(&answer.stderr));
        Err(message)
    }

    /// Records `answer` as the expected one.
    pub fn record(&mut self, case: &Case, answer: &Answer) {
        self.answers.insert(case.name.clone(), describe(case, answer));
    }

    /// Writes what was recorded; answers of cases that are not in `cases` go.
    pub fn write(&mut self, cases: &[Case]) -> Fetched<()> {
        self.answers.retain(|name, _| cases.iter().any(|case| case.name == *name));
        let text = format!("{:#}\n", Value::Object(self.answers.clone()));
        Ok(fs::write(&self.path, text)?)
    }
}

/// The part of `answer` that must be equal on every engine.
fn describe(case: &Case, answer: &Answer) -> Value {
    let mut map = Map::new();
    map.insert("exit".into(), answer.exit.into());
    map.insert("stdout".into(), describe_bytes(&answer.stdout));
    if case.stderr {
        map.insert("stderr".into(), describe_bytes(&answer.stderr));
    }
    if let Some(trap) = trap_message(&answer.stderr) {
        map.insert("trap".into(), trap.into());
    }
    if !case.outputs.is_empty() {
        let files = answer.files.iter().map(|(name, bytes)| {
            (name.clone(), bytes.as_deref().map_or(Value::Null, describe_bytes))
        });
        map.insert("files".into(), Value::Object(files.collect()));
    }
    Value::Object(map)
}

fn describe_bytes(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= MAX_TEXT => text.into(),
        _ => json!({ "len": bytes.len(), "sha256": sha256_hex(bytes) }),
    }
}

/// What follows `wasm trap: ` on its line.
fn trap_message(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let (_, rest) = text.split_once("wasm trap: ")?;
    Some(rest.lines().next()?.trim().into())
}

/// The folder of `program`'s cases.
pub fn dir(program: &Program) -> PathBuf {
    package_dir().join("cases").join(program.cases)
}

/// Copies the fixtures of `program` to `scratch`.
pub fn copy_fixtures(program: &Program, scratch: &Path) -> Fetched<()> {
    let work = dir(program).join("work");
    if work.is_dir() { copy_tree(&work, scratch) } else { Ok(()) }
}

fn copy_tree(from: &Path, to: &Path) -> Fetched<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn read_json(path: &Path) -> Fetched<Value> {
    let failed = |error: String| Missing::Failed(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| failed(e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| failed(e.to_string()))
}

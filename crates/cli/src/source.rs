//! Reading modules: files and standard input, binary and text.
//!
//! Owns: [`read`], [`read_to_run`]. Called by every command that takes a
//! module. A file that is no module gives one clear line, whatever it is.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use wast::Wat;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

use crate::report::{one_line, printable};
use crate::sparse;

/// Modules above this size are refused while they are read. The engine's own
/// limit is the same; text may need more room than its binary form.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A module as it was read.
#[derive(Debug)]
pub struct Source {
    /// Its binary form.
    pub bytes: Vec<u8>,
    /// Time to read the file.
    pub read_time: Duration,
    /// Time to turn text into binary; nothing if it was binary.
    pub text_time: Option<Duration>,
}

/// Why there is no module.
#[derive(Debug)]
pub enum SourceError {
    /// It cannot be read.
    Io(String),
    /// It is text with a mistake.
    Text {
        /// From 1.
        line: usize,
        /// From 1.
        col: usize,
        /// What is wrong.
        message: String,
    },
    /// It is something else.
    NotWasm(String),
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SourceError::Io(message) | SourceError::NotWasm(message) => f.write_str(message),
            SourceError::Text { line, col, message } => write!(f, "{line}:{col}: {message}"),
        }
    }
}

/// How a file is called in messages.
pub fn display_name(file: &OsStr) -> String {
    if file == "-" { "<stdin>".into() } else { printable(&file.to_string_lossy()) }
}

/// Reads a module; `-` is standard input.
pub fn read(file: &OsStr) -> Result<Source, SourceError> {
    read_by(file, read_bytes)
}

/// Reads a module that will be run and not looked at: what sections for
/// debuggers hold may be missing.
pub fn read_to_run(file: &OsStr) -> Result<Source, SourceError> {
    read_by(file, |name| {
        if name != "-"
            && let Ok(file) = File::open(Path::new(name))
            && let Ok(metadata) = file.metadata()
            && metadata.is_file()
            && let Ok(Some(bytes)) = sparse::read(&file, metadata.len())
        {
            return Ok(bytes);
        }
        read_bytes(name)
    })
}

fn read_by(
    file: &OsStr,
    read_bytes: impl Fn(&OsStr) -> io::Result<Vec<u8>>,
) -> Result<Source, SourceError> {
    let start = Instant::now();
    let bytes = read_bytes(file).map_err(|e| SourceError::Io(format!("cannot be read: {e}")))?;
    let read_time = start.elapsed();
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SourceError::NotWasm("larger than 1 GiB: no module is".into()));
    }
    if bytes.is_empty() {
        return Err(SourceError::NotWasm("not a WebAssembly module: it is empty".into()));
    }
    // Whatever begins like a binary module is the engine's to judge.
    if b"\0asm".starts_with(&bytes[..bytes.len().min(4)]) {
        return Ok(Source { bytes, read_time, text_time: None });
    }
    let start = Instant::now();
    let bytes = assemble(&bytes)?;
    Ok(Source { bytes, read_time, text_time: Some(start.elapsed()) })
}

fn read_bytes(file: &OsStr) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == "-" {
        io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        let file = File::open(Path::new(file))?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::other("it is a directory"));
        }
        let expected = metadata.len().min(MAX_FILE_BYTES) as usize;
        bytes.try_reserve_exact(expected).map_err(|_| io::ErrorKind::OutOfMemory)?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The binary form of a text module.
fn assemble(bytes: &[u8]) -> Result<Vec<u8>, SourceError> {
    let not_wasm = |what: String| SourceError::NotWasm(format!("not a WebAssembly module: {what}"));
    // Text begins with a parenthesis, an annotation or a comment. Anything
    // else gets no parser's message: those help only who wrote text.
    let first = bytes.iter().position(|b| !b.is_ascii_whitespace());
    let head = first.map_or(&[][..], |i| &bytes[i..]);
    let is_text = head.starts_with(b"(") || head.starts_with(b";;");
    if !is_text {
        return Err(not_wasm(format!("it begins with {}", show_head(bytes))));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|e| not_wasm(format!("text, but not UTF-8 at byte {}", e.valid_up_to())))?;
    let in_text = |e: wast::Error| {
        let (line, col) = e.span().linecol_in(text);
        SourceError::Text { line: line + 1, col: col + 1, message: one_line(&e.message()) }
    };
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(in_text)?;
    let mut wat = parser::parse::<Wat<'_>>(&buffer).map_err(in_text)?;
    if let Wat::Component(_) = wat {
        return Err(SourceError::NotWasm("a component; only core modules are supported".into()));
    }
    wat.encode().map_err(in_text)
}

fn show_head(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(8)];
    if head.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        format!("{:?}", String::from_utf8_lossy(head))
    } else {
        let hex: Vec<String> = head.iter().map(|b| format!("{b:02x}")).collect();
        format!("the bytes {}", hex.join(" "))
    }
}

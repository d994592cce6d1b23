//! Runs spec scripts (`.wast`) on the engine and reports which directives
//! failed.
//!
//! Owns: [`Options`], [`Report`] and the entry points [`run_file`] and
//! [`run_str`]. Called by the command line and by test suites. Must not know:
//! anything of the engine but its public API; where scripts come from, how a
//! report is shown.
//!
//! Verdicts decide: an `assert_trap` wants a trap, an `assert_invalid` wants
//! the module refused. Where the text of the message differs from the
//! script's, the report gets a note.

#![forbid(unsafe_code)]

mod script;
mod spectest;
mod values;

use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use updraft::{Config, Engine};
use wast::Wast;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

use crate::script::Script;

type ConfigHook = Arc<dyn Fn(&mut Config) + Send + Sync>;
type PrintHook = Arc<dyn Fn(&str) + Send + Sync>;

/// How a script is run. Every script gets an engine and a store of its own.
#[derive(Clone, Default)]
pub struct Options {
    configure: Option<ConfigHook>,
    print: Option<PrintHook>,
    lazy_validation: bool,
}

impl Options {
    /// The engine's defaults, and output of `spectest.print*` thrown away.
    pub fn new() -> Options {
        Options::default()
    }

    /// Changes the configuration of each script's engine: features, bounds,
    /// eagerness.
    pub fn configure(mut self, hook: impl Fn(&mut Config) + Send + Sync + 'static) -> Options {
        self.configure = Some(Arc::new(hook));
        self
    }

    /// Whether bodies are validated at their first calls. Modules that are to
    /// be refused then may load; `Module::validate` must refuse them still.
    pub fn lazy_validation(mut self, on: bool) -> Options {
        self.lazy_validation = on;
        self
    }

    /// Called with one line for each call of a `spectest.print*` function.
    pub fn on_print(mut self, hook: impl Fn(&str) + Send + Sync + 'static) -> Options {
        self.print = Some(Arc::new(hook));
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("configure", &self.configure.is_some())
            .field("print", &self.print.is_some())
            .field("lazy_validation", &self.lazy_validation)
            .finish()
    }
}

/// A remark at a place of a script: why a directive failed, or a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// The script, as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub col: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.col, self.message)
    }
}

/// What came of a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Directives in the script.
    pub directives: usize,
    /// Directives that did what they say.
    pub passed: usize,
    /// The others, and at most one for a script that could not be read.
    pub failures: Vec<Remark>,
    /// Remarks that decide nothing: message texts that differ.
    pub notes: Vec<Remark>,
}

impl Report {
    /// Whether nothing failed.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Runs the script in a file.
///
/// A file that cannot be read is a failure at 1:1, not a panic.
pub fn run_file(path: impl AsRef<Path>, options: &Options) -> Report {
    let path = path.as_ref();
    let name = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => run_str(&name, &text, options),
            Err(e) => refused(&name, format!("not UTF-8 at byte {}", e.utf8_error().valid_up_to())),
        },
        Err(e) => refused(&name, format!("cannot be read: {e}")),
    }
}

/// Runs a script given as text; `name` appears in the report.
pub fn run_str(name: &str, text: &str, options: &Options) -> Report {
    // A panic is a bug of the parser or the engine; it must not take the rest
    // of a suite along.
    let mut report = Report::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(name, text, options, &mut report)));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(remark)) => report.failures.push(remark),
        Err(panic) => {
            report.failures.push(remark_at(
                name,
                text,
                0,
                format!("panic: {}", panic_text(&*panic)),
            ));
        }
    }
    report
}

fn run(name: &str, text: &str, options: &Options, report: &mut Report) -> Result<(), Remark> {
    let malformed = |e: wast::Error| remark_at(name, text, e.span().offset(), e.message());
    let buffer = parse_buffer(text).map_err(malformed)?;
    let wast = parser::parse::<Wast<'_>>(&buffer).map_err(malformed)?;
    report.directives = wast.directives.len();

    let mut config = Config::new();
    if let Some(hook) = &options.configure {
        hook(&mut config);
    }
    config.lazy_validation(options.lazy_validation);
    let broken = |what: &str, e: updraft::Error| remark_at(name, text, 0, format!("{what}: {e:#}"));
    let engine = Engine::new(&config).map_err(|e| broken("no engine", e))?;
    let mut script = Script::new(&engine, options.print.clone(), options.lazy_validation)
        .map_err(|e| broken("no spectest module", e))?;

    for directive in wast.directives {
        let at = directive.span().offset();
        let outcome = catch_unwind(AssertUnwindSafe(|| script.run(directive)));
        match outcome {
            Ok(Ok(())) => report.passed += 1,
            Ok(Err(message)) => report.failures.push(remark_at(name, text, at, message)),
            Err(panic) => {
                let message = format!("panic: {}; the script ends here", panic_text(&*panic));
                report.failures.push(remark_at(name, text, at, message));
                // What the panic left behind in the store is anyone's guess:
                // neither use it nor run its destructors.
                let _left_alone = ManuallyDrop::new(script);
                return Ok(());
            }
        }
        for note in script.take_notes() {
            report.notes.push(remark_at(name, text, at, note));
        }
    }
    Ok(())
}

/// Lexes text in which names may hold any character: the suite has names with
/// characters that reorder what is shown.
pub(crate) fn parse_buffer(text: &str) -> Result<ParseBuffer<'_>, wast::Error> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    ParseBuffer::new_with_lexer(lexer)
}

fn refused(name: &str, message: String) -> Report {
    Report { failures: vec![remark_at(name, "", 0, message)], ..Report::default() }
}

fn remark_at(name: &str, text: &str, offset: usize, message: String) -> Remark {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let col = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    Remark { file: name.to_owned(), line, col, message }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(|s| &**s))
        .unwrap_or("no message")
}

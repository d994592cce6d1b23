//! `updraft explore`: wasm text beside the machine code of both tiers, as one
//! web page.
//!
//! Owns: the command, and which functions the page has. `text` makes the wasm
//! text, `code` the machine code, `page` puts them together. Must not know: how
//! either tier works.
//!
//! The page has a largest size, so that every browser can show it: functions
//! are added, the largest first, until it is full. What one function may take
//! is limited before that, by how many there are.

mod code;
mod page;
mod text;

use std::cmp::Reverse;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};

use clap::Args;
use updraft::Module;

use crate::CommandResult;
use crate::dump;
use crate::facts::{self, FuncFacts};
use crate::options::EngineOptions;
use crate::progress::Progress;
use crate::report::{Failure, Outcome};
use crate::source::{self, display_name};
use crate::units::show_size;

const EXAMPLES: &str = "\
Examples:
  updraft explore app.wasm -o app.html              The largest functions
  updraft explore app.wasm -o app.html --func fib   One function
  updraft explore app.wasm -o app.html --func 'parse_*' --func 17
  updraft explore app.wasm -o - | …                 To standard output

The page needs no network. Point at an operator to see the instructions that
come from it, and at an instruction to see its operator; click to hold it.";

/// Bytes of a whole page. The template is far smaller than what is left to the
/// 20 MB that are promised.
const MAX_PAGE_BYTES: usize = 18_000_000;
/// Lines of wasm text that all functions together may have, about, and those
/// that one may have at least and at most.
const LINES: usize = 400_000;
const LINES_OF_ONE: (usize, usize) = (3_000, 60_000);
/// Functions whose text is made at once: each time, the module is read from its
/// start, and what is made may find the page full.
const AT_ONCE: usize = 32;

/// Show wasm text beside the machine code of both tiers, as a web page.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ExploreCommand {
    #[command(flatten)]
    engine: EngineOptions,
    /// Where the page goes; - is standard output
    #[arg(
        short = 'o',
        long = "output",
        value_name = "PAGE",
        required_unless_present_any = ["wasm", "optimize", "stress"]
    )]
    output: Option<OsString>,
    /// Show only these functions: an index, or a name, in which * stands for
    /// anything; may be given several times
    #[arg(long, value_name = "PATTERN")]
    func: Vec<String>,
    /// Show no more functions than this, the largest first
    #[arg(long, value_name = "N", default_value_t = 250)]
    max_funcs: usize,
    /// A module, binary or text; - is standard input
    #[arg(required_unless_present_any = ["wasm", "optimize", "stress"], value_name = "FILE")]
    file: Option<OsString>,
}

/// Runs the command.
pub fn run(command: &ExploreCommand) -> CommandResult {
    let engine = command.engine.resolve()?.split_eager().0.engine()?;
    let file = command.file.as_ref().ok_or_else(Failure::no_file)?;
    let output = command.output.as_ref().ok_or_else(|| Failure::usage("no -o PAGE was given"))?;
    let name = display_name(file);
    if output != "-" && is_same_file(file, output) {
        return Err(Failure::usage(format!("{name}: the page would replace the module")));
    }
    let source = source::read(file).map_err(|e| Failure::new(format!("{name}: {e}")))?;
    let module = Module::from_vec(&engine, source.bytes).map_err(|e| Failure::engine(&name, &e))?;

    let all = facts::functions(&module);
    let n_all = all.len();
    let choice = Choice::new(all, &command.func, command.max_funcs);
    if choice.funcs.is_empty() && !command.func.is_empty() && command.max_funcs > 0 {
        return Err(Failure::new(format!(
            "{name}: no function matches {:?}",
            command.func.join(", ")
        )));
    }
    let page = make_page(&module, &name, n_all, choice);
    let html = page.html();
    if output == "-" {
        let mut out = io::stdout().lock();
        out.write_all(html.as_bytes())?;
        out.flush()?;
    } else {
        let shown = display_name(output);
        fs::write(output, &html)
            .map_err(|e| Failure::new(format!("{shown}: cannot be written: {e}")))?;
        let mut out = io::stdout().lock();
        let (n, size) = (page.n_funcs(), show_size(html.len() as u64));
        writeln!(out, "{shown}: {n} of {n_all} functions, {size}")?;
    }
    Ok(Outcome::Success)
}

/// The functions that are to be shown.
struct Choice {
    /// The largest first.
    funcs: Vec<FuncFacts>,
    /// Functions that were wanted, those beyond the limit included.
    n_wanted: usize,
    patterns: Vec<String>,
}

impl Choice {
    fn new(mut funcs: Vec<FuncFacts>, patterns: &[String], max_funcs: usize) -> Choice {
        if !patterns.is_empty() {
            funcs.retain(|func| {
                patterns.iter().any(|p| dump::matches(p, func.index, func.name.as_deref()))
            });
        }
        let n_wanted = funcs.len();
        funcs.sort_by_key(|f| (Reverse(f.body_bytes), f.index));
        funcs.truncate(max_funcs);
        Choice { funcs, n_wanted, patterns: patterns.to_vec() }
    }
}

fn make_page(module: &Module, file: &str, n_all: usize, choice: Choice) -> page::Page {
    let Choice { funcs, n_wanted, patterns } = choice;
    let n_chosen = funcs.len();
    let max_lines = (LINES / n_chosen.max(1)).clamp(LINES_OF_ONE.0, LINES_OF_ONE.1);
    let mut page = page::Page::new(file, MAX_PAGE_BYTES);
    let mut error = None;
    {
        let mut progress = Progress::new(file);
        'all: for some in funcs.chunks(AT_ONCE) {
            let bodies = some.iter().map(|f| f.offset..f.offset + f.body_bytes);
            let limits = text::Limits { max_lines, max_bytes: MAX_PAGE_BYTES };
            let printed = text::print(module.bytes(), bodies.collect(), limits);
            error = error.or(printed.error);
            for (func, text) in some.iter().zip(&printed.bodies) {
                progress.update(page.n_funcs(), n_chosen);
                let tiers = 0..facts::TIERS.len();
                // A line of text makes more than one instruction.
                let tiers: Vec<_> =
                    tiers.map(|t| code::make(module, func, t, text, 2 * max_lines)).collect();
                if !page.add(func, text, &tiers) || page.is_full() {
                    break 'all;
                }
            }
        }
    }
    let n_added = page.n_funcs();

    let plural = |n: usize| if n == 1 { "function" } else { "functions" };
    page.note(format!(
        "{} module, {n_all} {} with a body.",
        show_size(module.bytes().len() as u64),
        plural(n_all)
    ));
    if !patterns.is_empty() {
        page.note(format!("{n_wanted} {} matched {}.", plural(n_wanted), patterns.join(", ")));
    }
    if n_added < n_wanted {
        let why = if n_added < n_chosen {
            "the page is full"
        } else {
            "--max-funcs says how many are shown, --func which"
        };
        page.note(format!("Only the {n_added} largest of {n_wanted} are here: {why}."));
    } else if !patterns.is_empty() && n_added < n_all {
        page.note("Other functions are not here.".to_owned());
    }
    if page.n_without_code() > 0 {
        page.note(format!("{} of them are without code: the page is full.", page.n_without_code()));
    }
    if let Some(error) = error {
        page.note(format!("The text of some functions is missing: {error}."));
    }
    page
}

/// Whether both are the same existing file.
fn is_same_file(a: &OsStr, b: &OsStr) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn func(index: u32, name: Option<&str>, body_bytes: usize) -> FuncFacts {
        let name = name.map(str::to_owned);
        FuncFacts { index, name, ty: String::new(), offset: 0, body_bytes }
    }

    #[test]
    fn the_largest_of_what_matches_are_chosen() {
        let all = || vec![func(1, Some("ab"), 5), func(2, None, 9), func(3, Some("ac"), 5)];
        let chosen = |patterns: &[&str], max| {
            let patterns: Vec<String> = patterns.iter().map(|p| p.to_string()).collect();
            let choice = Choice::new(all(), &patterns, max);
            (choice.funcs.iter().map(|f| f.index).collect::<Vec<_>>(), choice.n_wanted)
        };
        assert_eq!(chosen(&[], 9), (vec![2, 1, 3], 3));
        assert_eq!(chosen(&[], 1), (vec![2], 3));
        assert_eq!(chosen(&["a*"], 1), (vec![1], 2));
        assert_eq!(chosen(&["ac", "2"], 9), (vec![2, 3], 2));
        assert_eq!(chosen(&["x"], 9), (vec![], 0));
    }
}

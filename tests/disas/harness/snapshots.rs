//! Snapshots of machine code, for the tests of each compiler: a folder of
//! `*.wat` files that hold a module and, in the `;;` lines below it, what its
//! functions become. `BLESS=1` rewrites them.
//!
//! A first line `;;! word …` chooses the mode; what the words mean is the
//! compiler's test's business. So is how to compile.
#![allow(dead_code)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use iced_x86::{Formatter, IntelFormatter};
use updraft_abi::CompiledFunc;

use super::take_apart::{Line, take_apart};

/// Modules with loops, each of which is to look at the limit word.
pub const LOOPS: [&str; 6] = [
    // Neither stores nor calls nor anything that changes.
    "(module (func (loop (br 0))))",
    "(module (func (param i32) (loop (br_if 0 (local.get 0)))))",
    // Two headers in a row, nested, with a branch to the outer one.
    "(module (func (param i32) (loop (loop (br_if 0 (local.get 0)) (br_if 1 (local.get 0))))))",
    // Loads only, after the same loads outside.
    "(module (memory 1) (func (param i32) (result i32)
        (drop (i32.load (local.get 0)))
        (loop (br_if 0 (i32.load (local.get 0))))
        (i32.load (local.get 0))))",
    // A loop behind a loop, and one that returns from within.
    "(module (func (param i32 i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (loop (if (local.get 1) (then (return))) (br 0))))",
    // A way back through a jump table.
    "(module (func (param i32) (loop (block (br_table 0 1 0 (local.get 0))))))",
];

/// The folder of a compiler's snapshots, from the crate that tests it.
pub fn folder(manifest_dir: &str, compiler: &str) -> PathBuf {
    Path::new(manifest_dir).join("../../tests/disas").join(compiler).join("x64")
}

/// The files of a folder and their text, in the order of their names.
pub fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of snapshots exists")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wat"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "only {} snapshots", paths.len());
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a snapshot is text");
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// The module of a snapshot, mode included.
pub fn module_text(text: &str) -> String {
    let end = text.find("\n;; func").map_or(text.len(), |i| i + 1);
    text[..end].trim_end().to_string() + "\n"
}

/// The words of the first line.
pub fn mode_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.lines().next().and_then(|l| l.strip_prefix(";;!")).unwrap_or("");
    words.split_whitespace()
}

/// Compares all snapshots of a folder with what `compile` makes of them, or
/// rewrites them.
pub fn check(folder: &Path, compile: impl Fn(&str) -> Vec<CompiledFunc>) {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differing = Vec::new();
    for (path, text) in files(folder) {
        let mut expected = module_text(&text);
        for (i, func) in compile(&expected).iter().enumerate() {
            let _ = write!(expected, "\n;; func {i}, frame of {} bytes\n", func.frame_bytes);
            for line in disassemble(func).lines() {
                let _ = writeln!(expected, ";; {line}");
            }
        }
        if expected == text {
            continue;
        }
        if bless {
            // At once: other tests read it meanwhile.
            let new = path.with_extension("new");
            std::fs::write(&new, expected).expect("a snapshot can be written");
            std::fs::rename(new, &path).expect("a snapshot can be written");
        } else {
            differing.push(format!("{}\n{expected}", path.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "code differs from (BLESS=1 rewrites):\n{}",
        differing.join("\n")
    );
}

/// The code of a function, with its traps and references.
pub fn disassemble(func: &CompiledFunc) -> String {
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_space_after_operand_separator(true);
    options.set_rip_relative_addresses(true);
    options.set_branch_leading_zeros(false);
    options.set_show_branch_size(false);
    options.set_uppercase_hex(false);
    let mut text = String::new();
    for line in take_apart(&func.code) {
        match line {
            // What puts the function in its place.
            Line::Code(instruction) if instruction.ip() < u64::from(func.entry) => {}
            Line::Code(instruction) => {
                let mut shown = String::new();
                formatter.format(&instruction, &mut shown);
                let at = instruction.ip();
                let _ = write!(text, "{at:4x}: {shown}");
                if let Some(trap) = func.traps.iter().find(|t| u64::from(t.code_offset) == at) {
                    let _ = write!(text, "  ; trap: {}", trap.code);
                }
                let next = instruction.next_ip() as u32;
                if let Some(safepoint) = func.safepoints.iter().find(|s| s.code_offset == next) {
                    let slots: Vec<_> = safepoint.slots.iter().map(|s| s.0).collect();
                    let _ = write!(text, "  ; references at sp+{slots:?}");
                }
                text.push('\n');
            }
            Line::Table { at, target } => {
                let _ = writeln!(text, "{at:4x}: -> {target:x}");
            }
            Line::Data { at } => {
                let bytes = func.code.len() as u64 - at;
                let _ = writeln!(text, "{at:4x}: {bytes} bytes of constants");
            }
        }
    }
    text
}

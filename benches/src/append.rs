//! Adds one function to a module: `answer() -> i32`, exported, at the end of its sections.
//!
//! The bytes of everything else stay as they are, so the module is as large as it was and as hard
//! to validate; only the new function is ever called.

use crate::Result;
use wasmparser::{Parser, Payload, TypeRef};

/// What [`append_answer`]'s function returns: one byte as an immediate.
pub const ANSWER: u8 = 42;

/// The export's name.
pub const NAME: &str = "updraft_bench_answer";

const TYPE: u8 = 1;
const FUNCTION: u8 = 3;
const EXPORT: u8 = 7;
const CODE: u8 = 10;

/// `wasm` with one more type, function, export and body.
pub fn append_answer(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut n_imported, mut n_types, mut n_declared) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    n_imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::TypeSection(section) => {
                for group in section {
                    n_types += u32::try_from(group?.types().len())?;
                }
            }
            Payload::FunctionSection(section) => n_declared = section.count(),
            _ => {}
        }
    }

    // Its size, no locals, `i32.const`, `end`.
    let body = [4, 0, 0x41, ANSWER, 0x0b];
    let mut export = vec![u8::try_from(NAME.len())?];
    export.extend(NAME.bytes());
    export.push(0); // a function
    leb(&mut export, n_imported + n_declared);

    let mut function = Vec::new();
    leb(&mut function, n_types);

    let mut out = wasm[..8].to_vec();
    let mut added = 0;
    let mut at = 8;
    while at < wasm.len() {
        let id = wasm[at];
        let (end, contents) = section_contents(wasm, at + 1)?;
        let extra: Option<&[u8]> = match id {
            // A function type without parameters and with one i32.
            TYPE => Some(&[0x60, 0, 1, 0x7f]),
            FUNCTION => Some(&function),
            EXPORT => Some(&export),
            CODE => Some(&body),
            _ => None,
        };
        match extra {
            None => out.extend(&wasm[at..end]),
            Some(extra) => {
                let (count, skip) = read_leb(contents, 0)?;
                let mut section = Vec::with_capacity(contents.len() + extra.len() + 8);
                leb(&mut section, count + 1);
                section.extend(&contents[skip..]);
                section.extend(extra);
                out.push(id);
                leb(&mut out, u32::try_from(section.len())?);
                out.extend(&section);
                added += 1;
            }
        }
        at = end;
    }
    if added != 4 {
        return Err("the module lacks one of the sections that a function needs".into());
    }
    Ok(out)
}

/// The contents of the section whose size is at `at`, and where it ends.
fn section_contents(wasm: &[u8], at: usize) -> Result<(usize, &[u8])> {
    let (size, start) = read_leb(wasm, at)?;
    let end = start + usize::try_from(size)?;
    Ok((end, wasm.get(start..end).ok_or("a section ends after the module")?))
}

fn read_leb(bytes: &[u8], mut at: usize) -> Result<(u32, usize)> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at).ok_or("the module is cut off")?;
        at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok((value, at));
        }
    }
    Err("a number is too long".into())
}

fn leb(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

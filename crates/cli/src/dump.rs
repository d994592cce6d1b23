//! `-D asm` and `-D clif`: what the compiler makes of functions.
//!
//! Owns: patterns of functions, and the disassembler. Used by every command
//! that shows code.

use std::io::Write;

use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
use updraft::Module;

use crate::facts::{self, Listing};
use crate::options::DebugSettings;
use crate::report::{Failure, printable};

/// Shows the functions that the options choose; nothing if there are none.
pub fn show(
    module: &Module,
    file: &str,
    settings: &DebugSettings,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if settings.asm.is_none() && settings.clif.is_none() {
        return Ok(());
    }
    let mut n_shown = 0;
    for func in facts::functions(module) {
        let wants = |p: &Option<String>| {
            p.as_deref().is_some_and(|p| matches(p, func.index, func.name.as_deref()))
        };
        let (asm, clif) = (wants(&settings.asm), wants(&settings.clif));
        if !asm && !clif {
            continue;
        }
        n_shown += 1;
        let listing = facts::listing(module, &func, clif).map_err(|e| Failure::engine(file, &e))?;
        let name = func.name.as_deref().map(|n| format!(" {}", printable(n))).unwrap_or_default();
        if clif {
            writeln!(out, ";; function {}{name}: clif", func.index)?;
            writeln!(out, "{}", listing.clif.trim_end())?;
        }
        if asm {
            writeln!(
                out,
                ";; function {}{name}: {} bytes of code for {} bytes of wasm",
                func.index,
                listing.code.len(),
                func.body_bytes
            )?;
            write_asm(&listing, out)?;
        }
    }
    // All functions of a module without any are no mistake.
    let asked = [&settings.asm, &settings.clif].into_iter().flatten().find(|p| *p != "*");
    if n_shown == 0
        && let Some(pattern) = asked
    {
        return Err(Failure::new(format!("{file}: no function matches {pattern:?}")));
    }
    Ok(())
}

/// One line an instruction: offset in the code, the instruction, and in a
/// comment the trap it may raise or the offset in the module it comes from.
fn write_asm(listing: &Listing, out: &mut dyn Write) -> Result<(), Failure> {
    let mut positions = listing.positions.iter().peekable();
    for_each_instruction(&listing.code, &mut |at, text| {
        let mut notes = Vec::new();
        while let Some((pc, offset)) = positions.peek() {
            if *pc > at {
                break;
            }
            if *pc == at {
                notes.push(format!("wasm {offset:#x}"));
            }
            positions.next();
        }
        if let Some((_, trap)) = listing.traps.iter().find(|(pc, _)| *pc == at) {
            notes.push(format!("trap: {trap}"));
        }
        if notes.is_empty() {
            writeln!(out, "{at:>6x}: {text}")?;
        } else {
            writeln!(out, "{at:>6x}: {text:<48} ; {}", notes.join(", "))?;
        }
        Ok(())
    })
}

/// Calls `see` for each instruction, with its offset and its text. Constants
/// after the code are taken for instructions, too.
pub fn for_each_instruction(
    code: &[u8],
    see: &mut dyn FnMut(u32, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_first_operand_char_index(8);
    options.set_space_after_operand_separator(true);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_branch_leading_zeros(false);
    let mut text = String::new();
    while decoder.can_decode() {
        let instruction = decoder.decode();
        text.clear();
        formatter.format(&instruction, &mut text);
        see(instruction.ip() as u32, &text)?;
    }
    Ok(())
}

/// Whether a function is meant by a pattern: its index, or its name with `*`
/// for anything.
pub fn matches(pattern: &str, index: u32, name: Option<&str>) -> bool {
    pattern == "*"
        || pattern.parse() == Ok(index)
        || name.is_some_and(|name| glob(pattern.as_bytes(), name.as_bytes()))
}

/// Greedy matching with one point to return to: linear in space, and at most
/// quadratic in time.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            p = star_p + 1;
            t = star_t + 1;
            star = Some((star_p, star_t + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_indices_or_names() {
        assert!(matches("7", 7, None));
        assert!(!matches("7", 17, Some("f")));
        assert!(matches("*", 1, None));
        assert!(matches("fib", 1, Some("fib")));
        assert!(!matches("fib", 1, Some("fibs")));
        assert!(matches("fib*", 1, Some("fibs")));
        assert!(matches("*ib*", 1, Some("fibs")));
        assert!(matches("a*b*c", 1, Some("abxbxc")));
        assert!(!matches("a*b*c", 1, Some("abxbx")));
        assert!(!matches("f*", 1, None));
        assert!(matches("**", 1, Some("")));
    }
}

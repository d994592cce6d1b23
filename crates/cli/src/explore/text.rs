//! The wasm text of chosen functions, operator by operator.
//!
//! Owns: [`print`], called by `explore`. The printer of another project does
//! the work; what comes out of it is cut while it comes, because names and
//! types of a hostile module make text far larger than the module. Must not
//! know: what is done with the text.

use std::io;
use std::ops::Range;

use wasmprinter::{Config, Print};

use crate::report::printable;

/// Columns that a line is indented at most: deep blocks would be hard to read,
/// and large.
const MAX_INDENT: usize = 40;
/// Bytes of one line.
const MAX_LINE_BYTES: usize = 400;
/// Pieces of text that the printer may make for each byte of the module, and
/// for any module: far more than there are in modules as compilers make them.
const MAX_PIECES_PER_BYTE: u64 = 64;
const MIN_PIECES: u64 = 10_000_000;

/// The text of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Its lines, each with the offset in the module of what it shows; the
    /// offsets do not fall.
    pub lines: Vec<(u32, String)>,
    /// Lines that were left out at the end.
    pub n_left_out: usize,
}

impl Text {
    /// The line that shows the operator at an offset in the module.
    pub fn line_at(&self, offset: u32) -> Option<usize> {
        let line = self.lines.partition_point(|(at, _)| *at <= offset).checked_sub(1)?;
        // What comes after the last line may belong to one that was left out.
        let is_last = line + 1 == self.lines.len();
        (!is_last || self.n_left_out == 0 || self.lines[line].0 == offset).then_some(line)
    }
}

/// How much text is made.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Lines of one function.
    pub max_lines: usize,
    /// Bytes of all.
    pub max_bytes: usize,
}

/// The texts of functions.
#[derive(Debug, Default)]
pub struct Printed {
    /// In the order in which they were asked for.
    pub bodies: Vec<Text>,
    /// Why some of them are missing or not complete.
    pub error: Option<String>,
}

/// Prints the functions whose bodies lie there.
pub fn print(module: &[u8], bodies: Vec<Range<usize>>, limits: Limits) -> Printed {
    let mut order: Vec<usize> = (0..bodies.len()).collect();
    order.sort_by_key(|i| bodies[*i].start);
    let texts = vec![Text::default(); bodies.len()];
    let max_pieces = (module.len() as u64 * MAX_PIECES_PER_BYTE).max(MIN_PIECES);
    let mut collector = Collector {
        bodies,
        order,
        next: 0,
        texts,
        line: None,
        pieces_left: max_pieces,
        max_lines: limits.max_lines,
        bytes_left: limits.max_bytes,
    };
    let result = if collector.is_done() {
        Ok(())
    } else {
        Config::new().print(module, &mut collector).map_err(|e| e.to_string())
    };
    collector.end_line();
    // The printer is stopped by an error after the last function.
    let error = result.err().filter(|_| !collector.is_done());
    Printed { bodies: collector.texts, error }
}

/// Takes what the printer writes, and keeps the lines of chosen functions.
struct Collector {
    bodies: Vec<Range<usize>>,
    /// Indices of bodies in the order of the module.
    order: Vec<usize>,
    /// The first of them that does not lie before the current line.
    next: usize,
    texts: Vec<Text>,
    /// The current line, if it is wanted.
    line: Option<(usize, u32, String)>,
    pieces_left: u64,
    max_lines: usize,
    bytes_left: usize,
}

impl Collector {
    fn is_done(&self) -> bool {
        self.next == self.order.len()
    }

    fn end_line(&mut self) {
        let Some((body, offset, line)) = self.line.take() else { return };
        let text = &mut self.texts[body];
        let line = line.trim_end();
        // The function itself stands within the module.
        let indent = line.len() - line.trim_start().len();
        let line =
            printable(&line[indent.saturating_sub(MAX_INDENT).clamp(2.min(indent), indent)..]);
        if text.lines.len() >= self.max_lines || self.bytes_left < line.len() {
            text.n_left_out += 1;
            return;
        }
        self.bytes_left -= line.len();
        text.lines.push((offset, line));
    }
}

impl Print for Collector {
    fn write_str(&mut self, s: &str) -> io::Result<()> {
        if self.is_done() {
            return Err(io::Error::other("no more is wanted"));
        }
        self.pieces_left = self
            .pieces_left
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("the text of the module is too long"))?;
        let Some((_, _, line)) = &mut self.line else { return Ok(()) };
        let room = MAX_LINE_BYTES.saturating_sub(line.len());
        if s.len() <= room {
            line.push_str(s);
        } else if room > 0 {
            line.push_str(&s[..s.floor_char_boundary(room)]);
            line.push('…');
            // Full, so that no shorter piece follows.
            line.extend(std::iter::repeat_n(' ', MAX_LINE_BYTES.saturating_sub(line.len())));
        }
        Ok(())
    }

    fn newline(&mut self) -> io::Result<()> {
        self.end_line();
        Ok(())
    }

    fn start_line(&mut self, offset: Option<u64>) {
        // Lines without an offset do not appear in functions.
        let Some(offset) = offset.and_then(|o| usize::try_from(o).ok()) else { return };
        while let Some(body) = self.order.get(self.next)
            && self.bodies[*body].end <= offset
        {
            self.next += 1;
        }
        let Some(body) = self.order.get(self.next).copied() else { return };
        if self.bodies[body].start <= offset {
            self.line = Some((body, offset as u32, String::new()));
        }
    }

    fn print_custom_section(&mut self, _: &str, _: u64, _: &[u8]) -> io::Result<bool> {
        // Custom sections are not shown.
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { max_lines: 1000, max_bytes: 1 << 20 };

    /// The module, and the bodies in it.
    fn assemble(text: &str) -> (Vec<u8>, Vec<Range<usize>>) {
        let engine = updraft::Engine::default();
        let module = updraft::Module::new(&engine, text).unwrap();
        let bodies = crate::facts::functions(&module);
        let ranges = bodies.iter().map(|f| f.offset..f.offset + f.body_bytes).collect();
        (module.bytes().to_vec(), ranges)
    }

    #[test]
    fn operators_are_lines_with_their_offsets() {
        let (bytes, bodies) = assemble(
            r#"(module (func $f (param $x i32) (result i32) (local i64 i64)
                (block (br_if 0 (local.get $x)))
                (i32.add (local.get $x) (i32.const 7)))
                (func $g) (memory 1) (data (i32.const 0) "abc"))"#,
        );
        let printed = print(&bytes, vec![bodies[1].clone(), bodies[0].clone()], LIMITS);
        assert_eq!(printed.error, None);
        let (g, f) = (&printed.bodies[0], &printed.bodies[1]);
        assert_eq!(g.lines.len(), 1, "{g:?}");
        let lines: Vec<&str> = f.lines.iter().map(|(_, l)| &**l).collect();
        assert_eq!(
            lines,
            [
                "(func $f (;0;) (type 0) (param $x i32) (result i32)",
                "  (local i64 i64)",
                "  block ;; label = @1",
                "    local.get $x",
                "    br_if 0 (;@1;)",
                "  end",
                "  local.get $x",
                "  i32.const 7",
                "  i32.add",
                ")",
            ]
        );
        let start = bodies[0].start as u32;
        assert_eq!(f.lines[0].0, start);
        for (i, (offset, _)) in f.lines.iter().enumerate() {
            assert_eq!(f.line_at(*offset), Some(i));
            // The code of an operator is where it says.
            match lines[i].trim() {
                "local.get $x" => assert_eq!(bytes[*offset as usize], 0x20),
                "i32.add" => assert_eq!(bytes[*offset as usize], 0x6a),
                ")" => assert_eq!(bytes[*offset as usize], 0x0b),
                _ => {}
            }
        }
        assert_eq!(f.line_at(start - 1), None);
    }

    #[test]
    fn long_lines_and_much_text_are_cut() {
        let name = "x".repeat(90_000);
        let (bytes, bodies) = assemble(&format!(
            "(module (func ${name} {}) (func $\"\\1b[31m<script>\\e2\\80\\ae\"))",
            format!("call ${name} ").repeat(100)
        ));
        let printed = print(&bytes, bodies.clone(), LIMITS);
        assert_eq!(printed.error, None);
        let text = &printed.bodies[0];
        assert_eq!((text.lines.len(), text.n_left_out), (102, 0));
        assert!(text.lines.iter().all(|(_, l)| l.len() < MAX_LINE_BYTES + 8));
        assert!(text.lines[5].1.ends_with("x…"), "{:?}", text.lines[5]);
        let name = &printed.bodies[1].lines[0].1;
        assert!(name.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{name}");

        let text = &print(&bytes, bodies.clone(), Limits { max_bytes: 4000, ..LIMITS }).bodies[0];
        assert_eq!(text.lines.len() + text.n_left_out, 102);
        assert!(text.n_left_out > 80);
        assert_eq!(text.line_at(u32::MAX), None);
        let text = &print(&bytes, bodies, Limits { max_lines: 7, ..LIMITS }).bodies[0];
        assert_eq!((text.lines.len(), text.n_left_out), (7, 95));
    }

    #[test]
    fn deep_blocks_are_not_indented_without_end() {
        let (bytes, bodies) = assemble(&format!(
            "(module (func {} nop {}))",
            "block ".repeat(100),
            "end ".repeat(100)
        ));
        let text = &print(&bytes, bodies, LIMITS).bodies[0];
        let indent = |line: &str| line.len() - line.trim_start().len();
        assert_eq!(text.lines[100].1, format!("{}block ;; label = @100", " ".repeat(MAX_INDENT)));
        assert!(text.lines.iter().all(|(_, l)| indent(l) <= MAX_INDENT));
        assert_eq!((indent(&text.lines[1].1), indent(&text.lines[2].1)), (2, 4));
    }

    #[test]
    fn nothing_to_print_is_no_error() {
        let printed = print(b"not a module", vec![], LIMITS);
        assert_eq!((printed.bodies.len(), printed.error), (0, None));
        assert!(print(b"not a module", vec![0..1, 3..4], LIMITS).error.is_some());
    }
}

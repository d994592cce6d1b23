//! A Rust source taken apart: code and comments, each with everything else
//! blanked out, so that a rule about one never trips over the other.
//!
//! Owns: [`Source`]. Used by the rules of tidy. Knows just enough of Rust's
//! lexical grammar: comments, strings, characters, raw strings.

/// A source with its parts told apart. Both texts have the length and the
/// lines of the original.
#[derive(Debug)]
pub struct Source {
    /// The code: comments and the insides of strings are blanks.
    pub code: String,
    /// The comments: everything else is blanks.
    pub comments: String,
    /// For each line, whether it lies in something that only tests compile.
    pub in_test: Vec<bool>,
}

impl Source {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Source {
        let (code, comments) = split(text);
        let in_test = test_lines(&code);
        Source { code, comments, in_test }
    }

    /// The lines of the code that are part of the product, with their numbers.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .zip(&self.in_test)
            .enumerate()
            .filter(|(_, (_, in_test))| !**in_test)
            .map(|(i, (line, _))| (i + 1, line))
    }
}

/// Byte offsets at which `word` stands in `line`, not as a part of a longer
/// name.
pub fn words(line: &str, word: &str) -> Vec<usize> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(|(at, _)| at)
        .filter(|at| {
            let before = line[..*at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let starts = word.starts_with(is_name);
            let ends = word.ends_with(is_name);
            !(starts && before.is_some_and(is_name) || ends && after.is_some_and(is_name))
        })
        .collect()
}

/// Whether `word` stands in `line`.
pub fn has_word(line: &str, word: &str) -> bool {
    !words(line, word).is_empty()
}

fn split(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let mut kinds = vec![Kind::Code; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let after_name = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        let (kind, len) = match rest {
            [b'/', b'/', ..] => (Kind::Comment, line_len(rest)),
            [b'/', b'*', ..] => (Kind::Comment, block_len(rest)),
            [b'"', ..] => (Kind::Text, string_len(rest)),
            [b'r', b'"' | b'#', ..] if !after_name || raw_prefix(bytes, at) => {
                match raw_len(rest) {
                    Some(len) => (Kind::Text, len),
                    None => (Kind::Code, 1),
                }
            }
            [b'\'', ..] => match char_len(rest) {
                Some(len) => (Kind::Text, len),
                None => (Kind::Code, 1),
            },
            _ => (Kind::Code, 1),
        };
        if kind == Kind::Text {
            kinds[at + 1..at + len - 1].fill(Kind::Text);
        } else {
            kinds[at..at + len].fill(kind);
        }
        at += len;
    }
    let only = |kind: Kind| {
        let kept = |(i, b): (usize, &u8)| if *b == b'\n' || kinds[i] == kind { *b } else { b' ' };
        let bytes: Vec<u8> = bytes.iter().enumerate().map(kept).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    (only(Kind::Code), only(Kind::Comment))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

/// Whether the `r` at `at` follows the `b` or `c` of a literal.
fn raw_prefix(bytes: &[u8], at: usize) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    matches!(bytes[at - 1], b'b' | b'c') && (at < 2 || !is_name(bytes[at - 2]))
}

fn line_len(rest: &[u8]) -> usize {
    rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
}

fn block_len(rest: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string_len(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_len(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let end: Vec<u8> = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let body = &rest[hashes + 2..];
    let found = body.windows(end.len()).position(|w| w == end);
    Some(found.map_or(rest.len(), |at| hashes + 2 + at + end.len()))
}

/// The length of a character literal, or `None` for a lifetime.
fn char_len(rest: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(&rest[..rest.len().min(16)]);
    let text = match text {
        Ok(text) => text,
        Err(e) => std::str::from_utf8(&rest[..e.valid_up_to()]).ok()?,
    };
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

/// Marks the lines of items under `#[cfg(test)]`; all lines, if the file says
/// it of itself.
fn test_lines(code: &str) -> Vec<bool> {
    let whole_file = code.lines().any(|line| line == "#![cfg(test)]");
    let mut marks = vec![whole_file; code.lines().count()];
    for (at, _) in code.match_indices("#[cfg(test)]") {
        let mut depth = 0usize;
        let mut end = code.len();
        for (i, c) in code[at..].char_indices() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';') {
                end = at + i;
                break;
            }
        }
        let line = |at: usize| code[..at].matches('\n').count();
        marks[line(at)..=line(end).min(marks_last(code))].fill(true);
    }
    marks
}

fn marks_last(code: &str) -> usize {
    code.lines().count() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_comments_are_told_apart() {
        let text = r##"let a = "x // no"; // yes "quote
let b = 'c'; let l: &'static str = r#"raw " // no"#; /* block /* nested */ still */ let d = '"';
let e = b"\"//"; let f = '\''; // end
"##;
        let s = Source::new(text);
        assert_eq!((s.code.len(), s.comments.len()), (text.len(), text.len()));
        assert!(!s.code.contains("no") && !s.code.contains("yes") && !s.code.contains("still"));
        assert!(s.code.contains("let d") && s.code.contains("'static str"));
        let comments: Vec<&str> = s.comments.lines().map(str::trim).collect();
        assert_eq!(comments, ["// yes \"quote", "/* block /* nested */ still */", "// end"]);
    }

    #[test]
    fn what_only_tests_compile_is_marked() {
        let s = Source::new("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n");
        assert_eq!(s.in_test, [false, true, true, true, true, false]);
        let s = Source::new("#[cfg(test)]\nuse x;\nfn c() {}\n");
        assert_eq!(s.in_test, [true, true, false]);
        let s = Source::new("//! T.\n\n#![cfg(test)]\n\nuse x;\n");
        assert_eq!(s.in_test, [true; 5]);
        let s = Source::new("// #![cfg(test)]\nmod m {\n    #![cfg(test)]\n}\nuse x;\n");
        assert!(!s.in_test[4]);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use libc::x", "libc"));
        assert!(!has_word("use mylibc::x", "libc") && !has_word("libcx", "libc"));
        assert!(has_word("asm!(", "asm!") && !has_word("global_asm!(", "asm!"));
    }
}

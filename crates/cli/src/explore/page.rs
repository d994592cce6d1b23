//! The web page: one file that needs nothing else.
//!
//! Owns: [`Page`]. Called by `explore`. Must not know: compilers, modules.
//!
//! The list of functions is plain HTML, escaped here. The code of functions is
//! data, which the page's script turns into elements when a function is looked
//! at, as text and never as markup: a browser bears megabytes of data, but not
//! hundreds of thousands of elements. Within the data no `<` appears, so it
//! cannot end the element that holds it. A policy in the page's head forbids
//! the browser to load anything.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::code::{TierResult, TierText};
use super::text::Text;
use crate::facts::{FuncFacts, TIERS};
use crate::report::printable;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Characters of a name.
const MAX_NAME: usize = 200;

/// A page is full when less than this part of it is left, or when the code of
/// so many functions in a row did not fit.
const FULL: usize = 200;
const MISSES: usize = 10;

/// A page that is being made.
#[derive(Debug)]
pub struct Page {
    file: String,
    notes: Vec<String>,
    /// Rows of the list, by index of the function.
    rows: Vec<(u32, String)>,
    /// Data of functions, the same.
    funcs: Vec<(u32, String)>,
    n_without_code: usize,
    /// Those since the last whose code fitted.
    misses: usize,
    max_bytes: usize,
    bytes_left: usize,
}

impl Page {
    /// A page of about that size at most.
    pub fn new(file: &str, max_bytes: usize) -> Page {
        let fixed = TEMPLATE.len() + STYLE.len() + SCRIPT.len() + 2 * file.len();
        Page {
            file: file.to_owned(),
            notes: Vec::new(),
            rows: Vec::new(),
            funcs: Vec::new(),
            n_without_code: 0,
            misses: 0,
            max_bytes,
            bytes_left: max_bytes.saturating_sub(fixed),
        }
    }

    /// Functions of the page.
    pub fn n_funcs(&self) -> usize {
        self.rows.len()
    }

    /// Those whose code did not fit.
    pub fn n_without_code(&self) -> usize {
        self.n_without_code
    }

    /// Whether hardly any function would fit any more.
    pub fn is_full(&self) -> bool {
        self.misses >= MISSES || self.bytes_left < self.max_bytes / FULL
    }

    /// Says something above the list.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Adds a function; without its code if only that does not fit. False if
    /// the page is full.
    pub fn add(&mut self, func: &FuncFacts, text: &Text, tiers: &[TierResult]) -> bool {
        let row = row(func, tiers);
        let mut data = data(func, text, tiers);
        let fits = row.len() + data.len() <= self.bytes_left;
        if !fits {
            let none = |t: &TierResult| {
                t.as_ref().map_or_else(Clone::clone, |_| "no room on this page".to_owned())
            };
            let tiers: Vec<TierResult> = tiers.iter().map(|t| Err(none(t))).collect();
            let n_left_out = text.lines.len() + text.n_left_out;
            data = self::data(func, &Text { lines: Vec::new(), n_left_out }, &tiers);
        }
        let Some(left) = self.bytes_left.checked_sub(row.len() + data.len()) else {
            return false;
        };
        self.bytes_left = left;
        self.n_without_code += usize::from(!fits);
        self.misses = if fits { 0 } else { self.misses + 1 };
        self.rows.push((func.index, row));
        self.funcs.push((func.index, data));
        true
    }

    /// The page.
    pub fn html(&self) -> String {
        let in_order = |parts: &[(u32, String)], between: &str| {
            let mut parts: Vec<&(u32, String)> = parts.iter().collect();
            parts.sort_by_key(|(index, _)| *index);
            parts.iter().map(|(_, part)| part.as_str()).collect::<Vec<_>>().join(between)
        };
        let notes = self.notes.iter().map(|n| format!("<p>{}</p>\n", escape(&printable(n))));
        let parts = [
            ("FILE", escape(&self.file)),
            ("STYLE", STYLE.to_owned()),
            ("NOTES", notes.collect()),
            ("ROWS", in_order(&self.rows, "\n")),
            ("DATA", format!("[{}]", in_order(&self.funcs, ",\n"))),
            ("SCRIPT", SCRIPT.to_owned()),
        ];
        fill(TEMPLATE, &parts)
    }
}

/// Replaces `{{NAME}}`. What is put in is not looked at again.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut pieces = template.split("{{");
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let part = parts.iter().find(|(n, _)| *n == name);
        text.push_str(part.map_or("", |(_, part)| part));
        text.push_str(rest);
    }
    text
}

/// Text as it may stand between tags and in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn short(name: &str) -> String {
    let mut chars = name.chars();
    let mut short: String = chars.by_ref().take(MAX_NAME).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    printable(&short)
}

fn code_bytes(tier: &TierResult) -> Option<usize> {
    tier.as_ref().ok().map(|t| t.code_bytes)
}

fn row(func: &FuncFacts, tiers: &[TierResult]) -> String {
    let index = func.index;
    let name = func.name.as_deref().map(short).unwrap_or_default();
    let mut row = format!(
        "<tr data-func=\"{index}\"><td>{index}</td><td><a href=\"#f{index}\">{}</a></td><td>{}</td>",
        escape(if name.is_empty() { "(no name)" } else { &name }),
        func.body_bytes
    );
    for tier in tiers {
        let bytes = code_bytes(tier).map_or_else(|| "–".to_owned(), |n| n.to_string());
        let _ = write!(row, "<td>{bytes}</td>");
    }
    row.push_str("</tr>");
    row
}

fn data(func: &FuncFacts, text: &Text, tiers: &[TierResult]) -> String {
    let lines = |lines: &mut dyn Iterator<Item = &str>| lines.collect::<Vec<_>>().join("\n");
    let tiers = tiers.iter().zip(TIERS).map(|(tier, name)| match tier {
        Ok(tier) => json!({
            "tier": name,
            "bytes": tier.code_bytes,
            "at": distances(tier.lines.iter().map(|l| l.pc)),
            "from": origins(tier),
            "text": lines(&mut tier.lines.iter().map(|l| &*l.text)),
            "leftOut": tier.n_left_out,
        }),
        Err(error) => json!({ "tier": name, "error": short(error) }),
    });
    let data = json!({
        "index": func.index,
        "name": func.name.as_deref().map(short),
        "type": short(&func.ty),
        "bytes": func.body_bytes,
        "at": distances(text.lines.iter().map(|(offset, _)| *offset)),
        "text": lines(&mut text.lines.iter().map(|(_, line)| &**line)),
        "leftOut": text.n_left_out,
        "tiers": tiers.collect::<Vec<Value>>(),
    });
    data.to_string().replace('<', "\\u003c")
}

/// Each offset as the distance from the one before, which is shorter.
fn distances(offsets: impl Iterator<Item = u32>) -> Vec<i64> {
    let mut last = 0;
    let distance = |offset: u32| {
        let offset = i64::from(offset);
        offset - std::mem::replace(&mut last, offset)
    };
    offsets.map(distance).collect()
}

/// Lines of wasm text, -1 for none, each with how many lines of code in a row
/// come from it.
fn origins(tier: &TierText) -> Vec<(i64, usize)> {
    let mut runs: Vec<(i64, usize)> = Vec::new();
    for line in &tier.lines {
        let origin = line.origin.map_or(-1, |line| line as i64);
        match runs.last_mut() {
            Some((last, n)) if *last == origin => *n += 1,
            _ => runs.push((origin, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::code::Line;
    use super::*;

    fn func(index: u32, name: &str) -> FuncFacts {
        let ty = "[i32] -> []".to_owned();
        FuncFacts { index, name: Some(name.to_owned()), ty, offset: 0, body_bytes: 3 }
    }

    fn text(line: &str) -> Text {
        Text { lines: vec![(1, line.to_owned())], n_left_out: 0 }
    }

    fn code(lines: &[(Option<usize>, &str)]) -> TierResult {
        let lines = lines.iter().enumerate().map(|(i, (origin, text))| Line {
            pc: i as u32,
            origin: *origin,
            text: (*text).to_owned(),
        });
        Ok(TierText { code_bytes: 77, lines: lines.collect(), n_left_out: 0 })
    }

    /// The data of a page, as a browser takes it out.
    fn data_of(html: &str) -> Value {
        let start = "<script type=\"application/json\" id=\"data\">";
        let data = &html[html.find(start).unwrap() + start.len()..];
        serde_json::from_str(&data[..data.find("</script").unwrap()]).unwrap()
    }

    #[test]
    fn names_are_text_and_nothing_else() {
        let evil = "</script><script>alert('1')</script><img src=x onerror=\"x\">&{{DATA}}<!--";
        let mut page = Page::new("<b>\"file\"", 1 << 20);
        page.note(evil.to_owned());
        assert!(page.add(
            &func(4, evil),
            &text(evil),
            &[code(&[(Some(0), evil)]), Err(evil.into())]
        ));
        let html = page.html();
        let plain = Page::new("plain", 1 << 20).html();
        for mark in ["<script", "</script", "<img", "<!--", "<b>", "onerror=\""] {
            assert_eq!(html.matches(mark).count(), plain.matches(mark).count(), "{mark}");
        }
        assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)"));
        let data = data_of(&html);
        assert_eq!(data[0]["name"], evil);
        assert_eq!(data[0]["text"], evil);
        assert_eq!(data[0]["tiers"][0]["text"], evil);
        assert_eq!(data[0]["tiers"][1]["error"], evil);
    }

    #[test]
    fn the_page_loads_nothing() {
        let html = Page::new("plain", 1 << 20).html();
        assert!(html.contains("default-src 'none'"));
        for word in ["http:", "https:", "src=", "@import", "url(", "fetch(", "innerHTML", "{{"] {
            assert!(!html.contains(word), "{word}");
        }
    }

    #[test]
    fn functions_are_in_order_and_lines_are_linked() {
        let mut page = Page::new("f", 1 << 20);
        let tiers = [code(&[(None, "a"), (Some(0), "b"), (Some(0), "c"), (None, "d")]), code(&[])];
        assert!(page.add(&func(9, "nine"), &text("nop"), &tiers));
        assert!(page.add(&func(2, "two"), &text("nop"), &tiers));
        let html = page.html();
        assert!(html.find("data-func=\"2\"").unwrap() < html.find("data-func=\"9\"").unwrap());
        let data = data_of(&html);
        assert_eq!((&data[0]["index"], &data[1]["index"]), (&json!(2), &json!(9)));
        assert_eq!(data[1]["tiers"][0]["from"], json!([[-1, 1], [0, 2], [-1, 1]]));
        assert_eq!(data[1]["tiers"][0]["at"], json!([0, 1, 1, 1]));
        assert_eq!(data[1]["tiers"][0]["bytes"], 77);
        assert_eq!(data[1]["tiers"][1]["tier"], "optimized");
    }

    #[test]
    fn a_full_page_leaves_out_code_then_functions() {
        let mut page = Page::new("f", 1 << 20);
        let fixed = (1 << 20) - page.bytes_left;
        let long = "x".repeat(50_000);
        let tiers = || [code(&[(None, &long)]), Err("too large".into())];
        page = Page::new("f", fixed + 51_000);
        assert!(page.add(&func(0, "first"), &text("nop"), &tiers()));
        assert!(page.add(&func(1, "second"), &text("nop"), &tiers()));
        let data = data_of(&page.html());
        assert!(data[0]["tiers"][0].get("text").is_some());
        assert_eq!(data[1]["tiers"][0]["error"], "no room on this page");
        assert_eq!(data[1]["tiers"][1]["error"], "too large");
        assert_eq!(data[1]["leftOut"], 1);
        assert_eq!(page.n_without_code(), 1);
        assert!(!page.is_full());
        let mut n = 2;
        while page.add(&func(n, "more"), &text("nop"), &tiers()) {
            n += 1;
            assert!(n < 100);
        }
        assert!(page.is_full());
        assert_eq!(page.n_funcs() as u32, n);
        // Ten misses in a row are enough, however much is left.
        let mut page = Page::new("f", fixed + 40_000);
        for n in 0..MISSES as u32 {
            assert!(!page.is_full());
            assert!(page.add(&func(n, "more"), &text("nop"), &tiers()));
        }
        assert!(page.is_full() && page.bytes_left > 30_000);
        assert!(page.html().len() < fixed + 52_000);
    }
}

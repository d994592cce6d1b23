//! Documents name what is there: paths, links and types.
//!
//! The changelog is left out: it speaks of what was.

use std::collections::BTreeSet;

use crate::layout::FOREIGN_NAMES;
use crate::tree::{Fault, Tree};

use super::fault;

/// The documents: those in the root, and all below `docs/`.
fn documents(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files().filter_map(|(path, file)| {
        let is_document = path.ends_with(".md")
            && (!path.contains('/') || path.starts_with("docs/"))
            && path != "CHANGELOG.md";
        is_document.then_some((path, &*file.text))
    })
}

/// The lines of a document outside of fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        (!fenced && !is_fence).then_some((i + 1, line))
    })
}

/// What stands between backticks in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The folders that a path in a document may start with.
const FOLDERS: &[&str] =
    &[".ci/", "benches/", "crates/", "docs/", "examples/", "fuzz/", "tests/", "xtask/"];

/// Paths between backticks and relative links lead somewhere.
pub fn paths(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, text) in documents(tree) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, text) in prose(text) {
            for quote in quoted(text) {
                let is_path = FOLDERS.iter().any(|f| quote.starts_with(f));
                let plain = |c: char| c.is_alphanumeric() || "/._-*".contains(c);
                if is_path && quote.chars().all(plain) && !leads_somewhere(tree, quote) {
                    fault(faults, path, line, "live-paths", format!("there is no {quote}"));
                }
            }
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let target = target.split('#').next().unwrap_or_default();
                if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let joined = join(folder, target);
                if !tree.exists(&joined) {
                    fault(faults, path, line, "live-paths", format!("there is no {joined}"));
                }
            }
        }
    }
}

/// Whether there is such a file or folder; `*` stands for any part of a name.
fn leads_somewhere(tree: &Tree, path: &str) -> bool {
    if !path.contains('*') {
        return tree.exists(path);
    }
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    tree.files().any(|(file, _)| {
        let names: Vec<&str> = file.split('/').collect();
        names.len() >= parts.len() && parts.iter().zip(names).all(|(p, n)| matches(p, n))
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

/// A link's target as seen from a document's folder.
fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Types between backticks are declared or at least used in a source.
pub fn names(tree: &Tree, faults: &mut Vec<Fault>) {
    let mut known: BTreeSet<&str> = FOREIGN_NAMES.iter().copied().collect();
    for (_, source) in tree.sources() {
        known.extend(source.code.split(|c: char| !(c.is_alphanumeric() || c == '_')));
    }
    for (path, text) in documents(tree) {
        for (line, text) in prose(text) {
            for name in quoted(text).flat_map(type_names) {
                if !known.contains(name) {
                    let what = format!("no source knows a type {name}");
                    fault(faults, path, line, "live-names", what);
                }
            }
        }
    }
}

/// The names in a quote that look like a type's: `Store`, `CodeTable::get`,
/// `TypedFunc<P, R>`. A quote that is more than a path of names has none.
fn type_names(quote: &str) -> Vec<&str> {
    let plain = |c: char| c.is_alphanumeric() || "_:<>, ()&".contains(c);
    if !quote.chars().all(plain) || quote.contains("  ") {
        return Vec::new();
    }
    let is_type = |name: &&str| {
        let mut chars = name.chars();
        let starts = chars.next().is_some_and(|c| c.is_ascii_uppercase());
        starts && name.len() > 2 && chars.any(|c| c.is_ascii_lowercase())
    };
    quote.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(is_type).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const SOURCE: (&str, &str) = ("crates/types/src/value.rs", "pub struct ValType;\n");

    #[test]
    fn paths_in_documents_are_live() {
        let check = |text: &str| found(paths, &[SOURCE, ("ARCHITECTURE.md", text)]);
        assert!(check("See `crates/types/src/value.rs` and `crates/types/`.\n").is_empty());
        assert!(check("All `crates/*/src/*.rs`, [types](crates/types).\n").is_empty());
        assert_eq!(check("\nSee `crates/types/src/gone.rs`.\n"), ["ARCHITECTURE.md:2"]);
        assert_eq!(check("All `crates/*/tests/*.rs`.\n").len(), 1);
        assert_eq!(check("[gone](docs/gone.md)\n").len(), 1);
        assert!(check("[site](https://example.com/x.md) [here](#here)\n").is_empty());
        assert!(check("```\ncat `crates/gone`\n```\n").is_empty());
        let deep = [SOURCE, ("docs/a.md", "[t](../crates/types/src/value.rs) [b](b.md)\n")];
        assert_eq!(found(paths, &deep), ["docs/a.md:1"]);
        let past = [SOURCE, ("CHANGELOG.md", "`crates/gone/`\n")];
        assert!(found(paths, &past).is_empty());
    }

    #[test]
    fn types_in_documents_are_live() {
        let check = |text: &str| found(names, &[SOURCE, ("README.md", text)]);
        assert!(check("A `ValType`, a `Vec<ValType>`?\n").len() == 1);
        assert!(check("A `ValType::new`, `val_type`, `I32`, and Words.\n").is_empty());
        assert_eq!(check("\nA `GoneType`.\n"), ["README.md:2"]);
        assert_eq!(check("A `ValType::Gone`.\n").len(), 1);
        let comment = ("crates/types/src/x.rs", "// OnlyInComment\n");
        let files = [SOURCE, comment, ("README.md", "`OnlyInComment`\n")];
        assert_eq!(found(names, &files).len(), 1);
    }
}

//! Where unsafe code may be, and that every block of it says why it is sound.

use crate::layout::{self, Unsafe};
use crate::source::{Source, has_word, words};
use crate::tree::{Fault, Tree, product_crate};

use super::fault;

/// Crates forbid unsafe code, but those that are about it.
pub fn walls(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        let Some((dir, row)) = product_crate(path).and_then(|d| Some((d, layout::by_dir(d)?)))
        else {
            continue;
        };
        let below_src = &path[format!("crates/{dir}/src/").len()..];
        let forbids = source.code.contains("#![forbid(unsafe_code)]");
        let denies = source.code.contains("#![deny(unsafe_code)]");
        if below_src == "lib.rs" || below_src == "main.rs" {
            let missing = match row.unsafe_code {
                Unsafe::Forbidden => !forbids,
                Unsafe::Only(_) => !forbids && !denies,
                Unsafe::Allowed => false,
            };
            if missing {
                let what = "the crate does not say #![forbid(unsafe_code)]";
                fault(faults, path, 1, "unsafe", what.to_owned());
            }
        }
        let allowed = match row.unsafe_code {
            Unsafe::Forbidden => false,
            Unsafe::Only(folders) => folders
                .iter()
                .any(|f| below_src.starts_with(&format!("{f}/")) || below_src == format!("{f}.rs")),
            Unsafe::Allowed => true,
        };
        if allowed {
            continue;
        }
        for (line, text) in source.code.lines().enumerate() {
            if has_word(text, "unsafe") {
                let what = format!("{dir} may not have unsafe code here");
                fault(faults, path, line + 1, "unsafe", what);
            }
        }
    }
}

/// Every unsafe block and every unsafe implementation has a `SAFETY:` comment
/// in it, on it, or right above its statement.
pub fn comments(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        let code: Vec<&str> = source.code.lines().collect();
        for (line, text) in code.iter().enumerate() {
            let needs = words(text, "unsafe").into_iter().any(|at| {
                let rest = text[at + 6..].trim_start();
                let next = code.get(line + 1).map_or("", |l| l.trim_start());
                let rest = if rest.is_empty() { next } else { rest };
                rest.starts_with('{') || has_word(rest.split('{').next().unwrap_or(""), "impl")
            });
            if needs && !is_explained(source, &code, line) {
                let what = "unsafe without a SAFETY: comment".to_owned();
                fault(faults, path, line + 1, "safety", what);
            }
        }
    }
}

/// Looks for the comment: on the line, right inside, and upwards through the
/// statement to the comment above it.
fn is_explained(source: &Source, code: &[&str], line: usize) -> bool {
    let comments: Vec<&str> = source.comments.lines().collect();
    let says = |line: usize| comments.get(line).is_some_and(|c| c.contains("SAFETY:"));
    if says(line) || says(line + 1) {
        return true;
    }
    let mut at = line;
    while at > 0 {
        at -= 1;
        if says(at) {
            return true;
        }
        let text = code[at].trim();
        let is_comment = text.is_empty() && !comments[at].trim().is_empty();
        // An attribute, or the start of the same statement.
        let goes_on = !text.is_empty() && !text.ends_with([';', '{', '}', ',']);
        let is_attribute = text.starts_with("#[");
        if !(is_comment || goes_on || is_attribute) || line - at > 40 {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    #[test]
    fn crates_forbid_unsafe_code() {
        let check = |path: &str, text: &str| found(walls, &[(path, text)]).len();
        assert_eq!(check("crates/types/src/lib.rs", "//! T.\n#![forbid(unsafe_code)]\n"), 0);
        assert_eq!(check("crates/types/src/lib.rs", "//! #![forbid(unsafe_code)]\n"), 1);
        assert_eq!(check("crates/runtime/src/lib.rs", "unsafe fn f() {}\n"), 0);
        assert_eq!(check("crates/engine/src/lib.rs", "#![deny(unsafe_code)]\n"), 0);
        assert_eq!(check("crates/engine/src/code/table.rs", "unsafe { f() }\n"), 0);
        assert_eq!(check("crates/engine/src/pool.rs", "unsafe { f() }\n"), 1);
        assert_eq!(check("crates/abi/src/x.rs", "#[cfg(test)]\nmod t { unsafe fn f() {} }\n"), 1);
    }

    #[test]
    fn unsafe_blocks_say_why() {
        let check = |text: &str| found(comments, &[("crates/runtime/src/x.rs", text)]).len();
        assert_eq!(check("// SAFETY: it is.\nunsafe { f() };\n"), 0);
        assert_eq!(check("// SAFETY: it is,\n// as said.\nlet x =\n    unsafe { f() };\n"), 0);
        assert_eq!(check("unsafe {\n    // SAFETY: it is.\n    f()\n}\n"), 0);
        assert_eq!(check("// SAFETY: it is.\nunsafe impl Send for X {}\n"), 0);
        assert_eq!(check("unsafe { f() };\n"), 1);
        assert_eq!(check("// SAFETY: of another.\nunsafe { g() };\nunsafe { f() };\n"), 1);
        assert_eq!(check("// Safe, says \"SAFETY\".\nunsafe { f() };\n"), 1);
        assert_eq!(check("let s = \"SAFETY:\"; unsafe { f() };\n"), 1);
        assert_eq!(check("unsafe impl Send for X {}\n"), 1);
        assert_eq!(check("let x = unsafe\n{ f() };\n"), 1);
        assert_eq!(check("unsafe fn f() {}\n"), 0);
    }
}

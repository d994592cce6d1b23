//! What every file must and must not be: heads, lengths, names, leftovers.

use crate::layout;
use crate::source::has_word;
use crate::tree::{Fault, Tree, product_crate};

use super::fault;

/// Every Rust source opens with `//!`: what it owns, who calls it, what it
/// must not know.
pub fn heads(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, file) in tree.files().filter(|(path, _)| path.ends_with(".rs")) {
        let first = file.text.lines().find(|l| !l.starts_with("#!/")).unwrap_or_default();
        let says = first.strip_prefix("//!").map(str::trim).unwrap_or_default();
        if says.len() < 2 {
            let what = "the file does not open with //! and what it owns".to_owned();
            fault(faults, path, 1, "head", what);
        }
    }
}

/// No source is longer than the limit, but the listed ones.
pub fn lengths(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, file) in tree.files().filter(|(path, _)| path.ends_with(".rs")) {
        let n_lines = file.text.lines().count();
        if n_lines > layout::MAX_LINES && !layout::is_in(layout::LONG_FILES, path) {
            let what = format!("{n_lines} lines, more than {}", layout::MAX_LINES);
            fault(faults, path, layout::MAX_LINES + 1, "length", what);
        }
    }
}

/// A module's file has the module's name.
pub fn names(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, _) in tree.files() {
        if path == "mod.rs" || path.ends_with("/mod.rs") {
            let what = "a module's file is named after it, not mod.rs".to_owned();
            fault(faults, path, 1, "names", what);
        }
    }
}

/// Nobody left a merge half done.
pub fn markers(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, file) in tree.files() {
        for (line, text) in file.text.lines().enumerate() {
            let marks = ["<", ">", "|"].map(|c| c.repeat(7));
            if marks.iter().any(|m| text == m || text.starts_with(&format!("{m} "))) {
                fault(faults, path, line + 1, "markers", "a merge marker".to_owned());
            }
        }
    }
}

/// What is to be done says about what: `TODO(topic): …`. Nothing that stops
/// the program is left to be written.
pub fn todos(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        for (line, text) in source.comments.lines().enumerate() {
            for word in ["FIXME", "XXX", "HACK"] {
                if has_word(text, word) {
                    fault(faults, path, line + 1, "todo", format!("{word}: write TODO(topic): …"));
                }
            }
            if has_word(text, "TODO") && !is_todo(text) {
                let what = "the form is TODO(topic): what".to_owned();
                fault(faults, path, line + 1, "todo", what);
            }
        }
        for (line, text) in source.code.lines().enumerate() {
            for word in ["todo!", "unimplemented!"] {
                if has_word(text, word) {
                    fault(faults, path, line + 1, "todo", format!("{word} is left"));
                }
            }
        }
    }
}

fn is_todo(text: &str) -> bool {
    let Some((topic, what)) = text.split_once("TODO(").and_then(|(_, rest)| rest.split_once("):"))
    else {
        return false;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !topic.is_empty() && topic.chars().all(plain) && what.trim().len() > 2
}

/// Tests run: none is ignored, and what should fail says how.
pub fn ignored_tests(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        for (line, text) in source.code.lines().enumerate() {
            for word in ["#[ignore", "#[should_panic"] {
                if text.contains(word) {
                    let what = format!("{word}]: a test runs, and compares what it gets");
                    fault(faults, path, line + 1, "tests", what);
                }
            }
        }
    }
    for (path, source) in tree.sources().filter(|(path, _)| product_crate(path).is_some()) {
        for (line, text) in source.product_lines() {
            if has_word(text, "dbg!") {
                fault(faults, path, line, "tests", "dbg! is left".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const PATH: &str = "crates/types/src/x.rs";

    #[test]
    fn files_have_heads() {
        assert!(found(heads, &[(PATH, "//! Words.\n")]).is_empty());
        assert_eq!(found(heads, &[(PATH, "use x;\n//! Words.\n")]), [format!("{PATH}:1")]);
        assert_eq!(found(heads, &[(PATH, "//! .\n")]).len(), 1);
        assert_eq!(found(heads, &[(PATH, "")]).len(), 1);
    }

    #[test]
    fn files_are_not_too_long() {
        assert!(found(lengths, &[(PATH, &"x\n".repeat(1200))]).is_empty());
        assert_eq!(found(lengths, &[(PATH, &"x\n".repeat(1201))]).len(), 1);
    }

    #[test]
    fn modules_are_named_after_themselves() {
        assert_eq!(found(names, &[("crates/types/src/a/mod.rs", "")]).len(), 1);
        assert!(found(names, &[("crates/types/src/a/cmod.rs", "")]).is_empty());
    }

    #[test]
    fn merges_are_finished() {
        let marker = format!("a\n{} HEAD\nb\n", "<".repeat(7));
        assert_eq!(found(markers, &[("README.md", &marker)]), ["README.md:2"]);
        assert!(found(markers, &[("README.md", "Title\n=======\n<<<<<<<<<\n")]).is_empty());
    }

    #[test]
    fn what_is_to_be_done_has_a_form() {
        let check = |text: &str| found(todos, &[(PATH, text)]).len();
        assert_eq!(check("// TODO(gc): move it too.\n"), 0);
        assert_eq!(check("// TODO: move it too.\n"), 1);
        assert_eq!(check("// TODO(gc):\n"), 1);
        assert_eq!(check("// FIXME(gc): broken\n"), 1);
        assert_eq!(check("fn f() { todo!() }\n"), 1);
        assert_eq!(check("fn f() { unimplemented!(\"x\") }\n"), 1);
        assert_eq!(check("let s = \"todo!\";\n"), 0);
    }

    #[test]
    fn tests_run() {
        let check = |text: &str| found(ignored_tests, &[(PATH, text)]).len();
        assert_eq!(check("#[test]\nfn f() {}\n"), 0);
        assert_eq!(check("#[test]\n#[ignore]\nfn f() {}\n"), 1);
        assert_eq!(check("#[should_panic(expected = \"x\")]\n"), 1);
        assert_eq!(check("fn f() { dbg!(1); }\n"), 1);
    }
}

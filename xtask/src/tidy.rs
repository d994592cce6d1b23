//! `cargo xtask tidy`: the rules that neither the compiler nor clippy knows.
//!
//! Owns: the list of rules, and how their faults are shown. Each rule is a
//! function from the tree to faults, and is tested by breaking it in a small
//! tree of its own.

mod docs;
mod edges;
mod files;
mod licences;
mod places;
mod unsafe_code;

use std::process::ExitCode;

use crate::tree::{Fault, Tree};

/// A rule: looks at the whole tree.
type Rule = fn(&Tree, &mut Vec<Fault>);

/// Every rule.
const RULES: &[Rule] = &[
    edges::manifests,
    edges::paths,
    edges::fenced,
    unsafe_code::walls,
    unsafe_code::comments,
    files::heads,
    files::lengths,
    files::names,
    files::markers,
    files::todos,
    files::ignored_tests,
    places::prints,
    places::environment,
    places::targets,
    docs::paths,
    docs::names,
    licences::files,
    licences::fields,
];

/// Every fault of the tree, sorted.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in RULES {
        rule(tree, &mut faults);
    }
    faults.sort();
    faults.dedup();
    faults
}

/// Runs the command.
pub fn run(tree: &Tree) -> ExitCode {
    let faults = check(tree);
    for fault in &faults {
        println!("{fault}");
    }
    let n_files = tree.files().count();
    if faults.is_empty() {
        println!("tidy: {n_files} files, {} rules: clean", RULES.len());
        return ExitCode::SUCCESS;
    }
    println!("tidy: {n_files} files, {} rules: {} faults", RULES.len(), faults.len());
    ExitCode::FAILURE
}

/// Notes a fault.
fn fault(faults: &mut Vec<Fault>, file: &str, line: usize, rule: &'static str, what: String) {
    faults.push(Fault { file: file.to_owned(), line, rule, what });
}

#[cfg(test)]
pub(crate) mod testing {
    //! How rules are tested: a tree in which all is well, and one change.

    use super::{Fault, Rule, Tree};

    /// A tree with these files.
    pub fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.add(path, *text);
        }
        tree
    }

    /// What the rule finds in a tree with these files: `file:line`.
    pub fn found(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
        let mut faults: Vec<Fault> = Vec::new();
        rule(&tree(files), &mut faults);
        faults.sort();
        faults.iter().map(|f| format!("{}:{}", f.file, f.line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_shown_with_its_place() {
        let tree = testing::tree(&[("crates/types/src/a.rs", "//! A.\nuse updraft_decode::B;\n")]);
        let shown: Vec<String> = check(&tree).iter().map(|f| f.to_string()).collect();
        let expected = "crates/types/src/a.rs:2: edges: types may not import decode";
        assert!(shown.iter().any(|s| s == expected), "{shown:?}");
    }
}

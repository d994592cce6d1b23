//! The files that a rule looks at: those of the repository, or those of a
//! test.
//!
//! Owns: [`Tree`], [`Fault`]. Called by the commands; rules see nothing of the
//! file system but this.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::source::Source;

/// A text file.
#[derive(Debug)]
pub struct File {
    /// Its contents; binary files have none.
    pub text: String,
    /// Its parts, if it is Rust.
    pub source: Option<Source>,
}

/// Files by their paths, relative to the repository's root, with `/`.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// The files of the repository: those that are in git or could be.
    pub fn read(root: &Path) -> io::Result<Tree> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()?;
        if !listed.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&listed.stderr).into_owned()));
        }
        let mut tree = Tree::default();
        for path in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|p| !p.is_empty()) {
            match std::fs::read(root.join(path)) {
                Ok(bytes) => tree.add(path, String::from_utf8(bytes).unwrap_or_default()),
                // Deleted, but not committed yet.
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(io::Error::other(format!("{path}: {e}"))),
            }
        }
        Ok(tree)
    }

    /// Adds a file.
    pub fn add(&mut self, path: &str, text: impl Into<String>) {
        let text = text.into();
        let source = path.ends_with(".rs").then(|| Source::new(&text));
        self.files.insert(path.to_owned(), File { text, source });
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (&**path, file))
    }

    /// Every Rust source.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.files().filter_map(|(path, file)| Some((path, file.source.as_ref()?)))
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether there is a file or a folder at `path`.
    pub fn exists(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|p| p.starts_with(&folder))
    }
}

/// The crate whose product a source is part of: `crates/<dir>/src/…`.
pub fn product_crate(path: &str) -> Option<&str> {
    let (dir, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    rest.starts_with("src/").then_some(dir)
}

/// A place where a rule is broken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.rule, self.what)
    }
}

//! What the rules need of a `Cargo.toml`: tables, keys and the lines they
//! stand on.
//!
//! Owns: [`Manifest`]. Reads the part of TOML that manifests are written in:
//! tables, one key a line, arrays over several lines.

/// A key of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The table: `package`, `dependencies`, `target.'cfg(unix)'.dependencies`.
    pub table: String,
    /// The key, dots included.
    pub key: String,
    /// What follows the `=`.
    pub value: String,
    /// The line, from 1.
    pub line: usize,
}

/// A manifest.
#[derive(Debug, Default)]
pub struct Manifest {
    /// Its keys, in order.
    pub entries: Vec<Entry>,
}

impl Manifest {
    /// Reads a manifest.
    pub fn parse(text: &str) -> Manifest {
        let mut manifest = Manifest::default();
        let mut table = String::new();
        let mut open = 0;
        for (i, line) in text.lines().enumerate() {
            let line = without_comment(line);
            let trimmed = line.trim();
            let brackets = |c| trimmed.matches(c).count();
            if open > 0 {
                if let Some(last) = manifest.entries.last_mut() {
                    last.value.push_str(trimmed);
                }
                open = (open + brackets('[') + brackets('{'))
                    .saturating_sub(brackets(']') + brackets('}'));
            } else if trimmed.starts_with('[') {
                table = trimmed.trim_matches(|c| c == '[' || c == ']').trim().to_owned();
            } else if let Some((key, value)) = trimmed.split_once('=') {
                open =
                    (brackets('[') + brackets('{')).saturating_sub(brackets(']') + brackets('}'));
                let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
                manifest.entries.push(Entry { table: table.clone(), key, value, line: i + 1 });
            }
        }
        manifest
    }

    /// The value of a key.
    pub fn value(&self, table: &str, key: &str) -> Option<&str> {
        self.entries.iter().find(|e| e.table == table && e.key == key).map(|e| &*e.value)
    }

    /// Whether there is such a table with at least one key.
    pub fn has_table(&self, table: &str) -> bool {
        self.entries.iter().any(|e| e.table == table)
    }

    /// The packages that the product is built from, with the lines that say
    /// so: dependencies and build dependencies, not those of tests.
    pub fn dependencies(&self) -> Vec<(String, usize)> {
        let mut found: Vec<(String, usize)> = Vec::new();
        for entry in &self.entries {
            let Some(package) = dependency(entry) else { continue };
            if found.last().is_none_or(|(last, _)| *last != package) {
                found.push((package, entry.line));
            }
        }
        found
    }
}

/// The package that the entry is about, if it is a dependency of the product.
fn dependency(entry: &Entry) -> Option<String> {
    let renamed = |text: &str| {
        let (_, rest) = text.split_once("package")?;
        rest.split('"').nth(1).map(str::to_owned)
    };
    let last = |kind: &str| {
        let table = &*entry.table;
        table == kind || table.starts_with("target.") && table.ends_with(&format!(".{kind}"))
    };
    if last("dependencies") || last("build-dependencies") {
        let name = entry.key.split('.').next()?.trim_matches('"');
        return Some(renamed(&entry.value).unwrap_or_else(|| name.to_owned()));
    }
    let (table, name) = entry.table.rsplit_once('.')?;
    let is_kind = |kind: &str| table == kind || table.ends_with(&format!(".{kind}"));
    if table.starts_with("workspace") || !(is_kind("dependencies") || is_kind("build-dependencies"))
    {
        return None;
    }
    if entry.key == "package" {
        return Some(entry.value.trim_matches('"').to_owned());
    }
    Some(name.trim_matches('"').to_owned())
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (i, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return &line[..i],
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_every_form_are_found() {
        let manifest = Manifest::parse(
            r#"
[package]
name = "a" # not = "b"
[dependencies]
one.workspace = true
two = { version = "1", features = [
    "x",
] }
other = { package = "three", version = "1" }
[dependencies.four]
version = "1"
[target.'cfg(unix)'.dependencies]
five = "1"
[build-dependencies]
six = "1"
[dev-dependencies]
seven = "1"
[features]
eight = ["one/x"]
"#,
        );
        assert_eq!(manifest.value("package", "name"), Some("\"a\""));
        let names: Vec<String> = manifest.dependencies().into_iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["one", "two", "three", "four", "five", "six"]);
        assert_eq!(manifest.dependencies()[0].1, 5);
    }
}

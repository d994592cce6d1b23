//! Which crate may import which, in manifests and in paths; which libraries
//! are walled in.

use crate::layout::{self, FENCED};
use crate::manifest::Manifest;
use crate::source::words;
use crate::tree::{Fault, Tree, product_crate};

use super::fault;

/// The folder of a crate's manifest: `crates/<dir>/Cargo.toml`.
fn manifest_crate(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml").filter(|d| !d.contains('/'))
}

/// Manifests depend on what the table of crates allows.
pub fn manifests(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, file) in tree.files() {
        let Some(dir) = manifest_crate(path) else { continue };
        let Some(row) = layout::by_dir(dir) else {
            fault(faults, path, 1, "edges", format!("no crate {dir} in the table of crates"));
            continue;
        };
        let manifest = Manifest::parse(&file.text);
        let name = manifest.value("package", "name").unwrap_or_default().trim_matches('"');
        if layout::dir_of_package(name) != Some(dir) {
            fault(faults, path, 1, "edges", format!("package {name} does not lie in crates/{dir}"));
        }
        for (package, line) in manifest.dependencies() {
            let Some(other) = layout::dir_of_package(&package) else { continue };
            if !row.may_import.contains(&other) {
                fault(faults, path, line, "edges", format!("{dir} may not depend on {other}"));
            }
        }
    }
}

/// Sources name what the table of crates allows. What only tests compile may
/// name more.
pub fn paths(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        let Some(dir) = product_crate(path) else { continue };
        let Some(row) = layout::by_dir(dir) else { continue };
        for (line, text) in source.product_lines() {
            for other in named_crates(text) {
                if other != dir && !row.may_import.contains(&other) {
                    fault(faults, path, line, "edges", format!("{dir} may not import {other}"));
                }
            }
        }
    }
}

/// The crates of ours that a line names.
fn named_crates(line: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for row in layout::CRATES {
        let library = format!("updraft_{}", row.dir);
        if row.dir == "updraft" {
            let path = |at: usize| {
                let before = line[..at].trim_end();
                line[at + 7..].starts_with("::") && !before.ends_with("::")
                    || before.ends_with("use")
                    || before.ends_with("extern crate")
            };
            if words(line, "updraft").into_iter().any(path) {
                found.push(row.dir);
            }
        } else if !words(line, &library).is_empty() {
            found.push(row.dir);
        }
    }
    found
}

/// Libraries that are walled in are named inside their walls only.
pub fn fenced(tree: &Tree, faults: &mut Vec<Fault>) {
    for fenced in FENCED {
        let what = |dir: &str| {
            format!("{dir} may not name {}: only {} may", fenced.prefix, fenced.crates.join(", "))
        };
        for (path, file) in tree.files() {
            if let Some(dir) = manifest_crate(path).filter(|d| !fenced.crates.contains(d)) {
                for (package, line) in Manifest::parse(&file.text).dependencies() {
                    if package.starts_with(fenced.prefix) {
                        fault(faults, path, line, "fenced", what(dir));
                    }
                }
            }
            let Some(source) = &file.source else { continue };
            if let Some(dir) = product_crate(path).filter(|d| !fenced.crates.contains(d)) {
                for (line, text) in source.product_lines() {
                    if names_library(text, fenced.prefix) {
                        fault(faults, path, line, "fenced", what(dir));
                    }
                }
            }
        }
    }
}

/// Whether a line names a library whose name starts so: as the start of a
/// path, or after `use`.
fn names_library(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(at, _)| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let before = &line[..at];
        let rest = line[at..].trim_start_matches(is_name);
        let starts = !before.ends_with(is_name) && !before.trim_end().ends_with(['.', ':']);
        let used = before.trim_end().ends_with("use") || before.ends_with("extern crate ");
        starts && (rest.starts_with("::") || used)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    #[test]
    fn a_manifest_may_not_reach_over_a_wall() {
        let good = "[package]\nname = \"updraft-runtime\"\n[dependencies]\n\
                    updraft-types.workspace = true\n[dev-dependencies]\nupdraft-engine = \"1\"\n";
        assert!(found(manifests, &[("crates/runtime/Cargo.toml", good)]).is_empty());
        let bad = good.replace("updraft-types", "updraft-optimize");
        assert_eq!(
            found(manifests, &[("crates/runtime/Cargo.toml", &bad)]),
            ["crates/runtime/Cargo.toml:4"]
        );
        let renamed = "[package]\nname = \"updraft-wasi\"\n[dependencies]\n\
                       inner = { package = \"updraft-engine\", path = \"../engine\" }\n";
        assert_eq!(
            found(manifests, &[("crates/wasi/Cargo.toml", renamed)]),
            ["crates/wasi/Cargo.toml:4"]
        );
    }

    #[test]
    fn a_crate_must_be_in_the_table_under_its_name() {
        let other = "[package]\nname = \"updraft-other\"\n";
        assert_eq!(found(manifests, &[("crates/other/Cargo.toml", other)]).len(), 1);
        assert_eq!(found(manifests, &[("crates/abi/Cargo.toml", other)]).len(), 1);
    }

    #[test]
    fn a_path_may_not_reach_over_a_wall() {
        let check = |text: &str| found(paths, &[("crates/baseline/src/x.rs", text)]);
        assert!(check("use updraft_abi::VmCtx;\n// updraft_engine\n").is_empty());
        assert_eq!(check("\nuse updraft_optimize::X;\n").len(), 1);
        assert_eq!(check("fn f() { updraft_runtime::f() }\n").len(), 1);
        assert_eq!(check("use updraft::Engine;\n").len(), 1);
        assert_eq!(check("use updraft;\n").len(), 1);
        assert!(check("let updraft = self::updraft::X;\n").is_empty());
        assert!(check("#[cfg(test)]\nmod tests {\n use updraft_runtime::X;\n}\n").is_empty());
        assert!(found(paths, &[("crates/wasi/tests/x.rs", "use updraft_engine::X;\n")]).is_empty());
    }

    #[test]
    fn walled_in_libraries_stay_inside() {
        let check = |path: &str, text: &str| found(fenced, &[(path, text)]).len();
        let parser = "use wasmparser::Parser;\n";
        assert_eq!(check("crates/engine/src/x.rs", parser), 1);
        assert_eq!(check("crates/decode/src/x.rs", parser), 0);
        assert_eq!(check("crates/engine/tests/x.rs", parser), 0);
        assert_eq!(check("crates/engine/src/x.rs", "let x = cranelift_codegen::f();\n"), 1);
        assert_eq!(check("crates/engine/src/x.rs", "use cranelift_entity as e;\n"), 1);
        assert_eq!(check("crates/cli/src/x.rs", "c.cranelift_nan_canonicalization(on);\n"), 0);
        assert_eq!(check("crates/optimize/src/x.rs", "use cranelift_codegen::ir;\n"), 0);
        let manifest = "[dependencies]\nwasmparser = \"1\"\n";
        assert_eq!(check("crates/abi/Cargo.toml", manifest), 1);
        assert_eq!(check("crates/decode/Cargo.toml", manifest), 0);
        let tests = "[dev-dependencies]\nwasmparser = \"1\"\n";
        assert_eq!(check("crates/abi/Cargo.toml", tests), 0);
    }
}

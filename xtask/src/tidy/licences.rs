//! Every package says its licence, and the texts are there.

use crate::layout::LICENSE;
use crate::manifest::Manifest;
use crate::tree::{Fault, Tree};

use super::fault;

/// The texts of the licences lie in the root.
pub fn files(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, start) in
        [("LICENSE-APACHE", "Apache License"), ("LICENSE-MIT", "Permission is hereby granted")]
    {
        if !tree.file(path).is_some_and(|f| f.text.contains(start)) {
            fault(faults, path, 1, "licences", "the licence's text is missing".to_owned());
        }
    }
}

/// Every package inherits or repeats the workspace's licence, is not published
/// by accident, and has the workspace's lints.
pub fn fields(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, file) in tree.files().filter(|(p, _)| p.ends_with("Cargo.toml")) {
        let manifest = Manifest::parse(&file.text);
        let quoted = format!("\"{LICENSE}\"");
        if manifest.has_table("workspace.package")
            && manifest.value("workspace.package", "license") != Some(&quoted)
        {
            let what = format!("the workspace's licence is not {LICENSE}");
            fault(faults, path, 1, "licences", what);
        }
        if !manifest.has_table("package") {
            continue;
        }
        let inherits = |table: &str, key: &str| {
            manifest.value(table, &format!("{key}.workspace")) == Some("true")
        };
        if !inherits("package", "license") && manifest.value("package", "license") != Some(&quoted)
        {
            fault(faults, path, 1, "licences", format!("the package's licence is not {LICENSE}"));
        }
        if !inherits("package", "publish") && manifest.value("package", "publish") != Some("false")
        {
            let what = "the package does not say that it is not published".to_owned();
            fault(faults, path, 1, "licences", what);
        }
        let is_member = !manifest.entries.iter().any(|e| e.table.starts_with("workspace"))
            && inherits("package", "license");
        if is_member && manifest.value("lints", "workspace") != Some("true") {
            let what = "the package does not have the workspace's lints".to_owned();
            fault(faults, path, 1, "lints", what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const GOOD: &str = "[package]\nname = \"x\"\nlicense.workspace = true\n\
                        publish.workspace = true\n[lints]\nworkspace = true\n";

    #[test]
    fn the_texts_are_there() {
        let apache = ("LICENSE-APACHE", "Apache License\n");
        let mit = ("LICENSE-MIT", "Permission is hereby granted\n");
        assert!(found(files, &[apache, mit]).is_empty());
        assert_eq!(found(files, &[apache]), ["LICENSE-MIT:1"]);
        assert_eq!(found(files, &[apache, ("LICENSE-MIT", "")]).len(), 1);
    }

    #[test]
    fn packages_have_the_fields() {
        let check = |text: &str| found(fields, &[("crates/x/Cargo.toml", text)]).len();
        assert_eq!(check(GOOD), 0);
        assert_eq!(check(&GOOD.replace("license.workspace = true\n", "")), 1);
        assert_eq!(check(&GOOD.replace("publish.workspace = true\n", "")), 1);
        assert_eq!(check(&GOOD.replace("[lints]\nworkspace = true\n", "")), 1);
        let own = "[workspace]\n[package]\nlicense = \"Apache-2.0 OR MIT\"\npublish = false\n";
        assert_eq!(check(own), 0);
        assert_eq!(check(&own.replace(" OR MIT", "")), 1);
        assert_eq!(check("[workspace.package]\nlicense = \"MIT\"\n"), 1);
    }
}

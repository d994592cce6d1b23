//! The repository's walls as data: crates, what each may import, where unsafe
//! code, the processor, the system, printing and the environment may be named.
//!
//! Owns: the tables, and nothing else. Read by every rule of tidy. A change of
//! a wall is a change of one row here, with its reason in the commit.

/// A crate of the product.
#[derive(Debug)]
pub struct Crate {
    /// Its folder in `crates/`.
    pub dir: &'static str,
    /// The crates of ours that it may depend on.
    pub may_import: &'static [&'static str],
    /// Where it may have unsafe code.
    pub unsafe_code: Unsafe,
}

/// Where a crate may have unsafe code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsafe {
    /// Nowhere: the crate says `#![forbid(unsafe_code)]`.
    Forbidden,
    /// In these folders below `src/`: the crate says `#![forbid(unsafe_code)]`,
    /// or `#![deny(unsafe_code)]` once one of the folders needs an exception.
    Only(&'static [&'static str]),
    /// Anywhere.
    Allowed,
}

const fn safe(dir: &'static str, may_import: &'static [&'static str]) -> Crate {
    Crate { dir, may_import, unsafe_code: Unsafe::Forbidden }
}

/// Every crate of the product, present or to come.
pub const CRATES: &[Crate] = &[
    safe("types", &[]),
    safe("decode", &["types"]),
    safe("abi", &["types"]),
    safe("compile", &["types", "decode", "abi"]),
    safe("baseline", &["types", "decode", "abi", "compile"]),
    safe("optimize", &["types", "decode", "abi", "compile"]),
    Crate { dir: "runtime", may_import: &["types", "abi"], unsafe_code: Unsafe::Allowed },
    Crate {
        dir: "engine",
        may_import: &["types", "decode", "abi", "compile", "runtime"],
        unsafe_code: Unsafe::Only(&["code", "debug"]),
    },
    safe(
        "updraft",
        &["types", "decode", "abi", "compile", "baseline", "optimize", "runtime", "engine"],
    ),
    safe("wasi", &["updraft"]),
    safe("wast", &["updraft"]),
    Crate { dir: "capi", may_import: &["updraft"], unsafe_code: Unsafe::Allowed },
    Crate { dir: "jsapi", may_import: &["updraft"], unsafe_code: Unsafe::Only(&["quickjs"]) },
    safe("asmjs", &[]),
    safe("cli", &["updraft", "wasi", "wast", "jsapi"]),
];

/// The crate in folder `dir`.
pub fn by_dir(dir: &str) -> Option<&'static Crate> {
    CRATES.iter().find(|c| c.dir == dir)
}

/// The folder of the crate whose package, or whose library, has this name.
pub fn dir_of_package(name: &str) -> Option<&'static str> {
    let name = name.replace('_', "-");
    let dir = if name == "updraft" { "updraft" } else { name.strip_prefix("updraft-")? };
    by_dir(dir).map(|c| c.dir)
}

/// A family of libraries that only some crates may name.
#[derive(Debug)]
pub struct Fenced {
    /// How the names of its packages start.
    pub prefix: &'static str,
    /// The crates that may name it.
    pub crates: &'static [&'static str],
}

/// Libraries that are walled in.
pub const FENCED: &[Fenced] = &[
    Fenced { prefix: "wasmparser", crates: &["decode"] },
    Fenced { prefix: "cranelift", crates: &["optimize"] },
    Fenced { prefix: "regalloc2", crates: &["optimize"] },
];

/// Names of the processor and of the system, as they appear in code.
pub const TARGET_WORDS: &[&str] = &[
    "target_arch",
    "target_os",
    "target_family",
    "std::arch",
    "core::arch",
    "std::os",
    "libc",
    "rustix",
    "asm!",
    "global_asm!",
    "naked_asm!",
];

/// Where they may appear, with the reason. A path that ends in `/` is a folder.
pub const TARGET_PLACES: &[(&str, &str)] = &[
    ("crates/runtime/src/sys.rs", "the system"),
    ("crates/runtime/src/sys/", "the system"),
    ("crates/runtime/src/arch.rs", "the processor"),
    ("crates/runtime/src/arch/", "the processor"),
    ("crates/runtime/src/trap/", "signals"),
    ("crates/baseline/src/x64/", "the processor"),
    ("crates/wasi/", "the embedding that is about the system"),
    ("crates/cli/src/", "arguments and paths as the system has them"),
];

/// Where libraries may read the environment, with the reason.
pub const ENVIRONMENT_PLACES: &[(&str, &str)] =
    &[("crates/wasi/src/ctx.rs", "inherit_args and inherit_env, when an embedder asks for them")];

/// Files that may be longer than the limit, with the reason.
pub const LONG_FILES: &[(&str, &str)] = &[];

/// Lines that a source file may have.
pub const MAX_LINES: usize = 1200;

/// The licence of every package.
pub const LICENSE: &str = "Apache-2.0 OR MIT";

/// Names with capitals that documents may put between backticks though no
/// source declares them: other projects' types, and names of things to come.
pub const FOREIGN_NAMES: &[&str] = &["WasmEngine", "TurboFan", "Liftoff", "QuickJS", "WebAssembly"];

/// Whether `path` is one of `places`.
pub fn is_in(places: &[(&str, &str)], path: &str) -> bool {
    places.iter().any(|(p, _)| if p.ends_with('/') { path.starts_with(p) } else { path == *p })
}

//! What may be named in some places only: printing, the environment, the
//! processor and the system.

use crate::layout;
use crate::source::has_word;
use crate::tree::{Fault, Tree, product_crate};

use super::fault;

/// Libraries print nothing.
pub fn prints(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        let Some(dir) = product_crate(path).filter(|d| *d != "cli") else { continue };
        for (line, text) in source.product_lines() {
            for word in ["println!", "print!", "eprintln!", "eprint!"] {
                if has_word(text, word) {
                    fault(faults, path, line, "prints", format!("{dir} is a library: no {word}"));
                }
            }
        }
    }
}

/// Libraries read no environment.
pub fn environment(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        let Some(dir) = product_crate(path).filter(|d| *d != "cli") else { continue };
        if layout::is_in(layout::ENVIRONMENT_PLACES, path) {
            continue;
        }
        for (line, text) in source.product_lines() {
            if has_word(text, "std::env") || has_word(text, "env::var") || imports_env(text) {
                let what = format!("{dir} is a library: it reads no environment");
                fault(faults, path, line, "environment", what);
            }
        }
    }
}

/// Whether a line is `use std::{env, …}`.
fn imports_env(text: &str) -> bool {
    text.trim_start().starts_with("use std::{") && has_word(text, "env")
}

/// The processor and the system are named in their folders only.
pub fn targets(tree: &Tree, faults: &mut Vec<Fault>) {
    for (path, source) in tree.sources() {
        if product_crate(path).is_none() || layout::is_in(layout::TARGET_PLACES, path) {
            continue;
        }
        for (line, text) in source.product_lines() {
            for word in layout::TARGET_WORDS {
                let named = if matches!(*word, "libc" | "rustix") {
                    has_word(text, &format!("{word}::")) || has_word(text, &format!("use {word}"))
                } else {
                    has_word(text, word)
                };
                if named {
                    let what = format!("{word} belongs to the folders of processor and system");
                    fault(faults, path, line, "targets", what);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    #[test]
    fn libraries_print_nothing() {
        let check = |path: &str, text: &str| found(prints, &[(path, text)]).len();
        assert_eq!(check("crates/engine/src/x.rs", "fn f() { println!(\"x\"); }\n"), 1);
        assert_eq!(check("crates/engine/src/x.rs", "fn f() { eprint!(\"x\"); }\n"), 1);
        assert_eq!(check("crates/cli/src/x.rs", "fn f() { println!(\"x\"); }\n"), 0);
        assert_eq!(check("crates/engine/tests/x.rs", "fn f() { println!(\"x\"); }\n"), 0);
        assert_eq!(check("crates/engine/src/x.rs", "/// println!(\"x\")\n"), 0);
    }

    #[test]
    fn libraries_read_no_environment() {
        let check = |path: &str, text: &str| found(environment, &[(path, text)]).len();
        assert_eq!(check("crates/engine/src/x.rs", "let x = std::env::var(\"X\");\n"), 1);
        assert_eq!(check("crates/engine/src/x.rs", "use std::{env, fmt};\n"), 1);
        assert_eq!(check("crates/cli/src/x.rs", "let x = std::env::var(\"X\");\n"), 0);
        assert_eq!(check("crates/wasi/src/ctx.rs", "let x = std::env::vars();\n"), 0);
        assert_eq!(check("crates/wasi/src/fd.rs", "let x = std::env::vars();\n"), 1);
        assert_eq!(check("crates/engine/src/x.rs", "let env = environment();\n"), 0);
    }

    #[test]
    fn processor_and_system_have_their_folders() {
        let check = |path: &str, text: &str| found(targets, &[(path, text)]).len();
        for text in [
            "#[cfg(target_arch = \"x86_64\")]\n",
            "#[cfg(target_os = \"linux\")]\n",
            "use std::os::fd::AsFd;\n",
            "use libc;\n",
            "let x = libc::getpid();\n",
            "rustix::mm::mmap();\n",
            "core::arch::naked_asm!(\"ret\");\n",
        ] {
            assert!(check("crates/engine/src/x.rs", text) > 0, "{text}");
            assert!(check("crates/runtime/src/memory.rs", text) > 0, "{text}");
            assert_eq!(check("crates/runtime/src/sys/map.rs", text), 0, "{text}");
            assert_eq!(check("crates/runtime/src/arch/x64.rs", text), 0, "{text}");
            assert_eq!(check("crates/runtime/tests/x.rs", text), 0, "{text}");
        }
        assert_eq!(check("crates/engine/src/x.rs", "let libcurl = glibc;\n"), 0);
    }
}

//! The programs of `tests/wasi`, each run as its oracle ran it: what they print and how they
//! end has to be the same. How expectations are made is told in `tests/wasi/build.py`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use updraft::{Engine, Linker, Module, Store};
use updraft_wasi::{
    DirPerms, FilePerms, I32Exit, MemoryInputPipe, MemoryOutputPipe, WasiCtx, WasiCtxBuilder,
    add_to_linker,
};

/// A directory of the host that is gone when this is.
struct TempDir(PathBuf);

impl TempDir {
    fn new() -> TempDir {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("updraft-wasi-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        TempDir(path)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What each program finds; `build.py` lays out the same.
fn lay_out(base: &Path) {
    for dir in ["root/sub", "second", "outside"] {
        fs::create_dir_all(base.join(dir)).unwrap();
    }
    for (file, text) in [("root/sub/file", "inside"), ("root/victim", "v"), ("outside/secret", "s")]
    {
        fs::write(base.join(file), text).unwrap();
    }
    for (link, target) in [
        ("abs", "/etc/passwd"),
        ("absdir", "/etc"),
        ("out", "../outside"),
        ("outfile", "../outside/secret"),
        ("loop", "loop"),
        ("dangleout", "../outside/none"),
        ("sub/up", "../.."),
        ("sub/up2", ".."),
        ("chainout", "out"),
    ] {
        symlink(target, base.join("root").join(link)).unwrap();
    }
}

fn run(name: &str, args: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wasi");
    let wasm = fs::read(folder.join(name).with_extension("wasm")).unwrap();
    let base = TempDir::new();
    lay_out(&base.0);

    let engine = Engine::default();
    let mut linker: Linker<WasiCtx> = Linker::new(&engine);
    add_to_linker(&mut linker, |ctx| ctx).unwrap();
    let stdout = MemoryOutputPipe::new(1 << 20);
    let mut builder = WasiCtxBuilder::new();
    builder
        .arg(name)
        .args(args)
        .envs(&[("ONE", "1"), ("TWO", "two words"), ("EMPTY", "")])
        .stdin(MemoryInputPipe::new(*b"first second\nthird\n"))
        .stdout(stdout.clone());
    let all = (DirPerms::all(), FilePerms::all());
    let root = if name == "readonly" { (DirPerms::READ, FilePerms::READ) } else { all };
    for (host, guest, perms) in [("root", "/", root), ("second", "second", all)] {
        builder.preopened_dir(base.0.join(host), guest, perms.0, perms.1).unwrap();
    }
    let mut store = Store::new(&engine, builder.build());
    let module = Module::new(&engine, &wasm).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let start = instance.get_typed_func::<(), ()>(&mut store, "_start").unwrap();
    let code = match start.call(&mut store, ()) {
        Ok(()) => 0,
        Err(error) => error.downcast_ref::<I32Exit>().unwrap_or_else(|| panic!("{error:?}")).0,
    };
    let mut output = stdout.contents();
    output.extend_from_slice(format!("exit: {code}\n").as_bytes());
    let expected = folder.join(name).with_extension("expected");
    let source = fs::read_to_string(folder.join(name).with_extension("c")).unwrap();
    if source.contains("Oracle: none") && std::env::var_os("BLESS").is_some() {
        fs::write(&expected, &output).unwrap();
    }
    assert_same(&fs::read(expected).unwrap(), &output);

    // Nothing outside was touched.
    let outside: Vec<_> = fs::read_dir(base.0.join("outside")).unwrap().collect();
    assert_eq!(outside.len(), 1);
    assert_eq!(fs::read(base.0.join("outside/secret")).unwrap(), b"s");
    let beside: Vec<_> = fs::read_dir(&base.0).unwrap().collect();
    assert_eq!(beside.len(), 3);
}

/// Fails with the lines that differ, not with the whole outputs.
fn assert_same(expected: &[u8], output: &[u8]) {
    let (expected, output) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(output));
    let mut differences = String::new();
    let (mut expected_lines, mut output_lines) = (expected.lines(), output.lines());
    for number in 1.. {
        match (expected_lines.next(), output_lines.next()) {
            (None, None) => break,
            (expected, output) if expected == output => {}
            (expected, output) => {
                differences += &format!("line {number}: {expected:?}\n    but: {output:?}\n");
            }
        }
    }
    assert!(differences.is_empty(), "\n{differences}");
}

macro_rules! programs {
    ($($name:ident $($arg:literal)*,)*) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name), &[$($arg),*]);
            }
        )*
    };
}

programs! {
    allocate,
    args_env "one" "" "three words",
    dirs,
    escapes,
    exit "now",
    files,
    links,
    open,
    pointers,
    poll,
    poll_errors,
    random_clock,
    readdir,
    readonly,
    renumber,
    rights,
    stdio,
    times,
    unstable,
    values,
}

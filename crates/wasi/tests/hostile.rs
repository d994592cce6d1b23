//! Every function, called with numbers that a hostile guest would choose: the host neither
//! panics nor hangs, and what lies outside the directories is not touched.

use std::fs;
use std::time::Duration;
use updraft::{Engine, ExternType, Linker, Module, Store, Trap, Val, ValType};
use updraft_wasi::{
    DirPerms, FilePerms, I32Exit, MemoryInputPipe, MemoryOutputPipe, WasiCtx, WasiCtxBuilder,
    add_to_linker,
};

/// Names and parameters of all functions; `I` is an `i64`, `i` an `i32`.
const FUNCTIONS: &[(&str, &str)] = &[
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "iIi"),
    ("fd_advise", "iIIi"),
    ("fd_allocate", "iII"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "iII"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "iI"),
    ("fd_filestat_set_times", "iIIi"),
    ("fd_pread", "iiiIi"),
    ("fd_prestat_get", "ii"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_pwrite", "iiiIi"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiiIi"),
    ("fd_renumber", "ii"),
    ("fd_seek", "iIii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiiIIi"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiiIIii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_exit", "i"),
    ("proc_raise", "i"),
    ("sched_yield", ""),
    ("random_get", "ii"),
    ("sock_accept", "iii"),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
];

/// A guest that exports what it imports.
fn wat(module: &str) -> String {
    let mut imports = String::new();
    for (name, params) in FUNCTIONS {
        if module == "wasi_unstable" && *name == "sock_accept" {
            continue;
        }
        let types: Vec<_> =
            params.chars().map(|param| if param == 'I' { "i64" } else { "i32" }).collect();
        let result = if *name == "proc_exit" { "" } else { "(result i32)" };
        imports += &format!(
            "(import \"{module}\" \"{name}\" (func ${name} (param {}) {result}))\n",
            types.join(" ")
        );
    }
    let mut functions = String::new();
    for (name, params) in FUNCTIONS {
        if module == "wasi_unstable" && *name == "sock_accept" {
            continue;
        }
        let types: Vec<_> =
            params.chars().map(|param| if param == 'I' { "i64" } else { "i32" }).collect();
        let args: Vec<_> = (0..params.len()).map(|index| format!("(local.get {index})")).collect();
        let result = if *name == "proc_exit" { "" } else { "(result i32)" };
        functions += &format!(
            "(func (export \"{name}\") (param {}) {result} (call ${name} {}))\n",
            types.join(" "),
            args.join(" ")
        );
    }
    format!(
        "(module {imports} (memory (export \"memory\") 2)
        (data (i32.const 0) \"\\40\\00\\00\\00\\08\\00\\00\\00..//a\\00\")
        (data (i32.const 64) \"sub/file../../outside/secret/etc/passwd\")
        {functions})"
    )
}

/// The numbers 0 to 2^64, the small and the extreme ones more often. (xorshift64*)
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn choose(&mut self) -> u64 {
        const EDGES: [u64; 12] = [
            0x40,
            0x1000,
            0xffff,
            0x1_0000,
            0x1_fff8,
            0x2_0000,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_fff8,
            0xffff_ffff,
            i64::MAX as u64,
            u64::MAX,
        ];
        match self.next() % 8 {
            0..4 => self.next() % 9,
            4 | 5 => EDGES[(self.next() % EDGES.len() as u64) as usize],
            6 => (self.next() % 0x2_0000) & !7,
            _ => self.next(),
        }
    }
}

fn attack(module: &str, seed: u64) {
    let base = std::env::temp_dir().join(format!("updraft-hostile-{}-{seed}", std::process::id()));
    let _ = fs::remove_dir_all(&base);
    for dir in ["root/sub", "second", "outside"] {
        fs::create_dir_all(base.join(dir)).unwrap();
    }
    fs::write(base.join("outside/secret"), "s").unwrap();

    let engine = Engine::default();
    let mut linker: Linker<WasiCtx> = Linker::new(&engine);
    add_to_linker(&mut linker, |ctx| ctx).unwrap();
    let wasm = Module::new(&engine, wat(module)).unwrap();
    let mut numbers = Numbers(seed);
    for _ in 0..60 {
        fs::write(base.join("root/sub/file"), "inside").ok();
        let mut builder = WasiCtxBuilder::new();
        builder
            .args(&["a", "b"])
            .env("A", "b")
            .stdin(MemoryInputPipe::new(*b"input"))
            .stdout(MemoryOutputPipe::new(1 << 16));
        // Files cannot be written, or they would soon fill the disk.
        for dir in ["root", "second"] {
            builder.preopened_dir(base.join(dir), "/", DirPerms::all(), FilePerms::READ).unwrap();
        }
        let mut store = Store::new(&engine, builder.build());
        let instance = linker.instantiate(&mut store, &wasm).unwrap();
        let exports: Vec<_> = wasm
            .exports()
            .filter(|export| matches!(export.ty(), ExternType::Func(_)))
            .map(|export| export.name().to_owned())
            .collect();
        for _ in 0..200 {
            let name = &exports[(numbers.next() % exports.len() as u64) as usize];
            let func = instance.get_func(&mut store, name).unwrap();
            let ty = func.ty(&store);
            let args: Vec<Val> = ty
                .params()
                .map(|param| match param {
                    ValType::I64 => Val::I64(numbers.choose() as i64),
                    _ => Val::I32(numbers.choose() as i32),
                })
                .collect();
            let mut results = vec![Val::I32(0); ty.results().len()];
            store.isolate_handle().set_timeout(Duration::from_millis(100));
            if let Err(error) = func.call(&mut store, &args, &mut results) {
                let known =
                    error.is::<I32Exit>() || error.downcast_ref() == Some(&Trap::DeadlineExceeded);
                assert!(known, "{name}{args:?}: {error:?}");
            } else if let [Val::I32(errno)] = results[..] {
                assert!((0..=76).contains(&errno), "{name}{args:?}: {errno}");
            }
        }
    }
    assert_eq!(fs::read(base.join("outside/secret")).unwrap(), b"s");
    assert_eq!(fs::read_dir(base.join("outside")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&base).unwrap().count(), 3);
    fs::remove_dir_all(&base).unwrap();
}

#[test]
fn snapshot_takes_any_number() {
    attack("wasi_snapshot_preview1", 0x9e37_79b9_7f4a_7c15);
}

#[test]
fn unstable_takes_any_number() {
    attack("wasi_unstable", 0xd1b5_4a32_d192_ed03);
}

//! The list of WASI's functions, and how a guest's call reaches them.
//!
//! Owns the two import modules, the one way from a caller to a [`Call`], and the turning of
//! outcomes into error numbers and traps. Called by hosts. Knows nothing of what calls do.

use crate::ctx::{Call, WasiCtx};
use crate::dir::OpenRequest;
use crate::memory::GuestMemory;
use crate::types::{Abi, Errno, Fail};
use crate::wake::Wake;
use updraft::{Caller, Error, Extern, Linker};

const SNAPSHOT: &str = "wasi_snapshot_preview1";
const UNSTABLE: &str = "wasi_unstable";

/// Defines all functions of preview 1 in a linker, as `wasi_snapshot_preview1` and as its
/// forerunner `wasi_unstable`. `ctx` finds the guest's context in the store's data.
///
/// # Errors
///
/// When the linker has functions of these names already.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    ctx: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
) -> Result<(), Error> {
    add_functions(linker, SNAPSHOT, Abi::Snapshot, ctx)?;
    add_functions(linker, UNSTABLE, Abi::Unstable, ctx)?;
    Ok(())
}

/// Runs the body of one call, again if the isolate was served in between.
fn call<T: 'static>(
    caller: &mut Caller<'_, T>,
    ctx: impl Fn(&mut T) -> &mut WasiCtx,
    abi: Abi,
    body: impl Fn(&mut Call<'_>) -> crate::types::Result,
) -> Result<i32, Error> {
    let memory = match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => memory,
        _ => return Err(Error::msg("missing required memory export")),
    };
    loop {
        let wake = Wake::of(caller);
        let (bytes, data) = memory.data_and_store_mut(&mut *caller);
        let ctx = ctx(data);
        let memory = GuestMemory::new(bytes);
        let result = body(&mut Call { ctx: &mut *ctx, memory, wake: &wake, abi });
        if !matches!(result, Err(Fail::Interrupted)) {
            ctx.sleep_began = None;
        }
        match result {
            Ok(()) => return Ok(i32::from(Errno::SUCCESS.0)),
            Err(Fail::Errno(errno)) => return Ok(i32::from(errno.0)),
            Err(Fail::End(error)) => return Err(error),
            Err(Fail::Interrupted) => Wake::check(caller)?,
        }
    }
}

/// The type of a parameter as the engine has it, for the type that a call takes.
macro_rules! wire {
    (u32) => {
        i32
    };
    (u64) => {
        i64
    };
    (i64) => {
        i64
    };
}

/// Declares the functions: name and parameters, each handled by the [`Call`] method of that name.
macro_rules! functions {
    ($($(#[$only:ident])? $name:ident($($param:ident: $type:tt),*);)*) => {
        fn add_functions<T: 'static>(
            linker: &mut Linker<T>,
            module: &str,
            abi: Abi,
            ctx: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
        ) -> Result<(), Error> {
            $(
                if functions!(@in abi $($only)?) {
                    linker.func_wrap(
                        module,
                        stringify!($name),
                        move |mut caller: Caller<'_, T> $(, $param: wire!($type))*| -> Result<i32, Error> {
                            call(&mut caller, ctx, abi, |call| call.$name($($param as $type),*))
                        },
                    )?;
                }
            )*
            linker.func_wrap(
                module,
                "proc_exit",
                move |mut caller: Caller<'_, T>, code: i32| -> Result<(), Error> {
                    call(&mut caller, ctx, abi, |call| call.proc_exit(code as u32)).map(drop)
                },
            )?;
            linker.func_wrap(
                module,
                "path_open",
                move |mut caller: Caller<'_, T>,
                      fd: i32,
                      follow: i32,
                      path: i32,
                      len: i32,
                      oflags: i32,
                      base: i64,
                      inheriting: i64,
                      fdflags: i32,
                      new_fd: i32|
                      -> Result<i32, Error> {
                    call(&mut caller, ctx, abi, |call| {
                        let request = OpenRequest {
                            follow: follow as u32,
                            oflags: oflags as u32,
                            base: base as u64,
                            inheriting: inheriting as u64,
                            fdflags: fdflags as u32,
                        };
                        call.path_open(fd as u32, path as u32, len as u32, request, new_fd as u32)
                    })
                },
            )?;
            Ok(())
        }
    };
    (@in $abi:ident) => { true };
    (@in $abi:ident snapshot_only) => { $abi == Abi::Snapshot };
}

functions! {
    args_get(pointers: u32, buffer: u32);
    args_sizes_get(count: u32, size: u32);
    environ_get(pointers: u32, buffer: u32);
    environ_sizes_get(count: u32, size: u32);
    clock_res_get(id: u32, resolution: u32);
    clock_time_get(id: u32, precision: u64, time: u32);
    fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
    fd_allocate(fd: u32, offset: u64, len: u64);
    fd_close(fd: u32);
    fd_datasync(fd: u32);
    fd_fdstat_get(fd: u32, stat: u32);
    fd_fdstat_set_flags(fd: u32, flags: u32);
    fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
    fd_filestat_get(fd: u32, stat: u32);
    fd_filestat_set_size(fd: u32, size: u64);
    fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, flags: u32);
    fd_pread(fd: u32, iovs: u32, count: u32, offset: u64, n_read: u32);
    fd_prestat_get(fd: u32, prestat: u32);
    fd_prestat_dir_name(fd: u32, path: u32, len: u32);
    fd_pwrite(fd: u32, iovs: u32, count: u32, offset: u64, n_written: u32);
    fd_read(fd: u32, iovs: u32, count: u32, n_read: u32);
    fd_readdir(fd: u32, buffer: u32, len: u32, cookie: u64, n_bytes: u32);
    fd_renumber(from: u32, to: u32);
    fd_seek(fd: u32, offset: i64, whence: u32, new_offset: u32);
    fd_sync(fd: u32);
    fd_tell(fd: u32, offset: u32);
    fd_write(fd: u32, iovs: u32, count: u32, n_written: u32);
    path_create_directory(fd: u32, path: u32, len: u32);
    path_filestat_get(fd: u32, flags: u32, path: u32, len: u32, stat: u32);
    path_filestat_set_times(
        fd: u32, flags: u32, path: u32, len: u32, atim: u64, mtim: u64, fst_flags: u32
    );
    path_link(
        old_fd: u32, old_flags: u32, old_path: u32, old_len: u32,
        new_fd: u32, new_path: u32, new_len: u32
    );
    path_readlink(fd: u32, path: u32, len: u32, buffer: u32, buffer_len: u32, n_bytes: u32);
    path_remove_directory(fd: u32, path: u32, len: u32);
    path_rename(
        old_fd: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32
    );
    path_symlink(target: u32, target_len: u32, fd: u32, path: u32, len: u32);
    path_unlink_file(fd: u32, path: u32, len: u32);
    poll_oneoff(subs: u32, events: u32, count: u32, n_events: u32);
    proc_raise(signal: u32);
    random_get(buffer: u32, len: u32);
    sched_yield();
    #[snapshot_only] sock_accept(fd: u32, flags: u32, new_fd: u32);
    sock_recv(fd: u32, iovs: u32, count: u32, flags: u32, n_read: u32, out_flags: u32);
    sock_send(fd: u32, iovs: u32, count: u32, flags: u32, n_written: u32);
    sock_shutdown(fd: u32, how: u32);
}

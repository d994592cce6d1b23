//! Every call that can block is ended by its isolate, within 50 ms; and sockets, which no
//! oracle of `tests/wasi` has.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};
use updraft::{Engine, Linker, Module, Store, Trap};
use updraft_wasi::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder, add_to_linker};

/// Functions that make one call each, with buffers and results at fixed places.
const CALLS: &str = r#"(module
    (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read"
        (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write"
        (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_fdstat_set_flags"
        (func $set_flags (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "random_get"
        (func $random_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept"
        (func $sock_accept (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_recv"
        (func $sock_recv (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_send"
        (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_shutdown"
        (func $sock_shutdown (param i32 i32) (result i32)))
    (memory (export "memory") 1024)
    ;; 0: a buffer list; 8: results; 16: a name; 64: a subscription; 128: its event; 4096: bytes
    (data (i32.const 16) "fifo")
    (func $list (param $len i32)
        (i32.store (i32.const 0) (i32.const 4096))
        (i32.store (i32.const 4) (local.get $len)))
    (func (export "sleep") (param $milliseconds i32) (result i32)
        (i32.store (i32.const 80) (i32.const 1))
        (i64.store (i32.const 88)
            (i64.mul (i64.extend_i32_u (local.get $milliseconds)) (i64.const 1000000)))
        (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 8)))
    (func (export "wait") (param $fd i32) (result i32)
        (i32.store8 (i32.const 72) (i32.const 1))
        (i32.store (i32.const 80) (local.get $fd))
        (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 8)))
    (func (export "read") (param $fd i32) (result i32)
        (call $list (i32.const 4096))
        (call $fd_read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
    (func (export "write") (param $fd i32) (result i32)
        (call $list (i32.const 1048576))
        (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
    (func (export "nonblock") (param $fd i32) (result i32)
        (call $set_flags (local.get $fd) (i32.const 4)))
    (func (export "random") (param $len i32) (result i32)
        (call $random_get (i32.const 4096) (local.get $len)))
    (func (export "open_fifo") (param $fd i32) (result i32)
        (call $path_open (local.get $fd) (i32.const 0) (i32.const 16) (i32.const 4) (i32.const 0)
            (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 8)))
    (func (export "accept") (param $fd i32) (result i32)
        (call $sock_accept (local.get $fd) (i32.const 0) (i32.const 8)))
    (func (export "recv") (param $fd i32) (result i32)
        (call $list (i32.const 4096))
        (call $sock_recv (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 0)
            (i32.const 8) (i32.const 12)))
    (func (export "recv_all") (param $fd i32) (result i32)
        (call $list (i32.const 6))
        (call $sock_recv (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 2)
            (i32.const 8) (i32.const 12)))
    (func (export "peek") (param $fd i32) (result i32)
        (call $list (i32.const 4096))
        (call $sock_recv (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 1)
            (i32.const 8) (i32.const 12)))
    (func (export "send") (param $len i32) (result i32)
        (call $list (local.get $len))
        (call $sock_send (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
    (func (export "shutdown") (param $how i32) (result i32)
        (call $sock_shutdown (i32.const 4) (local.get $how)))
    (func (export "result") (result i32) (i32.load (i32.const 8))))"#;

/// A guest that makes single calls.
struct Guest {
    store: Store<WasiCtx>,
    instance: updraft::Instance,
}

impl Guest {
    fn new(ctx: WasiCtx) -> Guest {
        let engine = Engine::default();
        let mut linker: Linker<WasiCtx> = Linker::new(&engine);
        add_to_linker(&mut linker, |ctx| ctx).unwrap();
        let mut store = Store::new(&engine, ctx);
        let module = Module::new(&engine, CALLS).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        Guest { store, instance }
    }

    fn call(&mut self, name: &str, arg: i32) -> updraft::Result<i32> {
        let func = self.instance.get_typed_func::<i32, i32>(&mut self.store, name)?;
        func.call(&mut self.store, arg)
    }

    /// The number that the last call left behind.
    fn result(&mut self) -> i32 {
        let func = self.instance.get_typed_func::<(), i32>(&mut self.store, "result").unwrap();
        func.call(&mut self.store, ()).unwrap()
    }

    /// The bytes that calls move.
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let memory = self.instance.get_memory(&mut self.store, "memory").unwrap();
        let mut bytes = [0; N];
        memory.read(&self.store, 4096, &mut bytes).unwrap();
        bytes
    }
}

/// Makes a call that blocks, and ends it once by termination and once by a deadline.
fn assert_ends(guest: impl Fn() -> Guest, name: &str, arg: i32) {
    const BEFORE: Duration = Duration::from_millis(60);
    for deadline in [false, true] {
        let mut guest = guest();
        let handle = guest.store.isolate_handle();
        let began = Instant::now();
        let stopper = std::thread::spawn(move || {
            if deadline {
                handle.set_timeout(BEFORE);
                return Instant::now() + BEFORE;
            }
            std::thread::sleep(BEFORE);
            handle.terminate();
            Instant::now()
        });
        let error = guest.call(name, arg).unwrap_err();
        let ended = Instant::now();
        let trap = if deadline { Trap::DeadlineExceeded } else { Trap::Interrupt };
        assert_eq!(error.downcast_ref(), Some(&trap), "{name}: {error:?}");
        assert!(ended - began >= BEFORE / 2, "{name} did not block");
        let late = ended.saturating_duration_since(stopper.join().unwrap());
        assert!(late < Duration::from_millis(50), "{name} ended {late:?} late");
    }
}

fn pipe() -> (File, File) {
    let (read, write) = rustix::pipe::pipe().unwrap();
    (OwnedFd::into(read), OwnedFd::into(write))
}

#[test]
fn sleeps_end() {
    assert_ends(|| Guest::new(WasiCtxBuilder::new().build()), "sleep", 60_000);
}

#[test]
fn sleeps_last_as_long_as_they_should() {
    let mut guest = Guest::new(WasiCtxBuilder::new().build());
    let began = Instant::now();
    assert_eq!(guest.call("sleep", 30).unwrap(), 0);
    assert!(began.elapsed() >= Duration::from_millis(30));
    assert_eq!(guest.result(), 1);
}

#[test]
fn reads_of_an_empty_pipe_end() {
    for call in ["read", "wait"] {
        let (read, _write) = pipe();
        let stdin = || read.try_clone().unwrap();
        assert_ends(|| Guest::new(WasiCtxBuilder::new().stdin(stdin()).build()), call, 0);
    }
}

#[test]
fn writes_to_a_full_pipe_end() {
    // What was written before the end counts as written, so the second write is the one that ends.
    let (_read, write) = pipe();
    let stdout = || write.try_clone().unwrap();
    let guest = || {
        let mut guest = Guest::new(WasiCtxBuilder::new().stdout(stdout()).build());
        assert_eq!(guest.call("nonblock", 1).unwrap(), 0);
        while guest.call("write", 1).unwrap() == 0 {}
        // The guest's flag is its own: another guest of the same pipe blocks.
        Guest::new(WasiCtxBuilder::new().stdout(stdout()).build())
    };
    assert_ends(guest, "write", 1);
}

#[test]
fn a_pipe_without_a_reader_is_waited_for() {
    let path = std::env::temp_dir().join(format!("updraft-wasi-fifo-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir(&path).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path.join("fifo"), rustix::fs::FileType::Fifo, mode, 0)
        .unwrap();
    let guest = || {
        let mut builder = WasiCtxBuilder::new();
        builder.preopened_dir(&path, "/", DirPerms::all(), FilePerms::all()).unwrap();
        Guest::new(builder.build())
    };
    assert_ends(guest, "open_fifo", 3);
    let reader = std::thread::spawn({
        let path = path.join("fifo");
        move || {
            let mut text = String::new();
            File::open(path).unwrap().read_to_string(&mut text).unwrap();
            text.len()
        }
    });
    let mut guest = guest();
    assert_eq!(guest.call("open_fifo", 3).unwrap(), 0);
    let fd = guest.result();
    assert_eq!(guest.call("write", fd).unwrap(), 0);
    assert_eq!(guest.result(), 1 << 20);
    drop(guest);
    assert_eq!(reader.join().unwrap(), 1 << 20);
    std::fs::remove_dir_all(&path).unwrap();
}

#[test]
fn large_requests_of_randomness_end() {
    let mut guest = Guest::new(WasiCtxBuilder::new().build());
    let handle = guest.store.isolate_handle();
    handle.terminate();
    let began = Instant::now();
    assert!(guest.call("random", 60 << 20).is_err());
    assert!(began.elapsed() < Duration::from_millis(50));
}

fn with_listener() -> (Guest, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_socket(listener.try_clone().unwrap()).unwrap();
    (Guest::new(builder.build()), listener)
}

fn connected() -> (Guest, TcpStream) {
    let (mut guest, listener) = with_listener();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    assert_eq!(guest.call("accept", 3).unwrap(), 0);
    assert_eq!(guest.result(), 4);
    (guest, client)
}

#[test]
fn waiting_for_a_connection_ends() {
    assert_ends(|| with_listener().0, "accept", 3);
    assert_ends(|| with_listener().0, "wait", 3);
}

#[test]
fn waiting_for_a_silent_connection_ends() {
    let clients = std::cell::RefCell::new(Vec::new());
    let guest = || {
        let (guest, client) = connected();
        clients.borrow_mut().push(client);
        guest
    };
    assert_ends(guest, "recv", 4);
    assert_ends(guest, "recv_all", 4);
    assert_ends(guest, "read", 4);
    assert_ends(guest, "wait", 4);
}

#[test]
fn sockets_carry_bytes() {
    let (mut guest, mut client) = connected();
    client.write_all(b"hello").unwrap();
    assert_eq!(guest.call("peek", 4).unwrap(), 0);
    assert_eq!((guest.result(), guest.bytes()), (5, *b"hello"));
    assert_eq!(guest.call("recv", 4).unwrap(), 0);
    assert_eq!((guest.result(), guest.bytes()), (5, *b"hello"));

    // All of what is asked for, though it comes in two parts.
    let late = std::thread::spawn(move || {
        client.write_all(b"abc").unwrap();
        std::thread::sleep(Duration::from_millis(30));
        client.write_all(b"def").unwrap();
        client
    });
    assert_eq!(guest.call("recv_all", 4).unwrap(), 0);
    assert_eq!((guest.result(), guest.bytes()), (6, *b"abcdef"));
    let mut client = late.join().unwrap();

    assert_eq!(guest.call("send", 6).unwrap(), 0);
    let mut answer = [0; 6];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"abcdef");

    // More than the kernel takes at once.
    let reader = std::thread::spawn(move || {
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        (client, rest.len())
    });
    assert_eq!(guest.call("send", 32 << 20).unwrap(), 0);
    assert_eq!(guest.result(), 32 << 20);
    assert_eq!(guest.call("shutdown", 2).unwrap(), 0);
    let (client, len) = reader.join().unwrap();
    assert_eq!(len, 32 << 20);
    const EPIPE: i32 = 64;
    assert_eq!(guest.call("send", 1).unwrap(), EPIPE);
    drop(client);
    assert_eq!(guest.call("recv", 4).unwrap(), 0);
    assert_eq!(guest.result(), 0);
}

#[test]
fn sockets_have_their_errors() {
    const EAGAIN: i32 = 6;
    const EBADF: i32 = 8;
    const EINVAL: i32 = 28;
    const ENOTCONN: i32 = 53;
    const ENOTSOCK: i32 = 57;
    let (mut guest, _client) = connected();
    assert_eq!(guest.call("accept", 0).unwrap(), ENOTSOCK);
    assert_eq!(guest.call("accept", 9).unwrap(), EBADF);
    assert_eq!(guest.call("accept", 4).unwrap(), EINVAL);
    assert_eq!(guest.call("recv", 1).unwrap(), ENOTSOCK);
    assert_eq!(guest.call("recv", 3).unwrap(), ENOTCONN);
    assert_eq!(guest.call("shutdown", 0).unwrap(), EINVAL);
    assert_eq!(guest.call("shutdown", 4).unwrap(), EINVAL);
    assert_eq!(guest.call("nonblock", 4).unwrap(), 0);
    assert_eq!(guest.call("recv", 4).unwrap(), EAGAIN);
    assert_eq!(guest.call("read", 4).unwrap(), EAGAIN);
    assert_eq!(guest.call("nonblock", 3).unwrap(), 0);
    assert_eq!(guest.call("accept", 3).unwrap(), EAGAIN);
}

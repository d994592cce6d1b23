//! What a host gives to a guest: arguments, environment, streams, directories, sockets.
//!
//! Owns [`WasiCtx`] and its builder. Hosts make one per guest; the calls of the guest work
//! on it. Knows no guest memory.

use crate::memory::GuestMemory;
use crate::stdio::{StdinSource, StdoutSink};
use crate::table::{DirEntry, Entry, Kind, Table};
use crate::types::{Abi, rights};
use crate::wake::Wake;
use cap_std::fs::Dir;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use updraft::Error;

/// All that a guest can reach through WASI.
pub struct WasiCtx {
    /// Each without its closing NUL.
    pub(crate) args: Vec<Vec<u8>>,
    /// `KEY=VALUE`, each without its closing NUL.
    pub(crate) env: Vec<Vec<u8>>,
    pub(crate) table: Table,
    /// When the sleep in progress began, kept while the isolate is served in between.
    pub(crate) sleep_began: Option<u64>,
}

impl fmt::Debug for WasiCtx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasiCtx").field("args", &self.args.len()).finish_non_exhaustive()
    }
}

/// One call of the guest: all that its body may touch.
pub(crate) struct Call<'a> {
    pub ctx: &'a mut WasiCtx,
    pub memory: GuestMemory<'a>,
    pub wake: &'a Wake,
    pub abi: Abi,
}

/// What a guest may do with the entries of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirPerms(u8);

impl DirPerms {
    /// Look at them.
    pub const READ: DirPerms = DirPerms(1);
    /// Make, remove and rename them.
    pub const MUTATE: DirPerms = DirPerms(2);

    /// None of the permissions.
    pub const fn empty() -> DirPerms {
        DirPerms(0)
    }

    /// Each of the permissions.
    pub const fn all() -> DirPerms {
        DirPerms(3)
    }

    /// Whether all of `other` is in this one.
    pub const fn contains(self, other: DirPerms) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for DirPerms {
    type Output = DirPerms;

    fn bitor(self, other: DirPerms) -> DirPerms {
        DirPerms(self.0 | other.0)
    }
}

/// What a guest may do with the files of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePerms(u8);

impl FilePerms {
    /// Read them.
    pub const READ: FilePerms = FilePerms(1);
    /// Write to them.
    pub const WRITE: FilePerms = FilePerms(2);

    /// None of the permissions.
    pub const fn empty() -> FilePerms {
        FilePerms(0)
    }

    /// Each of the permissions.
    pub const fn all() -> FilePerms {
        FilePerms(3)
    }

    /// Whether all of `other` is in this one.
    pub const fn contains(self, other: FilePerms) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for FilePerms {
    type Output = FilePerms;

    fn bitor(self, other: FilePerms) -> FilePerms {
        FilePerms(self.0 | other.0)
    }
}

/// Makes a [`WasiCtx`]. What is not given, the guest does not have.
#[derive(Default)]
pub struct WasiCtxBuilder {
    args: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
    stdin: StdinSource,
    stdout: StdoutSink,
    stderr: StdoutSink,
    preopens: Vec<Entry>,
}

impl fmt::Debug for WasiCtxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasiCtxBuilder")
            .field("stdin", &self.stdin)
            .field("stdout", &self.stdout)
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}

impl WasiCtxBuilder {
    /// A builder of a guest that has nothing: no arguments, null streams, no directories.
    pub fn new() -> WasiCtxBuilder {
        WasiCtxBuilder::default()
    }

    /// Adds an argument. The first is the program's name.
    pub fn arg(&mut self, arg: impl AsRef<OsStr>) -> &mut Self {
        self.args.push(c_string(arg.as_ref().as_bytes()));
        self
    }

    /// Adds arguments.
    pub fn args(&mut self, args: &[impl AsRef<OsStr>]) -> &mut Self {
        args.iter().fold(self, |builder, arg| builder.arg(arg))
    }

    /// Adds all arguments of the host process.
    pub fn inherit_args(&mut self) -> &mut Self {
        std::env::args_os().fold(self, |builder, arg| builder.arg(arg))
    }

    /// Adds a variable to the environment.
    pub fn env(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        let entry = [key.as_ref().as_bytes(), b"=", value.as_ref().as_bytes()].concat();
        self.env.push(c_string(&entry));
        self
    }

    /// Adds variables to the environment.
    pub fn envs(&mut self, envs: &[(impl AsRef<OsStr>, impl AsRef<OsStr>)]) -> &mut Self {
        envs.iter().fold(self, |builder, (key, value)| builder.env(key, value))
    }

    /// Adds the environment of the host process.
    pub fn inherit_env(&mut self) -> &mut Self {
        std::env::vars_os().fold(self, |builder, (key, value)| builder.env(key, value))
    }

    /// Where standard input comes from.
    pub fn stdin(&mut self, source: impl Into<StdinSource>) -> &mut Self {
        self.stdin = source.into();
        self
    }

    /// Where standard output goes.
    pub fn stdout(&mut self, sink: impl Into<StdoutSink>) -> &mut Self {
        self.stdout = sink.into();
        self
    }

    /// Where standard error goes.
    pub fn stderr(&mut self, sink: impl Into<StdoutSink>) -> &mut Self {
        self.stderr = sink.into();
        self
    }

    /// Standard input is the host process's.
    pub fn inherit_stdin(&mut self) -> &mut Self {
        self.stdin(StdinSource::Inherit)
    }

    /// Standard output is the host process's.
    pub fn inherit_stdout(&mut self) -> &mut Self {
        self.stdout(StdoutSink::Inherit)
    }

    /// Standard error is the host process's.
    pub fn inherit_stderr(&mut self) -> &mut Self {
        self.stderr(StdoutSink::Inherit)
    }

    /// All three streams are the host process's.
    pub fn inherit_stdio(&mut self) -> &mut Self {
        self.inherit_stdin().inherit_stdout().inherit_stderr()
    }

    /// Gives the guest a directory of the host, under a name of its own. It cannot leave it.
    ///
    /// # Errors
    ///
    /// When the directory cannot be opened.
    pub fn preopened_dir(
        &mut self,
        host_path: impl AsRef<Path>,
        guest_path: impl AsRef<str>,
        dir_perms: DirPerms,
        file_perms: FilePerms,
    ) -> Result<&mut Self, Error> {
        let host_path = host_path.as_ref();
        let directory = rustix::fs::OFlags::DIRECTORY.bits() as i32;
        let file = std::fs::OpenOptions::new()
            .read(true)
            .custom_flags(directory)
            .open(host_path)
            .map_err(|error| {
            Error::new(io::Error::new(
                error.kind(),
                format!("cannot open the directory '{}': {error}", host_path.display()),
            ))
        })?;
        let dir = DirEntry {
            dir: Dir::from_std_file(file),
            preopen: Some(guest_path.as_ref().into()),
            dir_perms,
            file_perms,
        };
        self.preopens.push(Entry::new(Kind::Dir(dir), rights::DIR, rights::DIR_INHERITING));
        Ok(self)
    }

    /// Gives the guest a listening socket, which it can accept connections from.
    ///
    /// # Errors
    ///
    /// When the socket cannot be made non-blocking.
    pub fn preopened_socket(&mut self, listener: TcpListener) -> Result<&mut Self, Error> {
        // Waiting is done by polling, which an isolate can end.
        listener.set_nonblocking(true).map_err(Error::new)?;
        let kind = Kind::Listener(listener.into());
        self.preopens.push(Entry::new(kind, rights::LISTENER, rights::SOCKET));
        Ok(self)
    }

    /// What was asked for so far; the builder is as new after it.
    ///
    /// # Panics
    ///
    /// When more than a million directories and sockets were given.
    pub fn build(&mut self) -> WasiCtx {
        let builder = std::mem::take(self);
        let mut table = Table::default();
        let stdin = builder.stdin.open();
        let stdout = builder.stdout.open(|| io::stdout().as_fd().try_clone_to_owned());
        let stderr = builder.stderr.open(|| io::stderr().as_fd().try_clone_to_owned());
        for entry in [stdin, stdout, stderr].into_iter().chain(builder.preopens) {
            table.insert(entry).expect("fewer entries than the table holds");
        }
        WasiCtx { args: builder.args, env: builder.env, table, sleep_began: None }
    }
}

/// The guest sees these as C strings, which end at the first NUL.
fn c_string(bytes: &[u8]) -> Vec<u8> {
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    bytes[..len].to_vec()
}

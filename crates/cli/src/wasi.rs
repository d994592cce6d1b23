//! What `run` gives a program: arguments, environment, directories, streams
//! and sockets.
//!
//! The only place of this crate that names the WASI crate.

use std::ffi::{OsStr, OsString};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use updraft::Linker;
use updraft_wasi::{DirPerms, FilePerms, I32Exit, WasiCtx, WasiCtxBuilder};

use crate::report::Failure;

/// Options of the WASI host.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct WasiOptions {
    /// Give the program a directory, under a name of its own if one is given
    #[arg(long = "dir", value_name = "HOST[::GUEST]")]
    dirs: Vec<OsString>,
    /// Set a variable of the program's environment; without a value, pass on ours
    #[arg(long = "env", value_name = "NAME[=VALUE]")]
    env: Vec<OsString>,
    /// Listen there, and give the program the socket
    #[arg(long, value_name = "ADDR:PORT")]
    tcplisten: Vec<String>,
}

impl WasiOptions {
    /// The options as a command line has them.
    pub fn arguments(&self) -> Vec<OsString> {
        let pair = |name: &str, value: &OsStr| {
            let mut option = OsString::from(name);
            option.push("=");
            option.push(value);
            option
        };
        let dirs = self.dirs.iter().map(|v| pair("--dir", v));
        let env = self.env.iter().map(|v| pair("--env", v));
        dirs.chain(env)
            .chain(self.tcplisten.iter().map(|v| pair("--tcplisten", v.as_ref())))
            .collect()
    }

    /// The context of a program called `name`.
    pub fn context(&self, name: &OsStr, args: &[OsString]) -> Result<WasiCtx, Failure> {
        let mut builder = WasiCtxBuilder::new();
        builder.inherit_stdio();
        builder.arg(Path::new(name).file_name().unwrap_or(name));
        for arg in args {
            builder.arg(arg);
        }
        for variable in &self.env {
            match split(variable, b"=") {
                Some((b"", _)) => {
                    return Err(Failure::usage("--env: a variable without a name"));
                }
                Some((name, value)) => {
                    builder.env(OsStr::from_bytes(name), OsStr::from_bytes(value));
                }
                // What we do not have, the program does not get.
                None => {
                    if let Some(value) = std::env::var_os(variable) {
                        builder.env(variable, value);
                    }
                }
            }
        }
        for dir in &self.dirs {
            let (host, guest) = match split(dir, b"::") {
                Some((host, guest)) => (OsStr::from_bytes(host), OsStr::from_bytes(guest)),
                None => (&**dir, &**dir),
            };
            let guest = guest
                .to_str()
                .ok_or_else(|| Failure::usage("--dir: the program's name is not UTF-8"))?;
            builder
                .preopened_dir(Path::new(host), guest, DirPerms::all(), FilePerms::all())
                .map_err(|e| Failure::new(format!("--dir {}: {e:#}", dir.to_string_lossy())))?;
        }
        for address in &self.tcplisten {
            let cannot =
                |e: &dyn std::fmt::Display| Failure::new(format!("--tcplisten {address}: {e}"));
            let listener = TcpListener::bind(address).map_err(|e| cannot(&e))?;
            builder.preopened_socket(listener).map_err(|e| cannot(&format!("{e:#}")))?;
        }
        Ok(builder.build())
    }
}

/// Defines WASI for programs.
pub fn link<T: Send + 'static>(
    linker: &mut Linker<T>,
    context: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
) -> updraft::Result<()> {
    updraft_wasi::add_to_linker(linker, context)
}

/// The code of a program that ended itself.
pub fn exit_code(error: &updraft::Error) -> Option<i32> {
    error.downcast_ref::<I32Exit>().map(|exit| exit.0)
}

fn split<'a>(text: &'a OsStr, at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let bytes = text.as_bytes();
    let i = bytes.windows(at.len()).position(|w| w == at)?;
    Some((&bytes[..i], &bytes[i + at.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_separator_splits() {
        let split = |t: &'static str, at: &[u8]| {
            split(OsStr::new(t), at).map(|(a, b)| (a.to_vec(), b.to_vec()))
        };
        assert_eq!(split("A=b=c", b"="), Some((b"A".to_vec(), b"b=c".to_vec())));
        assert_eq!(split("A", b"="), None);
        assert_eq!(split("/a::/b::c", b"::"), Some((b"/a".to_vec(), b"/b::c".to_vec())));
        assert_eq!(split("/a:b", b"::"), None);
    }
}

//! The folder of fetched and built things.
//!
//! An entry is a folder that is made under a temporary name and renamed into place, so an entry
//! that exists is whole. A lock file per entry keeps two processes, or two tests of one process,
//! from making it twice.

use crate::{Fetched, Missing, failed};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The folder that holds all entries.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens `$UPDRAFT_CACHE`, or `updraft` in the user's cache folder.
    pub fn open() -> Fetched<Cache> {
        let from_env = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        let root = if let Some(dir) = from_env("UPDRAFT_CACHE") {
            PathBuf::from(dir)
        } else if let Some(dir) = from_env("XDG_CACHE_HOME") {
            PathBuf::from(dir).join("updraft")
        } else if let Some(home) = from_env("HOME") {
            PathBuf::from(home).join(".cache/updraft")
        } else {
            return failed("neither UPDRAFT_CACHE nor HOME is set");
        };
        fs::create_dir_all(root.join(".locks"))?;
        fs::create_dir_all(root.join(".tmp"))?;
        Ok(Cache { root: fs::canonicalize(root)? })
    }

    /// A folder that tools may fill and share, such as a compiler's own cache.
    pub fn shared_dir(&self, name: &str) -> Fetched<PathBuf> {
        let dir = self.root.join(name);
        fs::create_dir_all(&dir)?;
        Ok(dir)
    }

    /// The folder of entry `name`; `make` fills it if it is not there yet.
    ///
    /// `make` gets an empty folder. Whatever it leaves there is the entry, if it returns `Ok`.
    pub fn entry(&self, name: &str, make: impl FnOnce(&Path) -> Fetched<()>) -> Fetched<PathBuf> {
        let done = self.root.join(name);
        if done.is_dir() {
            return Ok(done);
        }
        let lock = File::create(self.root.join(".locks").join(name))?;
        lock.lock()?;
        if done.is_dir() {
            return Ok(done);
        }
        let tmp = self.temp_dir(name)?;
        make(tmp.path())?;
        fs::rename(tmp.path(), &done)?;
        Ok(done)
        // The lock ends when its file is closed.
    }

    /// An empty folder that goes away when dropped, on the file system of the entries.
    pub fn temp_dir(&self, name: &str) -> Fetched<TempDir> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Relaxed: only distinctness matters.
        let serial = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.root.join(".tmp").join(format!("{name}.{}.{serial}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(TempDir { path })
    }
}

/// A folder that is removed when dropped (if it is still there).
#[derive(Debug)]
pub struct TempDir {
    path: PathBuf,
}

impl TempDir {
    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // An entry that was renamed into place is no longer here.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The SHA-256 of `bytes`, in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Fails unless the file at `path` has the SHA-256 `want`.
pub fn check_sha256(path: &Path, want: &str) -> Fetched<()> {
    let got = sha256_hex(&fs::read(path)?);
    if got == want {
        Ok(())
    } else {
        Err(Missing::Failed(format!("{}: SHA-256 is {got}, pinned is {want}", path.display())))
    }
}

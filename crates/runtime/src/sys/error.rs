//! Errors of the system, and which limit of the kernel stands behind them.
//!
//! Owns: the error type and the diagnosis. Called wherever a system call
//! failed. The diagnosis reads files below `/proc` and takes milliseconds
//! where there are many mappings, so it is made only where an error is about
//! to be shown, never where a guest can ask again and again.

use std::fmt;

use rustix::io::Errno;

/// A limit of the kernel that a process can run into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KernelLimit {
    /// The number of mappings of a process.
    MapCount {
        /// Mappings there are.
        used: u64,
        /// `vm.max_map_count`.
        max: u64,
    },
    /// `RLIMIT_AS`, the bytes of address space of a process.
    AddressSpace {
        /// Bytes in use.
        used: u64,
        /// The limit.
        max: u64,
    },
    /// Strict accounting of memory (`vm.overcommit_memory = 2`).
    Overcommit,
    /// The number of open files of a process.
    OpenFiles,
    /// `RLIMIT_FSIZE`, the bytes of a file.
    FileSize,
}

impl fmt::Display for KernelLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KernelLimit::MapCount { used, max } => {
                write!(f, "{used} mappings, vm.max_map_count is {max}")
            }
            KernelLimit::AddressSpace { used, max } => {
                write!(f, "{used} bytes of address space in use, RLIMIT_AS is {max}")
            }
            KernelLimit::Overcommit => f.write_str("vm.overcommit_memory is 2 (strict)"),
            KernelLimit::FileSize => f.write_str("RLIMIT_FSIZE, the size of a file"),
            KernelLimit::OpenFiles => f.write_str("RLIMIT_NOFILE, the number of open files"),
        }
    }
}

/// A system call that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OsError {
    call: &'static str,
    errno: Errno,
    limit: Option<KernelLimit>,
}

impl OsError {
    pub(crate) fn new(call: &'static str, errno: Errno) -> Self {
        Self { call, errno, limit: None }
    }

    /// The call was refused for want of memory.
    pub(crate) fn no_memory(call: &'static str) -> Self {
        Self::new(call, Errno::NOMEM)
    }

    /// Finds out which limit was reached, if one was. Slow; not for the
    /// signal path, nor for what a guest can repeat.
    #[must_use]
    pub fn diagnosed(mut self) -> Self {
        if self.limit.is_none() {
            self.limit = match self.errno {
                Errno::NOMEM | Errno::AGAIN => memory_limit(),
                Errno::FBIG => Some(KernelLimit::FileSize),
                Errno::MFILE => Some(KernelLimit::OpenFiles),
                _ => None,
            };
        }
        self
    }

    /// The limit that was reached, as far as [`OsError::diagnosed`] could tell.
    pub fn limit(&self) -> Option<KernelLimit> {
        self.limit
    }

    /// Whether the system had no memory, address space or mapping left.
    pub fn is_out_of_memory(&self) -> bool {
        matches!(self.errno, Errno::NOMEM | Errno::NOSPC | Errno::AGAIN)
    }

    /// The number of the error.
    pub fn raw_os_error(&self) -> i32 {
        self.errno.raw_os_error()
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.call, self.errno)?;
        match self.limit {
            Some(limit) => write!(f, " (limit reached: {limit})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OsError {}

/// Which limit on mappings and memory is nearest to its end, if one is near.
fn memory_limit() -> Option<KernelLimit> {
    // A failing call may have needed two more mappings, and other threads go
    // on meanwhile: "near" is 64.
    let max: Option<u64> = read_number("/proc/sys/vm/max_map_count");
    let used = std::fs::read("/proc/self/maps")
        .map(|maps| maps.iter().filter(|b| **b == b'\n').count() as u64);
    if let (Some(max), Ok(used)) = (max, used)
        && used + 64 >= max
    {
        return Some(KernelLimit::MapCount { used, max });
    }
    let rlimit = rustix::process::getrlimit(rustix::process::Resource::As);
    if let Some(max) = rlimit.current {
        // The first field of statm is the address space in pages.
        let used = std::fs::read_to_string("/proc/self/statm")
            .ok()
            .and_then(|s| s.split_whitespace().next()?.parse::<u64>().ok())
            .map_or(0, |pages| pages * super::page_bytes() as u64);
        return Some(KernelLimit::AddressSpace { used, max });
    }
    (read_number("/proc/sys/vm/overcommit_memory") == Some(2)).then_some(KernelLimit::Overcommit)
}

fn read_number(path: &str) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_call_and_limit() {
        let plain = OsError::new("mmap", Errno::INVAL).diagnosed();
        assert_eq!(plain.limit(), None);
        assert!(plain.to_string().starts_with("mmap failed: "));
        let files = OsError::new("memfd_create", Errno::MFILE).diagnosed();
        assert!(files.to_string().contains("RLIMIT_NOFILE"), "{files}");
    }
}

//! Where a guest's standard streams come from and go to.
//!
//! Owns the in-memory pipes and the choices that a host has for the three streams. Used by
//! the builder in [`ctx`](crate::ctx). Knows no call of the guest.

use crate::table::{Entry, Kind};
use crate::types::{Errno, Result, rights};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a guest reads as its standard input. Clones share the position.
#[derive(Clone, Debug)]
pub struct MemoryInputPipe {
    shared: Arc<Mutex<Input>>,
}

#[derive(Debug)]
struct Input {
    bytes: Vec<u8>,
    position: usize,
}

impl MemoryInputPipe {
    /// A pipe that holds these bytes and then ends.
    pub fn new(bytes: impl Into<Vec<u8>>) -> MemoryInputPipe {
        let input = Input { bytes: bytes.into(), position: 0 };
        MemoryInputPipe { shared: Arc::new(Mutex::new(input)) }
    }

    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    pub(crate) fn remaining(&self) -> usize {
        let input = self.lock();
        input.bytes.len() - input.position
    }

    pub(crate) fn read(&self, buffer: &mut [u8]) -> usize {
        let mut input = self.lock();
        let rest = &input.bytes[input.position..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        input.position += len;
        len
    }

    fn lock(&self) -> MutexGuard<'_, Input> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps what a guest writes, up to a limit. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct MemoryOutputPipe {
    shared: Arc<Mutex<Vec<u8>>>,
    capacity: usize,
}

impl MemoryOutputPipe {
    /// A pipe that takes `capacity` bytes; the guest gets "no space left" for more.
    pub fn new(capacity: usize) -> MemoryOutputPipe {
        MemoryOutputPipe { shared: Arc::default(), capacity }
    }

    /// What was written so far.
    pub fn contents(&self) -> Vec<u8> {
        self.lock().clone()
    }

    pub(crate) fn write(&self, buffer: &[u8]) -> Result<usize, Errno> {
        let mut bytes = self.lock();
        let room = self.capacity - bytes.len();
        let len = room.min(buffer.len());
        if len == 0 && !buffer.is_empty() {
            return Err(Errno::NOSPC);
        }
        bytes.try_reserve(len).map_err(|_| Errno::NOSPC)?;
        bytes.extend_from_slice(&buffer[..len]);
        Ok(len)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a guest's standard input comes from.
#[derive(Debug, Default)]
pub enum StdinSource {
    /// Nowhere: it is at its end at once.
    #[default]
    Null,
    /// The host process's.
    Inherit,
    /// Bytes in memory.
    Memory(MemoryInputPipe),
    /// An open file, pipe or device of the host.
    File(File),
}

/// Where a guest's standard output or error goes.
#[derive(Debug, Default)]
pub enum StdoutSink {
    /// Nowhere: it is forgotten.
    #[default]
    Null,
    /// The host process's stream of the same number.
    Inherit,
    /// Bytes in memory.
    Memory(MemoryOutputPipe),
    /// An open file, pipe or device of the host.
    File(File),
}

impl From<MemoryInputPipe> for StdinSource {
    fn from(pipe: MemoryInputPipe) -> StdinSource {
        StdinSource::Memory(pipe)
    }
}

impl From<File> for StdinSource {
    fn from(file: File) -> StdinSource {
        StdinSource::File(file)
    }
}

impl From<MemoryOutputPipe> for StdoutSink {
    fn from(pipe: MemoryOutputPipe) -> StdoutSink {
        StdoutSink::Memory(pipe)
    }
}

impl From<File> for StdoutSink {
    fn from(file: File) -> StdoutSink {
        StdoutSink::File(file)
    }
}

impl StdinSource {
    pub(crate) fn open(self) -> Entry {
        let readable = rights::ALL & !rights::FD_WRITE;
        match self {
            StdinSource::Null => Entry::new(Kind::Null, rights::STREAM & readable, 0),
            StdinSource::Memory(pipe) => {
                Entry::new(Kind::Input(pipe), rights::STREAM & readable, 0)
            }
            StdinSource::Inherit => host_stream(io::stdin().as_fd().try_clone_to_owned(), readable),
            StdinSource::File(file) => host_stream(Ok(file.into()), readable),
        }
    }
}

impl StdoutSink {
    /// `inherited` is the host's own stream, looked at only if it is asked for.
    pub(crate) fn open(self, inherited: impl FnOnce() -> io::Result<OwnedFd>) -> Entry {
        let writable = rights::ALL & !rights::FD_READ;
        match self {
            StdoutSink::Null => Entry::new(Kind::Null, rights::STREAM & writable, 0),
            StdoutSink::Memory(pipe) => {
                Entry::new(Kind::Output(pipe), rights::STREAM & writable, 0)
            }
            StdoutSink::Inherit => host_stream(inherited(), writable),
            StdoutSink::File(file) => host_stream(Ok(file.into()), writable),
        }
    }
}

/// A stream that the host has closed, or that is a directory, is a null one.
fn host_stream(fd: io::Result<OwnedFd>, allowed: u64) -> Entry {
    let entry = fd.map_err(Errno::from).and_then(|fd| Entry::from_file(fd, allowed));
    entry.unwrap_or_else(|_| Entry::new(Kind::Null, rights::STREAM & allowed, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_ends() {
        let pipe = MemoryInputPipe::new(*b"hello");
        let mut buffer = [0; 4];
        assert_eq!(pipe.read(&mut buffer), 4);
        assert_eq!(pipe.clone().read(&mut buffer), 1);
        assert_eq!(pipe.read(&mut buffer), 0);
        assert!(pipe.is_empty());
    }

    #[test]
    fn output_has_a_limit() {
        let pipe = MemoryOutputPipe::new(6);
        assert_eq!(pipe.write(b"abcd"), Ok(4));
        assert_eq!(pipe.clone().write(b"efgh"), Ok(2));
        assert_eq!(pipe.write(b"i"), Err(Errno::NOSPC));
        assert_eq!(pipe.write(b""), Ok(0));
        assert_eq!(pipe.contents(), b"abcdef");
    }
}

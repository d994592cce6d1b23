//! The guest's descriptors.
//!
//! Owns the table from numbers to open things, their rights and flags. Used by all families
//! of calls. Knows no guest memory; does no reading or writing itself.

use crate::ctx::{DirPerms, FilePerms};
use crate::stdio::{MemoryInputPipe, MemoryOutputPipe};
use crate::types::{Errno, Result, filetype, filetype_of, rights};
use cap_std::fs::Dir;
use rustix::fs::FileType;
use std::io::IsTerminal;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// As many descriptors as one guest may have, whatever the host allows.
const MAX_DESCRIPTORS: usize = 1 << 20;

/// One open thing.
pub(crate) struct Entry {
    pub kind: Kind,
    /// What may be done with this descriptor.
    pub base: u64,
    /// What may be done with descriptors opened through it.
    pub inheriting: u64,
    /// The guest's flags. They are kept here, and not in the host's open file, which other
    /// processes may share.
    pub flags: u16,
}

/// What a descriptor stands for.
pub(crate) enum Kind {
    /// A regular file or block device: never blocks, has a position.
    File(OwnedFd, u8),
    /// A pipe, terminal or other device: may block, has no position.
    Stream(OwnedFd, u8),
    Dir(DirEntry),
    Socket(OwnedFd),
    Listener(OwnedFd),
    Input(MemoryInputPipe),
    Output(MemoryOutputPipe),
    /// Reads as empty, and forgets what is written.
    Null,
}

/// An open directory, and what the host lets the guest do below it.
pub(crate) struct DirEntry {
    pub dir: Dir,
    /// The guest's name of a directory that it was given.
    pub preopen: Option<Box<str>>,
    pub dir_perms: DirPerms,
    pub file_perms: FilePerms,
}

impl Entry {
    pub fn new(kind: Kind, base: u64, inheriting: u64) -> Entry {
        Entry { kind, base, inheriting, flags: 0 }
    }

    /// A descriptor for an open file of the host that is no directory, with the rights in
    /// `allowed` that apply to it.
    pub fn from_file(fd: OwnedFd, allowed: u64) -> Result<Entry, Errno> {
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode);
        let file_type = filetype_of(kind);
        Ok(match kind {
            FileType::RegularFile | FileType::BlockDevice => {
                Entry::new(Kind::File(fd, file_type), rights::FILE & allowed, 0)
            }
            FileType::Socket => Entry::new(Kind::Socket(fd), rights::SOCKET & allowed, 0),
            FileType::Directory => return Err(Errno::ISDIR),
            _ => {
                // A right to seek that cannot be used says that this is no terminal.
                let seek = rights::FD_SEEK | rights::FD_TELL;
                let applies = if fd.is_terminal() { rights::STREAM } else { rights::STREAM | seek };
                Entry::new(Kind::Stream(fd, file_type), applies & allowed, 0)
            }
        })
    }

    /// Refuses what this descriptor may not be used for.
    pub fn require(&self, rights: u64) -> Result<(), Errno> {
        if self.base & rights == rights { Ok(()) } else { Err(Errno::NOTCAPABLE) }
    }

    /// The directory, with the rights asked for.
    pub fn dir(&self, rights: u64) -> Result<&DirEntry, Errno> {
        let Kind::Dir(dir) = &self.kind else { return Err(Errno::NOTDIR) };
        self.require(rights)?;
        Ok(dir)
    }

    /// The host's descriptor, if there is one.
    pub fn os(&self) -> Option<BorrowedFd<'_>> {
        match &self.kind {
            Kind::File(fd, _) | Kind::Stream(fd, _) | Kind::Socket(fd) | Kind::Listener(fd) => {
                Some(fd.as_fd())
            }
            Kind::Dir(dir) => Some(dir.dir.as_fd()),
            Kind::Input(_) | Kind::Output(_) | Kind::Null => None,
        }
    }

    pub fn file_type(&self) -> u8 {
        match &self.kind {
            Kind::File(_, file_type) | Kind::Stream(_, file_type) => *file_type,
            Kind::Dir(_) => filetype::DIRECTORY,
            Kind::Socket(_) | Kind::Listener(_) => filetype::SOCKET_STREAM,
            Kind::Input(_) | Kind::Output(_) | Kind::Null => filetype::UNKNOWN,
        }
    }
}

/// All descriptors of one guest. A new one gets the lowest free number.
#[derive(Default)]
pub(crate) struct Table {
    entries: Vec<Option<Entry>>,
    /// No entry below this one is free.
    lowest_free: usize,
}

impl Table {
    pub fn get(&self, fd: u32) -> Result<&Entry, Errno> {
        self.entries.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BADF)
    }

    pub fn get_mut(&mut self, fd: u32) -> Result<&mut Entry, Errno> {
        self.entries.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::BADF)
    }

    pub fn insert(&mut self, entry: Entry) -> Result<u32, Errno> {
        let used = self.entries[self.lowest_free..].iter().take_while(|e| e.is_some()).count();
        let fd = self.lowest_free + used;
        if fd >= MAX_DESCRIPTORS {
            return Err(Errno::NFILE);
        }
        if fd == self.entries.len() {
            self.entries.push(None);
        }
        self.entries[fd] = Some(entry);
        self.lowest_free = fd + 1;
        Ok(fd as u32)
    }

    pub fn remove(&mut self, fd: u32) -> Result<Entry, Errno> {
        let slot = self.entries.get_mut(fd as usize).ok_or(Errno::BADF)?;
        let entry = slot.take().ok_or(Errno::BADF)?;
        self.lowest_free = self.lowest_free.min(fd as usize);
        Ok(entry)
    }

    /// Moves `from` to `to`, which must be open and is closed by it.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        self.get(from)?;
        self.get(to)?;
        if from != to {
            let entry = self.remove(from)?;
            self.entries[to as usize] = Some(entry);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn null() -> Entry {
        Entry::new(Kind::Null, rights::FD_WRITE, 0)
    }

    #[test]
    fn the_lowest_free_number_is_used() {
        let mut table = Table::default();
        assert_eq!((0..4).map(|_| table.insert(null()).unwrap()).max(), Some(3));
        table.remove(1).unwrap();
        table.remove(2).unwrap();
        assert_eq!(table.insert(null()), Ok(1));
        assert_eq!(table.insert(null()), Ok(2));
        assert_eq!(table.insert(null()), Ok(4));
        assert_eq!(table.remove(9).err(), Some(Errno::BADF));
    }

    #[test]
    fn renumber_needs_both() {
        let mut table = Table::default();
        (0..3).for_each(|fd| assert_eq!(table.insert(null()), Ok(fd)));
        assert_eq!(table.renumber(2, 3), Err(Errno::BADF));
        assert_eq!(table.renumber(3, 2), Err(Errno::BADF));
        assert_eq!(table.renumber(2, 2), Ok(()));
        assert_eq!(table.renumber(2, 0), Ok(()));
        assert_eq!(table.get(2).err(), Some(Errno::BADF));
        assert_eq!(table.insert(null()), Ok(2));
        assert_eq!(table.get(0).unwrap().require(rights::FD_READ), Err(Errno::NOTCAPABLE));
    }
}

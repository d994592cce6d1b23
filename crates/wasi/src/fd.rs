//! The calls on one descriptor: reading, writing, position, attributes, flags and rights.
//!
//! Owns the `fd_*` calls but those on directories' contents. Called through the linker; the
//! bytes themselves are moved in [`io`](crate::io).

use crate::clock::nanoseconds;
use crate::ctx::{Call, DirPerms};
use crate::io::{self, Position};
use crate::memory::GuestMemory;
use crate::table::{Entry, Kind};
use crate::types::{Abi, Errno, Result, fdflags, filetype, filetype_of, fstflags, rights};
use rustix::fs::{Advice, FallocateFlags, FileType, SeekFrom, Stat, Timespec, Timestamps};
use rustix::fs::{UTIME_NOW, UTIME_OMIT};
use std::num::NonZeroU64;
use std::os::fd::OwnedFd;

impl Call<'_> {
    pub fn fd_advise(&mut self, fd: u32, offset: u64, len: u64, advice: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_ADVISE)?;
        let advice = match advice {
            0 => Advice::Normal,
            1 => Advice::Sequential,
            2 => Advice::Random,
            3 => Advice::WillNeed,
            4 => Advice::DontNeed,
            5 => Advice::NoReuse,
            _ => return Err(Errno::INVAL.into()),
        };
        offset.checked_add(len).filter(|&end| end <= i64::MAX as u64).ok_or(Errno::INVAL)?;
        match &entry.kind {
            Kind::File(file, _) => {
                Ok(rustix::fs::fadvise(file, offset, NonZeroU64::new(len), advice)?)
            }
            Kind::Dir(_) => Err(Errno::BADF.into()),
            _ => Err(Errno::SPIPE.into()),
        }
    }

    pub fn fd_allocate(&mut self, fd: u32, offset: u64, len: u64) -> Result {
        let file = file(self.ctx.table.get(fd)?, rights::FD_ALLOCATE)?;
        let end = offset.checked_add(len).filter(|&end| end <= i64::MAX as u64);
        if len == 0 || offset > i64::MAX as u64 {
            return Err(Errno::INVAL.into());
        }
        let end = end.ok_or(Errno::FBIG)?;
        match rustix::fs::fallocate(file, FallocateFlags::empty(), offset, len) {
            // A file system without it can still make the file long enough.
            Err(rustix::io::Errno::OPNOTSUPP) => {
                if (rustix::fs::fstat(file)?.st_size as u64) < end {
                    rustix::fs::ftruncate(file, end)?;
                }
                Ok(())
            }
            result => Ok(result?),
        }
    }

    pub fn fd_close(&mut self, fd: u32) -> Result {
        self.ctx.table.remove(fd)?;
        Ok(())
    }

    pub fn fd_datasync(&mut self, fd: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_DATASYNC)?;
        Ok(rustix::fs::fdatasync(entry.os().ok_or(Errno::INVAL)?)?)
    }

    pub fn fd_sync(&mut self, fd: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_SYNC)?;
        Ok(rustix::fs::fsync(entry.os().ok_or(Errno::INVAL)?)?)
    }

    pub fn fd_fdstat_get(&mut self, fd: u32, stat: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        let mut bytes = [0; 24];
        bytes[0] = entry.file_type();
        bytes[2..4].copy_from_slice(&entry.flags.to_le_bytes());
        bytes[8..16].copy_from_slice(&entry.base.to_le_bytes());
        bytes[16..24].copy_from_slice(&entry.inheriting.to_le_bytes());
        Ok(self.memory.write_struct(stat, 8, bytes)?)
    }

    pub fn fd_fdstat_set_flags(&mut self, fd: u32, flags: u32) -> Result {
        let entry = self.ctx.table.get_mut(fd)?;
        entry.require(rights::FD_FDSTAT_SET_FLAGS)?;
        entry.flags = checked_flags(flags)?;
        Ok(())
    }

    /// Rights can be given up, never taken.
    pub fn fd_fdstat_set_rights(&mut self, fd: u32, base: u64, inheriting: u64) -> Result {
        let entry = self.ctx.table.get_mut(fd)?;
        if base & !entry.base != 0 || inheriting & !entry.inheriting != 0 {
            return Err(Errno::NOTCAPABLE.into());
        }
        entry.base = base;
        entry.inheriting = inheriting;
        Ok(())
    }

    pub fn fd_filestat_get(&mut self, fd: u32, ptr: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_FILESTAT_GET)?;
        let stat = match entry.os() {
            Some(os) => Attributes::new(&rustix::fs::fstat(os)?),
            None => Attributes { file_type: filetype::UNKNOWN, ..Attributes::default() },
        };
        stat.write(&mut self.memory, ptr, self.abi)
    }

    pub fn fd_filestat_set_size(&mut self, fd: u32, size: u64) -> Result {
        let file = file(self.ctx.table.get(fd)?, rights::FD_FILESTAT_SET_SIZE)?;
        if size > i64::MAX as u64 {
            return Err(Errno::INVAL.into());
        }
        Ok(rustix::fs::ftruncate(file, size)?)
    }

    pub fn fd_filestat_set_times(&mut self, fd: u32, atim: u64, mtim: u64, flags: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_FILESTAT_SET_TIMES)?;
        let times = timestamps(atim, mtim, flags)?;
        if let Kind::Dir(dir) = &entry.kind
            && !dir.dir_perms.contains(DirPerms::MUTATE)
        {
            return Err(Errno::PERM.into());
        }
        Ok(rustix::fs::futimens(entry.os().ok_or(Errno::INVAL)?, &times)?)
    }

    pub fn fd_read(&mut self, fd: u32, iovs: u32, count: u32, n_read: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_READ)?;
        self.memory.check_result(n_read, 4)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        let n = io::read(entry, &mut self.memory, &buffers, Position::Current, self.wake)?;
        Ok(self.memory.write_u32(n_read, n as u32)?)
    }

    pub fn fd_write(&mut self, fd: u32, iovs: u32, count: u32, n_written: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        entry.require(rights::FD_WRITE)?;
        self.memory.check_result(n_written, 4)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        let n = io::write(entry, &self.memory, &buffers, Position::Current, self.wake)?;
        Ok(self.memory.write_u32(n_written, n as u32)?)
    }

    pub fn fd_pread(&mut self, fd: u32, iovs: u32, count: u32, offset: u64, n_read: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        seekable(entry, rights::FD_READ | rights::FD_SEEK)?;
        self.memory.check_result(n_read, 4)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        if offset > i64::MAX as u64 {
            return Err(Errno::INVAL.into());
        }
        let position = Position::At(offset);
        let n = io::read(entry, &mut self.memory, &buffers, position, self.wake)?;
        Ok(self.memory.write_u32(n_read, n as u32)?)
    }

    pub fn fd_pwrite(
        &mut self,
        fd: u32,
        iovs: u32,
        count: u32,
        offset: u64,
        n_written: u32,
    ) -> Result {
        let entry = self.ctx.table.get(fd)?;
        seekable(entry, rights::FD_WRITE | rights::FD_SEEK)?;
        self.memory.check_result(n_written, 4)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        if offset > i64::MAX as u64 {
            return Err(Errno::INVAL.into());
        }
        let n = io::write(entry, &self.memory, &buffers, Position::At(offset), self.wake)?;
        Ok(self.memory.write_u32(n_written, n as u32)?)
    }

    pub fn fd_seek(&mut self, fd: u32, offset: i64, whence: u32, new_offset: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        // Asking where it is needs no right to move it.
        let needed = match (offset, self.whence(whence)?) {
            (0, Whence::Current) => rights::FD_TELL,
            _ => rights::FD_SEEK,
        };
        let file = match needed {
            rights::FD_TELL if entry.base & rights::FD_TELL == 0 => {
                seekable(entry, rights::FD_SEEK)?
            }
            needed => seekable(entry, needed)?,
        };
        self.memory.check_result(new_offset, 8)?;
        let to = match self.whence(whence)? {
            Whence::Start => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::INVAL)?),
            Whence::Current => SeekFrom::Current(offset),
            Whence::End => SeekFrom::End(offset),
        };
        let position = rustix::fs::seek(file, to)?;
        Ok(self.memory.write_u64(new_offset, position)?)
    }

    pub fn fd_tell(&mut self, fd: u32, offset: u32) -> Result {
        let file = seekable(self.ctx.table.get(fd)?, rights::FD_TELL)?;
        let position = rustix::fs::tell(file)?;
        Ok(self.memory.write_u64(offset, position)?)
    }

    pub fn fd_renumber(&mut self, from: u32, to: u32) -> Result {
        Ok(self.ctx.table.renumber(from, to)?)
    }

    pub fn fd_prestat_get(&mut self, fd: u32, prestat: u32) -> Result {
        let name = preopen_name(self.ctx.table.get(fd)?).ok_or(Errno::BADF)?;
        let len = u32::try_from(name.len()).map_err(|_| Errno::OVERFLOW)?;
        let mut bytes = [0; 8];
        bytes[4..8].copy_from_slice(&len.to_le_bytes());
        Ok(self.memory.write_struct(prestat, 4, bytes)?)
    }

    pub fn fd_prestat_dir_name(&mut self, fd: u32, path: u32, path_len: u32) -> Result {
        let name = preopen_name(self.ctx.table.get(fd)?).ok_or(Errno::NOTDIR)?;
        if name.len() > path_len as usize {
            return Err(Errno::NAMETOOLONG.into());
        }
        self.memory.bytes_mut(path, name.len() as u32)?.copy_from_slice(name.as_bytes());
        Ok(())
    }

    /// The two forms of preview 1 count these in different orders.
    fn whence(&self, whence: u32) -> Result<Whence, Errno> {
        match (self.abi, whence) {
            (Abi::Snapshot, 0) | (Abi::Unstable, 2) => Ok(Whence::Start),
            (Abi::Snapshot, 1) | (Abi::Unstable, 0) => Ok(Whence::Current),
            (Abi::Snapshot, 2) | (Abi::Unstable, 1) => Ok(Whence::End),
            _ => Err(Errno::INVAL),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whence {
    Start,
    Current,
    End,
}

fn preopen_name(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        Kind::Dir(dir) => dir.preopen.as_deref(),
        _ => None,
    }
}

/// The file of an entry that has to be one.
fn file(entry: &Entry, rights: u64) -> Result<&OwnedFd, Errno> {
    entry.require(rights)?;
    match &entry.kind {
        Kind::File(file, _) => Ok(file),
        _ => Err(Errno::INVAL),
    }
}

/// The file of an entry that has to have a position; a stream never has, whatever its rights.
fn seekable(entry: &Entry, rights: u64) -> Result<&OwnedFd, Errno> {
    match &entry.kind {
        Kind::File(file, _) => {
            entry.require(rights)?;
            Ok(file)
        }
        Kind::Dir(_) => Err(entry.require(rights).err().unwrap_or(Errno::ISDIR)),
        _ => Err(Errno::SPIPE),
    }
}

pub(crate) fn checked_flags(flags: u32) -> Result<u16, Errno> {
    let flags = u16::try_from(flags).map_err(|_| Errno::INVAL)?;
    if flags & !fdflags::ALL != 0 { Err(Errno::INVAL) } else { Ok(flags) }
}

/// What a guest asks for as timestamps, as the host takes it.
pub(crate) fn timestamps(atim: u64, mtim: u64, flags: u32) -> Result<Timestamps, Errno> {
    let flags = u16::try_from(flags).map_err(|_| Errno::INVAL)?;
    if flags & !fstflags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    let time = |time: u64, given: u16, now: u16| match (flags & given != 0, flags & now != 0) {
        (true, true) => Err(Errno::INVAL),
        (true, false) => Ok(Timespec {
            tv_sec: (time / 1_000_000_000) as i64,
            tv_nsec: (time % 1_000_000_000) as i64,
        }),
        (false, true) => Ok(Timespec { tv_sec: 0, tv_nsec: UTIME_NOW }),
        (false, false) => Ok(Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT }),
    };
    Ok(Timestamps {
        last_access: time(atim, fstflags::ATIM, fstflags::ATIM_NOW)?,
        last_modification: time(mtim, fstflags::MTIM, fstflags::MTIM_NOW)?,
    })
}

/// The attributes of a file, in no layout yet.
#[derive(Default)]
pub(crate) struct Attributes {
    dev: u64,
    ino: u64,
    file_type: u8,
    n_links: u64,
    size: u64,
    atim: u64,
    mtim: u64,
    ctim: u64,
}

impl Attributes {
    #[allow(clippy::unnecessary_cast, reason = "these fields differ between systems")]
    pub fn new(stat: &Stat) -> Attributes {
        Attributes {
            dev: stat.st_dev,
            ino: stat.st_ino,
            file_type: filetype_of(FileType::from_raw_mode(stat.st_mode)),
            n_links: stat.st_nlink as u64,
            size: stat.st_size as u64,
            atim: nanoseconds(stat.st_atime as i64, stat.st_atime_nsec as i64),
            mtim: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            ctim: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }

    pub fn write(&self, memory: &mut GuestMemory<'_>, ptr: u32, abi: Abi) -> Result {
        let mut bytes = [0; 64];
        bytes[0..8].copy_from_slice(&self.dev.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.ino.to_le_bytes());
        bytes[16] = self.file_type;
        // The older form has room for 32 bits of links, right behind the type.
        let rest = match abi {
            Abi::Snapshot => {
                bytes[24..32].copy_from_slice(&self.n_links.to_le_bytes());
                32
            }
            Abi::Unstable => {
                let n_links = u32::try_from(self.n_links).unwrap_or(u32::MAX);
                bytes[20..24].copy_from_slice(&n_links.to_le_bytes());
                24
            }
        };
        let times = [self.size, self.atim, self.mtim, self.ctim];
        for (index, value) in times.into_iter().enumerate() {
            bytes[rest + index * 8..][..8].copy_from_slice(&value.to_le_bytes());
        }
        match abi {
            Abi::Snapshot => memory.write_struct(ptr, 8, bytes)?,
            Abi::Unstable => {
                let bytes: [u8; 56] = std::array::from_fn(|index| bytes[index]);
                memory.write_struct(ptr, 8, bytes)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_given_or_now_but_not_both() {
        let times = timestamps(1_500_000_000, 7, u32::from(fstflags::ATIM)).unwrap();
        assert_eq!((times.last_access.tv_sec, times.last_access.tv_nsec), (1, 500_000_000));
        assert_eq!(times.last_modification.tv_nsec, UTIME_OMIT);
        assert_eq!(timestamps(0, 0, 8).unwrap().last_modification.tv_nsec, UTIME_NOW);
        assert_eq!(timestamps(0, 0, 3).err(), Some(Errno::INVAL));
        assert_eq!(timestamps(0, 0, 12).err(), Some(Errno::INVAL));
        assert_eq!(timestamps(0, 0, 16).err(), Some(Errno::INVAL));
        assert_eq!(timestamps(0, 0, 1 << 16).err(), Some(Errno::INVAL));
    }

    #[test]
    fn attributes_have_two_layouts() {
        let mut bytes = vec![0xaa; 128];
        let mut memory = GuestMemory::new(&mut bytes);
        let stat = Attributes { n_links: 3, size: 9, ..Attributes::default() };
        stat.write(&mut memory, 0, Abi::Snapshot).unwrap();
        assert_eq!((memory.read_u64(24), memory.read_u64(32)), (Ok(3), Ok(9)));
        stat.write(&mut memory, 64, Abi::Unstable).unwrap();
        assert_eq!((memory.read_u32(84), memory.read_u64(88)), (Ok(3), Ok(9)));
        assert_eq!(memory.read_u8(64 + 56), Ok(0xaa));
    }
}

//! The calls on directories: reading them, and all that takes a path.
//!
//! Owns `fd_readdir` and the `path_*` calls: whether they may be made, by the guest's rights
//! (`ENOTCAPABLE`) and by the host's permissions (`EPERM`). Where a path leads is found in
//! [`path`](crate::path). Called through the linker.

use crate::clock::Clock;
use crate::ctx::{Call, DirPerms, FilePerms};
use crate::fd::{Attributes, checked_flags, timestamps};
use crate::path::{self, locate, locate_entry, locate_target};
use crate::poll::wait;
use crate::table::{DirEntry, Entry, Kind};
use crate::types::{Errno, Result, fdflags, filetype_of, lookupflags, oflags, rights};
use cap_std::fs::Dir;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, SeekFrom};
use std::fs::File;

/// The header that comes before each name.
const DIRENT_BYTES: usize = 24;

/// What the kernel is given to read entries into: at least one of the longest, at most this.
const MIN_KERNEL_BUFFER: usize = 2048;
const MAX_KERNEL_BUFFER: usize = 32 << 10;

/// How long to sleep between two looks whether a pipe has got a reader.
const FIFO_RETRY: u64 = 5_000_000;

/// The arguments of `path_open` behind the path.
pub(crate) struct OpenRequest {
    pub follow: u32,
    pub oflags: u32,
    pub base: u64,
    pub inheriting: u64,
    pub fdflags: u32,
}

impl Call<'_> {
    /// Fills the buffer with entries from the one that `cookie` names; the last may be cut.
    /// Cookies are the file system's, so they stay good while entries come and go.
    pub fn fd_readdir(
        &mut self,
        fd: u32,
        buffer: u32,
        buffer_len: u32,
        cookie: u64,
        n_bytes: u32,
    ) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::FD_READDIR)?;
        require_dir(dir, DirPerms::READ)?;
        self.memory.check_result(n_bytes, 4)?;
        let out = self.memory.bytes_mut(buffer, buffer_len)?;
        rustix::fs::seek(&dir.dir, SeekFrom::Start(cookie))?;

        let capacity = (buffer_len as usize).clamp(MIN_KERNEL_BUFFER, MAX_KERNEL_BUFFER);
        let mut raw = Vec::with_capacity(capacity);
        let mut entries = RawDir::new(&dir.dir, raw.spare_capacity_mut());
        let mut used = 0;
        while used < out.len() {
            let Some(entry) = entries.next() else { break };
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            let kind = match entry.file_type() {
                FileType::Unknown => entry_kind(&dir.dir, entry.file_name()),
                kind => kind,
            };
            // What lies above a directory that was given is not for the guest to see.
            let ino = match name {
                b".." if dir.preopen.is_some() => rustix::fs::fstat(&dir.dir)?.st_ino,
                _ => entry.ino(),
            };
            let mut header = [0; DIRENT_BYTES];
            header[0..8].copy_from_slice(&entry.next_entry_cookie().to_le_bytes());
            header[8..16].copy_from_slice(&ino.to_le_bytes());
            header[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
            header[20] = filetype_of(kind);
            for bytes in [&header[..], name] {
                let len = bytes.len().min(out.len() - used);
                out[used..used + len].copy_from_slice(&bytes[..len]);
                used += len;
            }
        }
        Ok(self.memory.write_u32(n_bytes, used as u32)?)
    }

    pub fn path_create_directory(&mut self, fd: u32, path: u32, len: u32) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_CREATE_DIRECTORY)?;
        let path = self.memory.path(path, len)?;
        require_dir(dir, DirPerms::MUTATE)?;
        let place = locate_entry(&dir.dir, path)?;
        let mode = Mode::from_raw_mode(0o777);
        Ok(rustix::fs::mkdirat(place.parent(), place.name(), mode)?)
    }

    pub fn path_filestat_get(
        &mut self,
        fd: u32,
        flags: u32,
        path: u32,
        len: u32,
        stat: u32,
    ) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_FILESTAT_GET)?;
        let path = self.memory.path(path, len)?;
        let follow = follows(flags)?;
        require_dir(dir, DirPerms::READ)?;
        let attributes = Attributes::new(&path::stat(&dir.dir, path, follow)?);
        attributes.write(&mut self.memory, stat, self.abi)
    }

    #[allow(clippy::too_many_arguments, reason = "the call has as many")]
    pub fn path_filestat_set_times(
        &mut self,
        fd: u32,
        flags: u32,
        path: u32,
        len: u32,
        atim: u64,
        mtim: u64,
        fst_flags: u32,
    ) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_FILESTAT_SET_TIMES)?;
        let path = self.memory.path(path, len)?;
        let follow = follows(flags)?;
        let times = timestamps(atim, mtim, fst_flags)?;
        require_dir(dir, DirPerms::MUTATE)?;
        let place = if follow { locate_target(&dir.dir, path)? } else { locate(&dir.dir, path)? };
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        Ok(rustix::fs::utimensat(place.parent(), place.name(), &times, flags)?)
    }

    #[allow(clippy::too_many_arguments, reason = "the call has as many")]
    pub fn path_link(
        &mut self,
        old_fd: u32,
        old_flags: u32,
        old_path: u32,
        old_len: u32,
        new_fd: u32,
        new_path: u32,
        new_len: u32,
    ) -> Result {
        let old = self.ctx.table.get(old_fd)?.dir(rights::PATH_LINK_SOURCE)?;
        let new = self.ctx.table.get(new_fd)?.dir(rights::PATH_LINK_TARGET)?;
        let old_path = self.memory.path(old_path, old_len)?;
        let new_path = self.memory.path(new_path, new_len)?;
        // As in other engines: a link is made to the very thing that is named.
        if follows(old_flags)? {
            return Err(Errno::INVAL.into());
        }
        require_move(old, new)?;
        let from = locate(&old.dir, old_path)?;
        let to = locate_entry(&new.dir, new_path)?;
        let flags = AtFlags::empty();
        Ok(rustix::fs::linkat(from.parent(), from.name(), to.parent(), to.name(), flags)?)
    }

    pub fn path_open(
        &mut self,
        fd: u32,
        path: u32,
        len: u32,
        request: OpenRequest,
        new_fd: u32,
    ) -> Result {
        let parent = self.ctx.table.get(fd)?;
        let dir = parent.dir(rights::PATH_OPEN)?;
        let path = self.memory.path(path, len)?;
        let follow = follows(request.follow)?;
        let flags = checked_flags(request.fdflags)?;
        let how = checked_oflags(request.oflags)?;
        require_open(parent, &request, how, flags)?;
        self.memory.check_result(new_fd, 4)?;

        let directory = how & oflags::DIRECTORY != 0;
        let truncate = how & oflags::TRUNC != 0;
        let wants = |wanted: u64| request.base & wanted != 0;
        let write = truncate
            || wants(rights::FD_WRITE | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE);
        let read = wants(rights::FD_READ | rights::FD_READDIR) || !write;
        require_dir(dir, DirPerms::READ)?;
        if how & oflags::CREAT != 0 {
            require_dir(dir, DirPerms::MUTATE)?;
        }
        if write && !dir.file_perms.contains(FilePerms::WRITE) {
            return Err(Errno::PERM.into());
        }

        let mut os_flags = OFlags::empty();
        os_flags.set(OFlags::CREATE, how & oflags::CREAT != 0);
        os_flags.set(OFlags::EXCL, how & oflags::EXCL != 0);
        os_flags.set(OFlags::DIRECTORY, directory);
        os_flags.set(OFlags::TRUNC, truncate);
        let opened = loop {
            match path::open(&dir.dir, path, follow, (read, write), os_flags) {
                // A pipe without a reader: wait for one, as opening it would.
                Err(Errno::NXIO)
                    if flags & fdflags::NONBLOCK == 0 && is_fifo(&dir.dir, path, follow) =>
                {
                    let soon = Clock::Monotonic.now() + FIFO_RETRY;
                    wait(&mut Vec::new(), Some(soon), self.wake)?;
                }
                result => break result?,
            }
        };

        let kind = FileType::from_raw_mode(rustix::fs::fstat(&opened)?.st_mode);
        let mut entry = if kind == FileType::Directory {
            let child = DirEntry {
                dir: Dir::from_std_file(File::from(opened)),
                preopen: None,
                dir_perms: dir.dir_perms,
                file_perms: dir.file_perms,
            };
            let base = rights::DIR & request.base;
            Entry::new(Kind::Dir(child), base, rights::DIR_INHERITING & request.inheriting)
        } else {
            if read && wants(rights::FD_READ) && !dir.file_perms.contains(FilePerms::READ) {
                return Err(Errno::PERM.into());
            }
            let changes = rights::FD_WRITE
                | rights::FD_ALLOCATE
                | rights::FD_FILESTAT_SET_SIZE
                | rights::FD_FILESTAT_SET_TIMES;
            let may_change = dir.file_perms.contains(FilePerms::WRITE);
            let allowed = if may_change { request.base } else { request.base & !changes };
            Entry::from_file(opened, allowed)?
        };
        entry.flags = flags;
        let number = self.ctx.table.insert(entry)?;
        Ok(self.memory.write_u32(new_fd, number)?)
    }

    pub fn path_readlink(
        &mut self,
        fd: u32,
        path: u32,
        len: u32,
        buffer: u32,
        buffer_len: u32,
        n_bytes: u32,
    ) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_READLINK)?;
        let path = self.memory.path(path, len)?;
        require_dir(dir, DirPerms::READ)?;
        self.memory.check_result(n_bytes, 4)?;
        self.memory.range(buffer, buffer_len)?;
        let place = locate(&dir.dir, path)?;
        let link = rustix::fs::readlinkat(place.parent(), place.name(), Vec::new())?;
        let link = link.to_bytes();
        // Where an absolute link points to is the host's, and cannot be followed anyway.
        if link.starts_with(b"/") {
            return Err(Errno::PERM.into());
        }
        let out = self.memory.bytes_mut(buffer, buffer_len)?;
        let len = link.len().min(out.len());
        out[..len].copy_from_slice(&link[..len]);
        Ok(self.memory.write_u32(n_bytes, len as u32)?)
    }

    pub fn path_remove_directory(&mut self, fd: u32, path: u32, len: u32) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_REMOVE_DIRECTORY)?;
        let path = self.memory.path(path, len)?;
        require_dir(dir, DirPerms::MUTATE)?;
        let place = locate_entry(&dir.dir, path)?;
        Ok(rustix::fs::unlinkat(place.parent(), place.name(), AtFlags::REMOVEDIR)?)
    }

    pub fn path_rename(
        &mut self,
        old_fd: u32,
        old_path: u32,
        old_len: u32,
        new_fd: u32,
        new_path: u32,
        new_len: u32,
    ) -> Result {
        let old = self.ctx.table.get(old_fd)?.dir(rights::PATH_RENAME_SOURCE)?;
        let new = self.ctx.table.get(new_fd)?.dir(rights::PATH_RENAME_TARGET)?;
        let old_path = self.memory.path(old_path, old_len)?;
        let new_path = self.memory.path(new_path, new_len)?;
        require_move(old, new)?;
        let from = locate_entry(&old.dir, old_path)?;
        let to = locate_entry(&new.dir, new_path)?;
        Ok(rustix::fs::renameat(from.parent(), from.name(), to.parent(), to.name())?)
    }

    pub fn path_symlink(
        &mut self,
        target: u32,
        target_len: u32,
        fd: u32,
        path: u32,
        len: u32,
    ) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_SYMLINK)?;
        let target = self.memory.path(target, target_len)?;
        let path = self.memory.path(path, len)?;
        require_dir(dir, DirPerms::MUTATE)?;
        // Other programs of the host would follow it out of the sandbox.
        if target.starts_with('/') {
            return Err(Errno::PERM.into());
        }
        let place = locate_entry(&dir.dir, path)?;
        Ok(rustix::fs::symlinkat(target, place.parent(), place.name())?)
    }

    pub fn path_unlink_file(&mut self, fd: u32, path: u32, len: u32) -> Result {
        let dir = self.ctx.table.get(fd)?.dir(rights::PATH_UNLINK_FILE)?;
        let path = self.memory.path(path, len)?;
        require_dir(dir, DirPerms::MUTATE)?;
        let place = locate(&dir.dir, path)?;
        Ok(rustix::fs::unlinkat(place.parent(), place.name(), AtFlags::empty())?)
    }
}

/// The host's say.
fn require_dir(dir: &DirEntry, perms: DirPerms) -> Result<(), Errno> {
    if dir.dir_perms.contains(perms) { Ok(()) } else { Err(Errno::PERM) }
}

/// Nothing may come to lie where more is allowed with it than where it was.
fn require_move(old: &DirEntry, new: &DirEntry) -> Result<(), Errno> {
    require_dir(old, DirPerms::MUTATE)?;
    require_dir(new, DirPerms::MUTATE)?;
    let kept = old.dir_perms.contains(new.dir_perms) && old.file_perms.contains(new.file_perms);
    if kept { Ok(()) } else { Err(Errno::PERM) }
}

/// The rights that a directory needs for what is asked to be opened below it.
fn require_open(parent: &Entry, request: &OpenRequest, how: u16, flags: u16) -> Result<(), Errno> {
    if (request.base | request.inheriting) & !rights::ALL != 0 {
        return Err(Errno::INVAL);
    }
    let mut base = 0;
    if how & oflags::CREAT != 0 {
        base |= rights::PATH_CREATE_FILE;
    }
    if how & oflags::TRUNC != 0 {
        base |= rights::PATH_FILESTAT_SET_SIZE;
    }
    parent.require(base)?;
    // Rights that nothing below a directory can have are left out without a word.
    let mut inheriting = (request.base | request.inheriting) & rights::DIR_INHERITING;
    if flags & fdflags::DSYNC != 0 {
        inheriting |= rights::FD_DATASYNC;
    }
    if flags & (fdflags::SYNC | fdflags::RSYNC) != 0 {
        inheriting |= rights::FD_SYNC;
    }
    if inheriting & !parent.inheriting != 0 { Err(Errno::NOTCAPABLE) } else { Ok(()) }
}

fn follows(flags: u32) -> Result<bool, Errno> {
    match flags {
        0 => Ok(false),
        lookupflags::SYMLINK_FOLLOW => Ok(true),
        _ => Err(Errno::INVAL),
    }
}

fn checked_oflags(flags: u32) -> Result<u16, Errno> {
    let flags = u16::try_from(flags).map_err(|_| Errno::INVAL)?;
    let creates = flags & (oflags::CREAT | oflags::EXCL | oflags::TRUNC) != 0;
    if flags & !oflags::ALL != 0 || (flags & oflags::DIRECTORY != 0 && creates) {
        return Err(Errno::INVAL);
    }
    Ok(flags)
}

fn is_fifo(dir: &Dir, path: &str, follow: bool) -> bool {
    path::stat(dir, path, follow)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo)
}

/// The kind of an entry, where the file system does not tell it with the name.
fn entry_kind(dir: &Dir, name: &std::ffi::CStr) -> FileType {
    rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)
        .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode))
}

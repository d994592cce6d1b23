//! Moving bytes between the guest's buffers and what a descriptor stands for.
//!
//! Owns the reading and writing of every kind of entry: straight between the guest's memory
//! and the kernel, with no copy between. Called by the `fd_*` and `sock_*` calls. Knows no
//! number of a descriptor and no pointer of a guest.
//!
//! A blocking write returns when all is written, as programs expect of the streams they were
//! given; in between it can be ended by the isolate. If something was moved by then, the
//! call succeeds with that, and the guest meets the request at its next check.

use crate::memory::GuestMemory;
use crate::poll::wait_for;
use crate::table::{Entry, Kind};
use crate::types::{Errno, Fail, Result, fdflags};
use crate::wake::Wake;
use rustix::event::PollFlags;
use rustix::io::ReadWriteFlags;
use rustix::net::{RecvAncillaryBuffer, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendFlags};
use std::io::IoSlice;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

/// As much of a file as is moved between two looks at the isolate's requests.
const FILE_CHUNK: usize = 16 << 20;

/// As much as a pipe takes at least when it is ready to be written to.
const STREAM_CHUNK: usize = 4096;

/// Where in a file to read or write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// Where the last one ended.
    Current,
    At(u64),
}

/// Reads into the buffers; the number of bytes read, 0 at the end.
pub(crate) fn read(
    entry: &Entry,
    memory: &mut GuestMemory<'_>,
    buffers: &[Range<usize>],
    position: Position,
    wake: &Wake,
) -> Result<usize> {
    if buffers.is_empty() {
        return Ok(0);
    }
    match &entry.kind {
        Kind::File(fd, _) => read_file(fd.as_fd(), memory, buffers, position, wake),
        Kind::Stream(fd, _) => {
            let nonblock = entry.flags & fdflags::NONBLOCK != 0;
            loop {
                wait_for(fd.as_fd(), PollFlags::IN, nonblock, wake)?;
                match rustix::io::readv(fd, &mut memory.slices_mut(buffers)) {
                    Err(rustix::io::Errno::INTR) => {}
                    Err(rustix::io::Errno::AGAIN) if !nonblock => {}
                    result => return Ok(result?),
                }
            }
        }
        Kind::Socket(_) => Ok(receive(entry, memory, buffers, false, false, wake)?.0),
        Kind::Input(pipe) => {
            let mut n_read = 0;
            for buffer in buffers {
                n_read += pipe.read(memory.checked_mut(buffer));
            }
            Ok(n_read)
        }
        Kind::Null => Ok(0),
        Kind::Dir(_) | Kind::Output(_) | Kind::Listener(_) => Err(Errno::BADF.into()),
    }
}

fn read_file(
    fd: BorrowedFd<'_>,
    memory: &mut GuestMemory<'_>,
    buffers: &[Range<usize>],
    position: Position,
    wake: &Wake,
) -> Result<usize> {
    let total = total_bytes(buffers);
    let mut done = 0;
    while done < total {
        let part;
        let chunk = if total <= FILE_CHUNK {
            buffers
        } else {
            part = window(buffers, done, FILE_CHUNK);
            &part
        };
        let slices = &mut memory.slices_mut(chunk);
        let result = match position {
            Position::Current => rustix::io::readv(fd, slices),
            Position::At(offset) => {
                let offset = offset.checked_add(done as u64).ok_or(Errno::INVAL)?;
                rustix::io::preadv(fd, slices, offset)
            }
        };
        match result {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) if done > 0 => break,
            Err(error) => return Err(error.into()),
            Ok(n_read) => {
                done += n_read;
                if n_read < total_bytes(chunk) || wake_after_part(total, wake) {
                    break;
                }
            }
        }
    }
    Ok(done)
}

/// Writes all of the buffers, as far as nothing prevents it.
pub(crate) fn write(
    entry: &Entry,
    memory: &GuestMemory<'_>,
    buffers: &[Range<usize>],
    position: Position,
    wake: &Wake,
) -> Result<usize> {
    let total = total_bytes(buffers);
    let nonblock = entry.flags & fdflags::NONBLOCK != 0;
    match &entry.kind {
        Kind::File(fd, _) => write_loop(memory, buffers, FILE_CHUNK, |slices, done| {
            if done > 0 && wake.raised() {
                return Err(Fail::Interrupted);
            }
            let (offset, append) = match position {
                Position::Current => (u64::MAX, entry.flags & fdflags::APPEND != 0),
                Position::At(offset) => {
                    let end = offset.checked_add(done as u64);
                    (end.filter(|&end| end <= i64::MAX as u64).ok_or(Errno::INVAL)?, false)
                }
            };
            let flags = write_flags(entry.flags, append);
            Ok(rustix::io::pwritev2(fd, slices, offset, flags)?)
        }),
        Kind::Stream(fd, _) => write_loop(memory, buffers, FILE_CHUNK, |slices, _| {
            loop {
                wait_for(fd.as_fd(), PollFlags::OUT, nonblock, wake)?;
                match write_ready(fd.as_fd(), slices) {
                    Err(rustix::io::Errno::AGAIN) if !nonblock => {}
                    result => return Ok(result?),
                }
            }
        }),
        Kind::Socket(fd) => write_loop(memory, buffers, FILE_CHUNK, |slices, _| {
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            loop {
                let mut control = SendAncillaryBuffer::default();
                match rustix::net::sendmsg(fd, slices, &mut control, flags) {
                    Err(rustix::io::Errno::AGAIN) if !nonblock => {
                        wait_for(fd.as_fd(), PollFlags::OUT, false, wake)?;
                    }
                    result => return Ok(result?),
                }
            }
        }),
        Kind::Output(pipe) => {
            let mut written = 0;
            for buffer in buffers {
                match pipe.write(memory.checked(buffer)) {
                    Ok(n) => written += n,
                    Err(errno) if written == 0 => return Err(errno.into()),
                    Err(_) => break,
                }
            }
            Ok(written)
        }
        Kind::Null => Ok(total),
        Kind::Dir(_) | Kind::Input(_) | Kind::Listener(_) => Err(Errno::BADF.into()),
    }
}

/// Receives from a socket: bytes, and whether some of a message did not fit.
pub(crate) fn receive(
    entry: &Entry,
    memory: &mut GuestMemory<'_>,
    buffers: &[Range<usize>],
    peek: bool,
    all: bool,
    wake: &Wake,
) -> Result<(usize, bool)> {
    let Kind::Socket(fd) = &entry.kind else { return Err(Errno::NOTSOCK.into()) };
    let nonblock = entry.flags & fdflags::NONBLOCK != 0;
    let mut flags = RecvFlags::DONTWAIT;
    flags.set(RecvFlags::PEEK, peek);
    let total = total_bytes(buffers);
    let mut done = 0;
    loop {
        let part = window(buffers, done, total);
        let mut slices = memory.slices_mut(&part);
        let mut control = RecvAncillaryBuffer::default();
        match rustix::net::recvmsg(fd, &mut slices, &mut control, flags) {
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) if !nonblock => {
                match wait_for(fd.as_fd(), PollFlags::IN, false, wake) {
                    Err(_) if done > 0 => return Ok((done, false)),
                    result => result?,
                }
            }
            Err(_) if done > 0 => return Ok((done, false)),
            Err(error) => return Err(error.into()),
            Ok(message) => {
                done += message.bytes;
                let truncated = message.flags.contains(ReturnFlags::TRUNC);
                // Looking again at what was only peeked at would find the same bytes.
                if !all || peek || done == total || message.bytes == 0 {
                    return Ok((done, truncated));
                }
            }
        }
    }
}

/// Hands the buffers, in parts of at most `limit` bytes, to `write` until all are written.
fn write_loop(
    memory: &GuestMemory<'_>,
    buffers: &[Range<usize>],
    limit: usize,
    mut write: impl FnMut(&[IoSlice<'_>], usize) -> Result<usize>,
) -> Result<usize> {
    let total = total_bytes(buffers);
    if total == 0 {
        return Ok(0);
    }
    let mut done = 0;
    while done < total {
        let part;
        let chunk = if done == 0 && total <= limit {
            buffers
        } else {
            part = window(buffers, done, limit);
            &part
        };
        match write(&memory.slices(chunk), done) {
            Ok(0) => break,
            Ok(written) => done += written,
            Err(Fail::Errno(Errno::INTR)) => {}
            Err(_) if done > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Writes to a stream that is ready as much as it takes without blocking.
fn write_ready(fd: BorrowedFd<'_>, slices: &[IoSlice<'_>]) -> rustix::io::Result<usize> {
    match rustix::io::pwritev2(fd, slices, u64::MAX, ReadWriteFlags::NOWAIT) {
        // A stream that cannot promise that takes a little at a time.
        Err(rustix::io::Errno::OPNOTSUPP) => {
            let first = &slices[0];
            rustix::io::write(fd, &first[..first.len().min(STREAM_CHUNK)])
        }
        result => result,
    }
}

fn write_flags(flags: u16, append: bool) -> ReadWriteFlags {
    let mut write_flags = ReadWriteFlags::empty();
    write_flags.set(ReadWriteFlags::APPEND, append);
    write_flags.set(ReadWriteFlags::DSYNC, flags & fdflags::DSYNC != 0);
    write_flags.set(ReadWriteFlags::SYNC, flags & fdflags::SYNC != 0);
    write_flags
}

fn wake_after_part(total: usize, wake: &Wake) -> bool {
    total > FILE_CHUNK && wake.raised()
}

fn total_bytes(buffers: &[Range<usize>]) -> usize {
    buffers.iter().map(ExactSizeIterator::len).sum()
}

/// At most `limit` bytes of the buffers, without the first `skip`.
fn window(buffers: &[Range<usize>], mut skip: usize, mut limit: usize) -> Vec<Range<usize>> {
    let mut part = Vec::new();
    for buffer in buffers {
        let start = buffer.start + skip.min(buffer.len());
        skip -= start - buffer.start;
        let end = start + limit.min(buffer.end - start);
        limit -= end - start;
        if start < end {
            part.push(start..end);
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_all_bytes_once() {
        let buffers = [10..14, 20..21, 0..6];
        assert_eq!(window(&buffers, 0, 100), buffers);
        assert_eq!(window(&buffers, 3, 3), [13..14, 20..21, 0..1]);
        assert_eq!(window(&buffers, 5, 4), vec![0..4]);
        assert_eq!(window(&buffers, 11, 4), vec![]);
        assert_eq!(window(&buffers, 0, 0), vec![]);
    }
}

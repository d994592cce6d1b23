//! Sockets that the host has given to the guest, and connections made to them.
//!
//! Owns the `sock_*` calls. Called through the linker.

use crate::ctx::Call;
use crate::io;
use crate::poll::wait_for;
use crate::table::{Entry, Kind};
use crate::types::{Errno, Result, fdflags, rights, sockflags};
use rustix::event::PollFlags;
use rustix::net::{Shutdown, SocketFlags};
use std::os::fd::AsFd;

impl Call<'_> {
    pub fn sock_accept(&mut self, fd: u32, flags: u32, new_fd: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        let Kind::Listener(listener) = &entry.kind else {
            let is_socket = matches!(entry.kind, Kind::Socket(_));
            return Err(if is_socket { Errno::INVAL } else { Errno::NOTSOCK }.into());
        };
        entry.require(rights::SOCK_ACCEPT)?;
        if flags & !u32::from(fdflags::NONBLOCK) != 0 {
            return Err(Errno::INVAL.into());
        }
        self.memory.check_result(new_fd, 4)?;
        let nonblock = entry.flags & fdflags::NONBLOCK != 0;
        let connection = loop {
            match rustix::net::accept_with(listener, SocketFlags::CLOEXEC) {
                Err(rustix::io::Errno::AGAIN) if !nonblock => {
                    wait_for(listener.as_fd(), PollFlags::IN, false, self.wake)?;
                }
                // A connection that was given up before it was taken is no one's concern.
                Err(rustix::io::Errno::INTR | rustix::io::Errno::CONNABORTED) => {}
                result => break result?,
            }
        };
        let mut accepted =
            Entry::new(Kind::Socket(connection), rights::SOCKET & entry.inheriting, 0);
        accepted.flags = flags as u16;
        let number = self.ctx.table.insert(accepted)?;
        Ok(self.memory.write_u32(new_fd, number)?)
    }

    pub fn sock_recv(
        &mut self,
        fd: u32,
        iovs: u32,
        count: u32,
        flags: u32,
        n_read: u32,
        out_flags: u32,
    ) -> Result {
        let entry = self.ctx.table.get(fd)?;
        require_socket(entry)?;
        entry.require(rights::FD_READ)?;
        let peek = flags & u32::from(sockflags::RECV_PEEK) != 0;
        let all = flags & u32::from(sockflags::RECV_WAITALL) != 0;
        if flags > u32::from(sockflags::RECV_PEEK | sockflags::RECV_WAITALL) {
            return Err(Errno::INVAL.into());
        }
        self.memory.check_result(n_read, 4)?;
        self.memory.check_result(out_flags, 2)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        let (n, truncated) = io::receive(entry, &mut self.memory, &buffers, peek, all, self.wake)?;
        self.memory.write_u32(n_read, n as u32)?;
        let flags = if truncated { sockflags::RECV_DATA_TRUNCATED } else { 0 };
        Ok(self.memory.write_u16(out_flags, flags)?)
    }

    pub fn sock_send(
        &mut self,
        fd: u32,
        iovs: u32,
        count: u32,
        flags: u32,
        n_written: u32,
    ) -> Result {
        let entry = self.ctx.table.get(fd)?;
        require_socket(entry)?;
        entry.require(rights::FD_WRITE)?;
        if flags != 0 {
            return Err(Errno::INVAL.into());
        }
        self.memory.check_result(n_written, 4)?;
        let buffers = self.memory.iovecs(iovs, count)?;
        let n = io::write(entry, &self.memory, &buffers, io::Position::Current, self.wake)?;
        Ok(self.memory.write_u32(n_written, n as u32)?)
    }

    pub fn sock_shutdown(&mut self, fd: u32, how: u32) -> Result {
        let entry = self.ctx.table.get(fd)?;
        let (Kind::Socket(socket) | Kind::Listener(socket)) = &entry.kind else {
            return Err(Errno::NOTSOCK.into());
        };
        entry.require(rights::SOCK_SHUTDOWN)?;
        const RD: u32 = sockflags::SHUT_RD as u32;
        const WR: u32 = sockflags::SHUT_WR as u32;
        const BOTH: u32 = RD | WR;
        let how = match how {
            RD => Shutdown::Read,
            WR => Shutdown::Write,
            BOTH => Shutdown::Both,
            _ => return Err(Errno::INVAL.into()),
        };
        Ok(rustix::net::shutdown(socket, how)?)
    }
}

/// A listener is a socket too, but not one that can be read or written.
fn require_socket(entry: &Entry) -> Result<(), Errno> {
    match entry.kind {
        Kind::Socket(_) => Ok(()),
        Kind::Listener(_) => Err(Errno::NOTCONN),
        _ => Err(Errno::NOTSOCK),
    }
}

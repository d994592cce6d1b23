//! Waiting: for descriptors, for time, and for the isolate.
//!
//! Owns [`wait`], the only place of this crate where a thread sleeps, and `poll_oneoff`.
//! Every call that can block comes here first, so whatever wants the isolate's thread can
//! have it. Knows nothing of what is read or written.

use crate::clock::Clock;
use crate::ctx::Call;
use crate::table::{Entry, Kind};
use crate::types::{Abi, Errno, Fail, Result, eventtype, pollflags, rights};
use crate::wake::Wake;
use rustix::event::{PollFd, PollFlags, Timespec};
use std::os::fd::BorrowedFd;

/// As many subscriptions as one call may have.
const MAX_SUBSCRIPTIONS: u32 = 1 << 16;

/// The longest sleep without a look at the wall clock, which may be set meanwhile.
const MAX_REALTIME_SLICE: u64 = 1_000_000_000;

const EVENT_BYTES: u32 = 32;

/// Sleeps until one of `fds` is ready, the monotonic clock reaches `deadline`, or the isolate
/// wants its thread.
pub(crate) fn wait<'f>(
    fds: &mut Vec<PollFd<'f>>,
    deadline: Option<u64>,
    wake: &'f Wake,
) -> Result<usize> {
    let n_fds = fds.len();
    fds.extend(wake.fd().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
    let ready = loop {
        let timeout = deadline.map(|deadline| {
            let left = deadline.saturating_sub(Clock::Monotonic.now());
            Timespec {
                tv_sec: (left / 1_000_000_000) as i64,
                tv_nsec: (left % 1_000_000_000) as i64,
            }
        });
        match rustix::event::poll(fds, timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => break Err(error.into()),
            Ok(ready) => break Ok(ready),
        }
    };
    let woken = fds[n_fds..].iter().any(|fd| !fd.revents().is_empty());
    fds.truncate(n_fds);
    if woken { Err(Fail::Interrupted) } else { ready }
}

/// Waits until one descriptor is ready; with `nonblock`, only looks.
pub(crate) fn wait_for(
    fd: BorrowedFd<'_>,
    events: PollFlags,
    nonblock: bool,
    wake: &Wake,
) -> Result {
    let mut fds = Vec::with_capacity(2);
    fds.push(PollFd::from_borrowed_fd(fd, events));
    match wait(&mut fds, nonblock.then_some(0), wake)? {
        0 => Err(Errno::AGAIN.into()),
        _ => Ok(()),
    }
}

/// What a guest waits for.
enum Target {
    /// A moment on a clock.
    Clock(Clock, u64),
    /// A descriptor, and where it is among those polled; ready at once if nowhere.
    Fd(u32, u8, Option<usize>),
    /// An answer that needs no waiting.
    Failed(u8, Errno),
}

struct Subscription {
    userdata: u64,
    target: Target,
}

impl Call<'_> {
    pub fn poll_oneoff(&mut self, subs: u32, events: u32, count: u32, n_events: u32) -> Result {
        let size = match self.abi {
            Abi::Snapshot => 48,
            Abi::Unstable => 56,
        };
        if count == 0 || count > MAX_SUBSCRIPTIONS {
            return Err(Errno::INVAL.into());
        }
        self.memory.check_array(subs, count, size, 8)?;
        self.memory.check_array(events, count, EVENT_BYTES, 8)?;
        self.memory.check_result(n_events, 4)?;

        // A call that was interrupted goes on with the sleep it began.
        let began = *self.ctx.sleep_began.get_or_insert_with(|| Clock::Monotonic.now());
        let mut subscriptions = Vec::with_capacity(count as usize);
        for index in 0..count {
            subscriptions.push(self.subscription(subs + index * size, began)?);
        }

        let table = &self.ctx.table;
        let mut fds = Vec::with_capacity(subscriptions.len() + 1);
        let mut at_once = false;
        for subscription in &mut subscriptions {
            match &mut subscription.target {
                Target::Clock(..) => {}
                Target::Failed(..) => at_once = true,
                Target::Fd(fd, kind, place) => match table.get(*fd)?.os() {
                    None => at_once = true,
                    Some(os) => {
                        *place = Some(fds.len());
                        let wanted = if *kind == eventtype::FD_READ {
                            PollFlags::IN
                        } else {
                            PollFlags::OUT
                        };
                        fds.push(PollFd::from_borrowed_fd(os, wanted));
                    }
                },
            }
        }

        loop {
            let deadline = if at_once { Some(0) } else { next_deadline(&subscriptions) };
            let ready = wait(&mut fds, deadline, self.wake)?;
            let expired = subscriptions.iter().any(|s| match s.target {
                Target::Clock(clock, moment) => clock.now() >= moment,
                _ => false,
            });
            if ready > 0 || expired || at_once {
                break;
            }
        }

        let mut written = 0;
        for Subscription { userdata, target } in &subscriptions {
            let event = match target {
                Target::Clock(clock, moment) => {
                    (clock.now() >= *moment).then_some((eventtype::CLOCK, Errno::SUCCESS, 0, 0))
                }
                Target::Failed(kind, errno) => Some((*kind, *errno, 0, 0)),
                Target::Fd(fd, kind, place) => {
                    let entry = table.get(*fd)?;
                    let revents = place.map(|place| fds[place].revents());
                    (revents != Some(PollFlags::empty()))
                        .then(|| fd_event(entry, *kind, revents.unwrap_or(PollFlags::empty())))
                }
            };
            let Some((kind, errno, n_bytes, flags)) = event else { continue };
            let mut bytes = [0; EVENT_BYTES as usize];
            bytes[0..8].copy_from_slice(&userdata.to_le_bytes());
            bytes[8..10].copy_from_slice(&errno.0.to_le_bytes());
            bytes[10] = kind;
            bytes[16..24].copy_from_slice(&n_bytes.to_le_bytes());
            bytes[24..26].copy_from_slice(&flags.to_le_bytes());
            self.memory.write_struct(events + written * EVENT_BYTES, 8, bytes)?;
            written += 1;
        }
        self.memory.write_u32(n_events, written)?;
        Ok(())
    }

    fn subscription(&self, ptr: u32, began: u64) -> Result<Subscription> {
        let memory = &self.memory;
        let userdata = memory.read_u64(ptr)?;
        let kind = memory.read_u8(ptr + 8)?;
        let target = match kind {
            eventtype::CLOCK => {
                // The older form puts one more identifier first.
                let clock = ptr + if self.abi == Abi::Unstable { 24 } else { 16 };
                let id = Clock::from_guest(memory.read_u32(clock)?);
                let timeout = memory.read_u64(clock + 8)?;
                let flags = memory.read_u16(clock + 24)?;
                if flags & !pollflags::ABSTIME != 0 {
                    return Err(Errno::INVAL.into());
                }
                match id {
                    Ok(clock @ (Clock::Monotonic | Clock::Realtime)) => {
                        if flags & pollflags::ABSTIME != 0 {
                            Target::Clock(clock, timeout)
                        } else {
                            // A span of time is the same on both, and this one is never set.
                            Target::Clock(Clock::Monotonic, began.saturating_add(timeout))
                        }
                    }
                    Ok(_) => Target::Failed(kind, Errno::NOTSUP),
                    Err(errno) => Target::Failed(kind, errno),
                }
            }
            eventtype::FD_READ | eventtype::FD_WRITE => {
                let fd = memory.read_u32(ptr + 16)?;
                let needed = match kind {
                    eventtype::FD_READ => rights::FD_READ,
                    _ => rights::FD_WRITE,
                };
                let allowed = self
                    .ctx
                    .table
                    .get(fd)
                    .and_then(|entry| entry.require(rights::POLL_FD_READWRITE | needed));
                match allowed {
                    Ok(()) => Target::Fd(fd, kind, None),
                    Err(errno) => Target::Failed(kind, errno),
                }
            }
            _ => return Err(Errno::INVAL.into()),
        };
        Ok(Subscription { userdata, target })
    }
}

/// The monotonic time to look at the clocks next.
fn next_deadline(subscriptions: &[Subscription]) -> Option<u64> {
    let deadline = |subscription: &Subscription| match subscription.target {
        Target::Clock(Clock::Monotonic, moment) => Some(moment),
        Target::Clock(clock, moment) => {
            let left = moment.saturating_sub(clock.now()).min(MAX_REALTIME_SLICE);
            Some(Clock::Monotonic.now().saturating_add(left))
        }
        _ => None,
    };
    subscriptions.iter().filter_map(deadline).min()
}

/// Kind, error, bytes to be had and flags of a ready descriptor.
fn fd_event(entry: &Entry, kind: u8, revents: PollFlags) -> (u8, Errno, u64, u16) {
    if revents.contains(PollFlags::NVAL) {
        return (kind, Errno::BADF, 0, 0);
    }
    let n_bytes = if kind == eventtype::FD_READ { available(entry) } else { 1 };
    let hangup = revents.intersects(PollFlags::HUP | PollFlags::ERR);
    (kind, Errno::SUCCESS, n_bytes, if hangup { pollflags::HANGUP } else { 0 })
}

/// How much can be read without waiting.
fn available(entry: &Entry) -> u64 {
    match &entry.kind {
        Kind::File(fd, _) => {
            let size = rustix::fs::fstat(fd).map_or(0, |stat| stat.st_size as u64);
            size.saturating_sub(rustix::fs::tell(fd).unwrap_or(0))
        }
        Kind::Stream(fd, _) | Kind::Socket(fd) => rustix::io::ioctl_fionread(fd).unwrap_or(0),
        Kind::Input(pipe) => pipe.remaining() as u64,
        Kind::Listener(_) => 1,
        Kind::Dir(_) | Kind::Output(_) | Kind::Null => 0,
    }
}

//! Clocks, randomness, arguments and environment, and the end of the process.
//!
//! Owns the calls that touch no descriptor. Called through the linker. Knows no file.

use crate::ctx::Call;
use crate::types::{Errno, Fail, Result};
use rustix::rand::GetRandomFlags;
use rustix::time::ClockId;
use std::fmt;
use updraft::Error;

/// The guest ended itself with this code.
///
/// It is the error that the host's call into the guest returns; find it with
/// `Error::downcast_ref`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct I32Exit(pub i32);

impl fmt::Display for I32Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exited with i32 exit status {}", self.0)
    }
}

impl std::error::Error for I32Exit {}

/// A clock of the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Realtime,
    Monotonic,
    ProcessCpu,
    ThreadCpu,
}

impl Clock {
    pub fn from_guest(id: u32) -> Result<Clock, Errno> {
        match id {
            0 => Ok(Clock::Realtime),
            1 => Ok(Clock::Monotonic),
            2 => Ok(Clock::ProcessCpu),
            3 => Ok(Clock::ThreadCpu),
            _ => Err(Errno::INVAL),
        }
    }

    pub fn now(self) -> u64 {
        let time = rustix::time::clock_gettime(self.os());
        nanoseconds(time.tv_sec, time.tv_nsec)
    }

    fn resolution(self) -> u64 {
        let time = rustix::time::clock_getres(self.os());
        nanoseconds(time.tv_sec, time.tv_nsec)
    }

    fn os(self) -> ClockId {
        match self {
            Clock::Realtime => ClockId::Realtime,
            Clock::Monotonic => ClockId::Monotonic,
            Clock::ProcessCpu => ClockId::ProcessCPUTime,
            Clock::ThreadCpu => ClockId::ThreadCPUTime,
        }
    }
}

/// A time of the host in the guest's unit; zero before 1970, the end of time after 2554.
pub(crate) fn nanoseconds(seconds: i64, nanoseconds: i64) -> u64 {
    let (Ok(seconds), Ok(nanoseconds)) = (u64::try_from(seconds), u64::try_from(nanoseconds))
    else {
        return 0;
    };
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// As many random bytes as are made between two looks at the isolate's requests.
const RANDOM_CHUNK: usize = 1 << 20;

/// Signals have the numbers 0 to 30.
const N_SIGNALS: u32 = 31;

impl Call<'_> {
    pub fn args_get(&mut self, pointers: u32, buffer: u32) -> Result {
        let args = std::mem::take(&mut self.ctx.args);
        let result = self.put_strings(&args, pointers, buffer);
        self.ctx.args = args;
        result
    }

    pub fn args_sizes_get(&mut self, count: u32, size: u32) -> Result {
        let (n_strings, n_bytes) = sizes(&self.ctx.args)?;
        self.memory.check_result(size, 4)?;
        self.memory.write_u32(count, n_strings)?;
        Ok(self.memory.write_u32(size, n_bytes)?)
    }

    pub fn environ_get(&mut self, pointers: u32, buffer: u32) -> Result {
        let env = std::mem::take(&mut self.ctx.env);
        let result = self.put_strings(&env, pointers, buffer);
        self.ctx.env = env;
        result
    }

    pub fn environ_sizes_get(&mut self, count: u32, size: u32) -> Result {
        let (n_strings, n_bytes) = sizes(&self.ctx.env)?;
        self.memory.check_result(size, 4)?;
        self.memory.write_u32(count, n_strings)?;
        Ok(self.memory.write_u32(size, n_bytes)?)
    }

    pub fn clock_res_get(&mut self, id: u32, resolution: u32) -> Result {
        let clock = Clock::from_guest(id)?;
        Ok(self.memory.write_u64(resolution, clock.resolution())?)
    }

    pub fn clock_time_get(&mut self, id: u32, _precision: u64, time: u32) -> Result {
        let clock = Clock::from_guest(id)?;
        Ok(self.memory.write_u64(time, clock.now())?)
    }

    pub fn random_get(&mut self, buffer: u32, len: u32) -> Result {
        for chunk in self.memory.bytes_mut(buffer, len)?.chunks_mut(RANDOM_CHUNK) {
            let mut filled = 0;
            while filled < chunk.len() {
                match rustix::rand::getrandom(&mut chunk[filled..], GetRandomFlags::empty()) {
                    Ok(n) => filled += n,
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if len as usize > RANDOM_CHUNK && self.wake.raised() {
                return Err(Fail::Interrupted);
            }
        }
        Ok(())
    }

    pub fn sched_yield(&mut self) -> Result {
        rustix::thread::sched_yield();
        Ok(())
    }

    pub fn proc_exit(&mut self, code: u32) -> Result {
        Err(Fail::End(Error::new(I32Exit(code as i32))))
    }

    /// A guest has no signal handlers, and the host's process is not its to signal.
    pub fn proc_raise(&mut self, signal: u32) -> Result {
        let errno = if signal < N_SIGNALS { Errno::NOTSUP } else { Errno::INVAL };
        Err(errno.into())
    }

    /// Writes strings with their NULs to `buffer`, and where each begins to `pointers`.
    fn put_strings(&mut self, strings: &[Vec<u8>], pointers: u32, buffer: u32) -> Result {
        let (n_strings, n_bytes) = sizes(strings)?;
        self.memory.check_array(pointers, n_strings, 4, 4)?;
        self.memory.bytes(buffer, n_bytes)?;
        let mut next = buffer;
        for (index, string) in strings.iter().enumerate() {
            self.memory.write_u32(pointers + index as u32 * 4, next)?;
            let place = self.memory.bytes_mut(next, string.len() as u32 + 1)?;
            place[..string.len()].copy_from_slice(string);
            place[string.len()] = 0;
            next += string.len() as u32 + 1;
        }
        Ok(())
    }
}

/// How many strings, and how many bytes with their NULs.
fn sizes(strings: &[Vec<u8>]) -> Result<(u32, u32), Errno> {
    let n_bytes: usize = strings.iter().map(|string| string.len() + 1).sum();
    let n_strings = u32::try_from(strings.len()).map_err(|_| Errno::OVERFLOW)?;
    Ok((n_strings, u32::try_from(n_bytes).map_err(|_| Errno::OVERFLOW)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_saturate() {
        assert_eq!(nanoseconds(1, 5), 1_000_000_005);
        assert_eq!(nanoseconds(-1, 5), 0);
        assert_eq!(nanoseconds(i64::MAX, 0), u64::MAX);
    }

    #[test]
    fn sizes_count_the_nuls() {
        assert_eq!(sizes(&[b"a".to_vec(), Vec::new()]), Ok((2, 3)));
    }
}

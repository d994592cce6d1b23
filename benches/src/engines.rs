//! What a bench asks of an engine, and the list of engines.

use crate::Result;
use crate::options::Options;
use crate::updraft_engine::Updraft;
use crate::wasmtime_engine::Wasmtime;
use rustix::time::{ClockId, clock_gettime};

/// An engine, set up one way.
pub trait EngineUnderTest {
    /// Its name in a table.
    fn name(&self) -> &'static str;

    /// Instantiates a kernel: a module with `run(i32) -> i64` and no imports.
    fn kernel(&self, wasm: &[u8]) -> Result<Box<dyn Kernel>>;

    /// Instantiates the module of `kernels/calls.c` with host functions for its imports.
    fn calls(&self, wasm: &[u8]) -> Result<Box<dyn Calls>>;
}

/// A kernel's instance.
pub trait Kernel {
    /// Calls `run`.
    fn run(&mut self, n: i32) -> Result<i64>;

    /// Takes a new instance of the same module in place of this one, in a store of its own.
    fn renew(&mut self) -> Result<()>;

    /// How many times a function or loop of its module was compiled so far, for engines whose code
    /// changes while it runs.
    fn n_compiled(&self) -> u64 {
        0
    }

    /// Whether what ran is what the kernel stands for; else why not. To be asked after the runs
    /// too, not only before: what ran first may not be what ran in the end.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// The ways over the border, each crossed `n` times by a loop; the result is a checksum.
pub trait Calls {
    /// The host calls `add(i32, i32) -> i32` through a typed handle.
    fn typed_in(&mut self, n: u32) -> Result<i64>;
    /// The host calls `add` with values.
    fn untyped_in(&mut self, n: u32) -> Result<i64>;
    /// Code calls a host function that was made from a closure with types.
    fn typed_out(&mut self, n: u32) -> Result<i64>;
    /// Code calls a host function that takes values.
    fn untyped_out(&mut self, n: u32) -> Result<i64>;
}

/// Updraft as it comes, Updraft without interrupt checks, and the peer.
pub fn engines(options: &Options) -> Result<[Box<dyn EngineUnderTest>; 3]> {
    let peer = || Wasmtime::new().map(Box::new);
    if options.self_test {
        return Ok([peer()?, peer()?, peer()?]);
    }
    Ok([Box::new(Updraft::new(true)?), Box::new(Updraft::new(false)?), peer()?])
}

/// Rounds between two renewals of the instances that are compared.
const ROUNDS_OF_AN_INSTANCE: usize = 5;

/// Renews `kernel` before every fifth round, and runs it with `n` once, so that its memory is there.
///
/// Which physical pages a memory lies in decides how much of it the second-level cache holds: a
/// kernel that walks 3 MB took 0.98 to 1.28 of the peer's time by the pages that it once got, and
/// kept for the whole bench. The pages of several instances are a fair sample.
pub fn renew_in_turn(kernel: &mut dyn Kernel, round: usize, n: i32) -> Result<()> {
    if round > 0 && round.is_multiple_of(ROUNDS_OF_AN_INSTANCE) {
        kernel.renew()?;
        kernel.run(n)?;
    }
    Ok(())
}

/// Milliseconds of processor time that this thread takes for `f`: other processes of the machine
/// are not in it. `f` must not hand its work to other threads.
pub fn thread_millis<T>(f: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let start = now();
    let value = f()?;
    Ok((now() - start, value))
}

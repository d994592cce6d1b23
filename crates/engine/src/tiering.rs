//! When functions are compiled again, and which code a running loop goes on
//! in.
//!
//! Owns: the answer to the `tier_up` upcall. Called by the upcalls. Must not
//! know: compilers beyond `dyn FuncCompiler`, how frames are moved.
//!
//! - `config`: thresholds and switches.
//! - `state`: how far the code of each function is; publishing.
//! - `queue`: units that wait for a worker.
//! - `unit`: one compilation.
//! - `osr`: code for running loops.
//! - `foreign`: functions of other modules that are imported.
//! - `seen`: what isolates have seen of programs.
//! - `misses`: what was seen and holds no more.
//! - `log`: counters and events.
//!
//! # Essay: from baseline code to optimized code
//!
//! 1. Baseline code counts down, per instance, at back-edges and exits. When
//!    that ends, a sample is taken from the budget of the function that was met,
//!    and when the budget is used up, the `tier_up` upcall is made, with the
//!    loop's ordinal if it was met at a back-edge.
//! 2. The upcall fills the budget again. Then it looks at the loop: is there
//!    code to go on in? That is the answer.
//! 3. Otherwise the budgets that the function used up are counted. When they
//!    are 1, 2, 4, 8, … times what its size is worth, a unit is queued with that
//!    as its priority and with what was seen by then. The state of the function
//!    lets only one of these units compile.
//! 4. A worker compiles, publishes by one store into the code table, and, if
//!    the function has loops, zeroes the budget: calls from now on find the
//!    new code, and a frame that still spins in the old one asks again at its
//!    next sample. Now a unit for that loop is queued (see `osr`), which
//!    zeroes the budget once more when it is done: back to 2.
//!    The baseline code is retired: `code_gc` frees it when no frame is in it.
//! 5. What cannot be had (too large, a limit, no memory for code) is asked for
//!    once: the budget is then set so high that it hardly ever runs out.
//!
//! Budgets are racy on purpose. A zero that a racing decrement or step 2
//! overwrites costs one more budget until the next question; nothing waits for
//! it. Whoever finds a state settled sees all that was stored before.

mod config;
mod foreign;
mod log;
mod misses;
mod osr;
mod queue;
mod seen;
mod state;
#[cfg(test)]
mod tests;
mod unit;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, Tier, vmctx};
use updraft_compile::Effort;
use updraft_runtime::VmIsolate;
use updraft_types::DeclaredFuncIndex;

pub(crate) use config::unit_jobs;
pub use config::{Evict, Pinned, Strategy, Stress, Tiering};
pub(crate) use foreign::Kept;
pub use log::{CodeOf, Reason, TierEvent, TierEventKind, TierStats};

pub(crate) use log::TierLog;
pub(crate) use misses::Misses;
pub(crate) use osr::{LoopKey, OsrTable};
pub(crate) use queue::TierQueue;
pub(crate) use seen::{Seen, Snapshots};
pub(crate) use state::{FuncStates, Progress};
pub(crate) use unit::Unit;

use crate::admission::admit;
use crate::{Engine, NativeModule};
use config::{BUDGET_NEVER, BYTES_PER_BUDGET, Lot, OSR_PRIORITY, WARM_SHARE};
use osr::{OsrLimits, OsrState};
use queue::Run;

/// What is to become of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    /// The tier of its first code.
    pub first: Tier,
    /// Whether it is compiled again when it is hot.
    pub tiers_up: bool,
}

/// The units of an engine for who may spare time for them. Does not keep the
/// engine alive.
pub(crate) struct Units {
    queue: Arc<TierQueue<Unit>>,
    slice: Duration,
}

impl Units {
    pub(crate) fn new(engine: &Engine) -> Self {
        Self { queue: engine.tier_queue().clone(), slice: engine.config().tiering.slice }
    }
    /// If the engine has no workers, runs units for a while. How many.
    pub(crate) fn run_slice(&self) -> usize {
        self.queue.run_slice(self.slice)
    }
}

impl NativeModule {
    /// What is to become of a function: the strategy, bent by chance in tests
    /// and by what the optimizing compiler is not to be given.
    pub(crate) fn plan(&self, func: DeclaredFuncIndex) -> Plan {
        let config = self.engine().config();
        let strategy = config.strategy;
        let plan = Plan { first: strategy.first_tier(), tiers_up: strategy.tiers_up() };
        if !plan.tiers_up {
            return plan;
        }
        let stays = |first| Plan { first, tiers_up: false };
        let effort = admit(&self.facts(func));
        // What is pinned does not become hot, so less effort is no waste.
        let pinned = config.tiering.stress.pinned.is_some();
        if effort != Ok(Effort::Full) && !(pinned && effort.is_ok()) {
            return stays(Tier::Baseline);
        }
        match config.tiering.lot(func.raw()) {
            Some(Lot::Baseline) => stays(Tier::Baseline),
            Some(Lot::Optimized) => stays(Tier::Optimized),
            Some(Lot::TierUp) | None => plan,
        }
    }

    /// Whether loops of a function are worth looking at.
    pub(crate) fn wants_osr(&self, func: DeclaredFuncIndex) -> bool {
        self.engine().config().tiering.osr && self.facts(func).n_loops > 0
    }

    fn osr_limits(&self, func: DeclaredFuncIndex) -> OsrLimits {
        let tiering = &self.engine().config().tiering;
        if tiering.stress.osr_everywhere {
            let n_loops = self.facts(func).n_loops;
            return OsrLimits { max_loops: n_loops, max_failures: n_loops };
        }
        OsrLimits { max_loops: tiering.max_osr_loops, max_failures: tiering.max_osr_failures }
    }

    /// A budget was used up (steps 2 and 3), in an isolate. The address of code
    /// to go on in, if the loop has any.
    pub(crate) fn tier_up(
        self: &Arc<Self>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        loop_ordinal: Option<u32>,
        vm: Option<&VmIsolate>,
        seen: &dyn Fn() -> Seen,
    ) -> Option<usize> {
        let tiering = &self.engine().config().tiering;
        self.log().underflowed();
        let only_loops = tiering.stress.osr_everywhere;
        let left_alone =
            || only_loops && !(self.wants_osr(func) && tiering.in_osr_sample(func.raw()));
        if !self.plan(func).tiers_up || left_alone() {
            self.set_budget(func, BUDGET_NEVER);
            return None;
        }
        // First of all: code that becomes ready from now on zeroes it again.
        self.set_budget(func, tiering.full_budget());
        let key = loop_ordinal.filter(|_| self.wants_osr(func)).map(|ordinal| LoopKey {
            func,
            bounds,
            ordinal,
        });
        if let Some(address) = self.enter_loop(key) {
            return Some(address);
        }

        let unit = |code, reason| Unit {
            module: Arc::downgrade(self),
            func,
            bounds,
            code,
            reason,
            seen: seen(),
            asked: Instant::now(),
        };
        let work = || match self.states(bounds).progress(func, Tier::Optimized) {
            _ if only_loops => self.ask_for_loop(key, &unit),
            Progress::None | Progress::Queued => {
                let n = self.priority(func).fetch_add(1, Ordering::Relaxed).wrapping_add(1);
                if let Some(priority) = self.due(func, n) {
                    self.states(bounds).queue(func, Tier::Optimized);
                    self.submit(priority, unit(CodeOf::Optimized, Reason::Budget(n)));
                }
            }
            Progress::Compiling => {}
            Progress::Done => self.ask_for_loop(key, &unit),
            Progress::Failed => self.set_budget(func, BUDGET_NEVER),
        };
        self.queue_units(vm, work);
        // Last: nothing keeps the code but that it is entered now.
        self.enter_loop(key)
    }

    /// The priority with which a unit is queued now for a function that used up
    /// so many budgets: when they are as many as its size is worth, and
    /// whenever that doubles.
    fn due(&self, func: DeclaredFuncIndex, n_budgets: u32) -> Option<u32> {
        let worth = match self.engine().config().tiering.full_budget() {
            0 => 1,
            _ => 1 + self.facts(func).body_bytes / BYTES_PER_BUDGET,
        };
        let times = n_budgets / worth;
        (n_budgets.is_multiple_of(worth) && times.is_power_of_two()).then_some(times)
    }

    /// Does `work`, which queues units, and runs one of them if nobody else
    /// ever will. Nobody waits for the isolate meanwhile: the compiler takes
    /// its time, and may wait for room.
    fn queue_units(&self, vm: Option<&VmIsolate>, work: impl FnOnce()) {
        let work = || {
            work();
            let queue = self.engine().tier_queue();
            if !queue.has_workers() {
                // The thread is on a stack that is made for compilers.
                queue.run_one();
            }
        };
        match vm {
            Some(vm) => vm.stand_still(work),
            None => work(),
        }
    }

    /// The code of a loop, if it is ready; it will be entered.
    fn enter_loop(&self, key: Option<LoopKey>) -> Option<usize> {
        let key = key?;
        let OsrState::Ready(address) = self.osr().state(key) else { return None };
        self.log().osr_entered(key.func, key.bounds, key.ordinal);
        Some(address)
    }

    fn ask_for_loop(&self, key: Option<LoopKey>, unit: &dyn Fn(CodeOf, Reason) -> Unit) {
        let Some(key) = key else { return };
        let limits = self.osr_limits(key.func);
        if self.osr().ask(key, limits) {
            self.submit(OSR_PRIORITY, unit(CodeOf::Loop(key.ordinal), Reason::Loop(key.ordinal)));
        } else if self.osr().state(key) != OsrState::Pending
            && self.osr().is_exhausted(key.func, key.bounds, limits)
            && !self.osr().has_hope(key.func, key.bounds)
        {
            // No loop of the function can be left, ever.
            self.set_budget(key.func, BUDGET_NEVER);
        }
    }

    fn submit(&self, priority: u32, unit: Unit) {
        if self.engine().config().tiering.is_synchronous() {
            unit.run();
        } else {
            let body_bytes = self.facts(unit.func).body_bytes;
            self.engine().tier_queue().push(priority, body_bytes, unit);
        }
    }

    fn priority(&self, func: DeclaredFuncIndex) -> &AtomicU32 {
        &self.priorities()[func.index()]
    }

    /// Which functions of the module have run a lot, see
    /// [`updraft_compile::Feedback::heat`]: looked at when a unit's turn comes,
    /// since that is one pass over all functions.
    pub(crate) fn heat(&self) -> HashMap<DeclaredFuncIndex, u64> {
        let mut heat = HashMap::new();
        let tiering = &self.engine().config().tiering;
        // Where tests start at 0, what is left says nothing.
        let counts = tiering.full_budget() > 0;
        let full = tiering.full_budget().max(1);
        let unit = u64::from(vmctx::BUDGET_UNIT_BYTES);
        for (i, priority) in self.priorities().iter().enumerate() {
            let func = DeclaredFuncIndex::new(i as u32);
            let n_full = u64::from(priority.load(Ordering::Relaxed));
            // A budget above the full one belongs to a function that does not
            // count any more.
            let left = if counts { self.budget(func).max(0) } else { full };
            let spent = full.saturating_sub(left).max(0);
            if n_full > 0 || spent >= full / WARM_SHARE {
                let units = n_full * full as u64 + spent as u64;
                heat.insert(func, units * unit);
            }
        }
        heat
    }
}

//! Guards that do not hold: calls that optimized code did not expect.
//!
//! Owns: [`Misses`], of which each module has one, and the answer to the
//! `guard_missed` upcall. Must not know: what a guard looks like.
//!
//! # Essay: when what was seen is not trusted any more
//!
//! Optimized code compares callees with those that baseline code met. Programs
//! change, and a call that no guard expects takes 10 ns more than an ordinary
//! one. One such call in [`GUARD_MISS_PERIOD`] comes here, with the time since
//! the isolate's last one.
//!
//! 1. If they are farther apart than [`FAST`], misses cost little: nothing is
//!    done, however many there are.
//! 2. Otherwise it counts against the function whose code it is, with the
//!    place of the call.
//! 3. At the [`MAX_STRIKES`]th, what was met at which places is noted for good,
//!    wherever they are inlined; all compilers are told, and guard the new
//!    targets, too, or nothing if they are too many. If the code is the one
//!    that calls of the function go to, it is compiled anew.
//! 4. The new code is published by the slot like all code, and the old one
//!    retired. Frames in the old code go on there; what they miss counts, but
//!    compiles nothing, since their code is not what calls go to.
//! 5. That happens [`MAX_AGAIN`] times per function. Then it stays as it is: so
//!    no program makes us compile forever.
//!
//! Code of a loop is not made anew: nothing leads to it once the function's
//! own optimized code is there.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use updraft_abi::feedback::MAX_TARGETS;
use updraft_abi::{Bounds, Tier};
use updraft_compile::MissedTargets;
use updraft_runtime::{GUARD_MISS_PERIOD, GuardMiss, VmIsolate};
use updraft_types::DeclaredFuncIndex;

use super::log::{CodeOf, Reason};
use super::seen::Seen;
use super::unit::Unit;
use crate::NativeModule;
use crate::lock_order::{Mutex, Rank};

/// So many misses cost about a twentieth of this time.
const FAST: Duration = Duration::from_nanos(GUARD_MISS_PERIOD as u64 * 200);
/// Enough to meet most of the bad calls of a function, and 0.2 ms of misses.
const MAX_STRIKES: usize = 8;
/// How often a function is compiled anew.
const MAX_AGAIN: u32 = 4;
/// Before functions that used up fewer times what their size is worth.
const PRIORITY: u32 = 8;

type Site = (DeclaredFuncIndex, u32);
type Target = Option<DeclaredFuncIndex>;
type Strike = (Site, Target);

#[derive(Default)]
struct State {
    /// Targets are few at each: only so many samples are noted.
    missed: HashMap<Site, MissedTargets>,
    /// By function and kind of its code: places that were met since it was
    /// compiled, and how often it was compiled anew.
    funcs: HashMap<(DeclaredFuncIndex, Bounds), (Vec<Strike>, u32)>,
}

/// What a module's optimized code did not expect.
pub(crate) struct Misses {
    state: Mutex<State>,
}

impl Misses {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::new(Rank::Misses, State::default()) }
    }

    /// What was called where, in place of what was expected.
    pub(crate) fn all(&self) -> HashMap<Site, MissedTargets> {
        self.state.lock().missed.clone()
    }

    /// Steps 2, 3 and 5: how often the function is compiled anew with this
    /// time, if it is to be.
    fn strike(&self, miss: &GuardMiss) -> Option<u32> {
        let mut state = self.state.lock();
        let state = &mut *state;
        let (sites, n_again) = state.funcs.entry((miss.func, miss.bounds)).or_default();
        if *n_again == MAX_AGAIN {
            return None;
        }
        sites.push(((miss.site_func, miss.site_offset), miss.target));
        if sites.len() < MAX_STRIKES {
            return None;
        }
        for (site, target) in sites.drain(..) {
            let targets = state.missed.entry(site).or_default();
            let has_room = targets.len() <= MAX_TARGETS;
            match targets.iter_mut().find(|(t, _)| *t == target) {
                Some((_, n)) => *n = n.saturating_add(1),
                None if has_room => targets.push((target, 1)),
                None => {}
            }
        }
        Some(*n_again + 1)
    }

    fn compiled_again(&self, miss: &GuardMiss) {
        if let Some((_, n_again)) = self.state.lock().funcs.get_mut(&(miss.func, miss.bounds)) {
            *n_again += 1;
        }
    }
}

impl NativeModule {
    /// A guard did not hold, `since` after the one before that was told.
    pub(crate) fn guard_missed(
        &self,
        miss: GuardMiss,
        since: Duration,
        vm: Option<&VmIsolate>,
        seen: &dyn Fn() -> Seen,
    ) {
        if since > FAST {
            return;
        }
        let Some(n) = self.misses().strike(&miss) else { return };
        let GuardMiss { func, bounds, code_start, .. } = miss;
        if !self.states(bounds).queue_anew(func, Tier::Optimized, code_start) {
            return;
        }
        self.misses().compiled_again(&miss);
        let unit = Unit {
            module: self.me().clone(),
            func,
            bounds,
            code: CodeOf::Optimized,
            reason: Reason::GuardMisses(n),
            seen: seen(),
            asked: Instant::now(),
        };
        self.queue_units(vm, || self.submit(PRIORITY, unit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn miss(offset: u32) -> GuardMiss {
        let func = DeclaredFuncIndex::new(3);
        let site_func = DeclaredFuncIndex::new(5);
        let bounds = Bounds::Guarded;
        GuardMiss { func, bounds, code_start: 0, site_func, site_offset: offset, target: None }
    }

    #[test]
    fn places_are_noted_together_and_a_function_is_compiled_anew_a_few_times() {
        let misses = Misses::new();
        for again in 1..=MAX_AGAIN {
            for i in 1..MAX_STRIKES as u32 {
                assert_eq!(misses.strike(&miss(again * 10 + i % 2)), None);
            }
            assert_eq!(misses.all().len(), again as usize * 2 - 2);
            assert_eq!(misses.strike(&miss(again * 10)), Some(again));
            assert_eq!(misses.all().len(), again as usize * 2);
            misses.compiled_again(&miss(0));
        }
        for _ in 0..2 * MAX_STRIKES {
            assert_eq!(misses.strike(&miss(7)), None);
        }
        assert_eq!(misses.all().len(), MAX_AGAIN as usize * 2);
    }
}

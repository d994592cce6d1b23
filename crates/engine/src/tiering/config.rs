//! The knobs of tiering: every threshold with what chose it, and the switches
//! that tests use.
//!
//! Read by the rest of `tiering` and by the public API, which fills it. Must
//! not know: how any of it is carried out.

use std::num::NonZeroU32;
use std::time::Duration;

use updraft_abi::{Tier, vmctx};

use super::queue::JobLimits;

/// What is compiled when, and by which compiler.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Strategy {
    /// Baseline code at the first call, optimized code for what is hot.
    Lazy,
    /// Baseline code for all when a module is made, optimized code for what
    /// is hot.
    EagerBaseline,
    /// Optimized code at the first call.
    #[default]
    OptimizeOnly,
    /// Optimized code for all when a module is made.
    OptimizeEager,
    /// Baseline code at the first call, and no other.
    BaselineOnly,
    /// Baseline code for all when a module is made, and no other.
    BaselineEager,
}

impl Strategy {
    /// The tier of a function's first code.
    pub const fn first_tier(self) -> Tier {
        match self {
            Strategy::OptimizeOnly | Strategy::OptimizeEager => Tier::Optimized,
            _ => Tier::Baseline,
        }
    }
    /// The highest tier that a function may reach.
    pub const fn last_tier(self) -> Tier {
        match self {
            Strategy::BaselineOnly | Strategy::BaselineEager => Tier::Baseline,
            _ => Tier::Optimized,
        }
    }
    /// Whether hot functions are compiled again.
    pub const fn tiers_up(self) -> bool {
        matches!(self, Strategy::Lazy | Strategy::EagerBaseline)
    }
    /// Whether modules are compiled whole when they are made.
    pub const fn is_eager(self) -> bool {
        matches!(self, Strategy::EagerBaseline | Strategy::OptimizeEager | Strategy::BaselineEager)
    }
}

/// Thresholds. The defaults are starting points until they are measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tiering {
    /// Bytes of wasm, roughly, that a function runs in baseline code before it
    /// asks for optimized code. V8's is 13,000,000, where an optimizing compiler
    /// is slower and loops cannot be replaced. Here a small hot function is
    /// optimized in 1–2 ms (2026-11, two x86-64 cores, both busy), and baseline
    /// code takes about 1 ms for 4,000,000 bytes, so waiting much longer than
    /// that is loss. Python's `print(1)` has 13 functions optimized with V8's
    /// budget, 62 with 4,000,000, 45–76 with 1,000,000; esbuild's `--version` 7,
    /// 9 and 18. That costs the start little as long as a core is left to it
    /// (see `unit_jobs`): 129 ms with 4,000,000, 128 with V8's, 125 with a budget
    /// that never ends, 117 without counting (`--tier baseline`).
    pub budget: i32,
    /// Whether running loops are moved to optimized code.
    pub osr: bool,
    /// Loops of one function that get an entry of their own. Each is the whole
    /// function compiled again; a function that spins in more loops than this
    /// in calls that began before its optimized code was there is rare.
    pub max_osr_loops: u32,
    /// Loops of one function that may fail before no more are tried. The
    /// reason (too many values, too large) mostly holds for its other loops.
    pub max_osr_failures: u32,
    /// Compile hot functions at once, on the thread that found them hot.
    pub synchronous: bool,
    /// Without workers: for how long `run_tasks` goes on starting units. One
    /// unit cannot be cut, so it may take longer.
    pub slice: Duration,
    /// Whether events are noted, to be looked at.
    pub log: bool,
    /// What tests turn on.
    pub stress: Stress,
}

impl Default for Tiering {
    fn default() -> Self {
        Self {
            budget: 4_000_000,
            osr: true,
            max_osr_loops: 4,
            max_osr_failures: 2,
            synchronous: false,
            slice: Duration::from_millis(2),
            log: false,
            stress: Stress::default(),
        }
    }
}

/// Policies driven to their extremes, for tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stress {
    /// The first back-edge or exit of a function in baseline code compiles it.
    pub tier_up_now: bool,
    /// Every loop of baseline code is left at its first back-edge, and calls
    /// keep entering baseline code.
    pub osr_everywhere: bool,
    /// With `osr_everywhere`: only the loops of some functions, one in so many,
    /// chosen by this seed. A budget belongs to a function, so its loops can
    /// only be chosen together.
    pub osr_sample: Option<(u64, u32)>,
    /// Each function gets a tier by chance: this is the seed. Some stay in
    /// baseline code, some start optimized, the others tier up.
    pub random_tiers: Option<u64>,
    /// Code that nobody reaches is collected at once.
    pub code_gc_always: bool,
    /// Before a function is compiled for its first call, code that is on no
    /// stack is evicted.
    pub evict: Option<Evict>,
    /// Which functions are in which tier, once and for all: for the search of
    /// the function that makes tiers differ. Goes before what chance says.
    pub pinned: Option<Pinned>,
}

/// How first calls evict code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Evict {
    /// What chance starts from when it picks code; 0 takes all.
    pub seed: u64,
    /// One in so many first calls evicts, by chance too. All of a large program
    /// would compile most of it again for each function.
    pub one_in: u32,
}

/// A tier for each function that never changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pinned {
    /// Functions from this number on, imports not counted, are optimized.
    pub baseline_below: u32,
    /// With a seed, of the functions below only those that chance picks are in
    /// baseline code; without one, all.
    pub seed: Option<u64>,
}

/// A budget for functions that have nothing to ask for any more.
pub(crate) const BUDGET_NEVER: i32 = i32::MAX;

/// Priority in the queue of a loop that runs at this moment: before functions
/// that used up fewer times than this what their size is worth.
pub(crate) const OSR_PRIORITY: u32 = 16;

/// Bytes of a function that are worth a budget more before it is optimized, and
/// before it is as urgent as a small one. Optimizing them takes about 4 ms and
/// using up a budget 1 ms: so what a program loses by ending too early is
/// bounded by what it has done. Without this, python's `print(1)` spent a core
/// on the interpreter's loop (106 KB) until it ended, and shared the other with
/// what was more urgent: 105 ms instead of 100, and 6 functions optimized by the
/// end instead of 57.
pub(crate) const BYTES_PER_BUDGET: u32 = 4096;

/// Samples that use up a budget. Counting each call in a word of the function's
/// own cost python's `print(1)` 7 ms of 101, most of it for words that are not
/// in the cache; by samples it is half of that (2026-11; of 11,448 functions
/// 1,930 run). A sample takes some 20 ns, 64 of them about one part in 800 of
/// the 1 ms in which a budget is used up.
pub(crate) const SAMPLES_PER_BUDGET: i32 = 64;

/// A function counts as warm for inlining from this share of a budget on:
/// colder ones would only fill the feedback. A sample is more: what runs less
/// than that is found warm now and then.
pub(crate) const WARM_SHARE: i32 = 256;

/// What was seen of all functions is copied again when that took less than one
/// in so many parts of the time since: see `seen`.
pub(crate) const SNAPSHOT_SHARE: u32 = 50;

/// How many units may run at a time, on so many workers: all but one, so that the
/// isolate that they are for keeps a core. With a unit on each of two cores,
/// python's `print(1)` takes 136–154 ms, with one at a time 129–131, without
/// any 125 (2026-11, two x86-64 cores, medians and quartiles of 20 runs). Loops
/// that run, and functions of that priority ([`OSR_PRIORITY`]), get all: they
/// must not wait for a unit of 0.2 s.
pub(crate) fn unit_jobs(n_workers: usize) -> JobLimits {
    let usual = n_workers.saturating_sub(1).max(n_workers.min(1));
    JobLimits { usual, urgent: n_workers, urgent_from: OSR_PRIORITY }
}

/// Events that are noted per module: guests can cause any number.
pub(crate) const MAX_EVENTS: usize = 1 << 16;

/// Different reasons for falling back that are told apart.
pub(crate) const MAX_FALLBACK_REASONS: usize = 64;

/// What chance gives a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lot {
    Baseline,
    Optimized,
    TierUp,
}

impl Tiering {
    /// The budget that counting starts and starts again from, in units.
    pub(crate) fn full_budget(&self) -> i32 {
        let stress = self.stress.tier_up_now || self.stress.osr_everywhere;
        if stress { 0 } else { (self.budget / vmctx::BUDGET_UNIT_BYTES as i32).max(1) }
    }
    /// Units of a budget that a sample stands for: a prime number, so that what
    /// runs in cycles is met everywhere in its cycle.
    pub(crate) fn sampling_period(&self) -> NonZeroU32 {
        let least = (self.full_budget() / SAMPLES_PER_BUDGET).unsigned_abs().max(1);
        let is_prime = |n: &u32| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
        (least..).find(is_prime).and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
    }
    /// Whether units run on the thread that asks for them.
    pub(crate) fn is_synchronous(&self) -> bool {
        self.synchronous || self.stress.tier_up_now || self.stress.osr_everywhere
    }
    /// What a function is given without regard to what it does: by what is
    /// pinned, or by chance.
    pub(crate) fn lot(&self, func: u32) -> Option<Lot> {
        if let Some(pinned) = self.stress.pinned {
            let picked = pinned.seed.is_none_or(|seed| chance(seed, func).is_multiple_of(2));
            let below = func < pinned.baseline_below;
            return Some(if below && picked { Lot::Baseline } else { Lot::Optimized });
        }
        Some(match chance(self.stress.random_tiers?, func) % 3 {
            0 => Lot::Baseline,
            1 => Lot::Optimized,
            _ => Lot::TierUp,
        })
    }
    /// Whether loops of a function are moved where every loop is.
    pub(crate) fn in_osr_sample(&self, func: u32) -> bool {
        let chosen = |(seed, one_in)| chance(seed, func).is_multiple_of(u64::from(one_in).max(1));
        self.stress.osr_sample.is_none_or(chosen)
    }
}

/// A number that looks like chance: the finalizer of splitmix64.
fn chance(seed: u64, func: u32) -> u64 {
    let mut x = seed ^ u64::from(func).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_gives_every_lot_and_the_same_again() {
        let stress = Stress { random_tiers: Some(7), ..Stress::default() };
        let tiering = Tiering { stress, ..Tiering::default() };
        let lots: Vec<_> = (0..64).filter_map(|f| tiering.lot(f)).collect();
        for lot in [Lot::Baseline, Lot::Optimized, Lot::TierUp] {
            assert!(lots.iter().filter(|l| **l == lot).count() > 8);
        }
        assert_eq!(lots, (0..64).filter_map(|f| tiering.lot(f)).collect::<Vec<_>>());
        assert_eq!(Tiering::default().lot(0), None);
    }
    #[test]
    fn pinned_functions_are_below_a_number_and_picked() {
        let lots = |pinned| {
            let stress =
                Stress { pinned: Some(pinned), random_tiers: Some(1), ..Stress::default() };
            let tiering = Tiering { stress, ..Tiering::default() };
            (0..64).map(|f| tiering.lot(f) == Some(Lot::Baseline)).collect::<Vec<_>>()
        };
        let all = lots(Pinned { baseline_below: 5, seed: None });
        assert_eq!(all, (0..64).map(|f| f < 5).collect::<Vec<_>>());
        assert!(lots(Pinned::default()).iter().all(|b| !b));
        // A smaller number takes functions away and changes no other.
        let (few, many) = (Pinned { baseline_below: 40, seed: Some(9) }, u32::MAX);
        let (few, many) = (lots(few), lots(Pinned { baseline_below: many, ..few }));
        assert!((8..32).contains(&few.iter().filter(|b| **b).count()));
        assert_eq!(few[..40], many[..40]);
        assert!(few[40..].iter().all(|b| !b));
    }

    #[test]
    fn periods_are_a_share_of_the_budget_and_prime() {
        let period = |budget| Tiering { budget, ..Tiering::default() }.sampling_period().get();
        assert_eq!([0, 1, 1000, 2047].map(period), [1; 4]);
        assert_eq!([160_000, 4_000_000, i32::MAX].map(period), [157, 3907, 2_097_169]);
    }

    #[test]
    fn a_sample_is_a_part_and_the_same_again() {
        let sample = |one_in| {
            let stress = Stress { osr_sample: Some((5, one_in)), ..Stress::default() };
            let tiering = Tiering { stress, ..Tiering::default() };
            (0..400).filter(|f| tiering.in_osr_sample(*f)).count()
        };
        assert!((50..150).contains(&sample(4)));
        assert_eq!((sample(1), sample(0), sample(4)), (400, 400, sample(4)));
        assert!(Tiering::default().in_osr_sample(3));
    }
}

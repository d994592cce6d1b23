//! What isolates have seen of programs, for units.
//!
//! Owns: [`Seen`], the part of a unit's input that an isolate knows, and
//! [`Snapshots`], one per isolate. Called by the `tier_up` upcall. Must not
//! know: what units are made for.
//!
//! # Essay: snapshots that serve many units
//!
//! A compiler reads what was seen of the function itself and of those that it
//! inlines, which nobody knows before. To copy all that an isolate has seen
//! takes time that the program waits for: for python 0.1 ms, a hundred times
//! while it starts. So the function's own sites are copied each time, and
//! those of all others serve all units until they cost too small a part of the
//! time since to be saved ([`SNAPSHOT_SHARE`]). Of a small module they are
//! always new. What they become for compilers is made by the thread that
//! compiles.

use std::sync::Arc;
use std::time::{Duration, Instant};

use updraft_compile::{Feedback, SiteFeedback};
use updraft_runtime::{FeedbackSnapshot, ImportTargets, SiteSnapshot};
use updraft_types::DeclaredFuncIndex;

use super::config::SNAPSHOT_SHARE;
use crate::lock_order::{Mutex, Rank};

/// What an isolate has seen.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// Of the function; goes before what `all` says of it.
    pub own: FeedbackSnapshot,
    /// Of all functions of the module.
    pub all: Arc<FeedbackSnapshot>,
    /// Which functions the instance imports.
    pub imports: Option<Arc<ImportTargets>>,
}

impl Seen {
    /// What compilers are told, but for heat.
    pub(crate) fn feedback(&self) -> Feedback {
        let site = |s: &SiteSnapshot| SiteFeedback { targets: s.targets.clone(), other: s.other };
        let sites = |(func, sites): &(DeclaredFuncIndex, Vec<SiteSnapshot>)| {
            (*func, sites.iter().map(site).collect())
        };
        let sites = self.all.iter().chain(&self.own).map(sites).collect();
        Feedback { sites, ..Feedback::default() }
    }
}

struct Last {
    /// Number of the module.
    module: u64,
    made: Instant,
    cost: Duration,
    all: Arc<FeedbackSnapshot>,
}

/// The last snapshot of an isolate.
pub(crate) struct Snapshots {
    last: Mutex<Option<Last>>,
}

impl Snapshots {
    pub(crate) fn new() -> Self {
        Self { last: Mutex::new(Rank::Seen, None) }
    }

    /// What was seen for a unit of a function, but for imports; `snapshot` adds
    /// what was seen of one function, or of all. Without `may_reuse` all of it
    /// is new.
    pub(crate) fn take(
        &self,
        module: u64,
        func: DeclaredFuncIndex,
        may_reuse: bool,
        snapshot: &dyn Fn(Option<DeclaredFuncIndex>, &mut FeedbackSnapshot),
    ) -> Seen {
        let mut own = FeedbackSnapshot::new();
        snapshot(Some(func), &mut own);
        let mut last = self.last.lock();
        let start = Instant::now();
        if let Some(last) = &*last
            && may_reuse
            && last.module == module
            && start.duration_since(last.made) < last.cost * SNAPSHOT_SHARE
        {
            return Seen { own, all: last.all.clone(), imports: None };
        }
        let mut all = FeedbackSnapshot::new();
        snapshot(None, &mut all);
        let all = Arc::new(all);
        let made = Instant::now();
        *last = Some(Last { module, made, cost: made - start, all: all.clone() });
        Seen { own, all, imports: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(i: u32) -> DeclaredFuncIndex {
        DeclaredFuncIndex::new(i)
    }

    /// What is seen now, and with each further look: one call more.
    fn look(n: &std::cell::Cell<u32>, only: Option<DeclaredFuncIndex>) -> FeedbackSnapshot {
        n.set(n.get() + 1);
        let site = SiteSnapshot { targets: vec![(f(9), n.get())], other: 0 };
        let all = [f(0), f(1)].map(|func| (func, vec![site.clone()]));
        all.into_iter().filter(|(func, _)| only.is_none_or(|o| o == *func)).collect()
    }

    #[test]
    fn a_functions_own_sites_are_always_new() {
        let (snapshots, n) = (Snapshots::new(), std::cell::Cell::new(0));
        let take = |may_reuse| {
            let seen = snapshots.take(1, f(0), may_reuse, &|only, into| {
                into.extend(look(&n, only));
                if only.is_none() {
                    // Long enough for the next to come soon after.
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            let feedback = seen.feedback();
            [f(0), f(1)].map(|func| feedback.sites[&func][0].targets[0].1)
        };
        assert_eq!(take(true), [1, 2]);
        assert_eq!(take(true), [3, 2]);
        assert_eq!(take(false), [4, 5]);
    }

    #[test]
    fn modules_are_told_apart() {
        let (snapshots, n) = (Snapshots::new(), std::cell::Cell::new(0));
        for (module, n_looks) in [(1, 2), (2, 4)] {
            snapshots.take(module, f(0), true, &|only, into| into.extend(look(&n, only)));
            assert_eq!(n.get(), n_looks);
        }
    }
}

//! What tiering did: counters that are always there, events if asked for.
//!
//! Owns: [`TierLog`], one per module, and the types that the public API shows
//! of it. Written by whoever compiles. Must not know: how anything is printed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, InlinedBodies, Tier};
use updraft_types::DeclaredFuncIndex;

use super::config::{MAX_EVENTS, MAX_FALLBACK_REASONS};
use crate::lock_order::{Mutex, Rank};

/// Why something was compiled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// It was called, or a tool wanted it.
    FirstCall,
    /// The whole module was compiled.
    Eager,
    /// Its budget was used up for the so-manieth time.
    Budget(u32),
    /// It runs in a loop of that ordinal.
    Loop(u32),
    /// Its optimized code expected other calls than it made, for the
    /// so-manieth time.
    GuardMisses(u32),
}

/// What a piece of code is the code of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodeOf {
    /// A function, made by the baseline compiler.
    Baseline,
    /// A function, made by the optimizing compiler.
    Optimized,
    /// A function from one of its loops on, made by the optimizing compiler.
    Loop(u32),
}

impl CodeOf {
    pub(crate) fn func(tier: Tier) -> Self {
        match tier {
            Tier::Baseline => CodeOf::Baseline,
            Tier::Optimized => CodeOf::Optimized,
        }
    }
    fn index(self) -> usize {
        match self {
            CodeOf::Baseline => 0,
            CodeOf::Optimized => 1,
            CodeOf::Loop(_) => 2,
        }
    }
}

/// Something that happened to a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TierEventKind {
    /// Code was published.
    Compiled {
        /// What it is.
        code: CodeOf,
        /// Why.
        reason: Reason,
        /// Time between the request and the start of the compiler.
        waited: Duration,
        /// Time that the compiler took.
        time: Duration,
        /// Bytes of the body.
        body_bytes: u32,
        /// Bytes of machine code.
        code_bytes: u64,
        /// Bodies that stand in place of calls.
        inlined: InlinedBodies,
    },
    /// There will be no such code.
    Failed {
        /// What it would have been.
        code: CodeOf,
        /// Why.
        reason: Reason,
        /// Why not.
        message: String,
    },
    /// A running loop went on in optimized code.
    OsrEntered {
        /// The loop's ordinal.
        ordinal: u32,
    },
    /// Calls do not reach code any more, to make room.
    Evicted {
        /// What it was.
        code: CodeOf,
        /// Bytes that it takes until it is freed.
        code_bytes: u64,
    },
    /// Code that nobody reached was freed.
    Freed {
        /// What it was.
        code: CodeOf,
        /// Bytes that it took.
        code_bytes: u64,
    },
}

/// An event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TierEvent {
    /// Time since the module was made.
    pub at: Duration,
    /// The function.
    pub func: DeclaredFuncIndex,
    /// The bounds checks of its code.
    pub bounds: Bounds,
    /// What happened.
    pub kind: TierEventKind,
}

/// What was compiled by one tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TierStats {
    /// Functions whose calls go to this tier's code now; of loops, how many
    /// can be entered.
    pub n_published: u64,
    /// Compilations that succeeded.
    pub n_compiled: u64,
    /// Compilations that failed.
    pub n_failed: u64,
    /// Bytes of machine code made.
    pub code_bytes: u64,
    /// Time that threads spent compiling.
    pub compile_time: Duration,
}

#[derive(Default)]
struct Counters {
    n_compiled: AtomicU64,
    n_failed: AtomicU64,
    code_bytes: AtomicU64,
    nanos: AtomicU64,
}

#[derive(Default)]
struct Events {
    kept: Vec<TierEvent>,
    n_lost: u64,
}

/// The account of one module. Counters are statistics: relaxed throughout,
/// nothing is concluded from one about another.
pub(crate) struct TierLog {
    start: Instant,
    counters: [Counters; 3],
    n_underflows: AtomicU64,
    n_osr_entries: AtomicU64,
    /// Bodies, and those of them that are of other modules.
    n_inlined: [AtomicU64; 2],
    n_fallbacks: AtomicU64,
    fallbacks: Mutex<BTreeMap<String, u64>>,
    events: Option<Mutex<Events>>,
}

impl TierLog {
    pub(crate) fn new(keep_events: bool) -> Self {
        Self {
            start: Instant::now(),
            counters: Default::default(),
            n_underflows: AtomicU64::new(0),
            n_osr_entries: AtomicU64::new(0),
            n_inlined: Default::default(),
            n_fallbacks: AtomicU64::new(0),
            fallbacks: Mutex::new(Rank::TierLog, BTreeMap::new()),
            events: keep_events.then(|| Mutex::new(Rank::TierLog, Events::default())),
        }
    }

    fn note(&self, func: DeclaredFuncIndex, bounds: Bounds, kind: impl FnOnce() -> TierEventKind) {
        let Some(events) = &self.events else { return };
        let at = self.start.elapsed();
        let mut events = events.lock();
        if events.kept.len() < MAX_EVENTS {
            events.kept.push(TierEvent { at, func, bounds, kind: kind() });
        } else {
            events.n_lost += 1;
        }
    }

    /// Code was published; the kind is `Compiled`.
    pub(crate) fn compiled(&self, func: DeclaredFuncIndex, bounds: Bounds, kind: TierEventKind) {
        if let TierEventKind::Compiled { code, time, code_bytes, inlined, .. } = &kind {
            let bodies = [inlined.own + inlined.foreign, inlined.foreign];
            for (n, more) in self.n_inlined.iter().zip(bodies) {
                n.fetch_add(more.into(), Ordering::Relaxed);
            }
            let counters = &self.counters[code.index()];
            counters.n_compiled.fetch_add(1, Ordering::Relaxed);
            counters.code_bytes.fetch_add(*code_bytes, Ordering::Relaxed);
            counters.nanos.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
        }
        self.note(func, bounds, || kind);
    }

    /// Bodies that were inlined, and those of them that are of other modules.
    pub(crate) fn n_inlined(&self) -> (u64, u64) {
        let [all, foreign] = &self.n_inlined;
        (all.load(Ordering::Relaxed), foreign.load(Ordering::Relaxed))
    }

    /// A compilation failed, after that time.
    pub(crate) fn failed(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        (code, reason): (CodeOf, Reason),
        message: &str,
        time: Duration,
    ) {
        let counters = &self.counters[code.index()];
        counters.n_failed.fetch_add(1, Ordering::Relaxed);
        counters.nanos.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
        self.note(func, bounds, || TierEventKind::Failed { code, reason, message: message.into() });
    }

    /// The baseline compiler left a function to the optimizing one.
    pub(crate) fn fell_back(&self, message: &str) {
        self.n_fallbacks.fetch_add(1, Ordering::Relaxed);
        let mut reasons = self.fallbacks.lock();
        if let Some(n) = reasons.get_mut(message) {
            *n += 1;
        } else if reasons.len() < MAX_FALLBACK_REASONS {
            reasons.insert(message.to_owned(), 1);
        }
    }

    /// A budget was used up.
    pub(crate) fn underflowed(&self) {
        self.n_underflows.fetch_add(1, Ordering::Relaxed);
    }

    /// A loop goes on in optimized code.
    pub(crate) fn osr_entered(&self, func: DeclaredFuncIndex, bounds: Bounds, ordinal: u32) {
        self.n_osr_entries.fetch_add(1, Ordering::Relaxed);
        self.note(func, bounds, || TierEventKind::OsrEntered { ordinal });
    }

    /// Code was evicted.
    pub(crate) fn evicted(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        code: CodeOf,
        code_bytes: u64,
    ) {
        self.note(func, bounds, || TierEventKind::Evicted { code, code_bytes });
    }

    /// Code was freed.
    pub(crate) fn freed(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        code: CodeOf,
        code_bytes: u64,
    ) {
        self.note(func, bounds, || TierEventKind::Freed { code, code_bytes });
    }

    /// Counters of baseline, optimized and loop code; `n_published` is 0.
    pub(crate) fn tiers(&self) -> [TierStats; 3] {
        std::array::from_fn(|i| {
            let c = &self.counters[i];
            TierStats {
                n_published: 0,
                n_compiled: c.n_compiled.load(Ordering::Relaxed),
                n_failed: c.n_failed.load(Ordering::Relaxed),
                code_bytes: c.code_bytes.load(Ordering::Relaxed),
                compile_time: Duration::from_nanos(c.nanos.load(Ordering::Relaxed)),
            }
        })
    }
    pub(crate) fn n_underflows(&self) -> u64 {
        self.n_underflows.load(Ordering::Relaxed)
    }
    pub(crate) fn n_osr_entries(&self) -> u64 {
        self.n_osr_entries.load(Ordering::Relaxed)
    }
    pub(crate) fn n_fallbacks(&self) -> u64 {
        self.n_fallbacks.load(Ordering::Relaxed)
    }
    /// Why functions were left to the optimizing compiler, and how many.
    pub(crate) fn fallbacks(&self) -> Vec<(String, u64)> {
        self.fallbacks.lock().iter().map(|(reason, n)| (reason.clone(), *n)).collect()
    }
    /// The events so far, and how many more there were.
    pub(crate) fn events(&self) -> (Vec<TierEvent>, u64) {
        let Some(events) = &self.events else { return (Vec::new(), 0) };
        let events = events.lock();
        (events.kept.clone(), events.n_lost)
    }
}

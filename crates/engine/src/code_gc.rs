//! Which code goes, and when: code that was replaced, code that makes room.
//!
//! Owns: [`CodeGc`], of which each engine has one; the lists of the engine's
//! isolates and modules. Called when code is published or finds no room, and
//! by isolates that report. Must not know: compilers, how stacks are walked
//! (the runtime's gate), who owes a report (`round`).
//!
//! # Essay: collecting
//!
//! 1. Code becomes *unreachable*: baseline code when optimized code is
//!    published, code of a loop when the function's baseline code is gone,
//!    anything when it is evicted. First it is taken out of slots and tables
//!    (`FuncStates`, `OsrTable`), then it is handed over here (`retire`).
//! 2. When what was handed over exceeds a part of the code there is, a round
//!    begins, and somebody looks (`look`): the gates of all isolates that owe
//!    a report are closed, a barrier runs, and those that are outside, in a
//!    host function or in an upcall that stands still are walked from here.
//!    So neither an idle store nor a long host call delays a round.
//! 3. The others run wasm. They are asked (`request::CODE_GC`) and report at
//!    their next check. One may leave wasm before, and stay away: that is seen
//!    when somebody looks again, which every compilation does now and then.
//! 4. Who brings the last report drops the code that nobody listed.
//!
//! *Addresses on no stack.* Machine code loads a slot right before it jumps,
//! with no check between, so an isolate that reports at a check, or is looked
//! at, holds none. The lazy stub loads the slot as its last act, after the
//! upcall. The address of a loop's code is looked up after the upcall has
//! stood still for the last time, and returned at once. A fault that becomes a
//! trap happens in the state *in wasm*, in which nobody is looked at, and no
//! check comes before it is done. So a report misses nothing.
//!
//! # Essay: the budget
//!
//! The code space refuses to hold more than the budget. Then `make_room`:
//!
//! 1. A round, awaited: it frees what waits, and says what is on stacks.
//! 2. Still too much: baseline code that is on no stack is evicted, all of it,
//!    if there is a better tier (it is soon there again); then all code on no
//!    stack of the modules that were used least recently, until a quarter of
//!    the budget is free. So a round serves many compilations.
//! 3. A second round, awaited, frees what was evicted.
//! 4. If that was not enough, once more, with everything that is on no stack.
//!    If nothing helps, all is running: that is an error, and not a lasting
//!    one.
//!
//! A module is *used* when it is instantiated and when code of it is made.
//! Calls leave no trace: that would cost each of them. A module that is hot and
//! makes no code looks old, and may be evicted; its next call makes code, and
//! it is young again. So each hot module pays at most once per turn.
//!
//! Who makes room waits for others' reports, and must be waited for by nobody
//! who reports: upcalls that compile stand still. Whoever runs wasm comes to a
//! check soon; `PATIENCE` is for what does not (checks switched off, a bulk
//! operation on a huge memory). Only one thread makes room at a time; the
//! others wait for it and try again.

mod round;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, Tier};
use updraft_runtime::code_space::{CodeBlock, CodeSpace, lookup};
use updraft_runtime::{ClosedGates, VmIsolate, request};
use updraft_types::DeclaredFuncIndex;

use crate::NativeModule;
use crate::lock_order::{Mutex, Rank};
use crate::tiering::{CodeOf, Evict};
pub(crate) use round::Live;
use round::{Dead, Rounds, Unreachable};

/// Unreachable bytes that are not worth a round.
const SLACK_BYTES: u64 = 64 << 10;
/// This part of the memory for code is not worth one either.
const SLACK_SHARE: u64 = 10;
/// This part of the budget is to be free when room was made.
const FREE_SHARE: u64 = 4;
/// How long who needs room waits for the isolates that run wasm.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same if wasm has no checks, or the system no barrier: some will never
/// report then.
const NO_HOPE_PATIENCE: Duration = Duration::from_millis(20);
/// Time between two looks at isolates that owe a report.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// Isolates whose gates are closed at a time: those wait for each other's
/// stacks to be walked.
const ISOLATES_AT_ONCE: usize = 64;

/// How a collector is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeGcConfig {
    /// Bytes of code that there may be.
    pub budget: u64,
    /// Whether wasm looks for requests.
    pub checks: bool,
    /// Whether code of a better tier than baseline is ever made.
    pub tiers_up: bool,
    /// For tests: a round whenever there is anything to collect.
    pub always: bool,
    /// For tests: code that is on no stack is evicted before first calls.
    pub evict: Option<Evict>,
}

/// Code that nobody reaches, and whose it was.
pub(crate) struct Retired {
    pub block: CodeBlock,
    pub module: Weak<NativeModule>,
    pub owner: u64,
    pub func: DeclaredFuncIndex,
    pub bounds: Bounds,
    pub code: CodeOf,
}

impl Unreachable for Retired {
    fn start(&self) -> usize {
        self.block.start() as usize
    }
    fn n_bytes(&self) -> u64 {
        CodeSpace::bytes_for(self.block.len())
    }
    fn owner(&self) -> u64 {
        self.owner
    }
}

/// Weak references; those to what is gone are left out now and then.
struct Registry<T> {
    all: Vec<Weak<T>>,
    prune_at: usize,
}

impl<T> Registry<T> {
    fn new() -> Self {
        Self { all: Vec::new(), prune_at: 64 }
    }
    fn add(&mut self, one: &Arc<T>) {
        if self.all.len() >= self.prune_at {
            self.all.retain(|w| w.strong_count() > 0);
            self.prune_at = (2 * self.all.len()).max(64);
        }
        self.all.push(Arc::downgrade(one));
    }
    fn list(&self) -> Vec<Arc<T>> {
        self.all.iter().filter_map(Weak::upgrade).collect()
    }
}

/// A module, and functions of it whose baseline code was freed.
type WithoutBaseline = (Arc<NativeModule>, Vec<(DeclaredFuncIndex, Bounds)>);

/// What the collector has done so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct CodeGcStats {
    pub n_collections: u64,
    pub n_evictions: u64,
}

/// The code collector of an engine.
pub(crate) struct CodeGc {
    config: CodeGcConfig,
    space: CodeSpace,
    rounds: Rounds<VmIsolate, Retired>,
    isolates: Mutex<Registry<VmIsolate>>,
    modules: Mutex<Registry<NativeModule>>,
    /// Held by who makes room. A module may end under it: that takes later
    /// locks only.
    room: Mutex<()>,
    /// Whether the system has what it takes to look at other threads' stacks.
    can_look: AtomicBool,
    start: Instant,
    /// Microseconds from the start to the last look.
    last_look: AtomicU64,
    /// Counts uses of modules.
    clock: AtomicU64,
    n_collections: AtomicU64,
    n_evictions: AtomicU64,
}

impl CodeGc {
    pub(crate) fn new(config: CodeGcConfig, space: CodeSpace) -> Self {
        Self {
            config,
            space,
            rounds: Rounds::new(),
            isolates: Mutex::new(Rank::Registry, Registry::new()),
            modules: Mutex::new(Rank::Registry, Registry::new()),
            room: Mutex::new(Rank::Room, ()),
            can_look: AtomicBool::new(true),
            start: Instant::now(),
            last_look: AtomicU64::new(0),
            clock: AtomicU64::new(0),
            n_collections: AtomicU64::new(0),
            n_evictions: AtomicU64::new(0),
        }
    }

    pub(crate) fn budget(&self) -> u64 {
        self.config.budget
    }
    pub(crate) fn stats(&self) -> CodeGcStats {
        CodeGcStats {
            n_collections: self.n_collections.load(Ordering::Relaxed),
            n_evictions: self.n_evictions.load(Ordering::Relaxed),
        }
    }
    /// An instant on the clock that uses of modules are counted by.
    pub(crate) fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed) + 1
    }
    /// Before the isolate runs anything.
    pub(crate) fn add_isolate(&self, vm: &Arc<VmIsolate>) {
        self.isolates.lock().add(vm);
    }
    pub(crate) fn add_module(&self, module: &Arc<NativeModule>) {
        self.modules.lock().add(module);
    }
    /// A module ends: no frame is of it.
    pub(crate) fn forget_module(&self, owner: u64) {
        drop(self.rounds.forget(owner));
    }

    /// Takes code that was made unreachable. No lock is held.
    pub(crate) fn retire(&self, code: Vec<Retired>) {
        if code.is_empty() {
            return;
        }
        let n_bytes = self.rounds.add(code);
        let committed = || self.space.stats().committed_bytes;
        if self.config.always
            || (n_bytes > SLACK_BYTES && n_bytes > SLACK_BYTES + committed() / SLACK_SHARE)
        {
            self.begin();
            self.look();
        }
    }

    /// Looks again at who owes a report, if that was long ago.
    pub(crate) fn poll(&self) {
        let now = self.start.elapsed().as_micros() as u64;
        let last = self.last_look.load(Ordering::Relaxed);
        if now.saturating_sub(last) >= LOOK_AGAIN.as_micros() as u64 {
            self.last_look.store(now, Ordering::Relaxed);
            self.look();
        }
    }

    /// The report of an isolate that runs on this thread, in an upcall.
    pub(crate) fn report(&self, vm: &VmIsolate) {
        vm.clear(request::CODE_GC);
        let mut pcs = Vec::new();
        if self.rounds.owes(vm) && vm.own_live_return_pcs(&mut pcs) {
            self.free(self.rounds.report(vm, None, starts(&pcs)));
        }
    }

    fn begin(&self) -> Option<u64> {
        let (number, dead) = self.rounds.begin(|| self.isolates.lock().list())?;
        self.free(dead);
        Some(number)
    }

    /// Reports on behalf of isolates that stand still, and asks the others.
    fn look(&self) {
        let Some((number, owing)) = self.rounds.owing() else { return };
        let ask = |vm: &VmIsolate| {
            if vm.requests() & request::CODE_GC == 0 {
                vm.raise(request::CODE_GC);
            }
        };
        for some in owing.chunks(ISOLATES_AT_ONCE) {
            let Some(gates) = ClosedGates::close(some.to_vec()) else {
                self.can_look.store(false, Ordering::Relaxed);
                some.iter().for_each(|vm| ask(vm));
                continue;
            };
            let seen: Vec<Option<Vec<usize>>> = (0..some.len())
                .map(|i| {
                    let mut pcs = Vec::new();
                    gates.live_return_pcs(i, &mut pcs).then_some(pcs)
                })
                .collect();
            drop(gates);
            for (vm, pcs) in some.iter().zip(seen) {
                match pcs {
                    Some(pcs) => self.free(self.rounds.report(vm, Some(number), starts(&pcs))),
                    None => ask(vm),
                }
            }
        }
    }

    /// Drops the code that a round found dead, and ends the round.
    fn free(&self, dead: Option<Dead<Retired>>) {
        let Some(Dead { number, code }) = dead else { return };
        self.n_collections.fetch_add(1, Ordering::Relaxed);
        // Nothing leads from baseline code that is gone into loops' code.
        let mut without_baseline: HashMap<u64, WithoutBaseline> = HashMap::new();
        for retired in code {
            let Some(module) = retired.module.upgrade() else { continue };
            let n_bytes = retired.n_bytes();
            module.log().freed(retired.func, retired.bounds, retired.code, n_bytes);
            let (_, funcs) = without_baseline.entry(retired.owner).or_insert((module, Vec::new()));
            if retired.code == CodeOf::Baseline {
                funcs.push((retired.func, retired.bounds));
            }
        }
        let loops =
            without_baseline.values().flat_map(|(module, funcs)| module.take_loops_of(funcs));
        self.rounds.add(loops.collect());
        self.rounds.end(number);
    }

    /// A whole round, awaited: what is on stacks. Nothing if it takes too long.
    fn collect(&self, until: Instant) -> Option<Arc<Live>> {
        let mut number = None;
        loop {
            if number.is_none() {
                number = self.begin();
            }
            self.look();
            if let Some(live) = number.and_then(|n| self.rounds.result(n)) {
                return Some(live);
            }
            if Instant::now() >= until {
                return None;
            }
            self.rounds.wait(LOOK_AGAIN);
        }
    }

    fn patience(&self) -> Instant {
        let hope = self.config.checks && self.can_look.load(Ordering::Relaxed);
        Instant::now() + if hope { PATIENCE } else { NO_HOPE_PATIENCE }
    }

    fn fits(&self, need: u64) -> bool {
        self.space.stats().used_bytes.saturating_add(need) <= self.config.budget
    }

    /// Makes room for so many bytes; whether there was some, for a moment at
    /// least. No lock is held, and the thread's isolate stands still.
    pub(crate) fn make_room(&self, need: u64) -> bool {
        if need > self.config.budget {
            return false;
        }
        // Declared first, to go last: it may hold the last reference to them.
        let mut modules = Vec::new();
        let room = self.room.lock();
        if self.fits(need) {
            return true;
        }
        let until = self.patience();
        for everything in [false, true] {
            let Some(live) = self.collect(until) else { break };
            if self.fits(need) {
                return true;
            }
            modules = self.modules.lock().list();
            self.evict(&mut modules, need, &live, everything);
            if self.collect(until).is_none() || self.fits(need) {
                break;
            }
        }
        drop(room);
        drop(modules);
        self.fits(need)
    }

    fn evict(&self, modules: &mut [Arc<NativeModule>], need: u64, live: &Live, everything: bool) {
        let mut used = self.space.stats().used_bytes.saturating_add(need);
        let target = self.config.budget - self.config.budget / FREE_SHARE;
        let mut evict = |module: &Arc<NativeModule>, tier: Option<Tier>| {
            let wanted = |code: CodeOf, start: usize| {
                tier.is_none_or(|t| code == CodeOf::func(t)) && !live.contains(&start)
            };
            used = used.saturating_sub(self.evict_from(module, &wanted));
            used
        };
        if self.config.tiers_up && !everything {
            modules.iter().for_each(|m| {
                evict(m, Some(Tier::Baseline));
            });
        }
        modules.sort_by_key(|m| m.last_use());
        for module in modules {
            if evict(module, None) <= target && !everything {
                break;
            }
        }
    }

    /// Evicts what is wanted of a module. Its bytes.
    fn evict_from(
        &self,
        module: &Arc<NativeModule>,
        wanted: &dyn Fn(CodeOf, usize) -> bool,
    ) -> u64 {
        let evicted = module.evict(wanted);
        self.n_evictions.fetch_add(evicted.len() as u64, Ordering::Relaxed);
        let n_bytes = evicted.iter().map(Unreachable::n_bytes).sum();
        self.rounds.add(evicted);
        n_bytes
    }

    /// For tests: evicts before a first call.
    pub(crate) fn stress(&self) {
        let Some(Evict { seed, one_in }) = self.config.evict else { return };
        let chance = seed ^ self.tick();
        if !scatter(chance).is_multiple_of(u64::from(one_in.max(1))) {
            return;
        }
        let modules;
        let _room = self.room.lock();
        let until = self.patience();
        let Some(live) = self.collect(until) else { return };
        let wanted = |_: CodeOf, start: usize| {
            !live.contains(&start) && (seed == 0 || scatter(chance ^ start as u64) >> 63 == 1)
        };
        modules = self.modules.lock().list();
        for module in &modules {
            self.evict_from(module, &wanted);
        }
        let _ = self.collect(until);
    }
}

/// Spreads bits that follow one another over the whole word.
fn scatter(x: u64) -> u64 {
    let x = x.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x ^ (x >> 31)).wrapping_mul(x)
}

/// Where the code starts that addresses return to.
fn starts(pcs: &[usize]) -> Vec<usize> {
    let mut starts: Vec<usize> =
        pcs.iter().filter_map(|pc| lookup(pc.wrapping_sub(1))).map(|code| code.start()).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

//! Tests of the policy, with compilers that make code nobody runs: upcalls are
//! made by hand.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

use updraft_abi::CompiledFunc;
use updraft_compile::{CompileError, CompileInput, FuncCompiler};
use updraft_runtime::{GuardMiss, IsolateConfig, SiteSnapshot};
use updraft_types::Features;

use super::*;
use crate::EngineConfig;
use crate::pool::{Platform, ThreadPool};

const G: Bounds = Bounds::Guarded;
/// Bytes that one step of a budget stands for.
const UNIT: i32 = vmctx::BUDGET_UNIT_BYTES as i32;

fn f(i: u32) -> DeclaredFuncIndex {
    DeclaredFuncIndex::new(i)
}

/// A run of a compiler: function, loop, whether it counts, sites it was told.
type Run = (u32, Option<u32>, bool, usize);
type Verdict = Box<dyn Fn(&CompileInput<'_>) -> Result<(), CompileError> + Send + Sync>;

struct Fake {
    runs: std::sync::Mutex<Vec<Run>>,
    verdict: Verdict,
    code_bytes: usize,
}

impl Fake {
    fn new(code_bytes: usize, verdict: Verdict) -> Arc<Self> {
        Arc::new(Self { runs: Default::default(), verdict, code_bytes })
    }
    fn good(code_bytes: usize) -> Arc<Self> {
        Self::new(code_bytes, Box::new(|_| Ok(())))
    }
    fn runs(&self) -> Vec<Run> {
        self.runs.lock().unwrap().clone()
    }
}

impl FuncCompiler for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }
    fn compile(&self, input: &CompileInput<'_>) -> Result<CompiledFunc, CompileError> {
        let n_sites = input.feedback.map_or(0, |f| f.sites.len());
        self.runs.lock().unwrap().push((input.func.raw(), input.osr, input.tiering, n_sites));
        (self.verdict)(input)?;
        let code = vec![0xcc; self.code_bytes];
        Ok(CompiledFunc { code, align: 16, ..CompiledFunc::default() })
    }
}

struct Setup {
    engine: Engine,
    module: Arc<NativeModule>,
    baseline: Arc<Fake>,
    optimizing: Arc<Fake>,
}

/// Four functions: three with two loops, one without.
fn wasm() -> Vec<u8> {
    const LOOPS: &[u8] = &[8, 0, 3, 0x40, 0x0b, 3, 0x40, 0x0b, 0x0b];
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    bytes.extend([1, 4, 1, 0x60, 0, 0]);
    bytes.extend([3, 5, 4, 0, 0, 0, 0]);
    bytes.extend([10, 1 + 3 * 9 + 3, 4]);
    (0..3).for_each(|_| bytes.extend(LOOPS));
    bytes.extend([2, 0, 0x0b]);
    bytes
}

fn config(baseline: &Arc<Fake>, optimizing: &Arc<Fake>, workers: usize) -> EngineConfig {
    EngineConfig {
        features: Features::default(),
        canonical_nans: false,
        interrupt_checks: true,
        max_code_bytes: 1 << 30,
        lazy_validation: false,
        isolate: IsolateConfig { max_wasm_stack: 1 << 20, memory_reservation: true },
        baseline: Some(baseline.clone()),
        optimizing: Some(optimizing.clone()),
        strategy: Strategy::Lazy,
        tiering: Tiering { budget: 1000, log: true, ..Tiering::default() },
        platform: Arc::new(ThreadPool::new(workers)),
    }
}

fn setup_with(
    (baseline, optimizing): (Arc<Fake>, Arc<Fake>),
    workers: usize,
    change: impl FnOnce(&mut EngineConfig),
) -> Setup {
    let mut config = config(&baseline, &optimizing, workers);
    change(&mut config);
    let engine = Engine::new(config).unwrap();
    let module = NativeModule::new(&engine, wasm().into()).unwrap();
    Setup { engine, module, baseline, optimizing }
}

fn setup(workers: usize, change: impl FnOnce(&mut EngineConfig)) -> Setup {
    setup_with((Fake::good(32), Fake::good(64)), workers, change)
}

fn synchronous(config: &mut EngineConfig) {
    config.tiering.synchronous = true;
}

impl Setup {
    fn underflow(&self, func: u32, ordinal: Option<u32>) -> Option<usize> {
        self.module.tier_up(f(func), G, ordinal, None, &Seen::default)
    }
    fn tier(&self, func: u32) -> Option<Tier> {
        self.module.tier(f(func), G)
    }
    fn until(&self, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < Duration::from_secs(20), "never done");
            std::thread::yield_now();
        }
    }
}

#[test]
fn first_calls_give_baseline_code_and_budgets_optimized_code() {
    let s = setup(0, synchronous);
    assert_eq!(s.module.budget(f(0)), 1000 / UNIT);
    s.module.compile(f(0), G).unwrap();
    s.module.compile(f(0), G).unwrap();
    assert_eq!(s.tier(0), Some(Tier::Baseline));
    assert_eq!(s.baseline.runs(), [(0, None, true, 0)]);

    let seen = Seen { own: vec![(f(0), vec![SiteSnapshot::default()])], ..Seen::default() };
    assert_eq!(s.module.tier_up(f(0), G, None, None, &|| seen.clone()), None);
    assert_eq!(s.tier(0), Some(Tier::Optimized));
    assert_eq!(s.optimizing.runs(), [(0, None, false, 1)]);
    // A frame that spins is to ask at its next sample.
    assert_eq!(s.module.budget(f(0)), 0);
    // One that only leaves the function has nothing to ask for.
    assert_eq!(s.underflow(0, None), None);
    assert_eq!(s.module.budget(f(0)), 1000 / UNIT);
    assert_eq!(s.optimizing.runs().len(), 1);
    // Without loops there is nothing to zero a budget for.
    s.module.compile(f(3), G).unwrap();
    s.underflow(3, None);
    assert_eq!((s.tier(3), s.module.budget(f(3))), (Some(Tier::Optimized), 1000 / UNIT));

    let stats = s.module.stats();
    assert_eq!((stats.baseline.n_compiled, stats.optimized.n_compiled), (2, 2));
    assert_eq!((stats.baseline.n_published, stats.optimized.n_published), (0, 2));
    assert_eq!((stats.code_bytes, stats.n_budget_underflows), (2 * 32 + 2 * 64, 3));
}

#[test]
fn code_whose_guards_miss_often_is_compiled_anew_a_few_times() {
    let s = setup(0, synchronous);
    s.module.compile(f(0), G).unwrap();
    s.underflow(0, None);
    assert_eq!(s.optimizing.runs().len(), 1);
    let start = || s.module.runtime().code_table(G).unwrap().address(f(0)).unwrap();
    let miss = |code_start, site_offset, since| {
        let (site_func, bounds) = (f(2), G);
        let miss = GuardMiss {
            func: f(0),
            bounds,
            code_start,
            site_func,
            site_offset,
            target: Some(f(3)),
        };
        s.module.guard_missed(miss, since, None, &Seen::default);
    };
    // Seldom, however often.
    (0..99).for_each(|_| miss(start(), 7, Duration::from_millis(1)));
    assert_eq!((s.optimizing.runs().len(), s.module.misses().all().len()), (1, 0));
    // In code that no call goes to any more: believed, and nothing else.
    (0..99).for_each(|_| miss(1, 7, Duration::ZERO));
    assert_eq!(s.optimizing.runs().len(), 1);
    assert_eq!(s.module.misses().all()[&(f(2), 7)], [(Some(f(3)), 96)]);
    for again in 0..9 {
        let before = start();
        (0..99).for_each(|_| miss(before, 8 + again, Duration::ZERO));
        let is_new = again < 4;
        assert_eq!((start() != before, s.tier(0)), (is_new, Some(Tier::Optimized)));
    }
    assert_eq!(s.optimizing.runs().len(), 5);
    let (events, _) = s.module.tier_events();
    let reasons = events.iter().filter_map(|e| match e.kind {
        TierEventKind::Compiled { reason: Reason::GuardMisses(n), .. } => Some(n),
        _ => None,
    });
    assert_eq!(reasons.collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn code_that_cannot_be_compiled_anew_stays() {
    let verdict: Verdict = Box::new(|input| match &input.feedback {
        Some(feedback) if !feedback.missed.is_empty() => {
            Err(CompileError::TooLarge("as told".into()))
        }
        _ => Ok(()),
    });
    let s = setup_with((Fake::good(32), Fake::new(64, verdict)), 0, synchronous);
    s.module.compile(f(0), G).unwrap();
    s.underflow(0, None);
    let address = || s.module.runtime().code_table(G).unwrap().address(f(0)).unwrap();
    let code_start = address();
    let miss = GuardMiss {
        func: f(0),
        bounds: G,
        code_start,
        site_func: f(0),
        site_offset: 1,
        target: None,
    };
    (0..99).for_each(|_| s.module.guard_missed(miss, Duration::ZERO, None, &Seen::default));
    assert_eq!(s.optimizing.runs().len(), 5);
    assert_eq!((address(), s.tier(0)), (code_start, Some(Tier::Optimized)));
    assert_eq!(s.module.states(G).progress(f(0), Tier::Optimized), Progress::Done);
}

#[test]
fn a_loop_gets_code_of_its_own_once_the_function_has_optimized_code() {
    let s = setup(0, synchronous);
    s.module.compile(f(1), G).unwrap();
    assert_eq!(s.underflow(1, Some(1)), None);
    assert_eq!(s.module.budget(f(1)), 0);
    let address = s.underflow(1, Some(1)).unwrap();
    assert_eq!(s.optimizing.runs(), [(1, None, false, 0), (1, Some(1), false, 0)]);
    assert_eq!(s.underflow(1, Some(1)), Some(address));
    assert_ne!(s.underflow(1, Some(0)), Some(address));
    assert_eq!(s.optimizing.runs().len(), 3);

    let stats = s.module.stats();
    assert_eq!((stats.loops.n_published, stats.n_osr_entries), (2, 3));
    let (events, lost) = s.module.tier_events();
    let entered = TierEventKind::OsrEntered { ordinal: 1 };
    assert_eq!(events.iter().filter(|e| e.kind == entered).count(), 2);
    let reasons: Vec<_> = events
        .iter()
        .filter_map(|e| match e.kind {
            TierEventKind::Compiled { code, reason, .. } => Some((code, reason)),
            _ => None,
        })
        .collect();
    let expected = [
        (CodeOf::Baseline, Reason::FirstCall),
        (CodeOf::Optimized, Reason::Budget(1)),
        (CodeOf::Loop(1), Reason::Loop(1)),
        (CodeOf::Loop(0), Reason::Loop(0)),
    ];
    assert_eq!((&reasons[..], lost), (&expected[..], 0));
}

#[test]
fn workers_do_it_in_the_background() {
    let s = setup(2, |_| ());
    for func in 0..3 {
        s.module.compile(f(func), G).unwrap();
        assert_eq!(s.underflow(func, Some(0)), None);
    }
    s.until(|s| (0..3).all(|i| s.tier(i) == Some(Tier::Optimized)));
    s.until(|s| s.underflow(2, Some(0)).is_some());
    assert_eq!(s.optimizing.runs().iter().filter(|r| r.1.is_none()).count(), 3);
    assert_eq!(s.optimizing.runs().iter().filter(|r| r.1.is_some()).count(), 1);
    s.until(|s| s.engine.stats().tier_queue_depth == 0);
}

#[test]
fn without_workers_the_calling_thread_does_it() {
    let s = setup(0, |_| ());
    s.module.compile(f(0), G).unwrap();
    assert_eq!(s.underflow(0, Some(0)), None);
    assert_eq!(s.tier(0), Some(Tier::Optimized));
    assert!(s.underflow(0, Some(0)).is_some());
    assert_eq!(s.engine.stats().tier_queue_depth, 0);
}

/// Keeps units from running until the queue is asked by hand.
struct Never;
impl Platform for Never {
    fn n_workers(&self) -> usize {
        1
    }
    fn spawn(&self, _: crate::Job) {}
}

#[test]
fn units_are_made_at_powers_of_two_and_compiled_once() {
    let s = setup(0, |c| c.platform = Arc::new(Never));
    s.module.compile(f(0), G).unwrap();
    for n in 1..=9 {
        s.underflow(0, None);
        let expected = [1, 2, 4, 8].iter().filter(|p| **p <= n).count();
        assert_eq!(s.engine.stats().tier_queue_depth, expected);
    }
    s.module.compile(f(1), G).unwrap();
    s.underflow(1, None);
    // The one that asked most often comes first.
    assert!(s.engine.tier_queue().run_one());
    assert_eq!((s.tier(0), s.tier(1)), (Some(Tier::Optimized), Some(Tier::Baseline)));
    while s.engine.tier_queue().run_one() {}
    assert_eq!(s.tier(1), Some(Tier::Optimized));
    assert_eq!(s.optimizing.runs().len(), 2);
}

#[test]
fn what_baseline_cannot_do_is_left_to_the_optimizing_compiler() {
    let verdict = |input: &CompileInput<'_>| match input.func.raw() {
        0 => Err(CompileError::Unsupported("a strange operator".into())),
        1 => Err(CompileError::Bug("oops".into())),
        _ => Ok(()),
    };
    for strategy in [Strategy::Lazy, Strategy::BaselineOnly] {
        let fakes = (Fake::new(32, Box::new(verdict)), Fake::good(64));
        let s = setup_with(fakes, 0, |c| c.strategy = strategy);
        s.module.compile(f(0), G).unwrap();
        s.module.compile(f(0), G).unwrap();
        assert_eq!(s.tier(0), Some(Tier::Optimized));
        assert_eq!((s.baseline.runs().len(), s.optimizing.runs().len()), (1, 1));
        assert_eq!(s.module.stats().n_baseline_fallbacks, 1);
        let (reason, n) = s.module.baseline_fallbacks().remove(0);
        assert!(reason.contains("a strange operator") && n == 1);
        // A mistake is not papered over.
        assert!(s.module.compile(f(1), G).unwrap_err().contains("oops"));
        assert!(s.module.compile(f(1), G).unwrap_err().contains("oops"));
        assert_eq!((s.tier(1), s.baseline.runs().len()), (None, 2));
    }
}

#[test]
fn what_cannot_be_optimized_stays_as_it_is_and_is_not_asked_for_again() {
    let verdict = |input: &CompileInput<'_>| match (input.func.raw(), input.osr) {
        (0, _) => Err(CompileError::TooLarge("much".into())),
        (1, _) => panic!("a compiler that panics"),
        (2, Some(_)) => Err(CompileError::Unsupported("so many values".into())),
        _ => Ok(()),
    };
    let s = setup_with((Fake::good(32), Fake::new(64, Box::new(verdict))), 0, synchronous);
    for func in 0..3 {
        s.module.compile(f(func), G).unwrap();
        for _ in 0..5 {
            assert_eq!(s.underflow(func, Some(0)), None);
            assert_eq!(s.underflow(func, Some(1)), None);
        }
        assert_eq!(s.module.budget(f(func)), BUDGET_NEVER);
    }
    assert_eq!([s.tier(0), s.tier(1)], [Some(Tier::Baseline); 2]);
    assert_eq!(s.tier(2), Some(Tier::Optimized));
    assert_eq!(s.optimizing.runs().len(), 2 + 3);
    let stats = s.module.stats();
    assert_eq!((stats.optimized.n_failed, stats.loops.n_failed), (2, 2));
}

#[test]
fn a_module_goes_while_its_unit_is_compiled() {
    let (started, has_started) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let verdict = move |_: &CompileInput<'_>| {
        started.send(()).unwrap();
        let _ = may_go_on.lock().unwrap().recv();
        Ok(())
    };
    let s = setup_with((Fake::good(32), Fake::new(64, Box::new(verdict))), 1, |_| ());
    for func in 0..3 {
        s.module.compile(f(func), G).unwrap();
        s.underflow(func, None);
    }
    has_started.recv().unwrap();
    let code = || s.engine.stats().code.blocks;
    assert_eq!(code(), 3);
    let weak = Arc::downgrade(&s.module);
    drop(s.module);
    assert!(weak.upgrade().is_none());
    assert_eq!(code(), 0);
    go_on.send(()).unwrap();
    // The other two units are not even started.
    while s.engine.stats().tier_queue_depth > 0 {
        std::thread::yield_now();
    }
    assert_eq!(s.optimizing.runs().len(), 1);
    assert_eq!(code(), 0);
}

#[test]
fn an_engine_ends_without_waiting() {
    let (started, has_started) = mpsc::channel();
    let ended = Arc::new(AtomicBool::new(false));
    let end = ended.clone();
    let verdict = move |_: &CompileInput<'_>| {
        started.send(()).unwrap();
        while !end.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        Ok(())
    };
    let s = setup_with((Fake::good(32), Fake::new(64, Box::new(verdict))), 1, |_| ());
    s.module.compile(f(0), G).unwrap();
    s.underflow(0, None);
    has_started.recv().unwrap();
    drop((s.module, s.engine));
    ended.store(true, Ordering::Relaxed);
}

#[test]
fn eager_strategies_compile_all_with_their_first_tier() {
    for (strategy, tier) in [
        (Strategy::EagerBaseline, Tier::Baseline),
        (Strategy::BaselineEager, Tier::Baseline),
        (Strategy::OptimizeEager, Tier::Optimized),
    ] {
        let s = setup(2, |c| c.strategy = strategy);
        assert!((0..4).all(|i| s.tier(i) == Some(tier)), "{strategy:?}");
        let counts = tier == Tier::Baseline && strategy.tiers_up();
        let fake = if tier == Tier::Baseline { &s.baseline } else { &s.optimizing };
        assert!(fake.runs().iter().all(|r| r.2 == counts));
        assert!(
            s.module
                .tier_events()
                .0
                .iter()
                .all(|e| matches!(e.kind, TierEventKind::Compiled { reason: Reason::Eager, .. }))
        );
    }
}

#[test]
fn an_engine_without_the_compiler_it_needs_is_refused() {
    let (baseline, optimizing) = (Fake::good(1), Fake::good(1));
    for (strategy, no_baseline, no_optimizing) in [
        (Strategy::Lazy, false, false),
        (Strategy::BaselineOnly, false, true),
        (Strategy::OptimizeOnly, true, false),
    ] {
        let make = |without: Tier| {
            let mut config = config(&baseline, &optimizing, 0);
            config.strategy = strategy;
            match without {
                Tier::Baseline => config.baseline = None,
                Tier::Optimized => config.optimizing = None,
            }
            Engine::new(config).is_ok()
        };
        assert_eq!((make(Tier::Baseline), make(Tier::Optimized)), (no_baseline, no_optimizing));
    }
}

#[test]
fn stress_tiers_up_at_the_first_sign() {
    let s = setup(2, |c| c.tiering.stress.tier_up_now = true);
    assert_eq!(s.module.budget(f(0)), 0);
    s.module.compile(f(0), G).unwrap();
    assert_eq!(s.underflow(0, Some(0)), None);
    assert_eq!(s.tier(0), Some(Tier::Optimized));
    assert!(s.underflow(0, Some(0)).is_some());
}

#[test]
fn stress_leaves_every_loop_and_keeps_baseline_code() {
    let s = setup(2, |c| {
        c.tiering.stress.osr_everywhere = true;
        c.tiering.max_osr_loops = 1;
    });
    s.module.compile(f(0), G).unwrap();
    let (a, b) = (s.underflow(0, Some(0)), s.underflow(0, Some(1)));
    assert!(a.is_some() && b.is_some() && a != b);
    assert_eq!((s.underflow(0, Some(0)), s.module.budget(f(0))), (a, 0));
    assert_eq!(s.tier(0), Some(Tier::Baseline));
    s.module.compile(f(3), G).unwrap();
    assert_eq!((s.underflow(3, None), s.module.budget(f(3))), (None, BUDGET_NEVER));
}

#[test]
fn chance_decides_where_functions_start() {
    let s = setup(0, |c| c.tiering.stress.random_tiers = Some(3));
    for i in 0..4 {
        s.module.compile(f(i), G).unwrap();
        let first = match s.engine.config().tiering.lot(i) {
            Some(Lot::Optimized) => Tier::Optimized,
            _ => Tier::Baseline,
        };
        assert_eq!(s.tier(i), Some(first));
    }
}

#[test]
fn heat_is_what_budgets_have_lost() {
    let s = setup(0, |c| c.tiering.budget = 100_000);
    s.module.set_budget(f(0), 40_000 / UNIT);
    s.module.set_budget(f(1), 100_000 / UNIT - 1);
    s.module.set_budget(f(2), BUDGET_NEVER);
    s.module.priority(f(3)).store(2, Ordering::Relaxed);
    assert_eq!(s.module.heat(), [(f(0), 60_000), (f(3), 200_000)].into());
}

#[test]
fn large_functions_are_asked_for_later_and_are_less_urgent() {
    let n_nops = 3 * BYTES_PER_BUDGET;
    let leb = |n: u32| [n as u8 | 0x80, (n >> 7) as u8 | 0x80, (n >> 14) as u8];
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    bytes.extend([1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10]);
    bytes.extend(leb(1 + 3 + n_nops + 2));
    bytes.push(1);
    bytes.extend(leb(n_nops + 2));
    bytes.push(0);
    bytes.resize(bytes.len() + n_nops as usize, 1);
    bytes.push(0x0b);
    let s = setup(0, synchronous);
    let module = NativeModule::new(&s.engine, bytes.into()).unwrap();
    let due: Vec<_> = (1..40).filter_map(|n| Some((n, module.due(f(0), n)?))).collect();
    assert_eq!(due, [(4, 1), (8, 2), (16, 4), (32, 8)]);
    let due: Vec<_> = (1..20).filter_map(|n| Some((n, s.module.due(f(0), n)?))).collect();
    assert_eq!(due, [(1, 1), (2, 2), (4, 4), (8, 8), (16, 16)]);
    // Tests that compile at once do so with large functions, too.
    let at_once = setup(0, |c| c.tiering.stress.tier_up_now = true);
    let module = NativeModule::new(&at_once.engine, module.runtime().bytes().clone()).unwrap();
    assert_eq!(module.due(f(0), 1), Some(1));
}

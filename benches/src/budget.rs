//! Much code under a small budget: a thousand modules that stay alive, each called once, then
//! each again.
//!
//! Their code together is several times the budget, so it must be given back while modules live,
//! and made again when they are called. A second thread looks at the engine all the while.

use crate::Result;
use crate::memory::resident_kib;
use crate::options::Options;
use crate::report::{Cell, Report};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use updraft::{Config, Engine, Instance, Module, Store, TypedFunc};

/// Bytes of code that the engine may hold.
const BUDGET: u64 = 32 << 20;

/// Modules, and functions of each: some 64 KiB of code a module, two of the budgets in all.
const N_MODULES: u32 = 1_000;
const N_FUNCS: u32 = 40;

/// Steps of each function: ten operators each.
const STEPS: u32 = 64;

/// A module's function, and how to call it.
struct One {
    module: Module,
    run: TypedFunc<i32, i32>,
}

/// What was seen in a round over all modules.
struct Round {
    /// Bytes of code made in it, freed in it, and the most there was at a time.
    made: u64,
    freed: u64,
    peak: u64,
    n_compiled: u64,
    /// The most memory that was resident after a call. At the end of a round there is more or less
    /// of it by where between two evictions the round ended.
    resident_kib: f64,
}

/// Measures what the budget does.
pub fn run(options: &Options) -> Result<Report> {
    let mut config = Config::new();
    crate::modes::code_budget(&mut config, BUDGET);
    let engine = Engine::new(&config)?;
    let mut store = Store::new(&engine, ());
    let mut modules = Vec::new();
    for i in 0..N_MODULES {
        let module = Module::new(&engine, text(i))?;
        let instance = Instance::new(&mut store, &module, &[])?;
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run")?;
        modules.push(One { module, run });
    }

    let names = ["first round", "second round"];
    let mut rounds = Vec::new();
    for name in names {
        eprintln!("{name}");
        rounds.push(round(&engine, &mut store, &modules)?);
    }
    let twice = modules.iter().map(|one| {
        // All functions of a module run in each round, and its own count says how often one of
        // them was compiled.
        one.module.stats().n_compiled.saturating_sub(u64::from(N_FUNCS) + 1)
    });
    let n_twice: u64 = twice.sum();

    let columns = ["code made", "code freed", "most code", "compiled", "most resident"];
    let mut report = Report::new("budget", &columns);
    let kib = |bytes: u64| Cell::Kib(bytes as f64 / 1024.0);
    for (name, round) in names.into_iter().zip(&rounds) {
        report.row(
            name,
            vec![
                kib(round.made),
                kib(round.freed),
                kib(round.peak),
                Cell::Count(round.n_compiled),
                Cell::Kib(round.resident_kib),
            ],
        );
        let share = round.peak as f64 / BUDGET as f64;
        report.judge(options, "budget-peak", 1.0, name, share);
    }
    let made = rounds[0].made as f64 / BUDGET as f64;
    report.judge_at_least(options, "budget-made", 1.2, "first round", made);
    let freed: u64 = rounds.iter().map(|round| round.freed).sum();
    report.judge_at_least(options, "budget-freed", 1.0, "both rounds", freed as f64);
    report.judge_at_least(options, "budget-again", 1.0, "both rounds", n_twice as f64);
    let growth = rounds[1].resident_kib - rounds[0].resident_kib;
    report.judge(options, "budget-resident", 4096.0, "second round", growth);
    Ok(report)
}

/// Calls every module once.
fn round(engine: &Engine, store: &mut Store<()>, modules: &[One]) -> Result<Round> {
    let before = engine.stats();
    let compiled = || modules.iter().map(|one| one.module.stats().n_compiled).sum::<u64>();
    let (n_compiled, made) = (compiled(), made(modules));
    let mut most_resident: f64 = 0.0;
    let (peak, done) = (AtomicU64::new(0), AtomicBool::new(false));
    // Relaxed: the thread is joined before the peak is read, and may end a look later than told.
    let look = || peak.fetch_max(engine.stats().code_bytes, Ordering::Relaxed);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                look();
                thread::sleep(Duration::from_micros(200));
            }
        });
        let called = (0..).zip(modules).try_for_each(|(i, one)| -> Result<()> {
            let x = i as i32 ^ 0x55;
            let (got, want) = (one.run.call(&mut *store, x)?, expected(i, x));
            look();
            most_resident = most_resident.max(resident_kib()?);
            if got == want {
                return Ok(());
            }
            Err(format!("module {i}: run({x}) returned {got}, not {want}").into())
        });
        done.store(true, Ordering::Relaxed);
        called
    })?;
    Ok(Round {
        made: self::made(modules) - made,
        freed: engine.stats().freed_bytes - before.freed_bytes,
        peak: peak.into_inner(),
        n_compiled: compiled() - n_compiled,
        resident_kib: most_resident,
    })
}

/// Bytes of code that were ever made of `modules`.
fn made(modules: &[One]) -> u64 {
    modules.iter().map(|one| one.module.stats().code_bytes).sum()
}

/// Module `i`: a chain of functions, each of which mixes its argument with numbers of its own.
fn text(i: u32) -> String {
    let mut text = String::from("(module (func (export \"run\") (param i32) (result i32)\n");
    text += "(call $f0 (local.get 0)))\n";
    for f in 0..N_FUNCS {
        text += &format!("(func $f{f} (param i32) (result i32)\n");
        for step in 0..STEPS {
            let [add, mul] = numbers(i, f, step);
            text += &format!(
                "(local.set 0 (i32.xor (i32.mul (i32.add (local.get 0) (i32.const {add})) \
                 (i32.const {mul})) (i32.shr_u (local.get 0) (i32.const 3))))\n"
            );
        }
        match f + 1 < N_FUNCS {
            true => text += &format!("(call $f{} (local.get 0)))\n", f + 1),
            false => text += "(local.get 0))\n",
        }
    }
    text.push(')');
    text
}

/// What `run(x)` of module `i` returns.
fn expected(i: u32, mut x: i32) -> i32 {
    for f in 0..N_FUNCS {
        for step in 0..STEPS {
            let [add, mul] = numbers(i, f, step);
            x = x.wrapping_add(add).wrapping_mul(mul) ^ ((x as u32) >> 3) as i32;
        }
    }
    x
}

/// The numbers of a step.
fn numbers(i: u32, f: u32, step: u32) -> [i32; 2] {
    let x = i.wrapping_mul(0x9e37_79b1) ^ (f << 16 | step).wrapping_mul(0x85eb_ca6b);
    [(x >> 8) as i32, (x | 1) as i32]
}

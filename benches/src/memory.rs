//! What stays: memory after many instances, modules and stores came and went.
//!
//! Resident means pages and page tables, of this whole process; so each table row lets things
//! settle first, and compares the end with an early point of the same loop.

use crate::Result;
use crate::options::Options;
use crate::report::{Cell, Report};
use updraft::{Config, Engine, Instance, Module, Store, Strategy};

/// A module with a memory, a table, a global and some functions that touch them.
const MODULE: &str = r#"(module
    (memory (export "memory") 2)
    (table 8 funcref)
    (global $count (mut i32) (i32.const 0))
    (elem (i32.const 0) $one $two)
    (data (i32.const 100) "some bytes that are there from the start")
    (func $one (result i32) (i32.load8_u (i32.const 100)))
    (func $two (result i32) (i32.const 2))
    (func (export "run") (param i32) (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (i32.store (i32.const 70000) (local.get 0))
        (i32.add
            (call_indirect (result i32) (i32.and (local.get 0) (i32.const 1)))
            (i32.load (i32.const 70000)))))"#;

/// A module without a memory: a million of its instances fit where few of the other's would.
const SMALL: &str = r#"(module
    (global $count (mut i32) (i32.const 0))
    (func (export "run") (param i32) (result i32)
        (global.set $count (i32.add (global.get $count) (local.get 0)))
        (global.get $count)))"#;

/// Measures what stays.
pub fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("memory", &["early at", "late at", "early", "late", "growth"]);
    load_compilers()?;
    if options.wants("stores") {
        let engine = Engine::default();
        let module = Module::new(&engine, MODULE)?;
        let step = |i: u32| stores(&engine, &module, i);
        row(options, &mut report, "stores", "memory-stores", 1024.0, [1_000, 10_000], step)?;
    }
    if options.wants("modules") {
        let engine = Engine::default();
        row(options, &mut report, "modules", "memory-modules", 2048.0, [100, 1_000], |i| {
            modules(&engine, i)
        })?;
    }
    if options.wants("instances in one store") {
        let engine = Engine::default();
        let module = Module::new(&engine, SMALL)?;
        let mut store = Store::new(&engine, ());
        let step = |i: u32| in_one_store(&mut store, &module, i);
        let ends = [100_000, 1_000_000];
        row(
            options,
            &mut report,
            "instances in one store",
            "memory-instances",
            1024.0,
            ends,
            step,
        )?;
    }
    if options.wants("instances with memories in one store") {
        let engine = Engine::default();
        let module = Module::new(&engine, MODULE)?;
        let mut store = Store::new(&engine, ());
        let step = |i: u32| in_one_store(&mut store, &module, i);
        let name = "instances with memories in one store";
        row(options, &mut report, name, "memory-instances", 1024.0, [2_000, 20_000], step)?;
    }
    Ok(report)
}

/// Uses both compilers once. Code that runs becomes hot on the way, and 3 MiB of the optimizing
/// compiler's own pages, which are read from the program's file when it first runs, are no growth
/// of what came and went.
fn load_compilers() -> Result<()> {
    for strategy in [Strategy::Baseline, Strategy::Optimize] {
        let engine = Engine::new(Config::new().strategy(strategy))?;
        let module = Module::new(&engine, MODULE)?;
        (0..3).try_for_each(|i| stores(&engine, &module, i))?;
    }
    Ok(())
}

/// Takes `step` to the late count, and judges what was resident there against the early count.
fn row(
    options: &Options,
    report: &mut Report,
    name: &str,
    bar: &str,
    limit_kib: f64,
    [early, late]: [u32; 2],
    mut step: impl FnMut(u32) -> Result<()>,
) -> Result<()> {
    let mut at_early = 0.0;
    for i in 0..late {
        if i == early {
            at_early = resident_kib()?;
        }
        step(i)?;
    }
    let at_late = resident_kib()?;
    let growth = at_late - at_early;
    report.judge(options, bar, limit_kib, name, growth);
    report.row(
        name,
        vec![
            Cell::Count(early.into()),
            Cell::Count(late.into()),
            Cell::Kib(at_early),
            Cell::Kib(at_late),
            Cell::Kib(growth),
        ],
    );
    Ok(())
}

fn call(store: &mut Store<()>, instance: &Instance, i: u32) -> Result<i32> {
    let run = instance.get_typed_func::<i32, i32>(&mut *store, "run")?;
    Ok(run.call(&mut *store, (i & 0xffff) as i32)?)
}

fn stores(engine: &Engine, module: &Module, i: u32) -> Result<()> {
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, module, &[])?;
    let want = (i & 0xffff) as i32 + if i & 1 == 0 { i32::from(b's') } else { 2 };
    match call(&mut store, &instance, i)? {
        got if got == want => Ok(()),
        got => Err(format!("run({i}) returned {got}, not {want}").into()),
    }
}

fn modules(engine: &Engine, i: u32) -> Result<()> {
    // Another module each time, with another number of functions.
    let mut text =
        String::from("(module (memory 1) (func (export \"run\") (param i32) (result i32) ");
    text += &format!("(call $f0 (i32.add (local.get 0) (i32.const {i}))))");
    let n = 20 + i % 7;
    for f in 0..n {
        let next = if f + 1 < n {
            format!("(call $f{} (local.get 0))", f + 1)
        } else {
            "(local.get 0)".into()
        };
        text += &format!(
            "(func $f{f} (param i32) (result i32) (i32.store (i32.const {}) (local.get 0)) {next})",
            f * 4
        );
    }
    text.push(')');
    let module = Module::new(engine, text)?;
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    match call(&mut store, &instance, 1)? {
        got if got == i as i32 + 1 => Ok(()),
        got => Err(format!("module {i} returned {got}").into()),
    }
}

fn in_one_store(store: &mut Store<()>, module: &Module, i: u32) -> Result<()> {
    let instance = Instance::new(&mut *store, module, &[])?;
    call(store, &instance, i)?;
    Ok(())
}

/// KiB of pages and page tables.
pub fn resident_kib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let field = |name: &str| -> Result<f64> {
        let line = status.lines().find(|line| line.starts_with(name)).ok_or("no such field")?;
        let number = line.split_whitespace().nth(1).ok_or("no value")?;
        Ok(number.parse()?)
    };
    Ok(field("VmRSS:")? + field("VmPTE:")?)
}

//! What a valid module must do: compile, and end when its time is up.

use std::time::{Duration, Instant};

use updraft::{
    Config, Engine, ErrorKind, Extern, ExternType, Func, Global, Instance, Memory, Module, Ref,
    Result, Store, StoreLimits, StoreLimitsBuilder, Strategy, Table, Val,
};

use updraft_test_verdict::{Random, Verdict};

/// Time that a module gets for its start function and for each export.
const TIMEOUT: Duration = Duration::from_millis(50);
/// Exports that are called.
const MAX_CALLS: usize = 8;
/// A call that takes so much longer than it may has missed its deadline, on a
/// machine that does other things too.
const SLACK: Duration = Duration::from_secs(10);

/// How modules run: which compilers, eager or lazy, guarded or checked.
const MODES: &[fn(&mut Config)] = &[
    |c| {
        c.strategy(Strategy::Tiered);
    },
    |c| {
        c.strategy(Strategy::Tiered).memory_reservation(false).debug_tier_up_now(true);
    },
    |c| {
        c.strategy(Strategy::Tiered).debug_osr_everywhere(true);
    },
    // Soon hot, and compiled again beside what runs.
    |c| {
        c.strategy(Strategy::Tiered).eager_compilation(true).tier_up_budget(2_000);
    },
    |c| {
        c.strategy(Strategy::Optimize).eager_compilation(true);
    },
    |c| {
        c.strategy(Strategy::Optimize).memory_reservation(false);
    },
];

/// The engines that modules run on.
#[derive(Debug)]
pub struct Engines {
    modes: Vec<Engine>,
    /// Compiles every valid module whole, by the baseline compiler alone.
    baseline: Engine,
}

impl Engines {
    /// Makes them.
    pub fn new() -> Result<Engines> {
        let make = |configure: fn(&mut Config)| {
            let mut config = Config::new();
            configure(config.compile_workers(1));
            Engine::new(&config)
        };
        let modes = MODES.iter().map(|m| make(*m)).collect::<Result<_>>()?;
        let baseline = make(|c| {
            c.strategy(Strategy::Baseline).eager_compilation(true);
        })?;
        Ok(Engines { modes, baseline })
    }
}

/// Compiles a valid module with the baseline compiler alone, which has to do
/// all that is not too large for it.
fn compile_baseline(engines: &Engines, bytes: &[u8]) -> Result<(), String> {
    let module = match Module::from_binary(&engines.baseline, bytes) {
        Ok(module) => module,
        Err(error) if error.kind() == ErrorKind::Compile => return Ok(()),
        Err(error) => return Err(format!("Module::from_binary, baseline: {error:#}")),
    };
    let left: Vec<_> = module.baseline_fallbacks();
    match left.iter().find(|(why, _)| !why.contains("too large")) {
        Some((why, n)) => Err(format!("{n} functions not compiled by baseline: {why}")),
        None => Ok(()),
    }
}

/// Runs the module if it is valid, on one of the engines. Returns whether it
/// is; what is wrong is an error.
pub fn run(
    engines: &Engines,
    bytes: &[u8],
    verdict: &Verdict,
    random: &mut Random,
) -> Result<bool, String> {
    let engine = &engines.modes[random.below(engines.modes.len())];
    let alone = Module::validate(engine, bytes).map_err(|e| e.offset());
    let expected = verdict.as_ref().map(drop).map_err(|fault| Some(fault.offset()));
    if alone != expected {
        return Err(format!("Module::validate: {alone:?}, decoder: {verdict:?}"));
    }
    let module = match (Module::from_binary(engine, bytes), verdict) {
        (Ok(module), Ok(())) => module,
        (Err(error), Err(fault))
            if error.kind() == ErrorKind::Invalid && error.offset() == Some(fault.offset()) =>
        {
            return Ok(false);
        }
        // Eager compilation may refuse what is too large to compile.
        (Err(error), Ok(())) if error.kind() == ErrorKind::Compile => return Ok(true),
        (made, _) => return Err(format!("Module::from_binary: {made:?}, decoder: {verdict:?}")),
    };
    compile_baseline(engines, bytes)?;
    let limits = StoreLimitsBuilder::new().memory_size(64 << 20).table_elements(100_000).build();
    let mut store = Store::new(engine, limits);
    store.limiter(|limits| limits);
    // What does not fit into the limits is not run.
    let Some(imports) = imports(&mut store, &module) else { return Ok(true) };
    let Ok(instance) = timed(&mut store, "instantiation", |s| Instance::new(s, &module, &imports))?
    else {
        return Ok(true);
    };
    let funcs: Vec<(String, Func)> = instance
        .exports(&mut store)
        .filter_map(|e| Some((e.name().to_owned(), e.into_extern().into_func()?)))
        .take(MAX_CALLS)
        .collect();
    for (name, func) in funcs {
        let ty = func.ty(&store);
        let args: Vec<Val> = ty.params().map(Val::default_for_ty).collect();
        let mut results: Vec<Val> = ty.results().map(Val::default_for_ty).collect();
        // Traps are fine; not ending is not, and that a value is of its type
        // is checked when it is read.
        let called = timed(&mut store, &name, |s| func.call(s, &args, &mut results))?;
        if called.is_ok() && !results.iter().map(Val::ty).eq(ty.results()) {
            return Err(format!("{name}: results {results:?} are not of type {ty:?}"));
        }
    }
    Ok(true)
}

/// Runs something under the deadline, and checks that it was kept.
fn timed<R>(
    store: &mut Store<StoreLimits>,
    what: &str,
    run: impl FnOnce(&mut Store<StoreLimits>) -> Result<R>,
) -> Result<Result<R>, String> {
    let start = Instant::now();
    store.isolate_handle().set_timeout(TIMEOUT);
    let result = run(store);
    store.isolate_handle().set_deadline(None);
    match start.elapsed() {
        took if took > TIMEOUT + SLACK => Err(format!("{what} took {took:?}, not {TIMEOUT:?}")),
        _ => Ok(result),
    }
}

/// Something for each import: functions that return zeros, globals of zero,
/// the smallest memories and tables.
fn imports(store: &mut Store<StoreLimits>, module: &Module) -> Option<Vec<Extern>> {
    let types: Vec<ExternType> = module.imports().map(|i| i.ty()).collect();
    types.into_iter().map(|ty| import(store, ty)).collect()
}

fn import(store: &mut Store<StoreLimits>, ty: ExternType) -> Option<Extern> {
    Some(match ty {
        ExternType::Func(ty) => Extern::Func(Func::new(store, ty, |_, _, _| Ok(()))),
        ExternType::Global(ty) => {
            let zero = Val::default_for_ty(*ty.content());
            Extern::Global(Global::new(store, ty, zero).ok()?)
        }
        ExternType::Table(ty) => {
            let null = match ty.element().heap {
                updraft::HeapType::Func => Ref::Func(None),
                updraft::HeapType::Extern => Ref::Extern(None),
            };
            Extern::Table(Table::new(store, ty, null).ok()?)
        }
        ExternType::Memory(ty) => Extern::Memory(Memory::new(store, ty).ok()?),
    })
}

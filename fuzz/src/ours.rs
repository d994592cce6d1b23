//! Updraft's side: modules in every mode of the engine.
//!
//! Owns: the modes. Called by the targets. Must not know: where modules come
//! from.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use updraft::{
    AsContextMut, Config, Engine, ErrorKind, Extern, ExternRef, ExternType, Func, FuncType,
    HeapType, Instance, Module, ModuleStats, Store, Strategy, Trap, V128, Val, ValType,
};
use updraft_test_verdict::Random;

use crate::outcome::{Event, Plan, Stop, Value, hash, made_of, mix};

/// A module that runs longer has escaped its fuel.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A way to run modules.
#[derive(Debug)]
pub struct Mode {
    /// Its name in messages.
    pub name: &'static str,
    /// An engine set up for it.
    pub engine: Engine,
}

/// The names of a mode, with guarded and with checked memories, and what it
/// differs in apart from that.
type Setup = ([&'static str; 2], fn(&mut Config));

const MODES: &[Setup] = &[
    (["optimize", "optimize, checked"], |c| {
        c.strategy(Strategy::Optimize);
    }),
    (["baseline", "baseline, checked"], |c| {
        c.strategy(Strategy::Baseline);
    }),
    (["tier-up-now", "tier-up-now, checked"], |c| {
        c.strategy(Strategy::Tiered).debug_tier_up_now(true);
    }),
    (["osr-everywhere", "osr-everywhere, checked"], |c| {
        c.strategy(Strategy::Tiered).debug_osr_everywhere(true);
    }),
    (["random-tiers", "random-tiers, checked"], |c| {
        c.strategy(Strategy::Tiered).synchronous_tier_up(true).tier_up_budget(400);
        c.debug_random_tiers(Some(7));
    }),
    (["inlining", "inlining, checked"], |c| {
        c.strategy(Strategy::Optimize).stress_inlining(true);
    }),
    (["tier-up-inlining", "tier-up-inlining, checked"], |c| {
        c.strategy(Strategy::Tiered).debug_tier_up_now(true).stress_inlining(true);
    }),
    // As users run it, but that little is enough to be hot.
    (["tiered", "tiered, checked"], |c| {
        c.strategy(Strategy::Tiered).synchronous_tier_up(true).tier_up_budget(600);
    }),
];

/// Position of the mode that others are measured by.
pub const REFERENCE: usize = 0;

/// Every mode, with guarded memories, or with checked ones.
pub fn modes(checked: bool) -> &'static [Mode] {
    static GUARDED: OnceLock<Vec<Mode>> = OnceLock::new();
    static CHECKED: OnceLock<Vec<Mode>> = OnceLock::new();
    let cell = if checked { &CHECKED } else { &GUARDED };
    cell.get_or_init(|| {
        let mode = |(names, configure): &Setup| {
            let mut config = Config::new();
            config.memory_reservation(!checked).compile_workers(0).canonical_nans(true);
            config.debug_verifier(true);
            configure(&mut config);
            let engine = Engine::new(&config).expect("an engine with ordinary settings");
            Mode { name: names[usize::from(checked)], engine }
        };
        MODES.iter().map(mode).collect()
    })
}

/// Running loops that were moved to optimized code, in this process.
pub static OSR_ENTRIES: AtomicU64 = AtomicU64::new(0);

/// Calls of imported functions that were inlined, in this process.
pub static INLINED_IMPORTS: AtomicU64 = AtomicU64::new(0);

/// Exports that are called.
const MAX_CALLS: usize = 12;

/// What to do with a module, by its exports.
///
/// # Panics
///
/// If the module is refused.
pub fn plan(engine: &Engine, bytes: &[u8], random: &mut Random) -> Plan {
    let module = Module::from_binary(engine, bytes)
        .unwrap_or_else(|e| panic!("a generated module is refused: {e:#}"));
    let mut plan = Plan { funcs: Vec::new(), memories: Vec::new(), globals: Vec::new() };
    for export in module.exports() {
        let name = export.name().to_owned();
        match export.ty() {
            ExternType::Func(ty) => {
                let args = ty.params().map(|ty| argument(ty, random)).collect();
                plan.funcs.push((name, args));
            }
            ExternType::Memory(_) => plan.memories.push(name),
            ExternType::Global(_) => plan.globals.push(name),
            ExternType::Table(_) => {}
        }
    }
    plan.funcs.truncate(MAX_CALLS);
    plan
}

fn argument(ty: ValType, random: &mut Random) -> Value {
    let wide = match random.below(4) {
        0 => random.below(16) as u64,
        1 => (random.below(16) as u64).wrapping_neg(),
        _ => random.draw(),
    };
    match ty {
        ValType::I32 => Value::I32(wide as i32),
        ValType::I64 => Value::I64(wide as i64),
        ValType::F32 => Value::F32((wide as u32 as f32 / 3.0).to_bits()),
        ValType::F64 => Value::F64((wide as f64 / 3.0).to_bits()),
        ValType::V128 => Value::V128(u128::from(wide) << 64 | u128::from(random.draw())),
        ValType::Ref(r) if r.heap == HeapType::Func => Value::NullFunc,
        ValType::Ref(_) => Value::NullExtern,
    }
}

/// Who calls the functions of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caller {
    /// The host.
    Host,
    /// Another module, which imports them and does nothing else.
    Front,
}

/// A module that imports functions of these types, and exports for each one that
/// calls it.
fn front(types: &[FuncType]) -> String {
    let mut text = "(module".to_owned();
    let list = |word: &str, types: &mut dyn Iterator<Item = ValType>| -> String {
        let types: Vec<String> = types.map(|ty| ty.to_string()).collect();
        format!("({word} {})", types.join(" "))
    };
    let signature =
        |ty: &FuncType| list("param", &mut ty.params()) + " " + &list("result", &mut ty.results());
    for (i, ty) in types.iter().enumerate() {
        text += &format!("\n(import \"back\" \"{i}\" (func $f{i} {}))", signature(ty));
    }
    for (i, ty) in types.iter().enumerate() {
        let args: String = (0..ty.params().len()).map(|n| format!("(local.get {n}) ")).collect();
        text += &format!("\n(func (export \"{i}\") {} (call $f{i} {args}))", signature(ty));
    }
    text + ")"
}

/// The functions of a plan, called by another module.
fn fronted(store: &mut Store<()>, funcs: &[Func]) -> (Vec<Func>, Module) {
    let types: Vec<FuncType> = funcs.iter().map(|f| f.ty(&*store)).collect();
    let text = front(&types);
    let bytes = wat::parse_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let module = Module::from_binary(store.engine(), &bytes).expect("it imports what there is");
    let imports: Vec<Extern> = funcs.iter().cloned().map(Extern::Func).collect();
    let instance = Instance::new(&mut *store, &module, &imports).expect("all imports are there");
    let exports = (0..funcs.len()).map(|i| instance.get_func(&mut *store, &i.to_string()));
    (exports.map(|f| f.expect("it is exported")).collect(), module)
}

/// Runs the plan. What was seen, and what tiers did.
///
/// # Panics
///
/// If the module is refused, or what it is said to export is not there.
pub fn run(
    engine: &Engine,
    bytes: &[u8],
    plan: &Plan,
    caller: Caller,
) -> (Vec<Event>, ModuleStats) {
    let module = Module::from_binary(engine, bytes).expect("it was accepted before");
    let mut store = Store::new(engine, ());
    store.isolate_handle().set_timeout(TIMEOUT);
    let mut events = Vec::new();
    let imports: Vec<Extern> = imports(&mut store, &module);
    let instance = match Instance::new(&mut store, &module, &imports) {
        Ok(instance) => instance,
        Err(error) => return (vec![Event::Instantiated(Err(stop(&error)))], module.stats()),
    };
    events.push(Event::Instantiated(Ok(())));
    let funcs = plan.funcs.iter().map(|(name, _)| instance.get_func(&mut store, name));
    let mut funcs: Vec<Func> = funcs.map(|f| f.expect("it is exported")).collect();
    let mut front = None;
    if caller == Caller::Front {
        // A function that is called twice gets one caller.
        let n = plan.n_different();
        let (callers, module) = fronted(&mut store, &funcs[..n]);
        funcs = (0..funcs.len()).map(|i| callers[i % n].clone()).collect();
        front = Some(module);
    }
    for ((name, args), func) in plan.funcs.iter().zip(funcs) {
        let args: Vec<Val> = args.iter().map(|v| to_val(&mut store, *v)).collect();
        let mut results: Vec<Val> = func.ty(&store).results().map(Val::default_for_ty).collect();
        let called = func
            .call(&mut store, &args, &mut results)
            .map(|()| results.iter().map(|v| from_val(&mut store, v)).collect())
            .map_err(|error| stop(&error));
        events.push(Event::Called(name.clone(), called));
        for name in &plan.memories {
            let memory = instance.get_memory(&mut store, name).expect("it is exported");
            let data = memory.data(&store);
            events.push(Event::Memory { name: name.clone(), len: data.len(), hash: hash(data) });
        }
        for name in &plan.globals {
            let global = instance.get_global(&mut store, name).expect("it is exported");
            let value = global.get(&mut store);
            events.push(Event::Global(name.clone(), from_val(&mut store, &value)));
        }
    }
    let stats = module.stats();
    OSR_ENTRIES.fetch_add(stats.n_osr_entries, Ordering::Relaxed);
    let n_inlined = front.map_or(0, |module| module.stats().n_inlined_imports);
    INLINED_IMPORTS.fetch_add(n_inlined, Ordering::Relaxed);
    (events, stats)
}

/// A host function for each import: its results depend on its position and all
/// of its arguments.
fn imports(store: &mut Store<()>, module: &Module) -> Vec<Extern> {
    let types: Vec<ExternType> = module.imports().map(|i| i.ty()).collect();
    let import = |(i, ty): (usize, ExternType)| {
        let ExternType::Func(ty) = ty else { panic!("only functions are imported") };
        let func = Func::new(&mut *store, ty, move |mut caller, args, results| {
            let mut seed = i as u64;
            for arg in args {
                seed = mix(seed, from_val(&mut caller, arg));
            }
            for (i, result) in results.iter_mut().enumerate() {
                let like = from_val(&mut caller, result);
                *result = to_val(&mut caller, made_of(mix(seed, Value::I64(i as i64)), like));
            }
            Ok(())
        });
        Extern::Func(func)
    };
    types.into_iter().enumerate().map(import).collect()
}

fn stop(error: &updraft::Error) -> Stop {
    let Some(trap) = error.downcast_ref::<Trap>() else {
        return match error.kind() {
            ErrorKind::Other => Stop::Limit,
            _ => Stop::Other(format!("{error:#}")),
        };
    };
    Stop::Trap(match trap {
        Trap::StackOverflow | Trap::OutOfMemory | Trap::LimitExceeded => return Stop::Limit,
        Trap::MemoryOutOfBounds => "memory out of bounds",
        Trap::TableOutOfBounds | Trap::UndefinedElement => "table out of bounds",
        Trap::IndirectCallToNull => "null element",
        Trap::BadSignature => "bad signature",
        Trap::IntegerOverflow => "integer overflow",
        Trap::IntegerDivisionByZero => "division by zero",
        Trap::BadConversionToInteger => "bad conversion",
        Trap::UnreachableCodeReached => "unreachable",
        other => return Stop::Other(other.to_string()),
    })
}

fn to_val(store: &mut impl AsContextMut, value: Value) -> Val {
    match value {
        Value::I32(v) => Val::I32(v),
        Value::I64(v) => Val::I64(v),
        Value::F32(v) => Val::F32(v),
        Value::F64(v) => Val::F64(v),
        Value::V128(v) => Val::V128(V128::from(v)),
        Value::NullFunc | Value::Func => Val::FuncRef(None),
        Value::NullExtern => Val::ExternRef(None),
        Value::Extern(v) => {
            Val::ExternRef(Some(ExternRef::new(store, v).expect("there are few references")))
        }
    }
}

fn from_val(store: &mut impl AsContextMut, val: &Val) -> Value {
    match val {
        Val::I32(v) => Value::I32(*v),
        Val::I64(v) => Value::I64(*v),
        Val::F32(v) => Value::F32(*v),
        Val::F64(v) => Value::F64(*v),
        Val::V128(v) => Value::V128(v.as_u128()),
        Val::FuncRef(r) => r.as_ref().map_or(Value::NullFunc, |_| Value::Func),
        Val::ExternRef(None) => Value::NullExtern,
        Val::ExternRef(Some(r)) => {
            let data = r.data(&*store).expect("it is of this store").downcast_ref::<u64>();
            Value::Extern(*data.expect("every host reference is a number"))
        }
    }
}

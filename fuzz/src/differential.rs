//! A module does the same in this engine, with guarded and with checked
//! memories, and in wasmi, an interpreter: the same results to the bit, the
//! same traps, the same memories and globals after each call.
//!
//! Modules are wasm-smith's, with fuel built into them so that they end, and
//! with NaNs made canonical by code of their own, so that payloads are not a
//! matter of taste. What one engine may refuse and the other not (a stack that
//! is exhausted, memory that is not there) ends the comparison.

use std::sync::OnceLock;
use std::time::Duration;

use arbitrary::Unstructured;
use updraft_test_verdict::Random;
use wasm_smith::{Config, Module as SmithModule};

use crate::input::smith_config;

/// Steps that a module may take before it traps.
const FUEL: u32 = 1_000;
/// Exports that are called.
const MAX_CALLS: usize = 12;
/// A module that runs longer has escaped its fuel.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What both engines are asked to do.
struct Plan {
    funcs: Vec<(String, Vec<Value>)>,
    memories: Vec<String>,
    globals: Vec<String>,
}

/// Something that can be seen from outside.
#[derive(Clone, PartialEq, Debug)]
enum Event {
    Instantiated(Result<(), Stop>),
    Called(String, Result<Vec<Value>, Stop>),
    Memory { name: String, len: usize, hash: u64 },
    Global(String, Value),
}

/// Why something ended early.
#[derive(Clone, PartialEq, Debug)]
enum Stop {
    Trap(&'static str),
    /// A limit of the engine's own: others have others.
    Limit,
    Other(String),
}

/// A value, with its bits.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    NullFunc,
    Func,
    NullExtern,
    Extern,
}

/// Runs an input.
pub fn run(data: &[u8]) {
    let Some(bytes) = module(data) else { return };
    let mut random = Random::of(data);
    let engines = ours::engines();
    let plan = ours::plan(&engines[0], &bytes, &mut random);
    let expected = wasmi_side::run(&bytes, &plan);
    for (name, engine) in ["guarded", "checked"].into_iter().zip(engines) {
        compare(name, &ours::run(engine, &bytes, &plan), &expected);
    }
}

fn module(data: &[u8]) -> Option<Vec<u8>> {
    let config = Config {
        max_imports: 0,
        min_funcs: 1,
        max_memory32_bytes: 32 << 16,
        memory_max_size_required: true,
        max_table_elements: 1_000,
        table_max_size_required: true,
        export_everything: true,
        canonicalize_nans: true,
        max_instructions: 300,
        ..smith_config()
    };
    let mut module = SmithModule::new(config, &mut Unstructured::new(data)).ok()?;
    module.ensure_termination(FUEL).ok()?;
    Some(module.to_bytes())
}

/// Panics where the engines differ, up to a limit that one of them has.
fn compare(name: &str, ours: &[Event], theirs: &[Event]) {
    let is_limit = |event: &Event| {
        matches!(event, Event::Instantiated(Err(Stop::Limit)) | Event::Called(_, Err(Stop::Limit)))
    };
    for (a, b) in ours.iter().zip(theirs) {
        if is_limit(a) || is_limit(b) {
            return;
        }
        assert_eq!(a, b, "{name}: left is Updraft, right is wasmi");
    }
    assert_eq!(ours.len(), theirs.len(), "{name}: one of them stopped early");
}

/// A hash of a memory.
fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().map(|w| u64::from_le_bytes(*w));
    let rest = rest.iter().map(|b| u64::from(*b));
    words.chain(rest).fold(0xcbf2_9ce4_8422_2325, |hash, word| {
        (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
    })
}

mod ours {
    //! Updraft's side.

    use updraft::{
        Config, Engine, ErrorKind, ExternType, HeapType, Instance, Module, Store, Trap, V128, Val,
        ValType,
    };

    use super::*;

    /// With guarded and with checked memories.
    pub fn engines() -> &'static [Engine; 2] {
        static ENGINES: OnceLock<[Engine; 2]> = OnceLock::new();
        ENGINES.get_or_init(|| {
            [true, false].map(|reservation| {
                let mut config = Config::new();
                config.memory_reservation(reservation).compile_workers(0);
                config.debug_verifier(true);
                Engine::new(&config).expect("an engine with ordinary settings")
            })
        })
    }

    /// What to do with a module, by its exports.
    pub fn plan(engine: &Engine, bytes: &[u8], random: &mut Random) -> Plan {
        let module = Module::from_binary(engine, bytes)
            .unwrap_or_else(|e| panic!("wasm-smith's module is refused: {e:#}"));
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

    /// Runs the plan.
    pub fn run(engine: &Engine, bytes: &[u8], plan: &Plan) -> Vec<Event> {
        let module = Module::from_binary(engine, bytes).expect("it was accepted before");
        let mut store = Store::new(engine, ());
        store.isolate_handle().set_timeout(TIMEOUT);
        let mut events = Vec::new();
        let instance = match Instance::new(&mut store, &module, &[]) {
            Ok(instance) => instance,
            Err(error) => return vec![Event::Instantiated(Err(stop(&error)))],
        };
        events.push(Event::Instantiated(Ok(())));
        for (name, args) in &plan.funcs {
            let func = instance.get_func(&mut store, name).expect("it is exported");
            let args: Vec<Val> = args.iter().map(|v| to_val(*v)).collect();
            let mut results: Vec<Val> =
                func.ty(&store).results().map(Val::default_for_ty).collect();
            let called = func
                .call(&mut store, &args, &mut results)
                .map(|()| results.iter().map(from_val).collect())
                .map_err(|error| stop(&error));
            events.push(Event::Called(name.clone(), called));
            for name in &plan.memories {
                let memory = instance.get_memory(&mut store, name).expect("it is exported");
                let data = memory.data(&store);
                events.push(Event::Memory {
                    name: name.clone(),
                    len: data.len(),
                    hash: hash(data),
                });
            }
            for name in &plan.globals {
                let global = instance.get_global(&mut store, name).expect("it is exported");
                events.push(Event::Global(name.clone(), from_val(&global.get(&mut store))));
            }
        }
        events
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

    fn to_val(value: Value) -> Val {
        match value {
            Value::I32(v) => Val::I32(v),
            Value::I64(v) => Val::I64(v),
            Value::F32(v) => Val::F32(v),
            Value::F64(v) => Val::F64(v),
            Value::V128(v) => Val::V128(V128::from(v)),
            Value::NullFunc | Value::Func => Val::FuncRef(None),
            Value::NullExtern | Value::Extern => Val::ExternRef(None),
        }
    }

    fn from_val(val: &Val) -> Value {
        match val {
            Val::I32(v) => Value::I32(*v),
            Val::I64(v) => Value::I64(*v),
            Val::F32(v) => Value::F32(*v),
            Val::F64(v) => Value::F64(*v),
            Val::V128(v) => Value::V128(v.as_u128()),
            Val::FuncRef(r) => r.as_ref().map_or(Value::NullFunc, |_| Value::Func),
            Val::ExternRef(r) => r.as_ref().map_or(Value::NullExtern, |_| Value::Extern),
        }
    }
}

mod wasmi_side {
    //! wasmi's side.

    use wasmi::errors::{ErrorKind, InstantiationError, MemoryError, TableError};
    use wasmi::{
        Config, Engine, Error, F32, F64, Instance, Module, Ref, Store, TrapCode, V128, Val,
    };

    use super::*;

    fn engine() -> &'static Engine {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| {
            let mut config = Config::default();
            config.wasm_multi_memory(true).wasm_tail_call(true).wasm_extended_const(true);
            config.wasm_simd(true);
            Engine::new(&config)
        })
    }

    /// Runs the plan.
    pub fn run(bytes: &[u8], plan: &Plan) -> Vec<Event> {
        let module = Module::new(engine(), bytes)
            .unwrap_or_else(|e| panic!("wasmi refuses what Updraft accepts: {e}"));
        let mut store = Store::new(engine(), ());
        let mut events = Vec::new();
        let instance = match Instance::new(&mut store, &module, &[]) {
            Ok(instance) => instance,
            Err(error) => return vec![Event::Instantiated(Err(stop(&error)))],
        };
        events.push(Event::Instantiated(Ok(())));
        for (name, args) in &plan.funcs {
            let func = instance.get_func(&store, name).expect("it is exported");
            let args: Vec<Val> = args.iter().map(|v| to_val(*v)).collect();
            let mut results: Vec<Val> =
                func.ty(&store).results().iter().map(|ty| Val::default(*ty)).collect();
            let called = func
                .call(&mut store, &args, &mut results)
                .map(|()| results.iter().map(from_val).collect())
                .map_err(|error| stop(&error));
            events.push(Event::Called(name.clone(), called));
            for name in &plan.memories {
                let memory = instance.get_memory(&store, name).expect("it is exported");
                let data = memory.data(&store);
                events.push(Event::Memory {
                    name: name.clone(),
                    len: data.len(),
                    hash: hash(data),
                });
            }
            for name in &plan.globals {
                let global = instance.get_global(&store, name).expect("it is exported");
                events.push(Event::Global(name.clone(), from_val(&global.get(&store))));
            }
        }
        events
    }

    fn stop(error: &Error) -> Stop {
        let Some(trap) = error.as_trap_code() else {
            // Some accesses that do not fit have no trap code there.
            return match error.kind() {
                ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit {
                    ..
                }) => Stop::Trap("table out of bounds"),
                ErrorKind::Table(
                    TableError::InitOutOfBounds
                    | TableError::FillOutOfBounds
                    | TableError::CopyOutOfBounds
                    | TableError::SetOutOfBounds,
                ) => Stop::Trap("table out of bounds"),
                ErrorKind::Memory(MemoryError::OutOfBoundsAccess) => {
                    Stop::Trap("memory out of bounds")
                }
                _ => Stop::Other(error.to_string()),
            };
        };
        Stop::Trap(match trap {
            TrapCode::MemoryOutOfBounds => "memory out of bounds",
            TrapCode::TableOutOfBounds => "table out of bounds",
            TrapCode::IndirectCallToNull => "null element",
            TrapCode::BadSignature => "bad signature",
            TrapCode::IntegerOverflow => "integer overflow",
            TrapCode::IntegerDivisionByZero => "division by zero",
            TrapCode::BadConversionToInteger => "bad conversion",
            TrapCode::UnreachableCodeReached => "unreachable",
            _ => return Stop::Limit,
        })
    }

    fn to_val(value: Value) -> Val {
        match value {
            Value::I32(v) => Val::I32(v),
            Value::I64(v) => Val::I64(v),
            Value::F32(v) => Val::F32(F32::from_bits(v)),
            Value::F64(v) => Val::F64(F64::from_bits(v)),
            Value::V128(v) => Val::V128(V128::from(v)),
            Value::NullFunc | Value::Func => Val::FuncRef(Ref::Null),
            Value::NullExtern | Value::Extern => Val::ExternRef(Ref::Null),
        }
    }

    fn from_val(val: &Val) -> Value {
        match val {
            Val::I32(v) => Value::I32(*v),
            Val::I64(v) => Value::I64(*v),
            Val::F32(v) => Value::F32(v.to_bits()),
            Val::F64(v) => Value::F64(v.to_bits()),
            Val::V128(v) => Value::V128(v.as_u128()),
            Val::FuncRef(Ref::Null) => Value::NullFunc,
            Val::FuncRef(_) => Value::Func,
            Val::ExternRef(Ref::Null) => Value::NullExtern,
            Val::ExternRef(_) => Value::Extern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_noticed() {
        let called = |v: i32| Event::Called("f".to_owned(), Ok(vec![Value::I32(v)]));
        compare("same", &[called(1)], &[called(1)]);
        let limit = Event::Called("f".to_owned(), Err(Stop::Limit));
        compare("limit", &[called(1), limit, called(3)], &[called(1), called(2)]);
        let differ = std::panic::catch_unwind(|| compare("x", &[called(1)], &[called(2)]));
        assert!(differ.is_err());
        let shorter = std::panic::catch_unwind(|| compare("x", &[called(1)], &[]));
        assert!(shorter.is_err());
    }
}

//! The other side: wasmi, an interpreter that shares no code generator with
//! us.
//!
//! Called by the targets. Must not know: where modules come from.

use std::sync::OnceLock;

use wasmi::errors::{ErrorKind, InstantiationError, MemoryError, TableError};
use wasmi::{
    AsContextMut, Config, Engine, Error, Extern, ExternRef, F32, F64, Func, Instance, Module, Ref,
    Store, TrapCode, V128, Val,
};

use crate::outcome::{Event, Plan, Stop, Value, hash, made_of, mix};

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
///
/// # Panics
///
/// If wasmi refuses what Updraft accepted.
pub fn run(bytes: &[u8], plan: &Plan) -> Vec<Event> {
    let module = Module::new(engine(), bytes)
        .unwrap_or_else(|e| panic!("wasmi refuses what Updraft accepts: {e}"));
    let mut store = Store::new(engine(), ());
    let mut events = Vec::new();
    let imports = imports(&mut store, &module);
    let instance = match Instance::new(&mut store, &module, &imports) {
        Ok(instance) => instance,
        Err(error) => return vec![Event::Instantiated(Err(stop(&error)))],
    };
    events.push(Event::Instantiated(Ok(())));
    for (name, args) in &plan.funcs {
        let func = instance.get_func(&store, name).expect("it is exported");
        let args: Vec<Val> = args.iter().map(|v| to_val(&mut store, *v)).collect();
        let mut results: Vec<Val> =
            func.ty(&store).results().iter().map(|ty| Val::default(*ty)).collect();
        let called = func
            .call(&mut store, &args, &mut results)
            .map(|()| results.iter().map(|v| from_val(&mut store, v)).collect())
            .map_err(|error| stop(&error));
        events.push(Event::Called(name.clone(), called));
        for name in &plan.memories {
            let memory = instance.get_memory(&store, name).expect("it is exported");
            let data = memory.data(&store);
            events.push(Event::Memory { name: name.clone(), len: data.len(), hash: hash(data) });
        }
        for name in &plan.globals {
            let global = instance.get_global(&store, name).expect("it is exported");
            let value = global.get(&store);
            events.push(Event::Global(name.clone(), from_val(&mut store, &value)));
        }
    }
    events
}

/// The same host functions as on our side.
fn imports(store: &mut Store<()>, module: &Module) -> Vec<Extern> {
    let import = |(i, import): (usize, wasmi::ImportType<'_>)| {
        let ty = import.ty().func().expect("only functions are imported").clone();
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
    module.imports().enumerate().map(import).collect()
}

fn stop(error: &Error) -> Stop {
    let Some(trap) = error.as_trap_code() else {
        // Some accesses that do not fit have no trap code there.
        return match error.kind() {
            ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }) => {
                Stop::Trap("table out of bounds")
            }
            ErrorKind::Table(
                TableError::InitOutOfBounds
                | TableError::FillOutOfBounds
                | TableError::CopyOutOfBounds
                | TableError::SetOutOfBounds,
            ) => Stop::Trap("table out of bounds"),
            ErrorKind::Memory(MemoryError::OutOfBoundsAccess) => Stop::Trap("memory out of bounds"),
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

fn to_val(store: &mut impl AsContextMut, value: Value) -> Val {
    match value {
        Value::I32(v) => Val::I32(v),
        Value::I64(v) => Val::I64(v),
        Value::F32(v) => Val::F32(F32::from_bits(v)),
        Value::F64(v) => Val::F64(F64::from_bits(v)),
        Value::V128(v) => Val::V128(V128::from(v)),
        Value::NullFunc | Value::Func => Val::FuncRef(Ref::Null),
        Value::NullExtern => Val::ExternRef(Ref::Null),
        Value::Extern(v) => Val::ExternRef(Ref::Val(ExternRef::new(store, v))),
    }
}

fn from_val(store: &mut impl AsContextMut, val: &Val) -> Value {
    match val {
        Val::I32(v) => Value::I32(*v),
        Val::I64(v) => Value::I64(*v),
        Val::F32(v) => Value::F32(v.to_bits()),
        Val::F64(v) => Value::F64(v.to_bits()),
        Val::V128(v) => Value::V128(v.as_u128()),
        Val::FuncRef(Ref::Null) => Value::NullFunc,
        Val::FuncRef(_) => Value::Func,
        Val::ExternRef(Ref::Null) => Value::NullExtern,
        Val::ExternRef(Ref::Val(r)) => {
            let data = r.data(store.as_context()).downcast_ref::<u64>();
            Value::Extern(*data.expect("every host reference is a number"))
        }
    }
}

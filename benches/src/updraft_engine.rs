//! Updraft, in its default configuration, with and without interrupt checks.

use crate::Result;
use crate::engines::{Calls, EngineUnderTest, Kernel};
use updraft::{
    Caller, Config, Engine, Func, FuncType, Instance, Linker, Module, Store, TypedFunc, Val,
    ValType,
};

/// One engine.
pub struct Updraft {
    engine: Engine,
    name: &'static str,
}

impl Updraft {
    /// The default configuration, but for the switch that is measured.
    pub fn new(interrupt_checks: bool) -> Result<Updraft> {
        let mut config = Config::new();
        config.interrupt_checks(interrupt_checks);
        let name = if interrupt_checks { "updraft" } else { "updraft without checks" };
        Ok(Updraft { engine: Engine::new(&config)?, name })
    }
}

impl EngineUnderTest for Updraft {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kernel(&self, wasm: &[u8]) -> Result<Box<dyn Kernel>> {
        Ok(Box::new(UpdraftKernel::new(Module::new(&self.engine, wasm)?)?))
    }

    fn calls(&self, wasm: &[u8]) -> Result<Box<dyn Calls>> {
        let module = Module::new(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, 0);
        let mut linker = Linker::new(&self.engine);
        linker.func_wrap("host", "typed", |mut caller: Caller<'_, i64>, a: i32, b: i32| {
            *caller.data_mut() += 1;
            a.wrapping_add(b)
        })?;
        let ty = FuncType::new(&self.engine, [ValType::I32, ValType::I32], [ValType::I32]);
        linker.func_new("host", "untyped", ty, |mut caller, params, results| {
            *caller.data_mut() += 1;
            let (Val::I32(a), Val::I32(b)) = (&params[0], &params[1]) else {
                return Err(updraft::Error::msg("arguments of another type"));
            };
            results[0] = Val::I32(a.wrapping_add(*b));
            Ok(())
        })?;
        let instance = linker.instantiate(&mut store, &module)?;
        let typed_out = instance.get_typed_func(&mut store, "call_typed")?;
        let untyped_out = instance.get_typed_func(&mut store, "call_untyped")?;
        let add_typed = instance.get_typed_func(&mut store, "add")?;
        let add = instance.get_func(&mut store, "add").ok_or("no add")?;
        Ok(Box::new(UpdraftCalls { store, add, add_typed, typed_out, untyped_out }))
    }
}

struct UpdraftKernel {
    module: Module,
    store: Store<()>,
    run: TypedFunc<i32, i64>,
}

impl UpdraftKernel {
    fn new(module: Module) -> Result<UpdraftKernel> {
        let mut store = Store::new(module.engine(), ());
        let instance = Instance::new(&mut store, &module, &[])?;
        let run = instance.get_typed_func(&mut store, "run")?;
        Ok(UpdraftKernel { module, store, run })
    }
}

impl Kernel for UpdraftKernel {
    fn run(&mut self, n: i32) -> Result<i64> {
        Ok(self.run.call(&mut self.store, n)?)
    }

    fn renew(&mut self) -> Result<()> {
        *self = UpdraftKernel::new(self.module.clone())?;
        Ok(())
    }

    fn n_compiled(&self) -> u64 {
        self.module.stats().n_compiled
    }
}

struct UpdraftCalls {
    store: Store<i64>,
    add: Func,
    add_typed: TypedFunc<(i32, i32), i32>,
    typed_out: TypedFunc<i32, i32>,
    untyped_out: TypedFunc<i32, i32>,
}

impl Calls for UpdraftCalls {
    fn typed_in(&mut self, n: u32) -> Result<i64> {
        let mut sum = 0;
        for i in 0..n {
            sum = self.add_typed.call(&mut self.store, (sum, i as i32))?;
        }
        Ok(sum.into())
    }

    fn untyped_in(&mut self, n: u32) -> Result<i64> {
        let mut sum = 0;
        let mut results = [Val::I32(0)];
        for i in 0..n {
            self.add.call(&mut self.store, &[Val::I32(sum), Val::I32(i as i32)], &mut results)?;
            let Val::I32(value) = results[0] else { return Err("not an i32".into()) };
            sum = value;
        }
        Ok(sum.into())
    }

    fn typed_out(&mut self, n: u32) -> Result<i64> {
        *self.store.data_mut() = 0;
        let sum = self.typed_out.call(&mut self.store, n as i32)?;
        Ok(i64::from(sum) + *self.store.data())
    }

    fn untyped_out(&mut self, n: u32) -> Result<i64> {
        *self.store.data_mut() = 0;
        let sum = self.untyped_out.call(&mut self.store, n as i32)?;
        Ok(i64::from(sum) + *self.store.data())
    }
}

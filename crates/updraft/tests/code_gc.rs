//! Code that goes: replaced, evicted, collected, never while it runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use updraft::*;

fn engine(configure: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    config.compile_workers(0).debug_verifier(false);
    configure(&mut config);
    Engine::new(&config).unwrap()
}

fn hot(config: &mut Config) {
    config.synchronous_tier_up(true).debug_tier_up_now(true);
}

/// A module whose `f` gives `n`, through a few functions.
fn module(engine: &Engine, n: i32) -> Module {
    let wat = format!(
        r#"(module
            (func $a (result i32) (i32.const {n}))
            (func $b (result i32) (i32.add (call $a) (i32.const 1)))
            (func (export "f") (result i32) (i32.sub (call $b) (i32.const 1))))"#
    );
    Module::new(engine, wat).unwrap()
}

fn call(store: &mut Store<()>, module: &Module) -> Result<i32> {
    let instance = Instance::new(&mut *store, module, &[])?;
    let f = instance.get_typed_func::<(), i32>(&mut *store, "f")?;
    f.call(store, ())
}

/// Functions that call each other in a row, `n` of them, and the host at the
/// end.
fn chain(n: usize) -> String {
    let mut wat = String::from(r#"(module (import "" "host" (func $host (result i32)))"#);
    for i in 0..n {
        let next = if i + 1 < n { format!("$f{}", i + 1) } else { "$host".into() };
        wat += &format!("(func $f{i} (result i32) (i32.add (call {next}) (i32.const 1)))");
    }
    wat + r#"(export "f" (func $f0)))"#
}

#[test]
fn a_thousand_modules_share_a_small_budget() {
    const BUDGET: u64 = 32 << 10;
    let engine = engine(|c| {
        c.code_budget(BUDGET);
    });
    let modules: Vec<_> = (0..1000).map(|n| module(&engine, n)).collect();
    let mut store = Store::new(&engine, ());
    for _ in 0..2 {
        for (n, module) in modules.iter().enumerate() {
            assert_eq!(call(&mut store, module).unwrap(), n as i32);
            assert!(engine.stats().code_bytes <= BUDGET);
        }
    }
    let stats = engine.stats();
    assert_eq!(stats.code_budget, BUDGET);
    assert!(stats.freed_bytes > 0 && stats.n_evictions > 0, "{stats:?}");
    let n_twice = modules.iter().filter(|m| m.stats().n_compiled > 3).count();
    assert!(n_twice > 500, "{n_twice} modules compiled again");
    // A round serves many compilations.
    assert!(stats.n_collections < 1000, "{stats:?}");
}

#[test]
fn replaced_code_is_freed() {
    let engine = engine(|c| {
        hot(c);
        c.debug_code_gc_always(true);
    });
    let module = module(&engine, 7);
    let mut store = Store::new(&engine, ());
    for _ in 0..3 {
        assert_eq!(call(&mut store, &module).unwrap(), 7);
    }
    let stats = module.stats();
    assert_eq!((stats.baseline.n_compiled, stats.optimized.n_published), (3, 3));
    // The one whose end made the last of them hot was still there.
    assert_eq!(engine.stats().code_blocks, 3 + 1, "{:?}", engine.stats());
    assert_eq!(engine.stats().n_evictions, 0);
}

#[test]
fn neither_idle_stores_nor_a_long_host_call_delay_a_collection() {
    let engine = engine(|c| {
        hot(c);
        c.debug_code_gc_always(true);
    });
    let idle: Vec<_> = (0..1000)
        .map(|n| {
            let mut store = Store::new(&engine, n);
            let instance = Instance::new(&mut store, &module(&engine, n), &[]).unwrap();
            let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
            if n % 100 == 0 {
                assert_eq!(f.call(&mut store, ()).unwrap(), n);
            }
            (store, f)
        })
        .collect();
    let (arrive, arrived) = channel();
    let (go, told) = channel::<()>();
    let told = Mutex::new(told);
    let sleeper = {
        let engine = engine.clone();
        std::thread::spawn(move || {
            let mut store = Store::new(&engine, ());
            let host = Func::wrap(&mut store, move || -> i32 {
                arrive.send(()).unwrap();
                told.lock().unwrap().recv().unwrap();
                5
            });
            let module = Module::new(&engine, chain(20)).unwrap();
            let instance = Instance::new(&mut store, &module, &[host.into()]).unwrap();
            let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
            f.call(&mut store, ()).unwrap()
        })
    };
    arrived.recv().unwrap();
    let before = engine.stats();
    let module = module(&engine, 3);
    let mut store = Store::new(&engine, ());
    assert_eq!(call(&mut store, &module).unwrap(), 3);
    assert_eq!(call(&mut store, &module).unwrap(), 3);
    let after = engine.stats();
    assert!(after.n_collections > before.n_collections, "{after:?}");
    assert!(after.freed_bytes > before.freed_bytes, "{after:?}");
    go.send(()).unwrap();
    // Its code was on the stack all the time.
    assert_eq!(sleeper.join().unwrap(), 25);
    for (n, (mut store, f)) in idle.into_iter().enumerate() {
        assert_eq!(f.call(&mut store, ()).unwrap(), n as i32);
    }
}

#[test]
fn code_on_the_stack_stays() {
    for seed in [0, 1] {
        let engine = engine(|c| {
            c.debug_evict(seed, 1);
        });
        let deep = Module::new(&engine, chain(500)).unwrap();
        let mut store = Store::new(&engine, ());
        let host = Func::wrap(&mut store, {
            let engine = engine.clone();
            move || -> i32 { call(&mut Store::new(&engine, ()), &module(&engine, 7)).unwrap() }
        });
        let instance = Instance::new(&mut store, &deep, &[host.into()]).unwrap();
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        assert_eq!(f.call(&mut store, ()).unwrap(), 507);
        for _ in 0..3 {
            assert_eq!(f.call(&mut store, ()).unwrap(), 507);
        }
        // What the host called had to make room without it.
        assert_eq!(deep.stats().n_compiled, 500);
        // Now nothing is running.
        assert_eq!(call(&mut Store::new(&engine, ()), &module(&engine, 3)).unwrap(), 3);
        assert_eq!(f.call(&mut store, ()).unwrap(), 507);
        assert!(deep.stats().n_compiled > 600);
        assert!(engine.stats().freed_bytes > 0);
    }
}

#[test]
fn a_budget_that_is_all_running_ends_the_call_and_nothing_else() {
    const BUDGET: u64 = 16 << 10;
    let engine = engine(|c| {
        c.code_budget(BUDGET);
    });
    let mut store = Store::new(&engine, ());
    let host = Func::wrap(&mut store, || -> i32 { 5 });
    let deep = Module::new(&engine, chain(1000)).unwrap();
    let instance = Instance::new(&mut store, &deep, &[host.into()]).unwrap();
    let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
    for _ in 0..2 {
        let error = format!("{:?}", f.call(&mut store, ()).unwrap_err());
        assert!(error.contains("code budget of 16384 bytes exhausted"), "{error}");
        assert!(engine.stats().code_bytes <= BUDGET);
    }
    for n in 0..100 {
        let module = module(&engine, n);
        assert_eq!(call(&mut store, &module).unwrap(), n);
    }
    assert!(f.call(&mut store, ()).is_err());
}

#[test]
fn an_isolate_that_spins_reports_and_goes_on() {
    const BUDGET: u64 = 16 << 10;
    let engine = engine(|c| {
        c.code_budget(BUDGET);
    });
    let (send, receive) = channel();
    let spinner = {
        let engine = engine.clone();
        std::thread::spawn(move || {
            let spin = r#"(module (func (export "f") (result i32) (loop (br 0)) (i32.const 1)))"#;
            let module = Module::new(&engine, spin).unwrap();
            let mut store = Store::new(&engine, ());
            send.send(store.isolate_handle()).unwrap();
            let error = call(&mut store, &module).unwrap_err();
            assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
        })
    };
    let handle = receive.recv().unwrap();
    let start = Instant::now();
    let mut store = Store::new(&engine, ());
    for n in 0..300 {
        let module = module(&engine, n);
        assert_eq!(call(&mut store, &module).unwrap(), n);
        // Kept, so that only eviction makes room.
        std::mem::forget(module);
    }
    assert!(engine.stats().n_evictions > 0);
    assert!(start.elapsed() < Duration::from_secs(10), "reports take long");
    handle.interrupt();
    spinner.join().unwrap();
}

/// Everything at once, on modules that threads share.
#[test]
fn threads_that_evict_each_other_get_their_results() {
    for tiered in [false, true] {
        let engine = engine(|c| {
            c.debug_evict(5, 1).debug_code_gc_always(true).code_budget(256 << 10);
            if tiered {
                hot(c);
            }
        });
        let loops = r#"(module
            (func $step (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
            (func (export "f") (result i32) (local $i i32) (local $n i32)
                (loop
                    (local.set $n (call $step (local.get $n)))
                    (br_if 0 (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                        (i32.const 20000))))
                (local.get $n)))"#;
        let mut modules: Vec<_> = (0..8).map(|n| (module(&engine, n), n)).collect();
        modules.push((Module::new(&engine, loops).unwrap(), 20_000));
        let modules = Arc::new(modules);
        let stop = Arc::new(AtomicBool::new(false));
        let threads: Vec<_> = (0..3)
            .map(|t| {
                let (engine, modules, stop) = (engine.clone(), modules.clone(), stop.clone());
                std::thread::spawn(move || {
                    let mut store = Store::new(&engine, ());
                    let mut n_calls = 0;
                    while !stop.load(Ordering::Relaxed) {
                        let (module, n) = &modules[(n_calls * 7 + t) % modules.len()];
                        assert_eq!(call(&mut store, module).unwrap(), *n);
                        n_calls += 1;
                    }
                    n_calls
                })
            })
            .collect();
        std::thread::sleep(Duration::from_secs(3));
        stop.store(true, Ordering::Relaxed);
        let n_calls: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        let stats = engine.stats();
        assert!(n_calls.iter().all(|n| *n > 20), "{n_calls:?} {stats:?}");
        assert!(stats.freed_bytes > 0 && stats.n_evictions > 0, "{stats:?}");
    }
}

//! What baseline code does is counted by samples: of what many short-lived
//! instances do together, too.

use updraft::*;

/// A function of some 20 bytes, and one that calls it so many times.
const WAT: &str = r#"(module
    (func $step (export "step") (param i32) (result i32)
        (i32.add (i32.mul (local.get 0) (i32.const 1103515245)) (i32.const 12345)))
    (func (export "run") (param $n i32) (result i32) (local $x i32)
        (loop
            (local.set $x (call $step (local.get $x)))
            (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $x)))"#;

/// The budget is 10,000 units, so a sample is at least 156.
const BUDGET: u32 = 160_000;

fn setup() -> (Engine, Module) {
    let mut config = Config::new();
    config.tier_up_budget(BUDGET);
    let engine = Engine::new(&config).unwrap();
    let module = Module::new(&engine, WAT).unwrap();
    (engine, module)
}

fn until(mut done: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !done() {
        assert!(start.elapsed().as_secs() < 20, "never done");
        std::thread::yield_now();
    }
}

#[test]
fn instances_that_end_before_a_sample_is_due_use_up_budgets_together() {
    let (engine, module) = setup();
    let mut n = 0;
    while module.stats().n_budget_underflows == 0 {
        // No instance does more than one part in 75 of a sample.
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let step = instance.get_typed_func::<i32, i32>(&mut store, "step").unwrap();
        assert_eq!(step.call(&mut store, 1).unwrap(), 1_103_527_590);
        n += 1;
        assert!(n < 30_000, "nothing counts");
    }
    // 2 units each.
    assert!((2500..10_000).contains(&n), "{n}");
    until(|| module.stats().optimized.n_compiled > 0);
}

#[test]
fn what_runs_in_a_cycle_is_met_everywhere() {
    let (engine, module) = setup();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    // 2 units each for the loop and the call. If the period were 156, which is a
    // multiple of 4, one of the two would never be met, and so never be warm.
    run.call(&mut store, 3_000_000).unwrap();
    until(|| module.stats().n_inlined > 0);
}

//! When bodies are validated, and that the verdict does not depend on it.

use updraft::*;

const STRATEGIES: [Strategy; 3] = [Strategy::Tiered, Strategy::Baseline, Strategy::Optimize];

fn engine(configure: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    configure(&mut config);
    Engine::new(&config).unwrap()
}

fn binary(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

fn verdict(result: Result<()>) -> Result<(), (String, Option<usize>)> {
    result.map_err(|e| {
        assert_eq!(e.kind(), ErrorKind::Invalid, "{e:#}");
        (e.to_string(), e.offset())
    })
}

const ONE_BROKEN: &str = r#"(module
    (memory 1)
    (func $good (export "good") (param i32) (result i32)
        (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (func $bad (export "bad") (result i32) (i64.const 7))
    (func (export "through") (result i32) (call $bad)))"#;

#[test]
fn an_invalid_function_traps_when_it_is_called() {
    let bytes = binary(ONE_BROKEN);
    for strategy in STRATEGIES {
        for reservation in [true, false] {
            let engine = engine(|c| {
                c.strategy(strategy).lazy_validation(true).memory_reservation(reservation);
            });
            let fault = Module::validate(&engine, &bytes).unwrap_err();
            let place = format!("@+{:#x}", fault.offset().unwrap());
            let module = Module::new(&engine, &bytes).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            let good = instance.get_typed_func::<i32, i32>(&mut store, "good").unwrap();
            for name in ["bad", "through", "bad"] {
                let bad = instance.get_typed_func::<(), i32>(&mut store, name).unwrap();
                let trap = bad.call(&mut store, ()).unwrap_err();
                assert_eq!(trap.kind(), ErrorKind::Trap);
                let text = format!("{trap:#}");
                assert!(text.contains(&fault.to_string()) && text.contains(&place), "{text}");
                assert_eq!(good.call(&mut store, 5).unwrap(), 5);
            }
        }
    }
}

#[test]
fn sections_are_checked_when_a_module_is_made() {
    let engine = engine(|c| {
        c.lazy_validation(true);
    });
    for wat in [
        "(module (func (export \"a\")) (export \"a\" (func 0)))",
        "(module (global i32 (i64.const 1)))",
        "(module (func (type 3)))",
    ] {
        let bytes = binary(wat);
        let made = Module::new(&engine, &bytes).map(drop);
        assert!(made.is_err(), "{wat}");
        assert_eq!(verdict(made), verdict(Module::validate(&engine, &bytes)));
    }
}

#[test]
fn compilation_of_all_finds_the_lowest_fault() {
    let good = "(func (result i32) i32.const 1)".repeat(50);
    let bad = "(func (result i32) i64.const 1)";
    let late = "(func (param i32) (drop (i32.add (local.get 0) (f32.const 0))))";
    let modules = [
        format!("(module {good})"),
        format!("(module {good} {bad} {good} {late})"),
        format!("(module {late} {good} {bad})"),
        format!("(module {good} {bad} (export \"a\" (func 0)))"),
    ];
    let mut all: Vec<Vec<u8>> = modules.iter().map(|wat| binary(wat)).collect();
    // Faults of the module's structure, behind those of bodies.
    let mut cut = all[1].clone();
    cut.extend([11, 5, 1]);
    all.push(cut);
    let mut cut = all[0].clone();
    cut.extend([11, 5, 1]);
    all.push(cut);
    let half = all[1].len() / 2;
    all.push(all[1][..half].to_vec());
    for strategy in STRATEGIES {
        for workers in [0, 2] {
            for lazily in [false, true] {
                let engine = engine(|c| {
                    c.strategy(strategy).eager_compilation(true).compile_workers(workers);
                    c.lazy_validation(lazily);
                });
                for bytes in &all {
                    let expected = verdict(Module::validate(&engine, bytes));
                    let made = verdict(Module::from_binary(&engine, bytes).map(drop));
                    assert_eq!(made, expected);
                }
                // The code of what was refused is gone.
                let kept = Module::from_binary(&engine, &all[0]).unwrap();
                assert_eq!(kept.stats().n_compiled, 50);
            }
        }
    }
}

#[test]
fn what_was_never_validated_is_not_inlined() {
    let bytes = binary(
        r#"(module
            (type $t (func (result i32)))
            (table funcref (elem $bad $one))
            (func $one (result i32) (i32.const 1))
            (func $bad (result i32) (i64.const 7))
            (func (export "run") (param i32) (result i32)
                (if (result i32) (local.get 0)
                    (then (i32.add (call $one) (call_indirect (type $t) (i32.const 1))))
                    (else (i32.add (call $bad) (call_indirect (type $t) (i32.const 0)))))))"#,
    );
    for strategy in STRATEGIES {
        let engine = engine(|c| {
            c.strategy(strategy).lazy_validation(true).stress_inlining(true);
            c.synchronous_tier_up(true).debug_tier_up_now(true);
        });
        let module = Module::new(&engine, &bytes).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
        for _ in 0..3 {
            assert_eq!(run.call(&mut store, 1).unwrap(), 2);
        }
        for _ in 0..2 {
            let text = format!("{:#}", run.call(&mut store, 0).unwrap_err());
            assert!(text.contains("type mismatch"), "{text}");
        }
    }
}

#[test]
fn what_is_counted_is_known_when_a_function_becomes_hot() {
    let engine = engine(|c| {
        c.lazy_validation(true).synchronous_tier_up(true).debug_osr_everywhere(true);
    });
    let module = Module::new(
        &engine,
        r#"(module (func (export "sum") (param i32) (result i32) (local i32)
            (loop
                (local.set 1 (i32.add (local.get 1) (local.get 0)))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let sum = instance.get_typed_func::<i32, i32>(&mut store, "sum").unwrap();
    assert_eq!(sum.call(&mut store, 1000).unwrap(), 500_500);
    assert_eq!(module.stats().n_osr_entries, 1);
}

//! Calls of functions of other modules, inlined where an instance was seen to
//! import them: right for every instance that runs the code, whatever it
//! imports, and as long as anybody runs it.

use std::time::Duration;

use updraft::*;

/// Calls that make a function hot, and those that it calls.
const WARM: i32 = 4000;

/// An engine that tiers up soon, on the calling thread, so that what is inlined
/// is known; or one that inlines nothing.
fn engine(inlines: bool, change: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    if inlines {
        config.tier_up_budget(16_000).synchronous_tier_up(true).on_stack_replacement(false);
    } else {
        config.strategy(Strategy::Baseline);
    }
    change(&mut config);
    Engine::new(&config).unwrap()
}

/// Runs with an engine that inlines and with one that does not: the results
/// must be equal, and so are those of `expected`.
fn both<R: PartialEq + std::fmt::Debug>(run: impl Fn(&Engine, bool) -> R) -> R {
    let [calls, inlined] = [false, true].map(|on| run(&engine(on, |_| {}), on));
    assert_eq!(calls, inlined);
    inlined
}

fn module(engine: &Engine, wat: &str) -> Module {
    Module::new(engine, wat).unwrap()
}

/// An instance whose imports are what `from` exports, by name.
fn instantiate<T: 'static>(store: &mut Store<T>, module: &Module, from: &[Instance]) -> Instance {
    let imports: Vec<Extern> = module
        .imports()
        .map(|import| {
            let found = from.iter().find_map(|i| i.get_export(&mut *store, import.name()));
            found.unwrap_or_else(|| panic!("nobody exports {}", import.name()))
        })
        .collect();
    Instance::new(store, module, &imports).unwrap()
}

/// Calls `run` so often that what it calls is known to be hot.
fn warm(store: &mut Store<()>, instance: &Instance, args: i32) -> i32 {
    let run = instance.get_typed_func::<i32, i32>(&mut *store, "run").unwrap();
    let mut last = 0;
    for _ in 0..WARM {
        last = run.call(&mut *store, args).unwrap();
    }
    last
}

fn call(store: &mut Store<()>, instance: &Instance, name: &str, arg: i32) -> Result<i32> {
    instance.get_typed_func::<i32, i32>(&mut *store, name).unwrap().call(store, arg)
}

/// Keeps a sum, and finds numbers in a memory of its own.
const LIB: &str = r#"(module $lib
    (memory (export "memory") 1)
    (data (i32.const 0) "\01\00\00\00\02\00\00\00\04\00\00\00\08\00\00\00")
    (global $sum (mut i32) (i32.const 0))
    (func $find (param i32) (result i32)
        (i32.load (i32.mul (local.get 0) (i32.const 4))))
    (func (export "add") (param i32) (result i32)
        (global.set $sum (i32.add (global.get $sum) (call $find (local.get 0))))
        (global.get $sum))
    (func (export "set") (param i32 i32)
        (i32.store (i32.mul (local.get 0) (i32.const 4)) (local.get 1))))"#;

/// Adds the first four numbers of its library.
const APP: &str = r#"(module $app
    (import "lib" "add" (func $add (param i32) (result i32)))
    (func (export "run") (param i32) (result i32)
        (local $i i32)
        (loop $next
            (drop (call $add (local.get $i)))
            (br_if $next (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
        (call $add (local.get 0))))"#;

#[test]
fn each_instance_calls_what_it_imports() {
    // The same function of two instances; another one of the same module; one
    // of another module; one of the host; and its own module's.
    let other = r#"(module (func (export "add") (param i32) (result i32) (i32.const -7)))"#;
    let same = r#"(module
        (func $own (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
        (func (export "add") (param i32) (result i32) (call $own (local.get 0))))"#;
    let results = both(|engine, inlines| {
        let (lib, app) = (module(engine, LIB), module(engine, APP));
        let mut store = Store::new(engine, ());
        let libs = [0, 1].map(|_| Instance::new(&mut store, &lib, &[]).unwrap());
        let first = instantiate(&mut store, &app, &libs[..1]);
        let mut results = vec![warm(&mut store, &first, 3)];
        assert_eq!(app.stats().n_inlined_imports > 0, inlines, "{:?}", app.stats());
        let n_compiled = app.stats().n_compiled;

        let second = instantiate(&mut store, &app, &libs[1..]);
        let others = [other, same].map(|wat| {
            let other = module(engine, wat);
            let other = Instance::new(&mut store, &other, &[]).unwrap();
            instantiate(&mut store, &app, &[other])
        });
        let host = Func::wrap(&mut store, |n: i32| n * 1000);
        let host = Instance::new(&mut store, &app, &[host.into()]).unwrap();
        for instance in [&second, &first, &others[0], &host, &others[1], &second, &first] {
            results.push(call(&mut store, instance, "run", 2).unwrap());
        }
        assert_eq!(app.stats().n_compiled, n_compiled);
        // Those for whom it is wrong all the time, too, and for a long while.
        for instance in [&others[0], &host, &others[1], &first, &second] {
            for _ in 0..20_000 {
                call(&mut store, instance, "run", 1).unwrap();
            }
            results.push(call(&mut store, instance, "run", 3).unwrap());
        }
        results
    });
    let first = WARM * 15;
    assert_eq!(results[..8], [first, 11, first + 11, -7, 2000, -2, 22, first + 22]);
    assert_eq!(results[8..11], [-7, 3000, -3]);
    assert_eq!(results[11..], [first + 22 + 20_000 * 9 + 15, 22 + 20_000 * 9 + 15]);
}

#[test]
fn memory_under_two_names_is_one_memory() {
    // The library declares what the application imports.
    let app = r#"(module
        (import "lib" "memory" (memory 1))
        (import "lib" "set" (func $set (param i32 i32)))
        (import "lib" "add" (func $add (param i32) (result i32)))
        (func (export "run") (param i32) (result i32)
            (local $before i32) (local $sum i32)
            (i32.store (i32.const 8) (i32.const 100))
            (local.set $sum (call $add (i32.const 2)))
            (local.set $before (i32.load (i32.const 8)))
            (call $set (i32.const 2) (local.get 0))
            (local.set $sum (i32.sub (call $add (i32.const 2)) (local.get $sum)))
            ;; What was there, what the library set, what it found.
            (i32.add
                (i32.mul (local.get $before) (i32.const 10000))
                (i32.add
                    (i32.mul (i32.load (i32.const 8)) (i32.const 100))
                    (local.get $sum)))))"#;
    for reserved in [true, false] {
        let results = [false, true].map(|inlines| {
            let engine = engine(inlines, |c| {
                c.memory_reservation(reserved);
            });
            let (lib, app) = (module(&engine, LIB), module(&engine, app));
            let mut store = Store::new(&engine, ());
            let lib = Instance::new(&mut store, &lib, &[]).unwrap();
            let app_instance = instantiate(&mut store, &app, &[lib]);
            let result = warm(&mut store, &app_instance, 50);
            assert_eq!(app.stats().n_inlined_imports > 0, inlines);
            result
        });
        assert_eq!(results, [1_005_050, 1_005_050]);
    }
}

#[test]
fn globals_under_two_names_are_one_global() {
    let lib = r#"(module
        (global $n (export "n") (mut i32) (i32.const 0))
        (global $m (export "m") (mut i32) (i32.const 0))
        (func (export "bump") (param i32) (result i32)
            (global.set $m (local.get 0))
            (global.set $n (i32.add (global.get $n) (i32.const 1)))
            (global.get $n)))"#;
    let app = r#"(module
        (import "lib" "bump" (func $bump (param i32) (result i32)))
        (import "lib" "n" (global $n (mut i32)))
        (import "lib" "m" (global $m (mut i32)))
        (func (export "run") (param i32) (result i32)
            (global.set $n (local.get 0))
            (drop (call $bump (global.get $n)))
            (i32.add
                (i32.mul (global.get $n) (i32.const 1000))
                (global.get $m))))"#;
    let result = both(|engine, inlines| {
        let (lib, app) = (module(engine, lib), module(engine, app));
        let mut store = Store::new(engine, ());
        let lib = Instance::new(&mut store, &lib, &[]).unwrap();
        let instance = instantiate(&mut store, &app, &[lib]);
        let result = warm(&mut store, &instance, 7);
        assert_eq!(app.stats().n_inlined_imports > 0, inlines);
        result
    });
    assert_eq!(result, 8007);
}

#[test]
fn traps_name_the_functions_of_both_modules() {
    let lib = r#"(module $lib
        (import "app" "trace" (func $trace))
        (memory 1)
        (func $unused)
        (func $get (param i32) (result i32) nop (i32.load (local.get 0)))
        (func $div (export "div") (param i32) (result i32)
            (if (i32.eq (local.get 0) (i32.const 3)) (then (call $trace)))
            (i32.div_u (i32.const 12) (i32.add (local.get 0) (call $get (local.get 0))))))"#;
    let app = r#"(module $app
        (import "lib" "div" (func $div (param i32) (result i32)))
        (func $twice (param i32) (result i32)
            (i32.add (call $div (local.get 0)) (i32.const 1)))
        (func (export "run") (param i32) (result i32)
            nop nop (call $twice (local.get 0))))"#;
    type Frames = Vec<(Option<String>, Option<String>, u32, Option<usize>)>;
    fn frames(trace: &WasmBacktrace) -> Frames {
        let name = |name: Option<&str>| name.map(str::to_owned);
        let frames = trace.frames().iter();
        let frames = frames.map(|f| {
            (name(f.module_name()), name(f.func_name()), f.func_index(), f.module_offset())
        });
        frames.collect()
    }
    let (traps, traces) = both(|engine, inlines| {
        let (lib, app) = (module(engine, lib), module(engine, app));
        let mut store = Store::new(engine, Vec::<Frames>::new());
        let trace = Func::wrap(&mut store, |mut caller: Caller<'_, Vec<Frames>>| {
            let trace = frames(&WasmBacktrace::capture(&caller));
            caller.data_mut().push(trace);
        });
        let lib = Instance::new(&mut store, &lib, &[trace.into()]).unwrap();
        let instance = instantiate(&mut store, &app, &[lib]);
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
        for _ in 0..WARM {
            assert_eq!(run.call(&mut store, 2).unwrap(), 7);
        }
        assert_eq!(app.stats().n_inlined_imports > 0, inlines);
        run.call(&mut store, 3).unwrap();
        let traps = [0, -1].map(|n| {
            let error = run.call(&mut store, n).unwrap_err();
            let trap = *error.downcast_ref::<Trap>().unwrap();
            (trap, frames(error.downcast_ref::<WasmBacktrace>().unwrap()))
        });
        (traps, store.data().clone())
    });
    let names = |frames: &Frames| -> Vec<String> {
        let shown = frames.iter().map(|(module, func, ..)| {
            format!("{}.{}", module.as_deref().unwrap_or(""), func.as_deref().unwrap_or(""))
        });
        shown.collect()
    };
    assert_eq!(traps[0].0, Trap::IntegerDivisionByZero);
    assert_eq!(names(&traps[0].1), ["lib.div", "app.twice", "app."]);
    assert_eq!(traps[1].0, Trap::MemoryOutOfBounds);
    assert_eq!(names(&traps[1].1), ["lib.get", "lib.div", "app.twice", "app."]);
    assert_eq!(names(&traces[0]), ["lib.div", "app.twice", "app."]);
}

#[test]
fn code_outlives_the_module_whose_bodies_it_has() {
    // The first library is dropped, and the table of code of the second one,
    // which is as large, may lie where that of the first one lay.
    let engine = engine(true, |_| {});
    let others = "(func)".repeat(3000);
    let lib = |n: i32| {
        let wat = format!(
            r#"(module (func (export "add") (param i32) (result i32)
                (i32.add (local.get 0) (i32.const {n}))) {others})"#
        );
        wat::parse_str(wat).unwrap()
    };
    let libs = [lib(100), lib(200)];
    for _ in 0..20 {
        let app = module(&engine, APP);
        for (lib, expected) in libs.iter().zip([105, 205]) {
            let lib = Module::new(&engine, lib).unwrap();
            let mut store = Store::new(&engine, ());
            let lib = Instance::new(&mut store, &lib, &[]).unwrap();
            let instance = instantiate(&mut store, &app, &[lib]);
            assert_eq!(call(&mut store, &instance, "run", 5).unwrap(), expected);
            if expected == 105 {
                warm(&mut store, &instance, 5);
                assert!(app.stats().n_inlined_imports > 0);
            }
        }
    }
}

#[test]
fn loops_and_recursion_in_other_modules_end() {
    let lib = r#"(module
        (func $down (export "down") (param i32) (result i32)
            (if (result i32) (local.get 0)
                (then (call $down (i32.sub (local.get 0) (i32.const 1))))
                (else (i32.const 0))))
        (func (export "spin") (param i32) (result i32)
            (loop (br_if 0 (i32.eqz (local.get 0)))) (local.get 0)))"#;
    let app = r#"(module
        (import "lib" "down" (func $down (param i32) (result i32)))
        (import "lib" "spin" (func $spin (param i32) (result i32)))
        (func (export "run") (param i32) (result i32)
            (i32.add (call $down (i32.const 3)) (call $spin (local.get 0))))
        (func (export "deep") (param i32) (result i32) (call $down (local.get 0))))"#;
    let traps = both(|engine, inlines| {
        let (lib, app) = (module(engine, lib), module(engine, app));
        let mut store = Store::new(engine, ());
        let lib = Instance::new(&mut store, &lib, &[]).unwrap();
        let instance = instantiate(&mut store, &app, &[lib]);
        assert_eq!(warm(&mut store, &instance, 1), 1);
        for _ in 0..WARM {
            call(&mut store, &instance, "deep", 2).unwrap();
        }
        assert_eq!(app.stats().n_inlined_imports >= 3, inlines, "{:?}", app.stats());
        let deep = call(&mut store, &instance, "deep", i32::MAX).unwrap_err();
        store.isolate_handle().set_timeout(Duration::from_millis(20));
        let spin = call(&mut store, &instance, "run", 0).unwrap_err();
        [deep, spin].map(|e| *e.downcast_ref::<Trap>().unwrap())
    });
    assert_eq!(traps, [Trap::StackOverflow, Trap::DeadlineExceeded]);
}

#[test]
fn values_of_all_types_pass_into_other_modules() {
    let types = ["i32", "i64", "f32", "f64", "v128", "funcref", "externref"].repeat(2).join(" ");
    let gets: String = (0..14).map(|i| format!("local.get {i} ")).collect();
    let lib = format!(
        r#"(module (func (export "id") (param {types}) (result {types}) (local i32)
            (local.set 14 (i32.add (local.get 0) (i32.const 1)))
            (if (i32.eq (local.get 14) (i32.const 1)) (then {gets} return))
            {gets}))"#
    );
    let app = format!(
        r#"(module (import "lib" "id" (func $id (param {types}) (result {types})))
            (func (export "run") (param {types}) (result {types}) {gets} call $id call $id))"#
    );
    let n = both(|engine, inlines| {
        let (lib, app) = (module(engine, &lib), module(engine, &app));
        let mut store = Store::new(engine, ());
        let lib = Instance::new(&mut store, &lib, &[]).unwrap();
        let instance = instantiate(&mut store, &app, &[lib]);
        let run = instance.get_func(&mut store, "run").unwrap();
        let mut results = vec![Val::I32(0); 14];
        let mut n = 0;
        for i in 0..WARM {
            let object = ExternRef::new(&mut store, i).unwrap();
            let args: Vec<Val> = (0..2)
                .flat_map(|j| {
                    [
                        Val::I32(i % 3 + j),
                        Val::I64(i64::MIN + i64::from(i)),
                        Val::F32(i as u32 + 1),
                        Val::F64(i as u64 + 2),
                        Val::V128(V128::from(u128::MAX - i as u128)),
                        Val::FuncRef(Some(run.clone())),
                        Val::ExternRef(Some(object.clone())),
                    ]
                })
                .collect();
            run.call(&mut store, &args, &mut results).unwrap();
            assert_eq!(format!("{:?}", &results[..5]), format!("{:?}", &args[..5]));
            for at in [6, 13] {
                let Val::ExternRef(Some(object)) = &results[at] else { panic!("no object") };
                let value = object.data(&store).unwrap().downcast_ref::<i32>();
                n += *value.unwrap();
            }
        }
        assert_eq!(app.stats().n_inlined_imports > 0, inlines);
        n
    });
    assert_eq!(n, (WARM - 1) * WARM);
}

#[test]
fn an_instance_may_import_from_another_one_of_its_module() {
    // `next` is the other instance's; each counts on its own.
    let wat = r#"(module
        (import "lib" "next" (func $next (param i32) (result i32)))
        (global $n (mut i32) (i32.const 0))
        (func (export "next") (param i32) (result i32)
            (global.set $n (i32.add (global.get $n) (local.get 0)))
            (global.get $n))
        (func (export "run") (param i32) (result i32)
            (global.set $n (i32.sub (global.get $n) (i32.const 1)))
            (i32.add (call $next (local.get 0)) (global.get $n))))"#;
    let result = both(|engine, inlines| {
        let module = module(engine, wat);
        let mut store = Store::new(engine, ());
        let host = Func::wrap(&mut store, |n: i32| n);
        let first = Instance::new(&mut store, &module, &[host.into()]).unwrap();
        let second = instantiate(&mut store, &module, &[first]);
        let result = warm(&mut store, &second, 3);
        assert_eq!(module.stats().n_inlined_imports > 0, inlines);
        result
    });
    assert_eq!(result, WARM * 3 - WARM);
}

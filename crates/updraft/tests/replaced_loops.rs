//! Loops that run go on in optimized code, and nobody notices: values of all
//! types, nested loops with operands below, traps and backtraces, interrupts,
//! the end of the stack. And baseline loops stop when asked, in every mode.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use updraft::*;

fn everywhere() -> Config {
    let mut config = Config::new();
    config.debug_osr_everywhere(true).compile_workers(0);
    config
}

/// Ways to run: the first never replaces a frame, the next ones do.
fn modes() -> Vec<(&'static str, Config)> {
    let mut baseline = Config::new();
    baseline.strategy(Strategy::Baseline);
    let mut checked = everywhere();
    checked.memory_reservation(false);
    let mut now = Config::new();
    now.debug_tier_up_now(true).compile_workers(0);
    let mut small = Config::new();
    small.tier_up_budget(100).synchronous_tier_up(true).compile_workers(0);
    vec![
        ("baseline", baseline),
        ("osr everywhere", everywhere()),
        ("osr everywhere, checked", checked),
        ("tier up now", now),
        ("small budget", small),
    ]
}

/// Runs in all modes, which agree. Those that replace frames must have.
fn all<R: PartialEq + std::fmt::Debug>(wat: &str, run: impl Fn(&Engine, &Module) -> R) -> R {
    let mut first = None;
    for (name, config) in modes() {
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, wat).unwrap();
        let found = run(&engine, &module);
        let n_entries = module.stats().n_osr_entries;
        assert_eq!(n_entries > 0, name != "baseline", "{name}: {n_entries} entries");
        match &first {
            None => first = Some(found),
            Some(first) => assert_eq!(&found, first, "{name}"),
        }
    }
    first.expect("there are modes")
}

#[test]
fn a_long_loop_goes_on_in_optimized_code_by_default() {
    // Runs until the host saw that it was replaced.
    let wat = r#"(module
        (import "h" "more" (func $more (result i32)))
        (func (export "run") (result i64) (local $i i64) (local $sum i64)
            (loop $outer
                (loop $inner
                    (local.set $sum (i64.add (local.get $sum) (local.get $i)))
                    (local.set $i (i64.add (local.get $i) (i64.const 1)))
                    (br_if $inner (i64.ne (i64.and (local.get $i) (i64.const 0xffff)) (i64.const 0))))
                (br_if $outer (call $more)))
            (i64.sub
                (i64.mul (local.get $i) (i64.sub (local.get $i) (i64.const 1)))
                (i64.mul (i64.const 2) (local.get $sum)))))"#;
    let engine = Engine::default();
    let module = Module::new(&engine, wat).unwrap();
    let mut linker = Linker::<()>::new(&engine);
    let (seen, start) = (module.clone(), Instant::now());
    let more = move || {
        let waits = seen.stats().n_osr_entries == 0 && start.elapsed() < Duration::from_secs(60);
        i32::from(waits)
    };
    linker.func_wrap("h", "more", more).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<(), i64>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), 0);
    let stats = module.stats();
    assert!(stats.n_osr_entries > 0 && stats.loops.n_published > 0, "{stats:?}");
}

#[test]
fn locals_and_operands_of_every_type_move() {
    // All types as locals, as operands below two loops and as their parameters.
    let types = ["i32", "i64", "f32", "f64", "v128", "funcref", "externref"];
    let list = types.join(" ");
    let gets: String = (0..7).map(|i| format!("(local.get {i})")).collect();
    let tees: String = (8..15).rev().map(|i| format!("(local.set {i})")).collect();
    let again: String = (8..15).map(|i| format!("(local.get {i})")).collect();
    let wat = format!(
        r#"(module
            (func (export "run") (param {list} i32) (result {list} {list} {list} i32)
                (local {list} i32)
                {gets}
                (loop $outer
                    {gets}
                    (loop $inner (param {list}) (result {list})
                        {tees} {again}
                        (local.set 15 (i32.add (local.get 15) (i32.const 1)))
                        (br_if $inner (i32.and (local.get 15) (i32.const 3))))
                    {tees}
                    (local.set 7 (i32.sub (local.get 7) (i32.const 1)))
                    (br_if $outer (local.get 7)))
                {again} {gets} (local.get 15)))"#
    );
    let shown = all(&wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let run = instance.get_func(&mut store, "run").unwrap();
        let reference = ExternRef::new(&mut store, 5u8).unwrap();
        let args = [
            Val::I32(-3),
            Val::I64(i64::MIN + 7),
            Val::F32(0x7fa0_1234),
            Val::F64(0x7ff4_0000_1234_5678),
            Val::V128(V128::from(u128::MAX / 3)),
            Val::FuncRef(Some(run.clone())),
            Val::ExternRef(Some(reference.clone())),
            Val::I32(5),
        ];
        let mut results = vec![Val::I32(0); 22];
        run.call(&mut store, &args, &mut results).unwrap();
        for copy in results.chunks(7).take(3) {
            assert_eq!(format!("{:?}", &copy[..5]), format!("{:?}", &args[..5]));
            assert!(Func::same(copy[5].unwrap_func_ref().unwrap(), &run));
            assert!(ExternRef::ref_eq(copy[6].unwrap_extern_ref().unwrap(), &reference));
        }
        results[21].unwrap_i32()
    });
    assert_eq!(shown, 20);
}

#[test]
fn deeply_nested_loops_with_operands_and_host_calls_agree() {
    // Five loops, each with an operand below and a parameter, that end when
    // the number is divisible by 3 to 7; the host sees every step of the
    // innermost.
    let mut body = "(local.set 0) (call $see (local.get 0)) (local.get 0)".to_owned();
    for depth in (3..=7).rev() {
        body = format!(
            "(local.set 0) (i64.const {depth}) (local.get 0)
             (loop $l{depth} (param i32) (result i32)
                (i32.add (i32.const 1))
                {body}
                (local.tee 0)
                (br_if $l{depth} (i32.rem_u (local.get 0) (i32.const {depth}))))
             (local.set 0)
             (local.set 1 (i64.add (i64.mul (local.get 1) (i64.const 31))))
             (local.get 0)"
        );
    }
    let wat = format!(
        r#"(module
            (import "h" "see" (func $see (param i32)))
            (func (export "run") (param i32) (result i64) (local i64)
                (local.get 0) {body} (drop) (local.get 1)))"#
    );
    let (result, seen) = all(&wat, |engine, module| {
        let mut linker = Linker::<Vec<i32>>::new(engine);
        linker
            .func_wrap("h", "see", |mut c: Caller<'_, Vec<i32>>, x: i32| c.data_mut().push(x))
            .unwrap();
        let mut store = Store::new(engine, Vec::new());
        let instance = linker.instantiate(&mut store, module).unwrap();
        let run = instance.get_typed_func::<i32, i64>(&mut store, "run").unwrap();
        (run.call(&mut store, 1).unwrap(), store.data().clone())
    });
    assert_ne!(result, 0);
    assert_eq!((seen.first(), seen.last()), (Some(&6), Some(&420)));
}

#[test]
fn references_in_replaced_frames_stay_and_others_go() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
    // One is a local, one an operand below the loop; those made within are
    // garbage at once.
    let wat = r#"(module
        (import "h" "new" (func $new (result externref)))
        (import "h" "same" (func $same (param externref externref) (result i32)))
        (func (export "run") (param i32) (result i32) (local $kept externref)
            (local.set $kept (call $new))
            (local.get $kept)
            (local.set $kept (call $new))
            (loop
                (drop (call $new))
                (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
                (br_if 0 (local.get 0)))
            (i32.add (call $same (local.get $kept)) (i32.const 10))))"#;
    let outcome = all(wat, |engine, module| {
        let alive = Arc::new(AtomicUsize::new(0));
        let mut linker = Linker::<usize>::new(engine);
        let counter = alive.clone();
        let new = move |mut c: Caller<'_, usize>| -> Result<Option<ExternRef>> {
            let n = counter.fetch_add(1, Ordering::Relaxed) + 1;
            *c.data_mut() = (*c.data()).max(n);
            Ok(Some(ExternRef::new(&mut c, Counted(counter.clone()))?))
        };
        linker.func_wrap("h", "new", new).unwrap();
        // Both are alive, and not the same.
        let same = |c: Caller<'_, usize>, a: Option<ExternRef>, b: Option<ExternRef>| {
            let (a, b) = (a.unwrap(), b.unwrap());
            let counted = |r: &ExternRef| r.data(&c).unwrap().downcast_ref::<Counted>().is_some();
            i32::from(ExternRef::ref_eq(&a, &b)) + 2 * i32::from(counted(&a) && counted(&b))
        };
        linker.func_wrap("h", "same", same).unwrap();
        let mut store = Store::new(engine, 0);
        let instance = linker.instantiate(&mut store, module).unwrap();
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
        let outcome = run.call(&mut store, 20_000).unwrap();
        assert!(*store.data() < 5000, "{} alive at a time", store.data());
        drop((instance, run, linker));
        drop(store);
        assert_eq!(alive.load(Ordering::Relaxed), 0);
        outcome
    });
    assert_eq!(outcome, 12);
}

#[test]
fn traps_after_replacement_have_the_same_backtraces() {
    let wat = r#"(module
        (memory 1)
        (func $load (param i32) (result i32) nop (i32.load (local.get 0)))
        (func $loop (param i32 i32) (result i32) (local i32)
            (i32.const 5)
            (loop (param i32) (result i32)
                (i32.add (call $load (local.get 0)))
                (local.set 0 (i32.add (local.get 0) (i32.const 4096)))
                (local.set 2 (i32.div_u (i32.const 100) (local.get 1)))
                (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
                (br_if 0 (i32.const 1))))
        (func (export "run") (param i32 i32) (result i32)
            (call $loop (local.get 0) (local.get 1))))"#;
    let traps = all(wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let run = instance.get_typed_func::<(i32, i32), i32>(&mut store, "run").unwrap();
        [(0, 1000), (0, 5), (8, 17)].map(|args| {
            let error = run.call(&mut store, args).unwrap_err();
            let trace = error.downcast_ref::<WasmBacktrace>().unwrap();
            let frames: Vec<_> =
                trace.frames().iter().map(|f| (f.func_index(), f.module_offset())).collect();
            (*error.downcast_ref::<Trap>().unwrap(), frames)
        })
    });
    let expected = [
        (Trap::MemoryOutOfBounds, vec![0, 1, 2]),
        (Trap::IntegerDivisionByZero, vec![1, 2]),
        (Trap::MemoryOutOfBounds, vec![0, 1, 2]),
    ];
    let found = traps.map(|(trap, frames)| (trap, frames.iter().map(|f| f.0).collect::<Vec<_>>()));
    assert_eq!(found, expected);
}

/// Loops that never end by themselves: tight, with a load, nested, through a
/// table, with a call, with values.
const SPINS: &str = r#"(module
    (memory 1)
    (func (export "tight") (loop (br 0)))
    (func (export "load") (param i32) (loop (br_if 0 (i32.eqz (i32.load (local.get 0))))))
    (func (export "nested") (loop (loop (br_if 1 (i32.load (i32.const 0)))) (br 0)))
    (func (export "table") (param i32) (loop (block (br_table 0 1 0 (local.get 0))) (br 0)))
    (func $nothing)
    (func (export "call") (loop (call $nothing) (br 0)))
    (func (export "value") (result f64) (local v128 f64)
        (f64.const 1)
        (loop (param f64) (result f64)
            (local.set 0 (i8x16.add (local.get 0) (local.get 0)))
            (br 0 (f64.add (local.get 1))))))"#;

#[test]
fn loops_stop_when_asked_in_every_mode() {
    let mut tight = modes();
    tight.push(("default", Config::new()));
    let mut optimize = Config::new();
    optimize.strategy(Strategy::Optimize);
    tight.push(("optimize", optimize));
    for (name, config) in tight {
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, SPINS).unwrap();
        for spin in ["tight", "load", "nested", "table", "call", "value"] {
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            let func = instance.get_func(&mut store, spin).unwrap();
            let ty = func.ty(&store);
            let args = vec![Val::I32(0); ty.params().len()];
            let mut results = vec![Val::F64(0); ty.results().len()];
            let handle = store.isolate_handle();
            let mut stopped = |store: &mut Store<()>| {
                let error = func.call(store, &args, &mut results).unwrap_err();
                *error.downcast_ref::<Trap>().unwrap_or_else(|| panic!("{name} {spin}: {error:?}"))
            };
            handle.set_timeout(Duration::from_millis(5));
            assert_eq!(stopped(&mut store), Trap::DeadlineExceeded, "{name} {spin}");
            handle.set_deadline(None);
            let other = handle.clone();
            let thread = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(3));
                other.interrupt();
                std::thread::sleep(Duration::from_millis(3));
                other.terminate();
            });
            assert_eq!(stopped(&mut store), Trap::Interrupt, "{name} {spin}");
            assert_eq!(stopped(&mut store), Trap::Interrupt, "{name} {spin}");
            thread.join().unwrap();
        }
        let n_entries = module.stats().n_osr_entries;
        let replaces = !matches!(name, "baseline" | "default" | "optimize");
        assert!(!replaces || n_entries >= 6, "{name}: {n_entries} entries");
    }
}

#[test]
fn the_stack_ends_in_replaced_frames_too() {
    let wat = r#"(module
        (func $deep (export "deep") (param i32) (result i32) (local i32)
            (loop
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br_if 0 (i32.lt_u (local.get 1) (i32.const 3))))
            (i32.add (i32.const 1) (call $deep (local.get 0))))
        (func $within (export "within") (param i32) (result i32) (local i32)
            (loop (result i32)
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br_if 0 (i32.lt_u (local.get 1) (i32.const 3)))
                (i32.mul (local.get 1) (call $within (local.get 0)))))
        (func (export "fine") (param i32) (result i32) (local i32)
            (loop
                (local.set 1 (i32.add (local.get 1) (i32.const 7)))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))"#;
    all(wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let mut func = |name| instance.get_typed_func::<i32, i32>(&mut store, name).unwrap();
        let (deep, within, fine) = (func("deep"), func("within"), func("fine"));
        for _ in 0..2 {
            for func in [&deep, &within] {
                let error = func.call(&mut store, 0).unwrap_err();
                assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::StackOverflow));
            }
            assert_eq!(fine.call(&mut store, 100).unwrap(), 700);
        }
    });
}

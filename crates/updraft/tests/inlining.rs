//! Inlined code does what calls do: results, traps, backtraces, and whose
//! instance a function runs in.

use updraft::*;

/// Runs with the same module in an engine that inlines nothing and in one that
/// inlines all it can.
fn both<R: PartialEq + std::fmt::Debug>(wat: &str, run: impl Fn(&Engine, &Module) -> R) -> R {
    let [calls, inlined] = [false, true].map(|on| {
        let mut config = Config::new();
        config.stress_inlining(on);
        let engine = Engine::new(&config).unwrap();
        run(&engine, &Module::new(&engine, wat).unwrap())
    });
    assert_eq!(calls, inlined);
    inlined
}

/// Function and offset of each frame.
type Frames = Vec<(u32, Option<usize>)>;

fn frames(trace: &WasmBacktrace) -> Frames {
    trace.frames().iter().map(|f| (f.func_index(), f.module_offset())).collect()
}

/// What each call of `run` became, and the backtraces that the host took.
type TracedRuns = (Vec<Result<i32, (Trap, Frames)>>, Vec<Frames>);

/// Calls the module's `run` with each pair; its host function takes backtraces.
fn traced_runs(engine: &Engine, module: &Module, args: &[(i32, i32)]) -> TracedRuns {
    let mut linker = Linker::<Vec<Frames>>::new(engine);
    linker
        .func_wrap("h", "trace", |mut caller: Caller<'_, Vec<Frames>>| {
            let trace = frames(&WasmBacktrace::capture(&caller));
            caller.data_mut().push(trace);
        })
        .unwrap();
    let mut store = Store::new(engine, Vec::new());
    let instance = linker.instantiate(&mut store, module).unwrap();
    let run = instance.get_typed_func::<(i32, i32), i32>(&mut store, "run").unwrap();
    let mut outcomes = Vec::new();
    for &args in args {
        outcomes.push(run.call(&mut store, args).map_err(|e| {
            let trap = *e.downcast_ref::<Trap>().unwrap();
            (trap, frames(e.downcast_ref::<WasmBacktrace>().unwrap()))
        }));
    }
    (outcomes, store.data().clone())
}

#[test]
fn traps_in_inlined_bodies_have_the_same_backtraces() {
    let wat = r#"(module
        (import "h" "trace" (func $trace))
        (memory 1)
        (table 8 funcref)
        (type $t (func (param i32 i32) (result i32)))
        (elem (i32.const 0) $load $div $host $stop $host)
        (func $load (type $t) (i32.load (local.get 1)))
        (func $div (type $t) nop (i32.div_s (i32.const 7) (local.get 1)))
        (func $host (type $t) (call $trace) (i32.const 3))
        (func $stop (type $t) nop nop unreachable)
        (func $pick (type $t) (call_indirect (type $t) (local.get 1) (local.get 1) (local.get 0)))
        (func $twice (type $t)
            (i32.add
                (call $pick (local.get 0) (i32.const 4))
                (call $pick (local.get 0) (local.get 1))))
        (func (export "run") (type $t)
            (loop (result i32)
                (call $twice (local.get 0) (local.get 1))
                (br_if 0 (i32.const 0)))))"#;
    // Hits, hits that trap, null, and beyond the table.
    let args = [(0, 8), (0, -1), (1, 0), (1, 2), (2, 0), (3, 0), (4, 0), (6, 0), (9, 0)];
    let (outcomes, traces) = both(wat, |engine, module| traced_runs(engine, module, &args));
    let traps = outcomes.iter().filter(|o| o.is_err()).count();
    assert_eq!(traps, 5, "{outcomes:?}");
    // The trapping function, `pick`, `twice` and `run`.
    let (trap, frames) = outcomes[1].clone().unwrap_err();
    assert_eq!(trap, Trap::MemoryOutOfBounds);
    assert_eq!(frames.iter().map(|f| f.0).collect::<Vec<_>>(), [1, 5, 6, 7]);
    assert_eq!(traces.len(), 4);
    assert!(traces.iter().all(|t| t.len() == 4));
}

#[test]
fn a_function_of_another_instance_keeps_its_own_state() {
    // Two instances of one module share a table; each put its own `get` there.
    let wat = r#"(module
        (import "h" "table" (table 4 funcref))
        (import "h" "id" (global $id i32))
        (global $own (mut i32) (i32.const 0))
        (type $t (func (result i32)))
        (elem declare func $get)
        (func $get (type $t)
            (global.set $own (i32.add (global.get $own) (i32.const 1)))
            (i32.add (global.get $id) (global.get $own)))
        (func (export "put") (param i32) (table.set (local.get 0) (ref.func $get)))
        (func (export "run") (param i32) (result i32)
            (call_indirect (type $t) (local.get 0))))"#;
    let results = both(wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let ty = TableType::new(RefType::FUNCREF, 4, None);
        let table = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
        let instances = [100, 200].map(|id| {
            let mut linker = Linker::<()>::new(engine);
            let ty = GlobalType::new(ValType::I32, Mutability::Const);
            let id = Global::new(&mut store, ty, Val::I32(id)).unwrap();
            linker.define(&store, "h", "table", table.clone()).unwrap();
            linker.define(&store, "h", "id", id).unwrap();
            linker.instantiate(&mut store, module).unwrap()
        });
        for (i, instance) in instances.iter().enumerate() {
            let put = instance.get_typed_func::<i32, ()>(&mut store, "put").unwrap();
            put.call(&mut store, i as i32).unwrap();
        }
        let mut results = Vec::new();
        for i in [0, 1, 1, 0, 0] {
            for instance in &instances {
                let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
                results.push(run.call(&mut store, i).unwrap());
            }
        }
        results
    });
    assert_eq!(results, [101, 102, 201, 202, 203, 204, 103, 104, 105, 106]);
}

#[test]
fn inlined_loops_and_recursion_through_inlined_bodies_end() {
    let wat = r#"(module
        (func $spin (loop (br 0)))
        (func (export "spin") (call $spin))
        (func $even (param i32) (result i32) (call $odd (local.get 0)))
        (func $odd (param i32) (result i32) (call $even (local.get 0)))
        (func (export "deep") (param i32) (result i32) (call $even (local.get 0))))"#;
    let traps = both(wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let deep = instance.get_typed_func::<i32, i32>(&mut store, "deep").unwrap();
        let deep = deep.call(&mut store, 0).unwrap_err();
        let spin = instance.get_typed_func::<(), ()>(&mut store, "spin").unwrap();
        store.isolate_handle().set_timeout(std::time::Duration::from_millis(20));
        let spin = spin.call(&mut store, ()).unwrap_err();
        [deep, spin].map(|e| *e.downcast_ref::<Trap>().unwrap())
    });
    assert_eq!(traps, [Trap::StackOverflow, Trap::DeadlineExceeded]);
}

#[test]
fn many_values_and_early_returns_pass_through_inlined_bodies() {
    let types = ["i32", "i64", "f32", "f64", "v128"].repeat(4).join(" ");
    let gets: String = (0..20).map(|i| format!("local.get {i} ")).collect();
    let wat = format!(
        r#"(module
            (type $t (func (param {types}) (result {types})))
            (table 1 funcref) (elem (i32.const 0) $id)
            ;; From the middle, by a branch, a table and the end.
            (func $id (type $t) (local i32)
                (local.set 20 (i32.add (local.get 20) (i32.const 1)))
                (if (i32.eq (local.get 0) (i32.const 1)) (then {gets} return))
                (block (br_if 0 (i32.ne (local.get 0) (i32.const 2))) {gets} br 1)
                (block {gets} (br_if 1 (i32.eq (local.get 0) (i32.const 3)))
                    (br_table 1 1 (local.get 0)))
                unreachable)
            (func (export "run") (type $t)
                {gets} call $id call $id (call_indirect (type $t) (i32.const 0))))"#
    );
    let n = both(&wat, |engine, module| {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let run = instance.get_func(&mut store, "run").unwrap();
        let mut shown = Vec::new();
        for first in 0..5 {
            let args: Vec<Val> = (0..4)
                .flat_map(|i| {
                    [
                        Val::I32(first + i),
                        Val::I64(i64::MIN + i64::from(i)),
                        Val::F32(i as u32 + 1),
                        Val::F64(i as u64 + 2),
                        Val::V128(V128::from(u128::MAX - i as u128)),
                    ]
                })
                .collect();
            let mut results = vec![Val::I32(0); 20];
            run.call(&mut store, &args, &mut results).unwrap();
            assert_eq!(format!("{results:?}"), format!("{args:?}"));
            shown.push(format!("{results:?}"));
        }
        shown
    });
    assert_eq!(n.len(), 5);
}

#[test]
fn calls_that_no_guard_expects_pass_all_values_and_keep_all_others() {
    let all = "i32 i64 f32 f64 v128 i32 i64 i32 f32 f64 v128 f32 f64";
    let traced = format!("{all} externref");
    // Nothing, as much as a call of the kind takes, one more, and references.
    for params in ["", all, &format!("{all} i32"), &format!("{all} f32"), &traced] {
        for result in ["", "i32", "i64", "f32", "f64", "v128", "funcref", "externref", "i32 f64"] {
            check_missed_calls(params, result);
        }
    }
}

/// Functions that get and return values of these types, called where others
/// are expected.
fn check_missed_calls(params: &str, result: &str) {
    let types: Vec<&str> = params.split_whitespace().collect();
    let n = types.len();
    // Each is folded into a checksum.
    let fold = |ty: &str, get: &str| match ty {
        "i32" => format!("(call $fold (i64.extend_i32_u {get}))"),
        "i64" => format!("(call $fold {get})"),
        "f32" => format!("(call $fold (i64.extend_i32_u (i32.reinterpret_f32 {get})))"),
        "f64" => format!("(call $fold (i64.reinterpret_f64 {get}))"),
        "v128" => format!("(call $fold (i64x2.extract_lane 1 {get}))"),
        "funcref" | "externref" => {
            format!("(call $fold (i64.extend_i32_u (ref.is_null {get})))")
        }
        _ => unreachable!("{ty}"),
    };
    let constant = |ty: &str, i: usize| match ty {
        "v128" => format!("(v128.const i64x2 {i} {})", i + 1),
        "funcref" => "(ref.func $f4)".into(),
        "externref" => "(ref.null extern)".into(),
        _ => format!("({ty}.const {i})"),
    };
    let folds: String =
        types.iter().enumerate().map(|(i, ty)| fold(ty, &format!("(local.get {i})"))).collect();
    let results: Vec<&str> = result.split_whitespace().collect();
    let returned: String = results.iter().enumerate().map(|(i, ty)| constant(ty, 70 + i)).collect();
    let args: String = types.iter().enumerate().map(|(i, ty)| constant(ty, i + 3)).collect();
    let funcs: String = (0..6)
        .map(|i| {
            let own = n + 1;
            format!(
                "(func $f{i} (type $t) (local i64 i64)
                    (call $host) (call $fold (i64.const {i})) {folds}
                    (local.set {own} (i64.load (i32.const 0))) {returned})"
            )
        })
        .collect();
    let live: String =
        (0..9).map(|i| format!("(local.set {} (i64.load (i32.const {})))", i + 1, 8 * i)).collect();
    let live_floats: String = (0..9)
        .map(|i| format!("(local.set {} (f64.load (i32.const {})))", i + 10, 8 * i))
        .collect();
    let fold_live: String = (0..9)
        .map(|i| {
            let int = fold("i64", &format!("(local.get {})", i + 1));
            int + &fold("f64", &format!("(local.get {})", i + 10))
        })
        .collect();
    let keep: String = results
        .iter()
        .enumerate()
        .rev()
        .map(|(i, ty)| {
            format!("(local.set {}) {}", 19 + i, fold(ty, &format!("(local.get {})", 19 + i)))
        })
        .collect();
    let wat = format!(
        r#"(module
            (import "h" "host" (func $host))
            (type $t (func (param {params}) (result {result})))
            (memory 1)
            (data (i32.const 0) "{}")
            (global $sum (mut i64) (i64.const 1))
            (table 8 funcref)
            (elem (i32.const 0) $f0 $f1 $f2 $f3 $f4 $f5)
            (func $fold (param i64)
                (global.set $sum
                    (i64.add (i64.mul (global.get $sum) (i64.const 31)) (local.get 0))))
            {funcs}
            (func (export "run") (param $i i32) (result i64)
                (local {} {} {result})
                {live} {live_floats}
                {args} (call_indirect (type $t) (local.get $i))
                {keep} {fold_live}
                (global.get $sum)))"#,
        "many bytes of some text, so that all values are different: at least seventy-two of them",
        "i64 ".repeat(9),
        "f64 ".repeat(9),
    );
    let shown = both(&wat, |engine, module| {
        let mut linker = Linker::<u32>::new(engine);
        let host = |mut caller: Caller<'_, u32>| *caller.data_mut() += 1;
        linker.func_wrap("h", "host", host).unwrap();
        let mut store = Store::new(engine, 0);
        let instance = linker.instantiate(&mut store, module).unwrap();
        let run = instance.get_typed_func::<i32, i64>(&mut store, "run").unwrap();
        let results: Vec<_> = (0..9)
            .map(|i| run.call(&mut store, i).map_err(|e| *e.downcast_ref::<Trap>().unwrap()))
            .collect();
        (results, *store.data())
    });
    assert_eq!(shown.0.iter().filter(|r| r.is_ok()).count(), 6, "{shown:?}");
}

#[test]
fn a_function_whose_calls_go_elsewhere_is_compiled_anew() {
    let wat = r#"(module
        (type $t (func (param i32 i32) (result i32)))
        (table 4 funcref)
        (elem (i32.const 0) $f0 $f1 $f2 $f3)
        (func $f0 (export "f0") (type $t) (i32.add (local.get 0) (local.get 1)))
        (func $f1 (export "f1") (type $t) (i32.mul (local.get 0) (i32.const 5)))
        (func $f2 (export "f2") (type $t) (i32.sub (local.get 0) (local.get 1)))
        (func $f3 (export "f3") (type $t) (i32.xor (local.get 0) (local.get 1)))
        (func (export "walk") (param $n i32) (param $first i32) (result i32) (local $x i32)
            (loop $l
                (local.set $x
                    (call_indirect (type $t)
                        (local.get $x)
                        (local.get $n)
                        (i32.add (local.get $first) (i32.and (local.get $n) (i32.const 1)))))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $x)))"#;
    let mut config = Config::new();
    config.strategy(Strategy::Tiered).compile_workers(0).tier_up_budget(1000);
    let engine = Engine::new(&config).unwrap();
    let module = Module::new(&engine, wat).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let walk = instance.get_typed_func::<(i32, i32), i32>(&mut store, "walk").unwrap();
    let expected = |first: i32| {
        (1..=2000).rev().fold(0i32, |x, n| match first + (n & 1) {
            0 => x.wrapping_add(n),
            1 => x.wrapping_mul(5),
            2 => x.wrapping_sub(n),
            _ => x ^ n,
        })
    };
    let n_optimized = |module: &Module| module.stats().optimized.n_compiled;
    // First all that is called, so that nothing but guards that do not hold can
    // be the reason of another compilation.
    for name in ["f0", "f1", "f2", "f3"] {
        let f = instance.get_typed_func::<(i32, i32), i32>(&mut store, name).unwrap();
        (0..1000).for_each(|i| assert!(f.call(&mut store, (0, i)).is_ok()));
    }
    assert_eq!(n_optimized(&module), 4);
    let mut run =
        |first| assert_eq!(walk.call(&mut store, (2000, first)).unwrap(), expected(first));
    (0..50).for_each(|_| run(0));
    assert_eq!(n_optimized(&module), 5);
    let n = (0..5000).position(|_| {
        run(2);
        n_optimized(&module) > 5
    });
    assert!(n.is_some(), "{:?}", module.stats());
    for first in [0, 2, 2, 0, 2] {
        run(first);
    }
    assert!(n_optimized(&module) <= 5 + 4);
}

#[test]
fn calls_that_no_guard_expects_trap_trace_and_end_in_tail_calls_as_others_do() {
    let more = "i64 ".repeat(20);
    let args = "(i64.const 9) ".repeat(20);
    let wat = format!(
        r#"(module
            (import "h" "trace" (func $trace))
            (table 9 funcref)
            (type $t (func (param i32 i32) (result i32)))
            (elem (i32.const 0) $a $b $c $d $div $host $tail $pick)
            (func $a (type $t) (i32.const 1))
            (func $b (type $t) (i32.const 2))
            (func $c (type $t) (i32.const 3))
            (func $d (type $t) (i32.const 4))
            (func $div (type $t) (i32.div_s (i32.const 7) (local.get 1)))
            (func $host (type $t) (call $trace) (i32.const 5))
            (func $many (param {more}) (result i32) (i32.wrap_i64 (local.get 19)))
            (func $tail (type $t) {args} (return_call $many))
            (func $pick (export "run") (type $t)
                (call_indirect (type $t) (i32.const 5) (local.get 1) (local.get 0))))"#
    );
    // The function at 7 calls itself, with 5 in place of 7: the host again.
    let args = [(4, 2), (4, 0), (5, 0), (6, 0), (7, 5), (7, 7), (8, 0), (4, 1)];
    let (outcomes, traces) = both(&wat, |engine, module| traced_runs(engine, module, &args));
    let trapped: Vec<_> = outcomes.iter().filter_map(|o| Some(o.as_ref().err()?.0)).collect();
    assert_eq!(trapped, [Trap::IntegerDivisionByZero, Trap::IndirectCallToNull]);
    assert_eq!(outcomes[3], Ok(9));
    assert!(traces.iter().all(|t| t.len() >= 2), "{traces:?}");
}

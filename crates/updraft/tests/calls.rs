//! Calls between host and wasm: values of every shape, failures of every kind.

use updraft::*;

fn setup(wat: &str) -> (Store<Vec<i32>>, Instance) {
    let engine = Engine::default();
    let module = Module::new(&engine, wat).unwrap();
    let mut store = Store::new(&engine, Vec::new());
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("host", "push", |mut c: Caller<'_, Vec<i32>>, x: i32| c.data_mut().push(x))
        .unwrap();
    linker.func_wrap("host", "fail", || -> Result<()> { Err(Error::msg("host says no")) }).unwrap();
    linker.func_wrap("host", "panic", || -> () { panic!("host panics") }).unwrap();
    linker
        .func_wrap("host", "again", |mut c: Caller<'_, Vec<i32>>, depth: i32| -> Result<i32> {
            let run = c.get_export("run").unwrap().into_func().unwrap();
            run.typed::<i32, i32>(&c)?.call(&mut c, depth)
        })
        .unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance)
}

#[test]
fn many_arguments_and_results_of_all_types_cross_both_ways() {
    // 20 parameters and 20 results: registers, stack arguments, result area.
    let types = ["i32", "i64", "f32", "f64", "v128"].repeat(4);
    let sig = format!("(param {}) (result {})", types.join(" "), types.join(" "));
    let gets: String = (0..20).map(|i| format!("local.get {i} ")).collect();
    let wat = format!(
        r#"(module
            (type $t (func {sig}))
            (import "h" "id" (func $id (type $t)))
            (func $wasm (type $t) {gets})
            (func (export "through_wasm") (type $t) {gets} call $wasm)
            (func (export "through_host") (type $t) {gets} call $id))"#
    );
    let engine = Engine::default();
    let module = Module::new(&engine, &wat).unwrap();
    let mut linker = Linker::<()>::new(&engine);
    let ty = module.imports().next().unwrap().ty().unwrap_func().clone();
    linker
        .func_new("h", "id", ty, |_, args, results| {
            results.clone_from_slice(args);
            Ok(())
        })
        .unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let args: Vec<Val> = (0..4)
        .flat_map(|i| {
            [
                Val::I32(-(i + 1)),
                Val::I64(i64::MIN + i64::from(i)),
                Val::F32(0x7fa0_0000 + i as u32),
                Val::F64(0x7ff4_0000_0000_0000 + i as u64),
                Val::V128(V128::from(u128::MAX - i as u128)),
            ]
        })
        .collect();
    for name in ["through_wasm", "through_host"] {
        let func = instance.get_func(&mut store, name).unwrap();
        let mut results = vec![Val::I32(0); 20];
        func.call(&mut store, &args, &mut results).unwrap();
        assert_eq!(format!("{results:?}"), format!("{args:?}"), "{name}");
    }
}

#[test]
fn typed_calls_check_types_and_stores() {
    let (mut store, instance) =
        setup(r#"(module (func (export "f") (param i32 f64) (result i64) i64.const -7))"#);
    let f = instance.get_typed_func::<(i32, f64), i64>(&mut store, "f").unwrap();
    assert_eq!(f.call(&mut store, (1, 2.0)).unwrap(), -7);
    assert!(instance.get_typed_func::<(i32, f32), i64>(&mut store, "f").is_err());
    let mut other = Store::new(store.engine(), Vec::<i32>::new());
    assert!(f.call(&mut other, (1, 2.0)).is_err());
    assert!(instance.get_func(&mut other, "f").is_none());
}

#[test]
fn errors_of_hosts_pass_through_wasm_with_their_type_and_a_backtrace() {
    let (mut store, instance) = setup(
        r#"(module $m (import "host" "fail" (func $fail))
            (func $inner call $fail) (func (export "run") call $inner))"#,
    );
    let run = instance.get_typed_func::<(), ()>(&mut store, "run").unwrap();
    let error = run.call(&mut store, ()).unwrap_err();
    assert!(format!("{error:#}").contains("host says no"), "{error:#}");
    let trace = error.downcast_ref::<WasmBacktrace>().unwrap();
    let names: Vec<_> = trace.frames().iter().map(|f| f.func_name()).collect();
    assert_eq!(names, [Some("inner"), None]);
    assert_eq!(trace.frames()[0].module_name(), Some("m"));
    // And the store is as good as before.
    assert!(run.call(&mut store, ()).is_err());
}

#[test]
fn a_panic_of_the_host_resumes_in_the_caller() {
    let (mut store, instance) =
        setup(r#"(module (import "host" "panic" (func)) (export "run" (func 0)))"#);
    let run = instance.get_typed_func::<(), ()>(&mut store, "run").unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.call(&mut store, ())));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"host panics"));
}

#[test]
fn traps_end_the_innermost_call_through_nested_activations() {
    let (mut store, instance) = setup(
        r#"(module
            (import "host" "again" (func $again (param i32) (result i32)))
            (import "host" "push" (func $push (param i32)))
            (func $run (export "run") (param i32) (result i32)
                (call $push (local.get 0))
                (if (result i32) (i32.eqz (local.get 0))
                    (then unreachable)
                    (else (call $again (i32.sub (local.get 0) (i32.const 1)))))))"#,
    );
    let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    let error = run.call(&mut store, 3).unwrap_err();
    assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::UnreachableCodeReached));
    assert_eq!(store.data(), &[3, 2, 1, 0]);
    // All four activations are in the backtrace, host frames between them.
    assert_eq!(error.downcast_ref::<WasmBacktrace>().unwrap().frames().len(), 4);
    assert_eq!(error.kind(), ErrorKind::Trap);
}

#[test]
fn every_trap_of_numbers_and_memory_is_told_apart() {
    let (mut store, instance) = setup(
        r#"(module (memory 1) (table 2 funcref) (type $v (func))
            (func $f (param i32)) (elem (i32.const 1) $f)
            (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
            (func (export "rem") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
            (func (export "trunc") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
            (func (export "load") (param i32) (result i32) (i32.load offset=65533 (local.get 0)))
            (func (export "far") (param i32) (result i64) (i64.load offset=4294967295 (local.get 0)))
            (func (export "store") (param i32) (v128.store (local.get 0) (v128.const i64x2 1 2)))
            (func (export "fill") (param i32) (memory.fill (local.get 0) (i32.const 1) (i32.const 65536)))
            (func (export "icall") (param i32) (call_indirect (type $v) (local.get 0)))
            (func $rec (export "rec") call $rec))"#,
    );
    let mut trap = |name: &str, args: &[Val]| {
        let func = instance.get_func(&mut store, name).unwrap();
        let mut results = vec![I32(0); func.ty(&store).results().len()];
        let error = func.call(&mut store, args, &mut results).unwrap_err();
        *error.downcast_ref::<Trap>().unwrap_or_else(|| panic!("{name}: {error:?}"))
    };
    use Trap::*;
    use Val::*;
    assert_eq!(trap("div", &[I32(1), I32(0)]), IntegerDivisionByZero);
    assert_eq!(trap("div", &[I32(i32::MIN), I32(-1)]), IntegerOverflow);
    assert_eq!(trap("rem", &[I64(1), I64(0)]), IntegerDivisionByZero);
    assert_eq!(trap("trunc", &[F64(f64::NAN.to_bits())]), BadConversionToInteger);
    assert_eq!(trap("trunc", &[F64(1e10f64.to_bits())]), IntegerOverflow);
    assert_eq!(trap("load", &[I32(0)]), MemoryOutOfBounds);
    assert_eq!(trap("load", &[I32(-1)]), MemoryOutOfBounds);
    assert_eq!(trap("far", &[I32(-1)]), MemoryOutOfBounds);
    assert_eq!(trap("store", &[I32(65521)]), MemoryOutOfBounds);
    assert_eq!(trap("fill", &[I32(1)]), MemoryOutOfBounds);
    assert_eq!(trap("icall", &[I32(2)]), UndefinedElement);
    assert_eq!(trap("icall", &[I32(0)]), IndirectCallToNull);
    assert_eq!(trap("icall", &[I32(1)]), BadSignature);
    assert_eq!(trap("rec", &[]), StackOverflow);
}

#[test]
fn functions_first_called_one_frame_deeper_each_fit_the_smallest_stack() {
    const N: usize = 10_000;
    let mut wat = String::from("(module (global $n (mut i32) (i32.const 0))");
    for i in 0..N {
        let next = if i + 1 < N { format!("call $f{}", i + 1) } else { "unreachable".into() };
        wat +=
            &format!("(func $f{i} (global.set $n (i32.add (global.get $n) (i32.const 1))) {next})");
    }
    wat += r#"(export "run" (func $f0)) (export "n" (global $n)))"#;
    let run = move || {
        let mut config = Config::new();
        config.max_wasm_stack(64 << 10);
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, &wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance.get_typed_func::<(), ()>(&mut store, "run").unwrap();
        let error = run.call(&mut store, ()).unwrap_err();
        assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::StackOverflow));
        let n = instance.get_global(&mut store, "n").unwrap().get(&mut store).unwrap_i32();
        assert!(n > 1000, "{n}");
        // Every function that was reached has code, and the last one may.
        assert!(module.stats().n_compiled - n as u64 <= 1);
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn handles_of_another_store_are_errors() {
    let engine = Engine::default();
    let mut a = Store::new(&engine, ());
    let mut b = Store::new(&engine, ());
    let reference = ExternRef::new(&mut a, 1).unwrap();
    assert!(reference.data(&b).is_err());
    let table = Table::new(&mut b, TableType::new(RefType::EXTERNREF, 1, None), Ref::Extern(None));
    assert!(table.unwrap().set(&mut b, 0, reference.into()).is_err());
    let memory = Memory::new(&mut a, MemoryType::new(1, None)).unwrap();
    let module = Module::new(&engine, r#"(module (import "" "m" (memory 1)))"#).unwrap();
    assert!(Instance::new(&mut b, &module, &[memory.clone().into()]).is_err());
    assert!(memory.read(&b, 0, &mut [0]).is_err());
    assert!(Instance::new(&mut a, &module, &[memory.into()]).is_ok());
}

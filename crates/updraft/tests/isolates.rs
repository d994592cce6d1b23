//! Isolates: interrupts, deadlines, races for code, what is freed when.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use updraft::*;

#[test]
fn interrupts_end_one_call_and_termination_all() {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (func (export "spin") (loop (br 0))) (func (export "one") (result i32) i32.const 1))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let spin = instance.get_typed_func::<(), ()>(&mut store, "spin").unwrap();
    let one = instance.get_typed_func::<(), i32>(&mut store, "one").unwrap();
    let handle = store.isolate_handle();
    for _ in 0..20 {
        let from_thread = handle.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(2));
            from_thread.interrupt();
        });
        let error = spin.call(&mut store, ()).unwrap_err();
        assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
        thread.join().unwrap();
        assert_eq!(one.call(&mut store, ()).unwrap(), 1);
    }
    handle.set_timeout(Duration::from_millis(5));
    let error = spin.call(&mut store, ()).unwrap_err();
    assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::DeadlineExceeded));
    assert!(one.call(&mut store, ()).is_err(), "a deadline lasts");
    handle.set_deadline(None);
    assert_eq!(one.call(&mut store, ()).unwrap(), 1);
    handle.set_deadline(Some(Instant::now() + Duration::from_secs(3600)));
    assert_eq!(one.call(&mut store, ()).unwrap(), 1);
    handle.terminate();
    assert!(one.call(&mut store, ()).is_err());
    assert!(spin.call(&mut store, ()).is_err());
}

#[test]
fn isolates_that_race_for_first_calls_compile_each_function_once() {
    const N: usize = 1000;
    let mut wat = String::from("(module");
    for i in 0..N {
        wat += &format!(r#"(func (export "f{i}") (result i32) i32.const {i})"#);
    }
    wat += ")";
    let engine = Engine::default();
    let module = Module::new(&engine, &wat).unwrap();
    let start = Arc::new(std::sync::Barrier::new(2));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (module, start) = (module.clone(), start.clone());
            std::thread::spawn(move || {
                let mut store = Store::new(module.engine(), ());
                let instance = Instance::new(&mut store, &module, &[]).unwrap();
                start.wait();
                for i in 0..N {
                    let f = instance.get_typed_func::<(), i32>(&mut store, &format!("f{i}"));
                    assert_eq!(f.unwrap().call(&mut store, ()).unwrap(), i as i32);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    assert_eq!(module.stats().n_compiled, N as u64);
}

#[test]
fn instances_that_nothing_reaches_are_freed() {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (memory 1) (table 4 funcref) (global (mut i32) (i32.const 1))
            (func $f (result i32) i32.const 42) (elem (i32.const 0) $f)
            (func (export "f") (result i32) (call_indirect (result i32) (i32.const 0))))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, ());
    let mut most = 0;
    for _ in 0..20_000 {
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        assert_eq!(f.call(&mut store, ()).unwrap(), 42);
        most = most.max(store.n_instances());
    }
    assert!(most <= 1000, "{most} instances at a time");
    store.gc();
    assert_eq!(store.n_instances(), 0);
    assert_eq!(module.stats().n_compiled, 2);
}

#[test]
fn instances_live_through_tables_globals_handles_and_frames() {
    let engine = Engine::default();
    let exporter = Module::new(
        &engine,
        r#"(module (global $g (mut i32) (i32.const 7))
            (func (export "f") (result i32)
                (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))"#,
    )
    .unwrap();
    let holder = Module::new(
        &engine,
        r#"(module (import "" "gc" (func $gc))
            (table (export "t") 1 funcref) (global (export "g") (mut funcref) (ref.null func))
            (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0)))
            (func (export "take") (result i32) (local $f funcref)
                (local.set $f (table.get (i32.const 0)))
                (table.set (i32.const 0) (ref.null func))
                (call $gc)
                (table.set (i32.const 0) (local.get $f))
                (call_indirect (result i32) (i32.const 0))))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, ());
    let gc = Func::wrap(&mut store, |mut caller: Caller<'_, ()>| caller.as_context_mut().gc());
    let holder = Instance::new(&mut store, &holder, &[gc.into()]).unwrap();
    let table = holder.get_table(&mut store, "t").unwrap();
    let global = holder.get_global(&mut store, "g").unwrap();
    let call = holder.get_typed_func::<(), i32>(&mut store, "call").unwrap();
    let take = holder.get_typed_func::<(), i32>(&mut store, "take").unwrap();

    let make = |store: &mut Store<()>| {
        let instance = Instance::new(&mut *store, &exporter, &[]).unwrap();
        instance.get_func(store, "f").unwrap()
    };
    // Through a table.
    let f = make(&mut store);
    table.set(&mut store, 0, f.into()).unwrap();
    store.gc();
    assert_eq!(store.n_instances(), 2);
    assert_eq!(call.call(&mut store, ()).unwrap(), 8);
    // Through a local of a frame only.
    assert_eq!(take.call(&mut store, ()).unwrap(), 9);
    // Through a global.
    let f = table.get(&mut store, 0).unwrap();
    global.set(&mut store, f.into()).unwrap();
    table.set(&mut store, 0, Ref::Func(None)).unwrap();
    store.gc();
    assert_eq!(store.n_instances(), 2);
    // Through a handle.
    let f = global.get(&mut store).unwrap_func_ref().unwrap().clone();
    global.set(&mut store, Val::FuncRef(None)).unwrap();
    store.gc();
    assert_eq!(store.n_instances(), 2);
    assert_eq!(f.typed::<(), i32>(&store).unwrap().call(&mut store, ()).unwrap(), 10);
    drop(f);
    store.gc();
    assert_eq!(store.n_instances(), 1);
}

#[test]
fn host_references_are_freed_when_neither_host_nor_wasm_has_them() {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (import "" "new" (func $new (result externref)))
            (import "" "same" (func $same (param externref externref) (result i32)))
            (table (export "t") 1 externref)
            (func (export "run") (param i32) (result i32) (local $kept externref)
                (local.set $kept (call $new))
                (table.set (i32.const 0) (local.get $kept))
                (loop (drop (call $new))
                    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
                    (br_if 0 (local.get 0)))
                (call $same (local.get $kept) (table.get (i32.const 0)))))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, 0usize);
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("", "new", |mut caller: Caller<'_, usize>| -> Result<Option<ExternRef>> {
            let alive = ALIVE.fetch_add(1, Ordering::Relaxed) + 1;
            let most = caller.data_mut();
            *most = (*most).max(alive);
            Ok(Some(ExternRef::new(&mut caller, Counted)?))
        })
        .unwrap();
    linker
        .func_wrap("", "same", |a: Option<ExternRef>, b: Option<ExternRef>| {
            i32::from(ExternRef::ref_eq(&a.unwrap(), &b.unwrap()))
        })
        .unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, 100_000).unwrap(), 1);
    assert!(*store.data() < 5000, "{} alive at a time", store.data());
    drop((instance, run));
    drop(store);
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
}

#[test]
fn engines_stores_and_modules_may_end_in_any_order_on_any_thread() {
    let engine = Engine::default();
    let module =
        Module::new(&engine, r#"(module (func (export "f") (result i32) i32.const 3))"#).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    drop((engine, module));
    let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
    let (store, f) = std::thread::spawn(move || {
        assert_eq!(f.call(&mut store, ()).unwrap(), 3);
        (store, f)
    })
    .join()
    .unwrap();
    drop(store);
    drop(instance);
    drop(f);
}

#[test]
fn code_is_freed_with_its_module() {
    let engine = Engine::default();
    let before = engine.stats().code_blocks;
    for i in 0..50 {
        let wat = format!(r#"(module (func (export "f") (result i32) i32.const {i}))"#);
        let module = Module::new(&engine, &wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        assert_eq!(f.call(&mut store, ()).unwrap(), i);
    }
    assert_eq!(engine.stats().code_blocks, before);
}

#[test]
fn a_store_runs_on_one_thread_after_another_has_ended() {
    // Each thread compiles a function of its own, on its own service stack.
    let engine = Engine::default();
    let mut wat = String::from("(module");
    for i in 0..32 {
        wat += &format!(r#"(func (export "f{i}") (result i32) i32.const {i})"#);
    }
    wat += ")";
    let module = Module::new(&engine, &wat).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    for i in 0..32 {
        let instance = instance.clone();
        store = std::thread::spawn(move || {
            let f = instance.get_typed_func::<(), i32>(&mut store, &format!("f{i}")).unwrap();
            assert_eq!(f.call(&mut store, ()).unwrap(), i);
            store
        })
        .join()
        .unwrap();
    }
}

#[test]
fn limits_are_errors_of_their_own_kind() {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (memory 2) (func (export "grow") (result i32) (memory.grow (i32.const 3))))"#,
    )
    .unwrap();
    let mut small = Store::new(&engine, StoreLimitsBuilder::new().memory_size(1 << 16).build());
    small.limiter(|limits| limits);
    let error = Instance::new(&mut small, &module, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let limits = StoreLimitsBuilder::new().memory_size(4 << 16).instances(1).build();
    let mut store = Store::new(&engine, limits);
    store.limiter(|limits| limits);
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let grow = instance.get_typed_func::<(), i32>(&mut store, "grow").unwrap();
    assert_eq!(grow.call(&mut store, ()).unwrap(), -1);
    assert_eq!(Instance::new(&mut store, &module, &[]).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn ten_thousand_isolates_with_memories_fit_at_a_time() {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (memory 1) (func (export "f") (param i32) (result i32)
            (i32.store (i32.const 8) (local.get 0)) (i32.load (i32.const 8))))"#,
    )
    .unwrap();
    let mut stores = Vec::new();
    for i in 0..10_000 {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f = instance.get_typed_func::<i32, i32>(&mut store, "f").unwrap();
        assert_eq!(f.call(&mut store, i).unwrap(), i);
        stores.push((store, instance));
    }
    for (i, (store, instance)) in stores.iter_mut().enumerate() {
        let f = instance.get_typed_func::<i32, i32>(&mut *store, "f").unwrap();
        assert_eq!(f.call(&mut *store, i as i32 + 1).unwrap(), i as i32 + 1);
    }
    assert_eq!(module.stats().n_compiled, 1);
}

#[test]
fn tasks_run_between_the_steps_of_a_program_and_on_request() {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        r#"(module (memory (export "m") 1)
            (func (export "wait") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0)))))))"#,
    )
    .unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let wait = instance.get_typed_func::<(), ()>(&mut store, "wait").unwrap();
    let handle = store.isolate_handle();
    let n = Arc::new(AtomicUsize::new(0));
    let count = || {
        let n = n.clone();
        move || {
            n.fetch_add(1, Ordering::Relaxed);
        }
    };
    handle.post(count());
    handle.post(count());
    assert_eq!(n.load(Ordering::Relaxed), 0);
    assert_eq!(store.run_tasks(), 2);
    assert_eq!(store.run_tasks(), 0);
    // The program spins; a task of another thread ends it.
    let posting = {
        let (handle, task) = (handle.clone(), count());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(5));
            let ending = handle.clone();
            handle.post(task);
            handle.post(move || ending.interrupt());
        })
    };
    let error = wait.call(&mut store, ()).unwrap_err();
    assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
    posting.join().unwrap();
    assert_eq!(n.load(Ordering::Relaxed), 3);
}

/// A deadline passes in a host call; the bulk operation behind it stops after
/// its first step, and leaves a table that can be used.
#[test]
fn bulk_operations_on_tables_stop_when_asked() {
    const STEP: u64 = 64 << 10;
    const N: u64 = 3 * STEP;
    let engine = Engine::default();
    let funcs = "$f ".repeat(N as usize);
    let module = Module::new(
        &engine,
        format!(
            r#"(module
                (import "" "late" (func $late))
                (table $t (export "t") {N} 1000000 funcref)
                (table $full {N} {N} funcref)
                (elem (table $full) (i32.const 0) func {funcs})
                (elem $e func {funcs})
                (func $f (export "f"))
                (func (export "fill") (call $late)
                    (table.fill $t (i32.const 0) (ref.func $f) (i32.const {N})))
                (func (export "copy") (call $late)
                    (table.copy $t $full (i32.const 0) (i32.const 0) (i32.const {N})))
                (func (export "copy_down") (call $late)
                    (table.copy $t $full (i32.const 1) (i32.const 0) (i32.const {last})))
                (func (export "init") (call $late)
                    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const {N})))
                (func (export "grow") (result i32) (call $late)
                    (table.grow $t (ref.func $f) (i32.const {N}))))"#,
            last = N - 1
        ),
    )
    .unwrap();
    let late = Arc::new(AtomicUsize::new(1));
    let mut linker = Linker::new(&engine);
    let is_late = late.clone();
    linker
        .func_wrap("", "late", move |mut caller: Caller<'_, ()>| {
            if is_late.load(Ordering::Relaxed) == 1 {
                caller.as_context().isolate_handle().set_deadline(Some(Instant::now()));
                while caller.check_interrupt().is_ok() {
                    std::thread::yield_now();
                }
            }
        })
        .unwrap();
    let mut store = Store::new(&engine, ());
    let handle = store.isolate_handle();
    // Of the elements, those below the first and from the second are null.
    for (name, set) in [
        ("fill", 0..STEP - 1),
        ("copy", 0..STEP - 1),
        ("copy_down", N - STEP + 1..N),
        ("init", 0..STEP - 1),
        ("grow", 0..0),
    ] {
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let table = instance.get_table(&mut store, "t").unwrap();
        let func = instance.get_func(&mut store, name).unwrap();
        let mut results = [Val::I32(0)];
        let results = &mut results[..usize::from(name == "grow")];
        late.store(1, Ordering::Relaxed);
        let error = func.call(&mut store, &[], results).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::DeadlineExceeded), "{name}");
        handle.set_deadline(None);
        assert_eq!(table.size(&store), N, "{name}");
        let edges = [set.start.wrapping_sub(1), set.start, set.end.wrapping_sub(1), set.end];
        for i in edges.into_iter().filter(|i| *i < N) {
            let is_set = matches!(table.get(&mut store, i), Some(Ref::Func(Some(_))));
            assert_eq!(is_set, set.contains(&i), "{name}: element {i}");
        }
        late.store(0, Ordering::Relaxed);
        func.call(&mut store, &[], results).unwrap();
        let last = table.size(&store) - 1;
        assert!(matches!(table.get(&mut store, last), Some(Ref::Func(Some(_)))), "{name}");
    }
}

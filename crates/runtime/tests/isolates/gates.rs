//! The gate: who waits where, and what a walk of another thread's stack finds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use updraft_runtime::{CallError, ClosedGates, FuncHandle, InstanceObj, Rooted, VmIsolate};

use crate::world::{CALLING, CHECKING, Module, OUTER, World};

/// Long enough for a thread that does not wait to get on.
const A_WHILE: Duration = Duration::from_millis(100);
/// Longer than anything takes.
const EVER: Duration = Duration::from_secs(20);

fn close(vm: &Arc<VmIsolate>) -> ClosedGates {
    ClosedGates::close(vec![vm.clone()]).expect("Linux has the barrier")
}

/// The functions of the module that the addresses lie in, in order.
fn funcs(module: &Module, pcs: &[usize]) -> Vec<u32> {
    let func = |pc: usize| module.blocks.iter().position(|b| b.contains(pc - 1));
    pcs.iter().filter_map(|pc| func(*pc)).map(|i| i as u32).collect()
}

/// A host function that says that it is there, and goes on when it is told.
struct Stop {
    arrived: Receiver<()>,
    go: Sender<Result<u64, String>>,
    _handle: FuncHandle,
    record: u64,
}

fn stop(world: &mut World, instance: &Rooted<InstanceObj>) -> Stop {
    let ((arrive, arrived), (go, told)) = (channel(), channel::<Result<u64, String>>());
    let ends = Mutex::new((arrive, told));
    let (handle, record) = world.host(instance, move |_| {
        let ends = ends.lock().unwrap();
        ends.0.send(()).unwrap();
        Ok(ends.1.recv().unwrap()?)
    });
    Stop { arrived, go, _handle: handle, record }
}

/// `CALLING`, with `OUTER` around it, on another thread. What comes of it is
/// sent.
fn start(
    mut world: World,
    instance: &Rooted<InstanceObj>,
    record: u64,
) -> Receiver<(World, Result<u64, CallError>)> {
    let (sender, receiver) = channel();
    let instance = instance.clone();
    thread::spawn(move || {
        let result = world.call(&instance, CALLING, [0, record, 0, 0]);
        sender.send((world, result)).ok();
    });
    receiver
}

#[test]
fn an_isolate_outside_waits_before_it_enters() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let record = world.record(&instance, CHECKING);
    let vm = world.store.isolate().vm().clone();
    let (gates, second) = (close(&vm), close(&vm));
    let mut pcs = Vec::new();
    let result = start(world, &instance, record);
    assert!(result.recv_timeout(A_WHILE).is_err());
    assert!(gates.live_return_pcs(0, &mut pcs));
    assert_eq!(pcs, []);
    drop(gates);
    assert!(result.recv_timeout(A_WHILE).is_err(), "two closed it");
    drop(second);
    assert_eq!(result.recv_timeout(EVER).unwrap().1.unwrap(), 7);
}

#[test]
fn an_isolate_in_host_waits_before_it_returns() {
    for answer in [Ok(5), Err("no".to_owned())] {
        let (mut world, module) = (World::new(), Module::new());
        let instance = world.instance(&module);
        let stop = stop(&mut world, &instance);
        let vm = world.store.isolate().vm().clone();
        let result = start(world, &instance, stop.record);
        stop.arrived.recv_timeout(EVER).unwrap();
        let gates = close(&vm);
        // An error leaves the frames, which must wait as well.
        stop.go.send(answer.clone()).unwrap();
        assert!(result.recv_timeout(A_WHILE).is_err());
        let mut pcs = Vec::new();
        assert!(gates.live_return_pcs(0, &mut pcs));
        assert_eq!(funcs(&module, &pcs), [CALLING]);
        drop(gates);
        match (result.recv_timeout(EVER).unwrap().1, answer) {
            (Ok(value), Ok(expected)) => assert_eq!(value, expected),
            (Err(CallError::Host(e, _)), Err(expected)) => assert_eq!(e.to_string(), expected),
            other => panic!("{other:?}"),
        }
        assert!(close(&vm).live_return_pcs(0, &mut pcs));
        assert_eq!(pcs.len(), 2, "nothing was added");
    }
}

#[test]
fn activations_are_seen_through_the_host() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let stop = stop(&mut world, &instance);
    let (inner, record) = (stop.record, instance.clone());
    let calling = FuncHandle::of_instance(&instance, updraft_types::FuncIndex::new(CALLING));
    let typed = updraft_runtime::call::Typed::<(u64, u64, u64, u64), u64>::new(&calling.unwrap());
    let typed = typed.unwrap();
    let (_handle, outer) = world.host(&record, move |mut caller| {
        typed.call(caller.store(), (0, inner, 0, 0)).map_err(|e| format!("{e:?}").into())
    });
    let vm = world.store.isolate().vm().clone();
    let result = start(world, &instance, outer);
    stop.arrived.recv_timeout(EVER).unwrap();
    let mut pcs = Vec::new();
    let gates = close(&vm);
    assert!(gates.live_return_pcs(0, &mut pcs));
    assert_eq!(funcs(&module, &pcs), [CALLING, CALLING]);
    drop(gates);
    stop.go.send(Ok(9)).unwrap();
    assert_eq!(result.recv_timeout(EVER).unwrap().1.unwrap(), 9);
}

#[test]
fn an_isolate_reports_for_itself() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let vm = world.store.isolate().vm().clone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (own, list) = (vm.clone(), seen.clone());
    let (_handle, record) = world.host(&instance, move |_| {
        assert!(own.own_live_return_pcs(&mut list.lock().unwrap()));
        // Its own gate does not stop it where it is.
        let mut same = Vec::new();
        assert!(close(&own).live_return_pcs(0, &mut same));
        assert_eq!(*list.lock().unwrap(), same);
        Ok(1)
    });
    assert!(!vm.own_live_return_pcs(&mut Vec::new()), "not running");
    assert_eq!(world.call(&instance, CALLING, [0, record, 0, 0]).unwrap(), 1);
    assert_eq!(funcs(&module, &seen.lock().unwrap()), [CALLING]);
    // In an upcall: the code that the check stopped, too.
    let mut area = [0u64; 20];
    let args = [area.as_mut_ptr() as u64, module.address(CHECKING), 0, 0];
    *world.recorder.report.lock().unwrap() = Some(Vec::new());
    assert_eq!(world.call(&instance, OUTER, args).unwrap(), 7);
    let pcs = world.recorder.report.lock().unwrap().take().unwrap();
    assert_eq!(funcs(&module, &pcs), [CHECKING, OUTER]);
}

#[test]
fn an_isolate_in_wasm_is_not_looked_at() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let record = world.record(&instance, CHECKING);
    let vm = world.store.isolate().vm().clone();
    let recorder = world.recorder.clone();
    // The upcall waits for this lock.
    let hold = recorder.interrupts.lock().unwrap();
    let result = start(world, &instance, record);
    let mut pcs = Vec::new();
    loop {
        let gates = close(&vm);
        if !gates.live_return_pcs(0, &mut pcs) {
            break;
        }
        assert_eq!(pcs, [], "not yet there");
    }
    // It can leave wasm for good while its gate is closed.
    let gates = close(&vm);
    drop(hold);
    assert_eq!(result.recv_timeout(EVER).unwrap().1.unwrap(), 7);
    assert!(gates.live_return_pcs(0, &mut pcs));
}

/// Calls and walks at once, as fast as they can.
#[test]
fn walks_find_whole_stacks_only() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let n_calls = Arc::new(AtomicU64::new(0));
    let count = n_calls.clone();
    let (_handle, record) = world.host(&instance, move |_| {
        // Stays for a moment, so that walks meet it here.
        for _ in 0..count.fetch_add(1, Ordering::Relaxed) % 1000 {
            std::hint::spin_loop();
        }
        Ok(3)
    });
    let vm = world.store.isolate().vm().clone();
    let (mut in_wasm, mut outside, mut in_host) = (0, 0, 0);
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let enough = &enough;
        let run = scope.spawn(move || {
            // On some machines there are hundreds of walks to a call.
            let least = |n| n_calls.load(Ordering::Relaxed) >= n;
            let is_done = || least(30_000) || least(2000) && enough.load(Ordering::Relaxed);
            while !is_done() {
                assert_eq!(world.call(&instance, CALLING, [0, record, 0, 0]).unwrap(), 3);
            }
        });
        while !run.is_finished() {
            let gates = close(&vm);
            let mut pcs = Vec::new();
            if !gates.live_return_pcs(0, &mut pcs) {
                in_wasm += 1;
                continue;
            }
            let mut again = Vec::new();
            thread::yield_now();
            // It cannot get in, but may be on its way back to the gate.
            while !gates.live_return_pcs(0, &mut again) {
                thread::yield_now();
            }
            // It may have left for the host's caller only through wasm.
            assert_eq!(again, pcs);
            match &funcs(&module, &pcs)[..] {
                [] => outside += 1,
                [CALLING] => in_host += 1,
                other => panic!("{other:?}"),
            }
            enough.store(outside + in_host >= 100_000, Ordering::Relaxed);
        }
    });
    assert!(outside + in_host > 10, "{in_wasm} {outside} {in_host}");
}

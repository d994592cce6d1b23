//! What baseline code may rely on when it calls a stub of its own.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use updraft_abi::{Builtin, MAX_OSR_SLOTS, OsrPlace, TIER_UP_AT_EXIT, vmctx};
use updraft_runtime::{CallError, InstanceObj, Rooted, SiteSnapshot};
use updraft_types::{DeclaredFuncIndex, TrapCode};

use crate::code::Registers;
use crate::world::{CHECKING, KEEP, LOOPING, Module, Mood, OUTER, TierUp, World};

const R11: usize = 11;

/// Calls a builtin with all registers set to something; r11 then. Everything
/// else must be as it was.
fn keeps_registers(
    world: &mut World,
    instance: &Rooted<InstanceObj>,
    builtin: Builtin,
    argument: i32,
    r11: u64,
) -> u64 {
    let mut result = 0;
    for misalign in [0, 8] {
        let mut registers = Registers::default();
        for (i, reg) in registers.before.ints.iter_mut().enumerate() {
            *reg = 0x1111_2222_3333_0000 + i as u64;
        }
        for (i, reg) in registers.before.vecs.iter_mut().enumerate() {
            *reg = [0xaaaa_0000 + i as u64, 0xbbbb_0000 + i as u64];
        }
        registers.before.ints[R11] = r11;
        let area = (&raw mut registers) as u64;
        let offset = vmctx::builtin_slot(builtin).into();
        let args = [area, offset, i64::from(argument) as u64, misalign];
        world.call(instance, KEEP, args).unwrap();
        result = registers.after.ints[R11];
        registers.before.ints[R11] = 0;
        registers.after.ints[R11] = 0;
        assert_eq!(registers.before, registers.after, "{builtin:?}");
    }
    result
}

#[test]
fn registers_are_kept() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    for builtin in [Builtin::BaselineInterrupt, Builtin::TierUp] {
        keeps_registers(&mut world, &instance, builtin, TIER_UP_AT_EXIT, KEEP.into());
    }
    assert_eq!(*world.recorder.interrupts.lock().unwrap(), 2);
    let told = TierUp { func: KEEP, ordinal: None, feedback: vec![] };
    assert_eq!(world.take_tier_ups(), [told.clone(), told]);
}

#[test]
fn feedback_is_collected_by_site() {
    let (mut world, module) = (World::new(), Module::new());
    let (instance, other) = (world.instance(&module), world.instance(&module));
    let note = |world: &mut World, instance, site, record| {
        assert_eq!(keeps_registers(world, instance, Builtin::CallFeedback, site, record), record);
    };
    let alloc =
        |world: &mut World, i| keeps_registers(world, i, Builtin::FeedbackAlloc, 3, u64::MAX);
    let vector = alloc(&mut world, &instance);
    assert!(vector != 0 && vector.is_multiple_of(8));
    assert_eq!(alloc(&mut world, &instance), vector);
    // Instances of a module share vectors, whenever they were made.
    assert_eq!(alloc(&mut world, &other), vector);
    let own = world.record(&instance, LOOPING);
    let others = world.record(&other, LOOPING);
    let second = world.record(&instance, OUTER);
    // Each is noted twice.
    note(&mut world, &instance, 0, own);
    note(&mut world, &other, 0, others);
    note(&mut world, &instance, 0, second);
    note(&mut world, &instance, 0, others);
    // An instance's own function is what counts, not the module's.
    note(&mut world, &instance, 2, others);
    // A site that is not there.
    note(&mut world, &instance, 3, own);
    keeps_registers(&mut world, &instance, Builtin::TierUp, 0, KEEP.into());
    let (looping, outer) = (DeclaredFuncIndex::new(LOOPING), DeclaredFuncIndex::new(OUTER));
    let sites = vec![
        SiteSnapshot { targets: vec![(looping, 4), (outer, 2)], other: 2 },
        SiteSnapshot::default(),
        SiteSnapshot { targets: vec![], other: 2 },
    ];
    let seen = world.take_tier_ups().pop().unwrap();
    assert_eq!(seen.feedback, [(DeclaredFuncIndex::new(KEEP), sites)]);
    assert_eq!(seen.ordinal, Some(0));
}

#[test]
fn feedback_goes_with_the_last_instance() {
    let (mut world, module) = (World::new(), Module::new());
    let feedback = |world: &mut World, instance: &Rooted<InstanceObj>| {
        keeps_registers(world, instance, Builtin::TierUp, TIER_UP_AT_EXIT, KEEP.into());
        world.take_tier_ups().pop().unwrap().feedback.len()
    };
    let first = world.instance(&module);
    keeps_registers(&mut world, &first, Builtin::FeedbackAlloc, 1, 0);
    let second = world.instance(&module);
    drop(first);
    world.store.isolate_mut().sweep_instances();
    assert_eq!(feedback(&mut world, &second), 1);
    drop(second);
    world.store.isolate_mut().sweep_instances();
    let third = world.instance(&module);
    assert_eq!(feedback(&mut world, &third), 0);
    // Another isolate has its own.
    keeps_registers(&mut world, &third, Builtin::FeedbackAlloc, 1, 0);
    let mut elsewhere = World::new();
    let instance = elsewhere.instance(&module);
    assert_eq!(feedback(&mut elsewhere, &instance), 0);
}

/// Runs the loop in a frame that checks what it has to keep.
fn run_loop(world: &mut World, module: &Module, area: &mut [u64; 20]) -> Result<u64, CallError> {
    let instance = world.instance(module);
    let pointer = area.as_mut_ptr() as u64;
    let result = world.call(&instance, OUTER, [pointer, module.address(LOOPING), 0x4444, 0]);
    if result.is_ok() {
        let kept = [0xb0b, 0xc0c, 0xd0d, 0xe0e, 0xf0f, 0];
        assert_eq!(area[13..19], kept, "registers that a callee saves, and the stack");
    }
    result
}

#[test]
fn a_loop_goes_on_in_optimized_code() {
    let (mut world, module) = (World::new(), Module::new());
    let mut area = [0u64; 20];
    assert_eq!(run_loop(&mut world, &module, &mut area).unwrap(), 1);
    world.mood(Mood::Answer(module.target.start() as usize));
    for _ in 0..3 {
        let mut area = [0u64; 20];
        assert_eq!(run_loop(&mut world, &module, &mut area).unwrap(), 2);
        let (low, high) = (0x0123_4567_89ab_cdef, 0x1020_3040_5060_7080);
        assert_eq!(area[..2], [0x1111, 0]);
        assert_eq!(area[2..4], [0x6666, 0]);
        assert_eq!(area[4..6], [0x4444, 0]);
        assert_eq!(area[6..8], [high, low]);
        assert_eq!(area[8..10], [low, high]);
        assert_eq!(area[10..12], [0x5555, 0]);
        assert_ne!(area[12], 0, "vmctx");
    }
    let told = TierUp { func: LOOPING, ordinal: Some(3), feedback: vec![] };
    assert_eq!(world.take_tier_ups(), vec![told; 4]);
}

#[test]
fn a_loop_that_cannot_be_moved_goes_on_where_it_is() {
    let mut world = World::new();
    let unmoved = |world: &mut World, more: &[OsrPlace]| {
        let module = Module::with_loop_places(more);
        world.mood(Mood::Answer(module.target.start() as usize));
        run_loop(world, &module, &mut [0; 20]).unwrap()
    };
    let full = vec![OsrPlace::Int(0); MAX_OSR_SLOTS - 6];
    assert_eq!(unmoved(&mut world, &full), 2);
    let too_many = vec![OsrPlace::Int(0); MAX_OSR_SLOTS - 5];
    assert_eq!(unmoved(&mut world, &too_many), 1);
    assert_eq!(unmoved(&mut world, &[OsrPlace::Int(16)]), 1);
    assert_eq!(unmoved(&mut world, &[OsrPlace::Float(16)]), 1);
    // A function without a map.
    let module = Module::new();
    let instance = world.instance(&module);
    keeps_registers(&mut world, &instance, Builtin::TierUp, 0, KEEP.into());
}

#[test]
fn a_trap_ends_baseline_code_with_its_frames() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    let mut area = [0u64; 20];
    let args = [area.as_mut_ptr() as u64, module.address(CHECKING), 0, 0];
    assert_eq!(world.call(&instance, OUTER, args).unwrap(), 7);
    world.mood(Mood::Trap);
    let Err(CallError::Trap(trap)) = world.call(&instance, OUTER, args) else { panic!() };
    assert_eq!(trap.code, TrapCode::Interrupted);
    let funcs: Vec<_> = trap.backtrace.frames.iter().map(|f| f.func.raw()).collect();
    assert_eq!(funcs, [CHECKING, OUTER]);
    world.mood(Mood::GoOn);
    assert_eq!(world.call(&instance, OUTER, args).unwrap(), 7);
}

#[test]
fn a_panic_of_an_upcall_comes_out_of_the_call() {
    let (mut world, module) = (World::new(), Module::new());
    let instance = world.instance(&module);
    world.mood(Mood::Panic);
    for func in [LOOPING, CHECKING] {
        let mut area = [0u64; 20];
        let args = [area.as_mut_ptr() as u64, module.address(func), 0, 0];
        let call = AssertUnwindSafe(|| world.call(&instance, OUTER, args));
        assert!(catch_unwind(call).is_err());
        world.recorder.mood.clear_poison();
    }
    world.mood(Mood::GoOn);
    assert_eq!(run_loop(&mut world, &module, &mut [0; 20]).unwrap(), 1);
}

#[test]
fn budgets_are_the_modules() {
    let module = Module::new();
    let budget = |func| module.runtime.budget(DeclaredFuncIndex::new(func));
    let load = |func| budget(func).load(Ordering::Relaxed);
    assert_eq!(load(KEEP), 0);
    module.runtime.set_budgets(1000, NonZeroU32::MIN);
    budget(OUTER).store(-1, Ordering::Relaxed);
    assert_eq!((load(KEEP), load(OUTER), load(CHECKING)), (1000, -1, 1000));
}

#[test]
fn samples_use_up_the_budget_of_who_was_met() {
    let (mut world, module) = (World::new(), Module::new());
    module.runtime.set_budgets(250, NonZeroU32::new(100).unwrap());
    let instance = world.instance(&module);
    let left = |func| module.runtime.budget(DeclaredFuncIndex::new(func)).load(Ordering::Relaxed);
    // Two calls each: one aligned, one not.
    keeps_registers(&mut world, &instance, Builtin::TierUp, TIER_UP_AT_EXIT, KEEP.into());
    assert_eq!((left(KEEP), left(OUTER), world.take_tier_ups().len()), (50, 250, 0));
    keeps_registers(&mut world, &instance, Builtin::TierUp, TIER_UP_AT_EXIT, KEEP.into());
    assert_eq!((left(KEEP), left(OUTER), world.take_tier_ups().len()), (-150, 250, 2));
    keeps_registers(&mut world, &instance, Builtin::TierUp, TIER_UP_AT_EXIT, OUTER.into());
    assert_eq!((left(KEEP), left(OUTER), world.take_tier_ups().len()), (-150, 50, 0));
}

//! Faults of machine code become traps; everything else is left alone.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use libc::{SIGFPE, SIGILL, SIGSEGV, c_int, c_void, siginfo_t};
use updraft_runtime::code_space::{CodeBlock, CodeInfo};
use updraft_runtime::memory::{LinearMemory, MemoryKind, MemoryPlan};
use updraft_runtime::trap::signal;
use updraft_types::TrapCode;

use crate::harness::{constant, info, install, overflow, run, space};
use crate::subprocess::{dies_in_child, in_child, passes_in_child};

const NO_MEMORY: [u64; 2] = [0, 0];
/// `ud2`
const UD2: &[u8] = &[0x0f, 0x0b];
/// `mov eax, [rdi]; ret`
const LOAD: &[u8] = &[0x8b, 0x07, 0xc3];
/// `xor ecx, ecx; xor edx, edx; div ecx; ret`
const DIVIDE: &[u8] = &[0x31, 0xc9, 0x31, 0xd2, 0xf7, 0xf1, 0xc3];

fn block(code: &[u8], traps: &[(u32, TrapCode)]) -> CodeBlock {
    space().allocate(code, 16, info(0, traps)).unwrap()
}

fn fault_in_host() {
    // SAFETY: not at all; this is what the test is about.
    unsafe { std::ptr::without_provenance::<u8>(std::hint::black_box(16)).read_volatile() };
}

type Handler = unsafe extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

fn set_handler(signal: c_int, handler: usize, flags: c_int) -> libc::sigaction {
    // SAFETY: zero is a valid action, and so is what the tests pass.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = flags;
        assert_eq!(libc::sigaction(signal, &action, &mut old), 0);
        old
    }
}

#[test]
fn faults_of_machine_code_land() {
    install();
    // The direction flag set (`std`), then `ud2`.
    let code = block(&[0xfd, 0x0f, 0x0b], &[(1, TrapCode::Unreachable)]);
    let outcome = run(&code, 0, NO_MEMORY);
    assert_eq!(outcome.value, u64::MAX);
    assert_eq!(outcome.trap(), Some(TrapCode::Unreachable));
    assert_eq!(outcome.context.pc, code.start() as u64 + 1);
    assert_eq!(outcome.context.landed_sp % 16, 8, "as if called");
    assert_eq!(outcome.context.landed_flags & 0x400, 0, "direction flag");
    assert_eq!(outcome.context.fp, outcome.context.fixed[2] + 48, "frame pointer of the entry");
    assert!(outcome.context.landed_sp + 128 <= outcome.context.fixed[2] - 8);

    let code = block(DIVIDE, &[(4, TrapCode::IntegerDivideByZero)]);
    let outcome = run(&code, 0, NO_MEMORY);
    assert_eq!(outcome.trap(), Some(TrapCode::IntegerDivideByZero));
    assert_eq!(outcome.context.pc, code.start() as u64 + 4);

    // Running goes on as before.
    assert_eq!(run(&block(&constant(9), &[]), 0, NO_MEMORY).value, 9);
}

#[test]
fn an_access_behind_a_memory_traps_and_one_inside_does_not() {
    install();
    let plan = MemoryPlan { kind: MemoryKind::Guarded, min_pages: 1 };
    let memory = LinearMemory::new(plan).unwrap();
    assert!(memory.is_guarded());
    let base = memory.base() as u64;
    let range = [base, base + (4 << 30) + (64 << 20)];
    let code = block(LOAD, &[(0, TrapCode::MemoryOutOfBounds)]);
    assert_eq!(run(&code, base + 65532, range).value, 0);
    for address in [base + 65536, base + u64::from(u32::MAX), range[1] - 4] {
        let outcome = run(&code, address, range);
        assert_eq!(outcome.trap(), Some(TrapCode::MemoryOutOfBounds));
        assert_eq!(outcome.context.address, address);
    }
    let code = block(LOAD, &[(0, TrapCode::UninitializedElement)]);
    assert_eq!(run(&code, 16, range).trap(), Some(TrapCode::UninitializedElement));
}

#[test]
fn a_frame_that_does_not_fit_is_a_stack_overflow() {
    passes_in_child("signals::a_frame_that_does_not_fit_is_a_stack_overflow", || {
        install();
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(overflow);
        thread.unwrap().join().unwrap();
    });
}

#[test]
fn threads_trap_while_code_comes_and_goes() {
    install();
    let space = space();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut kept = Vec::new();
            for i in 0u32.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                kept.push(space.allocate(&constant(i), 16, CodeInfo::stub()).unwrap());
                if kept.len() > 20 {
                    kept.swap_remove(i as usize % 20);
                }
            }
        });
        let trappers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..3000 {
                        let traps = info(0, &[(0, TrapCode::Unreachable)]);
                        let code = space.allocate(UD2, 16, traps).unwrap();
                        let outcome = run(&code, 0, NO_MEMORY);
                        assert_eq!(outcome.trap(), Some(TrapCode::Unreachable));
                    }
                })
            })
            .collect();
        trappers.into_iter().for_each(|t| t.join().unwrap());
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_fault_outside_of_any_memory_kills() {
    dies_in_child("signals::a_fault_outside_of_any_memory_kills", SIGSEGV, || {
        install();
        run(&block(LOAD, &[(0, TrapCode::MemoryOutOfBounds)]), 16, [1 << 20, 2 << 20]);
    });
}

#[test]
fn an_instruction_without_a_trap_kills() {
    dies_in_child("signals::an_instruction_without_a_trap_kills", SIGILL, || {
        install();
        run(&block(UD2, &[(1, TrapCode::Unreachable)]), 0, NO_MEMORY);
    });
}

/// `jmp rdi`: calls a host function from machine code.
#[test]
fn a_null_dereference_in_a_host_function_kills() {
    dies_in_child("signals::a_null_dereference_in_a_host_function_kills", SIGSEGV, || {
        install();
        let code = block(&[0xff, 0xe7], &[(0, TrapCode::MemoryOutOfBounds)]);
        extern "C" fn host() {
            fault_in_host();
        }
        run(&code, host as *const () as u64, [0, u64::MAX]);
    });
}

#[test]
fn a_fault_of_a_foreign_thread_kills() {
    dies_in_child("signals::a_fault_of_a_foreign_thread_kills", SIGILL, || {
        install();
        let code = block(UD2, &[(0, TrapCode::Unreachable)]);
        // This thread is in an isolate; the other one is not.
        let mut context = [0u64; 32];
        signal::set_current(context.as_mut_ptr().cast());
        std::thread::spawn(move || crate::harness::call(code.start())).join().unwrap();
    });
}

#[test]
fn a_null_dereference_of_a_foreign_thread_kills() {
    dies_in_child("signals::a_null_dereference_of_a_foreign_thread_kills", SIGSEGV, || {
        install();
        std::thread::spawn(fault_in_host).join().unwrap();
    });
}

#[test]
fn a_signal_that_was_sent_kills() {
    dies_in_child("signals::a_signal_that_was_sent_kills", SIGFPE, || {
        install();
        extern "C" fn host() {
            // SAFETY: sends a signal to this thread.
            unsafe { libc::raise(SIGFPE) };
        }
        run(&block(&[0xff, 0xe7], &[]), host as *const () as u64, [0, u64::MAX]);
    });
}

#[test]
fn a_signal_that_was_sent_to_machine_code_kills() {
    dies_in_child("signals::a_signal_that_was_sent_to_machine_code_kills", SIGFPE, || {
        install();
        // SAFETY: asks for the id of this thread.
        let target = unsafe { libc::pthread_self() } as usize;
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(std::time::Duration::from_millis(50));
                // SAFETY: the target runs until it is killed.
                unsafe { libc::pthread_kill(target as libc::pthread_t, SIGFPE) };
            }
        });
        // `jmp` to itself, as an instruction that may trap.
        run(&block(&[0xeb, 0xfe], &[(0, TrapCode::IntegerOverflow)]), 0, NO_MEMORY);
    });
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn a_handler_from_before_gets_what_is_not_ours() {
    unsafe extern "C" fn before(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: the arguments are the system's.
        let right = unsafe { (*info).si_addr() as usize == 16 } && !context.is_null();
        let calls = CALLS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: ends the process.
        unsafe { libc::_exit(if right && signal == SIGSEGV && calls == 0 { 42 } else { 43 }) };
    }
    let output = in_child("signals::a_handler_from_before_gets_what_is_not_ours", || {
        let before: Handler = before;
        set_handler(SIGSEGV, before as usize, libc::SA_SIGINFO | libc::SA_ONSTACK);
        install();
        let code = block(UD2, &[(0, TrapCode::Unreachable)]);
        assert_eq!(run(&code, 0, NO_MEMORY).trap(), Some(TrapCode::Unreachable));
        fault_in_host();
    });
    assert_eq!(output.status.code(), Some(42), "{output:?}");
}

#[test]
fn flags_of_a_handler_from_before_are_kept() {
    unsafe extern "C" fn plain(signal: c_int) {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed);
        if signal == SIGFPE && calls == 0 {
            // With SA_NODEFER a handler can be interrupted by its own signal.
            // SAFETY: sends a signal to this thread.
            unsafe { libc::raise(SIGFPE) };
            assert_eq!(CALLS.load(Ordering::Relaxed), 2);
        }
    }
    passes_in_child("signals::flags_of_a_handler_from_before_are_kept", || {
        let plain: unsafe extern "C" fn(c_int) = plain;
        set_handler(SIGFPE, plain as usize, libc::SA_NODEFER);
        set_handler(SIGILL, libc::SIG_IGN, 0);
        install();
        // SAFETY: sends signals to this thread.
        unsafe {
            libc::raise(SIGFPE);
            libc::raise(SIGILL);
        }
        assert_eq!(CALLS.load(Ordering::Relaxed), 2);
        let code = block(DIVIDE, &[(4, TrapCode::IntegerDivideByZero)]);
        assert_eq!(run(&code, 0, NO_MEMORY).trap(), Some(TrapCode::IntegerDivideByZero));
        assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn a_handler_from_before_that_was_for_once_is_called_once() {
    unsafe extern "C" fn once(_: c_int) {
        CALLS.fetch_add(1, Ordering::Relaxed);
    }
    dies_in_child(
        "signals::a_handler_from_before_that_was_for_once_is_called_once",
        SIGFPE,
        || {
            let once: unsafe extern "C" fn(c_int) = once;
            set_handler(SIGFPE, once as usize, libc::SA_RESETHAND);
            install();
            // SAFETY: sends signals to this thread.
            unsafe { libc::raise(SIGFPE) };
            assert_eq!(CALLS.load(Ordering::Relaxed), 1);
            // SAFETY: as above.
            unsafe { libc::raise(SIGFPE) };
        },
    );
}

static OURS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn a_handler_from_after_can_pass_on() {
    unsafe extern "C" fn after(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the test stores our handler before it faults.
        let ours: Handler = unsafe { std::mem::transmute(OURS.load(Ordering::Relaxed)) };
        // SAFETY: the arguments are the system's.
        unsafe { ours(signal, info, context) };
    }
    passes_in_child("signals::a_handler_from_after_can_pass_on", || {
        install();
        let after: Handler = after;
        let flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        let old = set_handler(SIGILL, after as usize, flags);
        OURS.store(old.sa_sigaction, Ordering::Relaxed);
        let code = block(UD2, &[(0, TrapCode::Unreachable)]);
        for i in 1..4 {
            assert_eq!(run(&code, 0, NO_MEMORY).trap(), Some(TrapCode::Unreachable));
            assert_eq!(CALLS.load(Ordering::Relaxed), i);
        }
    });
}

/// After a fork nothing of ours happens.
#[test]
fn a_forked_child_does_not_trap() {
    dies_in_child("signals::a_forked_child_does_not_trap", SIGILL, || {
        install();
        let code = block(UD2, &[(0, TrapCode::Unreachable)]);
        assert_eq!(run(&code, 0, NO_MEMORY).trap(), Some(TrapCode::Unreachable));
        // SAFETY: the child runs nothing but the code, which ends it.
        let child = unsafe { libc::fork() };
        if child == 0 {
            run(&code, 0, NO_MEMORY);
            std::process::exit(1);
        }
        let mut status = 0;
        // SAFETY: waits for the child.
        unsafe { libc::waitpid(child, &mut status, 0) };
        assert!(libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == SIGILL, "{status:#x}");
        // SAFETY: dies as the child did.
        unsafe {
            libc::signal(SIGILL, libc::SIG_DFL);
            libc::raise(SIGILL);
        }
    });
}

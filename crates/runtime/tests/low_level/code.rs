//! Code memory: running, publishing, freeing and looking up at once.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use updraft_runtime::code_space::{
    CodeBlock, CodeInfo, CodeMode, CodeSpace, CodeSpaceConfig, CodeSpaceError, NewCode, lookup,
};
use updraft_types::TrapCode;

use crate::harness::{call, constant, info, space};

const MODES: [CodeMode; 2] = [CodeMode::DualMapped, CodeMode::SealedPages];

fn small_space(mode: CodeMode, max_code_bytes: u64) -> CodeSpace {
    let config = CodeSpaceConfig { region_bytes: 1 << 20, max_code_bytes, mode: Some(mode) };
    CodeSpace::new(config).unwrap()
}

fn publish(space: &CodeSpace, value: u32) -> CodeBlock {
    space.allocate(&constant(value), 16, info(value, &[])).unwrap()
}

/// The permissions of the mapping at an address, as `/proc` writes them.
fn permissions(address: usize) -> String {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| {
        let (range, _) = line.split_once(' ').unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let parse = |s| usize::from_str_radix(s, 16).unwrap();
        (parse(from)..parse(to)).contains(&address)
    });
    line.unwrap().split_whitespace().nth(1).unwrap().to_owned()
}

#[test]
fn code_is_executable_and_nothing_is_writable_too() {
    for mode in MODES {
        let space = small_space(mode, 1 << 20);
        assert_eq!(space.mode(), mode);
        let blocks: Vec<_> = (0..100).map(|i| publish(&space, i)).collect();
        for (i, block) in blocks.iter().enumerate() {
            assert_eq!(call(block.start()), i as u32);
            assert_eq!(block.bytes(), constant(i as u32));
        }
        let expected = if mode == CodeMode::DualMapped { "r-xs" } else { "r-xp" };
        assert_eq!(permissions(blocks[0].start() as usize), expected);
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(!maps.lines().any(|line| line.contains(" rwx")), "{maps}");
    }
}

#[test]
fn the_best_mode_is_two_views() {
    assert_eq!(space().mode(), CodeMode::DualMapped);
}

#[test]
fn a_batch_keeps_alignments_and_facts() {
    for mode in MODES {
        let space = small_space(mode, 1 << 20);
        for round in 0..20 {
            let codes: Vec<Vec<u8>> = (0..50).map(|i| constant(i + round)).collect();
            let batch = codes.iter().enumerate().map(|(i, code)| NewCode {
                code,
                align: 1 << (i % 7),
                info: info(i as u32, &[(1, TrapCode::IntegerOverflow)]),
            });
            let blocks = space.allocate_batch(batch.collect()).unwrap();
            for (i, block) in blocks.iter().enumerate() {
                assert_eq!(block.start() as usize % (1 << (i % 7)), 0);
                assert_eq!(call(block.start()), i as u32 + round);
                let found = lookup(block.start() as usize + 3).unwrap();
                assert_eq!(found.start(), block.start() as usize);
                assert_eq!(found.len() as usize, block.len());
                // SAFETY: the block is held.
                let facts = unsafe { found.info() };
                assert_eq!(facts.tag, i);
                assert_eq!(facts.trap_code_at(1), Some(TrapCode::IntegerOverflow));
            }
        }
        assert_eq!(space.stats().blocks, 0);
        assert_eq!(space.stats().used_bytes, 0);
    }
}

#[test]
fn code_can_depend_on_its_address() {
    for mode in MODES {
        let space = small_space(mode, 1 << 20);
        let write = |address: usize, bytes: &mut [u8]| {
            bytes.copy_from_slice(&constant((address >> 4) as u32));
        };
        let block = space.allocate_with(6, 16, CodeInfo::stub(), write).unwrap();
        assert_eq!(call(block.start()), (block.start() as usize >> 4) as u32);
    }
}

#[test]
fn addresses_outside_of_code_are_not_found() {
    let space = small_space(CodeMode::DualMapped, 1 << 20);
    let block = publish(&space, 1);
    let start = block.start() as usize;
    assert!(lookup(start).is_some() && lookup(start + 5).is_some());
    assert!(lookup(start + 6).is_none(), "behind the code");
    assert!(lookup(start - 1).is_none(), "the header");
    assert!(lookup(0).is_none() && lookup(usize::MAX).is_none());
    assert!(lookup(std::ptr::from_ref(&space) as usize).is_none());
    drop(block);
    assert!(lookup(start).is_none());
    // SAFETY: regions stay readable.
    let freed = unsafe { std::slice::from_raw_parts((start - 16) as *const u8, 22) };
    assert_eq!(freed, [0xcc; 22]);
}

/// One thread runs a function without pause while another publishes, hands
/// over and frees functions in the same pages.
#[test]
fn code_runs_while_its_pages_change() {
    for mode in MODES {
        let space = small_space(mode, 64 << 10);
        let resident = publish(&space, 77);
        let (offered, taken) = (AtomicUsize::new(0), AtomicU32::new(0));
        let stop = AtomicBool::new(false);
        let rounds = AtomicU32::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(call(resident.start()), 77);
                    let offer = offered.swap(0, Ordering::Acquire);
                    if offer != 0 {
                        taken.store(call(offer as *const u8), Ordering::Release);
                    }
                }
            });
            let until = Instant::now() + Duration::from_secs(1);
            let mut kept = Vec::new();
            for value in 1u32.. {
                if value > 20_000 || Instant::now() > until {
                    break;
                }
                let block = publish(&space, value);
                assert_eq!(call(block.start()), value);
                offered.store(block.start() as usize, Ordering::Release);
                while taken.load(Ordering::Acquire) != value {
                    std::thread::yield_now();
                }
                // Keep a few, so that places get mixed.
                if value % 3 == 0 {
                    kept.push((value, block));
                }
                if kept.len() > 10 {
                    let (value, block) = kept.swap_remove(value as usize % kept.len());
                    assert_eq!(call(block.start()), value);
                }
                rounds.store(value, Ordering::Relaxed);
            }
            stop.store(true, Ordering::Relaxed);
        });
        // On a busy machine a hand-over can take a time slice.
        assert!(rounds.load(Ordering::Relaxed) > 20);
        if mode == CodeMode::DualMapped {
            let stats = space.stats();
            assert!(stats.barriers > 0 && stats.reserved_bytes == 1 << 20, "{stats:?}");
        }
    }
}

#[test]
fn lookups_find_live_code_while_others_come_and_go() {
    for mode in MODES {
        let space = small_space(mode, 1 << 20);
        let live: Vec<_> = (0..64)
            .map(|i| {
                let block = publish(&space, i);
                // A neighbour that is freed again.
                drop(publish(&space, 1000 + i));
                block
            })
            .collect();
        let region = live[0].start() as usize & !0xfff;
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let (space, stop) = (&space, &stop);
                scope.spawn(move || {
                    let mut kept = Vec::new();
                    for i in 0u32.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        kept.push(publish(space, i));
                        if kept.len() > 30 {
                            kept.swap_remove((i as usize * 7 + thread) % 30);
                        }
                    }
                });
            }
            let until = Instant::now() + Duration::from_millis(500);
            let mut n = 0;
            while Instant::now() < until {
                for block in &live {
                    let pc = block.start() as usize + n % block.len();
                    let found = lookup(pc).unwrap();
                    assert_eq!(found.start(), block.start() as usize);
                    // SAFETY: the block is held.
                    assert_eq!(unsafe { found.info() }.kind, block.info().kind);
                    n += 1;
                }
                // Any address may be asked for.
                let pc = region + (n * 37) % 0x8000;
                if let Some(found) = lookup(pc) {
                    assert!(found.start() <= pc && pc < found.start() + found.len() as usize);
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}

#[test]
fn exhaustion_is_an_error_and_passes() {
    for mode in MODES {
        let space = small_space(mode, 100_000);
        let mut blocks = Vec::new();
        let error = loop {
            match space.allocate(&[0x90; 1000], 16, CodeInfo::stub()) {
                Ok(block) => blocks.push(block),
                Err(error) => break error,
            }
        };
        assert_eq!(error, CodeSpaceError::Exhausted { max_code_bytes: 100_000 });
        assert!(blocks.len() > 90);
        blocks.truncate(blocks.len() - 2);
        blocks.push(space.allocate(&[0x90; 1000], 16, CodeInfo::stub()).unwrap());
        let huge = vec![0x90; 1 << 20];
        assert!(space.allocate(&huge, 16, CodeInfo::stub()).is_err());
        drop(blocks);
        // One function larger than a region gets one of its own.
        let space = small_space(mode, 8 << 20);
        let huge = vec![0x90; 3 << 20];
        let block = space.allocate(&huge, 64, CodeInfo::stub()).unwrap();
        let last = block.start() as usize + block.len() - 1;
        assert_eq!(lookup(last).unwrap().start(), block.start() as usize);
        assert!(lookup(last + 1).is_none());
    }
}

#[test]
fn freed_code_goes_back_to_the_system() {
    let space = CodeSpace::new(CodeSpaceConfig {
        region_bytes: 16 << 20,
        mode: Some(CodeMode::DualMapped),
        ..CodeSpaceConfig::default()
    })
    .unwrap();
    let fill = || -> Vec<CodeBlock> {
        let code = vec![0x90; 1000];
        (0..8000).map(|_| space.allocate(&code, 16, CodeInfo::stub()).unwrap()).collect()
    };
    for _ in 0..3 {
        let blocks = fill();
        let full = space.resident_bytes().unwrap();
        assert!(full >= 8_000_000, "{full}");
        assert!(space.stats().committed_bytes >= 8_000_000);
        // Every second function: no page is free as a whole.
        let kept: Vec<_> = blocks.into_iter().step_by(2).collect();
        assert!(kept.iter().all(|b| lookup(b.start() as usize).is_some()));
        drop(kept);
        // Most went back by itself, the rest when asked for.
        let rest = space.resident_bytes().unwrap();
        assert!(rest < 1 << 20, "{rest} of {full}");
        space.trim();
        assert_eq!(space.resident_bytes().unwrap(), 0);
        assert_eq!(space.stats().committed_bytes, 0);
        assert!(space.stats().returned_bytes >= 8_000_000);
    }
    // What was given back can be used again.
    let block = publish(&space, 5);
    assert_eq!(call(block.start()), 5);
}

#[test]
fn sealed_pages_go_back_when_their_last_block_does() {
    let space = small_space(CodeMode::SealedPages, 1 << 20);
    let codes: Vec<_> = (0..600).map(constant).collect();
    let batch = codes.iter().map(|code| NewCode { code, align: 16, info: CodeInfo::stub() });
    let mut blocks = space.allocate_batch(batch.collect()).unwrap();
    let last = blocks.pop().unwrap();
    let first = blocks[0].start() as usize;
    assert!(lookup(first).is_some());
    drop(blocks);
    assert!(lookup(first).is_none(), "freed, though its page is not");
    assert_eq!(call(last.start()), 599);
    assert!(space.stats().committed_bytes > 0);
    drop(last);
    assert_eq!(space.stats().committed_bytes, 0);
    assert_eq!(call(publish(&space, 3).start()), 3);
}

/// Regions of dropped spaces are used again: there are 1,024 per process.
#[test]
fn many_spaces_come_and_go() {
    for i in 0..3000 {
        let space = small_space(MODES[i % 2], 1 << 20);
        let block = publish(&space, i as u32);
        assert_eq!(call(block.start()), i as u32);
        drop(space);
        assert_eq!(call(block.start()), i as u32, "blocks keep their space");
    }
}

#[test]
fn a_forked_child_leaves_its_parents_code_alone() {
    let space = small_space(CodeMode::DualMapped, 1 << 20);
    let block = publish(&space, 42);
    let start = block.start();
    // SAFETY: the child calls nothing but this crate, and leaves by _exit.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        let refused = space.allocate(&constant(1), 16, CodeInfo::stub());
        let right = matches!(refused, Err(CodeSpaceError::Forked));
        space.trim();
        drop((block, space));
        // SAFETY: ends the child.
        unsafe { libc::_exit(if right { 7 } else { 8 }) };
    }
    let mut status = 0;
    // SAFETY: waits for the child.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 7, "{status:#x}");
    assert_eq!(call(start), 42);
    assert_eq!(block.bytes(), constant(42));
}

//! The limits of the system: what is refused, and what many memories cost.

use rustix::process::{Resource, Rlimit, setrlimit};
#[cfg(target_arch = "x86_64")]
use updraft_runtime::code_space::{CodeInfo, CodeMode, CodeSpace, CodeSpaceConfig};
use updraft_runtime::memory::{LinearMemory, MemoryKind, MemoryPlan};
use updraft_runtime::sys::{KernelLimit, Mapping, Protection};

use crate::subprocess::passes_in_child;

fn guarded(min_pages: u64) -> LinearMemory {
    LinearMemory::new(MemoryPlan { kind: MemoryKind::Guarded, min_pages }).unwrap()
}

/// The number after a name in a file of lines `name: number …`.
fn number(file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap();
    let line = text.lines().find(|l| l.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps").unwrap().lines().count()
}

#[test]
fn a_refused_reservation_becomes_a_movable_memory() {
    passes_in_child("limits::a_refused_reservation_becomes_a_movable_memory", || {
        let limit = Some(2u64 << 30);
        setrlimit(Resource::As, Rlimit { current: limit, maximum: limit }).unwrap();
        let mut memory = guarded(1);
        assert!(!memory.is_guarded());
        // SAFETY: no machine code runs.
        unsafe { memory.data_mut()[65535] = 1 };
        assert_eq!(memory.grow(99, 65536), Some(1));
        // SAFETY: as above.
        assert_eq!(unsafe { memory.data()[65535] }, 1);
        assert_eq!(memory.grow(60000, 65536), None, "the guest is told, nobody dies");
        assert_eq!(memory.pages(), 100);
        let plan = MemoryPlan { kind: MemoryKind::Guarded, min_pages: 65536 };
        let error = LinearMemory::new(plan).unwrap_err();
        assert!(matches!(error.limit(), Some(KernelLimit::AddressSpace { .. })), "{error}");
        assert!(error.to_string().contains("RLIMIT_AS"), "{error}");
    });
}

#[cfg(target_arch = "x86_64")]
fn seals_pages(refused: Resource) {
    setrlimit(refused, Rlimit { current: Some(3), maximum: Some(3) }).unwrap();
    let config = CodeSpaceConfig { mode: Some(CodeMode::DualMapped), ..Default::default() };
    let error = CodeSpace::new(config).unwrap_err();
    assert!(error.to_string().contains("RLIMIT_"), "{error}");
    let space = CodeSpace::new(CodeSpaceConfig::default()).unwrap();
    assert_eq!(space.mode(), CodeMode::SealedPages);
    let code = crate::harness::constant(7);
    let block = space.allocate(&code, 16, CodeInfo::stub()).unwrap();
    assert_eq!(crate::harness::call(block.start()), 7);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn without_files_pages_are_sealed() {
    passes_in_child("limits::without_files_pages_are_sealed", || seals_pages(Resource::Nofile));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn without_large_files_pages_are_sealed() {
    let test = "limits::without_large_files_pages_are_sealed";
    passes_in_child(test, || seals_pages(Resource::Fsize));
}

#[test]
fn too_many_mappings_are_named() {
    passes_in_child("limits::too_many_mappings_are_named", || {
        let text = std::fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
        let max: u64 = text.trim().parse().unwrap();
        if max > 1 << 18 {
            // It would take long; other machines test it.
            return;
        }
        let big = Mapping::anonymous(4096 * 4 * max as usize, Protection::None).unwrap();
        let mut offset = 0;
        // Every second page differs from its neighbours: a mapping for each.
        // SAFETY: nobody uses the pages.
        while unsafe { big.protect(offset, 4096, Protection::ReadWrite) }.is_ok() {
            offset += 8192;
        }
        let plan = MemoryPlan { kind: MemoryKind::Guarded, min_pages: 1 };
        let mut memories = Vec::new();
        let error = loop {
            match LinearMemory::new(plan) {
                Ok(memory) => memories.push(memory),
                Err(error) => break error,
            }
        };
        assert!(matches!(error.limit(), Some(KernelLimit::MapCount { .. })), "{error}");
        assert!(error.to_string().contains("vm.max_map_count"), "{error}");
        drop(memories);
    });
}

#[test]
fn memories_come_and_go_without_a_trace() {
    passes_in_child("limits::memories_come_and_go_without_a_trace", || {
        let cycle = |n: u32| {
            for i in 0..n {
                let mut memory = guarded(u64::from(i % 3));
                if let Some(page) = memory.grow(1, 10) {
                    // SAFETY: no machine code runs.
                    unsafe { memory.data_mut()[page as usize * 65536] = 1 };
                }
            }
        };
        cycle(200);
        let (maps, resident) = (mappings(), number("/proc/self/status", "VmRSS"));
        let tables = number("/proc/self/status", "VmPTE");
        cycle(100_000);
        assert!(mappings() <= maps + 2);
        assert!(number("/proc/self/status", "VmRSS") < resident + 1024);
        assert!(number("/proc/self/status", "VmPTE") < tables + 256);
    });
}

#[test]
fn many_memories_live_at_once() {
    passes_in_child("limits::many_memories_live_at_once", || {
        let (maps, resident) = (mappings(), number("/proc/self/status", "VmRSS"));
        let memories: Vec<_> = (0..10_000).map(|i| guarded(i % 2)).collect();
        assert!(memories.iter().all(LinearMemory::is_guarded));
        assert!(mappings() - maps <= 20_000);
        assert!(number("/proc/self/status", "VmRSS") < resident + 4096, "kilobytes");
    });
}

#[test]
fn large_memories_leave_no_page_tables_in_the_pool() {
    passes_in_child("limits::large_memories_leave_no_page_tables_in_the_pool", || {
        let memories: Vec<_> = (0..16)
            .map(|_| {
                let mut memory = guarded(16384);
                // SAFETY: no machine code runs.
                unsafe { memory.data_mut() }.iter_mut().step_by(2 << 20).for_each(|b| *b = 1);
                memory
            })
            .collect();
        let full = number("/proc/self/status", "VmPTE");
        drop(memories);
        let rest = number("/proc/self/status", "VmPTE");
        assert!(rest < full / 4, "{rest} of {full} kB");
    });
}

//! Who compiles a function, and which of its code is called.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use loom::thread;
use updraft_abi::Tier;
use updraft_runtime::CodeTable;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use super::product::{Claim, FuncStates, Progress};
use crate::entries::lazy_stub;
use crate::sync::Ordering;

const F: DeclaredFuncIndex = DeclaredFuncIndex::new(0);
const VALUE: u32 = 7;

struct Module {
    states: FuncStates,
    table: CodeTable,
    /// By tier.
    blocks: [CodeBlock; 2],
    /// Not the checker's: it counts, and orders nothing.
    n_compiled: AtomicUsize,
}

impl Module {
    fn new() -> Arc<Module> {
        Arc::new(Module {
            states: FuncStates::new(1),
            table: CodeTable::new(1).expect("there are stubs"),
            blocks: [CodeBlock::new(0x1000), CodeBlock::new(0x2000)],
            n_compiled: AtomicUsize::new(0),
        })
    }

    /// Compiles under a claim.
    fn compile(&self, claim: Claim<'_>, tier: Tier) {
        let before = self.n_compiled.fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "compiled twice");
        let block = &self.blocks[tier.index()];
        block.write(VALUE);
        add(&self.table, claim, block);
    }

    /// What a call runs.
    fn call(&self) -> Option<u32> {
        // SAFETY: the table has one slot.
        let target = unsafe { &*self.table.base() }.load(Ordering::Acquire);
        if Ok(target) == lazy_stub(0) {
            return None;
        }
        self.blocks.iter().find(|b| b.start() as usize == target).map(CodeBlock::run)
    }
}

/// As `NativeModule::compile_tier` does it.
fn add(table: &CodeTable, claim: Claim<'_>, block: &CodeBlock) {
    assert!(claim.publish(table, block.clone(), block.start() as usize).is_none());
}

/// Two threads call a function for the first time.
pub fn a_function_is_compiled_once() {
    let module = Module::new();
    let first_call = |module: &Module| {
        match module.states.claim(F, Tier::Baseline) {
            Ok(claim) => module.compile(claim, Tier::Baseline),
            Err(settled) => assert_eq!(settled, Progress::Done, "settled by who lost"),
        }
        assert_eq!(module.call(), Some(VALUE), "done, but not callable");
    };
    let other = {
        let module = module.clone();
        thread::spawn(move || first_call(&module))
    };
    first_call(&module);
    other.join().expect("it does not panic");
}

/// Two threads find a function hot, and a unit of each that is queued runs.
pub fn a_queued_unit_runs_once() {
    let module = Module::new();
    let n_queued = Arc::new(AtomicUsize::new(0));
    let underflow = |module: &Module, n_queued: &AtomicUsize| {
        if module.states.queue(F, Tier::Optimized) {
            assert_eq!(n_queued.fetch_add(1, Ordering::Relaxed), 0, "queued twice");
        }
        if let Some(claim) = module.states.try_claim(F, Tier::Optimized) {
            module.compile(claim, Tier::Optimized);
        }
    };
    let other = {
        let (module, n_queued) = (module.clone(), n_queued.clone());
        thread::spawn(move || underflow(&module, &n_queued))
    };
    underflow(&module, &n_queued);
    other.join().expect("it does not panic");
    assert_eq!(module.call(), Some(VALUE));
}

/// A function is evicted while it is called, first by a call that met the lazy
/// stub some time ago.
pub fn an_evicted_function_is_compiled_again() {
    let module = Module::new();
    let claim = module.states.try_claim(F, Tier::Baseline).expect("the first");
    module.blocks[0].write(VALUE);
    add(&module.table, claim, &module.blocks[0]);
    let evicting = {
        let module = module.clone();
        thread::spawn(move || {
            let evicted = module.states.evict(&module.table, &|_, _, _| true);
            assert_eq!(evicted.len(), 1);
        })
    };
    for is_late in [true, false] {
        if (is_late || module.call().is_none())
            && let Ok(claim) = module.states.claim(F, Tier::Baseline)
        {
            // The old code is not freed in this model.
            add(&module.table, claim, &module.blocks[0]);
        }
    }
    evicting.join().expect("it does not panic");
    let is_done = module.states.progress(F, Tier::Baseline) == Progress::Done;
    assert_eq!(is_done, module.call().is_some(), "done, but not callable");
}

/// Baseline code comes late, when optimized code comes too.
pub fn calls_go_to_the_highest_tier() {
    let module = Module::new();
    let publish = |module: &Module, tier: Tier| {
        let block = &module.blocks[tier.index()];
        block.write(tier.index() as u32);
        module.states.publish(&module.table, F, tier, block.clone(), block.start() as usize);
    };
    let other = {
        let module = module.clone();
        thread::spawn(move || publish(&module, Tier::Baseline))
    };
    publish(&module, Tier::Optimized);
    other.join().expect("it does not panic");
    assert_eq!(module.call(), Some(Tier::Optimized.index() as u32), "baseline code came back");
}

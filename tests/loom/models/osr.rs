//! Frames that spin in loops, and the code that is made for them.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use loom::sync::atomic::AtomicI32;
use loom::thread;
use updraft_abi::Bounds;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use super::product::{LoopKey, OsrLimits, OsrState, OsrTable};
use crate::sync::Ordering;

const KEY: LoopKey =
    LoopKey { func: DeclaredFuncIndex::new(0), bounds: Bounds::Guarded, ordinal: 0 };
const LIMITS: OsrLimits = OsrLimits { max_loops: 4, max_failures: 4 };
const CODE: usize = 0x1000;
const FULL: i32 = 100;

struct Module {
    table: OsrTable,
    budget: AtomicI32,
}

impl Module {
    fn new() -> Arc<Module> {
        Arc::new(Module { table: OsrTable::new(), budget: AtomicI32::new(FULL) })
    }

    /// As `tiering::tier_up` does it: whether the frame goes on in the code.
    fn underflow(&self) -> bool {
        self.budget.store(FULL, Ordering::Relaxed);
        let state = self.table.state(KEY);
        state == OsrState::Ready(CODE)
    }

    /// As a unit finishes.
    fn finish(&self, block: CodeBlock) {
        self.table.settle(KEY, Some((block, CODE)));
        self.budget.store(0, Ordering::Relaxed);
    }
}

/// Two frames spin in a loop; each asks, and runs a unit if it is to.
pub fn a_loop_is_compiled_once() {
    let module = Module::new();
    // Not the checker's: it counts, and orders nothing.
    let n_compiled = Arc::new(AtomicUsize::new(0));
    let spin = |module: &Module, n_compiled: &AtomicUsize| {
        if module.table.ask(KEY, LIMITS) && module.table.claim(KEY) {
            assert_eq!(n_compiled.fetch_add(1, Ordering::Relaxed), 0, "compiled twice");
            module.table.settle(KEY, None);
        }
    };
    let other = {
        let (module, n_compiled) = (module.clone(), n_compiled.clone());
        thread::spawn(move || spin(&module, &n_compiled))
    };
    spin(&module, &n_compiled);
    other.join().expect("it does not panic");
    assert_eq!(module.table.state(KEY), OsrState::Failed);
}

/// The code becomes ready while the frame asks. If the frame goes on where it
/// is, the next back-edge must ask again.
pub fn a_spinning_frame_is_told() {
    let module = Module::new();
    assert!(module.table.ask(KEY, LIMITS) && module.table.claim(KEY));
    let worker = {
        let module = module.clone();
        thread::spawn(move || module.finish(CodeBlock::new(CODE)))
    };
    let entered = module.underflow();
    worker.join().expect("it does not panic");
    let asks_again = module.budget.load(Ordering::Relaxed) == 0;
    assert!(entered || asks_again, "nobody tells the frame");
}

//! Calls through the code table, while the code they lead to changes.

use std::sync::Arc;

use loom::thread;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use super::product::CodeTable;
use crate::entries::lazy_stub;
use crate::sync::{AtomicUsize, Ordering};

const FUNC: DeclaredFuncIndex = DeclaredFuncIndex::new(0);
const CODE: usize = 0x1000;
const VALUE: u32 = 7;

fn table() -> Arc<CodeTable> {
    Arc::new(CodeTable::new(1).expect("there are stubs"))
}

/// What a call finds in the slot.
fn target(table: &CodeTable) -> usize {
    // SAFETY: the table has one slot.
    unsafe { &*table.base() }.load(Ordering::Acquire)
}

/// One thread writes code and publishes it, another calls the function.
pub fn code_that_is_called_is_complete() {
    let (table, code) = (table(), CodeBlock::new(CODE));
    let other = {
        let (table, code) = (table.clone(), code.clone());
        thread::spawn(move || compile(&table, &code))
    };
    match target(&table) {
        CODE => assert_eq!(code.run(), VALUE, "the code is not complete"),
        stub => assert_eq!(Ok(stub), lazy_stub(0)),
    }
    assert!(!table.is_published(FUNC) || code.run() == VALUE);
    other.join().expect("it does not panic");
}

/// As the engine compiles.
fn compile(table: &CodeTable, code: &CodeBlock) {
    code.write(VALUE);
    table.publish(FUNC, CODE);
}

fn wait_for(frames: &AtomicUsize) {
    while frames.load(Ordering::Acquire) != 0 {
        thread::yield_now();
    }
}

/// One thread evicts a function, and frees its code when no frame is in it;
/// another runs it. The frames are counted here; the engine finds them on
/// stacks.
pub fn evicted_code_is_freed_when_nobody_runs_it() {
    let (table, code, frames) = (table(), CodeBlock::new(CODE), Arc::new(AtomicUsize::new(1)));
    compile(&table, &code);
    let caller = {
        let (code, frames) = (code.clone(), frames.clone());
        thread::spawn(move || {
            assert_eq!(code.run(), VALUE, "the code is not complete");
            frames.store(0, Ordering::Release);
        })
    };
    table.evict(FUNC).expect("there are stubs");
    assert!(!table.is_published(FUNC));
    wait_for(&frames);
    code.write(0);
    caller.join().expect("it does not panic");
    assert_eq!(Ok(target(&table)), lazy_stub(0), "the next call compiles");
}

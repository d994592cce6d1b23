//! Rounds of the code collector: code that is freed is entered by nobody.

use std::sync::Arc;

use loom::thread;
use updraft_runtime::CodeTable;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use super::product::{Dead, Rounds, Unreachable};
use crate::sync::{AtomicU32, Ordering};

const FUNC: DeclaredFuncIndex = DeclaredFuncIndex::new(0);
const CODE: usize = 0x1000;
const VALUE: u32 = 7;

/// Where an isolate is, for who looks.
const OUTSIDE: u32 = 0;
const IN_WASM: u32 = 1;

struct Isolate {
    state: AtomicU32,
    asked: AtomicU32,
}

struct Code(CodeBlock);

impl Unreachable for Code {
    fn start(&self) -> usize {
        self.0.start() as usize
    }
    fn n_bytes(&self) -> u64 {
        1
    }
    fn owner(&self) -> u64 {
        0
    }
}

struct Engine {
    table: CodeTable,
    code: CodeBlock,
    isolate: Arc<Isolate>,
    rounds: Rounds<Isolate, Code>,
}

impl Engine {
    /// The function has code.
    fn new(state: u32) -> Arc<Engine> {
        let isolate = Isolate { state: AtomicU32::new(state), asked: AtomicU32::new(0) };
        let engine = Engine {
            table: CodeTable::new(1).expect("there are stubs"),
            code: CodeBlock::new(CODE),
            isolate: Arc::new(isolate),
            rounds: Rounds::new(),
        };
        engine.code.write(VALUE);
        engine.table.publish(FUNC, CODE);
        Arc::new(engine)
    }

    /// Step 5. What is freed is written over.
    fn free(&self, dead: Option<Dead<Code>>) {
        let Some(Dead { number, code }) = dead else { return };
        code.iter().for_each(|code| code.0.write(0));
        self.rounds.end(number);
    }

    /// A check of machine code, in a function whose code is `live`.
    fn check(&self, live: Option<usize>) {
        if self.isolate.asked.load(Ordering::Acquire) != 0 && self.rounds.owes(&self.isolate) {
            self.free(self.rounds.report(&self.isolate, None, live));
        }
    }

    /// A call through the table; the function has a check.
    fn call(&self) {
        // SAFETY: the table has one slot.
        let target = unsafe { &*self.table.base() }.load(Ordering::Acquire);
        if target == CODE {
            assert_eq!(self.code.run(), VALUE, "freed code runs");
            self.check(Some(CODE));
            assert_eq!(self.code.run(), VALUE, "freed code runs");
        }
        self.check(None);
    }

    fn begin(&self) {
        if let Some((_, dead)) = self.rounds.begin(|| vec![self.isolate.clone()]) {
            self.free(dead);
        }
    }

    /// Evicts the function, and begins a round.
    fn evict(&self) {
        self.table.evict(FUNC).expect("there are stubs");
        self.rounds.add(vec![Code(self.code.clone())]);
        self.begin();
    }

    /// As `CodeGc::look`; the gate is a model of its own.
    fn look(&self, live: Option<usize>) {
        let Some((number, owing)) = self.rounds.owing() else { return };
        for isolate in owing {
            if isolate.state.load(Ordering::Acquire) == OUTSIDE {
                self.free(self.rounds.report(&isolate, Some(number), live));
            } else {
                isolate.asked.store(1, Ordering::Release);
            }
        }
    }
}

/// An isolate calls a function twice, while it is evicted and collected.
pub fn nobody_enters_what_is_freed() {
    let engine = Engine::new(IN_WASM);
    let caller = {
        let engine = engine.clone();
        thread::spawn(move || {
            engine.call();
            engine.call();
            engine.isolate.state.store(OUTSIDE, Ordering::Release);
        })
    };
    engine.evict();
    engine.look(None);
    caller.join().expect("it does not panic");
    // It may have left without a check.
    engine.look(None);
    assert!(engine.rounds.result(1).is_some(), "the round does not end");
}

/// A thread sees that an isolate is outside, and is so slow to tell that the
/// isolate runs code by then which another round asks for.
pub fn what_was_seen_is_of_its_round() {
    let engine = Engine::new(OUTSIDE);
    engine.begin();
    let slow = {
        let engine = engine.clone();
        thread::spawn(move || engine.look(None))
    };
    engine.look(None);
    if engine.rounds.result(1).is_some() {
        engine.isolate.state.store(IN_WASM, Ordering::Release);
        engine.evict();
        assert_eq!(engine.code.run(), VALUE, "freed code runs");
        engine.isolate.state.store(OUTSIDE, Ordering::Release);
    }
    slow.join().expect("it does not panic");
}

//! Rounds of the code collector: which code may go, and who has yet to say
//! what it has on its stack.
//!
//! Owns: [`Rounds`], of which each engine has one. Called by `code_gc`, which
//! walks stacks and drops code. Must not know: stacks, what code is, when it
//! is worth collecting. `tests/loom` checks this very file.
//!
//! # Essay: a round
//!
//! 1. Who no longer wants a piece of code makes it unreachable first: the slot
//!    of the code table gets another address, the entry of a loop goes. Then
//!    it adds the code here, where it waits.
//! 2. `begin`: all code that waits becomes the round's suspects, and all
//!    isolates there are owe a report. One round runs at a time.
//! 3. A report lists the code that an isolate's stack leads back to, at an
//!    instant at which the isolate holds no other address of code: at a check,
//!    in an upcall, in a host function, outside. The instant must not lie
//!    before the round began. What an isolate reports itself holds until it
//!    runs wasm again, so it counts for whichever round runs. What somebody
//!    else saw may be old when it arrives, so it counts for the round that it
//!    was looked for.
//! 4. From then on the isolate can get back only into code on its list, and
//!    into code that it finds in slots or among loops, where no suspect is
//!    (step 1). So when nobody owes any more, suspects on no list are dead.
//! 5. Who brings the last report gets the dead, drops them with no lock held,
//!    and says so (`end`). Suspects that live wait for the next round.
//!
//! An isolate that is made later finds no suspect. One that ends without a
//! report is looked at like others: there is nothing on its stack.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::lock_order::{Mutex, Rank};
use crate::sync::Condvar;

/// Code that nobody reaches any more.
pub(crate) trait Unreachable {
    /// The address that reports know it by.
    fn start(&self) -> usize;
    /// Its bytes.
    fn n_bytes(&self) -> u64;
    /// A number for whom it belongs to.
    fn owner(&self) -> u64;
}

/// What isolates had on their stacks during a round: where code starts.
pub(crate) type Live = HashSet<usize>;

struct Round<I, C> {
    number: u64,
    suspects: Vec<C>,
    /// By address. Empty while the dead are dropped.
    owing: HashMap<usize, Arc<I>>,
    live: Live,
}

struct State<I, C> {
    /// By owner.
    waiting: HashMap<u64, Vec<C>>,
    /// Bytes that came to wait since the last round began.
    new_bytes: u64,
    n_begun: u64,
    round: Option<Round<I, C>>,
    /// The number of the last round that ended, and what lived in it.
    ended: (u64, Arc<Live>),
}

/// Code that waits, and the round that runs.
pub(crate) struct Rounds<I, C> {
    state: Mutex<State<I, C>>,
    has_ended: Condvar,
}

/// The end of a round: code to be dropped, then [`Rounds::end`].
#[must_use]
pub(crate) struct Dead<C> {
    pub number: u64,
    pub code: Vec<C>,
}

impl<I, C: Unreachable> Rounds<I, C> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(
                Rank::CodeGc,
                State {
                    waiting: HashMap::new(),
                    new_bytes: 0,
                    n_begun: 0,
                    round: None,
                    ended: (0, Arc::default()),
                },
            ),
            has_ended: Condvar::new(),
        }
    }

    /// Step 1. Bytes that are new since the last round began.
    pub(crate) fn add(&self, code: Vec<C>) -> u64 {
        let mut state = self.state.lock();
        for code in code {
            state.new_bytes += code.n_bytes();
            state.waiting.entry(code.owner()).or_default().push(code);
        }
        state.new_bytes
    }

    /// Takes back what waits and belongs to an owner that is gone, whose code
    /// nobody runs. To be dropped.
    pub(crate) fn forget(&self, owner: u64) -> Vec<C> {
        self.state.lock().waiting.remove(&owner).unwrap_or_default()
    }

    /// Step 2: the number of the new round, unless one runs. `isolates` is
    /// asked under the lock.
    pub(crate) fn begin(
        &self,
        isolates: impl FnOnce() -> Vec<Arc<I>>,
    ) -> Option<(u64, Option<Dead<C>>)> {
        let mut state = self.state.lock();
        if state.round.is_some() {
            return None;
        }
        state.n_begun += 1;
        state.new_bytes = 0;
        let number = state.n_begun;
        let suspects = std::mem::take(&mut state.waiting).into_values().flatten().collect();
        let owing: HashMap<_, _> =
            isolates().into_iter().map(|i| (Arc::as_ptr(&i) as usize, i)).collect();
        let owes_nobody = owing.is_empty();
        state.round = Some(Round { number, suspects, owing, live: Live::new() });
        let dead = owes_nobody.then(|| finish(&mut state));
        Some((number, dead.flatten()))
    }

    /// The round that runs, and who owes a report.
    pub(crate) fn owing(&self) -> Option<(u64, Vec<Arc<I>>)> {
        let state = self.state.lock();
        let round = state.round.as_ref().filter(|r| !r.owing.is_empty())?;
        Some((round.number, round.owing.values().cloned().collect()))
    }

    /// Whether an isolate owes a report.
    pub(crate) fn owes(&self, isolate: &I) -> bool {
        let key = std::ptr::from_ref(isolate) as usize;
        let state = self.state.lock();
        state.round.as_ref().is_some_and(|r| r.owing.contains_key(&key))
    }

    /// Steps 3 and 5: a report, of an isolate itself or of what was seen of it
    /// for the round `seen_for`.
    pub(crate) fn report(
        &self,
        isolate: &I,
        seen_for: Option<u64>,
        live: impl IntoIterator<Item = usize>,
    ) -> Option<Dead<C>> {
        let key = std::ptr::from_ref(isolate) as usize;
        let mut state = self.state.lock();
        let round = state.round.as_mut()?;
        if seen_for.is_some_and(|number| number != round.number) {
            return None;
        }
        // An isolate's last handle may be this one, and goes after the lock.
        let reported = round.owing.remove(&key)?;
        round.live.extend(live);
        let dead = if round.owing.is_empty() { finish(&mut state) } else { None };
        drop(state);
        drop(reported);
        dead
    }

    /// Step 5: the dead have been dropped.
    pub(crate) fn end(&self, number: u64) {
        let mut state = self.state.lock();
        if let Some(round) = state.round.take_if(|r| r.number == number) {
            state.ended = (number, Arc::new(round.live));
        }
        drop(state);
        self.has_ended.notify_all();
    }

    /// What lived in a round, or in a later one, once it has ended.
    pub(crate) fn result(&self, number: u64) -> Option<Arc<Live>> {
        let state = self.state.lock();
        (state.ended.0 >= number).then(|| state.ended.1.clone())
    }

    /// Waits until a round ends, at most for a time.
    pub(crate) fn wait(&self, timeout: std::time::Duration) {
        let state = self.state.lock();
        if state.round.is_some() {
            drop(state.wait_timeout(&self.has_ended, timeout));
        }
    }
}

/// Tells dead from living.
fn finish<I, C: Unreachable>(state: &mut State<I, C>) -> Option<Dead<C>> {
    let round = state.round.as_mut()?;
    let suspects = std::mem::take(&mut round.suspects);
    let (living, code): (Vec<C>, Vec<C>) =
        suspects.into_iter().partition(|c| round.live.contains(&c.start()));
    let number = round.number;
    for code in living {
        state.waiting.entry(code.owner()).or_default().push(code);
    }
    Some(Dead { number, code })
}

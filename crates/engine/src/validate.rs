//! Decoding a module while its bodies are validated by several threads.
//!
//! # Essay: who validates what
//!
//! 1. The calling thread decodes; bodies come out in order and are gathered in
//!    batches of some [`BATCH_BYTES`].
//! 2. A full batch is queued, and a helper is spawned for it if there are
//!    fewer than the platform has workers. Helpers take batches until there
//!    are none.
//! 3. At the end the calling thread takes batches too, and then waits for
//!    those that are being worked on. So nothing ever waits for a helper that
//!    has not started.
//! 4. Faults are collected by [`LowestFault`], whose result does not depend on
//!    the order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, LowestFault, ValidateScratch, WireBytes,
    decode_whole,
};
use updraft_types::{BodyFacts, DeclaredFuncIndex, Features};

use crate::lock_order::{Mutex, Rank};
use crate::pool::{InFlight, Platform};

/// Bytes of bodies that are validated in one go.
const BATCH_BYTES: usize = 128 << 10;

struct Shared {
    queue: Mutex<VecDeque<Vec<BodyToValidate>>>,
    in_flight: InFlight,
    lowest: Mutex<LowestFault>,
    facts: Mutex<Vec<(DeclaredFuncIndex, BodyFacts)>>,
    n_helpers: AtomicUsize,
}

impl Shared {
    fn run(&self) {
        let mut scratch = ValidateScratch::new();
        loop {
            let guard;
            let batch = {
                let mut queue = self.queue.lock();
                let Some(batch) = queue.pop_front() else { return };
                // Taken and counted as one step, or the owner might see an
                // empty queue and nothing in flight in between.
                guard = self.in_flight.enter();
                batch
            };
            self.validate(batch, &mut scratch);
            drop(guard);
        }
    }

    fn validate(&self, batch: Vec<BodyToValidate>, scratch: &mut ValidateScratch) {
        let mut lowest = LowestFault::new();
        let mut facts = Vec::with_capacity(batch.len());
        for body in batch {
            let func = body.func();
            if let Some(f) = lowest.check(body.validate(scratch)) {
                facts.push((func, f));
            }
        }
        self.facts.lock().append(&mut facts);
        self.lowest.lock().merge(lowest);
    }
}

/// Decodes and validates, with the help of the platform's threads.
pub(crate) fn decode_and_validate(
    platform: &Arc<dyn Platform>,
    bytes: WireBytes,
    features: &Features,
) -> Result<(DecodedModule, Vec<BodyFacts>), DecodeError> {
    let shared = Arc::new(Shared {
        queue: Mutex::new(Rank::Work, VecDeque::new()),
        in_flight: InFlight::default(),
        lowest: Mutex::new(Rank::Work, LowestFault::new()),
        facts: Mutex::new(Rank::Work, Vec::new()),
        n_helpers: AtomicUsize::new(0),
    });
    let mut batch = Vec::new();
    let mut batch_bytes = 0;
    let decoded = decode_whole(bytes, features, &mut |event| {
        let Event::Body(body) = event else { return };
        batch_bytes += body.range().len();
        batch.push(body);
        if batch_bytes >= BATCH_BYTES {
            batch_bytes = 0;
            let full = std::mem::take(&mut batch);
            shared.queue.lock().push_back(full);
            if shared.n_helpers.load(Ordering::Relaxed) < platform.n_workers() {
                shared.n_helpers.fetch_add(1, Ordering::Relaxed);
                let helper = shared.clone();
                platform.spawn(Box::new(move || {
                    helper.run();
                    helper.n_helpers.fetch_sub(1, Ordering::Relaxed);
                }));
            }
        }
    });
    shared.queue.lock().push_back(batch);
    shared.run();
    shared.in_flight.wait();

    let mut lowest = std::mem::take(&mut *shared.lowest.lock());
    let module = lowest.check(decoded);
    lowest.into_result()?;
    let module = module.expect("without a fault there is a module");
    let mut facts = vec![BodyFacts::default(); module.desc.n_declared_funcs()];
    for (func, f) in shared.facts.lock().drain(..) {
        facts[func.index()] = f;
    }
    Ok((module, facts))
}

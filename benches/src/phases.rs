//! The floor of a start: validating every body of a module, on some number of threads.

use crate::Result;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use wasmparser::{FuncValidatorAllocations, Parser, ValidPayload, Validator, WasmFeatures};

/// Validates all of `wasm` with wasmparser on `threads` threads; the number of its bodies.
pub fn validate(wasm: &[u8], threads: usize) -> Result<usize> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let ValidPayload::Func(func, body) = validator.payload(&payload?)? {
            bodies.push((func, body));
        }
    }
    let n = bodies.len();
    let next = AtomicUsize::new(0);
    let bodies: Vec<_> = bodies.into_iter().map(|body| std::sync::Mutex::new(Some(body))).collect();
    thread::scope(|scope| {
        let work = || -> Result<()> {
            let mut allocations = FuncValidatorAllocations::default();
            loop {
                // Relaxed: the bodies are behind locks of their own. In batches, as bodies are
                // small.
                let first = next.fetch_add(32, Ordering::Relaxed);
                if first >= n {
                    return Ok(());
                }
                for body in &bodies[first..n.min(first + 32)] {
                    let taken = body.lock().map_err(|_| "a thread panicked")?.take();
                    let Some((func, body)) = taken else { continue };
                    let mut validator = func.into_validator(allocations);
                    validator.validate(&body)?;
                    allocations = validator.into_allocations();
                }
            }
        };
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mine = work();
        for other in others {
            other.join().map_err(|_| "a thread panicked")??;
        }
        mine
    })?;
    Ok(n)
}

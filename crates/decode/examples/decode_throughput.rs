//! How fast modules are decoded and validated, beside the parsing library's
//! own validation of everything: `decode_throughput FILE.wasm… [--rounds N]`.
//!
//! Every figure is the best of the rounds, which alternate.

use std::env;
use std::fs;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use updraft_decode::{
    Event, LowestFault, PushDecoder, ValidateScratch, WireBytes, decode_whole, validate,
};
use updraft_types::Features;

/// Something to measure, with its name.
type Measured = (&'static str, fn(&WireBytes, &Features));

fn main() {
    let mut rounds = 7;
    let mut args = env::args().skip(1);
    let mut files = Vec::new();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rounds" => rounds = args.next().and_then(|n| n.parse().ok()).expect("--rounds N"),
            _ => files.push(arg),
        }
    }
    for file in files {
        let bytes: WireBytes = fs::read(&file).expect("the file can be read").into();
        let features = Features::default();
        let measured: [Measured; 6] = [
            ("wasmparser, one thread", library),
            ("whole, one thread", |b, f| drop(validate(b.clone(), f).expect("valid"))),
            ("whole, structure only", |b, f| {
                drop(decode_whole(b.clone(), f, &mut |_| ()).expect("valid"));
            }),
            ("wasmparser, two threads", library_two_threads),
            ("whole, two threads", two_threads),
            ("pushed in 64 KiB, structure only", |b, f| pushed(b, f, 64 << 10)),
        ];
        println!("{file}: {} bytes", bytes.len());
        let mut best = [Duration::MAX; 6];
        for _ in 0..rounds {
            for ((_, run), best) in measured.iter().zip(&mut best) {
                let start = Instant::now();
                run(&bytes, &features);
                *best = start.elapsed().min(*best);
            }
        }
        for ((name, _), best) in measured.iter().zip(best) {
            let rate = bytes.len() as f64 / best.as_secs_f64() / 1e6;
            println!("  {name:34} {:8.2} ms {rate:7.0} MB/s", best.as_secs_f64() * 1e3);
        }
        let start = Instant::now();
        let module = validate(bytes.clone(), &features).expect("valid");
        let decoded = start.elapsed();
        let n_names = module.desc.names.funcs().count();
        println!(
            "  {n_names} names at first use: {:.2} ms",
            (start.elapsed() - decoded).as_secs_f64() * 1e3
        );
        let start = Instant::now();
        pushed(&bytes, &features, 1);
        println!("  pushed byte by byte: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    }
}

fn flags() -> wasmparser::WasmFeatures {
    use wasmparser::WasmFeatures as F;
    F::WASM2 | F::EXTENDED_CONST | F::MULTI_MEMORY | F::TAIL_CALL
}

fn library(bytes: &WireBytes, _: &Features) {
    wasmparser::Validator::new_with_features(flags()).validate_all(bytes).expect("valid");
}

fn library_two_threads(bytes: &WireBytes, _: &Features) {
    let mut validator = wasmparser::Validator::new_with_features(flags());
    let mut bodies = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(bytes) {
        let payload = payload.expect("valid");
        if let wasmparser::ValidPayload::Func(func, body) =
            validator.payload(&payload).expect("valid")
        {
            bodies.push((func, body));
        }
    }
    let bodies = Mutex::new(bodies.into_iter());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut allocations = wasmparser::FuncValidatorAllocations::default();
                loop {
                    let Some((func, body)) = bodies.lock().expect("no panic").next() else { break };
                    let mut validator = func.into_validator(allocations);
                    validator.validate(&body).expect("valid");
                    allocations = validator.into_allocations();
                }
            });
        }
    });
}

fn two_threads(bytes: &WireBytes, features: &Features) {
    let (send, bodies) = mpsc::channel();
    let bodies = Mutex::new(bodies);
    let work = || {
        let mut scratch = ValidateScratch::new();
        let mut lowest = LowestFault::new();
        loop {
            let body: updraft_decode::BodyToValidate = match bodies.lock().expect("no panic").recv()
            {
                Ok(body) => body,
                Err(_) => return lowest,
            };
            lowest.check(body.validate(&mut scratch));
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        decode_whole(bytes.clone(), features, &mut |event| {
            if let Event::Body(body) = event {
                send.send(body).expect("the other thread waits");
            }
        })
        .expect("valid");
        drop(send);
        work().into_result().expect("valid");
        other.join().expect("no panic").into_result().expect("valid");
    });
}

fn pushed(bytes: &WireBytes, features: &Features, chunk: usize) {
    let mut decoder = PushDecoder::new(features);
    for chunk in bytes.chunks(chunk) {
        decoder.push(chunk, &mut |_| ()).expect("valid");
    }
    decoder.finish(&mut |_| ()).expect("valid");
}

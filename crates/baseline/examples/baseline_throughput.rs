//! Compiles every function of a module and says how fast:
//! `cargo run --release --example baseline_throughput -- module.wasm [checked] [plain] [fused]
//! [separate] [repeat=N] [func=N]`.
//! With `func=N` it writes that declared function's machine code to `func.bin`
//! instead. `plain` leaves budgets and feedback out. Bodies are validated
//! before the clock starts; with `fused` in the same walk, with `separate` in
//! one of their own right before. Of several rounds the fastest counts.

use std::time::{SystemTime, UNIX_EPOCH};

use updraft_abi::{Bounds, Tunables, VmContextLayout};
use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::{CompileInput, FuncCompiler};
use updraft_decode::ValidateScratch;
use updraft_types::{DeclaredFuncIndex, Features};

/// When bodies are validated.
#[derive(Clone, Copy)]
enum Validation {
    Before,
    Separate,
    Fused,
}

/// What this thread used of a processor; the time of day where that is not
/// told.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|s| s.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(
        || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()),
        |nanos| nanos / 1e9,
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("no module was named")?;
    let mut tunables = Tunables::default();
    let mut tiering = true;
    let mut only = None;
    let mut validation = Validation::Before;
    let mut repeat = 1;
    for arg in args {
        match &*arg {
            "checked" => tunables.bounds = Bounds::Checked,
            "no-checks" => tunables.interrupt_checks = false,
            "plain" => tiering = false,
            "fused" => validation = Validation::Fused,
            "separate" => validation = Validation::Separate,
            arg => match arg.split_once('=') {
                Some(("func", func)) => only = Some(func.parse::<u32>()?),
                Some(("repeat", n)) => repeat = n.parse()?,
                _ => return Err(format!("what is {arg}?").into()),
            },
        }
    }
    let module = updraft_decode::validate(wat::parse_file(path)?, &Features::default())?;
    let layout = VmContextLayout::new(&module.desc).ok_or("the context is too large")?;
    let compiler = BaselineCompiler::new(BaselineOptions::default())?;
    let input = |func: DeclaredFuncIndex, listing| {
        let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
        CompileInput { tunables, listing, tiering, ..input }
    };
    if let Some(func) = only {
        let compiled = compiler.compile(&input(DeclaredFuncIndex::new(func), true))?;
        std::fs::write("func.bin", &compiled.code[compiled.entry as usize..])?;
        return Ok(());
    }
    let mut best = f64::INFINITY;
    let (mut wasm, mut code, mut tables) = (0, 0, 0);
    for _ in 0..repeat {
        let start = cpu_seconds();
        (wasm, code, tables) = (0, 0, 0);
        let mut scratch = ValidateScratch::new();
        for func in module.desc.bodies.keys() {
            let body = || module.bodies.body(&module.desc, &module.bytes, func);
            let compiled = match validation {
                Validation::Before => compiler.compile(&input(func, false))?,
                Validation::Separate => {
                    body().ok_or("no such body")?.validate(&mut scratch)?;
                    compiler.compile(&input(func, false))?
                }
                Validation::Fused => {
                    let body = body().ok_or("no such body")?;
                    compiler.validate_and_compile(&input(func, false), &body)?.1?
                }
            };
            wasm += module.desc.bodies[func].bytes.len();
            code += compiled.code.len();
            tables += compiled.positions.heap_bytes() + compiled.traps.heap_bytes();
        }
        best = best.min(cpu_seconds() - start);
    }
    let seconds = best;
    let n = module.desc.bodies.len();
    println!(
        "{n} functions, {wasm} bytes of wasm in {seconds:.3} s: {:.2} MB/s, {:.0} functions/s",
        wasm as f64 / seconds / 1e6,
        n as f64 / seconds
    );
    println!(
        "{code} bytes of code ({:.2} per byte), {tables} bytes of tables",
        code as f64 / wasm as f64
    );
    Ok(())
}

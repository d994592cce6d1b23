//! Compiles every function of a module and says how fast:
//! `cargo run --release --example compile_throughput -- module.wasm [checked] [fast] [func=N]`.
//! With `func=N` it prints that declared function's intermediate
//! representation instead, and writes its machine code to `func.bin`.

use std::time::Instant;

use updraft_abi::{Bounds, Tunables, VmContextLayout};
use updraft_compile::{CompileInput, Effort, FuncCompiler};
use updraft_optimize::{OptimizeOptions, OptimizingCompiler};
use updraft_types::{DeclaredFuncIndex, Features};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("no module was named")?;
    let mut tunables = Tunables::default();
    let mut effort = Effort::Full;
    let mut only = None;
    for arg in args {
        match &*arg {
            "checked" => tunables.bounds = Bounds::Checked,
            "no-checks" => tunables.interrupt_checks = false,
            "fast" => effort = Effort::Fast,
            arg => only = arg.strip_prefix("func=").map(str::parse::<u32>).transpose()?,
        }
    }
    let module = updraft_decode::validate(std::fs::read(path)?, &Features::default())?;
    let layout = VmContextLayout::new(&module.desc).ok_or("the context is too large")?;
    let compiler = OptimizingCompiler::new(OptimizeOptions::default())?;
    let input = |func: DeclaredFuncIndex, listing| {
        let input = CompileInput::new(&module.desc, &layout, &module.bytes, func);
        CompileInput { tunables, effort, listing, ..input }
    };
    if let Some(func) = only {
        let compiled = compiler.compile(&input(DeclaredFuncIndex::new(func), true))?;
        println!("{}", compiled.listing.unwrap_or_default());
        std::fs::write("func.bin", compiled.code)?;
        return Ok(());
    }
    let start = Instant::now();
    let (mut wasm, mut code, mut tables) = (0, 0, 0);
    let mut slowest = (std::time::Duration::ZERO, DeclaredFuncIndex::new(0));
    for func in module.desc.bodies.keys() {
        let one = Instant::now();
        let compiled = compiler.compile(&input(func, false))?;
        slowest = slowest.max((one.elapsed(), func));
        wasm += module.desc.bodies[func].bytes.len();
        code += compiled.code.len();
        tables += compiled.positions.heap_bytes() + compiled.traps.heap_bytes();
    }
    let seconds = start.elapsed().as_secs_f64();
    let n = module.desc.bodies.len();
    println!(
        "{n} functions, {wasm} bytes of wasm in {seconds:.2} s: {:.2} MB/s, {:.0} functions/s",
        wasm as f64 / seconds / 1e6,
        n as f64 / seconds
    );
    println!(
        "{code} bytes of code ({:.2} per byte), {tables} bytes of tables",
        code as f64 / wasm as f64
    );
    println!("slowest: {:?} in {:?}", slowest.1, slowest.0);
    Ok(())
}

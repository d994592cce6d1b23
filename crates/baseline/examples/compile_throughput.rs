//! Compiles every function of a module and says how fast:
//! `cargo run --release --example compile_throughput -- module.wasm [checked] [plain] [func=N]`.
//! With `func=N` it writes that declared function's machine code to `func.bin`
//! instead. `plain` leaves budgets and feedback out.

use std::time::Instant;

use updraft_abi::{Bounds, Tunables, VmContextLayout};
use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::{CompileInput, FuncCompiler};
use updraft_types::{BodyFacts, DeclaredFuncIndex, Features};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("no module was named")?;
    let mut tunables = Tunables::default();
    let mut tiering = true;
    let mut only = None;
    for arg in args {
        match &*arg {
            "checked" => tunables.bounds = Bounds::Checked,
            "no-checks" => tunables.interrupt_checks = false,
            "plain" => tiering = false,
            arg => only = arg.strip_prefix("func=").map(str::parse::<u32>).transpose()?,
        }
    }
    let module = updraft_decode::validate(wat::parse_file(path)?, &Features::default())?;
    let layout = VmContextLayout::new(&module.desc).ok_or("the context is too large")?;
    let compiler = BaselineCompiler::new(BaselineOptions::default())?;
    let input = |func: DeclaredFuncIndex, listing| {
        let range = module.desc.bodies[func].bytes.clone();
        CompileInput {
            module: &module.desc,
            layout: &layout,
            func,
            body: &module.bytes[range.clone()],
            body_offset: range.start,
            facts: BodyFacts::default(),
            tunables,
            effort: Default::default(),
            listing,
            wire: &[],
            feedback: None,
            osr: None,
            tiering,
        }
    };
    if let Some(func) = only {
        let compiled = compiler.compile(&input(DeclaredFuncIndex::new(func), true))?;
        std::fs::write("func.bin", &compiled.code[compiled.entry as usize..])?;
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

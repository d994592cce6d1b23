//! `updraft run`: runs a program, or one function of a module.
//!
//! Owns the life of the program: engine, module, store, what stops it, and
//! which exit code its end has.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::time::Duration;

use clap::Args;
use updraft::{Engine, Extern, Func, Instance, Linker, Module, Store, Trap, Val};
use updraft_wasi::WasiCtx;

use crate::CommandResult;
use crate::environment::Environment;
use crate::limits::Limits;
use crate::options::{DebugOptions, DebugSettings, EngineOptions, EngineSettings};
use crate::phases::Phases;
use crate::report::{EXIT_TRAP, Failure, Outcome, printable};
use crate::source::{self, display_name};
use crate::units::{parse_duration, parse_size, show_duration};
use crate::wasi::{self, WasiOptions};
use crate::{dump, facts, invoke, signals, tiers};

const EXAMPLES: &str = "\
Examples:
  updraft run app.wasm --verbose            Arguments after the file are the program's
  updraft run --dir .::/work app.wasm       Give it this directory under the name /work
  updraft run --env HOME --env A=b app.wasm Pass on HOME and set A
  updraft run --invoke add math.wat 1 2     Call an exported function
  updraft run --timeout 500ms --max-memory 64MiB app.wasm
                                            Limits; exit code 134 beyond them
  updraft run -D asm=fib fib.wasm           Show the machine code of a function

A program is a module with `_start`. A module with `_initialize` is a reactor:
it is set up, and then a function is called if --invoke names one.";

/// Run a program.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = EXAMPLES,
    override_usage = "updraft run [OPTIONS] FILE [ARG]..."
)]
pub struct RunCommand {
    #[command(flatten)]
    wasi: WasiOptions,
    /// Call this exported function; its arguments come after the file, its
    /// results are printed one a line
    #[arg(long, value_name = "NAME")]
    invoke: Option<String>,
    /// End the program after this time: 500ms, 2s, 1m, or seconds
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Bytes that all memories together may have: 65536, 64MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_memory: Option<u64>,
    /// Elements that all tables together may have
    #[arg(long, value_name = "N")]
    max_table_elements: Option<u64>,
    /// Instances that may be made
    #[arg(long, value_name = "N")]
    max_instances: Option<usize>,
    /// Print how long each phase takes, as UPDRAFT_TRACE=phases does; what is
    /// compiled at first calls counts in `run`, too
    #[arg(long)]
    time: bool,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    debug: DebugOptions,
    /// The module, binary or text (- is standard input), and its arguments
    #[arg(
        required_unless_present_any = ["wasm", "optimize", "debug", "stress"],
        trailing_var_arg = true,
        value_name = "FILE"
    )]
    file_and_args: Vec<OsString>,
}

impl RunCommand {
    /// For `bisect`, which runs the program many times: its file, and the
    /// settings of the engine. An error if an option makes no sense there.
    pub fn for_bisect(&self) -> Result<(&OsStr, EngineSettings), Failure> {
        let settings = self.engine.resolve()?;
        if self.engine.chooses_tiers() {
            return Err(Failure::usage("bisect chooses the tiers: no --tier and no -S"));
        }
        if self.time || self.debug.resolve()? != DebugSettings::default() {
            return Err(Failure::usage("what -D and --time show differs from run to run"));
        }
        let file = self.file().ok_or_else(Failure::no_file)?;
        if file == "-" {
            return Err(Failure::usage("the module is read many times: it must be a file"));
        }
        Ok((file, settings))
    }

    /// The module.
    pub fn file(&self) -> Option<&OsStr> {
        self.file_and_args.first().map(|f| &**f)
    }

    /// The command line of this command, without tiers and what is shown.
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = self.wasi.arguments();
        arguments.extend(self.engine.arguments_without_tiers().into_iter().map(OsString::from));
        let mut limit = |name: &str, value: Option<String>| {
            arguments.extend(value.map(|v| OsString::from(format!("--{name}={v}"))));
        };
        limit("invoke", self.invoke.clone());
        limit("timeout", self.timeout.map(|t| format!("{}ns", t.as_nanos())));
        limit("max-memory", self.max_memory.map(|n| n.to_string()));
        limit("max-table-elements", self.max_table_elements.map(|n| n.to_string()));
        limit("max-instances", self.max_instances.map(|n| n.to_string()));
        arguments.push("--".into());
        arguments.extend(self.file_and_args.iter().cloned());
        arguments
    }
}

/// What the program's store holds.
struct Host {
    wasi: WasiCtx,
    limits: Limits,
}

/// Runs the command.
pub fn run(command: RunCommand, env: &Environment) -> CommandResult {
    let debug = command.debug.resolve()?;
    let mut phases = Phases::new(command.time || env.trace_phases || debug.phases);
    let (settings, eager) = command.engine.resolve()?.split_eager();
    let engine = settings.with_tier_log(debug.tiers.is_some()).engine()?;
    let (file, args) = command.file_and_args.split_first().ok_or_else(Failure::no_file)?;
    signals::install()?;
    let mut program = Program { command: &command, file, name: display_name(file), args, eager };

    let module = program.load(&engine, &mut phases)?;
    dump::show(&module, &program.name, &debug, &mut io::stderr().lock())?;
    let outcome = program.start(&engine, &module, &mut phases);
    phases.print();
    tiers::print(&module, debug.tiers);
    // The process ends now: freeing thousands of functions one by one, while
    // workers still allocate, took 5 ms of python's 130.
    mem::forget((module, engine));
    outcome
}

struct Program<'a> {
    command: &'a RunCommand,
    file: &'a OsStr,
    name: String,
    args: &'a [OsString],
    /// Compile everything before it starts.
    eager: bool,
}

impl Program<'_> {
    fn load(&mut self, engine: &Engine, phases: &mut Phases) -> Result<Module, Failure> {
        let source = source::read_to_run(self.file)
            .map_err(|e| Failure::new(format!("{}: {e}", self.name)))?;
        phases.add("read", source.read_time);
        if let Some(time) = source.text_time {
            phases.add("text", time);
        }
        let module = phases
            .measure("validate", || Module::from_vec(engine, source.bytes))
            .map_err(|e| Failure::engine(&self.name, &e))?;
        if self.eager {
            let reports = phases.measure("compile", || facts::compile_all(&module, &|_, _| {}));
            for report in reports {
                report.result.map_err(|reason| {
                    let index = report.func.index;
                    Failure::new(format!("{}: function {index}: {reason}", self.name))
                })?;
            }
        }
        Ok(module)
    }

    fn start(&self, engine: &Engine, module: &Module, phases: &mut Phases) -> CommandResult {
        let host = Host {
            wasi: self.command.wasi.context(self.file, self.args)?,
            limits: Limits::new(
                self.command.max_memory,
                self.command.max_table_elements,
                self.command.max_instances,
            ),
        };
        let entry = self.entry(module)?;
        if self.command.max_instances == Some(0) {
            // The program itself is an instance.
            return Err(Failure::new(format!(
                "{}: the limit of 0 instances was reached",
                self.name
            ))
            .with_code(EXIT_TRAP));
        }
        // Never dropped: see `run`. Nothing in it waits to be written.
        let mut store = ManuallyDrop::new(Store::new(engine, host));
        store.limiter(|host| &mut host.limits);
        let mut linker: Linker<Host> = Linker::new(engine);
        wasi::link(&mut linker, |host| &mut host.wasi)
            .map_err(|e| Failure::engine(&self.name, &e))?;

        // Held until the end: a deadline lives as long as its handle.
        let isolate = store.isolate_handle();
        if let Some(timeout) = self.command.timeout {
            isolate.set_timeout(timeout);
        }
        let stop = isolate.clone();
        signals::set_target(move || stop.terminate());
        let place = phases.place();
        let compiled = facts::compile_time(module);
        let result =
            phases.measure("instantiate", || linker.instantiate(&mut *store, module)).and_then(
                |instance| phases.measure("run", || self.enter(&mut store, instance, &entry)),
            );
        // What was compiled at first calls is a part of the phases after it.
        if !self.eager {
            let lazily = facts::compile_time(module).saturating_sub(compiled);
            phases.add_at(place, "compile", lazily);
        }
        match result {
            Ok(None) => Ok(Outcome::Success),
            Ok(Some(outcome)) => outcome,
            Err(error) => self.ended(&store, &error),
        }
    }

    /// What is called, decided before anything runs.
    fn entry(&self, module: &Module) -> Result<Entry, Failure> {
        let is_func =
            |name: &str| module.exports().any(|e| e.name() == name && e.ty().func().is_some());
        if let Some(name) = &self.command.invoke {
            return match module.exports().find(|e| e.name() == name) {
                Some(export) => match export.ty().func() {
                    Some(ty) => Ok(Entry::Invoke {
                        initialize: is_func("_initialize"),
                        name: name.clone(),
                        args: invoke::arguments(name, ty, self.args)?,
                    }),
                    None => Err(Failure::new(format!(
                        "{}: the export {} is not a function",
                        self.name,
                        printable(name)
                    ))),
                },
                None => Err(Failure::new(format!(
                    "{}: no function {} to call; {}",
                    self.name,
                    printable(name),
                    exports_of(module)
                ))),
            };
        }
        if is_func("_start") {
            Ok(Entry::Command)
        } else if is_func("_initialize") {
            Ok(Entry::Reactor)
        } else {
            Err(Failure::new(format!(
                "{}: no function _start to run; {}; call one with --invoke",
                self.name,
                exports_of(module)
            )))
        }
    }

    fn enter(
        &self,
        store: &mut Store<Host>,
        instance: Instance,
        entry: &Entry,
    ) -> updraft::Result<Option<CommandResult>> {
        let (name, args) = match entry {
            Entry::Command => ("_start", &[][..]),
            Entry::Reactor => ("_initialize", &[][..]),
            Entry::Invoke { initialize, name, args } => {
                if *initialize && name != "_initialize" {
                    call(store, &instance, "_initialize", &[])?;
                }
                (&**name, &**args)
            }
        };
        let results = call(store, &instance, name, args)?;
        if !matches!(entry, Entry::Invoke { .. }) {
            return Ok(None);
        }
        Ok(Some(print_results(&results)))
    }

    /// Which end an error is.
    fn ended(&self, store: &Store<Host>, error: &updraft::Error) -> CommandResult {
        if let Some(code) = wasi::exit_code(error) {
            return Ok(Outcome::Exit(code));
        }
        let is_trap = error.is::<Trap>();
        if is_trap && let Some(code) = signals::received() {
            return Err(Failure::silent(code));
        }
        let mut failure = Failure::engine(&self.name, error);
        if let Some(refused) = store.data().limits.refused() {
            failure = failure.with_code(EXIT_TRAP).with_note(&format!("note: {refused}"));
        }
        if is_trap
            && error.downcast_ref() == Some(&Trap::DeadlineExceeded)
            && let Some(timeout) = self.command.timeout
        {
            failure =
                failure.with_note(&format!("note: the timeout was {}", show_duration(timeout)));
        }
        Err(failure)
    }
}

enum Entry {
    Command,
    Reactor,
    Invoke { initialize: bool, name: String, args: Vec<Val> },
}

fn call(
    store: &mut Store<Host>,
    instance: &Instance,
    name: &str,
    args: &[Val],
) -> updraft::Result<Vec<Val>> {
    let func: Func = match instance.get_export(&mut *store, name) {
        Some(Extern::Func(func)) => func,
        _ => return Err(updraft::Error::msg(format!("no function {}", printable(name)))),
    };
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(&mut *store, args, &mut results)?;
    Ok(results)
}

fn print_results(results: &[Val]) -> CommandResult {
    let mut out = io::stdout().lock();
    for result in results {
        writeln!(out, "{}", invoke::show(result))?;
    }
    out.flush()?;
    Ok(Outcome::Success)
}

/// The functions that a module exports, for messages.
fn exports_of(module: &Module) -> String {
    const SHOWN: usize = 20;
    let names: Vec<String> =
        module.exports().filter(|e| e.ty().func().is_some()).map(|e| printable(e.name())).collect();
    if names.is_empty() {
        return "it exports no function".into();
    }
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!("it exports {}{more}", names[..names.len().min(SHOWN)].join(", "))
}

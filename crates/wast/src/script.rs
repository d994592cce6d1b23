//! A running script: its store, its instances and what each directive means.
//!
//! Owns: [`Script`]. Called by the crate's entry points, once per directive.
//! Must not know: lines and files; they are put to messages by the caller.

use std::collections::HashMap;

use updraft::{
    Engine, Error, ErrorKind, Extern, Instance, Module, Store, Trap, Val, WasmBacktrace,
};
use wast::core::ModuleKind;
use wast::token::Id;
use wast::{QuoteWat, QuoteWatTest, WastDirective, WastExecute, WastInvoke, Wat};

use crate::{PrintHook, parse_buffer, spectest, values};

/// What a directive gives: nothing, or why it failed.
type Verdict = Result<(), String>;

/// What running something gave: values, or the engine's error. Errors of the
/// script itself (no such instance) are the outer `Err` of its users.
type Outcome = Result<Vec<Val>, Error>;

pub(crate) struct Script {
    store: Store<()>,
    spectest: HashMap<&'static str, Extern>,
    /// What the next `invoke` without a name means: the last module, if it
    /// could be instantiated.
    current: Option<Instance>,
    named: HashMap<String, Instance>,
    registered: HashMap<String, Instance>,
    /// The last `module definition`, and those with a name.
    definition: Option<Module>,
    definitions: HashMap<String, Module>,
    notes: Vec<String>,
    lazy_validation: bool,
}

impl Script {
    pub(crate) fn new(
        engine: &Engine,
        print: Option<PrintHook>,
        lazy_validation: bool,
    ) -> Result<Script, Error> {
        let mut store = Store::new(engine, ());
        let spectest = spectest::exports(&mut store, print)?;
        Ok(Script {
            store,
            spectest,
            current: None,
            named: HashMap::new(),
            registered: HashMap::new(),
            definition: None,
            definitions: HashMap::new(),
            notes: Vec::new(),
            lazy_validation,
        })
    }

    /// The remarks of the last directive.
    pub(crate) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    pub(crate) fn run(&mut self, directive: WastDirective<'_>) -> Verdict {
        match directive {
            WastDirective::Module(module) => self.module(module),
            WastDirective::ModuleDefinition(module) => self.module_definition(module),
            WastDirective::ModuleInstance { instance, module, .. } => {
                self.module_instance(instance, module)
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module)?;
                self.registered.insert(name.to_owned(), instance);
                Ok(())
            }
            WastDirective::Invoke(invoke) => match self.invoke(invoke)? {
                Ok(_) => Ok(()),
                Err(e) => Err(format!("invoke failed: {}", say(&e))),
            },
            WastDirective::AssertReturn { exec, results, .. } => match self.execute(exec)? {
                Ok(actual) => values::check_results(&mut self.store, &actual, &results),
                Err(e) => Err(format!("expected a result, got an error: {}", say(&e))),
            },
            WastDirective::AssertTrap { exec, message, .. } => {
                let outcome = self.execute(exec)?;
                self.expect_trap(outcome, message, |_| true)
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let outcome = self.invoke(call)?;
                self.expect_trap(outcome, message, |trap| trap == Trap::StackOverflow)
            }
            WastDirective::AssertInvalid { module, message, .. } => {
                self.assert_refused(module, message, "invalid")
            }
            WastDirective::AssertMalformed { module, message, .. } => {
                self.assert_refused(module, message, "malformed")
            }
            WastDirective::AssertUnlinkable { module, message, .. } => {
                self.assert_unlinkable(module, message)
            }
            WastDirective::AssertMalformedCustom { .. }
            | WastDirective::AssertInvalidCustom { .. } => {
                Err("unsupported: assertions on custom sections".into())
            }
            WastDirective::AssertException { .. } => Err("unsupported: exceptions".into()),
            WastDirective::AssertSuspension { .. } => Err("unsupported: stack switching".into()),
            WastDirective::Thread(_) | WastDirective::Wait { .. } => {
                Err("unsupported: threads in scripts".into())
            }
        }
    }

    fn module(&mut self, mut module: QuoteWat<'_>) -> Verdict {
        // Until the module stands, nothing may run on its predecessor.
        self.current = None;
        let name = module.name().map(|id| id.name().to_owned());
        if let Some(name) = &name {
            self.named.remove(name);
        }
        let bytes = encode(&mut module)?;
        let module = self.compile(&bytes).map_err(|e| format!("module refused: {}", say(&e)))?;
        let instance =
            self.instantiate(&module).map_err(|e| format!("instantiation failed: {}", say(&e)))?;
        if let Some(name) = name {
            self.named.insert(name, instance.clone());
        }
        self.current = Some(instance);
        Ok(())
    }

    fn module_definition(&mut self, mut module: QuoteWat<'_>) -> Verdict {
        self.definition = None;
        let name = module.name().map(|id| id.name().to_owned());
        if let Some(name) = &name {
            self.definitions.remove(name);
        }
        let bytes = encode(&mut module)?;
        let module = self.compile(&bytes).map_err(|e| format!("module refused: {}", say(&e)))?;
        if let Some(name) = name {
            self.definitions.insert(name, module.clone());
        }
        self.definition = Some(module);
        Ok(())
    }

    fn module_instance(&mut self, instance: Option<Id<'_>>, module: Option<Id<'_>>) -> Verdict {
        self.current = None;
        if let Some(id) = instance {
            self.named.remove(id.name());
        }
        let definition = match module {
            None => self.definition.clone().ok_or("no module definition before this")?,
            Some(id) => self
                .definitions
                .get(id.name())
                .cloned()
                .ok_or_else(|| format!("no module definition ${}", id.name()))?,
        };
        let made = self
            .instantiate(&definition)
            .map_err(|e| format!("instantiation failed: {}", say(&e)))?;
        if let Some(id) = instance {
            self.named.insert(id.name().to_owned(), made.clone());
        }
        self.current = Some(made);
        Ok(())
    }

    fn assert_refused(&mut self, mut module: QuoteWat<'_>, message: &str, what: &str) -> Verdict {
        let error = match encode(&mut module) {
            Err(error) => {
                // The text parser finds what it can; but an invalid module is
                // one that the engine must be shown.
                if what == "invalid" {
                    return Err(format!("the module has no binary form: {error}"));
                }
                error
            }
            Ok(bytes) => match self.compile_whole(&bytes) {
                Ok(()) => {
                    return Err(format!("expected an {what} module: {message}; it loads")
                        .replace("an malformed", "a malformed"));
                }
                Err(e) if !is_refusal(&e) => {
                    return Err(format!("expected an {what} module: {message}; got: {}", say(&e))
                        .replace("an malformed", "a malformed"));
                }
                Err(e) => say(&e),
            },
        };
        self.compare_messages(message, &error);
        Ok(())
    }

    fn assert_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Verdict {
        let bytes = encode(&mut QuoteWat::Wat(module))?;
        let module = self.compile(&bytes).map_err(|e| format!("module refused: {}", say(&e)))?;
        match self.instantiate(&module) {
            Ok(_) => Err(format!("expected a link error: {message}; it links")),
            Err(e) if e.is::<Trap>() => {
                Err(format!("expected a link error: {message}; got a trap: {}", say(&e)))
            }
            Err(e) => {
                self.compare_messages(message, &say(&e));
                Ok(())
            }
        }
    }

    fn expect_trap(
        &mut self,
        outcome: Outcome,
        message: &str,
        wanted: impl Fn(Trap) -> bool,
    ) -> Verdict {
        match outcome {
            Ok(results) => {
                let results: Vec<String> =
                    results.iter().map(|v| values::show(&self.store, v)).collect();
                Err(format!("expected a trap: {message}; it returned [{}]", results.join(" ")))
            }
            Err(e) => match e.downcast_ref::<Trap>() {
                Some(trap) if wanted(*trap) => {
                    self.compare_messages(message, &say(&e));
                    Ok(())
                }
                _ => Err(format!("expected a trap: {message}; got: {}", say(&e))),
            },
        }
    }

    fn compare_messages(&mut self, expected: &str, actual: &str) {
        if !actual.contains(expected) {
            self.notes.push(format!("message: expected {expected:?}, got {actual:?}"));
        }
    }

    fn execute(&mut self, exec: WastExecute<'_>) -> Result<Outcome, String> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke),
            WastExecute::Wat(module) => {
                let bytes = encode(&mut QuoteWat::Wat(module))?;
                let module =
                    self.compile(&bytes).map_err(|e| format!("module refused: {}", say(&e)))?;
                Ok(self.instantiate(&module).map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                match instance.get_export(&mut self.store, global) {
                    Some(Extern::Global(global)) => Ok(Ok(vec![global.get(&mut self.store)])),
                    Some(_) => Err(format!("export {global:?} is not a global")),
                    None => Err(format!("no export {global:?}")),
                }
            }
        }
    }

    fn invoke(&mut self, invoke: WastInvoke<'_>) -> Result<Outcome, String> {
        let instance = self.instance(invoke.module)?;
        let func = match instance.get_export(&mut self.store, invoke.name) {
            Some(Extern::Func(func)) => func,
            Some(_) => return Err(format!("export {:?} is not a function", invoke.name)),
            None => return Err(format!("no export {:?}", invoke.name)),
        };
        let mut args = Vec::with_capacity(invoke.args.len());
        for arg in &invoke.args {
            args.push(values::argument(&mut self.store, arg)?);
        }
        let mut results = vec![Val::I32(0); func.ty(&self.store).results().len()];
        let outcome = func.call(&mut self.store, &args, &mut results);
        Ok(outcome.map(|()| results))
    }

    fn instance(&self, id: Option<Id<'_>>) -> Result<Instance, String> {
        match id {
            None => self.current.clone().ok_or_else(|| "no instance to run on".into()),
            Some(id) => self
                .named
                .get(id.name())
                .cloned()
                .ok_or_else(|| format!("no instance ${}", id.name())),
        }
    }

    fn compile(&self, bytes: &[u8]) -> Result<Module, Error> {
        Module::from_binary(self.store.engine(), bytes)
    }

    /// Makes a module, its bodies checked in any case.
    fn compile_whole(&self, bytes: &[u8]) -> Result<(), Error> {
        self.compile(bytes)?;
        if self.lazy_validation {
            Module::validate(self.store.engine(), bytes)?;
        }
        Ok(())
    }

    /// Imports are looked up here and not in a linker, so that an error of
    /// `Instance::new` is the engine's own.
    fn instantiate(&mut self, module: &Module) -> Result<Instance, Error> {
        let mut imports = Vec::new();
        for import in module.imports() {
            let found = match self.registered.get(import.module()) {
                Some(instance) => instance.get_export(&mut self.store, import.name()),
                None if import.module() == "spectest" => self.spectest.get(import.name()).cloned(),
                None => None,
            };
            imports.push(found.ok_or_else(|| {
                Error::msg(format!("unknown import {:?}.{:?}", import.module(), import.name()))
            })?);
        }
        Instance::new(&mut self.store, module, &imports)
    }
}

/// An error in a line, without its backtrace.
fn say(error: &Error) -> String {
    let backtrace = error.downcast_ref::<WasmBacktrace>().map(|b| b.to_string());
    let messages: Vec<String> =
        error.chain().map(|e| e.to_string()).filter(|m| Some(m) != backtrace.as_ref()).collect();
    messages.join(": ")
}

/// Whether the engine refused a module for what it is, and not because the
/// engine itself failed.
fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Invalid
}

/// The binary form of a module. Quoted text is parsed here; bytes given as
/// such are passed on untouched.
fn encode(module: &mut QuoteWat<'_>) -> Result<Vec<u8>, String> {
    if matches!(module, QuoteWat::QuoteComponent(..) | QuoteWat::Wat(Wat::Component(_))) {
        return Err("unsupported: components".into());
    }
    if let QuoteWat::Wat(Wat::Module(module)) = &*module
        && let ModuleKind::Binary(parts) = &module.kind
    {
        return Ok(parts.concat());
    }
    match module.to_test().map_err(|e| e.message())? {
        QuoteWatTest::Binary(bytes) => Ok(bytes),
        QuoteWatTest::Text(text) => {
            let text = std::str::from_utf8(&text).map_err(|_| "malformed UTF-8 encoding")?;
            let buffer = parse_buffer(text).map_err(|e| e.message())?;
            let mut wat = wast::parser::parse::<Wat<'_>>(&buffer).map_err(|e| e.message())?;
            if matches!(wat, Wat::Component(_)) {
                return Err("unsupported: components".into());
            }
            wat.encode().map_err(|e| e.message())
        }
    }
}

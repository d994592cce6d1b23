//! The grouped options of the engine: `-W` features, `-O` how code is made,
//! `-D` what to show of it, `-S` stress for tests.
//!
//! Owns: [`EngineOptions`], [`DebugOptions`] and what they resolve to. The
//! only place where options become a `Config`. Used by every command that
//! makes an engine.

use std::io::{self, Write};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use updraft::{Config, Engine, FeatureInfo, Features, Strategy};

use crate::report::Failure;
use crate::units::parse_size;

/// Options of the engine. They come before the file.
#[derive(Args, Clone, Debug, Default)]
pub struct EngineOptions {
    /// WebAssembly features: NAME=y or NAME=n; `-W help` lists them
    #[arg(short = 'W', long = "wasm", value_name = "NAME[=y|n],…", global = false)]
    wasm: Vec<String>,
    /// How code is made; `-O help` lists the options
    #[arg(short = 'O', long = "optimize", value_name = "NAME[=VALUE],…")]
    optimize: Vec<String>,
    /// Which compilers are used: baseline at first calls and optimizing for
    /// what is hot (lazy), or one alone
    #[arg(long, value_name = "TIER", value_enum)]
    tier: Option<Tier>,
    /// Policies driven to their extremes, for tests; `-S help` lists them
    #[arg(short = 'S', long = "stress", value_name = "NAME[=VALUE],…", hide = true)]
    stress: Vec<String>,
}

/// Which compilers are used.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Tier {
    Lazy,
    Baseline,
    Optimize,
}

impl Tier {
    fn strategy(self) -> Strategy {
        match self {
            Tier::Lazy => Strategy::Tiered,
            Tier::Baseline => Strategy::Baseline,
            Tier::Optimize => Strategy::Optimize,
        }
    }
}

/// How the account of tiers is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TierTable {
    /// As lines for people.
    Text,
    /// For programs.
    Json,
}

/// Options that show what the engine does.
#[derive(Args, Clone, Debug, Default)]
pub struct DebugOptions {
    /// Show compiled code and times; `-D help` lists the options
    #[arg(short = 'D', long = "debug", value_name = "NAME[=VALUE],…")]
    debug: Vec<String>,
}

const OPTIMIZE_HELP: &[(&str, &str)] = &[
    ("eager[=y|n]", "compile every function before the program starts (default: n)"),
    ("bounds=auto|explicit", "explicit: check every access, reserve no address space"),
    ("canonical-nans[=y|n]", "give every NaN the same bits (default: n)"),
    ("workers=N", "threads that compile (default: one per core)"),
    ("max-wasm-stack=SIZE", "stack that a program may use (default: 1 MiB)"),
    ("tier-up-budget=N", "bytes of a function that run before it is optimized"),
    ("osr[=y|n]", "move running loops to optimized code (default: y)"),
    ("lazy-validation[=y|n]", "check a function when it is first called (default: n)"),
    ("code-budget=SIZE", "machine code that may exist at a time (default: 1 GiB)"),
];

const STRESS_HELP: &[(&str, &str)] = &[
    ("tier-up-now[=y|n]", "the first sign of use makes a function hot"),
    ("osr-everywhere[=y|n]", "leave every loop when it first repeats"),
    ("osr-sample=SEED/N", "the same for the loops of one in N functions"),
    ("random-tiers=SEED", "chance decides about the compiler of each function"),
    ("baseline-below=N", "functions below N (no imports) in baseline code, others optimized"),
    ("baseline-seed=SEED", "…and of those below only what chance picks"),
    ("sync-tier-up[=y|n]", "compile what is hot at once, on the thread that runs it"),
    ("code-gc-always[=y|n]", "free code that nobody reaches at once"),
    ("evict=SEED/N", "one in N first calls evicts code that is not running, 0: all of it"),
];

const DEBUG_HELP: &[(&str, &str)] = &[
    ("asm[=PATTERN]", "show the machine code of functions"),
    ("clif[=PATTERN]", "show the optimizing compiler's input for functions"),
    ("phases", "show how long each phase takes"),
    ("tiers[=text|json]", "show what was compiled when, by which tier, and why"),
];

const PATTERN_HELP: &str =
    "A PATTERN is a function's index or its name, in which * stands for anything.";

/// What the options of the engine say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineSettings {
    features: Vec<(String, bool)>,
    eager: Option<bool>,
    explicit_bounds: Option<bool>,
    canonical_nans: Option<bool>,
    workers: Option<usize>,
    max_wasm_stack: Option<usize>,
    tier: Option<Tier>,
    tier_up_budget: Option<u32>,
    osr: Option<bool>,
    lazy_validation: Option<bool>,
    code_budget: Option<u64>,
    tier_up_now: bool,
    osr_everywhere: bool,
    osr_sample: Option<(u64, u32)>,
    random_tiers: Option<u64>,
    baseline_below: Option<u32>,
    baseline_seed: Option<u64>,
    sync_tier_up: bool,
    code_gc_always: bool,
    evict: Option<(u64, u32)>,
    tier_log: bool,
}

/// What the options for showing say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DebugSettings {
    /// Functions to disassemble.
    pub asm: Option<String>,
    /// Functions whose compiler input is shown.
    pub clif: Option<String>,
    /// Show phases.
    pub phases: bool,
    /// Show what tiers did.
    pub tiers: Option<TierTable>,
}

impl EngineOptions {
    /// Reads the options; prints lists that were asked for.
    pub fn resolve(&self) -> Result<EngineSettings, Failure> {
        let mut settings = EngineSettings { tier: self.tier, ..EngineSettings::default() };
        self.resolve_stress(&mut settings)?;
        for (name, value) in pairs(&self.wasm) {
            if name == "help" {
                return Err(print_features());
            }
            if name == "wasm2" && value.is_none() {
                let on = |f: &FeatureInfo| Features::wasm2().is_on(f.name).unwrap_or(false);
                settings.features.extend(Features::LIST.iter().map(|f| (f.name.to_owned(), on(f))));
                continue;
            }
            let on = yes_or_no("-W", name, value)?;
            if name == "all" {
                settings.features.extend(Features::LIST.iter().map(|f| (f.name.to_owned(), on)));
            } else if Features::LIST.iter().any(|f| f.name == name) {
                settings.features.push((name.to_owned(), on));
            } else {
                return Err(Failure::usage(format!(
                    "-W {name}: no such feature; -W help lists them"
                )));
            }
        }
        for (name, value) in pairs(&self.optimize) {
            match name {
                "help" => return Err(print_help("-O", OPTIMIZE_HELP, None)),
                "eager" => settings.eager = Some(yes_or_no("-O", name, value)?),
                "canonical-nans" => settings.canonical_nans = Some(yes_or_no("-O", name, value)?),
                "bounds" => {
                    settings.explicit_bounds = Some(match value {
                        Some("auto") => false,
                        Some("explicit") => true,
                        _ => return Err(Failure::usage("-O bounds: expected auto or explicit")),
                    });
                }
                "workers" => {
                    let n = value.and_then(|v| v.parse().ok());
                    settings.workers =
                        Some(n.ok_or_else(|| Failure::usage("-O workers: expected a number"))?);
                }
                "max-wasm-stack" => {
                    let size = parse_size(value.unwrap_or_default())
                        .map_err(|e| Failure::usage(format!("-O max-wasm-stack: {e}")))?;
                    settings.max_wasm_stack = Some(
                        usize::try_from(size)
                            .map_err(|_| Failure::usage("-O max-wasm-stack: too large"))?,
                    );
                }
                "tier-up-budget" => {
                    let n = value.and_then(|v| v.parse().ok());
                    settings.tier_up_budget =
                        Some(n.ok_or_else(|| {
                            Failure::usage("-O tier-up-budget: expected a number")
                        })?);
                }
                "osr" => settings.osr = Some(yes_or_no("-O", name, value)?),
                "lazy-validation" => {
                    settings.lazy_validation = Some(yes_or_no("-O", name, value)?);
                }
                "code-budget" => {
                    let size = parse_size(value.unwrap_or_default())
                        .map_err(|e| Failure::usage(format!("-O code-budget: {e}")))?;
                    settings.code_budget = Some(size);
                }
                _ => {
                    return Err(Failure::usage(format!(
                        "-O {name}: no such option; -O help lists them"
                    )));
                }
            }
        }
        Ok(settings)
    }

    /// The options of features and of how code is made, as a command line has
    /// them; none of tiers.
    pub fn arguments_without_tiers(&self) -> Vec<String> {
        let wasm = self.wasm.iter().map(|v| format!("-W{v}"));
        wasm.chain(self.optimize.iter().map(|v| format!("-O{v}"))).collect()
    }

    /// Whether an option says which tiers are used.
    pub fn chooses_tiers(&self) -> bool {
        self.tier.is_some() || !self.stress.is_empty()
    }

    fn resolve_stress(&self, settings: &mut EngineSettings) -> Result<(), Failure> {
        for (name, value) in pairs(&self.stress) {
            match name {
                "help" => return Err(print_help("-S", STRESS_HELP, None)),
                "tier-up-now" => settings.tier_up_now = yes_or_no("-S", name, value)?,
                "osr-everywhere" => settings.osr_everywhere = yes_or_no("-S", name, value)?,
                "sync-tier-up" => settings.sync_tier_up = yes_or_no("-S", name, value)?,
                "code-gc-always" => settings.code_gc_always = yes_or_no("-S", name, value)?,
                "evict" => settings.evict = Some(pair_of("-S", name, value)?),
                "osr-sample" => {
                    settings.osr_sample = Some(pair_of("-S", name, value)?);
                    settings.osr_everywhere = true;
                }
                "random-tiers" => settings.random_tiers = Some(number("-S", name, value)?),
                "baseline-below" => settings.baseline_below = Some(number("-S", name, value)?),
                "baseline-seed" => settings.baseline_seed = Some(number("-S", name, value)?),
                _ => {
                    return Err(Failure::usage(format!(
                        "-S {name}: no such option; -S help lists them"
                    )));
                }
            }
        }
        Ok(())
    }
}

impl DebugOptions {
    /// Reads the options; prints the list if it was asked for.
    pub fn resolve(&self) -> Result<DebugSettings, Failure> {
        let mut settings = DebugSettings::default();
        for (name, value) in pairs(&self.debug) {
            let pattern = || value.unwrap_or("*").to_owned();
            match name {
                "help" => return Err(print_help("-D", DEBUG_HELP, Some(PATTERN_HELP))),
                "asm" => settings.asm = Some(pattern()),
                "clif" => settings.clif = Some(pattern()),
                "phases" => settings.phases = yes_or_no("-D", name, value)?,
                "tiers" => {
                    settings.tiers = Some(match value {
                        None | Some("text") => TierTable::Text,
                        Some("json") => TierTable::Json,
                        _ => return Err(Failure::usage("-D tiers: expected text or json")),
                    });
                }
                _ => {
                    return Err(Failure::usage(format!(
                        "-D {name}: no such option; -D help lists them"
                    )));
                }
            }
        }
        Ok(settings)
    }
}

impl EngineSettings {
    /// The settings without eager compilation, and whether it was wanted: for
    /// who calls the compiler separately, to measure it.
    pub fn split_eager(mut self) -> (EngineSettings, bool) {
        let eager = self.eager.take().unwrap_or(false);
        (self, eager)
    }

    /// The settings for an engine whose tiers are shown.
    pub fn with_tier_log(mut self, on: bool) -> EngineSettings {
        self.tier_log = on;
        self
    }

    /// The settings with tiers that do not change: see `-S baseline-below`.
    pub fn with_baseline_below(mut self, n: u32) -> EngineSettings {
        self.baseline_below = Some(n);
        self
    }

    /// An engine with these settings.
    pub fn engine(&self) -> Result<Engine, Failure> {
        let mut config = Config::new();
        self.apply(&mut config);
        Engine::new(&config).map_err(|e| {
            let message = format!("cannot make an engine: {e:#}");
            // Only this setting can be out of range.
            match self.max_wasm_stack {
                Some(_) => Failure::usage(message),
                None => Failure::new(message),
            }
        })
    }

    /// Puts the settings into a configuration.
    pub fn apply(&self, config: &mut Config) {
        let mut features = Features::default();
        for (name, on) in &self.features {
            features.set(name, *on);
        }
        config.features(features);
        if let Some(eager) = self.eager {
            config.eager_compilation(eager);
        }
        if let Some(explicit) = self.explicit_bounds {
            config.memory_reservation(!explicit);
        }
        if let Some(on) = self.canonical_nans {
            config.canonical_nans(on);
        }
        if let Some(workers) = self.workers {
            config.compile_workers(workers);
        }
        if let Some(size) = self.max_wasm_stack {
            config.max_wasm_stack(size);
        }
        if let Some(tier) = self.tier {
            config.strategy(tier.strategy());
        }
        if self.baseline_below.is_some() || self.baseline_seed.is_some() {
            let below = self.baseline_below.unwrap_or(u32::MAX);
            config.strategy(Strategy::Tiered).debug_pinned_tiers(below, self.baseline_seed);
        }
        if let Some(bytes) = self.tier_up_budget {
            config.tier_up_budget(bytes);
        }
        if let Some(on) = self.osr {
            config.on_stack_replacement(on);
        }
        if let Some(on) = self.lazy_validation {
            config.lazy_validation(on);
        }
        if let Some(bytes) = self.code_budget {
            config.code_budget(bytes);
        }
        if let Some((seed, one_in)) = self.osr_sample {
            config.debug_osr_sample(seed, one_in);
        }
        if let Some((seed, one_in)) = self.evict {
            config.debug_evict(seed, one_in);
        }
        config
            .synchronous_tier_up(self.sync_tier_up)
            .tier_log(self.tier_log)
            .debug_tier_up_now(self.tier_up_now)
            .debug_osr_everywhere(self.osr_everywhere)
            .debug_random_tiers(self.random_tiers)
            .debug_code_gc_always(self.code_gc_always);
    }
}

/// Splits `a=b,c` and the like.
fn pairs(options: &[String]) -> impl Iterator<Item = (&str, Option<&str>)> {
    options.iter().flat_map(|o| o.split(',')).filter(|o| !o.is_empty()).map(|o| {
        match o.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (o, None),
        }
    })
}

fn yes_or_no(group: &str, name: &str, value: Option<&str>) -> Result<bool, Failure> {
    match value {
        None | Some("y" | "yes" | "true" | "on" | "1") => Ok(true),
        Some("n" | "no" | "false" | "off" | "0") => Ok(false),
        Some(other) => {
            Err(Failure::usage(format!("{group} {name}: expected y or n, got {other:?}")))
        }
    }
}

fn number<T: FromStr>(group: &str, name: &str, value: Option<&str>) -> Result<T, Failure> {
    let number = value.and_then(|v| v.parse().ok());
    number.ok_or_else(|| Failure::usage(format!("{group} {name}: expected a number")))
}

/// A seed, and one in how many.
fn pair_of(group: &str, name: &str, value: Option<&str>) -> Result<(u64, u32), Failure> {
    let pair = value.and_then(|v| v.split_once('/'));
    let pair = pair.and_then(|(s, n)| Some((s.parse().ok()?, n.parse().ok()?)));
    pair.ok_or_else(|| Failure::usage(format!("{group} {name}: expected a number/a number")))
}

fn print_features() -> Failure {
    let rows: Vec<(String, String)> = Features::LIST
        .iter()
        .map(|f| {
            let default = if f.default { "y" } else { "n" };
            (format!("{}[=y|n]", f.name), format!("{} (default: {default})", f.doc))
        })
        .chain([
            ("all[=y|n]".to_owned(), "every feature of this list".to_owned()),
            ("wasm2".to_owned(), "exactly WebAssembly 2.0".to_owned()),
        ])
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(a, b)| (&**a, &**b)).collect();
    print_help("-W", &rows, None)
}

/// Prints a list; the result ends the command without an error.
fn print_help(group: &str, rows: &[(&str, &str)], more: Option<&str>) -> Failure {
    let print = || -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "Options of {group}, separated by commas:")?;
        for (name, doc) in rows {
            writeln!(out, "  {group} {name:<32} {doc}")?;
        }
        if let Some(more) = more {
            writeln!(out, "\n{more}")?;
        }
        out.flush()
    };
    match print() {
        Ok(()) => Failure::silent(0),
        Err(e) => e.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(wasm: &[&str], optimize: &[&str]) -> EngineOptions {
        EngineOptions {
            wasm: wasm.iter().map(|s| s.to_string()).collect(),
            optimize: optimize.iter().map(|s| s.to_string()).collect(),
            ..EngineOptions::default()
        }
    }

    #[test]
    fn groups_are_lists_of_names_and_values() {
        let s = options(&["simd=n,multi-memory"], &["eager", "bounds=explicit,workers=3"])
            .resolve()
            .unwrap();
        assert_eq!(s.features, [("simd".to_owned(), false), ("multi-memory".to_owned(), true)]);
        assert_eq!((s.eager, s.explicit_bounds, s.workers), (Some(true), Some(true), Some(3)));
        assert_eq!(s.canonical_nans, None);
    }

    #[test]
    fn a_version_is_a_set_of_features() {
        let s = options(&["tail-call,wasm2,multi-memory"], &[]).resolve().unwrap();
        let mut features = Features::none();
        for (name, on) in &s.features {
            assert!(features.set(name, *on));
        }
        assert_eq!(features, Features { multi_memory: true, ..Features::wasm2() });
        assert!(options(&["wasm2=n"], &[]).resolve().is_err());
    }

    #[test]
    fn what_is_unknown_is_refused() {
        for (wasm, optimize) in [
            (&["simds"][..], &[][..]),
            (&["simd=maybe"], &[]),
            (&[], &["egaer"]),
            (&[], &["eager=2"]),
            (&[], &["bounds"]),
            (&[], &["bounds=none"]),
            (&[], &["workers=-1"]),
            (&[], &["max-wasm-stack=big"]),
            (&[], &["code-budget"]),
            (&[], &["code-budget=1x"]),
            (&[], &["lazy-validation=2"]),
        ] {
            assert!(options(wasm, optimize).resolve().is_err(), "{wasm:?} {optimize:?}");
        }
    }

    #[test]
    fn tiers_and_stress_are_settings() {
        let mut o = options(&[], &["tier-up-budget=500,osr=n"]);
        o.stress = vec!["tier-up-now,random-tiers=7".into()];
        let s = o.resolve().unwrap();
        assert_eq!((s.tier_up_budget, s.osr), (Some(500), Some(false)));
        assert_eq!((s.tier_up_now, s.random_tiers, s.osr_everywhere), (true, Some(7), false));
        o.stress = vec!["baseline-below=3,baseline-seed=9".into()];
        let s = o.resolve().unwrap();
        assert_eq!((s.baseline_below, s.baseline_seed), (Some(3), Some(9)));
        o.stress = vec!["evict=5/2,code-gc-always".into()];
        o.optimize = vec!["code-budget=2MiB,lazy-validation".into()];
        let s = o.resolve().unwrap();
        assert_eq!((s.evict, s.code_gc_always), (Some((5, 2)), true));
        assert_eq!((s.code_budget, s.lazy_validation), (Some(2 << 20), Some(true)));
        o.stress = vec!["osr-sample=7/4".into()];
        let s = o.resolve().unwrap();
        assert_eq!((s.osr_sample, s.osr_everywhere), (Some((7, 4)), true));
        o.stress = vec!["osr-sample=7".into()];
        assert!(o.resolve().is_err());
        o.stress = vec!["random-tiers".into()];
        assert!(o.resolve().is_err());
        let debug = DebugOptions { debug: vec!["tiers=json".into()] }.resolve().unwrap();
        assert_eq!(debug.tiers, Some(TierTable::Json));
    }

    #[test]
    fn debug_patterns_default_to_everything() {
        let debug = DebugOptions { debug: vec!["asm,clif=fib*".into()] };
        let settings = debug.resolve().unwrap();
        assert_eq!(settings.asm.as_deref(), Some("*"));
        assert_eq!(settings.clif.as_deref(), Some("fib*"));
        assert!(DebugOptions { debug: vec!["ams".into()] }.resolve().is_err());
    }
}

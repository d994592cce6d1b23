//! `-D tiers`: what was compiled when, by which tier, and why.
//!
//! Owns: the table and its JSON form. Printed to standard error when a program
//! has ended, so that it can be told from the program's own output. Must not
//! know: how the engine decides.

use std::io::{self, Write};

use serde_json::{Value, json};
use updraft::{Module, TierStats};

use crate::facts::{self, TierFact, TierOutcome};
use crate::options::TierTable;
use crate::report::{one_line, printable};
use crate::units::{show_ms, show_size};

/// Prints the account of a module, if it was asked for.
pub fn print(module: &Module, table: Option<TierTable>) {
    // A reader that has gone is no reason for another exit code.
    let mut out = io::stderr().lock();
    let _ = match table {
        None => Ok(()),
        Some(TierTable::Text) => text(module, &mut out),
        Some(TierTable::Json) => writeln!(out, "{:#}", to_json(module)),
    };
}

fn tiers(module: &Module) -> [(&'static str, TierStats); 3] {
    let stats = module.stats();
    [("baseline", stats.baseline), ("optimized", stats.optimized), ("loops", stats.loops)]
}

fn text(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    let (facts, n_lost) = facts::tier_facts(module);
    for fact in &facts {
        line(fact, out)?;
    }
    if n_lost > 0 {
        writeln!(out, "tiers: {n_lost} more events were not kept")?;
    }
    for (name, tier) in tiers(module) {
        writeln!(
            out,
            "tiers: {name:<9} {:>6} compiled, {:>4} failed, {:>6} in use, {:>10} of code, {:>12}",
            tier.n_compiled,
            tier.n_failed,
            tier.n_published,
            show_size(tier.code_bytes),
            show_ms(tier.compile_time),
        )?;
    }
    let stats = module.stats();
    writeln!(
        out,
        "tiers: {} budgets used up, {} loops moved, {} functions left to the optimizing compiler",
        stats.n_budget_underflows, stats.n_osr_entries, stats.n_baseline_fallbacks
    )?;
    for (reason, n) in facts::baseline_fallbacks(module) {
        writeln!(out, "tiers: {n:>6} because: {}", one_line(&reason))?;
    }
    Ok(())
}

fn line(fact: &TierFact, out: &mut dyn Write) -> io::Result<()> {
    let name = fact.name.as_deref().map(|n| format!(" {}", printable(n))).unwrap_or_default();
    let at = show_ms(fact.at);
    write!(out, "tier {at:>12} {:<10} ", fact.code)?;
    match &fact.outcome {
        TierOutcome::Compiled { waited, time, sizes: (body_bytes, code_bytes), .. } => {
            let (waited, time) = (show_ms(*waited), show_ms(*time));
            write!(out, "{time:>11} after {waited:>11}, {body_bytes:>6} -> {code_bytes:>7} bytes")?;
        }
        TierOutcome::Failed(message) => write!(out, "failed: {}", one_line(message))?,
        TierOutcome::Entered => write!(out, "entered")?,
        TierOutcome::Evicted(n_bytes) => write!(out, "evicted, {n_bytes} bytes")?,
        TierOutcome::Freed(n_bytes) => write!(out, "freed, {n_bytes} bytes")?,
    }
    let reason = fact.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
    write!(out, "{reason} function {}{name}", fact.index)?;
    if let TierOutcome::Compiled { inlined: (own, foreign), .. } = fact.outcome
        && own + foreign > 0
    {
        write!(out, ", {} inlined", own + foreign)?;
        if foreign > 0 {
            write!(out, ", {foreign} of other modules")?;
        }
    }
    writeln!(out)
}

fn to_json(module: &Module) -> Value {
    let (facts, n_lost) = facts::tier_facts(module);
    let micros = |d: std::time::Duration| d.as_nanos() as f64 / 1e3;
    let events: Vec<Value> = facts
        .iter()
        .map(|fact| {
            let mut event = json!({
                "at_us": micros(fact.at),
                "func": fact.index,
                "name": fact.name,
                "code": fact.code,
                "reason": fact.reason,
            });
            match &fact.outcome {
                TierOutcome::Compiled { waited, time, sizes, inlined } => {
                    let (body_bytes, code_bytes) = sizes;
                    event["event"] = json!("compiled");
                    event["waited_us"] = json!(micros(*waited));
                    event["compile_us"] = json!(micros(*time));
                    event["body_bytes"] = json!(body_bytes);
                    event["code_bytes"] = json!(code_bytes);
                    event["n_inlined"] = json!(inlined.0 + inlined.1);
                    event["n_inlined_of_other_modules"] = json!(inlined.1);
                }
                TierOutcome::Failed(message) => {
                    event["event"] = json!("failed");
                    event["message"] = json!(message);
                }
                TierOutcome::Entered => event["event"] = json!("entered"),
                TierOutcome::Evicted(n_bytes) => {
                    event["event"] = json!("evicted");
                    event["code_bytes"] = json!(n_bytes);
                }
                TierOutcome::Freed(n_bytes) => {
                    event["event"] = json!("freed");
                    event["code_bytes"] = json!(n_bytes);
                }
            }
            event
        })
        .collect();
    let by_tier: serde_json::Map<String, Value> = tiers(module)
        .into_iter()
        .map(|(name, tier)| {
            let value = json!({
                "n_published": tier.n_published,
                "n_compiled": tier.n_compiled,
                "n_failed": tier.n_failed,
                "code_bytes": tier.code_bytes,
                "compile_us": micros(tier.compile_time),
            });
            (name.to_owned(), value)
        })
        .collect();
    let stats = module.stats();
    json!({
        "events": events,
        "n_lost_events": n_lost,
        "tiers": by_tier,
        "n_budget_underflows": stats.n_budget_underflows,
        "n_osr_entries": stats.n_osr_entries,
        "n_inlined": stats.n_inlined,
        "n_inlined_of_other_modules": stats.n_inlined_imports,
        "n_baseline_fallbacks": stats.n_baseline_fallbacks,
        "baseline_fallbacks": facts::baseline_fallbacks(module),
    })
}

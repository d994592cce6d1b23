//! `updraft inspect`: shows what is in a module.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use updraft::Module;

use crate::CommandResult;
use crate::facts::{self, ModuleFacts};
use crate::options::EngineOptions;
use crate::report::{Failure, Outcome, printable};
use crate::source::{self, display_name};
use crate::units::show_size;

const EXAMPLES: &str = "\
Examples:
  updraft inspect app.wasm               Sections, types, imports, exports, functions
  updraft inspect --functions app.wasm   …with every function, not only the largest
  updraft inspect --json app.wasm        For programs";

/// How many functions are shown without `--functions`.
const LARGEST: usize = 10;

/// Show what is in a module.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct InspectCommand {
    #[command(flatten)]
    engine: EngineOptions,
    /// Print JSON, with every function
    #[arg(long)]
    json: bool,
    /// Show every function, in order
    #[arg(long, conflicts_with = "json")]
    functions: bool,
    /// A module, binary or text; - is standard input
    #[arg(required_unless_present_any = ["wasm", "optimize", "stress"], value_name = "FILE")]
    file: Option<OsString>,
}

/// Runs the command.
pub fn run(command: &InspectCommand) -> CommandResult {
    let engine = command.engine.resolve()?.engine()?;
    let file = command.file.as_ref().ok_or_else(Failure::no_file)?;
    let name = display_name(file);
    let source = source::read(file).map_err(|e| Failure::new(format!("{name}: {e}")))?;
    let module = Module::from_vec(&engine, source.bytes).map_err(|e| Failure::engine(&name, &e))?;
    let facts = facts::module(&module);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if command.json {
        serde_json::to_writer_pretty(&mut out, &to_json(&name, &facts)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write_text(&mut out, &name, &facts, command.functions)?;
    }
    out.flush()?;
    Ok(Outcome::Success)
}

fn write_text(
    out: &mut dyn Write,
    file: &str,
    facts: &ModuleFacts,
    all_functions: bool,
) -> io::Result<()> {
    let name = facts.name.as_deref().map(|n| format!(" ({})", printable(n))).unwrap_or_default();
    writeln!(out, "{file}{name}: {} bytes, {}", facts.bytes, show_size(facts.bytes as u64))?;

    table(
        out,
        "sections",
        &["id", "name", "offset", "bytes", "count"],
        facts.sections.iter().map(|s| {
            vec![
                s.id.to_string(),
                printable(&s.name),
                format!("{:#x}", s.offset),
                s.bytes.to_string(),
                s.count.map_or_else(|| "-".into(), |n| n.to_string()),
            ]
        }),
    )?;
    let indexed = |list: &[String]| -> Vec<Vec<String>> {
        list.iter().enumerate().map(|(i, ty)| vec![i.to_string(), ty.clone()]).collect()
    };
    table(out, "types", &["index", "type"], indexed(&facts.types).into_iter())?;
    table(
        out,
        "imports",
        &["module", "name", "kind", "type"],
        facts
            .imports
            .iter()
            .map(|i| vec![printable(&i.module), printable(&i.name), i.kind.into(), i.ty.clone()]),
    )?;
    table(
        out,
        "exports",
        &["name", "kind", "index", "type"],
        facts
            .exports
            .iter()
            .map(|e| vec![printable(&e.name), e.kind.into(), e.index.to_string(), e.ty.clone()]),
    )?;
    table(out, "tables", &["index", "type"], indexed(&facts.tables).into_iter())?;
    table(out, "memories", &["index", "type"], indexed(&facts.memories).into_iter())?;
    table(out, "globals", &["index", "type"], indexed(&facts.globals).into_iter())?;

    let total: usize = facts.functions.iter().map(|f| f.body_bytes).sum();
    let mut functions: Vec<_> = facts.functions.iter().collect();
    let mut title =
        format!("functions ({} with {} of code", functions.len(), show_size(total as u64));
    if !all_functions && functions.len() > LARGEST {
        functions.sort_by_key(|f| (std::cmp::Reverse(f.body_bytes), f.index));
        functions.truncate(LARGEST);
        title += &format!("; the {LARGEST} largest");
    }
    title.push(')');
    table(
        out,
        &title,
        &["index", "offset", "bytes", "type", "name"],
        functions.iter().map(|f| {
            vec![
                f.index.to_string(),
                format!("{:#x}", f.offset),
                f.body_bytes.to_string(),
                f.ty.clone(),
                f.name.as_deref().map(printable).unwrap_or_default(),
            ]
        }),
    )?;

    if facts.n_elem_segments + facts.n_data_segments > 0 || facts.start.is_some() {
        writeln!(out)?;
    }
    if let Some(start) = facts.start {
        writeln!(out, "start function: {start}")?;
    }
    if facts.n_elem_segments > 0 {
        writeln!(out, "element segments: {}", facts.n_elem_segments)?;
    }
    if facts.n_data_segments > 0 {
        let size = show_size(facts.data_bytes as u64);
        writeln!(out, "data segments: {} with {size}", facts.n_data_segments)?;
    }
    Ok(())
}

/// A table with a title; nothing if it has no rows.
fn table(
    out: &mut dyn Write,
    title: &str,
    heads: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let cells = rows.iter().map(|r| r[i].chars().count());
            cells.max().unwrap_or(0).max(head.len())
        })
        .collect();
    writeln!(out, "\n{title}")?;
    let heads: Vec<String> = heads.iter().map(|h| (*h).to_owned()).collect();
    for row in std::iter::once(&heads).chain(&rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!("  {cell:<width$}");
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn to_json(file: &str, facts: &ModuleFacts) -> Value {
    json!({
        "file": file,
        "name": facts.name,
        "bytes": facts.bytes,
        "sections": facts.sections.iter().map(|s| json!({
            "id": s.id, "name": s.name, "offset": s.offset, "bytes": s.bytes, "count": s.count,
        })).collect::<Vec<_>>(),
        "types": facts.types,
        "imports": facts.imports.iter().map(|i| json!({
            "module": i.module, "name": i.name, "kind": i.kind, "type": i.ty,
        })).collect::<Vec<_>>(),
        "exports": facts.exports.iter().map(|e| json!({
            "name": e.name, "kind": e.kind, "index": e.index, "type": e.ty,
        })).collect::<Vec<_>>(),
        "tables": facts.tables,
        "memories": facts.memories,
        "globals": facts.globals,
        "start": facts.start,
        "element_segments": facts.n_elem_segments,
        "data_segments": facts.n_data_segments,
        "data_bytes": facts.data_bytes,
        "functions": facts.functions.iter().map(|f| json!({
            "index": f.index, "name": f.name, "type": f.ty,
            "offset": f.offset, "bytes": f.body_bytes,
        })).collect::<Vec<_>>(),
    })
}

//! The table, the bars, and the JSON of both.

use crate::Result;
use crate::options::Options;
use crate::stats::{lower_bound, median, upper_bound};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A table and the bars that it is judged by.
#[derive(Debug, Default)]
pub struct Report {
    name: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
    verdicts: Vec<Verdict>,
}

/// One cell of a table.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Milliseconds, of some number of runs.
    Millis(Vec<f64>),
    /// Nanoseconds, of some number of runs.
    Nanos(Vec<f64>),
    /// Megabytes in a second, of some number of runs.
    Rate(Vec<f64>),
    /// Ratios, pair by pair.
    Ratio(Vec<f64>),
    /// Ratios, pair by pair, that are better the larger they are.
    Speed(Vec<f64>),
    /// One ratio that does not depend on chance.
    Exact(f64),
    /// KiB.
    Kib(f64),
    /// A count.
    Count(u64),
    /// Words.
    Text(String),
}

/// On which side of a bar is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    AtMost,
    AtLeast,
}

#[derive(Debug)]
struct Verdict {
    bar: String,
    row: String,
    value: f64,
    side: Side,
    limit: Option<f64>,
}

impl Report {
    /// An empty table.
    pub fn new(name: &str, columns: &[&str]) -> Report {
        Report {
            name: name.into(),
            columns: columns.iter().map(|column| column.to_string()).collect(),
            ..Report::default()
        }
    }

    /// Adds a row.
    pub fn row(&mut self, name: &str, cells: Vec<Cell>) {
        self.rows.push((name.into(), cells));
    }

    /// Judges `values`, ratios of pairs, by the bar called `bar`, whose default is `limit`.
    pub fn judge_pairs(
        &mut self,
        options: &Options,
        bar: &str,
        limit: f64,
        row: &str,
        values: &[f64],
    ) {
        let value = if options.is_close(bar, limit) { upper_bound(values) } else { median(values) };
        self.verdict(options, bar, Side::AtMost, limit, row, value);
    }

    /// As [`Report::judge_pairs`], for a bar that ratios must reach.
    pub fn judge_pairs_at_least(
        &mut self,
        options: &Options,
        bar: &str,
        limit: f64,
        row: &str,
        values: &[f64],
    ) {
        let value = if options.is_close(bar, limit) { lower_bound(values) } else { median(values) };
        self.verdict(options, bar, Side::AtLeast, limit, row, value);
    }

    /// Judges one figure by the bar called `bar`, whose default is `limit`.
    pub fn judge(&mut self, options: &Options, bar: &str, limit: f64, row: &str, value: f64) {
        self.verdict(options, bar, Side::AtMost, limit, row, value);
    }

    /// As [`Report::judge`], for a bar that a figure must reach.
    pub fn judge_at_least(
        &mut self,
        options: &Options,
        bar: &str,
        limit: f64,
        row: &str,
        value: f64,
    ) {
        self.verdict(options, bar, Side::AtLeast, limit, row, value);
    }

    fn verdict(
        &mut self,
        options: &Options,
        bar: &str,
        side: Side,
        limit: f64,
        row: &str,
        value: f64,
    ) {
        let limit = options.limit(bar, limit);
        self.verdicts.push(Verdict { bar: bar.into(), row: row.into(), value, side, limit });
    }

    /// Prints the table, then the bars; whether all bars hold.
    pub fn finish(self, options: &Options) -> Result<bool> {
        print!("{}", self.table());
        let mut held = true;
        // One line per bar, and one per row that breaks it.
        let mut bars: Vec<&str> = Vec::new();
        for verdict in &self.verdicts {
            if !bars.contains(&verdict.bar.as_str()) {
                bars.push(&verdict.bar);
            }
        }
        for bar in bars {
            let all: Vec<&Verdict> = self.verdicts.iter().filter(|v| v.bar == bar).collect();
            let broken: Vec<&&Verdict> = all.iter().filter(|v| !v.holds()).collect();
            let Some(worst) = all.iter().max_by(|a, b| a.badness().total_cmp(&b.badness())) else {
                continue;
            };
            let sign = worst.side.sign();
            match worst.limit {
                None => println!("bar {bar}: off; worst {:.3} ({})", worst.value, worst.row),
                Some(limit) if broken.is_empty() => {
                    println!(
                        "bar {bar} {sign} {limit}: holds; worst {:.3} ({})",
                        worst.value, worst.row
                    );
                }
                Some(limit) => {
                    held = false;
                    for verdict in broken {
                        println!(
                            "bar {bar} {sign} {limit}: BROKEN by {}: {:.3}",
                            verdict.row, verdict.value
                        );
                    }
                }
            }
        }
        if let Some(path) = &options.json {
            let text = format!("{:#}\n", self.json(held));
            if path == "-" { print!("{text}") } else { std::fs::write(path, text)? }
        }
        Ok(held)
    }

    fn table(&self) -> String {
        let width =
            self.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(8);
        let mut text = format!("{:width$}", self.name);
        for column in &self.columns {
            let _ = write!(text, "  {column:>16}");
        }
        text.push('\n');
        for (name, cells) in &self.rows {
            let _ = write!(text, "{name:width$}");
            for cell in cells {
                let _ = write!(text, "  {:>16}", cell.show());
            }
            text.push('\n');
        }
        text
    }

    fn json(&self, held: bool) -> Value {
        let rows = self.rows.iter().map(|(name, cells)| {
            let mut row = Map::new();
            row.insert("name".into(), name.as_str().into());
            for (column, cell) in self.columns.iter().zip(cells) {
                row.insert(column.clone(), cell.json());
            }
            Value::Object(row)
        });
        let verdicts = self.verdicts.iter().map(|v| {
            json!({
                "bar": v.bar, "row": v.row, "value": v.value, "sign": v.side.sign(),
                "limit": v.limit, "holds": v.holds(),
            })
        });
        json!({
            "table": self.name,
            "rows": rows.collect::<Vec<_>>(),
            "bars": verdicts.collect::<Vec<_>>(),
            "held": held,
        })
    }
}

impl Verdict {
    fn holds(&self) -> bool {
        // A NaN holds no bar.
        self.limit.is_none_or(|limit| match self.side {
            Side::AtMost => self.value <= limit,
            Side::AtLeast => self.value >= limit,
        })
    }

    /// Grows as the figure gets worse.
    fn badness(&self) -> f64 {
        match self.side {
            Side::AtMost => self.value,
            Side::AtLeast => -self.value,
        }
    }
}

impl Side {
    fn sign(self) -> &'static str {
        match self {
            Side::AtMost => "<=",
            Side::AtLeast => ">=",
        }
    }
}

impl Cell {
    fn show(&self) -> String {
        match self {
            Cell::Millis(values) => format!("{:.2} ms", median(values)),
            Cell::Nanos(values) => format!("{:.2} ns", median(values)),
            Cell::Speed(values) => format!("{:.3} (>{:.3})", median(values), lower_bound(values)),
            Cell::Rate(values) => format!("{:.2} MB/s", median(values)),
            Cell::Exact(value) => format!("{value:.3}"),
            Cell::Ratio(values) => format!("{:.3} (<{:.3})", median(values), upper_bound(values)),
            Cell::Kib(value) => format!("{value:.0} KiB"),
            Cell::Count(value) => value.to_string(),
            Cell::Text(text) => text.clone(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Millis(values) => json!({ "median_ms": median(values), "runs": values.len() }),
            Cell::Nanos(values) => json!({ "median_ns": median(values), "runs": values.len() }),
            Cell::Speed(values) => {
                json!({ "median": median(values), "lower": lower_bound(values), "pairs": values.len() })
            }
            Cell::Rate(values) => json!({ "median_mb_s": median(values), "runs": values.len() }),
            Cell::Exact(value) => json!(value),
            Cell::Ratio(values) => {
                json!({ "median": median(values), "upper": upper_bound(values), "pairs": values.len() })
            }
            Cell::Kib(value) => json!(value),
            Cell::Count(value) => json!(value),
            Cell::Text(text) => json!(text),
        }
    }
}

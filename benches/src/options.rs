//! The command line.

use std::collections::HashMap;

/// A bar this near to 1 is judged by the bound of the ratio, not by its median.
const CLOSE: f64 = 1.10;

/// What the command line says.
#[derive(Debug, Default)]
pub struct Options {
    /// The table to make.
    pub command: String,
    /// Alternating runs, if given.
    pub pairs: Option<usize>,
    /// Rows to run.
    pub filter: String,
    /// Bars that differ from their default; `None` turns one off.
    pub bars: HashMap<String, Option<f64>>,
    /// Where the JSON goes.
    pub json: Option<String>,
    /// Whether the peer's start is measured.
    pub peer: bool,
    /// Whether the peer stands in for Updraft.
    pub self_test: bool,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(args: &[String]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut args = args.iter();
        options.command = args.next().ok_or("no command")?.clone();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--pairs" => {
                    let n = value()?.parse().map_err(|_| "--pairs needs a number")?;
                    if n < 3 {
                        return Err("--pairs: at least 3".into());
                    }
                    options.pairs = Some(n);
                }
                "--filter" => options.filter = value()?.clone(),
                "--json" => options.json = Some(value()?.clone()),
                "--peer" => options.peer = true,
                "--self-test" => options.self_test = true,
                "--bar" => {
                    let text = value()?;
                    let (name, bar) = text.split_once('=').ok_or("--bar needs NAME=VALUE")?;
                    let bar = match bar {
                        "none" => None,
                        number => Some(number.parse().map_err(|_| "--bar needs a number")?),
                    };
                    options.bars.insert(name.into(), bar);
                }
                _ => return Err(format!("unknown option {arg}")),
            }
        }
        Ok(options)
    }

    /// The limit of bar `bar`, whose default is `limit`; nothing if it is off.
    pub fn limit(&self, bar: &str, limit: f64) -> Option<f64> {
        self.bars.get(bar).copied().unwrap_or(Some(limit))
    }

    /// Whether the noise may decide which side of the bar a median is on.
    pub fn is_close(&self, bar: &str, limit: f64) -> bool {
        self.limit(bar, limit).is_some_and(|limit| limit < CLOSE && limit > 1.0 / CLOSE)
    }

    /// Whether a row is wanted.
    pub fn wants(&self, row: &str) -> bool {
        row.contains(&self.filter)
    }
}

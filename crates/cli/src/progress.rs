//! A progress bar on standard error, if that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

const WIDTH: usize = 40;
/// Characters of the label.
const LABEL: usize = 20;
const INTERVAL: Duration = Duration::from_millis(50);

/// A bar. Erased when dropped.
#[derive(Debug)]
pub struct Progress {
    label: String,
    on: bool,
    shown: Option<Instant>,
}

impl Progress {
    /// A bar for `label`; nothing is drawn where nobody looks.
    pub fn new(label: &str) -> Progress {
        // The bar must fit into a line.
        let name = label.rsplit('/').next().unwrap_or(label);
        let label = name.chars().take(LABEL).collect();
        Progress { label, on: io::stderr().is_terminal(), shown: None }
    }

    /// Draws `done` of `total`.
    pub fn update(&mut self, done: usize, total: usize) {
        if !self.on || total == 0 || self.shown.is_some_and(|at| at.elapsed() < INTERVAL) {
            return;
        }
        self.shown = Some(Instant::now());
        let _ = write!(io::stderr(), "\r\x1b[K{}", draw(&self.label, done, total));
        let _ = io::stderr().flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
            let _ = io::stderr().flush();
        }
    }
}

fn draw(label: &str, done: usize, total: usize) -> String {
    let filled = WIDTH * done.min(total) / total;
    format!("{label} [{}{}] {done}/{total}", "=".repeat(filled), " ".repeat(WIDTH - filled))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bar_is_always_as_wide() {
        let widths: Vec<usize> = (0..=7).map(|i| super::draw("x", i, 7).len()).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{widths:?}");
        assert!(super::draw("x", 7, 7).contains(&"=".repeat(super::WIDTH)));
    }
}

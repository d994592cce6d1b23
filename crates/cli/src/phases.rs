//! How long each phase of a command takes.
//!
//! Owns: [`Phases`]. Printed to standard error, one line a phase, so that it
//! can be told from the program's own output.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::units::show_ms;

/// Collected times; does nothing unless switched on.
#[derive(Debug, Default)]
pub struct Phases {
    on: bool,
    lines: Vec<(&'static str, Duration)>,
}

impl Phases {
    /// Collects if `on`.
    pub fn new(on: bool) -> Phases {
        Phases { on, lines: Vec::new() }
    }

    /// A phase that was measured elsewhere.
    pub fn add(&mut self, name: &'static str, duration: Duration) {
        self.lines.push((name, duration));
    }

    /// A place among the phases, for [`Phases::add_at`].
    pub fn place(&self) -> usize {
        self.lines.len()
    }

    /// A phase that is known later than those it comes before.
    pub fn add_at(&mut self, place: usize, name: &'static str, duration: Duration) {
        self.lines.insert(place.min(self.lines.len()), (name, duration));
    }

    /// Runs a phase.
    pub fn measure<R>(&mut self, name: &'static str, phase: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = phase();
        self.add(name, start.elapsed());
        result
    }

    /// Prints what was collected.
    pub fn print(&self) {
        if !self.on {
            return;
        }
        let mut stderr = io::stderr().lock();
        for (name, duration) in &self.lines {
            let _ = writeln!(stderr, "phase {name:<11} {:>12}", show_ms(*duration));
        }
    }
}

//! What the program takes from its environment: read once, handed down.
//!
//! Owns: [`Environment`]. Called by `main`.

use crate::report::Failure;

/// The categories of `UPDRAFT_TRACE`, with what they print.
const CATEGORIES: &[(&str, &str)] = &[("phases", "how long each phase takes")];

/// Settings from environment variables.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `UPDRAFT_TRACE` has `phases`.
    pub trace_phases: bool,
}

impl Environment {
    /// Reads the variables; an unknown word in one is an error, not ignored.
    pub fn read() -> Result<Environment, Failure> {
        Environment::from_trace(std::env::var("UPDRAFT_TRACE").unwrap_or_default().as_str())
    }

    fn from_trace(trace: &str) -> Result<Environment, Failure> {
        let mut env = Environment::default();
        for word in trace.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            match word {
                "phases" => env.trace_phases = true,
                _ => {
                    let known: Vec<String> =
                        CATEGORIES.iter().map(|(name, doc)| format!("{name} ({doc})")).collect();
                    return Err(Failure::usage(format!(
                        "UPDRAFT_TRACE: no category {word:?}; there is: {}",
                        known.join(", ")
                    )));
                }
            }
        }
        Ok(env)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_is_a_list_of_known_words() {
        assert!(!Environment::from_trace("").unwrap().trace_phases);
        assert!(Environment::from_trace("phases").unwrap().trace_phases);
        assert!(Environment::from_trace(" phases , ").unwrap().trace_phases);
        assert!(Environment::from_trace("phases,nonsense").is_err());
    }
}

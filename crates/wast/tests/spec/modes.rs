//! The modes of the engine that the suite runs in, and the features of its
//! sets: the only place of the suite that names configuration.

use updraft::{Config, Features};

/// A way to run everything.
pub struct Mode {
    pub name: &'static str,
    pub configure: fn(&mut Config),
}

/// Every mode.
pub const MODES: &[Mode] = &[
    Mode { name: "lazy", configure: |_| {} },
    Mode {
        name: "eager",
        configure: |config| {
            config.eager_compilation(true);
        },
    },
    Mode {
        name: "explicit-bounds",
        configure: |config| {
            config.memory_reservation(false);
        },
    },
    Mode {
        name: "inlining",
        configure: |config| {
            config.stress_inlining(true);
        },
    },
];

/// Exactly WebAssembly 2.0, and one feature more.
pub fn features(config: &mut Config, more: Option<&str>) {
    let mut features = Features::wasm2();
    if let Some(more) = more {
        assert!(features.set(more, true), "no feature {more}");
    }
    config.features(features);
}

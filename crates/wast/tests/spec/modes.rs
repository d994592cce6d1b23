//! The modes of the engine that the suite runs in, and the features of its
//! sets: the only place of the suite that names configuration.

use updraft::{Config, Features, Strategy};

/// A way to run everything.
pub struct Mode {
    pub name: &'static str,
    pub configure: fn(&mut Config),
}

/// The mode in which bodies are validated at their first calls.
pub const LAZY_VALIDATION: &str = "lazy-validation";

/// Every mode.
pub const MODES: &[Mode] = &[
    Mode {
        name: "lazy",
        configure: |config| {
            config.strategy(Strategy::Optimize);
        },
    },
    Mode {
        name: "eager",
        configure: |config| {
            config.strategy(Strategy::Optimize).eager_compilation(true);
        },
    },
    Mode {
        name: "explicit-bounds",
        configure: |config| {
            config.strategy(Strategy::Optimize).memory_reservation(false);
        },
    },
    Mode {
        name: "baseline",
        configure: |config| {
            config.strategy(Strategy::Baseline);
        },
    },
    Mode {
        name: "baseline-explicit-bounds",
        configure: |config| {
            config.strategy(Strategy::Baseline).memory_reservation(false);
        },
    },
    Mode {
        name: "baseline-eager",
        configure: |config| {
            config.strategy(Strategy::Baseline).eager_compilation(true);
        },
    },
    Mode {
        name: "tiered",
        configure: |config| {
            config.strategy(Strategy::Tiered);
        },
    },
    Mode {
        name: "inlining",
        configure: |config| {
            config.strategy(Strategy::Optimize).stress_inlining(true);
        },
    },
    Mode {
        name: "tier-up-now",
        configure: |config| {
            config.strategy(Strategy::Tiered).synchronous_tier_up(true).debug_tier_up_now(true);
        },
    },
    // Imports too: what they are is known to code that is compiled again.
    Mode {
        name: "tier-up-inlining",
        configure: |config| {
            config
                .strategy(Strategy::Tiered)
                .synchronous_tier_up(true)
                .debug_tier_up_now(true)
                .stress_inlining(true);
        },
    },
    Mode {
        name: "osr-everywhere",
        configure: |config| {
            config.strategy(Strategy::Tiered).synchronous_tier_up(true).debug_osr_everywhere(true);
        },
    },
    Mode {
        name: LAZY_VALIDATION,
        configure: |config| {
            config.strategy(Strategy::Tiered).synchronous_tier_up(true).tier_up_budget(1000);
        },
    },
    Mode {
        name: "random-tiers",
        configure: |config| {
            config.strategy(Strategy::Tiered).debug_random_tiers(Some(7));
        },
    },
    Mode {
        name: "code-gc-always",
        configure: |config| {
            config
                .strategy(Strategy::Tiered)
                .synchronous_tier_up(true)
                .debug_tier_up_now(true)
                .debug_code_gc_always(true);
        },
    },
    Mode {
        name: "eviction",
        configure: |config| {
            config.strategy(Strategy::Tiered).debug_random_tiers(Some(3)).debug_evict(5, 1);
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

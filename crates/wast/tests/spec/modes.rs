//! The modes of the engine that the suite runs in, and the features of its
//! sets: the only place of the suite that names configuration.

use updraft::Config;

/// A way to run everything.
pub struct Mode {
    pub name: &'static str,
    pub configure: fn(&mut Config),
}

/// Every mode.
pub const MODES: &[Mode] = &[
    Mode { name: "lazy", configure: |_| {} },
    Mode { name: "eager", configure: |_| {} },
    Mode {
        name: "explicit-bounds",
        configure: |config| {
            config.memory_reservation(0).memory_guard_size(0);
        },
    },
];

/// Exactly WebAssembly 2.0, and one feature more.
pub fn features(config: &mut Config, more: Option<&str>) {
    config.wasm_extended_const(more == Some("extended-const"));
    config.wasm_multi_memory(more == Some("multi-memory"));
    config.wasm_tail_call(more == Some("tail-call"));
    config.wasm_function_references(false);
    config.wasm_memory64(false);
    config.wasm_relaxed_simd(false);
}

//! How an input's bytes become a module.

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};

/// The features that wasm-smith may use: those the engine has on by default.
pub fn smith_config() -> Config {
    Config {
        simd_enabled: true,
        tail_call_enabled: true,
        extended_const_enabled: true,
        reference_types_enabled: true,
        bulk_memory_enabled: true,
        multi_value_enabled: true,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        max_memories: 3,
        max_tables: 3,
        relaxed_simd_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        threads_enabled: false,
        shared_everything_threads_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        custom_descriptors_enabled: false,
        ..Config::default()
    }
}

/// A module that wasm-smith makes of the input.
pub fn smith(config: Config, u: &mut Unstructured<'_>) -> Option<Vec<u8>> {
    Module::new(config, u).ok().map(|m| m.to_bytes())
}

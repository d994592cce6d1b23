//! How an input's bytes become a module.

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};

/// Numbers that look random and depend on nothing but their seed.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers for an input: the same for the same input.
    pub fn of(data: &[u8]) -> Random {
        Random::seeded(data.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        }))
    }

    /// Numbers for a seed.
    pub fn seeded(seed: u64) -> Random {
        Random(seed | 1)
    }

    /// A number.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, or 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.draw() >> 16) as usize) % n.max(1)
    }

    /// This many bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| (self.draw() >> 32) as u8).collect()
    }
}

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

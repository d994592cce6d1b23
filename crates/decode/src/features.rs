//! Our features as the parser's flags. What is not listed stays off.

use updraft_types::Features;
use wasmparser::WasmFeatures;

/// The parser's flags for a set of features: exactly these, and the floats and
/// host references that belong to every version.
pub(crate) fn wasm_features(features: &Features) -> WasmFeatures {
    // Destructured, so that a new feature cannot be forgotten here.
    let Features {
        mutable_globals,
        sign_extension,
        saturating_float_to_int,
        multi_value,
        bulk_memory,
        reference_types,
        simd,
        extended_const,
        multi_memory,
        tail_call,
    } = *features;
    let mut flags = WasmFeatures::FLOATS | WasmFeatures::GC_TYPES;
    for (on, flag) in [
        (mutable_globals, WasmFeatures::MUTABLE_GLOBAL),
        (sign_extension, WasmFeatures::SIGN_EXTENSION),
        (saturating_float_to_int, WasmFeatures::SATURATING_FLOAT_TO_INT),
        (multi_value, WasmFeatures::MULTI_VALUE),
        (bulk_memory, WasmFeatures::BULK_MEMORY),
        (reference_types, WasmFeatures::REFERENCE_TYPES),
        (simd, WasmFeatures::SIMD),
        (extended_const, WasmFeatures::EXTENDED_CONST),
        (multi_memory, WasmFeatures::MULTI_MEMORY),
        (tail_call, WasmFeatures::TAIL_CALL),
    ] {
        flags.set(flag, on);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_2_is_the_parsers_version_2() {
        assert_eq!(wasm_features(&Features::wasm2()), WasmFeatures::WASM2);
        assert_eq!(wasm_features(&Features::none()), WasmFeatures::MVP);
    }
}

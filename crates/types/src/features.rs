//! The list of WebAssembly features that Updraft knows.
//!
//! To add one: add a row here, map it in `decode` (the only place that names
//! the parser's flags), handle its operators in the compilers, list its suite.

/// A row of the feature list.
#[derive(Clone, Copy, Debug)]
pub struct FeatureInfo {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Whether it is on by default.
    pub default: bool,
}

macro_rules! features {
    ($($field:ident, $cli:literal, $default:literal, $doc:literal;)*) => {
        /// Which proposals a module may use.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub struct Features {
            $(#[doc = $doc] pub $field: bool,)*
        }

        impl Features {
            /// Every feature, in the order of the list.
            pub const LIST: &'static [FeatureInfo] = &[
                $(FeatureInfo { name: $cli, doc: $doc, default: $default },)*
            ];

            /// Nothing beyond WebAssembly 1.0.
            pub const fn none() -> Self {
                Self { $($field: false,)* }
            }

            /// Switches a feature by its command-line name; false if no
            /// feature has that name.
            pub fn set(&mut self, name: &str, on: bool) -> bool {
                match name {
                    $($cli => self.$field = on,)*
                    _ => return false,
                }
                true
            }

            /// Whether the feature of that command-line name is on.
            pub fn is_on(&self, name: &str) -> Option<bool> {
                match name {
                    $($cli => Some(self.$field),)*
                    _ => None,
                }
            }
        }

        impl Default for Features {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

features! {
    mutable_globals, "mutable-globals", true, "Mutable globals in imports and exports (2.0)";
    sign_extension, "sign-extension", true, "Sign-extension operators (2.0)";
    saturating_float_to_int, "saturating-float-to-int", true, "Saturating conversions from floats (2.0)";
    multi_value, "multi-value", true, "Several results for functions and blocks (2.0)";
    bulk_memory, "bulk-memory", true, "Bulk memory and table operators (2.0)";
    reference_types, "reference-types", true, "funcref, externref and several tables (2.0)";
    simd, "simd", true, "Fixed-width 128-bit vectors (2.0)";
    extended_const, "extended-const", true, "Integer arithmetic in constant expressions (3.0)";
    multi_memory, "multi-memory", true, "Several memories in a module (3.0)";
    tail_call, "tail-call", true, "Tail calls (3.0)";
}

impl Features {
    /// Exactly WebAssembly 2.0.
    pub const fn wasm2() -> Self {
        Self {
            extended_const: false,
            multi_memory: false,
            tail_call: false,
            mutable_globals: true,
            sign_extension: true,
            saturating_float_to_int: true,
            multi_value: true,
            bulk_memory: true,
            reference_types: true,
            simd: true,
        }
    }
}

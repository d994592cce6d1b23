//! What the processor has.

use updraft_compile::CompileError;

/// Features beyond what every supported processor has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct CpuFeatures {
    pub(crate) avx: bool,
    pub(crate) avx2: bool,
    pub(crate) bmi1: bool,
    pub(crate) bmi2: bool,
    pub(crate) lzcnt: bool,
    pub(crate) fma: bool,
}

impl CpuFeatures {
    /// What this machine's processor has, or nothing beyond the minimum; an
    /// error if it lacks that.
    pub(crate) fn detect(minimum: bool) -> Result<Self, CompileError> {
        if !std::is_x86_feature_detected!("sse4.2") || !std::is_x86_feature_detected!("popcnt") {
            let what = "processor without SSE4.2 or POPCNT";
            return Err(CompileError::Unsupported(what.into()));
        }
        if minimum {
            return Ok(Self::default());
        }
        Ok(Self {
            avx: std::is_x86_feature_detected!("avx"),
            avx2: std::is_x86_feature_detected!("avx2"),
            bmi1: std::is_x86_feature_detected!("bmi1"),
            bmi2: std::is_x86_feature_detected!("bmi2"),
            lzcnt: std::is_x86_feature_detected!("lzcnt"),
            fma: std::is_x86_feature_detected!("fma"),
        })
    }
}

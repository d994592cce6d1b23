//! Values of scripts: arguments into the engine's values, and the engine's
//! values against the patterns that a script expects.
//!
//! Called by `script`. Must not know: directives.

use std::fmt::Write;

use updraft::{ExternRef, Store, Val};
use wast::core::{AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::{WastArg, WastRet};

/// The value that an argument stands for.
pub(crate) fn argument(store: &mut Store<()>, arg: &WastArg<'_>) -> Result<Val, String> {
    let WastArg::Core(arg) = arg else {
        return Err("unsupported: an argument of a component".into());
    };
    Ok(match arg {
        WastArgCore::I32(v) => Val::I32(*v),
        WastArgCore::I64(v) => Val::I64(*v),
        WastArgCore::F32(v) => Val::F32(v.bits),
        WastArgCore::F64(v) => Val::F64(v.bits),
        WastArgCore::V128(v) => Val::V128(u128::from_le_bytes(v.to_le_bytes()).into()),
        WastArgCore::RefNull(ty) => match kind_of(ty) {
            Some(RefKind::Func) => Val::FuncRef(None),
            Some(RefKind::Extern) => Val::ExternRef(None),
            None => return Err(format!("unsupported: a null of heap type {ty:?}")),
        },
        WastArgCore::RefExtern(n) => {
            let r =
                ExternRef::new(&mut *store, *n).map_err(|e| format!("no host reference: {e:#}"))?;
            Val::ExternRef(Some(r))
        }
        WastArgCore::RefHost(n) => return Err(format!("unsupported: (ref.host {n})")),
    })
}

/// Compares results with what a script expects.
pub(crate) fn check_results(
    store: &mut Store<()>,
    actual: &[Val],
    expected: &[WastRet<'_>],
) -> Result<(), String> {
    if actual.len() != expected.len() {
        return Err(format!(
            "expected {} results, got {}{}",
            expected.len(),
            actual.len(),
            actual.iter().fold(String::new(), |mut s, v| {
                let _ = write!(s, " {}", show(store, v));
                s
            })
        ));
    }
    for (i, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        let WastRet::Core(expected) = expected else {
            return Err("unsupported: a result of a component".into());
        };
        if !matches(store, actual, expected)? {
            let which = if i == 0 { String::new() } else { format!(" in result {i}") };
            return Err(format!(
                "expected {}, got {}{which}",
                show_expected(expected),
                show(store, actual)
            ));
        }
    }
    Ok(())
}

fn matches(
    store: &mut Store<()>,
    actual: &Val,
    expected: &WastRetCore<'_>,
) -> Result<bool, String> {
    Ok(match (actual, expected) {
        (_, WastRetCore::Either(cases)) => {
            for case in cases {
                if matches(store, actual, case)? {
                    return Ok(true);
                }
            }
            false
        }
        (Val::I32(a), WastRetCore::I32(b)) => a == b,
        (Val::I64(a), WastRetCore::I64(b)) => a == b,
        (Val::F32(a), WastRetCore::F32(b)) => f32_matches(*a, b),
        (Val::F64(a), WastRetCore::F64(b)) => f64_matches(*a, b),
        (Val::V128(a), WastRetCore::V128(b)) => v128_matches(a.as_u128(), b),
        (Val::FuncRef(a), WastRetCore::RefNull(ty)) => {
            a.is_none() && ty.as_ref().is_none_or(|ty| kind_of(ty) == Some(RefKind::Func))
        }
        (Val::ExternRef(a), WastRetCore::RefNull(ty)) => {
            a.is_none() && ty.as_ref().is_none_or(|ty| kind_of(ty) == Some(RefKind::Extern))
        }
        (Val::FuncRef(a), WastRetCore::RefFunc(None)) => a.is_some(),
        (_, WastRetCore::RefFunc(Some(_))) => {
            return Err("unsupported: a function reference with an index".into());
        }
        (Val::ExternRef(a), WastRetCore::RefExtern(None)) => a.is_some(),
        (Val::ExternRef(Some(_)), WastRetCore::RefExtern(Some(n))) => {
            host_number(store, actual) == Some(*n)
        }
        (
            _,
            WastRetCore::RefHost(_)
            | WastRetCore::RefAny
            | WastRetCore::RefEq
            | WastRetCore::RefArray
            | WastRetCore::RefStruct
            | WastRetCore::RefI31
            | WastRetCore::RefI31Shared,
        ) => return Err(format!("unsupported: the result pattern {}", show_expected(expected))),
        _ => false,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RefKind {
    Func,
    Extern,
}

fn kind_of(ty: &HeapType<'_>) -> Option<RefKind> {
    match ty {
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Func } => Some(RefKind::Func),
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern } => Some(RefKind::Extern),
        _ => None,
    }
}

/// The number that a script's `ref.extern` put into a host reference.
fn host_number(store: &Store<()>, value: &Val) -> Option<u32> {
    let Val::ExternRef(Some(r)) = value else { return None };
    r.data(store).ok()?.downcast_ref::<u32>().copied()
}

fn f32_matches(bits: u32, expected: &NanPattern<wast::token::F32>) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(v) => bits == v.bits,
    }
}

fn f64_matches(bits: u64, expected: &NanPattern<wast::token::F64>) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(v) => bits == v.bits,
    }
}

fn v128_matches(bits: u128, expected: &V128Pattern) -> bool {
    let lane = |i: usize, width: usize| (bits >> (i * width)) & ((1 << width) - 1);
    match expected {
        V128Pattern::I8x16(e) => e.iter().enumerate().all(|(i, e)| lane(i, 8) as u8 == *e as u8),
        V128Pattern::I16x8(e) => e.iter().enumerate().all(|(i, e)| lane(i, 16) as u16 == *e as u16),
        V128Pattern::I32x4(e) => e.iter().enumerate().all(|(i, e)| lane(i, 32) as u32 == *e as u32),
        V128Pattern::I64x2(e) => e.iter().enumerate().all(|(i, e)| lane(i, 64) as u64 == *e as u64),
        V128Pattern::F32x4(e) => {
            e.iter().enumerate().all(|(i, e)| f32_matches(lane(i, 32) as u32, e))
        }
        V128Pattern::F64x2(e) => {
            e.iter().enumerate().all(|(i, e)| f64_matches(lane(i, 64) as u64, e))
        }
    }
}

/// A value as the text format would write it.
pub(crate) fn show(store: &Store<()>, value: &Val) -> String {
    match value {
        Val::I32(v) => format!("(i32.const {v})"),
        Val::I64(v) => format!("(i64.const {v})"),
        Val::F32(bits) => show_f32(*bits),
        Val::F64(bits) => show_f64(*bits),
        Val::V128(v) => format!("(v128.const 0x{:032x})", v.as_u128()),
        Val::FuncRef(None) => "(ref.null func)".into(),
        Val::FuncRef(Some(_)) => "(ref.func)".into(),
        Val::ExternRef(None) => "(ref.null extern)".into(),
        Val::ExternRef(Some(_)) => match host_number(store, value) {
            Some(n) => format!("(ref.extern {n})"),
            None => "(ref.extern)".into(),
        },
    }
}

fn show_f32(bits: u32) -> String {
    format!("(f32.const {:?} = 0x{bits:08x})", f32::from_bits(bits))
}

fn show_f64(bits: u64) -> String {
    format!("(f64.const {:?} = 0x{bits:016x})", f64::from_bits(bits))
}

fn show_expected(expected: &WastRetCore<'_>) -> String {
    match expected {
        WastRetCore::I32(v) => format!("(i32.const {v})"),
        WastRetCore::I64(v) => format!("(i64.const {v})"),
        WastRetCore::F32(NanPattern::Value(v)) => show_f32(v.bits),
        WastRetCore::F64(NanPattern::Value(v)) => show_f64(v.bits),
        WastRetCore::F32(NanPattern::CanonicalNan) => "(f32.const nan:canonical)".into(),
        WastRetCore::F32(NanPattern::ArithmeticNan) => "(f32.const nan:arithmetic)".into(),
        WastRetCore::F64(NanPattern::CanonicalNan) => "(f64.const nan:canonical)".into(),
        WastRetCore::F64(NanPattern::ArithmeticNan) => "(f64.const nan:arithmetic)".into(),
        WastRetCore::V128(v) => format!("(v128.const {v:?})"),
        WastRetCore::RefNull(None) => "(ref.null)".into(),
        WastRetCore::RefNull(Some(ty)) => match kind_of(ty) {
            Some(RefKind::Func) => "(ref.null func)".into(),
            Some(RefKind::Extern) => "(ref.null extern)".into(),
            None => format!("(ref.null {ty:?})"),
        },
        WastRetCore::RefExtern(Some(n)) => format!("(ref.extern {n})"),
        WastRetCore::RefExtern(None) => "(ref.extern)".into(),
        WastRetCore::RefFunc(_) => "(ref.func)".into(),
        WastRetCore::Either(cases) => {
            let cases: Vec<String> = cases.iter().map(show_expected).collect();
            format!("(either {})", cases.join(" "))
        }
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_patterns_look_at_payload_and_not_at_sign() {
        let canonical = NanPattern::CanonicalNan;
        let arithmetic = NanPattern::ArithmeticNan;
        for (bits, is_canonical, is_arithmetic) in [
            (0x7fc0_0000, true, true),
            (0xffc0_0000, true, true),
            (0x7fc0_0001, false, true),
            (0xffff_ffff, false, true),
            (0x7f80_0001, false, false),
            (0x7f80_0000, false, false),
            (0x0000_0000, false, false),
        ] {
            assert_eq!(f32_matches(bits, &canonical), is_canonical, "{bits:x}");
            assert_eq!(f32_matches(bits, &arithmetic), is_arithmetic, "{bits:x}");
        }
        let canonical = NanPattern::CanonicalNan;
        let arithmetic = NanPattern::ArithmeticNan;
        for (bits, is_canonical, is_arithmetic) in [
            (0x7ff8_0000_0000_0000, true, true),
            (0xfff8_0000_0000_0000, true, true),
            (0x7ff8_0000_0000_0001, false, true),
            (0x7ff0_0000_0000_0001, false, false),
            (0x3ff0_0000_0000_0000, false, false),
        ] {
            assert_eq!(f64_matches(bits, &canonical), is_canonical, "{bits:x}");
            assert_eq!(f64_matches(bits, &arithmetic), is_arithmetic, "{bits:x}");
        }
    }

    #[test]
    fn every_lane_of_a_vector_counts() {
        let bits = u128::from_le_bytes(std::array::from_fn(|i| i as u8));
        let mut lanes: [i8; 16] = std::array::from_fn(|i| i as i8);
        assert!(v128_matches(bits, &V128Pattern::I8x16(lanes)));
        for i in 0..16 {
            lanes[i] ^= 0x40;
            assert!(!v128_matches(bits, &V128Pattern::I8x16(lanes)), "lane {i}");
            lanes[i] ^= 0x40;
        }
        let high = 0x7fc0_0000_u128 << 96;
        let zero = || NanPattern::Value(wast::token::F32 { bits: 0 });
        let pattern = [zero(), zero(), zero(), NanPattern::CanonicalNan];
        assert!(v128_matches(high, &V128Pattern::F32x4(pattern)));
        let pattern = [zero(), zero(), NanPattern::CanonicalNan, zero()];
        assert!(!v128_matches(high, &V128Pattern::F32x4(pattern)));
    }
}

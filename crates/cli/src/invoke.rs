//! `--invoke`: arguments from the command line into values, and results back
//! into text.
//!
//! Numbers are read and written as in the text format.

use std::ffi::{OsStr, OsString};

use updraft::{FuncType, Val, ValType};
use wast::parser::{self, Parse, ParseBuffer};
use wast::token::{F32, F64};

use crate::report::{Failure, printable};

/// The values that `args` stand for, by the parameters of `ty`.
pub fn arguments(name: &str, ty: &FuncType, args: &[OsString]) -> Result<Vec<Val>, Failure> {
    let params: Vec<ValType> = ty.params().collect();
    if params.len() != args.len() {
        let types: Vec<String> = params.iter().map(|p| p.to_string()).collect();
        return Err(Failure::usage(format!(
            "{} takes {} argument{} ({}), got {}",
            printable(name),
            params.len(),
            if params.len() == 1 { "" } else { "s" },
            types.join(" "),
            args.len()
        )));
    }
    params
        .iter()
        .zip(args)
        .enumerate()
        .map(|(i, (ty, arg))| {
            argument(ty, arg).ok_or_else(|| {
                Failure::usage(format!(
                    "argument {} of {}: expected {ty}, got {:?}",
                    i + 1,
                    printable(name),
                    arg.to_string_lossy()
                ))
            })
        })
        .collect()
}

fn argument(ty: &ValType, arg: &OsStr) -> Option<Val> {
    let text = arg.to_str()?.trim();
    Some(match ty {
        ValType::I32 => Val::I32(literal(text)?),
        ValType::I64 => Val::I64(literal(text)?),
        ValType::F32 => Val::F32(literal::<F32>(text)?.bits),
        ValType::F64 => Val::F64(literal::<F64>(text)?.bits),
        ValType::V128 => {
            let bits = match text.strip_prefix("0x") {
                Some(hex) => u128::from_str_radix(hex, 16),
                None => text.parse(),
            };
            Val::V128(bits.ok()?.into())
        }
        // Of references only the null ones can be written down.
        _ if text == "null" => null_of(ty)?,
        _ => return None,
    })
}

/// A number as the text format writes it; `+` is not for people to type.
fn literal<T: for<'a> Parse<'a>>(text: &str) -> Option<T> {
    // One token and nothing else: no comments, no spaces.
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == ';' || c == '(') {
        return None;
    }
    let buffer = ParseBuffer::new(text).ok()?;
    parser::parse::<T>(&buffer).ok()
}

fn null_of(ty: &ValType) -> Option<Val> {
    if *ty == ValType::FUNCREF {
        Some(Val::FuncRef(None))
    } else if *ty == ValType::EXTERNREF {
        Some(Val::ExternRef(None))
    } else {
        None
    }
}

/// A result, as it is printed on a line of its own.
pub fn show(value: &Val) -> String {
    match value {
        Val::I32(v) => v.to_string(),
        Val::I64(v) => v.to_string(),
        Val::F32(bits) => {
            let v = f32::from_bits(*bits);
            if v.is_nan() {
                show_nan(*bits >> 31 != 0, u64::from(*bits & 0x7f_ffff), 1 << 22)
            } else {
                show_float(&format!("{v:?}"))
            }
        }
        Val::F64(bits) => {
            let v = f64::from_bits(*bits);
            if v.is_nan() {
                show_nan(*bits >> 63 != 0, *bits & 0xf_ffff_ffff_ffff, 1 << 51)
            } else {
                show_float(&format!("{v:?}"))
            }
        }
        Val::V128(v) => format!("0x{:032x}", v.as_u128()),
        Val::FuncRef(None) | Val::ExternRef(None) => "null".into(),
        Val::FuncRef(Some(_)) => "<funcref>".into(),
        Val::ExternRef(Some(_)) => "<externref>".into(),
    }
}

/// The shortest digits that give the number back; whole numbers without a
/// fraction.
fn show_float(debug: &str) -> String {
    debug.strip_suffix(".0").unwrap_or(debug).to_owned()
}

fn show_nan(negative: bool, payload: u64, canonical: u64) -> String {
    let sign = if negative { "-" } else { "" };
    if payload == canonical { format!("{sign}nan") } else { format!("{sign}nan:{payload:#x}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ty: ValType, text: &str) -> Option<String> {
        argument(&ty, OsStr::new(text)).map(|v| show(&v))
    }

    #[test]
    fn numbers_are_those_of_the_text_format() {
        for (ty, text, shown) in [
            (ValType::I32, "-1", "-1"),
            (ValType::I32, "4294967295", "-1"),
            (ValType::I32, "0x10", "16"),
            (ValType::I32, "1_000", "1000"),
            (ValType::I64, "-0x8000000000000000", "-9223372036854775808"),
            (ValType::I64, "18446744073709551615", "-1"),
            (ValType::F32, "1.5", "1.5"),
            (ValType::F32, "0x1.8p1", "3"),
            (ValType::F32, "nan", "nan"),
            (ValType::F32, "-nan:0x123", "-nan:0x123"),
            (ValType::F32, "-inf", "-inf"),
            (ValType::F64, "1e300", "1e300"),
            (ValType::F64, "7", "7"),
            (ValType::F64, "-0", "-0"),
            (ValType::F64, "inf", "inf"),
        ] {
            assert_eq!(read(ty, text).as_deref(), Some(shown), "{ty} {text}");
        }
        let v = read(ValType::V128, "0xff");
        assert_eq!(v.as_deref(), Some("0x000000000000000000000000000000ff"));
        assert_eq!(read(ValType::FUNCREF, "null").as_deref(), Some("null"));
        assert_eq!(read(ValType::EXTERNREF, "null").as_deref(), Some("null"));
    }

    #[test]
    fn anything_else_is_refused() {
        for (ty, text) in [
            (ValType::I32, ""),
            (ValType::I32, "4294967296"),
            (ValType::I32, "-2147483649"),
            (ValType::I32, "1 2"),
            (ValType::I32, "1;;c"),
            (ValType::I32, "1.0"),
            (ValType::I32, "abc"),
            (ValType::F32, "1e400"),
            (ValType::F64, "nan:0x0"),
            (ValType::EXTERNREF, "0"),
            (ValType::V128, "0xg"),
        ] {
            assert_eq!(read(ty, text), None, "{ty} {text:?}");
        }
    }
}

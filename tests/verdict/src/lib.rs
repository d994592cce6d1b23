//! The verdict on a module, in all ways to come to it.
//!
//! Owns: the ways, and what must not depend on them: whether the module is
//! valid, the fault and its offset, all facts about it. One way is the parser's
//! alone. Used by the fuzz
//! targets and by the tests of broken modules, which know where modules come
//! from and how they are damaged.

#![forbid(unsafe_code)]

mod random;

use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, LowestFault, PushDecoder, ValidateScratch,
    decode_whole, validate,
};
use updraft_types::{BodyFacts, Features, ModuleDesc};

pub use random::{Random, flip};

/// Nothing, or the fault.
pub type Verdict = Result<(), DecodeError>;

/// What one way finds.
type Found = Result<(DecodedModule, Vec<BodyFacts>), DecodeError>;

/// Modules up to this size are also pushed byte by byte.
const BYTE_BY_BYTE: usize = 50 << 10;

/// The verdict that all ways agree on, or how they differ.
pub fn of(bytes: &[u8], features: &Features, random: &mut Random) -> Result<Verdict, String> {
    let found = whole(bytes, features);
    let mut sizes = vec![usize::MAX, 1 + random.below(64), 1 + random.below(16 << 10)];
    if bytes.len() <= BYTE_BY_BYTE {
        sizes.push(1);
    }
    for max in sizes {
        let other = pushed(bytes, features, max, random);
        same(&found, &other).map_err(|e| format!("in chunks of up to {max} bytes: {e}"))?;
    }
    let verdict = found.map(drop);
    let alone = validate(bytes, features).map(drop);
    if alone != verdict {
        return Err(format!("validated: {alone:?}, decoded: {verdict:?}"));
    }
    if let Err(fault) = &verdict
        && fault.offset() > bytes.len()
    {
        return Err(format!("{fault} lies behind the {} bytes", bytes.len()));
    }
    Ok(verdict)
}

/// Whether two ways found the same.
fn same(a: &Found, b: &Found) -> Result<(), String> {
    match (a, b) {
        (Ok((a, a_bodies)), Ok((b, b_bodies))) => {
            if a_bodies != b_bodies {
                return Err("other facts about bodies".to_owned());
            }
            same_facts(&a.desc, &b.desc)
        }
        (Err(a), Err(b)) if a == b => Ok(()),
        _ => {
            let verdict = |found: &Found| found.as_ref().map(drop).map_err(Clone::clone);
            Err(format!("{:?}, whole: {:?}", verdict(b), verdict(a)))
        }
    }
}

/// Compares every field, so that a new one must be thought of.
fn same_facts(a: &ModuleDesc, b: &ModuleDesc) -> Result<(), String> {
    macro_rules! same {
        ($($field:ident)*) => {{
            let ModuleDesc { $($field: _,)* names: _ } = a;
            $(if a.$field != b.$field {
                return Err(concat!("other ", stringify!($field)).to_owned());
            })*
        }};
    }
    same!(features types imports exports export_names funcs tables memories globals global_inits
        n_imported_funcs n_imported_tables n_imported_memories n_imported_globals start elems datas
        bodies escaped func_refs customs sections module_bytes);
    if !a.names.funcs().eq(b.names.funcs()) || a.names.module() != b.names.module() {
        return Err("other names".to_owned());
    }
    Ok(())
}

/// All bytes at once, bodies from the last to the first, and none of them
/// looked at quickly: the others must find what this finds.
fn whole(bytes: &[u8], features: &Features) -> Found {
    let mut bodies = Vec::new();
    let decoded = decode_whole(bytes, features, &mut |event| collect(&mut bodies, event));
    bodies.reverse();
    combine(decoded, bodies, |body, scratch| {
        let mut reader = body.reader(scratch);
        reader.validate_rest()?;
        Ok(reader.finish(scratch))
    })
}

/// In chunks, bodies in any order.
fn pushed(bytes: &[u8], features: &Features, max: usize, random: &mut Random) -> Found {
    let mut bodies = Vec::new();
    let mut decoder = PushDecoder::new(features);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (now, later) = rest.split_at((1 + random.below(max)).min(rest.len()));
        rest = later;
        if decoder.push(now, &mut |event| collect(&mut bodies, event)).is_err() {
            break;
        }
    }
    let decoded = decoder.finish(&mut |event| collect(&mut bodies, event));
    for i in (1..bodies.len()).rev() {
        bodies.swap(i, random.below(i + 1));
    }
    combine(decoded, bodies, BodyToValidate::validate)
}

fn collect(bodies: &mut Vec<BodyToValidate>, event: Event) {
    if let Event::Body(body) = event {
        bodies.push(body);
    }
}

/// What decoder and bodies say together.
fn combine(
    decoded: Result<DecodedModule, DecodeError>,
    bodies: Vec<BodyToValidate>,
    judge: impl Fn(&BodyToValidate, &mut ValidateScratch) -> Result<BodyFacts, DecodeError>,
) -> Found {
    let mut lowest = LowestFault::new();
    let mut scratch = ValidateScratch::new();
    let mut facts = vec![BodyFacts::default(); bodies.len()];
    for body in bodies {
        let index = body.func().index();
        if let Some(f) = lowest.check(judge(&body, &mut scratch)) {
            facts[index] = f;
        }
    }
    let module = lowest.check(decoded);
    lowest.into_result()?;
    Ok((module.expect("without a fault the decoder has a module"), facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_noticed() {
        let features = Features::default();
        let empty = b"\0asm\x01\0\0\0";
        let custom = [&empty[..], b"\0\x02\x01a"].concat();
        let broken = [&empty[..], b"\x63\0"].concat();
        let found = [&empty[..], &empty[..7], &custom, &broken].map(|b| whole(b, &features));
        for (i, a) in found.iter().enumerate() {
            for (j, b) in found.iter().enumerate() {
                assert_eq!(same(a, b).is_ok(), i == j, "{i} and {j}");
            }
        }
    }
}

//! The verdict on a module, the fault and its offset included, and all facts
//! about it, do not depend on how its bytes arrive.
//!
//! An input is a module as it is, or makes one that is then damaged.

use arbitrary::Unstructured;
use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, LowestFault, PushDecoder, ValidateScratch,
    decode_whole, validate,
};
use updraft_types::{BodyFacts, Features, ModuleDesc};

use crate::input::{Random, smith, smith_config};

type Verdict = Result<Vec<BodyFacts>, DecodeError>;

/// Runs an input.
pub fn run(data: &[u8]) {
    let mut random = Random::of(data);
    let features = if random.below(4) == 0 { Features::wasm2() } else { Features::default() };
    match data.split_first() {
        Some((b's', rest)) => {
            let mut u = Unstructured::new(rest);
            let Some(mut bytes) = smith(smith_config(), &mut u) else { return };
            check(&bytes, &features, &mut random);
            damage(&mut bytes, &mut random);
            check(&bytes, &features, &mut random);
        }
        _ => check(data, &features, &mut random),
    }
}

/// Flips some bits, or cuts the end off.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    if random.below(4) == 0 {
        bytes.truncate(random.below(bytes.len()));
    }
    for _ in 0..1 + random.below(3) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.below(8);
        }
    }
}

/// Decodes the bytes in all ways and compares.
fn check(bytes: &[u8], features: &Features, random: &mut Random) {
    let (verdict, module) = whole(bytes, features);
    let mut sizes = vec![usize::MAX, 1 + random.below(40), 1 + random.below(4096)];
    if bytes.len() <= 4096 {
        sizes.push(1);
    }
    for max in sizes {
        let (other, same) = pushed(bytes, features, random, max);
        assert_eq!(other, verdict, "in chunks of up to {max} bytes");
        if let (Ok(_), Some(a), Some(b)) = (&verdict, &module, &same) {
            assert_same_facts(&a.desc, &b.desc);
        }
    }
    let alone = validate(bytes, features).err();
    assert_eq!(alone.as_ref(), verdict.as_ref().err(), "validate");
    if let Some(fault) = alone {
        assert!(fault.offset() <= bytes.len(), "{fault} lies behind the {} bytes", bytes.len());
    }
}

/// Compares every field, so that a new one must be thought of.
fn assert_same_facts(a: &ModuleDesc, b: &ModuleDesc) {
    macro_rules! same {
        ($($field:ident)*) => {{
            let ModuleDesc { $($field: _,)* names: _ } = a;
            $(assert_eq!(a.$field, b.$field);)*
        }};
    }
    same!(features types imports exports export_names funcs tables memories globals global_inits
        n_imported_funcs n_imported_tables n_imported_memories n_imported_globals start elems datas
        bodies escaped func_refs customs sections module_bytes);
    assert!(a.names.funcs().eq(b.names.funcs()), "names");
    assert_eq!(a.names.module(), b.names.module());
}

fn whole(bytes: &[u8], features: &Features) -> (Verdict, Option<DecodedModule>) {
    let mut bodies = Vec::new();
    let decoded = decode_whole(bytes, features, &mut |event| collect(&mut bodies, event));
    combine(decoded, bodies)
}

fn pushed(
    bytes: &[u8],
    features: &Features,
    random: &mut Random,
    max: usize,
) -> (Verdict, Option<DecodedModule>) {
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
    combine(decoded, bodies)
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
) -> (Verdict, Option<DecodedModule>) {
    let mut lowest = LowestFault::new();
    let mut scratch = ValidateScratch::new();
    let mut facts = vec![BodyFacts::default(); bodies.len()];
    for body in bodies {
        let index = body.func().index();
        if let Some(f) = lowest.check(body.validate(&mut scratch)) {
            facts[index] = f;
        }
    }
    let module = lowest.check(decoded);
    (lowest.into_result().map(|()| facts), module)
}

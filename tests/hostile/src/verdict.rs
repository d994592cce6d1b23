//! The verdict on a module, in all ways to come to it.

use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, LowestFault, PushDecoder, ValidateScratch,
    decode_whole, validate,
};
use updraft_types::Features;

use crate::damage::Random;

/// Nothing, or the fault.
pub type Verdict = Result<(), DecodeError>;

/// The verdict that all ways agree on, or how they differ.
pub fn of(bytes: &[u8], random: &mut Random) -> Result<Verdict, String> {
    let features = Features::default();
    let verdict = validate(bytes, &features).map(drop);
    let mut others = vec![
        ("whole".to_owned(), whole(bytes, &features)),
        ("in one chunk".to_owned(), pushed(bytes, &features, usize::MAX, random)),
    ];
    let mut sizes = vec![1 + random.below(64), 1 + random.below(16 << 10)];
    if bytes.len() <= 50 << 10 {
        sizes.push(1);
    }
    for size in sizes {
        let way = format!("in chunks of up to {size} bytes");
        others.push((way, pushed(bytes, &features, size, random)));
    }
    for (way, other) in others {
        if other != verdict {
            return Err(format!("{way}: {other:?}, validated: {verdict:?}"));
        }
    }
    if let Err(fault) = &verdict
        && fault.offset() > bytes.len()
    {
        return Err(format!("{fault} lies behind the {} bytes", bytes.len()));
    }
    Ok(verdict)
}

fn whole(bytes: &[u8], features: &Features) -> Verdict {
    let mut bodies = Vec::new();
    let decoded = decode_whole(bytes, features, &mut |event| collect(&mut bodies, event));
    bodies.reverse();
    combine(decoded, bodies)
}

fn pushed(bytes: &[u8], features: &Features, max: usize, random: &mut Random) -> Verdict {
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

fn combine(decoded: Result<DecodedModule, DecodeError>, bodies: Vec<BodyToValidate>) -> Verdict {
    let mut lowest = LowestFault::new();
    let mut scratch = ValidateScratch::new();
    for body in bodies {
        lowest.check(body.validate(&mut scratch));
    }
    lowest.check(decoded);
    lowest.into_result()
}

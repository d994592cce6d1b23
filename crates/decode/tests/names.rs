//! The name section and other custom sections.

use updraft_decode::validate;
use updraft_types::{Features, FuncIndex, ModuleDesc};

/// A module of custom sections.
fn module(sections: &[(&str, &[u8])]) -> ModuleDesc {
    let mut module = wasm_encoder::Module::new();
    for (name, data) in sections {
        let (name, data) = ((*name).into(), (*data).into());
        module.section(&wasm_encoder::CustomSection { name, data });
    }
    validate(module.finish(), &Features::default()).expect("custom sections are always valid").desc
}

fn names(section: &[u8]) -> Vec<(u32, String)> {
    let desc = module(&[("name", section)]);
    desc.names.funcs().map(|(func, name)| (func.raw(), name.to_owned())).collect()
}

fn pairs(expected: &[(u32, &str)]) -> Vec<(u32, String)> {
    expected.iter().map(|(func, name)| (*func, (*name).to_owned())).collect()
}

#[test]
fn names_of_the_module_and_of_functions_are_found() {
    let bytes = wat::parse_str(r#"(module $mod (func $imp (import "" "")) (func) (func $"f μ"))"#);
    let module = validate(bytes.expect("it is well-formed"), &Features::default());
    let desc = module.expect("it is valid").desc;
    assert_eq!(desc.names.module(), Some("mod"));
    assert_eq!(desc.func_name(FuncIndex::new(0)), Some("imp"));
    assert_eq!(desc.func_name(FuncIndex::new(1)), None);
    assert_eq!(desc.func_name(FuncIndex::new(2)), Some("f μ"));
    assert_eq!(desc.func_name(FuncIndex::new(3)), None);
    assert_eq!(desc.names.funcs().count(), 2);
}

#[test]
fn a_module_without_names_has_none() {
    let desc = module(&[]);
    assert_eq!(desc.names.module(), None);
    assert_eq!(desc.func_name(FuncIndex::new(0)), None);
}

#[test]
fn broken_names_are_left_out_and_are_no_error() {
    let good = [1, 7, 2, 0, 1, b'a', 1, 1, b'b'];
    assert_eq!(names(&good), pairs(&[(0, "a"), (1, "b")]));
    // Cut short anywhere: what came before stays.
    for len in 0..good.len() {
        assert_eq!(names(&good[..len]), [], "{len}");
    }
    // A map that announces more than it has.
    assert_eq!(names(&[1, 6, 0xff, 0xff, 3, 5, 1, b'a']), pairs(&[(5, "a")]));
    // A name that is longer than the map.
    assert_eq!(names(&[1, 7, 2, 0, 1, b'a', 1, 9, b'b']), pairs(&[(0, "a")]));
    // A name that is not UTF-8.
    assert_eq!(names(&[1, 7, 2, 0, 1, 0xff, 1, 1, b'b']), pairs(&[(1, "b")]));
    // Functions out of order and named twice.
    let twice = [1, 10, 3, 7, 1, b'a', 2, 1, b'b', 7, 1, b'c'];
    assert_eq!(names(&twice), pairs(&[(2, "b"), (7, "a")]));
    // A number that is too long.
    assert_eq!(names(&[1, 9, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, b'a']), []);
    // A function that does not exist is not looked at.
    assert_eq!(names(&[1, 8, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, b'a']), pairs(&[(!0, "a")]));
    // Unknown parts are skipped.
    assert_eq!(names(&[9, 2, 1, 1, 1, 4, 1, 3, 1, b'a']), pairs(&[(3, "a")]));
}

#[test]
fn custom_sections_are_listed_with_their_contents() {
    let sections: [(&str, &[u8]); 3] = [("a", b"123"), ("", b""), ("a", b"4")];
    let mut module = wasm_encoder::Module::new();
    for (name, data) in sections {
        module.section(&wasm_encoder::CustomSection { name: name.into(), data: data.into() });
    }
    let module = validate(module.finish(), &Features::default()).expect("it is valid");
    let found: Vec<(&str, &[u8])> =
        module.desc.customs.iter().map(|c| (&*c.name, &module.bytes[c.bytes.clone()])).collect();
    assert_eq!(found, sections);
    assert_eq!(module.desc.sections.len(), 3);
    assert!(module.desc.sections.iter().all(|s| s.id == 0 && s.count.is_none()));
}

#[test]
fn a_custom_section_without_a_name_is_malformed() {
    for section in [&[0, 0][..], &[0, 2, 5, b'a'], &[0, 2, 1, 0xff]] {
        let bytes = [b"\0asm\x01\0\0\0", section].concat();
        assert!(validate(bytes, &Features::default()).is_err());
    }
}

#[test]
fn any_bytes_are_a_name_section() {
    let mut random: u64 = 0x2545_f491_4f6c_dd1d;
    for round in 0..20_000 {
        // Small numbers, so that many parts and names come out.
        let section: Vec<u8> = (0..round % 50)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let byte = (random >> 32) as u8;
                if random & 0x700 == 0 { byte } else { byte % 5 }
            })
            .collect();
        let found = names(&section);
        assert!(found.is_sorted_by(|a, b| a.0 < b.0), "{section:02x?}");
    }
}

//! A few of the broken modules, as part of the ordinary tests; and that the
//! check sees what is wrong.

use updraft_test_hostile::execute::{self, Engines};
use updraft_test_hostile::{Outcome, check, modules};
use updraft_test_verdict::{self as verdict, Random, flip};
use updraft_types::Features;

#[test]
fn broken_modules_get_one_verdict_and_valid_ones_run() {
    let engines = Engines::new().unwrap();
    let modules = modules::suite(4 << 10);
    assert!(modules.len() > 1000, "the suite has {} modules", modules.len());
    let (mut n_valid, mut n_invalid) = (0, 0);
    for index in 0..2_000 {
        let mut random = Random::new(7, index);
        let mut bytes = modules[random.below(modules.len())].clone();
        match random.below(3) {
            0 => bytes.truncate(random.below(bytes.len())),
            _ => flip(&mut bytes, &mut random),
        }
        match check(&engines, &bytes, &mut random) {
            Outcome::Valid => n_valid += 1,
            Outcome::Invalid => n_invalid += 1,
            Outcome::Wrong(what) => panic!("{what}: {bytes:02x?}"),
        }
    }
    assert!(n_valid > 100 && n_invalid > 100, "{n_valid} valid, {n_invalid} invalid");
}

#[test]
fn a_wrong_verdict_is_noticed() {
    let engines = Engines::new().unwrap();
    let empty = b"\0asm\x01\0\0\0";
    let (features, mut random) = (Features::default(), Random::new(1, 1));
    let valid = verdict::of(empty, &features, &mut random).unwrap();
    assert_eq!(execute::run(&engines, empty, &valid, &mut random), Ok(true));
    // The verdict on another module.
    let other = verdict::of(&empty[..7], &features, &mut random).unwrap();
    assert!(execute::run(&engines, empty, &other, &mut random).is_err());
    assert!(execute::run(&engines, &empty[..7], &valid, &mut random).is_err());
}

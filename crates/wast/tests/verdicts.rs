//! Scripts that must fail do fail: every kind of directive is broken in every
//! way it can break, and reported at its own line.

use std::sync::{Arc, Mutex};

use updraft_wast::{Options, Report, run_file, run_str};

fn run(script: &str) -> Report {
    run_str("test.wast", script, &Options::new())
}

/// The script fails exactly at the lines that end in `;; FAILS text`, with a
/// message that has the text in it.
fn check(script: &str) {
    let report = run(script);
    let wanted: Vec<(usize, &str)> = script
        .lines()
        .enumerate()
        .filter_map(|(i, line)| Some((i + 1, line.split_once(";; FAILS ")?.1.trim())))
        .collect();
    let got: Vec<(usize, &str)> =
        report.failures.iter().map(|f| (f.line, f.message.as_str())).collect();
    assert_eq!(
        got.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        wanted.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        "{got:#?}"
    );
    for ((line, message), (_, text)) in got.iter().zip(&wanted) {
        assert!(message.contains(text), "line {line}: no {text:?} in {message:?}");
    }
    assert_eq!(report.passed + report.failures.len(), report.directives);
    assert_eq!(report.is_success(), wanted.is_empty());
}

#[test]
fn a_good_script_passes() {
    check(
        r#"
        (module $m (func (export "f") (param i32) (result i32) (local.get 0))
          (global (export "g") i64 (i64.const 3)))
        (register "m" $m)
        (assert_return (invoke "f" (i32.const -1)) (i32.const 0xffffffff))
        (assert_return (invoke $m "f" (i32.const 1)) (i32.const 1))
        (assert_return (get "g") (i64.const 3))
        (module (import "m" "f" (func $f (param i32) (result i32)))
          (func (export "f") (result i32) (call $f (i32.const 5))))
        (assert_return (invoke "f") (i32.const 5))
        (invoke "f")"#,
    );
}

#[test]
fn assert_return_fails() {
    check(
        r#"
        (module
          (func (export "i32") (result i32) (i32.const 1))
          (func (export "i64") (result i64) (i64.const 1))
          (func (export "f32") (result f32) (f32.const 1))
          (func (export "zero") (result f32) (f32.const -0))
          (func (export "f64") (result f64) (f64.const 1))
          (func (export "none"))
          (func (export "two") (result i32 i32) (i32.const 1) (i32.const 2))
          (func (export "trap") unreachable)
          (global (export "g") i32 (i32.const 1)))
        (assert_return (invoke "i32") (i32.const 2))       ;; FAILS expected (i32.const 2), got (i32.const 1)
        (assert_return (invoke "i32") (i64.const 1))       ;; FAILS expected (i64.const 1)
        (assert_return (invoke "i64") (i64.const 2))       ;; FAILS expected
        (assert_return (invoke "f32") (f32.const 1.0000001)) ;; FAILS expected
        (assert_return (invoke "f32") (f32.const nan:canonical)) ;; FAILS nan:canonical
        (assert_return (invoke "zero") (f32.const 0))      ;; FAILS expected
        (assert_return (invoke "f64") (f64.const nan:arithmetic)) ;; FAILS nan:arithmetic
        (assert_return (invoke "f64") (f64.const -1))      ;; FAILS expected
        (assert_return (invoke "i32"))                     ;; FAILS expected 0 results, got 1
        (assert_return (invoke "none") (i32.const 1))      ;; FAILS expected 1 results, got 0
        (assert_return (invoke "two") (i32.const 1) (i32.const 3)) ;; FAILS in result 1
        (assert_return (invoke "two") (i32.const 1) (i32.const 2))
        (assert_return (invoke "trap"))                    ;; FAILS got an error
        (assert_return (invoke "nope"))                    ;; FAILS no export "nope"
        (assert_return (invoke "g"))                       ;; FAILS not a function
        (assert_return (invoke $x "i32") (i32.const 1))    ;; FAILS no instance $x
        (assert_return (invoke "i32" (i32.const 1)) (i32.const 1)) ;; FAILS got an error
        (assert_return (get "g") (i32.const 2))            ;; FAILS expected (i32.const 2)
        (assert_return (get "i32") (i32.const 2))          ;; FAILS not a global
        (assert_return (get "nope") (i32.const 2))         ;; FAILS no export "nope"
        "#,
    );
}

#[test]
fn nan_payloads_count() {
    check(
        r#"
        (module
          (func (export "payload") (result f32) (f32.const nan:0x600000))
          (func (export "signaling") (result f64) (f64.const nan:0x4000000000000)))
        (assert_return (invoke "payload") (f32.const nan:arithmetic))
        (assert_return (invoke "payload") (f32.const nan:canonical))   ;; FAILS expected
        (assert_return (invoke "payload") (f32.const nan:0x600001))    ;; FAILS expected
        (assert_return (invoke "payload") (f32.const nan:0x600000))
        (assert_return (invoke "signaling") (f64.const nan:arithmetic)) ;; FAILS expected
        "#,
    );
}

#[test]
fn vectors_and_references_are_compared() {
    check(
        r#"
        (module
          (func $f)
          (elem declare func $f)
          (func (export "v") (result v128) (v128.const f32x4 1 nan 3 4))
          (func (export "id") (param externref) (result externref) (local.get 0))
          (func (export "func") (result funcref) (ref.func $f))
          (func (export "null") (result funcref) (ref.null func)))
        (assert_return (invoke "v") (v128.const f32x4 1 nan:canonical 3 4))
        (assert_return (invoke "v") (v128.const f32x4 1 nan:canonical 3 5)) ;; FAILS v128
        (assert_return (invoke "v") (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)) ;; FAILS v128
        (assert_return (invoke "id" (ref.extern 7)) (ref.extern 7))
        (assert_return (invoke "id" (ref.extern 7)) (ref.extern))
        (assert_return (invoke "id" (ref.extern 7)) (ref.extern 8))    ;; FAILS got (ref.extern 7)
        (assert_return (invoke "id" (ref.null extern)) (ref.null extern))
        (assert_return (invoke "id" (ref.null extern)) (ref.null func)) ;; FAILS expected (ref.null func)
        (assert_return (invoke "id" (ref.null extern)) (ref.extern 0)) ;; FAILS got (ref.null extern)
        (assert_return (invoke "func") (ref.func))
        (assert_return (invoke "func") (ref.null func))                ;; FAILS got (ref.func)
        (assert_return (invoke "null") (ref.null))
        (assert_return (invoke "null") (ref.func))                     ;; FAILS got (ref.null func)
        (assert_return (invoke "null") (either (ref.func) (ref.null func)))
        (assert_return (invoke "null") (either (ref.func) (ref.extern))) ;; FAILS either
        (invoke "id" (ref.host 1))                                     ;; FAILS unsupported
        "#,
    );
}

#[test]
fn traps_are_traps() {
    check(
        r#"
        (module
          (func (export "fine") (result i32) (i32.const 4))
          (func (export "trap") unreachable)
          (func $f (export "deep") (call $f) (call $f)))
        (assert_trap (invoke "trap") "unreachable")
        (assert_trap (invoke "fine") "unreachable")       ;; FAILS it returned [(i32.const 4)]
        (assert_trap (invoke "nope") "unreachable")       ;; FAILS no export
        (assert_trap (invoke "fine" (i32.const 1)) "unreachable") ;; FAILS expected a trap
        (assert_trap (module (func $s unreachable) (start $s)) "unreachable")
        (assert_trap (module (func $s) (start $s)) "unreachable") ;; FAILS it returned []
        (assert_trap (module (import "a" "b" (func))) "unreachable") ;; FAILS unknown import
        (assert_exhaustion (invoke "deep") "call stack exhausted")
        (assert_exhaustion (invoke "fine") "call stack exhausted") ;; FAILS it returned
        (assert_exhaustion (invoke "trap") "call stack exhausted") ;; FAILS expected a trap: call stack exhausted
        (invoke "trap")                                   ;; FAILS invoke failed
        "#,
    );
}

#[test]
fn refusals_are_refusals() {
    check(
        r#"
        (assert_invalid (module (func (result i32))) "type mismatch")
        (assert_invalid (module (func)) "type mismatch")  ;; FAILS expected an invalid module
        (assert_invalid (module (func (br $nope))) "unknown label") ;; FAILS no binary form
        (assert_malformed (module quote "(func (i32.const 1_))") "unknown operator")
        (assert_malformed (module quote "(func)") "unknown operator") ;; FAILS expected a malformed module
        (assert_malformed (module binary "\00asm\02\00\00\00") "unknown binary version")
        (assert_malformed (module binary "\00asm\01\00\00\00") "unknown binary version") ;; FAILS it loads
        (assert_unlinkable (module (import "a" "b" (func))) "unknown import")
        (assert_unlinkable (module (import "spectest" "print" (func))) "unknown import") ;; FAILS it links
        (assert_unlinkable (module (import "spectest" "print" (func (param i32)))) "incompatible import type")
        (assert_unlinkable (module (func $s unreachable) (start $s)) "unknown import") ;; FAILS got a trap
        "#,
    );
}

#[test]
fn modules_that_do_not_load_leave_no_instance() {
    check(
        r#"
        (module $m (func (export "f") (result i32) (i32.const 1)))
        (assert_return (invoke $m "f") (i32.const 1))
        (module $m (import "no" "thing" (func)))         ;; FAILS instantiation failed
        (invoke $m "f")                                  ;; FAILS no instance $m
        (invoke "f")                                     ;; FAILS no instance to run on
        (module $m (func (result i32)))                  ;; FAILS module refused
        (module quote "(func")                           ;; FAILS expected
        (module (func $s unreachable) (start $s))        ;; FAILS instantiation failed
        (register "m")                                   ;; FAILS no instance to run on
        (register "m" $m)                                ;; FAILS no instance $m
        "#,
    );
}

#[test]
fn definitions_make_separate_instances() {
    check(
        r#"
        (module definition $d
          (global $g (mut i32) (i32.const 0))
          (func (export "next") (result i32)
            (global.set $g (i32.add (global.get $g) (i32.const 1)))
            (global.get $g)))
        (module instance $a $d)
        (module instance $b $d)
        (assert_return (invoke $a "next") (i32.const 1))
        (assert_return (invoke $a "next") (i32.const 2))
        (assert_return (invoke $b "next") (i32.const 1))
        (assert_return (invoke "next") (i32.const 2))
        (assert_return (invoke $b "next") (i32.const 1)) ;; FAILS got (i32.const 3)
        (module instance $c $e)                          ;; FAILS no module definition $e
        (module definition $d (func (result i32)))       ;; FAILS module refused
        (module instance $c $d)                          ;; FAILS no module definition $d
        "#,
    );
}

#[test]
fn what_is_unsupported_fails() {
    check(
        r#"
        (module (func (export "f")))
        (assert_exception (invoke "f"))                  ;; FAILS unsupported: exceptions
        (assert_suspension (invoke "f") "x")             ;; FAILS unsupported: stack switching
        (thread $t (invoke "f"))                         ;; FAILS unsupported: threads
        (wait $t)                                        ;; FAILS unsupported: threads
        (assert_malformed_custom (module quote "(func)") "x") ;; FAILS unsupported: assertions on custom
        "#,
    );
}

#[test]
fn spectest_is_there() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = lines.clone();
    let options = Options::new().on_print(move |line| seen.lock().unwrap().push(line.to_owned()));
    let report = run_str(
        "test.wast",
        r#"
        (module
          (import "spectest" "print" (func $p))
          (import "spectest" "print_i32" (func $i32 (param i32)))
          (import "spectest" "print_i64" (func $i64 (param i64)))
          (import "spectest" "print_f32" (func $f32 (param f32)))
          (import "spectest" "print_f64" (func $f64 (param f64)))
          (import "spectest" "print_i32_f32" (func $a (param i32 f32)))
          (import "spectest" "print_f64_f64" (func $b (param f64 f64)))
          (import "spectest" "global_i32" (global $g32 i32))
          (import "spectest" "global_i64" (global $g64 i64))
          (import "spectest" "global_f32" (global $gf32 f32))
          (import "spectest" "global_f64" (global $gf64 f64))
          (import "spectest" "table" (table 10 20 funcref))
          (import "spectest" "memory" (memory 1 2))
          (func (export "f") (result i32 i64 f32 f64)
            (call $p) (call $i32 (i32.const 1)) (call $i64 (i64.const 2))
            (call $f32 (f32.const 3)) (call $f64 (f64.const 4))
            (call $a (i32.const 5) (f32.const 6)) (call $b (f64.const 7) (f64.const 8))
            (global.get $g32) (global.get $g64) (global.get $gf32) (global.get $gf64)))
        (assert_return (invoke "f")
          (i32.const 666) (i64.const 666) (f32.const 666.6) (f64.const 666.6))"#,
        &options,
    );
    assert_eq!(report.failures, []);
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "print",
            "1: i32",
            "2: i64",
            "3.0: f32",
            "4.0: f64",
            "5: i32, 6.0: f32",
            "7.0: f64, 8.0: f64"
        ]
    );
}

#[test]
fn message_texts_are_notes_and_decide_nothing() {
    let report = run(concat!(
        "(module (func (export \"f\") unreachable))\n",
        "(assert_trap (invoke \"f\") \"unreachable\")\n",
        "(assert_trap (invoke \"f\") \"another text\")\n",
    ));
    assert!(report.is_success(), "{report:?}");
    assert_eq!(report.notes.len(), 1, "{report:?}");
    assert_eq!(report.notes[0].line, 3);
    assert!(report.notes[0].message.contains("another text"));
}

#[test]
fn positions_are_lines_and_columns() {
    let report = run("\n  (module (func (result i32)))");
    assert_eq!(report.failures.len(), 1);
    let failure = &report.failures[0];
    assert_eq!((failure.file.as_str(), failure.line, failure.col), ("test.wast", 2, 4));
    assert!(failure.to_string().starts_with("test.wast:2:4: module refused"));
}

#[test]
fn scripts_that_cannot_be_read_fail() {
    for (script, line) in [("(module", 1), ("(module)\n(nonsense)", 2), ("\n\"", 2)] {
        let report = run(script);
        assert_eq!(report.failures.len(), 1, "{script:?}: {report:?}");
        assert_eq!(report.failures[0].line, line, "{script:?}: {report:?}");
        assert_eq!(report.passed, 0);
    }
    let report = run_file("/does/not/exist.wast", &Options::new());
    assert_eq!(report.failures.len(), 1);
    assert!(report.failures[0].message.starts_with("cannot be read"), "{report:?}");

    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("latin1.wast");
    std::fs::write(&path, b"(module)\n;; \xe9").unwrap();
    let report = run_file(&path, &Options::new());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(report.failures.len(), 1);
    assert_eq!(report.failures[0].message, "not UTF-8 at byte 12");
}

#[test]
fn names_with_confusing_characters_are_names() {
    check("(module (func (export \"\u{202e}\")))\n(assert_return (invoke \"\u{202e}\"))");
    check(
        "(module quote \"(func (export \\\"\u{202e}\\\"))\")\n(assert_return (invoke \"\u{202e}\"))",
    );
}

#[test]
fn scripts_share_nothing() {
    check("(module (func (export \"f\"))) (register \"shared\")");
    check("(module (import \"shared\" \"f\" (func))) ;; FAILS unknown import");
}

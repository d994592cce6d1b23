//! Results of inlined calls that are for a condition: every tier decides it
//! alike, whatever the callee returns, the caller asks, and takes the answer.

use updraft::*;

/// Bodies of `(param $a i32) (param $b i32) (result i32)`.
const CALLEES: &[&str] = &[
    "i32.const -1",
    "(i32.lt_u (local.get $a) (local.get $b))",
    "(i32.sub (local.get $a) (local.get $b))",
    "(select (i32.const -1) (i32.const 1) (i32.lt_u (local.get $a) (local.get $b)))",
    // Differences of comparisons: orders, their opposites, and what is neither.
    "(i32.sub (i32.gt_s (local.get $a) (local.get $b)) (i32.lt_s (local.get $a) (local.get $b)))",
    "(i32.sub (i32.lt_u (local.get $b) (local.get $a)) (i32.lt_u (local.get $a) (local.get $b)))",
    "(i32.sub (i32.lt_s (local.get $a) (local.get $b)) (i32.gt_s (local.get $a) (local.get $b)))",
    "(i32.sub (i32.gt_s (local.get $a) (local.get $b)) (i32.lt_u (local.get $a) (local.get $b)))",
    "(i32.sub (i32.gt_s (local.get $a) (local.get $b)) (i32.gt_s (local.get $a) (local.get $b)))",
    "(i32.sub (i32.ge_s (local.get $a) (local.get $b)) (i32.le_s (local.get $a) (local.get $b)))",
    "(f32.reinterpret_i32 (local.get $a)) (local.set $x)
     (f32.reinterpret_i32 (local.get $b)) (local.set $y)
     (i32.sub (f32.gt (local.get $x) (local.get $y)) (f32.lt (local.get $x) (local.get $y)))",
    // Selections in one another, as deep as is looked into, and deeper.
    "(select (i32.const -1) (i32.gt_u (local.get $a) (local.get $b))
        (i32.lt_u (local.get $a) (local.get $b)))",
    "(select (local.get $a)
        (select (i32.const 2)
            (select (select (i32.const 0) (select (i32.const 9) (local.get $b) (local.get $a))
                (i32.lt_s (local.get $a) (i32.const 5))) (local.get $b) (local.get $b))
            (i32.eqz (local.get $b)))
        (i32.lt_s (local.get $a) (local.get $b)))",
    // Several ways to return.
    "(if (i32.eq (local.get $a) (local.get $b)) (then (return (i32.const 0))))
     (select (i32.const -1) (i32.const 1) (i32.lt_s (local.get $a) (local.get $b)))",
    "(br_if 0 (i32.const 7) (i32.eqz (local.get $a)))
     (br_if 0 (i32.lt_s (local.get $b) (i32.const 0)))
     drop
     (block (result i32)
        (br_table 0 1 0 (i32.const 0) (local.get $b)))",
    "(if (i32.ne (local.get $a) (local.get $b)) (then unreachable)) i32.const 1",
    "(loop $again
        (local.set $a (i32.shr_u (local.get $a) (i32.const 1)))
        (br_if $again (local.get $a)))
     (return (i32.eqz (local.get $b)))",
    "(call $inner (local.get $b) (local.get $a))",
    "(if (call $inner (local.get $b) (local.get $a)) (then (return (i32.const -1))))
     (br_if 0 (i32.const 256) (call $inner (local.get $a) (local.get $b)))
     drop
     (select (i32.const 3) (local.get $a)
        (i32.lt_s (call $inner (local.get $a) (i32.const 1)) (i32.const 0)))",
    "unreachable",
];

/// What is done with a result.
const CONDITIONS: &[&str] = &[
    "",
    "i32.eqz",
    "i32.const 0 i32.lt_s",
    "i32.const 0 i32.gt_s",
    "i32.const -1 i32.le_s",
    "i32.const 0 i32.ge_s",
    "i32.const -1 i32.eq",
    "i32.const 0 i32.ne",
    "i32.const 1 i32.lt_u i32.eqz",
    "i32.const -1 i32.ge_u",
    "i32.const 2 i32.gt_u",
    "i32.const 0 i32.le_u",
    "i32.const 255 i32.and i32.const 255 i32.eq",
    "i32.extend8_s i32.const 0 i32.lt_s",
    "i32.const 1 i32.xor i32.const 1 i32.and",
    // Too much, and what is no condition.
    "i32.eqz i32.eqz i32.eqz i32.eqz i32.eqz",
    "i32.const 1 i32.add",
    "i32.const 0 i32.const 3 i32.sub i32.lt_s",
];

/// How it is taken: `CALL` is the call with what follows.
const TAKERS: &[&str] = &[
    "(block $out (result i32)
        i32.const 10
        CALL
        (br_if $out)
        drop
        i32.const 20)",
    "i32.const 1
     CALL
     (if (param i32) (result i32)
        (then i32.const 100 i32.add)
        (else i32.const 200 i32.add))",
    "CALL
     (if (then (local.set $t (i32.add (local.get $t) (i32.const 5)))))
     local.get $t",
    "(i32.wrap_i64 (select (i64.const 30) (i64.const 40) CALL))",
    "(ref.is_null (select (result externref) (ref.null extern) (local.get $r) CALL))",
    // A loop in an arm, around a call: code may be entered at each of them.
    "i32.const 3
     CALL
     (if (param i32) (result i32)
        (then
            (loop $again
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                CALL
                (br_if $again (select (i32.lt_s (local.get $n) (i32.const 3)) (i32.const 0)))
                (br_if $again (i32.lt_s (local.get $n) (i32.const 4)))))
        (else local.get $n i32.add))",
];

/// What the functions of a module get and result in.
const PARAMS: &str =
    "(param $a i32) (param $b i32) (param $i i32) (param $r externref) (result i32)";

/// Functions of a module for a callee: `f0`, `f1`, …, with the number of them.
fn module(callee: &str, taker: &str) -> (String, usize) {
    let mut funcs = String::new();
    let mut n = 0;
    for condition in CONDITIONS {
        for tee in ["", "local.tee $t "] {
            for call in ["call $callee", "(call_indirect (type $t) (local.get $i))"] {
                let call = format!("local.get $a local.get $b {call} {tee}{condition}");
                let taken = taker.replace("CALL", &call);
                funcs.push_str(&format!(
                    "(func $f{n} {PARAMS} (local $t i32) (local $n i32)
                        {taken} (i32.mul (local.get $t) (i32.const 1000)) i32.add)\n"
                ));
                n += 1;
            }
        }
    }
    // Around, so that a condition is for a condition too.
    for i in 0..n {
        funcs.push_str(&format!(
            "(func (export \"f{i}\") {PARAMS}
                (if (result i32) (i32.lt_s (call $f{i} (local.get $a) (local.get $b)
                        (local.get $i) (local.get $r)) (i32.const 0))
                    (then i32.const -1)
                    (else (call $f{i} (local.get $a) (local.get $b) (local.get $i)
                        (local.get $r)))))\n"
        ));
    }
    let text = format!(
        "(module
            (type $t (func (param i32 i32) (result i32)))
            (table funcref (elem $callee $hidden))
            (func $inner (type $t)
                (i32.sub (i32.gt_s (local.get 0) (local.get 1))
                    (i32.lt_s (local.get 0) (local.get 1))))
            (func $hidden (type $t) (i32.xor (local.get 0) (local.get 1)))
            (func $callee (param $a i32) (param $b i32) (result i32) (local $x f32) (local $y f32)
                {callee})
            {funcs})"
    );
    (text, n)
}

/// What every function results in, or traps with, for some arguments.
fn results(wat: &str, n: usize, configure: fn(&mut Config)) -> Vec<Result<i32, Trap>> {
    let mut config = Config::new();
    configure(&mut config);
    let engine = Engine::new(&config).unwrap();
    let module = Module::new(&engine, wat).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    let values = [0, 1, -1, i32::MIN, 0x4000_0000, 0x7fc0_0000];
    let mut results = Vec::new();
    for i in 0..n {
        let func = instance.get_func(&mut store, &format!("f{i}")).unwrap();
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                let which = Val::I32((i + j) as i32 % 2);
                let args = [Val::I32(*a), Val::I32(*b), which, Val::ExternRef(None)];
                let mut result = [Val::I32(0)];
                let outcome = func.call(&mut store, &args, &mut result);
                let trap = |e: Error| *e.downcast_ref::<Trap>().expect("calls end or trap");
                results.push(outcome.map(|()| result[0].unwrap_i32()).map_err(trap));
            }
        }
    }
    results
}

#[test]
fn tiers_decide_conditions_alike() {
    let modes: [fn(&mut Config); 2] = [
        |config| {
            config.strategy(Strategy::Optimize).stress_inlining(true);
        },
        |config| {
            config
                .strategy(Strategy::Tiered)
                .synchronous_tier_up(true)
                .debug_osr_everywhere(true)
                .stress_inlining(true);
        },
    ];
    for callee in CALLEES {
        for taker in TAKERS {
            let (wat, n) = module(callee, taker);
            let want = results(&wat, n, |config| {
                config.strategy(Strategy::Baseline);
            });
            for mode in modes {
                let got = results(&wat, n, mode);
                let differs = want.iter().zip(&got).position(|(want, got)| want != got);
                if let Some(at) = differs {
                    let (want, got) = (&want[at], &got[at]);
                    panic!("{callee}\n{taker}\nfunction {}: {want:?}, {got:?}", at / 36);
                }
            }
        }
    }
}

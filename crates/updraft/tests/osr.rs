//! Running loops are moved to optimized code: random programs of nested blocks
//! give the same results whether their loops stay or are replaced at the first
//! turn.

use std::fmt::Write;

use updraft::*;

/// A type of values.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Ty {
    I32,
    I64,
    F64,
    V128,
}

impl Ty {
    const ALL: [Ty; 4] = [Ty::I32, Ty::I64, Ty::F64, Ty::V128];

    fn name(self) -> &'static str {
        ["i32", "i64", "f64", "v128"][self as usize]
    }

    /// Mixes the topmost value into the global.
    fn mix(self) -> &'static str {
        [
            "i64.extend_i32_u call $mix ",
            "call $mix ",
            "i64.reinterpret_f64 call $mix ",
            "i64x2.extract_lane 1 call $mix ",
        ][self as usize]
    }

    /// An operator of two values.
    fn op(self) -> &'static str {
        ["i32.sub ", "i64.sub ", "f64.add ", "i64x2.add "][self as usize]
    }
}

/// Makes programs. Each loop takes from the fuel in local 0 and returns when
/// there is none, so all of them end.
struct Generator {
    random: u64,
    text: String,
    locals: Vec<Ty>,
    /// What the open blocks' labels take, outermost first.
    labels: Vec<Vec<Ty>>,
    /// Steps left.
    steps: u32,
}

impl Generator {
    fn program(seed: u64) -> String {
        let mut g = Generator {
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            text: String::new(),
            locals: vec![Ty::I32],
            labels: vec![vec![Ty::I64]],
            steps: 100,
        };
        for _ in 0..2 + g.below(6) {
            let ty = g.ty();
            g.locals.push(ty);
        }
        g.text.push_str(
            "(module (global $g (export \"g\") (mut i64) (i64.const 0))
            (func $mix (param i64)
                (global.set $g (i64.add (local.get 0)
                    (i64.mul (global.get $g) (i64.const 31)))))
            (func (export \"run\") (param i32) (result i64) (local",
        );
        for ty in &g.locals[1..] {
            let _ = write!(g.text, " {}", ty.name());
        }
        g.text.push_str(")\n");
        g.body(Vec::new(), &[Ty::I64], 0);
        g.text.push_str("))");
        g.text
    }

    fn below(&mut self, n: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as usize % n
    }

    fn ty(&mut self) -> Ty {
        Ty::ALL[self.below(4)]
    }

    fn types(&mut self) -> Vec<Ty> {
        (0..self.below(3)).map(|_| self.ty()).collect()
    }

    /// A local of that type.
    fn local(&mut self, ty: Ty) -> Option<usize> {
        let fitting: Vec<_> = (1..self.locals.len()).filter(|i| self.locals[*i] == ty).collect();
        (!fitting.is_empty()).then(|| fitting[self.below(fitting.len())])
    }

    fn push(&mut self, ty: Ty) {
        let n = self.below(1000);
        let _ = match self.local(ty) {
            Some(local) if !n.is_multiple_of(4) => write!(self.text, "local.get {local} "),
            _ if ty == Ty::V128 => write!(self.text, "v128.const i64x2 {n} 3 "),
            _ => write!(self.text, "{}.const {n} ", ty.name()),
        };
    }

    /// An `i32` that is 0 now and then.
    fn condition(&mut self) {
        self.push(Ty::I32);
        let mask = 1 + 2 * self.below(4);
        let _ = write!(self.text, "local.get 0 i32.add i32.const {mask} i32.and ");
    }

    /// What the label of a branch takes, and how far out it is.
    fn label(&mut self) -> (usize, Vec<Ty>) {
        let depth = self.below(self.labels.len());
        (depth, self.labels[self.labels.len() - 1 - depth].clone())
    }

    /// Operators that take `stack` and leave `results`.
    fn body(&mut self, mut stack: Vec<Ty>, results: &[Ty], depth: usize) {
        for _ in 0..1 + self.below(8) {
            if self.steps == 0 {
                break;
            }
            self.steps -= 1;
            match self.below(16) {
                0..=2 => {
                    let ty = self.ty();
                    self.push(ty);
                    stack.push(ty);
                }
                3 | 4 => {
                    if let Some(ty) = stack.last().copied()
                        && let Some(local) = self.local(ty)
                    {
                        let tee = self.below(2) == 0;
                        let op = if tee { "tee" } else { "set" };
                        let _ = write!(self.text, "local.{op} {local} ");
                        if !tee {
                            stack.pop();
                        }
                    }
                }
                5 | 6 => {
                    if let [.., a, b] = stack[..]
                        && a == b
                    {
                        self.text.push_str(a.op());
                        stack.pop();
                    }
                }
                7 => {
                    if let Some(ty) = stack.pop() {
                        self.text.push_str(ty.mix());
                    }
                }
                8..=12 if depth < 7 => self.block(&mut stack, depth),
                13 | 14 => {
                    let (label, types) = self.label();
                    types.iter().for_each(|ty| self.push(*ty));
                    stack.extend(types);
                    self.condition();
                    let _ = write!(self.text, "br_if {label} ");
                }
                15 if depth > 0 => return self.leave(results),
                _ => {}
            }
        }
        let kept = stack.iter().zip(results).take_while(|(a, b)| a == b).count();
        for ty in stack.drain(kept..).rev() {
            self.text.push_str(ty.mix());
        }
        results[kept..].iter().for_each(|ty| self.push(*ty));
    }

    /// A block, a loop or an `if`.
    fn block(&mut self, stack: &mut Vec<Ty>, depth: usize) {
        let kind = self.below(4);
        let n_params = if self.below(3) == 0 { self.below(stack.len().min(2) + 1) } else { 0 };
        if kind == 2 {
            self.condition();
        }
        let params = stack.split_off(stack.len() - n_params);
        let results = self.types();
        self.text.push_str(["\nblock ", "\nloop ", "\nif ", "\nloop "][kind]);
        for (what, types) in [("param", &params), ("result", &results)] {
            for ty in types {
                let _ = write!(self.text, "({what} {}) ", ty.name());
            }
        }
        let is_loop = kind % 2 == 1;
        self.labels.push(if is_loop { params.clone() } else { results.clone() });
        if is_loop {
            self.text.push_str(
                "local.get 0 i32.eqz if i64.const 77 return end
                local.get 0 i32.const 1 i32.sub local.set 0 ",
            );
        }
        self.body(params.clone(), &results, depth + 1);
        if kind == 2 {
            self.text.push_str("else ");
            self.body(params, &results, depth + 1);
        }
        self.text.push_str("end\n");
        self.labels.pop();
        stack.extend(results);
    }

    /// Goes elsewhere; what follows cannot be reached.
    fn leave(&mut self, results: &[Ty]) {
        let (label, types) = self.label();
        types.iter().for_each(|ty| self.push(*ty));
        let _ = match self.below(4) {
            0 => write!(self.text, "i64.const 5 return "),
            1 => {
                self.condition();
                write!(self.text, "br_table {label} {label} ")
            }
            _ => write!(self.text, "br {label} "),
        };
        if self.below(3) == 0 {
            self.text.push_str("loop br 0 end ");
        }
        results.iter().for_each(|ty| self.push(*ty));
    }
}

/// Result and global after a run; and how many loops were replaced.
fn run(wat: &str, configure: fn(&mut Config)) -> ((i64, i64), u64) {
    let mut config = Config::new();
    configure(&mut config);
    let engine = Engine::new(&config).unwrap();
    let module = Module::new(&engine, wat).unwrap_or_else(|e| panic!("{e}\n{wat}"));
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_typed_func::<i32, i64>(&mut store, "run").unwrap();
    let result = run.call(&mut store, 60).unwrap();
    let global = instance.get_global(&mut store, "g").unwrap().get(&mut store);
    ((result, global.i64().unwrap()), module.stats().n_osr_entries)
}

/// Programs that are made.
const SEEDS: u64 = 300;

#[test]
fn replaced_loops_give_the_same_results() {
    let mut n_entries = 0;
    for seed in 1..=SEEDS {
        let wat = Generator::program(seed);
        let (expected, none) = run(&wat, |c| {
            c.strategy(Strategy::Optimize);
        });
        assert_eq!(none, 0);
        let (stayed, _) = run(&wat, |c| {
            c.strategy(Strategy::Baseline);
        });
        assert_eq!(stayed, expected, "baseline code of program {seed}\n{wat}");
        let (replaced, n) = run(&wat, |c| {
            c.strategy(Strategy::Tiered).synchronous_tier_up(true).debug_osr_everywhere(true);
        });
        assert_eq!(replaced, expected, "replaced loops of program {seed}\n{wat}");
        n_entries += n;
    }
    assert!(n_entries >= SEEDS / 2, "only {n_entries} loops were replaced");
}

/// What a loop needs in its slots must not be needed there by ways that go
/// around it.
#[test]
fn a_constant_below_a_block_that_may_leave_out_its_loop() {
    let wat = "(module (global (export \"g\") (mut i64) (i64.const 0))
        (func (export \"run\") (param i32) (result i64)
            (i64.const 254)
            (if (i32.eqz (local.get 0)) (then (loop (br_if 0 (local.get 0)))))))";
    let ((result, _), _) = run(wat, |c| {
        c.strategy(Strategy::Tiered);
    });
    assert_eq!(result, 254);
}

//! Modules full of loops, as text: what fails can be read.
//!
//! Everything is folded into a number that is seen from outside, so that a lost
//! value shows. Functions only call those that come later, and all share some
//! fuel, so that modules end. No operator makes a NaN, so that results do not
//! depend on payloads; constants may be NaNs.

use std::fmt::Write;

use updraft_test_verdict::Random;

/// Loops in loops at most.
const MAX_DEPTH: usize = 5;
/// Statements of a module at most: many small ones find more than few large.
const MAX_STATEMENTS: u32 = 30;
/// Turns of all loops and calls of a module, about.
const FUEL: u32 = 500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ty {
    I32,
    I64,
    F32,
    F64,
    V128,
    Func,
    Extern,
}

impl Ty {
    fn name(self) -> &'static str {
        match self {
            Ty::I32 => "i32",
            Ty::I64 => "i64",
            Ty::F32 => "f32",
            Ty::F64 => "f64",
            Ty::V128 => "v128",
            Ty::Func => "funcref",
            Ty::Extern => "externref",
        }
    }
}

/// Decisions: bytes of the input as long as there are some.
struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
    random: Random,
}

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        match self.bytes.next() {
            Some(byte) if n <= 256 => usize::from(*byte) % n.max(1),
            _ => self.random.below(n),
        }
    }
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
    fn ty(&mut self) -> Ty {
        match self.below(11) {
            0 | 1 => Ty::I32,
            2 | 3 => Ty::I64,
            4 | 5 => Ty::F32,
            6 => Ty::F64,
            7 | 8 => Ty::V128,
            9 => Ty::Func,
            _ => Ty::Extern,
        }
    }
    fn types(&mut self, n: usize) -> Vec<Ty> {
        (0..n).map(|_| self.ty()).collect()
    }
    /// Mostly few, sometimes many.
    fn count(&mut self, most: usize) -> usize {
        if self.one_in(8) { self.below(most + 1) } else { self.below(most.min(4) + 1) }
    }
    /// Few bits, or any.
    fn bits(&mut self) -> u64 {
        match self.below(4) {
            0 => self.below(8) as u64,
            1 => (self.below(8) as u64).wrapping_neg(),
            _ => self.random.draw(),
        }
    }
}

struct Sig {
    name: String,
    params: Vec<Ty>,
    results: Vec<Ty>,
    /// Position in the table.
    at: Option<usize>,
}

/// Something that can be branched to.
struct Label {
    name: String,
    types: Vec<Ty>,
    is_loop: bool,
}

struct Generator<'a> {
    c: Choices<'a>,
    out: String,
    sigs: Vec<Sig>,
    /// The function that is made: its position.
    own: usize,
    /// Its locals, parameters first.
    locals: Vec<Ty>,
    labels: Vec<Label>,
    n_labels: u32,
    n_left: u32,
}

/// A module that is made of these bytes.
pub fn module(data: &[u8]) -> String {
    let c = Choices { bytes: data.iter(), random: Random::of(data) };
    let mut g = Generator {
        c,
        out: String::new(),
        sigs: Vec::new(),
        own: 0,
        locals: Vec::new(),
        labels: Vec::new(),
        n_labels: 0,
        n_left: MAX_STATEMENTS,
    };
    g.module();
    g.out
}

fn list(word: &str, types: &[Ty]) -> String {
    if types.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
    format!(" ({word} {})", names.join(" "))
}

fn signature(params: &[Ty], results: &[Ty]) -> String {
    list("param", params) + &list("result", results)
}

impl Generator<'_> {
    fn put(&mut self, line: impl AsRef<str>) {
        writeln!(self.out, "{}", line.as_ref()).expect("text can be written");
    }

    fn module(&mut self) {
        let n_results = [self.c.count(3), self.c.count(12)];
        let pools: Vec<Vec<Ty>> = n_results.map(|n| self.c.types(n)).into();
        let n_funcs = 2 + self.c.below(4);
        for i in 0..n_funcs {
            let n = self.c.count(18);
            let (name, params) = (format!("$f{i}"), self.c.types(n));
            let results = pools[self.c.below(pools.len())].clone();
            self.sigs.push(Sig { name, params, results, at: Some(i) });
        }
        for i in 0..self.c.below(3) {
            let n = [self.c.count(12), self.c.count(10)];
            let [params, results] = n.map(|n| self.c.types(n));
            self.sigs.push(Sig { name: format!("$h{i}"), params, results, at: None });
        }
        self.put("(module");
        self.put("(import \"h\" \"mk\" (func $mk (param i64) (result externref)))");
        self.put("(import \"h\" \"id\" (func $id (param externref) (result i64)))");
        for i in n_funcs..self.sigs.len() {
            let sig = &self.sigs[i];
            let ty = signature(&sig.params, &sig.results);
            let line = format!("(import \"h\" \"{i}\" (func {}{ty}))", sig.name);
            self.put(line);
        }
        self.put("(memory (export \"m\") 1 1)");
        let funcs: Vec<&str> = self.sigs[..n_funcs].iter().map(|s| &*s.name).collect();
        let table = format!("(table $t funcref (elem {}))", funcs.join(" "));
        self.put(table);
        self.put("(table $s 1 funcref)");
        self.put(format!("(global $fuel (export \"fuel\") (mut i32) (i32.const {FUEL}))"));
        self.put("(global $acc (export \"acc\") (mut i64) (i64.const 0))");
        for i in 0..3 {
            self.put(format!("(func $k{i} (result i64) i64.const {})", 0x1234_5671 * (i + 1)));
        }
        self.put("(elem declare func $k0 $k1 $k2)");
        self.put("(func $idf (param funcref) (result i64)");
        self.put("(if (ref.is_null (local.get 0)) (then (return (i64.const 99))))");
        self.put("(table.set $s (i32.const 0) (local.get 0))");
        self.put("(call_indirect $s (result i64) (i32.const 0)))");
        for i in 0..n_funcs {
            self.func(i);
        }
        self.put(")");
    }

    fn func(&mut self, own: usize) {
        self.own = own;
        let n = if self.c.one_in(4) { self.c.below(30) } else { self.c.below(8) };
        let locals = self.c.types(n);
        let (params, results) = (self.sigs[own].params.clone(), self.sigs[own].results.clone());
        self.put(format!("(func $f{own} (export \"f{own}\"){}", signature(&params, &results)));
        self.put(list("local", &locals));
        self.locals = [params, locals].concat();
        self.put("(local $a i64) (local $v v128)");
        for depth in 0..=MAX_DEPTH {
            self.put(format!("(local $c{depth} i32)"));
        }
        self.labels.clear();
        self.burn();
        self.put("global.get $fuel i32.const 0 i32.lt_s if");
        self.push_all(&results);
        self.put("return end");
        if self.c.below(3) > 0 {
            self.one_loop(0);
        }
        let n = 1 + self.c.below(6);
        self.statements(0, n);
        for local in 0..self.locals.len() {
            let ty = self.locals[local];
            self.put(format!("local.get {local}"));
            self.fold(ty);
        }
        self.save();
        if !self.c.one_in(3) || !self.tail_call(&results) {
            self.push_all(&results);
        }
        self.put(")");
    }

    /// Makes what was folded so far visible.
    fn save(&mut self) {
        self.put("global.get $acc i64.const 3 i64.mul local.get $a i64.add global.set $acc");
    }

    fn burn(&mut self) {
        self.put("global.get $fuel i32.const 1 i32.sub global.set $fuel");
    }

    // ---- values ----

    /// A local of a type.
    fn local(&mut self, ty: Ty) -> Option<usize> {
        let n = self.locals.len();
        let start = self.c.below(n.max(1));
        (0..n).map(|i| (start + i) % n).find(|i| self.locals[*i] == ty)
    }

    fn constant(&mut self, ty: Ty) {
        let bits = self.c.bits();
        let text = match ty {
            Ty::I32 => format!("i32.const {}", bits as i32),
            Ty::I64 => format!("i64.const {}", bits as i64),
            // Any bits, NaNs with any payload too.
            Ty::F32 => format!("f32.const {}", float32(bits as u32)),
            Ty::F64 => format!("f64.const {}", float64(bits)),
            Ty::V128 => format!("v128.const i64x2 {} {}", bits as i64, self.c.bits() as i64),
            Ty::Func => match bits % 4 {
                0 => "ref.null func".to_owned(),
                n => format!("ref.func $k{}", n - 1),
            },
            Ty::Extern => match bits % 3 {
                0 => "ref.null extern".to_owned(),
                _ => format!("i64.const {} call $mk", bits as i64),
            },
        };
        self.put(text);
    }

    fn push(&mut self, ty: Ty) {
        if self.c.one_in(3) {
            return self.constant(ty);
        }
        match self.local(ty) {
            Some(local) => self.put(format!("local.get {local}")),
            None => self.constant(ty),
        }
        if self.c.below(2) == 0 {
            self.transform(ty);
        }
    }

    fn push_all(&mut self, types: &[Ty]) {
        for ty in types {
            self.push(*ty);
        }
    }

    /// Changes the topmost value.
    fn transform(&mut self, ty: Ty) {
        let n = self.c.below(100);
        let which = self.c.below(4);
        let text = match (ty, which) {
            (Ty::I32, 0) => format!("i32.const {n} i32.lt_u"),
            (Ty::I32, 1) => format!("i32.const {n} i32.mul"),
            (Ty::I32, 2) => "local.get $c0 i32.add".to_owned(),
            (Ty::I32, _) => "i32.const 0xff i32.and i32.load offset=8".to_owned(),
            (Ty::I64, 0) => format!("i64.const {n} i64.rotl"),
            (Ty::I64, 1) => "local.get $a i64.xor".to_owned(),
            (Ty::I64, 2) => "i32.wrap_i64 i64.extend_i32_s".to_owned(),
            (Ty::I64, _) => format!("i64.const {n} i64.add"),
            (Ty::F32, 0) => "f32.neg".to_owned(),
            (Ty::F32, _) => {
                format!("i32.reinterpret_f32 i32.const {n} i32.add f32.reinterpret_i32")
            }
            (Ty::F64, 0) => "f64.abs".to_owned(),
            (Ty::F64, _) => {
                format!("i64.reinterpret_f64 i64.const {n} i64.sub f64.reinterpret_i64")
            }
            (Ty::V128, 0) => "v128.not".to_owned(),
            (Ty::V128, 1) => format!("i32.const {n} i16x8.shl"),
            (Ty::V128, _) => format!("i32.const {n} i32x4.splat i32x4.add"),
            (Ty::Func, _) => {
                format!(
                    "ref.func $k{} local.get $c0 i32.const 1 i32.and select (result funcref)",
                    n % 3
                )
            }
            (Ty::Extern, 0) => "call $id call $mk".to_owned(),
            (Ty::Extern, _) => {
                "ref.null extern local.get $c1 i32.const 3 i32.and select (result externref)"
                    .to_owned()
            }
        };
        self.put(text);
    }

    /// Takes the topmost value into the sum.
    fn fold(&mut self, ty: Ty) {
        self.put(match ty {
            Ty::I32 => "i64.extend_i32_u",
            Ty::I64 => "",
            Ty::F32 => "i32.reinterpret_f32 i64.extend_i32_u",
            Ty::F64 => "i64.reinterpret_f64",
            Ty::V128 => {
                "local.tee $v i64x2.extract_lane 0 local.get $v i64x2.extract_lane 1 \
                 i64.const 3 i64.rotl i64.xor"
            }
            Ty::Func => "call $idf",
            Ty::Extern => "call $id",
        });
        self.put("local.get $a i64.const 7 i64.rotl i64.xor i64.const 77 i64.add local.set $a");
    }

    fn fold_all(&mut self, types: &[Ty]) {
        for ty in types.iter().rev() {
            self.fold(*ty);
        }
    }

    /// Pushes a condition.
    fn condition(&mut self) {
        let n = self.c.below(8);
        let depth = self.c.below(MAX_DEPTH + 1);
        match self.c.below(4) {
            0 => self.push(Ty::I32),
            1 => self.put(format!("local.get $c{depth} i32.const {n} i32.eq")),
            2 => self.put(format!("local.get $a i64.const {} i64.and i64.eqz", n | 1)),
            _ => self.put(format!("local.get $c{depth} i32.const 1 i32.and")),
        }
    }

    // ---- statements ----

    fn statements(&mut self, depth: usize, n: usize) {
        for _ in 0..n {
            if self.n_left == 0 {
                return;
            }
            self.n_left -= 1;
            self.statement(depth);
        }
    }

    fn some(&mut self, depth: usize) {
        let n = self.c.below(4);
        self.statements(depth, n);
    }

    fn statement(&mut self, depth: usize) {
        match self.c.below(16) {
            0 | 1 => self.set_local(),
            2..=5 => self.one_loop(depth),
            6 => self.over_operands(depth),
            7 => self.branch_out(),
            8 | 9 => self.if_else(depth),
            10 => self.block(depth),
            11 => self.switch(depth),
            12 | 13 => self.call(),
            14 => self.memory(),
            _ => self.rare(),
        }
    }

    fn set_local(&mut self) {
        if self.locals.is_empty() {
            return;
        }
        let local = self.c.below(self.locals.len());
        self.push(self.locals[local]);
        if self.c.below(3) == 0 {
            self.put(format!("local.tee {local}"));
            self.fold(self.locals[local]);
        } else {
            self.put(format!("local.set {local}"));
        }
    }

    /// Statements while operands wait below them.
    fn over_operands(&mut self, depth: usize) {
        let n = self.c.count(40);
        let below = self.c.types(n);
        self.push_all(&below);
        self.some(depth);
        self.fold_all(&below);
    }

    fn label(&mut self, types: &[Ty], is_loop: bool) -> String {
        self.n_labels += 1;
        let name = format!("$l{}", self.n_labels);
        self.labels.push(Label { name: name.clone(), types: types.to_vec(), is_loop });
        name
    }

    fn one_loop(&mut self, depth: usize) {
        if depth >= MAX_DEPTH {
            return self.set_local();
        }
        let n = [self.c.count(40), self.c.count(12)];
        let [below, params] = n.map(|n| self.c.types(n));
        let results = match self.c.below(3) {
            0 => {
                let n = self.c.count(12);
                self.c.types(n)
            }
            _ => params.clone(),
        };
        let trips = if self.c.one_in(5) { self.c.below(40) } else { 1 + self.c.below(5) };
        self.push_all(&below);
        self.push_all(&params);
        self.put(format!("i32.const {trips} local.set $c{depth}"));
        let label = self.label(&params, true);
        self.put(format!("loop {label}{}", signature(&params, &results)));
        self.burn();
        if self.c.below(2) == 0 {
            self.fold_all(&params);
            self.some(depth + 1);
            self.push_all(&params);
        } else {
            self.some(depth + 1);
            if let Some(top) = params.last() {
                self.transform(*top);
            }
        }
        self.put(format!("local.get $c{depth} i32.const 1 i32.sub local.tee $c{depth}"));
        self.put("i32.const 0 i32.gt_s global.get $fuel i32.const 0 i32.gt_s i32.and");
        match self.c.below(4) {
            0 => {
                self.put(format!("if{}", signature(&params, &params)));
                self.put(format!("br {label} end"));
            }
            1 => {
                self.put(format!("local.set $c{depth}"));
                self.put(
                    format!("block $x{label}{}", signature(&params, &params)).replace("$x$", "$x"),
                );
                self.put(format!("local.get $c{depth}"));
                self.put(format!("br_table $x{label} {label} end").replace("$x$", "$x"));
            }
            _ => self.put(format!("br_if {label}")),
        }
        if results != params {
            self.fold_all(&params);
            self.push_all(&results);
        }
        self.put("end");
        self.labels.pop();
        self.fold_all(&results);
        self.fold_all(&below);
    }

    fn if_else(&mut self, depth: usize) {
        let n = [self.c.count(6), self.c.count(6)];
        let [params, results] = n.map(|n| self.c.types(n));
        self.push_all(&params);
        self.condition();
        let label = self.label(&results, false);
        self.put(format!("if {label}{}", signature(&params, &results)));
        for arm in 0..2 {
            if self.c.below(2) == 0 {
                self.fold_all(&params);
                self.some(depth);
            } else {
                self.some(depth);
                self.fold_all(&params);
            }
            self.push_all(&results);
            if arm == 0 {
                self.put("else");
            }
        }
        self.put("end");
        self.labels.pop();
        self.fold_all(&results);
    }

    fn block(&mut self, depth: usize) {
        let n = [self.c.count(6), self.c.count(12)];
        let [params, results] = n.map(|n| self.c.types(n));
        self.push_all(&params);
        let label = self.label(&results, false);
        self.put(format!("block {label}{}", signature(&params, &results)));
        self.push_all(&results);
        self.condition();
        self.put(format!("br_if {label}"));
        self.fold_all(&results);
        self.some(depth);
        self.fold_all(&params);
        self.push_all(&results);
        self.put("end");
        self.labels.pop();
        self.fold_all(&results);
    }

    /// A table of branches to blocks, with operands for all of them.
    fn switch(&mut self, depth: usize) {
        let n = self.c.count(5);
        let types = self.c.types(n);
        let cases = 1 + self.c.below(3);
        let names: Vec<String> = (0..=cases).map(|_| self.label(&types, false)).collect();
        for name in &names {
            self.put(format!("block {name}{}", list("result", &types)));
        }
        self.push_all(&types);
        self.condition();
        self.put(format!("br_table {} {}", names.join(" "), names[self.own % names.len()]));
        for name in names.iter().rev() {
            self.put(format!("end ;; {name}"));
            self.labels.pop();
            self.fold_all(&types);
            self.some(depth);
            if name != &names[0] {
                self.push_all(&types);
            }
        }
    }

    /// A branch to any label around, maybe.
    fn branch_out(&mut self) {
        if self.labels.is_empty() || self.c.one_in(8) {
            self.condition();
            self.put("if");
            self.save();
            let results = self.sigs[self.own].results.clone();
            self.push_all(&results);
            return self.put("return end");
        }
        let at = self.c.below(self.labels.len());
        let Label { name, types, is_loop } = &self.labels[at];
        let (name, types, is_loop) = (name.clone(), types.clone(), *is_loop);
        self.push_all(&types);
        self.condition();
        if is_loop {
            self.put("global.get $fuel i32.const 0 i32.gt_s i32.and");
        }
        self.put(format!("br_if {name}"));
        self.fold_all(&types);
    }

    /// A later function or one of the host.
    fn callee(&mut self) -> Option<usize> {
        let first = self.own + 1;
        (first < self.sigs.len()).then(|| first + self.c.below(self.sigs.len() - first))
    }

    fn call(&mut self) {
        let Some(callee) = self.callee() else { return self.set_local() };
        let (params, results) =
            (self.sigs[callee].params.clone(), self.sigs[callee].results.clone());
        self.push_all(&params);
        match self.sigs[callee].at {
            Some(at) if self.c.below(2) == 0 => {
                self.put(format!("i32.const {at}"));
                self.put(format!("call_indirect $t{}", signature(&params, &results)));
            }
            _ => {
                let line = format!("call {}", self.sigs[callee].name);
                self.put(line);
            }
        }
        self.fold_all(&results);
    }

    /// Ends the function with a tail call, if some function fits.
    fn tail_call(&mut self, results: &[Ty]) -> bool {
        let Some(callee) = self.callee() else { return false };
        if self.sigs[callee].results != results {
            return false;
        }
        let params = self.sigs[callee].params.clone();
        self.push_all(&params);
        match self.sigs[callee].at {
            Some(at) if self.c.below(2) == 0 => {
                self.put(format!("i32.const {at}"));
                self.put(format!("return_call_indirect $t{}", signature(&params, results)));
            }
            _ => {
                let line = format!("return_call {}", self.sigs[callee].name);
                self.put(line);
            }
        }
        true
    }

    fn memory(&mut self) {
        let ty = [Ty::I32, Ty::I64, Ty::F32, Ty::F64, Ty::V128][self.c.below(5)];
        self.put("local.get $a i32.wrap_i64 i32.const 0xfff0 i32.and");
        self.push(ty);
        self.put(format!("{}.store", ty.name()));
    }

    /// What may trap.
    fn rare(&mut self) {
        match self.c.below(6) {
            0 => {
                self.condition();
                self.put("if unreachable end");
            }
            1 => {
                self.push(Ty::I32);
                self.push(Ty::I32);
                self.put("i32.div_s");
                self.fold(Ty::I32);
            }
            2 => {
                self.push(Ty::I32);
                self.put("i64.load");
                self.fold(Ty::I64);
            }
            _ => self.memory(),
        }
    }
}

fn float32(bits: u32) -> String {
    let payload = bits & 0x7f_ffff;
    let sign = if bits >> 31 == 0 { "" } else { "-" };
    let value = f32::from_bits(bits);
    if value.is_nan() {
        format!("{sign}nan:0x{payload:x}")
    } else if value.is_infinite() {
        format!("{sign}inf")
    } else {
        format!("{value:e}")
    }
}

fn float64(bits: u64) -> String {
    let payload = bits & ((1 << 52) - 1);
    let sign = if bits >> 63 == 0 { "" } else { "-" };
    let value = f64::from_bits(bits);
    if value.is_nan() {
        format!("{sign}nan:0x{payload:x}")
    } else if value.is_infinite() {
        format!("{sign}inf")
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_sound_and_loops_are_deep() {
        let mut deepest = 0;
        for seed in 0..100 {
            let text = module(&Random::seeded(seed * 77 + 5).bytes(64));
            wat::parse_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
            let depth =
                (0..MAX_DEPTH).filter(|d| text.contains(&format!("local.tee $c{d}"))).count();
            deepest = deepest.max(depth);
        }
        assert_eq!(deepest, MAX_DEPTH);
    }
}

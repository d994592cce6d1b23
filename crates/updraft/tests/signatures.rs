//! Calls of every shape between functions of all tiers: no, few and many
//! parameters and results of all types, direct, through tables, in place of the
//! caller, to the host, with operands below the arguments and loops before.
//!
//! Modules are generated from a seed, as layers of functions that only call
//! functions of the next layer; what they return is worked out here, too.

use std::fmt::Write;

use updraft::*;

const TYPES: [ValType; 7] = [
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::V128,
    ValType::FUNCREF,
    ValType::EXTERNREF,
];
const N_HOSTS: usize = 3;
const N_LAYERS: usize = 5;
const N_PER_LAYER: usize = 5;
const N_FUNCS: usize = N_HOSTS + N_LAYERS * N_PER_LAYER;
const N_EXTERNS: usize = 4;

/// A value. Functions by number, hosts first; host references by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum V {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    V128(u128),
    Func(Option<usize>),
    Extern(Option<usize>),
}

/// Where a value comes from within a function.
#[derive(Clone, Copy, Debug)]
enum Src {
    Const(V),
    /// A local: a parameter, or one that keeps what a call left.
    Local(usize),
}

/// A call, and what is on the stack around it.
struct Step {
    callee: usize,
    indirect: bool,
    /// Operands below the arguments.
    below: Vec<Src>,
    /// A local that is written between the operands and the arguments.
    set: Option<(usize, V)>,
    args: Vec<Src>,
    /// The first of the locals that take operands and results.
    first_local: usize,
}

enum End {
    Return(Vec<Src>),
    Tail { callee: usize, indirect: bool, args: Vec<Src> },
}

struct Plan {
    params: Vec<ValType>,
    results: Vec<ValType>,
    locals: Vec<ValType>,
    loops: bool,
    steps: Vec<Step>,
    end: End,
}

/// A fixed sequence of pseudo-random numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }
    fn types(&mut self) -> Vec<ValType> {
        let n = if self.below(3) == 0 { self.below(4) } else { self.below(21) };
        if self.below(4) == 0 {
            return vec![TYPES[self.below(7)]; n];
        }
        (0..n).map(|_| TYPES[self.below(7)]).collect()
    }
    fn value(&mut self, ty: ValType) -> V {
        match ty {
            ValType::I32 => V::I32(self.next() as u32),
            ValType::I64 => V::I64(self.next()),
            ValType::F32 => V::F32(self.next() as u32),
            ValType::F64 => V::F64(self.next()),
            ValType::V128 => V::V128(u128::from(self.next()) << 64 | u128::from(self.next())),
            ValType::FUNCREF => {
                let n = self.below(N_FUNCS + 1);
                V::Func((N_HOSTS..N_FUNCS).contains(&n).then_some(n))
            }
            _ => {
                let n = self.below(N_EXTERNS + 1);
                V::Extern((n < N_EXTERNS).then_some(n))
            }
        }
    }
    /// One of the locals of that type, mostly, or a constant.
    fn source(&mut self, ty: ValType, locals: &[ValType]) -> Src {
        let fitting: Vec<_> = (0..locals.len()).filter(|i| locals[*i] == ty).collect();
        if fitting.is_empty() || self.below(4) == 0 {
            return Src::Const(self.value(ty));
        }
        Src::Local(fitting[self.below(fitting.len())])
    }
    fn sources(&mut self, types: &[ValType], locals: &[ValType]) -> Vec<Src> {
        types.iter().map(|ty| self.source(*ty, locals)).collect()
    }
}

/// A function that calls functions of these numbers.
fn plan(numbers: &mut Numbers, plans: &[Plan], callees: std::ops::Range<usize>) -> Plan {
    let pick = |numbers: &mut Numbers| callees.start + numbers.below(callees.len());
    let params = numbers.types();
    let mut locals = params.clone();
    let mut steps = Vec::new();
    for _ in 0..numbers.below(3) {
        let callee = pick(numbers);
        let types = numbers.types();
        let below = numbers.sources(&types, &locals);
        let set = (!params.is_empty()).then(|| {
            let local = numbers.below(params.len());
            (local, numbers.value(params[local]))
        });
        let args = numbers.sources(&plans[callee].params, &locals);
        let first_local = locals.len();
        locals.extend(types);
        locals.extend(&plans[callee].results);
        let indirect = numbers.below(2) == 0;
        steps.push(Step { callee, indirect, below, set, args, first_local });
    }
    let (results, end) = if numbers.below(2) == 0 {
        let callee = pick(numbers);
        let args = numbers.sources(&plans[callee].params, &locals);
        let indirect = numbers.below(2) == 0;
        (plans[callee].results.clone(), End::Tail { callee, indirect, args })
    } else {
        let results = numbers.types();
        let sources = numbers.sources(&results, &locals);
        (results, End::Return(sources))
    };
    Plan { params, results, locals, loops: numbers.below(2) == 0, steps, end }
}

fn plans(seed: u64) -> Vec<Plan> {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut plans = Vec::new();
    for _ in 0..N_HOSTS {
        let (params, results) = (numbers.types(), numbers.types());
        let null = |source| match source {
            // The host does not know those of the module.
            Src::Const(V::Func(_)) => Src::Const(V::Func(None)),
            Src::Const(V::Extern(_)) => Src::Const(V::Extern(None)),
            other => other,
        };
        let sources = numbers.sources(&results, &params).into_iter().map(null).collect();
        let (locals, steps) = (params.clone(), Vec::new());
        plans.push(Plan {
            params,
            results,
            locals,
            loops: false,
            steps,
            end: End::Return(sources),
        });
    }
    let mut callees = 0..N_HOSTS;
    for _ in 0..N_LAYERS {
        let first = plans.len();
        for _ in 0..N_PER_LAYER {
            let plan = plan(&mut numbers, &plans, callees.clone());
            plans.push(plan);
        }
        callees = first..plans.len();
    }
    plans
}

/// What a function returns.
fn expected(plans: &[Plan], func: usize, args: &[V]) -> Vec<V> {
    let plan = &plans[func];
    let mut locals = args.to_vec();
    let read = |locals: &[V], sources: &[Src]| -> Vec<V> {
        let read = |source: &Src| match source {
            Src::Const(v) => *v,
            Src::Local(i) => locals[*i],
        };
        sources.iter().map(read).collect()
    };
    for step in &plan.steps {
        let below = read(&locals, &step.below);
        if let Some((local, value)) = step.set {
            locals[local] = value;
        }
        let results = expected(plans, step.callee, &read(&locals, &step.args));
        locals.extend(below);
        locals.extend(results);
    }
    match &plan.end {
        End::Return(sources) => read(&locals, sources),
        End::Tail { callee, args, .. } => expected(plans, *callee, &read(&locals, args)),
    }
}

fn list(types: &[ValType]) -> String {
    types.iter().map(|ty| format!(" {ty}")).collect()
}

fn constant(value: V) -> String {
    match value {
        V::I32(v) => format!("(i32.const {v})"),
        V::I64(v) => format!("(i64.const {v})"),
        V::F32(v) => format!("(f32.reinterpret_i32 (i32.const {v}))"),
        V::F64(v) => format!("(f64.reinterpret_i64 (i64.const {v}))"),
        V::V128(v) => format!("(v128.const i64x2 {} {})", v as u64, (v >> 64) as u64),
        V::Func(None) => "(ref.null func)".into(),
        V::Func(Some(f)) => format!("(ref.func {f})"),
        V::Extern(None) => "(ref.null extern)".into(),
        V::Extern(Some(i)) => format!("(table.get $externs (i32.const {i}))"),
    }
}

fn push(text: &mut String, sources: &[Src]) {
    for source in sources {
        match source {
            Src::Const(v) => text.push_str(&constant(*v)),
            Src::Local(i) => {
                let _ = write!(text, "(local.get {i})");
            }
        }
    }
    text.push('\n');
}

fn push_call(text: &mut String, (tail, callee, indirect): (&str, usize, bool)) {
    let _ = if indirect {
        writeln!(text, "(i32.const {callee}) {tail}call_indirect $funcs (type {callee})")
    } else {
        writeln!(text, "{tail}call {callee}")
    };
}

fn module_text(plans: &[Plan]) -> String {
    let mut text = "(module\n".to_owned();
    for plan in plans {
        let (params, results) = (list(&plan.params), list(&plan.results));
        let _ = writeln!(text, "(type (func (param{params}) (result{results})))");
    }
    for host in 0..N_HOSTS {
        let _ = writeln!(text, "(import \"host\" \"{host}\" (func (type {host})))");
    }
    let all: String = (0..plans.len()).map(|f| format!(" {f}")).collect();
    let n = plans.len();
    let _ = writeln!(text, "(memory 1) (table $funcs {n} funcref) (elem (i32.const 0) func{all})");
    let _ = writeln!(text, "(table $externs (export \"externs\") {N_EXTERNS} externref)");
    for (i, plan) in plans.iter().enumerate().skip(N_HOSTS) {
        let counter = plan.locals.len();
        let own = list(&plan.locals[plan.params.len()..]);
        let _ = writeln!(text, "(func (export \"{i}\") (type {i}) (local{own} i32)");
        if plan.loops {
            let next =
                format!("(local.tee {counter} (i32.add (local.get {counter}) (i32.const 1)))");
            let _ = writeln!(text, "(loop (br_if 0 (i32.lt_u {next} (i32.const 3))))");
        }
        for step in &plan.steps {
            push(&mut text, &step.below);
            if let Some((local, value)) = step.set {
                let _ = writeln!(text, "(local.set {local} {})", constant(value));
            }
            push(&mut text, &step.args);
            push_call(&mut text, ("", step.callee, step.indirect));
            let n = step.below.len() + plans[step.callee].results.len();
            for local in (step.first_local..step.first_local + n).rev() {
                let _ = write!(text, "(local.set {local})");
            }
            text.push('\n');
        }
        match &plan.end {
            End::Return(sources) => push(&mut text, sources),
            End::Tail { callee, indirect, args } => {
                push(&mut text, args);
                push_call(&mut text, ("return_", *callee, *indirect));
            }
        }
        text.push_str(")\n");
    }
    text.push(')');
    // An empty list is no list.
    text.replace("(param)", "").replace("(result)", "")
}

/// An instance of a generated module.
struct World {
    module: Module,
    store: Store<()>,
    funcs: Vec<Func>,
    externs: Vec<ExternRef>,
}

impl World {
    fn new(config: &Config, text: &str, plans: &[Plan]) -> Self {
        let engine = Engine::new(config).unwrap();
        let module = Module::new(&engine, text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        let types: Vec<_> =
            module.imports().map(|import| import.ty().unwrap_func().clone()).collect();
        for (host, ty) in types.into_iter().enumerate() {
            let End::Return(sources) = &plans[host].end else { unreachable!() };
            let sources = sources.clone();
            let answer = move |_: Caller<'_, ()>, args: &[Val], results: &mut [Val]| {
                for (result, source) in results.iter_mut().zip(&sources) {
                    *result = match source {
                        Src::Const(v) => to_val(*v, &[], &[]),
                        Src::Local(i) => args[*i].clone(),
                    };
                }
                Ok(())
            };
            linker.func_new("host", &host.to_string(), ty, answer).unwrap();
        }
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let table = instance.get_table(&mut store, "externs").unwrap();
        let externs: Vec<_> =
            (0..N_EXTERNS).map(|i| ExternRef::new(&mut store, i).unwrap()).collect();
        for (i, reference) in externs.iter().enumerate() {
            table.set(&mut store, i as u64, reference.clone().into()).unwrap();
        }
        let funcs = (N_HOSTS..plans.len())
            .map(|f| instance.get_func(&mut store, &f.to_string()).unwrap())
            .collect();
        Self { module, store, funcs, externs }
    }

    fn call(&mut self, func: usize, args: &[V], n_results: usize) -> Vec<V> {
        let args: Vec<_> = args.iter().map(|v| to_val(*v, &self.funcs, &self.externs)).collect();
        let mut results = vec![Val::I32(0); n_results];
        self.funcs[func - N_HOSTS].call(&mut self.store, &args, &mut results).unwrap();
        results.iter().map(|v| self.to_v(v)).collect()
    }

    fn to_v(&self, val: &Val) -> V {
        match val {
            Val::I32(v) => V::I32(*v as u32),
            Val::I64(v) => V::I64(*v as u64),
            Val::F32(v) => V::F32(*v),
            Val::F64(v) => V::F64(*v),
            Val::V128(v) => V::V128(v.as_u128()),
            Val::FuncRef(f) => V::Func(f.as_ref().map(|f| {
                N_HOSTS + self.funcs.iter().position(|g| Func::same(f, g)).expect("is ours")
            })),
            Val::ExternRef(r) => V::Extern(
                r.as_ref()
                    .map(|r| *r.data(&self.store).unwrap().downcast_ref().expect("is a number")),
            ),
        }
    }
}

fn to_val(value: V, funcs: &[Func], externs: &[ExternRef]) -> Val {
    match value {
        V::I32(v) => Val::I32(v as i32),
        V::I64(v) => Val::I64(v as i64),
        V::F32(v) => Val::F32(v),
        V::F64(v) => Val::F64(v),
        V::V128(v) => Val::V128(v.into()),
        V::Func(f) => Val::FuncRef(f.map(|f| funcs[f - N_HOSTS].clone())),
        V::Extern(r) => Val::ExternRef(r.map(|r| externs[r].clone())),
    }
}

/// Calls every function of a generated module, so often that tiers change
/// between.
fn check(seed: u64, config: &Config) -> ModuleStats {
    let plans = plans(seed);
    let text = module_text(&plans);
    let mut world = World::new(config, &text, &plans);
    let mut numbers = Numbers(seed + 77);
    for round in 0..3 {
        for func in N_HOSTS..plans.len() {
            let args: Vec<_> = plans[func].params.iter().map(|ty| numbers.value(*ty)).collect();
            let found = world.call(func, &args, plans[func].results.len());
            let expected = expected(&plans, func, &args);
            assert_eq!(
                found, expected,
                "function {func}, round {round}, seed {seed}, {config:?}, of\n{text}"
            );
        }
    }
    world.module.stats()
}

fn config(guarded: bool) -> Config {
    let mut config = Config::new();
    config.memory_reservation(guarded).debug_verifier(false).compile_workers(0);
    config.synchronous_tier_up(true).tier_up_budget(1);
    config
}

#[test]
fn functions_of_chance_tiers_understand_each_other() {
    for seed in 1..=40 {
        let mut config = config(seed % 2 == 0);
        config.debug_random_tiers(Some(seed));
        let stats = check(seed, &config);
        assert!(stats.baseline.n_published > 0 && stats.optimized.n_published > 0, "{stats:?}");
        assert_eq!(stats.n_baseline_fallbacks, 0);
    }
}

#[test]
fn each_tier_alone_agrees() {
    for seed in 101..=112 {
        for strategy in [Strategy::Baseline, Strategy::Optimize] {
            let mut config = config(seed % 2 == 0);
            config.strategy(strategy).stress_inlining(seed % 3 == 0);
            check(seed, &config);
        }
    }
}

#[test]
fn frames_that_are_replaced_return_what_the_others_do() {
    for seed in 201..=220 {
        let mut config = config(seed % 2 == 0);
        config.debug_osr_everywhere(true);
        let stats = check(seed, &config);
        assert!(stats.n_osr_entries > 0, "{stats:?}");
    }
}

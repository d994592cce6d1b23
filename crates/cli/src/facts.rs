//! Facts of modules as this program shows them, taken from the engine's
//! inspection interface: the only place of this crate that names it.
//!
//! Owns: plain structures for `inspect`, `compile`, `explore` and `-D`.

use std::time::Duration;

use updraft::inspect::{
    CodeOf, CompiledFunc, DeclaredFuncIndex, EntityRef, FuncIndex, ModuleDesc, Reason, Tier,
    TierEventKind,
};
use updraft::{ExternType, GlobalType, MemoryType, Module, Mutability, TableType};

/// A function with a body.
#[derive(Clone, Debug)]
pub struct FuncFacts {
    /// Among all functions, imports first.
    pub index: u32,
    /// From the name section.
    pub name: Option<String>,
    /// Its type.
    pub ty: String,
    /// Of the body in the module.
    pub offset: usize,
    /// Of the body.
    pub body_bytes: usize,
}

/// A section as it lies in the module.
#[derive(Clone, Debug)]
pub struct SectionFacts {
    /// The spec's number; 0 is a custom section.
    pub id: u8,
    /// What it holds; of a custom section its own name.
    pub name: String,
    /// Of the contents in the module.
    pub offset: usize,
    /// Of the contents.
    pub bytes: usize,
    /// Entries, where the section has a count.
    pub count: Option<u32>,
}

/// An import.
#[derive(Clone, Debug)]
pub struct ImportFacts {
    /// First name.
    pub module: String,
    /// Second name.
    pub name: String,
    /// What is wanted.
    pub kind: &'static str,
    /// Of which type.
    pub ty: String,
}

/// An export.
#[derive(Clone, Debug)]
pub struct ExportFacts {
    /// Its name.
    pub name: String,
    /// What it names.
    pub kind: &'static str,
    /// Which of them.
    pub index: u32,
    /// Of which type.
    pub ty: String,
}

/// Everything that is shown of a module.
#[derive(Clone, Debug)]
pub struct ModuleFacts {
    /// From the name section.
    pub name: Option<String>,
    /// Of the whole module.
    pub bytes: usize,
    /// In order.
    pub sections: Vec<SectionFacts>,
    /// Function types.
    pub types: Vec<String>,
    /// In order.
    pub imports: Vec<ImportFacts>,
    /// In order.
    pub exports: Vec<ExportFacts>,
    /// Those with a body.
    pub functions: Vec<FuncFacts>,
    /// Types of all tables, imports first.
    pub tables: Vec<String>,
    /// Types of all memories, imports first.
    pub memories: Vec<String>,
    /// Types of all globals, imports first.
    pub globals: Vec<String>,
    /// The start function.
    pub start: Option<u32>,
    /// Segments of tables.
    pub n_elem_segments: usize,
    /// Segments of memories.
    pub n_data_segments: usize,
    /// Bytes of the latter.
    pub data_bytes: usize,
}

/// The facts of a module.
pub fn module(module: &Module) -> ModuleFacts {
    let desc = module.inspect();
    let mut customs = desc.customs.iter();
    let sections = desc
        .sections
        .iter()
        .map(|s| SectionFacts {
            id: s.id,
            name: match s.id {
                0 => customs.next().map(|c| c.name.to_string()).unwrap_or_default(),
                id => section_name(id).to_owned(),
            },
            offset: s.bytes.start,
            bytes: s.bytes.len(),
            count: s.count,
        })
        .collect();
    let imports = module.imports().map(|i| {
        let (kind, ty) = describe(&i.ty());
        ImportFacts { module: i.module().into(), name: i.name().into(), kind, ty }
    });
    let exports = module.exports().zip(&desc.exports).map(|(e, raw)| {
        let (kind, ty) = describe(&e.ty());
        ExportFacts { name: e.name().into(), kind, index: entity_index(raw.entity), ty }
    });
    ModuleFacts {
        name: module.name().map(str::to_owned),
        bytes: desc.module_bytes,
        sections,
        types: desc.types.values().map(|ty| ty.to_string()).collect(),
        imports: imports.collect(),
        exports: exports.collect(),
        functions: functions(module),
        tables: desc
            .tables
            .values()
            .map(|t| limits(t.ty.min, t.ty.max, &t.ty.elem.to_string()))
            .collect(),
        memories: desc
            .memories
            .values()
            .map(|m| limits(m.min_pages, m.max_pages, "pages"))
            .collect(),
        globals: desc.globals.values().map(|g| global(g.mutable, &g.val.to_string())).collect(),
        start: desc.start.map(|f| f.raw()),
        n_elem_segments: desc.elems.len(),
        n_data_segments: desc.datas.len(),
        data_bytes: desc.datas.values().map(|d| d.bytes.len()).sum(),
    }
}

/// The functions of a module that have a body.
pub fn functions(module: &Module) -> Vec<FuncFacts> {
    let desc = module.inspect();
    declared(desc)
        .map(|func| {
            let index = desc.func_index(func);
            let body = &desc.bodies[func].bytes;
            FuncFacts {
                index: index.raw(),
                name: desc.func_name(index).map(str::to_owned),
                ty: desc.func_type(index).to_string(),
                offset: body.start,
                body_bytes: body.len(),
            }
        })
        .collect()
}

fn declared(desc: &ModuleDesc) -> impl Iterator<Item = DeclaredFuncIndex> + '_ {
    (0..desc.n_declared_funcs()).map(|i| DeclaredFuncIndex::new(i as u32))
}

fn section_name(id: u8) -> &'static str {
    match id {
        1 => "type",
        2 => "import",
        3 => "function",
        4 => "table",
        5 => "memory",
        6 => "global",
        7 => "export",
        8 => "start",
        9 => "element",
        10 => "code",
        11 => "data",
        12 => "data count",
        13 => "tag",
        _ => "unknown",
    }
}

fn entity_index(entity: EntityRef) -> u32 {
    match entity {
        EntityRef::Func(i) => i.raw(),
        EntityRef::Table(i) => i.raw(),
        EntityRef::Memory(i) => i.raw(),
        EntityRef::Global(i) => i.raw(),
    }
}

/// What kind of thing it is, and its type.
fn describe(ty: &ExternType) -> (&'static str, String) {
    match ty {
        ExternType::Func(ty) => ("func", ty.to_string()),
        ExternType::Table(ty) => ("table", table(ty)),
        ExternType::Memory(ty) => ("memory", memory(ty)),
        ExternType::Global(ty) => ("global", global_type(ty)),
    }
}

fn table(ty: &TableType) -> String {
    limits(ty.minimum(), ty.maximum(), &ty.element().to_string())
}

fn memory(ty: &MemoryType) -> String {
    limits(ty.minimum(), ty.maximum(), "pages")
}

fn global_type(ty: &GlobalType) -> String {
    global(ty.mutability() == Mutability::Var, &ty.content().to_string())
}

fn global(mutable: bool, ty: &str) -> String {
    if mutable { format!("mut {ty}") } else { ty.to_owned() }
}

fn limits(min: u64, max: Option<u64>, what: &str) -> String {
    match max {
        Some(max) => format!("{min}..{max} {what}"),
        None => format!("{min}.. {what}"),
    }
}

/// What the compiler made of a function.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Machine code, constants included.
    pub code: Vec<u8>,
    /// The compiler's intermediate code, if it was asked for.
    pub clif: String,
    /// Offset in the code, reason; sorted.
    pub traps: Vec<(u32, String)>,
    /// From that offset in the code on, the offset in the module; sorted.
    pub positions: Vec<(u32, u32)>,
}

/// Compiles a function to look at it.
pub fn listing(module: &Module, func: &FuncFacts, clif: bool) -> updraft::Result<Listing> {
    let desc = module.inspect();
    let compiled: CompiledFunc = module.compile_func(with_body(desc, func)?, clif)?;
    Ok(Listing {
        clif: compiled.listing.clone().unwrap_or_default(),
        traps: trap_sites(&compiled),
        positions: compiled
            .positions
            .iter()
            .map(|(at, source)| (at.saturating_sub(compiled.entry), source.module_offset))
            .collect(),
        code: compiled.code[compiled.entry as usize..].to_vec(),
    })
}

fn with_body(desc: &ModuleDesc, func: &FuncFacts) -> updraft::Result<DeclaredFuncIndex> {
    desc.declared_func(FuncIndex::new(func.index))
        .ok_or_else(|| updraft::Error::msg("the function has no body"))
}

/// The tiers, lowest first.
pub const TIERS: [&str; 2] = [Tier::Baseline.name(), Tier::Optimized.name()];

/// What one tier made of a function.
#[derive(Clone, Debug)]
pub struct TierCode {
    /// Machine code, constants included.
    pub code: Vec<u8>,
    /// Offset in the code, reason; sorted.
    pub traps: Vec<(u32, String)>,
    /// Where code comes from; sorted.
    pub origins: Vec<Origin>,
}

/// From an offset in the code on, where it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Offset in the code.
    pub pc: u32,
    /// Offset in the module of an operator of the function itself; of a call, if
    /// the callee was inlined.
    pub offset: u32,
    /// The function that was inlined, and the offset in the module there.
    pub inlined: Option<(u32, u32)>,
}

/// Compiles a function by one of the [`TIERS`].
pub fn tier_code(module: &Module, func: &FuncFacts, tier: usize) -> updraft::Result<TierCode> {
    let compiled = module.compile_func_for(Tier::ALL[tier], with_body(module.inspect(), func)?)?;
    let origins = compiled.positions.iter().map(|(at, inner)| {
        let pc = at.saturating_sub(compiled.entry);
        // The calls that bodies were inlined for are around the operator.
        let mut around = compiled.positions.frames_at(at);
        let inlined = around.next().zip(around.last());
        match inlined {
            Some((_, outer)) => Origin {
                pc,
                offset: outer.module_offset,
                inlined: Some((inner.func.raw(), inner.module_offset)),
            },
            None => Origin { pc, offset: inner.module_offset, inlined: None },
        }
    });
    Ok(TierCode {
        origins: origins.collect(),
        traps: trap_sites(&compiled),
        code: compiled.code[compiled.entry as usize..].to_vec(),
    })
}

fn trap_sites(compiled: &CompiledFunc) -> Vec<(u32, String)> {
    let sites = compiled.traps.iter();
    sites.map(|t| (t.code_offset.saturating_sub(compiled.entry), t.code.to_string())).collect()
}

/// What became of a function: bytes of code, or why there is none.
#[derive(Clone, Debug)]
pub struct FuncReport {
    /// The function.
    pub func: FuncFacts,
    /// Bytes of code, or why there is none.
    pub result: Result<u64, String>,
    /// Time to compile it.
    pub time: Duration,
}

/// Compiles every function. `progress` gets the functions done, and all.
pub fn compile_all(module: &Module, progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<FuncReport> {
    let report = module.compile_all(progress);
    let mut by_index: Vec<_> = functions(module).into_iter().map(Some).collect();
    report
        .funcs
        .into_iter()
        .filter_map(|r| {
            let func = by_index.get_mut(r.func.raw() as usize)?.take()?;
            Some(FuncReport { func, result: r.result, time: r.time })
        })
        .collect()
}

/// Time that all threads together spent compiling the module so far.
pub fn compile_time(module: &Module) -> Duration {
    module.compile_time()
}

/// Something that tiering did to a function.
#[derive(Clone, Debug)]
pub struct TierFact {
    /// Time since the module was made.
    pub at: Duration,
    /// Among all functions, imports first.
    pub index: u32,
    /// From the name section.
    pub name: Option<String>,
    /// `baseline`, `optimized`, `loop 3`; of an entry into a loop also that.
    pub code: String,
    /// Why it was compiled.
    pub reason: Option<String>,
    /// How it ended.
    pub outcome: TierOutcome,
}

/// How something that tiering did ended.
#[derive(Clone, Debug)]
pub enum TierOutcome {
    /// There is code.
    Compiled {
        /// Time in the queue.
        waited: Duration,
        /// Time of the compiler.
        time: Duration,
        /// Bytes of wasm, bytes of code.
        sizes: (u32, u64),
        /// Bodies that were inlined, of the module and of others.
        inlined: (u32, u32),
    },
    /// There is none, for that reason.
    Failed(String),
    /// A running loop went on in it.
    Entered,
    /// It is not called any more, to make room: bytes.
    Evicted(u64),
    /// It was freed: bytes.
    Freed(u64),
}

/// What tiering did to the module's functions, in order, and how many events
/// more there were than were kept.
pub fn tier_facts(module: &Module) -> (Vec<TierFact>, u64) {
    let desc = module.inspect();
    let code_name = |code| match code {
        CodeOf::Baseline => "baseline".to_owned(),
        CodeOf::Optimized => "optimized".to_owned(),
        CodeOf::Loop(n) => format!("loop {n}"),
    };
    let reason_name = |reason| match reason {
        Reason::FirstCall => "first call".to_owned(),
        Reason::Eager => "eager".to_owned(),
        Reason::Budget(n) => format!("budget {n}"),
        Reason::Loop(n) => format!("loop {n}"),
        Reason::GuardMisses(n) => format!("guard misses {n}"),
    };
    let (events, n_lost) = module.tier_events();
    let facts = events
        .into_iter()
        .map(|event| {
            let index = desc.func_index(event.func);
            let (code, reason, outcome) = match event.kind {
                TierEventKind::Compiled {
                    code,
                    reason,
                    waited,
                    time,
                    body_bytes,
                    code_bytes,
                    inlined,
                } => {
                    let sizes = (body_bytes, code_bytes);
                    let inlined = (inlined.own, inlined.foreign);
                    let outcome = TierOutcome::Compiled { waited, time, sizes, inlined };
                    (code, Some(reason), outcome)
                }
                TierEventKind::Failed { code, reason, message } => {
                    (code, Some(reason), TierOutcome::Failed(message))
                }
                TierEventKind::OsrEntered { ordinal } => {
                    (CodeOf::Loop(ordinal), None, TierOutcome::Entered)
                }
                TierEventKind::Evicted { code, code_bytes } => {
                    (code, None, TierOutcome::Evicted(code_bytes))
                }
                TierEventKind::Freed { code, code_bytes } => {
                    (code, None, TierOutcome::Freed(code_bytes))
                }
            };
            TierFact {
                at: event.at,
                index: index.raw(),
                name: desc.func_name(index).map(str::to_owned),
                code: code_name(code),
                reason: reason.map(reason_name),
                outcome,
            }
        })
        .collect();
    (facts, n_lost)
}

/// Why functions were left to the optimizing compiler, and how many.
pub fn baseline_fallbacks(module: &Module) -> Vec<(String, u64)> {
    module.baseline_fallbacks()
}

//! Decides what is inlined where, before anything is translated.
//!
//! Called by [`crate::compiler`], which hands the [`InlineTree`] to the
//! translator. A pure function of the input. Must not know: CLIF.
//!
//! # Essay: what is worth its bytes
//!
//! A body is as large as its bytes, and a call is as hot as it is often made.
//! Candidates wait in a heap by `2 × calls − 3 × bytes`; the best one is taken,
//! if it fits what is left of the budget, and the calls in its body become
//! candidates in turn. The constants are V8's, which chose them on large
//! programs in browsers, but for those that say otherwise.
//!
//! Direct calls are not counted; so their number is taken to be the callee's
//! runs (its heat by its bytes), and not above the runs of the body that the
//! call stands in, ten times that for each loop around it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::mem;
use std::rc::Rc;

use updraft_abi::{InlinedBodies, ModuleNumber};
use updraft_compile::{CompileInput, Effort, Feedback};
use updraft_types::{DeclaredFuncIndex, FuncIndex, FuncRefIndex, ModuleDesc, TypeIndex};

use super::condition::Condition;
use super::scan::{BodyScan, Callee};

/// Bodies that are inlined into one function at most.
const MAX_INLINED: usize = 60;
/// How deeply they nest in one another at most.
const MAX_DEPTH: u32 = 7;
/// Larger bodies are not inlined.
const MAX_BODY_BYTES: usize = 500;
/// Smaller bodies are always worth it: the call would be as large.
const TINY_BODY_BYTES: usize = 12;
/// What a tiny body saves, because the call goes away.
const CALL_BYTES: usize = 6;
/// Bodies with more locals are not inlined: the time to find out where values
/// come from grows with blocks times locals. (Ours.)
const MAX_LOCALS: u64 = 256;
/// Loops around an inlined operator at most: far from what the compiler gives
/// up to optimize. (Ours.)
const MAX_LOOP_DEPTH: u32 = 30;

/// Bodies of at most so many bytes are small; of a module with many of them
/// it is assumed that its toolchain did not inline.
const SMALL_BODY_BYTES: usize = 50;
/// Shares of small bodies, in percent, with the least and the most budget.
const SMALL_SHARE: (u64, u64) = (25, 50);
/// How many times as large a function may become, by the share of small bodies.
const GROWTH_FACTOR: (u64, u64) = (2, 5);
/// Bytes it may grow by at most, by the share of small bodies.
const MAX_GROWTH: (u64, u64) = (700, 7000);
/// Bytes that any function may grow by: for the small loop that calls. (Ours.)
const MIN_GROWTH: u64 = 200;
/// Bodies that are looked at to estimate the share of small ones. (Ours.)
const SHARE_SAMPLES: usize = 1024;

/// Of the calls of a site in percent: what a target must have for a guarded
/// call of it where its body is not inlined, and for its body. (Ours.)
const MIN_CALL_SHARE: u64 = 25;
const MIN_INLINE_SHARE: u64 = 5;
/// Guarded calls of one function at most. (Ours.)
const MAX_GUARDED_CALLS: usize = 200;
/// Runs of a body where nothing is known of them.
const UNKNOWN_RUNS: u64 = 1 << 40;

/// A body in its place: the function itself, or one that is inlined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The function itself.
    pub(crate) const ROOT: NodeId = NodeId(0);
}

/// What becomes of a call.
#[derive(Debug)]
pub(crate) enum Site {
    /// The callee's body is inlined.
    Direct(NodeId),
    /// The callee is compared with those that were seen.
    Guarded(Guards),
    /// The imported function is compared with the one that was seen.
    Import(ImportGuard),
}

/// The function that an import was seen to be.
#[derive(Debug)]
pub(crate) struct ImportGuard {
    /// Its body, which is inlined.
    pub(crate) body: NodeId,
    /// What tells it from all others, see [`updraft_compile::ImportTarget`].
    pub(crate) slot: usize,
}

/// The functions that an indirect call site was seen to call.
#[derive(Debug)]
pub(crate) struct Guards {
    /// Those that the callee is compared with, most frequent first.
    pub(crate) arms: Vec<Arm>,
    /// All calls of the site.
    calls: u64,
}

impl Guards {
    /// Whether the callee is hardly ever another one.
    pub(crate) fn rarely_miss(&self) -> bool {
        let hits: u64 = self.arms.iter().map(|a| a.calls).sum();
        self.calls.saturating_sub(hits) * 20 <= self.calls
    }

    fn is_often(&self, arm: &Arm, percent: u64) -> bool {
        arm.calls > 0 && arm.calls * 100 >= self.calls * percent
    }
}

/// A function that a call site was seen to call.
#[derive(Debug)]
pub(crate) struct Arm {
    /// The function.
    pub(crate) target: DeclaredFuncIndex,
    /// Its record.
    pub(crate) record: FuncRefIndex,
    /// The calls that it got.
    calls: u64,
    /// Its body, if that is inlined; otherwise it is called.
    pub(crate) body: Option<NodeId>,
}

/// A function of any of the modules.
type BodyId = (ModuleNumber, DeclaredFuncIndex);

#[derive(Debug)]
struct Node {
    body: BodyId,
    /// The body it is inlined into.
    parent: Option<NodeId>,
    depth: u32,
    /// What becomes of calls, by the operator's offset in the module. Others
    /// stay as they are.
    sites: HashMap<u32, Site>,
    /// What the results of calls are for, by the same offsets.
    conditions: HashMap<u32, Condition>,
}

/// What is inlined where.
#[derive(Debug, Default)]
pub(crate) struct InlineTree {
    nodes: Vec<Node>,
    /// Modules of the bodies, but for the function's own; sorted.
    foreign: Vec<ModuleNumber>,
}

impl InlineTree {
    /// Decides for the function that `input` asks for. With `stress`, as if
    /// all was hot and each indirect call had several targets.
    pub(crate) fn new(input: &CompileInput<'_>, stress: bool) -> Self {
        let profile = match input.feedback {
            _ if input.effort == Effort::Fast => return Self::default(),
            _ if stress => Profile::Stress(input.module),
            Some(feedback) => Profile::Seen(feedback),
            None => return Self::default(),
        };
        Planner::plan(input, profile).unwrap_or_default()
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.iter().all(|n| n.sites.is_empty())
    }

    /// The function whose body it is.
    pub(crate) fn func(&self, node: NodeId) -> DeclaredFuncIndex {
        self.nodes[node.0 as usize].body.1
    }

    /// The module of that function.
    pub(crate) fn module(&self, node: NodeId) -> ModuleNumber {
        self.nodes[node.0 as usize].body.0
    }

    /// Whether there are bodies of other modules.
    pub(crate) fn has_foreign(&self) -> bool {
        !self.foreign.is_empty()
    }

    /// The modules of those.
    pub(crate) fn foreign(&self) -> &[ModuleNumber] {
        &self.foreign
    }

    /// How many bodies there are but for the function's own.
    pub(crate) fn n_inlined(&self) -> InlinedBodies {
        let mut n = InlinedBodies::default();
        for node in self.nodes.iter().skip(1) {
            let is_own = node.body.0 == ModuleNumber::OWN;
            *(if is_own { &mut n.own } else { &mut n.foreign }) += 1;
        }
        n
    }

    /// What becomes of the call at `offset`; nothing if it is an ordinary one.
    pub(crate) fn site(&self, node: NodeId, offset: u32) -> Option<&Site> {
        self.nodes.get(node.0 as usize)?.sites.get(&offset)
    }

    /// The condition that the result of the call at `offset` is for.
    pub(crate) fn condition(&self, node: NodeId, offset: u32) -> Option<&Condition> {
        self.nodes.get(node.0 as usize)?.conditions.get(&offset)
    }
}

/// Where it is known from what is hot.
enum Profile<'a> {
    Seen(&'a Feedback),
    Stress(&'a ModuleDesc),
}

impl Profile<'_> {
    /// Whether a call of an import went to what the import was not expected to
    /// be: then it is another one for other instances.
    fn has_missed(&self, func: DeclaredFuncIndex, offset: u32) -> bool {
        match self {
            Profile::Seen(feedback) => feedback.missed.contains_key(&(func, offset)),
            Profile::Stress(_) => false,
        }
    }

    /// Adds the targets that a site had later. They count as much as all those
    /// before: nobody counted how often these were right.
    fn add_missed(
        &self,
        func: DeclaredFuncIndex,
        offset: u32,
        targets: &mut Vec<(DeclaredFuncIndex, u64)>,
        calls: &mut u64,
    ) {
        let Profile::Seen(feedback) = self else { return };
        let Some(missed) = feedback.missed.get(&(func, offset)) else { return };
        let before = (*calls).max(1);
        let n_samples: u64 = missed.iter().map(|(_, n)| u64::from(*n)).sum();
        for (target, n) in missed {
            let n = (before * u64::from(*n)).div_ceil(n_samples.max(1));
            *calls += n;
            let Some(target) = target else { continue };
            match targets.iter_mut().find(|(t, _)| t == target) {
                Some((_, calls)) => *calls += n,
                None => targets.push((*target, n)),
            }
        }
        targets.sort_by_key(|(target, calls)| (Reverse(*calls), *target));
    }

    /// Targets of an indirect call site with their calls, and all its calls.
    fn targets(
        &self,
        func: DeclaredFuncIndex,
        site: u32,
        ty: TypeIndex,
    ) -> (Vec<(DeclaredFuncIndex, u64)>, u64) {
        match self {
            Profile::Seen(feedback) => {
                let sites = feedback.sites.get(&func);
                let Some(seen) = sites.and_then(|sites| sites.get(site as usize)) else {
                    return (Vec::new(), 0);
                };
                let targets: Vec<_> =
                    seen.targets.iter().map(|(t, calls)| (*t, u64::from(*calls))).collect();
                let known: u64 = targets.iter().map(|(_, calls)| calls).sum();
                (targets, known + u64::from(seen.other))
            }
            Profile::Stress(module) => {
                let fits = |t: &&DeclaredFuncIndex| has_type(module, **t, ty);
                let n = updraft_abi::feedback::MAX_TARGETS;
                let targets: Vec<_> =
                    module.escaped.values().filter(fits).take(n).map(|t| (*t, 1000)).collect();
                let of = 1000 * targets.len() as u64;
                // As if every other site missed now and then.
                (targets, of + of * u64::from(site % 2))
            }
        }
    }
}

fn has_type(module: &ModuleDesc, func: DeclaredFuncIndex, ty: TypeIndex) -> bool {
    let own = module.funcs[module.func_index(func)];
    own == ty || module.types[own] == module.types[ty]
}

/// A body that may be inlined. The greatest is the best.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    score: i64,
    /// Equals keep the order they were found in: so no two are equal.
    found: Reverse<u32>,
    into: u32,
    offset: u32,
    place: Place,
    body: BodyId,
    runs: u64,
    loop_depth: u32,
}

/// Which of a body's calls a candidate is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A direct call.
    Direct,
    /// An arm of a guarded call.
    Arm(usize),
    /// A call of an import with this slot.
    Import(usize),
}

struct Planner<'a> {
    input: &'a CompileInput<'a>,
    profile: Profile<'a>,
    nodes: Vec<Node>,
    queue: BinaryHeap<Candidate>,
    n_found: u32,
    /// Bytes that the function may still grow by.
    budget: usize,
    /// Bodies that were looked through; nothing if they cannot be inlined.
    scans: HashMap<BodyId, Option<Rc<BodyScan>>>,
}

impl<'a> Planner<'a> {
    fn plan(input: &'a CompileInput<'a>, profile: Profile<'a>) -> Option<InlineTree> {
        let features = &input.module.features;
        let scan = BodyScan::new(input.body, input.body_offset, features).ok()?;
        let budget = match &profile {
            Profile::Stress(_) => MAX_GROWTH.1,
            Profile::Seen(_) => growth(input.module, input.body.len()),
        };
        let mut planner = Self {
            input,
            profile,
            nodes: Vec::new(),
            queue: BinaryHeap::new(),
            n_found: 0,
            budget: budget as usize,
            scans: HashMap::new(),
        };
        planner.add_node((ModuleNumber::OWN, input.func), None, &scan, UNKNOWN_RUNS, 0);
        while let Some(best) = planner.queue.pop() {
            if planner.nodes.len() > MAX_INLINED {
                break;
            }
            planner.consider(best);
        }
        planner.drop_arms();
        let modules = planner.nodes.iter().map(|n| n.body.0);
        let mut foreign: Vec<_> = modules.filter(|m| *m != ModuleNumber::OWN).collect();
        foreign.sort_unstable();
        foreign.dedup();
        Some(InlineTree { nodes: planner.nodes, foreign })
    }

    /// Adds a body, and the bodies that it calls as candidates.
    fn add_node(
        &mut self,
        body: BodyId,
        parent: Option<NodeId>,
        scan: &BodyScan,
        runs: u64,
        loop_depth: u32,
    ) -> NodeId {
        let node = NodeId(self.nodes.len() as u32);
        let depth = parent.map_or(0, |p| self.nodes[p.0 as usize].depth + 1);
        let conditions = scan.sites.iter().filter_map(|s| Some((s.offset, s.condition.clone()?)));
        let conditions = conditions.collect();
        self.nodes.push(Node { body, parent, depth, sites: HashMap::new(), conditions });
        let module = self.input.numbered(body.0).desc;
        for site in &scan.sites {
            let most = runs.saturating_mul(10u64.saturating_pow(site.loop_depth));
            let loop_depth = loop_depth + site.loop_depth;
            match site.callee {
                Callee::Direct(callee) => {
                    let target = match module.declared_func(callee) {
                        Some(callee) => Some((Place::Direct, (body.0, callee))),
                        None => self.import(body, site.offset, callee),
                    };
                    if let Some((place, callee)) = target {
                        let runs = self.runs(callee).min(most);
                        self.add_candidate(node, site.offset, place, callee, runs, loop_depth);
                    }
                }
                // Of other modules it is not known what was seen.
                Callee::Indirect(ty, n) if body.0 == ModuleNumber::OWN => {
                    self.add_guarded(node, site.offset, ty, n, most, loop_depth);
                }
                Callee::Indirect(..) => {}
            }
        }
        node
    }

    /// What an import is, if the call of it at `offset` of `body` may be
    /// replaced. What other modules import is not known.
    fn import(&self, body: BodyId, offset: u32, func: FuncIndex) -> Option<(Place, BodyId)> {
        let (ModuleNumber::OWN, caller) = body else { return None };
        let target = self.input.imports.get(func.index()).copied().flatten()?;
        let callee = (ModuleNumber::foreign(target.module), target.func);
        (!self.profile.has_missed(caller, offset)).then_some((Place::Import(target.slot), callee))
    }

    fn add_guarded(
        &mut self,
        node: NodeId,
        offset: u32,
        ty: TypeIndex,
        n: u32,
        most: u64,
        loop_depth: u32,
    ) {
        let module = self.input.module;
        let func = self.nodes[node.0 as usize].body.1;
        let (mut targets, mut calls) = self.profile.targets(func, n, ty);
        self.profile.add_missed(func, offset, &mut targets, &mut calls);
        if targets.len() > updraft_abi::feedback::MAX_TARGETS {
            return;
        }
        let mut guards = Guards { arms: Vec::new(), calls };
        for (target, calls) in targets.into_iter().take(updraft_abi::feedback::MAX_TARGETS) {
            // What has no record, or another type, is never the callee.
            let Some(Some(record)) = module.func_refs.get(target).copied() else { continue };
            let arm = Arm { target, record, calls, body: None };
            if !has_type(module, target, ty) || !guards.is_often(&arm, MIN_INLINE_SHARE) {
                continue;
            }
            let n = guards.arms.len();
            let body = (ModuleNumber::OWN, target);
            let runs = calls.min(most);
            self.add_candidate(node, offset, Place::Arm(n), body, runs, loop_depth);
            guards.arms.push(arm);
        }
        if !guards.arms.is_empty() {
            self.nodes[node.0 as usize].sites.insert(offset, Site::Guarded(guards));
        }
    }

    /// How often a function ran, so far as is known.
    fn runs(&self, body: BodyId) -> u64 {
        let heat = match (&self.profile, body.0.foreign_index()) {
            (Profile::Stress(_), _) => Some(1 << 32),
            (Profile::Seen(feedback), None) => feedback.heat.get(&body.1).copied(),
            (Profile::Seen(_), Some(at)) => self.input.foreign[at].heat.get(&body.1).copied(),
        };
        heat.map_or(0, |heat: u64| heat / self.bytes(body).max(1) as u64)
    }

    /// Bytes of a body.
    fn bytes(&self, (module, func): BodyId) -> usize {
        self.input.numbered(module).desc.bodies[func].bytes.len()
    }

    fn add_candidate(
        &mut self,
        into: NodeId,
        offset: u32,
        place: Place,
        body: BodyId,
        runs: u64,
        loop_depth: u32,
    ) {
        let bytes = self.bytes(body);
        let worth = runs >= bytes as u64 / 2 || bytes < TINY_BODY_BYTES;
        let fits = bytes <= MAX_BODY_BYTES && self.nodes[into.0 as usize].depth < MAX_DEPTH;
        if !worth || !fits || self.is_within(into, body) {
            return;
        }
        let score = 2 * runs.min(UNKNOWN_RUNS) as i64 - 3 * bytes as i64;
        let found = Reverse(self.n_found);
        self.n_found += 1;
        let into = into.0;
        self.queue.push(Candidate { score, found, into, offset, place, body, runs, loop_depth });
    }

    /// Whether `node` lies in that body: recursion stays calls, which look at
    /// the limit of the stack.
    fn is_within(&self, node: NodeId, body: BodyId) -> bool {
        let mut at = Some(node);
        while let Some(id) = at {
            let node = &self.nodes[id.0 as usize];
            if node.body == body {
                return true;
            }
            at = node.parent;
        }
        false
    }

    /// Inlines a candidate, if it fits.
    fn consider(&mut self, candidate: Candidate) {
        let Candidate { into, offset, place, body, runs, loop_depth, .. } = candidate;
        let bytes = self.bytes(body);
        let cost = if bytes < TINY_BODY_BYTES { bytes.saturating_sub(CALL_BYTES) } else { bytes };
        if cost > self.budget {
            return;
        }
        let Some(scan) = self.scan(body) else { return };
        if loop_depth + scan.max_loop_depth > MAX_LOOP_DEPTH {
            return;
        }
        self.budget -= cost;
        let body = self.add_node(body, Some(NodeId(into)), &scan, runs, loop_depth);
        let sites = &mut self.nodes[into as usize].sites;
        match place {
            Place::Direct => {
                sites.insert(offset, Site::Direct(body));
            }
            Place::Import(slot) => {
                sites.insert(offset, Site::Import(ImportGuard { body, slot }));
            }
            Place::Arm(arm) => {
                if let Some(Site::Guarded(guards)) = sites.get_mut(&offset) {
                    guards.arms[arm].body = Some(body);
                }
            }
        }
    }

    /// What is in a body, if it can be inlined at all.
    fn scan(&mut self, id: BodyId) -> Option<Rc<BodyScan>> {
        if let Some(known) = self.scans.get(&id) {
            return known.clone();
        }
        let of = self.input.numbered(id.0);
        let module = of.desc;
        let scan = of.body(id.1).and_then(|(body, offset)| {
            let scan = BodyScan::new(body, offset, &module.features).ok()?;
            let n_params = module.types[module.funcs[module.func_index(id.1)]].params().len();
            // A tail call needs the frame of its function gone.
            let fits = !scan.has_tail_calls && scan.n_locals + n_params as u64 <= MAX_LOCALS;
            fits.then(|| Rc::new(scan))
        });
        self.scans.insert(id, scan.clone());
        scan
    }

    /// Drops what is neither inlined nor often enough called.
    fn drop_arms(&mut self) {
        let mut calls: Vec<u64> = Vec::new();
        for guards in self.guards() {
            let arms = mem::take(&mut guards.arms);
            let keep = |a: &Arm| a.body.is_some() || guards.is_often(a, MIN_CALL_SHARE);
            guards.arms = arms.into_iter().filter(keep).collect();
            calls.extend(guards.arms.iter().filter(|a| a.body.is_none()).map(|a| a.calls));
        }
        if calls.len() > MAX_GUARDED_CALLS {
            calls.sort_unstable_by_key(|n| Reverse(*n));
            let least = calls[MAX_GUARDED_CALLS];
            for guards in self.guards() {
                guards.arms.retain(|a| a.body.is_some() || a.calls > least);
            }
        }
        let is_needed = |site: &Site| match site {
            Site::Direct(_) | Site::Import(_) => true,
            Site::Guarded(guards) => !guards.arms.is_empty(),
        };
        for node in &mut self.nodes {
            node.sites.retain(|_, site| is_needed(site));
        }
    }

    fn guards(&mut self) -> impl Iterator<Item = &mut Guards> {
        self.nodes.iter_mut().flat_map(|node| node.sites.values_mut()).filter_map(|s| match s {
            Site::Guarded(guards) => Some(guards),
            Site::Direct(_) | Site::Import(_) => None,
        })
    }
}

/// Bytes that a function of `bytes` may grow by.
fn growth(module: &ModuleDesc, bytes: usize) -> u64 {
    let n = module.bodies.len();
    let step = n.div_ceil(SHARE_SAMPLES).max(1);
    let mut samples = 0u64;
    let mut small = 0u64;
    for body in module.bodies.values().step_by(step) {
        samples += 1;
        small += u64::from(body.bytes.len() <= SMALL_BODY_BYTES);
    }
    let share = (small * 100 / samples.max(1)).clamp(SMALL_SHARE.0, SMALL_SHARE.1) - SMALL_SHARE.0;
    let between = |(least, most): (u64, u64)| {
        // In hundredths.
        least * 100 + (most - least) * 100 * share / (SMALL_SHARE.1 - SMALL_SHARE.0)
    };
    let factor = between(GROWTH_FACTOR) - 100;
    let most = between(MAX_GROWTH) / 100;
    (bytes as u64 * factor / 100).clamp(MIN_GROWTH, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use updraft_types::BodyRange;

    fn module(sizes: &[usize]) -> ModuleDesc {
        let mut module = ModuleDesc::default();
        for size in sizes {
            module.bodies.push(BodyRange { bytes: 0..*size });
        }
        module
    }

    #[test]
    fn modules_with_many_small_bodies_may_grow_more() {
        let few = module(&[100, 100, 100, 100, 10]);
        assert_eq!(growth(&few, 300), 300);
        assert_eq!(growth(&few, 10_000), 700);
        assert_eq!(growth(&few, 10), MIN_GROWTH);
        let many = module(&[10, 10, 100]);
        assert_eq!(growth(&many, 300), 1200);
        assert_eq!(growth(&many, 10_000), 7000);
    }
}

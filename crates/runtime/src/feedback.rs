//! Feedback vectors: what baseline code notes of calls, per isolate and module.
//!
//! Owns: the vectors (their layout is `abi::feedback`'s), the notes beside
//! them, and [`FeedbackSnapshot`], what the engine gets to see. Called by the
//! builtins of baseline code, by instantiation and by the sweep. Must not know:
//! what the counts are good for.
//!
//! # Essay: life and trust
//!
//! A new instance's `FEEDBACK` points at an array of nulls that all modules of
//! the process share and nobody writes. When `feedback_alloc` is called with
//! an instance for the first time, the isolate's array of the module is made,
//! if it does not exist yet, and the instance points at it from then on.
//! Instances made later point at it from the start. An instance that still has
//! the nulls finds them once per function that asks: never wrong, only one
//! call slower. So nothing walks over all instances of a module. Array and
//! vectors go with the module's last instance in the isolate, in the sweep
//! that frees it: machine code of the module cannot run without an instance.
//!
//! A site's first target is a pointer to a function record, whose instance may
//! be freed before the vector. It is never followed: what it means (a function
//! of the caller's own instance, or something else) is found when it is noted,
//! from the address alone, and kept beside. Machine code only compares it. If
//! another record comes to lie at the same address, calls of that are counted
//! for the old target: statistics are wrong, code is not, since optimized code
//! compares with the record of its own instance before it trusts a guess.
//!
//! Instances of one module share vectors, so a site may meet the same function
//! with the record of another instance. Both resolve to the same function, and
//! are one target: the newer record takes the place of the older one.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use updraft_abi::feedback::{
    MAX_TARGETS, SITE_BYTES, SITE_COUNT, SITE_FLAGS, SITE_SATURATED, SITE_TARGET,
};
use updraft_types::DeclaredFuncIndex;
use updraft_types::limits::MAX_FUNCS;

use crate::instance::InstanceObj;
use crate::module::RuntimeModule;
use crate::objects::ZeroedBytes;

/// Calls of `call_feedback` per site, after the first. A sample of so many
/// tells frequent targets from rare ones; at about 50 ns each, a site whose
/// targets change all the time costs 25 µs in all, and nothing thereafter.
const MAX_MISSES: u32 = 500;

/// Vectors of a module in an isolate that has none. In memory that costs
/// nothing before it is read: atomics make it zeroed data, not a constant.
static NO_VECTORS: [AtomicUsize; MAX_FUNCS] = [const { AtomicUsize::new(0) }; MAX_FUNCS];

/// What one call site met.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SiteSnapshot {
    /// Functions of the caller's own instance, with the number of calls, most
    /// frequent first; at most [`MAX_TARGETS`].
    pub targets: Vec<(DeclaredFuncIndex, u32)>,
    /// Calls that went elsewhere, or were not told apart.
    pub other: u32,
}

/// Functions with a vector, by index, and their sites.
pub type FeedbackSnapshot = Vec<(DeclaredFuncIndex, Vec<SiteSnapshot>)>;

/// A site as machine code sees it.
#[repr(C)]
struct Site {
    target: usize,
    count: u32,
    flags: u32,
}

const _: () = {
    assert!(size_of::<Site>() == SITE_BYTES as usize);
    assert!(std::mem::offset_of!(Site, target) == SITE_TARGET as usize);
    assert!(std::mem::offset_of!(Site, count) == SITE_COUNT as usize);
    assert!(std::mem::offset_of!(Site, flags) == SITE_FLAGS as usize);
};

/// What is known of a site beside what machine code counts.
#[derive(Default)]
struct Notes {
    /// What the site's target is, if it is of the caller's instance.
    first: Option<DeclaredFuncIndex>,
    /// Further targets of the caller's instance.
    more: Vec<(DeclaredFuncIndex, u32)>,
    other: u32,
    misses: u32,
    /// Calls of the first target when the rest was counted last: machine code
    /// goes on counting that one alone.
    frozen: Option<u32>,
}

struct Vector {
    sites: ZeroedBytes,
    n_sites: u32,
    /// For each site one more than its place in `notes`; 0 if it has none.
    places: Vec<u32>,
    /// Sites that were reached.
    notes: Vec<(u32, Notes)>,
}

impl Vector {
    fn new(n_sites: u32) -> Option<Self> {
        let sites = ZeroedBytes::new(n_sites as usize * size_of::<Site>(), align_of::<Site>())?;
        Some(Self { sites, n_sites, places: places(n_sites as usize)?, notes: Vec::new() })
    }

    fn site(&self, site: u32) -> *mut Site {
        assert!(site < self.n_sites);
        self.sites.as_ptr().cast::<Site>().wrapping_add(site as usize)
    }

    fn note(&mut self, site: u32, record: usize, func: Option<DeclaredFuncIndex>) {
        // SAFETY: the site is in bounds. Machine code, the only other user of
        // the vector, waits.
        let place = unsafe { &mut *self.site(site) };
        let at = &mut self.places[site as usize];
        if *at == 0 {
            self.notes.push((site, Notes::default()));
            *at = self.notes.len() as u32;
        }
        let notes = &mut self.notes[*at as usize - 1].1;
        if place.target == 0 {
            (place.target, place.count) = (record, 1);
            notes.first = func;
            return;
        }
        if notes.frozen.is_some() {
            return;
        }
        notes.misses += 1;
        let mut is_full = notes.misses >= MAX_MISSES;
        if func == notes.first {
            place.target = record;
            place.count = place.count.saturating_add(1);
        } else if let Some(func) = func {
            if let Some((_, count)) = notes.more.iter_mut().find(|m| m.0 == func) {
                *count += 1;
            } else if notes.more.len() + 1 < MAX_TARGETS {
                notes.more.push((func, 1));
            } else {
                notes.other += 1;
                is_full = true;
            }
        } else {
            notes.other += 1;
        }
        if is_full {
            place.flags |= SITE_SATURATED;
            notes.frozen = Some(place.count);
        }
    }

    fn snapshot(&self) -> Vec<SiteSnapshot> {
        let mut sites = vec![SiteSnapshot::default(); self.n_sites as usize];
        for (site, notes) in &self.notes {
            // SAFETY: as in `note`.
            let count = unsafe { (*self.site(*site)).count };
            let count = notes.frozen.unwrap_or(count);
            let mut targets = notes.more.clone();
            let mut other = notes.other;
            match notes.first {
                Some(func) => targets.push((func, count)),
                None => other = other.saturating_add(count),
            }
            targets.sort_by_key(|t| (std::cmp::Reverse(t.1), t.0));
            sites[*site as usize] = SiteSnapshot { targets, other };
        }
        sites
    }
}

/// Places of something that there may be many of, none taken; nothing if there
/// is no memory. Notes are made in the middle of running code: a hash map
/// would be most of their time.
fn places(n: usize) -> Option<Vec<u32>> {
    let mut places = Vec::new();
    places.try_reserve_exact(n).ok()?;
    places.resize(n, 0);
    Some(places)
}

struct ModuleFeedback {
    /// Keeps the address that this is found by in use.
    _module: Arc<RuntimeModule>,
    /// A pointer per declared function, for machine code.
    array: ZeroedBytes,
    /// For each function one more than its place in `vectors`; 0 if it has
    /// none.
    places: Vec<u32>,
    vectors: Vec<(DeclaredFuncIndex, Vector)>,
}

impl ModuleFeedback {
    fn vector(&mut self, func: DeclaredFuncIndex) -> Option<&mut Vector> {
        let at = self.places.get(func.index())?.checked_sub(1)?;
        Some(&mut self.vectors.get_mut(at as usize)?.1)
    }
}

/// All vectors of an isolate, by the address of their module.
#[derive(Default)]
pub(crate) struct IsolateFeedback {
    modules: BTreeMap<*const RuntimeModule, ModuleFeedback>,
}

impl IsolateFeedback {
    /// What `FEEDBACK` of an instance of the module is to be now.
    pub(crate) fn array(&self, module: &Arc<RuntimeModule>) -> *const AtomicUsize {
        match self.modules.get(&Arc::as_ptr(module)) {
            Some(feedback) => feedback.array.as_ptr().cast_const().cast(),
            None => NO_VECTORS.as_ptr(),
        }
    }

    /// The vector of a function, made if it is not there; nothing if there is
    /// no memory.
    pub(crate) fn vector(
        &mut self,
        module: &Arc<RuntimeModule>,
        func: DeclaredFuncIndex,
        n_sites: u32,
    ) -> Option<*mut u8> {
        let feedback = match self.modules.entry(Arc::as_ptr(module)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let bytes = module.desc().n_declared_funcs() * size_of::<usize>();
                let array = ZeroedBytes::new(bytes, align_of::<usize>())?;
                let places = places(module.desc().n_declared_funcs())?;
                let vectors = Vec::new();
                place.insert(ModuleFeedback { _module: module.clone(), array, places, vectors })
            }
        };
        if let Some(vector) = feedback.vector(func) {
            // A function has the sites that its body has, whoever compiles it.
            assert_eq!(vector.n_sites, n_sites, "sites of a function changed");
            return Some(vector.sites.as_ptr());
        }
        assert!(func.index() < module.desc().n_declared_funcs());
        let vector = Vector::new(n_sites)?;
        let sites = vector.sites.as_ptr();
        // SAFETY: the array has an element per declared function, and machine
        // code, which reads it, waits.
        unsafe { feedback.array.as_ptr().cast::<*mut u8>().add(func.index()).write(sites) };
        feedback.vectors.push((func, vector));
        feedback.places[func.index()] = feedback.vectors.len() as u32;
        Some(sites)
    }

    /// Notes that a site of a function of `caller` called `record`.
    pub(crate) fn note(
        &mut self,
        caller: &InstanceObj,
        func: DeclaredFuncIndex,
        site: u32,
        record: usize,
    ) {
        let target = caller.own_func_of_record(record);
        let vector = self
            .modules
            .get_mut(&Arc::as_ptr(caller.module()))
            .and_then(|feedback| feedback.vector(func));
        if let Some(vector) = vector
            && site < vector.n_sites
        {
            vector.note(site, record, target);
        }
    }

    /// Adds what is known of a module's functions, or of one of them.
    pub(crate) fn snapshot(
        &self,
        module: &Arc<RuntimeModule>,
        only: Option<DeclaredFuncIndex>,
        into: &mut FeedbackSnapshot,
    ) {
        let Some(feedback) = self.modules.get(&Arc::as_ptr(module)) else { return };
        let vectors = match only {
            None => &feedback.vectors[..],
            Some(func) => match feedback.places[func.index()].checked_sub(1) {
                Some(at) => &feedback.vectors[at as usize..][..1],
                None => &[],
            },
        };
        into.extend(vectors.iter().map(|(func, vector)| (*func, vector.snapshot())));
        into.sort_by_key(|(func, _)| *func);
    }

    /// Frees the vectors of all modules that no instance is of.
    pub(crate) fn retain_modules_of<'a>(&mut self, live: impl Iterator<Item = &'a InstanceObj>) {
        if self.modules.is_empty() {
            return;
        }
        let live: HashSet<_> = live.map(|i| Arc::as_ptr(i.module())).collect();
        self.modules.retain(|module, _| live.contains(module));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn func(i: u32) -> DeclaredFuncIndex {
        DeclaredFuncIndex::new(i)
    }

    fn count_inline(vector: &Vector, n: u32) {
        // SAFETY: the site is in bounds and nobody else's.
        unsafe { (*vector.site(0)).count += n };
    }

    fn flags(vector: &Vector) -> u32 {
        // SAFETY: as above.
        unsafe { (*vector.site(0)).flags }
    }

    #[test]
    fn a_first_target_is_counted_by_machine_code() {
        let mut vector = Vector::new(2).unwrap();
        vector.note(0, 0x100, Some(func(7)));
        count_inline(&vector, 41);
        // The same function of another instance.
        vector.note(0, 0x900, Some(func(7)));
        let sites = vector.snapshot();
        assert_eq!(sites[0], SiteSnapshot { targets: vec![(func(7), 43)], other: 0 });
        assert_eq!(sites[1], SiteSnapshot::default());
    }

    #[test]
    fn four_targets_are_told_apart_and_a_fifth_ends_it() {
        let mut vector = Vector::new(1).unwrap();
        for i in 0..4 {
            vector.note(0, 0x100 + i as usize, Some(func(i)));
        }
        vector.note(0, 0x103, Some(func(3)));
        assert_eq!(flags(&vector), 0);
        vector.note(0, 0x500, None);
        assert_eq!(flags(&vector), 0);
        vector.note(0, 0x104, Some(func(4)));
        assert_eq!(flags(&vector), SITE_SATURATED);
        // What machine code counts alone from now on is not comparable.
        count_inline(&vector, 1000);
        let targets = vec![(func(3), 2), (func(0), 1), (func(1), 1), (func(2), 1)];
        assert_eq!(vector.snapshot()[0], SiteSnapshot { targets, other: 2 });
    }

    #[test]
    fn sampling_ends() {
        let mut vector = Vector::new(1).unwrap();
        vector.note(0, 0x100, None);
        for _ in 1..MAX_MISSES {
            vector.note(0, 0x200, Some(func(1)));
        }
        assert_eq!(flags(&vector), 0);
        vector.note(0, 0x200, Some(func(1)));
        assert_eq!(flags(&vector), SITE_SATURATED);
        vector.note(0, 0x200, Some(func(1)));
        let targets = vec![(func(1), MAX_MISSES)];
        assert_eq!(vector.snapshot()[0], SiteSnapshot { targets, other: 1 });
    }
}

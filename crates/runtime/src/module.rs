//! What the runtime needs of a module, whatever the engine knows beside.
//!
//! Owns: [`RuntimeModule`], shared by all instances of a module in all
//! isolates, with its [`CodeTable`]s. Made by the engine; read by instances,
//! builtins and stack walks. Must not know: who compiles, and when.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use updraft_abi::{Bounds, VmContextLayout};
use updraft_types::{
    ConstOp, DeclaredFuncIndex, ElemItems, HeapType, ModuleDesc, SegmentMode, TableIndex, WireBytes,
};

use crate::code_table::CodeTable;
use crate::signature::{Signature, SignatureInner};

/// A table entry of a [`RuntimeModule::table_image`] that is null.
pub(crate) const IMAGE_NULL: u32 = u32::MAX;

/// Per table, the functions in it, if known.
type TableImages = Box<[Option<Arc<[u32]>>]>;

/// What instances of a module share.
pub struct RuntimeModule {
    desc: Arc<ModuleDesc>,
    layout: VmContextLayout,
    bytes: WireBytes,
    signatures: Box<[Signature]>,
    type_ids: Box<[u32]>,
    code_tables: [OnceLock<CodeTable>; 2],
    /// What samples of baseline code are taken from, by declared function. Racy
    /// on purpose: a lost update delays a tier-up by one sample.
    budgets: Box<[AtomicI32]>,
    /// Units of a budget that a sample stands for.
    period: AtomicU32,
    /// Where in a period the next instance starts, in 2^-32 of it.
    phase: AtomicU32,
    /// Per table: functions that active segments put there, as far as that is
    /// known before there is an instance.
    table_images: TableImages,
    /// Number of element segments whose effect is in the images.
    n_imaged_elems: usize,
}

impl RuntimeModule {
    /// Prepares a module for instances.
    pub fn new(desc: Arc<ModuleDesc>, bytes: WireBytes) -> Result<Arc<Self>, String> {
        let layout = VmContextLayout::new(&desc)
            .ok_or("the module declares too many entities for an instance")?;
        let signatures: Box<[_]> =
            desc.types.values().map(|ty| SignatureInner::register(ty)).collect();
        let type_ids = signatures.iter().map(|s| s.id().raw()).collect();
        let budgets = (0..desc.n_declared_funcs()).map(|_| AtomicI32::new(0)).collect();
        let (table_images, n_imaged_elems) = table_images(&desc);
        Ok(Arc::new(Self {
            desc,
            layout,
            bytes,
            signatures,
            type_ids,
            code_tables: [OnceLock::new(), OnceLock::new()],
            budgets,
            period: AtomicU32::new(1),
            phase: AtomicU32::new(0),
            table_images,
            n_imaged_elems,
        }))
    }

    /// Facts of the module.
    pub fn desc(&self) -> &Arc<ModuleDesc> {
        &self.desc
    }
    /// Layout of instance contexts.
    pub fn layout(&self) -> &VmContextLayout {
        &self.layout
    }
    /// Bytes of the module.
    pub fn bytes(&self) -> &WireBytes {
        &self.bytes
    }
    /// Canonical signatures, by module type index.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }
    /// The canonical signature of a function.
    pub fn func_signature(&self, func: updraft_types::FuncIndex) -> &Signature {
        &self.signatures[self.desc.funcs[func].index()]
    }
    /// The code table for code with these bounds checks, made at first use.
    pub fn code_table(&self, bounds: Bounds) -> Result<&CodeTable, String> {
        let cell = &self.code_tables[bounds.index()];
        if let Some(table) = cell.get() {
            return Ok(table);
        }
        let table = CodeTable::new(self.desc.n_declared_funcs())?;
        Ok(cell.get_or_init(|| table))
    }
    /// What baseline code of a function may still do before it asks for
    /// `tier_up`: samples are subtracted, and it asks when the result is
    /// negative. Relaxed accesses suffice. Starts at 0.
    pub fn budget(&self, func: DeclaredFuncIndex) -> &AtomicI32 {
        &self.budgets[func.index()]
    }
    /// Sets the budget of every function, and how many units of it a sample
    /// stands for in instances that are made from now on; 1 counts everything.
    pub fn set_budgets(&self, budget: i32, period: NonZeroU32) {
        self.budgets.iter().for_each(|b| b.store(budget, Ordering::Relaxed));
        self.period.store(period.get(), Ordering::Relaxed);
    }
    /// Countdown and period of a new instance. Where in the period instances
    /// start is spread evenly: those that end before their first sample is due
    /// are sampled as often as others for what they do.
    pub(crate) fn new_countdown(&self) -> (i32, u32) {
        let period = self.period.load(Ordering::Relaxed);
        // Multiples of the golden section (Knuth, TAOCP 3, 6.4).
        let phase = self.phase.fetch_add(0x9e37_79b9, Ordering::Relaxed);
        let start = (u64::from(period) * u64::from(phase.wrapping_add(0x9e37_79b9))) >> 32;
        (start as i32, period)
    }
    pub(crate) fn budgets(&self) -> *const AtomicI32 {
        self.budgets.as_ptr()
    }
    pub(crate) fn type_ids(&self) -> *const u32 {
        self.type_ids.as_ptr()
    }
    pub(crate) fn table_image(&self, table: TableIndex) -> Option<&Arc<[u32]>> {
        self.table_images[table.index()].as_ref()
    }
    pub(crate) fn n_imaged_elems(&self) -> usize {
        self.n_imaged_elems
    }
}

/// The largest table that gets an image.
const MAX_IMAGE_ELEMS: u64 = 1 << 20;

/// What active segments put into declared tables, in order, up to the first
/// one whose place or contents depend on the instance. The rest is applied
/// when the instance is made.
fn table_images(desc: &ModuleDesc) -> (TableImages, usize) {
    let mut images: Vec<Option<Vec<u32>>> = vec![None; desc.tables.len()];
    let mut n = 0;
    for segment in desc.elems.values() {
        let SegmentMode::Active { target, offset } = &segment.mode else {
            n += 1;
            continue;
        };
        let table = &desc.tables[*target];
        let fits = (|| {
            desc.declared_table(*target)?;
            if table.init.is_some() || table.ty.elem.heap != HeapType::Func {
                return None;
            }
            let ([ConstOp::I32(offset)], ElemItems::Funcs(funcs)) =
                (&offset.ops[..], &segment.items)
            else {
                return None;
            };
            let end = u64::from(*offset as u32) + funcs.len() as u64;
            (end <= table.ty.min.min(MAX_IMAGE_ELEMS)).then_some((*offset as u32 as usize, funcs))
        })();
        let Some((start, funcs)) = fits else { break };
        let image = images[target.index()].get_or_insert_default();
        if image.len() < start + funcs.len() {
            image.resize(start + funcs.len(), IMAGE_NULL);
        }
        for (place, func) in image[start..].iter_mut().zip(funcs.iter()) {
            *place = func.raw();
        }
        n += 1;
    }
    (images.into_iter().map(|i| i.map(Arc::from)).collect(), n)
}

//! What the engine may ask an isolate when code tells of itself: what was seen
//! of a program, and what it imports.
//!
//! Owns: [`Profile`] and [`ImportTargets`]. Made by the builtins that call up.
//! Must not know: what compilers make of it.

use std::any::Any;
use std::sync::{Arc, Weak};

use updraft_types::DeclaredFuncIndex;

use crate::feedback::{FeedbackSnapshot, IsolateFeedback};
use crate::host::HostCtx;
use crate::instance::InstanceObj;
use crate::objects::VmFuncRef;

/// Modules that an instance imports functions from of which more than this is
/// said: each that is named costs a look at all of its functions.
const MAX_MODULES: usize = 8;

/// Which functions the imports of an instance are, so far as they are functions
/// of instances whose code has the same bounds checks.
#[derive(Default)]
pub struct ImportTargets {
    /// Their modules, as the engine gave them with the instances.
    pub modules: Vec<Weak<dyn Any + Send + Sync>>,
    /// By imported function: its module, by its place in that list, and which
    /// function it is there. May be shorter than the list of imports.
    pub funcs: Vec<Option<(u32, DeclaredFuncIndex)>>,
}

/// What is known of a running instance.
pub struct Profile<'a> {
    feedback: &'a IsolateFeedback,
    instance: &'a InstanceObj,
}

impl<'a> Profile<'a> {
    pub(crate) fn new(feedback: &'a IsolateFeedback, instance: &'a InstanceObj) -> Self {
        Self { feedback, instance }
    }

    /// Adds what was seen in this isolate of one function of the module, or of
    /// all, which may be long.
    pub fn sites(&self, only: Option<DeclaredFuncIndex>, into: &mut FeedbackSnapshot) {
        self.feedback.snapshot(self.instance.module(), only, into);
    }

    /// What the instance imports. It does not change.
    pub fn import_targets(&self) -> &'a Arc<ImportTargets> {
        self.instance.import_targets()
    }
}

impl ImportTargets {
    /// Those of `instance`, whose imports lie at `records`.
    pub(crate) fn of(instance: &InstanceObj, records: &[*const VmFuncRef]) -> Self {
        let mut targets = Self::default();
        for (i, record) in records.iter().enumerate() {
            // SAFETY: records of imports live as long as the instance.
            let record = unsafe { **record };
            let Some((module, func)) = targets.target(instance, &record) else { continue };
            targets.funcs.resize(i, None);
            targets.funcs.push(Some((module, func)));
        }
        targets
    }

    fn target(
        &mut self,
        instance: &InstanceObj,
        record: &VmFuncRef,
    ) -> Option<(u32, DeclaredFuncIndex)> {
        // SAFETY: `KIND` lies at the same place in contexts of instances and of
        // host functions, which live as long as their records.
        let is_host = unsafe { *record.vmctx.add(HostCtx::KIND).cast::<u64>() != 0 };
        if is_host {
            return None;
        }
        // SAFETY: it is the context of a live instance, see above.
        let callee = unsafe { InstanceObj::from_vmctx(record.vmctx) };
        if callee.bounds() != instance.bounds() {
            return None;
        }
        let func = callee.module().code_table(callee.bounds()).ok()?.func_of(record.slot)?;
        let is_same = |m: &Weak<_>| std::ptr::addr_eq(m.as_ptr(), Arc::as_ptr(callee.native()));
        let module = match self.modules.iter().position(is_same) {
            Some(at) => at,
            None if self.modules.len() < MAX_MODULES => {
                self.modules.push(Arc::downgrade(callee.native()));
                self.modules.len() - 1
            }
            None => return None,
        };
        Some((module as u32, func))
    }
}

//! What the engine does for an isolate: the upcalls.

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use updraft_abi::Bounds;
use updraft_runtime::{GuardMiss, Profile, StoreInner, Upcalls, VmIsolate, request};
use updraft_types::{DeclaredFuncIndex, TrapCode};

use crate::code_gc::CodeGc;
use crate::lock_order::{Mutex, Rank};
use crate::tasks::TaskQueue;
use crate::tiering::{Seen, Snapshots, Units};
use crate::{Engine, IsolateHandle, NativeModule};

struct EngineUpcalls {
    tasks: Arc<TaskQueue>,
    code_gc: Arc<CodeGc>,
    snapshots: Snapshots,
    /// The isolate, set before it runs anything.
    vm: OnceLock<Arc<VmIsolate>>,
    /// When the isolate told of a guard that did not hold last.
    missed_at: Mutex<Option<Instant>>,
}

impl EngineUpcalls {
    /// Does what may take long, or waits for others, so that nobody needs to
    /// wait for this isolate.
    fn stand_still<R>(&self, f: impl FnOnce() -> R) -> R {
        match self.vm.get() {
            Some(vm) => vm.stand_still(f),
            None => f(),
        }
    }

    /// What was seen for a unit of a function.
    fn seen(
        &self,
        module: u64,
        func: DeclaredFuncIndex,
        may_reuse: bool,
        profile: &Profile<'_>,
    ) -> Seen {
        let sites = |only, into: &mut _| profile.sites(only, into);
        let imports = Some(profile.import_targets().clone());
        Seen { imports, ..self.snapshots.take(module, func, may_reuse, &sites) }
    }
}

impl Upcalls for EngineUpcalls {
    fn lazy_compile(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
    ) -> Result<(), String> {
        let module = module.downcast_ref::<NativeModule>().ok_or("not a module of this engine")?;
        self.stand_still(|| module.compile(func, bounds))
    }

    fn tier_up(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        loop_ordinal: Option<u32>,
        profile: &Profile<'_>,
    ) -> Option<usize> {
        let module = module.clone().downcast::<NativeModule>().ok()?;
        let vm = self.vm.get().map(|vm| &**vm);
        let may_reuse = !module.engine().config().tiering.is_synchronous();
        module.tier_up(func, bounds, loop_ordinal, vm, &|| {
            self.seen(module.number(), func, may_reuse, profile)
        })
    }

    fn guard_missed(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        miss: GuardMiss,
        profile: &Profile<'_>,
    ) {
        let now = Instant::now();
        let before = self.missed_at.lock().replace(now);
        // The first one may come from anywhere.
        let Some(since) = before.map(|before| now - before) else { return };
        let Ok(module) = module.clone().downcast::<NativeModule>() else { return };
        let vm = self.vm.get().map(|vm| &**vm);
        module.guard_missed(miss, since, vm, &|| {
            self.seen(module.number(), miss.func, false, profile)
        });
    }

    fn interrupt(&self, vm: &VmIsolate, requests: u64) -> Result<(), TrapCode> {
        if requests & request::CODE_GC != 0 {
            self.code_gc.report(vm);
        }
        if requests & request::TASKS != 0 {
            vm.stand_still(|| self.tasks.run(vm));
        }
        // Termination and deadlines last until the host takes them back.
        if requests & request::TERMINATE != 0 {
            return Err(TrapCode::Interrupted);
        }
        if requests & request::DEADLINE != 0 {
            return Err(TrapCode::DeadlineExceeded);
        }
        if requests & request::INTERRUPT != 0 {
            vm.clear(request::INTERRUPT);
            return Err(TrapCode::Interrupted);
        }
        Ok(())
    }
}

/// Makes a store: an isolate of the engine with the embedder's data, which is
/// made with a handle of the isolate.
pub fn new_store<T>(engine: &Engine, data: impl FnOnce(IsolateHandle) -> T) -> Box<StoreInner<T>> {
    let tasks = Arc::new(TaskQueue::new());
    let code_gc = engine.code_gc().clone();
    let upcalls = Arc::new(EngineUpcalls {
        tasks: tasks.clone(),
        code_gc,
        snapshots: Snapshots::new(),
        vm: OnceLock::new(),
        missed_at: Mutex::new(Rank::Misses, None),
    });
    let units = Units::new(engine);
    StoreInner::new(upcalls.clone(), engine.config().isolate, |vm| {
        upcalls.vm.get_or_init(|| vm.clone());
        engine.code_gc().add_isolate(vm);
        data(IsolateHandle::new(vm, tasks, units))
    })
}

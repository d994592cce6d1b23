//! What the engine does for an isolate: the upcalls.

use std::any::Any;
use std::sync::Arc;

use updraft_abi::Bounds;
use updraft_runtime::{StoreInner, Upcalls, VmIsolate, request};
use updraft_types::{DeclaredFuncIndex, TrapCode};

use crate::{Engine, NativeModule};

struct EngineUpcalls;

impl Upcalls for EngineUpcalls {
    fn lazy_compile(
        &self,
        module: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        bounds: Bounds,
    ) -> Result<(), String> {
        let module = module.downcast_ref::<NativeModule>().ok_or("not a module of this engine")?;
        module.compile(func, bounds)
    }

    fn interrupt(&self, vm: &VmIsolate, requests: u64) -> Result<(), TrapCode> {
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
/// made with the isolate at hand.
pub fn new_store<T>(
    engine: &Engine,
    data: impl FnOnce(&Arc<VmIsolate>) -> T,
) -> Box<StoreInner<T>> {
    StoreInner::new(Arc::new(EngineUpcalls), engine.config().isolate, data)
}

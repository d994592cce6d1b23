//! Stores: what belongs together at run time.

use std::time::{Duration, Instant};

use updraft_runtime::sys::WakeFd;
use updraft_runtime::{Growth, HostError, Isolate, StoreInner};

use crate::limits::ResourceLimiter;
use crate::{Engine, Error, Result, Trap};

/// The embedder's data with what the API keeps beside.
pub(crate) struct StoreData<T> {
    pub(crate) data: T,
    pub(crate) engine: Engine,
    pub(crate) handle: IsolateHandle,
}

pub(crate) type Inner<T> = StoreInner<StoreData<T>>;

/// Instances, memories, tables and globals, with data of the embedder's. One
/// thread at a time.
pub struct Store<T: 'static> {
    inner: Box<Inner<T>>,
}

/// A store as other threads see it: to interrupt what it runs, to end it, to
/// give it a deadline.
///
/// ```
/// use updraft::{Engine, Instance, Module, Store, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "spin") (loop (br 0))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let spin = instance.get_typed_func::<(), ()>(&mut store, "spin")?;
/// store.isolate_handle().set_timeout(std::time::Duration::from_millis(10));
/// let error = spin.call(&mut store, ()).unwrap_err();
/// assert_eq!(error.downcast_ref(), Some(&Trap::DeadlineExceeded));
/// # Ok::<(), updraft::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct IsolateHandle(updraft_engine::IsolateHandle);

impl IsolateHandle {
    /// Ends the call that runs, or the next one, with [`Trap::Interrupt`].
    /// Later calls run again.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
    /// Ends the call that runs and all later ones with [`Trap::Interrupt`].
    pub fn terminate(&self) {
        self.0.terminate();
    }
    /// A descriptor that is readable while the store was asked to stop: for
    /// host functions that block, to poll beside what they wait for.
    ///
    /// # Errors
    ///
    /// If the process has no descriptors left.
    pub fn wake_fd(&self) -> Result<WakeFd<'_>> {
        Ok(self.0.vm().wake_fd()?)
    }
    /// Has a closure run on the thread that runs the store: between two steps
    /// of a program that runs, or in [`Store::run_tasks`]. What is still
    /// waiting when the store and its handles end is dropped.
    pub fn post(&self, task: impl FnOnce() + Send + 'static) {
        self.0.post(task);
    }
    /// Sets the instant from which on calls end with
    /// [`Trap::DeadlineExceeded`], or takes it back.
    pub fn set_deadline(&self, deadline: Option<Instant>) {
        self.0.set_deadline(deadline);
    }
    /// Sets the deadline to a time from now.
    pub fn set_timeout(&self, timeout: Duration) {
        self.0.set_timeout(timeout);
    }
}

impl<T: 'static> Store<T> {
    /// Makes a store.
    pub fn new(engine: &Engine, data: T) -> Self {
        let inner = updraft_engine::new_store(&engine.inner, |isolate| StoreData {
            data,
            engine: engine.clone(),
            handle: IsolateHandle(isolate),
        });
        Self { inner }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.inner.data().data
    }
    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.inner.data_mut().data
    }
    /// Ends the store, keeping the data.
    pub fn into_data(self) -> T {
        self.inner.into_data().data
    }
    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.inner.data().engine
    }

    /// Sets who decides whether memories and tables may grow, and how many
    /// objects there may be.
    pub fn limiter(
        &mut self,
        limiter: impl Fn(&mut T) -> &mut (dyn ResourceLimiter + 'static) + Send + Sync + 'static,
    ) {
        self.inner.set_limiter(move |data, growth| ask(limiter(&mut data.data), growth));
    }

    /// A handle for other threads.
    pub fn isolate_handle(&self) -> IsolateHandle {
        self.inner.data().handle.clone()
    }

    /// Runs what was [posted](IsolateHandle::post) and is waiting. How many
    /// closures it was.
    pub fn run_tasks(&mut self) -> usize {
        self.inner.data().handle.0.run_tasks()
    }

    /// Number of instances that are alive.
    pub fn n_instances(&self) -> usize {
        self.inner.isolate().n_instances()
    }

    /// Frees instances that nothing reaches any more: now, instead of when
    /// enough were made.
    pub fn gc(&mut self) {
        self.inner.isolate_mut().sweep_instances();
    }
}

fn ask(limiter: &mut dyn ResourceLimiter, growth: Growth) -> Result<bool, HostError> {
    let answer = match growth {
        Growth::Memory { current, desired, maximum } => {
            limiter.memory_growing(current, desired, maximum)
        }
        Growth::Table { current, desired, maximum } => {
            limiter.table_growing(current, desired, maximum)
        }
        Growth::Instances(n) => Ok(n <= limiter.instances()),
        Growth::Tables(n) => Ok(n <= limiter.tables()),
        Growth::Memories(n) => Ok(n <= limiter.memories()),
        Growth::MemoryFailed(what) => limiter.memory_grow_failed(Error::msg(what)).map(|()| true),
        Growth::TableFailed(what) => limiter.table_grow_failed(Error::msg(what)).map(|()| true),
    };
    answer.map_err(Error::into_host)
}

impl<T: std::fmt::Debug> std::fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("data", self.data()).finish_non_exhaustive()
    }
}

/// A borrowed store.
pub struct StoreContext<'a, T: 'static>(pub(crate) &'a Inner<T>);

/// A mutably borrowed store.
pub struct StoreContextMut<'a, T: 'static>(pub(crate) &'a mut Inner<T>);

impl<'a, T: 'static> StoreContext<'a, T> {
    /// The embedder's data.
    pub fn data(&self) -> &'a T {
        &self.0.data().data
    }
    /// The engine.
    pub fn engine(&self) -> &'a Engine {
        &self.0.data().engine
    }
    /// A descriptor that is readable while the store was asked to stop: for
    /// host functions that block, to poll beside what they wait for.
    ///
    /// # Errors
    ///
    /// If the process has no descriptors left.
    pub fn wake_fd(&self) -> Result<WakeFd<'a>> {
        Ok(self.0.isolate().vm().wake_fd()?)
    }
    /// A handle for other threads.
    pub fn isolate_handle(&self) -> IsolateHandle {
        self.0.data().handle.clone()
    }
    pub(crate) fn isolate(&self) -> &'a Isolate {
        self.0.isolate()
    }
}

impl<T: 'static> StoreContextMut<'_, T> {
    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.0.data().data
    }
    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.0.data_mut().data
    }
    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.0.data().engine
    }
    /// Frees instances that nothing reaches any more; see [`Store::gc`].
    pub fn gc(&mut self) {
        self.0.isolate_mut().sweep_instances();
    }
    /// The trap that is due if the store was asked to stop: for host functions
    /// that block or run for long.
    ///
    /// # Errors
    ///
    /// With that trap.
    pub fn check_interrupt(&mut self) -> Result<()> {
        match self.0.isolate().pending_stop() {
            Some(code) => Err(Error::new(Trap::from_code(code))),
            None => Ok(()),
        }
    }
    pub(crate) fn isolate(&mut self) -> &mut Isolate {
        self.0.isolate_mut()
    }
}

/// What a store can be borrowed from.
pub trait AsContext {
    /// The embedder's data.
    type Data: 'static;
    /// Borrows the store.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// What a store can be mutably borrowed from.
pub trait AsContextMut: AsContext {
    /// Borrows the store.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

impl<T: 'static> AsContext for Store<T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext(&self.inner)
    }
}
impl<T: 'static> AsContextMut for Store<T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut(&mut self.inner)
    }
}
impl<T: 'static> AsContext for StoreContext<'_, T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext(self.0)
    }
}
impl<T: 'static> AsContext for StoreContextMut<'_, T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext(self.0)
    }
}
impl<T: 'static> AsContextMut for StoreContextMut<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut(self.0)
    }
}
impl<C: AsContext> AsContext for &C {
    type Data = C::Data;
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}
impl<C: AsContext> AsContext for &mut C {
    type Data = C::Data;
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}
impl<C: AsContextMut> AsContextMut for &mut C {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}

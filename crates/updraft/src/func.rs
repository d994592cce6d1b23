//! Functions.

use smallvec::SmallVec;
use updraft_runtime::call::{Typed, call_untyped};
use updraft_runtime::host::{HostCaller, HostClosure};
use updraft_runtime::value::{WasmParams, WasmResults};
use updraft_runtime::{FuncHandle, HostError};

use crate::store::{Inner, StoreData};
use crate::{
    AsContext, AsContextMut, Error, Export, Extern, ExternRef, FuncType, Instance, Result,
    StoreContext, StoreContextMut, V128, Val,
};

/// A function of a store: of an instance, or of the host.
#[derive(Clone, Debug)]
pub struct Func(pub(crate) FuncHandle);

/// A function whose type the host's compiler knows. Calls are fast.
#[derive(Debug)]
pub struct TypedFunc<P, R>(Typed<P, R>);

impl<P, R> Clone for TypedFunc<P, R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Func {
    /// Makes a host function of a type known at run time. The closure gets the
    /// arguments, and results to fill in that are zero or null.
    pub fn new<T: 'static>(
        mut store: impl AsContextMut<Data = T>,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::from_closure(store.as_context_mut(), untyped_closure(&ty, func))
    }

    /// Makes a host function of a closure whose parameters and results say
    /// what its type is. A [`Caller`] may be the first parameter.
    ///
    /// ```
    /// use updraft::{Caller, Engine, Func, Store};
    ///
    /// let mut store = Store::new(&Engine::default(), 5);
    /// let add = Func::wrap(&mut store, |caller: Caller<'_, i32>, x: i32| caller.data() + x);
    /// let add = add.typed::<i32, i32>(&store)?;
    /// assert_eq!(add.call(&mut store, 2)?, 7);
    /// # Ok::<(), updraft::Error>(())
    /// ```
    pub fn wrap<T: 'static, P, R>(
        mut store: impl AsContextMut<Data = T>,
        func: impl IntoFunc<T, P, R>,
    ) -> Self {
        Self::from_closure(store.as_context_mut(), func.into_closure())
    }

    fn from_closure<T>(
        mut store: StoreContextMut<'_, T>,
        closure: std::sync::Arc<HostClosure>,
    ) -> Self {
        // Fails only if the process has no memory for a few bytes of code.
        let func = FuncHandle::of_host(store.isolate(), closure);
        Func(func.expect("memory for a host function's thunk"))
    }

    /// The type.
    pub fn ty(&self, _store: impl AsContext) -> FuncType {
        FuncType(self.0.signature().ty().clone())
    }

    /// Calls the function. `results` must have room for exactly its results.
    ///
    /// # Errors
    ///
    /// If arguments do not fit, or the call traps or a host function fails.
    pub fn call(
        &self,
        mut store: impl AsContextMut,
        args: &[Val],
        results: &mut [Val],
    ) -> Result<()> {
        let store = store.as_context_mut();
        let n = self.0.signature().ty().results().len();
        if results.len() != n {
            return Err(Error::msg(format!("expected {n} results, got {}", results.len())));
        }
        let args: Vec<_> = args.iter().map(Val::to_raw).collect();
        let values = call_untyped(store.0, &self.0, &args).map_err(Error::from_call)?;
        for (place, value) in results.iter_mut().zip(values) {
            *place = Val::from_raw(value);
        }
        Ok(())
    }

    /// The function with its type known to the host's compiler.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn typed<P: WasmParams, R: WasmResults>(
        &self,
        _store: impl AsContext,
    ) -> Result<TypedFunc<P, R>> {
        Typed::new(&self.0).map(TypedFunc).map_err(Error::from_call)
    }

    /// Whether both are the same function.
    pub fn same(a: &Func, b: &Func) -> bool {
        a.0.same(&b.0)
    }
}

impl<P: WasmParams, R: WasmResults> TypedFunc<P, R> {
    /// Calls the function.
    ///
    /// # Errors
    ///
    /// If the call traps or a host function fails.
    #[inline]
    pub fn call(&self, mut store: impl AsContextMut, params: P) -> Result<R> {
        self.0.call(store.as_context_mut().0, params).map_err(Error::from_call)
    }

    /// The function.
    pub fn func(&self) -> Func {
        Func(self.0.func().clone())
    }
}

/// Who called a host function: its store, and the instance that imports the
/// function.
pub struct Caller<'a, T: 'static>(HostCaller<'a, StoreData<T>>);

impl<T: 'static> Caller<'_, T> {
    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.0.store_ref().data().data
    }
    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.0.store().data_mut().data
    }
    /// The engine.
    pub fn engine(&self) -> &crate::Engine {
        &self.0.store_ref().data().engine
    }
    /// An export of the instance that imports the function; nothing if the
    /// host itself put the function where it was called from.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        let instance = Instance(self.0.instance()?);
        instance.get_export(&mut *self, name)
    }
    /// The trap that is due if the store was asked to stop; see
    /// [`StoreContextMut::check_interrupt`].
    ///
    /// # Errors
    ///
    /// With that trap.
    pub fn check_interrupt(&mut self) -> Result<()> {
        self.as_context_mut().check_interrupt()
    }
}

impl<T: 'static> AsContext for Caller<'_, T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext(self.0.store_ref())
    }
}

impl<T: 'static> AsContextMut for Caller<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        let inner: &mut Inner<T> = self.0.store();
        StoreContextMut(inner)
    }
}

impl<T: 'static + std::fmt::Debug> std::fmt::Debug for Caller<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("data", self.data()).finish_non_exhaustive()
    }
}

pub(crate) fn untyped_closure<T: 'static>(
    ty: &FuncType,
    func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
) -> std::sync::Arc<HostClosure> {
    let types: Box<[_]> = ty.0.results().into();
    HostClosure::untyped::<StoreData<T>, _>(&ty.0, move |caller, mut frame| {
        // Few functions have more: no allocation per call.
        let args: SmallVec<[Val; 6]> = frame.args(&caller).map(Val::from_raw).collect();
        let mut results: SmallVec<[Val; 2]> =
            types.iter().map(|t| Val::default_for_ty(*t)).collect();
        let mut caller = Caller(caller);
        func(caller.reborrow(), &args, &mut results).map_err(Error::into_host)?;
        for (i, result) in results.iter().enumerate() {
            frame.set_result(i, result.to_raw(), &mut caller.0)?;
        }
        Ok(())
    })
}

impl<T: 'static> Caller<'_, T> {
    fn reborrow(&mut self) -> Caller<'_, T> {
        Caller(self.0.reborrow())
    }
}

/// What a host closure may return.
pub trait WasmRet {
    #[doc(hidden)]
    type Results: WasmResults;
    #[doc(hidden)]
    fn into_results(self) -> Result<Self::Results, HostError>;
}

impl<R: WasmResults> WasmRet for Result<R> {
    type Results = R;
    #[inline(always)]
    fn into_results(self) -> Result<R, HostError> {
        self.map_err(Error::into_host)
    }
}

macro_rules! plain_results {
    ($($ty:ty,)*) => {$(
        impl WasmRet for $ty {
            type Results = $ty;
            #[inline(always)]
            fn into_results(self) -> Result<$ty, HostError> {
                Ok(self)
            }
        }
    )*};
}
plain_results! {
    (), i32, u32, i64, u64, f32, f64, u128, V128, Option<Func>, Option<ExternRef>,
}

macro_rules! tuple_results {
    ($(($($w:ident),+))*) => {$(
        impl<$($w: updraft_runtime::value::WasmTy),+> WasmRet for ($($w,)+) {
            type Results = Self;
            #[inline(always)]
            fn into_results(self) -> Result<Self, HostError> {
                Ok(self)
            }
        }
    )*};
}
tuple_results! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
}

/// A closure that can be a host function: up to 16 parameters of types that
/// stand for wasm's, a [`Caller`] in front if it wants one, and a result that
/// is [`WasmRet`].
pub trait IntoFunc<T, P, R> {
    #[doc(hidden)]
    fn into_closure(self) -> std::sync::Arc<HostClosure>;
}

macro_rules! into_func {
    ($(($($w:ident),*))*) => {$(
        impl<T, F, R, $($w,)*> IntoFunc<T, ($($w,)*), R> for F
        where
            T: 'static,
            F: Fn($($w),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($w: updraft_runtime::value::WasmTy + 'static,)*
        {
            #[allow(non_snake_case)]
            fn into_closure(self) -> std::sync::Arc<HostClosure> {
                HostClosure::typed::<StoreData<T>, ($($w,)*), R::Results, _>(
                    move |_caller, ($($w,)*)| self($($w),*).into_results(),
                )
            }
        }

        impl<T, F, R, $($w,)*> IntoFunc<T, (Caller<'_, T>, $($w,)*), R> for F
        where
            T: 'static,
            F: Fn(Caller<'_, T>, $($w),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($w: updraft_runtime::value::WasmTy + 'static,)*
        {
            #[allow(non_snake_case)]
            fn into_closure(self) -> std::sync::Arc<HostClosure> {
                HostClosure::typed::<StoreData<T>, ($($w,)*), R::Results, _>(
                    move |caller, ($($w,)*)| self(Caller(caller), $($w),*).into_results(),
                )
            }
        }
    )*};
}
into_func! {
    ()
    (A1)
    (A1, A2)
    (A1, A2, A3)
    (A1, A2, A3, A4)
    (A1, A2, A3, A4, A5)
    (A1, A2, A3, A4, A5, A6)
    (A1, A2, A3, A4, A5, A6, A7)
    (A1, A2, A3, A4, A5, A6, A7, A8)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16)
}

impl Export<'_> {
    /// The function, if it is one.
    pub fn into_func(self) -> Option<Func> {
        self.into_extern().into_func()
    }
}

//! Typed indices and the vectors they index.
//!
//! `FuncIndex` and its kin count imports; the `Declared*` twins do not. Mixing
//! them up is a known source of sandbox escapes (CVE-2026-34946), so a bare
//! `u32` never names an entity.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index that can address an [`IndexVec`].
pub trait EntityIndex: Copy + Eq + Ord {
    /// Makes an index from its position.
    fn new(raw: u32) -> Self;
    /// The position as a number.
    fn raw(self) -> u32;
    /// The position as a `usize`.
    fn index(self) -> usize {
        self.raw() as usize
    }
}

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// Makes an index from its position.
            pub const fn new(raw: u32) -> Self { Self(raw) }
            /// The position as a number.
            pub const fn raw(self) -> u32 { self.0 }
            /// The position as a `usize`.
            pub const fn index(self) -> usize { self.0 as usize }
        }

        impl EntityIndex for $name {
            fn new(raw: u32) -> Self { Self(raw) }
            fn raw(self) -> u32 { self.0 }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

indices! {
    /// A type in the module's type section.
    TypeIndex,
    /// A function, imports first.
    FuncIndex,
    /// A function with a body in this module.
    DeclaredFuncIndex,
    /// A table, imports first.
    TableIndex,
    /// A table that this module declares.
    DeclaredTableIndex,
    /// A memory, imports first.
    MemoryIndex,
    /// A memory that this module declares.
    DeclaredMemoryIndex,
    /// A global, imports first.
    GlobalIndex,
    /// A global that this module declares.
    DeclaredGlobalIndex,
    /// An element segment.
    ElemIndex,
    /// A data segment.
    DataIndex,
    /// A declared function whose address may be taken: it owns a function
    /// record in the instance.
    FuncRefIndex,
    /// A function type made canonical for the whole process: two function
    /// types are equal exactly if their canonical ids are.
    CanonicalTypeId,
}

/// A vector addressed by one kind of index only.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    items: Vec<T>,
    marker: PhantomData<fn(I)>,
}

impl<I: EntityIndex, T> IndexVec<I, T> {
    /// An empty vector.
    pub const fn new() -> Self {
        Self { items: Vec::new(), marker: PhantomData }
    }
    /// An empty vector with room for `n` items.
    pub fn with_capacity(n: usize) -> Self {
        Self { items: Vec::with_capacity(n), marker: PhantomData }
    }
    /// Appends an item and returns its index.
    pub fn push(&mut self, item: T) -> I {
        let index = I::new(self.items.len() as u32);
        self.items.push(item);
        index
    }
    /// The item at `index`, if there is one.
    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.index())
    }
    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// The items in order.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
    /// Indices and items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items.iter().enumerate().map(|(i, t)| (I::new(i as u32), t))
    }
    /// All indices in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.items.len() as u32).map(I::new)
    }
    /// The items as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }
    /// The items as a mutable slice.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<I: EntityIndex, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: EntityIndex, T> From<Vec<T>> for IndexVec<I, T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, marker: PhantomData }
    }
}

impl<I: EntityIndex, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(iter: It) -> Self {
        Vec::from_iter(iter).into()
    }
}

impl<I: EntityIndex, T> Index<I> for IndexVec<I, T> {
    type Output = T;
    fn index(&self, index: I) -> &T {
        &self.items[index.index()]
    }
}

impl<I: EntityIndex, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.index()]
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

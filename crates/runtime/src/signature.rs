//! Canonical function types and the thunks that belong to them.
//!
//! Owns: the process-wide registry that gives equal function types equal ids,
//! so that one comparison checks a call, and the entry and host thunk of each.
//! Used by the engine when it makes modules and by host functions. Types live
//! as long as someone holds their [`Signature`].
//!
//! # Essay: registering and dropping
//!
//! 1. `register` locks the registry. If the type's entry upgrades, that is the
//!    signature. Otherwise (absent, or its last holder is just dropping it) it
//!    takes an id and puts a new entry in place.
//! 2. The last holder's `Drop` locks the registry, returns the id, and removes
//!    the entry only if it is still its own: one that step 1 put in its place
//!    has another id, because an id is returned under this lock only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use updraft_types::{CanonicalTypeId, FuncType};

use crate::arch::x64_thunks;
use crate::thunks::Thunk;

/// A function type with its canonical id and thunks.
#[derive(Debug)]
pub struct SignatureInner {
    id: CanonicalTypeId,
    ty: FuncType,
    entry: OnceLock<Thunk>,
    host: OnceLock<Thunk>,
}

/// A shared, canonical function type.
pub type Signature = Arc<SignatureInner>;

#[derive(Default)]
struct Registry {
    by_type: HashMap<FuncType, Weak<SignatureInner>>,
    by_id: Vec<Weak<SignatureInner>>,
    free_ids: Vec<u32>,
}

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: OnceLock<Mutex<Registry>> = OnceLock::new();
    // Nothing in here can be left half done by a panic: allocation aborts.
    REGISTRY.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

impl SignatureInner {
    /// The canonical signature of a type.
    pub fn register(ty: &FuncType) -> Signature {
        let mut registry = registry();
        if let Some(signature) = registry.by_type.get(ty).and_then(Weak::upgrade) {
            return signature;
        }
        let id = registry.free_ids.pop().unwrap_or(registry.by_id.len() as u32);
        let signature = Arc::new(Self {
            id: CanonicalTypeId::new(id),
            ty: ty.clone(),
            entry: OnceLock::new(),
            host: OnceLock::new(),
        });
        let weak = Arc::downgrade(&signature);
        match registry.by_id.get_mut(id as usize) {
            Some(place) => *place = weak.clone(),
            None => registry.by_id.push(weak.clone()),
        }
        registry.by_type.insert(ty.clone(), weak);
        signature
    }

    /// The signature with that id, if it is in use.
    pub fn by_id(id: CanonicalTypeId) -> Option<Signature> {
        registry().by_id.get(id.index())?.upgrade()
    }

    /// The canonical id.
    pub fn id(&self) -> CanonicalTypeId {
        self.id
    }

    /// The type.
    pub fn ty(&self) -> &FuncType {
        &self.ty
    }

    /// Address of the thunk that enters functions of this type.
    pub(crate) fn entry_thunk(&self) -> Result<usize, String> {
        thunk(&self.entry, || x64_thunks::entry_thunk(&self.ty))
    }

    /// Address of the thunk that functions of this type leave to the host by.
    pub(crate) fn host_thunk(&self) -> Result<usize, String> {
        thunk(&self.host, || x64_thunks::host_thunk(&self.ty))
    }
}

fn thunk(cell: &OnceLock<Thunk>, make: impl FnOnce() -> Vec<u8>) -> Result<usize, String> {
    if let Some(thunk) = cell.get() {
        return Ok(thunk.address());
    }
    let made = Thunk::new(&make())?;
    Ok(cell.get_or_init(|| made).address())
}

impl Drop for SignatureInner {
    fn drop(&mut self) {
        let mut registry = registry();
        registry.free_ids.push(self.id.raw());
        let own = registry.by_type.get(&self.ty).is_some_and(|w| w.strong_count() == 0);
        if own {
            registry.by_type.remove(&self.ty);
        }
    }
}

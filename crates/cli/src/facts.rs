//! Facts of modules as this program shows them, taken from the engine's
//! inspection interface: the only place of this crate that names it.

use updraft::Module;

/// A function with a body.
#[derive(Clone, Debug)]
pub struct FuncFacts {
    pub index: u32,
    pub name: Option<String>,
    pub ty: String,
    pub offset: usize,
    pub body_bytes: usize,
}

/// A section as it lies in the module.
#[derive(Clone, Debug)]
pub struct SectionFacts {
    pub id: u8,
    pub name: String,
    pub offset: usize,
    pub bytes: usize,
    pub count: Option<u32>,
}

/// An import or an export.
#[derive(Clone, Debug)]
pub struct NamedFacts {
    pub name: String,
    pub kind: &'static str,
    pub ty: String,
}

/// Everything that is shown of a module.
#[derive(Clone, Debug, Default)]
pub struct ModuleFacts {
    pub name: Option<String>,
    pub bytes: usize,
    pub sections: Vec<SectionFacts>,
    pub types: Vec<String>,
    pub imports: Vec<(String, NamedFacts)>,
    pub exports: Vec<NamedFacts>,
    pub functions: Vec<FuncFacts>,
    pub tables: Vec<String>,
    pub memories: Vec<String>,
    pub globals: Vec<String>,
    pub start: Option<u32>,
    pub n_elem_segments: usize,
    pub n_data_segments: usize,
    pub data_bytes: usize,
}

/// What the compiler made of a function.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub code: Vec<u8>,
    pub clif: String,
    /// Offset in the code, reason.
    pub traps: Vec<(u32, String)>,
    /// Offset in the code, offset in the module; sorted.
    pub positions: Vec<(u32, usize)>,
}

pub fn module(_module: &Module) -> ModuleFacts {
    ModuleFacts::default()
}

pub fn functions(module_: &Module) -> Vec<FuncFacts> {
    module(module_).functions
}

pub fn listing(_module: &Module, _func: u32, _clif: bool) -> updraft::Result<Listing> {
    Ok(Listing::default())
}

//! The short way through a body: bodies as compilers write them are found
//! valid in two thirds of the time that the parser takes.
//!
//! Owns: [`Context`], what bodies are checked against, and [`Context::check`];
//! below it `walk`, the walk with the operators that are frequent, and `rare`,
//! those that are not. Called by [`BodyToValidate`](crate::BodyToValidate).
//! Understands every operator of the default features. Whatever looks odd, a
//! fault included, is left to the parser: so a fault is always the parser's,
//! and its offset too. Finds the hints for compilers on the way
//! ([`BodyHints`]).
//!
//! # Essay: what makes it fast
//!
//! 1. Types of operands are bytes, those of the binary format, in one slice.
//!    Most operators want one or two operands of known types and leave one
//!    result: comparing the topmost bytes is all there is to do.
//! 2. Where the walk is, in the bytes and on the stack, stays in registers: it
//!    is passed by value, and what is rare is called with a copy.
//! 3. What a block wants and leaves are two ranges of one list of types, so
//!    that a block has one shape, whichever way its type was written.
//! 4. The algorithm is that of the specification's appendix: in unreachable
//!    code the stack below is as deep as wanted, and gives [`BOTTOM`], which is
//!    of every type.

mod rare;
mod walk;

use updraft_types::{BodyFacts, FuncType, HeapType, ModuleDesc, RefType, TypeIndex, ValType};

use self::walk::{Frame, Walk};
use crate::BodyHints;

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;
const F32: u8 = 0x7d;
const F64: u8 = 0x7c;
const V128: u8 = 0x7b;
const FUNCREF: u8 = 0x70;
const EXTERNREF: u8 = 0x6f;
/// An operand of unreachable code.
const BOTTOM: u8 = 0;

/// All that blocks may leave without a type of the module; the list of types
/// begins with these.
const SINGLE: [u8; 7] = [I32, I64, F32, F64, V128, FUNCREF, EXTERNREF];

/// More locals than compilers declare: they are listed one by one here.
const MAX_DECLARED_LOCALS: u32 = 1_000;

/// Room for operands at least, and at most: more than compilers leave on the
/// stack.
const MIN_OPERANDS: usize = 1 << 8;
const MAX_OPERANDS: usize = 1 << 16;

/// A part of the list of types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Types {
    start: u32,
    len: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sig {
    params: Types,
    results: Types,
}

/// What the bodies of a module are checked against.
#[derive(Debug)]
pub(crate) struct Context {
    /// Types that `sigs` are made of.
    types: Vec<u8>,
    /// By type.
    sigs: Vec<Sig>,
    /// Types of functions.
    funcs: Vec<u32>,
    /// Functions that `ref.func` may name; the others follow.
    refs: Vec<bool>,
    /// Type, and whether it may be set.
    globals: Vec<(u8, bool)>,
    tables: Vec<u8>,
    elems: Vec<u8>,
    n_memories: u32,
    /// As announced before the code.
    n_datas: Option<u32>,
}

/// Memory that is used again for the next body.
#[derive(Default)]
pub(crate) struct Scratch {
    locals: Vec<u8>,
    /// Room: how much of it is in use, the walk knows.
    stack: Vec<u8>,
    frames: Vec<Frame>,
    /// Of the body that was checked last.
    pub(crate) hints: BodyHints,
}

fn val_byte(ty: ValType) -> Option<u8> {
    Some(match ty {
        ValType::I32 => I32,
        ValType::I64 => I64,
        ValType::F32 => F32,
        ValType::F64 => F64,
        ValType::V128 => V128,
        ValType::Ref(ty) => ref_byte(ty)?,
    })
}

fn ref_byte(ty: RefType) -> Option<u8> {
    match ty {
        RefType { nullable: true, heap: HeapType::Func } => Some(FUNCREF),
        RefType { nullable: true, heap: HeapType::Extern } => Some(EXTERNREF),
        _ => None,
    }
}

impl Context {
    /// For the module of which everything before the code is known. `refs` are
    /// the functions that `ref.func` may name. Nothing if the module is odd.
    pub(crate) fn new(desc: &ModuleDesc, refs: &[bool]) -> Option<Self> {
        const DATA_COUNT_SECTION: u8 = 12;
        let mut types = SINGLE.to_vec();
        let mut add = |list: &[ValType]| {
            let start = u32::try_from(types.len()).ok()?;
            for ty in list {
                types.push(val_byte(*ty)?);
            }
            Some(Types { start, len: list.len() as u32 })
        };
        let mut sig =
            |ty: &FuncType| Some(Sig { params: add(ty.params())?, results: add(ty.results())? });
        let sigs = desc.types.values().map(|ty| sig(ty)).collect::<Option<_>>()?;
        let globals = desc.globals.values().map(|g| Some((val_byte(g.val)?, g.mutable)));
        let data_count = desc.sections.iter().find(|s| s.id == DATA_COUNT_SECTION);
        Some(Self {
            types,
            sigs,
            funcs: desc.funcs.values().map(|ty| ty.raw()).collect(),
            refs: refs.to_vec(),
            globals: globals.collect::<Option<_>>()?,
            tables: desc.tables.values().map(|t| ref_byte(t.ty.elem)).collect::<Option<_>>()?,
            elems: desc.elems.values().map(|e| ref_byte(e.ty)).collect::<Option<_>>()?,
            n_memories: desc.memories.len() as u32,
            n_datas: data_count.and_then(|s| s.count),
        })
    }

    /// What is counted in a body of that type if it is surely valid; its hints
    /// are in `scratch` then.
    pub(crate) fn check(
        &self,
        bytes: &[u8],
        ty: TypeIndex,
        scratch: &mut Scratch,
    ) -> Option<BodyFacts> {
        let sig = *self.sigs.get(ty.index())?;
        let (mut walk, code) = Walk::new(self, bytes, sig, scratch)?;
        walk.run(code)
    }

    fn list(&self, types: Types) -> &[u8] {
        &self.types[types.start as usize..][..types.len as usize]
    }

    /// The list of just this type, if a block may leave it.
    fn single(ty: u8) -> Option<Types> {
        let start = SINGLE.iter().position(|s| *s == ty)?;
        Some(Types { start: start as u32, len: 1 })
    }
}

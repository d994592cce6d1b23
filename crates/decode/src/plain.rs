//! The short way through a body: bodies as compilers write them are found
//! valid in two thirds of the time that the parser takes.
//!
//! Owns: [`Context`], what bodies are checked against, and [`Context::check`].
//! Called by [`BodyToValidate`](crate::BodyToValidate). Understands every
//! operator of the default features. Whatever looks odd, a fault included, is
//! left to the parser: so a fault is always the parser's, and its offset too.
//!
//! # Essay: what makes it fast
//!
//! 1. Types of operands are bytes, those of the binary format, in one vector.
//!    Most operators want one or two operands of known types and leave one
//!    result: a row of a table says which, and comparing the topmost bytes is
//!    all there is to do.
//! 2. What a block wants and leaves are two ranges of one list of types, so
//!    that a block has one shape, whichever way its type was written.
//! 3. The algorithm is that of the specification's appendix: in unreachable
//!    code the stack below is as deep as wanted, and gives [`BOTTOM`], which is
//!    of every type.

use updraft_types::{
    BodyFacts, FuncIndex, FuncType, HeapType, ModuleDesc, RefType, TypeIndex, ValType, limits,
};

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

/// More operands than compilers leave on the stack.
const MAX_OPERANDS: usize = 1 << 20;

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
    stack: Vec<u8>,
    frames: Vec<Frame>,
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

    /// What is counted in a body of that type if it is surely valid.
    pub(crate) fn check(
        &self,
        bytes: &[u8],
        ty: TypeIndex,
        scratch: &mut Scratch,
    ) -> Option<BodyFacts> {
        let Scratch { locals, stack, frames } = scratch;
        locals.clear();
        stack.clear();
        frames.clear();
        let sig = *self.sigs.get(ty.index())?;
        locals.extend_from_slice(self.list(sig.params));
        let mut walk = Walk {
            context: self,
            input: Input { bytes, at: 0 },
            locals,
            stack,
            frames,
            frame: Frame {
                kind: Kind::Func,
                sig: Sig { params: Types::default(), ..sig },
                ..Frame::default()
            },
            facts: BodyFacts { body_bytes: bytes.len() as u32, ..BodyFacts::default() },
        };
        walk.declare_locals()?;
        walk.run()
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

/// What is left of the bytes.
struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Input<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, n: usize) -> Option<()> {
        self.at = self.at.checked_add(n).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    #[inline(always)]
    fn u32(&mut self) -> Option<u32> {
        let byte = self.byte()?;
        if byte < 0x80 { Some(u32::from(byte)) } else { self.long_u32(byte) }
    }

    fn long_u32(&mut self, first: u8) -> Option<u32> {
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // The fifth byte has room for four bits.
                return (shift < 28 || byte < 0x10).then_some(value);
            }
        }
        None
    }

    /// Passes a signed number of so many bits.
    #[inline(always)]
    fn signed(&mut self, bits: u32) -> Option<()> {
        if self.byte()? < 0x80 { Some(()) } else { self.long_signed(bits) }
    }

    fn long_signed(&mut self, bits: u32) -> Option<()> {
        let mut shift = 7;
        loop {
            let byte = self.byte()?;
            if shift + 7 > bits {
                // The last byte: what has no room repeats the sign.
                let spare = (byte << 1) as i8 >> (bits - shift);
                return (byte < 0x80 && (spare == 0 || spare == -1)).then_some(());
            }
            if byte < 0x80 {
                return Some(());
            }
            shift += 7;
        }
    }

    fn val_type(&mut self) -> Option<u8> {
        self.byte().filter(|ty| SINGLE.contains(ty))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Kind {
    #[default]
    Func,
    Block,
    Loop,
    If,
    Else,
}

/// An open block.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    sig: Sig,
    /// Operands below it.
    height: u32,
    kind: Kind,
    unreachable: bool,
}

impl Frame {
    /// What branches to it want.
    fn label(&self) -> Types {
        if self.kind == Kind::Loop { self.sig.params } else { self.sig.results }
    }
}

struct Walk<'a> {
    context: &'a Context,
    input: Input<'a>,
    locals: &'a mut Vec<u8>,
    stack: &'a mut Vec<u8>,
    /// Those around `frame`.
    frames: &'a mut Vec<Frame>,
    /// The innermost one.
    frame: Frame,
    facts: BodyFacts,
}

impl Walk<'_> {
    fn declare_locals(&mut self) -> Option<()> {
        let mut n_declared = 0u32;
        for _ in 0..self.input.u32()? {
            let n = self.input.u32()?;
            let ty = self.input.val_type()?;
            n_declared = n_declared.checked_add(n).filter(|n| *n <= MAX_DECLARED_LOCALS)?;
            self.locals.resize(self.locals.len() + n as usize, ty);
        }
        self.facts.n_locals = self.locals.len() as u32;
        Some(())
    }

    fn run(mut self) -> Option<BodyFacts> {
        let bytes = self.input.bytes;
        loop {
            let op = *bytes.get(self.input.at)?;
            self.input.at += 1;
            self.facts.n_ops += 1;
            let row = &ROWS[op as usize];
            match row.class {
                Class::Local => {
                    let ty = self.local()?;
                    match op {
                        0x20 => self.push(ty),
                        0x21 => self.pop(ty)?,
                        _ => {
                            self.pop(ty)?;
                            self.push(ty);
                        }
                    }
                }
                Class::Const => {
                    self.input.signed(32)?;
                    self.push(I32);
                }
                Class::Unary => {
                    let n = self.stack.len();
                    if n > self.frame.height as usize && self.stack[n - 1] == row.first {
                        self.stack[n - 1] = row.result;
                    } else {
                        self.pop(row.first)?;
                        self.push(row.result);
                    }
                }
                Class::Binary => {
                    let n = self.stack.len();
                    if n >= self.frame.height as usize + 2
                        && self.stack[n - 2..] == [row.first, row.second]
                    {
                        self.stack.truncate(n - 1);
                        self.stack[n - 2] = row.result;
                    } else {
                        self.pop(row.second)?;
                        self.pop(row.first)?;
                        self.push(row.result);
                    }
                }
                Class::Load => {
                    self.memarg(row.second)?;
                    self.pop(I32)?;
                    self.push(row.result);
                }
                Class::Store => {
                    self.memarg(row.second)?;
                    self.pop(row.first)?;
                    self.pop(I32)?;
                }
                Class::End => {
                    self.end_block()?;
                    if self.frame.kind == Kind::Func {
                        return (self.input.at == bytes.len()).then_some(self.facts);
                    }
                    self.close()?;
                }
                Class::Other => self.other(op)?,
            }
        }
    }

    fn other(&mut self, op: u8) -> Option<()> {
        match op {
            0x00 => self.unreachable(),
            0x01 => {}
            0x02 => self.block(Kind::Block)?,
            0x03 => {
                self.facts.n_loops += 1;
                self.block(Kind::Loop)?;
            }
            0x04 => {
                // The block's type comes first in the bytes.
                let sig = self.block_sig()?;
                self.pop(I32)?;
                self.open(Kind::If, sig)?;
            }
            0x05 => {
                if self.frame.kind != Kind::If {
                    return None;
                }
                self.end_block()?;
                self.stack.truncate(self.frame.height as usize);
                self.frame.kind = Kind::Else;
                self.frame.unreachable = false;
                self.push_list(self.frame.sig.params);
            }
            0x0c => {
                let label = self.label()?;
                self.pop_list(label)?;
                self.unreachable();
            }
            0x0d => {
                let label = self.label()?;
                self.pop(I32)?;
                self.pop_list(label)?;
                self.push_list(label);
            }
            0x0e => self.br_table()?,
            0x0f => {
                let results = self.func_results();
                self.pop_list(results)?;
                self.unreachable();
            }
            0x10 => {
                let sig = self.callee()?;
                self.call(sig)?;
            }
            0x11 => {
                let sig = self.indirect_callee()?;
                self.pop(I32)?;
                self.call(sig)?;
            }
            0x12 => {
                let sig = self.callee()?;
                self.return_call(sig)?;
            }
            0x13 => {
                let sig = self.indirect_callee()?;
                self.pop(I32)?;
                self.return_call(sig)?;
            }
            0x1a => {
                self.pop_any()?;
            }
            0x1b => {
                self.pop(I32)?;
                let (a, b) = (self.pop_any()?, self.pop_any()?);
                let is_ref = |ty| matches!(ty, FUNCREF | EXTERNREF);
                if is_ref(a) || is_ref(b) || (a != b && a != BOTTOM && b != BOTTOM) {
                    return None;
                }
                self.push(a.max(b));
            }
            0x1c => {
                if self.input.u32()? != 1 {
                    return None;
                }
                let ty = self.input.val_type()?;
                self.pop(I32)?;
                self.pop(ty)?;
                self.pop(ty)?;
                self.push(ty);
            }
            0x23 => {
                let (ty, _) = self.global()?;
                self.push(ty);
            }
            0x24 => match self.global()? {
                (ty, true) => self.pop(ty)?,
                (_, false) => return None,
            },
            0x25 => {
                let ty = self.table()?;
                self.pop(I32)?;
                self.push(ty);
            }
            0x26 => {
                let ty = self.table()?;
                self.pop(ty)?;
                self.pop(I32)?;
            }
            0x3f => {
                self.memory()?;
                self.push(I32);
            }
            0x40 => {
                self.memory()?;
                self.pop(I32)?;
                self.push(I32);
            }
            0x42 => {
                self.input.signed(64)?;
                self.push(I64);
            }
            0x43 => {
                self.input.skip(4)?;
                self.push(F32);
            }
            0x44 => {
                self.input.skip(8)?;
                self.push(F64);
            }
            0xd0 => {
                let ty = self.input.byte().filter(|ty| matches!(*ty, FUNCREF | EXTERNREF))?;
                self.push(ty);
            }
            0xd1 => {
                let ty = self.pop_any()?;
                if !matches!(ty, FUNCREF | EXTERNREF | BOTTOM) {
                    return None;
                }
                self.push(I32);
            }
            0xd2 => {
                let func = self.input.u32()? as usize;
                if !*self.context.refs.get(func)? {
                    return None;
                }
                self.push(FUNCREF);
            }
            0xfc => self.prefix_fc()?,
            0xfd => self.simd()?,
            _ => return None,
        }
        Some(())
    }

    fn prefix_fc(&mut self) -> Option<()> {
        match self.input.u32()? {
            n @ 0..=7 => {
                self.pop(if n & 2 == 0 { F32 } else { F64 })?;
                self.push(if n < 4 { I32 } else { I64 });
            }
            8 => {
                self.data()?;
                self.memory()?;
                self.pop_i32s(3)?;
            }
            9 => self.data()?,
            10 => {
                self.memory()?;
                self.memory()?;
                self.pop_i32s(3)?;
            }
            11 => {
                self.memory()?;
                self.pop_i32s(3)?;
            }
            12 => {
                let elem = self.elem()?;
                if self.table()? != elem {
                    return None;
                }
                self.pop_i32s(3)?;
            }
            13 => {
                self.elem()?;
            }
            14 => {
                if self.table()? != self.table()? {
                    return None;
                }
                self.pop_i32s(3)?;
            }
            15 => {
                let ty = self.table()?;
                self.pop(I32)?;
                self.pop(ty)?;
                self.push(I32);
            }
            16 => {
                self.table()?;
                self.push(I32);
            }
            17 => {
                let ty = self.table()?;
                self.pop(I32)?;
                self.pop(ty)?;
                self.pop(I32)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn simd(&mut self) -> Option<()> {
        let op = self.input.u32()?;
        match op {
            // Loads, by their largest alignment.
            0..=10 | 92 | 93 => {
                let align = match op {
                    0 => 4,
                    7 => 0,
                    8 => 1,
                    9 | 92 => 2,
                    _ => 3,
                };
                self.memarg(align)?;
                self.pop(I32)?;
                self.push(V128);
            }
            11 => {
                self.memarg(4)?;
                self.pop(V128)?;
                self.pop(I32)?;
            }
            12 => {
                self.input.skip(16)?;
                self.push(V128);
            }
            13 => {
                for _ in 0..16 {
                    self.lane(32)?;
                }
                self.vectors(2, V128)?;
            }
            15..=20 => {
                self.pop([I32, I32, I32, I64, F32, F64][op as usize - 15])?;
                self.push(V128);
            }
            21..=34 => {
                // Lanes, type, whether it is a replacement.
                let (lanes, ty, replaces) = match op {
                    21 | 22 => (16, I32, false),
                    23 => (16, I32, true),
                    24 | 25 => (8, I32, false),
                    26 => (8, I32, true),
                    27 => (4, I32, false),
                    28 => (4, I32, true),
                    29 => (2, I64, false),
                    30 => (2, I64, true),
                    31 => (4, F32, false),
                    32 => (4, F32, true),
                    33 => (2, F64, false),
                    _ => (2, F64, true),
                };
                self.lane(lanes)?;
                if replaces {
                    self.pop(ty)?;
                }
                self.vectors(1, if replaces { V128 } else { ty })?;
            }
            84..=91 => {
                let log = (op as u8 - 84) % 4;
                self.memarg(log)?;
                self.lane(16 >> log)?;
                self.pop(V128)?;
                self.pop(I32)?;
                if op < 88 {
                    self.push(V128);
                }
            }
            // Shifts.
            107..=109 | 139..=141 | 171..=173 | 203..=205 => {
                self.pop(I32)?;
                self.vectors(1, V128)?;
            }
            // any_true, all_true, bitmask.
            83 | 99 | 100 | 131 | 132 | 163 | 164 | 195 | 196 => self.vectors(1, I32)?,
            82 => self.vectors(3, V128)?,
            77
            | 94..=98
            | 103..=106
            | 116
            | 117
            | 122
            | 124..=129
            | 135..=138
            | 148
            | 160
            | 161
            | 167..=170
            | 192
            | 193
            | 199..=202
            | 224
            | 225
            | 227
            | 236
            | 237
            | 239
            | 248..=255 => self.vectors(1, V128)?,
            14
            | 35..=76
            | 78..=81
            | 101
            | 102
            | 110..=115
            | 118..=121
            | 123
            | 130
            | 133
            | 134
            | 142..=147
            | 149..=153
            | 155..=159
            | 174
            | 177
            | 181..=186
            | 188..=191
            | 206
            | 209
            | 213..=223
            | 228..=235
            | 240..=247 => self.vectors(2, V128)?,
            _ => return None,
        }
        Some(())
    }

    /// Takes so many vectors and leaves a result.
    fn vectors(&mut self, n: u32, result: u8) -> Option<()> {
        for _ in 0..n {
            self.pop(V128)?;
        }
        self.push(result);
        Some(())
    }

    fn lane(&mut self, lanes: u8) -> Option<()> {
        self.input.byte().filter(|lane| *lane < lanes).map(|_| ())
    }

    fn pop_i32s(&mut self, n: u32) -> Option<()> {
        (0..n).try_for_each(|_| self.pop(I32).ok_or(())).ok()
    }

    #[inline(always)]
    fn push(&mut self, ty: u8) {
        self.stack.push(ty);
    }

    #[inline(always)]
    fn pop(&mut self, want: u8) -> Option<()> {
        if self.stack.len() > self.frame.height as usize {
            let got = self.stack.pop()?;
            (got == want || got == BOTTOM).then_some(())
        } else {
            self.frame.unreachable.then_some(())
        }
    }

    fn pop_any(&mut self) -> Option<u8> {
        if self.stack.len() > self.frame.height as usize {
            self.stack.pop()
        } else {
            self.frame.unreachable.then_some(BOTTOM)
        }
    }

    #[inline]
    fn push_list(&mut self, types: Types) {
        match types.len {
            0 => {}
            1 => self.push(self.context.types[types.start as usize]),
            _ => self.stack.extend_from_slice(self.context.list(types)),
        }
    }

    #[inline]
    fn pop_list(&mut self, types: Types) -> Option<()> {
        match types.len {
            0 => Some(()),
            1 => self.pop(self.context.types[types.start as usize]),
            _ => self.pop_many(types),
        }
    }

    fn pop_many(&mut self, types: Types) -> Option<()> {
        let list = self.context.list(types);
        let rest = self.stack.len().wrapping_sub(list.len());
        if self.stack.len() >= self.frame.height as usize + list.len()
            && self.stack[rest..] == *list
        {
            self.stack.truncate(rest);
            return Some(());
        }
        list.iter().rev().try_for_each(|ty| self.pop(*ty).ok_or(())).ok()
    }

    fn unreachable(&mut self) {
        self.stack.truncate(self.frame.height as usize);
        self.frame.unreachable = true;
    }

    /// The block's results are there, and nothing else. They go.
    fn end_block(&mut self) -> Option<()> {
        self.pop_list(self.frame.sig.results)?;
        (self.stack.len() == self.frame.height as usize).then_some(())
    }

    /// Goes on behind a block that [`Self::end_block`] agreed to.
    fn close(&mut self) -> Option<()> {
        let Sig { params, results } = self.frame.sig;
        if self.frame.kind == Kind::If && self.context.list(params) != self.context.list(results) {
            return None;
        }
        self.frame = self.frames.pop()?;
        self.push_list(results);
        Some(())
    }

    fn block_sig(&mut self) -> Option<Sig> {
        self.facts.n_blocks += 1;
        let byte = *self.input.bytes.get(self.input.at)?;
        match byte {
            0x40 => {
                self.input.at += 1;
                Some(Sig::default())
            }
            // A positive number of 33 bits; short ones are all that is common.
            0x00..=0x3f => {
                self.input.at += 1;
                self.context.sigs.get(byte as usize).copied()
            }
            0x80.. => {
                let (low, high) = (byte & 0x7f, *self.input.bytes.get(self.input.at + 1)?);
                self.input.at += 2;
                let index = usize::from(low) | usize::from(high) << 7;
                if high >= 0x40 { None } else { self.context.sigs.get(index).copied() }
            }
            ty => {
                self.input.at += 1;
                Some(Sig { results: Context::single(ty)?, ..Sig::default() })
            }
        }
    }

    fn block(&mut self, kind: Kind) -> Option<()> {
        let sig = self.block_sig()?;
        self.open(kind, sig)
    }

    fn open(&mut self, kind: Kind, sig: Sig) -> Option<()> {
        self.pop_list(sig.params)?;
        self.frames.push(self.frame);
        self.frame = Frame { sig, height: self.stack.len() as u32, kind, unreachable: false };
        self.push_list(sig.params);
        Some(())
    }

    fn func_results(&self) -> Types {
        self.frames.first().unwrap_or(&self.frame).sig.results
    }

    fn label_at(&self, depth: u32) -> Option<Types> {
        match (depth as usize).checked_sub(1) {
            None => Some(self.frame.label()),
            Some(above) => {
                let at = self.frames.len().checked_sub(above + 1)?;
                Some(self.frames[at].label())
            }
        }
    }

    fn label(&mut self) -> Option<Types> {
        let depth = self.input.u32()?;
        self.label_at(depth)
    }

    fn br_table(&mut self) -> Option<()> {
        let n = self.input.u32()?;
        if n > limits::MAX_BR_TABLE_TARGETS {
            return None;
        }
        self.facts.n_br_table_targets += n + 1;
        let first = self.label()?;
        for _ in 0..n {
            let label = self.label()?;
            // Different types may meet in unreachable code only.
            if label != first && self.context.list(label) != self.context.list(first) {
                return None;
            }
        }
        self.pop(I32)?;
        self.pop_list(first)?;
        self.unreachable();
        Some(())
    }

    fn callee(&mut self) -> Option<Sig> {
        self.facts.n_calls += 1;
        let func = FuncIndex::new(self.input.u32()?);
        let ty = *self.context.funcs.get(func.index())?;
        self.context.sigs.get(ty as usize).copied()
    }

    fn indirect_callee(&mut self) -> Option<Sig> {
        self.facts.n_calls += 1;
        let ty = self.input.u32()?;
        if self.table()? != FUNCREF {
            return None;
        }
        self.context.sigs.get(ty as usize).copied()
    }

    fn call(&mut self, sig: Sig) -> Option<()> {
        self.pop_list(sig.params)?;
        self.push_list(sig.results);
        (self.stack.len() <= MAX_OPERANDS).then_some(())
    }

    fn return_call(&mut self, sig: Sig) -> Option<()> {
        self.pop_list(sig.params)?;
        let results = self.context.list(self.func_results());
        if self.context.list(sig.results) != results {
            return None;
        }
        self.unreachable();
        Some(())
    }

    /// The immediates of a memory access whose alignment is at most `1 << max`.
    #[inline(always)]
    fn memarg(&mut self, max: u8) -> Option<()> {
        let flags = self.input.byte()?;
        if flags > max {
            // A memory is named, or something is wrong.
            const NAMED: u8 = 0x40;
            if flags & NAMED == 0 || flags & !NAMED > max {
                return None;
            }
            self.memory()?;
        } else if self.context.n_memories == 0 {
            return None;
        }
        self.input.u32().map(|_| ())
    }

    #[inline(always)]
    fn local(&mut self) -> Option<u8> {
        let local = self.input.u32()?;
        self.locals.get(local as usize).copied()
    }

    fn global(&mut self) -> Option<(u8, bool)> {
        let global = self.input.u32()?;
        self.context.globals.get(global as usize).copied()
    }

    fn table(&mut self) -> Option<u8> {
        let table = self.input.u32()?;
        self.context.tables.get(table as usize).copied()
    }

    fn elem(&mut self) -> Option<u8> {
        let elem = self.input.u32()?;
        self.context.elems.get(elem as usize).copied()
    }

    fn memory(&mut self) -> Option<()> {
        let memory = self.input.u32()?;
        (memory < self.context.n_memories).then_some(())
    }

    fn data(&mut self) -> Option<()> {
        let data = self.input.u32()?;
        (data < self.context.n_datas?).then_some(())
    }
}

/// How an operator is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Takes `first`.
    Unary,
    /// Takes `first`, and `second` above it.
    Binary,
    /// Aligned to `1 << second` at most.
    Load,
    /// The same, for a value of type `first`.
    Store,
    /// `local.get`, `local.set`, `local.tee`.
    Local,
    /// `i32.const`.
    Const,
    End,
    Other,
}

#[derive(Clone, Copy)]
struct Row {
    class: Class,
    first: u8,
    second: u8,
    result: u8,
}

/// By the first byte of an operator.
static ROWS: [Row; 256] = rows();

const fn rows() -> [Row; 256] {
    const fn fill(mut rows: [Row; 256], first: usize, last: usize, row: Row) -> [Row; 256] {
        let mut op = first;
        while op <= last {
            rows[op] = row;
            op += 1;
        }
        rows
    }
    const fn unary(first: u8, result: u8) -> Row {
        Row { class: Class::Unary, first, second: 0, result }
    }
    const fn binary(operand: u8, result: u8) -> Row {
        Row { class: Class::Binary, first: operand, second: operand, result }
    }
    const fn load(result: u8, align: u8) -> Row {
        Row { class: Class::Load, first: 0, second: align, result }
    }
    const fn store(first: u8, align: u8) -> Row {
        Row { class: Class::Store, first, second: align, result: 0 }
    }
    const fn class(class: Class) -> Row {
        Row { class, first: 0, second: 0, result: 0 }
    }
    let mut rows = [class(Class::Other); 256];
    rows = fill(rows, 0x0b, 0x0b, class(Class::End));
    rows = fill(rows, 0x20, 0x22, class(Class::Local));
    rows = fill(rows, 0x41, 0x41, class(Class::Const));
    rows = fill(rows, 0x28, 0x28, load(I32, 2));
    rows = fill(rows, 0x29, 0x29, load(I64, 3));
    rows = fill(rows, 0x2a, 0x2a, load(F32, 2));
    rows = fill(rows, 0x2b, 0x2b, load(F64, 3));
    rows = fill(rows, 0x2c, 0x2d, load(I32, 0));
    rows = fill(rows, 0x2e, 0x2f, load(I32, 1));
    rows = fill(rows, 0x30, 0x31, load(I64, 0));
    rows = fill(rows, 0x32, 0x33, load(I64, 1));
    rows = fill(rows, 0x34, 0x35, load(I64, 2));
    rows = fill(rows, 0x36, 0x36, store(I32, 2));
    rows = fill(rows, 0x37, 0x37, store(I64, 3));
    rows = fill(rows, 0x38, 0x38, store(F32, 2));
    rows = fill(rows, 0x39, 0x39, store(F64, 3));
    rows = fill(rows, 0x3a, 0x3a, store(I32, 0));
    rows = fill(rows, 0x3b, 0x3b, store(I32, 1));
    rows = fill(rows, 0x3c, 0x3c, store(I64, 0));
    rows = fill(rows, 0x3d, 0x3d, store(I64, 1));
    rows = fill(rows, 0x3e, 0x3e, store(I64, 2));
    // Comparisons.
    rows = fill(rows, 0x45, 0x45, unary(I32, I32));
    rows = fill(rows, 0x46, 0x4f, binary(I32, I32));
    rows = fill(rows, 0x50, 0x50, unary(I64, I32));
    rows = fill(rows, 0x51, 0x5a, binary(I64, I32));
    rows = fill(rows, 0x5b, 0x60, binary(F32, I32));
    rows = fill(rows, 0x61, 0x66, binary(F64, I32));
    // Arithmetic.
    rows = fill(rows, 0x67, 0x69, unary(I32, I32));
    rows = fill(rows, 0x6a, 0x78, binary(I32, I32));
    rows = fill(rows, 0x79, 0x7b, unary(I64, I64));
    rows = fill(rows, 0x7c, 0x8a, binary(I64, I64));
    rows = fill(rows, 0x8b, 0x91, unary(F32, F32));
    rows = fill(rows, 0x92, 0x98, binary(F32, F32));
    rows = fill(rows, 0x99, 0x9f, unary(F64, F64));
    rows = fill(rows, 0xa0, 0xa6, binary(F64, F64));
    // Conversions.
    rows = fill(rows, 0xa7, 0xa7, unary(I64, I32));
    rows = fill(rows, 0xa8, 0xa9, unary(F32, I32));
    rows = fill(rows, 0xaa, 0xab, unary(F64, I32));
    rows = fill(rows, 0xac, 0xad, unary(I32, I64));
    rows = fill(rows, 0xae, 0xaf, unary(F32, I64));
    rows = fill(rows, 0xb0, 0xb1, unary(F64, I64));
    rows = fill(rows, 0xb2, 0xb3, unary(I32, F32));
    rows = fill(rows, 0xb4, 0xb5, unary(I64, F32));
    rows = fill(rows, 0xb6, 0xb6, unary(F64, F32));
    rows = fill(rows, 0xb7, 0xb8, unary(I32, F64));
    rows = fill(rows, 0xb9, 0xba, unary(I64, F64));
    rows = fill(rows, 0xbb, 0xbb, unary(F32, F64));
    rows = fill(rows, 0xbc, 0xbc, unary(F32, I32));
    rows = fill(rows, 0xbd, 0xbd, unary(F64, I64));
    rows = fill(rows, 0xbe, 0xbe, unary(I32, F32));
    rows = fill(rows, 0xbf, 0xbf, unary(I64, F64));
    rows = fill(rows, 0xc0, 0xc1, unary(I32, I32));
    fill(rows, 0xc2, 0xc4, unary(I64, I64))
}

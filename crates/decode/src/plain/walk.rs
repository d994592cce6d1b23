//! The walk: operators that are frequent, and what all operators share.
//!
//! Called by [`Context::check`](super::Context::check). Nothing is what it says
//! of whatever it does not know to be valid.

use updraft_types::{BodyFacts, limits};

use super::{
    BOTTOM, Context, F32, F64, FUNCREF, I32, I64, MAX_DECLARED_LOCALS, MAX_OPERANDS, MIN_OPERANDS,
    SINGLE, Scratch, Sig, Types,
};
use crate::BodyHints;
use crate::numbers::{byte_at, i32_at, i64_at, u32_at};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Kind {
    #[default]
    Func,
    Block,
    Loop,
    If,
    Else,
}

/// An open block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    pub(super) sig: Sig,
    /// Operands below it.
    height: u32,
    pub(super) kind: Kind,
    pub(super) unreachable: bool,
}

impl Frame {
    /// What branches to it want.
    fn label(&self) -> Types {
        if self.kind == Kind::Loop { self.sig.params } else { self.sig.results }
    }
}

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// The next byte.
    pub(super) at: usize,
    /// Operands on the stack.
    pub(super) top: usize,
    /// Operands below the innermost block.
    pub(super) height: usize,
}

pub(super) struct Walk<'a> {
    pub(super) context: &'a Context,
    pub(super) bytes: &'a [u8],
    locals: &'a [u8],
    pub(super) stack: &'a mut [u8],
    /// Those around `frame`.
    frames: &'a mut Vec<Frame>,
    /// The innermost one.
    pub(super) frame: Frame,
    pub(super) hints: &'a mut BodyHints,
    facts: BodyFacts,
}

/// Adds the declared locals; where the code begins.
fn declare_locals(bytes: &[u8], locals: &mut Vec<u8>) -> Option<usize> {
    let mut at = 0;
    let mut n_declared = 0u32;
    for _ in 0..u32_at(bytes, &mut at)? {
        let n = u32_at(bytes, &mut at)?;
        let ty = val_type_at(bytes, &mut at)?;
        n_declared = n_declared.checked_add(n).filter(|n| *n <= MAX_DECLARED_LOCALS)?;
        locals.resize(locals.len() + n as usize, ty);
    }
    Some(at)
}

fn val_type_at(bytes: &[u8], at: &mut usize) -> Option<u8> {
    byte_at(bytes, at).filter(|ty| SINGLE.contains(ty))
}

impl<'a> Walk<'a> {
    /// A walk over a body of a function of that type, and where its code
    /// begins.
    pub(super) fn new(
        context: &'a Context,
        bytes: &'a [u8],
        sig: Sig,
        scratch: &'a mut Scratch,
    ) -> Option<(Self, usize)> {
        let Scratch { locals, stack, frames, hints } = scratch;
        locals.clear();
        frames.clear();
        locals.extend_from_slice(context.list(sig.params));
        let code = declare_locals(bytes, locals)?;
        hints.restart(locals.len());
        // Few operators leave more than one operand.
        let room = bytes.len().clamp(MIN_OPERANDS, MAX_OPERANDS);
        if stack.len() < room {
            stack.resize(room, BOTTOM);
        }
        let sig = Sig { params: Types::default(), ..sig };
        let frame = Frame { kind: Kind::Func, sig, ..Frame::default() };
        let (n_locals, body_bytes) = (locals.len() as u32, bytes.len() as u32);
        let facts = BodyFacts { body_bytes, n_locals, ..BodyFacts::default() };
        Some((Self { context, bytes, locals, stack, frames, frame, hints, facts }, code))
    }

    /// Walks over the code, which begins there.
    pub(super) fn run(&mut self, code: usize) -> Option<BodyFacts> {
        let mut n_ops = 0;
        let mut spot = Spot { at: code, top: 0, height: 0 };
        let s = &mut spot;
        loop {
            let op = self.byte(s)?;
            n_ops += 1;
            match op {
                // Locals and constants.
                0x20 => {
                    let ty = self.local(s)?;
                    self.push(s, ty)?;
                }
                0x21 => {
                    let ty = self.local(s)?;
                    self.pop(s, ty)?;
                }
                0x22 => {
                    let ty = self.local(s)?;
                    self.unary(s, ty, ty)?;
                }
                0x41 => {
                    i32_at(self.bytes, &mut s.at)?;
                    self.push(s, I32)?;
                }
                0x42 => {
                    i64_at(self.bytes, &mut s.at)?;
                    self.push(s, I64)?;
                }
                // Loads and stores, by their largest alignment.
                0x28 => self.load(s, I32, 2)?,
                0x29 => self.load(s, I64, 3)?,
                0x2a => self.load(s, F32, 2)?,
                0x2b => self.load(s, F64, 3)?,
                0x2c | 0x2d => self.load(s, I32, 0)?,
                0x2e | 0x2f => self.load(s, I32, 1)?,
                0x30 | 0x31 => self.load(s, I64, 0)?,
                0x32 | 0x33 => self.load(s, I64, 1)?,
                0x34 | 0x35 => self.load(s, I64, 2)?,
                0x36 => self.store(s, I32, 2)?,
                0x37 => self.store(s, I64, 3)?,
                0x38 => self.store(s, F32, 2)?,
                0x39 => self.store(s, F64, 3)?,
                0x3a => self.store(s, I32, 0)?,
                0x3b => self.store(s, I32, 1)?,
                0x3c => self.store(s, I64, 0)?,
                0x3d => self.store(s, I64, 1)?,
                0x3e => self.store(s, I64, 2)?,
                // Comparisons and arithmetic.
                0x45 | 0x67..=0x69 | 0xc0 | 0xc1 => self.unary(s, I32, I32)?,
                0x46..=0x4f | 0x6a..=0x78 => self.binary(s, I32, I32)?,
                0x50 | 0xa7 => self.unary(s, I64, I32)?,
                0x51..=0x5a => self.binary(s, I64, I32)?,
                0x5b..=0x60 => self.binary(s, F32, I32)?,
                0x61..=0x66 => self.binary(s, F64, I32)?,
                0x79..=0x7b | 0xc2..=0xc4 => self.unary(s, I64, I64)?,
                0x7c..=0x8a => self.binary(s, I64, I64)?,
                0x8b..=0x91 => self.unary(s, F32, F32)?,
                0x92..=0x98 => self.binary(s, F32, F32)?,
                0x99..=0x9f => self.unary(s, F64, F64)?,
                0xa0..=0xa6 => self.binary(s, F64, F64)?,
                0xac | 0xad => self.unary(s, I32, I64)?,
                // Control.
                0x02 => {
                    let sig = self.block_sig(s)?;
                    self.open(s, Kind::Block, sig)?;
                }
                0x03 => {
                    self.facts.n_loops += 1;
                    self.hints.enter_loop();
                    let sig = self.block_sig(s)?;
                    self.open(s, Kind::Loop, sig)?;
                }
                0x04 => {
                    // The block's type comes first in the bytes.
                    let sig = self.block_sig(s)?;
                    self.pop(s, I32)?;
                    self.open(s, Kind::If, sig)?;
                }
                0x0b => {
                    self.end_block(s)?;
                    if self.frame.kind == Kind::Func {
                        let facts = BodyFacts { n_ops, ..self.facts };
                        return (s.at == self.bytes.len()).then_some(facts);
                    }
                    self.close(s)?;
                }
                0x0c => {
                    let label = self.label(s)?;
                    self.pop_list(s, label)?;
                    self.unreachable(s);
                }
                0x0d => {
                    let label = self.label(s)?;
                    self.pop(s, I32)?;
                    // Mostly it wants nothing.
                    if label.len != 0 {
                        self.pop_list(s, label)?;
                        self.push_list(s, label)?;
                    }
                }
                0x10 => {
                    let sig = self.callee(s)?;
                    self.call(s, sig)?;
                }
                0x1a => {
                    self.pop_any(s)?;
                }
                0x23 => {
                    let (ty, _) = self.global(s)?;
                    self.push(s, ty)?;
                }
                0x24 => match self.global(s)? {
                    (ty, true) => self.pop(s, ty)?,
                    (_, false) => return None,
                },
                _ => *s = self.rare(op, *s)?,
            }
        }
    }

    // ---- the bytes ----

    #[inline(always)]
    pub(super) fn byte(&self, s: &mut Spot) -> Option<u8> {
        byte_at(self.bytes, &mut s.at)
    }

    pub(super) fn skip(&self, s: &mut Spot, n: usize) -> Option<()> {
        s.at = s.at.checked_add(n).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    #[inline(always)]
    pub(super) fn u32(&self, s: &mut Spot) -> Option<u32> {
        u32_at(self.bytes, &mut s.at)
    }

    pub(super) fn val_type(&self, s: &mut Spot) -> Option<u8> {
        val_type_at(self.bytes, &mut s.at)
    }

    // ---- operands ----

    #[inline(always)]
    pub(super) fn push(&mut self, s: &mut Spot, ty: u8) -> Option<()> {
        *self.stack.get_mut(s.top)? = ty;
        s.top += 1;
        Some(())
    }

    #[inline(always)]
    pub(super) fn pop(&self, s: &mut Spot, want: u8) -> Option<()> {
        if s.top > s.height && self.stack.get(s.top - 1) == Some(&want) {
            s.top -= 1;
        } else {
            s.top = self.pop_odd(*s)?;
        }
        Some(())
    }

    /// Pops an operand that is not of the type that is wanted. How many are
    /// left.
    #[cold]
    fn pop_odd(&self, mut s: Spot) -> Option<usize> {
        (self.pop_any(&mut s)? == BOTTOM).then_some(s.top)
    }

    #[inline(always)]
    pub(super) fn pop_any(&self, s: &mut Spot) -> Option<u8> {
        if s.top > s.height {
            s.top -= 1;
            self.stack.get(s.top).copied()
        } else {
            self.frame.unreachable.then_some(BOTTOM)
        }
    }

    #[inline(always)]
    pub(super) fn unary(&mut self, s: &mut Spot, operand: u8, result: u8) -> Option<()> {
        self.pop(s, operand)?;
        self.push(s, result)
    }

    #[inline(always)]
    fn binary(&mut self, s: &mut Spot, operand: u8, result: u8) -> Option<()> {
        if s.top >= s.height + 2
            && let Some(operands) = self.stack.get_mut(s.top - 2..s.top)
            && *operands == [operand, operand]
        {
            operands[0] = result;
            s.top -= 1;
            return Some(());
        }
        self.pop(s, operand)?;
        self.unary(s, operand, result)
    }

    #[inline(always)]
    fn load(&mut self, s: &mut Spot, result: u8, max_align: u8) -> Option<()> {
        self.memarg(s, max_align)?;
        self.unary(s, I32, result)
    }

    #[inline(always)]
    fn store(&mut self, s: &mut Spot, value: u8, max_align: u8) -> Option<()> {
        self.memarg(s, max_align)?;
        self.pop(s, value)?;
        self.pop(s, I32)
    }

    #[inline(always)]
    pub(super) fn push_list(&mut self, s: &mut Spot, types: Types) -> Option<()> {
        match types.len {
            0 => Some(()),
            1 => self.push(s, self.context.types[types.start as usize]),
            _ => {
                s.top = self.push_many(*s, types)?;
                Some(())
            }
        }
    }

    fn push_many(&mut self, s: Spot, types: Types) -> Option<usize> {
        let list = self.context.list(types);
        self.stack.get_mut(s.top..s.top + list.len())?.copy_from_slice(list);
        Some(s.top + list.len())
    }

    #[inline(always)]
    pub(super) fn pop_list(&self, s: &mut Spot, types: Types) -> Option<()> {
        match types.len {
            0 => Some(()),
            1 => self.pop(s, self.context.types[types.start as usize]),
            _ => {
                s.top = self.pop_many(*s, types)?;
                Some(())
            }
        }
    }

    fn pop_many(&self, mut s: Spot, types: Types) -> Option<usize> {
        let list = self.context.list(types);
        let rest = s.top.wrapping_sub(list.len());
        if s.top >= s.height + list.len() && self.stack[rest..s.top] == *list {
            return Some(rest);
        }
        for ty in list.iter().rev() {
            self.pop(&mut s, *ty)?;
        }
        Some(s.top)
    }

    // ---- blocks ----

    #[inline(always)]
    pub(super) fn unreachable(&mut self, s: &mut Spot) {
        s.top = s.height;
        self.frame.unreachable = true;
    }

    /// The block's results are there, and nothing else. They go.
    #[inline(always)]
    pub(super) fn end_block(&self, s: &mut Spot) -> Option<()> {
        self.pop_list(s, self.frame.sig.results)?;
        (s.top == s.height).then_some(())
    }

    /// Goes on behind a block that [`Self::end_block`] agreed to.
    #[inline(always)]
    fn close(&mut self, s: &mut Spot) -> Option<()> {
        let Sig { params, results } = self.frame.sig;
        match self.frame.kind {
            Kind::If if self.context.list(params) != self.context.list(results) => return None,
            Kind::Loop => self.hints.leave_loop(),
            _ => {}
        }
        self.frame = self.frames.pop()?;
        s.height = self.frame.height as usize;
        self.push_list(s, results)
    }

    #[inline(always)]
    fn block_sig(&mut self, s: &mut Spot) -> Option<Sig> {
        self.facts.n_blocks += 1;
        let byte = self.byte(s)?;
        match byte {
            0x40 => Some(Sig::default()),
            // A positive number of 33 bits; short ones are all that is common.
            0x00..=0x3f => self.context.sigs.get(byte as usize).copied(),
            0x80.. => {
                let high = self.byte(s)?;
                let index = usize::from(byte & 0x7f) | usize::from(high) << 7;
                if high >= 0x40 { None } else { self.context.sigs.get(index).copied() }
            }
            ty => Some(Sig { results: Context::single(ty)?, ..Sig::default() }),
        }
    }

    #[inline(always)]
    fn open(&mut self, s: &mut Spot, kind: Kind, sig: Sig) -> Option<()> {
        self.pop_list(s, sig.params)?;
        self.frames.push(self.frame);
        self.frame = Frame { sig, height: s.top as u32, kind, unreachable: false };
        s.height = s.top;
        self.push_list(s, sig.params)
    }

    pub(super) fn func_results(&self) -> Types {
        self.frames.first().unwrap_or(&self.frame).sig.results
    }

    #[inline(always)]
    fn label(&self, s: &mut Spot) -> Option<Types> {
        match (self.u32(s)? as usize).checked_sub(1) {
            None => Some(self.frame.label()),
            Some(above) => {
                let at = self.frames.len().checked_sub(above + 1)?;
                Some(self.frames[at].label())
            }
        }
    }

    pub(super) fn br_table(&mut self, s: &mut Spot) -> Option<()> {
        let n = self.u32(s)?;
        if n > limits::MAX_BR_TABLE_TARGETS {
            return None;
        }
        self.facts.n_br_table_targets += n + 1;
        let first = self.label(s)?;
        for _ in 0..n {
            let label = self.label(s)?;
            // Different types may meet in unreachable code only.
            if label != first && self.context.list(label) != self.context.list(first) {
                return None;
            }
        }
        self.pop(s, I32)?;
        self.pop_list(s, first)?;
        self.unreachable(s);
        Some(())
    }

    // ---- calls ----

    #[inline(always)]
    pub(super) fn callee(&mut self, s: &mut Spot) -> Option<Sig> {
        self.facts.n_calls += 1;
        self.hints.call();
        let ty = *self.context.funcs.get(self.u32(s)? as usize)?;
        self.context.sigs.get(ty as usize).copied()
    }

    pub(super) fn indirect_callee(&mut self, s: &mut Spot) -> Option<Sig> {
        self.facts.n_calls += 1;
        self.hints.call();
        let ty = self.u32(s)?;
        if self.table(s)? != FUNCREF {
            return None;
        }
        self.context.sigs.get(ty as usize).copied()
    }

    #[inline(always)]
    pub(super) fn call(&mut self, s: &mut Spot, sig: Sig) -> Option<()> {
        self.pop_list(s, sig.params)?;
        self.push_list(s, sig.results)
    }

    // ---- immediates ----

    /// The immediates of a memory access whose alignment is at most `1 << max`.
    #[inline(always)]
    pub(super) fn memarg(&self, s: &mut Spot, max: u8) -> Option<()> {
        let flags = self.byte(s)?;
        if flags > max {
            // A memory is named, or something is wrong.
            const NAMED: u8 = 0x40;
            if flags & NAMED == 0 || flags & !NAMED > max {
                return None;
            }
            self.memory(s)?;
        } else if self.context.n_memories == 0 {
            return None;
        }
        self.u32(s).map(|_| ())
    }

    #[inline(always)]
    fn local(&mut self, s: &mut Spot) -> Option<u8> {
        let local = self.u32(s)? as usize;
        let ty = *self.locals.get(local)?;
        self.hints.local(local);
        Some(ty)
    }

    #[inline(always)]
    fn global(&self, s: &mut Spot) -> Option<(u8, bool)> {
        let global = self.u32(s)?;
        self.context.globals.get(global as usize).copied()
    }

    pub(super) fn table(&self, s: &mut Spot) -> Option<u8> {
        let table = self.u32(s)?;
        self.context.tables.get(table as usize).copied()
    }

    pub(super) fn memory(&self, s: &mut Spot) -> Option<()> {
        let memory = self.u32(s)?;
        (memory < self.context.n_memories).then_some(())
    }
}

//! A walk over a body that was validated.
//!
//! Owns: [`BodyReader`]. Called, through [`op`](crate::op), by compilers. Must
//! not know: what visitors make of operators.
//!
//! Operators that are frequent are decoded here: of what was validated, there
//! is nothing to ask but the immediates. All others, and numbers that are
//! broken, are the parser's.

use updraft_types::{BodyFacts, Features, ValType};
use wasmparser::{
    BinaryReader, BlockType, FunctionBody, MemArg, MemArgTarget, OperatorsReader, VisitOperator,
    WasmFeatures,
};

use crate::features::wasm_features;
use crate::numbers;
use crate::op::{RawValType, ReadOps};
use crate::{DecodeError, convert};

/// Walks a body: first its local declarations, then operator by operator.
pub struct BodyReader<'a> {
    body: &'a [u8],
    /// The next byte.
    at: usize,
    /// Offset of the body in its module.
    start: usize,
    features: WasmFeatures,
    /// Open blocks, that of the function included; 0 until locals are read,
    /// too.
    depth: usize,
    read_locals: bool,
}

impl<'a> BodyReader<'a> {
    /// A walk over the bytes of a body that lies at `offset` in its module.
    /// `features` are those it was validated with.
    pub fn new(body: &'a [u8], offset: usize, features: &Features) -> Self {
        let features = wasm_features(features);
        Self { body, at: 0, start: offset, features, depth: 0, read_locals: false }
    }

    /// The declared locals, parameters excluded: runs of equal types. The walk
    /// goes on behind them.
    pub fn locals(&mut self) -> Result<Vec<(u32, ValType)>, DecodeError> {
        // Not the declared count: the body may be shorter than it says.
        let mut runs = Vec::new();
        self.declared(&mut runs)?;
        Ok(runs)
    }

    fn declared(&mut self, runs: &mut Vec<(u32, ValType)>) -> Result<(), DecodeError> {
        let mut locals = FunctionBody::new(self.parser(0)).get_locals_reader()?;
        for _ in 0..locals.get_count() {
            let offset = locals.original_position();
            let (count, ty) = locals.read()?;
            let Some(ty) = convert::val_type(ty) else {
                return Err(DecodeError::new("unsupported type of local", offset as usize));
            };
            runs.push((count, ty));
        }
        self.at = locals.original_position() as usize - self.start;
        (self.depth, self.read_locals) = (1, true);
        Ok(())
    }

    /// The parser at a place in the body.
    fn parser(&self, at: usize) -> BinaryReader<'a> {
        let offset = (self.start + at) as u64;
        BinaryReader::new_features(&self.body[at..], offset, self.features)
    }

    /// Offset of the next operator in the module.
    #[inline]
    pub fn offset(&self) -> usize {
        self.start + self.at
    }

    /// Whether all operators, the last `end` included, were visited.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.read_locals && self.at == self.body.len()
    }

    /// Decodes the next operator and hands it to the visitor. Inlined: what
    /// comes after each operator is the caller's loop, not a return.
    #[inline(always)]
    pub fn visit<V: VisitOperator<'a>>(
        &mut self,
        visitor: &mut V,
    ) -> Result<V::Output, DecodeError> {
        let Some(op) = self.body.get(self.at).filter(|_| self.depth > 0) else {
            return self.visit_odd(visitor);
        };
        let mut at = self.at + 1;
        // An immediate; if it is broken, the parser says how.
        macro_rules! immediate {
            ($read:expr) => {
                match $read {
                    Some(immediate) => immediate,
                    None => return self.visit_odd(visitor),
                }
            };
        }
        macro_rules! index {
            () => {
                immediate!(numbers::u32_at(self.body, &mut at))
            };
        }
        // The operator is whole: nothing is left to the parser from here on.
        macro_rules! visit {
            ($visit:ident($($arg:expr),*)) => {{
                self.at = at;
                visitor.$visit($($arg),*)
            }};
        }
        macro_rules! operators {
            (
                block { $($block:literal $visit_block:ident)* }
                index { $($index:literal $visit_index:ident)* }
                memory { $($memory:literal $visit_memory:ident $max_align:literal)* }
                plain { $($plain:literal $visit_plain:ident)* }
                $($rest:tt)*
            ) => {
                match *op {
                    $($block => {
                        let ty = immediate!(block_type_at(self.body, &mut at));
                        self.depth += 1;
                        visit!($visit_block(ty))
                    })*
                    $($index => {
                        let index = index!();
                        visit!($visit_index(index))
                    })*
                    $($memory => {
                        let memarg = immediate!(memarg_at(self.body, &mut at, $max_align));
                        visit!($visit_memory(memarg))
                    })*
                    $($plain => visit!($visit_plain()),)*
                    $($rest)*
                }
            };
        }
        Ok(operators! {
            block { 0x02 visit_block 0x03 visit_loop 0x04 visit_if }
            index {
                0x0c visit_br 0x0d visit_br_if 0x10 visit_call
                0x20 visit_local_get 0x21 visit_local_set 0x22 visit_local_tee
                0x23 visit_global_get 0x24 visit_global_set
            }
            memory {
                0x28 visit_i32_load 2 0x29 visit_i64_load 3 0x2a visit_f32_load 2
                0x2b visit_f64_load 3 0x2c visit_i32_load8_s 0 0x2d visit_i32_load8_u 0
                0x2e visit_i32_load16_s 1 0x2f visit_i32_load16_u 1 0x30 visit_i64_load8_s 0
                0x31 visit_i64_load8_u 0 0x32 visit_i64_load16_s 1 0x33 visit_i64_load16_u 1
                0x34 visit_i64_load32_s 2 0x35 visit_i64_load32_u 2 0x36 visit_i32_store 2
                0x37 visit_i64_store 3 0x38 visit_f32_store 2 0x39 visit_f64_store 3
                0x3a visit_i32_store8 0 0x3b visit_i32_store16 1 0x3c visit_i64_store8 0
                0x3d visit_i64_store16 1 0x3e visit_i64_store32 2
            }
            plain {
                0x00 visit_unreachable 0x01 visit_nop 0x05 visit_else 0x0f visit_return
                0x1a visit_drop 0x1b visit_select
                0x45 visit_i32_eqz 0x46 visit_i32_eq 0x47 visit_i32_ne 0x48 visit_i32_lt_s
                0x49 visit_i32_lt_u 0x4a visit_i32_gt_s 0x4b visit_i32_gt_u 0x4c visit_i32_le_s
                0x4d visit_i32_le_u 0x4e visit_i32_ge_s 0x4f visit_i32_ge_u 0x50 visit_i64_eqz
                0x51 visit_i64_eq 0x52 visit_i64_ne 0x53 visit_i64_lt_s 0x54 visit_i64_lt_u
                0x55 visit_i64_gt_s 0x56 visit_i64_gt_u 0x57 visit_i64_le_s 0x58 visit_i64_le_u
                0x59 visit_i64_ge_s 0x5a visit_i64_ge_u 0x5b visit_f32_eq 0x5c visit_f32_ne
                0x5d visit_f32_lt 0x5e visit_f32_gt 0x5f visit_f32_le 0x60 visit_f32_ge
                0x61 visit_f64_eq 0x62 visit_f64_ne 0x63 visit_f64_lt 0x64 visit_f64_gt
                0x65 visit_f64_le 0x66 visit_f64_ge 0x67 visit_i32_clz 0x68 visit_i32_ctz
                0x69 visit_i32_popcnt 0x6a visit_i32_add 0x6b visit_i32_sub 0x6c visit_i32_mul
                0x6d visit_i32_div_s 0x6e visit_i32_div_u 0x6f visit_i32_rem_s
                0x70 visit_i32_rem_u 0x71 visit_i32_and 0x72 visit_i32_or 0x73 visit_i32_xor
                0x74 visit_i32_shl 0x75 visit_i32_shr_s 0x76 visit_i32_shr_u 0x77 visit_i32_rotl
                0x78 visit_i32_rotr 0x79 visit_i64_clz 0x7a visit_i64_ctz 0x7b visit_i64_popcnt
                0x7c visit_i64_add 0x7d visit_i64_sub 0x7e visit_i64_mul 0x7f visit_i64_div_s
                0x80 visit_i64_div_u 0x81 visit_i64_rem_s 0x82 visit_i64_rem_u 0x83 visit_i64_and
                0x84 visit_i64_or 0x85 visit_i64_xor 0x86 visit_i64_shl 0x87 visit_i64_shr_s
                0x88 visit_i64_shr_u 0x89 visit_i64_rotl 0x8a visit_i64_rotr 0x8b visit_f32_abs
                0x8c visit_f32_neg 0x8d visit_f32_ceil 0x8e visit_f32_floor 0x8f visit_f32_trunc
                0x90 visit_f32_nearest 0x91 visit_f32_sqrt 0x92 visit_f32_add 0x93 visit_f32_sub
                0x94 visit_f32_mul 0x95 visit_f32_div 0x96 visit_f32_min 0x97 visit_f32_max
                0x98 visit_f32_copysign 0x99 visit_f64_abs 0x9a visit_f64_neg 0x9b visit_f64_ceil
                0x9c visit_f64_floor 0x9d visit_f64_trunc 0x9e visit_f64_nearest
                0x9f visit_f64_sqrt 0xa0 visit_f64_add 0xa1 visit_f64_sub 0xa2 visit_f64_mul
                0xa3 visit_f64_div 0xa4 visit_f64_min 0xa5 visit_f64_max 0xa6 visit_f64_copysign
                0xa7 visit_i32_wrap_i64 0xa8 visit_i32_trunc_f32_s 0xa9 visit_i32_trunc_f32_u
                0xaa visit_i32_trunc_f64_s 0xab visit_i32_trunc_f64_u 0xac visit_i64_extend_i32_s
                0xad visit_i64_extend_i32_u 0xae visit_i64_trunc_f32_s 0xaf visit_i64_trunc_f32_u
                0xb0 visit_i64_trunc_f64_s 0xb1 visit_i64_trunc_f64_u
                0xb2 visit_f32_convert_i32_s 0xb3 visit_f32_convert_i32_u
                0xb4 visit_f32_convert_i64_s 0xb5 visit_f32_convert_i64_u
                0xb6 visit_f32_demote_f64 0xb7 visit_f64_convert_i32_s
                0xb8 visit_f64_convert_i32_u 0xb9 visit_f64_convert_i64_s
                0xba visit_f64_convert_i64_u 0xbb visit_f64_promote_f32
                0xbc visit_i32_reinterpret_f32 0xbd visit_i64_reinterpret_f64
                0xbe visit_f32_reinterpret_i32 0xbf visit_f64_reinterpret_i64
                0xc0 visit_i32_extend8_s 0xc1 visit_i32_extend16_s 0xc2 visit_i64_extend8_s
                0xc3 visit_i64_extend16_s 0xc4 visit_i64_extend32_s
            }
            0x0b => {
                self.depth -= 1;
                visit!(visit_end())
            }
            0x11 => {
                let (ty, table) = (index!(), index!());
                visit!(visit_call_indirect(ty, table))
            }
            0x41 => {
                let value = immediate!(numbers::i32_at(self.body, &mut at));
                visit!(visit_i32_const(value))
            }
            0x42 => {
                let value = immediate!(numbers::i64_at(self.body, &mut at));
                visit!(visit_i64_const(value))
            }
            _ => return self.visit_odd(visitor),
        })
    }

    /// Has the parser decode the next operator, or say what is wrong.
    #[inline(never)]
    fn visit_odd<V: VisitOperator<'a>>(
        &mut self,
        visitor: &mut V,
    ) -> Result<V::Output, DecodeError> {
        if !self.read_locals {
            self.declared(&mut Vec::new())?;
        }
        if self.depth == 0 {
            let message = "operators remaining after end of function body";
            return Err(DecodeError::new(message, self.offset()));
        }
        // A parser that begins here knows of no open block; only `else` and
        // `end` ask for one, and those are read above.
        let mut ops = OperatorsReader::new(self.parser(self.at));
        let output = ops.visit_operator(visitor)?;
        match self.body[self.at] {
            0x02..=0x04 => self.depth += 1,
            // The first operator, if nobody asked for the locals.
            0x0b => self.depth -= 1,
            _ => {}
        }
        self.at = ops.original_position() as usize - self.start;
        Ok(output)
    }
}

/// The type of a block, if it is short.
#[inline(always)]
fn block_type_at(body: &[u8], at: &mut usize) -> Option<BlockType> {
    let ty = match *body.get(*at)? {
        0x40 => BlockType::Empty,
        0x7f => BlockType::Type(RawValType::I32),
        0x7e => BlockType::Type(RawValType::I64),
        0x7d => BlockType::Type(RawValType::F32),
        0x7c => BlockType::Type(RawValType::F64),
        index @ 0x00..=0x3f => BlockType::FuncType(index.into()),
        _ => return None,
    };
    *at += 1;
    Some(ty)
}

/// An access of the first memory.
#[inline(always)]
fn memarg_at(body: &[u8], at: &mut usize, max_align: u8) -> Option<MemArg> {
    let align = numbers::byte_at(body, at).filter(|align| *align <= max_align)?;
    let offset = numbers::u32_at(body, at)?.into();
    let target = MemArgTarget::Memory(0);
    Some(MemArg { align, max_align, offset, target, ordering: None })
}

impl<'a> ReadOps<'a> for BodyReader<'a> {
    fn locals(&mut self, runs: &mut Vec<(u32, ValType)>) -> Result<(), DecodeError> {
        self.declared(runs)
    }

    #[inline]
    fn offset(&self) -> usize {
        BodyReader::offset(self)
    }

    #[inline]
    fn is_done(&self) -> bool {
        BodyReader::is_done(self)
    }

    #[inline(always)]
    fn visit<V: VisitOperator<'a, Output = ()>>(
        &mut self,
        visitor: &mut V,
    ) -> Result<(), DecodeError> {
        BodyReader::visit(self, visitor)
    }

    fn end(&mut self) -> Result<(), DecodeError> {
        if self.depth == 0 {
            return Ok(());
        }
        Err(DecodeError::new("control frames remain at end of function body", self.offset()))
    }

    fn counted(&self) -> Option<BodyFacts> {
        None
    }
}

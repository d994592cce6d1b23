//! Vectors as bytes and lanes: constants, lane moves, shuffles and memory.
//!
//! Owns: how a vector is named, built, taken apart and moved to and from
//! memory. Called by the operator table in [`super`]. Must not know: what an
//! arithmetic operator computes.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::types::{I8, I8X16, I16, I32};
use cranelift_codegen::ir::{
    ConstantData, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value, ValueDef,
};

use crate::flags::LANES;
use crate::op::MemArg;
use crate::translator::FuncTranslator;

/// How the narrow half of a memory vector becomes wider lanes.
#[derive(Clone, Copy)]
pub(super) enum ExtendLoad {
    S8x8,
    U8x8,
    S16x4,
    U16x4,
    S32x2,
    U32x2,
}

impl FuncTranslator<'_> {
    /// The vector below the bitcasts that merely rename its lanes. Cranelift's
    /// patterns (`ptest`, blends, `pmin`) match the instruction that made the
    /// value and do not look through them.
    pub(crate) fn strip_bitcasts(&self, mut vector: Value) -> Value {
        let dfg = &self.b.func.dfg;
        while let ValueDef::Result(inst, 0) = dfg.value_def(vector)
            && let InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, arg, .. } =
                dfg.insts[inst]
            && dfg.value_type(arg).is_vector()
        {
            vector = arg;
        }
        vector
    }

    /// `vector` with its lanes named `ty`.
    pub(crate) fn as_lanes(&mut self, vector: Value, ty: Type) -> Value {
        if self.b.func.dfg.value_type(vector) == ty {
            return vector;
        }
        let vector = self.strip_bitcasts(vector);
        if self.b.func.dfg.value_type(vector) == ty {
            return vector;
        }
        if let Some(bytes) = self.known_bytes(vector) {
            return self.vector_const(ty, bytes);
        }
        if let Some(value) = self.retype_load(vector, ty) {
            return value;
        }
        self.b.ins().bitcast(ty, LANES, vector)
    }

    /// Pops a vector as lanes of floats that are compared. Never hands out a
    /// load: Cranelift 0.135.8 folds an unaligned one into `cmpps` and `cmppd`,
    /// which fault on it where there is no AVX. It does not look through the
    /// bitcast here.
    pub(super) fn pop_unfolded(&mut self, ty: Type) -> Value {
        let value = self.pop();
        let made = self.strip_bitcasts(value);
        if self.is_load(made) {
            return self.b.ins().bitcast(ty, LANES, value);
        }
        self.as_lanes(made, ty)
    }

    fn is_load(&self, vector: Value) -> bool {
        let dfg = &self.b.func.dfg;
        matches!(dfg.value_def(vector), ValueDef::Result(inst, 0)
            if matches!(dfg.insts[inst], InstructionData::Load { opcode: Opcode::Load, .. }))
    }

    /// Lets the load that made `vector` make lanes of type `ty` instead, as
    /// its first user wants them: x64 folds a load into its user only if no
    /// bitcast stands between them. The old value stays valid, as a bitcast of
    /// the new one.
    fn retype_load(&mut self, vector: Value, ty: Type) -> Option<Value> {
        if !self.is_load(vector) {
            return None;
        }
        let func = &mut *self.b.func;
        let vector = func.dfg.resolve_aliases(vector);
        let ValueDef::Result(load, _) = func.dfg.value_def(vector) else { return None };
        if func.dfg.value_type(vector) != I8X16 {
            return None;
        }
        let lanes = func.dfg.replace_result(vector, ty);
        let mut after = FuncCursor::new(func).after_inst(load);
        after.ins().with_result(vector).bitcast(I8X16, LANES, lanes);
        Some(lanes)
    }

    /// Pops a vector under whatever lane type it was made with.
    pub(super) fn pop_any_lanes(&mut self) -> Value {
        let vector = self.pop();
        self.strip_bitcasts(vector)
    }

    /// Pops the index of an access: flags, base and offset of its address.
    fn pop_address(&mut self, memarg: &MemArg, access_bytes: u32) -> (MemFlagsData, Value, i32) {
        let index = self.pop();
        self.heap_addr(memarg, index, access_bytes)
    }

    /// A vector constant, lanes in memory order.
    pub(super) fn vector_const(&mut self, ty: Type, bytes: [u8; 16]) -> Value {
        let constant = self.b.func.dfg.constants.insert(ConstantData::from(&bytes[..]));
        self.b.ins().vconst(ty, constant)
    }

    /// The bytes of `vector` if it is a constant.
    fn known_bytes(&self, vector: Value) -> Option<[u8; 16]> {
        let dfg = &self.b.func.dfg;
        let ValueDef::Result(inst, 0) = dfg.value_def(self.strip_bitcasts(vector)) else {
            return None;
        };
        let InstructionData::UnaryConst { opcode: Opcode::Vconst, constant_handle } =
            dfg.insts[inst]
        else {
            return None;
        };
        dfg.constants.get(constant_handle).as_slice().try_into().ok()
    }

    pub(super) fn simd_const(&mut self, bytes: [u8; 16]) {
        let value = self.vector_const(I8X16, bytes);
        self.push(value);
    }

    /// Narrows an operand-stack value to a lane: `i8` and `i16` lanes travel
    /// as `i32`.
    fn narrow_to(&mut self, value: Value, lane: Type) -> Value {
        if lane == I8 || lane == I16 { self.b.ins().ireduce(lane, value) } else { value }
    }

    pub(super) fn simd_splat(&mut self, ty: Type) {
        let value = self.pop();
        let value = self.narrow_to(value, ty.lane_type());
        let value = self.b.ins().splat(ty, value);
        self.push_v(value);
    }

    /// Extracts a lane as wide as its operand-stack type.
    pub(super) fn simd_extract(&mut self, lane: u8, ty: Type) {
        let vector = self.pop_v(ty);
        let value = self.b.ins().extractlane(vector, lane);
        self.push(value);
    }

    pub(super) fn simd_extract_signed(&mut self, lane: u8, ty: Type) {
        let vector = self.pop_v(ty);
        let value = self.b.ins().extractlane(vector, lane);
        let value = self.b.ins().sextend(I32, value);
        self.push(value);
    }

    pub(super) fn simd_extract_unsigned(&mut self, lane: u8, ty: Type) {
        let vector = self.pop_v(ty);
        let value = self.b.ins().extractlane(vector, lane);
        let value = self.b.ins().uextend(I32, value);
        self.push(value);
    }

    pub(super) fn simd_replace(&mut self, lane: u8, ty: Type) {
        let value = self.pop();
        let value = self.narrow_to(value, ty.lane_type());
        let vector = self.pop_v(ty);
        let vector = self.b.ins().insertlane(vector, value, lane);
        self.push_v(vector);
    }

    /// A shuffle that takes all its lanes from one side is given that side
    /// twice: one byte permutation instead of two and a merge.
    pub(super) fn simd_shuffle(&mut self, mut lanes: [u8; 16]) {
        let mut rhs = self.pop_v(I8X16);
        let mut lhs = self.pop_v(I8X16);
        if lanes.iter().all(|&lane| lane < 16) {
            rhs = lhs;
        } else if lanes.iter().all(|&lane| lane >= 16) {
            lhs = rhs;
            lanes = lanes.map(|lane| lane - 16);
        }
        let value = self.shuffle_bytes(lhs, rhs, lanes);
        self.push_v(value);
    }

    fn shuffle_bytes(&mut self, lhs: Value, rhs: Value, lanes: [u8; 16]) -> Value {
        let mask = self.b.func.dfg.immediates.push(ConstantData::from(&lanes[..]));
        self.b.ins().shuffle(lhs, rhs, mask)
    }

    /// A swizzle by a constant in range is a shuffle: it needs no clamping and
    /// may become any of the fixed permutations.
    pub(super) fn simd_swizzle(&mut self) {
        let lanes = self.pop_v(I8X16);
        let vector = self.pop_v(I8X16);
        let value = match self.known_bytes(lanes) {
            Some(known) if known.iter().all(|&lane| lane < 16) => {
                self.shuffle_bytes(vector, vector, known)
            }
            _ => self.b.ins().swizzle(vector, lanes),
        };
        self.push_v(value);
    }

    pub(super) fn simd_load(&mut self, memarg: MemArg) {
        let (flags, base, offset) = self.pop_address(&memarg, 16);
        let value = self.b.ins().load(I8X16, flags, base, offset);
        self.push(value);
    }

    pub(super) fn simd_store(&mut self, memarg: MemArg) {
        let value = self.pop_any_lanes();
        let (flags, base, offset) = self.pop_address(&memarg, 16);
        self.b.ins().store(flags, value, base, offset);
    }

    pub(super) fn simd_load_extend(&mut self, memarg: MemArg, how: ExtendLoad) {
        let (flags, base, offset) = self.pop_address(&memarg, 8);
        let ins = self.b.ins();
        let value = match how {
            ExtendLoad::S8x8 => ins.sload8x8(flags, base, offset),
            ExtendLoad::U8x8 => ins.uload8x8(flags, base, offset),
            ExtendLoad::S16x4 => ins.sload16x4(flags, base, offset),
            ExtendLoad::U16x4 => ins.uload16x4(flags, base, offset),
            ExtendLoad::S32x2 => ins.sload32x2(flags, base, offset),
            ExtendLoad::U32x2 => ins.uload32x2(flags, base, offset),
        };
        self.push_v(value);
    }

    pub(super) fn simd_load_splat(&mut self, memarg: MemArg, ty: Type) {
        let lane = ty.lane_type();
        let (flags, base, offset) = self.pop_address(&memarg, lane.bytes());
        let value = self.b.ins().load(lane, flags, base, offset);
        let value = self.b.ins().splat(ty, value);
        self.push_v(value);
    }

    pub(super) fn simd_load_zero(&mut self, memarg: MemArg, ty: Type) {
        let lane = ty.lane_type();
        let (flags, base, offset) = self.pop_address(&memarg, lane.bytes());
        let value = self.b.ins().load(lane, flags, base, offset);
        let value = self.b.ins().scalar_to_vector(ty, value);
        self.push_v(value);
    }

    pub(super) fn simd_load_lane(&mut self, memarg: MemArg, index: u8, ty: Type) {
        let vector = self.pop_v(ty);
        let lane = ty.lane_type();
        let (flags, base, offset) = self.pop_address(&memarg, lane.bytes());
        let value = self.b.ins().load(lane, flags, base, offset);
        let vector = self.b.ins().insertlane(vector, value, index);
        self.push_v(vector);
    }

    pub(super) fn simd_store_lane(&mut self, memarg: MemArg, index: u8, ty: Type) {
        let vector = self.pop_v(ty);
        let (flags, base, offset) = self.pop_address(&memarg, ty.lane_type().bytes());
        let value = self.b.ins().extractlane(vector, index);
        self.b.ins().store(flags, value, base, offset);
    }
}

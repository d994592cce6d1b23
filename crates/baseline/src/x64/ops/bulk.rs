//! Bulk operators on memories and tables: all are builtins, which check before
//! they write.

use updraft_abi::Builtin;

use crate::x64::Gpr;
use crate::x64::codegen::Codegen;
use crate::x64::moves::{Dst, Src};
use crate::x64::value::Ty;

/// Where builtins take arguments, after `vmctx`.
const ARGS: [Gpr; 5] = [Gpr::RSI, Gpr::RDX, Gpr::RCX, Gpr::R8, Gpr::R9];

impl Codegen<'_> {
    /// Calls a builtin with indices and then the topmost `n` operands, which
    /// it pops. Operands are zero-extended as all are; the result, if there is
    /// one, is an `i32`.
    pub(crate) fn bulk(&mut self, builtin: Builtin, indices: &[u32], n: usize, has_result: bool) {
        let mut args = smallvec::SmallVec::<[(Dst, Src); 5]>::new();
        for (reg, index) in ARGS.iter().zip(indices) {
            args.push((Dst::Gpr(*reg), Src::Const(u64::from(*index))));
        }
        let first = self.stack.len() - n;
        for (i, reg) in ARGS[indices.len()..indices.len() + n].iter().enumerate() {
            args.push((Dst::Gpr(*reg), Src::Operand(self.stack[first + i], first + i)));
        }
        self.call_builtin(builtin, n, &args, has_result.then_some(Ty::I32));
    }

    pub(crate) fn visit_memory_copy(&mut self, dst_mem: u32, src_mem: u32) {
        self.bulk(Builtin::MemoryCopy, &[dst_mem, src_mem], 3, false);
    }

    pub(crate) fn visit_memory_fill(&mut self, mem: u32) {
        self.bulk(Builtin::MemoryFill, &[mem], 3, false);
    }

    pub(crate) fn visit_memory_init(&mut self, data_index: u32, mem: u32) {
        self.bulk(Builtin::MemoryInit, &[mem, data_index], 3, false);
    }

    pub(crate) fn visit_data_drop(&mut self, data_index: u32) {
        self.bulk(Builtin::DataDrop, &[data_index], 0, false);
    }

    pub(crate) fn visit_table_copy(&mut self, dst_table: u32, src_table: u32) {
        self.bulk(Builtin::TableCopy, &[dst_table, src_table], 3, false);
    }

    pub(crate) fn visit_table_init(&mut self, elem_index: u32, table: u32) {
        self.bulk(Builtin::TableInit, &[table, elem_index], 3, false);
    }

    pub(crate) fn visit_elem_drop(&mut self, elem_index: u32) {
        self.bulk(Builtin::ElemDrop, &[elem_index], 0, false);
    }

    pub(crate) fn visit_table_fill(&mut self, table: u32) {
        self.bulk(Builtin::TableFill, &[table], 3, false);
    }

    pub(crate) fn visit_table_grow(&mut self, table: u32) {
        // The builtin takes the number of elements before their value.
        let first = self.stack.len() - 2;
        let (init, delta) = (self.stack[first], self.stack[first + 1]);
        let args = [
            (Dst::Gpr(Gpr::RSI), Src::Const(u64::from(table))),
            (Dst::Gpr(Gpr::RDX), Src::Operand(delta, first + 1)),
            (Dst::Gpr(Gpr::RCX), Src::Operand(init, first)),
        ];
        self.call_builtin(Builtin::TableGrow, 2, &args, Some(Ty::I32));
    }
}

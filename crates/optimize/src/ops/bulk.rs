//! Bulk operators on memories and tables: all are builtins, which check before
//! they write.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use updraft_abi::Builtin;

use crate::translator::FuncTranslator;

impl FuncTranslator<'_> {
    fn index_arg(&mut self, index: u32) -> Value {
        self.b.ins().iconst(types::I32, i64::from(index))
    }

    fn pop_extended(&mut self) -> Value {
        let value = self.pop();
        self.b.ins().uextend(types::I64, value)
    }

    /// Copies between two memories or tables.
    fn copy(&mut self, builtin: Builtin, dst_index: u32, src_index: u32) {
        let len = self.pop_extended();
        let src = self.pop_extended();
        let dst = self.pop_extended();
        let dst_index = self.index_arg(dst_index);
        let src_index = self.index_arg(src_index);
        self.call_builtin(builtin, &[dst_index, src_index, dst, src, len]);
    }

    /// Copies from a segment into a memory or table.
    fn init(&mut self, builtin: Builtin, dst_index: u32, segment: u32) {
        let (src, len) = self.pop2();
        let dst = self.pop_extended();
        let dst_index = self.index_arg(dst_index);
        let segment = self.index_arg(segment);
        self.call_builtin(builtin, &[dst_index, segment, dst, src, len]);
    }

    pub(crate) fn visit_memory_copy(&mut self, dst_mem: u32, src_mem: u32) {
        self.copy(Builtin::MemoryCopy, dst_mem, src_mem);
    }

    pub(crate) fn visit_memory_fill(&mut self, mem: u32) {
        let len = self.pop_extended();
        let value = self.pop();
        let dst = self.pop_extended();
        let mem = self.index_arg(mem);
        self.call_builtin(Builtin::MemoryFill, &[mem, dst, value, len]);
    }

    pub(crate) fn visit_memory_init(&mut self, data_index: u32, mem: u32) {
        self.init(Builtin::MemoryInit, mem, data_index);
    }

    pub(crate) fn visit_data_drop(&mut self, data_index: u32) {
        let data = self.index_arg(data_index);
        self.call_builtin(Builtin::DataDrop, &[data]);
    }

    pub(crate) fn visit_table_copy(&mut self, dst_table: u32, src_table: u32) {
        self.copy(Builtin::TableCopy, dst_table, src_table);
    }

    pub(crate) fn visit_table_init(&mut self, elem_index: u32, table: u32) {
        self.init(Builtin::TableInit, table, elem_index);
    }

    pub(crate) fn visit_elem_drop(&mut self, elem_index: u32) {
        let elem = self.index_arg(elem_index);
        self.call_builtin(Builtin::ElemDrop, &[elem]);
    }
}

//! Loads, stores, and the size of memories.

use cranelift_codegen::ir::{InstBuilder, types};
use updraft_abi::Builtin;
use updraft_types::MemoryIndex;

use crate::op::MemArg;
use crate::translator::FuncTranslator;

macro_rules! loads {
    ($($visit:ident: $load:ident $(as $ty:ident)?, $bytes:literal;)*) => {$(
        pub(crate) fn $visit(&mut self, memarg: MemArg) {
            let index = self.pop();
            let (flags, base, offset) = self.heap_addr(&memarg, index, $bytes);
            let value = self.b.ins().$load($(types::$ty,)? flags, base, offset);
            self.push(value);
        }
    )*};
}

macro_rules! stores {
    ($($visit:ident: $store:ident, $bytes:literal;)*) => {$(
        pub(crate) fn $visit(&mut self, memarg: MemArg) {
            let (index, value) = self.pop2();
            let (flags, base, offset) = self.heap_addr(&memarg, index, $bytes);
            self.b.ins().$store(flags, value, base, offset);
        }
    )*};
}

impl FuncTranslator<'_> {
    loads! {
        visit_i32_load: load as I32, 4;
        visit_i64_load: load as I64, 8;
        visit_f32_load: load as F32, 4;
        visit_f64_load: load as F64, 8;
        visit_i32_load8_s: sload8 as I32, 1;
        visit_i32_load8_u: uload8 as I32, 1;
        visit_i32_load16_s: sload16 as I32, 2;
        visit_i32_load16_u: uload16 as I32, 2;
        visit_i64_load8_s: sload8 as I64, 1;
        visit_i64_load8_u: uload8 as I64, 1;
        visit_i64_load16_s: sload16 as I64, 2;
        visit_i64_load16_u: uload16 as I64, 2;
        visit_i64_load32_s: sload32, 4;
        visit_i64_load32_u: uload32, 4;
    }

    stores! {
        visit_i32_store: store, 4;
        visit_i64_store: store, 8;
        visit_f32_store: store, 4;
        visit_f64_store: store, 8;
        visit_i32_store8: istore8, 1;
        visit_i32_store16: istore16, 2;
        visit_i64_store8: istore8, 1;
        visit_i64_store16: istore16, 2;
        visit_i64_store32: istore32, 4;
    }

    pub(crate) fn visit_memory_size(&mut self, mem: u32) {
        let bytes = self.memory_len(MemoryIndex::new(mem));
        let pages = self.b.ins().ushr_imm_u(bytes, 16);
        let pages = self.b.ins().ireduce(types::I32, pages);
        self.push(pages);
    }

    pub(crate) fn visit_memory_grow(&mut self, mem: u32) {
        let delta = self.pop();
        let delta = self.b.ins().uextend(types::I64, delta);
        let mem = self.b.ins().iconst(types::I32, i64::from(mem));
        let old = self.call_builtin_value(Builtin::MemoryGrow, &[mem, delta]);
        let old = self.b.ins().ireduce(types::I32, old);
        self.push(old);
    }
}

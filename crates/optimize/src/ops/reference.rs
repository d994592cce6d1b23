//! References: `ref.null`, `ref.is_null`, `ref.func`, typed `select`.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, types};
use updraft_abi::Builtin;
use updraft_types::{RefType, ValType};

use crate::op;
use crate::signature::clif_type;
use crate::translator::FuncTranslator;

impl FuncTranslator<'_> {
    pub(crate) fn visit_ref_null(&mut self, hty: op::RawHeapType) {
        let Some(heap) = op::heap_type(hty) else {
            return self.unsupported("ref.null of that type");
        };
        let ty = ValType::Ref(RefType { nullable: true, heap });
        let null = self.b.ins().iconst(clif_type(ty), 0);
        self.push(null);
    }

    pub(crate) fn visit_ref_is_null(&mut self) {
        let value = self.pop();
        let null = self.b.ins().icmp_imm_u(IntCC::Equal, value, 0);
        let null = self.b.ins().uextend(types::I32, null);
        self.push(null);
    }

    pub(crate) fn visit_ref_func(&mut self, function_index: u32) {
        let func = self.b.ins().iconst(types::I32, i64::from(function_index));
        let record = self.call_builtin_value(Builtin::RefFunc, &[func]);
        self.push(record);
    }

    pub(crate) fn visit_typed_select(&mut self, ty: op::RawValType) {
        match op::val_type(ty) {
            Some(ty) if ty.is_traced_ref() => self.select_traced_ref(),
            Some(_) => self.visit_select(),
            None => self.unsupported("select of that type"),
        }
    }
}

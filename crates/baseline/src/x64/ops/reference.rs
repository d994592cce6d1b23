//! References: `ref.null`, `ref.is_null`, `ref.func`, typed `select`.

use updraft_abi::Builtin;
use updraft_types::{RefType, ValType};

use crate::op;
use crate::x64::codegen::Codegen;
use crate::x64::moves::{Dst, Src};
use crate::x64::value::{Rmi, Ty};
use crate::x64::{Alu, Cond, Gpr};

impl Codegen<'_> {
    pub(crate) fn visit_ref_null(&mut self, hty: op::RawHeapType) {
        let Some(heap) = op::heap_type(hty) else {
            return self.unsupported("ref.null of that type");
        };
        let ty = Ty::from(ValType::Ref(RefType { nullable: true, heap }));
        self.has_externs |= ty == Ty::Extern;
        self.push_const(0, ty);
    }

    pub(crate) fn visit_ref_is_null(&mut self) {
        let entry = self.pop();
        let size = entry.ty.size();
        match self.rmi(entry) {
            Rmi::Reg(reg) => {
                self.asm.test_rr(size, reg, reg);
                self.free_gpr(reg);
            }
            Rmi::Mem(mem) => self.asm.alu_mi(Alu::Cmp, size, mem, 0),
            Rmi::Imm(imm) => return self.push_const(u64::from(imm == 0), Ty::I32),
        }
        self.push_flags(Cond::E);
    }

    pub(crate) fn visit_ref_func(&mut self, function_index: u32) {
        let args = [(Dst::Gpr(Gpr::RSI), Src::Const(u64::from(function_index)))];
        self.call_builtin(Builtin::RefFunc, 0, &args, Some(Ty::Func));
    }

    pub(crate) fn visit_typed_select(&mut self, ty: op::RawValType) {
        match op::val_type(ty) {
            Some(_) => self.visit_select(),
            None => self.unsupported("select of that type"),
        }
    }
}

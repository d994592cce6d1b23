//! Tables, element by element.
//!
//! # Essay: elements of a `funcref` table
//!
//! On the operand stack a function reference is the address of a record, and
//! null is 0. In a table, null is 1, and 0 is an element that was never looked
//! at. So reading compares once (`element <= 1`), and only code behind the
//! body asks the runtime which it was, by a stub that keeps all registers.

use updraft_abi::{Builtin, vmctx};
use updraft_types::{HeapType, RefType, TableIndex, TrapCode};

use crate::x64::codegen::{Codegen, Cold};
use crate::x64::regs::SCRATCH;
use crate::x64::value::Ty;
use crate::x64::{Alu, Cond, Gpr, Mem, Size};

impl Codegen<'_> {
    fn table_elem_type(&self, table: TableIndex) -> RefType {
        self.input.module.tables[table].ty.elem
    }

    /// The table's length, if it cannot change.
    fn fixed_table_len(&self, table: TableIndex) -> Option<u64> {
        let ty = &self.input.module.tables[table].ty;
        (ty.max == Some(ty.min)).then_some(ty.min)
    }

    /// The element that the index in `index` selects: an operand that uses the
    /// scratch register. Traps with `code` if there is no such element.
    pub(crate) fn table_elem(&mut self, table: TableIndex, index: Gpr, code: TrapCode) -> Mem {
        let trap = self.trap_label(code);
        let extent = self.input.layout.table(table);
        let fixed = self.fixed_table_len(table).and_then(|len| i32::try_from(len).ok());
        match fixed {
            Some(len) => {
                self.asm.alu_ri(Alu::Cmp, Size::S32, index, len);
                self.asm.jcc(Cond::AE, trap);
                self.load_vmctx(SCRATCH, extent + vmctx::EXTENT_BASE);
            }
            None => {
                self.load_vmctx(SCRATCH, extent + vmctx::EXTENT_DEF);
                let len = Mem::base(SCRATCH, vmctx::DEF_LEN as i32);
                self.asm.alu_rm(Alu::Cmp, Size::S64, index, len);
                self.asm.jcc(Cond::AE, trap);
                let base = Mem::base(SCRATCH, vmctx::DEF_BASE as i32);
                self.asm.mov_rm(Size::S64, SCRATCH, base);
            }
        }
        let scale = self.table_elem_type(table).table_elem_bytes().trailing_zeros() as u8;
        Mem::indexed(SCRATCH, index, scale, 0)
    }

    /// Replaces the index in rax, a temporary of the operator, by the record in
    /// that element of a `funcref` table, 0 for null. With `null_trap`, null
    /// traps. No other register changes.
    pub(crate) fn load_func_elem(
        &mut self,
        table: TableIndex,
        bounds_trap: TrapCode,
        null_trap: Option<TrapCode>,
    ) {
        let elem = self.table_elem(table, Gpr::RAX, bounds_trap);
        self.asm.mov_rm(Size::S64, SCRATCH, elem);
        self.asm.alu_ri(Alu::Cmp, Size::S64, SCRATCH, vmctx::TABLE_ENTRY_NULL as i32);
        let (label, back) = (self.asm.new_label(), self.asm.new_label());
        self.asm.jcc(Cond::BE, label);
        self.asm.mov_rr(Size::S64, Gpr::RAX, SCRATCH);
        self.asm.bind(back);
        let source = self.offset;
        let null_trap = null_trap.map(|code| self.trap_label(code));
        self.cold.push(Cold::LazyElem { label, back, table, null_trap, source });
    }

    pub(crate) fn visit_table_get(&mut self, table: u32) {
        let table = TableIndex::new(table);
        match self.table_elem_type(table).heap {
            HeapType::Func => {
                self.pop_gpr_to(Gpr::RAX);
                self.load_func_elem(table, TrapCode::TableOutOfBounds, None);
                self.push_gpr(Gpr::RAX, Ty::Func);
            }
            HeapType::Extern => {
                let index = self.pop_gpr_owned();
                let elem = self.table_elem(table, index, TrapCode::TableOutOfBounds);
                self.asm.mov_rm(Size::S32, index, elem);
                self.has_externs = true;
                self.push_gpr(index, Ty::Extern);
            }
        }
    }

    pub(crate) fn visit_table_set(&mut self, table: u32) {
        let table = TableIndex::new(table);
        let value = self.pop_gpr_owned();
        let index = self.pop_gpr();
        let is_func = self.table_elem_type(table).heap == HeapType::Func;
        let elem = self.table_elem(table, index, TrapCode::TableOutOfBounds);
        if is_func {
            // 0 becomes the element that says null: value + (value < 1).
            self.asm.alu_ri(Alu::Cmp, Size::S64, value, 1);
            self.asm.alu_ri(Alu::Adc, Size::S64, value, 0);
        }
        self.asm.mov_mr(if is_func { Size::S64 } else { Size::S32 }, elem, value);
        self.free_gpr(value);
        self.free_gpr(index);
    }

    pub(crate) fn visit_table_size(&mut self, table: u32) {
        let table = TableIndex::new(table);
        if let Some(len) = self.fixed_table_len(table) {
            return self.push_const(len & 0xffff_ffff, Ty::I32);
        }
        let dst = self.alloc_gpr();
        self.load_vmctx(dst, self.input.layout.table(table) + vmctx::EXTENT_DEF);
        self.asm.mov_rm(Size::S32, dst, Mem::base(dst, vmctx::DEF_LEN as i32));
        self.push_gpr(dst, Ty::I32);
    }

    /// Code behind the body that asks for an element: the index is in rax, the
    /// record comes into it.
    pub(crate) fn emit_lazy_elem(&mut self, table: TableIndex) {
        self.asm.push_imm(table.raw() as i32);
        self.asm.mov_rr(Size::S64, SCRATCH, Gpr::RAX);
        self.load_vmctx(Gpr::RAX, vmctx::BUILTINS);
        let stub = vmctx::builtin_slot(Builtin::BaselineTableGet) as i32;
        self.asm.call_m(Mem::base(Gpr::RAX, stub));
        self.asm.mov_rr(Size::S64, Gpr::RAX, SCRATCH);
    }
}

//! Tables, element by element.
//!
//! # Essay: elements of a `funcref` table
//!
//! On the operand stack a function reference is the address of a record, and
//! null is 0. In a table, null is 1, and 0 is an element that was never looked
//! at. So reading tests for both at once (`element < 2`), and only a cold block
//! asks the runtime which it was.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use updraft_abi::{Builtin, vmctx};
use updraft_types::{HeapType, RefType, TableIndex, TrapCode};

use crate::flags::{self, clif_trap};
use crate::translator::FuncTranslator;

impl FuncTranslator<'_> {
    fn table_elem_type(&self, table: TableIndex) -> RefType {
        self.scope.module.desc.tables[table].ty.elem
    }

    /// The table's length, if it cannot change.
    fn fixed_table_len(&self, table: TableIndex) -> Option<u64> {
        let ty = &self.scope.module.desc.tables[table].ty;
        (ty.max == Some(ty.min)).then_some(ty.min)
    }

    /// The definition of a table.
    fn table_def(&mut self, table: TableIndex) -> Value {
        let at = self.scope.module.layout.table(table) + vmctx::EXTENT_DEF;
        self.load_constant(types::I64, self.vmctx, at)
    }

    /// Elements of a table.
    fn table_len(&mut self, table: TableIndex) -> Value {
        if let Some(len) = self.fixed_table_len(table) {
            return self.b.ins().iconst(types::I64, len as i64);
        }
        let def = self.table_def(table);
        let flags = flags::extent(self.b.func);
        self.b.ins().load(types::I64, flags, def, vmctx::DEF_LEN as i32)
    }

    fn table_base(&mut self, table: TableIndex) -> Value {
        if self.fixed_table_len(table).is_some() {
            let at = self.scope.module.layout.table(table) + vmctx::EXTENT_BASE;
            return self.load_constant(types::I64, self.vmctx, at);
        }
        let def = self.table_def(table);
        let flags = flags::extent(self.b.func);
        self.b.ins().load(types::I64, flags, def, vmctx::DEF_BASE as i32)
    }

    /// The address of element `index` (an i64). Traps with `code` if there is
    /// no such element; a processor that guesses otherwise gets the first
    /// element's address.
    pub(crate) fn table_elem_addr(
        &mut self,
        table: TableIndex,
        index: Value,
        code: TrapCode,
    ) -> Value {
        let outside = self.is_outside(table, index);
        self.trap_if(outside, code);
        let (base, addr) = self.unguarded_elem_addr(table, index);
        self.b.ins().select_spectre_guard(outside, base, addr)
    }

    fn is_outside(&mut self, table: TableIndex, index: Value) -> Value {
        let len = self.table_len(table);
        self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len)
    }

    /// The table's first element and the one at `index`, if it has that.
    fn unguarded_elem_addr(&mut self, table: TableIndex, index: Value) -> (Value, Value) {
        let base = self.table_base(table);
        let shift = self.table_elem_type(table).table_elem_bytes().trailing_zeros();
        let offset = self.b.ins().ishl_imm_u(index, i64::from(shift));
        (base, self.b.ins().iadd(base, offset))
    }

    /// Element `index` of a `funcref` table, to be compared with records and
    /// for nothing else. Traps if there is no such element. A processor that
    /// guesses otherwise gets what lies behind the table, and learns whether
    /// that is the address of a certain record: so there is no guard.
    pub(crate) fn load_elem_to_compare(&mut self, table: TableIndex, index: Value) -> Value {
        let outside = self.is_outside(table, index);
        self.trap_if(outside, TrapCode::UndefinedElement);
        let (_, at) = self.unguarded_elem_addr(table, index);
        self.load_elem(at)
    }

    /// An element that was loaded to compare it, to be followed: null to a
    /// processor that guesses that there is such an element.
    ///
    /// The element is what is chosen, not its address: that would be computed
    /// before the loop, and take a register, wherever the index is the same all
    /// the time.
    pub(crate) fn guarded_elem(&mut self, table: TableIndex, index: Value, elem: Value) -> Value {
        let outside = self.is_outside(table, index);
        let null = self.b.ins().iconst(types::I64, vmctx::TABLE_ENTRY_NULL as i64);
        self.b.ins().select_spectre_guard(outside, null, elem)
    }

    /// The element at `at` of a `funcref` table, as it lies there.
    pub(crate) fn load_elem(&mut self, at: Value) -> Value {
        let flags = flags::table_elem(self.b.func);
        self.b.ins().load(types::I64, flags, at, 0)
    }

    /// The record in the element at `at` of a `funcref` table, or 0 for null.
    /// With `null_trap`, null traps.
    pub(crate) fn load_func_elem(
        &mut self,
        table: TableIndex,
        index: Value,
        at: Value,
        null_trap: Option<TrapCode>,
    ) -> Value {
        let elem = self.load_elem(at);
        self.func_elem_record(table, index, elem, null_trap, false)
    }

    /// The record that an element leads to, or 0 for null. With `null_trap`,
    /// null traps. `is_cold` if the current block is.
    pub(crate) fn func_elem_record(
        &mut self,
        table: TableIndex,
        index: Value,
        elem: Value,
        null_trap: Option<TrapCode>,
        is_cold: bool,
    ) -> Value {
        let unset = self.b.ins().icmp_imm_u(
            IntCC::UnsignedLessThanOrEqual,
            elem,
            vmctx::TABLE_ENTRY_NULL as i64,
        );
        let cold = self.b.create_block();
        let go_on = self.b.create_block();
        let record = self.b.append_block_param(go_on, types::I64);
        self.b.set_cold_block(cold);
        if is_cold {
            self.b.set_cold_block(go_on);
        }
        self.b.ins().brif(unset, cold, &[], go_on, &[elem.into()]);
        self.b.seal_block(cold);
        self.b.switch_to_block(cold);
        let filled = if is_cold {
            self.missed_elem(table, index)
        } else {
            let table = self.b.ins().iconst(types::I32, i64::from(table.raw()));
            self.call_builtin_value(Builtin::TableGetLazy, &[table, index])
        };
        if let Some(code) = null_trap {
            self.b.ins().trapz(filled, clif_trap(code));
        }
        self.b.ins().jump(go_on, &[filled.into()]);
        self.b.seal_block(go_on);
        self.b.switch_to_block(go_on);
        record
    }

    pub(crate) fn visit_table_get(&mut self, table: u32) {
        let table = TableIndex::new(table);
        let index = self.pop();
        let index = self.b.ins().uextend(types::I64, index);
        let at = self.table_elem_addr(table, index, TrapCode::TableOutOfBounds);
        match self.table_elem_type(table).heap {
            HeapType::Func => {
                let value = self.load_func_elem(table, index, at, None);
                self.push(value);
            }
            HeapType::Extern => {
                let flags = flags::table_elem(self.b.func);
                let value = self.b.ins().load(types::I32, flags, at, 0);
                self.push_traced_ref(value);
            }
        }
    }

    pub(crate) fn visit_table_set(&mut self, table: u32) {
        let table = TableIndex::new(table);
        let (index, value) = self.pop2();
        let index = self.b.ins().uextend(types::I64, index);
        let at = self.table_elem_addr(table, index, TrapCode::TableOutOfBounds);
        let value = match self.table_elem_type(table).heap {
            HeapType::Func => {
                let null = self.b.ins().iconst(types::I64, vmctx::TABLE_ENTRY_NULL as i64);
                self.b.ins().select(value, value, null)
            }
            HeapType::Extern => value,
        };
        let flags = flags::table_elem(self.b.func);
        self.b.ins().store(flags, value, at, 0);
    }

    pub(crate) fn visit_table_size(&mut self, table: u32) {
        let len = self.table_len(TableIndex::new(table));
        let len = self.b.ins().ireduce(types::I32, len);
        self.push(len);
    }

    /// A reference as builtins take it: zero-extended.
    fn ref_arg(&mut self, table: TableIndex, value: Value) -> Value {
        match self.table_elem_type(table).heap {
            HeapType::Func => value,
            HeapType::Extern => self.b.ins().uextend(types::I64, value),
        }
    }

    pub(crate) fn visit_table_grow(&mut self, table: u32) {
        let (init, delta) = self.pop2();
        let init = self.ref_arg(TableIndex::new(table), init);
        let delta = self.b.ins().uextend(types::I64, delta);
        let table = self.b.ins().iconst(types::I32, i64::from(table));
        let old = self.call_builtin_value(Builtin::TableGrow, &[table, delta, init]);
        let old = self.b.ins().ireduce(types::I32, old);
        self.push(old);
    }

    pub(crate) fn visit_table_fill(&mut self, table: u32) {
        let (dst, value, len) = self.pop3();
        let value = self.ref_arg(TableIndex::new(table), value);
        let dst = self.b.ins().uextend(types::I64, dst);
        let len = self.b.ins().uextend(types::I64, len);
        let table = self.b.ins().iconst(types::I32, i64::from(table));
        self.call_builtin(Builtin::TableFill, &[table, dst, value, len]);
    }
}

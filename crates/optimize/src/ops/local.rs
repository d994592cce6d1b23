//! Locals, globals and constants.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::Variable;
use updraft_types::GlobalIndex;

use crate::flags;
use crate::op::{Ieee32, Ieee64};
use crate::signature::clif_type;
use crate::translator::FuncTranslator;

impl FuncTranslator<'_> {
    pub(crate) fn local(&self, local_index: u32) -> Variable {
        Variable::from_u32(self.scope.first_local + local_index)
    }

    pub(crate) fn visit_local_get(&mut self, local_index: u32) {
        let value = self.b.use_var(self.local(local_index));
        self.osr_note_local(local_index, value);
        self.push(value);
    }

    pub(crate) fn visit_local_set(&mut self, local_index: u32) {
        let value = self.pop();
        self.b.def_var(self.local(local_index), value);
        self.last_set = Some(value);
    }

    pub(crate) fn visit_local_tee(&mut self, local_index: u32) {
        let value = self.peek();
        self.b.def_var(self.local(local_index), value);
        self.last_set = Some(value);
    }

    /// Where a global's value lies.
    fn global_addr(&mut self, global: GlobalIndex) -> (Value, i32) {
        match self.scope.module.desc.declared_global(global) {
            Some(declared) => (self.vmctx, self.scope.module.layout.global(declared) as i32),
            None => {
                let at = self.scope.module.layout.imported_global(global);
                (self.load_constant(types::I64, self.vmctx, at), 0)
            }
        }
    }

    fn global_flags(&mut self, global: GlobalIndex) -> MemFlagsData {
        let declared = self.scope.module.desc.declared_global(global);
        // Another module may import it.
        let own_alone = !self.inline_tree.has_foreign();
        flags::global(self.b.func, declared.filter(|_| own_alone))
    }

    pub(crate) fn visit_global_get(&mut self, global_index: u32) {
        let global = GlobalIndex::new(global_index);
        let ty = self.scope.module.desc.globals[global];
        let (base, offset) = self.global_addr(global);
        // An immutable global has its value before any code of the instance
        // runs; but what collectors see they may also change.
        let flags = if ty.mutable || ty.val.is_traced_ref() {
            self.global_flags(global)
        } else {
            flags::CONSTANT_UNALIGNED
        };
        let value = self.b.ins().load(clif_type(ty.val), flags, base, offset);
        if ty.val.is_traced_ref() {
            self.push_traced_ref(value);
        } else {
            self.push(value);
        }
    }

    pub(crate) fn visit_global_set(&mut self, global_index: u32) {
        let value = self.pop();
        let global = GlobalIndex::new(global_index);
        let (base, offset) = self.global_addr(global);
        let flags = self.global_flags(global);
        self.b.ins().store(flags, value, base, offset);
    }

    pub(crate) fn visit_i32_const(&mut self, value: i32) {
        let value = self.b.ins().iconst(types::I32, i64::from(value as u32));
        self.push(value);
    }

    pub(crate) fn visit_i64_const(&mut self, value: i64) {
        let value = self.b.ins().iconst(types::I64, value);
        self.push(value);
    }

    pub(crate) fn visit_f32_const(&mut self, value: Ieee32) {
        let bits = cranelift_codegen::ir::immediates::Ieee32::with_bits(value.bits());
        let value = self.b.ins().f32const(bits);
        self.push(value);
    }

    pub(crate) fn visit_f64_const(&mut self, value: Ieee64) {
        let bits = cranelift_codegen::ir::immediates::Ieee64::with_bits(value.bits());
        let value = self.b.ins().f64const(bits);
        self.push(value);
    }
}

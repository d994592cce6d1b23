//! Calls, tail calls and returns.
//!
//! # Essay: no caller keeps code
//!
//! A direct call loads the callee's slot of the code table as its last act
//! before the call, with a load that never moves and after the arguments are
//! there, so tier-up and eviction are one store and no code pointer outlives
//! the instant. The one exception is a function that calls itself. Indirect
//! calls and calls of imports go through function records, which name the
//! callee's slot and its instance; the slot is loaded last there, too.

use std::rc::Rc;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    ExtFuncData, ExternalName, Inst, InstBuilder, SigRef, StackSlotData, StackSlotKind, Type,
    UserExternalName, Value, types,
};
use smallvec::SmallVec;
use updraft_abi::convention::Place;
use updraft_abi::{Builtin, CallLayout, ModuleNumber, isolate, vmctx};
use updraft_types::{DeclaredFuncIndex, FuncIndex, TableIndex, TrapCode, TypeIndex};

use crate::flags::{self, CONSTANT, CONSTANT_IN_PLACE};
use crate::inline::Site;
use crate::signature::{can_miss, clif_type, wasm_signature};
use crate::translator::FuncTranslator;

/// What is called, once the arguments are known.
enum Callee {
    /// Itself.
    Own,
    /// The function of this module in that slot of the code table, in bytes.
    Slot(u32),
    /// Whose code the word at `slot` leads to, with the callee's instance
    /// context.
    Code { slot: Value, vmctx: Value },
}

impl FuncTranslator<'_> {
    fn wasm_sig(&mut self, ty: TypeIndex) -> (SigRef, Rc<CallLayout>) {
        let key = (self.scope.number, ty);
        if let Some((sig, layout)) = self.sigs.get(&key) {
            return (*sig, layout.clone());
        }
        let func_type = &self.scope.module.desc.types[ty];
        let layout = Rc::new(CallLayout::new(func_type));
        let sig = self.b.import_signature(wasm_signature(func_type, &layout));
        self.sigs.insert(key, (sig, layout.clone()));
        (sig, layout)
    }

    /// Leaves the function with the topmost values as results.
    pub(crate) fn emit_return(&mut self) {
        let layout = self.own_layout.clone();
        let first = self.stack.len() - layout.results.len();
        let mut in_registers: SmallVec<[Value; 8]> = SmallVec::new();
        for (i, place) in layout.results.iter().enumerate() {
            let value = self.stack[first + i];
            match (place, self.result_area) {
                (Place::Memory(at), Some(area)) => {
                    let flags = flags::result_area(self.b.func);
                    self.b.ins().store(flags, value, area, *at as i32);
                }
                _ => in_registers.push(value),
            }
        }
        self.b.ins().return_(&in_registers);
    }

    pub(crate) fn visit_call(&mut self, function_index: u32) {
        let func = FuncIndex::new(function_index);
        match self.inline_site() {
            Some(Site::Direct(body)) => return self.call_inlined(*body),
            Some(Site::Import(guard)) => return self.call_import_guarded(func, guard),
            Some(Site::Guarded(_)) | None => {}
        }
        let callee = self.direct_callee(func);
        self.call(callee, self.scope.module.desc.funcs[func]);
    }

    pub(crate) fn visit_return_call(&mut self, function_index: u32) {
        let func = FuncIndex::new(function_index);
        let callee = self.direct_callee(func);
        self.return_call(callee, self.scope.module.desc.funcs[func]);
    }

    pub(crate) fn visit_call_indirect(&mut self, type_index: u32, table_index: u32) {
        let ty = TypeIndex::new(type_index);
        let table = TableIndex::new(table_index);
        if let Some(Site::Guarded(guards)) = self.inline_site() {
            return self.call_guarded(ty, table, guards);
        }
        let callee = self.indirect_callee(ty, table);
        self.call(callee, ty);
    }

    pub(crate) fn visit_return_call_indirect(&mut self, type_index: u32, table_index: u32) {
        let ty = TypeIndex::new(type_index);
        let callee = self.indirect_callee(ty, TableIndex::new(table_index));
        self.return_call(callee, ty);
    }

    /// Calls a function of this module that has type `ty`.
    pub(crate) fn call_declared(&mut self, func: DeclaredFuncIndex, ty: TypeIndex) {
        let callee = self.direct_callee(self.scope.module.desc.func_index(func));
        self.call(callee, ty);
    }

    /// Calls the function of a record, if it has type `ty`.
    pub(crate) fn call_record(&mut self, record: Value, ty: TypeIndex) {
        self.check_type(record, ty, false);
        let callee = self.record_callee(record, 0);
        self.call(callee, ty);
    }

    /// As [`Self::call_record`], in a way that is slower, keeps all registers
    /// and wants none: where a guard did not hold.
    pub(crate) fn call_missed(&mut self, record: Value, ty: TypeIndex) {
        let func_type = &self.scope.module.desc.types[ty];
        if !can_miss(func_type) {
            return self.call_record(record, ty);
        }
        self.check_type(record, ty, true);
        self.call_kept(record, ty);
    }

    /// Calls the function of a record, which has type `ty`, by the builtin that
    /// keeps all registers. `ty` is one that [`can_miss`] allows.
    fn call_kept(&mut self, record: Value, ty: TypeIndex) {
        let func_type = &self.scope.module.desc.types[ty];
        let first = self.stack.len() - func_type.params().len();
        let args: SmallVec<[Value; 16]> = self.stack.drain(first..).collect();
        let kept = self.kept_area();
        let flags = flags::kept(self.b.func);
        self.b.ins().store(flags, record, kept, isolate::KEPT_RECORD as i32);
        let (mut int_at, mut vec_at) = (isolate::KEPT_INTS, isolate::KEPT_VECS);
        for arg in args {
            let is_int = self.b.func.dfg.value_type(arg).is_int();
            let (at, bytes) = if is_int { (&mut int_at, 8) } else { (&mut vec_at, 16) };
            self.b.ins().store(flags, arg, kept, *at as i32);
            *at += bytes;
        }
        self.call_builtin(Builtin::GuardCall, &[]);
        if let Some(ty) = func_type.results().first() {
            let ty = clif_type(*ty);
            let at = if ty.is_int() { isolate::KEPT_INTS } else { isolate::KEPT_VECS };
            let value = self.load_kept(ty, at);
            self.push(value);
        }
    }

    /// Calls an imported function where it was not the expected one, as
    /// [`Self::call_missed`] does.
    pub(crate) fn call_missed_import(&mut self, func: FuncIndex) {
        let ty = self.scope.module.desc.funcs[func];
        if !can_miss(&self.scope.module.desc.types[ty]) {
            let callee = self.direct_callee(func);
            return self.call(callee, ty);
        }
        let record = i64::from(self.scope.module.layout.imported_func(func));
        let record = self.b.ins().iadd_imm_s(self.vmctx, record);
        self.call_kept(record, ty);
    }

    /// What tells which function an import is, see [`updraft_compile::ImportTarget::slot`].
    pub(crate) fn import_slot(&mut self, func: FuncIndex) -> Value {
        let record = self.scope.module.layout.imported_func(func);
        self.load_constant(types::I64, self.vmctx, record + vmctx::FUNC_REF_SLOT)
    }

    /// The instance that an imported function belongs to. Loaded here and
    /// nowhere else: so whatever is read from it is read here or later, where
    /// it is known to be an instance, and of which module.
    pub(crate) fn import_vmctx(&mut self, func: FuncIndex) -> Value {
        let record = self.scope.module.layout.imported_func(func);
        let at = (record + vmctx::FUNC_REF_VMCTX) as i32;
        self.b.ins().load(types::I64, CONSTANT_IN_PLACE, self.vmctx, at)
    }

    /// The element of a table whose record a builtin is to find, see
    /// [`Self::call_missed`].
    pub(crate) fn missed_elem(&mut self, table: TableIndex, index: Value) -> Value {
        let kept = self.kept_area();
        let flags = flags::kept(self.b.func);
        let table = self.b.ins().iconst(types::I32, i64::from(table.raw()));
        self.b.ins().store(flags, table, kept, isolate::KEPT_INTS as i32);
        self.b.ins().store(flags, index, kept, isolate::KEPT_INTS as i32 + 8);
        self.call_builtin(Builtin::GuardTableGet, &[]);
        self.load_kept(types::I64, isolate::KEPT_RECORD)
    }

    /// Where builtins that keep all registers find what they get: the isolate.
    fn kept_area(&mut self) -> Value {
        self.b.ins().load(types::I64, CONSTANT_IN_PLACE, self.vmctx, vmctx::ISOLATE as i32)
    }

    fn load_kept(&mut self, ty: Type, at: u32) -> Value {
        let kept = self.kept_area();
        let flags = flags::kept(self.b.func);
        self.b.ins().load(ty, flags, kept, at as i32)
    }

    fn direct_callee(&mut self, func: FuncIndex) -> Callee {
        match self.scope.module.desc.declared_func(func) {
            // Code that is entered at a loop is not the function.
            Some(declared) if self.is_own(declared) && self.osr.is_none() => Callee::Own,
            Some(declared) => Callee::Slot(vmctx::code_table_slot(declared)),
            None => {
                // Records of imports never change.
                let record = self.scope.module.layout.imported_func(func);
                let slot = self.import_slot(func);
                let vmctx =
                    self.load_constant(types::I64, self.vmctx, record + vmctx::FUNC_REF_VMCTX);
                Callee::Code { slot, vmctx }
            }
        }
    }

    /// Whether it is the function that is compiled.
    fn is_own(&self, func: DeclaredFuncIndex) -> bool {
        func == self.input.func && self.scope.number == ModuleNumber::OWN
    }

    /// The callee that the function record at `base + offset` names.
    fn record_callee(&mut self, base: Value, offset: u32) -> Callee {
        let flags = flags::func_record(self.b.func);
        let slot = (offset + vmctx::FUNC_REF_SLOT) as i32;
        let slot = self.b.ins().load(types::I64, flags, base, slot);
        let callee_vmctx = (offset + vmctx::FUNC_REF_VMCTX) as i32;
        let vmctx = self.b.ins().load(types::I64, flags, base, callee_vmctx);
        Callee::Code { slot, vmctx }
    }

    /// Pops an index and looks the callee up: it is in the table, it is not
    /// null, it has the type.
    fn indirect_callee(&mut self, ty: TypeIndex, table: TableIndex) -> Callee {
        let index = self.pop();
        let index = self.b.ins().uextend(types::I64, index);
        let at = self.table_elem_addr(table, index, TrapCode::UndefinedElement);
        let record = self.load_func_elem(table, index, at, Some(TrapCode::UninitializedElement));
        self.check_type(record, ty, false);
        self.record_callee(record, 0)
    }

    /// Traps if the function of a record does not have type `ty`. `is_cold` if
    /// the current block is.
    fn check_type(&mut self, record: Value, ty: TypeIndex, is_cold: bool) {
        let flags = flags::func_record(self.b.func);
        let found = self.b.ins().load(types::I32, flags, record, vmctx::FUNC_REF_TYPE_ID as i32);
        // A register that holds the type in a hot loop would be wasted.
        let constant = if is_cold { CONSTANT_IN_PLACE } else { CONSTANT };
        let ids = self.b.ins().load(types::I64, constant, self.vmctx, vmctx::TYPE_IDS as i32);
        let wanted = self.b.ins().load(types::I32, constant, ids, (ty.raw() * 4) as i32);
        let differs = self.b.ins().icmp(IntCC::NotEqual, found, wanted);
        self.trap_if(differs, TrapCode::IndirectCallTypeMismatch);
    }

    /// Calls with the topmost values as arguments and leaves the results.
    fn call(&mut self, callee: Callee, ty: TypeIndex) {
        self.mark_position();
        let (sig, layout) = self.wasm_sig(ty);
        let area = layout.has_result_area().then(|| self.callee_area(layout.result_area_bytes));
        let args = self.call_args(&callee, layout.params.len(), area);
        let call = self.emit_call(callee, sig, &args);
        let in_registers: SmallVec<[Value; 8]> = self.b.inst_results(call).into();
        let mut in_registers = in_registers.into_iter();
        let results = self.scope.module.desc.types[ty].results();
        for (ty, place) in results.iter().zip(&layout.results) {
            let value = match (place, area) {
                (Place::Memory(at), Some(area)) => {
                    let flags = flags::result_area(self.b.func);
                    self.b.ins().load(clif_type(*ty), flags, area, *at as i32)
                }
                _ => in_registers.next().expect("the signature has this result"),
            };
            if ty.is_traced_ref() {
                self.push_traced_ref(value);
            } else {
                self.push(value);
            }
        }
    }

    /// Calls in place of this function: its results are ours, so is its area.
    fn return_call(&mut self, callee: Callee, ty: TypeIndex) {
        self.mark_position();
        let (sig, layout) = self.wasm_sig(ty);
        let args = self.call_args(&callee, layout.params.len(), self.result_area);
        match callee {
            Callee::Own => {
                let own = self.own_ref(sig);
                self.b.ins().return_call(own, &args);
            }
            Callee::Slot(slot) => {
                let entry = self.load_slot(slot);
                self.b.ins().return_call_indirect(sig, entry, &args);
            }
            Callee::Code { slot, .. } => {
                let entry = self.load_code(slot);
                self.b.ins().return_call_indirect(sig, entry, &args);
            }
        }
        self.end_reachable();
    }

    fn call_args(
        &mut self,
        callee: &Callee,
        n_params: usize,
        area: Option<Value>,
    ) -> SmallVec<[Value; 16]> {
        let first = self.stack.len() - n_params;
        let vmctx = match callee {
            Callee::Code { vmctx, .. } => *vmctx,
            Callee::Own | Callee::Slot(_) => self.vmctx,
        };
        let mut args = SmallVec::with_capacity(n_params + 2);
        args.push(vmctx);
        args.extend(area);
        args.extend(self.stack.drain(first..));
        args
    }

    fn emit_call(&mut self, callee: Callee, sig: SigRef, args: &[Value]) -> Inst {
        match callee {
            Callee::Own => {
                let own = self.own_ref(sig);
                self.b.ins().call(own, args)
            }
            Callee::Slot(slot) => {
                let entry = self.load_slot(slot);
                self.b.ins().call_indirect(sig, entry, args)
            }
            Callee::Code { slot, .. } => {
                let entry = self.load_code(slot);
                self.b.ins().call_indirect(sig, entry, args)
            }
        }
    }

    /// The address of the code that the word at `slot` holds now.
    fn load_code(&mut self, slot: Value) -> Value {
        let flags = flags::code_slot(self.b.func);
        self.b.ins().load(types::I64, flags, slot, 0)
    }

    fn load_slot(&mut self, slot: u32) -> Value {
        let table = self.load_constant(types::I64, self.vmctx, vmctx::CODE_TABLE);
        let flags = flags::code_slot(self.b.func);
        self.b.ins().load(types::I64, flags, table, slot as i32)
    }

    /// The function itself, as something to call directly.
    fn own_ref(&mut self, signature: SigRef) -> cranelift_codegen::ir::FuncRef {
        if let Some(own) = self.self_ref {
            return own;
        }
        let func = self.input.module.func_index(self.input.func);
        let name = UserExternalName::new(0, func.raw());
        let name = self.b.func.declare_imported_user_function(name);
        let name = ExternalName::user(name);
        let data = ExtFuncData { name, signature, colocated: true, patchable: false };
        let own = self.b.import_function(data);
        self.self_ref = Some(own);
        own
    }

    /// The address of an area for a callee's results.
    fn callee_area(&mut self, bytes: u32) -> Value {
        let slot = match self.callee_area {
            Some(slot) => slot,
            None => {
                let data = StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 4);
                let slot = self.b.create_sized_stack_slot(data);
                self.callee_area = Some(slot);
                slot
            }
        };
        let data = &mut self.b.func.sized_stack_slots[slot];
        data.size = data.size.max(bytes);
        self.b.ins().stack_addr(types::I64, slot, 0)
    }
}

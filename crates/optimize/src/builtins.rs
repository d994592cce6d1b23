//! Calls of builtins and the limit check.
//!
//! # Essay: the limit check
//!
//! ```text
//!     limit = load [isolate + LIMIT]
//!     brif sp < limit, cold, go_on
//! cold:                                  ; laid out after all hot code
//!     call_indirect PreserveAll interrupt(vmctx)
//!     jump go_on
//! ```
//!
//! A loop compares with the value that stands for an interrupt instead: a copy
//! of the stack pointer would be moved out of the loop and take a register, one
//! of the five that calls keep, or be spilled. The pointer to the isolate is
//! constant and may be hoisted; the limit is a plain load. What keeps it inside of a loop is that plain loads never move,
//! and what keeps it from being merged with the one before the loop is the call
//! in the cold block: on the way around the loop it may have changed anything.
//! So the check needs a block of its own and a call; a trapping check would be
//! merged away. The convention changes no register, so only the cold block
//! pays; the stub's address is loaded there too and not hoisted, which would
//! cost every loop a register and two loads.

use cranelift_codegen::ir::{InstBuilder, SigRef, Value, condcodes::IntCC, types};
use updraft_abi::{Builtin, isolate, vmctx};

use crate::flags::{self, CONSTANT_IN_PLACE};
use crate::signature::builtin_signature;
use crate::translator::FuncTranslator;

impl FuncTranslator<'_> {
    fn builtin_sig(&mut self, builtin: Builtin) -> SigRef {
        if let Some(sig) = self.builtin_sigs[builtin as usize] {
            return sig;
        }
        let sig = self.b.import_signature(builtin_signature(builtin));
        self.builtin_sigs[builtin as usize] = Some(sig);
        sig
    }

    /// The address of a builtin's stub.
    pub(crate) fn builtin_stub(&mut self, builtin: Builtin) -> Value {
        let slot = vmctx::builtin_slot(builtin) as i32;
        let stubs =
            self.b.ins().load(types::I64, CONSTANT_IN_PLACE, self.vmctx, vmctx::BUILTINS as i32);
        self.b.ins().load(types::I64, CONSTANT_IN_PLACE, stubs, slot)
    }

    /// Calls a builtin with `vmctx` and `args`; its result, if it has one.
    pub(crate) fn call_builtin(&mut self, builtin: Builtin, args: &[Value]) -> Option<Value> {
        self.mark_position();
        let sig = self.builtin_sig(builtin);
        let callee = self.builtin_stub(builtin);
        let mut all = [self.vmctx; 8];
        all[1..=args.len()].copy_from_slice(args);
        let call = self.b.ins().call_indirect(sig, callee, &all[..=args.len()]);
        self.b.inst_results(call).first().copied()
    }

    /// Calls a builtin that has a result.
    pub(crate) fn call_builtin_value(&mut self, builtin: Builtin, args: &[Value]) -> Value {
        self.call_builtin(builtin, args).expect("the builtin list gives it a result")
    }

    /// Looks at the limit word where the function starts: the stack's end, or
    /// an interrupt.
    pub(crate) fn check_limit(&mut self) {
        if !self.input.tunables.interrupt_checks {
            return;
        }
        let limit = self.load_limit();
        let sp = self.b.ins().get_stack_pointer(types::I64);
        let below = self.b.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
        self.interrupt_if(below);
    }

    /// Looks at the limit word where a loop starts: an interrupt. The stack is
    /// as deep as it was when the function started.
    pub(crate) fn check_interrupt(&mut self) {
        if !self.input.tunables.interrupt_checks {
            return;
        }
        let limit = self.load_limit();
        let raised = self.b.ins().icmp_imm_s(IntCC::Equal, limit, -1);
        self.interrupt_if(raised);
    }

    /// The limit word, read at the position of the check.
    fn load_limit(&mut self) -> Value {
        self.mark_position();
        let isolate = self.load_constant(types::I64, self.vmctx, vmctx::ISOLATE);
        let flags = flags::limit(self.b.func);
        self.b.ins().load(types::I64, flags, isolate, isolate::LIMIT as i32)
    }

    fn interrupt_if(&mut self, condition: Value) {
        let cold = self.b.create_block();
        let go_on = self.b.create_block();
        self.b.set_cold_block(cold);
        self.b.ins().brif(condition, cold, &[], go_on, &[]);
        self.b.seal_block(cold);
        self.b.switch_to_block(cold);
        self.call_builtin(Builtin::Interrupt, &[]);
        self.b.ins().jump(go_on, &[]);
        self.b.seal_block(go_on);
        self.b.switch_to_block(go_on);
    }
}

//! From a body to CLIF: the driver of the translator.
//!
//! Called by [`crate::compiler`]. Walks the body once, with the visitor; never
//! recurses, because blocks nest as deeply as a guest likes; inlined bodies
//! alone, which nest a few levels deep, are walked within the walk.

use std::collections::HashMap;
use std::rc::Rc;

use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{
    BlockArg, Constant, ConstantData, Function, GlobalValueData, InstBuilder, UserFuncName, Value,
    types,
};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use updraft_abi::{Builtin, CallLayout, SourcePosition, isolate, vmctx};
use updraft_compile::{CompileError, CompileInput};
use updraft_decode::DecodeError;
use updraft_types::{TypeIndex, ValType};

use crate::flags::CONSTANT;
use crate::frame::{Frame, FrameKind};
use crate::inline::{InlineTree, Scope};
use crate::op::{BlockSig, BodyReader};
use crate::osr::OsrEntry;
use crate::signature::{clif_type, wasm_signature};
use crate::translator::FuncTranslator;
use crate::visit::Dispatch;

/// Values of one function at most. Cranelift's register allocator ends at two
/// million; a guest that wants more would only cost memory on the way there.
const MAX_VALUES: usize = 1 << 22;

/// Vectors that translations reuse.
#[derive(Default)]
pub(crate) struct Buffers {
    stack: Vec<Value>,
    frames: Vec<Frame>,
    if_params: Vec<Value>,
    branch_args: Vec<BlockArg>,
}

/// What is known of a body once it is translated.
pub(crate) struct Translated {
    /// Positions of operators that may trap or call.
    pub(crate) sources: Vec<SourcePosition>,
    /// How deeply loops nest.
    pub(crate) max_loop_depth: u32,
}

/// Translates a body into `func`.
pub(crate) fn translate(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    buffers: &mut Buffers,
    target: TargetFrontendConfig,
    input: &CompileInput<'_>,
    inline_tree: &InlineTree,
    checks_frame: bool,
) -> Result<Translated, CompileError> {
    let module = input.module;
    let func_index = module.func_index(input.func);
    let type_index = module.funcs[func_index];
    let ty = &module.types[type_index];
    let layout = Rc::new(CallLayout::new(ty));
    func.name = UserFuncName::user(0, func_index.raw());
    func.signature = wasm_signature(ty, &layout);
    if checks_frame {
        limit_frame(func);
    }
    let mut body = BodyReader::new(input.body, input.body_offset, &module.features);
    let locals = body.locals().map_err(not_validated)?;

    let mut b = FunctionBuilder::new(func, context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let mut params = b.block_params(entry).to_vec().into_iter();
    let vmctx = params.next().expect("every signature starts with vmctx");
    let result_area = if layout.has_result_area() { params.next() } else { None };

    let osr = match input.osr {
        None => {
            for (param, value) in ty.params().iter().zip(params) {
                declare_local(&mut b, *param, value);
            }
            declare_body_locals(&mut b, &locals);
            None
        }
        Some(ordinal) => {
            let osr = OsrEntry::new(input, ordinal, ty.params(), &locals, entry)?;
            for ty in osr.locals() {
                declare_var(&mut b, *ty);
            }
            // The entry block stays empty for now; nothing leads to this one.
            b.func.layout.append_block(entry);
            let start = b.create_block();
            b.seal_block(start);
            b.switch_to_block(start);
            Some(Box::new(osr))
        }
    };

    let mut t = FuncTranslator {
        b,
        input,
        stack: std::mem::take(&mut buffers.stack),
        vmctx,
        inline_tree,
        scope: Scope::own(input, func_index),
        outcome: None,
        last_set: None,
        offset: input.body_offset as u32,
        sources: Vec::new(),
        error: None,
        reachable: true,
        frames: std::mem::take(&mut buffers.frames),
        loop_depth: (0, 0),
        if_params: std::mem::take(&mut buffers.if_params),
        result_area,
        own_layout: layout,
        sigs: HashMap::new(),
        builtin_sigs: [None; Builtin::ALL.len()],
        self_ref: None,
        callee_area: None,
        branch_args: std::mem::take(&mut buffers.branch_args),
        n_branch_args: 0,
        osr,
    };
    // Position 0 is the function itself: prologue and entry check.
    t.mark_position();
    if input.osr.is_none() && !input.facts.is_short_leaf() {
        t.check_limit();
    }
    t.push_func_frame(type_index);
    let outcome = t.run(&mut body);
    buffers.stack = std::mem::take(&mut t.stack);
    buffers.frames = std::mem::take(&mut t.frames);
    buffers.if_params = std::mem::take(&mut t.if_params);
    buffers.branch_args = std::mem::take(&mut t.branch_args);
    buffers.stack.clear();
    buffers.frames.clear();
    buffers.if_params.clear();
    outcome?;
    let sources = std::mem::take(&mut t.sources);
    let max_loop_depth = t.loop_depth.1;
    t.b.finalize(target);
    Ok(Translated { sources, max_loop_depth })
}

/// Bodies that reach a compiler have been validated.
pub(crate) fn not_validated(error: DecodeError) -> CompileError {
    CompileError::Bug(error.to_string())
}

/// Makes the prologue compare the stack pointer, frame included, with the real
/// limit, and trap. For frames so large that the entry check, which stands
/// behind the prologue, would come too late.
fn limit_frame(func: &mut Function) {
    let flags = func.dfg.mem_flags.insert_unchecked(CONSTANT);
    let load = |base, offset: u32| {
        let offset = Offset32::new(offset as i32);
        GlobalValueData::Load { base, offset, global_type: types::I64, flags }
    };
    let vmctx = func.create_global_value(GlobalValueData::VMContext);
    let isolate = func.create_global_value(load(vmctx, vmctx::ISOLATE));
    let limit = func.create_global_value(load(isolate, isolate::REAL_LIMIT));
    func.stack_limit = Some(limit);
}

fn declare_var(b: &mut FunctionBuilder<'_>, ty: ValType) -> Variable {
    let var = b.declare_var(clif_type(ty));
    if ty.is_traced_ref() {
        b.declare_var_needs_stack_map(var);
    }
    var
}

pub(crate) fn declare_local(b: &mut FunctionBuilder<'_>, ty: ValType, value: Value) -> Variable {
    let var = declare_var(b, ty);
    b.def_var(var, value);
    var
}

/// Locals of the body start as zero; one zero per type serves them all. The
/// first of them, if there are any.
pub(crate) fn declare_body_locals(
    b: &mut FunctionBuilder<'_>,
    runs: &[(u32, ValType)],
) -> Option<Variable> {
    let mut first = None;
    let mut zeros: HashMap<ValType, Value> = HashMap::new();
    for (n, ty) in runs {
        let zero = *zeros.entry(*ty).or_insert_with(|| match ty {
            ValType::I32 | ValType::I64 | ValType::Ref(_) => b.ins().iconst(clif_type(*ty), 0),
            ValType::F32 => b.ins().f32const(0.0),
            ValType::F64 => b.ins().f64const(0.0),
            ValType::V128 => {
                let zero: Constant =
                    b.func.dfg.constants.insert(ConstantData::from([0; 16].as_slice()));
                b.ins().vconst(types::I8X16, zero)
            }
        });
        for _ in 0..*n {
            let local = declare_local(b, *ty, zero);
            first.get_or_insert(local);
        }
    }
    first
}

impl<'a> FuncTranslator<'a> {
    /// Opens the outermost block of a body.
    pub(crate) fn push_func_frame(&mut self, ty: TypeIndex) {
        let kind = FrameKind::Func;
        let height = self.stack.len();
        self.frames.push(Frame::new(kind, BlockSig::Func(ty), height));
    }

    /// Translates the operators of a body.
    pub(crate) fn run(&mut self, body: &mut BodyReader<'a>) -> Result<(), CompileError> {
        while !body.is_done() {
            self.offset = body.offset() as u32;
            if self.input.listing {
                self.mark_position();
            }
            if let Some(outcome) = &self.outcome {
                self.reachable = outcome.condition.taken_at == self.offset;
            }
            body.visit(&mut Dispatch(self)).map_err(not_validated)?;
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            if self.b.func.dfg.num_values() > MAX_VALUES {
                return Err(CompileError::TooLarge("too many values".into()));
            }
        }
        Ok(())
    }
}

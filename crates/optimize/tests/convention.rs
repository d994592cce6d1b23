//! `abi::CallLayout` and Cranelift agree on where arguments and results lie,
//! for signatures of every shape: small functions are compiled, and what their
//! code moves from where to where is followed instruction by instruction.

#[path = "support/common.rs"]
mod common;

use std::collections::HashMap;

use iced_x86::{Code, Decoder, Instruction, Mnemonic, OpKind, Register};
use updraft_abi::convention::Place;
use updraft_abi::{CallLayout, Tunables, VmContextLayout};
use updraft_compile::Effort;
use updraft_types::{DeclaredFuncIndex, DeclaredGlobalIndex, FuncType, ValType};

const TYPES: [ValType; 7] = [
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::V128,
    ValType::FUNCREF,
    ValType::EXTERNREF,
];

/// What a register or a place in memory holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Content {
    /// What the register held at entry.
    Entry(Register),
    /// A stack argument: bytes above the return address.
    StackArg(i64),
    /// What the instance context holds at an offset.
    Context(i64),
    /// The frame pointer.
    Frame,
}

/// Follows code that only moves.
struct Moves {
    registers: HashMap<Register, Content>,
    /// Stores into the instance context.
    context: HashMap<i64, Content>,
    /// Stores into the result area.
    area: HashMap<i64, Content>,
    /// Spilled contents, by offset from the stack pointer.
    frame: HashMap<i64, Content>,
    /// Bytes that the return pops.
    popped: Option<u32>,
}

impl Moves {
    fn follow(code: &[u8]) -> Moves {
        let mut moves = Moves {
            registers: HashMap::new(),
            context: HashMap::new(),
            area: HashMap::new(),
            frame: HashMap::new(),
            popped: None,
        };
        for instruction in Decoder::new(64, code, 0).iter() {
            if moves.popped.is_some() {
                break;
            }
            moves.step(&instruction);
        }
        moves
    }

    fn register(&self, register: Register) -> Content {
        let register = register.full_register();
        self.registers.get(&register).copied().unwrap_or(Content::Entry(register))
    }

    fn load(&self, i: &Instruction) -> Content {
        let at = i.memory_displacement64() as i64;
        match i.memory_base() {
            Register::RSP => self.frame[&at],
            base => match self.register(base) {
                // The frame pointer points at its predecessor; above it lies
                // the return address, then the arguments.
                Content::Frame => Content::StackArg(at - 16),
                Content::Entry(Register::RDI) => Content::Context(at),
                other => panic!("load from {other:?}: {i}"),
            },
        }
    }

    fn step(&mut self, i: &Instruction) {
        use Mnemonic::*;
        match i.mnemonic() {
            Push | Sub | Add | Pop => {}
            Mov if i.op0_register() == Register::RBP => {
                self.registers.insert(Register::RBP, Content::Frame);
            }
            Mov if i.op0_register() == Register::RSP => {}
            Ret => {
                let pops = i.code() == Code::Retnq_imm16;
                self.popped = Some(if pops { u32::from(i.immediate16()) } else { 0 });
            }
            Mov | Movss | Movsd | Movups | Movaps | Movdqu | Movdqa | Movd | Movq | Movapd => {
                let from_memory = i.op1_kind() == OpKind::Memory;
                let value =
                    if from_memory { self.load(i) } else { self.register(i.op1_register()) };
                if i.op0_kind() == OpKind::Register {
                    self.registers.insert(i.op0_register().full_register(), value);
                    return;
                }
                let at = i.memory_displacement64() as i64;
                let base = i.memory_base();
                let map = if base == Register::RSP {
                    &mut self.frame
                } else {
                    match self.register(base) {
                        Content::Entry(Register::RDI) => &mut self.context,
                        Content::Entry(Register::RSI) => &mut self.area,
                        other => panic!("store to {other:?}: {i}"),
                    }
                };
                map.insert(at, value);
            }
            _ => panic!("not a move: {i}"),
        }
    }
}

const INT: [Register; 16] = [
    Register::RAX,
    Register::RCX,
    Register::RDX,
    Register::RBX,
    Register::RSP,
    Register::RBP,
    Register::RSI,
    Register::RDI,
    Register::R8,
    Register::R9,
    Register::R10,
    Register::R11,
    Register::R12,
    Register::R13,
    Register::R14,
    Register::R15,
];

fn float(n: u8) -> Register {
    (Register::XMM0 + u32::from(n)).full_register()
}

/// Code of the only function of a module with one global per value.
fn code(values: &[ValType], text: &str) -> (Vec<u8>, Vec<i64>) {
    let zero = |ty: &ValType| match ty {
        ValType::V128 => "v128.const i64x2 0 0".to_string(),
        ValType::Ref(_) if ty.is_traced_ref() => "ref.null extern".to_string(),
        ValType::Ref(_) => "ref.null func".to_string(),
        number => format!("{number}.const 0"),
    };
    let globals: String =
        values.iter().map(|ty| format!("(global (mut {ty}) ({}))", zero(ty))).collect();
    let module = common::module(&format!("(module {globals} {text})"));
    let layout = VmContextLayout::new(&module.desc).unwrap();
    let offsets = (0..values.len() as u32)
        .map(|i| i64::from(layout.global(DeclaredGlobalIndex::new(i))))
        .collect();
    let tunables = Tunables { interrupt_checks: false, ..Tunables::default() };
    let func = DeclaredFuncIndex::new(0);
    let compiled =
        common::compile(&common::compiler(), &module, func, tunables, Effort::Full).unwrap();
    (compiled.code, offsets)
}

fn list(types: &[ValType]) -> String {
    types.iter().map(|t| format!(" {t}")).collect()
}

/// Every argument arrives where the layout says: the function stores each to a
/// global of its own.
fn check_params(params: &[ValType], results: &[ValType]) {
    let layout = CallLayout::new(&FuncType::new(params, results));
    let stores: String =
        (0..params.len()).map(|i| format!("(global.set {i} (local.get {i}))")).collect();
    let text = format!(
        "(func (param{}) (result{}) {stores} {})",
        list(params),
        list(results),
        "(i64.const 0)".repeat(results.len()),
    );
    // Results are read by the other check; here they only shift arguments.
    let text = text.replace("(result)", "");
    let (code, globals) = code(params, &text);
    let code = without_results(code);
    let moves = Moves::follow(&code);
    for (i, place) in layout.params.iter().enumerate() {
        let expected = match *place {
            Place::Int(n) => Content::Entry(INT[n as usize]),
            Place::Float(n) => Content::Entry(float(n)),
            Place::Memory(at) => Content::StackArg(i64::from(at)),
        };
        assert_eq!(moves.context[&globals[i]], expected, "argument {i} of {params:?}");
    }
    assert_eq!(moves.popped, Some(layout.stack_arg_bytes), "{params:?}");
}

/// Drops the instructions that make zeros for results.
fn without_results(code: Vec<u8>) -> Vec<u8> {
    let mut kept = Vec::new();
    for i in Decoder::new(64, &code, 0).iter() {
        let zero = i.mnemonic() == Mnemonic::Xor
            || (i.mnemonic() == Mnemonic::Mov && i.op1_kind() != OpKind::Register)
                && matches!(i.op1_kind(), OpKind::Immediate32 | OpKind::Immediate32to64);
        if !zero {
            kept.extend_from_slice(&code[i.ip() as usize..i.next_ip() as usize]);
        }
        if i.mnemonic() == Mnemonic::Ret {
            break;
        }
    }
    kept
}

/// Every result leaves where the layout says: the function reads each from a
/// global of its own.
fn check_results(results: &[ValType]) {
    let layout = CallLayout::new(&FuncType::new([], results));
    let loads: String = (0..results.len()).map(|i| format!("(global.get {i})")).collect();
    let text = format!("(func (result{}) {loads})", list(results)).replace("(result)", "");
    let (code, globals) = code(results, &text);
    let moves = Moves::follow(&code);
    for (i, place) in layout.results.iter().enumerate() {
        let expected = Content::Context(globals[i]);
        let found = match *place {
            Place::Int(n) => moves.register(INT[n as usize]),
            Place::Float(n) => moves.register(float(n)),
            Place::Memory(at) => moves.area[&i64::from(at)],
        };
        assert_eq!(found, expected, "result {i} of {results:?}");
    }
    assert_eq!(moves.area.len() as u32 * 16, layout.result_area_bytes);
}

/// A fixed sequence of pseudo-random numbers.
fn numbers() -> impl FnMut() -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    }
}

#[test]
fn arguments_arrive_where_the_layout_says() {
    let mut next = numbers();
    for ty in TYPES {
        for n in 0..20 {
            check_params(&vec![ty; n], &[]);
        }
    }
    for n in 0..300 {
        let params: Vec<_> = (0..next() % 24).map(|_| TYPES[next() % TYPES.len()]).collect();
        // Nine integer results need a result area.
        check_params(&params, &[ValType::I64; 9][..(n % 2) * 9]);
    }
}

#[test]
fn results_leave_where_the_layout_says() {
    let mut next = numbers();
    for ty in TYPES {
        for n in 0..20 {
            check_results(&vec![ty; n]);
        }
    }
    for _ in 0..300 {
        let results: Vec<_> = (0..next() % 30).map(|_| TYPES[next() % TYPES.len()]).collect();
        check_results(&results);
    }
}

//! Machine code taken apart, and what its control flow says about loops.
#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{FlowControl, Instruction, Mnemonic, OpKind, Register};

/// An instruction, or data between instructions.
pub enum Line {
    /// An instruction.
    Code(Instruction),
    /// An entry of a jump table.
    Table { at: u64, target: u64 },
    /// Constants up to the end.
    Data { at: u64 },
}

/// Takes code apart. Constants behind it and jump tables within it are found
/// by the instructions that name them.
pub fn take_apart(code: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    let mut data_start = code.len() as u64;
    let mut tables = Vec::new();
    let mut targets = Vec::new();
    while at < data_start {
        if tables.contains(&at) {
            let table = at;
            // It ends where the first block behind it starts.
            while !targets.iter().any(|t| *t > table && *t < at + 4) && at + 4 <= data_start {
                let bytes = code[at as usize..at as usize + 4].try_into().unwrap();
                let target = table.wrapping_add_signed(i64::from(i32::from_le_bytes(bytes)));
                if target >= code.len() as u64 {
                    break;
                }
                targets.push(target);
                lines.push(Line::Table { at, target });
                at += 4;
            }
            tables.retain(|t| *t != table);
            continue;
        }
        let mut decoder = iced_x86::Decoder::with_ip(64, &code[at as usize..], at, 0);
        let instruction = decoder.decode();
        at = instruction.next_ip();
        if instruction.is_ip_rel_memory_operand() {
            let named = instruction.ip_rel_memory_address();
            if instruction.mnemonic() == Mnemonic::Lea {
                tables.push(named);
            } else {
                data_start = data_start.min(named);
            }
        }
        if matches!(instruction.op0_kind(), OpKind::NearBranch64) {
            targets.push(instruction.near_branch_target());
        }
        lines.push(Line::Code(instruction));
    }
    if (data_start as usize) < code.len() {
        lines.push(Line::Data { at: data_start });
    }
    lines
}

/// Straight-line runs of instructions, by their first, with their successors.
struct Blocks {
    blocks: BTreeMap<u64, Vec<Instruction>>,
    successors: BTreeMap<u64, Vec<u64>>,
}

impl Blocks {
    fn new(code: &[u8]) -> Self {
        let lines = take_apart(code);
        let mut starts = BTreeSet::from([0]);
        let mut table_targets = Vec::new();
        for line in &lines {
            match line {
                Line::Code(i) => {
                    if matches!(i.op0_kind(), OpKind::NearBranch64) {
                        starts.insert(i.near_branch_target());
                    }
                    if i.flow_control() != FlowControl::Next {
                        starts.insert(i.next_ip());
                    }
                }
                Line::Table { target, .. } => {
                    starts.insert(*target);
                    table_targets.push(*target);
                }
                Line::Data { .. } => {}
            }
        }
        let mut blocks: BTreeMap<u64, Vec<Instruction>> = BTreeMap::new();
        let mut current = 0;
        for line in &lines {
            if let Line::Code(i) = line {
                if starts.contains(&i.ip()) {
                    current = i.ip();
                }
                blocks.entry(current).or_default().push(*i);
            }
        }
        let mut successors = BTreeMap::new();
        for (start, run) in &blocks {
            let last = run[run.len() - 1];
            let next = match last.flow_control() {
                FlowControl::UnconditionalBranch => vec![last.near_branch_target()],
                FlowControl::ConditionalBranch => vec![last.near_branch_target(), last.next_ip()],
                // Every table: more than there is, never less.
                FlowControl::IndirectBranch => table_targets.clone(),
                FlowControl::Return | FlowControl::Exception => vec![],
                _ => vec![last.next_ip()],
            };
            successors.insert(*start, next);
        }
        Self { blocks, successors }
    }

    /// Whether the run at `start` ends in a limit check: it looks at a word
    /// that lies at the start of something, compares, and branches on `below`,
    /// or if it is all ones, to a run that calls.
    fn checks_limit(&self, start: u64) -> bool {
        let run = &self.blocks[&start];
        let Some((branch, before)) = run.split_last() else { return false };
        let is_word = |i: &Instruction| {
            i.op0_kind() == OpKind::Register
                && i.op0_register().is_gpr64()
                && i.op1_kind() == OpKind::Memory
                && i.memory_displacement64() == 0
                && i.memory_index() == Register::None
        };
        let loads = before.iter().any(|i| i.mnemonic() == Mnemonic::Mov && is_word(i));
        let compares = before.last().is_some_and(|i| {
            let in_place = is_word(i) && i.op0_register() == Register::RSP;
            i.mnemonic() == Mnemonic::Cmp && (loads || in_place)
        });
        let raised = before.last().is_some_and(|i| {
            let all_ones = i.op1_kind() != OpKind::Register && i.immediate(1) == u64::MAX;
            i.mnemonic() == Mnemonic::Cmp && loads && all_ones
        });
        let is_check = match branch.mnemonic() {
            Mnemonic::Jb => compares,
            Mnemonic::Je => raised,
            _ => false,
        };
        is_check && self.target_calls(branch)
    }

    /// Whether the run at `start` ends in taking from a budget: it subtracts a
    /// constant that is not 0 from memory, and branches on a negative rest to
    /// a run that calls.
    fn counts(&self, start: u64) -> bool {
        let run = &self.blocks[&start];
        let Some((branch, before)) = run.split_last() else { return false };
        let takes = before.last().is_some_and(|i| {
            i.mnemonic() == Mnemonic::Sub
                && i.op0_kind() == OpKind::Memory
                && i.op1_kind() != OpKind::Register
                && i.immediate(1) > 0
        });
        takes && branch.mnemonic() == Mnemonic::Js && self.target_calls(branch)
    }

    fn target_calls(&self, branch: &Instruction) -> bool {
        let cold = branch.near_branch_target();
        let run = self.blocks.get(&cold).map_or(&[][..], |run| run);
        run.iter().any(|i| i.mnemonic() == Mnemonic::Call)
    }

    /// A run from which the function is left, by a return or by a jump to
    /// another one, and to which a way leads through no run that counts.
    fn uncounted_exit(&self) -> Option<u64> {
        let mut done = BTreeSet::new();
        let mut open: Vec<_> = self.blocks.keys().next().copied().into_iter().collect();
        while let Some(at) = open.pop() {
            if !self.blocks.contains_key(&at) || !done.insert(at) || self.counts(at) {
                continue;
            }
            let flow = self.blocks[&at].last().map(Instruction::flow_control);
            let leaves = match flow {
                Some(FlowControl::Return) => true,
                Some(FlowControl::IndirectBranch) => self.successors[&at].is_empty(),
                _ => false,
            };
            if leaves {
                return Some(at);
            }
            open.extend(&self.successors[&at]);
        }
        None
    }

    /// A cycle through runs that `interrupts` says no of.
    fn cycle(&self, interrupts: impl Fn(u64) -> bool) -> Option<u64> {
        let mut done = BTreeSet::new();
        let mut open = BTreeSet::new();
        for root in self.blocks.keys() {
            let mut path = vec![(*root, 0)];
            while let Some((at, n)) = path.pop() {
                if n == 0 {
                    if done.contains(&at) || !self.blocks.contains_key(&at) || interrupts(at) {
                        continue;
                    }
                    open.insert(at);
                }
                match self.successors[&at].get(n) {
                    Some(next) if open.contains(next) => return Some(*next),
                    Some(next) => {
                        path.push((at, n + 1));
                        path.push((*next, 0));
                    }
                    None => {
                        open.remove(&at);
                        done.insert(at);
                    }
                }
            }
        }
        None
    }
}

/// The start of a loop that does not look at the limit word, if there is one.
pub fn unchecked_loop(code: &[u8]) -> Option<u64> {
    let blocks = Blocks::new(code);
    blocks.cycle(|at| blocks.checks_limit(at))
}

/// The start of a loop that takes from no budget, if there is one.
pub fn uncounted_loop(code: &[u8]) -> Option<u64> {
    let blocks = Blocks::new(code);
    blocks.cycle(|at| blocks.counts(at))
}

/// Where a function without loops is left with no budget taken from on the
/// way, if anywhere.
pub fn uncounted_exit(code: &[u8]) -> Option<u64> {
    Blocks::new(code).uncounted_exit()
}

/// The start of a loop, checked or not.
pub fn has_loop(code: &[u8]) -> bool {
    let mut blocks = Blocks::new(code);
    // A cold run leads back to where it came from; that is no loop.
    let checks: Vec<_> =
        blocks.blocks.keys().filter(|b| blocks.checks_limit(**b)).copied().collect();
    for check in checks {
        let next = blocks.successors[&check][1];
        blocks.successors.insert(check, vec![next]);
        if let Some(branch) = blocks.blocks.get_mut(&check).and_then(|run| run.last_mut()) {
            *branch = Instruction::default();
        }
    }
    blocks.cycle(|_| false).is_some()
}

//! What is known about a piece of code while it is published: inert tables.
//!
//! Made by the engine when it adds code, read by the signal handler and by
//! stack walks. Must not know: the engine's types (the owner is opaque).

use std::any::Any;
use std::sync::{Arc, Weak};

use updraft_abi::{CompiledFunc, OsrMap, Positions, Safepoint, Tier, Traps};
use updraft_types::{FuncIndex, TrapCode};

/// What a piece of code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// A wasm function.
    Func(FuncIndex),
    /// A wasm function entered at a loop.
    Loop(FuncIndex),
    /// Entries of wasm functions that jump through the code table.
    Entries,
    /// A stub between host and wasm.
    Stub,
}

/// Facts about a piece of code.
#[derive(Debug)]
pub struct CodeInfo {
    /// What the code is.
    pub kind: CodeKind,
    /// A number that its owner gave it.
    pub tag: usize,
    /// Whom it belongs to; weak, since owners hold their code.
    pub owner: Option<Weak<dyn Any + Send + Sync>>,
    /// Other modules whose bodies are in the code, by the number that positions
    /// give them. They stay as long as the code does, which compares addresses
    /// of theirs.
    pub foreign: Box<[Option<Arc<dyn Any + Send + Sync>>]>,
    /// Instructions that may trap.
    pub traps: Traps,
    /// Positions.
    pub positions: Positions,
    /// Calls with live references, sorted by offset.
    pub safepoints: Box<[Safepoint]>,
    /// Bytes of the frame below return address and frame pointer.
    pub frame_bytes: u32,
    /// Distance from the stack pointer at a call up to the frame pointer.
    pub sp_to_fp_bytes: u32,
    /// What made the code.
    pub tier: Tier,
    /// How running loops can be left for optimized code.
    pub osr: Option<Box<OsrMap>>,
    /// Sites of the feedback vector that the code uses.
    pub n_feedback_sites: u32,
}

impl CodeInfo {
    /// Facts about code without traps, positions and references.
    pub fn stub() -> Self {
        Self::bare(CodeKind::Stub)
    }

    /// Facts about code of some kind without any table.
    pub fn bare(kind: CodeKind) -> Self {
        Self {
            kind,
            tag: 0,
            owner: None,
            foreign: Box::default(),
            traps: Traps::default(),
            positions: Positions::default(),
            safepoints: Box::default(),
            frame_bytes: 0,
            sp_to_fp_bytes: 0,
            tier: Tier::default(),
            osr: None,
            n_feedback_sites: 0,
        }
    }

    /// Takes the tables out of a compiled function; its code and listing stay.
    pub fn from_compiled(kind: CodeKind, func: &mut CompiledFunc) -> Self {
        Self {
            traps: std::mem::take(&mut func.traps),
            positions: std::mem::take(&mut func.positions),
            safepoints: std::mem::take(&mut func.safepoints).into(),
            frame_bytes: func.frame_bytes,
            sp_to_fp_bytes: func.sp_to_fp_bytes,
            tier: func.tier,
            osr: func.osr.take(),
            n_feedback_sites: func.n_feedback_sites,
            ..Self::bare(kind)
        }
    }

    /// Why the instruction at an offset traps, if it may. Neither locks nor
    /// allocates.
    pub fn trap_code_at(&self, code_offset: u32) -> Option<TrapCode> {
        self.traps.code_at(code_offset)
    }

    /// The references that live in the frame during the call that returns to
    /// an offset.
    pub fn safepoint(&self, return_offset: u32) -> Option<&Safepoint> {
        let i = self.safepoints.binary_search_by_key(&return_offset, |s| s.code_offset).ok()?;
        Some(&self.safepoints[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use updraft_abi::TrapSite;

    #[test]
    fn a_trap_is_found_at_its_own_offset_only() {
        let site = |code_offset, code| TrapSite { code_offset, code };
        let mut func = CompiledFunc {
            traps: Traps::from_sites(&[
                site(4, TrapCode::Unreachable),
                site(9, TrapCode::IntegerOverflow),
            ]),
            ..CompiledFunc::default()
        };
        let info = CodeInfo::from_compiled(CodeKind::Func(FuncIndex::new(3)), &mut func);
        assert_eq!(info.trap_code_at(9), Some(TrapCode::IntegerOverflow));
        assert_eq!(info.trap_code_at(5), None);
        assert!(func.traps.is_empty());
    }
}

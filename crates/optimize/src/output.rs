//! From Cranelift's buffer to an inert [`CompiledFunc`].

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget, ir};
use updraft_abi::{
    CompiledFunc, Position, Positions, RefKind, Safepoint, SourcePosition, Tier, Traps,
    TrapsBuilder,
};
use updraft_compile::CompileError;
use updraft_types::TrapCode;

use crate::inline::InlineTree;
use crate::placement;

/// Functions start at a multiple of this: half a line of the instruction
/// cache, what Cranelift prefers on x86-64.
const MIN_ALIGN: u32 = 32;

/// What lies before the first instruction of a function that does not start a
/// line: traps if it is executed.
const PAD: u8 = 0xcc;

/// Our reason for a trap of Cranelift's.
fn trap_code(code: ir::TrapCode) -> Result<TrapCode, CompileError> {
    Ok(match code {
        ir::TrapCode::STACK_OVERFLOW => TrapCode::StackOverflow,
        ir::TrapCode::INTEGER_OVERFLOW => TrapCode::IntegerOverflow,
        ir::TrapCode::HEAP_OUT_OF_BOUNDS => TrapCode::MemoryOutOfBounds,
        ir::TrapCode::INTEGER_DIVISION_BY_ZERO => TrapCode::IntegerDivideByZero,
        ir::TrapCode::BAD_CONVERSION_TO_INTEGER => TrapCode::InvalidConversion,
        other => TrapCode::from_u8(other.as_raw().get())
            .ok_or_else(|| CompileError::Bug(format!("trap code {other}")))?,
    })
}

/// Bytes between the stack pointer at calls and the frame pointer.
pub(crate) fn frame_bytes(code: &CompiledCode) -> u32 {
    code.buffer.frame_layout().map_or(0, |layout| layout.frame_to_fp_offset)
}

/// Takes everything out of `code`, and resolves calls of the function to
/// itself.
pub(crate) fn compiled_func(
    code: &CompiledCode,
    sources: &[SourcePosition],
    tree: &InlineTree,
    listing: Option<String>,
) -> Result<CompiledFunc, CompileError> {
    let buffer = &code.buffer;
    let pad = placement::pad(code);
    let entry = pad.unwrap_or(0);
    let mut bytes = vec![PAD; entry as usize];
    bytes.extend_from_slice(buffer.data());
    for reloc in buffer.relocs() {
        relocate(&mut bytes[entry as usize..], reloc)?;
    }
    let frame_bytes = frame_bytes(code);
    let safepoints = buffer
        .user_stack_maps()
        .iter()
        .map(|(offset, _, map)| {
            let mut slots: Vec<_> = map.entries().map(|(_, at)| (at, RefKind::Extern)).collect();
            slots.sort_unstable_by_key(|slot| slot.0);
            Safepoint { code_offset: entry + *offset, slots: slots.into() }
        })
        .collect();
    Ok(CompiledFunc {
        tier: Tier::Optimized,
        osr: None,
        n_feedback_sites: 0,
        foreign: tree.foreign().to_vec(),
        inlined: tree.n_inlined(),
        code: bytes,
        entry,
        align: buffer.alignment.max(if pad.is_some() { placement::LINE_BYTES } else { MIN_ALIGN }),
        traps: traps(code, entry)?,
        positions: Positions::from_vecs(&positions(code, entry), sources),
        safepoints,
        frame_bytes,
        sp_to_fp_bytes: frame_bytes,
        listing,
    })
}

/// Resolves a call of the function to itself; there are no other relocations,
/// because everything else is found through `vmctx`.
fn relocate(bytes: &mut [u8], reloc: &FinalizedMachReloc) -> Result<(), CompileError> {
    let own =
        matches!(&reloc.target, FinalizedRelocTarget::ExternalName(ir::ExternalName::User(_)));
    let at = reloc.offset as usize;
    let field = bytes.get_mut(at..at + 4);
    match (reloc.kind, own, field) {
        (Reloc::X86CallPCRel4 | Reloc::X86PCRel4, true, Some(field)) => {
            let relative = reloc.addend - i64::from(reloc.offset);
            let relative = i32::try_from(relative)
                .map_err(|_| CompileError::TooLarge("call out of reach".into()))?;
            field.copy_from_slice(&relative.to_le_bytes());
            Ok(())
        }
        _ => Err(CompileError::Bug(format!("relocation {:?} of {:?}", reloc.kind, reloc.target))),
    }
}

fn traps(code: &CompiledCode, entry: u32) -> Result<Traps, CompileError> {
    let mut traps = TrapsBuilder::default();
    for trap in code.buffer.traps() {
        traps.push(entry + trap.offset, trap_code(trap.code)?);
    }
    Ok(traps.finish())
}

/// Positions of code ranges. The prologue belongs to position 0.
fn positions(code: &CompiledCode, entry: u32) -> Vec<Position> {
    let mut positions = vec![Position { code_offset: 0, source: 0 }];
    for range in code.buffer.get_srclocs_sorted() {
        let source = range.loc.bits();
        let same = positions.last().is_some_and(|p| p.source == source);
        if range.loc.is_default() || same {
            continue;
        }
        match positions.last_mut() {
            Some(last) if last.code_offset == entry + range.start => last.source = source,
            _ => positions.push(Position { code_offset: entry + range.start, source }),
        }
    }
    positions
}

//! Where a function with loops best starts within a line of the instruction
//! cache.
//!
//! # Essay: why it matters
//!
//! A processor fetches code by blocks of 32 bytes and caches decoded
//! instructions by lines of 64. A short loop whose jump back lies across two
//! blocks, or that lies across a line more than it must, can take much longer:
//! a matrix multiplication took 1.16 and 1.21 times Wasmtime's time with its
//! inner loop's jump inside of a block, 1.33 and 1.38 across two (Zen 5, the
//! four starts below); a loop over vectors took 1.35 times where the jump out of
//! it lay across two lines, 1.10 elsewhere. The compiler does not align loops, so the function as a
//! whole is moved: of the four starts that keep its constants aligned, the one
//! is taken for which its loops cost least, inner loops counting most.

use cranelift_codegen::CompiledCode;

/// Bytes of a line.
pub(crate) const LINE_BYTES: u32 = 64;
/// Bytes between the starts that are tried: what constants are aligned to.
const STEP_BYTES: u32 = 16;
/// Bytes of a block that is fetched at once.
const BLOCK_BYTES: u32 = 32;
/// Longer loops do not care.
const MAX_LOOP_BYTES: u32 = 512;
/// Functions with more loops are not looked at to their end.
const MAX_LOOPS: usize = 256;
/// What a jump back across blocks costs, against a line too many.
const JUMP_COST: u32 = 4;
/// What any jump across lines costs, against a line too many.
const TORN_COST: u32 = 2;
/// What a loop counts against the one around it.
const DEPTH_WEIGHT: u32 = 4;
/// Deeper loops count as those at this depth.
const MAX_DEPTH: u32 = 6;

struct Loop {
    start: u32,
    /// Where the jump back lies.
    jump: u32,
    end: u32,
    weight: u32,
    /// Where all its jumps start and end.
    jumps: Vec<(u32, u32)>,
}

/// The jump that ends at `end`: where it starts, and its target.
///
/// Found in the code itself: which blocks jump where is not among what the
/// compiler reports reliably for functions with cold blocks.
fn jump_before(code: &[u8], end: u32) -> Option<(u32, u32)> {
    let relative = end.checked_sub(4)?;
    let field = code.get(relative as usize..end as usize)?;
    let target = end.checked_add_signed(i32::from_le_bytes(field.try_into().ok()?))?;
    let before = |n: u32| code.get(relative.checked_sub(n)? as usize).copied();
    match (before(2), before(1)) {
        (Some(0x0f), Some(0x80..=0x8f)) => Some((relative - 2, target)),
        (_, Some(0xe9)) => Some((relative - 1, target)),
        _ => None,
    }
}

/// The function's loops: from the header to the end of the nearest jump back
/// to it. Cold blocks also jump back, from farther away.
fn loops(code: &[u8], starts: &[u32]) -> Vec<Loop> {
    let mut found: Vec<Loop> = Vec::new();
    let ends = starts.iter().skip(1).copied();
    for block_end in ends {
        // A block may end with a conditional jump and another one.
        let last = jump_before(code, block_end);
        let other = last.and_then(|(start, _)| Some((start, jump_before(code, start)?)));
        let last = last.map(|jump| (block_end, jump));
        for (end, (jump, start)) in last.into_iter().chain(other) {
            if start >= end || starts.binary_search(&start).is_err() {
                continue;
            }
            // Ends rise: the first one found is the nearest.
            if !found.iter().rev().any(|l| l.start == start) {
                found.push(Loop { start, jump, end, weight: 1, jumps: Vec::new() });
            }
        }
        if found.len() > MAX_LOOPS {
            break;
        }
    }
    // The deeper a loop lies, the more often it runs.
    let extents: Vec<(u32, u32)> = found.iter().map(|l| (l.start, l.end)).collect();
    found.retain(|l| l.end - l.start <= MAX_LOOP_BYTES);
    for l in &mut found {
        let around = extents.iter().filter(|(start, end)| *start <= l.start && l.end <= *end);
        l.weight = DEPTH_WEIGHT.pow((around.count() as u32).saturating_sub(1).min(MAX_DEPTH));
        let inside = starts.iter().filter(|e| **e > l.start && **e <= l.end);
        l.jumps = inside.filter_map(|e| Some((jump_before(code, *e)?.0, *e))).collect();
    }
    found
}

fn cost(l: &Loop, pad: u32) -> u32 {
    let (start, jump, last) = (l.start + pad, l.jump + pad, l.end + pad - 1);
    let lines = last / LINE_BYTES - start / LINE_BYTES + 1;
    let least = (l.end - l.start).div_ceil(LINE_BYTES);
    let across = u32::from(jump / BLOCK_BYTES != last / BLOCK_BYTES);
    let torn = l
        .jumps
        .iter()
        .filter(|(start, end)| (start + pad) / LINE_BYTES != (end - 1 + pad) / LINE_BYTES);
    l.weight * (lines - least + across * JUMP_COST + torn.count() as u32 * TORN_COST)
}

/// Bytes to put before the function, if it then starts a line; nothing if it
/// does not matter where it starts.
pub(crate) fn pad(code: &CompiledCode) -> Option<u32> {
    let loops = loops(code.buffer.data(), &code.bb_starts);
    if loops.is_empty() {
        return None;
    }
    (0..LINE_BYTES)
        .step_by(STEP_BYTES as usize)
        .min_by_key(|pad| loops.iter().map(|l| cost(l, *pad)).sum::<u32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_loop_is_put_on_one_line() {
        let l = Loop { start: 40, jump: 75, end: 80, weight: 1, jumps: vec![] };
        assert_eq!(cost(&l, 0), 1);
        assert_eq!(cost(&l, 32), 0);
    }

    #[test]
    fn a_jump_back_across_blocks_costs_more_than_a_line() {
        let l = Loop { start: 0, jump: 94, end: 99, weight: 1, jumps: vec![] };
        assert_eq!(cost(&l, 0), JUMP_COST);
        assert_eq!(cost(&l, 48), 1);
    }

    #[test]
    fn loops_are_found_with_their_jumps_back() {
        // A byte; a loop of a byte that ends with jne; an outer loop that ends
        // with jmp; the rest.
        let mut code = vec![0x90, 0x90, 0x0f, 0x85];
        code.extend((-7i32).to_le_bytes());
        code.push(0xe9);
        code.extend((-13i32).to_le_bytes());
        code.push(0xc3);
        let found = loops(&code, &[0, 1, 8, 13]);
        let shape: Vec<_> = found.iter().map(|l| (l.start, l.jump, l.end, l.weight)).collect();
        assert_eq!(shape, [(1, 2, 8, DEPTH_WEIGHT), (0, 8, 13, 1)]);
    }
}

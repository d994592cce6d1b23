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
//! four starts below). The compiler does not align loops, so the function as a
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
/// What a jump back across blocks costs, against a line too many.
const JUMP_COST: u32 = 4;
/// What an inner loop counts, against one that contains others.
const INNER_WEIGHT: u32 = 8;

struct Loop {
    start: u32,
    /// Where the jump back lies.
    jump: u32,
    end: u32,
    weight: u32,
}

/// Where the jump that ends at `end` starts.
fn jump_start(code: &[u8], end: u32) -> u32 {
    let before = |n: usize| (end as usize).checked_sub(n).and_then(|at| code.get(at)).copied();
    let bytes = match (before(6), before(5), before(2)) {
        (Some(0x0f), Some(0x80..=0x8f), _) => 6,
        (_, Some(0xe9), _) => 5,
        (_, _, Some(0xeb | 0x70..=0x7f)) => 2,
        _ => 5,
    };
    end.saturating_sub(bytes)
}

/// The function's loops: from the header to the end of the nearest block that
/// jumps back to it. Cold blocks also jump back, from farther away.
fn loops(code: &CompiledCode) -> Vec<Loop> {
    let len = code.buffer.data().len() as u32;
    let mut found: Vec<Loop> = Vec::new();
    for (from, to) in &code.bb_edges {
        if to > from {
            continue;
        }
        let after = code.bb_starts.partition_point(|start| start <= from);
        let end = code.bb_starts.get(after).copied().unwrap_or(len);
        match found.iter_mut().find(|l| l.start == *to) {
            Some(known) => known.end = known.end.min(end),
            None => found.push(Loop { start: *to, jump: end, end, weight: INNER_WEIGHT }),
        }
        if found.len() > 256 {
            break;
        }
    }
    let headers: Vec<u32> = found.iter().map(|l| l.start).collect();
    found.retain(|l| l.end > l.start && l.end - l.start <= MAX_LOOP_BYTES);
    for l in &mut found {
        l.jump = jump_start(code.buffer.data(), l.end);
        if headers.iter().any(|h| *h > l.start && *h < l.end) {
            l.weight = 1;
        }
    }
    found
}

fn cost(l: &Loop, pad: u32) -> u32 {
    let (start, jump, last) = (l.start + pad, l.jump + pad, l.end + pad - 1);
    let lines = last / LINE_BYTES - start / LINE_BYTES + 1;
    let least = (l.end - l.start).div_ceil(LINE_BYTES);
    let across = u32::from(jump / BLOCK_BYTES != last / BLOCK_BYTES);
    l.weight * (lines - least + across * JUMP_COST)
}

/// Bytes to put before the function, if it then starts a line; nothing if it
/// does not matter where it starts.
pub(crate) fn pad(code: &CompiledCode) -> Option<u32> {
    let loops = loops(code);
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
        let l = Loop { start: 40, jump: 75, end: 80, weight: 1 };
        assert_eq!(cost(&l, 0), 1);
        assert_eq!(cost(&l, 32), 0);
    }

    #[test]
    fn a_jump_back_across_blocks_costs_more_than_a_line() {
        let l = Loop { start: 0, jump: 94, end: 99, weight: 1 };
        assert_eq!(cost(&l, 0), JUMP_COST);
        assert_eq!(cost(&l, 48), 1);
    }

    #[test]
    fn jumps_are_found_at_the_ends_of_blocks() {
        assert_eq!(jump_start(&[0x90, 0xe9, 1, 2, 3, 4], 6), 1);
        assert_eq!(jump_start(&[0x90, 0x0f, 0x84, 2, 3, 4, 5], 7), 1);
        assert_eq!(jump_start(&[0x90, 0x90, 0x90, 0x90, 0xeb, 0x10], 6), 4);
    }
}

//! Where a function with loops best starts within a line of the instruction
//! cache.
//!
//! # Essay: why it matters
//!
//! A processor fetches and caches decoded instructions by lines of 64 bytes.
//! A short loop that lies across one line more than it must, or whose branch
//! (with the compare it is fused with) crosses from one line to the next, can
//! take twice as long: a loop over bytes was seen to run at 1.0 or 2.0 times
//! its best time depending on nothing but where its function started. The
//! compiler does not align loops, so the function as a whole is moved: of the
//! four starts that keep its constants aligned, the one is taken for which its
//! loops cost least, inner loops counting most.

use cranelift_codegen::CompiledCode;

/// Bytes of a line.
pub(crate) const LINE_BYTES: u32 = 64;
/// Bytes between the starts that are tried: what constants are aligned to.
const STEP_BYTES: u32 = 16;
/// Longer loops do not care.
const MAX_LOOP_BYTES: u32 = 512;
/// Bytes that a compare and the branch fused with it take, about.
const BRANCH_BYTES: u32 = 8;
/// What a line too many costs, against a branch that crosses lines.
const LINE_COST: u32 = 2;
/// What an inner loop counts, against one that contains others.
const INNER_WEIGHT: u32 = 8;

struct Loop {
    start: u32,
    end: u32,
    weight: u32,
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
            None => found.push(Loop { start: *to, end, weight: INNER_WEIGHT }),
        }
        if found.len() > 256 {
            break;
        }
    }
    let headers: Vec<u32> = found.iter().map(|l| l.start).collect();
    found.retain(|l| l.end > l.start && l.end - l.start <= MAX_LOOP_BYTES);
    for l in &mut found {
        if headers.iter().any(|h| *h > l.start && *h < l.end) {
            l.weight = 1;
        }
    }
    found
}

fn line(offset: u32) -> u32 {
    offset / LINE_BYTES
}

fn cost(l: &Loop, ends: &[u32], pad: u32) -> u32 {
    let (start, end) = (l.start + pad, l.end + pad);
    let lines = line(end - 1) - line(start) + 1;
    let least = (l.end - l.start).div_ceil(LINE_BYTES);
    let first = ends.partition_point(|e| *e <= l.start);
    let crossing = ends[first..]
        .iter()
        .take_while(|e| **e <= l.end)
        .filter(|e| line((**e + pad).saturating_sub(BRANCH_BYTES)) != line(**e + pad - 1))
        .count() as u32;
    l.weight * ((lines - least) * LINE_COST + crossing)
}

/// Bytes to put before the function, if it then starts a line; nothing if it
/// does not matter where it starts.
pub(crate) fn pad(code: &CompiledCode) -> Option<u32> {
    let loops = loops(code);
    if loops.is_empty() {
        return None;
    }
    // Where blocks end: there lie the branches.
    let len = code.buffer.data().len() as u32;
    let ends: Vec<u32> = code.bb_starts.iter().skip(1).copied().chain([len]).collect();
    (0..LINE_BYTES)
        .step_by(STEP_BYTES as usize)
        .min_by_key(|pad| loops.iter().map(|l| cost(l, &ends, *pad)).sum::<u32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_loop_is_put_on_one_line() {
        let l = Loop { start: 40, end: 80, weight: 1 };
        assert_eq!(cost(&l, &[40, 80], 0), LINE_COST);
        assert_eq!(cost(&l, &[40, 80], 32), 0);
    }

    #[test]
    fn a_branch_across_lines_costs() {
        let l = Loop { start: 0, end: 100, weight: 1 };
        assert_eq!(cost(&l, &[66, 100], 0), 1);
        assert_eq!(cost(&l, &[66, 100], 16), 0);
    }
}

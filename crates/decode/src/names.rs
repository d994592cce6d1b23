//! Parses a name section. Nothing in it can be an error: what makes no sense
//! ends the part it is in.

use std::ops::Range;

use updraft_types::{FuncIndex, NameTable};

const MODULE: u8 = 0;
const FUNCS: u8 = 1;

/// Finds names in the section at `section` of the module. Positions are in
/// `module`, which is at most 1 GiB.
pub(crate) fn parse(module: &[u8], section: Range<usize>) -> NameTable {
    let mut table = NameTable::default();
    let mut section = Reader { bytes: module, at: section.start, end: section.end };
    while let Some((id, part)) = section.part() {
        match id {
            MODULE => table.module = part.clone().name(),
            // A second part of the same kind is malformed; the first counts.
            FUNCS if table.funcs.is_empty() => table.funcs = funcs(part),
            _ => {}
        }
    }
    table
}

fn funcs(mut part: Reader<'_>) -> Vec<(FuncIndex, Range<u32>)> {
    let mut funcs = Vec::new();
    let Some(count) = part.leb() else { return funcs };
    // An entry has two bytes or more, so the count cannot make us allocate.
    funcs.reserve((count as usize).min((part.end - part.at) / 2));
    for _ in 0..count {
        let Some(func) = part.leb() else { break };
        let Some(name) = part.name() else { break };
        funcs.push((FuncIndex::new(func), name));
    }
    if !funcs.is_sorted_by(|a, b| a.0 < b.0) {
        // Stable, so of several names for a function the first counts.
        funcs.sort_by_key(|f| f.0);
        funcs.dedup_by_key(|f| f.0);
    }
    funcs
}

#[derive(Clone)]
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes[..self.end].get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn leb(&mut self) -> Option<u32> {
        let mut value = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    /// A vector of bytes: its position.
    fn name(&mut self) -> Option<Range<u32>> {
        let len = self.leb()? as usize;
        let start = self.at;
        if len > self.end - start {
            return None;
        }
        self.at += len;
        Some(start as u32..self.at as u32)
    }

    /// A part of the section: its id and contents.
    fn part(&mut self) -> Option<(u8, Reader<'a>)> {
        let id = self.byte()?;
        let range = self.name()?;
        Some((id, Reader { bytes: self.bytes, at: range.start as usize, end: range.end as usize }))
    }
}

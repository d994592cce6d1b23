//! Which instructions may trap, and why.
//!
//! Made by compilers, read by the signal handler: lookups neither lock nor
//! allocate.

use std::fmt;

use updraft_types::TrapCode;

use super::packed::{Packed, Packer, Reader};

/// An instruction that may trap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrapSite {
    /// Offset of the instruction in the code.
    pub code_offset: u32,
    /// Why it traps.
    pub code: TrapCode,
}

/// The reason that a block starts with: nearly all traps are this one.
const USUAL: TrapCode = TrapCode::MemoryOutOfBounds;

/// The trapping instructions of a piece of code. A row's flag says that its
/// reason, which follows, is another one than that of the row before.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Traps {
    rows: Packed,
}

impl Traps {
    /// Packs sites that are sorted by offset.
    pub fn from_sites(sites: &[TrapSite]) -> Self {
        let mut builder = TrapsBuilder::default();
        for site in sites {
            builder.push(site.code_offset, site.code);
        }
        builder.finish()
    }

    #[cfg(test)]
    pub(super) fn of(rows: Packed) -> Self {
        Self { rows }
    }

    /// Why the instruction at an offset traps, if it may.
    pub fn code_at(&self, code_offset: u32) -> Option<TrapCode> {
        let (start, rows) = self.rows.block_of(code_offset);
        let rows = Rows { rows, code_offset: start, code: USUAL };
        let mut from = rows.skip_while(|site| site.code_offset < code_offset);
        from.next().filter(|site| site.code_offset == code_offset).map(|site| site.code)
    }

    /// All of them, by offset.
    pub fn iter(&self) -> impl Iterator<Item = TrapSite> {
        self.rows.blocks().flat_map(|(start, rows)| Rows { rows, code_offset: start, code: USUAL })
    }

    /// Whether nothing traps.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.rows.heap_bytes()
    }
}

impl fmt::Debug for Traps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

struct Rows<'a> {
    rows: Reader<'a>,
    code_offset: u32,
    code: TrapCode,
}

impl Iterator for Rows<'_> {
    type Item = TrapSite;

    fn next(&mut self) -> Option<TrapSite> {
        let (code_offset, differs) = self.rows.row(self.code_offset)?;
        if differs {
            self.code = TrapCode::from_u8(self.rows.number()? as u8)?;
        }
        self.code_offset = code_offset;
        Some(TrapSite { code_offset, code: self.code })
    }
}

/// Packs trapping instructions while code is emitted.
#[derive(Clone, Debug)]
pub struct TrapsBuilder {
    rows: Packer,
    code: TrapCode,
}

impl Default for TrapsBuilder {
    fn default() -> Self {
        Self { rows: Packer::default(), code: USUAL }
    }
}

impl TrapsBuilder {
    /// Adds an instruction. Offsets rise.
    #[inline]
    pub fn push(&mut self, code_offset: u32, code: TrapCode) {
        if self.rows.next_starts_block(code_offset) {
            self.code = USUAL;
        }
        let differs = code != self.code;
        self.rows.row(code_offset, differs);
        if differs {
            self.code = code;
            self.rows.number(code as u64);
        }
    }

    /// What was added. The builder is empty again and keeps its space.
    pub fn finish(&mut self) -> Traps {
        self.code = USUAL;
        Traps { rows: self.rows.finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Vec<TrapSite> {
        let site = |i: u32| TrapSite {
            code_offset: 3 + i * 7 + (i / 50) * 1000 + (i / 99) * 1_000_000,
            code: TrapCode::ALL
                [if i.is_multiple_of(5) { i as usize % TrapCode::ALL.len() } else { 1 }],
        };
        (0..500).map(site).collect()
    }

    #[test]
    fn what_was_added_is_found_at_its_own_offset_only() {
        for n in [0, 1, 2, 63, 64, 65, 128, 129, 500] {
            let sites = &sites()[..n];
            let traps = Traps::from_sites(sites);
            assert!(traps.iter().eq(sites.iter().copied()));
            assert_eq!(traps.is_empty(), n == 0);
            let mut next = sites.iter().peekable();
            for offset in 0..sites.last().map_or(10, |s| s.code_offset + 10) {
                let expected = next.next_if(|s| s.code_offset == offset).map(|s| s.code);
                if expected.is_some() || offset.is_multiple_of(97) || offset < 5000 {
                    assert_eq!(traps.code_at(offset), expected, "at {offset} of {n}");
                }
            }
            assert_eq!(traps.code_at(u32::MAX), None);
        }
    }

    #[test]
    fn offsets_may_be_far_apart() {
        let code = TrapCode::Unreachable;
        let sites = [0, u32::MAX - 1, u32::MAX].map(|code_offset| TrapSite { code_offset, code });
        let traps = Traps::from_sites(&sites);
        assert!(traps.iter().eq(sites));
        assert_eq!(traps.code_at(u32::MAX), Some(code));
        assert_eq!(traps.code_at(1), None);
    }

    #[test]
    fn a_builder_starts_anew() {
        let mut builder = TrapsBuilder::default();
        builder.push(5, TrapCode::StackOverflow);
        let first = builder.finish();
        builder.push(5, TrapCode::StackOverflow);
        assert_eq!(builder.finish(), first);
        assert!(builder.finish().is_empty());
    }
}

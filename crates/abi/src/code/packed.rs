//! Rows sorted by code offset, as differences of few bytes each.
//!
//! # Essay: the format
//!
//! A row is the distance of its code offset from the one before, with a flag
//! in the lowest bit, and then whatever the table adds; numbers take 7 bits a
//! byte, lowest first, and the highest bit says that more follow. Most rows so
//! take one byte a number. Every 64 rows a block starts anew, at a code offset
//! that a small index holds together with the first byte's place, so that a
//! lookup is a binary search and at most 64 steps. It neither locks nor
//! allocates: a signal handler reads these tables.
//!
//! A table that is damaged gives wrong answers, but never reads outside of its
//! bytes.

/// Rows of a block.
const BLOCK_ROWS: u32 = 64;

/// A block but the first, which starts at offset 0 of code and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Block {
    /// Code offset of its first row.
    code_offset: u32,
    /// Where its bytes start.
    at: u32,
}

/// The rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Packed {
    bytes: Box<[u8]>,
    blocks: Box<[Block]>,
}

impl Packed {
    /// The block that rows at a code offset, or right before it, lie in: the
    /// code offset that its first row counts from, and its bytes.
    pub(super) fn block_of(&self, code_offset: u32) -> (u32, Reader<'_>) {
        let i = self.blocks.partition_point(|b| b.code_offset <= code_offset);
        self.block(i)
    }

    fn block(&self, i: usize) -> (u32, Reader<'_>) {
        let before = i.checked_sub(1).and_then(|i| self.blocks.get(i));
        let (code_offset, at) = before.map_or((0, 0), |b| (b.code_offset, b.at as usize));
        let end = self.blocks.get(i).map_or(self.bytes.len(), |b| b.at as usize);
        (code_offset, Reader { bytes: self.bytes.get(at..end).unwrap_or(&[]) })
    }

    /// All blocks.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (u32, Reader<'_>)> {
        (0..=self.blocks.len()).map(|i| self.block(i))
    }

    /// The same with a byte and a place in the index changed.
    #[cfg(test)]
    pub(super) fn damaged(&self, random: u32) -> Self {
        let mut bad = self.clone();
        let n = bad.bytes.len();
        bad.bytes[random as usize % n] = (random >> 24) as u8;
        let n = bad.blocks.len();
        bad.blocks[(random >> 8) as usize % n].at = random >> 20;
        bad
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes of the rows and of their index.
    pub(super) fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.blocks)
    }
}

/// Reads the rows of a block.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    /// Reads a number; nothing at the end.
    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            // No number has more than 33 bits.
            shift = (shift + 7) & 63;
        }
    }

    /// Starts a row: its code offset, if the one before lies at `before`, and
    /// its flag.
    #[inline]
    pub(super) fn row(&mut self, before: u32) -> Option<(u32, bool)> {
        let number = self.number()?;
        Some((before.wrapping_add((number >> 1) as u32), number & 1 != 0))
    }

    /// Reads a number relative to another one.
    #[inline]
    pub(super) fn relative(&mut self, to: u32) -> Option<u32> {
        let number = self.number()? as u32;
        let difference = (number >> 1) ^ (number & 1).wrapping_neg();
        Some(to.wrapping_add(difference))
    }
}

/// Writes rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Packer {
    bytes: Vec<u8>,
    blocks: Vec<Block>,
    n_rows: u32,
    code_offset: u32,
}

impl Packer {
    /// Whether there are no rows.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Announces a row. Whether it starts a block, so that what it adds must
    /// not depend on the rows before.
    #[inline]
    pub(super) fn next_starts_block(&mut self, code_offset: u32) -> bool {
        let starts = self.n_rows.is_multiple_of(BLOCK_ROWS);
        if starts && self.n_rows > 0 {
            self.start_block(code_offset);
        }
        self.n_rows += 1;
        starts
    }

    #[cold]
    fn start_block(&mut self, code_offset: u32) {
        self.blocks.push(Block { code_offset, at: self.bytes.len() as u32 });
        self.code_offset = code_offset;
    }

    /// Writes the start of a row.
    #[inline]
    pub(super) fn row(&mut self, code_offset: u32, flag: bool) {
        let number = self.distance(code_offset, flag);
        self.number(number);
    }

    /// Writes the start of a row, and a number as its difference from another.
    #[inline]
    pub(super) fn row_and_relative(&mut self, code_offset: u32, flag: bool, number: u32, to: u32) {
        let distance = self.distance(code_offset, flag);
        let difference = number.wrapping_sub(to) as i32;
        // The sign goes to the lowest bit, so that small ones stay small.
        let difference = u64::from(((difference << 1) ^ (difference >> 31)) as u32);
        if (distance | difference) < 0x80 {
            // As one word: two stores of a byte, loaded together, would stall.
            let both = (distance | difference << 8) as u16;
            self.bytes.extend_from_slice(&both.to_le_bytes());
        } else {
            self.long(distance, difference);
        }
    }

    #[cold]
    fn long(&mut self, distance: u64, difference: u64) {
        self.number(distance);
        self.number(difference);
    }

    #[inline]
    fn distance(&mut self, code_offset: u32, flag: bool) -> u64 {
        debug_assert!(code_offset >= self.code_offset, "rows are sorted");
        let distance = code_offset.wrapping_sub(self.code_offset);
        self.code_offset = code_offset;
        u64::from(distance) << 1 | u64::from(flag)
    }

    /// Writes a number.
    #[inline]
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// The rows. The packer is empty again and keeps its space.
    pub(super) fn finish(&mut self) -> Packed {
        let packed = Packed { bytes: (&*self.bytes).into(), blocks: (&*self.blocks).into() };
        self.clear();
        packed
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.blocks.clear();
        self.n_rows = 0;
        self.code_offset = 0;
    }
}

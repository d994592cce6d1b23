//! The short way through a data section: modules have up to 100,000 segments,
//! and the parser looks at each three times.
//!
//! Understands segments as compilers write them. Whatever else is found, a
//! fault included, is left to the long way, so the verdict is always the
//! parser's.

use std::ops::Range;

use updraft_types::{
    ConstExpr, ConstOp, DataIndex, DataSegment, IndexVec, MemoryIndex, ModuleDesc, SegmentMode,
    limits,
};

/// Reads the data section whose contents lie at `section` in the module, if it
/// is valid and all its segments are passive or lie at a constant address of
/// memory 0.
pub(crate) fn plain_segments(
    module: &[u8],
    section: Range<usize>,
    desc: &ModuleDesc,
) -> Option<IndexVec<DataIndex, DataSegment>> {
    let has_memory = desc.memories.values().next().is_some_and(|m| !m.memory64);
    let mut reader = Reader { bytes: module.get(..section.end)?, at: section.start };
    let count = reader.u32()? as usize;
    // A segment has two bytes or more, so the count cannot make us allocate.
    if count > limits::MAX_DATA_SEGMENTS || count > section.len() / 2 {
        return None;
    }
    let mut segments = IndexVec::with_capacity(count);
    for _ in 0..count {
        let mode = match reader.byte()? {
            0 if has_memory => {
                let offset = reader.i32_const()?;
                SegmentMode::Active { target: MemoryIndex::new(0), offset }
            }
            1 if desc.features.bulk_memory => SegmentMode::Passive,
            _ => return None,
        };
        let len = reader.u32()? as usize;
        let end = reader.at.checked_add(len).filter(|end| *end <= section.end)?;
        segments.push(DataSegment { mode, bytes: reader.at..end });
        reader.at = end;
    }
    (reader.at == section.end).then_some(segments)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn u32(&mut self) -> Option<u32> {
        let (value, shift, last) = self.leb()?;
        (shift < 28 || last <= 0x0f).then_some(value)
    }

    /// `i32.const`, then `end`.
    fn i32_const(&mut self) -> Option<ConstExpr> {
        const I32_CONST: u8 = 0x41;
        const END: u8 = 0x0b;
        if self.byte()? != I32_CONST {
            return None;
        }
        let (value, shift, last) = self.leb()?;
        let value = if shift == 28 {
            // Bits above the 32nd must repeat the sign.
            if !matches!(last & 0x78, 0 | 0x78) {
                return None;
            }
            value as i32
        } else {
            let unused = 25 - shift;
            ((value << unused) as i32) >> unused
        };
        if self.byte()? != END {
            return None;
        }
        Some(ConstExpr { ops: ConstOp::I32(value).into() })
    }

    /// The bits, the shift of the last byte, the last byte.
    fn leb(&mut self) -> Option<(u32, u32, u8)> {
        let mut value = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some((value, shift, byte));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use updraft_types::{Features, MemoryType};

    /// The offset and length of the only segment.
    fn read(segment: &[u8]) -> Option<(i32, usize)> {
        let memory = MemoryType { min_pages: 1, max_pages: None, shared: false, memory64: false };
        let desc = ModuleDesc {
            features: Features::default(),
            memories: vec![memory].into(),
            ..ModuleDesc::default()
        };
        let bytes = [&[1][..], segment].concat();
        let segments = plain_segments(&bytes, 0..bytes.len(), &desc)?;
        let segment = &segments[DataIndex::new(0)];
        let SegmentMode::Active { offset, .. } = &segment.mode else { return None };
        let [ConstOp::I32(offset)] = offset.ops[..] else { return None };
        Some((offset, segment.bytes.len()))
    }

    #[test]
    fn numbers_of_all_lengths_are_read_as_the_spec_says() {
        assert_eq!(read(&[0, 0x41, 0x7f, 0x0b, 0]), Some((-1, 0)));
        assert_eq!(read(&[0, 0x41, 0x3f, 0x0b, 2, 9, 9]), Some((63, 2)));
        assert_eq!(read(&[0, 0x41, 0xc0, 0x00, 0x0b, 0]), Some((64, 0)));
        assert_eq!(read(&[0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0b, 0]), Some((i32::MIN, 0)));
        assert_eq!(read(&[0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x0b, 0]), Some((i32::MAX, 0)));
        assert_eq!(read(&[0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x0b, 0]), Some((-1, 0)));
        assert_eq!(read(&[0, 0x41, 0, 0x0b, 0x80, 0x80, 0x80, 0x80, 0]), Some((0, 0)));
    }

    #[test]
    fn everything_unusual_is_left_to_the_parser() {
        for segment in [
            &[0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b, 0][..],
            &[0, 0x41, 0, 0x0b, 0x80, 0x80, 0x80, 0x80, 0x10],
            &[0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b, 0],
            &[0, 0x41, 0, 0x01, 0x0b, 0],
            &[0, 0x42, 0, 0x0b, 0],
            &[0, 0x41, 0, 0x0b, 1],
            &[0, 0x41, 0, 0x0b, 0, 0],
            &[2, 0, 0x41, 0, 0x0b, 0],
            &[3],
            &[],
        ] {
            assert_eq!(read(segment), None, "{segment:02x?}");
        }
    }
}

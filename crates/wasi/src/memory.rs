//! The guest's memory, and nothing of it outside its bounds.
//!
//! Owns every step from a guest's number to bytes: range and alignment checks, integers,
//! paths, lists of buffers. Used by all families of calls. Knows no descriptor.
//!
//! Out of bounds is `EFAULT`, misaligned is `EINVAL`. No length a guest names is allocated:
//! buffers are slices of its own memory, and lists are cut at [`MAX_IOVECS`].

use crate::types::{Errno, Result};
use std::io::{IoSlice, IoSliceMut};
use std::ops::Range;

/// As many buffers as the kernel takes in one call; the rest of a list is left for the next.
pub(crate) const MAX_IOVECS: usize = 1024;

/// As many empty buffers as are skipped in the search for one that is not.
const MAX_EMPTY_IOVECS: u32 = 1 << 16;

/// As long as a path may be, as on the host.
pub(crate) const MAX_PATH_BYTES: u32 = 4096;

/// The memory that a guest's call refers to.
pub(crate) struct GuestMemory<'a> {
    bytes: &'a mut [u8],
}

impl<'a> GuestMemory<'a> {
    pub fn new(bytes: &'a mut [u8]) -> GuestMemory<'a> {
        GuestMemory { bytes }
    }

    /// The range of `len` bytes at `ptr`, if it is all there.
    pub fn range(&self, ptr: u32, len: u32) -> Result<Range<usize>, Errno> {
        let start = ptr as usize;
        let end = start.checked_add(len as usize).ok_or(Errno::FAULT)?;
        if end > self.bytes.len() {
            return Err(Errno::FAULT);
        }
        Ok(start..end)
    }

    pub fn bytes(&self, ptr: u32, len: u32) -> Result<&[u8], Errno> {
        let range = self.range(ptr, len)?;
        Ok(&self.bytes[range])
    }

    pub fn bytes_mut(&mut self, ptr: u32, len: u32) -> Result<&mut [u8], Errno> {
        let range = self.range(ptr, len)?;
        Ok(&mut self.bytes[range])
    }

    /// The bytes of a range that [`range`](Self::range) has checked.
    pub fn checked(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    /// The bytes of a range that [`range`](Self::range) has checked.
    pub fn checked_mut(&mut self, range: &Range<usize>) -> &mut [u8] {
        &mut self.bytes[range.clone()]
    }

    /// Checks that an array of `count` items of `size` bytes lies at `ptr`.
    pub fn check_array(&self, ptr: u32, count: u32, size: u32, align: u32) -> Result<(), Errno> {
        aligned(ptr, align)?;
        let len = count.checked_mul(size).ok_or(Errno::FAULT)?;
        self.range(ptr, len).map(drop)
    }

    pub fn read_u8(&self, ptr: u32) -> Result<u8, Errno> {
        Ok(self.array::<1>(ptr)?[0])
    }

    pub fn read_u16(&self, ptr: u32) -> Result<u16, Errno> {
        self.array(ptr).map(u16::from_le_bytes)
    }

    pub fn read_u32(&self, ptr: u32) -> Result<u32, Errno> {
        self.array(ptr).map(u32::from_le_bytes)
    }

    pub fn read_u64(&self, ptr: u32) -> Result<u64, Errno> {
        self.array(ptr).map(u64::from_le_bytes)
    }

    pub fn write_u16(&mut self, ptr: u32, value: u16) -> Result<(), Errno> {
        self.set_array(ptr, value.to_le_bytes())
    }

    pub fn write_u32(&mut self, ptr: u32, value: u32) -> Result<(), Errno> {
        self.set_array(ptr, value.to_le_bytes())
    }

    pub fn write_u64(&mut self, ptr: u32, value: u64) -> Result<(), Errno> {
        self.set_array(ptr, value.to_le_bytes())
    }

    /// Writes a structure of `N` bytes that starts at a multiple of `align`.
    pub fn write_struct<const N: usize>(
        &mut self,
        ptr: u32,
        align: u32,
        value: [u8; N],
    ) -> Result<(), Errno> {
        aligned(ptr, align)?;
        self.bytes_mut(ptr, N as u32)?.copy_from_slice(&value);
        Ok(())
    }

    /// Checks that a result of `size` bytes can be written to `ptr` once the call is done.
    pub fn check_result(&self, ptr: u32, size: u32) -> Result<(), Errno> {
        aligned(ptr, size)?;
        self.range(ptr, size).map(drop)
    }

    /// A path of the guest: UTF-8, without a NUL, no longer than the host takes.
    pub fn path(&self, ptr: u32, len: u32) -> Result<&str, Errno> {
        let bytes = self.bytes(ptr, len)?;
        if len >= MAX_PATH_BYTES {
            return Err(Errno::NAMETOOLONG);
        }
        let path = std::str::from_utf8(bytes).map_err(|_| Errno::ILSEQ)?;
        if path.contains('\0') {
            return Err(Errno::INVAL);
        }
        Ok(path)
    }

    /// The buffers of a list, without the empty ones; at most [`MAX_IOVECS`] of them.
    pub fn iovecs(&self, ptr: u32, count: u32) -> Result<Vec<Range<usize>>, Errno> {
        self.check_array(ptr, count, 8, 4)?;
        let mut buffers = Vec::with_capacity((count as usize).min(MAX_IOVECS));
        let mut total = 0u32;
        for index in 0..count {
            if buffers.len() == MAX_IOVECS || (buffers.is_empty() && index == MAX_EMPTY_IOVECS) {
                break;
            }
            let item = ptr + index * 8;
            let len = self.read_u32(item + 4)?;
            let buffer = self.range(self.read_u32(item)?, len)?;
            total = total.checked_add(len).ok_or(Errno::INVAL)?;
            if len > 0 {
                buffers.push(buffer);
            }
        }
        if buffers.is_empty() && count > MAX_EMPTY_IOVECS {
            return Err(Errno::INVAL);
        }
        Ok(buffers)
    }

    /// Buffers to write from. They may overlap.
    pub fn slices(&self, buffers: &[Range<usize>]) -> Vec<IoSlice<'_>> {
        buffers.iter().map(|buffer| IoSlice::new(&self.bytes[buffer.clone()])).collect()
    }

    /// Buffers to read into, in the order of the list. Of a list that overlaps itself only
    /// the first is given: reading less than was asked for is always allowed.
    pub fn slices_mut(&mut self, buffers: &[Range<usize>]) -> Vec<IoSliceMut<'_>> {
        if let [buffer] = buffers {
            return vec![IoSliceMut::new(&mut self.bytes[buffer.clone()])];
        }
        let mut order: Vec<usize> = (0..buffers.len()).collect();
        order.sort_by_key(|&index| buffers[index].start);
        let disjoint = order.windows(2).all(|pair| buffers[pair[0]].end <= buffers[pair[1]].start);
        if !disjoint {
            order = vec![0];
        }
        let mut rest = &mut *self.bytes;
        let mut offset = 0;
        let mut slices: Vec<(usize, &mut [u8])> = Vec::with_capacity(order.len());
        for index in order {
            let buffer = &buffers[index];
            let (_, tail) = rest.split_at_mut(buffer.start - offset);
            let (slice, tail) = tail.split_at_mut(buffer.len());
            slices.push((index, slice));
            rest = tail;
            offset = buffer.end;
        }
        slices.sort_by_key(|(index, _)| *index);
        slices.into_iter().map(|(_, slice)| IoSliceMut::new(slice)).collect()
    }

    fn array<const N: usize>(&self, ptr: u32) -> Result<[u8; N], Errno> {
        aligned(ptr, N as u32)?;
        let bytes = self.bytes(ptr, N as u32)?;
        bytes.try_into().map_err(|_| Errno::FAULT)
    }

    fn set_array<const N: usize>(&mut self, ptr: u32, value: [u8; N]) -> Result<(), Errno> {
        self.write_struct(ptr, N as u32, value)
    }
}

/// `align` is a power of two.
fn aligned(ptr: u32, align: u32) -> Result<(), Errno> {
    if ptr & (align - 1) == 0 { Ok(()) } else { Err(Errno::INVAL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: u32 = 65536;

    fn with_memory(test: impl FnOnce(GuestMemory<'_>)) {
        let mut bytes = vec![0; PAGE as usize];
        test(GuestMemory::new(&mut bytes));
    }

    #[test]
    fn ranges_end_at_the_memory() {
        with_memory(|memory| {
            assert_eq!(memory.range(0, PAGE), Ok(0..65536));
            assert_eq!(memory.range(PAGE, 0), Ok(65536..65536));
            assert_eq!(memory.range(PAGE + 1, 0), Err(Errno::FAULT));
            assert_eq!(memory.range(PAGE - 1, 2), Err(Errno::FAULT));
            assert_eq!(memory.range(u32::MAX, u32::MAX), Err(Errno::FAULT));
        });
    }

    #[test]
    fn integers_are_little_endian_and_aligned() {
        with_memory(|mut memory| {
            memory.write_u64(8, 0x0102_0304_0506_0708).unwrap();
            assert_eq!(memory.read_u8(8), Ok(8));
            assert_eq!(memory.read_u16(14), Ok(0x0102));
            assert_eq!(memory.read_u32(12), Ok(0x0102_0304));
            assert_eq!(memory.read_u32(10), Err(Errno::INVAL));
            assert_eq!(memory.write_u64(4, 0), Err(Errno::INVAL));
            assert_eq!(memory.write_u64(PAGE, 0), Err(Errno::FAULT));
            assert_eq!(memory.read_u32(u32::MAX - 3), Err(Errno::FAULT));
        });
    }

    #[test]
    fn paths_are_checked() {
        with_memory(|mut memory| {
            memory.bytes_mut(0, 6).unwrap().copy_from_slice(b"a/b\0\xffc");
            assert_eq!(memory.path(0, 3), Ok("a/b"));
            assert_eq!(memory.path(0, 0), Ok(""));
            assert_eq!(memory.path(0, 4), Err(Errno::INVAL));
            assert_eq!(memory.path(4, 2), Err(Errno::ILSEQ));
            assert_eq!(memory.path(0, MAX_PATH_BYTES), Err(Errno::NAMETOOLONG));
            assert_eq!(memory.path(PAGE - 1, 2), Err(Errno::FAULT));
        });
    }

    fn put_iovecs(memory: &mut GuestMemory<'_>, ptr: u32, list: &[(u32, u32)]) {
        for (index, (buffer, len)) in list.iter().enumerate() {
            memory.write_u32(ptr + index as u32 * 8, *buffer).unwrap();
            memory.write_u32(ptr + index as u32 * 8 + 4, *len).unwrap();
        }
    }

    #[test]
    fn buffer_lists_are_bounded() {
        with_memory(|mut memory| {
            put_iovecs(&mut memory, 16, &[(100, 4), (0, 0), (50, 8)]);
            assert_eq!(memory.iovecs(16, 3).unwrap(), [100..104, 50..58]);
            assert_eq!(memory.iovecs(16, 0).unwrap(), []);
            assert_eq!(memory.iovecs(18, 1), Err(Errno::INVAL));
            assert_eq!(memory.iovecs(16, u32::MAX), Err(Errno::FAULT));
            assert_eq!(memory.iovecs(PAGE - 4, 1), Err(Errno::FAULT));
            put_iovecs(&mut memory, 16, &[(0, PAGE), (PAGE - 1, 2)]);
            assert_eq!(memory.iovecs(16, 1).unwrap().len(), 1);
            assert_eq!(memory.iovecs(16, 2), Err(Errno::FAULT));
            for index in 0..2000 {
                put_iovecs(&mut memory, 16 + index * 8, &[(index, 1)]);
            }
            assert_eq!(memory.iovecs(16, 2000).unwrap().len(), MAX_IOVECS);
        });
    }

    #[test]
    fn lists_of_more_than_four_gigabytes_are_refused() {
        let mut bytes = vec![0; 5 << 20];
        let mut memory = GuestMemory::new(&mut bytes);
        put_iovecs(&mut memory, 0, &[(0, 5 << 20); MAX_IOVECS]);
        assert_eq!(memory.iovecs(0, 800).unwrap().len(), 800);
        assert_eq!(memory.iovecs(0, 1024), Err(Errno::INVAL));
    }

    #[test]
    fn slices_keep_the_order_of_the_list() {
        with_memory(|mut memory| {
            let slices = &mut memory.slices_mut(&[8..10, 0..4, 4..8]);
            assert_eq!(slices.iter().map(|s| s.len()).collect::<Vec<_>>(), [2, 4, 4]);
            slices[0].copy_from_slice(b"xy");
            slices[2].copy_from_slice(b"5678");
            assert_eq!(memory.bytes(0, 10).unwrap(), b"\0\0\0\x005678xy");
        });
    }

    #[test]
    fn overlapping_slices_are_cut_to_the_first() {
        with_memory(|mut memory| {
            assert_eq!(memory.slices_mut(&[0..4, 2..6]).len(), 1);
            assert_eq!(memory.slices_mut(&[2..6, 0..3])[0].len(), 4);
            assert_eq!(memory.slices_mut(&[0..4, 0..4]).len(), 1);
            assert_eq!(memory.slices_mut(&[]).len(), 0);
            assert_eq!(memory.slices(&[0..4, 2..6]).len(), 2);
        });
    }
}

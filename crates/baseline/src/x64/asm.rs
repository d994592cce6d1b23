//! The code buffer and the shape all instructions share.
//!
//! Owns: the bytes; prefixes, ModRM, SIB and displacement. Called by the
//! modules of `x64` that name instructions. Must not know: any instruction.
//!
//! An instruction is made of two words: the head (prefixes, opcode, ModRM,
//! SIB; at most 7 bytes) and the tail (displacement and immediate; at most 8).
//! Both are stored whole, so that an instruction costs two 8-byte stores and
//! one check of the buffer's end. What the stores leave behind the end of the
//! instruction is overwritten by the next one.

use super::label::Labels;
use super::mem::Mem;
use super::pool::Pool;

/// What one instruction may write, garbage included.
const WINDOW: usize = 16;

/// An opcode of the old map: prefix and bytes.
#[derive(Clone, Copy)]
pub(super) struct Opc {
    /// In the order of memory, lowest byte first.
    pub(super) bytes: u32,
    pub(super) len: u32,
    /// 66, F2, F3 or 0 for none.
    pub(super) prefix: u8,
}

impl Opc {
    #[inline(always)]
    pub(super) const fn one(op: u8) -> Opc {
        Opc { bytes: op as u32, len: 1, prefix: 0 }
    }

    /// Behind the escape byte 0F.
    #[inline(always)]
    pub(super) const fn two(op: u8) -> Opc {
        Opc { bytes: 0x0F | (op as u32) << 8, len: 2, prefix: 0 }
    }

    #[inline(always)]
    pub(super) const fn with(self, prefix: u8) -> Opc {
        Opc { prefix, ..self }
    }
}

/// One piece of machine code while it grows.
pub(crate) struct Asm {
    /// Longer than the code: what lies behind `len` is room.
    buffer: Vec<u8>,
    len: usize,
    pub(super) labels: Labels,
    pub(super) pool: Pool,
}

impl Asm {
    /// An empty piece of code.
    pub(crate) fn new() -> Asm {
        Asm { buffer: vec![0; 4096], len: 0, labels: Labels::default(), pool: Pool::default() }
    }

    /// Forgets code, labels and constants, but keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.labels.clear();
        self.pool.clear();
    }

    /// Where the next instruction starts. Code stays below 2 GiB: the caller
    /// gives up long before.
    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.len as u32
    }

    /// The bytes so far.
    #[inline]
    pub(crate) fn code(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Ends the code: places the constants behind it, resolves what waits for
    /// labels. Returns the length of all. The code must start at a multiple of
    /// 16 if it has constants.
    pub(crate) fn finish(&mut self) -> u32 {
        self.place_constants();
        self.fix_late();
        self.offset()
    }

    /// A copy of the bytes in memory of just their size.
    #[cfg(test)]
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.code().to_vec()
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.put(0, 0, u64::from_le_bytes(word), chunk.len() as u32);
        }
    }

    /// Replaces a byte that was emitted: an immediate that is known late.
    pub(crate) fn patch8(&mut self, at: u32, byte: u8) {
        self.buffer[at as usize] = byte;
    }

    /// Fills with `int3` up to a multiple of `align`, a power of two.
    pub(crate) fn pad_to(&mut self, align: u32) {
        while self.offset() & (align - 1) != 0 {
            self.put(0xCC, 1, 0, 0);
        }
    }

    /// Appends the low `head_len` (at most 7) bytes of `head` and the low
    /// `tail_len` of `tail`. Higher bits may be anything.
    #[inline(always)]
    pub(super) fn put(&mut self, head: u64, head_len: u32, tail: u64, tail_len: u32) {
        debug_assert!(head_len < 8 && tail_len <= 8);
        if self.buffer.len() - self.len < WINDOW {
            self.grow();
        }
        if let Some(window) = self.buffer[self.len..].first_chunk_mut::<WINDOW>() {
            let head_len = head_len as usize & 7;
            window[..8].copy_from_slice(&head.to_le_bytes());
            window[head_len..head_len + 8].copy_from_slice(&tail.to_le_bytes());
            self.len += head_len + tail_len as usize;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let len = self.buffer.len() * 2;
        self.buffer.resize(len, 0);
    }

    #[inline]
    pub(super) fn read_u32(&self, at: u32) -> u32 {
        let bytes = self.buffer[at as usize..].first_chunk().expect("a fixup lies in the code");
        u32::from_le_bytes(*bytes)
    }

    #[inline]
    pub(super) fn write_u32(&mut self, at: u32, value: u32) {
        self.buffer[at as usize..at as usize + 4].copy_from_slice(&value.to_le_bytes());
    }

    #[inline]
    pub(super) fn write_u8(&mut self, at: u32, value: u8) {
        self.buffer[at as usize] = value;
    }

    /// Prefix, REX and opcode, with their length in bits. `rex` has the bits
    /// it needs, or is 0x40 if it must be there without any.
    #[inline(always)]
    fn head(op: Opc, rex: u8) -> (u64, u32) {
        let mut head = 0;
        let mut bits = 0;
        if op.prefix != 0 {
            head = u64::from(op.prefix);
            bits = 8;
        }
        if rex != 0 {
            head |= u64::from(0x40 | rex) << bits;
            bits += 8;
        }
        (head | u64::from(op.bytes) << bits, bits + op.len * 8)
    }

    /// An instruction without operands, or with those the opcode implies.
    #[inline(always)]
    pub(super) fn op_0(&mut self, op: Opc, rex: u8, imm: u64, imm_len: u32) {
        let (head, bits) = Self::head(op, rex);
        self.put(head, bits / 8, imm, imm_len);
    }

    /// An instruction whose register is in the last opcode byte.
    #[inline(always)]
    pub(super) fn op_o(&mut self, mut op: Opc, rex: u8, r: u8, imm: u64, imm_len: u32) {
        op.bytes |= u32::from(r & 7) << (op.len * 8 - 8);
        self.op_0(op, rex | r >> 3, imm, imm_len);
    }

    /// `reg` is a register or the opcode's extension, `rm` a register.
    #[inline(always)]
    pub(super) fn op_r(&mut self, op: Opc, rex: u8, reg: u8, rm: u8, imm: u64, imm_len: u32) {
        let (head, bits) = Self::head(op, rex | (reg >> 1 & 4) | rm >> 3);
        self.put_r(head, bits, reg, rm, imm, imm_len);
    }

    /// `reg` is a register or the opcode's extension.
    #[inline(always)]
    pub(super) fn op_m(&mut self, op: Opc, rex: u8, reg: u8, m: Mem, imm: u64, imm_len: u32) {
        let (head, bits) = Self::head(op, rex | (reg >> 1 & 4) | m.rex_xb);
        self.put_m(head, bits, reg, m, imm, imm_len);
    }

    /// ModRM of two registers behind a head of `bits` bits, and the tail.
    #[inline(always)]
    pub(super) fn put_r(&mut self, head: u64, bits: u32, reg: u8, rm: u8, imm: u64, imm_len: u32) {
        let modrm = 0xC0 | (reg & 7) << 3 | (rm & 7);
        self.put(head | u64::from(modrm) << bits, bits / 8 + 1, imm, imm_len);
    }

    /// ModRM, SIB and displacement behind a head of `bits` bits, and the tail.
    #[inline(always)]
    pub(super) fn put_m(
        &mut self,
        mut head: u64,
        mut bits: u32,
        reg: u8,
        m: Mem,
        imm: u64,
        imm_len: u32,
    ) {
        if m.label().is_some() {
            return self.put_rip(head, bits, reg, m, imm, imm_len);
        }
        // Where there is no SIB byte, it is garbage behind the head.
        let modrm = m.modrm | (reg & 7) << 3;
        head |= (u64::from(modrm) | u64::from(m.sib) << 8) << bits;
        bits += if m.has_sib() { 16 } else { 8 };
        let disp_len = m.disp_bytes();
        let mut tail = u64::from(m.disp as u32);
        if imm_len > 0 {
            tail = tail & ((1 << (disp_len * 8)) - 1) | imm << (disp_len * 8);
        }
        self.put(head, bits / 8, tail, disp_len + imm_len);
    }

    /// `put_m` of an operand relative to a label.
    #[inline(never)]
    fn put_rip(&mut self, head: u64, bits: u32, reg: u8, m: Mem, imm: u64, imm_len: u32) {
        let Some((label, behind)) = m.label() else { return };
        let modrm = m.modrm | (reg & 7) << 3;
        let at = self.offset() + bits / 8 + 1;
        self.put(head | u64::from(modrm) << bits, bits / 8 + 1, imm << 32, 4 + imm_len);
        // The distance counts from the end of the instruction.
        let minus = i64::from(at) + 4 + i64::from(imm_len) - i64::from(behind);
        match self.place(label) {
            Some(place) => self.write_u32(at, (i64::from(place) - minus) as u32),
            None => self.fix_later(at, label, minus),
        }
    }
}

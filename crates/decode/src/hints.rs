//! What a compiler in one pass wants to know of a body before it begins: which
//! locals are used most, and whether anything is called.
//!
//! Owns: [`BodyHints`], the weights, and [`BodyHints::scan`], which finds the
//! hints in a body that was validated at another time. Where a body is
//! validated first, the quick look ([`plain`](crate::plain)) finds the same on
//! its way. The scan reads opcodes and skips immediates, knows nothing of types
//! and trusts nothing: on bytes that it cannot follow it stops. So hints are
//! only that, and nobody may rely on them.

/// How much a use inside of a loop counts more than one outside.
const LOOP_FACTOR_LOG2: u32 = 3;
/// Deeper loops count as this deep.
const MAX_LOOP_DEPTH: u32 = 4;

/// What was seen of a body. Counts are weighed by loop depth.
#[derive(Debug, Default)]
pub struct BodyHints {
    uses: Vec<u32>,
    calls: u32,
    /// Open loops.
    depth: u32,
    /// Of what is seen now.
    weight: u32,
    /// Scratch of the scan: of open blocks, whether they are loops.
    blocks: Vec<bool>,
}

impl BodyHints {
    /// Uses by local, parameters included.
    pub fn uses(&self) -> &[u32] {
        &self.uses
    }

    /// Calls of any kind, those of builtins included.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// Begins with a body of so many locals.
    pub(crate) fn restart(&mut self, n_locals: usize) {
        self.uses.clear();
        self.uses.resize(n_locals, 0);
        (self.calls, self.depth, self.weight) = (0, 0, 1);
    }

    #[inline(always)]
    pub(crate) fn local(&mut self, local: usize) {
        if let Some(uses) = self.uses.get_mut(local) {
            *uses = uses.saturating_add(self.weight);
        }
    }

    #[inline(always)]
    pub(crate) fn call(&mut self) {
        self.calls = self.calls.saturating_add(self.weight);
    }

    pub(crate) fn enter_loop(&mut self) {
        self.depth += 1;
        self.weight = weight_at(self.depth);
    }

    pub(crate) fn leave_loop(&mut self) {
        self.depth -= 1;
        self.weight = weight_at(self.depth);
    }
}

/// Inlined everywhere, so that the place stays in a register: from memory, each
/// operator would wait for the one before.
struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    #[inline(always)]
    fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    #[inline(always)]
    fn leb(&mut self) -> u32 {
        let first = self.byte();
        if first < 0x80 {
            return u32::from(first);
        }
        let mut value = u32::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let byte = self.byte();
            if shift < 32 {
                value |= u32::from(byte & 0x7f) << shift;
            }
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    /// Behind the end all bytes are 0.
    #[inline(always)]
    fn skip_leb(&mut self) {
        while self.byte() >= 0x80 {}
    }

    #[inline(always)]
    fn lebs(&mut self, n: u32) {
        for _ in 0..n {
            if self.at >= self.bytes.len() {
                return;
            }
            self.skip_leb();
        }
    }

    #[inline(always)]
    fn memarg(&mut self) {
        // Bit 6: a memory index follows.
        if self.leb() & 0x40 != 0 {
            self.skip_leb();
        }
        self.skip_leb();
    }
}

impl BodyHints {
    /// Looks at the operators of a body with so many locals.
    pub fn scan(&mut self, operators: &[u8], n_locals: usize) {
        self.restart(n_locals);
        self.blocks.clear();
        let mut b = Bytes { bytes: operators, at: 0 };
        while b.at < b.bytes.len() {
            match b.byte() {
                opcode @ 0x02..=0x04 => {
                    b.skip_leb();
                    let is_loop = opcode == 0x03;
                    self.blocks.push(is_loop);
                    if is_loop {
                        self.enter_loop();
                    }
                }
                0x0b => match self.blocks.pop() {
                    Some(true) => self.leave_loop(),
                    Some(false) => {}
                    None => break,
                },
                0x0c | 0x0d | 0x23..=0x26 | 0x3f | 0x41 | 0x42 | 0xd0 => b.skip_leb(),
                0x0e => {
                    let n = b.leb();
                    b.lebs(n.saturating_add(1));
                }
                0x10 | 0x12 | 0x40 | 0xd2 => {
                    b.skip_leb();
                    self.call();
                }
                0x11 | 0x13 => {
                    b.lebs(2);
                    self.call();
                }
                0x1c => {
                    let n = b.leb();
                    b.lebs(n);
                }
                0x20..=0x22 => {
                    let local = b.leb() as usize;
                    self.local(local);
                }
                0x28..=0x3e => b.memarg(),
                0x43 => b.at += 4,
                0x44 => b.at += 8,
                0xfc => {
                    let opcode = b.leb();
                    b.lebs(match opcode {
                        0..=7 => 0,
                        8 | 10 | 12 | 14 => 2,
                        _ => 1,
                    });
                    if opcode > 7 {
                        self.call();
                    }
                }
                0xfd => match b.leb() {
                    0..=11 | 92 | 93 => b.memarg(),
                    12 | 13 => b.at += 16,
                    21..=34 => b.at += 1,
                    84..=91 => {
                        b.memarg();
                        b.at += 1;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

fn weight_at(depth: u32) -> u32 {
    1 << (LOOP_FACTOR_LOG2 * depth.min(MAX_LOOP_DEPTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_in_loops_weigh_more() {
        // loop local.get 0 br_if 0 end local.get 1 call 0 end
        let body = [0x03, 0x40, 0x20, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x10, 0, 0x0b];
        let mut hints = BodyHints::default();
        hints.scan(&body, 2);
        assert_eq!((hints.uses(), hints.calls()), (&[8, 1][..], 1));
    }

    #[test]
    fn broken_bytes_end_the_scan() {
        let mut hints = BodyHints::default();
        for body in [&[0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0xff; 40], &[0x0b, 0x0b], &[0xfd]]
        {
            hints.scan(body, 1);
        }
    }
}

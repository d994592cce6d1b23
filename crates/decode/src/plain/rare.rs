//! Operators that are rare, or cost more than a call of their own.

use super::walk::{Kind, Spot, Walk};
use super::{BOTTOM, EXTERNREF, F32, F64, FUNCREF, I32, I64, V128};

impl Walk<'_> {
    /// Checks an operator whose first byte was read. Where the walk is then.
    #[inline(never)]
    pub(super) fn rare(&mut self, op: u8, mut spot: Spot) -> Option<Spot> {
        let s = &mut spot;
        match op {
            0x00 => self.unreachable(s),
            0x01 => {}
            0x05 => {
                if self.frame.kind != Kind::If {
                    return None;
                }
                self.end_block(s)?;
                self.frame.kind = Kind::Else;
                self.frame.unreachable = false;
                self.push_list(s, self.frame.sig.params)?;
            }
            0x0e => self.br_table(s)?,
            0x0f => {
                self.pop_list(s, self.func_results())?;
                self.unreachable(s);
            }
            0x11 => {
                let sig = self.indirect_callee(s)?;
                self.pop(s, I32)?;
                self.call(s, sig)?;
            }
            0x12 => {
                let sig = self.callee(s)?;
                self.return_call(s, sig)?;
            }
            0x13 => {
                let sig = self.indirect_callee(s)?;
                self.pop(s, I32)?;
                self.return_call(s, sig)?;
            }
            0x1b => {
                self.pop(s, I32)?;
                let (a, b) = (self.pop_any(s)?, self.pop_any(s)?);
                let is_ref = |ty| matches!(ty, FUNCREF | EXTERNREF);
                if is_ref(a) || is_ref(b) || (a != b && a != BOTTOM && b != BOTTOM) {
                    return None;
                }
                self.push(s, a.max(b))?;
            }
            0x1c => {
                if self.u32(s)? != 1 {
                    return None;
                }
                let ty = self.val_type(s)?;
                self.pop(s, I32)?;
                self.pop(s, ty)?;
                self.unary(s, ty, ty)?;
            }
            0x25 => {
                let ty = self.table(s)?;
                self.unary(s, I32, ty)?;
            }
            0x26 => {
                let ty = self.table(s)?;
                self.pop(s, ty)?;
                self.pop(s, I32)?;
            }
            0x3f => {
                self.memory(s)?;
                self.push(s, I32)?;
            }
            0x40 => {
                self.hints.call();
                self.memory(s)?;
                self.unary(s, I32, I32)?;
            }
            0x43 => {
                self.skip(s, 4)?;
                self.push(s, F32)?;
            }
            0x44 => {
                self.skip(s, 8)?;
                self.push(s, F64)?;
            }
            // Conversions.
            0xa8 | 0xa9 | 0xbc => self.unary(s, F32, I32)?,
            0xaa | 0xab => self.unary(s, F64, I32)?,
            0xae | 0xaf => self.unary(s, F32, I64)?,
            0xb0 | 0xb1 | 0xbd => self.unary(s, F64, I64)?,
            0xb2 | 0xb3 | 0xbe => self.unary(s, I32, F32)?,
            0xb4 | 0xb5 => self.unary(s, I64, F32)?,
            0xb6 => self.unary(s, F64, F32)?,
            0xb7 | 0xb8 => self.unary(s, I32, F64)?,
            0xb9 | 0xba | 0xbf => self.unary(s, I64, F64)?,
            0xbb => self.unary(s, F32, F64)?,
            0xd0 => {
                let ty = self.byte(s).filter(|ty| matches!(*ty, FUNCREF | EXTERNREF))?;
                self.push(s, ty)?;
            }
            0xd1 => {
                let ty = self.pop_any(s)?;
                if !matches!(ty, FUNCREF | EXTERNREF | BOTTOM) {
                    return None;
                }
                self.push(s, I32)?;
            }
            0xd2 => {
                self.hints.call();
                let func = self.u32(s)? as usize;
                if !*self.context.refs.get(func)? {
                    return None;
                }
                self.push(s, FUNCREF)?;
            }
            0xfc => self.prefix_fc(s)?,
            0xfd => self.simd(s)?,
            _ => return None,
        }
        Some(spot)
    }

    fn prefix_fc(&mut self, s: &mut Spot) -> Option<()> {
        let op = self.u32(s)?;
        if op > 7 {
            self.hints.call();
        }
        match op {
            n @ 0..=7 => {
                self.pop(s, if n & 2 == 0 { F32 } else { F64 })?;
                self.push(s, if n < 4 { I32 } else { I64 })?;
            }
            8 => {
                self.data(s)?;
                self.memory(s)?;
                self.pop_i32s(s, 3)?;
            }
            9 => self.data(s)?,
            10 => {
                self.memory(s)?;
                self.memory(s)?;
                self.pop_i32s(s, 3)?;
            }
            11 => {
                self.memory(s)?;
                self.pop_i32s(s, 3)?;
            }
            12 => {
                let elem = self.elem(s)?;
                if self.table(s)? != elem {
                    return None;
                }
                self.pop_i32s(s, 3)?;
            }
            13 => {
                self.elem(s)?;
            }
            14 => {
                if self.table(s)? != self.table(s)? {
                    return None;
                }
                self.pop_i32s(s, 3)?;
            }
            15 => {
                let ty = self.table(s)?;
                self.pop(s, I32)?;
                self.pop(s, ty)?;
                self.push(s, I32)?;
            }
            16 => {
                self.table(s)?;
                self.push(s, I32)?;
            }
            17 => {
                let ty = self.table(s)?;
                self.pop(s, I32)?;
                self.pop(s, ty)?;
                self.pop(s, I32)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn simd(&mut self, s: &mut Spot) -> Option<()> {
        let op = self.u32(s)?;
        match op {
            // Loads, by their largest alignment.
            0..=10 | 92 | 93 => {
                let align = match op {
                    0 => 4,
                    7 => 0,
                    8 => 1,
                    9 | 92 => 2,
                    _ => 3,
                };
                self.memarg(s, align)?;
                self.pop(s, I32)?;
                self.push(s, V128)?;
            }
            11 => {
                self.memarg(s, 4)?;
                self.pop(s, V128)?;
                self.pop(s, I32)?;
            }
            12 => {
                self.skip(s, 16)?;
                self.push(s, V128)?;
            }
            13 => {
                for _ in 0..16 {
                    self.lane(s, 32)?;
                }
                self.vectors(s, 2, V128)?;
            }
            15..=20 => {
                self.pop(s, [I32, I32, I32, I64, F32, F64][op as usize - 15])?;
                self.push(s, V128)?;
            }
            21..=34 => {
                // Lanes, type, whether it is a replacement.
                let (lanes, ty, replaces) = match op {
                    21 | 22 => (16, I32, false),
                    23 => (16, I32, true),
                    24 | 25 => (8, I32, false),
                    26 => (8, I32, true),
                    27 => (4, I32, false),
                    28 => (4, I32, true),
                    29 => (2, I64, false),
                    30 => (2, I64, true),
                    31 => (4, F32, false),
                    32 => (4, F32, true),
                    33 => (2, F64, false),
                    _ => (2, F64, true),
                };
                self.lane(s, lanes)?;
                if replaces {
                    self.pop(s, ty)?;
                }
                self.vectors(s, 1, if replaces { V128 } else { ty })?;
            }
            84..=91 => {
                let log = (op as u8 - 84) % 4;
                self.memarg(s, log)?;
                self.lane(s, 16 >> log)?;
                self.pop(s, V128)?;
                self.pop(s, I32)?;
                if op < 88 {
                    self.push(s, V128)?;
                }
            }
            // Shifts.
            107..=109 | 139..=141 | 171..=173 | 203..=205 => {
                self.pop(s, I32)?;
                self.vectors(s, 1, V128)?;
            }
            // any_true, all_true, bitmask.
            83 | 99 | 100 | 131 | 132 | 163 | 164 | 195 | 196 => self.vectors(s, 1, I32)?,
            82 => self.vectors(s, 3, V128)?,
            77
            | 94..=98
            | 103..=106
            | 116
            | 117
            | 122
            | 124..=129
            | 135..=138
            | 148
            | 160
            | 161
            | 167..=170
            | 192
            | 193
            | 199..=202
            | 224
            | 225
            | 227
            | 236
            | 237
            | 239
            | 248..=255 => self.vectors(s, 1, V128)?,
            14
            | 35..=76
            | 78..=81
            | 101
            | 102
            | 110..=115
            | 118..=121
            | 123
            | 130
            | 133
            | 134
            | 142..=147
            | 149..=153
            | 155..=159
            | 174
            | 177
            | 181..=186
            | 188..=191
            | 206
            | 209
            | 213..=223
            | 228..=235
            | 240..=247 => self.vectors(s, 2, V128)?,
            _ => return None,
        }
        Some(())
    }

    /// Takes so many vectors and leaves a result.
    fn vectors(&mut self, s: &mut Spot, n: u32, result: u8) -> Option<()> {
        for _ in 0..n {
            self.pop(s, V128)?;
        }
        self.push(s, result)
    }

    fn lane(&self, s: &mut Spot, lanes: u8) -> Option<()> {
        self.byte(s).filter(|lane| *lane < lanes).map(|_| ())
    }

    fn pop_i32s(&self, s: &mut Spot, n: u32) -> Option<()> {
        for _ in 0..n {
            self.pop(s, I32)?;
        }
        Some(())
    }

    fn return_call(&mut self, s: &mut Spot, sig: super::Sig) -> Option<()> {
        self.pop_list(s, sig.params)?;
        if self.context.list(sig.results) != self.context.list(self.func_results()) {
            return None;
        }
        self.unreachable(s);
        Some(())
    }

    fn elem(&self, s: &mut Spot) -> Option<u8> {
        let elem = self.u32(s)?;
        self.context.elems.get(elem as usize).copied()
    }

    fn data(&self, s: &mut Spot) -> Option<()> {
        let data = self.u32(s)?;
        (data < self.context.n_datas?).then_some(())
    }
}

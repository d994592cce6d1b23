//! Numbers as the binary format writes them.
//!
//! Called by whatever reads bodies without the parser. Every function reads at
//! a place and moves it behind what it has read. Nothing is what is not
//! well-formed, and the place says nothing then.

#[inline(always)]
pub(crate) fn byte_at(bytes: &[u8], at: &mut usize) -> Option<u8> {
    let byte = *bytes.get(*at)?;
    *at += 1;
    Some(byte)
}

#[inline(always)]
pub(crate) fn u32_at(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let byte = byte_at(bytes, at)?;
    if byte < 0x80 {
        return Some(u32::from(byte));
    }
    let value;
    (value, *at) = long_u32(bytes, *at, byte)?;
    Some(value)
}

#[inline(always)]
pub(crate) fn i32_at(bytes: &[u8], at: &mut usize) -> Option<i32> {
    signed_at(bytes, at, 32).map(|value| value as i32)
}

#[inline(always)]
pub(crate) fn i64_at(bytes: &[u8], at: &mut usize) -> Option<i64> {
    signed_at(bytes, at, 64)
}

#[inline(always)]
fn signed_at(bytes: &[u8], at: &mut usize, bits: u32) -> Option<i64> {
    let byte = byte_at(bytes, at)?;
    if byte < 0x80 {
        return Some(i64::from((byte << 1) as i8 >> 1));
    }
    let value;
    (value, *at) = long_signed(bytes, *at, byte, bits)?;
    Some(value)
}

// The place is passed by value to what is not inlined, so that it stays in a
// register.

fn long_u32(bytes: &[u8], mut at: usize, first: u8) -> Option<(u32, usize)> {
    let mut value = u32::from(first & 0x7f);
    for shift in [7, 14, 21, 28] {
        let byte = byte_at(bytes, &mut at)?;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            // The fifth byte has room for four bits.
            return (shift < 28 || byte < 0x10).then_some((value, at));
        }
    }
    None
}

fn long_signed(bytes: &[u8], mut at: usize, first: u8, bits: u32) -> Option<(i64, usize)> {
    let mut value = i64::from(first & 0x7f);
    let mut shift = 7;
    loop {
        let byte = byte_at(bytes, &mut at)?;
        value |= i64::from(byte & 0x7f) << shift;
        if shift + 7 > bits {
            // The last byte: what has no room repeats the sign.
            let spare = (byte << 1) as i8 >> (bits - shift);
            return (byte < 0x80 && (spare == 0 || spare == -1)).then_some((value, at));
        }
        shift += 7;
        if byte < 0x80 {
            let unused = 64 - shift;
            return Some((value << unused >> unused, at));
        }
    }
}

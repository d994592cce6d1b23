//! Modules of any size, byte by byte: what no text could say in reasonable
//! space.

/// A module in the making: functions, the last one exported as `run`. Type 0
/// has no parameters and returns an `i32`; there may be one more, type 1, whose
/// parameters and results are all `i32`.
#[derive(Debug, Default)]
pub struct Module {
    bodies: Vec<u8>,
    /// The type of each function.
    types: Vec<u8>,
    /// Parameters and results of type 1.
    second_type: Option<(u32, u32)>,
}

/// An unsigned number in LEB128.
pub fn leb(mut n: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// `i32.const n`, for numbers that are not negative.
pub fn i32_const(n: u32) -> Vec<u8> {
    let mut bytes = vec![0x41];
    let mut rest = n;
    while rest >= 0x40 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

impl Module {
    /// With a type 1 of so many parameters and results.
    pub fn with_type(n_params: u32, n_results: u32) -> Self {
        Self { second_type: Some((n_params, n_results)), ..Self::default() }
    }

    /// Adds a function of type 0: how many locals of type `i32` it has, and its
    /// code without the last `end`.
    pub fn func(&mut self, n_locals: u32, code: &[u8]) {
        self.func_of(0, n_locals, code);
    }

    /// Adds a function of type 0 or 1.
    pub fn func_of(&mut self, ty: u8, n_locals: u32, code: &[u8]) {
        let locals =
            if n_locals == 0 { vec![0] } else { [vec![1], leb(n_locals), vec![0x7f]].concat() };
        let len = (locals.len() + code.len() + 1) as u32;
        self.bodies.extend(leb(len));
        self.bodies.extend(locals);
        self.bodies.extend(code);
        self.bodies.push(0x0b);
        self.types.push(ty);
    }

    /// The module's bytes.
    pub fn finish(self) -> Vec<u8> {
        let n = self.types.len() as u32;
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        let mut section = |id: u8, contents: Vec<u8>| {
            bytes.push(id);
            bytes.extend(leb(contents.len() as u32));
            bytes.extend(contents);
        };
        let i32s = |n: u32| [leb(n), vec![0x7f; n as usize]].concat();
        let mut types = vec![1 + u8::from(self.second_type.is_some()), 0x60, 0, 1, 0x7f];
        if let Some((n_params, n_results)) = self.second_type {
            types.extend([vec![0x60], i32s(n_params), i32s(n_results)].concat());
        }
        section(1, types);
        section(3, [leb(n), self.types].concat());
        let export = [vec![1, 3], b"run".to_vec(), vec![0], leb(n.saturating_sub(1))].concat();
        section(7, export);
        section(10, [leb(n), self.bodies].concat());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_encoded() {
        assert_eq!(leb(0), [0]);
        assert_eq!(leb(624_485), [0xe5, 0x8e, 0x26]);
        assert_eq!(i32_const(63), [0x41, 63]);
        assert_eq!(i32_const(64), [0x41, 0xc0, 0]);
    }

    #[test]
    fn a_module_is_what_the_format_says() {
        let mut module = Module::default();
        module.func(1, &i32_const(7));
        let expected = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\
            \x07\x07\x01\x03run\0\0\x0a\x08\x01\x06\x01\x01\x7f\x41\x07\x0b";
        assert_eq!(module.finish(), expected);
    }
}

//! What is done to sound modules, and the numbers that decide it.

/// Numbers that look random and are the same for the same seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers for input `index` of a run with this seed.
    pub fn new(seed: u64, index: u64) -> Random {
        let mut random = Random(seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            random.draw();
        }
        random
    }

    /// A number.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, or 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.draw() >> 16) as usize) % n.max(1)
    }
}

/// Flips one bit, sometimes two or three.
pub fn flip(bytes: &mut [u8], random: &mut Random) {
    let n = if random.below(4) == 0 { 2 + random.below(2) } else { 1 };
    for _ in 0..n {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.below(8);
        }
    }
}

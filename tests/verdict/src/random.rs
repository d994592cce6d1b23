//! Numbers that decide what is done to a module.

/// Numbers that look random and depend on nothing but their seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers for a seed.
    pub fn seeded(seed: u64) -> Random {
        Random(seed | 1)
    }

    /// Numbers for input `index` of a run with this seed.
    pub fn new(seed: u64, index: u64) -> Random {
        let mut random = Random::seeded(seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for _ in 0..4 {
            random.draw();
        }
        random
    }

    /// Numbers for an input: the same for the same input.
    pub fn of(data: &[u8]) -> Random {
        Random::seeded(data.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        }))
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

    /// Any order of them.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// This many bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| (self.draw() >> 32) as u8).collect()
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

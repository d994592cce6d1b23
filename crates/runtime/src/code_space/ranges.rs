//! Which parts of a region are free: pure bookkeeping, best fit, with
//! coalescing. Knows no address and no memory, only units.

use std::collections::{BTreeMap, BTreeSet};

/// The free ranges of `0..n` units.
#[derive(Debug, Default)]
pub(super) struct FreeRanges {
    by_start: BTreeMap<u32, u32>,
    /// (length, start): the smallest range that fits comes first.
    by_len: BTreeSet<(u32, u32)>,
}

impl FreeRanges {
    /// All of `0..n` is free.
    pub(super) fn new(n: u32) -> Self {
        let mut ranges = Self::default();
        ranges.insert(0, n);
        ranges
    }

    fn insert(&mut self, start: u32, len: u32) {
        if len > 0 {
            self.by_start.insert(start, len);
            self.by_len.insert((len, start));
        }
    }

    fn remove(&mut self, start: u32, len: u32) {
        self.by_start.remove(&start);
        self.by_len.remove(&(len, start));
    }

    /// Takes `len` units that start at an `s` with `s % align == phase`;
    /// `align` is a small power of two.
    pub(super) fn take(&mut self, len: u32, align: u32, phase: u32) -> Option<u32> {
        debug_assert!(len > 0 && align.is_power_of_two() && phase < align);
        let skip = |start: u32| phase.wrapping_sub(start) & (align - 1);
        let fits = |&&(n, start): &&(u32, u32)| n - len >= skip(start);
        // A range that is longer by align - 1 always fits, so few of the
        // shorter ones are tried.
        let roomy = len.saturating_add(align - 1);
        let found = self
            .by_len
            .range((len, 0)..(roomy, 0))
            .take(8)
            .find(fits)
            .or_else(|| self.by_len.range((roomy, 0)..).find(fits));
        let &(n, start) = found?;
        self.remove(start, n);
        let taken = start + skip(start);
        self.insert(start, taken - start);
        self.insert(taken + len, start + n - (taken + len));
        Some(taken)
    }

    /// Gives units back; returns the free range that they are part of now, as
    /// start and length.
    pub(super) fn give(&mut self, start: u32, len: u32) -> (u32, u32) {
        debug_assert!(len > 0);
        let (mut first, mut end) = (start, start + len);
        if let Some((&s, &n)) = self.by_start.range(..start).next_back()
            && s + n == start
        {
            self.remove(s, n);
            first = s;
        }
        if let Some(&n) = self.by_start.get(&end) {
            self.remove(end, n);
            end += n;
        }
        self.insert(first, end - first);
        (first, end - first)
    }

    /// The free ranges of at least `len` units, as start and length.
    pub(super) fn at_least(&self, len: u32) -> impl Iterator<Item = (u32, u32)> {
        self.by_len.range((len, 0)..).map(|&(n, start)| (start, n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_neighbours_become_one_range() {
        let mut ranges = FreeRanges::new(100);
        let taken: Vec<u32> = (0..10).map(|_| ranges.take(10, 1, 0).unwrap()).collect();
        assert_eq!(ranges.take(1, 1, 0), None);
        for s in taken.iter().step_by(2).chain(taken.iter().skip(1).step_by(2)) {
            ranges.give(*s, 10);
        }
        assert_eq!(ranges.at_least(1).collect::<Vec<_>>(), [(0, 100)]);
        assert_eq!(ranges.take(100, 1, 0), Some(0));
    }

    #[test]
    fn the_smallest_fitting_range_is_taken() {
        let mut ranges = FreeRanges::new(100);
        assert_eq!(ranges.take(100, 1, 0), Some(0));
        ranges.give(0, 30);
        ranges.give(50, 10);
        assert_eq!(ranges.take(10, 1, 0), Some(50));
    }

    #[test]
    fn random_use_neither_overlaps_nor_loses() {
        let mut ranges = FreeRanges::new(1000);
        let mut owner = vec![false; 1000];
        let mut live: Vec<(u32, u32)> = Vec::new();
        let mut seed = 12345u64;
        let mut random = move || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as u32
        };
        for _ in 0..20_000 {
            if random() % 2 == 0 || live.is_empty() {
                let (len, align) = (1 + random() % 20, 1 << (random() % 3));
                let phase = random() % align;
                if let Some(s) = ranges.take(len, align, phase) {
                    assert_eq!(s % align, phase);
                    for unit in &mut owner[s as usize..(s + len) as usize] {
                        assert!(!std::mem::replace(unit, true));
                    }
                    live.push((s, len));
                }
            } else {
                let (s, len) = live.swap_remove(random() as usize % live.len());
                owner[s as usize..(s + len) as usize].fill(false);
                ranges.give(s, len);
            }
            let free: u32 = ranges.at_least(1).map(|(_, n)| n).sum();
            assert_eq!(free as usize, owner.iter().filter(|o| !**o).count());
        }
    }
}

//! What of a code space is free, has memory, or waits to be given back.
//!
//! Owns: the state behind the lock of a code space, and its bookkeeping. Called
//! by `code_space.rs` only, with the lock held. Must not know: blocks, what is
//! written where. The protocol is told in `code_space.rs`.

use std::collections::BTreeMap;

use super::ranges::FreeRanges;
use super::region::Region;
use super::starts::{GRANULE_BYTES, Slot};
use super::{CodeMode, CodeSpaceConfig, CodeSpaceError, CodeSpaceStats, NewCode};
use crate::sys::{self, OsError};

/// Pages that get memory at once at the fresh end of a region.
const COMMIT_PAGES: usize = 16;
/// Free pages with memory that make a batch worth giving back.
const TRIM_PAGES: usize = 64;

pub(super) struct State {
    pub(super) regions: Vec<RegionState>,
    pub(super) stats: CodeSpaceStats,
    /// Upper bound of the free pages that have memory.
    idle_pages: usize,
    /// Whether freed memory may hold code again.
    pub(super) reuse: bool,
}

pub(super) struct RegionState {
    pub(super) region: Region,
    free: FreeRanges,
    /// A bit per page that has memory and is filled.
    committed: Vec<u64>,
    /// From this granule on, nothing ever held code.
    fresh_from: u32,
    /// Sealed pages: runs of pages as (first page → pages, blocks on them).
    runs: BTreeMap<u32, Run>,
}

struct Run {
    pages: u32,
    live: u32,
}

/// A range taken for a block that is not published yet.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) region: u32,
    pub(super) granule: u32,
    pub(super) granules: u32,
}

pub(super) fn block_granules(code_len: usize) -> Option<u32> {
    let bytes = code_len.checked_add(GRANULE_BYTES)?;
    u32::try_from(bytes.div_ceil(GRANULE_BYTES)).ok()
}

/// What [`State::take`] hands out.
pub(super) struct Taken {
    /// Place, where to write the header, where the code will run.
    pub(super) places: Vec<(Place, usize, usize, &'static Slot)>,
    /// Whether any of it held code before.
    pub(super) reused: bool,
    /// Pages to seal: region, first page, pages.
    pub(super) run: Option<(u32, u32, u32)>,
}

fn page_granules() -> u32 {
    (sys::page_bytes() / GRANULE_BYTES) as u32
}

impl State {
    /// State with one region, which decides the mode if the configuration does
    /// not.
    pub(super) fn new(config: &CodeSpaceConfig) -> Result<Self, CodeSpaceError> {
        let mut state = Self {
            regions: Vec::new(),
            stats: CodeSpaceStats::default(),
            idle_pages: 0,
            reuse: sys::sync_core_barrier(),
        };
        state.add_region(config.region_bytes, config.mode)?;
        Ok(state)
    }

    fn add_region(&mut self, bytes: usize, mode: Option<CodeMode>) -> Result<(), CodeSpaceError> {
        let region = Region::acquire(bytes, mode)?;
        let bytes = region.bytes();
        let n = bytes / GRANULE_BYTES;
        let free = match region.mode() {
            CodeMode::DualMapped => FreeRanges::new(n as u32),
            // Counted in pages.
            CodeMode::SealedPages => FreeRanges::new((bytes / sys::page_bytes()) as u32),
        };
        self.stats.reserved_bytes += bytes as u64;
        self.regions.push(RegionState {
            region,
            free,
            committed: vec![0; (bytes / sys::page_bytes()).div_ceil(64)],
            fresh_from: 0,
            runs: BTreeMap::new(),
        });
        Ok(())
    }

    /// Makes sure that another region may be added, and adds it.
    fn grow(&mut self, need_bytes: usize, config: &CodeSpaceConfig) -> Result<(), CodeSpaceError> {
        let bytes = config.region_bytes.max(need_bytes);
        // Fragmentation may waste as much as it uses, no more.
        let most = config.max_code_bytes.saturating_mul(2).saturating_add(bytes as u64);
        if self.stats.reserved_bytes + bytes as u64 > most {
            return Err(CodeSpaceError::Exhausted { max_code_bytes: config.max_code_bytes });
        }
        self.add_region(bytes, config.mode)
    }

    /// Takes ranges with memory for all of a batch, or nothing.
    pub(super) fn take(
        &mut self,
        batch: &[NewCode<'_>],
        config: &CodeSpaceConfig,
    ) -> Result<Taken, CodeSpaceError> {
        let mut need = 0u64;
        for new in batch {
            assert!(new.align.is_power_of_two() && new.align <= 64, "alignment of code");
            let granules = block_granules(new.code.len()).ok_or(CodeSpaceError::TooLarge)?;
            need += u64::from(granules) * GRANULE_BYTES as u64;
        }
        if self.stats.used_bytes + need > config.max_code_bytes {
            return Err(CodeSpaceError::Exhausted { max_code_bytes: config.max_code_bytes });
        }
        let mut taken = Taken { places: Vec::with_capacity(batch.len()), reused: false, run: None };
        let result = match config.mode {
            Some(CodeMode::SealedPages) => self.take_run(batch, config, &mut taken),
            _ => batch.iter().try_for_each(|new| self.take_one(new, config, &mut taken)),
        };
        match result {
            Ok(()) => {
                self.stats.blocks += batch.len() as u64;
                self.stats.used_bytes += need;
                Ok(taken)
            }
            Err(error) => {
                for (place, ..) in taken.places {
                    let region = &mut self.regions[place.region as usize];
                    region.free.give(place.granule, place.granules);
                }
                Err(error)
            }
        }
    }

    fn take_one(
        &mut self,
        new: &NewCode<'_>,
        config: &CodeSpaceConfig,
        taken: &mut Taken,
    ) -> Result<(), CodeSpaceError> {
        let granules = block_granules(new.code.len()).ok_or(CodeSpaceError::TooLarge)?;
        // The code, one granule behind the start, is what gets aligned.
        let align = (new.align / GRANULE_BYTES as u32).max(1);
        let phase = align - 1;
        let find = |state: &mut State, from: usize| {
            let mut regions = state.regions.iter_mut().enumerate().skip(from);
            regions.find_map(|(i, r)| Some((i, r.free.take(granules, align, phase)?)))
        };
        let (i, granule) = match find(self, 0) {
            Some(found) => found,
            None => {
                let n = self.regions.len();
                let need = granules as usize + align as usize;
                self.grow(need.saturating_mul(GRANULE_BYTES), config)?;
                find(self, n).ok_or(CodeSpaceError::TooLarge)?
            }
        };
        let place = Place { region: i as u32, granule, granules };
        let region = &mut self.regions[i];
        if let Err(error) = region.commit(granule, granules, &mut self.stats) {
            region.free.give(granule, granules);
            return Err(error.into());
        }
        taken.reused |= granule < region.fresh_from;
        region.fresh_from = region.fresh_from.max(granule + granules);
        taken.add(place, &region.region);
        Ok(())
    }

    /// Takes one run of pages for all blocks of a batch.
    fn take_run(
        &mut self,
        batch: &[NewCode<'_>],
        config: &CodeSpaceConfig,
        taken: &mut Taken,
    ) -> Result<(), CodeSpaceError> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut at = 0u32;
        let mut offsets = Vec::with_capacity(batch.len());
        for new in batch {
            let granules = block_granules(new.code.len()).ok_or(CodeSpaceError::TooLarge)?;
            let align = (new.align / GRANULE_BYTES as u32).max(1);
            let start = at.checked_next_multiple_of(align).and_then(|s| s.checked_add(align - 1));
            let start = start.ok_or(CodeSpaceError::TooLarge)?;
            offsets.push((start, granules));
            at = start.checked_add(granules).ok_or(CodeSpaceError::TooLarge)?;
        }
        let pages = at.div_ceil(page_granules());
        let find = |state: &mut State, from: usize| {
            let mut regions = state.regions.iter_mut().enumerate().skip(from);
            regions.find_map(|(i, r)| Some((i, r.free.take(pages, 1, 0)?)))
        };
        let (i, first_page) = match find(self, 0) {
            Some(found) => found,
            None => {
                let n = self.regions.len();
                self.grow((pages as usize).saturating_mul(sys::page_bytes()), config)?;
                find(self, n).ok_or(CodeSpaceError::TooLarge)?
            }
        };
        let region = &mut self.regions[i];
        let (offset, bytes) =
            (first_page as usize * sys::page_bytes(), pages as usize * sys::page_bytes());
        // SAFETY: the pages were free until now, and are this call's alone.
        if let Err(error) = unsafe { region.region.commit(offset, bytes) } {
            region.free.give(first_page, pages);
            return Err(error.into());
        }
        self.stats.committed_bytes += bytes as u64;
        taken.reused |= first_page * page_granules() < region.fresh_from;
        region.fresh_from = region.fresh_from.max((first_page + pages) * page_granules());
        region.runs.insert(first_page, Run { pages, live: batch.len() as u32 });
        taken.run = Some((i as u32, first_page, pages));
        for (start, granules) in offsets {
            let granule = first_page * page_granules() + start;
            taken.add(Place { region: i as u32, granule, granules }, &region.region);
        }
        Ok(())
    }

    /// Makes the pages of a batch executable.
    pub(super) fn seal(&mut self, region: u32, first_page: u32, pages: u32) -> Result<(), OsError> {
        let page = sys::page_bytes();
        let region = &self.regions[region as usize].region;
        // SAFETY: the run was taken for a batch that is not published yet.
        unsafe { region.seal(first_page as usize * page, pages as usize * page) }
    }

    /// Takes the range of a block back.
    pub(super) fn give(&mut self, place: Place) {
        let bytes = u64::from(place.granules) * GRANULE_BYTES as u64;
        self.stats.blocks -= 1;
        self.stats.used_bytes -= bytes;
        self.stats.freed_bytes += bytes;
        let region = &mut self.regions[place.region as usize];
        match region.region.mode() {
            CodeMode::DualMapped if self.reuse => {
                let (start, len) = region.free.give(place.granule, place.granules);
                // Whole pages that this block touched and that are free now.
                let per_page = page_granules();
                let first = start.div_ceil(per_page).max(place.granule / per_page);
                let last = place.granule + place.granules - 1;
                let end = ((start + len) / per_page).min(last / per_page + 1);
                self.idle_pages += end.saturating_sub(first) as usize;
                if self.idle_pages >= TRIM_PAGES {
                    self.trim();
                }
            }
            // Without barriers the range is never used again.
            CodeMode::DualMapped => {}
            CodeMode::SealedPages => {
                let page = place.granule / page_granules();
                let Some((&first, run)) = region.runs.range_mut(..=page).next_back() else {
                    return;
                };
                run.live -= 1;
                if run.live > 0 {
                    return;
                }
                let pages = run.pages;
                region.runs.remove(&first);
                let at = first as usize * sys::page_bytes();
                let bytes = pages as usize * sys::page_bytes();
                // SAFETY: the last block on these pages is gone.
                let returned = unsafe { region.region.decommit(at, bytes) };
                self.stats.committed_bytes -= bytes as u64;
                if returned.is_ok() {
                    self.stats.returned_bytes += bytes as u64;
                }
                if self.reuse {
                    region.free.give(first, pages);
                }
            }
        }
    }

    /// Gives the memory of all free pages back.
    pub(super) fn trim(&mut self) {
        self.idle_pages = 0;
        for region in &mut self.regions {
            if region.region.mode() == CodeMode::DualMapped {
                region.trim(&mut self.stats);
            }
        }
    }
}

impl Taken {
    fn add(&mut self, place: Place, region: &Region) {
        let offset = place.granule as usize * GRANULE_BYTES;
        let start = region.base() + offset + GRANULE_BYTES;
        self.places.push((place, region.writable(offset) as usize, start, region.slot));
    }
}

impl RegionState {
    fn is_committed(&self, page: usize) -> bool {
        self.committed[page / 64] & 1 << (page % 64) != 0
    }

    fn set_committed(&mut self, page: usize, committed: bool) {
        let (word, bit) = (&mut self.committed[page / 64], 1 << (page % 64));
        *word = if committed { *word | bit } else { *word & !bit };
    }

    /// Gives memory to those pages of a free range that have none.
    fn commit(
        &mut self,
        granule: u32,
        granules: u32,
        stats: &mut CodeSpaceStats,
    ) -> Result<(), OsError> {
        let page_bytes = sys::page_bytes();
        let mut page = (granule / page_granules()) as usize;
        let mut end = ((granule + granules).div_ceil(page_granules())) as usize;
        if granule >= self.fresh_from && !self.is_committed(end - 1) {
            // At the fresh end: more than is asked for, to call less often.
            end = end.next_multiple_of(COMMIT_PAGES).min(self.region.bytes() / page_bytes);
        }
        while page < end {
            if self.is_committed(page) {
                page += 1;
                continue;
            }
            let run_end = (page..end).find(|p| self.is_committed(*p)).unwrap_or(end);
            let bytes = (run_end - page) * page_bytes;
            // SAFETY: pages without memory hold no block, and the lock of the
            // space is held, so nobody else has been given any of them.
            unsafe { self.region.commit(page * page_bytes, bytes)? };
            stats.committed_bytes += bytes as u64;
            (page..run_end).for_each(|p| self.set_committed(p, true));
            page = run_end;
        }
        Ok(())
    }

    fn trim(&mut self, stats: &mut CodeSpaceStats) {
        let per_page = page_granules();
        let ranges: Vec<(u32, u32)> = self.free.at_least(per_page).collect();
        for (start, len) in ranges {
            let mut page = start.div_ceil(per_page) as usize;
            let end = ((start + len) / per_page) as usize;
            while page < end {
                if !self.is_committed(page) {
                    page += 1;
                    continue;
                }
                let run_end = (page..end).find(|p| !self.is_committed(*p)).unwrap_or(end);
                let bytes = (run_end - page) * sys::page_bytes();
                // SAFETY: the pages are free as a whole.
                let returned = unsafe { self.region.decommit(page * sys::page_bytes(), bytes) };
                if returned.is_ok() {
                    (page..run_end).for_each(|p| self.set_committed(p, false));
                    stats.committed_bytes -= bytes as u64;
                    stats.returned_bytes += bytes as u64;
                }
                page = run_end;
            }
        }
    }
}

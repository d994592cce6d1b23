//! Which operator a piece of code belongs to, through bodies that were inlined.
//!
//! Made by compilers, read when stacks are shown.

use std::collections::HashMap;
use std::fmt;

use updraft_types::FuncIndex;

use super::packed::{Packed, Packer, Reader};

/// Whose body it is: the module's own that the code belongs to, or another's
/// whose functions that one imports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ModuleNumber(u32);

impl ModuleNumber {
    /// The module that the code belongs to.
    pub const OWN: ModuleNumber = ModuleNumber(0);

    /// The module at `index` in the list of others that the compiler was given.
    pub const fn foreign(index: u32) -> Self {
        Self(index + 1)
    }
    /// Its place in that list, if it is not the own one.
    pub const fn foreign_index(self) -> Option<usize> {
        if self.0 == 0 { None } else { Some(self.0 as usize - 1) }
    }
}

/// The position a [`Position`] refers to: an offset in a function, possibly
/// inlined into another place. How compilers that collect positions keep them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourcePosition {
    /// The place that this function was inlined into, as an index into the
    /// list that this is in; [`SourcePosition::NO_PARENT`] if none.
    pub parent: u32,
    /// The function's module.
    pub module: ModuleNumber,
    /// The function.
    pub func: FuncIndex,
    /// Offset of the operator in the module.
    pub module_offset: u32,
}

impl SourcePosition {
    /// The function is the compiled function itself.
    pub const NO_PARENT: u32 = u32::MAX;
}

/// From `code_offset` on, up to the next entry, code belongs to a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// Offset in the code.
    pub code_offset: u32,
    /// Index into a list of [`SourcePosition`]s.
    pub source: u32,
}

/// An operator of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceFrame {
    /// The function's module.
    pub module: ModuleNumber,
    /// The function.
    pub func: FuncIndex,
    /// Offset of the operator in the module.
    pub module_offset: u32,
}

/// A body that was inlined in place of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InlinedBody {
    /// The module of that function.
    pub module: ModuleNumber,
    /// Whose body it is.
    pub func: FuncIndex,
    /// The body that the call was in, by its number.
    pub parent: BodyNumber,
    /// Offset of the call in the module.
    pub call_offset: u32,
}

/// Which body within a piece of code: 0 is the function's own, then come the
/// inlined ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct BodyNumber(u32);

impl BodyNumber {
    /// The function's own body.
    pub const OWN: BodyNumber = BodyNumber(0);
}

/// The positions of a piece of code: from its offset on, up to the next row,
/// code belongs to a row's operator. A row holds the operator's offset relative
/// to the one before, and if its flag is set the number of the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Positions {
    rows: Packed,
    inlined: Box<[InlinedBody]>,
    /// The function itself.
    func: FuncIndex,
    /// What the first row of each block counts from.
    first_offset: u32,
}

impl Default for Positions {
    fn default() -> Self {
        Self {
            rows: Packed::default(),
            inlined: Box::default(),
            func: FuncIndex::new(0),
            first_offset: 0,
        }
    }
}

impl Positions {
    /// Packs positions that are sorted by offset. Those that refer to nothing
    /// are left out. A source's parent stands before it.
    pub fn from_vecs(positions: &[Position], sources: &[SourcePosition]) -> Self {
        let own = |s: &&SourcePosition| s.parent == SourcePosition::NO_PARENT;
        let func = sources.iter().find(own).map_or(FuncIndex::new(0), |s| s.func);
        let mut builder = PositionsBuilder::new(func);
        // By place of the call and by function: a call may have several bodies.
        let mut known: HashMap<(u32, ModuleNumber, FuncIndex), BodyNumber> = HashMap::new();
        let mut bodies = Vec::with_capacity(sources.len());
        for source in sources {
            let call = sources.get(source.parent as usize);
            let parent = bodies.get(source.parent as usize).copied();
            let body = match (call, parent) {
                (Some(call), Some(parent)) => {
                    let SourcePosition { parent: at, module, func, .. } = *source;
                    let call_offset = call.module_offset;
                    let body = InlinedBody { module, func, parent, call_offset };
                    *known.entry((at, module, func)).or_insert_with(|| builder.inline(body))
                }
                _ => BodyNumber::OWN,
            };
            bodies.push(body);
        }
        for position in positions {
            let at = position.source as usize;
            if let (Some(source), Some(body)) = (sources.get(at), bodies.get(at)) {
                builder.push_in(position.code_offset, *body, source.module_offset);
            }
        }
        builder.finish()
    }

    /// The operator that the code at an offset belongs to, then the calls that
    /// the bodies around it were inlined for, outwards; nothing if it is not
    /// known.
    pub fn frames_at(&self, code_offset: u32) -> SourceFrames<'_> {
        let at = self.rows_at(code_offset).take_while(|row| row.0 <= code_offset).last();
        SourceFrames { positions: self, next: at.map(|(_, body, offset)| (body, offset)) }
    }

    /// The operator that the code at an offset belongs to.
    pub fn at(&self, code_offset: u32) -> Option<SourceFrame> {
        self.frames_at(code_offset).next()
    }

    /// All of them, by offset.
    pub fn iter(&self) -> impl Iterator<Item = (u32, SourceFrame)> {
        let rows = self.rows.blocks().flat_map(|(start, rows)| self.rows_of(start, rows));
        rows.map(|(code_offset, body, offset)| (code_offset, self.frame(body, offset)))
    }

    /// Bodies that were inlined, those around others first.
    pub fn inlined(&self) -> &[InlinedBody] {
        &self.inlined
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.rows.heap_bytes() + size_of_val(&*self.inlined)
    }

    fn rows_at(&self, code_offset: u32) -> Rows<'_> {
        let (start, rows) = self.rows.block_of(code_offset);
        self.rows_of(start, rows)
    }

    fn rows_of<'a>(&self, code_offset: u32, rows: Reader<'a>) -> Rows<'a> {
        Rows { rows, code_offset, body: BodyNumber::OWN, module_offset: self.first_offset }
    }

    fn inlined_body(&self, body: BodyNumber) -> Option<&InlinedBody> {
        self.inlined.get((body.0 as usize).checked_sub(1)?)
    }

    fn frame(&self, body: BodyNumber, module_offset: u32) -> SourceFrame {
        let own = (ModuleNumber::OWN, self.func);
        let (module, func) = self.inlined_body(body).map_or(own, |b| (b.module, b.func));
        SourceFrame { module, func, module_offset }
    }
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

struct Rows<'a> {
    rows: Reader<'a>,
    code_offset: u32,
    body: BodyNumber,
    module_offset: u32,
}

impl Iterator for Rows<'_> {
    type Item = (u32, BodyNumber, u32);

    fn next(&mut self) -> Option<Self::Item> {
        let (code_offset, differs) = self.rows.row(self.code_offset)?;
        self.module_offset = self.rows.relative(self.module_offset)?;
        if differs {
            self.body = BodyNumber(self.rows.number()? as u32);
        }
        self.code_offset = code_offset;
        Some((code_offset, self.body, self.module_offset))
    }
}

/// An operator and the calls around it, outwards.
#[derive(Clone, Debug)]
pub struct SourceFrames<'a> {
    positions: &'a Positions,
    next: Option<(BodyNumber, u32)>,
}

impl Iterator for SourceFrames<'_> {
    type Item = SourceFrame;

    fn next(&mut self) -> Option<SourceFrame> {
        let (body, module_offset) = self.next.take()?;
        // A body's parent has a smaller number: this ends.
        let around = self.positions.inlined_body(body).filter(|b| b.parent < body);
        self.next = around.map(|b| (b.parent, b.call_offset));
        Some(self.positions.frame(body, module_offset))
    }
}

/// Packs positions while code is emitted.
#[derive(Clone, Debug)]
pub struct PositionsBuilder {
    rows: Packer,
    inlined: Vec<InlinedBody>,
    func: FuncIndex,
    first_offset: u32,
    body: BodyNumber,
    module_offset: u32,
}

impl PositionsBuilder {
    /// For the code of a function.
    pub fn new(func: FuncIndex) -> Self {
        Self {
            rows: Packer::default(),
            inlined: Vec::new(),
            func,
            first_offset: 0,
            body: BodyNumber::OWN,
            module_offset: 0,
        }
    }

    /// Begins with another function, in the same space.
    pub fn restart(&mut self, func: FuncIndex) {
        self.rows.clear();
        self.inlined.clear();
        self.func = func;
        self.first_offset = 0;
        self.body = BodyNumber::OWN;
        self.module_offset = 0;
    }

    /// Code from `code_offset` on belongs to the operator of the function at
    /// `module_offset`. Offsets of code do not fall; of two rows at one offset
    /// the later one holds.
    #[inline]
    pub fn push(&mut self, code_offset: u32, module_offset: u32) {
        self.push_in(code_offset, BodyNumber::OWN, module_offset);
    }

    /// As [`PositionsBuilder::push`], for an operator of any body.
    #[inline]
    pub fn push_in(&mut self, code_offset: u32, body: BodyNumber, module_offset: u32) {
        let same = body == self.body && module_offset == self.module_offset;
        if same && !self.rows.is_empty() {
            return;
        }
        if self.rows.next_starts_block(code_offset) {
            self.start_block(module_offset);
        }
        let differs = body != self.body;
        self.rows.row_and_relative(code_offset, differs, module_offset, self.module_offset);
        self.module_offset = module_offset;
        if differs {
            self.body = body;
            self.rows.number(u64::from(body.0));
        }
    }

    #[cold]
    fn start_block(&mut self, module_offset: u32) {
        if self.rows.is_empty() {
            self.first_offset = module_offset;
        }
        self.body = BodyNumber::OWN;
        self.module_offset = self.first_offset;
    }

    /// Adds a body in place of a call.
    pub fn inline(&mut self, body: InlinedBody) -> BodyNumber {
        self.inlined.push(body);
        BodyNumber(self.inlined.len() as u32)
    }

    /// What was added. The builder is empty again and keeps its space.
    pub fn finish(&mut self) -> Positions {
        let positions = Positions {
            rows: self.rows.finish(),
            inlined: (&*self.inlined).into(),
            func: self.func,
            first_offset: self.first_offset,
        };
        self.restart(self.func);
        positions
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TrapSite, Traps, TrapsBuilder};
    use super::*;
    use updraft_types::TrapCode;

    fn source(parent: u32, func: u32, module_offset: u32) -> SourcePosition {
        let (module, func) = (ModuleNumber::OWN, FuncIndex::new(func));
        SourcePosition { parent, module, func, module_offset }
    }

    const NO_PARENT: u32 = SourcePosition::NO_PARENT;

    #[test]
    fn code_belongs_to_the_last_position_before_it() {
        let sources: Vec<_> =
            (0..300).map(|i| source(NO_PARENT, 9, 5000 + i * 11 % 1999)).collect();
        let positions: Vec<_> =
            (0..300).map(|i| Position { code_offset: 4 + i * 5, source: i }).collect();
        for n in [0, 1, 64, 65, 300] {
            let packed = Positions::from_vecs(&positions[..n], &sources);
            for offset in 0..1600 {
                let last = positions[..n].iter().rev().find(|p| p.code_offset <= offset);
                let expected = last.map(|p| sources[p.source as usize].module_offset);
                let found = packed.at(offset);
                assert_eq!(found.map(|f| f.module_offset), expected, "at {offset} of {n}");
                assert!(found.is_none_or(|f| f.func == FuncIndex::new(9)));
            }
            assert_eq!(packed.iter().count(), n);
        }
    }

    #[test]
    fn calls_around_inlined_bodies_are_named_outwards() {
        let sources = [
            source(NO_PARENT, 1, 100),
            source(NO_PARENT, 1, 110),
            source(1, 2, 200),
            source(2, 3, 300),
            source(1, 4, 400),
            source(NO_PARENT, 1, 120),
        ];
        let positions: Vec<_> =
            (0..6).map(|i| Position { code_offset: i * 10, source: i }).collect();
        let packed = Positions::from_vecs(&positions, &sources);
        let chain = |offset| -> Vec<_> {
            packed.frames_at(offset).map(|f| (f.func.raw(), f.module_offset)).collect()
        };
        assert_eq!(chain(0), [(1, 100)]);
        assert_eq!(chain(29), [(2, 200), (1, 110)]);
        assert_eq!(chain(35), [(3, 300), (2, 200), (1, 110)]);
        assert_eq!(chain(40), [(4, 400), (1, 110)]);
        assert_eq!(chain(1000), [(1, 120)]);
        assert_eq!(packed.inlined().len(), 3);
    }

    #[test]
    fn functions_of_other_modules_are_told_from_own_ones() {
        let [one, two] = [0, 1].map(ModuleNumber::foreign);
        let sources = [
            source(NO_PARENT, 1, 100),
            SourcePosition { module: one, ..source(0, 2, 200) },
            SourcePosition { module: two, ..source(0, 2, 300) },
        ];
        let positions: Vec<_> =
            (0..3).map(|i| Position { code_offset: i * 10, source: i }).collect();
        let packed = Positions::from_vecs(&positions, &sources);
        let modules = [0, 10, 20].map(|at| packed.at(at).map(|f| (f.module, f.module_offset)));
        assert_eq!(modules, [(ModuleNumber::OWN, 100), (one, 200), (two, 300)].map(Some));
        assert_eq!(
            [ModuleNumber::OWN, one, two].map(ModuleNumber::foreign_index),
            [None, Some(0), Some(1)]
        );
    }

    #[test]
    fn rows_that_say_nothing_new_are_left_out() {
        let mut builder = PositionsBuilder::new(FuncIndex::new(0));
        for (at, offset) in [(0, 7), (0, 8), (3, 8), (9, 9), (9, 8), (12, 1)] {
            builder.push(at, offset);
        }
        let packed = builder.finish();
        let rows: Vec<_> = packed.iter().map(|(at, f)| (at, f.module_offset)).collect();
        assert_eq!(rows, [(0, 7), (0, 8), (9, 9), (9, 8), (12, 1)]);
        assert_eq!(packed.at(8).map(|f| f.module_offset), Some(8));
        assert_eq!(packed.at(9).map(|f| f.module_offset), Some(8));
        builder.push(1, 2);
        assert_eq!(builder.finish().iter().count(), 1);
    }

    #[test]
    fn damaged_tables_are_read_within_their_bounds() {
        let mut builder = PositionsBuilder::new(FuncIndex::new(0));
        let (module, func) = (ModuleNumber::OWN, FuncIndex::new(1));
        let body = InlinedBody { module, func, parent: BodyNumber(9), call_offset: 3 };
        let bodies = [(); 3].map(|()| builder.inline(body));
        for i in 0..200u32 {
            builder.push_in(i * 300, bodies[i as usize % 3], i * 999);
        }
        let good = builder.finish();
        assert_eq!(good.frames_at(0).count(), 1);
        let mut random = 1u32;
        for _ in 0..2000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let damaged = good.rows.damaged(random);
            let bad = Positions { rows: damaged.clone(), ..good.clone() };
            let _ = (bad.frames_at(random).count(), bad.iter().count());
            let _ = Traps::of(damaged).code_at(random);
        }
    }

    /// A body as programs compiled from Go and C have them: an access to memory
    /// every three operators, a call every ten, code of 4 bytes an operator.
    #[test]
    fn tables_take_few_bytes() {
        let (mut positions, mut sources, mut sites) = (Vec::new(), Vec::new(), Vec::new());
        let mut packer = PositionsBuilder::new(FuncIndex::new(7));
        let mut traps = TrapsBuilder::default();
        let mut module_offset = 3_000_000;
        for i in 0..30_000u32 {
            module_offset += 2 + i % 3;
            let code_offset = i * 4 + i % 2;
            let accesses = i.is_multiple_of(3);
            if accesses || i.is_multiple_of(10) {
                positions.push(Position { code_offset, source: sources.len() as u32 });
                sources.push(source(NO_PARENT, 7, module_offset));
                packer.push(code_offset, module_offset);
            }
            if accesses {
                let code = TrapCode::MemoryOutOfBounds;
                sites.push(TrapSite { code_offset, code });
                traps.push(code_offset, code);
            }
        }
        let before = size_of_val(&*positions) + size_of_val(&*sources) + size_of_val(&*sites);
        let packed = packer.finish();
        let traps = traps.finish();
        assert_eq!(packed, Positions::from_vecs(&positions, &sources));
        assert_eq!(traps, Traps::from_sites(&sites));
        let after = packed.heap_bytes() + traps.heap_bytes();
        println!("{before} bytes before, {after} after");
        assert!(after * 8 <= before, "{after} of {before} bytes");
    }
}

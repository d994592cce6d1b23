//! Names of functions and of the module, for backtraces.
//!
//! Most programs never ask for a name, and name sections are large, so the
//! section is parsed at the first question. How it is parsed is the business
//! of the decoder, which hands in a function.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use crate::{FuncIndex, WireBytes};

/// Where the names of a module lie in its bytes.
#[derive(Clone, Default, Debug)]
pub struct NameTable {
    /// The module's own name.
    pub module: Option<Range<u32>>,
    /// Names of functions, sorted by function, no function twice.
    pub funcs: Vec<(FuncIndex, Range<u32>)>,
}

#[derive(Clone)]
struct Source {
    bytes: WireBytes,
    section: Range<usize>,
    parse: fn(&[u8], Range<usize>) -> NameTable,
}

/// The names of a module. What is missing or malformed has no name.
#[derive(Clone, Default)]
pub struct Names {
    source: Option<Source>,
    table: OnceLock<NameTable>,
}

impl Names {
    /// Names that `parse` finds, when it is first needed, in the section that
    /// lies at `section` in `bytes`. The ranges that it returns are positions
    /// in `bytes`; those that are not UTF-8 name nothing.
    pub fn lazy(
        bytes: WireBytes,
        section: Range<usize>,
        parse: fn(&[u8], Range<usize>) -> NameTable,
    ) -> Self {
        Self { source: Some(Source { bytes, section, parse }), table: OnceLock::new() }
    }

    /// The name of the module.
    pub fn module(&self) -> Option<&str> {
        self.text(self.table()?.module.as_ref()?)
    }

    /// The name of a function.
    pub fn func(&self, func: FuncIndex) -> Option<&str> {
        let funcs = &self.table()?.funcs;
        let at = funcs.binary_search_by_key(&func, |(f, _)| *f).ok()?;
        self.text(&funcs[at].1)
    }

    /// All functions that have a name, with it, in order.
    pub fn funcs(&self) -> impl Iterator<Item = (FuncIndex, &str)> {
        let funcs = self.table().map_or(&[][..], |t| &t.funcs);
        funcs.iter().filter_map(|(func, range)| Some((*func, self.text(range)?)))
    }

    fn table(&self) -> Option<&NameTable> {
        let source = self.source.as_ref()?;
        Some(self.table.get_or_init(|| (source.parse)(&source.bytes, source.section.clone())))
    }

    fn text(&self, range: &Range<u32>) -> Option<&str> {
        let bytes = &self.source.as_ref()?.bytes;
        std::str::from_utf8(bytes.get(range.start as usize..range.end as usize)?).ok()
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").field("module", &self.module()).finish_non_exhaustive()
    }
}

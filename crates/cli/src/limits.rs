//! Limits on what a program may allocate.
//!
//! Owns: [`Limits`], the store's resource limiter, which remembers what it
//! refused so that the end of the program can be explained.

use updraft::ResourceLimiter;

use crate::units::show_size;

/// Limits from the command line, and what they did.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    max_memory: Option<u64>,
    max_table_elements: Option<u64>,
    max_instances: Option<usize>,
    memory: u64,
    last_memory: u64,
    elements: u64,
    last_elements: u64,
    refused: Option<String>,
}

impl Limits {
    /// Limits on the bytes of all memories together, on the elements of all
    /// tables together, and on instances.
    pub fn new(
        max_memory: Option<u64>,
        max_table_elements: Option<u64>,
        max_instances: Option<usize>,
    ) -> Limits {
        Limits { max_memory, max_table_elements, max_instances, ..Limits::default() }
    }

    /// What was refused first, if anything.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> updraft::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        let total = self.memory.saturating_add(more);
        if let Some(max) = self.max_memory.filter(|max| total > *max) {
            self.refused.get_or_insert_with(|| {
                format!(
                    "the memory limit of {} was reached: {} wanted",
                    show_size(max),
                    show_size(total)
                )
            });
            return Ok(false);
        }
        self.memory = total;
        self.last_memory = more;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: updraft::Error) -> updraft::Result<()> {
        self.memory -= std::mem::take(&mut self.last_memory);
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> updraft::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        let total = self.elements.saturating_add(more);
        if let Some(max) = self.max_table_elements.filter(|max| total > *max) {
            self.refused.get_or_insert_with(|| {
                format!("the limit of {max} table elements was reached: {total} wanted")
            });
            return Ok(false);
        }
        self.elements = total;
        self.last_elements = more;
        Ok(true)
    }

    fn table_grow_failed(&mut self, _error: updraft::Error) -> updraft::Result<()> {
        self.elements -= std::mem::take(&mut self.last_elements);
        Ok(())
    }

    fn instances(&self) -> usize {
        self.max_instances.unwrap_or(usize::MAX)
    }

    fn memories(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }
}

//! The PLT-like entries of functions.
//!
//! An entry jumps through the code table of the instance it is called with, so
//! it depends on the index of the function only: one set of entries, made in
//! chunks as needed, serves all modules of the process. Behind the jump lies
//! the function's lazy stub: what its slot holds while there is no code.

use std::sync::OnceLock;

use updraft_types::limits::MAX_FUNCS;

use crate::arch::x64_thunks::{ENTRY_BYTES, ENTRY_LAZY, function_entry};
use crate::thunks::Thunk;

/// Entries made at a time: 32 KiB of code.
const CHUNK: usize = 1024;
const N_CHUNKS: usize = MAX_FUNCS.div_ceil(CHUNK);

static CHUNKS: [OnceLock<Thunk>; N_CHUNKS] = [const { OnceLock::new() }; N_CHUNKS];

/// Address of the entry of a declared function.
pub(crate) fn entry(index: u32) -> Result<usize, String> {
    let (chunk, place) = (index as usize / CHUNK, index as usize % CHUNK);
    let cell = CHUNKS.get(chunk).ok_or("function index beyond the limit")?;
    let thunk = match cell.get() {
        Some(thunk) => thunk,
        None => {
            let first = (chunk * CHUNK) as u32;
            let code: Vec<u8> = (first..first + CHUNK as u32).flat_map(function_entry).collect();
            let made = Thunk::new(&code)?;
            cell.get_or_init(|| made)
        }
    };
    Ok(thunk.address() + place * ENTRY_BYTES)
}

/// Address of the code that compiles a declared function and then calls it.
pub(crate) fn lazy_stub(index: u32) -> Result<usize, String> {
    Ok(entry(index)? + ENTRY_LAZY)
}

//! What the runtime calls `crate::entries`.

/// Address of the code that compiles a function.
pub fn lazy_stub(index: u32) -> Result<usize, String> {
    Ok(16 + index as usize)
}

//! Updraft.

use crate::Result;
use crate::engines::{Calls, EngineUnderTest, Kernel};

/// One engine.
pub struct Updraft;

impl Updraft {
    pub fn new(_checks: bool) -> Result<Updraft> {
        Err("not linked".into())
    }
}

impl EngineUnderTest for Updraft {
    fn name(&self) -> &'static str {
        "updraft"
    }
    fn kernel(&self, _: &[u8]) -> Result<Box<dyn Kernel>> {
        Err("not linked".into())
    }
    fn calls(&self, _: &[u8]) -> Result<Box<dyn Calls>> {
        Err("not linked".into())
    }
}

use crate::Result;
use crate::options::Options;
use crate::report::Report;
pub fn run(_: &Options) -> Result<Report> { Err("not linked".into()) }

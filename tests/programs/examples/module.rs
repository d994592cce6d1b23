//! Prints where the module of a program, or a large module, is kept, after
//! fetching or building it if need be: `module sql.js`.

use std::process::ExitCode;

use updraft_test_programs::cache::Cache;
use updraft_test_programs::program::{LARGE_MODULES, find};

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let module = Cache::open().and_then(|cache| {
        let large = LARGE_MODULES.iter().find(|module| module.name == name);
        match (find(&name), large) {
            (Some(program), _) => program.module(&cache).map(Some),
            (None, Some(large)) => large.module(&cache).map(Some),
            (None, None) => Ok(None),
        }
    });
    match module {
        Ok(Some(path)) => {
            println!("{}", path.display());
            ExitCode::SUCCESS
        }
        Ok(None) => {
            eprintln!("no module {name:?}");
            ExitCode::from(2)
        }
        Err(why) => {
            eprintln!("{name}: {why}");
            ExitCode::FAILURE
        }
    }
}

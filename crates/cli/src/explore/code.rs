//! The machine code of one function by one tier, line by line, each line with
//! the line of wasm text that it comes from.
//!
//! Owns: [`TierText`]. Called by `explore`. Must not know: the page.

use updraft::Module;

use super::text::Text;
use crate::dump;
use crate::facts::{self, FuncFacts, TierCode};
use crate::report::{Failure, one_line};

/// What a tier made of a function: code, or why there is none.
pub type TierResult = Result<TierText, String>;

/// Code as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierText {
    /// All of it, constants included.
    pub code_bytes: usize,
    /// One line an instruction.
    pub lines: Vec<Line>,
    /// Lines that were left out at the end.
    pub n_left_out: usize,
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Offset in the code.
    pub pc: u32,
    /// The line of wasm text that it comes from.
    pub origin: Option<usize>,
    /// The instruction, with a tab after its name, and what is to be said of
    /// it.
    pub text: String,
}

/// Compiles a function by a tier, and shows the code.
pub fn make(
    module: &Module,
    func: &FuncFacts,
    tier: usize,
    text: &Text,
    max_lines: usize,
) -> TierResult {
    match facts::tier_code(module, func, tier) {
        Ok(code) => Ok(show(&code, text, max_lines)),
        Err(error) => Err(one_line(&format!("{error:#}"))),
    }
}

fn show(code: &TierCode, text: &Text, max_lines: usize) -> TierText {
    let mut shown = TierText { code_bytes: code.code.len(), ..TierText::default() };
    let mut origins = code.origins.iter().peekable();
    let mut traps = code.traps.iter().peekable();
    let mut origin = None;
    let stopped = dump::for_each_instruction(&code.code, &mut |pc, instruction| {
        if shown.lines.len() >= max_lines {
            shown.n_left_out += 1;
            return Ok(());
        }
        let mut notes = Vec::new();
        while let Some(new) = origins.next_if(|o| o.pc <= pc) {
            origin = text.line_at(new.offset);
            if let Some((func, offset)) = new.inlined {
                notes = vec![format!("of function {func}, {offset:#x}")];
            } else {
                notes.clear();
            }
        }
        while let Some((at, trap)) = traps.next_if(|(at, _)| *at <= pc) {
            if *at == pc {
                notes.push(format!("trap: {trap}"));
            }
        }
        // A tab, which the page makes wide, is shorter than spaces.
        let mut text = match instruction.split_once(' ') {
            Some((name, operands)) => format!("{name}\t{}", operands.trim_start()),
            None => instruction.to_owned(),
        };
        if !notes.is_empty() {
            text = format!("{text} ; {}", notes.join(", "));
        }
        shown.lines.push(Line { pc, origin, text });
        Ok::<(), Failure>(())
    });
    debug_assert!(stopped.is_ok());
    shown
}

#[cfg(test)]
mod tests {
    use updraft::{Config, Engine, Strategy};

    use super::super::text;
    use super::*;
    use crate::facts::Origin;

    const LIMITS: text::Limits = text::Limits { max_lines: 100, max_bytes: 1 << 20 };

    /// Looking at code does not change it, and shows where all of it is from.
    #[test]
    fn every_operator_with_code_of_its_own_has_a_position() {
        let wat = "(module (memory 1) (func (param i32 i32) (result i32) (local i32)
            (loop
                (local.set 2 (i32.xor (local.get 2) (i32.load (local.get 0))))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
            (i32.rotl (i32.div_u (local.get 2) (local.get 1)) (local.get 0))))";
        for (tier, strategy) in [Strategy::Baseline, Strategy::Optimize].into_iter().enumerate() {
            let mut config = Config::new();
            let Ok(engine) = Engine::new(config.strategy(strategy)) else {
                eprintln!("SKIPPED: there is no {} compiler", facts::TIERS[tier]);
                continue;
            };
            let module = Module::new(&engine, wat).unwrap();
            let func = &facts::functions(&module)[0];
            let body = func.offset..func.offset + func.body_bytes;
            let text = &text::print(module.bytes(), vec![body], LIMITS).bodies[0];
            let code = facts::tier_code(&module, func, tier).unwrap();
            assert_eq!(code.code, facts::listing(&module, func, false).unwrap().code);
            let shown = show(&code, text, 100);
            for (instruction, operator) in
                [("xor", "i32.xor"), ("div", "i32.div_u"), ("rol", "i32.rotl")]
            {
                let from = shown.lines.iter().filter(|l| l.text.starts_with(instruction));
                let from: Vec<_> =
                    from.filter_map(|l| l.origin).map(|l| text.lines[l].1.trim()).collect();
                assert!(from.contains(&operator), "{instruction} of {from:?}");
            }
        }
    }

    #[test]
    fn instructions_have_origins_and_notes() {
        let text = Text {
            lines: vec![(10, "(func".into()), (12, "a".into()), (14, "b".into())],
            n_left_out: 0,
        };
        let from = |pc, offset| Origin { pc, offset, inlined: None };
        let code = TierCode {
            // nop; nop; ud2; nop; ret
            code: vec![0x90, 0x90, 0x0f, 0x0b, 0x90, 0xc3],
            traps: vec![(2, "unreachable".into())],
            origins: vec![
                from(1, 14),
                Origin { pc: 2, offset: 12, inlined: Some((7, 0x99)) },
                from(4, 9),
                from(5, 10),
            ],
        };
        let shown = show(&code, &text, 100);
        assert_eq!((shown.code_bytes, shown.n_left_out), (6, 0));
        let lines: Vec<_> = shown.lines.iter().map(|l| (l.pc, l.origin, l.text.trim())).collect();
        assert_eq!(lines[0], (0, None, "nop"));
        assert_eq!(lines[1], (1, Some(2), "nop"));
        assert_eq!((lines[2].0, lines[2].1), (2, Some(1)));
        assert!(lines[2].2.starts_with("ud2"));
        assert!(lines[2].2.ends_with("; of function 7, 0x99, trap: unreachable"));
        assert_eq!(lines[3], (4, None, "nop"));
        assert_eq!(lines[4], (5, Some(0), "ret"));
        let shown = show(&code, &text, 2);
        assert_eq!((shown.code_bytes, shown.lines.len(), shown.n_left_out), (6, 2, 3));
    }
}

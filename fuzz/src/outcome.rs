//! What can be seen of a module from outside, and how two engines' views of it
//! are compared.
//!
//! Owns: the words that both sides use. Called by both sides and by the
//! targets. Must not know: any engine.

/// What both engines are asked to do.
#[derive(Debug)]
pub struct Plan {
    /// Exported functions and their arguments, in the order of calls.
    pub funcs: Vec<(String, Vec<Value>)>,
    /// Exported memories.
    pub memories: Vec<String>,
    /// Exported globals.
    pub globals: Vec<String>,
}

impl Plan {
    /// Has everything called twice: what was called before may have other code
    /// by then.
    pub fn double(&mut self) {
        self.funcs.extend_from_within(..);
    }

    /// How many calls there are before the first one is made again.
    pub fn n_different(&self) -> usize {
        let (first, rest) = self.funcs.split_at(self.funcs.len().min(1));
        let again = rest.iter().position(|(name, _)| first.iter().any(|f| f.0 == *name));
        again.map_or(self.funcs.len(), |at| at + 1)
    }
}

/// Something that can be seen from outside.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Event {
    Instantiated(Result<(), Stop>),
    Called(String, Result<Vec<Value>, Stop>),
    Memory { name: String, len: usize, hash: u64 },
    Global(String, Value),
}

/// Why something ended early.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Stop {
    Trap(&'static str),
    /// A limit of the engine's own: others have others.
    Limit,
    Other(String),
}

/// A value, with its bits.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    NullFunc,
    Func,
    NullExtern,
    /// A host reference, by the number that the host gave it.
    Extern(u64),
}

/// Panics where two runs differ, up to a limit that one of them has.
pub fn compare(names: [&str; 2], left: &[Event], right: &[Event]) {
    let is_limit = |event: &Event| {
        matches!(event, Event::Instantiated(Err(Stop::Limit)) | Event::Called(_, Err(Stop::Limit)))
    };
    for (a, b) in left.iter().zip(right) {
        if is_limit(a) || is_limit(b) {
            return;
        }
        assert_eq!(a, b, "left is {}, right is {}", names[0], names[1]);
    }
    assert_eq!(left.len(), right.len(), "{} or {} stopped early", names[0], names[1]);
}

/// A hash of a memory.
pub fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().map(|w| u64::from_le_bytes(*w));
    let rest = rest.iter().map(|b| u64::from(*b));
    words.chain(rest).fold(0xcbf2_9ce4_8422_2325, |hash, word| {
        (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
    })
}

/// A number that depends on every bit of another one and of a value.
pub fn mix(seed: u64, value: Value) -> u64 {
    let (kind, bits) = match value {
        Value::I32(v) => (1, u128::from(v as u32)),
        Value::I64(v) => (2, u128::from(v as u64)),
        Value::F32(v) => (3, u128::from(v)),
        Value::F64(v) => (4, u128::from(v)),
        Value::V128(v) => (5, v),
        Value::NullFunc => (6, 0),
        Value::Func => (7, 0),
        Value::NullExtern => (8, 0),
        Value::Extern(v) => (9, u128::from(v)),
    };
    let turn = |x: u64, y: u64| (x ^ y).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    turn(turn(turn(seed, kind), bits as u64), (bits >> 64) as u64)
}

/// What a host function answers with: a value like `like`, made of a number.
pub fn made_of(number: u64, like: Value) -> Value {
    match like {
        Value::I32(_) => Value::I32(number as i32),
        Value::I64(_) => Value::I64(number as i64),
        Value::F32(_) => Value::F32(number as u32),
        Value::F64(_) => Value::F64(number),
        Value::V128(_) => Value::V128(u128::from(number) << 64 | u128::from(!number)),
        Value::NullFunc | Value::Func => Value::NullFunc,
        Value::NullExtern | Value::Extern(_) => Value::Extern(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_noticed() {
        let called = |v: i32| Event::Called("f".to_owned(), Ok(vec![Value::I32(v)]));
        compare(["a", "b"], &[called(1)], &[called(1)]);
        let limit = Event::Called("f".to_owned(), Err(Stop::Limit));
        compare(["a", "b"], &[called(1), limit, called(3)], &[called(1), called(2)]);
        let differ = std::panic::catch_unwind(|| compare(["a", "b"], &[called(1)], &[called(2)]));
        assert!(differ.is_err());
        let shorter = std::panic::catch_unwind(|| compare(["a", "b"], &[called(1)], &[]));
        assert!(shorter.is_err());
    }
}

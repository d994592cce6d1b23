//! The calling convention that every tier keeps: where arguments and results
//! of a WebAssembly function lie.
//!
//! # Essay: Cranelift's `Tail` convention on x86-64
//!
//! A wasm function is `(vmctx, [result area,] args…) → results…`.
//!
//! Integer-class arguments (integers and references; `vmctx` and the result
//! area pointer are the first of them) take rdi rsi rdx rcx r8 r9, float-class
//! arguments (floats and vectors) xmm0–7, in order. The rest lies on the
//! stack, in order, each in a slot of its size, at least 8 and aligned to it;
//! the whole is padded to 16 bytes. Offset 0 is the first byte above the
//! return address. The callee pops it.
//!
//! Integer-class results take rax rcx rdx rsi rdi r8 r9 r10, float-class
//! results xmm0–7, in order. Results that do not fit go, in order, to slots of
//! 16 bytes in the result area, which the caller provides; the pointer to it is
//! passed right after `vmctx` exactly if there is such a result.
//!
//! r11 is scratch at calls; rbx, rbp and r12–r15 belong to the caller. Upper
//! bits of 32-bit values are undefined.

use updraft_types::{FuncType, ValType};

/// Integer argument registers, by x86-64 register number.
pub const INT_ARGS: [u8; 6] = [7, 6, 2, 1, 8, 9];
/// Number of float argument registers, xmm0 upwards.
pub const N_FLOAT_ARGS: u8 = 8;
/// Integer result registers, by x86-64 register number.
pub const INT_RESULTS: [u8; 8] = [0, 1, 2, 6, 7, 8, 9, 10];
/// Number of float result registers, xmm0 upwards.
pub const N_FLOAT_RESULTS: u8 = 8;
/// Bytes of a slot of the result area, and of the value arrays that stubs
/// between host and wasm use.
pub const VALUE_SLOT_BYTES: u32 = 16;

/// Where a value is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A general-purpose register, by its x86-64 number.
    Int(u8),
    /// A vector register, by its number.
    Float(u8),
    /// Arguments: bytes above the return address. Results: bytes from the
    /// start of the result area.
    Memory(u32),
}

/// Where everything of a function type is passed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CallLayout {
    /// The wasm parameters, in order.
    pub params: Vec<Place>,
    /// The results, in order.
    pub results: Vec<Place>,
    /// Bytes of stack arguments, a multiple of 16.
    pub stack_arg_bytes: u32,
    /// Bytes of the result area; if not 0, its pointer is the second argument.
    pub result_area_bytes: u32,
}

impl CallLayout {
    /// Computes the placement.
    pub fn new(ty: &FuncType) -> Self {
        let mut layout = Self::default();
        layout.set(ty);
        layout
    }

    /// Computes the placement for another type, in the same space.
    pub fn set(&mut self, ty: &FuncType) {
        let mut result_area_bytes = 0;
        let (mut int, mut float) = (INT_RESULTS.iter(), 0);
        self.results.clear();
        for ty in ty.results() {
            self.results.push(match register(*ty, &mut int, &mut float, N_FLOAT_RESULTS) {
                Some(place) => place,
                None => {
                    result_area_bytes += VALUE_SLOT_BYTES;
                    Place::Memory(result_area_bytes - VALUE_SLOT_BYTES)
                }
            });
        }

        let mut stack: u32 = 0;
        let n_taken = 1 + usize::from(result_area_bytes > 0);
        let (mut int, mut float) = (INT_ARGS[n_taken..].iter(), 0);
        self.params.clear();
        for ty in ty.params() {
            self.params.push(match register(*ty, &mut int, &mut float, N_FLOAT_ARGS) {
                Some(place) => place,
                None => {
                    let size = stack_slot_bytes(*ty);
                    stack = stack.next_multiple_of(size) + size;
                    Place::Memory(stack - size)
                }
            });
        }
        self.stack_arg_bytes = stack.next_multiple_of(16);
        self.result_area_bytes = result_area_bytes;
    }

    /// Whether the callee takes a pointer to a result area after `vmctx`.
    pub fn has_result_area(&self) -> bool {
        self.result_area_bytes > 0
    }
}

/// The next register for a value of a type, if there is one left.
#[inline(always)]
fn register<'a>(
    ty: ValType,
    int: &mut impl Iterator<Item = &'a u8>,
    n_float: &mut u8,
    max_float: u8,
) -> Option<Place> {
    if !ty.is_float_class() {
        return int.next().map(|reg| Place::Int(*reg));
    }
    if *n_float == max_float {
        return None;
    }
    *n_float += 1;
    Some(Place::Float(*n_float - 1))
}

/// Bytes (and alignment) of a stack argument.
pub fn stack_slot_bytes(ty: ValType) -> u32 {
    ty.bytes().max(8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ValType::*;

    #[test]
    fn overflowing_arguments_go_to_aligned_stack_slots() {
        let params = [I32, I64, I32, I32, I32, I32, V128].to_vec();
        let layout = CallLayout::new(&FuncType::new(params, [I32]));
        assert_eq!(layout.params[4], Place::Int(9));
        assert_eq!(layout.params[5], Place::Memory(0));
        assert_eq!(layout.params[6], Place::Float(0));
        assert_eq!(layout.stack_arg_bytes, 16);
        let mut params = vec![V128; 8];
        params.extend([F32, V128]);
        let layout = CallLayout::new(&FuncType::new(params, []));
        assert_eq!(layout.params[8], Place::Memory(0));
        assert_eq!(layout.params[9], Place::Memory(16));
        assert_eq!(layout.stack_arg_bytes, 32);
    }

    #[test]
    fn overflowing_results_take_a_result_area_and_shift_the_arguments() {
        let layout = CallLayout::new(&FuncType::new([I32], vec![I64; 10]));
        assert!(layout.has_result_area());
        assert_eq!(layout.results[7], Place::Int(10));
        assert_eq!(layout.results[9], Place::Memory(16));
        assert_eq!(layout.params[0], Place::Int(2));
    }
}

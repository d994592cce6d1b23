//! The state of an interrupted x86-64 thread, as a signal handler gets it.
//!
//! Owns: reading program counter, stack and frame pointer from it, and turning
//! it to a landing stub. Called by the signal handler only. Must not know: why
//! the thread was interrupted.

use libc::{REG_EFL, REG_R8, REG_RBP, REG_RCX, REG_RDI, REG_RDX, REG_RIP, REG_RSI, REG_RSP};
use libc::{greg_t, ucontext_t};

/// A byte that traps when it is executed: `int3`.
pub const CODE_FILL: u8 = 0xcc;

/// Bytes below the stack pointer that compiled host code may use.
const RED_ZONE_BYTES: usize = 128;
/// The direction flag; the calling convention wants it clear.
const DIRECTION_FLAG: greg_t = 1 << 10;

/// The registers of an interrupted thread.
pub struct FaultContext<'a> {
    registers: &'a mut [greg_t; 23],
}

/// What the landing stub is told.
#[derive(Clone, Copy, Debug)]
pub struct LandingArgs {
    /// The isolate that ran: rdi.
    pub isolate: *mut u8,
    /// Address of the instruction that faulted: rsi.
    pub pc: usize,
    /// The trap code: rdx.
    pub code: u64,
    /// The address that was accessed: rcx.
    pub fault_address: usize,
    /// The frame pointer: r8.
    pub fp: usize,
}

impl<'a> FaultContext<'a> {
    /// The third argument of a signal handler.
    ///
    /// # Safety
    ///
    /// `context` is what the system passed to the handler that runs now.
    pub unsafe fn from_handler(context: *mut libc::c_void) -> Self {
        // SAFETY: the system passes a valid ucontext_t, which nobody else uses
        // while the handler runs.
        let context = unsafe { &mut *context.cast::<ucontext_t>() };
        Self { registers: &mut context.uc_mcontext.gregs }
    }

    fn read(&self, register: libc::c_int) -> usize {
        self.registers[register as usize] as usize
    }

    fn write(&mut self, register: libc::c_int, value: usize) {
        self.registers[register as usize] = value as greg_t;
    }

    /// The instruction that was interrupted.
    pub fn pc(&self) -> usize {
        self.read(REG_RIP)
    }

    /// The stack pointer.
    pub fn sp(&self) -> usize {
        self.read(REG_RSP)
    }

    /// The frame pointer.
    pub fn fp(&self) -> usize {
        self.read(REG_RBP)
    }

    /// Lets the thread go on in `landing`, as if it had been called from a
    /// frame whose stack pointer is `sp`, with a null return address.
    ///
    /// # Safety
    ///
    /// The stack below `sp` is writable for 256 bytes. `landing` is a stub
    /// that takes these arguments and does not return.
    pub unsafe fn land(&mut self, landing: usize, sp: usize, args: &LandingArgs) {
        let sp = ((sp - RED_ZONE_BYTES) & !15) - 8;
        // SAFETY: the caller says that the stack is writable there.
        unsafe { (sp as *mut u64).write(0) };
        self.write(REG_RSP, sp);
        self.write(REG_RIP, landing);
        self.write(REG_RDI, args.isolate as usize);
        self.write(REG_RSI, args.pc);
        self.write(REG_RDX, args.code as usize);
        self.write(REG_RCX, args.fault_address);
        self.write(REG_R8, args.fp);
        self.registers[REG_EFL as usize] &= !DIRECTION_FLAG;
    }
}

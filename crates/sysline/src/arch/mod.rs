//! The trap: how a program enters the kernel, one file per architecture. Owns: registers, the trap instruction, what
//! it clobbers, where a 64-bit number goes on a 32-bit architecture; how a signal's handler leaves (`sigaction.rs`),
//! and what a tracer sees of the registers (`registers.rs`). Knows nothing of types, errors or names. Nothing else in
//! this crate differs by architecture.
//!
//! Each file has its facts: `EVEN_PAIRS`, whether the two halves of a 64-bit number start in the first, third or fifth
//! register; `trap!`; the operands of `syscall0` to `syscall6` for `traps!`; and `abort`. An argument register is typed
//! by its position, so that no call can swap two of them. Each returns what the kernel returned; an architecture whose
//! kernel flags an error beside the result (powerpc, mips) turns that into a result from -4095 to -1, as the others
//! have it.

use core::ffi::c_void;

/// What one register carries. A pointer keeps its provenance in it, down to the trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Word(*mut c_void);

impl Word {
    /// A register that is zero.
    pub const ZERO: Word = Word(core::ptr::null_mut());

    /// A register that holds a number.
    #[inline(always)]
    pub const fn from_number(number: usize) -> Word {
        Word(core::ptr::without_provenance_mut(number))
    }

    /// A register that holds an address.
    #[inline(always)]
    pub const fn from_pointer<T>(pointer: *const T) -> Word {
        Word(pointer.cast_mut().cast())
    }

    /// The register's bits.
    #[inline(always)]
    pub fn number(self) -> usize {
        self.0.addr()
    }

    /// The register's bits with a sign.
    #[inline(always)]
    pub fn signed(self) -> isize {
        self.0.addr() as isize
    }

    /// The address that the register holds.
    #[inline(always)]
    pub fn pointer(self) -> *mut c_void {
        self.0
    }
}

/// The register of the argument at position `N`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Reg<const N: usize>(pub(crate) *mut c_void);

impl<const N: usize> Reg<N> {
    #[inline(always)]
    pub(crate) fn new(word: Word) -> Reg<N> {
        Reg(word.0)
    }
}

/// Makes the functions of an architecture's file: in each, the operands of its `trap!`, every register named once.
macro_rules! traps {
    ($(
        $name:ident($number:ident $(, $arg:ident: $reg:ty)*) -> $result:ident { $($operands:tt)* }
    )*) => {$(
        #[doc = concat!("Traps with the registers of `", stringify!($name), "`.")]
        ///
        /// # Safety
        ///
        /// The call must be right for memory, as its manual page asks.
        #[inline(always)]
        pub(crate) unsafe fn $name($number: usize $(, $arg: $reg)*) -> Word {
            let $result;
            // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
            unsafe { trap!($number, $result; $($operands)*) };
            Word($result)
        }
    )*};
}

#[macro_use]
mod registers;
pub(crate) mod sigaction;

pub(crate) use registers::SetNumber;

// A 64-bit processor's ABI with 32-bit pointers (x32, n32) is an architecture of its own, which has no file.
#[cfg_attr(
    all(target_arch = "x86_64", target_pointer_width = "64"),
    path = "x86_64.rs"
)]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(
    all(target_arch = "aarch64", target_pointer_width = "64"),
    path = "aarch64.rs"
)]
#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(
    any(target_arch = "riscv64", target_arch = "riscv32"),
    path = "riscv.rs"
)]
#[cfg_attr(target_arch = "loongarch64", path = "loongarch64.rs")]
#[cfg_attr(
    any(target_arch = "powerpc64", target_arch = "powerpc"),
    path = "powerpc.rs"
)]
#[cfg_attr(target_arch = "s390x", path = "s390x.rs")]
#[cfg_attr(
    all(target_arch = "mips64", target_pointer_width = "64"),
    path = "mips64.rs"
)]
#[cfg_attr(
    not(any(
        all(target_arch = "x86_64", target_pointer_width = "64"),
        target_arch = "x86",
        all(target_arch = "aarch64", target_pointer_width = "64"),
        target_arch = "arm",
        target_arch = "riscv64",
        target_arch = "riscv32",
        target_arch = "loongarch64",
        target_arch = "powerpc64",
        target_arch = "powerpc",
        target_arch = "s390x",
        all(target_arch = "mips64", target_pointer_width = "64"),
    )),
    path = "missing.rs"
)]
mod imp;

pub use imp::Registers;
pub(crate) use imp::*;

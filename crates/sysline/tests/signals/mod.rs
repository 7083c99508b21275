//! Signals of a test. Owns: how they are held back, handled and sent, by the C library or by calls of this file's own.
#![allow(dead_code)] // each test crate takes what it needs

use core::ffi::c_void;
use sysline::signal::{SigSet, Signal};
use sysline::{Result, abi, nr};

// SAFETY: the signatures are those of `signal.h`.
unsafe extern "C" {
    fn signal(number: i32, handler: *const c_void) -> *const c_void;
    #[link_name = "raise"]
    fn raise_of_c(number: i32) -> i32;
}

/// Holds signals back from this thread.
pub(crate) fn block<const N: usize>(signals: [Signal; N]) {
    const SIG_BLOCK: i32 = if cfg!(target_arch = "mips64") { 1 } else { 0 };
    // SAFETY: the kernel reads the set, whose size it is told.
    let blocked: Result<()> = unsafe {
        abi::sysnb(
            nr::SYS_RT_SIGPROCMASK,
            (
                SIG_BLOCK,
                &SigSet::from(signals),
                None::<&u8>,
                size_of::<SigSet>(),
            ),
        )
    };
    assert_eq!(blocked, Ok(()));
}

/// Has a signal handled, for the whole process, by what does nothing.
pub(crate) fn handle(number: Signal) {
    extern "C" fn nothing(_: i32) {}
    // SAFETY: the handler does nothing.
    unsafe { signal(number.raw(), nothing as *const c_void) };
}

/// Sends a signal to this thread.
pub(crate) fn raise(number: Signal) {
    // SAFETY: it takes a number.
    assert_eq!(unsafe { raise_of_c(number.raw()) }, 0);
}

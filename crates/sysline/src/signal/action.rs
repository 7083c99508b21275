//! What a process does about a signal.
//!
//! Owns: actions and handlers. This file is read by the compiler and by `sysline gen`: hand-written code comes first,
//! then the `//sys` lines, whose wrappers are in `signal/action/lines.rs`.
//!
//! ```
//! use std::sync::atomic::{AtomicI32, Ordering};
//! use sysline::process::getpid;
//! use sysline::signal::{self, Action, Handler, SaFlags, SigInfo, SigSet, Signal};
//!
//! static SENT: AtomicI32 = AtomicI32::new(0);
//!
//! extern "C" fn note(_: Signal, info: &SigInfo, _: *mut core::ffi::c_void) {
//!     SENT.store(info.value().map_or(0, |value| value.int()), Ordering::Relaxed);
//! }
//!
//! let action = Action::new(Handler::Info(note), SaFlags::RESTART, SigSet::EMPTY);
//! // SAFETY: the handler stores a number, atomically, and touches nothing else.
//! let old = unsafe { signal::sigaction(Signal::USR2, Some(&action))? };
//! signal::sigqueue(getpid(), Some(Signal::USR2), 7.into())?;
//! // SAFETY: what was there is put back.
//! unsafe { signal::sigaction(Signal::USR2, Some(&old))? };
//! # while SENT.load(Ordering::Relaxed) == 0 {} // another thread may have it
//! assert_eq!(SENT.load(Ordering::Relaxed), 7);
//! # Ok::<(), sysline::Errno>(())
//! ```

use super::{SigInfo, SigSet, Signal};
use crate::abi::Result;
use crate::arch::{self, SigAction, sigaction::SA_RESTORER};
use crate::flags::flags;
use core::ffi::c_void;
use core::fmt;
use core::mem::{MaybeUninit, transmute};
use core::ptr;
use linux_raw_sys::general as c;

mod lines;

flags! {
    /// How an [`Action`] is done (sigaction(2)). Whether a handler is told more than the signal is not said here, but
    /// by the [`Handler`].
    pub struct SaFlags: u32 {
        /// Of [`Signal::CHLD`]: not for children that stop or go on.
        NOCLDSTOP = c::SA_NOCLDSTOP;
        /// Of [`Signal::CHLD`]: children that have ended are not kept to be waited for.
        NOCLDWAIT = c::SA_NOCLDWAIT;
        /// The signal is not blocked while its handler runs.
        NODEFER = c::SA_NODEFER;
        /// The handler runs on the alternate stack, if the thread has one: see [`sigaltstack`](super::sigaltstack).
        ONSTACK = c::SA_ONSTACK;
        /// Once only: the action is [`Handler::Default`] when the handler begins.
        RESETHAND = c::SA_RESETHAND;
        /// Calls that the handler has interrupted go on, where they can, and don't fail with `EINTR` (signal(7)).
        RESTART = c::SA_RESTART;
        /// Never has a meaning: who sets it, and finds it clear in the action then, has a kernel that clears what it
        /// does not know (Linux 5.11).
        UNSUPPORTED = c::SA_UNSUPPORTED;
        /// The address of a fault keeps the bits that an architecture's tags are in (Linux 5.11).
        EXPOSE_TAGBITS = c::SA_EXPOSE_TAGBITS;
    }
}

/// Who acts on a signal.
///
/// A handler runs in whichever thread the signal is delivered to, between any two instructions. It may not unwind.
#[derive(Clone, Copy, Debug)]
pub enum Handler {
    /// What the kernel does where nobody says anything: it ends the process, stops it, or does nothing (signal(7)).
    Default,
    /// Nothing is done.
    Ignore,
    /// A function that is told the signal.
    Function(unsafe extern "C" fn(Signal)),
    /// A function that is told the signal, what is known of it, and where the thread was, as an `ucontext_t`
    /// (getcontext(3)).
    Info(unsafe extern "C" fn(Signal, &SigInfo, *mut c_void)),
}

/// What a process does about a signal. `struct sigaction`.
///
/// One that [`sigaction`] has returned is put back exactly as it was: it keeps what the kernel said of it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Action(SigAction<SigSet>);

// SAFETY: the pointers in it are of functions, which every thread may call.
unsafe impl Send for Action {}
// SAFETY: as above.
unsafe impl Sync for Action {}

impl Action {
    /// What the kernel does where nobody says anything.
    pub const DEFAULT: Action = Action(SigAction::new(ptr::null(), 0, ptr::null(), SigSet::EMPTY));

    /// Nothing is done.
    pub const IGNORE: Action = Action(SigAction::new(IGNORED, 0, ptr::null(), SigSet::EMPTY));

    /// An action. While its handler runs, the signals of `mask` are blocked, and the signal itself.
    pub fn new(handler: Handler, flags: SaFlags, mask: SigSet) -> Action {
        let siginfo = matches!(handler, Handler::Info(_));
        let (handler, restorer) = match handler {
            Handler::Default => (ptr::null(), ptr::null()),
            Handler::Ignore => (IGNORED, ptr::null()),
            Handler::Function(handler) => (handler as *const c_void, arch::restorer(false)),
            Handler::Info(handler) => (handler as *const c_void, arch::restorer(true)),
        };
        let mut bits = flags.bits() & !OURS;
        if siginfo {
            bits |= c::SA_SIGINFO;
        }
        if !restorer.is_null() {
            bits |= SA_RESTORER;
        }
        Action(SigAction::new(handler, bits, restorer, mask))
    }

    /// Who acts.
    pub fn handler(&self) -> Handler {
        let handler = self.0.handler();
        if handler.is_null() {
            Handler::Default
        } else if ptr::eq(handler, IGNORED) {
            Handler::Ignore
        } else if self.0.flags() & c::SA_SIGINFO != 0 {
            // SAFETY: it is no null pointer, and who set the action said that the function is of this type.
            Handler::Info(unsafe {
                transmute::<*const c_void, unsafe extern "C" fn(Signal, &SigInfo, *mut c_void)>(
                    handler,
                )
            })
        } else {
            // SAFETY: as above.
            Handler::Function(unsafe {
                transmute::<*const c_void, unsafe extern "C" fn(Signal)>(handler)
            })
        }
    }

    /// How it is done.
    pub const fn flags(&self) -> SaFlags {
        SaFlags::from_bits_retain(self.0.flags() & !OURS)
    }

    /// The signals that are blocked while its handler runs.
    pub const fn mask(&self) -> SigSet {
        self.0.mask()
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action")
            .field("handler", &self.handler())
            .field("flags", &self.flags())
            .field("mask", &self.mask())
            .finish()
    }
}

/// `SIG_IGN` (`asm-generic/signal-defs.h`).
const IGNORED: *const c_void = ptr::without_provenance(1);

/// The flags that follow from the handler.
const OURS: u32 = c::SA_SIGINFO | SA_RESTORER;

/// Sets what the process does about a signal, where there is a new action, and says what it was to do before. A copy
/// of the process has the same actions; a program that is executed has no handlers.
///
/// # Errors
///
/// Those of `sigaction(2)`: `EINVAL` to change that of [`Signal::KILL`] or [`Signal::STOP`].
///
/// # Safety
///
/// A handler must be right wherever it interrupts the program: it may do what signal-safety(7) lists, use atomics, and
/// call wrappers of this crate that do not allocate. It must not return where the interrupted code can't go on, as
/// from a fault whose cause is still there. What relies on the old action, such as a runtime's own handler of
/// [`Signal::SEGV`], must not need it any more.
#[doc(alias = "rt_sigaction")]
#[inline]
pub unsafe fn sigaction(signal: Signal, action: Option<&Action>) -> Result<Action> {
    let mut old = MaybeUninit::uninit();
    // SAFETY: as the caller promises; the kernel fills `old` where the call succeeds.
    unsafe {
        lines::rt_sigaction(signal, action, &mut old, SigSet::SIZE)?;
        Ok(old.assume_init())
    }
}

/// What the process does about a signal.
///
/// # Errors
///
/// Those of `sigaction(2)`.
#[doc(alias = "rt_sigaction")]
#[inline]
pub fn action_of(signal: Signal) -> Result<Action> {
    // SAFETY: nothing is changed.
    unsafe { sigaction(signal, None) }
}

/*
 * Lines
 */

//sys pub(super) unsafe fn rt_sigaction(signal: Signal, action: Option<&Action>,
//        old: &mut MaybeUninit<Action>, size: usize) -> Result<()>

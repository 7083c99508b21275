//! Signals.
//!
//! Owns: their numbers, sets of them, which are blocked, waiting for them and queueing them. Its rooms: what a process
//! does about them (`action.rs`), on which stack (`stack.rs`), and what is known of one (`info.rs`). This file is read
//! by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `signal/lines.rs`.
//!
//! How a handler ends is no function here: the code that it returns to makes the call, `rt_sigreturn(2)`, with the
//! stack as the kernel has left it. [`Action`] gives the kernel such code where it has none of its own.
//!
//! ```
//! use sysline::event::Timeout;
//! use sysline::process::getpid;
//! use sysline::signal::{self, SigSet, Signal};
//! use sysline::thread::gettid;
//! use sysline::Errno;
//!
//! # std::thread::spawn(|| {
//! let set = SigSet::from([Signal::USR1]);
//! signal::block(&set)?;
//! signal::sigqueue_thread(getpid(), gettid(), Some(Signal::USR1), 7.into())?;
//! let info = signal::sigwaitinfo(&set)?;
//! assert_eq!(info.value().map(|value| value.int()), Some(7));
//!
//! assert_eq!(signal::sigtimedwait(&set, Timeout::Zero).err(), Some(Errno::EAGAIN));
//! # Ok::<(), Errno>(())
//! # }).join().unwrap().unwrap();
//! ```

use crate::abi::{Arg, Result, Word};
use crate::event::Timeout;
use crate::process::{Pid, getpid, getuid};
use crate::time::Timespec;
use core::ffi::c_ulong;
use core::fmt;
use linux_raw_sys::general as c;

mod action;
mod info;
mod lines;
mod older;
mod stack;

pub use action::{Action, Handler, SaFlags, action_of, sigaction};
pub use info::{Details, SigCode, SigInfo, SigValue};
pub use lines::*;
pub use stack::{AltStack, SsFlags, alternate_stack, sigaltstack};

/// A signal, from 1 to [`Signal::MAX`] (signal(7)). The numbers differ between architectures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Signal(i32);

/// How many signals there are: `_NSIG` of the kernel's `asm/signal.h`.
const SIGNALS: i32 = if cfg!(target_arch = "mips64") {
    128
} else {
    64
};

macro_rules! signals {
    ($($(#[doc = $doc:literal])* $(#[cfg($on:meta)])? $name:ident = $kernel:ident;)*) => {
        impl Signal {
            $($(#[doc = $doc])* $(#[cfg($on)])? pub const $name: Signal = Signal(c::$kernel as i32);)*

            /// The kernel's name, such as `SIGTERM`; none of a real-time signal.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $($(#[cfg($on)])? Signal::$name => Some(stringify!($kernel)),)*
                    _ => None,
                }
            }
        }
    };
}

signals! {
    /// The terminal went away.
    HUP = SIGHUP;
    /// The terminal's interrupt key.
    INT = SIGINT;
    /// The terminal's quit key.
    QUIT = SIGQUIT;
    /// An instruction that there is not.
    ILL = SIGILL;
    /// A breakpoint, or another of the debugger's traps.
    TRAP = SIGTRAP;
    /// `abort`.
    ABRT = SIGABRT;
    /// Memory that could not be reached.
    BUS = SIGBUS;
    /// An arithmetic error.
    FPE = SIGFPE;
    /// Ends the process, whatever it does.
    KILL = SIGKILL;
    /// The program's own.
    USR1 = SIGUSR1;
    /// An address that is not mapped, or not for this.
    SEGV = SIGSEGV;
    /// The program's own.
    USR2 = SIGUSR2;
    /// A write to a pipe that nobody reads.
    PIPE = SIGPIPE;
    /// A timer of `alarm` or `setitimer`.
    ALRM = SIGALRM;
    /// A request to end.
    TERM = SIGTERM;
    /// A child has stopped or ended.
    CHLD = SIGCHLD;
    /// Goes on after a stop.
    CONT = SIGCONT;
    /// Stops the process, whatever it does.
    STOP = SIGSTOP;
    /// The terminal's stop key.
    TSTP = SIGTSTP;
    /// A read from the terminal in the background.
    TTIN = SIGTTIN;
    /// A write to the terminal in the background.
    TTOU = SIGTTOU;
    /// Urgent data at a socket.
    URG = SIGURG;
    /// The limit of processor time was reached.
    XCPU = SIGXCPU;
    /// The limit of a file's size was reached.
    XFSZ = SIGXFSZ;
    /// A timer of the process's own time.
    VTALRM = SIGVTALRM;
    /// A timer of profiling.
    PROF = SIGPROF;
    /// The terminal has another size.
    WINCH = SIGWINCH;
    /// A descriptor is ready. `SIGPOLL` too.
    IO = SIGIO;
    /// The power is failing.
    PWR = SIGPWR;
    /// A system call that there is not, or that a filter forbids.
    SYS = SIGSYS;
    /// Of a coprocessor's stack; nobody sends it.
    #[cfg(not(target_arch = "mips64"))]
    STKFLT = SIGSTKFLT;
    /// An emulator's trap.
    #[cfg(target_arch = "mips64")]
    EMT = SIGEMT;
}

impl Signal {
    /// The last signal, and the last of real time.
    pub const MAX: Signal = Signal(SIGNALS);

    /// The kernel's first signal of real time. A C library takes the first two or three for itself.
    pub const RT_MIN: Signal = Signal(32); // SIGRTMIN, asm-generic/signal.h

    /// The signal of a number; `None` where there is none of it.
    pub const fn from_raw(number: i32) -> Option<Signal> {
        match number {
            1..=SIGNALS => Some(Signal(number)),
            _ => None,
        }
    }

    /// Its number.
    pub const fn raw(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Signal {
    /// The name: `SIGTERM`, `SIGRTMIN+3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.0 - Signal::RT_MIN.0) {
            (Some(name), _) => f.pad(name),
            (None, 0) => f.pad("SIGRTMIN"),
            (None, more @ 1..) => write!(f, "SIGRTMIN+{more}"),
            (None, _) => write!(f, "signal {}", self.0),
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// SAFETY: a signal is its number.
unsafe impl Arg for Signal {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.0.into_words()
    }
}

// SAFETY: as above; 0 is no signal (kill(2), ptrace(2)).
unsafe impl Arg for Option<Signal> {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.map_or(0, Signal::raw).into_words()
    }
}

/// A set of signals, as the kernel has it. `sigset_t` of the kernel's `asm/signal.h`: 64 signals, on mips 128.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct SigSet {
    words: [c_ulong; SIGNALS as usize / c_ulong::BITS as usize],
}

impl SigSet {
    /// No signal.
    pub const EMPTY: SigSet = SigSet {
        words: [0; SIGNALS as usize / c_ulong::BITS as usize],
    };

    /// All signals. [`Signal::KILL`] and [`Signal::STOP`] are in it, and the kernel leaves them out.
    pub const ALL: SigSet = SigSet {
        words: [c_ulong::MAX; SIGNALS as usize / c_ulong::BITS as usize],
    };

    /// Its size in bytes, which calls that take one are told.
    pub(crate) const SIZE: usize = size_of::<SigSet>();

    /// Puts a signal in.
    pub const fn insert(&mut self, signal: Signal) {
        let (word, bit) = place(signal);
        self.words[word] |= bit;
    }

    /// Takes a signal out.
    pub const fn remove(&mut self, signal: Signal) {
        let (word, bit) = place(signal);
        self.words[word] &= !bit;
    }

    /// Whether a signal is in it.
    pub const fn contains(&self, signal: Signal) -> bool {
        let (word, bit) = place(signal);
        self.words[word] & bit != 0
    }

    /// Whether no signal is in it.
    pub const fn is_empty(&self) -> bool {
        let mut at = 0;
        while at < self.words.len() {
            if self.words[at] != 0 {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Its signals, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = Signal> + use<> {
        let set = *self;
        (1..=SIGNALS)
            .map(Signal)
            .filter(move |&signal| set.contains(signal))
    }
}

/// The word and the bit in it that stand for a signal.
const fn place(signal: Signal) -> (usize, c_ulong) {
    let at = (signal.0 - 1) as usize;
    let bits = c_ulong::BITS as usize;
    (at / bits, 1 << (at % bits))
}

impl Default for SigSet {
    fn default() -> SigSet {
        SigSet::EMPTY
    }
}

impl fmt::Debug for SigSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Signal> for SigSet {
    fn from_iter<T: IntoIterator<Item = Signal>>(signals: T) -> SigSet {
        let mut set = SigSet::EMPTY;
        set.extend(signals);
        set
    }
}

impl Extend<Signal> for SigSet {
    fn extend<T: IntoIterator<Item = Signal>>(&mut self, signals: T) {
        signals.into_iter().for_each(|signal| self.insert(signal));
    }
}

impl<const N: usize> From<[Signal; N]> for SigSet {
    fn from(signals: [Signal; N]) -> SigSet {
        signals.into_iter().collect()
    }
}

/// Waits for a signal of `set` and takes it, for as long as `timeout` says or without end. Its handler does not run:
/// the signals must be blocked in this thread, and are to be in the others, which might have them delivered instead.
///
/// # Errors
///
/// Those of `sigtimedwait(2)`: `EAGAIN` where the time is over, `EINTR` where a handler of another signal has run, and
/// where the process was stopped and goes on (signal(7)). On a 32-bit kernel before 5.1 also `EOVERFLOW`, for a timeout
/// of more than 68 years.
#[doc(alias = "rt_sigtimedwait")]
#[doc(alias = "rt_sigtimedwait_time64")]
pub fn sigtimedwait(set: &SigSet, timeout: impl Into<Timeout>) -> Result<SigInfo> {
    let timeout = timeout.into().timespec();
    let mut info = SigInfo::default();
    or_older!(
        lines::rt_sigtimedwait(set, &mut info, timeout.as_ref(), SigSet::SIZE),
        older::rt_sigtimedwait(set, &mut info, timeout)
    )?;
    Ok(info)
}

/// Waits for a signal of `set` and takes it, as [`sigtimedwait`] does, without end.
///
/// # Errors
///
/// Those of `sigwaitinfo(2)`: `EINTR` where a handler of another signal has run, and where the process was stopped and
/// goes on.
#[doc(alias = "sigwait")]
#[inline]
pub fn sigwaitinfo(set: &SigSet) -> Result<SigInfo> {
    sigtimedwait(set, Timeout::Forever)
}

/// Sends a process a signal with a value; signals of real time are delivered as often as they are sent. Without a
/// signal it is only asked whether one could be sent.
///
/// # Errors
///
/// Those of `sigqueue(3)`: `EAGAIN` where too many are waiting (`RLIMIT_SIGPENDING`).
#[doc(alias = "rt_sigqueueinfo")]
pub fn sigqueue(process: Pid, signal: Option<Signal>, value: SigValue) -> Result<()> {
    let info = from_here(signal, value);
    // SAFETY: the info says what is true, and what any process may say of itself.
    unsafe { lines::queue(process, signal, &info) }
}

/// Sends a thread of a process a signal with a value, as [`sigqueue`] does to the process.
///
/// # Errors
///
/// Those of `rt_tgsigqueueinfo(2)`: `EAGAIN` where too many are waiting (`RLIMIT_SIGPENDING`).
#[doc(alias = "pthread_sigqueue")]
#[doc(alias = "rt_tgsigqueueinfo")]
pub fn sigqueue_thread(
    process: Pid,
    thread: Pid,
    signal: Option<Signal>,
    value: SigValue,
) -> Result<()> {
    let info = from_here(signal, value);
    // SAFETY: as in `sigqueue`.
    unsafe { lines::tgqueue(process, thread, signal, &info) }
}

/// That this process sends a signal. The kernel puts the signal's number in itself, so that of none may be any.
fn from_here(signal: Option<Signal>, value: SigValue) -> SigInfo {
    let signal = signal.unwrap_or(Signal::MAX);
    SigInfo::queued(signal, getpid(), getuid(), value)
}

#[cfg(test)]
crate::layout::c_layout!(SigSet = "kernel_sigset_t" {});

/*
 * Lines
 */

// Blocks the signals of `set` in this thread, beside those that are blocked, and says which were before. A signal that
// is blocked waits until it is not. The signals that a C library keeps for itself are blocked too, if they are in `set`
// (they are in `SigSet::ALL`): what it does by them, such as changing the user of all threads, then waits for this one.
//sysnb #[doc(alias = "sigprocmask")] pub fn block(c::SIG_BLOCK, set: &SigSet, out old: SigSet,
//        SigSet::SIZE) -> Result<SigSet> = SYS_RT_SIGPROCMASK

// Lets the signals of `set` be delivered to this thread, and says which were blocked before.
//sysnb #[doc(alias = "sigprocmask")] pub fn unblock(c::SIG_UNBLOCK, set: &SigSet, out old: SigSet,
//        SigSet::SIZE) -> Result<SigSet> = SYS_RT_SIGPROCMASK

// Blocks the signals of `set` in this thread, and no others, and says which were blocked before. What is said of a C
// library's signals at [`block`] is true here too.
//sysnb #[doc(alias = "sigprocmask")] pub fn set_mask(c::SIG_SETMASK, set: &SigSet, out old: SigSet,
//        SigSet::SIZE) -> Result<SigSet> = SYS_RT_SIGPROCMASK

// The signals that are blocked in this thread.
//sysnb #[doc(alias = "sigprocmask")] pub fn mask(c::SIG_BLOCK, 0, out set: SigSet,
//        SigSet::SIZE) -> Result<SigSet> = SYS_RT_SIGPROCMASK

// The signals that wait to be delivered, to this thread or to the process, and are blocked.
//sysnb pub fn sigpending(out set: SigSet, SigSet::SIZE) -> Result<SigSet> = SYS_RT_SIGPENDING

// Blocks the signals of `mask`, and no others, until a handler has run, and then those of before. It always is an
// error: `EINTR` when a handler has run.
//sys pub fn sigsuspend(mask: &SigSet, SigSet::SIZE) -> Result<()> = SYS_RT_SIGSUSPEND

// Sends a process a signal with an info of the caller's making. Its code must be negative and not `SigCode::TKILL`, but
// to the caller's own process, which may be told anything; the signal's number in it is `signal`, whatever it was.
//
// # Safety
//
// To its own process a program can say that an info comes from the kernel. Its handlers must not believe it.
//sysnb pub unsafe fn rt_sigqueueinfo(process: Pid, signal: Signal, info: &SigInfo) -> Result<()>

// Sends a thread of a process a signal with an info of the caller's making, as `rt_sigqueueinfo` does to the process.
//
// # Safety
//
// As for `rt_sigqueueinfo`.
//sysnb pub unsafe fn rt_tgsigqueueinfo(process: Pid, thread: Pid, signal: Signal,
//        info: &SigInfo) -> Result<()>

//sysnb pub(super) unsafe fn queue(process: Pid, signal: Option<Signal>,
//        info: &SigInfo) -> Result<()> = SYS_RT_SIGQUEUEINFO

//sysnb pub(super) unsafe fn tgqueue(process: Pid, thread: Pid, signal: Option<Signal>,
//        info: &SigInfo) -> Result<()> = SYS_RT_TGSIGQUEUEINFO

//sys pub(super) fn rt_sigtimedwait(set: &SigSet, info: &mut SigInfo, timeout: Option<&Timespec>,
//        size: usize) -> Result<i32>

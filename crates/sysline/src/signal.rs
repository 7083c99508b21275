//! Signals.
//!
//! Owns: their numbers, sets of them, and what a process does about them. This file is read by the compiler and by
//! `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `signal/lines.rs`.

use crate::abi::{Arg, Word};
use core::ffi::c_ulong;
use core::fmt;
use linux_raw_sys::general as c;

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
    ($($(#[$attr:meta])* $name:ident = $kernel:ident;)*) => {
        impl Signal {
            $($(#[$attr])* pub const $name: Signal = Signal(c::$kernel as i32);)*

            /// The kernel's name, such as `SIGTERM`; none of a real-time signal.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Signal::$name => Some(stringify!($kernel)),)*
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

    /// Its signals, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = Signal> {
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

#[cfg(test)]
crate::layout::c_layout!(SigSet = "kernel_sigset_t" {});

//! What is known of a signal.
//!
//! Owns: `siginfo_t`, and which of its fields a signal has. Nothing in it is believed: whatever bytes it is made of,
//! what is read are numbers and addresses.
//!
//! ```
//! use sysline::process::{Pid, Uid};
//! use sysline::signal::{Details, SigCode, SigInfo, Signal};
//!
//! let info = SigInfo::queued(Signal::USR1, Pid::from_raw(10), Uid::ROOT, 7.into());
//! assert_eq!(info.signal(), Some(Signal::USR1));
//! assert_eq!(info.code(), SigCode::QUEUE);
//! assert!(matches!(info.details(), Details::Queued { value, .. } if value.int() == 7));
//! ```

use super::Signal;
use crate::abi::Errno;
use crate::flags::numbers;
use crate::process::{Pid, Uid};
use core::ffi::c_void;
use core::fmt;
use core::mem::transmute;
use linux_raw_sys::general as c;

numbers! {
    /// Why a signal was sent. Zero and negative numbers, and [`SigCode::KERNEL`], are the same for every signal; the
    /// others are the signal's own, and have its name here (sigaction(2)).
    pub struct SigCode: i32 {
        /// By kill(2).
        USER = c::SI_USER;
        /// By the kernel, which says no more.
        KERNEL = c::SI_KERNEL;
        /// By [`sigqueue`](super::sigqueue).
        QUEUE = c::SI_QUEUE;
        /// By a timer (timer_create(2)).
        TIMER = if cfg!(target_arch = "mips64") { -3 } else { c::SI_TIMER }; // mips' asm/siginfo.h
        /// By a message queue (mq_notify(3)).
        MESGQ = if cfg!(target_arch = "mips64") { -4 } else { c::SI_MESGQ };
        /// By asynchronous reading or writing that has ended (aio(7)).
        ASYNCIO = if cfg!(target_arch = "mips64") { -2 } else { c::SI_ASYNCIO };
        /// By a descriptor that is ready, which queued signals of its own number tell.
        SIGIO = c::SI_SIGIO;
        /// By tkill(2) or tgkill(2).
        TKILL = c::SI_TKILL;
        /// By a look-up of a name that has ended (getaddrinfo_a(3)).
        ASYNCNL = c::SI_ASYNCNL;

        /// `SIGILL`: an operation that there is not.
        ILL_ILLOPC = c::ILL_ILLOPC;
        /// `SIGILL`: an operand that there is not.
        ILL_ILLOPN = c::ILL_ILLOPN;
        /// `SIGILL`: a form of address that there is not.
        ILL_ILLADR = c::ILL_ILLADR;
        /// `SIGILL`: a trap that is not allowed.
        ILL_ILLTRP = c::ILL_ILLTRP;
        /// `SIGILL`: a privileged operation.
        ILL_PRVOPC = c::ILL_PRVOPC;
        /// `SIGILL`: a privileged register.
        ILL_PRVREG = c::ILL_PRVREG;
        /// `SIGILL`: an error of a coprocessor.
        ILL_COPROC = c::ILL_COPROC;
        /// `SIGILL`: an error of the stack's.
        ILL_BADSTK = c::ILL_BADSTK;
        /// `SIGILL`: an instruction's address that is none.
        ILL_BADIADDR = c::ILL_BADIADDR;

        /// `SIGFPE`: an integer divided by zero.
        FPE_INTDIV = c::FPE_INTDIV;
        /// `SIGFPE`: an integer overflown.
        FPE_INTOVF = c::FPE_INTOVF;
        /// `SIGFPE`: a floating-point number divided by zero.
        FPE_FLTDIV = c::FPE_FLTDIV;
        /// `SIGFPE`: a floating-point number overflown.
        FPE_FLTOVF = c::FPE_FLTOVF;
        /// `SIGFPE`: a floating-point number underflown.
        FPE_FLTUND = c::FPE_FLTUND;
        /// `SIGFPE`: an inexact floating-point result.
        FPE_FLTRES = c::FPE_FLTRES;
        /// `SIGFPE`: an invalid floating-point operation.
        FPE_FLTINV = c::FPE_FLTINV;
        /// `SIGFPE`: a subscript out of range.
        FPE_FLTSUB = c::FPE_FLTSUB;
        /// `SIGFPE`: something of floating point, which the processor does not tell.
        FPE_FLTUNK = c::FPE_FLTUNK;
        /// `SIGFPE`: a trap on a condition.
        FPE_CONDTRAP = c::FPE_CONDTRAP;

        /// `SIGSEGV`: nothing is mapped there.
        SEGV_MAPERR = c::SEGV_MAPERR;
        /// `SIGSEGV`: it is mapped, and not for this.
        SEGV_ACCERR = c::SEGV_ACCERR;
        /// `SIGSEGV`: out of the bounds that were set.
        SEGV_BNDERR = c::SEGV_BNDERR;
        /// `SIGSEGV`: a protection key forbids it (pkeys(7)).
        SEGV_PKUERR = c::SEGV_PKUERR;
        /// `SIGSEGV`: a memory tag does not fit, told some time later (Linux 5.10).
        SEGV_MTEAERR = c::SEGV_MTEAERR;
        /// `SIGSEGV`: a memory tag does not fit (Linux 5.10).
        SEGV_MTESERR = c::SEGV_MTESERR;
        /// `SIGSEGV`: a return to where nobody called from (Linux 6.6).
        SEGV_CPERR = c::SEGV_CPERR;

        /// `SIGBUS`: an address that is not aligned.
        BUS_ADRALN = c::BUS_ADRALN;
        /// `SIGBUS`: no memory is there, as behind the end of a mapped file.
        BUS_ADRERR = c::BUS_ADRERR;
        /// `SIGBUS`: an error of the device's.
        BUS_OBJERR = c::BUS_OBJERR;
        /// `SIGBUS`: broken memory was read; something must be done.
        BUS_MCEERR_AR = c::BUS_MCEERR_AR;
        /// `SIGBUS`: broken memory was found in the process; something may be done.
        BUS_MCEERR_AO = c::BUS_MCEERR_AO;

        /// `SIGTRAP`: a breakpoint.
        TRAP_BRKPT = c::TRAP_BRKPT;
        /// `SIGTRAP`: a step was made.
        TRAP_TRACE = c::TRAP_TRACE;
        /// `SIGTRAP`: a branch was taken.
        TRAP_BRANCH = c::TRAP_BRANCH;
        /// `SIGTRAP`: a breakpoint or watchpoint of the processor's.
        TRAP_HWBKPT = c::TRAP_HWBKPT;
        /// `SIGTRAP`: something that the processor does not tell.
        TRAP_UNK = c::TRAP_UNK;
        /// `SIGTRAP`: a counter of perf_event_open(2) (Linux 5.13).
        TRAP_PERF = c::TRAP_PERF;

        /// `SIGCHLD`: the child has ended by itself.
        CLD_EXITED = c::CLD_EXITED;
        /// `SIGCHLD`: a signal has ended the child.
        CLD_KILLED = c::CLD_KILLED;
        /// `SIGCHLD`: a signal has ended the child, which has left its memory in a file.
        CLD_DUMPED = c::CLD_DUMPED;
        /// `SIGCHLD`: a traced child has stopped.
        CLD_TRAPPED = c::CLD_TRAPPED;
        /// `SIGCHLD`: the child has stopped.
        CLD_STOPPED = c::CLD_STOPPED;
        /// `SIGCHLD`: the child goes on.
        CLD_CONTINUED = c::CLD_CONTINUED;

        /// `SIGIO`: there is something to read.
        POLL_IN = c::POLL_IN;
        /// `SIGIO`: something can be written.
        POLL_OUT = c::POLL_OUT;
        /// `SIGIO`: a message has come.
        POLL_MSG = c::POLL_MSG;
        /// `SIGIO`: an error.
        POLL_ERR = c::POLL_ERR;
        /// `SIGIO`: there is something urgent to read.
        POLL_PRI = c::POLL_PRI;
        /// `SIGIO`: the other side hung up.
        POLL_HUP = c::POLL_HUP;

        /// `SIGSYS`: a filter of seccomp(2) has answered so.
        SYS_SECCOMP = c::SYS_SECCOMP;
        /// `SIGSYS`: a call that the program makes itself (prctl(2), `PR_SET_SYSCALL_USER_DISPATCH`; Linux 5.11).
        SYS_USER_DISPATCH = c::SYS_USER_DISPATCH;
    }
}

/// What a sender has given a signal: a number or an address, which share their place. `union sigval`.
///
/// An address means something in the sender's process only.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct SigValue(c::sigval);

impl SigValue {
    /// A number.
    pub const fn from_int(value: i32) -> SigValue {
        let mut all = c::sigval {
            sival_ptr: core::ptr::null_mut(), // no byte is left as it was
        };
        all.sival_int = value;
        SigValue(all)
    }

    /// An address.
    pub const fn from_ptr(value: *mut c_void) -> SigValue {
        SigValue(c::sigval { sival_ptr: value })
    }

    /// The number, which is part of the address where one was given.
    pub const fn int(self) -> i32 {
        // SAFETY: every value is a number.
        unsafe { self.0.sival_int }
    }

    /// The address.
    pub const fn ptr(self) -> *mut c_void {
        // SAFETY: every value is an address.
        unsafe { self.0.sival_ptr }
    }
}

impl From<i32> for SigValue {
    fn from(value: i32) -> SigValue {
        SigValue::from_int(value)
    }
}

impl PartialEq for SigValue {
    fn eq(&self, other: &SigValue) -> bool {
        self.ptr() == other.ptr()
    }
}

impl Eq for SigValue {}

impl fmt::Debug for SigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigValue({:p})", self.ptr())
    }
}

/// What is known of a signal. `siginfo_t`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct SigInfo(c::siginfo_t);

// SAFETY: its addresses are numbers: nothing here reads what is there.
unsafe impl Send for SigInfo {}
// SAFETY: as above.
unsafe impl Sync for SigInfo {}

/// What is known of a signal beside its number and why it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Details {
    /// A process has sent it, or the kernel in a process's place.
    Sent {
        /// The sender; 0 where it is the kernel or is not seen from here.
        pid: Pid,
        /// The sender's real user.
        uid: Uid,
    },
    /// A process has sent it with a value.
    Queued {
        /// The sender.
        pid: Pid,
        /// The sender's real user.
        uid: Uid,
        /// What it has given.
        value: SigValue,
    },
    /// A timer has sent it.
    Timer {
        /// The kernel's number of the timer.
        timer: i32,
        /// How often more it has expired since.
        overrun: i32,
        /// What the timer was given.
        value: SigValue,
    },
    /// A child has ended, has stopped or goes on.
    Child {
        /// The child.
        pid: Pid,
        /// The child's real user.
        uid: Uid,
        /// The status that it has ended with ([`SigCode::CLD_EXITED`]), else the signal that has done it.
        status: i32,
        /// Its time in its own code, in ticks (times(2)).
        user_time: i64,
        /// Its time in the kernel, in ticks.
        system_time: i64,
    },
    /// An instruction can't be executed.
    Fault {
        /// What it wanted to reach, or where it is.
        address: *mut c_void,
    },
    /// Memory is broken.
    Broken {
        /// Where.
        address: *mut c_void,
        /// How much of the address is unsure: the number of its lowest bit that counts.
        lowest_bit: i16,
    },
    /// An address was out of bounds.
    Bounds {
        /// The address.
        address: *mut c_void,
        /// The first that is allowed.
        lower: *mut c_void,
        /// The last that is allowed.
        upper: *mut c_void,
    },
    /// A protection key forbids it.
    Key {
        /// What was to be reached.
        address: *mut c_void,
        /// The key.
        key: u32,
    },
    /// A counter of perf_event_open(2).
    Perf {
        /// Where.
        address: *mut c_void,
        /// What the counter was given.
        data: usize,
        /// The counter's type.
        kind: u32,
        /// `TRAP_PERF_FLAG_ASYNC`, where it is told some time later.
        flags: u32,
    },
    /// A descriptor is ready.
    Poll {
        /// What it is ready for, as poll(2) says it.
        band: i64,
        /// Its number.
        fd: i32,
    },
    /// A system call that was not made.
    SystemCall {
        /// The address of the instruction.
        address: *mut c_void,
        /// The call's number.
        number: i32,
        /// The architecture of the call (`AUDIT_ARCH_...`, `linux/audit.h`).
        arch: u32,
    },
}

impl SigInfo {
    /// How many bytes it has: `SI_MAX_SIZE`.
    pub const SIZE: usize = c::SI_MAX_SIZE as usize;

    /// That a process has sent a signal with a value, as sigqueue(3) says it.
    pub const fn queued(signal: Signal, pid: Pid, uid: Uid, value: SigValue) -> SigInfo {
        let mut info = SigInfo::from_bytes([0; SigInfo::SIZE]);
        // SAFETY: all of it has been set, to zero; these are writes.
        let head = unsafe { &mut info.0.__bindgen_anon_1.__bindgen_anon_1 };
        head.si_signo = signal.raw();
        head.si_code = SigCode::QUEUE.raw();
        head._sifields._rt = c::__sifields__bindgen_ty_3 {
            _pid: pid.raw(),
            _uid: uid.raw(),
            _sigval: value.0,
        };
        info
    }

    /// One of the bytes that the kernel has in memory.
    pub const fn from_bytes(bytes: [u8; SigInfo::SIZE]) -> SigInfo {
        // SAFETY: it is made of numbers and addresses, which any bytes are.
        SigInfo(unsafe { transmute::<[u8; SigInfo::SIZE], c::siginfo_t>(bytes) })
    }

    /// The bytes that the kernel has in memory.
    pub const fn to_bytes(self) -> [u8; SigInfo::SIZE] {
        // SAFETY: all of its bytes have been set: by `from_bytes`, or by the kernel.
        unsafe { transmute::<c::siginfo_t, [u8; SigInfo::SIZE]>(self.0) }
    }

    const fn head(&self) -> &c::siginfo__bindgen_ty_1__bindgen_ty_1 {
        // SAFETY: it is made of numbers and addresses, and all of its bytes have been set.
        unsafe { &self.0.__bindgen_anon_1.__bindgen_anon_1 }
    }

    /// The signal; `None` where it is no signal's number.
    pub const fn signal(&self) -> Option<Signal> {
        Signal::from_raw(self.head().si_signo)
    }

    /// The error that goes with it; hardly any signal has one.
    pub const fn errno(&self) -> Option<Errno> {
        Errno::new(self.head().si_errno)
    }

    /// Why it was sent.
    pub const fn code(&self) -> SigCode {
        SigCode::from_raw(self.head().si_code)
    }

    /// What else is known. Which fields a signal has follows from its number and from why it was sent, by the kernel's
    /// own rules (`siginfo_layout`, Linux `kernel/signal.c`).
    #[allow(clippy::useless_conversion)] // of what has 32 bits elsewhere
    pub fn details(&self) -> Details {
        let fields = &self.head()._sifields;
        // SAFETY (of all reads below): every field is a number or an address, and all bytes have been set.
        match layout(self.head().si_signo, self.head().si_code) {
            Layout::Kill => {
                // SAFETY: as above.
                let sent = unsafe { fields._kill };
                Details::Sent {
                    pid: Pid::from_raw(sent._pid),
                    uid: Uid::from_raw(sent._uid),
                }
            }
            Layout::Rt => {
                // SAFETY: as above.
                let queued = unsafe { fields._rt };
                Details::Queued {
                    pid: Pid::from_raw(queued._pid),
                    uid: Uid::from_raw(queued._uid),
                    value: SigValue(queued._sigval),
                }
            }
            Layout::Timer => {
                // SAFETY: as above.
                let timer = unsafe { fields._timer };
                Details::Timer {
                    timer: timer._tid,
                    overrun: timer._overrun,
                    value: SigValue(timer._sigval),
                }
            }
            Layout::Child => {
                // SAFETY: as above.
                let child = unsafe { fields._sigchld };
                Details::Child {
                    pid: Pid::from_raw(child._pid),
                    uid: Uid::from_raw(child._uid),
                    status: child._status,
                    user_time: i64::from(child._utime),
                    system_time: i64::from(child._stime),
                }
            }
            Layout::Poll => {
                // SAFETY: as above.
                let poll = unsafe { fields._sigpoll };
                Details::Poll {
                    band: i64::from(poll._band),
                    fd: poll._fd,
                }
            }
            Layout::Sys => {
                // SAFETY: as above.
                let call = unsafe { fields._sigsys };
                Details::SystemCall {
                    address: call._call_addr,
                    number: call._syscall,
                    arch: call._arch,
                }
            }
            Layout::Fault => self.fault(),
        }
    }

    /// The details of what an instruction has caused.
    fn fault(&self) -> Details {
        let fields = &self.head()._sifields;
        // SAFETY: numbers and addresses, all of whose bytes have been set.
        let (address, more) = unsafe {
            let fault = fields._sigfault;
            (fault._addr, fault.__bindgen_anon_1)
        };
        match (self.signal(), self.code()) {
            (Some(Signal::BUS), SigCode::BUS_MCEERR_AR | SigCode::BUS_MCEERR_AO) => {
                Details::Broken {
                    address,
                    // SAFETY: as above.
                    lowest_bit: unsafe { more._addr_lsb },
                }
            }
            (Some(Signal::SEGV), SigCode::SEGV_BNDERR) => {
                // SAFETY: as above.
                let bounds = unsafe { more._addr_bnd };
                Details::Bounds {
                    address,
                    lower: bounds._lower,
                    upper: bounds._upper,
                }
            }
            (Some(Signal::SEGV), SigCode::SEGV_PKUERR) => Details::Key {
                address,
                // SAFETY: as above.
                key: unsafe { more._addr_pkey._pkey },
            },
            (Some(Signal::TRAP), SigCode::TRAP_PERF) => {
                // SAFETY: as above.
                let perf = unsafe { more._perf };
                Details::Perf {
                    address,
                    data: perf._data as usize,
                    kind: perf._type,
                    flags: perf._flags,
                }
            }
            _ => Details::Fault { address },
        }
    }

    /// Who has sent it, and the sender's real user: of a signal from a process, or from a child.
    pub fn sender(&self) -> Option<(Pid, Uid)> {
        match self.details() {
            Details::Sent { pid, uid }
            | Details::Queued { pid, uid, .. }
            | Details::Child { pid, uid, .. } => Some((pid, uid)),
            _ => None,
        }
    }

    /// What a sender or a timer has given it.
    pub fn value(&self) -> Option<SigValue> {
        match self.details() {
            Details::Queued { value, .. } | Details::Timer { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The address of a fault.
    pub fn address(&self) -> Option<*mut c_void> {
        match self.details() {
            Details::Fault { address }
            | Details::Broken { address, .. }
            | Details::Bounds { address, .. }
            | Details::Key { address, .. }
            | Details::Perf { address, .. }
            | Details::SystemCall { address, .. } => Some(address),
            _ => None,
        }
    }
}

impl Default for SigInfo {
    /// All zeros: no signal.
    fn default() -> SigInfo {
        SigInfo::from_bytes([0; SigInfo::SIZE])
    }
}

impl fmt::Debug for SigInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigInfo")
            .field("signal", &self.signal())
            .field("errno", &self.errno())
            .field("code", &self.code())
            .field("details", &self.details())
            .finish()
    }
}

/// Which fields there are: `enum siginfo_layout` (Linux `include/linux/signal.h`), those of faults as one.
enum Layout {
    Kill,
    Rt,
    Timer,
    Child,
    Poll,
    Sys,
    Fault,
}

/// `siginfo_layout` (Linux `kernel/signal.c`). But `SI_TKILL` has no value, though the kernel counts it among those
/// that do.
fn layout(signal: i32, code: i32) -> Layout {
    const KERNEL: i32 = c::SI_KERNEL as i32;
    match SigCode::from_raw(code) {
        SigCode::TIMER => return Layout::Timer,
        SigCode::SIGIO => return Layout::Poll,
        SigCode::TKILL => return Layout::Kill,
        _ => {}
    }
    match code {
        i32::MIN..=-1 => Layout::Rt,
        1..KERNEL => {
            let (last, layout) = match Signal::from_raw(signal) {
                Some(Signal::ILL) => (c::NSIGILL, Layout::Fault),
                Some(Signal::FPE) => (c::NSIGFPE, Layout::Fault),
                Some(Signal::SEGV) => (c::NSIGSEGV, Layout::Fault),
                Some(Signal::BUS) => (c::NSIGBUS, Layout::Fault),
                Some(Signal::TRAP) => (c::NSIGTRAP, Layout::Fault),
                Some(Signal::CHLD) => (c::NSIGCHLD, Layout::Child),
                Some(Signal::IO) => (c::NSIGPOLL, Layout::Poll),
                Some(Signal::SYS) => (c::NSIGSYS, Layout::Sys),
                _ => (0, Layout::Kill),
            };
            if code <= last as i32 {
                layout
            } else if code <= c::NSIGPOLL as i32 {
                Layout::Poll
            } else {
                Layout::Kill
            }
        }
        _ => Layout::Kill,
    }
}

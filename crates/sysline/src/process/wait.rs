//! How a child has ended or stopped.
//!
//! Owns: the calls that wait for it and what they say. This file is read by the compiler and by `sysline gen`: hand-
//! written code comes first, then the `//sys` lines, whose wrappers are in `process/wait/lines.rs`.
//!
//! ```
//! use sysline::process::WaitStatus;
//! use sysline::signal::Signal;
//!
//! let status = WaitStatus::from_raw(0x86); // as wait4(2) had it
//! assert_eq!(status.term_signal(), Some(Signal::ABRT));
//! assert!(status.core_dump() && !status.exited());
//! # #[cfg(not(target_arch = "mips64"))] // where the numbers are others
//! assert_eq!(status.to_string(), "killed by SIGABRT, with a core dump");
//! ```

use super::{Pid, Rusage, Uid};
use crate::abi::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::ptrace::PtraceEvent;
use crate::signal::Signal;
use core::fmt;
use core::mem::MaybeUninit;
use linux_raw_sys::general as c;

mod lines;
mod without_wait4;

#[cfg(not(target_arch = "riscv32"))]
use lines::wait4 as wait_for;
#[cfg(target_arch = "riscv32")]
use without_wait4::wait4 as wait_for;

flags! {
    /// What [`waitpid`] and [`wait4`] wait for beside a child's end, and how.
    pub struct WaitOptions: u32 {
        /// Where no child has anything to say, that is said at once.
        NOHANG = c::WNOHANG;
        /// Children that have stopped too. Traced ones are waited for without it.
        UNTRACED = c::WUNTRACED;
        /// Stopped children that go on too.
        CONTINUED = c::WCONTINUED;
        /// No children of this process's other threads.
        NOTHREAD = c::__WNOTHREAD;
        /// Children of every kind: those too that end with another signal than [`Signal::CHLD`], or with none.
        ALL = c::__WALL;
        /// Only children that end with another signal than [`Signal::CHLD`], or with none.
        CLONE = c::__WCLONE;
    }

    /// What [`waitid`] waits for, and how: one of the first three at least.
    pub struct WaitidOptions: u32 {
        /// A child's end.
        EXITED = c::WEXITED;
        /// A child's stop.
        STOPPED = c::WSTOPPED;
        /// That a stopped child goes on.
        CONTINUED = c::WCONTINUED;
        /// Where no child has anything to say, that is said at once.
        NOHANG = c::WNOHANG;
        /// It is left to be waited for again.
        NOWAIT = c::WNOWAIT;
        /// No children of this process's other threads.
        NOTHREAD = c::__WNOTHREAD;
        /// Children of every kind: see [`WaitOptions::ALL`].
        ALL = c::__WALL;
        /// Only children of another kind: see [`WaitOptions::CLONE`].
        CLONE = c::__WCLONE;
    }
}

/// How a child has ended, stopped or gone on, as [`waitpid`] and [`wait4`] give it.
///
/// The low seven bits are 0 where it has ended by itself, 0x7F where it has stopped, and else the signal that has killed
/// it; 0x80 stands for a core dump, and the next byte is the status or the signal of the stop, with an event of ptrace(2)
/// above. 0xFFFF is a child that goes on. So each status is exactly one of [`exited`](WaitStatus::exited),
/// [`signaled`](WaitStatus::signaled), [`stopped`](WaitStatus::stopped) and [`continued`](WaitStatus::continued), except
/// those whose low byte is 0xFF, which are none of it where they are not 0xFFFF. The kernel makes no such status.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct WaitStatus(i32);

impl WaitStatus {
    /// The status of a number, as `wait4(2)` writes it.
    pub const fn from_raw(status: i32) -> WaitStatus {
        WaitStatus(status)
    }

    /// The number.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// Whether the child has ended by itself.
    #[doc(alias = "WIFEXITED")]
    pub const fn exited(self) -> bool {
        self.0 & 0x7F == 0
    }

    /// Whether a signal has killed it.
    #[doc(alias = "WIFSIGNALED")]
    pub const fn signaled(self) -> bool {
        self.0 & 0x7F != 0x7F && !self.exited()
    }

    /// Whether it has stopped.
    #[doc(alias = "WIFSTOPPED")]
    pub const fn stopped(self) -> bool {
        self.0 & 0xFF == 0x7F
    }

    /// Whether it goes on after a stop.
    #[doc(alias = "WIFCONTINUED")]
    pub const fn continued(self) -> bool {
        self.0 == 0xFFFF
    }

    /// Whether a signal has killed it and its memory was dumped.
    #[doc(alias = "WCOREDUMP")]
    pub const fn core_dump(self) -> bool {
        self.signaled() && self.0 & 0x80 != 0
    }

    /// The status it has ended with, where it has ended by itself: the low byte of what it gave to `exit`.
    #[doc(alias = "WEXITSTATUS")]
    pub const fn exit_status(self) -> Option<u8> {
        if self.exited() {
            Some(self.second_byte())
        } else {
            None
        }
    }

    /// The signal that has killed it. `None` too for a number that is no signal; the kernel gives none.
    #[doc(alias = "WTERMSIG")]
    pub const fn term_signal(self) -> Option<Signal> {
        if self.signaled() {
            Signal::from_raw(self.0 & 0x7F)
        } else {
            None
        }
    }

    /// The signal that has stopped it; [`Signal::TRAP`] for a stop at a system call too, see
    /// [`syscall_stop`](WaitStatus::syscall_stop).
    #[doc(alias = "WSTOPSIG")]
    pub const fn stop_signal(self) -> Option<Signal> {
        if self.syscall_stop() {
            Some(Signal::TRAP)
        } else if self.stopped() {
            Signal::from_raw(self.second_byte() as i32)
        } else {
            None
        }
    }

    /// Whether it has stopped before or after a system call, and its tracer has set `PTRACE_O_TRACESYSGOOD`: the signal
    /// of the stop is `SIGTRAP | 0x80`.
    pub const fn syscall_stop(self) -> bool {
        self.stopped() && self.second_byte() as i32 == Signal::TRAP.raw() | 0x80
    }

    /// The event of ptrace(2), `PTRACE_EVENT_…`, with which [`Signal::TRAP`] has stopped it; 0 where that signal was no
    /// event's.
    pub const fn trap_cause(self) -> Option<u16> {
        if self.stopped() && self.second_byte() as i32 == Signal::TRAP.raw() {
            Some((self.0 >> 16) as u16)
        } else {
            None
        }
    }

    /// The event of ptrace(2) with which it has stopped, whatever the signal: `PTRACE_EVENT_STOP` comes with the one that
    /// has stopped the group.
    pub const fn ptrace_event(self) -> Option<PtraceEvent> {
        match (self.0 >> 16) as u16 {
            0 => None,
            event if self.stopped() => Some(PtraceEvent::from_raw(event as i32)),
            _ => None,
        }
    }

    const fn second_byte(self) -> u8 {
        (self.0 >> 8) as u8
    }
}

impl fmt::Debug for WaitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WaitStatus({:#x}: {self})", self.0)
    }
}

impl fmt::Display for WaitStatus {
    /// What has become of the child: `exited with 3`, `killed by SIGKILL`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.exit_status() {
            return write!(f, "exited with {status}");
        }
        if self.signaled() {
            match self.term_signal() {
                Some(signal) => write!(f, "killed by {signal}")?,
                None => write!(f, "killed by signal {}", self.0 & 0x7F)?,
            }
            return f.write_str(if self.core_dump() {
                ", with a core dump"
            } else {
                ""
            });
        }
        if self.stopped() {
            match self.stop_signal() {
                Some(signal) => write!(f, "stopped by {signal}")?,
                None => write!(f, "stopped by signal {}", self.second_byte())?,
            }
            if self.syscall_stop() {
                f.write_str(" at a system call")?;
            }
            return match self.ptrace_event() {
                Some(event) => write!(f, ", event {}", event.raw()),
                None => Ok(()),
            };
        }
        if self.continued() {
            return f.write_str("continued");
        }
        write!(f, "no status of a child: {:#x}", self.0)
    }
}

#[cfg(feature = "std")]
impl From<WaitStatus> for std::process::ExitStatus {
    fn from(status: WaitStatus) -> std::process::ExitStatus {
        std::os::unix::process::ExitStatusExt::from_raw(status.0)
    }
}

/// Whom [`waitpid`] and [`wait4`] wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitTarget {
    /// Any child.
    Any,
    /// This child. Its number is above 0.
    Child(Pid),
    /// Any child in the caller's group.
    OwnGroup,
    /// Any child in this group. Its number is above 1, as the kernel takes -1 for any child; [`waitid`] can wait for
    /// group 1.
    Group(Pid),
}

impl WaitTarget {
    /// As the kernel has it; `EINVAL` for a number that would mean something else there.
    const fn raw(self) -> Result<i32> {
        match self {
            WaitTarget::Any => Ok(-1),
            WaitTarget::Child(pid) if pid.raw() > 0 => Ok(pid.raw()),
            WaitTarget::OwnGroup => Ok(0),
            WaitTarget::Group(group) if group.raw() > 1 => Ok(-group.raw()),
            WaitTarget::Child(_) | WaitTarget::Group(_) => Err(Errno::EINVAL),
        }
    }
}

/// Waits until a child has ended, or what else `options` say, and tells which one and how; `None` where
/// [`WaitOptions::NOHANG`] is given and none has.
///
/// # Errors
///
/// Those of `wait4(2)`: `ECHILD` where there is no such child; `EINTR` where a signal's handler ran, then nothing was
/// waited for. The call is not made again. `EINVAL`, without a call, for a target of no number.
#[doc(alias = "wait4")]
pub fn waitpid(target: WaitTarget, options: WaitOptions) -> Result<Option<(Pid, WaitStatus)>> {
    let mut status = 0;
    let pid = wait_for(target.raw()?, &mut status, options, None)?;
    Ok((pid.raw() != 0).then_some((pid, WaitStatus(status))))
}

/// Waits as [`waitpid`] does, and tells too what the child and its own children, as far as it has waited for them, have
/// used.
///
/// # Errors
///
/// Those of [`waitpid`].
pub fn wait4(
    target: WaitTarget,
    options: WaitOptions,
) -> Result<Option<(Pid, WaitStatus, Rusage)>> {
    let (mut status, mut usage) = (0, Rusage::ZERO);
    let pid = wait_for(target.raw()?, &mut status, options, Some(&mut usage))?;
    Ok((pid.raw() != 0).then_some((pid, WaitStatus(status), usage)))
}

/// Whom [`waitid`] waits for.
#[derive(Clone, Copy, Debug)]
pub enum WaitId<'fd> {
    /// Any child.
    Any,
    /// This child.
    Child(Pid),
    /// Any child in this group.
    Group(Pid),
    /// Any child in the caller's group (Linux 5.4).
    OwnGroup,
    /// The child of this descriptor, which `pidfd_open` or `clone3` gave (Linux 5.4).
    PidFd(BorrowedFd<'fd>),
}

impl WaitId<'_> {
    /// The kind of id, and the id.
    fn raw(self) -> Result<(u32, i32)> {
        match self {
            WaitId::Any => Ok((c::P_ALL, 0)),
            WaitId::Child(pid) => Ok((c::P_PID, pid.raw())),
            WaitId::Group(group) if group.raw() > 0 => Ok((c::P_PGID, group.raw())),
            WaitId::Group(_) => Err(Errno::EINVAL),
            WaitId::OwnGroup => Ok((c::P_PGID, 0)),
            WaitId::PidFd(fd) => Ok((c::P_PIDFD, fd.as_raw_fd())),
        }
    }
}

/// What has become of a child, as [`waitid`] gives it: the fields of [`Signal::CHLD`]'s `siginfo_t`.
///
/// Each is exactly one of [`exited`](WaitidStatus::exited), [`signaled`](WaitidStatus::signaled),
/// [`stopped`](WaitidStatus::stopped) and [`continued`](WaitidStatus::continued), except those of a code that is none
/// of `CLD_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WaitidStatus {
    pid: Pid,
    uid: Uid,
    code: i32,
    status: i32,
}

impl WaitidStatus {
    /// The child.
    pub const fn pid(&self) -> Pid {
        self.pid
    }

    /// The child's real user.
    pub const fn uid(&self) -> Uid {
        self.uid
    }

    /// What has come: `CLD_EXITED` and the others of sigaction(2).
    pub const fn code(&self) -> i32 {
        self.code
    }

    /// `si_status`: the status that the child has ended with, or the number of a signal, with an event of ptrace(2)
    /// above its low byte.
    pub const fn raw_status(&self) -> i32 {
        self.status
    }

    /// Whether it has ended by itself.
    #[doc(alias = "CLD_EXITED")]
    pub const fn exited(&self) -> bool {
        self.code == c::CLD_EXITED as i32
    }

    /// Whether a signal has killed it.
    #[doc(alias = "CLD_KILLED")]
    pub const fn signaled(&self) -> bool {
        self.code == c::CLD_KILLED as i32 || self.core_dump()
    }

    /// Whether a signal has killed it and its memory was dumped.
    #[doc(alias = "CLD_DUMPED")]
    pub const fn core_dump(&self) -> bool {
        self.code == c::CLD_DUMPED as i32
    }

    /// Whether it has stopped, also where its tracer is told of that.
    #[doc(alias = "CLD_STOPPED")]
    pub const fn stopped(&self) -> bool {
        self.code == c::CLD_STOPPED as i32 || self.trapped()
    }

    /// Whether it is traced and has stopped.
    #[doc(alias = "CLD_TRAPPED")]
    pub const fn trapped(&self) -> bool {
        self.code == c::CLD_TRAPPED as i32
    }

    /// Whether it goes on after a stop.
    #[doc(alias = "CLD_CONTINUED")]
    pub const fn continued(&self) -> bool {
        self.code == c::CLD_CONTINUED as i32
    }

    /// The status it has ended with, where it has ended by itself.
    pub const fn exit_status(&self) -> Option<u8> {
        if self.exited() {
            Some(self.status as u8)
        } else {
            None
        }
    }

    /// The signal that has killed it.
    pub const fn term_signal(&self) -> Option<Signal> {
        if self.signaled() {
            Signal::from_raw(self.status)
        } else {
            None
        }
    }

    /// The signal that has stopped it; see [`WaitStatus::stop_signal`].
    pub const fn stop_signal(&self) -> Option<Signal> {
        match self.wait_status() {
            Some(status) => status.stop_signal(),
            None => None,
        }
    }

    /// The same as [`waitpid`] tells it; `None` where the code is none of `CLD_…`.
    pub const fn wait_status(&self) -> Option<WaitStatus> {
        let status = self.status;
        Some(WaitStatus(if self.exited() {
            (status & 0xFF) << 8
        } else if self.core_dump() {
            status & 0x7F | 0x80
        } else if self.signaled() {
            status & 0x7F
        } else if self.stopped() {
            status << 8 | 0x7F
        } else if self.continued() {
            0xFFFF
        } else {
            return None;
        }))
    }
}

/// Waits until a child has come to what `options` say, and tells which one and what; `None` where
/// [`WaitidOptions::NOHANG`] is given and none has.
///
/// # Errors
///
/// Those of `waitid(2)`: `ECHILD` where there is no such child; `EINTR` where a signal's handler ran; `EAGAIN` for a
/// descriptor of a process that goes on, with `PIDFD_NONBLOCK`; `EINVAL` without [`WaitidOptions::EXITED`],
/// [`STOPPED`](WaitidOptions::STOPPED) and [`CONTINUED`](WaitidOptions::CONTINUED), and before Linux 5.4 for descriptors
/// and the caller's own group.
pub fn waitid(id: WaitId<'_>, options: WaitidOptions) -> Result<Option<WaitidStatus>> {
    wait_with(id.raw()?, options, None)
}

fn wait_with(
    (kind, id): (u32, i32),
    options: WaitidOptions,
    usage: Option<&mut Rusage>,
) -> Result<Option<WaitidStatus>> {
    // The kernel writes some of the fields.
    let mut info = MaybeUninit::<c::siginfo_t>::zeroed();
    lines::waitid(kind, id, &mut info, options, usage)?;
    // SAFETY: numbers, zero where the kernel has written none.
    let (code, child) = unsafe {
        let info = info.assume_init_ref().__bindgen_anon_1.__bindgen_anon_1;
        (info.si_code, info._sifields._sigchld)
    };
    Ok((child._pid != 0).then_some(WaitidStatus {
        pid: Pid::from_raw(child._pid),
        uid: Uid::from_raw(child._uid),
        code,
        status: child._status,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(code: u32, status: i32) -> Option<i32> {
        let event = WaitidStatus {
            pid: Pid::from_raw(7),
            uid: Uid::ROOT,
            code: code as i32,
            status,
        };
        event.wait_status().map(WaitStatus::raw)
    }

    /// From `wait_task_zombie`, `wait_task_stopped` and `wait_task_continued` of Linux `kernel/exit.c`.
    #[test]
    fn both_calls_tell_the_same() {
        assert_eq!(event(c::CLD_EXITED, 3), Some(0x0300));
        assert_eq!(event(c::CLD_KILLED, 9), Some(0x0009));
        assert_eq!(event(c::CLD_DUMPED, 6), Some(0x0086));
        assert_eq!(event(c::CLD_STOPPED, 19), Some(0x137F));
        assert_eq!(event(c::CLD_TRAPPED, 0x85), Some(0x857F));
        assert_eq!(event(c::CLD_TRAPPED, 0x0605), Some(0x0006_057F));
        assert_eq!(event(c::CLD_CONTINUED, 18), Some(0xFFFF));
        assert_eq!(event(0, 0), None);
        assert_eq!(event(7, -1), None);
    }

    /// A group's number is never taken for "any child".
    #[test]
    fn targets_have_one_meaning() {
        let raw = |target: WaitTarget| target.raw();
        let pid = Pid::from_raw;
        assert_eq!(raw(WaitTarget::Any), Ok(-1));
        assert_eq!(raw(WaitTarget::Child(pid(7))), Ok(7));
        assert_eq!(raw(WaitTarget::OwnGroup), Ok(0));
        assert_eq!(raw(WaitTarget::Group(pid(7))), Ok(-7));
        for bad in [i32::MIN, -7, -1, 0] {
            assert_eq!(
                raw(WaitTarget::Child(pid(bad))),
                Err(Errno::EINVAL),
                "{bad}"
            );
            assert_eq!(
                raw(WaitTarget::Group(pid(bad))),
                Err(Errno::EINVAL),
                "{bad}"
            );
        }
        assert_eq!(raw(WaitTarget::Group(pid(1))), Err(Errno::EINVAL));
    }
}

/*
 * Lines
 */

//sys #[cfg(not(target_arch = "riscv32"))] pub(super) fn wait4(target: i32, status: &mut i32,
//        options: WaitOptions, usage: Option<&mut Rusage>) -> Result<Pid>

//sys pub(super) fn waitid(kind: u32, id: i32, info: &mut MaybeUninit<c::siginfo_t>,
//        options: WaitidOptions, usage: Option<&mut Rusage>) -> Result<()>

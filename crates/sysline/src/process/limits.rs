//! What a process may use, what it has used, and what goes before.
//!
//! Owns: limits, usage and priorities. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `process/limits/lines.rs`.
//!
//! ```
//! use sysline::process::{self, Resource, Who};
//!
//! # fn main() -> sysline::Result<()> {
//! let files = process::getrlimit(Resource::NOFILE)?;
//! assert!(files.maximum.is_none_or(|maximum| files.current.unwrap() <= maximum));
//! println!("{:?} so far", process::getrusage(Who::PROCESS)?.user_time());
//! # Ok(())
//! # }
//! ```

use super::{Pid, Uid};
use crate::abi::{self, Result};
use crate::flags::numbers;
use crate::nr;
use core::ffi::c_long;
use core::fmt;
use core::mem::MaybeUninit;
use core::time::Duration;
use linux_raw_sys::general as c;

mod lines;

pub use lines::getrusage;

numbers! {
    /// What is limited (getrlimit(2)). The numbers of five differ on mips.
    pub struct Resource: u32 {
        /// The size of the process's address space, in bytes.
        AS = c::RLIMIT_AS;
        /// The size of a core dump, in bytes.
        CORE = c::RLIMIT_CORE;
        /// Processor time, in seconds.
        CPU = c::RLIMIT_CPU;
        /// The size of data that is written or private, in bytes.
        DATA = c::RLIMIT_DATA;
        /// The size of a file that is made longer, in bytes.
        FSIZE = c::RLIMIT_FSIZE;
        /// How many locks of files. Without effect.
        LOCKS = c::RLIMIT_LOCKS;
        /// Memory that is kept from being swapped, in bytes.
        MEMLOCK = c::RLIMIT_MEMLOCK;
        /// The size of the user's POSIX message queues, in bytes.
        MSGQUEUE = c::RLIMIT_MSGQUEUE;
        /// 20 minus the lowest nice value.
        NICE = c::RLIMIT_NICE;
        /// One more than the greatest descriptor.
        NOFILE = c::RLIMIT_NOFILE;
        /// How many processes and threads the user has.
        NPROC = c::RLIMIT_NPROC;
        /// Memory in use. Without effect.
        RSS = c::RLIMIT_RSS;
        /// The highest priority of real time.
        RTPRIO = c::RLIMIT_RTPRIO;
        /// Processor time in real time without a wait, in microseconds.
        RTTIME = c::RLIMIT_RTTIME;
        /// How many signals the user has waiting.
        SIGPENDING = c::RLIMIT_SIGPENDING;
        /// The size of the first thread's stack, in bytes.
        STACK = c::RLIMIT_STACK;
    }

    /// Whose usage [`getrusage`] tells.
    pub struct Who: i32 {
        /// The process with all its threads.
        PROCESS = c::RUSAGE_SELF;
        /// The children that have ended and were waited for, and theirs.
        CHILDREN = c::RUSAGE_CHILDREN;
        /// The caller's thread.
        THREAD = c::RUSAGE_THREAD;
    }
}

/// A limit; `None` is none. A kernel of 32 bits keeps 32: one of 4,294,967,295 or more is none to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rlimit {
    /// What holds. It can be set up to the maximum.
    #[doc(alias = "rlim_cur")]
    pub current: Option<u64>,
    /// How far the other can be raised.
    #[doc(alias = "rlim_max")]
    pub maximum: Option<u64>,
}

/// `struct rlimit64` (`linux/resource.h`).
type Rlimit64 = c::rlimit64;

/// `RLIM64_INFINITY` (`linux/resource.h`).
const INFINITY: u64 = u64::MAX;

impl Rlimit {
    fn from_kernel(limit: Rlimit64) -> Rlimit {
        let limited = |limit| (limit != INFINITY).then_some(limit);
        Rlimit {
            current: limited(limit.rlim_cur),
            maximum: limited(limit.rlim_max),
        }
    }

    fn for_kernel(self) -> Rlimit64 {
        Rlimit64 {
            rlim_cur: self.current.unwrap_or(INFINITY),
            rlim_max: self.maximum.unwrap_or(INFINITY),
        }
    }
}

/// A limit of the caller's process.
///
/// # Errors
///
/// Those of `getrlimit(2)`.
pub fn getrlimit(resource: Resource) -> Result<Rlimit> {
    lines::getrlimit(resource).map(Rlimit::from_kernel)
}

/// Sets a limit of the caller's process.
///
/// # Errors
///
/// Those of `setrlimit(2)`: `EINVAL` where what holds would be above the maximum, `EPERM` where the maximum would be
/// raised.
pub fn setrlimit(resource: Resource, limit: Rlimit) -> Result<()> {
    lines::setrlimit(resource, &limit.for_kernel())
}

/// Sets a limit of a process, `None` being the caller's, where there is a `new` one; gives the one before.
///
/// # Errors
///
/// Those of `prlimit(2)`.
#[doc(alias = "prlimit64")]
pub fn prlimit(pid: Option<Pid>, resource: Resource, new: Option<Rlimit>) -> Result<Rlimit> {
    let new = new.map(Rlimit::for_kernel);
    lines::prlimit(pid, resource, new.as_ref()).map(Rlimit::from_kernel)
}

/// What a process, its children or a thread have used (getrusage(2)). `struct rusage` (`linux/resource.h`), of which
/// Linux fills these.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Rusage(c::rusage);

impl Rusage {
    /// Nothing yet.
    // SAFETY: it is numbers.
    pub(super) const ZERO: Rusage = Rusage(unsafe { MaybeUninit::zeroed().assume_init() });

    /// Processor time in the program.
    #[doc(alias = "ru_utime")]
    pub fn user_time(&self) -> Duration {
        duration(self.0.ru_utime)
    }

    /// Processor time in the kernel, for the program.
    #[doc(alias = "ru_stime")]
    pub fn system_time(&self) -> Duration {
        duration(self.0.ru_stime)
    }

    /// The most memory that was in use at one time, in units of 1,024 bytes; of children, that of the one with the
    /// most.
    #[doc(alias = "ru_maxrss")]
    pub const fn max_rss(&self) -> u64 {
        count(self.0.ru_maxrss)
    }

    /// How often a page was missing and was got without reading.
    #[doc(alias = "ru_minflt")]
    pub const fn minor_faults(&self) -> u64 {
        count(self.0.ru_minflt)
    }

    /// How often a page was missing and was read.
    #[doc(alias = "ru_majflt")]
    pub const fn major_faults(&self) -> u64 {
        count(self.0.ru_majflt)
    }

    /// How many units of 512 bytes file systems have read.
    #[doc(alias = "ru_inblock")]
    pub const fn blocks_read(&self) -> u64 {
        count(self.0.ru_inblock)
    }

    /// How many units of 512 bytes file systems have written.
    #[doc(alias = "ru_oublock")]
    pub const fn blocks_written(&self) -> u64 {
        count(self.0.ru_oublock)
    }

    /// How often it gave up the processor because it waited.
    #[doc(alias = "ru_nvcsw")]
    pub const fn voluntary_switches(&self) -> u64 {
        count(self.0.ru_nvcsw)
    }

    /// How often the processor was taken from it.
    #[doc(alias = "ru_nivcsw")]
    pub const fn involuntary_switches(&self) -> u64 {
        count(self.0.ru_nivcsw)
    }
}

/// A count, which a 32-bit kernel lets run over into its sign.
#[allow(clippy::unnecessary_cast)] // there it has 32 bits
const fn count(number: c::__kernel_long_t) -> u64 {
    number as c::__kernel_ulong_t as u64
}

/// A duration, which is not below zero.
fn duration(time: c::__kernel_old_timeval) -> Duration {
    Duration::from_secs(time.tv_sec.max(0) as u64)
        + Duration::from_micros(time.tv_usec.max(0) as u64)
}

impl fmt::Debug for Rusage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rusage")
            .field("user_time", &self.user_time())
            .field("system_time", &self.system_time())
            .field("max_rss", &self.max_rss())
            .field("minor_faults", &self.minor_faults())
            .field("major_faults", &self.major_faults())
            .field("blocks_read", &self.blocks_read())
            .field("blocks_written", &self.blocks_written())
            .field("voluntary_switches", &self.voluntary_switches())
            .field("involuntary_switches", &self.involuntary_switches())
            .finish()
    }
}

/// Processor time in ticks, [`Tms::TICKS_PER_SECOND`] of which are a second. `struct tms` (`linux/times.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Tms {
    /// The process's, in the program.
    pub tms_utime: c_long,
    /// The process's, in the kernel.
    pub tms_stime: c_long,
    /// That of children which were waited for, in the program.
    pub tms_cutime: c_long,
    /// That of children which were waited for, in the kernel.
    pub tms_cstime: c_long,
}

impl Tms {
    /// How many ticks are a second: the kernel's `USER_HZ`, the same on all architectures here.
    pub const TICKS_PER_SECOND: c_long = 100;
}

/// The process's and its children's processor time, and the time since some point in the past, all in ticks. The latter
/// runs over. Where a filter forbids the call, all of the first are zero.
#[must_use]
pub fn times() -> (Tms, usize) {
    let mut tms = Tms {
        tms_utime: 0,
        tms_stime: 0,
        tms_cutime: 0,
        tms_cstime: 0,
    };
    // Not a line, whose result could be an error: the ticks are now and then between -4095 and -1, as an error is, and
    // there is none of the kernel's, as the address is good (times(2)).
    // SAFETY: the kernel writes to `tms` only.
    let ticks = unsafe { abi::sysnb(nr::SYS_TIMES, (&mut tms,)) };
    (tms, ticks)
}

/// Whose priority it is. Those of a group's or of a user's processes are set together, and the highest of them is got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PriorityOf {
    /// A thread's, by its number; a process's number is that of its first thread. `None` is the caller's.
    Thread(Option<Pid>),
    /// A group's. `None` is the caller's.
    Group(Option<Pid>),
    /// A user's, by the real id. The kernel takes the superuser's for the caller's.
    User(Uid),
}

impl PriorityOf {
    /// The kind of id, from `first` on, and the id.
    fn raw(self, first: u32) -> (u32, i32) {
        let number = |pid: Option<Pid>| pid.map_or(0, Pid::raw);
        match self {
            PriorityOf::Thread(pid) => (first, number(pid)),
            PriorityOf::Group(group) => (first + 1, number(group)),
            PriorityOf::User(user) => (first + 2, user.raw() as i32),
        }
    }
}

/// The nice value: from -20, which goes first, to 19.
///
/// # Errors
///
/// Those of `getpriority(2)`: `ESRCH` where there is none such.
pub fn getpriority(of: PriorityOf) -> Result<i32> {
    let (kind, id) = of.raw(c::PRIO_PROCESS);
    // The kernel gives from 40 to 1, so that none is an error.
    lines::getpriority(kind, id).map(|value| 20i32.wrapping_sub(value))
}

/// Sets the nice value: from -20, which goes first, to 19; the kernel takes what is beyond for these.
///
/// # Errors
///
/// Those of `setpriority(2)`: `EACCES` for a value below the present, without the right to it.
pub fn setpriority(of: PriorityOf, nice: i32) -> Result<()> {
    let (kind, id) = of.raw(c::PRIO_PROCESS);
    lines::setpriority(kind, id, nice)
}

/// What goes before in reading and writing disks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct IoPriority(u32);

numbers! {
    /// The class of an [`IoPriority`].
    pub struct IoClass: u32 {
        /// None was set: it follows from the nice value.
        NONE = 0; // linux/ioprio.h, as the others
        /// Always goes first.
        REALTIME = 1;
        /// The usual one.
        BEST_EFFORT = 2;
        /// When nobody else has anything to do.
        IDLE = 3;
    }
}

impl IoPriority {
    /// One of a class and a level from 0, which goes first, to 7; with a hint in the bits above, where the kernel knows
    /// any. Bits above 13 are left out.
    pub const fn new(class: IoClass, level: u32) -> IoPriority {
        IoPriority((class.raw() & 7) << 13 | level & 0x1FFF)
    }

    /// The one of a number.
    pub const fn from_raw(number: u32) -> IoPriority {
        IoPriority(number)
    }

    /// Its number.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Its class.
    pub const fn class(self) -> IoClass {
        IoClass::from_raw(self.0 >> 13 & 7)
    }

    /// Its level, from 0 to 7.
    pub const fn level(self) -> u32 {
        self.0 & 7
    }

    /// Its hint (Linux 6.5).
    pub const fn hint(self) -> u32 {
        self.0 >> 3 & 0x3FF
    }
}

impl fmt::Debug for IoPriority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IoPriority")
            .field("class", &self.class())
            .field("level", &self.level())
            .field("hint", &self.hint())
            .finish()
    }
}

/// `IOPRIO_WHO_PROCESS` (`linux/ioprio.h`).
const IOPRIO_WHO_PROCESS: u32 = 1;

/// The priority in reading and writing disks.
///
/// # Errors
///
/// Those of `ioprio_get(2)`: `ESRCH` where there is none such.
pub fn ioprio_get(of: PriorityOf) -> Result<IoPriority> {
    let (kind, id) = of.raw(IOPRIO_WHO_PROCESS);
    lines::ioprio_get(kind, id).map(IoPriority)
}

/// Sets the priority in reading and writing disks.
///
/// # Errors
///
/// Those of `ioprio_set(2)`: `EPERM` for [`IoClass::REALTIME`] without the right to it.
pub fn ioprio_set(of: PriorityOf, priority: IoPriority) -> Result<()> {
    let (kind, id) = of.raw(IOPRIO_WHO_PROCESS);
    lines::ioprio_set(kind, id, priority.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a kernel gone wrong too.
    #[test]
    fn no_time_is_too_great_for_a_duration() {
        let time = |tv_sec, tv_usec| duration(c::__kernel_old_timeval { tv_sec, tv_usec });
        assert_eq!(time(3, 250_000), Duration::from_millis(3250));
        assert_eq!(time(-1, -1), Duration::ZERO);
        let most = c::__kernel_long_t::MAX;
        assert!(time(most, most).as_secs() >= most as u64);
    }

    #[test]
    fn each_number_is_its_own() {
        let mut usage = Rusage::ZERO;
        let time = |tv_sec| c::__kernel_old_timeval { tv_sec, tv_usec: 7 };
        usage.0.ru_utime = time(1);
        usage.0.ru_stime = time(2);
        usage.0.ru_maxrss = 3;
        usage.0.ru_minflt = 4;
        usage.0.ru_majflt = 5;
        usage.0.ru_inblock = 6;
        usage.0.ru_oublock = 7;
        usage.0.ru_nvcsw = 8;
        usage.0.ru_nivcsw = -1; // it ran over
        assert_eq!(usage.user_time(), Duration::from_micros(1_000_007));
        assert_eq!(usage.system_time(), Duration::from_micros(2_000_007));
        assert_eq!((usage.max_rss(), usage.minor_faults()), (3, 4));
        assert_eq!((usage.major_faults(), usage.blocks_read()), (5, 6));
        assert_eq!((usage.blocks_written(), usage.voluntary_switches()), (7, 8));
        let most = usize::MAX as u64; // of as many bits as the kernel's `unsigned long`
        assert_eq!(usage.involuntary_switches(), most);
    }
}

#[cfg(test)]
crate::layout::c_layout!(Tms = "struct tms" { tms_utime, tms_stime, tms_cutime, tms_cstime });

/*
 * Lines
 */

//sysnb pub(super) fn getrlimit(resource: Resource, out limit: Rlimit64) -> Result<Rlimit64>

//sysnb pub(super) fn setrlimit(resource: Resource, limit: &Rlimit64) -> Result<()>

//sysnb pub(super) fn prlimit(pid: Option<Pid>, resource: Resource, new: Option<&Rlimit64>,
//        out old: Rlimit64) -> Result<Rlimit64> = SYS_PRLIMIT64

// What a process, its children or a thread have used so far.
//sysnb pub fn getrusage(who: Who, out usage: Rusage) -> Result<Rusage>

//sysnb pub(super) fn getpriority(kind: u32, id: i32) -> Result<i32>

//sysnb pub(super) fn setpriority(kind: u32, id: i32, nice: i32) -> Result<()>

//sysnb pub(super) fn ioprio_get(kind: u32, id: i32) -> Result<u32>

//sysnb pub(super) fn ioprio_set(kind: u32, id: i32, priority: u32) -> Result<()>

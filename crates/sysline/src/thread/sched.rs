//! When a thread runs, and where.
//!
//! Owns: policies, priorities and sets of processors. Where a function takes a thread, `None` is the caller's. This file
//! is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers
//! are in `thread/sched/lines.rs`.
//!
//! ```
//! use sysline::thread::{self, CpuSet};
//!
//! # fn main() -> sysline::Result<()> {
//! let mut all = thread::sched_getaffinity(None)?;
//! let first = all.iter().next().unwrap();
//! thread::sched_setaffinity(None, &CpuSet::from([first]))?;
//! assert_eq!(thread::getcpu()?.0 as usize, first);
//! # Ok(())
//! # }
//! ```

use super::Pid;
use crate::abi::{Errno, Result};
use crate::flags::{flags, numbers};
use crate::time::Timespec;
use core::ffi::c_ulong;
use core::fmt;
use core::hash::{Hash, Hasher};
use linux_raw_sys::general as c;

mod lines;
mod older;

pub use lines::{sched_get_priority_max, sched_get_priority_min, sched_yield};

numbers! {
    /// Who of those that could run does (sched(7)).
    pub struct SchedPolicy: u32 {
        /// The usual one: by nice values.
        OTHER = c::SCHED_NORMAL;
        /// As that, for threads that work long without a wait.
        BATCH = c::SCHED_BATCH;
        /// Behind all others.
        IDLE = c::SCHED_IDLE;
        /// In real time, as long as it wants.
        FIFO = c::SCHED_FIFO;
        /// In real time, in turn with those of its priority.
        RR = c::SCHED_RR;
        /// In real time, by deadlines.
        DEADLINE = c::SCHED_DEADLINE;
        /// By a BPF program (Linux 6.12).
        EXT = c::SCHED_EXT;
    }
}

flags! {
    /// What of a [`SchedAttr`] holds, and for whom.
    pub struct SchedFlags: u64 {
        /// Children start with the usual policy.
        RESET_ON_FORK = c::SCHED_FLAG_RESET_ON_FORK;
        /// With [`SchedPolicy::DEADLINE`]: time that others leave may be used (Linux 4.13).
        RECLAIM = c::SCHED_FLAG_RECLAIM;
        /// With [`SchedPolicy::DEADLINE`]: `SIGXCPU` where the runtime is over (Linux 4.16).
        DL_OVERRUN = c::SCHED_FLAG_DL_OVERRUN;
        /// The policy stays (Linux 5.3).
        KEEP_POLICY = c::SCHED_FLAG_KEEP_POLICY;
        /// The priority, the nice value and the times stay (Linux 5.3).
        KEEP_PARAMS = c::SCHED_FLAG_KEEP_PARAMS;
        /// [`SchedAttr::util_min`] is read (Linux 5.3).
        UTIL_CLAMP_MIN = c::SCHED_FLAG_UTIL_CLAMP_MIN;
        /// [`SchedAttr::util_max`] is read (Linux 5.3).
        UTIL_CLAMP_MAX = c::SCHED_FLAG_UTIL_CLAMP_MAX;
    }
}

/// How a thread is scheduled, for [`sched_getattr`] and [`sched_setattr`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "sched_attr")]
pub struct SchedAttr {
    /// By what.
    pub policy: SchedPolicy,
    /// What of this holds, and for whom.
    pub flags: SchedFlags,
    /// The nice value, with [`SchedPolicy::OTHER`] and [`SchedPolicy::BATCH`].
    pub nice: i32,
    /// From 1 to 99, with [`SchedPolicy::FIFO`] and [`SchedPolicy::RR`].
    pub priority: u32,
    /// With [`SchedPolicy::DEADLINE`], how many nanoseconds it may run in each period; elsewhere how many it runs at a
    /// time (Linux 6.12).
    pub runtime: u64,
    /// How many nanoseconds from a period's start on it has for that.
    pub deadline: u64,
    /// How many nanoseconds a period has.
    pub period: u64,
    /// How busy the processor is taken to be at least, from 0 to 1,024 (Linux 5.3).
    pub util_min: u32,
    /// How busy the processor is taken to be at most, from 0 to 1,024 (Linux 5.3).
    pub util_max: u32,
}

impl SchedAttr {
    /// Those of a policy, with all else zero.
    pub const fn new(policy: SchedPolicy) -> SchedAttr {
        SchedAttr {
            policy,
            flags: SchedFlags::empty(),
            nice: 0,
            priority: 0,
            runtime: 0,
            deadline: 0,
            period: 0,
            util_min: 0,
            util_max: 0,
        }
    }
}

/// `struct sched_attr` (`linux/sched/types.h`).
#[repr(C)]
struct RawAttr {
    size: u32,
    policy: SchedPolicy,
    flags: SchedFlags,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
    util_min: u32,
    util_max: u32,
}

impl RawAttr {
    const SIZE: u32 = size_of::<RawAttr>() as u32;

    fn new(attr: &SchedAttr) -> RawAttr {
        RawAttr {
            size: RawAttr::SIZE,
            policy: attr.policy,
            flags: attr.flags,
            nice: attr.nice,
            priority: attr.priority,
            runtime: attr.runtime,
            deadline: attr.deadline,
            period: attr.period,
            util_min: attr.util_min,
            util_max: attr.util_max,
        }
    }

    fn attr(&self) -> SchedAttr {
        SchedAttr {
            policy: self.policy,
            flags: self.flags,
            nice: self.nice,
            priority: self.priority,
            runtime: self.runtime,
            deadline: self.deadline,
            period: self.period,
            util_min: self.util_min,
            util_max: self.util_max,
        }
    }
}

/// How a thread is scheduled.
///
/// # Errors
///
/// Those of `sched_getattr(2)`: `ESRCH` where there is no such thread.
pub fn sched_getattr(pid: Option<Pid>) -> Result<SchedAttr> {
    let mut raw = RawAttr::new(&SchedAttr::new(SchedPolicy::OTHER)); // an older kernel fills a part
    lines::sched_getattr(pid, &mut raw, RawAttr::SIZE, 0)?;
    Ok(raw.attr())
}

/// Says how a thread is scheduled.
///
/// # Errors
///
/// Those of `sched_setattr(2)`: `EPERM` without the right to it; `E2BIG` for what the kernel does not know.
pub fn sched_setattr(pid: Option<Pid>, attr: &SchedAttr) -> Result<()> {
    let mut raw = RawAttr::new(attr); // the kernel writes the size that it knows
    lines::sched_setattr(pid, &mut raw, 0)
}

/// The policy of a thread, and whether its children start with the usual one.
///
/// # Errors
///
/// Those of `sched_getscheduler(2)`.
pub fn sched_getscheduler(pid: Option<Pid>) -> Result<(SchedPolicy, bool)> {
    let number = lines::sched_getscheduler(pid)?;
    Ok((
        SchedPolicy::from_raw(number & !c::SCHED_RESET_ON_FORK),
        number & c::SCHED_RESET_ON_FORK != 0,
    ))
}

/// Sets the policy and the priority of a thread, and whether its children start with the usual ones. The priority is from
/// [`sched_get_priority_min`] to [`sched_get_priority_max`]: 0 for policies that are not of real time.
///
/// # Errors
///
/// Those of `sched_setscheduler(2)`: `EPERM` without the right to it.
pub fn sched_setscheduler(
    pid: Option<Pid>,
    policy: SchedPolicy,
    priority: i32,
    reset_on_fork: bool,
) -> Result<()> {
    let flag = if reset_on_fork {
        c::SCHED_RESET_ON_FORK
    } else {
        0
    };
    lines::sched_setscheduler(pid, policy.raw() | flag, &priority)
}

/// The priority of a thread, from 1 to 99 in real time, else 0.
///
/// # Errors
///
/// Those of `sched_getparam(2)`.
pub fn sched_getparam(pid: Option<Pid>) -> Result<i32> {
    lines::sched_getparam(pid)
}

/// Sets the priority of a thread.
///
/// # Errors
///
/// Those of `sched_setparam(2)`: `EINVAL` for one that its policy does not have.
pub fn sched_setparam(pid: Option<Pid>, priority: i32) -> Result<()> {
    lines::sched_setparam(pid, &priority)
}

/// How long a thread with [`SchedPolicy::RR`] runs before the next has its turn; with others the kernel tells something
/// like it, or zero.
///
/// # Errors
///
/// Those of `sched_rr_get_interval(2)`.
#[doc(alias = "sched_rr_get_interval_time64")]
pub fn sched_rr_get_interval(pid: Option<Pid>) -> Result<Timespec> {
    or_older!(
        lines::sched_rr_get_interval(pid),
        older::sched_rr_get_interval(pid)
    )
}

/// How many processors a [`CpuSet`] has place for: `CPU_SETSIZE` of C libraries.
const PLACES: usize = 1024;

const BITS: usize = c_ulong::BITS as usize;

/// A set of processors, by their numbers: from 0 to 1,023, and with a `Vec` of words inside, [`LargeCpuSet`], any.
/// `cpu_set_t`.
#[derive(Clone, Copy)]
pub struct CpuSet<W = [c_ulong; PLACES / BITS]> {
    words: W,
}

/// A set of processors, however many the system has.
#[cfg(feature = "alloc")]
pub type LargeCpuSet = CpuSet<alloc::vec::Vec<c_ulong>>;

impl CpuSet {
    /// The first processor that has no place in it.
    pub const LIMIT: usize = PLACES;

    /// None.
    pub const fn new() -> CpuSet {
        CpuSet {
            words: [0; PLACES / BITS],
        }
    }

    /// Puts a processor in.
    ///
    /// # Errors
    ///
    /// `EINVAL` for one that is not below [`CpuSet::LIMIT`].
    pub fn insert(&mut self, cpu: usize) -> Result<()> {
        let word = self.words.get_mut(cpu / BITS).ok_or(Errno::EINVAL)?;
        *word |= 1 << (cpu % BITS);
        Ok(())
    }
}

impl Default for CpuSet {
    fn default() -> CpuSet {
        CpuSet::new()
    }
}

/// Of processors below [`CpuSet::LIMIT`]; it panics for another.
impl<const N: usize> From<[usize; N]> for CpuSet {
    #[track_caller]
    fn from(cpus: [usize; N]) -> CpuSet {
        let mut set = CpuSet::new();
        for cpu in cpus {
            set.insert(cpu).expect("a processor below 1,024");
        }
        set
    }
}

#[cfg(feature = "alloc")]
impl LargeCpuSet {
    /// None.
    pub const fn large() -> LargeCpuSet {
        CpuSet {
            words: alloc::vec::Vec::new(),
        }
    }

    /// Puts a processor in, and makes room for it.
    ///
    /// # Errors
    ///
    /// `ENOMEM` where the heap has no room.
    pub fn insert(&mut self, cpu: usize) -> Result<()> {
        let len = self.words.len().max(cpu / BITS + 1);
        self.words
            .try_reserve(len - self.words.len())
            .map_err(|_| Errno::ENOMEM)?;
        self.words.resize(len, 0);
        self.words[cpu / BITS] |= 1 << (cpu % BITS);
        Ok(())
    }
}

impl<W: AsRef<[c_ulong]>> CpuSet<W> {
    /// The words up to the last that has a processor: how many follow says nothing of the set.
    fn trimmed(&self) -> &[c_ulong] {
        let words = self.words.as_ref();
        let len = words.iter().rposition(|&word| word != 0);
        &words[..len.map_or(0, |at| at + 1)]
    }
}

/// Sets of the same processors are equal, whatever they have place for.
impl<V: AsRef<[c_ulong]>, W: AsRef<[c_ulong]>> PartialEq<CpuSet<W>> for CpuSet<V> {
    fn eq(&self, other: &CpuSet<W>) -> bool {
        self.trimmed() == other.trimmed()
    }
}

impl<W: AsRef<[c_ulong]>> Eq for CpuSet<W> {}

impl<W: AsRef<[c_ulong]>> Hash for CpuSet<W> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.trimmed().hash(state);
    }
}

impl<W: AsRef<[c_ulong]> + AsMut<[c_ulong]>> CpuSet<W> {
    /// Takes a processor out.
    pub fn remove(&mut self, cpu: usize) {
        if let Some(word) = self.words.as_mut().get_mut(cpu / BITS) {
            *word &= !(1 << (cpu % BITS));
        }
    }

    /// Whether a processor is in it.
    pub fn contains(&self, cpu: usize) -> bool {
        let word = self.words.as_ref().get(cpu / BITS);
        word.is_some_and(|word| word >> (cpu % BITS) & 1 == 1)
    }

    /// How many are in it.
    pub fn count(&self) -> usize {
        let words = self.words.as_ref().iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// Those in it, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.words.as_ref().len() * BITS).filter(|&cpu| self.contains(cpu))
    }
}

impl<W: AsRef<[c_ulong]> + AsMut<[c_ulong]>> fmt::Debug for CpuSet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Which processors a thread may run on.
///
/// # Errors
///
/// Those of `sched_getaffinity(2)`; `EINVAL` where the system could have more than 1,024: see
/// [`sched_getaffinity_large`].
pub fn sched_getaffinity(pid: Option<Pid>) -> Result<CpuSet> {
    let mut set = CpuSet::new();
    affinity(pid, &mut set.words)?;
    Ok(set)
}

/// Which processors a thread may run on, however many the system has.
///
/// # Errors
///
/// Those of `sched_getaffinity(2)`. `ENOMEM` where the heap has no room.
#[cfg(feature = "alloc")]
#[doc(alias = "sched_getaffinity")]
pub fn sched_getaffinity_large(pid: Option<Pid>) -> Result<LargeCpuSet> {
    growing(|words| affinity(pid, words))
}

/// Asks with more and more room: how much the kernel wants, it does not say.
#[cfg(feature = "alloc")]
fn growing(mut get: impl FnMut(&mut [c_ulong]) -> Result<usize>) -> Result<LargeCpuSet> {
    /// Beyond this `EINVAL` means something else.
    const MOST: usize = 1 << 22;
    let mut set = LargeCpuSet::large();
    let mut room = PLACES;
    loop {
        set.insert(room - 1)?;
        set.words.fill(0);
        match get(&mut set.words) {
            Err(Errno::EINVAL) if room < MOST => room *= 4,
            filled => {
                set.words.truncate(filled?);
                return Ok(set);
            }
        }
    }
}

/// Fills words, which are zero, and says how many the kernel has.
fn affinity(pid: Option<Pid>, words: &mut [c_ulong]) -> Result<usize> {
    // SAFETY: the kernel writes to the words, and not more bytes than they have.
    let bytes = unsafe { lines::sched_getaffinity(pid, size_of_val(words), words.as_mut_ptr()) }?;
    Ok(bytes.div_ceil(size_of::<c_ulong>()).min(words.len()))
}

/// Says which processors a thread may run on. Those that the system does not have are left out.
///
/// # Errors
///
/// Those of `sched_setaffinity(2)`: `EINVAL` where none is left.
pub fn sched_setaffinity<W: AsRef<[c_ulong]>>(pid: Option<Pid>, cpus: &CpuSet<W>) -> Result<()> {
    let words = cpus.words.as_ref();
    // SAFETY: the kernel reads the words.
    unsafe { lines::sched_setaffinity(pid, size_of_val(words), words.as_ptr()) }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// A kernel with room for that many processors, of which the last may be used.
    fn kernel(cpus: usize) -> (Result<Vec<usize>>, usize) {
        let mut calls = 0;
        let set = growing(|words| {
            calls += 1;
            let len = cpus.div_ceil(BITS);
            if words.len() < len {
                return Err(Errno::EINVAL);
            }
            words[(cpus - 1) / BITS] |= 1 << ((cpus - 1) % BITS);
            Ok(len)
        });
        (set.map(|set| set.iter().collect()), calls)
    }

    #[test]
    fn a_set_grows_with_the_system() {
        assert_eq!(kernel(2), (Ok([1].to_vec()), 1));
        assert_eq!(kernel(1024), (Ok([1023].to_vec()), 1));
        assert_eq!(kernel(1025), (Ok([1024].to_vec()), 2));
        assert_eq!(kernel(8192), (Ok([8191].to_vec()), 3));
        let (set, calls) = kernel(1 << 30);
        assert_eq!((set, calls), (Err(Errno::EINVAL), 7), "1,024 to 4,194,304");
    }

    #[test]
    fn sets_of_both_kinds() {
        let mut set = CpuSet::from([0, 1023]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 1023]);
        assert_eq!(set.insert(1024), Err(Errno::EINVAL));
        set.remove(0);
        set.remove(1024);
        assert_eq!(
            (set.count(), set.contains(0), set.contains(1024)),
            (1, false, false)
        );
        let mut set = LargeCpuSet::large();
        assert_eq!((set.insert(5000), set.insert(3)), (Ok(()), Ok(())));
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 5000]);
    }

    /// Not every kernel has what the last two say (`CONFIG_UCLAMP_TASK`), so no call shows where they are.
    #[test]
    fn each_attribute_is_its_own() {
        let attr = SchedAttr {
            policy: SchedPolicy::RR,
            flags: SchedFlags::RECLAIM,
            nice: -3,
            priority: 4,
            runtime: 5,
            deadline: 6,
            period: 7,
            util_min: 8,
            util_max: 9,
        };
        let raw = RawAttr::new(&attr);
        assert_eq!(raw.attr(), attr);
        assert_eq!((raw.size, raw.util_min, raw.util_max), (56, 8, 9));
        let places = (
            core::mem::offset_of!(RawAttr, util_min),
            core::mem::offset_of!(RawAttr, util_max),
        );
        assert_eq!(places, (48, 52));
    }

    /// However much room each has had.
    #[test]
    fn sets_of_the_same_processors_are_equal() {
        use std::hash::{BuildHasher, RandomState};
        let (mut long, mut short) = (LargeCpuSet::large(), LargeCpuSet::large());
        assert_eq!(long, short);
        assert_eq!((long.insert(3), short.insert(3)), (Ok(()), Ok(())));
        assert_eq!(long.insert(5000), Ok(()));
        assert_ne!(long, short);
        long.remove(5000);
        assert_eq!(long, short);
        assert_eq!(CpuSet::from([3]), long);
        assert_ne!(CpuSet::from([4]), long);
        let state = RandomState::new();
        assert_eq!(state.hash_one(&long), state.hash_one(&short));
    }
}

#[cfg(test)]
crate::layout::c_layout!(RawAttr = "struct sched_attr" {
    size, policy = sched_policy, flags = sched_flags, nice = sched_nice, priority = sched_priority,
    runtime = sched_runtime, deadline = sched_deadline, period = sched_period, util_min = sched_util_min,
    util_max = sched_util_max,
});

/*
 * Lines
 */

// Lets others run.
//sys pub fn sched_yield()

// The lowest priority that a policy has.
//sysnb pub fn sched_get_priority_min(policy: SchedPolicy) -> Result<i32>

// The highest priority that a policy has.
//sysnb pub fn sched_get_priority_max(policy: SchedPolicy) -> Result<i32>

//sysnb pub(super) fn sched_getattr(pid: Option<Pid>, attr: &mut RawAttr, size: u32,
//        flags: u32) -> Result<()>

//sysnb pub(super) fn sched_setattr(pid: Option<Pid>, attr: &mut RawAttr, flags: u32) -> Result<()>

//sysnb pub(super) fn sched_getscheduler(pid: Option<Pid>) -> Result<u32>

//sysnb pub(super) fn sched_setscheduler(pid: Option<Pid>, policy: u32,
//        priority: &i32) -> Result<()>

//sysnb pub(super) fn sched_getparam(pid: Option<Pid>, out priority: i32) -> Result<i32>

//sysnb pub(super) fn sched_setparam(pid: Option<Pid>, priority: &i32) -> Result<()>

//sysnb pub(super) fn sched_rr_get_interval(pid: Option<Pid>,
//        out interval: Timespec) -> Result<Timespec>

//sysnb pub(super) unsafe fn sched_getaffinity(pid: Option<Pid>, size: usize,
//        words: *mut c_ulong) -> Result<usize>

//sysnb pub(super) unsafe fn sched_setaffinity(pid: Option<Pid>, size: usize,
//        words: *const c_ulong) -> Result<()>

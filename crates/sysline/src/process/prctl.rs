//! What a process as a whole has agreed on with the kernel (prctl(2)).
//!
//! Owns: the operations of `prctl` on a process or its memory; those on a thread are [`thread`](crate::thread)'s. This
//! file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose
//! wrappers are in `process/prctl/lines.rs`.
//!
//! ```
//! use sysline::process::{self, Dumpable};
//!
//! # fn main() -> sysline::Result<()> {
//! process::set_dumpable(Dumpable::NO)?; // no core dump, and no other user's tracer
//! assert_eq!(process::get_dumpable()?, Dumpable::NO);
//! # Ok(())
//! # }
//! ```

use super::Pid;
use crate::abi::Result;
use crate::flags::{flags, numbers};
use linux_raw_sys::prctl as p;

mod lines;

pub use lines::*;

numbers! {
    /// Whether the process's memory may be dumped, and looked at by tracers of its user.
    pub struct Dumpable: u32 {
        /// It may not.
        NO = 0; // SUID_DUMP_DISABLE, Linux include/linux/sched/coredump.h
        /// It may.
        YES = 1;
        /// Dumped for the superuser only. It can't be set, but is so where `/proc/sys/fs/suid_dumpable` says it.
        ROOT_ONLY = 2;
    }

    /// Whose core scheduling cookie is meant: [`sched_core_create`].
    pub struct CoreScope: u32 {
        /// One thread's.
        THREAD = p::PR_SCHED_CORE_SCOPE_THREAD;
        /// Those of all threads of a process.
        THREAD_GROUP = p::PR_SCHED_CORE_SCOPE_THREAD_GROUP;
        /// Those of all processes of a group.
        PROCESS_GROUP = p::PR_SCHED_CORE_SCOPE_PROCESS_GROUP;
    }
}

flags! {
    /// Which memory may become executable (Linux 6.3).
    pub struct Mdwe: u32 {
        /// None that is or was writable. It can't be taken back.
        REFUSE_EXEC_GAIN = p::PR_MDWE_REFUSE_EXEC_GAIN;
        /// Children do not have it (Linux 6.6).
        NO_INHERIT = p::PR_MDWE_NO_INHERIT;
    }
}

/// Whether descendants without a parent become this process's children.
///
/// # Errors
///
/// Those of `prctl(2)`.
#[doc(alias = "PR_GET_CHILD_SUBREAPER")]
pub fn get_child_subreaper() -> Result<bool> {
    lines::get_child_subreaper_number().map(|number| number != 0)
}

/// Where the kernel writes a cookie: it asks for an address that is a multiple of 8, which a `u64`'s is not everywhere.
#[repr(C, align(8))]
struct Cookie(u64);

/// The cookie of a thread, `None` being the caller's; 0 where it has none (Linux 5.14).
///
/// # Errors
///
/// Those of `prctl(2)`: `ENODEV` where no core runs more than one thread at a time, `EINVAL` where the kernel was built
/// without `CONFIG_SCHED_CORE`.
#[doc(alias = "PR_SCHED_CORE_GET")]
pub fn sched_core_get(pid: Option<Pid>) -> Result<u64> {
    let mut cookie = Cookie(0);
    lines::sched_core_get(pid, &mut cookie)?;
    Ok(cookie.0)
}

/// Who may trace the process beside its ancestors, where Yama restricts that: [`set_ptracer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ptracer {
    /// Nobody.
    None,
    /// This process and its descendants. Its number is above 0.
    Process(Pid),
    /// Everybody who else might.
    Any,
}

/// Says who may trace the process beside its ancestors.
///
/// # Errors
///
/// Those of `prctl(2)`: `EINVAL` where there is no such process, or the kernel has no Yama.
#[doc(alias = "PR_SET_PTRACER")]
pub fn set_ptracer(tracer: Ptracer) -> Result<()> {
    lines::set_ptracer(match tracer {
        Ptracer::None => 0,
        Ptracer::Any => -1, // PR_SET_PTRACER_ANY
        Ptracer::Process(pid) if pid.raw() > 0 => pid.raw() as isize,
        Ptracer::Process(_) => return Err(crate::Errno::EINVAL),
    })
}

/*
 * Lines
 */

// Says whether the process's memory may be dumped, and looked at by tracers of its user.
//sysnb pub fn set_dumpable(p::PR_SET_DUMPABLE, dumpable: Dumpable) -> Result<()> = SYS_PRCTL

// Whether the process's memory may be dumped.
//sysnb pub fn get_dumpable(p::PR_GET_DUMPABLE) -> Result<Dumpable> = SYS_PRCTL

// Says whether descendants without a parent become this process's children, which else are those of the PID namespace's
// first process.
//sysnb pub fn set_child_subreaper(p::PR_SET_CHILD_SUBREAPER, on: bool) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn get_child_subreaper_number(p::PR_GET_CHILD_SUBREAPER,
//        out number: i32) -> Result<i32> = SYS_PRCTL

//sysnb pub(super) fn set_ptracer(p::PR_SET_PTRACER, pid: isize) -> Result<()> = SYS_PRCTL

// Says whether the process goes without transparent huge pages. Children do as it does.
//sysnb pub fn set_thp_disable(p::PR_SET_THP_DISABLE, disable: bool) -> Result<()> = SYS_PRCTL

// Whether the process goes without transparent huge pages.
//sysnb pub fn get_thp_disable(p::PR_GET_THP_DISABLE) -> Result<bool> = SYS_PRCTL

// Says whether all memory of the process that can be is merged with the same of others (Linux 6.4).
//sysnb pub fn set_memory_merge(p::PR_SET_MEMORY_MERGE, merge: bool) -> Result<()> = SYS_PRCTL

// Whether the process's memory is merged with the same of others (Linux 6.4).
//sysnb pub fn get_memory_merge(p::PR_GET_MEMORY_MERGE) -> Result<bool> = SYS_PRCTL

// Says which memory may become executable, from now on and for good (Linux 6.3).
//sysnb pub fn set_mdwe(p::PR_SET_MDWE, mdwe: Mdwe) -> Result<()> = SYS_PRCTL

// Which memory may become executable (Linux 6.3).
//sysnb pub fn get_mdwe(p::PR_GET_MDWE) -> Result<Mdwe> = SYS_PRCTL

// Fills `vector` with the auxiliary vector that the kernel has given to the program, and says how many bytes that has,
// which may be more than `vector` (Linux 6.4). It is pairs of `unsigned long`s, a type (getauxval(3)) and a value, up to
// one of type 0.
//sysnb pub fn get_auxv(p::PR_GET_AUXV, vector: &mut [u8]) -> Result<usize> = SYS_PRCTL

// Stops all performance counters that the caller's thread has made.
//sysnb pub fn task_perf_events_disable(p::PR_TASK_PERF_EVENTS_DISABLE) -> Result<()> = SYS_PRCTL

// Lets all performance counters that the caller's thread has made go on.
//sysnb pub fn task_perf_events_enable(p::PR_TASK_PERF_EVENTS_ENABLE) -> Result<()> = SYS_PRCTL

// Names anonymous memory in `/proc/self/maps`, or takes its name away (Linux 5.17). The name has up to 79 printable
// characters, none of which is one of ``[]\$` ``.
//
// # Safety
//
// The range is whole pages of memory that the caller may name.
//sys pub unsafe fn set_vma_anon_name(p::PR_SET_VMA, p::PR_SET_VMA_ANON_NAME, addr: *const c_void,
//        len: usize, name: Option<&CStr>) -> Result<()> = SYS_PRCTL

// Changes what the kernel keeps of the program's memory: where its code, its heap, its arguments are, which file it is
// (prctl(2), `PR_SET_MM_…`). It needs `CAP_SYS_RESOURCE`.
//
// # Safety
//
// As prctl(2) says of each: the heap's end must be the C library's to move, and an address good for what it names.
//sys pub unsafe fn set_mm(p::PR_SET_MM, option: u32, addr: usize, arg4: usize,
//        arg5: usize) -> Result<()> = SYS_PRCTL

// Gives threads a new core scheduling cookie: only threads with the same run at the same time on a core (Linux 5.14).
// `None` is the caller's.
//sysnb pub fn sched_core_create(p::PR_SCHED_CORE, p::PR_SCHED_CORE_CREATE, pid: Option<Pid>,
//        scope: CoreScope) -> Result<()> = SYS_PRCTL

// Gives threads the cookie of the caller's thread (Linux 5.14).
//sysnb pub fn sched_core_share_to(p::PR_SCHED_CORE, p::PR_SCHED_CORE_SHARE_TO, pid: Option<Pid>,
//        scope: CoreScope) -> Result<()> = SYS_PRCTL

// Gives the caller's thread the cookie of the thread `pid` (Linux 5.14).
//sysnb pub fn sched_core_share_from(p::PR_SCHED_CORE, p::PR_SCHED_CORE_SHARE_FROM, pid: Pid,
//        CoreScope::THREAD) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn sched_core_get(p::PR_SCHED_CORE, p::PR_SCHED_CORE_GET, pid: Option<Pid>,
//        CoreScope::THREAD, cookie: &mut Cookie) -> Result<()> = SYS_PRCTL

//! How a process begins: as a copy of another, and with a new program.
//!
//! Owns: fork and its kin, execve. A child that shares the caller's memory (`CLONE_VM`, threads) is not here: it needs a
//! stack of its own from its first instruction on, so that a function which makes it can't return twice. This file is
//! read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are
//! in `process/exec/lines.rs`.
//!
//! The lists of arguments are made before the copy is, as in the copy of a process with several threads nothing may be
//! allocated:
//!
//! ```no_run
//! use sysline::process::{self, ExecArg};
//!
//! # fn main() -> sysline::Result<()> {
//! let argv = [c"ls", c"-l"].map(ExecArg::new);
//! let argv = [argv[0], argv[1], ExecArg::END];
//! // SAFETY: the child makes calls only, the last of which ends it.
//! if let process::Fork::Child = unsafe { process::vfork() }? {
//!     let Err(errno) = process::execve(c"/bin/ls", &argv, &[ExecArg::END]);
//!     process::exit_group(errno.raw());
//! }
//! # Ok(())
//! # }
//! ```

use super::Pid;
use crate::abi::{Errno, PathArg, Result, Ret, Word, with_c_str};
use crate::arch;
use crate::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use crate::flags::flags;
use crate::fs::AtFlags;
use crate::signal::Signal;
use core::convert::Infallible;
use core::ffi::{CStr, c_char};
use core::marker::PhantomData;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

/// In which of two processes a call has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "both processes go on"]
pub enum Fork<T = Pid> {
    /// The child.
    Child,
    /// The parent, and what it knows of the child.
    Parent(T),
}

impl Ret for Fork {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> Fork {
        // SAFETY: every register is an `i32`.
        match unsafe { Pid::from_word(word) } {
            pid if pid.raw() == 0 => Fork::Child,
            pid => Fork::Parent(pid),
        }
    }
}

flags! {
    /// What a child of [`clone3`] shares with its parent, and which namespaces it gets (clone(2)).
    pub struct CloneFlags: u64 {
        /// Signals that have a handler in the parent have their default action in the child (Linux 5.5).
        CLEAR_SIGHAND = c::CLONE_CLEAR_SIGHAND;
        /// The descriptors.
        FILES = c::CLONE_FILES;
        /// The current folder, the root and the umask.
        FS = c::CLONE_FS;
        /// The place among those who read and write disks.
        IO = c::CLONE_IO;
        /// A namespace of control groups (Linux 4.6).
        NEWCGROUP = c::CLONE_NEWCGROUP;
        /// One of System V IPC and POSIX message queues.
        NEWIPC = c::CLONE_NEWIPC;
        /// One of the network.
        NEWNET = c::CLONE_NEWNET;
        /// One of mounts.
        NEWNS = c::CLONE_NEWNS;
        /// One of processes' numbers, in which the child is 1.
        NEWPID = c::CLONE_NEWPID;
        /// One of clocks (Linux 5.6).
        NEWTIME = c::CLONE_NEWTIME;
        /// One of users and groups.
        NEWUSER = c::CLONE_NEWUSER;
        /// One of the machine's names.
        NEWUTS = c::CLONE_NEWUTS;
        /// The parent is that of the caller. Without [`CloneArgs::exit_signal`], as it is the caller's.
        PARENT = c::CLONE_PARENT;
        /// Who traces the caller traces the child too.
        PTRACE = c::CLONE_PTRACE;
        /// What is left to undo in System V semaphores.
        SYSVSEM = c::CLONE_SYSVSEM;
        /// Who traces the caller does not trace the child.
        UNTRACED = c::CLONE_UNTRACED;
        /// The caller waits until the child has called `execve` or has ended.
        VFORK = c::CLONE_VFORK;
    }
}

impl CloneFlags {
    /// What would have the child on the caller's stack, or the kernel write what [`clone3`] has no place for.
    const REFUSED: CloneFlags = CloneFlags::from_bits_retain(
        (c::CLONE_VM
            | c::CLONE_SIGHAND
            | c::CLONE_THREAD
            | c::CLONE_SETTLS
            | c::CLONE_PARENT_SETTID
            | c::CLONE_CHILD_SETTID
            | c::CLONE_CHILD_CLEARTID
            | c::CLONE_PIDFD) as u64
            | c::CLONE_INTO_CGROUP,
    );
}

/// The child that [`clone3`] makes. `struct clone_args`.
#[derive(Clone, Copy, Debug)]
pub struct CloneArgs<'a> {
    /// What it shares, and its namespaces.
    pub flags: CloneFlags,
    /// The signal that tells its parent that it has ended; [`Signal::CHLD`] by default.
    pub exit_signal: Option<Signal>,
    /// Whether the parent gets a descriptor of it, as `pidfd_open` gives.
    pub pidfd: bool,
    /// Its numbers in the PID namespaces, from its own one outwards (Linux 5.5); those that are left out are the kernel's
    /// to choose.
    pub set_tid: &'a [Pid],
    /// The control group that it starts in, by its folder (Linux 5.7); by default the caller's.
    pub cgroup: Option<BorrowedFd<'a>>,
}

impl Default for CloneArgs<'_> {
    /// A child as [`fork`] makes it.
    fn default() -> Self {
        CloneArgs {
            flags: CloneFlags::empty(),
            exit_signal: Some(Signal::CHLD),
            pidfd: false,
            set_tid: &[],
            cgroup: None,
        }
    }
}

/// A child that [`clone3`] has made.
#[derive(Debug)]
pub struct Cloned {
    /// Its number.
    pub pid: Pid,
    /// Its descriptor, where that was asked for. execve(2) closes it.
    pub pidfd: Option<OwnedFd>,
}

/// Makes a copy of the process, as [`fork`] does, and says more about it (Linux 5.3).
///
/// # Errors
///
/// Those of `clone3(2)`. `EINVAL`, without a call, for flags of threads and others that [`CloneFlags`] lacks a name of.
///
/// # Safety
///
/// As for [`fork`]. With [`CloneFlags::FILES`] no descriptor that one of both owns may be closed by the other.
pub unsafe fn clone3(args: &CloneArgs<'_>) -> Result<Fork<Cloned>> {
    if args.flags.intersects(CloneFlags::REFUSED) {
        return Err(Errno::EINVAL);
    }
    let mut pidfd = -1;
    let mut flags = args.flags.bits();
    if args.pidfd {
        flags |= u64::from(c::CLONE_PIDFD);
    }
    if args.cgroup.is_some() {
        flags |= c::CLONE_INTO_CGROUP;
    }
    let raw = c::clone_args {
        flags,
        pidfd: if args.pidfd {
            (&raw mut pidfd).expose_provenance() as u64
        } else {
            0
        },
        child_tid: 0,
        parent_tid: 0,
        exit_signal: args.exit_signal.map_or(0, Signal::raw) as u64,
        stack: 0,
        stack_size: 0,
        tls: 0,
        set_tid: match args.set_tid {
            [] => 0, // the kernel wants both or none
            tids => tids.as_ptr().expose_provenance() as u64,
        },
        set_tid_size: args.set_tid.len() as u64,
        cgroup: args.cgroup.map_or(0, |folder| folder.as_raw_fd() as u64),
    };
    // SAFETY: the child has a copy of the memory, as the refused flags are not there; the kernel writes `pidfd`. The rest
    // is the caller's promise.
    let forked: Fork = unsafe { lines::clone3(&raw const raw, size_of::<c::clone_args>()) }?;
    Ok(match forked {
        Fork::Child => Fork::Child,
        Fork::Parent(pid) => Fork::Parent(Cloned {
            pid,
            // The kernel's number, which it wrote after this process was copied and which nobody else has.
            // SAFETY: it is no negative number where it was asked for.
            pidfd: (args.pidfd && pidfd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(pidfd) }),
        }),
    })
}

/// An argument or a variable of the environment for [`execve`]: the address of a string.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct ExecArg<'a>(*const c_char, PhantomData<&'a CStr>);

// SAFETY: it is a shared reference.
unsafe impl Send for ExecArg<'_> {}
// SAFETY: as above.
unsafe impl Sync for ExecArg<'_> {}

impl<'a> ExecArg<'a> {
    /// The end of a list.
    pub const END: ExecArg<'static> = ExecArg(core::ptr::null(), PhantomData);

    /// A string.
    pub const fn new(string: &'a CStr) -> ExecArg<'a> {
        ExecArg(string.as_ptr(), PhantomData)
    }

    /// A list of strings and its end.
    #[cfg(feature = "alloc")]
    pub fn list(strings: impl IntoIterator<Item = &'a CStr>) -> alloc::vec::Vec<ExecArg<'a>> {
        let mut list: alloc::vec::Vec<_> = strings.into_iter().map(ExecArg::new).collect();
        list.push(ExecArg::END);
        list
    }
}

impl<'a> From<&'a CStr> for ExecArg<'a> {
    fn from(string: &'a CStr) -> ExecArg<'a> {
        ExecArg::new(string)
    }
}

/// The address of a list that has an end; `EINVAL` for one that has none.
fn list(args: &[ExecArg<'_>]) -> Result<*const *const c_char> {
    match args {
        [.., end] if end.0.is_null() => Ok(args.as_ptr().cast()),
        _ => Err(Errno::EINVAL),
    }
}

impl Ret for Infallible {
    /// Of a call that only returns where it has failed. Where it returns all the same (a filter took the call's place,
    /// say), the process ends with an exception: SIGILL or SIGTRAP.
    unsafe fn from_word(_: Word) -> Infallible {
        arch::abort()
    }
}

/// Runs the program `path` in this process, with the arguments `argv`, whose first is the program's name, and the
/// environment `envp`, strings such as `LANG=C`. Each list ends with [`ExecArg::END`]. Returns only where that failed.
///
/// Other threads end, and descriptors that are to be closed are. No destructor runs. Nothing is allocated for a `&CStr`.
///
/// # Errors
///
/// Those of `execve(2)`. `EINVAL`, without a call, where a list has no end or `path` holds a NUL.
pub fn execve(
    path: impl PathArg,
    argv: &[ExecArg<'_>],
    envp: &[ExecArg<'_>],
) -> Result<Infallible> {
    let (argv, envp) = (list(argv)?, list(envp)?);
    // SAFETY: the lists are of strings and have an end.
    with_c_str(path, |path| unsafe { lines::execve(path, argv, envp) })
}

/// Runs a program as [`execve`] does: that of the path which starts at the folder `dirfd`, or with
/// [`AtFlags::EMPTY_PATH`] and an empty path that of the descriptor.
///
/// # Errors
///
/// Those of `execveat(2)`. `EINVAL`, without a call, where a list has no end, `path` holds a NUL, or `flags` have
/// `AT_EXECVE_CHECK`: see [`execveat_check`].
pub fn execveat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    argv: &[ExecArg<'_>],
    envp: &[ExecArg<'_>],
    flags: AtFlags,
) -> Result<Infallible> {
    let (argv, envp) = (list(argv)?, list(envp)?);
    if flags.contains(CHECK) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the lists are of strings and have an end.
    with_c_str(path, |path| unsafe {
        lines::execveat(dirfd, path, argv, envp, flags)
    })
}

const CHECK: AtFlags = AtFlags::from_bits_retain(c::AT_EXECVE_CHECK);

/// Whether [`execveat`] would run a program, which this does not (Linux 6.14): for who interprets it.
///
/// # Errors
///
/// Those of `execveat(2)`: `EACCES` where it would not, `EINVAL` on kernels that do not know it.
#[doc(alias = "AT_EXECVE_CHECK")]
pub fn execveat_check(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags) -> Result<()> {
    with_c_str(path, |path| {
        let (argv, envp) = ([ExecArg::new(path), ExecArg::END], [ExecArg::END]);
        let (argv, envp) = (list(&argv)?, list(&envp)?);
        // SAFETY: the lists are of strings and have an end.
        unsafe { lines::execveat_checked(dirfd, path, argv, envp, flags | CHECK) }
    })
}

/// The parent waits, and is told of the child's end.
const VFORK: u32 = c::CLONE_VFORK | c::SIGCHLD;

/*
 * Lines
 */

// Makes a copy of the process, with the caller's thread only, and returns in both.
//
// # Safety
//
// The child has a copy of all that there is, the descriptors among it, and what belongs to one owner here has two then:
// what one of them does to the outside when it drops a value, the other does again. Where the process has several threads,
// what the others were about to do stays half done in the child, and their locks stay locked, that of the heap among them:
// until `execve` the child may do only what a signal's handler may (signal-safety(7)). The C library does not know of the
// child: what it keeps of the thread and the process, such as a thread's number, is the parent's.
//sysnb pub unsafe fn fork() -> Result<Fork>

// Makes a copy of the process as [`fork`] does; the parent's thread waits until the child has called `execve` or has
// ended. The child does not share the parent's memory: what C's `vfork` saves beside the wait is not saved.
//
// # Safety
//
// As for [`fork`].
//sys pub unsafe fn vfork(VFORK) -> Result<Fork> = SYS_CLONE

//sys pub(super) unsafe fn clone3(args: *const c::clone_args, size: usize) -> Result<Fork>

//sys pub(super) unsafe fn execve(path: &CStr, argv: *const *const c_char,
//        envp: *const *const c_char) -> Result<Infallible>

//sys pub(super) unsafe fn execveat(dirfd: BorrowedFd<'_>, path: &CStr, argv: *const *const c_char,
//        envp: *const *const c_char, flags: AtFlags) -> Result<Infallible>

//sys pub(super) unsafe fn execveat_checked(dirfd: BorrowedFd<'_>, path: &CStr,
//        argv: *const *const c_char, envp: *const *const c_char,
//        flags: AtFlags) -> Result<()> = SYS_EXECVEAT

//! `fcntl`, each of its operations as a function with its own types (fcntl(2)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let file = std::fs::File::open("/proc/self/status").unwrap();
//! use sysline::fd::AsFd;
//! use sysline::fs::OFlags;
//! use sysline::io;
//!
//! let flags = io::fcntl_getfl(file.as_fd())?;
//! io::fcntl_setfl(file.as_fd(), flags | OFlags::NONBLOCK)?;
//! let copy = io::fcntl_dupfd_cloexec(file.as_fd(), 100)?; // 100 or more
//! assert!(io::fcntl_getfl(copy.as_fd())?.contains(OFlags::NONBLOCK)); // they share the open file
//! # Ok(())
//! # }
//! ```
//!
//! Owns: descriptors' and open files' flags, locks, leases, who is told of changes by signal, sizes of pipes, seals, and
//! hints. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines,
//! whose wrappers are in `fcntl/lines.rs`.

use super::Whence;
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::{flags, numbers};
use crate::fs::OFlags;
use crate::process::Pid;
use crate::signal::Signal;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What is known about a descriptor, and not about the file that it has open.
    pub struct FdFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = c::FD_CLOEXEC;
    }

    /// What can't be done any more to a file in memory ([`memfd_create`](crate::fs::memfd_create)).
    pub struct SealFlags: u32 {
        /// Seals can't be added.
        SEAL = c::F_SEAL_SEAL;
        /// It can't be made shorter.
        SHRINK = c::F_SEAL_SHRINK;
        /// It can't be made longer.
        GROW = c::F_SEAL_GROW;
        /// It can't be written. `EBUSY` to add it while there is a mapping to write.
        WRITE = c::F_SEAL_WRITE;
        /// It can't be written but through mappings that there are (Linux 5.1).
        FUTURE_WRITE = c::F_SEAL_FUTURE_WRITE;
        /// It can't be made executable, or not executable (Linux 6.3).
        EXEC = c::F_SEAL_EXEC;
    }

    /// What [`fcntl_notify`] is told of a folder.
    pub struct NotifyFlags: u32 {
        /// A file in it was read.
        ACCESS = c::DN_ACCESS;
        /// A file in it was written, or its length set.
        MODIFY = c::DN_MODIFY;
        /// Something was made in it.
        CREATE = c::DN_CREATE;
        /// Something was taken out of it.
        DELETE = c::DN_DELETE;
        /// Something in it has another name.
        RENAME = c::DN_RENAME;
        /// Something about a file in it was changed: its owner, its permissions, its times.
        ATTRIB = c::DN_ATTRIB;
        /// Each time, and not once.
        MULTISHOT = c::DN_MULTISHOT;
    }
}

numbers! {
    /// How a part of a file is locked.
    pub struct LockType: i16 {
        /// For reading: others may lock it for reading too.
        READ = c::F_RDLCK;
        /// For writing: nobody else may lock it.
        WRITE = c::F_WRLCK;
        /// Not any more.
        UNLOCK = c::F_UNLCK;
    }

    /// What others have to wait for until the holder of a lease gives it up.
    pub struct LeaseType: u32 {
        /// To open the file for writing, and to shorten it.
        READ = c::F_RDLCK;
        /// To open the file.
        WRITE = c::F_WRLCK;
        /// Nothing: there is no lease.
        NONE = c::F_UNLCK;
    }

    /// How long what is written to a file will stay there: of use to devices that keep such data together.
    pub struct WriteHint: u32 {
        /// It was not said.
        NOT_SET = c::RWH_WRITE_LIFE_NOT_SET;
        /// It is not known.
        NONE = c::RWH_WRITE_LIFE_NONE;
        /// Short.
        SHORT = c::RWH_WRITE_LIFE_SHORT;
        /// Longer than short.
        MEDIUM = c::RWH_WRITE_LIFE_MEDIUM;
        /// Longer than medium.
        LONG = c::RWH_WRITE_LIFE_LONG;
        /// As long as the file, say.
        EXTREME = c::RWH_WRITE_LIFE_EXTREME;
    }
}

/// A part of a file, and how it is to be locked or is. `struct flock` of 64-bit kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flock {
    /// How.
    pub kind: LockType,
    /// From where `start` counts: [`Whence::SET`], [`Whence::CUR`] or [`Whence::END`].
    pub whence: Whence,
    /// The first byte.
    pub start: i64,
    /// How many bytes. Zero is up to the file's end, wherever that will be; a negative number is that many before `start`.
    pub len: i64,
}

impl Flock {
    /// The whole file.
    pub const fn whole(kind: LockType) -> Flock {
        Flock::new(kind, 0, 0)
    }

    /// `len` bytes from byte `start` of the file on.
    pub const fn new(kind: LockType, start: i64, len: i64) -> Flock {
        Flock {
            kind,
            whence: Whence::SET,
            start,
            len,
        }
    }

    fn to_kernel(self) -> Result<c::flock64> {
        Ok(c::flock64 {
            l_type: self.kind.raw(),
            l_whence: i16::try_from(self.whence.raw()).map_err(|_| Errno::EINVAL)?,
            l_start: self.start,
            l_len: self.len,
            l_pid: 0, // the operations on an open file's locks insist
        })
    }
}

/// A lock that is in the way of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conflict {
    /// Which.
    pub lock: Flock,
    /// The process that has it. `None` of an open file's lock, and of a process that the caller can't see.
    pub pid: Option<Pid>,
}

impl Conflict {
    /// What a `GETLK` has left: the lock in the way, or that there is none.
    fn from_kernel(found: &c::flock64) -> Option<Conflict> {
        let kind = LockType::from_raw(found.l_type);
        (kind != LockType::UNLOCK).then_some(Conflict {
            lock: Flock {
                kind,
                whence: Whence::from_raw(found.l_whence as u32),
                start: found.l_start,
                len: found.l_len,
            },
            pid: (found.l_pid > 0).then_some(Pid::from_raw(found.l_pid)),
        })
    }
}

/// A lock of somebody else's that `lock` would have to wait for, where there is one. Whoever asks has the locks of its
/// process.
///
/// # Errors
///
/// Those of `fcntl(2)`. `EINVAL` for [`LockType::UNLOCK`].
#[doc(alias = "F_GETLK")]
pub fn fcntl_getlk(fd: BorrowedFd<'_>, lock: Flock) -> Result<Option<Conflict>> {
    let mut found = lock.to_kernel()?;
    lines::getlk(fd, &mut found)?;
    Ok(Conflict::from_kernel(&found))
}

/// Locks a part of the file `fd` for the caller's process, or unlocks it.
///
/// All of a process's locks on a file are gone when it closes any descriptor of that file, and a forked process has none
/// of them. [`fcntl_ofd_setlk`] is what most programs want.
///
/// # Errors
///
/// Those of `fcntl(2)`. `EAGAIN`, or `EACCES` of some file systems, where another process's lock is in the way; `EBADF`
/// for a lock to read of what is not open for reading, or to write of what is not open for writing.
#[doc(alias = "F_SETLK")]
#[inline]
pub fn fcntl_setlk(fd: BorrowedFd<'_>, lock: Flock) -> Result<()> {
    lines::setlk(fd, &lock.to_kernel()?)
}

/// As [`fcntl_setlk`]; waits while another process's lock is in the way.
///
/// # Errors
///
/// Those of `fcntl(2)`. `EDEADLK` where the process with that lock waits for the caller, `EINTR` of a signal.
#[doc(alias = "F_SETLKW")]
#[inline]
pub fn fcntl_setlkw(fd: BorrowedFd<'_>, lock: Flock) -> Result<()> {
    lines::setlkw(fd, &lock.to_kernel()?)
}

/// A lock that `lock` would have to wait for, where there is one. Whoever asks has the locks of its open file. With
/// [`LockType::UNLOCK`] it is one that the open file has itself (Linux 6.5).
///
/// # Errors
///
/// Those of `fcntl(2)`. `EINVAL` of an older kernel for [`LockType::UNLOCK`].
#[doc(alias = "F_OFD_GETLK")]
pub fn fcntl_ofd_getlk(fd: BorrowedFd<'_>, lock: Flock) -> Result<Option<Conflict>> {
    let mut found = lock.to_kernel()?;
    lines::ofd_getlk(fd, &mut found)?;
    Ok(Conflict::from_kernel(&found))
}

/// Locks a part of the file for the open file `fd`, or unlocks it (Linux 3.15).
///
/// The lock belongs to what was opened, and not to a process: copies of the descriptor have it too, another opening of the
/// same file does not, and it is gone with the last copy.
///
/// # Errors
///
/// Those of `fcntl(2)`. `EAGAIN` where another lock is in the way; `EBADF` for a lock to read of what is not open for
/// reading, or to write of what is not open for writing.
#[doc(alias = "F_OFD_SETLK")]
#[inline]
pub fn fcntl_ofd_setlk(fd: BorrowedFd<'_>, lock: Flock) -> Result<()> {
    lines::ofd_setlk(fd, &lock.to_kernel()?)
}

/// As [`fcntl_ofd_setlk`]; waits while another lock is in the way. That two wait for each other is not found out.
///
/// # Errors
///
/// Those of `fcntl(2)`. `EINTR` of a signal.
#[doc(alias = "F_OFD_SETLKW")]
#[inline]
pub fn fcntl_ofd_setlkw(fd: BorrowedFd<'_>, lock: Flock) -> Result<()> {
    lines::ofd_setlkw(fd, &lock.to_kernel()?)
}

/// Who is sent a signal when something can be done with a descriptor that has [`OFlags::ASYNC`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A thread.
    Thread(Pid),
    /// A process.
    Process(Pid),
    /// A process group.
    Group(Pid),
}

/// Who is sent signals of `fd`; `None` is nobody, or one that is gone.
///
/// # Errors
///
/// Those of `fcntl(2)`.
#[doc(alias = "F_GETOWN")]
#[doc(alias = "F_GETOWN_EX")]
pub fn fcntl_getown(fd: BorrowedFd<'_>) -> Result<Option<Owner>> {
    let owner = lines::getown_ex(fd)?;
    let pid = Pid::from_raw(owner.pid);
    Ok(match (owner.pid, u32::try_from(owner.type_)) {
        (0, _) => None,
        (_, Ok(c::F_OWNER_TID)) => Some(Owner::Thread(pid)),
        (_, Ok(c::F_OWNER_PGRP)) => Some(Owner::Group(pid)),
        _ => Some(Owner::Process(pid)),
    })
}

/// Sets who is sent signals of `fd`; `None` is nobody.
///
/// # Errors
///
/// Those of `fcntl(2)`. `ESRCH` where there is no such process.
#[doc(alias = "F_SETOWN")]
#[doc(alias = "F_SETOWN_EX")]
pub fn fcntl_setown(fd: BorrowedFd<'_>, owner: Option<Owner>) -> Result<()> {
    let (kind, pid) = match owner {
        None => (c::F_OWNER_PID, Pid::from_raw(0)),
        Some(Owner::Thread(pid)) => (c::F_OWNER_TID, pid),
        Some(Owner::Process(pid)) => (c::F_OWNER_PID, pid),
        Some(Owner::Group(pid)) => (c::F_OWNER_PGRP, pid),
    };
    let owner = c::f_owner_ex {
        type_: kind as i32,
        pid: pid.raw(),
    };
    lines::setown_ex(fd, &owner)
}

/// The signal that the owner of `fd` is sent; `None` is [`Signal::IO`] without information about it.
///
/// # Errors
///
/// Those of `fcntl(2)`.
#[doc(alias = "F_GETSIG")]
#[inline]
pub fn fcntl_getsig(fd: BorrowedFd<'_>) -> Result<Option<Signal>> {
    lines::getsig(fd).map(Signal::from_raw)
}

/// How long what is written to the file `fd` will stay there, as [`fcntl_set_rw_hint`] has said (Linux 4.13).
///
/// # Errors
///
/// Those of `fcntl(2)`.
#[doc(alias = "F_GET_RW_HINT")]
#[inline]
pub fn fcntl_get_rw_hint(fd: BorrowedFd<'_>) -> Result<WriteHint> {
    lines::get_rw_hint(fd).map(|hint| WriteHint::from_raw(hint as u32))
}

/// Says how long what is written to the file `fd` will stay there. It is the file's, for all who have it open (Linux 4.13).
///
/// # Errors
///
/// Those of `fcntl(2)`. `EPERM` for who neither owns the file nor may act as everybody.
#[doc(alias = "F_SET_RW_HINT")]
#[inline]
pub fn fcntl_set_rw_hint(fd: BorrowedFd<'_>, hint: WriteHint) -> Result<()> {
    lines::set_rw_hint(fd, &u64::from(hint.raw()))
}

/*
 * Lines
 */

// Another descriptor of what `fd` has open: the lowest that is not in use and at least `min`. It is not closed by
// execve(2): [`fcntl_dupfd_cloexec`] is the better one for most.
//
// `EINVAL` for a `min` that no descriptor may have, `EMFILE` where there is none left.
//sys #[doc(alias = "F_DUPFD")] pub fn fcntl_dupfd(fd: BorrowedFd<'_>, c::F_DUPFD,
//        min: u32) -> Result<OwnedFd> = SYS_FCNTL

// As [`fcntl_dupfd`], with [`FdFlags::CLOEXEC`].
//sys #[doc(alias = "F_DUPFD_CLOEXEC")] pub fn fcntl_dupfd_cloexec(fd: BorrowedFd<'_>,
//        c::F_DUPFD_CLOEXEC, min: u32) -> Result<OwnedFd> = SYS_FCNTL

// Whether both descriptors are copies of one: whether they have the same opening of the same file (Linux 6.10).
// `EINVAL` of an older kernel.
//sys #[doc(alias = "F_DUPFD_QUERY")] pub fn fcntl_dupfd_query(fd: BorrowedFd<'_>, c::F_DUPFD_QUERY,
//        other: BorrowedFd<'_>) -> Result<bool> = SYS_FCNTL

// Whether it was the opening of `fd` that made the file, with [`OFlags::CREATE`] (Linux 6.12). `EINVAL` of an older
// kernel.
//sys #[doc(alias = "F_CREATED_QUERY")] pub fn fcntl_created_query(fd: BorrowedFd<'_>,
//        c::F_CREATED_QUERY) -> Result<bool> = SYS_FCNTL

// The descriptor's flags.
//sys #[doc(alias = "F_GETFD")] pub fn fcntl_getfd(fd: BorrowedFd<'_>,
//        c::F_GETFD) -> Result<FdFlags> = SYS_FCNTL

// Sets the descriptor's flags.
//sys #[doc(alias = "F_SETFD")] pub fn fcntl_setfd(fd: BorrowedFd<'_>, c::F_SETFD,
//        flags: FdFlags) -> Result<()> = SYS_FCNTL

// How `fd` was opened, and its flags now. `O_LARGEFILE`, which has no name here, is among them.
//sys #[doc(alias = "F_GETFL")] pub fn fcntl_getfl(fd: BorrowedFd<'_>,
//        c::F_GETFL) -> Result<OFlags> = SYS_FCNTL

// Sets the flags of what `fd` has open, for all copies of the descriptor: [`OFlags::APPEND`], [`OFlags::ASYNC`],
// [`OFlags::DIRECT`], [`OFlags::NOATIME`] and [`OFlags::NONBLOCK`]. All other flags are left as they are.
//sys #[doc(alias = "F_SETFL")] pub fn fcntl_setfl(fd: BorrowedFd<'_>, c::F_SETFL,
//        flags: OFlags) -> Result<()> = SYS_FCNTL

// Sets the signal that the owner of `fd` is sent; `None` is [`Signal::IO`] without information about it.
//sys #[doc(alias = "F_SETSIG")] pub fn fcntl_setsig(fd: BorrowedFd<'_>, c::F_SETSIG,
//        signal: Option<Signal>) -> Result<()> = SYS_FCNTL

// The lease that the caller's open file has. While another process waits for its end it is what that would be content
// with.
//sys #[doc(alias = "F_GETLEASE")] pub fn fcntl_getlease(fd: BorrowedFd<'_>,
//        c::F_GETLEASE) -> Result<LeaseType> = SYS_FCNTL

// Takes a lease on the file `fd`, or gives it up: who wants what it forbids waits, and the owner of `fd` is sent a signal
// and has some time to give it up. `EAGAIN` where somebody has the file open in such a way already.
//sys #[doc(alias = "F_SETLEASE")] pub fn fcntl_setlease(fd: BorrowedFd<'_>, c::F_SETLEASE,
//        lease: LeaseType) -> Result<()> = SYS_FCNTL

// Has the caller's process sent a signal when something happens in the folder `fd`: once, or each time with
// [`NotifyFlags::MULTISHOT`]; never any more where `what` is empty. [`inotify`](crate::fs::inotify) does more, without
// signals.
//sys #[doc(alias = "F_NOTIFY")] pub fn fcntl_notify(fd: BorrowedFd<'_>, c::F_NOTIFY,
//        what: NotifyFlags) -> Result<()> = SYS_FCNTL

// How many bytes the pipe `fd` has room for.
//sys #[doc(alias = "F_GETPIPE_SZ")] pub fn fcntl_getpipe_sz(fd: BorrowedFd<'_>,
//        c::F_GETPIPE_SZ) -> Result<u32> = SYS_FCNTL

// Makes room for at least `size` bytes in the pipe `fd`, and says for how many. `EPERM` for more than
// `/proc/sys/fs/pipe-max-size` of who may not go beyond that (`CAP_SYS_RESOURCE`), `EINVAL` for more than 2 GiB, `EBUSY`
// for less than is in it.
//sys #[doc(alias = "F_SETPIPE_SZ")] pub fn fcntl_setpipe_sz(fd: BorrowedFd<'_>, c::F_SETPIPE_SZ,
//        size: u32) -> Result<u32> = SYS_FCNTL

// The seals of a file in memory (Linux 3.17). `EINVAL` for other files.
//sys #[doc(alias = "F_GET_SEALS")] pub fn fcntl_get_seals(fd: BorrowedFd<'_>,
//        c::F_GET_SEALS) -> Result<SealFlags> = SYS_FCNTL

// Adds seals to a file in memory, for all and for good (Linux 3.17). `EPERM` where it may not be sealed, or is not open
// for writing.
//sys #[doc(alias = "F_ADD_SEALS")] pub fn fcntl_add_seals(fd: BorrowedFd<'_>, c::F_ADD_SEALS,
//        seals: SealFlags) -> Result<()> = SYS_FCNTL

//sys pub(super) fn getlk(fd: BorrowedFd<'_>, c::F_GETLK,
//        lock: &mut c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn setlk(fd: BorrowedFd<'_>, c::F_SETLK,
//        lock: &c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn setlkw(fd: BorrowedFd<'_>, c::F_SETLKW,
//        lock: &c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn ofd_getlk(fd: BorrowedFd<'_>, c::F_OFD_GETLK,
//        lock: &mut c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn ofd_setlk(fd: BorrowedFd<'_>, c::F_OFD_SETLK,
//        lock: &c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn ofd_setlkw(fd: BorrowedFd<'_>, c::F_OFD_SETLKW,
//        lock: &c::flock64) -> Result<()> = SYS_FCNTL

//sys pub(super) fn getown_ex(fd: BorrowedFd<'_>, c::F_GETOWN_EX,
//        out owner: c::f_owner_ex) -> Result<c::f_owner_ex> = SYS_FCNTL

//sys pub(super) fn setown_ex(fd: BorrowedFd<'_>, c::F_SETOWN_EX,
//        owner: &c::f_owner_ex) -> Result<()> = SYS_FCNTL

//sys pub(super) fn getsig(fd: BorrowedFd<'_>, c::F_GETSIG) -> Result<i32> = SYS_FCNTL

//sys pub(super) fn get_rw_hint(fd: BorrowedFd<'_>, c::F_GET_RW_HINT,
//        out hint: u64) -> Result<u64> = SYS_FCNTL

//sys pub(super) fn set_rw_hint(fd: BorrowedFd<'_>, c::F_SET_RW_HINT,
//        hint: &u64) -> Result<()> = SYS_FCNTL

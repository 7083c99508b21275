//! Who a process is: its number, its group, its session, and in whose name it acts.
//!
//! Owns: what is asked about these, and the group and the session as they are set. The ids of users and groups are a
//! thread's own and are set by [`thread`](crate::thread). This file is read by the compiler and by `sysline gen`:
//! hand-written code comes first, then the `//sys` lines, whose wrappers are in `process/ids/lines.rs`.

use super::{Gid, Uid};
use crate::abi::Result;

mod lines;

pub use lines::*;

/// Fills `groups` with the supplementary groups of the caller's thread, and says how many they are; for an empty buffer
/// it says how many there would be.
///
/// # Errors
///
/// Those of `getgroups(2)`; `EINVAL` where `groups`, not being empty, is too short for all.
#[doc(alias = "getgroups")]
pub fn getgroups_into(groups: &mut [Gid]) -> Result<usize> {
    let size = i32::try_from(groups.len()).unwrap_or(i32::MAX);
    // SAFETY: the kernel writes at most `size` ids; of a buffer of none it reads the count only.
    let count = unsafe { lines::getgroups(size, groups.as_mut_ptr()) }?;
    Ok(if groups.is_empty() {
        count
    } else {
        count.min(groups.len())
    })
}

/// The supplementary groups of the caller's thread. Whether the effective group is among them is not said.
///
/// # Errors
///
/// Those of `getgroups(2)`. `ENOMEM` where the heap has no room.
#[cfg(feature = "alloc")]
pub fn getgroups() -> Result<alloc::vec::Vec<Gid>> {
    growing(getgroups_into)
}

/// Asks how many there are, then for them, until no more have come in between: the ids may be set by a signal's handler,
/// or by a tracer.
#[cfg(feature = "alloc")]
fn growing(mut get: impl FnMut(&mut [Gid]) -> Result<usize>) -> Result<alloc::vec::Vec<Gid>> {
    use crate::abi::Errno;
    const MOST: usize = linux_raw_sys::general::NGROUPS_MAX as usize;
    let mut groups = alloc::vec::Vec::new();
    loop {
        let count = get(&mut [])?;
        if count == 0 {
            return Ok(alloc::vec::Vec::new());
        }
        // Each round asks for more than the last, so that they end.
        let room = count.max(groups.len() * 2).min(MOST);
        groups
            .try_reserve_exact(room - groups.len().min(room))
            .map_err(|_| Errno::ENOMEM)?;
        groups.resize(room, Gid::ROOT);
        match get(&mut groups) {
            Err(Errno::EINVAL) if room < MOST => {}
            filled => {
                groups.truncate(filled?);
                return Ok(groups);
            }
        }
    }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;
    use crate::abi::Errno;
    use std::vec::Vec;

    /// A kernel whose groups are as many as the list says, one number for each call.
    fn kernel(counts: &[usize]) -> (Result<Vec<Gid>>, usize) {
        let mut calls = 0;
        let groups = growing(|buffer| {
            let count = counts[calls.min(counts.len() - 1)];
            calls += 1;
            match buffer.len() {
                0 => return Ok(count),
                len if len < count => return Err(Errno::EINVAL),
                _ => {}
            }
            for (at, group) in buffer[..count].iter_mut().enumerate() {
                *group = Gid::from_raw(at as u32 + 7);
            }
            Ok(count)
        });
        (groups, calls)
    }

    fn numbers(count: u32) -> Vec<Gid> {
        (7..7 + count).map(Gid::from_raw).collect()
    }

    #[test]
    fn getgroups_growing_between_its_two_calls() {
        assert_eq!(kernel(&[2, 3, 3, 3]), (Ok(numbers(3)), 4));
        assert_eq!(kernel(&[2, 3, 3, 5, 5, 5]), (Ok(numbers(5)), 6));
        // The second room is twice the first: three more since it was asked still fit.
        assert_eq!(kernel(&[3, 4, 3, 6]), (Ok(numbers(6)), 4));
    }

    #[test]
    fn getgroups_shrinking_between_its_two_calls() {
        assert_eq!(kernel(&[5, 2]), (Ok(numbers(2)), 2));
        assert_eq!(kernel(&[5, 0]), (Ok(numbers(0)), 2));
        assert_eq!(kernel(&[0]), (Ok(numbers(0)), 1));
    }

    #[test]
    fn a_kernel_gone_wrong_ends_the_loop() {
        let mut calls = 0;
        let groups = growing(|buffer| {
            calls += 1;
            if buffer.is_empty() {
                Ok(usize::MAX)
            } else {
                Err(Errno::EINVAL)
            }
        });
        assert_eq!((groups, calls), (Err(Errno::EINVAL), 2));
        let mut calls = 0;
        let groups = growing(|buffer| {
            calls += 1;
            if buffer.is_empty() {
                Ok(1)
            } else {
                Err(Errno::EINVAL)
            }
        });
        assert_eq!(groups, Err(Errno::EINVAL));
        assert_eq!(calls, 2 * 17, "1, 2, 4, … 65,536");
    }
}

/*
 * Lines
 */

// The caller's process.
//sysnb pub fn getpid() -> Pid

// The parent of the caller's process; 0 where it is in a PID namespace that the caller does not see.
//sysnb pub fn getppid() -> Pid

// The group of a process, `None` being the caller's.
//sysnb pub fn getpgid(pid: Option<Pid>) -> Result<Pid>

// The group of the caller's process.
//sysnb pub fn getpgrp() -> Pid

// Puts a process, the caller's or a child of it that has not called `execve`, into a group of its session. `None` is the
// caller's process, and as the group one that has the process's own number.
//sysnb pub fn setpgid(pid: Option<Pid>, group: Option<Pid>) -> Result<()>

// The session of a process, `None` being the caller's.
//sysnb pub fn getsid(pid: Option<Pid>) -> Result<Pid>

// Makes a session and a group in it, both with the number of the caller's process, which leads them and has no terminal
// then; gives that number. `EPERM` where the process leads a group already.
//sysnb pub fn setsid() -> Result<Pid>

// The real user of the caller's thread.
//sysnb pub fn getuid() -> Uid

// The effective user of the caller's thread: in whose name it acts.
//sysnb pub fn geteuid() -> Uid

// The real group of the caller's thread.
//sysnb pub fn getgid() -> Gid

// The effective group of the caller's thread.
//sysnb pub fn getegid() -> Gid

// The real, the effective and the saved user of the caller's thread.
//sysnb pub fn getresuid(out real: Uid, out effective: Uid,
//        out saved: Uid) -> Result<(Uid, Uid, Uid)>

// The real, the effective and the saved group of the caller's thread.
//sysnb pub fn getresgid(out real: Gid, out effective: Gid,
//        out saved: Gid) -> Result<(Gid, Gid, Gid)>

//sysnb pub(super) unsafe fn getgroups(size: i32, groups: *mut Gid) -> Result<usize>

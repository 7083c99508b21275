//! In whose name a thread acts.
//!
//! Owns: how that is changed, for the caller's thread alone: see [`thread`](super). What it is, [`getuid`] and its kin
//! say. A program whose whole process is to change does it in each thread, or before it makes the second. This file is
//! read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are
//! in `thread/ids/lines.rs`.
//!
//! ```no_run
//! use sysline::process::{Gid, Uid};
//! use sysline::thread;
//!
//! # fn main() -> sysline::Result<()> {
//! let (user, group) = (Uid::from_raw(1000), Gid::from_raw(1000));
//! thread::setgroups(&[])?; // in this order: the last takes away the right to the others
//! thread::setresgid(Some(group), Some(group), Some(group))?;
//! thread::setresuid(Some(user), Some(user), Some(user))?;
//! # Ok(())
//! # }
//! ```
//!
//! [`getuid`]: super::getuid

use crate::abi::Result;
use crate::process::{Gid, Uid};

mod lines;

pub use lines::*;

/// Sets the supplementary groups of the caller's thread: none, or up to 65,536.
///
/// # Errors
///
/// Those of `setgroups(2)`: `EINVAL` for more, `EPERM` without the right to it.
pub fn setgroups(groups: &[Gid]) -> Result<()> {
    // The kernel reads 32 bits of it; too many are too many to it, as they are here.
    let size = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    // SAFETY: the kernel reads `size` ids, or none where they are too many.
    unsafe { lines::setgroups(size, groups.as_ptr()) }
}

/*
 * Lines
 */

// Sets the effective user of the caller's thread; with `CAP_SETUID` the real and the saved one too.
//sysnb pub fn setuid(user: Uid) -> Result<()>

// Sets the effective group of the caller's thread; with `CAP_SETGID` the real and the saved one too.
//sysnb pub fn setgid(group: Gid) -> Result<()>

// Sets the effective user of the caller's thread, and leaves the others.
//sysnb pub fn seteuid(-1, effective: Uid, -1) -> Result<()> = SYS_SETRESUID

// Sets the effective group of the caller's thread, and leaves the others.
//sysnb pub fn setegid(-1, effective: Gid, -1) -> Result<()> = SYS_SETRESGID

// Sets the real and the effective user of the caller's thread, `None` leaving what is. The saved one becomes the
// effective one where the real one is set, or the effective one to something else than the real one was.
//sysnb pub fn setreuid(real: Option<Uid>, effective: Option<Uid>) -> Result<()>

// Sets the real and the effective group of the caller's thread, as [`setreuid`] does the user.
//sysnb pub fn setregid(real: Option<Gid>, effective: Option<Gid>) -> Result<()>

// Sets the real, the effective and the saved user of the caller's thread, `None` leaving what is.
//sysnb pub fn setresuid(real: Option<Uid>, effective: Option<Uid>,
//        saved: Option<Uid>) -> Result<()>

// Sets the real, the effective and the saved group of the caller's thread, `None` leaving what is.
//sysnb pub fn setresgid(real: Option<Gid>, effective: Option<Gid>,
//        saved: Option<Gid>) -> Result<()>

// Sets the user that file systems ask for, which else is the effective one; gives the one before, whether or not it was
// changed. It is obsolete: signals of other users come with [`seteuid`] no more.
//sysnb pub fn setfsuid(user: Uid) -> Uid

// Sets the group that file systems ask for, as [`setfsuid`] does the user.
//sysnb pub fn setfsgid(group: Gid) -> Gid

// The user that file systems ask for.
//sysnb pub fn getfsuid(-1) -> Uid = SYS_SETFSUID

// The group that file systems ask for.
//sysnb pub fn getfsgid(-1) -> Gid = SYS_SETFSGID

//sysnb pub(super) unsafe fn setgroups(size: u32, groups: *const Gid) -> Result<()>

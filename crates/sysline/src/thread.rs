//! Threads: what the kernel keeps for each of them.
//!
//! Owns: a thread's number and end, and in its rooms `thread/*.rs` its ids and capabilities, its namespaces, when it runs
//! and what it has agreed on with the kernel. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `thread/lines.rs`.
//!
//! To the kernel ids, capabilities and namespaces are a thread's own. POSIX has them a process's, and a C library changes
//! all threads by signals behind one's back; the functions here change the caller's thread alone, and threads that it
//! makes afterwards have what it has.
//!
//! ```
//! use sysline::thread;
//!
//! # fn main() -> sysline::Result<()> {
//! thread::set_name("reader")?;
//! assert_eq!(thread::get_name()?.as_c_str(), c"reader");
//! # Ok(())
//! # }
//! ```

use linux_raw_sys::general as c;

mod caps;
mod ids;
mod lines;
mod namespaces;
mod prctl;
mod sched;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod x86;

pub use crate::process::{
    Pid, getegid, geteuid, getgid, getgroups_into, getresgid, getresuid, getuid,
};
pub use caps::*;
pub use ids::*;
pub use lines::*;
pub use namespaces::*;
pub use prctl::*;
pub use sched::*;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub use x86::*;

#[cfg(feature = "alloc")]
pub use crate::process::getgroups;

/// The list of the locks that the kernel frees when their thread ends without having done it. `struct
/// robust_list_head` (`linux/futex.h`).
pub type RobustListHead = c::robust_list_head;

/// Where a thread's is, in its process.
pub type RobustListAddress = *mut RobustListHead;

/*
 * Lines
 */

// The caller's thread.
//sysnb pub fn gettid() -> Pid

// Ends the caller's thread, and with the last one the process. Nothing is flushed, no destructor runs.
//
// # Safety
//
// Nothing may use what is on the thread's stack or of its thread-local variables any more, and nobody may wait for the
// thread by other means than the kernel's.
//sys pub unsafe fn exit(status: i32) -> !

// Waits until a signal's handler has run, and so always is an error: `EINTR`.
//sys pub fn pause() -> Result<()>

// The processor that the thread runs on, and the node of memory that this belongs to. Both may be others when it returns.
//sysnb pub fn getcpu(out cpu: u32, out node: u32) -> Result<(u32, u32)>

// Says where the kernel writes zero, and wakes who waits there by a futex, when the thread ends; null is nowhere. Gives
// the thread's number.
//
// # Safety
//
// It must be good for writing four bytes when the thread ends. A C library has said so already for its threads, and waits
// there.
//sysnb pub unsafe fn set_tid_address(address: *mut i32) -> Pid

// Where the thread `pid`, `None` being the caller's, keeps its list of locks, and how long the kernel takes its head to
// be.
//sysnb pub fn get_robust_list(pid: Option<Pid>, out head: RobustListAddress,
//        out len: usize) -> Result<(RobustListAddress, usize)>

// Says where the caller's thread keeps its list of locks. `len` is the head's size.
//
// # Safety
//
// When the thread ends, the list must be as get_robust_list(2) says, or not there. A C library has said so already for its
// threads, and keeps its locks there.
//sysnb pub unsafe fn set_robust_list(head: *mut RobustListHead, len: usize) -> Result<()>

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

use crate::flags::{flags, numbers};
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

numbers! {
    /// What [`membarrier`] does. Those that are expedited are made for programs that have registered for them.
    pub struct MembarrierCommand: i32 {
        /// Says which of these the kernel knows, each a bit.
        QUERY = c::membarrier_cmd::MEMBARRIER_CMD_QUERY;
        /// A barrier on every thread of the system.
        GLOBAL = c::membarrier_cmd::MEMBARRIER_CMD_GLOBAL;
        /// A barrier on every thread of the processes that have registered (Linux 4.16).
        GLOBAL_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_GLOBAL_EXPEDITED;
        /// Registers for [`GLOBAL_EXPEDITED`](MembarrierCommand::GLOBAL_EXPEDITED) (Linux 4.16).
        REGISTER_GLOBAL_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
        /// A barrier on every thread of the process (Linux 4.14).
        PRIVATE_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED;
        /// Registers for [`PRIVATE_EXPEDITED`](MembarrierCommand::PRIVATE_EXPEDITED) (Linux 4.14).
        REGISTER_PRIVATE_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
        /// As that, and each thread sees code that was changed (Linux 4.16).
        PRIVATE_EXPEDITED_SYNC_CORE = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE;
        /// Registers for [`PRIVATE_EXPEDITED_SYNC_CORE`](MembarrierCommand::PRIVATE_EXPEDITED_SYNC_CORE) (Linux 4.16).
        REGISTER_PRIVATE_EXPEDITED_SYNC_CORE =
            c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
        /// Restarts the restartable sequences of the process's threads (Linux 5.10).
        PRIVATE_EXPEDITED_RSEQ = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ;
        /// Registers for [`PRIVATE_EXPEDITED_RSEQ`](MembarrierCommand::PRIVATE_EXPEDITED_RSEQ) (Linux 5.10).
        REGISTER_PRIVATE_EXPEDITED_RSEQ =
            c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;
        /// Says for which of these the process has registered, each a bit (Linux 6.3).
        GET_REGISTRATIONS = c::membarrier_cmd::MEMBARRIER_CMD_GET_REGISTRATIONS;
    }
}

flags! {
    /// How [`membarrier`] does it.
    pub struct MembarrierFlags: u32 {
        /// Restartable sequences on one processor only (Linux 5.10).
        CPU = c::membarrier_cmd_flag::MEMBARRIER_CMD_FLAG_CPU;
    }
}

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

// Has other threads pass a barrier of memory, so that this one can do without one where it is in a hurry (Linux 4.3).
// `cpu` is read with [`MembarrierFlags::CPU`]. What [`MembarrierCommand::QUERY`] gives are bits.
//sys pub fn membarrier(command: MembarrierCommand, flags: MembarrierFlags, cpu: i32) -> Result<u32>

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

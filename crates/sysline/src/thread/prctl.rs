//! What a thread has agreed on with the kernel (prctl(2), personality(2)).
//!
//! Owns: the operations of `prctl` on a thread; those on a process are [`process`](crate::process)'s, those on
//! capabilities in `caps.rs`. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then
//! the `//sys` lines, whose wrappers are in `thread/prctl/lines.rs`.
//!
//! ```
//! use sysline::thread;
//!
//! # fn main() -> sysline::Result<()> {
//! thread::set_no_new_privs()?; // programs that it runs get no rights from their files
//! assert!(thread::get_no_new_privs()?);
//! # Ok(())
//! # }
//! ```

use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::flags::{flags, numbers};
use crate::signal::Signal;
use core::ffi::CStr;
use core::fmt;
use linux_raw_sys::prctl as p;

mod lines;

pub use lines::*;

/// A thread's name: up to 15 bytes. Another of its process may change it as it is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThreadName([u8; 16]);

impl ThreadName {
    /// It, with its NUL.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.as_c_str().to_bytes()
    }
}

impl fmt::Debug for ThreadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_c_str().fmt(f)
    }
}

/// Names the caller's thread. Of a name of more than 15 bytes the first 15 are taken.
///
/// # Errors
///
/// `EINVAL`, without a call, where it holds a NUL.
#[doc(alias = "PR_SET_NAME")]
pub fn set_name(name: impl PathArg) -> Result<()> {
    with_c_str(name, lines::set_name)
}

/// The name of the caller's thread.
///
/// # Errors
///
/// None but those of a filter.
#[doc(alias = "PR_GET_NAME")]
pub fn get_name() -> Result<ThreadName> {
    let mut name = lines::get_name()?;
    name[15] = 0; // as the kernel has it
    Ok(ThreadName(name))
}

/// The signal that the thread's process gets when the thread that made it ends; `None` is none.
///
/// # Errors
///
/// None but those of a filter.
#[doc(alias = "PR_GET_PDEATHSIG")]
pub fn get_pdeathsig() -> Result<Option<Signal>> {
    lines::get_pdeathsig().map(Signal::from_raw)
}

/// Where the kernel writes zero when the thread ends: see [`set_tid_address`](super::set_tid_address).
///
/// # Errors
///
/// `EINVAL` where the kernel was built without `CONFIG_CHECKPOINT_RESTORE`.
#[doc(alias = "PR_GET_TID_ADDRESS")]
pub fn get_tid_address() -> Result<*mut i32> {
    // A kernel of 64 bits writes as many for a program of 32 too, one of 32 bits writes the first half only: the other
    // half is zero either way.
    let mut halves = [0; 2];
    lines::get_tid_address(&mut halves)?;
    let [first, second] = halves;
    let address = if cfg!(target_pointer_width = "64") {
        if cfg!(target_endian = "little") {
            u64::from(second) << 32 | u64::from(first)
        } else {
            u64::from(first) << 32 | u64::from(second)
        }
    } else {
        u64::from(first | second)
    };
    Ok(core::ptr::with_exposed_provenance_mut(address as usize))
}

numbers! {
    /// Which filter of system calls a thread has (seccomp(2)).
    pub struct SeccompMode: u32 {
        /// None.
        DISABLED = 0; // linux/seccomp.h, as the others
        /// `read`, `write`, `_exit` and `sigreturn` only. The call that would tell it ends the process.
        STRICT = 1;
        /// A program.
        FILTER = 2;
    }

    /// When a process is told that memory has an error which is not yet in its way.
    pub struct MceKill: u32 {
        /// As soon as it is found: `SIGBUS`.
        EARLY = p::PR_MCE_KILL_EARLY;
        /// When the memory is used.
        LATE = p::PR_MCE_KILL_LATE;
        /// As the system has it.
        DEFAULT = p::PR_MCE_KILL_DEFAULT;
    }

    /// What a processor does ahead of time.
    pub struct Speculation: u32 {
        /// Reads before writes whose place is not known yet (Linux 4.17).
        STORE_BYPASS = p::PR_SPEC_STORE_BYPASS;
        /// Jumps to where others have jumped (Linux 4.20).
        INDIRECT_BRANCH = p::PR_SPEC_INDIRECT_BRANCH;
        /// Keeps what is in its cache when another thread runs (Linux 5.16).
        L1D_FLUSH = p::PR_SPEC_L1D_FLUSH;
    }

    /// Which calls go to the program itself and not to the kernel: [`set_syscall_user_dispatch`].
    pub struct SyscallDispatch: u32 {
        /// None.
        OFF = p::PR_SYS_DISPATCH_OFF;
        /// Those from code outside of the range, where the selector says so.
        EXCLUSIVE_ON = p::PR_SYS_DISPATCH_EXCLUSIVE_ON;
        /// Those from code in the range, where the selector says so (Linux 6.17).
        INCLUSIVE_ON = p::PR_SYS_DISPATCH_INCLUSIVE_ON;
    }
}

flags! {
    /// Whether a thread's processor does a [`Speculation`], and whether the thread has a say in it.
    pub struct SpeculationControl: u32 {
        /// Each thread can say whether.
        PRCTL = p::PR_SPEC_PRCTL;
        /// It does.
        ENABLE = p::PR_SPEC_ENABLE;
        /// It does not.
        DISABLE = p::PR_SPEC_DISABLE;
        /// It does not, for good.
        FORCE_DISABLE = p::PR_SPEC_FORCE_DISABLE;
        /// It does not until `execve` (Linux 5.1).
        DISABLE_NOEXEC = p::PR_SPEC_DISABLE_NOEXEC;
    }

    /// How a thread differs from what Linux would have it (personality(2)): a kind in the low byte, and bugs of other
    /// systems. Threads and processes that it makes do too.
    pub struct Persona: u32 {
        /// The machine's name is that of a 32-bit one: the kind `PER_LINUX32`.
        LINUX32 = 0x0008; // linux/personality.h, as the others
        /// The release reads 2.6.40 and more.
        UNAME26 = 0x002_0000;
        /// Addresses are not random, from `execve` on.
        ADDR_NO_RANDOMIZE = 0x004_0000;
        /// Pointers to functions are those to descriptors of them, for signals. No program here is made so:
        /// [`personality`] does not set it.
        FDPIC_FUNCPTRS = 0x008_0000;
        /// The page at address 0 is there, from `execve` on.
        MMAP_PAGE_ZERO = 0x010_0000;
        /// Mappings are laid out as of old, from `execve` on.
        ADDR_COMPAT_LAYOUT = 0x020_0000;
        /// What is mapped to be read can be executed.
        READ_IMPLIES_EXEC = 0x040_0000;
        /// Addresses have 32 bits.
        ADDR_LIMIT_32BIT = 0x080_0000;
        /// Without effect.
        SHORT_INODE = 0x100_0000;
        /// Without effect.
        WHOLE_SECONDS = 0x200_0000;
        /// `select` and `poll` leave their timeout as it is.
        STICKY_TIMEOUTS = 0x400_0000;
        /// Addresses are below 3 GiB.
        ADDR_LIMIT_3GB = 0x800_0000;
    }
}

/// `personality`'s way to change nothing.
const ASK: u32 = 0xFFFF_FFFF;

/// Says how the thread differs from what Linux would have it, and gives how it did before.
///
/// # Errors
///
/// Those of `personality(2)`. `EINVAL`, without a call, with [`Persona::FDPIC_FUNCPTRS`], by which the kernel would take
/// the code of a signal's handler for addresses and jump there.
pub fn personality(persona: Persona) -> Result<Persona> {
    if persona.contains(Persona::FDPIC_FUNCPTRS) {
        return Err(Errno::EINVAL);
    }
    lines::personality(persona)
}

/*
 * Lines
 */

//sysnb pub(super) fn set_name(p::PR_SET_NAME, name: &CStr) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn get_name(p::PR_GET_NAME, out name: [u8; 16]) -> Result<[u8; 16]> = SYS_PRCTL

// Says which signal the thread's process gets when the thread that made it ends; `None` is none. It is none again when the
// thread's effective user or group, or that for file systems, changes, and when it runs a program with more rights. Of one
// that has ended by then it is not told.
//sysnb pub fn set_pdeathsig(p::PR_SET_PDEATHSIG, signal: Option<Signal>) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn get_pdeathsig(p::PR_GET_PDEATHSIG, out signal: i32) -> Result<i32> = SYS_PRCTL

//sysnb pub(super) fn get_tid_address(p::PR_GET_TID_ADDRESS,
//        halves: &mut [u32; 2]) -> Result<()> = SYS_PRCTL

// Programs that the thread runs get no rights from their files, from now on and for good.
//sysnb pub fn set_no_new_privs(p::PR_SET_NO_NEW_PRIVS, 1) -> Result<()> = SYS_PRCTL

// Whether programs that the thread runs get no rights from their files.
//sysnb pub fn get_no_new_privs(p::PR_GET_NO_NEW_PRIVS) -> Result<bool> = SYS_PRCTL

// Which filter of system calls the thread has.
//sysnb pub fn get_seccomp(p::PR_GET_SECCOMP) -> Result<SeccompMode> = SYS_PRCTL

// Says by how many nanoseconds the thread's waits may be longer, so that several end together; 0 is what the thread began
// with. Threads in real time have none.
//sysnb pub fn set_timerslack(p::PR_SET_TIMERSLACK, nanoseconds: usize) -> Result<()> = SYS_PRCTL

// By how many nanoseconds the thread's waits may be longer.
//sysnb pub fn get_timerslack(p::PR_GET_TIMERSLACK) -> Result<usize> = SYS_PRCTL

// Says that the thread writes what others wait for to disks, and that its own memory must not wait for that (Linux 5.6). It
// needs `CAP_SYS_RESOURCE`.
//sysnb pub fn set_io_flusher(p::PR_SET_IO_FLUSHER, on: bool) -> Result<()> = SYS_PRCTL

// Whether the thread is one that writes what others wait for (Linux 5.6). It needs `CAP_SYS_RESOURCE`.
//sysnb pub fn get_io_flusher(p::PR_GET_IO_FLUSHER) -> Result<bool> = SYS_PRCTL

// Says when the thread is told of errors in memory that are not yet in its way.
//sysnb pub fn set_mce_kill(p::PR_MCE_KILL, p::PR_MCE_KILL_SET,
//        policy: MceKill) -> Result<()> = SYS_PRCTL

// Has the thread told of errors in memory as the system says.
//sysnb pub fn clear_mce_kill(p::PR_MCE_KILL, p::PR_MCE_KILL_CLEAR) -> Result<()> = SYS_PRCTL

// When the thread is told of errors in memory that are not yet in its way.
//sysnb pub fn get_mce_kill(p::PR_MCE_KILL_GET) -> Result<MceKill> = SYS_PRCTL

// Whether the thread's processor does a kind of speculation; no flag: it is not affected by what that lets others see
// (Linux 4.17).
//sysnb pub fn get_speculation_ctrl(p::PR_GET_SPECULATION_CTRL,
//        speculation: Speculation) -> Result<SpeculationControl> = SYS_PRCTL

// Says whether the thread's processor does a kind of speculation (Linux 4.17). `ENXIO` where the thread has no say in it,
// `EPERM` where it was taken away for good.
//sysnb pub fn set_speculation_ctrl(p::PR_SET_SPECULATION_CTRL, speculation: Speculation,
//        control: SpeculationControl) -> Result<()> = SYS_PRCTL

// Has system calls of the thread go to the handler of `SIGSYS`, by where they are made: those outside of the `len` bytes at
// `start`, where the byte `selector` is 1 when they are made, or there is none (Linux 5.11). To turn it off, all else is
// zero.
//
// # Safety
//
// `selector` must be good for reading as long as it is on. What makes calls must take what the handler makes of them: the C
// library and this crate take it for the kernel's.
//sysnb pub unsafe fn set_syscall_user_dispatch(p::PR_SET_SYSCALL_USER_DISPATCH,
//        mode: SyscallDispatch, start: usize, len: usize,
//        selector: *const u8) -> Result<()> = SYS_PRCTL

// How the thread differs from what Linux would have it.
//sysnb pub fn get_personality(ASK) -> Result<Persona> = SYS_PERSONALITY

//sysnb pub(super) fn personality(persona: Persona) -> Result<Persona>

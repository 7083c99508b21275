//! Tracing: a process that another one stops, reads and changes.
//!
//! Owns: ptrace(2) by request. Its rooms: registers (`regs.rs`), memory (`memory.rs`), and which system call a tracee
//! has stopped at (`syscall_info.rs`). This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `ptrace/lines.rs`.
//!
//! A tracee is one thread, and its tracer one thread of another process: only that one may make the requests, and but
//! for [`attach`], [`seize`] and [`interrupt`] only while the tracee has stopped. Each stop is told by wait4(2) or
//! waitid(2) as a child's is. `PTRACE_KILL`, which does what a signal does better, is left out.
//!
//! # Safety
//!
//! A tracer can't trace threads of its own process, so that most of what it does to a tracee is done to another
//! process, and is safe here whatever comes of it there. But a child may share its parent's memory: that of vfork(2)
//! or of `clone` with `CLONE_VM`, also one that a library is just about to make a program of. So what changes a
//! tracee's memory or registers is `unsafe`, and what else the tracer does is not.
//!
//! ```no_run
//! use sysline::process::Pid;
//! use sysline::ptrace::{self, PtraceOptions, SyscallStop};
//!
//! # let pid = Pid::from_raw(1);
//! # fn wait(_: Pid) {}
//! ptrace::seize(pid, PtraceOptions::TRACESYSGOOD)?;
//! ptrace::interrupt(pid)?;
//! wait(pid); // as for a child
//! ptrace::syscall(pid, None)?;
//! wait(pid);
//! if let SyscallStop::Entry { number, args } = ptrace::get_syscall_info(pid)?.stop {
//!     println!("{number} {args:x?}");
//! }
//! ptrace::detach(pid, None)?;
//! # Ok::<(), sysline::Errno>(())
//! ```

use crate::abi::Result;
use crate::flags::{flags, numbers};
use crate::process::Pid;
use crate::signal::{SigInfo, SigSet, Signal};
use linux_raw_sys::ptrace as c;

mod lines;
mod memory;
mod regs;
mod syscall_info;

pub use lines::*;
pub use memory::{
    MemoryError, peek, peek_text, poke, poke_text, process_vm_readv, process_vm_writev,
};
pub use regs::{
    RegisterSet, Registers, get_registers, get_regset, set_registers, set_regset,
    set_syscall_number,
};
pub use syscall_info::{SyscallInfo, SyscallStop, get_syscall_info, set_syscall_info};

flags! {
    /// What else a tracee stops for, and what becomes of it (ptrace(2)).
    pub struct PtraceOptions: u32 {
        /// Stops at system calls are told from signals: the signal has the bit 0x80.
        TRACESYSGOOD = c::PTRACE_O_TRACESYSGOOD;
        /// It stops when it forks, and the child is traced too.
        TRACEFORK = c::PTRACE_O_TRACEFORK;
        /// It stops at a vfork(2), and the child is traced too.
        TRACEVFORK = c::PTRACE_O_TRACEVFORK;
        /// It stops when it clones, as for a new thread, and that is traced too.
        TRACECLONE = c::PTRACE_O_TRACECLONE;
        /// It stops when it executes a program.
        TRACEEXEC = c::PTRACE_O_TRACEEXEC;
        /// It stops when it goes on after a vfork(2).
        TRACEVFORKDONE = c::PTRACE_O_TRACEVFORKDONE;
        /// It stops before it ends, with its memory still there.
        TRACEEXIT = c::PTRACE_O_TRACEEXIT;
        /// It stops where a filter of seccomp(2) answers `SECCOMP_RET_TRACE`.
        TRACESECCOMP = c::PTRACE_O_TRACESECCOMP;
        /// It is killed when its tracer ends.
        EXITKILL = c::PTRACE_O_EXITKILL;
        /// Its filters of seccomp(2) do nothing, for as long as it is traced (Linux 4.3).
        SUSPEND_SECCOMP = c::PTRACE_O_SUSPEND_SECCOMP;
    }
}

numbers! {
    /// What a tracee has stopped for, if it is no signal and no system call (ptrace(2)):
    /// [`WaitStatus::ptrace_event`](crate::process::WaitStatus::ptrace_event) tells it.
    pub struct PtraceEvent: i32 {
        /// It forks. The message is the child.
        FORK = c::PTRACE_EVENT_FORK;
        /// It is at a vfork(2). The message is the child.
        VFORK = c::PTRACE_EVENT_VFORK;
        /// It clones. The message is the new thread or process.
        CLONE = c::PTRACE_EVENT_CLONE;
        /// It executes a program. The message is the thread that it was before.
        EXEC = c::PTRACE_EVENT_EXEC;
        /// It goes on after a vfork(2). The message is the child.
        VFORK_DONE = c::PTRACE_EVENT_VFORK_DONE;
        /// It ends. The message is the status that it ends with.
        EXIT = c::PTRACE_EVENT_EXIT;
        /// A filter of seccomp(2) has sent it here. The message is the filter's.
        SECCOMP = c::PTRACE_EVENT_SECCOMP;
        /// Of a tracee that was [`seize`]d: it was interrupted, its process has stopped, or it is a new one.
        STOP = c::PTRACE_EVENT_STOP;
    }
}

/// Reads signals that wait to be delivered to a tracee, from the one at `offset` on, and says how many there were: to
/// the thread, or with `shared` to its process. They are not taken.
///
/// # Errors
///
/// Those of `ptrace(2)`.
#[doc(alias = "PTRACE_PEEKSIGINFO")]
pub fn peek_siginfo(pid: Pid, offset: u64, shared: bool, infos: &mut [SigInfo]) -> Result<usize> {
    let args = c::ptrace_peeksiginfo_args {
        off: offset,
        flags: if shared {
            c::PTRACE_PEEKSIGINFO_SHARED
        } else {
            0
        },
        nr: i32::try_from(infos.len()).unwrap_or(i32::MAX),
    };
    // SAFETY: the kernel writes as many as there is room for.
    unsafe { lines::peeksiginfo(pid, &args, infos.as_mut_ptr()) }
}

/*
 * Lines
 */

// Makes the caller's thread a tracee of its parent. It does not stop, but does at the next signal and when it executes
// a program.
//sys pub fn traceme(c::PTRACE_TRACEME) -> Result<()> = SYS_PTRACE

// Makes a thread the caller's tracee, and stops it with `SIGSTOP`.
//sys pub fn attach(c::PTRACE_ATTACH, pid: Pid) -> Result<()> = SYS_PTRACE

// Makes a thread the caller's tracee, and does not stop it. Only such a tracee can be interrupted and can listen.
//sys pub fn seize(c::PTRACE_SEIZE, pid: Pid, 0, options: PtraceOptions) -> Result<()> = SYS_PTRACE

// Stops a tracee that was `seize()`d. It is told as `PtraceEvent::STOP`.
//sys pub fn interrupt(c::PTRACE_INTERRUPT, pid: Pid) -> Result<()> = SYS_PTRACE

// Leaves a tracee that was `seize()`d where its whole process has stopped, but so that it goes on with that.
//sys pub fn listen(c::PTRACE_LISTEN, pid: Pid) -> Result<()> = SYS_PTRACE

// Lets a tracee go on untraced, and has `signal` delivered to it first.
//sys pub fn detach(c::PTRACE_DETACH, pid: Pid, 0,
//        signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// Lets a tracee go on, and has `signal` delivered to it first: after a stop at a signal it is that one, or another
// one, or none.
//sys pub fn cont(c::PTRACE_CONT, pid: Pid, 0, signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// As `cont()`, and the tracee stops at the next entry to a system call or the next exit.
//sys pub fn syscall(c::PTRACE_SYSCALL, pid: Pid, 0,
//        signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// As `cont()`, and the tracee stops after one instruction. Not every processor can (arm's and riscv's kernels can't):
// `EIO`.
//sys pub fn single_step(c::PTRACE_SINGLESTEP, pid: Pid, 0,
//        signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// As `cont()`, and the tracee stops after a branch. Not every processor can: `EIO`.
//sys #[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "powerpc64", target_arch = "powerpc", target_arch = "s390x"))] pub fn single_block(c::PTRACE_SINGLEBLOCK,
//        pid: Pid, 0, signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// As `cont()`, and the tracee stops at the next system call, which is not made.
//sys #[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64", target_arch = "powerpc64", target_arch = "powerpc", target_arch = "s390x"))] pub fn sysemu(c::PTRACE_SYSEMU,
//        pid: Pid, 0, signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// As `single_step()`, and where the instruction is a system call that is not made.
//sys #[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64", target_arch = "powerpc64", target_arch = "powerpc", target_arch = "s390x"))] pub fn sysemu_single_step(c::PTRACE_SYSEMU_SINGLESTEP,
//        pid: Pid, 0, signal: Option<Signal>) -> Result<()> = SYS_PTRACE

// Says what else a tracee is to stop for, from now on.
//sys pub fn set_options(c::PTRACE_SETOPTIONS, pid: Pid, 0,
//        options: PtraceOptions) -> Result<()> = SYS_PTRACE

// What the kernel says of the event that a tracee has stopped for: what it is, each `PtraceEvent` says.
//sys pub fn get_event_msg(c::PTRACE_GETEVENTMSG, pid: Pid, 0,
//        out message: usize) -> Result<usize> = SYS_PTRACE

// What is known of the signal that a tracee has stopped for. Where its whole process has stopped: `EINVAL`.
//sys pub fn get_siginfo(c::PTRACE_GETSIGINFO, pid: Pid, 0,
//        out info: SigInfo) -> Result<SigInfo> = SYS_PTRACE

// Changes what is known of the signal that a tracee has stopped for.
//sys pub fn set_siginfo(c::PTRACE_SETSIGINFO, pid: Pid, 0,
//        info: &SigInfo) -> Result<()> = SYS_PTRACE

// The signals that a tracee blocks.
//sys pub fn get_sigmask(c::PTRACE_GETSIGMASK, pid: Pid, SigSet::SIZE,
//        out mask: SigSet) -> Result<SigSet> = SYS_PTRACE

// Sets the signals that a tracee blocks.
//sys pub fn set_sigmask(c::PTRACE_SETSIGMASK, pid: Pid, SigSet::SIZE,
//        mask: &SigSet) -> Result<()> = SYS_PTRACE

// A word of what the kernel keeps of a tracee, at an offset into the architecture's `struct user` (`sys/user.h`), a
// multiple of the word's size. aarch64, riscv and loongarch have none, or of a few words only: `EIO`.
//sys #[doc(alias = "PTRACE_PEEKUSER")] pub fn peek_user(c::PTRACE_PEEKUSR, pid: Pid, offset: usize,
//        out word: usize) -> Result<usize> = SYS_PTRACE

// Sets a word of what the kernel keeps of a tracee: see `peek_user`.
//
// # Safety
//
// As for [`set_registers`].
//sys #[doc(alias = "PTRACE_POKEUSER")] pub unsafe fn poke_user(c::PTRACE_POKEUSR, pid: Pid,
//        offset: usize, word: usize) -> Result<()> = SYS_PTRACE

// Any request, with what it is given. The kernel's own call, which writes words that it reads to `data`: a C library's
// function returns them.
//
// # Safety
//
// What the request reads and writes must be there, and what it changes must be the tracee's alone: see `ptrace(2)`.
//sys pub unsafe fn ptrace(request: u32, pid: Pid, address: *mut c_void,
//        data: *mut c_void) -> Result<usize>

//sys pub(super) unsafe fn peeksiginfo(c::PTRACE_PEEKSIGINFO, pid: Pid,
//        args: &c::ptrace_peeksiginfo_args, infos: *mut SigInfo) -> Result<usize> = SYS_PTRACE

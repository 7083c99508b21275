//! The memory of other processes.
//!
//! Owns: reading and writing it, in words of ptrace(2) and in pieces of any length of process_vm_readv(2). This file
//! is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers
//! are in `ptrace/memory/lines.rs`.
//!
//! An address here is a number: it means something in the other process only.
//!
//! ```no_run
//! use sysline::process::Pid;
//! use sysline::ptrace::{get_registers, peek};
//!
//! # let tracee = Pid::from_raw(1);
//! let mut top = [0; 64];
//! let address = get_registers(tracee)?.stack_pointer();
//! if let Err(error) = peek(tracee, address, &mut top) {
//!     println!("the stack ends after {} bytes: {}", error.done(), error.errno());
//! }
//! # Ok::<(), sysline::Errno>(())
//! ```

use super::c;
use crate::abi::{Errno, Result};
use crate::mm::RemoteRange;
use crate::process::Pid;
use core::ffi::c_void;
use core::fmt;
use linux_raw_sys::general::iovec;

mod lines;

/// Why not all of a memory was read or written, and how much was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryError {
    errno: Errno,
    done: usize,
}

impl MemoryError {
    /// Why the byte behind was not read or written: `EIO` where there is no memory.
    pub const fn errno(&self) -> Errno {
        self.errno
    }

    /// How many bytes were, from the first on.
    pub const fn done(&self) -> usize {
        self.done
    }
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, after {} bytes", self.errno, self.done)
    }
}

impl core::error::Error for MemoryError {}

impl From<MemoryError> for Errno {
    fn from(error: MemoryError) -> Errno {
        error.errno
    }
}

#[cfg(feature = "std")]
impl From<MemoryError> for std::io::Error {
    fn from(error: MemoryError) -> std::io::Error {
        error.errno.into()
    }
}

/// Bytes of a word, which is what a request of ptrace(2) reads and writes.
const WORD: usize = size_of::<usize>();

/// From how many bytes on one call for all is less work than one for each word.
const LONG: usize = 8 * WORD;

/// No page is shorter, and every page's length is a multiple.
const PAGE: usize = 4096;

/// Fills `bytes` from a tracee's memory at `address`. The tracee must have stopped. What can't be read by its own
/// instructions, as a page that is `PROT_NONE`, is read all the same.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EIO` where nothing is mapped, `ESRCH` for a process that is no tracee or has not stopped.
/// All bytes before the first that can't be read are there.
#[doc(alias = "PTRACE_PEEKDATA")]
#[doc(alias = "ptrace_peek_data")]
pub fn peek(pid: Pid, address: usize, bytes: &mut [u8]) -> Result<(), MemoryError> {
    peek_by(c::PTRACE_PEEKDATA, pid, address, bytes)
}

/// As [`peek`], by the request for a program's code: on Linux that is the same memory.
///
/// # Errors
///
/// As [`peek`].
#[doc(alias = "PTRACE_PEEKTEXT")]
pub fn peek_text(pid: Pid, address: usize, bytes: &mut [u8]) -> Result<(), MemoryError> {
    peek_by(c::PTRACE_PEEKTEXT, pid, address, bytes)
}

/// Writes `bytes` into a tracee's memory at `address`, and changes no other byte. The tracee must have stopped. What
/// can't be written by its own instructions, as its code, is written all the same: into a copy of its own, if it is a
/// file's.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EIO` where nothing is mapped, `ESRCH` for a process that is no tracee or has not stopped.
/// All bytes before the first that can't be written are there.
///
/// # Safety
///
/// The memory must not be the caller's too, as it is until the child of vfork(2) or of `clone` with `CLONE_VM`
/// executes a program or ends, and as mappings that processes share are.
#[doc(alias = "PTRACE_POKEDATA")]
#[doc(alias = "ptrace_poke_data")]
pub unsafe fn poke(pid: Pid, address: usize, bytes: &[u8]) -> Result<(), MemoryError> {
    // SAFETY: as the caller promises.
    unsafe {
        poke_by(
            (c::PTRACE_PEEKDATA, c::PTRACE_POKEDATA),
            pid,
            address,
            bytes,
        )
    }
}

/// As [`poke`], by the request for a program's code: on Linux that is the same memory.
///
/// # Errors
///
/// As [`poke`].
///
/// # Safety
///
/// As for [`poke`].
#[doc(alias = "PTRACE_POKETEXT")]
pub unsafe fn poke_text(pid: Pid, address: usize, bytes: &[u8]) -> Result<(), MemoryError> {
    // SAFETY: as the caller promises.
    unsafe {
        poke_by(
            (c::PTRACE_PEEKTEXT, c::PTRACE_POKETEXT),
            pid,
            address,
            bytes,
        )
    }
}

fn peek_by(request: u32, pid: Pid, address: usize, bytes: &mut [u8]) -> Result<(), MemoryError> {
    in_words_and_pieces(address, bytes.len(), |step, address, done| match step {
        Step::Word(n) => {
            let (start, place) = place(address, n);
            // SAFETY: the request is one that reads a word of the tracee's.
            let word = unsafe { lines::peek_word(request, pid, start)? };
            bytes[done..done + n].copy_from_slice(&word.to_ne_bytes()[place]);
            Ok(n)
        }
        Step::Piece => {
            let there = RemoteRange::new(address, bytes.len() - done);
            process_vm_readv(pid, &mut bytes[done..], &[there])
        }
    })
}

/// # Safety
///
/// As for [`poke`].
unsafe fn poke_by(
    (peek, poke): (u32, u32),
    pid: Pid,
    address: usize,
    bytes: &[u8],
) -> Result<(), MemoryError> {
    in_words_and_pieces(address, bytes.len(), |step, address, done| match step {
        Step::Word(n) => {
            let (start, place) = place(address, n);
            let mut word = [0; WORD];
            if n < WORD {
                // SAFETY: the request is one that reads a word of the tracee's.
                word = unsafe { lines::peek_word(peek, pid, start)? }.to_ne_bytes();
            }
            word[place].copy_from_slice(&bytes[done..done + n]);
            // SAFETY: as the caller promises; the other bytes of the word are what they were.
            unsafe { lines::poke_word(poke, pid, start, usize::from_ne_bytes(word))? };
            Ok(n)
        }
        Step::Piece => {
            let there = RemoteRange::new(address, bytes.len() - done);
            // SAFETY: as the caller promises.
            unsafe { process_vm_writev(pid, &bytes[done..], &[there]) }
        }
    })
}

/// The aligned word in which `n` bytes at `address` are, and where in it.
fn place(address: usize, n: usize) -> (usize, core::ops::Range<usize>) {
    let offset = address % WORD;
    (address - offset, offset..offset + n)
}

/// What is done next with the bytes that are left.
enum Step {
    /// So many of them, which are in one aligned word: such a word is not in two pages.
    Word(usize),
    /// As many as can be, in one call.
    Piece,
}

/// Goes through `len` bytes at `address`, in steps that say how many bytes they have done.
///
/// The first step is a word: ptrace(2) answers for a tracee that has not stopped, where process_vm_readv(2) would go
/// on. Where a piece can't be done (a page that may not be written, or no page), words do what is there, up to that
/// page's end; and if the kernel makes no such calls, all.
fn in_words_and_pieces(
    address: usize,
    len: usize,
    mut step: impl FnMut(Step, usize, usize) -> Result<usize>,
) -> Result<(), MemoryError> {
    let mut done = 0;
    let mut words_until = WORD.min(len);
    while done < len {
        let failed = |errno| MemoryError { errno, done };
        let at = address.checked_add(done).ok_or(failed(Errno::EIO))?;
        if done >= words_until && len - done >= LONG {
            match step(Step::Piece, at, done) {
                Ok(0) | Err(Errno::EFAULT) => words_until = done + (PAGE - at % PAGE),
                Ok(more) => {
                    done += more.min(len - done);
                    continue;
                }
                Err(_) => words_until = len,
            }
        }
        let n = (WORD - at % WORD).min(len - done);
        step(Step::Word(n), at, done).map_err(failed)?;
        done += n;
    }
    Ok(())
}

/// Reads pieces of another process's memory into `local`, one behind the other, and says how many bytes came: fewer
/// than asked where `local` is full, or where a piece or a part of it can't be read. The process need not be a tracee
/// and need not have stopped, but must be one that the caller may trace.
///
/// No lock is taken: what the process changes meanwhile is read in whatever state it is. That is true also of the
/// caller's own memory, whose bytes are read as some other process would read them.
///
/// # Errors
///
/// Those of `process_vm_readv(2)`: `EFAULT` where nothing of the first piece can be read.
#[inline]
pub fn process_vm_readv(pid: Pid, local: &mut [u8], remote: &[RemoteRange]) -> Result<usize> {
    let local = iovec {
        iov_base: local.as_mut_ptr().cast::<c_void>(),
        iov_len: local.len() as _,
    };
    // SAFETY: the kernel writes to `local`, as much as it has.
    unsafe { lines::process_vm_readv(pid, core::slice::from_ref(&local), remote) }
}

/// Writes `local` into pieces of another process's memory, one after the other, and says how many bytes were taken:
/// fewer than there are where the pieces are full, or where one or a part of it can't be written. The process need not
/// be a tracee and need not have stopped, but must be one that the caller may trace.
///
/// # Errors
///
/// Those of `process_vm_writev(2)`: `EFAULT` where nothing of the first piece can be written.
///
/// # Safety
///
/// The memory must not be the caller's: neither of its own process nor shared with another one, or else the caller
/// must own it as for a write of its own.
#[inline]
pub unsafe fn process_vm_writev(pid: Pid, local: &[u8], remote: &[RemoteRange]) -> Result<usize> {
    let local = iovec {
        iov_base: local.as_ptr().cast_mut().cast::<c_void>(),
        iov_len: local.len() as _,
    };
    // SAFETY: the kernel reads `local`; the caller answers for what is written.
    unsafe { lines::process_vm_writev(pid, core::slice::from_ref(&local), remote) }
}

/*
 * Lines
 */

//sys pub(super) unsafe fn peek_word(request: u32, pid: Pid, address: usize,
//        out word: usize) -> Result<usize> = SYS_PTRACE

//sys pub(super) unsafe fn poke_word(request: u32, pid: Pid, address: usize,
//        word: usize) -> Result<()> = SYS_PTRACE

//sys pub(super) unsafe fn process_vm_readv(pid: Pid, local: &[iovec], remote: &[RemoteRange],
//        0) -> Result<usize>

//sys pub(super) unsafe fn process_vm_writev(pid: Pid, local: &[iovec], remote: &[RemoteRange],
//        0) -> Result<usize>

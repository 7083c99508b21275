//! Mappings of memory.
//!
//! Owns: calls on address ranges. What owns its pages is in `mm/mapping.rs`, which node of a machine memory comes from in
//! `mm/numa.rs`, the size of a page in `mm/page.rs`. This file is read by the compiler and by `sysline gen`: hand-written
//! code comes first, then the `//sys` lines, whose wrappers are in `mm/lines.rs`.
//!
//! A call on a range counts in pages: its start must be a multiple of [`page_size`], or it is `EINVAL`, and its end is
//! rounded up to one. [`mlock`] and [`munlock`] round the start down too, and do nothing for a slice without bytes. What a
//! call is told of a part of a page it does to the whole page. To the others a slice without bytes has an address all the
//! same, which may be that of no page.
//!
//! Calls on a borrowed slice are safe where they change no byte of it, nor whether it can be read and written: neither
//! its owner nor whoever has a neighbour on the same page sees more of them than time. All others are `unsafe`, as an
//! address says nothing of whose it is; [`Mapping`] knows that its pages are its own, and has them as safe functions.
//!
//! # Examples
//!
//! ```
//! use sysline::mm::{self, Hint, Mapping, ReadOnly};
//!
//! # fn main() -> sysline::Result<()> {
//! let mut table = Mapping::new(3 * mm::page_size())?;
//! table[..5].copy_from_slice(b"ready");
//! mm::advise(&table, Hint::DontDump)?;
//!
//! // From here on the compiler and the kernel refuse to write to it.
//! let table: Mapping<ReadOnly> = table.protect()?;
//! assert_eq!(&table[..5], b"ready");
//! # Ok(())
//! # }
//! ```

use crate::abi::{Arg, Result, Word};
use crate::flags::{flags, numbers};
use linux_raw_sys::general as c;

mod lines;
mod mapping;
mod numa;
mod page;

pub use lines::*;
pub use mapping::*;
pub use numa::*;
pub use page::page_size;

use linux_raw_sys::prctl::{PR_SET_VMA, PR_SET_VMA_ANON_NAME};

// `linux/membarrier.h`
const MEMBARRIER_QUERY: u32 = 0;
const MEMBARRIER_REGISTRATIONS: Membarrier = Membarrier::GET_REGISTRATIONS;
const MEMBARRIER_CPU: u32 = 1;

flags! {
    /// How a mapping may be used (mmap(2)). None of them: not at all.
    pub struct Prot: u32 {
        /// Its bytes can be read.
        READ = c::PROT_READ;
        /// Its bytes can be written.
        WRITE = c::PROT_WRITE;
        /// Its bytes can be executed.
        EXEC = c::PROT_EXEC;
        /// Indirect branches go where the code lets them only (Linux 5.8).
        #[cfg(target_arch = "aarch64")]
        BTI = c::PROT_BTI;
        /// Its bytes have tags, which must be those of the address (Linux 5.10).
        #[cfg(target_arch = "aarch64")]
        MTE = c::PROT_MTE;
        /// [`mprotect`] goes on to the start of a mapping that grows downwards.
        GROWSDOWN = c::PROT_GROWSDOWN;
        /// [`mprotect`] goes on to the end of a mapping that grows upwards.
        GROWSUP = c::PROT_GROWSUP;
    }

    /// What a mapping is (mmap(2)). One of [`MapFlags::SHARED`], [`MapFlags::PRIVATE`] and
    /// [`MapFlags::SHARED_VALIDATE`], and any of the others. The values differ between architectures.
    pub struct MapFlags: u32 {
        /// Writes reach the file and other mappings of it.
        SHARED = c::MAP_SHARED;
        /// Writes are seen through this mapping only.
        PRIVATE = c::MAP_PRIVATE;
        /// As [`MapFlags::SHARED`]; unknown flags are errors (Linux 4.15).
        SHARED_VALIDATE = c::MAP_SHARED_VALIDATE;
        /// Of no file: zero bytes.
        ANONYMOUS = c::MAP_ANONYMOUS;
        /// Exactly at the address, in place of what is mapped there.
        FIXED = c::MAP_FIXED;
        /// Exactly at the address, `EEXIST` where anything is mapped there (Linux 4.17).
        FIXED_NOREPLACE = c::MAP_FIXED_NOREPLACE;
        /// Grows downwards, as a stack does.
        GROWSDOWN = c::MAP_GROWSDOWN;
        /// Of huge pages.
        HUGETLB = c::MAP_HUGETLB;
        /// Kept in memory.
        LOCKED = c::MAP_LOCKED;
        /// Without room reserved for its pages.
        NORESERVE = c::MAP_NORESERVE;
        /// With its pages there from the start.
        POPULATE = c::MAP_POPULATE;
        /// For a stack.
        STACK = c::MAP_STACK;
        /// With [`MapFlags::POPULATE`]: pages that are in memory only.
        NONBLOCK = c::MAP_NONBLOCK;
        /// With [`MapFlags::SHARED_VALIDATE`], of a file in persistent memory: a write is stored once the processor has
        /// written it back (Linux 4.15).
        #[cfg(not(any(target_arch = "mips", target_arch = "mips64")))]
        SYNC = c::MAP_SYNC;
        /// In place of [`MapFlags::PRIVATE`]: pages that become zero, at any time, where memory is short (Linux 6.11).
        DROPPABLE = c::MAP_DROPPABLE;
    }

    /// What [`mremap`] may do.
    pub struct MremapFlags: u32 {
        /// Move the mapping where it has no room to grow.
        MAYMOVE = c::MREMAP_MAYMOVE;
        /// Move it to the address that is given, in place of what is mapped there; with [`MremapFlags::MAYMOVE`].
        FIXED = c::MREMAP_FIXED;
        /// Leave a mapping of zeros where it was; with [`MremapFlags::MAYMOVE`] (Linux 5.7).
        DONTUNMAP = c::MREMAP_DONTUNMAP;
    }

    /// How [`mlock2`] keeps pages in memory.
    pub struct MlockFlags: u32 {
        /// Each page from its first use on. Without it, all of them are read at once.
        ONFAULT = c::MLOCK_ONFAULT;
    }

    /// What [`mlockall`] keeps in memory. The values differ between architectures.
    pub struct MlockallFlags: u32 {
        /// What is mapped now.
        CURRENT = c::MCL_CURRENT;
        /// What will be mapped.
        FUTURE = c::MCL_FUTURE;
        /// With either: each page from its first use on.
        ONFAULT = c::MCL_ONFAULT;
    }

    /// How [`msync`] writes: [`MsyncFlags::ASYNC`] or [`MsyncFlags::SYNC`], not both, and [`MsyncFlags::INVALIDATE`] with
    /// either.
    pub struct MsyncFlags: u32 {
        /// Later: on Linux, as ever without this call.
        ASYNC = c::MS_ASYNC;
        /// Now, and the call waits for it.
        SYNC = c::MS_SYNC;
        /// `EBUSY` where a page is locked.
        INVALIDATE = c::MS_INVALIDATE;
    }

    /// Orders of [`membarrier`], one in a call; a set of them is what the kernel knows (membarrier(2)).
    pub struct Membarrier: u32 {
        /// All threads of the system pass a barrier, at some time.
        GLOBAL = c::membarrier_cmd::MEMBARRIER_CMD_GLOBAL;
        /// All threads of processes that asked for it pass a barrier now (Linux 4.16).
        GLOBAL_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_GLOBAL_EXPEDITED;
        /// Asks for [`Membarrier::GLOBAL_EXPEDITED`] (Linux 4.16).
        REGISTER_GLOBAL_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
        /// All threads of this process pass a barrier now (Linux 4.14).
        PRIVATE_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED;
        /// Makes [`Membarrier::PRIVATE_EXPEDITED`] possible (Linux 4.14).
        REGISTER_PRIVATE_EXPEDITED = c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
        /// As [`Membarrier::PRIVATE_EXPEDITED`], for instructions too (Linux 4.16).
        PRIVATE_EXPEDITED_SYNC_CORE = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE;
        /// Makes [`Membarrier::PRIVATE_EXPEDITED_SYNC_CORE`] possible (Linux 4.16).
        REGISTER_PRIVATE_EXPEDITED_SYNC_CORE =
            c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
        /// Restarts critical sections of rseq(2) of this process's threads (Linux 5.10).
        PRIVATE_EXPEDITED_RSEQ = c::membarrier_cmd::MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ;
        /// Makes [`Membarrier::PRIVATE_EXPEDITED_RSEQ`] possible (Linux 5.10).
        REGISTER_PRIVATE_EXPEDITED_RSEQ =
            c::membarrier_cmd::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;
        /// [`membarrier_registrations`] (Linux 6.3).
        GET_REGISTRATIONS = c::membarrier_cmd::MEMBARRIER_CMD_GET_REGISTRATIONS;
    }

    /// What a thread may not do with the pages of a protection key (pkeys(7)).
    pub struct PkeyRights: u32 {
        /// Neither read nor write.
        DISABLE_ACCESS = c::PKEY_DISABLE_ACCESS;
        /// Not write.
        DISABLE_WRITE = c::PKEY_DISABLE_WRITE;
    }
}

numbers! {
    /// How a range of memory will be used, or what is to become of it (madvise(2)).
    ///
    /// [`Hint`] has those that change no byte.
    pub struct Advice: u32 {
        /// Nothing is known.
        NORMAL = c::MADV_NORMAL;
        /// Here and there.
        RANDOM = c::MADV_RANDOM;
        /// From its start to its end.
        SEQUENTIAL = c::MADV_SEQUENTIAL;
        /// Soon.
        WILLNEED = c::MADV_WILLNEED;
        /// No more: memory of no file becomes zero, memory of a file what the file has.
        DONTNEED = c::MADV_DONTNEED;
        /// As [`Advice::DONTNEED`], of locked pages too (Linux 5.18).
        DONTNEED_LOCKED = c::MADV_DONTNEED_LOCKED;
        /// No more: what is not written again becomes zero, at any time (Linux 4.5).
        FREE = c::MADV_FREE;
        /// A hole: the bytes become zero, in the file too.
        REMOVE = c::MADV_REMOVE;
        /// Not for a process's copy, which has nothing mapped there.
        DONTFORK = c::MADV_DONTFORK;
        /// Takes back [`Advice::DONTFORK`].
        DOFORK = c::MADV_DOFORK;
        /// Zero for a process's copy (Linux 4.14).
        WIPEONFORK = c::MADV_WIPEONFORK;
        /// Takes back [`Advice::WIPEONFORK`] (Linux 4.14).
        KEEPONFORK = c::MADV_KEEPONFORK;
        /// As if the hardware had found the pages broken: for tests, and the superuser.
        HWPOISON = c::MADV_HWPOISON;
        /// Moves the pages to others and never uses those again: for tests, and the superuser.
        #[cfg(not(any(target_arch = "mips", target_arch = "mips64")))]
        SOFT_OFFLINE = c::MADV_SOFT_OFFLINE;
        /// The kernel may keep pages with equal bytes once.
        MERGEABLE = c::MADV_MERGEABLE;
        /// Takes back [`Advice::MERGEABLE`].
        UNMERGEABLE = c::MADV_UNMERGEABLE;
        /// The kernel may use huge pages.
        HUGEPAGE = c::MADV_HUGEPAGE;
        /// The kernel uses no huge pages.
        NOHUGEPAGE = c::MADV_NOHUGEPAGE;
        /// Makes huge pages of what is there now (Linux 6.1).
        COLLAPSE = c::MADV_COLLAPSE;
        /// Left out of a core dump.
        DONTDUMP = c::MADV_DONTDUMP;
        /// Takes back [`Advice::DONTDUMP`].
        DODUMP = c::MADV_DODUMP;
        /// Not soon: the first to leave memory where that is short (Linux 5.4).
        COLD = c::MADV_COLD;
        /// Leaves memory now; it is read again when it is used (Linux 5.4).
        PAGEOUT = c::MADV_PAGEOUT;
        /// Makes all pages ready to be read (Linux 5.14).
        POPULATE_READ = c::MADV_POPULATE_READ;
        /// Makes all pages ready to be written (Linux 5.14).
        POPULATE_WRITE = c::MADV_POPULATE_WRITE;
        /// Pages that can't be used, of zeros when they can again (Linux 6.13).
        GUARD_INSTALL = c::MADV_GUARD_INSTALL;
        /// Takes back [`Advice::GUARD_INSTALL`] (Linux 6.13).
        GUARD_REMOVE = c::MADV_GUARD_REMOVE;
    }

    /// A protection key (pkeys(7)).
    pub struct Pkey: i32 {
        /// None: [`pkey_mprotect`] with it is [`mprotect`].
        NONE = -1;
    }
}

/// [`Advice`] that changes no byte, only when and how pages come into memory and leave it: it can be given for any
/// memory, whoever's it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// [`Advice::NORMAL`]
    Normal,
    /// [`Advice::RANDOM`]
    Random,
    /// [`Advice::SEQUENTIAL`]
    Sequential,
    /// [`Advice::WILLNEED`]
    WillNeed,
    /// [`Advice::MERGEABLE`]
    Mergeable,
    /// [`Advice::UNMERGEABLE`]
    Unmergeable,
    /// [`Advice::HUGEPAGE`]
    HugePage,
    /// [`Advice::NOHUGEPAGE`]
    NoHugePage,
    /// [`Advice::COLLAPSE`]
    Collapse,
    /// [`Advice::DONTDUMP`]
    DontDump,
    /// [`Advice::DODUMP`]
    DoDump,
    /// [`Advice::COLD`]
    Cold,
    /// [`Advice::PAGEOUT`]
    PageOut,
    /// [`Advice::POPULATE_READ`]
    PopulateRead,
    /// [`Advice::POPULATE_WRITE`]
    PopulateWrite,
}

impl Hint {
    /// The same as one of all kinds of advice.
    pub const fn advice(self) -> Advice {
        match self {
            Hint::Normal => Advice::NORMAL,
            Hint::Random => Advice::RANDOM,
            Hint::Sequential => Advice::SEQUENTIAL,
            Hint::WillNeed => Advice::WILLNEED,
            Hint::Mergeable => Advice::MERGEABLE,
            Hint::Unmergeable => Advice::UNMERGEABLE,
            Hint::HugePage => Advice::HUGEPAGE,
            Hint::NoHugePage => Advice::NOHUGEPAGE,
            Hint::Collapse => Advice::COLLAPSE,
            Hint::DontDump => Advice::DONTDUMP,
            Hint::DoDump => Advice::DODUMP,
            Hint::Cold => Advice::COLD,
            Hint::PageOut => Advice::PAGEOUT,
            Hint::PopulateRead => Advice::POPULATE_READ,
            Hint::PopulateWrite => Advice::POPULATE_WRITE,
        }
    }
}

impl From<Hint> for Advice {
    fn from(hint: Hint) -> Advice {
        hint.advice()
    }
}

// SAFETY: a hint is its number.
unsafe impl Arg for Hint {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.advice().into_words()
    }
}

/// A range of addresses in another process. `struct iovec`, whose address is only a number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct RemoteRange {
    /// Its first address.
    pub start: usize,
    /// Its length in bytes.
    pub len: usize,
}

impl RemoteRange {
    /// `len` bytes at `start`.
    pub const fn new(start: usize, len: usize) -> RemoteRange {
        RemoteRange { start, len }
    }
}

/// Says of each page of `bytes` whether it is in memory: the lowest bit of a byte of `resident`. The other bits have no
/// meaning yet. It can be otherwise when the call returns, unless the page is locked.
///
/// # Errors
///
/// Those of `mincore(2)`: `EINVAL` where `bytes` does not start with a page. `EINVAL` too, without a call, where
/// `resident` has fewer bytes than `bytes` has pages, of [`page_size`], the last one counted whole.
pub fn mincore(bytes: &[u8], resident: &mut [u8]) -> Result<()> {
    page::residency(bytes.as_ptr(), bytes.len(), resident)
}

/// Keeps the pages of `bytes` in memory, all of which are read now. Locks are not counted: one [`munlock`] of a page, by
/// whomever, takes all of them away.
///
/// # Errors
///
/// Those of `mlock(2)`.
#[inline]
pub fn mlock(bytes: &[u8]) -> Result<()> {
    // SAFETY: no byte changes.
    unsafe { lines::mlock_range(start_of(bytes), bytes.len()) }
}

/// Keeps the pages of `bytes` in memory as [`mlock`] does, or each from its first use on (Linux 4.4).
///
/// # Errors
///
/// Those of `mlock2(2)`.
#[inline]
pub fn mlock2(bytes: &[u8], flags: MlockFlags) -> Result<()> {
    // SAFETY: no byte changes.
    unsafe { lines::mlock2_range(start_of(bytes), bytes.len(), flags) }
}

/// Lets the pages of `bytes` leave memory again.
///
/// # Errors
///
/// Those of `munlock(2)`.
#[inline]
pub fn munlock(bytes: &[u8]) -> Result<()> {
    // SAFETY: no byte changes.
    unsafe { lines::munlock_range(start_of(bytes), bytes.len()) }
}

/// Where to lock: null for no bytes. The kernel would round the address of none down, and lock the page around it.
fn start_of(bytes: &[u8]) -> *const u8 {
    match bytes {
        [] => core::ptr::null(),
        _ => bytes.as_ptr(),
    }
}

#[cfg(test)]
crate::layout::c_layout!(RemoteRange = "struct iovec" { start = iov_base, len = iov_len });

/*
 * Lines
 */

// Maps `len` bytes: of `fd`, from `offset` on, or of zeros. `addr` is where; null leaves it to the kernel. [`Mapping`],
// [`SharedMapping`] and [`FileMapping`] do it safely.
//
// # Safety
//
// With [`MapFlags::FIXED`] nothing that is in use may be mapped there, and what is done with the bytes must be right
// for the file and for who else has it.
//sys pub unsafe fn mmap(addr: *mut c_void, len: usize, prot: Prot, flags: MapFlags,
//        fd: Option<BorrowedFd<'_>>, offset: u64) -> Result<*mut c_void>

// Takes `len` bytes' mappings away.
//
// # Safety
//
// Nothing may use the range any more.
//sys pub unsafe fn munmap(addr: *mut c_void, len: usize) -> Result<()>

// Makes the mapping of `old_len` bytes at `addr` one of `len`, moves it, or both; where it is then is the result. Bytes
// that are new are the file's, or zero.
//
// # Safety
//
// Nothing may use what goes away: the range's end where it becomes shorter, the whole range where it moves. With
// [`MremapFlags::FIXED`] nothing that is in use may be mapped at `new_addr`.
//sys pub unsafe fn mremap(addr: *mut c_void, old_len: usize, len: usize, flags: MremapFlags,
//        new_addr: *mut c_void) -> Result<*mut c_void>

// Changes how `len` bytes may be used. [`Mapping::protect`] does it safely. Where it fails, a part of the range may
// have changed.
//
// # Safety
//
// Nobody may use the range in a way that is no longer allowed; with [`Prot::EXEC`], nor execute what is no code.
//sys pub unsafe fn mprotect(addr: *mut c_void, len: usize, prot: Prot) -> Result<()>

// Tells how `len` bytes will be used, or what is to become of them. [`advise`] is its safe part.
//
// # Safety
//
// Advice that changes bytes, here or in a copy of the process, must be right for whoever uses them.
//sys pub unsafe fn madvise(addr: *mut c_void, len: usize, advice: Advice) -> Result<()>

// Tells how `bytes` will be used. They stay what they are.
//sys pub fn advise(bytes: &[u8], hint: Hint) -> Result<()> = SYS_MADVISE

// Tells how ranges of another process will be used, and says for how many bytes it did, which may be fewer than
// all. `process` is a descriptor of pidfd_open(2). The kernel takes [`Hint::WillNeed`], [`Hint::Cold`],
// [`Hint::PageOut`] and [`Hint::Collapse`] (Linux 5.10).
//sys pub fn process_madvise(process: BorrowedFd<'_>, ranges: &[RemoteRange],
//        hint: Hint) -> Result<usize>

// Keeps all pages of the process in memory. Where this includes those to come, a mapping beyond the process's limit
// fails.
//sys pub fn mlockall(flags: MlockallFlags) -> Result<()>

// Lets all pages of the process leave memory again, and those to come.
//sys pub fn munlockall() -> Result<()>

// Writes what was changed of a file's shared mapping to the file.
//sys pub fn msync(bytes: &[u8], flags: MsyncFlags) -> Result<()>

// Seals the mappings that `bytes` lies in, for as long as the process lives: they can't be unmapped, moved, resized,
// protected anew or emptied, those are `EPERM`. Its owner's memory is never given back. `flags` are none yet. Only
// on 64-bit kernels (Linux 6.10).
//sys pub fn mseal(bytes: &[u8], flags: u32) -> Result<()>

// Makes other threads pass a barrier, so that their memory accesses are in order with the caller's, or says that they
// will be asked to. `EPERM` where the process has not registered for it, `EINVAL` where the kernel lacks it.
//sys pub fn membarrier(command: Membarrier) -> Result<()>

// As [`membarrier`], for what runs on one processor: of [`Membarrier::PRIVATE_EXPEDITED_RSEQ`] (Linux 5.10).
//sys pub fn membarrier_cpu(command: Membarrier, MEMBARRIER_CPU,
//        cpu: u32) -> Result<()> = SYS_MEMBARRIER

// The orders that the kernel's [`membarrier`] knows.
//sysnb pub fn membarrier_query(MEMBARRIER_QUERY) -> Result<Membarrier> = SYS_MEMBARRIER

// The orders `REGISTER_…` that the process has given (Linux 6.3).
//sysnb pub fn membarrier_registrations(MEMBARRIER_REGISTRATIONS) -> Result<Membarrier> = SYS_MEMBARRIER

// A new protection key, with the rights of the calling thread to its pages. `ENOSPC` where the processor has no more;
// `ENOSPC` or `EINVAL` where it has none at all (Linux 4.9).
//sysnb pub fn pkey_alloc(0, rights: PkeyRights) -> Result<Pkey>

// Gives a protection key back (Linux 4.9).
//
// # Safety
//
// No page may have it: whoever gets the key next decides what can be done with the page.
//sysnb pub unsafe fn pkey_free(key: Pkey) -> Result<()>

// Changes how `len` bytes may be used, as [`mprotect`] does, and which protection key they have (Linux 4.9).
//
// # Safety
//
// As for [`mprotect`]; and nobody may use the range in a way that the thread's rights to the key do not allow.
//sys pub unsafe fn pkey_mprotect(addr: *mut c_void, len: usize, prot: Prot,
//        key: Pkey) -> Result<()>

// Puts other pages of its file into a range of a shared mapping, from the page numbered `page` on. Deprecated: since
// Linux 4.0 the kernel makes a new mapping for it, as a second [`mmap`] does. `flags` is [`MapFlags::NONBLOCK`] or none.
//
// # Safety
//
// What is done with the bytes must be right for those that are there then.
//sys pub unsafe fn remap_file_pages(addr: *mut c_void, len: usize, 0, page: usize,
//        flags: MapFlags) -> Result<()>

// Moves the end of the process's data to `addr`, and says where it is then: where it was, if the kernel refuses, as it
// does an address of null.
//
// # Safety
//
// Nothing may use what goes away. That memory is the C library's allocator's, where there is one.
//sys pub unsafe fn brk(addr: *mut c_void) -> *mut c_void

//sys pub(super) unsafe fn mincore(addr: *const u8, len: usize, resident: *mut u8) -> Result<()>

//sys pub(super) unsafe fn msync_range(addr: *const u8, len: usize,
//        flags: MsyncFlags) -> Result<()> = SYS_MSYNC

//sys pub(super) unsafe fn mlock_range(addr: *const u8, len: usize) -> Result<()> = SYS_MLOCK

//sys pub(super) unsafe fn mlock2_range(addr: *const u8, len: usize,
//        flags: MlockFlags) -> Result<()> = SYS_MLOCK2

//sys pub(super) unsafe fn munlock_range(addr: *const u8, len: usize) -> Result<()> = SYS_MUNLOCK

//sys pub(super) unsafe fn mseal_range(addr: *const u8, len: usize, 0) -> Result<()> = SYS_MSEAL

//sys pub(super) unsafe fn set_vma_anon_name(PR_SET_VMA, PR_SET_VMA_ANON_NAME, addr: *const u8,
//        len: usize, name: &CStr) -> Result<()> = SYS_PRCTL

//sys pub(super) unsafe fn protect_nothing(addr: usize, 0, 0) -> Result<()> = SYS_MPROTECT

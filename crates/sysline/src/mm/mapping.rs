//! Mappings that own their pages.
//!
//! Owns: which types there are, and what a type lets its bytes be used for. Unmapping, splitting and moving pages are in
//! `mapping/pages.rs`. Every type unmaps its pages when it is dropped, and no others.
//!
//! | type | bytes | safe access |
//! | --- | --- | --- |
//! | [`Mapping`] | of no file, this process's own | a slice, as far as its [`Access`] goes |
//! | [`GuardedMapping`] | the same, between two pages that can't be used | a slice |
//! | [`SharedMapping`] | of no file, shared with copies of the process | atomics |
//! | [`FileMapping`] | a file's | none: others change them, or take them away |
//!
//! A length need not be a multiple of the page's size: whole pages are mapped, and the length stays what it is. One of
//! zero is `EINVAL`, one that no slice can have is `ENOMEM`, both without a call.
//!
//! ```
//! use sysline::mm::{Mapping, NoAccess, ReadWrite, page_size};
//!
//! # fn main() -> sysline::Result<()> {
//! // Room for much, and memory for what is used of it.
//! let mut room: Mapping<NoAccess> = Mapping::reserve(1 << 28)?;
//! let rest = room.split_off(4 * page_size())?;
//! let mut used: Mapping<ReadWrite> = room.protect()?;
//! used[..3].copy_from_slice(b"abc");
//! # drop(rest);
//! # Ok(())
//! # }
//! ```

mod file;
mod guarded;
mod options;
mod pages;
mod shared;

pub use file::FileMapping;
pub use guarded::GuardedMapping;
pub use options::{HugePages, MapOptions};
pub use shared::{Atomic, SharedMapping};

use super::{Hint, Prot};
use crate::abi::{Errno, PathArg, Result, with_c_str};
use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{Bound, Deref, DerefMut, RangeBounds};
use core::ptr::NonNull;
use pages::Pages;

/// What can be done with the bytes of a [`Mapping`]: a type, so that the compiler refuses what the hardware would.
pub trait Access: sealed::Access {}

/// [`Access`] that lets bytes be read.
pub trait Readable: Access {}

/// Bytes can be read and written.
#[derive(Clone, Copy, Debug)]
pub struct ReadWrite;

/// Bytes can be read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// Bytes can be read and executed. What is code is for the user to know, and to tell the processor, where that has to be
/// told of new code.
#[derive(Clone, Copy, Debug)]
pub struct Executable;

/// Bytes can't be used: whoever tries gets SIGSEGV.
#[derive(Clone, Copy, Debug)]
pub struct NoAccess;

mod sealed {
    use super::{Executable, NoAccess, Prot, ReadOnly, ReadWrite};

    pub trait Access {
        const PROT: Prot;
    }

    impl Access for ReadWrite {
        const PROT: Prot = Prot::READ.union(Prot::WRITE);
    }

    impl Access for ReadOnly {
        const PROT: Prot = Prot::READ;
    }

    impl Access for Executable {
        const PROT: Prot = Prot::READ.union(Prot::EXEC);
    }

    impl Access for NoAccess {
        const PROT: Prot = Prot::empty();
    }
}

impl Access for ReadWrite {}
impl Access for ReadOnly {}
impl Access for Executable {}
impl Access for NoAccess {}
impl Readable for ReadWrite {}
impl Readable for ReadOnly {}
impl Readable for Executable {}

/// Pages of no file, which are this process's own: zero at first, and seen by nobody else. A copy of the process
/// (fork(2)) has a copy of them.
///
/// It is a slice of its bytes, where its [`Access`] allows that. What the hardware would refuse, the compiler does:
///
/// ```compile_fail,E0594
/// # use sysline::mm::{Mapping, ReadOnly};
/// let mut table: Mapping<ReadOnly> = Mapping::new(1).unwrap().protect().unwrap();
/// table[0] = 1;
/// ```
///
/// ```compile_fail,E0608
/// # use sysline::mm::{Mapping, NoAccess};
/// let room: Mapping<NoAccess> = Mapping::reserve(1).unwrap();
/// let first = room[0];
/// ```
pub struct Mapping<A: Access = ReadWrite> {
    pages: Pages,
    access: PhantomData<A>,
}

/// What is left of a mapping before and behind the part that was unmapped.
pub type Parts<M> = (Option<M>, Option<M>);

/// Why what takes a mapping failed, and the mapping.
///
/// `?` makes the [`Errno`] of it where a function returns such; the mapping is dropped then.
pub struct Refused<M> {
    mapping: M,
    errno: Errno,
}

impl<M> Refused<M> {
    /// The kernel's error.
    pub const fn errno(&self) -> Errno {
        self.errno
    }

    /// The mapping that was not taken.
    pub fn into_mapping(self) -> M {
        self.mapping
    }
}

impl<M> fmt::Debug for Refused<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refused").field(&self.errno).finish()
    }
}

impl<M> fmt::Display for Refused<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.errno.fmt(f)
    }
}

impl<M> core::error::Error for Refused<M> {}

impl<M> From<Refused<M>> for Errno {
    fn from(refused: Refused<M>) -> Errno {
        refused.errno
    }
}

#[cfg(feature = "std")]
impl<M> From<Refused<M>> for std::io::Error {
    fn from(refused: Refused<M>) -> std::io::Error {
        refused.errno.into()
    }
}

impl Mapping {
    /// Maps `len` bytes of zeros. [`MapOptions`] has more to say.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`; `EINVAL` for no bytes.
    pub fn new(len: usize) -> Result<Mapping> {
        MapOptions::new().map(len)
    }

    /// Maps `len` bytes of zeros between two pages that can't be used.
    ///
    /// # Errors
    ///
    /// As for [`Mapping::new`].
    pub fn with_guard(len: usize) -> Result<GuardedMapping> {
        GuardedMapping::new(len)
    }

    /// Makes it `len` bytes long. New bytes are zero; the mapping may move where it has no room to grow.
    ///
    /// # Errors
    ///
    /// Those of `mremap(2)` and `munmap(2)`: then nothing has changed. `EFAULT` where its pages are not all of one kind
    /// any more, as after [`advise`](super::advise) of a part of them; `EINVAL` where it would grow and is of
    /// [`huge_pages`](MapOptions::huge_pages).
    #[doc(alias = "mremap")]
    pub fn resize(&mut self, len: usize) -> Result<()> {
        let (old, same_pages) = (self.pages.len(), self.pages.size().min(len));
        self.pages.resize(len)?;
        // What was cut off by less than a page has kept its bytes.
        if let Some(again) = self.get_mut(old..same_pages) {
            again.fill(0);
        }
        Ok(())
    }

    /// Makes bytes zero, and gives the memory of whole pages among them back until they are used again.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`: `EINVAL` where a page is locked; bytes of the range may have become zero then. `EINVAL`,
    /// without a call, for a range that is not in it.
    #[doc(alias = "MADV_DONTNEED")]
    pub fn discard(&mut self, range: impl RangeBounds<usize>) -> Result<()> {
        let (start, end) = bounds(&range, self.pages.len())?;
        let unit = self.pages.unit();
        let first = start.next_multiple_of(unit).min(end);
        // What is behind the last byte on its page is nobody else's.
        let whole_end = if end == self.pages.len() {
            self.pages.size()
        } else {
            (end - end % unit).max(first)
        };
        self[start..first].fill(0);
        if end > whole_end {
            self[whole_end..end].fill(0);
        }
        if first % unit == 0 && whole_end > first {
            self.pages.empty(first, whole_end - first)?;
        }
        Ok(())
    }

    /// Its bytes, for as long as the process lives: nobody unmaps them any more.
    pub fn leak(self) -> &'static mut [u8] {
        let bytes = self.into_raw();
        // SAFETY: they stay mapped, can be read and written, and nobody else has them.
        unsafe { &mut *bytes.as_ptr() }
    }
}

impl Mapping<NoAccess> {
    /// Takes `len` addresses that nothing else is mapped at. No memory is behind them until a part has another
    /// [`Access`]; then it is zero.
    ///
    /// # Errors
    ///
    /// As for [`Mapping::new`].
    pub fn reserve(len: usize) -> Result<Mapping<NoAccess>> {
        Pages::anonymous(len, Prot::empty()).map(Mapping::of)
    }
}

impl<A: Access> Mapping<A> {
    /// The pages must be as `A` says, and nobody else's.
    const fn of(pages: Pages) -> Mapping<A> {
        Mapping {
            pages,
            access: PhantomData,
        }
    }

    /// How many bytes it has: as many as it was made with.
    pub const fn len(&self) -> usize {
        self.pages.len()
    }

    /// Always false: no mapping is empty.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Where it starts.
    pub const fn as_ptr(&self) -> *const u8 {
        self.pages.start().as_ptr()
    }

    /// Changes what its bytes can be used for.
    ///
    /// # Errors
    ///
    /// Those of `mprotect(2)`. The mapping in the error has no access, as some of its pages may have changed: to protect
    /// it again, which may succeed, makes them equal.
    #[doc(alias = "mprotect")]
    pub fn protect<B: Access>(self) -> Result<Mapping<B>, Refused<Mapping<NoAccess>>> {
        match self.pages.protect(B::PROT) {
            Ok(()) => Ok(Mapping::of(self.pages)),
            Err(errno) => Err(Refused {
                mapping: Mapping::of(self.pages),
                errno,
            }),
        }
    }

    /// Splits it in two: this one has the bytes up to `at`, the other those from there on. No call is made.
    ///
    /// # Errors
    ///
    /// `EINVAL` where `at` is no multiple of the page's size, or a part would be empty.
    pub fn split_off(&mut self, at: usize) -> Result<Mapping<A>> {
        self.pages.split_off(at).map(Mapping::of)
    }

    /// Unmaps the pages behind the first `len` bytes; where it has no more than that, it stays as it is.
    ///
    /// # Errors
    ///
    /// Those of `munmap(2)`: then nothing has changed. `EINVAL` for no bytes.
    pub fn truncate(&mut self, len: usize) -> Result<()> {
        if len < self.pages.len() {
            self.pages.resize(len)
        } else {
            Ok(())
        }
    }

    /// Unmaps a part of it, and gives back what is before and what is behind. The range starts and ends with a page.
    ///
    /// # Errors
    ///
    /// Those of `munmap(2)`: `ENOMEM` where the process would have too many mappings. `EINVAL`, without a call, for a
    /// range that is empty, not in it, or does not start and end with a page.
    #[doc(alias = "munmap")]
    pub fn unmap_range(
        self,
        range: impl RangeBounds<usize>,
    ) -> Result<Parts<Mapping<A>>, Refused<Mapping<A>>> {
        match self.pages.unmap_range(&range) {
            Ok((before, behind)) => Ok((before.map(Mapping::of), behind.map(Mapping::of))),
            Err((pages, errno)) => Err(Refused {
                mapping: Mapping::of(pages),
                errno,
            }),
        }
    }

    /// Unmaps it and says what the kernel had to say, which dropping it does not.
    ///
    /// # Errors
    ///
    /// Those of `munmap(2)`: `EPERM` where it is sealed, `ENOMEM` where the process would have too many mappings. It is
    /// mapped then.
    #[doc(alias = "munmap")]
    pub fn unmap(self) -> Result<(), Refused<Mapping<A>>> {
        self.unmap_range(..).map(drop)
    }

    /// Gives up its bytes, which nobody unmaps then: their address and their number.
    pub fn into_raw(self) -> NonNull<[u8]> {
        let pages = ManuallyDrop::new(self.pages);
        NonNull::slice_from_raw_parts(pages.start(), pages.len())
    }

    /// Takes over bytes, which are unmapped when this is dropped.
    ///
    /// # Safety
    ///
    /// They must be mapped as [`Mapping::into_raw`] gave them, or as such a mapping is: whole pages of no file, private,
    /// not of huge pages, as `A` says, from a page's start on, and up to the end of the page of the last one (of
    /// [`page_size`](super::page_size)) nobody else's. They are not more than `isize::MAX`, and not none.
    pub unsafe fn from_raw(bytes: NonNull<[u8]>) -> Mapping<A> {
        // SAFETY: as the caller promises.
        Mapping::of(unsafe { Pages::from_raw(bytes) })
    }

    /// Tells how its bytes will be used; [`advise`](super::advise) does it for a part of them.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    #[doc(alias = "madvise")]
    pub fn advise(&self, hint: Hint) -> Result<()> {
        self.pages.advise(hint)
    }

    /// Gives it a name, which `/proc/PID/maps` shows as `[anon:NAME]`: up to 79 bytes that can be printed, none of
    /// ``\ ` $ [ ]`` (Linux 5.17).
    ///
    /// # Errors
    ///
    /// Those of `prctl(2)`: `EINVAL` for a name that it can't have, and for any where the kernel has no
    /// `CONFIG_ANON_VMA_NAME`.
    #[doc(alias = "PR_SET_VMA_ANON_NAME")]
    pub fn set_name(&self, name: impl PathArg) -> Result<()> {
        with_c_str(name, |name| self.pages.set_name(name))
    }
}

impl<A: Readable> Mapping<A> {
    /// Keeps it in memory. [`mlock`](super::mlock) does it for a part.
    ///
    /// # Errors
    ///
    /// Those of `mlock(2)`: `ENOMEM`, `EPERM` or `EAGAIN` beyond the process's limit.
    #[doc(alias = "mlock")]
    pub fn lock(&self) -> Result<()> {
        self.pages.lock()
    }

    /// Keeps each of its pages in memory from its first use on (Linux 4.4).
    ///
    /// # Errors
    ///
    /// Those of `mlock2(2)`.
    #[doc(alias = "mlock2")]
    pub fn lock_on_fault(&self) -> Result<()> {
        self.pages.lock_on_fault()
    }

    /// Lets it leave memory again.
    ///
    /// # Errors
    ///
    /// Those of `munlock(2)`.
    #[doc(alias = "munlock")]
    pub fn unlock(&self) -> Result<()> {
        self.pages.unlock()
    }

    /// Seals it: neither unmapped nor protected anew, for as long as the process lives. Only on 64-bit kernels (Linux 6.10).
    ///
    /// # Errors
    ///
    /// Those of `mseal(2)`.
    #[doc(alias = "mseal")]
    pub fn seal(self) -> Result<&'static [u8], Refused<Mapping<A>>> {
        match self.pages.seal() {
            Ok(()) => {
                let bytes = self.into_raw();
                // SAFETY: they stay mapped, can be read, and nobody else has them.
                Ok(unsafe { bytes.as_ref() })
            }
            Err(errno) => Err(Refused {
                mapping: self,
                errno,
            }),
        }
    }
}

impl<A: Readable> Deref for Mapping<A> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        let start = self.pages.start().as_ptr();
        // SAFETY: so many bytes are mapped, were zero at first, can be read as `A` says, and change only through `&mut
        // self`.
        unsafe { core::slice::from_raw_parts(start, self.pages.len()) }
    }
}

impl DerefMut for Mapping {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        let start = self.pages.start().as_ptr();
        // SAFETY: as in `deref`; they can be written too.
        unsafe { core::slice::from_raw_parts_mut(start, self.pages.len()) }
    }
}

impl<A: Readable> AsRef<[u8]> for Mapping<A> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl AsMut<[u8]> for Mapping {
    fn as_mut(&mut self) -> &mut [u8] {
        self
    }
}

impl<A: Access> fmt::Debug for Mapping<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapping")
            .field("start", &self.as_ptr())
            .field("len", &self.len())
            .field("prot", &A::PROT)
            .finish()
    }
}

/// Where a range starts and ends in `len` bytes.
fn bounds(range: &impl RangeBounds<usize>, len: usize) -> Result<(usize, usize)> {
    let start = match range.start_bound() {
        Bound::Included(&at) => Some(at),
        Bound::Excluded(&at) => at.checked_add(1),
        Bound::Unbounded => Some(0),
    };
    let end = match range.end_bound() {
        Bound::Included(&at) => at.checked_add(1),
        Bound::Excluded(&at) => Some(at),
        Bound::Unbounded => Some(len),
    };
    match (start, end) {
        (Some(start), Some(end)) if start <= end && end <= len => Ok((start, end)),
        _ => Err(Errno::EINVAL),
    }
}

//! A file's bytes as memory. Owns: why they are no safe slice.

use super::pages::Pages;
use super::{Parts, Prot, Refused};
use crate::abi::Result;
use crate::fd::BorrowedFd;
use crate::mm::{Hint, MapFlags, MsyncFlags, page_size};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::RangeBounds;
use core::ptr::NonNull;

/// A part of a file, as memory.
///
/// Others have the file too. Whoever writes to it changes bytes that a slice promises to be unchanged; whoever makes it
/// shorter takes pages away, and the next access to one is SIGBUS. Neither can be kept from happening here: so a slice
/// of them is `unsafe`, also where the mapping is private (its pages are the file's until they are written to).
///
/// A file of a `hugetlbfs` is mapped and unmapped in its own pages: where a length, or the place of a split, is no multiple
/// of them, what it says can't be unmapped, and stays. It can't grow.
///
/// ```no_run
/// use sysline::fd::AsFd;
/// use sysline::mm::{FileMapping, Prot};
///
/// # fn main() -> std::io::Result<()> {
/// let file = std::fs::File::open("/usr/share/dict/words")?;
/// let len = file.metadata()?.len() as usize;
/// let words = FileMapping::shared(file.as_fd(), 0, len, Prot::READ)?;
/// // SAFETY: nobody changes the system's files while this runs.
/// let words = unsafe { words.as_slice() };
/// println!("{} rows", words.iter().filter(|&&byte| byte == b'\n').count());
/// # Ok(())
/// # }
/// ```
pub struct FileMapping {
    pages: Pages,
}

impl FileMapping {
    /// Maps `len` bytes from `offset` on, which is a multiple of the page's size. Writes reach the file. It may end before
    /// the mapping does: the page of its last byte ends with zeros, and those behind it can't be used.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`: `EACCES` where the file is not open for what `prot` says, `ENODEV` where it can't be mapped,
    /// `EINVAL` for another offset. `EINVAL` for no bytes.
    pub fn shared(
        file: BorrowedFd<'_>,
        offset: u64,
        len: usize,
        prot: Prot,
    ) -> Result<FileMapping> {
        FileMapping::map(file, offset, len, prot, MapFlags::SHARED)
    }

    /// Maps bytes as [`FileMapping::shared`] does. Writes are seen here only.
    ///
    /// # Errors
    ///
    /// As for [`FileMapping::shared`].
    pub fn private(
        file: BorrowedFd<'_>,
        offset: u64,
        len: usize,
        prot: Prot,
    ) -> Result<FileMapping> {
        FileMapping::map(file, offset, len, prot, MapFlags::PRIVATE)
    }

    fn map(
        file: BorrowedFd<'_>,
        offset: u64,
        len: usize,
        prot: Prot,
        flags: MapFlags,
    ) -> Result<FileMapping> {
        let pages = Pages::map(len, page_size(), prot, flags, Some((file, offset)))?;
        Ok(FileMapping { pages })
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
    pub const fn as_ptr(&self) -> *mut u8 {
        self.pages.start().as_ptr()
    }

    /// Its bytes.
    ///
    /// # Safety
    ///
    /// They must be mapped with [`Prot::READ`] and be the file's, and while they are borrowed nobody may change them
    /// (through the file, another mapping or [`FileMapping::as_ptr`]) nor make the file shorter.
    pub const unsafe fn as_slice(&self) -> &[u8] {
        // SAFETY: so many bytes are mapped; the rest is as the caller promises.
        unsafe { core::slice::from_raw_parts(self.as_ptr(), self.pages.len()) }
    }

    /// Its bytes, for writing too.
    ///
    /// # Safety
    ///
    /// As for [`FileMapping::as_slice`], and they must be mapped with [`Prot::WRITE`]; where the mapping is shared,
    /// nobody else may read them meanwhile, through another mapping.
    pub const unsafe fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as in `as_slice`.
        unsafe { core::slice::from_raw_parts_mut(self.as_ptr(), self.pages.len()) }
    }

    /// Writes what was changed to the file.
    ///
    /// # Errors
    ///
    /// Those of `msync(2)`.
    #[doc(alias = "msync")]
    pub fn sync(&self, flags: MsyncFlags) -> Result<()> {
        self.pages.sync(flags)
    }

    /// Says of each page whether it is in memory, as [`mincore`](super::super::mincore()) does.
    ///
    /// # Errors
    ///
    /// As for [`mincore`](super::super::mincore()).
    #[doc(alias = "mincore")]
    pub fn residency(&self, resident: &mut [u8]) -> Result<()> {
        self.pages.residency(resident)
    }

    /// Keeps it in memory.
    ///
    /// # Errors
    ///
    /// Those of `mlock(2)`.
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

    /// Tells how it will be used.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    #[doc(alias = "madvise")]
    pub fn advise(&self, hint: Hint) -> Result<()> {
        self.pages.advise(hint)
    }

    /// Changes what its bytes can be used for.
    ///
    /// # Errors
    ///
    /// Those of `mprotect(2)`: `EACCES` where the file is not open for it. Some pages may have changed then.
    #[doc(alias = "mprotect")]
    pub fn protect(&mut self, prot: Prot) -> Result<()> {
        self.pages.protect(prot)
    }

    /// Makes it `len` bytes long; it may move where it has no room to grow. New bytes are the file's.
    ///
    /// # Errors
    ///
    /// Those of `mremap(2)` and `munmap(2)`: then nothing has changed. `EINVAL` for no bytes, and where it would grow and
    /// is of a `hugetlbfs`.
    #[doc(alias = "mremap")]
    pub fn resize(&mut self, len: usize) -> Result<()> {
        if len > self.pages.size() {
            self.pages.end_with_a_page()?;
        }
        self.pages.resize(len)
    }

    /// Splits it in two: this one has the bytes up to `at`, the other those from there on. No call is made.
    ///
    /// # Errors
    ///
    /// `EINVAL` where `at` is no multiple of the page's size, or a part would be empty.
    pub fn split_off(&mut self, at: usize) -> Result<FileMapping> {
        self.pages.split_off(at).map(|pages| FileMapping { pages })
    }

    /// Unmaps a part of it, and gives back what is before and what is behind. The range starts and ends with a page.
    ///
    /// # Errors
    ///
    /// As for [`Mapping::unmap_range`](super::Mapping::unmap_range).
    #[doc(alias = "munmap")]
    pub fn unmap_range(
        self,
        range: impl RangeBounds<usize>,
    ) -> Result<Parts<FileMapping>, Refused<FileMapping>> {
        let of = |pages: Pages| FileMapping { pages };
        match self.pages.unmap_range(&range) {
            Ok((before, behind)) => Ok((before.map(of), behind.map(of))),
            Err((pages, errno)) => Err(Refused {
                mapping: of(pages),
                errno,
            }),
        }
    }

    /// Unmaps it and says what the kernel had to say, which dropping it does not.
    ///
    /// # Errors
    ///
    /// Those of `munmap(2)`. It is mapped then.
    #[doc(alias = "munmap")]
    pub fn unmap(self) -> Result<(), Refused<FileMapping>> {
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
    /// They must be mapped, from a page's start on, and up to the end of the page of the last one (of
    /// [`page_size`]) nobody else's. They are not more than `isize::MAX`, and not none.
    pub unsafe fn from_raw(bytes: NonNull<[u8]>) -> FileMapping {
        // SAFETY: as the caller promises.
        let pages = unsafe { Pages::from_raw(bytes) };
        FileMapping { pages }
    }
}

impl fmt::Debug for FileMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileMapping")
            .field("start", &self.as_ptr())
            .field("len", &self.len())
            .finish()
    }
}

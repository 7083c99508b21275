//! Pages with one owner. Owns: the arithmetic of whole pages, and that no call changes what is not the owner's.
//! Must not know what the bytes are used for.

use super::{Parts, bounds};
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::mm::{
    Advice, Hint, MapFlags, MlockFlags, MremapFlags, MsyncFlags, Prot, lines, page, page_size,
};
use core::ffi::CStr;
use core::mem::ManuallyDrop;
use core::ops::RangeBounds;
use core::ptr::{NonNull, null_mut};

/// Mapped pages, which are nobody else's: unmapped when this is dropped.
///
/// From `start` on `size()` bytes are mapped, `len` of which the owner has asked for. Neither is more than `isize::MAX`,
/// as no slice may be longer, nor zero. All splits are at multiples of `unit`, which is the kernel's page or a multiple of
/// it: so two owners never have the same page.
pub(super) struct Pages {
    start: NonNull<u8>,
    len: usize,
    unit: usize,
}

// SAFETY: it is addresses, which mean the same in every thread; it reads and writes nothing there, and its owners say how
// that is done.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

/// `len` in whole units.
pub(super) fn rounded(len: usize, unit: usize) -> Result<usize> {
    if len == 0 {
        return Err(Errno::EINVAL);
    }
    len.checked_next_multiple_of(unit)
        .filter(|&size| size <= isize::MAX as usize)
        .ok_or(Errno::ENOMEM)
}

impl Pages {
    /// Maps `len` bytes in units of `unit`, where the kernel likes.
    pub(super) fn map(
        len: usize,
        unit: usize,
        prot: Prot,
        flags: MapFlags,
        file: Option<(BorrowedFd<'_>, u64)>,
    ) -> Result<Pages> {
        let size = rounded(len, unit)?;
        let (fd, offset) = match file {
            Some((fd, offset)) => (Some(fd), offset),
            None => (None, 0),
        };
        // SAFETY: the mapping is a new one: the flags that put it in another's place are not given (see the callers).
        let start = unsafe { lines::mmap(null_mut(), size, prot, flags, fd, offset) }?;
        Ok(Pages {
            start: NonNull::new(start.cast()).ok_or(Errno::ENOMEM)?,
            len,
            unit,
        })
    }

    /// Maps `len` bytes of no file, for this process only.
    pub(super) fn anonymous(len: usize, prot: Prot) -> Result<Pages> {
        let mut flags = MapFlags::PRIVATE | MapFlags::ANONYMOUS;
        if prot.is_empty() {
            flags |= MapFlags::NORESERVE;
        }
        Pages::map(len, page_size(), prot, flags, None)
    }

    /// # Safety
    ///
    /// The bytes must be what a `Pages` with a unit of `page_size()` is.
    pub(super) unsafe fn from_raw(bytes: NonNull<[u8]>) -> Pages {
        Pages {
            start: bytes.cast(),
            len: bytes.len(),
            unit: page_size(),
        }
    }

    pub(super) const fn start(&self) -> NonNull<u8> {
        self.start
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// What its splits are multiples of.
    pub(super) const fn unit(&self) -> usize {
        self.unit
    }

    /// How many bytes are mapped.
    pub(super) const fn size(&self) -> usize {
        self.len.next_multiple_of(self.unit)
    }

    /// The address of a byte, or of the end.
    fn at(&self, offset: usize) -> *mut u8 {
        debug_assert!(offset <= self.size());
        // SAFETY: the offset is in the mapping or at its end, and that is not longer than `isize::MAX`.
        unsafe { self.start.as_ptr().add(offset) }
    }

    pub(super) fn split_off(&mut self, at: usize) -> Result<Pages> {
        if at % self.unit != 0 || at == 0 || at >= self.len {
            return Err(Errno::EINVAL);
        }
        let start = NonNull::new(self.at(at)).ok_or(Errno::EINVAL)?;
        let behind = Pages {
            start,
            len: self.len - at,
            unit: self.unit,
        };
        self.len = at;
        Ok(behind)
    }

    pub(super) fn resize(&mut self, len: usize) -> Result<()> {
        let (old, new) = (self.size(), rounded(len, self.unit)?);
        if new < old {
            // SAFETY: these pages are the owner's, who has lent them to nobody: `self` is borrowed as `&mut`.
            unsafe { lines::munmap(self.at(new).cast(), old - new) }?;
        } else if new > old {
            let start = self.start.as_ptr().cast();
            // SAFETY: as above; the kernel takes a place that is free.
            let start =
                unsafe { lines::mremap(start, old, new, MremapFlags::MAYMOVE, null_mut()) }?;
            self.start = NonNull::new(start.cast()).ok_or(Errno::ENOMEM)?;
        }
        self.len = len;
        Ok(())
    }

    /// An error where the kernel's pages are greater than `unit`, as those of a `hugetlbfs` file are, and these end within
    /// one of them. `mremap(2)` would round both lengths up to it and say that they have grown: into the rest of that
    /// page, which can be another owner's.
    pub(super) fn end_with_a_page(&self) -> Result<()> {
        let (end, unit) = (self.at(self.size()).cast(), self.unit);
        // SAFETY: from one length to the same nothing changes, whoever's the pages there are. The kernel refuses an
        // address within one of them.
        match unsafe { lines::mremap(end, unit, unit, MremapFlags::empty(), null_mut()) } {
            Err(Errno::EINVAL) => Err(Errno::EINVAL),
            _ => Ok(()),
        }
    }

    pub(super) fn unmap_range(
        self,
        range: &impl RangeBounds<usize>,
    ) -> Result<Parts<Pages>, (Pages, Errno)> {
        let (start, end) = match bounds(range, self.len) {
            Ok(bounds) => bounds,
            Err(errno) => return Err((self, errno)),
        };
        // The end of the last page is the owner's too.
        let last = if end == self.len { self.size() } else { end };
        if start == end || start % self.unit != 0 || last % self.unit != 0 {
            return Err((self, Errno::EINVAL));
        }
        // SAFETY: these pages are the owner's, who has given `self` up. The kernel unmaps all of them or none.
        if let Err(errno) = unsafe { lines::munmap(self.at(start).cast(), last - start) } {
            return Err((self, errno));
        }
        let whole = ManuallyDrop::new(self);
        let part = |start: usize, len: usize| {
            let start = NonNull::new(whole.at(start))?;
            (len > 0).then_some(Pages {
                start,
                len,
                unit: whole.unit,
            })
        };
        Ok((part(0, start), part(end, whole.len - end)))
    }

    /// For owners whose users can't do what `prot` does not allow.
    pub(super) fn protect(&self, prot: Prot) -> Result<()> {
        self.protect_range(0, self.size(), prot)
    }

    /// As [`Pages::protect`].
    pub(super) fn protect_range(&self, offset: usize, size: usize, prot: Prot) -> Result<()> {
        debug_assert!(offset + size <= self.size());
        // SAFETY: these pages are the owner's.
        unsafe { lines::mprotect(self.at(offset).cast(), size, prot) }
    }

    pub(super) fn advise(&self, hint: Hint) -> Result<()> {
        // SAFETY: a hint changes no byte.
        unsafe { lines::madvise(self.start.as_ptr().cast(), self.size(), hint.advice()) }
    }

    /// Makes whole pages zero; they must be of no file.
    pub(super) fn empty(&mut self, offset: usize, size: usize) -> Result<()> {
        debug_assert!(offset + size <= self.size());
        // SAFETY: these pages are the owner's, who has lent them to nobody: `self` is borrowed as `&mut`.
        unsafe { lines::madvise(self.at(offset).cast(), size, Advice::DONTNEED) }
    }

    pub(super) fn lock(&self) -> Result<()> {
        // SAFETY: no byte changes.
        unsafe { lines::mlock_range(self.start.as_ptr(), self.size()) }
    }

    pub(super) fn lock_on_fault(&self) -> Result<()> {
        let flags = MlockFlags::ONFAULT;
        // SAFETY: no byte changes.
        unsafe { lines::mlock2_range(self.start.as_ptr(), self.size(), flags) }
    }

    pub(super) fn unlock(&self) -> Result<()> {
        // SAFETY: no byte changes.
        unsafe { lines::munlock_range(self.start.as_ptr(), self.size()) }
    }

    pub(super) fn seal(&self) -> Result<()> {
        // SAFETY: nobody else has these pages.
        unsafe { lines::mseal_range(self.start.as_ptr(), self.size()) }
    }

    pub(super) fn sync(&self, flags: MsyncFlags) -> Result<()> {
        // SAFETY: no byte changes.
        unsafe { lines::msync_range(self.start.as_ptr(), self.size(), flags) }
    }

    pub(super) fn residency(&self, resident: &mut [u8]) -> Result<()> {
        page::residency(self.start.as_ptr(), self.len, resident)
    }

    pub(super) fn set_name(&self, name: &CStr) -> Result<()> {
        // SAFETY: no byte changes.
        unsafe { lines::set_vma_anon_name(self.start.as_ptr(), self.size(), name) }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // What the kernel does not unmap (sealed pages, or one mapping too many) stays mapped, and is nobody's.
        // SAFETY: the pages are the owner's, who is gone.
        let _ = unsafe { lines::munmap(self.start.as_ptr().cast(), self.size()) };
    }
}

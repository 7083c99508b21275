//! Memory that copies of the process share. Owns: as what it may be seen.

use super::pages::Pages;
use super::{Hint, MapOptions};
use crate::abi::Result;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;
use core::sync::atomic::{
    AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicUsize,
};

/// Pages of no file that this process and copies of it (fork(2)) share: zero at first, and what one writes, all see.
///
/// Another process may write at any time, so that there is no slice of bytes that could be borrowed. It is a slice of
/// atomics, of one size for all of its life: accesses of different sizes to the same bytes are no atomic ones.
/// What else the processes agree on is theirs to do, `unsafe`, with [`as_ptr`](slice::as_ptr).
///
/// ```
/// use core::sync::atomic::{AtomicU32, Ordering};
/// use sysline::mm::SharedMapping;
///
/// # fn main() -> sysline::Result<()> {
/// let counters: SharedMapping<AtomicU32> = SharedMapping::new(16)?;
/// counters[3].fetch_add(1, Ordering::Relaxed); // here or in a copy
/// # Ok(())
/// # }
/// ```
pub struct SharedMapping<T: Atomic = AtomicU8> {
    pages: Pages,
    of: PhantomData<[T]>,
}

/// A type of numbers that several processes may read and write at once.
///
/// # Safety
///
/// Every pattern of bits must be one of its values, and it must change only as a whole.
pub unsafe trait Atomic: sealed::Atomic + Sync {}

mod sealed {
    pub trait Atomic {}
}

macro_rules! atomics {
    ($($atomic:ty),*) => {$(
        impl sealed::Atomic for $atomic {}
        // SAFETY: it is a number.
        unsafe impl Atomic for $atomic {}
    )*};
}

atomics!(
    AtomicI8,
    AtomicU8,
    AtomicI16,
    AtomicU16,
    AtomicI32,
    AtomicU32,
    AtomicIsize,
    AtomicUsize
);

#[cfg(target_has_atomic = "64")]
atomics!(core::sync::atomic::AtomicI64, core::sync::atomic::AtomicU64);

impl<T: Atomic> SharedMapping<T> {
    /// Maps `count` atomics of zero. [`MapOptions::map_shared`] has more to say.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`; `EINVAL` for none of them.
    pub fn new(count: usize) -> Result<SharedMapping<T>> {
        MapOptions::new().map_shared(count)
    }

    /// The pages must be of no file, shared, and have zeros or what atomics of this type have written.
    pub(super) const fn of(pages: Pages) -> SharedMapping<T> {
        SharedMapping {
            pages,
            of: PhantomData,
        }
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
}

impl<T: Atomic> Deref for SharedMapping<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        let start = self.pages.start().as_ptr().cast::<T>();
        // SAFETY: so many atomics are mapped, from a page's start on; every pattern of bits is a value of theirs, and
        // they change as a whole only, as every process that has them sees them as `T`: it is a copy of this one.
        unsafe { core::slice::from_raw_parts(start, self.pages.len() / size_of::<T>()) }
    }
}

impl<T: Atomic> fmt::Debug for SharedMapping<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedMapping")
            .field("start", &self.pages.start())
            .field("len", &self.pages.len())
            .finish()
    }
}

//! Memory between pages that can't be used. Owns: where those are.

use super::Prot;
use super::pages::{Pages, rounded};
use crate::abi::{Errno, Result};
use crate::mm::page_size;
use core::fmt;
use core::ops::{Deref, DerefMut};

/// Memory of no file between two pages that can't be used: who reads or writes too far gets SIGSEGV, and nothing else's
/// bytes. [`Mapping::with_guard`](super::Mapping::with_guard) makes it.
///
/// The guards are before the first and behind the last of its pages. A length that is no multiple of the page's size
/// leaves bytes between its end and the guard.
pub struct GuardedMapping {
    /// With the guards.
    pages: Pages,
    /// Where the bytes start.
    offset: usize,
    len: usize,
}

impl GuardedMapping {
    pub(super) fn new(len: usize) -> Result<GuardedMapping> {
        let guard = page_size();
        let size = rounded(len, guard)?;
        let whole = size.checked_add(2 * guard).ok_or(Errno::ENOMEM)?;
        let pages = Pages::anonymous(whole, Prot::empty())?;
        pages.protect_range(guard, size, Prot::READ | Prot::WRITE)?;
        Ok(GuardedMapping {
            pages,
            offset: guard,
            len,
        })
    }

    fn start(&self) -> *mut u8 {
        // SAFETY: the pages are more than the first guard.
        unsafe { self.pages.start().as_ptr().add(self.offset) }
    }
}

impl Deref for GuardedMapping {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: so many bytes are mapped, were zero at first, can be read, and change only through `&mut self`.
        unsafe { core::slice::from_raw_parts(self.start(), self.len) }
    }
}

impl DerefMut for GuardedMapping {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `deref`; they can be written too.
        unsafe { core::slice::from_raw_parts_mut(self.start(), self.len) }
    }
}

impl fmt::Debug for GuardedMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedMapping")
            .field("start", &self.start())
            .field("len", &self.len)
            .finish()
    }
}

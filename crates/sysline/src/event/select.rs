//! Waiting for sets of descriptors: the oldest way, which asks about every number up to the greatest in them.
//!
//! Owns: select and its sets. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then
//! the `//sys` lines, whose wrappers are in `event/select/lines.rs`.
//!
//! What sockets report is in tables in the docs of [`event`](crate::event#what-sockets-report).
//!
//! ```
//! use sysline::event::{EventfdFlags, FdSet, Timeout, eventfd, select};
//! use sysline::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let (full, empty) = (eventfd(1, EventfdFlags::CLOEXEC)?, eventfd(0, EventfdFlags::CLOEXEC)?);
//! let mut read = FdSet::new();
//! read.insert(full.as_fd())?;
//! read.insert(empty.as_fd())?;
//! assert_eq!(select(Some(&mut read), None, None, Timeout::Forever, None), Ok(1));
//! for fd in read.iter() {
//!     println!("{fd:?} can be read");
//! }
//! assert!(read.contains(full.as_fd()) && !read.contains(empty.as_fd()));
//! # Ok(())
//! # }
//! ```

use super::Timeout;
use crate::abi::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::signal::SigSet;
use crate::time::Timespec;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::ffi::{c_ulong, c_void};
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

mod lines;

/// `__FD_SETSIZE` (`linux/posix_types.h`).
const FD_SETSIZE: usize = 1024;

/// How many descriptors are in a word of a set.
const WORD: usize = c_ulong::BITS as usize;

/// How many words an [`FdSet`] has, and by how many an [`FdSetBuf`] grows.
const WORDS: usize = FD_SETSIZE / WORD;

/// A set of descriptors for [`select()`], without what it is kept in: an [`FdSet`] or an [`FdSetBuf`], which can be given
/// where this is asked for. It holds the descriptors' numbers, and they stay lent for `'fd`.
#[repr(transparent)]
pub struct FdBits<'fd> {
    borrowed: PhantomData<BorrowedFd<'fd>>,
    words: [c_ulong],
}

impl<'fd> FdBits<'fd> {
    fn of(words: &[c_ulong]) -> &FdBits<'fd> {
        // SAFETY: it is the words and no more.
        unsafe { &*(core::ptr::from_ref(words) as *const FdBits<'fd>) }
    }

    fn of_mut(words: &mut [c_ulong]) -> &mut FdBits<'fd> {
        // SAFETY: as above.
        unsafe { &mut *(core::ptr::from_mut(words) as *mut FdBits<'fd>) }
    }

    /// Takes a descriptor out.
    pub fn remove(&mut self, fd: BorrowedFd<'_>) {
        if let Some((word, bit)) = place(fd) {
            if let Some(word) = self.words.get_mut(word) {
                *word &= !bit;
            }
        }
    }

    /// Takes all descriptors out.
    #[doc(alias = "FD_ZERO")]
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Whether a descriptor is in it.
    #[doc(alias = "FD_ISSET")]
    pub fn contains(&self, fd: BorrowedFd<'_>) -> bool {
        place(fd)
            .is_some_and(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Whether no descriptor is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The descriptors in it, by their numbers; after [`select()`], those that are ready.
    pub fn iter(&self) -> impl Iterator<Item = BorrowedFd<'fd>> + '_ {
        // SAFETY: the number is that of a descriptor which was put in, and which is lent for `'fd`.
        self.numbers()
            .map(|number| unsafe { BorrowedFd::borrow_raw(number as i32) })
    }

    /// The descriptors' numbers.
    fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut left = word;
            core::iter::from_fn(move || {
                let lowest = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(at * WORD + lowest as usize)
            })
        })
    }
}

impl fmt::Debug for FdBits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.numbers()).finish()
    }
}

/// The word of a set, and the bit in it, that stand for a descriptor; none for what is in a descriptor's place.
fn place(fd: BorrowedFd<'_>) -> Option<(usize, c_ulong)> {
    let number = usize::try_from(fd.as_raw_fd()).ok()?;
    Some((number / WORD, 1 << (number % WORD)))
}

/// One more than the greatest number in a set.
fn end(words: &[c_ulong]) -> usize {
    let last = words.iter().rposition(|&word| word != 0);
    last.map_or(0, |at| (at + 1) * WORD - words[at].leading_zeros() as usize)
}

/// A set of descriptors from 0 to 1,023 for [`select()`]. `fd_set`. What can be done with it is mostly [`FdBits`]'s.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FdSet<'fd> {
    words: [c_ulong; WORDS],
    borrowed: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> FdSet<'fd> {
    /// The first descriptor that has no place in it.
    #[doc(alias = "FD_SETSIZE")]
    pub const LIMIT: usize = FD_SETSIZE;

    /// A set without descriptors.
    pub const fn new() -> FdSet<'fd> {
        FdSet {
            words: [0; WORDS],
            borrowed: PhantomData,
        }
    }

    /// Puts a descriptor in.
    ///
    /// # Errors
    ///
    /// `EINVAL` for one that is not below [`FdSet::LIMIT`]: that needs an `FdSetBuf`.
    #[doc(alias = "FD_SET")]
    pub fn insert(&mut self, fd: BorrowedFd<'fd>) -> Result<()> {
        let (word, bit) = place(fd).ok_or(Errno::EINVAL)?;
        *self.words.get_mut(word).ok_or(Errno::EINVAL)? |= bit;
        Ok(())
    }
}

impl<'fd> Deref for FdSet<'fd> {
    type Target = FdBits<'fd>;
    fn deref(&self) -> &FdBits<'fd> {
        FdBits::of(&self.words)
    }
}

impl<'fd> DerefMut for FdSet<'fd> {
    fn deref_mut(&mut self) -> &mut FdBits<'fd> {
        FdBits::of_mut(&mut self.words)
    }
}

impl Default for FdSet<'_> {
    fn default() -> Self {
        FdSet::new()
    }
}

impl fmt::Debug for FdSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A set of any descriptors for [`select()`], on the heap, as large as its greatest number asks. What can be done with it
/// is mostly [`FdBits`]'s.
#[cfg(feature = "alloc")]
#[derive(Clone, Default)]
pub struct FdSetBuf<'fd> {
    words: Vec<c_ulong>,
    borrowed: PhantomData<BorrowedFd<'fd>>,
}

#[cfg(feature = "alloc")]
impl<'fd> FdSetBuf<'fd> {
    /// A set without descriptors.
    pub const fn new() -> FdSetBuf<'fd> {
        FdSetBuf {
            words: Vec::new(),
            borrowed: PhantomData,
        }
    }

    /// Puts a descriptor in.
    ///
    /// # Errors
    ///
    /// `EINVAL` for what is none, such as [`CWD`](crate::fs::CWD).
    #[doc(alias = "FD_SET")]
    pub fn insert(&mut self, fd: BorrowedFd<'fd>) -> Result<()> {
        let (word, bit) = place(fd).ok_or(Errno::EINVAL)?;
        if word >= self.words.len() {
            self.words.resize((word + 1).next_multiple_of(WORDS), 0);
        }
        self.words[word] |= bit;
        Ok(())
    }
}

#[cfg(feature = "alloc")]
impl<'fd> Deref for FdSetBuf<'fd> {
    type Target = FdBits<'fd>;
    fn deref(&self) -> &FdBits<'fd> {
        FdBits::of(&self.words)
    }
}

#[cfg(feature = "alloc")]
impl<'fd> DerefMut for FdSetBuf<'fd> {
    fn deref_mut(&mut self) -> &mut FdBits<'fd> {
        FdBits::of_mut(&mut self.words)
    }
}

#[cfg(feature = "alloc")]
impl fmt::Debug for FdSetBuf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// The sixth argument of pselect6: a call has six registers, and this is two arguments (pselect6(2)).
#[repr(C)]
pub(super) struct SigsetArg {
    mask: *const c_void,
    size: usize,
}

impl SigsetArg {
    fn new(mask: Option<&SigSet>) -> SigsetArg {
        SigsetArg {
            mask: mask.map_or(core::ptr::null(), |mask| core::ptr::from_ref(mask).cast()),
            size: SigSet::SIZE,
        }
    }
}

/// Waits until a descriptor of `read` can be read, one of `write` written, or one of `except` has something urgent;
/// leaves those in the sets that are, and says how many: one that is in two sets counts twice.
///
/// For the time of the call the thread's signals are masked by `mask`, where there is one. Where this is an error the
/// sets are as they were.
///
/// # Errors
///
/// Those of `pselect(2)`: `EINTR` where a signal's handler ran, whatever it was installed with. On a 32-bit kernel before
/// 5.1 also `EOVERFLOW`, for a timeout of more than 68 years.
#[doc(alias = "pselect6")]
#[doc(alias = "pselect6_time64")]
pub fn select(
    read: Option<&mut FdBits<'_>>,
    write: Option<&mut FdBits<'_>>,
    except: Option<&mut FdBits<'_>>,
    timeout: impl Into<Timeout>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let sets = [
        read.map(|set| &mut set.words),
        write.map(|set| &mut set.words),
        except.map(|set| &mut set.words),
    ];
    let ends = sets.iter().flatten().map(|words| end(words));
    let n = ends.max().unwrap_or(0);
    select_below(n, sets, timeout.into().timespec(), mask)
}

/// [`select()`], of numbers below `n`.
fn select_below(
    n: usize,
    mut sets: [Option<&mut [c_ulong]>; 3],
    timeout: Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let words = n.div_ceil(WORD);
    if sets.iter().flatten().any(|set| set.len() < words) {
        return select_longer(n, words, sets, timeout, mask);
    }
    let [read, write, except] = sets.each_mut().map(|set| {
        let start = set.as_mut().map(|set| set.as_mut_ptr());
        start.unwrap_or(core::ptr::null_mut()).cast()
    });
    let arg = SigsetArg::new(mask);
    let mut left = timeout; // the kernel writes to it
    // SAFETY: the sets have room for every descriptor below `n`; `arg` points to a mask or to nothing.
    unsafe {
        or_older!(
            lines::pselect6(n, read, write, except, left.as_mut(), &arg),
            super::older::pselect6(n, read, write, except, timeout, &arg)
        )
    }
}

/// [`select()`] with sets of which one has no room for all numbers below `n`: the kernel gets copies that have.
#[cfg(feature = "alloc")]
#[cold]
fn select_longer(
    n: usize,
    words: usize,
    mut sets: [Option<&mut [c_ulong]>; 3],
    timeout: Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let mut copies = sets.each_ref().map(|set| {
        set.as_ref().map(|set| {
            let mut copy = set.to_vec();
            copy.resize(words.max(set.len()), 0);
            copy
        })
    });
    let ready = select_below(
        n,
        copies.each_mut().map(Option::as_deref_mut),
        timeout,
        mask,
    )?;
    for (set, copy) in sets.iter_mut().zip(&copies) {
        if let (Some(set), Some(copy)) = (set, copy) {
            set.copy_from_slice(&copy[..set.len()]);
        }
    }
    Ok(ready)
}

/// As above. Without the heap there are only [`FdSet`]s, which all have the same room.
#[cfg(not(feature = "alloc"))]
#[cold]
fn select_longer(
    _n: usize,
    _words: usize,
    _sets: [Option<&mut [c_ulong]>; 3],
    _timeout: Option<Timespec>,
    _mask: Option<&SigSet>,
) -> Result<usize> {
    Err(Errno::EINVAL)
}

#[cfg(test)]
crate::layout::c_layout!(FdSet = "__kernel_fd_set" {});

/*
 * Lines
 */

//sys pub(super) unsafe fn pselect6(n: usize, read: *mut c_void, write: *mut c_void,
//        except: *mut c_void, timeout: Option<&mut Timespec>, mask: &SigsetArg) -> Result<usize>

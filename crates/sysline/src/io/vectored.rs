//! Reading into several buffers with one call, and writing several.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let (reader, writer) = sysline::io::pipe2(sysline::io::PipeFlags::CLOEXEC)?;
//! use sysline::fd::AsFd;
//! use sysline::io::{self, IoSlice, IoSliceMut};
//!
//! let message = [IoSlice::new(b"head: "), IoSlice::new(b"body")];
//! assert_eq!(io::writev(writer.as_fd(), &message), Ok(10));
//!
//! let (mut head, mut body) = ([0; 4], [0; 100]);
//! let mut buffers = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut body)];
//! assert_eq!(io::readv(reader.as_fd(), &mut buffers), Ok(10));
//! assert_eq!((&head, &body[..6]), (b"head", &b": body"[..]));
//! # Ok(())
//! # }
//! ```
//!
//! Owns: a list of buffers, `struct iovec`. A call takes at most 1,024 of them (`EINVAL`). This file is read by the
//! compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `vectored/lines.rs`.

use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

#[cfg(feature = "std")]
pub use std::io::{IoSlice, IoSliceMut}; // each is a `struct iovec`, by their documentation

#[cfg(not(feature = "std"))]
pub use without_std::{IoSlice, IoSliceMut};

/// `std`'s types where there is no `std`.
#[cfg(any(not(feature = "std"), test))]
#[cfg_attr(feature = "std", allow(dead_code, unreachable_pub))]
mod without_std {
    use core::fmt;
    use core::marker::PhantomData;
    use core::mem::offset_of;
    use core::ops::{Deref, DerefMut};
    use linux_raw_sys::general::iovec;

    /// `struct iovec` (readv(2)), with Rust's name for its length's type.
    #[derive(Clone, Copy)]
    #[repr(C)]
    struct Buffer {
        base: *mut u8,
        len: usize,
    }

    const _: () = {
        assert!(size_of::<Buffer>() == size_of::<iovec>());
        assert!(offset_of!(Buffer, base) == offset_of!(iovec, iov_base));
        assert!(offset_of!(Buffer, len) == offset_of!(iovec, iov_len));
    };

    /// A buffer to write. As `std::io::IoSlice`: a `struct iovec`.
    #[derive(Clone, Copy)]
    #[repr(transparent)]
    pub struct IoSlice<'a> {
        buffer: Buffer,
        bytes: PhantomData<&'a [u8]>,
    }

    /// A buffer to read into. As `std::io::IoSliceMut`: a `struct iovec`.
    #[repr(transparent)]
    pub struct IoSliceMut<'a> {
        buffer: Buffer,
        bytes: PhantomData<&'a mut [u8]>,
    }

    impl<'a> IoSlice<'a> {
        /// Takes a buffer.
        #[inline]
        pub fn new(bytes: &'a [u8]) -> IoSlice<'a> {
            let (base, len) = (bytes.as_ptr().cast_mut(), bytes.len());
            IoSlice {
                buffer: Buffer { base, len },
                bytes: PhantomData,
            }
        }
    }

    impl<'a> IoSliceMut<'a> {
        /// Takes a buffer.
        #[inline]
        pub fn new(bytes: &'a mut [u8]) -> IoSliceMut<'a> {
            let (base, len) = (bytes.as_mut_ptr(), bytes.len());
            IoSliceMut {
                buffer: Buffer { base, len },
                bytes: PhantomData,
            }
        }
    }

    impl DerefMut for IoSliceMut<'_> {
        #[inline]
        fn deref_mut(&mut self) -> &mut [u8] {
            // SAFETY: it was made of such a slice, and `self` is the only way to it.
            unsafe { core::slice::from_raw_parts_mut(self.buffer.base, self.buffer.len) }
        }
    }

    macro_rules! both {
        ($($name:ident)*) => {$(
            // SAFETY: it is a reference to bytes.
            unsafe impl Send for $name<'_> {}
            // SAFETY: as above.
            unsafe impl Sync for $name<'_> {}

            impl<'a> $name<'a> {
                /// Takes `n` bytes off its start.
                ///
                /// # Panics
                ///
                /// Where it has fewer.
                #[inline]
                pub fn advance(&mut self, n: usize) {
                    assert!(n <= self.buffer.len, "the buffer has fewer bytes");
                    self.buffer.len -= n;
                    self.buffer.base = self.buffer.base.wrapping_add(n);
                }

                /// Takes `n` bytes off the start of a list: whole buffers, and what is left of one.
                ///
                /// # Panics
                ///
                /// Where they have fewer.
                #[inline]
                pub fn advance_slices(bufs: &mut &mut [$name<'a>], mut n: usize) {
                    let mut whole = 0;
                    while let Some(left) = bufs.get(whole).and_then(|buf| n.checked_sub(buf.len())) {
                        n = left;
                        whole += 1;
                    }
                    *bufs = &mut core::mem::take(bufs)[whole..];
                    match bufs.first_mut() {
                        Some(first) => first.advance(n),
                        None => assert!(n == 0, "the buffers have fewer bytes"),
                    }
                }
            }

            impl Deref for $name<'_> {
                type Target = [u8];
                #[inline]
                fn deref(&self) -> &[u8] {
                    // SAFETY: it was made of such a slice.
                    unsafe { core::slice::from_raw_parts(self.buffer.base, self.buffer.len) }
                }
            }

            impl fmt::Debug for $name<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    (**self).fmt(f)
                }
            }
        )*};
    }

    both!(IoSlice IoSliceMut);

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::{format, vec::Vec};

        /// The same steps with `std`'s types and these: what is left is the same.
        macro_rules! left {
            ($slice:path, $n:expr) => {{
                let parts: [&[u8]; 4] = [b"abc", b"", b"de", b"f"];
                let mut slices = parts.map(<$slice>::new);
                let mut left = &mut slices[..];
                <$slice>::advance_slices(&mut left, $n);
                left.iter().map(|slice| slice.to_vec()).collect::<Vec<_>>()
            }};
        }

        #[test]
        fn they_do_what_those_of_std_do() {
            for n in 0..=6 {
                assert_eq!(left!(IoSlice<'_>, n), left!(std::io::IoSlice<'_>, n), "{n}");
            }
            assert_eq!(left!(IoSlice<'_>, 4), [&b"e"[..], b"f"]);
            let mut slice = IoSlice::new(b"word");
            slice.advance(1);
            assert_eq!(format!("{slice:?}"), "[111, 114, 100]");
        }

        #[test]
        fn what_is_written_through_one_is_in_the_buffer() {
            let mut bytes = *b"abcdef";
            let (first, second) = bytes.split_at_mut(4);
            let mut slices = [IoSliceMut::new(first), IoSliceMut::new(second)];
            slices[1][1] = b'F';
            let mut left = &mut slices[..];
            IoSliceMut::advance_slices(&mut left, 3);
            left[0].fill(b'D');
            assert_eq!(left.len(), 2);
            assert_eq!(&bytes, b"abcDeF");
        }

        #[test]
        #[should_panic(expected = "fewer bytes")]
        fn a_list_has_an_end() {
            let _ = left!(IoSlice<'_>, 7);
        }

        #[test]
        #[should_panic(expected = "fewer bytes")]
        fn a_buffer_has_an_end() {
            IoSlice::new(b"abc").advance(4);
        }
    }
}

flags! {
    /// What one call of [`preadv2`] or [`pwritev2`] does otherwise than the file's flags say.
    pub struct RwFlags: u32 {
        /// The device is polled, and no interrupt waited for; of files opened with
        /// [`OFlags::DIRECT`](crate::fs::OFlags::DIRECT).
        HIPRI = c::RWF_HIPRI;
        /// As with [`OFlags::DSYNC`](crate::fs::OFlags::DSYNC).
        DSYNC = c::RWF_DSYNC;
        /// As with [`OFlags::SYNC`](crate::fs::OFlags::SYNC).
        SYNC = c::RWF_SYNC;
        /// `EAGAIN` for what is not at hand, and no waiting for a device.
        NOWAIT = c::RWF_NOWAIT;
        /// To the end of the file, as with [`OFlags::APPEND`](crate::fs::OFlags::APPEND).
        APPEND = c::RWF_APPEND;
        /// To the offset, in spite of [`OFlags::APPEND`](crate::fs::OFlags::APPEND) (Linux 6.9).
        NOAPPEND = 0x20; // RWF_NOAPPEND, linux/fs.h
        /// All of it or nothing, also where the power fails (Linux 6.11).
        ATOMIC = 0x40; // RWF_ATOMIC, linux/fs.h
        /// Through the page cache, and out of it again (Linux 6.14).
        DONTCACHE = 0x80; // RWF_DONTCACHE, linux/fs.h
    }
}

/// The kernel's argument for an offset that may be the file's position, -1.
fn offset_or_position(offset: Option<u64>) -> Result<i64> {
    offset.map_or(Ok(-1), |offset| {
        i64::try_from(offset).map_err(|_| Errno::EINVAL)
    })
}

/// Reads as [`preadv`] does, at `offset` or, where that is `None`, at `fd`'s position, which is moved (Linux 4.6).
///
/// # Errors
///
/// Those of `preadv2(2)`. `EOPNOTSUPP` for a flag that the file or the kernel does not know.
#[inline]
pub fn preadv2(
    fd: BorrowedFd<'_>,
    bufs: &mut [IoSliceMut<'_>],
    offset: Option<u64>,
    flags: RwFlags,
) -> Result<usize> {
    lines::preadv2_raw(fd, bufs, offset_or_position(offset)?, flags)
}

/// Writes as [`pwritev`] does, at `offset` or, where that is `None`, at `fd`'s position, which is moved (Linux 4.6).
///
/// # Errors
///
/// Those of `pwritev2(2)`. `EOPNOTSUPP` for a flag that the file or the kernel does not know.
#[inline]
pub fn pwritev2(
    fd: BorrowedFd<'_>,
    bufs: &[IoSlice<'_>],
    offset: Option<u64>,
    flags: RwFlags,
) -> Result<usize> {
    lines::pwritev2_raw(fd, bufs, offset_or_position(offset)?, flags)
}

/*
 * Lines
 */

// Reads as [`read`](crate::io::read()) does, into the first buffer, then into the second, and so on; says how many bytes came.
//sys pub fn readv(fd: BorrowedFd<'_>, bufs: &mut [IoSliceMut<'_>]) -> Result<usize>

// Writes as [`write`](crate::io::write()) does, the first buffer, then the second, and so on; says how many bytes were taken.
//sys pub fn writev(fd: BorrowedFd<'_>, bufs: &[IoSlice<'_>]) -> Result<usize>

// Reads as [`readv`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn preadv(fd: BorrowedFd<'_>, bufs: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize>

// Writes as [`writev`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn pwritev(fd: BorrowedFd<'_>, bufs: &[IoSlice<'_>], offset: u64) -> Result<usize>

//sys pub(super) fn preadv2_raw(fd: BorrowedFd<'_>, bufs: &mut [IoSliceMut<'_>], offset: i64,
//        flags: RwFlags) -> Result<usize> = SYS_PREADV2

//sys pub(super) fn pwritev2_raw(fd: BorrowedFd<'_>, bufs: &[IoSlice<'_>], offset: i64,
//        flags: RwFlags) -> Result<usize> = SYS_PWRITEV2

//! Descriptors, owned and borrowed: `std`'s own types where there is `std`, and types of the same names and meaning
//! where there is not. I/O safety is the rule that a descriptor is used only by who owns it or was lent it; see
//! [`std::os::fd`](https://doc.rust-lang.org/std/os/fd/index.html).

#[cfg(feature = "std")]
pub use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

#[cfg(not(feature = "std"))]
pub use without_std::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

#[cfg(not(feature = "std"))]
mod without_std {
    use core::fmt;
    use core::marker::PhantomData;
    use core::mem::ManuallyDrop;

    /// A descriptor's number.
    pub type RawFd = i32;

    /// A descriptor that is closed when this is dropped. As `std::os::fd::OwnedFd`.
    #[repr(transparent)]
    pub struct OwnedFd(RawFd);

    /// A descriptor that somebody else owns and keeps open for `'fd`. As `std::os::fd::BorrowedFd`.
    #[derive(Clone, Copy)]
    #[repr(transparent)]
    pub struct BorrowedFd<'fd>(RawFd, PhantomData<&'fd OwnedFd>);

    /// What has a descriptor to lend. As `std::os::fd::AsFd`.
    pub trait AsFd {
        /// Lends the descriptor.
        fn as_fd(&self) -> BorrowedFd<'_>;
    }

    /// What has a descriptor's number. As `std::os::fd::AsRawFd`.
    pub trait AsRawFd {
        /// The number.
        fn as_raw_fd(&self) -> RawFd;
    }

    /// What can be made of a descriptor's number. As `std::os::fd::FromRawFd`.
    pub trait FromRawFd {
        /// Takes over the descriptor.
        ///
        /// # Safety
        ///
        /// It must be open, and nobody else may own it.
        unsafe fn from_raw_fd(fd: RawFd) -> Self;
    }

    /// What can give up its descriptor. As `std::os::fd::IntoRawFd`.
    pub trait IntoRawFd {
        /// Gives up the descriptor; the caller owns it.
        fn into_raw_fd(self) -> RawFd;
    }

    impl BorrowedFd<'_> {
        /// Takes a number for a descriptor that somebody owns.
        ///
        /// # Safety
        ///
        /// It must stay open for the lifetime of the result, or be a number that calls take in a descriptor's place
        /// and that never is one, such as `AT_FDCWD`. It must not be -1.
        pub const unsafe fn borrow_raw(fd: RawFd) -> Self {
            BorrowedFd(fd, PhantomData)
        }
    }

    impl Drop for OwnedFd {
        fn drop(&mut self) {
            // SAFETY: this owns the descriptor. An error is left, as `std` does: the descriptor is closed all the same.
            let _: crate::Result<()> = unsafe { crate::abi::sys(crate::nr::SYS_CLOSE, (self.0,)) };
        }
    }

    impl AsFd for OwnedFd {
        fn as_fd(&self) -> BorrowedFd<'_> {
            BorrowedFd(self.0, PhantomData)
        }
    }

    impl AsFd for BorrowedFd<'_> {
        fn as_fd(&self) -> BorrowedFd<'_> {
            *self
        }
    }

    impl<T: AsFd + ?Sized> AsFd for &T {
        fn as_fd(&self) -> BorrowedFd<'_> {
            (**self).as_fd()
        }
    }

    impl AsRawFd for OwnedFd {
        #[inline(always)]
        fn as_raw_fd(&self) -> RawFd {
            self.0
        }
    }

    impl AsRawFd for BorrowedFd<'_> {
        #[inline(always)]
        fn as_raw_fd(&self) -> RawFd {
            self.0
        }
    }

    impl FromRawFd for OwnedFd {
        #[inline(always)]
        unsafe fn from_raw_fd(fd: RawFd) -> OwnedFd {
            OwnedFd(fd)
        }
    }

    impl IntoRawFd for OwnedFd {
        #[inline(always)]
        fn into_raw_fd(self) -> RawFd {
            ManuallyDrop::new(self).0
        }
    }

    impl fmt::Debug for OwnedFd {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("OwnedFd").field("fd", &self.0).finish()
        }
    }

    impl fmt::Debug for BorrowedFd<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("BorrowedFd").field("fd", &self.0).finish()
        }
    }
}

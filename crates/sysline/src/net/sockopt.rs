//! Options of sockets (socket(7), ip(7), ipv6(7), tcp(7), udp(7), unix(7)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use core::time::Duration;
//! use sysline::fd::AsFd;
//! use sysline::net::{self, AddressFamily, Protocol, SocketType, sockopt};
//!
//! let socket = net::socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT)?;
//! let fd = socket.as_fd();
//! sockopt::set_socket_reuseaddr(fd, true)?;
//! sockopt::set_tcp_nodelay(fd, true)?;
//! sockopt::set_socket_keepalive(fd, true)?;
//! sockopt::set_tcp_keepidle(fd, Duration::from_secs(60))?;
//! assert_eq!(sockopt::tcp_keepidle(fd)?, Duration::from_secs(60));
//! # Ok(())
//! # }
//! ```
//!
//! An option `SO_REUSEADDR` is read by [`socket_reuseaddr`] and written by [`set_socket_reuseaddr`]; those of protocols begin with the
//! protocol's name: [`ip_ttl`], [`ipv6_v6only`], [`tcp_nodelay`], [`udp_segment`]. Options without a function here are read and written by
//! [`getsockopt`], [`getsockopt_as`] and [`setsockopt`].
//!
//! # Errors
//!
//! A socket of another kind, and a kernel that does not know the option, is `ENOPROTOOPT`, of some families and protocols `EOPNOTSUPP`. A
//! value that is out of the option's range is `EINVAL`. An answer that is shorter than the option's value, or can't be one, is
//! `EIO`: no kernel that has the option gives it.
//!
//! A [`Duration`](core::time::Duration) is told to the kernel in the option's own unit, rounded up: it never becomes zero, which of most
//! options means something else.
//!
//! Owns: how an option is read and written; its rooms own the options of each level and the types that are their values. This file is read by
//! the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `sockopt/lines.rs`.

use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use forms::{Get, Room, Set};

mod forms;
mod icmp;
mod ip;
mod ipv6;
mod lines;
mod multicast;
mod peer;
mod raw;
mod socket;
mod tcp;
mod tcp_info;
mod udp;

pub use forms::ShortName;
pub use icmp::*;
pub use ip::*;
pub use ipv6::*;
pub use multicast::*;
pub use peer::*;
pub use raw::*;
pub use socket::*;
pub use tcp::*;
pub use tcp_info::*;
pub use udp::*;

/// Reads an option into `room`; what the kernel has filled of it.
///
/// # Safety
///
/// The option must be one that writes no more bytes than it is told there is room for, and to no other place.
#[inline]
unsafe fn fill<'room>(
    fd: BorrowedFd<'_>,
    level: u32,
    name: u32,
    room: &'room mut [u8],
) -> Result<&'room [u8]> {
    let mut len = u32::try_from(room.len()).unwrap_or(u32::MAX);
    // SAFETY: `len` is how many bytes `room` has; the rest is the caller's promise.
    unsafe { lines::getsockopt_raw(fd, level, name, room.as_mut_ptr(), &mut len) }?;
    room.get(..len as usize).ok_or(Errno::EIO)
}

/// Reads an option whose value has a form.
///
/// # Safety
///
/// As [`fill`].
#[inline]
unsafe fn get<F: Get>(fd: BorrowedFd<'_>, level: u32, name: u32) -> Result<F::Value> {
    let mut room = F::Room::EMPTY;
    // SAFETY: the caller's promise.
    F::read(unsafe { fill(fd, level, name, room.as_mut()) }?)
}

/// Writes an option whose value has a form.
///
/// # Safety
///
/// The value must not be, or hold, an address or a descriptor's number to the kernel.
#[inline]
unsafe fn set<F: Set>(fd: BorrowedFd<'_>, level: u32, name: u32, value: F::Value) -> Result<()> {
    let bytes = F::bytes(value)?;
    // SAFETY: the caller's promise.
    unsafe { lines::setsockopt_raw(fd, level, name, bytes.as_ref()) }
}

/// Writes an option that is a name of up to 15 bytes. The kernel would cut a longer one off and take what is left for a name: here it
/// is what the kernel says of a name that it does not know.
///
/// # Safety
///
/// The option must be a name.
unsafe fn set_name(
    fd: BorrowedFd<'_>,
    level: u32,
    option: u32,
    name: impl PathArg,
    unknown: Errno,
) -> Result<()> {
    with_c_str(name, |name| {
        if name.count_bytes() > ShortName::MAX {
            return Err(unknown);
        }
        // SAFETY: the caller's promise.
        unsafe { lines::setsockopt_raw(fd, level, option, name.to_bytes_with_nul()) }
    })
}

/// Makes the functions of options. A row is `get READER set WRITER: TYPE = NAME;`, of which one function may be left out, with docs that
/// are true of both. `TYPE as FORM` is a value whose bytes are not its type's own: see `forms.rs`.
macro_rules! options {
    ($level:ident;) => {};
    ($level:ident; $(#[$attr:meta])* get $get:ident set $set:ident: $value:ty $(as $form:ty)? = $name:ident; $($rest:tt)*) => {
        getter!($level, $name, $get, [$value] [$($form)?], $(#[$attr])*);
        setter!($level, $name, $set, [$value] [$($form)?],
            #[doc = concat!("Sets what [`", stringify!($get), "`] tells.")]
            #[doc = ""]
            $(#[$attr])*
        );
        options! { $level; $($rest)* }
    };
    ($level:ident; $(#[$attr:meta])* get $get:ident: $value:ty $(as $form:ty)? = $name:ident; $($rest:tt)*) => {
        getter!($level, $name, $get, [$value] [$($form)?], $(#[$attr])*);
        options! { $level; $($rest)* }
    };
    ($level:ident; $(#[$attr:meta])* set $set:ident: $value:ty $(as $form:ty)? = $name:ident; $($rest:tt)*) => {
        setter!($level, $name, $set, [$value] [$($form)?], $(#[$attr])*);
        options! { $level; $($rest)* }
    };
}

macro_rules! getter {
    ($level:ident, $name:ident, $get:ident, [$value:ty] [$($form:ty)?], $(#[$attr:meta])*) => {
        $(#[$attr])*
        ///
        /// # Errors
        ///
        /// Those of `getsockopt(2)`: see [the module](crate::net::sockopt).
        #[inline]
        pub fn $get(fd: BorrowedFd<'_>) -> Result<$value> {
            // SAFETY: the kernel fills this option's value, and not more than there is room for.
            unsafe { $crate::net::sockopt::get::<form!($value, $($form)?)>(fd, c::$level, c::$name) }
        }
    };
}

macro_rules! setter {
    ($level:ident, $name:ident, $set:ident, [$value:ty] [$($form:ty)?], $(#[$attr:meta])*) => {
        $(#[$attr])*
        ///
        /// # Errors
        ///
        /// Those of `setsockopt(2)`: see [the module](crate::net::sockopt).
        #[inline]
        pub fn $set(fd: BorrowedFd<'_>, value: $value) -> Result<()> {
            // SAFETY: this option's value holds neither addresses nor descriptors.
            unsafe { $crate::net::sockopt::set::<form!($value, $($form)?)>(fd, c::$level, c::$name, value) }
        }
    };
}

/// The form of a row: what stands behind `as`, or the type itself.
macro_rules! form {
    ($value:ty,) => {
        $value
    };
    ($value:ty, $form:ty) => {
        $form
    };
}

use {form, getter, options, setter};

/*
 * Lines
 */

//sys pub(super) unsafe fn getsockopt_raw(fd: BorrowedFd<'_>, level: u32, name: u32, value: *mut u8,
//        len: &mut u32) -> Result<()> = SYS_GETSOCKOPT

//sys pub(super) unsafe fn setsockopt_raw(fd: BorrowedFd<'_>, level: u32, name: u32,
//        value: &[u8]) -> Result<()> = SYS_SETSOCKOPT

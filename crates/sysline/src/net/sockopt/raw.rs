//! Options by their level and name: for those that have no function here.
//!
//! To read or write *any* option can't be safe: a level and a name say what the bytes are to the kernel. `SO_ATTACH_FILTER`'s are an
//! address, `SO_ATTACH_BPF`'s and `TCP_ULP`'s kin are descriptors, `TCP_ZEROCOPY_RECEIVE` puts pages where the bytes in the buffer say, and
//! `SO_GET_FILTER` takes the buffer's length for a count of eight bytes each, and writes as many.

use super::*;
use crate::net::Ucred;
use core::net::Ipv4Addr;

/// Reads an option's bytes; how many the kernel says that it has filled. What of `value` it does not fill stays as it was: some options are
/// asked by what is there.
///
/// # Errors
///
/// Those of `getsockopt(2)`.
///
/// # Safety
///
/// The option must be one that writes no more bytes than `value` has, and to no other place; or the place and the descriptors that the bytes
/// of `value` name must be the caller's. What it returns may be a new descriptor's number, which is the caller's to close.
#[inline]
pub unsafe fn getsockopt(
    fd: BorrowedFd<'_>,
    level: u32,
    name: u32,
    value: &mut [u8],
) -> Result<usize> {
    let mut len = u32::try_from(value.len()).unwrap_or(u32::MAX);
    // SAFETY: `len` is how many bytes `value` has; the rest is the caller's promise.
    unsafe { lines::getsockopt_raw(fd, level, name, value.as_mut_ptr(), &mut len) }?;
    Ok(len as usize)
}

/// Writes an option's bytes.
///
/// # Errors
///
/// Those of `setsockopt(2)`.
///
/// # Safety
///
/// Addresses and descriptors that the bytes hold must be the caller's, and good for what the option does with them.
#[doc(alias = "SetsockoptByte")]
#[doc(alias = "SetsockoptString")]
#[inline]
pub unsafe fn setsockopt(fd: BorrowedFd<'_>, level: u32, name: u32, value: &[u8]) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { lines::setsockopt_raw(fd, level, name, value) }
}

/// What [`getsockopt_as`] and [`setsockopt_as`] read and write: C's `int` as `bool`, `i32`, `u32`, `u16` or `u8`; `u64`, addresses of IP, and
/// the structs that have a type here. It can't be implemented for others.
pub trait OptionValue: Sized + Get<Value = Self> + Set<Value = Self> {}

macro_rules! option_values {
    ($($value:ty),* $(,)?) => {
        $( impl OptionValue for $value {} )*
    };
}

option_values!(
    bool,
    i32,
    u32,
    u16,
    u8,
    u64,
    Ipv4Addr,
    core::net::Ipv6Addr,
    core::net::SocketAddrV4,
    core::net::SocketAddrV6,
    IpMreq,
    IpMreqn,
    IpMreqSource,
    Ipv6Mreq,
    Ipv6MtuInfo,
    Icmpv6Filter,
    Ucred,
);

/// Reads an option whose value has a type here: `getsockopt_as::<Ipv4Addr>(fd, SOL_IP, IP_MULTICAST_IF)`.
///
/// # Errors
///
/// Those of `getsockopt(2)`. `EIO` where the answer has not as many bytes as the type.
///
/// # Safety
///
/// As [`getsockopt`], for a buffer of zeros.
#[doc(alias = "GetsockoptInt")]
#[doc(alias = "GetsockoptInet4Addr")]
#[doc(alias = "GetsockoptIPMreq")]
#[doc(alias = "GetsockoptIPMreqn")]
#[doc(alias = "GetsockoptIPv6Mreq")]
#[doc(alias = "GetsockoptIPv6MTUInfo")]
#[doc(alias = "GetsockoptICMPv6Filter")]
#[doc(alias = "GetsockoptUcred")]
#[inline]
pub unsafe fn getsockopt_as<T: OptionValue>(
    fd: BorrowedFd<'_>,
    level: u32,
    name: u32,
) -> Result<T> {
    // SAFETY: the caller's promise.
    unsafe { get::<T>(fd, level, name) }
}

/// Writes an option whose value has a type here: `setsockopt_as(fd, SOL_IP, IP_MULTICAST_IF, mreqn)`.
///
/// # Errors
///
/// Those of `setsockopt(2)`.
///
/// # Safety
///
/// As [`setsockopt`].
#[doc(alias = "SetsockoptInt")]
#[doc(alias = "SetsockoptInet4Addr")]
#[doc(alias = "SetsockoptIPMreq")]
#[doc(alias = "SetsockoptIPMreqn")]
#[doc(alias = "SetsockoptIPv6Mreq")]
#[doc(alias = "SetsockoptICMPv6Filter")]
#[inline]
pub unsafe fn setsockopt_as<T: OptionValue>(
    fd: BorrowedFd<'_>,
    level: u32,
    name: u32,
    value: T,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { set::<T>(fd, level, name, value) }
}

//! Addresses of IP.
//!
//! ```
//! use core::net::{Ipv6Addr, SocketAddrV6};
//! use sysline::net::SocketAddrAny;
//!
//! // The flow's label is 7; the device's index 3.
//! let address = SocketAddrAny::from(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 7, 3));
//! assert_eq!(address.as_bytes()[2..8], [0, 80, 0, 0, 0, 7]);
//! assert_eq!(address.to_string(), "[::1%3]:80");
//! ```
//!
//! Owns: `struct sockaddr_in` and `struct sockaddr_in6`.

use super::{AddressArg, get, of_family, put};
use crate::net::AddressFamily;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// Both structs have the port here.
const PORT: usize = 2;

const V4_ADDRESS: usize = 4;
const V4_LEN: usize = 16;

const V6_FLOWINFO: usize = 4;
const V6_ADDRESS: usize = 8;
const V6_SCOPE: usize = 24;
const V6_LEN: usize = 28;

impl AddressArg for SocketAddrV4 {
    /// `struct sockaddr_in`.
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<V4_LEN>(AddressFamily::INET);
        put(&mut bytes, PORT, self.port().to_be_bytes());
        put(&mut bytes, V4_ADDRESS, self.ip().octets());
        call(&bytes)
    }
}

impl AddressArg for SocketAddrV6 {
    /// `struct sockaddr_in6`. The flow info is swapped as the port is: see [`Address::Inet6`](super::Address::Inet6).
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<V6_LEN>(AddressFamily::INET6);
        put(&mut bytes, PORT, self.port().to_be_bytes());
        put(&mut bytes, V6_FLOWINFO, self.flowinfo().to_be_bytes());
        put(&mut bytes, V6_ADDRESS, self.ip().octets());
        put(&mut bytes, V6_SCOPE, self.scope_id().to_ne_bytes());
        call(&bytes)
    }
}

impl AddressArg for SocketAddr {
    /// As of the version that it is.
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            SocketAddr::V4(address) => address.with_bytes(call),
            SocketAddr::V6(address) => address.with_bytes(call),
        }
    }
}

pub(super) fn decode_v4(bytes: &[u8]) -> Option<SocketAddrV4> {
    Some(SocketAddrV4::new(
        Ipv4Addr::from(get::<4>(bytes, V4_ADDRESS)?),
        u16::from_be_bytes(get(bytes, PORT)?),
    ))
}

pub(super) fn decode_v6(bytes: &[u8]) -> Option<SocketAddrV6> {
    Some(SocketAddrV6::new(
        Ipv6Addr::from(get::<16>(bytes, V6_ADDRESS)?),
        u16::from_be_bytes(get(bytes, PORT)?),
        u32::from_be_bytes(get(bytes, V6_FLOWINFO)?),
        u32::from_ne_bytes(get(bytes, V6_SCOPE)?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::net::{sockaddr_in, sockaddr_in6};

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(PORT, offset_of!(sockaddr_in, sin_port));
        assert_eq!(V4_ADDRESS, offset_of!(sockaddr_in, sin_addr));
        assert_eq!(V4_LEN, size_of::<sockaddr_in>());
        assert_eq!(PORT, offset_of!(sockaddr_in6, sin6_port));
        assert_eq!(V6_FLOWINFO, offset_of!(sockaddr_in6, sin6_flowinfo));
        assert_eq!(V6_ADDRESS, offset_of!(sockaddr_in6, sin6_addr));
        assert_eq!(V6_SCOPE, offset_of!(sockaddr_in6, sin6_scope_id));
        assert_eq!(V6_LEN, size_of::<sockaddr_in6>());
    }
}

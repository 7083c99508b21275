//! Groups of hosts that receive the same packets (ip(7), ipv6(7), RFC 3678). Owns: how a group is named, joined and left.
//!
//! A group is left when the socket is closed.

use super::forms::{part, plain};
use super::*;
use core::mem::offset_of;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use linux_raw_sys::net as c;

/// A group of IPv4, and the address of the device where it is: C's `struct ip_mreq`.
#[doc(alias = "ip_mreq")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpMreq {
    /// The group.
    pub multiaddr: Ipv4Addr,
    /// An address of the device; [`Ipv4Addr::UNSPECIFIED`] is the one that routes to the group.
    pub interface: Ipv4Addr,
}

/// A group of IPv4, and the device where it is: C's `struct ip_mreqn`.
#[doc(alias = "ip_mreqn")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpMreqn {
    /// The group.
    pub multiaddr: Ipv4Addr,
    /// An address of the device, where `ifindex` is 0.
    pub address: Ipv4Addr,
    /// The device's index; 0 where `address` says which one.
    pub ifindex: u32,
}

/// A group of IPv4 and one of its senders: C's `struct ip_mreq_source`.
#[doc(alias = "ip_mreq_source")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpMreqSource {
    /// The group.
    pub multiaddr: Ipv4Addr,
    /// An address of the device; [`Ipv4Addr::UNSPECIFIED`] is the one that routes to the group.
    pub interface: Ipv4Addr,
    /// The sender.
    pub sourceaddr: Ipv4Addr,
}

/// A group of IPv6, and the device where it is: C's `struct ipv6_mreq`.
#[doc(alias = "ipv6_mreq")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv6Mreq {
    /// The group, or of [`set_ipv6_join_anycast`] an address.
    pub multiaddr: Ipv6Addr,
    /// The device's index; 0 is the one that routes to the group.
    pub ifindex: u32,
}

/// A device's index among addresses: C's `int` of the same bits.
macro_rules! index {
    ($bytes:expr, $at:literal) => {
        u32::from_ne_bytes(part(&$bytes, $at))
    };
}

plain! {
    IpMreq: 8,
        bytes => Ok(IpMreq { multiaddr: part::<4>(&bytes, 0).into(), interface: part::<4>(&bytes, 4).into() }),
        value => joined([&value.multiaddr.octets(), &value.interface.octets()]);
    IpMreqn: 12,
        bytes => Ok(IpMreqn {
            multiaddr: part::<4>(&bytes, 0).into(),
            address: part::<4>(&bytes, 4).into(),
            ifindex: index!(bytes, 8),
        }),
        value => joined([&value.multiaddr.octets(), &value.address.octets(), &value.ifindex.to_ne_bytes()]);
    IpMreqSource: 12,
        bytes => Ok(IpMreqSource {
            multiaddr: part::<4>(&bytes, 0).into(),
            interface: part::<4>(&bytes, 4).into(),
            sourceaddr: part::<4>(&bytes, 8).into(),
        }),
        value => joined([&value.multiaddr.octets(), &value.interface.octets(), &value.sourceaddr.octets()]);
    Ipv6Mreq: 20,
        bytes => Ok(Ipv6Mreq { multiaddr: part::<16>(&bytes, 0).into(), ifindex: index!(bytes, 16) }),
        value => joined([&value.multiaddr.octets(), &value.ifindex.to_ne_bytes()]);
}

/// The bytes of a struct without gaps.
fn joined<const N: usize, const PARTS: usize>(parts: [&[u8]; PARTS]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut rest = &mut bytes[..];
    for part in parts {
        let (place, behind) = rest.split_at_mut(part.len());
        place.copy_from_slice(part);
        rest = behind;
    }
    bytes
}

options! { SOL_IP;
    /// Joins a group on a device, by one of its addresses. `EADDRINUSE` where the socket is in it already, `ENODEV` where there is no such
    /// device, `EINVAL` of an address that is no group's, `ENOBUFS` of too many groups (`net.ipv4.igmp_max_memberships`).
    #[doc(alias = "IP_ADD_MEMBERSHIP")]
    #[doc(alias = "SetsockoptIPMreq")]
    set set_ip_add_membership: IpMreq = IP_ADD_MEMBERSHIP;

    /// Joins a group on a device, by its index: as [`set_ip_add_membership`].
    #[doc(alias = "IP_ADD_MEMBERSHIP")]
    #[doc(alias = "SetsockoptIPMreqn")]
    set set_ip_add_membership_with_ifindex: IpMreqn = IP_ADD_MEMBERSHIP;

    /// Leaves a group. `EADDRNOTAVAIL` where the socket is not in it.
    #[doc(alias = "IP_DROP_MEMBERSHIP")]
    set set_ip_drop_membership: IpMreq = IP_DROP_MEMBERSHIP;

    /// Leaves a group on a device, by its index: as [`set_ip_drop_membership`].
    #[doc(alias = "IP_DROP_MEMBERSHIP")]
    set set_ip_drop_membership_with_ifindex: IpMreqn = IP_DROP_MEMBERSHIP;

    /// Joins a group for what this one sends to it; called again, for one more. `EINVAL` where the socket is in the group for all
    /// senders but some ([`set_ip_block_source`]).
    #[doc(alias = "IP_ADD_SOURCE_MEMBERSHIP")]
    set set_ip_add_source_membership: IpMreqSource = IP_ADD_SOURCE_MEMBERSHIP;

    /// Does not receive any more what this one sends to a group. `EADDRNOTAVAIL` where it did not.
    #[doc(alias = "IP_DROP_SOURCE_MEMBERSHIP")]
    set set_ip_drop_source_membership: IpMreqSource = IP_DROP_SOURCE_MEMBERSHIP;

    /// Keeps out what this one sends to a group that the socket is in for all senders.
    #[doc(alias = "IP_BLOCK_SOURCE")]
    set set_ip_block_source: IpMreqSource = IP_BLOCK_SOURCE;

    /// Ends [`set_ip_block_source`]. `EADDRNOTAVAIL` where it was not kept out.
    #[doc(alias = "IP_UNBLOCK_SOURCE")]
    set set_ip_unblock_source: IpMreqSource = IP_UNBLOCK_SOURCE;

    /// The address of the device from which packets to groups are sent; [`Ipv4Addr::UNSPECIFIED`] is the one that routes to the group.
    /// `EADDRNOTAVAIL` where no device has it.
    #[doc(alias = "IP_MULTICAST_IF")]
    #[doc(alias = "GetsockoptInet4Addr")]
    #[doc(alias = "SetsockoptInet4Addr")]
    get ip_multicast_if set set_ip_multicast_if: Ipv4Addr = IP_MULTICAST_IF;

    /// Sets the device from which packets to groups are sent by its index, and the address that they come from. The group does not matter.
    #[doc(alias = "IP_MULTICAST_IF")]
    #[doc(alias = "SetsockoptIPMreqn")]
    set set_ip_multicast_if_with_ifindex: IpMreqn = IP_MULTICAST_IF;

    /// Over how many routers packets to groups go: 1 is none, 0 is not out of this machine.
    #[doc(alias = "IP_MULTICAST_TTL")]
    get ip_multicast_ttl set set_ip_multicast_ttl: u8 = IP_MULTICAST_TTL;

    /// Whether packets to groups are received by this machine's sockets too.
    #[doc(alias = "IP_MULTICAST_LOOP")]
    get ip_multicast_loop set set_ip_multicast_loop: bool = IP_MULTICAST_LOOP;

    /// Whether the socket receives what comes for any group that a socket of this machine has joined, and not only for its own. It is so
    /// at first.
    #[doc(alias = "IP_MULTICAST_ALL")]
    get ip_multicast_all set set_ip_multicast_all: bool = IP_MULTICAST_ALL;
}

options! { SOL_IPV6;
    /// Joins a group on a device. `EADDRINUSE` where the socket is in it already, `ENODEV` where there is no such device, `EINVAL` of
    /// an address that is no group's.
    #[doc(alias = "IPV6_ADD_MEMBERSHIP")]
    #[doc(alias = "IPV6_JOIN_GROUP")]
    #[doc(alias = "SetsockoptIPv6Mreq")]
    set set_ipv6_add_membership: Ipv6Mreq = IPV6_ADD_MEMBERSHIP;

    /// Leaves a group. `EADDRNOTAVAIL` where the socket is not in it.
    #[doc(alias = "IPV6_DROP_MEMBERSHIP")]
    #[doc(alias = "IPV6_LEAVE_GROUP")]
    set set_ipv6_drop_membership: Ipv6Mreq = IPV6_DROP_MEMBERSHIP;

    /// Gives the device an address that other hosts may have too, for as long as the socket is open. It needs `CAP_NET_ADMIN` (`EPERM`).
    #[doc(alias = "IPV6_JOIN_ANYCAST")]
    set set_ipv6_join_anycast: Ipv6Mreq = IPV6_JOIN_ANYCAST;

    /// Takes such an address away. `ENOENT` where the socket has not given it.
    #[doc(alias = "IPV6_LEAVE_ANYCAST")]
    set set_ipv6_leave_anycast: Ipv6Mreq = IPV6_LEAVE_ANYCAST;

    /// The index of the device from which packets to groups are sent; 0 is the one that routes to the group. `ENODEV` where there is none.
    #[doc(alias = "IPV6_MULTICAST_IF")]
    get ipv6_multicast_if set set_ipv6_multicast_if: u32 = IPV6_MULTICAST_IF;

    /// Over how many routers packets to groups go: 1 is none, 0 is not out of this machine.
    #[doc(alias = "IPV6_MULTICAST_HOPS")]
    get ipv6_multicast_hops set set_ipv6_multicast_hops: u8 = IPV6_MULTICAST_HOPS;

    /// Whether packets to groups are received by this machine's sockets too.
    #[doc(alias = "IPV6_MULTICAST_LOOP")]
    get ipv6_multicast_loop set set_ipv6_multicast_loop: bool = IPV6_MULTICAST_LOOP;

    /// Whether the socket receives what comes for any group that a socket of this machine has joined, and not only for its own (Linux 4.20).
    #[doc(alias = "IPV6_MULTICAST_ALL")]
    get ipv6_multicast_all set set_ipv6_multicast_all: bool = IPV6_MULTICAST_ALL;
}

/// Groups of both versions of IP, by a device's index: the functions, their option, whether a sender belongs to it.
macro_rules! groups {
    ($($(#[$attr:meta])* $name:ident($($source:ident)?) = $option:ident;)*) => {$(
        $(#[$attr])*
        ///
        /// # Errors
        ///
        /// Those of `setsockopt(2)`: `EINVAL` of an address that is no group's, `ENODEV` where there is no such device.
        pub fn $name(fd: BorrowedFd<'_>, ifindex: u32, group: IpAddr $(, $source: IpAddr)?) -> Result<()> {
            let request = GroupRequest::new(ifindex, group)$(.source($source))?;
            let size = size_of::<group_struct!($($source)?)>();
            // SAFETY: a group holds neither addresses of memory nor descriptors.
            unsafe { lines::setsockopt_raw(fd, request.level, c::$option, &request.bytes[..size]) }
        }
    )*};
}

macro_rules! group_struct {
    () => {
        c::group_req
    };
    ($source:ident) => {
        c::group_source_req
    };
}

groups! {
    /// Joins a group of either version of IP. `EADDRINUSE` where the socket is in it already.
    #[doc(alias = "MCAST_JOIN_GROUP")]
    mcast_join_group() = MCAST_JOIN_GROUP;

    /// Leaves a group. `EADDRNOTAVAIL` where the socket is not in it.
    #[doc(alias = "MCAST_LEAVE_GROUP")]
    mcast_leave_group() = MCAST_LEAVE_GROUP;

    /// Joins a group for what `source` sends to it; called again, for one more.
    #[doc(alias = "MCAST_JOIN_SOURCE_GROUP")]
    mcast_join_source_group(source) = MCAST_JOIN_SOURCE_GROUP;

    /// Does not receive any more what `source` sends to the group. `EADDRNOTAVAIL` where it did not.
    #[doc(alias = "MCAST_LEAVE_SOURCE_GROUP")]
    mcast_leave_source_group(source) = MCAST_LEAVE_SOURCE_GROUP;

    /// Keeps out what `source` sends to a group that the socket is in for all senders.
    #[doc(alias = "MCAST_BLOCK_SOURCE")]
    mcast_block_source(source) = MCAST_BLOCK_SOURCE;

    /// Ends [`mcast_block_source`]. `EADDRNOTAVAIL` where it was not kept out.
    #[doc(alias = "MCAST_UNBLOCK_SOURCE")]
    mcast_unblock_source(source) = MCAST_UNBLOCK_SOURCE;
}

/// C's `struct group_source_req`, and as its beginning `struct group_req`, whose fields are at the same places.
struct GroupRequest {
    level: u32,
    bytes: [u8; size_of::<c::group_source_req>()],
}

const _: () = assert!(
    offset_of!(c::group_req, gr_group) == offset_of!(c::group_source_req, gsr_group)
        && offset_of!(c::group_req, gr_interface) == offset_of!(c::group_source_req, gsr_interface)
);

impl GroupRequest {
    fn new(ifindex: u32, group: IpAddr) -> GroupRequest {
        let mut request = GroupRequest {
            level: match group {
                IpAddr::V4(_) => c::SOL_IP,
                IpAddr::V6(_) => c::SOL_IPV6,
            },
            bytes: [0; size_of::<c::group_source_req>()],
        };
        request.put(
            offset_of!(c::group_source_req, gsr_interface),
            &ifindex.to_ne_bytes(),
        );
        request.address(offset_of!(c::group_source_req, gsr_group), group);
        request
    }

    fn source(mut self, source: IpAddr) -> GroupRequest {
        self.address(offset_of!(c::group_source_req, gsr_source), source);
        self
    }

    fn address(&mut self, at: usize, address: IpAddr) {
        use crate::net::AddressArg;
        match address {
            IpAddr::V4(ip) => {
                SocketAddrV4::new(ip, 0).with_bytes(|bytes| self.put(at, bytes));
            }
            IpAddr::V6(ip) => {
                SocketAddrV6::new(ip, 0, 0, 0).with_bytes(|bytes| self.put(at, bytes));
            }
        }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_the_bytes_of_c() {
        let (multiaddr, interface) = (Ipv4Addr::new(224, 0, 0, 9), Ipv4Addr::LOCALHOST);
        let mreq = IpMreq {
            multiaddr,
            interface,
        };
        assert_eq!(IpMreq::bytes(mreq), Ok([224, 0, 0, 9, 127, 0, 0, 1]));
        assert_eq!(IpMreq::read(&[224, 0, 0, 9, 127, 0, 0, 1]), Ok(mreq));

        let mreqn = IpMreqn {
            multiaddr,
            address: interface,
            ifindex: 0x0102,
        };
        let bytes = IpMreqn::bytes(mreqn).unwrap();
        assert_eq!(bytes[..8], [224, 0, 0, 9, 127, 0, 0, 1]);
        assert_eq!(bytes[8..], 0x0102u32.to_ne_bytes());
        assert_eq!(IpMreqn::read(&bytes), Ok(mreqn));
        assert_eq!(IpMreqn::read(&bytes[..8]), Err(Errno::EIO));

        let sourceaddr = Ipv4Addr::new(10, 1, 2, 3);
        let source = IpMreqSource {
            multiaddr,
            interface,
            sourceaddr,
        };
        let bytes = [224, 0, 0, 9, 127, 0, 0, 1, 10, 1, 2, 3];
        assert_eq!(IpMreqSource::bytes(source), Ok(bytes));
        assert_eq!(IpMreqSource::read(&bytes), Ok(source));

        let mreq = Ipv6Mreq {
            multiaddr: Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 9),
            ifindex: 0x0304,
        };
        let bytes = Ipv6Mreq::bytes(mreq).unwrap();
        assert_eq!(bytes[..3], [0xff, 2, 0]);
        assert_eq!(bytes[15], 9);
        assert_eq!(bytes[16..], 0x0304u32.to_ne_bytes());
        assert_eq!(Ipv6Mreq::read(&bytes), Ok(mreq));
    }

    #[test]
    fn a_request_of_either_version_has_its_addresses_at_their_places() {
        let request = GroupRequest::new(7, Ipv4Addr::new(224, 0, 0, 9).into())
            .source(Ipv4Addr::new(10, 1, 2, 3).into());
        assert_eq!(request.level, 0);
        assert_eq!(request.bytes[..4], 7u32.to_ne_bytes());
        let word = size_of::<usize>(); // the alignment of struct sockaddr_storage
        assert_eq!(request.bytes[word..word + 2], 2u16.to_ne_bytes());
        assert_eq!(request.bytes[word + 4..word + 8], [224, 0, 0, 9]);
        assert_eq!(request.bytes[word + 128 + 4..word + 128 + 8], [10, 1, 2, 3]);

        let request = GroupRequest::new(7, Ipv6Addr::LOCALHOST.into());
        assert_eq!(request.level, 41);
        assert_eq!(request.bytes[word..word + 2], 10u16.to_ne_bytes());
        assert_eq!(request.bytes[word + 8 + 15], 1);
    }
}

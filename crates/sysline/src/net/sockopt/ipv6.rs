//! Options of IPv6 (ipv6(7), RFC 3542). Groups are in `multicast.rs`.

use super::forms::{OrDefault, SwappedIndex, part, plain};
use super::*;
use crate::flags::flags;
use core::net::SocketAddrV6;
use linux_raw_sys::net as c;

/// How long packets on the way to an address may be: C's `struct ip6_mtuinfo`.
#[doc(alias = "ip6_mtuinfo")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv6MtuInfo {
    /// The address, without a port. [`ipv6_pathmtu`] tells none ([`Ipv6Addr::UNSPECIFIED`](core::net::Ipv6Addr::UNSPECIFIED)); the control
    /// message of [`set_ipv6_recvpathmtu`] does.
    pub address: SocketAddrV6,
    /// How many bytes the greatest packet has.
    pub mtu: u32,
}

plain! {
    Ipv6MtuInfo: 32,
        bytes => {
            // As the value of an option it comes without an address, and so without a family.
            let mut address: [u8; 28] = part(&bytes, 0);
            if address[..2] == [0; 2] {
                address[..2].copy_from_slice(&crate::net::AddressFamily::INET6.raw().to_ne_bytes());
            }
            Ok(Ipv6MtuInfo {
                address: SocketAddrV6::read(&address)?,
                mtu: u32::from_ne_bytes(part(&bytes, 28)),
            })
        },
        value => {
            let mut bytes = [0; 32];
            bytes[..28].copy_from_slice(&<SocketAddrV6 as Set>::bytes(value.address)?);
            bytes[28..].copy_from_slice(&value.mtu.to_ne_bytes());
            bytes
        };
}

flags! {
    /// Which of its addresses a socket sends from: [`ipv6_addr_preferences`] (RFC 5014).
    pub struct AddrPreferences: u32 {
        /// A temporary one.
        TMP = c::IPV6_PREFER_SRC_TMP;
        /// A public one.
        PUBLIC = c::IPV6_PREFER_SRC_PUBLIC;
        /// A public or a temporary one, as the system has it.
        PUBTMP_DEFAULT = c::IPV6_PREFER_SRC_PUBTMP_DEFAULT;
        /// One that a mobile host has where it is.
        COA = c::IPV6_PREFER_SRC_COA;
        /// One that a mobile host has at home.
        HOME = c::IPV6_PREFER_SRC_HOME;
        /// One that was made of a key.
        CGA = c::IPV6_PREFER_SRC_CGA;
        /// One that was not made of a key.
        NONCGA = c::IPV6_PREFER_SRC_NONCGA;
    }
}

impl forms::Int for AddrPreferences {
    type Value = AddrPreferences;
    fn of(number: i32) -> Result<AddrPreferences> {
        Ok(AddrPreferences::from_bits_retain(number as u32))
    }
    fn number(value: AddrPreferences) -> i32 {
        value.bits() as i32
    }
}

options! { SOL_IPV6;
    /// Whether the socket is for IPv6 only, and not for IPv4 by addresses such as `::ffff:127.0.0.1` too. `EINVAL` to set it where the
    /// socket is bound.
    #[doc(alias = "IPV6_V6ONLY")]
    get ipv6_v6only set set_ipv6_v6only: bool = IPV6_V6ONLY;

    /// Over how many routers packets go.
    #[doc(alias = "IPV6_UNICAST_HOPS")]
    get ipv6_unicast_hops: u8 = IPV6_UNICAST_HOPS;

    /// Sets what [`ipv6_unicast_hops`] tells; `None` is the route's own.
    #[doc(alias = "IPV6_UNICAST_HOPS")]
    set set_ipv6_unicast_hops: Option<u8> as OrDefault = IPV6_UNICAST_HOPS;

    /// The fewest routers left to go of a packet that is received; others are lost.
    #[doc(alias = "IPV6_MINHOPCOUNT")]
    get ipv6_minhopcount set set_ipv6_minhopcount: u8 = IPV6_MINHOPCOUNT;

    /// The traffic class of packets that are sent: their differentiated services and two bits of congestion, which TCP sets itself.
    #[doc(alias = "IPV6_TCLASS")]
    get ipv6_tclass: u8 = IPV6_TCLASS;

    /// Sets what [`ipv6_tclass`] tells; `None` is 0.
    #[doc(alias = "IPV6_TCLASS")]
    set set_ipv6_tclass: Option<u8> as OrDefault = IPV6_TCLASS;

    /// How the greatest packet that the way takes is found.
    #[doc(alias = "IPV6_MTU_DISCOVER")]
    get ipv6_mtu_discover set set_ipv6_mtu_discover: super::MtuDiscover = IPV6_MTU_DISCOVER;

    /// How many bytes the greatest packet has that the way takes, as far as is known. `ENOTCONN` where the socket is not connected.
    #[doc(alias = "IPV6_MTU")]
    get ipv6_mtu: u32 = IPV6_MTU;

    /// The most bytes that a packet or a fragment may have: 0 is as many as the way takes, else it is at least 1280.
    #[doc(alias = "IPV6_MTU")]
    set set_ipv6_mtu: u32 = IPV6_MTU;

    /// How long packets on the way to the other end may be. `ENOTCONN` where the socket is not connected.
    #[doc(alias = "IPV6_PATHMTU")]
    #[doc(alias = "GetsockoptIPv6MTUInfo")]
    get ipv6_pathmtu: Ipv6MtuInfo = IPV6_PATHMTU;

    /// Whether messages come with how long packets may be, where that has changed.
    #[doc(alias = "IPV6_RECVPATHMTU")]
    get ipv6_recvpathmtu set set_ipv6_recvpathmtu: bool = IPV6_RECVPATHMTU;

    /// Whether packets of datagram and raw sockets that are too long are `EMSGSIZE`, and not cut.
    #[doc(alias = "IPV6_DONTFRAG")]
    get ipv6_dontfrag set set_ipv6_dontfrag: bool = IPV6_DONTFRAG;

    /// Whether errors of the network are kept in a queue, from which [`RecvFlags::ERRQUEUE`](crate::net::RecvFlags::ERRQUEUE) takes them.
    #[doc(alias = "IPV6_RECVERR")]
    get ipv6_recverr set set_ipv6_recverr: bool = IPV6_RECVERR;

    /// Whether errors in that queue come with the extensions of RFC 4884 (Linux 5.9).
    #[doc(alias = "IPV6_RECVERR_RFC4884")]
    get ipv6_recverr_rfc4884 set set_ipv6_recverr_rfc4884: bool = IPV6_RECVERR_RFC4884;

    /// Whether messages come with the device and the address that they came to.
    #[doc(alias = "IPV6_RECVPKTINFO")]
    get ipv6_recvpktinfo set set_ipv6_recvpktinfo: bool = IPV6_RECVPKTINFO;

    /// Whether messages come with how many routers they had left to go.
    #[doc(alias = "IPV6_RECVHOPLIMIT")]
    get ipv6_recvhoplimit set set_ipv6_recvhoplimit: bool = IPV6_RECVHOPLIMIT;

    /// Whether messages come with their traffic class.
    #[doc(alias = "IPV6_RECVTCLASS")]
    get ipv6_recvtclass set set_ipv6_recvtclass: bool = IPV6_RECVTCLASS;

    /// Whether messages come with their packet's routing header.
    #[doc(alias = "IPV6_RECVRTHDR")]
    get ipv6_recvrthdr set set_ipv6_recvrthdr: bool = IPV6_RECVRTHDR;

    /// Whether messages come with their packet's hop-by-hop options.
    #[doc(alias = "IPV6_RECVHOPOPTS")]
    get ipv6_recvhopopts set set_ipv6_recvhopopts: bool = IPV6_RECVHOPOPTS;

    /// Whether messages come with their packet's destination options.
    #[doc(alias = "IPV6_RECVDSTOPTS")]
    get ipv6_recvdstopts set set_ipv6_recvdstopts: bool = IPV6_RECVDSTOPTS;

    /// Whether messages come with the address that they were sent to, where they were sent to another ([`set_ipv6_transparent`]).
    #[doc(alias = "IPV6_RECVORIGDSTADDR")]
    get ipv6_recvorigdstaddr set set_ipv6_recvorigdstaddr: bool = IPV6_RECVORIGDSTADDR;

    /// Whether messages come with the greatest length of the fragments that they came in (Linux 4.10).
    #[doc(alias = "IPV6_RECVFRAGSIZE")]
    get ipv6_recvfragsize set set_ipv6_recvfragsize: bool = IPV6_RECVFRAGSIZE;

    /// Whether the flow label and traffic class of the packet come with messages.
    #[doc(alias = "IPV6_FLOWINFO")]
    get ipv6_flowinfo set set_ipv6_flowinfo: bool = IPV6_FLOWINFO;

    /// Whether an address's flow information is the label of packets that are sent to it.
    #[doc(alias = "IPV6_FLOWINFO_SEND")]
    get ipv6_flowinfo_send set set_ipv6_flowinfo_send: bool = IPV6_FLOWINFO_SEND;

    /// Whether packets without a flow label get one of their connection's own (Linux 3.17).
    #[doc(alias = "IPV6_AUTOFLOWLABEL")]
    get ipv6_autoflowlabel set set_ipv6_autoflowlabel: bool = IPV6_AUTOFLOWLABEL;

    /// Which of its addresses the socket sends from.
    #[doc(alias = "IPV6_ADDR_PREFERENCES")]
    get ipv6_addr_preferences set set_ipv6_addr_preferences: AddrPreferences = IPV6_ADDR_PREFERENCES;

    /// Whether the socket may be bound to an address that this machine does not have, or not yet (Linux 4.15).
    #[doc(alias = "IPV6_FREEBIND")]
    get ipv6_freebind set set_ipv6_freebind: bool = IPV6_FREEBIND;

    /// Whether the socket may be bound to addresses of others, and receives what is sent to them. To switch it on needs `CAP_NET_ADMIN` or
    /// `CAP_NET_RAW` (`EPERM`).
    #[doc(alias = "IPV6_TRANSPARENT")]
    get ipv6_transparent set set_ipv6_transparent: bool = IPV6_TRANSPARENT;

    /// The index of the device from which packets are sent; 0 is the one that the routes say. `EADDRNOTAVAIL` where there is none such
    /// (Linux 3.4).
    #[doc(alias = "IPV6_UNICAST_IF")]
    get ipv6_unicast_if set set_ipv6_unicast_if: u32 as SwappedIndex = IPV6_UNICAST_IF;

    /// Whether packets are sent with a header that the caller has written (Linux 4.5). Of raw sockets.
    #[doc(alias = "IPV6_HDRINCL")]
    get ipv6_hdrincl set set_ipv6_hdrincl: bool = IPV6_HDRINCL;

    /// Where in its packets the kernel writes and tests a checksum; `None` is nowhere. Of raw sockets; for ICMPv6 it can't be changed.
    #[doc(alias = "IPV6_CHECKSUM")]
    get ipv6_checksum set set_ipv6_checksum: Option<u32> as forms::OrNone = IPV6_CHECKSUM;

    /// Makes a socket of IPv6 that is connected to an address of IPv4 one of [`AddressFamily::INET`](crate::net::AddressFamily::INET): it is
    /// the only value that it takes. `ENOTCONN` where it is not connected, `EADDRNOTAVAIL` where the address is one of IPv6.
    #[doc(alias = "IPV6_ADDRFORM")]
    set set_ipv6_addrform: crate::net::AddressFamily = IPV6_ADDRFORM;

    /// Where a connection that was redirected to this machine was meant to go (netfilter's `REDIRECT`). `ENOENT` where nothing was
    /// redirected.
    #[doc(alias = "IP6T_SO_ORIGINAL_DST")]
    get ipv6_original_dst: SocketAddrV6 = IP6T_SO_ORIGINAL_DST;
}

/// Which packets that this machine routes and that alert routers go to this socket: those with this value; `None` is none. Of raw sockets of
/// [`Protocol::RAW`](crate::net::Protocol::RAW). It needs `CAP_NET_RAW`.
///
/// # Errors
///
/// Those of `setsockopt(2)`.
#[doc(alias = "IPV6_ROUTER_ALERT")]
pub fn set_ipv6_router_alert(fd: BorrowedFd<'_>, value: Option<u16>) -> Result<()> {
    // SAFETY: a number is neither an address nor a descriptor.
    unsafe { set::<forms::OrNone>(fd, c::SOL_IPV6, c::IPV6_ROUTER_ALERT, value.map(u32::from)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv6Addr;

    #[test]
    fn mtu_information_has_the_bytes_of_c() {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&10u16.to_ne_bytes());
        bytes[23] = 1;
        bytes[28..].copy_from_slice(&1500u32.to_ne_bytes());
        let info = Ipv6MtuInfo {
            address: SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0),
            mtu: 1500,
        };
        assert_eq!(Ipv6MtuInfo::read(&bytes), Ok(info));
        assert_eq!(<Ipv6MtuInfo as Set>::bytes(info), Ok(bytes));
        assert_eq!(Ipv6MtuInfo::read(&bytes[..28]), Err(Errno::EIO));
        bytes[..2].copy_from_slice(&2u16.to_ne_bytes());
        assert_eq!(Ipv6MtuInfo::read(&bytes), Err(Errno::EIO));
    }
}

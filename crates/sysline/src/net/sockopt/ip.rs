//! Options of IPv4 (ip(7)). Groups are in `multicast.rs`.

use super::forms::{OrDefault, SwappedIndex};
use super::*;
use crate::flags::numbers;
use crate::net::Protocol;
use core::net::SocketAddrV4;
use linux_raw_sys::net as c;

numbers! {
    /// How a socket finds the greatest packet that its way takes: [`ip_mtu_discover`], [`ipv6_mtu_discover`].
    pub struct MtuDiscover: i32 {
        /// Not at all: packets may be cut on their way.
        DONT = c::IP_PMTUDISC_DONT;
        /// As the route says.
        WANT = c::IP_PMTUDISC_WANT;
        /// Always: no packet is cut, and one that is too long is `EMSGSIZE`.
        DO = c::IP_PMTUDISC_DO;
        /// As [`MtuDiscover::DO`], without heed of what is known already: for programs that find it out themselves.
        PROBE = c::IP_PMTUDISC_PROBE;
        /// The device's own, and what the network says about it is not believed (Linux 3.14).
        INTERFACE = c::IP_PMTUDISC_INTERFACE;
        /// As [`MtuDiscover::INTERFACE`], and longer packets are cut (Linux 3.15).
        OMIT = c::IP_PMTUDISC_OMIT;
    }
}

impl forms::Int for MtuDiscover {
    type Value = MtuDiscover;
    fn of(number: i32) -> Result<MtuDiscover> {
        Ok(MtuDiscover::from_raw(number))
    }
    fn number(value: MtuDiscover) -> i32 {
        value.raw()
    }
}

options! { SOL_IP;
    /// The type of service of packets that are sent: their differentiated services and two bits of congestion, which TCP sets itself.
    #[doc(alias = "IP_TOS")]
    get ip_tos set set_ip_tos: u8 = IP_TOS;

    /// Over how many routers packets go. It can't be 0.
    #[doc(alias = "IP_TTL")]
    get ip_ttl: u8 = IP_TTL;

    /// Sets what [`ip_ttl`] tells; `None` is the system's own, `net.ipv4.ip_default_ttl`. 0 is `EINVAL`.
    #[doc(alias = "IP_TTL")]
    set set_ip_ttl: Option<u8> as OrDefault = IP_TTL;

    /// The fewest routers left to go of a packet that is received (Linux 2.6.34); others are lost.
    #[doc(alias = "IP_MINTTL")]
    get ip_minttl set set_ip_minttl: u8 = IP_MINTTL;

    /// How the greatest packet that the way takes is found.
    #[doc(alias = "IP_MTU_DISCOVER")]
    get ip_mtu_discover set set_ip_mtu_discover: MtuDiscover = IP_MTU_DISCOVER;

    /// How many bytes the greatest packet has that the way takes, as far as is known. `ENOTCONN` where the socket is not connected.
    #[doc(alias = "IP_MTU")]
    get ip_mtu: u32 = IP_MTU;

    /// Whether errors of the network are kept in a queue, from which [`RecvFlags::ERRQUEUE`](crate::net::RecvFlags::ERRQUEUE) takes them.
    #[doc(alias = "IP_RECVERR")]
    get ip_recverr set set_ip_recverr: bool = IP_RECVERR;

    /// Whether errors in that queue come with the extensions of RFC 4884 (Linux 5.9).
    #[doc(alias = "IP_RECVERR_RFC4884")]
    get ip_recverr_rfc4884 set set_ip_recverr_rfc4884: bool = IP_RECVERR_RFC4884;

    /// Whether messages come with the device and the address that they came to.
    #[doc(alias = "IP_PKTINFO")]
    #[doc(alias = "IP_RECVPKTINFO")]
    get ip_pktinfo set set_ip_pktinfo: bool = IP_PKTINFO;

    /// Whether messages come with how many routers they had left to go.
    #[doc(alias = "IP_RECVTTL")]
    get ip_recvttl set set_ip_recvttl: bool = IP_RECVTTL;

    /// Whether messages come with their type of service.
    #[doc(alias = "IP_RECVTOS")]
    get ip_recvtos set set_ip_recvtos: bool = IP_RECVTOS;

    /// Whether messages come with the options of their packet.
    #[doc(alias = "IP_RECVOPTS")]
    get ip_recvopts set set_ip_recvopts: bool = IP_RECVOPTS;

    /// Whether messages come with the options for an answer to their packet.
    #[doc(alias = "IP_RETOPTS")]
    #[doc(alias = "IP_RECVRETOPTS")]
    get ip_retopts set set_ip_retopts: bool = IP_RETOPTS;

    /// Whether messages come with the address that they were sent to, where they were sent to another ([`set_ip_transparent`]).
    #[doc(alias = "IP_RECVORIGDSTADDR")]
    get ip_recvorigdstaddr set set_ip_recvorigdstaddr: bool = IP_RECVORIGDSTADDR;

    /// Whether messages come with the greatest length of the fragments that they came in (Linux 4.10). Of raw and datagram sockets.
    #[doc(alias = "IP_RECVFRAGSIZE")]
    get ip_recvfragsize set set_ip_recvfragsize: bool = IP_RECVFRAGSIZE;

    /// Whether messages come with the sum over their packet that the device made (Linux 4.0).
    #[doc(alias = "IP_CHECKSUM")]
    get ip_checksum set set_ip_checksum: bool = IP_CHECKSUM;

    /// Whether messages come with their packet's security label.
    #[doc(alias = "IP_PASSSEC")]
    get ip_passsec set set_ip_passsec: bool = IP_PASSSEC;

    /// Whether the socket may be bound to an address that this machine does not have, or not yet.
    #[doc(alias = "IP_FREEBIND")]
    get ip_freebind set set_ip_freebind: bool = IP_FREEBIND;

    /// Whether the socket may be bound to addresses of others, and receives what is sent to them. To switch it on needs `CAP_NET_ADMIN` or
    /// `CAP_NET_RAW` (`EPERM`).
    #[doc(alias = "IP_TRANSPARENT")]
    get ip_transparent set set_ip_transparent: bool = IP_TRANSPARENT;

    /// Whether bind(2) to port 0 takes no port yet: connect(2) does, which may take one that other connections have (Linux 4.2).
    #[doc(alias = "IP_BIND_ADDRESS_NO_PORT")]
    get ip_bind_address_no_port set set_ip_bind_address_no_port: bool = IP_BIND_ADDRESS_NO_PORT;

    /// The first and the last port that the kernel chooses for the socket; `None` for either is the system's own,
    /// `net.ipv4.ip_local_port_range`. For IPv6 too (Linux 6.3).
    #[doc(alias = "IP_LOCAL_PORT_RANGE")]
    get ip_local_port_range set set_ip_local_port_range: PortRange = IP_LOCAL_PORT_RANGE;

    /// The index of the device from which packets are sent; 0 is the one that the routes say. `EADDRNOTAVAIL` where there is none such
    /// (Linux 3.4).
    #[doc(alias = "IP_UNICAST_IF")]
    get ip_unicast_if set set_ip_unicast_if: u32 as SwappedIndex = IP_UNICAST_IF;

    /// Whether packets are sent with a header that the caller has written. Of raw sockets.
    #[doc(alias = "IP_HDRINCL")]
    get ip_hdrincl set set_ip_hdrincl: bool = IP_HDRINCL;

    /// Whether fragments of packets are not put together. Of raw sockets.
    #[doc(alias = "IP_NODEFRAG")]
    get ip_nodefrag set set_ip_nodefrag: bool = IP_NODEFRAG;

    /// Whether packets that this machine routes and that alert routers go to this socket. Of raw sockets; the kernel does not tell it.
    #[doc(alias = "IP_ROUTER_ALERT")]
    set set_ip_router_alert: bool = IP_ROUTER_ALERT;

    /// What the socket's packets speak. Of raw sockets (Linux 6.4).
    #[doc(alias = "IP_PROTOCOL")]
    get ip_protocol: Protocol = IP_PROTOCOL;

    /// Where a connection that was redirected to this machine was meant to go (netfilter's `REDIRECT`). `ENOENT` where nothing was
    /// redirected.
    #[doc(alias = "SO_ORIGINAL_DST")]
    get ip_original_dst: SocketAddrV4 = SO_ORIGINAL_DST;
}

/// The ports that the kernel chooses from: [`ip_local_port_range`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortRange {
    /// The first; `None` is the system's own.
    pub first: Option<u16>,
    /// The last; `None` is the system's own.
    pub last: Option<u16>,
}

impl forms::Int for PortRange {
    type Value = PortRange;
    fn of(number: i32) -> Result<PortRange> {
        let number = number as u32;
        let port = |port| Some(port as u16).filter(|&port| port != 0);
        Ok(PortRange {
            first: port(number),
            last: port(number >> 16),
        })
    }
    fn number(value: PortRange) -> i32 {
        let port = |port: Option<u16>| u32::from(port.unwrap_or(0));
        (port(value.first) | port(value.last) << 16) as i32
    }
}

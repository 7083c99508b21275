//! Network devices and their addresses: which there are, and what changes of them (rtnetlink(7)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # #[cfg(feature = "alloc")] {
//! use sysline::net::netlink::route::{all_addresses, all_links};
//!
//! let links = all_links()?;
//! for address in all_addresses()? {
//!     let link = links.iter().find(|link| link.index == address.index);
//!     if let (Some(link), Some(ip)) = (link, address.ip) {
//!         println!("{}: {ip}/{}", link.name, address.prefix_len);
//!     }
//! }
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! What changes is told to who has subscribed: [`changes`] reads it. To change something oneself is a
//! [`call`](NetlinkSocket::call) with a [`LinkHeader`] or an [`AddressHeader`] and attributes of [`ifla`] and [`ifa`]:
//!
//! ```
//! use sysline::net::netlink::{Error, Family, MessageFlags, MessageType, NetlinkSocket};
//! use sysline::net::netlink::route::{LinkFlags, LinkHeader, ifla};
//!
//! /// Sets a device up, with another greatest length of packets.
//! fn start(index: u32, mtu: u32) -> sysline::Result<()> {
//!     let mut socket = NetlinkSocket::open(Family::ROUTE)?;
//!     let header = LinkHeader {
//!         flags: LinkFlags::UP,
//!         change: LinkFlags::UP,
//!         ..LinkHeader::new(index)
//!     };
//!     let mut buffer = [0; 1024];
//!     socket.call(&mut buffer, MessageType::NEWLINK, MessageFlags::empty(), |body| {
//!         body.put_header(&header.to_bytes())?;
//!         body.put_u32(ifla::MTU, mtu)
//!     })?;
//!     Ok(())
//! }
//! # assert!(start(u32::MAX >> 1, 1500).is_err());
//! ```
//!
//! Owns: what rtnetlink's messages of devices and addresses mean (`linux/if_link.h`, `linux/if_addr.h`). Must not know how
//! they are laid out beyond their two headers. What is read is from anywhere: nothing in it is trusted.

use super::{
    AddressFamily, Answers, Attribute, Message, MessageFlags, MessageType, NetlinkSocket, decode,
};
use crate::abi::{Errno, Result};
use crate::flags::{flags, numbers};
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;
use linux_raw_sys::net::{self as n, net_device_flags as iff};
use linux_raw_sys::netlink as c;

impl MessageType {
    /// [`route`](self): a device, or that one is to be made or changed.
    pub const NEWLINK: MessageType = MessageType::from_raw(c::RTM_NEWLINK as u16);
    /// [`route`](self): a device that is gone, or that is to go.
    pub const DELLINK: MessageType = MessageType::from_raw(c::RTM_DELLINK as u16);
    /// [`route`](self): asks for devices.
    pub const GETLINK: MessageType = MessageType::from_raw(c::RTM_GETLINK as u16);
    /// [`route`](self): an address, or that one is to be given to a device.
    pub const NEWADDR: MessageType = MessageType::from_raw(c::RTM_NEWADDR as u16);
    /// [`route`](self): an address that is gone, or that is to go.
    pub const DELADDR: MessageType = MessageType::from_raw(c::RTM_DELADDR as u16);
    /// [`route`](self): asks for addresses.
    pub const GETADDR: MessageType = MessageType::from_raw(c::RTM_GETADDR as u16);
}

macro_rules! attribute_types {
    ($($(#[$($attr:tt)*])* $name:ident = $value:expr;)*) => {$(
        $(#[$($attr)*])*
        pub const $name: u16 = $value as u16;
    )*};
}

/// The types of a device's attributes (`linux/if_link.h`).
pub mod ifla {
    use super::c;

    attribute_types! {
        /// Its hardware address.
        ADDRESS = c::IFLA_ADDRESS;
        /// The hardware address of all.
        BROADCAST = c::IFLA_BROADCAST;
        /// Its name, a text.
        IFNAME = c::IFLA_IFNAME;
        /// The greatest length of a packet, 32 bits.
        MTU = c::IFLA_MTU;
        /// The device that it stands on, or its peer: 32 bits.
        LINK = c::IFLA_LINK;
        /// What queues its packets, a text.
        QDISC = c::IFLA_QDISC;
        /// The device that it is a part of, such as a bridge: 32 bits.
        MASTER = c::IFLA_MASTER;
        /// How many packets may wait, 32 bits.
        TXQLEN = c::IFLA_TXQLEN;
        /// Its state, 8 bits: [`OperState`](super::OperState).
        OPERSTATE = c::IFLA_OPERSTATE;
        /// How its state is told, 8 bits.
        LINKMODE = c::IFLA_LINKMODE;
        /// Of which kind it is, nested: [`INFO_KIND`], [`INFO_DATA`].
        LINKINFO = c::IFLA_LINKINFO;
        /// In [`LINKINFO`]: the kind, a text.
        INFO_KIND = c::IFLA_INFO_KIND;
        /// In [`LINKINFO`]: what only this kind has, nested.
        INFO_DATA = c::IFLA_INFO_DATA;
        /// In [`INFO_DATA`] of a `veth`: its peer, a [`LinkHeader`](super::LinkHeader) and attributes behind it.
        VETH_INFO_PEER = 1; // linux/veth.h
        /// The network namespace of a process, 32 bits: where it is to go.
        NET_NS_PID = c::IFLA_NET_NS_PID;
        /// The network namespace of a descriptor, 32 bits: where it is to go.
        NET_NS_FD = c::IFLA_NET_NS_FD;
        /// A text of the user's.
        IFALIAS = c::IFLA_IFALIAS;
        /// The group that it is in, 32 bits.
        GROUP = c::IFLA_GROUP;
        /// Of a request: what is told and what is not, 32 bits.
        EXT_MASK = c::IFLA_EXT_MASK;
        /// How many want it to give all packets, 32 bits.
        PROMISCUITY = c::IFLA_PROMISCUITY;
        /// Its counters (`struct rtnl_link_stats64`).
        STATS64 = c::IFLA_STATS64;
        /// What families know of it, nested.
        AF_SPEC = c::IFLA_AF_SPEC;
        /// Whether there is something at the other end, 8 bits.
        CARRIER = c::IFLA_CARRIER;
        /// The number of the network namespace that [`LINK`] is in, where that is another: 32 bits with a sign (Linux 4.0).
        LINK_NETNSID = c::IFLA_LINK_NETNSID;
        /// Other names, nested: [`ALT_IFNAME`] (Linux 5.5).
        PROP_LIST = c::IFLA_PROP_LIST;
        /// Another name, a text (Linux 5.5).
        ALT_IFNAME = c::IFLA_ALT_IFNAME;
        /// The hardware address that it was made with (Linux 5.6).
        PERM_ADDRESS = c::IFLA_PERM_ADDRESS;
    }
}

/// The types of an address' attributes (`linux/if_addr.h`).
pub mod ifa {
    use super::c;

    attribute_types! {
        /// The address; of a device that has one other end only, that end's.
        ADDRESS = c::IFA_ADDRESS;
        /// The address, where [`ADDRESS`] is the other end's.
        LOCAL = c::IFA_LOCAL;
        /// What IPv4 calls it, a text: the device's name, mostly.
        LABEL = c::IFA_LABEL;
        /// The address of all.
        BROADCAST = c::IFA_BROADCAST;
        /// An address of which there are several.
        ANYCAST = c::IFA_ANYCAST;
        /// How long it is good, and since when (`struct ifa_cacheinfo`).
        CACHEINFO = c::IFA_CACHEINFO;
        /// An address of a group.
        MULTICAST = c::IFA_MULTICAST;
        /// Its flags, all 32 bits: [`AddressFlags`](super::AddressFlags).
        FLAGS = c::IFA_FLAGS;
        /// The metric of its route, 32 bits (Linux 4.18).
        RT_PRIORITY = c::IFA_RT_PRIORITY;
        /// Who has set it, 8 bits (Linux 5.18).
        PROTO = c::IFA_PROTO;
    }
}

flags! {
    /// What a device is and does (netdevice(7)).
    pub struct LinkFlags: u32 {
        /// It is in use.
        UP = iff::IFF_UP;
        /// It has an address for all.
        BROADCAST = iff::IFF_BROADCAST;
        /// It tells what it does.
        DEBUG = iff::IFF_DEBUG;
        /// What goes out comes in.
        LOOPBACK = iff::IFF_LOOPBACK;
        /// It has one other end.
        POINTOPOINT = iff::IFF_POINTOPOINT;
        /// Nothing today.
        NOTRAILERS = iff::IFF_NOTRAILERS;
        /// It works.
        RUNNING = iff::IFF_RUNNING;
        /// It needs no ARP.
        NOARP = iff::IFF_NOARP;
        /// It gives all packets.
        PROMISC = iff::IFF_PROMISC;
        /// It gives the packets of all groups.
        ALLMULTI = iff::IFF_ALLMULTI;
        /// It has others as parts that share its load.
        MASTER = iff::IFF_MASTER;
        /// It is a part of such a one.
        SLAVE = iff::IFF_SLAVE;
        /// It knows groups.
        MULTICAST = iff::IFF_MULTICAST;
        /// It has several media.
        PORTSEL = iff::IFF_PORTSEL;
        /// It chooses its medium itself.
        AUTOMEDIA = iff::IFF_AUTOMEDIA;
        /// It loses its addresses when it is set down.
        DYNAMIC = iff::IFF_DYNAMIC;
        /// There is something at the other end.
        LOWER_UP = iff::IFF_LOWER_UP;
        /// It waits for somebody to say that it may be used.
        DORMANT = iff::IFF_DORMANT;
        /// It gives back what it has sent.
        ECHO = iff::IFF_ECHO;
    }

    /// What an address is and does.
    pub struct AddressFlags: u32 {
        /// Of IPv4: there is one of the same network before it.
        SECONDARY = c::IFA_F_SECONDARY;
        /// Of IPv6: it was made up for a while, for privacy.
        TEMPORARY = c::IFA_F_TEMPORARY;
        /// Nobody is asked whether it has it already.
        NODAD = c::IFA_F_NODAD;
        /// It is used while others are asked whether they have it.
        OPTIMISTIC = c::IFA_F_OPTIMISTIC;
        /// Another has it.
        DADFAILED = c::IFA_F_DADFAILED;
        /// The home address of one who is elsewhere (RFC 6275).
        HOMEADDRESS = c::IFA_F_HOMEADDRESS;
        /// It is not used for something new.
        DEPRECATED = c::IFA_F_DEPRECATED;
        /// Others are being asked whether they have it.
        TENTATIVE = c::IFA_F_TENTATIVE;
        /// It is good for ever.
        PERMANENT = c::IFA_F_PERMANENT;
        /// The kernel makes temporary ones of its network.
        MANAGETEMPADDR = c::IFA_F_MANAGETEMPADDR;
        /// No route comes with it.
        NOPREFIXROUTE = c::IFA_F_NOPREFIXROUTE;
        /// Its group is joined.
        MCAUTOJOIN = c::IFA_F_MCAUTOJOIN;
        /// It was made of a secret, for privacy (RFC 7217).
        STABLE_PRIVACY = c::IFA_F_STABLE_PRIVACY;
    }
}

numbers! {
    /// Whether a device works (RFC 2863).
    pub struct OperState: u8 {
        /// Its driver does not say.
        UNKNOWN = n::IF_OPER_UNKNOWN;
        /// A part is missing.
        NOTPRESENT = n::IF_OPER_NOTPRESENT;
        /// No.
        DOWN = n::IF_OPER_DOWN;
        /// No, as the device that it stands on does not.
        LOWERLAYERDOWN = n::IF_OPER_LOWERLAYERDOWN;
        /// It is being tested.
        TESTING = n::IF_OPER_TESTING;
        /// It waits for something to happen.
        DORMANT = n::IF_OPER_DORMANT;
        /// Yes.
        UP = n::IF_OPER_UP;
    }

    /// What a device's hardware is (`ARPHRD_...` of `linux/if_arp.h`).
    pub struct LinkType: u16 {
        /// NET/ROM, the number of which is zero: what is no answer often has it.
        NETROM = 0;
        /// Ethernet.
        ETHER = 1;
        /// InfiniBand.
        INFINIBAND = 32;
        /// CAN.
        CAN = 280;
        /// PPP.
        PPP = 512;
        /// IPv4 in IPv4.
        TUNNEL = 768;
        /// Anything in IPv6.
        TUNNEL6 = 769;
        /// The loopback device.
        LOOPBACK = 772;
        /// IPv6 in IPv4.
        SIT = 776;
        /// GRE in IPv4.
        IPGRE = 778;
        /// WLAN.
        IEEE80211 = 801;
        /// GRE in IPv6.
        IP6GRE = 823;
        /// Copies of netlink's messages.
        NETLINK = 824;
        /// None: packets have no header of a device's.
        NONE = 0xfffe;
    }

    /// How far an address is good: the greater, the nearer.
    pub struct Scope: u8 {
        /// Everywhere.
        UNIVERSE = c::rt_scope_t::RT_SCOPE_UNIVERSE;
        /// This site.
        SITE = c::rt_scope_t::RT_SCOPE_SITE;
        /// What the device reaches without a router.
        LINK = c::rt_scope_t::RT_SCOPE_LINK;
        /// This machine.
        HOST = c::rt_scope_t::RT_SCOPE_HOST;
        /// Nowhere.
        NOWHERE = c::rt_scope_t::RT_SCOPE_NOWHERE;
    }
}

impl OperState {
    /// Its name, such as `UP`; `None` for one that has none here.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            OperState::UNKNOWN => "UNKNOWN",
            OperState::NOTPRESENT => "NOTPRESENT",
            OperState::DOWN => "DOWN",
            OperState::LOWERLAYERDOWN => "LOWERLAYERDOWN",
            OperState::TESTING => "TESTING",
            OperState::DORMANT => "DORMANT",
            OperState::UP => "UP",
            _ => return None,
        })
    }
}

/// What stands before a device's attributes. `struct ifinfomsg` (`linux/rtnetlink.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkHeader {
    /// Whose view it is: [`AddressFamily::UNSPEC`] is the device's own.
    pub family: AddressFamily,
    /// What its hardware is.
    pub link_type: LinkType,
    /// Its number; zero is none.
    pub index: u32,
    /// What it is and does.
    pub flags: LinkFlags,
    /// Of a request: which of the flags to change.
    pub change: LinkFlags,
}

impl LinkHeader {
    /// How many bytes it has.
    pub const LEN: usize = 16;

    /// One of a device, and of which nothing else is said.
    pub const fn new(index: u32) -> LinkHeader {
        LinkHeader {
            family: AddressFamily::UNSPEC,
            link_type: LinkType::NETROM,
            index,
            flags: LinkFlags::empty(),
            change: LinkFlags::empty(),
        }
    }

    /// The bytes of C's struct.
    pub const fn to_bytes(self) -> [u8; LinkHeader::LEN] {
        let [a, b] = self.link_type.raw().to_ne_bytes();
        let [c, d, e, f] = self.index.to_ne_bytes();
        let [g, h, i, j] = self.flags.bits().to_ne_bytes();
        let [k, l, m, n] = self.change.bits().to_ne_bytes();
        // The family has eight bits here, and nothing beside it.
        let family = self.family.raw() as u8;
        [family, 0, a, b, c, d, e, f, g, h, i, j, k, l, m, n]
    }

    /// What the bytes of C's struct say.
    pub const fn from_bytes(bytes: [u8; LinkHeader::LEN]) -> LinkHeader {
        let [family, _, a, b, c, d, e, f, g, h, i, j, k, l, m, n] = bytes;
        LinkHeader {
            family: AddressFamily::from_raw(family as u16),
            link_type: LinkType::from_raw(u16::from_ne_bytes([a, b])),
            index: u32::from_ne_bytes([c, d, e, f]),
            flags: LinkFlags::from_bits_retain(u32::from_ne_bytes([g, h, i, j])),
            change: LinkFlags::from_bits_retain(u32::from_ne_bytes([k, l, m, n])),
        }
    }
}

/// What stands before an address' attributes. `struct ifaddrmsg` (`linux/if_addr.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressHeader {
    /// Whose address it is.
    pub family: AddressFamily,
    /// How many bits of it are the network's.
    pub prefix_len: u8,
    /// The lowest eight of its [`AddressFlags`].
    pub flags: u8,
    /// How far it is good.
    pub scope: Scope,
    /// The device's number.
    pub index: u32,
}

impl AddressHeader {
    /// How many bytes it has.
    pub const LEN: usize = 8;

    /// One of a device's address, which is good everywhere.
    pub const fn new(index: u32, family: AddressFamily, prefix_len: u8) -> AddressHeader {
        AddressHeader {
            family,
            prefix_len,
            flags: 0,
            scope: Scope::UNIVERSE,
            index,
        }
    }

    /// The bytes of C's struct.
    pub const fn to_bytes(self) -> [u8; AddressHeader::LEN] {
        let [a, b, c, d] = self.index.to_ne_bytes();
        // The family has eight bits here.
        let family = self.family.raw() as u8;
        [
            family,
            self.prefix_len,
            self.flags,
            self.scope.raw(),
            a,
            b,
            c,
            d,
        ]
    }

    /// What the bytes of C's struct say.
    pub const fn from_bytes(bytes: [u8; AddressHeader::LEN]) -> AddressHeader {
        let [family, prefix_len, flags, scope, a, b, c, d] = bytes;
        AddressHeader {
            family: AddressFamily::from_raw(family as u16),
            prefix_len,
            flags,
            scope: Scope::from_raw(scope),
            index: u32::from_ne_bytes([a, b, c, d]),
        }
    }
}

/// A name of the kernel's: bytes, of which none is NUL. Mostly it is text, but who gives a device its name need not care.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    // Zero behind the name.
    bytes: [u8; Name::MAX],
}

impl Name {
    /// The most bytes that one has. Those of devices have up to 15.
    pub const MAX: usize = 64;

    fn new(attribute: &Attribute<'_>) -> Result<Name> {
        let name = attribute.text();
        let mut bytes = [0; Name::MAX];
        bytes
            .get_mut(..name.len())
            .ok_or(Errno::EIO)?
            .copy_from_slice(name);
        Ok(Name { bytes })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        let len = self.bytes.iter().position(|byte| *byte == 0);
        &self.bytes[..len.unwrap_or(Name::MAX)]
    }

    /// Its text; `None` where it is none.
    pub fn to_str(&self) -> Option<&str> {
        core::str::from_utf8(self.as_bytes()).ok()
    }
}

impl fmt::Display for Name {
    /// What is no text is shown as `�`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.to_str() {
            return f.pad(text);
        }
        for part in self.as_bytes().utf8_chunks() {
            f.write_str(part.valid())?;
            if !part.invalid().is_empty() {
                f.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// A hardware address, of as many bytes as the hardware has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HardwareAddress {
    // Zero behind the address.
    bytes: [u8; HardwareAddress::MAX],
    len: u8,
}

impl HardwareAddress {
    /// The most bytes that one has (`MAX_ADDR_LEN` of `linux/netdevice.h`).
    pub const MAX: usize = 32;

    fn new(attribute: &Attribute<'_>) -> Result<HardwareAddress> {
        let address = attribute.payload;
        let mut bytes = [0; HardwareAddress::MAX];
        let room = bytes.get_mut(..address.len()).ok_or(Errno::EIO)?;
        room.copy_from_slice(address);
        let len = address.len() as u8; // there was room for so many
        Ok(HardwareAddress { bytes, len })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len.into()]
    }
}

impl fmt::Display for HardwareAddress {
    /// As it is usually written: `00:11:22:aa:bb:cc`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.as_bytes().iter().enumerate() {
            let colon = if at == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A network device. What the kernel did not tell is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: Name,
    /// What its hardware is.
    pub link_type: LinkType,
    /// What it is and does.
    pub flags: LinkFlags,
    /// Whether it works.
    pub state: Option<OperState>,
    /// The greatest length of a packet.
    pub mtu: Option<u32>,
    /// Its hardware address.
    pub address: Option<HardwareAddress>,
    /// The hardware address of all; of a device with one other end, that one's.
    pub broadcast: Option<HardwareAddress>,
    /// The number of the device that it stands on, or of its peer; zero where there could be one and is none.
    pub parent: Option<u32>,
    /// The network namespace in which `parent` is, where that is another, by the number that it has in this one (Linux 4.0).
    pub parent_namespace: Option<i32>,
    /// The number of the device that it is a part of, such as a bridge.
    pub master: Option<u32>,
    /// Its kind, such as `veth`; of a device of hardware `None`.
    pub kind: Option<Name>,
    /// What queues its packets.
    pub qdisc: Option<Name>,
    /// How many packets may wait.
    pub queue_len: Option<u32>,
    /// The group that it is in.
    pub group: Option<u32>,
    /// Whether there is something at the other end.
    pub carrier: Option<bool>,
}

impl Link {
    /// What a message of a device says.
    ///
    /// # Errors
    ///
    /// `EIO` where it is no such message, or has no name in it, or does not make sense. Also for what other families tell of a device
    /// by the same message: a bridge says so that a part is no longer its, and the device is still there.
    pub fn from_message(message: &Message<'_>) -> Result<Link> {
        let of_links = [MessageType::NEWLINK, MessageType::DELLINK];
        let (header, attributes) = message.split()?;
        let header = LinkHeader::from_bytes(*header);
        if !of_links.contains(&message.kind()) || header.family != AddressFamily::UNSPEC {
            return Err(Errno::EIO);
        }
        let mut has_name = false;
        let mut link = Link {
            index: header.index,
            name: Name {
                bytes: [0; Name::MAX],
            },
            link_type: header.link_type,
            flags: header.flags,
            state: None,
            mtu: None,
            address: None,
            broadcast: None,
            parent: None,
            parent_namespace: None,
            master: None,
            kind: None,
            qdisc: None,
            queue_len: None,
            group: None,
            carrier: None,
        };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                ifla::IFNAME => (link.name, has_name) = (Name::new(&attribute)?, true),
                ifla::OPERSTATE => link.state = Some(OperState::from_raw(number(attribute.u8())?)),
                ifla::MTU => link.mtu = Some(number(attribute.u32())?),
                ifla::ADDRESS => link.address = Some(HardwareAddress::new(&attribute)?),
                ifla::BROADCAST => link.broadcast = Some(HardwareAddress::new(&attribute)?),
                ifla::LINK => link.parent = Some(number(attribute.u32())?),
                ifla::LINK_NETNSID => link.parent_namespace = Some(number(attribute.i32())?),
                ifla::MASTER => link.master = Some(number(attribute.u32())?),
                ifla::QDISC => link.qdisc = Some(Name::new(&attribute)?),
                ifla::TXQLEN => link.queue_len = Some(number(attribute.u32())?),
                ifla::GROUP => link.group = Some(number(attribute.u32())?),
                ifla::CARRIER => link.carrier = Some(number(attribute.u8())? != 0),
                ifla::LINKINFO => {
                    let kind = attribute.attributes().first(ifla::INFO_KIND)?;
                    link.kind = kind.map(|kind| Name::new(&kind)).transpose()?;
                }
                _ => {}
            }
        }
        match has_name {
            true => Ok(link),
            false => Err(Errno::EIO),
        }
    }
}

/// What must be there.
fn number<T>(number: Option<T>) -> Result<T> {
    number.ok_or(Errno::EIO)
}

/// An address of a network device. What the kernel did not tell is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// The device's number.
    pub index: u32,
    /// Whose address it is.
    pub family: AddressFamily,
    /// The address itself; `None` where it is none of IP.
    pub ip: Option<IpAddr>,
    /// The address of the other end, where that is another.
    pub peer: Option<IpAddr>,
    /// How many bits of it, or of the other end's, are the network's.
    pub prefix_len: u8,
    /// How far it is good.
    pub scope: Scope,
    /// What it is and does.
    pub flags: AddressFlags,
    /// What IPv4 calls it: the device's name, mostly.
    pub label: Option<Name>,
    /// The address of all.
    pub broadcast: Option<IpAddr>,
    /// The metric of its route (Linux 4.18).
    pub metric: Option<u32>,
    /// How long it may still be used for something new; `None` for ever.
    pub preferred: Option<Duration>,
    /// How long it will still be there; `None` for ever.
    pub valid: Option<Duration>,
}

impl Address {
    /// What a message of an address says.
    ///
    /// # Errors
    ///
    /// `EIO` where it is no such message, or does not make sense.
    pub fn from_message(message: &Message<'_>) -> Result<Address> {
        let of_addresses = [MessageType::NEWADDR, MessageType::DELADDR];
        if !of_addresses.contains(&message.kind()) {
            return Err(Errno::EIO);
        }
        let (header, attributes) = message.split()?;
        let header = AddressHeader::from_bytes(*header);
        let mut address = Address {
            index: header.index,
            family: header.family,
            ip: None,
            peer: None,
            prefix_len: header.prefix_len,
            scope: header.scope,
            flags: AddressFlags::from_bits_retain(header.flags.into()),
            label: None,
            broadcast: None,
            metric: None,
            preferred: None,
            valid: None,
        };
        let ip = |attribute: &Attribute<'_>| ip(header.family, attribute.payload);
        let (mut local, mut other) = (None, None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                ifa::LOCAL => local = ip(&attribute)?,
                ifa::ADDRESS => other = ip(&attribute)?,
                ifa::BROADCAST => address.broadcast = ip(&attribute)?,
                ifa::LABEL => address.label = Some(Name::new(&attribute)?),
                ifa::RT_PRIORITY => address.metric = Some(number(attribute.u32())?),
                ifa::FLAGS => {
                    let flags = number(attribute.u32())?;
                    address.flags = AddressFlags::from_bits_retain(flags);
                }
                ifa::CACHEINFO => {
                    // `struct ifa_cacheinfo`: `ifa_prefered`, `ifa_valid`, and two times.
                    let (preferred, behind) = number(attribute.payload.split_first_chunk())?;
                    let valid = number(behind.first_chunk())?;
                    address.preferred = duration(*preferred);
                    address.valid = duration(*valid);
                }
                _ => {}
            }
        }
        address.ip = local.or(other);
        address.peer = other.filter(|_| address.ip != other);
        Ok(address)
    }
}

/// An address of IP; `None` in other families.
fn ip(family: AddressFamily, bytes: &[u8]) -> Result<Option<IpAddr>> {
    match family {
        AddressFamily::INET => {
            let octets: [u8; 4] = bytes.try_into().map_err(|_| Errno::EIO)?;
            Ok(Some(Ipv4Addr::from(octets).into()))
        }
        AddressFamily::INET6 => {
            let octets: [u8; 16] = bytes.try_into().map_err(|_| Errno::EIO)?;
            Ok(Some(Ipv6Addr::from(octets).into()))
        }
        _ => Ok(None),
    }
}

/// Seconds, or for ever (`INFINITY_LIFE_TIME`).
fn duration(seconds: [u8; 4]) -> Option<Duration> {
    match u32::from_ne_bytes(seconds) {
        u32::MAX => None,
        seconds => Some(Duration::from_secs(seconds.into())),
    }
}

/// Asks for all network devices of the socket's network namespace.
///
/// # Errors
///
/// Those of [`NetlinkSocket::request`].
pub fn links<'s, 'b>(socket: &'s mut NetlinkSocket, buffer: &'b mut [u8]) -> Result<Links<'s, 'b>> {
    let answers = socket.request(buffer, MessageType::GETLINK, MessageFlags::DUMP, |body| {
        body.put_header(&LinkHeader::new(0).to_bytes())?;
        // They are half of the answer (Linux 4.4).
        body.put_u32(ifla::EXT_MASK, c::RTEXT_FILTER_SKIP_STATS)
    })?;
    Ok(Links(answers))
}

/// The devices, as they come: see [`links`].
///
/// Items are errors where [`Answers::next`] has one, as numbers: behind one for which it goes on, this goes on too. The last is
/// `EAGAIN` where devices have come or gone meanwhile, and what was told may not fit together: ask again. A socket that does
/// not wait has `EAGAIN` also where there is nothing yet.
#[derive(Debug)]
pub struct Links<'s, 'b>(Answers<'s, 'b>);

impl Iterator for Links<'_, '_> {
    type Item = Result<Link>;

    fn next(&mut self) -> Option<Result<Link>> {
        next_of(&mut self.0, MessageType::NEWLINK, Link::from_message)
    }
}

/// Asks for all addresses of the network devices in the socket's network namespace.
///
/// # Errors
///
/// Those of [`NetlinkSocket::request`].
pub fn addresses<'s, 'b>(
    socket: &'s mut NetlinkSocket,
    buffer: &'b mut [u8],
) -> Result<Addresses<'s, 'b>> {
    let answers = socket.request(buffer, MessageType::GETADDR, MessageFlags::DUMP, |body| {
        body.put_header(&AddressHeader::new(0, AddressFamily::UNSPEC, 0).to_bytes())
    })?;
    Ok(Addresses(answers))
}

/// The addresses, as they come: see [`addresses`]. Its errors are those of [`Links`].
#[derive(Debug)]
pub struct Addresses<'s, 'b>(Answers<'s, 'b>);

impl Iterator for Addresses<'_, '_> {
    type Item = Result<Address>;

    fn next(&mut self) -> Option<Result<Address>> {
        next_of(&mut self.0, MessageType::NEWADDR, Address::from_message)
    }
}

fn next_of<T>(
    answers: &mut Answers<'_, '_>,
    kind: MessageType,
    parse: impl Fn(&Message<'_>) -> Result<T>,
) -> Option<Result<T>> {
    loop {
        match answers.next()? {
            Ok(message) if message.kind() == kind => return Some(parse(&message)),
            Ok(_) => {}
            Err(error) => return Some(Err(error.errno())),
        }
    }
}

/// All network devices of this network namespace, in the kernel's order. What has changed meanwhile is asked for again.
///
/// # Errors
///
/// Those of [`NetlinkSocket::open`] and [`links`]. `EAGAIN` where devices come and go faster than they are told.
#[cfg(feature = "alloc")]
pub fn all_links() -> Result<alloc::vec::Vec<Link>> {
    all(|socket, buffer, links_| {
        for link in links(socket, buffer)? {
            keep(links_, link)?;
        }
        Ok(())
    })
}

/// All addresses of network devices of this network namespace, in the kernel's order. What has changed meanwhile is asked
/// for again.
///
/// # Errors
///
/// Those of [`NetlinkSocket::open`] and [`addresses`]. `EAGAIN` where addresses come and go faster than they are told.
#[cfg(feature = "alloc")]
pub fn all_addresses() -> Result<alloc::vec::Vec<Address>> {
    all(|socket, buffer, all| {
        for address in addresses(socket, buffer)? {
            keep(all, address)?;
        }
        Ok(())
    })
}

/// Keeps an item; a signal is none, and not the end.
#[cfg(feature = "alloc")]
fn keep<T>(all: &mut alloc::vec::Vec<T>, item: Result<T>) -> Result<()> {
    match item {
        Ok(item) => all.push(item),
        Err(Errno::EINTR) => {}
        Err(errno) => return Err(errno),
    }
    Ok(())
}

/// Asks until the answer is whole, with a buffer that is long enough.
#[cfg(feature = "alloc")]
fn all<T>(
    mut ask: impl FnMut(&mut NetlinkSocket, &mut [u8], &mut alloc::vec::Vec<T>) -> Result<()>,
) -> Result<alloc::vec::Vec<T>> {
    // What the kernel fills at most of its own accord (Linux `net/netlink/af_netlink.c`, `netlink_recvmsg`).
    let mut buffer = alloc::vec![0; 32 * 1024];
    let mut socket = NetlinkSocket::open(super::Family::ROUTE)?;
    let mut tries = 0;
    loop {
        let mut all = alloc::vec::Vec::new();
        match ask(&mut socket, &mut buffer, &mut all) {
            Ok(()) => return Ok(all),
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) if tries < 100 => tries += 1,
            Err(Errno::EMSGSIZE) => {
                let len = socket.next_len()?;
                buffer.resize(len.max(2 * buffer.len()), 0);
            }
            Err(errno) => return Err(errno),
        }
    }
}

/// Something that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A device is new, or something about it is.
    Link(Link),
    /// A device is gone. This is the last that was known of it.
    LinkGone(Link),
    /// An address is new, or something about it is.
    Address(Address),
    /// An address is gone. This is the last that was known of it.
    AddressGone(Address),
}

impl Change {
    /// What a message says that a group was told; `None` where it is about neither a device itself nor an address.
    ///
    /// # Errors
    ///
    /// `EIO` where it does not make sense.
    pub fn from_message(message: &Message<'_>) -> Result<Option<Change>> {
        let is_own = || -> Result<bool> {
            let (header, _) = message.split()?;
            Ok(LinkHeader::from_bytes(*header).family == AddressFamily::UNSPEC)
        };
        Ok(Some(match message.kind() {
            MessageType::NEWLINK if is_own()? => Change::Link(Link::from_message(message)?),
            MessageType::DELLINK if is_own()? => Change::LinkGone(Link::from_message(message)?),
            MessageType::NEWADDR => Change::Address(Address::from_message(message)?),
            MessageType::DELADDR => Change::AddressGone(Address::from_message(message)?),
            _ => return Ok(None),
        }))
    }
}

/// What changes, as it is told to the groups that the socket has [subscribed](NetlinkSocket::subscribe) to:
/// [`Group::LINK`](super::Group::LINK), [`Group::IPV4_IFADDR`](super::Group::IPV4_IFADDR),
/// [`Group::IPV6_IFADDR`](super::Group::IPV6_IFADDR). What other groups are told is passed over.
///
/// To know the whole at any time, subscribe first, then ask for the whole by another socket, then read what has changed.
pub const fn changes<'s, 'b>(
    socket: &'s mut NetlinkSocket,
    buffer: &'b mut [u8],
) -> Changes<'s, 'b> {
    Changes {
        socket,
        buffer,
        at: 0,
        end: 0,
    }
}

/// What changes, as it comes: see [`changes`]. It never ends, and waits where nothing has changed; a socket that does not wait
/// has `EAGAIN` then.
///
/// Items are errors where [`NetlinkSocket::receive`] has one, and the next goes on. After `ENOBUFS` something was lost: ask for
/// the whole again. `EMSGSIZE` comes again and again, as long as the buffer is the same. `EIO` is what makes no sense.
#[derive(Debug)]
pub struct Changes<'s, 'b> {
    socket: &'s mut NetlinkSocket,
    buffer: &'b mut [u8],
    at: usize,
    end: usize,
}

impl Changes<'_, '_> {
    fn step(&mut self) -> Result<Option<Change>> {
        if self.at == self.end {
            let len = self.socket.fill(self.buffer)?;
            (self.at, self.end) = (0, len);
            if len == 0 {
                return Ok(None);
            }
        }
        match decode(&self.buffer[self.at..self.end]) {
            Ok((message, len)) => {
                self.at += len;
                match message.kind() {
                    MessageType::OVERRUN => Err(Errno::ENOBUFS),
                    _ => Change::from_message(&message),
                }
            }
            Err(errno) => {
                self.at = self.end;
                Err(errno)
            }
        }
    }
}

impl Iterator for Changes<'_, '_> {
    type Item = Result<Change>;

    fn next(&mut self) -> Option<Result<Change>> {
        loop {
            if let Some(change) = self.step().transpose() {
                return Some(change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;

    #[test]
    fn headers_are_laid_out_as_those_of_c() {
        let header = LinkHeader {
            family: AddressFamily::from_raw(0x01),
            link_type: LinkType::from_raw(0x0203),
            index: 0x0405_0607,
            flags: LinkFlags::from_bits_retain(0x0809_0a0b),
            change: LinkFlags::from_bits_retain(0x0c0d_0e0f),
        };
        let bytes = header.to_bytes();
        let at = |offset| &bytes[offset..];
        assert_eq!(size_of::<c::ifinfomsg>(), bytes.len());
        assert_eq!(at(offset_of!(c::ifinfomsg, ifi_family))[0], 1);
        assert!(at(offset_of!(c::ifinfomsg, ifi_type)).starts_with(&0x0203u16.to_ne_bytes()));
        assert!(at(offset_of!(c::ifinfomsg, ifi_index)).starts_with(&header.index.to_ne_bytes()));
        assert!(at(offset_of!(c::ifinfomsg, ifi_flags)).starts_with(&0x0809_0a0bu32.to_ne_bytes()));
        assert!(
            at(offset_of!(c::ifinfomsg, ifi_change)).starts_with(&0x0c0d_0e0fu32.to_ne_bytes())
        );
        assert_eq!(LinkHeader::from_bytes(bytes), header);

        let header = AddressHeader {
            family: AddressFamily::from_raw(1),
            prefix_len: 2,
            flags: 3,
            scope: Scope::from_raw(4),
            index: 0x0506_0708,
        };
        let bytes = header.to_bytes();
        let at = |offset| &bytes[offset..];
        assert_eq!(size_of::<c::ifaddrmsg>(), bytes.len());
        assert_eq!(at(offset_of!(c::ifaddrmsg, ifa_family))[0], 1);
        assert_eq!(at(offset_of!(c::ifaddrmsg, ifa_prefixlen))[0], 2);
        assert_eq!(at(offset_of!(c::ifaddrmsg, ifa_flags))[0], 3);
        assert_eq!(at(offset_of!(c::ifaddrmsg, ifa_scope))[0], 4);
        assert!(at(offset_of!(c::ifaddrmsg, ifa_index)).starts_with(&header.index.to_ne_bytes()));
        assert_eq!(AddressHeader::from_bytes(bytes), header);

        assert_eq!(offset_of!(c::ifa_cacheinfo, ifa_prefered), 0);
        assert_eq!(offset_of!(c::ifa_cacheinfo, ifa_valid), 4);
    }
}

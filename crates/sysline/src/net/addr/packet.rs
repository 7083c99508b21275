//! Addresses of the network's devices.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::net::PacketAddr;
//!
//! // Packets of IPv4 of the device 2, to one of its neighbours.
//! let to = PacketAddr::new(0x0800, 2).with_address(&[2, 0, 0, 0, 0, 1])?;
//! assert_eq!(to.to_string(), "packet 0x0800 of device 2 at 02:00:00:00:00:01");
//! # Ok(())
//! # }
//! ```
//!
//! Owns: `struct sockaddr_ll`, in the three lengths that the kernel makes of it.

use super::{AddressArg, get, of_family, put};
use crate::abi::{Errno, Result};
use crate::flags::numbers;
use crate::net::AddressFamily;
use core::fmt;
use core::hash::{Hash, Hasher};
use linux_raw_sys::if_packet as c;

const PROTOCOL: usize = 2;
const IFINDEX: usize = 4;
const HATYPE: usize = 8;
const PKTTYPE: usize = 10;
const HALEN: usize = 11;
const ADDRESS: usize = 12;
/// C's whole struct, with eight bytes of address.
const LEN: usize = 20;

numbers! {
    /// For whom a packet was (packet(7)).
    pub struct PacketType: u8 {
        /// For this machine.
        HOST = c::PACKET_HOST;
        /// For everybody.
        BROADCAST = c::PACKET_BROADCAST;
        /// For a group.
        MULTICAST = c::PACKET_MULTICAST;
        /// For another machine; the device takes all.
        OTHERHOST = c::PACKET_OTHERHOST;
        /// From this machine.
        OUTGOING = c::PACKET_OUTGOING;
        /// Back from this machine, by the multicast loop.
        LOOPBACK = c::PACKET_LOOPBACK;
        /// For user space.
        USER = c::PACKET_USER;
        /// For the kernel.
        KERNEL = c::PACKET_KERNEL;
    }
}

/// An address of [`AddressFamily::PACKET`]. `struct sockaddr_ll` (packet(7)).
///
/// Two are equal where they say the same, whether or not the bytes have zeros behind a short hardware address.
#[doc(alias = "sockaddr_ll")]
#[derive(Clone, Copy)]
pub struct PacketAddr {
    protocol: u16,
    ifindex: u32,
    hatype: u16,
    pkttype: PacketType,
    /// Zeros from `len` on.
    address: [u8; PacketAddr::MAX_ADDRESS],
    len: u8,
    /// Whether the bytes end behind a hardware address of less than eight bytes.
    short: bool,
}

impl PacketAddr {
    /// The longest hardware address: the kernel's `MAX_ADDR_LEN`.
    pub const MAX_ADDRESS: usize = 32;

    /// A protocol, as an EtherType (3, `ETH_P_ALL`, is every), of the device with this index (0 is every); what
    /// [`bind`](crate::net::bind()) needs. The protocol is a number here, whatever the machine's byte order.
    pub const fn new(protocol: u16, ifindex: u32) -> PacketAddr {
        PacketAddr {
            protocol,
            ifindex,
            hatype: 0,
            pkttype: PacketType::HOST,
            address: [0; PacketAddr::MAX_ADDRESS],
            len: 0,
            short: false,
        }
    }

    /// With a hardware address, as [`sendto`](crate::net::sendto()) needs it where the socket is no raw one.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than 32 bytes.
    pub fn with_address(mut self, address: &[u8]) -> Result<PacketAddr> {
        self.address = [0; PacketAddr::MAX_ADDRESS];
        let room = self.address.get_mut(..address.len());
        room.ok_or(Errno::EINVAL)?.copy_from_slice(address);
        self.len = address.len() as u8;
        self.short = false;
        Ok(self)
    }

    /// With the device's type, `ARPHRD_...` of `linux/if_arp.h`.
    pub const fn with_hatype(mut self, hatype: u16) -> PacketAddr {
        self.hatype = hatype;
        self
    }

    /// With the packet's type.
    pub const fn with_pkttype(mut self, pkttype: PacketType) -> PacketAddr {
        self.pkttype = pkttype;
        self
    }

    /// The same with C's whole struct as its bytes. getsockname(2) leaves out what a short hardware address does not use,
    /// and [`bind`](crate::net::bind()) and [`sendto`](crate::net::sendto()) take such an address for no whole one
    /// (`EINVAL`).
    pub const fn whole(mut self) -> PacketAddr {
        self.short = false;
        self
    }

    /// The protocol: an EtherType, or 3 (`ETH_P_ALL`) for all of them.
    pub const fn protocol(&self) -> u16 {
        self.protocol
    }

    /// The device's index; 0 for none or every.
    pub const fn ifindex(&self) -> u32 {
        self.ifindex
    }

    /// The device's type, `ARPHRD_...` of `linux/if_arp.h`.
    pub const fn hatype(&self) -> u16 {
        self.hatype
    }

    /// The packet's type.
    pub const fn pkttype(&self) -> PacketType {
        self.pkttype
    }

    /// The hardware address, of as many bytes as the device's have.
    pub fn address(&self) -> &[u8] {
        &self.address[..self.len.into()]
    }
}

impl AddressArg for PacketAddr {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        const MOST: usize = ADDRESS + PacketAddr::MAX_ADDRESS;
        let mut bytes = of_family::<MOST>(AddressFamily::PACKET);
        put(&mut bytes, PROTOCOL, self.protocol.to_be_bytes());
        put(&mut bytes, IFINDEX, self.ifindex.to_ne_bytes());
        put(&mut bytes, HATYPE, self.hatype.to_ne_bytes());
        put(&mut bytes, PKTTYPE, [self.pkttype.raw()]);
        put(&mut bytes, HALEN, [self.len]);
        put(&mut bytes, ADDRESS, self.address);
        let used = ADDRESS + usize::from(self.len);
        call(&bytes[..if self.short { used } else { used.max(LEN) }])
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<PacketAddr> {
    let mut address = PacketAddr::new(
        u16::from_be_bytes(get(bytes, PROTOCOL)?),
        u32::from_ne_bytes(get(bytes, IFINDEX)?),
    )
    .with_hatype(u16::from_ne_bytes(get(bytes, HATYPE)?))
    .with_pkttype(PacketType::from_raw(*bytes.get(PKTTYPE)?));
    let used = ADDRESS + usize::from(*bytes.get(HALEN)?);
    address = address.with_address(bytes.get(ADDRESS..used)?).ok()?;
    address.short = bytes.len() < LEN;
    Some(address)
}

impl PacketAddr {
    fn meaning(&self) -> (u16, u32, u16, PacketType, &[u8]) {
        (
            self.protocol,
            self.ifindex,
            self.hatype,
            self.pkttype,
            self.address(),
        )
    }
}

impl PartialEq for PacketAddr {
    fn eq(&self, other: &PacketAddr) -> bool {
        self.meaning() == other.meaning()
    }
}

impl Eq for PacketAddr {}

impl Hash for PacketAddr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.meaning().hash(state);
    }
}

impl fmt::Debug for PacketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PacketAddr")
            .field("protocol", &self.protocol)
            .field("ifindex", &self.ifindex)
            .field("hatype", &self.hatype)
            .field("pkttype", &self.pkttype)
            .field("address", &self.address())
            .finish()
    }
}

impl fmt::Display for PacketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (protocol, ifindex) = (self.protocol, self.ifindex);
        write!(f, "packet {protocol:#06x} of device {ifindex}")?;
        match self.address() {
            [] => Ok(()),
            address => write!(f, " at {}", super::Hardware(address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::if_packet::sockaddr_ll;

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(PROTOCOL, offset_of!(sockaddr_ll, sll_protocol));
        assert_eq!(IFINDEX, offset_of!(sockaddr_ll, sll_ifindex));
        assert_eq!(HATYPE, offset_of!(sockaddr_ll, sll_hatype));
        assert_eq!(PKTTYPE, offset_of!(sockaddr_ll, sll_pkttype));
        assert_eq!(HALEN, offset_of!(sockaddr_ll, sll_halen));
        assert_eq!(ADDRESS, offset_of!(sockaddr_ll, sll_addr));
        assert_eq!(LEN, size_of::<sockaddr_ll>());
    }
}

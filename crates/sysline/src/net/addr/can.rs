//! Addresses of a CAN bus.
//!
//! ```
//! use sysline::net::CanAddr;
//!
//! let frames = CanAddr::new(3); // all frames of the device 3
//! assert_eq!(frames.ifindex(), 3);
//! let transport = CanAddr::isotp(3, 0x7e8, 0x7e0);
//! assert_eq!(transport.isotp_ids(), (0x7e8, 0x7e0));
//! ```
//!
//! Owns: `struct sockaddr_can`, whose second half is the protocol's.

use super::{AddressArg, get, of_family, put};
use crate::net::AddressFamily;
use core::fmt;
use core::hash::{Hash, Hasher};

const IFINDEX: usize = 4;
/// What the protocol makes of it: a union.
const REST: usize = 8;
const LEN: usize = 24;

// In the union: ISO-TP's.
const RX_ID: usize = 0;
const TX_ID: usize = 4;
// J1939's.
const NAME: usize = 0;
const PGN: usize = 8;
const ADDR: usize = 12;

/// An address of [`AddressFamily::CAN`]. `struct sockaddr_can` (Linux `Documentation/networking/can.rst`).
///
/// The kernel leaves out of it what a protocol has no use for. Two are equal where they say the same, and what was left out
/// is zero.
#[doc(alias = "sockaddr_can")]
#[derive(Clone, Copy)]
pub struct CanAddr {
    ifindex: u32,
    /// Zeros from the address's end on.
    rest: [u8; LEN - REST],
    /// How many bytes the address has, from `REST` to `LEN`.
    len: u8,
}

impl CanAddr {
    /// J1939: no address, which stands for every.
    pub const J1939_NO_ADDR: u8 = 0xff;
    /// J1939: who has none yet, or has lost it.
    pub const J1939_IDLE_ADDR: u8 = 0xfe;
    /// J1939: no name.
    pub const J1939_NO_NAME: u64 = 0;
    /// J1939: no number of a group of parameters.
    pub const J1939_NO_PGN: u32 = 0x40000;

    /// A device by its index; 0 is every. For frames as they are, and for the broadcast manager.
    pub const fn new(ifindex: u32) -> CanAddr {
        CanAddr {
            ifindex,
            rest: [0; LEN - REST],
            len: LEN as u8,
        }
    }

    /// A connection of ISO 15765-2: the identifiers that are received and sent, with their flags (`CAN_EFF_FLAG`,
    /// 0x8000_0000, for one of 29 bits). (Linux 5.10)
    pub fn isotp(ifindex: u32, rx_id: u32, tx_id: u32) -> CanAddr {
        let mut address = CanAddr::new(ifindex);
        put(&mut address.rest, RX_ID, rx_id.to_ne_bytes());
        put(&mut address.rest, TX_ID, tx_id.to_ne_bytes());
        address
    }

    /// A node of SAE J1939: its name, the number of a group of parameters, its address. (Linux 5.4)
    pub fn j1939(ifindex: u32, name: u64, pgn: u32, addr: u8) -> CanAddr {
        let mut address = CanAddr::new(ifindex);
        put(&mut address.rest, NAME, name.to_ne_bytes());
        put(&mut address.rest, PGN, pgn.to_ne_bytes());
        put(&mut address.rest, ADDR, [addr]);
        address
    }

    /// The device's index; 0 is every.
    pub const fn ifindex(&self) -> u32 {
        self.ifindex
    }

    /// The identifiers that are received and sent, if it is an address of ISO-TP: the bytes do not say so.
    pub fn isotp_ids(&self) -> (u32, u32) {
        (
            u32::from_ne_bytes(self.field(RX_ID)),
            u32::from_ne_bytes(self.field(TX_ID)),
        )
    }

    /// The name, if it is an address of J1939: the bytes do not say so.
    pub fn j1939_name(&self) -> u64 {
        u64::from_ne_bytes(self.field(NAME))
    }

    /// The number of a group of parameters, if it is an address of J1939.
    pub fn j1939_pgn(&self) -> u32 {
        u32::from_ne_bytes(self.field(PGN))
    }

    /// The node's address, if it is one of J1939.
    pub const fn j1939_addr(&self) -> u8 {
        self.rest[ADDR]
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        // Every field is inside.
        get(&self.rest, at).unwrap_or([0; N])
    }
}

impl AddressArg for CanAddr {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<LEN>(AddressFamily::CAN);
        put(&mut bytes, IFINDEX, self.ifindex.to_ne_bytes());
        put(&mut bytes, REST, self.rest);
        call(&bytes[..self.len.into()])
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<CanAddr> {
    let mut address = CanAddr::new(u32::from_ne_bytes(get(bytes, IFINDEX)?));
    let rest = bytes.get(REST..)?;
    address.rest.get_mut(..rest.len())?.copy_from_slice(rest);
    address.len = bytes.len() as u8;
    Some(address)
}

impl PartialEq for CanAddr {
    fn eq(&self, other: &CanAddr) -> bool {
        (self.ifindex, self.rest) == (other.ifindex, other.rest)
    }
}

impl Eq for CanAddr {}

impl Hash for CanAddr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.ifindex, self.rest).hash(state);
    }
}

impl fmt::Debug for CanAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanAddr")
            .field("ifindex", &self.ifindex)
            .field("rest", &self.rest)
            .finish()
    }
}

/// The device, and where a protocol has an address its bytes, as nothing says which protocol it is.
impl fmt::Display for CanAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can of device {}", self.ifindex)?;
        if self.rest == [0; LEN - REST] {
            return Ok(());
        }
        write!(f, " at {}", super::Hardware(&self.rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;

    #[repr(C)]
    struct SockaddrCan {
        family: u16,
        ifindex: i32,
        protocol: Protocols,
    }

    #[repr(C)]
    union Protocols {
        tp: Tp,
        j1939: J1939,
    }

    #[derive(Clone, Copy)]
    #[repr(C)]
    struct Tp {
        rx_id: u32,
        tx_id: u32,
    }

    #[derive(Clone, Copy)]
    #[repr(C)]
    struct J1939 {
        name: u64,
        pgn: u32,
        addr: u8,
    }

    crate::layout::c_layout!(SockaddrCan = "struct sockaddr_can" { family = can_family, ifindex = can_ifindex, protocol = can_addr });

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(IFINDEX, offset_of!(SockaddrCan, ifindex));
        assert_eq!(REST, offset_of!(SockaddrCan, protocol));
        assert_eq!(LEN, size_of::<SockaddrCan>());
        assert_eq!(
            (RX_ID, TX_ID),
            (offset_of!(Tp, rx_id), offset_of!(Tp, tx_id))
        );
        let j1939 = (
            offset_of!(J1939, name),
            offset_of!(J1939, pgn),
            offset_of!(J1939, addr),
        );
        assert_eq!((NAME, PGN, ADDR), j1939);
        assert_eq!(align_of::<Protocols>(), align_of::<u64>());
    }
}

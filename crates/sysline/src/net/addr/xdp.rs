//! Addresses of queues of the network's devices.
//!
//! ```
//! use sysline::net::{XdpAddr, XdpFlags};
//!
//! let queue = XdpAddr::new(3, 0).with_flags(XdpFlags::COPY);
//! assert_eq!(queue.to_string(), "xdp queue 0 of device 3");
//! ```
//!
//! Owns: `struct sockaddr_xdp`, and that the descriptor in it is one that was lent.

use super::{AddressArg, get, of_family, ours, put};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::net::AddressFamily;
use core::fmt;
use linux_raw_sys::xdp as c;

const FLAGS: usize = 2;
const IFINDEX: usize = 4;
const QUEUE_ID: usize = 8;
const SHARED_UMEM_FD: usize = 12;
const LEN: usize = 16;

const SHARED_UMEM: u16 = c::XDP_SHARED_UMEM as u16;

flags! {
    /// How packets come to a queue and go from it. `XDP_SHARED_UMEM` is none of them: see [`XdpAddr::sharing`].
    pub struct XdpFlags: u16 {
        /// Packets are copied, also where the driver could do without.
        COPY = c::XDP_COPY;
        /// Packets are not copied: an error where the driver can't do without.
        ZEROCOPY = c::XDP_ZEROCOPY;
        /// The rings tell when the kernel has to be woken (Linux 5.4).
        USE_NEED_WAKEUP = c::XDP_USE_NEED_WAKEUP;
        /// Packets may be in several pieces (Linux 6.6).
        USE_SG = c::XDP_USE_SG;
    }
}

/// An address of [`AddressFamily::XDP`]: a queue of a device. `struct sockaddr_xdp` (Linux
/// `Documentation/networking/af_xdp.rst`).
///
/// It names no descriptor. Bytes that do are none of these: they are [`Address::Other`](super::Address::Other), as nothing
/// in them says that the descriptor is still the same.
#[doc(alias = "sockaddr_xdp")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct XdpAddr {
    flags: XdpFlags,
    ifindex: u32,
    queue_id: u32,
}

impl XdpAddr {
    /// A queue of the device with this index.
    pub const fn new(ifindex: u32, queue_id: u32) -> XdpAddr {
        XdpAddr {
            flags: XdpFlags::empty(),
            ifindex,
            queue_id,
        }
    }

    /// With these flags and no others; that of sharing is left out.
    pub const fn with_flags(mut self, flags: XdpFlags) -> XdpAddr {
        self.flags = XdpFlags::from_bits_retain(flags.bits() & !SHARED_UMEM);
        self
    }

    /// The same, for a socket that shares the memory for packets of the socket `umem`.
    pub const fn sharing(self, umem: BorrowedFd<'_>) -> SharedXdpAddr<'_> {
        SharedXdpAddr {
            address: self,
            umem,
        }
    }

    /// The flags.
    pub const fn flags(&self) -> XdpFlags {
        self.flags
    }

    /// The device's index.
    pub const fn ifindex(&self) -> u32 {
        self.ifindex
    }

    /// The queue.
    pub const fn queue_id(&self) -> u32 {
        self.queue_id
    }

    fn bytes(&self) -> [u8; LEN] {
        let mut bytes = of_family(AddressFamily::XDP);
        put(&mut bytes, FLAGS, self.flags.bits().to_ne_bytes());
        put(&mut bytes, IFINDEX, self.ifindex.to_ne_bytes());
        put(&mut bytes, QUEUE_ID, self.queue_id.to_ne_bytes());
        bytes
    }
}

/// An address of [`AddressFamily::XDP`] that lends the socket whose memory for packets is shared: made by
/// [`XdpAddr::sharing`].
///
/// Its flags have to be empty: how packets are copied is the other socket's to say (`EINVAL`).
#[derive(Clone, Copy, Debug)]
pub struct SharedXdpAddr<'fd> {
    address: XdpAddr,
    umem: BorrowedFd<'fd>,
}

impl AddressArg for XdpAddr {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        call(&self.bytes())
    }
}

impl AddressArg for SharedXdpAddr<'_> {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = self.address.bytes();
        let flags = self.address.flags.bits() | SHARED_UMEM;
        put(&mut bytes, FLAGS, flags.to_ne_bytes());
        let umem = self.umem.as_raw_fd();
        put(&mut bytes, SHARED_UMEM_FD, umem.to_ne_bytes());
        call(&bytes)
    }

    /// For as long as the call takes.
    fn lends(&self, _: ours::Ours) -> bool {
        true
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<XdpAddr> {
    let address = XdpAddr::new(
        u32::from_ne_bytes(get(bytes, IFINDEX)?),
        u32::from_ne_bytes(get(bytes, QUEUE_ID)?),
    );
    let flags = u16::from_ne_bytes(get(bytes, FLAGS)?);
    Some(address.with_flags(XdpFlags::from_bits_retain(flags)))
}

/// Whether bind(2) reads a descriptor's number from these bytes.
#[inline]
pub(in crate::net) fn names_descriptor(bytes: &[u8]) -> bool {
    let family = AddressFamily::XDP.raw().to_ne_bytes();
    let flags = get(bytes, FLAGS).map_or(0, u16::from_ne_bytes);
    bytes.starts_with(&family) && flags & SHARED_UMEM != 0
}

impl fmt::Display for XdpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xdp queue {} of device {}", self.queue_id, self.ifindex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::xdp::sockaddr_xdp;

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(FLAGS, offset_of!(sockaddr_xdp, sxdp_flags));
        assert_eq!(IFINDEX, offset_of!(sockaddr_xdp, sxdp_ifindex));
        assert_eq!(QUEUE_ID, offset_of!(sockaddr_xdp, sxdp_queue_id));
        assert_eq!(
            SHARED_UMEM_FD,
            offset_of!(sockaddr_xdp, sxdp_shared_umem_fd)
        );
        assert_eq!(LEN, size_of::<sockaddr_xdp>());
    }

    /// `XDP_SHARED_UMEM` is 1, with whatever flags beside it.
    #[test]
    fn a_descriptor_is_seen() {
        let of = |family: u16, flags: u16| [family.to_ne_bytes(), flags.to_ne_bytes()].concat();
        for flags in [1, 3, 0b11111, 0xffff] {
            assert!(names_descriptor(&of(44, flags)), "{flags}");
            assert!(!names_descriptor(&of(44, flags - 1)), "{flags}");
            assert!(!names_descriptor(&of(2, flags)), "{flags}");
        }
        let bytes = of(44, 1);
        assert!((0..4).all(|len| !names_descriptor(&bytes[..len])));
    }
}

//! Addresses of sockets.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use core::net::{Ipv4Addr, SocketAddrV4};
//! use sysline::fd::AsFd;
//! use sysline::net::{self, Address, AddressFamily, Protocol, SocketType, UnixAddr};
//!
//! let socket = net::socket(AddressFamily::UNIX, SocketType::DGRAM, Protocol::DEFAULT)?;
//! let name = UnixAddr::abstract_name(format!("sysline\0{}", std::process::id()))?;
//! net::bind(socket.as_fd(), &name)?;
//! match net::getsockname(socket.as_fd())?.decode() {
//!     Address::Unix(found) => assert_eq!(found, name),
//!     other => panic!("{other}"),
//! }
//!
//! // What core::net has goes both ways.
//! let http = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
//! assert_eq!(SocketAddrV4::try_from(Address::from(http)), Ok(http));
//! # Ok(())
//! # }
//! ```
//!
//! Owns: how an address becomes the bytes that the kernel reads, and what the bytes that it wrote say. Its rooms have a
//! family each: C's struct of it, at whose places the bytes are written and read one by one, in the order that each field
//! has. It must not believe what it reads: the bytes may be from anywhere.

use super::AddressFamily;
use crate::abi::{Errno, Result};
use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

mod alg;
mod can;
mod inet;
mod netlink;
mod packet;
mod unix;
mod vsock;
mod xdp;

pub use alg::AlgAddr;
pub use can::CanAddr;
pub use netlink::NetlinkAddr;
pub use packet::{PacketAddr, PacketType};
pub use unix::UnixAddr;
pub use vsock::{VsockAddr, VsockFlags};
pub(super) use xdp::names_descriptor;
pub use xdp::{SharedXdpAddr, XdpAddr, XdpFlags};

/// An address that a call can be given: the bytes of C's `struct sockaddr` of its family.
///
/// An implementation for an address of one's own needs no `unsafe`: what is handed on is a slice, and the kernel is told
/// how long it is. It takes at most 128 bytes (`EINVAL`). Bytes with a descriptor's number in them are `EINVAL` too, as
/// nothing says that it was lent: see [`bind`](super::bind()) and [`connect`](super::connect()).
pub trait AddressArg {
    /// Hands the bytes to `call` and returns what that does.
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R;

    /// Whether the value lends the descriptor whose number its bytes have. Who can't name the parameter's type, and that is
    /// everybody outside of this module, can't say so.
    #[doc(hidden)]
    #[inline]
    fn lends(&self, _: ours::Ours) -> bool {
        false
    }
}

pub(super) mod ours {
    /// What only this crate can name.
    #[derive(Clone, Copy, Debug)]
    pub struct Ours;
}

/// An address that somebody has is as good as one's own.
impl<A: AddressArg + ?Sized> AddressArg for &A {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        (**self).with_bytes(call)
    }

    #[inline]
    fn lends(&self, ours: ours::Ours) -> bool {
        (**self).lends(ours)
    }
}

/// An address of any family, as the kernel has it: up to 128 bytes.
///
/// It is what calls return: nothing of it is lost, and an address of a family that this crate does not know is as good as any.
/// [`SocketAddrAny::decode`] says what the bytes mean.
#[derive(Clone, Copy)]
pub struct SocketAddrAny {
    bytes: [u8; SocketAddrAny::MAX],
    len: u8,
}

impl SocketAddrAny {
    /// The most bytes that an address has: `struct sockaddr_storage`.
    pub const MAX: usize = 128;

    /// The address of no family, `AF_UNSPEC`: to [`connect`](super::connect()) a datagram socket to it ends its connection.
    pub const UNSPEC: SocketAddrAny = SocketAddrAny {
        bytes: [0; SocketAddrAny::MAX],
        len: 16, // C's struct sockaddr
    };

    /// An address as bytes, whatever it was.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than 128 bytes.
    pub fn new(address: &impl AddressArg) -> Result<SocketAddrAny> {
        address.with_bytes(SocketAddrAny::from_bytes)
    }

    /// The bytes of C's `struct sockaddr` of any family.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than 128.
    pub fn from_bytes(bytes: &[u8]) -> Result<SocketAddrAny> {
        not_too_long(bytes).map(SocketAddrAny::up_to_max)
    }

    /// What has no room is not there. The addresses of this crate all have room.
    fn up_to_max(from: &[u8]) -> SocketAddrAny {
        let len = from.len().min(SocketAddrAny::MAX);
        let mut bytes = [0; SocketAddrAny::MAX];
        bytes[..len].copy_from_slice(&from[..len]);
        SocketAddrAny {
            bytes,
            len: len as u8,
        }
    }

    /// Calls what fills an array of bytes, and is told by the number beside it how many there is room for, and tells by it
    /// how many it would have filled: as accept(2) and its kin.
    #[inline]
    pub(crate) fn filled<T>(
        call: impl FnOnce(&mut [u8; SocketAddrAny::MAX], &mut u32) -> Result<T>,
    ) -> Result<(T, SocketAddrAny)> {
        let mut bytes = [0; SocketAddrAny::MAX];
        let mut len = SocketAddrAny::MAX as u32;
        let value = call(&mut bytes, &mut len)?;
        Ok((value, SocketAddrAny::received(bytes, len)))
    }

    /// What the kernel has written, and how many bytes it says that it would have written.
    ///
    /// To a path of Unix that has no room for a NUL the kernel adds one, behind the end of `struct sockaddr_un`, and does
    /// not take back what it then gives: an address with that NUL would be `EINVAL` (`unix_validate_addr`, Linux
    /// `net/unix/af_unix.c`). It is left out here.
    #[inline]
    pub(crate) fn received(bytes: [u8; SocketAddrAny::MAX], len: u32) -> SocketAddrAny {
        let len = len.min(SocketAddrAny::MAX as u32) as usize;
        let len = unix::without_extra_nul(&bytes[..len]).len() as u8;
        SocketAddrAny { bytes, len }
    }

    /// An address of bytes that the kernel wrote. Those beyond the most that there are, are left.
    pub(crate) fn of_kernel(from: &[u8]) -> SocketAddrAny {
        let mut bytes = [0; SocketAddrAny::MAX];
        let len = from.len().min(SocketAddrAny::MAX);
        bytes[..len].copy_from_slice(&from[..len]);
        SocketAddrAny {
            bytes,
            len: len as u8,
        }
    }

    /// The bytes of C's `struct sockaddr` of the family, as many as the kernel wrote.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // `len` is never more: the compiler is told so, and leaves out its test.
        &self.bytes[..usize::from(self.len).min(SocketAddrAny::MAX)]
    }

    /// The family; none where there are not even two bytes.
    pub fn family(&self) -> Option<AddressFamily> {
        let family = self.as_bytes().first_chunk()?;
        Some(AddressFamily::from_raw(u16::from_ne_bytes(*family)))
    }

    /// What the bytes mean.
    ///
    /// Nothing is lost: whatever the bytes are, the result has the same again. Where a family's own type could not have
    /// them, as they are too few or too many for it or where C has only padding are not zero, and where the family is not
    /// known, it is [`Address::Other`] and still all of them.
    pub fn decode(&self) -> Address {
        let bytes = self.as_bytes();
        let address = match self.family() {
            Some(AddressFamily::INET) => inet::decode_v4(bytes).map(Address::Inet),
            Some(AddressFamily::INET6) => inet::decode_v6(bytes).map(Address::Inet6),
            Some(AddressFamily::UNIX) => unix::decode(bytes).map(Address::Unix),
            Some(AddressFamily::PACKET) => packet::decode(bytes).map(Address::Packet),
            Some(AddressFamily::NETLINK) => netlink::decode(bytes).map(Address::Netlink),
            Some(AddressFamily::VSOCK) => vsock::decode(bytes).map(Address::Vsock),
            Some(AddressFamily::CAN) => can::decode(bytes).map(Address::Can),
            Some(AddressFamily::ALG) => alg::decode(bytes).map(Address::Alg),
            Some(AddressFamily::XDP) => xdp::decode(bytes).map(Address::Xdp),
            _ => None,
        };
        // One rule for all families and all that they leave unused.
        match address {
            Some(address) if address.with_bytes(|again| again == bytes) => address,
            _ => Address::Other(*self),
        }
    }
}

impl TryFrom<&[u8]> for SocketAddrAny {
    type Error = Errno;
    /// More than 128 bytes are `EINVAL`.
    fn try_from(bytes: &[u8]) -> Result<SocketAddrAny> {
        SocketAddrAny::from_bytes(bytes)
    }
}

/// Of the same bytes.
impl PartialEq for SocketAddrAny {
    fn eq(&self, other: &SocketAddrAny) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for SocketAddrAny {}

impl Hash for SocketAddrAny {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// What the bytes mean, or the bytes where that is not known.
impl fmt::Debug for SocketAddrAny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("SocketAddrAny");
        match self.decode() {
            Address::Other(_) => tuple.field(&self.as_bytes()),
            Address::Inet(address) => tuple.field(&address),
            Address::Inet6(address) => tuple.field(&address),
            Address::Unix(address) => tuple.field(&address),
            Address::Packet(address) => tuple.field(&address),
            Address::Netlink(address) => tuple.field(&address),
            Address::Vsock(address) => tuple.field(&address),
            Address::Can(address) => tuple.field(&address),
            Address::Alg(address) => tuple.field(&address),
            Address::Xdp(address) => tuple.field(&address),
        };
        tuple.finish()
    }
}

/// As [`Address`].
impl fmt::Display for SocketAddrAny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decode().fmt(f)
    }
}

impl AddressArg for SocketAddrAny {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        call(self.as_bytes())
    }
}

/// An address by its family.
///
/// It is for people as they write it (`Display`): `127.0.0.1:80`, `[fe80::1%2]:80`, a path of Unix as it is, an abstract name
/// behind an `@`; of other families the name and the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// IPv4: `struct sockaddr_in` (ip(7)).
    Inet(SocketAddrV4),
    /// IPv6: `struct sockaddr_in6` (ipv6(7)). The flow info is a number here, whose lowest 20 bits are the label: it is
    /// swapped where the machine's byte order asks for that, as the port is. `std` hands it on as it is: the same bytes on
    /// the network are another number there on a little-endian machine.
    Inet6(SocketAddrV6),
    /// A path, a name or nothing: `struct sockaddr_un` (unix(7)).
    Unix(UnixAddr),
    /// A device of the network: `struct sockaddr_ll` (packet(7)).
    Packet(PacketAddr),
    /// Who talks with the kernel: `struct sockaddr_nl` (netlink(7)).
    Netlink(NetlinkAddr),
    /// A virtual machine, or what runs it: `struct sockaddr_vm` (vsock(7)).
    Vsock(VsockAddr),
    /// A CAN bus: `struct sockaddr_can` (Linux `Documentation/networking/can.rst`).
    Can(CanAddr),
    /// An algorithm of the kernel's: `struct sockaddr_alg` (Linux `Documentation/crypto/userspace-if.rst`).
    Alg(AlgAddr),
    /// A queue of a device: `struct sockaddr_xdp` (Linux `Documentation/networking/af_xdp.rst`).
    Xdp(XdpAddr),
    /// Anything else, whole.
    Other(SocketAddrAny),
}

impl AddressArg for Address {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Address::Inet(address) => address.with_bytes(call),
            Address::Inet6(address) => address.with_bytes(call),
            Address::Unix(address) => address.with_bytes(call),
            Address::Packet(address) => address.with_bytes(call),
            Address::Netlink(address) => address.with_bytes(call),
            Address::Vsock(address) => address.with_bytes(call),
            Address::Can(address) => address.with_bytes(call),
            Address::Alg(address) => address.with_bytes(call),
            Address::Xdp(address) => address.with_bytes(call),
            Address::Other(address) => address.with_bytes(call),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Inet(address) => address.fmt(f),
            Address::Inet6(address) => address.fmt(f),
            Address::Unix(address) => address.fmt(f),
            Address::Packet(address) => address.fmt(f),
            Address::Netlink(address) => address.fmt(f),
            Address::Vsock(address) => address.fmt(f),
            Address::Can(address) => address.fmt(f),
            Address::Alg(address) => address.fmt(f),
            Address::Xdp(address) => address.fmt(f),
            Address::Other(address) => match address.as_bytes().split_first_chunk() {
                None => write!(f, "no family"),
                Some((family, rest)) => {
                    write!(f, "family {}", u16::from_ne_bytes(*family))?;
                    rest.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
                }
            },
        }
    }
}

impl From<SocketAddrAny> for Address {
    fn from(address: SocketAddrAny) -> Address {
        address.decode()
    }
}

impl From<Address> for SocketAddrAny {
    fn from(address: Address) -> SocketAddrAny {
        address.with_bytes(SocketAddrAny::up_to_max)
    }
}

/// To and from the type of each family. An address of another is `EAFNOSUPPORT`.
macro_rules! families {
    ($($variant:ident($ty:ident))*) => {$(
        impl From<$ty> for Address {
            fn from(address: $ty) -> Address {
                Address::$variant(address)
            }
        }

        impl From<$ty> for SocketAddrAny {
            fn from(address: $ty) -> SocketAddrAny {
                address.with_bytes(SocketAddrAny::up_to_max)
            }
        }

        impl TryFrom<Address> for $ty {
            type Error = Errno;
            /// What is none is `EAFNOSUPPORT`.
            fn try_from(address: Address) -> Result<$ty> {
                match address {
                    Address::$variant(address) => Ok(address),
                    _ => Err(Errno::EAFNOSUPPORT),
                }
            }
        }

        impl TryFrom<SocketAddrAny> for $ty {
            type Error = Errno;
            /// What is none is `EAFNOSUPPORT`.
            fn try_from(address: SocketAddrAny) -> Result<$ty> {
                address.decode().try_into()
            }
        }
    )*};
}

families! {
    Inet(SocketAddrV4)
    Inet6(SocketAddrV6)
    Unix(UnixAddr)
    Packet(PacketAddr)
    Netlink(NetlinkAddr)
    Vsock(VsockAddr)
    Can(CanAddr)
    Alg(AlgAddr)
    Xdp(XdpAddr)
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Address {
        match address {
            SocketAddr::V4(address) => Address::Inet(address),
            SocketAddr::V6(address) => Address::Inet6(address),
        }
    }
}

impl From<SocketAddr> for SocketAddrAny {
    fn from(address: SocketAddr) -> SocketAddrAny {
        address.with_bytes(SocketAddrAny::up_to_max)
    }
}

impl TryFrom<Address> for SocketAddr {
    type Error = Errno;
    /// What is none of IP is `EAFNOSUPPORT`.
    fn try_from(address: Address) -> Result<SocketAddr> {
        match address {
            Address::Inet(address) => Ok(SocketAddr::V4(address)),
            Address::Inet6(address) => Ok(SocketAddr::V6(address)),
            _ => Err(Errno::EAFNOSUPPORT),
        }
    }
}

impl TryFrom<SocketAddrAny> for SocketAddr {
    type Error = Errno;
    /// What is none of IP is `EAFNOSUPPORT`.
    fn try_from(address: SocketAddrAny) -> Result<SocketAddr> {
        address.decode().try_into()
    }
}

/// The bytes, if they are no more than an address has. Of a length the kernel looks at 32 bits only: to what the first bytes
/// say it would connect and send.
#[inline]
pub(super) fn not_too_long(bytes: &[u8]) -> Result<&[u8]> {
    if bytes.len() > SocketAddrAny::MAX {
        return Err(Errno::EINVAL);
    }
    Ok(bytes)
}

/// The first bytes of an address: its family, and zeros.
fn of_family<const LEN: usize>(family: AddressFamily) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    put(&mut bytes, 0, family.raw().to_ne_bytes());
    bytes
}

/// Writes a field at its place in C's struct.
#[inline]
fn put<const N: usize>(bytes: &mut [u8], at: usize, field: [u8; N]) {
    bytes[at..at + N].copy_from_slice(&field);
}

/// Reads a field from its place in C's struct, if it is there.
#[inline]
fn get<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// Bytes that are mostly text, for people: what is none, or would move the cursor, is escaped.
struct Text<'a>(&'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\0'..='\x7f' => write!(f, "{}", [character as u8].escape_ascii())?,
                    _ if character.is_control() => write!(f, "{}", character.escape_unicode())?,
                    _ => f.write_char(character)?,
                }
            }
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }
}

/// A hardware's address: `02:00:00:00:00:01`.
struct Hardware<'a>(&'a [u8]);

impl fmt::Display for Hardware<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for byte in self.0 {
            write!(f, "{between}{byte:02x}")?;
            between = ":";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As accept(2) and its kin answer: what does not fit is not read, and an address of no known family is kept whole.
    #[test]
    fn what_the_kernel_has_written_is_kept() {
        let family = AddressFamily::TIPC.raw().to_ne_bytes();
        for len in [0, 1, 2, 3, 16, 107, 108, 110, 111, 127, 128] {
            let (value, address) = SocketAddrAny::filled(|bytes, room| {
                assert_eq!((bytes.len(), *room), (128, 128));
                bytes.fill(7);
                bytes[..2].copy_from_slice(&family);
                *room = len;
                Ok(42)
            })
            .unwrap();
            assert_eq!(value, 42);
            let mut expected = [7; 128];
            expected[..2].copy_from_slice(&family);
            assert_eq!(address.as_bytes(), &expected[..len as usize]);
            assert_eq!(address.decode(), Address::Other(address));
        }
        let (_, longer) = SocketAddrAny::filled(|_, room| {
            *room = u32::MAX;
            Ok(())
        })
        .unwrap();
        assert_eq!(longer.as_bytes(), [0; 128]);
        let failed = SocketAddrAny::filled(|_, _| Err::<(), _>(Errno::EBADF));
        assert_eq!(failed, Err(Errno::EBADF));
    }

    /// The NUL behind a path of 108 bytes is the kernel's, and no other byte of any address is.
    #[test]
    fn only_a_path_s_extra_nul_is_left_out() {
        let received = |family: AddressFamily, byte: u8, len: u32| {
            let mut bytes = [0; 128];
            bytes[2..110].fill(byte);
            bytes[..2].copy_from_slice(&family.raw().to_ne_bytes());
            SocketAddrAny::received(bytes, len).as_bytes().len()
        };
        assert_eq!(received(AddressFamily::UNIX, b'p', 111), 110);
        for len in [0, 2, 3, 109, 110, 112, 128] {
            assert_eq!(received(AddressFamily::UNIX, b'p', len), len as usize);
        }
        assert_eq!(received(AddressFamily::UNIX, 0, 111), 111, "a name");
        assert_eq!(received(AddressFamily::TIPC, b'p', 111), 111);
    }

    /// 003 closes such a connection. Here the socket is the caller's, whoever is at its other end.
    #[cfg(feature = "std")]
    #[test]
    fn fault_a_connection_of_an_unknown_family_is_kept() {
        use crate::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
        let accepted = std::fs::File::open("/proc/self/mountinfo")
            .unwrap()
            .into_raw_fd();
        let (socket, address) = SocketAddrAny::filled(|bytes, room| {
            bytes[..4].copy_from_slice(&[0xee, 0xee, 1, 2]);
            *room = 4;
            // SAFETY: it was given up just now.
            Ok(unsafe { OwnedFd::from_raw_fd(accepted) })
        })
        .unwrap();
        assert_eq!(socket.as_raw_fd(), accepted);
        assert_eq!(address.family().map(AddressFamily::raw), Some(0xeeee));
        assert_eq!(address.as_bytes(), [0xee, 0xee, 1, 2]);
        let open = std::fs::read_link(std::format!("/proc/self/fd/{accepted}"));
        assert!(open.unwrap().ends_with("mountinfo"));
    }

    #[test]
    fn text_for_people() {
        let text = |bytes| std::format!("{}", Text(bytes));
        assert_eq!(text(b"/run/x y"), "/run/x y");
        assert_eq!(text("/é/\u{85}".as_bytes()), "/é/\\u{85}");
        assert_eq!(text(b"a\0b\n\xff\xc3"), "a\\x00b\\n\\xff\\xc3");
        assert_eq!(std::format!("{}", Hardware(&[2, 0, 0xab])), "02:00:ab");
    }
}

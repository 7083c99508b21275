//! Addresses of sockets.
//!
//! Owns: how an address becomes the bytes that the kernel reads, and what the bytes that it wrote say.

use super::AddressFamily;
use crate::abi::Result;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

/// An address that a call can be given: the bytes of C's `struct sockaddr` of its family.
///
/// An implementation for an address of one's own needs no `unsafe`: what is handed on is a slice, and the kernel is told
/// how long it is. It takes at most 128 bytes (`EINVAL`).
pub trait AddressArg {
    /// Hands the bytes to `call` and returns what that does.
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R;
}

/// An address of any family, as the kernel has it: up to 128 bytes.
///
/// It is what calls return: nothing of it is lost, and an address of a family that this crate does not know is as good as any.
#[derive(Clone, Copy)]
pub struct SocketAddrAny {
    bytes: [u8; SocketAddrAny::MAX],
    len: u8,
}

impl SocketAddrAny {
    /// The most bytes that an address has: `struct sockaddr_storage`.
    pub const MAX: usize = 128;

    /// Calls what fills an array of bytes, and is told by the number beside it how many there is room for, and tells by it
    /// how many it would have filled: as accept(2) and its kin.
    pub(crate) fn filled<T>(
        call: impl FnOnce(&mut [u8; SocketAddrAny::MAX], &mut u32) -> Result<T>,
    ) -> Result<(T, SocketAddrAny)> {
        let mut bytes = [0; SocketAddrAny::MAX];
        let mut len = SocketAddrAny::MAX as u32;
        let value = call(&mut bytes, &mut len)?;
        let len = len.min(SocketAddrAny::MAX as u32) as u8;
        Ok((value, SocketAddrAny { bytes, len }))
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
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len.into()]
    }

    /// The family; none where there are not even two bytes.
    pub fn family(&self) -> Option<AddressFamily> {
        let family = self.as_bytes().first_chunk()?;
        Some(AddressFamily::from_raw(u16::from_ne_bytes(*family)))
    }
}

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

impl fmt::Debug for SocketAddrAny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SocketAddrAny")
            .field(&self.as_bytes())
            .finish()
    }
}

impl AddressArg for SocketAddrAny {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        call(self.as_bytes())
    }
}

impl AddressArg for SocketAddrV4 {
    /// `struct sockaddr_in`.
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&AddressFamily::INET.raw().to_ne_bytes());
        bytes[2..4].copy_from_slice(&self.port().to_be_bytes());
        bytes[4..8].copy_from_slice(&self.ip().octets());
        call(&bytes)
    }
}

impl AddressArg for SocketAddrV6 {
    /// `struct sockaddr_in6`.
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = [0; 28];
        bytes[..2].copy_from_slice(&AddressFamily::INET6.raw().to_ne_bytes());
        bytes[2..4].copy_from_slice(&self.port().to_be_bytes());
        bytes[4..8].copy_from_slice(&self.flowinfo().to_be_bytes());
        bytes[8..24].copy_from_slice(&self.ip().octets());
        bytes[24..].copy_from_slice(&self.scope_id().to_ne_bytes());
        call(&bytes)
    }
}

impl AddressArg for SocketAddr {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            SocketAddr::V4(address) => address.with_bytes(call),
            SocketAddr::V6(address) => address.with_bytes(call),
        }
    }
}

//! Names of the kernel's ciphers and hashes.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::net::AlgAddr;
//!
//! let hash = AlgAddr::new("hash", "sha256")?;
//! assert_eq!(hash.to_string(), "alg hash sha256");
//! # Ok(())
//! # }
//! ```
//!
//! Owns: `struct sockaddr_alg`, and the longer `struct sockaddr_alg_new`.

use super::{AddressArg, get, of_family, put};
use crate::abi::{Errno, Result};
use crate::net::{AddressFamily, SocketAddrAny};
use core::fmt;

const TYPE: usize = 2;
const TYPE_LEN: usize = 14;
const FEAT: usize = 16;
const MASK: usize = 20;
const NAME: usize = 24;
/// With a name of 64 bytes, the last of which is a NUL.
const LEN: usize = 88;

/// An address of [`AddressFamily::ALG`]: which algorithm a socket is for. `struct sockaddr_alg` (Linux
/// `Documentation/crypto/userspace-if.rst`).
///
/// With a name of up to 63 bytes it is C's old struct, else the new one, which ends behind the name's NUL (Linux 4.12).
#[doc(alias = "sockaddr_alg")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlgAddr {
    /// With at least one NUL at its end, as all that follows.
    kind: [u8; TYPE_LEN],
    feat: u32,
    mask: u32,
    name: [u8; SocketAddrAny::MAX - NAME],
}

impl AlgAddr {
    /// The longest type: `struct sockaddr_alg` has a NUL behind it.
    pub const MAX_TYPE: usize = TYPE_LEN - 1;
    /// The longest name that an address has room for.
    pub const MAX_NAME: usize = SocketAddrAny::MAX - NAME - 1;

    /// A type (`hash`, `skcipher`, `aead`, `rng`, `akcipher`) and an algorithm's name, as `/proc/crypto` has them.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` for a type of more than 13 bytes and a name of more than 103; `EINVAL` for one with a NUL.
    pub fn new(kind: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<AlgAddr> {
        Ok(AlgAddr {
            kind: filled_up(kind.as_ref())?,
            feat: 0,
            mask: 0,
            name: filled_up(name.as_ref())?,
        })
    }

    /// With features that the algorithm has to have or not to have (`salg_feat`): bits of the kernel's, which are allowed
    /// only in part.
    pub const fn with_feat(mut self, feat: u32) -> AlgAddr {
        self.feat = feat;
        self
    }

    /// With which of the features count (`salg_mask`).
    pub const fn with_mask(mut self, mask: u32) -> AlgAddr {
        self.mask = mask;
        self
    }

    /// The type.
    #[doc(alias = "salg_type")]
    pub fn kind(&self) -> &[u8] {
        up_to_nul(&self.kind)
    }

    /// The algorithm's name.
    pub fn name(&self) -> &[u8] {
        up_to_nul(&self.name)
    }

    /// The features.
    pub const fn feat(&self) -> u32 {
        self.feat
    }

    /// Which of them count.
    pub const fn mask(&self) -> u32 {
        self.mask
    }
}

/// The text, and NULs: at least one.
fn filled_up<const LEN: usize>(text: &[u8]) -> Result<[u8; LEN]> {
    if text.contains(&0) {
        return Err(Errno::EINVAL);
    }
    if text.len() >= LEN {
        return Err(Errno::ENAMETOOLONG);
    }
    let mut bytes = [0; LEN];
    bytes[..text.len()].copy_from_slice(text);
    Ok(bytes)
}

fn up_to_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or(bytes)
}

impl AddressArg for AlgAddr {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<{ SocketAddrAny::MAX }>(AddressFamily::ALG);
        put(&mut bytes, TYPE, self.kind);
        put(&mut bytes, FEAT, self.feat.to_ne_bytes());
        put(&mut bytes, MASK, self.mask.to_ne_bytes());
        put(&mut bytes, NAME, self.name);
        call(&bytes[..LEN.max(NAME + self.name().len() + 1)])
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<AlgAddr> {
    let kind = get::<TYPE_LEN>(bytes, TYPE)?;
    let address = AlgAddr::new(up_to_nul(&kind), up_to_nul(bytes.get(NAME..)?)).ok()?;
    Some(
        address
            .with_feat(u32::from_ne_bytes(get(bytes, FEAT)?))
            .with_mask(u32::from_ne_bytes(get(bytes, MASK)?)),
    )
}

impl fmt::Debug for AlgAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlgAddr")
            .field("kind", &format_args!("{}", super::Text(self.kind())))
            .field("feat", &self.feat)
            .field("mask", &self.mask)
            .field("name", &format_args!("{}", super::Text(self.name())))
            .finish()
    }
}

impl fmt::Display for AlgAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = (super::Text(self.kind()), super::Text(self.name()));
        write!(f, "alg {kind} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;

    #[repr(C)]
    struct SockaddrAlg {
        salg_family: u16,
        salg_type: [u8; 14],
        salg_feat: u32,
        salg_mask: u32,
        salg_name: [u8; 64],
    }

    crate::layout::c_layout!(SockaddrAlg = "struct sockaddr_alg" { salg_family, salg_type, salg_feat, salg_mask, salg_name });

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(TYPE, offset_of!(SockaddrAlg, salg_type));
        assert_eq!(FEAT, offset_of!(SockaddrAlg, salg_feat));
        assert_eq!(MASK, offset_of!(SockaddrAlg, salg_mask));
        assert_eq!(NAME, offset_of!(SockaddrAlg, salg_name));
        assert_eq!(LEN, size_of::<SockaddrAlg>());
    }
}

//! Addresses of sockets of this machine.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::net::UnixAddr;
//!
//! let path = UnixAddr::pathname("/run/server")?;
//! assert_eq!(path.path_bytes(), Some(&b"/run/server"[..]));
//! let name = UnixAddr::abstract_name(b"server\0of mine")?; // any bytes
//! assert_eq!(name.abstract_bytes(), Some(&b"server\0of mine"[..]));
//! assert_eq!(name.to_string(), "@server\\x00of mine");
//! # Ok(())
//! # }
//! ```
//!
//! Owns: `struct sockaddr_un`, which says by its length what it is (unix(7)).

use super::{AddressArg, of_family};
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::net::AddressFamily;
use core::fmt;
use core::hash::{Hash, Hasher};

/// Where `sun_path` is.
const PATH: usize = 2;
/// How long it is.
const ROOM: usize = 108;
/// How much the kernel makes of it: see [`without_extra_nul`].
const ROOM_AND_NUL: usize = ROOM + 1;

/// An address of [`AddressFamily::UNIX`]: a path, an abstract name, or none. `struct sockaddr_un` (unix(7)).
///
/// Two are equal where they mean the same, whether or not the bytes have the NUL behind a path.
#[doc(alias = "sockaddr_un")]
#[derive(Clone, Copy)]
pub struct UnixAddr {
    /// `sun_path`; zeros from `len` on.
    bytes: [u8; ROOM_AND_NUL],
    len: u8,
}

/// What an address is.
#[derive(PartialEq, Eq, Hash)]
enum Name<'a> {
    Unnamed,
    Abstract(&'a [u8]),
    Path(&'a [u8]),
}

impl UnixAddr {
    /// The longest path, without a NUL.
    pub const MAX_PATH: usize = ROOM;
    /// The longest abstract name, without the NUL before it.
    pub const MAX_ABSTRACT_NAME: usize = ROOM - 1;

    /// A path, of which a name in the file system is made by [`bind`](crate::net::bind()): it has to be removed by somebody.
    /// The bytes have a NUL behind it where there is room: only a path of 108 bytes is without one.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` for more than 108 bytes, `EINVAL` for a NUL among them and for none, which would mean
    /// [`UnixAddr::unnamed`]. Those of [`PathArg`].
    pub fn pathname(path: impl PathArg) -> Result<UnixAddr> {
        with_c_str(path, |path| {
            let (path, with_nul) = (path.to_bytes(), path.to_bytes_with_nul());
            if path.is_empty() {
                return Err(Errno::EINVAL);
            }
            UnixAddr::of(if path.len() == ROOM { path } else { with_nul })
        })
    }

    /// An abstract name, which is in no file system and gone with the socket: any bytes, NULs too, and none.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` for more than 107 bytes.
    pub fn abstract_name(name: impl AsRef<[u8]>) -> Result<UnixAddr> {
        let name = name.as_ref();
        let mut bytes = [0; ROOM];
        let room = bytes.get_mut(1..=name.len()).ok_or(Errno::ENAMETOOLONG)?;
        room.copy_from_slice(name);
        UnixAddr::of(&bytes[..=name.len()])
    }

    /// None. To [`bind`](crate::net::bind()) it stands for an abstract name that is free.
    pub const fn unnamed() -> UnixAddr {
        UnixAddr {
            bytes: [0; ROOM_AND_NUL],
            len: 0,
        }
    }

    /// With `sun_path` of these bytes.
    fn of(path: &[u8]) -> Result<UnixAddr> {
        if path.len() > ROOM {
            return Err(Errno::ENAMETOOLONG);
        }
        Ok(UnixAddr::with(path))
    }

    /// As [`UnixAddr::of`], of at most `ROOM_AND_NUL` bytes.
    fn with(path: &[u8]) -> UnixAddr {
        let mut address = UnixAddr::unnamed();
        address.bytes[..path.len()].copy_from_slice(path);
        address.len = path.len() as u8;
        address
    }

    fn name(&self) -> Name<'_> {
        match &self.bytes[..self.len.into()] {
            [] => Name::Unnamed,
            [0, name @ ..] => Name::Abstract(name),
            path => Name::Path(path.split(|&byte| byte == 0).next().unwrap_or(path)),
        }
    }

    /// The path, up to its NUL where it has one.
    pub fn path_bytes(&self) -> Option<&[u8]> {
        match self.name() {
            Name::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The path.
    #[cfg(feature = "std")]
    pub fn path(&self) -> Option<&std::path::Path> {
        use std::os::unix::ffi::OsStrExt;
        let path = self.path_bytes()?;
        Some(std::path::Path::new(std::ffi::OsStr::from_bytes(path)))
    }

    /// The abstract name, without the NUL before it.
    pub fn abstract_bytes(&self) -> Option<&[u8]> {
        match self.name() {
            Name::Abstract(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is neither, as of a socket that is bound to nothing.
    pub fn is_unnamed(&self) -> bool {
        self.name() == Name::Unnamed
    }
}

impl AddressArg for UnixAddr {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<{ PATH + ROOM_AND_NUL }>(AddressFamily::UNIX);
        bytes[PATH..].copy_from_slice(&self.bytes);
        call(&bytes[..PATH + usize::from(self.len)])
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<UnixAddr> {
    let path = &without_extra_nul(bytes)[PATH..];
    if path.len() > ROOM {
        return None;
    }
    Some(UnixAddr::with(&bytes[PATH..]))
}

/// The bytes, without the NUL which the kernel adds to a path of 108 bytes: one more than the struct has.
#[inline]
pub(super) fn without_extra_nul(bytes: &[u8]) -> &[u8] {
    const LEN: usize = PATH + ROOM_AND_NUL;
    const FAMILY: [u8; 2] = AddressFamily::UNIX.raw().to_ne_bytes();
    match bytes.split_last() {
        Some((0, rest))
            if bytes.len() == LEN && rest.starts_with(&FAMILY) && !rest[PATH..].contains(&0) =>
        {
            rest
        }
        _ => bytes,
    }
}

impl PartialEq for UnixAddr {
    fn eq(&self, other: &UnixAddr) -> bool {
        self.name() == other.name()
    }
}

impl Eq for UnixAddr {}

impl Hash for UnixAddr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// The path; an abstract name behind an `@`, which is no part of it; `unnamed`.
impl fmt::Display for UnixAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Name::Unnamed => f.write_str("unnamed"),
            Name::Abstract(name) => write!(f, "@{}", super::Text(name)),
            Name::Path(path) => super::Text(path).fmt(f),
        }
    }
}

impl fmt::Debug for UnixAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixAddr({self})")
    }
}

#[cfg(feature = "std")]
mod with_std {
    use super::*;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::SocketAddr;

    impl From<&SocketAddr> for UnixAddr {
        fn from(address: &SocketAddr) -> UnixAddr {
            let made = if let Some(path) = address.as_pathname() {
                UnixAddr::pathname(path.as_os_str().as_bytes())
            } else if let Some(name) = address.as_abstract_name() {
                UnixAddr::abstract_name(name)
            } else {
                Ok(UnixAddr::unnamed())
            };
            // `std` has no path and no name that is longer than the kernel's, and no path with a NUL in it.
            made.unwrap_or(UnixAddr::unnamed())
        }
    }

    impl From<SocketAddr> for UnixAddr {
        fn from(address: SocketAddr) -> UnixAddr {
            UnixAddr::from(&address)
        }
    }

    impl TryFrom<&UnixAddr> for SocketAddr {
        type Error = Errno;
        /// A path of 108 bytes, for which `std` has no room, is `ENAMETOOLONG`.
        fn try_from(address: &UnixAddr) -> Result<SocketAddr> {
            let made = match address.name() {
                Name::Unnamed => SocketAddr::from_pathname(""), // which `std` takes for unnamed
                Name::Abstract(name) => SocketAddr::from_abstract_name(name),
                Name::Path(path) => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(path)),
            };
            made.map_err(|_| Errno::ENAMETOOLONG)
        }
    }

    impl TryFrom<UnixAddr> for SocketAddr {
        type Error = Errno;
        /// A path of 108 bytes, for which `std` has no room, is `ENAMETOOLONG`.
        fn try_from(address: UnixAddr) -> Result<SocketAddr> {
            SocketAddr::try_from(&address)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::net::sockaddr_un;

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(PATH, offset_of!(sockaddr_un, sun_path));
        assert_eq!(PATH + ROOM, size_of::<sockaddr_un>());
    }
}

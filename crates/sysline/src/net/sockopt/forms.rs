//! How the values of options are bytes. Owns: the forms that several options share; those of one level's own types are beside the types.
//!
//! Most values are C's `int`. Of those a kernel may fill one byte only, for an `int` from 0 to 255.

use crate::abi::{Errno, Result};
use crate::fd::{FromRawFd, OwnedFd};
use crate::net::{AddressFamily, Protocol, SocketType};
use core::ffi::CStr;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use core::time::Duration;

/// Bytes for a value of some size.
pub trait Room: AsRef<[u8]> + AsMut<[u8]> {
    /// As many zeros.
    const EMPTY: Self;
}

impl<const N: usize> Room for [u8; N] {
    const EMPTY: [u8; N] = [0; N];
}

/// What an option's answer says.
pub trait Get {
    /// The value.
    type Value;
    /// Where the kernel writes it.
    type Room: Room;
    /// The value of the bytes that the kernel has filled.
    fn read(bytes: &[u8]) -> Result<Self::Value>;
}

/// What an option is told.
pub trait Set {
    /// The value.
    type Value;
    /// Its bytes.
    type Room: Room;
    /// The bytes that the kernel reads.
    fn bytes(value: Self::Value) -> Result<Self::Room>;
}

/// All bytes of an answer, which has that many.
#[inline]
pub(super) fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| Errno::EIO)
}

/// The `N` bytes at a place that is known to be inside.
#[inline]
pub(super) fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    core::array::from_fn(|index| bytes[at + index])
}

/// What is C's `int`.
pub trait Int {
    /// The value.
    type Value;
    /// The value of a number; `EIO` where it is none.
    fn of(number: i32) -> Result<Self::Value>;
    /// Its number.
    fn number(value: Self::Value) -> i32;
}

impl<T: Int> Get for T {
    type Value = T::Value;
    type Room = [u8; 4];
    #[inline]
    fn read(bytes: &[u8]) -> Result<T::Value> {
        T::of(match *bytes {
            [byte] => byte.into(),
            _ => i32::from_ne_bytes(exactly(bytes)?),
        })
    }
}

impl<T: Int> Set for T {
    type Value = T::Value;
    type Room = [u8; 4];
    #[inline]
    fn bytes(value: T::Value) -> Result<[u8; 4]> {
        Ok(T::number(value).to_ne_bytes())
    }
}

/// Ints: the form, the type, a number's value, a value's number.
macro_rules! ints {
    ($($(#[$attr:meta])* $form:ty: $value:ty, $number:ident => $of:expr, $from:ident => $to:expr;)*) => {$(
        impl Int for $form {
            type Value = $value;
            #[inline]
            fn of($number: i32) -> Result<$value> {
                $of
            }
            #[inline]
            fn number($from: $value) -> i32 {
                $to
            }
        }
    )*};
}

ints! {
    bool: bool, number => Ok(number != 0), value => value.into();
    i32: i32, number => Ok(number), value => value;
    u32: u32, number => Ok(number as u32), value => value as i32;
    u16: u16, number => number.try_into().map_err(|_| Errno::EIO), value => value.into();
    u8: u8, number => number.try_into().map_err(|_| Errno::EIO), value => value.into();
    Size: u32, number => Ok(number as u32), value => clamped(value);
    OrNone: Option<u32>, number => Ok(u32::try_from(number).ok()), value => value.map_or(-1, clamped);
    OrDefault: Option<u8>, number => Ok(u8::try_from(number).ok()), value => value.map_or(-1, i32::from);
    SwappedIndex: u32, number => Ok(u32::from_be(number as u32)), value => value.to_be() as i32;
    Seconds: Duration, number => Ok(Duration::from_secs(unsigned(number)?.into())), value => seconds(value);
    Milliseconds: Duration, number => Ok(Duration::from_millis(unsigned(number)?.into())),
        value => clamped(value.as_nanos().div_ceil(1_000_000));
    Microseconds: Duration, number => Ok(Duration::from_micros(unsigned(number)?.into())),
        value => clamped(value.as_nanos().div_ceil(1_000));
    SocketType: SocketType, number => Ok(SocketType::from_raw(number as u32)), value => value.raw() as i32;
    Protocol: Protocol, number => Ok(Protocol::from_raw(number as u32)), value => value.raw() as i32;
    AddressFamily: AddressFamily,
        number => number.try_into().map(AddressFamily::from_raw).map_err(|_| Errno::EIO), value => value.raw().into();
}

/// A number of bytes. The greatest `int` stands for what is greater, which the kernel would take for a negative number, and that for the
/// least size that it has.
pub(super) enum Size {}

/// `None` is -1.
pub(super) enum OrNone {}

/// `None` is -1, which the kernel takes for its own default.
pub(super) enum OrDefault {}

/// An index of a device, in network byte order.
pub(super) enum SwappedIndex {}

/// A duration in seconds.
pub(super) enum Seconds {}

/// A duration in milliseconds.
pub(super) enum Milliseconds {}

/// A duration in microseconds.
pub(super) enum Microseconds {}

/// The greatest `int` for what is greater.
pub(super) fn clamped<T: TryInto<i32>>(number: T) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// Rounded up.
pub(super) fn seconds(duration: Duration) -> i32 {
    clamped(duration.as_nanos().div_ceil(1_000_000_000))
}

pub(super) fn unsigned(number: i32) -> Result<u32> {
    number.try_into().map_err(|_| Errno::EIO)
}

/// What has bytes of its own: the type, how many, the bytes' value, a value's bytes.
macro_rules! plain {
    ($($value:ty: $len:expr, $bytes:ident => $of:expr, $from:ident => $to:expr;)*) => {$(
        impl Get for $value {
            type Value = $value;
            type Room = [u8; $len];
            #[inline]
            fn read(bytes: &[u8]) -> Result<$value> {
                let $bytes: [u8; $len] = $crate::net::sockopt::forms::exactly(bytes)?;
                $of
            }
        }

        impl Set for $value {
            type Value = $value;
            type Room = [u8; $len];
            #[inline]
            fn bytes($from: $value) -> Result<[u8; $len]> {
                Ok($to)
            }
        }
    )*};
}
pub(super) use plain;

plain! {
    u64: 8, bytes => Ok(u64::from_ne_bytes(bytes)), value => value.to_ne_bytes();
    Ipv4Addr: 4, bytes => Ok(Ipv4Addr::from(bytes)), value => value.octets();
    Ipv6Addr: 16, bytes => Ok(Ipv6Addr::from(bytes)), value => value.octets();
    SocketAddrV4: 16, bytes => socket_addr_v4(&bytes), value => {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&AddressFamily::INET.raw().to_ne_bytes());
        bytes[2..4].copy_from_slice(&value.port().to_be_bytes());
        bytes[4..8].copy_from_slice(&value.ip().octets());
        bytes
    };
    SocketAddrV6: 28, bytes => socket_addr_v6(&bytes), value => {
        let mut bytes = [0; 28];
        bytes[..2].copy_from_slice(&AddressFamily::INET6.raw().to_ne_bytes());
        bytes[2..4].copy_from_slice(&value.port().to_be_bytes());
        bytes[4..8].copy_from_slice(&value.flowinfo().to_be_bytes());
        bytes[8..24].copy_from_slice(&value.ip().octets());
        bytes[24..].copy_from_slice(&value.scope_id().to_ne_bytes());
        bytes
    };
}

/// `struct sockaddr_in`.
fn socket_addr_v4(bytes: &[u8; 16]) -> Result<SocketAddrV4> {
    if u16::from_ne_bytes(part(bytes, 0)) != AddressFamily::INET.raw() {
        return Err(Errno::EIO);
    }
    let port = u16::from_be_bytes(part(bytes, 2));
    Ok(SocketAddrV4::new(part::<4>(bytes, 4).into(), port))
}

/// `struct sockaddr_in6`.
fn socket_addr_v6(bytes: &[u8; 28]) -> Result<SocketAddrV6> {
    if u16::from_ne_bytes(part(bytes, 0)) != AddressFamily::INET6.raw() {
        return Err(Errno::EIO);
    }
    Ok(SocketAddrV6::new(
        part::<16>(bytes, 8).into(),
        u16::from_be_bytes(part(bytes, 2)),
        u32::from_be_bytes(part(bytes, 4)),
        u32::from_ne_bytes(part(bytes, 24)),
    ))
}

/// A descriptor that the kernel has just opened for who reads the option.
impl Get for OwnedFd {
    type Value = OwnedFd;
    type Room = [u8; 4];
    fn read(bytes: &[u8]) -> Result<OwnedFd> {
        // A descriptor is never negative: see `Ret for OwnedFd`.
        let number = i32::from_ne_bytes(exactly(bytes)?) & i32::MAX;
        // SAFETY: nobody else has it.
        Ok(unsafe { OwnedFd::from_raw_fd(number) })
    }
}

/// A name that an option holds, of up to 15 bytes: a device's, an algorithm's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortName([u8; 16]);

impl ShortName {
    /// The most bytes that it has, without its NUL.
    pub const MAX: usize = 15;

    /// It, with its NUL.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.as_c_str().to_bytes()
    }

    /// It as text; `None` where it is none.
    pub fn to_str(&self) -> Option<&str> {
        self.as_c_str().to_str().ok()
    }
}

impl fmt::Debug for ShortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_c_str().fmt(f)
    }
}

/// Of any bytes up to the first NUL. No bytes are no name.
impl Get for ShortName {
    type Value = Option<ShortName>;
    type Room = [u8; 16];
    fn read(bytes: &[u8]) -> Result<Option<ShortName>> {
        let mut name = [0; 16];
        let len = bytes.iter().position(|&byte| byte == 0);
        let bytes = &bytes[..len.unwrap_or(bytes.len())];
        if bytes.len() > ShortName::MAX {
            return Err(Errno::EIO);
        }
        name[..bytes.len()].copy_from_slice(bytes);
        Ok((!bytes.is_empty()).then_some(ShortName(name)))
    }
}

/// What is read and written by position here and in the rooms beside is where the structs of C have it, on every architecture.
mod positions {
    use core::mem::offset_of;
    use linux_raw_sys::{general, net as c};

    macro_rules! at {
        ($($c:ty: $size:literal { $($field:ident $at:literal),* })*) => {
            $( const _: () = assert!(size_of::<$c>() == $size $(&& offset_of!($c, $field) == $at)*); )*
        };
    }

    at! {
        c::sockaddr_in: 16 { sin_family 0, sin_port 2, sin_addr 4 }
        c::sockaddr_in6: 28 { sin6_family 0, sin6_port 2, sin6_flowinfo 4, sin6_addr 8, sin6_scope_id 24 }
        c::ip_mreq: 8 { imr_multiaddr 0, imr_interface 4 }
        c::ip_mreqn: 12 { imr_multiaddr 0, imr_address 4, imr_ifindex 8 }
        c::ip_mreq_source: 12 { imr_multiaddr 0, imr_interface 4, imr_sourceaddr 8 }
        c::ipv6_mreq: 20 { ipv6mr_multiaddr 0, ipv6mr_ifindex 16 }
        c::ip6_mtuinfo: 32 { ip6m_addr 0, ip6m_mtu 28 }
        c::linger: 8 { l_onoff 0, l_linger 4 }
        c::ucred: 12 { pid 0, uid 4, gid 8 }
        general::__kernel_sock_timeval: 16 { tv_sec 0, tv_usec 8 }
    }

    // The older name's time is this struct, and 32 bits each on a 32-bit architecture.
    const _: () = {
        use general::__kernel_old_timeval as Old;
        let half = if cfg!(target_pointer_width = "64") {
            8
        } else {
            4
        };
        assert!(size_of::<Old>() == 2 * half && offset_of!(Old, tv_usec) == half);
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_int_may_be_one_byte_and_never_two() {
        assert_eq!(bool::read(&[1]), Ok(true));
        assert_eq!(u32::read(&[200]), Ok(200));
        assert_eq!(u32::read(&7u32.to_ne_bytes()), Ok(7));
        for bytes in [&[][..], &[0; 2], &[0; 3], &[0; 5], &[0; 8]] {
            assert_eq!(u32::read(bytes), Err(Errno::EIO));
        }
        assert_eq!(u8::read(&256i32.to_ne_bytes()), Err(Errno::EIO));
        assert_eq!(u8::read(&(-1i32).to_ne_bytes()), Err(Errno::EIO));
        assert_eq!(Size::bytes(7), Ok(7u32.to_ne_bytes()));
        assert_eq!(Size::bytes(0x8000_0000), Ok(i32::MAX.to_ne_bytes()));
        assert_eq!(u32::bytes(0x8000_0001), Ok(0x8000_0001u32.to_ne_bytes()));
        assert_eq!(OrNone::bytes(Some(u32::MAX)), Ok(i32::MAX.to_ne_bytes()));
        assert_eq!(OrNone::read(&(-1i32).to_ne_bytes()), Ok(None));
        assert_eq!(OrNone::bytes(None), Ok([0xff; 4]));
        assert_eq!(Seconds::read(&(-1i32).to_ne_bytes()), Err(Errno::EIO));
    }

    #[test]
    fn a_duration_is_rounded_up_and_never_wraps() {
        let of = |duration| {
            (
                seconds(duration),
                Milliseconds::number(duration),
                Microseconds::number(duration),
            )
        };
        assert_eq!(of(Duration::ZERO), (0, 0, 0));
        assert_eq!(of(Duration::from_nanos(1)), (1, 1, 1));
        assert_eq!(of(Duration::from_micros(1_001)), (1, 2, 1_001));
        assert_eq!(of(Duration::new(2, 1)), (3, 2_001, 2_000_001));
        assert_eq!(of(Duration::MAX), (i32::MAX, i32::MAX, i32::MAX));
    }

    #[test]
    fn a_name_ends_at_its_nul_or_its_end() {
        let name =
            |bytes| ShortName::read(bytes).map(|name| name.map(|name| name.as_bytes().to_vec()));
        assert_eq!(name(b""), Ok(None));
        assert_eq!(name(b"\0rest"), Ok(None));
        assert_eq!(name(b"lo\0\0rest"), Ok(Some(b"lo".to_vec())));
        assert_eq!(name(b"cubic"), Ok(Some(b"cubic".to_vec())));
        assert_eq!(
            name(b"123456789012345\0"),
            Ok(Some(b"123456789012345".to_vec()))
        );
        assert_eq!(name(b"1234567890123456"), Err(Errno::EIO));
    }

    #[test]
    fn addresses_are_those_of_c() {
        let [one, two] = 2u16.to_ne_bytes();
        let bytes = [one, two, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8080);
        assert_eq!(SocketAddrV4::read(&bytes), Ok(address));
        assert_eq!(SocketAddrV4::bytes(address), Ok(bytes));
        assert_eq!(SocketAddrV4::read(&bytes[..15]), Err(Errno::EIO));
        assert_eq!(SocketAddrV4::read(&[0; 16]), Err(Errno::EIO));

        let mut bytes = [0; 28];
        bytes[..2].copy_from_slice(&10u16.to_ne_bytes());
        bytes[2..8].copy_from_slice(&[0x1f, 0x90, 0, 0, 1, 2]);
        bytes[23] = 1;
        bytes[24..].copy_from_slice(&9u32.to_ne_bytes());
        let address = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 8080, 0x102, 9);
        assert_eq!(SocketAddrV6::read(&bytes), Ok(address));
        assert_eq!(SocketAddrV6::bytes(address), Ok(bytes));
        assert_eq!(SocketAddrV6::read(&[0; 28]), Err(Errno::EIO));
    }
}

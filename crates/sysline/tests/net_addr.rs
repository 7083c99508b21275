//! Addresses: their bytes by hand, and what the kernel makes of them.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/sockaddr.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_namespaces, is_root};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use decoder::check;
use emulator::skipped;
use proptest::prelude::*;
use std::collections::HashSet;
use std::ffi::{CStr, CString, OsStr, c_int};
use std::fs::{self, File};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::SocketAddr as OfStd;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use sysline::mm::Mapping;
use sysline::net::*;
use sysline::{Errno, Result};

// SAFETY: the signatures are those of `sys/socket.h`, `net/if.h` and `sys/ioctl.h`.
unsafe extern "C" {
    fn setsockopt(
        fd: c_int,
        level: c_int,
        name: c_int,
        value: *const core::ffi::c_void,
        len: u32,
    ) -> c_int;
    fn if_nametoindex(name: *const core::ffi::c_char) -> u32;
    fn ioctl(fd: c_int, request: core::ffi::c_ulong, ...) -> c_int;
}

/// Sets an option whose value is as long as the kernel takes it.
fn set_or_not<T>(socket: &OwnedFd, level: c_int, name: c_int, value: &T) -> Result<()> {
    let (at, len) = (core::ptr::from_ref(value).cast(), size_of::<T>() as u32);
    // SAFETY: the kernel reads so many bytes of the value, which are numbers.
    if unsafe { setsockopt(socket.as_raw_fd(), level, name, at, len) } == 0 {
        return Ok(());
    }
    let errno = std::io::Error::last_os_error().raw_os_error();
    Err(errno.and_then(Errno::new).unwrap())
}

fn bytes_of(address: &impl AddressArg) -> Vec<u8> {
    address.with_bytes(<[u8]>::to_vec)
}

/// The pieces one behind the other, and zeros up to a length.
fn bytes(pieces: &[&[u8]], len: usize) -> Vec<u8> {
    let mut bytes = pieces.concat();
    assert!(bytes.len() <= len);
    bytes.resize(len, 0);
    bytes
}

fn decoded(bytes: &[u8]) -> Address {
    SocketAddrAny::from_bytes(bytes).unwrap().decode()
}

fn is_other(bytes: &[u8]) -> bool {
    let any = SocketAddrAny::from_bytes(bytes).unwrap();
    any.decode() == Address::Other(any)
}

/// An address and its bytes, both ways, and through [`SocketAddrAny`].
#[track_caller]
fn both_ways<A>(address: A, expected: &[u8])
where
    A: AddressArg + Copy + PartialEq + core::fmt::Debug,
    A: Into<Address> + Into<SocketAddrAny>,
    A: TryFrom<Address, Error = Errno> + TryFrom<SocketAddrAny, Error = Errno>,
{
    assert_eq!(bytes_of(&address), expected);
    assert_eq!(bytes_of(&&&address), expected, "as a reference");
    let any = SocketAddrAny::from_bytes(expected).unwrap();
    assert_eq!(SocketAddrAny::new(&address), Ok(any));
    assert_eq!(any.as_bytes(), expected);
    let (of_address, of_any): (SocketAddrAny, Address) = (address.into(), any.decode());
    assert_eq!(of_address, any);
    assert_eq!(of_any, address.into());
    assert_eq!(A::try_from(any), Ok(address));
    assert_eq!(A::try_from(of_any), Ok(address));
    check(expected);
    // Whatever is cut off or added, nothing is lost.
    for len in 0..=128 {
        let mut other = expected.to_vec();
        other.resize(len, 0);
        check(&other);
        other.resize(len.max(1), 0);
        *other.last_mut().unwrap() ^= 1;
        check(&other);
    }
}

const NE_1: [u8; 4] = 0x0102_0304_u32.to_ne_bytes();
const NE_2: [u8; 4] = 0xa0b0_c0d0_u32.to_ne_bytes();

fn family(number: u16) -> [u8; 2] {
    number.to_ne_bytes()
}

#[test]
fn bytes_of_ipv4() {
    let address = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 5), 0x1234);
    let head = family(2);
    let expected = bytes(&[&head, &[0x12, 0x34], &[192, 0, 2, 5]], 16);
    both_ways(address, &expected);
    assert_eq!(bytes_of(&SocketAddr::V4(address)), expected);
    let any = SocketAddrAny::from(SocketAddr::V4(address));
    assert_eq!(any.as_bytes(), expected);
    assert_eq!(SocketAddr::try_from(any), Ok(address.into()));
    assert_eq!(Address::from(SocketAddr::V4(address)), any.decode());
    assert_eq!(any.to_string(), "192.0.2.5:4660");
    assert_eq!(format!("{any:?}"), "SocketAddrAny(192.0.2.5:4660)");
    for len in [0, 1, 2, 15, 17, 28] {
        let mut other = expected.clone();
        other.resize(len, 0);
        assert!(is_other(&other), "{len}");
    }
    let mut padded = expected.clone();
    padded[15] = 1; // sin_zero
    assert!(is_other(&padded));
}

#[test]
fn bytes_of_ipv6() {
    let octets = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    let address = SocketAddrV6::new(octets.into(), 0x1234, 0x0a0b_0c0d, 0x0102_0304);
    let (head, flow) = (family(10), [0xa, 0xb, 0xc, 0xd]);
    let expected = bytes(&[&head, &[0x12, 0x34], &flow, &octets, &NE_1], 28);
    both_ways(address, &expected);
    let any = SocketAddrAny::from(SocketAddr::V6(address));
    assert_eq!(any.as_bytes(), expected);
    assert_eq!(SocketAddr::try_from(any), Ok(address.into()));
    assert_eq!(Address::from(SocketAddr::V6(address)), any.decode());
    assert_eq!(any.to_string(), "[fe80::102:304:506:708%16909060]:4660");
    // Before RFC 2553 there was no scope: 24 bytes.
    for len in [0, 1, 2, 24, 27, 29, 128] {
        let mut other = expected.clone();
        other.resize(len, 0);
        assert!(is_other(&other), "{len}");
    }
}

#[test]
fn bytes_of_unix() {
    let head = family(1);
    both_ways(UnixAddr::unnamed(), &head);
    let path = |len| "p".repeat(len);
    for len in [1, 2, 106, 107] {
        let address = UnixAddr::pathname(&*path(len)).unwrap();
        both_ways(address, &bytes(&[&head, path(len).as_bytes()], 2 + len + 1));
        assert_eq!(address.path_bytes(), Some(path(len).as_bytes()));
        assert_eq!(address.path(), Some(Path::new(&path(len))));
        assert_eq!(
            (address.abstract_bytes(), address.is_unnamed()),
            (None, false)
        );
    }
    // 108 bytes leave no room for the NUL.
    let longest = UnixAddr::pathname(path(108)).unwrap();
    both_ways(longest, &bytes(&[&head, path(108).as_bytes()], 110));
    assert_eq!(longest.path_bytes(), Some(path(108).as_bytes()));

    for name in [
        &b""[..],
        b"a",
        b"\0",
        b"a\0b\0",
        &[0xff; 106],
        &[0; 107],
        &[1; 107],
    ] {
        let address = UnixAddr::abstract_name(name).unwrap();
        both_ways(address, &[&head[..], &[0], name].concat());
        assert_eq!(address.abstract_bytes(), Some(name));
        assert_eq!((address.path_bytes(), address.is_unnamed()), (None, false));
        assert_eq!(address.path(), None);
    }
    assert!(UnixAddr::unnamed().is_unnamed());
    assert_eq!(UnixAddr::MAX_PATH, 108);
    assert_eq!(UnixAddr::MAX_ABSTRACT_NAME, 107);
    assert_eq!(UnixAddr::unnamed().to_string(), "unnamed");
    let name = UnixAddr::abstract_name("n\0m").unwrap();
    assert_eq!(name.to_string(), "@n\\x00m");
    let path = UnixAddr::pathname(c"/run/\xc3\xa9").unwrap();
    assert_eq!(path.to_string(), "/run/é");
    assert_eq!(
        format!("{:?}", Address::Unix(path)),
        "Unix(UnixAddr(/run/é))"
    );
}

#[test]
fn paths_and_names_that_are_none() {
    let path = |path: &[u8]| UnixAddr::pathname(path);
    assert_eq!(path(b""), Err(Errno::EINVAL));
    assert_eq!(path(b"\0a"), Err(Errno::EINVAL));
    assert_eq!(path(b"a\0b"), Err(Errno::EINVAL));
    assert_eq!(path(b"a\0"), Err(Errno::EINVAL));
    for len in [109, 110, 111, 128, 255, 256, 5000] {
        assert_eq!(path(&vec![b'p'; len]), Err(Errno::ENAMETOOLONG), "{len}");
    }
    for len in [108, 109, 5000] {
        let name = UnixAddr::abstract_name(vec![0; len]);
        assert_eq!(name, Err(Errno::ENAMETOOLONG), "{len}");
    }
}

/// The same path with and without its NUL, and with something behind that: the kernel reads up to the NUL.
#[test]
fn paths_are_equal_by_meaning() {
    let head = family(1);
    let of = |path: &[u8]| UnixAddr::try_from(decoded(&[&head, path].concat())).unwrap();
    let path = UnixAddr::pathname("/a").unwrap();
    let same = [of(b"/a"), of(b"/a\0"), of(b"/a\0\0\0"), of(b"/a\0rest")];
    for other in same {
        assert_eq!(other, path);
        assert_eq!(other.path_bytes(), Some(&b"/a"[..]));
    }
    assert_eq!(bytes_of(&same[3]), [&head, &b"/a\0rest"[..]].concat());
    assert_eq!(HashSet::from(same).len(), 1, "and have the same hash");
    // Of an abstract name every byte counts.
    assert_ne!(of(b"\0a"), of(b"\0a\0"));
    assert_ne!(of(b"\0"), of(b""));
    assert_ne!(of(b"\0a"), of(b"a"));
    // What the kernel says of a path of 108 bytes, and what nobody says.
    let longest = [b'p'; 108];
    let with_nul = [&longest[..], b"\0"].concat();
    assert_eq!(of(&with_nul), of(&longest));
    assert_eq!(of(&with_nul), UnixAddr::pathname(&longest).unwrap());
    for other in [
        [&longest[..], b"p"].concat(),
        [&longest[..], b"\0\0"].concat(),
        vec![0; 109],
        [&longest[..107], b"\0\0"].concat(),
    ] {
        assert!(is_other(&[&head[..], &other].concat()), "{other:?}");
    }
}

#[test]
fn unix_addresses_of_std_and_back() {
    let made: [(UnixAddr, OfStd); 4] = [
        (
            UnixAddr::pathname("/run/x").unwrap(),
            OfStd::from_pathname("/run/x").unwrap(),
        ),
        (
            UnixAddr::pathname("p".repeat(107)).unwrap(),
            OfStd::from_pathname("p".repeat(107)).unwrap(),
        ),
        (
            UnixAddr::abstract_name(b"a\0\xff").unwrap(),
            OfStd::from_abstract_name(b"a\0\xff").unwrap(),
        ),
        (
            UnixAddr::unnamed(),
            UnixDatagram::unbound().unwrap().local_addr().unwrap(),
        ),
    ];
    for (ours, of_std) in made {
        assert_eq!(UnixAddr::from(&of_std), ours);
        let back = OfStd::try_from(ours).unwrap();
        assert_eq!(back.as_pathname(), of_std.as_pathname());
        assert_eq!(back.as_abstract_name(), of_std.as_abstract_name());
        assert_eq!(back.is_unnamed(), of_std.is_unnamed());
        assert_eq!(UnixAddr::from(back), ours);
    }
    let longest = UnixAddr::pathname("p".repeat(108)).unwrap();
    let none = OfStd::try_from(&longest).err();
    assert_eq!(none, Some(Errno::ENAMETOOLONG));
}

#[test]
fn bytes_of_packet() {
    let head = family(17);
    let plain = PacketAddr::new(0x0800, 0x0102_0304);
    both_ways(plain, &bytes(&[&head, &[8, 0], &NE_1], 20));
    let hatype = 0x0506_u16.to_ne_bytes();
    for len in [0, 1, 6, 8, 9, 20, 32] {
        let hardware: Vec<u8> = (1..=len).collect();
        let address = plain
            .with_hatype(0x0506)
            .with_pkttype(PacketType::OUTGOING)
            .with_address(&hardware)
            .unwrap();
        let head = [&head, &[8, 0], &NE_1[..], &hatype, &[4, len], &hardware].concat();
        let whole = bytes(&[&head], head.len().max(20));
        both_ways(address, &whole);
        // getsockname(2) says it without the zeros.
        let short = PacketAddr::try_from(decoded(&head)).unwrap();
        assert_eq!(short, address);
        assert_eq!(HashSet::from([short, address]).len(), 1);
        assert_eq!(bytes_of(&short), head);
        assert_eq!(bytes_of(&short.whole()), whole);
        assert_eq!(bytes_of(&short.with_address(&hardware).unwrap()), whole);
    }
    assert_eq!(plain.with_address(&[1; 33]), Err(Errno::EINVAL));
    let again = plain.with_address(&[1; 32]).unwrap();
    let again = again.with_address(&[2, 3]).unwrap();
    assert_eq!(again.address(), [2, 3]);
    assert_eq!(bytes_of(&again)[12..], [2, 3, 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        again.to_string(),
        "packet 0x0800 of device 16909060 at 02:03"
    );
    assert_eq!(plain.to_string(), "packet 0x0800 of device 16909060");
    // A length that is not there, one that is too long, and bytes behind it.
    for (len, halen) in [(20, 9), (128, 33), (128, 116), (21, 8), (13, 0)] {
        let mut other = bytes(&[&head], len);
        other[11] = halen;
        assert!(is_other(&other), "{len} {halen}");
    }
    let mut other = bytes(&[&head], 20);
    other[19] = 1;
    assert!(is_other(&other));
}

#[test]
fn bytes_of_netlink() {
    let address = NetlinkAddr::new(0x0102_0304, 0xa0b0_c0d0);
    both_ways(address, &bytes(&[&family(16), &[0, 0], &NE_1, &NE_2], 12));
    both_ways(NetlinkAddr::KERNEL, &bytes(&[&family(16)], 12));
    assert_eq!(
        address.to_string(),
        "netlink 16909060 with groups 0xa0b0c0d0"
    );
    assert_eq!(NetlinkAddr::new(7, 0).to_string(), "netlink 7");
    assert!(is_other(&bytes(&[&family(16), &[0, 1]], 12)), "nl_pad");
}

#[test]
fn bytes_of_vsock() {
    let mut address = VsockAddr::new(0xa0b0_c0d0, 0x0102_0304);
    let head = [&family(40), &[0, 0][..], &NE_1, &NE_2].concat();
    both_ways(address, &bytes(&[&head], 16));
    address.flags = VsockFlags::TO_HOST;
    both_ways(address, &bytes(&[&head, &[1]], 16));
    let any = VsockAddr::new(VsockAddr::CID_ANY, VsockAddr::PORT_ANY);
    both_ways(any, &bytes(&[&family(40), &[0, 0], &[0xff; 8]], 16));
    assert_eq!(any.to_string(), "vsock -1:-1");
    let known = [
        VsockAddr::CID_HYPERVISOR,
        VsockAddr::CID_LOCAL,
        VsockAddr::CID_HOST,
    ];
    assert_eq!(known, [0, 1, 2]);
    assert!(is_other(&bytes(&[&head, &[0, 1]], 16)), "svm_zero");
    assert!(is_other(&bytes(&[&family(40), &[1]], 16)), "svm_reserved1");
}

#[test]
fn bytes_of_can() {
    let head = [&family(29), &[0, 0][..], &NE_1].concat();
    let plain = CanAddr::new(0x0102_0304);
    both_ways(plain, &bytes(&[&head], 24));
    let isotp = CanAddr::isotp(0x0102_0304, 0xa0b0_c0d0, 0x0102_0304);
    both_ways(isotp, &bytes(&[&head, &NE_2, &NE_1], 24));
    let name = 0x0102_0304_0506_0708_u64;
    let j1939 = CanAddr::j1939(0x0102_0304, name, 0xa0b0_c0d0, 0x5a);
    let expected = bytes(&[&head, &name.to_ne_bytes(), &NE_2, &[0x5a]], 24);
    both_ways(j1939, &expected);
    assert_eq!(j1939.to_string().matches(':').count(), 15);
    assert_eq!(plain.to_string(), "can of device 16909060");
    // The kernel says 8, 16 or 24 bytes of it.
    for len in 8..=24 {
        let short = CanAddr::try_from(decoded(&expected[..len])).unwrap();
        assert_eq!(bytes_of(&short), &expected[..len]);
        assert_eq!(short == j1939, len > 20, "{len}");
        assert_eq!(short == plain, len == 8, "{len}");
    }
    let shorts = [8, 16, 24].map(|len| CanAddr::try_from(decoded(&bytes(&[&head], 24)[..len])));
    assert_eq!(HashSet::from(shorts).len(), 1, "and have the same hash");
    for len in [0, 2, 4, 7, 25, 128] {
        assert!(is_other(&bytes(&[&head], 128)[..len]), "{len}");
    }
    assert!(is_other(&bytes(&[&family(29), &[1]], 24)), "the gap");
}

#[test]
fn bytes_of_alg() {
    let head = |kind: &[u8]| bytes(&[&family(38), kind], 16);
    let address = AlgAddr::new("hash", "sha256").unwrap();
    let name = b"sha256";
    let expected = bytes(&[&head(b"hash"), &[0; 8], name], 88);
    both_ways(address, &expected);
    let bits = address.with_feat(0x0102_0304).with_mask(0xa0b0_c0d0);
    let with_bits = bytes(&[&head(b"hash"), &NE_1, &NE_2, name], 88);
    both_ways(bits, &with_bits);
    assert_eq!(bits.to_string(), "alg hash sha256");
    for len in [0, 1, 62, 63, 64, 65, 102, 103] {
        let name = vec![b'n'; len];
        let address = AlgAddr::new([b'k'; 13], &name).unwrap();
        let expected = bytes(&[&head(&[b'k'; 13]), &[0; 8], &name], 88.max(24 + len + 1));
        both_ways(address, &expected);
        assert_eq!((address.kind(), address.name()), (&[b'k'; 13][..], &*name));
    }
    let too_long = Err(Errno::ENAMETOOLONG);
    assert_eq!(AlgAddr::new([b'k'; 14], "n"), too_long);
    assert_eq!(AlgAddr::new("k", [b'n'; 104]), too_long);
    assert_eq!(AlgAddr::new("k\0", "n"), Err(Errno::EINVAL));
    assert_eq!(AlgAddr::new("k", "\0n"), Err(Errno::EINVAL));
    assert_eq!((AlgAddr::MAX_TYPE, AlgAddr::MAX_NAME), (13, 103));
    // No NUL, and something behind it.
    assert!(is_other(&bytes(&[&head(&[b'k'; 14]), &[0; 8], b"n"], 88)));
    assert!(is_other(&bytes(&[&head(b"k"), &[0; 8], &[b'n'; 64]], 88)));
    assert!(is_other(&bytes(&[&head(b"k\0k"), &[0; 8], b"n"], 88)));
    assert!(is_other(&bytes(&[&head(b"k"), &[0; 8], b"n\0n"], 88)));
}

#[test]
fn bytes_of_xdp() {
    let head = family(44);
    let address = XdpAddr::new(0x0102_0304, 0xa0b0_c0d0);
    both_ways(address, &bytes(&[&head, &[0, 0], &NE_1, &NE_2], 16));
    let flags = XdpFlags::COPY | XdpFlags::USE_NEED_WAKEUP;
    let bits = 0b1010_u16.to_ne_bytes();
    let with_flags = address.with_flags(flags);
    both_ways(with_flags, &bytes(&[&head, &bits, &NE_1, &NE_2], 16));
    let all = XdpFlags::all().bits();
    assert_eq!(all & 0x1f, 0x1f, "unknown flags are kept");
    let named = XdpFlags::COPY | XdpFlags::ZEROCOPY | flags | XdpFlags::USE_SG;
    assert_eq!(named.bits(), 0b11110);

    let file = temporary::in_memory("umem");
    let shared = address.sharing(file.as_fd());
    let bits = 1_u16.to_ne_bytes();
    let number = file.as_raw_fd().to_ne_bytes();
    let expected = bytes(&[&head, &bits, &NE_1, &NE_2, &number], 16);
    assert_eq!(bytes_of(&shared), expected);
    assert_eq!(bytes_of(&&shared), expected);
    // Nothing makes a descriptor of these bytes again.
    assert!(is_other(&expected));
    assert!(is_other(&bytes(&[&head, &bits, &NE_1, &NE_2], 16)));
    assert!(is_other(&bytes(
        &[&head, &[0, 0], &NE_1, &NE_2, &number],
        16
    )));
    let sharing = XdpFlags::from_bits_retain(3);
    assert_eq!(address.with_flags(sharing).flags(), XdpFlags::COPY);
}

#[test]
fn an_unknown_family_stays_whole() {
    for len in [0, 1, 2, 3, 16, 107, 108, 128] {
        for number in [0, 3, 24, 30, 31, 46, 255, 0x0200, 0xffff] {
            let bytes: Vec<u8> = family(number).into_iter().chain(1..).take(len).collect();
            check(&bytes);
            assert!(is_other(&bytes));
        }
    }
    assert!(SocketAddrAny::from_bytes(&[1; 128]).is_ok());
    let longer = SocketAddrAny::from_bytes(&[1; 129]);
    assert_eq!(longer, Err(Errno::EINVAL));
    let unknown = SocketAddrAny::from_bytes(&[&family(99)[..], &[1, 0xab]].concat()).unwrap();
    assert_eq!(unknown.to_string(), "family 99 01 ab");
    assert_eq!(
        SocketAddrAny::from_bytes(&[7]).unwrap().to_string(),
        "no family"
    );
    assert_eq!(unknown.family(), Some(AddressFamily::from_raw(99)));
    let none: Result<SocketAddr> = unknown.try_into();
    assert_eq!(none, Err(Errno::EAFNOSUPPORT));
    assert_eq!(UnixAddr::try_from(unknown), Err(Errno::EAFNOSUPPORT));
    // Zeros are bytes too.
    let zeros = |len| SocketAddrAny::from_bytes(&[0; 128][..len]).unwrap();
    let lengths = [0, 1, 2, 16, 127, 128];
    assert_eq!(HashSet::from(lengths.map(zeros)).len(), lengths.len());
    let unspec = SocketAddrAny::UNSPEC;
    assert_eq!(unspec.as_bytes(), [0; 16]);
    assert_eq!(unspec.family(), Some(AddressFamily::UNSPEC));
}

/// Bytes of one's own, without `unsafe`; more than an address has are an error, and not a part of it.
#[test]
fn an_address_of_one_s_own() {
    struct Mine(usize);
    impl AddressArg for Mine {
        fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
            // In memory that there is: an emulator reads a family even where there are no bytes.
            call(&vec![0xee; self.0 + 2][..self.0])
        }
    }
    assert_eq!(
        SocketAddrAny::new(&Mine(128)).unwrap().as_bytes(),
        [0xee; 128]
    );
    assert_eq!(SocketAddrAny::new(&Mine(129)), Err(Errno::EINVAL));
    let socket = socket(AddressFamily::UNIX, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
    assert_eq!(bind(socket.as_fd(), &Mine(129)), Err(Errno::EINVAL));
    assert_eq!(bind(socket.as_fd(), &Mine(5000)), Err(Errno::EINVAL));
    assert_eq!(connect(socket.as_fd(), &Mine(0)), Err(Errno::EINVAL));
}

/// Bytes that are likely to be an address: of a family, as long as its addresses are, and mostly zeros.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let family = prop_oneof![
        9 => proptest::sample::select(&decoder::FAMILIES[..]),
        1 => any::<u16>(),
    ];
    let len = prop_oneof![
        3 => proptest::sample::select(&[8, 12, 16, 18, 20, 24, 28, 88, 110, 111, 128][..]),
        1 => 0_usize..140,
    ];
    let places = proptest::collection::vec((2_usize..140, any::<u8>()), 0..8);
    (family, len, places).prop_map(|(family, len, places)| {
        let mut bytes = vec![0; 140];
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        for (place, byte) in places {
            bytes[place] = byte;
        }
        bytes.truncate(len);
        bytes
    })
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..140)) {
        check(&bytes);
    }

    #[test]
    fn any_bytes_of_a_family(bytes in likely()) {
        check(&bytes);
    }

    #[test]
    fn any_ip(octets: [u8; 16], port: u16, flow: u32, scope: u32) {
        let address = SocketAddrV6::new(octets.into(), port, flow, scope);
        let any = SocketAddrAny::from(address);
        prop_assert_eq!(any.as_bytes().len(), 28);
        prop_assert_eq!(SocketAddrV6::try_from(any), Ok(address));
        let [a, b, c, d, ..] = octets;
        let address = SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), port);
        let any = SocketAddrAny::from(address);
        prop_assert_eq!(SocketAddr::try_from(any), Ok(address.into()));
        check(any.as_bytes());
    }

    #[test]
    fn any_name(name in proptest::collection::vec(any::<u8>(), 0..120)) {
        let address = UnixAddr::abstract_name(&name);
        prop_assert_eq!(address.is_ok(), name.len() <= 107);
        if let Ok(address) = address {
            prop_assert_eq!(address.abstract_bytes(), Some(&*name));
            prop_assert_eq!(UnixAddr::try_from(SocketAddrAny::from(address)), Ok(address));
        }
        let path: Vec<u8> = name.iter().map(|&byte| byte.max(1)).collect();
        let address = UnixAddr::pathname(&path);
        prop_assert_eq!(address.is_ok(), (1..=108).contains(&path.len()));
        if let Ok(address) = address {
            prop_assert_eq!(address.path_bytes(), Some(&*path));
            prop_assert_eq!(UnixAddr::try_from(SocketAddrAny::from(address)), Ok(address));
        }
    }

    #[test]
    fn any_other_address(a: u32, b: u32, c: u64, d: u16, e: u8, name in "[!-~]{0,103}") {
        let hardware = vec![e; usize::from(d % 33)];
        let packet = PacketAddr::new(d, a).with_hatype(!d).with_pkttype(PacketType::from_raw(e));
        let vsock = VsockAddr { cid: a, port: b, flags: VsockFlags::from_bits_retain(e) };
        for address in [
            Address::from(NetlinkAddr::new(a, b)),
            packet.with_address(&hardware).unwrap().into(),
            vsock.into(),
            CanAddr::isotp(a, b, c as u32).into(),
            CanAddr::j1939(a, c, b, e).into(),
            AlgAddr::new("rng", name).unwrap().with_feat(a).with_mask(b).into(),
            XdpAddr::new(a, b).with_flags(XdpFlags::from_bits_retain(d)).into(),
        ] {
            let any = SocketAddrAny::from(address);
            prop_assert_eq!(any.decode(), address);
            check(any.as_bytes());
        }
    }
}

/*
 * What the kernel makes of them
 */

fn unix(kind: SocketType) -> OwnedFd {
    socket(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap()
}

/// A path of this length in a folder.
fn path_of(folder: &Path, len: usize) -> CString {
    let mut path = folder.as_os_str().as_bytes().to_vec();
    path.push(b'/');
    path.resize(len, b's');
    CString::new(path).unwrap()
}

/// The kernel says 111 bytes of a path of 108, more than C's struct has; `std` and many others know no such path at all.
#[test]
fn fault_all_108_bytes_of_a_path_are_used() {
    let folder = temporary::folder("net-unix");
    for len in [80, 106, 107, 108] {
        let path = path_of(&folder, len);
        let address = UnixAddr::pathname(&*path).unwrap();
        let server = unix(SocketType::STREAM);
        bind(server.as_fd(), &address).unwrap();
        listen(server.as_fd(), 5).unwrap();
        let file = fs::symlink_metadata(OsStr::from_bytes(path.to_bytes())).unwrap();
        assert!(std::os::unix::fs::FileTypeExt::is_socket(&file.file_type()));

        let name = getsockname(server.as_fd()).unwrap();
        if len == 108
            && name.as_bytes().len() == 110
            && name.as_bytes()[109] != b's'
            && skipped("an emulator's NUL in the last byte")
        {
            continue;
        }
        assert_eq!(name.as_bytes(), bytes_of(&address), "{len}");
        assert_eq!(name.decode(), Address::Unix(address));
        // What the kernel gives, it takes.
        let client = unix(SocketType::STREAM);
        assert_eq!(connect(client.as_fd(), &name), Ok(()), "{len}");
        let peer = getpeername(client.as_fd()).unwrap();
        assert_eq!(UnixAddr::try_from(peer), Ok(address), "{len}");
        let (_connection, from) = acceptfrom(server.as_fd()).unwrap();
        assert_eq!(from.as_bytes(), family(1), "the client has no name");
        assert_eq!(UnixAddr::try_from(from), Ok(UnixAddr::unnamed()));
        assert!(connect(unix(SocketType::STREAM).as_fd(), &address).is_ok());
        if len < 108 {
            let path = OsStr::from_bytes(path.to_bytes());
            assert!(UnixStream::connect(path).is_ok(), "`std` finds it too");
        }
    }
}

/// A datagram says from which path of 108 bytes it was sent, and can be answered.
#[test]
fn a_sender_s_path_of_108_bytes() {
    let folder = temporary::folder("net-unix-dgram");
    let (one, other) = (path_of(&folder, 108), path_of(&folder, 90));
    let one = UnixAddr::pathname(&*one).unwrap();
    let other = UnixAddr::pathname(&*other).unwrap();
    let (sender, receiver) = (unix(SocketType::DGRAM), unix(SocketType::DGRAM));
    bind(sender.as_fd(), &one).unwrap();
    bind(receiver.as_fd(), &other).unwrap();
    sendto(sender.as_fd(), b"ask", SendFlags::empty(), &other).unwrap();
    let mut buffer = [0; 8];
    let (len, from) = recvfrom(receiver.as_fd(), &mut buffer, RecvFlags::empty()).unwrap();
    let from = from.unwrap();
    assert_eq!(&buffer[..len], b"ask");
    let as_bound = UnixAddr::try_from(from) == Ok(one);
    if !as_bound && skipped("an emulator's NUL in the last byte") {
        return;
    }
    assert!(as_bound, "{from}");
    assert_eq!(
        sendto(receiver.as_fd(), b"reply", SendFlags::empty(), &from),
        Ok(5)
    );
    assert_eq!(recv(sender.as_fd(), &mut buffer, RecvFlags::empty()), Ok(5));
}

#[test]
fn abstract_names_with_any_bytes() {
    let id = std::process::id();
    let mut longest = format!("sysline-{id}-").into_bytes();
    longest.resize(107, 0);
    let names = [
        format!("sysline-{id}").into_bytes(),
        format!("sysline-{id}\0").into_bytes(),
        format!("\0sysline-{id}\0\0x").into_bytes(),
        [format!("sysline-{id}").as_bytes(), &[0xff, 0x80, b'\n']].concat(),
        longest,
    ];
    let mut servers = Vec::new();
    for name in &names {
        let address = UnixAddr::abstract_name(name).unwrap();
        let server = unix(SocketType::STREAM);
        bind(server.as_fd(), &address).unwrap();
        listen(server.as_fd(), 5).unwrap();
        let again = bind(unix(SocketType::STREAM).as_fd(), &address);
        assert_eq!(again, Err(Errno::EADDRINUSE));
        servers.push((server, address));
    }
    for ((server, address), name) in servers.iter().zip(&names) {
        let found = getsockname(server.as_fd()).unwrap();
        assert_eq!(found.as_bytes(), bytes_of(address));
        // `std` takes it for the same.
        let of_std = OfStd::from_abstract_name(name).unwrap();
        let client = UnixStream::connect_addr(&of_std).unwrap();
        let peer = client.peer_addr().unwrap();
        assert_eq!(UnixAddr::from(&peer), *address);
        assert_eq!(
            getpeername(client.as_fd()).unwrap().decode(),
            Address::Unix(*address)
        );
    }
    let listener = UnixListener::from(servers.remove(2).0);
    let local = listener.local_addr().unwrap();
    assert_eq!(local.as_abstract_name(), Some(&*names[2]));
}

/// unix(7): five hexadecimal digits.
#[test]
fn an_unnamed_address_binds_to_a_free_name() {
    let socket = unix(SocketType::DGRAM);
    assert!(
        UnixAddr::try_from(getsockname(socket.as_fd()).unwrap())
            .unwrap()
            .is_unnamed()
    );
    bind(socket.as_fd(), &UnixAddr::unnamed()).unwrap();
    let found = UnixAddr::try_from(getsockname(socket.as_fd()).unwrap()).unwrap();
    let name = found.abstract_bytes().unwrap();
    assert_eq!(name.len(), 5, "{found}");
    assert!(name.iter().all(u8::is_ascii_hexdigit), "{found}");
    let of_std = UnixDatagram::from(socket).local_addr().unwrap();
    assert_eq!(of_std.as_abstract_name(), Some(name));
}

#[test]
fn paths_of_unix_that_are_refused() {
    let folder = temporary::folder("net-unix-errors");
    let path = path_of(&folder, 100);
    let address = UnixAddr::pathname(&*path).unwrap();
    let socket = unix(SocketType::STREAM);
    let nobody = connect(socket.as_fd(), &address);
    assert_eq!(nobody, Err(Errno::ENOENT));
    File::create(OsStr::from_bytes(path.to_bytes())).unwrap();
    assert_eq!(bind(socket.as_fd(), &address), Err(Errno::EADDRINUSE));
    let no_socket = connect(socket.as_fd(), &address);
    assert_eq!(no_socket, Err(Errno::ECONNREFUSED));
    assert_eq!(
        connect(socket.as_fd(), &UnixAddr::unnamed()),
        Err(Errno::EINVAL)
    );
    let ip = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 1);
    assert_eq!(bind(socket.as_fd(), &ip), Err(Errno::EINVAL));
}

fn index(device: &CStr) -> u32 {
    // SAFETY: it reads up to the NUL.
    unsafe { if_nametoindex(device.as_ptr()) }
}

/// Brings up the only device of a new namespace: `SIOCGIFFLAGS` and `SIOCSIFFLAGS` of netdevice(7).
fn loopback_up() {
    #[repr(C)]
    struct Ifreq {
        name: [u8; 16],
        flags: u16,
        rest: [u8; 22],
    }
    let socket = socket(AddressFamily::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
    let mut request = Ifreq {
        name: *b"lo\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        flags: 0,
        rest: [0; 22],
    };
    // SAFETY: both take a `struct ifreq`, of 40 bytes at most.
    unsafe {
        let flags = ioctl(socket.as_raw_fd(), 0x8913, &raw mut request);
        assert_eq!(flags, 0, "{}", std::io::Error::last_os_error());
        request.flags |= 1; // IFF_UP
        let up = ioctl(socket.as_raw_fd(), 0x8914, &raw mut request);
        assert_eq!(up, 0, "{}", std::io::Error::last_os_error());
    }
}

const CLONE_NEWNET: u32 = 0x4000_0000;

/// A datagram socket of IPv6; none where the machine has no IPv6.
fn inet6(kind: SocketType) -> Option<OwnedFd> {
    let made = socket(AddressFamily::INET6, kind, Protocol::DEFAULT);
    if made.as_ref().err() == Some(&Errno::EAFNOSUPPORT) {
        println!("skipped: no IPv6");
        return None;
    }
    Some(made.unwrap())
}

/// A multicast address of a link means something with the device's index only, and the kernel keeps that.
#[test]
fn a_scope_of_ipv6_is_the_device_s_index() {
    let lo = index(c"lo");
    assert_ne!(lo, 0);
    let Some(socket) = inet6(SocketType::DGRAM) else {
        return;
    };
    let group: Ipv6Addr = "ff02::1".parse().unwrap();
    let without = bind(socket.as_fd(), &SocketAddrV6::new(group, 0, 0, 0));
    assert_eq!(without, Err(Errno::EINVAL));
    let wrong = SocketAddrV6::new(group, 0, 0, 0x7fff_fff0);
    assert_eq!(bind(socket.as_fd(), &wrong), Err(Errno::ENODEV));
    bind(socket.as_fd(), &SocketAddrV6::new(group, 0, 0, lo)).unwrap();
    let name = SocketAddrV6::try_from(getsockname(socket.as_fd()).unwrap()).unwrap();
    if name.scope_id() == lo << 16 && skipped("an emulator that swaps 16 bits of a scope's 32") {
        return;
    }
    assert_eq!((*name.ip(), name.scope_id()), (group, lo));
    assert_ne!(name.port(), 0);
    let of_std = std::net::UdpSocket::from(socket).local_addr().unwrap();
    assert_eq!(of_std, SocketAddr::V6(name));
}

/// The traffic class that goes over the network, and how `std` reads the same bytes.
#[test]
fn the_flow_info_of_ipv6_is_a_number() {
    let (Some(receiver), Some(sender)) = (inet6(SocketType::DGRAM), inet6(SocketType::DGRAM))
    else {
        return;
    };
    let loopback = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0);
    if bind(receiver.as_fd(), &loopback) == Err(Errno::EADDRNOTAVAIL) {
        println!("skipped: no address of IPv6");
        return;
    }
    let to = SocketAddrV6::try_from(getsockname(receiver.as_fd()).unwrap()).unwrap();
    assert_eq!(to.flowinfo(), 0);
    const IPPROTO_IPV6: c_int = 41;
    const IPV6_FLOWINFO_SEND: c_int = 33;
    let on: c_int = 1;
    let set = set_or_not(&sender, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, &on);
    if set == Err(Errno::ENOPROTOOPT) && skipped("IPV6_FLOWINFO_SEND") {
        return;
    }
    assert_eq!(set, Ok(()));
    // The class is in the bits from 20 to 27; no label, which would have to be leased.
    let flow = 0x0a50_0000;
    let to = SocketAddrV6::new(*to.ip(), to.port(), flow, 0);
    connect(sender.as_fd(), &to).unwrap();
    let peer = getpeername(sender.as_fd()).unwrap();
    assert_eq!(peer.as_bytes()[4..8], [0x0a, 0x50, 0, 0]);
    assert_eq!(SocketAddrV6::try_from(peer), Ok(to));
    let sender = std::net::UdpSocket::from(sender);
    let Ok(SocketAddr::V6(of_std)) = sender.peer_addr() else {
        panic!("it is one of IPv6");
    };
    assert_eq!(of_std.flowinfo(), u32::from_ne_bytes([0x0a, 0x50, 0, 0]));
}

/// `/proc/net/netlink` has the sockets' numbers.
#[test]
fn a_netlink_socket_has_a_number() {
    let made = socket(
        AddressFamily::NETLINK,
        SocketType::RAW,
        Protocol::from_raw(0),
    );
    let Ok(one) = made else {
        assert_eq!(made.err(), Some(Errno::EAFNOSUPPORT));
        return;
    };
    let name = |fd: BorrowedFd<'_>| NetlinkAddr::try_from(getsockname(fd).unwrap()).unwrap();
    assert_eq!(
        getsockname(one.as_fd()).unwrap().as_bytes(),
        bytes_of(&NetlinkAddr::KERNEL)
    );
    bind(one.as_fd(), &NetlinkAddr::new(0, 1)).unwrap();
    let address = name(one.as_fd());
    assert_ne!(address.pid, 0);
    assert_eq!(address.groups, 1, "RTMGRP_LINK");
    let other = socket(
        AddressFamily::NETLINK,
        SocketType::RAW,
        Protocol::from_raw(0),
    )
    .unwrap();
    let taken = bind(other.as_fd(), &NetlinkAddr::new(address.pid, 0));
    assert_eq!(taken, Err(Errno::EADDRINUSE));
    connect(other.as_fd(), &NetlinkAddr::KERNEL).unwrap();
    assert_ne!(name(other.as_fd()).pid, address.pid, "it got its own");
    let peer = getpeername(other.as_fd()).unwrap();
    assert_eq!(peer.decode(), Address::Netlink(NetlinkAddr::KERNEL));
    let table = fs::read_to_string("/proc/net/netlink");
    let listed = table.is_ok_and(|table| {
        // sk Eth Pid Groups …
        table.lines().any(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            columns[1..4] == ["0", &address.pid.to_string(), "00000001"]
        })
    });
    assert!(listed || skipped("an emulator's process has other numbers in /proc"));
}

/// A packet on the loopback device, sent and received: there both addresses are zeros.
#[test]
fn packets_of_the_loopback_device() {
    in_namespaces(CLONE_NEWNET, || {
        loopback_up();
        let lo = index(c"lo");
        const MINE: u16 = 0x88b5; // IEEE 802: for experiments
        let protocol = Protocol::ethernet(MINE);
        let made = socket(AddressFamily::PACKET, SocketType::DGRAM, protocol);
        let Some(packets) = or_no_such_family(made) else {
            return;
        };
        let fresh = PacketAddr::try_from(getsockname(packets.as_fd()).unwrap()).unwrap();
        assert_eq!((fresh.protocol(), fresh.ifindex()), (MINE, 0));
        assert_eq!(fresh.address(), []);

        bind(packets.as_fd(), &PacketAddr::new(MINE, lo)).unwrap();
        let name = getsockname(packets.as_fd()).unwrap();
        assert_eq!(name.as_bytes().len(), 18, "without two zeros");
        let address = PacketAddr::try_from(name).unwrap();
        assert_eq!((address.protocol(), address.ifindex()), (MINE, lo));
        assert_eq!(address.hatype(), 772, "ARPHRD_LOOPBACK");
        assert_eq!(address.address(), [0; 6]);
        assert_eq!(bytes_of(&address), name.as_bytes());
        // fault: what getsockname(2) says is no address that others take.
        assert_eq!(bind(packets.as_fd(), &name), Err(Errno::EINVAL));
        assert_eq!(bind(packets.as_fd(), &address.whole()), Ok(()));

        let to = PacketAddr::new(MINE, lo).with_address(&[0; 6]).unwrap();
        let sent = sendto(packets.as_fd(), b"packet", SendFlags::empty(), &to);
        assert_eq!(sent, Ok(6));
        let mut buffer = [0; 100];
        let (len, from) = recvfrom(packets.as_fd(), &mut buffer, RecvFlags::empty()).unwrap();
        let from = from.unwrap();
        assert_eq!(&buffer[..len], b"packet");
        assert_eq!(from.as_bytes().len(), 20);
        let from = PacketAddr::try_from(from).unwrap();
        assert_eq!(from.pkttype(), PacketType::HOST);
        assert_eq!((from.protocol(), from.ifindex()), (MINE, lo));
        assert_eq!((from.hatype(), from.address()), (772, &[0; 6][..]));
        let none = PacketAddr::new(MINE, 0x7fff_fff0);
        assert_eq!(bind(packets.as_fd(), &none), Err(Errno::ENODEV));
    });
}

/// What a kernel that has no such family says; the test of its bytes is all that there is then.
fn or_no_such_family(made: Result<OwnedFd>) -> Option<OwnedFd> {
    match made {
        Err(Errno::EAFNOSUPPORT) => {
            println!("no such family");
            None
        }
        made => Some(made.unwrap()),
    }
}

#[test]
fn a_vsock_listens_on_a_free_port() {
    let made = socket(AddressFamily::VSOCK, SocketType::STREAM, Protocol::DEFAULT);
    let Some(server) = or_no_such_family(made) else {
        return;
    };
    let any = VsockAddr::new(VsockAddr::CID_ANY, VsockAddr::PORT_ANY);
    let fresh = getsockname(server.as_fd()).unwrap();
    assert_eq!(fresh.decode(), Address::Vsock(any));
    bind(server.as_fd(), &any).unwrap();
    listen(server.as_fd(), 5).unwrap();
    let name = VsockAddr::try_from(getsockname(server.as_fd()).unwrap()).unwrap();
    assert_eq!(name.cid, VsockAddr::CID_ANY);
    assert_ne!(name.port, VsockAddr::PORT_ANY);
    let again = socket(AddressFamily::VSOCK, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let taken = bind(
        again.as_fd(),
        &VsockAddr::new(VsockAddr::CID_ANY, name.port),
    );
    assert_eq!(taken, Err(Errno::EADDRINUSE));
    let elsewhere = bind(again.as_fd(), &VsockAddr::new(0x7fff_0000, 5));
    assert_eq!(elsewhere, Err(Errno::EADDRNOTAVAIL));
    let short = &bytes_of(&name)[..12];
    let short = SocketAddrAny::from_bytes(short).unwrap();
    assert_eq!(bind(again.as_fd(), &short), Err(Errno::EINVAL));

    // Through this machine itself, where the kernel can (vsock_loopback).
    let to = VsockAddr::new(VsockAddr::CID_LOCAL, name.port);
    match connect(again.as_fd(), &to) {
        Ok(()) => {
            let (_connection, from) = acceptfrom(server.as_fd()).unwrap();
            let from = VsockAddr::try_from(from).unwrap();
            assert_eq!(from.cid, VsockAddr::CID_LOCAL);
            let peer = getpeername(again.as_fd()).unwrap();
            assert_eq!(VsockAddr::try_from(peer), Ok(to));
        }
        // No transport at all, none to here, or a hypervisor that does not answer for it.
        Err(Errno::ENODEV | Errno::ENETUNREACH | Errno::ETIMEDOUT) => {}
        Err(errno) => panic!("{errno:?}"),
    }
}

#[test]
fn a_can_socket_is_bound_to_every_device() {
    const CAN_RAW: Protocol = Protocol::from_raw(1);
    let made = socket(AddressFamily::CAN, SocketType::RAW, CAN_RAW);
    let Some(socket) = or_no_such_family(made) else {
        return;
    };
    let every = CanAddr::new(0);
    bind(socket.as_fd(), &every).unwrap();
    let name = getsockname(socket.as_fd()).unwrap();
    assert_eq!(CanAddr::try_from(name), Ok(every));
    let none = CanAddr::new(0x7fff_fff0);
    assert_eq!(bind(socket.as_fd(), &none), Err(Errno::ENODEV));
}

/// SHA-256 of nothing, by the kernel.
#[test]
fn an_algorithm_is_bound_to() {
    let made = socket(AddressFamily::ALG, SocketType::SEQPACKET, Protocol::DEFAULT);
    let Some(socket) = or_no_such_family(made) else {
        return;
    };
    let unknown = AlgAddr::new("hash", "n".repeat(103)).unwrap();
    assert_eq!(bind(socket.as_fd(), &unknown), Err(Errno::ENOENT));
    let sha256 = AlgAddr::new("hash", "sha256").unwrap();
    match bind(socket.as_fd(), &sha256) {
        Err(Errno::ENOENT) => return println!("no hashes"),
        bound => bound.unwrap(),
    }
    // Such a socket has no address at all, and `acceptfrom` has nothing to say.
    let hash = accept(socket.as_fd()).unwrap();
    send(hash.as_fd(), b"", SendFlags::empty()).unwrap();
    let mut digest = [0; 32];
    assert_eq!(recv(hash.as_fd(), &mut digest, RecvFlags::empty()), Ok(32));
    assert_eq!(digest[..4], [0xe3, 0xb0, 0xc4, 0x42]);
}

/// Two sockets and the memory of one: it is lent for the call, and no bytes that name it are taken.
#[test]
fn fault_memory_of_xdp_is_shared_by_a_lent_socket_only() {
    const SOL_XDP: c_int = 283;
    const XDP_RX_RING: c_int = 2;
    const XDP_UMEM_REG: c_int = 4;
    const XDP_UMEM_FILL_RING: c_int = 5;
    const XDP_UMEM_COMPLETION_RING: c_int = 6;
    #[track_caller]
    fn set<T>(socket: &OwnedFd, name: c_int, value: &T) {
        assert_eq!(set_or_not(socket, SOL_XDP, name, value), Ok(()), "{name}");
    }
    if !is_root() {
        return;
    }
    in_namespaces(CLONE_NEWNET, || {
        loopback_up();
        let lo = index(c"lo");
        let new = || socket(AddressFamily::XDP, SocketType::RAW, Protocol::DEFAULT);
        let Some(first) = or_no_such_family(new()) else {
            return;
        };
        let queue = XdpAddr::new(lo, 0);
        let without_rings = bind(first.as_fd(), &queue);
        if without_rings == Err(Errno::ENODEV) && skipped("an emulator does not swap XDP's numbers")
        {
            return;
        }
        assert_eq!(without_rings, Err(Errno::EINVAL));
        let memory = Mapping::new(1 << 16).unwrap();
        // `struct xdp_umem_reg`, as it was first: where, how long, how long a packet is, how much before it is free.
        let place = memory.as_ptr() as u64;
        let umem: [u64; 3] = [place, 1 << 16, u64::from_ne_bytes(umem_chunks())];
        let registered = set_or_not(&first, SOL_XDP, XDP_UMEM_REG, &umem);
        if registered == Err(Errno::ENOPROTOOPT) && skipped("options of XDP") {
            return;
        }
        assert_eq!(registered, Ok(()));
        set(&first, XDP_UMEM_FILL_RING, &64_u32);
        set(&first, XDP_UMEM_COMPLETION_RING, &64_u32);
        set(&first, XDP_RX_RING, &64_u32);
        bind(first.as_fd(), &queue.with_flags(XdpFlags::COPY)).unwrap();

        let second = new().unwrap();
        set(&second, XDP_RX_RING, &64_u32);
        let shared = queue.sharing(first.as_fd());
        let same = SocketAddrAny::new(&shared).unwrap();
        assert_eq!(bind(second.as_fd(), &same), Err(Errno::EINVAL));
        assert_eq!(bind(second.as_fd(), &&same.decode()), Err(Errno::EINVAL));
        // The kernel had nothing against them.
        assert_eq!(bind(second.as_fd(), &&shared), Ok(()));
        assert_eq!(getsockname(second.as_fd()), Err(Errno::EOPNOTSUPP));
    });
}

/// 2,048 and nothing, 32 bits each.
fn umem_chunks() -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&2048_u32.to_ne_bytes());
    bytes
}

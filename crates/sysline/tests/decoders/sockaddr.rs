//! What holds of [`SocketAddrAny`] for any bytes. Owns: which bytes an address of each family has, by C's headers and the
//! kernel's checks and not by the code. Test crates and the fuzz target include it with `#[path]`.
#![allow(dead_code)] // each takes what it needs

use sysline::Errno;
use sysline::net::{Address, AddressArg, SocketAddrAny};

pub(crate) const UNIX: u16 = 1;
pub(crate) const INET: u16 = 2;
pub(crate) const INET6: u16 = 10;
pub(crate) const NETLINK: u16 = 16;
pub(crate) const PACKET: u16 = 17;
pub(crate) const CAN: u16 = 29;
pub(crate) const ALG: u16 = 38;
pub(crate) const VSOCK: u16 = 40;
pub(crate) const XDP: u16 = 44;

/// The families that have types of their own.
pub(crate) const FAMILIES: [u16; 9] = [UNIX, INET, INET6, NETLINK, PACKET, CAN, ALG, VSOCK, XDP];

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn zeros(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// Whether the family's type has these bytes.
fn typed(bytes: &[u8]) -> bool {
    let len = bytes.len();
    if len < 2 {
        return false;
    }
    let nul = |text: &[u8]| text.iter().position(|&byte| byte == 0);
    match u16_at(bytes, 0) {
        UNIX if len == 111 => nul(&bytes[2..]) == Some(108),
        UNIX => len <= 110,
        INET => len == 16 && zeros(&bytes[8..]),
        INET6 => len == 28,
        NETLINK => len == 12 && zeros(&bytes[2..4]),
        PACKET if len >= 12 && bytes[11] <= 32 => {
            let used = 12 + usize::from(bytes[11]);
            len == used || (len == 20 && used < 20 && zeros(&bytes[used..]))
        }
        CAN => (8..=24).contains(&len) && zeros(&bytes[2..4]),
        ALG if len >= 88 => {
            let (kind, name) = (&bytes[2..16], &bytes[24..]);
            let kind_is_text = nul(kind).is_some_and(|end| zeros(&kind[end..]));
            kind_is_text
                && match nul(name) {
                    Some(end @ 0..64) => len == 88 && zeros(&name[end..]),
                    Some(end) => len == 24 + end + 1,
                    None => false,
                }
        }
        VSOCK => len == 16 && zeros(&bytes[2..4]) && zeros(&bytes[13..]),
        XDP => len == 16 && u16_at(bytes, 2) & 1 == 0 && zeros(&bytes[12..]),
        _ => false,
    }
}

/// Whatever the bytes are: they stay what they are, and an address of a family says what is at its places.
pub(crate) fn check(bytes: &[u8]) {
    let made = SocketAddrAny::from_bytes(bytes);
    assert_eq!(SocketAddrAny::try_from(bytes), made);
    let any = match made {
        Ok(any) => any,
        Err(errno) => {
            assert_eq!((errno, bytes.len() > 128), (Errno::EINVAL, true));
            return;
        }
    };
    assert!(bytes.len() <= 128);
    assert_eq!(any.as_bytes(), bytes);
    any.with_bytes(|again| assert_eq!(again, bytes));
    let family = any.family().map(|family| family.raw().to_ne_bytes());
    assert_eq!(family.as_ref().map(|family| &family[..]), bytes.get(..2));

    let address = any.decode();
    address.with_bytes(|again| assert_eq!(again, bytes, "{address:?}"));
    assert_eq!(SocketAddrAny::new(&&address), Ok(any));
    assert_eq!(SocketAddrAny::from(address), any);
    assert_eq!(Address::from(any), address);
    let other = matches!(address, Address::Other(_));
    assert_eq!(other, !typed(bytes), "{address:?} of {bytes:?}");
    says(&address, bytes);
    for text in [any.to_string(), address.to_string(), format!("{any:?}")] {
        assert!(!text.is_empty());
        assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
    }
}

/// Field by field.
fn says(address: &Address, bytes: &[u8]) {
    let be16 = |at| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    match address {
        Address::Inet(found) => {
            assert_eq!(found.port(), be16(2));
            assert_eq!(found.ip().octets(), bytes[4..8]);
        }
        Address::Inet6(found) => {
            assert_eq!(found.port(), be16(2));
            assert_eq!(found.flowinfo().to_be_bytes(), bytes[4..8]);
            assert_eq!(found.ip().octets(), bytes[8..24]);
            assert_eq!(found.scope_id(), u32_at(bytes, 24));
        }
        Address::Unix(found) => {
            let path = &bytes[2..];
            let names = (found.path_bytes(), found.abstract_bytes());
            let end = path.iter().position(|&byte| byte == 0);
            let expected = match path {
                [] => (None, None),
                [0, name @ ..] => (None, Some(name)),
                path => (Some(&path[..end.unwrap_or(path.len())]), None),
            };
            assert_eq!(names, expected);
            assert_eq!(found.is_unnamed(), path.is_empty());
            assert_eq!(found.path().is_some(), names.0.is_some());
        }
        Address::Packet(found) => {
            assert_eq!(found.protocol(), be16(2));
            assert_eq!(found.ifindex(), u32_at(bytes, 4));
            assert_eq!(found.hatype(), u16_at(bytes, 8));
            assert_eq!(found.pkttype().raw(), bytes[10]);
            assert_eq!(found.address(), &bytes[12..12 + usize::from(bytes[11])]);
            let whole = SocketAddrAny::from(found.whole());
            assert!(whole.as_bytes().starts_with(bytes));
            assert!(whole.as_bytes().len() >= 20);
            assert_eq!(found.whole(), *found);
        }
        Address::Netlink(found) => {
            let expected = (u32_at(bytes, 4), u32_at(bytes, 8));
            assert_eq!((found.pid, found.groups), expected);
        }
        Address::Vsock(found) => {
            assert_eq!(found.port, u32_at(bytes, 4));
            assert_eq!(found.cid, u32_at(bytes, 8));
            assert_eq!(found.flags.bits(), bytes[12]);
        }
        Address::Can(found) => {
            let mut whole = bytes.to_vec();
            whole.resize(24, 0);
            assert_eq!(found.ifindex(), u32_at(&whole, 4));
            let ids = (u32_at(&whole, 8), u32_at(&whole, 12));
            assert_eq!(found.isotp_ids(), ids);
            assert_eq!(found.j1939_name().to_ne_bytes(), whole[8..16]);
            assert_eq!(found.j1939_pgn(), u32_at(&whole, 16));
            assert_eq!(found.j1939_addr(), whole[20]);
        }
        Address::Alg(found) => {
            let (kind, name) = (found.kind(), found.name());
            assert_eq!(kind, &bytes[2..2 + kind.len()]);
            assert_eq!(name, &bytes[24..24 + name.len()]);
            assert!(!kind.contains(&0) && !name.contains(&0));
            assert_eq!((bytes[2 + kind.len()], bytes[24 + name.len()]), (0, 0));
            let numbers = (u32_at(bytes, 16), u32_at(bytes, 20));
            assert_eq!((found.feat(), found.mask()), numbers);
        }
        Address::Xdp(found) => {
            assert_eq!(found.flags().bits(), u16_at(bytes, 2));
            assert_eq!(found.ifindex(), u32_at(bytes, 4));
            assert_eq!(found.queue_id(), u32_at(bytes, 8));
        }
        Address::Other(found) => assert_eq!(found.as_bytes(), bytes),
        address => panic!("{address:?} is new"),
    }
}

//! Netlink: its messages as bytes, and what the kernel says of devices and addresses against `/proc`, `/sys` and calls of the C
//! library's. What changes the network does so in a network namespace of its own, whose only device is `lo`.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/netlink.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;

use std::ffi::{CString, c_char, c_int, c_void};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use child::{in_child, in_namespaces};
use decoder::{attribute, message};
use emulator::skipped;
use linux_raw_sys::general::CLONE_NEWNET;
use proptest::prelude::*;
use sysline::Errno;
use sysline::net::netlink::route::{
    Address, AddressFlags, AddressHeader, Change, HardwareAddress, Link, LinkFlags, LinkHeader,
    LinkType, OperState, Scope, addresses, all_addresses, all_links, changes, ifa, ifla, links,
};
use sysline::net::netlink::{
    Body, Error, Family, Group, Header, Message, MessageFlags, MessageType, NET_BYTEORDER,
    NetlinkSocket, Writer, attributes, messages,
};
use sysline::net::{self, AddressArg, AddressFamily, Protocol, SendFlags, SocketFlags, SocketType};

// SAFETY: the signatures are those of `net/if.h` and `sys/socket.h`.
unsafe extern "C" {
    fn if_nametoindex(name: *const c_char) -> u32;
    fn setsockopt(fd: c_int, level: c_int, option: c_int, value: *const c_void, len: u32) -> c_int;
}

// `asm/socket.h`; MIPS has its own numbers.
const MIPS: bool = cfg!(any(target_arch = "mips", target_arch = "mips64"));
const SOL_SOCKET: c_int = if MIPS { 0xffff } else { 1 };
const SO_RCVBUF: c_int = if MIPS { 0x1002 } else { 8 };

/// An address of netlink: `struct sockaddr_nl`, by the manual.
struct To(u32);

impl AddressArg for To {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = 16u16.to_ne_bytes().to_vec();
        bytes.extend([0, 0]);
        bytes.extend(self.0.to_ne_bytes());
        bytes.extend([0; 4]);
        call(&bytes)
    }
}

/// A socket that is not this crate's idea of one, as another process has it.
fn other() -> OwnedFd {
    let family = AddressFamily::NETLINK;
    let socket = net::socket(family, SocketType::RAW, Protocol::from_raw(0)).unwrap();
    net::bind(socket.as_fd(), &To(0)).unwrap();
    socket
}

fn open() -> NetlinkSocket {
    NetlinkSocket::open(Family::ROUTE).unwrap()
}

const LO: u32 = 1;

/// Sets `lo` up or down.
fn set_lo(socket: &mut NetlinkSocket, flags: LinkFlags) {
    let header = LinkHeader {
        flags,
        change: LinkFlags::UP,
        ..LinkHeader::new(LO)
    };
    let mut buffer = [0; 1024];
    let none = MessageFlags::empty();
    let set = socket.call(&mut buffer, MessageType::NEWLINK, none, |body| {
        body.put_header(&header.to_bytes())
    });
    set.unwrap();
}

/// Gives `lo` an address of IPv4, or takes it away.
fn address_of_lo<'b>(
    socket: &mut NetlinkSocket,
    buffer: &'b mut [u8],
    kind: MessageType,
    ip: Ipv4Addr,
    more: impl FnOnce(&mut Body<'_>) -> sysline::Result<()>,
) -> Result<(), Error<'b>> {
    let header = AddressHeader::new(LO, AddressFamily::INET, 24);
    let flags = match kind {
        MessageType::NEWADDR => MessageFlags::CREATE | MessageFlags::EXCL,
        _ => MessageFlags::empty(),
    };
    socket.call(buffer, kind, flags, |body| {
        body.put_header(&header.to_bytes())?;
        body.put_bytes(ifa::LOCAL, &ip.octets())?;
        more(body)
    })
}

fn add(socket: &mut NetlinkSocket, ip: Ipv4Addr) {
    let mut buffer = [0; 1024];
    let kind = MessageType::NEWADDR;
    address_of_lo(socket, &mut buffer, kind, ip, |_| Ok(())).unwrap();
}

fn only(bytes: &[u8]) -> Message<'_> {
    let mut all = messages(bytes);
    let message = all.next().unwrap().unwrap();
    assert_eq!(all.next(), None);
    message
}

/// Every field at its place, in the machine's byte order, and the lengths and what fills up as the manual has them.
#[test]
fn a_message_is_laid_out_as_the_manual_says() {
    let mut buffer = [0xff; 128];
    let mut writer = Writer::new(&mut buffer);
    let flags = MessageFlags::REQUEST | MessageFlags::ACK;
    let kind = MessageType::NEWLINK;
    let written = writer.message(kind, flags, 0x0102_0304, |body| {
        body.put_header(&LinkHeader::new(7).to_bytes())?;
        body.put_c_str(ifla::IFNAME, c"abcd")?;
        body.put_nested(ifla::LINKINFO, |body| {
            body.put_bytes(ifla::INFO_KIND, b"veth")?;
            body.put_nested(ifla::INFO_DATA, |_| Ok(()))
        })?;
        body.put_u8(100, 0xab)?;
        body.put_u16(101, 0xabcd)?;
        body.put_u64(102, 0x0102_0304_0506_0708)?;
        body.put_be16(103 | NET_BYTEORDER, 0x0102)?;
        body.put_be64(104, 1)?;
        body.put_be32(105, 2)?;
        body.put_i32(106, -2)
    });
    assert_eq!(written, Ok(()));
    let mut payload = vec![0; 16];
    payload[4..8].copy_from_slice(&7u32.to_ne_bytes());
    for (kind, bytes) in [
        (3, &b"abcd\0"[..]),
        (
            18 | 0x8000,
            &[attribute(1, b"veth"), attribute(2 | 0x8000, b"")].concat(),
        ),
        (100, &[0xab]),
        (101, &0xabcdu16.to_ne_bytes()),
        (102, &0x0102_0304_0506_0708u64.to_ne_bytes()),
        (103 | 0x4000, &[1, 2]),
        (104, &[0, 0, 0, 0, 0, 0, 0, 1]),
        (105, &[0, 0, 0, 2]),
        (106, &(-2i32).to_ne_bytes()),
    ] {
        payload.extend(attribute(kind, bytes));
    }
    let expected = message(16, 1 | 4, 0x0102_0304, 0, &payload);
    assert_eq!(writer.as_bytes(), expected);

    let read = only(writer.into_bytes());
    assert_eq!(read.header().flags, flags);
    let (header, attributes) = read.split().unwrap();
    assert_eq!(LinkHeader::from_bytes(*header), LinkHeader::new(7));
    let get = |kind| attributes.first(kind).unwrap().unwrap();
    assert_eq!(get(3).c_str(), Some(c"abcd"));
    assert_eq!((get(3).str(), get(3).text()), (Some("abcd"), &b"abcd"[..]));
    let info = get(18);
    assert!(info.nested && !info.net_byteorder && !get(3).nested);
    let name = info.attributes().first(1).unwrap().unwrap();
    assert_eq!((name.text(), name.c_str()), (&b"veth"[..], None));
    assert_eq!((get(100).u8(), get(101).u16()), (Some(0xab), Some(0xabcd)));
    assert_eq!(get(102).u64(), Some(0x0102_0304_0506_0708));
    assert!(get(103).net_byteorder);
    assert_eq!((get(103).be16(), get(104).be64()), (Some(0x0102), Some(1)));
    assert_eq!((get(105).be32(), get(106).i32()), (Some(2), Some(-2)));
    assert_eq!(
        (get(101).u8(), get(101).u32(), get(101).uint()),
        (None, None, None)
    );
    assert_eq!(get(102).uint(), Some(0x0102_0304_0506_0708));
    assert_eq!(attributes.first(999), Ok(None));
}

#[test]
fn what_does_not_fit_is_not_half_there() {
    let mut buffer = [0; 16 + 8 + 12];
    let mut writer = Writer::new(&mut buffer);
    let (kind, flags) = (MessageType::NOOP, MessageFlags::empty());
    let written = writer.message(kind, flags, 1, |body| {
        body.put_u32(1, 1)?;
        // Its second number has no room: neither of them is there.
        let nested = body.put_nested(2, |body| {
            body.put_u32(3, 3)?;
            body.put_u32(4, 4)
        });
        assert_eq!(nested, Err(Errno::EMSGSIZE));
        assert_eq!(body.put_bytes(5, &[0; 9]), Err(Errno::EMSGSIZE));
        assert_eq!(body.put_header(&[0; 13]), Err(Errno::EMSGSIZE));
        body.put_u64(6, 6)
    });
    assert_eq!(written, Ok(()));
    let payload = [
        attribute(1, &1u32.to_ne_bytes()),
        attribute(6, &6u64.to_ne_bytes()),
    ];
    let expected = message(1, 0, 1, 0, &payload.concat());
    assert_eq!(writer.as_bytes(), expected);
    // No room for a header, an error of the caller's: what was there is what is there.
    assert_eq!(
        writer.message(kind, flags, 2, |_| Ok(())),
        Err(Errno::EMSGSIZE)
    );
    assert_eq!(writer.as_bytes(), expected);
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    let failed = writer.message(kind, flags, 2, |body| {
        body.put_u32(1, 1)?;
        Err(Errno::EDOM)
    });
    assert_eq!((failed, writer.as_bytes()), (Err(Errno::EDOM), &[][..]));
}

/// An attribute's length has 16 bits.
#[test]
fn an_attribute_is_not_longer_than_its_length_can_say() {
    let mut buffer = vec![0; 1 << 18];
    let mut writer = Writer::new(&mut buffer);
    let written = writer.message(MessageType::NOOP, MessageFlags::empty(), 1, |body| {
        assert_eq!(body.put_bytes(1, &[0; 65532]), Err(Errno::EMSGSIZE));
        let nested = body.put_nested(2, |body| {
            body.put_bytes(1, &[0; 40000])?;
            body.put_bytes(1, &[0; 40000])
        });
        assert_eq!(nested, Err(Errno::EMSGSIZE));
        body.put_bytes(3, &[1; 65531])
    });
    assert_eq!(written, Ok(()));
    assert_eq!(writer.as_bytes().len(), 16 + 65536);
    let (_, attributes) = only(writer.as_bytes()).split::<0>().unwrap();
    assert_eq!(attributes.first(3).unwrap().unwrap().payload, [1; 65531]);
}

/// Known from libraries of netlink: a length of zero, with which the reader stays where it is for ever.
#[test]
fn lengths_that_can_not_be_are_one_error_and_the_end() {
    let good = message(7, 0, 0, 0, &[1, 2, 3, 4]);
    for len in [0u32, 1, 15, 21, 0x7fff_ffff, u32::MAX] {
        let mut bad = good.clone();
        bad[..4].copy_from_slice(&len.to_ne_bytes());
        let bytes = [good.clone(), bad].concat();
        let mut all = messages(&bytes);
        assert_eq!(all.next().unwrap().unwrap().payload(), [1, 2, 3, 4]);
        assert_eq!(all.next(), Some(Err(Errno::EIO)), "{len}");
        assert_eq!((all.next(), all.next()), (None, None));
    }
    for cut in 1..16 {
        assert_eq!(messages(&good[..cut]).next(), Some(Err(Errno::EIO)));
    }
    let good = attribute(7, &[1, 2, 3]);
    for len in [0u16, 1, 3, 9, u16::MAX] {
        let mut bad = good.clone();
        bad[..2].copy_from_slice(&len.to_ne_bytes());
        let bytes = [good.clone(), bad].concat();
        let mut all = attributes(&bytes);
        assert_eq!(all.next().unwrap().unwrap().payload, [1, 2, 3]);
        assert_eq!(all.next(), Some(Err(Errno::EIO)), "{len}");
        assert_eq!((all.next(), all.next()), (None, None));
        assert_eq!(attributes(&bytes).first(8), Err(Errno::EIO));
        assert_eq!(
            attributes(&bytes).first(7).unwrap().unwrap().payload,
            [1, 2, 3]
        );
    }
    for cut in 1..4 {
        assert_eq!(attributes(&good[..cut]).next(), Some(Err(Errno::EIO)));
    }
    // The last one needs nothing that fills it up.
    assert_eq!(
        attributes(&good[..7]).next().unwrap().unwrap().payload,
        [1, 2, 3]
    );
}

#[test]
fn an_error_says_what_was_wrong_with_which_request() {
    let request = message(16, 5, 9, 0, &[1, 2, 3, 4, 5]);
    let head = Header::from_bytes(request[..16].try_into().unwrap());
    let text = attribute(1, b"no such thing\0");
    let offset = attribute(2, &20u32.to_ne_bytes());
    let error = (-19i32).to_ne_bytes();
    // The whole request, its header only, and no words.
    let whole = [&error[..], &request, &text, &offset].concat();
    let capped = [&error[..], &request[..16], &text, &offset].concat();
    for (flags, payload) in [(0x200, &whole), (0x300, &capped)] {
        let bytes = message(2, flags, 9, 5, payload);
        let status = only(&bytes).status().unwrap().unwrap();
        assert_eq!(status.errno, Some(Errno::ENODEV));
        assert_eq!(status.request, Some(head));
        assert_eq!(
            (status.text, status.offset),
            (Some(c"no such thing"), Some(20))
        );
        assert_eq!(status.attributes.count(), 2);
    }
    let bytes = message(2, 0, 9, 5, &whole);
    let status = only(&bytes).status().unwrap().unwrap();
    assert_eq!((status.errno, status.text), (Some(Errno::ENODEV), None));
    // It went well: an old kernel does not say that the request's header is all.
    for flags in [0, 0x100] {
        let bytes = message(2, flags, 9, 5, &[&[0; 4], &request[..16]].concat());
        let status = only(&bytes).status().unwrap().unwrap();
        assert_eq!((status.errno, status.request), (None, Some(head)));
    }
    // What says more is damaged: the error is still one.
    let bytes = message(2, 0x300, 9, 5, &[&capped[..20], &[0xff; 9]].concat());
    let status = only(&bytes).status().unwrap().unwrap();
    assert_eq!((status.errno, status.text), (Some(Errno::ENODEV), None));
    let done = |payload: &[u8]| {
        let bytes = message(3, 2, 9, 5, payload);
        only(&bytes).status().map(|status| status.unwrap().errno)
    };
    assert_eq!(done(&[]), Ok(None));
    assert_eq!(done(&[0; 4]), Ok(None));
    assert_eq!(done(&error), Ok(Some(Errno::ENODEV)));
    // Nothing that there can be: too short, an error that is none.
    assert_eq!(done(&[0; 3]), Err(Errno::EIO));
    for number in [1, -5000, i32::MIN, i32::MAX] {
        assert_eq!(done(&number.to_ne_bytes()), Err(Errno::EIO), "{number}");
    }
    for payload in [
        &whole[..3],
        &whole[..19],
        &whole[..20],
        &[&error[..], &[0; 16]].concat(),
    ] {
        let bytes = message(2, 0x200, 9, 5, payload);
        assert_eq!(
            only(&bytes).status().unwrap_err(),
            Errno::EIO,
            "{payload:?}"
        );
    }
    // A request that says to be shorter than its header, and nothing behind it that could be wrong.
    let bytes = message(2, 0, 9, 5, &[&error[..], &[0; 16]].concat());
    assert_eq!(only(&bytes).status().unwrap_err(), Errno::EIO);
    let bytes = message(16, 0, 9, 5, &whole);
    assert!(only(&bytes).status().unwrap().is_none());
}

fn bytes_of_link(kind: u16, family: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut header = vec![family, 0];
    header.extend(772u16.to_ne_bytes());
    header.extend([5u32, 0x1_0049, 0].map(u32::to_ne_bytes).concat());
    message(kind, 0, 0, 0, &[header, attributes.concat()].concat())
}

#[test]
fn a_link_has_what_its_message_says() {
    let info = [attribute(1, b"veth"), attribute(2, b"\x08")].concat();
    let number = |kind, number: u32| attribute(kind, &number.to_ne_bytes());
    let bytes = bytes_of_link(
        16,
        0,
        &[
            attribute(3, b"eth0\0"),
            attribute(1, &[0, 0x11, 0x22, 0xaa, 0xbb, 0xcc]),
            attribute(2, &[0xff; 6]),
            number(4, 1500),
            number(5, 9),
            attribute(6, b"noqueue\0"),
            number(10, 3),
            number(13, 1000),
            attribute(16, &[6]),
            attribute(18, &info),
            number(27, 4),
            attribute(33, &[1]),
            attribute(37, &(-1i32).to_ne_bytes()),
            attribute(0x3fff, b"what is new"),
        ],
    );
    let link = Link::from_message(&only(&bytes)).unwrap();
    assert_eq!((link.index, link.link_type), (5, LinkType::LOOPBACK));
    let flags = LinkFlags::UP | LinkFlags::LOOPBACK | LinkFlags::RUNNING | LinkFlags::LOWER_UP;
    assert_eq!(link.flags, flags);
    assert_eq!(
        (link.name.to_str(), link.name.to_string()),
        (Some("eth0"), "eth0".into())
    );
    assert_eq!(link.address.unwrap().to_string(), "00:11:22:aa:bb:cc");
    assert_eq!(link.broadcast.unwrap().as_bytes(), [0xff; 6]);
    assert_eq!(
        (link.mtu, link.parent, link.master),
        (Some(1500), Some(9), Some(3))
    );
    assert_eq!(link.parent_namespace, Some(-1));
    assert_eq!((link.queue_len, link.group), (Some(1000), Some(4)));
    assert_eq!(
        (link.state, link.carrier),
        (Some(OperState::UP), Some(true))
    );
    assert!(link.kind.unwrap() == "veth" && link.qdisc.unwrap() == "noqueue");
    assert_eq!(
        Change::from_message(&only(&bytes)),
        Ok(Some(Change::Link(link)))
    );
    let mut gone = bytes.clone();
    gone[4..6].copy_from_slice(&17u16.to_ne_bytes());
    assert_eq!(
        Change::from_message(&only(&gone)),
        Ok(Some(Change::LinkGone(link)))
    );
    assert_eq!(OperState::LOWERLAYERDOWN.name(), Some("LOWERLAYERDOWN"));
    assert_eq!(OperState::from_raw(7).name(), None);

    let name = attribute(3, b"a\xff b");
    let link = bytes_of_link(16, 0, std::slice::from_ref(&name));
    let link = Link::from_message(&only(&link)).unwrap();
    assert_eq!(
        (link.name.to_str(), link.name.as_bytes()),
        (None, &b"a\xff b"[..])
    );
    assert_eq!(
        format!("{} {:?}", link.name, link.name),
        "a\u{fffd} b \"a\\xff b\""
    );
    for bad in [
        bytes_of_link(16, 0, &[]),
        bytes_of_link(16, 0, &[attribute(3, &[b'x'; 65])]),
        bytes_of_link(16, 0, &[name.clone(), attribute(1, &[0; 33])]),
        bytes_of_link(16, 0, &[name.clone(), attribute(4, &[0; 3])]),
        bytes_of_link(16, 0, &[name.clone(), vec![3, 0, 0, 0]]),
        bytes_of_link(20, 0, &[name]),
        message(16, 0, 0, 0, &[0; 15]),
    ] {
        assert_eq!(Link::from_message(&only(&bad)), Err(Errno::EIO));
    }
}

/// Known from monitors of devices: that a device has left its bridge is told by the message that says that one is gone.
#[test]
fn a_port_that_leaves_its_bridge_is_not_a_device_that_is_gone() {
    let name = attribute(3, b"eth0\0");
    let unspec = bytes_of_link(17, 0, std::slice::from_ref(&name));
    assert!(matches!(
        Change::from_message(&only(&unspec)),
        Ok(Some(Change::LinkGone(_)))
    ));
    for kind in [16, 17] {
        let bridge = bytes_of_link(kind, 7, std::slice::from_ref(&name));
        assert_eq!(Change::from_message(&only(&bridge)), Ok(None));
    }
}

#[test]
fn an_address_has_what_its_message_says() {
    let of = |family, attributes: &[Vec<u8>]| {
        let mut header = vec![family, 24, 0x80, 253];
        header.extend(5u32.to_ne_bytes());
        let bytes = message(20, 0, 0, 0, &[header, attributes.concat()].concat());
        Address::from_message(&only(&bytes))
    };
    let local = Ipv4Addr::new(10, 0, 0, 1);
    let cache = [500, u32::MAX, 7, 8].map(u32::to_ne_bytes).concat();
    let address = of(
        2,
        &[
            attribute(1, &[10, 0, 0, 2]),
            attribute(2, &[10, 0, 0, 1]),
            attribute(4, &[10, 0, 0, 255]),
            attribute(3, b"eth0:x\0"),
            attribute(6, &cache),
            attribute(8, &0x201u32.to_ne_bytes()),
            attribute(9, &77u32.to_ne_bytes()),
        ],
    )
    .unwrap();
    assert_eq!((address.index, address.family), (5, AddressFamily::INET));
    assert_eq!((address.prefix_len, address.scope), (24, Scope::LINK));
    assert_eq!(address.ip, Some(local.into()));
    assert_eq!(address.peer, Some(Ipv4Addr::new(10, 0, 0, 2).into()));
    assert_eq!(address.broadcast, Some(Ipv4Addr::new(10, 0, 0, 255).into()));
    let flags = AddressFlags::SECONDARY | AddressFlags::NOPREFIXROUTE;
    assert_eq!((address.flags, address.metric), (flags, Some(77)));
    assert!(address.label.unwrap() == "eth0:x");
    assert_eq!(address.preferred.unwrap().as_secs(), 500);
    assert_eq!(address.valid, None);
    // One address only, or the same twice; flags of eight bits.
    let ip = Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1);
    let one = attribute(1, &ip.octets());
    for attributes in [
        vec![one.clone()],
        vec![one.clone(), attribute(2, &ip.octets())],
    ] {
        let address = of(10, &attributes).unwrap();
        assert_eq!((address.ip, address.peer), (Some(ip.into()), None));
        assert_eq!(address.flags, AddressFlags::PERMANENT);
    }
    // Other families have addresses too.
    let address = of(45, &[attribute(2, &[9])]).unwrap();
    assert_eq!(
        (address.family.raw(), address.ip, address.peer),
        (45, None, None)
    );
    assert_eq!(of(2, std::slice::from_ref(&one)), Err(Errno::EIO));
    assert_eq!(of(10, &[attribute(2, &[0; 4])]), Err(Errno::EIO));
    assert_eq!(of(2, &[attribute(6, &cache[..7])]), Err(Errno::EIO));
}

/// The devices that `/proc` names, in order.
fn names_in_proc() -> Vec<String> {
    let text = fs::read_to_string("/proc/net/dev").unwrap();
    let mut names: Vec<String> = text
        .lines()
        .skip(2)
        .map(|line| line.split_once(':').unwrap().0.trim().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn links_are_those_that_proc_and_sys_show() {
    let all = all_links().unwrap();
    let mut names: Vec<_> = all.iter().map(|link| link.name.to_string()).collect();
    names.sort();
    assert_eq!(names, names_in_proc());
    for link in &all {
        let name = CString::new(link.name.as_bytes()).unwrap();
        // SAFETY: the name ends with a NUL.
        assert_eq!(link.index, unsafe { if_nametoindex(name.as_ptr()) });
        let sys = |file: &str| {
            let text = fs::read_to_string(format!("/sys/class/net/{}/{file}", link.name));
            text.ok().map(|text| text.trim().to_string())
        };
        // Where there is no such file system, the index is what can be compared.
        let Some(mtu) = sys("mtu") else { continue };
        assert_eq!(link.mtu.unwrap().to_string(), mtu);
        // A device without hardware, such as a tunnel, may have none.
        let shown =
            |address: Option<HardwareAddress>| address.map_or(String::new(), |it| it.to_string());
        assert_eq!(shown(link.address), sys("address").unwrap());
        assert_eq!(shown(link.broadcast), sys("broadcast").unwrap());
        assert_eq!(link.link_type.raw().to_string(), sys("type").unwrap());
        assert_eq!(
            link.queue_len.unwrap().to_string(),
            sys("tx_queue_len").unwrap()
        );
        let state = link.state.unwrap().name().unwrap().to_lowercase();
        assert_eq!(state, sys("operstate").unwrap());
        let flags = u32::from_str_radix(&sys("flags").unwrap()[2..], 16).unwrap();
        // The file has not those that say how the device does (Linux `net/core/dev.c`, `dev_get_flags`).
        let steady =
            LinkFlags::BROADCAST | LinkFlags::LOOPBACK | LinkFlags::UP | LinkFlags::MULTICAST;
        assert_eq!((link.flags & steady).bits(), flags & steady.bits());
    }
    let lo = all.iter().find(|link| link.name == "lo").unwrap();
    assert_eq!(lo.link_type, LinkType::LOOPBACK);
    assert!(lo.flags.contains(LinkFlags::LOOPBACK) && lo.address.unwrap().as_bytes() == [0; 6]);
}

#[test]
fn addresses_are_those_that_proc_shows_and_that_can_be_bound() {
    let all = all_addresses().unwrap();
    let of_v6 = |address: &Address| match address.ip? {
        IpAddr::V4(_) => None,
        IpAddr::V6(ip) => Some(format!(
            "{:032x} {:02x} {:02x} {:02x} {:02x}",
            ip.to_bits(),
            address.index,
            address.prefix_len,
            // The kernel's own numbers: of this machine, of this network, everywhere.
            match address.scope {
                Scope::HOST => 0x10,
                Scope::LINK => 0x20,
                Scope::UNIVERSE => 0,
                scope => panic!("{scope:?}"),
            },
            address.flags.bits() as u8,
        )),
    };
    let mut ours: Vec<_> = all.iter().filter_map(of_v6).collect();
    ours.sort();
    if let Ok(text) = fs::read_to_string("/proc/net/if_inet6") {
        let words = |line: &str| {
            line.split_whitespace()
                .take(5)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let mut theirs: Vec<_> = text.lines().map(words).collect();
        theirs.sort();
        assert_eq!(ours, theirs);
    }
    for address in &all {
        if let Some(ip @ IpAddr::V4(_)) = address.ip {
            UdpSocket::bind((ip, 0)).unwrap();
        }
    }
}

#[test]
fn without_an_allocator_it_is_the_same() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        let mut buffer = [0; 32 * 1024];
        let all: Vec<_> = links(&mut socket, &mut buffer).unwrap().collect();
        let all: Vec<Link> = all.into_iter().map(Result::unwrap).collect();
        assert_eq!(all, all_links().unwrap());
        assert!(
            all.iter()
                .any(|link| link.name == "lo" && !link.flags.contains(LinkFlags::UP))
        );
        assert_eq!(addresses(&mut socket, &mut buffer).unwrap().count(), 0);
        set_lo(&mut socket, LinkFlags::UP);
        add(&mut socket, Ipv4Addr::new(10, 1, 2, 3));
        let mut found = addresses(&mut socket, &mut buffer).unwrap();
        assert!(found.any(|found| found.unwrap().ip == Some(Ipv4Addr::new(10, 1, 2, 3).into())));
        // No room for the request, no room for the answer.
        assert_eq!(
            links(&mut socket, &mut buffer[..39]).unwrap_err(),
            Errno::EMSGSIZE
        );
        let mut answers = links(&mut socket, &mut buffer[..40]).unwrap();
        for _ in 0..2 {
            assert_eq!(answers.next(), Some(Err(Errno::EMSGSIZE)));
        }
        // It is still there.
        let len = socket.next_len().unwrap();
        assert!(len > 40, "{len}");
        assert_eq!(links(&mut socket, &mut buffer).unwrap().count(), all.len());
    });
}

#[test]
fn changes_are_told_as_they_come() {
    in_namespaces(CLONE_NEWNET, || {
        let mut watcher = open();
        let mut socket = open();
        let mut buffer = [0; 8192];
        // Not yet subscribed.
        set_lo(&mut socket, LinkFlags::UP);
        set_lo(&mut socket, LinkFlags::empty());
        for group in [Group::LINK, Group::IPV4_IFADDR] {
            watcher.subscribe(group).unwrap();
        }
        set_lo(&mut socket, LinkFlags::UP);
        let ip = Ipv4Addr::new(10, 1, 2, 3);
        add(&mut socket, ip);
        let kind = MessageType::DELADDR;
        address_of_lo(&mut socket, &mut buffer, kind, ip, |_| Ok(())).unwrap();

        let mut changes = changes(&mut watcher, &mut buffer);
        let mut seen = Vec::new();
        while !matches!(seen.last(), Some(Change::AddressGone(_))) {
            seen.push(changes.next().unwrap().unwrap());
        }
        let up = |change: &Change| match change {
            Change::Link(link) => link.name == "lo" && link.flags.contains(LinkFlags::UP),
            _ => false,
        };
        assert!(up(&seen[0]), "{seen:?}");
        let new = |change: &Change| match change {
            Change::Address(address) => address.ip == Some(ip.into()) && address.prefix_len == 24,
            _ => false,
        };
        assert!(seen.iter().any(new), "{seen:?}");
        let Some(Change::AddressGone(gone)) = seen.last() else {
            unreachable!()
        };
        assert_eq!((gone.ip, gone.index), (Some(ip.into()), LO));

        watcher.unsubscribe(Group::LINK).unwrap();
        set_lo(&mut socket, LinkFlags::empty());
        set_lo(&mut socket, LinkFlags::UP);
        add(&mut socket, ip);
        let mut buffer = [0; 8192];
        loop {
            match sysline::net::netlink::route::changes(&mut watcher, &mut buffer).next() {
                Some(Ok(Change::Address(address))) if address.ip == Some(ip.into()) => break,
                Some(Ok(Change::Address(_) | Change::AddressGone(_))) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(
            watcher.subscribe(Group::from_raw(0x7fff_ffff)),
            Err(Errno::EINVAL)
        );
    });
}

/// A fault of many programs: a message of another process was taken for the kernel's, and gave a device, an address, a
/// route that is not there (CVE-2009-1185, CVE-2012-3520 and others).
#[test]
fn what_another_process_has_sent_is_not_believed() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        set_lo(&mut socket, LinkFlags::UP);
        let mut watcher = open();
        watcher.subscribe(Group::IPV4_IFADDR).unwrap();
        let evil = other();
        let forge = |port, seq: u32, kind, payload: &[u8]| {
            let bytes = message(kind, 2, seq, port, payload);
            let none = SendFlags::empty();
            net::sendto(evil.as_fd(), &bytes, none, &To(port))
                .map(|len| assert_eq!(len, bytes.len()))
        };
        let device = &bytes_of_link(16, 0, &[attribute(3, b"evil\0")])[16..];
        let address = [vec![2, 24, 0, 0, 1, 0, 0, 0], attribute(2, &[6, 6, 6, 6])].concat();

        // It comes before the request: each number that the next ones may have.
        for seq in 0..5 {
            forge(socket.port(), seq, 16, device).unwrap();
            forge(socket.port(), seq, 3, &[0; 4]).unwrap();
            forge(socket.port(), seq, 2, &[0; 20]).unwrap();
        }
        forge(watcher.port(), 0, 20, &address).unwrap();
        // They have arrived.
        let peek = net::RecvFlags::PEEK | net::RecvFlags::DONTWAIT | net::RecvFlags::TRUNC;
        for fd in [socket.as_fd(), watcher.as_fd()] {
            let (len, from) = net::recvfrom(fd, &mut [], peek).unwrap();
            assert!(len > 0 && from.unwrap().as_bytes()[4..8] != [0; 4]);
        }

        let mut buffer = [0; 32 * 1024];
        // And to who does not wait nothing has come.
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let mut impatient = NetlinkSocket::open_with(Family::ROUTE, flags).unwrap();
        for _ in 0..2 {
            forge(impatient.port(), 0, 16, device).unwrap();
        }
        assert_eq!(impatient.next_len(), Err(Errno::EAGAIN));
        forge(impatient.port(), 0, 16, device).unwrap();
        let received = impatient.receive(&mut buffer).map(|_| ());
        assert_eq!(received, Err(Errno::EAGAIN));

        let found: Vec<_> = links(&mut socket, &mut buffer).unwrap().collect();
        assert!(
            found.iter().any(|link| link.unwrap().name == "lo"),
            "{found:?}"
        );
        assert!(!found.iter().any(|link| link.unwrap().name == "evil"));
        add(&mut socket, Ipv4Addr::new(10, 1, 2, 3));
        let change = changes(&mut watcher, &mut buffer).next().unwrap().unwrap();
        let Change::Address(change) = change else {
            panic!("{change:?}")
        };
        assert_eq!(change.ip, Some(Ipv4Addr::new(10, 1, 2, 3).into()));
    });
}

#[test]
fn a_request_that_the_kernel_refuses_is_told_in_words() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        let mut buffer = [0; 1024];
        let none = MessageFlags::empty();
        let create = MessageFlags::CREATE | MessageFlags::EXCL;
        let refused = socket.call(&mut buffer, MessageType::NEWLINK, create, |body| {
            body.put_header(&LinkHeader::new(0).to_bytes())?;
            body.put_c_str(ifla::IFNAME, c"new")?;
            body.put_nested(ifla::LINKINFO, |body| {
                body.put_bytes(ifla::INFO_KIND, b"no-such-kind")
            })
        });
        let error = refused.unwrap_err();
        let Error::Refused { errno, text, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(errno, Errno::EOPNOTSUPP);
        assert_eq!(Errno::from(error), Errno::EOPNOTSUPP);
        // A kernel before 5.8 has no words for it.
        if let Some(text) = text {
            assert_eq!(text, c"Unknown device type");
            assert!(
                error.to_string().ends_with(" (Unknown device type)"),
                "{error}"
            );
        }
        assert!(error.to_string().starts_with("EOPNOTSUPP"), "{error}");

        // The attribute that is wrong is behind two headers of sixteen bytes and another attribute.
        let refused = socket.call(&mut buffer, MessageType::NEWLINK, none, |body| {
            body.put_header(&LinkHeader::new(LO).to_bytes())?;
            body.put_u32(ifla::TXQLEN, 1000)?;
            body.put_u16(ifla::MTU, 1500)
        });
        let error = refused.unwrap_err();
        let Error::Refused { errno, offset, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(errno, Errno::ERANGE);
        // An emulator of another byte order does not turn what is behind the error.
        if offset.is_some() || !skipped("what an error says more") {
            assert_eq!(offset, Some(16 + 16 + 8));
        }

        let refused = socket.call(&mut buffer, MessageType::DELLINK, none, |body| {
            body.put_header(&LinkHeader::new(12345).to_bytes())
        });
        assert_eq!(refused.unwrap_err().errno(), Errno::ENODEV);
        // And then it goes on.
        let called = socket.call(&mut buffer, MessageType::NEWLINK, none, |body| {
            body.put_header(&LinkHeader::new(LO).to_bytes())?;
            body.put_u32(ifla::MTU, 1234)
        });
        assert_eq!(called, Ok(()));
        let lo = all_links()
            .unwrap()
            .into_iter()
            .find(|link| link.index == LO);
        assert_eq!(lo.unwrap().mtu, Some(1234));
    });
}

/// Many addresses, so that a list of them comes in parts.
fn many_addresses(socket: &mut NetlinkSocket) {
    for host in 1..=250 {
        add(socket, Ipv4Addr::new(10, 0, 0, host));
        add(socket, Ipv4Addr::new(10, 0, 1, host));
    }
}

fn ips(found: impl Iterator<Item = sysline::Result<Address>>) -> Vec<Option<IpAddr>> {
    found.map(|address| address.unwrap().ip).collect()
}

#[test]
fn a_list_that_nobody_has_read_to_its_end_is_not_in_the_way_of_the_next() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        many_addresses(&mut socket);
        let mut buffer = [0; 8192];
        let all = ips(addresses(&mut socket, &mut buffer).unwrap());
        assert_eq!(all.len(), 500);
        for read in 0..3 {
            let mut first = addresses(&mut socket, &mut buffer).unwrap();
            for _ in 0..read {
                first.next().unwrap().unwrap();
            }
            assert_eq!(ips(addresses(&mut socket, &mut buffer).unwrap()), all);
        }
        let mut other = addresses(&mut socket, &mut buffer).unwrap();
        assert!(other.next().is_some());
        set_lo(&mut socket, LinkFlags::UP);
    });
}

/// Known as a fault of programs that list: a part is there twice, or not at all, and nobody has looked at the flag that says so.
#[test]
fn a_list_that_changes_while_it_is_read_is_told() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        many_addresses(&mut socket);
        let mut second = open();
        let mut buffer = [0; 8192];
        let mut list = addresses(&mut socket, &mut buffer).unwrap();
        list.next().unwrap().unwrap();
        add(&mut second, Ipv4Addr::new(10, 0, 2, 1));
        let found: Vec<_> = list.by_ref().collect();
        let (last, rest) = found.split_last().unwrap();
        assert_eq!(*last, Err(Errno::EAGAIN));
        assert!(rest.iter().all(Result::is_ok));
        assert_eq!(list.next(), None);
        // The same, by its own name.
        let header = AddressHeader::new(0, AddressFamily::INET, 0);
        let (kind, dump) = (MessageType::GETADDR, MessageFlags::DUMP);
        let ask = |body: &mut Body<'_>| body.put_header(&header.to_bytes());
        let mut answers = socket.request(&mut buffer, kind, dump, ask).unwrap();
        assert_eq!(
            answers.next().unwrap().unwrap().kind(),
            MessageType::NEWADDR
        );
        add(&mut second, Ipv4Addr::new(10, 0, 2, 2));
        let error = answers.finish().unwrap_err();
        assert_eq!((error, error.errno()), (Error::Interrupted, Errno::EAGAIN));
        // Nothing happens now.
        let answers = socket.request(&mut buffer, kind, dump, ask).unwrap();
        assert_eq!(answers.finish(), Ok(()));
        assert_eq!(all_addresses().unwrap().len(), 502);
    });
}

/// A group is told of a change with the number of the request that made it, and the port of who asked. A request of the same number,
/// of a socket that listens, has another answer.
#[test]
fn what_another_has_asked_for_is_no_answer() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        socket.subscribe(Group::IPV4_IFADDR).unwrap();
        add(&mut open(), Ipv4Addr::new(10, 0, 0, 7)); // the first request of its socket
        let mut buffer = [0; 8192];
        let (kind, none) = (MessageType::GETLINK, MessageFlags::empty());
        let mut seen = Vec::new();
        for _ in 0..2 {
            let answers = socket.request(&mut buffer, kind, none, |body| {
                body.put_header(&LinkHeader::new(LO).to_bytes())
            });
            let mut answers = answers.unwrap();
            let message = answers.next().unwrap().unwrap();
            assert_eq!(message.kind(), MessageType::NEWLINK);
            seen.push(message.header().seq);
            assert!(answers.next().is_none());
        }
        // Each has a number of its own, and the first one that of the other's.
        assert_eq!(seen, [1, 2]);
    });
}

/// A socket that listens may have lost what it was told; what it asks for then is answered.
#[test]
fn what_was_lost_is_not_in_the_way_of_a_request() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        socket.subscribe(Group::IPV4_IFADDR).unwrap();
        let few: c_int = 1; // the kernel's least is some 2 KiB
        // SAFETY: the value is a number, and as long as is said.
        let set = unsafe {
            let value = std::ptr::from_ref(&few).cast();
            setsockopt(socket.as_fd().as_raw_fd(), SOL_SOCKET, SO_RCVBUF, value, 4)
        };
        assert_eq!(set, 0);
        let mut buffer = [0; 8192];
        links(&mut socket, &mut buffer).unwrap(); // nobody reads it
        let mut other = open();
        for host in 1..=100 {
            add(&mut other, Ipv4Addr::new(10, 0, 0, host));
        }
        let all: Vec<_> = links(&mut socket, &mut buffer).unwrap().collect();
        assert!(all.iter().any(|link| link.unwrap().name == "lo"), "{all:?}");
    });
}

/// The kernel throws away what has no room in the socket's queue.
#[test]
fn changes_that_were_lost_are_told() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let mut watcher = NetlinkSocket::open_with(Family::ROUTE, flags).unwrap();
        let again = Err(Errno::EAGAIN);
        watcher.subscribe(Group::IPV4_IFADDR).unwrap();
        let few: c_int = 1; // the kernel's least is some 2 KiB
        // SAFETY: the value is a number, and as long as is said.
        let set = unsafe {
            let value = std::ptr::from_ref(&few).cast();
            setsockopt(watcher.as_fd().as_raw_fd(), SOL_SOCKET, SO_RCVBUF, value, 4)
        };
        assert_eq!(set, 0);
        for host in 1..=100 {
            add(&mut socket, Ipv4Addr::new(10, 0, 0, host));
        }
        let mut buffer = [0; 8192];
        let mut changes = changes(&mut watcher, &mut buffer);
        let mut told: Vec<_> = changes
            .by_ref()
            .take_while(|change| *change != again)
            .collect();
        let lost = |change: &sysline::Result<Change>| *change == Err(Errno::ENOBUFS);
        assert_eq!(told.iter().filter(|change| lost(change)).count(), 1);
        told.retain(|change| !lost(change));
        assert!((1..100).contains(&told.len()), "{told:?}");
        // It goes on.
        let last = Ipv4Addr::new(10, 0, 1, 1);
        add(&mut socket, last);
        let Some(Ok(Change::Address(address))) = changes.next() else {
            panic!("nothing is told")
        };
        assert_eq!(address.ip, Some(last.into()));
    });
}

/// With a buffer that is too short, recv(2) throws the rest of a message away.
#[test]
fn a_message_for_which_the_buffer_is_too_short_is_still_there() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        let mut watcher = open();
        watcher.subscribe(Group::IPV4_IFADDR).unwrap();
        add(&mut socket, Ipv4Addr::new(10, 0, 0, 7));
        for _ in 0..3 {
            let mut short = [0; 24];
            assert_eq!(watcher.receive(&mut short).unwrap_err(), Errno::EMSGSIZE);
            let mut changes = changes(&mut watcher, &mut short);
            assert_eq!(changes.next(), Some(Err(Errno::EMSGSIZE)));
        }
        let len = watcher.next_len().unwrap();
        let mut buffer = vec![0; 3];
        let mut all = watcher.receive_vec(&mut buffer).unwrap();
        let change = Change::from_message(&all.next().unwrap().unwrap()).unwrap();
        let Some(Change::Address(address)) = change else {
            panic!("{change:?}")
        };
        assert_eq!(address.ip, Some(Ipv4Addr::new(10, 0, 0, 7).into()));
        assert!(all.next().is_none());
        assert_eq!(buffer.len(), len);
    });
}

#[test]
fn an_address_is_given_with_all_that_it_has() {
    in_namespaces(CLONE_NEWNET, || {
        let mut socket = open();
        let mut buffer = [0; 1024];
        let ip = Ipv4Addr::new(10, 9, 0, 1);
        let kind = MessageType::NEWADDR;
        let added = address_of_lo(&mut socket, &mut buffer, kind, ip, |body| {
            body.put_bytes(ifa::ADDRESS, &[10, 9, 0, 2])?;
            body.put_bytes(ifa::BROADCAST, &[10, 9, 0, 255])?;
            body.put_c_str(ifa::LABEL, c"lo:x")
        });
        assert_eq!(added, Ok(()));
        let again = address_of_lo(&mut socket, &mut buffer, kind, ip, |body| {
            body.put_bytes(ifa::ADDRESS, &[10, 9, 0, 2])
        });
        assert_eq!(again.unwrap_err().errno(), Errno::EEXIST);
        let all = all_addresses().unwrap();
        let address = all
            .iter()
            .find(|address| address.ip == Some(ip.into()))
            .unwrap();
        assert_eq!(address.peer, Some(Ipv4Addr::new(10, 9, 0, 2).into()));
        // An emulator of another byte order takes it for a number (qemu's `linux-user/fd-trans.c`).
        let turned = Some(Ipv4Addr::new(255, 0, 9, 10).into());
        if address.broadcast != turned || !skipped("the address of all is turned round") {
            let all = Ipv4Addr::new(10, 9, 0, 255);
            assert_eq!(address.broadcast, Some(all.into()));
        }
        assert!(address.label.unwrap() == "lo:x");
        assert_eq!((address.index, address.prefix_len), (LO, 24));
        assert_eq!((address.preferred, address.valid), (None, None));
        assert!(address.flags.contains(AddressFlags::PERMANENT));
    });
}

#[test]
fn a_socket_that_does_not_wait_says_so() {
    in_namespaces(CLONE_NEWNET, || {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let mut socket = NetlinkSocket::open_with(Family::ROUTE, flags).unwrap();
        socket.subscribe(Group::IPV4_IFADDR).unwrap();
        let mut buffer = [0; 8192];
        assert_eq!(socket.receive(&mut buffer).unwrap_err(), Errno::EAGAIN);
        assert_eq!(socket.next_len(), Err(Errno::EAGAIN));
        assert_eq!(
            changes(&mut socket, &mut buffer).next(),
            Some(Err(Errno::EAGAIN))
        );
        add(&mut open(), Ipv4Addr::new(10, 0, 0, 7));
        assert!(matches!(
            changes(&mut socket, &mut buffer).next(),
            Some(Ok(Change::Address(_)))
        ));
    });
}

#[test]
fn a_socket_is_a_bound_one_of_netlink() {
    let family = AddressFamily::NETLINK;
    let unbound = net::socket(family, SocketType::RAW, Protocol::from_raw(0)).unwrap();
    assert_eq!(NetlinkSocket::from_fd(unbound).unwrap_err(), Errno::EINVAL);
    let inet = net::socket(AddressFamily::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
    assert_eq!(NetlinkSocket::from_fd(inet).unwrap_err(), Errno::EINVAL);
    let socket = NetlinkSocket::from_fd(other()).unwrap();
    let port = socket.port();
    let fd = OwnedFd::from(socket);
    let address = net::getsockname(fd.as_fd()).unwrap();
    assert_eq!(address.as_bytes()[4..8], port.to_ne_bytes());
    assert_ne!(port, 0);
    let none = NetlinkSocket::open(Family::from_raw(31)).unwrap_err();
    assert_eq!(none, Errno::EPROTONOSUPPORT);
}

/// What is in a message that a [`Writer`] has written and [`NetlinkSocket::send`] has sent, the kernel answers: two at once.
#[test]
fn messages_are_sent_as_they_are_written() {
    let mut socket = open();
    let mut buffer = [0; 256];
    let mut writer = Writer::new(&mut buffer);
    let flags = MessageFlags::REQUEST | MessageFlags::ACK;
    for seq in [77, 78] {
        let written = writer.message(MessageType::GETLINK, flags, seq, |body| {
            body.put_header(&LinkHeader::new(LO).to_bytes())
        });
        written.unwrap();
    }
    socket.send(writer.as_bytes()).unwrap();
    let mut seen = Vec::new();
    let mut buffer = Vec::new();
    while seen.len() < 4 {
        for message in socket.receive_vec(&mut buffer).unwrap() {
            let message = message.unwrap();
            seen.push((message.header().seq, message.kind()));
            assert_eq!(message.header().port, socket.port());
        }
    }
    let (link, error) = (MessageType::NEWLINK, MessageType::ERROR);
    assert_eq!(seen, [(77, link), (77, error), (78, link), (78, error)]);

    // The answer to one that nobody has waited for is none to the next.
    let mut buffer = [0; 32 * 1024];
    let mut writer = Writer::new(&mut buffer);
    let written = writer.message(MessageType::GETLINK, flags, 79, |body| {
        body.put_header(&LinkHeader::new(u32::MAX >> 1).to_bytes())
    });
    written.unwrap();
    socket.send(writer.as_bytes()).unwrap();
    let all: Vec<_> = links(&mut socket, &mut buffer).unwrap().collect();
    assert!(!all.is_empty() && all.iter().all(Result::is_ok), "{all:?}");
}

#[test]
fn no_descriptor_stays_open() {
    fn open_ones() -> usize {
        fs::read_dir("/proc/self/fd").unwrap().count()
    }
    fn is_closed_by_exec(fd: BorrowedFd<'_>) -> bool {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
        let flags = info
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap();
        u32::from_str_radix(flags.trim(), 8).unwrap() & SocketFlags::CLOEXEC.bits() != 0
    }
    in_child(|| {
        let before = open_ones();
        let socket = open();
        assert_eq!(open_ones(), before + 1);
        assert!(is_closed_by_exec(socket.as_fd()));
        drop(socket);
        let none = SocketFlags::empty();
        let socket = NetlinkSocket::open_with(Family::ROUTE, none).unwrap();
        assert!(!is_closed_by_exec(socket.as_fd()));
        drop(socket);
        assert!(NetlinkSocket::open(Family::from_raw(31)).is_err());
        let family = AddressFamily::NETLINK;
        let unbound = net::socket(family, SocketType::RAW, Protocol::from_raw(0)).unwrap();
        assert!(NetlinkSocket::from_fd(unbound).is_err());
        all_links().unwrap();
        all_addresses().unwrap();
        drop(OwnedFd::from(open()));
        assert_eq!(open_ones(), before);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decoder::check(&bytes);
    }

    /// Mostly right, with a few bytes that are not.
    #[test]
    fn damaged_messages(
        all in prop::collection::vec(
            (
                prop::sample::select(vec![2u16, 3, 16, 17, 20, 21]),
                prop::sample::select(vec![0u16, 0x100, 0x200, 0x300]),
                prop::collection::vec((0u16..50, prop::collection::vec(any::<u8>(), 0..18)), 0..6),
            ),
            0..4,
        ),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Vec::new();
        for (kind, flags, attributes) in &all {
            let attributes = attributes.iter().flat_map(|(kind, payload)| attribute(*kind, payload));
            let payload: Vec<u8> = [0; 16].into_iter().chain(attributes).collect();
            bytes.extend(message(*kind, *flags, 1, 2, &payload));
        }
        prop_assert_eq!(messages(&bytes).map(Result::unwrap).count(), all.len());
        decoder::check(&bytes);
        if !bytes.is_empty() {
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        decoder::check(&bytes);
    }
}

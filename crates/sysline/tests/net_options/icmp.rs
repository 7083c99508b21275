//! Options of ICMP.

use super::*;
use sysline::net::sockopt::{self, Icmpv6Filter};

const SOL_ICMPV6: u32 = 58;
const SOL_RAW: u32 = 255;
const ECHO_REQUEST: u8 = 128;

#[test]
fn a_filter_is_as_rfc_3542_says() {
    let mut filter = Icmpv6Filter::PASS_ALL;
    assert!((0..=255).all(|kind| filter.is_passed(kind)));
    filter.block(ECHO_REQUEST);
    assert!((0..=255).all(|kind| filter.is_passed(kind) == (kind != ECHO_REQUEST)));
    filter.pass(ECHO_REQUEST);
    assert_eq!(filter, Icmpv6Filter::PASS_ALL);
    let mut filter = Icmpv6Filter::BLOCK_ALL;
    assert!((0..=255).all(|kind| !filter.is_passed(kind)));
    filter.pass(0);
    filter.pass(255);
    assert_eq!(format!("{filter:?}"), "Icmpv6Filter {0, 255}");
}

#[test]
fn the_kernel_has_the_filter() {
    if !child::is_root() {
        return;
    }
    let made = net::socket(AddressFamily::INET6, SocketType::RAW, Protocol::ICMPV6);
    if matches!(made, Err(Errno::EAFNOSUPPORT)) {
        println!("skipped: no IPv6");
        return;
    }
    let socket = made.unwrap();
    let fd = socket.as_fd();
    let told = sockopt::icmpv6_filter(fd);
    if lacks(&told, "ICMPV6_FILTER") {
        return;
    }
    assert_eq!(told, Ok(Icmpv6Filter::PASS_ALL));
    let mut filter = Icmpv6Filter::BLOCK_ALL;
    filter.pass(ECHO_REQUEST);
    let set = sockopt::set_icmpv6_filter(fd, filter);
    if lacks(&set, "ICMPV6_FILTER") {
        return;
    }
    set.unwrap();
    assert_eq!(sockopt::icmpv6_filter(fd), Ok(filter));
    let mut words = [u32::MAX; 8];
    words[4] = !1;
    let expected: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    assert_eq!(bytes(fd, SOL_ICMPV6, 1).unwrap(), expected);

    // What it does: an echo request that this machine sends to itself comes, its answer does not.
    let address = std::net::SocketAddrV6::new(std::net::Ipv6Addr::LOCALHOST, 0, 0, 0);
    let request = [ECHO_REQUEST, 0, 0, 0, 0, 7, 0, 1];
    if net::sendto(fd, &request, net::SendFlags::empty(), &address).is_ok() {
        let mut buffer = [0; 64];
        let len = net::recv(fd, &mut buffer, net::RecvFlags::empty()).unwrap();
        assert_eq!((len, buffer[0]), (8, ECHO_REQUEST));
        let more = net::recv(fd, &mut buffer, net::RecvFlags::DONTWAIT);
        assert_eq!(more, Err(Errno::EAGAIN));
    }
}

#[test]
fn the_filter_of_icmp() {
    if !child::is_root() {
        return;
    }
    let socket = net::socket(AddressFamily::INET, SocketType::RAW, Protocol::ICMP).unwrap();
    let fd = socket.as_fd();
    let set = sockopt::set_icmp_filter(fd, 0x8000_0100);
    if lacks(&set, "ICMP_FILTER") {
        return;
    }
    set.unwrap();
    let told = sockopt::icmp_filter(fd);
    if lacks(&told, "ICMP_FILTER") {
        return;
    }
    assert_eq!(told, Ok(0x8000_0100));
    assert_eq!(int(fd, SOL_RAW, 1) as u32, 0x8000_0100);
    let udp = net::socket(AddressFamily::INET, SocketType::RAW, Protocol::UDP).unwrap();
    assert_eq!(sockopt::icmp_filter(udp.as_fd()), Err(Errno::EOPNOTSUPP));
}

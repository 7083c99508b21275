//! Groups. Who is in which is told by /proc/net/igmp and /proc/net/igmp6.

use super::*;
use linux_raw_sys::general::CLONE_NEWNET;
use linux_raw_sys::net as c;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use sysline::net::sockopt::{self, IpMreq, IpMreqSource, IpMreqn, Ipv6Mreq};

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 1, 2, 3);
const NO_GROUP: Ipv4Addr = Ipv4Addr::new(127, 1, 2, 3);
const GROUP6: Ipv6Addr = Ipv6Addr::new(0xff15, 0, 0, 0, 0, 0, 1, 0x203);
const SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

/// Runs `test` where there is no device but the loopback, which is up.
fn alone(test: impl FnOnce()) {
    child::in_namespaces(CLONE_NEWNET, || {
        loopback_up();
        test();
    });
}

/// How many sockets of this namespace are in the group, which the kernel writes as hexadecimal digits of its bytes.
fn members() -> u32 {
    // As a number in the kernel's byte order, which under an emulator need not be the program's.
    let groups = [
        u32::from_le_bytes(GROUP.octets()),
        u32::from_be_bytes(GROUP.octets()),
    ];
    let groups = groups.map(|word| format!("{word:08X}"));
    let list = std::fs::read_to_string("/proc/self/net/igmp").unwrap();
    let row = list
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = row
        .into_iter()
        .find(|row| groups.iter().any(|group| row.first() == Some(&&group[..])));
    row.map_or(0, |row| row[1].parse().unwrap())
}

fn members6() -> u32 {
    let group: String = GROUP6
        .octets()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let list = std::fs::read_to_string("/proc/self/net/igmp6").unwrap();
    let row = list
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = row.into_iter().find(|row| row.get(2) == Some(&&group[..]));
    row.map_or(0, |row| row[3].parse().unwrap())
}

#[test]
fn a_group_of_ipv4() {
    alone(|| {
        let socket = udp();
        let fd = socket.as_fd();
        let mreq = IpMreq {
            multiaddr: GROUP,
            interface: Ipv4Addr::LOCALHOST,
        };
        let mreqn = IpMreqn {
            multiaddr: GROUP,
            address: Ipv4Addr::UNSPECIFIED,
            ifindex: lo(),
        };
        assert_eq!(members(), 0);
        sockopt::set_ip_add_membership(fd, mreq).unwrap();
        assert_eq!(members(), 1);
        assert_eq!(
            sockopt::set_ip_add_membership(fd, mreq),
            Err(Errno::EADDRINUSE)
        );
        assert_eq!(
            sockopt::set_ip_add_membership_with_ifindex(fd, mreqn),
            Err(Errno::EADDRINUSE)
        );
        sockopt::set_ip_drop_membership_with_ifindex(fd, mreqn).unwrap();
        assert_eq!(members(), 0);
        assert_eq!(
            sockopt::set_ip_drop_membership(fd, mreq),
            Err(Errno::EADDRNOTAVAIL)
        );
        sockopt::set_ip_add_membership_with_ifindex(fd, mreqn).unwrap();
        assert_eq!(members(), 1);
        sockopt::set_ip_drop_membership(fd, mreq).unwrap();
        let nowhere = IpMreqn {
            ifindex: 0x7fff_fff0,
            ..mreqn
        };
        assert_eq!(
            sockopt::set_ip_add_membership_with_ifindex(fd, nowhere),
            Err(Errno::ENODEV)
        );
        let no_group = IpMreq {
            multiaddr: NO_GROUP,
            ..mreq
        };
        assert_eq!(
            sockopt::set_ip_add_membership(fd, no_group),
            Err(Errno::EINVAL)
        );
        sockopt::set_ip_add_membership(fd, mreq).unwrap();
        drop(socket);
        assert_eq!(members(), 0);
    });
}

/// What `source` sends to the group, received or not.
fn comes_from(source: Ipv4Addr, receiver: &UdpSocket) -> bool {
    let sender = UdpSocket::bind((source, 0)).unwrap();
    sockopt::set_ip_multicast_if(sender.as_fd(), Ipv4Addr::LOCALHOST).unwrap();
    sender
        .send_to(b"x", (GROUP, receiver.local_addr().unwrap().port()))
        .unwrap();
    receiver.set_nonblocking(true).unwrap();
    match receiver.recv_from(&mut [0; 8]) {
        Ok((_, from)) => {
            assert_eq!(from.ip(), IpAddr::V4(source));
            true
        }
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
            false
        }
    }
}

#[test]
fn a_group_and_its_senders() {
    alone(|| {
        let receiver = UdpSocket::bind("0.0.0.0:0").unwrap();
        let fd = receiver.as_fd();
        let set = sockopt::set_ip_multicast_all(fd, false);
        if lacks(&set, "IP_MULTICAST_ALL") {
            return;
        }
        set.unwrap();
        let interface = Ipv4Addr::LOCALHOST;
        let source = IpMreqSource {
            multiaddr: GROUP,
            interface,
            sourceaddr: SOURCE,
        };
        let added = sockopt::set_ip_add_source_membership(fd, source);
        if lacks(&added, "IP_ADD_SOURCE_MEMBERSHIP") {
            return;
        }
        added.unwrap();
        assert!(comes_from(SOURCE, &receiver));
        assert!(!comes_from(interface, &receiver));
        let other = IpMreqSource {
            sourceaddr: Ipv4Addr::new(127, 0, 0, 8),
            ..source
        };
        assert_eq!(
            sockopt::set_ip_drop_source_membership(fd, other),
            Err(Errno::EADDRNOTAVAIL)
        );
        sockopt::set_ip_drop_source_membership(fd, source).unwrap();
        assert_eq!(members(), 0);

        let mreq = IpMreq {
            multiaddr: GROUP,
            interface,
        };
        sockopt::set_ip_add_membership(fd, mreq).unwrap();
        assert!(comes_from(SOURCE, &receiver));
        sockopt::set_ip_block_source(fd, source).unwrap();
        assert_eq!(
            sockopt::set_ip_add_source_membership(fd, source),
            Err(Errno::EINVAL)
        );
        assert!(!comes_from(SOURCE, &receiver));
        assert!(comes_from(interface, &receiver));
        sockopt::set_ip_unblock_source(fd, source).unwrap();
        assert!(comes_from(SOURCE, &receiver));
        assert_eq!(
            sockopt::set_ip_unblock_source(fd, source),
            Err(Errno::EADDRNOTAVAIL)
        );
    });
}

#[test]
fn groups_of_either_version() {
    alone(|| {
        let receiver = UdpSocket::bind("0.0.0.0:0").unwrap();
        let fd = receiver.as_fd();
        let set = sockopt::set_ip_multicast_all(fd, false);
        if lacks(&set, "IP_MULTICAST_ALL") {
            return;
        }
        set.unwrap();
        let (group, source) = (IpAddr::V4(GROUP), IpAddr::V4(SOURCE));
        let joined = sockopt::mcast_join_group(fd, lo(), group);
        if lacks(&joined, "MCAST_JOIN_GROUP") {
            return;
        }
        joined.unwrap();
        assert_eq!(members(), 1);
        assert_eq!(
            sockopt::mcast_join_group(fd, lo(), group),
            Err(Errno::EADDRINUSE)
        );
        sockopt::mcast_block_source(fd, lo(), group, source).unwrap();
        assert!(!comes_from(SOURCE, &receiver));
        sockopt::mcast_unblock_source(fd, lo(), group, source).unwrap();
        assert!(comes_from(SOURCE, &receiver));
        sockopt::mcast_leave_group(fd, lo(), group).unwrap();
        assert_eq!(members(), 0);
        sockopt::mcast_join_source_group(fd, lo(), group, source).unwrap();
        assert!(comes_from(SOURCE, &receiver));
        assert!(!comes_from(Ipv4Addr::LOCALHOST, &receiver));
        sockopt::mcast_leave_source_group(fd, lo(), group, source).unwrap();
        assert_eq!(members(), 0);
        let left = sockopt::mcast_leave_group(fd, lo(), group);
        assert_eq!(left, Err(Errno::EADDRNOTAVAIL));
        assert_eq!(
            sockopt::mcast_join_group(fd, 0x7fff_fff0, group),
            Err(Errno::ENODEV)
        );
        assert_eq!(
            sockopt::mcast_join_group(fd, lo(), NO_GROUP.into()),
            Err(Errno::EINVAL)
        );

        let Some(socket) = inet6(SocketType::DGRAM) else {
            return;
        };
        let fd = socket.as_fd();
        sockopt::mcast_join_group(fd, lo(), GROUP6.into()).unwrap();
        assert_eq!(members6(), 1);
        sockopt::mcast_leave_group(fd, lo(), GROUP6.into()).unwrap();
        assert_eq!(members6(), 0);
        let source = IpAddr::V6(Ipv6Addr::LOCALHOST);
        sockopt::mcast_join_source_group(fd, lo(), GROUP6.into(), source).unwrap();
        assert_eq!(members6(), 1);
        sockopt::mcast_leave_source_group(fd, lo(), GROUP6.into(), source).unwrap();
    });
}

#[test]
fn a_group_of_ipv6() {
    alone(|| {
        let Some(socket) = inet6(SocketType::DGRAM) else {
            return;
        };
        let fd = socket.as_fd();
        let mreq = Ipv6Mreq {
            multiaddr: GROUP6,
            ifindex: lo(),
        };
        sockopt::set_ipv6_add_membership(fd, mreq).unwrap();
        assert_eq!(members6(), 1);
        assert_eq!(
            sockopt::set_ipv6_add_membership(fd, mreq),
            Err(Errno::EADDRINUSE)
        );
        sockopt::set_ipv6_drop_membership(fd, mreq).unwrap();
        assert_eq!(members6(), 0);
        assert_eq!(
            sockopt::set_ipv6_drop_membership(fd, mreq),
            Err(Errno::EADDRNOTAVAIL)
        );
        let nowhere = Ipv6Mreq {
            ifindex: 0x7fff_fff0,
            ..mreq
        };
        assert_eq!(
            sockopt::set_ipv6_add_membership(fd, nowhere),
            Err(Errno::ENODEV)
        );
        let no_group = Ipv6Mreq {
            multiaddr: Ipv6Addr::LOCALHOST,
            ..mreq
        };
        assert_eq!(
            sockopt::set_ipv6_add_membership(fd, no_group),
            Err(Errno::EINVAL)
        );
    });
}

#[test]
fn an_address_of_several_hosts() {
    alone(|| {
        let Some(socket) = inet6(SocketType::DGRAM) else {
            return;
        };
        let fd = socket.as_fd();
        // Only routers have such addresses.
        let _ = std::fs::write("/proc/sys/net/ipv6/conf/all/forwarding", "1");
        let anycast = Ipv6Mreq {
            multiaddr: Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7),
            ifindex: lo(),
        };
        let listed = || {
            let list = std::fs::read_to_string("/proc/self/net/anycast6").unwrap();
            list.contains("20010db8000000000000000000000007")
        };
        let joined = sockopt::set_ipv6_join_anycast(fd, anycast);
        if lacks(&joined, "IPV6_JOIN_ANYCAST") {
            return;
        }
        joined.unwrap();
        assert!(listed());
        sockopt::set_ipv6_leave_anycast(fd, anycast).unwrap();
        assert!(!listed());
        assert_eq!(
            sockopt::set_ipv6_leave_anycast(fd, anycast),
            Err(Errno::ENOENT)
        );
    });
    unprivileged(|| {
        if let Some(socket) = inet6(SocketType::DGRAM) {
            let anycast = Ipv6Mreq {
                multiaddr: Ipv6Addr::LOCALHOST,
                ifindex: lo(),
            };
            let joined = sockopt::set_ipv6_join_anycast(socket.as_fd(), anycast);
            if !lacks(&joined, "IPV6_JOIN_ANYCAST") {
                assert_eq!(joined, Err(Errno::EPERM));
            }
        }
    });
}

#[test]
fn how_packets_to_groups_are_sent() {
    let socket = udp();
    let fd = socket.as_fd();
    options! { fd, SOL_IP:
        IP_MULTICAST_TTL ip_multicast_ttl set_ip_multicast_ttl [0 => 0, 7 => 7, 255 => 255];
        IP_MULTICAST_LOOP ip_multicast_loop set_ip_multicast_loop;
        IP_MULTICAST_ALL ip_multicast_all set_ip_multicast_all;
    }
    let told = sockopt::ip_multicast_if(fd);
    if lacks(&told, "IP_MULTICAST_IF") {
        return;
    }
    assert_eq!(told, Ok(Ipv4Addr::UNSPECIFIED));
    sockopt::set_ip_multicast_if(fd, Ipv4Addr::LOCALHOST).unwrap();
    assert_eq!(sockopt::ip_multicast_if(fd), Ok(Ipv4Addr::LOCALHOST));
    assert_eq!(
        bytes(fd, c::SOL_IP, c::IP_MULTICAST_IF).unwrap(),
        [127, 0, 0, 1]
    );
    let foreign = Ipv4Addr::new(203, 0, 113, 9);
    assert_eq!(
        sockopt::set_ip_multicast_if(fd, foreign),
        Err(Errno::EADDRNOTAVAIL)
    );
    let mreqn = IpMreqn {
        multiaddr: Ipv4Addr::UNSPECIFIED,
        address: Ipv4Addr::new(127, 0, 0, 5),
        ifindex: lo(),
    };
    sockopt::set_ip_multicast_if_with_ifindex(fd, mreqn).unwrap();
    assert_eq!(
        sockopt::ip_multicast_if(fd),
        Ok(Ipv4Addr::new(127, 0, 0, 5))
    );
    let nowhere = IpMreqn {
        ifindex: 0x7fff_fff0,
        ..mreqn
    };
    assert_eq!(
        sockopt::set_ip_multicast_if_with_ifindex(fd, nowhere),
        Err(Errno::EADDRNOTAVAIL)
    );

    let Some(socket) = inet6(SocketType::DGRAM) else {
        return;
    };
    let fd = socket.as_fd();
    options! { fd, SOL_IPV6:
        IPV6_MULTICAST_HOPS ipv6_multicast_hops set_ipv6_multicast_hops [0 => 0, 7 => 7, 255 => 255];
        IPV6_MULTICAST_LOOP ipv6_multicast_loop set_ipv6_multicast_loop;
        IPV6_MULTICAST_ALL ipv6_multicast_all set_ipv6_multicast_all;
        IPV6_MULTICAST_IF ipv6_multicast_if set_ipv6_multicast_if [lo() => lo() as i32, 0 => 0];
    }
    assert_eq!(
        sockopt::set_ipv6_multicast_if(fd, 0x7fff_fff0),
        Err(Errno::ENODEV)
    );
}

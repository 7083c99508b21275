//! Options of IPv6.

use super::*;
use linux_raw_sys::net as c;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6, TcpListener, TcpStream, UdpSocket};
use sysline::net::sockopt::{self, AddrPreferences, MtuDiscover};

#[test]
fn what_is_set_is_what_the_kernel_has() {
    let Some(socket) = inet6(SocketType::DGRAM) else {
        return;
    };
    let fd = socket.as_fd();
    options! { fd, SOL_IPV6:
        IPV6_V6ONLY ipv6_v6only set_ipv6_v6only;
        IPV6_MINHOPCOUNT ipv6_minhopcount set_ipv6_minhopcount [255 => 255, 0 => 0];
        IPV6_MTU_DISCOVER ipv6_mtu_discover set_ipv6_mtu_discover [
            MtuDiscover::DONT => 0, MtuDiscover::WANT => 1, MtuDiscover::DO => 2, MtuDiscover::PROBE => 3
        ];
        IPV6_RECVERR ipv6_recverr set_ipv6_recverr;
        IPV6_RECVERR_RFC4884 ipv6_recverr_rfc4884 set_ipv6_recverr_rfc4884;
        IPV6_RECVPKTINFO ipv6_recvpktinfo set_ipv6_recvpktinfo;
        IPV6_RECVHOPLIMIT ipv6_recvhoplimit set_ipv6_recvhoplimit;
        IPV6_RECVTCLASS ipv6_recvtclass set_ipv6_recvtclass;
        IPV6_RECVRTHDR ipv6_recvrthdr set_ipv6_recvrthdr;
        IPV6_RECVHOPOPTS ipv6_recvhopopts set_ipv6_recvhopopts;
        IPV6_RECVDSTOPTS ipv6_recvdstopts set_ipv6_recvdstopts;
        IPV6_RECVPATHMTU ipv6_recvpathmtu set_ipv6_recvpathmtu;
        IPV6_RECVORIGDSTADDR ipv6_recvorigdstaddr set_ipv6_recvorigdstaddr;
        IPV6_RECVFRAGSIZE ipv6_recvfragsize set_ipv6_recvfragsize;
        IPV6_FLOWINFO ipv6_flowinfo set_ipv6_flowinfo;
        IPV6_FLOWINFO_SEND ipv6_flowinfo_send set_ipv6_flowinfo_send;
        IPV6_AUTOFLOWLABEL ipv6_autoflowlabel set_ipv6_autoflowlabel;
        IPV6_DONTFRAG ipv6_dontfrag set_ipv6_dontfrag;
        IPV6_FREEBIND ipv6_freebind set_ipv6_freebind;
        IPV6_UNICAST_IF ipv6_unicast_if set_ipv6_unicast_if [lo() => lo().to_be() as i32, 0 => 0];
    }
    let set = sockopt::set_ipv6_addr_preferences(fd, AddrPreferences::PUBLIC);
    if !lacks(&set, "IPV6_ADDR_PREFERENCES") {
        set.unwrap();
        // The kernel adds what it does where nothing was asked for.
        let told = sockopt::ipv6_addr_preferences(fd).unwrap();
        assert!(told.contains(AddrPreferences::PUBLIC), "{told:?}");
        assert!(!told.contains(AddrPreferences::TMP), "{told:?}");
        assert_eq!(
            int(fd, c::SOL_IPV6, c::IPV6_ADDR_PREFERENCES),
            told.bits() as i32
        );
        let both = AddrPreferences::PUBLIC | AddrPreferences::TMP;
        assert_eq!(
            sockopt::set_ipv6_addr_preferences(fd, both),
            Err(Errno::EINVAL)
        );
    }
    let wrong = sockopt::set_ipv6_v6only(udp().as_fd(), true);
    assert!(
        matches!(wrong, Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP)),
        "{wrong:?}"
    );
}

#[test]
fn hops_and_classes() {
    let Some(socket) = inet6(SocketType::STREAM) else {
        return;
    };
    let fd = socket.as_fd();
    let usual = int(fd, c::SOL_IPV6, c::IPV6_UNICAST_HOPS);
    sockopt::set_ipv6_unicast_hops(fd, Some(7)).unwrap();
    assert_eq!(sockopt::ipv6_unicast_hops(fd), Ok(7));
    assert_eq!(int(fd, c::SOL_IPV6, c::IPV6_UNICAST_HOPS), 7);
    sockopt::set_ipv6_unicast_hops(fd, None).unwrap();
    assert_eq!(sockopt::ipv6_unicast_hops(fd), Ok(usual as u8));
    let set = sockopt::set_ipv6_tclass(fd, Some(0x28));
    if !lacks(&set, "IPV6_TCLASS") {
        set.unwrap();
        assert_eq!(sockopt::ipv6_tclass(fd), Ok(0x28));
        assert_eq!(int(fd, c::SOL_IPV6, c::IPV6_TCLASS), 0x28);
        sockopt::set_ipv6_tclass(fd, None).unwrap();
        assert_eq!(sockopt::ipv6_tclass(fd), Ok(0));
    }
}

#[test]
fn a_socket_of_ipv6_only_has_no_ipv4() {
    for only in [true, false] {
        let Some(socket) = inet6(SocketType::STREAM) else {
            return;
        };
        sockopt::set_ipv6_v6only(socket.as_fd(), only).unwrap();
        assert_eq!(sockopt::ipv6_v6only(socket.as_fd()), Ok(only));
        net::bind(
            socket.as_fd(),
            &SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0),
        )
        .unwrap();
        net::listen(socket.as_fd(), 1).unwrap();
        let late = sockopt::set_ipv6_v6only(socket.as_fd(), !only);
        assert_eq!(late, Err(Errno::EINVAL));
        let port = TcpListener::from(socket.try_clone().unwrap())
            .local_addr()
            .unwrap()
            .port();
        let connected = TcpStream::connect(("127.0.0.1", port));
        assert_eq!(connected.is_ok(), !only);
    }
}

#[test]
fn how_long_packets_may_be() {
    let Some(lone) = inet6(SocketType::DGRAM) else {
        return;
    };
    let none = sockopt::ipv6_mtu(lone.as_fd());
    if lacks(&none, "IPV6_MTU") {
        return;
    }
    assert_eq!(none, Err(Errno::ENOTCONN));
    assert_eq!(
        sockopt::set_ipv6_mtu(lone.as_fd(), 1279),
        Err(Errno::EINVAL)
    );
    assert_eq!(sockopt::set_ipv6_mtu(lone.as_fd(), 1280), Ok(()));
    let Ok(socket) = UdpSocket::bind("[::1]:0") else {
        println!("skipped: no address of IPv6");
        return;
    };
    socket.connect(socket.local_addr().unwrap()).unwrap();
    let mtu: u32 = match std::fs::read_to_string("/sys/class/net/lo/mtu") {
        Ok(mtu) => mtu.trim().parse().unwrap(),
        Err(_) => 65_536,
    };
    assert_eq!(sockopt::ipv6_mtu(socket.as_fd()), Ok(mtu));
    let none = sockopt::ipv6_pathmtu(lone.as_fd());
    if lacks(&none, "IPV6_PATHMTU") {
        return;
    }
    assert_eq!(none, Err(Errno::ENOTCONN));
    let info = sockopt::ipv6_pathmtu(socket.as_fd()).unwrap();
    assert_eq!((info.mtu, *info.address.ip()), (mtu, Ipv6Addr::UNSPECIFIED));
    assert_eq!(
        bytes(socket.as_fd(), c::SOL_IPV6, c::IPV6_PATHMTU)
            .unwrap()
            .len(),
        32
    );
}

#[test]
fn addresses_of_others() {
    // 2001:db8::/32 is for documents.
    let foreign: SocketAddr = "[2001:db8::9]:0".parse().unwrap();
    let Some(socket) = inet6(SocketType::DGRAM) else {
        return;
    };
    assert_eq!(
        net::bind(socket.as_fd(), &foreign),
        Err(Errno::EADDRNOTAVAIL)
    );
    let set = sockopt::set_ipv6_freebind(socket.as_fd(), true);
    if !lacks(&set, "IPV6_FREEBIND") {
        set.unwrap();
        assert_eq!(net::bind(socket.as_fd(), &foreign), Ok(()));
    }
    let socket = inet6(SocketType::DGRAM).unwrap();
    if child::is_root() {
        let set = sockopt::set_ipv6_transparent(socket.as_fd(), true);
        if lacks(&set, "IPV6_TRANSPARENT") {
            return;
        }
        set.unwrap();
        assert_eq!(sockopt::ipv6_transparent(socket.as_fd()), Ok(true));
        assert_eq!(net::bind(socket.as_fd(), &foreign), Ok(()));
    }
    unprivileged(|| {
        let socket = inet6(SocketType::DGRAM).unwrap();
        let set = sockopt::set_ipv6_transparent(socket.as_fd(), true);
        if !lacks(&set, "IPV6_TRANSPARENT") {
            assert_eq!(set, Err(Errno::EPERM));
        }
    });
}

#[test]
fn a_socket_becomes_one_of_ipv4() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let Some(socket) = inet6(SocketType::STREAM) else {
        return;
    };
    let fd = socket.as_fd();
    let early = sockopt::set_ipv6_addrform(fd, AddressFamily::INET);
    if lacks(&early, "IPV6_ADDRFORM") {
        return;
    }
    assert_eq!(early, Err(Errno::ENOTCONN));
    let mapped = "::ffff:127.0.0.1".parse().unwrap();
    net::connect(
        fd,
        &SocketAddrV6::new(mapped, listener.local_addr().unwrap().port(), 0, 0),
    )
    .unwrap();
    assert_eq!(sockopt::socket_domain(fd), Ok(AddressFamily::INET6));
    assert_eq!(
        sockopt::set_ipv6_addrform(fd, AddressFamily::UNIX),
        Err(Errno::EINVAL)
    );
    sockopt::set_ipv6_addrform(fd, AddressFamily::INET).unwrap();
    assert_eq!(sockopt::socket_domain(fd), Ok(AddressFamily::INET));
    let peer = TcpStream::from(socket).peer_addr().unwrap();
    assert_eq!(peer, listener.local_addr().unwrap());
}

#[test]
fn options_of_raw_sockets() {
    if !child::is_root() {
        return;
    }
    let Ok(socket) = net::socket(
        AddressFamily::INET6,
        SocketType::RAW,
        Protocol::from_raw(200),
    ) else {
        println!("skipped: no IPv6");
        return;
    };
    let fd = socket.as_fd();
    options! { fd, SOL_IPV6:
        IPV6_HDRINCL ipv6_hdrincl set_ipv6_hdrincl;
        IPV6_CHECKSUM ipv6_checksum set_ipv6_checksum [Some(2) => 2, None => -1];
    }
    let odd = sockopt::set_ipv6_checksum(fd, Some(3));
    if !lacks(&odd, "IPV6_CHECKSUM") {
        assert_eq!(odd, Err(Errno::EINVAL));
    }
    // For sockets that get packets of any protocol.
    let wrong = sockopt::set_ipv6_router_alert(fd, Some(0));
    assert_eq!(wrong, Err(Errno::ENOPROTOOPT));
    let any = net::socket(AddressFamily::INET6, SocketType::RAW, Protocol::RAW).unwrap();
    let alert = sockopt::set_ipv6_router_alert(any.as_fd(), Some(0));
    if lacks(&alert, "IPV6_ROUTER_ALERT") {
        return;
    }
    alert.unwrap();
    assert_eq!(
        sockopt::set_ipv6_router_alert(any.as_fd(), Some(0)),
        Err(Errno::EADDRINUSE)
    );
    assert_eq!(sockopt::set_ipv6_router_alert(any.as_fd(), None), Ok(()));
}

#[test]
fn nothing_was_redirected() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        println!("skipped: no address of IPv6");
        return;
    };
    let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    match sockopt::ipv6_original_dst(server.as_fd()) {
        Ok(was) => assert_eq!(SocketAddr::V6(was), server.local_addr().unwrap()),
        Err(error) => {
            assert!(
                [Errno::ENOENT, Errno::ENOPROTOOPT, Errno::EOPNOTSUPP].contains(&error),
                "{error}"
            );
        }
    }
}

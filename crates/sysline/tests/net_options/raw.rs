//! Options by their level and name, as Go's `Getsockopt...` and `Setsockopt...` have them.

use super::*;
use linux_raw_sys::net as c;
use std::net::{Ipv4Addr, UdpSocket};
use sysline::net::Ucred;
use sysline::net::sockopt::{self, Icmpv6Filter, IpMreq, IpMreqn, Ipv6Mreq, Ipv6MtuInfo};

#[test]
fn bytes_as_they_are() {
    let socket = tcp();
    let fd = socket.as_fd();
    let mut value = [0xaa; 8];
    // SAFETY: these options are numbers.
    unsafe {
        sockopt::setsockopt(fd, c::SOL_SOCKET, c::SO_KEEPALIVE, &1i32.to_ne_bytes()).unwrap();
        let len = sockopt::getsockopt(fd, c::SOL_SOCKET, c::SO_KEEPALIVE, &mut value);
        assert_eq!(len, Ok(4));
        assert_eq!(
            sockopt::setsockopt(fd, c::SOL_SOCKET, c::SO_KEEPALIVE, &[1]),
            Err(Errno::EINVAL)
        );
        let unknown = sockopt::getsockopt(fd, c::SOL_SOCKET, 12_345, &mut value);
        assert_eq!(unknown, Err(Errno::ENOPROTOOPT));
    }
    assert_eq!(value[..4], 1i32.to_ne_bytes());
    assert_eq!(value[4..], [0xaa; 4]);
    assert_eq!(sockopt::socket_keepalive(fd), Ok(true));
    // One byte is enough for a number of IP, and the kernel answers in as many as there is room for.
    let mut value = [0];
    // SAFETY: as above.
    unsafe {
        sockopt::setsockopt(fd, c::SOL_IP, c::IP_TTL, &[9]).unwrap();
        assert_eq!(
            sockopt::getsockopt(fd, c::SOL_IP, c::IP_TTL, &mut value),
            Ok(1)
        );
    }
    assert_eq!((value, sockopt::ip_ttl(fd)), ([9], Ok(9)));
}

#[test]
fn values_of_a_type() {
    let socket = udp();
    let fd = socket.as_fd();
    let mreqn = IpMreqn {
        multiaddr: Ipv4Addr::UNSPECIFIED,
        address: Ipv4Addr::new(127, 0, 0, 5),
        ifindex: lo(),
    };
    // SAFETY: these options hold neither addresses of memory nor descriptors, and are no longer than they are told.
    unsafe {
        sockopt::setsockopt_as(fd, c::SOL_IP, c::IP_TTL, 9u8).unwrap();
        assert_eq!(
            sockopt::getsockopt_as::<i32>(fd, c::SOL_IP, c::IP_TTL),
            Ok(9)
        );
        sockopt::setsockopt_as(fd, c::SOL_IP, c::IP_MULTICAST_IF, mreqn).unwrap();
        let address = sockopt::getsockopt_as::<Ipv4Addr>(fd, c::SOL_IP, c::IP_MULTICAST_IF);
        if lacks(&address, "IP_MULTICAST_IF") {
            return;
        }
        assert_eq!(address, Ok(mreqn.address));
        // Of a group Linux tells the address only: what would be zeros in Go is an error here.
        let mreq = sockopt::getsockopt_as::<IpMreq>(fd, c::SOL_IP, c::IP_MULTICAST_IF);
        assert_eq!(mreq, Err(Errno::EIO));
        let told = sockopt::getsockopt_as::<IpMreqn>(fd, c::SOL_IP, c::IP_MULTICAST_IF);
        assert_eq!(told, Err(Errno::EIO));
        // It takes an address too, by four bytes.
        sockopt::setsockopt_as(fd, c::SOL_IP, c::IP_MULTICAST_IF, Ipv4Addr::LOCALHOST).unwrap();
        assert_eq!(sockopt::ip_multicast_if(fd), Ok(Ipv4Addr::LOCALHOST));

        let pair =
            net::socketpair(AddressFamily::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        let ucred = sockopt::getsockopt_as::<Ucred>(pair.0.as_fd(), c::SOL_SOCKET, c::SO_PEERCRED);
        assert_eq!(ucred, sockopt::socket_peercred(pair.1.as_fd()));

        let Ok(socket) = UdpSocket::bind("[::1]:0") else {
            return;
        };
        socket.connect(socket.local_addr().unwrap()).unwrap();
        let fd = socket.as_fd();
        let info = sockopt::getsockopt_as::<Ipv6MtuInfo>(fd, c::SOL_IPV6, c::IPV6_PATHMTU);
        if !lacks(&info, "IPV6_PATHMTU") {
            assert_eq!(info, sockopt::ipv6_pathmtu(fd));
            assert_eq!(info.map(|info| info.mtu), sockopt::ipv6_mtu(fd));
        }
        let mreq = Ipv6Mreq {
            multiaddr: "ff15::1".parse().unwrap(),
            ifindex: 0x7fff_fff0,
        };
        let nowhere = sockopt::setsockopt_as(fd, c::SOL_IPV6, c::IPV6_ADD_MEMBERSHIP, mreq);
        assert_eq!(nowhere, Err(Errno::ENODEV));
        let filter = sockopt::getsockopt_as::<Icmpv6Filter>(fd, c::SOL_ICMPV6, 1);
        assert!(filter.is_err(), "of a socket that speaks something else");
    }
}

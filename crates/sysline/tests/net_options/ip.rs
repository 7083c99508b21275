//! Options of IPv4.

use super::*;
use linux_raw_sys::net as c;
use std::net::{SocketAddr, UdpSocket};
use sysline::net::sockopt::{self, MtuDiscover, PortRange};

#[test]
fn what_is_set_is_what_the_kernel_has() {
    let socket = udp();
    options! { socket.as_fd(), SOL_IP:
        IP_TOS ip_tos set_ip_tos [0x10 => 0x10, 0xfc => 0xfc, 0 => 0];
        IP_MINTTL ip_minttl set_ip_minttl [255 => 255, 0 => 0];
        IP_MTU_DISCOVER ip_mtu_discover set_ip_mtu_discover [
            MtuDiscover::DONT => 0, MtuDiscover::WANT => 1, MtuDiscover::DO => 2, MtuDiscover::PROBE => 3,
            MtuDiscover::INTERFACE => 4, MtuDiscover::OMIT => 5
        ];
        IP_RECVERR ip_recverr set_ip_recverr;
        IP_RECVERR_RFC4884 ip_recverr_rfc4884 set_ip_recverr_rfc4884;
        IP_PKTINFO ip_pktinfo set_ip_pktinfo;
        IP_RECVTTL ip_recvttl set_ip_recvttl;
        IP_RECVTOS ip_recvtos set_ip_recvtos;
        IP_RECVOPTS ip_recvopts set_ip_recvopts;
        IP_RETOPTS ip_retopts set_ip_retopts;
        IP_RECVORIGDSTADDR ip_recvorigdstaddr set_ip_recvorigdstaddr;
        IP_RECVFRAGSIZE ip_recvfragsize set_ip_recvfragsize;
        IP_CHECKSUM ip_checksum set_ip_checksum;
        IP_PASSSEC ip_passsec set_ip_passsec;
        IP_FREEBIND ip_freebind set_ip_freebind;
        IP_BIND_ADDRESS_NO_PORT ip_bind_address_no_port set_ip_bind_address_no_port;
        IP_UNICAST_IF ip_unicast_if set_ip_unicast_if [lo() => lo().to_be() as i32, 0 => 0];
    }
    let unix = socket_of_unix();
    let wrong = sockopt::set_ip_tos(unix.as_fd(), 0);
    assert!(
        matches!(wrong, Err(Errno::EOPNOTSUPP | Errno::ENOPROTOOPT)),
        "{wrong:?}"
    );
    let unknown = sockopt::set_ip_mtu_discover(socket.as_fd(), MtuDiscover::from_raw(77));
    assert_eq!(unknown, Err(Errno::EINVAL));
    let nowhere = sockopt::set_ip_unicast_if(socket.as_fd(), 0x7fff_fff0);
    if !lacks(&nowhere, "IP_UNICAST_IF") {
        assert_eq!(nowhere, Err(Errno::EADDRNOTAVAIL));
    }
}

fn socket_of_unix() -> OwnedFd {
    socket(AddressFamily::UNIX, SocketType::DGRAM)
}

#[test]
fn how_far_packets_go() {
    let socket = tcp();
    let fd = socket.as_fd();
    let usual = int(fd, c::SOL_IP, c::IP_TTL);
    sockopt::set_ip_ttl(fd, Some(7)).unwrap();
    assert_eq!(sockopt::ip_ttl(fd), Ok(7));
    assert_eq!(int(fd, c::SOL_IP, c::IP_TTL), 7);
    assert_eq!(sockopt::set_ip_ttl(fd, Some(0)), Err(Errno::EINVAL));
    sockopt::set_ip_ttl(fd, None).unwrap();
    assert_eq!(sockopt::ip_ttl(fd), Ok(usual as u8));
}

#[test]
fn how_long_packets_may_be() {
    let lone = udp();
    let none = sockopt::ip_mtu(lone.as_fd());
    if lacks(&none, "IP_MTU") {
        return;
    }
    assert_eq!(none, Err(Errno::ENOTCONN));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(socket.local_addr().unwrap()).unwrap();
    // A VM or a container may have set another for its loopback.
    let mtu: u32 = match std::fs::read_to_string("/sys/class/net/lo/mtu") {
        Ok(mtu) => mtu.trim().parse().unwrap(),
        Err(_) => 65_536,
    };
    // No packet of IPv4 is longer than its header can say.
    assert_eq!(sockopt::ip_mtu(socket.as_fd()), Ok(mtu.min(65_535)));
}

/// An address of nobody: TEST-NET-3 of RFC 5737.
const FOREIGN: &str = "203.0.113.9:0";

#[test]
fn addresses_of_others() {
    let foreign: SocketAddr = FOREIGN.parse().unwrap();
    let socket = udp();
    assert_eq!(
        net::bind(socket.as_fd(), &foreign),
        Err(Errno::EADDRNOTAVAIL)
    );
    let set = sockopt::set_ip_freebind(socket.as_fd(), true);
    if !lacks(&set, "IP_FREEBIND") {
        set.unwrap();
        assert_eq!(net::bind(socket.as_fd(), &foreign), Ok(()));
    }
    if child::is_root() {
        let socket = udp();
        let set = sockopt::set_ip_transparent(socket.as_fd(), true);
        if !lacks(&set, "IP_TRANSPARENT") {
            set.unwrap();
            assert_eq!(sockopt::ip_transparent(socket.as_fd()), Ok(true));
            assert_eq!(int(socket.as_fd(), c::SOL_IP, c::IP_TRANSPARENT), 1);
            assert_eq!(net::bind(socket.as_fd(), &foreign), Ok(()));
        }
    }
    unprivileged(|| {
        let set = sockopt::set_ip_transparent(udp().as_fd(), true);
        if !lacks(&set, "IP_TRANSPARENT") {
            assert_eq!(set, Err(Errno::EPERM));
        }
    });
}

#[test]
fn ports_that_the_kernel_chooses() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let late = tcp();
    let set = sockopt::set_ip_bind_address_no_port(late.as_fd(), true);
    if !lacks(&set, "IP_BIND_ADDRESS_NO_PORT") {
        set.unwrap();
        net::bind(late.as_fd(), &any).unwrap();
        let bound = std::net::TcpStream::from(late).local_addr().unwrap();
        assert_eq!(bound.port(), 0);
    }
    let socket = udp();
    let fd = socket.as_fd();
    let none = sockopt::ip_local_port_range(fd);
    if lacks(&none, "IP_LOCAL_PORT_RANGE") {
        return;
    }
    assert_eq!(none, Ok(PortRange::default()));
    let range = PortRange {
        first: Some(40_000),
        last: Some(40_099),
    };
    sockopt::set_ip_local_port_range(fd, range).unwrap();
    assert_eq!(sockopt::ip_local_port_range(fd), Ok(range));
    assert_eq!(
        int(fd, c::SOL_IP, c::IP_LOCAL_PORT_RANGE) as u32,
        40_099 << 16 | 40_000
    );
    net::bind(fd, &any).unwrap();
    let port = UdpSocket::from(socket).local_addr().unwrap().port();
    assert!((40_000..=40_099).contains(&port), "{port}");
    let turned = PortRange {
        first: Some(2),
        last: Some(1),
    };
    assert_eq!(
        sockopt::set_ip_local_port_range(udp().as_fd(), turned),
        Err(Errno::EINVAL)
    );
}

#[test]
fn options_of_raw_sockets() {
    if !child::is_root() {
        return;
    }
    let socket = net::socket(AddressFamily::INET, SocketType::RAW, Protocol::ICMP).unwrap();
    let fd = socket.as_fd();
    options! { fd, SOL_IP:
        IP_HDRINCL ip_hdrincl set_ip_hdrincl;
        IP_NODEFRAG ip_nodefrag set_ip_nodefrag;
    }
    let protocol = sockopt::ip_protocol(fd);
    if !lacks(&protocol, "IP_PROTOCOL") {
        assert_eq!(protocol, Ok(Protocol::ICMP));
    }
    assert_eq!(
        sockopt::set_ip_hdrincl(udp().as_fd(), true),
        Err(Errno::ENOPROTOOPT)
    );
    let alert = sockopt::set_ip_router_alert(fd, true);
    if !lacks(&alert, "IP_ROUTER_ALERT") {
        alert.unwrap();
        // It is on already.
        assert_eq!(
            sockopt::set_ip_router_alert(fd, true),
            Err(Errno::EADDRINUSE)
        );
        sockopt::set_ip_router_alert(fd, false).unwrap();
    }
}

#[test]
fn nothing_was_redirected() {
    let (_listener, _client, server) = connected();
    let was = sockopt::ip_original_dst(server.as_fd());
    if was == Err(Errno::EOPNOTSUPP) && lacks(&was, "SO_ORIGINAL_DST") {
        return;
    }
    // A kernel without netfilter does not know the option; one that follows connections knows where this one went.
    match was {
        Ok(was) => assert_eq!(SocketAddr::V4(was), server.local_addr().unwrap()),
        Err(error) => assert!(
            [Errno::ENOENT, Errno::ENOPROTOOPT].contains(&error),
            "{error}"
        ),
    }
    let udp = sockopt::ip_original_dst(udp().as_fd());
    assert!(
        matches!(udp, Err(Errno::ENOENT | Errno::ENOPROTOOPT)),
        "{udp:?}"
    );
}

/// iptables' rule `-t nat -A OUTPUT -p tcp -d 127.0.0.77 -j REDIRECT`, as `struct ipt_replace` has it: an option that holds
/// an address, so that it can be set by [`sockopt::setsockopt`] only.
#[cfg(target_pointer_width = "64")]
fn redirect(fd: BorrowedFd<'_>) -> Result<()> {
    const IPT_SO_SET_REPLACE: u32 = 64;
    let mut entries = Vec::new();
    let mut entry = |dst: [u8; 4], protocol: u16, name: &[u8], data: &[u8]| {
        let start = entries.len();
        let mut ip = [0; 112];
        ip[4..8].copy_from_slice(&dst);
        ip[12..16].copy_from_slice(&if dst == [0; 4] { [0; 4] } else { [255; 4] });
        ip[80..82].copy_from_slice(&protocol.to_ne_bytes());
        let mut target = vec![0; (32 + data.len()).next_multiple_of(8)];
        let len = target.len() as u16;
        target[..2].copy_from_slice(&len.to_ne_bytes());
        target[2..2 + name.len()].copy_from_slice(name);
        target[32..32 + data.len()].copy_from_slice(data);
        ip[88..90].copy_from_slice(&112u16.to_ne_bytes());
        ip[90..92].copy_from_slice(&(112 + len).to_ne_bytes());
        entries.extend_from_slice(&ip);
        entries.extend_from_slice(&target);
        start as u32
    };
    let accept = (-2i32).to_ne_bytes();
    let prerouting = entry([0; 4], 0, b"", &accept);
    let input = entry([0; 4], 0, b"", &accept);
    let mut range = [0; 20];
    range[..4].copy_from_slice(&1u32.to_ne_bytes());
    let rule = entry([127, 0, 0, 77], 6, b"REDIRECT", &range);
    let output = entry([0; 4], 0, b"", &accept);
    let postrouting = entry([0; 4], 0, b"", &accept);
    let mut error = [0; 30];
    error[..5].copy_from_slice(b"ERROR");
    entry([0; 4], 0, b"ERROR", &error);

    let mut counters = [0u64; 2 * 5]; // of the five entries that there are
    let mut replace = vec![0; 32];
    replace[..3].copy_from_slice(b"nat");
    let size = entries.len() as u32;
    let first = [prerouting, input, 0, rule, postrouting];
    let last = [prerouting, input, 0, output, postrouting];
    for word in [&[0b11011, 6, size][..], &first, &last, &[5]].concat() {
        replace.extend_from_slice(&word.to_ne_bytes());
    }
    let counters_at = counters.as_mut_ptr().expose_provenance() as u64;
    replace.extend_from_slice(&counters_at.to_ne_bytes());
    replace.extend_from_slice(&entries);
    // SAFETY: the address in it is that of as many counters as it says.
    unsafe { sockopt::setsockopt(fd, c::SOL_IP, IPT_SO_SET_REPLACE, &replace) }
}

#[cfg(target_pointer_width = "64")]
#[test]
fn a_redirected_connection_knows_where_it_was_meant_to_go() {
    child::in_namespaces(linux_raw_sys::general::CLONE_NEWNET, || {
        loopback_up();
        match redirect(udp().as_fd()) {
            // A kernel without iptables, or without the module, and an emulator.
            Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP | Errno::ENOENT) => {
                println!("skipped: no iptables");
                return;
            }
            done => done.unwrap(),
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let meant: std::net::SocketAddrV4 = format!("127.0.0.77:{port}").parse().unwrap();
        let _client = std::net::TcpStream::connect(meant).unwrap();
        let (server, _) = listener.accept().unwrap();
        let local = server.local_addr().unwrap();
        assert_eq!(local, listener.local_addr().unwrap());
        assert_eq!(sockopt::ip_original_dst(server.as_fd()), Ok(meant));
    });
}

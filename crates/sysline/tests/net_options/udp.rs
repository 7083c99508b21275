//! Options of UDP.

use super::*;
use std::net::UdpSocket;
use sysline::net::sockopt;

/// The numbers of `linux/udp.h`.
mod c {
    pub(super) use linux_raw_sys::net::SOL_UDP;
    pub(super) const UDP_CORK: u32 = 1;
    pub(super) const UDP_NO_CHECK6_TX: u32 = 101;
    pub(super) const UDP_NO_CHECK6_RX: u32 = 102;
    pub(super) const UDP_SEGMENT: u32 = 103;
    pub(super) const UDP_GRO: u32 = 104;
}

fn pair() -> (UdpSocket, UdpSocket) {
    let [one, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    one.connect(other.local_addr().unwrap()).unwrap();
    other
        .set_read_timeout(Some(std::time::Duration::from_secs(20)))
        .unwrap();
    (one, other)
}

#[test]
fn what_is_set_is_what_the_kernel_has() {
    let socket = udp();
    options! { socket.as_fd(), SOL_UDP:
        UDP_CORK udp_cork set_udp_cork;
        UDP_NO_CHECK6_TX udp_no_check6_tx set_udp_no_check6_tx;
        UDP_NO_CHECK6_RX udp_no_check6_rx set_udp_no_check6_rx;
        UDP_SEGMENT udp_segment set_udp_segment [1400 => 1400, u16::MAX => 65535, 0 => 0];
        UDP_GRO udp_gro set_udp_gro;
    }
    let socket = tcp();
    for wrong in [
        sockopt::set_udp_cork(socket.as_fd(), true),
        sockopt::udp_cork(socket.as_fd()).map(drop),
    ] {
        assert!(
            matches!(wrong, Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP)),
            "{wrong:?}"
        );
    }
}

#[test]
fn one_call_many_datagrams() {
    let (one, other) = pair();
    let set = sockopt::set_udp_segment(one.as_fd(), 4);
    if lacks(&set, "UDP_SEGMENT") {
        return;
    }
    set.unwrap();
    assert_eq!(one.send(b"0123456789").unwrap(), 10);
    let mut buffer = [0; 16];
    for expected in [&b"0123"[..], b"4567", b"89"] {
        let len = other.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], expected);
    }
}

#[test]
fn many_calls_one_datagram() {
    let (one, other) = pair();
    sockopt::set_udp_cork(one.as_fd(), true).unwrap();
    one.send(b"01").unwrap();
    one.send(b"23").unwrap();
    sockopt::set_udp_cork(one.as_fd(), false).unwrap();
    let mut buffer = [0; 16];
    let len = other.recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..len], b"0123");
}

#[test]
fn a_protocol_inside() {
    let socket = udp();
    let told = sockopt::udp_encap(socket.as_fd());
    if lacks(&told, "UDP_ENCAP") {
        return;
    }
    assert_eq!(told, Ok(0));
    let unknown = sockopt::set_udp_encap(socket.as_fd(), 1000);
    assert_eq!(unknown, Err(Errno::ENOPROTOOPT));
    // UDP_ENCAP_ESPINUDP, where the kernel has IPsec.
    match sockopt::set_udp_encap(socket.as_fd(), 2) {
        Ok(()) => assert_eq!(sockopt::udp_encap(socket.as_fd()), Ok(2)),
        other => assert_eq!(other, Err(Errno::ENOPROTOOPT)),
    }
}

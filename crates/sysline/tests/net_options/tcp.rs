//! Options of TCP.

use super::*;
use linux_raw_sys::net as c;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;
use sysline::net::sockopt::{self, TcpInfoOptions, TcpState};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn what_is_set_is_what_the_kernel_has() {
    let socket = tcp();
    let fd = socket.as_fd();
    options! { fd, SOL_TCP:
        TCP_NODELAY tcp_nodelay set_tcp_nodelay;
        TCP_CORK tcp_cork set_tcp_cork;
        TCP_KEEPIDLE tcp_keepidle set_tcp_keepidle [seconds(1) => 1, seconds(32_767) => 32_767];
        TCP_KEEPINTVL tcp_keepintvl set_tcp_keepintvl [seconds(1) => 1, seconds(32_767) => 32_767];
        TCP_KEEPCNT tcp_keepcnt set_tcp_keepcnt [1 => 1, 127 => 127];
        TCP_SYNCNT tcp_syncnt set_tcp_syncnt [1 => 1, 127 => 127];
        TCP_USER_TIMEOUT tcp_user_timeout set_tcp_user_timeout [
            Duration::from_millis(1_234) => 1_234, Duration::ZERO => 0
        ];
        TCP_LINGER2 tcp_linger2 set_tcp_linger2 [Some(seconds(7)) => 7, None => -1];
        TCP_WINDOW_CLAMP tcp_window_clamp set_tcp_window_clamp [
            100_000 => 100_000, 0 => 0, i32::MAX as u32 => i32::MAX
        ];
        TCP_NOTSENT_LOWAT tcp_notsent_lowat set_tcp_notsent_lowat [4096 => 4096, u32::MAX => -1];
        TCP_THIN_LINEAR_TIMEOUTS tcp_thin_linear_timeouts set_tcp_thin_linear_timeouts;
        TCP_FASTOPEN_CONNECT tcp_fastopen_connect set_tcp_fastopen_connect;
        TCP_FASTOPEN_NO_COOKIE tcp_fastopen_no_cookie set_tcp_fastopen_no_cookie;
        TCP_INQ tcp_inq set_tcp_inq;
        TCP_SAVE_SYN tcp_save_syn set_tcp_save_syn;
        TCP_TX_DELAY tcp_tx_delay set_tcp_tx_delay [Duration::from_micros(5) => 5, Duration::ZERO => 0];
        TCP_RTO_MAX_MS tcp_rto_max set_tcp_rto_max [seconds(2) => 2_000, seconds(120) => 120_000];
        TCP_RTO_MIN_US tcp_rto_min set_tcp_rto_min [Duration::from_millis(100) => 100_000];
        TCP_DELACK_MAX_US tcp_delack_max set_tcp_delack_max [Duration::from_millis(100) => 100_000];
    }
    assert_eq!(
        sockopt::set_tcp_keepidle(fd, Duration::from_millis(1_001)),
        Ok(())
    );
    assert_eq!(sockopt::tcp_keepidle(fd), Ok(seconds(2)));
    assert_eq!(
        sockopt::set_tcp_keepidle(fd, Duration::ZERO),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        sockopt::set_tcp_keepidle(fd, seconds(32_768)),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        sockopt::set_tcp_keepidle(fd, Duration::MAX),
        Err(Errno::EINVAL)
    );
    assert_eq!(sockopt::set_tcp_keepcnt(fd, 128), Err(Errno::EINVAL));
    // As a negative number it would be the least window that there is.
    let clamped = sockopt::set_tcp_window_clamp(fd, 1 << 31);
    if !lacks(&clamped, "TCP_WINDOW_CLAMP") {
        assert_eq!(clamped, Ok(()));
        assert_eq!(int(fd, c::SOL_TCP, c::TCP_WINDOW_CLAMP), i32::MAX);
    }
    for (number, told) in [(500, 120), (0, system_s_linger())] {
        let set = sockopt::set_tcp_linger2(fd, Some(seconds(number)));
        if !lacks(&set, "TCP_LINGER2") {
            assert_eq!(set, Ok(()));
            assert_eq!(sockopt::tcp_linger2(fd), Ok(Some(seconds(told))));
        }
    }
    let wrong = sockopt::set_tcp_nodelay(udp().as_fd(), true);
    assert!(
        matches!(wrong, Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP)),
        "{wrong:?}"
    );
    let set = sockopt::set_tcp_thin_dupack(fd, true);
    if !lacks(&set, "TCP_THIN_DUPACK") {
        set.unwrap();
        assert_eq!(sockopt::tcp_thin_dupack(fd), Ok(false));
        assert_eq!(sockopt::set_tcp_timestamp(fd, 7), Err(Errno::EPERM));
        assert!(sockopt::tcp_timestamp(fd).is_ok());
    }
    let several = sockopt::tcp_is_mptcp(fd);
    if !lacks(&several, "TCP_IS_MPTCP") {
        assert_eq!(several, Ok(false));
    }
}

fn system_s_linger() -> u64 {
    let seconds = std::fs::read_to_string("/proc/sys/net/ipv4/tcp_fin_timeout").unwrap();
    seconds.trim().parse().unwrap()
}

#[test]
fn a_segment_s_size() {
    let (_listener, client, _server) = connected();
    let told = sockopt::tcp_maxseg(client.as_fd()).unwrap();
    assert_eq!(told as i32, int(client.as_fd(), c::SOL_TCP, c::TCP_MAXSEG));
    assert!(told > 500, "{told}");

    let listener = tcp();
    sockopt::set_tcp_maxseg(listener.as_fd(), 1_000).unwrap();
    assert_eq!(
        sockopt::set_tcp_maxseg(listener.as_fd(), 10),
        Err(Errno::EINVAL)
    );
    net::bind(
        listener.as_fd(),
        &"127.0.0.1:0".parse::<SocketAddr>().unwrap(),
    )
    .unwrap();
    net::listen(listener.as_fd(), 1).unwrap();
    let listener = TcpListener::from(listener);
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let smaller = sockopt::tcp_maxseg(client.as_fd()).unwrap();
    assert!(smaller <= 1_000, "{smaller}");
}

/// The kind and the time of the timer that a connection has: the column `tr tm->when` of proc_net_tcp(5).
fn timer(socket: &TcpStream) -> (u32, u64) {
    let port = socket.local_addr().unwrap().port();
    let peer = socket.peer_addr().unwrap().port();
    let list = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let row = list
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ends = |port: u16| format!(":{port:04X}");
    let row = row
        .into_iter()
        .find(|row| row[1].ends_with(&ends(port)) && row[2].ends_with(&ends(peer)));
    let (kind, when) = row.as_ref().unwrap()[5].split_once(':').unwrap();
    (
        kind.parse().unwrap(),
        u64::from_str_radix(when, 16).unwrap(),
    )
}

#[test]
fn signs_of_life_are_asked_for_in_time() {
    let (_listener, client, _server) = connected();
    assert_eq!(timer(&client).0, 0);
    sockopt::set_socket_keepalive(client.as_fd(), true).unwrap();
    sockopt::set_tcp_keepidle(client.as_fd(), seconds(1_000)).unwrap();
    let (kind, ticks) = timer(&client);
    assert_eq!(kind, 2);
    // In hundredths of a second, of which some may have passed.
    assert!((90_000..=100_100).contains(&ticks), "{ticks}");
    sockopt::set_socket_keepalive(client.as_fd(), false).unwrap();
    assert_eq!(timer(&client).0, 0);
}

#[test]
fn acknowledgements_at_once() {
    let (_listener, client, _server) = connected();
    for value in [false, true] {
        sockopt::set_tcp_quickack(client.as_fd(), value).unwrap();
        assert_eq!(sockopt::tcp_quickack(client.as_fd()), Ok(value));
        assert_eq!(
            int(client.as_fd(), c::SOL_TCP, c::TCP_QUICKACK),
            value.into()
        );
    }
}

#[test]
fn what_is_gathered_is_not_sent() {
    let (_listener, mut client, mut server) = connected();
    sockopt::set_tcp_cork(client.as_fd(), true).unwrap();
    client.write_all(b"ab").unwrap();
    client.write_all(b"cd").unwrap();
    sockopt::set_tcp_cork(client.as_fd(), false).unwrap();
    let mut buffer = [0; 4];
    server.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"abcd");
}

#[test]
fn who_says_nothing_is_not_accepted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let fd = listener.as_fd();
    assert_eq!(sockopt::tcp_defer_accept(fd), Ok(Duration::ZERO));
    sockopt::set_tcp_defer_accept(fd, seconds(60)).unwrap();
    // In attempts, which are after 1, 3, 7, 15, 31 and 63 seconds.
    assert_eq!(sockopt::tcp_defer_accept(fd), Ok(seconds(63)));
    assert_eq!(int(fd, c::SOL_TCP, c::TCP_DEFER_ACCEPT), 63);
    listener.set_nonblocking(true).unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let none = listener.accept().unwrap_err();
    assert_eq!(none.kind(), std::io::ErrorKind::WouldBlock);
    client.write_all(b"x").unwrap();
    listener.set_nonblocking(false).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    server.read_exact(&mut [0]).unwrap();
}

#[test]
fn connections_with_bytes_in_their_first_packet() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let fd = listener.as_fd();
    let set = sockopt::set_tcp_fastopen(fd, 16);
    if lacks(&set, "TCP_FASTOPEN") {
        return;
    }
    set.unwrap();
    assert_eq!(sockopt::tcp_fastopen(fd), Ok(16));
    assert_eq!(int(fd, c::SOL_TCP, c::TCP_FASTOPEN), 16);
    let client = tcp();
    let set = sockopt::set_tcp_fastopen_connect(client.as_fd(), true);
    if lacks(&set, "TCP_FASTOPEN_CONNECT") {
        return;
    }
    set.unwrap();
    net::connect(client.as_fd(), &listener.local_addr().unwrap()).unwrap();
    net::send(client.as_fd(), b"first", net::SendFlags::empty()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let mut buffer = [0; 5];
    server.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"first");
}

#[test]
fn congestion_control_by_name() {
    let socket = tcp();
    let fd = socket.as_fd();
    let told = sockopt::tcp_congestion(fd);
    let usual = std::fs::read("/proc/sys/net/ipv4/tcp_congestion_control").unwrap();
    if told == Ok(None) && emulator::skipped("TCP_CONGESTION is an int")
        || matches!(told, Ok(Some(name)) if name.as_bytes() != usual.trim_ascii_end())
            && emulator::skipped("TCP_CONGESTION is an int")
    {
        return;
    }
    assert_eq!(told.unwrap().unwrap().as_bytes(), usual.trim_ascii_end());
    sockopt::set_tcp_congestion(fd, "reno").unwrap();
    assert_eq!(
        sockopt::tcp_congestion(fd).unwrap().unwrap().to_str(),
        Some("reno")
    );
    let raw = bytes(fd, c::SOL_TCP, c::TCP_CONGESTION).unwrap();
    if raw == b"reno" && emulator::skipped("TCP_CONGESTION is an int") {
        return;
    }
    assert!(raw.starts_with(b"reno\0"));
    assert_eq!(
        sockopt::set_tcp_congestion(fd, "none such"),
        Err(Errno::ENOENT)
    );
    assert_eq!(
        sockopt::set_tcp_congestion(fd, "reno\0"),
        Err(Errno::EINVAL)
    );
    let long = "a".repeat(300);
    assert_eq!(
        sockopt::set_tcp_congestion(fd, &long[..]),
        Err(Errno::ENOENT)
    );
}

#[test]
fn nothing_stands_before_a_connection() {
    let (_listener, client, _server) = connected();
    let fd = client.as_fd();
    let told = sockopt::tcp_ulp(fd);
    if lacks(&told, "TCP_ULP")
        || told.is_ok_and(|name| name.is_some()) && emulator::skipped("TCP_ULP is an int")
    {
        return;
    }
    assert_eq!(told, Ok(None));
    assert_eq!(sockopt::set_tcp_ulp(fd, "none such"), Err(Errno::ENOENT));
    // A name of congestion control's is none of these.
    assert_eq!(sockopt::set_tcp_ulp(fd, "reno"), Err(Errno::ENOENT));
    assert_eq!(
        sockopt::set_tcp_ulp(fd, "a name that is too long"),
        Err(Errno::ENOENT)
    );
    // A kernel may have no TLS.
    match sockopt::set_tcp_ulp(fd, "tls") {
        Ok(()) => {
            let name = sockopt::tcp_ulp(fd).unwrap().unwrap();
            assert_eq!(name.as_bytes(), b"tls");
            assert_eq!(sockopt::set_tcp_ulp(fd, "tls"), Err(Errno::EEXIST));
        }
        none => assert_eq!(none, Err(Errno::ENOENT)),
    }
}

#[test]
fn the_packet_that_began_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let set = sockopt::set_tcp_save_syn(listener.as_fd(), true);
    if lacks(&set, "TCP_SAVE_SYN") {
        return;
    }
    set.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    let fd = server.as_fd();
    let mut headers = [0; 256];
    let short = sockopt::tcp_saved_syn_into(fd, &mut headers[..8]);
    if short == Ok(4) && emulator::skipped("TCP_SAVED_SYN is an int") {
        return;
    }
    assert_eq!(short, Err(Errno::EINVAL));
    let len = sockopt::tcp_saved_syn_into(fd, &mut headers);
    if is_int(&len, Errno::EINVAL, "TCP_SAVED_SYN") {
        return;
    }
    let len = len.unwrap();
    // IPv4 with a header of 20 bytes, TCP (6), from 127.0.0.1 and the client's port.
    assert!(len >= 40, "{len}");
    assert_eq!(
        (headers[0], headers[9], &headers[12..16]),
        (0x45, 6, &[127, 0, 0, 1][..])
    );
    assert_eq!(
        headers[20..22],
        client.local_addr().unwrap().port().to_be_bytes()
    );
    assert_eq!(sockopt::tcp_saved_syn_into(fd, &mut headers), Ok(0));
}

#[test]
fn what_a_connection_is_doing() {
    let (listener, mut client, mut server) = connected();
    let info = sockopt::tcp_info(client.as_fd());
    if matches!(info, Err(Errno::EIO)) && emulator::skipped("TCP_INFO is an int") {
        return;
    }
    let info = info.unwrap();
    assert_eq!(info.state(), TcpState::ESTABLISHED);
    assert_eq!(
        sockopt::tcp_info(listener.as_fd()).unwrap().state(),
        TcpState::LISTEN
    );
    assert_eq!(
        sockopt::tcp_info(tcp().as_fd()).unwrap().state(),
        TcpState::CLOSE
    );
    assert_eq!(
        info.snd_mss() as i32,
        int(client.as_fd(), c::SOL_TCP, c::TCP_MAXSEG)
    );
    let scaling = std::fs::read_to_string("/proc/sys/net/ipv4/tcp_window_scaling").unwrap();
    assert_eq!(
        info.options().contains(TcpInfoOptions::WSCALE),
        scaling.trim() == "1"
    );
    client.write_all(&[0; 1_000]).unwrap();
    server.read_exact(&mut [0; 1_000]).unwrap();
    server.write_all(&[0; 300]).unwrap();
    client.read_exact(&mut [0; 300]).unwrap();
    let (ours, theirs) = (
        sockopt::tcp_info(client.as_fd()).unwrap(),
        sockopt::tcp_info(server.as_fd()).unwrap(),
    );
    assert_eq!(
        (ours.bytes_received(), theirs.bytes_received()),
        (Some(300), Some(1_000))
    );
    assert_eq!(
        (ours.bytes_sent(), theirs.bytes_sent()),
        (Some(1_000), Some(300))
    );
    assert_eq!(
        (ours.data_segs_in(), theirs.data_segs_in()),
        (Some(1), Some(1))
    );
    // Each end's window is shifted as the other one has told.
    assert_eq!(
        (ours.snd_wscale(), ours.rcv_wscale()),
        (theirs.rcv_wscale(), theirs.snd_wscale())
    );
    assert_eq!((ours.total_retrans(), ours.total_rto()), (0, Some(0)));
    assert!(ours.rtt() > Duration::ZERO && ours.rto() >= ours.rtt());
    assert_eq!(ours.max_pacing_rate(), Some(u64::MAX));
    // A kernel may tell less, and newer ones tell more.
    let mut whole = [0; 512];
    // SAFETY: the kernel fills no more than there is room for.
    let len = unsafe { sockopt::getsockopt(client.as_fd(), c::SOL_TCP, c::TCP_INFO, &mut whole) };
    let len = len.unwrap();
    assert_eq!(
        ours.as_bytes().len(),
        len.min(size_of::<c::tcp_info>()),
        "of {len}"
    );
    assert!(format!("{ours:?}").starts_with("TcpInfo { state: TcpState(1), "));

    drop(client);
    while sockopt::tcp_info(server.as_fd()).unwrap().state() == TcpState::ESTABLISHED {
        std::thread::yield_now();
    }
    assert_eq!(
        sockopt::tcp_info(server.as_fd()).unwrap().state(),
        TcpState::CLOSE_WAIT
    );
    let wrong = sockopt::tcp_info(udp().as_fd()).map(drop);
    assert!(
        matches!(wrong, Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP)),
        "{wrong:?}"
    );
}

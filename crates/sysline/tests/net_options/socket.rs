//! Options of every socket.

use super::*;
use linux_raw_sys::net as c;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};
use sysline::net::sockopt::{self, BufLock, Timeout, TimestampingFlags};

#[test]
fn what_is_set_is_what_the_kernel_has() {
    let socket = tcp();
    let fd = socket.as_fd();
    options! { fd, SOL_SOCKET:
        SO_REUSEADDR socket_reuseaddr set_socket_reuseaddr;
        SO_REUSEPORT socket_reuseport set_socket_reuseport;
        SO_KEEPALIVE socket_keepalive set_socket_keepalive;
        SO_OOBINLINE socket_oobinline set_socket_oobinline;
        SO_DONTROUTE socket_dontroute set_socket_dontroute;
        SO_ZEROCOPY socket_zerocopy set_socket_zerocopy;
        SO_SELECT_ERR_QUEUE socket_select_err_queue set_socket_select_err_queue;
        SO_RXQ_OVFL socket_rxq_ovfl set_socket_rxq_ovfl;
        SO_RCVMARK socket_rcvmark set_socket_rcvmark;
        SO_RCVPRIORITY socket_rcvpriority set_socket_rcvpriority;
        SO_TXREHASH socket_txrehash set_socket_txrehash;
        SO_PRIORITY socket_priority set_socket_priority [0 => 0, 6 => 6];
        SO_RCVLOWAT socket_rcvlowat set_socket_rcvlowat [7 => 7, 1 => 1];
        SO_INCOMING_CPU socket_incoming_cpu set_socket_incoming_cpu [Some(1) => 1, None => -1, Some(0) => 0];
        SO_BUF_LOCK socket_buf_lock set_socket_buf_lock [
            BufLock::SNDBUF => 1, BufLock::RCVBUF => 2, BufLock::SNDBUF | BufLock::RCVBUF => 3, BufLock::empty() => 0
        ];
    }
    let socket = udp();
    let fd = socket.as_fd();
    options! { fd, SOL_SOCKET:
        SO_BROADCAST socket_broadcast set_socket_broadcast;
        SO_NO_CHECK socket_no_check set_socket_no_check;
        SO_PEEK_OFF socket_peek_off set_socket_peek_off [Some(3) => 3, Some(0) => 0, None => -1];
    }
    let least = sockopt::socket_sndlowat(fd);
    // qemu-ppc64le 10 asks the host for its own number of that, which is SO_PEERCRED there.
    if least == Ok(0) && cfg!(target_arch = "powerpc64") && emulator::skipped("SO_SNDLOWAT") {
        return;
    }
    assert_eq!(least, Ok(1));
}

#[test]
fn the_superuser_s_options() {
    if !child::is_root() {
        return;
    }
    let socket = tcp();
    let fd = socket.as_fd();
    options! { fd, SOL_SOCKET:
        SO_DEBUG socket_debug set_socket_debug;
        SO_MARK socket_mark set_socket_mark [7 => 7, 0x8000_0001 => 0x8000_0001u32 as i32, 0 => 0];
        SO_PRIORITY socket_priority set_socket_priority [100 => 100];
        SO_BUSY_POLL socket_busy_poll set_socket_busy_poll [
            Duration::from_micros(50) => 50, Duration::ZERO => 0
        ];
        SO_PREFER_BUSY_POLL socket_prefer_busy_poll set_socket_prefer_busy_poll;
    }
    let set = sockopt::set_socket_busy_poll(fd, Duration::from_nanos(1));
    if lacks(&set, "SO_BUSY_POLL") {
        return;
    }
    set.unwrap();
    assert_eq!(int(fd, c::SOL_SOCKET, c::SO_BUSY_POLL), 1);
}

#[test]
fn nobody_may_not() {
    unprivileged(|| {
        let socket = tcp();
        let fd = socket.as_fd();
        let set = sockopt::set_socket_mark(fd, 7);
        if !lacks(&set, "SO_MARK") {
            assert_eq!(set, Err(Errno::EPERM));
        }
        assert_eq!(sockopt::set_socket_priority(fd, 7), Err(Errno::EPERM));
        assert_eq!(
            sockopt::set_socket_recv_buffer_size_force(fd, 1 << 20),
            Err(Errno::EPERM)
        );
        assert_eq!(
            sockopt::set_socket_send_buffer_size_force(fd, 1 << 20),
            Err(Errno::EPERM)
        );
        assert_eq!(sockopt::set_socket_debug(fd, true), Err(Errno::EACCES));
    });
}

#[test]
fn buffers_are_doubled() {
    let socket = tcp();
    let fd = socket.as_fd();
    sockopt::set_socket_recv_buffer_size(fd, 20_000).unwrap();
    sockopt::set_socket_send_buffer_size(fd, 30_000).unwrap();
    assert_eq!(sockopt::socket_recv_buffer_size(fd), Ok(40_000));
    assert_eq!(sockopt::socket_send_buffer_size(fd), Ok(60_000));
    assert_eq!(int(fd, c::SOL_SOCKET, c::SO_RCVBUF), 40_000);
    assert_eq!(int(fd, c::SOL_SOCKET, c::SO_SNDBUF), 60_000);
    // What is too much is the system's most, and not a negative number.
    let most: u32 = std::fs::read_to_string("/proc/sys/net/core/rmem_max")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    sockopt::set_socket_recv_buffer_size(fd, u32::MAX).unwrap();
    assert_eq!(sockopt::socket_recv_buffer_size(fd), Ok(most * 2));
    let meminfo = sockopt::socket_meminfo(fd);
    if !lacks(&meminfo, "SO_MEMINFO") && meminfo != Err(Errno::EIO) {
        let meminfo = meminfo.unwrap();
        assert_eq!(
            (meminfo.rcvbuf, meminfo.sndbuf, meminfo.drops),
            (most * 2, 60_000, 0)
        );
    }
    if child::is_root() {
        sockopt::set_socket_recv_buffer_size_force(fd, most + 4096).unwrap();
        assert_eq!(
            int(fd, c::SOL_SOCKET, c::SO_RCVBUF) as u32,
            (most + 4096) * 2
        );
        sockopt::set_socket_send_buffer_size_force(fd, 1 << 24).unwrap();
        assert_eq!(int(fd, c::SOL_SOCKET, c::SO_SNDBUF), 1 << 25);
        // As negative numbers these would be the least buffers that there are.
        for size in [1 << 31, u32::MAX] {
            sockopt::set_socket_recv_buffer_size_force(fd, size).unwrap();
            assert!(int(fd, c::SOL_SOCKET, c::SO_RCVBUF) > 1 << 30, "{size}");
            sockopt::set_socket_send_buffer_size_force(fd, size).unwrap();
            assert!(int(fd, c::SOL_SOCKET, c::SO_SNDBUF) > 1 << 30, "{size}");
        }
    }
}

#[test]
fn what_a_socket_is() {
    let (listener, client, _server) = connected();
    assert_eq!(sockopt::socket_type(client.as_fd()), Ok(SocketType::STREAM));
    assert_eq!(sockopt::socket_acceptconn(client.as_fd()), Ok(false));
    assert_eq!(sockopt::socket_acceptconn(listener.as_fd()), Ok(true));
    let domain = sockopt::socket_domain(client.as_fd());
    if !lacks(&domain, "SO_DOMAIN") {
        assert_eq!(domain, Ok(AddressFamily::INET));
        assert_eq!(sockopt::socket_protocol(client.as_fd()), Ok(Protocol::TCP));
    }
    let unix = UnixDatagram::unbound().unwrap();
    assert_eq!(sockopt::socket_type(unix.as_fd()), Ok(SocketType::DGRAM));
    assert_eq!(
        int(unix.as_fd(), c::SOL_SOCKET, c::SO_TYPE),
        SocketType::DGRAM.raw() as i32
    );
    let file = std::fs::File::open("/proc/self/exe").unwrap();
    assert_eq!(sockopt::socket_type(file.as_fd()), Err(Errno::ENOTSOCK));
    assert_eq!(
        sockopt::set_socket_reuseaddr(file.as_fd(), true),
        Err(Errno::ENOTSOCK)
    );
}

#[test]
fn cookies_are_each_socket_s_own() {
    let (one, other) = (tcp(), tcp());
    let cookie = sockopt::socket_cookie(one.as_fd());
    if lacks(&cookie, "SO_COOKIE") || is_int(&cookie, Errno::EINVAL, "SO_COOKIE") {
        return;
    }
    assert_eq!(
        cookie.unwrap().to_ne_bytes()[..],
        bytes(one.as_fd(), c::SOL_SOCKET, c::SO_COOKIE).unwrap()
    );
    assert_eq!(sockopt::socket_cookie(one.as_fd()), cookie);
    assert_ne!(sockopt::socket_cookie(other.as_fd()), cookie);
    let namespace = sockopt::socket_netns_cookie(one.as_fd()).unwrap();
    assert_eq!(sockopt::socket_netns_cookie(other.as_fd()), Ok(namespace));
    child::in_namespaces(linux_raw_sys::general::CLONE_NEWNET, || {
        assert_ne!(sockopt::socket_netns_cookie(tcp().as_fd()), Ok(namespace));
        assert_eq!(sockopt::socket_netns_cookie(one.as_fd()), Ok(namespace));
    });
}

#[test]
fn an_address_can_be_used_again() {
    let (one, other) = (tcp(), tcp());
    let bound = |fd: &OwnedFd, address: SocketAddr| net::bind(fd.as_fd(), &address);
    bound(&one, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = TcpListener::from(one.try_clone().unwrap());
    let address = address.local_addr().unwrap();
    assert_eq!(bound(&other, address), Err(Errno::EADDRINUSE));
    sockopt::set_socket_reuseaddr(one.as_fd(), true).unwrap();
    sockopt::set_socket_reuseaddr(other.as_fd(), true).unwrap();
    assert_eq!(bound(&other, address), Ok(()));

    let (one, other) = (tcp(), tcp());
    sockopt::set_socket_reuseport(one.as_fd(), true).unwrap();
    bound(&one, "127.0.0.1:0".parse().unwrap()).unwrap();
    net::listen(one.as_fd(), 1).unwrap();
    let one = TcpListener::from(one);
    let address = one.local_addr().unwrap();
    assert_eq!(bound(&other, address), Err(Errno::EADDRINUSE));
    sockopt::set_socket_reuseport(other.as_fd(), true).unwrap();
    bound(&other, address).unwrap();
    assert_eq!(net::listen(other.as_fd(), 1), Ok(()));
}

#[test]
fn only_who_says_so_may_broadcast() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let denied = socket.send_to(b"x", "255.255.255.255:9").unwrap_err();
    assert_eq!(denied.raw_os_error(), Some(Errno::EACCES.raw()));
    sockopt::set_socket_broadcast(socket.as_fd(), true).unwrap();
    assert_eq!(sockopt::socket_broadcast(socket.as_fd()), Ok(true));
    let sent = socket.send_to(b"x", "255.255.255.255:9");
    assert_ne!(
        sent.err().and_then(|error| error.raw_os_error()),
        Some(Errno::EACCES.raw())
    );
}

#[test]
fn linger_of_zero_resets_the_connection() {
    let (_listener, mut client, server) = connected();
    let fd = server.as_fd();
    assert_eq!(sockopt::socket_linger(fd), Ok(None));
    sockopt::set_socket_linger(fd, Some(Duration::from_millis(1_500))).unwrap();
    assert_eq!(sockopt::socket_linger(fd), Ok(Some(Duration::from_secs(2))));
    let linger = [1i32.to_ne_bytes(), 2i32.to_ne_bytes()].concat();
    assert_eq!(bytes(fd, c::SOL_SOCKET, c::SO_LINGER).unwrap(), linger);
    sockopt::set_socket_linger(fd, None).unwrap();
    assert_eq!(sockopt::socket_linger(fd), Ok(None));
    sockopt::set_socket_linger(fd, Some(Duration::ZERO)).unwrap();
    assert_eq!(sockopt::socket_linger(fd), Ok(Some(Duration::ZERO)));
    drop(server);
    let reset = client.read(&mut [0]).unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_pending_error_is_told_once() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(sockopt::socket_error(socket.as_fd()), Ok(Ok(())));
    // A port that was free a moment ago.
    let closed = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    socket.connect(closed).unwrap();
    socket.send(b"x").unwrap();
    assert_eq!(
        sockopt::socket_error(socket.as_fd()),
        Ok(Err(Errno::ECONNREFUSED))
    );
    assert_eq!(sockopt::socket_error(socket.as_fd()), Ok(Ok(())));
}

#[test]
fn calls_wait_as_long_as_they_are_told() {
    let (_listener, mut client, _server) = connected();
    let fd = client.as_fd();
    for id in [Timeout::Recv, Timeout::Send] {
        let told = sockopt::socket_timeout(fd, id);
        if is_int(&told, Errno::EIO, "SO_RCVTIMEO") {
            return;
        }
        assert_eq!(told, Ok(None));
        assert_eq!(
            sockopt::set_socket_timeout(fd, id, Some(Duration::ZERO)),
            Err(Errno::EINVAL)
        );
        // A thousand years are no less than 68 of them.
        let years = Duration::from_secs(31_536_000_000);
        sockopt::set_socket_timeout(fd, id, Some(years)).unwrap();
        let told = sockopt::socket_timeout(fd, id).unwrap();
        assert!(
            told.is_none_or(|told| told > Duration::from_secs(20 * 31_536_000)),
            "{told:?}"
        );
        sockopt::set_socket_timeout(fd, id, None).unwrap();
        assert_eq!(sockopt::socket_timeout(fd, id), Ok(None));
    }
    // Whole seconds are whole ticks of every kernel.
    sockopt::set_socket_timeout(fd, Timeout::Recv, Some(Duration::from_secs(7))).unwrap();
    sockopt::set_socket_timeout(fd, Timeout::Send, Some(Duration::from_secs(9))).unwrap();
    assert_eq!(client.read_timeout().unwrap(), Some(Duration::from_secs(7)));
    assert_eq!(
        client.write_timeout().unwrap(),
        Some(Duration::from_secs(9))
    );
    assert_eq!(
        sockopt::socket_timeout(fd, Timeout::Recv),
        Ok(Some(Duration::from_secs(7)))
    );
    assert_eq!(
        sockopt::socket_timeout(fd, Timeout::Send),
        Ok(Some(Duration::from_secs(9)))
    );
    // A nanosecond is not for ever.
    sockopt::set_socket_timeout(fd, Timeout::Recv, Some(Duration::from_nanos(1))).unwrap();
    let told = sockopt::socket_timeout(fd, Timeout::Recv).unwrap().unwrap();
    assert!(
        !told.is_zero() && told <= Duration::from_millis(20),
        "{told:?}"
    );
    assert_eq!(
        client.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    let before = Instant::now();
    client
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    assert_eq!(
        client.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    assert!(before.elapsed() >= Duration::from_millis(50));
}

#[test]
fn a_peek_begins_where_it_is_told() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"hello").unwrap();
    let done = sockopt::set_socket_peek_off(other.as_fd(), Some(2));
    if lacks(&done, "SO_PEEK_OFF") {
        return;
    }
    done.unwrap();
    let mut buffer = [0; 8];
    let len = net::recv(other.as_fd(), &mut buffer, net::RecvFlags::PEEK).unwrap();
    assert_eq!(&buffer[..len], b"llo");
    assert_eq!(sockopt::socket_peek_off(other.as_fd()), Ok(Some(5)));
    // What is taken from the queue moves it back.
    one.send(b"more").unwrap();
    let len = net::recv(other.as_fd(), &mut buffer, net::RecvFlags::empty()).unwrap();
    assert_eq!(&buffer[..len], b"hello");
    assert_eq!(sockopt::socket_peek_off(other.as_fd()), Ok(Some(0)));
    sockopt::set_socket_peek_off(other.as_fd(), None).unwrap();
    for _ in 0..2 {
        let len = net::recv(other.as_fd(), &mut buffer, net::RecvFlags::PEEK).unwrap();
        assert_eq!(&buffer[..len], b"more");
    }
}

#[test]
fn a_socket_belongs_to_its_device() {
    let socket = udp();
    let fd = socket.as_fd();
    let device = sockopt::socket_bindtodevice(fd);
    if lacks(&device, "SO_BINDTODEVICE") {
        return;
    }
    assert_eq!(device, Ok(None));
    assert_eq!(
        sockopt::set_socket_bindtodevice(fd, "none such"),
        Err(Errno::ENODEV)
    );
    assert_eq!(
        sockopt::set_socket_bindtodevice(fd, "lo\0"),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        sockopt::set_socket_bindtodevice(fd, "0123456789012345"),
        Err(Errno::ENODEV)
    );
    sockopt::set_socket_bindtodevice(fd, "lo").unwrap();
    let device = sockopt::socket_bindtodevice(fd);
    if is_int(&device, Errno::EINVAL, "SO_BINDTODEVICE") {
        return;
    }
    let device = device.unwrap().unwrap();
    assert_eq!(
        (device.as_bytes(), device.to_str()),
        (&b"lo"[..], Some("lo"))
    );
    assert_eq!(
        bytes(fd, c::SOL_SOCKET, c::SO_BINDTODEVICE).unwrap(),
        b"lo\0"
    );
    let index = sockopt::socket_bindtoifindex(fd);
    if !lacks(&index, "SO_BINDTOIFINDEX") {
        assert_eq!(index, Ok(lo()));
    }
    if child::is_root() {
        sockopt::set_socket_bindtodevice(fd, "").unwrap();
        assert_eq!(sockopt::socket_bindtodevice(fd), Ok(None));
        let done = sockopt::set_socket_bindtoifindex(fd, lo());
        if !lacks(&done, "SO_BINDTOIFINDEX") {
            done.unwrap();
            let device = sockopt::socket_bindtodevice(fd).unwrap().unwrap();
            assert_eq!(device.as_c_str(), c"lo");
            let negative = sockopt::set_socket_bindtoifindex(fd, 0x8000_0001);
            assert_eq!(negative, Err(Errno::EINVAL));
            sockopt::set_socket_bindtoifindex(fd, 0).unwrap();
        }
    }
    unprivileged(|| {
        let socket = udp();
        sockopt::set_socket_bindtodevice(socket.as_fd(), "lo").unwrap();
        assert_eq!(
            sockopt::set_socket_bindtodevice(socket.as_fd(), ""),
            Err(Errno::EPERM)
        );
    });
}

/// A name of sixteen bytes whose first fifteen are a device's would bind to that.
#[test]
fn a_long_name_is_not_another_device_s() {
    use linux_raw_sys::general::CLONE_NEWNET;
    child::in_namespaces(CLONE_NEWNET, || {
        let socket = udp();
        let fd = socket.as_fd();
        let mut request = [0u8; 40];
        request[..2].copy_from_slice(b"lo");
        request[16..31].copy_from_slice(b"fifteen-bytes-n");
        // SAFETY: `SIOCSIFNAME` of netdevice(7) takes a `struct ifreq`, of 40 bytes at most.
        let renamed = unsafe { sysline::io::ioctl(fd, 0x8923, request.as_mut_ptr().cast()) };
        if let Err(error) = renamed {
            println!("skipped: {error}");
            return;
        }
        assert_eq!(
            sockopt::set_socket_bindtodevice(fd, "fifteen-bytes-name"),
            Err(Errno::ENODEV)
        );
        sockopt::set_socket_bindtodevice(fd, "fifteen-bytes-n").unwrap();
        let device = sockopt::socket_bindtodevice(fd).unwrap().unwrap();
        assert_eq!(device.as_bytes(), b"fifteen-bytes-n");
    });
}

#[test]
fn the_processor_that_received() {
    let (_listener, mut client, mut server) = connected();
    client.write_all(b"x").unwrap();
    server.read_exact(&mut [0]).unwrap();
    let cpu = sockopt::socket_incoming_cpu(server.as_fd());
    if !lacks(&cpu, "SO_INCOMING_CPU") {
        let all = std::fs::read_to_string("/proc/cpuinfo").unwrap();
        assert!(cpu.unwrap().is_some(), "{all}");
        assert_eq!(sockopt::socket_incoming_napi_id(server.as_fd()), Ok(0));
    }
}

#[test]
fn a_rate_of_64_bits() {
    let socket = tcp();
    let fd = socket.as_fd();
    let rate = sockopt::socket_max_pacing_rate(fd);
    if lacks(&rate, "SO_MAX_PACING_RATE") {
        return;
    }
    assert_eq!(rate, Ok(u64::MAX));
    let set = sockopt::set_socket_max_pacing_rate(fd, 123_456);
    if lacks(&set, "SO_MAX_PACING_RATE") {
        return;
    }
    set.unwrap();
    assert_eq!(sockopt::socket_max_pacing_rate(fd), Ok(123_456));
    assert_eq!(int(fd, c::SOL_SOCKET, c::SO_MAX_PACING_RATE), 123_456);
    let much = 5 << 32 | 1;
    let set = sockopt::set_socket_max_pacing_rate(fd, much);
    if cfg!(target_pointer_width = "64") {
        set.unwrap();
        assert_eq!(sockopt::socket_max_pacing_rate(fd), Ok(much));
    } else {
        assert_eq!(set, Err(Errno::EOVERFLOW));
        assert_eq!(sockopt::socket_max_pacing_rate(fd), Ok(123_456));
    }
    sockopt::set_socket_max_pacing_rate(fd, u64::MAX).unwrap();
    assert_eq!(sockopt::socket_max_pacing_rate(fd), Ok(u64::MAX));
    let set = sockopt::set_socket_max_pacing_rate(fd, u32::MAX.into());
    if cfg!(target_pointer_width = "64") {
        set.unwrap();
        assert_eq!(sockopt::socket_max_pacing_rate(fd), Ok(u32::MAX.into()));
    } else {
        assert_eq!(set, Err(Errno::EOVERFLOW));
    }
}

#[test]
fn a_filter_can_be_taken_away_and_locked() {
    let socket = udp();
    let fd = socket.as_fd();
    let none = sockopt::detach_socket_filter(fd);
    if lacks(&none, "SO_DETACH_FILTER") {
        return;
    }
    assert_eq!(none, Err(Errno::ENOENT));
    assert_eq!(sockopt::socket_lock_filter(fd), Ok(false));
    sockopt::set_socket_lock_filter(fd, true).unwrap();
    assert_eq!(int(fd, c::SOL_SOCKET, c::SO_LOCK_FILTER), 1);
    assert_eq!(
        sockopt::set_socket_lock_filter(fd, false),
        Err(Errno::EPERM)
    );
    assert_eq!(sockopt::detach_socket_filter(fd), Err(Errno::EPERM));
}

#[test]
fn memory_can_be_kept_and_polls_limited() {
    let socket = tcp();
    let fd = socket.as_fd();
    let kept = sockopt::socket_reserve_mem(fd);
    if !lacks(&kept, "SO_RESERVE_MEM") {
        assert_eq!(kept, Ok(0));
        // Without a memory cgroup there is none to keep.
        let set = sockopt::set_socket_reserve_mem(fd, 65_536);
        match set {
            set if set == Err(Errno::ENOPROTOOPT) && emulator::skipped("SO_RESERVE_MEM") => {}
            Ok(()) => assert!(int(fd, c::SOL_SOCKET, c::SO_RESERVE_MEM) >= 65_536),
            Err(error) => assert!(
                [Errno::EOPNOTSUPP, Errno::ENOMEM].contains(&error),
                "{error}"
            ),
        }
    }
    if !child::is_root() {
        return;
    }
    let set = sockopt::set_socket_busy_poll_budget(fd, 64);
    if lacks(&set, "SO_BUSY_POLL_BUDGET") {
        return;
    }
    set.unwrap();
    // The kernel does not tell it, but nobody may raise it.
    unprivileged(|| {
        assert_eq!(
            sockopt::set_socket_busy_poll_budget(fd, 65),
            Err(Errno::EPERM)
        );
        assert_eq!(sockopt::set_socket_busy_poll_budget(fd, 64), Ok(()));
    });
}

#[test]
fn stamps_have_64_bits() {
    let socket = udp();
    let fd = socket.as_fd();
    let newest = |newer, older| {
        if cfg!(target_pointer_width = "64") {
            older
        } else {
            newer
        }
    };
    let stamps: [(u32, u32, Read<bool>, Write<bool>); 2] = [
        (
            c::SO_TIMESTAMP_NEW,
            c::SO_TIMESTAMP_OLD,
            sockopt::socket_timestamp,
            sockopt::set_socket_timestamp,
        ),
        (
            c::SO_TIMESTAMPNS_NEW,
            c::SO_TIMESTAMPNS_OLD,
            sockopt::socket_timestampns,
            sockopt::set_socket_timestampns,
        ),
    ];
    for (newer, older, get, set) in stamps {
        assert_eq!(get(fd), Ok(false));
        let done = set(fd, true);
        if lacks(&done, "a stamp") {
            continue;
        }
        done.unwrap();
        let is_set = get(fd);
        // qemu-user 10 of 32 bits sets the older form and asks for the newer.
        let is_narrow = cfg!(target_pointer_width = "32");
        if is_narrow && is_set == Ok(false) && emulator::skipped("the stamp that was set") {
            continue;
        }
        assert_eq!(is_set, Ok(true));
        let raw = bytes(fd, c::SOL_SOCKET, newest(newer, older));
        if !lacks(&raw, "the newer form of a stamp") {
            assert_eq!(raw.unwrap(), 1i32.to_ne_bytes());
        }
        set(fd, false).unwrap();
        assert_eq!(get(fd), Ok(false));
    }
    let flags =
        TimestampingFlags::RX_SOFTWARE | TimestampingFlags::SOFTWARE | TimestampingFlags::OPT_CMSG;
    let set = sockopt::set_socket_timestamping(fd, flags);
    if lacks(&set, "SO_TIMESTAMPING") {
        return;
    }
    set.unwrap();
    assert_eq!(sockopt::socket_timestamping(fd), Ok(flags));
    assert_eq!(
        int(
            fd,
            c::SOL_SOCKET,
            newest(c::SO_TIMESTAMPING_NEW, c::SO_TIMESTAMPING_OLD)
        ),
        8 | 16 | 1024
    );
    let unknown = TimestampingFlags::from_bits_retain(1 << 30);
    assert_eq!(
        sockopt::set_socket_timestamping(fd, unknown),
        Err(Errno::EINVAL)
    );
}

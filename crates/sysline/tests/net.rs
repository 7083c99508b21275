//! Sockets against what `std` and `/proc` see of them.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::in_child;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use emulator::skipped;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::thread;
use sysline::Errno;
use sysline::event::{PollFd, PollFlags, Timeout, poll};
use sysline::net::*;

const NO_FLAGS: SendFlags = SendFlags::empty();
const PLAIN: RecvFlags = RecvFlags::empty();

fn tcp() -> OwnedFd {
    socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

fn udp() -> OwnedFd {
    socket(AddressFamily::INET, SocketType::DGRAM, Protocol::UDP).unwrap()
}

fn unix(kind: SocketType) -> OwnedFd {
    socket(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap()
}

fn pair(kind: SocketType) -> (OwnedFd, OwnedFd) {
    socketpair(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap()
}

/// Any port that is free.
const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn name(fd: &OwnedFd) -> SocketAddr {
    getsockname(fd.as_fd()).unwrap().try_into().unwrap()
}

fn peer(fd: &OwnedFd) -> SocketAddr {
    getpeername(fd.as_fd()).unwrap().try_into().unwrap()
}

/// A socket that listens on a free port.
fn server() -> (OwnedFd, SocketAddr) {
    let server = tcp();
    bind(server.as_fd(), &LOOPBACK).unwrap();
    listen(server.as_fd(), SOMAXCONN).unwrap();
    let address = name(&server);
    (server, address)
}

/// Both ends of a connection, and what listened.
fn connected() -> (OwnedFd, OwnedFd, OwnedFd) {
    let (server, address) = server();
    let client = tcp();
    connect(client.as_fd(), &address).unwrap();
    let accepted = accept(server.as_fd()).unwrap();
    (client, accepted, server)
}

const CLOEXEC: u32 = 0o2_000_000;
const NONBLOCK: u32 = if cfg!(target_arch = "mips64") {
    0o200
} else {
    0o4000
};

/// The descriptor's flags by `/proc`: `O_CLOEXEC` and `O_NONBLOCK`.
fn flags(fd: &OwnedFd) -> u32 {
    let path = format!("/proc/self/fdinfo/{}", fd.as_raw_fd());
    let info = fs::read_to_string(path).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("flags:"));
    u32::from_str_radix(line.unwrap().trim(), 8).unwrap() & (CLOEXEC | NONBLOCK)
}

#[test]
fn a_server_and_its_clients() {
    let (server, address) = server();
    assert!(address.ip().is_loopback());
    assert_ne!(address.port(), 0);

    // A client of `std`.
    let mut client = TcpStream::connect(address).unwrap();
    let (accepted, from) = acceptfrom(server.as_fd()).unwrap();
    assert_eq!(SocketAddr::try_from(from), Ok(client.local_addr().unwrap()));
    assert_eq!(peer(&accepted), client.local_addr().unwrap());
    assert_eq!(name(&accepted), address);
    client.write_all(b"question").unwrap();
    let mut buffer = [0; 20];
    assert_eq!(recv(accepted.as_fd(), &mut buffer, PLAIN), Ok(8));
    assert_eq!(&buffer[..9], b"question\0");
    assert_eq!(send(accepted.as_fd(), b"answer", NO_FLAGS), Ok(6));
    client.read_exact(&mut buffer[..6]).unwrap();
    assert_eq!(&buffer[..6], b"answer");

    // A server of `std`.
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let client = tcp();
    connect(client.as_fd(), &listener.local_addr().unwrap()).unwrap();
    let (mut accepted, from) = listener.accept().unwrap();
    assert_eq!(from, name(&client));
    assert_eq!(peer(&client), listener.local_addr().unwrap());
    send(client.as_fd(), b"from us", NO_FLAGS).unwrap();
    drop(client);
    let mut text = String::new();
    accepted.read_to_string(&mut text).unwrap();
    assert_eq!(text, "from us");
}

/// Every function that makes descriptors, and its flags.
#[test]
fn new_descriptors_are_closed_by_execve_unless_told_otherwise() {
    let (family, kind) = (AddressFamily::UNIX, SocketType::STREAM);
    let (server, address) = server();
    let mut clients = Vec::new();
    let mut client = || {
        let client = tcp();
        connect(client.as_fd(), &address).unwrap();
        clients.push(client);
        server.as_fd()
    };
    let plain = [
        socket(family, kind, Protocol::DEFAULT).unwrap(),
        socketpair(family, kind, Protocol::DEFAULT).unwrap().0,
        socketpair(family, kind, Protocol::DEFAULT).unwrap().1,
        accept(client()).unwrap(),
        acceptfrom(client()).unwrap().0,
    ];
    for fd in &plain {
        assert_eq!(flags(fd), CLOEXEC);
    }
    for (asked, expected) in [
        (SocketFlags::empty(), 0),
        (SocketFlags::NONBLOCK, NONBLOCK),
        (SocketFlags::all(), CLOEXEC | NONBLOCK),
    ] {
        let asked = asked & (SocketFlags::CLOEXEC | SocketFlags::NONBLOCK);
        let (one, other) = socketpair_with(family, kind, asked, Protocol::DEFAULT).unwrap();
        let with = [
            socket_with(family, kind, asked, Protocol::DEFAULT).unwrap(),
            one,
            other,
            accept_with(client(), asked).unwrap(),
            acceptfrom_with(client(), asked).unwrap().0,
        ];
        for fd in &with {
            assert_eq!(flags(fd), expected, "{asked:?}");
        }
    }
}

#[test]
fn sockets_are_of_their_family_and_type() {
    let of_std = UnixDatagram::from(unix(SocketType::DGRAM));
    assert!(of_std.local_addr().unwrap().is_unnamed());
    assert!(UdpSocket::from(udp()).local_addr().unwrap().is_ipv4());
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = pair(kind);
        assert_eq!(send(one.as_fd(), b"ab", NO_FLAGS), Ok(2));
        assert_eq!(send(one.as_fd(), b"cd", NO_FLAGS), Ok(2));
        let mut buffer = [0; 10];
        let len = recv(other.as_fd(), &mut buffer, PLAIN);
        let expected = if kind == SocketType::STREAM { 4 } else { 2 };
        assert_eq!(len, Ok(expected), "{kind:?}: messages have boundaries");
        assert_eq!(&buffer[..2], b"ab");
        drop(one);
        if kind == SocketType::SEQPACKET {
            assert_eq!(recv(other.as_fd(), &mut buffer, PLAIN), Ok(2));
            assert_eq!(recv(other.as_fd(), &mut buffer, PLAIN), Ok(0), "the end");
        }
    }
}

#[test]
fn errors_of_making_sockets() {
    let none = AddressFamily::from_raw(255);
    let made = |family, kind, protocol| socket(family, kind, protocol).err();
    let stream = SocketType::STREAM;
    let unknown = Some(Errno::EAFNOSUPPORT);
    assert_eq!(made(none, stream, Protocol::DEFAULT), unknown);
    let no_protocol = made(AddressFamily::INET, stream, Protocol::UDP);
    assert_eq!(no_protocol, Some(Errno::EPROTONOSUPPORT));
    let no_kind = SocketType::from_raw(15);
    assert_eq!(
        made(AddressFamily::INET, no_kind, Protocol::DEFAULT),
        Some(Errno::EINVAL)
    );
    let pair = socketpair(AddressFamily::INET, stream, Protocol::DEFAULT);
    let refused = pair.err();
    if refused == Some(Errno::EINVAL) && skipped("socketpair of IP") {
        return;
    }
    assert_eq!(refused, Some(Errno::EOPNOTSUPP));
    let strange = SocketFlags::from_bits_retain(0x40_0000);
    let made = socket_with(AddressFamily::UNIX, stream, strange, Protocol::DEFAULT);
    if made.is_ok() && skipped("an emulator drops flags that it does not know") {
        return;
    }
    assert_eq!(made.err(), Some(Errno::EINVAL));
}

#[test]
fn errors_of_binding_and_listening() {
    let (_server, address) = server();
    let other = tcp();
    assert_eq!(bind(other.as_fd(), &address), Err(Errno::EADDRINUSE));
    let elsewhere = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 1), 0);
    assert_eq!(bind(other.as_fd(), &elsewhere), Err(Errno::EADDRNOTAVAIL));
    let unix_name = UnixAddr::abstract_name("x").unwrap();
    let other_family = bind(other.as_fd(), &unix_name);
    // By the length of the address, then by its family.
    assert_eq!(other_family, Err(Errno::EINVAL));
    let family = AddressFamily::UNIX.raw().to_ne_bytes();
    let of_unix = [&family[..], &[0; 14]].concat();
    let of_unix = SocketAddrAny::from_bytes(&of_unix).unwrap();
    assert_eq!(bind(other.as_fd(), &of_unix), Err(Errno::EAFNOSUPPORT));
    bind(other.as_fd(), &LOOPBACK).unwrap();
    assert_eq!(bind(other.as_fd(), &LOOPBACK), Err(Errno::EINVAL), "twice");
    assert_eq!(listen(udp().as_fd(), 1), Err(Errno::EOPNOTSUPP));
    let file = temporary::in_memory("no socket");
    assert_eq!(bind(file.as_fd(), &LOOPBACK), Err(Errno::ENOTSOCK));
    assert_eq!(listen(file.as_fd(), 1), Err(Errno::ENOTSOCK));
}

/// Two of Unix wait at `backlog` 1 (the kernel lets one more wait), and a third would block.
#[test]
fn the_backlog_is_heeded() {
    let server = unix(SocketType::STREAM);
    bind(server.as_fd(), &UnixAddr::unnamed()).unwrap();
    listen(server.as_fd(), 1).unwrap();
    let address = getsockname(server.as_fd()).unwrap();
    let (family, kind) = (AddressFamily::UNIX, SocketType::STREAM);
    let client = || socket_with(family, kind, SocketFlags::NONBLOCK, Protocol::DEFAULT).unwrap();
    let clients = [client(), client(), client()];
    assert_eq!(connect(clients[0].as_fd(), &address), Ok(()));
    assert_eq!(connect(clients[1].as_fd(), &address), Ok(()));
    assert_eq!(connect(clients[2].as_fd(), &address), Err(Errno::EAGAIN));
    accept(server.as_fd()).unwrap();
    assert_eq!(connect(clients[2].as_fd(), &address), Ok(()));
}

#[test]
fn errors_of_accepting() {
    let fails = |fd: BorrowedFd<'_>| {
        let errors = [
            accept(fd).err(),
            accept_with(fd, SocketFlags::empty()).err(),
            acceptfrom(fd).err(),
            acceptfrom_with(fd, SocketFlags::empty()).err(),
        ];
        assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
        errors[0]
    };
    assert_eq!(
        fails(tcp().as_fd()),
        Some(Errno::EINVAL),
        "it does not listen"
    );
    assert_eq!(fails(udp().as_fd()), Some(Errno::EOPNOTSUPP));
    let file = temporary::in_memory("no socket");
    assert_eq!(fails(file.as_fd()), Some(Errno::ENOTSOCK));
    let flags = SocketFlags::NONBLOCK;
    let server = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        flags,
        Protocol::DEFAULT,
    );
    let server = server.unwrap();
    bind(server.as_fd(), &LOOPBACK).unwrap();
    listen(server.as_fd(), 1).unwrap();
    assert_eq!(fails(server.as_fd()), Some(Errno::EAGAIN));
    let strange = SocketFlags::from_bits_retain(1);
    assert_eq!(
        accept_with(server.as_fd(), strange).err(),
        Some(Errno::EINVAL)
    );
}

/// No descriptor is free: the connection waits until one is.
#[test]
fn fault_a_connection_outlives_emfile() {
    in_child(|| {
        let (server, address) = server();
        let _client = TcpStream::connect(address).unwrap();
        // Other tests' descriptors are here too: how many, nobody knows. One below the limit is ours.
        let mut full = vec![fs::File::open("/proc/self/stat").unwrap()];
        let limit = sysline::process::getrlimit(sysline::process::Resource::NOFILE).unwrap();
        let few = sysline::process::Rlimit {
            current: Some(full[0].as_raw_fd() as u64 + 10),
            ..limit
        };
        sysline::process::setrlimit(sysline::process::Resource::NOFILE, few).unwrap();
        let errno = loop {
            match fs::File::open("/proc/self/stat") {
                Ok(file) => full.push(file),
                Err(error) => break error.raw_os_error(),
            }
            assert!(full.len() < 100_000, "there is no limit");
        };
        assert_eq!(errno, Some(24), "EMFILE");
        assert_eq!(accept(server.as_fd()).err(), Some(Errno::EMFILE));
        assert_eq!(acceptfrom(server.as_fd()).err(), Some(Errno::EMFILE));
        full.pop();
        assert!(acceptfrom(server.as_fd()).is_ok());
    });
}

/// 003 looks at the address after it has the socket, and closes it where it does not know that. Here a socket comes with any
/// address: with none at all too.
#[test]
fn fault_accepting_from_nowhere_gives_the_socket() {
    let server = unix(SocketType::SEQPACKET);
    bind(server.as_fd(), &UnixAddr::unnamed()).unwrap();
    listen(server.as_fd(), 1).unwrap();
    let client = unix(SocketType::SEQPACKET);
    connect(client.as_fd(), &getsockname(server.as_fd()).unwrap()).unwrap();
    let (accepted, from) = acceptfrom(server.as_fd()).unwrap();
    assert_eq!(from.family(), Some(AddressFamily::UNIX));
    assert_eq!(from.as_bytes().len(), 2);
    send(client.as_fd(), b"!", NO_FLAGS).unwrap();
    assert_eq!(recv(accepted.as_fd(), &mut [0; 2], PLAIN), Ok(1));
}

#[test]
fn connecting_and_what_may_come_of_it() {
    // The port stays taken: nobody else listens there.
    let deaf = tcp();
    bind(deaf.as_fd(), &LOOPBACK).unwrap();
    let address = name(&deaf);
    let client = tcp();
    assert_eq!(connect(client.as_fd(), &address), Err(Errno::ECONNREFUSED));
    assert_eq!(getpeername(client.as_fd()), Err(Errno::ENOTCONN));

    let (server, address) = server();
    let flags = SocketFlags::NONBLOCK;
    let client = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        flags,
        Protocol::TCP,
    );
    let client = client.unwrap();
    assert_eq!(connect(client.as_fd(), &address), Err(Errno::EINPROGRESS));
    let mut fds = [PollFd::new(client.as_fd(), PollFlags::OUT)];
    assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
    assert_eq!(fds[0].revents(), PollFlags::OUT);
    let again = connect(client.as_fd(), &address);
    assert!([Ok(()), Err(Errno::EISCONN)].contains(&again), "{again:?}");
    assert_eq!(connect(client.as_fd(), &address), Err(Errno::EISCONN));
    assert_eq!(peer(&client), address);
    drop(server);
    let file = temporary::in_memory("no socket");
    assert_eq!(connect(file.as_fd(), &address), Err(Errno::ENOTSOCK));
}

/// Bytes like those of PPP over L2TP, in which a descriptor is named, are any others' business.
#[test]
fn addresses_that_look_like_l2tp_s_are_not_refused() {
    // An abstract name of three NULs and a one: with its own NUL the number 1 on a big-endian machine.
    let id = std::process::id().to_ne_bytes();
    let address = [&[0, 0, 1][..], &id, &[7; 60]].concat();
    let address = UnixAddr::abstract_name(address).unwrap();
    let server = unix(SocketType::STREAM);
    bind(server.as_fd(), &address).unwrap();
    listen(server.as_fd(), 1).unwrap();
    assert_eq!(connect(unix(SocketType::STREAM).as_fd(), &address), Ok(()));
    // And on a little-endian one: a path of one byte, and more behind its NUL.
    let family = AddressFamily::UNIX.raw().to_ne_bytes();
    let path = [&family[..], &[1, 0, 0, 0], &[7; 60]].concat();
    let path = SocketAddrAny::from_bytes(&path).unwrap();
    let nobody = connect(unix(SocketType::STREAM).as_fd(), &path);
    assert_eq!(nobody, Err(Errno::ENOENT));
    let file = temporary::in_memory("no socket");
    assert_eq!(connect(file.as_fd(), &path), Err(Errno::ENOTSOCK));
}

#[test]
fn datagrams_come_with_their_sender() {
    let (one, other) = (udp(), UdpSocket::bind(LOOPBACK).unwrap());
    bind(one.as_fd(), &LOOPBACK).unwrap();
    let to = other.local_addr().unwrap();
    assert_eq!(sendto(one.as_fd(), b"ask", NO_FLAGS, &to), Ok(3));
    let mut buffer = [0; 20];
    let (len, from) = other.recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..len], from), (&b"ask"[..], name(&one)));
    other.send_to(b"answer", from).unwrap();
    let (len, from) = recvfrom(one.as_fd(), &mut buffer, PLAIN).unwrap();
    assert_eq!(&buffer[..len], b"answer");
    assert_eq!(SocketAddr::try_from(from.unwrap()), Ok(to));

    // Nothing is a message too.
    other.send_to(b"", name(&one)).unwrap();
    let (len, from) = recvfrom(one.as_fd(), &mut buffer, PLAIN).unwrap();
    assert_eq!((len, from.is_some()), (0, true));
    assert_eq!(
        recvfrom(one.as_fd(), &mut [], RecvFlags::DONTWAIT),
        Err(Errno::EAGAIN)
    );
}

/// Connected, a datagram socket hears its peer only; to `AF_UNSPEC` it is free again.
#[test]
fn a_datagram_socket_is_connected_and_freed() {
    let (one, friend, stranger) = (udp(), udp(), udp());
    for fd in [&one, &friend, &stranger] {
        bind(fd.as_fd(), &LOOPBACK).unwrap();
    }
    let to_one = name(&one);
    connect(one.as_fd(), &name(&friend)).unwrap();
    assert_eq!(peer(&one), name(&friend));
    sendto(stranger.as_fd(), b"no", NO_FLAGS, &to_one).unwrap();
    sendto(friend.as_fd(), b"yes", NO_FLAGS, &to_one).unwrap();
    let mut buffer = [0; 9];
    assert_eq!(recv(one.as_fd(), &mut buffer, PLAIN), Ok(3));
    assert_eq!(&buffer[..3], b"yes");
    assert_eq!(send(one.as_fd(), b"back", NO_FLAGS), Ok(4));
    assert_eq!(recv(friend.as_fd(), &mut buffer, PLAIN), Ok(4));

    connect(one.as_fd(), &SocketAddrAny::UNSPEC).unwrap();
    assert_eq!(getpeername(one.as_fd()), Err(Errno::ENOTCONN));
    assert_eq!(send(one.as_fd(), b"?", NO_FLAGS), Err(Errno::EDESTADDRREQ));
    // The port was not asked for by its number: there are kernels with which it is gone too.
    if name(&one).port() == 0 {
        bind(one.as_fd(), &LOOPBACK).unwrap();
    }
    sendto(stranger.as_fd(), b"now", NO_FLAGS, &name(&one)).unwrap();
    assert_eq!(recv(one.as_fd(), &mut buffer, PLAIN), Ok(3));
    assert_eq!(&buffer[..3], b"now");
}

/// The number is the message's, and what lies behind the buffer is not touched.
#[test]
fn fault_a_length_may_be_more_than_the_buffer() {
    for ipv4 in [true, false] {
        let (one, other) = if ipv4 {
            let (one, other) = (udp(), udp());
            bind(one.as_fd(), &LOOPBACK).unwrap();
            connect(other.as_fd(), &name(&one)).unwrap();
            (one, other)
        } else {
            pair(SocketType::DGRAM)
        };
        for _ in 0..5 {
            send(other.as_fd(), &[7; 1000], NO_FLAGS).unwrap();
        }
        let trunc = RecvFlags::TRUNC;
        let mut memory = [1; 20];
        assert_eq!(recv(one.as_fd(), &mut memory[..10], trunc), Ok(1000));
        assert_eq!(memory[..10], [7; 10]);
        assert_eq!(memory[10..], [1; 10], "behind the buffer");
        let mut memory = [1; 20];
        let (len, from) = recvfrom(one.as_fd(), &mut memory[..10], trunc).unwrap();
        assert_eq!((len, from.is_some()), (1000, ipv4));
        assert_eq!(memory[10..], [1; 10], "behind the buffer");
        let peek = trunc | RecvFlags::PEEK | RecvFlags::DONTWAIT;
        assert_eq!(recv(one.as_fd(), &mut [], peek), Ok(1000), "with no buffer");
        let without = recvfrom(one.as_fd(), &mut memory[..10], PLAIN).unwrap();
        assert_eq!(without.0, 10);
    }
}

/// 0 bytes of address are none; that of a socket without a name is one.
#[test]
fn fault_an_address_of_no_bytes_is_none() {
    let (client, accepted, _server) = connected();
    send(client.as_fd(), b"abc", NO_FLAGS).unwrap();
    let mut buffer = [0; 9];
    let received = recvfrom(accepted.as_fd(), &mut buffer, PLAIN).unwrap();
    assert_eq!(received, (3, None), "a stream's");
    let (one, other) = pair(SocketType::DGRAM);
    send(one.as_fd(), b"abc", NO_FLAGS).unwrap();
    let received = recvfrom(other.as_fd(), &mut buffer, PLAIN).unwrap();
    assert_eq!(received, (3, None), "a nameless sender's");
    bind(one.as_fd(), &UnixAddr::unnamed()).unwrap();
    send(one.as_fd(), b"abc", NO_FLAGS).unwrap();
    let (_, from) = recvfrom(other.as_fd(), &mut buffer, PLAIN).unwrap();
    assert_eq!(from, Some(getsockname(one.as_fd()).unwrap()));
}

#[test]
fn flags_of_sending_and_receiving() {
    let (client, accepted, _server) = connected();
    let mut buffer = [0; 9];
    let wait = RecvFlags::DONTWAIT;
    assert_eq!(
        recv(accepted.as_fd(), &mut buffer, wait),
        Err(Errno::EAGAIN)
    );
    send(client.as_fd(), b"abc", SendFlags::MORE).unwrap();
    send(client.as_fd(), b"def", NO_FLAGS).unwrap();
    let all = RecvFlags::WAITALL;
    assert_eq!(
        recv(accepted.as_fd(), &mut buffer[..6], all | RecvFlags::PEEK),
        Ok(6)
    );
    assert_eq!(recv(accepted.as_fd(), &mut buffer[..6], all), Ok(6));
    assert_eq!(&buffer[..6], b"abcdef");

    // One byte out of order: not in the stream.
    send(client.as_fd(), b"!", SendFlags::OOB).unwrap();
    let mut fds = [PollFd::new(accepted.as_fd(), PollFlags::PRI)];
    assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
    assert_eq!(recv(accepted.as_fd(), &mut buffer, RecvFlags::OOB), Ok(1));
    assert_eq!(buffer[0], b'!');
    assert_eq!(
        recv(accepted.as_fd(), &mut buffer, RecvFlags::OOB),
        Err(Errno::EINVAL)
    );

    // What can't be sent without waiting.
    let (one, _other) = pair(SocketType::STREAM);
    let full = loop {
        match send(one.as_fd(), &[0; 65536], SendFlags::DONTWAIT) {
            Ok(_) => continue,
            Err(errno) => break errno,
        }
    };
    assert_eq!(full, Errno::EAGAIN);
}

#[test]
fn errors_of_sending() {
    let (one, other) = pair(SocketType::STREAM);
    drop(other);
    let flags = SendFlags::NOSIGNAL;
    assert_eq!(send(one.as_fd(), b"x", flags), Err(Errno::EPIPE));
    assert_eq!(send(tcp().as_fd(), b"x", flags), Err(Errno::EPIPE));
    let (client, _accepted, _server) = connected();
    let unconnected = udp();
    assert_eq!(
        send(unconnected.as_fd(), b"x", flags),
        Err(Errno::EDESTADDRREQ)
    );
    let to = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9);
    let too_long = sendto(unconnected.as_fd(), &[0; 65536], flags, &to);
    assert_eq!(too_long, Err(Errno::EMSGSIZE));
    let name = UnixAddr::abstract_name(format!("nobody-{}", std::process::id())).unwrap();
    let no_such_byte = sendto(unconnected.as_fd(), b"x", SendFlags::OOB, &to);
    assert_eq!(no_such_byte, Err(Errno::EOPNOTSUPP), "UDP has no order");
    let nobody = sendto(unix(SocketType::DGRAM).as_fd(), b"x", flags, &name);
    assert_eq!(nobody, Err(Errno::ECONNREFUSED));
    let (one, _other) = pair(SocketType::STREAM);
    assert_eq!(sendto(one.as_fd(), b"x", flags, &name), Err(Errno::EISCONN));
    // A stream of TCP does not look at it (tcp(7)).
    assert_eq!(sendto(client.as_fd(), b"x", flags, &to), Ok(1));
    let file = temporary::in_memory("no socket");
    let fd = file.as_fd();
    assert_eq!(send(fd, b"x", flags), Err(Errno::ENOTSOCK));
    assert_eq!(sendto(fd, b"x", flags, &to), Err(Errno::ENOTSOCK));
    assert_eq!(recv(fd, &mut [0], PLAIN), Err(Errno::ENOTSOCK));
    assert_eq!(recvfrom(fd, &mut [0], PLAIN), Err(Errno::ENOTSOCK));
    assert_eq!(recv(tcp().as_fd(), &mut [0], PLAIN), Err(Errno::ENOTCONN));
    assert_eq!(getsockname(fd), Err(Errno::ENOTSOCK));
    assert_eq!(getpeername(fd), Err(Errno::ENOTSOCK));
    assert_eq!(shutdown(fd, Shutdown::BOTH), Err(Errno::ENOTSOCK));
}

/// With `SIGPIPE` as it is by default a process ends by it; with the flag it does not.
#[test]
fn nosignal_is_no_signal() {
    in_child(|| {
        use sysline::signal::{SigSet, Signal};
        // Blocked it stays pending, and can be seen.
        let mut set = SigSet::EMPTY;
        set.insert(Signal::PIPE);
        sysline::signal::block(&set).unwrap();
        // SAFETY: the signature is that of `signal.h`; 0 is SIG_DFL.
        unsafe extern "C" {
            fn signal(number: i32, action: usize) -> usize;
        }
        // SAFETY: as above: no handler.
        unsafe { signal(13, 0) };
        let pending = || {
            sysline::signal::sigpending()
                .unwrap()
                .contains(Signal::PIPE)
        };
        let (one, other) = pair(SocketType::STREAM);
        drop(other);
        assert_eq!(
            send(one.as_fd(), b"x", SendFlags::NOSIGNAL),
            Err(Errno::EPIPE)
        );
        assert!(!pending());
        assert_eq!(send(one.as_fd(), b"x", NO_FLAGS), Err(Errno::EPIPE));
        assert!(pending());
    });
}

#[test]
fn halves_are_ended() {
    let (client, accepted, _server) = connected();
    shutdown(client.as_fd(), Shutdown::WRITE).unwrap();
    let mut buffer = [0; 9];
    assert_eq!(recv(accepted.as_fd(), &mut buffer, PLAIN), Ok(0), "the end");
    let mut accepted = TcpStream::from(accepted);
    accepted.write_all(b"still").unwrap();
    assert_eq!(recv(client.as_fd(), &mut buffer, PLAIN), Ok(5));
    let over = send(client.as_fd(), b"x", SendFlags::NOSIGNAL);
    assert_eq!(over, Err(Errno::EPIPE));

    let (one, other) = pair(SocketType::STREAM);
    send(other.as_fd(), b"before", NO_FLAGS).unwrap();
    shutdown(one.as_fd(), Shutdown::READ).unwrap();
    assert_eq!(recv(one.as_fd(), &mut buffer, PLAIN), Ok(6));
    assert_eq!(recv(one.as_fd(), &mut buffer, PLAIN), Ok(0));
    assert_eq!(
        send(other.as_fd(), b"x", SendFlags::NOSIGNAL),
        Err(Errno::EPIPE)
    );
    let (one, other) = pair(SocketType::STREAM);
    shutdown(one.as_fd(), Shutdown::BOTH).unwrap();
    let mut other = UnixStream::from(other);
    assert_eq!(other.read(&mut buffer).unwrap(), 0);
    assert!(other.write(b"x").is_err());

    assert_eq!(
        shutdown(tcp().as_fd(), Shutdown::BOTH),
        Err(Errno::ENOTCONN)
    );
    let no_half = shutdown(one.as_fd(), Shutdown::from_raw(3));
    assert_eq!(no_half, Err(Errno::EINVAL));
}

/// What comes to a socket of IP behind the end of reading can be read.
#[test]
fn fault_shut_down_for_reading_does_not_throw_away() {
    let (client, accepted, _server) = connected();
    let (one, other) = (udp(), udp());
    bind(one.as_fd(), &LOOPBACK).unwrap();
    bind(other.as_fd(), &LOOPBACK).unwrap();
    connect(one.as_fd(), &name(&other)).unwrap();
    connect(other.as_fd(), &name(&one)).unwrap();
    for (writer, reader) in [(client, accepted), (one, other)] {
        shutdown(reader.as_fd(), Shutdown::READ).unwrap();
        let mut buffer = [0; 9];
        assert_eq!(
            recv(reader.as_fd(), &mut buffer, PLAIN),
            Ok(0),
            "it does not wait"
        );
        assert_eq!(send(writer.as_fd(), b"late", SendFlags::NOSIGNAL), Ok(4));
        // It does not wait, and the network may take a while.
        let late = (0..500).find_map(|_| match recv(reader.as_fd(), &mut buffer, PLAIN) {
            Ok(0) => {
                thread::sleep(std::time::Duration::from_millis(10));
                None
            }
            received => Some(received),
        });
        assert_eq!(late, Some(Ok(4)));
        assert_eq!(&buffer[..4], b"late");
        assert_eq!(recv(reader.as_fd(), &mut buffer, PLAIN), Ok(0));
    }
}

/// Of the length of an address the kernel takes 32 bits: those of this one say 16 bytes, which would be taken.
#[cfg(target_pointer_width = "64")]
#[test]
fn fault_an_address_of_four_gibibytes_is_too_long() {
    use sysline::mm::{Mapping, ReadOnly};
    struct Huge<'a>(&'a [u8]);
    impl AddressArg for Huge<'_> {
        fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
            call(self.0)
        }
    }
    let len = (1 << 32) + 16;
    // Address space alone: no page of it is read.
    let Ok(space) = Mapping::reserve(len) else {
        return println!("skipped: a limit of the address space");
    };
    let Ok(zeros) = space.protect::<ReadOnly>() else {
        return println!("skipped: a limit of memory");
    };
    let huge = Huge(&zeros[..len]);
    let socket = udp();
    bind(socket.as_fd(), &LOOPBACK).unwrap();
    connect(socket.as_fd(), &name(&socket)).unwrap();
    // The first bytes are `SocketAddrAny::UNSPEC`'s.
    assert_eq!(connect(socket.as_fd(), &huge), Err(Errno::EINVAL));
    assert_eq!(peer(&socket), name(&socket));
    assert_eq!(bind(udp().as_fd(), &huge), Err(Errno::EINVAL));
    let sent = sendto(socket.as_fd(), b"x", NO_FLAGS, &huge);
    assert_eq!(sent, Err(Errno::EINVAL));
    assert_eq!(SocketAddrAny::new(&huge), Err(Errno::EINVAL));
    assert_eq!(connect(socket.as_fd(), &SocketAddrAny::UNSPEC), Ok(()));
}

/// By hand, from the kernel's headers.
#[test]
fn numbers_are_those_of_the_headers() {
    use AddressFamily as A;
    let families = [
        A::UNSPEC,
        A::UNIX,
        A::INET,
        A::INET6,
        A::KEY,
        A::NETLINK,
        A::PACKET,
        A::CAN,
        A::TIPC,
        A::BLUETOOTH,
        A::ALG,
        A::VSOCK,
        A::QIPCRTR,
        A::XDP,
    ];
    let numbers = [0, 1, 2, 10, 15, 16, 17, 29, 30, 31, 38, 40, 42, 44];
    assert_eq!(families.map(A::raw), numbers);
    let mips = cfg!(any(target_arch = "mips", target_arch = "mips64"));
    use SocketType as T;
    let kinds = [T::STREAM, T::DGRAM, T::RAW, T::RDM, T::SEQPACKET];
    let [stream, dgram] = if mips { [2, 1] } else { [1, 2] };
    assert_eq!(kinds.map(T::raw), [stream, dgram, 3, 4, 5]);
    use Protocol as P;
    let protocols = [
        P::DEFAULT,
        P::ICMP,
        P::IGMP,
        P::TCP,
        P::UDP,
        P::DCCP,
        P::ICMPV6,
        P::SCTP,
        P::UDPLITE,
        P::RAW,
        P::MPTCP,
    ];
    let numbers = [0, 1, 2, 6, 17, 33, 58, 132, 136, 255, 262];
    assert_eq!(protocols.map(P::raw), numbers);
    // What C's `htons` makes of it.
    let [high, low] = [0x88, 0xb5];
    assert_eq!(
        P::ethernet(0x88b5).raw(),
        u32::from(u16::from_ne_bytes([high, low]))
    );
    let halves = [Shutdown::READ, Shutdown::WRITE, Shutdown::BOTH];
    assert_eq!(halves.map(Shutdown::raw), [0, 1, 2]);
    let sending = [
        (SendFlags::OOB, 0x1),
        (SendFlags::DONTROUTE, 0x4),
        (SendFlags::DONTWAIT, 0x40),
        (SendFlags::EOR, 0x80),
        (SendFlags::CONFIRM, 0x800),
        (SendFlags::NOSIGNAL, 0x4000),
        (SendFlags::MORE, 0x8000),
        (SendFlags::ZEROCOPY, 0x400_0000),
        (SendFlags::FASTOPEN, 0x2000_0000),
    ];
    for (flag, bits) in sending {
        assert_eq!(flag.bits(), bits, "{flag:?}");
    }
    let receiving = [
        (RecvFlags::OOB, 0x1),
        (RecvFlags::PEEK, 0x2),
        (RecvFlags::TRUNC, 0x20),
        (RecvFlags::DONTWAIT, 0x40),
        (RecvFlags::WAITALL, 0x100),
        (RecvFlags::ERRQUEUE, 0x2000),
        (RecvFlags::WAITFORONE, 0x1_0000),
        (RecvFlags::CMSG_CLOEXEC, 0x4000_0000),
    ];
    for (flag, bits) in receiving {
        assert_eq!(flag.bits(), bits, "{flag:?}");
    }
}

/// Another thread's accept ends when the socket is shut down.
#[test]
fn shutdown_ends_waiting() {
    let (server, _) = server();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| accept(server.as_fd()).err());
        thread::sleep(std::time::Duration::from_millis(20));
        shutdown(server.as_fd(), Shutdown::READ).unwrap();
        assert_eq!(waiting.join().unwrap(), Some(Errno::EINVAL));
    });
}

#[test]
fn fault_no_descriptor_is_left() {
    in_child(|| {
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let (server, address) = server();
        let before = count();
        let (family, kind) = (AddressFamily::UNIX, SocketType::STREAM);
        for _ in 0..5 {
            drop(socket(family, kind, Protocol::DEFAULT).unwrap());
            drop(socketpair(family, kind, Protocol::DEFAULT).unwrap());
            let strange = SocketFlags::from_bits_retain(0x40_0000);
            // Errors, but for an emulator.
            drop(socket_with(family, kind, strange, Protocol::DEFAULT));
            drop(socketpair_with(family, kind, strange, Protocol::DEFAULT));
            assert!(socketpair(AddressFamily::INET, kind, Protocol::DEFAULT).is_err());
            let client = TcpStream::connect(address).unwrap();
            drop(accept(server.as_fd()).unwrap());
            drop(client);
            let client = TcpStream::connect(address).unwrap();
            drop(acceptfrom(server.as_fd()).unwrap());
            drop(client);
            assert!(acceptfrom(udp().as_fd()).is_err());
            assert!(accept(udp().as_fd()).is_err());
        }
        assert_eq!(count(), before);
        let one = unix(SocketType::STREAM);
        assert_eq!(count(), before + 1, "it counts");
        drop(one);
    });
}

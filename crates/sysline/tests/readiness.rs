//! What sockets report to poll, epoll and select: each row of the tables in the docs of `sysline::event`.
//!
//! What is expected is what the kernel's sources say that are named there. Every function here that makes a socket ready waits
//! until it is: the network, also that of one machine, does things later.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;

use child::in_child;
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::event::*;
use sysline::io;
use sysline::net::{self, *};
use sysline::prelude::Result;
use sysline::process::{Resource, getrlimit, setrlimit};

/// Longer than anything takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

const DOCS: &str = include_str!("../src/event.rs");
const TCP: &str = "TCP";
const UDP: &str = "UDP";
const UNIX: &str = "a stream of Unix";

const NOTHING: PollFlags = PollFlags::empty();
const IN: PollFlags = PollFlags::IN;
const PRI: PollFlags = PollFlags::PRI;
const OUT: PollFlags = PollFlags::OUT;
const RDHUP: PollFlags = PollFlags::RDHUP;
const HUP: PollFlags = PollFlags::HUP;
const ERR: PollFlags = PollFlags::ERR;

/// What poll says when it is asked for some flags, now.
fn polled(fd: BorrowedFd<'_>, asked: PollFlags) -> PollFlags {
    let mut fds = [PollFd::new(fd, asked)];
    let ready = poll(&mut fds, Timeout::Zero, None).unwrap();
    assert_eq!(ready, usize::from(!fds[0].revents().is_empty()));
    fds[0].revents()
}

/// The flags under epoll's names.
fn of_epoll(flags: PollFlags) -> EpollFlags {
    [
        (IN, EpollFlags::IN),
        (PRI, EpollFlags::PRI),
        (OUT, EpollFlags::OUT),
        (RDHUP, EpollFlags::RDHUP),
        (HUP, EpollFlags::HUP),
        (ERR, EpollFlags::ERR),
    ]
    .into_iter()
    .filter(|&(flag, _)| flags.contains(flag))
    .map(|(_, flag)| flag)
    .collect()
}

/// What epoll says when it is asked for some flags, now.
fn epolled(fd: BorrowedFd<'_>, asked: PollFlags) -> EpollFlags {
    let list = List::of(fd, of_epoll(asked));
    list.now().first().map_or(EpollFlags::empty(), |&(_, f)| f)
}

/// The sets in which select leaves the descriptor, now.
fn selected(fd: BorrowedFd<'_>) -> Vec<&'static str> {
    let mut sets = [FdSet::new(); 3];
    sets.iter_mut().for_each(|set| set.insert(fd).unwrap());
    let [read, write, except] = &mut sets;
    let count = select(Some(read), Some(write), Some(except), Timeout::Zero, None);
    let names = ["read", "write", "except"];
    let left = sets.iter().zip(names).filter(|(set, _)| set.contains(fd));
    let left: Vec<_> = left.map(|(_, name)| name).collect();
    assert_eq!(count, Ok(left.len()));
    left
}

/// Waits until the socket reports what a row of the table says, to all three; the row is in the docs, as it is here.
#[track_caller]
fn reports(table: &str, row: &str, fd: &impl AsFd, flags: PollFlags, sets: &[&str]) {
    let fd = fd.as_fd();
    let all = IN | PRI | OUT | RDHUP;
    let start = Instant::now();
    while polled(fd, all) != flags && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(polled(fd, all), flags, "{row}: poll");
    assert_eq!(polled(fd, NOTHING), flags & (HUP | ERR), "{row}: unasked");
    let unasked = of_epoll(flags & (HUP | ERR));
    assert_eq!(epolled(fd, all), of_epoll(flags), "{row}: epoll");
    assert_eq!(epolled(fd, NOTHING), unasked, "{row}: epoll, unasked");
    assert_eq!(selected(fd), sets, "{row}: select");

    let names = [(IN, "IN"), (PRI, "PRI"), (OUT, "OUT"), (RDHUP, "RDHUP")];
    let names = names.into_iter().chain([(HUP, "HUP"), (ERR, "ERR")]);
    let names: Vec<_> = names
        .filter(|&(flag, _)| flags.contains(flag))
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    let or_nothing = |words: String| match words.as_str() {
        "" => "nothing".into(),
        _ => words,
    };
    let (names, sets) = (or_nothing(names.join(" ")), or_nothing(sets.join(", ")));
    let line = format!("//! | {row} | {names} | {sets} |");
    assert!(
        rows(table).any(|documented| documented == line),
        "not in the docs: {line}"
    );
}

/// The lines of a table of the docs, below its head.
fn rows(table: &str) -> impl Iterator<Item = &'static str> {
    let head = format!("//! | {table} (");
    let lines = DOCS
        .lines()
        .skip_while(move |line| !line.starts_with(&head));
    lines.skip(2).take_while(|line| line.starts_with("//! | "))
}

#[test]
fn every_row_of_the_docs_is_tested_here() {
    let here = include_str!("readiness.rs");
    for (table, name, count) in [(TCP, "TCP", 19), (UDP, "UDP", 3), (UNIX, "UNIX", 13)] {
        assert_eq!(rows(table).count(), count, "{table}");
        for line in rows(table) {
            let row = line.strip_prefix("//! | ").unwrap();
            let row = row.split(" | ").next().unwrap();
            let call = format!("{name},\"{row}\",").replace(' ', "");
            let tested = here.replace([' ', '\n'], "").contains(&call);
            assert!(tested, "{table}: {row}");
        }
    }
}

/// A list of one descriptor.
struct List(OwnedFd);

impl List {
    fn of(fd: BorrowedFd<'_>, flags: EpollFlags) -> List {
        let list = List(epoll_create(EpollCreateFlags::CLOEXEC).unwrap());
        list.add(fd, flags, 1);
        list
    }

    fn add(&self, fd: BorrowedFd<'_>, flags: EpollFlags, data: u64) {
        epoll_ctl_add(self.0.as_fd(), fd, &EpollEvent::new(flags, data)).unwrap();
    }

    fn wait(&self, timeout: impl Into<Timeout>) -> Vec<(u64, EpollFlags)> {
        let mut events = [EpollEvent::default(); 8];
        let come = epoll_wait(self.0.as_fd(), &mut events, timeout, None).unwrap();
        let come = come.iter().map(|event| (event.data(), event.flags()));
        let mut come = Vec::from_iter(come);
        come.sort_by_key(|&(data, _)| data);
        come
    }

    fn now(&self) -> Vec<(u64, EpollFlags)> {
        self.wait(Timeout::Zero)
    }

    /// Waits for events until their flags are these, and then until there are no more: what happens on the network may be
    /// told in two steps.
    #[track_caller]
    fn comes_to(&self, flags: EpollFlags) {
        let mut last = EpollFlags::empty();
        while last != flags {
            let come = self.wait(PATIENCE);
            last = come.first().expect("nothing comes").1;
        }
        while let Some(&(_, again)) = self.wait(Duration::from_millis(50)).first() {
            assert_eq!(again, flags);
        }
        assert_eq!(self.now(), []);
    }
}

fn tcp() -> OwnedFd {
    net::socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

/// A socket on a free port, where nobody listens: who connects is refused.
fn bound() -> (OwnedFd, SocketAddrAny) {
    let socket = tcp();
    net::bind(socket.as_fd(), &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = net::getsockname(socket.as_fd()).unwrap();
    (socket, address)
}

fn listening() -> (OwnedFd, SocketAddrAny) {
    let (socket, address) = bound();
    net::listen(socket.as_fd(), 8).unwrap();
    (socket, address)
}

/// A socket that begins to be connected.
fn connecting(address: &SocketAddrAny) -> OwnedFd {
    let client = net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
        Protocol::DEFAULT,
    )
    .unwrap();
    let connected = net::connect(client.as_fd(), address);
    assert_eq!(connected, Err(Errno::EINPROGRESS));
    client
}

/// Both ends of a connection.
fn tcp_pair() -> (OwnedFd, OwnedFd) {
    let (listener, address) = listening();
    let client = tcp();
    net::connect(client.as_fd(), &address).unwrap();
    (client, net::accept(listener.as_fd()).unwrap())
}

fn unix_pair() -> (OwnedFd, OwnedFd) {
    net::socketpair(AddressFamily::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

fn send(fd: &OwnedFd, bytes: &[u8]) {
    let flags = SendFlags::NOSIGNAL;
    assert_eq!(net::send(fd.as_fd(), bytes, flags), Ok(bytes.len()));
}

fn receive(fd: &OwnedFd) -> Result<usize> {
    net::recv(fd.as_fd(), &mut [0; 4096], RecvFlags::DONTWAIT)
}

fn shut(fd: &OwnedFd, how: Shutdown) {
    net::shutdown(fd.as_fd(), how).unwrap();
}

/// The end of the connection that resets it when it is closed, closed.
fn reset(fd: OwnedFd) {
    sockopt::set_socket_linger(fd.as_fd(), Some(Duration::ZERO)).unwrap();
}

/// Sends until there is no room, and stays none.
fn fill(fd: &OwnedFd) {
    let mut wait = [PollFd::new(fd.as_fd(), OUT)];
    loop {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        while net::send(fd.as_fd(), &[0; 1 << 16], flags).is_ok() {}
        if poll(&mut wait, Duration::from_millis(100), None) == Ok(0) {
            break;
        }
    }
}

/// Receives until the other end has room again.
fn drain(from: &OwnedFd, other: &OwnedFd) {
    let start = Instant::now();
    while polled(other.as_fd(), OUT) != OUT {
        let _ = receive(from);
        assert!(start.elapsed() < PATIENCE);
    }
}

#[test]
fn tcp_that_is_not_connected() {
    reports(TCP, "new", &tcp(), OUT | HUP, &["read", "write"]);
    let (listener, address) = listening();
    reports(TCP, "listening, nobody there", &listener, NOTHING, &[]);
    let _client = connecting(&address);
    reports(
        TCP,
        "listening, a connection waits to be accepted",
        &listener,
        IN,
        &["read"],
    );
    net::accept(listener.as_fd()).unwrap();
    reports(TCP, "listening, nobody there", &listener, NOTHING, &[]);
}

/// With a backlog of zero one connection waits, and the kernel does not answer the next (Linux `include/net/sock.h`,
/// `sk_acceptq_is_full`); it is asked again after a second.
#[test]
fn tcp_that_is_being_connected() {
    let (listener, address) = bound();
    net::listen(listener.as_fd(), 0).unwrap();
    let first = connecting(&address);
    let mut wait = [PollFd::new(listener.as_fd(), IN)];
    assert_eq!(poll(&mut wait, PATIENCE, None), Ok(1));
    reports(TCP, "connected", &first, OUT, &["write"]);

    let second = connecting(&address);
    reports(TCP, "connecting, no answer yet", &second, NOTHING, &[]);
    let again = net::connect(second.as_fd(), &address);
    assert_eq!(again, Err(Errno::EALREADY));
    assert_eq!(receive(&second), Err(Errno::EAGAIN));
    net::accept(listener.as_fd()).unwrap();
    reports(TCP, "connected", &second, OUT, &["write"]);
    let stream = TcpStream::from(second);
    assert!(stream.take_error().unwrap().is_none(), "it was done well");
}

#[test]
fn tcp_that_is_refused() {
    let (_bound, address) = bound();
    let client = connecting(&address);
    let all = IN | OUT | RDHUP | HUP;
    reports(TCP, "refused", &client, all | ERR, &["read", "write"]);
    let stream = TcpStream::from(client);
    let error = stream.take_error().unwrap().unwrap();
    assert_eq!(error.raw_os_error(), Some(Errno::ECONNREFUSED.raw()));
    assert!(stream.take_error().unwrap().is_none(), "it is told once");
    reports(
        TCP,
        "refused, and `SO_ERROR` was read",
        &stream,
        all,
        &["read", "write"],
    );
}

#[test]
fn tcp_with_bytes() {
    let (client, server) = tcp_pair();
    reports(TCP, "connected", &client, OUT, &["write"]);
    reports(TCP, "connected", &server, OUT, &["write"]);
    send(&client, b"x");
    reports(
        TCP,
        "bytes have come",
        &server,
        IN | OUT,
        &["read", "write"],
    );
    assert_eq!(receive(&server), Ok(1));
    reports(TCP, "connected", &server, OUT, &["write"]);

    fill(&client);
    reports(TCP, "no room to send", &client, NOTHING, &[]);
    drain(&server, &client);
    reports(TCP, "connected", &client, OUT, &["write"]);
}

/// It counts as no byte that can be read: not `IN`.
#[test]
fn tcp_with_an_urgent_byte() {
    let (client, server) = tcp_pair();
    let sent = net::send(client.as_fd(), b"u", SendFlags::OOB | SendFlags::NOSIGNAL);
    assert_eq!(sent, Ok(1));
    reports(
        TCP,
        "an urgent byte has come",
        &server,
        PRI | OUT,
        &["write", "except"],
    );
    let mut byte = [0];
    assert_eq!(net::recv(server.as_fd(), &mut byte, RecvFlags::OOB), Ok(1));
    assert_eq!(&byte, b"u");
    assert_eq!(receive(&server), Err(Errno::EAGAIN));
    reports(TCP, "connected", &server, OUT, &["write"]);
}

#[test]
fn tcp_that_is_half_closed() {
    let (client, server) = tcp_pair();
    send(&client, b"last");
    shut(&client, Shutdown::WRITE);
    reports(TCP, "this end writes no more", &client, OUT, &["write"]);
    let half = IN | OUT | RDHUP;
    reports(
        TCP,
        "half-closed: the other end writes no more",
        &server,
        half,
        &["read", "write"],
    );
    // To wait for `IN` only tells no end, and does not stop when it was read.
    assert_eq!(polled(server.as_fd(), IN), IN);
    assert_eq!((receive(&server), receive(&server)), (Ok(4), Ok(0)));
    assert_eq!(polled(server.as_fd(), IN), IN);
    // The other half is as it was.
    send(&server, b"answer");
    let mut wait = [PollFd::new(client.as_fd(), IN)];
    assert_eq!(poll(&mut wait, PATIENCE, None), Ok(1));
    assert_eq!(receive(&client), Ok(6));

    shut(&server, Shutdown::WRITE);
    reports(
        TCP,
        "both ends write no more",
        &client,
        half | HUP,
        &["read", "write"],
    );
    reports(
        TCP,
        "both ends write no more",
        &server,
        half | HUP,
        &["read", "write"],
    );
    assert_eq!(receive(&client), Ok(0));
    let sent = net::send(client.as_fd(), b"x", SendFlags::NOSIGNAL);
    assert_eq!(sent, Err(Errno::EPIPE));
}

#[test]
fn tcp_of_which_this_end_has_shut_a_half() {
    let (client, server) = tcp_pair();
    shut(&client, Shutdown::READ);
    let half = IN | OUT | RDHUP;
    reports(
        TCP,
        "this end reads no more",
        &client,
        half,
        &["read", "write"],
    );
    reports(TCP, "connected", &server, OUT, &["write"]);
    let (client, _server) = tcp_pair();
    shut(&client, Shutdown::BOTH);
    reports(
        TCP,
        "this end neither reads nor writes any more",
        &client,
        half | HUP,
        &["read", "write"],
    );
}

#[test]
fn tcp_whose_other_end_has_closed() {
    let (client, server) = tcp_pair();
    drop(client);
    let half = IN | OUT | RDHUP;
    reports(
        TCP,
        "the other end has closed",
        &server,
        half,
        &["read", "write"],
    );
    send(&server, b"nobody reads it");
    let all = half | HUP | ERR;
    reports(
        TCP,
        "the other end has closed, and was written to",
        &server,
        all,
        &["read", "write"],
    );
    let sent = net::send(server.as_fd(), b"x", SendFlags::NOSIGNAL);
    assert_eq!(sent, Err(Errno::EPIPE));
}

#[test]
fn tcp_that_is_reset() {
    let all = IN | OUT | RDHUP | HUP;
    let by_linger = |client, _server: &OwnedFd| reset(client);
    let by_bytes_unread = |client: OwnedFd, server: &OwnedFd| {
        send(server, b"x");
        reports(
            TCP,
            "bytes have come",
            &client,
            IN | OUT,
            &["read", "write"],
        );
    };
    for close in [&by_linger as &dyn Fn(OwnedFd, &OwnedFd), &by_bytes_unread] {
        let (client, server) = tcp_pair();
        close(client, &server);
        reports(TCP, "reset", &server, all | ERR, &["read", "write"]);
        assert_eq!(receive(&server), Err(Errno::ECONNRESET));
        assert_eq!(receive(&server), Ok(0), "it is told once");
        reports(TCP, "reset, and read", &server, all, &["read", "write"]);
    }
}

/// One that is connected gets nothing from others: the kernel refuses what is sent to it.
#[test]
fn udp_that_is_refused() {
    let [one, other, third] = [(); 3].map(|()| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    reports(UDP, "new", &one, OUT, &["write"]);
    let address = |socket: &UdpSocket| socket.local_addr().unwrap();
    third.send_to(b"x", address(&one)).unwrap();
    reports(
        UDP,
        "a datagram has come",
        &one,
        IN | OUT,
        &["read", "write"],
    );

    other.connect(address(&one)).unwrap();
    third.connect(address(&other)).unwrap();
    third.send(b"x").unwrap();
    reports(
        UDP,
        "connected, and what was sent was refused",
        &third,
        OUT | ERR,
        &["read", "write"],
    );
    let error = third.take_error().unwrap().unwrap();
    assert_eq!(error.raw_os_error(), Some(Errno::ECONNREFUSED.raw()));
    reports(UDP, "new", &third, OUT, &["write"]);
}

#[test]
fn unix_that_is_not_connected() {
    let name = format!("sysline-readiness-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let socket =
        || net::socket(AddressFamily::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let client = socket();
    reports(
        UNIX,
        "new, also after it was refused",
        &client,
        OUT | HUP,
        &["read", "write"],
    );
    let mut bytes = AddressFamily::UNIX.raw().to_ne_bytes().to_vec();
    bytes.push(0);
    bytes.extend(name.as_bytes());
    let at = Bytes(bytes);
    let refused = net::connect(client.as_fd(), &at);
    assert_eq!(refused, Err(Errno::ECONNREFUSED));
    reports(
        UNIX,
        "new, also after it was refused",
        &client,
        OUT | HUP,
        &["read", "write"],
    );

    let listener = UnixListener::bind_addr(&address).unwrap();
    reports(UNIX, "listening, nobody there", &listener, NOTHING, &[]);
    net::connect(client.as_fd(), &at).unwrap();
    reports(UNIX, "connected", &client, OUT, &["write"]);
    reports(
        UNIX,
        "listening, a connection waits to be accepted",
        &listener,
        IN,
        &["read"],
    );
}

/// An address as its bytes.
struct Bytes(Vec<u8>);

impl AddressArg for Bytes {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        call(&self.0)
    }
}

#[test]
fn unix_with_bytes() {
    let (one, other) = unix_pair();
    reports(UNIX, "connected", &one, OUT, &["write"]);
    send(&one, b"x");
    reports(
        UNIX,
        "bytes have come",
        &other,
        IN | OUT,
        &["read", "write"],
    );
    assert_eq!(receive(&other), Ok(1));
    fill(&one);
    reports(UNIX, "no room to send", &one, NOTHING, &[]);
    drain(&other, &one);
    reports(UNIX, "connected", &one, OUT, &["write"]);
}

#[test]
fn unix_that_is_half_closed() {
    let (one, other) = unix_pair();
    let half = IN | OUT | RDHUP;
    shut(&one, Shutdown::WRITE);
    reports(UNIX, "this end writes no more", &one, OUT, &["write"]);
    reports(
        UNIX,
        "half-closed: the other end writes no more",
        &other,
        half,
        &["read", "write"],
    );
    shut(&other, Shutdown::WRITE);
    reports(
        UNIX,
        "both ends write no more",
        &one,
        half | HUP,
        &["read", "write"],
    );
    reports(
        UNIX,
        "both ends write no more",
        &other,
        half | HUP,
        &["read", "write"],
    );

    let (one, other) = unix_pair();
    shut(&one, Shutdown::READ);
    reports(
        UNIX,
        "this end reads no more",
        &one,
        half,
        &["read", "write"],
    );
    reports(UNIX, "the other end reads no more", &other, OUT, &["write"]);
    let sent = net::send(other.as_fd(), b"x", SendFlags::NOSIGNAL);
    assert_eq!(sent, Err(Errno::EPIPE));
}

/// Unlike TCP's it is told at once.
#[test]
fn unix_whose_other_end_has_closed() {
    let all = IN | OUT | RDHUP | HUP;
    let (one, other) = unix_pair();
    drop(one);
    reports(
        UNIX,
        "the other end has closed",
        &other,
        all,
        &["read", "write"],
    );
    assert_eq!(receive(&other), Ok(0));

    let (one, other) = unix_pair();
    send(&other, b"x");
    drop(one);
    reports(
        UNIX,
        "the other end has closed with bytes unread",
        &other,
        all | ERR,
        &["read", "write"],
    );
    assert_eq!(receive(&other), Err(Errno::ECONNRESET));
    reports(
        UNIX,
        "the other end has closed",
        &other,
        all,
        &["read", "write"],
    );
}

#[test]
fn edges_are_told_once_with_all_that_is_true() {
    let all = IN | PRI | OUT | RDHUP;
    for (one, other) in [tcp_pair(), unix_pair()] {
        let list = List::of(other.as_fd(), of_epoll(all) | EpollFlags::ET);
        list.comes_to(of_epoll(OUT));
        send(&one, b"ab");
        list.comes_to(of_epoll(IN | OUT));
        let mut byte = [0];
        let read = net::recv(other.as_fd(), &mut byte, RecvFlags::empty());
        assert_eq!(read, Ok(1));
        assert_eq!(list.now(), [], "one byte is left, and nothing is told");
        send(&one, b"c");
        list.comes_to(of_epoll(IN | OUT));
        shut(&one, Shutdown::WRITE);
        list.comes_to(of_epoll(IN | OUT | RDHUP));
        assert_eq!((receive(&other), receive(&other)), (Ok(2), Ok(0)));
        assert_eq!(list.now(), [], "it is at its end, and nothing is told");
        shut(&other, Shutdown::WRITE);
        list.comes_to(of_epoll(IN | OUT | RDHUP | HUP));
    }
    let (one, other) = tcp_pair();
    let list = List::of(other.as_fd(), of_epoll(all) | EpollFlags::ET);
    list.comes_to(of_epoll(OUT));
    reset(one);
    list.comes_to(of_epoll(IN | OUT | RDHUP | HUP | ERR));
}

/// Lets this process have no more descriptors, or so many. Only in a copy.
fn limit(soft: Option<u64>) {
    let mut limit = getrlimit(Resource::NOFILE).unwrap();
    limit.current = soft;
    setrlimit(Resource::NOFILE, limit).unwrap();
}

/// The connection that there is no descriptor for stays where it is, and is told: but not again by an edge.
#[test]
fn fault_a_connection_that_could_not_be_accepted() {
    in_child(|| {
        let (listener, address) = listening();
        let list = List::of(listener.as_fd(), EpollFlags::IN | EpollFlags::ET);
        let client = tcp();
        net::connect(client.as_fd(), &address).unwrap();
        list.comes_to(EpollFlags::IN);
        let fd = listener.as_fd();
        let full = io::fcntl_dupfd_cloexec(fd, 0).unwrap().as_raw_fd() as u64;
        let before = getrlimit(Resource::NOFILE).unwrap().current;
        limit(Some(full));
        for _ in 0..3 {
            assert_eq!(net::accept(fd).unwrap_err(), Errno::EMFILE);
            assert_eq!(polled(fd, IN), IN);
            assert_eq!(selected(fd), ["read"]);
        }
        assert_eq!(list.now(), [], "it was told");
        limit(before);
        let connection = net::accept(fd).unwrap();
        send(&client, b"x");
        assert_eq!(
            net::recv(connection.as_fd(), &mut [0; 4], RecvFlags::empty()),
            Ok(1)
        );
        assert_eq!(polled(fd, IN), NOTHING);
    });
}

/// accept(2) gives the lowest number that is free, whatever select can hold.
#[test]
fn fault_a_connection_accepted_as_1024_is_not_for_select() {
    in_child(|| {
        limit(Some(1100));
        let (listener, address) = listening();
        let clients = [tcp(), tcp()];
        for client in &clients {
            net::connect(client.as_fd(), &address).unwrap();
            send(client, b"x");
        }
        let lowest = io::dup(listener.as_fd()).unwrap();
        let mut taken = vec![lowest];
        while taken.last().unwrap().as_raw_fd() < 1022 {
            taken.push(io::dup(listener.as_fd()).unwrap());
        }
        let [last, beyond] = [(); 2].map(|()| net::accept(listener.as_fd()).unwrap());
        assert_eq!((last.as_raw_fd(), beyond.as_raw_fd()), (1023, 1024));
        let mut set = FdSet::new();
        set.insert(last.as_fd()).unwrap();
        assert_eq!(set.insert(beyond.as_fd()), Err(Errno::EINVAL));
        assert_eq!(select(Some(&mut set), None, None, PATIENCE, None), Ok(1));
        assert!(set.contains(last.as_fd()));
        let mut fds = [&last, &beyond].map(|fd| PollFd::new(fd.as_fd(), IN));
        while poll(&mut fds, PATIENCE, None).unwrap() < 2 {}
        let mut copy = FdSetBuf::new();
        copy.insert(beyond.as_fd()).unwrap(); // select itself with such a set is tested in select.rs
        assert!(copy.contains(beyond.as_fd()));
    });
}

/// The list has the connection, not the descriptor; and the other end sees no end of it.
#[test]
fn fault_a_connection_closed_while_a_copy_is_open() {
    in_child(|| {
        let list = List(epoll_create(EpollCreateFlags::CLOEXEC).unwrap());
        let asked = EpollFlags::IN | EpollFlags::RDHUP;
        let (client, server) = tcp_pair();
        let number = server.as_raw_fd();
        list.add(server.as_fd(), asked, 1);
        let copy = io::fcntl_dupfd_cloexec(server.as_fd(), 100).unwrap();
        drop(server);
        reports(TCP, "connected", &client, OUT, &["write"]);
        send(&client, b"x");
        assert_eq!(
            list.wait(PATIENCE),
            [(1, EpollFlags::IN)],
            "of one that is closed"
        );

        // Another connection gets the number, and both are on the list: the old one's events must not be taken for its.
        let (new_client, new_server) = UnixStream::pair().unwrap();
        let new = [new_client.as_fd(), new_server.as_fd()];
        let new = new.into_iter().find(|fd| fd.as_raw_fd() == number).unwrap();
        list.add(new, asked, 2);
        assert_eq!(list.now(), [(1, EpollFlags::IN)]);
        let gone = epoll_ctl_del(list.0.as_fd(), copy.as_fd());
        assert_eq!(
            gone,
            Err(Errno::ENOENT),
            "it was added as another descriptor"
        );

        // To shut it down ends it for all copies; its events end with the last.
        shut(&copy, Shutdown::WRITE);
        let half = IN | OUT | RDHUP;
        reports(
            TCP,
            "half-closed: the other end writes no more",
            &client,
            half,
            &["read", "write"],
        );
        assert_eq!(receive(&copy), Ok(1));
        shut(&client, Shutdown::WRITE);
        let come = list.wait(PATIENCE);
        let ended = EpollFlags::IN | EpollFlags::RDHUP | EpollFlags::HUP;
        assert_eq!(come, [(1, ended)]);
        drop(copy);
        assert_eq!(list.now(), []);
    });
}

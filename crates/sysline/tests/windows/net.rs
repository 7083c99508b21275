//! `sysline::windows::net` and `iocp` do what they say, against `std`'s sockets and against themselves.

use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::net::{
    Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket,
};
use std::process::Command;
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};
use sysline::windows::iocp::{CompletionPort, cancel};
use sysline::windows::net::*;
use sysline::windows::{AsHandle, AsSocket, OwnedHandle, OwnedSocket, Result};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// What is asked for where nothing shall come.
const SHORT: Duration = Duration::from_millis(50);

/// A socket of TCP; Winsock is started.
fn tcp(af: i32) -> OwnedSocket {
    drop(Winsock::start().unwrap());
    let flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
    wsa_socket(af, SOCK_STREAM, IPPROTO_TCP, None, 0, flags).unwrap()
}

/// A socket that listens on a free port, and its address.
fn listener(addr: SocketAddr) -> (OwnedSocket, SocketAddr) {
    let socket = tcp(if addr.is_ipv4() { AF_INET } else { AF_INET6 });
    bind(&socket, &addr).unwrap();
    listen(&socket, SOMAXCONN).unwrap();
    let addr = local_addr(&socket).unwrap();
    (socket, addr)
}

fn localhost() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Both ends of a connection of IPv4.
fn pair() -> (OwnedSocket, OwnedSocket) {
    let (listener, addr) = listener(localhost());
    let client = tcp(AF_INET);
    connect(&client, &addr).unwrap();
    (accept(&listener).unwrap().0, client)
}

/// One end is ours, the other `std`'s.
fn pair_with_std() -> (OwnedSocket, TcpStream) {
    let (listener, addr) = listener(localhost());
    let client = TcpStream::connect(addr).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    (accept(&listener).unwrap().0, client)
}

/// What one receive gives.
fn receive(socket: impl AsSocket, len: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    let received = wsa_recv(socket, &mut [IoSliceMut::new(&mut bytes)], &mut 0)?;
    bytes.truncate(received as usize);
    Ok(bytes)
}

/// Waits until something has come, which stays.
fn peek(socket: impl AsSocket) -> u32 {
    let mut byte = [0];
    wsa_recv(socket, &mut [IoSliceMut::new(&mut byte)], &mut { MSG_PEEK }).unwrap()
}

fn send(socket: impl AsSocket, bytes: &[u8]) -> Result<u32> {
    wsa_send(socket, &[IoSlice::new(bytes)], 0)
}

fn code<T>(result: Result<T>) -> u32 {
    match result {
        Ok(_) => 0,
        Err(error) => error.code(),
    }
}

#[test]
fn winsock_has_a_version() {
    assert_eq!(Winsock::start().unwrap().version(), (2, 2));
}

/// In a process of its own, where nothing else starts Winsock.
#[test]
fn sockets_are_there_after_the_first_start() {
    const ALONE: &str = "SYSLINE_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let test = "net::sockets_are_there_after_the_first_start";
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let output = alone.args(["--exact", test]).env(ALONE, "").output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert!(text.contains("1 passed"), "{text}");
        return;
    }
    let make = || wsa_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, None, 0, 0);
    // WSANOTINITIALISED.
    assert_eq!(code(make()), 10093);
    let winsock = Winsock::start().unwrap();
    let socket = make().unwrap();
    // The last guard ends, and the socket is its owner's still.
    drop((Winsock::start().unwrap(), winsock));
    bind(&socket, &localhost()).unwrap();
    make().unwrap();
    close(socket).unwrap();
    for _ in 0..10 {
        drop(Winsock::start().unwrap());
    }
    // Each guard has taken its start back: there is the process's own, and no other.
    // SAFETY: no socket is open.
    assert_eq!(unsafe { wsa_cleanup() }, Ok(()));
    // WSANOTINITIALISED.
    // SAFETY: no socket is open.
    assert_eq!(code(unsafe { wsa_cleanup() }), 10093);
    assert_eq!(code(make()), 10093);
}

#[test]
fn a_socket_is_made_of_numbers() {
    drop(Winsock::start().unwrap());
    wsa_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, None, 0, 0).unwrap();
    let socket = wsa_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP, None, 0, 0).unwrap();
    bind(&socket, &localhost()).unwrap();
    // As the article has it: WSAESOCKTNOSUPPORT or WSAEAFNOSUPPORT, where each number is wrong.
    let bad = code(wsa_socket(9999, 9999, 9999, None, 0, 0));
    assert!(matches!(bad, 10044 | 10047), "{bad}");
    // WSAESOCKTNOSUPPORT, or WSAEPROTONOSUPPORT: a stream of datagrams.
    let bad = code(wsa_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP, None, 0, 0));
    assert!(matches!(bad, 10043 | 10044), "{bad}");
}

#[test]
fn a_socket_is_made_of_a_protocol() {
    drop(Winsock::start().unwrap());
    let all = protocols().unwrap();
    let is_tcp = |info: &&WSAPROTOCOL_INFOW| {
        (info.iAddressFamily, info.iSocketType, info.iProtocol)
            == (AF_INET, SOCK_STREAM, IPPROTO_TCP)
    };
    let tcp = all.iter().find(is_tcp).unwrap();
    let from = FROM_PROTOCOL_INFO;
    let flags = WSA_FLAG_OVERLAPPED;
    let socket = wsa_socket(from, from, from, Some(tcp), 0, flags).unwrap();
    bind(&socket, &localhost()).unwrap();
    listen(&socket, 1).unwrap();
    TcpStream::connect(local_addr(&socket).unwrap()).unwrap();
    // WSAEINVAL: what is reserved may be somebody's handle.
    for change in [
        |info: &mut WSAPROTOCOL_INFOW| info.dwServiceFlags2 = 1,
        |info: &mut WSAPROTOCOL_INFOW| info.dwServiceFlags3 = 4,
        |info: &mut WSAPROTOCOL_INFOW| info.dwServiceFlags4 = 0xff00_ff00,
        |info: &mut WSAPROTOCOL_INFOW| info.dwProviderReserved = 4,
    ] {
        let mut changed = *tcp;
        change(&mut changed);
        let made = wsa_socket(from, from, from, Some(&changed), 0, flags);
        assert_eq!(code(made), 10022);
    }
}

#[test]
fn ours_and_ours_talk() {
    let mut addrs = vec![localhost()];
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        addrs.push((Ipv6Addr::LOCALHOST, 0).into());
    } else {
        println!("skipped: there is no IPv6 here");
    }
    for addr in addrs {
        let (listener, addr) = listener(addr);
        assert_ne!(addr.port(), 0);
        let client = tcp(if addr.is_ipv4() { AF_INET } else { AF_INET6 });
        connect(&client, &addr).unwrap();
        let (server, from) = accept(&listener).unwrap();
        assert_eq!(from, local_addr(&client).unwrap());
        assert_eq!(from, peer_addr(&server).unwrap());
        assert_eq!(addr, peer_addr(&client).unwrap());
        assert_eq!(addr, local_addr(&server).unwrap());
        assert_eq!(send(&client, b"to you"), Ok(6));
        assert_eq!(receive(&server, 100).unwrap(), b"to you");
        assert_eq!(send(&server, b"and back"), Ok(8));
        assert_eq!(receive(&client, 3).unwrap(), b"and");
        assert_eq!(receive(&client, 100).unwrap(), b" back");
    }
}

#[test]
fn ours_talks_to_a_client_of_std() {
    let (server, mut client) = pair_with_std();
    assert_eq!(peer_addr(&server).unwrap(), client.local_addr().unwrap());
    client.write_all(b"hello").unwrap();
    assert_eq!(receive(&server, 100).unwrap(), b"hello");
    send(&server, b"world").unwrap();
    shutdown(&server, Shutdown::Write).unwrap();
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    assert_eq!(text, "world");
    // Ended: nothing comes, and that is no error.
    drop(client);
    assert_eq!(receive(&server, 100).unwrap(), b"");
    close(server).unwrap();
}

#[test]
fn ours_talks_to_a_server_of_std() {
    for addr in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(listener) = TcpListener::bind(addr) else {
            println!("skipped: there is no {addr} here");
            assert!(addr.starts_with('['));
            continue;
        };
        let addr = listener.local_addr().unwrap();
        let client = tcp(if addr.is_ipv4() { AF_INET } else { AF_INET6 });
        connect(&client, &addr).unwrap();
        let (mut server, from) = listener.accept().unwrap();
        assert_eq!(from, local_addr(&client).unwrap());
        send(&client, b"hello").unwrap();
        shutdown(&client, Shutdown::Both).unwrap();
        let mut text = String::new();
        server.read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
    }
}

#[test]
fn what_ends_its_reading_sends_still() {
    let (server, mut client) = pair_with_std();
    shutdown(&server, Shutdown::Read).unwrap();
    assert_eq!(send(&server, b"still here"), Ok(10));
    let mut text = [0; 10];
    client.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"still here");
    // The other side has seen no end.
    client.set_read_timeout(Some(SHORT)).unwrap();
    assert!(client.read(&mut text).is_err());
}

#[test]
fn what_ends_its_writing_receives_still() {
    let (server, mut client) = pair_with_std();
    shutdown(&server, Shutdown::Write).unwrap();
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    client.write_all(b"still heard").unwrap();
    assert_eq!(receive(&server, 100).unwrap(), b"still heard");
    // WSAESHUTDOWN, or WSAECONNRESET in wine, which is Linux' EPIPE.
    let sent = code(send(&server, b"x"));
    assert!(matches!(sent, 10058 | 10054), "{sent}");
}

#[test]
fn slices_are_filled_one_after_the_other() {
    let (server, client) = pair();
    let parts = [b"one ".as_slice(), b"", b"and two"].map(IoSlice::new);
    assert_eq!(wsa_send(&client, &parts, 0), Ok(11));
    let (mut first, mut second) = ([0; 6], [0; 20]);
    let mut flags = 0;
    let received = wsa_recv(
        &server,
        &mut [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)],
        &mut flags,
    );
    assert_eq!((received, flags), (Ok(11), 0));
    assert_eq!((&first, &second[..5]), (b"one an", b"d two".as_slice()));
    assert_eq!(second[5..], [0; 15]);
}

#[test]
fn what_is_peeked_at_stays() {
    let (server, client) = pair();
    send(&client, b"stays").unwrap();
    let mut bytes = [0; 5];
    for mut flags in [MSG_PEEK, MSG_WAITALL] {
        let mut room = [IoSliceMut::new(&mut bytes)];
        assert_eq!(wsa_recv(&server, &mut room, &mut flags), Ok(5));
        assert_eq!(&bytes, b"stays");
        bytes = [0; 5];
    }
}

#[test]
fn a_datagram_that_is_too_long_is_an_error_and_its_start() {
    let socket = UdpSocket::bind(localhost()).unwrap();
    let sender = UdpSocket::bind(localhost()).unwrap();
    sender
        .send_to(b"0123456789", socket.local_addr().unwrap())
        .unwrap();
    let mut bytes = [0; 4];
    let received = wsa_recv(&socket, &mut [IoSliceMut::new(&mut bytes)], &mut 0);
    // WSAEMSGSIZE.
    assert_eq!(code(received), 10040);
    assert_eq!(&bytes, b"0123");
}

#[test]
fn errors_have_winsock_s_codes() {
    let (taken, addr) = listener(localhost());
    // WSAEADDRINUSE.
    assert_eq!(code(bind(tcp(AF_INET), &addr)), 10048);
    // WSAEINVAL: bound already; no address yet.
    assert_eq!(code(bind(&taken, &addr)), 10022);
    assert_eq!(code(local_addr(tcp(AF_INET))), 10022);
    assert_eq!(code(listen(tcp(AF_INET), 1)), 10022);
    // WSAENOTCONN.
    let alone = tcp(AF_INET);
    assert_eq!(code(peer_addr(&alone)), 10057);
    assert_eq!(code(receive(&alone, 1)), 10057);
    // wine: WSAECONNRESET, which is Linux' EPIPE.
    let sent = code(send(&alone, b"x"));
    assert!(matches!(sent, 10057 | 10054), "{sent}");
    assert_eq!(code(shutdown(&alone, Shutdown::Both)), 10057);
    // WSAEADDRNOTAVAIL: nobody's own address.
    let foreign = ([192, 0, 2, 1], 0).into();
    assert_eq!(code(bind(&alone, &foreign)), 10049);
    // WSAECONNREFUSED: nobody listens there, and nobody else can.
    let silent = tcp(AF_INET);
    bind(&silent, &localhost()).unwrap();
    let addr = local_addr(&silent).unwrap();
    assert_eq!(code(connect(tcp(AF_INET), &addr)), 10061);
    // WSAEFAULT, WSAEAFNOSUPPORT or, in wine, WSAEINVAL: an address of another family.
    let other = code(bind(tcp(AF_INET6), &localhost()));
    assert!(matches!(other, 10014 | 10022 | 10047), "{other}");
    // WSAEINVAL, or WSAEOPNOTSUPP: none listens, and datagrams have no clients.
    assert_eq!(code(accept(tcp(AF_INET))), 10022);
    let datagrams = UdpSocket::bind(localhost()).unwrap();
    assert_eq!(code(listen(&datagrams, 1)), 10045);
    // WSAEWOULDBLOCK.
    datagrams.set_nonblocking(true).unwrap();
    assert_eq!(code(receive(&datagrams, 1)), 10035);
}

/// A handle that is no socket: only an unsafe conversion makes one, as a program written wrongly may.
#[test]
fn what_is_no_socket_is_an_error() {
    use std::os::windows::io::{AsRawHandle, BorrowedSocket, RawSocket};
    drop(Winsock::start().unwrap());
    let port = CompletionPort::new(0).unwrap();
    let raw = port.as_handle().as_raw_handle() as RawSocket;
    // SAFETY: the handle is open as long as it is borrowed. It is no socket, which each call says.
    let wrong = unsafe { BorrowedSocket::borrow_raw(raw) };
    // WSAENOTSOCK.
    assert_eq!(code(local_addr(wrong)), 10038);
    assert_eq!(code(peer_addr(wrong)), 10038);
    assert_eq!(code(bind(wrong, &localhost())), 10038);
    assert_eq!(code(connect(wrong, &localhost())), 10038);
    assert_eq!(code(listen(wrong, 1)), 10038);
    assert_eq!(code(accept(wrong)), 10038);
    assert_eq!(code(shutdown(wrong, Shutdown::Both)), 10038);
    assert_eq!(code(receive(wrong, 1)), 10038);
    assert_eq!(code(send(wrong, b"x")), 10038);
    let mut set = SocketSet::new();
    set.insert(wrong).unwrap();
    assert_eq!(code(select(Some(&mut set), None, None, None)), 10038);
    // As it was before.
    assert!(set.contains(wrong));
}

#[test]
fn a_closed_connection_is_told_to_the_other_side() {
    let (server, client) = pair();
    close(client).unwrap();
    assert_eq!(receive(&server, 1).unwrap(), b"");
    // Closed with something unread: it is reset. WSAECONNRESET or WSAECONNABORTED; to wine it may just have ended.
    let (server, client) = pair();
    send(&server, b"never read").unwrap();
    assert_eq!(peek(&client), 1);
    close(client).unwrap();
    match receive(&server, 1) {
        Ok(bytes) => assert_eq!(bytes, b""),
        Err(error) => assert!(matches!(error.code(), 10053 | 10054), "{error}"),
    }
}

#[test]
fn select_tells_what_can_be_read() {
    let (server, client) = pair();
    let (idle, _other) = pair();
    let mut read = SocketSet::new();
    read.insert(server.as_socket()).unwrap();
    read.insert(idle.as_socket()).unwrap();
    let both = read;
    // Time goes by, or none does.
    let start = Instant::now();
    assert_eq!(select(Some(&mut read), None, None, Some(SHORT)), Ok(0));
    assert!(start.elapsed() >= SHORT - Duration::from_millis(20));
    assert!(read.is_empty());
    read = both;
    let start = Instant::now();
    assert_eq!(
        select(Some(&mut read), None, None, Some(Duration::ZERO)),
        Ok(0)
    );
    assert!(start.elapsed() < PATIENCE);
    // Another thread sends meanwhile; there is no end to the time.
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            send(&client, b"x").unwrap();
        });
        read = both;
        assert_eq!(select(Some(&mut read), None, None, None), Ok(1));
    });
    assert!(read.contains(server.as_socket()));
    assert_eq!(read.len(), 1);
    // A client that waits, and a longer time than there is.
    let (listener, addr) = listener(localhost());
    let _client = TcpStream::connect(addr).unwrap();
    let mut read = SocketSet::new();
    read.insert(listener.as_socket()).unwrap();
    let time = Some(Duration::MAX);
    assert_eq!(select(Some(&mut read), None, None, time), Ok(1));
}

#[test]
fn select_tells_what_can_be_written() {
    let (server, client) = pair();
    send(&client, b"x").unwrap();
    let (mut read, mut write, mut except) = (SocketSet::new(), SocketSet::new(), SocketSet::new());
    read.insert(client.as_socket()).unwrap();
    write.insert(client.as_socket()).unwrap();
    write.insert(server.as_socket()).unwrap();
    except.insert(server.as_socket()).unwrap();
    let sets = (Some(&mut read), Some(&mut write), Some(&mut except));
    assert_eq!(select(sets.0, sets.1, sets.2, Some(SHORT)), Ok(2));
    assert_eq!((read.len(), write.len(), except.len()), (0, 2, 0));
}

#[test]
fn select_of_nothing_is_an_error() {
    drop(Winsock::start().unwrap());
    // WSAEINVAL.
    let time = Some(Duration::ZERO);
    assert_eq!(code(select(None, None, None, time)), 10022);
    assert_eq!(
        code(select(Some(&mut SocketSet::new()), None, None, time)),
        10022
    );
}

#[test]
fn select_takes_64_sockets() {
    let sockets: Vec<UdpSocket> = (0..65)
        .map(|_| UdpSocket::bind(localhost()).unwrap())
        .collect();
    let mut set = SocketSet::new();
    for socket in &sockets[..64] {
        set.insert(socket.as_socket()).unwrap();
    }
    // WSAENOBUFS.
    assert_eq!(code(set.insert(sockets[64].as_socket())), 10055);
    assert_eq!((set.len(), set.iter().len()), (64, 64));
    let (mut read, mut write) = (set, set);
    let ready = select(Some(&mut read), Some(&mut write), None, Some(SHORT));
    assert_eq!(ready, Ok(64));
    assert_eq!((read.len(), write.len()), (0, 64));
    assert!(
        sockets[..64]
            .iter()
            .all(|socket| write.contains(socket.as_socket()))
    );
    // One of them has something to read.
    let last = sockets[63].local_addr().unwrap();
    sockets[64].send_to(b"x", last).unwrap();
    let mut read = set;
    assert_eq!(select(Some(&mut read), None, None, Some(PATIENCE)), Ok(1));
    assert!(read.contains(sockets[63].as_socket()));
}

/// An operation that the system owns: its memory stays where it is until it has ended.
struct Operation {
    overlapped: OVERLAPPED,
    bytes: [u8; 16],
}

impl Operation {
    /// A receive on `socket` that has begun.
    fn receive(socket: &OwnedSocket) -> Result<*mut Operation> {
        let operation = Box::into_raw(Box::new(Operation {
            overlapped: OVERLAPPED::default(),
            bytes: [0; 16],
        }));
        // SAFETY: who gets the address gives it back when the operation has ended; until then nobody uses it.
        let begun = unsafe {
            let buf = (&raw mut (*operation).bytes).cast();
            let overlapped = &raw mut (*operation).overlapped;
            wsa_recv_overlapped(socket, &[WSABUF { len: 16, buf }], &mut 0, overlapped)
        };
        if begun.is_err() {
            // SAFETY: it has not begun.
            drop(unsafe { Box::from_raw(operation) });
        }
        begun.map(|()| operation)
    }

    /// The operation, which has ended.
    ///
    /// # Safety
    ///
    /// It has, and this is asked once.
    unsafe fn ended(operation: *mut Operation) -> Box<Operation> {
        // SAFETY: as the caller promises.
        unsafe { Box::from_raw(operation) }
    }
}

/// The address of an operation's OVERLAPPED.
fn overlapped(operation: *mut Operation) -> *mut OVERLAPPED {
    // SAFETY: the operation is there; nothing of it is read.
    unsafe { &raw mut (*operation).overlapped }
}

#[test]
fn an_operation_ends_at_a_port() {
    let port = CompletionPort::new(1).unwrap();
    let (server, client) = pair();
    port.associate(&server, 77).unwrap();
    // Before something has come, and after.
    for is_first in [true, false] {
        let send = || assert_eq!(send(&client, b"a packet"), Ok(8));
        if !is_first {
            send();
            thread::sleep(SHORT);
        }
        let operation = Operation::receive(&server).unwrap();
        if is_first {
            assert!(port.get(Some(SHORT)).unwrap().is_none());
            send();
        }
        let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
        assert_eq!((packet.result(), packet.key), (Ok(8), 77));
        assert_eq!(packet.overlapped, overlapped(operation));
        // SAFETY: there was its packet.
        let operation = unsafe { Operation::ended(operation) };
        assert_eq!(&operation.bytes[..9], b"a packet\0");
    }
    // One packet each.
    assert!(port.get(Some(Duration::ZERO)).unwrap().is_none());
}

#[test]
fn a_send_ends_at_a_port() {
    let port = CompletionPort::new(0).unwrap();
    let (server, client) = pair();
    port.associate(&client, 1).unwrap();
    let mut state = OVERLAPPED::default();
    let parts = [b"two ", b"part"].map(|part| WSABUF {
        len: 4,
        buf: part.as_ptr().cast_mut(),
    });
    // SAFETY: the bytes are constants, and `state` is there until the packet has come.
    unsafe { wsa_send_overlapped(&client, &parts, 0, &raw mut state) }.unwrap();
    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
    assert_eq!((packet.result(), packet.error), (Ok(8), None));
    assert_eq!(packet.overlapped.addr(), (&raw const state).addr());
    assert_eq!(receive(&server, 100).unwrap(), b"two part");
}

/// A system may take some long sends at once: the first one that it does not is Ok too.
#[test]
fn a_send_that_has_to_wait_has_begun() {
    const SIZE: usize = 8 << 20;
    let port = CompletionPort::new(0).unwrap();
    let (server, mut client) = pair_with_std();
    port.associate(&server, 9).unwrap();
    // They stay where they are if an assertion fails while the system uses them.
    let bytes = Box::into_raw(vec![b'x'; SIZE].into_boxed_slice());
    let mut states = Vec::new();
    let mut ends = 0;
    let is_pending = (0..16).any(|_| {
        let state = Box::into_raw(Box::new(OVERLAPPED::default()));
        let part = WSABUF {
            len: SIZE as u32,
            buf: bytes.cast(),
        };
        // SAFETY: nobody writes to the bytes, and they and `state` are there until all packets have come.
        unsafe { wsa_send_overlapped(&server, &[part], 0, state) }.unwrap();
        states.push(state);
        let packet = port.get(Some(Duration::from_millis(500))).unwrap();
        if let Some(packet) = packet {
            assert_eq!(packet.result(), Ok(SIZE as u32));
            assert_eq!(packet.overlapped, state);
            ends += 1;
        }
        packet.is_none()
    });
    assert!(is_pending, "the peer reads nothing, and all was taken");
    // The packet of the one that waits comes when the peer reads.
    let mut received = vec![0; SIZE];
    for _ in &states {
        client.read_exact(&mut received).unwrap();
        assert!(received.iter().all(|&byte| byte == b'x'));
    }
    assert_eq!(ends + 1, states.len());
    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
    assert_eq!((packet.result(), packet.key), (Ok(SIZE as u32), 9));
    assert_eq!(packet.overlapped, *states.last().unwrap());
    assert!(port.get(Some(Duration::ZERO)).unwrap().is_none());
    // SAFETY: each operation has ended.
    unsafe {
        states
            .into_iter()
            .for_each(|state| drop(Box::from_raw(state)));
        drop(Box::from_raw(bytes));
    }
}

#[test]
fn an_operation_is_asked_for_its_end() {
    let (server, client) = pair();
    let operation = Operation::receive(&server).unwrap();
    let ask = |wait| {
        // SAFETY: it has begun, and the socket has no other.
        unsafe { wsa_get_overlapped_result(&server, overlapped(operation), wait) }
    };
    // WSA_IO_INCOMPLETE.
    assert_eq!(code(ask(false)), 996);
    send(&client, b"at last").unwrap();
    assert_eq!(ask(true), Ok((7, 0)));
    // SAFETY: it has ended.
    let operation = unsafe { Operation::ended(operation) };
    assert_eq!(&operation.bytes[..7], b"at last");
}

#[test]
fn an_operation_that_fails_has_a_packet() {
    let port = CompletionPort::new(0).unwrap();
    let (server, _client) = pair();
    port.associate(&server, 5).unwrap();
    let operation = Operation::receive(&server).unwrap();
    cancel(&server, Some(overlapped(operation))).unwrap();
    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
    // ERROR_OPERATION_ABORTED.
    assert_eq!((code(packet.result()), packet.key), (995, 5));
    assert_eq!(
        (packet.bytes, packet.overlapped),
        (0, overlapped(operation))
    );
    // ERROR_NOT_FOUND: it has ended. (Of all operations, when there are none, wine says nothing.)
    assert_eq!(code(cancel(&server, Some(overlapped(operation)))), 1168);
    // SAFETY: there was its packet.
    drop(unsafe { Operation::ended(operation) });
    let operation = Operation::receive(&server).unwrap();
    cancel(&server, None).unwrap();
    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
    assert_eq!(code(packet.result()), 995);
    // SAFETY: there was its packet.
    drop(unsafe { Operation::ended(operation) });
}

#[test]
fn a_reset_connection_has_a_packet() {
    let port = CompletionPort::new(0).unwrap();
    let (server, client) = pair();
    port.associate(&server, 6).unwrap();
    let operation = Operation::receive(&server).unwrap();
    // Closed with something unread.
    send(&server, b"never read").unwrap();
    assert_eq!(peek(&client), 1);
    close(client).unwrap();
    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
    // ERROR_NETNAME_DELETED, or ERROR_CONNECTION_ABORTED.
    let error = code(packet.result());
    assert!(matches!(error, 64 | 1236), "{error}");
    assert_eq!(packet.overlapped, overlapped(operation));
    // SAFETY: there was its packet.
    drop(unsafe { Operation::ended(operation) });
}

#[test]
fn an_operation_that_does_not_begin_has_none() {
    let port = CompletionPort::new(0).unwrap();
    let socket = tcp(AF_INET);
    port.associate(&socket, 1).unwrap();
    // WSAENOTCONN.
    assert_eq!(code(Operation::receive(&socket)), 10057);
    assert!(port.get(Some(SHORT)).unwrap().is_none());
}

#[test]
fn what_is_posted_comes_back() {
    let port = CompletionPort::new(0).unwrap();
    let nowhere = without_provenance_mut(usize::MAX - 7);
    port.post(u32::MAX, usize::MAX, nowhere).unwrap();
    port.post(0, 0, null_mut()).unwrap();
    let first = port.get(None).unwrap().unwrap();
    assert_eq!((first.result(), first.key), (Ok(u32::MAX), usize::MAX));
    assert_eq!(first.overlapped.addr(), usize::MAX - 7);
    // A packet without an operation is a packet.
    let second = port.get(Some(Duration::MAX)).unwrap().unwrap();
    assert_eq!((second.result(), second.key), (Ok(0), 0));
    assert!(second.overlapped.is_null());
    for time in [Duration::ZERO, Duration::from_nanos(1), SHORT] {
        let start = Instant::now();
        assert!(port.get(Some(time)).unwrap().is_none());
        assert!(start.elapsed() + Duration::from_millis(20) >= time);
    }
}

#[test]
fn a_socket_belongs_to_one_port() {
    let (port, other) = (
        CompletionPort::new(0).unwrap(),
        CompletionPort::new(0).unwrap(),
    );
    let socket = tcp(AF_INET);
    port.associate(&socket, 1).unwrap();
    // ERROR_INVALID_PARAMETER.
    assert_eq!(code(other.associate(&socket, 1)), 87);
    // A handle that no operation is known of.
    assert_ne!(code(other.associate_handle(&port, 1)), 0);
}

#[test]
fn a_file_belongs_to_one_port() {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_OVERLAPPED: u32 = 0x4000_0000;
    let port = CompletionPort::new(0).unwrap();
    let file = std::fs::File::options()
        .read(true)
        .custom_flags(FILE_FLAG_OVERLAPPED)
        .open(std::env::current_exe().unwrap())
        .unwrap();
    port.associate_handle(&file, 1).unwrap();
    // ERROR_INVALID_PARAMETER.
    assert_eq!(code(port.associate_handle(&file, 1)), 87);
    let handle = OwnedHandle::from(port);
    assert_ne!(
        code(CompletionPort::new(0).unwrap().associate_handle(&handle, 1)),
        0
    );
}

/// Ten threads take ten thousand packets: each one once.
#[test]
fn ten_threads_share_a_port() {
    const PACKETS: usize = 10_000;
    let port = CompletionPort::new(10).unwrap();
    let taken = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                let mut own = Vec::new();
                // Key 0 is the end.
                loop {
                    let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
                    if packet.key == 0 {
                        break;
                    }
                    assert_eq!(packet.overlapped.addr(), packet.key * 8);
                    own.push(packet.key);
                }
                taken.lock().unwrap().extend(own);
            });
        }
        for key in 1..=PACKETS {
            port.post(0, key, without_provenance_mut(key * 8)).unwrap();
        }
        for _ in 0..10 {
            port.post(0, 0, null_mut()).unwrap();
        }
    });
    let mut taken = taken.into_inner().unwrap();
    taken.sort();
    assert!(taken.into_iter().eq(1..=PACKETS));
}

#[test]
fn many_clients_of_one_port() {
    let port = CompletionPort::new(0).unwrap();
    let pairs: Vec<_> = (0..50).map(|_| pair()).collect();
    let mut operations = Vec::new();
    for (key, (server, _)) in pairs.iter().enumerate() {
        port.associate(server, key).unwrap();
        operations.push(Operation::receive(server).unwrap());
    }
    for (key, (_, client)) in pairs.iter().enumerate().rev() {
        send(client, format!("client {key}").as_bytes()).unwrap();
    }
    for _ in 0..pairs.len() {
        let packet = port.get(Some(PATIENCE)).unwrap().unwrap();
        let operation = operations[packet.key];
        assert_eq!(packet.overlapped, overlapped(operation));
        // SAFETY: there was its packet, and there is one only.
        let operation = unsafe { Operation::ended(operation) };
        let received = &operation.bytes[..packet.result().unwrap() as usize];
        assert_eq!(received, format!("client {}", packet.key).as_bytes());
    }
}

#[test]
fn localhost_is_what_std_says() {
    let resolved = ("localhost", 0).to_socket_addrs().unwrap();
    for addr in resolved {
        let socket = tcp(if addr.is_ipv4() { AF_INET } else { AF_INET6 });
        bind(&socket, &addr).unwrap();
        assert_eq!(local_addr(&socket).unwrap().ip(), addr.ip());
    }
}

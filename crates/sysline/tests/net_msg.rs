//! Messages: several buffers, addresses and control messages in one call, and several messages in one call.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::in_child;
use emulator::skipped;
use linux_raw_sys::net as c;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::time::Duration;
use sysline::Errno;
use sysline::event::Timeout;
use sysline::io::{IoSlice, IoSliceMut};
use sysline::net::*;
use sysline::time::Timespec;

const NOTHING: SendFlags = SendFlags::empty();

fn udp() -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
}

fn address(socket: &impl AsFd) -> SocketAddrAny {
    getsockname(socket.as_fd()).unwrap()
}

fn count() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// How many descriptors came.
fn rights(control: &mut RecvControl<'_>) -> usize {
    let messages = control.messages();
    messages
        .map(|message| match message {
            ControlMessage::Rights(rights) => rights.map(File::from).count(),
            other => panic!("{other:?}"),
        })
        .sum()
}

/// Sends a descriptor with bytes.
fn send_null(fd: BorrowedFd<'_>, bufs: &[IoSlice<'_>]) -> sysline::Result<usize> {
    let null = File::open("/dev/null").unwrap();
    let mut space = [0; cmsg_space_rights(1)];
    let mut control = SendControl::new(&mut space);
    control.push_rights(&[null.as_fd()]).unwrap();
    sendmsg(fd, bufs, &control, SendFlags::NOSIGNAL)
}

/// No bytes: of a list that is empty qemu-user makes no call.
fn empty() -> Vec<IoSlice<'static>> {
    match std::env::var_os("SYSLINE_EMULATOR") {
        Some(_) => vec![IoSlice::new(b"")],
        None => Vec::new(),
    }
}

/// No room for bytes: as [`empty`].
fn no_room() -> Vec<IoSliceMut<'static>> {
    match std::env::var_os("SYSLINE_EMULATOR") {
        Some(_) => vec![IoSliceMut::new(&mut [])],
        None => Vec::new(),
    }
}

/// An address cut off or with zeros behind it, so that it has so many bytes.
struct Long<'a>(&'a SocketAddrAny, usize);

impl AddressArg for Long<'_> {
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = self.0.as_bytes().to_vec();
        bytes.resize(self.1, 0);
        call(&bytes)
    }
}

#[test]
fn a_message_is_of_several_buffers() {
    let (one, other) = (udp(), udp());
    let parts = [
        IoSlice::new(b"on"),
        IoSlice::new(b""),
        IoSlice::new(b"e, two"),
    ];
    let control = SendControl::none();
    let to = other.local_addr().unwrap();
    assert_eq!(
        sendmsg_to(one.as_fd(), &parts, &control, NOTHING, &to),
        Ok(8)
    );
    let mut room = [0; 16];
    let (len, from) = other.recv_from(&mut room).unwrap();
    assert_eq!(
        (&room[..len], from),
        (&b"one, two"[..], one.local_addr().unwrap())
    );

    one.connect(to).unwrap();
    assert_eq!(sendmsg(one.as_fd(), &parts, &control, NOTHING), Ok(8));
    let (mut first, mut second) = ([0; 3], [0; 16]);
    let mut bufs = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
    let mut control = RecvControl::none();
    let message = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
    assert_eq!((message.bytes, message.flags), (8, ReturnFlags::empty()));
    assert_eq!(message.address, Some(address(&one)));
    assert_eq!((&first, &second[..5]), (b"one", &b", two"[..]));
    assert_eq!(second[5..], [0; 11]);
}

#[test]
fn a_sender_without_an_address_has_none() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"x").unwrap();
    let mut byte = [0; 1];
    let mut bufs = [IoSliceMut::new(&mut byte)];
    let mut control = RecvControl::default();
    let message = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
    assert_eq!((message.bytes, message.address), (1, None));
}

#[test]
fn a_message_without_room_is_cut_off() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let mut room = [0; 3];
    let mut control = RecvControl::none();
    for (flags, bytes) in [
        (RecvFlags::PEEK, 3),
        (RecvFlags::PEEK | RecvFlags::TRUNC, 5),
        (RecvFlags::empty(), 3),
    ] {
        if flags.contains(RecvFlags::PEEK) && bytes == 3 {
            one.send(b"hello").unwrap();
        }
        let mut bufs = [IoSliceMut::new(&mut room)];
        let message = recvmsg(other.as_fd(), &mut bufs, &mut control, flags).unwrap();
        assert_eq!((message.bytes, message.flags), (bytes, ReturnFlags::TRUNC));
        assert_eq!(&room, b"hel");
    }
}

/// The byte that TCP has out of its order, and the end.
#[test]
fn a_stream_says_what_is_out_of_its_order_and_its_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (other, _) = listener.accept().unwrap();
    let control = SendControl::none();
    assert_eq!(
        sendmsg(one.as_fd(), &[IoSlice::new(b"!")], &control, SendFlags::OOB),
        Ok(1)
    );
    let mut polled = [sysline::event::PollFd::new(
        other.as_fd(),
        sysline::event::PollFlags::PRI,
    )];
    assert_eq!(
        sysline::event::poll(&mut polled, Timeout::Forever, None),
        Ok(1)
    );
    let mut byte = [0; 1];
    let mut bufs = [IoSliceMut::new(&mut byte)];
    let mut control = RecvControl::none();
    let message = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::OOB).unwrap();
    assert_eq!((message.bytes, message.address), (1, None));
    assert!(message.flags.contains(ReturnFlags::OOB), "{message:?}");
    drop(one);
    let message = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
    assert_eq!(message.bytes, 0);
    assert_eq!(&byte, b"!");
}

#[test]
fn calls_that_cannot_be_are_errors() {
    let file = temporary::file("no-socket");
    let (bytes, none) = ([IoSlice::new(b"x")], SendControl::none());
    assert_eq!(
        sendmsg(file.as_fd(), &bytes, &none, NOTHING),
        Err(Errno::ENOTSOCK)
    );
    assert_eq!(send_null(file.as_fd(), &[]), Err(Errno::ENOTSOCK));
    let mut room = [0; 1];
    let mut bufs = [IoSliceMut::new(&mut room)];
    let mut control = RecvControl::none();
    let received = recvmsg(file.as_fd(), &mut bufs, &mut control, RecvFlags::empty());
    assert_eq!(received, Err(Errno::ENOTSOCK));
    let mut messages = [RecvMessage::new(&mut bufs)];
    let received = recvmmsg(
        file.as_fd(),
        &mut messages,
        RecvFlags::empty(),
        Timeout::Forever,
    );
    assert_eq!(received, Err(Errno::ENOTSOCK));
    let mut messages = [SendMessage::new(&bytes)];
    assert_eq!(
        sendmmsg(file.as_fd(), &mut messages, NOTHING),
        Err(Errno::ENOTSOCK)
    );

    let one = udp();
    assert_eq!(
        sendmsg(one.as_fd(), &bytes, &none, NOTHING),
        Err(Errno::EDESTADDRREQ)
    );
    let many = vec![IoSlice::new(b"x"); 1025];
    let to = address(&one);
    let sent = sendmsg_to(one.as_fd(), &many, &none, NOTHING, &to);
    assert_eq!(sent, Err(Errno::EMSGSIZE));
    assert_eq!(
        sendmsg_to(one.as_fd(), &many[1..], &none, NOTHING, &to),
        Ok(1024)
    );
    // The kernel would take the first 128 bytes for the address.
    let sent = sendmsg_to(one.as_fd(), &bytes, &none, NOTHING, &Long(&to, 128));
    assert_eq!(sent, Ok(1), "it may be longer than it needs to be");
    let sent = sendmsg_to(one.as_fd(), &bytes, &none, NOTHING, &Long(&to, 129));
    assert_eq!(sent, Err(Errno::EINVAL));
    let sent = sendmsg_to(one.as_fd(), &bytes, &none, NOTHING, &Long(&to, 3));
    assert_eq!(sent, Err(Errno::EINVAL));
}

/// What seed 003 sends one byte for: of a stream of Unix sockets, and there only.
#[test]
fn fault_control_messages_without_bytes_are_not_lost() {
    for bufs in [
        &[][..],
        &[IoSlice::new(b"")],
        &[IoSlice::new(b""), IoSlice::new(b"")],
    ] {
        let (one, other) = UnixStream::pair().unwrap();
        assert_eq!(send_null(one.as_fd(), bufs), Ok(0));
        (&one).write_all(b"next").unwrap();
        let mut space = [0; cmsg_space_rights(1)];
        let mut control = RecvControl::new(&mut space);
        let mut room = [0xff; 8];
        let mut parts = [IoSliceMut::new(&mut room)];
        let message = recvmsg(other.as_fd(), &mut parts, &mut control, RecvFlags::empty()).unwrap();
        assert_eq!((message.bytes, message.flags), (1, ReturnFlags::empty()));
        assert_eq!(rights(&mut control), 1);
        assert_eq!(room, [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!((&other).read(&mut room).unwrap(), 4);
        assert_eq!(&room[..4], b"next");

        // The same byte is thrown away by who has no room for any.
        assert_eq!(send_null(one.as_fd(), bufs), Ok(0));
        (&one).write_all(b"next").unwrap();
        let message = recvmsg(other.as_fd(), &mut [], &mut control, RecvFlags::empty()).unwrap();
        assert_eq!((message.bytes, message.flags), (0, ReturnFlags::empty()));
        assert_eq!(rights(&mut control), 1);
        assert_eq!((&other).read(&mut room).unwrap(), 4);
        assert_eq!(&room[..4], b"next");
    }
}

/// Without control messages and room for some, no byte is there that was not asked for.
#[test]
fn fault_nothing_is_no_byte() {
    let (one, other) = UnixStream::pair().unwrap();
    let none = SendControl::none();
    assert_eq!(sendmsg(one.as_fd(), &empty(), &none, NOTHING), Ok(0));
    let bytes = [IoSlice::new(b"")];
    let mut messages = [SendMessage::new(&bytes)];
    match sendmmsg(one.as_fd(), &mut messages, NOTHING) {
        Err(Errno::ENOSYS) if skipped("sendmmsg") => return,
        sent => assert_eq!(sent, Ok(1)),
    }
    (&one).write_all(b"next").unwrap();
    let mut control = RecvControl::none();
    let flags = RecvFlags::DONTWAIT;
    let message = recvmsg(other.as_fd(), &mut no_room(), &mut control, flags).unwrap();
    assert_eq!(message.bytes, 0);
    let mut bufs = [IoSliceMut::new(&mut [])];
    let mut space = [0; cmsg_space_rights(1)];
    let mut messages = [RecvMessage::new(&mut bufs).with_control(RecvControl::new(&mut space))];
    let mut room = [0; 8];
    // With room for control messages one byte is taken, by the next call without it none.
    for (left, control) in [(3, None), (3, Some(RecvControl::none()))] {
        if let Some(control) = control {
            *messages[0].control() = control;
        }
        let came = recvmmsg(other.as_fd(), &mut messages, flags, Timeout::Forever);
        assert_eq!((came, messages[0].bytes()), (Ok(1), 0));
        let mut parts = [IoSliceMut::new(&mut room)];
        let mut none = RecvControl::none();
        let peeked = recvmsg(other.as_fd(), &mut parts, &mut none, RecvFlags::PEEK).unwrap();
        assert_eq!(peeked.bytes, left);
    }
    assert_eq!(&room[..3], b"ext");
}

/// A datagram or a packet may be empty, and one byte more would be another message.
#[test]
fn fault_a_message_without_bytes_stays_empty() {
    for kind in [SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = socketpair(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap();
        assert_eq!(send_null(one.as_fd(), &empty()), Ok(0));
        let mut space = [0; cmsg_space_rights(1)];
        let mut control = RecvControl::new(&mut space);
        let mut room = [0xff; 8];
        let mut parts = [IoSliceMut::new(&mut room)];
        let message = recvmsg(other.as_fd(), &mut parts, &mut control, RecvFlags::empty()).unwrap();
        assert_eq!((message.bytes, message.flags), (0, ReturnFlags::empty()));
        assert_eq!(rights(&mut control), 1);
        // Into room for none, nothing of the next one comes.
        send(one.as_fd(), b"whole", NOTHING).unwrap();
        let message = recvmsg(
            other.as_fd(),
            &mut no_room(),
            &mut control,
            RecvFlags::empty(),
        )
        .unwrap();
        assert_eq!((message.bytes, message.flags), (0, ReturnFlags::TRUNC));
        assert_eq!(room, [0xff; 8]);
    }
    // TCP's control messages are of the bytes that follow.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    let mut space = [0; CMSG_SPACE_NUMBER];
    let mut control = SendControl::new(&mut space);
    let flags = RawControlMessage {
        level: c::SOL_SOCKET as i32,
        kind: c::SO_TIMESTAMPING_OLD as i32,
        data: &0u32.to_ne_bytes(),
    };
    // SAFETY: it is a number.
    unsafe { control.push_raw(flags) }.unwrap();
    assert_eq!(
        sendmsg(one.as_fd(), &empty(), &control, SendFlags::NOSIGNAL),
        Ok(0)
    );
    (&one).write_all(b"x").unwrap();
    drop(one);
    let mut all = Vec::new();
    other.read_to_end(&mut all).unwrap();
    assert_eq!(all, b"x");
}

#[test]
fn several_messages_are_sent() {
    let (one, two, three) = (udp(), udp(), udp());
    turn_on_ttl(&three);
    let to = [address(&two), address(&three)];
    let mut space = [0; CMSG_SPACE_NUMBER];
    let mut control = SendControl::new(&mut space);
    control.push_ttl(99).unwrap();
    let bytes = [&b"first"[..], b"", b"third!"].map(|bytes| [IoSlice::new(bytes)]);
    let mut messages = [
        SendMessage::new(&bytes[0]).with_address(&to[0]),
        SendMessage::new(&bytes[1]).with_address(&to[1]),
        SendMessage::new(&bytes[2])
            .with_address(&to[1])
            .with_control(&control),
    ];
    // Twice: they can be sent again.
    for _ in 0..2 {
        match sendmmsg(one.as_fd(), &mut messages, NOTHING) {
            Err(Errno::ENOSYS) if skipped("sendmmsg") => return,
            Ok(2) if skipped("numbers of control messages in the target's byte order") => return,
            sent => assert_eq!(sent, Ok(3)),
        }
        assert_eq!(messages.each_ref().map(SendMessage::sent), [5, 0, 6]);
        let mut room = [0; 16];
        let from = one.local_addr().unwrap();
        assert_eq!(two.recv_from(&mut room).unwrap(), (5, from));
        assert_eq!(&room[..5], b"first");
        assert_eq!(three.recv_from(&mut room).unwrap(), (0, from));
        let mut space = [0; CMSG_SPACE_NUMBER];
        let mut control = RecvControl::new(&mut space);
        let mut bufs = [IoSliceMut::new(&mut room)];
        let third = recvmsg(three.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
        assert_eq!(third.bytes, 6);
        match control.messages().next() {
            Some(ControlMessage::Ttl(hops)) => assert_eq!(hops, 99),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sendmmsg(one.as_fd(), &mut [], NOTHING), Ok(0));
}

fn turn_on_ttl(socket: &UdpSocket) {
    let fd = socket.as_fd();
    setsockopt(fd, c::SOL_IP, c::IP_RECVTTL, &1i32.to_ne_bytes()).unwrap();
}

sysline::sys! {
    sysnb fn setsockopt(fd: BorrowedFd<'_>, level: u32, name: u32, value: &[u8]) -> Result<()>
}
use sysline::Result;

/// The one that fails is told by the call that begins with it.
#[test]
fn sending_ends_at_the_first_error() {
    let (one, other) = (udp(), udp());
    one.connect(other.local_addr().unwrap()).unwrap();
    let huge = vec![0; 70_000];
    let (good, bad) = ([IoSlice::new(b"good")], [IoSlice::new(&huge)]);
    let mut messages = [&good, &bad, &good].map(|bufs| SendMessage::new(bufs));
    match sendmmsg(one.as_fd(), &mut messages, NOTHING) {
        Err(Errno::ENOSYS) if skipped("sendmmsg") => return,
        sent => assert_eq!(sent, Ok(1)),
    }
    assert_eq!(messages.each_ref().map(SendMessage::sent), [4, 0, 0]);
    let sent = sendmmsg(one.as_fd(), &mut messages[1..], NOTHING);
    assert_eq!(sent, Err(Errno::EMSGSIZE));
    // Also where the last call sent it.
    assert_eq!(sendmmsg(one.as_fd(), &mut messages[2..], NOTHING), Ok(1));
    messages.swap(1, 2);
    messages.swap(0, 2);
    assert_eq!(
        sendmmsg(one.as_fd(), &mut messages, NOTHING),
        Err(Errno::EMSGSIZE)
    );
    assert_eq!(messages.each_ref().map(SendMessage::sent), [0, 0, 0]);
}

/// More than the kernel takes at once.
#[test]
fn as_many_are_sent_as_the_kernel_takes() {
    let (one, _other) = (udp(), udp());
    let bytes = [IoSlice::new(b"x")];
    let to = address(&_other);
    let mut messages: Vec<_> = (0..1500)
        .map(|_| SendMessage::new(&bytes).with_address(&to))
        .collect();
    match sendmmsg(one.as_fd(), &mut messages, NOTHING) {
        Err(Errno::ENOSYS) if skipped("sendmmsg") => return,
        sent => assert_eq!(sent, Ok(1024)),
    }
    let sent = |message: &SendMessage<'_>| message.sent();
    assert_eq!(messages.iter().map(sent).sum::<usize>(), 1024);
    assert_eq!(
        sendmmsg(one.as_fd(), &mut messages[1024..], NOTHING),
        Ok(476)
    );
    // What the last call has sent of them is not what this one has.
    assert_eq!(messages[1499].sent(), 1);
    assert_eq!(sendmmsg(one.as_fd(), &mut messages, NOTHING), Ok(1024));
    assert_eq!(messages.iter().map(sent).sum::<usize>(), 1024);
    let file = temporary::file("no-socket-for-many");
    assert_eq!(
        sendmmsg(file.as_fd(), &mut messages, NOTHING),
        Err(Errno::ENOTSOCK)
    );
    assert_eq!(messages.iter().map(sent).sum::<usize>(), 0);
}

/// As [`sendmsg`]: one byte for each that has none, of a stream of Unix sockets.
#[test]
fn fault_control_messages_of_several_without_bytes_are_not_lost() {
    let null = File::open("/dev/null").unwrap();
    let mut space = [0; cmsg_space_rights(1)];
    let mut control = SendControl::new(&mut space);
    control.push_rights(&[null.as_fd()]).unwrap();
    let (empty, full) = ([IoSlice::new(b""); 2], [IoSlice::new(b"full")]);
    let (one, other) = UnixStream::pair().unwrap();
    let mut messages = [
        SendMessage::new(&full).with_control(&control),
        SendMessage::new(&empty).with_control(&control),
        SendMessage::new(&[]).with_control(&control),
        SendMessage::new(&full).with_control(&control),
    ];
    for _ in 0..2 {
        match sendmmsg(one.as_fd(), &mut messages, SendFlags::NOSIGNAL) {
            Err(Errno::ENOSYS) if skipped("sendmmsg") => return,
            sent => assert_eq!(sent, Ok(4)),
        }
        assert_eq!(messages.each_ref().map(SendMessage::sent), [4, 0, 0, 4]);
    }
    // A read ends at descriptors: each comes with its own byte.
    let mut spaces = [[0; cmsg_space_rights(1)]; 4];
    let mut rooms = [[0; 16]; 4];
    for _ in 0..2 {
        let mut bufs = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
        let [first, second, _, fourth] = &mut bufs; // the third has room for descriptors only
        let [a, b, c, d] = &mut spaces;
        let mut messages = [
            RecvMessage::new(&mut first[..]).with_control(RecvControl::new(a)),
            RecvMessage::new(&mut second[..]).with_control(RecvControl::new(b)),
            RecvMessage::new(&mut []).with_control(RecvControl::new(c)),
            RecvMessage::new(&mut fourth[..]).with_control(RecvControl::new(d)),
        ];
        let came = recvmmsg(
            other.as_fd(),
            &mut messages,
            RecvFlags::empty(),
            Timeout::Forever,
        );
        assert_eq!(came, Ok(4));
        let bytes = messages.each_ref().map(RecvMessage::bytes);
        let rights = messages.each_mut().map(|message| rights(message.control()));
        assert_eq!((bytes, rights), ([4, 1, 0, 4], [1; 4]));
        assert_eq!(&messages[3].bufs()[0][..4], b"full");
    }
    other.set_nonblocking(true).unwrap();
    assert!((&other).read(&mut [0; 1]).is_err(), "no byte is left");
}

#[test]
fn several_messages_are_received() {
    let (one, two, other) = (udp(), udp(), udp());
    turn_on_ttl(&other);
    one.set_ttl(11).unwrap();
    two.set_ttl(22).unwrap();
    let to = other.local_addr().unwrap();
    one.send_to(b"first", to).unwrap();
    two.send_to(b"the second one", to).unwrap();

    let (mut rooms, mut spaces) = ([[0; 8]; 4], [[0; CMSG_SPACE_NUMBER]; 4]);
    let mut bufs = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
    let mut spaces = spaces.iter_mut();
    let mut messages = bufs
        .each_mut()
        .map(|bufs| RecvMessage::new(bufs).with_control(RecvControl::new(spaces.next().unwrap())));
    let came = recvmmsg(
        other.as_fd(),
        &mut messages,
        RecvFlags::WAITFORONE,
        Timeout::Forever,
    );
    match came {
        Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
        came => assert_eq!(came, Ok(2)),
    }
    let bytes = messages.each_ref().map(RecvMessage::bytes);
    assert_eq!(bytes, [5, 8, 0, 0]);
    let flags = messages.each_ref().map(RecvMessage::flags);
    let (none, cut) = (ReturnFlags::empty(), ReturnFlags::TRUNC);
    assert_eq!(flags, [none, cut, none, none]);
    let from = messages.each_ref().map(RecvMessage::address);
    assert_eq!(from, [Some(address(&one)), Some(address(&two)), None, None]);
    assert_eq!(&messages[0].bufs()[0][..5], b"first");
    assert_eq!(&*messages[1].bufs()[0], b"the seco");
    let mut hops = messages.each_mut().map(|message| {
        message
            .control()
            .messages()
            .next()
            .map(|message| match message {
                ControlMessage::Ttl(hops) => hops,
                other => panic!("{other:?}"),
            })
    });
    assert_eq!(hops, [Some(11), Some(22), None, None]);

    // Again: what was there is forgotten.
    two.send_to(b"third", to).unwrap();
    let came = recvmmsg(
        other.as_fd(),
        &mut messages,
        RecvFlags::WAITFORONE,
        Timeout::Forever,
    );
    assert_eq!(came, Ok(1));
    assert_eq!(messages.each_ref().map(RecvMessage::bytes), [5, 0, 0, 0]);
    assert_eq!(messages[0].address(), Some(address(&two)));
    assert_eq!(messages[1].address(), None);
    assert_eq!(messages[1].flags(), ReturnFlags::empty());
    hops = messages
        .each_mut()
        .map(|message| message.control().messages().next().map(|_| 0));
    assert_eq!(hops, [Some(0), None, None, None]);
    assert!(format!("{messages:?}").contains("bytes: 5"));

    // And where nothing comes.
    let came = recvmmsg(
        other.as_fd(),
        &mut messages,
        RecvFlags::DONTWAIT,
        Timeout::Forever,
    );
    assert_eq!(came, Err(Errno::EAGAIN));
    assert_eq!(messages.each_ref().map(RecvMessage::bytes), [0; 4]);
    let none = recvmmsg(other.as_fd(), &mut [], RecvFlags::empty(), Timeout::Forever);
    assert_eq!(none, Ok(0));
}

/// For each size of the room that there is on the stack, and beyond the kernel's own most.
#[test]
fn many_messages_are_received() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.set_nonblocking(true).unwrap();
    for room in [1, 16, 17, 128, 129, 1024, 1100] {
        // As many as the queue has room for (net.unix.max_dgram_qlen): a few.
        let mut sent = 0;
        while sent < room && one.send(&(sent as u32).to_ne_bytes()).is_ok() {
            sent += 1;
        }
        assert!(sent > 0);
        let mut rooms = vec![[0; 4]; room];
        let mut bufs: Vec<_> = rooms
            .iter_mut()
            .map(|room| [IoSliceMut::new(room)])
            .collect();
        let mut messages: Vec<_> = bufs.iter_mut().map(|bufs| RecvMessage::new(bufs)).collect();
        match recvmmsg(
            other.as_fd(),
            &mut messages,
            RecvFlags::DONTWAIT,
            Timeout::Forever,
        ) {
            Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
            came => assert_eq!(came, Ok(sent)),
        }
        for (number, message) in messages.iter().enumerate() {
            assert_eq!(message.bytes(), if number < sent { 4 } else { 0 });
            assert_eq!(message.address(), None, "the sender has none");
            if number < sent {
                assert_eq!(message.bufs()[0][..], (number as u32).to_ne_bytes());
            }
        }
    }
}

/// The kernel looks at the time when a message has come: with no time left, one is received of those that wait.
#[test]
fn the_time_ends_behind_a_message() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let bytes = |timeout: Timeout| {
        one.send(b"a").unwrap();
        one.send(b"bc").unwrap();
        let mut rooms = [[0; 8]; 2];
        let mut bufs = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
        let mut messages = bufs.each_mut().map(|bufs| RecvMessage::new(bufs));
        let came = recvmmsg(other.as_fd(), &mut messages, RecvFlags::empty(), timeout)?;
        let bytes = messages.each_ref().map(RecvMessage::bytes);
        for _ in came..2 {
            other.recv(&mut [0; 8]).unwrap();
        }
        Ok((came, bytes))
    };
    match bytes(Timeout::Zero) {
        Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
        Ok((2, _)) if skipped("the time-out of recvmmsg") => return,
        came => assert_eq!(came, Ok((1, [1, 0]))),
    }
    assert_eq!(bytes(Duration::from_secs(3600).into()), Ok((2, [1, 2])));
    assert_eq!(bytes(Timeout::Forever), Ok((2, [1, 2])));
    let wrong = Timespec {
        tv_sec: 0,
        tv_nsec: 1_000_000_000,
    };
    assert_eq!(bytes(wrong.into()), Err(Errno::EINVAL));
}

/// Of several messages, taken or not, in buffers that are dropped, used again, or were too short.
#[test]
fn fault_descriptors_of_several_messages_do_not_leak() {
    in_child(|| {
        let (one, other) = UnixDatagram::pair().unwrap();
        let before = count();
        let (mut rooms, mut spaces) = ([[0; 8]; 3], [[0; cmsg_space_rights(1)]; 3]);
        {
            let mut bufs = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
            let mut spaces = spaces.iter_mut();
            let mut messages = bufs.each_mut().map(|bufs| {
                RecvMessage::new(bufs).with_control(RecvControl::new(spaces.next().unwrap()))
            });
            for round in 0..3 {
                for _ in 0..3 {
                    assert_eq!(send_null(one.as_fd(), &[IoSlice::new(b"x")]), Ok(1));
                }
                let flags = RecvFlags::empty();
                match recvmmsg(other.as_fd(), &mut messages, flags, Timeout::Forever) {
                    Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
                    came => assert_eq!(came, Ok(3)),
                }
                assert_eq!(count(), before + 3, "{round}");
                let mut taken = Vec::new();
                if let Some(ControlMessage::Rights(rights)) =
                    messages[1].control().messages().next()
                {
                    taken.extend(rights);
                }
                assert_eq!((taken.len(), count()), (1, before + 3));
                drop(taken);
                assert_eq!(count(), before + 2);
            }
            // Those of messages that do not come now are closed too.
            assert_eq!(send_null(one.as_fd(), &empty()), Ok(0));
            let flags = RecvFlags::WAITFORONE;
            let came = recvmmsg(other.as_fd(), &mut messages, flags, Timeout::Forever);
            assert_eq!((came, count()), (Ok(1), before + 1));
            let came = recvmmsg(
                other.as_fd(),
                &mut messages,
                RecvFlags::DONTWAIT,
                Timeout::Forever,
            );
            assert_eq!((came, count()), (Err(Errno::EAGAIN), before));
            assert_eq!(send_null(one.as_fd(), &empty()), Ok(0));
            assert_eq!(
                recvmmsg(other.as_fd(), &mut messages, flags, Timeout::Forever),
                Ok(1)
            );
            assert_eq!(count(), before + 1);
        }
        assert_eq!(count(), before);
        // Without room none comes.
        assert_eq!(send_null(one.as_fd(), &empty()), Ok(0));
        let mut room = [0; 8];
        let mut bufs = [IoSliceMut::new(&mut room)];
        let mut messages = [RecvMessage::new(&mut bufs)];
        let came = recvmmsg(
            other.as_fd(),
            &mut messages,
            RecvFlags::empty(),
            Timeout::Forever,
        );
        assert_eq!((came, messages[0].flags()), (Ok(1), ReturnFlags::CTRUNC));
        assert_eq!(count(), before);
    });
}

/// What is in messages that the call does not come to, as there are too many before them or it can't be made, is forgotten as well.
#[test]
fn fault_descriptors_of_messages_behind_the_last_do_not_stay() {
    in_child(|| {
        let (one, other) = UnixDatagram::pair().unwrap();
        let file = temporary::file("no-socket-to-receive");
        let before = count();
        let mut spaces = vec![[0; cmsg_space_rights(1)]; 1025];
        let mut rooms = vec![[0; 8]; 1025];
        let mut bufs: Vec<_> = rooms
            .iter_mut()
            .map(|room| [IoSliceMut::new(room)])
            .collect();
        let mut messages: Vec<_> = bufs
            .iter_mut()
            .zip(&mut spaces)
            .map(|(bufs, space)| RecvMessage::new(bufs).with_control(RecvControl::new(space)))
            .collect();
        let flags = RecvFlags::DONTWAIT;
        for call in [other.as_fd(), file.as_fd()] {
            assert_eq!(send_null(one.as_fd(), &[IoSlice::new(b"x")]), Ok(1));
            let last = &mut messages[1024..];
            match recvmmsg(other.as_fd(), last, flags, Timeout::Forever) {
                Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
                came => assert_eq!(came, Ok(1)),
            }
            assert_eq!((messages[1024].bytes(), count()), (1, before + 1));
            assert!(recvmmsg(call, &mut messages, flags, Timeout::Forever).is_err());
            assert_eq!((messages[1024].bytes(), count()), (0, before));
        }
    });
}

/// Without [`RecvFlags::CMSG_CLOEXEC`] they stay open at execve(2); with it, which is what the other does, they do not.
#[test]
fn descriptors_of_several_messages_are_closed_by_execve() {
    use std::os::fd::AsRawFd;
    let (one, other) = UnixDatagram::pair().unwrap();
    for cloexec in [true, false] {
        assert_eq!(send_null(one.as_fd(), &empty()), Ok(0));
        let mut space = [0; cmsg_space_rights(1)];
        let mut bufs = no_room();
        let mut messages = [RecvMessage::new(&mut bufs).with_control(RecvControl::new(&mut space))];
        let flags = RecvFlags::empty();
        let came = match cloexec {
            true => recvmmsg(other.as_fd(), &mut messages, flags, Timeout::Forever),
            false => recvmmsg_with(other.as_fd(), &mut messages, flags, Timeout::Forever),
        };
        match came {
            Err(Errno::ENOSYS) if skipped("recvmmsg") => return,
            came => assert_eq!(came, Ok(1)),
        }
        assert_eq!(messages[0].flags(), ReturnFlags::empty());
        let Some(ControlMessage::Rights(mut rights)) = messages[0].control().messages().next()
        else {
            panic!()
        };
        let fd = rights.next().unwrap();
        let info =
            std::fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
        let flags = info
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap();
        let flags = u32::from_str_radix(flags.trim(), 8).unwrap();
        assert_eq!(flags & linux_raw_sys::general::O_CLOEXEC != 0, cloexec);
    }
}

/// Messages may be made in one thread and sent or received in another.
#[test]
fn messages_can_be_given_away() {
    fn is_send<T: Send + Sync>() {}
    is_send::<SendMessage<'_>>();
    is_send::<RecvMessage<'_>>();
    is_send::<SendControl<'_>>();
    is_send::<RecvControl<'_>>();
    let _: SocketAddr = udp().local_addr().unwrap();
}

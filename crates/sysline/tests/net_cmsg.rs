//! Control messages: what the kernel makes of those that are sent, and what comes, each kind against another source of truth; and
//! bytes that are none.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/cmsg.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, in_namespaces, is_root};
use decoder::{HEAD, encode, encode_with};
use emulator::skipped;
use linux_raw_sys::general::CLONE_NEWNET;
use linux_raw_sys::net as c;
use proptest::prelude::*;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::time::{Duration, SystemTime};
use sysline::event::{PollFd, PollFlags, poll};
use sysline::io::{IoSlice, IoSliceMut};
use sysline::net::*;
use sysline::process::{Gid, Pid, Resource, Uid, getegid, geteuid, getpid, getrlimit, setrlimit};
use sysline::time::{Timespec, Timeval};
use sysline::{Errno, Result};

sysline::sys! {
    sysnb fn setsockopt(fd: BorrowedFd<'_>, level: u32, name: u32, value: &[u8]) -> Result<()>
}

/// Turns an option on.
fn turn_on(fd: impl AsFd, level: u32, name: u32) -> Result<()> {
    setsockopt(fd.as_fd(), level, name, &1i32.to_ne_bytes())
}

const SCM_PIDFD: i32 = 4; // include/linux/socket.h
const SO_RCVMARK: u32 = 75; // asm-generic/socket.h
const SOL_UDP: u32 = 17;
const UDP_GRO: u32 = 104; // linux/udp.h

/// What stands in the buffer before the kernel writes there.
const DIRT: u8 = 0xaa;

/// Sends bytes with what `push` adds.
fn send_with<'fd>(
    fd: BorrowedFd<'_>,
    bytes: &[u8],
    push: impl FnOnce(&mut SendControl<'fd>) -> Result<()>,
) -> Result<usize> {
    // It is there for as long as any descriptor that is lent.
    let space = Box::leak(Box::new([DIRT; 256]));
    let mut control = SendControl::new(space);
    push(&mut control)?;
    sendmsg(fd, &[IoSlice::new(bytes)], &control, SendFlags::NOSIGNAL)
}

/// Receives a message into room for `space` bytes of control messages, at an odd address, and hands it on.
fn receive<R>(
    fd: impl AsFd,
    space: usize,
    then: impl FnOnce(&RecvMsg, &mut RecvControl<'_>) -> R,
) -> R {
    let mut room = vec![DIRT; space + 1];
    let odd = 1 - room.as_ptr().addr() % 2;
    let mut control = RecvControl::new(&mut room[odd..][..space]);
    let mut bytes = [0; 2048];
    let mut bufs = [IoSliceMut::new(&mut bytes)];
    let message = recvmsg(fd.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
    then(&message, &mut control)
}

/// The one control message of the next message, as something that can be compared.
fn receive_one(fd: impl AsFd) -> String {
    receive(fd, 256, |_, control| {
        let messages: Vec<String> = control.messages().map(|it| format!("{it:?}")).collect();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.concat()
    })
}

/// How a message looks.
fn seen(message: ControlMessage<'_>) -> String {
    format!("{message:?}")
}

/// The files that are descriptors of the next message.
fn receive_files(fd: impl AsFd, room: usize) -> (Vec<File>, RecvMsg) {
    receive(fd, cmsg_space_rights(room), |message, control| {
        let mut files = Vec::new();
        for it in control.messages() {
            match it {
                ControlMessage::Rights(rights) => files.extend(rights.map(File::from)),
                other => panic!("{other:?}"),
            }
        }
        (files, *message)
    })
}

fn count() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn inodes<'a>(files: impl IntoIterator<Item = &'a File>) -> Vec<(u64, u64)> {
    let inode = |file: &File| {
        let metadata = file.metadata().unwrap();
        (metadata.dev(), metadata.ino())
    };
    files.into_iter().map(inode).collect()
}

/// `/proc/self/fdinfo` has the descriptor's flags in octal.
fn is_cloexec(fd: &impl AsRawFd) -> bool {
    let path = format!("/proc/self/fdinfo/{}", fd.as_raw_fd());
    let info = std::fs::read_to_string(path).unwrap();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
    flags & linux_raw_sys::general::O_CLOEXEC != 0
}

#[test]
fn descriptors_arrive() {
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = socketpair(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap();
        let mut file = temporary::file(&format!("rights-{}", kind.raw()));
        file.write_all(b"what is in it").unwrap();
        let null = File::open("/dev/null").unwrap();
        let sent = send_with(one.as_fd(), b"two", |control| {
            control.push_rights(&[file.as_fd(), null.as_fd()])
        });
        assert_eq!(sent, Ok(3));
        let (files, message) = receive_files(&other, 2);
        assert_eq!((message.bytes, message.flags), (3, ReturnFlags::empty()));
        assert_eq!(message.address, None);
        assert_eq!(inodes(&files), inodes([&file, &null]));
        assert!(files.iter().all(is_cloexec));
        // The same open file: the position is one.
        sysline::io::lseek(file.as_fd(), 8, sysline::io::Whence::SET).unwrap();
        let mut text = String::new();
        (&files[0]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "in it");
    }
}

#[test]
fn descriptors_stay_open_at_exec_where_that_is_asked_for() {
    let (one, other) = UnixStream::pair().unwrap();
    let null = File::open("/dev/null").unwrap();
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_rights(&[null.as_fd()])
    });
    assert_eq!(sent, Ok(1));
    let mut space = [DIRT; cmsg_space_rights(1)];
    let mut control = RecvControl::new(&mut space);
    let mut byte = [0; 1];
    let mut bufs = [IoSliceMut::new(&mut byte)];
    recvmsg_with(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
    let Some(ControlMessage::Rights(mut rights)) = control.messages().next() else {
        panic!()
    };
    assert!(!is_cloexec(&rights.next().unwrap()));
}

/// Descriptors of several messages in one call, and of several files.
#[test]
fn two_lists_of_descriptors_are_one() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let files =
        ["/dev/null", "/dev/zero", "/proc/self/status"].map(|path| File::open(path).unwrap());
    let sent = send_with(one.as_fd(), b"", |control| {
        control.push_rights(&[files[0].as_fd()])?;
        control.push_rights(&[files[1].as_fd(), files[2].as_fd()])
    });
    assert_eq!(sent, Ok(0));
    let (came, message) = receive_files(&other, 3);
    assert_eq!((message.bytes, message.flags), (0, ReturnFlags::empty()));
    assert_eq!(inodes(&came), inodes(&files));
}

/// Sixteen descriptors into room for five, and for five and a half: the others never come, and none of them stays.
#[test]
fn fault_descriptors_without_room_do_not_leak() {
    in_child(|| {
        let files: Vec<File> = (0..16)
            .map(|number| temporary::file(&format!("room-{number}")))
            .collect();
        let fds: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
        let exact = HEAD + 5 * 4;
        for (space, room) in [
            (cmsg_space_rights(5), 5),
            (cmsg_space_rights(16), 16),
            (cmsg_space_rights(1), 1),
            (exact, 5),
            (exact + 2, 5),
            (HEAD, 0),
            (HEAD - 1, 0),
            (0, 0),
        ] {
            // A long's worth of padding may have room for one more.
            let room = room.max((space.saturating_sub(HEAD)) / 4);
            for kind in [SocketType::STREAM, SocketType::DGRAM] {
                let (one, other) =
                    socketpair(AddressFamily::UNIX, kind, Protocol::DEFAULT).unwrap();
                let sent = send_with(one.as_fd(), b"x", |control| control.push_rights(&fds));
                assert_eq!(sent, Ok(1));
                let before = count();
                receive(&other, space, |message, control| {
                    let whole = !message.flags.contains(ReturnFlags::CTRUNC);
                    if whole && room < 16 && skipped("MSG_CTRUNC") {
                        return;
                    }
                    assert_eq!(
                        message.flags.contains(ReturnFlags::CTRUNC),
                        room < 16,
                        "{space}"
                    );
                    let came = count() - before;
                    let is_narrow = cfg!(target_pointer_width = "32");
                    if is_narrow && came > room && skipped("room for descriptors") {
                        return;
                    }
                    assert_eq!(came, room.min(16), "{space}: owned at once");
                    let mut taken: Vec<File> = Vec::new();
                    for it in control.messages() {
                        match it {
                            // Half of them; the iterator is left.
                            ControlMessage::Rights(mut rights) => {
                                let half = rights.len() / 2;
                                taken.extend(rights.by_ref().take(half).map(File::from));
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                    assert_eq!(inodes(&taken), inodes(&files[..taken.len()]));
                    assert_eq!(taken.len(), room.min(16) / 2);
                });
                let left = count();
                if left > before && room < 16 && std::env::var_os("SYSLINE_EMULATOR").is_some() {
                    return; // it has said above that it tells of fewer than have come
                }
                assert_eq!(left, before, "{space}: all are closed");
            }
        }
    });
}

/// The buffer is used again with descriptors in it that nobody has taken; also where the call fails.
#[test]
fn fault_descriptors_do_not_leak_when_the_buffer_is_used_again() {
    in_child(|| {
        let (one, other) = UnixStream::pair().unwrap();
        other.set_nonblocking(true).unwrap();
        let null = File::open("/dev/null").unwrap();
        let before = count();
        let mut space = [DIRT; cmsg_space_rights(4)];
        let mut control = RecvControl::new(&mut space);
        let mut byte = [0; 1];
        let mut bufs = [IoSliceMut::new(&mut byte)];
        for _ in 0..3 {
            let sent = send_with(one.as_fd(), b"x", |control| {
                control.push_rights(&[null.as_fd(); 4])
            });
            assert_eq!(sent, Ok(1));
            recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty()).unwrap();
            assert_eq!(count(), before + 4);
        }
        let nothing = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty());
        assert_eq!(nothing, Err(Errno::EAGAIN));
        assert_eq!(count(), before);
        assert!(control.messages().next().is_none());
    });
}

/// To look at a message opens its descriptors each time.
#[test]
fn descriptors_of_a_message_that_stays_are_owned() {
    in_child(|| {
        let (one, other) = UnixStream::pair().unwrap();
        let null = File::open("/dev/null").unwrap();
        let before = count();
        let sent = send_with(one.as_fd(), b"x", |control| {
            control.push_rights(&[null.as_fd()])
        });
        assert_eq!(sent, Ok(1));
        for _ in 0..2 {
            let mut space = [DIRT; cmsg_space_rights(1)];
            let mut control = RecvControl::new(&mut space);
            let mut byte = [0; 1];
            let mut bufs = [IoSliceMut::new(&mut byte)];
            recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::PEEK).unwrap();
            assert_eq!(count(), before + 1);
        }
        assert_eq!(count(), before);
        drop(receive_files(&other, 1));
        assert_eq!(count(), before);
    });
}

/// A process that may have no more descriptors gets as many as it may.
#[test]
fn descriptors_beyond_the_limit_are_cut_off() {
    in_child(|| {
        let (one, other) = UnixStream::pair().unwrap();
        let null = File::open("/dev/null").unwrap();
        let sent = send_with(one.as_fd(), b"x", |control| {
            control.push_rights(&[null.as_fd(); 4])
        });
        assert_eq!(sent, Ok(1));
        let next = File::open("/dev/null").unwrap().as_raw_fd() as u64; // the first that is free
        let resource = Resource::NOFILE;
        let mut limit = getrlimit(resource).unwrap();
        limit.current = Some(next + 1);
        setrlimit(resource, limit).unwrap();
        let (files, message) = receive_files(&other, 4);
        assert_eq!(message.flags, ReturnFlags::CTRUNC);
        assert_eq!(inodes(&files), inodes([&null]));
    });
}

#[test]
fn descriptors_that_are_too_many_are_not_sent() {
    let (one, _other) = UnixStream::pair().unwrap();
    let null = File::open("/dev/null").unwrap();
    let mut space = [0; cmsg_space_rights(254)];
    let mut control = SendControl::new(&mut space);
    control.push_rights(&[null.as_fd(); 254]).unwrap();
    let bytes = [IoSlice::new(b"x")];
    let sent = sendmsg(one.as_fd(), &bytes, &control, SendFlags::NOSIGNAL);
    assert_eq!(sent, Err(Errno::EINVAL), "SCM_MAX_FD is 253");
}

fn own() -> Ucred {
    Ucred {
        pid: Some(getpid()),
        uid: geteuid(),
        gid: getegid(),
    }
}

#[test]
fn a_sender_is_told() {
    let (one, other) = UnixStream::pair().unwrap();
    turn_on(&other, c::SOL_SOCKET, c::SO_PASSCRED).unwrap();
    // By the kernel, and by the sender.
    (&one).write_all(b"x").unwrap();
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::Credentials(own()))
    );
    assert_eq!(
        own().pid.map(|pid| pid.raw() as u32),
        Some(std::process::id())
    );
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_credentials(&own())
    });
    assert_eq!(sent, Ok(1));
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::Credentials(own()))
    );
    // The room is exact.
    (&one).write_all(b"x").unwrap();
    receive(&other, CMSG_SPACE_CREDENTIALS, |message, control| {
        assert_eq!(message.flags, ReturnFlags::empty());
        assert_eq!(control.messages().count(), 1);
    });

    let nobody = Ucred {
        pid: Some(Pid::from_raw(i32::MAX)),
        uid: Uid::from_raw(0),
        gid: Gid::from_raw(0),
    };
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_credentials(&nobody)
    });
    assert!(matches!(sent, Err(Errno::EPERM | Errno::ESRCH)), "{sent:?}");
}

/// Where there is room for a part of it, it is none.
#[test]
fn a_message_that_is_cut_off_is_raw() {
    let (one, other) = UnixStream::pair().unwrap();
    turn_on(&other, c::SOL_SOCKET, c::SO_PASSCRED).unwrap();
    (&one).write_all(b"x").unwrap();
    receive(&other, HEAD + 8, |message, control| {
        if message.flags.is_empty() && skipped("MSG_CTRUNC") {
            return;
        }
        assert_eq!(message.flags, ReturnFlags::CTRUNC);
        let mut messages = control.messages();
        match messages.next() {
            Some(ControlMessage::Raw(raw)) => {
                assert_eq!(
                    (raw.level, raw.kind),
                    (c::SOL_SOCKET as i32, c::SCM_CREDENTIALS as i32)
                );
                assert_eq!(raw.data[..4], std::process::id().to_ne_bytes());
                assert_eq!(raw.data.len(), 8);
            }
            other => panic!("{other:?}"),
        }
        assert!(messages.next().is_none());
    });
}

/// The process that a descriptor is of, by `/proc`.
fn pid_of(fd: &OwnedFd) -> i32 {
    let path = format!("/proc/self/fdinfo/{}", fd.as_raw_fd());
    let info = std::fs::read_to_string(path).unwrap();
    let pid = info.lines().find_map(|line| line.strip_prefix("Pid:"));
    pid.unwrap().trim().parse().unwrap()
}

/// What the next message says of the process that has sent it.
fn receive_pidfd(fd: impl AsFd) -> Result<OwnedFd> {
    receive(fd, CMSG_SPACE_NUMBER, |message, control| {
        assert_eq!(message.flags, ReturnFlags::empty());
        let mut messages = control.messages();
        match messages.next() {
            Some(ControlMessage::Pidfd(process)) => process,
            other => panic!("{other:?}"),
        }
    })
}

const SO_PASSPIDFD: u32 = c::SO_PASSPIDFD;

#[test]
fn a_descriptor_of_the_sender_comes() {
    in_child(|| {
        let (one, other) = UnixStream::pair().unwrap();
        match turn_on(&other, c::SOL_SOCKET, SO_PASSPIDFD) {
            Err(Errno::ENOPROTOOPT) if skipped("SO_PASSPIDFD") => return,
            turned => turned.unwrap(),
        }
        let before = count();
        (&one).write_all(b"x").unwrap();
        let process = receive_pidfd(&other).unwrap();
        assert_eq!(pid_of(&process), getpid().raw());
        assert!(is_cloexec(&process));
        drop(process);
        assert_eq!(count(), before);

        // Nobody looks; there is no room.
        (&one).write_all(b"x").unwrap();
        receive(&other, 256, |_, _| assert_eq!(count(), before + 1));
        assert_eq!(count(), before);
        (&one).write_all(b"x").unwrap();
        receive(&other, HEAD + 3, |message, control| {
            assert_eq!(message.flags, ReturnFlags::CTRUNC);
            assert_eq!((control.as_bytes().len(), count()), (0, before));
        });

        // Beside descriptors.
        let null = File::open("/dev/null").unwrap();
        let sent = send_with(one.as_fd(), b"x", |control| {
            control.push_rights(&[null.as_fd()])
        });
        assert_eq!(sent, Ok(1));
        receive(&other, 256, |_, control| {
            let mut kinds = control.messages().map(|it| match it {
                ControlMessage::Pidfd(Ok(process)) => i32::from(pid_of(&process) == getpid().raw()),
                ControlMessage::Rights(rights) => 10 * rights.len() as i32,
                other => panic!("{other:?}"),
            });
            assert_eq!(kinds.by_ref().sum::<i32>(), 11);
        });
    });
}

/// In a descriptor's place the kernel writes an error, and no descriptor.
#[test]
fn fault_an_error_is_no_descriptor_of_the_sender() {
    in_child(|| {
        let (one, other) = UnixStream::pair().unwrap();
        match turn_on(&other, c::SOL_SOCKET, SO_PASSPIDFD) {
            Err(Errno::ENOPROTOOPT) if skipped("SO_PASSPIDFD") => return,
            turned => turned.unwrap(),
        }
        // SAFETY: the copy makes two calls.
        let gone = match unsafe { sysline::process::fork() }.unwrap() {
            sysline::process::Fork::Child => {
                let _ = send(one.as_fd(), b"x", SendFlags::NOSIGNAL);
                sysline::process::exit_group(0)
            }
            sysline::process::Fork::Parent(child) => child,
        };
        use sysline::process::{WaitOptions, WaitTarget, waitpid};
        waitpid(WaitTarget::Child(gone), WaitOptions::empty()).unwrap();
        match receive_pidfd(&other) {
            Err(errno) => assert!(matches!(errno, Errno::ESRCH | Errno::EINVAL), "{errno}"),
            Ok(process) => assert_eq!(pid_of(&process), -1, "newer kernels have it, of nobody"),
        }

        (&one).write_all(b"x").unwrap();
        let next = File::open("/dev/null").unwrap().as_raw_fd() as u64; // the first that is free
        let resource = Resource::NOFILE;
        let mut limit = getrlimit(resource).unwrap();
        limit.current = Some(next);
        setrlimit(resource, limit).unwrap();
        let process = receive_pidfd(&other);
        assert_eq!(process.map(drop), Err(Errno::EMFILE));
    });
}

fn udp(address: impl Into<std::net::IpAddr>) -> UdpSocket {
    UdpSocket::bind((address.into(), 0)).unwrap()
}

/// A socket of IPv4's that receives, and one that is connected with it.
fn udp_pair() -> (UdpSocket, UdpSocket) {
    let (one, other) = (udp(Ipv4Addr::LOCALHOST), udp(Ipv4Addr::LOCALHOST));
    one.connect(other.local_addr().unwrap()).unwrap();
    (one, other)
}

/// The same of IPv6; none where the machine has no IPv6.
fn udp_pair_v6() -> Option<(UdpSocket, UdpSocket)> {
    let Ok(addresses) = std::fs::read_to_string("/proc/net/if_inet6") else {
        println!("skipped: no IPv6");
        return None;
    };
    if !addresses.contains("00000000000000000000000000000001") {
        println!("skipped: no ::1");
        return None;
    }
    let (one, other) = (udp(Ipv6Addr::LOCALHOST), udp(Ipv6Addr::LOCALHOST));
    one.connect(other.local_addr().unwrap()).unwrap();
    Some((one, other))
}

/// The number of `lo`.
fn loopback() -> u32 {
    let index = std::fs::read_to_string("/sys/class/net/lo/ifindex");
    index.map_or(1, |index| index.trim().parse().unwrap())
}

#[test]
fn a_packet_says_where_it_has_come_to() {
    let other = udp(Ipv4Addr::UNSPECIFIED);
    let one = udp(Ipv4Addr::UNSPECIFIED);
    turn_on(&other, c::SOL_IP, c::IP_PKTINFO).unwrap();
    let port = other.local_addr().unwrap().port();
    let to = Ipv4Addr::new(127, 0, 0, 2);
    one.send_to(b"x", (to, port)).unwrap();
    let info = Ipv4PktInfo {
        interface: loopback(),
        local: to,
        destination: to,
    };
    assert_eq!(receive_one(&other), seen(ControlMessage::Ipv4PktInfo(info)));

    // The source that is asked for.
    let from = Ipv4PktInfo {
        interface: 0,
        local: Ipv4Addr::new(127, 0, 0, 3),
        destination: Ipv4Addr::UNSPECIFIED,
    };
    one.connect((to, port)).unwrap();
    let sent = send_with(one.as_fd(), b"y", |control| {
        control.push_ipv4_pktinfo(&from)
    });
    assert_eq!(sent, Ok(1));
    let (_, source) = other.recv_from(&mut [0; 1]).unwrap();
    assert_eq!(
        source,
        SocketAddr::new(from.local.into(), one.local_addr().unwrap().port())
    );

    let nowhere = Ipv4PktInfo {
        interface: i32::MAX as u32,
        ..from
    };
    let sent = send_with(one.as_fd(), b"y", |control| {
        control.push_ipv4_pktinfo(&nowhere)
    });
    assert!(sent.is_err(), "{sent:?}");
}

#[test]
fn a_packet_says_its_hops_and_its_service() {
    let (one, other) = udp_pair();
    turn_on(&other, c::SOL_IP, c::IP_RECVTTL).unwrap();
    one.set_ttl(9).unwrap();
    one.send(b"x").unwrap();
    assert_eq!(receive_one(&other), seen(ControlMessage::Ttl(9)));
    let sent = send_with(one.as_fd(), b"x", |control| control.push_ttl(200));
    if sent == Err(Errno::EINVAL)
        && skipped("numbers of control messages in the target's byte order")
    {
        return;
    }
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::Ttl(200)));
    let sent = send_with(one.as_fd(), b"x", |control| control.push_ttl(0));
    assert_eq!(sent, Err(Errno::EINVAL));

    let (one, other) = udp_pair();
    turn_on(&other, c::SOL_IP, c::IP_RECVTOS).unwrap();
    setsockopt(one.as_fd(), c::SOL_IP, c::IP_TOS, &[0x08]).unwrap();
    one.send(b"x").unwrap();
    assert_eq!(receive_one(&other), seen(ControlMessage::Tos(0x08)));
    let sent = send_with(one.as_fd(), b"x", |control| control.push_tos(0x10));
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::Tos(0x10)));
}

#[test]
fn a_packet_of_ipv6_says_the_same() {
    let Some((one, other)) = udp_pair_v6() else {
        return;
    };
    turn_on(&other, c::SOL_IPV6, c::IPV6_RECVPKTINFO).unwrap();
    one.send(b"x").unwrap();
    let info = Ipv6PktInfo {
        interface: loopback(),
        address: Ipv6Addr::LOCALHOST,
    };
    let came = receive_one(&other);
    if came.contains("interface: 16777216")
        && skipped("numbers of control messages in the target's byte order")
    {
        return;
    }
    assert_eq!(came, seen(ControlMessage::Ipv6PktInfo(info)));
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_ipv6_pktinfo(&info)
    });
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::Ipv6PktInfo(info)));
    let wrong = Ipv6PktInfo {
        address: Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1),
        ..info
    };
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_ipv6_pktinfo(&wrong)
    });
    assert_eq!(sent, Err(Errno::EINVAL), "it is not this machine's");
    let nowhere = Ipv6PktInfo {
        interface: i32::MAX as u32,
        ..info
    };
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_ipv6_pktinfo(&nowhere)
    });
    assert!(sent.is_err(), "there is no such device: {sent:?}");

    let (one, other) = udp_pair_v6().unwrap();
    turn_on(&other, c::SOL_IPV6, c::IPV6_RECVHOPLIMIT).unwrap();
    setsockopt(
        one.as_fd(),
        c::SOL_IPV6,
        c::IPV6_UNICAST_HOPS,
        &9i32.to_ne_bytes(),
    )
    .unwrap();
    one.send(b"x").unwrap();
    assert_eq!(receive_one(&other), seen(ControlMessage::HopLimit(9)));
    let sent = send_with(one.as_fd(), b"x", |control| control.push_hop_limit(200));
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::HopLimit(200)));

    let (one, other) = udp_pair_v6().unwrap();
    turn_on(&other, c::SOL_IPV6, c::IPV6_RECVTCLASS).unwrap();
    setsockopt(
        one.as_fd(),
        c::SOL_IPV6,
        c::IPV6_TCLASS,
        &8i32.to_ne_bytes(),
    )
    .unwrap();
    one.send(b"x").unwrap();
    assert_eq!(receive_one(&other), seen(ControlMessage::TrafficClass(8)));
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_traffic_class(0x10)
    });
    assert_eq!(sent, Ok(1));
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::TrafficClass(0x10))
    );
}

/// Both kinds of options: those of C's `long`, and those of 64 bits on every architecture.
#[test]
fn a_packet_says_when_it_came() {
    let both = [
        (
            c::SO_TIMESTAMP_OLD,
            c::SO_TIMESTAMPNS_OLD,
            c::SO_TIMESTAMPING_OLD,
        ),
        (
            c::SO_TIMESTAMP_NEW,
            c::SO_TIMESTAMPNS_NEW,
            c::SO_TIMESTAMPING_NEW,
        ),
    ];
    let now = || {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
    };
    for (microseconds, nanoseconds, more) in both {
        for option in [microseconds, nanoseconds, more] {
            let (one, other) = udp_pair();
            // SOF_TIMESTAMPING_RX_SOFTWARE and SOF_TIMESTAMPING_SOFTWARE, linux/net_tstamp.h
            let value: i32 = if option == more { 1 << 3 | 1 << 4 } else { 1 };
            match setsockopt(other.as_fd(), c::SOL_SOCKET, option, &value.to_ne_bytes()) {
                Err(Errno::ENOPROTOOPT) if skipped("timestamps of 64 bits") => continue,
                set => set.unwrap(),
            }
            let room = if option == more {
                CMSG_SPACE_TIMESTAMPING
            } else {
                CMSG_SPACE_TIMESTAMP
            };
            // The kernel begins to take times of packets soon after it is asked to. Of those before, it takes the time when they are
            // read, or none.
            let mut tries = 0;
            let (before, came) = loop {
                let before = now();
                one.send(b"x").unwrap();
                if let Some(came) = receive(&other, room, |message, control| {
                    assert_eq!(message.flags, ReturnFlags::empty());
                    control
                        .messages()
                        .next()
                        .map(|message| when(message, option))
                }) {
                    break (before, came);
                }
                assert!(option == more && tries < 1000, "no time came");
                tries += 1;
                std::thread::sleep(Duration::from_millis(5));
            };
            let after = now();
            let slack = Duration::from_micros(1); // microseconds are cut
            assert!(
                before <= came + slack && came <= after,
                "{before:?} {came:?} {after:?}"
            );
        }
    }
}

/// The time of a message that such an option asks for.
fn when(message: ControlMessage<'_>, option: u32) -> Duration {
    match message {
        ControlMessage::Timestamp(Timeval { tv_sec, tv_usec }) => {
            assert!([c::SO_TIMESTAMP_OLD, c::SO_TIMESTAMP_NEW].contains(&option));
            Duration::new(tv_sec as u64, tv_usec as u32 * 1000)
        }
        ControlMessage::TimestampNs(time) => {
            assert!([c::SO_TIMESTAMPNS_OLD, c::SO_TIMESTAMPNS_NEW].contains(&option));
            Duration::try_from(time).unwrap()
        }
        ControlMessage::Timestamping(times) => {
            assert!([c::SO_TIMESTAMPING_OLD, c::SO_TIMESTAMPING_NEW].contains(&option));
            let zero = Timespec::default();
            assert_eq!((times.transformed, times.hardware), (zero, zero));
            Duration::try_from(times.software).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn bytes_are_sent_as_several_packets() {
    let (one, other) = udp_pair();
    let bytes: Vec<u8> = (0..250).collect();
    match send_with(one.as_fd(), &bytes, |control| control.push_udp_segment(100)) {
        Err(Errno::EINVAL) if skipped("UDP_SEGMENT") => return,
        sent => assert_eq!(sent, Ok(250)),
    }
    let mut room = [0; 300];
    for part in bytes.chunks(100) {
        let len = other.recv(&mut room).unwrap();
        if len == bytes.len() && skipped("numbers of control messages in the target's byte order") {
            return;
        }
        assert_eq!(&room[..len], part);
    }

    // They stay one where the receiver says so.
    turn_on(&other, SOL_UDP, UDP_GRO).unwrap();
    let sent = send_with(one.as_fd(), &bytes, |control| control.push_udp_segment(100));
    assert_eq!(sent, Ok(250));
    receive(&other, CMSG_SPACE_NUMBER, |message, control| {
        assert_eq!((message.bytes, message.flags), (250, ReturnFlags::empty()));
        match control.messages().next() {
            Some(ControlMessage::UdpGro(len)) => assert_eq!(len, 100),
            other => panic!("{other:?}"),
        }
    });
    let sent = send_with(one.as_fd(), &[0; 1], |control| {
        control.push_udp_segment(60_000)
    });
    assert!(sent.is_ok() || sent == Err(Errno::EINVAL) || sent == Err(Errno::EMSGSIZE));
}

#[test]
fn a_packet_says_where_it_was_to_go() {
    let (one, other) = udp_pair();
    match turn_on(&other, c::SOL_IP, c::IP_RECVORIGDSTADDR) {
        Err(Errno::ENOPROTOOPT) if skipped("IP_RECVORIGDSTADDR") => return,
        turned => turned.unwrap(),
    }
    one.send(b"x").unwrap();
    let bound = getsockname(other.as_fd()).unwrap();
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::OriginalDestination(bound))
    );

    let Some((one, other)) = udp_pair_v6() else {
        return;
    };
    match turn_on(&other, c::SOL_IPV6, c::IPV6_RECVORIGDSTADDR) {
        Err(Errno::ENOPROTOOPT) if skipped("IPV6_RECVORIGDSTADDR") => return,
        turned => turned.unwrap(),
    }
    one.send(b"x").unwrap();
    let bound = getsockname(other.as_fd()).unwrap();
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::OriginalDestination(bound))
    );
}

/// Nobody is there where it was sent: ICMP says so.
#[test]
fn an_error_of_the_network_is_queued() {
    let v4 = (
        udp(Ipv4Addr::LOCALHOST),
        c::SOL_IP,
        c::IP_RECVERR,
        (ErrorOrigin::ICMP, 3, 3),
    );
    let v6 = udp_pair_v6().map(|(one, _)| {
        (
            one,
            c::SOL_IPV6,
            c::IPV6_RECVERR,
            (ErrorOrigin::ICMP6, 1, 4),
        )
    });
    for (one, level, name, (origin, kind, code)) in [v4].into_iter().chain(v6) {
        turn_on(&one, level, name).unwrap();
        let nobody = udp(one.local_addr().unwrap().ip()).local_addr().unwrap();
        one.connect(nobody).unwrap();
        one.send(b"hello").unwrap();
        // ICMP may take a while on a busy machine; an error needs not be asked for.
        let mut polled = [PollFd::new(one.as_fd(), PollFlags::empty())];
        let came = poll(&mut polled, Duration::from_secs(60), None);
        assert_eq!(came, Ok(1), "no error came");
        let mut space = [DIRT; CMSG_SPACE_ERROR];
        let mut control = RecvControl::new(&mut space);
        let mut bytes = [0; 16];
        let mut bufs = [IoSliceMut::new(&mut bytes)];
        let message = recvmsg(one.as_fd(), &mut bufs, &mut control, RecvFlags::ERRQUEUE).unwrap();
        assert_eq!((message.bytes, message.flags), (5, ReturnFlags::ERRQUEUE));
        // To whom it was sent.
        assert_eq!(message.address, Some(getpeername(one.as_fd()).unwrap()));
        match control.messages().next() {
            Some(ControlMessage::Error(error)) => {
                assert_eq!(error.errno, Some(Errno::ECONNREFUSED));
                assert_eq!((error.origin, error.kind, error.code), (origin, kind, code));
                assert_eq!((error.info, error.data), (0, 0));
                // This machine has noticed it; its address has no port.
                let host = SocketAddr::new(nobody.ip(), 0);
                assert!(host.with_bytes(|bytes| bytes == error.offender.unwrap().as_bytes()));
            }
            other => panic!("{other:?}"),
        }
        drop(control);
        assert_eq!(&bytes[..5], b"hello");
    }
}

sysline::sys! {
    sysnb fn ioctl(fd: BorrowedFd<'_>, request: u32, ifreq: &mut [u8; 40]) -> Result<()>
}

/// Turns `lo` on, with packets of at most so many bytes, in the process's own network.
fn turn_on_loopback(mtu: u32) {
    let socket = udp(Ipv4Addr::UNSPECIFIED);
    let mut ifreq = [0; 40]; // at least as long as C's
    ifreq[..2].copy_from_slice(b"lo");
    ifreq[16..20].copy_from_slice(&mtu.to_ne_bytes());
    ioctl(socket.as_fd(), 0x8922, &mut ifreq).unwrap(); // SIOCSIFMTU, linux/sockios.h
    ifreq[16..18].copy_from_slice(&0x41u16.to_ne_bytes()); // IFF_UP, IFF_RUNNING
    ioctl(socket.as_fd(), 0x8914, &mut ifreq).unwrap(); // SIOCSIFFLAGS
}

/// What this machine says itself has no offender.
#[test]
fn a_packet_that_is_too_long_is_queued() {
    in_namespaces(CLONE_NEWNET, || {
        turn_on_loopback(1500);
        let (one, _other) = udp_pair();
        turn_on(&one, c::SOL_IP, c::IP_RECVERR).unwrap();
        // IP_PMTUDISC_DO, linux/in.h: in one piece
        setsockopt(
            one.as_fd(),
            c::SOL_IP,
            c::IP_MTU_DISCOVER,
            &2i32.to_ne_bytes(),
        )
        .unwrap();
        // With the heads of IPv4 and UDP it is one byte too long.
        assert_eq!(
            send_with(one.as_fd(), &[0; 1473], |_| Ok(())),
            Err(Errno::EMSGSIZE)
        );
        let mut space = [DIRT; CMSG_SPACE_ERROR];
        let mut control = RecvControl::new(&mut space);
        let flags = RecvFlags::ERRQUEUE;
        let message = recvmsg(
            one.as_fd(),
            &mut [IoSliceMut::new(&mut [])],
            &mut control,
            flags,
        )
        .unwrap();
        assert_eq!((message.bytes, message.flags), (0, ReturnFlags::ERRQUEUE));
        match control.messages().next() {
            Some(ControlMessage::Error(error)) => {
                assert_eq!(error.errno, Some(Errno::EMSGSIZE));
                assert_eq!((error.origin, error.info), (ErrorOrigin::LOCAL, 1500));
                assert_eq!(error.offender, None);
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn packets_without_room_are_counted() {
    let (one, other) = udp_pair();
    match turn_on(&other, c::SOL_SOCKET, c::SO_RXQ_OVFL) {
        Err(Errno::ENOPROTOOPT) if skipped("SO_RXQ_OVFL") => return,
        turned => turned.unwrap(),
    }
    setsockopt(
        other.as_fd(),
        c::SOL_SOCKET,
        c::SO_RCVBUF,
        &1i32.to_ne_bytes(),
    )
    .unwrap();
    let sent = 200;
    for _ in 0..sent {
        one.send(&[0; 1000]).unwrap();
    }
    other.set_nonblocking(true).unwrap();
    let mut came = 0;
    while other.recv(&mut [0; 1]).is_ok() {
        came += 1;
    }
    assert!(came < sent, "{came}");
    one.send(b"x").unwrap();
    assert_eq!(
        receive_one(&other),
        seen(ControlMessage::Dropped(sent - came))
    );
}

#[test]
fn a_packet_says_its_mark() {
    if !is_root() {
        return;
    }
    let (one, other) = udp_pair();
    match turn_on(&other, c::SOL_SOCKET, SO_RCVMARK) {
        Err(Errno::ENOPROTOOPT) if skipped("SO_RCVMARK") => return,
        turned => turned.unwrap(),
    }
    setsockopt(one.as_fd(), c::SOL_SOCKET, c::SO_MARK, &7u32.to_ne_bytes()).unwrap();
    one.send(b"x").unwrap();
    assert_eq!(receive_one(&other), seen(ControlMessage::Mark(7)));
    let sent = send_with(one.as_fd(), b"x", |control| control.push_mark(0x8000_0001));
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::Mark(0x8000_0001)));
}

/// It is taken where the socket has a clock for it, and by no other.
#[test]
fn a_time_to_send_needs_a_clock() {
    let (one, other) = udp_pair();
    let sent = send_with(one.as_fd(), b"x", |control| control.push_txtime(1));
    assert_eq!(sent, Err(Errno::EINVAL));
    // struct sock_txtime, linux/net_tstamp.h: CLOCK_MONOTONIC, no flags
    let clock = [1u32, 0].map(u32::to_ne_bytes).concat();
    match setsockopt(one.as_fd(), c::SOL_SOCKET, c::SO_TXTIME, &clock) {
        Err(Errno::ENOPROTOOPT) if skipped("SO_TXTIME") => return,
        set => set.unwrap(),
    }
    let sent = send_with(one.as_fd(), b"x", |control| control.push_txtime(1));
    assert_eq!(sent, Ok(1));
    assert_eq!(other.recv(&mut [0; 8]).unwrap(), 1);
}

/// Several kinds at once, in one buffer, each way.
#[test]
fn several_messages_go_together() {
    let (one, other) = udp_pair();
    turn_on(&other, c::SOL_IP, c::IP_RECVTTL).unwrap();
    turn_on(&other, c::SOL_IP, c::IP_RECVTOS).unwrap();
    turn_on(&other, c::SOL_IP, c::IP_PKTINFO).unwrap();
    let sent = send_with(one.as_fd(), b"x", |control| {
        control.push_ttl(33)?;
        control.push_tos(0x20)?;
        let debug = format!("{control:?}");
        assert!(debug.contains("level: 0, kind: 2"), "{debug}");
        Ok(())
    });
    if sent == Err(Errno::EINVAL)
        && skipped("numbers of control messages in the target's byte order")
    {
        return;
    }
    assert_eq!(sent, Ok(1));
    receive(
        &other,
        CMSG_SPACE_IPV4_PKTINFO + 2 * CMSG_SPACE_NUMBER,
        |message, control| {
            assert_eq!(message.flags, ReturnFlags::empty());
            let mut seen = [false; 3];
            for it in control.messages() {
                match it {
                    ControlMessage::Ttl(33) => seen[0] = true,
                    ControlMessage::Tos(0x20) => seen[1] = true,
                    ControlMessage::Ipv4PktInfo(info) => {
                        seen[2] = info.destination == Ipv4Addr::LOCALHOST;
                    }
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(seen, [true; 3]);
            // Nothing but descriptors is taken out.
            assert_eq!(control.messages().count(), 3);
            assert_eq!(control_messages(control.as_bytes()).count(), 3);
        },
    );
}

#[test]
fn any_message_can_be_sent() {
    let (one, other) = udp_pair();
    turn_on(&other, c::SOL_IP, c::IP_RECVTTL).unwrap();
    let ttl = RawControlMessage {
        level: c::SOL_IP as i32,
        kind: c::IP_TTL as i32,
        data: &77i32.to_ne_bytes(),
    };
    // SAFETY: it is a number.
    let sent = send_with(one.as_fd(), b"x", |control| unsafe {
        control.push_raw(ttl)
    });
    if sent == Err(Errno::EINVAL)
        && skipped("numbers of control messages in the target's byte order")
    {
        return;
    }
    assert_eq!(sent, Ok(1));
    assert_eq!(receive_one(&other), seen(ControlMessage::Ttl(77)));
    let unknown = RawControlMessage { kind: 12345, ..ttl };
    // SAFETY: the kernel does not know it.
    let sent = send_with(one.as_fd(), b"x", |control| unsafe {
        control.push_raw(unknown)
    });
    assert_eq!(sent, Err(Errno::EINVAL));
}

#[test]
fn a_full_buffer_stays_as_it_is() {
    let null = File::open("/dev/null").unwrap();
    let mut space = [DIRT; cmsg_space(4) + HEAD];
    let mut control = SendControl::new(&mut space);
    assert_eq!(control.push_ttl(1), Ok(()));
    let before = control.as_bytes().to_vec();
    let info = Ipv4PktInfo {
        interface: 1,
        local: Ipv4Addr::LOCALHOST,
        destination: Ipv4Addr::LOCALHOST,
    };
    assert_eq!(control.push_rights(&[null.as_fd()]), Err(Errno::ENOBUFS));
    assert_eq!(control.push_credentials(&own()), Err(Errno::ENOBUFS));
    assert_eq!(control.push_ipv4_pktinfo(&info), Err(Errno::ENOBUFS));
    assert_eq!(control.push_udp_segment(1), Err(Errno::ENOBUFS));
    assert_eq!(control.as_bytes(), before);
    assert_eq!(control.push_rights(&[]), Ok(()), "none of them have room");
    control.clear();
    assert!(control.as_bytes().is_empty());
    assert_eq!(control.push_tos(1), Ok(()));
    assert_eq!(
        space[..4 + HEAD],
        encode(0, 1, &1i32.to_ne_bytes())[..4 + HEAD]
    );

    // What the kernel says nothing about when it takes it.
    let mut space = [DIRT; 64];
    let mut control = SendControl::new(&mut space);
    control.push_txtime(0x0102_0304_0506_0708).unwrap();
    let time = 0x0102_0304_0506_0708u64.to_ne_bytes();
    let expected = encode(c::SOL_SOCKET as i32, c::SO_TXTIME as i32, &time);
    assert_eq!(control.as_bytes(), expected);

    assert_eq!(SendControl::none().push_ttl(1), Err(Errno::ENOBUFS));
    assert!(SendControl::default().as_bytes().is_empty());
}

/// By cmsg(3): `CMSG_SPACE`.
#[test]
fn room_is_as_c_counts_it() {
    let long = size_of::<usize>();
    assert_eq!(cmsg_space(0), HEAD);
    assert_eq!(cmsg_space(1), HEAD + long);
    assert_eq!(cmsg_space(long), HEAD + long);
    assert_eq!(cmsg_space(long + 1), HEAD + 2 * long);
    assert_eq!(cmsg_space_rights(0), cmsg_space(0));
    assert_eq!(cmsg_space_rights(253), cmsg_space(1012));
    // What no buffer has is no small number.
    assert!(cmsg_space(usize::MAX) > usize::MAX / 2);
    assert!(cmsg_space_rights(usize::MAX) > usize::MAX / 2);
}

/// Each of those that the kernel was not asked for above, as `linux/errqueue.h` and the manuals have them.
#[test]
fn messages_are_told_by_their_bytes() {
    let label = encode(
        c::SOL_SOCKET as i32,
        c::SCM_SECURITY as i32,
        b"unconfined\0",
    );
    let message = control_messages(&label).next().unwrap().unwrap();
    assert!(matches!(
        message.decode(),
        ControlMessage::Security(b"unconfined\0")
    ));
    // `struct sock_extended_err` and `struct sockaddr_in` behind it.
    let mut offender = [0; 16];
    offender[..2].copy_from_slice(&AddressFamily::INET.raw().to_ne_bytes());
    offender[4..8].copy_from_slice(&[10, 1, 2, 3]);
    let [info, data] = [0x0102_0304u32, 0x0506_0708].map(u32::to_ne_bytes);
    let bytes = [
        &113i32.to_ne_bytes()[..],
        &[2, 3, 1, 0xff],
        &info,
        &data,
        &offender,
    ]
    .concat();
    let message = encode(c::SOL_IP as i32, c::IP_RECVERR as i32, &bytes);
    match control_messages(&message).next().unwrap().unwrap().decode() {
        ControlMessage::Error(error) => {
            assert_eq!(error.errno.map(Errno::raw), Some(113));
            let told = (error.origin, error.kind, error.code);
            assert_eq!(told, (ErrorOrigin::ICMP, 3, 1));
            assert_eq!((error.info, error.data), (0x0102_0304, 0x0506_0708));
            assert_eq!(error.offender.unwrap().as_bytes(), offender);
        }
        other => panic!("{other:?}"),
    }
    // A length that is none of the kind's; numbers that have no eight bits.
    for (level, kind, data) in [
        (c::SOL_IP, c::IP_TTL, &[1, 0, 0][..]),
        (c::SOL_IP, c::IP_TTL, &256i32.to_ne_bytes()),
        (c::SOL_IPV6, c::IPV6_HOPLIMIT, &(-1i32).to_ne_bytes()),
        (SOL_UDP, UDP_GRO, &65536i32.to_ne_bytes()),
        (c::SOL_SOCKET, c::SO_TIMESTAMP_NEW, &[0; 15]),
        (c::SOL_IP, c::IP_RECVERR, &[0; 17]),
        (c::SOL_IP, c::IP_ORIGDSTADDR, &[0; 129]),
        (c::SOL_IP, c::IP_ORIGDSTADDR, &[0; 1]),
    ] {
        let bytes = encode(level as i32, kind as i32, data);
        let message = control_messages(&bytes).next().unwrap().unwrap();
        match message.decode() {
            ControlMessage::Raw(raw) => assert_eq!(raw, message),
            other => panic!("{other:?}"),
        }
    }
}

/// Descriptors are what a call has received: bytes that say the same are bytes.
#[test]
fn fault_bytes_are_no_descriptors() {
    let null = File::open("/dev/null").unwrap();
    for kind in [c::SCM_RIGHTS as i32, SCM_PIDFD] {
        let bytes = encode(c::SOL_SOCKET as i32, kind, &null.as_raw_fd().to_ne_bytes());
        let message = control_messages(&bytes).next().unwrap().unwrap();
        assert!(matches!(message.decode(), ControlMessage::Raw(raw) if raw == message));
    }
    assert!(null.metadata().is_ok());
}

#[test]
fn lengths_that_are_none_are_an_error() {
    for len in [
        0,
        1,
        HEAD - 1,
        HEAD + 5,
        usize::MAX / 2,
        usize::MAX - 7,
        usize::MAX,
    ] {
        let bytes = encode_with(len, 1, 2, &[0; 4]);
        decoder::check(&bytes);
        let mut messages = control_messages(&bytes);
        assert_eq!(messages.next(), Some(Err(Errno::EIO)), "{len}");
        assert_eq!(messages.next(), None);
    }
    // Two in a buffer, the second cut off at every byte.
    let two = [encode(1, 2, b"one"), encode(3, 4, b"other")].concat();
    let whole = encode(1, 2, b"one").len() + HEAD + 5;
    for end in 0..=two.len() {
        decoder::check(&two[..end]);
        let good = control_messages(&two[..end]).filter(|message| message.is_ok());
        let expected = usize::from(end >= HEAD + 3) + usize::from(end >= whole);
        assert_eq!(good.count(), expected, "{end}");
    }
    assert_eq!(control_messages(&[]).next(), None);
}

/// Messages of kinds that are known, of lengths about right.
fn a_message() -> impl Strategy<Value = Vec<u8>> {
    let level = prop::sample::select(vec![c::SOL_SOCKET, c::SOL_IP, c::SOL_IPV6, SOL_UDP]);
    let kind = prop_oneof![
        0u32..128,
        prop::sample::select(vec![c::SO_TIMESTAMP_NEW, UDP_GRO])
    ];
    let len = prop::sample::select(vec![0, 1, 4, 8, 12, 16, 20, 24, 28, 32, 44, 48]);
    let data = len.prop_flat_map(|len| prop::collection::vec(any::<u8>(), len));
    (level, kind, data).prop_map(|(level, kind, data)| encode(level as i32, kind as i32, &data))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_messages_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decoder::check(&bytes);
    }

    #[test]
    fn messages_come_back(messages in prop::collection::vec(a_message(), 0..8), cut in 0usize..40) {
        let bytes = messages.concat();
        decoder::check(&bytes);
        prop_assert_eq!(control_messages(&bytes).filter(|it| it.is_ok()).count(), messages.len());
        decoder::check(&bytes[..bytes.len().saturating_sub(cut)]);
    }

    #[test]
    fn damaged_messages_end(
        messages in prop::collection::vec(a_message(), 1..4),
        at in any::<prop::sample::Index>(),
        with in any::<u8>(),
    ) {
        let mut bytes = messages.concat();
        let at = at.index(bytes.len());
        bytes[at] = with;
        decoder::check(&bytes);
    }
}

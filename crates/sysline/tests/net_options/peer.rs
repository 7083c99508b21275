//! Who is on the other end.

use super::*;
use linux_raw_sys::net as c;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use sysline::net::sockopt;
use sysline::process::{Gid, Pid, Uid};

#[test]
fn a_pair_is_its_maker_s() {
    let (one, _other) = UnixStream::pair().unwrap();
    let ucred = sockopt::socket_peercred(one.as_fd()).unwrap();
    assert_eq!(ucred.pid, Some(Pid::from_raw(std::process::id() as i32)));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let effective = |name: &str| -> u32 {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(2).unwrap().parse().unwrap()
    };
    assert_eq!(ucred.uid, Uid::from_raw(effective("Uid:")));
    assert_eq!(ucred.gid, Gid::from_raw(effective("Gid:")));
}

#[test]
fn the_other_end_is_who_connected() {
    child::in_child(|| {
        let name = format!("sysline-{}-peer", std::process::id());
        let address = SocketAddr::from_abstract_name(name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        child::in_child(|| {
            let client = UnixStream::connect_addr(&address).unwrap();
            // Its parent reads who it was after it has ended.
            std::mem::forget(client);
        });
        let listens = sockopt::socket_peercred(listener.as_fd()).unwrap();
        assert_eq!(listens.pid, Some(Pid::from_raw(std::process::id() as i32)));
        let connection = listener.accept().unwrap().0;
        let ucred = sockopt::socket_peercred(connection.as_fd()).unwrap();
        assert_ne!(ucred.pid, Some(Pid::from_raw(std::process::id() as i32)));
        assert!(ucred.pid.is_some());
    });
}

#[test]
fn nobody_is_at_the_other_end() {
    let lone = UnixDatagram::unbound().unwrap();
    let ucred = sockopt::socket_peercred(lone.as_fd()).unwrap();
    assert_eq!(ucred.pid, None);
    assert_eq!((ucred.uid.raw(), ucred.gid.raw()), (u32::MAX, u32::MAX));
    let pidfd = sockopt::socket_peerpidfd(lone.as_fd()).map(drop);
    if !lacks(&pidfd, "SO_PEERPIDFD") {
        assert_eq!(pidfd, Err(Errno::ENODATA));
    }
    let groups = sockopt::socket_peergroups(lone.as_fd());
    if !lacks(&groups, "SO_PEERGROUPS") {
        assert_eq!(groups, Err(Errno::ENODATA));
    }
}

#[test]
fn a_peer_s_descriptor_is_its_process() {
    let (one, _other) = UnixStream::pair().unwrap();
    let pidfd = sockopt::socket_peerpidfd(one.as_fd());
    if lacks(&pidfd, "SO_PEERPIDFD") {
        return;
    }
    use std::os::fd::AsRawFd;
    let pidfd = pidfd.unwrap();
    let path = format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd());
    let info = std::fs::read_to_string(path).unwrap();
    let pid = info
        .lines()
        .find_map(|line| line.strip_prefix("Pid:"))
        .unwrap();
    assert_eq!(pid.trim().parse(), Ok(std::process::id()));
    let flags = sysline::io::fcntl_getfd(pidfd.as_fd()).unwrap();
    assert!(flags.contains(sysline::io::FdFlags::CLOEXEC));
}

#[test]
fn a_peer_s_groups() {
    if !child::is_root() {
        return;
    }
    child::in_child(|| {
        let groups = [3u32, 5, 70_000].map(Gid::from_raw);
        sysline::thread::setgroups(&groups).unwrap();
        let (one, _other) = UnixStream::pair().unwrap();
        let fd = one.as_fd();
        let told = sockopt::socket_peergroups(fd);
        if lacks(&told, "SO_PEERGROUPS") {
            return;
        }
        let told = told.unwrap();
        if told.is_empty() && emulator::skipped("SO_PEERGROUPS is an int") {
            return;
        }
        assert_eq!(told, groups);
        assert_eq!(sockopt::socket_peergroups_into(fd, &mut []), Ok(3));
        let mut room = [Gid::ROOT; 5];
        assert_eq!(
            sockopt::socket_peergroups_into(fd, &mut room[..2]),
            Err(Errno::ERANGE)
        );
        assert_eq!(room, [Gid::ROOT; 5]);
        assert_eq!(sockopt::socket_peergroups_into(fd, &mut room), Ok(3));
        assert_eq!(room[..3], groups);
        sysline::thread::setgroups(&[]).unwrap();
        let (one, _other) = UnixStream::pair().unwrap();
        assert_eq!(sockopt::socket_peergroups(one.as_fd()), Ok(Vec::new()));
    });
}

/// The label is the process's own, where the kernel has one.
#[test]
fn a_peer_s_label() {
    let (one, _other) = UnixStream::pair().unwrap();
    let fd = one.as_fd();
    let label = sockopt::socket_peersec(fd);
    match std::fs::read("/proc/self/attr/current") {
        Ok(own) if label.is_ok() => {
            let label = label.unwrap();
            // Modules differ in what they put behind it.
            let without_end = |label: &[u8]| {
                let label = label.trim_ascii_end();
                label.strip_suffix(b"\0").unwrap_or(label).to_vec()
            };
            assert_eq!(without_end(&label), without_end(&own));
            assert_eq!(sockopt::socket_peersec_into(fd, &mut []), Ok(label.len()));
            assert_eq!(
                sockopt::socket_peersec_into(fd, &mut [0]),
                Err(Errno::ERANGE)
            );
        }
        _ => assert_eq!(label, Err(Errno::ENOPROTOOPT)),
    }
    let unknown = sockopt::socket_peersec_into(tcp().as_fd(), &mut [0; 64]);
    assert_eq!(unknown, Err(Errno::ENOPROTOOPT));
}

#[test]
fn what_comes_with_messages() {
    let (one, _other) = UnixStream::pair().unwrap();
    options! { one.as_fd(), SOL_SOCKET:
        SO_PASSCRED socket_passcred set_socket_passcred;
        SO_PASSPIDFD socket_passpidfd set_socket_passpidfd;
        SO_PASSSEC socket_passsec set_socket_passsec;
        SO_PASSRIGHTS socket_passrights set_socket_passrights;
    }
    let wrong = sockopt::set_socket_passrights(tcp().as_fd(), true);
    assert!(
        matches!(wrong, Err(Errno::EOPNOTSUPP | Errno::ENOPROTOOPT)),
        "{wrong:?}"
    );
}

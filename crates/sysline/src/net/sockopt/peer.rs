//! Who is on the other end of a socket of Unix (unix(7)). Owns: their ids, as the kernel took them down when the connection was made.

use super::forms::plain;
use super::*;
use crate::fd::OwnedFd;
use crate::net::Ucred;
use crate::process::Gid;
use linux_raw_sys::net as c;

plain! {
    Ucred: Ucred::LEN,
        bytes => Ok(Ucred::of_bytes(&bytes)),
        value => value.to_bytes();
}

options! { SOL_SOCKET;
    /// Who connected, who listens, or who made the pair. Of a socket that is not connected it is no process, and the ids are `u32::MAX`.
    #[doc(alias = "SO_PEERCRED")]
    #[doc(alias = "GetsockoptUcred")]
    get socket_peercred: Ucred = SO_PEERCRED;

    /// The process that [`socket_peercred`] tells, as a descriptor, which is closed by execve(2) (Linux 6.5). `ESRCH` or `EINVAL` where it
    /// has ended and been waited for, as kernels before 6.16 say; `ENODATA` where there is none.
    #[doc(alias = "SO_PEERPIDFD")]
    get socket_peerpidfd: OwnedFd = SO_PEERPIDFD;

    /// Whether messages come with who sent them (unix(7), netlink(7)).
    #[doc(alias = "SO_PASSCRED")]
    get socket_passcred set set_socket_passcred: bool = SO_PASSCRED;

    /// Whether messages come with a descriptor of the process that sent them (Linux 6.5).
    #[doc(alias = "SO_PASSPIDFD")]
    get socket_passpidfd set set_socket_passpidfd: bool = SO_PASSPIDFD;

    /// Whether messages come with the sender's security label.
    #[doc(alias = "SO_PASSSEC")]
    get socket_passsec set set_socket_passsec: bool = SO_PASSSEC;

    /// Whether messages may come with descriptors: where this is false, to send such a message is `EPERM` (Linux 6.16).
    #[doc(alias = "SO_PASSRIGHTS")]
    get socket_passrights set set_socket_passrights: bool = SO_PASSRIGHTS;
}

/// Reads an option that is a list, into as many bytes as there are; how many the kernel has to tell, and whether they had room. Where they
/// had none the kernel has written nothing.
fn listed(fd: BorrowedFd<'_>, name: u32, bytes: &mut [u8]) -> (usize, Result<()>) {
    let room = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut len = room;
    // SAFETY: `room` is how many bytes `bytes` has, and the options that this is called with write no more.
    let read =
        unsafe { lines::getsockopt_raw(fd, c::SOL_SOCKET, name, bytes.as_mut_ptr(), &mut len) };
    match read {
        Ok(()) if len > room => (0, Err(Errno::EIO)),
        read => (len as usize, read),
    }
}

/// What [`listed`] says, for a buffer that asks for the size by being empty.
fn sized((len, read): (usize, Result<()>), is_empty: bool) -> Result<usize> {
    match read {
        Err(Errno::ERANGE) if is_empty => Ok(len),
        read => read.map(|()| len),
    }
}

/// The supplementary groups of the process that [`socket_peercred`] tells; says how many they are (Linux 4.13). An empty
/// buffer asks for that only.
///
/// # Errors
///
/// Those of `getsockopt(2)`: `ERANGE` where `groups`, not being empty, is too short for all; `ENODATA` where there is no process.
#[doc(alias = "SO_PEERGROUPS")]
pub fn socket_peergroups_into(fd: BorrowedFd<'_>, groups: &mut [Gid]) -> Result<usize> {
    let is_empty = groups.is_empty();
    // SAFETY: a `Gid` is four bytes, which may be any.
    let bytes =
        unsafe { core::slice::from_raw_parts_mut(groups.as_mut_ptr().cast(), size_of_val(groups)) };
    let len = sized(listed(fd, c::SO_PEERGROUPS, bytes), is_empty)?;
    Ok(len / size_of::<Gid>())
}

/// The supplementary groups of the process that [`socket_peercred`] tells (Linux 4.13).
///
/// # Errors
///
/// Those of `getsockopt(2)`: `ENODATA` where there is no process. `ENOMEM` where the heap has no room.
#[doc(alias = "SO_PEERGROUPS")]
#[cfg(feature = "alloc")]
pub fn socket_peergroups(fd: BorrowedFd<'_>) -> Result<alloc::vec::Vec<Gid>> {
    growing(Gid::ROOT, |groups| socket_peergroups_into(fd, groups))
}

/// The security label of the other end's process; says how many bytes it has. The last may be a NUL. An empty buffer asks for the size
/// only.
///
/// # Errors
///
/// Those of `getsockopt(2)`: `ERANGE` where `label`, not being empty, is too short; `ENOPROTOOPT` where there is no label.
#[doc(alias = "SO_PEERSEC")]
pub fn socket_peersec_into(fd: BorrowedFd<'_>, label: &mut [u8]) -> Result<usize> {
    let is_empty = label.is_empty();
    sized(listed(fd, c::SO_PEERSEC, label), is_empty)
}

/// The security label of the other end's process. The last byte may be a NUL.
///
/// # Errors
///
/// Those of `getsockopt(2)`: `ENOPROTOOPT` where there is no label. `ENOMEM` where the heap has no room.
#[doc(alias = "SO_PEERSEC")]
#[cfg(feature = "alloc")]
pub fn socket_peersec(fd: BorrowedFd<'_>) -> Result<alloc::vec::Vec<u8>> {
    growing(0, |label| socket_peersec_into(fd, label))
}

/// Asks how many there are, then for them. What a socket's peer is never changes but when it connects: one more round is for that, and
/// then there is no more.
#[cfg(feature = "alloc")]
pub(super) fn growing<T: Copy>(
    nothing: T,
    mut read: impl FnMut(&mut [T]) -> Result<usize>,
) -> Result<alloc::vec::Vec<T>> {
    const MOST: usize = 1 << 20; // NGROUPS_MAX is 1 << 16, a label has some hundred bytes
    let mut list = alloc::vec::Vec::new();
    for last in [false, true] {
        let len = read(&mut [])?.min(MOST);
        if len == 0 {
            return Ok(alloc::vec::Vec::new());
        }
        list.clear();
        list.try_reserve_exact(len).map_err(|_| Errno::ENOMEM)?;
        list.resize(len, nothing);
        match read(&mut list) {
            Err(Errno::ERANGE) if !last => {}
            filled => {
                list.truncate(filled?);
                break;
            }
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Pid;

    #[test]
    fn nobody_has_no_number() {
        let bytes = [[0; 4], [0xff; 4], [0xff; 4]].concat();
        let ucred = Ucred::read(&bytes).unwrap();
        assert_eq!(ucred.pid, None);
        assert_eq!((ucred.uid.raw(), ucred.gid.raw()), (u32::MAX, u32::MAX));
        assert_eq!(Ucred::bytes(ucred).unwrap()[..], bytes);
        let bytes = [7i32.to_ne_bytes(), 8i32.to_ne_bytes(), 9i32.to_ne_bytes()].concat();
        let ucred = Ucred::read(&bytes).unwrap();
        assert_eq!(ucred.pid, Some(Pid::from_raw(7)));
        assert_eq!((ucred.uid.raw(), ucred.gid.raw()), (8, 9));
        assert_eq!(Ucred::read(&bytes[..8]), Err(Errno::EIO));
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_list_that_grows_between_its_two_calls() {
        let list = |lens: &[usize]| {
            let mut lens = lens.iter();
            growing(0u8, |buffer| {
                let len = *lens.next().unwrap();
                match buffer.len() {
                    0 => Ok(len),
                    room if room < len => Err(Errno::ERANGE),
                    _ => Ok(len),
                }
            })
            .map(|list| list.len())
        };
        assert_eq!(list(&[3, 3]), Ok(3));
        assert_eq!(list(&[3, 2]), Ok(2));
        assert_eq!(list(&[0]), Ok(0));
        assert_eq!(list(&[3, 4, 4, 4]), Ok(4));
        assert_eq!(list(&[3, 4, 4, 5]), Err(Errno::ERANGE));
    }
}

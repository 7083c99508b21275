//! Sockets: Winsock, with `std`'s owners and addresses.
//!
//! Owns: the calls of ws2_32 on sockets. This file is read by the compiler and by `sysline gen`: hand-written functions
//! come first, then the `//sys` lines, whose wrappers are in `net/lines.rs`. How an address looks in memory is
//! `net/address.rs`, a set of sockets `net/set.rs`, the start and the end of Winsock `net/startup.rs`. Operations that
//! outlive their call are completed through a port, [`iocp`](super::iocp).
//!
//! A socket is an [`OwnedSocket`], which closes it, and lent as whatever is [`AsSocket`]: `std`'s `TcpStream` too. The
//! constants here have the types that the functions take.
//!
//! ```
//! use std::io::{IoSlice, IoSliceMut};
//! use std::net::{Ipv4Addr, SocketAddr};
//! use sysline::windows::net::*;
//!
//! fn main() -> sysline::windows::Result<()> {
//!     let _winsock = Winsock::start()?;
//!     let tcp = || {
//!         let flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
//!         wsa_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, None, 0, flags)
//!     };
//!     let listener = tcp()?;
//!     bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
//!     listen(&listener, SOMAXCONN)?;
//!
//!     let client = tcp()?;
//!     connect(&client, &local_addr(&listener)?)?;
//!     let (server, address) = accept(&listener)?;
//!     assert_eq!(address, local_addr(&client)?);
//!
//!     assert_eq!(wsa_send(&client, &[IoSlice::new(b"hello "), IoSlice::new(b"world")], 0)?, 11);
//!     let (mut text, mut flags) = ([0; 11], MSG_WAITALL);
//!     let received = wsa_recv(&server, &mut [IoSliceMut::new(&mut text)], &mut flags)?;
//!     assert_eq!(&text[..received as usize], b"hello world");
//!     close(client)
//! }
//! ```

use super::{AsSocket, OwnedSocket, Result, Win32Error};
use address::Address;
use std::io::{IoSlice, IoSliceMut};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;
use std::vec::Vec;
use windows_sys::Win32::Networking::WinSock as c;
use windows_sys::Win32::Networking::WinSock::{
    SOCKADDR_STORAGE, SOCKET_ERROR, TIMEVAL, WSA_IO_PENDING, WSADATA,
};
pub use windows_sys::Win32::Networking::WinSock::{WSABUF, WSAPROTOCOL_INFOW};
pub use windows_sys::Win32::System::IO::OVERLAPPED;

mod address;
mod lines;
mod set;
mod startup;

pub use lines::*;
pub use set::SocketSet;
pub use startup::Winsock;

/// The family of addresses of IPv4.
pub const AF_INET: i32 = c::AF_INET as i32;
/// The family of addresses of IPv6.
pub const AF_INET6: i32 = c::AF_INET6 as i32;
/// A type of sockets: a connection's stream of bytes.
pub const SOCK_STREAM: i32 = c::SOCK_STREAM;
/// A type of sockets: single messages.
pub const SOCK_DGRAM: i32 = c::SOCK_DGRAM;
/// The protocol of [`SOCK_STREAM`].
pub const IPPROTO_TCP: i32 = c::IPPROTO_TCP;
/// The protocol of [`SOCK_DGRAM`].
pub const IPPROTO_UDP: i32 = c::IPPROTO_UDP;
/// In place of a family, a type or a protocol: as a [`WSAPROTOCOL_INFOW`] has it.
pub const FROM_PROTOCOL_INFO: i32 = c::FROM_PROTOCOL_INFO;
/// A socket's flag: operations on it may outlive their call.
pub const WSA_FLAG_OVERLAPPED: u32 = c::WSA_FLAG_OVERLAPPED;
/// A socket's flag: no new process gets it.
pub const WSA_FLAG_NO_HANDLE_INHERIT: u32 = c::WSA_FLAG_NO_HANDLE_INHERIT;
/// As many waiting clients as the protocol has room for. `winsock2.h`; the SOMAXCONN of `windows-sys` is that of the
/// older `winsock.h`, 5.
pub const SOMAXCONN: i32 = 0x7fff_ffff;
/// A flag of sending and receiving: the urgent byte.
pub const MSG_OOB: u32 = c::MSG_OOB as u32;
/// A flag of receiving: what is received stays there, and is received again.
pub const MSG_PEEK: u32 = c::MSG_PEEK as u32;
/// A flag of receiving: the call waits until the buffers are full.
pub const MSG_WAITALL: u32 = c::MSG_WAITALL as u32;

/// An error of Winsock.
const fn error(code: i32) -> Win32Error {
    Win32Error::known(code as u32)
}

/// Makes a socket of a family, a type and a protocol; `info`, an element of [`protocols`], says which provider's, and
/// has what is [`FROM_PROTOCOL_INFO`]. `group` is 0 for none. A new process inherits it, and an operation on it can't
/// outlive its call, unless `flags` has [`WSA_FLAG_NO_HANDLE_INHERIT`] and [`WSA_FLAG_OVERLAPPED`].
///
/// # Errors
///
/// Those of Microsoft's "WSASocketW function": WSANOTINITIALISED (10093) before [`Winsock::start`]. WSAEINVAL (10022),
/// without a call, where a field of `info` that is reserved is not zero: there [`wsa_socket_shared`] finds a handle,
/// which might be anybody's.
#[doc(alias = "WSASocketW")]
pub fn wsa_socket(
    af: i32,
    ty: i32,
    protocol: i32,
    info: Option<&WSAPROTOCOL_INFOW>,
    group: u32,
    flags: u32,
) -> Result<OwnedSocket> {
    // Windows keeps a shared socket's handle in the last of them, wine in the third and fourth flags.
    let is_shared = |info: &WSAPROTOCOL_INFOW| {
        let reserved = [
            info.dwServiceFlags2,
            info.dwServiceFlags3,
            info.dwServiceFlags4,
            info.dwProviderReserved,
        ];
        reserved != [0; 4]
    };
    if info.is_some_and(is_shared) {
        return Err(error(c::WSAEINVAL));
    }
    // SAFETY: no handle is in `info`, so the socket is a new one.
    unsafe { wsa_socket_shared(af, ty, protocol, info, group, flags) }
}

/// More protocols than this no system has: some 6 MiB.
const MANY: usize = 10_000;

/// The protocols that sockets can be made of on this system, those of layers that are none by themselves with them.
///
/// # Errors
///
/// Those of Microsoft's "WSAEnumProtocolsW function": WSANOTINITIALISED (10093) before [`Winsock::start`].
#[doc(alias = "WSAEnumProtocolsW")]
pub fn protocols() -> Result<Vec<WSAPROTOCOL_INFOW>> {
    protocols_from(16)
}

/// As [`protocols`], which has room for `first` of them to begin with.
fn protocols_from(first: usize) -> Result<Vec<WSAPROTOCOL_INFOW>> {
    let mut found = std::vec![WSAPROTOCOL_INFOW::default(); first];
    loop {
        let mut size = size_of_val(found.as_slice()) as u32;
        // SAFETY: null is every protocol, and `size` is how many bytes are there.
        match unsafe { wsa_enum_protocols(0, found.as_mut_ptr(), &mut size) } {
            Ok(count) => {
                found.truncate(usize::try_from(count).unwrap_or(0));
                return Ok(found);
            }
            // Others may be installed meanwhile, so what was asked for may not be enough.
            Err(code) if code == c::WSAENOBUFS as u32 && found.len() < MANY => {
                let wanted = (size as usize).div_ceil(size_of::<WSAPROTOCOL_INFOW>());
                let more = wanted.clamp(found.len() + 1, MANY);
                found.resize(more, WSAPROTOCOL_INFOW::default());
            }
            Err(code) => return Err(code),
        }
    }
}

/// Gives a socket its own address. Port 0 is any that is free.
///
/// # Errors
///
/// Those of Microsoft's "bind function", such as WSAEADDRINUSE (10048).
pub fn bind(socket: impl AsSocket, addr: &SocketAddr) -> Result<()> {
    let addr = Address::from(addr);
    // SAFETY: an address with its length.
    unsafe { lines::bind(socket, &addr.storage, addr.len) }
}

/// Connects a socket; one of [`SOCK_DGRAM`] only remembers the address.
///
/// # Errors
///
/// Those of Microsoft's "connect function", such as WSAECONNREFUSED (10061). WSAEWOULDBLOCK (10035): the socket does
/// not wait, and is being connected.
pub fn connect(socket: impl AsSocket, addr: &SocketAddr) -> Result<()> {
    let addr = Address::from(addr);
    // SAFETY: an address with its length.
    unsafe { lines::connect(socket, &addr.storage, addr.len) }
}

/// Waits for the next client of a socket that [listens](listen): its connection, and its address. Whether a new process
/// inherits the connection is not for the listener to say: SetHandleInformation does.
///
/// # Errors
///
/// Those of Microsoft's "accept function"; those of [`peer_addr`], and the connection is closed.
pub fn accept(socket: impl AsSocket) -> Result<(OwnedSocket, SocketAddr)> {
    let mut addr = Address::room();
    // SAFETY: the length is that of the room for the address.
    let connection = unsafe { lines::accept(socket, &mut addr.storage, &mut addr.len) }?;
    Ok((connection, addr.read()?))
}

/// A socket's own address.
///
/// # Errors
///
/// Those of Microsoft's "getsockname function": WSAEINVAL (10022) where the socket has none. WSAEAFNOSUPPORT (10047)
/// where it is none of IPv4 or IPv6.
#[doc(alias = "getsockname")]
pub fn local_addr(socket: impl AsSocket) -> Result<SocketAddr> {
    let mut addr = Address::room();
    // SAFETY: the length is that of the room for the address.
    unsafe { lines::getsockname(socket, &mut addr.storage, &mut addr.len) }?;
    addr.read()
}

/// The address that a socket is connected to.
///
/// # Errors
///
/// Those of Microsoft's "getpeername function": WSAENOTCONN (10057) where there is none. WSAEAFNOSUPPORT (10047) where
/// it is none of IPv4 or IPv6.
#[doc(alias = "getpeername")]
pub fn peer_addr(socket: impl AsSocket) -> Result<SocketAddr> {
    let mut addr = Address::room();
    // SAFETY: the length is that of the room for the address.
    unsafe { lines::getpeername(socket, &mut addr.storage, &mut addr.len) }?;
    addr.read()
}

/// Ends one direction of a connection, or both. The socket stays open.
///
/// # Errors
///
/// Those of Microsoft's "shutdown function", such as WSAENOTCONN (10057).
pub fn shutdown(socket: impl AsSocket, how: Shutdown) -> Result<()> {
    lines::shutdown(socket, direction(how))
}

/// Winsock's number of a direction.
fn direction(how: Shutdown) -> i32 {
    match how {
        Shutdown::Read => c::SD_RECEIVE,
        Shutdown::Write => c::SD_SEND,
        Shutdown::Both => c::SD_BOTH,
    }
}

/// Waits until a socket of `read` can be read or accept a client, one of `write` can be written or is connected, or one
/// of `except` has something urgent or could not be connected; leaves those in the sets that are, and says how many.
///
/// A `timeout` of `None` waits without end, one of zero not at all. It is rounded up to microseconds; 68 years is the
/// longest, and a longer one is taken for it. Where this is an error the sets are as they were.
///
/// ```
/// use std::net::UdpSocket;
/// use std::os::windows::io::AsSocket;
/// use std::time::Duration;
/// use sysline::windows::net::{SocketSet, select};
///
/// let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
/// let mut write = SocketSet::new();
/// write.insert(socket.as_socket()).unwrap();
/// assert_eq!(select(None, Some(&mut write), None, Some(Duration::ZERO)), Ok(1));
/// assert!(write.contains(socket.as_socket()));
/// ```
///
/// # Errors
///
/// Those of Microsoft's "select function": WSAEINVAL (10022) where there is no socket in any set, as there is nothing
/// to wait for.
pub fn select(
    read: Option<&mut SocketSet<'_>>,
    write: Option<&mut SocketSet<'_>>,
    except: Option<&mut SocketSet<'_>>,
    timeout: Option<Duration>,
) -> Result<usize> {
    let timeout = timeout.map(timeval);
    select_by(read, write, except, |read, write, except| {
        lines::select(read, write, except, timeout.as_ref())
    })
}

/// As [`select`], by a `call` that may write anything to the sets.
fn select_by<'r, 'w, 'e>(
    mut read: Option<&mut SocketSet<'r>>,
    mut write: Option<&mut SocketSet<'w>>,
    mut except: Option<&mut SocketSet<'e>>,
    call: impl FnOnce(
        Option<&mut SocketSet<'r>>,
        Option<&mut SocketSet<'w>>,
        Option<&mut SocketSet<'e>>,
    ) -> Result<i32>,
) -> Result<usize> {
    let before = (
        SocketSet::copied(&read),
        SocketSet::copied(&write),
        SocketSet::copied(&except),
    );
    let ready = call(
        read.as_deref_mut(),
        write.as_deref_mut(),
        except.as_deref_mut(),
    );
    SocketSet::settle(read, before.0, ready.is_ok());
    SocketSet::settle(write, before.1, ready.is_ok());
    SocketSet::settle(except, before.2, ready.is_ok());
    Ok(usize::try_from(ready?).unwrap_or(0))
}

/// Microseconds, rounded up; no more seconds than there is room for.
fn timeval(time: Duration) -> TIMEVAL {
    let micros = time.as_nanos().div_ceil(1000);
    let seconds = i32::try_from(micros / 1_000_000);
    TIMEVAL {
        tv_sec: seconds.unwrap_or(i32::MAX),
        tv_usec: (micros % 1_000_000) as i32,
    }
}

/*
 * Lines
 */

//sys pub(super) fn wsa_startup(version: u16,
//        data: &mut WSADATA) -> Result<()> [failretval != 0 => failretval] = ws2_32.WSAStartup

// Takes one of the starts of Winsock back. After the last one every socket of the process is closed. Microsoft's
// "WSACleanup function".
//
// # Safety
//
// A start of the caller's own is taken back, and no longer used: sockets have owners, which Winsock does not ask.
//sys pub unsafe fn wsa_cleanup() -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.WSACleanup

// As [`wsa_socket`], also for a socket that another process shares: then `info` is what WSADuplicateSocketW gave it for
// this process, and the handle in it becomes the result's.
//
// # Safety
//
// `info` is none; or such a one, of which no socket has been made; or its reserved fields are zero.
//sys pub unsafe fn wsa_socket_shared(af: i32, ty: i32, protocol: i32,
//        info: Option<&WSAPROTOCOL_INFOW>, group: u32,
//        flags: u32) -> Result<OwnedSocket> = ws2_32.WSASocketW

//sys pub(super) unsafe fn wsa_enum_protocols(protocols: usize, buffer: *mut WSAPROTOCOL_INFOW,
//        size: &mut u32) -> Result<i32> [failretval == SOCKET_ERROR] = ws2_32.WSAEnumProtocolsW

//sys pub(super) unsafe fn bind(socket: impl AsSocket, addr: &SOCKADDR_STORAGE,
//        len: i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.bind

//sys pub(super) unsafe fn connect(socket: impl AsSocket, addr: &SOCKADDR_STORAGE,
//        len: i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.connect

// Lets clients connect; up to `backlog` of them, or [`SOMAXCONN`], wait until they are [accepted](super::accept).
// Microsoft's "listen function".
//sys pub fn listen(socket: impl AsSocket,
//        backlog: i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.listen

//sys pub(super) unsafe fn accept(socket: impl AsSocket, addr: &mut SOCKADDR_STORAGE,
//        len: &mut i32) -> Result<OwnedSocket> = ws2_32.accept

//sys pub(super) unsafe fn getsockname(socket: impl AsSocket, addr: &mut SOCKADDR_STORAGE,
//        len: &mut i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.getsockname

//sys pub(super) unsafe fn getpeername(socket: impl AsSocket, addr: &mut SOCKADDR_STORAGE,
//        len: &mut i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.getpeername

//sys pub(super) fn shutdown(socket: impl AsSocket,
//        how: i32) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.shutdown

// Closes a socket and says what Winsock had to say, which dropping it does not. Where this is an error it may still be
// open, without an owner: WSAEWOULDBLOCK (10035), for one that lingers and does not wait. Microsoft's "closesocket
// function".
//sys pub fn close(socket: OwnedSocket) -> Result<()> [failretval == SOCKET_ERROR] = ws2_32.closesocket

// Receives into the buffers, one after the other, and says how many bytes came: none where the other side has ended the
// connection. It waits for some unless the socket is told not to. `flags` says how, such as [`MSG_PEEK`], and then how
// it was. Microsoft's "WSARecv function".
//
// # Errors
//
// Those of `WSARecv`. WSAEMSGSIZE (10040): a message was longer than the buffers, which are full; the rest of it is lost.
//sys pub fn wsa_recv(socket: impl AsSocket, bufs: &mut [IoSliceMut<'_>], out received: u32,
//        flags: &mut u32, 0usize,
//        0usize) -> Result<u32> [failretval == SOCKET_ERROR] = ws2_32.WSARecv

// Sends the buffers, one after the other, and says how many bytes were taken: all of them, unless the socket does not
// wait. Microsoft's "WSASend function".
//sys pub fn wsa_send(socket: impl AsSocket, bufs: &[IoSlice<'_>], out sent: u32, flags: u32,
//        0usize, 0usize) -> Result<u32> [failretval == SOCKET_ERROR] = ws2_32.WSASend

// Starts to receive, as [`wsa_recv`] does, and does not wait. Success is that it has begun, and may be that it is done:
// either way its end is told by `overlapped`, at the [port](crate::windows::iocp::CompletionPort) that the socket
// belongs to or to [`wsa_get_overlapped_result`]. Microsoft's "WSARecv function".
//
// # Safety
//
// The operation owns what `overlapped` points to, and of each of `bufs` the `len` bytes at `buf`, until it has ended: they
// are there, nobody else uses them, and they stay where they are. This is so from the call on, unless it is an error. An
// end may be told before the call has returned. The elements of `bufs` themselves are read in the call only, and `flags`
// is used in the call only: those of a later end are [`wsa_get_overlapped_result`]'s. `overlapped` is zero, but for an
// event.
//sys pub unsafe fn wsa_recv_overlapped(socket: impl AsSocket, bufs: &[WSABUF], 0usize,
//        flags: &mut u32, overlapped: *mut OVERLAPPED,
//        0usize) -> Result<()> [failretval == SOCKET_ERROR && e1 != WSA_IO_PENDING as u32] = ws2_32.WSARecv

// Starts to send, as [`wsa_send`] does, and does not wait. Success is that it has begun, as of [`wsa_recv_overlapped`].
// Microsoft's "WSASend function".
//
// # Safety
//
// The operation owns what `overlapped` points to until it has ended, as that of [`wsa_recv_overlapped`], and until then the
// `len` bytes at the `buf` of each of `bufs` are there, and nobody writes to them.
//sys pub unsafe fn wsa_send_overlapped(socket: impl AsSocket, bufs: &[WSABUF], 0usize, flags: u32,
//        overlapped: *mut OVERLAPPED,
//        0usize) -> Result<()> [failretval == SOCKET_ERROR && e1 != WSA_IO_PENDING as u32] = ws2_32.WSASend

// What came of an operation: how many bytes, and its flags. It waits for its end if it shall. Microsoft's
// "WSAGetOverlappedResult function".
//
// # Errors
//
// Those of the operation. WSA_IO_INCOMPLETE (996): it has not ended.
//
// # Safety
//
// `overlapped` is that of an operation on this socket which was started and whose result nobody asks for at the same
// time. To wait, it has an event.
//sys pub unsafe fn wsa_get_overlapped_result(socket: impl AsSocket, overlapped: *mut OVERLAPPED,
//        out transferred: u32, wait: bool,
//        out flags: u32) -> Result<(u32, u32)> = ws2_32.WSAGetOverlappedResult

//sys pub(super) fn select(0i32, read: Option<&mut SocketSet<'_>>,
//        write: Option<&mut SocketSet<'_>>, except: Option<&mut SocketSet<'_>>,
//        timeout: Option<&TIMEVAL>) -> Result<i32> [failretval == SOCKET_ERROR] = ws2_32.select

#[cfg(test)]
mod tests {
    use super::super::BorrowedSocket;
    use super::*;
    use std::os::windows::io::{AsRawSocket, RawSocket};

    #[test]
    fn a_timeout_is_rounded_up_and_bounded() {
        let parts = |time| {
            let time = timeval(time);
            (time.tv_sec, time.tv_usec)
        };
        assert_eq!(parts(Duration::ZERO), (0, 0));
        assert_eq!(parts(Duration::from_nanos(1)), (0, 1));
        assert_eq!(parts(Duration::from_micros(1)), (0, 1));
        assert_eq!(parts(Duration::from_nanos(1_999_999_001)), (2, 0));
        assert_eq!(parts(Duration::new(7, 5_000)), (7, 5));
        assert_eq!(parts(Duration::from_secs(i32::MAX as u64)), (i32::MAX, 0));
        assert_eq!(parts(Duration::from_secs(1 << 31)).0, i32::MAX);
        assert_eq!(parts(Duration::MAX).0, i32::MAX);
    }

    #[test]
    fn constants_have_the_values_of_microsoft_s_headers() {
        // winsock2.h
        assert_eq!((AF_INET, AF_INET6), (2, 23));
        assert_eq!((SOCK_STREAM, SOCK_DGRAM), (1, 2));
        assert_eq!(FROM_PROTOCOL_INFO, -1);
        assert_eq!(WSA_FLAG_OVERLAPPED, 0x01);
        assert_eq!(WSA_FLAG_NO_HANDLE_INHERIT, 0x80);
        assert_eq!(SOMAXCONN, 0x7fff_ffff);
        assert_eq!((MSG_OOB, MSG_PEEK, MSG_WAITALL), (0x1, 0x2, 0x8));
        // ws2def.h
        assert_eq!((IPPROTO_TCP, IPPROTO_UDP), (6, 17));
    }

    #[test]
    fn a_direction_has_the_number_of_winsock2_h() {
        assert_eq!(direction(Shutdown::Read), 0);
        assert_eq!(direction(Shutdown::Write), 1);
        assert_eq!(direction(Shutdown::Both), 2);
    }

    #[test]
    fn protocols_are_all_told_where_the_first_room_is_too_small() {
        let _winsock = Winsock::start().unwrap();
        let told = |infos: Vec<WSAPROTOCOL_INFOW>| {
            let parts =
                |info: &WSAPROTOCOL_INFOW| (info.iAddressFamily, info.iSocketType, info.iProtocol);
            infos.iter().map(parts).collect::<Vec<_>>()
        };
        let all = told(protocols_from(100).unwrap());
        assert!(all.len() > 1, "{all:?}");
        for first in [1, all.len() - 1, all.len(), all.len() + 1] {
            assert_eq!(told(protocols_from(first).unwrap()), all, "{first}");
        }
        assert_eq!(told(protocols().unwrap()), all);
    }

    /// A number that stands for a socket: nothing here makes a call.
    fn socket(number: u32) -> BorrowedSocket<'static> {
        // SAFETY: it is handed to no call.
        unsafe { BorrowedSocket::borrow_raw(RawSocket::from(number)) }
    }

    fn set(numbers: &[u32]) -> SocketSet<'static> {
        let mut set = SocketSet::new();
        for &number in numbers {
            set.insert(socket(number)).unwrap();
        }
        set
    }

    fn numbers(set: &SocketSet<'_>) -> Vec<RawSocket> {
        set.iter().map(|socket| socket.as_raw_socket()).collect()
    }

    /// Three sets after a call that has left 8, 12 and 16 in them, and said `result`.
    fn sets_after(result: Result<i32>) -> (Result<usize>, [Vec<RawSocket>; 3]) {
        let (mut read, mut write, mut except) = (set(&[4, 8]), set(&[8, 12]), set(&[12, 16, 20]));
        let ready = select_by(
            Some(&mut read),
            Some(&mut write),
            Some(&mut except),
            |read, write, except| {
                *read.unwrap() = set(&[8]);
                *write.unwrap() = set(&[12]);
                *except.unwrap() = set(&[16]);
                result
            },
        );
        (ready, [&read, &write, &except].map(numbers))
    }

    #[test]
    fn sets_are_what_select_has_left_in_them() {
        let (ready, sets) = sets_after(Ok(3));
        assert_eq!(ready, Ok(3));
        assert_eq!(sets, [[8], [12], [16]]);
    }

    #[test]
    fn sets_are_as_they_were_where_select_is_an_error() {
        let (ready, sets) = sets_after(Err(Win32Error::known(10038)));
        assert_eq!(ready.unwrap_err(), 10038);
        assert_eq!(sets, [&[4, 8][..], &[8, 12], &[12, 16, 20]]);
    }

    #[test]
    fn a_set_that_is_absent_is_absent_in_the_call() {
        let mut write = set(&[4]);
        let ready = select_by(None, Some(&mut write), None, |read, write, except| {
            assert!(read.is_none() && write.is_some() && except.is_none());
            Ok(1)
        });
        assert_eq!((ready, numbers(&write)), (Ok(1), std::vec![4]));
    }
}

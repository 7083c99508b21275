//! How a listening socket is made.

use std::net::SocketAddr;
use sysline::net::{self, AddressFamily, Protocol, SocketFlags, SocketType};
use sysline::prelude::*;

sysline::sys! {
    /// Sets an option that is a number.
    sysnb fn set_option(fd: BorrowedFd<'_>, level: i32, option: i32, value: &i32, 4) -> Result<()> = SYS_SETSOCKOPT
}

// `asm/socket.h` and `linux/tcp.h`; MIPS has its own numbers.
const MIPS: bool = cfg!(any(target_arch = "mips", target_arch = "mips64"));
const SOL_SOCKET: i32 = if MIPS { 0xffff } else { 1 };
const SO_REUSEADDR: i32 = if MIPS { 4 } else { 2 };
const SO_REUSEPORT: i32 = if MIPS { 0x200 } else { 15 };
const IPPROTO_TCP: i32 = 6;
const TCP_NODELAY: i32 = 1;
const TCP_DEFER_ACCEPT: i32 = 9;

/// A socket that clients can connect to, beside others at the same address where it is `shared`, and its port; or the call that
/// failed, and why. No call on it waits.
pub(crate) fn listen(
    address: &SocketAddr,
    shared: bool,
) -> Result<(OwnedFd, u16), (&'static str, Errno)> {
    let failed = |call| move |errno| (call, errno);
    let family = if address.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = net::socket_with(family, SocketType::STREAM, flags, Protocol::TCP)
        .map_err(failed("socket"))?;
    let fd = socket.as_fd();
    let set = |level, option| set_option(fd, level, option, &1).map_err(failed("setsockopt"));
    // A port of which old connections still linger, as they do when a server has just ended.
    set(SOL_SOCKET, SO_REUSEADDR)?;
    if shared {
        set(SOL_SOCKET, SO_REUSEPORT)?;
    }
    // A connection is accepted with its first bytes, or a second after it was made. And what is sent leaves at once: connections
    // have this from the socket that they come from.
    set(IPPROTO_TCP, TCP_DEFER_ACCEPT)?;
    set(IPPROTO_TCP, TCP_NODELAY)?;
    net::bind(fd, address).map_err(failed("bind"))?;
    net::listen(fd, net::SOMAXCONN).map_err(failed("listen"))?;
    let own = net::getsockname(fd).map_err(failed("getsockname"))?;
    // In an address of either family the port follows the family.
    let port = own
        .as_bytes()
        .get(2..4)
        .map_or(0, |port| u16::from_be_bytes([port[0], port[1]]));
    Ok((socket, port))
}

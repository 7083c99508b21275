//! How a listening socket is made.

use std::net::SocketAddr;
use std::time::Duration;
use sysline::net::{self, AddressFamily, Protocol, SocketFlags, SocketType, sockopt};
use sysline::prelude::*;

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
    let option = failed("setsockopt");
    // A port of which old connections still linger, as they do when a server has just ended.
    sockopt::set_socket_reuseaddr(fd, true).map_err(option)?;
    if shared {
        sockopt::set_socket_reuseport(fd, true).map_err(option)?;
    }
    // A connection is accepted with its first bytes, or a second after it was made. And what is sent leaves at once: connections
    // have this from the socket that they come from.
    sockopt::set_tcp_defer_accept(fd, Duration::from_secs(1)).map_err(option)?;
    sockopt::set_tcp_nodelay(fd, true).map_err(option)?;
    net::bind(fd, address).map_err(failed("bind"))?;
    net::listen(fd, net::SOMAXCONN).map_err(failed("listen"))?;
    let own = net::getsockname(fd).map_err(failed("getsockname"))?;
    let own = SocketAddr::try_from(own).map_err(failed("getsockname"))?;
    Ok((socket, own.port()))
}

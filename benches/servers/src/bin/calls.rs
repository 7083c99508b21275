//! No web server, but the calls that one can't do without: `epoll_wait`, `recv`, `send`, and `accept4` and `close` for a connection of
//! one request. What is read is not looked at, but for whether it asks for the end of the connection. What this takes, the kernel
//! takes: a server can come near to it.
//!
//! ```text
//! calls FILE      serves FILE's bytes at every path; says `listening on http://ADDRESS/`
//! ```
//!
//! The headers are those of the others in the comparison, so that all send as many bytes.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime};

use sysline::event::{self, EpollCreateFlags, EpollEvent, EpollFlags, Timeout};
use sysline::fd::AsRawFd;
use sysline::net::{
    self, AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt,
};
use sysline::prelude::*;

const LISTENER: u64 = u64::MAX;
/// As wrk writes it, among its headers in any order.
const CLOSE: &[u8] = b"Connection: close";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: calls FILE")?;
    let body = std::fs::read_to_string(&path)?;
    let date = httpdate::fmt_http_date(SystemTime::now());
    let modified = httpdate::fmt_http_date(std::fs::metadata(&path)?.modified()?);
    let response = |last: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nServer: calls\r\nDate: {date}\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {}\r\nLast-Modified: {modified}\r\nETag: \"18ea37519fe0a31d-9be1c0-d\"\r\n\
             Accept-Ranges: bytes\r\n{last}\r\n{body}",
            body.len()
        )
    };
    let (kept, closed) = (response(""), response("Connection: close\r\n"));

    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let listener = net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        flags,
        Protocol::TCP,
    )?;
    // As `web_server` has them: a connection is accepted with its request, and what is sent leaves at once.
    sockopt::set_tcp_defer_accept(listener.as_fd(), Duration::from_secs(1))?;
    sockopt::set_tcp_nodelay(listener.as_fd(), true)?;
    net::bind(
        listener.as_fd(),
        &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    )?;
    net::listen(listener.as_fd(), net::SOMAXCONN)?;
    let address = SocketAddr::try_from(net::getsockname(listener.as_fd())?)?;
    println!("listening on http://{address}/");

    let epoll = event::epoll_create(EpollCreateFlags::CLOEXEC)?;
    let new = EpollEvent::new(EpollFlags::IN, LISTENER);
    event::epoll_ctl_add(epoll.as_fd(), listener.as_fd(), &new)?;
    let mut connections: Vec<Option<OwnedFd>> = Vec::new();
    let mut events = [EpollEvent::default(); 512];
    let mut buffer = [0; 4096];
    // Whether the connection goes on.
    let mut answer = |fd: BorrowedFd<'_>| match net::recv(fd, &mut buffer, RecvFlags::empty()) {
        Ok(0) => false,
        Ok(len) => {
            let ends = buffer[..len]
                .windows(CLOSE.len())
                .any(|bytes| bytes == CLOSE);
            // `close` sends the bytes, and the end in the same packet.
            let (response, more) = match ends {
                true => (&closed, SendFlags::MORE),
                false => (&kept, SendFlags::empty()),
            };
            let sent = net::send(fd, response.as_bytes(), more | SendFlags::NOSIGNAL);
            sent == Ok(response.len()) && !ends
        }
        Err(errno) => errno == Errno::EAGAIN,
    };
    loop {
        for event in event::epoll_wait(epoll.as_fd(), &mut events, Timeout::Forever, None)? {
            if event.data() != LISTENER {
                let place = &mut connections[event.data() as usize];
                if place.as_ref().is_some_and(|fd| !answer(fd.as_fd())) {
                    *place = None;
                }
                continue;
            }
            while let Ok(fd) = net::accept_with(listener.as_fd(), flags) {
                if answer(fd.as_fd()) {
                    let number = fd.as_raw_fd() as usize;
                    let flags = EpollFlags::IN | EpollFlags::RDHUP | EpollFlags::ET;
                    let new = EpollEvent::new(flags, number as u64);
                    event::epoll_ctl_add(epoll.as_fd(), fd.as_fd(), &new)?;
                    connections.resize_with(connections.len().max(number + 1), || None);
                    connections[number] = Some(fd);
                }
            }
        }
    }
}

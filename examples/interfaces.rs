//! The network devices of this machine and their addresses, as `ip -br addr` prints them.
//!
//! ```text
//! cargo run --example interfaces [--watch]      with --watch: and then what changes of them
//! ```
//!
//! Two questions to the kernel, and in a watch its reports (`sysline::net::netlink::route`). A line is the device's name
//! and what it stands on, its state, its addresses; in a watch, `Deleted` before it says that the device or the address is
//! gone, and an address has a line of its own.

use std::process::ExitCode;

const USAGE: &str = "\
usage: interfaces [--watch]

Prints the network devices and their addresses, as `ip -br addr` does.

  --watch   and then what changes of them, until it is ended
  --help    this text
";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let args: Vec<_> = args.iter().map(|arg| arg.to_str()).collect();
    let watch = match args[..] {
        [] => false,
        [Some("--watch")] => true,
        [Some("--help" | "-h")] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match linux::interfaces(watch) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("interfaces: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod linux {
    pub(super) fn interfaces(_watch: bool) -> Result<(), &'static str> {
        Err("netlink is Linux's")
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fmt;
    use std::io::{self, Write};
    use std::net::{IpAddr, Ipv4Addr};
    use sysline::Errno;
    use sysline::net::netlink::route::{Address, Change, Link, all_addresses, all_links, changes};
    use sysline::net::netlink::{Family, Group, NetlinkSocket};

    /// What failed, and why.
    pub(super) struct Failure {
        what: &'static str,
        why: io::Error,
    }

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}: {}", self.what, self.why)
        }
    }

    /// What failed, for `map_err`.
    fn failed<E: Into<io::Error>>(what: &'static str) -> impl Fn(E) -> Failure {
        move |why| Failure {
            what,
            why: why.into(),
        }
    }

    pub(super) fn interfaces(watch: bool) -> Result<(), Failure> {
        // Before the list: what changes while it is read is told then.
        let socket = watch.then(subscribe).transpose();
        let mut socket = socket.map_err(failed("can't watch"))?;
        let links = list()?;
        match &mut socket {
            Some(socket) => watch_on(socket, links),
            None => Ok(()),
        }
    }

    /// Prints all devices.
    fn list() -> Result<Vec<Link>, Failure> {
        let links = all_links().map_err(failed("can't list the devices"))?;
        let addresses = all_addresses().map_err(failed("can't list the addresses"))?;
        let mut text = Vec::new();
        for link in &links {
            let own = addresses
                .iter()
                .filter(|address| address.index == link.index);
            line(&mut text, link, &links, own);
        }
        print(&text)?;
        Ok(links)
    }

    /// A socket that is told what changes of devices and addresses.
    fn subscribe() -> Result<NetlinkSocket, Errno> {
        let socket = NetlinkSocket::open(Family::ROUTE)?;
        for group in [Group::LINK, Group::IPV4_IFADDR, Group::IPV6_IFADDR] {
            socket.subscribe(group)?;
        }
        Ok(socket)
    }

    /// Prints what changes, until it can't.
    fn watch_on(socket: &mut NetlinkSocket, mut links: Vec<Link>) -> Result<(), Failure> {
        let mut buffer = vec![0; 32 * 1024];
        loop {
            let mut text = Vec::new();
            match changes(socket, &mut buffer).next() {
                Some(Ok(Change::Link(link))) => {
                    match links.iter_mut().find(|known| known.index == link.index) {
                        Some(known) => *known = link,
                        None => links.push(link),
                    }
                    line(&mut text, &link, &links, []);
                }
                Some(Ok(Change::LinkGone(link))) => {
                    links.retain(|known| known.index != link.index);
                    text.extend(b"Deleted ");
                    line(&mut text, &link, &links, []);
                }
                Some(Ok(Change::Address(address))) => {
                    address_line(&mut text, &address, &links);
                }
                Some(Ok(Change::AddressGone(address))) => {
                    text.extend(b"Deleted ");
                    address_line(&mut text, &address, &links);
                }
                Some(Err(Errno::EINTR)) => {}
                Some(Err(Errno::ENOBUFS)) => {
                    eprintln!("interfaces: changes were lost, so this is all again");
                    links = list()?;
                }
                Some(Err(Errno::EMSGSIZE)) => buffer.resize(2 * buffer.len(), 0),
                Some(Err(errno)) => return Err(failed("can't watch")(errno)),
                // New kernels may tell more.
                _ => {}
            }
            print(&text)?;
        }
    }

    /// The line of a device, with some of its addresses.
    fn line<'a>(
        text: &mut Vec<u8>,
        link: &Link,
        links: &[Link],
        addresses: impl IntoIterator<Item = &'a Address>,
    ) {
        let mut name = link.name.as_bytes().to_vec();
        if let Some(parent) = link.parent {
            name.push(b'@');
            let known = links.iter().find(|other| other.index == parent);
            match (parent, known, link.parent_namespace) {
                (0, ..) => name.extend(b"NONE"),
                // By its number: in another namespace the name is another.
                (_, Some(known), None) => name.extend(known.name.as_bytes()),
                _ => name.extend(format!("if{parent}").bytes()),
            }
        }
        column(text, &name, 16);
        if let Some(state) = link.state {
            match state.name() {
                Some(name) => column(text, name.as_bytes(), 14),
                None => text.extend(format!("state {:#x}", state.raw()).bytes()),
            }
        }
        for address in addresses {
            text.extend(shown(address).bytes());
        }
        text.push(b'\n');
    }

    /// The line of an address alone.
    fn address_line(text: &mut Vec<u8>, address: &Address, links: &[Link]) {
        match links.iter().find(|link| link.index == address.index) {
            Some(link) => line(text, link, links, [address]),
            None => {
                // Its device is gone, and was never told of.
                column(text, format!("if{}", address.index).as_bytes(), 16);
                column(text, b"", 14);
                text.extend(shown(address).bytes());
                text.push(b'\n');
            }
        }
    }

    /// A word, and spaces up to a width: of bytes, as names may be any. One at least.
    fn column(text: &mut Vec<u8>, word: &[u8], width: usize) {
        text.extend(word);
        text.extend(vec![b' '; width.saturating_sub(word.len()) + 1]);
    }

    /// An address, with a space behind it.
    fn shown(address: &Address) -> String {
        let mut text = address.ip.map_or("???".to_string(), ip);
        if let Some(peer) = address.peer {
            text += &format!(" peer {}", ip(peer));
        }
        text += &format!("/{} ", address.prefix_len);
        if let Some(metric) = address.metric {
            text += &format!("metric {metric} ");
        }
        text
    }

    /// An address as inet_ntop(3) writes it: it knows addresses of IPv4 in IPv6 (`::1.2.3.4`) that Rust does not.
    fn ip(ip: IpAddr) -> String {
        if let IpAddr::V6(v6) = ip {
            if matches!(v6.segments(), [0, 0, 0, 0, 0, 0, high, _] if high != 0) {
                let [.., a, b, c, d] = v6.octets();
                return format!("::{}", Ipv4Addr::new(a, b, c, d));
            }
        }
        ip.to_string()
    }

    fn print(text: &[u8]) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        let written = output.write_all(text).and_then(|()| output.flush());
        written.map_err(failed("can't write"))
    }
}

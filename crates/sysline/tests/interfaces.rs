//! The example `interfaces` as a user meets it: a process and its output, beside that of `ip -br addr`, where that is
//! installed, and always beside what the manual of `ip` has one expect. The devices are made by this crate's own messages, in a
//! network namespace that is the test's.

#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/process.rs"]
mod process;

use child::in_namespaces;
use linux_raw_sys::general::CLONE_NEWNET;
use process::{PATIENCE, Process};
use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv6Addr};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::net::AddressFamily;
use sysline::net::netlink::route::{
    AddressFlags, AddressHeader, LinkFlags, LinkHeader, all_links, ifa, ifla,
};
use sysline::net::netlink::{Body, Family, MessageFlags, MessageType, NetlinkSocket};
use sysline::thread::{UnshareFlags, setns, unshare};

/// Who makes devices, and gives them addresses.
struct Network(NetlinkSocket);

impl Network {
    fn new() -> Network {
        Network(NetlinkSocket::open(Family::ROUTE).unwrap())
    }

    fn call(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        body: impl FnOnce(&mut Body<'_>) -> sysline::Result<()>,
    ) -> Result<(), Errno> {
        let mut buffer = [0; 4096];
        Ok(self.0.call(&mut buffer, kind, flags, body)?)
    }

    /// Makes a device; false where the kernel does not have its kind, which is said.
    fn make(
        &mut self,
        name: &CStr,
        kind: &CStr,
        data: impl FnOnce(&mut Body<'_>) -> sysline::Result<()>,
    ) -> bool {
        let create = MessageFlags::CREATE | MessageFlags::EXCL;
        let made = self.call(MessageType::NEWLINK, create, |body| {
            body.put_header(&LinkHeader::new(0).to_bytes())?;
            body.put_c_str(ifla::IFNAME, name)?;
            body.put_nested(ifla::LINKINFO, |body| {
                body.put_c_str(ifla::INFO_KIND, kind)?;
                body.put_nested(ifla::INFO_DATA, data)
            })
        });
        if made == Err(Errno::EOPNOTSUPP) {
            // Not by a macro: what those print in a copy of the process is lost with it.
            let _ = writeln!(std::io::stderr(), "skipped: no kind of device {kind:?}");
            return false;
        }
        made.unwrap();
        true
    }

    /// Makes a pair of devices that are connected with each other, the second one maybe in another namespace.
    fn pair(&mut self, name: &CStr, peer: &CStr, namespace: Option<&File>) -> bool {
        self.make(name, c"veth", |body| {
            body.put_nested(ifla::VETH_INFO_PEER, |body| {
                body.put_header(&LinkHeader::new(0).to_bytes())?;
                body.put_c_str(ifla::IFNAME, peer)?;
                match namespace {
                    Some(file) => body.put_u32(ifla::NET_NS_FD, file.as_raw_fd() as u32),
                    None => Ok(()),
                }
            })
        })
    }

    fn set(&mut self, index: u32, flags: LinkFlags) {
        let header = LinkHeader {
            flags,
            change: LinkFlags::UP,
            ..LinkHeader::new(index)
        };
        let set = self.call(MessageType::NEWLINK, MessageFlags::empty(), |body| {
            body.put_header(&header.to_bytes())
        });
        set.unwrap();
    }

    fn delete(&mut self, index: u32) {
        let deleted = self.call(MessageType::DELLINK, MessageFlags::empty(), |body| {
            body.put_header(&LinkHeader::new(index).to_bytes())
        });
        deleted.unwrap();
    }

    /// Gives a device an address, or takes it away.
    fn address(
        &mut self,
        kind: MessageType,
        index: u32,
        (ip, prefix_len): (&str, u8),
        more: impl FnOnce(&mut Body<'_>) -> sysline::Result<()>,
    ) {
        let ip: IpAddr = ip.parse().unwrap();
        let family = match ip {
            IpAddr::V4(_) => AddressFamily::INET,
            IpAddr::V6(_) => AddressFamily::INET6,
        };
        let create = match kind {
            MessageType::NEWADDR => MessageFlags::CREATE | MessageFlags::EXCL,
            _ => MessageFlags::empty(),
        };
        let done = self.call(kind, create, |body| {
            body.put_header(&AddressHeader::new(index, family, prefix_len).to_bytes())?;
            match ip {
                IpAddr::V4(ip) => body.put_bytes(ifa::LOCAL, &ip.octets())?,
                IpAddr::V6(ip) => body.put_bytes(ifa::LOCAL, &ip.octets())?,
            }
            more(body)
        });
        done.unwrap();
    }

    fn add(&mut self, index: u32, ip: (&str, u8)) {
        // Without asking others whether they have it: an address is there at once and stays as it is.
        self.address(MessageType::NEWADDR, index, ip, |body| {
            body.put_u32(ifa::FLAGS, AddressFlags::NODAD.bits())
        });
    }
}

fn index(name: &CStr) -> u32 {
    let links = all_links().unwrap();
    let link = links
        .iter()
        .find(|link| link.name.as_bytes() == name.to_bytes());
    link.unwrap_or_else(|| panic!("{name:?} is not there"))
        .index
}

/// What the example prints.
fn ours() -> Vec<u8> {
    let output = Process::start("interfaces", &[]).output();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    output.stdout
}

/// What `ip` prints; none where it is not installed, which is said.
fn theirs() -> Option<Vec<u8>> {
    match Command::new("ip").args(["-br", "addr"]).output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            Some(output.stdout)
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "skipped: comparison with ip: {error}");
            None
        }
    }
}

/// The kernel takes up to a second to tell of a link that it is up: it is asked until it is as expected.
fn prints(expected: &[u8]) {
    let start = Instant::now();
    loop {
        let ours = ours();
        if ours == expected {
            break;
        }
        assert!(
            start.elapsed() < PATIENCE / 4,
            "it prints\n{}and not\n{}",
            ours.escape_ascii().to_string().replace("\\n", "$\n"),
            expected.escape_ascii().to_string().replace("\\n", "$\n"),
        );
        thread::sleep(Duration::from_millis(50));
    }
    if let Some(theirs) = theirs() {
        assert_eq!(
            theirs.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    }
}

const LO: u32 = 1;

#[test]
fn lo_alone_down_and_up_and_with_every_kind_of_address() {
    in_namespaces(CLONE_NEWNET, || {
        prints(b"lo               DOWN           \n");
        let mut network = Network::new();
        network.set(LO, LinkFlags::UP);
        prints(b"lo               UNKNOWN        127.0.0.1/8 ::1/128 \n");
        network.add(LO, ("10.0.0.1", 24));
        network.add(LO, ("10.0.0.2", 24));
        // The other end's address, a metric, a label.
        network.address(MessageType::NEWADDR, LO, ("10.1.0.1", 32), |body| {
            body.put_bytes(ifa::ADDRESS, &[10, 1, 0, 2])?;
            // The same number in either byte order: an emulator does not turn it.
            body.put_u32(ifa::RT_PRIORITY, 0x4d00_004d)?;
            body.put_c_str(ifa::LABEL, c"lo:label")
        });
        prints(
            b"lo               UNKNOWN        127.0.0.1/8 10.0.0.1/24 10.1.0.1 peer 10.1.0.2/32 \
              metric 1291845709 10.0.0.2/24 ::1/128 \n",
        );
    });
}

/// What inet_ntop(3) writes is not what Rust writes.
#[test]
fn addresses_of_ipv6_are_written_as_ip_does() {
    in_namespaces(CLONE_NEWNET, || {
        let mut network = Network::new();
        network.set(LO, LinkFlags::UP);
        let written = [
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("::1.2.3.4", "::1.2.3.4"),
            ("::0.1.3.4", "::0.1.3.4"),
            ("::304", "::304"),
            ("fd00:abcd::", "fd00:abcd::"),
        ];
        for (ip, _) in written {
            network.add(LO, (ip, 128));
        }
        let peer: Ipv6Addr = "fd00::6".parse().unwrap();
        network.address(MessageType::NEWADDR, LO, ("fd00::5", 64), |body| {
            body.put_bytes(ifa::ADDRESS, &peer.octets())
        });
        // The kernel has its own order.
        let text = String::from_utf8(ours()).unwrap();
        let ips = text
            .strip_prefix("lo               UNKNOWN        127.0.0.1/8 ")
            .unwrap();
        let ips = ips.strip_suffix(" \n").unwrap().replace(" peer ", "-peer-");
        let mut ips: Vec<_> = ips.split(' ').collect();
        ips.sort_unstable();
        let mut expected: Vec<_> = written
            .iter()
            .map(|(_, text)| format!("{text}/128"))
            .collect();
        expected.extend(["::1/128".into(), "fd00::5-peer-fd00::6/64".into()]);
        expected.sort();
        assert_eq!(ips, expected);
        if let Some(theirs) = theirs() {
            assert_eq!(String::from_utf8_lossy(&theirs), text);
        }
    });
}

#[test]
fn devices_with_peers_with_long_names_and_with_names_that_are_no_text() {
    in_namespaces(CLONE_NEWNET, || {
        let mut network = Network::new();
        // The names of others are found wherever they stand in the list.
        if !network.pair(c"v0", c"v1", None) {
            return;
        }
        prints(
            b"lo               DOWN           \n\
              v1@v0            DOWN           \n\
              v0@v1            DOWN           \n",
        );
        let v0 = index(c"v0");
        // No address of its own making: that has the hardware's, which is a random one.
        let disable = "/proc/sys/net/ipv6/conf/v0/disable_ipv6";
        let _ = std::fs::write(disable, "1");
        network.add(v0, ("10.0.0.1", 8));
        network.set(v0, LinkFlags::UP);
        prints(
            b"lo               DOWN           \n\
              v1@v0            DOWN           \n\
              v0@v1            LOWERLAYERDOWN 10.0.0.1/8 \n",
        );
        let v1 = index(c"v1");
        let _ = std::fs::write(disable.replace("v0", "v1"), "1");
        network.set(v1, LinkFlags::UP);
        prints(
            b"lo               DOWN           \n\
              v1@v0            UP             \n\
              v0@v1            UP             10.0.0.1/8 \n",
        );
        network.delete(v1);
        prints(b"lo               DOWN           \n");

        assert!(network.pair(c"longname2", c"longpeername123", None));
        let no_text = CString::new(b"a\xff\x01\"").unwrap();
        let mut expected = b"lo               DOWN           \n\
            longpeername123@longname2 DOWN           \n\
            longname2@longpeername123 DOWN           \n"
            .to_vec();
        if network.make(&no_text, c"bridge", |_| Ok(())) {
            expected.extend(b"a\xff\x01\"             DOWN           \n");
        }
        prints(&expected);
    });
}

/// The peer's name is not known here, only its number there: a device of that number here is another.
#[test]
fn a_device_whose_peer_is_in_another_namespace() {
    in_namespaces(CLONE_NEWNET, || {
        let here = File::open("/proc/self/ns/net").unwrap();
        unshare(UnshareFlags::NEWNET).unwrap();
        let there = File::open("/proc/self/ns/net").unwrap();
        setns(here.as_fd(), UnshareFlags::NEWNET).unwrap();
        let mut network = Network::new();
        if !network.pair(c"v0", c"v1", Some(&there)) {
            return;
        }
        setns(there.as_fd(), UnshareFlags::NEWNET).unwrap();
        let v1 = index(c"v1");
        setns(here.as_fd(), UnshareFlags::NEWNET).unwrap();
        let v0 = index(c"v0");
        let line =
            |name: &str, peer: u32| format!("{:16} DOWN           \n", format!("{name}@if{peer}"));
        let lo = "lo               DOWN           \n";
        prints(format!("{lo}{}", line("v0", v1)).as_bytes());
        setns(there.as_fd(), UnshareFlags::NEWNET).unwrap();
        prints(format!("{lo}{}", line("v1", v0)).as_bytes());
    });
}

/// The lines of a pipe, as they come.
fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    child::spawn(move || {
        BufReader::new(pipe)
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| sender.send(line))
    });
    receiver
}

#[test]
fn a_watch_tells_what_changes() {
    in_namespaces(CLONE_NEWNET, || {
        let mut network = Network::new();
        let mut process = Process::start("interfaces", &["--watch".as_ref()]);
        let output = lines(process.0.stdout.take().unwrap());
        let next = || output.recv_timeout(PATIENCE).unwrap();
        let until = |expected: &str| {
            let mut seen = Vec::new();
            while seen.last().is_none_or(|line| line != expected) {
                match output.recv_timeout(PATIENCE) {
                    Ok(line) => seen.push(line),
                    Err(_) => panic!("no line {expected:?}, but {seen:?}"),
                }
            }
        };
        assert_eq!(next(), "lo               DOWN           ");
        network.set(LO, LinkFlags::UP);
        until("lo               UNKNOWN        127.0.0.1/8 ");
        let kind = MessageType::DELADDR;
        network.add(LO, ("10.0.0.1", 24));
        until("lo               UNKNOWN        10.0.0.1/24 ");
        network.address(kind, LO, ("10.0.0.1", 24), |_| Ok(()));
        until("Deleted lo               UNKNOWN        10.0.0.1/24 ");
        network.set(LO, LinkFlags::empty());
        until("lo               DOWN           ");
        if network.pair(c"v0", c"v1", None) {
            until("v0@v1            DOWN           ");
            // Told by the message that says that a device is gone, and yet it is not.
            if network.make(c"bridge0", c"bridge", |_| Ok(())) {
                until("bridge0          DOWN           ");
                let (port, bridge) = (index(c"v0"), index(c"bridge0"));
                for master in [bridge, 0] {
                    let set = network.call(MessageType::NEWLINK, MessageFlags::empty(), |body| {
                        body.put_header(&LinkHeader::new(port).to_bytes())?;
                        body.put_u32(ifla::MASTER, master)
                    });
                    set.unwrap();
                }
                network.add(port, ("10.7.0.1", 24));
                let mut line = next();
                while line != "v0@v1            DOWN           10.7.0.1/24 " {
                    assert!(!line.starts_with("Deleted"), "{line}");
                    line = next();
                }
            }
            network.delete(index(c"v1"));
            let mut gone = Vec::new();
            while gone.len() < 2 {
                let line = next();
                let name = line
                    .strip_prefix("Deleted v")
                    .and_then(|line| line.get(..1));
                if line.contains("DOWN           ") && !line.contains('/') {
                    gone.extend(name.map(str::to_string));
                }
            }
            gone.sort();
            assert_eq!(gone, ["0", "1"]);
        }
        assert!(process.0.try_wait().unwrap().is_none(), "it goes on");
    });
}

#[test]
fn bad_arguments_are_told_how_it_is_used() {
    let no_text = OsStr::from_bytes(b"--watch\xff");
    for bad in [
        &["--what".as_ref()][..],
        &["".as_ref()],
        &["eth0".as_ref()],
        &["--watch".as_ref(), "--watch".as_ref()],
        &["--watch".as_ref(), "--help".as_ref()],
        &[no_text],
    ] {
        let output = Process::start("interfaces", bad).output();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.starts_with("usage: interfaces "),
            "{bad:?}: {errors}"
        );
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
        assert_eq!(output.stdout, b"");
    }
    for help in ["--help", "-h"] {
        let output = Process::start("interfaces", &[help.as_ref()]).output();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.starts_with("usage: interfaces ") && text.contains("--watch"),
            "{text}"
        );
        assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
    }
}

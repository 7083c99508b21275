//! Addresses of who talks with the kernel.
//!
//! ```
//! use sysline::net::NetlinkAddr;
//!
//! let groups = NetlinkAddr::new(0, 1); // RTMGRP_LINK: told of the network's devices
//! assert_eq!(groups.to_string(), "netlink 0 with groups 0x1");
//! assert_eq!(NetlinkAddr::KERNEL.pid, 0);
//! ```
//!
//! Owns: `struct sockaddr_nl`.

use super::{AddressArg, get, of_family, put};
use crate::net::AddressFamily;
use core::fmt;

const PID: usize = 4;
const GROUPS: usize = 8;
const LEN: usize = 12;

/// An address of [`AddressFamily::NETLINK`]. `struct sockaddr_nl` (netlink(7)).
#[doc(alias = "sockaddr_nl")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NetlinkAddr {
    /// The socket's number: 0 is the kernel's; to [`bind`](crate::net::bind()) it stands for one that is free. Often it is
    /// the process's id, and it need not be.
    pub pid: u32,
    /// The first 32 groups, a bit each: those that are listened to, or sent to.
    pub groups: u32,
}

impl NetlinkAddr {
    /// The kernel.
    pub const KERNEL: NetlinkAddr = NetlinkAddr::new(0, 0);

    /// A socket's number and groups.
    pub const fn new(pid: u32, groups: u32) -> NetlinkAddr {
        NetlinkAddr { pid, groups }
    }
}

impl AddressArg for NetlinkAddr {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<LEN>(AddressFamily::NETLINK);
        put(&mut bytes, PID, self.pid.to_ne_bytes());
        put(&mut bytes, GROUPS, self.groups.to_ne_bytes());
        call(&bytes)
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<NetlinkAddr> {
    Some(NetlinkAddr {
        pid: u32::from_ne_bytes(get(bytes, PID)?),
        groups: u32::from_ne_bytes(get(bytes, GROUPS)?),
    })
}

impl fmt::Display for NetlinkAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "netlink {}", self.pid)?;
        match self.groups {
            0 => Ok(()),
            groups => write!(f, " with groups {groups:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::netlink::sockaddr_nl;

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(PID, offset_of!(sockaddr_nl, nl_pid));
        assert_eq!(GROUPS, offset_of!(sockaddr_nl, nl_groups));
        assert_eq!(LEN, size_of::<sockaddr_nl>());
    }
}

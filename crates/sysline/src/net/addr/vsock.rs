//! Addresses of virtual machines, and of what runs them.
//!
//! ```
//! use sysline::net::VsockAddr;
//!
//! let service = VsockAddr::new(VsockAddr::CID_HOST, 1024);
//! assert_eq!(service.to_string(), "vsock 2:1024");
//! ```
//!
//! Owns: `struct sockaddr_vm`.

use super::{AddressArg, get, of_family, put};
use crate::flags::flags;
use crate::net::AddressFamily;
use core::fmt;
use linux_raw_sys::vm_sockets as c;

const PORT: usize = 4;
const CID: usize = 8;
const FLAGS: usize = 12;
const LEN: usize = 16;

flags! {
    /// How a virtual machine is reached.
    pub struct VsockFlags: u8 {
        /// Through the host, also where this machine is told to reach a sibling itself (Linux 5.11).
        TO_HOST = c::VMADDR_FLAG_TO_HOST;
    }
}

/// An address of [`AddressFamily::VSOCK`]. `struct sockaddr_vm` (vsock(7)).
#[doc(alias = "sockaddr_vm")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VsockAddr {
    /// Which machine: 3 and above are guests.
    pub cid: u32,
    /// The port.
    pub port: u32,
    /// How it is reached.
    pub flags: VsockFlags,
}

impl VsockAddr {
    /// Every machine that this one is: to listen on.
    pub const CID_ANY: u32 = c::VMADDR_CID_ANY as u32;
    /// What runs the virtual machines.
    pub const CID_HYPERVISOR: u32 = c::VMADDR_CID_HYPERVISOR;
    /// This machine, whichever it is (Linux 5.6).
    pub const CID_LOCAL: u32 = c::VMADDR_CID_LOCAL;
    /// The host that this machine is a guest of.
    pub const CID_HOST: u32 = c::VMADDR_CID_HOST;
    /// Any port that is free.
    pub const PORT_ANY: u32 = c::VMADDR_PORT_ANY as u32;

    /// A port of a machine, without flags.
    pub const fn new(cid: u32, port: u32) -> VsockAddr {
        VsockAddr {
            cid,
            port,
            flags: VsockFlags::empty(),
        }
    }
}

impl AddressArg for VsockAddr {
    #[inline]
    fn with_bytes<R>(&self, call: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = of_family::<LEN>(AddressFamily::VSOCK);
        put(&mut bytes, PORT, self.port.to_ne_bytes());
        put(&mut bytes, CID, self.cid.to_ne_bytes());
        put(&mut bytes, FLAGS, [self.flags.bits()]);
        call(&bytes)
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<VsockAddr> {
    Some(VsockAddr {
        cid: u32::from_ne_bytes(get(bytes, CID)?),
        port: u32::from_ne_bytes(get(bytes, PORT)?),
        flags: VsockFlags::from_bits_retain(*bytes.get(FLAGS)?),
    })
}

impl fmt::Display for VsockAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As signed numbers where that is what people write: -1 is any.
        write!(f, "vsock {}:{}", self.cid as i32, self.port as i32)?;
        match self.flags.bits() {
            0 => Ok(()),
            flags => write!(f, " with flags {flags:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;
    use linux_raw_sys::vm_sockets::sockaddr_vm;

    #[test]
    fn places_are_those_of_c() {
        assert_eq!(PORT, offset_of!(sockaddr_vm, svm_port));
        assert_eq!(CID, offset_of!(sockaddr_vm, svm_cid));
        assert_eq!(FLAGS, offset_of!(sockaddr_vm, svm_flags));
        // It is filled up to C's `struct sockaddr`, which that crate takes for a longer one.
        assert_eq!(LEN, offset_of!(sockaddr_vm, svm_zero) + 3);
    }
}

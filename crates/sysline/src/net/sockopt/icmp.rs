//! Options of raw sockets that speak ICMP (raw(7), RFC 3542). Their numbers are those of `linux/icmp.h` and `linux/icmpv6.h`.

use super::forms::{part, plain};
use super::*;
use core::fmt;
use linux_raw_sys::net as l;

mod c {
    pub(super) use super::l::{SOL_ICMPV6, SOL_RAW};
    pub(super) const ICMP_FILTER: u32 = 1;
    pub(super) const ICMPV6_FILTER: u32 = 1;
}

/// Which types of ICMPv6 messages a raw socket receives: C's `struct icmp6_filter`.
#[doc(alias = "icmp6_filter")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Icmpv6Filter {
    /// A bit for each type that is blocked. RFC 3542 does not say which value it has; Linux does.
    blocked: [u32; 8],
}

impl Icmpv6Filter {
    /// All types are received.
    #[doc(alias = "ICMP6_FILTER_SETPASSALL")]
    pub const PASS_ALL: Icmpv6Filter = Icmpv6Filter { blocked: [0; 8] };

    /// None is received.
    #[doc(alias = "ICMP6_FILTER_SETBLOCKALL")]
    pub const BLOCK_ALL: Icmpv6Filter = Icmpv6Filter { blocked: [!0; 8] };

    /// Lets messages of this type through.
    #[doc(alias = "ICMP6_FILTER_SETPASS")]
    pub const fn pass(&mut self, kind: u8) {
        self.blocked[(kind >> 5) as usize] &= !(1 << (kind & 31));
    }

    /// Keeps messages of this type out.
    #[doc(alias = "ICMP6_FILTER_SETBLOCK")]
    pub const fn block(&mut self, kind: u8) {
        self.blocked[(kind >> 5) as usize] |= 1 << (kind & 31);
    }

    /// Whether messages of this type are received.
    #[doc(alias = "ICMP6_FILTER_WILLPASS")]
    #[doc(alias = "ICMP6_FILTER_WILLBLOCK")]
    pub const fn is_passed(&self, kind: u8) -> bool {
        self.blocked[(kind >> 5) as usize] & 1 << (kind & 31) == 0
    }
}

impl fmt::Debug for Icmpv6Filter {
    /// The types that are received.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = (0..=u8::MAX).filter(|&kind| self.is_passed(kind));
        f.write_str("Icmpv6Filter ")?;
        f.debug_set().entries(passed).finish()
    }
}

plain! {
    Icmpv6Filter: 32,
        bytes => Ok(Icmpv6Filter { blocked: core::array::from_fn(|at| u32::from_ne_bytes(part(&bytes, at * 4))) }),
        value => {
            let mut bytes = [0; 32];
            for (bytes, word) in bytes.chunks_exact_mut(4).zip(value.blocked) {
                bytes.copy_from_slice(&word.to_ne_bytes());
            }
            bytes
        };
}

options! { SOL_ICMPV6;
    /// Which types of messages the socket receives: all of them, at first. It is one of [`SocketType::RAW`](crate::net::SocketType::RAW) and
    /// [`Protocol::ICMPV6`](crate::net::Protocol::ICMPV6).
    #[doc(alias = "ICMPV6_FILTER")]
    #[doc(alias = "ICMP6_FILTER")]
    #[doc(alias = "GetsockoptICMPv6Filter")]
    get icmpv6_filter set set_icmpv6_filter: Icmpv6Filter = ICMPV6_FILTER;
}

options! { SOL_RAW;
    /// Which types of ICMP messages the socket does not receive, a bit for each of the first 32. It is one of
    /// [`SocketType::RAW`](crate::net::SocketType::RAW) and [`Protocol::ICMP`](crate::net::Protocol::ICMP); `EOPNOTSUPP` of another
    /// protocol's.
    #[doc(alias = "ICMP_FILTER")]
    get icmp_filter set set_icmp_filter: u32 = ICMP_FILTER;
}

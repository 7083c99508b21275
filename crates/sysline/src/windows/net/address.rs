//! Addresses of sockets. Owns: what SOCKADDR_IN and SOCKADDR_IN6 are as `std`'s, both ways. What the system writes is
//! believed no more than its length and its family allow.

use super::{Result, error};
use core::ptr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, IN_ADDR, IN_ADDR_0, IN6_ADDR, IN6_ADDR_0, SOCKADDR_IN, SOCKADDR_IN6,
    SOCKADDR_IN6_0, SOCKADDR_STORAGE, WSAEAFNOSUPPORT, WSAEFAULT,
};

/// An address and its length in bytes, or room for one.
pub(super) struct Address {
    /// Its bytes, and zeros behind them.
    pub(super) storage: SOCKADDR_STORAGE,
    /// How many of the bytes are the address, or may be.
    pub(super) len: i32,
}

impl Address {
    /// Room for an address of any family.
    pub(super) fn room() -> Address {
        Address {
            storage: SOCKADDR_STORAGE::default(),
            len: size_of::<SOCKADDR_STORAGE>() as i32,
        }
    }

    /// # Safety
    ///
    /// `T` is a SOCKADDR of one family: no larger than SOCKADDR_STORAGE, nor of a greater alignment.
    unsafe fn new<T>(addr: T) -> Address {
        let mut made = Address::room();
        made.len = size_of::<T>() as i32;
        // SAFETY: there is room for it, as the caller promises.
        unsafe { ptr::from_mut(&mut made.storage).cast::<T>().write(addr) };
        made
    }

    /// What the system has written.
    ///
    /// # Errors
    ///
    /// WSAEAFNOSUPPORT for a family that is none of IP's. WSAEFAULT where the length is not one of an address of its
    /// family.
    pub(super) fn read(&self) -> Result<SocketAddr> {
        let whole = size_of::<SOCKADDR_STORAGE>();
        let has = |size: usize| match usize::try_from(self.len) {
            Ok(len) if (size..=whole).contains(&len) => Ok(()),
            _ => Err(error(WSAEFAULT)),
        };
        has(size_of_val(&self.storage.ss_family))?;
        let address = ptr::from_ref(&self.storage);
        match self.storage.ss_family {
            AF_INET => {
                has(size_of::<SOCKADDR_IN>())?;
                // SAFETY: it is within the storage, of which every byte has a value, and so is the union.
                let (addr, ip) = unsafe {
                    let addr = address.cast::<SOCKADDR_IN>().read();
                    (addr, addr.sin_addr.S_un.S_addr)
                };
                let ip = Ipv4Addr::from(ip.to_ne_bytes());
                Ok(SocketAddrV4::new(ip, u16::from_be(addr.sin_port)).into())
            }
            AF_INET6 => {
                has(size_of::<SOCKADDR_IN6>())?;
                // SAFETY: as above.
                let (addr, ip, scope) = unsafe {
                    let addr = address.cast::<SOCKADDR_IN6>().read();
                    (addr, addr.sin6_addr.u.Byte, addr.Anonymous.sin6_scope_id)
                };
                let port = u16::from_be(addr.sin6_port);
                // The flow is as `std` has it, which hands it over as it is.
                Ok(SocketAddrV6::new(Ipv6Addr::from(ip), port, addr.sin6_flowinfo, scope).into())
            }
            _ => Err(error(WSAEAFNOSUPPORT)),
        }
    }
}

impl From<&SocketAddr> for Address {
    fn from(addr: &SocketAddr) -> Address {
        match addr {
            SocketAddr::V4(addr) => {
                let ip = IN_ADDR_0 {
                    S_addr: u32::from_ne_bytes(addr.ip().octets()),
                };
                let addr = SOCKADDR_IN {
                    sin_family: AF_INET,
                    sin_port: addr.port().to_be(),
                    sin_addr: IN_ADDR { S_un: ip },
                    sin_zero: [0; 8],
                };
                // SAFETY: it is a SOCKADDR.
                unsafe { Address::new(addr) }
            }
            SocketAddr::V6(addr) => {
                let ip = IN6_ADDR_0 {
                    Byte: addr.ip().octets(),
                };
                let addr = SOCKADDR_IN6 {
                    sin6_family: AF_INET6,
                    sin6_port: addr.port().to_be(),
                    sin6_flowinfo: addr.flowinfo(),
                    sin6_addr: IN6_ADDR { u: ip },
                    Anonymous: SOCKADDR_IN6_0 {
                        sin6_scope_id: addr.scope_id(),
                    },
                };
                // SAFETY: it is a SOCKADDR.
                unsafe { Address::new(addr) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: i32 = size_of::<SOCKADDR_IN>() as i32;
    const V6: i32 = size_of::<SOCKADDR_IN6>() as i32;

    fn v6() -> SocketAddr {
        SocketAddrV6::new("2001:db8::1:2".parse().unwrap(), 65535, 7, 9).into()
    }

    /// The bytes that the system would see.
    fn bytes(addr: &Address) -> [u8; 128] {
        // SAFETY: every byte of the storage has a value.
        unsafe { core::mem::transmute(addr.storage) }
    }

    #[test]
    fn an_address_comes_back() {
        let v4 = SocketAddr::from(([192, 0, 2, 7], 8001));
        assert_eq!((Address::from(&v4).len, Address::from(&v6()).len), (16, 28));
        for addr in [v4, v6(), "[::1]:1".parse().unwrap()] {
            assert_eq!(Address::from(&addr).read(), Ok(addr));
        }
    }

    #[test]
    fn an_address_is_in_the_network_s_order() {
        let addr = Address::from(&SocketAddr::from(([192, 0, 2, 7], 0x1234)));
        assert_eq!(bytes(&addr)[..8], [2, 0, 0x12, 0x34, 192, 0, 2, 7]);
        assert_eq!(bytes(&addr)[8..], [0; 120]);
        let bytes = bytes(&Address::from(&v6()));
        assert_eq!(bytes[..8], [23, 0, 0xff, 0xff, 7, 0, 0, 0]);
        assert_eq!(bytes[8..12], [0x20, 1, 0x0d, 0xb8]);
        assert_eq!(bytes[20..28], [0, 1, 0, 2, 9, 0, 0, 0]);
    }

    #[test]
    fn a_length_that_can_t_be_is_an_error() {
        let v4 = SocketAddr::from(([192, 0, 2, 7], 8001));
        let with_len = |addr: &SocketAddr, len| {
            let addr = Address::from(addr);
            Address { len, ..addr }.read()
        };
        for len in [i32::MIN, -1, 0, 1, 2, V4 - 1, 129, i32::MAX] {
            assert_eq!(with_len(&v4, len).unwrap_err(), 10014, "{len}");
        }
        for len in [0, V4, V6 - 1, 129] {
            assert_eq!(with_len(&v6(), len).unwrap_err(), 10014, "{len}");
        }
        assert_eq!(with_len(&v4, 128), Ok(v4));
        assert_eq!(with_len(&v6(), V6), Ok(v6()));
    }

    #[test]
    fn a_family_of_others_is_an_error() {
        for family in [0, 1, 3, u16::MAX] {
            let mut addr = Address::room();
            addr.storage.ss_family = family;
            assert_eq!(addr.read().unwrap_err(), 10047, "{family}");
        }
        let mut addr = Address::from(&v6());
        addr.storage.ss_family = AF_INET;
        // Its bytes are some address of IPv4's.
        addr.read().unwrap();
    }
}

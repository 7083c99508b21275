//! Options of UDP (udp(7)). Their numbers are those of `linux/udp.h`.

use super::*;
use linux_raw_sys::net as l;

mod c {
    pub(super) use super::l::SOL_UDP;
    pub(super) const UDP_CORK: u32 = 1;
    pub(super) const UDP_ENCAP: u32 = 100;
    pub(super) const UDP_NO_CHECK6_TX: u32 = 101;
    pub(super) const UDP_NO_CHECK6_RX: u32 = 102;
    pub(super) const UDP_SEGMENT: u32 = 103;
    pub(super) const UDP_GRO: u32 = 104;
}

options! { SOL_UDP;
    /// Whether what is sent is gathered into one datagram, until this is false again.
    #[doc(alias = "UDP_CORK")]
    get udp_cork set set_udp_cork: bool = UDP_CORK;

    /// Which protocol's packets come inside of the datagrams, for the kernel to take them out; 0 is none. The numbers are the `UDP_ENCAP_...`
    /// of `linux/udp.h`.
    #[doc(alias = "UDP_ENCAP")]
    get udp_encap set set_udp_encap: u32 = UDP_ENCAP;

    /// Whether datagrams over IPv6 are sent without a checksum (Linux 3.16).
    #[doc(alias = "UDP_NO_CHECK6_TX")]
    get udp_no_check6_tx set set_udp_no_check6_tx: bool = UDP_NO_CHECK6_TX;

    /// Whether datagrams over IPv6 may come without a checksum (Linux 3.16).
    #[doc(alias = "UDP_NO_CHECK6_RX")]
    get udp_no_check6_rx set set_udp_no_check6_rx: bool = UDP_NO_CHECK6_RX;

    /// How many bytes of payload a datagram has: what is sent in one call becomes as many datagrams as that takes. 0 is one datagram a call
    /// (Linux 4.18).
    #[doc(alias = "UDP_SEGMENT")]
    #[doc(alias = "UDP_GSO")]
    get udp_segment set set_udp_segment: u16 = UDP_SEGMENT;

    /// Whether several datagrams of one size and origin are received as one: a control message says of which size (Linux 5.0).
    #[doc(alias = "UDP_GRO")]
    get udp_gro set set_udp_gro: bool = UDP_GRO;
}

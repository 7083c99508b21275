//! What a connection of TCP is doing (tcp(7), `TCP_INFO`). Owns: how much of that a kernel tells, and what it means.

use super::*;
use crate::flags::{flags, numbers};
use core::fmt;
use core::mem::offset_of;
use core::time::Duration;
use linux_raw_sys::net as c;

numbers! {
    /// What a connection has come to (`include/net/tcp_states.h`).
    pub struct TcpState: u8 {
        /// It is there.
        ESTABLISHED = 1;
        /// connect(2) has asked for it.
        SYN_SENT = 2;
        /// It was asked for.
        SYN_RECV = 3;
        /// This end has closed it.
        FIN_WAIT1 = 4;
        /// This end has closed it, and the other end knows.
        FIN_WAIT2 = 5;
        /// Both ends have closed it, and late packets are waited for.
        TIME_WAIT = 6;
        /// There is none.
        CLOSE = 7;
        /// The other end has closed it.
        CLOSE_WAIT = 8;
        /// The other end has closed it, then this one, and the other one does not know yet.
        LAST_ACK = 9;
        /// The socket listens.
        LISTEN = 10;
        /// Both ends have closed it at the same time.
        CLOSING = 11;
    }

    /// What the connection knows of losses.
    pub struct TcpCaState: u8 {
        /// None.
        OPEN = c::tcp_ca_state::TCP_CA_Open;
        /// Packets come in another order, or were lost.
        DISORDER = c::tcp_ca_state::TCP_CA_Disorder;
        /// The network has said that it is full, and less is sent.
        CWR = c::tcp_ca_state::TCP_CA_CWR;
        /// Packets were lost and are sent again.
        RECOVERY = c::tcp_ca_state::TCP_CA_Recovery;
        /// No acknowledgement has come in time.
        LOSS = c::tcp_ca_state::TCP_CA_Loss;
    }
}

flags! {
    /// What both ends of a connection can do.
    pub struct TcpInfoOptions: u8 {
        /// Packets have stamps of the time.
        TIMESTAMPS = c::TCPI_OPT_TIMESTAMPS;
        /// Acknowledgements may have gaps.
        SACK = c::TCPI_OPT_SACK;
        /// Windows may have more than 65,535 bytes.
        WSCALE = c::TCPI_OPT_WSCALE;
        /// The network may say that it is full.
        ECN = c::TCPI_OPT_ECN;
        /// A packet has said that it can.
        ECN_SEEN = c::TCPI_OPT_ECN_SEEN;
        /// The first packet's bytes were acknowledged.
        SYN_DATA = c::TCPI_OPT_SYN_DATA;
        /// The stamps count microseconds (Linux 6.7).
        USEC_TS = c::TCPI_OPT_USEC_TS;
        /// The connection was made by [`set_tcp_fastopen`].
        TFO_CHILD = c::TCPI_OPT_TFO_CHILD;
    }
}

/// What a connection is doing: [`tcp_info()`]. C's `struct tcp_info`.
///
/// The struct grows from kernel to kernel. What all kernels tell is a plain value; what came later is an `Option`, and `None` where this
/// kernel does not tell it.
#[doc(alias = "tcp_info")]
#[derive(Clone, Copy)]
pub struct TcpInfo {
    bytes: [u8; TcpInfo::SIZE],
    len: usize,
}

/// What a connection is doing. Of sockets that are not connected most of it is zero.
///
/// # Errors
///
/// Those of `getsockopt(2)`: see [the module](crate::net::sockopt). `EIO` where the answer is shorter than that of any kernel.
#[doc(alias = "TCP_INFO")]
pub fn tcp_info(fd: BorrowedFd<'_>) -> Result<TcpInfo> {
    let mut bytes = [0; TcpInfo::SIZE];
    // SAFETY: the kernel fills as much as it knows of, and not more than there is room for.
    let len = unsafe { fill(fd, c::SOL_TCP, c::TCP_INFO, &mut bytes) }?.len();
    TcpInfo::new(bytes, len)
}

/// Values of the struct's fields: the name here, the field, its type, and what it is made into.
macro_rules! fields {
    ($($(#[$attr:meta])* $name:ident: $value:ty = $field:ident as $number:ty $(=> $make:expr)?;)*) => {
        impl TcpInfo {
            $(
                $(#[$attr])*
                pub fn $name(&self) -> $value {
                    // What is here ends before `TcpInfo::LEAST`, so that there is nothing to leave out.
                    const { assert!(offset_of!(c::tcp_info, $field) + size_of::<$number>() <= TcpInfo::LEAST) };
                    let number = <$number>::from_ne_bytes(forms::part(&self.bytes, offset_of!(c::tcp_info, $field)));
                    made!(number $(, $make)?)
                }
            )*
        }
    };
}

/// The same for fields that not every kernel tells.
macro_rules! later_fields {
    ($($(#[$attr:meta])* $name:ident: $value:ty = $field:ident as $number:ty $(=> $make:expr)?;)*) => {
        impl TcpInfo {
            $(
                $(#[$attr])*
                pub fn $name(&self) -> Option<$value> {
                    let number = self.later(offset_of!(c::tcp_info, $field)).map(<$number>::from_ne_bytes)?;
                    Some(made!(number $(, $make)?))
                }
            )*
        }
    };
}

macro_rules! made {
    ($number:ident) => {
        $number
    };
    ($number:ident, $make:expr) => {
        $make($number)
    };
}

fn milliseconds(number: u32) -> Duration {
    Duration::from_millis(number.into())
}

fn microseconds(number: u32) -> Duration {
    Duration::from_micros(number.into())
}

impl TcpInfo {
    const SIZE: usize = size_of::<c::tcp_info>();

    /// How many bytes the kernels of 2.6 tell already.
    const LEAST: usize = offset_of!(c::tcp_info, tcpi_pacing_rate);

    fn new(bytes: [u8; TcpInfo::SIZE], len: usize) -> Result<TcpInfo> {
        if !(TcpInfo::LEAST..=TcpInfo::SIZE).contains(&len) {
            return Err(Errno::EIO);
        }
        Ok(TcpInfo { bytes, len })
    }

    /// Where its bit fields are: two bytes.
    const BIT_FIELDS: usize = offset_of!(c::tcp_info, _bitfield_1);

    /// A field that the kernel may have filled.
    fn later<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.as_bytes().get(at..)?.first_chunk().copied()
    }

    /// The bytes of C's `struct tcp_info` that the kernel has filled.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// By how many bits the window that the other end tells is to be shifted.
    pub fn snd_wscale(&self) -> u8 {
        bit_field(self.bytes[TcpInfo::BIT_FIELDS], 0, 4)
    }

    /// By how many bits the window that this end tells is to be shifted.
    pub fn rcv_wscale(&self) -> u8 {
        bit_field(self.bytes[TcpInfo::BIT_FIELDS], 4, 4)
    }

    /// Whether [`TcpInfo::delivery_rate`] was limited by what there was to send (Linux 4.9; before that false).
    pub fn delivery_rate_app_limited(&self) -> bool {
        bit_field(self.bytes[TcpInfo::BIT_FIELDS + 1], 0, 1) != 0
    }

    /// Why a connection could not be made as [`set_tcp_fastopen_connect`] asks: a number of `linux/tcp.h`, `TFO_...`, 0 where nothing is
    /// known (Linux 5.5; before that 0).
    pub fn fastopen_client_fail(&self) -> u8 {
        bit_field(self.bytes[TcpInfo::BIT_FIELDS + 1], 1, 2)
    }
}

/// A bit field of C's: they begin at the lowest bit where the lowest byte comes first, else at the highest.
fn bit_field(byte: u8, at: u32, len: u32) -> u8 {
    let at = if cfg!(target_endian = "little") {
        at
    } else {
        8 - at - len
    };
    byte >> at & ((1 << len) - 1)
}

fields! {
    /// What the connection has come to.
    state: TcpState = tcpi_state as u8 => TcpState::from_raw;
    /// What it knows of losses.
    ca_state: TcpCaState = tcpi_ca_state as u8 => TcpCaState::from_raw;
    /// How often the packet that is due was sent again.
    retransmits: u8 = tcpi_retransmits as u8;
    /// How many questions for signs of life have no answer yet.
    probes: u8 = tcpi_probes as u8;
    /// How often the time to the next try was doubled.
    backoff: u8 = tcpi_backoff as u8;
    /// What both ends can do.
    options: TcpInfoOptions = tcpi_options as u8 => TcpInfoOptions::from_bits_retain;
    /// After how long a packet is sent again.
    rto: Duration = tcpi_rto as u32 => microseconds;
    /// For how long an acknowledgement is kept back.
    ato: Duration = tcpi_ato as u32 => microseconds;
    /// How many bytes of data a packet has that is sent.
    snd_mss: u32 = tcpi_snd_mss as u32;
    /// How many bytes of data the packets have that come, by estimate.
    rcv_mss: u32 = tcpi_rcv_mss as u32;
    /// How many packets are on their way; of a listening socket, how many connections wait to be accepted.
    unacked: u32 = tcpi_unacked as u32;
    /// How many packets came behind a gap; of a listening socket, how many connections may wait to be accepted.
    sacked: u32 = tcpi_sacked as u32;
    /// How many packets are taken for lost.
    lost: u32 = tcpi_lost as u32;
    /// How many packets that were sent again are on their way.
    retrans: u32 = tcpi_retrans as u32;
    /// How many packets the gaps and what is behind them are. Newer kernels tell 0.
    fackets: u32 = tcpi_fackets as u32;
    /// For how long no data was sent.
    last_data_sent: Duration = tcpi_last_data_sent as u32 => milliseconds;
    /// Nothing: the kernel does not remember when it sent the last acknowledgement.
    last_ack_sent: Duration = tcpi_last_ack_sent as u32 => milliseconds;
    /// For how long no data has come.
    last_data_recv: Duration = tcpi_last_data_recv as u32 => milliseconds;
    /// For how long no acknowledgement has come.
    last_ack_recv: Duration = tcpi_last_ack_recv as u32 => milliseconds;
    /// How many bytes the greatest packet has that the way takes.
    pmtu: u32 = tcpi_pmtu as u32;
    /// Up to how many bytes the window grows quickly that this end tells.
    rcv_ssthresh: u32 = tcpi_rcv_ssthresh as u32;
    /// How long a packet and its acknowledgement take, on the average.
    rtt: Duration = tcpi_rtt as u32 => microseconds;
    /// By how much that varies.
    rttvar: Duration = tcpi_rttvar as u32 => microseconds;
    /// Up to how many packets the sender's window grows quickly.
    snd_ssthresh: u32 = tcpi_snd_ssthresh as u32;
    /// How many packets may be on their way.
    snd_cwnd: u32 = tcpi_snd_cwnd as u32;
    /// How many bytes of data this end has told that it takes in a packet.
    advmss: u32 = tcpi_advmss as u32;
    /// How many packets may come in another order before one is taken for lost.
    reordering: u32 = tcpi_reordering as u32;
    /// How long a packet and its acknowledgement take, as the receiver sees it.
    rcv_rtt: Duration = tcpi_rcv_rtt as u32 => microseconds;
    /// How many bytes the program read in such a time.
    rcv_space: u32 = tcpi_rcv_space as u32;
    /// How many packets were sent again, in all.
    total_retrans: u32 = tcpi_total_retrans as u32;
}

later_fields! {
    /// How many bytes a second are sent; `u64::MAX` is as many as there are (Linux 3.15).
    pacing_rate: u64 = tcpi_pacing_rate as u64;
    /// The most of them: [`socket_max_pacing_rate`] (Linux 3.15).
    max_pacing_rate: u64 = tcpi_max_pacing_rate as u64;
    /// How many bytes the other end has acknowledged (Linux 4.1).
    bytes_acked: u64 = tcpi_bytes_acked as u64;
    /// How many bytes have come (Linux 4.1).
    bytes_received: u64 = tcpi_bytes_received as u64;
    /// How many packets were sent (Linux 4.2).
    segs_out: u32 = tcpi_segs_out as u32;
    /// How many packets have come (Linux 4.2).
    segs_in: u32 = tcpi_segs_in as u32;
    /// How many bytes wait to be sent (Linux 4.6).
    notsent_bytes: u32 = tcpi_notsent_bytes as u32;
    /// How long a packet and its acknowledgement take at least; of no packet yet, the longest time that there is (Linux 4.6).
    min_rtt: Duration = tcpi_min_rtt as u32 => microseconds;
    /// How many packets with data have come (Linux 4.6).
    data_segs_in: u32 = tcpi_data_segs_in as u32;
    /// How many packets with data were sent (Linux 4.6).
    data_segs_out: u32 = tcpi_data_segs_out as u32;
    /// How many bytes a second have come to the other end (Linux 4.9).
    delivery_rate: u64 = tcpi_delivery_rate as u64;
    /// For how long there was something to send (Linux 4.10).
    busy_time: Duration = tcpi_busy_time as u64 => Duration::from_micros;
    /// For how long the other end's window kept it back (Linux 4.10).
    rwnd_limited: Duration = tcpi_rwnd_limited as u64 => Duration::from_micros;
    /// For how long this end's buffer kept it back (Linux 4.10).
    sndbuf_limited: Duration = tcpi_sndbuf_limited as u64 => Duration::from_micros;
    /// How many packets have come to the other end (Linux 4.18).
    delivered: u32 = tcpi_delivered as u32;
    /// How many of them the network has marked because it is full (Linux 4.18).
    delivered_ce: u32 = tcpi_delivered_ce as u32;
    /// How many bytes of data were sent, each time counted (Linux 4.19).
    bytes_sent: u64 = tcpi_bytes_sent as u64;
    /// How many of them were sent again (Linux 4.19).
    bytes_retrans: u64 = tcpi_bytes_retrans as u64;
    /// How many packets the other end had already (Linux 4.19).
    dsack_dups: u32 = tcpi_dsack_dups as u32;
    /// How often packets came in another order (Linux 4.19).
    reord_seen: u32 = tcpi_reord_seen as u32;
    /// How many packets have come out of order (Linux 5.4).
    rcv_ooopack: u32 = tcpi_rcv_ooopack as u32;
    /// How many bytes the other end's window has (Linux 5.4).
    snd_wnd: u32 = tcpi_snd_wnd as u32;
    /// How many bytes this end's window has (Linux 6.2).
    rcv_wnd: u32 = tcpi_rcv_wnd as u32;
    /// How often the connection took another way through the network (Linux 6.2).
    rehash: u32 = tcpi_rehash as u32;
    /// How often no acknowledgement came in time (Linux 6.7).
    total_rto: u16 = tcpi_total_rto as u16;
    /// How often the connection got over that (Linux 6.7).
    total_rto_recoveries: u16 = tcpi_total_rto_recoveries as u16;
    /// For how long it tried to, in all (Linux 6.7).
    total_rto_time: Duration = tcpi_total_rto_time as u32 => milliseconds;
}

impl fmt::Debug for TcpInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpInfo")
            .field("state", &self.state())
            .field("ca_state", &self.ca_state())
            .field("options", &self.options())
            .field("rtt", &self.rtt())
            .field("rto", &self.rto())
            .field("snd_mss", &self.snd_mss())
            .field("snd_cwnd", &self.snd_cwnd())
            .field("unacked", &self.unacked())
            .field("lost", &self.lost())
            .field("total_retrans", &self.total_retrans())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(len: usize) -> Result<TcpInfo> {
        TcpInfo::new(core::array::from_fn(|at| at as u8), len)
    }

    /// The order and sizes are those of `struct tcp_info` of Linux 6.17, and the offsets counted from them: 8 bytes, 24 numbers of 32
    /// bits, 4 of 64, and so on. Each byte of this one is its own offset.
    #[test]
    fn fields_are_where_c_has_them() {
        let info = info(TcpInfo::SIZE).unwrap();
        let byte = |at: usize| u8::try_from(at).unwrap();
        let two = |at| u16::from_ne_bytes([at, at + 1].map(byte));
        let four = |at: usize| u32::from_ne_bytes(core::array::from_fn(|index| byte(at + index)));
        let eight = |at: usize| u64::from_ne_bytes(core::array::from_fn(|index| byte(at + index)));
        let us = |at| Duration::from_micros(four(at).into());
        let ms = |at| Duration::from_millis(four(at).into());
        assert_eq!(
            [
                info.state().raw(),
                info.ca_state().raw(),
                info.retransmits()
            ],
            [0, 1, 2]
        );
        assert_eq!(
            [info.probes(), info.backoff(), info.options().bits()],
            [3, 4, 5]
        );
        let (low, high) = if cfg!(target_endian = "little") {
            (6, 0)
        } else {
            (0, 6)
        };
        assert_eq!([info.snd_wscale(), info.rcv_wscale()], [low, high]);
        // Of 0b0000_0111: the lowest bit and the two above, or the highest bit and the two below.
        let little = cfg!(target_endian = "little");
        assert_eq!(info.delivery_rate_app_limited(), little);
        assert_eq!(info.fastopen_client_fail(), if little { 3 } else { 0 });

        let numbers = [
            (16, info.snd_mss()),
            (20, info.rcv_mss()),
            (24, info.unacked()),
            (28, info.sacked()),
            (32, info.lost()),
            (36, info.retrans()),
            (40, info.fackets()),
            (60, info.pmtu()),
            (64, info.rcv_ssthresh()),
            (76, info.snd_ssthresh()),
            (80, info.snd_cwnd()),
            (84, info.advmss()),
            (88, info.reordering()),
            (96, info.rcv_space()),
            (100, info.total_retrans()),
        ];
        for (at, number) in numbers {
            assert_eq!(number, four(at), "at {at}");
        }
        let times = [
            (us(8), info.rto()),
            (us(12), info.ato()),
            (ms(44), info.last_data_sent()),
            (ms(48), info.last_ack_sent()),
            (ms(52), info.last_data_recv()),
            (ms(56), info.last_ack_recv()),
            (us(68), info.rtt()),
            (us(72), info.rttvar()),
            (us(92), info.rcv_rtt()),
        ];
        for (expected, time) in times {
            assert_eq!(time, expected);
        }
        let long = [
            (104, info.pacing_rate()),
            (112, info.max_pacing_rate()),
            (120, info.bytes_acked()),
            (128, info.bytes_received()),
            (160, info.delivery_rate()),
            (200, info.bytes_sent()),
            (208, info.bytes_retrans()),
        ];
        for (at, number) in long {
            assert_eq!(number, Some(eight(at)), "at {at}");
        }
        let long_times = [
            (168, info.busy_time()),
            (176, info.rwnd_limited()),
            (184, info.sndbuf_limited()),
        ];
        for (at, time) in long_times {
            assert_eq!(time, Some(Duration::from_micros(eight(at))), "at {at}");
        }
        let later = [
            (136, info.segs_out()),
            (140, info.segs_in()),
            (144, info.notsent_bytes()),
            (152, info.data_segs_in()),
            (156, info.data_segs_out()),
            (192, info.delivered()),
            (196, info.delivered_ce()),
            (216, info.dsack_dups()),
            (220, info.reord_seen()),
            (224, info.rcv_ooopack()),
            (228, info.snd_wnd()),
            (232, info.rcv_wnd()),
            (236, info.rehash()),
        ];
        for (at, number) in later {
            assert_eq!(number, Some(four(at)), "at {at}");
        }
        assert_eq!(info.min_rtt(), Some(us(148)));
        assert_eq!(info.total_rto(), Some(two(240)));
        assert_eq!(info.total_rto_recoveries(), Some(two(242)));
        assert_eq!(info.total_rto_time(), Some(ms(244)));
    }

    /// `include/net/tcp_states.h` and `enum tcp_ca_state`, by hand.
    #[test]
    fn states_have_the_numbers_of_c() {
        let states = [
            TcpState::ESTABLISHED,
            TcpState::SYN_SENT,
            TcpState::SYN_RECV,
            TcpState::FIN_WAIT1,
            TcpState::FIN_WAIT2,
            TcpState::TIME_WAIT,
            TcpState::CLOSE,
            TcpState::CLOSE_WAIT,
            TcpState::LAST_ACK,
            TcpState::LISTEN,
            TcpState::CLOSING,
        ];
        for (number, state) in (1..).zip(states) {
            assert_eq!(state.raw(), number);
        }
        let losses = [
            TcpCaState::OPEN,
            TcpCaState::DISORDER,
            TcpCaState::CWR,
            TcpCaState::RECOVERY,
            TcpCaState::LOSS,
        ];
        for (number, state) in (0..).zip(losses) {
            assert_eq!(state.raw(), number);
        }
        let options = [
            TcpInfoOptions::TIMESTAMPS,
            TcpInfoOptions::SACK,
            TcpInfoOptions::WSCALE,
            TcpInfoOptions::ECN,
            TcpInfoOptions::ECN_SEEN,
            TcpInfoOptions::SYN_DATA,
            TcpInfoOptions::USEC_TS,
            TcpInfoOptions::TFO_CHILD,
        ];
        for (bit, option) in (0..).zip(options) {
            assert_eq!(option.bits(), 1 << bit);
        }
    }

    #[test]
    fn an_older_kernel_tells_less() {
        let older = info(104).unwrap();
        assert_eq!(
            older.total_retrans(),
            info(TcpInfo::SIZE).unwrap().total_retrans()
        );
        assert_eq!(older.pacing_rate(), None);
        assert_eq!(older.total_rto_time(), None);
        assert_eq!(info(111).unwrap().pacing_rate(), None);
        assert!(info(112).unwrap().pacing_rate().is_some());
        assert_eq!(info(112).unwrap().as_bytes().len(), 112);
        assert_eq!(info(103).unwrap_err(), Errno::EIO);
        assert_eq!(info(4).unwrap_err(), Errno::EIO);
        assert_eq!(info(TcpInfo::SIZE + 1).unwrap_err(), Errno::EIO);
    }

    #[test]
    fn bit_fields_begin_where_the_byte_order_says() {
        let (first, second) = (bit_field(0b0010_0001, 0, 4), bit_field(0b0010_0001, 4, 4));
        let expected = if cfg!(target_endian = "little") {
            (1, 2)
        } else {
            (2, 1)
        };
        assert_eq!((first, second), expected);
        let app_limited = if cfg!(target_endian = "little") {
            1
        } else {
            0x80
        };
        assert_eq!(
            (bit_field(app_limited, 0, 1), bit_field(app_limited, 1, 2)),
            (1, 0)
        );
    }
}

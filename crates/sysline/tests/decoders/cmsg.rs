//! What holds of [`control_messages`] for any bytes. Owns: control messages as bytes, by the manual (cmsg(3)) and not by the
//! code. Test crates and the fuzz target include it with `#[path]`.
#![allow(dead_code)] // each takes what it needs

use sysline::Errno;
use sysline::net::{ControlMessage, RawControlMessage, SendControl, cmsg_space, control_messages};

/// C's `long`, to which messages are aligned.
const LONG: usize = size_of::<usize>();

/// Where the data is: behind a `size_t` and two `int`s.
pub(crate) const HEAD: usize = LONG + 8;

/// A message as the kernel writes it, its length up to the next multiple of a `long`.
pub(crate) fn encode(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
    let mut message = encode_with(HEAD + data.len(), level, kind, data);
    message.resize(message.len().next_multiple_of(LONG), 0);
    message
}

/// A message that says such a length of itself.
pub(crate) fn encode_with(len: usize, level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
    let mut message = len.to_ne_bytes().to_vec();
    message.extend(level.to_ne_bytes());
    message.extend(kind.to_ne_bytes());
    message.extend(data);
    message
}

/// The length that the message at the start of `bytes` says, if it is a good one.
fn length(bytes: &[u8]) -> Option<usize> {
    let len = usize::from_ne_bytes(bytes.get(..LONG)?.try_into().unwrap());
    (HEAD..=bytes.len()).contains(&len).then_some(len)
}

/// Whatever the bytes are: messages lie in them one behind the other, the last is at their end or an error behind it, each has what
/// its bytes say, means what they say, and is the same when it is put into a buffer again.
pub(crate) fn check(bytes: &[u8]) {
    check_here(bytes);
    // At every address, and not only at aligned ones.
    let shifted = [&[0xff], bytes].concat();
    check_here(&shifted[1..]);
}

fn check_here(bytes: &[u8]) {
    let mut at = 0;
    let mut messages = control_messages(bytes);
    loop {
        let rest = &bytes[at..];
        match (messages.next(), length(rest)) {
            (None, _) => {
                assert!(rest.is_empty(), "it ends before its end");
                break;
            }
            (Some(Err(errno)), None) => {
                assert_eq!(errno, Errno::EIO);
                assert!(!rest.is_empty());
                break;
            }
            (Some(Ok(message)), Some(len)) => {
                assert_eq!(message.level.to_ne_bytes(), rest[LONG..LONG + 4]);
                assert_eq!(message.kind.to_ne_bytes(), rest[LONG + 4..HEAD]);
                assert_eq!(message.data.as_ptr(), rest[HEAD..].as_ptr());
                assert_eq!(message.data.len(), len - HEAD);
                check_meaning(message);
                check_again(message);
                at += len.next_multiple_of(LONG).min(rest.len());
            }
            (answer, expected) => panic!("{answer:?}, and not a length of {expected:?}"),
        }
    }
    assert!(messages.next().is_none(), "what has ended has ended");
}

/// What it means has the bytes of the message, wherever they are asked for.
fn check_meaning(message: RawControlMessage<'_>) {
    let data = message.data;
    let int = |number: u8| i32::from(number).to_ne_bytes().to_vec();
    let time = |parts: &[i64]| {
        let wide = data.len() == 8 * parts.len();
        let bytes = |part: &i64| match wide {
            true => part.to_ne_bytes().to_vec(),
            false => (*part as i32).to_ne_bytes().to_vec(),
        };
        parts.iter().map(bytes).collect::<Vec<_>>().concat()
    };
    let meant = match message.decode() {
        ControlMessage::Raw(raw) => {
            assert_eq!(raw, message);
            return;
        }
        ControlMessage::Rights(_) | ControlMessage::Pidfd(_) => {
            panic!("bytes have become descriptors")
        }
        ControlMessage::Credentials(of) => {
            let pid = i32::from_ne_bytes(*message.data.first_chunk().unwrap());
            assert_eq!(of.pid.map(|pid| pid.raw()), (pid > 0).then_some(pid));
            [pid as u32, of.uid.raw(), of.gid.raw()]
                .map(u32::to_ne_bytes)
                .concat()
        }
        ControlMessage::Security(label) => label.to_vec(),
        ControlMessage::Ipv4PktInfo(info) => [
            info.interface.to_ne_bytes(),
            info.local.octets(),
            info.destination.octets(),
        ]
        .concat(),
        ControlMessage::Ipv6PktInfo(info) => {
            [&info.address.octets()[..], &info.interface.to_ne_bytes()].concat()
        }
        ControlMessage::Tos(tos) if data.len() == 1 => vec![tos],
        ControlMessage::Ttl(number)
        | ControlMessage::HopLimit(number)
        | ControlMessage::Tos(number)
        | ControlMessage::TrafficClass(number) => int(number),
        ControlMessage::Timestamp(at) => time(&[at.tv_sec, at.tv_usec]),
        ControlMessage::TimestampNs(at) => time(&[at.tv_sec, at.tv_nsec]),
        ControlMessage::Timestamping(of) => {
            let times = [of.software, of.transformed, of.hardware];
            time(&times.map(|at| [at.tv_sec, at.tv_nsec]).concat())
        }
        ControlMessage::UdpGro(len) => i32::from(len).to_ne_bytes().to_vec(),
        ControlMessage::OriginalDestination(address) => address.as_bytes().to_vec(),
        ControlMessage::Dropped(number) | ControlMessage::Mark(number) => {
            number.to_ne_bytes().to_vec()
        }
        ControlMessage::Error(error) => {
            if let Some(errno) = error.errno {
                assert_eq!(errno.raw().to_ne_bytes(), data[..4]);
            }
            assert_eq!([error.origin.raw(), error.kind, error.code], data[4..7]);
            assert_eq!(error.info.to_ne_bytes(), data[8..12]);
            assert_eq!(error.data.to_ne_bytes(), data[12..16]);
            match error.offender {
                Some(offender) => assert_eq!(offender.as_bytes(), &data[16..]),
                None => assert_eq!(data[16..18], [0, 0], "AF_UNSPEC"),
            }
            return;
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(meant, data, "{message:?}");
}

/// Put into a buffer it is the same; into one that is a byte too short it is not put at all.
fn check_again(message: RawControlMessage<'_>) {
    let space = cmsg_space(message.data.len());
    let mut buffer = vec![0xff; space];
    let mut control = SendControl::new(&mut buffer);
    // SAFETY: nobody sends it.
    assert_eq!(unsafe { control.push_raw(message) }, Ok(()));
    assert_eq!(
        control.as_bytes(),
        encode(message.level, message.kind, message.data)
    );
    // SAFETY: as above.
    assert_eq!(unsafe { control.push_raw(message) }, Err(Errno::ENOBUFS));
    let mut control = SendControl::new(&mut buffer[1..]);
    // SAFETY: as above.
    assert_eq!(unsafe { control.push_raw(message) }, Err(Errno::ENOBUFS));
    assert!(control.as_bytes().is_empty());
}

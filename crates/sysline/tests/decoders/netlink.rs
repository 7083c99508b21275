//! What holds of netlink's messages for any bytes, read and written. Owns: messages and attributes as bytes, by the manual
//! (netlink(7), netlink(3)) and not by the code. Test crates and the fuzz target include it with `#[path]`.
#![allow(dead_code)] // each takes what it needs

use sysline::Errno;
use sysline::net::netlink::route::{Address, Change, Link};
use sysline::net::netlink::{
    Attribute, Attributes, Body, Message, MessageFlags, MessageType, Writer, attributes, messages,
};

/// `struct nlmsghdr`: its length, type, flags, number and port.
const HEADER: usize = 16;
/// `struct nlattr`: its length and type.
const ATTRIBUTE: usize = 4;

/// Bytes, and zeros up to a multiple of four.
fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message as the kernel writes it. What fills it up is not counted in its length.
pub(crate) fn message(kind: u16, flags: u16, seq: u32, port: u32, payload: &[u8]) -> Vec<u8> {
    let len = (HEADER + payload.len()) as u32;
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend([kind, flags].map(u16::to_ne_bytes).concat());
    bytes.extend([seq, port].map(u32::to_ne_bytes).concat());
    bytes.extend(payload);
    padded(bytes)
}

/// An attribute as the kernel writes it, and what fills it up.
pub(crate) fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = (ATTRIBUTE + payload.len()) as u16;
    let mut bytes = [len, kind].map(u16::to_ne_bytes).concat();
    bytes.extend(payload);
    padded(bytes)
}

/// The length of the message at the start of `bytes`, if it is a good one.
fn message_len(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..HEADER)?;
    let len = u32::from_ne_bytes(header[..4].try_into().unwrap()) as usize;
    (HEADER..=bytes.len()).contains(&len).then_some(len)
}

/// The length of the attribute at the start of `bytes`, if it is a good one.
fn attribute_len(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..ATTRIBUTE)?;
    let len = usize::from(u16::from_ne_bytes(header[..2].try_into().unwrap()));
    (ATTRIBUTE..=bytes.len()).contains(&len).then_some(len)
}

/// Whatever the bytes are: messages lie in them one behind the other, and attributes in those; the last is at their end or an
/// error behind it. What is written of them is what is read.
pub(crate) fn check(bytes: &[u8]) {
    check_messages(bytes);
    check_attributes(attributes(bytes), bytes, 0);
    check_written(bytes);
    // At every address, and not only at aligned ones.
    let shifted = [&[0xff], bytes].concat();
    check_messages(&shifted[1..]);
    // As they come, few bytes are a message of the right length and kind.
    for kind in [2, 3, 16, 17, 20, 21] {
        for flags in [0, 0x100, 0x200, 0x300] {
            check_messages(&message(kind, flags, 0, 0, bytes));
        }
    }
}

fn check_messages(bytes: &[u8]) {
    let mut at = 0;
    let mut messages = messages(bytes);
    loop {
        let rest = &bytes[at..];
        match (messages.next(), message_len(rest)) {
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
                assert_eq!(message.header().to_bytes(), rest[..HEADER]);
                is_slice(message.payload(), &rest[HEADER..len]);
                check_message(&message);
                at = (at + len.next_multiple_of(4)).min(bytes.len());
            }
            (answer, expected) => panic!("{answer:?}, and not a length of {expected:?}"),
        }
    }
    assert!(messages.next().is_none(), "what has ended has ended");
}

fn check_message(message: &Message<'_>) {
    check_split::<0>(message);
    check_split::<1>(message);
    check_split::<8>(message);
    check_split::<16>(message);
    let kind = message.kind().raw();
    match message.status() {
        Ok(None) => assert!(![2, 3].contains(&kind)),
        Ok(Some(status)) => {
            assert!([2, 3].contains(&kind));
            assert_eq!(status.request.is_some(), kind == 2);
            if let Some(number) = message.payload().first_chunk() {
                let number = i32::from_ne_bytes(*number);
                assert_eq!(status.errno.map_or(0, |errno| -errno.raw()), number);
            }
            if let Some(text) = status.text {
                is_inside(text.to_bytes_with_nul(), message.payload());
            }
            for attribute in status.attributes.map_while(Result::ok) {
                is_inside(attribute.payload, message.payload());
            }
        }
        Err(errno) => assert_eq!(errno, Errno::EIO),
    }
    let link = Link::from_message(message);
    let address = Address::from_message(message);
    assert!(link.is_err() || [16, 17].contains(&kind));
    assert!(address.is_err() || [20, 21].contains(&kind));
    if let Ok(link) = link {
        assert!(!link.name.as_bytes().contains(&0));
        assert_eq!(link.index.to_ne_bytes(), message.payload()[4..8]);
    }
    match Change::from_message(message) {
        Ok(Some(Change::Link(found) | Change::LinkGone(found))) => assert_eq!(Ok(found), link),
        Ok(Some(Change::Address(found) | Change::AddressGone(found))) => {
            assert_eq!(Ok(found), address);
        }
        Ok(_) => assert!(link.is_err() && address.is_err()),
        Err(errno) => assert_eq!(errno, Errno::EIO),
    }
}

fn check_split<const N: usize>(message: &Message<'_>) {
    let payload = message.payload();
    match message.split::<N>() {
        Ok((header, behind)) => {
            is_slice(header, &payload[..N]);
            let start = N.next_multiple_of(4).min(payload.len());
            check_attributes(behind, &payload[start..], 0);
        }
        Err(errno) => {
            assert_eq!(errno, Errno::EIO);
            assert!(payload.len() < N);
        }
    }
}

fn check_attributes(all: Attributes<'_>, bytes: &[u8], depth: usize) {
    let mut at = 0;
    let mut attributes = all.clone();
    loop {
        let rest = &bytes[at..];
        match (attributes.next(), attribute_len(rest)) {
            (None, _) => {
                assert!(rest.is_empty(), "it ends before its end");
                break;
            }
            (Some(Err(errno)), None) => {
                assert_eq!(errno, Errno::EIO);
                assert!(!rest.is_empty());
                break;
            }
            (Some(Ok(attribute)), Some(len)) => {
                let kind = attribute.kind
                    | (u16::from(attribute.nested) << 15)
                    | (u16::from(attribute.net_byteorder) << 14);
                assert_eq!(kind.to_ne_bytes(), rest[2..4]);
                is_slice(attribute.payload, &rest[ATTRIBUTE..len]);
                check_values(&attribute);
                if at < 256 {
                    // The first of its kind is at most here.
                    let first = all.first(attribute.kind).unwrap().unwrap();
                    assert!(first.payload.as_ptr() <= attribute.payload.as_ptr());
                }
                if depth < 8 {
                    check_attributes(attribute.attributes(), attribute.payload, depth + 1);
                }
                at = (at + len.next_multiple_of(4)).min(bytes.len());
            }
            (answer, expected) => panic!("{answer:?}, and not a length of {expected:?}"),
        }
    }
    assert!(attributes.next().is_none(), "what has ended has ended");
}

fn check_values(attribute: &Attribute<'_>) {
    let payload = attribute.payload;
    let len = payload.len();
    assert_eq!(attribute.u8().is_some(), len == 1);
    assert_eq!(attribute.u16().is_some(), len == 2);
    assert_eq!(attribute.u32().is_some(), len == 4);
    assert_eq!(attribute.u64().is_some(), len == 8);
    assert_eq!(attribute.uint().is_some(), len == 4 || len == 8);
    assert_eq!(attribute.i32(), attribute.u32().map(|number| number as i32));
    assert_eq!(attribute.be16(), attribute.u16().map(u16::to_be));
    assert_eq!(attribute.be32(), attribute.u32().map(u32::to_be));
    assert_eq!(attribute.be64(), attribute.u64().map(u64::to_be));
    let nul = payload.iter().position(|byte| *byte == 0);
    assert_eq!(attribute.text(), &payload[..nul.unwrap_or(len)]);
    assert_eq!(attribute.c_str().is_some(), nul.is_some());
    assert_eq!(attribute.str(), core::str::from_utf8(attribute.text()).ok());
}

/// Takes the bytes as orders of what to write, into a buffer that has room for it or not.
fn check_written(bytes: &[u8]) {
    let mut expected = Vec::new();
    expect(&mut bytes.iter(), &mut expected, 0);
    let room = usize::from(bytes.first().copied().unwrap_or(0)) * 8;
    let mut buffer = vec![0xff; 2 * HEADER + room];
    let mut writer = Writer::new(&mut buffer);
    let (kind, flags) = (MessageType::from_raw(7), MessageFlags::from_bits_retain(9));
    // What stood there before must not matter, neither in what fills up nor in a message that is not there.
    writer.message(kind, flags, 3, |_| Ok(())).unwrap();
    let first = writer.as_bytes().to_vec();
    assert_eq!(first, message(7, 9, 3, 0, &[]));
    let written = writer.message(kind, flags, 4, |body| write(&mut bytes.iter(), body, 0));
    if expected.len() <= room {
        assert_eq!(written, Ok(()));
        let both = [first, message(7, 9, 4, 0, &expected)].concat();
        assert_eq!(writer.as_bytes(), both);
        let mut read = messages(writer.into_bytes());
        assert_eq!(read.next().unwrap().unwrap().payload(), []);
        assert_eq!(read.next().unwrap().unwrap().payload(), expected);
        assert!(read.next().is_none());
    } else {
        assert_eq!(written, Err(Errno::EMSGSIZE));
        assert_eq!(writer.as_bytes(), first);
    }
}

/// What is to be written: nothing more, an attribute of some bytes, one with others in it.
enum Order<'a> {
    End,
    Bytes(u16, &'a [u8]),
    Nested(u16),
}

fn order<'a>(orders: &mut core::slice::Iter<'a, u8>, depth: usize) -> Order<'a> {
    let Some(order) = orders.next() else {
        return Order::End;
    };
    match order % 4 {
        0 if depth > 0 => Order::End,
        1 if depth < 20 => Order::Nested(u16::from(*order)),
        _ => {
            let rest = orders.as_slice();
            let (payload, rest) = rest.split_at(rest.len().min(usize::from(*order / 16)));
            *orders = rest.iter();
            Order::Bytes(u16::from(*order), payload)
        }
    }
}

fn write(
    orders: &mut core::slice::Iter<'_, u8>,
    body: &mut Body<'_>,
    depth: usize,
) -> sysline::Result<()> {
    loop {
        match order(orders, depth) {
            Order::End => return Ok(()),
            Order::Bytes(kind, bytes) => body.put_bytes(kind, bytes)?,
            Order::Nested(kind) => body.put_nested(kind, |body| write(orders, body, depth + 1))?,
        }
    }
}

fn expect(orders: &mut core::slice::Iter<'_, u8>, body: &mut Vec<u8>, depth: usize) {
    loop {
        match order(orders, depth) {
            Order::End => return,
            Order::Bytes(kind, bytes) => body.extend(attribute(kind, bytes)),
            Order::Nested(kind) => {
                let mut inner = Vec::new();
                expect(orders, &mut inner, depth + 1);
                body.extend(attribute(kind | 0x8000, &inner));
            }
        }
    }
}

fn is_slice(part: &[u8], expected: &[u8]) {
    assert_eq!(part.as_ptr_range(), expected.as_ptr_range());
}

fn is_inside(part: &[u8], whole: &[u8]) {
    let (part, whole) = (part.as_ptr_range(), whole.as_ptr_range());
    assert!(whole.start <= part.start && part.end <= whole.end);
}

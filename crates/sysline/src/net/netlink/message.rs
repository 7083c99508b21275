//! Messages of netlink and their attributes, as bytes. Owns: how they are laid out (`linux/netlink.h`), in both directions.
//! Must not know sockets, nor what the messages of a family mean. What is read is from anywhere: nothing in it is trusted.

use crate::abi::{Errno, Result};
use crate::flags::{flags, numbers};
use core::ffi::CStr;
use core::fmt;
use linux_raw_sys::netlink as c;

/// Where messages, attributes and what is in them start: at multiples of this (`NLMSG_ALIGNTO`, `NLA_ALIGNTO`).
const ALIGN: usize = 4;
/// `struct nlmsghdr`.
const HEADER: usize = 16;
/// `struct nlattr`.
const ATTRIBUTE: usize = 4;

numbers! {
    /// What a message is. Those below 16 are netlink's own; the others are its family's, such as [`route`](super::route)'s.
    pub struct MessageType: u16 {
        /// Nothing.
        NOOP = c::NLMSG_NOOP;
        /// How a request has ended: [`Message::status`].
        ERROR = c::NLMSG_ERROR;
        /// The end of what has come in several messages: [`Message::status`].
        DONE = c::NLMSG_DONE;
        /// Something was lost.
        OVERRUN = c::NLMSG_OVERRUN;
    }
}

flags! {
    /// How a message is meant. The bits above the lowest eight mean something else for each kind of request.
    pub struct MessageFlags: u16 {
        /// It is a request.
        REQUEST = c::NLM_F_REQUEST;
        /// It is one of several, which end with [`MessageType::DONE`].
        MULTI = c::NLM_F_MULTI;
        /// An answer is wanted also where all went well.
        ACK = c::NLM_F_ACK;
        /// Who asks is told of the change too.
        ECHO = c::NLM_F_ECHO;
        /// What is told changed while it was told: it may not fit together.
        DUMP_INTR = c::NLM_F_DUMP_INTR;
        /// What is told was chosen, as the request asked (Linux 4.4).
        DUMP_FILTERED = c::NLM_F_DUMP_FILTERED;

        /// Of a request for something: all from the start.
        ROOT = c::NLM_F_ROOT;
        /// Of a request for something: all that match.
        MATCH = c::NLM_F_MATCH;
        /// Of a request for something: as it was at one moment.
        ATOMIC = c::NLM_F_ATOMIC;
        /// Of a request for something: all of them. [`MessageFlags::ROOT`] and [`MessageFlags::MATCH`].
        DUMP = c::NLM_F_DUMP;

        /// Of a request for something new: in place of what is there.
        REPLACE = c::NLM_F_REPLACE;
        /// Of a request for something new: it is `EEXIST` where it is there.
        EXCL = c::NLM_F_EXCL;
        /// Of a request for something new: it is made where it is not there.
        CREATE = c::NLM_F_CREATE;
        /// Of a request for something new: behind those that are there.
        APPEND = c::NLM_F_APPEND;

        /// Of a request to take something away: without what is in it.
        NONREC = c::NLM_F_NONREC;
        /// Of a request to take something away: many at once (Linux 5.19).
        BULK = c::NLM_F_BULK;

        /// Of [`MessageType::ERROR`]: the request in it has its header only (Linux 4.3).
        CAPPED = c::NLM_F_CAPPED;
        /// Of [`MessageType::ERROR`] and [`MessageType::DONE`]: there are attributes that say more (Linux 4.12).
        ACK_TLVS = c::NLM_F_ACK_TLVS;
    }
}

/// What stands before each message. `struct nlmsghdr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// How many bytes the message has, with these sixteen.
    pub len: u32,
    /// What it is.
    pub kind: MessageType,
    /// How it is meant.
    pub flags: MessageFlags,
    /// The number of the request that it is or answers.
    pub seq: u32,
    /// The port of who asked; zero is the kernel. It is what the sender says of itself: who has sent it, the call that
    /// receives tells.
    pub port: u32,
}

impl Header {
    /// How many bytes it has.
    pub const LEN: usize = HEADER;

    /// The bytes of C's struct.
    pub const fn to_bytes(self) -> [u8; Header::LEN] {
        let [a, b, c, d] = self.len.to_ne_bytes();
        let [e, f] = self.kind.raw().to_ne_bytes();
        let [g, h] = self.flags.bits().to_ne_bytes();
        let [i, j, k, l] = self.seq.to_ne_bytes();
        let [m, n, o, p] = self.port.to_ne_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }

    /// What the bytes of C's struct say.
    pub const fn from_bytes(bytes: [u8; Header::LEN]) -> Header {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
        Header {
            len: u32::from_ne_bytes([a, b, c, d]),
            kind: MessageType::from_raw(u16::from_ne_bytes([e, f])),
            flags: MessageFlags::from_bits_retain(u16::from_ne_bytes([g, h])),
            seq: u32::from_ne_bytes([i, j, k, l]),
            port: u32::from_ne_bytes([m, n, o, p]),
        }
    }
}

/// The messages that `bytes` holds, as a call has received them.
///
/// Nothing is taken for granted of the bytes: they may have any content and any address.
pub const fn messages(bytes: &[u8]) -> Messages<'_> {
    Messages { bytes }
}

/// The messages of some bytes: see [`messages`].
///
/// Bytes that are no message are one `Err(Errno::EIO)`, and the end: one that says to be shorter than its header, or that
/// reaches over the end.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>>;

    fn next(&mut self) -> Option<Result<Message<'a>>> {
        if self.bytes.is_empty() {
            return None;
        }
        let decoded = decode(self.bytes);
        self.bytes = decoded.map_or(&[], |(_, next)| &self.bytes[next..]);
        Some(decoded.map(|(message, _)| message))
    }
}

impl core::iter::FusedIterator for Messages<'_> {}

/// The first message, and where the next one starts.
pub(super) fn decode(bytes: &[u8]) -> Result<(Message<'_>, usize)> {
    let header = Header::from_bytes(*bytes.first_chunk().ok_or(Errno::EIO)?);
    let len = usize::try_from(header.len).map_err(|_| Errno::EIO)?;
    let payload = bytes.get(HEADER..len).ok_or(Errno::EIO)?;
    // Behind the last one there may be nothing that fills it up.
    let next = len.next_multiple_of(ALIGN).min(bytes.len());
    Ok((Message { header, payload }, next))
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    header: Header,
    payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// What stands before it.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// What it is.
    pub const fn kind(&self) -> MessageType {
        self.header.kind
    }

    /// All behind the header.
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The header of its family, which has `N` bytes, and the attributes behind it.
    ///
    /// # Errors
    ///
    /// `EIO` where it is not that long.
    pub fn split<const N: usize>(&self) -> Result<(&'a [u8; N], Attributes<'a>)> {
        let header = self.payload.first_chunk().ok_or(Errno::EIO)?;
        let behind = self.payload.get(N.next_multiple_of(ALIGN)..);
        Ok((header, attributes(behind.unwrap_or_default())))
    }

    /// Of [`MessageType::ERROR`] and [`MessageType::DONE`]: how the request has ended. Of others `None`.
    ///
    /// # Errors
    ///
    /// `EIO` where the message is too short for what it should say, or says an error that there can't be. Where what says
    /// more is damaged, it is left out.
    pub fn status(&self) -> Result<Option<Status<'a>>> {
        let is_error = match self.header.kind {
            MessageType::ERROR => true,
            MessageType::DONE => false,
            _ => return Ok(None),
        };
        // Kernels before Linux 2.6.37 and others that write such messages end with nothing in it.
        if !is_error && self.payload.is_empty() {
            return Ok(Some(Status::default()));
        }
        let (number, mut behind) = self.payload.split_first_chunk().ok_or(Errno::EIO)?;
        let errno = match i32::from_ne_bytes(*number) {
            0 => None,
            number => {
                let errno = number.checked_neg().and_then(Errno::new);
                Some(errno.ok_or(Errno::EIO)?)
            }
        };
        let mut request = None;
        if is_error {
            let header = Header::from_bytes(*behind.first_chunk().ok_or(Errno::EIO)?);
            let len = match self.header.flags.contains(MessageFlags::CAPPED) {
                true => HEADER,
                false => usize::try_from(header.len).map_err(|_| Errno::EIO)?,
            };
            // One that went well is told by its header only, whether there is a flag that says so or not.
            let len = if errno.is_none() { HEADER } else { len };
            if len < HEADER || len > behind.len() {
                return Err(Errno::EIO);
            }
            behind = &behind[len.next_multiple_of(ALIGN).min(behind.len())..];
            request = Some(header);
        }
        let more = match self.header.flags.contains(MessageFlags::ACK_TLVS) {
            true => attributes(behind),
            false => attributes(&[]),
        };
        let mut status = Status {
            errno,
            request,
            attributes: more.clone(),
            ..Status::default()
        };
        // What is no attribute does not take the error along that was told before it.
        for attribute in more.map_while(Result::ok) {
            match u32::from(attribute.kind) {
                MSG => status.text = attribute.c_str(),
                OFFS => status.offset = attribute.u32(),
                _ => {}
            }
        }
        Ok(Some(status))
    }
}

const MSG: u32 = c::nlmsgerr_attrs::NLMSGERR_ATTR_MSG as u32;
const OFFS: u32 = c::nlmsgerr_attrs::NLMSGERR_ATTR_OFFS as u32;

/// How a request has ended: what [`MessageType::ERROR`] and [`MessageType::DONE`] say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status<'a> {
    /// The error; `None` where all went well.
    pub errno: Option<Errno>,
    /// The header of the request; `None` of [`MessageType::DONE`].
    pub request: Option<Header>,
    /// What is wrong, in words (Linux 4.12).
    pub text: Option<&'a CStr>,
    /// Where in the request it is wrong: how many bytes from its header's start (Linux 4.12).
    pub offset: Option<u32>,
    /// All that is known more (`enum nlmsgerr_attrs`).
    pub attributes: Attributes<'a>,
}

impl Default for Status<'_> {
    /// All went well.
    fn default() -> Self {
        Status {
            errno: None,
            request: None,
            text: None,
            offset: None,
            attributes: attributes(&[]),
        }
    }
}

/// The attributes that `bytes` holds.
///
/// Nothing is taken for granted of the bytes: they may have any content and any address.
pub const fn attributes(bytes: &[u8]) -> Attributes<'_> {
    Attributes { bytes }
}

/// The attributes of some bytes: see [`attributes`].
///
/// Bytes that are no attribute are one `Err(Errno::EIO)`, and the end: one that says to be shorter than its header, or that
/// reaches over the end.
#[derive(Clone)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The first attribute of a kind.
    ///
    /// # Errors
    ///
    /// `EIO` where bytes before it are no attribute.
    pub fn first(&self, kind: u16) -> Result<Option<Attribute<'a>>> {
        for attribute in self.clone() {
            let attribute = attribute?;
            if attribute.kind == kind {
                return Ok(Some(attribute));
            }
        }
        Ok(None)
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;

    fn next(&mut self) -> Option<Result<Attribute<'a>>> {
        if self.bytes.is_empty() {
            return None;
        }
        let decoded = decode_attribute(self.bytes);
        self.bytes = decoded.map_or(&[], |(_, next)| &self.bytes[next..]);
        Some(decoded.map(|(attribute, _)| attribute))
    }
}

impl core::iter::FusedIterator for Attributes<'_> {}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The first attribute, and where the next one starts.
fn decode_attribute(bytes: &[u8]) -> Result<(Attribute<'_>, usize)> {
    let [a, b, c, d] = *bytes.first_chunk().ok_or(Errno::EIO)?;
    let len = usize::from(u16::from_ne_bytes([a, b]));
    let kind = u16::from_ne_bytes([c, d]);
    let attribute = Attribute {
        kind: kind & !(NESTED | NET_BYTEORDER),
        nested: kind & NESTED != 0,
        net_byteorder: kind & NET_BYTEORDER != 0,
        payload: bytes.get(ATTRIBUTE..len).ok_or(Errno::EIO)?,
    };
    Ok((attribute, len.next_multiple_of(ALIGN).min(bytes.len())))
}

/// The bit of an attribute's type that says that there are attributes in it (`NLA_F_NESTED`).
pub const NESTED: u16 = c::NLA_F_NESTED as u16;
/// The bit of an attribute's type that says that its number has its high byte first (`NLA_F_NET_BYTEORDER`). Families that
/// have such numbers mostly leave it out.
pub const NET_BYTEORDER: u16 = c::NLA_F_NET_BYTEORDER as u16;

/// An attribute. `struct nlattr`, of [`route`](super::route) `struct rtattr`.
///
/// Its type does not say what is in it: that its family knows. So each method reads it as what it is asked for, and is
/// `None` where that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute<'a> {
    /// Its type, without the bits that stand beside it.
    pub kind: u16,
    /// Whether it says that there are attributes in it. Old families' do not.
    pub nested: bool,
    /// Whether it says that its number has its high byte first.
    pub net_byteorder: bool,
    /// All behind its header.
    pub payload: &'a [u8],
}

macro_rules! number {
    ($($name:ident $number:ident $from:ident $what:literal)*) => {$(
        #[doc = concat!("A number of ", $what, ".")]
        pub fn $name(&self) -> Option<$number> {
            Some($number::$from(self.payload.try_into().ok()?))
        }
    )*};
}

impl<'a> Attribute<'a> {
    number! {
        u8 u8 from_ne_bytes "8 bits"
        u16 u16 from_ne_bytes "16 bits"
        u32 u32 from_ne_bytes "32 bits"
        u64 u64 from_ne_bytes "64 bits"
        i32 i32 from_ne_bytes "32 bits with a sign"
        be16 u16 from_be_bytes "16 bits, its high byte first"
        be32 u32 from_be_bytes "32 bits, its high byte first"
        be64 u64 from_be_bytes "64 bits, its high byte first"
    }

    /// A number of 32 or 64 bits, as newer families have it (`NLA_UINT`, Linux 6.7).
    pub fn uint(&self) -> Option<u64> {
        self.u64().or(self.u32().map(u64::from))
    }

    /// A text: up to its NUL, or all where there is none.
    pub fn text(&self) -> &'a [u8] {
        let mut parts = self.payload.split(|byte| *byte == 0);
        parts.next().unwrap_or_default()
    }

    /// A text that ends with a NUL.
    pub fn c_str(&self) -> Option<&'a CStr> {
        CStr::from_bytes_until_nul(self.payload).ok()
    }

    /// A text in UTF-8: up to its NUL, or all where there is none.
    pub fn str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.text()).ok()
    }

    /// The attributes in it.
    pub const fn attributes(&self) -> Attributes<'a> {
        attributes(self.payload)
    }
}

/// Writes messages into a buffer, one behind the other.
///
/// ```
/// # fn main() -> sysline::Result<()> {
/// use sysline::net::netlink::{MessageFlags, MessageType, Writer, messages};
///
/// let mut buffer = [0; 64];
/// let mut writer = Writer::new(&mut buffer);
/// writer.message(MessageType::from_raw(16), MessageFlags::REQUEST, 1, |body| {
///     body.put_bytes(3, b"lo\0")?;
///     body.put_nested(18, |body| body.put_u32(1, 5))
/// })?;
/// assert_eq!(writer.as_bytes().len(), 16 + 8 + 4 + 8);
///
/// let message = messages(writer.as_bytes()).next().unwrap()?;
/// let (_, attributes) = message.split::<0>()?;
/// assert_eq!(attributes.first(3)?.unwrap().text(), b"lo");
/// let inner = attributes.first(18)?.unwrap().attributes();
/// assert_eq!(inner.first(1)?.unwrap().u32(), Some(5));
/// # Ok(())
/// # }
/// ```
///
/// What does not fit is `EMSGSIZE`, as in the kernel, and nothing of it is written: no half of a number, and where a
/// function of the caller's returns an error, neither the message nor the attribute that it was to fill.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Writer<'b> {
    /// One that has written nothing yet.
    pub const fn new(buffer: &'b mut [u8]) -> Writer<'b> {
        Writer { buffer, len: 0 }
    }

    /// Writes a message, with what `body` puts into it.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` where it does not fit, and those of `body`.
    pub fn message(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        seq: u32,
        body: impl FnOnce(&mut Body<'_>) -> Result<()>,
    ) -> Result<()> {
        let start = self.len;
        let mut writer = Body {
            buffer: self.buffer,
            len: start,
        };
        writer.room(HEADER)?;
        body(&mut writer)?;
        let end = writer.len;
        let header = Header {
            len: u32::try_from(end - start).map_err(|_| Errno::EMSGSIZE)?,
            kind,
            flags,
            seq,
            port: 0,
        };
        self.buffer[start..start + HEADER].copy_from_slice(&header.to_bytes());
        self.len = end;
        Ok(())
    }

    /// All that was written.
    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// All that was written, for as long as the buffer is there.
    pub fn into_bytes(self) -> &'b [u8] {
        &self.buffer[..self.len]
    }
}

/// What is in a message, or in an attribute of one, being written: see [`Writer`].
#[derive(Debug)]
pub struct Body<'w> {
    buffer: &'w mut [u8],
    len: usize,
}

macro_rules! put {
    ($($name:ident $number:ident $to:ident $what:literal)*) => {$(
        #[doc = concat!("Writes an attribute that is a number of ", $what, ".")]
        ///
        /// # Errors
        ///
        /// As [`Body::put_bytes`].
        pub fn $name(&mut self, kind: u16, number: $number) -> Result<()> {
            self.put_bytes(kind, &number.$to())
        }
    )*};
}

impl Body<'_> {
    /// The next `len` bytes, up to a multiple of [`ALIGN`], all zero.
    fn room(&mut self, len: usize) -> Result<&mut [u8]> {
        let end = len.checked_next_multiple_of(ALIGN);
        let end = end.and_then(|len| self.len.checked_add(len));
        let end = end.ok_or(Errno::EMSGSIZE)?;
        let room = self.buffer.get_mut(self.len..end);
        let room = room.ok_or(Errno::EMSGSIZE)?;
        room.fill(0);
        self.len = end;
        Ok(&mut room[..len])
    }

    /// Writes the header of the message's family, which stands before all attributes.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` where it does not fit.
    pub fn put_header(&mut self, bytes: &[u8]) -> Result<()> {
        self.room(bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes an attribute. Its type is taken with the bits [`NESTED`] and [`NET_BYTEORDER`]; it may be empty, and is a
    /// flag then.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` where it does not fit, or is longer than an attribute can be: 65531 bytes.
    pub fn put_bytes(&mut self, kind: u16, bytes: &[u8]) -> Result<()> {
        let len = u16::try_from(ATTRIBUTE + bytes.len()).map_err(|_| Errno::EMSGSIZE)?;
        let room = self.room(len.into())?;
        room[..ATTRIBUTE].copy_from_slice(&attribute_header(len, kind));
        room[ATTRIBUTE..].copy_from_slice(bytes);
        Ok(())
    }

    /// Writes an attribute that is a text, with its NUL.
    ///
    /// # Errors
    ///
    /// As [`Body::put_bytes`].
    pub fn put_c_str(&mut self, kind: u16, text: &CStr) -> Result<()> {
        self.put_bytes(kind, text.to_bytes_with_nul())
    }

    put! {
        put_u8 u8 to_ne_bytes "8 bits"
        put_u16 u16 to_ne_bytes "16 bits"
        put_u32 u32 to_ne_bytes "32 bits"
        put_u64 u64 to_ne_bytes "64 bits"
        put_i32 i32 to_ne_bytes "32 bits with a sign"
        put_be16 u16 to_be_bytes "16 bits, its high byte first"
        put_be32 u32 to_be_bytes "32 bits, its high byte first"
        put_be64 u64 to_be_bytes "64 bits, its high byte first"
    }

    /// Writes an attribute in which are the attributes that `inner` writes. It says so, by [`NESTED`].
    ///
    /// # Errors
    ///
    /// As [`Body::put_bytes`], and those of `inner`.
    pub fn put_nested(
        &mut self,
        kind: u16,
        inner: impl FnOnce(&mut Body<'_>) -> Result<()>,
    ) -> Result<()> {
        let start = self.len;
        let mut writer = Body {
            buffer: self.buffer,
            len: start,
        };
        writer.room(ATTRIBUTE)?;
        inner(&mut writer)?;
        let end = writer.len;
        let len = u16::try_from(end - start).map_err(|_| Errno::EMSGSIZE)?;
        let header = attribute_header(len, kind | NESTED);
        self.buffer[start..start + ATTRIBUTE].copy_from_slice(&header);
        self.len = end;
        Ok(())
    }
}

const fn attribute_header(len: u16, kind: u16) -> [u8; ATTRIBUTE] {
    let ([a, b], [c, d]) = (len.to_ne_bytes(), kind.to_ne_bytes());
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;

    #[test]
    fn headers_are_laid_out_as_those_of_c() {
        let header = Header {
            len: 0x0102_0304,
            kind: MessageType::from_raw(0x0506),
            flags: MessageFlags::from_bits_retain(0x0708),
            seq: 0x090a_0b0c,
            port: 0x0d0e_0f10,
        };
        let bytes = header.to_bytes();
        let at = |offset| &bytes[offset..];
        assert_eq!(size_of::<c::nlmsghdr>(), bytes.len());
        assert!(at(offset_of!(c::nlmsghdr, nlmsg_len)).starts_with(&header.len.to_ne_bytes()));
        assert!(at(offset_of!(c::nlmsghdr, nlmsg_type)).starts_with(&0x0506u16.to_ne_bytes()));
        assert!(at(offset_of!(c::nlmsghdr, nlmsg_flags)).starts_with(&0x0708u16.to_ne_bytes()));
        assert!(at(offset_of!(c::nlmsghdr, nlmsg_seq)).starts_with(&header.seq.to_ne_bytes()));
        assert!(at(offset_of!(c::nlmsghdr, nlmsg_pid)).starts_with(&header.port.to_ne_bytes()));
        assert_eq!(Header::from_bytes(bytes), header);

        let bytes = attribute_header(0x0102, 0x0304);
        let at = |offset| &bytes[offset..];
        assert_eq!(size_of::<c::nlattr>(), bytes.len());
        assert!(at(offset_of!(c::nlattr, nla_len)).starts_with(&0x0102u16.to_ne_bytes()));
        assert!(at(offset_of!(c::nlattr, nla_type)).starts_with(&0x0304u16.to_ne_bytes()));
        assert_eq!(offset_of!(c::nlmsgerr, msg), 4);
    }
}

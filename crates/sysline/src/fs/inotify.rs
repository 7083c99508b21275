//! What happens to files and in folders, told as events (inotify(7)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let folder = std::env::temp_dir().join(format!("sysline-inotify-doc-{}", std::process::id()));
//! # std::fs::create_dir(&folder).unwrap();
//! use sysline::fd::AsFd;
//! use sysline::fs::inotify::{self, InitFlags, Mask};
//!
//! let inotify = inotify::init(InitFlags::CLOEXEC)?;
//! let watch = inotify::add_watch(inotify.as_fd(), &folder, Mask::CREATE)?;
//! std::fs::write(folder.join("new"), "").unwrap();
//!
//! let mut buffer = [0; 4096];
//! let mut events = inotify::read_events(inotify.as_fd(), &mut buffer);
//! let event = events.next().unwrap()?;
//! assert_eq!((event.watch, event.name), (watch, Some(c"new")));
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! Owns: watches, and the kernel's `struct inotify_event`, which is the same on every architecture. It must not believe
//! that: the bytes may be from anywhere. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `inotify/lines.rs`.

use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::{flags, numbers};
use core::ffi::CStr;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`init`] makes.
    pub struct InitFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::IN_CLOEXEC;
        /// A read without events is `EAGAIN`, and does not wait.
        NONBLOCK = c::IN_NONBLOCK;
    }

    /// What is watched for, how, and what an event tells.
    pub struct Mask: u32 {
        /// It was read, or executed.
        ACCESS = c::IN_ACCESS;
        /// It was written, or its length set.
        MODIFY = c::IN_MODIFY;
        /// Something about it was changed: its permissions, its owner, its times, its attributes, its count of names.
        ATTRIB = c::IN_ATTRIB;
        /// What had it open for writing has closed it.
        CLOSE_WRITE = c::IN_CLOSE_WRITE;
        /// What had it open, and not for writing, has closed it.
        CLOSE_NOWRITE = c::IN_CLOSE_NOWRITE;
        /// It was opened.
        OPEN = c::IN_OPEN;
        /// A name in the folder is gone: it is another now. See [`Event::cookie`].
        MOVED_FROM = c::IN_MOVED_FROM;
        /// A name in the folder is new: it was another before. See [`Event::cookie`].
        MOVED_TO = c::IN_MOVED_TO;
        /// Something was made in the folder.
        CREATE = c::IN_CREATE;
        /// Something was taken out of the folder.
        DELETE = c::IN_DELETE;
        /// What is watched is gone.
        DELETE_SELF = c::IN_DELETE_SELF;
        /// What is watched has another name.
        MOVE_SELF = c::IN_MOVE_SELF;
        /// [`Mask::CLOSE_WRITE`] and [`Mask::CLOSE_NOWRITE`].
        CLOSE = c::IN_CLOSE;
        /// [`Mask::MOVED_FROM`] and [`Mask::MOVED_TO`].
        MOVE = c::IN_MOVE;
        /// All above.
        ALL_EVENTS = c::IN_ALL_EVENTS;

        /// For [`add_watch`]: only a folder is watched, `ENOTDIR` for others.
        ONLYDIR = c::IN_ONLYDIR;
        /// For [`add_watch`]: a link as the path's last step is not followed.
        DONT_FOLLOW = c::IN_DONT_FOLLOW;
        /// For [`add_watch`]: nothing is told of what has no name in the folder any more.
        EXCL_UNLINK = c::IN_EXCL_UNLINK;
        /// For [`add_watch`]: `EEXIST` where there is such a watch (Linux 4.18).
        MASK_CREATE = c::IN_MASK_CREATE;
        /// For [`add_watch`]: where there is such a watch, these come to what it is for.
        MASK_ADD = c::IN_MASK_ADD;
        /// For [`add_watch`]: the first event is the last.
        ONESHOT = c::IN_ONESHOT;

        /// Of an event: it is about a folder.
        ISDIR = c::IN_ISDIR;
        /// Of an event: the watch is gone, as somebody took it away or what it watched is gone.
        IGNORED = c::IN_IGNORED;
        /// Of an event: the file system is not mounted any more.
        UNMOUNT = c::IN_UNMOUNT;
        /// Of an event: more has happened than there was room for, and is lost. Its watch is
        /// [`WatchDescriptor::NONE`].
        Q_OVERFLOW = c::IN_Q_OVERFLOW;
    }
}

numbers! {
    /// A watch, as its inotify instance counts them. It is no file descriptor.
    pub struct WatchDescriptor: i32 {
        /// No watch: that of an event [`Mask::Q_OVERFLOW`].
        NONE = -1;
    }
}

/// Something that has happened. `struct inotify_event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Which watch saw it.
    pub watch: WatchDescriptor,
    /// What it is.
    pub mask: Mask,
    /// Of [`Mask::MOVED_FROM`] and [`Mask::MOVED_TO`]: the same number where both are one renaming. Else zero.
    pub cookie: u32,
    /// What it has happened to, where that is something in the folder that is watched.
    pub name: Option<&'a CStr>,
}

/// The events that `bytes` holds, as a read has left them.
///
/// Nothing is taken for granted of the bytes: they may have any content and any address.
pub const fn events(bytes: &[u8]) -> Events<'_> {
    Events { bytes }
}

/// The events of some bytes: see [`events`].
///
/// Bytes that are no event are one `Err(Errno::EIO)`, and the end: an event that reaches over the end, one whose name has
/// no NUL.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>>;

    fn next(&mut self) -> Option<Result<Event<'a>>> {
        if self.bytes.is_empty() {
            return None;
        }
        let decoded = decode(self.bytes);
        self.bytes = decoded.map_or(&[], |(_, rest)| rest);
        Some(decoded.map(|(event, _)| event))
    }
}

impl core::iter::FusedIterator for Events<'_> {}

/// The first event and what is behind it.
fn decode(bytes: &[u8]) -> Result<(Event<'_>, &[u8])> {
    let (watch, after) = bytes.split_first_chunk().ok_or(Errno::EIO)?;
    let (mask, after) = after.split_first_chunk().ok_or(Errno::EIO)?;
    let (cookie, after) = after.split_first_chunk().ok_or(Errno::EIO)?;
    let (len, after) = after.split_first_chunk().ok_or(Errno::EIO)?;
    let len = usize::try_from(u32::from_ne_bytes(*len)).map_err(|_| Errno::EIO)?;
    let (name, rest) = after.split_at_checked(len).ok_or(Errno::EIO)?;
    let event = Event {
        watch: WatchDescriptor::from_raw(i32::from_ne_bytes(*watch)),
        mask: Mask::from_bits_retain(u32::from_ne_bytes(*mask)),
        cookie: u32::from_ne_bytes(*cookie),
        name: match name {
            [] => None,
            // Behind the name's own NUL there are more, so that the next event starts at a multiple of four.
            name => Some(CStr::from_bytes_until_nul(name).map_err(|_| Errno::EIO)?),
        },
    };
    Ok((event, rest))
}

/// Reads events from `inotify`, with as many calls as it takes. Each call fills `buffer`, and is made when all that the
/// one before has brought was seen; it waits for an event where there is none, if the descriptor is not
/// [`InitFlags::NONBLOCK`].
///
/// `buffer` needs room for the longest event, which is 272 bytes for names of 255.
pub const fn read_events<'a>(inotify: BorrowedFd<'a>, buffer: &'a mut [u8]) -> ReadEvents<'a> {
    ReadEvents {
        inotify,
        buffer,
        at: 0,
        end: 0,
    }
}

/// Events, being read: see [`read_events`].
#[derive(Debug)]
pub struct ReadEvents<'a> {
    inotify: BorrowedFd<'a>,
    buffer: &'a mut [u8],
    at: usize,
    end: usize,
}

impl ReadEvents<'_> {
    /// The next event. There is always a next one, so `None` is only of a descriptor that is no inotify instance and has
    /// nothing more to read.
    ///
    /// What it lends is in the buffer, up to the next call of this: it can be no [`Iterator`].
    ///
    /// # Errors
    ///
    /// Those of `read(2)`: `EINVAL` where the buffer is too short for the next event, `EAGAIN` where there is none and the
    /// descriptor does not wait, `EINTR`. `EIO` for an answer that is no event, as of [`Events`]: the rest of it is
    /// dropped. After any of them the next call reads again.
    #[allow(clippy::should_implement_trait)] // it lends
    pub fn next(&mut self) -> Option<Result<Event<'_>>> {
        if self.at == self.end {
            match crate::io::read(self.inotify, self.buffer) {
                Ok(0) => return None,
                Ok(len) if len > self.buffer.len() => return Some(Err(Errno::EIO)),
                Ok(len) => (self.at, self.end) = (0, len),
                Err(errno) => return Some(Err(errno)),
            }
        }
        match decode(&self.buffer[self.at..self.end]) {
            Ok((event, rest)) => {
                self.at = self.end - rest.len();
                Some(Ok(event))
            }
            Err(errno) => {
                self.at = self.end;
                Some(Err(errno))
            }
        }
    }
}

/*
 * Lines
 */

// Makes an inotify instance, from which events are read.
//sys #[doc(alias = "inotify_init")] pub fn init(flags: InitFlags) -> Result<OwnedFd> = SYS_INOTIFY_INIT1

// Watches the file or folder `path` for what `mask` says. Where it is watched already, also by another name, that watch is
// changed, and is the result.
//sys pub fn add_watch(inotify: BorrowedFd<'_>, path: impl PathArg,
//        mask: Mask) -> Result<WatchDescriptor> = SYS_INOTIFY_ADD_WATCH

// Takes a watch away. An event [`Mask::IGNORED`] says that it is gone; `EINVAL` where there is no such watch.
//sys pub fn rm_watch(inotify: BorrowedFd<'_>,
//        watch: WatchDescriptor) -> Result<()> = SYS_INOTIFY_RM_WATCH

//! What a file system says while it is made. Owns: how a message looks. It comes from the kernel and is bytes: nothing in
//! them is trusted.

use super::lines;
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;

/// What a file system said through a descriptor of [`fsopen`](super::fsopen) or [`fspick`](super::fspick).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FsMessage<'a> {
    /// How bad it is; none where the kernel did not say, or says something new.
    pub level: Option<MessageLevel>,
    /// Its words, mostly with the file system's name before them.
    pub text: &'a [u8],
}

/// How bad it is what an [`FsMessage`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageLevel {
    /// Why something failed.
    Error,
    /// What may not be meant so.
    Warning,
    /// What is good to know.
    Info,
}

impl<'a> FsMessage<'a> {
    /// A message as the kernel gives it: `e ext4: Unknown parameter`, without the level's letter and a newline.
    pub fn parse(bytes: &'a [u8]) -> FsMessage<'a> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let levels = [
            (b"e ", MessageLevel::Error),
            (b"w ", MessageLevel::Warning),
            (b"i ", MessageLevel::Info),
        ];
        let known = levels
            .iter()
            .find_map(|(letter, level)| Some((*level, bytes.strip_prefix(*letter)?)));
        match known {
            Some((level, text)) => FsMessage {
                level: Some(level),
                text,
            },
            None => FsMessage {
                level: None,
                text: bytes,
            },
        }
    }
}

/// The oldest message that the file system has left at `fs`, which is gone then; none where there is none. The kernel
/// keeps eight.
///
/// # Errors
///
/// Those of `read(2)`; `EMSGSIZE` where `buffer` is too short for it; kernels before Linux 6.17 lose it then.
///
/// ```no_run
/// # use sysline::fd::AsFd;
/// use sysline::mount::{FsOpenFlags, fs_message, fsconfig_set_string, fsopen};
///
/// # fn main() -> sysline::Result<()> {
/// let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC)?;
/// if fsconfig_set_string(fs.as_fd(), "sise", "1m").is_err() {
///     let mut buffer = [0; 512];
///     while let Some(message) = fs_message(fs.as_fd(), &mut buffer)? {
///         eprintln!("{}", message.text.escape_ascii());
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub fn fs_message<'b>(fs: BorrowedFd<'_>, buffer: &'b mut [u8]) -> Result<Option<FsMessage<'b>>> {
    match lines::read(fs, buffer) {
        Ok(len) => Ok(buffer.get(..len).map(FsMessage::parse)),
        Err(Errno::ENODATA) => Ok(None),
        Err(errno) => Err(errno),
    }
}

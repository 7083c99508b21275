//! The kernel's log (syslog(2), in C libraries `klogctl`).
//!
//! Owns: the operations on it, each a function. All but two need `CAP_SYSLOG`; [`syslog_read_all`] and
//! [`syslog_size_buffer`] do where `/proc/sys/kernel/dmesg_restrict` is not 0. This file is read by the compiler and by
//! `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `system/log/lines.rs`.
//!
//! ```
//! use sysline::system;
//!
//! let mut log = vec![0; 4096];
//! match system::syslog_read_all(&mut log) {
//!     Ok(len) => println!("{}", String::from_utf8_lossy(&log[..len])),
//!     Err(errno) => println!("{errno}"), // not for everyone
//! }
//! ```

use crate::flags::numbers;

mod lines;

pub use lines::*;

numbers! {
    /// How urgent a message must be to appear on the console: those of a lower number do.
    pub struct ConsoleLevel: u32 {
        /// Only those of emergencies.
        LOWEST = 1;
        /// Warnings and worse no, errors and worse yes.
        ERRORS = 4;
        /// Warnings and worse.
        WARNINGS = 5;
        /// All but what is for debugging: the kernel's own, unless it is started with `quiet`.
        INFORMATION = 7;
        /// All.
        HIGHEST = 8;
    }
}

/*
 * Lines
 */

// Waits until there are messages that nobody has read, fills `text` with whole ones, and says how many bytes they are. They
// have been read then.
//sys pub fn syslog_read(2, text: &mut [u8]) -> Result<usize> = SYS_SYSLOG

// Fills `text` with the last messages, and says how many bytes they are. They may be read again.
//sys pub fn syslog_read_all(3, text: &mut [u8]) -> Result<usize> = SYS_SYSLOG

// As [`syslog_read_all`]; from then on these messages are not there for it.
//sys pub fn syslog_read_clear(4, text: &mut [u8]) -> Result<usize> = SYS_SYSLOG

// From then on the messages so far are not there for [`syslog_read_all`].
//sys pub fn syslog_clear(5) -> Result<()> = SYS_SYSLOG

// No message but emergencies appears on the console any more.
//sys pub fn syslog_console_off(6) -> Result<()> = SYS_SYSLOG

// Messages appear on the console as before [`syslog_console_off`].
//sys pub fn syslog_console_on(7) -> Result<()> = SYS_SYSLOG

// Says how urgent a message must be to appear on the console: from 1 to 8.
//sys pub fn syslog_console_level(8, 0, level: ConsoleLevel) -> Result<()> = SYS_SYSLOG

// How many bytes of messages nobody has read.
//sys pub fn syslog_size_unread(9) -> Result<usize> = SYS_SYSLOG

// How many bytes the log can hold.
//sys pub fn syslog_size_buffer(10) -> Result<usize> = SYS_SYSLOG

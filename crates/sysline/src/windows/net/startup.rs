//! The start and the end of Winsock. Owns: the guard, and that no socket loses its owner.

use super::super::Win32Error;
use super::{Result, error, lines};
use core::sync::atomic::{AtomicBool, Ordering};
use windows_sys::Win32::Networking::WinSock::{WSADATA, WSAVERNOTSUPPORTED};

/// 2.2, the newest version of Winsock: the minor number is the high byte.
const VERSION: u16 = 0x0202;

/// Winsock, started: calls on sockets are errors before.
///
/// Winsock counts its starts, and this takes its own back when it is dropped. The first one in a process is for the
/// process itself and never taken back: the end of the last start would close every socket under its owner. `std` keeps
/// one in the same way, from its first socket on; who has one of `std`'s needs no start.
///
/// ```
/// let winsock = sysline::windows::net::Winsock::start().unwrap();
/// assert_eq!(winsock.version(), (2, 2));
/// ```
#[derive(Debug)]
pub struct Winsock {
    version: (u8, u8),
}

impl Winsock {
    /// Starts version 2.2, which Windows has since 98. May not be called from a DLL's entry point.
    ///
    /// # Errors
    ///
    /// Those of Microsoft's "WSAStartup function"; WSAVERNOTSUPPORTED (10092) where it has an older one only.
    #[doc(alias = "WSAStartup")]
    pub fn start() -> Result<Winsock> {
        // Two threads may both start it for the process: that is one more than is needed, and does no harm.
        static IS_KEPT: AtomicBool = AtomicBool::new(false);
        if !IS_KEPT.load(Ordering::Acquire) {
            core::mem::forget(Winsock::started()?);
            IS_KEPT.store(true, Ordering::Release);
        }
        Winsock::started()
    }

    fn started() -> Result<Winsock> {
        let mut data = WSADATA::default();
        lines::wsa_startup(VERSION, &mut data)?;
        let [major, minor] = data.wVersion.to_le_bytes();
        let winsock = Winsock {
            version: (major, minor),
        };
        if data.wVersion != VERSION {
            return Err(error(WSAVERNOTSUPPORTED));
        }
        Ok(winsock)
    }

    /// The version that was agreed on: major, minor.
    pub const fn version(&self) -> (u8, u8) {
        self.version
    }
}

/// WSACleanup, whose errors are of no concern: this start is at an end.
impl Drop for Winsock {
    fn drop(&mut self) {
        // SAFETY: this start is taken back once, and the process has another.
        let _: core::result::Result<(), Win32Error> = unsafe { lines::wsa_cleanup() };
    }
}

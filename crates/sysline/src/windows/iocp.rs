//! Completion ports: where the ends of operations are told that outlive their call.
//!
//! Owns: the port and its packets. This file is read by the compiler and by `sysline gen`: hand-written functions come
//! first, then the `//sys` lines, whose wrappers are in `iocp/lines.rs`. Starts no operation: those on sockets are in
//! [`net`](super::net).
//!
//! A socket or a file is associated with a port. Each of its operations that was started with an OVERLAPPED puts a
//! packet there when it ends, and any of the threads that wait at the port takes it. Microsoft's "I/O Completion Ports".
//!
//! ```
//! use std::ptr::without_provenance_mut;
//! use std::time::Duration;
//! use sysline::windows::iocp::CompletionPort;
//!
//! let port = CompletionPort::new(0).unwrap();
//! port.post(7, 8, without_provenance_mut(16)).unwrap();
//! let packet = port.get(None).unwrap().unwrap();
//! assert_eq!((packet.result(), packet.key, packet.overlapped.addr()), (Ok(7), 8, 16));
//! assert!(port.get(Some(Duration::ZERO)).unwrap().is_none());
//! ```

use super::{AsHandle, AsSocket, BorrowedHandle, OwnedHandle, Result, Win32Error, owned_handle};
use core::ptr;
use std::os::windows::io::{AsRawHandle, AsRawSocket, RawHandle};
use std::time::Duration;
use windows_sys::Win32::Foundation::{INVALID_HANDLE_VALUE, WAIT_TIMEOUT};
pub use windows_sys::Win32::System::IO::OVERLAPPED;

mod lines;

/// A completion port. Any number of threads may use it at the same time.
#[derive(Debug)]
pub struct CompletionPort(OwnedHandle);

/// A packet: the end of an operation, or what somebody has [posted](CompletionPort::post).
#[derive(Clone, Copy, Debug)]
pub struct Completion {
    /// How many bytes were transferred, or what was posted. An operation that failed may have transferred some.
    pub bytes: u32,
    /// What the socket or the file was associated with, or what was posted.
    pub key: usize,
    /// Which operation it was, or what was posted: a value, which no function here reads from. Where it is an
    /// operation's, the system uses what it points to no more.
    pub overlapped: *mut OVERLAPPED,
    /// Why the operation failed; none where it did not. Those of Windows and not of Winsock: ERROR_NETNAME_DELETED (64)
    /// where the other side has reset the connection, ERROR_OPERATION_ABORTED (995) where the operation was cancelled.
    pub error: Option<Win32Error>,
}

impl Completion {
    /// How many bytes were transferred, or why not.
    ///
    /// # Errors
    ///
    /// That of the operation.
    pub fn result(&self) -> Result<u32> {
        self.error.map_or(Ok(self.bytes), Err)
    }
}

impl CompletionPort {
    /// A port at which no more than `threads` threads are to work at the same time: of more, the others wait until one
    /// of these is blocked. 0 is as many as there are processors.
    ///
    /// # Errors
    ///
    /// Those of Microsoft's "CreateIoCompletionPort function".
    #[doc(alias = "CreateIoCompletionPort")]
    pub fn new(threads: u32) -> Result<CompletionPort> {
        // SAFETY: INVALID_HANDLE_VALUE and null ask for a new port, which nobody else owns.
        unsafe {
            let new = ptr::null_mut();
            let port = lines::create_io_completion_port(INVALID_HANDLE_VALUE, new, 0, threads)?;
            Ok(CompletionPort(owned_handle(port)))
        }
    }

    /// Has the ends of the socket's operations told here, with `key`, until it is closed. A socket belongs to one port.
    ///
    /// # Errors
    ///
    /// Those of Microsoft's "CreateIoCompletionPort function": ERROR_INVALID_PARAMETER (87) where it belongs to one.
    pub fn associate(&self, socket: impl AsSocket, key: usize) -> Result<()> {
        let socket = socket.as_socket().as_raw_socket();
        // SAFETY: a socket is a handle, and this one is lent.
        unsafe { self.associate_raw(socket as RawHandle, key) }
    }

    /// As [`CompletionPort::associate`], of a file or a pipe that was opened with FILE_FLAG_OVERLAPPED.
    ///
    /// # Errors
    ///
    /// As of [`CompletionPort::associate`].
    pub fn associate_handle(&self, handle: impl AsHandle, key: usize) -> Result<()> {
        // SAFETY: the handle is lent.
        unsafe { self.associate_raw(handle.as_handle().as_raw_handle(), key) }
    }

    /// # Safety
    ///
    /// The caller owns the handle or was lent it.
    unsafe fn associate_raw(&self, raw: RawHandle, key: usize) -> Result<()> {
        // SAFETY: as the caller promises; the port is our own.
        unsafe { lines::create_io_completion_port(raw, self.0.as_raw_handle(), key, 0) }.map(drop)
    }

    /// Waits for the next packet, that of an operation which failed too; none where the time is over before.
    ///
    /// A `timeout` of `None` waits without end, one of zero not at all. It is rounded up to milliseconds; 49 days is
    /// the longest, and a longer one is taken for it.
    ///
    /// # Errors
    ///
    /// Those of Microsoft's "GetQueuedCompletionStatus function", of the port itself: there is no packet.
    #[doc(alias = "GetQueuedCompletionStatus")]
    pub fn get(&self, timeout: Option<Duration>) -> Result<Option<Completion>> {
        let (mut bytes, mut key, mut overlapped) = (0, 0, ptr::null_mut());
        let port = self.0.as_handle();
        let time = timeout.map_or(INFINITE, millis);
        let taken = lines::get(port, &mut bytes, &mut key, &mut overlapped, time);
        let completion = |error| Completion {
            bytes,
            key,
            overlapped,
            error,
        };
        Ok(outcome(taken, overlapped)?.map(completion))
    }

    /// Puts a packet there. `overlapped` is a value, which nothing reads from.
    ///
    /// # Errors
    ///
    /// Those of Microsoft's "PostQueuedCompletionStatus function", such as ERROR_NOT_ENOUGH_MEMORY (8).
    #[doc(alias = "PostQueuedCompletionStatus")]
    pub fn post(&self, bytes: u32, key: usize, overlapped: *mut OVERLAPPED) -> Result<()> {
        // It comes back from the system, where its provenance can't go.
        let overlapped = overlapped.expose_provenance();
        lines::post(self.0.as_handle(), bytes, key, overlapped)
    }
}

impl AsHandle for CompletionPort {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.0.as_handle()
    }
}

impl From<CompletionPort> for OwnedHandle {
    fn from(port: CompletionPort) -> OwnedHandle {
        port.0
    }
}

/// What GetQueuedCompletionStatus has told: the packet's error, if its operation has one; none where there is no packet
/// yet. A failure with an OVERLAPPED is the operation's own, whatever its code: there is a packet.
fn outcome(taken: Result<()>, overlapped: *mut OVERLAPPED) -> Result<Option<Option<Win32Error>>> {
    match taken {
        Ok(()) => Ok(Some(None)),
        Err(error) if !overlapped.is_null() => Ok(Some(Some(error))),
        Err(error) if error == WAIT_TIMEOUT => Ok(None),
        Err(error) => Err(error),
    }
}

/// Cancels the operation of `overlapped` on a socket, whichever thread has started it, or all of them where there is
/// none. They end all the same, and are told: most with ERROR_OPERATION_ABORTED (995), some with success.
///
/// # Errors
///
/// Those of Microsoft's "CancelIoEx function": ERROR_NOT_FOUND (1168) where there is nothing to cancel.
#[doc(alias = "CancelIoEx")]
pub fn cancel(socket: impl AsSocket, overlapped: Option<*mut OVERLAPPED>) -> Result<()> {
    let overlapped = overlapped.unwrap_or(ptr::null_mut());
    // SAFETY: the pointer is compared with those of the operations and not read from.
    unsafe { lines::cancel_io_ex(socket, overlapped) }
}

/// `winbase.h`: no time-out.
const INFINITE: u32 = u32::MAX;

/// Milliseconds, rounded up; no more than there is room for.
fn millis(time: Duration) -> u32 {
    let millis = time.as_nanos().div_ceil(1_000_000);
    millis.min(u128::from(INFINITE - 1)) as u32
}

/*
 * Lines
 */

// Makes a port, or associates `file` with one and gives that one's own handle back.
//sys pub(super) unsafe fn create_io_completion_port(file: *mut c_void, port: *mut c_void,
//        key: usize,
//        threads: u32) -> Result<*mut c_void> [failretval.is_null()] = CreateIoCompletionPort

//sys pub(super) fn get(port: BorrowedHandle<'_>, bytes: &mut u32, key: &mut usize,
//        overlapped: &mut *mut OVERLAPPED, timeout: u32) -> Result<()> = GetQueuedCompletionStatus

//sys pub(super) fn post(port: BorrowedHandle<'_>, bytes: u32, key: usize,
//        overlapped: usize) -> Result<()> = PostQueuedCompletionStatus

//sys pub(super) unsafe fn cancel_io_ex(socket: impl AsSocket,
//        overlapped: *mut OVERLAPPED) -> Result<()> = CancelIoEx

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_rounded_up_and_bounded() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_millis(1)), 1);
        assert_eq!(millis(Duration::from_nanos(1_000_001)), 2);
        let longest = Duration::from_millis(u64::from(u32::MAX) - 1);
        assert_eq!(millis(longest), u32::MAX - 1);
        assert_eq!(millis(longest + Duration::from_nanos(1)), u32::MAX - 1);
        assert_eq!(millis(Duration::MAX), u32::MAX - 1);
    }

    #[test]
    fn a_failure_with_an_operation_is_a_packet() {
        let (none, some) = (ptr::null_mut(), ptr::without_provenance_mut(16));
        // A packet that was posted may have null.
        assert_eq!(outcome(Ok(()), none), Ok(Some(None)));
        assert_eq!(outcome(Ok(()), some), Ok(Some(None)));
        // WAIT_TIMEOUT: the operation's, or the port's.
        let timeout = Win32Error::known(258);
        assert_eq!(outcome(Err(timeout), some), Ok(Some(Some(timeout))));
        assert_eq!(outcome(Err(timeout), none), Ok(None));
        // ERROR_NETNAME_DELETED: an operation's.
        let reset = Win32Error::known(64);
        assert_eq!(outcome(Err(reset), some), Ok(Some(Some(reset))));
        // ERROR_ABANDONED_WAIT_0: the port is closed.
        let closed = Win32Error::known(735);
        assert_eq!(outcome(Err(closed), none), Err(closed));
    }
}

//! Handles and sockets with an owner. Owns: how what a procedure returned becomes `std`'s types. I/O safety is the rule
//! that a handle is used only by who owns it or was lent it; see
//! [`std::os::windows::io`](https://doc.rust-lang.org/std/os/windows/io/index.html).

use super::{Result, Win32Error, last_error};
use core::ffi::c_void;
pub use std::os::windows::io::{
    AsHandle, AsSocket, BorrowedHandle, BorrowedSocket, OwnedHandle, OwnedSocket,
};
use std::os::windows::io::{AsRawHandle, FromRawHandle, FromRawSocket, RawSocket};
use windows_sys::Win32::Networking::WinSock::INVALID_SOCKET;

/// The owner of a HANDLE that a procedure has made: what a generated wrapper calls where its call has succeeded.
///
/// # Safety
///
/// `raw` is a handle that nobody else owns and that CloseHandle closes, or null, or INVALID_HANDLE_VALUE: Microsoft's
/// "CloseHandle function".
#[inline]
pub unsafe fn owned_handle(raw: *mut c_void) -> OwnedHandle {
    // SAFETY: the caller has it so.
    unsafe { OwnedHandle::from_raw_handle(raw) }
}

/// The handle that a procedure takes, or null where there is none: what a generated wrapper hands over for
/// `Option<BorrowedHandle<'_>>`, which is larger than a handle, as null may be one too.
#[inline]
pub fn handle_or_null(handle: Option<BorrowedHandle<'_>>) -> *mut c_void {
    handle.map_or(core::ptr::null_mut(), |handle| handle.as_raw_handle())
}

/// The owner of a SOCKET that a procedure has made: what a generated wrapper calls where its call has succeeded.
///
/// # Errors
///
/// INVALID_SOCKET, which no [`OwnedSocket`] may be, is the thread's last error.
///
/// # Safety
///
/// `raw` is a socket that nobody else owns and that closesocket closes, or INVALID_SOCKET: Microsoft's "closesocket
/// function".
#[inline]
pub unsafe fn owned_socket<E: From<Win32Error>>(raw: usize) -> Result<OwnedSocket, E> {
    if raw == INVALID_SOCKET {
        return Err(last_error());
    }
    // SAFETY: the caller has it so, and it is not the number that `OwnedSocket` has for "none".
    Ok(unsafe { OwnedSocket::from_raw_socket(raw as RawSocket) })
}

#[cfg(test)]
mod tests {
    use super::super::error::set_last_error_code;
    use super::*;
    use std::fs::File;
    use std::net::{TcpListener, TcpStream};
    use std::os::windows::fs::OpenOptionsExt;
    use std::os::windows::io::{IntoRawHandle, IntoRawSocket};

    #[test]
    fn no_handle_is_null() {
        assert!(handle_or_null(None).is_null());
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        use std::os::windows::io::AsHandle;
        assert_eq!(handle_or_null(Some(file.as_handle())), file.as_raw_handle());
    }

    /// While a file that is not shared is open, nobody can open it.
    #[test]
    fn an_owned_handle_is_closed_when_it_is_dropped() {
        let path = std::env::temp_dir().join(std::format!("sysline handle {}", std::process::id()));
        let mut options = File::options();
        options.write(true).create(true).share_mode(0);
        let raw = options.open(&path).unwrap().into_raw_handle();
        // SAFETY: the file gave its handle away.
        let handle = unsafe { owned_handle(raw) };
        assert_eq!(handle.as_raw_handle(), raw);
        // ERROR_SHARING_VIOLATION.
        assert_eq!(options.open(&path).unwrap_err().raw_os_error(), Some(32));
        drop(handle);
        options.open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn an_owned_socket_is_a_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let raw = listener.into_raw_socket();
        // SAFETY: the listener gave its socket away.
        let socket = unsafe { owned_socket::<Win32Error>(raw as usize) }.unwrap();
        TcpStream::connect(address).unwrap();
        drop(socket);
        TcpStream::connect(address).unwrap_err();
    }

    #[test]
    fn an_invalid_socket_has_no_owner() {
        set_last_error_code(10024);
        // SAFETY: INVALID_SOCKET.
        let error = unsafe { owned_socket::<Win32Error>(usize::MAX) }.unwrap_err();
        assert_eq!(error, 10024);
    }
}

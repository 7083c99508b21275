//! What the lines mention, by their names there: Go's for the lines in `calls.go`, C's for the others.
#![allow(non_upper_case_globals)]

pub use windows_sys::Win32::Foundation::{
    ERROR_ALREADY_EXISTS, INVALID_HANDLE_VALUE, NO_ERROR, POINT, RECT,
};
pub use windows_sys::Win32::Networking::WinSock::{
    WSABUF as WSABuf, WSADATA, WSAPROTOCOL_INFOW as WSAPROTOCOL_INFO,
};
pub use windows_sys::Win32::System::IO::OVERLAPPED as Overlapped;

/// SOCKET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Handle(pub usize);

/// What WSASocketW returns where it fails.
pub const invalid_socket: Handle = Handle(usize::MAX);

/// What the other procedures return where they fail.
pub const socket_error: i32 = -1;

/// GROUP.
pub type GROUP = u32;

/// HKEY.
pub type HKEY = *mut core::ffi::c_void;

/// HKEY_CURRENT_USER.
pub const HKEY_CURRENT_USER: HKEY = core::ptr::without_provenance_mut(0x8000_0001);

/// INVALID_SET_FILE_POINTER.
pub const INVALID_SET_FILE_POINTER: u32 = u32::MAX;

/// GUID.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guid {
    /// The first 32 bits.
    pub data1: u32,
    /// The next 16.
    pub data2: u16,
    /// The next 16.
    pub data3: u16,
    /// The last 64.
    pub data4: [u8; 8],
}

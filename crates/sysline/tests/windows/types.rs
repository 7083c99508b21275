//! What the lines mention: Winsock's types and constants, as Microsoft's "winsock2.h header" and "minwinbase.h header"
//! have them for 64 bits.
#![allow(non_upper_case_globals, clippy::upper_case_acronyms)] // the lines have C's and Go's names

use sysline::windows::prelude::c_void;

/// SOCKET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Handle(pub usize);

/// What WSASocketW returns where it fails.
pub const invalid_socket: Handle = Handle(usize::MAX);

/// INVALID_HANDLE_VALUE, which CreateFileW returns where it fails.
pub const INVALID_HANDLE: Handle = Handle(usize::MAX);

/// What the other procedures return where they fail.
pub const socket_error: i32 = -1;

/// GROUP.
pub type GROUP = u32;

/// WSABUF.
#[repr(C)]
pub struct WSABuf {
    /// How many bytes.
    pub len: u32,
    /// Where they are.
    pub buf: *mut u8,
}

/// OVERLAPPED.
#[repr(C)]
pub struct Overlapped {
    /// The status.
    pub internal: usize,
    /// How many bytes were moved.
    pub internal_high: usize,
    /// Where in the file: the low half.
    pub offset: u32,
    /// The high half.
    pub offset_high: u32,
    /// What is signalled at the end.
    pub event: *mut c_void,
}

/// WSAPROTOCOL_INFOW: only pointers to it are made here, and they are null.
#[repr(C)]
pub struct WSAPROTOCOL_INFO {
    _private: [u8; 0],
}

/// WSADATA: 408 bytes with 64 bits.
#[repr(C)]
pub struct WSADATA {
    /// What the program is to use: 0x0202 is 2.2.
    pub version: u16,
    /// The highest that there is.
    pub high_version: u16,
    /// What version 2 leaves as it is.
    pub rest: [u64; 50],
}

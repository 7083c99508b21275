//! A wrapper beside the same call of `windows-sys`, each a function of its own: `cargo xtask asm --os windows` shows what
//! the compiler makes of them. Run, it makes each call both ways and compares.

#[cfg(not(windows))]
fn main() {
    println!("the procedures are Windows'");
}

#[cfg(windows)]
fn main() {
    on_windows::compare();
    println!("the wrappers and windows-sys agree");
}

#[cfg(windows)]
mod on_windows {
    use std::os::windows::io::FromRawSocket;
    use sysline::windows::prelude::*;
    use windows_sys::Win32::Foundation::GetLastError;
    use windows_sys::Win32::Networking::WinSock::{
        INVALID_SOCKET, WSADATA, WSAPROTOCOL_INFOW, WSASocketW, WSAStartup,
    };
    use windows_sys::Win32::System::SystemInformation::GetTickCount64;

    sysline::sys! {
        /// Makes a socket.
        sys unsafe fn wsa_socket(af: i32, ty: i32, protocol: i32, info: Option<&WSAPROTOCOL_INFOW>, group: u32, flags: u32)
            -> Result<OwnedSocket> [failretval == INVALID_SOCKET] = ws2_32.WSASocketW

        /// Milliseconds since the system has started; found at first use.
        sysnb fn optional_tick_count() -> Result<u64, CallError> [false] = kernel32.GetTickCount64?
    }

    #[inline(never)]
    #[unsafe(no_mangle)]
    fn wrapper_socket(
        af: i32,
        ty: i32,
        protocol: i32,
        info: Option<&WSAPROTOCOL_INFOW>,
    ) -> Result<OwnedSocket> {
        // SAFETY: numbers can do no harm, and nobody here has a socket's number in `info`.
        unsafe { wsa_socket(af, ty, protocol, info, 0, 1) }
    }

    #[inline(never)]
    #[unsafe(no_mangle)]
    fn direct_socket(
        af: i32,
        ty: i32,
        protocol: i32,
        info: Option<&WSAPROTOCOL_INFOW>,
    ) -> Result<OwnedSocket, u32> {
        let info = info.map_or(core::ptr::null(), |info| info);
        // SAFETY: `info` is null or one; numbers can do no harm. A socket that is not INVALID_SOCKET is nobody else's.
        unsafe {
            let socket = WSASocketW(af, ty, protocol, info, 0, 1);
            if socket == INVALID_SOCKET {
                return Err(GetLastError());
            }
            Ok(OwnedSocket::from_raw_socket(socket as _))
        }
    }

    #[inline(never)]
    #[unsafe(no_mangle)]
    fn wrapper_optional() -> Result<u64, CallError> {
        optional_tick_count()
    }

    /// Makes each call both ways.
    pub(super) fn compare() {
        let mut data = WSADATA::default();
        // SAFETY: `data` is a WSADATA.
        assert_eq!(unsafe { WSAStartup(0x0202, &mut data) }, 0);
        // AF_INET, SOCK_STREAM, IPPROTO_TCP.
        assert!(wrapper_socket(2, 1, 6, None).is_ok() && direct_socket(2, 1, 6, None).is_ok());
        let (wrapped, direct) = (
            wrapper_socket(9999, 9999, 9999, None).unwrap_err(),
            direct_socket(9999, 9999, 9999, None).unwrap_err(),
        );
        assert_eq!(wrapped.code(), direct);
        // SAFETY: it takes nothing and can't fail.
        let first = unsafe { GetTickCount64() };
        assert!(first <= wrapper_optional().unwrap());
    }
}

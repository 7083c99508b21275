//! Wrappers of Windows' procedures do what their lines say. The lines of Go's dialect are in `calls.go`, those of
//! Rust's are here; the wrappers of both are in `lines.rs`, which this writes, in `crates/sysline`:
//!
//! ```text
//! sysline gen --os windows --types crate::types -o tests/windows/lines.rs tests/windows/calls.go tests/windows/main.rs
//! ```
//!
//! Only codes of errors are tested: the words of a message are the system's.
#![cfg(all(windows, feature = "std"))]

/// The wrappers.
pub mod lines;
pub mod types;

use lines::*;
use std::path::Path;
use std::ptr::{null_mut, without_provenance_mut};
use types::*;

// Ticks since some start, which `query_performance_frequency` says the length of.
//sysnb pub fn query_performance_counter(out ticks: i64) -> Result<i64> = QueryPerformanceCounter

// The random bytes of the system. It returns a BOOLEAN, and 0 is failure.
//sys pub fn system_function_036(bytes: &mut [u8]) -> Result<u8> = advapi32.SystemFunction036

// Where a module was loaded; null where no module has this name.
//sys pub fn get_module_handle(name: impl PathArg) -> Result<*mut c_void> = GetModuleHandleW

// The address of a procedure.
//sys pub unsafe fn get_proc_address(module: *mut c_void, name: &CStr) -> Result<*mut c_void> = kernel32.GetProcAddress

// A new event: `manual`, it stays signalled until it is reset.
//sys pub unsafe fn create_event(attributes: *mut c_void, manual: bool, initial: bool,
//        name: *const u16) -> Result<*mut c_void> = CreateEventW

// Whether an event is signalled: 0 where it is, 258 (WAIT_TIMEOUT) where it is not.
//sys pub unsafe fn poll_event(event: *mut c_void, 0u32) -> Result<u32> [failretval == !0] = WaitForSingleObject

// Whether a debugger is there.
//sysnb pub fn is_debugger_present() -> bool = IsDebuggerPresent

// Moves a file.
//sys pub fn move_file(from: &str, to: impl PathArg) -> Result<()> = MoveFileW

// The drive's free bytes: for the caller, in all, and in all whoever asks.
//sys pub fn get_disk_free_space_ex(path: impl PathArg, out available: u64, out total: u64,
//        out free: u64) -> Result<(u64, u64, u64)> = GetDiskFreeSpaceExW

// Opens a file, or makes it.
//sys pub unsafe fn create_file(path: impl PathArg, access: u32, share: u32, security: *mut c_void, disposition: u32,
//        flags: u32, template: *mut c_void) -> std::io::Result<Handle> [failretval == INVALID_HANDLE] = CreateFileW

/// Winsock, started.
fn start() {
    let mut data = WSADATA {
        version: 0,
        high_version: 0,
        rest: [0; 50],
    };
    // SAFETY: `data` is a WSADATA.
    assert_eq!(unsafe { wsa_startup(0x0202, &mut data) }, 0);
    assert_eq!(data.version, 0x0202);
}

#[test]
fn a_socket_is_made() {
    start();
    // SAFETY: AF_INET, SOCK_STREAM, IPPROTO_TCP; no information on a protocol, no group, not overlapped.
    let socket = unsafe { wsa_socket(2, 1, 6, null_mut(), 0, 0) }.unwrap();
    assert_ne!(socket, invalid_socket);
    let mut bytes = [0; 4];
    let mut buffer = WSABuf {
        len: 4,
        buf: bytes.as_mut_ptr(),
    };
    let (mut received, mut flags) = (0, 0);
    let mut receive = |socket| {
        // SAFETY: all that is not null is of its type, and is there until the call returns.
        unsafe {
            wsa_recv(
                socket,
                &mut buffer,
                1,
                &mut received,
                &mut flags,
                null_mut(),
                null_mut(),
            )
        }
    };
    // WSAENOTCONN: nobody is at the other end. WSAENOTSOCK.
    assert_eq!(receive(socket).unwrap_err().code(), 10057);
    assert_eq!(receive(invalid_socket).unwrap_err().code(), 10038);
    // SAFETY: the socket is not used again.
    unsafe { closesocket(socket) }.unwrap();
}

#[test]
fn bad_arguments_are_a_winsock_error() {
    start();
    // SAFETY: numbers that name nothing, and a null pointer.
    let made = unsafe { wsa_socket(9999, 9999, 9999, null_mut(), 0, 0) };
    // WSAESOCKTNOSUPPORT or WSAEAFNOSUPPORT: Microsoft's "WSASocketW function" says which of several wrong arguments
    // is told of neither.
    let code = made.unwrap_err().code();
    assert!(matches!(code, 10044 | 10047), "{code}");
}

/// A folder's name that no other test has, with nothing there.
fn free(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("sysline {} {name}", std::process::id()));
    assert!(!path.exists());
    path
}

#[test]
fn a_directory_is_created() {
    let path = free("ü");
    // SAFETY: no security attributes.
    unsafe { create_directory(&path, 0) }.unwrap();
    assert!(path.is_dir());
    // ERROR_ALREADY_EXISTS.
    // SAFETY: as above.
    let again = unsafe { create_directory(path.as_path(), 0) };
    assert_eq!(again.unwrap_err().code(), 183);
    std::fs::remove_dir(&path).unwrap();
}

#[test]
fn a_nul_never_reaches_the_call() {
    let path = free("nul");
    let text = path.to_str().unwrap();
    // SAFETY: no security attributes.
    let made = unsafe { create_directory(format!("{text}\0more"), 0) };
    assert_eq!(made.unwrap_err().code(), 87);
    assert!(!path.exists());
    // Neither string may have one.
    assert_eq!(move_file("a\0", "b").unwrap_err().code(), 87);
    assert_eq!(move_file("a", "b\0").unwrap_err().code(), 87);
}

#[test]
fn long_strings_reach_the_call() {
    let (from, to) = (free("from"), free("to"));
    std::fs::write(&from, "text").unwrap();
    let name = |path: &Path| format!(r"\\?\{}", path.display());
    // More than MAX_PATH, so that it does not fit on the stack: no such folder is there.
    let long = format!(r"\\?\C:\{}", r"missing\".repeat(60));
    let moved = move_file(&long, name(&to));
    // ERROR_PATH_NOT_FOUND.
    assert_eq!(moved.unwrap_err().code(), 3);
    move_file(&name(&from), to.as_path()).unwrap();
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "text");
    std::fs::remove_file(&to).unwrap();
}

#[test]
fn plain_results_come_back() {
    // SAFETY: it takes nothing.
    assert_eq!(unsafe { get_current_process_id() }, std::process::id());
    let first = query_performance_counter().unwrap();
    assert!(query_performance_counter().unwrap() >= first);
    assert!(!is_debugger_present());
    let (_, total, free) = get_disk_free_space_ex(r"C:\").unwrap();
    assert!(total >= free && total > 0);
}

#[test]
fn a_slice_is_a_pointer_and_a_length() {
    let mut bytes = [0; 64];
    assert_ne!(system_function_036(&mut bytes[..32]).unwrap(), 0);
    assert_ne!(bytes[..32], [0; 32]);
    assert_eq!(bytes[32..], [0; 32]);
}

#[test]
fn a_null_pointer_is_a_failure() {
    let module = get_module_handle("kernel32").unwrap();
    // SAFETY: `module` is one.
    unsafe { get_proc_address(module, c"GetTickCount64") }.unwrap();
    // ERROR_PROC_NOT_FOUND.
    // SAFETY: as above.
    let missing = unsafe { get_proc_address(module, c"sysline") };
    assert_eq!(missing.unwrap_err().code(), 127);
    // ERROR_MOD_NOT_FOUND.
    let missing = get_module_handle("sysline").unwrap_err();
    assert_eq!(missing.code(), 126);
}

#[test]
fn a_bool_is_a_register() {
    for (initial, expected) in [(true, 0), (false, 258)] {
        // SAFETY: no attributes, no name.
        let event = unsafe { create_event(null_mut(), true, initial, null_mut()) }.unwrap();
        // SAFETY: it is an event.
        assert_eq!(unsafe { poll_event(event) }.unwrap(), expected);
    }
    // ERROR_INVALID_HANDLE.
    // SAFETY: an invalid handle is an error.
    let polled = unsafe { poll_event(without_provenance_mut(0x7fff_fff0)) };
    assert_eq!(polled.unwrap_err().code(), 6);
}

#[test]
fn a_line_chooses_its_error() {
    let path = free("missing");
    // SAFETY: no security attributes, no template; OPEN_EXISTING.
    let opened = unsafe { create_file(&path, 0, 0, null_mut(), 3, 0, null_mut()) };
    assert_eq!(opened.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

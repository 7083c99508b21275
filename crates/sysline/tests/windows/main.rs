//! Wrappers of Windows' procedures do what their lines say. The lines of Go's dialect are in `calls.go`, those of
//! Rust's are here; the wrappers of both are in `lines.rs`, which `cargo xtask gen` writes.
//!
//! Only codes of errors are tested: the words of a message are the system's.
#![cfg(all(windows, feature = "std"))]

#[cfg(feature = "macros")]
mod in_macro;
mod lazy;
/// The wrappers.
pub mod lines;
mod net;
pub mod types;

use lines::*;
use std::ffi::CStr;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle};
use std::path::Path;
use std::ptr::{null_mut, without_provenance_mut};
use sysline::windows::{CallError, U16CString, Win32Error, u16cstr};
use types::*;

// Ticks since some start, which `query_performance_frequency` says the length of.
//sysnb pub fn query_performance_counter(out ticks: i64) -> Result<i64> = QueryPerformanceCounter

// Where a module was loaded; null where no module has this name. The program itself where there is no name.
//sys pub fn get_module_handle_w(name: Option<impl PathArg>) -> Result<*mut c_void> = GetModuleHandleW

// The address of a procedure.
//sys pub unsafe fn get_proc_address_of(module: *mut c_void,
//        name: &CStr) -> Result<*mut c_void> [failretval.is_null()] = kernel32.GetProcAddress

// A new event: `manual`, it stays signalled until it is reset. The one that has this name, if there is one.
//sys pub fn create_event(attributes: Option<&c_void>, manual: bool, initial: bool,
//        name: Option<&U16CStr>) -> Result<OwnedHandle> = CreateEventW

// Opens an event by its name.
//sys pub fn open_event(access: u32, inherit: bool,
//        name: &U16CStr) -> Result<OwnedHandle> = OpenEventW

// Signals an event.
//sys pub fn set_event(event: impl AsHandle) -> Result<()> = SetEvent

// Whether a handle is signalled: 0 where it is, 258 (WAIT_TIMEOUT) where it is not.
//sys pub fn poll(handle: BorrowedHandle<'_>,
//        0u32) -> Result<u32> [failretval == !0] = WaitForSingleObject

// As `poll`, of a number that may be no handle.
//sys pub unsafe fn poll_raw(handle: *mut c_void,
//        0u32) -> Result<u32> [failretval == !0] = WaitForSingleObject

// Gives a handle back.
//sys pub fn close_owned(handle: OwnedHandle) -> Result<()> = CloseHandle

// What a handle is inherited and protected by.
//sys pub fn get_handle_information<'a>(handle: BorrowedHandle<'a>,
//        out flags: u32) -> Result<u32> = GetHandleInformation

// Whether a debugger is there.
//sysnb pub fn debugger_is_present() -> bool = IsDebuggerPresent

// Whether threads of a process are helped on after a wait, and the same as a result.
//sys pub fn get_process_priority_boost(process: impl AsHandle,
//        disabled: &mut bool) -> Result<()> = GetProcessPriorityBoost
//sys pub fn process_priority_boost(process: impl AsHandle,
//        out disabled: bool) -> Result<bool> = GetProcessPriorityBoost
//sys pub fn set_process_priority_boost(process: impl AsHandle,
//        disabled: bool) -> Result<()> = kernel32.SetProcessPriorityBoost

// Moves a file.
//sys pub fn move_file(from: &str, to: impl PathArg) -> Result<()> = MoveFileW

// The drive's free bytes: for the caller, in all, and in all whoever asks.
//sys pub fn get_disk_free_space_ex(path: impl PathArg, out available: u64, out total: u64,
//        out free: u64) -> Result<(u64, u64, u64)> = GetDiskFreeSpaceExW

// Opens a file, or makes it.
//sys pub fn create_file(path: impl PathArg, access: u32, share: u32, security: Option<&c_void>,
//        disposition: u32, flags: u32,
//        0usize) -> std::io::Result<OwnedHandle> [failretval == INVALID_HANDLE_VALUE] = CreateFileW

// Moves a file's position, and says where it is now: a distance of 64 bits as a value.
//sys pub fn set_file_pointer_ex(file: impl AsHandle, distance: i64, out position: i64,
//        method: u32) -> Result<i64> = SetFilePointerEx

// The older one: the distance in two halves, and the position's low half back, of which any value may be right.
//sys pub fn set_file_pointer(file: impl AsHandle, low: i32, high: &mut i32,
//        method: u32) -> Result<u32> [failretval == INVALID_SET_FILE_POINTER && e1 != NO_ERROR] = SetFilePointer

// Closes what is no handle.
//sys pub unsafe fn nt_close(handle: usize) -> Result<(), NtStatus> = ntdll.NtClose

// How long a wait was: STATUS_TIMEOUT is a success.
//sys pub unsafe fn nt_wait(handle: *mut c_void, alertable: u8,
//        timeout: &i64) -> Result<NtStatus, NtStatus> = ntdll.NtWaitForSingleObject

// As above, the status as it is.
//sys pub unsafe fn nt_wait_status(handle: *mut c_void, alertable: u8,
//        timeout: &i64) -> NtStatus = ntdll.NtWaitForSingleObject

// A class's number from its text.
//sys pub fn clsid_from_string(text: &U16CStr,
//        out id: Guid) -> Result<Guid, HResult> = ole32.CLSIDFromString

// Starts COM on this thread; a second time is S_FALSE.
//sys pub fn co_initialize_ex(reserved: Option<&c_void>,
//        kind: u32) -> Result<HResult, HResult> = ole32.CoInitializeEx

// Rounds a number.
//sys pub fn var_r8_round(number: f64, decimals: i32,
//        out rounded: f64) -> Result<f64, HResult> = oleaut32.VarR8Round

// Whether a point is in a rectangle: the point is handed over by value.
//sysnb pub fn pt_in_rect(rect: &RECT, point: POINT) -> bool = user32.PtInRect

// The program that opens a file: the result is an instance, and 32 or less is the error.
//sys pub fn find_executable_code(file: impl PathArg, directory: Option<&str>,
//        result: &mut [u16; 260]) -> Result<usize> [failretval <= 32 => failretval] = shell32.FindExecutableW

// A variable of the environment: how many units it has, without its NUL.
//sys pub fn get_environment_variable(name: &str,
//        buffer: &mut [u16]) -> Result<u32> = GetEnvironmentVariableW

// Sets a variable; none takes it away. In the code page of the process.
//sys pub fn set_environment_variable(name: &str,
//        value: Option<&str>) -> Result<()> = SetEnvironmentVariableA

// How many bytes a text has in the code page.
//sysnb pub fn lstrlen_ansi(text: impl PathArg) -> Result<i32> [failretval < 0] = lstrlenA

// The letters of a text in another code page: a slice that is read, and one that may be absent.
//sys pub unsafe fn wide_char_to_multi_byte(page: u32, flags: u32, text: &[u16], bytes: Option<&mut [u8]>,
//        default: Option<&CStr>, used: Option<&mut i32>) -> Result<i32> = WideCharToMultiByte

// A font: fourteen arguments. It is an object of GDI's, which is no handle that CloseHandle knows.
//sys pub fn create_font(height: i32, width: i32, escapement: i32, orientation: i32, weight: i32,
//        italic: u32, underline: u32, strike_out: u32, char_set: u32, out_precision: u32,
//        clip_precision: u32, quality: u32, pitch: u32,
//        face: &str) -> Result<*mut c_void> = gdi32.CreateFontW

// Gives an object of GDI's back.
//sys pub unsafe fn delete_object(object: *mut c_void) -> Result<()> = gdi32.DeleteObject

// The process itself: a handle that is not closed.
//sysnb pub fn get_current_process() -> BorrowedHandle<'static> = GetCurrentProcess

/// Winsock, started.
fn start() {
    let mut data = WSADATA::default();
    // SAFETY: `data` is a WSADATA.
    unsafe { wsa_startup(0x0202, &mut data) }.unwrap();
    assert_eq!(data.wVersion, 0x0202);
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
    // Neither string may have one, optional or not, of either kind.
    assert_eq!(move_file("a\0", "b").unwrap_err().code(), 87);
    assert_eq!(move_file("a", "b\0").unwrap_err().code(), 87);
    assert_eq!(
        get_module_handle_w(Some("kernel32\0")).unwrap_err().code(),
        87
    );
    assert_eq!(
        set_environment_variable("a", Some("\0"))
            .unwrap_err()
            .code(),
        87
    );
}

#[test]
fn long_strings_reach_the_call_and_the_last_error_outlives_them() {
    let (from, to) = (free("from"), free("to"));
    std::fs::write(&from, "text").unwrap();
    let name = |path: &Path| format!(r"\\?\{}", path.display());
    // More than MAX_PATH, so that it does not fit on the stack: no such folder is there.
    let long = format!(r"\\?\C:\{}", r"missing\".repeat(60));
    let moved = move_file(&long, name(&to));
    // ERROR_PATH_NOT_FOUND, read before the strings were freed.
    assert_eq!(moved.unwrap_err().code(), 3);
    move_file(&name(&from), to.as_path()).unwrap();
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "text");
    std::fs::remove_file(&to).unwrap();
}

#[test]
fn the_last_error_is_kept_across_a_wrapper_s_own_work() {
    let name = format!("sysline {} {}", std::process::id(), "x".repeat(200));
    let name = U16CString::from_str(name).unwrap();
    let first = create_event(None, true, false, Some(&name)).unwrap();
    // The call succeeds, and says in the last error that the event was there.
    let second = create_event(None, true, false, Some(&name)).unwrap();
    assert_eq!(Win32Error::last().code(), ERROR_ALREADY_EXISTS);
    drop((first, second));
    // A string on the heap is freed behind the call, which has set the last error though it has not failed.
    let variable = "sysline_missing".repeat(40);
    assert_eq!(
        get_environment_variable(&variable, &mut [0; 4])
            .unwrap_err()
            .code(),
        203
    );
    assert_eq!(Win32Error::last().code(), 203);
}

#[test]
fn an_optional_string_may_be_null() {
    let program = get_module_handle_w(None::<&str>).unwrap();
    assert_ne!(program, get_module_handle_w(Some("kernel32")).unwrap());
    set_environment_variable("SYSLINE_TEST", Some("value")).unwrap();
    let mut buffer = [0; 16];
    assert_eq!(get_environment_variable("SYSLINE_TEST", &mut buffer), Ok(5));
    assert_eq!(String::from_utf16_lossy(&buffer[..5]), "value");
    set_environment_variable("SYSLINE_TEST", None).unwrap();
    // ERROR_ENVVAR_NOT_FOUND.
    let gone = get_environment_variable("SYSLINE_TEST", &mut buffer);
    assert_eq!(gone.unwrap_err().code(), 203);
}

#[test]
fn a_string_for_an_a_is_of_the_code_page() {
    assert_eq!(lstrlen_ansi("plain"), Ok(5));
    // Two bytes where the code page is UTF-8, one in Western Europe's.
    let length = lstrlen_ansi("é");
    assert!(matches!(length, Ok(1 | 2)), "{length:?}");
}

#[test]
fn plain_results_come_back() {
    // SAFETY: it takes nothing.
    assert_eq!(unsafe { get_current_process_id() }, std::process::id());
    let first = query_performance_counter().unwrap();
    assert!(query_performance_counter().unwrap() >= first);
    assert!(!debugger_is_present());
    // SAFETY: it takes nothing.
    assert!(!unsafe { is_debugger_present() });
    let (_, total, free) = get_disk_free_space_ex(r"C:\").unwrap();
    assert!(total >= free && total > 0);
}

#[test]
fn a_slice_is_a_pointer_and_a_length() {
    let mut bytes = [0; 64];
    // SAFETY: the bytes are there.
    unsafe { system_function036(&mut bytes[..32]) }.unwrap();
    assert_ne!(bytes[..32], [0; 32]);
    assert_eq!(bytes[32..], [0; 32]);
}

#[test]
fn a_slice_may_be_absent() {
    fn to_bytes(
        page: u32,
        text: &[u16],
        bytes: Option<&mut [u8]>,
        default: Option<&CStr>,
        used: Option<&mut i32>,
    ) -> Result<i32, Win32Error> {
        // SAFETY: the text is shorter than 2^32 - 1 units.
        unsafe { wide_char_to_multi_byte(page, 0, text, bytes, default, used) }
    }
    // CP_UTF8.
    let text: Vec<u16> = "aé".encode_utf16().collect();
    assert_eq!(to_bytes(65001, &text, None, None, None), Ok(3));
    let mut bytes = [0; 4];
    let written = to_bytes(65001, &text, Some(&mut bytes[..]), None, None);
    assert_eq!(written, Ok(3));
    assert_eq!(&bytes, "aé\0".as_bytes());
    // CP 1252 has no such letter, and takes the default one.
    let text: Vec<u16> = "a中".encode_utf16().collect();
    let (mut bytes, mut used) = ([0; 2], 0);
    let written = to_bytes(1252, &text, Some(&mut bytes), Some(c"!"), Some(&mut used));
    assert_eq!((written, &bytes, used), (Ok(2), b"a!", 1));
}

#[test]
fn a_null_pointer_is_a_failure() {
    let module = get_module_handle_w(Some("kernel32")).unwrap();
    // SAFETY: `module` is one.
    unsafe { get_proc_address_of(module, c"GetTickCount64") }.unwrap();
    // ERROR_PROC_NOT_FOUND.
    // SAFETY: as above.
    let missing = unsafe { get_proc_address_of(module, c"sysline") };
    assert_eq!(missing.unwrap_err().code(), 127);
    // ERROR_MOD_NOT_FOUND.
    let missing = get_module_handle_w(Some("sysline")).unwrap_err();
    assert_eq!(missing.code(), 126);
    // Go's, which compares with nil, and whose procedures end in `A` and in neither.
    // SAFETY: strings.
    unsafe {
        assert_eq!(get_module_handle("sysline").unwrap_err().code(), 126);
        let module = get_module_handle("kernel32").unwrap();
        get_proc_address(module, "GetTickCount64").unwrap();
        assert_eq!(get_proc_address(module, "sysline").unwrap_err().code(), 127);
    }
}

#[test]
fn handles_are_owned_and_lent() {
    let name = U16CString::from_str(format!("sysline handles {}", std::process::id())).unwrap();
    for (initial, expected) in [(true, 0), (false, 258)] {
        let event = create_event(None, true, initial, None).unwrap();
        assert_eq!(poll(event.as_handle()), Ok(expected));
        set_event(&event).unwrap();
        assert_eq!(poll(event.as_handle()), Ok(0));
        assert_eq!(get_handle_information(event.as_handle()), Ok(0));
    }
    let event = create_event(None, true, false, Some(&name)).unwrap();
    // SYNCHRONIZE.
    let opened = open_event(0x0010_0000, false, &name).unwrap();
    assert_ne!(event.as_raw_handle(), opened.as_raw_handle());
    let number = event.as_raw_handle();
    close_owned(event).unwrap();
    // SAFETY: a number that is no handle any more; no other thread is told it.
    let _ = unsafe { poll_raw(number) };
    drop(opened);
    // ERROR_FILE_NOT_FOUND: all of its handles are closed.
    assert_eq!(open_event(0x0010_0000, false, &name).unwrap_err().code(), 2);
    // ERROR_INVALID_HANDLE.
    // SAFETY: an invalid handle is an error.
    let polled = unsafe { poll_raw(without_provenance_mut(0x7fff_fff0)) };
    assert_eq!(polled.unwrap_err().code(), 6);
}

#[test]
fn a_bool_is_a_register_and_is_read_back() {
    let process = get_current_process();
    for disabled in [true, false] {
        set_process_priority_boost(process, disabled).unwrap();
        let mut read = !disabled;
        get_process_priority_boost(process, &mut read).unwrap();
        let filled = process_priority_boost(process).unwrap();
        assert_eq!(read, filled);
    }
    let mut present = true;
    // SAFETY: -1 is the process itself.
    unsafe { check_remote_debugger_present(usize::MAX, &mut present) }.unwrap();
    assert!(!present);
}

#[test]
fn a_line_chooses_its_error() {
    let path = free("missing");
    // OPEN_EXISTING.
    let opened = create_file(&path, 0, 0, None, 3, 0);
    assert_eq!(opened.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn an_argument_of_64_bits_and_the_last_error_of_a_success() {
    let path = free("positions");
    // GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE.
    let file = create_file(&path, 0xc000_0000, 0, None, 1, 0x0400_0000).unwrap();
    let far = 0x1_2345_6789;
    assert_eq!(set_file_pointer_ex(&file, far, 0), Ok(far));
    assert_eq!(set_file_pointer_ex(&file, -1, 1), Ok(far - 1));
    // The position's low half is the very number that is also the sign of a failure.
    let mut high = 1;
    assert_eq!(set_file_pointer(&file, -1, &mut high, 0), Ok(u32::MAX));
    assert_eq!(high, 1);
    // ERROR_NEGATIVE_SEEK.
    let mut high = -1;
    assert_eq!(
        set_file_pointer(&file, -1, &mut high, 0)
            .unwrap_err()
            .code(),
        131
    );
    drop(file);
    assert!(!path.exists());
}

/// Lends a file, and leaves something as the last error.
struct Noisy<'f>(&'f OwnedHandle);

impl AsHandle for Noisy<'_> {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        assert!(get_module_handle_w(Some("sysline")).is_err());
        self.0.as_handle()
    }
}

#[test]
fn the_last_error_of_what_lends_is_not_the_call_s() {
    let path = free("noisy");
    // GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE.
    let file = create_file(&path, 0xc000_0000, 0, None, 1, 0x0400_0000).unwrap();
    let mut high = 1;
    let moved = set_file_pointer(Noisy(&file), -1, &mut high, 0);
    assert_eq!(moved, Ok(u32::MAX));
}

#[test]
fn a_status_is_the_error() {
    // STATUS_INVALID_HANDLE.
    // SAFETY: an invalid handle is an error.
    let closed = unsafe { nt_close(0x7fff_fff0) };
    assert_eq!(closed.unwrap_err().code() as u32, 0xc000_0008);
    let event = create_event(None, true, false, None).unwrap();
    // STATUS_TIMEOUT, which is a success: 1 ms, and not the last error.
    // SAFETY: it is an event.
    let (waited, status) = unsafe {
        (
            nt_wait(event.as_raw_handle(), 0, &-10_000),
            nt_wait_status(event.as_raw_handle(), 0, &-10_000),
        )
    };
    assert_eq!(waited.unwrap().code(), 0x102);
    assert_eq!(status.code(), 0x102);
    // Go's lines know no success but zero.
    // SAFETY: as above.
    let closed = unsafe { nt_close_of_go() };
    assert_eq!(closed, 0xc000_0008);
}

/// The code of Go's `NtClose` of what is no handle.
unsafe fn nt_close_of_go() -> u32 {
    // SAFETY: an invalid handle is an error.
    let closed: Result<(), _> = unsafe { go_nt_close(0x7fff_fff0) };
    closed.unwrap_err().code() as u32
}

#[test]
fn an_hresult_is_the_error() {
    let id = clsid_from_string(u16cstr!("{00021401-0000-0000-C000-000000000046}")).unwrap();
    assert_eq!((id.data1, id.data4[7]), (0x0002_1401, 0x46));
    // CO_E_CLASSSTRING.
    let none = clsid_from_string(u16cstr!("{sysline")).unwrap_err();
    assert_eq!(none.code() as u32, 0x8004_01f3);
    // S_OK, S_FALSE, RPC_E_CHANGED_MODE.
    assert_eq!(co_initialize_ex(None, 0).unwrap().code(), 0);
    assert_eq!(co_initialize_ex(None, 0).unwrap().code(), 1);
    assert_eq!(
        co_initialize_ex(None, 2).unwrap_err().code() as u32,
        0x8001_0106
    );
}

#[test]
fn numbers_of_the_procedure_s_own_are_the_error() {
    let mut key = null_mut();
    // ERROR_FILE_NOT_FOUND; KEY_READ.
    // SAFETY: the key is there.
    let opened =
        unsafe { reg_open_key(HKEY_CURRENT_USER, "sysline missing", 0, 0x2_0019, &mut key) };
    assert_eq!(opened.unwrap_err().code(), 2);
    // SAFETY: as above.
    unsafe { reg_open_key(HKEY_CURRENT_USER, "Software", 0, 0x2_0019, &mut key) }.unwrap();
    // SAFETY: it was opened above. ERROR_INVALID_HANDLE.
    unsafe {
        assert_eq!(reg_close_key(key), None);
        assert_eq!(reg_close_key(null_mut()).unwrap().code(), 6);
    }
}

#[test]
fn conditions_are_expressions() {
    // SE_ERR_FNF: the error's number is the result.
    let found = find_executable_code(free("no program"), None, &mut [0; 260]);
    assert_eq!(found.unwrap_err().code(), 2);
    let mut result = [0; 260];
    let text = U16CString::from_str(free("no program").to_str().unwrap()).unwrap();
    // SAFETY: `result` has MAX_PATH units.
    let found =
        unsafe { find_executable(text.to_string().unwrap(), null_mut(), result.as_mut_ptr()) };
    assert!(found.is_err());
    // SAFETY: no security attributes. The second call succeeds, and the last error says that the mutex was there.
    unsafe {
        let name = format!("sysline mutex {}", std::process::id());
        let mutex = create_mutex(0, false, &name).unwrap();
        assert_eq!(
            create_mutex(0, true, &name).unwrap_err().code(),
            ERROR_ALREADY_EXISTS
        );
        assert_eq!(wait_for_single_object(mutex, 0), Ok(0));
        // ERROR_INVALID_HANDLE.
        assert_eq!(
            wait_for_single_object(0x7fff_fff0, 0).unwrap_err().code(),
            6
        );
        close_handle(mutex).unwrap();
        assert_eq!(close_handle(0x7fff_fff0).unwrap_err().code(), 6);
    }
}

#[test]
fn go_s_optional_procedures_are_errors() {
    assert!(!no_such_procedure_available() && !no_such_void_available());
    assert!(!no_such_status_available() && get_tick_count64_available());
    // SAFETY: the procedures are absent, but the last, which takes nothing.
    unsafe {
        let Err(CallError::Missing(missing)) = no_such_procedure(1) else {
            panic!("it is there");
        };
        assert_eq!(
            (missing.dll(), missing.proc_name()),
            ("kernel32.dll", "NoSuchProcedure")
        );
        assert!(
            matches!(no_such_void(), Err(CallError::Missing(missing)) if missing.error().code() == 126)
        );
        assert!(
            matches!(no_such_status(), Err(CallError::Missing(missing)) if missing.error().code() == 127)
        );
        assert!(get_tick_count64().unwrap() > 0);
    }
}

#[test]
fn registers_of_every_kind() {
    // Banker's or not, 2.25 has one nearest at one decimal below and above; 2.26 has one.
    assert_eq!(var_r8_round(2.26, 1), Ok(2.3));
    let rect = RECT {
        left: 0,
        top: 0,
        right: 10,
        bottom: 20,
    };
    assert!(pt_in_rect(&rect, POINT { x: 9, y: 19 }));
    assert!(!pt_in_rect(&rect, POINT { x: 19, y: 9 }));
}

#[test]
fn fourteen_arguments() {
    let font = create_font(12, 0, 0, 0, 400, 1, 0, 1, 0, 0, 0, 0, 0, "Sysline").unwrap();
    // SAFETY: it is an object of GDI's, and nobody else knows it.
    unsafe { delete_object(font) }.unwrap();
}

//! Procedures that are looked for when they are first called. Owns: the search, what is kept of it, and the error of a
//! procedure that is not there.

use super::error::keeping_last_error;
use super::{HResult, NtStatus, Win32Error};
use core::error::Error;
use core::ffi::c_void;
use core::fmt;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering};
use windows_sys::Win32::Foundation::{
    ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND, FreeLibrary, STATUS_DLL_NOT_FOUND,
    STATUS_ENTRYPOINT_NOT_FOUND,
};
use windows_sys::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};

/// A procedure of a DLL, whose address is found at first use and kept: what a generated wrapper has in a `static`.
///
/// The DLL is looked for in the system's folder only (LOAD_LIBRARY_SEARCH_SYSTEM32), so that no other DLL of its name,
/// put beside the program or into its current folder, is ever run: Microsoft's "Dynamic-link library security". Where
/// the process has loaded a DLL of this name already, from wherever, that one is found.
///
/// A DLL whose procedure was found stays loaded until the process ends. A procedure that is not there is looked for
/// again each time, as an update of Windows may bring it. Any number of threads may ask at the same time. None may ask
/// first from a DLL's entry point, where nothing may be loaded: Microsoft's "Dynamic-link library best practices".
///
/// ```no_run
/// # use sysline::windows::{MissingProc, Proc};
/// static DESCRIPTION: Proc = Proc::new("kernel32.dll", "SetThreadDescription");
///
/// if !DESCRIPTION.is_available() {
///     println!("{}", DESCRIPTION.find().unwrap_err());
/// }
/// ```
#[derive(Debug)]
pub struct Proc {
    dll: &'static str,
    name: &'static str,
    /// Null until it is found.
    address: AtomicPtr<c_void>,
}

impl Proc {
    /// The procedure `name` of the DLL in the file `dll`, which is a name with its ending and without a folder:
    /// `"ntdll.dll"`. Nothing is looked for.
    ///
    /// Names that no procedure can have are missing like any other: an empty one, one with a NUL or of 260 letters or
    /// more, a DLL's with `/`, `\` or `:`, a procedure's that is not ASCII. An `r#` before the procedure's is not of it.
    pub const fn new(dll: &'static str, name: &'static str) -> Proc {
        let name = match name.as_bytes() {
            [b'r', b'#', plain @ ..] => core::str::from_utf8(plain),
            _ => Ok(name),
        };
        Proc {
            dll,
            name: match name {
                Ok(name) => name,
                Err(_) => "", // never: what is behind two letters of a text is one
            },
            address: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The file of its DLL.
    pub const fn dll(&self) -> &'static str {
        self.dll
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its address, which is good until the process ends: one load, once it has been found. The thread's last error
    /// stays as it is.
    ///
    /// # Errors
    ///
    /// The DLL is not there or can't be loaded, or does not have the procedure.
    #[inline]
    pub fn find(&self) -> core::result::Result<NonNull<c_void>, MissingProc> {
        // Acquire, for the release in `search`: who has the address sees what the loader has written to the DLL.
        match NonNull::new(self.address.load(Ordering::Acquire)) {
            Some(address) => Ok(address),
            None => self.search(),
        }
    }

    /// Whether it is there. The thread's last error stays as it is.
    #[inline]
    pub fn is_available(&self) -> bool {
        self.find().is_ok()
    }

    #[cold]
    fn search(&self) -> core::result::Result<NonNull<c_void>, MissingProc> {
        let address = keeping_last_error(|| address_of(self.dll, self.name));
        let address = address.map_err(|error| MissingProc {
            dll: self.dll,
            name: self.name,
            error,
        })?;
        // Of threads that search at the same time each finds the same, and keeps the DLL loaded once more.
        self.address.store(address.as_ptr(), Ordering::Release);
        Ok(address)
    }
}

/// The address of a procedure, whose DLL stays loaded; where there is none, the DLL is as it was.
fn address_of(dll: &str, name: &str) -> super::Result<NonNull<c_void>> {
    let module = Module::load(dll)?;
    let address = module.procedure(name)?;
    core::mem::forget(module);
    Ok(address)
}

/// A DLL that is loaded while this is there. Not null.
struct Module(*mut c_void);

impl Module {
    /// Microsoft's "LoadLibraryExW function".
    fn load(dll: &str) -> super::Result<Module> {
        let missing = Win32Error::known(ERROR_MOD_NOT_FOUND);
        if dll.contains(['/', '\\', ':']) {
            return Err(missing);
        }
        let dll = with_nul(dll.encode_utf16()).ok_or(missing)?;
        // SAFETY: the name ends in a NUL. A DLL of the system's folder, or one that the program has loaded itself, can
        // be trusted to start without harm.
        let module =
            unsafe { LoadLibraryExW(dll.as_ptr(), ptr::null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
        if module.is_null() {
            return Err(Win32Error::last());
        }
        Ok(Module(module))
    }

    /// Microsoft's "GetProcAddress function".
    fn procedure(&self, name: &str) -> super::Result<NonNull<c_void>> {
        let missing = Win32Error::known(ERROR_PROC_NOT_FOUND);
        if !name.is_ascii() {
            return Err(missing);
        }
        let name = with_nul(name.bytes()).ok_or(missing)?;
        // SAFETY: the module is loaded, and the name ends in a NUL: it is an address and no ordinal.
        let address = unsafe { GetProcAddress(self.0, name.as_ptr()) };
        let address = address.map_or(ptr::null_mut(), |address| address as *mut c_void);
        NonNull::new(address).ok_or_else(Win32Error::last)
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: it was loaded, and nothing of it is used any more. A failure leaves it loaded.
        unsafe { FreeLibrary(self.0) };
    }
}

/// No DLL and no procedure has a name of so many units.
const LONGEST: usize = 260;

/// A name with NULs behind it, on the stack; none where it is empty, too long or has a NUL.
fn with_nul<U: Copy + Default + PartialEq>(name: impl Iterator<Item = U>) -> Option<[U; LONGEST]> {
    let mut copy = [U::default(); LONGEST];
    let mut room = copy[..LONGEST - 1].iter_mut();
    for unit in name {
        if unit == U::default() {
            return None;
        }
        *room.next()? = unit;
    }
    (copy[0] != U::default()).then_some(copy)
}

/// Why a procedure is not there: the program runs on a Windows that lacks it, or its DLL can't be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissingProc {
    dll: &'static str,
    name: &'static str,
    error: Win32Error,
}

impl MissingProc {
    /// The file of the DLL.
    pub const fn dll(&self) -> &'static str {
        self.dll
    }

    /// The procedure's name.
    pub const fn proc_name(&self) -> &'static str {
        self.name
    }

    /// What the system says: ERROR_MOD_NOT_FOUND (126) where there is no such DLL, or none of the DLLs that it needs;
    /// ERROR_PROC_NOT_FOUND (127) where the DLL does not have the procedure; else why the DLL can't be loaded.
    pub const fn error(&self) -> Win32Error {
        self.error
    }
}

impl fmt::Display for MissingProc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MissingProc { dll, name, error } = self;
        write!(f, "`{name}` of {dll} is not there: {error}")
    }
}

impl Error for MissingProc {}

impl From<MissingProc> for Win32Error {
    fn from(missing: MissingProc) -> Win32Error {
        missing.error
    }
}

/// STATUS_ENTRYPOINT_NOT_FOUND or STATUS_DLL_NOT_FOUND; for any other reason NTSTATUS_FROM_WIN32.
impl From<MissingProc> for NtStatus {
    fn from(missing: MissingProc) -> NtStatus {
        match missing.error.code() {
            ERROR_PROC_NOT_FOUND => NtStatus::new(STATUS_ENTRYPOINT_NOT_FOUND),
            ERROR_MOD_NOT_FOUND => NtStatus::new(STATUS_DLL_NOT_FOUND),
            _ => missing.error.into(),
        }
    }
}

impl From<MissingProc> for HResult {
    fn from(missing: MissingProc) -> HResult {
        missing.error.into()
    }
}

/// An error of the kind `Unsupported`, which holds the [`MissingProc`].
#[cfg(feature = "std")]
impl From<MissingProc> for std::io::Error {
    fn from(missing: MissingProc) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::Unsupported, missing)
    }
}

/// Ends in a panic that says which procedure is missing: what a generated wrapper calls where its result has no place
/// for an error.
///
/// # Panics
///
/// Always.
#[cold]
#[track_caller]
pub fn missing(error: MissingProc) -> ! {
    panic!("{error}")
}

/// Why the call of a procedure that may be absent gave nothing.
///
/// Its `Display` and its source are those of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallError<E = Win32Error> {
    /// The procedure is not there: no call was made.
    Missing(MissingProc),
    /// The call failed; or a string could not be handed over, and none was made.
    Failed(E),
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Missing(missing) => missing.fmt(f),
            CallError::Failed(error) => error.fmt(f),
        }
    }
}

impl<E: Error> Error for CallError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Missing(missing) => missing.source(),
            CallError::Failed(error) => error.source(),
        }
    }
}

impl<E> From<MissingProc> for CallError<E> {
    fn from(missing: MissingProc) -> CallError<E> {
        CallError::Missing(missing)
    }
}

impl<E: From<Win32Error>> From<Win32Error> for CallError<E> {
    fn from(error: Win32Error) -> CallError<E> {
        CallError::Failed(error.into())
    }
}

impl From<NtStatus> for CallError<NtStatus> {
    fn from(status: NtStatus) -> CallError<NtStatus> {
        CallError::Failed(status)
    }
}

impl From<HResult> for CallError<HResult> {
    fn from(result: HResult) -> CallError<HResult> {
        CallError::Failed(result)
    }
}

#[cfg(feature = "std")]
impl<E> From<CallError<E>> for std::io::Error
where
    std::io::Error: From<E>,
{
    fn from(error: CallError<E>) -> std::io::Error {
        match error {
            CallError::Missing(missing) => missing.into(),
            CallError::Failed(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::{last_error_code, set_last_error_code};
    use super::*;
    use std::string::{String, ToString};
    use std::sync::Barrier;
    use std::vec::Vec;
    use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;

    /// Whether the process has loaded a DLL.
    fn is_loaded(dll: &str) -> bool {
        let name = with_nul(dll.encode_utf16()).unwrap();
        // SAFETY: the name ends in a NUL.
        !unsafe { GetModuleHandleW(name.as_ptr()) }.is_null()
    }

    fn missing_for(dll: &'static str, name: &'static str) -> MissingProc {
        Proc::new(dll, name).find().unwrap_err()
    }

    #[test]
    fn a_procedure_is_found_and_can_be_called() {
        static PROCESS: Proc = Proc::new("kernel32.dll", "GetCurrentProcessId");
        let address = PROCESS.find().unwrap();
        // SAFETY: it is this procedure.
        let call: unsafe extern "system" fn() -> u32 = unsafe { core::mem::transmute(address) };
        // SAFETY: it takes nothing.
        assert_eq!(unsafe { call() }, std::process::id());
        assert_eq!(PROCESS.find(), Ok(address));
        assert!(PROCESS.is_available());
        assert_eq!(PROCESS.address.load(Ordering::Relaxed), address.as_ptr());
    }

    #[test]
    fn an_absent_procedure_is_missing_each_time() {
        static ABSENT: Proc = Proc::new("kernel32.dll", "NoSuchProcedureOfSysline");
        for _ in 0..2 {
            let missing = ABSENT.find().unwrap_err();
            assert_eq!(missing.error(), 127);
            assert_eq!(
                (missing.dll(), missing.proc_name()),
                (ABSENT.dll(), ABSENT.name())
            );
            assert!(!ABSENT.is_available());
        }
    }

    #[test]
    fn an_absent_dll_is_missing() {
        assert_eq!(
            missing_for("no-such-dll-of-sysline.dll", "Foo").error(),
            126
        );
    }

    #[test]
    fn a_dll_is_kept_for_a_procedure_only() {
        let dll = "cabinet.dll";
        assert!(!is_loaded(dll));
        assert_eq!(missing_for(dll, "NoSuchProcedureOfSysline").error(), 127);
        assert!(!is_loaded(dll));
        Proc::new(dll, "FDICreate").find().unwrap();
        assert!(is_loaded(dll));
    }

    #[test]
    fn the_search_leaves_the_last_error() {
        for (dll, name) in [
            ("kernel32.dll", "GetTickCount64"),
            ("kernel32.dll", "NoSuchProcedureOfSysline"),
            ("no-such-dll-of-sysline.dll", "Foo"),
        ] {
            set_last_error_code(1234);
            Proc::new(dll, name).is_available();
            assert_eq!(last_error_code(), 1234, "{dll}");
        }
    }

    #[test]
    fn ten_threads_find_one_address() {
        static SHARED: Proc = Proc::new("version.dll", "GetFileVersionInfoW");
        static START: Barrier = Barrier::new(10);
        let threads: Vec<_> = (0..10)
            .map(|_| {
                std::thread::spawn(|| {
                    START.wait();
                    SHARED.find().map(|address| address.addr())
                })
            })
            .collect();
        let found = SHARED.find().map(|address| address.addr());
        assert!(found.is_ok());
        for thread in threads {
            assert_eq!(thread.join().unwrap(), found);
        }
    }

    /// A file beside the program, which is the first place where a DLL is looked for: a program is loaded as a DLL is.
    #[cfg(feature = "std")]
    #[test]
    fn a_planted_dll_is_not_found() {
        let name = String::leak(std::format!("sysline-planted-{}.dll", std::process::id()));
        let program = std::env::current_exe().unwrap();
        let planted = program.with_file_name(&*name);
        std::fs::copy(&program, &planted).unwrap();
        let file = with_nul(name.encode_utf16()).unwrap();
        let find = || missing_for(name, "NoSuchProcedureOfSysline").error();
        assert_eq!(find(), 126);
        // SAFETY: the name ends in a NUL.
        let module = unsafe { LoadLibraryExW(file.as_ptr(), ptr::null_mut(), 0) };
        assert!(!module.is_null());
        // Once it is loaded it is found, and lacks the procedure.
        assert_eq!(find(), 127);
        drop(Module(module));
        assert!(!is_loaded(name));
        std::fs::remove_file(&planted).unwrap();
    }

    /// With a folder or a drive in its name, this DLL would be found.
    #[test]
    fn a_dll_has_no_folder_in_its_name() {
        let folders = [
            r"C:\windows\system32\kernel32.dll",
            "C:/windows/system32/kernel32.dll",
            r".\kernel32.dll",
            "./kernel32.dll",
            "C:kernel32.dll",
        ];
        for dll in folders {
            assert_eq!(missing_for(dll, "GetTickCount64").error(), 126, "{dll}");
        }
    }

    #[test]
    fn a_name_that_nothing_can_have_is_missing() {
        let long: &'static str = String::leak("x".repeat(259));
        let longer: &'static str = String::leak("x".repeat(260));
        for dll in ["", "kernel32.dll\0", "\0kernel32.dll", long, longer] {
            assert_eq!(missing_for(dll, "GetTickCount64").error(), 126, "{dll:?}");
        }
        for name in [
            "",
            "GetTickCount64\0",
            "GetTickCount64\0x",
            "Gé",
            long,
            longer,
        ] {
            assert_eq!(missing_for("kernel32.dll", name).error(), 127, "{name:?}");
        }
        assert_eq!(with_nul(long.bytes()).unwrap()[258..], [b'x', 0]);
        assert_eq!(with_nul(longer.bytes()), None);
        assert_eq!(with_nul("".bytes()), None);
    }

    /// ERROR_BAD_EXE_FORMAT stands for all other reasons.
    fn missing_because(error: u32) -> MissingProc {
        MissingProc {
            dll: "foo.dll",
            name: "Foo",
            error: Win32Error::new(error).unwrap(),
        }
    }

    #[test]
    fn a_missing_procedure_is_every_kind_of_error() {
        let statuses = [
            (126, 0xc000_0135_u32),
            (127, 0xc000_0139),
            (193, 0xc007_00c1),
        ];
        for (error, status) in statuses {
            let missing = missing_because(error);
            assert_eq!(Win32Error::from(missing), error);
            assert_eq!(NtStatus::from(missing), status as i32);
            assert_eq!(HResult::from(missing), (0x8007_0000_u32 | error) as i32);
        }
    }

    #[test]
    fn a_missing_procedure_is_named() {
        let missing = missing_because(127);
        let reason = Win32Error::new(127).unwrap();
        let text = std::format!("`Foo` of foo.dll is not there: {reason}");
        assert_eq!(missing.to_string(), text);
        assert_eq!(CallError::<Win32Error>::from(missing).to_string(), text);
        let panic = std::panic::catch_unwind(|| super::missing(missing)).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&text));
    }

    #[test]
    fn a_failed_call_is_its_error() {
        let error = Win32Error::new(2).unwrap();
        assert_eq!(
            CallError::<Win32Error>::from(error),
            CallError::Failed(error)
        );
        assert_eq!(
            CallError::<Win32Error>::from(error).to_string(),
            error.to_string()
        );
        let status = NtStatus::new(0xc007_0002_u32 as i32);
        assert_eq!(CallError::from(status), CallError::Failed(status));
        assert_eq!(
            CallError::<NtStatus>::from(error),
            CallError::Failed(status)
        );
        let result = HResult::new(0x8007_0002_u32 as i32);
        assert_eq!(CallError::from(result), CallError::Failed(result));
        assert_eq!(CallError::<HResult>::from(error), CallError::Failed(result));
    }

    #[cfg(feature = "std")]
    #[test]
    fn std_has_the_missing_procedure() {
        use std::io::{self, ErrorKind};
        let missing = missing_because(126);
        for error in [
            io::Error::from(missing),
            io::Error::from(CallError::<NtStatus>::Missing(missing)),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&missing));
        }
        let failed = CallError::Failed(Win32Error::new(2).unwrap());
        assert_eq!(io::Error::from(failed).kind(), ErrorKind::NotFound);
    }
}

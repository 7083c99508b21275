//! What procedures return that do not use the last error: NTSTATUS and HRESULT. Owns: both types, and what of one is an
//! error of another.

use super::Win32Error;
use super::message::{self, Table};
use core::fmt;
use windows_sys::Win32::Foundation::{
    ERROR_MR_MID_NOT_FOUND, RtlNtStatusToDosError, STATUS_MESSAGE_NOT_FOUND,
};
use windows_sys::Win32::System::Diagnostics::Debug::FACILITY_NT_BIT;

/// NTSTATUS_FROM_WIN32's upper half: severity error, FACILITY_NTWIN32.
const NTSTATUS_OF_WIN32: u32 = 0xc007_0000;
/// HRESULT_FROM_WIN32's upper half: severity error, FACILITY_WIN32.
const HRESULT_OF_WIN32: u32 = 0x8007_0000;

/// The Win32 error's number in the lower half of a status; none where the upper half is not `upper`.
const fn win32_within(status: u32, upper: u32) -> Option<u32> {
    if status & 0xffff_0000 == upper {
        Some(status & 0xffff)
    } else {
        None
    }
}

/// What procedures of ntdll, and a few others, return: success, information, a warning or an error. Microsoft's
/// "[MS-ERREF]: Windows Error Codes", "NTSTATUS".
///
/// Its `Display` is the number and the system's message for it, in the language of the thread. It can be compared with
/// `windows-sys`' constants, which are `i32`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct NtStatus(i32);

impl NtStatus {
    /// The status of a number.
    pub const fn new(code: i32) -> NtStatus {
        NtStatus(code)
    }

    /// Its number.
    pub const fn code(self) -> i32 {
        self.0
    }

    /// Whether the call succeeded: NT_SUCCESS, which information is too (`0x40000000` and on) and a warning is not
    /// (`0x80000000` and on). Microsoft's "Using NTSTATUS Values".
    #[inline]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// The Win32 error for it; none where it is STATUS_SUCCESS, and where Windows knows none. Microsoft's
    /// "RtlNtStatusToDosError function".
    pub fn to_win32(self) -> Option<Win32Error> {
        // SAFETY: RtlNtStatusToDosError takes any number.
        let code = unsafe { RtlNtStatusToDosError(self.0) };
        let is_known = code != ERROR_MR_MID_NOT_FOUND || self.0 == STATUS_MESSAGE_NOT_FOUND;
        Win32Error::new(code).filter(|_| is_known)
    }
}

/// NTSTATUS_FROM_WIN32: a number that is a status already, as its highest bit says, stays what it is; of others the lower
/// 16 bits are kept, which are all that Win32 errors have, and [`NtStatus::to_win32`] gives them back. A wrapper whose
/// error is an [`NtStatus`] has it where a string can't be handed over.
impl From<Win32Error> for NtStatus {
    fn from(error: Win32Error) -> NtStatus {
        let code = error.code();
        let is_status = code as i32 <= 0;
        NtStatus(match is_status {
            true => code as i32,
            false => (NTSTATUS_OF_WIN32 | code & 0xffff) as i32,
        })
    }
}

impl PartialEq<i32> for NtStatus {
    fn eq(&self, code: &i32) -> bool {
        self.0 == *code
    }
}

impl fmt::Debug for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NtStatus({:#010x})", self.0)
    }
}

impl fmt::Display for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NTSTATUS {:#010x}: ", self.0)?;
        write_message_of_status(f, self.0 as u32)
    }
}

fn write_message_of_status(f: &mut fmt::Formatter<'_>, status: u32) -> fmt::Result {
    match win32_within(status, NTSTATUS_OF_WIN32) {
        Some(code) => message::write(f, Table::System, code),
        None => message::write(f, Table::Ntdll, status),
    }
}

impl core::error::Error for NtStatus {}

/// The Win32 error for it, as `std` knows those; where there is none, an error that holds the status.
#[cfg(feature = "std")]
impl From<NtStatus> for std::io::Error {
    fn from(status: NtStatus) -> std::io::Error {
        match status.to_win32() {
            Some(error) => error.into(),
            None => std::io::Error::other(status),
        }
    }
}

/// What procedures of COM and of the shell, among others, return: success or an error. Microsoft's "Structure of COM
/// Error Codes".
///
/// Its `Display` is the number and the system's message for it, in the language of the thread. It can be compared with
/// `windows-sys`' constants, which are `i32`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct HResult(i32);

impl HResult {
    /// The result of a number.
    pub const fn new(code: i32) -> HResult {
        HResult(code)
    }

    /// Its number.
    pub const fn code(self) -> i32 {
        self.0
    }

    /// Whether the call succeeded: SUCCEEDED, which S_FALSE (1) is too. Microsoft's "SUCCEEDED macro".
    #[inline]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// The Win32 error in it; none where it is no error of FACILITY_WIN32 (`0x8007xxxx`).
    pub const fn to_win32(self) -> Option<Win32Error> {
        match win32_within(self.0 as u32, HRESULT_OF_WIN32) {
            Some(code) => Win32Error::new(code),
            None => None,
        }
    }
}

/// HRESULT_FROM_WIN32: the number's lower 16 bits in an error of FACILITY_WIN32; a number of `0x80000000` or more is
/// an HRESULT already. Microsoft's "HRESULT_FROM_WIN32 macro".
impl From<Win32Error> for HResult {
    fn from(error: Win32Error) -> HResult {
        match error.code() {
            code @ 0x8000_0000.. => HResult(code as i32),
            code => HResult((HRESULT_OF_WIN32 | code & 0xffff) as i32),
        }
    }
}

impl PartialEq<i32> for HResult {
    fn eq(&self, code: &i32) -> bool {
        self.0 == *code
    }
}

impl fmt::Debug for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HResult({:#010x})", self.0)
    }
}

impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0 as u32;
        write!(f, "HRESULT {code:#010x}: ")?;
        if code & FACILITY_NT_BIT != 0 {
            return write_message_of_status(f, code & !FACILITY_NT_BIT); // HRESULT_FROM_NT
        }
        message::write(f, Table::System, code)
    }
}

impl core::error::Error for HResult {}

/// The Win32 error in it, as `std` knows those; where there is none, an error that holds the result.
#[cfg(feature = "std")]
impl From<HResult> for std::io::Error {
    fn from(result: HResult) -> std::io::Error {
        match result.to_win32() {
            Some(error) => error.into(),
            None => std::io::Error::other(result),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;
    use windows_sys::Win32::Foundation::{
        E_FAIL, E_NOTIMPL, S_FALSE, STATUS_BUFFER_OVERFLOW, STATUS_OBJECT_NAME_NOT_FOUND,
        STATUS_PENDING, STATUS_SUCCESS,
    };

    fn win32(code: u32) -> Win32Error {
        Win32Error::new(code).unwrap()
    }

    #[test]
    fn errors_and_warnings_are_no_success() {
        let is_success = |code| NtStatus::new(code).is_success();
        assert!(
            is_success(STATUS_SUCCESS) && is_success(STATUS_PENDING) && is_success(0x4000_0000)
        );
        assert!(!is_success(STATUS_BUFFER_OVERFLOW) && !is_success(STATUS_OBJECT_NAME_NOT_FOUND));
        assert!(HResult::new(S_FALSE).is_success() && !HResult::new(E_FAIL).is_success());
    }

    #[test]
    fn a_status_has_a_win32_error() {
        let of = |code| NtStatus::new(code).to_win32();
        assert_eq!(of(STATUS_OBJECT_NAME_NOT_FOUND), Some(win32(2)));
        assert_eq!(of(0xc000_000d_u32 as i32), Some(win32(87)));
        assert_eq!(of(STATUS_SUCCESS), None);
        // No status of this number is known; the other is what "not known" looks like.
        assert_eq!(of(0xcfff_fff0_u32 as i32), None);
        assert_eq!(of(STATUS_MESSAGE_NOT_FOUND), Some(win32(317)));
    }

    #[test]
    fn a_win32_error_goes_there_and_back() {
        let status = NtStatus::from(win32(1113));
        assert_eq!(status, 0xc007_0459_u32 as i32);
        assert_eq!(status.to_win32(), Some(win32(1113)));
        let result = HResult::from(win32(2));
        assert_eq!(result, 0x8007_0002_u32 as i32);
        assert_eq!(result.to_win32(), Some(win32(2)));
        assert_eq!(HResult::from(win32(0x8000_4005)), E_FAIL);
    }

    #[test]
    fn only_errors_of_win32_have_one() {
        for code in [0, 1, 0x0007_0002, 0x8007_0000_u32 as i32, E_NOTIMPL] {
            assert_eq!(HResult::new(code).to_win32(), None, "{code:#x}");
        }
    }

    #[test]
    fn numbers_are_written_as_microsoft_does() {
        let status = NtStatus::new(STATUS_OBJECT_NAME_NOT_FOUND);
        assert_eq!(format!("{status:?}"), "NtStatus(0xc0000034)");
        assert!(status.to_string().starts_with("NTSTATUS 0xc0000034: "));
        assert_eq!(
            NtStatus::new(0x2fff_fff0).to_string(),
            "NTSTATUS 0x2ffffff0: unknown"
        );
        assert_eq!(
            format!("{:?}", HResult::new(S_FALSE)),
            "HResult(0x00000001)"
        );
        assert_eq!(
            HResult::new(0xafff_fff0_u32 as i32).to_string(),
            "HRESULT 0xaffffff0: unknown"
        );
    }

    #[test]
    fn a_win32_error_within_has_its_message() {
        let message = win32(2).to_string().replace("Win32 error 2: ", "");
        assert_ne!(message, "unknown");
        assert_eq!(
            HResult::from(win32(2)).to_string(),
            format!("HRESULT 0x80070002: {message}")
        );
        assert_eq!(
            NtStatus::from(win32(2)).to_string(),
            format!("NTSTATUS 0xc0070002: {message}")
        );
    }

    /// HRESULT_FROM_NT: a status with one more bit.
    #[test]
    fn a_status_within_has_its_message() {
        let statuses = [STATUS_OBJECT_NAME_NOT_FOUND, 0xc007_0002_u32 as i32];
        for code in statuses {
            let status = NtStatus::new(code).to_string();
            let result = HResult::new(code | 0x1000_0000).to_string();
            let message = |text: &str| text.split_once(": ").unwrap().1.to_string();
            assert_eq!(message(&result), message(&status));
        }
        assert!(
            !HResult::new(0xd007_0002_u32 as i32)
                .to_string()
                .ends_with("unknown")
        );
    }

    #[cfg(feature = "std")]
    #[test]
    fn std_has_the_win32_error_or_the_status() {
        use std::io::{Error, ErrorKind};
        let missing = Error::from(NtStatus::new(STATUS_OBJECT_NAME_NOT_FOUND));
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let missing = Error::from(HResult::new(0x8007_0002_u32 as i32));
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let status = NtStatus::new(0xcfff_fff0_u32 as i32);
        let other = Error::from(status);
        assert_eq!(other.get_ref().unwrap().downcast_ref(), Some(&status));
        let other = Error::from(HResult::new(E_FAIL));
        assert_eq!(
            other.get_ref().unwrap().downcast_ref(),
            Some(&HResult::new(E_FAIL))
        );
    }
}

//! Procedures that are found at first use. The wrappers of these lines, in `lazy/lines.rs`, are written with `--lazy`.

/// The wrappers.
mod lines;

use lines::*;
use std::sync::Barrier;
use std::thread;
use sysline::windows::{CallError, Win32Error};

// A number that the process has from the system, the same each time.
//sysnb pub(crate) fn get_current_process_id() -> u32 = kernel32.GetCurrentProcessId

// How many letters a text has.
//sysnb pub(crate) fn lstrlen(text: &str) -> Result<i32> [failretval < 0] = kernel32.lstrlenW

// A procedure that no DLL has, in a line whose error has no room for its name.
//sys pub(crate) fn absent() -> Result<()> = kernel32.SyslineAbsent

// As above, and the error is a status.
//sys pub(crate) fn absent_status() -> Result<(), NtStatus> = ntdll.SyslineAbsent

// A DLL that is not there, in a line without a place for an error.
//sys pub(crate) fn absent_dll() -> u32 = sysline_absent.Absent

// A procedure that no DLL has.
//sys pub(crate) fn optional(number: u32) -> Result<u32, CallError> [false] = kernel32.SyslineAbsent?

// A DLL that is not there.
//sys pub(crate) fn optional_dll() -> Result<(), CallError<NtStatus>> = sysline_absent.Absent?

// A procedure that is there, though it might not be.
//sysnb pub(crate) fn tick_count() -> Result<u64, CallError> [false] = kernel32.GetTickCount64?

#[test]
fn ten_threads_are_first_together() {
    let start = Barrier::new(10);
    let texts: Vec<String> = (0..10).map(|length| "é".repeat(length)).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = texts
            .iter()
            .map(|text| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    lstrlen(text)
                })
            })
            .collect();
        for (length, thread) in (0..).zip(threads) {
            assert_eq!(thread.join().unwrap(), Ok(length));
        }
    });
}

#[test]
fn a_procedure_is_found() {
    assert_eq!(get_current_process_id(), std::process::id());
    assert!(tick_count_available());
    let ticks = tick_count().unwrap();
    assert!(tick_count().unwrap() >= ticks && ticks > 0);
}

#[test]
fn an_absent_procedure_is_an_error() {
    assert!(!optional_available() && !optional_dll_available());
    let Err(CallError::Missing(missing)) = optional(1) else {
        panic!("it is there");
    };
    assert_eq!(
        (missing.dll(), missing.proc_name()),
        ("kernel32.dll", "SyslineAbsent")
    );
    // ERROR_PROC_NOT_FOUND; ERROR_MOD_NOT_FOUND.
    assert_eq!(missing.error().code(), 127);
    let Err(CallError::Missing(missing)) = optional_dll() else {
        panic!("it is there");
    };
    assert_eq!(
        (missing.dll(), missing.proc_name()),
        ("sysline_absent.dll", "Absent")
    );
    assert_eq!(missing.error().code(), 126);
    let text = CallError::<Win32Error>::from(missing).to_string();
    assert!(
        text.contains("sysline_absent.dll") && text.contains("Absent"),
        "{text}"
    );
}

#[test]
fn an_absent_procedure_of_a_line_without_room_is_a_number() {
    assert_eq!(absent().unwrap_err().code(), 127);
    // STATUS_ENTRYPOINT_NOT_FOUND.
    assert_eq!(absent_status().unwrap_err().code() as u32, 0xc000_0139);
}

#[test]
#[should_panic(expected = "sysline_absent.dll")]
fn an_absent_procedure_of_a_line_without_a_result_is_a_panic() {
    absent_dll();
}

#[test]
fn a_search_leaves_the_last_error_alone() {
    // SAFETY: it takes any number.
    unsafe { windows_sys::Win32::Foundation::SetLastError(4711) };
    assert!(!optional_available());
    assert!(tick_count_available());
    assert_eq!(Win32Error::last().code(), 4711);
}

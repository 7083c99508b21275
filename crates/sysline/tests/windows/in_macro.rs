//! `sys!` on Windows: the same lines, the same wrappers.

use sysline::windows::prelude::*;

sysline::sys! {
    /// Whether a DLL is loaded; none of that name is an error.
    sys fn module_handle(name: &str) -> Result<*mut c_void> = GetModuleHandleW

    /// A procedure that no DLL has.
    sys fn absent(a: u32, flag: &mut bool) -> Result<bool, CallError> = api-ms-win-sysline-l1-1-0.Absent?

    /// Makes an event, or opens the one of that name.
    sys fn create_event(attributes: Option<&c_void>, manual: bool, initial: bool, name: Option<&U16CStr>)
        -> Result<OwnedHandle> [failretval.is_null() || e1 == EXISTS] = kernel32.CreateEventW
}

/// ERROR_ALREADY_EXISTS.
const EXISTS: u32 = 183;

#[test]
fn a_line_of_the_macro_is_called() {
    assert!(!module_handle("kernel32").unwrap().is_null());
    assert_eq!(module_handle("sysline").unwrap_err().code(), 126);
    assert!(!absent_available());
    let mut flag = true;
    let CallError::Missing(missing) = absent(1, &mut flag).unwrap_err() else {
        panic!("it is there");
    };
    assert_eq!(missing.dll(), "api-ms-win-sysline-l1-1-0.dll");
    assert!(flag);
}

#[test]
fn a_condition_asks_for_the_last_error_of_its_own_call() {
    let name = format!("sysline in_macro {}", std::process::id());
    let name = sysline::windows::U16CString::from_str(name).unwrap();
    let first = create_event(None, true, false, Some(&name)).unwrap();
    let again = create_event(None, true, false, Some(&name));
    assert_eq!(again.unwrap_err().code(), EXISTS);
    // The last error is still that of the call above; this one sets none.
    create_event(None, true, false, None).unwrap();
    drop(first);
}

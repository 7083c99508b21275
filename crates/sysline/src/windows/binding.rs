//! The macros that generated wrappers declare their procedures with, in their own bodies. Owns: how an import is
//! written for each architecture, and how an address becomes a function.

/// Makes a function of a procedure that the loader binds when the program starts: no import library is needed. `file` is
/// the DLL's, with its ending.
///
/// The DLL is searched for as every import is (Microsoft's "Dynamic-link library search order").
///
/// The import itself has neither parameters nor a result: the compiler keeps one set of promises for each symbol, such as
/// that a reference is not null, and would make those of one line in calls of another line for the same procedure. A call
/// through the typed pointer is as direct.
///
/// ```
/// fn ticks() -> u64 {
///     // SAFETY: as Microsoft's "GetTickCount64 function" has it.
///     sysline::windows::import!("kernel32.dll", fn GetTickCount64() -> u64);
///     // SAFETY: it takes nothing and can't fail.
///     unsafe { GetTickCount64() }
/// }
/// assert!(ticks() > 0);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __windows_import {
    ($file:literal, fn $proc:ident($($params:tt)*) $(-> $ret:ty)?) => {
        $crate::__windows_function!(fn $proc($($params)*) $(-> $ret)?, {
            // On x86 a procedure's name would be given the size of its parameters, which DLLs of the system leave out.
            #[cfg_attr(target_arch = "x86", link(
                name = $file,
                kind = "raw-dylib",
                modifiers = "+verbatim",
                import_name_type = "undecorated"
            ))]
            #[cfg_attr(not(target_arch = "x86"), link(
                name = $file,
                kind = "raw-dylib",
                modifiers = "+verbatim"
            ))]
            #[allow(clashing_extern_declarations)]
            unsafe extern "system" {
                fn $proc();
            }
            $proc as unsafe extern "system" fn()
        });
    };
}

/// Makes a function of an address: what all macros here come to.
#[doc(hidden)]
#[macro_export]
macro_rules! __windows_function {
    (fn $proc:ident($($params:tt)*) $(-> $ret:ty)?, $address:expr) => {
        #[allow(non_snake_case, clippy::useless_transmute)]
        let $proc: unsafe extern "system" fn($($params)*) $(-> $ret)? = {
            // Never called: so that the compiler tells of types that C does not know.
            const _: () = {
                #[allow(dead_code, clashing_extern_declarations)]
                unsafe extern "system" {
                    fn $proc($($params)*) $(-> $ret)?;
                }
            };
            let address = $address;
            // SAFETY: it is the procedure of this name, and the caller of the macro says what it takes and gives.
            unsafe { ::core::mem::transmute(address) }
        };
    };
}

/// Makes a function of a procedure that is found at first use ([`Proc`](super::Proc)). Where it is absent, the function
/// around ends with the error.
///
/// ```
/// use sysline::windows::MissingProc;
///
/// fn ticks() -> Result<u64, MissingProc> {
///     // SAFETY: as Microsoft's "GetTickCount64 function" has it.
///     sysline::windows::first_use!("kernel32.dll", fn GetTickCount64() -> u64);
///     // SAFETY: it takes nothing and can't fail.
///     Ok(unsafe { GetTickCount64() })
/// }
/// assert!(ticks().unwrap() > 0);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __windows_first_use {
    ($file:literal, fn $proc:ident($($params:tt)*) $(-> $ret:ty)?) => {
        $crate::__windows_function!(fn $proc($($params)*) $(-> $ret)?, {
            static PROCEDURE: $crate::windows::Proc =
                $crate::windows::Proc::new($file, ::core::stringify!($proc));
            match PROCEDURE.find() {
                ::core::result::Result::Ok(address) => address,
                ::core::result::Result::Err(missing) => {
                    return ::core::result::Result::Err(::core::convert::From::from(missing));
                }
            }
        });
    };
}

/// As [`first_use`](super::first_use), for a function that has no place for an error: it panics.
#[doc(hidden)]
#[macro_export]
macro_rules! __windows_first_use_or_panic {
    ($file:literal, fn $proc:ident($($params:tt)*) $(-> $ret:ty)?) => {
        $crate::__windows_function!(fn $proc($($params)*) $(-> $ret)?, {
            static PROCEDURE: $crate::windows::Proc =
                $crate::windows::Proc::new($file, ::core::stringify!($proc));
            match PROCEDURE.find() {
                ::core::result::Result::Ok(address) => address,
                ::core::result::Result::Err(missing) => $crate::windows::missing(missing),
            }
        });
    };
}

/// Whether a procedure is there.
///
/// ```
/// assert!(sysline::windows::available!("kernel32.dll", fn GetTickCount64));
/// assert!(!sysline::windows::available!("kernel32.dll", fn NoSuchProcedure));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __windows_available {
    ($file:literal, fn $proc:ident) => {{
        static PROCEDURE: $crate::windows::Proc =
            $crate::windows::Proc::new($file, ::core::stringify!($proc));
        PROCEDURE.is_available()
    }};
}

pub use {
    __windows_available as available, __windows_first_use as first_use,
    __windows_first_use_or_panic as first_use_or_panic, __windows_import as import,
};

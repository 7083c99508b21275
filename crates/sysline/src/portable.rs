//! Calls that architectures make differently, each as the 64-bit kernels have it: what a line's wrapper calls.
//!
//! A line means the same on every architecture. `ftruncate` with a length of 64 bits is the call `ftruncate64` where
//! registers have 32, `clock_gettime` with 64-bit time is `clock_gettime64`, `open` is `openat` where there is no
//! `open`, and s390x's `mmap` reads its arguments from memory. The data is
//! [`sysline_table::portable`](sysline_table::portable()); [`nr`](crate::nr) has the bare numbers.
//!
//! ```
//! use std::os::unix::fs::MetadataExt;
//! use sysline::{abi, portable};
//!
//! fn geteuid() -> u32 {
//!     // SAFETY: it takes nothing and changes nothing.
//!     unsafe { abi::sysnb(portable::GETEUID, ()) } // `geteuid32` on x86 and arm
//! }
//! assert_eq!(geteuid(), std::fs::metadata("/proc/self").unwrap().uid());
//! ```
//!
//! A call that the target does not have in any form is no [`Call`](crate::abi::Call): using it is a compile error.
//!
//! What a call reads and writes in memory is the caller's to know. Structs with C's `long` in them (`rusage`,
//! `itimerval`, `sysinfo`, the sets of signals) are each architecture's own, and `linux-raw-sys` has them; `open_how`'s
//! flags need `O_LARGEFILE` where registers have 32 bits; `semctl`'s last argument is the high half of a register on
//! 64-bit big-endian architectures where it is an `int`.

use crate::nr::Sysno;
use sysline_table::Arch;
use sysline_table::portable::{index, portables};

/// A call of this module; `THERE` says whether the target has it.
#[derive(Clone, Copy, Debug)]
pub struct PortableCall<const ROW: usize, const THERE: bool>(());

/// The target.
pub(crate) const NATIVE: Arch = match Arch::NATIVE {
    Some(arch) => arch,
    None => panic!("the tables do not know the target"),
};

const fn there(row: usize) -> bool {
    portables()[row].form(NATIVE).is_some()
}

/// The call that the target makes for a row's.
pub(crate) const fn sysno(row: usize) -> Sysno {
    match portables()[row].form(NATIVE) {
        Some(form) => form.sysno(NATIVE),
        None => panic!("the target has no such call"),
    }
}

macro_rules! constants {
    ($( $constant:ident $name:ident ($($param:tt)*) { $( [$($form:tt)*] )* } )*) => {$(
        #[doc = concat!("`", stringify!($name), "(", stringify!($($param)*), ")`.")]
        ///
        /// It is made as the first of these that is for the target:
        ///
        $( #[doc = concat!("- `", stringify!($($form)*), "`")] )*
        pub const $constant: PortableCall<
            { index(stringify!($name)) },
            { there(index(stringify!($name))) },
        > = PortableCall(());
    )*};
}

sysline_table::portable_calls!(constants);

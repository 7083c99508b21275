//! The number of each system call that the target has, by its kernel name: `SYS_OPENAT`. The data is
//! `sysline-table`'s, read from the kernel's own headers.
//!
//! ```
//! use sysline::nr::{SYS_OPENAT, Sysno};
//!
//! assert_eq!(SYS_OPENAT.name(), "openat");
//! // A call newer than the table.
//! const SYS_NEWEST: Sysno = Sysno::new(999, "newest");
//! ```
//!
//! These are the kernel's own calls, by number; a line's wrapper takes them from [`portable`](crate::portable) where
//! architectures differ. The name of a call that the target does not have is no [`Sysno`], and no
//! [`Call`](crate::abi::Call): who makes it is told at compile time.

pub use sysline_table::Sysno;
pub use sysline_table::nr::*;

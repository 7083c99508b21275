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

pub use sysline_table::Sysno;
pub use sysline_table::nr::*;

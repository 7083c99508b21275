//! One line declares a system call that neither `std`, a C library's wrappers, rustix nor nix has, and it is called:
//! how much of a file is in the page cache?
//!
//! ```text
//! cargo run --example quickstart [FILE]
//! ```

use std::fs::File;
use std::os::fd::AsFd;
use std::process::ExitCode;
use sysline::prelude::*;

/// A part of a file, in bytes; a length of 0 is all to its end. `struct cachestat_range` of `linux/mman.h`.
#[repr(C)]
pub struct CachestatRange {
    /// Where it begins.
    pub off: u64,
    /// How long it is.
    pub len: u64,
}

/// Pages by their state. `struct cachestat` of `linux/mman.h`.
#[repr(C)]
#[derive(Debug)]
pub struct Cachestat {
    /// In the cache.
    pub nr_cache: u64,
    /// Of these, changed and not yet written to the disk.
    pub nr_dirty: u64,
    /// Of these, being written now.
    pub nr_writeback: u64,
    /// Put out of the cache.
    pub nr_evicted: u64,
    /// Of these, put out so lately that memory was short.
    pub nr_recently_evicted: u64,
}

sysline::sys! {
    /// Counts the pages of a part of a file that are in the page cache (Linux 6.5).
    sys pub fn cachestat(
        fd: BorrowedFd<'_>, range: &CachestatRange, out stat: Cachestat, flags: u32,
    ) -> Result<Cachestat>
}

fn main() -> ExitCode {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "/proc/self/exe".into());
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match cachestat(file.as_fd(), &CachestatRange { off: 0, len: 0 }, 0) {
        Ok(stat) => {
            println!("{path}: {stat:#?}");
            ExitCode::SUCCESS
        }
        Err(errno) => {
            eprintln!("cachestat: {errno}");
            ExitCode::FAILURE
        }
    }
}

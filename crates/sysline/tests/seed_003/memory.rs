//! Calls on memory.

use crate::lines::*;
use crate::support::{or_skip, passes_in_child, proc_number};
use sysline::prelude::{Errno, Result, c_void};

sysline::sys! {
    /// Maps memory: Go's line for it stands in each architecture's own file.
    sys unsafe fn mmap(addr: *mut c_void, len: usize, prot: i32, flags: i32, -1, 0) -> Result<*mut u8>
}

// `asm-generic/mman-common.h`, `asm-generic/mman.h`
const PROT_READ: i32 = 1;
const PROT_WRITE: i32 = 2;
const MAP_SHARED: i32 = 1;
const MAP_ANONYMOUS: i32 = 0x20;
const MADV_REMOVE: isize = 9;
const MCL_CURRENT: isize = 1;

const PAGE: usize = 4096;

/// Two pages that are nobody else's. They are shared memory, which the kernel never makes one with its neighbour.
fn two_pages() -> &'static mut [u8] {
    // SAFETY: the mapping is a new one, has so many bytes, all of them zero, and who takes it away has the reference.
    unsafe {
        let flags = MAP_SHARED | MAP_ANONYMOUS;
        let start = mmap(
            std::ptr::null_mut(),
            2 * PAGE,
            PROT_READ | PROT_WRITE,
            flags,
        );
        std::slice::from_raw_parts_mut(start.unwrap(), 2 * PAGE)
    }
}

/// Of the mapping that starts at an address: its row in one of `/proc`'s files, and what is behind `name` of the rows
/// that follow.
fn row(start: usize, name: &str) -> Option<(String, String)> {
    let text = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let mut rows = text
        .lines()
        .skip_while(|row| !row.starts_with(&format!("{start:08x}-")));
    let first = rows.next()?.to_string();
    let field = rows.find_map(|row| row.strip_prefix(name)?.strip_prefix(':'))?;
    Some((first, field.trim().to_string()))
}

#[test]
fn memory_goes_away() {
    let start = two_pages().as_mut_ptr().addr();
    let (before, size) = row(start, "Size").unwrap();
    assert_eq!(size, "8 kB");
    // SAFETY: `two_pages` gave the only reference, and that is gone.
    unsafe { munmap(start, 2 * PAGE) }.unwrap();
    // Another thread may have got the place already, but with memory of another inode.
    assert!(row(start, "Size").is_none_or(|(after, _)| after != before));
    // SAFETY: this address is no page's, so there is nothing to take away.
    assert_eq!(unsafe { munmap(start + 1, PAGE) }, Err(Errno::EINVAL));
}

#[test]
fn memory_is_protected() {
    let pages = two_pages();
    let start = pages.as_mut_ptr().addr();
    let is = |rights: &str| {
        row(start, "Size")
            .unwrap()
            .0
            .contains(&format!(" {rights} "))
    };
    assert!(is("rw-s"));
    call!(mprotect(&mut *pages, PROT_READ as isize)).unwrap();
    assert!(is("r--s"));
    assert_eq!(pages[PAGE], 0);
    call!(mprotect(&mut *pages, (PROT_READ | PROT_WRITE) as isize)).unwrap();
    pages[PAGE] = 1;
    assert_eq!(call!(mprotect(&mut pages[1..], 0)), Err(Errno::EINVAL));
}

#[test]
fn memory_is_emptied() {
    let pages = two_pages();
    pages.fill(7);
    call!(madvise(&mut pages[PAGE..], MADV_REMOVE)).unwrap();
    assert!(pages[..PAGE].iter().all(|byte| *byte == 7));
    assert!(pages[PAGE..].iter().all(|byte| *byte == 0));
    assert_eq!(call!(madvise(&mut *pages, -1)), Err(Errno::EINVAL));
}

/// What a process without rights may be answered where its limit is low.
const LIMIT: &[Errno] = &[Errno::ENOMEM, Errno::EPERM, Errno::EAGAIN];

#[test]
fn memory_is_locked() {
    let pages = two_pages();
    let start = pages.as_mut_ptr().addr();
    let locked = || row(start, "Locked").unwrap().1;
    assert_eq!(locked(), "0 kB");
    if or_skip("mlock", call!(mlock(pages)), LIMIT).is_some() {
        assert_eq!(locked(), "8 kB");
        call!(munlock(pages)).unwrap();
        assert_eq!(locked(), "0 kB");
    }
}

#[test]
fn all_memory_is_locked() {
    passes_in_child("memory::all_memory_is_locked", || {
        let locked = || proc_number("/proc/self/status", "VmLck");
        assert_eq!(locked(), 0);
        if or_skip("mlockall", mlockall(MCL_CURRENT), LIMIT).is_some() {
            assert!(locked() > 100);
            munlockall().unwrap();
            assert_eq!(locked(), 0);
        }
        assert_eq!(mlockall(0), Err(Errno::EINVAL));
    });
}

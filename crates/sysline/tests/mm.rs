//! The area `mm`: mappings, and the units of their offset.
#![cfg(all(target_os = "linux", feature = "std"))]

mod temporary;

use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use sysline::Errno;
use sysline::mm::{MapFlags, Prot, mmap, munmap};

/// A multiple of every page's size.
const PAGE: usize = 65536;

#[test]
fn a_file_is_mapped_from_its_offset_on() {
    let file = temporary::file("mmap");
    let offset = (5 << 30) + PAGE as u64;
    file.write_all_at(b"far away", offset).unwrap();
    let none = std::ptr::null_mut();
    // SAFETY: the mapping is a new one, of a file that nobody else has, and has 8 bytes that are read.
    unsafe {
        let at = mmap(
            none,
            PAGE,
            Prot::READ,
            MapFlags::SHARED,
            Some(file.as_fd()),
            offset,
        )
        .unwrap();
        assert_eq!(std::slice::from_raw_parts(at.cast::<u8>(), 8), b"far away");
        assert_eq!(munmap(at, PAGE), Ok(()));
    }
}

#[test]
fn memory_without_a_file_is_zero_and_writable() {
    let flags = MapFlags::PRIVATE | MapFlags::ANONYMOUS;
    // SAFETY: the mapping is a new one of `PAGE` bytes.
    unsafe {
        let none = std::ptr::null_mut();
        let at = mmap(none, PAGE, Prot::READ | Prot::WRITE, flags, None, 0).unwrap();
        let bytes = std::slice::from_raw_parts_mut(at.cast::<u8>(), PAGE);
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(7);
        assert!(bytes.iter().all(|&byte| byte == 7));
        // Exactly there, in its place: zero again.
        let again = mmap(at, PAGE, Prot::READ, flags | MapFlags::FIXED, None, 0);
        assert_eq!(again, Ok(at));
        assert_eq!(at.cast::<u8>().read(), 0);
        assert_eq!(munmap(at, PAGE), Ok(()));
    }
}

#[test]
fn an_offset_that_is_no_page_is_an_error() {
    let file = temporary::file("mmap-offset");
    for offset in [1, 4095, (1 << 45) - 1, u64::MAX] {
        // SAFETY: nothing is mapped.
        let mapped = unsafe {
            let none = std::ptr::null_mut();
            mmap(
                none,
                PAGE,
                Prot::READ,
                MapFlags::SHARED,
                Some(file.as_fd()),
                offset,
            )
        };
        assert_eq!(mapped, Err(Errno::EINVAL), "{offset}");
    }
    // SAFETY: as above.
    let end = unsafe {
        let none = std::ptr::null_mut();
        let page = PAGE as u64;
        mmap(
            none,
            PAGE,
            Prot::READ,
            MapFlags::SHARED,
            Some(file.as_fd()),
            0u64.wrapping_sub(page),
        )
    };
    assert_eq!(end, Err(Errno::EOVERFLOW));
}

#[test]
fn a_length_of_zero_is_an_error() {
    // SAFETY: nothing is mapped, nothing is unmapped.
    unsafe {
        let none = std::ptr::null_mut();
        let flags = MapFlags::PRIVATE | MapFlags::ANONYMOUS;
        assert_eq!(
            mmap(none, 0, Prot::READ, flags, None, 0),
            Err(Errno::EINVAL)
        );
        assert_eq!(munmap(none, 0), Err(Errno::EINVAL));
    }
}

//! Mappings that own their pages: what the kernel has mapped, and for whom.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod memory;
mod temporary;

use child::in_child;
use emulator::skipped;
use memory::{SIGBUS, SIGSEGV, rights, row, signal_of, status};
use std::ffi::c_int;
use std::ops::Bound;
use std::os::fd::{AsFd, FromRawFd};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use sysline::Errno;
use sysline::mm::{
    self, Executable, FileMapping, GuardedMapping, Hint, HugePages, MapOptions, Mapping,
    MsyncFlags, NoAccess, Prot, ReadOnly, ReadWrite, SharedMapping, page_size,
};

/// Whether each page of a mapping is in memory.
fn resident(bytes: &[u8]) -> Vec<bool> {
    let mut pages = vec![0; bytes.len().div_ceil(page_size())];
    mm::mincore(bytes, &mut pages).unwrap();
    pages.iter().map(|page| page & 1 != 0).collect()
}

/// A mapping with the number of each page in all of its bytes, from 1 on.
fn numbered(pages: usize) -> Mapping {
    let mut mapping = Mapping::new(pages * page_size()).unwrap();
    for (at, page) in mapping.chunks_mut(page_size()).enumerate() {
        page.fill(at as u8 + 1);
    }
    mapping
}

/// The bytes are those of `numbered`, from a page on.
fn is_numbered(bytes: &[u8], first: usize) -> bool {
    let mut pages = bytes.chunks(page_size()).zip(first as u8 + 1..);
    pages.all(|(page, number)| page.iter().all(|&byte| byte == number))
}

#[test]
fn page_size_is_the_c_library_s() {
    // SAFETY: the signature is that of `unistd.h`.
    unsafe extern "C" {
        fn getpagesize() -> core::ffi::c_int;
    }
    // SAFETY: it gives a number.
    assert_eq!(page_size(), unsafe { getpagesize() } as usize);
}

#[test]
fn new_memory_is_zero_and_can_be_written() {
    let mut mapping = Mapping::new(3 * page_size()).unwrap();
    assert_eq!(mapping.len(), 3 * page_size());
    assert!(!mapping.is_empty());
    assert!(mapping.iter().all(|&byte| byte == 0));
    mapping.fill(0xa5);
    assert!(mapping.iter().all(|&byte| byte == 0xa5));
    assert_eq!(rights(mapping.as_ptr()).unwrap(), "rw-p");
    assert_eq!(
        format!("{mapping:?}"),
        format!(
            "Mapping {{ start: {:?}, len: {}, prot: Prot(READ | WRITE) }}",
            mapping.as_ptr(),
            3 * page_size()
        )
    );
}

#[test]
fn a_length_is_kept_and_whole_pages_are_mapped() {
    in_child(|| {
        let mut room = Mapping::reserve(3 * page_size()).unwrap();
        // What is mapped next to it is not of its kind, so that rows are its own.
        let last = room.split_off(2 * page_size()).unwrap();
        let mut first: Mapping = room.protect().unwrap();
        first.truncate(page_size() + 1).unwrap();
        assert_eq!(first.len(), page_size() + 1);
        let found = row(first.as_ptr()).unwrap();
        assert_eq!(found.start, first.as_ptr().addr());
        assert_eq!(found.end, last.as_ptr().addr());
        first.truncate(page_size()).unwrap();
        assert_eq!(first.len(), page_size());
        let end = first.as_ptr().wrapping_add(page_size());
        assert_eq!(rights(end), None);
        // It has no more than that.
        assert_eq!(first.truncate(page_size() + 1), Ok(()));
        assert_eq!(first.len(), page_size());
        assert_eq!(first.truncate(0), Err(Errno::EINVAL));
    });
}

#[test]
fn a_length_of_0_is_an_error() {
    let file = temporary::file("mapping-zero");
    assert_eq!(Mapping::new(0).err(), Some(Errno::EINVAL));
    assert_eq!(Mapping::reserve(0).err(), Some(Errno::EINVAL));
    assert_eq!(Mapping::with_guard(0).err(), Some(Errno::EINVAL));
    let shared = SharedMapping::<AtomicU32>::new(0);
    assert_eq!(shared.err(), Some(Errno::EINVAL));
    let mapped = FileMapping::shared(file.as_fd(), 0, 0, Prot::READ);
    assert_eq!(mapped.err(), Some(Errno::EINVAL));
    let mut mapping = numbered(1);
    assert_eq!(mapping.resize(0), Err(Errno::EINVAL));
    assert!(is_numbered(&mapping, 0));
}

#[test]
fn a_length_that_no_slice_has_is_an_error() {
    let file = temporary::file("mapping-long");
    let page = page_size();
    let longest = isize::MAX as usize;
    for len in [
        usize::MAX,
        usize::MAX - 1,
        usize::MAX - page,
        usize::MAX - page + 1,
        usize::MAX - 2 * page,
        longest + 1,
        longest,
        longest - page + 2,
    ] {
        assert_eq!(Mapping::new(len).err(), Some(Errno::ENOMEM), "{len:#x}");
        assert_eq!(Mapping::reserve(len).err(), Some(Errno::ENOMEM), "{len:#x}");
        let guarded = Mapping::with_guard(len);
        assert_eq!(guarded.err(), Some(Errno::ENOMEM), "{len:#x}");
        let mapped = FileMapping::private(file.as_fd(), 0, len, Prot::READ);
        assert_eq!(mapped.err(), Some(Errno::ENOMEM), "{len:#x}");
        let shared = SharedMapping::<AtomicUsize>::new(len);
        assert_eq!(shared.err(), Some(Errno::ENOMEM), "{len:#x}");
        let huge = MapOptions::new().huge_pages(HugePages::MB_2).map(len);
        assert_eq!(huge.err(), Some(Errno::ENOMEM), "{len:#x}");
        let mut mapping = numbered(1);
        assert_eq!(mapping.resize(len), Err(Errno::ENOMEM), "{len:#x}");
        assert_eq!(mapping.len(), page);
        assert!(is_numbered(&mapping, 0));
    }
}

#[test]
fn dropping_unmaps_exactly_its_pages() {
    in_child(|| {
        let page = page_size();
        let mut before = Mapping::reserve(7 * page).unwrap();
        let mut middle = before.split_off(2 * page).unwrap();
        let behind = middle.split_off(3 * page).unwrap();
        let start = before.as_ptr();
        let mapped = || {
            let is_mapped = |at: usize| rights(start.wrapping_add(at * page)).is_some();
            (0..7).map(is_mapped).collect::<Vec<_>>()
        };
        assert_eq!(mapped(), [true; 7]);
        drop(middle);
        assert_eq!(mapped(), [true, true, false, false, false, true, true]);
        drop(behind);
        assert_eq!(mapped(), [true, true, false, false, false, false, false]);
        drop(before);
        assert_eq!(mapped(), [false; 7]);
    });
}

#[test]
fn splitting_leaves_two_owners() {
    let page = page_size();
    let mut left = numbered(4);
    for at in [0, 1, page - 1, page + 1, 4 * page, 5 * page, usize::MAX] {
        assert_eq!(left.split_off(at).err(), Some(Errno::EINVAL), "{at}");
    }
    let mut right = left.split_off(page).unwrap();
    assert_eq!((left.len(), right.len()), (page, 3 * page));
    assert_eq!(right.as_ptr().addr(), left.as_ptr().addr() + page);
    assert!(is_numbered(&left, 0) && is_numbered(&right, 1));
    drop(left);
    assert!(is_numbered(&right, 1));
    right.fill(9);
}

#[test]
fn unmapping_a_part_leaves_the_rest() {
    in_child(|| {
        let page = page_size();
        let whole = numbered(5);
        let start = whole.as_ptr();
        for range in [page..page, 1..page, page..page + 1, page..6 * page] {
            let refused = whole_of(start, 5 * page).unmap_range(range.clone());
            let refused = refused.unwrap_err();
            assert_eq!(refused.errno(), Errno::EINVAL, "{range:?}");
            assert!(is_numbered(&refused.into_mapping().leak()[..], 0));
        }
        let (before, behind) = whole.unmap_range(page..3 * page).unwrap();
        let (before, behind) = (before.unwrap(), behind.unwrap());
        assert!(is_numbered(&before, 0) && is_numbered(&behind, 3));
        assert_eq!((before.len(), behind.len()), (page, 2 * page));
        assert_eq!(rights(start.wrapping_add(page)), None);
        assert_eq!(rights(start.wrapping_add(2 * page)), None);
        // From the start, and up to an end that is no page's.
        let (none, mut behind) = behind.unmap_range(..page).unwrap();
        assert!(none.is_none());
        let behind_len = behind.as_ref().unwrap().len();
        behind.as_mut().unwrap().truncate(behind_len - 1).unwrap();
        let (none, neither) = behind.unwrap().unmap_range(..).unwrap();
        assert!(none.is_none() && neither.is_none());
        assert_eq!(rights(start.wrapping_add(4 * page)), None);
        assert!(before.unmap().is_ok());
        assert_eq!(rights(start), None);
    });
}

/// A second owner of a mapping that must not be dropped.
fn whole_of(start: *const u8, len: usize) -> Mapping {
    let start = std::ptr::NonNull::new(start.cast_mut()).unwrap();
    // SAFETY: so many bytes are mapped, of no file; the test leaks what it gets.
    unsafe { Mapping::from_raw(std::ptr::NonNull::slice_from_raw_parts(start, len)) }
}

#[test]
fn protecting_is_what_the_kernel_and_the_hardware_see() {
    let mapping = numbered(2);
    let start = mapping.as_ptr().cast_mut();
    // SAFETY: as far as the memory allows it: that is what is tested.
    let (read, write) = unsafe {
        (
            move || _ = start.read_volatile(),
            move || start.write_volatile(1),
        )
    };
    assert_eq!((signal_of(read), signal_of(write)), (0, 0));

    let mapping: Mapping<ReadOnly> = mapping.protect().unwrap();
    assert_eq!(rights(start).unwrap(), "r--p");
    assert!(is_numbered(&mapping, 0));
    assert_eq!((signal_of(read), signal_of(write)), (0, SIGSEGV));

    let mapping: Mapping<NoAccess> = mapping.protect().unwrap();
    assert_eq!(rights(start).unwrap(), "---p");
    assert_eq!((signal_of(read), signal_of(write)), (SIGSEGV, SIGSEGV));

    let mapping: Mapping<Executable> = mapping.protect().unwrap();
    assert_eq!(rights(start).unwrap(), "r-xp");
    assert!(is_numbered(&mapping, 0));
    assert_eq!((signal_of(read), signal_of(write)), (0, SIGSEGV));

    let mut mapping: Mapping<ReadWrite> = mapping.protect().unwrap();
    assert_eq!(rights(start).unwrap(), "rw-p");
    assert!(is_numbered(&mapping, 0));
    mapping.fill(1);
}

#[test]
fn a_part_is_protected_after_a_split() {
    let mut writable = numbered(2);
    let frozen = writable.split_off(page_size()).unwrap();
    let frozen: Mapping<ReadOnly> = frozen.protect().unwrap();
    assert_eq!(rights(writable.as_ptr()).unwrap(), "rw-p");
    assert_eq!(rights(frozen.as_ptr()).unwrap(), "r--p");
    writable.fill(7);
    assert!(is_numbered(&frozen, 1));
}

#[test]
fn reserved_addresses_are_nobody_s_until_they_are_protected() {
    let mut room = Mapping::reserve(1 << 28).unwrap();
    assert_eq!(rights(room.as_ptr()).unwrap(), "---p");
    let start = room.as_ptr();
    // SAFETY: it is mapped; that it can't be read is what is tested.
    let read = unsafe { move || _ = start.read_volatile() };
    assert_eq!(signal_of(read), SIGSEGV);
    let _rest = room.split_off(2 * page_size()).unwrap();
    let mut used: Mapping = room.protect().unwrap();
    assert!(used.iter().all(|&byte| byte == 0));
    used.fill(1);
    assert_eq!(rights(used.as_ptr()).unwrap(), "rw-p");
}

#[test]
fn resizing_keeps_bytes_and_adds_zeros() {
    let page = page_size();
    let mut mapping = numbered(2);
    mapping.resize(64 * page).unwrap();
    assert_eq!(mapping.len(), 64 * page);
    assert!(is_numbered(&mapping[..2 * page], 0));
    assert!(mapping[2 * page..].iter().all(|&byte| byte == 0));
    mapping[2 * page..].fill(0xff);
    mapping.resize(page + 1).unwrap();
    assert_eq!(mapping.len(), page + 1);
    assert!(is_numbered(&mapping, 0));
    // On the page that has stayed are bytes of before, which are zero all the same.
    mapping.resize(page + 10).unwrap();
    assert_eq!(mapping[page..], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    mapping.resize(3 * page).unwrap();
    assert!(mapping[page + 1..].iter().all(|&byte| byte == 0));
    mapping.fill(3);
}

#[test]
fn resizing_unmaps_what_is_behind_and_moves_where_there_is_no_room() {
    in_child(|| {
        let page = page_size();
        let mut mapping = numbered(4);
        let start = mapping.as_ptr();
        mapping.resize(2 * page).unwrap();
        assert_eq!(mapping.as_ptr(), start);
        assert_eq!(rights(start.wrapping_add(2 * page)), None);
        let mut first = mapping;
        let second = first.split_off(page).unwrap();
        first.resize(2 * page).unwrap();
        assert_ne!(first.as_ptr(), start);
        assert_eq!(rights(start), None);
        assert!(is_numbered(&first[..page], 0) && is_numbered(&second, 1));
    });
}

#[test]
fn discarded_bytes_are_zero_and_leave_memory() {
    let page = page_size();
    let mut mapping = numbered(5);
    assert_eq!(resident(&mapping), [true; 5]);
    mapping.discard(page - 1..3 * page + 2).unwrap();
    assert_eq!(mapping[page - 2], 1);
    assert!(
        mapping[page - 1..3 * page + 2]
            .iter()
            .all(|&byte| byte == 0)
    );
    assert_eq!(mapping[3 * page + 2], 4);
    assert!(is_numbered(&mapping[4 * page..], 4));

    let mut mapping = numbered(5);
    mapping.discard(page - 1..3 * page + 2).unwrap();
    assert_eq!(resident(&mapping), [true, false, false, true, true]);
    mapping.truncate(5 * page - 7).unwrap();
    mapping.discard(4 * page..).unwrap();
    assert_eq!(resident(&mapping), [true, false, false, true, false]);
    // Less than a page, on one page and on two.
    mapping.fill(1);
    mapping.discard(1..=2).unwrap();
    mapping.discard(page - 1..page + 1).unwrap();
    mapping.discard(3..3).unwrap();
    assert_eq!(mapping[..4], [1, 0, 0, 1]);
    assert_eq!(mapping[page - 2..page + 2], [1, 0, 0, 1]);
    assert_eq!(resident(&mapping), [true; 5]);
    mapping.discard(..).unwrap();
    assert_eq!(resident(&mapping), [false; 5]);
    // What starts behind a byte does not have it.
    mapping[..4].fill(1);
    let range = (Bound::Excluded(0), Bound::Included(2));
    mapping.discard(range).unwrap();
    assert_eq!(mapping[..4], [1, 0, 0, 1]);
    let nowhere = (Bound::Excluded(usize::MAX), Bound::Unbounded);
    assert_eq!(mapping.discard(nowhere), Err(Errno::EINVAL));

    let len = mapping.len();
    assert_eq!(mapping.discard(len..len + 1), Err(Errno::EINVAL));
    assert_eq!(mapping.discard(..=usize::MAX), Err(Errno::EINVAL));
    #[expect(clippy::reversed_empty_ranges)]
    let reversed = mapping.discard(2..1);
    assert_eq!(reversed, Err(Errno::EINVAL));
}

/// To be asked outside of a test's copy of this process, which nobody hears.
fn knows_mlock2() -> bool {
    let probed = Mapping::new(1).unwrap().lock_on_fault();
    probed != Err(Errno::ENOSYS) || !skipped("mlock2")
}

#[test]
fn locked_memory_is_counted() {
    let knows_mlock2 = knows_mlock2();
    in_child(|| {
        let page = page_size() / 1024;
        let mut mapping = numbered(3);
        assert_eq!(status("VmLck"), 0);
        mapping.lock().unwrap();
        assert_eq!(status("VmLck"), 3 * page);
        // What is locked can't be discarded (an emulator has told the kernel nothing of it, and zeros are right too).
        let discarded = mapping.discard(..);
        assert!(discarded == Err(Errno::EINVAL) || mapping.iter().all(|&byte| byte == 0));
        mapping.unlock().unwrap();
        assert_eq!(status("VmLck"), 0);
        let other = MapOptions::new().locked().map(2 * page_size()).unwrap();
        assert_eq!(status("VmLck"), 2 * page);
        drop(other);
        assert_eq!(status("VmLck"), 0);

        let later = Mapping::new(4 * page_size()).unwrap();
        if !knows_mlock2 {
            return;
        }
        later.lock_on_fault().unwrap();
        assert_eq!(status("VmLck"), 4 * page);
        assert_eq!(resident(&later), [false; 4]);
        later.unlock().unwrap();
        assert_eq!(status("VmLck"), 0);
    });
}

#[test]
fn populated_memory_is_there_from_the_start() {
    let lazy = Mapping::new(4 * page_size()).unwrap();
    assert_eq!(resident(&lazy), [false; 4]);
    let eager = MapOptions::new()
        .populate()
        .no_reserve()
        .stack()
        .map(4 * page_size());
    assert_eq!(resident(&eager.unwrap()), [true; 4]);
}

#[test]
fn huge_pages_are_counted_or_there_are_none() {
    let huge = MapOptions::default().huge_pages(HugePages::MB_2);
    let without_room = huge.no_reserve().map(1);
    assert_eq!(without_room.err(), Some(Errno::EINVAL));
    match huge.map(1) {
        Ok(mut mapping) => {
            let found = row(mapping.as_ptr()).unwrap();
            assert_eq!(found.end - found.start, 2 << 20);
            assert_eq!(mapping.split_off(page_size()).err(), Some(Errno::EINVAL));
            assert_eq!(mapping[..], [0]);
            let start = mapping.as_ptr();
            in_child(move || {
                // A mapping of 1 byte is 2 MiB, and all of it goes.
                drop(mapping);
                assert_eq!(rights(start), None);
            });
        }
        // None are set aside, or the architecture has no such pages.
        Err(errno) => assert!([Errno::ENOMEM, Errno::EINVAL].contains(&errno), "{errno}"),
    }
    assert_eq!(HugePages::of_size(2 << 20), Some(HugePages::MB_2));
    assert_eq!(HugePages::of_size(1 << 30), Some(HugePages::GB_1));
    assert_eq!(HugePages::GB_1.size(), 1 << 30);
    for bytes in [0, 1, 4096, 4097, 3 << 20, usize::MAX] {
        assert_eq!(HugePages::of_size(bytes), None, "{bytes}");
    }
}

/// `mremap(2)` rounds lengths up to such pages, and would say that a part of one has grown into the next owner's.
#[test]
fn a_part_of_a_file_s_huge_page_does_not_grow() {
    // SAFETY: the signature is that of `sys/mman.h`.
    unsafe extern "C" {
        fn memfd_create(name: *const core::ffi::c_char, flags: core::ffi::c_uint) -> c_int;
    }
    // SAFETY: the name ends in a NUL, and the descriptor is nobody else's.
    let file = unsafe {
        // `linux/memfd.h`: MFD_CLOEXEC, MFD_HUGETLB
        match memfd_create(c"huge".as_ptr(), 0x1 | 0x4) {
            -1 => {
                let error = std::io::Error::last_os_error();
                return println!("skipped: no huge pages here: {error}");
            }
            fd => std::fs::File::from_raw_fd(fd),
        }
    };
    let (page, both) = (page_size(), Prot::READ | Prot::WRITE);
    let mut left = match FileMapping::shared(file.as_fd(), 0, 4 * page, both) {
        Err(errno) => return println!("left out: no huge pages: {errno}"),
        Ok(mapping) => mapping,
    };
    let mut right = left.split_off(page).unwrap();
    for len in [page + 1, 3 * page, 4 * page, 64 << 20] {
        assert_eq!(left.resize(len), Err(Errno::EINVAL), "{len}");
        assert_eq!(left.len(), page);
    }
    assert_eq!(right.resize(4 * page), Err(Errno::EINVAL));
    assert_eq!(right.resize(page), Err(Errno::EINVAL));
    let start = left.as_ptr();
    drop((left, right));
    // Neither was a whole page: it has stayed.
    assert_eq!(rights(start).unwrap(), "rw-s");
}

#[test]
fn guards_are_before_and_behind() {
    in_child(|| {
        let page = page_size();
        let mut guarded: GuardedMapping = Mapping::with_guard(2 * page - 3).unwrap();
        assert_eq!(guarded.len(), 2 * page - 3);
        assert!(guarded.iter().all(|&byte| byte == 0));
        guarded.fill(1);
        let start = guarded.as_ptr().cast_mut();
        let at = |offset: isize| start.wrapping_offset(offset);
        let page = page as isize;
        assert_eq!(rights(at(-1)).unwrap(), "---p");
        assert_eq!(rights(start).unwrap(), "rw-p");
        assert_eq!(rights(at(2 * page - 1)).unwrap(), "rw-p");
        assert_eq!(rights(at(2 * page)).unwrap(), "---p");
        for (offset, signal) in [
            (-1, SIGSEGV),
            (0, 0),
            (2 * page - 1, 0),
            (2 * page, SIGSEGV),
        ] {
            // SAFETY: as far as the memory allows it: that is what is tested.
            let died = signal_of(|| unsafe { at(offset).write_volatile(1) });
            assert_eq!(died, signal, "{offset}");
        }
        drop(guarded);
        for offset in [-page, 0, page, 2 * page] {
            assert_eq!(rights(at(offset)), None, "{offset}");
        }
    });
}

#[test]
fn bytes_are_given_up_and_taken_over() {
    in_child(|| {
        let bytes = numbered(3).into_raw();
        assert_eq!(bytes.len(), 3 * page_size());
        let start = bytes.cast::<u8>().as_ptr();
        assert_eq!(rights(start).unwrap(), "rw-p");
        // SAFETY: they are what `into_raw` gave.
        let mapping: Mapping = unsafe { Mapping::from_raw(bytes) };
        assert!(is_numbered(&mapping, 0));
        drop(mapping);
        assert_eq!(rights(start), None);

        let bytes: &'static mut [u8] = numbered(1).leak();
        bytes.fill(4);
        assert_eq!(rights(bytes.as_ptr()).unwrap(), "rw-p");
    });
}

#[test]
fn a_sealed_mapping_stays() {
    let mapping: Mapping<ReadOnly> = numbered(2).protect().unwrap();
    // Its last page is sealed as the first one is.
    let start = mapping[page_size()..].as_ptr();
    let bytes = match mapping.seal() {
        Ok(bytes) => bytes,
        Err(refused) => {
            assert!(refused.errno() == Errno::ENOSYS && skipped("mseal"));
            return;
        }
    };
    assert!(is_numbered(bytes, 0));
    let again = || whole_of(start, page_size());
    let refused = again().unmap().unwrap_err();
    assert_eq!(refused.errno(), Errno::EPERM);
    assert_eq!(
        format!("{refused:?} {refused}"),
        "Refused(EPERM) EPERM: operation not permitted"
    );
    let _ = refused.into_mapping().into_raw();
    // What can't be protected is taken for no access, and is still there.
    let refused = again().protect::<NoAccess>().unwrap_err();
    assert_eq!(Errno::EPERM, refused.errno());
    let refused: Mapping<NoAccess> = refused.into_mapping();
    assert_eq!(refused.len(), page_size());
    drop(refused);
    assert_eq!(rights(start).unwrap(), "r--p");
    assert!(is_numbered(bytes, 0));
}

#[test]
fn what_is_refused_becomes_an_errno_or_an_error_of_std() {
    fn by_errno() -> sysline::Result<()> {
        let mapping = Mapping::new(1)?;
        mapping.unmap_range(1..)?;
        Ok(())
    }
    fn by_std() -> std::io::Result<()> {
        Mapping::new(1)?.unmap_range(1..)?;
        Ok(())
    }
    assert_eq!(by_errno(), Err(Errno::EINVAL));
    let error = by_std().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::EINVAL.raw()));
}

#[test]
fn a_name_is_seen_in_proc() {
    let mapping = Mapping::new(3 * page_size() - 1).unwrap();
    let last = || row(&raw const mapping[2 * page_size()]).unwrap();
    let name = || row(mapping.as_ptr()).unwrap().name;
    match mapping.set_name("sysline test") {
        Ok(()) => assert_eq!(
            (name(), last().name),
            (name(), "[anon:sysline test]".into())
        ),
        // The kernel keeps no names.
        Err(errno) => assert_eq!((errno, name().as_str()), (Errno::EINVAL, "")),
    }
    assert_eq!(mapping.set_name("a[0]"), Err(Errno::EINVAL));
    assert_eq!(mapping.set_name("nul\0"), Err(Errno::EINVAL));
}

#[test]
fn advice_is_given_for_all_of_it() {
    let mapping = Mapping::new(4 * page_size()).unwrap();
    let advised = mapping.advise(Hint::PopulateWrite);
    let known = !matches!(advised, Err(Errno::EINVAL)) && resident(&mapping) == [true; 4];
    if !known && skipped("madvise") {
        return;
    }
    assert_eq!(advised, Ok(()));
    let room = Mapping::reserve(page_size()).unwrap();
    // Nothing of it can be read.
    assert!(room.advise(Hint::PopulateRead).is_err());
    let shared = SharedMapping::<AtomicU8>::new(page_size()).unwrap();
    assert_eq!(shared.advise(Hint::DontDump), Ok(()));
}

#[test]
fn a_copy_of_the_process_shares_what_is_shared_and_nothing_else() {
    let mut private = Mapping::new(1).unwrap();
    private[0] = 1;
    let shared: SharedMapping<AtomicU32> = SharedMapping::new(3).unwrap();
    assert_eq!(shared.len(), 3);
    assert_eq!(rights(shared.as_ptr()).unwrap(), "rw-s");
    assert!(shared.iter().all(|one| one.load(Ordering::Relaxed) == 0));
    shared[1].store(5, Ordering::Relaxed);
    let died = signal_of(|| {
        private[0] = 2;
        shared[2].store(shared[1].load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    });
    assert_eq!(died, 0);
    assert_eq!(private[0], 1);
    assert_eq!(shared[2].load(Ordering::Relaxed), 6);
}

#[test]
fn shared_memory_is_locked_and_unmapped() {
    let knows_mlock2 = knows_mlock2();
    in_child(|| {
        let options = MapOptions::new().populate();
        let shared: SharedMapping<AtomicUsize> = options.map_shared(page_size()).unwrap();
        assert_eq!(shared.len(), page_size());
        let bytes = page_size() * size_of::<usize>();
        shared.lock().unwrap();
        assert_eq!(status("VmLck"), bytes / 1024);
        shared.unlock().unwrap();
        assert_eq!(status("VmLck"), 0);
        if knows_mlock2 {
            shared.lock_on_fault().unwrap();
        }
        let found = row(shared.as_ptr()).unwrap();
        assert_eq!(found.end - found.start, bytes);
        let start = shared.as_ptr();
        drop(shared);
        assert_eq!(rights(start), None);
    });
}

/// A file with pages of 1, 2, 3, …
fn numbered_file(name: &str, pages: usize) -> std::fs::File {
    let file = temporary::file(name);
    file.write_all_at(&numbered(pages), 0).unwrap();
    file
}

#[test]
fn a_file_is_mapped_shared_and_private() {
    let page = page_size();
    let file = numbered_file("mapping-file", 3);
    let both = Prot::READ | Prot::WRITE;
    let mut shared = FileMapping::shared(file.as_fd(), page as u64, page + 5, both).unwrap();
    let mut private = FileMapping::private(file.as_fd(), 0, 2 * page, both).unwrap();
    assert_eq!((shared.len(), shared.is_empty()), (page + 5, false));
    assert_eq!(rights(shared.as_ptr()).unwrap(), "rw-s");
    assert_eq!(rights(private.as_ptr()).unwrap(), "rw-p");
    let byte = |at: usize| {
        let mut byte = [0];
        file.read_exact_at(&mut byte, at as u64).unwrap();
        byte[0]
    };
    // SAFETY: nobody else has the file; while a slice is borrowed nothing else touches its bytes.
    unsafe {
        assert!(is_numbered(shared.as_slice(), 1));
        assert!(is_numbered(private.as_slice(), 0));
        private.as_mut_slice()[0] = 100;
        shared.as_mut_slice()[0] = 101;
        // Of the private mapping's second page nothing was written: it is the file's.
        assert_eq!(private.as_slice()[page], 101);
    }
    assert_eq!((byte(0), byte(page)), (1, 101));
    let expected = format!(
        "FileMapping {{ start: {:?}, len: {} }}",
        shared.as_ptr(),
        page + 5
    );
    assert_eq!(format!("{shared:?}"), expected);
}

#[test]
fn an_offset_beyond_4_gib_is_the_file_s() {
    let file = temporary::file("mapping-offset");
    let offset = (9 << 30) + page_size() as u64;
    file.write_all_at(b"far away", offset).unwrap();
    let mapping = FileMapping::shared(file.as_fd(), offset, 8, Prot::READ).unwrap();
    // SAFETY: nobody else has the file.
    assert_eq!(unsafe { mapping.as_slice() }, b"far away");
    let between = FileMapping::shared(file.as_fd(), offset + 1, 8, Prot::READ);
    assert_eq!(between.err(), Some(Errno::EINVAL));
}

#[test]
fn a_file_is_mapped_as_it_is_open() {
    let (path, file) = temporary::path("mapping-access");
    file.write_all_at(b"x", 0).unwrap();
    let reader = std::fs::File::open(&*path).unwrap();
    let both = Prot::READ | Prot::WRITE;
    let writable = FileMapping::shared(reader.as_fd(), 0, 1, both);
    assert_eq!(writable.err(), Some(Errno::EACCES));
    let mut readable = FileMapping::shared(reader.as_fd(), 0, 1, Prot::READ).unwrap();
    assert_eq!(readable.protect(both), Err(Errno::EACCES));
    readable.protect(Prot::empty()).unwrap();
    assert_eq!(rights(readable.as_ptr()).unwrap(), "---s");
    // What is private is nobody else's to refuse.
    assert!(FileMapping::private(reader.as_fd(), 0, 1, both).is_ok());
    let (pipe, _other) = temporary::pipe();
    let no_file = FileMapping::shared(pipe.as_fd(), 0, 1, Prot::READ);
    assert_eq!(no_file.err(), Some(Errno::ENODEV));
}

#[test]
fn pages_behind_a_file_s_end_are_a_sigbus() {
    let page = page_size();
    let file = numbered_file("mapping-bus", 3);
    let mapping = FileMapping::shared(file.as_fd(), 0, 3 * page, Prot::READ).unwrap();
    file.set_len(page as u64 + 1).unwrap();
    let start = mapping.as_ptr();
    // SAFETY: as far as the memory allows it: that is what is tested.
    let read = |at: usize| signal_of(|| unsafe { _ = start.add(at).read_volatile() });
    assert_eq!((read(0), read(page), read(2 * page)), (0, 0, SIGBUS));
    // SAFETY: the page of the last byte is mapped whole, and ends with zeros.
    assert_eq!(unsafe { start.add(page + 1).read_volatile() }, 0);
}

#[test]
fn residency_and_advice_of_a_file() {
    let page = page_size();
    let file = numbered_file("mapping-resident", 3);
    let mapping = FileMapping::shared(file.as_fd(), 0, 2 * page + 1, Prot::READ).unwrap();
    mapping.advise(Hint::WillNeed).unwrap();
    let mut pages = [0; 3];
    mapping.residency(&mut pages).unwrap();
    // They were just written, and are in the cache.
    assert_eq!(pages.map(|page| page & 1), [1; 3]);
    assert_eq!(mapping.residency(&mut pages[..2]), Err(Errno::EINVAL));
}

#[test]
fn a_file_s_mapping_is_locked_and_synced() {
    let knows_mlock2 = knows_mlock2();
    in_child(|| {
        let page = page_size();
        let file = numbered_file("mapping-sync", 2);
        let both = Prot::READ | Prot::WRITE;
        let mapping = FileMapping::shared(file.as_fd(), 0, 2 * page, both).unwrap();
        assert_eq!(mapping.sync(MsyncFlags::SYNC), Ok(()));
        let neither = MsyncFlags::SYNC | MsyncFlags::ASYNC;
        assert_eq!(mapping.sync(neither), Err(Errno::EINVAL));
        mapping.lock().unwrap();
        assert_eq!(status("VmLck"), 2 * page / 1024);
        // The second page is locked, and is synced too.
        // SAFETY: nobody changes the file.
        mm::munlock(unsafe { &mapping.as_slice()[..page] }).unwrap();
        let invalidated = mapping.sync(MsyncFlags::SYNC | MsyncFlags::INVALIDATE);
        assert_eq!(invalidated, Err(Errno::EBUSY));
        mapping.unlock().unwrap();
        assert_eq!(status("VmLck"), 0);
        if knows_mlock2 {
            mapping.lock_on_fault().unwrap();
        }
    });
}

#[test]
fn a_file_s_mapping_grows_splits_and_goes() {
    in_child(|| {
        let page = page_size();
        let file = numbered_file("mapping-parts", 6);
        let mut mapping = FileMapping::shared(file.as_fd(), 0, page, Prot::READ).unwrap();
        mapping.resize(6 * page).unwrap();
        // SAFETY: nobody else has the file.
        unsafe { assert!(is_numbered(mapping.as_slice(), 0)) };
        let start = mapping.as_ptr();
        assert_eq!(mapping.split_off(page + 1).err(), Some(Errno::EINVAL));
        let right = mapping.split_off(4 * page).unwrap();
        // SAFETY: as above.
        unsafe { assert!(is_numbered(right.as_slice(), 4)) };
        let refused = mapping.unmap_range(1..page).unwrap_err();
        assert_eq!(refused.errno(), Errno::EINVAL);
        let (before, behind) = refused.into_mapping().unmap_range(page..2 * page).unwrap();
        let (before, behind) = (before.unwrap(), behind.unwrap());
        assert_eq!(rights(start.wrapping_add(page)), None);
        // SAFETY: as above.
        unsafe { assert!(is_numbered(behind.as_slice(), 2)) };
        drop(behind);
        assert_eq!(rights(start.wrapping_add(2 * page)), None);
        assert!(before.unmap().is_ok());
        assert_eq!(rights(start), None);
        let bytes = right.into_raw();
        assert_eq!(rights(bytes.cast::<u8>().as_ptr()).unwrap(), "r--s");
        // SAFETY: they are what `into_raw` gave.
        drop(unsafe { FileMapping::from_raw(bytes) });
        assert_eq!(rights(bytes.cast::<u8>().as_ptr()), None);
    });
}

#[test]
fn mappings_go_to_other_threads() {
    fn goes<T: Send + Sync>() {}
    goes::<Mapping>();
    goes::<Mapping<NoAccess>>();
    goes::<GuardedMapping>();
    goes::<SharedMapping<AtomicU32>>();
    goes::<FileMapping>();
    let mut mapping = numbered(1);
    std::thread::scope(|scope| scope.spawn(|| mapping.fill(9)).join()).unwrap();
    assert!(mapping.iter().all(|&byte| byte == 9));
}

#[test]
fn mappings_keep_no_descriptor() {
    in_child(|| {
        let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let file = numbered_file("mapping-descriptors", 1);
        let before = open();
        let mapping = FileMapping::shared(file.as_fd(), 0, 1, Prot::READ).unwrap();
        assert!(FileMapping::shared(file.as_fd(), 1, 1, Prot::READ).is_err());
        assert_eq!(open(), before);
        drop(file);
        // SAFETY: nobody else has the file.
        assert_eq!(unsafe { mapping.as_slice() }, [1]);
        assert_eq!(open(), before - 1);
    });
}

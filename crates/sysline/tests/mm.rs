//! The area `mm`: calls on ranges of memory, on all memory, and on which node it is.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod memory;
mod temporary;

use child::in_child;
use emulator::skipped;
use memory::{rights, row, rows, signal_of, status};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::ptr::null_mut;
use sysline::mm::{
    Advice, FileMapping, Hint, MapFlags, Mapping, MbindFlags, Membarrier, MlockFlags,
    MlockallFlags, MremapFlags, MsyncFlags, NodeMask, PageStatus, Pkey, PkeyRights, PolicyFlags,
    PolicyMode, Prot, RemoteRange, advise, brk, get_mempolicy, get_mempolicy_of, madvise, mbind,
    membarrier, membarrier_cpu, membarrier_query, membarrier_registrations, mems_allowed,
    migrate_pages, mincore, mlock, mlock2, mlockall, mmap, move_pages, mprotect, mremap, mseal,
    msync, munlock, munlockall, munmap, next_node, node_of, page_nodes, page_size, pkey_alloc,
    pkey_free, pkey_mprotect, process_madvise, remap_file_pages, set_mempolicy,
    set_mempolicy_home_node,
};
use sysline::process::Pid;
use sysline::{Errno, abi, nr};

/// A multiple of every page's size.
const PAGE: usize = 65536;

/// Memory of no file that can be read and written, of so many `PAGE`s, at an address that is a multiple of one.
fn memory(pages: usize) -> &'static mut [u8] {
    let bytes = Mapping::new((pages + 1) * PAGE).unwrap().leak();
    let skip = bytes.as_ptr().align_offset(PAGE);
    &mut bytes[skip..][..pages * PAGE]
}

/// A descriptor of a process (pidfd_open(2)).
fn of_process(pid: u32) -> OwnedFd {
    // SAFETY: the call takes two numbers, and gives a descriptor.
    let opened: sysline::Result<OwnedFd> = unsafe { abi::sys(nr::SYS_PIDFD_OPEN, (pid, 0)) };
    opened.unwrap()
}

#[test]
fn a_mapping_moves_with_its_bytes() {
    in_child(|| {
        let old = memory(4);
        let target = memory(3);
        old.fill(7);
        let (start, target) = (old.as_mut_ptr(), target.as_mut_ptr().cast());
        let flags = MremapFlags::MAYMOVE | MremapFlags::FIXED;
        // SAFETY: both ranges are this test's, and neither is used as it was.
        unsafe {
            let fixed = MremapFlags::FIXED;
            let refused = mremap(start.cast(), PAGE, PAGE, fixed, target);
            assert_eq!(refused, Err(Errno::EINVAL));
            let moved = mremap(start.cast(), PAGE, 2 * PAGE, flags, target);
            assert_eq!(moved, Ok(target));
            let bytes = std::slice::from_raw_parts(target.cast::<u8>(), 2 * PAGE);
            assert!(bytes[..PAGE].iter().all(|&byte| byte == 7));
            assert!(bytes[PAGE..].iter().all(|&byte| byte == 0));
            assert_eq!(rights(start), None);
            // The third page of the target is still there, so that it has no room to grow.
            let none = MremapFlags::empty();
            let grown = mremap(target, 2 * PAGE, 3 * PAGE, none, null_mut());
            assert_eq!(grown, Err(Errno::ENOMEM));
            assert_eq!(mremap(target, 2 * PAGE, PAGE, none, null_mut()), Ok(target));
            assert_eq!(rights(target.byte_add(PAGE)), None);
        }
    });
}

#[test]
fn a_range_is_protected() {
    let bytes = memory(3);
    let start = bytes.as_mut_ptr();
    let at = |page: usize| start.wrapping_add(page * PAGE);
    // SAFETY: the range is this test's.
    unsafe {
        assert_eq!(mprotect(at(1).cast(), PAGE, Prot::READ), Ok(()));
        let refused = mprotect(start.wrapping_add(1).cast(), PAGE, Prot::READ);
        assert_eq!(refused, Err(Errno::EINVAL));
    }
    let seen = [0, 1, 2].map(|page| rights(at(page)).unwrap());
    assert_eq!(seen, ["rw-p", "r--p", "rw-p"]);
    // SAFETY: as far as the memory allows it: that is what is tested.
    let written = signal_of(|| unsafe { at(1).write_volatile(1) });
    assert_eq!(written, memory::SIGSEGV);
}

#[test]
fn advice_on_memory() {
    let bytes = memory(2);
    bytes.fill(7);
    let start = bytes.as_mut_ptr().cast();
    // SAFETY: the range is this test's.
    unsafe {
        assert_eq!(madvise(start, PAGE, Advice::DONTNEED), Ok(()));
        let unknown = madvise(start, PAGE, Advice::from_raw(9999));
        assert!(unknown == Err(Errno::EINVAL) || skipped("madvise's errors"));
    }
    assert!(bytes[..PAGE].iter().all(|&byte| byte == 0));
    assert!(bytes[PAGE..].iter().all(|&byte| byte == 7));
}

#[test]
fn hints_change_no_byte() {
    let bytes = memory(2);
    bytes.fill(7);
    let every = [
        Hint::Random,
        Hint::Sequential,
        Hint::WillNeed,
        Hint::Mergeable,
        Hint::Unmergeable,
        Hint::HugePage,
        Hint::NoHugePage,
        Hint::Collapse,
        Hint::DontDump,
        Hint::DoDump,
        Hint::Cold,
        Hint::PageOut,
        Hint::PopulateRead,
        Hint::PopulateWrite,
        Hint::Normal,
    ];
    for hint in every {
        // A kernel may have no huge pages, or keep no equal pages once.
        let _ = advise(bytes, hint);
        assert!(bytes.iter().all(|&byte| byte == 7), "{hint:?}");
        assert_eq!(advise(&bytes[1..], hint), Err(Errno::EINVAL), "{hint:?}");
    }
    // `asm-generic/mman-common.h`
    let numbers = [1, 2, 3, 12, 13, 14, 15, 25, 16, 17, 20, 21, 22, 23, 0];
    assert_eq!(every.map(|hint| hint.advice().raw()), numbers);
    assert_eq!(every.map(|hint| Advice::from(hint).raw()), numbers);
}

/// The flags of a mapping's pages, as `/proc/self/smaps` has them.
fn vm_flags(at: *const u8) -> Option<String> {
    let text = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let start = row(at).unwrap().start;
    let mut rows = text.lines().skip_while(|row| {
        let first = row.split('-').next().unwrap();
        usize::from_str_radix(first, 16) != Ok(start)
    });
    let flags = rows.find_map(|row| row.strip_prefix("VmFlags:"))?;
    Some(format!("{flags} "))
}

#[test]
fn a_hint_is_seen_in_proc() {
    let bytes = memory(1);
    advise(bytes, Hint::DontDump).unwrap();
    let flags = vm_flags(bytes.as_ptr()).unwrap_or_default();
    // proc_pid_smaps(5): do not include in core dump; random read advice.
    if !flags.contains(" dd ") {
        assert!(skipped("madvise"));
        return;
    }
    advise(bytes, Hint::Random).unwrap();
    assert!(vm_flags(bytes.as_ptr()).unwrap().contains(" rr "));
    advise(bytes, Hint::DoDump).unwrap();
    assert!(!vm_flags(bytes.as_ptr()).unwrap().contains(" dd "));
}

#[test]
fn advice_to_a_process_is_counted_in_bytes() {
    let bytes = memory(3);
    bytes.fill(7);
    let process = of_process(std::process::id());
    let range = |page: usize, pages: usize| RemoteRange {
        start: bytes.as_ptr().addr() + page * PAGE,
        len: pages * PAGE,
    };
    let advised = process_madvise(process.as_fd(), &[range(0, 1), range(2, 1)], Hint::Cold);
    if advised == Err(Errno::ENOSYS) && skipped("process_madvise") {
        return;
    }
    assert_eq!(advised, Ok(2 * PAGE));
    // The second is not mapped, as it has the null pointer's address: the first counts.
    let nowhere = RemoteRange {
        start: 0,
        len: PAGE,
    };
    let partly = process_madvise(process.as_fd(), &[range(0, 2), nowhere], Hint::Cold);
    assert_eq!(partly, Ok(2 * PAGE));
    let none = process_madvise(process.as_fd(), &[nowhere], Hint::Cold);
    assert_eq!(none, Err(Errno::ENOMEM));
    let (no_process, _other) = temporary::pipe();
    let refused = process_madvise(no_process.as_fd(), &[range(0, 1)], Hint::Cold);
    assert_eq!(refused, Err(Errno::EBADF));
    assert!(bytes.iter().all(|&byte| byte == 7));
}

#[test]
fn locks_are_counted() {
    // Not in the copy of this process, which nobody hears.
    let probed = mlock2(&memory(1)[..1], MlockFlags::ONFAULT);
    let knows_mlock2 = probed != Err(Errno::ENOSYS) || !skipped("mlock2");
    in_child(|| {
        let locked = || status("VmLck") * 1024;
        let bytes = memory(4);
        assert_eq!(locked(), 0);
        // Both ends are rounded to pages.
        let page = page_size();
        mlock(&bytes[page + 1..3 * page + 1]).unwrap();
        assert_eq!(locked(), 3 * page);
        munlock(&bytes[page + 5..page + 6]).unwrap();
        assert_eq!(locked(), 2 * page);
        munlock(bytes).unwrap();
        assert_eq!(locked(), 0);
        // Of no bytes no page is locked, nor unlocked: not the one around their address either.
        assert_eq!(mlock(&bytes[5..5]), Ok(()));
        assert_eq!(mlock(&[]), Ok(()));
        assert_eq!(locked(), 0);
        mlock(&bytes[..1]).unwrap();
        assert_eq!(munlock(&bytes[5..5]), Ok(()));
        assert_eq!(locked(), page);
        assert_eq!(munlock(&[]), Ok(()));
        munlock(bytes).unwrap();

        if !knows_mlock2 {
            return;
        }
        assert_eq!(mlock2(&bytes[5..5], MlockFlags::ONFAULT), Ok(()));
        assert_eq!(mlock2(&[], MlockFlags::all()), Err(Errno::EINVAL));
        assert_eq!(locked(), 0);
        mlock2(bytes, MlockFlags::ONFAULT).unwrap();
        assert_eq!(locked(), 4 * PAGE);
        assert_eq!(mlock2(bytes, MlockFlags::all()), Err(Errno::EINVAL));
    });
}

#[test]
fn all_memory_is_locked() {
    in_child(|| {
        // What is locked can't be invalidated: the sum of `/proc` counts an emulator's memory too.
        let is_locked = |bytes: &[u8]| match msync(bytes, MsyncFlags::INVALIDATE) {
            Err(Errno::EBUSY) => true,
            other => {
                other.unwrap();
                false
            }
        };
        let before = memory(1);
        assert!(!is_locked(before));
        mlockall(MlockallFlags::CURRENT | MlockallFlags::ONFAULT).unwrap();
        assert!(is_locked(before));
        assert!(status("VmLck") > 100);
        assert!(!is_locked(&Mapping::new(PAGE).unwrap()));
        mlockall(MlockallFlags::FUTURE).unwrap();
        assert!(is_locked(&Mapping::new(PAGE).unwrap()));
        munlockall().unwrap();
        assert!(!is_locked(before));
        assert!(!is_locked(&Mapping::new(PAGE).unwrap()));
        assert_eq!(status("VmLck"), 0);
        assert_eq!(mlockall(MlockallFlags::empty()), Err(Errno::EINVAL));
    });
}

#[test]
fn it_is_known_which_pages_are_in_memory() {
    let bytes = Mapping::new(4 * page_size()).unwrap().leak();
    let page = page_size();
    bytes[page] = 1;
    bytes[3 * page] = 1;
    let mut resident = [0xff; 5];
    mincore(&bytes[..3 * page + 1], &mut resident).unwrap();
    assert_eq!(
        resident[..4]
            .iter()
            .map(|page| page & 1)
            .collect::<Vec<_>>(),
        [0, 1, 0, 1]
    );
    assert_eq!(resident[4], 0xff);
    assert_eq!(mincore(&bytes[1..page], &mut resident), Err(Errno::EINVAL));
    assert_eq!(mincore(&bytes[..0], &mut resident), Ok(()));
}

/// The kernel would write a byte for each page, wherever the buffer ends.
#[test]
fn too_short_a_buffer_for_mincore_is_an_error() {
    let bytes = Mapping::new(4 * page_size()).unwrap();
    for len in 0..4 {
        let mut resident = vec![0xff; len];
        assert_eq!(mincore(&bytes, &mut resident), Err(Errno::EINVAL), "{len}");
        assert!(resident.iter().all(|&byte| byte == 0xff));
    }
}

#[test]
fn a_file_s_pages_are_written_back() {
    let file = temporary::file("msync");
    file.set_len(2 * PAGE as u64).unwrap();
    let both = Prot::READ | Prot::WRITE;
    let mut mapping = FileMapping::shared(file.as_fd(), 0, 2 * PAGE, both).unwrap();
    // SAFETY: nobody else has the file.
    let bytes = unsafe { mapping.as_mut_slice() };
    bytes[PAGE] = 1;
    assert_eq!(msync(bytes, MsyncFlags::SYNC), Ok(()));
    assert_eq!(msync(bytes, MsyncFlags::ASYNC), Ok(()));
    let neither = MsyncFlags::SYNC | MsyncFlags::ASYNC;
    assert_eq!(msync(bytes, neither), Err(Errno::EINVAL));
    assert_eq!(msync(&bytes[1..], MsyncFlags::SYNC), Err(Errno::EINVAL));
    mlock(&bytes[..1]).unwrap();
    // What is locked is the first page only, so the flag is the range's.
    let invalidated = MsyncFlags::SYNC | MsyncFlags::INVALIDATE;
    assert_eq!(msync(&bytes[..1], invalidated), Err(Errno::EBUSY));
    assert_eq!(msync(&bytes[PAGE..], invalidated), Ok(()));
    let mut byte = [0];
    file.read_exact_at(&mut byte, PAGE as u64).unwrap();
    assert_eq!(byte, [1]);
}

#[test]
fn sealed_memory_stays_as_it_is() {
    let bytes = memory(1);
    let sealed = mseal(bytes, 0);
    if sealed == Err(Errno::ENOSYS) && skipped("mseal") {
        return;
    }
    sealed.unwrap();
    let start = bytes.as_mut_ptr().cast();
    // SAFETY: nothing comes of it: that is what is tested.
    unsafe {
        assert_eq!(munmap(start, PAGE), Err(Errno::EPERM));
        assert_eq!(mprotect(start, PAGE, Prot::READ), Err(Errno::EPERM));
    }
    assert_eq!(rights(bytes.as_ptr()).unwrap(), "rw-p");
    bytes.fill(1);
    assert_eq!(mseal(bytes, 1), Err(Errno::EINVAL));
    assert_eq!(mseal(&bytes[1..], 0), Err(Errno::EINVAL));
}

#[test]
fn barriers_are_for_who_has_registered() {
    let known = membarrier_query();
    if known == Err(Errno::ENOSYS) && skipped("membarrier") {
        return;
    }
    let known = known.unwrap();
    in_child(|| {
        assert!(known.contains(Membarrier::GLOBAL | Membarrier::PRIVATE_EXPEDITED));
        assert_eq!(membarrier(Membarrier::PRIVATE_EXPEDITED), Err(Errno::EPERM));
        assert_eq!(membarrier(Membarrier::REGISTER_PRIVATE_EXPEDITED), Ok(()));
        assert_eq!(membarrier(Membarrier::PRIVATE_EXPEDITED), Ok(()));
        if known.contains(Membarrier::GET_REGISTRATIONS) {
            let registered = membarrier_registrations().unwrap();
            assert_eq!(registered, Membarrier::REGISTER_PRIVATE_EXPEDITED);
        }
        if known.contains(Membarrier::PRIVATE_EXPEDITED_RSEQ) {
            let rseq = Membarrier::PRIVATE_EXPEDITED_RSEQ;
            assert_eq!(membarrier_cpu(rseq, 0), Err(Errno::EPERM));
            assert_eq!(
                membarrier(Membarrier::REGISTER_PRIVATE_EXPEDITED_RSEQ),
                Ok(())
            );
            assert_eq!(membarrier_cpu(rseq, 0), Ok(()));
            // The flag is for this order only.
            let other = membarrier_cpu(Membarrier::PRIVATE_EXPEDITED, 0);
            assert_eq!(other, Err(Errno::EINVAL));
        }
        assert_eq!(
            membarrier(Membarrier::from_bits_retain(1 << 30)),
            Err(Errno::EINVAL)
        );
    });
}

#[test]
fn keys_decide_over_pages_where_the_processor_has_them() {
    in_child(|| {
        let bytes = memory(1);
        let start = bytes.as_mut_ptr();
        match pkey_alloc(PkeyRights::DISABLE_WRITE) {
            Ok(key) => {
                assert!(key.raw() > 0);
                // SAFETY: the range is this test's.
                unsafe {
                    let both = Prot::READ | Prot::WRITE;
                    assert_eq!(pkey_mprotect(start.cast(), PAGE, both, key), Ok(()));
                    assert_eq!(signal_of(|| _ = start.read_volatile()), 0);
                    let written = signal_of(|| start.write_volatile(1));
                    assert_eq!(written, memory::SIGSEGV);
                    let none = pkey_mprotect(start.cast(), PAGE, both, Pkey::from_raw(0));
                    assert_eq!(none, Ok(()));
                    assert_eq!(signal_of(|| start.write_volatile(1)), 0);
                    assert_eq!(pkey_free(key), Ok(()));
                    assert_eq!(pkey_free(key), Err(Errno::EINVAL));
                }
            }
            // The processor has none; the kernel's architecture has none.
            Err(errno) => assert!(
                [Errno::ENOSPC, Errno::EINVAL, Errno::ENOSYS].contains(&errno),
                "{errno}"
            ),
        }
        let wrong = pkey_alloc(PkeyRights::from_bits_retain(1 << 20));
        assert!([Err(Errno::EINVAL), Err(Errno::ENOSYS)].contains(&wrong));
        // SAFETY: the range is this test's.
        let protected = unsafe { pkey_mprotect(start.cast(), PAGE, Prot::READ, Pkey::NONE) };
        match protected {
            Ok(()) => assert_eq!(rights(start).unwrap(), "r--p"),
            Err(errno) => assert_eq!(errno, Errno::ENOSYS),
        }
    });
}

#[test]
fn pages_of_a_file_change_their_order() {
    let file = temporary::file("remap");
    let page = page_size();
    for at in 0..3 {
        file.write_all_at(&[at as u8; 8], (at * page) as u64)
            .unwrap();
    }
    file.set_len(3 * page as u64).unwrap();
    let mapping = FileMapping::shared(file.as_fd(), 0, 3 * page, Prot::READ).unwrap();
    let start = mapping.as_ptr();
    // SAFETY: the mapping is this test's, and bytes are read only, behind raw pointers.
    unsafe {
        let none = MapFlags::empty();
        let remapped = remap_file_pages(start.cast(), page, 2, none);
        if remapped == Err(Errno::ENOSYS) && skipped("remap_file_pages") {
            return;
        }
        assert_eq!(remapped, Ok(()));
        let first_bytes = [0, 1, 2].map(|at| start.add(at * page).read_volatile());
        assert_eq!(first_bytes, [2, 1, 2]);
        let private = memory(1).as_mut_ptr().cast();
        assert_eq!(remap_file_pages(private, page, 0, none), Err(Errno::EINVAL));
    }
}

#[test]
fn the_end_of_the_data_moves() {
    in_child(|| {
        // SAFETY: the C library's allocator is not called in between.
        let (end, grown, asked, back) = unsafe {
            let end = brk(null_mut());
            let grown = brk(end.byte_add(PAGE));
            if grown != end {
                end.cast::<u8>().write(1);
            }
            (end, grown, brk(null_mut()), brk(end))
        };
        assert_eq!((asked, back), (grown, end));
        // An emulator may have put something behind it.
        if grown == end && skipped("brk") {
            return;
        }
        assert_eq!(grown.addr(), end.addr() + PAGE);
        let heap = rows().find(|row| row.name == "[heap]");
        // An emulator may have another name for it.
        assert!(heap.is_none_or(|heap| heap.end.abs_diff(end.addr()) < page_size()));
    });
}

/// Whether the kernel knows nodes: it has this file then.
fn nodes_are_known<T>(result: &sysline::Result<T>) -> bool {
    if !matches!(result, Err(Errno::ENOSYS)) {
        return true;
    }
    if Path::new("/proc/self/numa_maps").exists() {
        assert!(skipped("calls on nodes"));
    } else {
        println!("left out: the kernel knows no nodes");
    }
    false
}

#[test]
fn sets_of_nodes() {
    let mut nodes = NodeMask::from_iter([0, 63, 64, 1023]);
    assert_eq!(nodes.iter().collect::<Vec<_>>(), [0, 63, 64, 1023]);
    assert_eq!(format!("{nodes:?}"), "{0, 63, 64, 1023}");
    nodes.remove(63);
    nodes.remove(5000);
    assert!(!nodes.contains(63) && nodes.contains(64) && !nodes.contains(1024));
    assert!(!nodes.is_empty() && NodeMask::default().is_empty());
    // Their form is the kernel's: one array of longs.
    assert_eq!(size_of::<NodeMask>(), 128);
    let too_many = std::panic::catch_unwind(|| NodeMask::from_iter([1024]));
    assert!(too_many.is_err());
}

#[test]
fn the_nodes_that_a_thread_may_use() {
    let allowed = mems_allowed();
    if !nodes_are_known(&allowed) {
        return;
    }
    let allowed = allowed.unwrap();
    // A list of ranges: `0-1,3`.
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let list = text
        .lines()
        .find_map(|row| row.strip_prefix("Mems_allowed_list:"));
    let Some(list) = list else { return };
    let expected: NodeMask = list
        .trim()
        .split(',')
        .flat_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            first.parse::<u32>().unwrap()..=last.parse().unwrap()
        })
        .collect();
    assert_eq!(allowed, expected);
}

/// What `/proc/self/numa_maps` has for the mapping that starts at an address: its policy, and more.
fn numa_map(at: *const u8) -> Option<String> {
    let text = std::fs::read_to_string("/proc/self/numa_maps").ok()?;
    let start = format!("{:08x} ", row(at).unwrap().start);
    let row = text.lines().find_map(|row| row.strip_prefix(&start))?;
    Some(row.to_string())
}

#[test]
fn a_policy_of_a_range() {
    let allowed = mems_allowed();
    if !nodes_are_known(&allowed) {
        return;
    }
    in_child(|| {
        let node = allowed.unwrap().iter().next().unwrap();
        let nodes = NodeMask::from_iter([node]);
        let mut bytes = Mapping::new(4 * PAGE).unwrap();
        let flags = MbindFlags::empty();
        let before = get_mempolicy_of(&bytes[0]);
        assert_eq!(before, Ok((PolicyMode::DEFAULT, NodeMask::EMPTY)));
        mbind(&bytes, PolicyMode::BIND, &nodes, flags).unwrap();
        assert_eq!(get_mempolicy_of(&bytes[0]), Ok((PolicyMode::BIND, nodes)));
        if let Some(policy) = numa_map(bytes.as_ptr()) {
            assert!(policy.starts_with(&format!("bind:{node}")), "{policy}");
        }
        assert_eq!(
            mbind(&bytes[1..], PolicyMode::BIND, &nodes, flags),
            Err(Errno::EINVAL)
        );
        let unknown = MbindFlags::from_bits_retain(1 << 20);
        let flagged = mbind(&bytes, PolicyMode::BIND, &nodes, unknown);
        assert_eq!(flagged, Err(Errno::EINVAL));
        let nowhere = mbind(&bytes, PolicyMode::BIND, &NodeMask::EMPTY, flags);
        assert_eq!(nowhere, Err(Errno::EINVAL));

        assert_eq!(set_mempolicy_home_node(&bytes, node), Ok(()));
        let no_node = set_mempolicy_home_node(&bytes, 5000);
        assert_eq!(no_node, Err(Errno::EINVAL));

        bytes[0] = 1;
        assert_eq!(node_of(&bytes[0]), Ok(node));
        let pages = [bytes.as_ptr().addr(), bytes[PAGE..].as_ptr().addr(), 0];
        let mut status = [PageStatus::from_raw(77); 3];
        assert_eq!(page_nodes(Pid::from_raw(0), &pages, &mut status), Ok(()));
        // The second page was never touched; at the third there is nothing.
        let seen = status.map(PageStatus::node);
        assert_eq!(seen, [Ok(node), Err(Errno::ENOENT), Err(Errno::EFAULT)]);

        let mut status = [PageStatus::from_raw(77)];
        let here = &pages[..1];
        let own = Pid::from_raw(0);
        let moved = move_pages(own, here, &[node], &mut status, MbindFlags::MOVE);
        assert_eq!((moved, status[0].node()), (Ok(0), Ok(node)));
        for (nodes, statuses) in [(0, 1), (2, 1), (1, 0), (1, 2)] {
            let mut status = vec![PageStatus::from_raw(77); statuses];
            let nodes = vec![node; nodes];
            let other = move_pages(own, here, &nodes, &mut status, MbindFlags::MOVE);
            assert_eq!(other, Err(Errno::EINVAL));
            assert!(status.iter().all(|status| status.raw() == 77));
        }
        assert_eq!(page_nodes(own, &pages, &mut status), Err(Errno::EINVAL));
        let nobody = Pid::from_raw(i32::MAX);
        assert_eq!(page_nodes(nobody, here, &mut status), Err(Errno::ESRCH));
        let no_node = move_pages(own, here, &[5000], &mut status, MbindFlags::MOVE);
        assert_eq!(no_node, Err(Errno::ENODEV));
    });
}

#[test]
fn a_policy_of_a_thread() {
    let policy = get_mempolicy();
    if !nodes_are_known(&policy) {
        return;
    }
    in_child(|| {
        assert_eq!(policy, Ok((PolicyMode::DEFAULT, NodeMask::EMPTY)));
        assert_eq!(next_node(), Err(Errno::EINVAL));
        let allowed = mems_allowed().unwrap();
        let node = allowed.iter().next().unwrap();
        let nodes = NodeMask::from_iter([node]);
        let mode = PolicyMode::INTERLEAVE.with(PolicyFlags::STATIC_NODES);
        set_mempolicy(mode, &nodes).unwrap();
        let (is, of) = get_mempolicy().unwrap();
        assert_eq!((is, of), (mode, nodes));
        assert_eq!(is.mode(), PolicyMode::INTERLEAVE);
        assert_eq!(is.flags(), PolicyFlags::STATIC_NODES);
        let bytes = Mapping::new(PAGE).unwrap();
        if let Some(policy) = numa_map(bytes.as_ptr()) {
            assert!(
                policy.starts_with(&format!("interleave=static:{node}")),
                "{policy}"
            );
        }
        assert_eq!(next_node(), Ok(node));
        set_mempolicy(PolicyMode::DEFAULT, &NodeMask::EMPTY).unwrap();
        assert_eq!(get_mempolicy().unwrap().0, PolicyMode::DEFAULT);
        assert_eq!(
            set_mempolicy(PolicyMode::DEFAULT, &nodes),
            Err(Errno::EINVAL)
        );

        // From each node that there is to itself: all pages are there already.
        assert_eq!(migrate_pages(Pid::from_raw(0), &allowed, &allowed), Ok(0));
        // Nothing is on a node that there is not, and nothing goes there.
        let missing = (0..).find(|&node| !allowed.contains(node)).unwrap();
        let missing = NodeMask::from_iter([missing]);
        let to = migrate_pages(Pid::from_raw(0), &allowed, &missing);
        assert!(
            [Err(Errno::EINVAL), Err(Errno::EPERM)].contains(&to),
            "{to:?}"
        );
        let from = migrate_pages(Pid::from_raw(0), &missing, &allowed);
        assert_eq!(from, Ok(0));
        let nobody = migrate_pages(Pid::from_raw(i32::MAX), &allowed, &allowed);
        assert_eq!(nobody, Err(Errno::ESRCH));
    });
}

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

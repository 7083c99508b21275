//! The area `fs`: each function against what `std` sees, with offsets and lengths that have bits above the 32nd.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::time::{Duration, SystemTime};
use sysline::fs::{
    self, Advice, AtFlags, CWD, CachestatRange, Dev, FallocateFlags, FileType, FlockOp, Mode,
    OFlags, StatxMask, SyncFileRange, UTIME_NOW, UTIME_OMIT,
};
use sysline::time::Timespec;
use sysline::{Errno, io};
use temporary::{file, path};

const GIB: u64 = 1 << 30;

#[test]
fn ftruncate_takes_a_length_of_64_bits() {
    let file = file("ftruncate");
    assert_eq!(fs::ftruncate(file.as_fd(), 5 * GIB + 3), Ok(()));
    assert_eq!(file.metadata().unwrap().len(), 5 * GIB + 3);
    assert_eq!(file.metadata().unwrap().blocks(), 0, "it is sparse");
    assert_eq!(fs::ftruncate(file.as_fd(), 7), Ok(()));
    assert_eq!(file.metadata().unwrap().len(), 7);
    assert_eq!(fs::ftruncate(file.as_fd(), u64::MAX), Err(Errno::EINVAL));
}

#[test]
fn truncate_takes_a_length_of_64_bits() {
    let (path, _file) = path("truncate");
    assert_eq!(fs::truncate(&*path, 6 * GIB + 1), Ok(()));
    assert_eq!(std::fs::metadata(&*path).unwrap().len(), 6 * GIB + 1);
    assert_eq!(fs::truncate(&*path, 1 << 63), Err(Errno::EINVAL));
}

/// In memory, where 4 GiB of room cost nothing until they are written: a disk's file system may lack `fallocate`.
#[test]
fn fallocate_takes_both_numbers_of_64_bits() {
    let memory = temporary::in_memory("fallocate");
    let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    memory.set_len(16 * GIB).unwrap();
    for at in [5 * GIB, 10 * GIB, 12 * GIB] {
        memory.write_all_at(b"here", at).unwrap();
    }
    let there = |at: u64| {
        let mut bytes = [0; 4];
        memory.read_exact_at(&mut bytes, at).unwrap();
        &bytes == b"here"
    };
    // From 6 GiB on, 5 GiB: of the three places only the second.
    assert_eq!(
        fs::fallocate(memory.as_fd(), hole, 6 * GIB, 5 * GIB),
        Ok(())
    );
    assert!(there(5 * GIB) && !there(10 * GIB) && there(12 * GIB));
    assert_eq!(memory.metadata().unwrap().len(), 16 * GIB);

    // The file grows to hold what is asked for.
    let grows = temporary::in_memory("fallocate-grows");
    let none = FallocateFlags::empty();
    assert_eq!(
        fs::fallocate(grows.as_fd(), none, 4 * GIB + 4096, 8192),
        Ok(())
    );
    assert_eq!(grows.metadata().unwrap().len(), 4 * GIB + 3 * 4096);
    assert_eq!(
        fs::fallocate(grows.as_fd(), none, 0, 0),
        Err(Errno::EINVAL),
        "a length of zero"
    );
}

/// How many of the bytes from `offset` on are in the page cache: pages are what `mincore` counts.
fn is_cached(file: &File, offset: u64) -> bool {
    use sysline::mm::{MapFlags, Prot, mmap, munmap};
    sysline::sys! {
        sys unsafe fn mincore(addr: *mut core::ffi::c_void, len: usize, pages: *mut u8) -> sysline::Result<()>
    }
    let mut page = 0;
    // SAFETY: the mapping is a new one that nobody reads, of one page.
    unsafe {
        let none = std::ptr::null_mut();
        let at = mmap(
            none,
            4096,
            Prot::empty(),
            MapFlags::SHARED,
            Some(file.as_fd()),
            offset,
        )
        .unwrap();
        mincore(at, 4096, &mut page).unwrap();
        munmap(at, 4096).unwrap();
    }
    page & 1 == 1
}

#[test]
fn fadvise_and_readahead_reach_beyond_4_gib() {
    let file = file("fadvise");
    let far = 4 * GIB + (1 << 20);
    for at in [1 << 20, far] {
        file.write_all_at(&[7; 65536], at).unwrap();
    }
    file.sync_all().unwrap();
    let dropped = fs::fadvise(file.as_fd(), far, 65536, Advice::DONTNEED);
    assert_eq!(dropped, Ok(()));
    // A file system in memory keeps its pages, whatever is advised.
    if !is_cached(&file, far) {
        assert!(is_cached(&file, 1 << 20), "the low half alone was read");
        assert_eq!(fs::readahead(file.as_fd(), far, 65536), Ok(()));
        let read = (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(2)); // it is read beside us
            is_cached(&file, far)
        });
        assert!(read);
    }
    // The advice is where it should be: one that there is not is an error, and the numbers before it are none.
    let bad = Advice::from_raw(0x7fff);
    assert_eq!(
        fs::fadvise(file.as_fd(), far, 5 * GIB, bad),
        Err(Errno::EINVAL)
    );
    let random = fs::fadvise(file.as_fd(), far, 5 * GIB, Advice::RANDOM);
    assert_eq!(random, Ok(()));
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(
        fs::fadvise(pipe.as_fd(), 0, 0, Advice::NORMAL),
        Err(Errno::ESPIPE)
    );
    assert_eq!(fs::readahead(pipe.as_fd(), 0, 1), Err(Errno::EINVAL));
}

#[test]
fn sync_file_range_takes_all_four_in_their_places() {
    let file = file("sync");
    file.write_all_at(&[1; 4096], 5 * GIB).unwrap();
    let all = SyncFileRange::WAIT_BEFORE | SyncFileRange::WRITE | SyncFileRange::WAIT_AFTER;
    assert_eq!(
        fs::sync_file_range(file.as_fd(), 5 * GIB, 4096, all),
        Ok(())
    );
    let bad = SyncFileRange::from_bits_retain(0x100);
    assert_eq!(
        fs::sync_file_range(file.as_fd(), 5 * GIB, 4096, bad),
        Err(Errno::EINVAL),
        "flags"
    );
    // An offset and a length that are right alone, and whose sum has the sign bit: both were read whole.
    let half = 1 << 62;
    assert_eq!(
        fs::sync_file_range(file.as_fd(), half, half, all),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        fs::sync_file_range(file.as_fd(), 1 << 63, 0, all),
        Err(Errno::EINVAL),
        "offset"
    );
    assert_eq!(
        fs::sync_file_range(file.as_fd(), 0, 1 << 63, all),
        Err(Errno::EINVAL),
        "length"
    );
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(
        fs::sync_file_range(pipe.as_fd(), 0, 0, all),
        Err(Errno::ESPIPE)
    );
}

/// Seconds since 1970 and nanoseconds of the last access and the last change, as the C library sees them.
fn times(path: &std::path::Path) -> [(i64, i64); 2] {
    let of = |time: SystemTime| {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        (since.as_secs() as i64, since.subsec_nanos().into())
    };
    let metadata = std::fs::metadata(path).unwrap();
    [
        of(metadata.accessed().unwrap()),
        of(metadata.modified().unwrap()),
    ]
}

#[test]
fn utimensat_goes_past_2038() {
    // In memory: a disk's file system may end in 2038.
    let file = temporary::in_memory("utimensat");
    let path = std::path::PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    let at = |tv_sec, tv_nsec| Timespec { tv_sec, tv_nsec };
    // 2099 and 2100: more than 32 bits with a sign.
    let (accessed, modified) = (at(4_085_000_000, 123), at(4_102_444_800, 456_000_000));
    let set = fs::utimensat(CWD, &*path, &[accessed, modified], AtFlags::empty());
    assert_eq!(set, Ok(()));
    let statx = fs::statx(CWD, &*path, AtFlags::empty(), StatxMask::BASIC_STATS).unwrap();
    assert_eq!(
        (statx.stx_atime.tv_sec, statx.stx_atime.tv_nsec),
        (4_085_000_000, 123)
    );
    assert_eq!(
        (statx.stx_mtime.tv_sec, statx.stx_mtime.tv_nsec),
        (4_102_444_800, 456_000_000)
    );
    // Where the C library's own time has 32 bits, it can't say so.
    if size_of::<core::ffi::c_long>() == 8 {
        assert_eq!(
            times(&path),
            [(4_085_000_000, 123), (4_102_444_800, 456_000_000)]
        );
    }

    // One stays as it is, the other becomes now.
    let before = SystemTime::now();
    let keep = fs::utimensat(
        CWD,
        &*path,
        &[at(0, UTIME_OMIT), at(0, UTIME_NOW)],
        AtFlags::empty(),
    );
    assert_eq!(keep, Ok(()));
    let statx = fs::statx(CWD, &*path, AtFlags::empty(), StatxMask::BASIC_STATS).unwrap();
    assert_eq!(statx.stx_atime.tv_sec, 4_085_000_000);
    let now = before
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    assert!((now - 5..now + 60).contains(&statx.stx_mtime.tv_sec));

    let bad = fs::utimensat(
        CWD,
        &*path,
        &[at(0, 0), at(0, 1_000_000_000)],
        AtFlags::empty(),
    );
    assert_eq!(bad, Err(Errno::EINVAL));
    // The path starts at the folder that is said.
    let folder = temporary::folder("utimensat");
    let (name, dir) = (folder.join("name"), File::open(&*folder).unwrap());
    File::create(&name).unwrap();
    let set = fs::utimensat(dir.as_fd(), "name", &[at(1, 0), at(2, 0)], AtFlags::empty());
    assert_eq!(set, Ok(()));
    assert_eq!(std::fs::metadata(&name).unwrap().mtime(), 2);
    let nul = fs::utimensat(CWD, "a\0b", &[at(0, 0), at(0, 0)], AtFlags::empty());
    assert_eq!(nul, Err(Errno::EINVAL));
    drop(file);
}

#[test]
fn statx_says_what_std_says() {
    let (path, mut file) = path("statx");
    file.seek(SeekFrom::Start(5 * GIB)).unwrap();
    file.write_all(b"end").unwrap();
    let metadata = std::fs::metadata(&*path).unwrap();
    let by_path = fs::statx(CWD, &*path, AtFlags::empty(), StatxMask::BASIC_STATS).unwrap();
    let by_fd = fs::statx(
        file.as_fd(),
        c"",
        AtFlags::EMPTY_PATH,
        StatxMask::BASIC_STATS,
    )
    .unwrap();
    for statx in [by_path, by_fd] {
        assert_eq!(statx.stx_size, metadata.len());
        assert_eq!(statx.stx_ino, metadata.ino());
        assert_eq!(u32::from(statx.stx_mode), metadata.mode());
        assert_eq!(u64::from(statx.stx_nlink), metadata.nlink());
        assert_eq!(
            (statx.stx_uid, statx.stx_gid),
            (metadata.uid(), metadata.gid())
        );
        assert_eq!(statx.stx_blocks, metadata.blocks());
        assert_eq!(statx.stx_mtime.tv_sec, metadata.mtime());
        assert_eq!(i64::from(statx.stx_mtime.tv_nsec), metadata.mtime_nsec());
    }
    let none = fs::statx(CWD, "/no/such", AtFlags::empty(), StatxMask::SIZE);
    assert_eq!(none.map(|_| ()), Err(Errno::ENOENT));
}

#[test]
fn openat_opens_what_has_more_than_2_gib() {
    let (path, file) = path("openat");
    file.set_len(5 * GIB).unwrap();
    file.write_all_at(b"far", 5 * GIB - 3).unwrap();
    let opened = fs::openat(CWD, &*path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).unwrap();
    let mut opened = File::from(opened);
    let mut bytes = [0; 3];
    opened.seek(SeekFrom::End(-3)).unwrap();
    opened.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"far");
    // It may grow past 2 GiB, too: `O_LARGEFILE` was given.
    assert_eq!(io::pwrite(opened.as_fd(), b"x", 7 * GIB), Ok(1));
}

#[test]
fn openat_makes_files_with_their_mode() {
    let (path, _file) = path("openat-folder");
    std::fs::remove_file(&*path).unwrap();
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let made = fs::openat(CWD, &*path, flags, Mode::from_octal(0o600)).unwrap();
    assert_eq!(File::from(made).metadata().unwrap().mode() & 0o777, 0o600);
    assert_eq!(
        fs::openat(CWD, &*path, flags, Mode::from_octal(0o600)).map(drop),
        Err(Errno::EEXIST)
    );

    // Flags whose values differ between architectures do what they say.
    let folder = OFlags::RDONLY | OFlags::DIRECTORY;
    assert_eq!(
        fs::openat(CWD, &*path, folder, Mode::empty()).map(drop),
        Err(Errno::ENOTDIR)
    );
    let temporary = std::env::temp_dir();
    let folder = fs::openat(CWD, &temporary, folder, Mode::empty()).unwrap();
    let link = path.with_extension("link");
    std::os::unix::fs::symlink(&*path, &link).unwrap();
    let name = link.file_name().unwrap();
    let followed = fs::openat(folder.as_fd(), name, OFlags::RDONLY, Mode::empty()).map(drop);
    let refused = fs::openat(
        folder.as_fd(),
        name,
        OFlags::RDONLY | OFlags::NOFOLLOW,
        Mode::empty(),
    )
    .map(drop);
    std::fs::remove_file(link).unwrap();
    assert_eq!((followed, refused), (Ok(()), Err(Errno::ELOOP)));
}

#[test]
fn what_is_no_file_is_ebadf() {
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(fs::ftruncate(none, 0), Err(Errno::EBADF));
    assert_eq!(
        fs::fallocate(none, FallocateFlags::empty(), 0, 1),
        Err(Errno::EBADF)
    );
    assert_eq!(fs::fadvise(none, 0, 0, Advice::NORMAL), Err(Errno::EBADF));
}

#[test]
fn file_types_are_those_of_modes_and_of_entries() {
    // S_IF... and DT_... of inode(7) and getdents64(2).
    for (mode, d_type, expected) in [
        (0o010_644, 1, FileType::FIFO),
        (0o020_666, 2, FileType::CHAR_DEVICE),
        (0o041_777, 4, FileType::DIRECTORY),
        (0o060_660, 6, FileType::BLOCK_DEVICE),
        (0o104_755, 8, FileType::REGULAR),
        (0o120_777, 10, FileType::SYMLINK),
        (0o140_755, 12, FileType::SOCKET),
        (0o777, 0, FileType::UNKNOWN),
    ] {
        assert_eq!(FileType::from_mode(mode), expected, "{mode:o}");
        assert_eq!(FileType::from_dirent_type(d_type), expected, "{d_type}");
    }
    // What has no name is neither one that has, nor the same as another.
    let all: std::collections::HashSet<_> = (0..=u8::MAX).map(FileType::from_dirent_type).collect();
    assert_eq!(all.len(), 256);
}

#[test]
fn devices_are_numbered_as_the_kernel_numbers_them() {
    // `new_encode_dev` (linux/kdev_t.h): the minor number's low 8 bits, the major one's 12, the minor one's high 12.
    for (major, minor, raw) in [
        (0, 0, 0),
        (1, 3, 0x103),
        (8, 255, 0x8ff),
        (8, 256, 0x10_0800),
        (259, 0x1_2345, 0x1231_0345),
        (0xfff, 0xf_ffff, u32::MAX),
    ] {
        let dev = Dev::new(major, minor).unwrap();
        assert_eq!((dev.raw(), dev.major(), dev.minor()), (raw, major, minor));
        assert_eq!(dev, Dev::from_raw(raw));
        assert_eq!(u64::from(dev), u64::from(raw));
    }
    assert_eq!(Dev::new(0x1000, 0), None);
    assert_eq!(Dev::new(0, 0x10_0000), None);
    assert_eq!(Dev::new(u32::MAX, u32::MAX), None);
}

/// How many pages of the file wait to be written; `None` where nothing ever is (its file system is in memory), or where an
/// emulator can't say it.
fn dirty(file: &File) -> Option<u64> {
    if fs::fstatfs(file.as_fd()).unwrap().fs_type() == fs::FsType::TMPFS {
        return None;
    }
    let whole = CachestatRange { off: 0, len: 0 };
    match fs::cachestat(file.as_fd(), &whole) {
        Err(Errno::ENOSYS) if emulator::skipped("no cachestat") => None,
        stat => Some(stat.unwrap().nr_dirty),
    }
}

#[test]
fn syncs_leave_nothing_to_be_written() {
    type Sync = fn(BorrowedFd<'_>) -> sysline::Result<()>;
    let all: Sync = |_| {
        fs::sync();
        Ok(())
    };
    for (name, sync) in [
        ("fsync", fs::fsync as Sync),
        ("fdatasync", fs::fdatasync),
        ("syncfs", fs::syncfs),
        ("sync", all),
    ] {
        let file = file(name);
        file.write_all_at(&[1; 65536], 0).unwrap();
        let before = dirty(&file);
        assert_eq!(sync(file.as_fd()), Ok(()), "{name}");
        if let (Some(1..), Some(after)) = (before, dirty(&file)) {
            assert_eq!(after, 0, "{name}");
        }
    }
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(fs::fsync(pipe.as_fd()), Err(Errno::EINVAL));
    assert_eq!(fs::fdatasync(pipe.as_fd()), Err(Errno::EINVAL));
    let root = fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
    assert_eq!(fs::syncfs(root.as_fd()), Err(Errno::EBADF), "a place only");
}

#[test]
fn cachestat_counts_the_pages_of_the_range() {
    let file = file("cachestat");
    file.write_all_at(&[1; 1 << 20], 5 * GIB).unwrap();
    let count = |off, len| fs::cachestat(file.as_fd(), &CachestatRange { off, len });
    let all = count(5 * GIB, 1 << 20);
    if all.is_err_and(|error| error == Errno::ENOSYS) && emulator::skipped("no cachestat") {
        return;
    }
    let all = all.unwrap();
    assert!(all.nr_cache > 1);
    let half = count(5 * GIB, 1 << 19).unwrap();
    assert_eq!(half.nr_cache * 2, all.nr_cache);
    assert_eq!(count(4 * GIB, 1 << 20).unwrap().nr_cache, 0);
    let root = fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
    let place = fs::cachestat(root.as_fd(), &CachestatRange { off: 0, len: 0 });
    assert_eq!(place.map(drop), Err(Errno::EBADF));
}

#[test]
fn flock_keeps_others_from_the_lock() {
    let (path, one) = path("flock");
    let two = File::open(&*path).unwrap();
    let (one, two) = (one.as_fd(), two.as_fd());
    assert_eq!(fs::flock(one, FlockOp::SHARED), Ok(()));
    assert_eq!(fs::flock(two, FlockOp::TRY_SHARED), Ok(()), "together");
    let refused = fs::flock(two, FlockOp::TRY_EXCLUSIVE);
    assert_eq!(refused, Err(Errno::EWOULDBLOCK));
    assert_eq!(fs::flock(one, FlockOp::UNLOCK), Ok(()));
    assert_eq!(fs::flock(two, FlockOp::TRY_EXCLUSIVE), Ok(()));
    let refused = fs::flock(one, FlockOp::TRY_SHARED);
    assert_eq!(refused, Err(Errno::EWOULDBLOCK));
    let bad = fs::flock(one, FlockOp::from_raw(3));
    assert_eq!(bad, Err(Errno::EINVAL));

    // One that waits has the lock after it was given up, and not before.
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    let given_up = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let waits = threads.spawn(|| {
            let locked = fs::flock(one, FlockOp::EXCLUSIVE);
            (locked, given_up.load(SeqCst))
        });
        std::thread::sleep(Duration::from_millis(20));
        given_up.store(true, SeqCst);
        assert_eq!(fs::flock(two, FlockOp::UNLOCK), Ok(()));
        assert_eq!(waits.join().unwrap(), (Ok(()), true));
    });
    let refused = fs::flock(two, FlockOp::TRY_SHARED);
    assert_eq!(refused, Err(Errno::EWOULDBLOCK));
}

/// From the kernel's headers (`linux/stat.h`, `linux/fcntl.h`, `linux/falloc.h`, `linux/fs.h`, `linux/fadvise.h`, and
/// `linux/statfs.h` and `linux/magic.h`): a wrong bit may do nothing that a test would see.
#[test]
fn constants_are_those_of_the_headers() {
    use fs::{Access, FsType, HandleFlags, RenameFlags, ResolveFlags, StatFsFlags};
    macro_rules! same {
        ($ty:ident, $value:ident: $($constant:ident $number:expr;)*) => {$(
            assert_eq!($ty::$constant.$value(), $number, concat!(stringify!($ty), "::", stringify!($constant)));
        )*};
    }
    same! { Mode, bits:
        SUID 0o4000; SGID 0o2000; STICKY 0o1000;
        OWNER_ALL 0o700; OWNER_READ 0o400; OWNER_WRITE 0o200; OWNER_EXEC 0o100;
        GROUP_ALL 0o70; GROUP_READ 0o40; GROUP_WRITE 0o20; GROUP_EXEC 0o10;
        OTHERS_ALL 7; OTHERS_READ 4; OTHERS_WRITE 2; OTHERS_EXEC 1;
    }
    same! { AtFlags, bits:
        SYMLINK_NOFOLLOW 0x100; SYMLINK_FOLLOW 0x400; EMPTY_PATH 0x1000; REMOVEDIR 0x200; EACCESS 0x200;
        NO_AUTOMOUNT 0x800; STATX_FORCE_SYNC 0x2000; STATX_DONT_SYNC 0x4000;
    }
    same! { FallocateFlags, bits:
        KEEP_SIZE 1; PUNCH_HOLE 2; COLLAPSE_RANGE 8; ZERO_RANGE 0x10; INSERT_RANGE 0x20; UNSHARE_RANGE 0x40;
        WRITE_ZEROES 0x80;
    }
    same! { SyncFileRange, bits: WAIT_BEFORE 1; WRITE 2; WAIT_AFTER 4; }
    same! { Access, bits: EXISTS 0; READ 4; WRITE 2; EXEC 1; }
    same! { RenameFlags, bits: NOREPLACE 1; EXCHANGE 2; WHITEOUT 4; }
    same! { ResolveFlags, bits:
        NO_XDEV 1; NO_MAGICLINKS 2; NO_SYMLINKS 4; BENEATH 8; IN_ROOT 0x10; CACHED 0x20;
    }
    same! { HandleFlags, bits:
        SYMLINK_FOLLOW 0x400; EMPTY_PATH 0x1000; FID 0x200; MNT_ID_UNIQUE 1; CONNECTABLE 2;
    }
    same! { StatxMask, bits:
        TYPE 1; MODE 2; NLINK 4; UID 8; GID 0x10; ATIME 0x20; MTIME 0x40; CTIME 0x80; INO 0x100; SIZE 0x200;
        BLOCKS 0x400; BASIC_STATS 0x7ff; BTIME 0x800; MNT_ID 0x1000; DIOALIGN 0x2000; MNT_ID_UNIQUE 0x4000;
        SUBVOL 0x8000; WRITE_ATOMIC 0x1_0000; DIO_READ_ALIGN 0x2_0000;
    }
    same! { StatFsFlags, bits:
        RDONLY 1; NOSUID 2; NODEV 4; NOEXEC 8; SYNCHRONOUS 0x10; MANDLOCK 0x40; NOATIME 0x400; NODIRATIME 0x800;
        RELATIME 0x1000; NOSYMFOLLOW 0x2000;
    }
    same! { FsType, raw:
        EXT4 0xef53; XFS 0x5846_5342; BTRFS 0x9123_683e; F2FS 0xf2f5_2010; MSDOS 0x4d44; TMPFS 0x0102_1994;
        RAMFS 0x8584_58f6; HUGETLBFS 0x9584_58f6; OVERLAYFS 0x794c_7630; SQUASHFS 0x7371_7368; ISOFS 0x9660;
        FUSE 0x6573_5546; NFS 0x6969; CIFS 0xff53_4d42; V9FS 0x0102_1997; PROC 0x9fa0; SYSFS 0x6265_6572;
        CGROUP2 0x6367_7270; DEVPTS 0x1cd1; PIPEFS 0x5049_5045; SOCKFS 0x534f_434b; NSFS 0x6e73_6673;
    }
    same! { FlockOp, raw: SHARED 1; EXCLUSIVE 2; UNLOCK 8; TRY_SHARED 5; TRY_EXCLUSIVE 6; }
    let s390x = cfg!(target_arch = "s390x");
    same! { Advice, raw:
        NORMAL 0; RANDOM 1; SEQUENTIAL 2; WILLNEED 3;
        DONTNEED if s390x { 6 } else { 4 };
        NOREUSE if s390x { 7 } else { 5 };
    }
    assert_eq!((UTIME_NOW, UTIME_OMIT), ((1 << 30) - 1, (1 << 30) - 2));

    if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        return; // almost all of the next are others there
    }
    // `asm-generic/fcntl.h`, and where an architecture has four of its own, its `asm/fcntl.h`.
    let own = |generic, arm, powerpc| {
        if cfg!(any(target_arch = "arm", target_arch = "aarch64")) {
            arm
        } else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
            powerpc
        } else {
            generic
        }
    };
    same! { OFlags, bits:
        RDONLY 0; WRONLY 1; RDWR 2; ACCMODE 3; CREATE 0o100; EXCL 0o200; NOCTTY 0o400; TRUNC 0o1000; APPEND 0o2000;
        NONBLOCK 0o4000; DSYNC 0o1_0000; ASYNC 0o2_0000;
        DIRECT own(0o4_0000, 0o20_0000, 0o40_0000);
        DIRECTORY own(0o20_0000, 0o4_0000, 0o4_0000);
        NOFOLLOW own(0o40_0000, 0o10_0000, 0o10_0000);
        NOATIME 0o100_0000; CLOEXEC 0o200_0000; SYNC 0o401_0000; PATH 0o1000_0000;
        TMPFILE 0o2000_0000 | own(0o20_0000, 0o4_0000, 0o4_0000);
    }
}

/// The descriptor's own flag, and the file's, as the kernel's list has them.
#[test]
fn flags_of_opening_are_those_of_the_file() {
    let (path, _file) = path("fdinfo");
    let flags = |fd: BorrowedFd<'_>| {
        let info =
            std::fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let bits = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
        OFlags::from_bits_retain(bits)
    };
    let asked = OFlags::RDWR | OFlags::APPEND | OFlags::NONBLOCK | OFlags::SYNC | OFlags::CLOEXEC;
    let opened = fs::open(&*path, asked, Mode::empty()).unwrap();
    let found = flags(opened.as_fd());
    assert!(found.contains(asked), "{found:?}");
    assert_eq!(found & OFlags::ACCMODE, OFlags::RDWR);
    let plain = fs::open(&*path, OFlags::WRONLY, Mode::empty()).unwrap();
    let found = flags(plain.as_fd());
    assert!(!found.intersects(asked - OFlags::RDWR), "{found:?}");
    assert_eq!(found & OFlags::ACCMODE, OFlags::WRONLY);
}

#[test]
fn a_file_without_a_name_is_in_no_folder() {
    let folder = temporary::folder("tmpfile");
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match fs::open(&*folder, flags, Mode::from_octal(0o600)) {
        Err(Errno::EOPNOTSUPP) => println!("skipped: not every file system can do it"),
        file => {
            let metadata = File::from(file.unwrap()).metadata().unwrap();
            assert_eq!((metadata.mode(), metadata.nlink()), (0o100_600, 0));
            assert_eq!(std::fs::read_dir(&*folder).unwrap().count(), 0);
        }
    }
}

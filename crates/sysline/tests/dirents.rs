//! The entries of folders against what `std` sees, and bytes that are none.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "decoders/dirents.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CString, OsStr};
use std::fs::{self, File};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirEntryExt, FileTypeExt, MetadataExt};
use std::path::Path;

use decoder::encode;
use emulator::skipped;
use proptest::prelude::*;
use sysline::Errno;
use sysline::fs::{FileType, dirents, getdents64, read_dirents};
use sysline::io::{self, Whence};
#[cfg(target_pointer_width = "64")]
use sysline::mm::{self, MapFlags, Prot};
use temporary::folder;

/// The names of a folder's entries, with as many calls as a buffer of such a size takes.
fn names(folder: BorrowedFd<'_>, size: usize) -> Vec<CString> {
    let mut buffer = vec![0; size];
    let mut entries = read_dirents(folder, &mut buffer);
    let mut names = Vec::new();
    while let Some(entry) = entries.next() {
        names.push(entry.unwrap().name.to_owned());
    }
    names
}

#[test]
fn five_thousand_files_are_each_seen_once() {
    let folder = folder("dirents-many");
    for number in 0..5000 {
        File::create(folder.join(format!("file-{number}"))).unwrap();
    }
    let open = File::open(&*folder).unwrap();
    let found = names(open.as_fd(), 4096);
    assert_eq!(found.len(), 5002, "with `.` and `..`");
    let found: BTreeSet<CString> = found.into_iter().collect();
    let entries = fs::read_dir(&*folder).unwrap();
    let mut expected: BTreeSet<CString> = entries
        .map(|entry| CString::new(entry.unwrap().file_name().as_bytes()).unwrap())
        .collect();
    assert_eq!(expected.len(), 5000);
    expected.extend([c".".to_owned(), c"..".to_owned()]);
    assert_eq!(found, expected);
}

#[test]
fn an_entry_says_what_it_is() {
    let folder = folder("dirents-types");
    fs::write(folder.join("file"), "x").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("link")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();

    let mut expected = BTreeMap::new();
    for entry in fs::read_dir(&*folder).unwrap() {
        let entry = entry.unwrap();
        let of_std = entry.file_type().unwrap();
        let file_type = match () {
            () if of_std.is_dir() => FileType::DIRECTORY,
            () if of_std.is_symlink() => FileType::SYMLINK,
            () if of_std.is_socket() => FileType::SOCKET,
            () => FileType::REGULAR,
        };
        let name = CString::new(entry.file_name().as_bytes()).unwrap();
        expected.insert(name, (entry.ino(), file_type));
    }
    assert_eq!(expected.len(), 4);

    let open = File::open(&*folder).unwrap();
    let (own, parent) = (
        open.metadata().unwrap(),
        fs::metadata(folder.join("..")).unwrap(),
    );
    let mut buffer = [0; 1024];
    let mut entries = read_dirents(open.as_fd(), &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry.unwrap();
        let dots = [c".", c".."].contains(&entry.name);
        assert_eq!(entry.is_dot_or_dot_dot(), dots, "{entry:?}");
        let (inode, mut file_type) = match entry.name {
            name if name == c"." => (own.ino(), FileType::DIRECTORY),
            name if name == c".." => (parent.ino(), FileType::DIRECTORY),
            name => expected.remove(name).unwrap(),
        };
        if entry.file_type == FileType::UNKNOWN {
            file_type = FileType::UNKNOWN; // a file system may not say it
        }
        assert_eq!(
            (entry.inode, entry.file_type),
            (inode, file_type),
            "{entry:?}"
        );
    }
    assert!(expected.is_empty(), "not seen: {expected:?}");
}

#[test]
fn a_removed_folder_is_an_error_and_the_end() {
    let folder = folder("dirents-removed");
    let open = File::open(&*folder).unwrap();
    fs::remove_dir(&*folder).unwrap();
    let mut buffer = [0; 1024];
    let mut entries = read_dirents(open.as_fd(), &mut buffer);
    assert_eq!(entries.next(), Some(Err(Errno::ENOENT)));
    assert_eq!(entries.next(), None);
    assert_eq!(entries.next(), None);
}

/// Removed when a part of it was read: what the buffer has comes, then one error, then nothing.
#[test]
fn a_folder_removed_while_it_is_read_ends() {
    let folder = folder("dirents-removed-meanwhile");
    for number in 0..20 {
        File::create(folder.join(format!("file-{number}"))).unwrap();
    }
    let open = File::open(&*folder).unwrap();
    let mut buffer = [0; 100]; // for three or four
    let mut entries = read_dirents(open.as_fd(), &mut buffer);
    assert!(entries.next().unwrap().is_ok());
    fs::remove_dir_all(&*folder).unwrap();
    let mut left = 0;
    let end = loop {
        match entries.next() {
            Some(Ok(_)) => left += 1,
            end => break end,
        }
        assert!(left <= 4);
    };
    assert_eq!(end, Some(Err(Errno::ENOENT)));
    assert_eq!(entries.next(), None);
}

/// The kernel's count has 32 bits: one that was cut off would be no room, or too little.
#[cfg(target_pointer_width = "64")]
#[test]
fn a_buffer_of_more_than_4_gib_has_room() {
    let open = File::open("/proc/self").unwrap();
    for size in [1_usize << 32, (1 << 32) + 8] {
        // Pages that nobody has touched take no memory, and none is set aside for these.
        let flags = MapFlags::PRIVATE | MapFlags::ANONYMOUS | MapFlags::NORESERVE;
        let null = std::ptr::null_mut();
        // SAFETY: the kernel chooses where; the pages are zero, nobody else's, and taken away after their last use.
        unsafe {
            let at = mm::mmap(null, size, Prot::READ | Prot::WRITE, flags, None, 0).unwrap();
            let buffer = std::slice::from_raw_parts_mut(at.cast(), size);
            io::lseek(open.as_fd(), 0, Whence::SET).unwrap();
            let len = getdents64(open.as_fd(), buffer);
            let found = dirents(&buffer[..len.unwrap_or(0)])
                .any(|entry| entry.is_ok_and(|entry| entry.name == c"status"));
            mm::munmap(at, size).unwrap();
            assert!(found, "{size}: {len:?}");
        }
    }
}

/// A folder whose entries go away while it is read: it ends, and has those that stay.
#[test]
fn a_folder_that_is_emptied_meanwhile_ends() {
    let folder = folder("dirents-emptied");
    for number in 0..200 {
        File::create(folder.join(format!("{number:0100}"))).unwrap();
    }
    let open = File::open(&*folder).unwrap();
    let mut buffer = [0; 1024];
    let mut entries = read_dirents(open.as_fd(), &mut buffer);
    let mut seen = 0;
    while let Some(entry) = entries.next() {
        let entry = entry.unwrap();
        if !entry.is_dot_or_dot_dot() {
            fs::remove_file(folder.join(OsStr::from_bytes(entry.name.to_bytes()))).unwrap();
        }
        seen += 1;
        assert!(seen <= 202);
    }
    assert_eq!(entries.next(), None);
    assert_eq!(fs::read_dir(&*folder).unwrap().count(), 202 - seen);
}

#[test]
fn a_name_of_255_bytes_comes_whole() {
    let folder = folder("dirents-long");
    let name = "n".repeat(255);
    File::create(folder.join(&name)).unwrap();
    let open = File::open(&*folder).unwrap();
    // 19 bytes before the name, its NUL, and up to the next multiple of eight: 280.
    let found = names(open.as_fd(), 280);
    assert!(found.contains(&CString::new(name).unwrap()));
    assert_eq!(found.len(), 3);
}

#[test]
fn a_buffer_too_short_for_an_entry_is_einval() {
    let folder = folder("dirents-short");
    let open = File::open(&*folder).unwrap();
    for size in [0, 1, 19, 23] {
        let mut buffer = vec![0; size];
        let direct = getdents64(open.as_fd(), &mut buffer);
        if size == 0 && direct == Err(Errno::ENOMEM) && skipped("an emulator's copy of no bytes") {
            continue;
        }
        assert_eq!(direct, Err(Errno::EINVAL), "{size}");
        let mut entries = read_dirents(open.as_fd(), &mut buffer);
        assert_eq!(entries.next(), Some(Err(Errno::EINVAL)), "{size}");
        assert_eq!(entries.next(), None, "{size}");
    }
    // The folder is where it was: 24 bytes have room for `.`, and then for `..`.
    assert_eq!(names(open.as_fd(), 24).len(), 2);
}

#[test]
fn what_is_no_folder_is_enotdir() {
    let file = temporary::file("dirents-file");
    let mut buffer = [0; 1024];
    assert_eq!(getdents64(file.as_fd(), &mut buffer), Err(Errno::ENOTDIR));
    let mut entries = read_dirents(file.as_fd(), &mut buffer);
    assert_eq!(entries.next(), Some(Err(Errno::ENOTDIR)));
    assert_eq!(entries.next(), None);
}

#[test]
fn reading_goes_on_behind_an_entry_s_offset() {
    let folder = folder("dirents-offset");
    for number in 0..100 {
        File::create(folder.join(format!("file-{number}"))).unwrap();
    }
    let open = File::open(&*folder).unwrap();
    let all = names(open.as_fd(), 512);
    assert_eq!(all.len(), 102);
    assert!(names(open.as_fd(), 512).is_empty(), "it is at its end");
    io::lseek(open.as_fd(), 0, Whence::SET).unwrap();
    assert_eq!(names(open.as_fd(), 4096), all, "from the start again");

    io::lseek(open.as_fd(), 0, Whence::SET).unwrap();
    let mut buffer = [0; 4096];
    let mut entries = read_dirents(open.as_fd(), &mut buffer);
    let mut offset = 0;
    for _ in 0..40 {
        offset = entries.next().unwrap().unwrap().offset;
    }
    io::lseek(open.as_fd(), offset, Whence::SET).unwrap();
    assert_eq!(names(open.as_fd(), 512), all[40..]);
}

#[test]
fn getdents64_and_dirents_are_the_reader_s_halves() {
    let open = File::open("/proc/self").unwrap();
    let mut buffer = [0; 4096];
    let len = getdents64(open.as_fd(), &mut buffer).unwrap();
    let status = dirents(&buffer[..len])
        .map(Result::unwrap)
        .find(|entry| entry.name == c"status")
        .unwrap();
    assert_eq!(status.file_type, FileType::REGULAR);
    assert!(Path::new("/proc/self/status").exists());
}

/// The faults that a decoder may fall for, one by one (`ParseDirent` of hostile bytes).
#[test]
fn bytes_that_are_no_entries_are_one_error_and_the_end() {
    let good = encode(7, 8, 4, b"good");
    let with_len = |len: u16| {
        let mut entry = encode(1, 2, 3, b"name");
        entry[16..18].copy_from_slice(&len.to_ne_bytes());
        entry
    };
    assert_eq!(
        with_len(24),
        encode(1, 2, 3, b"name"),
        "the length is there"
    );
    let no_nul = [&encode(1, 2, 3, b"")[..19], &b"xxxxx"[..]].concat();
    for (what, bad) in [
        ("a length of zero", with_len(0)),
        ("a length within the head", with_len(18)),
        ("a length of the head", with_len(19)),
        ("a length up to the NUL", with_len(23)),
        ("a length over the end", with_len(25)),
        ("the greatest length", with_len(u16::MAX)),
        ("no NUL", no_nul),
        ("half a head", vec![0; 10]),
        ("one byte", vec![24]),
    ] {
        decoder::check(&bad);
        decoder::check(&[&good[..], &bad].concat());
        let bytes = [&good[..], &good, &bad].concat();
        let mut entries = dirents(&bytes);
        for _ in 0..2 {
            let entry = entries.next().unwrap().unwrap();
            assert_eq!((entry.name, entry.inode, entry.offset), (c"good", 7, 8));
            assert_eq!(entry.file_type, FileType::DIRECTORY);
        }
        assert_eq!(entries.next(), Some(Err(Errno::EIO)), "{what}");
        assert_eq!(entries.next(), None, "{what}");
    }
    assert_eq!(dirents(&[]).next(), None);
}

/// Inode 0 is a number like others: an older libc dropped such entries.
#[test]
fn an_inode_of_zero_is_kept() {
    let bytes = encode(0, 1, 8, b"zero");
    let entry = dirents(&bytes).next().unwrap().unwrap();
    assert_eq!((entry.inode, entry.name), (0, c"zero"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decoder::check(&bytes);
    }

    /// Mostly right, with a few bytes that are not.
    #[test]
    fn damaged_entries(
        entries in prop::collection::vec((any::<u64>(), any::<i64>(), any::<u8>(), "[^\0]{0,20}"), 0..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes: Vec<u8> = entries
            .iter()
            .flat_map(|(inode, offset, kind, name)| encode(*inode, *offset, *kind, name.as_bytes()))
            .collect();
        let decoded: Vec<_> = dirents(&bytes).map(Result::unwrap).collect();
        prop_assert_eq!(decoded.len(), entries.len());
        for (entry, (inode, offset, kind, name)) in decoded.iter().zip(&entries) {
            prop_assert_eq!(entry.name.to_bytes(), name.as_bytes());
            prop_assert_eq!((entry.inode, entry.offset), (*inode, *offset));
            prop_assert_eq!(entry.file_type, FileType::from_dirent_type(*kind));
        }
        decoder::check(&bytes);
        if !bytes.is_empty() {
            bytes.truncate(cut.index(bytes.len()) + 1);
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            decoder::check(&bytes);
        }
    }
}

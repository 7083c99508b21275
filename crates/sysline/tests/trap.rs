//! The trap: each argument arrives in its place. Calls of every number of arguments are made with registers by hand,
//! and `std` says what the kernel did.
#![cfg(target_os = "linux")]

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use sysline::abi::{Ret, Word};
use sysline::{Errno, Result, nr, raw};

/// A file of 8,192 bytes that is deleted when the test ends; byte `n` is `n / 32`.
fn file() -> File {
    let path = std::env::temp_dir().join(format!(
        "sysline-trap-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    fs::remove_file(&path).unwrap();
    file.write_all(&bytes()).unwrap();
    file.rewind().unwrap();
    file
}

fn bytes() -> Vec<u8> {
    (0..8192u32).map(|at| (at / 32) as u8).collect()
}

fn number(value: impl TryInto<isize>) -> Word {
    Word::from_number(value.try_into().ok().unwrap() as usize)
}

/// The result of a call.
fn result(word: Word) -> Result<usize> {
    // SAFETY: every register is a number.
    unsafe { Ret::from_word(word) }
}

#[test]
fn no_argument() {
    // SAFETY: it takes nothing and changes nothing.
    let word = unsafe { raw::syscall0(nr::SYS_GETPPID) };
    assert_eq!(
        result(word),
        Ok(std::os::unix::process::parent_id() as usize)
    );
}

#[test]
fn one_argument() {
    let file = file();
    // SAFETY: the file is open; the new descriptor is owned at once.
    let copy = unsafe {
        let fd = result(raw::syscall1(nr::SYS_DUP, number(file.as_raw_fd()))).unwrap();
        File::from(OwnedFd::from_raw_fd(fd as i32))
    };
    assert_eq!(copy.metadata().unwrap().len(), 8192);
}

#[test]
fn two_arguments() {
    let file = file();
    // SAFETY: the file is open.
    let word = unsafe { raw::syscall2(nr::SYS_FCHMOD, number(file.as_raw_fd()), number(0o4751)) };
    assert_eq!(result(word), Ok(0));
    assert_eq!(
        file.metadata().unwrap().permissions().mode() & 0o7777,
        0o4751
    );
}

#[test]
fn three_arguments() {
    let mut file = file();
    let mut buffer = [0u8; 64];
    // SAFETY: the kernel writes 64 bytes at most.
    let word = unsafe {
        raw::syscall3(
            nr::SYS_READ,
            number(file.as_raw_fd()),
            Word::from_pointer(buffer.as_mut_ptr()),
            number(64),
        )
    };
    assert_eq!(result(word), Ok(64));
    assert_eq!(buffer[..], bytes()[..64]);
    assert_eq!(file.stream_position().unwrap(), 64);
}

#[test]
fn four_arguments() {
    let name = format!("sysline-trap-link-{}", std::process::id());
    let path = std::env::temp_dir().join(&name);
    std::os::unix::fs::symlink("where it points", &path).unwrap();
    let folder = File::open(std::env::temp_dir()).unwrap();
    let name = CString::new(name).unwrap();
    let mut buffer = [0u8; 64];
    // SAFETY: the kernel writes 9 bytes at most, and the name ends in a NUL.
    let word = unsafe {
        let (fd, name) = (
            number(folder.as_raw_fd()),
            Word::from_pointer(name.as_ptr()),
        );
        let buffer = Word::from_pointer(buffer.as_mut_ptr());
        raw::syscall4(nr::SYS_READLINKAT, fd, name, buffer, number(9))
    };
    fs::remove_file(path).unwrap();
    assert_eq!(result(word), Ok(9));
    assert_eq!(&buffer[..10], b"where it \0");
}

#[test]
fn five_arguments() {
    const AT_EMPTY_PATH: i32 = 0x1000; // linux/fcntl.h
    const STATX_SIZE: i32 = 0x200; // linux/stat.h
    let file = file();
    let mut statx = [0u64; 32];
    // SAFETY: `struct statx` has 256 bytes; the path ends in a NUL.
    let word = unsafe {
        let (fd, statx) = (
            number(file.as_raw_fd()),
            Word::from_pointer(statx.as_mut_ptr()),
        );
        raw::syscall5(
            nr::SYS_STATX,
            fd,
            Word::from_pointer(c"".as_ptr()),
            number(AT_EMPTY_PATH),
            number(STATX_SIZE),
            statx,
        )
    };
    assert_eq!(result(word), Ok(0));
    assert_eq!(statx[5], 8192, "stx_size is the sixth of eight bytes each");
}

#[test]
fn six_arguments() {
    let from = file();
    let mut to = file();
    to.set_len(0).unwrap();
    let (mut from_offset, mut to_offset) = (4096u64, 10u64);
    // SAFETY: the kernel reads and writes the two offsets.
    let word = unsafe {
        raw::syscall6(
            nr::SYS_COPY_FILE_RANGE,
            number(from.as_raw_fd()),
            Word::from_pointer(&raw mut from_offset),
            number(to.as_raw_fd()),
            Word::from_pointer(&raw mut to_offset),
            number(100),
            Word::ZERO,
        )
    };
    assert_eq!(result(word), Ok(100));
    assert_eq!((from_offset, to_offset), (4196, 110));
    let mut copied = Vec::new();
    to.read_to_end(&mut copied).unwrap();
    assert_eq!(copied, [&[0; 10][..], &bytes()[4096..4196]].concat());

    // The sixth is read too: no flag is known.
    // SAFETY: the kernel refuses the flags first.
    let word = unsafe {
        let (from, to) = (number(from.as_raw_fd()), number(to.as_raw_fd()));
        raw::syscall6(
            nr::SYS_COPY_FILE_RANGE,
            from,
            Word::ZERO,
            to,
            Word::ZERO,
            number(1),
            number(1 << 20),
        )
    };
    assert_eq!(result(word), Err(Errno::EINVAL));
}

#[test]
fn an_error_is_an_errno() {
    // SAFETY: there is no such descriptor.
    let word = unsafe { raw::syscall1(nr::SYS_CLOSE, number(1_000_000_000)) };
    assert_eq!(result(word), Err(Errno::EBADF));
}

#[test]
fn an_unknown_call_is_enosys() {
    const NONE: nr::Sysno = nr::Sysno::new(4000, "none");
    // SAFETY: there is no such call.
    let word = unsafe { raw::syscall0(NONE) };
    assert_eq!(result(word), Err(Errno::ENOSYS));
}

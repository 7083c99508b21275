//! The area `io`: each function against what `std` sees.
#![cfg(all(target_os = "linux", feature = "std"))]

mod temporary;

use std::fs::{self, File};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use sysline::io::Whence;
use sysline::{Errno, io};

#[test]
fn write_and_read_move_the_position() {
    let file = temporary::file("position");
    assert_eq!(io::write(file.as_fd(), b"hello"), Ok(5));
    assert_eq!(io::write(file.as_fd(), b" world"), Ok(6));
    let mut all = [0; 16];
    assert_eq!(file.read_at(&mut all, 0).unwrap(), 11);
    assert_eq!(&all[..11], b"hello world");
    assert_eq!(
        io::read(file.as_fd(), &mut all),
        Ok(0),
        "the position is at the end"
    );
}

#[test]
fn pwrite_and_pread_take_any_offset() {
    let file = temporary::file("offset");
    let offset = 5 << 30; // more than 32 bits
    assert_eq!(io::pwrite(file.as_fd(), b"far", offset), Ok(3));
    assert_eq!(file.metadata().unwrap().len(), offset + 3);
    let mut bytes = [0; 8];
    assert_eq!(io::pread(file.as_fd(), &mut bytes, offset + 1), Ok(2));
    assert_eq!(&bytes[..2], b"ar");
    assert_eq!(
        io::read(file.as_fd(), &mut bytes),
        Ok(8),
        "the position is where it was"
    );
}

#[test]
fn lseek_moves_by_any_offset() {
    let file = temporary::file("lseek");
    let far = (5 << 30) + 7;
    assert_eq!(io::lseek(file.as_fd(), far, Whence::SET), Ok(far as u64));
    assert_eq!(io::write(file.as_fd(), b"end"), Ok(3));
    assert_eq!(file.metadata().unwrap().len(), far as u64 + 3);
    assert_eq!(io::lseek(file.as_fd(), -1, Whence::CUR), Ok(far as u64 + 2));
    let mut bytes = [0; 8];
    assert_eq!(io::read(file.as_fd(), &mut bytes), Ok(1));
    assert_eq!(bytes[0], b'd');
    assert_eq!(io::lseek(file.as_fd(), -(far + 3), Whence::END), Ok(0));
    assert_eq!(io::lseek(file.as_fd(), -1, Whence::SET), Err(Errno::EINVAL));
    // A position with the sign bit, which a process's memory has. Where registers have 32 bits a kernel does not write it,
    // and an emulator may: it is an error or right, and never what happened to be there.
    let memory = File::open("/proc/self/mem").unwrap();
    let high = io::lseek(memory.as_fd(), i64::MIN + 0x1234_5678, Whence::SET);
    let narrow = size_of::<usize>() == 4;
    if !(narrow && high == Err(Errno::EOVERFLOW)) {
        assert_eq!(high, Ok((1 << 63) + 0x1234_5678));
    }
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(io::lseek(pipe.as_fd(), 0, Whence::CUR), Err(Errno::ESPIPE));
}

#[test]
fn an_empty_buffer_moves_nothing() {
    let file = temporary::file("empty");
    assert_eq!(io::write(file.as_fd(), b""), Ok(0));
    assert_eq!(io::read(file.as_fd(), &mut []), Ok(0));
}

#[test]
fn close_closes_and_says_so() {
    let file = temporary::file("close");
    let fd: OwnedFd = file.into();
    let number = fd.as_raw_fd();
    assert_eq!(io::close(fd), Ok(()));
    let link = format!("/proc/self/fd/{number}");
    // Another test may have been given the number since: then it is another file.
    assert!(fs::read_link(link).map_or(true, |path| {
        !path
            .to_string_lossy()
            .contains(&format!("sysline-{}-close", std::process::id()))
    }));
}

#[test]
fn what_may_not_be_read_is_ebadf() {
    let path = std::env::temp_dir().join(format!("sysline-io-{}-writeonly", std::process::id()));
    let file = File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(io::read(file.as_fd(), &mut [0; 1]), Err(Errno::EBADF));
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(io::write(none, b"x"), Err(Errno::EBADF));
}

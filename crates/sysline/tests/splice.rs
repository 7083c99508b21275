//! Pipes, what goes through them, and calls with several buffers, against what `std` reads and writes.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
mod temporary;

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use sysline::fs::OFlags;
use sysline::io::{self, IoSlice, IoSliceMut, PipeFlags, RwFlags, SpliceFlags};
use sysline::process::{Resource, getrlimit, setrlimit};
use sysline::{Errno, Result};

const GIB: u64 = 1 << 30;
const NOW: SpliceFlags = SpliceFlags::empty();

/// What is never a descriptor.
fn none() -> BorrowedFd<'static> {
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    unsafe { BorrowedFd::borrow_raw(-100) }
}

/// A pipe whose ends are `std`'s, and wait for nothing.
fn pipe() -> (File, File) {
    let (reader, writer) = io::pipe2(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).unwrap();
    (reader.into(), writer.into())
}

/// What is in a pipe.
fn drained(reader: &mut File) -> Vec<u8> {
    let mut bytes = vec![0; 65_536];
    let len = match reader.read(&mut bytes) {
        Ok(len) => len,
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
            0
        }
    };
    bytes.truncate(len);
    bytes
}

/// A file with some bytes at some offset.
fn file_with(name: &str, bytes: &[u8], offset: u64) -> File {
    let file = temporary::file(name);
    file.write_all_at(bytes, offset).unwrap();
    file
}

fn bytes_at(file: &File, offset: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, offset).unwrap();
    bytes
}

#[test]
fn a_pipe_s_ends_are_the_reader_and_the_writer() {
    let (reader, writer) = io::pipe().unwrap();
    let flags = |fd: &OwnedFd| {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
        let told = info.lines().find_map(|line| line.strip_prefix("flags:"));
        u32::from_str_radix(told.unwrap().trim(), 8).unwrap()
    };
    assert_eq!((flags(&reader) & 3, flags(&writer) & 3), (0, 1));
    assert_eq!(flags(&reader) & 0o2_000_000, 0, "execve leaves it open");
    let (mut from, mut to) = (File::from(reader), File::from(writer));
    to.write_all(b"hello").unwrap();
    drop(to);
    let mut text = String::new();
    from.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");

    let all = PipeFlags::CLOEXEC | PipeFlags::NONBLOCK | PipeFlags::DIRECT;
    let (reader, writer) = io::pipe2(all).unwrap();
    for end in [&reader, &writer] {
        assert_eq!(flags(end) & 0o2_000_000, 0o2_000_000);
        let set = io::fcntl_getfl(end.as_fd()).unwrap();
        assert!(set.contains(OFlags::NONBLOCK));
    }
    // A packet is read by itself, and what of it has no room is lost.
    io::write(writer.as_fd(), b"first").unwrap();
    io::write(writer.as_fd(), b"second").unwrap();
    let mut bytes = [0; 3];
    assert_eq!(io::read(reader.as_fd(), &mut bytes), Ok(3));
    assert_eq!(io::read(reader.as_fd(), &mut bytes), Ok(3));
    assert_eq!(&bytes, b"sec");
    assert_eq!(io::read(reader.as_fd(), &mut bytes), Err(Errno::EAGAIN));
    let unknown = io::pipe2(PipeFlags::from_bits_retain(1));
    assert_eq!(unknown.map(drop), Err(Errno::EINVAL));
}

#[test]
fn a_process_without_descriptors_gets_no_pipe() {
    child::in_child(|| {
        let file = temporary::file("no-descriptors");
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let mut limit = getrlimit(Resource::NOFILE).unwrap();
        limit.current = Some(300);
        setrlimit(Resource::NOFILE, limit).unwrap();
        // Where none is left, and where one is.
        let mut held: Vec<OwnedFd> = Vec::new();
        while let Ok(end) = io::dup(file.as_fd()) {
            held.push(end);
        }
        for free in 0..=2 {
            assert_eq!(io::pipe().is_ok(), free == 2, "{free}");
            if free < 2 {
                assert_eq!(io::pipe().map(drop), Err(Errno::EMFILE));
            }
            drop(held.pop());
        }
        drop(held);
        assert_eq!(count(), before);
    });
}

#[test]
fn sendfile_takes_an_offset_of_64_bits() {
    let far = 5 * GIB + 3;
    let mut file = file_with("sendfile", b"hello", far);
    let (mut reader, writer) = pipe();
    let mut offset = far + 1;
    let sent = io::sendfile(writer.as_fd(), file.as_fd(), Some(&mut offset), 3);
    assert_eq!((sent, offset), (Ok(3), far + 4));
    assert_eq!(drained(&mut reader), b"ell");
    assert_eq!(file.stream_position().unwrap(), 0, "it was not moved");

    file.seek(SeekFrom::Start(far + 2)).unwrap();
    let sent = io::sendfile(writer.as_fd(), file.as_fd(), None, 100);
    assert_eq!(sent, Ok(3));
    assert_eq!(drained(&mut reader), b"llo");
    assert_eq!(file.stream_position().unwrap(), far + 5);
    let sent = io::sendfile(writer.as_fd(), file.as_fd(), None, 100);
    assert_eq!(sent, Ok(0), "the end");

    let nowhere = io::sendfile(none(), file.as_fd(), None, 1);
    assert_eq!(nowhere, Err(Errno::EBADF));
    let (pipe, into_pipe) = temporary::pipe();
    (&into_pipe).write_all(b"x").unwrap();
    for to in [&writer, &temporary::file("sendfile-to")] {
        let from_a_pipe = io::sendfile(to.as_fd(), pipe.as_fd(), None, 1);
        assert_eq!(from_a_pipe, Err(Errno::EINVAL));
    }
    let mut offset = u64::MAX;
    let refused = io::sendfile(writer.as_fd(), file.as_fd(), Some(&mut offset), 1);
    assert_eq!((refused, offset), (Err(Errno::EINVAL), u64::MAX));
}

#[test]
fn copy_file_range_takes_offsets_of_64_bits() {
    let (far, farther) = (5 * GIB + 3, 6 * GIB + 9);
    let mut from = file_with("copy-from", b"hello world", far);
    let to = temporary::file("copy-to");
    let (mut from_offset, mut to_offset) = (far + 6, farther);
    let copied = io::copy_file_range(
        from.as_fd(),
        Some(&mut from_offset),
        to.as_fd(),
        Some(&mut to_offset),
        100,
    );
    assert_eq!(copied, Ok(5));
    assert_eq!((from_offset, to_offset), (far + 11, farther + 5));
    assert_eq!(bytes_at(&to, farther, 5), b"world");
    assert_eq!(to.metadata().unwrap().len(), farther + 5);

    from.seek(SeekFrom::Start(far)).unwrap();
    let copied = io::copy_file_range(from.as_fd(), None, to.as_fd(), None, 5);
    assert_eq!(copied, Ok(5));
    assert_eq!(bytes_at(&to, 0, 5), b"hello");
    assert_eq!(from.stream_position().unwrap(), far + 5);

    let mut end = far + 11;
    let copied = io::copy_file_range(from.as_fd(), Some(&mut end), to.as_fd(), None, 5);
    assert_eq!(copied, Ok(0), "the end");
    let refused = io::copy_file_range(from.as_fd(), None, none(), None, 5);
    assert_eq!(refused, Err(Errno::EBADF));
    let (mut one, mut two) = (far, far + 1);
    let overlapping = (Some(&mut one), Some(&mut two));
    let refused = io::copy_file_range(from.as_fd(), overlapping.0, from.as_fd(), overlapping.1, 5);
    assert_eq!((refused, one, two), (Err(Errno::EINVAL), far, far + 1));
    io::fcntl_setfl(to.as_fd(), OFlags::APPEND).unwrap();
    let refused = io::copy_file_range(from.as_fd(), Some(&mut one), to.as_fd(), None, 5);
    assert_eq!(refused, Err(Errno::EBADF));
    let refused = io::sendfile(to.as_fd(), from.as_fd(), Some(&mut one), 5);
    assert_eq!(refused, Err(Errno::EINVAL));
    let (pipe, _writer) = pipe();
    let refused = io::copy_file_range(pipe.as_fd(), None, to.as_fd(), None, 5);
    assert_eq!(refused, Err(Errno::EINVAL));
}

#[test]
fn splice_moves_what_is_in_a_pipe() {
    let far = 5 * GIB + 3;
    let file = file_with("splice", b"hello", far);
    let (mut reader, mut writer) = pipe();
    let mut offset = far + 1;
    let moved = io::splice(
        file.as_fd(),
        Some(&mut offset),
        writer.as_fd(),
        None,
        3,
        NOW,
    );
    assert_eq!((moved, offset), (Ok(3), far + 4));
    assert_eq!(drained(&mut reader), b"ell");

    writer.write_all(b"into the file").unwrap();
    let mut offset = 2 * far;
    let moved = io::splice(
        reader.as_fd(),
        None,
        file.as_fd(),
        Some(&mut offset),
        100,
        NOW,
    );
    assert_eq!((moved, offset), (Ok(13), 2 * far + 13));
    assert_eq!(bytes_at(&file, 2 * far, 13), b"into the file");
    assert_eq!(drained(&mut reader), b"", "it is there no more");

    let at_once = SpliceFlags::NONBLOCK;
    let empty = io::splice(reader.as_fd(), None, file.as_fd(), None, 1, at_once);
    assert_eq!(empty, Err(Errno::EAGAIN));
    let pipe_has_none = io::splice(file.as_fd(), None, writer.as_fd(), Some(&mut 0), 1, NOW);
    assert_eq!(pipe_has_none, Err(Errno::ESPIPE));
    let other = temporary::file("splice-other");
    let no_pipe = io::splice(file.as_fd(), None, other.as_fd(), None, 1, NOW);
    assert_eq!(no_pipe, Err(Errno::EINVAL));
    drop(writer);
    let end = io::splice(reader.as_fd(), None, file.as_fd(), None, 1, NOW);
    assert_eq!(end, Ok(0));
}

#[test]
fn tee_leaves_what_it_copies() {
    let (mut one, mut into_one) = pipe();
    let (mut two, into_two) = pipe();
    into_one.write_all(b"hello").unwrap();
    let copied = io::tee(one.as_fd(), into_two.as_fd(), 4, NOW);
    assert_eq!(copied, Ok(4));
    assert_eq!(drained(&mut two), b"hell");
    assert_eq!(drained(&mut one), b"hello", "it is still there");
    let empty = io::tee(one.as_fd(), into_two.as_fd(), 4, SpliceFlags::NONBLOCK);
    assert_eq!(empty, Err(Errno::EAGAIN));
    let itself = io::tee(one.as_fd(), into_one.as_fd(), 4, NOW);
    assert_eq!(itself, Err(Errno::EINVAL));
    drop(into_one);
    assert_eq!(io::tee(one.as_fd(), into_two.as_fd(), 4, NOW), Ok(0));
}

#[test]
fn vmsplice_puts_memory_into_a_pipe() {
    let (mut reader, writer) = pipe();
    static BYTES: &[u8] = b"it stays as it is for the whole program";
    let parts = [IoSlice::new(&BYTES[..8]), IoSlice::new(&BYTES[17..])];
    // SAFETY: the pipe is open for writing, and the memory never changes.
    let moved = unsafe { io::vmsplice(writer.as_fd(), &parts, NOW) };
    assert_eq!(moved, Ok(30));
    assert_eq!(drained(&mut reader), b"it stays for the whole program");
    let file = temporary::file("vmsplice");
    // SAFETY: as above; it is no pipe, and nothing happens.
    let refused = unsafe { io::vmsplice(file.as_fd(), &parts, NOW) };
    assert_eq!(refused, Err(Errno::EBADF));
}

#[test]
fn several_buffers_are_written_and_read_in_their_order() {
    let mut file = temporary::file("vectored");
    let parts = [
        IoSlice::new(b"one "),
        IoSlice::new(b""),
        IoSlice::new(b"two"),
    ];
    assert_eq!(io::writev(file.as_fd(), &parts), Ok(7));
    assert_eq!(bytes_at(&file, 0, 7), b"one two");
    file.rewind().unwrap();
    let (mut first, mut second) = ([0; 2], [b'-'; 10]);
    let mut parts = [
        IoSliceMut::new(&mut first),
        IoSliceMut::new(&mut []),
        IoSliceMut::new(&mut second),
    ];
    assert_eq!(io::readv(none(), &mut parts), Err(Errno::EBADF));
    assert_eq!(io::readv(file.as_fd(), &mut parts), Ok(7));
    assert_eq!((&first, &second), (b"on", b"e two-----"));
    assert_eq!(io::writev(none(), &[IoSlice::new(b"x")]), Err(Errno::EBADF));
}

#[test]
fn vectored_calls_take_an_offset_of_64_bits() {
    let far = 5 * GIB + 3;
    let mut file = temporary::file("vectored-far");
    let parts = [IoSlice::new(b"one "), IoSlice::new(b"two")];
    assert_eq!(io::pwritev(file.as_fd(), &parts, far), Ok(7));
    assert_eq!(bytes_at(&file, far, 7), b"one two");
    let flags = RwFlags::empty();
    let written = io::pwritev2(file.as_fd(), &parts, Some(2 * far), flags);
    assert_eq!(written, Ok(7));
    assert_eq!(file.metadata().unwrap().len(), 2 * far + 7);
    assert_eq!(file.stream_position().unwrap(), 0);

    type Call = fn(BorrowedFd<'_>, &mut [IoSliceMut<'_>], u64) -> Result<usize>;
    let preadv2: Call = |fd, parts, at| io::preadv2(fd, parts, Some(at), RwFlags::empty());
    for read in [io::preadv as Call, preadv2] {
        let (mut first, mut second) = ([0; 2], [b'-'; 4]);
        let mut parts = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
        assert_eq!(read(file.as_fd(), &mut parts, far + 2), Ok(6));
        assert_eq!((&first, &second), (b"e ", b"two\0"));
        let mut parts = [IoSliceMut::new(&mut first)];
        // -1 is the position to the kernel, and no offset.
        for bad in [u64::MAX, 1 << 63] {
            let refused = read(file.as_fd(), &mut parts, bad);
            assert_eq!(refused, Err(Errno::EINVAL), "{bad}");
        }
        assert_eq!(read(none(), &mut parts, 0), Err(Errno::EBADF));
    }
    for bad in [u64::MAX, 1 << 63] {
        assert_eq!(io::pwritev(file.as_fd(), &parts, bad), Err(Errno::EINVAL));
        let refused = io::pwritev2(file.as_fd(), &parts, Some(bad), flags);
        assert_eq!(refused, Err(Errno::EINVAL));
    }
    assert_eq!(file.stream_position().unwrap(), 0);
}

#[test]
fn without_an_offset_the_position_moves() {
    let mut file = temporary::file("vectored-position");
    let flags = RwFlags::empty();
    let parts = [IoSlice::new(b"one two")];
    let written = io::pwritev2(file.as_fd(), &parts, None, flags);
    assert_eq!(written, Ok(7));
    assert_eq!(file.stream_position().unwrap(), 7);
    file.seek(SeekFrom::Start(4)).unwrap();
    let mut bytes = [0; 2];
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let read = io::preadv2(file.as_fd(), &mut parts, None, flags);
    assert_eq!(read, Ok(2));
    assert_eq!(&bytes, b"tw");
    assert_eq!(file.stream_position().unwrap(), 6);
}

#[test]
fn rw_flags_do_what_they_say() {
    let file = file_with("rw-flags", b"start", 0);
    let parts = [IoSlice::new(b"end")];
    let write = |flags| io::pwritev2(file.as_fd(), &parts, Some(0), flags);
    assert_eq!(write(RwFlags::APPEND | RwFlags::DSYNC), Ok(3));
    assert_eq!(bytes_at(&file, 0, 8), b"startend");
    let unknown = RwFlags::from_bits_retain(1 << 30);
    assert_eq!(write(unknown), Err(Errno::EOPNOTSUPP));
    let mut bytes = [0; 2];
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let refused = io::preadv2(file.as_fd(), &mut parts, Some(0), unknown);
    assert_eq!(refused, Err(Errno::EOPNOTSUPP));
    let (pipe, _writer) = temporary::pipe(); // it would wait
    let at_once = io::preadv2(pipe.as_fd(), &mut parts, None, RwFlags::NOWAIT);
    assert_eq!(at_once, Err(Errno::EAGAIN));
}

#[test]
fn a_call_takes_1024_buffers() {
    let file = temporary::file("vectored-many");
    let byte = [IoSlice::new(b"x"); 1025];
    assert_eq!(io::writev(file.as_fd(), &byte), Err(Errno::EINVAL));
    assert_eq!(io::writev(file.as_fd(), &byte[..1024]), Ok(1024));
    assert_eq!(file.metadata().unwrap().len(), 1024);
}

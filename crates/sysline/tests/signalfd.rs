//! Descriptors that signals are read from, and what they say.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/signalfd.rs"]
mod decoder;
mod signals;
mod temporary;

use child::in_child;
use proptest::prelude::*;
use std::io::Read;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use sysline::Errno;
use sysline::event::{
    PollFd, PollFlags, SignalfdFlags, SignalfdInfo, Timeout, poll, signalfd, signalfd_read,
    signalfd_read_uninit, signalfd_set,
};
use sysline::fs::OFlags;
use sysline::process::{Pid, getpid};
use sysline::signal::{SigSet, Signal};

// SAFETY: the signatures are those of `unistd.h` and `signal.h`.
unsafe extern "C" {
    fn fork() -> i32;
    fn _exit(status: i32) -> !;
    fn getuid() -> u32;
    fn kill(process: i32, signal: i32) -> i32;
}

/// A descriptor of signals that are held back. For a child only: signals to the process must find them so.
fn reader<const N: usize>(signals: [Signal; N]) -> OwnedFd {
    signals::block(signals);
    signalfd(&SigSet::from(signals), SignalfdFlags::NONBLOCK).unwrap()
}

fn send(signal: Signal) {
    // SAFETY: it takes numbers.
    assert_eq!(unsafe { kill(getpid().raw(), signal.raw()) }, 0);
}

#[test]
fn a_signal_says_where_it_comes_from() {
    in_child(|| {
        let reader = reader([Signal::USR1, Signal::CHLD]);
        let mut room = [SignalfdInfo::default(); 4];
        assert_eq!(signalfd_read(reader.as_fd(), &mut room), Err(Errno::EAGAIN));
        send(Signal::USR1);
        let came = signalfd_read(reader.as_fd(), &mut room).unwrap();
        assert_eq!(came.len(), 1);
        assert_eq!(came[0].signal(), Some(Signal::USR1));
        assert_eq!(came[0].code(), 0, "asm-generic/siginfo.h, SI_USER");
        assert_eq!(came[0].pid(), getpid());
        // SAFETY: it gives a number.
        assert_eq!(came[0].uid().raw(), unsafe { getuid() });
        assert_eq!(came[0].errno(), None);

        // SAFETY: the copy ends at once.
        let child = unsafe {
            match fork() {
                0 => _exit(7),
                child => child,
            }
        };
        assert!(child > 0);
        let mut fds = [PollFd::new(reader.as_fd(), PollFlags::IN)];
        assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
        let mut room = [MaybeUninit::uninit(); 2];
        let came = signalfd_read_uninit(reader.as_fd(), &mut room).unwrap();
        assert_eq!(came.len(), 1);
        assert_eq!(came[0].signal(), Some(Signal::CHLD));
        assert_eq!(came[0].code(), 1, "asm-generic/siginfo.h, CLD_EXITED");
        assert_eq!(came[0].status(), 7);
        assert_eq!(came[0].pid(), Pid::from_raw(child));
    });
}

#[test]
fn several_signals_are_read_at_once() {
    in_child(|| {
        let all = [Signal::USR1, Signal::USR2, Signal::TERM, Signal::HUP];
        let reader = reader(all);
        all.into_iter().for_each(send);
        send(Signal::USR1); // it is pending already
        let mut room = [SignalfdInfo::default(); 3];
        let came = signalfd_read(reader.as_fd(), &mut room).unwrap().to_vec();
        assert_eq!(came.len(), 3, "as many as find room");

        // By `std`, as bytes.
        let mut bytes = [0; 300];
        let mut reader = std::fs::File::from(reader);
        let length = reader.read(&mut bytes).unwrap();
        assert_eq!(length, SignalfdInfo::SIZE, "whole ones only");
        let rest = SignalfdInfo::all_from_bytes(&bytes[..length]);
        let numbers = |infos: Vec<SignalfdInfo>| -> SigSet {
            infos.iter().map(|info| info.signal().unwrap()).collect()
        };
        let both: Vec<SignalfdInfo> = came.into_iter().chain(rest).collect();
        assert_eq!(both.len(), 4);
        assert_eq!(numbers(both), SigSet::from(all));
        let none = signalfd_read(reader.as_fd(), &mut room);
        assert_eq!(none, Err(Errno::EAGAIN));
    });
}

#[test]
fn the_signals_of_a_descriptor_change() {
    in_child(|| {
        let reader = reader([Signal::USR1]);
        signals::block([Signal::USR2]);
        send(Signal::USR2);
        let mut room = [SignalfdInfo::default(); 2];
        assert_eq!(signalfd_read(reader.as_fd(), &mut room), Err(Errno::EAGAIN));
        let other = SigSet::from([Signal::USR2]);
        assert_eq!(signalfd_set(reader.as_fd(), &other), Ok(()));
        send(Signal::USR1);
        let came = signalfd_read(reader.as_fd(), &mut room).unwrap();
        let numbers: Vec<_> = came.iter().map(SignalfdInfo::signal).collect();
        assert_eq!(numbers, [Some(Signal::USR2)]);
    });
}

#[test]
fn fault_room_for_no_signal_is_einval() {
    in_child(|| {
        let reader = reader([Signal::USR1]);
        send(Signal::USR1);
        let none = signalfd_read(reader.as_fd(), &mut []);
        assert_eq!(none, Err(Errno::EINVAL));
        let none = signalfd_read_uninit(reader.as_fd(), &mut []);
        assert_eq!(none, Err(Errno::EINVAL));
        let mut room = [SignalfdInfo::default()];
        let came = signalfd_read(reader.as_fd(), &mut room);
        assert_eq!(came.unwrap()[0].signal(), Some(Signal::USR1), "it is left");
    });
}

#[test]
fn errors_of_descriptors_of_signals() {
    let flags = SignalfdFlags::from_bits_retain(OFlags::APPEND.bits());
    let unknown = signalfd(&SigSet::EMPTY, flags);
    assert_eq!(unknown.err(), Some(Errno::EINVAL));
    let (pipe, mut writer) = temporary::pipe();
    let of_pipe = signalfd_set(pipe.as_fd(), &SigSet::EMPTY);
    assert_eq!(of_pipe, Err(Errno::EINVAL));

    // Of another descriptor come whole signals or none, whatever the bytes.
    std::io::Write::write_all(&mut writer, &[1; 300]).unwrap();
    let mut room = [SignalfdInfo::default(); 5];
    let came = signalfd_read(pipe.as_fd(), &mut room).unwrap();
    assert_eq!(came.len(), 2);
    assert!(came.iter().all(|info| info.signal().is_none()));
}

/// What a kernel never says: no signal of that number, no errno.
#[test]
fn hostile_bytes_are_no_signal() {
    for length in [0, 1, 127, 128, 129, 255, 256] {
        for byte in [0, 1, 64, 65, 0x7f, 0x80, 0xff] {
            decoder::check(&vec![byte; length]);
        }
    }
    let info = SignalfdInfo::from_bytes(&[0xff; 128]);
    assert_eq!((info.signal(), info.errno()), (None, None));
    assert_eq!(SignalfdInfo::from_bytes(&[0; 128]), SignalfdInfo::default());
}

proptest! {
    #[test]
    fn any_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        decoder::check(&bytes);
        // At another address.
        if let Some((_, rest)) = bytes.split_first() {
            decoder::check(rest);
        }
    }
}

#[test]
fn fault_no_descriptor_is_left() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let all = SigSet::ALL;
        for _ in 0..10 {
            let signals = signalfd(&all, SignalfdFlags::CLOEXEC).unwrap();
            signalfd_set(signals.as_fd(), &SigSet::EMPTY).unwrap();
            let _ = signalfd(&all, SignalfdFlags::from_bits_retain(OFlags::APPEND.bits()));
        }
        assert_eq!(count(), before);
        let one = signalfd(&all, SignalfdFlags::CLOEXEC).unwrap();
        assert_eq!(count(), before + 1, "it counts");
        drop(one);
    });
}

/// By hand, of `linux/signalfd.h`; where its numbers are, the decoder's check knows.
#[test]
fn a_signal_is_laid_out_as_that_of_c() {
    assert_eq!(size_of::<SignalfdInfo>(), 128);
    assert_eq!(SignalfdInfo::SIZE, 128);
}

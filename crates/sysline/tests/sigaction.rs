//! What a process does about a signal: handlers are called and left, on the stack and with the mask that was asked
//! for, and what was there before can be put back.

#![cfg(all(target_os = "linux", feature = "std"))]

mod audit;
#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::in_child;
use core::ffi::{c_int, c_long, c_void};
use emulator::skipped;
use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use sysline::process::getpid;
use sysline::signal::{
    self, Action, AltStack, Details, Handler, SaFlags, SigCode, SigInfo, SigSet, Signal, SsFlags,
    action_of, alternate_stack, sigaction, sigaltstack, sigqueue,
};
use sysline::{Errno, io};

// SAFETY: the signatures are those of `signal.h`, `unistd.h`, `sys/time.h`, `sys/wait.h` and `sys/mman.h`.
unsafe extern "C" {
    fn raise(signal: c_int) -> c_int;
    #[link_name = "signal"]
    fn signal_of_c(signal: c_int, handler: *const c_void) -> *const c_void;
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn setitimer(which: c_int, new: *const [c_long; 4], old: *mut c_void) -> c_int;
    fn mmap(
        at: *mut c_void,
        len: usize,
        protection: c_int,
        flags: c_int,
        fd: c_int,
        offset: c_long,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, protection: c_int) -> c_int;
}

fn raised(signal: Signal) {
    // SAFETY: it takes a number.
    assert_eq!(unsafe { raise(signal.raw()) }, 0);
}

/// Sets an action, in a copy of the test's process.
fn set(signal: Signal, handler: Handler, flags: SaFlags, mask: SigSet) -> Action {
    let action = Action::new(handler, flags, mask);
    // SAFETY: the handlers here store numbers, make system calls or end the process.
    unsafe { sigaction(signal, Some(&action)).unwrap() }
}

/// The status that a copy of this copy ends with, if no signal ends it first.
fn status_of(body: impl FnOnce()) -> i32 {
    // SAFETY: the copy has one thread and ends.
    let child = unsafe { fork() };
    if child == 0 {
        body();
        // SAFETY: as above.
        unsafe { _exit(0) };
    }
    let mut status = -1;
    // SAFETY: it writes the status.
    assert_eq!(unsafe { waitpid(child, &mut status, 0) }, child);
    status
}

static RAN: AtomicU32 = AtomicU32::new(0);
static SIGNAL: AtomicI32 = AtomicI32::new(0);
static VALUE: AtomicI32 = AtomicI32::new(0);
static CODE: AtomicI32 = AtomicI32::new(0);
static CONTEXT: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(signal: Signal) {
    SIGNAL.store(signal.raw(), Relaxed);
    RAN.fetch_add(1, Relaxed);
}

extern "C" fn note(signal: Signal, info: &SigInfo, context: *mut c_void) {
    SIGNAL.store(signal.raw(), Relaxed);
    CODE.store(info.code().raw(), Relaxed);
    VALUE.store(info.value().map_or(-1, |value| value.int()), Relaxed);
    CONTEXT.store(context.addr(), Relaxed);
    assert_eq!(info.signal(), Some(signal));
    RAN.fetch_add(1, Relaxed);
}

#[test]
fn default_and_ignore() {
    in_child(|| {
        let action = action_of(Signal::USR1).unwrap();
        assert!(matches!(action.handler(), Handler::Default));
        // SAFETY: there is no handler.
        let old = unsafe { sigaction(Signal::USR1, Some(&Action::IGNORE)).unwrap() };
        assert!(matches!(old.handler(), Handler::Default));
        raised(Signal::USR1);
        let now = action_of(Signal::USR1).unwrap();
        assert!(matches!(now.handler(), Handler::Ignore));
        // SIG_IGN, of signal.h
        // SAFETY: there is no handler.
        let in_c = unsafe { signal_of_c(Signal::USR1.raw(), core::ptr::null()) };
        assert_eq!(in_c.addr(), 1);

        let status = status_of(|| {
            // SAFETY: there is no handler.
            unsafe { sigaction(Signal::USR1, Some(&Action::DEFAULT)).unwrap() };
            raised(Signal::USR1);
        });
        assert_eq!(status, Signal::USR1.raw(), "ended by it");
        let ignored = Action::new(Handler::Ignore, SaFlags::empty(), SigSet::EMPTY);
        assert!(matches!(ignored.handler(), Handler::Ignore));
    });
}

#[test]
fn what_can_not_be_changed() {
    for signal in [Signal::KILL, Signal::STOP] {
        // SAFETY: it fails.
        let changed = unsafe { sigaction(signal, Some(&Action::IGNORE)) };
        assert_eq!(changed.err(), Some(Errno::EINVAL));
        assert!(matches!(
            action_of(signal).unwrap().handler(),
            Handler::Default
        ));
    }
}

#[test]
fn a_function_is_told_the_signal() {
    in_child(|| {
        set(
            Signal::USR2,
            Handler::Function(count),
            SaFlags::empty(),
            SigSet::EMPTY,
        );
        raised(Signal::USR2);
        assert_eq!(RAN.load(Relaxed), 1);
        assert_eq!(SIGNAL.load(Relaxed), Signal::USR2.raw());
        // SAFETY: there is no handler then.
        let in_c = unsafe { signal_of_c(Signal::USR2.raw(), core::ptr::null()) };
        assert_eq!(in_c.addr(), count as extern "C" fn(Signal) as usize);
    });
}

#[test]
fn a_function_is_told_all_that_is_known() {
    in_child(|| {
        set(
            Signal::USR1,
            Handler::Info(note),
            SaFlags::empty(),
            SigSet::EMPTY,
        );
        sigqueue(getpid(), Some(Signal::USR1), 4321.into()).unwrap();
        assert_eq!(RAN.load(Relaxed), 1);
        assert_eq!(SIGNAL.load(Relaxed), Signal::USR1.raw());
        assert_eq!(VALUE.load(Relaxed), 4321);
        assert_eq!(CODE.load(Relaxed), SigCode::QUEUE.raw());
        assert_ne!(CONTEXT.load(Relaxed), 0);
        raised(Signal::USR1);
        assert_eq!(CODE.load(Relaxed), SigCode::TKILL.raw());
    });
}

/// Work that needs registers of both kinds; the same numbers every time.
#[inline(never)]
fn work(rounds: u32) -> (u64, u64) {
    let (mut a, mut b, mut x, mut y) = (1u64, 2u64, 1.5f64, 0.25f64);
    for round in 0..u64::from(rounds) {
        a = a
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(b ^ round);
        b = b.rotate_left(7) ^ a;
        x = x * 0.999 + y;
        y = y * 0.5 + 1.0 / (x + 2.0);
        if round % 64 == 0 {
            black_box((&a, &b, &x, &y));
        }
    }
    (a ^ b, x.to_bits() ^ y.to_bits().rotate_left(1))
}

/// Handlers come back from where the kernel has called them, and nothing is changed by it.
#[test]
fn a_thousand_deliveries_change_no_register() {
    in_child(|| {
        for handler in [Handler::Function(count), Handler::Info(note)] {
            RAN.store(0, Relaxed);
            set(Signal::USR1, handler, SaFlags::empty(), SigSet::EMPTY);
            let expected = work(1000);
            for n in 1..=1000 {
                raised(Signal::USR1);
                assert_eq!(RAN.load(Relaxed), n);
                assert_eq!(work(1000), expected);
            }
        }
        // And between any two instructions.
        for handler in [Handler::Function(count), Handler::Info(note)] {
            RAN.store(0, Relaxed);
            set(Signal::ALRM, handler, SaFlags::empty(), SigSet::EMPTY);
            let expected = work(20_000);
            // SAFETY: it reads a `struct itimerval`.
            unsafe { setitimer(0, &[0, 1000, 0, 1000], core::ptr::null_mut()) };
            while RAN.load(Relaxed) < 50 {
                assert_eq!(work(20_000), expected);
            }
            // SAFETY: as above.
            unsafe { setitimer(0, &[0; 4], core::ptr::null_mut()) };
        }
    });
}

fn bytes(action: &Action) -> &[u8] {
    // SAFETY: it is made of addresses and numbers without gaps, but for mips, where only the gap would matter.
    unsafe { core::slice::from_raw_parts((&raw const *action).cast(), size_of::<Action>()) }
}

/// Also what another one has set: the standard library's own handler, with the C library's way back.
#[test]
fn an_old_action_is_put_back_exactly() {
    in_child(|| {
        let old = action_of(Signal::SEGV).unwrap();
        assert!(
            matches!(old.handler(), Handler::Info(_)),
            "std has one: {old:?}"
        );
        assert!(old.flags().contains(SaFlags::ONSTACK));
        let mask = SigSet::from([Signal::HUP, Signal::TERM]);
        let before = set(
            Signal::SEGV,
            Handler::Function(count),
            SaFlags::RESTART,
            mask,
        );
        assert_eq!(bytes(&before), bytes(&old));
        let mine = action_of(Signal::SEGV).unwrap();
        assert!(matches!(mine.handler(), Handler::Function(_)));
        assert_eq!((mine.flags(), mine.mask()), (SaFlags::RESTART, mask));
        // SAFETY: what was there is put back.
        let mine_again = unsafe { sigaction(Signal::SEGV, Some(&before)).unwrap() };
        assert_eq!(bytes(&mine_again), bytes(&mine));
        let now = action_of(Signal::SEGV).unwrap();
        assert_eq!(bytes(&now), bytes(&old));

        // It works again, and mine too after it.
        // SAFETY: as above.
        unsafe { sigaction(Signal::USR1, Some(&mine)).unwrap() };
        raised(Signal::USR1);
        assert_eq!(RAN.load(Relaxed), 1);
    });
}

#[test]
fn flags_that_no_kernel_knows_are_cleared() {
    in_child(|| {
        let flags = SaFlags::UNSUPPORTED | SaFlags::RESTART;
        set(Signal::USR1, Handler::Function(count), flags, SigSet::EMPTY);
        let kept = action_of(Signal::USR1).unwrap().flags();
        if kept == flags && skipped("it keeps SA_UNSUPPORTED, as kernels before 5.11 did") {
            return;
        }
        assert_eq!(kept, SaFlags::RESTART);
    });
}

static SEEN: AtomicU64 = AtomicU64::new(0);

extern "C" fn see_mask(_: Signal) {
    let bits = signal::mask().unwrap().iter();
    let bits = bits.fold(0, |bits, signal| bits | 1 << (signal.raw() - 1));
    SEEN.store(bits, Relaxed);
}

fn bit(signal: Signal) -> u64 {
    1 << (signal.raw() - 1)
}

#[test]
fn a_handler_has_its_mask() {
    in_child(|| {
        signal::set_mask(&SigSet::EMPTY).unwrap();
        let late = Signal::from_raw(60).unwrap();
        let mask = SigSet::from([Signal::HUP, late]);
        set(
            Signal::USR1,
            Handler::Function(see_mask),
            SaFlags::empty(),
            mask,
        );
        raised(Signal::USR1);
        let expected = bit(Signal::HUP) | bit(late) | bit(Signal::USR1);
        assert_eq!(SEEN.load(Relaxed), expected);
        assert_eq!(signal::mask(), Ok(SigSet::EMPTY), "as before");

        set(
            Signal::USR1,
            Handler::Function(see_mask),
            SaFlags::NODEFER,
            SigSet::EMPTY,
        );
        raised(Signal::USR1);
        assert_eq!(SEEN.load(Relaxed), 0, "not even the signal itself");
    });
}

#[test]
fn once_only() {
    in_child(|| {
        set(
            Signal::USR1,
            Handler::Function(count),
            SaFlags::RESETHAND,
            SigSet::EMPTY,
        );
        raised(Signal::USR1);
        assert_eq!(RAN.load(Relaxed), 1);
        let now = action_of(Signal::USR1).unwrap();
        assert!(matches!(now.handler(), Handler::Default));
    });
}

/// With `NOCLDWAIT` nothing is left of a child to be waited for, which is `ECHILD`; with `NOCLDSTOP` a stop is not told.
#[test]
fn children_are_told_as_asked() {
    // SAFETY: the signatures are those of `signal.h`.
    unsafe extern "C" {
        fn kill(process: c_int, signal: c_int) -> c_int;
        fn pause() -> c_int;
    }
    const WUNTRACED: c_int = 2; // linux/wait.h
    in_child(|| {
        let (stops, ends) = (SaFlags::empty(), SaFlags::NOCLDSTOP);
        for (flags, told) in [(stops, 1), (ends, 0)] {
            RAN.store(0, Relaxed);
            let all = Handler::Function(count);
            set(Signal::CHLD, all, flags, SigSet::EMPTY);
            // SAFETY: the copy waits until it is ended, and is waited for.
            unsafe {
                let child = fork();
                if child == 0 {
                    loop {
                        pause();
                    }
                }
                kill(child, Signal::STOP.raw());
                while waitpid(child, core::ptr::null_mut(), WUNTRACED) != child {}
                // The kernel may let itself be asked before it tells.
                while RAN.load(Relaxed) < told {
                    std::thread::yield_now();
                }
                kill(child, Signal::KILL.raw());
                while waitpid(child, core::ptr::null_mut(), 0) != child {}
                let all = RAN.load(Relaxed);
                if (told, all) == (0, 2) && skipped("it does not heed NOCLDSTOP") {
                    continue;
                }
                assert_eq!(all, told + 1);
            }
        }
        set(
            Signal::CHLD,
            Handler::Default,
            SaFlags::NOCLDWAIT,
            SigSet::EMPTY,
        );
        // SAFETY: the copy ends.
        unsafe {
            let child = fork();
            if child == 0 {
                _exit(0);
            }
            let waited = waitpid(child, core::ptr::null_mut(), 0);
            if waited == child && skipped("it does not heed NOCLDWAIT") {
                return;
            }
            assert_eq!(waited, -1);
        }
        let error = std::io::Error::last_os_error().raw_os_error();
        assert_eq!(error, Some(Errno::ECHILD.raw()));
    });
}

static WRITER: AtomicI32 = AtomicI32::new(-1);

/// Writes a byte when it has run three times.
extern "C" fn write_at_last(_: Signal) {
    if RAN.fetch_add(1, Relaxed) == 2 {
        // SAFETY: the descriptor stays open for as long as this copy lives.
        let writer = unsafe { std::os::fd::BorrowedFd::borrow_raw(WRITER.load(Relaxed)) };
        io::write(writer, b"x").unwrap();
    }
}

#[test]
fn interrupted_calls_go_on_or_fail() {
    in_child(|| {
        let (reader, writer) = temporary::pipe();
        WRITER.store(writer.as_raw_fd(), Relaxed);
        let read = |flags| {
            RAN.store(0, Relaxed);
            set(
                Signal::ALRM,
                Handler::Function(write_at_last),
                flags,
                SigSet::EMPTY,
            );
            // SAFETY: it reads a `struct itimerval`.
            unsafe { setitimer(0, &[0, 5000, 0, 5000], core::ptr::null_mut()) };
            let read = io::read(reader.as_fd(), &mut [0; 8]);
            // SAFETY: as above.
            unsafe { setitimer(0, &[0; 4], core::ptr::null_mut()) };
            read
        };
        assert_eq!(read(SaFlags::RESTART), Ok(1));
        assert!(RAN.load(Relaxed) >= 3);
        assert_eq!(read(SaFlags::empty()), Err(Errno::EINTR));
    });
}

/// Memory of this copy's own, with a protection of `sys/mman.h`.
fn map(len: usize, protection: c_int) -> *mut u8 {
    const MAP_PRIVATE: c_int = 2;
    const MAP_ANONYMOUS: c_int = linux_raw_sys::general::MAP_ANONYMOUS as c_int;
    // SAFETY: new memory is nobody else's.
    let at = unsafe {
        mmap(
            core::ptr::null_mut(),
            len,
            protection,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    assert_ne!(at.addr(), usize::MAX);
    at.cast()
}

const READ: c_int = 1;
const WRITE: c_int = 2;

#[test]
fn a_thread_has_the_stack_that_was_set() {
    in_child(|| {
        let len = 64 * 1024;
        let base = map(len, READ | WRITE).cast::<c_void>();
        let stack = AltStack::new(base, len, SsFlags::empty());
        // SAFETY: the memory is nobody else's and stays.
        let old = unsafe { sigaltstack(Some(&stack)).unwrap() };
        let now = alternate_stack().unwrap();
        assert_eq!(
            (now.base(), now.size(), now.flags()),
            (base, len, SsFlags::empty())
        );

        let small = AltStack::new(base, 1000, SsFlags::empty());
        // SAFETY: it fails.
        let refused = unsafe { sigaltstack(Some(&small)) };
        assert_eq!(refused.err(), Some(Errno::ENOMEM));
        let unknown = AltStack::new(base, len, SsFlags::from_bits_retain(0x40));
        // SAFETY: it fails.
        let refused = unsafe { sigaltstack(Some(&unknown)) };
        assert_eq!(refused.err(), Some(Errno::EINVAL));

        // SAFETY: handlers run on the ordinary stack then.
        let mine = unsafe { sigaltstack(Some(&AltStack::DISABLED)).unwrap() };
        assert_eq!(mine.base(), base);
        assert_eq!(alternate_stack().unwrap().flags(), SsFlags::DISABLE);
        // SAFETY: what was there is put back; its memory is there still.
        unsafe { sigaltstack(Some(&old)).unwrap() };
        let now = alternate_stack().unwrap();
        assert_eq!(
            (now.base(), now.size(), now.flags()),
            (old.base(), old.size(), old.flags())
        );
    });
}

static FLAGS: AtomicU32 = AtomicU32::new(0);
static PLACE: AtomicUsize = AtomicUsize::new(0);
static CHANGED: AtomicI32 = AtomicI32::new(0);

extern "C" fn where_am_i_with_info(signal: Signal, _: &SigInfo, _: *mut c_void) {
    where_am_i(signal);
}

extern "C" fn where_am_i(_: Signal) {
    let here = 0u8;
    PLACE.store((&raw const here).addr(), Relaxed);
    FLAGS.store(alternate_stack().unwrap().flags().bits(), Relaxed);
    // SAFETY: it fails, or there is none anyhow.
    let changed = unsafe { sigaltstack(Some(&AltStack::DISABLED)) };
    CHANGED.store(changed.err().map_or(0, Errno::raw), Relaxed);
}

#[test]
fn a_handler_runs_on_its_stack() {
    in_child(|| {
        let len = 256 * 1024;
        let base = map(len, READ | WRITE);
        let within = || (base.addr()..base.addr() + len).contains(&PLACE.load(Relaxed));
        let stack = AltStack::new(base.cast(), len, SsFlags::empty());
        // SAFETY: the memory is nobody else's and stays.
        unsafe { sigaltstack(Some(&stack)).unwrap() };

        set(
            Signal::USR1,
            Handler::Function(where_am_i),
            SaFlags::ONSTACK,
            SigSet::EMPTY,
        );
        raised(Signal::USR1);
        assert!(within());
        assert_eq!(FLAGS.load(Relaxed), SsFlags::ONSTACK.bits());
        assert_eq!(
            CHANGED.load(Relaxed),
            Errno::EPERM.raw(),
            "the thread is on it"
        );

        let once = AltStack::new(base.cast(), len, SsFlags::AUTODISARM);
        // SAFETY: as above.
        match unsafe { sigaltstack(Some(&once)) } {
            Err(Errno::EINVAL) if skipped("no SS_AUTODISARM") => {}
            was_set => {
                was_set.unwrap();
                let handler = Handler::Info(where_am_i_with_info);
                set(Signal::USR1, handler, SaFlags::ONSTACK, SigSet::EMPTY);
                raised(Signal::USR1);
                assert!(within());
                assert_eq!(FLAGS.load(Relaxed), SsFlags::DISABLE.bits());
                assert_eq!(CHANGED.load(Relaxed), 0, "there is none to be on");
                let again = alternate_stack().unwrap();
                assert_eq!(again.flags(), SsFlags::AUTODISARM, "it is back");
            }
        }

        set(
            Signal::USR1,
            Handler::Function(where_am_i),
            SaFlags::empty(),
            SigSet::EMPTY,
        );
        raised(Signal::USR1);
        assert!(!within());
    });
}

static TOP: AtomicUsize = AtomicUsize::new(0);

extern "C" fn overflown(_: Signal, info: &SigInfo, _: *mut c_void) {
    let address = info.address().map_or(0, |address| address.addr());
    // Below what the recursion has reached, and not far.
    let near = TOP.load(Relaxed).abs_diff(address) < 1 << 20;
    // SAFETY: the copy ends, with what the test asks for.
    unsafe { _exit(if near { 7 } else { 8 }) };
}

#[inline(never)]
fn recurse(depth: u64) -> u64 {
    let mut frame = [depth; 64];
    TOP.store(frame.as_ptr().addr(), Relaxed);
    black_box(&mut frame);
    if black_box(depth) == u64::MAX {
        return 0;
    }
    recurse(depth + 1) + black_box(&mut frame)[0]
}

#[test]
fn an_overflown_stack_is_told_on_another_one() {
    in_child(|| {
        let status = status_of(|| {
            // The thread's own, so that no growth of the main thread's is waited for.
            let thread = child::spawn(|| {
                let len = 256 * 1024;
                let base = map(len, READ | WRITE).cast();
                let stack = AltStack::new(base, len, SsFlags::empty());
                // SAFETY: the memory is nobody else's and stays.
                unsafe { sigaltstack(Some(&stack)).unwrap() };
                for signal in [Signal::SEGV, Signal::BUS] {
                    set(
                        signal,
                        Handler::Info(overflown),
                        SaFlags::ONSTACK,
                        SigSet::EMPTY,
                    );
                }
                black_box(recurse(0))
            });
            let _ = thread.join();
        });
        assert_eq!(status, 7 << 8);
    });
}

/// What of an address is told: on s390x, that of the page.
const TOLD: usize = if cfg!(target_arch = "s390x") {
    !4095
} else {
    !0
};

static FAULT: Mutex<Option<usize>> = Mutex::new(None);

extern "C" fn faulted(_: Signal, info: &SigInfo, _: *mut c_void) {
    // The thread that was interrupted does not hold it.
    let expected = FAULT.lock().unwrap().unwrap();
    let right = match info.details() {
        Details::Fault { address } => {
            address.addr() & TOLD == expected & TOLD && info.errno().is_none()
        }
        _ => false,
    };
    // SAFETY: the copy ends.
    unsafe { _exit(if right { 100 + info.code().raw() } else { 99 }) };
}

#[test]
fn a_fault_is_told_with_its_address() {
    in_child(|| {
        let page = map(4096, READ);
        let gone = map(4096, READ | WRITE);
        let access = |at: *mut u8, signal| {
            let status = status_of(|| {
                set(
                    signal,
                    Handler::Info(faulted),
                    SaFlags::empty(),
                    SigSet::EMPTY,
                );
                *FAULT.lock().unwrap() = Some(at.addr());
                // SAFETY: it faults, which is the test; the handler ends the copy.
                unsafe { at.write_volatile(1) };
            });
            assert_eq!(status & 0x7f, 0, "ended by a signal: {status:#x}");
            SigCode::from_raw((status >> 8) - 100)
        };
        // SAFETY: the page is this copy's.
        let at = unsafe { page.add(123) };
        let told = access(at, Signal::SEGV);
        if told == SigCode::SEGV_MAPERR && skipped("on powerpc64 it says that nothing is mapped") {
            return;
        }
        assert_eq!(told, SigCode::SEGV_ACCERR);
        // SAFETY: as above.
        assert_eq!(unsafe { mprotect(gone.cast(), 4096, 0) }, 0);
        assert_eq!(access(gone, Signal::SEGV), SigCode::SEGV_ACCERR);
        // The first page is nobody's.
        let nothing = core::ptr::without_provenance_mut(64);
        assert_eq!(access(nothing, Signal::SEGV), SigCode::SEGV_MAPERR);

        // Behind the end of a file there is no memory.
        let file = temporary::in_memory("fault");
        const MAP_SHARED: c_int = 1;
        // SAFETY: new memory is nobody else's.
        let behind = unsafe {
            mmap(
                core::ptr::null_mut(),
                4096,
                READ | WRITE,
                MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        assert_ne!(behind.addr(), usize::MAX);
        let told = access(behind.cast(), Signal::BUS);
        if told.raw() == -1 && skipped("of a bus error's address it swaps the halves on s390x") {
            return;
        }
        assert_eq!(told, SigCode::BUS_ADRERR);
    });
}

static CALL: AtomicI32 = AtomicI32::new(0);
static ARCH: AtomicU32 = AtomicU32::new(0);

extern "C" fn trapped(_: Signal, info: &SigInfo, _: *mut c_void) {
    if let Details::SystemCall { number, arch, .. } = info.details() {
        CALL.store(number, Relaxed);
        ARCH.store(arch, Relaxed);
        VALUE.store(info.errno().map_or(0, Errno::raw), Relaxed);
    }
}

#[test]
fn a_call_that_a_filter_refuses_is_told() {
    use sysline::{Result, abi, nr};
    /// `struct sock_filter` (`linux/filter.h`).
    #[repr(C)]
    struct Instruction(u16, u8, u8, u32);
    /// `struct sock_fprog`.
    #[repr(C)]
    struct Program(u16, *const Instruction);

    in_child(|| {
        set(
            Signal::SYS,
            Handler::Info(trapped),
            SaFlags::empty(),
            SigSet::EMPTY,
        );
        let call = nr::SYS_GETPPID.number();
        let program = [
            Instruction(0x20, 0, 0, 0), // load a word: the call's number
            Instruction(0x15, 0, 1, call),
            Instruction(0x06, 0, 0, 0x3_0000 | 5), // SECCOMP_RET_TRAP, and 5 with it
            Instruction(0x06, 0, 0, 0x7fff_0000),  // SECCOMP_RET_ALLOW
        ];
        let program = Program(4, program.as_ptr());
        // SAFETY: the kernel reads the program; PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
        let filtered: Result<()> = unsafe {
            abi::sys::<Result<()>, _>(nr::SYS_PRCTL, (38, 1, 0, 0, 0)).unwrap();
            abi::sys(nr::SYS_PRCTL, (22, 2, &program))
        };
        match filtered {
            Err(_) if skipped("no seccomp") => return,
            filtered => assert_eq!(filtered, Ok(())),
        }
        let _ = sysline::process::getppid();
        assert_eq!(CALL.load(Relaxed), call as i32);
        assert_eq!(VALUE.load(Relaxed), 5);
        assert_eq!(ARCH.load(Relaxed), audit::audit_arch());
    });
}

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
mod unwinding {
    use super::*;

    // SAFETY: the signatures are those of `unwind.h`.
    unsafe extern "C" {
        fn _Unwind_Backtrace(
            each: extern "C" fn(*mut c_void, *mut c_void) -> c_int,
            of: *mut c_void,
        ) -> c_int;
        fn _Unwind_GetRegionStart(context: *mut c_void) -> usize;
    }

    static MET: AtomicU32 = AtomicU32::new(0);

    extern "C" fn each(context: *mut c_void, _: *mut c_void) -> c_int {
        // SAFETY: it is the frame that this is called for.
        let function = unsafe { _Unwind_GetRegionStart(context) };
        if function == interrupted as extern "C" fn() as usize {
            MET.fetch_add(1, Relaxed);
        }
        0
    }

    extern "C" fn look_up(_: Signal) {
        // SAFETY: the function is one for it.
        unsafe { _Unwind_Backtrace(each, core::ptr::null_mut()) };
    }

    extern "C" fn look_up_info(signal: Signal, _: &SigInfo, _: *mut c_void) {
        look_up(signal);
    }

    #[inline(never)]
    extern "C" fn interrupted() {
        raised(Signal::USR1);
        black_box(());
    }

    /// Debuggers and backtraces know the code that a handler returns to, and what is behind it.
    #[test]
    fn an_unwinder_finds_who_was_interrupted() {
        in_child(|| {
            for handler in [Handler::Function(look_up), Handler::Info(look_up_info)] {
                MET.store(0, Relaxed);
                set(Signal::USR1, handler, SaFlags::empty(), SigSet::EMPTY);
                interrupted();
                assert_eq!(MET.load(Relaxed), 1, "{handler:?}");
            }
        });
    }
}

#[test]
fn an_action_is_printed() {
    let action = Action::new(
        Handler::Ignore,
        SaFlags::RESTART,
        SigSet::from([Signal::HUP]),
    );
    let text = format!("{action:?}");
    assert!(
        text.contains("Ignore") && text.contains("RESTART") && text.contains("SIGHUP"),
        "{text}"
    );
    assert!(format!("{:?}", AltStack::DISABLED).contains("DISABLE"));
}

//! A copy of the test's process, for what a process can't take back: its ids, its folder, its namespaces, its limits, its
//! signals. Owns: how the copy is made and how its failure becomes the test's. Test crates include it with `#[path]`.
#![allow(dead_code)] // each test crate takes what it needs

use std::ffi::{c_int, c_ulong, c_void};
use std::fs::File;
use std::io::{Read, Write};
use std::marker::PhantomData;
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use sysline::signal::{Action, Signal, sigaction};

// SAFETY: the signatures are those of `unistd.h`, `sched.h`, `fcntl.h`, `pthread.h` and `sys/wait.h`.
unsafe extern "C" {
    fn fork() -> c_int;
    fn pipe2(ends: *mut c_int, flags: c_int) -> c_int;
    fn unshare(flags: c_int) -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn _exit(status: c_int) -> !;
    fn geteuid() -> u32;
    fn getegid() -> u32;
    fn pthread_create(
        thread: *mut c_ulong,
        attributes: *const c_void,
        start: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    fn pthread_join(thread: c_ulong, result: *mut *mut c_void) -> c_int;
}

/// What who runs the tests may have ignored for them: `nohup(1)` the first, a shell that runs them in the background the others.
const OFTEN_IGNORED: [Signal; 3] = [Signal::HUP, Signal::INT, Signal::QUIT];

const PASSED: c_int = 0;
const FAILED: c_int = 1;
const SKIPPED: c_int = 77;

/// Runs `test` in a copy of this process, which has this one thread only and ends with it.
///
/// # Panics
///
/// Where `test` does, with its message, and where the copy ends by a signal.
#[track_caller]
pub(crate) fn in_child(test: impl FnOnce()) {
    in_child_or_not(|| {
        test();
        None
    });
}

/// A thread of a copy: the C library's. `std`'s own take a lock as they start and end (of the list of their stacks), which
/// another thread of the process that was copied may have held: in the copy it would be held for ever.
pub(crate) fn spawn<T, F>(run: F) -> Thread<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    extern "C" fn start<T, F: FnOnce() -> T>(run: *mut c_void) -> *mut c_void {
        // SAFETY: it is the box that was given away below.
        let run = unsafe { Box::from_raw(run.cast::<F>()) };
        let result = catch_unwind(AssertUnwindSafe(run));
        Box::into_raw(Box::new(result)).cast()
    }
    let run = Box::into_raw(Box::new(run)).cast();
    let mut id = 0;
    // SAFETY: the thread takes over the box.
    let error = unsafe { pthread_create(&mut id, std::ptr::null(), start::<T, F>, run) };
    assert_eq!(error, 0, "no thread");
    Thread(id, PhantomData)
}

/// What [`spawn`] makes. Who does not join it leaves it alone.
pub(crate) struct Thread<T>(c_ulong, PhantomData<fn() -> T>);

impl<T> Thread<T> {
    /// Waits for its end: the result, or the panic.
    pub(crate) fn join(self) -> std::thread::Result<T> {
        let mut result = std::ptr::null_mut();
        // SAFETY: the thread is joined once.
        assert_eq!(unsafe { pthread_join(self.0, &mut result) }, 0);
        // SAFETY: it is the box that the thread has given away.
        *unsafe { Box::from_raw(result.cast::<std::thread::Result<T>>()) }
    }
}

/// As [`in_child`]; what `test` returns is why it ran nothing.
#[track_caller]
fn in_child_or_not(test: impl FnOnce() -> Option<String>) {
    keep_panics_of_copies();
    let mut ends = [-1; 2];
    // SAFETY: `pipe2(2)` writes two descriptors, which are nobody else's.
    let (mut reader, mut writer) = unsafe {
        let made = pipe2(
            ends.as_mut_ptr(),
            sysline::fs::OFlags::CLOEXEC.bits() as c_int,
        );
        assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
        let [reader, writer] = ends.map(|end| File::from_raw_fd(end));
        (reader, writer)
    };
    // SAFETY: the C library's own, so that the copy may allocate; the copy ends below.
    let child = unsafe { fork() };
    assert!(child >= 0, "{}", std::io::Error::last_os_error());
    if child == 0 {
        IN_COPY.store(true, Ordering::Relaxed);
        drop(reader);
        for ignored in OFTEN_IGNORED {
            // SAFETY: nobody here has a handler for it.
            let _ = unsafe { sigaction(ignored, Some(&Action::DEFAULT)) };
        }
        let (status, said) = match catch_unwind(AssertUnwindSafe(test)) {
            Ok(None) => (PASSED, String::new()),
            Ok(Some(reason)) => (SKIPPED, reason),
            Err(_) => {
                let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
                (FAILED, said.clone())
            }
        };
        // Who reads it has the status too.
        let _ = writer.write_all(said.as_bytes());
        // SAFETY: nothing of the parent's is flushed or dropped a second time.
        unsafe { _exit(status) };
    }
    drop(writer);
    let mut said = Vec::new();
    // A grandchild may hold the pipe's other end: what is read ends with the last of them.
    reader.read_to_end(&mut said).unwrap();
    let mut status = 0;
    // SAFETY: `waitpid(2)` writes the status.
    let waited = unsafe { waitpid(child, &mut status, 0) };
    assert_eq!(waited, child, "{}", std::io::Error::last_os_error());
    let said = String::from_utf8_lossy(&said);
    match status >> 8 {
        SKIPPED if status & 0x7f == 0 => println!("skipped: {said}"),
        _ => assert!(
            status == 0,
            "the copy ended with status {status:#x}: {said}"
        ),
    }
}

/// Whether this process is a copy.
static IN_COPY: AtomicBool = AtomicBool::new(false);
/// What panicked in this copy. Nobody else locks it.
static SAID: Mutex<String> = Mutex::new(String::new());

/// In a copy a panic is kept in [`SAID`] and not printed: where another test printed its own when the copy was made, the
/// lock of printing is locked in the copy too, and nobody is there who opens it. The copy would hang.
fn keep_panics_of_copies() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if IN_COPY.load(Ordering::Relaxed) {
                let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&format!("{info}\n"));
            } else {
                usual(info);
            }
        }));
    });
}

/// Runs `test` as [`in_child`] does, in namespaces of its own (`CLONE_NEW...` of unshare(2)) as their superuser: in a
/// user namespace too where this process may make none without. Where the kernel allows neither, it says so and runs
/// nothing.
#[track_caller]
pub(crate) fn in_namespaces(flags: u32, test: impl FnOnce()) {
    use linux_raw_sys::general::CLONE_NEWUSER;
    // SAFETY: it takes a number; the copy has one thread.
    let unshared = |flags: u32| unsafe { unshare(flags as c_int) } == 0;
    // SAFETY: they take and give numbers.
    let (uid, gid) = unsafe { (geteuid(), getegid()) };
    in_child_or_not(|| {
        if unshared(flags) {
            test();
        } else if unshared(flags | CLONE_NEWUSER) {
            std::fs::write("/proc/self/setgroups", "deny").unwrap();
            std::fs::write("/proc/self/uid_map", format!("0 {uid} 1")).unwrap();
            std::fs::write("/proc/self/gid_map", format!("0 {gid} 1")).unwrap();
            test();
        } else {
            return Some(std::io::Error::last_os_error().to_string());
        }
        None
    });
}

/// Whether this process is the machine's superuser. A test that needs one says so where it is not.
pub(crate) fn is_root() -> bool {
    // SAFETY: it gives a number.
    let root = unsafe { geteuid() } == 0;
    if !root {
        println!("skipped: only the superuser may");
    }
    root
}

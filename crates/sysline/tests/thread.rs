//! The area `thread`: each function against what `std` and `/proc` see.
#![cfg(target_os = "linux")]

use sysline::process;
use sysline::thread;

#[test]
fn a_thread_has_a_number_of_its_own() {
    let pid = process::getpid();
    let tid = std::thread::spawn(thread::gettid).join().unwrap();
    assert_ne!(pid, tid);
    let here = thread::gettid();
    let link = std::fs::read_link("/proc/thread-self").unwrap();
    assert!(link.ends_with(format!("task/{here}")), "{link:?}");
}

//! What `/proc` says of this process's memory, and how a process ends. Owns: how those are read.
#![allow(dead_code)] // each test crate takes what it needs

use std::ffi::c_int;

// SAFETY: the signatures are those of `unistd.h` and `sys/wait.h`.
unsafe extern "C" {
    fn fork() -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn _exit(status: c_int) -> !;
}

/// `asm/signal.h` of every architecture here; SIGBUS is 10 on mips.
pub(crate) const SIGBUS: c_int = 7;
pub(crate) const SIGSEGV: c_int = 11;

/// A row of `/proc/self/maps`.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Such as `rw-p`.
    pub(crate) rights: String,
    pub(crate) name: String,
}

/// What is mapped at an address.
pub(crate) fn row<T>(at: *const T) -> Option<Row> {
    let at = at.addr();
    rows().find(|row| (row.start..row.end).contains(&at))
}

pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let text = std::fs::read_to_string("/proc/self/maps").unwrap();
    let rows: Vec<Row> = text
        .lines()
        .map(|line| {
            let mut words = line.split_whitespace();
            let (start, end) = words.next().unwrap().split_once('-').unwrap();
            let number = |text| usize::from_str_radix(text, 16).unwrap();
            Row {
                start: number(start),
                end: number(end),
                rights: words.next().unwrap().to_string(),
                name: words.skip(3).collect::<Vec<_>>().join(" "),
            }
        })
        .collect();
    rows.into_iter()
}

/// How the memory at an address may be used, such as `rw-p`; nothing where nothing is mapped.
pub(crate) fn rights<T>(at: *const T) -> Option<String> {
    row(at).map(|row| row.rights)
}

/// The number behind a name in `/proc/self/status`.
pub(crate) fn status(name: &str) -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let row = text.lines().find_map(|row| row.strip_prefix(name));
    let words = row.unwrap().trim_start_matches(':').split_whitespace();
    words.into_iter().next().unwrap().parse().unwrap()
}

/// The signal that a copy of this process dies of when it does something; 0 where it lives.
pub(crate) fn signal_of(act: impl FnOnce()) -> c_int {
    // SAFETY: the C library's own; the copy ends below.
    let child = unsafe { fork() };
    assert!(child >= 0, "{}", std::io::Error::last_os_error());
    if child == 0 {
        act();
        // SAFETY: nothing of the parent's is flushed or dropped a second time.
        unsafe { _exit(0) };
    }
    let mut status = 0;
    // SAFETY: `waitpid(2)` writes the status.
    let waited = unsafe { waitpid(child, &mut status, 0) };
    assert_eq!(waited, child, "{}", std::io::Error::last_os_error());
    assert_eq!(status >> 8, 0);
    status & 0x7f
}

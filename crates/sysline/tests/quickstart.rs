//! The example `quickstart` as a user meets it: what it says of a file is what `mincore` says of the same one.

#![cfg(all(target_os = "linux", feature = "std", feature = "macros"))]

#[path = "../../../tests/support/emulator.rs"]
mod emulator;
#[path = "../../../tests/support/example.rs"]
mod example;

use std::ffi::{c_int, c_long, c_uchar, c_void};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Output;

// The witness is the C library, which `std` is linked with: `mmap` has another name, other registers or a structure of
// its arguments on some architectures.
// SAFETY: the signatures are those of `sys/mman.h`, whose `off_t` is a `long`.
unsafe extern "C" {
    /// Maps a file.
    fn mmap(
        addr: *mut c_void,
        len: usize,
        prot: c_int,
        flags: c_int,
        fd: c_int,
        offset: c_long,
    ) -> *mut c_void;
    /// Says of each page of a mapping whether it is in memory, in the lowest bit of a byte.
    fn mincore(addr: *mut c_void, len: usize, pages: *mut c_uchar) -> c_int;
    /// Takes a mapping away.
    fn munmap(addr: *mut c_void, len: usize) -> c_int;
}

// `linux/mman.h`; POSIX
const PROT_NONE: c_int = 0;
const MAP_SHARED: c_int = 1;
const MAP_FAILED: usize = usize::MAX;

/// The example's output for a file.
fn quickstart(file: &Path) -> Output {
    let mut example = example::example("quickstart");
    example.arg(file).output().unwrap()
}

/// A file of its own for a test, removed with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let name = format!("sysline-quickstart-{name}-{}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The size of a page: what the kernel told the process as it started (`AT_PAGESZ` of `linux/auxvec.h`).
fn page_size() -> usize {
    const AT_PAGESZ: usize = 6;
    let auxv = std::fs::read("/proc/self/auxv").unwrap();
    let word = |bytes: &[u8]| usize::from_ne_bytes(bytes.try_into().unwrap());
    let mut entries = auxv.chunks_exact(2 * size_of::<usize>());
    let entry = entries.find(|entry| word(&entry[..size_of::<usize>()]) == AT_PAGESZ);
    word(&entry.unwrap()[size_of::<usize>()..])
}

/// How many pages of the file are in memory, of the first `pages`.
fn cached(file: &Path, pages: usize) -> usize {
    let file = File::open(file).unwrap();
    let len = pages * page_size();
    let mut in_memory = vec![0; pages];
    // SAFETY: the mapping is a new one, nobody reads it, and `in_memory` has a byte for each of its pages.
    unsafe {
        let none = std::ptr::null_mut();
        let mapping = mmap(none, len, PROT_NONE, MAP_SHARED, file.as_raw_fd(), 0);
        assert_ne!(mapping.addr(), MAP_FAILED);
        assert_eq!(mincore(mapping, len, in_memory.as_mut_ptr()), 0);
        assert_eq!(munmap(mapping, len), 0);
    }
    in_memory.iter().filter(|page| **page & 1 == 1).count()
}

/// The number behind `name` in the example's output.
fn number(output: &str, name: &str) -> usize {
    let row = output.lines().find_map(|row| {
        let value = row.trim().strip_prefix(name)?.strip_prefix(": ")?;
        value.strip_suffix(',')?.parse().ok()
    });
    row.unwrap_or_else(|| panic!("no number behind `{name}` in:\n{output}"))
}

#[test]
fn it_counts_what_mincore_counts() {
    const PAGES: usize = 40;
    let file = Scratch::new("pages");
    // The last page is not full.
    std::fs::write(&file.0, vec![b'x'; PAGES * page_size() - 1]).unwrap();
    // Others may need the memory: take only what stayed as it was meanwhile.
    for _ in 0..10 {
        let before = cached(&file.0, PAGES);
        let output = quickstart(&file.0);
        let after = cached(&file.0, PAGES);
        let errors = String::from_utf8(output.stderr).unwrap();
        if errors.starts_with("cachestat: ENOSYS")
            && emulator::skipped("there is no `cachestat`, as in Linux before 6.5")
        {
            return;
        }
        assert!(output.status.success(), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let path = file.0.display().to_string();
        assert!(text.starts_with(&format!("{path}: Cachestat {{")), "{text}");
        if before == after {
            assert_eq!(number(&text, "nr_cache"), after, "{text}");
            assert!(number(&text, "nr_dirty") <= after, "{text}");
            // Just written, so nearly all of it is there; and were none of it, the numbers would prove nothing.
            assert!(after > PAGES / 2, "{after} of {PAGES} pages in memory");
            return;
        }
    }
    panic!("the cache never stayed as it was");
}

#[test]
fn a_missing_file_is_told() {
    let missing = Scratch::new("missing");
    let output = quickstart(&missing.0);
    let errors = String::from_utf8(output.stderr).unwrap();
    let expected = format!("{}: No such file or directory", missing.0.display());
    assert!(errors.starts_with(&expected), "{errors}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
}

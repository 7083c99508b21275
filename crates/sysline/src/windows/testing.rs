//! What several files' tests need. Owns: an allocator that is seen in the last error, and strings.

use super::error::set_last_error_code;
use std::alloc::{GlobalAlloc, Layout, System};
use std::string::String;
use std::vec::Vec;

/// The system's heap, which leaves the last error as it is, made worse: an allocator may do what it likes with it.
struct Noisy;

#[global_allocator]
static HEAP: Noisy = Noisy;

/// What the heap leaves as the last error.
pub(super) const NOISE: u32 = 0xdead;

// SAFETY: it is the system's heap.
unsafe impl GlobalAlloc for Noisy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's duty.
        let block = unsafe { System.alloc(layout) };
        set_last_error_code(NOISE);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's duty.
        unsafe { System.dealloc(block, layout) };
        set_last_error_code(NOISE);
    }
}

/// The units at `text` up to the NUL.
pub(super) fn until_nul<U: Copy + Default + PartialEq>(text: *const U) -> Vec<U> {
    let unit = |at: usize| {
        // SAFETY: every unit up to the first NUL is there.
        unsafe { text.add(at).read() }
    };
    (0..)
        .map(unit)
        .take_while(|&unit| unit != U::default())
        .collect()
}

/// Strings of every kind of length with one NUL: at their start, within, at their end.
pub(super) fn with_nul_everywhere() -> impl Iterator<Item = String> {
    [1, 2, 259, 260, 400].into_iter().flat_map(|length| {
        [0, length / 2, length - 1].map(|at| {
            let mut text = "x".repeat(length);
            text.replace_range(at..=at, "\0");
            text
        })
    })
}

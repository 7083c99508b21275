//! The size of a page. Owns: how it is known without a C library, and what depends on it being known.

use super::lines;
use crate::abi::{Errno, Result};
use core::sync::atomic::{AtomicUsize, Ordering};

/// The one size that an architecture's kernels have, where there is one (`arch/*/include/asm/page.h`).
const FIXED: Option<usize> = if cfg!(any(
    target_arch = "x86",
    target_arch = "x86_64",
    target_arch = "s390x",
    target_arch = "riscv32",
    target_arch = "riscv64",
)) {
    Some(SMALLEST)
} else {
    None
};

/// No kernel of an architecture that this crate knows has smaller pages.
const SMALLEST: usize = 1 << 12;

/// Nor greater ones: 32-bit powerpc's can have these (`CONFIG_PPC_256K_PAGES`).
const GREATEST: usize = 1 << 18;

/// The bytes of a page: a power of two, from 4,096 on.
///
/// On x86, s390x and RISC-V it is a constant. Elsewhere the kernel is asked once: `mprotect(2)` of no bytes changes
/// nothing, and is an error at an address that is no multiple of it. Where a sandbox refuses that, this is 262,144,
/// which is a multiple of every kernel's.
#[doc(alias = "getpagesize")]
#[inline]
pub fn page_size() -> usize {
    match FIXED {
        Some(size) => size,
        None => asked().unwrap_or(GREATEST),
    }
}

/// What the kernel says it is; it is asked until it has answered.
fn asked() -> Option<usize> {
    // Nothing else depends on it: who reads an old value asks once more.
    static KNOWN: AtomicUsize = AtomicUsize::new(0);
    match KNOWN.load(Ordering::Relaxed) {
        0 => {
            let size = ask()?;
            KNOWN.store(size, Ordering::Relaxed);
            Some(size)
        }
        known => Some(known),
    }
}

/// A power of two is a multiple of the page's size from that size on.
fn ask() -> Option<usize> {
    let mut size = SMALLEST;
    while size <= GREATEST {
        // SAFETY: the call is given no bytes.
        match unsafe { lines::protect_nothing(size) } {
            Ok(()) => return Some(size),
            Err(Errno::EINVAL) => size *= 2,
            Err(_) => return None,
        }
    }
    None
}

/// Fills `resident` with a byte for each page of a range of any addresses.
pub(super) fn residency(addr: *const u8, len: usize, resident: &mut [u8]) -> Result<()> {
    // Where the size is not known, more room is asked for than the kernel fills.
    let unit = FIXED.or_else(asked).unwrap_or(SMALLEST);
    if len.div_ceil(unit) > resident.len() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the kernel writes one byte for each page, and looks at no byte of them (mincore(2)).
    unsafe { lines::mincore(addr, len, resident.as_mut_ptr()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_answer_is_what_it_hands_to_programs() {
        let size = ask().unwrap();
        assert!(size.is_power_of_two());
        assert_eq!(asked(), Some(size));
        assert_eq!(page_size(), size);
    }
}

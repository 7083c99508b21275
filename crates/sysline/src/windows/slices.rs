//! A slice of the caller's that may be absent and is written: what a generated wrapper hands over for `Option<&mut [T]>`.

use core::ptr::null_mut;

/// Where it is; null where it is absent.
#[inline]
pub fn ptr_of_mut<T>(slice: &mut Option<&mut [T]>) -> *mut T {
    slice
        .as_mut()
        .map_or(null_mut(), |slice| slice.as_mut_ptr())
}

/// How many elements it has; none where it is absent.
#[inline]
pub fn len_of_mut<T>(slice: &Option<&mut [T]>) -> usize {
    slice.as_ref().map_or(0, |slice| slice.len())
}

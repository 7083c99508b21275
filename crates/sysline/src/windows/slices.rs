//! Slices of the caller's that may be null: what a generated wrapper hands over for `Option<&mut [T]>`, and for Go's slices.

use core::ptr::null_mut;

/// Where a slice is; null where it has no elements, as Go has it.
#[inline]
pub fn slice_or_null<T>(slice: &mut [T]) -> *mut T {
    if slice.is_empty() {
        null_mut()
    } else {
        slice.as_mut_ptr()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_elements_is_null_for_go() {
        let mut bytes = [1, 2];
        let address = bytes.as_mut_ptr();
        assert_eq!(slice_or_null(&mut bytes), address);
        assert!(slice_or_null::<u8>(&mut []).is_null());
    }

    #[test]
    fn what_is_absent_is_null() {
        let mut bytes = [1, 2];
        let address = bytes.as_mut_ptr();
        let mut slice = Some(&mut bytes[..]);
        assert_eq!((ptr_of_mut(&mut slice), len_of_mut(&slice)), (address, 2));
        let mut absent: Option<&mut [u8]> = None;
        assert_eq!(
            (ptr_of_mut(&mut absent), len_of_mut(&absent)),
            (null_mut(), 0)
        );
        let mut empty: Option<&mut [u8]> = Some(&mut []);
        assert!(!ptr_of_mut(&mut empty).is_null() && len_of_mut(&empty) == 0);
    }
}

//! Zero, which most procedures return where they fail. Owns: what zero is of each type.

use core::ptr::NonNull;

/// A type of result that has a zero: "if the function fails, the return value is zero" or "… is NULL", as most of
/// Microsoft's documents say.
///
/// It is there for numbers, `bool` (FALSE), raw pointers (null) and `Option<NonNull<T>>` (none). A type of your own,
/// such as a handle, may have it too.
///
/// # Safety
///
/// [`Zero::is_zero`] is true of zero, whose bytes are all zero, and of nothing else: a wrapper gives what its procedure
/// was to fill where this says that the call has not failed.
#[diagnostic::on_unimplemented(
    message = "a procedure's result of type `{Self}` has no zero that would say that the call has failed",
    note = "write when the call has failed: `[failretval == …]`, or implement the unsafe trait `sysline::windows::Zero` for it"
)]
pub unsafe trait Zero {
    /// Whether this is zero.
    fn is_zero(&self) -> bool;
}

/// Whether what a procedure returned is zero, the failure of a line that names none: what a generated wrapper calls.
#[inline]
pub fn is_zero(value: &impl Zero) -> bool {
    value.is_zero()
}

macro_rules! zeros {
    ($([$($generic:tt)*] $ty:ty, $value:ident => $is_zero:expr;)*) => {$(
        // SAFETY: the expression is true of zero alone.
        unsafe impl $($generic)* Zero for $ty {
            #[inline]
            fn is_zero(&self) -> bool {
                let $value = *self;
                $is_zero
            }
        }
    )*};
}

macro_rules! numbers {
    ($($ty:ty)*) => {
        zeros! { $([] $ty, number => number == 0;)* }
    };
}

numbers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

zeros! {
    [] bool, succeeded => !succeeded;
    [<T: ?Sized>] *const T, pointer => pointer.is_null();
    [<T: ?Sized>] *mut T, pointer => pointer.is_null();
    [<T: ?Sized>] Option<NonNull<T>>, pointer => pointer.is_none();
}

#[cfg(test)]
mod tests {
    use super::is_zero;
    use core::ptr::{self, NonNull};

    #[test]
    fn zero_is_zero_of_every_type() {
        assert!(is_zero(&0_u8) && is_zero(&0_i32) && is_zero(&0_usize) && is_zero(&0_u128));
        assert!(is_zero(&false));
        assert!(is_zero(&ptr::null::<u16>()) && is_zero(&ptr::null_mut::<u16>()));
        assert!(is_zero(&None::<NonNull<u16>>));
    }

    #[test]
    fn all_else_is_not() {
        assert!(!is_zero(&0x80_u8) && !is_zero(&-1_i32) && !is_zero(&(1_u64 << 63)));
        assert!(!is_zero(&true));
        let mut value = 0_u16;
        assert!(!is_zero(&ptr::from_ref(&value)) && !is_zero(&ptr::from_mut(&mut value)));
        assert!(!is_zero(&Some(NonNull::from(&mut value))));
    }
}

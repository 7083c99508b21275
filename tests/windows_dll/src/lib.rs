//! What the lines of a vendor's DLL come to: no import library, registers with dirt in them, arguments of every kind.
#![cfg(windows)]

/// Types that the lines mention.
pub mod types {
    /// Eight bytes.
    #[repr(C)]
    pub struct Pair(pub i32, pub i32);

    /// Twenty-four bytes, more than a register.
    #[repr(C)]
    pub struct Large(pub i64, pub i64, pub i64);
}

include!(concat!(env!("OUT_DIR"), "/lines.rs"));

/// Found at first use.
pub mod lazy {
    include!(concat!(env!("OUT_DIR"), "/lazy.rs"));
}

#[cfg(test)]
mod tests {
    use super::types::{Large, Pair};
    use super::*;
    use core::hint::black_box;
    use core::num::NonZeroU32;
    use core::ptr::null_mut;
    use sysline::windows::{CallError, Win32Error};

    #[test]
    fn dirt_above_a_result_is_not_read() {
        // Each says that it has failed, with an error that the call before has left.
        let left = 4711;
        let after = |call: &dyn Fn() -> Option<Win32Error>| {
            last_error(left, false).unwrap();
            call().map(Win32Error::code)
        };
        assert_eq!(after(&|| dirty_zero().err()), Some(left));
        assert_eq!(after(&|| dirty_bool().err()), Some(left));
        assert_eq!(after(&|| dirty_minus().err()), Some(left));
        assert_eq!(after(&|| dirty_ones().err()), Some(left));
        assert_eq!(after(&|| dirty_byte().err()), Some(left));
        assert_eq!(after(&|| dirty_byte_of_go().err()), Some(left));
        assert!(!dirty_false());
        assert_eq!(dirty_one(), Ok(1));
        assert_eq!(dirty_status().unwrap_err().code() as u32, 0xc000_0008);
        assert_eq!(dirty_code().unwrap_err().code(), 1);
    }

    #[test]
    fn arguments_of_every_kind_arrive() {
        let (b, d) = (0x1_0000_0001, -0x2_0000_0003);
        let sum = 2 + 3 * b + 5 * 5 + (7 * d) as u64 + 11 * 13;
        assert_eq!(mixed(2, b, 5, d, 13), sum);
        assert_eq!(doubles(0.5, 1.25, -1), -1.0);
        assert_eq!(
            by_value(Pair(1, 2), Large(3, 4, 5), 6),
            1 + 4 + 12 + 32 + 80 + 192
        );
        let all = twenty(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
        );
        // The sum of the squares.
        assert_eq!(all, 2870);
        assert!(nothing().is_none());
    }

    /// Null or not, zero or not, by a line that allows either.
    #[inline(never)]
    fn either(given: bool, line: impl Fn(*mut u32, u32) -> u32) -> u32 {
        let mut value = 1;
        let pointer = if given { &raw mut value } else { null_mut() };
        line(pointer, if given { 5 } else { 0 })
    }

    #[test]
    fn a_line_promises_nothing_for_another_line() {
        let seven = NonZeroU32::new(black_box(7)).unwrap();
        // SAFETY: the procedure reads neither.
        let raw = |pointer, number| unsafe { arrived_raw(pointer, number) };
        assert_eq!(arrived(&mut 1, seven), 107);
        assert_eq!(either(black_box(true), raw), 105);
        assert_eq!(either(black_box(false), raw), 0);
        // SAFETY: as above.
        let raw = |pointer, number| unsafe { arrived_too_raw(pointer, number) };
        assert_eq!(either(black_box(true), raw), 105);
        assert_eq!(either(black_box(false), raw), 0);
        assert_eq!(arrived_too(&mut 1, seven), 107);
    }

    #[test]
    fn the_last_error_is_that_of_the_call() {
        assert_eq!(last_error(5, true).unwrap_err().code(), 5);
        last_error(6, false).unwrap();
        assert_eq!(Win32Error::last().code(), 6);
        // A failure that sets none is an error all the same: ERROR_INVALID_PARAMETER.
        assert_eq!(last_error(0, true).unwrap_err().code(), 87);
    }

    #[test]
    fn a_bool_that_is_not_one_is_true() {
        let mut flag = false;
        assert_eq!(turn(&mut flag), Ok(true));
        assert!(flag);
        turn(&mut flag).unwrap();
        assert!(!flag);
    }

    #[test]
    fn strings_of_each_kind_arrive() {
        let sum = |units: &[i32]| units.iter().fold(0, |sum, unit| sum * 31 + unit);
        assert_eq!(text_a("ab"), Ok(sum(&[97, 98])));
        assert_eq!(optional_text_a(None), Ok(-1));
        assert_eq!(optional_text_a(Some("")), Ok(0));
        assert_eq!(text_w("é𝄞"), Ok(sum(&[0xe9, 0xd834, 0xdd1e])));
        assert_eq!(text_of_bytes(c"\xff"), 255);
        assert_eq!(text_a("a\0").unwrap_err().code(), 87);
    }

    #[test]
    fn a_status_may_be_a_success() {
        // STATUS_PENDING; STATUS_BUFFER_OVERFLOW, a warning; S_FALSE; E_FAIL.
        assert_eq!(status(0x103).unwrap().code(), 0x103);
        assert_eq!(
            status(0x8000_0005_u32 as i32).unwrap_err().code() as u32,
            0x8000_0005
        );
        assert_eq!(hresult(1).unwrap().code(), 1);
        assert_eq!(
            hresult(0x8000_4005_u32 as i32).unwrap_err().code() as u32,
            0x8000_4005
        );
    }

    #[test]
    fn a_planted_dll_is_not_found() {
        // ERROR_MOD_NOT_FOUND, though it lies beside the program.
        assert_eq!(lazy::planted(1).unwrap_err().code(), 126);
        assert!(!lazy::planted_optional_available());
        let Err(CallError::Missing(missing)) = lazy::planted_optional(1) else {
            panic!("it was found");
        };
        assert_eq!(missing.dll(), "sysline_planted.dll");
        assert_eq!(lazy::loaded(3), Ok(3));
    }
}

//! Integer literals of a line. Owns: how one is read, and whether it is a value of its type.

use crate::model::{Int, Name};

/// Suffixes, whether they are of signed types, and how many bits these have on the widest machine.
const TYPES: &[(&str, bool, u32)] = &[
    ("i8", true, 8),
    ("i16", true, 16),
    ("i32", true, 32),
    ("i64", true, 64),
    ("isize", true, 64),
    ("u8", false, 8),
    ("u16", false, 16),
    ("u32", false, 32),
    ("u64", false, 64),
    ("usize", false, 64),
];

/// The type that a literal's suffix names.
pub(crate) fn suffix(text: &str) -> Option<&'static str> {
    let found = TYPES.iter().find(|(suffix, ..)| text.ends_with(suffix));
    found.map(|(suffix, ..)| *suffix)
}

/// A literal, with its minus where it has one; none where it is no value of the type that its suffix names, or without a
/// suffix no value of 64 bits.
pub(crate) fn read(literal: Name) -> Option<Int> {
    let (minus, text) = match literal.text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, literal.text.as_str()),
    };
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    let suffix = suffix(digits);
    let digits = suffix
        .and_then(|suffix| digits.strip_suffix(suffix))
        .unwrap_or(digits);
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let of_suffix = TYPES.iter().find(|(name, ..)| Some(*name) == suffix);
    let (signed, bits) = of_suffix.map_or((minus, 64), |&(_, signed, bits)| (signed, bits));
    let greatest = match (signed, minus) {
        (true, true) => 1 << (bits - 1),
        (true, false) => (1 << (bits - 1)) - 1,
        (false, true) => 0,
        (false, false) => u64::MAX >> (64 - bits),
    };
    (magnitude <= greatest).then_some(Int {
        text: literal,
        minus,
        magnitude,
        suffix,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sources, Span};

    fn value(text: &str) -> Option<(u64, Option<&'static str>)> {
        let id = Sources::new().add("t", String::new());
        read(Name::new(text, Span::new(id, 0, 0))).map(|int| (int.magnitude, int.suffix))
    }

    #[test]
    fn a_literal_is_a_value_of_its_type() {
        assert_eq!(value("1_000"), Some((1000, None)));
        assert_eq!(value("-0x10i8"), Some((16, Some("i8"))));
        assert_eq!(value("0b11usize"), Some((3, Some("usize"))));
        assert_eq!(value("-128i8"), Some((128, Some("i8"))));
        assert_eq!(value("18446744073709551615"), Some((u64::MAX, None)));
        for bad in [
            "",
            "-",
            "0x",
            "1e3",
            "256u8",
            "-129i8",
            "-1u32",
            "18446744073709551616",
            "-9223372036854775809",
        ] {
            assert_eq!(value(bad), None, "{bad}");
        }
    }
}

//! `errnos!` as another crate calls it: what it hands out is the table's column of the target.

use sysline_table::{Arch, errno};

macro_rules! check {
    (
        errnos { $( ($name:ident, $number:literal, $message:literal) )* }
        aliases { $( ($alias:ident = $target:ident) )* }
    ) => {
        const ERRNOS: &[(&str, u16, &str)] = &[$( (stringify!($name), $number, $message) ),*];
        const ALIASES: &[(&str, &str)] = &[$( (stringify!($alias), stringify!($target)) ),*];
    };
}
sysline_table::errnos!(check);

/// An unknown target has the generic errnos, as x86_64 has.
const ARCH: Arch = match Arch::NATIVE {
    Some(arch) => arch,
    None => Arch::X86_64,
};

#[test]
fn the_macro_agrees_with_the_table() {
    for &(name, number, message) in ERRNOS {
        let row = errno::find(name).unwrap();
        assert_eq!(
            (row.number(ARCH), row.alias_of(ARCH)),
            (Some(number), None),
            "{name}"
        );
        assert_eq!(row.message(), message);
    }
    for &(alias, target) in ALIASES {
        assert_eq!(
            errno::find(alias).unwrap().alias_of(ARCH),
            Some(target),
            "{alias}"
        );
    }
    let defined = sysline_table::errnos()
        .iter()
        .filter(|row| row.number(ARCH).is_some());
    assert_eq!(ERRNOS.len() + ALIASES.len(), defined.count());
}

//! The errnos: a row for each name, its lookup, and the macro by which a crate makes constants of
//! those of the compile target. Owns the macro that the generated `errnos.rs` is an invocation of;
//! makes no type of an errno: that is the runtime crate's.

use core::fmt;

use crate::arch::Arch;
use crate::errnos::ERRNOS;

/// What a name is in one column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Not defined there.
    Absent,
    /// An errno of its own.
    Number(u16),
    /// Another name for an errno.
    Alias(&'static str),
}

/// An errno's name, with its number on every architecture and its meaning.
pub struct ErrnoRow {
    pub(crate) name: &'static str,
    pub(crate) cells: [Cell; 6],
    pub(crate) message: &'static str,
}

impl ErrnoRow {
    /// The name, as in C: `ENOENT`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it means, in lower case and without a final period: `no such file or directory`.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        self.message
    }

    /// Its number on `arch`, 1 to 4095; an alias has that of the name it stands for. `None` where
    /// `arch` lacks it.
    #[must_use]
    pub fn number(&self, arch: Arch) -> Option<u16> {
        match self.cell(arch) {
            Cell::Absent => None,
            Cell::Number(number) => Some(number),
            Cell::Alias(target) => find(target)?.number(arch),
        }
    }

    /// The name that it is another name for on `arch`: `EAGAIN` for `EWOULDBLOCK`. The same name can
    /// be an errno of its own on another architecture (`EDEADLOCK` is one on mips).
    #[must_use]
    pub const fn alias_of(&self, arch: Arch) -> Option<&'static str> {
        match self.cell(arch) {
            Cell::Alias(target) => Some(target),
            Cell::Absent | Cell::Number(_) => None,
        }
    }

    const fn cell(&self, arch: Arch) -> Cell {
        self.cells[match arch {
            Arch::Alpha => 1,
            Arch::MipsO32 | Arch::MipsN32 | Arch::MipsN64 => 2,
            Arch::Parisc32 | Arch::Parisc64 => 3,
            Arch::Powerpc | Arch::Powerpc64 => 4,
            Arch::Sparc | Arch::Sparc64 => 5,
            _ => 0,
        }]
    }
}

impl fmt::Debug for ErrnoRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrnoRow").field(&self.name).finish()
    }
}

/// Every name that any architecture has, in the order of the generic numbers; those that only some
/// architectures have come last.
#[must_use]
pub fn errnos() -> &'static [ErrnoRow] {
    ERRNOS
}

/// The row of that name: `ENOENT`.
#[must_use]
pub fn find(name: &str) -> Option<&'static ErrnoRow> {
    ERRNOS.iter().find(|row| row.name == name)
}

/// The row of the errno that has that number on `arch`: never one that is an alias there.
#[must_use]
pub fn find_number(arch: Arch, number: u16) -> Option<&'static ErrnoRow> {
    ERRNOS
        .iter()
        .find(|row| row.cell(arch) == Cell::Number(number))
}

/// Makes the table [`ERRNOS`] and the macro `errnos!` from rows of six cells: a number, the name that
/// this one is an alias of, or `_`.
///
/// The list of columns is matched word for word, so rows written in another order don't compile.
/// `$d` is a dollar sign, which `target_errnos!` needs and a macro can't make.
macro_rules! errno_rows {
    (
        $d:tt columns: generic alpha mips parisc powerpc sparc;
        $( $name:ident [ $generic:tt $alpha:tt $mips:tt $parisc:tt $powerpc:tt $sparc:tt ] $message:tt; )*
    ) => {
        /// Every errno, in the order of the generic numbers.
        pub(crate) static ERRNOS: &[crate::errno::ErrnoRow] = &[$(
            crate::errno::ErrnoRow {
                name: stringify!($name),
                cells: [
                    cell!($generic), cell!($alpha), cell!($mips),
                    cell!($parisc), cell!($powerpc), cell!($sparc),
                ],
                message: $message,
            },
        )*];

        // Rust has no Linux target of alpha and parisc.
        #[cfg(any(
            target_arch = "mips", target_arch = "mips32r6",
            target_arch = "mips64", target_arch = "mips64r6",
        ))]
        target_errnos! { $d $( $name [$mips] $message; )* }
        #[cfg(any(target_arch = "powerpc", target_arch = "powerpc64"))]
        target_errnos! { $d $( $name [$powerpc] $message; )* }
        #[cfg(any(target_arch = "sparc", target_arch = "sparc64"))]
        target_errnos! { $d $( $name [$sparc] $message; )* }
        #[cfg(not(any(
            target_arch = "mips", target_arch = "mips32r6",
            target_arch = "mips64", target_arch = "mips64r6",
            target_arch = "powerpc", target_arch = "powerpc64",
            target_arch = "sparc", target_arch = "sparc64",
        )))]
        target_errnos! { $d $( $name [$generic] $message; )* }
    };
}

macro_rules! cell {
    (_) => {
        crate::errno::Cell::Absent
    };
    ($number:literal) => {
        crate::errno::Cell::Number($number)
    };
    ($alias:ident) => {
        crate::errno::Cell::Alias(stringify!($alias))
    };
}

/// Makes the exported macro from one column. `$d` is a dollar sign, for the macro made here.
macro_rules! target_errnos {
    ($d:tt $( $name:ident [ $( $number:literal )? $( $target:ident )? $( _ )? ] $message:tt; )*) => {
        /// Hands the compile target's errnos to a macro, in one call of it:
        ///
        /// ```text
        /// callback! {
        ///     errnos { (EPERM, 1, "operation not permitted") (ENOENT, 2, "no such …") … }
        ///     aliases { (EWOULDBLOCK = EAGAIN) (ENOTSUP = EOPNOTSUPP) … }
        /// }
        /// ```
        ///
        /// Names are identifiers, numbers and messages literals. No two of the `errnos` have the same
        /// number; each of the `aliases` stands for one of the `errnos`.
        ///
        /// ```
        /// macro_rules! constants {
        ///     (
        ///         errnos { $( ($name:ident, $number:literal, $message:literal) )* }
        ///         aliases { $( ($alias:ident = $target:ident) )* }
        ///     ) => {
        ///         $( #[doc = $message] pub const $name: u16 = $number; )*
        ///         $( pub const $alias: u16 = $target; )*
        ///
        ///         pub fn name(number: u16) -> &'static str {
        ///             match number {
        ///                 $( $number => stringify!($name), )*
        ///                 _ => "unknown",
        ///             }
        ///         }
        ///     };
        /// }
        /// sysline_table::errnos!(constants);
        ///
        /// # fn main() {
        /// assert_eq!(name(ENOENT), "ENOENT");
        /// assert_eq!(name(EWOULDBLOCK), "EAGAIN");
        /// # }
        /// ```
        #[macro_export]
        macro_rules! errnos {
            ($d callback:ident) => {
                $d callback! {
                    errnos { $( $( ($name, $number, $message) )? )* }
                    aliases { $( $( ($name = $target) )? )* }
                }
            };
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers() {
        let known: &[(&str, Arch, Option<u16>)] = &[
            ("ENOENT", Arch::X86_64, Some(2)),
            ("ENOENT", Arch::Sparc64, Some(2)),
            ("EDEADLK", Arch::Aarch64, Some(35)),
            ("EDEADLK", Arch::MipsN64, Some(45)),
            ("EDEADLK", Arch::Sparc, Some(78)),
            ("EDEADLK", Arch::Alpha, Some(11)),
            ("EDEADLOCK", Arch::X86_64, Some(35)),
            ("EDEADLOCK", Arch::MipsO32, Some(56)),
            ("EDEADLOCK", Arch::Powerpc64, Some(58)),
            ("EDEADLOCK", Arch::Sparc64, Some(108)),
            ("EDEADLOCK", Arch::Parisc64, Some(45)),
            ("EAGAIN", Arch::X86_64, Some(11)),
            ("EAGAIN", Arch::Alpha, Some(35)),
            ("ENOSYS", Arch::X86, Some(38)),
            ("ENOSYS", Arch::MipsO32, Some(89)),
            ("ENOSYS", Arch::Sparc64, Some(90)),
            ("ENOSYS", Arch::Parisc32, Some(251)),
            ("EDQUOT", Arch::MipsN32, Some(1133)),
            ("ECONNREFUSED", Arch::S390x, Some(111)),
            ("ECONNREFUSED", Arch::Sparc64, Some(61)),
            ("ECANCELED", Arch::Parisc64, Some(253)),
            ("ECANCELLED", Arch::Parisc64, Some(253)),
            ("ECANCELLED", Arch::X86_64, None),
            ("EINIT", Arch::MipsO32, Some(141)),
            ("EINIT", Arch::X86_64, None),
            ("EPROCLIM", Arch::Sparc64, Some(67)),
            ("EHWPOISON", Arch::Riscv64, Some(133)),
        ];
        for &(name, arch, number) in known {
            assert_eq!(find(name).unwrap().number(arch), number, "{name} on {arch}");
        }
    }

    #[test]
    fn an_alias_has_its_targets_number() {
        for arch in Arch::ALL {
            for row in errnos() {
                let Some(target) = row.alias_of(arch) else {
                    continue;
                };
                let target = find(target).unwrap();
                assert_eq!(target.alias_of(arch), None, "{} on {arch}", row.name());
                assert!(row.number(arch).is_some(), "{} on {arch}", row.name());
                assert_eq!(
                    row.number(arch),
                    target.number(arch),
                    "{} on {arch}",
                    row.name()
                );
            }
            let number = |name| find(name).unwrap().number(arch);
            assert_eq!(number("EWOULDBLOCK"), number("EAGAIN"), "{arch}");
            assert_eq!(number("ENOTSUP"), number("EOPNOTSUPP"), "{arch}");
        }
    }

    #[test]
    fn a_number_has_one_name() {
        for arch in Arch::ALL {
            for row in errnos().iter().filter(|row| row.alias_of(arch).is_none()) {
                let Some(number) = row.number(arch) else {
                    continue;
                };
                assert!((1..4096).contains(&number));
                assert_eq!(
                    find_number(arch, number).unwrap().name(),
                    row.name(),
                    "{arch}"
                );
            }
            let canceled = find("ECANCELED").unwrap().number(arch).unwrap();
            assert_eq!(
                find_number(arch, canceled).unwrap().name(),
                "ECANCELED",
                "{arch}"
            );
        }
    }

    #[test]
    fn names_are_unique() {
        for row in errnos() {
            assert!(core::ptr::eq(find(row.name()).unwrap(), row));
        }
    }
}
